/* bihuan move: one store's content into another, empty one. */
#include <stdio.h>

#include "cli/cli.h"
#include "ledger/care/move.h"

static void tell(const struct ctx *c, const struct move_report *r, double seconds)
{
    bool en = c->lang == LANG_EN;
    printf("%-24s %12s  %s\n", en ? "table" : "数据表", en ? "rows" : "行数", "SM3");
    for (size_t i = 0; i < r->sums.tables.n; i++) {
        const struct table_sum *t = &r->sums.tables.at[i];
        printf("%-24.*s %12" PRId64 "  %.*s\n", STR_FMT(t->name), t->rows, STR_FMT(t->hash));
    }
    printf(en ? "%.*s → %.*s: %zu district(s), %zu tables, %" PRId64 " rows (%" PRId64 " by earlier runs), %" PRId64
                " journal records, %.1f s\n"
              : "%.*s → %.*s：%zu 个地区，%zu 张表，%" PRId64 " 行（此前已复制 %" PRId64 " 行），日志 %" PRId64
                " 条，用时 %.1f 秒\n",
           STR_FMT(r->from_engine), STR_FMT(r->to_engine), r->sums.districts.n, r->sums.tables.n, r->copied.rows,
           r->copied.before, r->journal_rows, seconds);
    puts(en ? "Evidence and imported files are not in the store: they stay in the data folder (files/), which the new "
              "store is to be served with."
            : "佐证和导入的原件不在库中，仍在数据目录的 files/ 下；新库须与该目录一同使用。");
}

int cli_move(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct arena *found = arena_new(SIZE_MAX);
    struct cli_options o;
    struct findings f;
    struct move_report r;
    double started = cli_seconds();
    int code = EXIT_USAGE;
    if (!found || !cli_read(&c, &o, argc, argv) || o.n_words != 0 || !o.from.n || !o.to.n) {
        fputs("usage: bihuan move --from URL --to URL\n", stderr);
    } else {
        struct move_options m = {.from = o.from, .to = o.to, .told = cli_copy_told, .arg = &started};
        findings_init(&f, found, c.lang);
        bool ok = ledger_move(&c, &m, &f, &r);
        cli_findings(&f);
        if (ok && !f.lines.n) tell(&c, &r, cli_seconds() - started);
        code = !ok ? cli_fail(&c) : f.lines.n ? EXIT_FINDINGS : 0;
    }
    arena_free(found);
    cli_end(&c);
    return code;
}
