#include "store/cache.h"

static uint32_t hash_text(const char *z)
{
    uint32_t h = 2166136261u; // FNV-1a: keys are our own texts, nobody chooses them against us
    for (; *z; z++) h = (h ^ (unsigned char)*z) * 16777619u;
    return h;
}

static size_t hint_of(const char *text)
{
    return ((uintptr_t)text >> 3) % CACHE_HINTS;
}

static bool matches(const struct cached *e, const char *text, bool lock)
{
    return e->lock == lock && strcmp(e->text, text) == 0;
}

static void unlink_use(struct cache *k, struct cached *e)
{
    *(e->newer ? &e->newer->older : &k->newest) = e->older;
    *(e->older ? &e->older->newer : &k->oldest) = e->newer;
}

static void link_newest(struct cache *k, struct cached *e)
{
    e->newer = NULL;
    e->older = k->newest;
    *(k->newest ? &k->newest->newer : &k->oldest) = e;
    k->newest = e;
}

static void remember(struct cache *k, struct cached *e, const char *sql)
{
    k->hints[hint_of(sql)].text = sql;
    k->hints[hint_of(sql)].entry = e;
}

static void take_out(struct cache *k, struct cached *e)
{
    unlink_use(k, e);
    struct cached **at = &k->buckets[e->hash % CACHE_BUCKETS];
    while (*at != e) at = &(*at)->chain;
    *at = e->chain;
    for (size_t i = 0; i < CACHE_HINTS; i++)
        if (k->hints[i].entry == e) k->hints[i].entry = NULL;
    k->n--;
}

struct cached *cache_find(struct cache *k, const char *text, bool lock)
{
    size_t hint = hint_of(text);
    struct cached *e = k->hints[hint].entry;
    if (e && k->hints[hint].text == text && matches(e, text, lock)) return e;
    uint32_t hash = hash_text(text);
    for (e = k->buckets[hash % CACHE_BUCKETS]; e; e = e->chain)
        if (e->hash == hash && matches(e, text, lock)) break;
    if (e) remember(k, e, text);
    return e;
}

void cache_use(struct cache *k, struct cached *e)
{
    if (k->newest == e) return;
    unlink_use(k, e);
    link_newest(k, e);
}

void cache_add(struct cache *k, struct cached *e, const char *sql)
{
    e->hash = hash_text(sql);
    e->chain = k->buckets[e->hash % CACHE_BUCKETS];
    k->buckets[e->hash % CACHE_BUCKETS] = e;
    remember(k, e, sql);
    link_newest(k, e);
    k->n++;
}

struct cached *cache_evict(struct cache *k)
{
    if (k->n < CACHE_MAX) return NULL;
    struct cached *e = k->oldest;
    while (e && e->busy > 0) e = e->newer;
    if (e) take_out(k, e);
    return e;
}

struct cached *cache_take(struct cache *k)
{
    struct cached *e = k->newest;
    if (e) take_out(k, e);
    return e;
}
