#include "cli/import_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange/csv/csv.h"
#include "exchange/division/division.h"
#include "exchange/messages.h"
#include "exchange/text/decode.h"

enum { ARENA_BYTES = 1536 * 1024 * 1024 };

struct arguments {
    const char *file, *report, *units;
    int year;
    bool english;
};

static bool parse_arguments(int argc, char **argv, struct arguments *a)
{
    for (int i = 1; i < argc; i++) {
        const char **value = strcmp(argv[i], "--report") == 0  ? &a->report
                             : strcmp(argv[i], "--units") == 0 ? &a->units
                                                               : NULL;
        if (strcmp(argv[i], "--year") == 0) {
            int64_t year;
            if (++i >= argc || !str_int(str_of(argv[i]), &year) || year < 1900 || year > 2999)
                return false;
            a->year = (int)year;
        } else if (strcmp(argv[i], "--lang") == 0) {
            if (++i >= argc) return false;
            a->english = strcmp(argv[i], "en") == 0;
        } else if (strcmp(argv[i], "--kind") == 0) {
            if (++i >= argc || strcmp(argv[i], "division") != 0) return false;
        } else if (value) {
            if (++i >= argc) return false;
            *value = argv[i];
        } else if (argv[i][0] == '-' || a->file) {
            return false;
        } else {
            a->file = argv[i];
        }
    }
    return a->file && a->report;
}

static bool read_file(struct ctx *c, const char *path, str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        int why = fd < 0 ? errno : EINVAL;
        if (fd >= 0) close(fd);
        return fail(c, ERR_MALFORMED, "import.cannot_read", str_of(path), str_of(strerror(why)));
    }
    if (st.st_size > DIVISION_MAX_BYTES) {
        close(fd);
        return fail(c, ERR_TOO_LARGE, "division.too_large");
    }
    size_t size = (size_t)st.st_size, n = 0;
    char *p = arena_try(c->a, size + 1);
    ssize_t got = 1;
    while (p && n < size && (got = read(fd, p + n, size - n)) > 0) n += (size_t)got;
    close(fd);
    if (!p) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    if (got < 0)
        return fail(c, ERR_MALFORMED, "import.cannot_read", str_of(path), str_of(strerror(errno)));
    *out = (str){p, n};
    return true;
}

static bool write_file(struct ctx *c, const char *path, str s)
{
    bool out = strcmp(path, "-") == 0;
    FILE *f = out ? stdout : fopen(path, "wb");
    bool ok = f && fwrite(s.p, 1, s.n, f) == s.n && fflush(f) == 0;
    int why = errno;
    if (f && !out) ok = fclose(f) == 0 && ok;
    return ok || fail(c, ERR_STORE, "import.cannot_write", str_of(path), str_of(strerror(why)));
}

struct units {
    struct division_unit *at;
    size_t n, cap;
};

static int column(const struct sheet *s, const char *name)
{
    for (int i = 1; i <= s->cols; i++) {
        const struct cell *c = sheet_at(s, 1, i);
        if (c && str_is(c->text, name)) return i;
    }
    return 0;
}

static str field(const struct sheet *s, int row, int col)
{
    const struct cell *c = col ? sheet_at(s, row, col) : NULL;
    return c ? c->text : STR_EMPTY;
}

// code,name,kind,…,aliases with '|' between aliases: the shape of a pack's units.csv.
static bool read_units(struct ctx *c, const char *path, struct units *out)
{
    str bytes, text;
    enum text_encoding encoding;
    struct sheet s;
    if (!read_file(c, path, &bytes) || !text_decode(c, bytes, &text, &encoding) ||
        !csv_read(c, text, &s))
        return false;
    int code = column(&s, "code"), name = column(&s, "name"), kind = column(&s, "kind"),
        aliases = column(&s, "aliases");
    if (!code || !name) return fail(c, ERR_INVALID, "import.units_columns");
    for (int row = 2; row <= s.rows; row++) {
        struct division_unit u = {field(&s, row, code), field(&s, row, name),
                                  field(&s, row, aliases), field(&s, row, kind)};
        if (u.name.n) VEC_ADD(c->a, out, u);
    }
    return ctx_ok(c);
}

static str file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    str name = str_of(slash ? slash + 1 : path);
    return utf8_valid(name) ? name : STR("?");
}

static bool run(struct ctx *c, const struct arguments *a, bool *findings)
{
    struct units units = {0};
    if (a->units && !read_units(c, a->units, &units)) return false;
    str bytes;
    if (!read_file(c, a->file, &bytes)) return false;
    struct division_options o = {.year = a->year, .roster = units.at, .n_roster = units.n};
    struct division_result r;
    if (!division_read(c, bytes, file_name(a->file), &o, &r)) return false;
    str json = division_report_json(c, &r, &o);
    if (json.n == 0) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    if (!write_file(c, a->report, json)) return false;
    str counts[] = {str_printf(c->a, "%zu", r.tasks.n), str_printf(c->a, "%zu", r.headings.n),
                    str_printf(c->a, "%zu", r.to_confirm.n),
                    str_printf(c->a, "%zu", r.unaccounted.n)};
    str summary = message_text(c->a, c->lang, "import.summary", counts, COUNT_OF(counts));
    if (strcmp(a->report, "-") != 0) printf("%.*s\n", STR_FMT(summary));
    *findings = r.to_confirm.n > 0 || r.unaccounted.n > 0;
    return true;
}

int import_report(int argc, char **argv)
{
    exchange_messages_register();
    struct ctx c = {.a = arena_new(ARENA_BYTES), .err.position = -1, .lang = LANG_ZH};
    if (!c.a) return 2;
    struct arguments a = {0};
    bool findings = false;
    bool ok = parse_arguments(argc, argv, &a) || fail(&c, ERR_MALFORMED, "import.usage");
    if (a.english) c.lang = LANG_EN;
    ok = ok && run(&c, &a, &findings);
    if (!ok) fprintf(stderr, "%.*s\n", STR_FMT(error_text(c.a, c.lang, &c.err)));
    arena_free(c.a);
    return !ok ? 2 : findings ? 1 : 0;
}
