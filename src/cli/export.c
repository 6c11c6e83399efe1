/* bihuan export ledger: every row as a line of JSON. */
#include <errno.h>
#include <stdio.h>

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

int cli_export(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct cli_options o;
    int64_t rows = 0;
    int code = EXIT_USAGE;
    if (!cli_read(&c, &o, argc, argv) || o.n_words != 1 || strcmp(o.words[0], "ledger") != 0) {
        fputs("usage: bihuan export ledger [--district CODE] [-o FILE.jsonl] [--data DIR] [--store URL]\n", stderr);
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
