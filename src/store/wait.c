#include "store/store_internal.h"

#include <time.h>

int64_t monotonic_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct timespec monotonic_in(int ms)
{
    int64_t at = monotonic_us() + (int64_t)ms * 1000;
    return (struct timespec){at / 1000000, (long)(at % 1000000) * 1000};
}
