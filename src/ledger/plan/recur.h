#pragma once
/*
 * Recurring items. The pattern is an item; for each period from today's to `ahead` periods later an item is
 * drafted once, or skipped by somebody with a reason. Nothing is drafted for periods that are over or whose
 * due day has passed. The timer recur.draft does it every day; a period's occurrence row is its key, so
 * drafting twice is impossible (unique in the store).
 *
 * A period that is refused (its code is taken, the parent is over) holds up no other. The rule remembers it
 * until one is drafted again, the timer tries it again every day, and the office sees it on its day.
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
// Member "next" of an open object: the periods that the rule will still draft.
void recur_next_json(struct call *k, const struct recurrence *r, struct json *j);
// Member "refused" of an open object, for the office: the patterns of which a period could not be drafted.
MUST_CHECK bool recur_refused_json(struct call *k, struct json *j);
