#pragma once
/*
 * All units of a district as a tree, for questions that one row cannot answer: who stands below
 * whom, the official order of the whole, and which unit a name in a document means. Loaded in one
 * read into the arena of k->c. A loaded tree is shared by many calls and never changes: the questions
 * below allocate in the arena they are given, which is the asking call's, never in the tree's.
 *
 * Names are compared folded (str_fold): full-width or half-width, blanks, case make no difference.
 *
 * Time. The tree holds closed units, too, under the parent they had last: documents, closed items and
 * the journal name them. "As organised now" a closed unit's things belong to its successors, so what
 * stands below a unit (covers, subtree) includes the units whose successor stands there; a unit that
 * was closed without one stays where it was. How it was on another day is a tree of its own
 * (unit_tree_on), made in the asking call's arena.
 */
#include "base/map.h"
#include "ledger/call.h"
#include "ledger/org/org.h"
#include "ledger/org/succession.h"

struct unit_node {
    struct unit unit;
    struct unit_node *parent, *child, *next; // first child, next sibling, in official order
    VEC(str) aliases;                        // in the order of entry
    VEC(struct unit_period) past;            // oldest first; how it is now stands in unit
    struct unit_shares heirs;                // of a closed unit that has successors: where it is now
    size_t position;                         // in official order over the whole district, from 0
    int depth;                               // 0 at the top
};

struct unit_tree {
    struct arena *a;
    size_t n;
    struct unit_node **at; // official order: each unit before those below it
    struct map by_id, by_name;
    struct succession succession;
    struct list successions; // struct unit_succession, as entered
};

MUST_CHECK bool unit_tree_load(struct call *k, struct unit_tree **out);
const struct unit_node *unit_tree_by_id(const struct unit_tree *t, int64_t id); // NULL when there is none
const struct unit_node *unit_tree_by_code(const struct unit_tree *t, str code);

// Ids (int64_t) of a unit, all below it, and those whose things they have taken over, in official order;
// empty when there is no such unit.
void unit_tree_subtree(struct arena *a, const struct unit_tree *t, int64_t id, struct list *ids);
// True when unit is top, stands below it, or was taken over by one that does.
bool unit_tree_covers(const struct unit_tree *t, int64_t top, int64_t unit);
// The same without successors: what stands below it, closed units where they stood last.
void unit_tree_below(struct arena *a, const struct unit_tree *t, int64_t id, struct list *ids);
bool unit_tree_stands_below(const struct unit_tree *t, int64_t top, int64_t unit);

/* --- other days --- */

bool unit_alive(const struct unit *u, day on);
// Is there a unit with this id that is alive on the day?
bool unit_tree_alive(const struct unit_tree *t, int64_t id, day on);
// What it was called on a day; "" when there is no such unit.
str unit_tree_name_on(const struct unit_tree *t, int64_t id, day on);
// The tree of the units alive on a day, with the names, kinds and parents of that day.
MUST_CHECK bool unit_tree_on(struct call *k, const struct unit_tree *t, day on, struct unit_tree **out);
// Where the things of a unit are on a day: itself, or who took over from it until then (shares).
void unit_tree_ends(struct arena *a, const struct unit_tree *t, int64_t id, day on, struct unit_shares *out);
// Ids of the units whose things are, on that day, with id or a unit that stood below it then.
// then: unit_tree_on of the day.
void unit_tree_led_on(struct arena *a, const struct unit_tree *t, const struct unit_tree *then, int64_t id, day on,
                      struct list *ids);

// Ids of all units of a kind (各街道: "subdistrict") that exist now, in official order.
void unit_tree_of_kind(struct arena *a, const struct unit_tree *t, const char *kind, struct list *ids);

// Ids of the units whose code, name, short name or alias is exactly this, folded: one is certainty,
// several are an ambiguity, none is an unknown unit. Of several, units that exist now go before closed ones
// (a name may be given again); unit_tree_find_on prefers those alive on a day: the document's.
void unit_tree_find_on(struct arena *a, const struct unit_tree *t, str name, day on, struct list *ids);
void unit_tree_find(struct arena *a, const struct unit_tree *t, str name, struct list *ids);
// For an unknown name, what it may mean, best first, at most max: a unit that has all its characters
// in order (区规自分局 ~ 区规划和自然资源分局), or a name it contains. Never a decision.
void unit_tree_suggest(struct arena *a, const struct unit_tree *t, str name, size_t max, struct list *ids);
