#pragma once
/*
 * Rows of a division table, whether the table came from a sheet or from text flattened to one cell
 * per line: columns by header words, rows to tasks.
 */
#include "exchange/division/emit.h"

enum { TABLE_MAX_COLS = 64 };

struct table_cell {
    str text;
    struct block_list blocks;
    bool inherited; // from a vertical merge: holds, but is accounted for by the row above
};

struct table {
    enum label cols[TABLE_MAX_COLS];
    str heads[TABLE_MAX_COLS]; // the header words
    int n;
    VEC(str) section;          // headings above the rows
    VEC(int) levels;           // their ranks
    struct fields above;       // units and deadlines that the section headings state
    str last_lead;             // of the row before: a candidate when a row states none
    struct fields sheet_above; // of the table's title rows
};

struct table_row {
    struct table_cell cell[TABLE_MAX_COLS];
};

// Header words in one line of text (序号 工 作 任 务 责任单位): fills the columns and returns their
// number, 0 when anything else stands there.
size_t table_header_words(struct arena *a, const struct runes *r, struct table *t);
// Is the column set a division table: a task column and units (or a deadline or a leader)?
bool table_usable(const struct table *t);
// Puts roles right that only the whole set of columns tells: TARGET without TASK is the task, …
void table_settle(struct table *t);
// A heading row: 一、… (牵头领导：…). Deeper headings are kept below shallower ones.
void table_heading(struct emitter *e, struct table *t, str text, const struct block_list *blocks);
// The task of a row. A row without any task text becomes a notice or a doubt.
void table_row_emit(struct emitter *e, struct table *t, const struct table_row *row);
bool table_row_empty(const struct table *t, const struct table_row *row);
bool table_row_has(const struct table *t, const struct table_row *row, enum label label);
void table_row_append(struct emitter *e, struct table_cell *to, str text, size_t block,
                      const char *glue);
// 合计, 总计, 注：, 备注：, 填表说明 …
bool table_is_note(str text);
