/*
 * Laws of succession on random histories of units:
 *   - the shares of a unit always add up to one, exactly, on whatever day;
 *   - totals of then put to the units of a day add up to the totals of then;
 *   - asked again from where things are, nothing moves (what is now is now);
 *   - in two steps over a day between, the same as in one;
 *   - back and forth agree: what A gave to B is what B has of A;
 *   - a row that leads back, gives too much or too little is refused.
 */
#include "check.h"

#include "base/random.h"
#include "ledger/org/succession.h"

enum { ROUNDS = 400, UNITS = 40, DAYS = 60 };

static uint64_t seed(void)
{
    const char *text = getenv("BIHUAN_SEED");
    return text ? strtoull(text, NULL, 10) : 20230630;
}

struct history {
    struct succession_row rows[400];
    size_t n;
    bool closed[UNITS + 1];
    int splits[UNITS + 1];
};

static int64_t alive(struct random *r, const struct history *h, int64_t but)
{
    for (int i = 0; i < 200; i++) {
        int64_t u = random_between(r, 1, UNITS);
        if (!h->closed[u] && u != but) return u;
    }
    return 0;
}

// One unit goes to one, to several, or hands a part over.
static void change(struct random *r, struct history *h, day on)
{
    int64_t from = alive(r, h, 0), to[3] = {0};
    size_t n = (size_t)random_between(r, 1, 3);
    bool closing = random_below(r, 4) > 0;
    if (!from || h->splits[from] >= SUCCESSION_SPLITS) return;
    for (size_t i = 0; i < n; i++) {
        to[i] = alive(r, h, from);
        for (size_t j = 0; j < i; j++)
            if (to[j] == to[i]) to[i] = 0;
        if (!to[i]) return;
    }
    // One change of a unit a day: the rows of a day are one group.
    for (size_t i = 0; i < h->n; i++)
        if (h->rows[i].from == from && h->rows[i].on == on) return;
    int left = closing ? SHARE_WHOLE : (int)random_between(r, 10, 900);
    int splits = h->splits[from] + (n > 1 || !closing);
    for (size_t i = 0; i < n; i++) {
        int share = i + 1 == n ? left : (int)random_between(r, 1, left - (int)(n - i));
        left -= share;
        h->rows[h->n] = (struct succession_row){(int64_t)h->n + 1, from, to[i], on, share, closing};
        h->n++;
        if (h->splits[to[i]] < splits) h->splits[to[i]] = splits;
    }
    h->closed[from] = closing;
    if (!closing) h->splits[from] = splits;
}

static void make(struct random *r, struct history *h)
{
    *h = (struct history){0};
    for (day d = 1; d <= DAYS && h->n < 380; d += (day)random_between(r, 0, 4)) change(r, h, d ? d : 1);
}

static int64_t sum_of(const struct unit_shares *s)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->of.n; i++) sum += s->of.at[i].share;
    return sum;
}

static int64_t share_at(const struct unit_shares *s, int64_t unit)
{
    for (size_t i = 0; i < s->of.n; i++)
        if (s->of.at[i].unit == unit) return s->of.at[i].share;
    return 0;
}

static void laws_hold(void **state)
{
    struct fixture *f = *state;
    struct random r;
    random_init(&r, seed());
    size_t changes = 0, divided = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena_mark mark = arena_mark(f->a);
        static struct history h;
        make(&r, &h);
        changes += h.n;
        struct succession s = succession_of(h.rows, h.n);
        assert_null(succession_fault(f->a, &s));
        day between = (day)random_between(&r, 0, DAYS);
        __int128 then = 0, now = 0;
        for (int64_t u = 1; u <= UNITS; u++) {
            struct unit_shares one, half, again;
            int64_t items = random_between(&r, 0, 100000);
            succession_forward(f->a, &s, u, DAY_NONE, DAYS, SUCCESSION_ALL, &one);
            assert_true(sum_of(&one) == SHARE_ONE);
            divided += one.of.n > 1;
            then += (__int128)items * SHARE_ONE;
            for (size_t i = 0; i < one.of.n; i++) now += (__int128)items * one.of.at[i].share;
            for (size_t i = 0; i < one.of.n; i++) {
                succession_forward(f->a, &s, one.of.at[i].unit, DAYS, DAYS + 1, SUCCESSION_ALL, &again);
                assert_true(again.of.n == 1 && again.of.at[0].unit == one.of.at[i].unit);
            }
            // Over the day between: parts of parts. Exact up to the bits that two divisions share.
            succession_forward(f->a, &s, u, DAY_NONE, between, SUCCESSION_ALL, &half);
            assert_true(sum_of(&half) == SHARE_ONE);
            for (size_t i = 0; i < one.of.n; i++) {
                __int128 back = 0;
                for (size_t j = 0; j < half.of.n; j++) {
                    struct unit_shares rest;
                    succession_forward(f->a, &s, half.of.at[j].unit, between, DAYS, SUCCESSION_ALL, &rest);
                    back += (__int128)half.of.at[j].share * share_at(&rest, one.of.at[i].unit);
                }
                assert_true(back == (__int128)one.of.at[i].share * SHARE_ONE);
            }
            struct unit_shares gave;
            succession_backward(f->a, &s, u, DAY_NONE, DAYS, SUCCESSION_ALL, &gave);
            for (size_t i = 0; i < gave.of.n; i++) {
                struct unit_shares to;
                succession_forward(f->a, &s, gave.of.at[i].unit, DAY_NONE, DAYS, SUCCESSION_ALL, &to);
                assert_true(share_at(&to, u) == gave.of.at[i].share);
            }
        }
        assert_true(then == now);
        arena_reset_to(f->a, mark);
    }
    // The histories are not empty ones.
    assert_true(changes > ROUNDS * 10 && divided > ROUNDS);
}

static void faults_are_found(void **state)
{
    struct fixture *f = *state;
    const struct {
        struct succession_row rows[3];
        size_t n;
        const char *fault;
    } cases[] = {
        {{{1, 1, 2, 5, 1000, true}, {2, 2, 1, 6, 1000, true}}, 2, "unit.successor_closed"},
        {{{1, 1, 2, 5, 1000, true}, {2, 2, 1, 5, 1000, true}}, 2, "unit.successor_closed"},
        {{{1, 1, 2, 5, 1000, true}, {2, 2, 3, 5, 1000, true}, {3, 3, 1, 5, 1000, true}}, 3, "unit.successor_closed"},
        {{{1, 1, 1, 5, 1000, true}}, 1, "unit.own_successor"},
        {{{1, 1, 2, 5, 999, true}}, 1, "unit.shares"},
        {{{1, 1, 2, 5, 600, true}, {2, 1, 3, 5, 401, true}}, 2, "unit.shares"},
        {{{1, 1, 2, 5, 1000, false}}, 1, "unit.shares"},
        {{{1, 1, 2, 5, 0, true}}, 1, "unit.share_range"},
        {{{1, 1, 2, 5, 1000, true}, {2, 1, 3, 7, 1000, true}}, 2, "unit.successor_closed"},
        {{{1, 1, 2, 5, 1000, true}, {2, 2, 3, 5, 1000, true}}, 2, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct succession_row rows[3];
        memcpy(rows, cases[i].rows, sizeof rows);
        struct succession s = succession_of(rows, cases[i].n);
        const char *fault = succession_fault(f->a, &s);
        if (cases[i].fault) assert_true(fault && strcmp(fault, cases[i].fault) == 0);
        else assert_null(fault);
    }
}

int main(void)
{
    return CHECK_RUN(UNIT(laws_hold), UNIT(faults_are_found));
}
