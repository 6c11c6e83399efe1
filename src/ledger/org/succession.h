#pragma once
/*
 * Who took over from whom: the algebra that puts totals of the units of then to the units of now, and
 * back. Nothing is read here; the rows come from unit_succession by way of the unit tree.
 *
 * A change of one unit on one day is a group of rows. When it closes the unit its shares make up the
 * whole; when the unit lives on (part was handed over) they make up less, and the rest stays. Shares
 * are thousandths of what the predecessor has at that moment. They multiply along a chain, and since
 * a chain may be divided at most SUCCESSION_SPLITS times every product is a whole number of
 * 1 / SHARE_ONE: nothing is ever rounded, and the shares of one unit always add up to SHARE_ONE.
 *
 * Days: a change of day E counts for a question "as organised on D" when E <= D. On one day changes
 * follow one another in the order of their ids. Since nothing goes to a unit that closed before (or
 * earlier on the day), there are no cycles; succession_fault refuses rows that would make one.
 *
 * Example: 甲 and 乙 merge into 丙 on day 10; 丙 splits 600:400 into 丁 and 戊 on day 20. As organised on
 * day 15 甲 is {丙 1}; on day 20 it is {丁 0.6, 戊 0.4}; and 丁 then has 0.6 of 甲 and 0.6 of 乙.
 */
#include "base/date.h"
#include "base/map.h"
#include "base/vec.h"

#define SHARE_ONE INT64_C(1000000000000000000)
enum { SHARE_WHOLE = 1000, SUCCESSION_SPLITS = 6 };

struct succession_row {
    int64_t id, from, to;
    day on;
    int permille;
    bool closing; // the predecessor exists no more from that day on
};
struct succession {
    struct succession_row *at; // by day, then id
    size_t n;
};
struct unit_share {
    int64_t unit;
    int64_t share; // of SHARE_ONE
};
struct unit_shares {
    VEC(struct unit_share) of;
};

// Takes the rows as they are, in any order; sorts them in place.
struct succession succession_of(struct succession_row *rows, size_t n);

/*
 * The message id of the first rule that the rows break, or NULL:
 *   unit.share_range       a share is not 1 to 1000 thousandths
 *   unit.own_successor     a unit is its own successor
 *   unit.shares            the shares of a closing unit do not add up to 1000 (of one that lives on: reach it)
 *   unit.successor_closed  something goes to, or is taken from, a unit that closed before: a cycle, or too late
 *   unit.too_many_splits   a chain is divided more than SUCCESSION_SPLITS times
 */
const char *succession_fault(struct arena *a, const struct succession *s);

enum succession_scope {
    SUCCESSION_CLOSING, // only what closed units left: where their items and their past go
    SUCCESSION_ALL      // parts handed over by units that live on, too: totals of then as of now
};
// What became, until the end of day until, of what a unit had after all changes of day after
// (DAY_NONE: from the beginning). Never empty.
void succession_forward(struct arena *a, const struct succession *s, int64_t unit, day after, day until,
                        enum succession_scope scope, struct unit_shares *out);
// The units of after of which something came to a unit until the end of day until, each with the share
// of it that is there. The unit itself is among them when it was there before.
void succession_backward(struct arena *a, const struct succession *s, int64_t unit, day after, day until,
                         enum succession_scope scope, struct unit_shares *out);
// A count put to one of the sharers, in millionths; exact while a chain was divided at most twice.
int64_t share_millionths(int64_t n, int64_t share);
