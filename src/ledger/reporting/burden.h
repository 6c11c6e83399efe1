#pragma once
/*
 * Burden (减负): minutes that a unit is asked for in a month. A period counts in the month in which its
 * report is due; a column that is filled from elsewhere costs nothing. Rows that are items are counted as
 * they stand today.
 *
 *   minutes(unit, month) = Σ collections it owes · Σ periods due in the month · rows · Σ minutes of columns asked
 *                        + Σ items that report one by one · periods ending in the month · minutes of their register
 */
#include "ledger/registers/registers.h"
#include "ledger/reporting/reporting_internal.h"

struct burden_line { // of one unit and month
    const struct collected *c;
    str register_name; // items that report one by one; c is NULL
    int64_t rows, periods, asked, filled; // asked, filled: columns
    dec minutes;
};

struct burden; // counts of rows, read once
MUST_CHECK bool burden_open(struct call *k, const struct reporting *r, struct burden **out);
// first: the month's first day. lines may be NULL.
MUST_CHECK bool burden_month(struct burden *b, int64_t unit, day first, dec *minutes, struct list *lines);
int64_t burden_cap_of(struct burden *b, str unit_kind, str *source); // 0 none

struct duplicate {
    const struct collected *c, *d; // may be the same one
    const struct data_element *e, *f;
    int64_t unit; // one of those asked twice
};
// Pairs of columns that ask one fact under two elements; c not NULL: those of c only.
MUST_CHECK bool burden_duplicates(struct call *k, const struct reporting *r, const struct collected *c,
                                  struct list *out);
// folded is a name of the element or another one it is known by.
bool element_named(struct call *k, const struct data_element *e, str folded);

struct field_duplicate {
    const struct collected *c; // NULL: the item's report asks it
    const struct data_element *e;
};
// Where the fact of a register's field is asked otherwise: of the same items by a collection, or in their report.
void burden_field_duplicates(struct call *k, const struct reporting *r, const struct register_field *f,
                             struct list *out);
// Refuse a field, and a collection over items, that would ask twice; the field need not be stored yet.
MUST_CHECK bool burden_guard_field(struct call *k, const struct register_field *f);
// An element that an item's report tells, when a register has a field for the same.
MUST_CHECK bool burden_guard_element(struct call *k, const struct data_element *e);
MUST_CHECK bool burden_guard_fields(struct call *k, const struct reporting *r, const struct collected *c);
extern const struct stmt BURDEN_REPORTERS;
