#pragma once
/*
 * Possible duplicates (L2: no duplicate, multi-headed supervision, 政府督查工作条例 art. 15). Two items
 * are possible duplicates when both are alive and either come from the same passage, or have titles
 * that share most of their neighbouring characters (Dice coefficient of bigrams, Dice 1945) and the
 * same lead unit or line. A hint for people, never a decision.
 */
#include "ledger/item/item.h"

struct duplicate {
    int64_t item_id;
    str code, title, state;
    int likeness; // percent
};

enum { DUPLICATE_LIKENESS = 70, DUPLICATES_SHOWN = 8 };

MUST_CHECK bool item_duplicates(struct call *k, const struct item *it, struct list *out);
int title_likeness(struct arena *a, str x, str y); // percent of shared bigrams
extern const struct stmt *const DUPLICATE_STATEMENTS[];
extern const size_t N_DUPLICATE_STATEMENTS;
