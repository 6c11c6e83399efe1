#include "engine/expr/expr.h"

struct evaluator {
    struct arena *a;
    const struct expr_env *env;
    const struct expr_row *row;
};

static int order(const struct expr_datum *d, const struct expr_value *v)
{
    switch (v->kind) {
    case EXPR_V_TEXT:
    case EXPR_V_CHOICE: return str_cmp(d->text, v->text);
    case EXPR_V_INT:
    case EXPR_V_DEC:
    case EXPR_V_DAY:
    case EXPR_V_INSTANT:
    case EXPR_V_BOOL:
    case EXPR_V_ID: return d->number < v->number ? -1 : d->number > v->number;
    default: BUG("a filter was evaluated before it was resolved");
    }
}

static bool holds(enum expr_op op, int order)
{
    switch (op) {
    case EXPR_EQ: return order == 0;
    case EXPR_NE: return order != 0;
    case EXPR_LT: return order < 0;
    case EXPR_LE: return order <= 0;
    case EXPR_GT: return order > 0;
    case EXPR_GE: return order >= 0;
    }
    BUG("a comparison that is none");
}

static bool in_list(const struct expr *e, const struct expr_datum *d)
{
    for (size_t i = 0; i < e->list.n; i++)
        if (order(d, &e->list.at[i]) == 0) return true;
    return false;
}

static bool like(const struct evaluator *v, const struct expr *e, str text)
{
    struct arena_mark mark = arena_mark(v->a);
    bool hit = expr_like(str_fold(v->a, text), e->like.pattern);
    arena_reset_to(v->a, mark);
    return hit;
}

static bool eval_leaf(const struct evaluator *v, const struct expr *e)
{
    struct expr_datum d = v->row->get(v->row->p, e->field);
    if (e->kind == EXPR_IS_NULL) return d.null != e->negated;
    if (d.null) return false;
    switch (e->kind) {
    case EXPR_COMPARE: return holds(e->compare.op, order(&d, &e->compare.value));
    case EXPR_IN: return in_list(e, &d) != e->negated;
    case EXPR_LIKE: return like(v, e, d.text) != e->negated;
    case EXPR_SUBTREE:
        INVARIANT(e->root.kind == EXPR_V_ID);
        return v->env->in_subtree(v->env->p, e->root.number, d.number) != e->negated;
    case EXPR_BETWEEN:
        return (order(&d, &e->between.low) >= 0 && order(&d, &e->between.high) <= 0) != e->negated;
    default: BUG("a leaf that is none");
    }
}

static bool eval_node(const struct evaluator *v, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_CONST: return e->truth;
    case EXPR_NOT: return !eval_node(v, e->parts.at[0]);
    case EXPR_AND:
    case EXPR_OR:
        for (size_t i = 0; i < e->parts.n; i++)
            if (eval_node(v, e->parts.at[i]) == (e->kind == EXPR_OR)) return e->kind == EXPR_OR;
        return e->kind == EXPR_AND;
    default: return eval_leaf(v, e);
    }
}

bool expr_eval(struct arena *scratch, const struct expr *e, const struct expr_env *env,
               const struct expr_row *row)
{
    struct evaluator v = {scratch, env, row};
    return eval_node(&v, e);
}
