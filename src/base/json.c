#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void jw_init(struct json *j, struct buf *b)
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

void jw_object(struct json *j)
{
    open_level(j, '{', true);
}

void jw_array(struct json *j)
{
    open_level(j, '[', false);
}

void jw_end(struct json *j)
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

void jw_key_str(struct json *j, str name)
{
    if (j->comma) buf_addc(j->b, ',');
    escaped(j, name);
    buf_addc(j->b, ':');
    j->comma = false;
}

void jw_key(struct json *j, const char *name)
{
    jw_key_str(j, str_of(name));
}

void jw_text(struct json *j, str s)
{
    before_value(j);
    escaped(j, s);
}

void jw_int(struct json *j, int64_t n)
{
    before_value(j);
    buf_int(j->b, n);
}

void jw_id(struct json *j, int64_t id)
{
    before_value(j);
    if (id == 0) buf_addz(j->b, "null");
    else buf_printf(j->b, "\"%" PRId64 "\"", id);
}

void jw_bool(struct json *j, bool b)
{
    before_value(j);
    buf_addz(j->b, b ? "true" : "false");
}

void jw_null(struct json *j)
{
    before_value(j);
    buf_addz(j->b, "null");
}

void jw_double(struct json *j, double x)
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

void jw_raw(struct json *j, str valid_json)
{
    before_value(j);
    buf_add(j->b, valid_json);
}

void jw_put_text(struct json *j, const char *name, str s)
{
    jw_key(j, name);
    jw_text(j, s);
}

void jw_put_int(struct json *j, const char *name, int64_t n)
{
    jw_key(j, name);
    jw_int(j, n);
}

void jw_put_id(struct json *j, const char *name, int64_t id)
{
    jw_key(j, name);
    jw_id(j, id);
}

void jw_put_bool(struct json *j, const char *name, bool b)
{
    jw_key(j, name);
    jw_bool(j, b);
}
