#pragma once
/* Sheets of a workbook or a CSV file as division tables. */
#include "exchange/division/emit.h"
#include "exchange/sheet.h"

// Adds a block for every cell of the sheet and reads it. no is the 1-based sheet number. A sheet
// without a usable header is read as text, one paragraph a cell.
MUST_CHECK bool grid_read(struct emitter *e, const struct sheet *s, int no);
// The same for a table inside a text, whose cells lie in blocks that exist already: block_of[i] is
// the block of cell i, and several cells may share one. False when no row is a usable header;
// nothing has been added then.
bool grid_rows(struct emitter *e, const struct sheet *s, const size_t *block_of);
// The same under a heading (一、重大项目（牵头领导：…）) with blocks of its own, which holds for the rows; above "": none.
bool grid_rows_under(struct emitter *e, const struct sheet *s, const size_t *block_of, str above,
                     const struct block_list *above_blocks);
// Does a row of the sheet name the columns of a division table?
bool grid_has_header(struct emitter *e, const struct sheet *s);
