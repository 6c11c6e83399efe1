#pragma once
/*
 * What the files of reporting/ share: the arguments of their commands and queries, a collection with all
 * that belongs to it, a grid while it is being read or written.
 */
#include <jansson.h>

#include "base/map.h"
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/org/period.h"
#include "ledger/query.h"
#include "ledger/reporting/reporting.h"

typedef bool run_fn(struct call *k, const void *args, uint64_t given, struct json *out);

// declare.c
extern const struct shape element_declare_shape, collection_declare_shape, cap_set_shape, form_allow_shape;
run_fn run_element_declare, run_collection_declare, run_cap_set, run_form_allow;
// grid_commands.c, grid_decide.c
extern const struct shape grid_save_shape, grid_submit_shape, grid_return_shape, grid_accept_shape,
    grid_correct_shape;
run_fn run_grid_save, run_grid_submit, run_grid_return, run_grid_accept, run_grid_correct;
// queries
extern const struct shape grid_ask_shape, calendar_ask_shape, rates_ask_shape, burden_ask_shape;
run_fn query_grid, query_reporting_calendar, query_owed, query_rates, query_collections, query_elements, query_burden;

extern struct records ELEMENTS_ALL, COLLECTIONS_ALL, COLUMNS_ALL, LINES_OF_ALL, UNITS_OF_ALL, CAPS_ALL, FORMS_ALL,
    SUBMISSION_OF, SUBMISSION_BEFORE, SUBMISSIONS_OF_UNIT, SUBMISSIONS_BETWEEN, REVISIONS_OF, ROWS_OF, MARKS_OF,
    REPORT_OF_PERIOD, REPORT_BEFORE;

/* --- collections --- */

struct column {
    const struct data_element *element;
    bool must;
};

struct collected { // a collection with what belongs to it
    struct collection of;
    enum cycle cycle;
    VEC(struct column) columns;
    VEC(struct collection_line) lines;
    VEC(int64_t) listed; // units by list
    VEC(str) kinds;      // units by kind
};

struct reporting { // all collections of the district
    struct call *k;
    VEC(struct collected *) at;
    struct map elements; // id → struct data_element *
};

// Elements, collections, columns, lines, units: a few statements, whatever their number.
MUST_CHECK bool reporting_load(struct call *k, struct reporting **out);
struct collected *reporting_find(const struct reporting *r, int64_t collection);
const struct column *collected_column(const struct collected *c, str element_code);
// The units that owe it, as ids in official order.
void collected_units(struct call *k, const struct collected *c, struct list *ids);
bool collected_owes(struct call *k, const struct collected *c, int64_t unit);

/* --- periods of a collection (schedule.c) --- */

// The day by which the report on p is due: the n-th day or working day after its end, rolled as declared.
day collected_due(const struct call *k, const struct collected *c, struct period p);
// p is one of the collection's cycle, not before its first and not after its last period.
bool collected_has(const struct collected *c, struct period p);
struct period collected_first(const struct collected *c);
// The last period that has begun on that day; false when none has.
bool collected_latest(const struct collected *c, day d, struct period *out);
int periods_between(struct period from, struct period to); // how many steps of period_next

/* --- cells (cells.c) --- */

enum { CELL_MAX = 4000 };

// What is wrong with a text in a column: NULL nothing, else a message id with its arguments.
struct cell_fault {
    const char *id;
    str args[2];
    size_t n_args;
};
// canonical: how it is stored when it is right ("1,234.50" → "1234.5"). An empty text is never wrong here.
bool cell_check(struct call *k, const struct data_element *e, str text, str *canonical, struct cell_fault *fault);
str cell_fault_text(struct call *k, const struct cell_fault *f);

MUST_CHECK bool cells_parse(struct call *k, str text, json_t **out); // freed with the arena
str cells_text(struct call *k, const json_t *object);
str cells_get(struct call *k, const json_t *object, str element); // "" when empty
bool cells_set(struct call *k, json_t *object, str element, str text);

/* --- a grid (grid_load.c) --- */

struct known {
    str text, source; // source: in the reader's language; "" nobody else asks it
};

struct grid_row {
    str key, label;
    struct item item;         // where rows are items; id 0 when they are not, or are not seen any more
    json_t *cells, *previous; // never NULL
    bool stored;              // stood in the version shown
    str previous_period;
    str locked;               // the whole row: why, "" when it is not
    struct known *known;      // one a column
};

struct grid {
    struct call *k;
    const struct reporting *all;
    const struct collected *c;
    int64_t unit;
    struct period period;
    str period_code;
    struct submission sub; // id 0: none yet
    int64_t revision;      // shown
    str locked;            // why nothing of it can be edited now, "" when it can
    VEC(struct grid_row) rows;
};

struct grid_key { // the arguments that name a grid
    int64_t collection, unit;
    str period;
    int64_t revision; // 0: the present one
};

// Loads the grid; the actor must answer for the unit or read all, otherwise record.not_found as for a
// submission that does not exist.
MUST_CHECK bool grid_load(struct call *k, const struct grid_key *key, struct grid *out);
struct grid_row *grid_row_find(struct grid *g, str key);
// The actor sees what this unit tells: its own officers and those above, and who reads all.
bool reporting_sees(struct call *k, int64_t unit);
str unit_title(const struct call *k, int64_t unit);
// The version whose figures count: the accepted one, else the one that waits for a decision; 0 none.
int64_t submission_counts(const struct submission *s);

struct fault_at {
    const struct grid_row *row;
    const struct column *column;
    str text; // why, in the reader's language
};
struct faults {
    VEC(struct fault_at) at;
};
// What keeps it from being submitted: wrong cells and, with missing, required ones that are empty.
void grid_faults(struct grid *g, bool missing, struct faults *out);
// Puts the members row, element and why of each fault.
void grid_faults_json(struct call *k, const struct faults *f, struct json *j);

// progress_reports.c: the grid's rows become reports of their items.
MUST_CHECK bool grid_write_reports(struct grid *g);

/* --- burden (burden.c) --- */

// Duplicates, the cap and the communities' list, for a collection that has just been declared.
MUST_CHECK bool burden_guard(struct call *k, const struct reporting *r, const struct collected *c);

extern struct records *const BURDEN_RECORDS[], *const REPORTING_RECORDS[];
extern const size_t N_REPORTING_RECORDS;
