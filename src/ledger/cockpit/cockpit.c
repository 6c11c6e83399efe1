#include "ledger/cockpit/cockpit.h"

#include "ledger/args.h"
#include "ledger/cockpit/groups.h"
#include "ledger/item/item_rows.h"
#include "ledger/names.h"
#include "ledger/org/unit_tree.h"
#include "ledger/query.h"

#include <stdlib.h>

enum { DAYS = 7, DAYS_MAX = 366, LISTED_ITEMS = 8 };

#define COCKPIT_FIELDS(X)                                           \
    X(leader, int64_t, F_REF, 0, "牵头领导", "leader", 0, "person") \
    X(days, int64_t, F_INT, 0, "与几天前比较（默认 7）", "compared with so many days ago (7)", 0, NULL)
struct cockpit_ask {
    COCKPIT_FIELDS(AS_MEMBER)
};
#define OWNER struct cockpit_ask
SHAPE_OF(cockpit_ask, COCKPIT_FIELDS);
#undef OWNER

static const struct stmt LINES = {"cockpit.lines",
                                  "SELECT l.id, l.code, l.name FROM work_line AS l WHERE l.district_id = $1"
                                  " ORDER BY l.official_order, l.id LIMIT 1000"};
static const struct stmt LEADERS = {
    "cockpit.leaders", "SELECT p.id, p.code, p.name, p.title FROM person AS p WHERE p.district_id = $1 AND p.id = $2"};

struct cockpit {
    struct call *k;
    struct figure_days days;
    struct figure *figures;
    size_t n;
    struct groups groups;
    size_t overdue; // its place
    str base;       // the expression of whose items, "" all
};

static size_t place_of(const struct cockpit *c, const char *code)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->figures[i].code, code) == 0) return i;
    BUG("a figure that the table does not have");
}

/* --- pieces of the answer --- */

static void put_figures(const struct cockpit *c, struct json *j)
{
    jw_key(j, "figures");
    jw_array(j);
    for (size_t i = 0; i < c->n; i++) {
        const struct figure *f = &c->figures[i];
        jw_object(j);
        jw_put_text(j, "code", str_of(f->code));
        jw_put_text(j, "name", str_of(c->k->c->lang == LANG_EN ? f->en : f->zh));
        jw_put_text(j, "group", str_of(f->group));
        jw_put_text(j, "where", f->where);
        jw_put_text(j, "sentence", f->sentence);
        jw_end(j);
    }
    jw_end(j);
}

// Members n, progress (mean percent, null without items) and late_days of an open object.
static void put_group(const struct cockpit *c, const struct group *g, struct json *j)
{
    jw_key(j, "n");
    jw_array(j);
    for (size_t i = 0; i < c->n; i++) jw_int(j, g->n[i]);
    jw_end(j);
    jw_key(j, "progress");
    if (g->items) jw_int(j, (g->progress + g->items / 2) / g->items);
    else jw_null(j);
    jw_put_int(j, "late_days", g->worst_day ? c->k->today - day_from_ymd((int32_t)g->worst_day) : 0);
}

static const struct group *find(const struct cockpit *c, int64_t line)
{
    for (size_t i = 0; i < c->groups.lines.n; i++)
        if (c->groups.lines.at[i]->id == line) return c->groups.lines.at[i];
    return NULL;
}

static void put_named(struct json *j, int64_t id, str code, str name)
{
    jw_object(j);
    if (id) jw_put_id(j, "id", id);
    else {
        jw_key(j, "id");
        jw_null(j);
    }
    jw_put_text(j, "code", code);
    jw_put_text(j, "name", name);
}

// Every line of the district, also one without items; last what belongs to none.
static bool put_lines(const struct cockpit *c, struct json *j)
{
    static const struct group EMPTY;
    struct db_rows r;
    jw_key(j, "lines");
    jw_array(j);
    if (!DB_QUERY(c->k->c, c->k->db, &r, &LINES, ARG(c->k->district))) return false;
    while (db_next(&r)) {
        const struct group *g = find(c, db_int(&r, 0));
        put_named(j, db_int(&r, 0), db_text(&r, 1), db_text(&r, 2));
        put_group(c, g ? g : &EMPTY, j);
        jw_end(j);
    }
    const struct group *none = find(c, 0);
    if (none) {
        put_named(j, 0, STR_EMPTY, STR_EMPTY);
        put_group(c, none, j);
        jw_end(j);
    }
    jw_end(j);
    return db_done(&r);
}

// Who is latest first; then by how many.
static int by_lateness(const void *x, const void *y, void *cockpit)
{
    const struct cockpit *c = cockpit;
    const struct group *a = *(struct group *const *)x, *b = *(struct group *const *)y;
    int64_t na = a->n[c->overdue], nb = b->n[c->overdue];
    if (na != nb) return na < nb ? 1 : -1;
    if (a->worst_day != b->worst_day) return a->worst_day < b->worst_day ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static void put_units(struct cockpit *c, struct json *j)
{
    size_t n = c->groups.units.n;
    if (n) qsort_r(c->groups.units.at, n, sizeof(struct group *), by_lateness, c);
    jw_key(j, "late_units");
    jw_array(j);
    for (size_t i = 0; i < n && c->groups.units.at[i]->n[c->overdue] > 0; i++) {
        const struct group *g = c->groups.units.at[i];
        const struct unit_node *u = unit_tree_by_id(c->k->units, g->id);
        put_named(j, g->id, u ? u->unit.code : STR_EMPTY, u ? u->unit.name : STR_EMPTY);
        put_group(c, g, j);
        jw_end(j);
    }
    jw_end(j);
}

static bool put_leader(struct cockpit *c, const struct group *g, struct json *j)
{
    struct db_rows r;
    str code = STR_EMPTY, name = STR_EMPTY, title = STR_EMPTY;
    if (!DB_QUERY(c->k->c, c->k->db, &r, &LEADERS, ARG(c->k->district), ARG(g->id))) return false;
    if (db_next(&r)) {
        code = db_text(&r, 1);
        name = db_text(&r, 2);
        title = db_text(&r, 3);
    }
    put_named(j, g->id, code, name);
    jw_put_text(j, "title", title);
    put_group(c, g, j);
    jw_end(j);
    return db_done(&r);
}

static bool put_leaders(struct cockpit *c, struct json *j)
{
    size_t n = c->groups.leaders.n;
    if (n) qsort_r(c->groups.leaders.at, n, sizeof(struct group *), by_lateness, c);
    jw_key(j, "leaders");
    jw_array(j);
    for (size_t i = 0; i < n; i++)
        if (c->groups.leaders.at[i]->id && !put_leader(c, c->groups.leaders.at[i], j)) return false;
    jw_end(j);
    return true;
}

// The items of a figure that come first by due day.
static bool put_items(const struct cockpit *c, const char *member, const char *figure, struct json *j)
{
    struct item_ask ask = {
        .where = c->figures[place_of(c, figure)].where, .sort = STR("due_day"), .limit = LISTED_ITEMS};
    struct item_page page;
    struct item_row *rows[LISTED_ITEMS];
    if (c->base.n) ask.where = str_printf(c->k->c->a, "(%.*s) and %.*s", STR_FMT(ask.where), STR_FMT(c->base));
    if (!item_page_find(c->k, &ask, &page) || !item_rows_load(c->k, page.ids, page.n, rows)) return false;
    jw_key(j, member);
    jw_array(j);
    for (size_t i = 0; i < page.n; i++)
        if (rows[i]) item_row_json(c->k, rows[i], j);
    jw_end(j);
    return true;
}

static void put_term(const struct cockpit *c, const char *member, day first, day last, struct json *j)
{
    day today = c->k->today;
    jw_key(j, member);
    jw_object(j);
    jw_put_text(j, "first", day_text(c->k->c->a, first));
    jw_put_text(j, "last", day_text(c->k->c->a, last));
    jw_put_int(j, "days_left", last - today);
    jw_key(j, "working_days_left");
    if (c->k->calendar) jw_int(j, calendar_days_between(c->k->calendar, today, last));
    else jw_null(j);
    jw_end(j);
}

/* --- the query --- */

static bool whose(struct cockpit *c, const struct cockpit_ask *a)
{
    struct db_rows r;
    if (!a->leader) return true;
    if (!DB_QUERY(c->k->c, c->k->db, &r, &LEADERS, ARG(c->k->district), ARG(a->leader))) return false;
    if (db_next(&r)) c->base = str_printf(c->k->c->a, "leader_id = '%.*s'", STR_FMT(db_text(&r, 1)));
    return db_done(&r);
}

static bool query_cockpit(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct cockpit_ask *a = args;
    struct cockpit c = {.k = k};
    int64_t days = args_given(&cockpit_ask_shape, given, "days") ? a->days : DAYS;
    if (days < 1 || days > DAYS_MAX)
        return fail_field(k->c, ERR_INVALID, "cockpit.bad_days", STR("days"), str_printf(k->c->a, "%d", DAYS_MAX));
    c.days = figure_days(k->today, (int)days);
    c.figures = figures(k, &c.days, &c.n);
    c.overdue = place_of(&c, "overdue");
    if (!whose(&c, a)) return false;
    struct item_ask base = {.where = c.base};
    if (!groups_count(k, &base, c.figures, c.n, &c.groups)) return false;
    jw_object(out);
    jw_put_text(out, "today", day_text(k->c->a, k->today));
    jw_put_text(out, "since", day_text(k->c->a, c.days.since));
    jw_put_int(out, "seq", k->head.seq);
    jw_put_text(out, "base", c.base);
    put_figures(&c, out);
    jw_key(out, "all");
    jw_object(out);
    put_group(&c, &c.groups.all, out);
    jw_end(out);
    if (!put_lines(&c, out)) return false;
    put_units(&c, out);
    if (!put_leaders(&c, out) || !put_items(&c, "late", "overdue", out) || !put_items(&c, "due", "due_next", out))
        return false;
    put_term(&c, "first_quarter", c.days.year_first, c.days.q1_last, out);
    put_term(&c, "quarter", c.days.quarter_first, c.days.quarter_last, out);
    jw_end(out);
    return true;
}

static const struct query QUERIES[] = {
    {"cockpit", "驾驶舱", "Cockpit", "各工作线、时限、变化与滞后情况；每个数都带有它所数的条件",
     "Lines of work, what is due, what changed and who is late; each figure with the filter that it counts",
     ROLES_BUSINESS, &cockpit_ask_shape, query_cockpit},
};
static const struct stmt *const STATEMENTS[] = {&LINES, &LEADERS};

const struct subject COCKPIT_SUBJECT = {
    .name = "cockpit",
    .queries = QUERIES,
    .n_queries = COUNT_OF(QUERIES),
    .statements = STATEMENTS,
    .n_statements = COUNT_OF(STATEMENTS),
};
