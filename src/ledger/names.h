#pragma once
/*
 * Names of what a record refers to: for one item, one journal row, one page of reports. Units come
 * from the call's tree; the others are read once a call and kept. Lists join their names in SQL
 * instead (item_rows.c).
 */
#include "base/map.h"
#include "ledger/call.h"

struct names {
    struct call *k;
    struct map people, accounts, registers, lines, items, documents; // id → str *
};
void names_init(struct names *n, struct call *k);
// The name of a record of an entity ("unit", "person", "account", …); "" for id 0, an unknown one, or
// an entity without names. An account is called by its person's name, an item by code and title.
MUST_CHECK bool names_of(struct names *n, const char *entity, int64_t id, str *name);
// Into an open object: for each reference of the shape that has a name a member, lead_unit_name for
// lead_unit_id, decided_by_name for decided_by.
MUST_CHECK bool names_members(struct names *n, const struct shape *s, const void *record, struct json *j);

extern const struct stmt NAME_PERSON, NAME_ACCOUNT, NAME_REGISTER, NAME_LINE, NAME_ITEM, NAME_DOCUMENT;
