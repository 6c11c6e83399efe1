#pragma once
/* A cell of a table as a member of a command's arguments: the command's field table says how it is read. */
#include "ledger/field.h"

// "a|b" a list, 是 or 1 a truth value, [ … ] JSON as it stands. False: not of the field's form.
MUST_CHECK bool row_put_cell(struct json *j, const struct field *f, str cell);
