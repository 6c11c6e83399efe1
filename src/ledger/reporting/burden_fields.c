/*
 * A field of a register that asks what is asked already: by a collection whose rows are the items of that
 * register, or by the item's own report. Under one data element, or because a name of the one is a name of
 * the other.
 */
#include "ledger/org/rules.h"
#include "ledger/reporting/burden.h"

static bool same_fact(struct call *k, const struct register_field *f, const struct data_element *e)
{
    if (!str_is(e->subject, "item")) return false;
    if (f->element.n && str_eq(f->element, e->code)) return true;
    return element_named(k, e, str_fold(k->c->a, f->name)) ||
           (f->name_en.n && element_named(k, e, str_fold(k->c->a, f->name_en)));
}

static bool about_items_of(const struct collected *c, int64_t register_id)
{
    return str_is(c->of.row_kind, "items") && (!c->of.register_id || c->of.register_id == register_id);
}

static bool in_report(const struct data_element *e)
{
    return !str_is(e->item_member, "none");
}

void burden_field_duplicates(struct call *k, const struct reporting *r, const struct register_field *f,
                             struct list *out)
{
    size_t cap = 0;
    *out = (struct list){0};
    for (const struct map_entry *at = r->elements.first; at; at = at->next) {
        const struct data_element *e = at->value;
        if (!in_report(e) || !same_fact(k, f, e)) continue;
        struct field_duplicate *slot = vec_slot(k->c->a, &out->at, &out->n, &cap, sizeof *slot);
        *slot = (struct field_duplicate){NULL, e};
    }
    for (size_t i = 0; i < r->at.n; i++) {
        const struct collected *c = r->at.at[i];
        for (size_t n = 0; about_items_of(c, f->register_id) && n < c->columns.n; n++) {
            const struct data_element *e = c->columns.at[n].element;
            if (in_report(e) || !same_fact(k, f, e)) continue;
            struct field_duplicate *slot = vec_slot(k->c->a, &out->at, &out->n, &cap, sizeof *slot);
            *slot = (struct field_duplicate){c, e};
        }
    }
}

static bool refuse(struct call *k, const char *member, const struct register_def *reg, const struct register_field *f,
                   const struct field_duplicate *d)
{
    if (!d->c)
        return fail_field(k->c, ERR_REFUSED, "burden.field_in_report", str_of(member), reg->name, f->name, d->e->name);
    return fail_field(k->c, ERR_REFUSED, "burden.field_twice", str_of(member), reg->name, f->name, d->c->of.name,
                      d->e->name);
}

bool burden_guard_field(struct call *k, const struct register_field *f)
{
    struct reporting *r;
    struct register_def reg;
    struct list found;
    if (!reporting_load(k, &r)) return false;
    burden_field_duplicates(k, r, f, &found);
    if (!ctx_ok(k->c)) return false;
    if (!found.n) return true;
    const struct field_duplicate *d = found.at;
    bool by_element = f->element.n && str_eq(f->element, d->e->code);
    return record_load(k, &REGISTER, f->register_id, &reg) && refuse(k, by_element ? "element" : "name", &reg, f, d);
}

bool burden_guard_element(struct call *k, const struct data_element *e)
{
    const struct register_set *set;
    if (!in_report(e)) return true;
    if (!registers_load(k, &set)) return false;
    for (size_t i = 0; i < set->n; i++) {
        const struct register_info *reg = &set->at[i];
        for (size_t n = 0; n < reg->n; n++)
            if (same_fact(k, &reg->fields[n]->f, e))
                return refuse(k, "name", &reg->def, &reg->fields[n]->f, &(struct field_duplicate){NULL, e});
    }
    return ctx_ok(k->c);
}

bool burden_guard_fields(struct call *k, const struct reporting *r, const struct collected *c)
{
    const struct register_set *set;
    // As they stand in this transaction, not in the snapshot: a pack declares registers and collections at once.
    if (!str_is(c->of.row_kind, "items") || !registers_load(k, &set)) return ctx_ok(k->c);
    for (size_t i = 0; i < set->n; i++) {
        const struct register_info *reg = &set->at[i];
        for (size_t n = 0; about_items_of(c, reg->def.id) && n < reg->n; n++) {
            struct list found;
            burden_field_duplicates(k, r, &reg->fields[n]->f, &found);
            const struct field_duplicate *d = found.at;
            for (size_t x = 0; x < found.n; x++)
                if (d[x].c == c) return refuse(k, "columns", &reg->def, &reg->fields[n]->f, &d[x]);
        }
    }
    return ctx_ok(k->c);
}
