#include "ledger/registers/cell.h"

#include "ledger/args.h"
#include "ledger/filter.h"
#include "ledger/org/unit_tree.h"

enum { SHORT_TEXT_MAX = 400, LONG_TEXT_MAX = 4000, PLACE_TEXT_MAX = 120 };

static bool wrong(struct call *k, str path, const char *id, const struct declared *d, str detail)
{
    return fail_field(k->c, ERR_INVALID, id, path, declared_name(k, d), detail);
}

int64_t declared_max(const struct declared *d)
{
    int64_t most = d->kind == KIND_LONG_TEXT ? LONG_TEXT_MAX : d->kind == KIND_PLACE ? PLACE_TEXT_MAX : SHORT_TEXT_MAX;
    return d->f.max_length > 0 && d->f.max_length < LONG_TEXT_MAX ? d->f.max_length : most;
}

const struct field *declared_column(enum field_kind kind)
{
    static const char *const NAMES[] = {
        [KIND_TEXT] = "text_value",      [KIND_LONG_TEXT] = "text_value", [KIND_INTEGER] = "number_value",
        [KIND_DECIMAL] = "number_value", [KIND_MONEY] = "number_value",   [KIND_DAY] = "day_value",
        [KIND_BOOL] = "number_value",    [KIND_CHOICE] = "text_value",    [KIND_UNIT] = "ref_id",
        [KIND_PERSON] = "ref_id",        [KIND_PLACE] = "text_value"};
    return shape_field(ITEM_VALUE.shape, str_of(NAMES[kind]));
}

/* --- reading: scalars through args.c, the one reading of values --- */

struct scalar {
    int64_t number;
    dec decimal;
    str text;
};

static bool read_as(struct call *k, const struct declared *d, str path, str text, enum field_type type,
                    const char *entity, struct scalar *out)
{
    size_t at = type == F_DEC    ? offsetof(struct scalar, decimal)
                : type == F_TEXT ? offsetof(struct scalar, text)
                                 : offsetof(struct scalar, number);
    struct field f = {str_z(k->c->a, path), type, at, (int)declared_max(d), str_z(k->c->a, d->f.name),
                      str_z(k->c->a, d->f.name_en.n ? d->f.name_en : d->f.name), 0, entity};
    struct shape s = {"cell", &f, 1, sizeof *out};
    struct param p = {path, text};
    uint64_t given;
    return args_from_params(k, &s, &p, 1, out, &given);
}

static bool read_choice(struct call *k, const struct declared *d, str path, str text, str *code)
{
    str folded = str_fold(k->c->a, text);
    struct buf b;
    buf_init(&b, k->c->a, 2000);
    for (size_t i = 0; i < d->n_choices; i++) {
        const struct field_choice *x = &d->choices[i];
        bool same = str_eq(x->code, text) || str_eq(str_fold(k->c->a, x->zh), folded) ||
                    (x->en.n && str_eq(str_fold(k->c->a, x->en), folded));
        if (same) {
            *code = x->code;
            return true;
        }
        if (i) buf_addz(&b, k->c->lang == LANG_EN ? ", " : "、");
        buf_add(&b, k->c->lang == LANG_EN && x->en.n ? x->en : x->zh);
    }
    return wrong(k, path, "field.not_in_list", d, buf_str(&b));
}

static bool read_bool(struct call *k, const struct declared *d, str path, str text, dec *out)
{
    static const char *const YES[] = {"1", "true", "是", "yes"}, *const NO[] = {"0", "false", "否", "no"};
    for (size_t i = 0; i < COUNT_OF(YES); i++) {
        if (str_is(text, YES[i])) *out = (dec){DEC_ONE};
        else if (str_is(text, NO[i])) *out = (dec){0};
        else continue;
        return true;
    }
    return wrong(k, path, "field.not_a_truth_value", d, text);
}

static size_t decimals_of(str text)
{
    size_t dot = str_find(text, STR("."), 0);
    return dot == SIZE_MAX ? 0 : text.n - dot - 1;
}

static bool read_number(struct call *k, const struct declared *d, str path, str text, dec *out)
{
    struct scalar s;
    if (!read_as(k, d, path, text, F_DEC, NULL, &s)) return false;
    *out = s.decimal;
    if (d->kind == KIND_INTEGER && out->millionths % DEC_ONE != 0)
        return wrong(k, path, "field.not_a_number", d, text);
    if (d->kind == KIND_INTEGER || d->f.decimals == 0) return true;
    size_t have = decimals_of(dec_text(k->c->a, *out)); // without zeroes at the end
    return have <= (size_t)d->f.decimals ||
           wrong(k, path, "register.too_many_decimals", d, str_printf(k->c->a, "%" PRId64, d->f.decimals));
}

// A code or an id as everywhere, or a name that means one unit or one person.
static bool read_unit(struct call *k, const struct declared *d, str path, str text, int64_t *id)
{
    struct list ids;
    struct scalar s;
    const struct unit_node *u = unit_tree_by_code(k->units, text);
    unit_tree_find(k->c->a, k->units, text, &ids);
    if (u || ids.n == 1) {
        *id = u ? u->unit.id : *(int64_t *)ids.at;
        return true;
    }
    if (!read_as(k, d, path, text, F_REF, "unit", &s)) return false;
    *id = s.number;
    return true;
}

static bool read_person(struct call *k, const struct declared *d, str path, str text, int64_t *id)
{
    struct scalar s;
    struct db_rows r;
    int found = 0;
    if (!DB_QUERY(k->c, k->db, &r, &FILTER_PERSON_BY_NAME, ARG(k->district), ARG(text))) return false;
    for (; db_next(&r); found++) *id = db_int(&r, 0);
    if (!db_done(&r)) return false;
    if (found == 1) return true;
    if (found > 1) return wrong(k, path, "register.several_people", d, text);
    if (!read_as(k, d, path, text, F_REF, "person", &s)) return false;
    *id = s.number;
    return true;
}

void value_clear(struct item_value *v)
{
    v->text_value = v->text_folded = STR_EMPTY;
    v->number_value = DEC_NONE;
    v->day_value = v->ref_id = 0;
}

bool value_empty(const struct item_value *v)
{
    return v->text_value.n == 0 && dec_is_none(v->number_value) && !v->day_value && !v->ref_id;
}

static bool read_text(struct call *k, const struct declared *d, str path, str text, struct item_value *v)
{
    struct scalar s;
    if (d->kind == KIND_CHOICE) {
        if (!read_choice(k, d, path, text, &v->text_value)) return false;
    } else {
        if (!read_as(k, d, path, text, F_TEXT, NULL, &s)) return false;
        v->text_value = s.text;
    }
    v->text_folded = str_fold(k->c->a, v->text_value);
    return true;
}

bool declared_parse(struct call *k, const struct declared *d, str path, str text, struct item_value *v)
{
    struct scalar s;
    value_clear(v);
    text = str_trim(text);
    switch (d->kind) {
    case KIND_INTEGER:
    case KIND_DECIMAL:
    case KIND_MONEY: return read_number(k, d, path, text, &v->number_value);
    case KIND_BOOL: return read_bool(k, d, path, text, &v->number_value);
    case KIND_DAY:
        if (!read_as(k, d, path, text, F_DAY, NULL, &s)) return false;
        v->day_value = s.number;
        return true;
    case KIND_UNIT: return read_unit(k, d, path, text, &v->ref_id);
    case KIND_PERSON: return read_person(k, d, path, text, &v->ref_id);
    default: return read_text(k, d, path, text, v);
    }
}

/* --- telling --- */

str declared_plain(struct call *k, const struct declared *d, const struct item_value *v)
{
    switch (d->kind) {
    case KIND_INTEGER:
    case KIND_DECIMAL:
    case KIND_MONEY: return dec_text(k->c->a, v->number_value);
    case KIND_BOOL: return v->number_value.millionths > 0 ? STR("true") : STR("false");
    case KIND_DAY: return day_text(k->c->a, day_from_ymd((int32_t)v->day_value));
    case KIND_UNIT:
    case KIND_PERSON: return str_printf(k->c->a, "%" PRId64, v->ref_id);
    default: return v->text_value;
    }
}

bool declared_shown(struct names *n, const struct declared *d, const struct item_value *v, str *out)
{
    bool en = n->k->c->lang == LANG_EN;
    *out = declared_plain(n->k, d, v);
    if (d->kind == KIND_BOOL) *out = v->number_value.millionths > 0 ? (en ? STR("yes") : STR("是"))
                                                                    : (en ? STR("no") : STR("否"));
    for (size_t i = 0; d->kind == KIND_CHOICE && i < d->n_choices; i++)
        if (str_eq(d->choices[i].code, v->text_value))
            *out = en && d->choices[i].en.n ? d->choices[i].en : d->choices[i].zh;
    if (d->kind == KIND_UNIT) return names_of(n, "unit", v->ref_id, out);
    return d->kind != KIND_PERSON || names_of(n, "person", v->ref_id, out);
}
