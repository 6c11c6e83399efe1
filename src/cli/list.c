/* bihuan list: the rows of a register or of any list query, as a table, CSV or JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/grid.h"

enum { PAGE = 200 };

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
            grid_add(g, json_array_get(rows, i));
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
        grid_csv(&g, &out);
    } else if (ok) {
        grid_table(&g, &out);
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
