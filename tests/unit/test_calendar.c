// The vectors stand in the State Council's notices (packs/calendars/cn); sums of working days a
// year and a month were computed independently of this program.
#include "check.h"

#include "base/calendar.h"

enum { CHINA = 480 };

static const struct day_pattern OFFICE = {{{540, 720}, {780, 1080}}, 2}; // 09–12, 13–18

static day D(const char *text)
{
    day d = DAY_NONE;
    if (!day_parse(str_of(text), &d)) check_fail(__FILE__, __LINE__, text);
    return d;
}

static instant T(const char *text)
{
    instant t = INSTANT_NONE;
    if (!instant_parse(str_of(text), CHINA, &t)) check_fail(__FILE__, __LINE__, text);
    return t;
}

static void check_instant_at(struct arena *a, int line, instant got, const char *want)
{
    str text = instant_text(a, got, CHINA);
    if (text.n > 19) text.n = 19;
    check_str_at(__FILE__, line, "instant", text, want);
}
#define check_instant(got, want) check_instant_at(f->a, __LINE__, (got), (want))

static str read_text(struct arena *a, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) check_fail(__FILE__, __LINE__, path);
    struct buf b;
    buf_init(&b, a, 1 << 20);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, in)) > 0) buf_add(&b, (str){piece, n});
    fclose(in);
    return buf_str(&b);
}

static struct calendar *week(struct fixture *f)
{
    struct calendar *k = calendar_new(f->a, CHINA, STR("test"));
    for (int w = 1; w <= 5; w++) check(calendar_set_weekday(&f->c, k, w, &OFFICE));
    return k;
}

// The office week with the shipped years first … last.
static struct calendar *china(struct fixture *f, int first, int last)
{
    const char *packs = getenv("BIHUAN_PACKS");
    struct calendar *k = week(f);
    for (int year = first; year <= last; year++) {
        char path[512];
        snprintf(path, sizeof path, "%s/calendars/cn/%d.csv", packs ? packs : "packs", year);
        check(calendar_read_year(&f->c, k, year, read_text(f->a, path)));
    }
    check(calendar_freeze(&f->c, k));
    return k;
}

static void working_days_a_year_and_a_month(void **state)
{
    static const struct {
        int year, total, month[12];
    } rows[] = {
        {2023, 249, {18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21}},
        {2024, 251, {22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22}},
        {2025, 248, {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23}},
        {2026, 248, {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23}},
    };
    struct fixture *f = *state;
    struct calendar *k = china(f, 2020, 2026);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        day first = day_of(rows[i].year, 1, 1), last = day_of(rows[i].year, 12, 31);
        check_row("%d", rows[i].year);
        check_int(calendar_days_between(k, first - 1, last), rows[i].total);
        check_int(calendar_minutes_between(k, instant_at(first, 0, CHINA),
                                           instant_at(last + 1, 0, CHINA)),
                  rows[i].total * 480);
        for (int m = 1; m <= 12; m++) {
            check_row("%d-%02d", rows[i].year, m);
            check_int(calendar_days_between(k, day_of(rows[i].year, m, 1) - 1,
                                            month_end(rows[i].year, m)),
                      rows[i].month[m - 1]);
        }
    }
}

static void days_off_and_make_up_days_of_the_notices(void **state)
{
    static const struct {
        const char *first, *last, *name;
    } off[] = {
        {"2022-12-31", "2023-01-02", "元旦"},   {"2023-01-21", "2023-01-27", "春节"},
        {"2023-04-05", "2023-04-05", "清明节"}, {"2023-04-29", "2023-05-03", "劳动节"},
        {"2023-06-22", "2023-06-24", "端午节"}, {"2023-09-29", "2023-10-06", "中秋节、国庆节"},
        {"2024-01-01", "2024-01-01", "元旦"},   {"2024-02-10", "2024-02-17", "春节"},
        {"2024-04-04", "2024-04-06", "清明节"}, {"2024-05-01", "2024-05-05", "劳动节"},
        {"2024-06-10", "2024-06-10", "端午节"}, {"2024-09-15", "2024-09-17", "中秋节"},
        {"2024-10-01", "2024-10-07", "国庆节"}, {"2025-01-01", "2025-01-01", "元旦"},
        {"2025-01-28", "2025-02-04", "春节"},   {"2025-04-04", "2025-04-06", "清明节"},
        {"2025-05-01", "2025-05-05", "劳动节"}, {"2025-05-31", "2025-06-02", "端午节"},
        {"2025-10-01", "2025-10-08", "国庆节"}, {"2026-01-01", "2026-01-03", "元旦"},
        {"2026-02-15", "2026-02-23", "春节"},   {"2026-04-04", "2026-04-06", "清明节"},
        {"2026-05-01", "2026-05-05", "劳动节"}, {"2026-06-19", "2026-06-21", "端午节"},
        {"2026-09-25", "2026-09-27", "中秋节"}, {"2026-10-01", "2026-10-07", "国庆节"},
    };
    static const char *const make_up[] = {
        "2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07",
        "2023-10-08", "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11",
        "2024-09-14", "2024-09-29", "2024-10-12", "2025-01-26", "2025-02-08", "2025-04-27",
        "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09",
        "2026-09-20", "2026-10-10",
    };
    struct fixture *f = *state;
    struct calendar *k = china(f, 2023, 2026);
    int n_off = 0, differing = 0;
    for (size_t i = 0; i < COUNT_OF(off); i++)
        for (day d = D(off[i].first); d <= D(off[i].last); d++, n_off++) {
            check_row("%s of %s", off[i].name, off[i].first);
            check(!calendar_is_working_day(k, d));
            // A year's file may split a joint holiday into its two names.
            check(str_has(str_of(off[i].name), calendar_day_name(k, d)) ||
                  str_has(calendar_day_name(k, d), str_of(off[i].name)));
        }
    for (size_t i = 0; i < COUNT_OF(make_up); i++) {
        check_row("%s", make_up[i]);
        check(calendar_is_working_day(k, D(make_up[i])));
        check(day_weekday(D(make_up[i])) >= 6);
        check(calendar_day_name(k, D(make_up[i])).n > 0);
        check_int(calendar_pattern(k, D(make_up[i])).n, OFFICE.n);
    }
    check_row("no other day has a name");
    for (day d = D("2022-01-01"); d <= D("2027-12-31"); d++)
        differing += calendar_day_name(k, d).n > 0;
    check_int(differing, n_off + (int)COUNT_OF(make_up));
}

static void due_dates_in_working_days(void **state)
{
    static const struct {
        const char *from;
        int n;
        const char *due;
    } rows[] = {
        {"2023-01-20", 5, "2023-02-01"}, // 28 and 29 January are worked
        {"2024-09-30", 1, "2024-10-08"},
        {"2026-02-13", 1, "2026-02-14"}, // a Saturday that is worked
        {"2025-09-30", 3, "2025-10-11"},
        {"2023-02-01", 0, "2023-02-01"},
        {"2023-02-04", 0, "2023-02-04"}, // no days: not even a roll
        {"2023-02-01", -5, "2023-01-20"},
        {"2023-01-22", 1, "2023-01-28"},
        {"2023-01-22", -1, "2023-01-20"},
        {"2022-12-30", 1,
         "2023-01-03"}, // across the year, by the day off listed in the next one's file
    };
    struct fixture *f = *state;
    struct calendar *k = china(f, 2022, 2026);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s %+d", rows[i].from, rows[i].n);
        check_day(calendar_add_days(k, D(rows[i].from), rows[i].n), rows[i].due);
        if (rows[i].n > 0)
            check_int(calendar_days_between(k, D(rows[i].from), D(rows[i].due)), rows[i].n);
        if (rows[i].n > 0)
            check_int(calendar_days_between(k, D(rows[i].due), D(rows[i].from)), -rows[i].n);
    }
}

static void neighbouring_years_merge(void **state)
{
    struct fixture *f = *state;
    struct calendar *alone = china(f, 2022, 2022), *both = china(f, 2022, 2023);
    check(!calendar_is_working_day(both, D("2022-12-31")));
    check_str(calendar_day_name(both, D("2022-12-31")), "元旦");
    check_str(calendar_day_name(alone, D("2022-12-31")),
              ""); // a plain Saturday without the next file
    check(calendar_is_working_day(alone, D("2023-01-02")));
    check(!calendar_is_working_day(both, D("2023-01-02")));
}

static void unknown_year_follows_the_week(void **state)
{
    struct fixture *f = *state;
    struct calendar *k = china(f, 2023, 2026);
    check(calendar_known_year(k, 2023));
    check(calendar_known_year(k, 2026));
    check(!calendar_known_year(k, 2022));
    check(!calendar_known_year(k, 2027));
    check(!calendar_known_year(k, 1));
    check(!calendar_known_year(k, INT_MAX));
    check(calendar_is_working_day(k, D("2027-10-01"))); // a Friday, not yet announced
    check(!calendar_is_working_day(k, D("2027-10-02")));
    check_int(calendar_days_between(k, D("2026-12-31"), D("2027-12-31")), 261);
    check_int(calendar_days_between(k, D("2018-12-31"), D("2019-12-31")), 261);
    // From inside the known years far outside and back.
    check_day(calendar_add_days(k, D("2023-01-20"), -5000 - 5), "2003-11-13");
    check_day(calendar_add_days(k, calendar_add_days(k, D("2024-03-01"), 90000), -90000),
              "2024-03-01");
    check_day(calendar_add_days(k, calendar_add_days(k, D("2024-03-01"), -30000), 30000),
              "2024-03-01");
}

static void minutes_within_and_across_days(void **state)
{
    static const struct {
        const char *from;
        int minutes;
        const char *to;
    } rows[] = {
        {"2023-02-01T09:00", 180, "2023-02-01T12:00:00"}, // the end of the morning, not 13:00
        {"2023-02-01T09:00", 181, "2023-02-01T13:01:00"},
        {"2023-02-01T12:00", -180, "2023-02-01T09:00:00"},
        {"2023-02-01T13:00", -60, "2023-02-01T11:00:00"},
        {"2023-02-01T12:30", 60, "2023-02-01T14:00:00"}, // noon break: the clock starts at 13:00
        {"2023-02-01T12:30", -60, "2023-02-01T11:00:00"},
        {"2023-02-01T11:59:30", 1, "2023-02-01T13:00:30"}, // seconds are kept
        {"2023-02-01T13:00:30", -1, "2023-02-01T11:59:30"},
        {"2023-02-01T17:00", 120, "2023-02-02T10:00:00"},
        {"2023-02-03T18:00", 1, "2023-02-06T09:01:00"}, // Friday evening
        {"2023-02-05T03:00", 480, "2023-02-06T18:00:00"},
        {"2023-01-20T17:00", 60, "2023-01-20T18:00:00"},
        {"2023-01-20T17:00", 61, "2023-01-28T09:01:00"}, // across the spring festival
        {"2023-01-28T09:00", -1, "2023-01-20T17:59:00"},
        {"2023-02-04T10:11:12", 0, "2023-02-04T10:11:12"},
    };
    struct fixture *f = *state;
    struct calendar *k = china(f, 2023, 2023);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s %+d", rows[i].from, rows[i].minutes);
        instant from = T(rows[i].from), to = calendar_add_minutes(k, from, rows[i].minutes);
        check_instant(to, rows[i].to);
        check_int(calendar_minutes_between(k, from, to), rows[i].minutes);
        check_int(calendar_minutes_between(k, to, from), -rows[i].minutes);
    }
    check_row("seconds are dropped at each end");
    check_int(calendar_minutes_between(k, T("2023-02-01T09:00:59"), T("2023-02-01T09:01:00")), 1);
    check_int(calendar_minutes_between(k, T("2023-02-01T09:00:00"), T("2023-02-01T09:00:59")), 0);
}

static void next_previous_start_end(void **state)
{
    static const struct {
        const char *at, *next, *previous;
        bool works;
    } rows[] = {
        {"2023-02-01T09:00", "2023-02-01T09:00:00", "2023-02-01T09:00:00", true},
        {"2023-02-01T08:59:59", "2023-02-01T09:00:00", "2023-01-31T18:00:00", false},
        {"2023-02-01T11:59:59", "2023-02-01T11:59:59", "2023-02-01T11:59:59", true},
        {"2023-02-01T12:00", "2023-02-01T13:00:00", "2023-02-01T12:00:00", false},
        {"2023-02-01T12:30", "2023-02-01T13:00:00", "2023-02-01T12:00:00", false},
        {"2023-02-01T18:00", "2023-02-02T09:00:00", "2023-02-01T18:00:00", false},
        {"2023-01-24T10:00", "2023-01-28T09:00:00", "2023-01-20T18:00:00", false},
    };
    struct fixture *f = *state;
    struct calendar *k = china(f, 2023, 2023);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].at);
        check_instant(calendar_next(k, T(rows[i].at)), rows[i].next);
        check_instant(calendar_previous(k, T(rows[i].at)), rows[i].previous);
        check_int(calendar_is_working(k, T(rows[i].at)), rows[i].works);
    }
    check_row("day start and end");
    check_instant(calendar_day_start(k, D("2023-02-01")), "2023-02-01T09:00:00");
    check_instant(calendar_day_end(k, D("2023-02-01")), "2023-02-01T18:00:00");
    check_instant(calendar_day_start(k, D("2023-01-22")), "2023-01-28T09:00:00");
    check_instant(calendar_day_end(k, D("2023-01-22")), "2023-01-28T18:00:00");
}

static void roll_rules(void **state)
{
    static const struct {
        const char *d, *next, *previous;
    } rows[] = {
        {"2023-02-01", "2023-02-01", "2023-02-01"}, {"2023-01-21", "2023-01-28", "2023-01-20"},
        {"2023-01-28", "2023-01-28", "2023-01-28"}, {"2024-10-05", "2024-10-08", "2024-09-30"},
        {"2022-12-31", "2023-01-03", "2022-12-30"},
    };
    struct fixture *f = *state;
    struct calendar *k = china(f, 2022, 2026);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].d);
        check_day(calendar_roll(k, D(rows[i].d), ROLL_NONE), rows[i].d);
        check_day(calendar_roll(k, D(rows[i].d), ROLL_NEXT), rows[i].next);
        check_day(calendar_roll(k, D(rows[i].d), ROLL_PREVIOUS), rows[i].previous);
    }
}

static void half_days_and_many_intervals(void **state)
{
    static const struct day_pattern morning = {{{540, 720}}, 1};
    static const struct day_pattern shifts = {
        {{0, 60}, {120, 180}, {240, 300}, {360, 420}, {1200, 1260}, {1380, 1440}}, 6};
    struct fixture *f = *state;
    struct calendar *k = week(f);
    check(calendar_set_day(&f->c, k, D("2023-02-01"), &morning, STR("半天")));
    check(calendar_set_day(&f->c, k, D("2023-02-02"), &shifts, STR("值班")));
    check(calendar_freeze(&f->c, k));
    check_int(calendar_minutes_between(k, T("2023-02-01"), T("2023-02-02")), 180);
    check_int(calendar_minutes_between(k, T("2023-02-02"), T("2023-02-03")), 360);
    check_instant(calendar_day_end(k, D("2023-02-01")), "2023-02-01T12:00:00");
    check_instant(calendar_add_minutes(k, T("2023-02-01T11:00"), 60 + 60 + 30),
                  "2023-02-02T02:30:00");
    check_instant(calendar_add_minutes(k, T("2023-02-02T00:00"), 360), "2023-02-03T00:00:00");
    check_instant(calendar_next(k, T("2023-02-01T12:00")), "2023-02-02T00:00:00");
    check(calendar_is_working(k, T("2023-02-02T23:59:59")));
    check(!calendar_is_working(k, T("2023-02-03T00:00:00")));
    check_int(calendar_days_between(k, D("2023-01-31"), D("2023-02-02")), 2); // half a day is a day
    check_str(calendar_day_name(k, D("2023-02-01")), "半天");
}

static void stops_win_and_the_last_statement_wins(void **state)
{
    static const struct day_pattern morning = {{{540, 720}}, 1};
    struct fixture *f = *state;
    struct calendar *k = week(f);
    check(calendar_add_stop(&f->c, k, D("2023-02-04"), D("2023-02-12"), STR("重大活动停工")));
    check(calendar_set_make_up(&f->c, k, D("2023-02-04"), STR("调休")));
    check(calendar_set_day_off(&f->c, k, D("2023-02-13"), STR("甲")));
    check(calendar_set_day(&f->c, k, D("2023-02-13"), &morning, STR("乙")));
    check(calendar_set_day(&f->c, k, D("2023-02-14"), &morning, STR("甲")));
    check(calendar_set_day_off(&f->c, k, D("2023-02-14"), STR("乙")));
    check(calendar_freeze(&f->c, k));
    check(!calendar_is_working_day(k, D("2023-02-04")));
    check_str(calendar_day_name(k, D("2023-02-04")), "重大活动停工");
    check_str(calendar_day_name(k, D("2023-02-12")), "重大活动停工");
    check_day(calendar_add_days(k, D("2023-02-03"), 1), "2023-02-13");
    check_day(calendar_add_days(k, D("2023-02-03"), 2), "2023-02-15");
    check_int(calendar_minutes_between(k, T("2023-02-03T18:00"), T("2023-02-15T00:00")), 180);
    check_str(calendar_day_name(k, D("2023-02-13")), "乙");
}

// A week whose Monday is free: a make-up day takes the pattern of the first weekday that works.
static void make_up_takes_the_first_working_weekday(void **state)
{
    static const struct day_pattern evening = {{{1080, 1320}}, 1};
    struct fixture *f = *state;
    struct calendar *k = calendar_new(f->a, CHINA, STR("test"));
    check(calendar_set_make_up(&f->c, k, D("2023-02-04"), STR("调休")));
    check(calendar_set_weekday(&f->c, k, 3, &evening));
    check(calendar_set_weekday(&f->c, k, 5, &OFFICE));
    check(calendar_freeze(&f->c, k));
    check_int(calendar_pattern(k, D("2023-02-04")).at[0].from, 1080);
    check_instant(calendar_day_start(k, D("2023-02-06")), "2023-02-08T18:00:00");
}

static void bad_input_is_refused(void **state)
{
    static const struct day_pattern bad[] = {
        {{{600, 600}}, 1},
        {{{700, 600}}, 1},
        {{{-1, 600}}, 1},
        {{{600, 1441}}, 1},
        {{{600, 700}, {650, 800}}, 2},
        {{{600, 700}, {700, 800}}, 2},
        {{{600, 700}, {100, 200}}, 2},
        {{{0, 1}}, -1},
        {{{0, 1}}, CALENDAR_INTERVALS + 1},
    };
    static const char *const lines[] = {
        "2023-02-30,off,x,y",     "2023-02-01,holiday,x,y", "2023-02-01,off,x",
        "2023-02-01,off,,y",      "2023-02-01,off,x,y,z",   "20230201,off,x,y",
        "\"2023-02-01\",off,x,y",
    };
    struct fixture *f = *state;
    struct calendar *k = calendar_new(f->a, CHINA, STR_EMPTY);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        check_row("pattern %zu", i);
        check_error(calendar_set_weekday(&f->c, k, 1, &bad[i]), &f->c, "calendar.bad_interval");
        check_error(calendar_set_day(&f->c, k, 0, &bad[i], STR("x")), &f->c,
                    "calendar.bad_interval");
    }
    check_error(calendar_set_day_off(&f->c, k, DAY_NONE, STR("x")), &f->c, "calendar.bad_day");
    check_error(calendar_set_make_up(&f->c, k, INT32_MAX, STR("x")), &f->c, "calendar.bad_day");
    check_error(calendar_add_stop(&f->c, k, 0, INT32_MAX, STR("x")), &f->c, "calendar.bad_day");
    check_error(calendar_add_stop(&f->c, k, 5, 4, STR("x")), &f->c, "calendar.bad_stop");
    check_error(calendar_read_year(&f->c, k, 2023, STR("day,kind\n")), &f->c, "calendar.bad_line");
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        check_row("%s", lines[i]);
        str csv = str_printf(f->a, "date,kind,name,source\n2023-01-01,off,元旦,s\n%s\n", lines[i]);
        bool result = calendar_read_year(&f->c, k, 2023, csv);
        check_str(f->c.err.args[0], "3");
        check_int(f->c.err.position, 46);
        check_error(result, &f->c, "calendar.bad_line");
        check(!calendar_known_year(k, 2023));
    }
    check_row("no weekday");
    check_error(calendar_freeze(&f->c, k), &f->c, "calendar.no_weekday");
}

static void none_and_far_away(void **state)
{
    struct fixture *f = *state;
    struct calendar *k = china(f, 2023, 2023);
    check_int(calendar_add_days(k, DAY_NONE, 3), DAY_NONE);
    check_int(calendar_roll(k, DAY_NONE, ROLL_NEXT), DAY_NONE);
    check_int(calendar_add_minutes(k, INSTANT_NONE, 3), INSTANT_NONE);
    check_int(calendar_next(k, INSTANT_NONE), INSTANT_NONE);
    check_int(calendar_previous(k, INSTANT_NONE), INSTANT_NONE);
    check_int(calendar_day_start(k, DAY_NONE), INSTANT_NONE);
    check_int(calendar_day_end(k, DAY_NONE), INSTANT_NONE);
    check_int(calendar_days_between(k, DAY_NONE, 5), 0);
    check_int(calendar_minutes_between(k, 0, INSTANT_NONE), 0);
    check(!calendar_is_working_day(k, DAY_NONE));
    check(!calendar_is_working(k, INSTANT_NONE));
    check_str(calendar_day_name(k, DAY_NONE), "");
    // Answers outside the span are its ends, whatever the amount.
    check_day(calendar_add_days(k, D("2023-02-01"), INT_MAX), "2999-12-31");
    check_day(calendar_add_days(k, D("2023-02-01"), -INT_MAX), "1900-01-01");
    check_instant(calendar_add_minutes(k, T("2023-02-01"), INT64_MAX), "3000-01-01T00:00:00");
    check_instant(calendar_add_minutes(k, T("2023-02-01"), INT64_MIN), "1900-01-01T00:00:00");
    check_day(calendar_add_days(k, INT32_MAX, -1), "2999-12-30");
    check_int(calendar_minutes_between(k, INT64_MIN + 1, T("1900-01-02")), 480);
    check_int(calendar_minutes_between(k, T("2999-12-31"), INT64_MAX), 480);
}

static void stop_without_end(void **state)
{
    struct fixture *f = *state;
    struct calendar *k = week(f);
    check(calendar_add_stop(&f->c, k, D("2023-02-01"), D("2999-12-31"), STR("停")));
    check(calendar_freeze(&f->c, k));
    check_day(calendar_add_days(k, D("2023-01-31"), 1), "2999-12-31");
    check_instant(calendar_next(k, T("2023-02-01")), "3000-01-01T00:00:00");
    check_instant(calendar_previous(k, T("2500-02-01")), "2023-01-31T18:00:00");
    check_int(calendar_minutes_between(k, T("2023-01-31T17:00"), T("2999-12-31T23:00")), 60);
}

static void nothing_dated_at_all(void **state)
{
    struct fixture *f = *state;
    struct calendar *k = week(f);
    check(calendar_freeze(&f->c, k));
    check_str(calendar_version(k), "test");
    check_int(calendar_zone(k), CHINA);
    check_day(calendar_add_days(k, D("2023-02-03"), 1), "2023-02-06");
    check_day(calendar_add_days(k, D("1960-02-05"), 1), "1960-02-08");
    check_instant(calendar_add_minutes(k, T("1960-02-05T17:00"), 61), "1960-02-08T09:01:00");
}

// The same wall-clock hours in another zone are other instants.
static void zones(void **state)
{
    struct fixture *f = *state;
    struct calendar *k = calendar_new(f->a, -210, STR("west"));
    for (int w = 1; w <= 7; w++) check(calendar_set_weekday(&f->c, k, w, &OFFICE));
    check(calendar_freeze(&f->c, k));
    instant at = instant_at(D("2023-02-01"), 540, -210);
    check(calendar_is_working(k, at));
    check(!calendar_is_working(k, at - 1));
    check_int(calendar_next(k, at - 1), at);
    check_int(at, T("2023-02-01T12:30:00Z"));
}

int main(void)
{
    return CHECK_RUN(
        UNIT(working_days_a_year_and_a_month), UNIT(days_off_and_make_up_days_of_the_notices),
        UNIT(due_dates_in_working_days), UNIT(neighbouring_years_merge),
        UNIT(unknown_year_follows_the_week), UNIT(minutes_within_and_across_days),
        UNIT(next_previous_start_end), UNIT(roll_rules), UNIT(half_days_and_many_intervals),
        UNIT(stops_win_and_the_last_statement_wins), UNIT(make_up_takes_the_first_working_weekday),
        UNIT(bad_input_is_refused), UNIT(none_and_far_away), UNIT(stop_without_end),
        UNIT(nothing_dated_at_all), UNIT(zones));
}
