#pragma once
/* Tables drawn with box characters. */
#include "exchange/division/emit.h"
#include "exchange/division/para.h"

bool drawn_line(const struct runes *r); // the line belongs to a drawn table
// The paragraph behind the lines of a table that is not drawn, whose first line is paragraph i.
size_t table_lines_end(const struct paras *ps, size_t i);
// Reads the table whose first line is paragraph i; returns the first paragraph behind it.
size_t drawn_table(struct emitter *e, struct paras *ps, size_t i);
