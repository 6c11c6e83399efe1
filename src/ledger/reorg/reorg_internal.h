#pragma once
// What the files of reorg/ share: how a unit ends, what is open of a unit or a person.
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/item/item.h"
#include "ledger/org/org_internal.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reorg/reorg.h"

// Who takes over, with which share, and who answers there for items whose own people went elsewhere.
struct heir {
    int64_t unit;
    str code, name;
    int permille;
    int64_t person, deputy;
};

// "This goes to that successor", by its code: entries of the arguments items, people and children. Items
// are named by their numbers: who divides a unit may not be somebody who reads its items.
struct sent_item {
    str item, to;
};
struct sent_person {
    int64_t person;
    str to;
};
struct sent_child {
    int64_t unit;
    str to;
};
extern const struct shape sent_item_shape, sent_person_shape, sent_child_shape;

// One unit on its way into others. Lives on: it is one of its own heirs and keeps what is not sent.
struct ending {
    struct call *k;
    const struct unit_node *of;
    day on;
    const char *cause; // of UNIT_CAUSES
    str document;
    struct heir *heirs;
    size_t n, fallback; // fallback: the heir of all that is not sent elsewhere
    struct list items, people, children;
    struct list together; // ids of the units that end by the same command
    bool lives_on;
    struct map where; // person id → the heir he goes to; made by unit_end
    int64_t moved_leads, moved_assists, moved_people, moved_accounts, moved_children, moved_duties;
};
// Moves all that is open, the people, their accounts and the units below; writes the successions;
// closes the unit unless it lives on. Without heirs: refused while anything is owed.
MUST_CHECK bool unit_end(struct ending *e);
void ending_counts(const struct ending *e, struct json *out);

// The unit as it is to be changed: exists, is not closed, the day is not ahead and not before its last
// change. The node is the tree's.
MUST_CHECK bool unit_to_change(struct call *k, int64_t unit, const char *field, int64_t day_ymd,
                               const struct unit_node **node);
// Writes what it was until the day as a past period and the unit as after says.
MUST_CHECK bool unit_change(struct call *k, const struct unit_node *node, struct unit *after, int64_t day_ymd,
                            const char *cause, str document);
// Can take over on the day: alive then and now. Fails with unit.successor_closed, unit.not_yet_open.
MUST_CHECK bool unit_can_take(struct call *k, const struct unit_node *node, const char *field, day on);

// $1 district, $2 the unit or person; open: not closed, cancelled or archived.
extern struct records LED_OPEN, ASSISTED_OPEN, ASSIST_ROWS_OPEN, PEOPLE_OF_UNIT, ACCOUNTS_OF_UNIT, ANSWERED_OPEN,
    PERSONS_ACCOUNTS, HANDOVERS_OF_PERSON, MOVES_OF_ITEM;
extern const struct stmt UNIT_ITEMS_OVER, PERSON_ITEMS_OVER;
// How many items that are over (closed, cancelled, archived) a unit led or assisted.
MUST_CHECK bool items_over(struct call *k, const struct stmt *st, int64_t of, int64_t *n);

// follow.c: what other subjects keep for a unit or a person goes to who takes over.
MUST_CHECK bool reorg_follow_unit(struct call *k, int64_t from, int64_t to, int64_t *n);
MUST_CHECK bool reorg_standing_duties(struct call *k, int64_t unit, int64_t *n);
MUST_CHECK bool reorg_follow_person(struct call *k, int64_t from, int64_t to, int64_t *n);
MUST_CHECK bool reorg_waiting_for(struct call *k, int64_t person, int64_t *n);
extern struct records *const FOLLOW_RECORDS[];
extern const size_t N_FOLLOW_RECORDS;
MUST_CHECK bool reorg_end_delegations(struct call *k, int64_t person); // from and to somebody who leaves
extern struct records WAITING_REQUESTS, DECIDING_RULES, DELEGATIONS_ALIVE;

ORG_ACT(unit_open);
ORG_ACT(unit_rename);
ORG_ACT(unit_move);
ORG_ACT(unit_merge);
ORG_ACT(unit_split);
ORG_ACT(unit_close);
ORG_ACT(person_leave);
ORG_ACT(person_transfer);
ORG_ACT(unit_change_preview);
ORG_ACT(unit_history);
ORG_ACT(person_leaving);
