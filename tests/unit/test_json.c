#include "check.h"

#include "base/json.h"

#include <math.h>

static struct json fresh(struct fixture *f, struct buf *b)
{
    struct json j;
    buf_init(b, f->a, 1 << 20);
    jw_init(&j, b);
    return j;
}

static void structures_and_commas(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    struct json j = fresh(f, &b);
    jw_object(&j);
    jw_put_id(&j, "id", 42);
    jw_put_id(&j, "none", 0);
    jw_put_text(&j, "name", STR("甲"));
    jw_put_int(&j, "n", INT64_MIN);
    jw_put_bool(&j, "yes", true);
    jw_put_bool(&j, "no", false);
    jw_key(&j, "list");
    jw_array(&j);
    jw_int(&j, 1);
    jw_array(&j);
    jw_end(&j);
    jw_object(&j);
    jw_end(&j);
    jw_null(&j);
    jw_raw(&j, STR("{\"x\":1}"));
    jw_id(&j, INT64_MAX);
    jw_end(&j);
    jw_key_str(&j, STR("a\"b"));
    jw_null(&j);
    jw_end(&j);
    check_str(buf_str(&b),
              "{\"id\":\"42\",\"none\":null,\"name\":\"甲\",\"n\":-9223372036854775808,"
              "\"yes\":true,\"no\":false,\"list\":[1,[],{},null,{\"x\":1},"
              "\"9223372036854775807\"],\"a\\\"b\":null}");
    check_int(j.depth, 0);
}

static void text_is_escaped(void **state)
{
    static const struct {
        str in;
        const char *out;
    } rows[] = {
        {STR(""), "\"\""},
        {STR("plain 文字"), "\"plain 文字\""},
        {STR("\""), "\"\\\"\""},
        {STR("\\"), "\"\\\\\""},
        {STR("a\nb\tc\rd"), "\"a\\nb\\tc\\rd\""},
        {STR("\x01\x1f\x7f"), "\"\\u0001\\u001f\\u007f\""},
        {STR("\b\f"), "\"\\u0008\\u000c\""},
        {STR("</script>"), "\"</script>\""},
        {STR("\0x"), "\"\\u0000x\""},
        {STR("😀\u2028"), "\"😀\u2028\""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buf b;
        struct json j = fresh(f, &b);
        check_row("row %zu", i);
        jw_text(&j, rows[i].in);
        check_str(buf_str(&b), rows[i].out);
    }
    struct buf b;
    struct json j = fresh(f, &b);
    jw_text(&j, (str){0});
    check_str(buf_str(&b), "\"\"");
}

static void doubles_read_back(void **state)
{
    static const struct {
        double x;
        const char *out;
    } rows[] = {
        {0, "0"},
        {1, "1"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1e300, "1e+300"},
        {5e-324, "4.94065645841247e-324"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {NAN, "null"},
        {INFINITY, "null"},
        {-INFINITY, "null"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buf b;
        struct json j = fresh(f, &b);
        check_row("%s", rows[i].out);
        jw_double(&j, rows[i].x);
        check_str(buf_str(&b), rows[i].out);
        if (isfinite(rows[i].x)) check(strtod(str_z(f->a, buf_str(&b)), NULL) == rows[i].x);
    }
}

static void depth_is_remembered(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    struct json j = fresh(f, &b);
    for (int i = 0; i < 60; i++) {
        if (i % 2) jw_array(&j);
        else jw_object(&j);
        if (i % 2 == 0) jw_key(&j, "k");
    }
    for (int i = 0; i < 60; i++) jw_end(&j);
    str s = buf_str(&b);
    check_str(str_sub(s, 0, 12), "{\"k\":[{\"k\":[");
    check_str(str_from(s, s.n - 4), "]}]}");
}

static void overflow_is_the_buffers_business(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    struct json j;
    buf_init(&b, f->a, 8);
    jw_init(&j, &b);
    jw_array(&j);
    for (int i = 0; i < 100; i++) jw_int(&j, i);
    jw_end(&j);
    check(!buf_ok(&b));
    check(buf_str(&b).n <= 8);
}

int main(void)
{
    return CHECK_RUN(UNIT(structures_and_commas), UNIT(text_is_escaped), UNIT(doubles_read_back),
                     UNIT(depth_is_remembered), UNIT(overflow_is_the_buffers_business));
}
