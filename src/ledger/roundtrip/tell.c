/* The difference as JSON, and the file itself with its results written in. */
#include "ledger/roundtrip/roundtrip.h"

enum { LISTED_MAX = 2000 };

static const char *const VERDICT_CODES[] = {"same", "changed", "new", "refused", "conflict"};

static str text_of(struct call *k, const char *id)
{
    return message_text(k->c->a, k->c->lang, id, NULL, 0);
}

static int first_column(const struct register_file *f)
{
    for (int col = 1; col <= f->sheet->cols; col++)
        if (f->at[col]) return col;
    return 1;
}

static void tell_cell(struct call *k, const struct file_row *row, const struct file_cell *c, struct json *j)
{
    jw_object(j);
    jw_put_text(j, "cell", sheet_ref(k->c->a, row->row, c->column));
    jw_put_text(j, "column", c->col->code);
    jw_put_text(j, "name", column_heading(k, c->col));
    jw_put_text(j, "old", c->old);
    jw_put_text(j, "new", c->read);
    jw_put_bool(j, "refused", c->refused);
    jw_put_text(j, "why", c->why);
    jw_put_text(j, "right", c->right);
    jw_end(j);
}

static void tell_row(struct call *k, const struct register_file *f, const struct file_row *row, struct json *j)
{
    jw_object(j);
    jw_put_int(j, "row", row->row);
    jw_put_text(j, "cell", sheet_ref(k->c->a, row->row, first_column(f)));
    jw_put_text(j, "verdict", str_of(VERDICT_CODES[row->verdict]));
    jw_put_id(j, "item", row->now ? row->item : 0);
    jw_put_text(j, "code", row->now ? row->now->it.code : STR_EMPTY);
    jw_put_text(j, "title", row->title);
    jw_put_text(j, "why", row->why);
    jw_key(j, "cells");
    jw_array(j);
    for (size_t i = 0; i < row->cells.n; i++) tell_cell(k, row, &row->cells.at[i], j);
    jw_end(j);
    jw_end(j);
}

static void tell_rows(struct call *k, const struct register_file *f, struct json *j)
{
    static const enum row_verdict ORDER[] = {ROW_REFUSED, ROW_CONFLICT, ROW_CHANGED, ROW_NEW};
    size_t told = 0;
    jw_key(j, "rows");
    jw_array(j);
    for (size_t o = 0; o < COUNT_OF(ORDER); o++)
        for (size_t i = 0; i < f->rows.n && told < LISTED_MAX; i++) {
            if (f->rows.at[i].verdict != ORDER[o]) continue;
            tell_row(k, f, &f->rows.at[i], j);
            told++;
        }
    jw_end(j);
}

static void tell_rest(struct call *k, const struct register_file *f, struct json *j)
{
    jw_key(j, "missing");
    jw_array(j);
    for (size_t i = 0; i < f->missing.n && i < LISTED_MAX; i++) {
        const struct shown_row *row = map_get_int(&f->now.by_id, f->missing.at[i]);
        jw_object(j);
        jw_put_id(j, "item", f->missing.at[i]);
        jw_put_text(j, "code", row->it.code);
        jw_put_text(j, "title", row->it.title);
        jw_end(j);
    }
    jw_end(j);
    jw_key(j, "unread");
    jw_array(j);
    for (size_t i = 0; i < f->unread.n; i++) {
        const struct unread *u = &f->unread.at[i];
        jw_object(j);
        jw_put_text(j, "cell", u->row ? sheet_ref(k->c->a, u->row, u->column) : STR_EMPTY);
        jw_put_text(j, "text", u->text);
        jw_put_text(j, "why", text_of(k, u->why));
        jw_end(j);
    }
    jw_end(j);
    jw_key(j, "formulas");
    jw_array(j);
    for (size_t i = 0; i < f->formulas.n; i++) jw_text(j, f->formulas.at[i]);
    jw_end(j);
}

void file_tell(const struct register_file *f, struct json *j)
{
    jw_put_text(j, "register", f->reg->def.code);
    jw_put_text(j, "register_name", f->reg->def.name);
    jw_put_bool(j, "foreign", f->foreign);
    jw_put_text(j, "made", f->made);
    jw_put_text(j, "from_seq", f->seq);
    jw_put_text(j, "filter", f->filter);
    jw_key(j, "counts");
    jw_object(j);
    jw_put_int(j, "rows", (int64_t)f->rows.n);
    for (size_t i = 0; i < COUNT_OF(VERDICT_CODES); i++) jw_put_int(j, VERDICT_CODES[i], (int64_t)f->counts[i]);
    jw_put_int(j, "missing", (int64_t)f->missing.n);
    jw_put_int(j, "unread", (int64_t)f->unread.n);
    jw_put_int(j, "cells", (int64_t)f->cells);
    jw_end(j);
}

void file_tell_rows(struct call *k, const struct register_file *f, struct json *j)
{
    tell_rows(k, f, j);
    tell_rest(k, f, j);
}

str file_first_trouble(struct call *k, const struct register_file *f)
{
    for (size_t i = 0; i < f->rows.n; i++) {
        const struct file_row *row = &f->rows.at[i];
        if (row->verdict != ROW_REFUSED && row->verdict != ROW_CONFLICT) continue;
        for (size_t c = 0; c < row->cells.n; c++) {
            const struct file_cell *cell = &row->cells.at[c];
            if (cell->refused)
                return str_printf(k->c->a, "%.*s %.*s", STR_FMT(sheet_ref(k->c->a, row->row, cell->column)),
                                  STR_FMT(cell->why));
        }
        return str_printf(k->c->a, "%.*s %.*s", STR_FMT(sheet_ref(k->c->a, row->row, first_column(f))),
                          STR_FMT(row->why));
    }
    return STR_EMPTY;
}

/* --- the marked file --- */

static const struct file_row *row_at(const struct register_file *f, int row)
{
    for (size_t i = 0; i < f->rows.n; i++)
        if (f->rows.at[i].row == row) return &f->rows.at[i];
    return NULL;
}

static str result_of(struct call *k, const struct file_row *row)
{
    static const char *const IDS[] = {"roundtrip.row_same", "roundtrip.row_changed", "roundtrip.row_new",
                                      "roundtrip.row_refused", "roundtrip.row_conflict"};
    struct buf b;
    buf_init(&b, k->c->a, 20000);
    buf_add(&b, text_of(k, IDS[row->verdict]));
    if (row->why.n) buf_printf(&b, "\n%.*s", STR_FMT(row->why));
    for (size_t i = 0; i < row->cells.n; i++) {
        const struct file_cell *c = &row->cells.at[i];
        if (!c->refused) continue;
        buf_printf(&b, "\n%.*s %.*s", STR_FMT(sheet_ref(k->c->a, row->row, c->column)), STR_FMT(c->why));
    }
    return buf_str(&b);
}

static void mark_row(struct call *k, const struct register_file *f, int number, size_t columns, struct xlsx_cell *at)
{
    const struct file_row *row = row_at(f, number);
    for (size_t i = 0; i + 1 < columns; i++) {
        const struct cell *c = sheet_at(f->sheet, number, (int)i + 1);
        at[i].text = c && (int)i + 1 != f->result_column ? c->text : STR_EMPTY;
    }
    if (!row) return;
    at[columns - 1] = (struct xlsx_cell){.text = result_of(k, row),
                                         .wrong = row->verdict == ROW_REFUSED || row->verdict == ROW_CONFLICT};
    for (size_t i = 0; i < row->cells.n; i++) {
        const struct file_cell *c = &row->cells.at[i];
        if (!c->refused) continue;
        at[c->column - 1].wrong = true;
        at[c->column - 1].note = str_printf(k->c->a, "%.*s\n%.*s", STR_FMT(c->why), STR_FMT(c->right));
    }
}

// The columns as the file has them, those of the register with their lists; the results behind.
static bool mark_columns(struct call *k, const struct register_file *f, size_t n, struct xlsx_column **out)
{
    struct xlsx_column *known, *x = arena_alloc(k->c->a, (n + 1) * sizeof *x);
    const struct register_column *all = f->columns.at;
    if (!file_columns(k, &f->columns, &known)) return false;
    for (size_t i = 0; i + 1 < n; i++) {
        const struct register_column *c = f->at[i + 1];
        const struct cell *head = sheet_at(f->sheet, 1, (int)i + 1);
        if (c) x[i] = known[c - all + 1];
        else x[i] = (struct xlsx_column){.width = 16};
        if ((int)i + 1 == f->key_column) x[i] = known[0];
        x[i].heading = head ? head->text : STR_EMPTY;
        if ((int)i + 1 != f->result_column) continue;
        x[i].heading = STR_EMPTY; // a result of an earlier time
        x[i].hidden = true;
    }
    x[n - 1] = (struct xlsx_column){.heading = text_of(k, "roundtrip.result"), .width = 44};
    *out = x;
    return ctx_ok(k->c);
}

bool file_marked(struct call *k, const struct register_file *f, str *bytes)
{
    size_t n = (size_t)f->sheet->cols + 1, rows = f->sheet->rows > 1 ? (size_t)f->sheet->rows - 1 : 0;
    struct xlsx_column *x;
    // A result column that stands last is written over.
    if (f->result_column == f->sheet->cols) n--;
    if (!mark_columns(k, f, n, &x)) return false;
    struct xlsx_cell *cells = arena_alloc(k->c->a, (rows * n + 1) * sizeof *cells);
    for (size_t r = 0; r < rows; r++) mark_row(k, f, (int)r + 2, n, &cells[r * n]);
    struct xlsx_pages p = {.sheet = f->sheet->name, .facts_sheet = STR("_bihuan"), .lists_sheet = STR("_lists"),
                           .columns = x, .n_columns = n, .cells = cells, .n_rows = rows, .facts = f->facts.at,
                           .n_facts = f->facts.n, .made = k->now};
    return ctx_ok(k->c) && xlsx_write(k->c, &p, bytes);
}
