#pragma once
/*
 * Clauses of an imported document: each row that was found becomes a clause of the document, linked with
 * the item it became. The same passage imported again finds its clause and adds nothing.
 */
#include "base/map.h"
#include "ledger/plan/plan.h"

struct clause_book {
    struct call *k;
    int64_t doc;
    struct map by_passage; // place and text → struct clause *
};
MUST_CHECK bool clause_book_open(struct call *k, int64_t doc, struct clause_book *b);
// number: as printed, "" when the document numbers nothing. The row is linked with its item when it has one.
MUST_CHECK bool clause_book_row(struct clause_book *b, const struct import_row *row, str number);
// Links an item with a clause, or changes the note of the link.
MUST_CHECK bool clause_attach(struct call *k, int64_t clause, int64_t item, str note);
