/*
 * Canonical text: English names, codes of choices, single quotes, brackets only where OR stands
 * within AND or a chain within NOT. Parsing it gives the same tree.
 */
#include "engine/expr/lex.h"
#include "engine/expr/words.h"

enum { TEXT_MAX = 1024 * 1024 };

static const char *const SIGNS[] = {"=", "!=", "<", "<=", ">", ">="};

static void print_quoted(struct buf *b, str s, char open, char close)
{
    buf_addc(b, open);
    for (size_t i = 0; i < s.n; i++) {
        // The lexer sees the full-width twin as the same sign, so it is doubled as well.
        size_t at = i;
        uint32_t u = utf8_next(s, &at);
        if (u >= 0xff01 && u <= 0xff5e) u -= 0xfee0;
        if (u == 0x3011) u = ']';
        if (u == (uint32_t)close) buf_addc(b, close);
        buf_add(b, str_sub(s, i, at - i));
        i = at - 1;
    }
    buf_addc(b, close);
}

static void print_field(struct buf *b, const struct expr_symbol *field)
{
    enum word w = word_find(field->name, PLACE_VALUE);
    bool own_word =
        w == WORD_TRUE || w == WORD_FALSE || word_find(field->name, PLACE_LINK) == WORD_NOT;
    if (name_is_bare(field->name) && !own_word) buf_add(b, field->name);
    else print_quoted(b, field->name, '[', ']');
}

static void print_moving(struct buf *b, const struct expr_value *v)
{
    if (v->anchor == EXPR_FIXED) buf_add(b, day_text(b->a, (day)v->number));
    else buf_addz(b, word_of_anchor(v->anchor));
    if (v->offset == 0) return;
    if (v->offset > 0) buf_addc(b, '+');
    buf_int(b, v->offset);
    if (v->working) buf_addc(b, 'w');
}

static void print_value(struct buf *b, const struct expr_value *v)
{
    switch (v->kind) {
    case EXPR_V_CHOICE:
        if (name_is_bare(v->text) && word_find(v->text, PLACE_VALUE) == WORD_NONE) {
            buf_add(b, v->text);
            return;
        }
        print_quoted(b, v->text, '\'', '\'');
        return;
    case EXPR_V_TEXT:
    case EXPR_V_NAME: print_quoted(b, v->text, '\'', '\''); return;
    case EXPR_V_INT:
    case EXPR_V_ID: buf_int(b, v->number); return;
    case EXPR_V_DEC: buf_add(b, dec_text(b->a, (dec){v->number})); return;
    case EXPR_V_DAY: buf_add(b, day_text(b->a, (day)v->number)); return;
    case EXPR_V_INSTANT: buf_add(b, v->text); return;
    case EXPR_V_BOOL: buf_addz(b, v->number ? "true" : "false"); return;
    case EXPR_V_MOVING: print_moving(b, v); return;
    case EXPR_V_ME: buf_addz(b, "me"); return;
    case EXPR_V_MY_UNIT: buf_addz(b, "my_unit"); return;
    }
}

static void print_node(struct buf *b, const struct expr *e);

static void print_part(struct buf *b, const struct expr *part, bool bracket)
{
    if (bracket) buf_addc(b, '(');
    print_node(b, part);
    if (bracket) buf_addc(b, ')');
}

static void print_chain(struct buf *b, const struct expr *e)
{
    for (size_t i = 0; i < e->parts.n; i++) {
        if (i) buf_addz(b, e->kind == EXPR_AND ? " and " : " or ");
        print_part(b, e->parts.at[i], e->kind == EXPR_AND && e->parts.at[i]->kind == EXPR_OR);
    }
}

static void print_compare(struct buf *b, const struct expr *e)
{
    const struct expr_value *v = &e->compare.value;
    // A truth alone is its own test: never more words than the source had.
    if (v->kind == EXPR_V_BOOL && v->number && e->compare.op == EXPR_EQ) return;
    buf_printf(b, " %s ", SIGNS[e->compare.op]);
    print_value(b, v);
}

static void print_list(struct buf *b, const struct expr *e)
{
    buf_addz(b, e->negated ? " not in (" : " in (");
    for (size_t i = 0; i < e->list.n; i++) {
        if (i) buf_addz(b, ", ");
        print_value(b, &e->list.at[i]);
    }
    buf_addc(b, ')');
}

static void print_leaf(struct buf *b, const struct expr *e)
{
    const char *no = e->negated ? " not" : "";
    print_field(b, e->field);
    switch (e->kind) {
    case EXPR_COMPARE: print_compare(b, e); return;
    case EXPR_IN: print_list(b, e); return;
    case EXPR_LIKE:
        buf_printf(b, "%s %s ", no, e->like.contains ? "contains" : "like");
        print_quoted(b, e->like.text, '\'', '\'');
        return;
    case EXPR_IS_NULL: buf_printf(b, " is%s null", no); return;
    case EXPR_SUBTREE:
        buf_printf(b, "%s in subtree(", no);
        print_value(b, &e->root);
        buf_addc(b, ')');
        return;
    default:
        buf_printf(b, "%s between ", no);
        print_value(b, &e->between.low);
        buf_addz(b, " and ");
        print_value(b, &e->between.high);
        return;
    }
}

static void print_node(struct buf *b, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_CONST: buf_addz(b, e->truth ? "true" : "false"); return;
    case EXPR_AND:
    case EXPR_OR: print_chain(b, e); return;
    case EXPR_NOT: {
        enum expr_kind inner = e->parts.at[0]->kind;
        buf_addz(b, "not ");
        print_part(b, e->parts.at[0], inner == EXPR_AND || inner == EXPR_OR);
        return;
    }
    default: print_leaf(b, e); return;
    }
}

str expr_text(struct arena *a, const struct expr *e)
{
    struct buf b;
    buf_init(&b, a, TEXT_MAX);
    print_node(&b, e);
    return buf_str(&b);
}
