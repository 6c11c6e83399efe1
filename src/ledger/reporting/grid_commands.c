/*
 * Filling a grid in: drafts keep every cell as it was typed or pasted, wrong ones too; what is submitted
 * is right in every cell, whole, and never changes again.
 */
#include "ledger/item/guard.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/grid_change.h"

#define OWNER struct grid_cell
SHARED_SHAPE_OF(grid_cell, GRID_CELL_FIELDS);
#undef OWNER
#define OWNER struct grid_save
SHARED_SHAPE_OF(grid_save, GRID_SAVE_FIELDS);
#undef OWNER
#define OWNER struct grid_submit
SHARED_SHAPE_OF(grid_submit, GRID_SAVE_FIELDS);
#undef OWNER

struct grid_key grid_key_of(const struct grid_save *a)
{
    return (struct grid_key){a->collection, a->unit, a->period, 0};
}

bool grid_tell(struct grid *g, struct json *out)
{
    g->k->object_kind = SUBMISSION.name;
    g->k->object_id = g->sub.id;
    jw_put_id(out, "submission", g->sub.id);
    jw_put_text(out, "state", g->sub.state);
    jw_put_int(out, "revision", g->sub.revision);
    jw_put_int(out, "version", g->sub.version);
    return true;
}

bool grid_same_version(struct grid *g, int64_t version)
{
    return !version || version == g->sub.version || fail(g->k->c, ERR_STALE, "record.stale");
}

bool grid_put(struct grid *g, const struct submission *before)
{
    return record_update(g->k, &SUBMISSION, before, &g->sub);
}

bool revision_load(struct grid *g, int64_t ordinal, struct submission_revision *out)
{
    struct list rows;
    if (!record_list(g->k, &REVISIONS_OF, &rows, ARG(g->k->district), ARG(g->sub.id))) return false;
    const struct submission_revision *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        if (at[i].ordinal != ordinal) continue;
        *out = at[i];
        return true;
    }
    BUG("a submission without its version");
}

/* --- a version to write into --- */

bool revision_open(struct grid *g, str reason)
{
    struct submission_revision r;
    shape_init(SUBMISSION_REVISION.shape, &r);
    r.submission_id = g->sub.id;
    r.ordinal = g->sub.revision;
    r.outcome = STR("open");
    r.reason = reason;
    return record_insert(g->k, &SUBMISSION_REVISION, &r);
}

static bool begin_submission(struct grid *g)
{
    struct call *k = g->k;
    struct submission *s = &g->sub;
    s->collection_id = g->c->of.id;
    s->unit_id = g->unit;
    s->period_code = g->period_code;
    s->period_day = day_to_ymd(g->period.first);
    s->state = STR("drafted");
    s->due_day = s->first_due_day = day_to_ymd(collected_due(k, g->c, g->period));
    s->revision = g->revision = 1;
    return record_insert(k, &SUBMISSION, s) && revision_open(g, STR_EMPTY);
}

bool grid_next_revision(struct grid *g, str reason)
{
    struct submission before = g->sub;
    g->sub.state = STR("drafted");
    g->sub.revision++;
    g->revision = g->sub.revision;
    return grid_put(g, &before) && revision_open(g, reason);
}

// Ready to be written: the first version, or the next one after a return.
static bool writable(struct grid *g)
{
    if (g->locked.n) return fail(g->k->c, ERR_CONFLICT, "report_grid.locked", g->c->of.name, g->period_code, g->locked);
    if (!g->sub.id) return begin_submission(g);
    return !str_is(g->sub.state, "returned") || grid_next_revision(g, STR_EMPTY);
}

/* --- cells --- */

static bool put_cell(struct grid *g, size_t i, const struct grid_cell *cell)
{
    struct call *k = g->k;
    str at = str_printf(k->c->a, "cells[%zu]", i);
    struct grid_row *row = grid_row_find(g, cell->row);
    const struct column *col = collected_column(g->c, cell->element);
    if (!row) return fail_field(k->c, ERR_INVALID, "report_grid.no_row", at, cell->row);
    if (!col) return fail_field(k->c, ERR_INVALID, "report_grid.no_column", at, cell->element, g->c->of.name);
    const struct known *known = &row->known[col - g->c->columns.at];
    if (row->locked.n || known->source.n)
        return fail_field(k->c, ERR_CONFLICT, "report_grid.cell_locked", at, row->label, col->element->name,
                          row->locked.n ? row->locked : known->source);
    if (!guard_secrecy(k, &grid_cell_shape, cell)) {
        k->c->err.field = at;
        return false;
    }
    return cells_set(k, row->cells, col->element->code, str_trim(cell->text));
}

static bool put_cells(struct grid *g, const struct list *cells)
{
    const struct grid_cell *at = cells->at;
    for (size_t i = 0; i < cells->n; i++)
        if (!put_cell(g, i, &at[i])) return false;
    return true;
}

static struct submission_row *stored_row(const struct list *rows, str key)
{
    struct submission_row *at = rows->at;
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(at[i].row_key, key)) return &at[i];
    return NULL;
}

// Rows that say something, or said something, are kept; those that are locked are kept when whole is asked.
static bool put_rows(struct grid *g, bool whole)
{
    struct call *k = g->k;
    struct list rows;
    if (!record_list(k, &ROWS_OF, &rows, ARG(k->district), ARG(g->sub.id), ARG(g->revision))) return false;
    for (size_t i = 0; i < g->rows.n; i++) {
        const struct grid_row *row = &g->rows.at[i];
        struct submission_row *before = stored_row(&rows, row->key), after;
        if (!before && !whole && (row->locked.n || json_object_size(row->cells) == 0)) continue;
        if (before) after = *before;
        else shape_init(SUBMISSION_ROW.shape, &after);
        after.submission_id = g->sub.id;
        after.revision = g->revision;
        after.row_key = row->key;
        after.cells = cells_text(k, row->cells);
        if (!(before ? record_update(k, &SUBMISSION_ROW, before, &after) : record_insert(k, &SUBMISSION_ROW, &after)))
            return false;
    }
    return true;
}

bool run_grid_save(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct grid_save *a = args;
    struct grid_key key = grid_key_of(a);
    struct faults faults;
    struct grid g;
    (void)given;
    if (!grid_load(k, &key, &g) || !grid_same_version(&g, a->version)) return false;
    if (!writable(&g) || !put_cells(&g, &a->cells)) return false;
    struct submission before = g.sub;
    g.sub.saved_at = k->now;
    if (!grid_put(&g, &before) || !put_rows(&g, false)) return false;
    grid_faults(&g, false, &faults);
    grid_faults_json(k, &faults, out);
    return grid_tell(&g, out);
}

/* --- submitting --- */

// Every cell in the form in which it is kept, those known from elsewhere with their source.
static bool settle(struct grid *g)
{
    struct call *k = g->k;
    for (size_t i = 0; i < g->rows.n; i++) {
        struct grid_row *row = &g->rows.at[i];
        for (size_t j = 0; j < g->c->columns.n; j++) {
            const struct data_element *e = g->c->columns.at[j].element;
            const struct known *known = &row->known[j];
            struct cell_fault fault;
            str text = known->source.n ? known->text : cells_get(k, row->cells, e->code), canonical;
            if (!cell_check(k, e, text, &canonical, &fault)) canonical = text; // told elsewhere, kept as told there
            if (!cells_set(k, row->cells, e->code, canonical)) return false;
            json_t *cell = json_object_get(row->cells, str_z(k->c->a, e->code));
            if (cell && known->source.n)
                json_object_set_new(cell, "s", json_stringn(known->source.p, known->source.n));
        }
    }
    return ctx_ok(k->c);
}

static bool refuse_faults(struct grid *g, const struct faults *f)
{
    const struct fault_at *first = f->at.at;
    str field = str_printf(g->k->c->a, "rows[%.*s].%.*s", STR_FMT(first->row->key),
                           STR_FMT(first->column->element->code));
    return fail_field(g->k->c, ERR_INVALID, "report_grid.faults", field, str_printf(g->k->c->a, "%zu", f->at.n),
                      first->row->label, first->column->element->name, first->text);
}

static bool send(struct grid *g)
{
    struct call *k = g->k;
    struct submission before = g->sub;
    struct submission_revision r, after;
    if (!revision_load(g, g->revision, &r)) return false;
    after = r;
    after.outcome = STR("submitted");
    after.sent_by = k->actor.account_id;
    after.sent_at = k->now;
    g->sub.state = STR("submitted");
    if (!g->sub.first_at) {
        g->sub.first_at = k->now;
        g->sub.first_day = day_to_ymd(k->today);
    }
    return record_update(k, &SUBMISSION_REVISION, &r, &after) && grid_put(g, &before);
}

bool run_grid_submit(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct grid_save *a = args;
    struct grid_key key = grid_key_of(a);
    struct faults faults;
    struct grid g;
    (void)given;
    if (!grid_load(k, &key, &g) || !grid_same_version(&g, a->version)) return false;
    if (!writable(&g) || !put_cells(&g, &a->cells)) return false;
    grid_faults(&g, true, &faults);
    if (faults.at.n) return refuse_faults(&g, &faults);
    if (!settle(&g) || !put_rows(&g, true) || !send(&g)) return false;
    if (str_is(g.c->of.row_kind, "progress") && !grid_write_reports(&g)) return false;
    return grid_tell(&g, out);
}
