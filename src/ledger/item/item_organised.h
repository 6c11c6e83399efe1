#pragma once
/*
 * Items as organised then or now. An item that was open when its unit ended went to a successor and
 * stands there; one that was over kept the unit of its time. So
 *
 *   now          the lead is the unit's successor of today; what a divided unit had finished counts for
 *                its successors by their shares, and is told apart from what they have whole
 *   then         the lead is the unit that had it, closed or not
 *   then, on D   the lead is who had it on day D: changes of units after D are undone, those before done
 */
#include "base/map.h"
#include "ledger/filter.h"
#include "ledger/item/item_find.h"

extern const struct enum_table ORGANISED; // now then

// What the parameters organised and on mean. A day alone means then.
MUST_CHECK bool item_organised(struct call *k, const struct item_ask *ask, struct organised *o);
// Appends the lead unit of item i as organised: a column, or for a day an expression.
void item_lead_sql(struct sqltext *q, const struct organised *o);
// Member by_unit: how many items each unit has, whole and by shares. counted: lead unit → int64_t *.
MUST_CHECK bool item_units_json(struct call *k, const struct organised *o, const struct map *counted, struct json *j);
// Into an open row: lead_unit_then_name, what the lead was called when the item was over, and
// lead_unit_now_name, who has its things now; null where that is the name shown anyway.
void item_lead_names(struct call *k, const struct item *it, struct json *j);
