#include "ledger/state.h"

#include <pthread.h>
#include <stdlib.h>

#include "ledger/org/org.h"
#include "ledger/org/rules.h"
#include "ledger/org/unit_tree.h"
#include "ledger/registers/registers.h"

enum { STATE_MAX_BYTES = 16 * 1024 * 1024 };

struct kept {
    struct state *state;
    uint64_t used; // the tick of its last use
};

struct states {
    pthread_mutex_t mutex; // guards all below
    struct kept at[STATES_MOST];
    size_t n, bytes;
    uint64_t tick, loaded;
};

struct states *states_new(void)
{
    struct states *s = calloc(1, sizeof *s);
    if (s) pthread_mutex_init(&s->mutex, NULL);
    return s;
}

static void hold(struct state *t)
{
    __atomic_add_fetch(&t->references, 1, __ATOMIC_ACQ_REL);
}

static void release(struct state *t)
{
    if (!t || __atomic_sub_fetch(&t->references, 1, __ATOMIC_ACQ_REL) > 0) return;
    arena_free(t->a);
    free(t);
}

static void release_reference(void *t)
{
    release(t);
}

void states_free(struct states *s)
{
    if (!s) return;
    while (s->n) release(s->at[--s->n].state);
    pthread_mutex_destroy(&s->mutex);
    free(s);
}

/* --- what is kept --- */

static size_t bytes_of(const struct state *t)
{
    return sizeof *t + ARENA_RESERVE_BYTES + arena_used(t->a);
}

static size_t find(const struct states *s, int64_t district)
{
    size_t i = 0;
    while (i < s->n && s->at[i].state->district != district) i++;
    return i;
}

// Out of the table; the reference is the caller's, to be given back outside the mutex.
static struct state *take_out(struct states *s, size_t i)
{
    struct state *t = s->at[i].state;
    s->bytes -= bytes_of(t);
    s->at[i] = s->at[--s->n];
    return t;
}

static size_t oldest(const struct states *s)
{
    size_t found = 0;
    for (size_t i = 1; i < s->n; i++)
        if (s->at[i].used < s->at[found].used) found = i;
    return found;
}

static bool fits(const struct state *t, const struct call *k)
{
    return t->district == k->district && t->rules_seq == k->head.rules_seq && t->epoch == db_epoch(k->db);
}

static struct state *look(struct states *s, const struct call *k)
{
    pthread_mutex_lock(&s->mutex);
    size_t i = find(s, k->district);
    struct state *t = i < s->n && fits(s->at[i].state, k) ? s->at[i].state : NULL;
    if (t) {
        s->at[i].used = ++s->tick;
        hold(t);
    }
    pthread_mutex_unlock(&s->mutex);
    return t;
}

// Takes a reference of its own. What a query of an older snapshot brings may replace a newer one: the
// next call loads that again, and no order of numbers has to be believed.
static void keep(struct states *s, struct state *t)
{
    struct state *out[STATES_MOST + 1];
    size_t n_out = 0, bytes = bytes_of(t);
    if (bytes > STATES_BYTES) return;
    pthread_mutex_lock(&s->mutex);
    size_t i = find(s, t->district);
    if (i < s->n) out[n_out++] = take_out(s, i);
    while (s->n && (s->n == STATES_MOST || s->bytes + bytes > STATES_BYTES)) out[n_out++] = take_out(s, oldest(s));
    hold(t);
    s->at[s->n++] = (struct kept){t, ++s->tick};
    s->bytes += bytes;
    pthread_mutex_unlock(&s->mutex);
    while (n_out) release(out[--n_out]);
}

void states_keep(struct states *s, struct state **own)
{
    if (*own) keep(s, *own);
    states_drop(own);
}

void states_drop(struct state **own)
{
    release(*own);
    *own = NULL;
}

/* --- loading --- */

// Loads into an arena of the state's own: the loaders allocate in the arena of the context they
// get.
static struct state *load(struct call *k)
{
    struct state *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->a = arena_new(STATE_MAX_BYTES);
    t->references = 1;
    t->district = k->district;
    t->rules_seq = k->head.rules_seq;
    t->epoch = db_epoch(k->db);
    struct ctx c = {.a = t->a, .lang = k->c->lang};
    struct call own = *k;
    own.c = &c;
    struct district d;
    struct unit_tree *units = NULL;
    bool ok = t->a && record_load(&own, &DISTRICT, k->district, &d);
    if (ok) own.zone_min = t->zone_min = (int)d.zone_min;
    ok = ok && rules_load(&own, &t->rules) && calendar_load(&own, &t->calendar) &&
         unit_tree_load(&own, &units) && ctx_ok(&c);
    t->units = units;
    if (ok) return t;
    if (t->a)
        fail_with(k->c, c.err.code, c.err.id, c.err.field, c.err.position, c.err.args,
                  c.err.n_args);
    release(t);
    return NULL;
}

// The reference goes with the call's arena.
static bool give(struct call *k, struct state *t)
{
    k->zone_min = t->zone_min;
    k->calendar = t->calendar;
    k->rules = t->rules;
    k->units = t->units;
    k->today = instant_day(k->now, t->zone_min);
    arena_defer(k->c->a, release_reference, t);
    return true;
}

bool states_attach(struct states *s, struct call *k, struct state **own)
{
    if (own && *own && fits(*own, k)) {
        hold(*own);
        return give(k, *own);
    }
    struct state *t = look(s, k);
    if (t) return give(k, t);
    t = load(k);
    if (!t) {
        if (k->c->err.code == ERR_NONE) fail(k->c, ERR_NO_MEMORY, "base.no_memory");
        return false;
    }
    pthread_mutex_lock(&s->mutex);
    s->loaded++;
    pthread_mutex_unlock(&s->mutex);
    if (own) {
        states_drop(own);
        *own = t;
        hold(t);
    } else {
        keep(s, t);
    }
    return give(k, t);
}

/* --- what stands behind --- */

bool states_behind(const struct entity *e)
{
    static const struct entity *const behind[] = {&DISTRICT,     &UNIT,          &UNIT_ALIAS,
                                                  &UNIT_PERIOD,  &UNIT_SUCCESSION,
                                                  &CALENDAR_DAY, &CALENDAR_STOP, &WEEK_PATTERN,
                                                  &CLOCK_RULE,   &LIGHT_RULE,    &WORD_RULE,
                                                  &REGISTER,     &REGISTER_FIELD, &LOOP_VARIANT,
                                                  &REGISTER_CLOCK};
    for (size_t i = 0; i < COUNT_OF(behind); i++)
        if (behind[i] == e) return true;
    return false;
}

bool states_concern(const struct call *k)
{
    for (size_t i = 0; i < k->changes.n; i++)
        if (states_behind(k->changes.at[i].entity)) return true;
    return false;
}

struct states_use states_use(struct states *s)
{
    pthread_mutex_lock(&s->mutex);
    struct states_use use = {s->n, s->bytes, s->loaded};
    pthread_mutex_unlock(&s->mutex);
    return use;
}
