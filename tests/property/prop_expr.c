/*
 * Laws of expressions on random trees: printing and parsing return the tree; resolving is done
 * once; and the evaluator, which works on resolved trees, agrees with an oracle that reads the
 * unresolved tree by the words of docs/expressions.md.
 */
#include "check.h"

#include "../fixtures/expr_fixture.h"
#include "base/random.h"
#include "engine/engine.h"

enum { TREES = 4000, ROWS = 12, LEVELS = 5 };

static uint64_t seed(void)
{
    const char *text = getenv("BIHUAN_SEED");
    return text ? strtoull(text, NULL, 10) : 20230201;
}

struct maker {
    struct random r;
    struct arena *a;
};

static size_t below(struct maker *m, size_t n)
{
    return (size_t)random_below(&m->r, n);
}

/* --- random values, rows and trees --- */

// Few different values, so that rows and filters meet.
static day some_day(struct maker *m)
{
    return day_of(2023, 1, 20) + (day)random_between(&m->r, -4, 12);
}

static instant some_instant(struct maker *m)
{
    static const int seconds[] = {0, 1, 43200, 86399};
    return instant_at(some_day(m), 0, 480) + seconds[below(m, COUNT_OF(seconds))] * US_PER_SECOND;
}

static str some_text(struct maker *m)
{
    static const char *const pieces[] = {"养", "老", "a", "B", "Ｂ", "'",  "’",
                                         "\"", "”",  " ", "%", "_",  "＇", "\\%"};
    struct buf b;
    buf_init(&b, m->a, 1000);
    for (size_t n = below(m, 5); n > 0; n--) buf_addz(&b, pieces[below(m, COUNT_OF(pieces))]);
    return buf_str(&b);
}

static struct expr_value some_moving(struct maker *m)
{
    struct expr_value v = {.kind = EXPR_V_MOVING, .text = STR_EMPTY};
    v.anchor = (enum expr_anchor)below(m, EXPR_YEAR_END + 1);
    v.offset = (int)random_between(&m->r, -9, 9);
    v.working = v.offset != 0 && below(m, 2);
    if (v.anchor != EXPR_FIXED) return v;
    v.number = some_day(m);
    if (v.working) return v;
    return (struct expr_value){.kind = EXPR_V_DAY, .text = STR_EMPTY, .number = v.number};
}

static struct expr_value some_party(struct maker *m, bool unit)
{
    struct expr_value v = {.kind = EXPR_V_ID, .text = STR_EMPTY};
    v.number = unit ? random_between(&m->r, 1, 8) : random_between(&m->r, 11, 13);
    switch (below(m, 3)) {
    case 0:
        v.kind = unit ? EXPR_V_MY_UNIT : EXPR_V_ME;
        v.number = 0;
        break;
    case 1:
        v.kind = EXPR_V_NAME;
        v.text = unit ? EXPR_UNITS[v.number - 1].code : EXPR_PERSONS[v.number - 11].account;
        v.number = 0;
        break;
    default: break;
    }
    return v;
}

static struct expr_value some_value(struct maker *m, const struct expr_symbol *s)
{
    struct expr_value v = {.text = STR_EMPTY};
    switch (s->type) {
    case EXPR_TEXT:
        v.kind = EXPR_V_TEXT;
        v.text = some_text(m);
        break;
    case EXPR_ENUM:
        v.kind = EXPR_V_CHOICE;
        v.text = EXPR_STATES[below(m, COUNT_OF(EXPR_STATES))].code;
        break;
    case EXPR_INT:
        v.kind = EXPR_V_INT;
        v.number = random_between(&m->r, -3, 3);
        break;
    case EXPR_DEC:
        v.kind = EXPR_V_DEC;
        v.number = random_between(&m->r, -3, 3) * 250001;
        break;
    case EXPR_BOOL:
        v.kind = EXPR_V_BOOL;
        v.number = (int64_t)below(m, 2);
        break;
    case EXPR_DATE: return some_moving(m);
    case EXPR_INSTANT:
        if (below(m, 2)) return some_moving(m);
        v.kind = EXPR_V_INSTANT;
        v.number = some_instant(m);
        v.text = instant_text(m->a, v.number, 480);
        break;
    case EXPR_UNIT: return some_party(m, true);
    case EXPR_PERSON: return some_party(m, false);
    }
    return v;
}

static struct expr_datum some_datum(struct maker *m, const struct expr_symbol *s)
{
    struct expr_datum d = {.null = s->nullable && below(m, 4) == 0, .text = STR_EMPTY};
    switch (s->type) {
    case EXPR_TEXT: d.text = some_text(m); break;
    case EXPR_ENUM: d.text = EXPR_STATES[below(m, COUNT_OF(EXPR_STATES))].code; break;
    case EXPR_DATE: d.number = some_day(m); break;
    case EXPR_INSTANT: d.number = some_instant(m); break;
    case EXPR_UNIT: d.number = random_between(&m->r, 1, 8); break;
    case EXPR_PERSON: d.number = random_between(&m->r, 11, 13); break;
    default: d.number = some_value(m, s).number; break;
    }
    return d;
}

static str pattern_of(struct maker *m, str text, bool contains)
{
    str s = str_fold(m->a, text);
    if (!contains) return s; // some_text has no lone backslash
    s = str_replace(m->a, s, STR("\\"), STR("\\\\"));
    s = str_replace(m->a, str_replace(m->a, s, STR("%"), STR("\\%")), STR("_"), STR("\\_"));
    return str_cat(m->a, STR("%"), str_cat(m->a, s, STR("%")));
}

static struct expr *some_leaf(struct maker *m)
{
    struct expr *e = ARENA_NEW(m->a, struct expr);
    const struct expr_symbol *s = &EXPR_FIELDS[below(m, COUNT_OF(EXPR_FIELDS))];
    bool ordered = s->type != EXPR_ENUM && s->type != EXPR_BOOL && s->type != EXPR_UNIT &&
                   s->type != EXPR_PERSON;
    *e = (struct expr){.kind = EXPR_COMPARE, .field = s};
    size_t which = below(m, 6);
    if (which == 0) e->kind = EXPR_IS_NULL;
    if (which == 1) e->kind = EXPR_IN;
    if (which == 2 && ordered) e->kind = EXPR_BETWEEN;
    if (which >= 2 && s->type == EXPR_UNIT) e->kind = EXPR_SUBTREE;
    if (which >= 3 && s->type == EXPR_TEXT) e->kind = EXPR_LIKE;
    if (e->kind == EXPR_COMPARE) {
        e->compare.op = (enum expr_op)below(m, ordered ? 6 : 2);
        e->compare.value = some_value(m, s);
        return e;
    }
    e->negated = below(m, 2);
    if (e->kind == EXPR_IN) {
        e->list.n = 1 + below(m, 3);
        struct expr_value *at = arena_alloc(m->a, e->list.n * sizeof *at);
        for (size_t i = 0; i < e->list.n; i++) at[i] = some_value(m, s);
        e->list.at = at;
    } else if (e->kind == EXPR_BETWEEN) {
        e->between.low = some_value(m, s);
        e->between.high = some_value(m, s);
    } else if (e->kind == EXPR_SUBTREE) {
        e->root = some_value(m, s);
    } else if (e->kind == EXPR_LIKE) {
        e->like.text = some_text(m);
        e->like.contains = below(m, 2);
        e->like.pattern = pattern_of(m, e->like.text, e->like.contains);
    }
    return e;
}

static struct expr *some_tree(struct maker *m, int levels, enum expr_kind above)
{
    size_t which = levels == 0 ? 9 : below(m, 10);
    if (which == 8) {
        struct expr *e = ARENA_NEW(m->a, struct expr);
        e->kind = EXPR_CONST;
        e->truth = below(m, 2);
        return e;
    }
    if (which > 5) return some_leaf(m);
    enum expr_kind kind = which < 2 ? EXPR_AND : which < 4 ? EXPR_OR : EXPR_NOT;
    if (kind == above && kind != EXPR_NOT) kind = kind == EXPR_AND ? EXPR_OR : EXPR_AND;
    struct expr *e = ARENA_NEW(m->a, struct expr);
    *e = (struct expr){.kind = kind};
    e->parts.n = kind == EXPR_NOT ? 1 : 2 + below(m, 2);
    const struct expr **at = arena_alloc(m->a, e->parts.n * sizeof(const struct expr *));
    for (size_t i = 0; i < e->parts.n; i++) at[i] = some_tree(m, levels - 1, kind);
    e->parts.at = at;
    return e;
}

/* --- the oracle --- */

static day oracle_day(const struct expr_value *v, const struct expr_env *env)
{
    if (v->kind == EXPR_V_DAY) return (day)v->number;
    struct civil c = day_civil(env->today);
    day month = env->today - c.day + 1, d = (day)v->number;
    if (v->anchor == EXPR_TODAY) d = env->today;
    if (v->anchor == EXPR_MONTH_START) d = month;
    if (v->anchor == EXPR_MONTH_END) d = day_add_months(month, 1) - 1;
    if (v->anchor == EXPR_QUARTER_START) d = day_add_months(month, -((c.month - 1) % 3));
    if (v->anchor == EXPR_QUARTER_END) d = day_add_months(month, 3 - (c.month - 1) % 3) - 1;
    if (v->anchor == EXPR_YEAR_START) d = day_add_months(month, 1 - c.month);
    if (v->anchor == EXPR_YEAR_END) d = day_add_months(month, 13 - c.month) - 1;
    if (!v->working) return d + v->offset;
    for (int left = abs(v->offset); left > 0; left -= calendar_is_working_day(env->cal, d))
        d += v->offset < 0 ? -1 : 1;
    return d;
}

static int64_t oracle_party(const struct expr_value *v, const struct expr_env *env)
{
    int64_t id = v->number;
    if (v->kind == EXPR_V_ME) return env->me;
    if (v->kind == EXPR_V_MY_UNIT) return env->my_unit;
    if (v->kind == EXPR_V_NAME && expr_find_unit(NULL, v->text, &id) == 0)
        (void)expr_find_person(NULL, v->text, &id);
    return id;
}

static int oracle_order(const struct expr *e, const struct expr_datum *d,
                        const struct expr_value *v, const struct expr_env *env)
{
    int64_t x = d->number, y = v->number;
    switch (e->field->type) {
    case EXPR_TEXT:
    case EXPR_ENUM: return str_cmp(d->text, v->text);
    case EXPR_UNIT:
    case EXPR_PERSON: y = oracle_party(v, env); break;
    case EXPR_DATE: y = oracle_day(v, env); break;
    case EXPR_INSTANT:
        if (v->kind == EXPR_V_INSTANT) break;
        x = instant_day(x, 480);
        y = oracle_day(v, env);
        break;
    default: break;
    }
    return x < y ? -1 : x > y;
}

// LIKE by its definition, trying every length for every %.
static bool oracle_like(str text, str pattern)
{
    size_t t = 0, p = 0;
    if (pattern.n == 0) return text.n == 0;
    if (pattern.p[0] == '%') {
        for (size_t at = 0;; (void)utf8_next(text, &at)) {
            if (oracle_like(str_from(text, at), str_from(pattern, 1))) return true;
            if (at >= text.n) return false;
        }
    }
    if (text.n == 0) return false;
    bool any = pattern.p[0] == '_';
    if (pattern.p[0] == '\\') p = 1;
    bool same = utf8_next(text, &t) == utf8_next(pattern, &p);
    return (any || same) && oracle_like(str_from(text, t), str_from(pattern, p));
}

static bool oracle_leaf(struct arena *a, const struct expr *e, const struct expr_datum *d,
                        const struct expr_env *env)
{
    switch (e->kind) {
    case EXPR_IN:
        for (size_t i = 0; i < e->list.n; i++)
            if (oracle_order(e, d, &e->list.at[i], env) == 0) return true;
        return false;
    case EXPR_LIKE: return oracle_like(str_fold(a, d->text), e->like.pattern);
    case EXPR_SUBTREE: return expr_in_subtree(NULL, oracle_party(&e->root, env), d->number);
    case EXPR_BETWEEN:
        return oracle_order(e, d, &e->between.low, env) >= 0 &&
               oracle_order(e, d, &e->between.high, env) <= 0;
    default: break;
    }
    int o = oracle_order(e, d, &e->compare.value, env);
    const bool holds[] = {o == 0, o != 0, o<0, o <= 0, o> 0, o >= 0};
    return holds[e->compare.op];
}

static bool oracle(struct arena *a, const struct expr *e, const struct expr_datum *row,
                   const struct expr_env *env)
{
    if (e->kind == EXPR_CONST) return e->truth;
    if (e->kind == EXPR_NOT) return !oracle(a, e->parts.at[0], row, env);
    if (e->kind == EXPR_AND || e->kind == EXPR_OR) {
        size_t hits = 0;
        for (size_t i = 0; i < e->parts.n; i++) hits += oracle(a, e->parts.at[i], row, env);
        return e->kind == EXPR_AND ? hits == e->parts.n : hits > 0;
    }
    const struct expr_datum *d = &row[e->field->id];
    if (e->kind == EXPR_IS_NULL) return d->null != e->negated;
    return !d->null && oracle_leaf(a, e, d, env) != e->negated;
}

/* --- the laws --- */

static void printing_and_parsing_return_the_tree(void **state)
{
    struct fixture *f = *state;
    for (uint64_t i = 0; i < TREES; i++) {
        struct maker m = {.a = f->a};
        const struct expr *e = some_tree((random_init(&m.r, seed() + i), &m), LEVELS, EXPR_CONST),
                          *again;
        str text = expr_text(f->a, e);
        check_row("BIHUAN_SEED=%" PRIu64 " %.180s", seed() + i, str_z(f->a, text));
        if (text.n <= EXPR_MAX_BYTES) {
            check(expr_parse(&f->c, text, &EXPR_SYMBOLS, &again));
            check(expr_same(e, again));
            check(str_eq(expr_text(f->a, again), text));
        }
        arena_reset(f->a);
    }
}

static void evaluation_agrees_with_the_oracle(void **state)
{
    struct fixture *f = *state;
    int hits = 0;
    struct arena *keep = arena_new((size_t)1 << 24);
    struct ctx kept = {.a = keep};
    struct expr_env env = expr_env_of(&kept);
    for (uint64_t i = 0; i < TREES; i++) {
        struct maker m = {.a = f->a};
        random_init(&m.r, seed() + i);
        const struct expr *e = some_tree(&m, 3, EXPR_CONST), *plain, *again;
        check_row("BIHUAN_SEED=%" PRIu64 " %.180s", seed() + i, str_z(f->a, expr_text(f->a, e)));
        check(expr_resolve(&f->c, e, &env, &plain));
        check(expr_resolve(&f->c, plain, &env, &again));
        check(expr_same(plain, again));
        for (int k = 0; k < ROWS; k++) {
            expr_test_row row = {0};
            struct expr_row r = {row, expr_row_get};
            for (size_t s = 0; s < EXPR_SYMBOLS.n; s++)
                row[EXPR_FIELDS[s].id] = some_datum(&m, &EXPR_FIELDS[s]);
            bool got = expr_eval(f->a, plain, &env, &r);
            check_int(got, oracle(f->a, e, row, &env));
            hits += got;
        }
        arena_reset(f->a);
    }
    arena_free(keep);
    check_row("both answers occur often");
    check(hits > TREES * ROWS / 5 && hits < TREES * ROWS * 4 / 5);
}

int main(void)
{
    engine_messages_register();
    return CHECK_RUN(UNIT(printing_and_parsing_return_the_tree),
                     UNIT(evaluation_agrees_with_the_oracle));
}
