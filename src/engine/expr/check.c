#include "engine/expr/check.h"

str symbol_title(const struct expr_symbol *field, enum lang lang)
{
    str title = lang == LANG_ZH ? field->zh : field->en;
    return title.n ? title : field->name;
}

bool operand_is_null(const struct operand *o)
{
    return o->kind == OPERAND_WORD && o->word == WORD_NULL;
}

bool check_order(struct ctx *c, const struct expr_symbol *field, size_t pos)
{
    switch (field->type) {
    case EXPR_TEXT:
    case EXPR_INT:
    case EXPR_DEC:
    case EXPR_DATE:
    case EXPR_INSTANT: return true;
    default: return fail_at(c, ERR_INVALID, "expr.no_order", pos, symbol_title(field, c->lang));
    }
}

struct typing {
    struct ctx *c;
    const struct expr_symbol *field;
    const struct operand *o;
    struct expr_value *out;
};

// The id names what the field needs; the operand is shown beside it.
static bool mismatch(const struct typing *t, const char *id)
{
    return fail_at(t->c, ERR_INVALID, id, t->o->pos, symbol_title(t->field, t->c->lang),
                   t->o->text);
}

static bool is_word(const struct operand *o)
{
    return o->kind == OPERAND_WORD || (o->kind == OPERAND_DATE && o->plain);
}

static bool type_text(const struct typing *t)
{
    if (t->o->kind != OPERAND_TEXT) return mismatch(t, "expr.need_text");
    t->out->kind = EXPR_V_TEXT;
    t->out->text = t->o->text;
    return true;
}

static str list_choices(const struct typing *t)
{
    enum { SHOWN = 12 };
    struct buf b;
    buf_init(&b, t->c->a, 1024);
    for (size_t i = 0; i < t->field->n_choices && i < SHOWN; i++) {
        const struct expr_choice *k = &t->field->choices[i];
        str title = t->c->lang == LANG_ZH ? k->zh : k->code;
        if (i) buf_addz(&b, ", ");
        buf_add(&b, title.n ? title : k->code);
    }
    if (t->field->n_choices > SHOWN) buf_addz(&b, " …");
    return buf_str(&b);
}

static bool type_enum(const struct typing *t)
{
    const struct expr_choice *k = NULL;
    if (t->o->kind == OPERAND_TEXT || is_word(t->o)) k = choice_find(t->field, t->o->text);
    if (!k)
        return fail_at(t->c, ERR_INVALID, "expr.unknown_choice", t->o->pos,
                       symbol_title(t->field, t->c->lang), t->o->text, list_choices(t));
    t->out->kind = EXPR_V_CHOICE;
    t->out->text = k->code;
    return true;
}

static bool type_int(const struct typing *t)
{
    if (t->o->kind != OPERAND_NUMBER || str_has(t->o->text, STR(".")))
        return mismatch(t, "expr.need_integer");
    t->out->kind = EXPR_V_INT;
    return str_int(t->o->text, &t->out->number) || mismatch(t, "expr.number_range");
}

static bool type_dec(const struct typing *t)
{
    dec d;
    if (t->o->kind != OPERAND_NUMBER) return mismatch(t, "expr.need_number");
    if (!dec_parse(t->o->text, &d)) return mismatch(t, "expr.number_range");
    t->out->kind = EXPR_V_DEC;
    t->out->number = d.millionths;
    return true;
}

// A written date with days added is a date at once; all else waits for its moment.
static bool type_moving(const struct typing *t)
{
    const struct operand *o = t->o;
    struct expr_value *v = t->out;
    v->anchor = word_anchor(o->word);
    v->number = v->anchor == EXPR_FIXED ? o->number : 0;
    v->offset = o->offset;
    v->working = o->working && o->offset != 0;
    v->kind = EXPR_V_MOVING;
    if (v->anchor != EXPR_FIXED || v->working) return true;
    v->kind = EXPR_V_DAY;
    v->number += v->offset;
    v->offset = 0;
    if (civil_valid(day_civil((day)v->number))) return true;
    return fail_at(t->c, ERR_INVALID, "expr.date_range", o->pos);
}

static bool type_date(const struct typing *t)
{
    day d;
    if (t->o->kind == OPERAND_DATE) return type_moving(t);
    if (t->o->kind != OPERAND_TEXT || !day_parse(t->o->text, &d))
        return mismatch(t, "expr.need_date");
    t->out->kind = EXPR_V_DAY;
    t->out->number = d;
    return true;
}

static bool type_instant(const struct typing *t, int zone_min)
{
    day d;
    instant at = t->o->number;
    if (t->o->kind == OPERAND_DATE || (t->o->kind == OPERAND_TEXT && day_parse(t->o->text, &d)))
        return type_date(t);
    bool good = t->o->kind == OPERAND_INSTANT ||
                (t->o->kind == OPERAND_TEXT && instant_parse(t->o->text, zone_min, &at));
    // Whole seconds and a year of four digits, so that the canonical text says the same.
    if (!good || at % US_PER_SECOND != 0 || !civil_valid(day_civil(instant_day(at, zone_min))))
        return mismatch(t, "expr.need_instant");
    t->out->kind = EXPR_V_INSTANT;
    t->out->number = at;
    t->out->text = instant_text(t->c->a, at, zone_min);
    return true;
}

static bool type_bool(const struct typing *t)
{
    if (t->o->kind != OPERAND_WORD || (t->o->word != WORD_TRUE && t->o->word != WORD_FALSE))
        return mismatch(t, "expr.need_bool");
    t->out->kind = EXPR_V_BOOL;
    t->out->number = t->o->word == WORD_TRUE;
    return true;
}

// A unit or a person: by id, by name with or without quotes, or the caller's own.
static bool type_party(const struct typing *t, enum word own, enum expr_value_kind own_kind,
                       const char *need)
{
    const struct operand *o = t->o;
    if (o->kind == OPERAND_NUMBER) {
        t->out->kind = EXPR_V_ID;
        if (str_int(o->text, &t->out->number) && t->out->number > 0) return true;
        return mismatch(t, need);
    }
    if (o->kind == OPERAND_WORD && o->word == own) {
        t->out->kind = own_kind;
        return true;
    }
    bool other = o->kind == OPERAND_WORD && (o->word == WORD_ME || o->word == WORD_MY_UNIT);
    if (other || !(o->kind == OPERAND_TEXT || is_word(o)) || str_trim(o->text).n == 0)
        return mismatch(t, need);
    t->out->kind = EXPR_V_NAME;
    t->out->text = o->text;
    return true;
}

bool operand_typed(struct ctx *c, const struct expr_symbols *symbols,
                   const struct expr_symbol *field, const struct operand *o, struct expr_value *out)
{
    *out = (struct expr_value){.pos = o->pos, .text = STR_EMPTY};
    struct typing t = {c, field, o, out};
    bool word_for_field = o->kind == OPERAND_WORD && o->word == WORD_NONE &&
                          field->type != EXPR_ENUM && field->type != EXPR_UNIT &&
                          field->type != EXPR_PERSON;
    if (word_for_field && symbol_find(symbols, o->text))
        return fail_at(c, ERR_INVALID, "expr.field_on_right", o->pos, o->text);
    switch (field->type) {
    case EXPR_TEXT: return type_text(&t);
    case EXPR_ENUM: return type_enum(&t);
    case EXPR_INT: return type_int(&t);
    case EXPR_DEC: return type_dec(&t);
    case EXPR_DATE: return type_date(&t);
    case EXPR_INSTANT: return type_instant(&t, symbols->zone_min);
    case EXPR_BOOL: return type_bool(&t);
    case EXPR_UNIT: return type_party(&t, WORD_MY_UNIT, EXPR_V_MY_UNIT, "expr.need_unit");
    case EXPR_PERSON: return type_party(&t, WORD_ME, EXPR_V_ME, "expr.need_person");
    }
    BUG("a symbol without a type");
}
