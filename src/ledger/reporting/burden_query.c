/*
 * The queries about what is asked: elements, collections, and the burden, readable by everybody who works
 * with the district's business. A unit's minutes tell how many items it has, so officers see those of
 * their own units only; what is asked, by whom and on which basis everybody sees.
 */
#include "ledger/org/rules.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/burden.h"
#include "ledger/reporting/known.h"

enum { MONTHS = 12 };

#define BURDEN_ASK_FIELDS(X)                                              \
    X(year, int64_t, F_INT, 0, "年度", "year", 0, NULL)                   \
    X(unit, int64_t, F_REF, 0, "单位", "unit", 0, "unit")                 \
    X(month, int64_t, F_INT, 0, "月", "month", 0, NULL)
struct burden_ask { BURDEN_ASK_FIELDS(AS_MEMBER) };
#define OWNER struct burden_ask
SHARED_SHAPE_OF(burden_ask, BURDEN_ASK_FIELDS);
#undef OWNER

static void put_dec(struct call *k, struct json *j, const char *name, dec d)
{
    jw_put_text(j, name, dec_text(k->c->a, d));
}

/* --- elements and collections --- */

bool query_elements(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct list rows;
    (void)args;
    (void)given;
    if (!record_list(k, &ELEMENTS_ALL, &rows, ARG(k->district))) return false;
    const struct data_element *at = rows.at;
    jw_object(out);
    jw_key(out, "elements");
    jw_array(out);
    for (size_t i = 0; i < rows.n; i++) {
        record_json_open(out, k->c->a, DATA_ELEMENT.shape, &at[i], k->zone_min);
        jw_put_text(out, "owner_name", unit_title(k, at[i].owner_unit_id));
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}

static void put_columns(struct json *j, const struct collected *c)
{
    jw_key(j, "columns");
    jw_array(j);
    for (size_t i = 0; i < c->columns.n; i++) {
        jw_object(j);
        jw_put_text(j, "element", c->columns.at[i].element->code);
        jw_put_text(j, "name", c->columns.at[i].element->name);
        jw_put_bool(j, "must", c->columns.at[i].must);
        jw_end(j);
    }
    jw_end(j);
}

bool query_collections(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct reporting *r;
    (void)args;
    (void)given;
    if (!reporting_load(k, &r)) return false;
    jw_object(out);
    jw_key(out, "collections");
    jw_array(out);
    for (size_t i = 0; i < r->at.n; i++) {
        const struct collected *c = r->at.at[i];
        struct list units;
        struct period p;
        collected_units(k, c, &units);
        record_json_open(out, k->c->a, COLLECTION.shape, &c->of, k->zone_min);
        jw_put_text(out, "owner_name", unit_title(k, c->of.owner_unit_id));
        jw_put_int(out, "units", (int64_t)units.n);
        jw_put_bool(out, "mine", actor_has(k, ROLE_UNIT) && collected_owes(k, c, k->actor.unit_id));
        jw_key(out, "latest");
        if (collected_latest(c, k->today, &p)) jw_text(out, period_name(k->c->a, p));
        else jw_null(out);
        put_columns(out, c);
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}

/* --- the burden --- */

static bool put_unit(struct burden *b, struct call *k, const struct unit *u, int year, struct json *j)
{
    str source = STR_EMPTY;
    int64_t cap = burden_cap_of(b, u->kind, &source);
    dec months[MONTHS], total = {0};
    bool over = false;
    for (int m = 0; m < MONTHS; m++) {
        if (!burden_month(b, u->id, day_of(year, m + 1, 1), &months[m], NULL)) return false;
        if (!dec_add(total, months[m], &total)) return fail(k->c, ERR_INVALID, "burden.overflow");
        over |= cap && months[m].millionths > cap * (int64_t)DEC_ONE;
    }
    if (total.millionths == 0) return true;
    jw_object(j);
    jw_put_id(j, "unit", u->id);
    jw_put_text(j, "name", u->name);
    jw_put_text(j, "kind", u->kind);
    jw_put_int(j, "cap", cap);
    jw_put_text(j, "cap_source", source);
    jw_put_bool(j, "over", over);
    put_dec(k, j, "total", total);
    jw_key(j, "minutes");
    jw_array(j);
    for (int m = 0; m < MONTHS; m++) jw_text(j, dec_text(k->c->a, months[m]));
    jw_end(j);
    jw_end(j);
    return true;
}

static str report_name(const struct call *k)
{
    return k->c->lang == LANG_EN ? STR("the item's report") : STR("事项进展");
}

// The collection that asks the element where this one is filled; "" it asks itself.
static str filled_from(struct call *k, const struct reporting *r, const struct collected *c,
                       const struct data_element *e)
{
    struct list units;
    if (column_of_item(c, e)) return report_name(k);
    collected_units(k, c, &units);
    const int64_t *at = units.at;
    for (size_t i = 0; i < units.n; i++) {
        const struct collected *d = column_source(k, r, c, e, at[i], collected_first(c));
        if (d) return d->of.name;
    }
    return STR_EMPTY;
}

static void put_fields(struct call *k, const struct reporting *r, struct json *j)
{
    jw_key(j, "fields");
    jw_array(j);
    for (size_t i = 0; i < r->at.n; i++) {
        const struct collected *c = r->at.at[i];
        struct list units;
        collected_units(k, c, &units);
        for (size_t n = 0; n < c->columns.n; n++) {
            const struct data_element *e = c->columns.at[n].element;
            jw_object(j);
            jw_put_text(j, "collection", c->of.code);
            jw_put_text(j, "collection_name", c->of.name);
            jw_put_text(j, "element", e->code);
            jw_put_text(j, "name", e->name);
            jw_put_text(j, "owner", unit_title(k, e->owner_unit_id));
            jw_put_text(j, "legal_basis", e->legal_basis);
            jw_put_text(j, "cycle", c->of.cycle);
            put_dec(k, j, "minutes", e->minutes);
            jw_put_int(j, "units", (int64_t)units.n);
            jw_put_text(j, "filled_from", filled_from(k, r, c, e));
            jw_put_text(j, "basis", e->basis);
            jw_end(j);
        }
    }
    jw_end(j);
}

// Fields of registers beside what is collected; what the reader may not read is not told.
static void put_field_duplicates(struct call *k, const struct reporting *r, struct json *j)
{
    const struct register_set *set = k->rules->registers;
    for (size_t i = 0; i < set->n; i++) {
        const struct register_info *reg = &set->at[i];
        for (size_t n = 0; n < reg->n; n++) {
            struct list found;
            if (!declared_visible(k, reg->fields[n])) continue;
            burden_field_duplicates(k, r, &reg->fields[n]->f, &found);
            const struct field_duplicate *at = found.at;
            for (size_t x = 0; x < found.n; x++) {
                jw_object(j);
                jw_put_text(j, "element", at[x].e->name);
                jw_put_text(j, "collection", at[x].c ? at[x].c->of.name : report_name(k));
                jw_put_text(j, "other_element", declared_name(k, reg->fields[n]));
                jw_put_text(j, "other_collection", reg->def.name);
                jw_put_text(j, "unit", STR_EMPTY);
                jw_end(j);
            }
        }
    }
}

static bool put_duplicates(struct call *k, const struct reporting *r, struct json *j)
{
    struct list found;
    if (!burden_duplicates(k, r, NULL, &found)) return false;
    const struct duplicate *at = found.at;
    jw_key(j, "duplicates");
    jw_array(j);
    for (size_t i = 0; i < found.n; i++) {
        jw_object(j);
        jw_put_text(j, "element", at[i].e->name);
        jw_put_text(j, "collection", at[i].c->of.name);
        jw_put_text(j, "other_element", at[i].f->name);
        jw_put_text(j, "other_collection", at[i].d->of.name);
        jw_put_text(j, "unit", unit_title(k, at[i].unit));
        jw_end(j);
    }
    put_field_duplicates(k, r, j);
    jw_end(j);
    return ctx_ok(k->c);
}

static bool put_lines(struct burden *b, struct call *k, int64_t unit, day month, struct json *j)
{
    struct list lines;
    dec total;
    if (!burden_month(b, unit, month, &total, &lines)) return false;
    const struct burden_line *at = lines.at;
    jw_key(j, "lines");
    jw_array(j);
    for (size_t i = 0; i < lines.n; i++) {
        jw_object(j);
        jw_put_text(j, "name", at[i].c ? at[i].c->of.name : at[i].register_name);
        jw_put_bool(j, "one_by_one", !at[i].c);
        jw_put_int(j, "rows", at[i].rows);
        jw_put_int(j, "periods", at[i].periods);
        jw_put_int(j, "asked", at[i].asked);
        jw_put_int(j, "filled", at[i].filled);
        put_dec(k, j, "minutes", at[i].minutes);
        jw_end(j);
    }
    jw_end(j);
    put_dec(k, j, "lines_total", total);
    return true;
}

static bool put_units(struct burden *b, struct call *k, int year, struct json *j)
{
    jw_key(j, "units");
    jw_array(j);
    for (size_t i = 0; i < k->units->n; i++) {
        const struct unit *u = &k->units->at[i]->unit;
        if (reporting_sees(k, u->id) && !put_unit(b, k, u, year, j)) return false;
    }
    jw_end(j);
    return true;
}

bool query_burden(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct burden_ask *a = args;
    struct reporting *r;
    struct burden *b;
    struct civil today = day_civil(k->today);
    int year = a->year ? (int)a->year : today.year, month = a->month ? (int)a->month : today.month;
    (void)given;
    if (year < 1949 || year > 2900 || month < 1 || month > 12)
        return fail_field(k->c, ERR_INVALID, "burden.bad_month", STR("year"));
    if (a->unit && !reporting_sees(k, a->unit))
        return fail_field(k->c, ERR_FORBIDDEN, "report_grid.other_unit", STR("unit"), unit_title(k, a->unit));
    if (!reporting_load(k, &r) || !burden_open(k, r, &b)) return false;
    jw_object(out);
    jw_put_int(out, "year", year);
    jw_put_int(out, "month", month);
    if (!put_units(b, k, year, out)) return false;
    if (a->unit && !put_lines(b, k, a->unit, day_of(year, month, 1), out)) return false;
    put_fields(k, r, out);
    bool ok = put_duplicates(k, r, out);
    jw_end(out);
    return ok;
}
