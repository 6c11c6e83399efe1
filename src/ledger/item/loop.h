#pragma once
/*
 * The closed loop. One table is the whole truth: which command leads from which states to which, who
 * may, what is needed, which clock starts. Commands, help, the documentation and the drawing of the
 * loop all read it; DESIGN calls it §6.
 *
 *     const struct transition *t;
 *     struct item before, item;
 *     if (!loop_begin(k, "item.accept", args->item, args->version, &t, &before, &item)) return false;
 *     … set what the command sets …
 *     return loop_end(k, t, &before, &item, NULL);
 */
#include "ledger/item/item.h"

enum state_bit {
    IN_DRAFTED = 1,
    IN_APPROVED = 2,
    IN_ISSUED = 4,
    IN_ACCEPTED = 8,
    IN_REPORTED = 16,
    IN_SUSPENDED = 32,
    IN_CLOSED = 64,
    IN_CANCELLED = 128,
    IN_ARCHIVED = 256,
    IN_OPEN = IN_APPROVED | IN_ISSUED | IN_ACCEPTED | IN_REPORTED | IN_SUSPENDED,
};
unsigned state_bit(str state); // 0 when unknown

struct transition {
    const char *command;
    unsigned from;       // state bits
    const char *to;      // state code; NULL: the state stays
    unsigned by;         // roles
    const char *clock;   // kind that starts; NULL: the running one goes on; "": it stops and none starts
    const char *needs_zh, *needs_en;
    // What does not depend on the command's arguments: relation to the item, what must stand in it,
    // dates. Tells why not and returns false. NULL: nothing more than state and role.
    bool (*guard)(struct call *k, const struct item *it);
    const char *born; // state of the items that the command makes; NULL: it makes none
};

extern const struct transition LOOP[];
extern const size_t N_LOOP;
const struct transition *loop_find(const char *command);

// Loads the item (unit officers: only one they have to do with), compares the version when it is not
// 0, and asks state, role and guard. *item starts as a copy of *before.
MUST_CHECK bool loop_begin(struct call *k, const char *command, int64_t id, int64_t version,
                           const struct transition **t, struct item *before, struct item *item);
struct clock_choice {
    day until;        // a day a person set (rework, review); DAY_NONE the rule counts
    str last_period;  // of the report just made
};
// Moves the state, stops and starts clocks, writes the item, names the object of the journal record.
MUST_CHECK bool loop_end(struct call *k, const struct transition *t, const struct item *before, struct item *item,
                         const struct clock_choice *choice);

struct loop_step {
    const struct transition *t;
    bool allowed;
    str why; // in the caller's language, when not allowed
};
// The steps that leave the item's present state (transitions from other states are left out), each
// with whether this actor may take it now.
MUST_CHECK bool loop_steps(struct call *k, const struct item *it, struct list *steps);

// Shared by guards and commands.
MUST_CHECK bool item_by_lead(struct call *k, const struct item *it);     // the actor answers for the lead unit
MUST_CHECK bool item_may_see(struct call *k, const struct item *it, bool *may); // visibility of one item
str item_label(struct call *k, const struct item *it);                   // "2023-02-02 任务名称"
