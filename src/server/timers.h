#pragma once
/*
 * The clock thread: looks which timers (ledger/timer.h) are due in which districts of the store, by
 * comparing with what this process did last, asks whether firing would change anything, and fires by
 * the command. It works through one after the other with a pause between, so that thousands of
 * districts at a start, or after an outage, cost a trickle and no storm. What cannot be done now
 * (the store is busy or away, the outcome is unknown) is tried again in half a minute, with the same
 * key. No shared state but the counters.
 */
#include "ledger/ledger.h"
#include "server/metrics.h"

struct timers;

// as_of: the day held fixed, or DAY_NONE. Starts the thread; NULL when it cannot.
MUST_CHECK struct timers *timers_new(struct ledger *l, day as_of, struct metrics *m);
void timers_free(struct timers *w); // ends the thread after what is under way; NULL is fine
