#include "ledger/filter.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_organised.h"
#include "ledger/item/item_rows.h"
#include "ledger/item/loop.h"
#include "ledger/org/rules.h"
#include "ledger/search/search.h"
#include "ledger/sight.h"

enum { MAX_LIGHTS = 32, MAX_WORDS = 8 };

/* --- who may see what --- */

bool item_visibility(struct call *k, struct sqltext *q)
{
    return item_visibility_of(k, q, "i.id");
}

bool item_visibility_of(struct call *k, struct sqltext *q, const char *alias_column)
{
    if (k->actor.items_only) {
        sqltext_add(q, " AND ");
        sqltext_add(q, alias_column);
        sqltext_add(q,
                    " IN (SELECT d.item_id FROM delegation_item AS d WHERE d.district_id = $1 AND d.delegation_id = ");
        sqltext_arg(q, db_arg_int(k->actor.delegation_id));
        sqltext_add(q, ")");
    }
    if (actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM)) return true;
    if (!actor_has(k, ROLE_UNIT)) return fail(k->c, ERR_FORBIDDEN, "item.no_business");
    // As a set of ids: found by two indexes, where a condition on each item would look at all of them.
    sqltext_add(q, " AND ");
    sqltext_add(q, alias_column);
    sqltext_add(q, " IN (SELECT x.id FROM item AS x WHERE x.district_id = $1 AND x.lead_unit_id");
    filter_subtree(k, q, k->actor.unit_id);
    sqltext_add(q, " UNION SELECT a.item_id FROM item_unit AS a WHERE a.district_id = $1 AND a.unit_id");
    filter_subtree(k, q, k->actor.unit_id);
    if (k->actor.person_id) { // who answers for it sees it, also from a unit below the lead
        sqltext_add(q, " UNION SELECT p.id FROM item AS p WHERE p.district_id = $1 AND p.person_id = ");
        sqltext_arg(q, db_arg_int(actor_person(k)));
        sqltext_add(q, " UNION SELECT d.id FROM item AS d WHERE d.district_id = $1 AND d.deputy_id = ");
        sqltext_arg(q, db_arg_int(actor_person(k)));
    }
    sqltext_add(q, ")");
    return true;
}

bool item_visible(struct call *k, int64_t id, struct item *out)
{
    return item_load_seen(k, id, out);
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

// The condition that is being made, and the states that can still match it.
struct condition {
    struct call *k;
    struct sqltext *q;
    unsigned states;
    bool walking;
    struct organised organised;
};

static unsigned bit_of(str state)
{
    for (size_t i = 0; i < ITEM_STATES.n; i++)
        if (str_is(state, ITEM_STATES.at[i].code)) return 1u << i;
    return 0;
}

static bool add_states(struct condition *w, str states)
{
    struct call *k = w->k;
    struct sqltext *q = w->q;
    unsigned bits = 0;
    VEC(struct db_arg) args = {0};
    while (states.n) {
        str code = str_trim(str_cut(&states, STR(",")));
        if (!enum_find(&ITEM_STATES, code)) return not_in_list(k, "state", &ITEM_STATES);
        VEC_ADD(k->c->a, &args, db_arg_text(code));
        bits |= bit_of(code);
    }
    w->states &= bits;
    sqltext_add(q, " AND ");
    sqltext_in(q, "i", shape_field(ITEM.shape, STR("state")), args.at, args.n);
    return true;
}

// "i.state IN (…)" of the states that carry a light by due day, are open without one, or are over.
enum lit { LIT_BY_DAY, LIT_NOT_YET, LIT_OVER };

static unsigned states_lit(struct condition *w, enum lit which)
{
    unsigned bits = 0;
    VEC(struct db_arg) args = {0};
    for (size_t i = 0; i < ITEM_STATES.n; i++) {
        str state = str_of(ITEM_STATES.at[i].code);
        enum lit lit = light_counts(state) ? LIT_BY_DAY : item_is_open(state) ? LIT_NOT_YET : LIT_OVER;
        if (lit != which) continue;
        VEC_ADD(w->k->c->a, &args, db_arg_text(state));
        bits |= 1u << i;
    }
    sqltext_in(w->q, "i", shape_field(ITEM.shape, STR("state")), args.at, args.n);
    return bits;
}

static unsigned add_colour(struct condition *w, str light)
{
    struct light_bound bounds[MAX_LIGHTS];
    size_t n = light_bounds(w->k->rules, w->k->today, bounds, MAX_LIGHTS);
    sqltext_add(w->q, "(");
    unsigned bits = states_lit(w, LIT_BY_DAY);
    sqltext_add(w->q, " AND (1 = 0");
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(bounds[i].light, light)) continue;
        sqltext_add(w->q, " OR i.due_day BETWEEN ");
        sqltext_arg(w->q, db_arg_int(bounds[i].first_ymd));
        sqltext_add(w->q, " AND ");
        sqltext_arg(w->q, db_arg_int(bounds[i].last_ymd));
    }
    sqltext_add(w->q, "))");
    return bits;
}

static unsigned add_light(struct condition *w, str light)
{
    struct light_bound any;
    if (str_is(light, "grey")) return states_lit(w, LIT_OVER);
    if (!str_is(light, "none")) return add_colour(w, light);
    sqltext_add(w->q, "(");
    unsigned bits = states_lit(w, LIT_NOT_YET);
    sqltext_add(w->q, " OR (");
    bits |= states_lit(w, LIT_BY_DAY);
    // Without light rules nothing is lit.
    bool rules = light_bounds(w->k->rules, w->k->today, &any, 1) > 0;
    sqltext_add(w->q, rules ? " AND i.due_day = 99991231))" : "))");
    return bits;
}

static bool add_lights(struct condition *w, str lights)
{
    unsigned bits = 0;
    sqltext_add(w->q, " AND (1 = 0");
    while (lights.n) {
        str code = str_trim(str_cut(&lights, STR(",")));
        if (!enum_find(&LIGHTS, code)) return not_in_list(w->k, "light", &LIGHTS);
        sqltext_add(w->q, " OR ");
        bits |= add_light(w, code);
    }
    sqltext_add(w->q, ")");
    w->states &= bits;
    return true;
}

// The states that can match, when they are not all: they lead the indexes.
static void only_states(struct condition *w)
{
    VEC(struct db_arg) args = {0};
    for (size_t i = 0; i < ITEM_STATES.n; i++)
        if (w->states >> i & 1) VEC_ADD(w->k->c->a, &args, db_arg_text(str_of(ITEM_STATES.at[i].code)));
    if (args.n == ITEM_STATES.n) return;
    sqltext_add(w->q, " AND ");
    sqltext_in(w->q, "i", shape_field(ITEM.shape, STR("state")), args.at, args.n);
}

// While the search is being filled: each word stands in the title, or the code begins with it.
static void add_words(struct condition *w, str text)
{
    struct arena *a = w->k->c->a;
    for (int i = 0; text.n && i < MAX_WORDS; i++) {
        str word = str_fold(a, str_cut(&text, STR(" ")));
        if (word.n == 0) continue;
        str anywhere = expr_pattern(a, word, true);
        if (!w->walking) {
            sqltext_add(w->q, " AND i.id IN (SELECT i.id FROM item AS i WHERE i.district_id = $1");
            only_states(w);
        }
        sqltext_add(w->q, " AND (i.title_folded LIKE ");
        sqltext_arg(w->q, db_arg_text(anywhere));
        sqltext_add(w->q, " ESCAPE '\\' OR i.code_folded LIKE ");
        sqltext_arg(w->q, db_arg_text(str_from(anywhere, 1)));
        sqltext_add(w->q, w->walking ? " ESCAPE '\\')" : " ESCAPE '\\'))");
    }
}

static bool add_text(struct condition *w, str text)
{
    bool ready;
    if (!search_ready(w->k, &ready)) return false;
    if (ready) return search_items_condition(w->k, text, w->walking, w->q);
    add_words(w, text);
    return true;
}

/* --- which states an expression can match --- */

// Kleene's three values: what the state alone decides of a condition.
enum maybe { NO, MAYBE, YES };

static enum maybe sure(bool yes)
{
    return yes ? YES : NO;
}

static enum maybe leaf_of_state(const struct expr *e, str state)
{
    bool hit = false;
    if (!str_is(e->field->name, "state")) return MAYBE;
    switch (e->kind) {
    case EXPR_COMPARE: return sure(str_eq(e->compare.value.text, state) == (e->compare.op == EXPR_EQ));
    case EXPR_IN:
        for (size_t i = 0; i < e->list.n; i++) hit = hit || str_eq(e->list.at[i].text, state);
        return sure(hit != e->negated);
    default: return MAYBE;
    }
}

static enum maybe of_state(const struct expr *e, str state)
{
    enum maybe all = e->kind == EXPR_AND ? YES : NO;
    switch (e->kind) {
    case EXPR_CONST: return sure(e->truth);
    case EXPR_NOT: return (enum maybe)(YES - of_state(e->parts.at[0], state));
    case EXPR_AND:
    case EXPR_OR:
        for (size_t i = 0; i < e->parts.n; i++) {
            enum maybe one = of_state(e->parts.at[i], state);
            if (e->kind == EXPR_AND ? one < all : one > all) all = one;
        }
        return all;
    default: return leaf_of_state(e, state);
    }
}

static bool add_expression(struct condition *w, const struct filter *f, str text)
{
    const struct expr *e;
    if (!filter_parse(w->k, f, text, &e)) return false;
    for (size_t i = 0; i < ITEM_STATES.n; i++)
        if (of_state(e, str_of(ITEM_STATES.at[i].code)) == NO) w->states &= ~(1u << i);
    sqltext_add(w->q, " AND ");
    filter_sql(w->k, f, "i", e, w->q);
    return true;
}

static bool add_expressions(struct condition *w, const struct item_ask *ask)
{
    struct filter f;
    str view_where = STR_EMPTY;
    if (ask->view.n) {
        const struct item_view *v = item_view_find(ask->view);
        if (!v) return fail_field(w->k->c, ERR_INVALID, "item.no_view", STR("view"), ask->view);
        view_where = item_view_where(w->k, v);
        if (v->sql) {
            sqltext_add(w->q, " AND ");
            v->sql(w->k, w->q);
        }
    }
    if (view_where.n == 0 && ask->where.n == 0) return true;
    if (!filter_load(w->k, &ITEM, &f) || !filter_declared(w->k, ask->register_id, &f)) return false;
    f.organised = w->organised;
    if (view_where.n && !add_expression(w, &f, view_where)) return false;
    return ask->where.n == 0 || add_expression(w, &f, ask->where);
}

static void add_reference(const char *condition, int64_t id, struct sqltext *q)
{
    if (id == 0) return;
    sqltext_add(q, condition);
    sqltext_arg(q, db_arg_int(id));
}

bool item_condition(struct call *k, const struct item_ask *ask, bool walking, struct sqltext *q, unsigned *states)
{
    struct condition w = {k, q, (1u << ITEM_STATES.n) - 1, walking};
    if (!item_organised(k, ask, &w.organised)) return false;
    sqltext_add(q, "i.district_id = $1");
    if (!item_visibility(k, q)) return false;
    add_reference(" AND i.line_id = ", ask->line_id, q);
    add_reference(" AND i.register_id = ", ask->register_id, q);
    add_reference(" AND i.parent_id = ", ask->parent_id, q);
    if (ask->unit_id) {
        sqltext_add(q, " AND ");
        item_lead_sql(q, &w.organised);
        filter_below(k, q, &w.organised, ask->unit_id);
    }
    if (ask->state.n && !add_states(&w, ask->state)) return false;
    if (ask->light.n && !add_lights(&w, ask->light)) return false;
    if (!add_expressions(&w, ask)) return false;
    // Last, when it is known which states can match: said plainly, an index that begins with them helps.
    if (!walking) only_states(&w);
    if (ask->q.n && !add_text(&w, ask->q)) return false;
    if (states) *states = w.states;
    return ctx_ok(k->c);
}
