#include "ledger/registers/register_queries.h"

#include "ledger/item/loop.h"
#include "ledger/org/rules.h"
#include "ledger/registers/loop_variant.h"
#include "ledger/registers/registers_internal.h"
#include "ledger/registers/values.h"

static const struct field registers_fields[] = {
    {"register", F_REF, offsetof(struct registers_args, register_id), 0, "台账", "register", 0, "register_def"},
};
const struct shape registers_args_shape = {"registers_args", registers_fields, COUNT_OF(registers_fields),
                                           sizeof(struct registers_args)};

static void put_loop(struct call *k, const struct register_info *reg, bool steps, struct json *j)
{
    const struct loop_shape *s = reg->loop;
    jw_put_text(j, "loop_name", s ? (k->c->lang == LANG_EN && s->name_en.n ? s->name_en : s->name)
                                  : (k->c->lang == LANG_EN ? STR("full loop") : STR("全流程")));
    if (!steps) return;
    jw_key(j, "steps");
    jw_array(j);
    for (size_t i = 0; i < N_LOOP; i++) {
        unsigned from = s ? s->from[i] : LOOP[i].from;
        if (!from) continue;
        jw_object(j);
        jw_put_text(j, "command", str_of(LOOP[i].command));
        jw_key(j, "from");
        jw_array(j);
        for (size_t b = 0; b < ITEM_STATES.n; b++)
            if (from >> b & 1) jw_text(j, str_of(ITEM_STATES.at[b].code));
        jw_end(j);
        jw_end(j);
    }
    jw_end(j);
}

// The district's clocks, those of the register in their place.
static void put_clocks(struct call *k, const struct register_info *reg, struct json *j)
{
    const struct rules *r = k->rules;
    jw_key(j, "clocks");
    jw_array(j);
    for (size_t i = 0; i < r->n_clocks; i++) {
        const struct clock_rule *c = &r->clocks[i];
        bool own = false;
        for (size_t m = 0; m < r->registers->n_clocks; m++) {
            const struct register_rule *x = &r->registers->clocks[m];
            if (x->register_id != reg->def.id || !str_eq(x->rule.kind, c->kind)) continue;
            c = &x->rule;
            own = true;
        }
        jw_object(j);
        jw_put_text(j, "kind", c->kind);
        jw_put_int(j, "amount", c->amount);
        jw_put_text(j, "unit", c->unit);
        jw_put_text(j, "roll", c->roll);
        jw_put_text(j, "source", c->source);
        jw_put_bool(j, "own", own);
        jw_end(j);
    }
    jw_end(j);
}

static bool put_columns(struct call *k, const struct register_info *reg, struct json *j)
{
    struct list columns;
    if (!register_columns(k, reg, &columns)) return false;
    const struct register_column *at = columns.at;
    jw_key(j, "columns");
    jw_array(j);
    for (size_t i = 0; i < columns.n; i++) column_json(k, &at[i], j);
    jw_end(j);
    return true;
}

// As declared, for whoever changes it: removed fields too, without those the reader may not read.
static bool put_fields(struct call *k, const struct register_info *reg, struct json *j)
{
    struct list rows;
    if (!record_list(k, &FIELDS_OF_REGISTER, &rows, ARG(k->district), ARG(reg->def.id))) return false;
    const struct register_field *at = rows.at;
    jw_key(j, "fields");
    jw_array(j);
    for (size_t i = 0; i < rows.n; i++) {
        const struct declared *d = declared_by_id(k, at[i].id);
        if (!d || (!declared_visible(k, d) && !actor_has(k, ROLE_SYSADMIN | ROLE_AUDITOR))) continue;
        record_json(j, k->c->a, REGISTER_FIELD.shape, &at[i], k->zone_min);
    }
    jw_end(j);
    return true;
}

static void put_sections(struct call *k, const struct register_info *reg, struct json *j)
{
    struct map seen = {0};
    jw_key(j, "sections");
    jw_array(j);
    for (size_t i = 0; i < reg->n; i++) {
        const struct declared *d = reg->fields[i];
        if (!declared_visible(k, d) || map_put(k->c->a, &seen, d->f.section, (void *)(uintptr_t)d)) continue;
        jw_text(j, d->f.section);
    }
    jw_end(j);
}

static size_t visible_fields(const struct call *k, const struct register_info *reg)
{
    size_t n = 0;
    for (size_t i = 0; i < reg->n; i++) n += declared_visible(k, reg->fields[i]);
    return n;
}

static void open_register(struct call *k, const struct register_info *reg, bool whole, struct json *j)
{
    record_json_open(j, k->c->a, REGISTER.shape, &reg->def, k->zone_min);
    put_loop(k, reg, whole, j);
    jw_put_int(j, "n_fields", (int64_t)visible_fields(k, reg));
}

bool register_json(struct call *k, const struct register_info *reg, struct json *j)
{
    open_register(k, reg, true, j);
    put_clocks(k, reg, j);
    put_sections(k, reg, j);
    if (!put_fields(k, reg, j) || !put_columns(k, reg, j)) return false;
    jw_end(j);
    return true;
}

bool registers_json(struct call *k, int64_t register_id, struct json *j)
{
    const struct register_set *s = k->rules->registers;
    jw_object(j);
    jw_key(j, "rows");
    jw_array(j);
    for (size_t i = 0; i < s->n; i++) {
        if (register_id == s->at[i].def.id) {
            if (!register_json(k, &s->at[i], j)) return false;
        } else if (!register_id) {
            open_register(k, &s->at[i], false, j);
            jw_end(j);
        }
    }
    jw_end(j);
    jw_key(j, "loops");
    jw_array(j);
    for (size_t i = 0; i < s->n_loops; i++) {
        jw_object(j);
        jw_put_text(j, "code", s->loops[i].code);
        jw_put_text(j, "name", s->loops[i].name);
        jw_put_text(j, "name_en", s->loops[i].name_en);
        jw_end(j);
    }
    jw_end(j);
    jw_end(j);
    return ctx_ok(k->c);
}
