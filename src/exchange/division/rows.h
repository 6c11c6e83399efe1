#pragma once
#include "exchange/division/emit.h"
#include "exchange/division/para.h"

// A table in a text whose rows are lines of cells parted by blanks, with a header of one line.
// Returns the paragraph behind it, 0 when the one at i does not begin such a table (nothing is
// marked then).
size_t rows_table(struct emitter *e, struct paras *ps, size_t i);
