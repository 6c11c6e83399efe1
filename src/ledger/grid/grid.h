#pragma once
/*
 * The grid's side of the ledger: many cells and many steps as one act, back again, and views that
 * people keep.
 *
 * A bulk command (items.edit_many, items.undo, items.step_many) is one record in the journal and
 * all or nothing. With "preview": true it runs exactly as it would, row by row under savepoints, tells
 * per cell or row what would come of it, and sets call.dry: the transaction is then undone, nothing is
 * journaled, and only the answer is kept (command.c, ledger.c). So a preview cannot differ from the
 * effect but by what others change in between, and that the versions of the rows show.
 *
 * Cells come as the texts people write: a code or a name of a unit, 2023/5/1, a word of an
 * enumeration. Which members may stand in a cell, and in which state of an item, is the table
 * GRID_MEMBERS; item.edit decides again whatever this table says.
 */
#include "ledger/command.h"
#include "ledger/item/draft.h"

extern const struct enum_table SHARINGS;  // me unit all
extern const struct enum_table GROUPINGS; // none line lead leader register state

#define SAVED_VIEW_FIELDS(X)                                                                             \
    ENTITY_KEY(X)                                                                                        \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED | AUDITED, NULL)                                   \
    X(account_id, int64_t, F_REF, 0, "所有人", "owner", REQUIRED, "account")                             \
    X(unit_id, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")                                      \
    X(sharing, str, F_ENUM, 0, "共享范围", "shared with", REQUIRED | AUDITED, &SHARINGS)                 \
    X(register_id, int64_t, F_REF, 0, "台账", "register", AUDITED, "register_def")                       \
    X(base_view, str, F_TEXT, 32, "预置视图", "shipped view", AUDITED, NULL)                             \
    X(conditions, str, F_TEXT, 8192, "条件", "filter", AUDITED, NULL)                                    \
    X(words, str, F_TEXT, 100, "关键词", "words", AUDITED, NULL)                                         \
    X(states, str, F_TEXT, 160, "状态", "state", AUDITED, NULL)                                          \
    X(lights, str, F_TEXT, 80, "灯", "light", AUDITED, NULL)                                             \
    X(line_id, int64_t, F_REF, 0, "工作线", "line", AUDITED, "work_line")                                \
    X(lead_id, int64_t, F_REF, 0, "牵头单位（含下级）", "lead unit or below", AUDITED, "unit")           \
    X(sorting, str, F_TEXT, 40, "排序", "order", 0, NULL)                                                \
    X(grouping_by, str, F_ENUM, 0, "分组", "grouped by", REQUIRED, &GROUPINGS)                           \
    X(tree, int64_t, F_BOOL, 0, "层级显示", "as a tree", REQUIRED, NULL)                                 \
    X(layout, str, F_JSON, 8000, "列", "columns", 0, NULL)                                               \
    X(official_order, int64_t, F_INT, 0, "排序号", "official order", REQUIRED, NULL)                     \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct saved_view { SAVED_VIEW_FIELDS(AS_MEMBER) };
extern struct entity SAVED_VIEW;
// Seen by its owner, by officers of the unit it is shared with and those below, or by all.
MUST_CHECK bool saved_view_may_see(struct call *k, const void *record, bool *may);

/* --- cells --- */

// A member of item.edit that a grid shows as a column, and the column of item it writes.
struct grid_member {
    const char *edit, *column;
    bool assignment; // may still move after approval
};
extern const struct grid_member GRID_MEMBERS[];
extern const size_t N_GRID_MEMBERS;
const struct grid_member *grid_member_find(str edit);
// NULL when the actor may write this member of an item in this state, else the message that says why not.
const char *grid_locked(const struct call *k, str state, const struct grid_member *m);

// Reads what somebody wrote into a cell; an empty text clears the member.
MUST_CHECK bool cell_read(struct call *k, const struct field *f, str text, struct item_edit *e);
// 2023/5/1, 2023.5.1 and 2023年5月1日 as 2023-05-01; other text as it is.
str cell_day(struct call *k, str text);
// A member as people read it: a unit's name, a day, the word of an enumeration.
MUST_CHECK bool cell_show(struct call *k, const struct field *f, const void *record, str *text);
// Copies one value between records whose fields are of one type.
void cell_copy(const struct field *from, const void *x, const struct field *to, void *y);

/* --- rows of a change set --- */

struct grid_cell {
    const struct grid_member *m;
    const struct field *f, *column; // of item_edit, of item
    bool refused;
    str why, old, new_;
};
struct grid_change {
    int64_t item, version;
    struct item before, after;
    struct item_edit edit;  // values of the cells; assists when given
    bool with_assists;
    VEC(struct grid_cell) cells;
};
struct change_set {
    VEC(struct grid_change) rows;
    size_t changed, refused; // cells
};
// Adds a cell to a row; its value is in row->edit, or it is refused with why.
struct grid_cell *change_cell(struct call *k, struct grid_change *row, const struct grid_member *m);
// Does what can be done: refused cells are marked, the others written.
MUST_CHECK bool change_set_apply(struct call *k, struct change_set *set);
// The answer; with preview everything, else the versions. Refusals without preview end the command.
MUST_CHECK bool change_set_tell(struct call *k, const struct change_set *set, bool preview, struct json *out);

// Runs fn with errors of its own: *why is set and what it wrote is undone when it refuses. False only
// when the store or memory fails.
typedef bool attempt_fn(struct call *k, void *arg);
MUST_CHECK bool attempt(struct call *k, attempt_fn *fn, void *arg, bool *done, str *why, str *field);
// The same, with the refusal as it was told, so that it can be said in any language.
MUST_CHECK bool attempt_error(struct call *k, attempt_fn *fn, void *arg, bool *done, struct error *refused);

extern const struct shape edit_many_shape, undo_shape, step_many_shape;
bool run_edit_many(struct call *k, const void *args, uint64_t given, struct json *out);
bool run_undo(struct call *k, const void *args, uint64_t given, struct json *out);
bool run_step_many(struct call *k, const void *args, uint64_t given, struct json *out);
extern const struct shape view_save_shape, view_share_shape, view_remove_shape, view_ask_shape;
bool run_view_save(struct call *k, const void *args, uint64_t given, struct json *out);
bool run_view_share(struct call *k, const void *args, uint64_t given, struct json *out);
bool run_view_remove(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_saved_views(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_saved_view(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_items_grid(struct call *k, const void *args, uint64_t given, struct json *out);
extern struct records *const GRID_RECORDS[];
extern const size_t N_GRID_RECORDS;
extern const struct stmt *const GRID_STATEMENTS[];
extern const size_t N_GRID_STATEMENTS;
extern const struct subject GRID_SUBJECT;
