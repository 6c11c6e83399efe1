/*
 * Who is who, for lists and choices; the registers, lines, rules and the calendar, for everybody
 * who wants to know why a date is what it is.
 */
#include "ledger/org/org_internal.h"
#include "ledger/org/rules.h"
#include "ledger/org/unit_tree.h"
#include "ledger/registers/register_queries.h"

#define PEOPLE_ARGS(X) X(unit, int64_t, F_REF, 0, "单位", "unit", 0, "unit")
struct people_args {
    PEOPLE_ARGS(AS_MEMBER)
};
#define OWNER struct people_args
ARGS_SHAPE(people_query, PEOPLE_ARGS);
#undef OWNER

#define UNITS_ARGS(X)                                            \
    X(on, int64_t, F_DAY, 0, "机构日期", "as organised on", 0, NULL) \
    X(all, int64_t, F_BOOL, 0, "含已撤销", "closed ones, too", 0, NULL)
struct units_args {
    UNITS_ARGS(AS_MEMBER)
};
#define OWNER struct units_args
ARGS_SHAPE(units_query, UNITS_ARGS);
#undef OWNER

#define CALENDAR_ARGS(X) X(year, int64_t, F_INT, 0, "年份", "year", 0, NULL)
struct calendar_args {
    CALENDAR_ARGS(AS_MEMBER)
};
#define OWNER struct calendar_args
ARGS_SHAPE(calendar_query, CALENDAR_ARGS);
#undef OWNER

struct records PEOPLE_ALL =
    RECORDS("person.all", &PERSON, "WHERE district_id = $1 ORDER BY unit_id, official_order, id");
struct records ACCOUNTS_ALL =
    RECORDS("account.all", &ACCOUNT, "WHERE district_id = $1 ORDER BY login, id");
struct records GRANTS_ALL =
    RECORDS("role_grant.all", &ROLE_GRANT, "WHERE district_id = $1 ORDER BY account_id, id");
struct records LINES_ALL =
    RECORDS("work_line.all", &WORK_LINE, "WHERE district_id = $1 ORDER BY official_order, id");
struct records REGISTERS_ALL =
    RECORDS("register_def.all", &REGISTER, "WHERE district_id = $1 ORDER BY official_order, id");

static void open_rows(struct json *out)
{
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
}

static bool close_rows(struct json *out)
{
    jw_end(out);
    jw_end(out);
    return true;
}

// {"rows": [every record of a list]}
static bool plain_rows(struct call *k, const struct records *q, struct json *out)
{
    struct list rows;
    if (!record_list(k, q, &rows, ARG(k->district))) return false;
    open_rows(out);
    const struct shape *s = q->entity->shape;
    for (size_t i = 0; i < rows.n; i++)
        record_json(out, k->c->a, s, (const char *)rows.at + i * s->size, k->zone_min);
    return close_rows(out);
}

// The units of a day, today's unless another is asked; all: closed ones, too, where they stood last.
bool units_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct units_args *a = args;
    const struct unit_tree *t = k->units;
    struct unit_tree *then;
    if (!a->all && args_given(&units_query_shape, given, "on")) {
        if (!unit_tree_on(k, t, day_from_ymd((int32_t)a->on), &then)) return false;
        t = then;
    }
    open_rows(out);
    for (size_t i = 0; i < t->n && ctx_ok(k->c); i++) {
        const struct unit_node *u = t->at[i];
        if (t == k->units && !a->all && !unit_alive(&u->unit, k->today)) continue;
        record_json_open(out, k->c->a, UNIT.shape, &u->unit, k->zone_min);
        jw_key(out, "aliases");
        jw_array(out);
        for (size_t j = 0; j < u->aliases.n; j++) jw_text(out, u->aliases.at[j]);
        jw_end(out);
        jw_put_text(out, "parent_name", u->parent ? u->parent->unit.name : STR_EMPTY);
        jw_put_int(out, "depth", u->depth);
        jw_end(out);
    }
    return close_rows(out);
}

static str unit_name(const struct unit_tree *t, int64_t id)
{
    const struct unit_node *u = unit_tree_by_id(t, id);
    return u ? u->unit.name : STR_EMPTY;
}

// People in the official order of their units.
bool people_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct people_args *a = args;
    const struct unit_tree *t = k->units;
    struct list rows;
    if (!record_list(k, &PEOPLE_ALL, &rows, ARG(k->district))) return false;
    bool one = args_given(&people_query_shape, given, "unit");
    open_rows(out);
    struct map first = {0}; // of each unit's people
    for (size_t i = rows.n; i-- > 0;) {
        struct person *p = &((struct person *)rows.at)[i];
        (void)map_put_int(k->c->a, &first, p->unit_id, p);
    }
    const struct person *end = (const struct person *)rows.at + rows.n;
    for (size_t i = 0; i < t->n && ctx_ok(k->c); i++) {
        int64_t unit = t->at[i]->unit.id;
        if (one && unit != a->unit) continue;
        const struct person *p = map_get_int(&first, unit);
        for (; p && p < end && p->unit_id == unit; p++) {
            record_json_open(out, k->c->a, PERSON.shape, p, k->zone_min);
            jw_put_text(out, "unit_name", unit_name(t, p->unit_id));
            jw_end(out);
        }
    }
    return close_rows(out);
}

bool accounts_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args, (void)given;
    const struct unit_tree *t = k->units;
    struct list accounts, grants, people;
    if (!record_list(k, &ACCOUNTS_ALL, &accounts, ARG(k->district)) ||
        !record_list(k, &GRANTS_ALL, &grants, ARG(k->district)) ||
        !record_list(k, &PEOPLE_ALL, &people, ARG(k->district))) {
        return false;
    }
    struct map by_id = {0};
    for (size_t i = 0; i < people.n; i++) {
        struct person *p = &((struct person *)people.at)[i];
        (void)map_put_int(k->c->a, &by_id, p->id, p);
    }
    const struct role_grant *g = grants.at;
    open_rows(out);
    for (size_t i = 0; i < accounts.n && ctx_ok(k->c); i++) {
        const struct account *n = &((const struct account *)accounts.at)[i];
        const struct person *p = map_get_int(&by_id, n->person_id);
        record_json_open(out, k->c->a, ACCOUNT.shape, n, k->zone_min);
        jw_put_text(out, "person_name", p ? p->name : STR_EMPTY);
        jw_put_text(out, "unit_name", unit_name(t, n->unit_id));
        jw_key(out, "roles");
        jw_array(out);
        for (size_t j = 0; j < grants.n; j++) {
            if (g[j].account_id == n->id) jw_text(out, g[j].role);
        }
        jw_end(out);
        jw_end(out);
    }
    return close_rows(out);
}

bool lines_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args, (void)given;
    return plain_rows(k, &LINES_ALL, out);
}

bool registers_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    return registers_json(k, ((const struct registers_args *)args)->register_id, out);
}

// Each row says in "set" which kind of rule it is.
static void rule_rows(struct call *k, const struct entity *e, const void *at, size_t n,
                      const char *set, struct json *out)
{
    for (size_t i = 0; i < n; i++) {
        record_json_open(out, k->c->a, e->shape, (const char *)at + i * e->shape->size,
                         k->zone_min);
        jw_put_text(out, "set", str_of(set));
        jw_end(out);
    }
}

bool rules_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args, (void)given;
    const struct rules *r;
    struct list week;
    if (!rules_load(k, &r) || !record_list(k, &WEEK_PATTERNS, &week, ARG(k->district)))
        return false;
    open_rows(out);
    rule_rows(k, &CLOCK_RULE, r->clocks, r->n_clocks, "clock", out);
    rule_rows(k, &LIGHT_RULE, r->lights, r->n_lights, "light", out);
    rule_rows(k, &WORD_RULE, r->words, r->n_words, "word", out);
    rule_rows(k, &WEEK_PATTERN, week.at, week.n, "week", out);
    return close_rows(out);
}

bool calendar_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct calendar_args *a = args;
    int64_t year =
        args_given(&calendar_query_shape, given, "year") ? a->year : day_civil(k->today).year;
    struct list days, stops;
    if (year < 1900 || year > 2999)
        return fail_field(k->c, ERR_INVALID, "district.bad_year", STR("year"));
    if (!record_list(k, &CALENDAR_DAYS_OF_YEAR, &days, ARG(k->district), ARG(year * 10000 + 101),
                     ARG(year * 10000 + 1231)) ||
        !record_list(k, &CALENDAR_STOPS, &stops, ARG(k->district))) {
        return false;
    }
    bool known = k->calendar && calendar_known_year(k->calendar, (int)year);
    jw_object(out);
    jw_put_int(out, "year", year);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < days.n; i++) {
        record_json(out, k->c->a, CALENDAR_DAY.shape, (const struct calendar_day *)days.at + i,
                    k->zone_min);
    }
    jw_end(out);
    jw_key(out, "stops");
    jw_array(out);
    for (size_t i = 0; i < stops.n; i++) {
        record_json(out, k->c->a, CALENDAR_STOP.shape, (const struct calendar_stop *)stops.at + i,
                    k->zone_min);
    }
    jw_end(out);
    jw_put_bool(out, "known", known);
    str y = str_printf(k->c->a, "%" PRId64, year);
    jw_key(out, "warning");
    if (known) jw_null(out);
    else jw_text(out, message_text(k->c->a, k->c->lang, "calendar.unknown_year", &y, 1));
    jw_end(out);
    return true;
}
