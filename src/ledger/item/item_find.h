#pragma once
/*
 * Which items: what a list's parameters mean as an SQL condition, who may see what, and pages in a
 * chosen order. item_list.c, my_day.c and exports ask here.
 *
 * How a page is found. The matching items are first looked for up to ITEM_FEW over the covering index
 * of 0002_item_list.sql. When they are few, they are sorted here and that is all. When they are many,
 * the order is walked along its index, each state apart (most items are archived and would stand in
 * the way), until every state has given a page's worth; the best of these are the page. Either way
 * the rows are then read by id (item_rows.h).
 *
 * Cursors are base64url of the hash of the parameters and of the place of the last row: a cursor
 * belongs to one filter and one order, with another it is refused (ERR_INVALID cursor.other_list).
 * What has no value in the sorted column (no due day, no report yet) comes last in both directions.
 * The order by state is the loop's order of states, and by due day within a state.
 */
#include "ledger/item/item.h"
#include "ledger/query.h"
#include "ledger/sqltext.h"

enum { ITEM_FEW = 2000, ITEM_PAGE = 50, ITEM_PAGE_MAX = 200 };

// Parameters of the queries items and items_counts.
struct item_ask {
    str where, q, view, state, light;
    int64_t line_id, register_id, unit_id, parent_id;
    str sort;
    int64_t limit;
    str cursor;
    str organised; // now, then (item_organised.h)
    int64_t on;
};
extern const struct shape ITEM_ASK, ITEM_COUNT_ASK;

/*
 * Appends "i.district_id = $1 AND …" over item AS i: visibility and all conditions of ask. walking:
 * the statement follows an order and looks at items one by one; otherwise words are found first, as
 * a set. *states (may be NULL): bits of the states that can match at all, in the order of ITEM_STATES.
 */
MUST_CHECK bool item_condition(struct call *k, const struct item_ask *ask, bool walking, struct sqltext *q,
                               unsigned *states);
// Appends " AND …": what the actor may see. Officers of a unit see what their unit or one below it
// leads or assists; leader, supervisor, analyst and auditor all; administrators nothing (forbidden).
MUST_CHECK bool item_visibility(struct call *k, struct sqltext *q);
// The same for any column that holds an item's id ("r.item_id", a constant): whatever belongs to items.
MUST_CHECK bool item_visibility_of(struct call *k, struct sqltext *q, const char *alias_column);
// Loads an item that the actor may see; ERR_NOT_FOUND record.not_found also when he may not (sight.h).
MUST_CHECK bool item_visible(struct call *k, int64_t id, struct item *out);

struct item_page {
    int64_t *ids;
    size_t n;
    str next;      // "" at the end
    int64_t total; // matching items, counted up to ITEM_FEW
    bool more;     // there are more than total (items_counts counts them all)
};
MUST_CHECK bool item_page_find(struct call *k, const struct item_ask *ask, struct item_page *page);

// The views that ship. where is NULL when it depends on roles or other tables than item.
struct item_view {
    const char *code, *zh, *en;
    const char *where;
    void (*sql)(struct call *k, struct sqltext *q); // appends a condition over i
};
extern const struct item_view ITEM_VIEWS[];
extern const size_t N_ITEM_VIEWS;
const struct item_view *item_view_find(str code);
str item_view_where(struct call *k, const struct item_view *v); // the expression for today, or ""
