#pragma once
/*
 * All units of a district as a tree, for questions that one row cannot answer: who stands below
 * whom, the official order of the whole, and which unit a name in a document means. Loaded in one
 * read into the arena of k->c. A loaded tree is shared by many calls and never changes: the questions
 * below allocate in the arena they are given, which is the asking call's, never in the tree's.
 *
 * Names are compared folded (str_fold): full-width or half-width, blanks, case make no difference.
 */
#include "base/map.h"
#include "ledger/call.h"
#include "ledger/org/org.h"

struct unit_node {
    struct unit unit;
    struct unit_node *parent, *child, *next; // first child, next sibling, in official order
    VEC(str) aliases;                        // in the order of entry
    size_t position;                         // in official order over the whole district, from 0
    int depth;                               // 0 at the top
};

struct unit_tree {
    struct arena *a;
    size_t n;
    struct unit_node **at; // official order: each unit before those below it
    struct map by_id, by_name;
};

MUST_CHECK bool unit_tree_load(struct call *k, struct unit_tree **out);
const struct unit_node *unit_tree_by_id(const struct unit_tree *t, int64_t id); // NULL when there is none
const struct unit_node *unit_tree_by_code(const struct unit_tree *t, str code);

// Ids (int64_t) of a unit and all below it in official order; empty when there is no such unit.
void unit_tree_subtree(struct arena *a, const struct unit_tree *t, int64_t id, struct list *ids);
// True when unit is top or below it.
bool unit_tree_covers(const struct unit_tree *t, int64_t top, int64_t unit);
// Ids of all units of a kind (各街道: "subdistrict") in official order.
void unit_tree_of_kind(struct arena *a, const struct unit_tree *t, const char *kind, struct list *ids);

// Ids of the units whose code, name, short name or alias is exactly this, folded: one is certainty,
// several are an ambiguity, none is an unknown unit.
void unit_tree_find(struct arena *a, const struct unit_tree *t, str name, struct list *ids);
// For an unknown name, what it may mean, best first, at most max: a unit that has all its characters
// in order (区规自分局 ~ 区规划和自然资源分局), or a name it contains. Never a decision.
void unit_tree_suggest(struct arena *a, const struct unit_tree *t, str name, size_t max, struct list *ids);
