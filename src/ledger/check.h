#pragma once
/*
 * `bihuan check`: everything that must hold of a district's data, on live data. The chain of the
 * journal; state against journal; the loop's invariants (every open item has one accountable unit and
 * one running main clock; nothing left the open states without a verifier's or a leader's act; the
 * lead never verified itself; a parent did not close over open children without a waiver; nothing
 * pending hangs on what is over); every file that evidence and documents name; the engine's own check.
 */
#include "ledger/journal/verify.h"
#include "ledger/ledger.h"

struct check_result {
    int64_t journal_rows, records, items, files;
};
MUST_CHECK bool ledger_check(struct ctx *c, struct ledger *l, int64_t district, struct findings *f,
                             struct check_result *result);
// Its two halves: the engine's own check of the whole store, and one district's data.
MUST_CHECK bool ledger_check_engine(struct ctx *c, struct ledger *l, struct findings *f);
MUST_CHECK bool ledger_check_district(struct ctx *c, struct ledger *l, int64_t district, struct findings *f,
                                      struct check_result *result);
// Only the journal's chain.
MUST_CHECK bool ledger_verify(struct ctx *c, struct ledger *l, int64_t district, struct findings *f, int64_t *rows);
// Only state against journal.
MUST_CHECK bool ledger_compare(struct ctx *c, struct ledger *l, int64_t district, struct findings *f, int64_t *records);
// The loop's invariants over the items of a call's district.
MUST_CHECK bool items_check(struct call *k, struct findings *f, int64_t *items);
