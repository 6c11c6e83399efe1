#pragma once
/*
 * The only place of the server that reads a clock. Business gets clock_now() as an argument: the
 * system's time, or with --as-of the fixed day at the running time of day. Security (sessions,
 * locks) takes the real time, deadlines the monotonic one.
 */
#include "base/date.h"

instant clock_real(void);
instant clock_now(day as_of, int zone_min); // as_of DAY_NONE: the real time
int64_t clock_monotonic_us(void);
