#pragma once
/*
 * Writing XLSX: one sheet of rows that people fill, a hidden sheet of facts about the file, a hidden sheet of lists.
 *
 * The sheet has a frozen heading row with a note a column, widths, lists to choose from, and formats: text cells are
 * formatted as text, so that "007" typed into one stays "007"; numbers of up to 15 digits are numbers, longer ones are
 * text, because a spreadsheet counts in binary and would round them; days are day serials. No text ever becomes a
 * formula. Locked cells are grey; the sheet is not protected, as that would take filters, sorting and pasting from
 * people: whoever reads the file back refuses what stands there.
 *
 * What xlsx_read gives back for a cell is xlsx_text of what was written (xlsx.h).
 */
#include "base/date.h"
#include "base/error.h"

enum xlsx_kind { XLSX_TEXT, XLSX_NUMBER, XLSX_DAY };

struct xlsx_column {
    str heading, note; // note: a comment at the heading, "" none
    enum xlsx_kind kind;
    int width; // in characters
    bool hidden, locked;
    const str *choices; // a list to choose from
    size_t n_choices;
    bool only; // nothing but a choice may be typed; otherwise the list only helps
};
struct xlsx_cell {
    str text; // numbers as dec_text, days as YYYY-MM-DD; what is neither is written as text
    bool locked, wrong;
    str note; // why it is wrong, as a comment
};
struct xlsx_fact {
    str name, value;
};
struct xlsx_pages {
    str sheet, facts_sheet, lists_sheet;
    const struct xlsx_column *columns;
    size_t n_columns;
    const struct xlsx_cell *cells; // n_rows × n_columns
    size_t n_rows;
    const struct xlsx_fact *facts;
    size_t n_facts;
    instant made; // the file's time of creation
};

// The bytes live in the arena. Fails with xlsx.write when the system has no room for the file.
MUST_CHECK bool xlsx_write(struct ctx *c, const struct xlsx_pages *pages, str *bytes);
