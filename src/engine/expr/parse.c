/*
 * Recursive descent over the grammar of docs/expressions.md:
 *
 *     or      = and { OR and }          and = not { AND not }
 *     not     = [NOT] not | "(" or ")" | test
 *     test    = TRUE | FALSE | field tail | operand COMPARE field
 *
 * Depth counts each "(" and each NOT; canonical text never needs more of either than its source.
 */
#include "base/vec.h"
#include "engine/expr/check.h"

struct parser {
    struct ctx *c;
    const struct expr_symbols *symbols;
    str source;
    const struct token *t; // the current token
    int depth;
};

static bool parse_or(struct parser *p, const struct expr **out);

/* --- tokens --- */

static str shown(const struct token *t, enum lang lang)
{
    if (t->kind != TOKEN_END) return t->text;
    return lang == LANG_ZH ? STR("结束") : STR("the end");
}

static bool unexpected(struct parser *p, const char *id)
{
    return fail_at(p->c, ERR_MALFORMED, id, p->t->pos, shown(p->t, p->c->lang));
}

static bool take(struct parser *p, enum token_kind kind)
{
    if (p->t->kind != kind) return false;
    p->t++;
    return true;
}

static enum word word_here(const struct parser *p, enum place place)
{
    return p->t->kind == TOKEN_WORD ? word_find(p->t->text, place) : WORD_NONE;
}

static bool take_word(struct parser *p, enum place place, enum word w)
{
    if (word_here(p, place) != w) return false;
    p->t++;
    return true;
}

static struct expr *node(struct parser *p, enum expr_kind kind, size_t pos)
{
    struct expr *e = ARENA_NEW(p->c->a, struct expr);
    e->kind = kind;
    e->pos = pos;
    return e;
}

static struct expr *leaf(struct parser *p, enum expr_kind kind, const struct expr_symbol *field,
                         size_t pos)
{
    struct expr *e = node(p, kind, pos);
    e->field = field;
    return e;
}

/* --- operands --- */

// "+7", "-5w" behind a date.
static bool parse_offset(struct parser *p, struct operand *o)
{
    bool minus = p->t->kind == TOKEN_MINUS;
    p->t++;
    int64_t n;
    if (p->t->kind != TOKEN_NUMBER || str_has(p->t->text, STR(".")))
        return unexpected(p, "expr.offset_expected");
    if (!str_int(p->t->text, &n) || n > EXPR_MAX_OFFSET)
        return fail_at(p->c, ERR_INVALID, "expr.offset_range", p->t->pos,
                       str_printf(p->c->a, "%d", EXPR_MAX_OFFSET));
    size_t end = p->t->end;
    p->t++;
    o->offset = minus ? -(int)n : (int)n;
    enum word unit = word_here(p, PLACE_UNIT);
    if (unit == WORD_NONE || p->t->pos != end) return true;
    o->working = unit == WORD_WORKING_DAYS;
    p->t++;
    return true;
}

static bool parse_number(struct parser *p, struct operand *o)
{
    bool minus = take(p, TOKEN_MINUS);
    if (p->t->kind != TOKEN_NUMBER) return unexpected(p, "expr.value_expected");
    o->kind = OPERAND_NUMBER;
    o->text = minus ? str_cat(p->c->a, STR("-"), p->t->text) : p->t->text;
    p->t++;
    return true;
}

static bool parse_operand(struct parser *p, struct operand *o)
{
    const struct token *t = p->t;
    *o = (struct operand){.pos = t->pos, .text = t->text, .number = t->number};
    switch (t->kind) {
    case TOKEN_NUMBER:
    case TOKEN_MINUS: return parse_number(p, o);
    case TOKEN_TEXT: o->kind = OPERAND_TEXT; break;
    case TOKEN_INSTANT: o->kind = OPERAND_INSTANT; break;
    case TOKEN_DATE: o->kind = OPERAND_DATE; break;
    case TOKEN_WORD:
        o->word = word_find(t->text, PLACE_VALUE);
        o->plain = word_anchor(o->word) != EXPR_FIXED;
        o->kind = o->plain ? OPERAND_DATE : OPERAND_WORD;
        break;
    default: return unexpected(p, "expr.value_expected");
    }
    p->t++;
    if (o->kind != OPERAND_DATE || (p->t->kind != TOKEN_PLUS && p->t->kind != TOKEN_MINUS))
        return true;
    o->plain = false;
    if (!parse_offset(p, o)) return false;
    o->text = str_sub(p->source, t->pos, p->t[-1].end - t->pos);
    return true;
}

static bool parse_value(struct parser *p, const struct expr_symbol *field, struct expr_value *out)
{
    struct operand o;
    if (!parse_operand(p, &o)) return false;
    if (operand_is_null(&o)) return fail_at(p->c, ERR_INVALID, "expr.null_in_list", o.pos);
    return operand_typed(p->c, p->symbols, field, &o, out);
}

/* --- tests of one field --- */

static bool parse_field(struct parser *p, const struct expr_symbol **out)
{
    if (p->t->kind != TOKEN_WORD && p->t->kind != TOKEN_NAME)
        return unexpected(p, "expr.field_expected");
    *out = symbol_find(p->symbols, p->t->text);
    if (*out) {
        p->t++;
        return true;
    }
    str near = symbols_near(p->c->a, p->symbols, p->t->text);
    if (near.n)
        return fail_at(p->c, ERR_INVALID, "expr.unknown_field_near", p->t->pos, p->t->text, near);
    return fail_at(p->c, ERR_INVALID, "expr.unknown_field", p->t->pos, p->t->text);
}

static bool make_compare(struct parser *p, struct expr *e, enum expr_op op, size_t op_pos,
                         const struct operand *o)
{
    if (operand_is_null(o)) {
        if (op != EXPR_EQ && op != EXPR_NE)
            return fail_at(p->c, ERR_INVALID, "expr.null_order", op_pos);
        e->kind = EXPR_IS_NULL;
        e->negated = op == EXPR_NE;
        return true;
    }
    if (op != EXPR_EQ && op != EXPR_NE && !check_order(p->c, e->field, op_pos)) return false;
    e->kind = EXPR_COMPARE;
    e->compare.op = op;
    return operand_typed(p->c, p->symbols, e->field, o, &e->compare.value);
}

static bool parse_compare(struct parser *p, struct expr *e, enum expr_op op, size_t op_pos)
{
    struct operand o;
    return parse_operand(p, &o) && make_compare(p, e, op, op_pos, &o);
}

static bool parse_subtree(struct parser *p, struct expr *e)
{
    if (e->field->type != EXPR_UNIT)
        return fail_at(p->c, ERR_INVALID, "expr.subtree_unit", p->t->pos,
                       symbol_title(e->field, p->c->lang));
    p->t++;
    e->kind = EXPR_SUBTREE;
    if (!take(p, TOKEN_OPEN)) return unexpected(p, "expr.open_expected");
    if (!parse_value(p, e->field, &e->root)) return false;
    return take(p, TOKEN_CLOSE) || unexpected(p, "expr.close_expected");
}

static bool parse_in(struct parser *p, struct expr *e)
{
    if (word_here(p, PLACE_VALUE) == WORD_SUBTREE) return parse_subtree(p, e);
    e->kind = EXPR_IN;
    if (!take(p, TOKEN_OPEN)) return unexpected(p, "expr.open_expected");
    VEC(struct expr_value) list = {0};
    do {
        struct expr_value v;
        if (!ctx_ok(p->c) || !parse_value(p, e->field, &v)) return false;
        VEC_ADD(p->c->a, &list, v);
    } while (take(p, TOKEN_COMMA));
    e->list.at = list.at;
    e->list.n = list.n;
    return take(p, TOKEN_CLOSE) || unexpected(p, "expr.close_expected");
}

static bool parse_like(struct parser *p, struct expr *e, bool contains, size_t op_pos)
{
    if (e->field->type != EXPR_TEXT)
        return fail_at(p->c, ERR_INVALID, "expr.like_text", op_pos,
                       symbol_title(e->field, p->c->lang));
    if (p->t->kind != TOKEN_TEXT) return unexpected(p, "expr.text_expected");
    e->kind = EXPR_LIKE;
    e->like.text = p->t->text;
    e->like.pattern = expr_pattern(p->c->a, p->t->text, contains);
    e->like.contains = contains;
    p->t++;
    return true;
}

static bool parse_between(struct parser *p, struct expr *e, size_t op_pos)
{
    e->kind = EXPR_BETWEEN;
    if (!check_order(p->c, e->field, op_pos)) return false;
    if (!parse_value(p, e->field, &e->between.low)) return false;
    bool linked = take(p, TOKEN_AND) || take_word(p, PLACE_LINK, WORD_AND) ||
                  take_word(p, PLACE_RANGE, WORD_AND);
    if (!linked) return unexpected(p, "expr.and_expected");
    return parse_value(p, e->field, &e->between.high);
}

// "not in", "不属于" and so on, as their positive word and the flag.
static enum word take_operator(struct parser *p, bool *negated)
{
    static const enum word pairs[][2] = {{WORD_NOT_IN, WORD_IN},
                                         {WORD_NOT_LIKE, WORD_LIKE},
                                         {WORD_NOT_CONTAINS, WORD_CONTAINS},
                                         {WORD_NOT_BETWEEN, WORD_BETWEEN},
                                         {WORD_IS_NOT_NULL, WORD_IS_NULL}};
    enum word w = word_here(p, PLACE_OPERATOR);
    *negated = false;
    if (w == WORD_NOT) {
        p->t++;
        w = word_here(p, PLACE_OPERATOR);
        *negated = true;
        if (w != WORD_IN && w != WORD_LIKE && w != WORD_CONTAINS && w != WORD_BETWEEN)
            return WORD_NONE;
    }
    if (w == WORD_NONE) return w;
    p->t++;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        if (pairs[i][0] != w) continue;
        *negated = true;
        return pairs[i][1];
    }
    return w;
}

static bool parse_operator_word(struct parser *p, struct expr *e)
{
    size_t pos = p->t->pos;
    switch (take_operator(p, &e->negated)) {
    case WORD_IN: return parse_in(p, e);
    case WORD_LIKE: return parse_like(p, e, false, pos);
    case WORD_CONTAINS: return parse_like(p, e, true, pos);
    case WORD_BETWEEN: return parse_between(p, e, pos);
    case WORD_IS_NULL: e->kind = EXPR_IS_NULL; return true;
    case WORD_IS:
        if (take_word(p, PLACE_LINK, WORD_NOT)) return parse_compare(p, e, EXPR_NE, pos);
        return parse_compare(p, e, EXPR_EQ, pos);
    case WORD_EQ: return parse_compare(p, e, EXPR_EQ, pos);
    case WORD_NE: return parse_compare(p, e, EXPR_NE, pos);
    case WORD_LT: return parse_compare(p, e, EXPR_LT, pos);
    case WORD_LE: return parse_compare(p, e, EXPR_LE, pos);
    case WORD_GT: return parse_compare(p, e, EXPR_GT, pos);
    case WORD_GE: return parse_compare(p, e, EXPR_GE, pos);
    default: break;
    }
    return fail_at(p->c, ERR_MALFORMED, "expr.operator_expected", p->t->pos,
                   symbol_title(e->field, p->c->lang), shown(p->t, p->c->lang));
}

static bool parse_tail(struct parser *p, const struct expr_symbol *field, size_t pos,
                       const struct expr **out)
{
    struct expr *e = leaf(p, EXPR_COMPARE, field, pos);
    *out = e;
    if (p->t->kind == TOKEN_COMPARE) {
        enum expr_op op = p->t->op;
        size_t op_pos = p->t->pos;
        p->t++;
        return parse_compare(p, e, op, op_pos);
    }
    if (field->type == EXPR_BOOL && word_here(p, PLACE_OPERATOR) == WORD_NONE) {
        struct operand truth = {.kind = OPERAND_WORD, .pos = pos, .word = WORD_TRUE};
        return make_compare(p, e, EXPR_EQ, pos, &truth);
    }
    return parse_operator_word(p, e);
}

/* --- the whole --- */

// A value written first: "2023-01-01 <= due", or the constant true.
static bool parse_flipped(struct parser *p, const struct expr **out)
{
    static const enum expr_op turned[] = {EXPR_EQ, EXPR_NE, EXPR_GT, EXPR_GE, EXPR_LT, EXPR_LE};
    struct operand o;
    const struct token *first = p->t;
    if (!parse_operand(p, &o)) return false;
    bool truth = o.kind == OPERAND_WORD && (o.word == WORD_TRUE || o.word == WORD_FALSE);
    if (truth && p->t->kind != TOKEN_COMPARE) {
        struct expr *e = node(p, EXPR_CONST, o.pos);
        e->truth = o.word == WORD_TRUE;
        *out = e;
        return true;
    }
    if (p->t->kind != TOKEN_COMPARE) {
        p->t = first;
        return unexpected(p, "expr.field_expected");
    }
    const struct token *sign = p->t++;
    const struct expr_symbol *field;
    if (!parse_field(p, &field)) return false;
    struct expr *e = leaf(p, EXPR_COMPARE, field, o.pos);
    *out = e;
    return make_compare(p, e, turned[sign->op], sign->pos, &o);
}

static bool value_first(const struct parser *p)
{
    switch (p->t->kind) {
    case TOKEN_TEXT:
    case TOKEN_NUMBER:
    case TOKEN_DATE:
    case TOKEN_INSTANT:
    case TOKEN_MINUS: return true;
    case TOKEN_WORD: break;
    default: return false;
    }
    enum word w = word_find(p->t->text, PLACE_VALUE);
    if (w == WORD_TRUE || w == WORD_FALSE) return true;
    return w != WORD_NONE && w != WORD_SUBTREE && !symbol_find(p->symbols, p->t->text);
}

static bool deeper(struct parser *p)
{
    if (++p->depth <= EXPR_MAX_DEPTH) return true;
    return fail_at(p->c, ERR_TOO_LARGE, "expr.too_deep", p->t->pos,
                   str_printf(p->c->a, "%d", EXPR_MAX_DEPTH));
}

static bool parse_not(struct parser *p, const struct expr **out)
{
    size_t pos = p->t->pos;
    bool negation = p->t->kind == TOKEN_NOT || word_here(p, PLACE_LINK) == WORD_NOT;
    if (negation || p->t->kind == TOKEN_OPEN) {
        if (!deeper(p)) return false;
        p->t++;
        if (negation) {
            struct expr *e = node(p, EXPR_NOT, pos);
            const struct expr **part = ARENA_NEW(p->c->a, const struct expr *);
            e->parts.at = part;
            e->parts.n = 1;
            *out = e;
            if (!parse_not(p, part)) return false;
        } else {
            if (!parse_or(p, out)) return false;
            if (!take(p, TOKEN_CLOSE)) return unexpected(p, "expr.close_expected");
        }
        p->depth--;
        return true;
    }
    if (value_first(p)) return parse_flipped(p, out);
    const struct expr_symbol *field;
    return parse_field(p, &field) && parse_tail(p, field, pos, out);
}

// One level of AND or OR; parts of the same kind in brackets are taken into the chain.
static bool parse_chain(struct parser *p, enum expr_kind kind, const struct expr **out)
{
    enum token_kind sign = kind == EXPR_AND ? TOKEN_AND : TOKEN_OR;
    enum word word = kind == EXPR_AND ? WORD_AND : WORD_OR;
    size_t pos = p->t->pos;
    VEC(const struct expr *) parts = {0};
    do {
        const struct expr *part;
        if (!ctx_ok(p->c)) return false;
        if (!(kind == EXPR_AND ? parse_not(p, &part) : parse_chain(p, EXPR_AND, &part)))
            return false;
        size_t n = part->kind == kind ? part->parts.n : 1;
        const struct expr *const *from = part->kind == kind ? part->parts.at : &part;
        for (size_t i = 0; i < n; i++) VEC_ADD(p->c->a, &parts, from[i]);
    } while (take(p, sign) || take_word(p, PLACE_LINK, word));
    *out = parts.at[0];
    if (parts.n == 1) return true;
    struct expr *e = node(p, kind, pos);
    e->parts.at = parts.at;
    e->parts.n = parts.n;
    *out = e;
    return true;
}

static bool parse_or(struct parser *p, const struct expr **out)
{
    return parse_chain(p, EXPR_OR, out);
}

bool expr_parse(struct ctx *c, str text, const struct expr_symbols *symbols,
                const struct expr **out)
{
    const struct token *tokens;
    if (!expr_lex(c, text, symbols->zone_min, &tokens)) return false;
    struct parser p = {.c = c, .symbols = symbols, .source = text, .t = tokens};
    if (p.t->kind == TOKEN_END) return fail_at(c, ERR_MALFORMED, "expr.empty", 0);
    if (!parse_or(&p, out)) return false;
    if (p.t->kind != TOKEN_END) return unexpected(&p, "expr.end_expected");
    return ctx_ok(c);
}
