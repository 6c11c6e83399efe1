#include "ledger/org/succession.h"

#include <stdlib.h>
#include <string.h>

static int by_time(const void *x, const void *y)
{
    const struct succession_row *a = x, *b = y;
    if (a->on != b->on) return a->on < b->on ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

struct succession succession_of(struct succession_row *rows, size_t n)
{
    if (n) qsort(rows, n, sizeof *rows, by_time);
    return (struct succession){rows, n};
}

// The end of the group that begins at i: one predecessor, one day. Rows of other units that were
// entered between them would stand between them; a group is entered at once, so there are none.
static size_t group_end(const struct succession *s, size_t i)
{
    size_t end = i + 1;
    while (end < s->n && s->at[end].from == s->at[i].from && s->at[end].on == s->at[i].on) end++;
    return end;
}

/* --- rules --- */

// What is known of a unit on the way through the rows.
struct fate {
    bool closed;
    int splits; // how often what it has was divided at most
};

static struct fate *fate_of(struct arena *a, struct map *fates, int64_t unit)
{
    struct fate *f = map_get_int(fates, unit);
    if (f) return f;
    f = ARENA_NEW(a, struct fate);
    (void)map_put_int(a, fates, unit, f);
    return f;
}

static const char *group_fault(struct arena *a, struct map *fates, const struct succession_row *at, size_t n)
{
    int sum = 0;
    struct fate *from = fate_of(a, fates, at->from);
    if (from->closed) return "unit.successor_closed";
    int splits = from->splits + (n > 1 || !at->closing);
    if (splits > SUCCESSION_SPLITS) return "unit.too_many_splits";
    for (size_t i = 0; i < n; i++) {
        struct fate *to = fate_of(a, fates, at[i].to);
        if (at[i].permille < 1 || at[i].permille > SHARE_WHOLE) return "unit.share_range";
        if (at[i].to == at[i].from) return "unit.own_successor";
        if (to->closed) return "unit.successor_closed";
        if (to->splits < splits) to->splits = splits;
        sum += at[i].permille;
    }
    if (at->closing ? sum != SHARE_WHOLE : sum >= SHARE_WHOLE) return "unit.shares";
    from->closed = at->closing;
    if (!at->closing) from->splits = splits;
    return NULL;
}

const char *succession_fault(struct arena *a, const struct succession *s)
{
    struct map fates = {0};
    for (size_t i = 0, end; i < s->n; i = end) {
        end = group_end(s, i);
        const char *id = group_fault(a, &fates, &s->at[i], end - i);
        if (id) return id;
    }
    return NULL;
}

/* --- sharing --- */

static int64_t *held(struct arena *a, struct unit_shares *h, int64_t unit)
{
    for (size_t i = 0; i < h->of.n; i++)
        if (h->of.at[i].unit == unit) return &h->of.at[i].share;
    struct unit_share *s = VEC_PUSH(a, &h->of);
    *s = (struct unit_share){unit, 0};
    return &s->share;
}

// share * permille / 1000 without leaving 64 bits: the share is a multiple of 1000 as long as the
// chain was divided less than SUCCESSION_SPLITS times.
static int64_t part_of(int64_t share, int permille)
{
    return permille == SHARE_WHOLE ? share : share / SHARE_WHOLE * permille;
}

void succession_forward(struct arena *a, const struct succession *s, int64_t unit, day after, day until,
                        enum succession_scope scope, struct unit_shares *out)
{
    *out = (struct unit_shares){0};
    *held(a, out, unit) = SHARE_ONE;
    for (size_t i = 0, end; i < s->n && s->at[i].on <= until; i = end) {
        end = group_end(s, i);
        if (s->at[i].on <= after || (scope == SUCCESSION_CLOSING && !s->at[i].closing)) continue;
        if (!*held(a, out, s->at[i].from)) continue;
        int64_t whole = *held(a, out, s->at[i].from), left = whole;
        for (size_t j = i; j < end; j++) {
            int64_t part = part_of(whole, s->at[j].permille);
            *held(a, out, s->at[j].to) += part;
            left -= part;
        }
        *held(a, out, s->at[i].from) = left;
    }
    size_t n = 0;
    for (size_t i = 0; i < out->of.n; i++)
        if (out->of.at[i].share) out->of.at[n++] = out->of.at[i];
    out->of.n = n;
}

void succession_backward(struct arena *a, const struct succession *s, int64_t unit, day after, day until,
                         enum succession_scope scope, struct unit_shares *out)
{
    struct unit_shares candidates = {0}, ends;
    *out = (struct unit_shares){0};
    (void)held(a, &candidates, unit);
    for (size_t i = 0; i < s->n; i++) (void)held(a, &candidates, s->at[i].from);
    for (size_t i = 0; i < candidates.of.n; i++) {
        int64_t from = candidates.of.at[i].unit;
        succession_forward(a, s, from, after, until, scope, &ends);
        for (size_t j = 0; j < ends.of.n; j++)
            if (ends.of.at[j].unit == unit) *held(a, out, from) += ends.of.at[j].share;
    }
}

int64_t share_millionths(int64_t n, int64_t share)
{
    const int64_t unit = SHARE_ONE / 1000000;
    __int128 all = (__int128)n * share;
    return (int64_t)((all + unit / 2) / unit);
}
