// Clocks over the State Council's calendar of 2023 (DOMAIN 8.7, 12) and lights of the default pack
// (DOMAIN 1.5). The arithmetic stands beside each row.
#include "check.h"

#include "ledger/org/rules.h"

enum { CHINA = 480 };

static day D(const char *text)
{
    day d = DAY_NONE;
    if (*text && !day_parse(str_of(text), &d)) check_fail(__FILE__, __LINE__, text);
    return d;
}

static instant T(const char *text)
{
    instant t = INSTANT_NONE;
    if (!instant_parse(str_of(text), CHINA, &t)) check_fail(__FILE__, __LINE__, text);
    return t;
}

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

static const struct calendar *china(struct fixture *f)
{
    struct day_pattern office;
    const char *packs = getenv("BIHUAN_PACKS");
    struct calendar *k = calendar_new(f->a, CHINA, STR("test"));
    check(week_parse(STR("09:00-12:00,13:00-18:00"), &office));
    for (int w = 1; w <= 5; w++) check(calendar_set_weekday(&f->c, k, w, &office));
    for (int year = 2022; year <= 2026; year++) {
        char path[512];
        snprintf(path, sizeof path, "%s/calendars/cn/%d.csv", packs ? packs : "packs", year);
        check(calendar_read_year(&f->c, k, year, read_text(f->a, path)));
    }
    check(calendar_freeze(&f->c, k));
    return k;
}

#define CLOCK(kind_, amount_, unit_, roll_)                                              \
    {                                                                                    \
        .kind = STR(kind_), .amount = (amount_), .unit = STR(unit_), .roll = STR(roll_), \
        .rule_version = STR("v1"), .source = STR("test")                                 \
    }
#define LIGHT_AT(light_, below)                                                 \
    {                                                                           \
        .light = STR(light_), .below_days = (below), .rule_version = STR("v1"), \
        .source = STR("test")                                                   \
    }
#define WORD(kind_, word_)                                            \
    {                                                                 \
        .kind = STR(kind_), .word = STR(word_), .source = STR("test") \
    }

static const struct rules *rules_of(struct fixture *f)
{
    static const struct clock_rule clocks[] = {
        CLOCK("issue", 5, "working_day", "none"),   CLOCK("accept", 120, "working_minute", "none"),
        CLOCK("report", 5, "month_day", "next"),    CLOCK("decide", 3, "working_day", "none"),
        CLOCK("verify", 5, "working_day", "none"),  CLOCK("object", 30, "day", "next"),
        CLOCK("rework", 10, "working_day", "none"), CLOCK("review", 30, "day", "previous"),
        CLOCK("reissue", 30, "day", "none"),
    };
    static const struct light_rule lights[] = {LIGHT_AT("red", 0), LIGHT_AT("yellow", 4),
                                               LIGHT_AT("blue", 8), LIGHT_AT("green", 36600)};
    static const struct word_rule words[] = {WORD("secrecy", "机密★"), WORD("quota", "税收任务")};
    struct rules *r = ARENA_NEW(f->a, struct rules);
    *r = (struct rules){COUNT_OF(clocks), COUNT_OF(lights), COUNT_OF(words), clocks, lights, words};
    return r;
}

static void clocks(void **state)
{
    struct fixture *f = *state;
    const struct calendar *k = china(f);
    const struct rules *r = rules_of(f);
    static const struct {
        const char *kind, *from, *until, *due;
    } rows[] = {
        // 28, 29 January are made-up working days, then 30, 31 January and 1 February: the fifth
        {"issue", "2023-01-20T10:00:00+08:00", "", "2023-02-01T18:00:00+08:00"},
        {"issue", "2023-01-22T10:00:00+08:00", "",
         "2023-02-01T18:00:00+08:00"}, // from within the holiday
        {"verify", "2024-09-30T17:59:00+08:00", "",
         "2024-10-12T18:00:00+08:00"}, // 8, 9, 10, 11, 12 (made up)
        {"decide", "2025-09-30T09:00:00+08:00", "",
         "2025-10-11T18:00:00+08:00"}, // 9, 10, 11 (made up)
        {"decide", "2026-02-13T09:00:00+08:00", "",
         "2026-02-25T18:00:00+08:00"}, // 14 (made up), 24, 25
        // two working hours, over lunch, over night, over the week-end
        {"accept", "2023-02-01T09:30:00+08:00", "", "2023-02-01T11:30:00+08:00"},
        {"accept", "2023-02-01T11:00:00+08:00", "", "2023-02-01T14:00:00+08:00"},
        {"accept", "2023-02-03T17:00:00+08:00", "", "2023-02-06T10:00:00+08:00"},
        {"accept", "2023-02-04T10:00:00+08:00", "", "2023-02-06T11:00:00+08:00"},
        // thirty days: 2023-02-01 + 30 = 2023-03-03, a Friday
        {"object", "2023-02-01T10:00:00+08:00", "", "2023-03-03T18:00:00+08:00"},
        // 2023-03-30 + 30 = 2023-04-29, Labour Day holiday to 3 May: rolled on to 4 May, back to 28
        // April,
        // or it stays and ends at 24:00
        {"object", "2023-03-30T10:00:00+08:00", "", "2023-05-04T18:00:00+08:00"},
        {"review", "2023-03-30T10:00:00+08:00", "", "2023-04-28T18:00:00+08:00"},
        {"reissue", "2023-03-30T10:00:00+08:00", "", "2023-04-30T00:00:00+08:00"},
        // a day set by a person counts for itself
        {"rework", "2023-03-01T10:00:00+08:00", "2023-03-10", "2023-03-10T18:00:00+08:00"},
        {"rework", "2023-03-01T10:00:00+08:00", "", "2023-03-15T18:00:00+08:00"},
        {"review", "2023-03-01T10:00:00+08:00", "2023-06-24",
         "2023-06-21T18:00:00+08:00"}, // Dragon Boat: rolled back
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct clock_ask ask = {.kind = rows[i].kind,
                                .from = T(rows[i].from),
                                .until = D(rows[i].until),
                                .item_due = DAY_NONE,
                                .cycle = STR_EMPTY,
                                .last_period = STR_EMPTY};
        struct clock_answer got;
        check_row("%s from %s", rows[i].kind, rows[i].from);
        check(clock_due(&f->c, r, k, &ask, &got));
        check_str(instant_text(f->a, got.due_at, CHINA), rows[i].due);
        check_str(got.rule_version, "v1");
    }
}

static void report_clocks(void **state)
{
    struct fixture *f = *state;
    const struct calendar *k = china(f);
    const struct rules *r = rules_of(f);
    static const struct {
        const char *from, *item_due, *cycle, *last, *due, *period;
        int cycle_day;
    } rows[] = {
        // by the 5th of the next month; 5 March 2023 is a Sunday: rolled to Monday
        {"2023-02-06", "2023-12-31", "month", "", "2023-03-06T18:00:00+08:00", "2023-02", 5},
        {"2023-03-03", "2023-12-31", "month", "2023-02", "2023-04-06T18:00:00+08:00", "2023-03",
         5}, // 5 April is Qingming
        {"2023-02-06", "2023-12-31", "month", "", "2023-02-27T18:00:00+08:00", "2023-02",
         25}, // 25 February is a Saturday
        {"2023-02-06", "2023-12-31", "quarter", "", "2023-03-31T18:00:00+08:00", "2023Q1", 0},
        {"2023-04-03", "2023-12-31", "quarter", "2023Q1", "2023-06-30T18:00:00+08:00", "2023Q2", 0},
        {"2023-02-06", "2023-12-31", "half", "", "2023-06-30T18:00:00+08:00", "2023H1", 0},
        {"2023-02-06", "2023-12-31", "tenday", "", "2023-02-10T18:00:00+08:00", "2023-02A", 0},
        {"2023-02-06", "2023-12-31", "week", "", "2023-02-10T18:00:00+08:00", "2023W06", 5},
        // a missed month stays owed: the clock is over already
        {"2023-06-08", "2023-12-31", "month", "2023-03", "2023-05-05T18:00:00+08:00", "2023-04", 5},
        // the item's own due day comes first, as long as it lies ahead
        {"2023-02-06", "2023-02-20", "month", "", "2023-02-20T18:00:00+08:00", "2023-02", 5},
        {"2023-02-24", "2023-02-20", "month", "2023-02", "2023-04-06T18:00:00+08:00", "2023-03", 5},
        // without a cycle the due day; past it or without one, the rule's own day of the month
        {"2023-02-03", "2023-02-05", "none", "", "2023-02-06T18:00:00+08:00", "",
         0}, // Lantern Festival, a Sunday
        {"2023-02-08", "2023-02-05", "", "", "2023-03-06T18:00:00+08:00", "", 0},
        {"2023-02-08", "", "", "", "2023-03-06T18:00:00+08:00", "", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant from = instant_at(D(rows[i].from), 600, CHINA);
        struct clock_ask ask = {.kind = "report",
                                .from = from,
                                .until = DAY_NONE,
                                .item_due = D(rows[i].item_due),
                                .cycle = str_of(rows[i].cycle),
                                .cycle_day = rows[i].cycle_day,
                                .last_period = str_of(rows[i].last)};
        struct clock_answer got;
        check_row("%zu: %s %s after %s", i, rows[i].from, rows[i].cycle, rows[i].last);
        check(clock_due(&f->c, r, k, &ask, &got));
        check_str(instant_text(f->a, got.due_at, CHINA), rows[i].due);
        check_str(got.period.p ? got.period : STR_EMPTY, rows[i].period);
    }
}

// Who begins again owes nothing for the time in which he owed nothing.
static void reports_after_a_pause(void **state)
{
    struct fixture *f = *state;
    const struct calendar *k = china(f);
    const struct rules *r = rules_of(f);
    static const struct {
        const char *from, *last, *late, *fresh; // the period owed
    } rows[] = {
        {"2023-06-08", "2023-03", "2023-04", "2023-06"}, // April and May passed in the pause
        {"2023-06-08", "2023-05", "2023-06", "2023-06"}, // nothing passed
        {"2023-06-08", "2023-06", "2023-07", "2023-07"}, // reported already by who led before
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct clock_ask ask = {.kind = "report",
                                .from = instant_at(D(rows[i].from), 600, CHINA),
                                .until = DAY_NONE,
                                .item_due = D("2023-12-31"),
                                .cycle = STR("month"),
                                .cycle_day = 5,
                                .last_period = str_of(rows[i].last)};
        struct clock_answer got;
        check_row("%s after %s", rows[i].from, rows[i].last);
        check(clock_due(&f->c, r, k, &ask, &got));
        check_str(got.period, rows[i].late);
        ask.fresh = true;
        check(clock_due(&f->c, r, k, &ask, &got));
        check_str(got.period, rows[i].fresh);
    }
}

static void clocks_refused(void **state)
{
    struct fixture *f = *state;
    struct clock_ask ask = {.kind = "verify",
                            .from = T("2023-02-01T10:00:00+08:00"),
                            .until = DAY_NONE,
                            .item_due = DAY_NONE};
    struct clock_answer got;
    static const struct rules none;
    check_error(clock_due(&f->c, &none, china(f), &ask, &got), &f->c, "clock.no_rule");
    check_error(clock_due(&f->c, NULL, china(f), &ask, &got), &f->c, "clock.no_rule");
    check_error(clock_due(&f->c, rules_of(f), NULL, &ask, &got), &f->c, "clock.no_calendar");
}

static void lights(void **state)
{
    struct fixture *f = *state;
    const struct rules *r = rules_of(f);
    static const struct {
        const char *state, *due, *light;
    } rows[] = {
        {"accepted", "2023-06-29", "red"},
        {"accepted", "2023-06-30", "yellow"},
        {"accepted", "2023-07-03", "yellow"},
        {"accepted", "2023-07-04", "blue"},
        {"accepted", "2023-07-07", "blue"},
        {"accepted", "2023-07-08", "green"},
        {"issued", "2022-01-01", "red"},
        {"reported", "2023-07-04", "blue"},
        {"accepted", "", "none"},
        {"drafted", "2023-06-01", "none"},
        {"approved", "2023-06-01", "none"},
        {"suspended", "2023-06-01", "none"},
        {"closed", "2023-06-01", "grey"},
        {"cancelled", "2023-06-01", "grey"},
        {"archived", "", "grey"},
        {"accepted", "2999-12-31", "green"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s due %s", rows[i].state, rows[i].due);
        check_str(light_of(r, str_of(rows[i].state), D(rows[i].due), D("2023-06-30")),
                  rows[i].light);
    }
}

// The bounds for SQL say of every day what light_of says.
static void light_bounds_agree(void **state)
{
    struct fixture *f = *state;
    const struct rules *r = rules_of(f);
    struct light_bound b[8];
    day today = D("2023-12-29");
    size_t n = light_bounds(r, today, b, COUNT_OF(b));
    check_int(n, 4);
    check_int(b[n - 1].last_ymd, 99991230);
    for (day d = today - 400; d < today + 400; d++) {
        str light = light_of(r, STR("accepted"), d, today);
        size_t hits = 0;
        for (size_t i = 0; i < n; i++) {
            if (day_to_ymd(d) < b[i].first_ymd || day_to_ymd(d) > b[i].last_ymd) continue;
            hits++;
            check_row("day %d", day_to_ymd(d));
            check(str_eq(b[i].light, light));
        }
        check_int(hits, 1);
    }
}

static void bounds_of_odd_rules(void **state)
{
    (void)state;
    struct light_bound b[4];
    static const struct light_rule same[] = {LIGHT_AT("red", 0), LIGHT_AT("orange", 0),
                                             LIGHT_AT("green", 5)};
    const struct rules r = {.n_lights = COUNT_OF(same), .lights = same};
    day today = D("2023-06-30");
    check_int(light_bounds(NULL, today, b, 4), 0);
    check_int(light_bounds(&r, today, b, 4), 2);
    check_str(b[0].light, "red");
    check_str(b[1].light, "green");
    check_str(light_of(&r, STR("accepted"), today + 90, today),
              "green"); // the last rule goes on for ever
    check_str(light_of(NULL, STR("accepted"), today, today), "none");
}

static void words(void **state)
{
    struct fixture *f = *state;
    const struct rules *r = rules_of(f);
    check_str(rules_word(f->a, r, "secrecy", STR("关于某项目的请示（机 密★10年）")), "机密★");
    check_str(rules_word(f->a, r, "secrecy", STR("机密性要求")), "");
    check_str(rules_word(f->a, r, "quota", STR("完成税收任务 10 亿元")), "税收任务");
    check_str(rules_word(f->a, r, "secrecy", STR("完成税收任务 10 亿元")), "");
    check_str(rules_word(f->a, NULL, "quota", STR("税收任务")), "");
}

static void weeks(void **state)
{
    (void)state;
    struct day_pattern p;
    check(week_parse(STR("09:00-12:00,13:00-18:00"), &p));
    check_int(p.n, 2);
    check_int(p.at[0].from, 540);
    check_int(p.at[1].to, 1080);
    check(week_parse(STR(" 00:00-24:00 "), &p));
    check_int(p.at[0].to, 1440);
    check(week_parse(STR(""), &p));
    check_int(p.n, 0);
    static const char *const bad[] = {
        "9-12",
        "09:00",
        "09:00-",
        "12:00-09:00",
        "09:00-12:00,11:00-13:00",
        "09:00-12:00,12:00-13:00",
        "24:01-25:00",
        "09:60-10:00",
        "09:00-12:00;13:00-14:00",
        "-1:00-02:00",
        "01:00-01:10,02:00-02:10,03:00-03:10,04:00-04:10,05:00-05:10,06:00-06:10,07:00-07:10"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        check_row("%s", bad[i]);
        check(!week_parse(str_of(bad[i]), &p));
    }
}

int main(void)
{
    return CHECK_RUN(UNIT(clocks), UNIT(report_clocks), UNIT(reports_after_a_pause),
                     UNIT(clocks_refused), UNIT(lights), UNIT(light_bounds_agree),
                     UNIT(bounds_of_odd_rules), UNIT(words), UNIT(weeks));
}
