#include "ledger/args.h"

#include "ledger/sight.h"

#include <jansson.h>
#include <stdlib.h>
#include <utf8proc.h>

enum { TEXT_DEFAULT_MAX = 400, LIST_DEFAULT_MAX = 500 };

static str label(const struct call *k, const struct field *f)
{
    return str_of(k->c->lang == LANG_EN ? f->en : f->zh);
}

static bool wrong(struct call *k, str path, const char *id, const struct field *f, str detail)
{
    return fail_field(k->c, ERR_INVALID, id, path, label(k, f), detail);
}

/* --- scalars from text: the one reading of values, for JSON strings and for parameters --- */

// Normalised to NFC; control characters other than line feed and tab are refused.
static bool clean_text(struct call *k, str path, const struct field *f, str in, str *out)
{
    bool ascii = true;
    for (size_t i = 0; i < in.n; i++) {
        unsigned char ch = (unsigned char)in.p[i];
        bool c1 = ch == 0xc2 && i + 1 < in.n && (unsigned char)in.p[i + 1] < 0xa0; // U+0080 to U+009F
        if ((ch < 0x20 && ch != '\n' && ch != '\t' && ch != '\r') || ch == 0x7f || c1)
            return wrong(k, path, "field.control_character", f, STR_EMPTY);
        ascii = ascii && ch < 0x80;
    }
    *out = str_trim(in);
    if (ascii || out->n == 0) {
        *out = str_dup(k->c->a, *out); // the JSON value goes before the arguments do
        return true;
    }
    utf8proc_uint8_t *nfc = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)out->p, (utf8proc_ssize_t)out->n, &nfc,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n < 0) return wrong(k, path, "field.not_text", f, STR_EMPTY);
    *out = str_dup(k->c->a, (str){(char *)nfc, (size_t)n});
    free(nfc);
    return true;
}

static bool set_text(struct call *k, str path, const struct field *f, str value, void *args)
{
    str clean;
    if (!clean_text(k, path, f, value, &clean)) return false;
    size_t max = f->max > 0 ? (size_t)f->max : TEXT_DEFAULT_MAX;
    if (utf8_count(clean) > max)
        return wrong(k, path, "field.too_long", f, str_printf(k->c->a, "%zu", max));
    *field_str(f, args) = clean;
    return true;
}

static bool set_enum(struct call *k, str path, const struct field *f, str value, void *args)
{
    const struct enum_table *t = f->extra;
    const struct enum_value *v = enum_find(t, value);
    if (v) {
        *field_str(f, args) = str_of(v->code);
        return true;
    }
    struct buf b;
    buf_init(&b, k->c->a, 1000);
    for (size_t i = 0; i < t->n; i++) buf_printf(&b, "%s%s", i ? ", " : "", t->at[i].code);
    return wrong(k, path, "field.not_in_list", f, buf_str(&b));
}

/*
 * What a call is about: its first argument, when it must be given and refers to something that not
 * everybody sees. That it is missing is then the answer (404), and not an error of the arguments.
 */
static const struct field *addressed(struct call *k, const struct shape *s, const struct field *f, str path)
{
    if (f != s->fields || path.n || f->type != F_REF || !(f->flags & REQUIRED)) return f;
    const struct sight *sight = sight_of(entity_find(str_of(f->extra)));
    if (sight && sight->kind == SIGHT_ALL) return f;
    struct field *own = ARENA_NEW(k->c->a, struct field);
    *own = *f;
    own->flags |= ADDRESSED;
    return own;
}

// A reference is an id (digits alone, at least ten) or a code of the entity, which may be digits too.
// What the actor may not see is not there (sight.h).
static bool resolve(struct call *k, str path, const struct field *f, str value, int64_t *id)
{
    const struct entity *e = entity_find(str_of(f->extra));
    INVARIANT(e != NULL);
    bool found;
    if (!sight_find(k, e, value, id, &found)) return false;
    if (!found && (f->flags & ADDRESSED)) return record_missing(k, e, value);
    return found || wrong(k, path, "field.no_such_reference", f, value);
}

static bool set_from_text(struct call *k, str path, const struct field *f, str value, void *args)
{
    switch (f->type) {
    case F_REF: return resolve(k, path, f, value, field_int(f, args));
    case F_ID:
    case F_INT:
        if (str_int(value, field_int(f, args))) return true;
        return wrong(k, path, "field.not_a_number", f, value);
    case F_BOOL:
        *field_int(f, args) = str_is(value, "true") || str_is(value, "1");
        if (*field_int(f, args) || str_is(value, "false") || str_is(value, "0")) return true;
        return wrong(k, path, "field.not_a_truth_value", f, value);
    case F_DAY: {
        day d;
        if (!day_parse(value, &d)) return wrong(k, path, "field.not_a_date", f, value);
        *field_int(f, args) = day_to_ymd(d);
        return true;
    }
    case F_INSTANT:
        if (instant_parse(value, k->zone_min, field_int(f, args))) return true;
        return wrong(k, path, "field.not_an_instant", f, value);
    case F_DEC:
        if (dec_parse(value, field_dec(f, args))) return true;
        return wrong(k, path, "field.not_a_decimal", f, value);
    case F_ENUM: return set_enum(k, path, f, value, args);
    case F_SECRET: *field_str(f, args) = str_dup(k->c->a, value); return true;
    default: return set_text(k, path, f, value, args);
    }
}

/* --- JSON --- */

static bool parse_object(struct call *k, str path, const struct shape *s, const json_t *object, void *args,
                         uint64_t *given);

static str member_path(struct call *k, str path, const char *name)
{
    return path.n ? str_printf(k->c->a, "%.*s.%s", STR_FMT(path), name) : str_of(name);
}

static str json_str(const json_t *v)
{
    return (str){json_string_value(v), json_string_length(v)};
}

static bool set_scalar(struct call *k, str path, const struct field *f, const json_t *v, void *args)
{
    bool number = f->type == F_INT || f->type == F_ID;
    if (json_is_string(v)) {
        str text = json_str(v);
        if (f->type == F_BOOL) return wrong(k, path, "field.not_a_truth_value", f, text);
        if (!utf8_valid(text)) return wrong(k, path, "field.not_text", f, STR_EMPTY);
        return set_from_text(k, path, f, text, args);
    }
    if (json_is_integer(v) && number) {
        *field_int(f, args) = json_integer_value(v);
        return true;
    }
    if (json_is_boolean(v) && f->type == F_BOOL) {
        *field_int(f, args) = json_is_true(v);
        return true;
    }
    if (json_is_number(v) && f->type == F_DEC) {
        char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        bool ok = text && dec_parse(str_of(text), field_dec(f, args));
        free(text);
        return ok || wrong(k, path, "field.not_a_decimal", f, STR_EMPTY);
    }
    return wrong(k, path, "field.wrong_type", f, STR_EMPTY);
}

static bool set_list(struct call *k, str path, const struct field *f, const json_t *v, void *args)
{
    if (!json_is_array(v)) return wrong(k, path, "field.wrong_type", f, STR_EMPTY);
    size_t n = json_array_size(v), max = f->max > 0 ? (size_t)f->max : LIST_DEFAULT_MAX;
    if (n > max) return wrong(k, path, "field.too_many", f, str_printf(k->c->a, "%zu", max));
    const struct shape *sub = f->type == F_OBJECTS ? f->extra : NULL;
    size_t size = sub ? sub->size : f->type == F_IDS ? sizeof(int64_t) : sizeof(str);
    struct list *out = field_list(f, args);
    *out = (struct list){arena_try(k->c->a, (n + 1) * size), n};
    if (!out->at) return ctx_ok(k->c);
    // A list of scalars is read through a field of the element's type that stands at offset 0.
    struct field element = {f->name, f->type == F_IDS ? F_REF : F_TEXT, 0, 0, f->zh, f->en, 0, f->extra};
    for (size_t i = 0; i < n; i++) {
        str at = str_printf(k->c->a, "%.*s[%zu]", STR_FMT(path), i);
        void *slot = (char *)out->at + i * size;
        const json_t *one = json_array_get(v, i);
        bool ok = sub ? parse_object(k, at, sub, one, slot, NULL) : set_scalar(k, at, &element, one, slot);
        if (!ok) return false;
    }
    return true;
}

// Nothing was said, although the member is there: null, and "" where no text can be meant.
static bool says_nothing(const struct field *f, str value)
{
    return value.n == 0 && f->type != F_TEXT && f->type != F_SECRET;
}

static bool is_empty(const struct field *f, void *args)
{
    if (f->type >= F_IDS) return field_list(f, args)->n == 0;
    if (f->type == F_DEC) return dec_is_none(*field_dec(f, args));
    return !field_is_int(f) && field_str(f, args)->n == 0;
}

static bool check_required(struct call *k, str path, const struct shape *s, void *args, uint64_t given)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (!(f->flags & REQUIRED)) continue;
        if ((given >> i & 1) && !is_empty(f, args)) continue;
        return wrong(k, member_path(k, path, f->name), "field.required", f, STR_EMPTY);
    }
    return true;
}

static bool parse_object(struct call *k, str path, const struct shape *s, const json_t *object, void *args,
                         uint64_t *given)
{
    if (!json_is_object(object))
        return fail_field(k->c, ERR_INVALID, "field.object_expected", path);
    INVARIANT(s->n <= 64);
    shape_init(s, args);
    uint64_t seen = 0;
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)object, name, value) {
        const struct field *f = shape_field(s, str_of(name));
        str at = member_path(k, path, name);
        if (!f || (f->flags & COMPUTED)) return fail_field(k->c, ERR_INVALID, "field.unknown", at, str_of(name));
        bool none = json_is_null(value) || (json_is_string(value) && says_nothing(f, json_str(value)));
        if (none) { // clears an optional member, leaves a required one missing
            if (!(f->flags & REQUIRED)) seen |= UINT64_C(1) << (f - s->fields);
            continue;
        }
        bool ok = f->type >= F_IDS ? set_list(k, at, f, value, args)
                                   : set_scalar(k, at, addressed(k, s, f, path), value, args);
        if (!ok || !ctx_ok(k->c)) return false;
        seen |= UINT64_C(1) << (f - s->fields);
    }
    if (!check_required(k, path, s, args, seen)) return false;
    if (given) *given = seen;
    return true;
}

static bool shape_empty(const struct shape *s)
{
    return !s || s->n == 0;
}

bool args_parse(struct call *k, const struct shape *s, str text, void *args, uint64_t *given)
{
    static const struct shape none = {"none", NULL, 0, 0};
    if (given) *given = 0;
    json_error_t e;
    json_t *root = json_loadb(text.n ? text.p : "{}", text.n ? text.n : 2, JSON_REJECT_DUPLICATES, &e);
    if (!root) {
        // A parser that could not even begin has no line to tell.
        if (json_error_code(&e) == json_error_out_of_memory || e.line < 0)
            return fail(k->c, ERR_NO_MEMORY, "base.no_memory");
        return fail_at(k->c, ERR_MALFORMED, "json.malformed", e.position > 0 ? e.position - 1 : 0,
                       str_printf(k->c->a, "%d", e.line), str_printf(k->c->a, "%d", e.column), str_of(e.text));
    }
    bool ok = parse_object(k, STR_EMPTY, shape_empty(s) ? &none : s, root, args, given);
    json_decref(root);
    return ok;
}

bool args_from_params(struct call *k, const struct shape *s, const struct param *params, size_t n, void *args,
                      uint64_t *given)
{
    uint64_t seen = 0;
    if (s) shape_init(s, args);
    *given = 0;
    for (size_t i = 0; i < n; i++) {
        const struct field *f = s ? shape_field(s, params[i].name) : NULL;
        if (!f || f->type >= F_IDS)
            return fail_field(k->c, ERR_MALFORMED, "param.unknown", params[i].name, params[i].name);
        uint64_t bit = UINT64_C(1) << (f - s->fields);
        if (seen & bit) return fail_field(k->c, ERR_MALFORMED, "param.repeated", params[i].name, params[i].name);
        seen |= bit;
        if (!utf8_valid(params[i].value)) return wrong(k, params[i].name, "field.not_text", f, STR_EMPTY);
        if (says_nothing(f, params[i].value)) continue;
        if (!set_from_text(k, params[i].name, addressed(k, s, f, STR_EMPTY), params[i].value, args)) return false;
        *given |= bit;
    }
    return !s || check_required(k, STR_EMPTY, s, args, *given);
}

bool shape_has_secret(const struct shape *s)
{
    for (size_t i = 0; s && i < s->n; i++)
        if (s->fields[i].type == F_SECRET) return true;
    return false;
}

str args_masked(struct arena *a, const struct shape *s, str text)
{
    if (!shape_has_secret(s)) return text.n ? text : STR("{}");
    json_error_t e;
    json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &e);
    str out = STR("{}");
    for (size_t i = 0; root && i < s->n; i++)
        if (s->fields[i].type == F_SECRET && json_object_get(root, s->fields[i].name))
            json_object_set_new(root, s->fields[i].name, json_string("***"));
    char *masked = root ? json_dumps(root, JSON_COMPACT) : NULL;
    if (masked) out = str_dup(a, str_of(masked));
    else if (root || json_error_code(&e) == json_error_out_of_memory) arena_exhaust(a);
    free(masked);
    json_decref(root);
    return out;
}

bool args_given(const struct shape *s, uint64_t given, const char *name)
{
    const struct field *f = shape_field(s, str_of(name));
    INVARIANT(f != NULL);
    return given >> (f - s->fields) & 1;
}
