/*
 * The queries items, items_counts and views.
 */
#include "base/map.h"
#include "ledger/args.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_organised.h"
#include "ledger/item/item_queries.h"
#include "ledger/item/item_rows.h"
#include "ledger/org/org.h"
#include "ledger/org/rules.h"
#include "ledger/registers/values.h"

#define AT(member) offsetof(struct item_ask, member)
#define CONDITIONS                                                                               \
    {"where", F_TEXT, AT(where), 8192, "条件", "filter", 0, NULL},                               \
    {"q", F_TEXT, AT(q), 100, "关键词", "words", 0, NULL},                                       \
    {"view", F_TEXT, AT(view), 32, "视图", "view", 0, NULL},                                     \
    {"state", F_TEXT, AT(state), 160, "状态", "state", 0, NULL},                                 \
    {"light", F_TEXT, AT(light), 80, "灯", "light", 0, NULL},                                    \
    {"line", F_REF, AT(line_id), 0, "工作线", "line", 0, "work_line"},                           \
    {"register", F_REF, AT(register_id), 0, "台账", "register", 0, "register_def"},              \
    {"unit", F_REF, AT(unit_id), 0, "单位（含下级）", "unit or below", 0, "unit"},               \
    {"parent", F_REF, AT(parent_id), 0, "上级事项", "parent", 0, "item"},                         \
    {"organised", F_ENUM, AT(organised), 0, "机构口径", "as organised", 0, &ORGANISED},          \
    {"on", F_DAY, AT(on), 0, "机构日期", "as organised on", 0, NULL}

static const struct field count_fields[] = {CONDITIONS};
static const struct field ask_fields[] = {
    CONDITIONS,
    {"sort", F_TEXT, AT(sort), 24, "排序", "order", 0, NULL},
    {"limit", F_INT, AT(limit), 0, "条数", "rows", 0, NULL},
    {"cursor", F_TEXT, AT(cursor), 1600, "游标", "cursor", 0, NULL},
};
const struct shape ITEM_COUNT_ASK = {"items_counts", count_fields, COUNT_OF(count_fields), sizeof(struct item_ask)};
const struct shape ITEM_ASK = {"items", ask_fields, COUNT_OF(ask_fields), sizeof(struct item_ask)};

bool query_items(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct item_page page;
    struct item_row *rows[ITEM_PAGE_MAX];
    const struct item_ask *ask = args;
    if (args_given(&ITEM_ASK, given, "limit") && ask->limit == 0)
        return fail_field(k->c, ERR_INVALID, "item.bad_limit", STR("limit"), str_printf(k->c->a, "%d", ITEM_PAGE_MAX));
    const struct register_info *reg = ask->register_id ? register_of(k, ask->register_id) : NULL;
    struct value_rows values;
    if (!item_page_find(k, args, &page) || !item_rows_load(k, page.ids, page.n, rows) ||
        !values_of_page(k, reg, page.ids, page.n, &values))
        return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < page.n; i++) {
        if (!rows[i]) continue;
        item_row_json_open(k, rows[i], out);
        if (reg) values_json(k, &values, page.ids[i], out);
        jw_end(out);
    }
    jw_end(out);
    jw_key(out, "next");
    if (page.next.n) jw_text(out, page.next);
    else jw_null(out);
    jw_put_int(out, "total", page.total);
    jw_put_bool(out, "more", page.more);
    jw_end(out);
    return true;
}

/* --- counts --- */

enum { MAX_BOUNDS = 16 };

struct counts {
    struct call *k;
    struct light_bound bounds[MAX_BOUNDS];
    size_t n_bounds;
    int64_t total;
    int64_t by_state[16], by_light[16];
    struct map by_line, by_unit; // id → int64_t *
};

static void count_id(struct counts *t, struct map *m, int64_t id, int64_t n)
{
    int64_t *at = map_get_int(m, id);
    if (!at) {
        at = ARENA_NEW(t->k->c->a, int64_t);
        (void)map_put_int(t->k->c->a, m, id, at);
    }
    *at += n;
}

static size_t index_of(const struct enum_table *t, str code)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_is(code, t->at[i].code)) return i;
    BUG("a code that its table does not have");
}

static void count_light(struct counts *t, const char *light, int64_t n)
{
    t->by_light[index_of(&LIGHTS, str_of(light))] += n;
}

// A group of items with the same state, line and lead unit: its number, and how many fall into each
// bound of the light rules.
static void count_group(struct counts *t, struct db_rows *r)
{
    str state = db_text(r, 0);
    int64_t n = db_int(r, 3), lit = 0;
    t->total += n;
    t->by_state[index_of(&ITEM_STATES, state)] += n;
    count_id(t, &t->by_line, db_int(r, 1), n);
    count_id(t, &t->by_unit, db_int(r, 2), n);
    if (!item_is_open(state)) {
        count_light(t, "grey", n);
        return;
    }
    for (size_t i = 0; i < t->n_bounds && light_counts(state); i++) {
        int64_t here = db_int(r, 4 + (int)i);
        t->by_light[index_of(&LIGHTS, t->bounds[i].light)] += here;
        lit += here;
    }
    count_light(t, "none", n - lit);
}

// For a day the lead is worked out item by item, and grouped by what came of it.
static bool count_from(struct counts *t, const struct item_ask *ask, const struct organised *o, struct sqltext *q)
{
    if (!o->tree) {
        sqltext_add(q, " FROM item AS i WHERE ");
        if (!item_condition(t->k, ask, false, q, NULL)) return false;
        sqltext_add(q, " GROUP BY i.state, i.line_id, i.lead_unit_id");
        return true;
    }
    sqltext_add(q, " FROM (SELECT i.state, i.line_id, i.due_day, ");
    item_lead_sql(q, o);
    sqltext_add(q, " AS lead FROM item AS i WHERE ");
    if (!item_condition(t->k, ask, false, q, NULL)) return false;
    sqltext_add(q, ") AS i GROUP BY i.state, i.line_id, i.lead");
    return true;
}

static bool count_all(struct counts *t, const struct item_ask *ask, const struct organised *o)
{
    struct sqltext q;
    struct db_rows r;
    sqltext_init(&q, t->k);
    sqltext_add(&q, o->tree ? "SELECT i.state, i.line_id, i.lead, count(*)"
                            : "SELECT i.state, i.line_id, i.lead_unit_id, count(*)");
    t->n_bounds = light_bounds(t->k->rules, t->k->today, t->bounds, MAX_BOUNDS);
    for (size_t i = 0; i < t->n_bounds; i++) {
        sqltext_add(&q, ", count(*) FILTER (WHERE i.due_day BETWEEN ");
        sqltext_arg(&q, db_arg_int(t->bounds[i].first_ymd));
        sqltext_add(&q, " AND ");
        sqltext_arg(&q, db_arg_int(t->bounds[i].last_ymd));
        sqltext_add(&q, ")");
    }
    if (!count_from(t, ask, o, &q)) return false;
    if (!sqltext_query(t->k, &q, "items.counts", &r)) return false;
    while (db_next(&r)) count_group(t, &r);
    return db_done(&r);
}

static void json_codes(struct json *j, const char *member, const struct enum_table *t, const int64_t *n)
{
    jw_key(j, member);
    jw_object(j);
    for (size_t i = 0; i < t->n; i++) jw_put_int(j, t->at[i].code, n[i]);
    jw_end(j);
}

const struct stmt ITEM_LINES = {
    "items.lines", "SELECT l.id, l.code, l.name FROM work_line AS l WHERE l.district_id = $1"
                   " ORDER BY l.official_order, l.id LIMIT 1000"};

static void json_named(struct json *j, int64_t id, str code, str name, int64_t n)
{
    jw_object(j);
    jw_put_id(j, "id", id);
    jw_put_text(j, "code", code);
    jw_put_text(j, "name", name);
    jw_put_int(j, "n", n);
    jw_end(j);
}

// In official order; what belongs to none comes last.
static bool json_counted(struct counts *t, struct json *j, const char *member, const struct stmt *names, struct map *m)
{
    struct db_rows r;
    jw_key(j, member);
    jw_array(j);
    if (!DB_QUERY(t->k->c, t->k->db, &r, names, ARG(t->k->district))) return false;
    while (db_next(&r)) {
        const int64_t *n = map_get_int(m, db_int(&r, 0));
        if (n) json_named(j, db_int(&r, 0), db_text(&r, 1), db_text(&r, 2), *n);
    }
    const int64_t *none = map_get_int(m, 0);
    if (none) json_named(j, 0, STR_EMPTY, STR_EMPTY, *none);
    jw_end(j);
    return db_done(&r);
}

bool query_items_counts(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    struct counts t = {.k = k};
    INVARIANT(ITEM_STATES.n <= COUNT_OF(t.by_state) && LIGHTS.n <= COUNT_OF(t.by_light));
    struct organised o;
    if (!item_organised(k, args, &o) || !count_all(&t, args, &o)) return false;
    jw_object(out);
    jw_put_int(out, "total", t.total);
    json_codes(out, "by_state", &ITEM_STATES, t.by_state);
    json_codes(out, "by_light", &LIGHTS, t.by_light);
    if (!json_counted(&t, out, "by_line", &ITEM_LINES, &t.by_line)) return false;
    if (!item_units_json(k, &o, &t.by_unit, out)) return false;
    jw_end(out);
    return true;
}

bool query_views(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args;
    (void)given;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < N_ITEM_VIEWS; i++) {
        const struct item_view *v = &ITEM_VIEWS[i];
        jw_object(out);
        jw_put_text(out, "code", str_of(v->code));
        jw_put_text(out, "name", str_of(k->c->lang == LANG_EN ? v->en : v->zh));
        jw_key(out, "where");
        if (v->where) jw_text(out, item_view_where(k, v));
        else jw_null(out);
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}
