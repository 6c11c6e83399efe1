/* What tables change, what that means for what is there, and the commands that try or do it. */
#include "ledger/registers/declare.h"

#include "ledger/org/org_internal.h"
#include "ledger/org/rules.h"
#include "ledger/registers/cell.h"
#include "ledger/registers/registers_internal.h"
#include "ledger/registers/register_queries.h"
#include "ledger/registers/registers_subject.h"
#include "ledger/registers/values.h"

const struct stmt VALUES_COUNT = {
    "item_value.count", "SELECT count(*) FROM item_value AS v WHERE v.district_id = $1 AND v.field_id = $2"};
struct records VALUES_OF_FIELD = RECORDS(
    "item_value.of_field", &ITEM_VALUE,
    "WHERE district_id = $1 AND field_id = $2 AND item_id > $3 ORDER BY item_id LIMIT 1000");

bool values_count(struct call *k, int64_t field_id, int64_t *n)
{
    struct db_rows r;
    *n = 0;
    if (!DB_QUERY(k->c, k->db, &r, &VALUES_COUNT, ARG(k->district), ARG(field_id))) return false;
    if (db_next(&r)) *n = db_int(&r, 0);
    return db_done(&r);
}

static bool note_unfit(struct call *k, const struct declared *d, const struct item_value *v, str why,
                       struct declare_change *change)
{
    struct item it;
    struct names n;
    struct declare_unfit u = {.why = why};
    if (change->n_unfit++ >= DECLARE_UNFIT_SHOWN) return true;
    names_init(&n, k);
    if (!record_load(k, &ITEM, v->item_id, &it) || !declared_shown(&n, d, v, &u.value)) return false;
    u.item = it.code;
    VEC_ADD(k->c->a, &change->unfit, u);
    return true;
}

// Would the field take its own value, told as text, once more?
static bool try_value(struct call *k, const struct declared *d, const struct item_value *v,
                      struct declare_change *change)
{
    struct ctx own = {.a = k->c->a, .lang = k->c->lang, .err = {.position = -1}}, *kept = k->c;
    struct item_value again = *v;
    if (value_empty(v)) return true;
    k->c = &own;
    bool fits = declared_parse(k, d, d->f.code, declared_plain(k, d, v), &again);
    k->c = kept;
    return fits || note_unfit(k, d, v, error_text(k->c->a, k->c->lang, &own.err), change);
}

bool values_unfit(struct call *k, const struct register_field *after, struct declare_change *change)
{
    struct declared d;
    int64_t last = 0;
    if (!declared_make(k->c->a, after, &d)) return true;
    for (struct list rows = {.n = 1000}; rows.n == 1000;) {
        if (!record_list(k, &VALUES_OF_FIELD, &rows, ARG(k->district), ARG(after->id), ARG(last))) return false;
        const struct item_value *v = rows.at;
        for (size_t i = 0; i < rows.n; i++) {
            last = v[i].item_id;
            change->values += !value_empty(&v[i]);
            if (!try_value(k, &d, &v[i], change) || !ctx_ok(k->c)) return false;
        }
    }
    return true;
}

/* --- fields that a table leaves out --- */

static bool in_tables(const struct declare_report *r, const struct register_field *f, str owner)
{
    for (size_t i = 0; i < r->changes.n; i++) {
        const struct declare_change *c = &r->changes.at[i];
        if (c->entity != &REGISTER_FIELD || !str_eq(c->owner, owner)) continue;
        if (c->id == f->id) return true;
    }
    return false;
}

static bool remove_left_out(struct call *k, struct declare_report *r, str owner)
{
    struct register_def reg;
    struct list rows;
    bool found;
    if (!record_by_code(k, &REGISTER, owner, &reg, &found) || !found) return ctx_ok(k->c);
    if (!record_list(k, &FIELDS_OF_REGISTER, &rows, ARG(k->district), ARG(reg.id))) return false;
    const struct register_field *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        if (at[i].removed || in_tables(r, &at[i], owner)) continue;
        struct register_field *after = record_copy(k, &REGISTER_FIELD, &at[i]);
        after->removed = 1;
        if (!record_update(k, &REGISTER_FIELD, &at[i], after)) return false;
        struct declare_change *c = VEC_PUSH(k->c->a, &r->changes);
        *c = (struct declare_change){.entity = &REGISTER_FIELD, .before = &at[i], .after = after, .removed = true,
                                     .owner = owner, .table = STR_EMPTY};
        if (!values_count(k, at[i].id, &c->values)) return false;
    }
    return true;
}

// The registers whose fields the tables name, each once.
static bool each_owner(struct call *k, struct declare_report *r)
{
    struct map seen = {0};
    size_t n = r->changes.n;
    for (size_t i = 0; i < n; i++) {
        str owner = r->changes.at[i].owner;
        if (r->changes.at[i].entity != &REGISTER_FIELD || map_put(k->c->a, &seen, owner, r)) continue;
        if (!remove_left_out(k, r, owner)) return false;
    }
    return true;
}

static bool weigh_changes(struct call *k, struct declare_report *r)
{
    for (size_t i = 0; i < r->changes.n; i++) {
        struct declare_change *c = &r->changes.at[i];
        bool field = c->entity == &REGISTER_FIELD && c->before && c->after && !c->removed;
        if (field && !values_unfit(k, c->after, c)) return false;
    }
    return true;
}

/* --- the answer --- */

str declare_fault_text(struct call *k, const struct declare_fault *f)
{
    str text = error_text(k->c->a, k->c->lang, &f->error);
    if (f->column.n == 0) return str_printf(k->c->a, "%.*s:%d: %.*s", STR_FMT(f->table), f->line, STR_FMT(text));
    return str_printf(k->c->a, "%.*s:%d: %.*s: %.*s", STR_FMT(f->table), f->line, STR_FMT(f->column), STR_FMT(text));
}

static void put_faults(struct call *k, const struct declare_report *r, struct json *j)
{
    jw_key(j, "faults");
    jw_array(j);
    for (size_t i = 0; i < r->faults.n; i++) {
        const struct declare_fault *f = &r->faults.at[i];
        jw_object(j);
        jw_put_text(j, "table", f->table);
        jw_put_int(j, "line", f->line);
        jw_put_text(j, "column", f->column);
        jw_put_text(j, "text", error_text(k->c->a, k->c->lang, &f->error));
        jw_end(j);
    }
    jw_end(j);
}

static str value_text(struct call *k, const struct field *f, const void *record)
{
    void *r = (void *)(uintptr_t)record;
    if (f->type == F_DEC) return dec_text(k->c->a, *field_dec(f, r));
    if (!field_is_int(f)) return *field_str(f, r);
    return str_printf(k->c->a, "%" PRId64, *field_int(f, r));
}

static void put_differences(struct call *k, const struct declare_change *c, struct json *j)
{
    const struct shape *s = c->entity->shape;
    jw_key(j, "differs");
    jw_array(j);
    for (size_t i = 0; i < s->n && c->before && c->after; i++) {
        const struct field *f = &s->fields[i];
        if ((f->flags & HIDDEN) || strcmp(f->name, "version") == 0 || field_same(f, c->before, c->after)) continue;
        jw_object(j);
        jw_put_text(j, "name", str_of(f->name));
        jw_put_text(j, "title", str_of(k->c->lang == LANG_EN ? f->en : f->zh));
        jw_put_text(j, "before", value_text(k, f, c->before));
        jw_put_text(j, "after", value_text(k, f, c->after));
        jw_end(j);
    }
    jw_end(j);
}

static const char *verdict_of(const struct declare_change *c)
{
    if (c->removed) return "removed";
    if (!c->after) return "same";
    return c->before ? "changed" : "new";
}

static str named(struct call *k, const struct declare_change *c, const char *member)
{
    const void *r = c->after ? c->after : c->before;
    const struct field *f = shape_field(c->entity->shape, str_of(member));
    return r && f ? value_text(k, f, r) : STR_EMPTY;
}

static void put_unfit(const struct declare_change *c, struct json *j)
{
    jw_put_int(j, "n_unfit", c->n_unfit);
    jw_key(j, "unfit");
    jw_array(j);
    for (size_t i = 0; i < c->unfit.n; i++) {
        jw_object(j);
        jw_put_text(j, "item", c->unfit.at[i].item);
        jw_put_text(j, "value", c->unfit.at[i].value);
        jw_put_text(j, "why", c->unfit.at[i].why);
        jw_end(j);
    }
    jw_end(j);
}

static void put_change(struct call *k, const struct declare_change *c, struct json *j)
{
    str code = named(k, c, "code");
    jw_object(j);
    jw_put_text(j, "table", c->table);
    jw_put_int(j, "line", c->line);
    jw_put_text(j, "entity", str_of(c->entity->name));
    jw_put_text(j, "entity_name", str_of(k->c->lang == LANG_EN ? c->entity->en : c->entity->zh));
    jw_put_text(j, "register", c->owner);
    jw_put_text(j, "code", code.n ? code : named(k, c, c->entity == &LIGHT_RULE ? "light" : "kind"));
    jw_put_text(j, "name", named(k, c, "name"));
    jw_put_text(j, "verdict", str_of(verdict_of(c)));
    put_differences(k, c, j);
    jw_put_int(j, "values", c->values > 0 ? c->values : 0);
    put_unfit(c, j);
    jw_end(j);
}

void declare_json(struct call *k, const struct declare_report *r, struct json *j)
{
    int64_t n[4] = {0};
    static const char *const VERDICTS_[] = {"new", "changed", "removed", "same"};
    put_faults(k, r, j);
    jw_key(j, "changes");
    jw_array(j);
    for (size_t i = 0; i < r->changes.n; i++) {
        const char *v = verdict_of(&r->changes.at[i]);
        for (size_t m = 0; m < 4; m++) n[m] += strcmp(v, VERDICTS_[m]) == 0;
        if (r->changes.at[i].entity && strcmp(v, "same") != 0) put_change(k, &r->changes.at[i], j);
    }
    jw_end(j);
    jw_key(j, "counts");
    jw_object(j);
    for (size_t m = 0; m < 4; m++) jw_put_int(j, VERDICTS_[m], n[m]);
    jw_end(j);
}

/* --- the commands --- */

#define DECLARE_TEXT_FIELDS(X)                                                    \
    X(name, str, F_TEXT, 80, "表名", "name", REQUIRED, NULL)                      \
    X(text, str, F_TEXT, 400000, "内容", "text", REQUIRED, NULL)                  \
    X(first_line, int64_t, F_INT, 0, "首行行号", "number of the first line", 0, NULL)
struct declare_text { DECLARE_TEXT_FIELDS(AS_MEMBER) };
#define OWNER struct declare_text
SHAPE_OF(declare_text, DECLARE_TEXT_FIELDS);
#undef OWNER

#define DECLARE_ARGS(X)                                                                       \
    X(tables, struct list, F_OBJECTS, 20, "登记表", "tables", REQUIRED, &declare_text_shape)  \
    X(pack, str, F_TEXT, 64, "配置包", "pack", 0, NULL)                                       \
    X(pack_version, str, F_TEXT, 32, "配置包版本", "pack version", 0, NULL)
struct declare_args { DECLARE_ARGS(AS_MEMBER) };
#define OWNER struct declare_args
ARGS_SHAPE(declare, DECLARE_ARGS);
#undef OWNER

static bool try_tables(struct call *k, const struct declare_args *a, struct declare_report *r)
{
    const struct declare_text *at = a->tables.at;
    struct list tables = {0};
    for (size_t i = 0; i < a->tables.n; i++)
        if (!declare_cut(k, at[i].name, at[i].text, at[i].first_line > 0 ? (int)at[i].first_line : 1, r, &tables))
            return false;
    if (!declare_rows(k, &tables, r)) return false;
    return r->faults.n > 0 || (each_owner(k, r) && weigh_changes(k, r));
}

static bool note_version(struct call *k, const struct declare_args *a, struct declare_report *r)
{
    struct district before, after;
    if (a->pack_version.n == 0) return true;
    if (!record_load(k, &DISTRICT, k->district, &before)) return false;
    after = before;
    after.pack_version = a->pack_version;
    if (a->pack.n) after.pack = a->pack;
    if (!record_update(k, &DISTRICT, &before, &after)) return false;
    struct declare_change *c = VEC_PUSH(k->c->a, &r->changes);
    *c = (struct declare_change){.entity = &DISTRICT, .owner = STR_EMPTY, .table = STR_EMPTY};
    bool same = str_eq(before.pack_version, after.pack_version) && str_eq(before.pack, after.pack);
    if (!same) {
        c->before = record_copy(k, &DISTRICT, &before);
        c->after = record_copy(k, &DISTRICT, &after);
    }
    return true;
}

// The forms that the registers of the tables would have.
static bool put_forms(struct call *k, const struct declare_report *r, struct json *j)
{
    struct map seen = {0};
    jw_key(j, "forms");
    jw_array(j);
    for (size_t i = 0; i < r->changes.n; i++) {
        str owner = r->changes.at[i].owner;
        const struct register_info *reg = owner.n ? register_by_code(k, owner) : NULL;
        if (!reg || map_put(k->c->a, &seen, owner, (void *)(uintptr_t)reg)) continue;
        if (!register_json(k, reg, j)) return false;
    }
    jw_end(j);
    return true;
}

static bool declare_all(struct call *k, const struct declare_args *a, struct declare_report *r, struct json *out)
{
    k->object_kind = "district";
    if (!try_tables(k, a, r)) return false;
    if (r->faults.n == 0 && !note_version(k, a, r)) return false;
    k->object_kind = "district";
    k->object_id = k->district;
    declare_json(k, r, out);
    if (r->faults.n) return true;
    return rules_load(k, &k->rules) && put_forms(k, r, out);
}

bool declare_preview_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct declare_report r = {0};
    (void)given;
    k->dry = true;
    return declare_all(k, args, &r, out);
}

bool declare_apply_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct declare_report r = {0};
    (void)given;
    if (!declare_all(k, args, &r, out)) return false;
    if (r.faults.n == 0) return org_recompute(k, out);
    return fail_field(k->c, ERR_INVALID, "register.faults", STR("tables"), str_printf(k->c->a, "%zu", r.faults.n),
                      declare_fault_text(k, &r.faults.at[0]));
}
