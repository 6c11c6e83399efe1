#include "server/clock.h"

#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

instant clock_real(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

instant clock_now(day as_of, int zone_min)
{
    instant real = clock_real();
    if (as_of == DAY_NONE) return real;
    instant midnight = instant_at(instant_day(real, zone_min), 0, zone_min);
    return instant_at(as_of, 0, zone_min) + (real - midnight);
}
