#include "ledger/plan/dates.h"

void plan_after(struct plan_node *n, size_t earlier)
{
    n->after[earlier / 64] |= UINT64_C(1) << (earlier % 64);
}

bool plan_waits(const struct plan_node *n, size_t earlier)
{
    return n->after[earlier / 64] >> (earlier % 64) & 1;
}

static day later(day x, day y)
{
    return x > y ? x : y;
}

static day sooner(day x, day y)
{
    return x < y ? x : y;
}

static int length(const struct plan_node *n)
{
    return n->duration - n->cut;
}

static day finish_of(const struct calendar *k, const struct plan_node *n, day start)
{
    if (length(n) == 0) return start;
    return n->natural_days ? start + length(n) - 1 : calendar_add_days(k, start - 1, length(n));
}

static day start_of(const struct calendar *k, const struct plan_node *n, day finish)
{
    if (length(n) == 0) return finish;
    return n->natural_days ? finish - length(n) + 1 : calendar_add_days(k, finish + 1, -length(n));
}

// The first day on which a node can begin when what it waits for finished on that day.
static day begin_after(const struct calendar *k, const struct plan_node *n, day finished)
{
    if (length(n) == 0) return finished;
    return n->natural_days ? finished + 1 : calendar_add_days(k, finished, 1);
}

// The last day on which it must be finished for that node to begin in time.
static day finish_before(const struct plan_node *next, day starts)
{
    return length(next) == 0 ? starts : starts - 1;
}

static void early_pass(const struct calendar *k, day start, struct plan_node *nodes, size_t n)
{
    day first = calendar_roll(k, start, ROLL_NEXT);
    for (size_t i = 0; i < n; i++) {
        struct plan_node *at = &nodes[i];
        at->early_start = at->from_start ? calendar_add_days(k, first, at->offset) : first;
        for (size_t p = 0; p < i; p++)
            if (plan_waits(at, p))
                at->early_start = later(at->early_start,
                                        begin_after(k, at, finish_of(k, &nodes[p], nodes[p].early_start)));
    }
}

static void late_pass(const struct calendar *k, day due, struct plan_node *nodes, size_t n)
{
    day last = calendar_roll(k, due, ROLL_PREVIOUS);
    for (size_t i = n; i-- > 0;) {
        struct plan_node *at = &nodes[i];
        day finish = at->from_start ? last : calendar_add_days(k, last, -at->offset);
        for (size_t s = i + 1; s < n; s++)
            if (plan_waits(&nodes[s], i)) finish = sooner(finish, finish_before(&nodes[s], nodes[s].late_start));
        at->late_start = start_of(k, at, at->natural_days ? finish : calendar_roll(k, finish, ROLL_PREVIOUS));
    }
}

static struct plan_span judge(const struct calendar *k, const struct plan_node *nodes, size_t n)
{
    struct plan_span s = {.feasible = true};
    for (size_t i = 0; i < n; i++) {
        if (nodes[i].early_start <= nodes[i].late_start) continue;
        int missing = calendar_days_between(k, nodes[i].late_start, nodes[i].early_start);
        s.feasible = false;
        if (missing > s.shortfall) s.shortfall = missing;
    }
    if (!s.feasible && s.shortfall == 0) s.shortfall = 1; // only days off are missing; a day off is not given
    for (size_t i = 0; i < n && !s.feasible; i++)
        if (nodes[i].early_start > nodes[i].late_start &&
            calendar_days_between(k, nodes[i].late_start, nodes[i].early_start) + 1 >= s.shortfall)
            s.tight[i / 64] |= UINT64_C(1) << (i % 64);
    return s;
}

// The longest negotiated duration on the tight chain that can still give a day.
static struct plan_node *giver(const struct plan_span *s, struct plan_node *nodes, size_t n)
{
    struct plan_node *best = NULL;
    for (size_t i = 0; i < n; i++) {
        bool tight = s->tight[i / 64] >> (i % 64) & 1;
        if (!tight || nodes[i].class != CLASS_NEGOTIATED || length(&nodes[i]) <= 1) continue;
        if (!best || length(&nodes[i]) > length(best)) best = &nodes[i];
    }
    return best;
}

static void lay(const struct calendar *k, struct plan_node *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct plan_node *at = &nodes[i];
        at->start = at->from_start ? at->early_start : later(at->early_start, at->late_start);
        for (size_t p = 0; p < i; p++)
            if (plan_waits(at, p)) at->start = later(at->start, begin_after(k, at, nodes[p].finish));
        at->finish = finish_of(k, at, at->start);
    }
}

struct plan_span plan_dates(const struct calendar *k, day start, day due, bool negotiate, struct plan_node *nodes,
                            size_t n)
{
    struct plan_span s;
    struct plan_node *give = NULL;
    for (size_t i = 0; i < n; i++) nodes[i].cut = 0;
    do {
        if (give) give->cut++;
        early_pass(k, start, nodes, n);
        late_pass(k, due, nodes, n);
        s = judge(k, nodes, n);
        give = negotiate && !s.feasible ? giver(&s, nodes, n) : NULL;
    } while (give);
    lay(k, nodes, n);
    return s;
}
