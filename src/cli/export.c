/*
 * bihuan export ledger: every row as a line of JSON; export register:CODE: one register as XLSX that can be edited and
 * read back, or as CSV.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "base/base64.h"
#include "cli/cli.h"
#include "ledger/care/export.h"

static bool put(struct ctx *c, str line, void *arg)
{
    FILE *f = arg;
    return fwrite(line.p, 1, line.n, f) == line.n ||
           fail(c, ERR_STORE, "cli.cannot_write", STR_EMPTY, str_of(strerror(errno)));
}

static bool export(struct ctx *c, const struct cli_options *o, FILE *f, int64_t *rows)
{
    struct ledger *l = NULL;
    int64_t district = EVERY_DISTRICT;
    bool ok = cli_open(c, o, false, &l) && (!o->district.n || ledger_district(c, l, o->district, &district)) &&
              ledger_export(c, l, district, put, f, rows);
    ledger_close(l);
    return ok;
}

enum { XLSX_ANSWER_MAX = 256 * 1024 * 1024 };

static bool export_register(struct ctx *c, const struct cli_options *o, str code, int64_t *rows)
{
    struct ledger *l = NULL;
    struct request r;
    struct param params[] = {{STR("register"), code}, {STR("where"), o->where}};
    struct buf out;
    str bytes;
    buf_init(&out, c->a, XLSX_ANSWER_MAX);
    bool ok = cli_open(c, o, false, &l) && cli_request(c, l, o, &r);
    r.name = STR("register_file");
    r.params = params;
    r.n_params = o->where.n ? 2 : 1;
    ok = ok && ledger_ask(c, l, &r, &out);
    ledger_close(l);
    if (!ok) return false;
    json_t *root = json_loadb(buf_str(&out).p, out.n, 0, NULL);
    const char *content = json_string_value(json_object_get(root, "content"));
    *rows = json_integer_value(json_object_get(root, "rows"));
    ok = content && base64url_read(c->a, str_of(content), &bytes);
    json_decref(root);
    return ok ? cli_write(c, o, bytes) : ctx_failed(c);
}

// "register:CODE -o F.csv" is the list as CSV.
static int export_one(struct ctx *c, const struct cli_options *o, str code, int argc, char **argv)
{
    int64_t rows = 0;
    if (str_ends(str_fold(c->a, o->output), STR(".csv"))) {
        char **words = arena_alloc(c->a, ((size_t)argc + 4) * sizeof *words);
        for (int i = 0; i < argc; i++) words[i] = argv[i] == o->words[0] ? str_z(c->a, code) : argv[i];
        words[argc] = str_z(c->a, STR("--format"));
        words[argc + 1] = str_z(c->a, STR("csv"));
        return cli_list(argc + 2, words);
    }
    if (!export_register(c, o, code, &rows)) return cli_fail(c);
    fprintf(stderr, c->lang == LANG_EN ? "%" PRId64 " rows\n" : "%" PRId64 " 行\n", rows);
    return 0;
}

int cli_export(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct cli_options o;
    int64_t rows = 0;
    int code = EXIT_USAGE;
    bool read = cli_read(&c, &o, argc, argv) && o.n_words == 1;
    if (read && o.output.n && str_starts(str_of(o.words[0]), STR("register:"))) {
        code = export_one(&c, &o, str_from(str_of(o.words[0]), strlen("register:")), argc, argv);
    } else if (!read || strcmp(o.words[0], "ledger") != 0) {
        fputs("usage: bihuan export ledger [--district CODE] [-o FILE.jsonl] [--data DIR] [--store URL]\n"
              "       bihuan export register:CODE [--where EXPR] [--as LOGIN] -o FILE.xlsx|FILE.csv\n", stderr);
    } else {
        FILE *f = o.output.n ? fopen(str_z(c.a, o.output), "w") : stdout;
        bool ok = f || fail(&c, ERR_INVALID, "cli.cannot_write", o.output, str_of(strerror(errno)));
        ok = ok && export(&c, &o, f, &rows);
        bool closed = f && (f == stdout ? fflush(f) : fclose(f)) == 0;
        if (ok && !closed) ok = fail(&c, ERR_STORE, "cli.cannot_write", o.output, str_of(strerror(errno)));
        if (ok && o.output.n) fprintf(stderr, c.lang == LANG_EN ? "%" PRId64 " rows\n" : "%" PRId64 " 行\n", rows);
        code = ok ? 0 : cli_fail(&c);
    }
    cli_end(&c);
    return code;
}
