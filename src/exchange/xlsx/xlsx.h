#pragma once
/*
 * Reading XLSX (ECMA-376, transitional): sheets of text with merged areas.
 *
 * Taken: shared and inline strings with their runs (phonetic hints are skipped), numbers as
 * written, dates by number format as YYYY-MM-DD (1900 and 1904 systems, the 1900 leap-year bug
 * included), booleans, merged areas, hidden sheets (noted), cached results of formulas – a formula
 * is never computed. Ignored: styles other than number formats, drawings, macros, external links.
 *
 * Refused with a clear error, before memory is spent: archives that are encrypted, have too many or
 * doubled or overlapping entries, names that leave the archive, entries that unpack too large or
 * too far (a zip bomb), document type declarations (entity expansion), too deep XML, more cells,
 * strings or columns than a sheet may have. Every limit is counted while unpacking; sizes that the
 * archive claims are only a first check.
 */
#include "base/error.h"
#include "exchange/sheet.h"

enum {
    XLSX_MAX_CELLS = 2000000,
    XLSX_MAX_STRINGS = 1000000,
    XLSX_MAX_COLS = 16384,
    XLSX_MAX_ROWS = 1048576,
    XLSX_MAX_MERGES = 50000,
    XLSX_MAX_SHEETS = 200,
    XLSX_MAX_CELL_TEXT = 128 * 1024,
};

// bytes must live as long as the call. Fails with xlsx.* messages.
MUST_CHECK bool xlsx_read(struct ctx *c, str bytes, struct workbook *out);

// What a text that was written into a cell is read back as: without what nobody sees, blanks at both ends of its
// lines and empty lines.
str xlsx_text(struct arena *a, str s);
