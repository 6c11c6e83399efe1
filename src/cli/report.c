/* bihuan report: documents and reports by kind. "districts" is for who runs the store: it asks nobody. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/grid.h"
#include "ledger/rollup/rollup.h"

static void put_int(json_t *to, const char *name, int64_t value)
{
    json_object_set_new(to, name, json_integer(value));
}

static void put_text(struct ctx *c, json_t *to, const char *name, str value)
{
    json_object_set_new(to, name, value.n ? json_string(str_z(c->a, value)) : json_null());
}

static json_t *row_of(struct ctx *c, const struct rollup_row *r)
{
    json_t *o = json_object();
    put_text(c, o, "district", r->code);
    put_text(c, o, "name", r->name);
    put_text(c, o, "as_of", r->covered ? instant_text(c->a, r->as_of_at, r->zone_min) : STR_EMPTY);
    put_text(c, o, "as_of_day", day_text(c->a, r->covered ? r->as_of_day : DAY_NONE));
    put_int(o, "covers_seq", r->covered_seq);
    put_int(o, "items", r->items);
    for (size_t i = 0; i < ITEM_STATES.n; i++) put_int(o, ITEM_STATES.at[i].code, r->states[i]);
    put_int(o, "overdue", r->overdue);
    put_int(o, "due_soon", r->due_soon);
    return o;
}

// The sums; their "as of" is the oldest of the districts that have figures.
static json_t *total_of(struct ctx *c, const struct rollup_report *report)
{
    struct rollup_row total = report->total;
    total.code = STR("total");
    total.name = str_printf(c->a, "%" PRId64 "/%zu", report->covered, report->rows.n);
    json_t *o = row_of(c, &total);
    json_object_set_new(o, "covers_seq", json_null()); // each district counts its own
    return o;
}

static void print_json(struct ctx *c, const struct rollup_report *report, struct buf *out)
{
    json_t *o = json_object(), *rows = json_array();
    put_int(o, "districts", (int64_t)report->rows.n);
    put_int(o, "covered", report->covered);
    json_object_set_new(o, "total", total_of(c, report));
    for (size_t i = 0; i < report->rows.n; i++) json_array_append_new(rows, row_of(c, &report->rows.at[i]));
    json_object_set_new(o, "rows", rows);
    char *text = json_dumps(o, JSON_INDENT(1));
    buf_addz(out, text ? text : "{}");
    buf_addc(out, '\n');
    free(text);
    json_decref(o);
}

// CSV has no line of totals: such files are put together with those of other stores.
static void print_rows(struct ctx *c, const struct rollup_report *report, bool csv, struct buf *out)
{
    struct grid g = {.a = c->a};
    size_t n = report->rows.n + !csv;
    for (size_t i = 0; i < n; i++) {
        json_t *row = i < report->rows.n ? row_of(c, &report->rows.at[i]) : total_of(c, report);
        grid_add(&g, row);
        json_decref(row);
    }
    if (csv) grid_csv(&g, out);
    else grid_table(&g, out);
}

static bool districts(struct ctx *c, const struct cli_options *o)
{
    struct ledger *l = NULL;
    struct rollup_report report;
    struct buf out;
    buf_init(&out, c->a, SIZE_MAX);
    bool ok = cli_open(c, o, false, &l) && rollup_report(c, l, &report);
    if (ok && str_is(o->format, "json")) print_json(c, &report, &out);
    else if (ok) print_rows(c, &report, str_is(o->format, "csv"), &out);
    ledger_close(l);
    return ok && cli_write(c, o, buf_str(&out));
}

int cli_report(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct cli_options o;
    int code = EXIT_USAGE;
    if (cli_read(&c, &o, argc, argv) && o.n_words == 1 && str_is(str_of(o.words[0]), "districts"))
        code = districts(&c, &o) ? 0 : cli_fail(&c);
    else
        fputs("usage: bihuan report districts [--format table|csv|json] [-o FILE]\n", stderr);
    cli_end(&c);
    return code;
}
