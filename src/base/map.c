#include "base/map.h"

#include <stdlib.h>
#include <sys/random.h>

static uint64_t seed;

__attribute__((constructor)) static void seed_hash(void)
{
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) seed = 0x9e3779b97f4a7c15u;
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

static uint64_t hash_of(str text, int64_t number)
{
    uint64_t h = mix(seed ^ (uint64_t)number);
    for (size_t i = 0; i < text.n; i++) h = (h ^ (unsigned char)text.p[i]) * 0x100000001b3u;
    return mix(h);
}

static struct map_entry *find(const struct map *m, str text, int64_t number)
{
    if (!m->n_buckets) return NULL;
    struct map_entry *e = m->buckets[hash_of(text, number) & (m->n_buckets - 1)];
    while (e && !(e->number == number && str_eq(e->text, text))) e = e->chain;
    return e;
}

static void grow(struct arena *a, struct map *m)
{
    size_t bigger = m->n_buckets ? m->n_buckets * 2 : 16;
    struct map_entry **buckets = m->n_buckets ? arena_try(a, bigger * sizeof *buckets)
                                              : arena_alloc(a, bigger * sizeof *buckets);
    if (!buckets) return; // longer chains, still right
    for (struct map_entry *e = m->first; e; e = e->next) {
        struct map_entry **b = &buckets[hash_of(e->text, e->number) & (bigger - 1)];
        e->chain = *b;
        *b = e;
    }
    m->buckets = buckets;
    m->n_buckets = bigger;
}

static void *put(struct arena *a, struct map *m, str text, int64_t number, void *value)
{
    struct map_entry *e = find(m, text, number);
    if (e) {
        void *before = e->value;
        e->value = value;
        return before;
    }
    if (m->n >= m->n_buckets) grow(a, m);
    e = ARENA_NEW(a, struct map_entry);
    struct map_entry **b = &m->buckets[hash_of(text, number) & (m->n_buckets - 1)];
    *e = (struct map_entry){.chain = *b, .text = text, .number = number, .value = value};
    *b = e;
    if (m->last) m->last->next = e;
    else m->first = e;
    m->last = e;
    m->n++;
    return NULL;
}

void *map_get(const struct map *m, str key)
{
    struct map_entry *e = find(m, key, 0);
    return e ? e->value : NULL;
}

void *map_get_int(const struct map *m, int64_t key)
{
    struct map_entry *e = find(m, STR_EMPTY, key);
    return e ? e->value : NULL;
}

void *map_put(struct arena *a, struct map *m, str key, void *value)
{
    return put(a, m, key, 0, value);
}

void *map_put_int(struct arena *a, struct map *m, int64_t key, void *value)
{
    return put(a, m, STR_EMPTY, key, value);
}
