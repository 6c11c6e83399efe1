#pragma once
/*
 * Who has to do with an item: the people answerable for it, the active people of its lead and assisting
 * units and the units below them, and those who see every item by their role. They may be mentioned in
 * its discussion; nobody else, because he could not read it.
 */
#include "ledger/item/item.h"
#include "ledger/query.h"

MUST_CHECK bool item_person_may(struct call *k, const struct item *it, int64_t person, bool *may);
extern const struct shape ITEM_PEOPLE_ASK;
MUST_CHECK bool query_item_people(struct call *k, const void *args, uint64_t given, struct json *out);
