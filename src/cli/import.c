/*
 * bihuan import: with --report alone a division document is read without a store (import_report.c);
 * otherwise it becomes an import of the store, through the running server when one holds it: the file
 * goes to the folder of files, import.preview compares, --apply applies when nothing is doubtful.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/import_report.h"
#include "ledger/files.h"
#include "ledger/item/import.h"

static const char USAGE[] =
    "usage: bihuan import FILE --register CODE [--year N] [--line CODE] [--title T] [--doc-no N] [--apply]\n"
    "                     [--data DIR] [--as LOGIN] [--as-of DATE]\n"
    "       bihuan import FILE --report F.json [--units U.csv] [--year N]       (no store needed)\n";

struct importing {
    struct ctx c;
    struct cli_options o;
    struct ledger *ledger;
    bool remote, apply;
    const char *file, *register_code, *year, *line, *title, *doc_no;
    str hash, bytes;
};

// Takes this subcommand's own options out of argv; what is left goes to cli_read.
static bool own_options(struct importing *m, int *argc, char **argv)
{
    const struct {
        const char *name, **value;
    } own[] = {{"--register", &m->register_code}, {"--year", &m->year},     {"--line", &m->line},
               {"--title", &m->title},            {"--doc-no", &m->doc_no}};
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        const char **value = NULL;
        for (size_t k = 0; k < COUNT_OF(own); k++)
            if (strcmp(argv[i], own[k].name) == 0) value = own[k].value;
        if (strcmp(argv[i], "--apply") == 0) {
            m->apply = true;
        } else if (strcmp(argv[i], "--kind") == 0) {
            if (++i >= *argc || strcmp(argv[i], "division") != 0) return false;
        } else if (value) {
            if (++i >= *argc) return false;
            *value = argv[i];
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    return true;
}

static bool read_file(struct importing *m)
{
    struct stat st;
    int fd = open(m->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        int why = fd < 0 ? errno : EINVAL;
        if (fd >= 0) close(fd);
        return fail(&m->c, ERR_MALFORMED, "import.cannot_read", str_of(m->file), str_of(strerror(why)));
    }
    char *p = st.st_size <= IMPORT_FILE_MAX ? arena_try(m->c.a, (size_t)st.st_size + 1) : NULL;
    size_t n = 0;
    ssize_t got = 1;
    while (p && n < (size_t)st.st_size && (got = read(fd, p + n, (size_t)st.st_size - n)) > 0) n += (size_t)got;
    close(fd);
    if (st.st_size > IMPORT_FILE_MAX) return fail(&m->c, ERR_TOO_LARGE, "division.too_large");
    if (!p) return fail(&m->c, ERR_NO_MEMORY, "base.no_memory");
    m->bytes = (str){p, n};
    return got >= 0 || fail(&m->c, ERR_MALFORMED, "import.cannot_read", str_of(m->file), str_of(strerror(errno)));
}

// The store for writing; while a server holds it, for reading, and commands go to the server.
static bool open_store(struct importing *m)
{
    if (cli_open(&m->c, &m->o, true, &m->ledger)) return true;
    if (!m->c.err.id || strcmp(m->c.err.id, "store.locked") != 0) return false;
    error_clear(&m->c);
    m->remote = true;
    return cli_open(&m->c, &m->o, false, &m->ledger);
}

static bool command(struct importing *m, const char *name, str body, json_t **answer)
{
    str result = STR_EMPTY;
    struct request r;
    bool found = true, ok;
    if (m->remote) {
        ok = remote_do(&m->c, &m->o, str_of(name), body, &found, &result);
        if (ok && !found) ok = fail(&m->c, ERR_STORE, "store.locked", m->o.store_url);
    } else {
        ok = cli_request(&m->c, m->ledger, &m->o, &r);
        r.name = str_of(name);
        r.body = body;
        ok = ok && ledger_do(&m->c, m->ledger, &r, &result);
    }
    *answer = ok ? json_loadb(result.p, result.n, 0, NULL) : NULL;
    return ok && (*answer || fail(&m->c, ERR_UNKNOWN, "cli.no_answer", result));
}

static void put_given(struct json *j, const char *member, const char *value)
{
    if (value) jw_put_text(j, member, str_of(value));
}

static bool preview(struct importing *m, json_t **answer)
{
    static const char *const TYPES[][2] = {{".csv", "text/csv"},
        {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}};
    const char *slash = strrchr(m->file, '/'), *type = "text/plain";
    str name = str_of(slash ? slash + 1 : m->file);
    struct buf b;
    struct json j;
    int64_t year = 0;
    if (!utf8_valid(name)) return fail(&m->c, ERR_MALFORMED, "import.cannot_read", STR("?"), str_of(strerror(EILSEQ)));
    if (m->year && !str_int(str_of(m->year), &year)) return fail(&m->c, ERR_INVALID, "import.bad_year");
    for (size_t i = 0; i < COUNT_OF(TYPES); i++)
        if (str_ends(str_fold(m->c.a, name), str_of(TYPES[i][0]))) type = TYPES[i][1];
    buf_init(&b, m->c.a, 64 * 1024);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "file_hash", m->hash);
    jw_put_text(&j, "file_name", name);
    jw_put_text(&j, "media_type", str_of(type));
    jw_put_int(&j, "bytes", (int64_t)m->bytes.n);
    put_given(&j, "register", m->register_code);
    put_given(&j, "line", m->line);
    put_given(&j, "title", m->title);
    put_given(&j, "doc_no", m->doc_no);
    if (year) jw_put_int(&j, "year", year);
    jw_end(&j);
    return command(m, "import.preview", buf_str(&b), answer);
}

static int64_t count(const json_t *answer, const char *name)
{
    return json_integer_value(json_object_get(json_object_get(answer, "counts"), name));
}

// One line a doubtful row: place, title, what to confirm.
static bool show_doubts(struct importing *m, str batch)
{
    struct buf b;
    struct request r;
    const struct param params[] = {{STR("batch"), batch}};
    buf_init(&b, m->c.a, 256 * 1024 * 1024);
    if (!cli_request(&m->c, m->ledger, &m->o, &r)) return false;
    r.name = STR("import");
    r.params = params;
    r.n_params = 1;
    if (!ledger_ask(&m->c, m->ledger, &r, &b)) return false;
    json_t *root = json_loadb(buf_str(&b).p, buf_str(&b).n, 0, NULL), *one;
    size_t i;
    json_array_foreach (json_object_get(root, "to_confirm"), i, one) {
        if (!json_is_true(json_object_get(one, "hard"))) continue;
        const char *place = json_string_value(json_object_get(one, "place"));
        const char *why = json_string_value(json_object_get(one, "why"));
        const char *text = json_string_value(json_object_get(one, "text"));
        printf("  %" PRId64 "  %s  %s  %s\n", (int64_t)json_integer_value(json_object_get(one, "ordinal")),
               place ? place : "", why ? why : "", text ? text : "");
    }
    json_decref(root);
    return true;
}

static void say(struct importing *m, const char *id, const int64_t *numbers, size_t n)
{
    str args[4];
    for (size_t i = 0; i < n && i < COUNT_OF(args); i++) args[i] = str_printf(m->c.a, "%" PRId64, numbers[i]);
    str text = message_text(m->c.a, m->c.lang, id, args, n);
    printf("%.*s\n", STR_FMT(text));
}

static bool apply(struct importing *m, str batch)
{
    json_t *answer;
    str body = str_printf(m->c.a, "{\"batch\":\"%.*s\"}", STR_FMT(batch));
    if (!command(m, "import.apply", body, &answer)) return false;
    const int64_t numbers[] = {json_integer_value(json_object_get(answer, "drafted")),
                               json_integer_value(json_object_get(answer, "edited")),
                               json_integer_value(json_object_get(answer, "same")),
                               (int64_t)json_array_size(json_object_get(answer, "kept"))};
    say(m, "import.applied", numbers, COUNT_OF(numbers));
    json_decref(answer);
    return true;
}

// True when all went well; *findings when something is to confirm.
static bool run(struct importing *m, bool *findings)
{
    json_t *answer;
    if (!read_file(m) || !open_store(m) || !file_store(&m->c, m->ledger, m->bytes, &m->hash)) return false;
    if (!preview(m, &answer)) return false;
    str batch = str_dup(m->c.a, str_of(json_string_value(json_object_get(answer, "batch"))));
    const int64_t found[] = {count(answer, "rows"), count(answer, "new"), count(answer, "changed"),
                             count(answer, "same")};
    const int64_t rest[] = {count(answer, "doubtful"), count(answer, "missing"), count(answer, "headings"),
                            count(answer, "notices") + count(answer, "reporting")};
    json_decref(answer);
    say(m, "import.found", found, COUNT_OF(found));
    say(m, "import.rest", rest, COUNT_OF(rest));
    *findings = rest[0] > 0;
    if (*findings) return show_doubts(m, batch);
    return !m->apply || apply(m, batch);
}

static bool wants_report(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--report") == 0) return true;
    return false;
}

int cli_import(int argc, char **argv)
{
    if (wants_report(argc, argv)) return import_report(argc, argv);
    struct importing m = {.c = cli_ctx()};
    bool findings = false;
    int code = EXIT_USAGE;
    if (own_options(&m, &argc, argv) && cli_read(&m.c, &m.o, argc, argv) && m.o.n_words == 1 && m.register_code) {
        m.file = m.o.words[0];
        code = run(&m, &findings) ? (findings ? EXIT_FINDINGS : 0) : cli_fail(&m.c);
        ledger_close(m.ledger);
    } else {
        fputs(USAGE, stderr);
    }
    cli_end(&m.c);
    return code;
}
