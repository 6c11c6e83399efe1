#pragma once
/*
 * The contract of an item through time: every baseline as fields, the state of now, and what a pending
 * request wishes; and the difference of any two of them, field by field, parts aligned.
 */
#include "ledger/item/item.h"
#include "ledger/names.h"
#include "ledger/query.h"

// What was agreed, read back from a baseline or made from the item as it stands.
struct contract {
    struct item item;            // the fields of CONTRACT_FIELDS
    struct list parts, assists;  // struct item_part, struct item_unit
};
MUST_CHECK bool contract_read(struct call *k, str json, struct contract *out);
MUST_CHECK bool contract_now(struct call *k, const struct item *it, struct contract *out);

enum { LIKE_ENOUGH = 40 }; // percent of shared bigrams from which two parts are versions of one
struct part_pair {
    const struct item_part *from, *to; // NULL: added, removed
};
// Parts of the same kind by identity, then by the same words, then the likest first.
void contract_align(struct arena *a, const struct list *from, const struct list *to, struct list *pairs);

// A field's value as people read it; "" none.
MUST_CHECK bool contract_shown(struct names *n, const struct field *f, const void *record, str *out);

extern const struct shape ITEM_BASELINES_ASK;
MUST_CHECK bool query_item_baselines(struct call *k, const void *args, uint64_t given, struct json *out);
