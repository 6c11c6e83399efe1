/* A filter as people say it; every word comes from the message table, so each language has its
 * order. */
#include "engine/expr/check.h"

enum { SENTENCE_MAX = 256 * 1024 };

struct speaker {
    struct arena *a;
    enum lang lang;
};

#define SAY(s, id, ...)                                                                  \
    message_text((s)->a, (s)->lang, (id), (str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}, \
                 sizeof((str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}) / sizeof(str) - 1)

static str say_choice(const struct speaker *s, const struct expr_symbol *field, str code)
{
    const struct expr_choice *k = choice_find(field, code);
    str title = !k ? code : s->lang == LANG_ZH ? k->zh : k->en;
    return title.n ? title : code;
}

static str say_moving(const struct speaker *s, const struct expr_value *v)
{
    str anchor =
        v->anchor == EXPR_FIXED
            ? day_text(s->a, (day)v->number)
            : SAY(s,
                  str_z(s->a, str_cat(s->a, STR("expr.say."), str_of(word_of_anchor(v->anchor)))));
    if (v->offset == 0) return anchor;
    const char *const ids[2][2] = {{"expr.say.days_after", "expr.say.days_before"},
                                   {"expr.say.work_after", "expr.say.work_before"}};
    int n = v->offset < 0 ? -v->offset : v->offset;
    return SAY(s, ids[v->working][v->offset < 0], anchor, str_printf(s->a, "%d", n));
}

static str say_value(const struct speaker *s, const struct expr_symbol *field,
                     const struct expr_value *v)
{
    switch (v->kind) {
    case EXPR_V_TEXT: return SAY(s, "expr.say.text", v->text);
    case EXPR_V_CHOICE: return say_choice(s, field, v->text);
    case EXPR_V_INT: return str_printf(s->a, "%" PRId64, v->number);
    case EXPR_V_DEC: return dec_text(s->a, (dec){v->number});
    case EXPR_V_DAY: return day_text(s->a, (day)v->number);
    case EXPR_V_BOOL: return v->number ? SAY(s, "expr.say.yes") : SAY(s, "expr.say.no");
    case EXPR_V_ID: return SAY(s, "expr.say.number_id", str_printf(s->a, "%" PRId64, v->number));
    case EXPR_V_MOVING: return say_moving(s, v);
    case EXPR_V_ME: return SAY(s, "expr.say.me");
    case EXPR_V_MY_UNIT: return SAY(s, "expr.say.my_unit");
    case EXPR_V_INSTANT:
    case EXPR_V_NAME: break;
    }
    return v->text;
}

static const char *compare_id(const struct expr *e)
{
    static const char *const plain[] = {"expr.say.eq", "expr.say.ne", "expr.say.lt",
                                        "expr.say.le", "expr.say.gt", "expr.say.ge"};
    static const char *const timed[] = {"expr.say.eq",     "expr.say.ne",
                                        "expr.say.before", "expr.say.not_after",
                                        "expr.say.after",  "expr.say.not_before"};
    bool time = e->field->type == EXPR_DATE || e->field->type == EXPR_INSTANT;
    return (time ? timed : plain)[e->compare.op];
}

static str say_list(const struct speaker *s, const struct expr *e)
{
    struct buf b;
    buf_init(&b, s->a, SENTENCE_MAX);
    for (size_t i = 0; i < e->list.n; i++) {
        if (i) buf_add(&b, SAY(s, "expr.say.list"));
        buf_add(&b, say_value(s, e->field, &e->list.at[i]));
    }
    return buf_str(&b);
}

static str say_leaf(const struct speaker *s, const struct expr *e)
{
    str field = symbol_title(e->field, s->lang);
    bool no = e->negated;
    switch (e->kind) {
    case EXPR_COMPARE:
        return SAY(s, compare_id(e), field, say_value(s, e->field, &e->compare.value));
    case EXPR_IN: return SAY(s, no ? "expr.say.not_in" : "expr.say.in", field, say_list(s, e));
    case EXPR_LIKE: {
        str text = SAY(s, "expr.say.text", e->like.text);
        if (e->like.contains)
            return SAY(s, no ? "expr.say.not_contains" : "expr.say.contains", field, text);
        return SAY(s, no ? "expr.say.not_like" : "expr.say.like", field, text);
    }
    case EXPR_IS_NULL: return SAY(s, no ? "expr.say.not_null" : "expr.say.null", field);
    case EXPR_SUBTREE:
        return SAY(s, no ? "expr.say.not_subtree" : "expr.say.subtree", field,
                   say_value(s, e->field, &e->root));
    default:
        return SAY(s, no ? "expr.say.not_between" : "expr.say.between", field,
                   say_value(s, e->field, &e->between.low),
                   say_value(s, e->field, &e->between.high));
    }
}

static void say_node(const struct speaker *s, struct buf *b, const struct expr *e);

static str say_apart(const struct speaker *s, const struct expr *e)
{
    struct buf b;
    buf_init(&b, s->a, SENTENCE_MAX);
    say_node(s, &b, e);
    return buf_str(&b);
}

static void say_node(const struct speaker *s, struct buf *b, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_CONST:
        buf_add(b, e->truth ? SAY(s, "expr.say.true") : SAY(s, "expr.say.false"));
        return;
    case EXPR_NOT: buf_add(b, SAY(s, "expr.say.not", say_apart(s, e->parts.at[0]))); return;
    case EXPR_AND:
    case EXPR_OR:
        for (size_t i = 0; i < e->parts.n; i++) {
            const struct expr *part = e->parts.at[i];
            if (i) buf_add(b, e->kind == EXPR_AND ? SAY(s, "expr.say.and") : SAY(s, "expr.say.or"));
            bool group = part->kind == EXPR_OR || part->kind == EXPR_AND;
            if (group) buf_add(b, SAY(s, "expr.say.group", say_apart(s, part)));
            else say_node(s, b, part);
        }
        return;
    default: buf_add(b, say_leaf(s, e)); return;
    }
}

str expr_sentence(struct arena *a, const struct expr *e, enum lang lang)
{
    struct speaker s = {a, lang};
    return say_apart(&s, e);
}
