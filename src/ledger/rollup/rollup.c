#include "ledger/rollup/rollup.h"

#include "ledger/org/rules.h"
#include "ledger/subjects.h"

enum { SOON_DAYS = 7 };

#define OWNER struct rollup_head
SHAPE_OF(rollup_head, ROLLUP_HEAD_FIELDS);
#undef OWNER
#define OWNER struct rollup_count
SHAPE_OF(rollup_count, ROLLUP_COUNT_FIELDS);
#undef OWNER

struct entity ROLLUP_HEAD = ENTITY_OF(rollup_head, "汇总", "roll-up", NULL, 0);
struct entity ROLLUP_COUNT = ENTITY_OF(rollup_count, "汇总数", "roll-up count", NULL, 0);

// One row a register and state: both are few.
static const struct stmt COUNT = {
    "rollup.count",
    "SELECT i.register_id, i.state, count(*), count(*) FILTER (WHERE i.due_day < $2), "
    "count(*) FILTER (WHERE i.due_day >= $2 AND i.due_day <= $3) FROM item AS i WHERE i.district_id = $1 "
    "GROUP BY i.register_id, i.state ORDER BY i.register_id, i.state"};

static struct records HEAD = RECORDS("rollup.head", &ROLLUP_HEAD, "WHERE district_id = $1 ORDER BY id LIMIT 1");
static struct records COUNTS = RECORDS("rollup_count.all", &ROLLUP_COUNT, "WHERE district_id = $1 ORDER BY id");
static struct records REGISTERS = RECORDS("rollup.registers", &REGISTER, "WHERE district_id = $1 ORDER BY id");

static str code_of(const struct list *registers, int64_t id)
{
    const struct register_def *r = registers->at;
    for (size_t i = 0; i < registers->n; i++)
        if (r[i].id == id) return r[i].code;
    return STR_EMPTY;
}

// What the items come to today, as rows that are not stored yet.
static bool count(struct call *k, struct list *out)
{
    struct list registers;
    struct db_rows r;
    size_t cap = 0;
    int64_t today = day_to_ymd(k->today), soon = day_to_ymd(k->today + SOON_DAYS);
    *out = (struct list){0};
    if (!record_list(k, &REGISTERS, &registers, ARG(k->district))) return false;
    if (!DB_QUERY(k->c, k->db, &r, &COUNT, ARG(k->district), ARG(today), ARG(soon))) return false;
    while (db_next(&r)) {
        struct rollup_count *n = vec_slot(k->c->a, &out->at, &out->n, &cap, sizeof *n);
        shape_init(&rollup_count_shape, n);
        n->register_code = code_of(&registers, db_int(&r, 0));
        n->state = db_text(&r, 1);
        n->items = db_int(&r, 2);
        // As in the views: late is what somebody still owes.
        bool owed = light_counts(n->state);
        n->overdue = owed ? db_int(&r, 3) : 0;
        n->due_soon = owed ? db_int(&r, 4) : 0;
    }
    return db_done(&r);
}

static struct rollup_count *find(const struct list *rows, const struct rollup_count *like)
{
    struct rollup_count *at = rows->at;
    for (size_t i = 0; i < rows->n; i++)
        if (str_eq(at[i].register_code, like->register_code) && str_eq(at[i].state, like->state)) return &at[i];
    return NULL;
}

static bool same_figures(const struct rollup_count *x, const struct rollup_count *y)
{
    return x->items == y->items && x->overdue == y->overdue && x->due_soon == y->due_soon;
}

static bool load(struct call *k, struct list *head, struct list *stored)
{
    return record_list(k, &HEAD, head, ARG(k->district)) && record_list(k, &COUNTS, stored, ARG(k->district));
}

bool rollup_wanted(struct call *k, instant due, bool *would)
{
    struct list head, stored, now;
    (void)due;
    if (!load(k, &head, &stored)) return false;
    const struct rollup_head *r = head.at;
    *would = head.n == 0 || r->as_of_day != day_to_ymd(k->today);
    // What was written last may be the roll-up itself, one record after what it covers.
    if (*would || k->head.seq <= r->covered_seq + 1) return true;
    if (!count(k, &now)) return false;
    *would = now.n != stored.n;
    const struct rollup_count *n = now.at;
    for (size_t i = 0; i < now.n && !*would; i++) {
        const struct rollup_count *s = find(&stored, &n[i]);
        *would = !s || !same_figures(s, &n[i]);
    }
    return true;
}

static bool put_head(struct call *k, const struct list *head)
{
    struct rollup_head r, before;
    shape_init(&rollup_head_shape, &r);
    if (head->n) r = *(const struct rollup_head *)head->at;
    before = r;
    r.as_of_at = k->now;
    r.as_of_day = day_to_ymd(k->today);
    r.covered_seq = k->head.seq;
    bool ok = head->n ? record_update(k, &ROLLUP_HEAD, &before, &r) : record_insert(k, &ROLLUP_HEAD, &r);
    k->object_kind = ROLLUP_HEAD.name;
    k->object_id = r.id;
    return ok;
}

static bool put_counts(struct call *k, struct list *now, const struct list *stored)
{
    struct rollup_count *n = now->at;
    const struct rollup_count *old = stored->at;
    for (size_t i = 0; i < now->n; i++) {
        const struct rollup_count *before = find(stored, &n[i]);
        if (!before) {
            if (!record_insert(k, &ROLLUP_COUNT, &n[i])) return false;
            continue;
        }
        struct rollup_count after = *before;
        after.items = n[i].items;
        after.overdue = n[i].overdue;
        after.due_soon = n[i].due_soon;
        if (!record_update(k, &ROLLUP_COUNT, before, &after)) return false;
    }
    for (size_t i = 0; i < stored->n; i++)
        if (!find(now, &old[i]) && !record_remove(k, &ROLLUP_COUNT, &old[i])) return false;
    return true;
}

bool rollup_refresh(struct call *k, instant due, struct json *out)
{
    struct list head, stored, now;
    (void)due;
    if (!load(k, &head, &stored) || !count(k, &now)) return false;
    if (!put_counts(k, &now, &stored) || !put_head(k, &head)) return false;
    int64_t items = 0;
    const struct rollup_count *n = now.at;
    for (size_t i = 0; i < now.n; i++) items += n[i].items;
    jw_put_int(out, "items", items);
    return true;
}

static struct records *const RECORD_LISTS[] = {&HEAD, &COUNTS, &REGISTERS};
static const struct stmt *const STATEMENTS[] = {&COUNT, &REPORT_DISTRICTS, &REPORT_DISTRICT_COUNTS};

const struct subject ROLLUP_SUBJECT = {
    .name = "rollup",
    .statements = STATEMENTS,
    .n_statements = COUNT_OF(STATEMENTS),
    .records = RECORD_LISTS,
    .n_records = COUNT_OF(RECORD_LISTS),
};
