#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 16 * 1024, ALIGN = alignof(max_align_t) };

struct block {
    struct block *older;
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

struct deferred {
    struct deferred *older;
    void (*fn)(void *);
    void *p;
};

struct arena {
    struct block *top;
    struct block *reserve;
    struct deferred *deferred;
    size_t total, max;
    bool failed;
};

static struct block *block_new(size_t size)
{
    struct block *b = size > SIZE_MAX - sizeof *b ? NULL : malloc(sizeof *b + size);
    if (!b) return NULL;
    b->older = NULL;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(size_t max_bytes)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a) return NULL;
    a->max = max_bytes;
    a->reserve = block_new(ARENA_RESERVE_BYTES);
    if (!a->reserve) {
        free(a);
        return NULL;
    }
    return a;
}

static void run_deferred(struct arena *a, const struct deferred *until)
{
    while (a->deferred != until) {
        struct deferred *d = a->deferred;
        a->deferred = d->older;
        d->fn(d->p);
    }
}

static void drop_blocks(struct arena *a, const struct block *until)
{
    while (a->top != until) {
        struct block *b = a->top;
        a->top = b->older;
        free(b);
    }
}

void arena_reset(struct arena *a)
{
    run_deferred(a, NULL);
    // The oldest plain block stays for the next request: a warm arena does not call malloc.
    while (a->top && a->top->older) drop_blocks(a, a->top->older);
    if (a->top && a->top->size > 4 * (size_t)BLOCK_BYTES) drop_blocks(a, NULL);
    if (a->top) a->top->used = 0;
    a->reserve->used = 0;
    a->total = 0;
    a->failed = false;
}

void arena_free(struct arena *a)
{
    if (!a) return;
    run_deferred(a, NULL);
    drop_blocks(a, NULL);
    free(a->reserve);
    free(a);
}

static void *carve(struct block *b, size_t size)
{
    if (size > b->size - b->used) return NULL;
    void *p = b->data + b->used;
    b->used += size;
    return memset(p, 0, size);
}

static size_t rounded(size_t size)
{
    return (size + (ALIGN - 1)) & ~(size_t)(ALIGN - 1);
}

void *arena_try(struct arena *a, size_t size)
{
    size_t want = rounded(size ? size : 1);
    // Rounding a size near SIZE_MAX wraps to less than was asked for.
    if (a->failed || want < size || want > a->max || a->total > a->max - want) {
        a->failed = true;
        return NULL;
    }
    void *p = a->top ? carve(a->top, want) : NULL;
    if (!p) {
        struct block *b = block_new(want > BLOCK_BYTES ? want : BLOCK_BYTES);
        if (!b) {
            a->failed = true;
            return NULL;
        }
        b->older = a->top;
        a->top = b;
        p = carve(b, want);
    }
    a->total += want;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *p = arena_try(a, size);
    if (!p) p = carve(a->reserve, rounded(size ? size : 1));
    if (!p) BUG("an arena's reserve is used up: a loop does not ask arena_ok()");
    return p;
}

void arena_exhaust(struct arena *a)
{
    a->failed = true;
}

bool arena_ok(const struct arena *a)
{
    return !a->failed;
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
    struct deferred *d = ARENA_NEW(a, struct deferred);
    *d = (struct deferred){a->deferred, fn, p};
    a->deferred = d;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->top, a->top ? a->top->used : 0, a->total, a->deferred};
}

void arena_reset_to(struct arena *a, struct arena_mark m)
{
    run_deferred(a, m.deferred);
    drop_blocks(a, m.block);
    if (a->top) a->top->used = m.used;
    a->total = m.total;
}
