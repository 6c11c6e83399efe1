/* The columns of a register: what every item has, then what is declared. */
#include "ledger/registers/cell.h"

#include "ledger/args.h"
#include "ledger/filter.h"
#include "ledger/item/draft.h"
#include "ledger/org/unit_tree.h"

#define COMPUTED_BY_LOOP "register.by_loop"

static const struct own_column {
    const char *field, *argument; // of ITEM; of item.draft
    enum field_kind kind;
    const char *why_not;
} OWN[] = {
    {"code", "code", KIND_TEXT, NULL},
    {"title", "title", KIND_TEXT, NULL},
    {"state", NULL, KIND_CHOICE, COMPUTED_BY_LOOP},
    {"lead_unit_id", "lead", KIND_UNIT, NULL},
    {"person_id", "person", KIND_PERSON, NULL},
    {"deputy_id", "deputy", KIND_PERSON, NULL},
    {"leader_id", "leader", KIND_PERSON, NULL},
    {"start_day", "start", KIND_DAY, NULL},
    {"due_day", "due", KIND_DAY, NULL},
    {"standard", "standard", KIND_LONG_TEXT, NULL},
    {"content", "content", KIND_LONG_TEXT, NULL},
    {"place", "place", KIND_PLACE, NULL},
    {"quantity", "quantity", KIND_DECIMAL, NULL},
    {"quantity_unit", "quantity_unit", KIND_TEXT, NULL},
    {"progress", NULL, KIND_INTEGER, "register.by_report"},
    {"closed_at", NULL, KIND_DAY, COMPUTED_BY_LOOP},
};

bool register_columns(struct call *k, const struct register_info *reg, struct list *columns)
{
    size_t n = COUNT_OF(OWN), used = 0;
    struct register_column *at = arena_alloc(k->c->a, (n + reg->n) * sizeof *at);
    for (size_t i = 0; i < n; i++) {
        const struct field *f = shape_field(ITEM.shape, str_of(OWN[i].field));
        INVARIANT(f != NULL);
        at[used++] = (struct register_column){.code = str_of(OWN[i].argument ? OWN[i].argument : OWN[i].field),
                                              .name = str_of(f->zh), .name_en = str_of(f->en), .kind = OWN[i].kind,
                                              .fixed = f, .argument = OWN[i].argument,
                                              .editable = OWN[i].argument != NULL, .why_not = OWN[i].why_not};
    }
    for (size_t i = 0; i < reg->n; i++) {
        const struct declared *d = reg->fields[i];
        if (!declared_visible(k, d)) continue;
        at[used++] = (struct register_column){.code = d->f.code, .name = d->f.name, .name_en = d->f.name_en,
                                              .kind = d->kind, .declared = d, .argument = "fields", .editable = true};
    }
    *columns = (struct list){at, used};
    return ctx_ok(k->c);
}

const struct register_column *column_find(const struct call *k, const struct list *columns, str name)
{
    const struct register_column *at = columns->at;
    str folded = str_fold(k->c->a, name);
    for (size_t i = 0; i < columns->n; i++) {
        const struct register_column *c = &at[i];
        if (str_eq(c->code, name) || str_eq(str_fold(k->c->a, c->name), folded) ||
            (c->name_en.n && str_eq(str_fold(k->c->a, c->name_en), folded)))
            return c;
    }
    return NULL;
}

// Of an item's own field: the text is checked as item.draft would, names become ids first.
static bool read_own(struct call *k, const struct register_column *col, str path, str text, str *plain)
{
    // A declared field of the same kind reads names and numbers; only lengths are the item's own.
    const struct field *f = shape_field(&item_draft_shape, str_of(col->argument));
    struct declared like = {.kind = col->kind, .f = {.name = col->name, .name_en = col->name_en}};
    struct item_value v;
    INVARIANT(f != NULL);
    if (col->kind == KIND_LONG_TEXT || col->kind == KIND_TEXT || col->kind == KIND_PLACE)
        like.f.max_length = f->max;
    if (!declared_parse(k, &like, path, text, &v)) return false;
    *plain = declared_plain(k, &like, &v);
    return true;
}

bool column_read(struct call *k, const struct register_column *col, str path, str text, str *plain)
{
    struct item_value v;
    if (!col->argument)
        return fail_field(k->c, ERR_INVALID, col->why_not, path,
                          k->c->lang == LANG_EN && col->name_en.n ? col->name_en : col->name);
    if (col->fixed) return read_own(k, col, path, text, plain);
    if (!declared_parse(k, col->declared, path, text, &v)) return false;
    *plain = declared_plain(k, col->declared, &v);
    return true;
}
