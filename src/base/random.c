#include "base/random.h"

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

void random_init(struct random *r, uint64_t seed)
{
    for (size_t i = 0; i < COUNT_OF(r->s); i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        r->s[i] = z ^ z >> 31;
    }
}

uint64_t random_next(struct random *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint64_t random_below(struct random *r, uint64_t n)
{
    INVARIANT(n > 0);
    // The lowest 2^64 mod n values are thrown away, so that each remainder is equally likely.
    uint64_t reject = (0 - n) % n, x;
    do x = random_next(r);
    while (x < reject);
    return x % n;
}

int64_t random_between(struct random *r, int64_t lo, int64_t hi)
{
    INVARIANT(lo <= hi);
    uint64_t span = (uint64_t)hi - (uint64_t)lo;
    uint64_t x = span == UINT64_MAX ? random_next(r) : random_below(r, span + 1);
    return (int64_t)((uint64_t)lo + x);
}

double random_unit(struct random *r)
{
    return (double)(random_next(r) >> 11) * 0x1.0p-53;
}
