#pragma once
/*
 * What every call of a district needs and what seldom changes: calendar, rules, unit tree. Read once
 * from the store, kept as an immutable snapshot, shared by reference counting.
 *
 * Two snapshots a district are kept: one for commands (the writer thread sees rows of its own
 * transaction) and one for queries (which must only see what is committed). A command that changes
 * one of the entities behind a snapshot drops the writer's at once and the readers' when its commit
 * is durable. One mutex.
 */
#include "ledger/call.h"

struct unit_tree;
struct states; // the cache of one ledger

struct state {
    struct arena *a;
    int64_t district;
    int zone_min;
    const struct calendar *calendar; // NULL while the district has no office hours
    const struct rules *rules;
    const struct unit_tree *units;
    int references;
};

MUST_CHECK struct states *states_new(void);
void states_free(struct states *s);
// Gives the call its calendar, rules and units, loading them when needed. The reference is given back
// when the call's arena is reset.
MUST_CHECK bool states_attach(struct states *s, struct call *k, bool for_writing);
// True when the call changed something that a snapshot shows.
bool states_concern(const struct call *k);
void states_drop_writer(struct states *s, int64_t district);
void states_drop_readers(struct states *s, int64_t district);
