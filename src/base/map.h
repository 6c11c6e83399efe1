#pragma once
/*
 * Maps from text or from a 64-bit number to a pointer, in an arena. Keys given as text are
 * borrowed: they must live as long as the map. Zero-initialised maps are empty. Lookups are O(1) on average;
 * the hash is seeded per process against chosen keys, so order of iteration is by insertion, never
 * by hash. When memory runs out the map keeps what it holds and arena_ok() turns false.
 */
#include "base/text.h"

struct map_entry {
    struct map_entry *chain, *next; // same bucket; next inserted
    str text;
    int64_t number;
    void *value;
};

struct map {
    struct map_entry **buckets;
    struct map_entry *first, *last;
    size_t n, n_buckets;
};

void *map_get(const struct map *m, str key); // NULL when absent
void *map_get_int(const struct map *m, int64_t key);
// Sets the value and returns the one that stood there, or NULL.
void *map_put(struct arena *a, struct map *m, str key, void *value);
void *map_put_int(struct arena *a, struct map *m, int64_t key, void *value);
