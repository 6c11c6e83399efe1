/* bihuan backup, restore, verify. */
#include <stdio.h>

#include "cli/cli.h"
#include "ledger/care/backup.h"

/* What the three share: a context, findings with an arena of their own, options. */
struct run {
    struct ctx c;
    struct arena *found;
    struct findings f;
    struct cli_options o;
    double started;
};

static bool begin(struct run *r, int argc, char **argv)
{
    r->c = cli_ctx();
    r->found = arena_new(SIZE_MAX);
    r->started = cli_seconds();
    if (!r->found) return false;
    findings_init(&r->f, r->found, r->c.lang);
    return cli_read(&r->c, &r->o, argc, argv);
}

static int end(struct run *r, int code)
{
    arena_free(r->found);
    cli_end(&r->c);
    return code;
}

static int usage(struct run *r, const char *line)
{
    fprintf(stderr, "usage: bihuan %s\n", line);
    return end(r, EXIT_USAGE);
}

static bool english(const struct run *r)
{
    return r->c.lang == LANG_EN;
}

static void tell_manifest(const struct run *r, str dir, const struct manifest *m)
{
    for (size_t i = 0; i < m->sums.districts.n; i++) {
        const struct position *p = &m->sums.districts.at[i];
        printf(english(r) ? "district %.*s: journal record %" PRId64 " %.*s\n" : "地区 %.*s：日志第 %" PRId64 " 条 %.*s\n",
               STR_FMT(p->code), p->seq, STR_FMT(p->hash));
    }
    printf(english(r) ? "%.*s: %.*s, schema %d, %" PRId64 " rows, %" PRId64 " files (%" PRId64 " bytes), %.1f s\n"
                      : "%.*s：%.*s，结构 %d，%" PRId64 " 行，%" PRId64 " 个文件（%" PRId64 " 字节），用时 %.1f 秒\n",
           STR_FMT(dir), STR_FMT(m->engine), m->sums.schema, sums_rows(&m->sums), m->files, m->file_bytes,
           cli_seconds() - r->started);
}

int cli_backup(int argc, char **argv)
{
    struct run r;
    struct ledger *l = NULL;
    struct manifest m;
    if (!begin(&r, argc, argv) || r.o.n_words != 0 || !r.o.output.n)
        return usage(&r, "backup -o DIR [--data DIR] [--store URL]");
    bool ok = cli_open(&r.c, &r.o, false, &l) && backup_make(&r.c, l, r.o.output, r.o.now, &r.f, &m);
    ledger_close(l);
    cli_findings(&r.f);
    if (ok) tell_manifest(&r, r.o.output, &m);
    return end(&r, !ok ? cli_fail(&r.c) : r.f.lines.n ? EXIT_FINDINGS : 0);
}

static bool names_data(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "--data", 6) == 0) return true;
    return false;
}

int cli_restore(int argc, char **argv)
{
    struct run r;
    struct manifest m;
    if (!begin(&r, argc, argv) || r.o.n_words != 1 || !names_data(argc, argv))
        return usage(&r, "restore DIR --data NEW [--store URL]");
    struct restore_options o = {.dir = str_of(r.o.words[0]),
                                .data = r.o.data_dir,
                                .store = r.o.store_url,
                                .told = cli_copy_told,
                                .arg = &r.started};
    bool ok = backup_restore(&r.c, &o, &r.f, &m);
    cli_findings(&r.f);
    if (ok && !r.f.lines.n) tell_manifest(&r, r.o.data_dir, &m);
    return end(&r, !ok ? cli_fail(&r.c) : r.f.lines.n ? EXIT_FINDINGS : 0);
}

static void tell_verified(const struct run *r, const struct verify_report *v)
{
    bool en = english(r);
    if (v->schema != store_schema_latest())
        printf(en ? "Made by another version (schema %d): restore it and serve it once, then verify the store.\n"
                  : "由另一版本产生（结构 %d）：请恢复后启动一次服务，再核验该库。\n",
               v->schema);
    printf(en ? "%" PRId64 " districts, %" PRId64 " journal records, %" PRId64 " records, %" PRId64 " items, %" PRId64
                " files, %zu finding(s), %.1f s\n"
              : "%" PRId64 " 个地区，日志 %" PRId64 " 条，记录 %" PRId64 " 条，事项 %" PRId64 " 项，文件 %" PRId64
                " 个，发现问题 %zu 处，用时 %.1f 秒\n",
           v->districts, v->journal_rows, v->records, v->items, v->files, r->f.lines.n + r->f.more,
           cli_seconds() - r->started);
}

int cli_verify(int argc, char **argv)
{
    struct run r;
    struct ledger *l = NULL;
    struct verify_report v;
    bool ok;
    if (!begin(&r, argc, argv) || r.o.n_words > 1) return usage(&r, "verify DIR | verify [--data DIR] [--store URL]");
    if (r.o.n_words == 1) ok = backup_verify(&r.c, str_of(r.o.words[0]), &r.f, &v);
    else ok = cli_open(&r.c, &r.o, false, &l) && ledger_verify_all(&r.c, l, &r.f, &v);
    ledger_close(l);
    cli_findings(&r.f);
    if (ok) tell_verified(&r, &v);
    return end(&r, !ok ? cli_fail(&r.c) : r.f.lines.n ? EXIT_FINDINGS : 0);
}
