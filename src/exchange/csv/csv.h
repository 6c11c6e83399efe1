#pragma once
/*
 * CSV after RFC 4180: fields in double quotes may hold separators, line ends and doubled quotes.
 * The reader takes , ; or tab as separator (the one that divides most lines into the same number of
 * fields), any line end and a last line without one. The writer separates by commas, ends lines
 * with CRLF and keeps spreadsheets from running data as formulas.
 */
#include "base/error.h"
#include "exchange/sheet.h"

enum { CSV_MAX_CELLS = 2000000, CSV_MAX_COLS = 16384 };

// text is valid UTF-8. Fails with csv.quote (a quoted field is never closed), csv.too_many_cells,
// csv.too_many_columns.
MUST_CHECK bool csv_read(struct ctx *c, str text, struct sheet *out);

// One field. Text that a spreadsheet would run (= + - @ tab CR LF and their full-width forms in
// front) gets a leading apostrophe; numbers written with csv_write_number do not.
void csv_write_text(struct buf *b, str s, bool first_in_row);
void csv_write_number(struct buf *b, str number, bool first_in_row);
void csv_write_end(struct buf *b);
