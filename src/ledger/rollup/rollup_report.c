#include "ledger/ledger.h"
#include "ledger/rollup/rollup.h"

const struct stmt REPORT_DISTRICTS = {
    "report.districts",
    "SELECT d.district_id, d.code, d.name, d.zone_min, r.as_of_at, r.as_of_day, r.covered_seq "
    "FROM district AS d LEFT JOIN rollup_head AS r ON r.district_id = d.district_id "
    "WHERE d.district_id > $1 ORDER BY d.district_id LIMIT 500"};
// Of the districts of one page: so many states each at most.
const struct stmt REPORT_DISTRICT_COUNTS = {
    "report.district_counts",
    "SELECT n.district_id, n.state, CAST(sum(n.items) AS BIGINT), CAST(sum(n.overdue) AS BIGINT), "
    "CAST(sum(n.due_soon) AS BIGINT) FROM rollup_count AS n WHERE n.district_id > $1 AND n.district_id <= $2 "
    "GROUP BY n.district_id, n.state ORDER BY n.district_id, n.state"};

struct page {
    struct rollup_report *report;
    VEC(int64_t) ids; // of the page's rows, which are the last ones of the report
    int64_t after, last;
};

static bool read_districts(struct ctx *c, struct db *db, struct page *p)
{
    struct db_rows r;
    p->ids.n = 0;
    if (!DB_QUERY(c, db, &r, &REPORT_DISTRICTS, ARG(p->after))) return false;
    while (db_next(&r)) {
        struct rollup_row *row = VEC_PUSH(c->a, &p->report->rows);
        p->last = db_int(&r, 0);
        VEC_ADD(c->a, &p->ids, p->last);
        *row = (struct rollup_row){.code = db_text(&r, 1), .name = db_text(&r, 2), .zone_min = (int)db_int(&r, 3)};
        row->covered = !db_is_null(&r, 4);
        row->as_of_at = db_int(&r, 4);
        row->as_of_day = row->covered ? day_from_ymd((int32_t)db_int(&r, 5)) : DAY_NONE;
        row->covered_seq = db_int(&r, 6);
    }
    return db_done(&r);
}

static bool read_counts(struct ctx *c, struct db *db, struct page *p)
{
    struct db_rows r;
    size_t first = p->report->rows.n - p->ids.n, at = 0;
    if (!DB_QUERY(c, db, &r, &REPORT_DISTRICT_COUNTS, ARG(p->after), ARG(p->last))) return false;
    while (db_next(&r)) {
        int64_t district = db_int(&r, 0);
        while (at < p->ids.n && p->ids.at[at] < district) at++;
        if (at == p->ids.n || p->ids.at[at] != district) continue; // made since, seen by the next report
        struct rollup_row *row = &p->report->rows.at[first + at];
        const struct enum_value *state = enum_find(&ITEM_STATES, db_text(&r, 1));
        if (state) row->states[state - ITEM_STATES.at] += db_int(&r, 2);
        row->items += db_int(&r, 2);
        row->overdue += db_int(&r, 3);
        row->due_soon += db_int(&r, 4);
    }
    return db_done(&r);
}

static void add_to_total(struct rollup_report *report, const struct rollup_row *row)
{
    struct rollup_row *t = &report->total;
    if (!row->covered) return;
    if (!report->covered++ || row->as_of_at < t->as_of_at) {
        t->covered = true;
        t->as_of_at = row->as_of_at;
        t->as_of_day = row->as_of_day;
        t->zone_min = row->zone_min;
    }
    t->items += row->items;
    t->overdue += row->overdue;
    t->due_soon += row->due_soon;
    for (size_t i = 0; i < ITEM_STATES.n; i++) t->states[i] += row->states[i];
}

static bool read_all(struct ctx *c, struct db *db, void *arg)
{
    struct page p = {.report = arg};
    do {
        p.after = p.last;
        if (!read_districts(c, db, &p)) return false;
        if (p.ids.n && !read_counts(c, db, &p)) return false;
    } while (p.ids.n);
    for (size_t i = 0; i < p.report->rows.n; i++) add_to_total(p.report, &p.report->rows.at[i]);
    return ctx_ok(c);
}

bool rollup_report(struct ctx *c, struct ledger *l, struct rollup_report *out)
{
    INVARIANT(ITEM_STATES.n <= ROLLUP_STATES);
    *out = (struct rollup_report){0};
    return store_read(c, ledger_store(l), read_all, out);
}
