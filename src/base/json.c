#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void json_init(struct json *j, struct buf *b)
{
    *j = (struct json){.b = b};
}

static void before_value(struct json *j)
{
    if (j->comma) buf_addc(j->b, ',');
    j->comma = true;
}

static void open_level(struct json *j, char bracket, bool object)
{
    before_value(j);
    INVARIANT(j->depth < 60);
    buf_addc(j->b, bracket);
    j->object_bits = j->object_bits << 1 | object;
    j->depth++;
    j->comma = false;
}

void json_object(struct json *j)
{
    open_level(j, '{', true);
}

void json_array(struct json *j)
{
    open_level(j, '[', false);
}

void json_end(struct json *j)
{
    INVARIANT(j->depth > 0);
    buf_addc(j->b, j->object_bits & 1 ? '}' : ']');
    j->object_bits >>= 1;
    j->depth--;
    j->comma = true;
}

static void escaped(struct json *j, str s)
{
    buf_addc(j->b, '"');
    size_t plain = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch >= 0x20 && ch != '"' && ch != '\\' && ch != 0x7f) continue;
        buf_add(j->b, str_sub(s, plain, i - plain));
        plain = i + 1;
        if (ch == '"') buf_addz(j->b, "\\\"");
        else if (ch == '\\') buf_addz(j->b, "\\\\");
        else if (ch == '\n') buf_addz(j->b, "\\n");
        else if (ch == '\t') buf_addz(j->b, "\\t");
        else if (ch == '\r') buf_addz(j->b, "\\r");
        else buf_printf(j->b, "\\u%04x", ch);
    }
    buf_add(j->b, str_from(s, plain));
    buf_addc(j->b, '"');
}

void json_key_str(struct json *j, str name)
{
    if (j->comma) buf_addc(j->b, ',');
    escaped(j, name);
    buf_addc(j->b, ':');
    j->comma = false;
}

void json_key(struct json *j, const char *name)
{
    json_key_str(j, str_of(name));
}

void json_text(struct json *j, str s)
{
    before_value(j);
    escaped(j, s);
}

void json_int(struct json *j, int64_t n)
{
    before_value(j);
    buf_int(j->b, n);
}

void json_id(struct json *j, int64_t id)
{
    before_value(j);
    if (id == 0) buf_addz(j->b, "null");
    else buf_printf(j->b, "\"%" PRId64 "\"", id);
}

void json_bool(struct json *j, bool b)
{
    before_value(j);
    buf_addz(j->b, b ? "true" : "false");
}

void json_null(struct json *j)
{
    before_value(j);
    buf_addz(j->b, "null");
}

void json_double(struct json *j, double x)
{
    before_value(j);
    if (!isfinite(x)) {
        buf_addz(j->b, "null");
        return;
    }
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    buf_addz(j->b, text);
}

void json_raw(struct json *j, str valid_json)
{
    before_value(j);
    buf_add(j->b, valid_json);
}

void json_put_text(struct json *j, const char *name, str s)
{
    json_key(j, name);
    json_text(j, s);
}

void json_put_int(struct json *j, const char *name, int64_t n)
{
    json_key(j, name);
    json_int(j, n);
}

void json_put_id(struct json *j, const char *name, int64_t id)
{
    json_key(j, name);
    json_id(j, id);
}

void json_put_bool(struct json *j, const char *name, bool b)
{
    json_key(j, name);
    json_bool(j, b);
}
