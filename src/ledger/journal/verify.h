#pragma once
/*
 * Proof that nothing was altered. journal_verify recomputes the chain; state_compare rebuilds every
 * record from the journal and compares it with the tables, field by field, and the index of objects
 * row by row, and the head's rules_seq. Both collect findings
 * (one line each, naming sequence or record) and go on; they fail only when the store fails.
 */
#include "ledger/journal/journal.h"

struct findings {
    struct arena *a;
    VEC(str) lines;
    size_t more; // beyond the first FINDINGS_MAX
    enum lang lang;
};
enum { FINDINGS_MAX = 200 };
void findings_init(struct findings *f, struct arena *a, enum lang lang);
void finding(struct findings *f, const char *message_id, str a, str b, str c);

struct journal_range {
    int64_t from, count;  // first sequence; how many rows at most (0: all)
    int64_t checked, next; // out: rows checked; the sequence after the last, 0 at the end
};
MUST_CHECK bool journal_verify(struct call *k, struct journal_range *range, struct findings *f);

// One page of at most 500 rows from a sequence on.
MUST_CHECK bool journal_page(struct call *k, int64_t from, struct journal_row *rows, size_t *n);
void verify_register(void);

struct rebuilt; // every record as the journal tells it
MUST_CHECK bool journal_rebuild(struct call *k, struct findings *f, struct rebuilt **out);
// Every column of every record, as stored, and the index of objects. Once for each rebuilding.
MUST_CHECK bool state_compare(struct call *k, struct rebuilt *r, struct findings *f, int64_t *records);
extern const struct stmt *const REBUILD_STATEMENTS[];
extern const size_t N_REBUILD_STATEMENTS;
