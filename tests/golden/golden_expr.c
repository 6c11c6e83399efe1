/*
 * Runs expr.gold: groups of three lines, a filter, a row, and what comes of them: true, false, or
 * "%%FAIL position id". Lines that begin with # are comments. The row lists "field=value" parted by
 * "; " and "-" is a row of nulls. Units and persons are those of expr_fixture.h; it is 20 January
 * 2023, the caller is zhang of FGW. With --update the third lines are rewritten; review the diff.
 * With --manual the file is docs/expressions.md: its examples parse, its table has every error.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../fixtures/expr_fixture.h"
#include "base/vec.h"
#include "engine/engine.h"

struct golden {
    struct ctx c;
    struct expr_env env;
    int n, failed;
};

static _Noreturn void broken(str line)
{
    printf("Bail out! expr.gold: cannot read \"%.*s\"\n", STR_FMT(line));
    exit(1);
}

static bool read_datum(const struct golden *g, const struct expr_symbol *s, str value,
                       struct expr_datum *out)
{
    day d;
    dec x;
    *out = (struct expr_datum){.text = value};
    switch (s->type) {
    case EXPR_TEXT:
    case EXPR_ENUM: return true;
    case EXPR_INT: return str_int(value, &out->number);
    case EXPR_BOOL:
        out->number = str_is(value, "true");
        return out->number || str_is(value, "false");
    case EXPR_INSTANT: return instant_parse(value, EXPR_SYMBOLS.zone_min, &out->number);
    case EXPR_UNIT: return expr_find_unit(NULL, value, &out->number) == 1;
    case EXPR_PERSON: return expr_find_person(NULL, value, &out->number) == 1;
    case EXPR_DATE:
        if (!day_parse(value, &d)) return false;
        out->number = d;
        return true;
    case EXPR_DEC:
        if (!dec_parse(value, &x)) return false;
        out->number = x.millionths;
        return true;
    }
    (void)g;
    return false;
}

static void read_row(const struct golden *g, str line, expr_test_row row)
{
    str rest = line;
    for (size_t i = 0; i <= F_RESERVED; i++) row[i] = (struct expr_datum){.null = true};
    if (str_is(line, "-")) return;
    while (rest.n) {
        str value = str_cut(&rest, STR("; ")), name = str_cut(&value, STR("="));
        const struct expr_symbol *s = NULL;
        for (size_t i = 0; i < EXPR_SYMBOLS.n; i++)
            if (str_eq(EXPR_FIELDS[i].name, name)) s = &EXPR_FIELDS[i];
        if (!s || !read_datum(g, s, value, &row[s->id])) broken(line);
    }
}

static str outcome(struct golden *g, str program, str line)
{
    expr_test_row row;
    const struct expr *e;
    struct expr_row r = {row, expr_row_get};
    read_row(g, line, row);
    error_clear(&g->c);
    if (expr_parse(&g->c, program, &EXPR_SYMBOLS, &e) && expr_resolve(&g->c, e, &g->env, &e))
        return expr_eval(g->c.a, e, &g->env, &r) ? STR("true") : STR("false");
    return str_printf(g->c.a, "%%%%FAIL %" PRId64 " %s", g->c.err.position, g->c.err.id);
}

// Checks one group and gives back what its third line should be.
static str check_group(struct golden *g, const str line[3])
{
    str got = outcome(g, line[0], line[1]);
    bool good = str_eq(got, line[2]);
    printf("%s %d - %.*s\n", good ? "ok" : "not ok", ++g->n, STR_FMT(line[0]));
    if (!good)
        printf("# row %.*s: got %.*s, want %.*s\n", STR_FMT(line[1]), STR_FMT(got),
               STR_FMT(line[2]));
    g->failed += !good;
    return got;
}

static str read_file(struct arena *a, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) broken(str_of(path));
    struct buf b;
    buf_init(&b, a, 1 << 22);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, in)) > 0) buf_add(&b, (str){piece, n});
    fclose(in);
    return buf_str(&b);
}

static void run(struct golden *g, str text, struct buf *out)
{
    str line[3];
    int k = 0;
    while (text.n) {
        str next = str_cut(&text, STR("\n"));
        if (k == 0 && (next.n == 0 || next.p[0] == '#')) {
            buf_add(out, next);
            buf_addc(out, '\n');
            continue;
        }
        line[k++] = next;
        if (k < 3) continue;
        str got = check_group(g, line);
        buf_printf(out, "%.*s\n%.*s\n%.*s\n", STR_FMT(line[0]), STR_FMT(line[1]), STR_FMT(got));
        k = 0;
    }
    if (k != 0) broken(line[0]);
}

/* --- the manual --- */

// Every line of a ```filter block is an example that must parse.
static void run_manual(struct golden *g, str text)
{
    bool inside = false;
    while (text.n) {
        const struct expr *e;
        str line = str_cut(&text, STR("\n"));
        if (str_starts(line, STR("```"))) {
            inside = str_is(line, "```filter");
            continue;
        }
        if (!inside) continue;
        error_clear(&g->c);
        bool good = expr_parse(&g->c, line, &EXPR_SYMBOLS, &e);
        printf("%s %d - %.*s\n", good ? "ok" : "not ok", ++g->n, STR_FMT(line));
        if (!good) printf("# %s at %" PRId64 "\n", g->c.err.id, g->c.err.position);
        g->failed += !good;
    }
}

// Every error of the language is explained there.
static void run_ids(struct golden *g, str text)
{
    for (size_t i = 0; i < messages_count(); i++) {
        const char *id = messages_at(i)->id;
        if (strncmp(id, "expr.", 5) != 0 || strncmp(id, "expr.say.", 9) == 0) continue;
        bool good = str_has(text, str_printf(g->c.a, "`%s`", id));
        printf("%s %d - %s is in the manual\n", good ? "ok" : "not ok", ++g->n, id);
        g->failed += !good;
    }
}

int main(int argc, char **argv)
{
    bool manual = argc == 3 && strcmp(argv[2], "--manual") == 0;
    bool update = argc == 3 && strcmp(argv[2], "--update") == 0;
    struct golden g = {.c.a = arena_new((size_t)1 << 28)};
    if (argc < 2 || !g.c.a) return 2;
    error_clear(&g.c);
    engine_messages_register();
    g.env = expr_env_of(&g.c);
    struct buf out;
    buf_init(&out, g.c.a, 1 << 22);
    str text = read_file(g.c.a, argv[1]);
    if (manual) {
        run_manual(&g, text);
        run_ids(&g, text);
    } else {
        run(&g, text, &out);
    }
    printf("1..%d\n", g.n);
    if (update) {
        FILE *f = fopen(argv[1], "wb");
        if (!f || fwrite(out.p, 1, out.n, f) != out.n || fclose(f) != 0) return 2;
    }
    arena_free(g.c.a);
    return g.failed != 0 || g.n == 0;
}
