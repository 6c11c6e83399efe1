#include "ledger/filter.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_rows.h"
#include "ledger/item/loop.h"
#include "ledger/org/rules.h"

enum { MAX_LIGHTS = 32, MAX_WORDS = 8 };

/* --- who may see what --- */

bool item_visibility(struct call *k, struct sqltext *q)
{
    if (actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM)) return true;
    if (!actor_has(k, ROLE_UNIT)) return fail(k->c, ERR_FORBIDDEN, "item.no_business");
    // As a set of ids: found by two indexes, where a condition on each item would look at all of them.
    sqltext_add(q, " AND i.id IN (SELECT x.id FROM item AS x WHERE x.district_id = $1 AND x.lead_unit_id");
    filter_subtree(k, q, k->actor.unit_id);
    sqltext_add(q, " UNION SELECT a.item_id FROM item_unit AS a WHERE a.district_id = $1 AND a.unit_id");
    filter_subtree(k, q, k->actor.unit_id);
    sqltext_add(q, ")");
    return true;
}

bool item_visible(struct call *k, int64_t id, struct item *out)
{
    bool may;
    if (!actor_has(k, ROLES_BUSINESS | ROLE_SYSTEM)) return fail(k->c, ERR_FORBIDDEN, "item.no_business");
    if (!record_load(k, &ITEM, id, out) || !item_may_see(k, out, &may)) return false;
    return may || fail(k->c, ERR_FORBIDDEN, "item.other_unit", out->code);
}

/* --- the parameters of a list --- */

static bool not_in_list(struct call *k, const char *field, const struct enum_table *t)
{
    struct buf b;
    buf_init(&b, k->c->a, 1000);
    for (size_t i = 0; i < t->n; i++) {
        if (i) buf_addz(&b, ", ");
        buf_addz(&b, t->at[i].code);
    }
    return fail_field(k->c, ERR_INVALID, "field.not_in_list", str_of(field), str_of(field), buf_str(&b));
}

static bool add_states(struct call *k, str states, struct sqltext *q)
{
    VEC(struct db_arg) args = {0};
    while (states.n) {
        str code = str_trim(str_cut(&states, STR(",")));
        if (!enum_find(&ITEM_STATES, code)) return not_in_list(k, "state", &ITEM_STATES);
        VEC_ADD(k->c->a, &args, db_arg_text(code));
    }
    sqltext_add(q, " AND ");
    sqltext_in(q, "i", shape_field(ITEM.shape, STR("state")), args.at, args.n);
    return true;
}

// "i.state IN (…)" of the states that carry a light by due day, are open without one, or are over.
enum lit { LIT_BY_DAY, LIT_NOT_YET, LIT_OVER };

static void states_lit(struct call *k, enum lit which, struct sqltext *q)
{
    VEC(struct db_arg) args = {0};
    for (size_t i = 0; i < ITEM_STATES.n; i++) {
        str state = str_of(ITEM_STATES.at[i].code);
        enum lit lit = light_counts(state) ? LIT_BY_DAY : item_is_open(state) ? LIT_NOT_YET : LIT_OVER;
        if (lit == which) VEC_ADD(k->c->a, &args, db_arg_text(state));
    }
    sqltext_in(q, "i", shape_field(ITEM.shape, STR("state")), args.at, args.n);
}

static void add_colour(struct call *k, str light, struct sqltext *q)
{
    struct light_bound bounds[MAX_LIGHTS];
    size_t n = light_bounds(k->rules, k->today, bounds, MAX_LIGHTS);
    sqltext_add(q, "(");
    states_lit(k, LIT_BY_DAY, q);
    sqltext_add(q, " AND (1 = 0");
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(bounds[i].light, light)) continue;
        sqltext_add(q, " OR i.due_day BETWEEN ");
        sqltext_arg(q, db_arg_int(bounds[i].first_ymd));
        sqltext_add(q, " AND ");
        sqltext_arg(q, db_arg_int(bounds[i].last_ymd));
    }
    sqltext_add(q, "))");
}

static void add_light(struct call *k, str light, struct sqltext *q)
{
    struct light_bound any;
    if (str_is(light, "grey")) {
        states_lit(k, LIT_OVER, q);
    } else if (str_is(light, "none")) {
        sqltext_add(q, "(");
        states_lit(k, LIT_NOT_YET, q);
        sqltext_add(q, " OR (");
        states_lit(k, LIT_BY_DAY, q);
        // Without light rules nothing is lit.
        sqltext_add(q, light_bounds(k->rules, k->today, &any, 1) ? " AND i.due_day = 99991231))" : "))");
    } else {
        add_colour(k, light, q);
    }
}

static bool add_lights(struct call *k, str lights, struct sqltext *q)
{
    sqltext_add(q, " AND (1 = 0");
    while (lights.n) {
        str code = str_trim(str_cut(&lights, STR(",")));
        if (!enum_find(&LIGHTS, code)) return not_in_list(k, "light", &LIGHTS);
        sqltext_add(q, " OR ");
        add_light(k, code, q);
    }
    sqltext_add(q, ")");
    return true;
}

// Each word stands in the title, or the code begins with it.
static void add_words(struct call *k, str text, struct sqltext *q)
{
    for (int i = 0; text.n && i < MAX_WORDS; i++) {
        str word = str_fold(k->c->a, str_cut(&text, STR(" ")));
        if (word.n == 0) continue;
        str anywhere = expr_pattern(k->c->a, word, true);
        sqltext_add(q, " AND (i.title_folded LIKE ");
        sqltext_arg(q, db_arg_text(anywhere));
        sqltext_add(q, " ESCAPE '\\' OR i.code_folded LIKE ");
        sqltext_arg(q, db_arg_text(str_from(anywhere, 1)));
        sqltext_add(q, " ESCAPE '\\')");
    }
}

static bool add_expression(struct call *k, const struct filter *f, str text, struct sqltext *q)
{
    const struct expr *e;
    if (!filter_parse(k, f, text, &e)) return false;
    sqltext_add(q, " AND ");
    filter_sql(k, f, "i", e, q);
    return true;
}

static bool add_expressions(struct call *k, const struct item_ask *ask, struct sqltext *q)
{
    struct filter f;
    str view_where = STR_EMPTY;
    if (ask->view.n) {
        const struct item_view *v = item_view_find(ask->view);
        if (!v) return fail_field(k->c, ERR_INVALID, "item.no_view", STR("view"), ask->view);
        view_where = item_view_where(k, v);
        if (v->sql) {
            sqltext_add(q, " AND ");
            v->sql(k, q);
        }
    }
    if (view_where.n == 0 && ask->where.n == 0) return true;
    if (!filter_load(k, &ITEM, &f)) return false;
    if (view_where.n && !add_expression(k, &f, view_where, q)) return false;
    return ask->where.n == 0 || add_expression(k, &f, ask->where, q);
}

static void add_reference(const char *condition, int64_t id, struct sqltext *q)
{
    if (id == 0) return;
    sqltext_add(q, condition);
    sqltext_arg(q, db_arg_int(id));
}

bool item_condition(struct call *k, const struct item_ask *ask, struct sqltext *q)
{
    sqltext_add(q, "i.district_id = $1");
    if (!item_visibility(k, q)) return false;
    add_reference(" AND i.line_id = ", ask->line_id, q);
    add_reference(" AND i.register_id = ", ask->register_id, q);
    add_reference(" AND i.parent_id = ", ask->parent_id, q);
    if (ask->unit_id) {
        sqltext_add(q, " AND i.lead_unit_id");
        filter_subtree(k, q, ask->unit_id);
    }
    if (ask->state.n && !add_states(k, ask->state, q)) return false;
    if (ask->light.n && !add_lights(k, ask->light, q)) return false;
    if (ask->q.n) add_words(k, ask->q, q);
    return add_expressions(k, ask, q) && ctx_ok(k->c);
}
