/*
 * A grid as somebody sees it: which rows, what stands in them, what stood there last time, what is known
 * from elsewhere, what cannot be edited and why. Rows of a version that was sent are those that were
 * sent; of one that is being filled they are the rows of today.
 */
#include "ledger/filter.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/known.h"
#include "ledger/sight.h"

enum { ROWS_MAX = 1000 };

struct records SUBMISSION_OF = RECORDS("submission.of", &SUBMISSION,
    "WHERE district_id = $1 AND collection_id = $2 AND unit_id = $3 AND period_code = $4 ORDER BY id LIMIT 1");
// The latest earlier one that has figures.
struct records SUBMISSION_BEFORE = RECORDS("submission.before", &SUBMISSION,
    "WHERE district_id = $1 AND collection_id = $2 AND unit_id = $3 AND period_day < $4 AND "
    "(accepted_revision > 0 OR state = 'submitted') ORDER BY period_day DESC LIMIT 1");
struct records SUBMISSIONS_OF_UNIT = RECORDS("submission.of_unit", &SUBMISSION,
    "WHERE district_id = $1 AND unit_id = $2 AND period_day >= $3 ORDER BY period_day, id LIMIT 2000");
struct records SUBMISSIONS_BETWEEN = RECORDS("submission.between", &SUBMISSION,
    "WHERE district_id = $1 AND collection_id = $2 AND period_day >= $3 AND period_day <= $4 ORDER BY period_day, "
    "unit_id LIMIT 20000");
struct records REVISIONS_OF = RECORDS("submission_revision.of", &SUBMISSION_REVISION,
    "WHERE district_id = $1 AND submission_id = $2 ORDER BY ordinal LIMIT 1000");
struct records ROWS_OF = RECORDS("submission_row.of", &SUBMISSION_ROW,
    "WHERE district_id = $1 AND submission_id = $2 AND revision = $3 ORDER BY id LIMIT 1000");
struct records MARKS_OF = RECORDS("submission_mark.of", &SUBMISSION_MARK,
    "WHERE district_id = $1 AND submission_id = $2 AND revision = $3 ORDER BY id LIMIT 5000");
struct records REPORT_OF_PERIOD = RECORDS("report.of_period", &REPORT,
    "WHERE district_id = $1 AND item_id = $2 AND period_code = $3 AND kind = 'progress' "
    "ORDER BY told_at DESC, id DESC LIMIT 1");
struct records REPORT_BEFORE = RECORDS("report.before", &REPORT,
    "WHERE district_id = $1 AND item_id = $2 AND period_code < $3 AND kind = 'progress' "
    "ORDER BY period_code DESC, told_at DESC, id DESC LIMIT 1");
struct records *const REPORTING_RECORDS[] = {
    &ELEMENTS_ALL, &COLLECTIONS_ALL, &COLUMNS_ALL, &LINES_OF_ALL, &UNITS_OF_ALL, &CAPS_ALL, &FORMS_ALL, &SUBMISSION_OF,
    &SUBMISSION_BEFORE, &SUBMISSIONS_OF_UNIT, &SUBMISSIONS_BETWEEN, &REVISIONS_OF, &ROWS_OF, &MARKS_OF,
        &REPORT_OF_PERIOD,
    &REPORT_BEFORE,
};
const size_t N_REPORTING_RECORDS = COUNT_OF(REPORTING_RECORDS);

static str say(const struct call *k, const char *zh, const char *en)
{
    return str_of(k->c->lang == LANG_EN ? en : zh);
}

str unit_title(const struct call *k, int64_t unit)
{
    const struct unit_node *u = unit_tree_by_id(k->units, unit);
    return !u ? STR_EMPTY : u->unit.short_name.n ? u->unit.short_name : u->unit.name;
}

bool reporting_sees(struct call *k, int64_t unit)
{
    return actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM) || (actor_has(k, ROLE_UNIT) && actor_covers(k, unit));
}

int64_t submission_counts(const struct submission *s)
{
    return s->accepted_revision ? s->accepted_revision : str_is(s->state, "submitted") ? s->revision : 0;
}

struct grid_row *grid_row_find(struct grid *g, str key)
{
    for (size_t i = 0; i < g->rows.n; i++)
        if (str_eq(g->rows.at[i].key, key)) return &g->rows.at[i];
    return NULL;
}

/* --- rows --- */

static struct grid_row *add_row(struct grid *g, str key, str label)
{
    struct call *k = g->k;
    struct grid_row *row = VEC_PUSH(k->c->a, &g->rows);
    *row = (struct grid_row){.key = key, .label = label, .previous_period = STR_EMPTY, .locked = STR_EMPTY};
    row->known = arena_alloc(k->c->a, (g->c->columns.n + 1) * sizeof *row->known);
    return cells_parse(k, STR_EMPTY, &row->cells) && cells_parse(k, STR_EMPTY, &row->previous) ? row : NULL;
}

static str item_key(struct call *k, int64_t id)
{
    return str_printf(k->c->a, "i.%" PRId64, id);
}

static str row_label(struct call *k, const struct item *it)
{
    return str_printf(k->c->a, "%.*s %.*s", STR_FMT(it->code), STR_FMT(it->title));
}

// Which items: for progress those in hand whose own cycle it is, and whose duty had begun by the period's end.
static bool items_sql(struct grid *g, struct sqltext *q)
{
    struct call *k = g->k;
    const struct collection *c = &g->c->of;
    sqltext_init(q, k);
    sqltext_add(q, "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.lead_unit_id = ");
    sqltext_arg(q, db_arg_int(g->unit));
    if (str_is(c->row_kind, "progress")) {
        sqltext_add(q, " AND i.state = 'accepted' AND i.report_cycle = ");
        sqltext_arg(q, db_arg_text(c->cycle));
        sqltext_add(q, " AND i.id IN (SELECT b.item_id FROM baseline AS b WHERE b.district_id = $1 AND b.ordinal = 1"
                       " AND b.set_at < ");
        sqltext_arg(q, db_arg_int(instant_at(g->period.last + 1, 0, k->zone_min)));
        sqltext_add(q, ")");
    } else {
        sqltext_add(q, " AND i.state IN ('issued', 'accepted', 'reported')");
    }
    if (c->register_id) {
        sqltext_add(q, " AND i.register_id = ");
        sqltext_arg(q, db_arg_int(c->register_id));
    }
    if (c->row_filter.n) {
        struct filter f;
        const struct expr *e;
        if (!filter_load(k, &ITEM, &f) || !filter_parse(k, &f, c->row_filter, &e)) return false;
        sqltext_add(q, " AND ");
        filter_sql(k, &f, "i", e, q);
    }
    sqltext_add(q, " ORDER BY i.code LIMIT ");
    sqltext_arg(q, db_arg_int(ROWS_MAX));
    return true;
}

static bool add_item_row(struct grid *g, int64_t id)
{
    struct item it;
    if (!record_load(g->k, &ITEM, id, &it)) return false;
    struct grid_row *row = add_row(g, item_key(g->k, id), row_label(g->k, &it));
    if (row) row->item = it;
    return row != NULL;
}

static bool rows_of_items(struct grid *g)
{
    struct sqltext q;
    struct db_rows r;
    VEC(int64_t) ids = {0};
    if (!items_sql(g, &q) || !sqltext_query(g->k, &q, "report_grid.items", &r)) return false;
    while (db_next(&r)) VEC_ADD(g->k->c->a, &ids, db_int(&r, 0));
    if (!db_done(&r)) return false;
    for (size_t i = 0; i < ids.n; i++)
        if (!add_item_row(g, ids.at[i])) return false;
    return true;
}

static bool rows_of_today(struct grid *g)
{
    if (str_is(g->c->of.row_kind, "unit")) return add_row(g, STR("unit"), unit_title(g->k, g->unit)) != NULL;
    if (!str_is(g->c->of.row_kind, "fixed")) return rows_of_items(g);
    for (size_t i = 0; i < g->c->lines.n; i++)
        if (!add_row(g, str_cat(g->k->c->a, STR("l."), g->c->lines.at[i].code), g->c->lines.at[i].name)) return false;
    return true;
}

// A row of a version that was sent, by its key alone. An item that has passed to others is not told of.
static bool row_of_key(struct grid *g, str key)
{
    struct call *k = g->k;
    struct item it;
    int64_t id;
    bool may;
    if (str_is(key, "unit")) return add_row(g, key, unit_title(k, g->unit)) != NULL;
    for (size_t i = 0; i < g->c->lines.n; i++)
        if (str_starts(key, STR("l.")) && str_eq(str_from(key, 2), g->c->lines.at[i].code))
            return add_row(g, key, g->c->lines.at[i].name) != NULL;
    if (!str_starts(key, STR("i.")) || !str_int(str_from(key, 2), &id)) return add_row(g, key, str_from(key,
                                                                                                        2)) != NULL;
    if (!record_load(k, &ITEM, id, &it) || !sight_may(k, &ITEM, &it, &may)) return false;
    struct grid_row *row = add_row(g, key, may ? row_label(k, &it) : say(k, "（已转由其他单位承担）",
                                                                         "(led by another unit now)"));
    if (row && may) row->item = it;
    return row != NULL;
}

static bool load_stored(struct grid *g, bool frozen)
{
    struct call *k = g->k;
    struct list rows;
    if (!g->sub.id) return true;
    if (!record_list(k, &ROWS_OF, &rows, ARG(k->district), ARG(g->sub.id), ARG(g->revision))) return false;
    const struct submission_row *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        if (frozen && !row_of_key(g, at[i].row_key)) return false;
        struct grid_row *row = grid_row_find(g, at[i].row_key);
        if (!row) continue; // an item that is finished or gone since it was typed
        row->stored = true;
        if (!cells_parse(k, at[i].cells, &row->cells)) return false;
    }
    return ctx_ok(k->c);
}

/* --- what stood there last time --- */

static bool load_previous(struct grid *g)
{
    struct call *k = g->k;
    struct list subs, rows;
    int64_t first = day_to_ymd(g->period.first);
    if (!record_list(k, &SUBMISSION_BEFORE, &subs, ARG(k->district), ARG(g->c->of.id), ARG(g->unit),
                     ARG(first))) return false;
    if (!subs.n) return true;
    const struct submission *s = subs.at;
    if (!record_list(k, &ROWS_OF, &rows, ARG(k->district), ARG(s->id), ARG(submission_counts(s)))) return false;
    const struct submission_row *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct grid_row *row = grid_row_find(g, at[i].row_key);
        if (!row) continue;
        row->previous_period = s->period_code;
        if (!cells_parse(k, at[i].cells, &row->previous)) return false;
    }
    return ctx_ok(k->c);
}

static bool take_report(struct grid *g, const struct report *r, json_t *cells)
{
    struct call *k = g->k;
    for (size_t i = 0; i < g->c->columns.n; i++) {
        const struct data_element *e = g->c->columns.at[i].element;
        str text = str_is(e->item_member, "progress")    ? str_printf(k->c->a, "%" PRId64, r->progress)
                   : str_is(e->item_member, "narrative") ? r->narrative
                   : str_is(e->item_member, "problems")  ? r->problems
                                                         : r->next_step;
        if (!cells_set(k, cells, e->code, text)) return false;
    }
    return true;
}

// Progress was perhaps told on the item's own page: earlier periods, or this one, which is then not asked.
static bool load_reports(struct grid *g)
{
    struct call *k = g->k;
    for (size_t i = 0; i < g->rows.n; i++) {
        struct grid_row *row = &g->rows.at[i];
        struct list now, before;
        if (!row->item.id) continue;
        if (!record_list(k, &REPORT_OF_PERIOD, &now, ARG(k->district), ARG(row->item.id), ARG(g->period_code)) ||
            !record_list(k, &REPORT_BEFORE, &before, ARG(k->district), ARG(row->item.id), ARG(g->period_code)))
            return false;
        const struct report *r = before.at;
        if (before.n && !take_report(g, r, row->previous)) return false;
        if (before.n) row->previous_period = r->period_code;
        if (!now.n || row->stored) continue;
        r = now.at;
        if (!take_report(g, r, row->cells)) return false;
        row->locked = message_text(k->c->a, k->c->lang, "report_grid.told_before",
                                   (str[]){str_sub(instant_text(k->c->a, r->told_at, k->zone_min), 0, 10)}, 1);
    }
    return true;
}

/* --- the whole --- */

static str why_locked(const struct grid *g)
{
    const struct call *k = g->k;
    if (g->revision != g->sub.revision) return say(k, "这是过去的版次", "This is an earlier version");
    if (!actor_has(k, ROLE_UNIT) || !actor_covers(g->k, g->unit))
        return say(k, "由本单位承办人填写", "Filled in by the unit's own officers");
    if (g->period.first > k->today) return say(k, "本期尚未开始", "The period has not begun");
    if (str_is(g->sub.state, "submitted")) return say(k, "已报送，待审核", "Submitted; a decision is awaited");
    if (str_is(g->sub.state, "accepted"))
        return say(k, "已接收；更正请写明理由", "Accepted; a correction needs a reason");
    return STR_EMPTY;
}

static bool find_submission(struct grid *g)
{
    struct call *k = g->k;
    struct list subs;
    if (!record_list(k, &SUBMISSION_OF, &subs, ARG(k->district), ARG(g->c->of.id), ARG(g->unit), ARG(g->period_code)))
        return false;
    if (subs.n) g->sub = *(const struct submission *)subs.at;
    else shape_init(SUBMISSION.shape, &g->sub);
    return true;
}

static bool open_grid(struct call *k, const struct grid_key *key, struct grid *g)
{
    struct reporting *r;
    *g = (struct grid){.k = k, .unit = key->unit, .period_code = key->period, .locked = STR_EMPTY};
    if (!reporting_load(k, &r)) return false;
    g->all = r;
    g->c = reporting_find(r, key->collection);
    if (!g->c || !reporting_sees(k, key->unit) || !collected_owes(k, g->c, key->unit))
        return record_missing(k, &SUBMISSION, key->period);
    if (!period_parse(key->period, &g->period) || !collected_has(g->c, g->period))
        return fail_field(k->c, ERR_INVALID, "report_grid.bad_period", STR("period"), key->period, g->c->of.name);
    return find_submission(g);
}

bool grid_load(struct call *k, const struct grid_key *key, struct grid *g)
{
    if (!open_grid(k, key, g)) return false;
    g->revision = key->revision ? key->revision : g->sub.revision;
    if (g->revision < 0 || g->revision > g->sub.revision) return record_missing(k, &SUBMISSION_REVISION, key->period);
    bool frozen = g->revision != g->sub.revision || str_is(g->sub.state, "submitted") || str_is(g->sub.state,
                                                                                                "accepted");
    g->locked = why_locked(g);
    if (!frozen && !rows_of_today(g)) return false;
    if (!load_stored(g, frozen)) return false;
    bool progress = str_is(g->c->of.row_kind, "progress");
    if (progress ? !frozen && !load_reports(g) : !load_previous(g)) return false;
    if (progress && frozen && !load_previous(g)) return false;
    return frozen || known_load(g);
}

/* --- what is wrong with it --- */

static void add_fault(struct grid *g, struct faults *out, const struct grid_row *row, const struct column *col,
                      str text)
{
    VEC_ADD(g->k->c->a, &out->at, ((struct fault_at){row, col, text}));
}

void grid_faults(struct grid *g, bool missing, struct faults *out)
{
    struct call *k = g->k;
    *out = (struct faults){0};
    for (size_t i = 0; i < g->rows.n; i++) {
        const struct grid_row *row = &g->rows.at[i];
        for (size_t j = 0; j < g->c->columns.n && row->locked.n == 0; j++) {
            const struct column *col = &g->c->columns.at[j];
            struct cell_fault fault;
            str text = cells_get(k, row->cells, col->element->code), canonical;
            if (row->known[j].source.n) continue; // not asked
            if (!cell_check(k, col->element, text, &canonical, &fault))
                add_fault(g, out, row, col, cell_fault_text(k, &fault));
            else if (missing && col->must && canonical.n == 0)
                add_fault(g, out, row, col, message_text(k->c->a, k->c->lang, "cell.missing", NULL, 0));
        }
    }
}

void grid_faults_json(struct call *k, const struct faults *f, struct json *j)
{
    (void)k;
    jw_key(j, "faults");
    jw_array(j);
    for (size_t i = 0; i < f->at.n; i++) {
        jw_object(j);
        jw_put_text(j, "row", f->at.at[i].row->key);
        jw_put_text(j, "row_label", f->at.at[i].row->label);
        jw_put_text(j, "element", f->at.at[i].column->element->code);
        jw_put_text(j, "column", f->at.at[i].column->element->name);
        jw_put_text(j, "why", f->at.at[i].text);
        jw_end(j);
    }
    jw_end(j);
}
