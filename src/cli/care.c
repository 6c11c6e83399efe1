/* bihuan check, journal verify, rebuild --compare; the tables printed from the code; how care is shown. */
#include <stdio.h>
#include <time.h>

#include "cli/cli.h"
#include "ledger/check.h"
#include "ledger/tables.h"
#include "store/copy.h"
#include "store/distribute.h"

void cli_findings(const struct findings *f)
{
    for (size_t i = 0; i < f->lines.n; i++) printf("%.*s\n", STR_FMT(f->lines.at[i]));
    if (f->more) printf("… +%zu\n", f->more);
}

double cli_seconds(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

// A line a second at most: it may go to a terminal or to a file.
void cli_copy_told(void *started, const struct copy_told *t)
{
    static double last;
    double now = cli_seconds();
    if (last == 0) last = *(const double *)started;
    if (now - last < 1) return;
    last = now;
    fprintf(stderr, "%8.1f s  %12" PRId64 "  district %" PRId64 "  %.*s\n", now - *(const double *)started, t->rows,
            t->district, STR_FMT(t->table));
}

typedef bool look_fn(struct ctx *c, struct ledger *l, int64_t district, struct findings *f, struct buf *summary);

static int look(int argc, char **argv, const char *usage, int words, look_fn *fn)
{
    struct ctx c = cli_ctx();
    struct arena *found = arena_new(SIZE_MAX);
    struct cli_options o;
    struct ledger *l = NULL;
    struct findings f;
    struct buf out;
    struct request r;
    int code = EXIT_USAGE;
    if (!found || !cli_read(&c, &o, argc, argv) || o.n_words != words) {
        fprintf(stderr, "usage: bihuan %s [--data DIR] [--district CODE]\n", usage);
    } else {
        findings_init(&f, found, c.lang);
        buf_init(&out, found, SIZE_MAX);
        bool ok = cli_open(&c, &o, false, &l) && cli_request(&c, l, &o, &r) && fn(&c, l, r.district, &f, &out);
        cli_findings(&f);
        if (ok) printf("%.*s, %zu finding(s)\n", STR_FMT(buf_str(&out)), f.lines.n + f.more);
        code = !ok ? cli_fail(&c) : f.lines.n ? EXIT_FINDINGS : 0;
        ledger_close(l);
    }
    arena_free(found);
    cli_end(&c);
    return code;
}

static bool check(struct ctx *c, struct ledger *l, int64_t district, struct findings *f, struct buf *out)
{
    struct check_result r;
    if (!ledger_check(c, l, district, f, &r)) return false;
    buf_printf(out, "%.*s: %" PRId64 " journal records, %" PRId64 " records, %" PRId64 " items, %" PRId64 " files",
               STR_FMT(store_engine(ledger_store(l))), r.journal_rows, r.records, r.items, r.files);
    return true;
}

static bool verify(struct ctx *c, struct ledger *l, int64_t district, struct findings *f, struct buf *out)
{
    int64_t rows = 0;
    if (!ledger_verify(c, l, district, f, &rows)) return false;
    buf_printf(out, "%" PRId64 " journal records", rows);
    return true;
}

static bool compare(struct ctx *c, struct ledger *l, int64_t district, struct findings *f, struct buf *out)
{
    int64_t records = 0;
    if (!ledger_compare(c, l, district, f, &records)) return false;
    buf_printf(out, "%" PRId64 " records rebuilt and compared", records);
    return true;
}

int cli_check(int argc, char **argv)
{
    return look(argc, argv, "check", 0, check);
}

int cli_journal(int argc, char **argv)
{
    bool named = argc > 1 && strcmp(argv[1], "verify") == 0;
    return look(argc - named, argv + named, "journal verify", named ? 0 : -1, verify);
}

int cli_rebuild(int argc, char **argv)
{
    bool named = argc > 1 && strcmp(argv[1], "--compare") == 0;
    return look(argc - named, argv + named, "rebuild --compare", named ? 0 : -1, compare);
}

static bool print_tables(struct ctx *c, const char *what, struct buf *out)
{
    bool ok;
    // A script ends with its last line; the pages had a blank one more from the beginning.
    if (strcmp(what, "distribute") == 0) return store_distribution(c, out);
    if (strcmp(what, "openapi") == 0) ok = ledger_openapi(c, out);
    else ok = tables_markdown(c, str_of(what), out);
    buf_addc(out, '\n');
    return ok;
}

int cli_tables(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct cli_options o;
    struct buf out;
    int code = EXIT_USAGE;
    buf_init(&out, c.a, SIZE_MAX);
    bool ok = cli_read(&c, &o, argc, argv) && o.n_words == 0;
    if (ok) {
        ok = print_tables(&c, argv[0], &out);
        code = ok && cli_write(&c, &o, buf_str(&out)) ? 0 : cli_fail(&c);
    } else {
        fprintf(stderr, "usage: bihuan %s [-o FILE]\n", argv[0]);
    }
    cli_end(&c);
    return code;
}
