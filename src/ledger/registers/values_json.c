/* Values as JSON: of one page of items, of one item, of the history; the description of columns. */
#include "ledger/registers/values.h"

#include "ledger/item/loop.h"
#include "ledger/registers/registers_internal.h"
#include "ledger/sqltext.h"

static void put_plain(struct call *k, const struct declared *d, const struct item_value *v, struct json *j)
{
    if (d->kind == KIND_BOOL) jw_bool(j, v->number_value.millionths > 0);
    else jw_text(j, declared_plain(k, d, v));
}

/* --- one page, one statement --- */

static bool any_listed(const struct call *k, const struct register_info *reg)
{
    for (size_t i = 0; i < reg->n; i++)
        if (reg->fields[i]->f.listed && declared_visible(k, reg->fields[i])) return true;
    return false;
}

// All values of the items, by one range of the key for each: asking for the fields too means a seek for each
// pair of an item and a field.
static void page_sql(struct call *k, const int64_t *ids, size_t n, struct sqltext *q)
{
    sqltext_init(q, k);
    sqltext_add(q, "SELECT v.item_id, v.field_id, v.text_value, v.number_value, v.day_value, v.ref_id, u.name, p.name"
                   " FROM item_value AS v"
                   " LEFT JOIN unit AS u ON u.district_id = $1 AND u.id = v.ref_id"
                   " LEFT JOIN person AS p ON p.district_id = $1 AND p.id = v.ref_id"
                   " WHERE v.district_id = $1 AND ");
    sqltext_ids(q, "v.item_id", ids, n);
}

bool values_of_page(struct call *k, const struct register_info *reg, const int64_t *ids, size_t n,
                    struct value_rows *out)
{
    struct sqltext q;
    struct db_rows r;
    *out = (struct value_rows){0};
    if (n == 0 || !reg || !any_listed(k, reg)) return true;
    page_sql(k, ids, n, &q);
    if (!sqltext_query(k, &q, "items.values", &r)) return false;
    while (db_next(&r)) {
        const struct declared *d = declared_by_id(k, db_int(&r, 1));
        if (!d || d->f.removed || !d->f.listed || !declared_visible(k, d)) continue;
        struct value_row *row = ARENA_NEW(k->c->a, struct value_row);
        shape_init(ITEM_VALUE.shape, &row->v);
        row->v.item_id = db_int(&r, 0);
        row->d = d;
        row->v.text_value = db_text(&r, 2);
        if (!db_is_null(&r, 3)) row->v.number_value = (dec){db_int(&r, 3)};
        row->v.day_value = db_int(&r, 4);
        row->v.ref_id = db_int(&r, 5);
        if (value_empty(&row->v)) continue;
        row->name = db_text(&r, row->d->kind == KIND_UNIT ? 6 : 7);
        row->next = map_put_int(k->c->a, &out->of_item, row->v.item_id, row);
    }
    return db_done(&r);
}

static str shown_of(struct call *k, const struct value_row *r)
{
    struct names n;
    str text;
    if (r->d->kind == KIND_UNIT || r->d->kind == KIND_PERSON) return r->name;
    names_init(&n, k);
    return declared_shown(&n, r->d, &r->v, &text) ? text : STR_EMPTY; // no name is looked up here
}

static bool differs(enum field_kind kind)
{
    return kind == KIND_BOOL || kind == KIND_CHOICE || kind == KIND_UNIT || kind == KIND_PERSON;
}

void values_json(struct call *k, const struct value_rows *rows, int64_t item, struct json *j)
{
    const struct value_row *first = map_get_int(&rows->of_item, item);
    jw_key(j, "fields");
    jw_object(j);
    for (const struct value_row *r = first; r; r = r->next) {
        jw_key_str(j, r->d->f.code);
        put_plain(k, r->d, &r->v, j);
    }
    jw_end(j);
    jw_key(j, "fields_shown");
    jw_object(j);
    for (const struct value_row *r = first; r; r = r->next) {
        if (!differs(r->d->kind)) continue;
        jw_key_str(j, r->d->f.code);
        jw_text(j, shown_of(k, r));
    }
    jw_end(j);
}

/* --- columns --- */

static void put_choices(struct call *k, const struct register_column *col, struct json *j)
{
    const struct declared *d = col->declared;
    const struct enum_table *t = col->fixed && col->fixed->type == F_ENUM ? col->fixed->extra : NULL;
    (void)k;
    jw_key(j, "choices");
    jw_array(j);
    for (size_t i = 0; t && i < t->n; i++) {
        jw_object(j);
        jw_put_text(j, "code", str_of(t->at[i].code));
        jw_put_text(j, "zh", str_of(t->at[i].zh));
        jw_put_text(j, "en", str_of(t->at[i].en));
        jw_end(j);
    }
    for (size_t i = 0; d && i < d->n_choices; i++) {
        jw_object(j);
        jw_put_text(j, "code", d->choices[i].code);
        jw_put_text(j, "zh", d->choices[i].zh);
        jw_put_text(j, "en", d->choices[i].en.n ? d->choices[i].en : d->choices[i].zh);
        jw_end(j);
    }
    jw_end(j);
}

// What a column description says of a declared field beyond name and kind.
static void put_declared(struct json *j, const struct declared *d)
{
    jw_put_text(j, "unit_name", d ? d->f.unit_name : STR_EMPTY);
    jw_put_text(j, "required_at", d ? d->f.required_at : STR("never"));
    jw_put_text(j, "frequency", d ? d->f.frequency : STR_EMPTY);
    jw_put_text(j, "section", d ? d->f.section : STR_EMPTY);
    jw_put_text(j, "help", d ? d->f.help : STR_EMPTY);
    jw_put_text(j, "help_en", d ? d->f.help_en : STR_EMPTY);
    jw_put_int(j, "max", d ? declared_max(d) : 0);
    jw_put_int(j, "decimals", d ? d->f.decimals : 0);
    jw_put_bool(j, "listed", !d || d->f.listed);
    jw_put_bool(j, "filtered", d ? d->f.filtered != 0 : true);
    jw_put_bool(j, "declared", d != NULL);
}

void column_json(struct call *k, const struct register_column *col, struct json *j)
{
    str name = k->c->lang == LANG_EN && col->name_en.n ? col->name_en : col->name;
    jw_object(j);
    jw_put_text(j, "code", col->code);
    jw_put_text(j, "name", col->name);
    jw_put_text(j, "name_en", col->name_en);
    jw_put_text(j, "kind", str_of(FIELD_KINDS.at[col->kind].code));
    jw_put_text(j, "argument", str_of(col->argument ? col->argument : ""));
    put_choices(k, col, j);
    put_declared(j, col->declared);
    jw_put_bool(j, "editable", col->editable);
    jw_key(j, "why_not");
    if (col->why_not) jw_text(j, message_text(k->c->a, k->c->lang, col->why_not, &name, 1));
    else jw_null(j);
    jw_end(j);
}

/* --- one item --- */

bool values_of_item_json(struct names *n, const struct item *it, struct json *j)
{
    struct call *k = n->k;
    struct list rows;
    const struct register_info *reg = register_of(k, it->register_id);
    jw_key(j, "fields");
    jw_array(j);
    if (reg && reg->n && !record_list(k, &VALUES_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; reg && i < reg->n; i++) {
        const struct declared *d = reg->fields[i];
        const struct item_value *at = rows.at, *v = NULL;
        if (!declared_visible(k, d)) continue;
        for (size_t m = 0; m < rows.n; m++)
            if (at[m].field_id == d->f.id && !value_empty(&at[m])) v = &at[m];
        struct register_column col = {.code = d->f.code, .name = d->f.name, .name_en = d->f.name_en, .kind = d->kind,
                                      .declared = d, .argument = "fields", .editable = true};
        str shown = STR_EMPTY;
        if (v && !declared_shown(n, d, v, &shown)) return false;
        jw_object(j);
        jw_key(j, "column");
        column_json(k, &col, j);
        jw_key(j, "value");
        if (v) put_plain(k, d, v, j);
        else jw_null(j);
        jw_put_text(j, "shown", shown);
        jw_end(j);
    }
    jw_end(j);
    return true;
}

bool value_changed(struct call *k, int64_t value_id, int64_t field_id, const struct declared **d)
{
    struct db_rows r;
    struct item_value v = {0};
    if (!field_id) {
        if (!DB_QUERY(k->c, k->db, &r, &ITEM_VALUE.by_id, ARG(k->district), ARG(value_id))) return false;
        if (db_next(&r)) record_read(&ITEM_VALUE, &r, 0, &v);
        if (!db_done(&r)) return false;
        field_id = v.field_id;
    }
    *d = declared_by_id(k, field_id);
    if (*d && !declared_visible(k, *d)) *d = NULL;
    return true;
}
