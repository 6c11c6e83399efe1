/* The query reporting_grid: one unit's grid of one period, with everything a spreadsheet over it needs. */
#include "ledger/names.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/reporting_internal.h"

#define GRID_ASK_FIELDS(X)                                                             \
    X(collection, int64_t, F_REF, 0, "报送任务", "collection", REQUIRED, "collection") \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")                       \
    X(period, str, F_TEXT, 16, "期间", "period", REQUIRED, NULL)                       \
    X(revision, int64_t, F_INT, 0, "版次", "version", 0, NULL)
struct grid_ask { GRID_ASK_FIELDS(AS_MEMBER) };
#define OWNER struct grid_ask
SHARED_SHAPE_OF(grid_ask, GRID_ASK_FIELDS);
#undef OWNER

static void put_dec(struct call *k, struct json *j, const char *name, dec d)
{
    jw_key(j, name);
    if (dec_is_none(d)) jw_null(j);
    else jw_text(j, dec_text(k->c->a, d));
}

static void put_columns(struct grid *g, struct json *j)
{
    struct call *k = g->k;
    jw_key(j, "columns");
    jw_array(j);
    for (size_t i = 0; i < g->c->columns.n; i++) {
        const struct data_element *e = g->c->columns.at[i].element;
        jw_object(j);
        jw_put_text(j, "element", e->code);
        jw_put_text(j, "name", e->name);
        jw_put_text(j, "kind", e->kind);
        jw_put_text(j, "measure", e->measure);
        jw_put_int(j, "decimals", e->decimals);
        jw_put_text(j, "aggregation", e->aggregation);
        jw_put_bool(j, "must", g->c->columns.at[i].must);
        put_dec(k, j, "lowest", e->lowest);
        put_dec(k, j, "highest", e->highest);
        put_dec(k, j, "minutes", e->minutes);
        jw_put_text(j, "legal_basis", e->legal_basis);
        jw_put_text(j, "owner", unit_title(k, e->owner_unit_id));
        jw_end(j);
    }
    jw_end(j);
}

static str kept_source(const struct grid_row *row, struct call *k, str element)
{
    const json_t *s = json_object_get(json_object_get(row->cells, str_z(k->c->a, element)), "s");
    return json_is_string(s) ? str_dup(k->c->a, str_of(json_string_value(s))) : STR_EMPTY;
}

static str mark_of(const struct list *marks, str row, str element)
{
    const struct submission_mark *at = marks->at;
    for (size_t i = 0; i < marks->n; i++)
        if (str_eq(at[i].row_key, row) && str_eq(at[i].element_code, element)) return at[i].reason;
    return STR_EMPTY;
}

static str fault_of(const struct faults *f, const struct grid_row *row, const struct column *col)
{
    for (size_t i = 0; i < f->at.n; i++)
        if (f->at.at[i].row == row && f->at.at[i].column == col) return f->at.at[i].text;
    return STR_EMPTY;
}

struct telling {
    struct grid *g;
    struct list marks;
    struct faults faults;
};

static void put_cell(struct telling *t, const struct grid_row *row, size_t i, struct json *j)
{
    struct grid *g = t->g;
    struct call *k = g->k;
    const struct column *col = &g->c->columns.at[i];
    const struct known *known = &row->known[i];
    str code = col->element->code;
    str source = known->source.n ? known->source : kept_source(row, k, code);
    jw_object(j);
    jw_put_text(j, "text", known->source.n ? known->text : cells_get(k, row->cells, code));
    jw_put_text(j, "previous", cells_get(k, row->previous, code));
    if (source.n) jw_put_text(j, "source", source);
    str locked = g->locked.n ? g->locked : row->locked.n ? row->locked : source;
    if (locked.n) jw_put_text(j, "locked", locked);
    str fault = fault_of(&t->faults, row, col), mark = mark_of(&t->marks, row->key, code);
    if (fault.n) jw_put_text(j, "fault", fault);
    if (mark.n) jw_put_text(j, "mark", mark);
    jw_end(j);
}

// Staleness: how many periods since the figure that stands beside.
static void put_since(const struct grid *g, const struct grid_row *row, struct json *j)
{
    struct period p;
    jw_key(j, "since");
    if (row->previous_period.n && period_parse(row->previous_period, &p)) jw_int(j, periods_between(p, g->period));
    else jw_null(j);
}

static void put_rows(struct telling *t, struct json *j)
{
    struct grid *g = t->g;
    jw_key(j, "rows");
    jw_array(j);
    for (size_t i = 0; i < g->rows.n; i++) {
        const struct grid_row *row = &g->rows.at[i];
        jw_object(j);
        jw_put_text(j, "key", row->key);
        jw_put_text(j, "label", row->label);
        jw_put_id(j, "item", row->item.id);
        jw_put_text(j, "locked", row->locked);
        jw_put_text(j, "previous_period", row->previous_period);
        put_since(g, row, j);
        jw_key(j, "cells");
        jw_array(j);
        for (size_t c = 0; c < g->c->columns.n; c++) put_cell(t, row, c, j);
        jw_end(j);
        jw_end(j);
    }
    jw_end(j);
}

static bool put_revisions(struct grid *g, struct json *j)
{
    struct call *k = g->k;
    struct list rows = {0};
    struct names names;
    names_init(&names, k);
    if (g->sub.id && !record_list(k, &REVISIONS_OF, &rows, ARG(k->district), ARG(g->sub.id))) return false;
    jw_key(j, "revisions");
    jw_array(j);
    const struct submission_revision *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        record_json_open(j, k->c->a, SUBMISSION_REVISION.shape, &at[i], k->zone_min);
        if (!names_members(&names, SUBMISSION_REVISION.shape, &at[i], j)) return false;
        jw_end(j);
    }
    jw_end(j);
    return true;
}

// May the reader take it or send it back? Not the figures of its own unit, or of one above.
static bool may_decide(const struct grid *g)
{
    const struct call *k = g->k;
    if (!actor_has(k, ROLE_SUPERVISOR | ROLE_ANALYST) || !str_is(g->sub.state, "submitted")) return false;
    const struct unit_node *u = unit_tree_by_id(k->units, k->actor.unit_id);
    for (; u; u = u->parent)
        if (u->unit.id == g->unit) return false;
    return g->revision == g->sub.revision;
}

static void put_head(struct grid *g, struct json *j)
{
    struct call *k = g->k;
    day due = g->sub.id ? day_from_ymd((int32_t)g->sub.due_day) : collected_due(k, g->c, g->period);
    bool sent = str_is(g->sub.state, "submitted") || str_is(g->sub.state, "accepted");
    jw_put_text(j, "collection", g->c->of.code);
    jw_put_text(j, "name", g->c->of.name);
    jw_put_text(j, "row_kind", g->c->of.row_kind);
    jw_put_text(j, "legal_basis", g->c->of.legal_basis);
    jw_put_text(j, "due_source", g->c->of.due_source);
    jw_put_id(j, "unit", g->unit);
    jw_put_text(j, "unit_name", unit_title(k, g->unit));
    jw_put_text(j, "period", g->period_code);
    jw_put_text(j, "period_title", period_title(k->c->a, k->c->lang, g->period));
    jw_put_text(j, "due", day_text(k->c->a, due));
    jw_put_int(j, "late_days", !sent && k->today > due ? k->today - due : 0);
    jw_put_text(j, "state", g->sub.id ? g->sub.state : STR("owed"));
    jw_put_int(j, "version", g->sub.version);
    jw_put_int(j, "revision", g->revision);
    jw_put_int(j, "latest_revision", g->sub.revision);
    jw_put_int(j, "accepted_revision", g->sub.accepted_revision);
    jw_put_int(j, "returned", g->sub.returned);
    jw_put_text(j, "locked", g->locked);
    jw_put_bool(j, "may_decide", may_decide(g));
    jw_put_bool(j, "may_correct", str_is(g->sub.state, "accepted") && actor_has(k, ROLE_UNIT) && actor_covers(k,
                                                                                                              g->unit));
}

static void put_neighbours(struct grid *g, struct json *j)
{
    struct period before = period_previous(g->period), after = period_next(g->period);
    jw_key(j, "previous_period");
    if (collected_has(g->c, before)) jw_text(j, period_name(g->k->c->a, before));
    else jw_null(j);
    jw_key(j, "next_period");
    if (collected_has(g->c, after) && after.first <= g->k->today) jw_text(j, period_name(g->k->c->a, after));
    else jw_null(j);
}

bool query_grid(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct grid_ask *a = args;
    struct grid_key key = {a->collection, a->unit, a->period, a->revision};
    struct grid g;
    (void)given;
    if (!grid_load(k, &key, &g)) return false;
    struct telling t = {.g = &g};
    // Marks of a returned version stay beside the cells while the next one is being filled.
    int64_t marked = str_is(g.sub.state, "drafted") && g.revision > 1 ? g.revision - 1 : g.revision;
    if (g.sub.id && !record_list(k, &MARKS_OF, &t.marks, ARG(k->district), ARG(g.sub.id), ARG(marked))) return false;
    if (g.locked.n == 0) grid_faults(&g, false, &t.faults);
    jw_object(out);
    put_head(&g, out);
    put_neighbours(&g, out);
    put_columns(&g, out);
    put_rows(&t, out);
    bool ok = put_revisions(&g, out);
    jw_end(out);
    return ok;
}
