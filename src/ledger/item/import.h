#pragma once
/*
 * Importing a division document: the file is read, shown as a difference against what the register
 * has, doubtful rows are decided by a person, then all is applied by one command.
 *
 *   import_read.c     document → rows and the remainder (headings, notices, dates that ask for reports)
 *   import_match.c    rows against items: new, changed, same, doubtful, notice; what is missing
 *   import.c          the commands preview, decide, discard
 *   import_apply.c    the command apply
 *   import_queries.c  the queries imports and import
 *
 * Conservation: each paragraph or cell of the document belongs to exactly one row or one entry of the
 * remainder; each of these counts its blocks, and their sum is the document's number of blocks. (A
 * paragraph that holds two tasks is shown with both and counted with the first.)
 *
 * What a row keeps in its JSON columns:
 *   assists  [{"text":as written,"unit":"id" or null}]
 *   parts    {"number","content","blocks":n,"leader":"id" or null,"cycle","cycle_day",
 *             "parts":[{"kind","body","comparator","quantity","unit"}]}
 *   doubts   [{"field","why":message id,"text","candidates":[unit codes or names],"hard":true}]
 * A row with a hard doubt is doubtful until it is decided. A leader whom nobody is called is asked
 * about softly: the text stays, the row can be applied.
 *
 * The same passage imported again takes over what was decided the first time, so that importing a
 * file twice changes nothing.
 */
#include "base/map.h"
#include "ledger/item/draft.h"
#include "ledger/org/unit_tree.h"

enum { IMPORT_FILE_MAX = 50 * 1024 * 1024, IMPORT_ROWS_MAX = 5000, IMPORT_TITLE_MAX = 200 };

struct row_doubt {
    str field, why, text;
    bool hard;
    VEC(str) candidates;
};

// What is inside a row's JSON columns.
struct row_detail {
    str number, content, cycle;
    int64_t blocks, leader_id, cycle_day;
    VEC(struct draft_part) parts;
    VEC(struct row_doubt) doubts;
    VEC(str) assist_texts;
    VEC(int64_t) assist_ids; // beside assist_texts; 0 unknown
};

struct import_reading {
    struct call *k;
    str bytes, file_name;
    int64_t year, line_id;
    bool year_given;
    str title;                       // the document's own
    VEC(struct import_row) rows;     // in the document's order
    VEC(struct row_detail) details;  // beside rows
    struct buf remainder;            // JSON, closed by import_remainder_end
    struct json json;
    int64_t blocks;
    bool *claimed; // by block: it is counted already
};

// --- import_read.c
MUST_CHECK bool import_read(struct import_reading *r);
void import_remainder_end(struct import_reading *r); // after the missing items were added
str row_assists_json(struct arena *a, const struct row_detail *d);
str row_parts_json(struct arena *a, const struct row_detail *d);
str row_doubts_json(struct arena *a, const struct row_detail *d);
MUST_CHECK bool row_detail_read(struct ctx *c, const struct import_row *row, struct row_detail *d);
bool row_is_doubtful(const struct row_detail *d);

// --- import_match.c
struct existing { // an item of the register and year
    struct item item;
    str content_folded;
    VEC(int64_t) assists; // ascending
    bool used;
};
struct matcher {
    struct call *k;
    VEC(struct existing *) items;
    struct map by_id, by_code, by_content, by_title; // by_content, by_title: folded
    struct map earlier;                              // folded passage → struct import_row *, applied before
};
MUST_CHECK bool matcher_load(struct call *k, int64_t register_id, int64_t year, struct matcher *m);
// Sets the row's verdict and item, taking over what was decided about the same passage before.
MUST_CHECK bool matcher_row(struct matcher *m, struct import_row *row, struct row_detail *d);

enum row_difference {
    ROW_TITLE = 1,
    ROW_CONTENT = 2,
    ROW_LEAD = 4,
    ROW_ASSISTS = 8,
    ROW_LEADER = 16,
    ROW_DUE = 32
};
// What the document states otherwise than the item; what it does not state is no difference.
unsigned row_differences(struct arena *a, const struct import_row *row, const struct row_detail *d,
                         const struct existing *e);

// --- import.c, import_apply.c, import_queries.c
struct import_batch_args { // of import.apply and import.discard
    int64_t batch, version;
};
// Loads a batch that is still a preview; ERR_CONFLICT import.not_open, ERR_STALE.
MUST_CHECK bool import_open(struct call *k, int64_t id, int64_t version, struct import_batch *b);
void import_row_columns(struct call *k, struct import_row *row, const struct row_detail *d); // detail → columns
bool run_import_apply(struct call *k, const void *args, uint64_t given, struct json *out);
MUST_CHECK bool import_rows_of(struct call *k, int64_t batch, struct list *rows);
MUST_CHECK bool import_counts(struct call *k, const struct import_row *rows, size_t n, str remainder, str *counts);
bool query_imports(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_import(struct call *k, const void *args, uint64_t given, struct json *out);
extern const struct shape IMPORT_ASK;
extern struct records ROWS_OF_BATCH, EARLIER_ROWS, BATCHES, IMPORT_PEOPLE, IMPORT_LINES;
extern const struct stmt IMPORT_ITEMS, IMPORT_ASSISTS;
