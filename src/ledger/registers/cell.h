#pragma once
/*
 * The one reading of what stands in a cell. Forms, tables, CSV, XLSX and the grid all ask which columns
 * a register has (register_columns) and what a text means in one of them (column_read), so that they
 * refuse the same things in the same words.
 *
 * A value is told as text in two ways: plain, as every command takes it back (a choice's or a unit's
 * code, 2023-05-01, 12.5, true), and shown, as people read it (a choice's title, a unit's name, 是).
 */
#include "ledger/names.h"
#include "ledger/registers/registers.h"

struct register_column {
    str code, name, name_en;
    enum field_kind kind;
    const struct field *fixed;       // an item's own field, of ITEM; NULL: declared
    const struct declared *declared; // NULL: fixed
    const char *argument;            // member of item.draft and item.edit; "fields" for declared ones; NULL: none
    bool editable;
    const char *why_not; // message id when it is not
};

// What every item has, then what is declared and the actor may read, in order (struct register_column).
MUST_CHECK bool register_columns(struct call *k, const struct register_info *reg, struct list *columns);
// By code, Chinese or English name, folded; NULL when there is none.
const struct register_column *column_find(const struct call *k, const struct list *columns, str name);
// The plain text of a cell's text, which is not empty. ERR_INVALID with path as the field.
MUST_CHECK bool column_read(struct call *k, const struct register_column *col, str path, str text, str *plain);

// Reads the text of a declared field into the member of v that its kind uses, and clears the others.
MUST_CHECK bool declared_parse(struct call *k, const struct declared *d, str path, str text, struct item_value *v);
str declared_plain(struct call *k, const struct declared *d, const struct item_value *v);
MUST_CHECK bool declared_shown(struct names *n, const struct declared *d, const struct item_value *v, str *out);
// The column of item_value that holds a kind: "text_value", "number_value", "day_value", "ref_id".
const struct field *declared_column(enum field_kind kind);
void value_clear(struct item_value *v); // nothing is said: the row stays, its history with it
bool value_empty(const struct item_value *v);
int64_t declared_max(const struct declared *d); // most characters of a text
