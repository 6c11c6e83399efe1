#pragma once
/* Sheets of a workbook or a CSV file as division tables. */
#include "exchange/division/emit.h"
#include "exchange/sheet.h"

// Adds a block for every cell of the sheet and reads it. no is the 1-based sheet number. A sheet
// without a usable header is read as text, one paragraph a cell.
MUST_CHECK bool grid_read(struct emitter *e, const struct sheet *s, int no);
