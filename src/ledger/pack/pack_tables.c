/*
 * Tables into commands. A heading is the name of an argument of the command, so a table needs no
 * description of its own: the field table of the command says how a cell is to be read.
 *
 *   text, dates, codes    as they stand
 *   whole numbers, truth  12; 1/0, true/false, 是/否
 *   lists                 separated by |; of objects: the first member of each ("FGW|ZJW")
 *   JSON                  a cell of a list that begins with [ is taken as it stands
 *   #heading              a remark for readers; not loaded
 */
#include <jansson.h>
#include <stdio.h>
#include <sys/random.h>

#include "ledger/pack/pack_internal.h"
#include "ledger/pack/pack_row.h"

enum { BODY_MAX = 512 * 1024 };

// Columns that are not arguments: handled by an extra step of their table.
static bool is_extra(const char *file, str head)
{
    return (strcmp(file, "accounts.csv") == 0 && str_is(head, "roles")) ||
           (strcmp(file, "units.csv") == 0 && str_is(head, "aliases")) ||
           (strcmp(file, "documents.csv") == 0 && str_is(head, "file"));
}

/* --- cells --- */

static bool put_list(struct json *j, const struct field *f, str cell)
{
    const struct shape *sub = f->type == F_OBJECTS ? f->extra : NULL;
    if (cell.p[0] == '[') {
        json_error_t e;
        json_t *v = json_loadb(cell.p, cell.n, JSON_REJECT_DUPLICATES, &e);
        if (!v) return false;
        json_decref(v);
        jw_raw(j, cell);
        return true;
    }
    jw_array(j);
    while (cell.n > 0) {
        str one = str_trim(str_cut(&cell, STR("|")));
        if (sub) jw_object(j);
        if (sub) jw_key(j, sub->fields[0].name);
        jw_text(j, one);
        if (sub) jw_end(j);
    }
    jw_end(j);
    return true;
}

static bool put_truth(struct json *j, str cell)
{
    bool yes = str_is(cell, "1") || str_is(cell, "true") || str_is(cell, "是");
    bool no = str_is(cell, "0") || str_is(cell, "false") || str_is(cell, "否");
    jw_bool(j, yes);
    return yes || no;
}

bool row_put_cell(struct json *j, const struct field *f, str cell)
{
    int64_t n;
    switch (f->type) {
    case F_BOOL: return put_truth(j, cell);
    case F_INT:
        if (!str_int(cell, &n)) return false;
        jw_int(j, n);
        return true;
    case F_IDS:
    case F_TEXTS:
    case F_OBJECTS: return put_list(j, f, cell);
    default: jw_text(j, cell); return true;
    }
}

/* --- passwords --- */

// Twenty characters of an alphabet of 32 without look-alikes: 100 random bits.
static bool random_password(struct ctx *c, str *out)
{
    static const char ALPHABET[] = "abcdefghjkmnpqrstuvwxyz23456789A";
    uint8_t bytes[20];
    char text[sizeof bytes];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return fail(c, ERR_INTERNAL, "pack.no_random");
    for (size_t i = 0; i < sizeof bytes; i++) text[i] = ALPHABET[bytes[i] % 32];
    *out = str_dup(c->a, (str){text, sizeof text});
    return true;
}

// "@demo" is the pack's one demonstration password, "@once" makes one that is shown once.
static bool password_cell(struct pack *p, const struct pack_table *t, int row, str *cell)
{
    if (str_is(*cell, "@demo")) {
        *cell = p->ini.demo_password;
        return cell->n > 0 ||
               pack_fault(p, t, row, STR("password"), "pack.no_demo", STR("demo.password"));
    }
    if (!str_is(*cell, "@once")) return true;
    if (!random_password(p->c, cell)) return false;
    VEC_ADD(p->c->a, &p->report->secrets,
            ((struct pack_secret){pack_cell(p, t, row, "login"), *cell}));
    return true;
}

/* --- rows --- */

static bool row_empty(const struct pack_table *t, int row)
{
    for (size_t i = 0; i < t->heads.n; i++) {
        if (sheet_at(&t->sheet, row, (int)i + 1)) return false;
    }
    return true;
}

// The file that a document of the pack is: stored, and told by its hash.
static bool row_file(struct pack *p, const struct pack_table *t, int row, struct json *j)
{
    str path = pack_cell(p, t, row, "file"), hash;
    int64_t bytes;
    if (path.n == 0) return true;
    struct ctx own = {.a = p->c->a, .lang = p->c->lang, .err = {.position = -1}};
    if (!pack_keep_file(p, &own, path, &hash, &bytes)) return pack_problem(p, t->file, row, STR("file"), &own.err);
    jw_put_text(j, "file_hash", hash);
    jw_put_text(j, "file_name", pack_base_name(path));
    jw_put_text(j, "media_type", str_of(pack_media_type(path)));
    jw_put_int(j, "bytes", bytes);
    return true;
}

// The command's body from one row; faults are noted.
static bool row_body(struct pack *p, const char *file, const struct shape *s,
                     const struct pack_table *t, int row, str *body)
{
    struct buf b;
    struct json j;
    bool good = true;
    buf_init(&b, p->c->a, BODY_MAX);
    jw_init(&j, &b);
    jw_object(&j);
    for (size_t i = 0; i < t->heads.n; i++) {
        const struct field *f = shape_field(s, t->heads.at[i]);
        str cell = pack_cell_at(p, t, row, i);
        if (!f || cell.n == 0 || is_extra(file, t->heads.at[i])) continue;
        if (f->type == F_SECRET && !password_cell(p, t, row, &cell)) {
            good = false;
            continue;
        }
        jw_key(&j, f->name);
        if (!row_put_cell(&j, f, cell))
            good = pack_fault(p, t, row, t->heads.at[i], "pack.bad_cell", cell);
    }
    if (strcmp(file, "documents.csv") == 0) good = row_file(p, t, row, &j) && good;
    jw_end(&j);
    *body = buf_str(&b);
    return good && buf_ok(&b);
}

static bool heads_known(struct pack *p, const char *file, const struct shape *s,
                        const struct pack_table *t)
{
    bool good = true;
    for (size_t i = 0; i < t->heads.n; i++) {
        str head = t->heads.at[i];
        if (head.n == 0 || head.p[0] == '#' || shape_field(s, head) || is_extra(file, head))
            continue;
        good = pack_fault(p, t, 1, head, "pack.unknown_column", head);
    }
    return good;
}

// "a|b|c" in a cell, one more command each: {"account":"…","role":"a"} and so on.
static void row_extra(struct pack *p, const struct pack_table *t, int row, const char *column,
                      const char *key_column, const char *command, const char *key,
                      const char *member, const struct actor *actor, instant at)
{
    str rest = pack_cell(p, t, row, column);
    while (rest.n > 0) {
        struct buf b;
        struct json j;
        str one = str_trim(str_cut(&rest, STR("|")));
        buf_init(&b, p->c->a, BODY_MAX);
        jw_init(&j, &b);
        jw_object(&j);
        jw_put_text(&j, key, pack_cell(p, t, row, key_column));
        jw_put_text(&j, member, one);
        jw_end(&j);
        struct pack_table same = *t;
        same.only = str_of(column);
        (void)pack_do(p, &same, row, actor, at, str_of(command), buf_str(&b), NULL);
    }
}

// A declaration given twice in one table: the later row would silently take the place of the earlier one.
static void row_once(struct pack *p, const struct pack_table *t, int row, struct map *seen)
{
    static const char *const OWNERS[] = {"register", "template"};
    str key = pack_cell(p, t, row, "code");
    if (!key.n) return;
    for (size_t i = 0; i < COUNT_OF(OWNERS); i++)
        key = str_printf(p->c->a, "%.*s %.*s", STR_FMT(pack_cell(p, t, row, OWNERS[i])), STR_FMT(key));
    const int *first = map_get(seen, key);
    if (first) {
        struct error e = {.code = ERR_INVALID, .id = "pack.row_twice", .field = STR("code"), .n_args = 2,
                          .args = {pack_cell(p, t, row, "code"), str_printf(p->c->a, "%d", *first)},
                          .position = -1};
        (void)pack_problem(p, t->file, pack_line(t, row), e.field, &e);
        return;
    }
    int *line = ARENA_NEW(p->c->a, int);
    *line = pack_line(t, row);
    (void)map_put(p->c->a, seen, key, line);
}

static void run_table(struct pack *p, const char *file, const char *command,
                      const struct actor *actor, instant at)
{
    struct pack_table t;
    struct map seen = {0};
    bool found;
    const struct command *cmd = command_find(str_of(command));
    INVARIANT(cmd != NULL);
    if (p->c->err.code != ERR_NONE || !pack_table_read(p, str_of(file), &t, &found) || !found)
        return;
    if (!heads_known(p, file, cmd->args, &t)) return;
    for (int row = 2; row <= t.sheet.rows && ctx_ok(p->c); row++) {
        struct arena_mark mark = arena_mark(p->scratch);
        str body;
        if (row_empty(&t, row) || !row_body(p, file, cmd->args, &t, row, &body)) continue;
        if (pack_do(p, &t, row, actor, at, str_of(command), body, NULL)) {
            row_once(p, &t, row, &seen);
            row_extra(p, &t, row, "aliases", "code", "unit.alias", "unit", "alias", actor, at);
            row_extra(p, &t, row, "roles", "login", "role.grant", "account", "role", actor, at);
        }
        arena_reset_to(p->scratch, mark);
    }
}

/* --- office hours asked at the set-up --- */

static void set_hours(struct pack *p)
{
    static const char *const DAYS[] = {"1", "2", "3", "4", "5"};
    struct pack_table asked = {.file = STR("hours")};
    struct actor system = pack_system();
    for (size_t i = 0; i < COUNT_OF(DAYS); i++) {
        struct buf b;
        struct json j;
        buf_init(&b, p->c->a, 4096);
        jw_init(&j, &b);
        jw_object(&j);
        jw_key(&j, "weekday");
        jw_raw(&j, str_of(DAYS[i]));
        jw_put_text(&j, "intervals", p->o->hours);
        jw_put_text(&j, "source", STR("安装时录入"));
        jw_end(&j);
        (void)pack_do(p, &asked, 0, &system, p->setup_at, STR("week.set"), buf_str(&b), NULL);
    }
}

/* --- holidays --- */

static void run_year(struct pack *p, int64_t year)
{
    struct pack_table t;
    struct buf b;
    struct json j;
    bool found;
    struct actor system = pack_system();
    str file = str_printf(p->c->a, "%.*s/%" PRId64 ".csv", STR_FMT(p->ini.calendar_dir), year);
    struct pack_table ini = {.file = STR("pack.ini")};
    if (!pack_table_read(p, file, &t, &found)) return;
    if (!found) {
        (void)pack_fault(p, &ini, 0, STR("calendar.dir"), "pack.no_file", file);
        return;
    }
    buf_init(&b, p->c->a, BODY_MAX);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_int(&j, "year", year);
    jw_key(&j, "days");
    jw_array(&j);
    for (int row = 2; row <= t.sheet.rows; row++) {
        if (row_empty(&t, row)) continue;
        jw_object(&j);
        jw_put_text(&j, "day", pack_cell(p, &t, row, "date"));
        jw_put_text(&j, "kind", pack_cell(p, &t, row, "kind"));
        jw_put_text(&j, "name", pack_cell(p, &t, row, "name"));
        jw_put_text(&j, "source", pack_cell(p, &t, row, "source"));
        jw_end(&j);
    }
    jw_end(&j);
    jw_end(&j);
    (void)pack_do(p, &t, 0, &system, p->setup_at, STR("calendar.add_year"), buf_str(&b), NULL);
}

void pack_run_calendar(struct pack *p)
{
    int64_t first, last;
    struct pack_table ini = {.file = STR("pack.ini")};
    if (p->ini.calendar_dir.n == 0) return;
    if (!str_int(p->ini.calendar_first, &first) || !str_int(p->ini.calendar_last, &last) ||
        first > last || last - first > 50) {
        (void)pack_fault(p, &ini, 0, STR("calendar.first"), "pack.bad_value",
                         p->ini.calendar_first);
        return;
    }
    for (int64_t year = first; year <= last && p->c->err.code == ERR_NONE; year++)
        run_year(p, year);
}

/* --- all tables, each after those it refers to --- */

static void run_items(struct pack *p)
{
    struct pack_table ini = {.file = STR("pack.ini")};
    struct actor by = pack_system();
    instant at = p->setup_at;
    if (p->ini.items_at.n && !instant_parse(p->ini.items_at, p->zone_min, &at)) {
        (void)pack_fault(p, &ini, 0, STR("items.at"), "pack.bad_value", p->ini.items_at);
        return;
    }
    if (p->ini.items_by.n && !pack_actor(p, &ini, 0, STR("items.by"), p->ini.items_by, at, &by))
        return;
    static const struct {
        const char *file, *command;
    } TABLES[] = {
        {"documents.csv", "document.add"}, {"clauses.csv", "clause.add"},     {"goals.csv", "goal.add"},
        {"tasks.csv", "item.draft"},       {"projects.csv", "item.draft"},    {"clause_items.csv", "clause.link"},
        {"goal_items.csv", "goal.share"},
    };
    for (size_t i = 0; i < COUNT_OF(TABLES); i++) run_table(p, TABLES[i].file, TABLES[i].command, &by, at);
}

void pack_run_tables(struct pack *p)
{
    static const struct {
        const char *file, *command;
    } TABLES[] = {
        {"lines.csv", "line.add"},        {"register_loops.csv", "loop.declare"},
        {"registers.csv", "register.declare"},
        {"units.csv", "unit.add"},        {"aliases.csv", "unit.alias"},
        {"people.csv", "person.add"},     {"week.csv", "week.set"},
        {"register_fields.csv", "register.field"}, {"register_clocks.csv", "register.clock"},
        {"clocks.csv", "rule.set_clock"}, {"lights.csv", "rule.set_light"},
        {"extensions.csv", "rule.set_extension"},
        {"words.csv", "rule.add_word"},   {"stops.csv", "calendar.add_stop"},
        {"templates.csv", "template.declare"}, {"template_nodes.csv", "template.node"},
        {"accounts.csv", "account.add"},  {"burden_caps.csv", "burden.set_cap"},
        {"community_whitelist.csv", "burden.allow_form"}, {"elements.csv", "element.declare"},
    };
    struct actor system = pack_system();
    for (size_t i = 0; i < COUNT_OF(TABLES); i++)
        run_table(p, TABLES[i].file, TABLES[i].command, &system, p->setup_at);
    if (p->o->hours.n) set_hours(p);
    pack_run_calendar(p);
    run_table(p, "collections.csv", "collection.declare", &system, p->setup_at);
    if (pack_clean(p) && p->c->err.code == ERR_NONE) run_items(p);
}
