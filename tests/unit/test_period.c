// Names and bounds follow ISO 8601 for weeks and the civil calendar for the rest; due days are the
// reporting rules of DOMAIN 1.3 ("by the 5th of each month", 每月25日前, quarterly, half-yearly).
#include "check.h"

#include "ledger/org/period.h"

static day D(const char *text)
{
    day d = DAY_NONE;
    if (!day_parse(str_of(text), &d)) check_fail(__FILE__, __LINE__, text);
    return d;
}

static void names_bounds(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum cycle cycle;
        const char *at, *name, *first, *last, *title;
    } rows[] = {
        {CYCLE_MONTH, "2023-02-14", "2023-02", "2023-02-01", "2023-02-28", "2023年2月"},
        {CYCLE_MONTH, "2024-02-29", "2024-02", "2024-02-01", "2024-02-29", "2024年2月"},
        {CYCLE_NONE, "2023-02-14", "2023-02", "2023-02-01", "2023-02-28", "2023年2月"},
        {CYCLE_QUARTER, "2023-03-31", "2023Q1", "2023-01-01", "2023-03-31", "2023年一季度"},
        {CYCLE_QUARTER, "2023-12-01", "2023Q4", "2023-10-01", "2023-12-31", "2023年四季度"},
        {CYCLE_HALF, "2023-06-30", "2023H1", "2023-01-01", "2023-06-30", "2023年上半年"},
        {CYCLE_HALF, "2023-07-01", "2023H2", "2023-07-01", "2023-12-31", "2023年下半年"},
        {CYCLE_TENDAY, "2023-02-01", "2023-02A", "2023-02-01", "2023-02-10", "2023年2月上旬"},
        {CYCLE_TENDAY, "2023-02-11", "2023-02B", "2023-02-11", "2023-02-20", "2023年2月中旬"},
        {CYCLE_TENDAY, "2023-01-31", "2023-01C", "2023-01-21", "2023-01-31", "2023年1月下旬"},
        {CYCLE_WEEK, "2023-01-01", "2022W52", "2022-12-26", "2023-01-01", "2022年第52周"},
        {CYCLE_WEEK, "2023-01-02", "2023W01", "2023-01-02", "2023-01-08", "2023年第1周"},
        {CYCLE_WEEK, "2020-12-31", "2020W53", "2020-12-28", "2021-01-03", "2020年第53周"},
        {CYCLE_WEEK, "2024-12-30", "2025W01", "2024-12-30", "2025-01-05", "2025年第1周"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s of %s", rows[i].name, rows[i].at);
        struct period p = period_of(rows[i].cycle, D(rows[i].at)), read;
        check_str(period_name(f->a, p), rows[i].name);
        check_str(period_title(f->a, LANG_ZH, p), rows[i].title);
        check_day(p.first, rows[i].first);
        check_day(p.last, rows[i].last);
        check(period_parse(str_of(rows[i].name), &read));
        check_day(read.first, rows[i].first);
        check_day(read.last, rows[i].last);
        check_str(period_name(f->a, period_previous(period_next(p))), rows[i].name);
        check_int(period_next(p).first, p.last + 1);
    }
}

static void bad_names(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",        "2023",        "2023-",     "2023-13", "2023-00", "2023-02D", "2023-2",
        "2023Q5",  "2023Q0",      "2023H3",    "2023W54", "2023W53", "2023W00",  "2023W1",
        "1899-01", "２０２３-02", "2023-02AA", "2023X1",  "+023-02", "2023-+2"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct period p;
        check_row("%s", rows[i]);
        check(!period_parse(str_of(rows[i]), &p));
    }
}

static void cycles(void **state)
{
    (void)state;
    enum cycle c;
    check(cycle_of(STR_EMPTY, &c) && c == CYCLE_NONE);
    check(cycle_of(STR("none"), &c) && c == CYCLE_NONE);
    check(cycle_of(STR("tenday"), &c) && c == CYCLE_TENDAY);
    check(cycle_of(STR("half"), &c) && c == CYCLE_HALF);
    check(!cycle_of(STR("year"), &c));
}

static void due_days(void **state)
{
    (void)state;
    static const struct {
        const char *period;
        int n;
        const char *due;
    } rows[] = {
        {"2023-02", 5, "2023-03-05"},  {"2023-02", 25, "2023-02-25"}, {"2023-02", 0, "2023-02-28"},
        {"2023-02", 31, "2023-02-28"}, {"2023-12", 5, "2024-01-05"},  {"2023-01", 15, "2023-02-15"},
        {"2023-02", 15, "2023-03-15"}, {"2023-02", 16, "2023-02-16"}, {"2023Q1", 10, "2023-04-10"},
        {"2023Q1", 0, "2023-03-31"},   {"2023H1", 0, "2023-06-30"},   {"2023H1", 20, "2023-07-20"},
        {"2023W07", 5, "2023-02-17"},  {"2023W07", 1, "2023-02-20"},  {"2023-02A", 0, "2023-02-10"},
        {"2023-02C", 2, "2023-03-02"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct period p;
        check_row("%s day %d", rows[i].period, rows[i].n);
        check(period_parse(str_of(rows[i].period), &p));
        check_day(period_due(p, rows[i].n), rows[i].due);
    }
}

// No two periods of one cycle share a due day, whatever the reporting day.
static void due_days_ascend(void **state)
{
    (void)state;
    for (enum cycle c = CYCLE_WEEK; c <= CYCLE_HALF; c++) {
        for (int n = 0; n <= 184; n++) {
            check_row("cycle %d day %d", (int)c, n);
            struct period p = period_of(c, D("2023-01-01"));
            for (int i = 0; i < 40; i++, p = period_next(p))
                check(period_due(period_next(p), n) > period_due(p, n));
        }
    }
}

static void owed(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum cycle cycle;
        int n;
        const char *from, *period;
    } rows[] = {
        {CYCLE_MONTH, 5, "2023-02-06", "2023-02"},  // due 5 March
        {CYCLE_MONTH, 5, "2023-03-04", "2023-03"},  // who begins in March owes March
        {CYCLE_MONTH, 25, "2023-02-24", "2023-02"}, // due tomorrow
        {CYCLE_MONTH, 25, "2023-02-25", "2023-03"}, // today's is not asked of one who begins today
        {CYCLE_QUARTER, 0, "2023-02-06", "2023Q1"}, {CYCLE_WEEK, 5, "2023-02-17", "2023W08"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s from %s", rows[i].period, rows[i].from);
        check_str(period_name(f->a, period_owed(rows[i].cycle, rows[i].n, D(rows[i].from))),
                  rows[i].period);
    }
}

int main(void)
{
    return CHECK_RUN(UNIT(names_bounds), UNIT(bad_names), UNIT(cycles), UNIT(due_days),
                     UNIT(due_days_ascend), UNIT(owed));
}
