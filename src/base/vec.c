#include "base/vec.h"

void *vec_slot(struct arena *a, void **at, size_t *n, size_t *cap, size_t size)
{
    if (*n == *cap) {
        size_t bigger = *cap ? *cap * 2 : size < 256 ? 8 : 1;
        // The first piece is small and may come from the reserve, so there is always a slot.
        void *p = *cap ? arena_try(a, bigger * size) : arena_alloc(a, bigger * size);
        if (!p) return (unsigned char *)*at + (*n - 1) * size;
        if (*n) memcpy(p, *at, *n * size);
        *at = p;
        *cap = bigger;
    }
    return (unsigned char *)*at + (*n)++ * size;
}
