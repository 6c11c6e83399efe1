#pragma once
/*
 * What a calendar is made of; shared by calendar_build.c (building) and calendar.c (answering) and
 * by nobody else.
 *
 * Working time is measured by two tallies, one of minutes and one of days. A tally knows, for every
 * day d, how much lies before d. Zero is at the first covered day. Inside the covered days it is a
 * table of prefix sums; outside, whole weeks are counted by arithmetic. Both directions, amount of
 * a day and day of an amount, are therefore O(1) or one binary search.
 */
#include "base/calendar.h"
#include "base/vec.h"

enum {
    PATTERN_OFF = 7, // patterns 0…6 are Monday … Sunday, then the empty one, then days' own
    PATTERN_OWN = 8,
    PATTERN_MAKE_UP = -1, // settled at the freeze, when the week is known
    YEAR_FIRST = 1900,    // the span of civil dates, see date.h
    YEAR_LAST = 2999,
};

struct tally {
    int64_t in_week[8]; // before Monday … Sunday, and the whole week
    int64_t *before;    // before covered day i; n_covered + 1 entries
};

struct dated_day {
    day d;
    int pattern; // its index, or PATTERN_MAKE_UP
    str name;
};

struct stop {
    day first, last;
    str name;
};

struct covered {
    int pattern;
    str name;
};

struct calendar {
    struct arena *a;
    str version;
    int zone_min;
    bool frozen;
    bool known[YEAR_LAST - YEAR_FIRST + 1];
    VEC(struct day_pattern) patterns;
    // while building
    VEC(struct dated_day) dated;
    VEC(struct stop) stops;
    // after the freeze
    day lo; // the covered days are lo … lo + n_covered - 1
    int n_covered;
    struct covered *covered;
    struct tally minutes, days;
};

day calendar_first(void); // 1900-01-01
day calendar_end(void);   // 3000-01-01, the day after the last
int pattern_minutes(const struct day_pattern *p);
// Position of d in the week, 0 Monday … 6 Sunday.
static inline int week_slot(day d)
{
    return day_weekday(d) - 1;
}
