/* bihuan list: the rows of a register or of any list query, as a table, CSV or JSON. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "cli/cli.h"
#include "exchange/csv/csv.h"

enum { CELL_WIDTH = 44, PAGE = 200 };

struct grid {
    struct arena *a;
    VEC(str) columns;
    VEC(str *) rows; // each as many cells as there are columns
};

static str cell_text(struct arena *a, const json_t *v)
{
    if (json_is_string(v)) return str_dup(a, str_of(json_string_value(v)));
    if (!v || json_is_null(v)) return STR_EMPTY;
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
    str s = text ? str_dup(a, str_of(text)) : STR_EMPTY;
    free(text);
    return s;
}

static void add_row(struct grid *g, const json_t *row)
{
    const char *name;
    json_t *value;
    if (g->columns.n == 0)
        json_object_foreach((json_t *)(uintptr_t)row, name, value)
            VEC_ADD(g->a, &g->columns, str_dup(g->a, str_of(name)));
    str *cells = arena_alloc(g->a, (g->columns.n + 1) * sizeof *cells);
    for (size_t i = 0; i < g->columns.n; i++)
        cells[i] = cell_text(g->a, json_object_get(row, str_z(g->a, g->columns.at[i])));
    VEC_ADD(g->a, &g->rows, cells);
}

// Columns of a terminal: wide characters take two.
static int width_of(str s)
{
    int w = 0;
    for (size_t at = 0; at < s.n;) w += utf8_next(s, &at) >= 0x1100 ? 2 : 1;
    return w;
}

static str clipped(struct arena *a, str s)
{
    s = str_replace(a, s, STR("\n"), STR(" "));
    if (width_of(s) <= CELL_WIDTH) return s;
    size_t n = utf8_count(s);
    while (n > 0 && width_of(utf8_head(s, n)) >= CELL_WIDTH) n--;
    return str_cat(a, utf8_head(s, n), STR("…"));
}

static void put_padded(struct buf *out, str s, int width)
{
    buf_add(out, s);
    for (int w = width_of(s); w < width + 2; w++) buf_addc(out, ' ');
}

static void print_table(struct grid *g, struct buf *out)
{
    int *width = arena_alloc(g->a, (g->columns.n + 1) * sizeof *width);
    for (size_t i = 0; i < g->columns.n; i++) {
        width[i] = width_of(g->columns.at[i]);
        for (size_t r = 0; r < g->rows.n; r++) {
            int w = width_of(clipped(g->a, g->rows.at[r][i]));
            if (w > width[i]) width[i] = w;
        }
    }
    for (size_t i = 0; i < g->columns.n; i++) put_padded(out, g->columns.at[i], width[i]);
    buf_addc(out, '\n');
    for (size_t r = 0; r < g->rows.n; r++) {
        for (size_t i = 0; i < g->columns.n; i++)
            put_padded(out, clipped(g->a, g->rows.at[r][i]), width[i]);
        buf_addc(out, '\n');
    }
}

static void print_csv(struct grid *g, struct buf *out)
{
    for (size_t i = 0; i < g->columns.n; i++) csv_write_text(out, g->columns.at[i], i == 0);
    csv_write_end(out);
    for (size_t r = 0; r < g->rows.n; r++) {
        for (size_t i = 0; i < g->columns.n; i++) csv_write_text(out, g->rows.at[r][i], i == 0);
        csv_write_end(out);
    }
}

// The parameters of one page: a register is the query "items" with that register.
static size_t params_of(struct ctx *c, const struct cli_options *o, bool is_query, str name,
                        str cursor, struct param *p)
{
    size_t n = 0;
    if (!is_query) p[n++] = (struct param){STR("register"), name};
    if (o->where.n) p[n++] = (struct param){STR("where"), o->where};
    if (o->sort.n) p[n++] = (struct param){STR("sort"), o->sort};
    if (!is_query) p[n++] = (struct param){STR("limit"), str_printf(c->a, "%d", PAGE)};
    if (cursor.n) p[n++] = (struct param){STR("cursor"), cursor};
    return n;
}

static bool read_rows(struct ctx *c, struct ledger *l, const struct cli_options *o, struct grid *g,
                      json_t *all)
{
    struct request r;
    struct param params[8];
    str name = str_of(o->words[0]), cursor = STR_EMPTY;
    bool is_query = query_find(name) != NULL;
    if (!cli_request(c, l, o, &r)) return false;
    r.name = is_query ? name : STR("items");
    do {
        struct buf out;
        buf_init(&out, c->a, 64 * 1024 * 1024);
        r.params = params;
        r.n_params = params_of(c, o, is_query, name, cursor, params);
        if (!ledger_ask(c, l, &r, &out)) return false;
        str answer = buf_str(&out);
        json_t *root = json_loadb(answer.p, answer.n, 0, NULL);
        json_t *rows = json_object_get(root, "rows");
        for (size_t i = 0; i < json_array_size(rows); i++) {
            if (o->limit && (int64_t)g->rows.n >= o->limit) break;
            add_row(g, json_array_get(rows, i));
            json_array_append(all, json_array_get(rows, i));
        }
        const char *next = json_string_value(json_object_get(root, "next"));
        bool enough = o->limit && (int64_t)g->rows.n >= o->limit;
        cursor = next && !enough && json_array_size(rows) ? str_dup(c->a, str_of(next)) : STR_EMPTY;
        json_decref(root);
    } while (cursor.n && ctx_ok(c));
    return ctx_ok(c);
}

static bool list(struct ctx *c, const struct cli_options *o)
{
    struct ledger *l = NULL;
    struct grid g = {.a = c->a};
    struct buf out;
    json_t *all = json_array();
    bool ok = cli_open(c, o, false, &l) && read_rows(c, l, o, &g, all);
    buf_init(&out, c->a, SIZE_MAX);
    if (ok && str_is(o->format, "json")) {
        char *text = json_dumps(all, JSON_INDENT(1));
        buf_addz(&out, text ? text : "[]");
        buf_addc(&out, '\n');
        free(text);
    } else if (ok && str_is(o->format, "csv")) {
        print_csv(&g, &out);
    } else if (ok) {
        print_table(&g, &out);
    }
    json_decref(all);
    ledger_close(l);
    return ok && cli_write(c, o, buf_str(&out));
}

int cli_list(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct cli_options o;
    int code = EXIT_USAGE;
    if (cli_read(&c, &o, argc, argv) && o.n_words == 1) code = list(&c, &o) ? 0 : cli_fail(&c);
    else
        fputs("usage: bihuan list REGISTER|QUERY [--where EXPR] [--sort F] [--limit N] [--format "
              "table|csv|json]\n",
              stderr);
    cli_end(&c);
    return code;
}
