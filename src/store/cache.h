#pragma once
/*
 * The prepared statements of one connection, by their text. Static statements are found by the
 * address of their text (a hint, verified by comparing), others by hash; the ones last used are kept.
 *
 * The cache owns nothing: an engine puts struct cached first in what it keeps of a statement, and
 * frees what cache_evict and cache_take hand back to it.
 */
#include "base/text.h"

enum {
    CACHE_MAX = 256,
    CACHE_BUCKETS = 256, // powers of two
    CACHE_HINTS = 256,
};

struct cached {
    const char *text;             // lives as long as the entry
    bool lock;                    // part of the key
    int busy;                     // in use so many times; such an entry is not evicted
    struct cached *chain;         // same bucket
    struct cached *newer, *older; // by last use
    uint32_t hash;
};

struct cache {
    struct cached *buckets[CACHE_BUCKETS];
    struct {
        const char *text;
        struct cached *entry;
    } hints[CACHE_HINTS]; // by address of the text; what is found is compared before use
    struct cached *newest, *oldest;
    int n;
};

struct cached *cache_find(struct cache *k, const char *text, bool lock); // NULL: there is none
void cache_use(struct cache *k, struct cached *e);                       // it is the newest now
// Adds what was not found; sql is the caller's text, which the hint is for.
void cache_add(struct cache *k, struct cached *e, const char *sql);
// When it is full: takes the idle entry out that was not used for longest, else NULL.
struct cached *cache_evict(struct cache *k);
struct cached *cache_take(struct cache *k); // any one, NULL when it is empty
