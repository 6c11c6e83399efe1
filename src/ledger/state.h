#pragma once
/*
 * What every call of a district needs and what seldom changes: calendar, rules, unit tree. Read once
 * from the store, kept as an immutable snapshot, shared by reference counting.
 *
 * A snapshot is right for one number, the rules_seq of the journal's head from which it was read, and a
 * call that finds that number in its own head may use it, in whatever process and on whatever
 * connection: nobody has to be told that something changed. Kept is only what is committed. A call of
 * a query loads committed rows and leaves what it loaded for all. A call of a command sees rows of its
 * own transaction, which may be rolled back, and then another command takes the same number: what it
 * loads stays with its holder until the commit is durable. A standby that took over without having
 * all commits gives numbers out again, too: a snapshot counts under one db_epoch() only.
 *
 * The newest snapshot of a district is kept, of the districts used last, within STATES_MOST and
 * STATES_BYTES. One mutex. An entity that stands behind a snapshot is named in states_behind.
 */
#include "ledger/call.h"

struct unit_tree;
struct states; // the cache of one ledger

enum { STATES_MOST = 256, STATES_BYTES = 64 * 1024 * 1024 };

struct state {
    struct arena *a;
    int64_t district, rules_seq;
    uint32_t epoch; // of the server that it was read from
    int zone_min;
    const struct calendar *calendar; // NULL while the district has no office hours
    const struct rules *rules;
    const struct unit_tree *units;
    int references;
};

MUST_CHECK struct states *states_new(void);
void states_free(struct states *s);
/*
 * Gives the call its calendar, rules and units as they are at k->head. The reference is given back when
 * the call's arena is reset. own: NULL for a call that sees committed rows only; else the place where
 * the transaction's holder keeps what was loaded in it, NULL at first. The holder ends it by
 * states_keep when all is durable, and by states_drop otherwise.
 */
MUST_CHECK bool states_attach(struct states *s, struct call *k, struct state **own);
void states_keep(struct states *s, struct state **own);
void states_drop(struct state **own);

// True when a record of the entity shows in a snapshot.
bool states_behind(const struct entity *e);
// True when the call changed such a record.
bool states_concern(const struct call *k);

// For tests and figures.
struct states_use {
    size_t kept, bytes;
    uint64_t loaded; // since the start
};
struct states_use states_use(struct states *s);
struct states *ledger_states(struct ledger *l);
