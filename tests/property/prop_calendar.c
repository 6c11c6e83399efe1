/*
 * Laws of the working calendar on random calendars: they hold whatever the week, the holidays and
 * the stops are. The oracle knows nothing of prefix sums: it asks its own list of rules minute by
 * minute.
 */
#include "check.h"

#include "base/calendar.h"
#include "base/random.h"

enum { CALENDARS = 120, QUESTIONS = 60, SPAN = 90, MAX_RULES = 24 };

struct rule {
    enum rule_kind { OFF, MAKE_UP, OWN } kind;
    day d;
    struct day_pattern own;
};

// A calendar as it was stated, and the one that was built from it.
struct model {
    struct day_pattern week[7];
    struct rule rules[MAX_RULES];
    int n_rules;
    day stop_first, stop_last; // empty when last < first
    day base;                  // the days in play are base … base + SPAN
    int zone_min;
    struct calendar *k;
};

static uint64_t seed(void)
{
    const char *text = getenv("BIHUAN_SEED");
    return text ? strtoull(text, NULL, 10) : 20230201;
}

static struct day_pattern random_pattern(struct random *r)
{
    struct day_pattern p = {0};
    int at = 0, want = (int)random_below(r, 4);
    while (p.n < want && at < 1430) {
        int from = (int)random_between(r, at, 1435);
        int to = (int)random_between(r, from + 1, from + 300 < 1440 ? from + 300 : 1440);
        // Days that begin and end at midnight are where intervals of two days meet.
        if (p.n == 0 && random_below(r, 5) == 0) from = 0;
        if (random_below(r, 8) == 0) to = 1440;
        p.at[p.n++] = (struct interval){from, to};
        at = to + 1;
    }
    return p;
}

static void random_rule(struct random *r, struct ctx *c, struct model *m)
{
    struct rule *x = &m->rules[m->n_rules++];
    *x = (struct rule){.kind = (enum rule_kind)random_below(r, 3),
                       .d = m->base + (day)random_below(r, SPAN)};
    if (x->kind == OWN) x->own = random_pattern(r);
    if (x->kind == OFF) check(calendar_set_day_off(c, m->k, x->d, STR("off")));
    if (x->kind == MAKE_UP) check(calendar_set_make_up(c, m->k, x->d, STR("make-up")));
    if (x->kind == OWN) check(calendar_set_day(c, m->k, x->d, &x->own, STR("own")));
}

static struct model random_model(struct random *r, struct ctx *c)
{
    struct model m = {.base = (day)random_between(r, -20000, 60000), .stop_last = -1};
    m.zone_min = (int)random_between(r, -12, 14) * 60;
    m.k = calendar_new(c->a, m.zone_min, STR_EMPTY);
    for (int w = 0; w < 7; w++) m.week[w] = random_pattern(r);
    if (m.week[2].n == 0) m.week[2] = (struct day_pattern){{{540, 1080}}, 1};
    for (int w = 0; w < 7; w++) check(calendar_set_weekday(c, m.k, w + 1, &m.week[w]));
    for (int i = (int)random_below(r, MAX_RULES); i > 0; i--) random_rule(r, c, &m);
    if (random_below(r, 2)) {
        m.stop_first = m.base + (day)random_below(r, SPAN);
        m.stop_last = m.stop_first + (day)random_below(r, 20);
        check(calendar_add_stop(c, m.k, m.stop_first, m.stop_last, STR("stop")));
    }
    check(calendar_freeze(c, m.k));
    return m;
}

/* --- the oracle --- */

static struct day_pattern oracle_pattern(const struct model *m, day d)
{
    if (d >= m->stop_first && d <= m->stop_last) return (struct day_pattern){0};
    for (int i = m->n_rules - 1; i >= 0; i--) {
        const struct rule *x = &m->rules[i];
        if (x->d != d) continue;
        if (x->kind == OFF) return (struct day_pattern){0};
        if (x->kind == OWN) return x->own;
        for (int w = 0; w < 7; w++)
            if (m->week[w].n) return m->week[w];
    }
    return m->week[day_weekday(d) - 1];
}

static bool oracle_works(const struct model *m, instant minute)
{
    struct day_pattern p = oracle_pattern(m, instant_day(minute, m->zone_min));
    int at = instant_minute(minute, m->zone_min);
    for (int i = 0; i < p.n; i++)
        if (at >= p.at[i].from && at < p.at[i].to) return true;
    return false;
}

static int64_t oracle_between(const struct model *m, instant from, instant to)
{
    int64_t n = 0;
    for (instant t = from; t < to; t += US_PER_MINUTE) n += oracle_works(m, t);
    return n;
}

// Walks forward until so many working minutes are behind: the end of the last of them.
static instant oracle_add(const struct model *m, instant t, int64_t minutes)
{
    for (; minutes > 0; t += US_PER_MINUTE) minutes -= oracle_works(m, t);
    return t;
}

static instant oracle_subtract(const struct model *m, instant t, int64_t minutes)
{
    for (; minutes > 0; t -= US_PER_MINUTE) minutes -= oracle_works(m, t - US_PER_MINUTE);
    return t;
}

static day oracle_add_days(const struct model *m, day d, int n)
{
    int step = n < 0 ? -1 : 1;
    for (; n != 0; n -= oracle_pattern(m, d).n ? step : 0) d += step;
    return d;
}

/* --- questions --- */

static day random_day(struct random *r, const struct model *m)
{
    return m->base + (day)random_between(r, -15, SPAN + 15);
}

static instant random_minute(struct random *r, const struct model *m)
{
    return instant_at(random_day(r, m), (int)random_below(r, 1440), m->zone_min);
}

static instant random_instant(struct random *r, const struct model *m)
{
    return random_minute(r, m) + (int64_t)random_below(r, (uint64_t)US_PER_MINUTE);
}

typedef void law(struct random *r, const struct model *m);

static void for_random_calendars(struct fixture *f, law *holds)
{
    for (uint64_t i = 0; i < CALENDARS; i++) {
        struct random r;
        random_init(&r, seed() + i);
        struct model m = random_model(&r, &f->c);
        for (int q = 0; q < QUESTIONS; q++) {
            check_row("BIHUAN_SEED=%" PRIu64 " question %d", seed() + i, q);
            holds(&r, &m);
        }
        arena_reset(f->a);
    }
}

static void oracle_days(struct random *r, const struct model *m)
{
    day d = random_day(r, m), e = random_day(r, m);
    int n = (int)random_between(r, -30, 30), count = 0;
    check_int(calendar_is_working_day(m->k, d), oracle_pattern(m, d).n > 0);
    check_int(calendar_add_days(m->k, d, n), oracle_add_days(m, d, n));
    for (day x = d + 1; x <= e; x++) count += oracle_pattern(m, x).n > 0;
    if (d <= e) check_int(calendar_days_between(m->k, d, e), count);
    check_int(calendar_days_between(m->k, e, d), -calendar_days_between(m->k, d, e));
    bool works = oracle_pattern(m, d).n > 0;
    check_int(calendar_roll(m->k, d, ROLL_NEXT), works ? d : oracle_add_days(m, d, 1));
    check_int(calendar_roll(m->k, d, ROLL_PREVIOUS), works ? d : oracle_add_days(m, d, -1));
}

static void oracle_minutes(struct random *r, const struct model *m)
{
    instant t = random_minute(r, m), u = t + random_between(r, 0, 12 * 1440) * US_PER_MINUTE;
    int64_t n = random_between(r, 1, 3000);
    check_int(calendar_is_working(m->k, t), oracle_works(m, t));
    check_int(calendar_minutes_between(m->k, t, u), oracle_between(m, t, u));
    check_int(calendar_add_minutes(m->k, t, n), oracle_add(m, t, n));
    check_int(calendar_add_minutes(m->k, t, -n), oracle_subtract(m, t, n));
}

static void oracle_next_and_previous(struct random *r, const struct model *m)
{
    instant t = random_minute(r, m);
    instant next = calendar_next(m->k, t), previous = calendar_previous(m->k, t);
    check(oracle_works(m, next));
    check_int(oracle_between(m, t, next), 0);
    if (oracle_works(m, t)) check_int(previous, t);
    else check(oracle_works(m, previous - US_PER_MINUTE));
    check_int(oracle_between(m, previous, t), 0);
}

static void law_add_then_subtract(struct random *r, const struct model *m)
{
    instant t = calendar_next(m->k, random_instant(r, m));
    int64_t n = random_between(r, 0, 20000);
    check_int(calendar_add_minutes(m->k, calendar_add_minutes(m->k, t, n), -n), t);
    // Where working time ends, the other way round.
    instant end = calendar_day_end(m->k, random_day(r, m));
    check_int(calendar_add_minutes(m->k, calendar_add_minutes(m->k, end, -n), n), end);
    day d = calendar_roll(m->k, random_day(r, m), ROLL_NEXT);
    int days = (int)random_between(r, -500, 500);
    check_int(calendar_add_days(m->k, calendar_add_days(m->k, d, days), -days), d);
    check_int(calendar_days_between(m->k, d, calendar_add_days(m->k, d, days)), days);
}

static void law_monotone(struct random *r, const struct model *m)
{
    instant t = random_instant(r, m),
            later = t + (int64_t)random_below(r, (uint64_t)US_PER_DAY * 3);
    int64_t n = random_between(r, -5000, 5000), more = n + random_between(r, 0, 2000);
    if (n == 0 || more == 0) return; // zero minutes return t itself, working or not
    check(calendar_add_minutes(m->k, t, n) <= calendar_add_minutes(m->k, later, n));
    check(calendar_add_minutes(m->k, t, n) <= calendar_add_minutes(m->k, t, more));
    check(calendar_next(m->k, t) <= calendar_next(m->k, later));
    check(calendar_previous(m->k, t) <= calendar_previous(m->k, later));
    check(calendar_previous(m->k, t) <= t && t <= calendar_next(m->k, t));
    check(calendar_minutes_between(m->k, t, later) >= 0);
    day d = random_day(r, m);
    int days = (int)random_between(r, -50, 49);
    if (days != 0 && days != -1)
        check(calendar_add_days(m->k, d, days) < calendar_add_days(m->k, d, days + 1));
}

static void law_additive(struct random *r, const struct model *m)
{
    instant a = random_instant(r, m), b = random_instant(r, m), c = random_instant(r, m);
    const struct calendar *k = m->k;
    check_int(calendar_minutes_between(k, a, b) + calendar_minutes_between(k, b, c),
              calendar_minutes_between(k, a, c));
    day d = random_day(r, m), e = random_day(r, m), g = random_day(r, m);
    check_int(calendar_days_between(k, d, e) + calendar_days_between(k, e, g),
              calendar_days_between(k, d, g));
    int64_t n = random_between(r, -9000, 9000);
    check_int(calendar_minutes_between(k, b, calendar_add_minutes(k, b, n)), n);
}

#define LAW(fn)                           \
    static void fn##_holds(void **state)  \
    {                                     \
        for_random_calendars(*state, fn); \
    }
LAW(oracle_days)
LAW(oracle_minutes)
LAW(oracle_next_and_previous)
LAW(law_add_then_subtract)
LAW(law_monotone)
LAW(law_additive)

int main(void)
{
    return CHECK_RUN(UNIT(oracle_days_holds), UNIT(oracle_minutes_holds),
                     UNIT(oracle_next_and_previous_holds), UNIT(law_add_then_subtract_holds),
                     UNIT(law_monotone_holds), UNIT(law_additive_holds));
}
