#pragma once
/*
 * What the ledger does by itself at certain times: a table in code. A timer acts through the one door
 * as everybody does, by the command timer.fire {timer, due}, as the system. Its idempotency key is
 * made of the timer and the instant it was due, so that of several processes on one store, or of one
 * that tries twice, the first does the work and the others get its answer.
 *
 * Nothing here reads a clock: "now" is an argument, and the last due instant is computed from it. So
 * a timer that was missed while nobody served is made good once, however long ago that was.
 *
 * Within the hour or the night each district has a minute of its own, by a hash of timer and district:
 * thousands of districts on one store do not all begin at once.
 */
#include "ledger/ledger.h"

enum timer_every { EVERY_MINUTE, EVERY_HOUR, EVERY_DAY };

struct timer {
    const char *name;
    const char *zh, *en; // what it does
    enum timer_every every;
    int from_min;   // of the hour or of the day, in the district's zone
    int spread_min; // districts are spread over so many minutes from there
    bool real;      // goes by the real time, also where --as-of holds the ledger's day fixed
    // Would it change anything? Asked before it is fired, on a reader; cheap, because it is asked often. The
    // call has the head and the time, and no calendar, rules or units.
    bool (*wanted)(struct call *k, instant due, bool *would);
    // The work, inside the command.
    bool (*run)(struct call *k, instant due, struct json *out);
};

extern const struct timer TIMERS[];
extern const size_t N_TIMERS;

const struct timer *timer_find(str name); // NULL when there is none
// The last instant not after now at which it is due in a district; the next one is a period later.
instant timer_due(const struct timer *t, int64_t district, int zone_min, instant now);
int64_t timer_period_us(const struct timer *t);
// The request that fires it; its texts are made in a.
struct request timer_request(struct arena *a, const struct timer *t, int64_t district, instant due, instant now);

struct timer_district {
    int64_t id;
    int zone_min;
};
// Asks whether firing it would change anything. Of the district's calendar, rules and units nothing is read or
// kept: the question goes round thousands of districts and may not push out what people work with.
MUST_CHECK bool timer_wanted(struct ctx *c, struct ledger *l, const struct timer *t, struct timer_district d,
                             instant due, instant now, bool *would);
enum { TIMER_DISTRICTS = 500 };
// The next districts of the store by id, at most TIMER_DISTRICTS.
MUST_CHECK bool timer_districts(struct ctx *c, struct ledger *l, int64_t after, struct timer_district *out, size_t *n);
