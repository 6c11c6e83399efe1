#pragma once
/*
 * Growing arrays in an arena. A vector of T is declared as VEC(T) and is zero when empty:
 *
 *     VEC(struct task) tasks = {0};
 *     struct task *t = VEC_PUSH(a, &tasks);   // zeroed slot, never NULL
 *     for (size_t i = 0; i < tasks.n; i++) use(&tasks.at[i]);
 *
 * When memory runs out VEC_PUSH hands out the last slot again and arena_ok(a) is false; the
 * contents are then worthless but safe to touch.
 */
#include "base/arena.h"

#define VEC(type)      \
    struct {           \
        type *at;      \
        size_t n, cap; \
    }

void *vec_slot(struct arena *a, void **at, size_t *n, size_t *cap, size_t size);

#define VEC_PUSH(a, v) \
    ((__typeof__((v)->at))vec_slot((a), (void **)&(v)->at, &(v)->n, &(v)->cap, sizeof *(v)->at))
#define VEC_ADD(a, v, value) (*VEC_PUSH((a), (v)) = (value))
