/*
 * Laws of clocks and periods on random rules, starts and holidays:
 *   - a clock ends after it starts (a rule rolled back may pull it to its own day, no further);
 *   - who starts later never ends earlier, whatever the unit of the rule;
 *   - the same question has the same answer;
 *   - a chain of reports visits every period once, each due later than the one before;
 *   - while an item's due day lies ahead, no report is due after it (rolled by the rule);
 *   - a period is found again by its name.
 */
#include "check.h"

#include "base/random.h"
#include "ledger/org/period.h"
#include "ledger/org/rules.h"

enum { CHINA = 480, ROUNDS = 300, QUESTIONS = 40 };

static uint64_t seed(void)
{
    const char *text = getenv("BIHUAN_SEED");
    return text ? strtoull(text, NULL, 10) : 20230630;
}

// Monday to Friday in two intervals, with holidays and make-up days strewn over three years.
static const struct calendar *random_calendar(struct fixture *f, struct random *r)
{
    struct calendar *k = calendar_new(f->a, CHINA, STR("random"));
    struct day_pattern office = {{{540, 720}, {780, 1080}}, 2};
    for (int w = 1; w <= 5; w++) check(calendar_set_weekday(&f->c, k, w, &office));
    day base = day_of(2023, 1, 1);
    for (int i = 0; i < 60; i++) {
        day d = base + (day)random_below(r, 1000);
        if (random_below(r, 3)) check(calendar_set_day_off(&f->c, k, d, STR("off")));
        else check(calendar_set_make_up(&f->c, k, d, STR("work")));
    }
    check(calendar_freeze(&f->c, k));
    return k;
}

static struct clock_rule random_rule(struct random *r, const char *kind)
{
    static const struct {
        const char *unit;
        int64_t most;
    } units[] = {{"working_day", 60}, {"day", 90}, {"working_minute", 6000}, {"month_day", 31}};
    static const char *const rolls[] = {"none", "next", "previous"};
    size_t u = (size_t)random_below(r, COUNT_OF(units));
    return (struct clock_rule){.kind = str_of(kind),
                               .amount = random_between(r, 0, units[u].most),
                               .unit = str_of(units[u].unit),
                               .roll = str_of(rolls[random_below(r, COUNT_OF(rolls))]),
                               .rule_version = STR("1"),
                               .source = STR("random")};
}

static instant random_instant(struct random *r)
{
    return instant_at(day_of(2023, 2, 1) + (day)random_below(r, 700), (int)random_below(r, 1440),
                      CHINA);
}

static instant end_of(struct fixture *f, const struct rules *rules, const struct calendar *k,
                      const struct clock_ask *ask)
{
    struct clock_answer got, again;
    check(clock_due(&f->c, rules, k, ask, &got) && clock_due(&f->c, rules, k, ask, &again));
    check(got.due_at == again.due_at);
    return got.due_at;
}

static void clocks_run_forward(void **state)
{
    struct fixture *f = *state;
    struct random r;
    random_init(&r, seed());
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(f->a);
        const struct calendar *k = random_calendar(f, &r);
        struct clock_rule rule = random_rule(&r, "verify");
        struct rules rules = {.n_clocks = 1, .clocks = &rule};
        bool back = str_is(rule.roll, "previous");
        for (int q = 0; q < QUESTIONS; q++) {
            struct clock_ask ask = {.kind = "verify",
                                    .from = random_instant(&r),
                                    .until = DAY_NONE,
                                    .item_due = DAY_NONE};
            struct clock_ask later = ask;
            later.from += (instant)random_below(&r, 60 * 24 * 60) * US_PER_MINUTE;
            check_row("round %d: %.*s %d %.*s from %.*s", round, STR_FMT(rule.unit),
                      (int)rule.amount, STR_FMT(rule.roll),
                      STR_FMT(instant_text(f->a, ask.from, CHINA)));
            instant due = end_of(f, &rules, k, &ask);
            check(due <= end_of(f, &rules, k, &later));
            // n = 0 ends with the day it starts on, which may be over; a roll back may too
            if (rule.amount > 0 && !back) check(due > ask.from);
        }
        arena_reset_to(f->a, mark);
    }
}

static void reports_follow_each_other(void **state)
{
    struct fixture *f = *state;
    static const char *const cycles[] = {"week", "tenday", "month", "quarter", "half"};
    struct random r;
    random_init(&r, seed() + 1);
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(f->a);
        const struct calendar *k = random_calendar(f, &r);
        struct clock_rule rule = random_rule(&r, "report");
        rule.roll = STR("next");
        struct rules rules = {.n_clocks = 1, .clocks = &rule};
        struct clock_ask ask = {.kind = "report",
                                .from = random_instant(&r),
                                .until = DAY_NONE,
                                .item_due = DAY_NONE,
                                .cycle = str_of(cycles[random_below(&r, COUNT_OF(cycles))]),
                                .cycle_day = random_between(&r, 0, 31),
                                .last_period = STR_EMPTY};
        struct clock_answer last = {.due_at = INSTANT_NONE};
        for (int i = 0; i < 12; i++) {
            struct clock_answer got;
            struct period p, before;
            check_row("round %d: %.*s day %d, report %d", round, STR_FMT(ask.cycle),
                      (int)ask.cycle_day, i);
            check(clock_due(&f->c, &rules, k, &ask, &got));
            check(period_parse(got.period, &p));
            check(str_eq(period_name(f->a, p), got.period));
            check(p.last >= instant_day(ask.from, CHINA) || i > 0);
            if (i > 0) {
                check(period_parse(last.period, &before));
                check_int(p.first, before.last + 1);
                check(got.due_at >= last.due_at); // two due days may be rolled onto one
            }
            ask.last_period = got.period;
            last = got;
        }
        arena_reset_to(f->a, mark);
    }
}

static void nothing_is_due_after_the_item(void **state)
{
    struct fixture *f = *state;
    static const char *const cycles[] = {"", "none", "week", "tenday", "month", "quarter", "half"};
    struct random r;
    random_init(&r, seed() + 2);
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(f->a);
        const struct calendar *k = random_calendar(f, &r);
        struct clock_rule rule = random_rule(&r, "report");
        struct rules rules = {.n_clocks = 1, .clocks = &rule};
        instant from = random_instant(&r);
        struct clock_ask ask = {.kind = "report",
                                .from = from,
                                .until = DAY_NONE,
                                .item_due = instant_day(from, CHINA) + (day)random_below(&r, 200),
                                .cycle = str_of(cycles[random_below(&r, COUNT_OF(cycles))]),
                                .cycle_day = random_between(&r, 0, 31),
                                .last_period = STR_EMPTY};
        struct clock_ask end =
            ask; // the item's due day as a day that was set: the latest it may be
        end.until = ask.item_due;
        check_row("round %d: %.*s", round, STR_FMT(ask.cycle));
        check(end_of(f, &rules, k, &ask) <= end_of(f, &rules, k, &end));
        arena_reset_to(f->a, mark);
    }
}

static void periods_are_found_by_name(void **state)
{
    struct fixture *f = *state;
    for (enum cycle c = CYCLE_WEEK; c <= CYCLE_HALF; c++) {
        for (day d = day_of(1999, 12, 20); d < day_of(2032, 1, 20); d++) {
            struct arena_mark mark = arena_mark(f->a);
            struct period p = period_of(c, d), read;
            str name = period_name(f->a, p);
            check_row("%.*s", STR_FMT(name));
            check(p.first <= d && d <= p.last && period_parse(name, &read));
            check(read.cycle == c && read.first == p.first && read.last == p.last);
            arena_reset_to(f->a, mark);
        }
    }
}

int main(void)
{
    return CHECK_RUN(UNIT(clocks_run_forward), UNIT(reports_follow_each_other),
                     UNIT(nothing_is_due_after_the_item), UNIT(periods_are_found_by_name));
}
