#pragma once
/*
 * Memory on demand of the test: linked with -Wl,--wrap=malloc,--wrap=calloc, every allocation of
 * the code under test passes here, and the nth from now can be made to fail, with all that follow.
 */
#include <stddef.h>
#include <stdint.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);

static int64_t scarce_left = INT64_MAX; // allocations that still succeed
static int64_t scarce_asked;            // allocations seen since scarce_after()

static inline void scarce_after(int64_t n)
{
    scarce_left = n;
    scarce_asked = 0;
}

static inline void scarce_off(void)
{
    scarce_left = INT64_MAX;
}

static int scarce_hit(void)
{
    scarce_asked++;
    return scarce_left != INT64_MAX && scarce_left-- <= 0;
}

void *__wrap_malloc(size_t n)
{
    return scarce_hit() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return scarce_hit() ? NULL : __real_calloc(n, size);
}
