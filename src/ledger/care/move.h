#pragma once
/*
 * Moving a ledger into another store: every row, in pages that survive a kill (store/copy.h), then
 * compared by sums on both sides and by the journal's chain of every district. Stored files are
 * outside the database and stay where they are.
 *
 * The source must rest. A SQLite file is locked as a server would lock it. A PostgreSQL database cannot
 * be: it is read in one snapshot, and when a journal has gone on by the end the move is refused
 * (care.source_moved) and the target stays unfinished. What differs is a finding, and the target
 * stays unfinished too.
 */
#include "ledger/care/sums.h"
#include "store/copy.h"

struct move_options {
    str from, to; // URLs
    size_t page_rows; // 0 takes the shipped value
    void (*told)(void *arg, const struct copy_told *t);
    void *arg;
};

struct move_report {
    str from_engine, to_engine;
    struct copy_result copied;
    struct sums sums;       // of the target
    int64_t journal_rows;   // whose chain was recomputed
};

MUST_CHECK bool ledger_move(struct ctx *c, const struct move_options *o, struct findings *f, struct move_report *r);

// Fills a target, opened by copy_target_open, from a store that rests, compares and finishes. want: what
// the source is known to hold, or NULL to take its sums now. With findings the target stays unfinished.
struct move_copy {
    struct store *from, *to;
    const struct sums *want;
    str source; // see copy_options; "" takes the identity of the sums
    struct copy_options copy;
    struct findings *findings;
    struct move_report *report;
};
MUST_CHECK bool move_copy(struct ctx *c, const struct move_copy *m);
// The sums of a whole store in one snapshot.
MUST_CHECK bool store_sums(struct ctx *c, struct store *s, struct arena *a, struct sums *out);
