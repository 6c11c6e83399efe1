/*
 * The built-in collection 进展月报: each row of the grid becomes a report of its item, through the same
 * function as a report made on the item's own page. What it refuses is told with the row and the column.
 */
#include "ledger/item/item_commands.h"
#include "ledger/reporting/reporting_internal.h"

static str member_text(struct grid *g, const struct grid_row *row, const char *member)
{
    for (size_t i = 0; i < g->c->columns.n; i++) {
        const struct data_element *e = g->c->columns.at[i].element;
        if (str_is(e->item_member, member)) return cells_get(g->k, row->cells, e->code);
    }
    return STR_EMPTY;
}

static bool as_told(const struct report *r, str progress, str narrative, str problems, str next_step)
{
    int64_t n;
    return str_int(progress, &n) && n == r->progress && str_eq(narrative, r->narrative) &&
           str_eq(problems, r->problems) && str_eq(next_step, r->next_step);
}

// The body of item.report for a row; *same: the item has told exactly this for the period already.
static bool report_body(struct grid *g, const struct grid_row *row, str *body, bool *same)
{
    struct call *k = g->k;
    struct list told;
    struct buf b;
    struct json j;
    str progress = member_text(g, row, "progress"), narrative = member_text(g, row, "narrative");
    str problems = member_text(g, row, "problems"), next_step = member_text(g, row, "next_step");
    if (!record_list(k, &REPORT_OF_PERIOD, &told, ARG(k->district), ARG(row->item.id),
                     ARG(g->period_code))) return false;
    *same = told.n && as_told(told.at, progress, narrative, problems, next_step);
    buf_init(&b, k->c->a, 200000);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_id(&j, "item", row->item.id);
    jw_put_text(&j, "period", g->period_code);
    jw_key(&j, "progress");
    jw_raw(&j, progress);
    jw_put_text(&j, "narrative", narrative);
    jw_put_text(&j, "problems", problems);
    jw_put_text(&j, "next_step", next_step);
    jw_end(&j);
    *body = buf_str(&b);
    return buf_ok(&b);
}

// A refusal of the item is told with the row it belongs to.
static bool refused(struct grid *g, const struct grid_row *row, const struct ctx *own)
{
    struct call *k = g->k;
    if (own->err.code == ERR_STORE || own->err.code == ERR_NO_MEMORY || own->err.code == ERR_NONE) {
        k->c->err = own->err;
        return ctx_failed(k->c);
    }
    str field = str_printf(k->c->a, "rows[%.*s].%.*s", STR_FMT(row->key), STR_FMT(own->err.field));
    return fail_field(k->c, ERR_INVALID, "report_grid.row", field, row->label,
                      error_text(k->c->a, k->c->lang, &own->err));
}

static bool report_row(struct grid *g, const struct grid_row *row)
{
    struct call *k = g->k;
    struct ctx *whole = k->c, own = {.a = whole->a, .lang = whole->lang, .err = {.position = -1}};
    void *args = arena_alloc(whole->a, report_shape.size);
    uint64_t given;
    struct buf answer;
    struct json j;
    str body;
    bool same;
    if (!report_body(g, row, &body, &same)) return ctx_failed(whole);
    if (same) return true;
    buf_init(&answer, whole->a, 100000);
    jw_init(&j, &answer);
    jw_object(&j);
    k->c = &own;
    bool ok = args_parse(k, &report_shape, body, args, &given) && run_report(k, args, given, &j);
    k->c = whole;
    return ok || refused(g, row, &own);
}

bool grid_write_reports(struct grid *g)
{
    for (size_t i = 0; i < g->rows.n; i++) {
        const struct grid_row *row = &g->rows.at[i];
        if (row->locked.n || !row->item.id) continue; // told on the item's page
        if (!report_row(g, row)) return false;
    }
    return true;
}
