/*
 * bihuan pack: check DIR tries a whole pack in a store of its own that is thrown away; upgrade DIR shows
 * what the declarations of a pack would change in a district, and applies them on --apply.
 */
#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/cli.h"
#include "ledger/pack/pack.h"

static const char USAGE[] = "usage: bihuan pack check DIR\n"
                            "       bihuan pack upgrade DIR [--preview|--apply] [--data DIR] [--store URL]"
                            " [--district CODE]\n";

// The tables that declare and are not people's work: what an upgrade takes.
static const char *const TABLES[] = {"register_loops.csv",  "registers.csv", "register_fields.csv",
                                     "register_clocks.csv", "clocks.csv",    "lights.csv",
                                     "words.csv"};

enum { TABLE_MAX = 4 * 1024 * 1024, BODY_MAX = 16 * 1024 * 1024 };

/* --- check --- */

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

static bool check_in(struct ctx *c, const char *folder, str dir, instant now, struct pack_report *r)
{
    struct ledger *l;
    struct ledger_options lo = {.store_url = str_printf(c->a, "sqlite:%s/check.db", folder),
                                .files_dir = str_printf(c->a, "%s/files", folder), .create = true};
    struct pack_options o = {.dir = dir, .now = now, .name = STR_EMPTY, .code = STR_EMPTY,
                             .hours = STR("09:00-12:00,13:00-18:00"), .login = STR("admin")};
    if (!ledger_open(c, &lo, &l)) return false;
    bool ok = pack_load(c, l, &o, r);
    ledger_close(l);
    return ok;
}

static bool check(struct ctx *c, str dir, instant now, struct pack_report *r)
{
    const char *tmp = getenv("TMPDIR");
    char *folder = str_z(c->a, str_printf(c->a, "%s/bihuan-pack-XXXXXX", tmp && *tmp ? tmp : "/tmp"));
    if (!mkdtemp(folder)) return fail(c, ERR_STORE, "cli.cannot_write", str_of(folder), str_of(strerror(errno)));
    bool ok = check_in(c, folder, dir, now, r);
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return ok;
}

static int tell_check(struct ctx *c, bool ok, const struct pack_report *r)
{
    bool en = c->lang == LANG_EN;
    for (size_t i = 0; i < r->problems.n; i++) {
        str text = pack_problem_text(c, &r->problems.at[i]);
        printf("%.*s\n", STR_FMT(text));
    }
    if (r->problems.n) return EXIT_FINDINGS;
    if (!ok) return cli_fail(c);
    printf(en ? "%.*s %.*s: %" PRId64 " commands, no fault\n" : "%.*s %.*s：%" PRId64 " 条命令，没有错误\n", STR_FMT(r->name),
           STR_FMT(r->version), r->commands);
    return 0;
}

/* --- upgrade --- */

static bool read_table(struct ctx *c, str dir, const char *name, str *text, bool *found)
{
    struct buf b;
    char block[16384];
    size_t n;
    FILE *f = fopen(str_z(c->a, str_printf(c->a, "%.*s/%s", STR_FMT(dir), name)), "rb");
    *found = f != NULL;
    *text = STR_EMPTY;
    if (!f) return errno == ENOENT || fail(c, ERR_INVALID, "pack.cannot_read", str_of(name), str_of(strerror(errno)));
    buf_init(&b, c->a, TABLE_MAX);
    while ((n = fread(block, 1, sizeof block, f)) > 0) buf_add(&b, (str){block, n});
    bool broken = ferror(f) != 0 || !buf_ok(&b);
    fclose(f);
    *text = buf_str(&b);
    if (broken) return fail(c, ERR_INVALID, "pack.cannot_read", str_of(name), str_of(strerror(EIO)));
    return utf8_valid(*text) || fail(c, ERR_INVALID, "pack.not_utf8", str_of(name));
}

static bool body_of(struct ctx *c, str dir, str *body)
{
    struct pack_identity id;
    struct buf b;
    struct json j;
    if (!pack_identify(c, dir, &id)) return false;
    buf_init(&b, c->a, BODY_MAX);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "pack", id.name);
    jw_put_text(&j, "pack_version", id.version);
    jw_key(&j, "tables");
    jw_array(&j);
    for (size_t i = 0; i < COUNT_OF(TABLES); i++) {
        str text;
        bool found;
        if (!read_table(c, dir, TABLES[i], &text, &found)) return false;
        if (!found || str_trim(text).n == 0) continue;
        jw_object(&j);
        jw_put_text(&j, "name", str_of(TABLES[i]));
        jw_put_text(&j, "text", text);
        jw_end(&j);
    }
    jw_end(&j);
    jw_end(&j);
    *body = buf_str(&b);
    return buf_ok(&b) || fail(c, ERR_TOO_LARGE, "pack.cannot_read", dir, str_of(strerror(EFBIG)));
}

static const char *text_of(const json_t *o, const char *member)
{
    const char *s = json_string_value(json_object_get(o, member));
    return s ? s : "";
}

static void tell_change(const json_t *c)
{
    size_t i;
    json_t *one;
    printf("%-8s %s %s%s%s %s", text_of(c, "verdict"), text_of(c, "entity_name"), text_of(c, "register"),
           *text_of(c, "register") ? "." : "", text_of(c, "code"), text_of(c, "name"));
    if (json_integer_value(json_object_get(c, "values")))
        printf(" (%" JSON_INTEGER_FORMAT ")", json_integer_value(json_object_get(c, "values")));
    putchar('\n');
    json_array_foreach (json_object_get(c, "differs"), i, one)
        printf("           %s: %s → %s\n", text_of(one, "title"), text_of(one, "before"), text_of(one, "after"));
    json_array_foreach (json_object_get(c, "unfit"), i, one)
        printf("           %s %s: %s\n", text_of(one, "item"), text_of(one, "value"), text_of(one, "why"));
}

static int tell_upgrade(const struct ctx *c, str answer, bool applied)
{
    bool en = c->lang == LANG_EN;
    json_t *root = json_loadb(answer.p, answer.n, 0, NULL), *one;
    const json_t *n = json_object_get(root, "counts");
    size_t i, faults = json_array_size(json_object_get(root, "faults"));
    json_array_foreach (json_object_get(root, "faults"), i, one)
        printf("%s:%" JSON_INTEGER_FORMAT ": %s: %s\n", text_of(one, "table"),
               json_integer_value(json_object_get(one, "line")), text_of(one, "column"), text_of(one, "text"));
    json_array_foreach (json_object_get(root, "changes"), i, one) tell_change(one);
    printf(en ? "%s: %d new, %d changed, %d removed, %d the same\n" : "%s：新增 %d，修改 %d，停用 %d，不变 %d\n",
           en ? (applied ? "applied" : "preview") : (applied ? "已应用" : "预览"),
           (int)json_integer_value(json_object_get(n, "new")), (int)json_integer_value(json_object_get(n, "changed")),
           (int)json_integer_value(json_object_get(n, "removed")), (int)json_integer_value(json_object_get(n, "same")));
    json_decref(root);
    return faults ? EXIT_FINDINGS : 0;
}

static bool run_here(struct ctx *c, const struct cli_options *o, str command, str body, str *answer)
{
    struct ledger *l = NULL;
    struct request r;
    bool ok = cli_open(c, o, true, &l) && cli_request(c, l, o, &r);
    if (ok) {
        r.name = command;
        r.body = body;
        ok = ledger_do(c, l, &r, answer);
    }
    ledger_close(l);
    return ok;
}

static int upgrade(struct ctx *c, const struct cli_options *o, bool apply)
{
    str body, answer = STR_EMPTY, dir = str_of(o->words[1]);
    str command = apply ? STR("register.apply") : STR("register.preview");
    bool remote = false;
    bool ok = body_of(c, dir, &body);
    if (ok && !run_here(c, o, command, body, &answer)) {
        ok = c->err.id && strcmp(c->err.id, "store.locked") == 0;
        if (ok) {
            error_clear(c);
            ok = remote_do(c, o, command, body, &remote, &answer);
            if (ok && !remote) ok = fail(c, ERR_STORE, "store.locked", o->store_url);
        }
    }
    return ok ? tell_upgrade(c, answer, apply) : cli_fail(c);
}

// Takes --apply and --preview out of the arguments; the others are those of every subcommand.
static int own_options(int argc, char **argv, bool *apply)
{
    int n = 0;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--apply") == 0) *apply = true;
        else if (strcmp(argv[i], "--preview") != 0) argv[n++] = argv[i];
    }
    return n;
}

int cli_pack(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct cli_options o;
    struct pack_report r = {.name = STR_EMPTY};
    bool apply = false;
    int code = EXIT_USAGE;
    argc = own_options(argc, argv, &apply);
    bool good = cli_read(&c, &o, argc, argv) && o.n_words == 2;
    if (good && strcmp(o.words[0], "check") == 0) {
        str dir;
        bool found = pack_find(&c, STR_EMPTY, str_of(o.words[1]), &dir);
        code = found ? tell_check(&c, check(&c, dir, o.now, &r), &r) : cli_fail(&c);
    } else if (good && strcmp(o.words[0], "upgrade") == 0) {
        code = upgrade(&c, &o, apply);
    } else {
        fputs(USAGE, stderr);
    }
    cli_end(&c);
    return code;
}
