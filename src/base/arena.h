#pragma once
/*
 * Memory of one request or job. Everything a handler makes hangs on its arena and goes with it;
 * callers never free single pieces.
 *
 * Life: arena_new … arena_reset (reuse) … arena_free. Not thread-safe: one arena, one thread.
 *
 * When memory runs out, or the arena's maximum is reached, the process must answer with an error
 * and live on. So each arena keeps a reserve: after the first failure arena_alloc serves small
 * pieces from it and arena_ok() turns false for good (until reset). Loops over rows or input ask
 * arena_ok() once a turn and stop; a command is never committed when it is false. Sizes that come
 * from input go through arena_try(), which may return NULL, or through str/buf/vec/map, which do.
 */
#include "base/base.h"

struct arena;

enum { ARENA_RESERVE_BYTES = 128 * 1024 };

// A new arena that refuses to grow past max_bytes. NULL when there is no memory for the reserve.
MUST_CHECK struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *a); // runs the deferred functions, newest first; NULL is fine
void arena_reset(struct arena *a);

// Zeroed memory, aligned for any type; never NULL. Draws on the reserve after a failure.
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));
// As arena_alloc for sizes that input decides; NULL on failure, and arena_ok() is false then.
MUST_CHECK void *arena_try(struct arena *a, size_t size);
// Notes that memory failed elsewhere (another library's allocation): arena_ok() is false from then on.
void arena_exhaust(struct arena *a);
// False once any allocation has failed since the last reset.
bool arena_ok(const struct arena *a);
size_t arena_used(const struct arena *a); // bytes handed out since the last reset

// Calls fn(p) when the arena is reset or freed: closes what is bound to the request.
void arena_defer(struct arena *a, void (*fn)(void *), void *p);

// Scratch inside loops: everything allocated after the mark is given back. Deferred calls made
// after the mark run at that moment.
struct arena_mark {
    void *block;
    size_t used, total;
    void *deferred;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_reset_to(struct arena *a, struct arena_mark m);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
