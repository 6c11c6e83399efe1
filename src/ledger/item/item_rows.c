#include "ledger/item/item_rows.h"

#include "base/map.h"
#include "ledger/item/item_organised.h"
#include "ledger/item/item_find.h"
#include "ledger/org/rules.h"
#include "ledger/sqltext.h"

bool item_is_open(str state)
{
    return !str_is(state, "closed") && !str_is(state, "cancelled") && !str_is(state, "archived");
}

bool working_days_left(const struct call *k, instant due, int *days)
{
    if (due == 0 || !k->calendar) return false;
    *days = calendar_days_between(k->calendar, k->today, instant_day(due, k->zone_min));
    return true;
}

void item_time_members(struct call *k, const struct item *t, struct json *j)
{
    day due = t->due_day ? day_from_ymd((int32_t)t->due_day) : DAY_NONE;
    jw_put_text(j, "light", light_of(k->rules, t->state, due, k->today));
    jw_key(j, "days_left");
    if (due != DAY_NONE && item_is_open(t->state)) jw_int(j, due - k->today);
    else jw_null(j);
    jw_key(j, "clock_left_days");
    int days;
    if (t->clock_kind.n && working_days_left(k, t->clock_due_at, &days)) jw_int(j, days);
    else jw_null(j);
}

// The item's shape with its LISTED fields only: the same struct, fewer columns. id comes first.
static void listed(struct arena *a, struct entity *e, struct shape *s)
{
    struct field *fields = arena_alloc(a, ITEM.shape->n * sizeof *fields);
    *s = (struct shape){ITEM.shape->name, fields, 0, ITEM.shape->size};
    for (size_t i = 0; i < ITEM.shape->n; i++) {
        const struct field *f = &ITEM.shape->fields[i];
        if ((f->flags & LISTED) || strcmp(f->name, "id") == 0) fields[s->n++] = *f;
    }
    *e = (struct entity){.name = ITEM.name, .shape = s};
}

static const char JOINS[] =
    ", r.name, l.name, u.name, p.name, b.name,"
    " (SELECT count(*) FROM item AS c WHERE c.district_id = $1 AND c.parent_id = i.id";
static const char FROM[] =
    ") FROM item AS i"
    " LEFT JOIN register_def AS r ON r.district_id = $1 AND r.id = i.register_id"
    " LEFT JOIN work_line AS l ON l.district_id = $1 AND l.id = i.line_id"
    " LEFT JOIN unit AS u ON u.district_id = $1 AND u.id = i.lead_unit_id"
    " LEFT JOIN person AS p ON p.district_id = $1 AND p.id = i.person_id"
    " LEFT JOIN person AS b ON b.district_id = $1 AND b.id = i.leader_id"
    " WHERE i.district_id = $1 AND ";

static void read_row(const struct entity *e, struct db_rows *rows, struct item_row *row)
{
    int at = (int)e->shape->n;
    record_read(e, rows, 0, &row->item);
    str *names[] = {&row->register_name, &row->line_name, &row->lead_unit_name, &row->person_name, &row->leader_name};
    for (size_t i = 0; i < COUNT_OF(names); i++) *names[i] = db_text(rows, at++);
    row->children = db_int(rows, at);
}

bool item_rows_load(struct call *k, const int64_t *ids, size_t n, struct item_row **rows)
{
    struct shape s;
    struct entity e;
    struct sqltext q;
    struct db_rows r;
    struct map found = {0};
    INVARIANT(n <= ITEM_ROWS_MAX);
    if (n == 0) return true;
    listed(k->c->a, &e, &s);
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT ");
    for (size_t i = 0; i < s.n; i++) {
        if (i) sqltext_add(&q, ", ");
        sqltext_field(&q, "i", &s.fields[i]);
    }
    sqltext_add(&q, JOINS);
    if (!item_visibility_of(k, &q, "c.id")) return false; // children are counted as far as they are seen
    sqltext_add(&q, FROM);
    sqltext_ids(&q, "i.id", ids, n);
    if (!sqltext_query(k, &q, "items.rows", &r)) return false;
    while (db_next(&r)) {
        struct item_row *row = ARENA_NEW(k->c->a, struct item_row);
        read_row(&e, &r, row);
        (void)map_put_int(k->c->a, &found, row->item.id, row);
    }
    for (size_t i = 0; i < n; i++) rows[i] = map_get_int(&found, ids[i]);
    return db_done(&r);
}

static void put_name(struct json *j, const char *member, str name)
{
    jw_key(j, member);
    if (name.n) jw_text(j, name);
    else jw_null(j);
}

void item_row_json_open(struct call *k, const struct item_row *row, struct json *j)
{
    struct shape s;
    struct entity e;
    listed(k->c->a, &e, &s);
    record_json_open(j, k->c->a, &s, &row->item, k->zone_min);
    put_name(j, "register_name", row->register_name);
    put_name(j, "line_name", row->line_name);
    put_name(j, "lead_unit_name", row->lead_unit_name);
    put_name(j, "person_name", row->person_name);
    put_name(j, "leader_name", row->leader_name);
    item_lead_names(k, &row->item, j);
    item_time_members(k, &row->item, j);
    jw_put_int(j, "children", row->children);
}

void item_row_json(struct call *k, const struct item_row *row, struct json *j)
{
    item_row_json_open(k, row, j);
    jw_end(j);
}
