#pragma once
/*
 * Roll-ups: what a district's items come to, counted inside the district and kept there as ordinary
 * records, so that a report over many districts reads a few rows of each and never their items.
 *
 * `rollup_head` is one row a district: of which instant and day the figures are, and which journal record
 * was the last they saw. `rollup_count` is one row for each register and state that has items. The
 * timer rollup.refresh writes both (ledger/timer.h): only the rows that moved, and nothing at all
 * while no figure moved; but once a day it says that they still hold, so that a reader can tell a
 * quiet district from one whose timers stand still.
 */
#include "ledger/item/item.h"

#define ROLLUP_HEAD_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                   \
    X(as_of_at, int64_t, F_INSTANT, 0, "统计时间", "as of", REQUIRED, NULL)                         \
    X(as_of_day, int64_t, F_DAY, 0, "统计日", "as of day", REQUIRED, NULL)                          \
    X(covered_seq, int64_t, F_INT, 0, "截至日志序号", "covers the journal to", REQUIRED, NULL)
struct rollup_head { ROLLUP_HEAD_FIELDS(AS_MEMBER) };

#define ROLLUP_COUNT_FIELDS(X)                                                                      \
    ENTITY_KEY(X)                                                                                   \
    X(register_code, str, F_TEXT, 32, "台账", "register", REQUIRED, NULL)                           \
    X(state, str, F_ENUM, 0, "状态", "state", REQUIRED, &ITEM_STATES)                               \
    X(items, int64_t, F_INT, 0, "事项数", "items", REQUIRED, NULL)                                  \
    X(overdue, int64_t, F_INT, 0, "已逾期", "overdue", REQUIRED, NULL)                              \
    X(due_soon, int64_t, F_INT, 0, "七日内到期", "due within a week", REQUIRED, NULL)
struct rollup_count { ROLLUP_COUNT_FIELDS(AS_MEMBER) };

extern struct entity ROLLUP_HEAD, ROLLUP_COUNT;

// Of the timer: see struct timer.
MUST_CHECK bool rollup_wanted(struct call *k, instant due, bool *would);
MUST_CHECK bool rollup_refresh(struct call *k, instant due, struct json *out);

/* --- the named report over districts --- */

enum { ROLLUP_STATES = 16 }; // room for one count a state of the loop

struct rollup_row {
    str code, name;
    int zone_min;
    bool covered;                  // false: nothing was counted here yet, all below is 0
    instant as_of_at;
    day as_of_day;
    int64_t covered_seq;
    int64_t items, overdue, due_soon;
    int64_t states[ROLLUP_STATES]; // in the order of ITEM_STATES
};

struct rollup_report {
    VEC(struct rollup_row) rows; // by district id
    struct rollup_row total;     // as_of: the oldest of the districts covered
    int64_t covered;             // how many districts have figures
};

/*
 * Reads the roll-ups of all districts, nothing else: the statements here are named in the list of
 * those that may cross districts (tools/sql_lint.py). For the local operator: who may see a district's
 * figures is a question inside that district, which nobody is asked here.
 */
MUST_CHECK bool rollup_report(struct ctx *c, struct ledger *l, struct rollup_report *out);
extern const struct stmt REPORT_DISTRICTS, REPORT_DISTRICT_COUNTS;
