/*
 * Reading a pack's files: pack.ini by inih, tables by the CSV reader, the folder of a pack by name.
 */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <unistd.h>

#include "exchange/csv/csv.h"
#include "ledger/files.h"
#include "ledger/pack/pack_internal.h"

enum { FILE_MAX_BYTES = 16 * 1024 * 1024 };

/* --- files --- */

static bool read_all(struct ctx *c, const char *path, str *text, bool *found)
{
    FILE *in = fopen(path, "rb");
    *found = in != NULL;
    *text = STR_EMPTY;
    if (!in)
        return errno == ENOENT ||
               fail(c, ERR_STORE, "pack.cannot_read", str_of(path), str_of(strerror(errno)));
    struct buf b;
    char piece[16384];
    size_t n;
    buf_init(&b, c->a, FILE_MAX_BYTES);
    while ((n = fread(piece, 1, sizeof piece, in)) > 0) buf_add(&b, (str){piece, n});
    bool broken = ferror(in) != 0;
    fclose(in);
    *text = buf_str(&b);
    if (broken)
        return fail(c, ERR_STORE, "pack.cannot_read", str_of(path), str_of(strerror(errno)));
    return buf_ok(&b) || fail(c, ERR_TOO_LARGE, "pack.too_large", str_of(path));
}

static const char *path_of(struct pack *p, str name)
{
    return str_z(p->c->a, str_printf(p->c->a, "%.*s/%.*s", STR_FMT(p->o->dir), STR_FMT(name)));
}

bool pack_file(struct pack *p, str name, str *text, bool *found)
{
    return read_all(p->c, path_of(p, name), text, found);
}

bool pack_keep_file(struct pack *p, struct ctx *c, str path, str *hash, int64_t *bytes)
{
    str text;
    bool found;
    if (str_has(path, STR("..")) || !read_all(c, path_of(p, path), &text, &found)) {
        return c->err.code == ERR_NONE ? fail(c, ERR_INVALID, "pack.no_file", path) : false;
    }
    if (!found) return fail(c, ERR_INVALID, "pack.no_file", path);
    *bytes = (int64_t)text.n;
    return file_store(c, p->ledger, text, hash);
}

/* --- pack.ini --- */

static const struct {
    const char *section, *key;
    size_t offset;
    bool required;
} KEYS[] = {
#define KEY(section_, key_, required_)                                            \
    {                                                                             \
#section_, #key_, offsetof(struct pack_ini, section_##_##key_), required_ \
    }
    KEY(pack, name, true),          KEY(pack, version, true),
    KEY(district, code, true),      KEY(district, name, true),
    KEY(district, name_en, false),  KEY(district, zone_min, true),
    KEY(district, plan_year, true), KEY(district, example_day, false),
    KEY(calendar, dir, false),      KEY(calendar, first, false),
    KEY(calendar, last, false),     KEY(demo, password, false),
    KEY(setup, at, false),          KEY(items, at, false),
    KEY(items, by, false),
#undef KEY
};

// The line of a key, which inih does not tell; 0 when it cannot be found.
static int line_of(str text, str section, str key)
{
    bool inside = false;
    for (int line = 1; text.n > 0; line++) {
        str s = str_trim(str_cut(&text, STR("\n")));
        if (str_starts(s, STR("["))) inside = str_eq(str_trim(str_sub(s, 1, s.n - 2)), section);
        else if (inside && str_eq(str_trim(str_cut(&s, STR("="))), key)) return line;
    }
    return 0;
}

static int take_key(void *arg, const char *section, const char *key, const char *value)
{
    struct pack *p = arg;
    struct pack_table ini = {.file = STR("pack.ini")};
    int line = line_of(p->ini_text, str_of(section), str_of(key));
    str name = str_printf(p->c->a, "%s.%s", section, key);
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        if (strcmp(section, KEYS[i].section) != 0 || strcmp(key, KEYS[i].key) != 0) continue;
        str *slot = (str *)(void *)((char *)&p->ini + KEYS[i].offset);
        if (slot->p) (void)pack_fault(p, &ini, line, name, "pack.key_twice", name);
        *slot = str_dup(p->c->a, str_of(value));
        return 1;
    }
    (void)pack_fault(p, &ini, line, name, "pack.unknown_key", name);
    return 1;
}

static void require(struct pack *p)
{
    struct pack_table ini = {.file = STR("pack.ini")};
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        str *slot = (str *)(void *)((char *)&p->ini + KEYS[i].offset);
        if (!slot->p) *slot = STR_EMPTY;
        str name = str_printf(p->c->a, "%s.%s", KEYS[i].section, KEYS[i].key);
        if (KEYS[i].required && slot->n == 0)
            (void)pack_fault(p, &ini, 0, name, "pack.missing_key", name);
    }
}

// What was asked at the set-up goes before what the pack says.
static void override(struct pack *p)
{
    if (p->o->name.n) p->ini.district_name = p->o->name;
    if (p->o->code.n) p->ini.district_code = p->o->code;
    if (p->o->year) p->ini.district_plan_year = str_printf(p->c->a, "%d", p->o->year);
}

static void check_values(struct pack *p)
{
    struct pack_table ini = {.file = STR("pack.ini")};
    int64_t n;
    day d;
    if (str_int(p->ini.district_zone_min, &n) && n >= -720 && n <= 840) p->zone_min = (int)n;
    else
        (void)pack_fault(p, &ini, 0, STR("district.zone_min"), "pack.bad_value",
                         p->ini.district_zone_min);
    if (!str_int(p->ini.district_plan_year, &n)) {
        (void)pack_fault(p, &ini, 0, STR("district.plan_year"), "pack.bad_value",
                         p->ini.district_plan_year);
    }
    if (p->ini.district_example_day.n && !day_parse(p->ini.district_example_day, &d)) {
        (void)pack_fault(p, &ini, 0, STR("district.example_day"), "pack.bad_value",
                         p->ini.district_example_day);
    }
    p->setup_at = p->o->now;
    if (p->ini.setup_at.n && !instant_parse(p->ini.setup_at, p->zone_min, &p->setup_at)) {
        (void)pack_fault(p, &ini, 0, STR("setup.at"), "pack.bad_value", p->ini.setup_at);
    }
}

bool pack_ini_read(struct pack *p)
{
    struct pack_table ini = {.file = STR("pack.ini")};
    str text;
    bool found;
    if (!pack_file(p, ini.file, &text, &found)) return false;
    if (!found) return fail(p->c, ERR_INVALID, "pack.not_a_pack", p->o->dir);
    if (!utf8_valid(text)) {
        (void)pack_fault(p, &ini, 0, STR_EMPTY, "pack.not_utf8", ini.file);
        return true;
    }
    p->ini_text = text;
    int line = ini_parse_string(str_z(p->c->a, text), take_key, p);
    if (line > 0) (void)pack_fault(p, &ini, line, STR_EMPTY, "pack.bad_line", STR_EMPTY);
    if (line < 0) return fail(p->c, ERR_NO_MEMORY, "base.no_memory");
    require(p);
    override(p);
    if (pack_clean(p)) check_values(p);
    return ctx_ok(p->c);
}

bool pack_identify(struct ctx *c, str dir, struct pack_identity *out)
{
    struct pack_report report = {.name = STR_EMPTY};
    struct pack_options o = {.dir = dir, .name = STR_EMPTY, .code = STR_EMPTY, .hours = STR_EMPTY, .login = STR_EMPTY};
    struct pack p = {.c = c, .o = &o, .report = &report};
    if (!pack_ini_read(&p)) return false;
    *out = (struct pack_identity){p.ini.pack_name, p.ini.pack_version};
    if (pack_clean(&p)) return true;
    return fail(c, ERR_INVALID, "pack.faults", str_printf(c->a, "%zu", report.problems.n));
}

/* --- tables --- */

static void take_heads(struct pack *p, struct pack_table *t)
{
    for (int col = 1; col <= t->sheet.cols; col++) {
        const struct cell *cell = sheet_at(&t->sheet, 1, col);
        str head = cell ? cell->text : STR_EMPTY;
        for (size_t i = 0; i < t->heads.n; i++) {
            if (head.n && str_eq(t->heads.at[i], head))
                (void)pack_fault(p, t, 1, head, "pack.column_twice", head);
        }
        VEC_ADD(p->c->a, &t->heads, head);
    }
}

static int line_at(str text, size_t position)
{
    int line = 1;
    for (size_t i = 0; i < position && i < text.n; i++) line += text.p[i] == '\n';
    return line;
}

static void find_lines(struct pack *p, str text, struct pack_table *t)
{
    bool quoted = false;
    int line = 1;
    VEC_ADD(p->c->a, &t->lines, line);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"') quoted = !quoted;
        if (text.p[i] != '\n') continue;
        line++;
        if (!quoted) VEC_ADD(p->c->a, &t->lines, line);
    }
}

int pack_line(const struct pack_table *t, int row)
{
    // A quotation mark inside an unquoted cell misleads the counting: then rows are told.
    bool sound = t->lines.n == (size_t)t->sheet.rows || t->lines.n == (size_t)t->sheet.rows + 1;
    return sound && row > 0 && row <= t->sheet.rows ? t->lines.at[row - 1] : row;
}

// What stands beyond the last heading would be lost without a word.
static void check_width(struct pack *p, const struct pack_table *t, int row)
{
    size_t n = t->heads.n;
    while (n && t->heads.at[n - 1].n == 0) n--;
    for (int col = (int)n + 1; col <= t->sheet.cols; col++) {
        const struct cell *cell = sheet_at(&t->sheet, row, col);
        if (cell && cell->text.n) {
            (void)pack_fault(p, t, row, STR_EMPTY, "pack.no_heading", cell->text);
            return;
        }
    }
}

bool pack_table_read(struct pack *p, str file, struct pack_table *t, bool *found)
{
    str text;
    *t = (struct pack_table){.file = file};
    if (!pack_file(p, file, &text, found)) return false;
    if (!*found) return true;
    if (!utf8_valid(text)) {
        (void)pack_fault(p, t, 0, STR_EMPTY, "pack.not_utf8", file);
        return true;
    }
    struct ctx own = {.a = p->c->a, .lang = p->c->lang, .err = {.position = -1}};
    if (!csv_read(&own, text, &t->sheet)) {
        int line = own.err.position < 0 ? 0 : line_at(text, (size_t)own.err.position);
        (void)pack_problem(p, file, line, STR_EMPTY, &own.err);
        return true;
    }
    find_lines(p, text, t);
    take_heads(p, t);
    for (int row = 2; row <= t->sheet.rows; row++) check_width(p, t, row);
    return ctx_ok(p->c);
}

static str fill(struct pack *p, str cell)
{
    if (!str_has(cell, STR("{"))) return cell;
    cell = str_replace(p->c->a, cell, STR("{district}"), p->ini.district_name);
    cell = str_replace(p->c->a, cell, STR("{login}"), p->o->login);
    return str_replace(p->c->a, cell, STR("{hours}"), p->o->hours);
}

str pack_cell_at(struct pack *p, const struct pack_table *t, int row, size_t column)
{
    const struct cell *cell = sheet_at(&t->sheet, row, (int)column + 1);
    return cell ? fill(p, cell->text) : STR_EMPTY;
}

str pack_cell(struct pack *p, const struct pack_table *t, int row, const char *head)
{
    for (size_t i = 0; i < t->heads.n; i++) {
        if (str_is(t->heads.at[i], head)) return pack_cell_at(p, t, row, i);
    }
    return STR_EMPTY;
}

/* --- where packs are --- */

static bool is_pack(struct ctx *c, str dir)
{
    return access(str_z(c->a, str_printf(c->a, "%.*s/pack.ini", STR_FMT(dir))), R_OK) == 0;
}

// The folder above a path, "/" at last.
static str above(str path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/') n--;
    return n > 1 ? str_sub(path, 0, n - 1) : STR("/");
}

static bool try_dir(struct ctx *c, str packs, str name, str *dir)
{
    *dir = str_printf(c->a, "%.*s/%.*s", STR_FMT(packs), STR_FMT(name));
    return is_pack(c, *dir);
}

bool pack_find(struct ctx *c, str packs, str name, str *dir)
{
    char exe[4096];
    *dir = name;
    if (str_has(name, STR("/")))
        return is_pack(c, name) || fail(c, ERR_INVALID, "pack.not_found", name);
    if (packs.n)
        return try_dir(c, packs, name, dir) || fail(c, ERR_INVALID, "pack.not_found", name);
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe);
    str here = n > 0 ? above(str_dup(c->a, (str){exe, (size_t)n})) : STR(".");
    if (try_dir(c, str_cat(c->a, above(here), STR("/share/bihuan/packs")), name, dir)) return true;
    // A program that was built but not installed stands some folders below its source tree.
    for (str up = here; up.n > 1; up = above(up)) {
        if (try_dir(c, str_cat(c->a, up, STR("/packs")), name, dir)) return true;
    }
    return fail(c, ERR_INVALID, "pack.not_found", name);
}
