#include "ledger/org/districts.h"
#include "ledger/pack/pack_internal.h"

static bool same_place(const struct pack_problem *x, const struct pack_problem *y)
{
    return x->line == y->line && str_eq(x->file, y->file) && str_eq(x->column, y->column) &&
           x->error.id == y->error.id;
}

bool pack_problem(struct pack *p, str file, int line, str column, const struct error *e)
{
    struct pack_problem n = {.file = str_dup(p->c->a, file),
                             .line = line,
                             .column = str_dup(p->c->a, column),
                             .error = *e};
    for (size_t i = 0; i < p->report->problems.n; i++) {
        if (same_place(&p->report->problems.at[i], &n)) return false;
    }
    if (p->report->problems.n >= PACK_PROBLEMS_MAX) return false;
    n.error.field = str_dup(p->c->a, e->field);
    for (size_t i = 0; i < e->n_args; i++) n.error.args[i] = str_dup(p->c->a, e->args[i]);
    VEC_ADD(p->c->a, &p->report->problems, n);
    return false;
}

bool pack_fault(struct pack *p, const struct pack_table *t, int line, str column, const char *id,
                str arg)
{
    struct error e = {.code = ERR_INVALID,
                      .id = id,
                      .field = column,
                      .args = {arg, column},
                      .n_args = 2,
                      .position = -1};
    return pack_problem(p, t->file, pack_line(t, line), column, &e);
}

bool pack_clean(const struct pack *p)
{
    return p->report->problems.n == 0;
}

str pack_problem_text(struct ctx *c, const struct pack_problem *p)
{
    str text = error_text(c->a, c->lang, &p->error);
    if (p->line == 0) return str_printf(c->a, "%.*s: %.*s", STR_FMT(p->file), STR_FMT(text));
    if (p->column.n == 0)
        return str_printf(c->a, "%.*s:%d: %.*s", STR_FMT(p->file), p->line, STR_FMT(text));
    return str_printf(c->a, "%.*s:%d: %.*s: %.*s", STR_FMT(p->file), p->line, STR_FMT(p->column),
                      STR_FMT(text));
}

/* --- running commands --- */

struct actor pack_system(void)
{
    return (struct actor){.roles = ROLE_SYSTEM, .login = STR("system"), .name = STR("系统")};
}

// "assists[2].unit" is in the column "assists".
static str column_of(str field)
{
    size_t end = 0;
    while (end < field.n && field.p[end] != '.' && field.p[end] != '[') end++;
    return str_sub(field, 0, end);
}

// Faults of the machine, not of what a row says.
static bool own_fault(enum error_code code)
{
    return code == ERR_STORE || code == ERR_NO_MEMORY || code == ERR_INTERNAL || code == ERR_BUSY;
}

bool pack_do(struct pack *p, const struct pack_table *t, int line, const struct actor *actor,
             instant at, str command, str body, str *result)
{
    struct ctx own = {.a = p->scratch, .lang = p->c->lang, .err = {.position = -1}};
    struct request r = {.district = p->report->district,
                        .actor = *actor,
                        .now = at,
                        .name = command,
                        .body = body,
                        .idem_key = STR_EMPTY};
    str answer;
    bool ok = ledger_batch_do(p->batch, &own, &r, &answer);
    if (ok && result) *result = str_dup(p->c->a, answer);
    if (!ok && own_fault(own.err.code)) {
        // Not the row's: the rest would only repeat it.
        return fail_with(p->c, own.err.code, own.err.id, own.err.field, own.err.position,
                         own.err.args, own.err.n_args);
    }
    str column = t->only.n ? t->only : column_of(own.err.field);
    if (!ok) (void)pack_problem(p, t->file, pack_line(t, line), column, &own.err);
    p->report->commands += ok;
    return ok && arena_ok(p->c->a);
}

/* --- the district --- */

// A named report over districts: the highest number in use.
const struct stmt PACK_LAST_DISTRICT = {
    "pack.last_district",
    "SELECT district_id FROM district WHERE district_id > $1 ORDER BY district_id DESC LIMIT 1"};

// The number after the highest. Another process may take the same; the table's key lets one have it.
static bool free_number(struct pack *p)
{
    struct db_rows r;
    if (!DB_QUERY(p->c, ledger_batch_db(p->batch), &r, &PACK_LAST_DISTRICT, ARG((int64_t)0)))
        return false;
    p->report->district = db_next(&r) ? db_int(&r, 0) + 1 : 1;
    return db_done(&r);
}

static bool create_district(struct pack *p)
{
    const struct pack_ini *i = &p->ini;
    struct pack_table ini = {.file = STR("pack.ini")};
    struct actor system = pack_system();
    struct buf b;
    struct json j;
    buf_init(&b, p->c->a, 8192);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "code", i->district_code);
    jw_put_text(&j, "name", i->district_name);
    jw_put_text(&j, "name_en", i->district_name_en);
    jw_put_int(&j, "zone_min", p->zone_min);
    jw_put_text(&j, "pack", i->pack_name);
    jw_put_text(&j, "pack_version", i->pack_version);
    jw_key(&j, "plan_year");
    jw_raw(&j, i->district_plan_year);
    if (i->district_example_day.n) jw_put_text(&j, "example_day", i->district_example_day);
    jw_end(&j);
    return pack_do(p, &ini, 0, &system, p->setup_at, STR("district.create"), buf_str(&b), NULL);
}

static bool refuse_second(struct pack *p)
{
    struct district_ref other;
    if (district_find(p->c, ledger_batch_db(p->batch), p->ini.district_code, &other))
        return fail(p->c, ERR_CONFLICT, "pack.district_exists", p->ini.district_code);
    if (p->c->err.code != ERR_NOT_FOUND) return false;
    error_clear(p->c);
    return true;
}

enum { NUMBER_TRIES = 20 };

// Refuses a code that is there; then creates the district under a number that is free. True with *made
// false: the pack's own data are at fault, and are told.
static bool found_district(struct pack *p, bool *made)
{
    *made = false;
    for (int turn = 0; !*made; turn++) {
        size_t told = p->report->problems.n;
        if (!free_number(p) || !refuse_second(p)) return false;
        *made = create_district(p);
        if (*made) break;
        if (p->c->err.code != ERR_NONE || !ctx_ok(p->c)) return false;
        if (p->report->problems.n != told + 1 || turn == NUMBER_TRIES) break;
        const char *id = p->report->problems.at[told].error.id;
        if (strcmp(id, "store.duplicate") != 0 && strcmp(id, "district.exists") != 0) break;
        p->report->problems.n = told;
    }
    return true;
}

// The batch: everything, with all faults collected. Rows that hang on a row that was refused would
// only repeat its fault, so a stage with faults ends the load.
static bool run(struct ledger_batch *b, void *arg)
{
    struct pack *p = arg;
    bool made;
    p->batch = b;
    if (!found_district(p, &made)) return false;
    if (made) {
        pack_run_tables(p);
        if (pack_clean(p)) pack_run_history(p);
    }
    if (p->c->err.code != ERR_NONE || !ctx_ok(p->c)) return false;
    if (pack_clean(p)) return true;
    return fail(p->c, ERR_INVALID, "pack.faults",
                str_printf(p->c->a, "%zu", p->report->problems.n));
}

enum { BUSY_TRIES = 30 };

// Another program that is loading a district holds the number that is next until its commit; the wait
// for it ends after a while, before anything was done, and begins again.
static bool load(struct pack *p)
{
    for (int turn = 0; !ledger_batch(p->c, p->ledger, run, p); turn++) {
        bool waits = p->c->err.id && strcmp(p->c->err.id, "store.busy") == 0 && p->report->commands == 0;
        if (!waits || turn == BUSY_TRIES) return false;
        p->report->problems.n = 0;
        error_clear(p->c);
    }
    return true;
}

bool pack_load(struct ctx *c, struct ledger *l, const struct pack_options *o,
               struct pack_report *report)
{
    struct pack p = {.c = c, .ledger = l, .o = o, .report = report};
    *report = (struct pack_report){.name = STR_EMPTY,
                                   .version = STR_EMPTY,
                                   .demo_password = STR_EMPTY,
                                   .example_day = STR_EMPTY};
    if (!pack_ini_read(&p)) return false;
    if (!pack_clean(&p))
        return fail(c, ERR_INVALID, "pack.faults", str_printf(c->a, "%zu", report->problems.n));
    report->name = p.ini.pack_name;
    report->version = p.ini.pack_version;
    report->demo_password = p.ini.demo_password;
    report->example_day = p.ini.district_example_day;
    p.scratch = arena_new((size_t)256 << 20);
    if (!p.scratch) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    bool ok = load(&p);
    arena_free(p.scratch);
    return ok;
}
