#pragma once
/*
 * Which level may stand below which, and how deep. The table in level.c is the whole rule; commands,
 * the interface (query item_levels) and docs/plan.md show it.
 */
#include "ledger/item/item.h"

enum { TREE_DEPTH_MAX = 8 }; // levels of items from the top to the lowest

// "" is task, which is what items were before they had levels.
str item_level(const struct item *it);
bool level_allows(str parent, str child);
// The item may stand where parent_id puts it, being what level says: no cycle, not too deep, the level
// fits those above and below. The item is stored already, or its id is 0 or without children.
MUST_CHECK bool tree_place_check(struct call *k, const struct item *it);

extern const struct stmt CHILD_LEVELS;
