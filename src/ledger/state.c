#include "ledger/state.h"

#include <pthread.h>
#include <stdlib.h>

#include "ledger/org/org.h"
#include "ledger/org/rules.h"
#include "ledger/org/unit_tree.h"

enum { STATE_MAX_BYTES = 16 * 1024 * 1024 };

struct cached {
    int64_t district;
    struct state *writer, *reader;
    uint64_t generation; // counts drops of the readers' snapshot
    struct cached *next;
};

struct states {
    pthread_mutex_t mutex;
    struct cached *first;
};

struct states *states_new(void)
{
    struct states *s = calloc(1, sizeof *s);
    if (s) pthread_mutex_init(&s->mutex, NULL);
    return s;
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
    while (s->first) {
        struct cached *d = s->first;
        s->first = d->next;
        release(d->writer);
        release(d->reader);
        free(d);
    }
    pthread_mutex_destroy(&s->mutex);
    free(s);
}

static struct cached *find(struct states *s, int64_t district, bool make)
{
    struct cached *d = s->first;
    while (d && d->district != district) d = d->next;
    if (d || !make) return d;
    d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->district = district;
    d->next = s->first;
    s->first = d;
    return d;
}

// Loads into an arena of the state's own: the loaders allocate in the arena of the context they
// get.
static struct state *load(struct call *k)
{
    struct state *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->a = arena_new(STATE_MAX_BYTES);
    t->references = 1;
    t->district = k->district;
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

bool states_attach(struct states *s, struct call *k, bool for_writing)
{
    pthread_mutex_lock(&s->mutex);
    struct cached *d = find(s, k->district, true);
    struct state *t = d ? for_writing ? d->writer : d->reader : NULL;
    uint64_t generation = d ? d->generation : 0;
    if (t) __atomic_add_fetch(&t->references, 1, __ATOMIC_ACQ_REL);
    pthread_mutex_unlock(&s->mutex);
    if (t) return give(k, t);
    if (!d || !(t = load(k))) {
        if (k->c->err.code == ERR_NONE) fail(k->c, ERR_NO_MEMORY, "base.no_memory");
        return false;
    }
    pthread_mutex_lock(&s->mutex);
    struct state **slot = for_writing ? &d->writer : &d->reader;
    // A snapshot read before somebody's commit must not be kept after it.
    if (!*slot && (for_writing || d->generation == generation)) {
        *slot = t;
        __atomic_add_fetch(&t->references, 1, __ATOMIC_ACQ_REL);
    }
    pthread_mutex_unlock(&s->mutex);
    return give(k, t);
}

bool states_concern(const struct call *k)
{
    static const struct entity *const behind[] = {&DISTRICT,     &UNIT,          &UNIT_ALIAS,
                                                  &CALENDAR_DAY, &CALENDAR_STOP, &WEEK_PATTERN,
                                                  &CLOCK_RULE,   &LIGHT_RULE,    &WORD_RULE};
    for (size_t i = 0; i < k->changes.n; i++)
        for (size_t e = 0; e < COUNT_OF(behind); e++)
            if (k->changes.at[i].entity == behind[e]) return true;
    return false;
}

void states_drop_writer(struct states *s, int64_t district)
{
    pthread_mutex_lock(&s->mutex);
    struct cached *d = find(s, district, false);
    struct state *t = d ? d->writer : NULL;
    if (d) d->writer = NULL;
    pthread_mutex_unlock(&s->mutex);
    release(t);
}

void states_drop_readers(struct states *s, int64_t district)
{
    pthread_mutex_lock(&s->mutex);
    struct cached *d = find(s, district, true);
    struct state *t = d ? d->reader : NULL;
    if (d) {
        d->reader = NULL;
        d->generation++;
    }
    pthread_mutex_unlock(&s->mutex);
    release(t);
}
