/*
 * A change set: rows of items, each with some cells, done cell by cell as far as they are allowed. The
 * same code for a preview and for the command, for a paste and for stepping back.
 */
#include "ledger/args.h"
#include "ledger/grid/grid.h"
#include "ledger/item/loop.h"
#include "ledger/sight.h"

bool attempt_error(struct call *k, attempt_fn *fn, void *arg, bool *done, struct error *refused)
{
    struct ctx *outer = k->c, own = {.a = outer->a, .lang = outer->lang, .err = {.position = -1}};
    size_t noted = k->changes.n;
    int64_t last_id = k->last_id;
    if (!db_savepoint(k->c, k->db)) return false;
    k->c = &own;
    *done = fn(k, arg);
    k->c = outer;
    if (*done) return db_release(k->c, k->db) && ctx_ok(k->c);
    db_rollback_to(k->db);
    k->changes.n = noted;
    k->last_id = last_id;
    bool ours = own.err.code == ERR_NONE || own.err.code == ERR_STORE || own.err.code == ERR_NO_MEMORY ||
                own.err.code == ERR_BUSY || own.err.code == ERR_INTERNAL || own.err.code == ERR_UNKNOWN;
    if (ours && own.err.code == ERR_NONE) return ctx_failed(k->c);
    if (ours) return fail_with(k->c, own.err.code, own.err.id, STR_EMPTY, -1, own.err.args, own.err.n_args);
    *refused = own.err;
    return ctx_ok(k->c);
}

bool attempt(struct call *k, attempt_fn *fn, void *arg, bool *done, str *why, str *field)
{
    struct error e;
    if (!attempt_error(k, fn, arg, done, &e)) return false;
    if (*done) return true;
    *why = error_text(k->c->a, k->c->lang, &e);
    *field = e.field;
    return ctx_ok(k->c);
}

struct grid_cell *change_cell(struct call *k, struct grid_change *row, const struct grid_member *m)
{
    struct grid_cell *c = VEC_PUSH(k->c->a, &row->cells);
    c->m = m;
    c->f = shape_field(&item_edit_shape, str_of(m->edit));
    c->column = shape_field(ITEM.shape, str_of(m->column));
    INVARIANT(c->f && c->column);
    return c;
}

static uint64_t bit(const char *member)
{
    return UINT64_C(1) << (shape_field(&item_edit_shape, str_of(member)) - item_edit_shape.fields);
}

static bool write_row(struct call *k, void *arg)
{
    struct grid_change *row = arg;
    uint64_t given = bit("item") | bit("version");
    for (size_t i = 0; i < row->cells.n; i++)
        if (!row->cells.at[i].refused) given |= bit(row->cells.at[i].m->edit);
    if (row->with_assists) given |= bit("assists");
    row->edit.item = row->item;
    row->edit.version = row->version;
    return item_change(k, &row->edit, given, &row->after);
}

static void fall(struct grid_cell *c, str why)
{
    c->refused = true;
    c->why = why;
}

// What each cell would do alone, undone at once: a new lead falls over people who do not answer for it,
// and the refusal speaks of them. *found: there was one that cannot stand alone.
static bool refuse_alone(struct call *k, struct grid_change *row, bool *found)
{
    *found = false;
    for (size_t i = 0; i < row->cells.n; i++) {
        struct grid_change one = *row;
        struct grid_cell *c = &row->cells.at[i];
        size_t noted = k->changes.n;
        bool done;
        str why, field;
        if (c->refused) continue;
        one.cells.at = arena_alloc(k->c->a, sizeof *one.cells.at);
        one.cells.at[0] = *c;
        one.cells.n = one.cells.cap = 1;
        one.with_assists = row->with_assists && strcmp(c->m->edit, "lead") == 0;
        if (!db_savepoint(k->c, k->db)) return false;
        bool ok = attempt(k, write_row, &one, &done, &why, &field);
        db_rollback_to(k->db);
        k->changes.n = noted;
        if (!ok) return false;
        if (done) continue;
        fall(c, why);
        *found = true;
    }
    return true;
}

// The refusal names a cell of the row: that one falls. It names none: those fall that cannot stand alone,
// and when each could, all that are left.
static bool refuse(struct call *k, struct grid_change *row, str why, str field)
{
    bool named = false;
    for (size_t i = 0; i < row->cells.n; i++) {
        struct grid_cell *c = &row->cells.at[i];
        if (!c->refused && str_is(field, c->m->edit)) {
            fall(c, why);
            named = true;
        }
    }
    if (!named && !refuse_alone(k, row, &named)) return false;
    for (size_t i = 0; i < row->cells.n && !named; i++)
        if (!row->cells.at[i].refused) fall(&row->cells.at[i], why);
    return true;
}

static void check_locks(struct call *k, struct grid_change *row)
{
    const struct command *edit = command_find(STR("item.edit"));
    const str roles[] = {roles_text(k, edit->roles)};
    for (size_t i = 0; i < row->cells.n; i++) {
        struct grid_cell *c = &row->cells.at[i];
        const char *why = c->refused ? NULL : grid_locked(k, row->before.state, c->m);
        if (!why) continue;
        c->refused = true;
        c->why = message_text(k->c->a, k->c->lang, why, roles, 1);
    }
}

static bool left(const struct grid_change *row)
{
    for (size_t i = 0; i < row->cells.n; i++)
        if (!row->cells.at[i].refused) return true;
    return false;
}

static bool show_cells(struct call *k, struct change_set *set, struct grid_change *row)
{
    for (size_t i = 0; i < row->cells.n; i++) {
        struct grid_cell *c = &row->cells.at[i];
        if (!cell_show(k, c->column, &row->before, &c->old)) return false;
        if (c->refused) set->refused++;
        else if (!cell_show(k, c->column, &row->after, &c->new_)) return false;
        else if (!field_same(c->column, &row->before, &row->after)) set->changed++;
    }
    return true;
}

static bool apply_row(struct call *k, struct change_set *set, struct grid_change *row)
{
    bool done = false;
    row->after = row->before;
    check_locks(k, row);
    while (!done && left(row)) {
        str why, field;
        if (!attempt(k, write_row, row, &done, &why, &field)) return false;
        if (!done && !refuse(k, row, why, field)) return false;
    }
    return show_cells(k, set, row);
}

bool change_set_apply(struct call *k, struct change_set *set)
{
    for (size_t i = 0; i < set->rows.n; i++)
        if (!apply_row(k, set, &set->rows.at[i]) || !ctx_ok(k->c)) return false;
    // Several items: the record is about none of them alone.
    k->object_kind = set->rows.n == 1 ? "item" : "";
    k->object_id = set->rows.n == 1 ? set->rows.at[0].item : 0;
    return true;
}

/* --- the answer --- */

static void tell_cell(struct json *j, const struct grid_cell *c)
{
    jw_object(j);
    jw_put_text(j, "column", str_of(c->m->edit));
    jw_put_text(j, "old", c->old);
    jw_put_text(j, "new", c->new_);
    jw_put_bool(j, "refused", c->refused);
    jw_put_text(j, "why", c->why);
    jw_end(j);
}

static void tell_row(struct json *j, const struct grid_change *row, bool preview)
{
    jw_object(j);
    jw_put_id(j, "item", row->item);
    jw_put_int(j, "version", preview ? row->before.version : row->after.version);
    if (preview) {
        jw_put_text(j, "code", row->before.code);
        jw_put_text(j, "title", row->before.title);
        jw_key(j, "cells");
        jw_array(j);
        for (size_t i = 0; i < row->cells.n; i++) tell_cell(j, &row->cells.at[i]);
        jw_end(j);
    }
    jw_end(j);
}

static const struct grid_cell *first_refused(const struct change_set *set, const struct grid_change **row)
{
    for (size_t i = 0; i < set->rows.n; i++)
        for (size_t n = 0; n < set->rows.at[i].cells.n; n++)
            if (set->rows.at[i].cells.at[n].refused) {
                *row = &set->rows.at[i];
                return &set->rows.at[i].cells.at[n];
            }
    BUG("counted a refused cell that is not there");
}

bool change_set_tell(struct call *k, const struct change_set *set, bool preview, struct json *out)
{
    const struct grid_change *row;
    if (!preview && set->refused) {
        const struct grid_cell *c = first_refused(set, &row);
        str where = str_printf(k->c->a, "%.*s · %s", STR_FMT(item_label(k, &row->before)),
                               k->c->lang == LANG_EN ? c->f->en : c->f->zh);
        return fail_field(k->c, ERR_REFUSED, "grid.refused", str_of(c->m->edit),
                          str_printf(k->c->a, "%zu", set->refused), where, c->why);
    }
    if (!preview && set->changed == 0) return fail(k->c, ERR_CONFLICT, "grid.nothing");
    k->dry = preview;
    jw_put_bool(out, "preview", preview);
    jw_put_int(out, "items", (int64_t)set->rows.n);
    jw_put_int(out, "changed", (int64_t)set->changed);
    jw_put_int(out, "refused", (int64_t)set->refused);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < set->rows.n; i++) tell_row(out, &set->rows.at[i], preview);
    jw_end(out);
    return true;
}

/* --- items.edit_many --- */

struct cell_arg {
    str column, value;
};
#define AT(member) offsetof(struct cell_arg, member)
static const struct field cell_fields[] = {
    {"column", F_TEXT, AT(column), 32, "列", "column", REQUIRED, NULL},
    {"value", F_TEXT, AT(value), 4000, "内容", "value", 0, NULL},
};
#undef AT
static const struct shape cell_shape = {"grid_cell", cell_fields, COUNT_OF(cell_fields), sizeof(struct cell_arg)};

struct row_arg {
    int64_t item, version;
    struct list cells;
};
#define AT(member) offsetof(struct row_arg, member)
static const struct field row_fields[] = {
    {"item", F_REF, AT(item), 0, "事项", "item", REQUIRED, "item"},
    {"version", F_INT, AT(version), 0, "版本", "version", REQUIRED, NULL},
    {"cells", F_OBJECTS, AT(cells), 30, "单元格", "cells", REQUIRED, &cell_shape},
};
#undef AT
static const struct shape row_shape = {"grid_row", row_fields, COUNT_OF(row_fields), sizeof(struct row_arg)};

struct edit_many {
    struct list rows;
    int64_t preview;
};
#define AT(member) offsetof(struct edit_many, member)
static const struct field edit_many_fields[] = {
    {"rows", F_OBJECTS, AT(rows), 2000, "行", "rows", REQUIRED, &row_shape},
    {"preview", F_BOOL, AT(preview), 0, "只预览", "preview only", 0, NULL},
};
#undef AT
const struct shape edit_many_shape = {"items_edit_many", edit_many_fields, COUNT_OF(edit_many_fields),
                                      sizeof(struct edit_many)};

struct reading {
    struct grid_change *row;
    const struct field *f;
    str value;
};

static bool read_cell(struct call *k, void *arg)
{
    struct reading *r = arg;
    return cell_read(k, r->f, r->value, &r->row->edit);
}

static bool take_row(struct call *k, const struct row_arg *from, size_t index, struct grid_change *row)
{
    const struct cell_arg *cells = from->cells.at;
    row->item = from->item;
    row->version = from->version;
    shape_init(&item_edit_shape, &row->edit);
    if (!item_load_seen(k, from->item, &row->before)) return false;
    for (size_t i = 0; i < from->cells.n; i++) {
        const struct grid_member *m = grid_member_find(cells[i].column);
        bool twice = false, read;
        for (size_t n = 0; n < row->cells.n; n++) twice = twice || row->cells.at[n].m == m;
        if (!m || twice)
            return fail_field(k->c, ERR_INVALID, m ? "grid.column_twice" : "grid.no_column",
                              str_printf(k->c->a, "rows[%zu].cells[%zu].column", index, i), cells[i].column);
        struct grid_cell *c = change_cell(k, row, m);
        struct reading reading = {row, c->f, cells[i].value};
        str field;
        if (!attempt(k, read_cell, &reading, &read, &c->why, &field)) return false;
        c->refused = !read;
    }
    return true;
}

bool run_edit_many(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct edit_many *a = args;
    struct change_set set = {0};
    (void)given;
    for (size_t i = 0; i < a->rows.n; i++)
        if (!take_row(k, &((const struct row_arg *)a->rows.at)[i], i, VEC_PUSH(k->c->a, &set.rows)) || !ctx_ok(k->c))
            return false;
    return change_set_apply(k, &set) && change_set_tell(k, &set, a->preview != 0, out);
}
