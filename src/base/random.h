#pragma once
/*
 * Pseudo-random numbers that replay: the same seed gives the same sequence on every machine. For
 * simulation and tests, never for secrets. The generator is xoshiro256** 1.0 (Blackman and Vigna,
 * 2018), its state filled by splitmix64. A value, not thread-safe: one stream, one thread.
 */
#include "base/base.h"

struct random {
    uint64_t s[4];
};

void random_init(struct random *r, uint64_t seed);
uint64_t random_next(struct random *r);
uint64_t random_below(struct random *r, uint64_t n);              // 0 … n-1 without bias; n ≥ 1
int64_t random_between(struct random *r, int64_t lo, int64_t hi); // both included; lo ≤ hi
double random_unit(struct random *r);                             // [0, 1), 53 bits
