/*
 * A tree for one moment and one person. Instants compare with dates by civil day: a day is the
 * half-open range from its midnight to the next, so
 *
 *     t < d → t < start(d)          t >= d → t >= start(d)      t = d → start(d) <= t and t <
 * start(d+1) t > d → t >= start(d+1)       t <= d → t < start(d+1)     t != d → t < start(d) or t
 * >= start(d+1)
 *
 * Each part is false when t is null, as the comparison is. A negated list or range becomes the
 * complement, again of such parts, so that null stays false there too.
 */
#include "base/vec.h"
#include "engine/expr/expr.h"

struct resolver {
    struct ctx *c;
    const struct expr_env *env;
};

/* --- values --- */

static day anchor_day(const struct expr_value *v, day today)
{
    struct civil c = day_civil(today);
    int quarter = (c.month - 1) / 3;
    switch (v->anchor) {
    case EXPR_FIXED: return (day)v->number;
    case EXPR_TODAY: return today;
    case EXPR_MONTH_START: return day_of(c.year, c.month, 1);
    case EXPR_MONTH_END: return month_end(c.year, c.month);
    case EXPR_QUARTER_START: return day_of(c.year, quarter * 3 + 1, 1);
    case EXPR_QUARTER_END: return month_end(c.year, quarter * 3 + 3);
    case EXPR_YEAR_START: return day_of(c.year, 1, 1);
    case EXPR_YEAR_END: return day_of(c.year, 12, 31);
    }
    BUG("an anchor that is none");
}

static bool resolve_moving(struct resolver *r, struct expr_value *v)
{
    day d = anchor_day(v, r->env->today);
    if (v->working && !r->env->cal) return fail_at(r->c, ERR_INVALID, "expr.no_calendar", v->pos);
    d = v->working ? calendar_add_days(r->env->cal, d, v->offset) : d + v->offset;
    if (!civil_valid(day_civil(d))) return fail_at(r->c, ERR_INVALID, "expr.date_range", v->pos);
    *v = (struct expr_value){.kind = EXPR_V_DAY, .pos = v->pos, .text = STR_EMPTY, .number = d};
    return true;
}

static bool resolve_name(struct resolver *r, const struct expr_symbol *field, struct expr_value *v)
{
    bool unit = field->type == EXPR_UNIT;
    int (*find)(void *, str, int64_t *) = unit ? r->env->find_unit : r->env->find_person;
    int64_t id = 0;
    int n = find ? find(r->env->p, v->text, &id) : 0;
    if (n == 0)
        return fail_at(r->c, ERR_INVALID, unit ? "expr.unknown_unit" : "expr.unknown_person",
                       v->pos, v->text);
    if (n > 1)
        return fail_at(r->c, ERR_INVALID, unit ? "expr.ambiguous_unit" : "expr.ambiguous_person",
                       v->pos, v->text);
    v->kind = EXPR_V_ID;
    v->number = id;
    return true;
}

static bool resolve_own(struct resolver *r, struct expr_value *v, int64_t id, const char *none)
{
    if (id == 0) return fail_at(r->c, ERR_INVALID, none, v->pos);
    v->kind = EXPR_V_ID;
    v->number = id;
    return true;
}

static bool resolve_value(struct resolver *r, const struct expr_symbol *field, struct expr_value *v)
{
    switch (v->kind) {
    case EXPR_V_MOVING: return resolve_moving(r, v);
    case EXPR_V_NAME: return resolve_name(r, field, v);
    case EXPR_V_ME: return resolve_own(r, v, r->env->me, "expr.no_me");
    case EXPR_V_MY_UNIT: return resolve_own(r, v, r->env->my_unit, "expr.no_my_unit");
    default: return true;
    }
}

/* --- instants and days --- */

static const struct expr *instant_part(struct resolver *r, const struct expr *from, enum expr_op op,
                                       instant t, size_t pos)
{
    struct expr *e = ARENA_NEW(r->c->a, struct expr);
    *e = (struct expr){.kind = EXPR_COMPARE, .pos = from->pos, .field = from->field};
    e->compare.op = op;
    e->compare.value = (struct expr_value){.kind = EXPR_V_INSTANT, .pos = pos, .number = t};
    e->compare.value.text = instant_text(r->c->a, t, r->env->zone_min);
    return e;
}

// AND or OR of the parts; a part of the same kind is taken apart, so that AND never holds an AND.
static const struct expr *chain(struct resolver *r, enum expr_kind kind, size_t pos,
                                const struct expr *const *at, size_t n)
{
    VEC(const struct expr *) parts = {0};
    for (size_t i = 0; i < n; i++) {
        bool splice = at[i]->kind == kind;
        const struct expr *const *from = splice ? at[i]->parts.at : &at[i];
        for (size_t k = 0; k < (splice ? at[i]->parts.n : 1); k++)
            VEC_ADD(r->c->a, &parts, from[k]);
    }
    struct expr *e = ARENA_NEW(r->c->a, struct expr);
    *e = (struct expr){.kind = kind, .pos = pos};
    e->parts.at = parts.at;
    e->parts.n = parts.n;
    return e;
}

static const struct expr *join(struct resolver *r, enum expr_kind kind, const struct expr *x,
                               const struct expr *y)
{
    return chain(r, kind, x->pos, (const struct expr *const[]){x, y}, 2);
}

static instant day_start(const struct resolver *r, const struct expr_value *v, int days)
{
    return instant_at((day)v->number + days, 0, r->env->zone_min);
}

// field op v, where v is a day or an instant.
static const struct expr *instant_test(struct resolver *r, const struct expr *from, enum expr_op op,
                                       const struct expr_value *v)
{
    if (v->kind == EXPR_V_INSTANT) return instant_part(r, from, op, v->number, v->pos);
    instant start = day_start(r, v, 0), next = day_start(r, v, 1);
    switch (op) {
    case EXPR_LT: return instant_part(r, from, EXPR_LT, start, v->pos);
    case EXPR_LE: return instant_part(r, from, EXPR_LT, next, v->pos);
    case EXPR_GT: return instant_part(r, from, EXPR_GE, next, v->pos);
    case EXPR_GE: return instant_part(r, from, EXPR_GE, start, v->pos);
    case EXPR_EQ:
        return join(r, EXPR_AND, instant_part(r, from, EXPR_GE, start, v->pos),
                    instant_part(r, from, EXPR_LT, next, v->pos));
    case EXPR_NE:
        return join(r, EXPR_OR, instant_part(r, from, EXPR_LT, start, v->pos),
                    instant_part(r, from, EXPR_GE, next, v->pos));
    }
    BUG("a comparison that is none");
}

static const struct expr *instant_between(struct resolver *r, const struct expr *e)
{
    const struct expr_value *low = &e->between.low, *high = &e->between.high;
    if (e->negated)
        return join(r, EXPR_OR, instant_test(r, e, EXPR_LT, low),
                    instant_test(r, e, EXPR_GT, high));
    return join(r, EXPR_AND, instant_test(r, e, EXPR_GE, low), instant_test(r, e, EXPR_LE, high));
}

static const struct expr *instant_list(struct resolver *r, const struct expr *e)
{
    enum expr_op op = e->negated ? EXPR_NE : EXPR_EQ;
    VEC(const struct expr *) tests = {0};
    for (size_t i = 0; i < e->list.n && arena_ok(r->c->a); i++)
        VEC_ADD(r->c->a, &tests, instant_test(r, e, op, &e->list.at[i]));
    if (tests.n == 1) return tests.at[0];
    return chain(r, e->negated ? EXPR_AND : EXPR_OR, e->pos, tests.at, tests.n);
}

static const struct expr *without_days(struct resolver *r, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_COMPARE: return instant_test(r, e, e->compare.op, &e->compare.value);
    case EXPR_BETWEEN: return instant_between(r, e);
    case EXPR_IN: return instant_list(r, e);
    default: return e;
    }
}

/* --- nodes --- */

static bool resolve_list(struct resolver *r, struct expr *e)
{
    struct expr_value *list = arena_try(r->c->a, e->list.n * sizeof *list);
    if (!list) return ctx_ok(r->c);
    for (size_t i = 0; i < e->list.n; i++) {
        list[i] = e->list.at[i];
        if (!resolve_value(r, e->field, &list[i])) return false;
    }
    e->list.at = list;
    return true;
}

static bool resolve_leaf(struct resolver *r, struct expr *e)
{
    switch (e->kind) {
    case EXPR_COMPARE: return resolve_value(r, e->field, &e->compare.value);
    case EXPR_IN: return resolve_list(r, e);
    case EXPR_SUBTREE: return resolve_value(r, e->field, &e->root);
    case EXPR_BETWEEN:
        return resolve_value(r, e->field, &e->between.low) &&
               resolve_value(r, e->field, &e->between.high);
    default: return true;
    }
}

static bool resolve_node(struct resolver *r, const struct expr *e, const struct expr **out);

static bool resolve_parts(struct resolver *r, struct expr *e)
{
    const struct expr **parts = arena_try(r->c->a, e->parts.n * sizeof(const struct expr *));
    if (!parts) return ctx_ok(r->c);
    for (size_t i = 0; i < e->parts.n; i++)
        if (!resolve_node(r, e->parts.at[i], &parts[i])) return false;
    e->parts.at = parts;
    return true;
}

static bool resolve_node(struct resolver *r, const struct expr *e, const struct expr **out)
{
    if (!ctx_ok(r->c)) return false;
    struct expr *copy = ARENA_NEW(r->c->a, struct expr);
    *copy = *e;
    *out = copy;
    if (e->kind == EXPR_CONST) return true;
    if (e->kind != EXPR_AND && e->kind != EXPR_OR && e->kind != EXPR_NOT) {
        if (!resolve_leaf(r, copy)) return false;
        if (e->field->type == EXPR_INSTANT) *out = without_days(r, copy);
        return true;
    }
    if (!resolve_parts(r, copy)) return false;
    // A comparison of an instant with a day may have become a chain of this very kind.
    if (e->kind != EXPR_NOT) *out = chain(r, e->kind, e->pos, copy->parts.at, copy->parts.n);
    return true;
}

bool expr_resolve(struct ctx *c, const struct expr *e, const struct expr_env *env,
                  const struct expr **out)
{
    struct resolver r = {c, env};
    return resolve_node(&r, e, out) && ctx_ok(c);
}
