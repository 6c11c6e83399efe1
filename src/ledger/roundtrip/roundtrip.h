#pragma once
/*
 * A register as an XLSX file and back.
 *
 * Out: the query register_file. One sheet with the columns of the register (registers/cell.h), each cell as people
 * read it; a hidden first column with each row's id, version and a digest of the declared values that the reader sees
 * ("ID@VERSION@DIGEST"); a hidden sheet of facts: register, district, moment, journal sequence, filter, the ids of the
 * rows and a check value over register, district, sequence and ids. Visibility and field rights are those of the list.
 *
 * Back: register.import_preview and register.import_apply, one function. A cell whose text is what the export
 * would write now is left alone. A changed row goes through the function of item.edit, or of item.fill once it is
 * issued, a row without id through item.draft, each under a savepoint: a preview is the effect, undone (call.dry). So
 * whatever those commands refuse is refused here in their words, with the cell. A row that moved since the export is a
 * conflict when it differs, and is not touched. Rows that lack in the file are not removed: they are named. What is not
 * understood (a column, a second sheet, a cell outside the table) is named, too.
 *
 * A file whose check value is wrong, or that is of another register or district, is refused as a whole; without the
 * hidden sheet and without keys it is a list of new rows.
 */
#include "exchange/sheet.h"
#include "exchange/xlsx/xlsx_write.h"
#include "ledger/command.h"
#include "ledger/item/item_find.h"
#include "ledger/names.h"
#include "ledger/registers/cell.h"

enum { ROUNDTRIP_ROWS = 10000, ROUNDTRIP_FILE_MAX = 20 * 1024 * 1024 };

/* --- rows of the register as people read them --- */

struct shown_row {
    struct item it;
    str *cells; // one a column
    str *plain; // of declared columns: as commands take them
    str digest; // of plain
};
struct shown_rows {
    VEC(struct shown_row) rows;
    struct map by_id; // item id → struct shown_row *, once all are read
    bool more;        // over ROUNDTRIP_ROWS
};
// Those that match ask; or those of ids. Only what the actor may see.
MUST_CHECK bool shown_by_ask(struct call *k, const struct item_ask *ask, const struct register_info *reg,
                             const struct list *columns, struct shown_rows *out);
MUST_CHECK bool shown_by_ids(struct call *k, const int64_t *ids, size_t n, const struct register_info *reg,
                             const struct list *columns, struct shown_rows *out);
// The heading of a column in the call's language.
str column_heading(const struct call *k, const struct register_column *col);
// NULL when the actor may write this column of an item in this state, else the message that says why not.
const char *column_locked(struct call *k, const struct register_column *col, str state);

/* --- a file that came back --- */

enum row_verdict { ROW_SAME, ROW_CHANGED, ROW_NEW, ROW_REFUSED, ROW_CONFLICT };

struct file_cell {
    const struct register_column *col;
    int column; // in the sheet
    str read, old, plain, why, right;
    bool refused;
};
struct file_row {
    int row;
    enum row_verdict verdict;
    int64_t item, version;
    str digest;
    const struct shown_row *now; // NULL: new, or not seen
    VEC(struct file_cell) cells; // what differs from now
    str why;                     // the row's own refusal
    str title;
};
struct unread {
    int row, column;
    str text;
    const char *why; // message id
};
struct register_file {
    const struct register_info *reg;
    struct list columns;
    const struct sheet *sheet;
    const struct register_column **at; // by column of the sheet, from 1; NULL: not one of the register
    int key_column, result_column;     // 0: there is none
    bool foreign;                      // without a hidden sheet: every row is new
    str made, seq, filter;
    struct map facts_ids; // ids the file left with
    VEC(int64_t) ids;
    VEC(struct xlsx_fact) facts;
    VEC(struct unread) unread;
    VEC(str) formulas; // cells whose result was taken
    VEC(struct file_row) rows;
    VEC(int64_t) missing;
    struct shown_rows now;
    size_t counts[ROW_CONFLICT + 1], cells; // cells: that change
};
// Reads the stored file; what is no table of this register fails.
MUST_CHECK bool file_open(struct call *k, const struct register_info *reg, str hash, struct register_file *f);
// What each row wants, cell by cell; refusals that need no command.
MUST_CHECK bool file_compare(struct call *k, struct register_file *f);
// Does what can be done, row by row.
MUST_CHECK bool file_apply(struct call *k, struct register_file *f);
// Register, source and counts; the rows and the rest, for a preview.
void file_tell(const struct register_file *f, struct json *out);
void file_tell_rows(struct call *k, const struct register_file *f, struct json *out);
// The same table with a column of results, wrong cells coloured and noted.
MUST_CHECK bool file_marked(struct call *k, const struct register_file *f, str *bytes);
// The first thing that stands in the way: "B7 完成时限：…".
str file_first_trouble(struct call *k, const struct register_file *f);
struct file_cell *file_cell_add(struct call *k, struct file_row *row, const struct register_column *col, int column);
void file_cell_refuse(struct call *k, struct file_cell *cell, str why);

// The workbook of an export.
MUST_CHECK bool file_make(struct call *k, const struct item_ask *ask, str *bytes, size_t *rows);
// Over register, district, journal sequence and ids.
str file_check(struct call *k, str reg, str seq, const int64_t *ids, size_t n);
// The columns of a register's sheet, the key column first.
MUST_CHECK bool file_columns(struct call *k, const struct list *columns, struct xlsx_column **out);
str district_code(struct call *k);

extern const struct stmt ROUNDTRIP_PEOPLE;
extern const struct subject ROUNDTRIP_SUBJECT;
