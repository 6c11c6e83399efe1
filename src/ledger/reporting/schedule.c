/* Periods of a collection and the days by which their reports are due. Pure, but for the calendar it is given. */
#include "ledger/reporting/reporting_internal.h"

day collected_due(const struct call *k, const struct collected *c, struct period p)
{
    int n = (int)c->of.due_count;
    bool working = str_is(c->of.due_in, "working_day");
    day due = working && k->calendar ? calendar_add_days(k->calendar, p.last, n) : p.last + n;
    if (!k->calendar) return due;
    if (str_is(c->of.roll, "next")) return calendar_roll(k->calendar, due, ROLL_NEXT);
    if (str_is(c->of.roll, "previous")) return calendar_roll(k->calendar, due, ROLL_PREVIOUS);
    return due;
}

struct period collected_first(const struct collected *c)
{
    struct period p;
    if (!period_parse(c->of.first_period, &p)) BUG("a collection's first period was stored unread");
    return p;
}

static day end_of(const struct collected *c)
{
    struct period p;
    return c->of.last_period.n && period_parse(c->of.last_period, &p) ? p.last : day_of(2999, 12, 31);
}

bool collected_has(const struct collected *c, struct period p)
{
    return p.cycle == c->cycle && p.first >= collected_first(c).first && p.last <= end_of(c);
}

bool collected_latest(const struct collected *c, day d, struct period *out)
{
    day end = end_of(c);
    *out = period_of(c->cycle, d < end ? d : end);
    return collected_has(c, *out);
}

int periods_between(struct period from, struct period to)
{
    int n = 0;
    for (; from.first < to.first; from = period_next(from)) n++;
    return n;
}
