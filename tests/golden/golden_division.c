/*
 * Reads every division document of a folder (*.txt, *.csv, *.xlsx) and compares the report with
 * NAME.json beside it, one entry a line so that a difference can be read. "PROGRAM FOLDER --update"
 * writes the expected reports; review the diff. Prints TAP, one test a document.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "exchange/division/division.h"
#include "exchange/messages.h"

static str slurp(struct arena *a, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) return STR_EMPTY;
    struct buf b;
    buf_init(&b, a, 64 * 1024 * 1024);
    char piece[8192];
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;) buf_add(&b, (str){piece, n});
    fclose(in);
    return buf_str(&b);
}

// A line end before each entry of the top level's lists.
static str by_lines(struct arena *a, str json)
{
    struct buf b;
    buf_init(&b, a, 128 * 1024 * 1024);
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < json.n; i++) {
        char ch = json.p[i];
        if (ch == '"' && (i == 0 || json.p[i - 1] != '\\')) quoted = !quoted;
        if (!quoted && (ch == '}' || ch == ']')) depth--;
        buf_addc(&b, ch);
        if (quoted) continue;
        if (ch == '{' || ch == '[') depth++;
        if ((ch == ',' && depth <= 2) || (ch == '[' && depth == 2)) buf_addc(&b, '\n');
    }
    return buf_str(&b);
}

static str report(struct ctx *c, const char *folder, const char *name)
{
    str bytes = slurp(c->a, (const char *)str_printf(c->a, "%s/%s%c", folder, name, 0).p);
    struct division_options o = {0};
    struct division_result r;
    if (!division_read(c, bytes, str_of(name), &o, &r)) return str_of(c->err.id);
    return by_lines(c->a, division_report_json(c, &r, &o));
}

static void first_difference(str got, str want)
{
    for (int line = 1; got.n || want.n; line++) {
        str g = str_cut(&got, STR("\n")), w = str_cut(&want, STR("\n"));
        if (str_eq(g, w)) continue;
        printf("# line %d\n#  got %.*s\n# want %.*s\n", line, STR_FMT(g), STR_FMT(w));
        return;
    }
}

static bool is_document(const char *name)
{
    str s = str_of(name);
    return str_ends(s, STR(".txt")) || str_ends(s, STR(".csv")) || str_ends(s, STR(".xlsx"));
}

// Documents that belong to other tests stand here too: those without an expected report are passed
// over, and LEAST keeps a lost report from passing for one of them.
enum { LEAST = 60 };
static const char *folder_of_reports;
static bool updating;

static int document(const struct dirent *d)
{
    char path[4096];
    if (!is_document(d->d_name)) return 0;
    snprintf(path, sizeof path, "%s/%s.json", folder_of_reports, d->d_name);
    FILE *in = fopen(path, "rb");
    if (in) fclose(in);
    return in || updating;
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    bool update = argc > 2 && strcmp(argv[2], "--update") == 0;
    exchange_messages_register();
    folder_of_reports = argv[1];
    updating = update;
    struct dirent **found;
    int n = scandir(argv[1], &found, document, alphasort), failed = 0;
    if (n < LEAST) {
        printf("Bail out! %d documents in %s, want %d\n", n, argv[1], LEAST);
        return 1;
    }
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        const char *name = found[i]->d_name;
        struct ctx c = {.a = arena_new((size_t)1 << 30), .err.position = -1, .lang = LANG_ZH};
        str got = report(&c, argv[1], name);
        str path = str_printf(c.a, "%s/%s.json%c", argv[1], name, 0);
        str want = slurp(c.a, path.p);
        bool good = str_eq(got, want);
        if (!good && update) {
            FILE *out = fopen(path.p, "wb");
            good = out && fwrite(got.p, 1, got.n, out) == got.n;
            if (out) fclose(out);
        }
        printf("%s %d - %s\n", good ? "ok" : "not ok", i + 1, name);
        if (!good) first_difference(got, want);
        failed += !good;
        arena_free(c.a);
        free(found[i]);
    }
    free(found);
    return failed ? 1 : 0;
}
