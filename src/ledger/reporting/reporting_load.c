/* Collections with all that belongs to them, read at once: they are tens in a district, not thousands. */
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/reporting_internal.h"

struct records ELEMENTS_ALL = RECORDS("data_element.all", &DATA_ELEMENT, "WHERE district_id = $1 ORDER BY code");
struct records COLLECTIONS_ALL = RECORDS("collection.all", &COLLECTION, "WHERE district_id = $1 ORDER BY id");
struct records COLUMNS_ALL =
    RECORDS("collection_column.all", &COLLECTION_COLUMN, "WHERE district_id = $1 ORDER BY collection_id, ordinal, id");
struct records LINES_OF_ALL =
    RECORDS("collection_line.all", &COLLECTION_LINE, "WHERE district_id = $1 ORDER BY collection_id, ordinal, id");
struct records UNITS_OF_ALL =
    RECORDS("collection_unit.all", &COLLECTION_UNIT, "WHERE district_id = $1 ORDER BY collection_id, id");
struct records CAPS_ALL = RECORDS("burden_cap.all", &BURDEN_CAP, "WHERE district_id = $1 ORDER BY id");
struct records FORMS_ALL = RECORDS("community_form.all", &COMMUNITY_FORM, "WHERE district_id = $1 ORDER BY code");

struct collected *reporting_find(const struct reporting *r, int64_t collection)
{
    for (size_t i = 0; i < r->at.n; i++)
        if (r->at.at[i]->of.id == collection) return r->at.at[i];
    return NULL;
}

const struct column *collected_column(const struct collected *c, str element_code)
{
    for (size_t i = 0; i < c->columns.n; i++)
        if (str_eq(c->columns.at[i].element->code, element_code)) return &c->columns.at[i];
    return NULL;
}

static bool load_collections(struct call *k, struct reporting *r)
{
    struct list rows;
    if (!record_list(k, &COLLECTIONS_ALL, &rows, ARG(k->district))) return false;
    const struct collection *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct collected *c = ARENA_NEW(k->c->a, struct collected);
        c->of = at[i];
        if (!cycle_of(c->of.cycle, &c->cycle)) c->cycle = CYCLE_MONTH;
        str kinds = c->of.unit_kinds;
        while (kinds.n) VEC_ADD(k->c->a, &c->kinds, str_trim(str_cut(&kinds, STR("|"))));
        VEC_ADD(k->c->a, &r->at, c);
    }
    return ctx_ok(k->c);
}

static bool load_elements(struct call *k, struct reporting *r)
{
    struct list rows;
    if (!record_list(k, &ELEMENTS_ALL, &rows, ARG(k->district))) return false;
    struct data_element *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) map_put_int(k->c->a, &r->elements, at[i].id, &at[i]);
    return ctx_ok(k->c);
}

static bool load_columns(struct call *k, struct reporting *r)
{
    struct list rows;
    if (!record_list(k, &COLUMNS_ALL, &rows, ARG(k->district))) return false;
    const struct collection_column *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct collected *c = reporting_find(r, at[i].collection_id);
        const struct data_element *e = map_get_int(&r->elements, at[i].element_id);
        if (c && e) VEC_ADD(k->c->a, &c->columns, ((struct column){e, at[i].must != 0}));
    }
    return ctx_ok(k->c);
}

static bool load_rest(struct call *k, struct reporting *r)
{
    struct list lines, units;
    if (!record_list(k, &LINES_OF_ALL, &lines, ARG(k->district))) return false;
    if (!record_list(k, &UNITS_OF_ALL, &units, ARG(k->district))) return false;
    const struct collection_line *l = lines.at;
    const struct collection_unit *u = units.at;
    for (size_t i = 0; i < lines.n; i++) {
        struct collected *c = reporting_find(r, l[i].collection_id);
        if (c) VEC_ADD(k->c->a, &c->lines, l[i]);
    }
    for (size_t i = 0; i < units.n; i++) {
        struct collected *c = reporting_find(r, u[i].collection_id);
        if (c) VEC_ADD(k->c->a, &c->listed, u[i].unit_id);
    }
    return ctx_ok(k->c);
}

bool reporting_load(struct call *k, struct reporting **out)
{
    struct reporting *r = *out = ARENA_NEW(k->c->a, struct reporting);
    r->k = k;
    return load_collections(k, r) && load_elements(k, r) && load_columns(k, r) && load_rest(k, r);
}

/* --- who owes it --- */

static bool owes(const struct collected *c, const struct unit *u)
{
    for (size_t i = 0; i < c->listed.n; i++)
        if (c->listed.at[i] == u->id) return true;
    for (size_t i = 0; i < c->kinds.n; i++)
        if (str_eq(c->kinds.at[i], u->kind)) return true;
    return false;
}

void collected_units(struct call *k, const struct collected *c, struct list *ids)
{
    VEC(int64_t) out = {0};
    for (size_t i = 0; i < k->units->n; i++)
        if (owes(c, &k->units->at[i]->unit)) VEC_ADD(k->c->a, &out, k->units->at[i]->unit.id);
    *ids = (struct list){out.at, out.n};
}

bool collected_owes(struct call *k, const struct collected *c, int64_t unit)
{
    const struct unit_node *u = unit_tree_by_id(k->units, unit);
    return u && owes(c, &u->unit);
}
