#pragma once
/*
 * Declaring by tables, as a pack holds them: each row is run as the command that its table feeds, in one
 * transaction, and every fault is told with table, line and column. A preview is the same run with its
 * rows undone: what it says has really been tried.
 *
 * A text may hold several tables, one below another with an empty line between; what a table is shows
 * in its heading. A field that a register has and its table does not name is removed: hidden, its values
 * kept. Values that a changed field would not take any more are listed, and kept.
 */
#include "base/vec.h"
#include "exchange/sheet.h"
#include "ledger/registers/registers.h"

struct declare_fault {
    str table, column;
    int line;
    struct error error;
};

struct declare_unfit { // a value that its field would refuse now
    str item, value, why;
};

struct declare_change {
    str table;
    int line; // 0: follows from a table, has no row
    const struct entity *entity;
    int64_t id;
    const void *before, *after; // NULL before: new; both: changed or the same
    bool removed;
    str owner;   // code of the register, "" when there is none
    int64_t values; // of a removed or changed field
    VEC(struct declare_unfit) unfit; // the first DECLARE_UNFIT_SHOWN
    int64_t n_unfit;
};

enum { DECLARE_FAULTS_MAX = 200, DECLARE_UNFIT_SHOWN = 20 };

struct declare_report {
    VEC(struct declare_fault) faults;
    VEC(struct declare_change) changes;
    struct map registers; // id → itself: whose fields or declaration were in the tables
};

// One table of a text: its first line in the text is 1-based.
struct declare_table {
    str name;
    int line;
    struct sheet sheet;
    const int *lines; // of each row of the sheet, from 1
    int n_lines;
    VEC(str) heads;
};

// Cuts a text into its tables; faults of form go into the report. False: the machine failed.
MUST_CHECK bool declare_cut(struct call *k, str name, str text, int first_line, struct declare_report *report,
                            struct list *tables);
// Runs all rows. False only when the machine failed.
MUST_CHECK bool declare_rows(struct call *k, const struct list *tables, struct declare_report *report);
// Notes a fault; the error's texts are the call's.
void declare_fault(struct call *k, struct declare_report *r, str table, int line, str column, const struct error *e);
void declare_json(struct call *k, const struct declare_report *r, struct json *out);
str declare_fault_text(struct call *k, const struct declare_fault *f); // "表:3: kind: …"

// How many values a field has.
MUST_CHECK bool values_count(struct call *k, int64_t field_id, int64_t *n);
// The values of a field that it would not take as it is declared after.
MUST_CHECK bool values_unfit(struct call *k, const struct register_field *after, struct declare_change *change);
