#include "ledger/registers/values.h"

#include "ledger/item/loop.h"
#include "ledger/org/rules.h"
#include "ledger/registers/registers_internal.h"

#define OWNER struct field_given
SHARED_SHAPE_OF(field_given, FIELD_GIVEN_FIELDS);
#undef OWNER

struct records VALUES_OF_ITEM =
    RECORDS("item_value.of_item", &ITEM_VALUE, "WHERE district_id = $1 AND item_id = $2 ORDER BY field_id");

static const struct item_value *value_in(const struct list *rows, int64_t field)
{
    const struct item_value *at = rows->at;
    for (size_t i = 0; i < rows->n; i++)
        if (at[i].field_id == field) return &at[i];
    return NULL;
}

static str path_of(struct call *k, str code)
{
    return str_printf(k->c->a, "fields.%.*s", STR_FMT(code));
}

// What was agreed at the beginning changes by a decided request only, once the item is issued.
static bool frozen(const struct call *k, const struct item *it, const struct declared *d)
{
    bool issued = (state_bit(it->state) & (IN_DRAFTED | IN_APPROVED)) == 0;
    (void)k;
    return issued && str_is(d->f.required_at, "draft") && !d->reg->loop;
}

static bool secret(struct call *k, const struct declared *d, str path, str text)
{
    str word = rules_word(k->c->a, k->rules, "secrecy", text);
    return word.n == 0 || fail_field(k->c, ERR_REFUSED, "item.secret", path, declared_name(k, d), word);
}

static bool store(struct call *k, const struct item *it, const struct declared *d, str text,
                  const struct item_value *before)
{
    struct item_value after;
    str path = path_of(k, d->f.code);
    shape_init(ITEM_VALUE.shape, &after);
    if (before) after = *before;
    if (str_trim(text).n == 0 && !before) return true;
    after.item_id = it->id;
    after.field_id = d->f.id;
    if (str_trim(text).n == 0) value_clear(&after);
    else if (!declared_parse(k, d, path, text, &after) || !secret(k, d, path, after.text_value)) return false;
    return before ? record_update(k, &ITEM_VALUE, before, &after) : record_insert(k, &ITEM_VALUE, &after);
}

static bool same_value(const struct item_value *x, const struct item_value *y)
{
    for (size_t i = 0; i < ITEM_VALUE.shape->n; i++)
        if (!field_same(&ITEM_VALUE.shape->fields[i], x, y)) return false;
    return true;
}

// A frozen field may be given again as it stands: a form sends all it shows.
static bool unchanged(struct call *k, const struct declared *d, str text, const struct item_value *before)
{
    struct item_value after;
    if (!before || str_trim(text).n == 0) return str_trim(text).n == 0 && (!before || value_empty(before));
    after = *before;
    struct ctx own = {.a = k->c->a, .lang = k->c->lang, .err = {.position = -1}};
    struct call asking = *k;
    asking.c = &own;
    return declared_parse(&asking, d, STR_EMPTY, text, &after) && same_value(before, &after);
}

bool values_set(struct call *k, const struct item *it, const struct list *given)
{
    const struct field_given *at = given->at;
    const struct register_info *reg = register_of(k, it->register_id);
    struct list rows;
    if (given->n == 0) return true;
    if (!record_list(k, &VALUES_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < given->n; i++) {
        const struct declared *d = declared_find(k, reg, at[i].field);
        str path = path_of(k, at[i].field);
        if (!d)
            return fail_field(k->c, ERR_INVALID, "register.no_field", path, reg ? reg->def.name : STR_EMPTY,
                              at[i].field);
        for (size_t j = 0; j < i; j++)
            if (declared_find(k, reg, at[j].field) == d)
                return fail_field(k->c, ERR_INVALID, "register.field_twice", path, declared_name(k, d));
        const struct item_value *before = value_in(&rows, d->f.id);
        if (frozen(k, it, d)) {
            if (unchanged(k, d, at[i].value, before)) continue;
            return fail_field(k->c, ERR_REFUSED, "register.field_frozen", path, item_label(k, it), declared_name(k, d));
        }
        if (!store(k, it, d, at[i].value, before)) return false;
    }
    return ctx_ok(k->c);
}

/* --- what must be there --- */

static size_t stage_of(str code)
{
    for (size_t i = 0; i < REQUIRED_AT.n; i++)
        if (str_is(code, REQUIRED_AT.at[i].code)) return i;
    return REQUIRED_AT.n;
}

bool values_required(struct call *k, const struct item *it, const char *stage)
{
    const struct register_info *reg = register_of(k, it->register_id);
    size_t now = stage_of(str_of(stage));
    struct list rows;
    if (!reg || reg->n == 0) return true;
    if (!record_list(k, &VALUES_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < reg->n; i++) {
        const struct declared *d = reg->fields[i];
        const struct item_value *v = value_in(&rows, d->f.id);
        bool needed = stage_of(d->f.required_at) <= now && !str_is(d->f.required_at, "never");
        // What this actor may not read somebody else fills.
        if (!needed || !declared_visible(k, d) || (v && !value_empty(v))) continue;
        return fail_field(k->c, ERR_INVALID, "register.field_missing", path_of(k, d->f.code), item_label(k, it),
                          declared_name(k, d));
    }
    return true;
}

bool values_quota(struct call *k, const struct item *it, str *word)
{
    struct list rows;
    *word = STR_EMPTY;
    const struct register_info *reg = register_of(k, it->register_id);
    if (!reg || reg->n == 0) return true;
    if (!record_list(k, &VALUES_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    const struct item_value *v = rows.at;
    for (size_t i = 0; i < rows.n && word->n == 0; i++)
        *word = rules_word(k->c->a, k->rules, "quota", v[i].text_value);
    return true;
}
