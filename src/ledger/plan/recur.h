#pragma once
/*
 * Recurring items. The pattern is an item; for each period from today's to `ahead` periods later an item is
 * drafted once, or skipped by somebody with a reason. Nothing is drafted for periods that are over or whose
 * due day has passed. The timer recur.draft does it every day; a period's occurrence row is its key, so
 * drafting twice is impossible (unique in the store).
 */
#include "ledger/plan/plan.h"

enum { RECUR_AHEAD_MAX = 12 };

struct recur_period {
    str name; // 2023-02, 2023Q1, 2023H1, 2023
    day first, last, due;
};
// The period of a rule in which d lies, and the one n periods later. k may be NULL when only names are asked.
struct recur_period recur_period_of(struct arena *a, const struct calendar *k, const struct recurrence *r, day d,
                                    int n);

MUST_CHECK bool recur_wanted(struct call *k, instant due, bool *would);
MUST_CHECK bool recur_draft(struct call *k, instant due, struct json *out);
