#pragma once
// The rows that belong to an item, in the order in which people read them.
#include "ledger/item/item.h"

// $1 district, $2 item.
extern struct records UNITS_OF_CHANGE, WATCHERS_OF_ITEM, MENTIONS_OF_ITEM, CHILDREN_OF_ITEM, MERGED_INTO;
extern struct records ASSISTS_OF_ITEM, PARTS_OF_ITEM, BASELINES_OF_ITEM, REPORTS_OF_ITEM, EVIDENCE_OF_ITEM,
    CHANGES_OF_ITEM, VERDICTS_OF_ITEM, OBJECTIONS_OF_ITEM, CLOCKS_OF_ITEM, WAIVERS_OF_ITEM, NOTES_OF_ITEM;
extern struct records *const ITEM_RECORDS[];
extern const size_t N_ITEM_RECORDS;
