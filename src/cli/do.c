/* bihuan do: a command from the shell, through the running server when one holds the store. */
#include <stdio.h>

#include "cli/cli.h"

// The body "-" is read from standard input.
static str body_of(struct ctx *c, const char *word)
{
    struct buf b;
    char block[4096];
    size_t n;
    if (strcmp(word, "-") != 0) return str_of(word);
    buf_init(&b, c->a, 16 * 1024 * 1024);
    while ((n = fread(block, 1, sizeof block, stdin)) > 0) buf_add(&b, (str){block, n});
    return buf_str(&b);
}

static bool do_here(struct ctx *c, const struct cli_options *o, str name, str body, str *result)
{
    struct ledger *l = NULL;
    struct request r;
    bool ok = cli_open(c, o, true, &l);
    ok = ok && cli_request(c, l, o, &r);
    if (ok) {
        r.name = name;
        r.body = body;
        ok = ledger_do(c, l, &r, result);
    }
    ledger_close(l);
    return ok;
}

int cli_do(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct cli_options o;
    str result = STR_EMPTY;
    bool remote = false;
    int code = EXIT_USAGE;
    if (cli_read(&c, &o, argc, argv) && (o.n_words == 1 || o.n_words == 2)) {
        str name = str_of(o.words[0]), body = o.n_words == 2 ? body_of(&c, o.words[1]) : STR("{}");
        bool ok = do_here(&c, &o, name, body, &result);
        if (!ok && c.err.id && strcmp(c.err.id, "store.locked") == 0) {
            error_clear(&c);
            ok = remote_do(&c, &o, name, body, &remote, &result);
            if (ok && !remote) ok = fail(&c, ERR_STORE, "store.locked", o.store_url);
        }
        ok = ok && cli_write(&c, &o, str_cat(c.a, result, STR("\n")));
        code = ok ? 0 : cli_fail(&c);
    } else {
        fputs("usage: bihuan do COMMAND [JSON|-] [--data DIR] [--as LOGIN] [--key KEY] [--as-of DATE]\n", stderr);
    }
    cli_end(&c);
    return code;
}
