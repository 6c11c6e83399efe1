#pragma once
/*
 * The values of an item in the declared fields of its register: set by commands (`fields`), asked for
 * by guards, told by queries. All of them respect who may read a field; an unknown field and one that
 * the actor may not read are refused alike.
 */
#include "ledger/registers/cell.h"

#define FIELD_GIVEN_FIELDS(X)                                             \
    X(field, str, F_TEXT, 32, "字段", "field", REQUIRED, NULL)            \
    X(value, str, F_TEXT, 4000, "内容", "value", MULTILINE, NULL)
struct field_given { FIELD_GIVEN_FIELDS(AS_MEMBER) };
extern const struct shape field_given_shape;
// For the field tables of commands.
#define FIELDS_ARGUMENT(X) X(fields, struct list, F_OBJECTS, 200, "台账字段", "declared fields", 0, &field_given_shape)

// Sets what is given (struct field_given); an empty value takes one away. Errors: "fields.CODE".
MUST_CHECK bool values_set(struct call *k, const struct item *it, const struct list *given);
// All that is required at this stage or before ("draft", "report", "finish") is there.
MUST_CHECK bool values_required(struct call *k, const struct item *it, const char *stage);
// No revenue quota stands in a value (L5); *word is "" then.
MUST_CHECK bool values_quota(struct call *k, const struct item *it, str *word);

// Of one page of items, in one statement: the listed fields of a register.
struct value_rows {
    struct map of_item; // item id → struct value_row *, the first of a chain
};
struct value_row {
    const struct declared *d;
    struct item_value v;
    str name; // of a unit or person
    struct value_row *next;
};
MUST_CHECK bool values_of_page(struct call *k, const struct register_info *reg, const int64_t *ids, size_t n,
                               struct value_rows *out);
// "fields": {code: value}, "fields_shown": {code: text} of one item, into an open object.
void values_json(struct call *k, const struct value_rows *rows, int64_t item, struct json *j);
// "fields": every field of the item's register with its value, for its page.
MUST_CHECK bool values_of_item_json(struct names *n, const struct item *it, struct json *j);
// What a change of a value was about, for the history: NULL when it may not be shown. field_id 0: as stored.
MUST_CHECK bool value_changed(struct call *k, int64_t value_id, int64_t field_id, const struct declared **d);
// The description of a column that grids and forms get, as one object.
void column_json(struct call *k, const struct register_column *col, struct json *j);
