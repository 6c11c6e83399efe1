#pragma once
/*
 * The one working-time calendar. Schedules, clocks, deadlines and notices all ask here.
 *
 * A calendar is made of a weekly pattern (up to CALENDAR_INTERVALS working intervals a weekday), of
 * dated days that differ from it (statutory holidays; make-up working days, which take the pattern
 * of a weekday; half days with their own intervals), and of stop periods of a district. It is built
 * once, then frozen and read by any number of threads. Every question after the freeze costs O(1)
 * or O(log days): working minutes are kept as prefix sums over the covered days and extended by the
 * weekly pattern outside them.
 *
 * Years for which no holiday data were given fall back to the weekly pattern;
 * calendar_known_year() tells so that the caller can show a warning.
 *
 * Days are civil days of the calendar's zone, minutes count from midnight there. A "working day" is
 * a day with at least one working minute. Days and instants before 1900 or after 2999 are clamped,
 * and so are answers that would lie there. No day asks no day: DAY_NONE and INSTANT_NONE come back
 * as they are from the functions that return a day or an instant; as an argument of the others they
 * do not work, have no name, and nothing lies between them and anything.
 *
 * Errors of building: calendar.bad_day (outside 1900–2999), calendar.bad_interval,
 * calendar.bad_stop, calendar.no_weekday, calendar.bad_line.
 */
#include "base/date.h"
#include "base/error.h"

enum { CALENDAR_INTERVALS = 6 };

struct interval {
    int from, to; // minutes of the day, 0 ≤ from < to ≤ 1440
};

struct day_pattern {
    struct interval at[CALENDAR_INTERVALS]; // ascending, not touching
    int n;                                  // 0: not a working day
};

enum roll { ROLL_NONE, ROLL_NEXT, ROLL_PREVIOUS };

struct calendar; // opaque; lives in the arena it was made in

// An empty week: call calendar_set_weekday for the working ones. version names the data for traces.
struct calendar *calendar_new(struct arena *a, int zone_min, str version);
// The office hours are a pack's business, so the pattern is always given. weekday 1 Monday … 7
// Sunday. False: intervals overlap or are out of range.
MUST_CHECK bool calendar_set_weekday(struct ctx *c, struct calendar *k, int weekday,
                                     const struct day_pattern *p);
// A day off, a make-up working day (which takes Monday's pattern, or that of the first working
// weekday), or a day with its own pattern. The last statement about a day wins. Names (e.g. 春节)
// are copied.
MUST_CHECK bool calendar_set_day_off(struct ctx *c, struct calendar *k, day d, str name);
MUST_CHECK bool calendar_set_make_up(struct ctx *c, struct calendar *k, day d, str name);
MUST_CHECK bool calendar_set_day(struct ctx *c, struct calendar *k, day d,
                                 const struct day_pattern *p, str name);
// Declares that the holidays of the year are complete.
void calendar_add_year(struct calendar *k, int year);
// Reads one year's file (packs/calendars/…/YEAR.csv: heading date,kind,name,source; kind off or
// work; no quoting) and declares the year complete. Days of neighbouring years count as they stand.
// False: calendar.bad_line with the line's number and its position.
MUST_CHECK bool calendar_read_year(struct ctx *c, struct calendar *k, int year, str csv);
// Nothing works from first to last, both included; stops win over make-up days.
MUST_CHECK bool calendar_add_stop(struct ctx *c, struct calendar *k, day first, day last, str name);
// Ends building. False: no weekday works.
MUST_CHECK bool calendar_freeze(struct ctx *c, struct calendar *k);

int calendar_zone(const struct calendar *k);
str calendar_version(const struct calendar *k);
bool calendar_known_year(const struct calendar *k, int year);
// Name of the holiday, make-up day or stop on that day; "" when it follows the week.
str calendar_day_name(const struct calendar *k, day d);

bool calendar_is_working_day(const struct calendar *k, day d);
bool calendar_is_working(const struct calendar *k, instant t);
struct day_pattern calendar_pattern(const struct calendar *k, day d);

// The day n working days after (before, when n < 0) d; d itself does not count. n = 0 gives d.
// Law and notices count so: 2023-01-20 + 5 = 2023-02-01.
day calendar_add_days(const struct calendar *k, day d, int n);
// Working days in (from, to]; −between(to, from) when to < from, so it is additive.
// calendar_add_days(d, calendar_days_between(d, e)) = e for every working day e > d, and for e < d
// when d works too.
int calendar_days_between(const struct calendar *k, day from, day to);
day calendar_roll(const struct calendar *k, day d, enum roll r); // d itself when it works

// The instant at which minutes more working minutes have passed (fewer, when negative). With
// minutes = 0 t itself. Forward the result may be the end of an interval, backward its start, so
// that adding and then subtracting the same amount from a working instant returns to it (the other
// way round from an instant that ends working time). Seconds within a minute are kept.
instant calendar_add_minutes(const struct calendar *k, instant t, int64_t minutes);
// Working minutes in [from, to), seconds below a minute dropped at each end; negative when
// reversed; additive: between(a,b) + between(b,c) = between(a,c).
int64_t calendar_minutes_between(const struct calendar *k, instant from, instant to);
instant calendar_next(const struct calendar *k, instant t);     // t itself when it is working
instant calendar_previous(const struct calendar *k, instant t); // t itself, or latest end ≤ t
// First working minute and end of the last one of d; of the next working day when d does not work.
instant calendar_day_start(const struct calendar *k, day d);
instant calendar_day_end(const struct calendar *k, day d);
