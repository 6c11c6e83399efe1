/* The registers of a district as the snapshot of its rules keeps them. */
#include <jansson.h>

#include "ledger/org/org_internal.h"
#include "ledger/org/rules.h"
#include "ledger/registers/loop_variant.h"
#include "ledger/registers/registers_internal.h"

struct records REGISTER_FIELDS_ALL =
    RECORDS("register_field.all", &REGISTER_FIELD, "WHERE district_id = $1 ORDER BY register_id, official_order, id");
struct records LOOP_VARIANTS_ALL =
    RECORDS("loop_variant.all", &LOOP_VARIANT, "WHERE district_id = $1 ORDER BY id");
struct records REGISTER_CLOCKS_ALL =
    RECORDS("register_clock.all", &REGISTER_CLOCK, "WHERE district_id = $1 ORDER BY register_id, kind, id");

/* --- choices --- */

static bool choice_add(struct arena *a, struct choice_list *list, struct field_choice one)
{
    if (one.code.n == 0) return false;
    if (one.zh.n == 0) one.zh = one.code;
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].code, one.code) || str_eq(list->at[i].zh, one.zh)) return false;
    VEC_ADD(a, list, one);
    return true;
}

static str member(struct arena *a, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    return json_is_string(v) ? str_dup(a, (str){json_string_value(v), json_string_length(v)}) : STR_EMPTY;
}

static bool choices_from_json(struct arena *a, str text, struct choice_list *list)
{
    json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json_is_array(root);
    for (size_t i = 0; ok && i < json_array_size(root); i++) {
        const json_t *o = json_array_get(root, i);
        ok = choice_add(a, list, (struct field_choice){member(a, o, "code"), member(a, o, "zh"), member(a, o, "en")});
    }
    json_decref(root);
    return ok;
}

bool choices_parse(struct arena *a, str text, const struct field_choice **out, size_t *n)
{
    struct choice_list list = {0};
    bool ok = true;
    text = str_trim(text);
    if (str_starts(text, STR("["))) ok = choices_from_json(a, text, &list);
    else
        while (text.n && ok) {
            str one = str_trim(str_cut(&text, STR("|")));
            str code = str_trim(str_cut(&one, STR("=")));
            str zh = str_trim(str_cut(&one, STR("=")));
            ok = choice_add(a, &list, (struct field_choice){code, zh, str_trim(one)});
        }
    *out = list.at;
    *n = list.n;
    return ok && list.n <= CHOICES_MAX;
}

str choices_json(struct arena *a, const struct field_choice *at, size_t n)
{
    struct buf b;
    struct json j;
    buf_init(&b, a, 16000);
    jw_init(&j, &b);
    jw_array(&j);
    for (size_t i = 0; i < n; i++) {
        jw_object(&j);
        jw_put_text(&j, "code", at[i].code);
        jw_put_text(&j, "zh", at[i].zh);
        jw_put_text(&j, "en", at[i].en);
        jw_end(&j);
    }
    jw_end(&j);
    return buf_str(&b);
}

/* --- loading --- */

static enum field_kind kind_of(str code)
{
    for (size_t i = 0; i < FIELD_KINDS.n; i++)
        if (str_is(code, FIELD_KINDS.at[i].code)) return (enum field_kind)i;
    return KIND_TEXT;
}

static unsigned roles_of(str codes)
{
    unsigned bits = 0;
    while (codes.n) bits |= role_bit(str_trim(str_cut(&codes, STR("|"))));
    return bits;
}

bool declared_make(struct arena *a, const struct register_field *f, struct declared *out)
{
    *out = (struct declared){.f = *f, .kind = kind_of(f->kind), .visible_to = roles_of(f->visible_to)};
    return f->choices.n == 0 || choices_parse(a, f->choices, &out->choices, &out->n_choices);
}

static const struct loop_shape *shape_named(const struct register_set *s, str code)
{
    for (size_t i = 0; i < s->n_loops; i++)
        if (str_eq(s->loops[i].code, code)) return &s->loops[i];
    return NULL;
}

static bool load_loops(struct call *k, struct register_set *s)
{
    struct list rows;
    if (!record_list(k, &LOOP_VARIANTS_ALL, &rows, ARG(k->district))) return false;
    const struct loop_variant *v = rows.at;
    struct loop_shape *at = arena_alloc(k->c->a, (rows.n + 1) * sizeof *at);
    for (size_t i = 0; i < rows.n; i++) {
        at[i] = (struct loop_shape){.code = v[i].code, .name = v[i].name, .name_en = v[i].name_en};
        if (loop_variant_parse(k->c, v[i].steps, &at[i])) continue;
        // One that this program would not declare any more: its registers run the full loop.
        if (k->c->err.code != ERR_INVALID) return false;
        error_clear(k->c);
        at[i].code = STR_EMPTY;
    }
    s->loops = at;
    s->n_loops = rows.n;
    return true;
}

static bool load_clocks(struct call *k, struct register_set *s)
{
    struct list rows;
    if (!record_list(k, &REGISTER_CLOCKS_ALL, &rows, ARG(k->district))) return false;
    const struct register_clock *c = rows.at;
    struct register_rule *at = arena_alloc(k->c->a, (rows.n + 1) * sizeof *at);
    for (size_t i = 0; i < rows.n; i++)
        at[i] = (struct register_rule){c[i].register_id, {.kind = c[i].kind, .amount = c[i].amount, .unit = c[i].unit,
                                       .roll = c[i].roll, .rule_version = c[i].rule_version, .source = c[i].source}};
    s->clocks = at;
    s->n_clocks = rows.n;
    return true;
}

// A name that two registers' fields bear means neither of them where no register is given.
static void note_name(struct call *k, struct map *names, struct declared *d, str name)
{
    str folded = str_fold(k->c->a, name);
    struct declared *other = folded.n ? map_get(names, folded) : NULL;
    if (folded.n && !other) (void)map_put(k->c->a, names, folded, d);
    if (other && other->reg != d->reg) other->alone = d->alone = false;
}

// The rows stand in the order of their registers.
static bool load_fields(struct call *k, struct register_set *s)
{
    struct list rows;
    if (!record_list(k, &REGISTER_FIELDS_ALL, &rows, ARG(k->district))) return false;
    const struct register_field *f = rows.at;
    struct map names = {0};
    struct declared *at = arena_alloc(k->c->a, (rows.n + 1) * sizeof *at);
    for (size_t i = 0; i < rows.n && arena_ok(k->c->a); i++) {
        struct register_info *reg = map_get_int(&s->by_id, f[i].register_id);
        if (!reg || !declared_make(k->c->a, &f[i], &at[i])) continue;
        at[i].reg = reg;
        (void)map_put_int(k->c->a, &s->fields, f[i].id, &at[i]);
        if (f[i].removed) continue;
        if (!reg->fields) reg->fields = arena_alloc(k->c->a, (rows.n - i) * sizeof *reg->fields);
        reg->fields[reg->n++] = &at[i];
        at[i].alone = true;
        note_name(k, &names, &at[i], f[i].code);
        note_name(k, &names, &at[i], f[i].name);
        note_name(k, &names, &at[i], f[i].name_en);
    }
    return ctx_ok(k->c);
}

bool registers_load(struct call *k, const struct register_set **out)
{
    struct list rows;
    struct register_set *s = ARENA_NEW(k->c->a, struct register_set);
    if (!record_list(k, &REGISTERS_ALL, &rows, ARG(k->district)) || !load_loops(k, s)) return false;
    const struct register_def *def = rows.at;
    struct register_info *at = arena_alloc(k->c->a, (rows.n + 1) * sizeof *at);
    for (size_t i = 0; i < rows.n; i++) {
        at[i] = (struct register_info){.def = def[i], .loop = def[i].loop.n ? shape_named(s, def[i].loop) : NULL};
        (void)map_put_int(k->c->a, &s->by_id, def[i].id, &at[i]);
    }
    s->at = at;
    s->n = rows.n;
    *out = s;
    return load_clocks(k, s) && load_fields(k, s);
}

/* --- asking --- */

const struct register_info *register_of(const struct call *k, int64_t id)
{
    return k->rules && k->rules->registers ? map_get_int(&k->rules->registers->by_id, id) : NULL;
}

const struct register_info *register_by_code(const struct call *k, str code)
{
    const struct register_set *s = k->rules ? k->rules->registers : NULL;
    for (size_t i = 0; s && i < s->n; i++)
        if (str_eq(s->at[i].def.code, code)) return &s->at[i];
    return NULL;
}

const struct declared *declared_by_id(const struct call *k, int64_t id)
{
    return k->rules && k->rules->registers ? map_get_int(&k->rules->registers->fields, id) : NULL;
}

bool declared_visible(const struct call *k, const struct declared *d)
{
    return d->visible_to == 0 || actor_has(k, d->visible_to | ROLE_SYSTEM);
}

const struct declared *declared_find(const struct call *k, const struct register_info *reg, str name)
{
    const struct declared *found = NULL;
    str folded = str_fold(k->c->a, name);
    for (size_t i = 0; reg && i < reg->n && !found; i++) {
        const struct declared *d = reg->fields[i];
        bool same = str_eq(d->f.code, name) || str_eq(str_fold(k->c->a, d->f.name), folded) ||
                    (d->f.name_en.n && str_eq(str_fold(k->c->a, d->f.name_en), folded));
        if (same && declared_visible(k, d)) found = d;
    }
    return found;
}

str declared_name(const struct call *k, const struct declared *d)
{
    return k->c->lang == LANG_EN && d->f.name_en.n ? d->f.name_en : d->f.name;
}

bool value_may_see(struct call *k, const void *record, bool *may)
{
    const struct item_value *v = record;
    const struct declared *d = declared_by_id(k, v->field_id);
    struct item it;
    *may = d && declared_visible(k, d);
    return !*may || (record_load(k, &ITEM, v->item_id, &it) && item_may_see(k, &it, may));
}
