#pragma once
/*
 * What somebody owes, as the query my_day tells it: also for who shows it elsewhere (feed/feed.h).
 */
#include "ledger/query.h"

struct duty {
    const char *act; // accept report rework finish issue verify approve decide_change decide_objection
    int64_t item, due_at; // due_at at the latest instant there is: none
};
bool duty_has_due(const struct duty *d);
// What the actor owes, the most urgent first: struct duty, at most 200.
MUST_CHECK bool my_day_owed(struct call *k, struct list *out);
