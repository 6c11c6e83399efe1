#pragma once
/*
 * List rows of items: the LISTED fields, the names of what they refer to, the light, the days left.
 * One statement a page; the caller decides which items and in which order (item_page.h).
 */
#include "ledger/item/item.h"

enum { ITEM_ROWS_MAX = 256 };

struct item_row {
    struct item item; // LISTED fields and id only
    str register_name, line_name, lead_unit_name, person_name, leader_name;
    int64_t children;
};

// Reads the rows of ids, at most ITEM_ROWS_MAX; rows.at[i] belongs to ids[i] and is NULL when there is no such item.
MUST_CHECK bool item_rows_load(struct call *k, const int64_t *ids, size_t n, struct item_row **rows);
// The same with the object left open for additions.
void item_row_json_open(struct call *k, const struct item_row *row, struct json *j);
void item_row_json(struct call *k, const struct item_row *row, struct json *j);
// Members light, days_left and clock_left_days of an open JSON object.
void item_time_members(struct call *k, const struct item *t, struct json *j);
// Working days until an instant, 0 on its day, negative after; false when there is no calendar or no instant.
bool working_days_left(const struct call *k, instant due, int *days);
bool item_is_open(str state); // somebody owes something: drafted … suspended
