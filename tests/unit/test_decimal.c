#include "check.h"

#include "base/decimal.h"

static void reads_and_writes(void **state)
{
    static const struct {
        const char *in;
        int64_t millionths;
        const char *out;
    } rows[] = {
        {"0", 0, "0"},
        {"-0", 0, "0"},
        {"+0.000000", 0, "0"},
        {"12", 12000000, "12"},
        {"+5", 5000000, "5"},
        {"0.95", 950000, "0.95"},
        {"-0.95", -950000, "-0.95"},
        {"-3.50", -3500000, "-3.5"},
        {"0.000001", 1, "0.000001"},
        {"-0.000001", -1, "-0.000001"},
        {"100", 100000000, "100"},
        {"007", 7000000, "7"},
        {"1,234.5", 1234500000, "1234.5"},
        {"12,345", INT64_C(12345000000), "12345"},
        {"123,456,789", INT64_C(123456789000000), "123456789"},
        {"9223372036854.775807", INT64_MAX, "9223372036854.775807"},
        {"-9223372036854.775807", -INT64_MAX, "-9223372036854.775807"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        dec d = {99}, again = {98};
        check_row("%s", rows[i].in);
        check(dec_parse(str_of(rows[i].in), &d));
        check_int(d.millionths, rows[i].millionths);
        check_str(dec_text(f->a, d), rows[i].out);
        check(dec_parse(dec_text(f->a, d), &again));
        check_int(again.millionths, d.millionths);
    }
}

static void refuses_what_is_no_decimal(void **state)
{
    static const char *const rows[] = {
        "",
        "-",
        "+",
        ".",
        ".5",
        "5.",
        "1.2.3",
        "1e3",
        "0x1",
        " 1",
        "1 ",
        "--1",
        "-+1",
        "1-",
        "NaN",
        "1.0000001",
        "0.1234567",
        "1,23",
        "1,2345",
        "1234,567",
        "12,34,567",
        ",123",
        "1,,234",
        "1,234,",
        "123,",
        "1,234,56",
        "0.1,234",
        "１２",
        "一",
        "1,-23",
        "9223372036854.775808",
        "-9223372036854.775808",
        "9223372036855",
        "99999999999999999999",
        "1\0",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        dec d = {99};
        check_row("%s", rows[i]);
        str s = str_of(rows[i]);
        if (i == COUNT_OF(rows) - 1) s.n = 2; // with its NUL
        check(!dec_parse(s, &d));
        check_int(d.millionths, 99);
    }
}

static void arithmetic_tells_overflow(void **state)
{
    (void)state;
    dec out;
    check(dec_add((dec){5}, (dec){-7}, &out));
    check_int(out.millionths, -2);
    check(dec_add((dec){INT64_MAX}, (dec){0}, &out));
    check(!dec_add((dec){INT64_MAX}, (dec){1}, &out));
    check(!dec_add((dec){-INT64_MAX}, (dec){-2}, &out));
    check(dec_mul_int((dec){DEC_ONE}, -3, &out));
    check_int(out.millionths, -3 * DEC_ONE);
    check(!dec_mul_int((dec){INT64_MAX}, 2, &out));
    check(!dec_mul_int((dec){INT64_MIN / 2}, 2, &out)); // would be mistaken for no figure
    check(!dec_add((dec){-INT64_MAX}, (dec){-1}, &out));
    check(dec_cmp((dec){1}, (dec){2}) < 0);
    check(dec_cmp((dec){2}, (dec){1}) > 0);
    check(dec_cmp((dec){INT64_MIN}, (dec){INT64_MAX}) < 0);
    check_int(dec_cmp((dec){3}, (dec){3}), 0);
}

static void no_figure_is_not_zero(void **state)
{
    struct fixture *f = *state;
    dec out;
    check(dec_is_none(DEC_NONE));
    check(!dec_is_none((dec){0}));
    check_str(dec_text(f->a, DEC_NONE), "");
    check(!dec_add(DEC_NONE, (dec){1}, &out) && !dec_add((dec){1}, DEC_NONE, &out));
    check(!dec_mul_int(DEC_NONE, 1, &out));
}

int main(void)
{
    return CHECK_RUN(UNIT(reads_and_writes), UNIT(refuses_what_is_no_decimal),
                     UNIT(arithmetic_tells_overflow), UNIT(no_figure_is_not_zero));
}
