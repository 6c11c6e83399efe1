/*
 * Rows of a document against the items of its register and year. An item's year is that of the import
 * it came from, else of its due day, else of its making. A row is the item that came from the same
 * passage before; else the one with the same text; with the row's number as code; with the same title.
 * Each item answers for one row at most.
 */
#include "ledger/item/import.h"

#include <stdlib.h>

// Items that may be of the register's year: imported for it, due in it, or due at no day and alive.
// $1 district, $2 register, $3 year, $4 and $5 its first and last day. From the covering index of lists.
#define OF_YEAR                                                                                       \
    "(SELECT r.item_id FROM import_row AS r JOIN import_batch AS b ON b.district_id = $1"             \
    " AND b.id = r.batch_id WHERE r.district_id = $1 AND b.register_id = $2 AND b.plan_year = $3"     \
    " AND r.item_id IS NOT NULL UNION SELECT d.id FROM item AS d WHERE d.district_id = $1"            \
    " AND d.register_id = $2 AND (d.due_day BETWEEN $4 AND $5"                                        \
    " OR (d.due_day = 99991231 AND d.state <> 'archived')))"

const struct stmt IMPORT_ITEMS = {
    "import.items",
    "SELECT i.id, i.code, i.title, i.content, i.state, i.lead_unit_id, i.leader_id, i.due_day, i.due_kind,"
    " i.source_doc_id, i.created_at, i.version, (SELECT max(b.plan_year) FROM import_row AS r JOIN import_batch AS b"
    " ON b.district_id = $1 AND b.id = r.batch_id WHERE r.district_id = $1 AND r.item_id = i.id)"
    " FROM item AS i WHERE i.district_id = $1 AND i.state <> 'cancelled' AND i.id IN " OF_YEAR
    " ORDER BY i.id LIMIT 50000"};
const struct stmt IMPORT_ASSISTS = {
    "import.assists", "SELECT a.item_id, a.unit_id FROM item_unit AS a WHERE a.district_id = $1"
                      " AND a.item_id IN " OF_YEAR " ORDER BY a.unit_id, a.id LIMIT 200000"};
struct records EARLIER_ROWS = RECORDS(
    "import.earlier_rows", &IMPORT_ROW,
    "WHERE district_id = $1 AND batch_id IN (SELECT b.id FROM import_batch AS b WHERE b.district_id = $1"
    " AND b.register_id = $2 AND b.plan_year = $3 AND b.state = 'applied') ORDER BY id LIMIT 20000");

/* --- loading --- */

static int64_t year_of(const struct call *k, const struct item *it, int64_t imported_for)
{
    if (imported_for) return imported_for;
    if (it->due_day) return it->due_day / 10000;
    return day_civil(instant_day(it->created_at, k->zone_min)).year;
}

static struct existing *read_existing(struct call *k, struct db_rows *r, int64_t *imported_for)
{
    struct existing *e = ARENA_NEW(k->c->a, struct existing);
    struct item *it = &e->item;
    shape_init(ITEM.shape, it);
    it->id = db_int(r, 0);
    it->code = db_text(r, 1);
    it->title = db_text(r, 2);
    it->content = db_text(r, 3);
    it->state = db_text(r, 4);
    it->lead_unit_id = db_int(r, 5);
    it->leader_id = db_int(r, 6);
    it->due_day = db_int(r, 7) == 99991231 ? 0 : db_int(r, 7);
    it->due_kind = db_text(r, 8);
    it->source_doc_id = db_int(r, 9);
    it->created_at = db_int(r, 10);
    it->version = db_int(r, 11);
    *imported_for = db_int(r, 12);
    return e;
}

// The first item with a key keeps it: later ones are found by what distinguishes them.
static void index_once(struct matcher *m, struct map *by, str key, struct existing *e)
{
    if (key.n && !map_get(by, key)) (void)map_put(m->k->c->a, by, key, e);
}

static bool load_items(struct matcher *m, int64_t register_id, int64_t year)
{
    struct arena *a = m->k->c->a;
    struct db_rows r;
    if (!DB_QUERY(m->k->c, m->k->db, &r, &IMPORT_ITEMS, ARG(m->k->district), ARG(register_id), ARG(year),
                  ARG(year * 10000), ARG(year * 10000 + 9999)))
        return false;
    while (db_next(&r)) {
        int64_t imported_for;
        struct existing *e = read_existing(m->k, &r, &imported_for);
        if (year_of(m->k, &e->item, imported_for) != year) continue;
        e->content_folded = str_fold(a, e->item.content);
        VEC_ADD(a, &m->items, e);
        (void)map_put_int(a, &m->by_id, e->item.id, e);
        index_once(m, &m->by_code, e->item.code, e);
        index_once(m, &m->by_content, e->content_folded, e);
        index_once(m, &m->by_title, str_fold(a, e->item.title), e);
    }
    return db_done(&r);
}

static bool load_assists(struct matcher *m, int64_t register_id, int64_t year)
{
    struct db_rows r;
    if (!DB_QUERY(m->k->c, m->k->db, &r, &IMPORT_ASSISTS, ARG(m->k->district), ARG(register_id), ARG(year),
                  ARG(year * 10000), ARG(year * 10000 + 9999)))
        return false;
    while (db_next(&r)) {
        struct existing *e = map_get_int(&m->by_id, db_int(&r, 0));
        if (e) VEC_ADD(m->k->c->a, &e->assists, db_int(&r, 1));
    }
    return db_done(&r);
}

// The passage with its section: the same words under another heading are another task.
static str passage_key(struct arena *a, const struct import_row *row)
{
    return str_fold(a, str_cat(a, str_cat(a, row->section, STR("\n#")), row->body));
}

static bool load_earlier(struct matcher *m, int64_t register_id, int64_t year)
{
    struct arena *a = m->k->c->a;
    struct list rows;
    if (!record_list(m->k, &EARLIER_ROWS, &rows, ARG(m->k->district), ARG(register_id), ARG(year))) return false;
    struct import_row *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) // the latest decision about a passage counts
        (void)map_put(a, &m->earlier, passage_key(a, &at[i]), &at[i]);
    return true;
}

bool matcher_load(struct call *k, int64_t register_id, int64_t year, struct matcher *m)
{
    *m = (struct matcher){.k = k};
    return load_items(m, register_id, year) && load_assists(m, register_id, year) &&
           load_earlier(m, register_id, year) && ctx_ok(k->c);
}

/* --- differences --- */

static int by_id(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static bool same_assists(struct arena *a, const struct import_row *row, const struct row_detail *d,
                         const struct existing *e)
{
    VEC(int64_t) ids = {0};
    for (size_t i = 0; i < d->assist_ids.n; i++)
        if (d->assist_ids.at[i] && d->assist_ids.at[i] != row->lead_unit_id) VEC_ADD(a, &ids, d->assist_ids.at[i]);
    if (ids.n == 0) return true; // the document names none
    qsort(ids.at, ids.n, sizeof *ids.at, by_id);
    size_t n = 1;
    for (size_t i = 1; i < ids.n; i++)
        if (ids.at[i] != ids.at[n - 1]) ids.at[n++] = ids.at[i];
    return n == e->assists.n && memcmp(ids.at, e->assists.at, n * sizeof *ids.at) == 0;
}

unsigned row_differences(struct arena *a, const struct import_row *row, const struct row_detail *d,
                         const struct existing *e)
{
    const struct item *it = &e->item;
    unsigned diff = 0;
    if (!str_eq(str_fold(a, row->title), str_fold(a, it->title))) diff |= ROW_TITLE;
    if (!str_eq(str_fold(a, utf8_head(d->content, 4000)), e->content_folded)) diff |= ROW_CONTENT;
    if (row->lead_unit_id && row->lead_unit_id != it->lead_unit_id) diff |= ROW_LEAD;
    if (!same_assists(a, row, d, e)) diff |= ROW_ASSISTS;
    if (d->leader_id && d->leader_id != it->leader_id) diff |= ROW_LEADER;
    bool kind = !str_is(row->due_kind, "none") && !str_eq(row->due_kind, it->due_kind);
    if ((row->due_day && row->due_day != it->due_day) || kind) diff |= ROW_DUE;
    return diff;
}

/* --- one row --- */

static struct existing *unused(struct map *by, str key)
{
    struct existing *e = key.n ? map_get(by, key) : NULL;
    return e && !e->used ? e : NULL;
}

static struct existing *find(struct matcher *m, const struct import_row *row, const struct row_detail *d,
                             const struct import_row *before)
{
    struct arena *a = m->k->c->a;
    struct existing *e = before ? map_get_int(&m->by_id, before->item_id) : NULL;
    if (!e && row->item_id) e = map_get_int(&m->by_id, row->item_id);
    if (e && !e->used) return e;
    if ((e = unused(&m->by_content, str_fold(a, utf8_head(d->content, 4000))))) return e;
    if ((e = unused(&m->by_code, str_trim(d->number)))) return e;
    return unused(&m->by_title, str_fold(a, row->title));
}

// What a person decided about this very passage holds again; what the reader finds now that was not
// known then (a unit added to the roster) is better.
static bool take_over(struct matcher *m, const struct import_row *before, struct import_row *row,
                      struct row_detail *d)
{
    struct row_detail then;
    if (!row_detail_read(m->k->c, before, &then)) return false;
    row->title = before->title;
    if (before->lead_unit_id) row->lead_unit_id = before->lead_unit_id;
    if (before->due_day || !row->due_day) {
        row->due_day = before->due_day;
        row->due_kind = before->due_kind;
    }
    d->assist_texts.at = then.assist_texts.at;
    d->assist_texts.n = d->assist_texts.cap = then.assist_texts.n;
    d->assist_ids.at = then.assist_ids.at;
    d->assist_ids.n = d->assist_ids.cap = then.assist_ids.n;
    size_t kept = 0;
    for (size_t i = 0; i < d->doubts.n; i++)
        if (!d->doubts.at[i].hard) d->doubts.at[kept++] = d->doubts.at[i];
    d->doubts.n = kept;
    return true;
}

bool matcher_row(struct matcher *m, struct import_row *row, struct row_detail *d)
{
    const struct import_row *before = map_get(&m->earlier, passage_key(m->k->c->a, row));
    if (before && !take_over(m, before, row, d)) return false;
    if ((before && str_is(before->verdict, "notice")) || str_is(row->verdict, "notice")) {
        row->verdict = STR("notice");
        row->item_id = 0;
        return true;
    }
    struct existing *e = find(m, row, d, before);
    row->item_id = e ? e->item.id : 0;
    if (e) e->used = true;
    if (row_is_doubtful(d)) row->verdict = STR("doubtful");
    else if (!e) row->verdict = STR("new");
    else row->verdict = row_differences(m->k->c->a, row, d, e) ? STR("changed") : STR("same");
    return ctx_ok(m->k->c);
}
