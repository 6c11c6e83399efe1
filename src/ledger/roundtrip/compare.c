/* What each row of a file wants: keys first, then cell by cell against what the register holds now. */
#include "exchange/xlsx/xlsx.h"
#include "ledger/grid/grid.h"
#include "ledger/item/loop.h"
#include "ledger/roundtrip/roundtrip.h"

struct file_cell *file_cell_add(struct call *k, struct file_row *row, const struct register_column *col, int column)
{
    struct file_cell *c = VEC_PUSH(k->c->a, &row->cells);
    c->col = col;
    c->column = column;
    c->read = c->old = c->plain = c->why = c->right = STR_EMPTY;
    return c;
}

static str choices_text(struct call *k, const struct declared *d)
{
    struct buf b;
    buf_init(&b, k->c->a, 4000);
    for (size_t i = 0; i < d->n_choices; i++) {
        if (i) buf_addz(&b, k->c->lang == LANG_EN ? ", " : "、");
        buf_add(&b, k->c->lang == LANG_EN && d->choices[i].en.n ? d->choices[i].en : d->choices[i].zh);
    }
    return buf_str(&b);
}

// What would be right in a column.
static str right_for(struct call *k, const struct register_column *col)
{
    static const char *const IDS[] = {
        [KIND_TEXT] = "roundtrip.right_text", [KIND_LONG_TEXT] = "roundtrip.right_text",
        [KIND_INTEGER] = "roundtrip.right_integer", [KIND_DECIMAL] = "roundtrip.right_decimal",
        [KIND_MONEY] = "roundtrip.right_decimal", [KIND_DAY] = "roundtrip.right_day",
        [KIND_BOOL] = "roundtrip.right_bool", [KIND_CHOICE] = "roundtrip.right_choice",
        [KIND_UNIT] = "roundtrip.right_unit", [KIND_PERSON] = "roundtrip.right_person",
        [KIND_PLACE] = "roundtrip.right_text"};
    const struct declared *d = col->declared;
    str arg = STR_EMPTY;
    if (!col->editable) return message_text(k->c->a, k->c->lang, "roundtrip.right_leave", NULL, 0);
    if (d && d->kind == KIND_CHOICE) arg = choices_text(k, d);
    else if (d) arg = str_printf(k->c->a, "%" PRId64, d->kind == KIND_DECIMAL || d->kind == KIND_MONEY
                                                           ? (d->f.decimals ? d->f.decimals : 6) : declared_max(d));
    else if (col->kind == KIND_DECIMAL) arg = STR("6");
    else if (col->argument) {
        const struct field *f = shape_field(&item_draft_shape, str_of(col->argument));
        arg = str_printf(k->c->a, "%d", f ? f->max : 0);
    }
    return message_text(k->c->a, k->c->lang, IDS[col->kind], &arg, 1);
}

void file_cell_refuse(struct call *k, struct file_cell *cell, str why)
{
    cell->refused = true;
    cell->why = why;
    if (!cell->right.n) cell->right = right_for(k, cell->col);
}

static str said(struct call *k, const char *id, str arg)
{
    return message_text(k->c->a, k->c->lang, id, &arg, 1);
}

// Reads with errors of its own; reading writes nothing.
static bool read_cell(struct call *k, struct file_cell *cell)
{
    struct ctx *outer = k->c, own = {.a = outer->a, .lang = outer->lang, .err = {.position = -1}};
    str text = cell->col->kind == KIND_DAY ? cell_day(k, cell->read) : cell->read;
    k->c = &own;
    bool ok = column_read(k, cell->col, cell->col->code, text, &cell->plain);
    k->c = outer;
    if (ok) return ctx_ok(k->c);
    bool ours = own.err.code == ERR_STORE || own.err.code == ERR_NO_MEMORY || own.err.code == ERR_NONE;
    if (ours && own.err.code == ERR_NONE) return ctx_failed(k->c);
    if (ours) return fail_with(k->c, own.err.code, own.err.id, STR_EMPTY, -1, own.err.args, own.err.n_args);
    file_cell_refuse(k, cell, error_text(k->c->a, k->c->lang, &own.err));
    return ctx_ok(k->c);
}

static bool same_text(struct call *k, const struct register_column *col, str read, str now)
{
    dec x, y;
    bool number = col->kind == KIND_INTEGER || col->kind == KIND_DECIMAL || col->kind == KIND_MONEY;
    if (str_eq(read, xlsx_text(k->c->a, now))) return true;
    if (number && dec_parse(read, &x) && dec_parse(now, &y)) return dec_cmp(x, y) == 0;
    return col->kind == KIND_DAY && read.n && str_eq(cell_day(k, read), now);
}

static bool hollow(const struct sheet *s, int row, int col)
{
    for (size_t i = 0; i < s->hollow.n; i++)
        if (s->hollow.at[i].row == row && s->hollow.at[i].col == col) return true;
    return false;
}

// What the sheet itself makes doubtful: an error of a formula, one without result, a merged area.
static const char *doubt(const struct sheet *s, int row, int col)
{
    const struct cell *c = sheet_at(s, row, col);
    if (c && c->fault) return "roundtrip.fault";
    if (hollow(s, row, col)) return "roundtrip.hollow";
    return sheet_merge_at(s, row, col) ? "roundtrip.merged" : NULL;
}

static bool compare_cell(struct call *k, struct register_file *f, struct file_row *row, int col)
{
    const struct register_column *c = f->at[col], *all = f->columns.at;
    const struct cell *at = sheet_at(f->sheet, row->row, col);
    str read = at ? at->text : STR_EMPTY, now = row->now ? row->now->cells[c - all] : STR_EMPTY;
    const char *why = doubt(f->sheet, row->row, col);
    if (!why && same_text(k, c, read, now)) return true;
    struct file_cell *cell = file_cell_add(k, row, c, col);
    cell->read = read;
    cell->old = now;
    if (why) {
        file_cell_refuse(k, cell, said(k, why, read));
        return true;
    }
    why = column_locked(k, c, row->now ? row->now->it.state : STR("drafted"));
    if (why) {
        const str roles[] = {c->editable ? roles_text(k, command_find(STR("item.edit"))->roles) : column_heading(k, c)};
        cell->right = now.n ? said(k, "roundtrip.right_was", now) : STR_EMPTY;
        file_cell_refuse(k, cell, message_text(k->c->a, k->c->lang, why, roles, 1));
        return true;
    }
    bool needed = row->now && c->fixed && (c->fixed->flags & REQUIRED);
    if (read.n == 0 && needed) file_cell_refuse(k, cell, said(k, "field.required", column_heading(k, c)));
    if (read.n == 0) return true;
    if (!read_cell(k, cell)) return false;
    // An alias, the other language's word: another text for what stands there.
    struct file_cell kept = *cell;
    kept.read = now;
    kept.refused = false;
    if (cell->refused || !now.n) return true;
    if (!read_cell(k, &kept)) return false;
    if (!kept.refused && str_eq(kept.plain, cell->plain)) row->cells.n--;
    return true;
}

static void refuse_row(struct call *k, struct file_row *row, const char *id, str arg)
{
    row->verdict = ROW_REFUSED;
    row->why = said(k, id, arg);
}

static bool key_parse(str text, struct file_row *row)
{
    str rest = text, id = str_cut(&rest, STR("@")), version = str_cut(&rest, STR("@"));
    row->digest = rest;
    return str_int(id, &row->item) && str_int(version, &row->version) && row->item > 0 && row->version > 0;
}

// The key of a row: its id, and why it cannot stand.
static void take_key(struct call *k, struct register_file *f, struct map *seen, struct file_row *row)
{
    const struct cell *key = f->key_column ? sheet_at(f->sheet, row->row, f->key_column) : NULL;
    if (!key) {
        row->verdict = ROW_NEW;
        return;
    }
    if (!key_parse(key->text, row) || !map_get_int(&f->facts_ids, row->item)) {
        row->item = 0;
        refuse_row(k, row, "roundtrip.bad_key", key->text);
        return;
    }
    const struct file_row *first = map_put_int(k->c->a, seen, row->item, row);
    if (first) refuse_row(k, row, "roundtrip.key_twice", str_printf(k->c->a, "%d", first->row));
}

static bool row_empty(const struct register_file *f, int row)
{
    for (int col = 1; col <= f->sheet->cols; col++)
        if (col != f->result_column && (sheet_at(f->sheet, row, col) || hollow(f->sheet, row, col))) return false;
    return true;
}

static void judge(struct call *k, struct file_row *row)
{
    size_t refused = 0;
    for (size_t i = 0; i < row->cells.n; i++) refused += row->cells.at[i].refused;
    if (refused) row->verdict = ROW_REFUSED;
    else if (row->now && row->cells.n == 0) row->verdict = ROW_SAME;
    else if (row->now && (row->version != row->now->it.version || !str_eq(row->digest, row->now->digest))) {
        row->verdict = ROW_CONFLICT;
        row->why = said(k, "roundtrip.conflict", STR_EMPTY);
    } else if (row->now) {
        row->verdict = ROW_CHANGED;
    }
}

static str title_in(const struct register_file *f, const struct file_row *row)
{
    for (int col = 1; col <= f->sheet->cols; col++) {
        if (!f->at[col] || !str_is(f->at[col]->code, "title")) continue;
        const struct cell *c = sheet_at(f->sheet, row->row, col);
        if (c) return c->text;
    }
    return row->now ? row->now->it.title : STR_EMPTY;
}

static bool compare_row(struct call *k, struct register_file *f, struct file_row *row)
{
    row->now = row->item ? map_get_int(&f->now.by_id, row->item) : NULL;
    row->title = title_in(f, row);
    if (row->verdict == ROW_REFUSED) return true;
    if (row->item && !row->now) {
        refuse_row(k, row, "roundtrip.gone", str_printf(k->c->a, "%" PRId64, row->item));
        return true;
    }
    for (int col = 1; col <= f->sheet->cols; col++)
        if (f->at[col] && !compare_cell(k, f, row, col)) return false;
    judge(k, row);
    return ctx_ok(k->c);
}

bool file_compare(struct call *k, struct register_file *f)
{
    struct map seen = {0};
    f->rows.at = arena_alloc(k->c->a, ((size_t)f->sheet->rows + 1) * sizeof *f->rows.at);
    f->rows.cap = (size_t)f->sheet->rows + 1; // never moved: seen holds places in it
    for (int row = 2; row <= f->sheet->rows; row++) {
        if (row_empty(f, row)) continue;
        struct file_row *r = VEC_PUSH(k->c->a, &f->rows);
        r->row = row;
        r->why = r->title = STR_EMPTY;
        take_key(k, f, &seen, r);
    }
    if (!shown_by_ids(k, f->ids.at, f->ids.n, f->reg, &f->columns, &f->now)) return false;
    for (size_t i = 0; i < f->rows.n; i++)
        if (!compare_row(k, f, &f->rows.at[i])) return false;
    for (size_t i = 0; i < f->ids.n; i++)
        if (!map_get_int(&seen, f->ids.at[i]) && map_get_int(&f->now.by_id, f->ids.at[i]))
            VEC_ADD(k->c->a, &f->missing, f->ids.at[i]);
    return ctx_ok(k->c);
}
