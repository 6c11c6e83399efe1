#include "check.h"

static void days_count_from_1970(void **state)
{
    static const struct {
        int y, m, d;
        day n;
        int weekday;
    } rows[] = {
        {1970, 1, 1, 0, 4},       {1969, 12, 31, -1, 3},     {1970, 1, 5, 4, 1},
        {2000, 2, 29, 11016, 2},  {2000, 3, 1, 11017, 3},    {1900, 1, 1, -25567, 1},
        {1900, 2, 28, -25509, 3}, {1900, 3, 1, -25508, 4},   {2023, 2, 1, 19389, 3},
        {2024, 2, 29, 19782, 4},  {2999, 12, 31, 376199, 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%d-%d-%d", rows[i].y, rows[i].m, rows[i].d);
        day n = day_of(rows[i].y, rows[i].m, rows[i].d);
        check_int(n, rows[i].n);
        check_int(day_weekday(n), rows[i].weekday);
    }
}

// Every day of eleven centuries, against plain counting.
static void every_day_round_trips(void **state)
{
    struct fixture *f = *state;
    struct civil c = {1900, 1, 1};
    int weekday = 1;
    for (day d = day_of(1900, 1, 1); c.year < 3000; d++) {
        struct civil got = day_civil(d);
        if (got.year != c.year || got.month != c.month || got.day != c.day || !civil_valid(got) ||
            day_of(c.year, c.month, c.day) != d || day_weekday(d) != weekday ||
            day_from_ymd(day_to_ymd(d)) != d)
            check_fail(__FILE__, __LINE__, str_z(f->a, day_text(f->a, d)));
        weekday = weekday % 7 + 1;
        if (++c.day > month_days(c.year, c.month)) {
            c.day = 1;
            if (++c.month > 12) {
                c.month = 1;
                c.year++;
            }
        }
    }
}

static void months_are_clamped(void **state)
{
    static const struct {
        const char *from;
        int months;
        const char *to;
    } rows[] = {
        {"2023-01-31", 1, "2023-02-28"},  {"2024-01-31", 1, "2024-02-29"},
        {"2023-01-31", 3, "2023-04-30"},  {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-29", 48, "2028-02-29"}, {"2023-03-31", -1, "2023-02-28"},
        {"2023-01-15", -1, "2022-12-15"}, {"2023-12-15", 1, "2024-01-15"},
        {"2023-06-30", 0, "2023-06-30"},  {"2023-01-15", -13, "2021-12-15"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        day d;
        check_row("%s %+d", rows[i].from, rows[i].months);
        check(day_parse(str_of(rows[i].from), &d));
        check_day(day_add_months(d, rows[i].months), rows[i].to);
    }
    check_day(month_end(1900, 2), "1900-02-28");
    check_day(month_end(2000, 2), "2000-02-29");
    check_day(month_end(2023, 12), "2023-12-31");
}

static void text_and_numbers(void **state)
{
    static const char *const bad[] = {
        "",           "2023-2-1",   "2023-02-1",   "20230201",    "2023/02/01",
        "2023-02-29", "2023-13-01", "2023-00-01",  "2023-01-00",  "2023-01-32",
        "1899-12-31", "3000-01-01", "2023-02-01 ", " 2023-02-01", "２023-02-01",
        "-023-02-01", "2023-02-0a",
    };
    static const int32_t bad_ymd[] = {0,        20230229,  20231301, 20230100,  18991231,
                                      30000101, -20230101, 1,        INT32_MAX, INT32_MIN};
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        day d = 99;
        check_row("%s", bad[i]);
        check(!day_parse(str_of(bad[i]), &d));
        check_int(d, 99);
    }
    for (size_t i = 0; i < COUNT_OF(bad_ymd); i++) {
        check_row("%d", (int)bad_ymd[i]);
        check_int(day_from_ymd(bad_ymd[i]), DAY_NONE);
    }
    check_int(day_to_ymd(day_of(2023, 2, 1)), 20230201);
    check_int(day_to_ymd(DAY_NONE), 0);
    check_str(day_text(f->a, day_of(2023, 2, 1)), "2023-02-01");
    check_str(day_text(f->a, DAY_NONE), "");
}

static void instants_parse(void **state)
{
    static const struct {
        const char *in;
        bool good;
        int64_t us; // after 2023-02-01T00:00:00Z
    } rows[] = {
        {"2023-02-01", true, -8 * 60 * US_PER_MINUTE},
        {"2023-02-01T09:00:00+08:00", true, 60 * US_PER_MINUTE},
        {"2023-02-01T09:00", true, 60 * US_PER_MINUTE},
        {"2023-02-01 09:00:30", true, 60 * US_PER_MINUTE + 30 * US_PER_SECOND},
        {"2023-02-01T09:00:00Z", true, 540 * US_PER_MINUTE},
        {"2023-02-01T00:00:00.000001Z", true, 1},
        {"2023-02-01T00:00:00.5Z", true, 500000},
        {"2023-02-01T00:00:00.1234569Z", true, 123456},
        {"2023-02-01T00:00:00-03:30", true, 210 * US_PER_MINUTE},
        {"2023-02-01T23:59:59.999999Z", true, US_PER_DAY - 1},
        {"2023-02-01T24:00:00Z", false, 0},
        {"2023-02-01T09:60:00Z", false, 0},
        {"2023-02-01T09:00:60Z", false, 0},
        {"2023-02-01T09", false, 0},
        {"2023-02-01T9:00", false, 0},
        {"2023-02-01T09:00:00.Z", false, 0},
        {"2023-02-01T09:00.5Z", false, 0},
        {"2023-02-01T09:00:0", false, 0},
        {"2023-02-01T09:00:00+8:00", false, 0},
        {"2023-02-01T09:00:00+0800", false, 0},
        {"2023-02-01T09:00:00+15:00", false, 0},
        {"2023-02-01T09:00:00+08:60", false, 0},
        {"2023-02-01T09:00:00Zx", false, 0},
        {"2023-02-01T09:00:00 ", false, 0},
        {"2023-02-01x09:00:00Z", false, 0},
        {"2023-02-30T09:00:00Z", false, 0},
        {"", false, 0},
    };
    (void)state;
    instant base = instant_at(day_of(2023, 2, 1), 0, 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant t = base + 99;
        check_row("%s", rows[i].in);
        check_int(instant_parse(str_of(rows[i].in), 480, &t), rows[i].good);
        check_int(t - base, rows[i].good ? rows[i].us : 99);
    }
}

static void instants_fall_on_days(void **state)
{
    struct fixture *f = *state;
    instant t = instant_at(day_of(2023, 2, 1), 0, 480);
    check_day(instant_day(t, 480), "2023-02-01");
    check_day(instant_day(t - 1, 480), "2023-01-31");
    check_day(instant_day(t, 0), "2023-01-31");
    check_int(instant_minute(t - 1, 480), 1439);
    check_int(instant_minute(t + 61 * US_PER_MINUTE, 480), 61);
    check_int(instant_minute(instant_at(day_of(1960, 5, 5), 7, 480), 480),
              7); // before 1970 as after
    check_str(instant_text(f->a, t, 480), "2023-02-01T00:00:00+08:00");
    check_str(instant_text(f->a, t + 59 * US_PER_SECOND + 999999, 480),
              "2023-02-01T00:00:59+08:00");
    check_str(instant_text(f->a, t, -210), "2023-01-31T12:30:00-03:30");
    check_str(instant_text(f->a, -1, 0), "1969-12-31T23:59:59+00:00");
    check_str(instant_text(f->a, INSTANT_NONE, 480), "");
}

int main(void)
{
    return CHECK_RUN(UNIT(days_count_from_1970), UNIT(every_day_round_trips),
                     UNIT(months_are_clamped), UNIT(text_and_numbers), UNIT(instants_parse),
                     UNIT(instants_fall_on_days));
}
