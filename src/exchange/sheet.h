#pragma once
/*
 * A table of text as CSV and XLSX files hold it: what their readers give and what the imports read.
 * Cells are sparse and sorted by row, then column; an absent cell is empty. Positions are 1-based,
 * as a spreadsheet shows them. Everything lives in the reader's arena.
 */
#include "base/text.h"
#include "base/vec.h"

struct cell {
    int row, col;
    str text; // cleaned, never empty
    bool formula, fault; // text is a formula's result as the file holds it; it is an error such as #REF!
};

struct place {
    int row, col;
};

struct merge { // both corners included
    int row, col, last_row, last_col;
};

struct sheet {
    str name;
    bool hidden;
    int rows, cols; // greatest row and column in use
    VEC(struct cell) cells;
    VEC(struct merge) merges;
    VEC(struct place) hollow; // formulas whose result the file does not hold
};

struct workbook {
    VEC(struct sheet) sheets;
};

// The cell at a position; NULL when it is empty. O(log cells).
const struct cell *sheet_at(const struct sheet *s, int row, int col);
// The merged area that covers the position, or NULL.
const struct merge *sheet_merge_at(const struct sheet *s, int row, int col);
// "B7" for column 2, row 7.
str sheet_ref(struct arena *a, int row, int col);
