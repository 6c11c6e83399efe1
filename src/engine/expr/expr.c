#include "engine/expr/expr.h"

size_t expr_column(str text, int64_t position)
{
    if (position < 0) return 1;
    return utf8_count(str_sub(text, 0, (size_t)position)) + 1;
}

static bool same_value(const struct expr_value *x, const struct expr_value *y)
{
    return x->kind == y->kind && x->number == y->number && x->anchor == y->anchor &&
           x->offset == y->offset && x->working == y->working &&
           (x->kind == EXPR_V_INSTANT || str_eq(x->text, y->text));
}

static bool same_list(const struct expr *x, const struct expr *y)
{
    if (x->list.n != y->list.n) return false;
    for (size_t i = 0; i < x->list.n; i++)
        if (!same_value(&x->list.at[i], &y->list.at[i])) return false;
    return true;
}

static bool same_parts(const struct expr *x, const struct expr *y)
{
    if (x->parts.n != y->parts.n) return false;
    for (size_t i = 0; i < x->parts.n; i++)
        if (!expr_same(x->parts.at[i], y->parts.at[i])) return false;
    return true;
}

bool expr_same(const struct expr *x, const struct expr *y)
{
    if (x->kind != y->kind || x->negated != y->negated || !x->field != !y->field) return false;
    if (x->field && x->field->id != y->field->id) return false;
    switch (x->kind) {
    case EXPR_CONST: return x->truth == y->truth;
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT: return same_parts(x, y);
    case EXPR_COMPARE:
        return x->compare.op == y->compare.op && same_value(&x->compare.value, &y->compare.value);
    case EXPR_IN: return same_list(x, y);
    case EXPR_LIKE:
        return x->like.contains == y->like.contains && str_eq(x->like.text, y->like.text) &&
               str_eq(x->like.pattern, y->like.pattern);
    case EXPR_IS_NULL: return true;
    case EXPR_SUBTREE: return same_value(&x->root, &y->root);
    case EXPR_BETWEEN:
        return same_value(&x->between.low, &y->between.low) &&
               same_value(&x->between.high, &y->between.high);
    }
    BUG("a node without a kind");
}
