#include "ledger/plan/tree.h"

#include <stdlib.h>

#include "base/map.h"
#include "ledger/item/item_find.h"
#include "ledger/item/loop.h"
#include "ledger/plan/plan_internal.h"
#include "ledger/sqltext.h"

struct records PLAN_REGISTERS = RECORDS("plan_register.all", &REGISTER, "WHERE district_id = $1 ORDER BY id");

// An item on its way into the tree: how it hangs together, whether it is seen.
struct found {
    int64_t id, parent_id, weight;
    const struct item_row *row; // NULL: not seen
    bool waived, recurs, placed;
    VEC(struct found *) below;
};

struct building {
    struct call *k;
    struct map by_id;             // struct found *
    VEC(struct found *) all;
    struct map methods;           // register → by children
    struct tree *out;
};

static struct found *enter(struct building *b, int64_t id, int64_t parent, int64_t weight)
{
    struct found *f = map_get_int(&b->by_id, id);
    if (f) return NULL;
    f = ARENA_NEW(b->k->c->a, struct found);
    f->id = id;
    f->parent_id = parent;
    f->weight = weight;
    (void)map_put_int(b->k->c->a, &b->by_id, id, f);
    VEC_ADD(b->k->c->a, &b->all, f);
    return f;
}

// Items by a list of ids in one column: themselves, or those below them. What is new is entered.
static bool enter_by(struct building *b, const char *column, const int64_t *ids, size_t n)
{
    struct call *k = b->k;
    for (size_t from = 0; from < n && b->all.n <= TREE_MAX; from += SQLTEXT_LIST) {
        struct sqltext q;
        struct db_rows r;
        size_t some = n - from < SQLTEXT_LIST ? n - from : SQLTEXT_LIST;
        sqltext_init(&q, k);
        sqltext_add(&q, "SELECT i.id, i.parent_id, i.weight FROM item AS i WHERE i.district_id = $1 AND ");
        sqltext_ids(&q, column, ids + from, some);
        sqltext_add(&q, " ORDER BY i.code LIMIT 2001");
        if (!sqltext_query(k, &q, "plan.tree", &r)) return false;
        while (db_next(&r)) (void)enter(b, db_int(&r, 0), db_int(&r, 1), db_int(&r, 2));
        if (!db_done(&r)) return false;
    }
    return ctx_ok(k->c);
}

// Level by level, until nothing new stands below.
static bool gather(struct building *b, const int64_t *roots, size_t n)
{
    size_t done = 0;
    if (!enter_by(b, "i.id", roots, n)) return false;
    while (done < b->all.n && b->all.n <= TREE_MAX) {
        VEC(int64_t) ids = {0};
        for (; done < b->all.n; done++) VEC_ADD(b->k->c->a, &ids, b->all.at[done]->id);
        if (!enter_by(b, "i.parent_id", ids.at, ids.n)) return false;
    }
    return true;
}

// Which of a page of ids the reader sees; rows[i] of the others stays NULL.
static bool see_page(struct building *b, struct found **at, size_t n)
{
    struct call *k = b->k;
    struct sqltext q;
    struct db_rows r;
    int64_t ids[SQLTEXT_LIST], seen[SQLTEXT_LIST];
    size_t n_seen = 0;
    struct item_row *rows[SQLTEXT_LIST];
    for (size_t i = 0; i < n; i++) ids[i] = at[i]->id;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND ");
    sqltext_ids(&q, "i.id", ids, n);
    if (!item_visibility(k, &q)) return false;
    sqltext_add(&q, " ORDER BY i.id LIMIT 256");
    if (!sqltext_query(k, &q, "plan.tree_seen", &r)) return false;
    while (db_next(&r) && n_seen < SQLTEXT_LIST) seen[n_seen++] = db_int(&r, 0);
    if (!db_done(&r) || !item_rows_load(k, seen, n_seen, rows)) return false;
    for (size_t i = 0; i < n_seen; i++) {
        struct found *f = map_get_int(&b->by_id, seen[i]);
        if (f) f->row = rows[i];
    }
    return true;
}

static bool see(struct building *b)
{
    for (size_t from = 0; from < b->all.n; from += SQLTEXT_LIST) {
        size_t some = b->all.n - from < SQLTEXT_LIST ? b->all.n - from : SQLTEXT_LIST;
        if (!see_page(b, b->all.at + from, some)) return false;
    }
    return true;
}

// Marks: waived children and patterns, of the items on a page.
static bool mark_page(struct building *b, struct found **at, size_t n)
{
    static const char *const ASK[] = {
        "SELECT m.child_id FROM waiver AS m WHERE m.district_id = $1 AND ",
        "SELECT m.item_id FROM recurrence AS m WHERE m.district_id = $1 AND m.stopped_at IS NULL AND ",
    };
    int64_t ids[SQLTEXT_LIST];
    for (size_t i = 0; i < n; i++) ids[i] = at[i]->id;
    for (size_t w = 0; w < COUNT_OF(ASK); w++) {
        struct sqltext q;
        struct db_rows r;
        sqltext_init(&q, b->k);
        sqltext_add(&q, ASK[w]);
        sqltext_ids(&q, w ? "m.item_id" : "m.child_id", ids, n);
        sqltext_add(&q, w ? " ORDER BY m.id LIMIT 2000" : " ORDER BY m.id LIMIT 2000");
        if (!sqltext_query(b->k, &q, "plan.tree_marks", &r)) return false;
        while (db_next(&r)) {
            struct found *f = map_get_int(&b->by_id, db_int(&r, 0));
            if (f) *(w ? &f->recurs : &f->waived) = true;
        }
        if (!db_done(&r)) return false;
    }
    return true;
}

static bool mark(struct building *b)
{
    for (size_t from = 0; from < b->all.n; from += SQLTEXT_LIST) {
        size_t some = b->all.n - from < SQLTEXT_LIST ? b->all.n - from : SQLTEXT_LIST;
        if (!mark_page(b, b->all.at + from, some)) return false;
    }
    return true;
}

/* --- into order --- */

static struct found *seen_above(struct building *b, const struct found *f)
{
    for (int i = 0; i < 4 * TREE_DEPTH_MAX && f->parent_id; i++) {
        struct found *up = map_get_int(&b->by_id, f->parent_id);
        if (!up || up->row) return up;
        f = up;
    }
    return NULL;
}

static int by_code(const void *x, const void *y)
{
    const struct found *const *a = x, *const *b = y;
    return str_cmp((*a)->row->item.code, (*b)->row->item.code);
}

// What counts nowhere: proposed and promised by nobody yet, cancelled, archived after being cancelled.
static bool is_outside(const struct item *it)
{
    return str_is(it->state, "drafted") || str_is(it->state, "cancelled") ||
           (str_is(it->state, "archived") && !it->closed_at);
}

static void lay(struct building *b, struct found *f, size_t parent, int depth)
{
    const struct item *it = &f->row->item;
    size_t own = b->out->rows.n;
    if (f->placed || own >= TREE_MAX) {
        b->out->more = b->out->more || !f->placed;
        return;
    }
    f->placed = true;
    bool over = str_is(it->state, "closed") || (str_is(it->state, "archived") && it->closed_at);
    *VEC_PUSH(b->k->c->a, &b->out->rows) =
        (struct tree_row){.row = f->row,
                          .parent = parent,
                          .depth = depth,
                          .weight = f->weight,
                          .waived = f->waived,
                          .recurs = f->recurs,
                          .roll = {.parent = parent,
                                   .weight = f->weight,
                                   .reported = it->progress,
                                   .by_children = map_get_int(&b->methods, it->register_id) != NULL,
                                   .done = over,
                                   .outside = is_outside(it)}};
    if (f->below.n) qsort(f->below.at, f->below.n, sizeof(struct found *), by_code);
    for (size_t i = 0; i < f->below.n; i++) lay(b, f->below.at[i], own, depth + 1);
}

static bool load_methods(struct building *b)
{
    struct list all;
    if (!record_list(b->k, &PLAN_REGISTERS, &all, ARG(b->k->district))) return false;
    struct register_def *at = all.at;
    for (size_t i = 0; i < all.n; i++)
        if (str_is(at[i].progress_method, "children")) (void)map_put_int(b->k->c->a, &b->methods, at[i].id, &at[i]);
    return true;
}

static void roll(struct call *k, struct tree *t)
{
    struct roll_node *nodes = arena_alloc(k->c->a, (t->rows.n + 1) * sizeof *nodes);
    for (size_t i = 0; i < t->rows.n; i++) nodes[i] = t->rows.at[i].roll;
    roll_up(nodes, t->rows.n);
    for (size_t i = 0; i < t->rows.n; i++) t->rows.at[i].roll = nodes[i];
}

bool tree_load(struct call *k, const int64_t *roots, size_t n, struct tree *out)
{
    struct building b = {.k = k, .out = out};
    VEC(struct found *) tops = {0};
    *out = (struct tree){0};
    if (!gather(&b, roots, n) || !see(&b) || !mark(&b) || !load_methods(&b)) return false;
    out->more = b.all.n > TREE_MAX;
    for (size_t i = 0; i < b.all.n; i++) {
        struct found *f = b.all.at[i];
        if (!f->row) continue;
        struct found *up = seen_above(&b, f);
        if (up) VEC_ADD(k->c->a, &up->below, f);
        else VEC_ADD(k->c->a, &tops, f);
    }
    if (tops.n) qsort(tops.at, tops.n, sizeof(struct found *), by_code);
    for (size_t i = 0; i < tops.n; i++) lay(&b, tops.at[i], SIZE_MAX, 0);
    roll(k, out);
    return ctx_ok(k->c);
}

size_t tree_find(const struct tree *t, int64_t item)
{
    for (size_t i = 0; i < t->rows.n; i++)
        if (t->rows.at[i].row->item.id == item) return i;
    return SIZE_MAX;
}

static void put_or_null(struct json *j, const char *member, str s)
{
    jw_key(j, member);
    if (s.n) jw_text(j, s);
    else jw_null(j);
}

void tree_row_json(struct call *k, const struct tree *t, size_t i, struct json *j)
{
    const struct tree_row *r = &t->rows.at[i];
    const struct item *it = &r->row->item;
    jw_object(j);
    jw_put_id(j, "id", it->id);
    jw_put_text(j, "code", it->code);
    jw_put_text(j, "title", it->title);
    jw_put_text(j, "level", item_level(it));
    jw_put_text(j, "state", it->state);
    jw_put_id(j, "parent", r->parent == SIZE_MAX ? 0 : t->rows.at[r->parent].row->item.id);
    jw_put_int(j, "depth", r->depth);
    put_or_null(j, "lead_unit_name", r->row->lead_unit_name);
    put_or_null(j, "person_name", r->row->person_name);
    put_or_null(j, "due_day", it->due_day ? day_text(k->c->a, day_from_ymd((int32_t)it->due_day)) : STR_EMPTY);
    item_time_members(k, it, j);
    put_or_null(j, "basis", it->basis);
    jw_put_int(j, "version", it->version);
    jw_put_int(j, "weight", r->weight);
    jw_put_int(j, "reported", it->progress);
    jw_put_int(j, "progress", roll_percent(r->roll.progress));
    jw_put_bool(j, "from_children", r->roll.by_children && r->roll.counted > 0 && !r->roll.done);
    jw_put_int(j, "below", (int64_t)r->roll.counted);
    jw_put_int(j, "weights", r->roll.weights);
    jw_put_bool(j, "weighted", r->roll.weighted);
    jw_put_bool(j, "waived", r->waived);
    jw_put_bool(j, "recurs", r->recurs);
    jw_end(j);
}

/* --- the query --- */

#define TREE_ARGS(X)                                                                    \
    X(item, int64_t, F_REF, 0, "事项", "item", 0, "item")                               \
    X(goal, int64_t, F_REF, 0, "目标", "goal", 0, "goal")                               \
    X(document, int64_t, F_REF, 0, "来源文件", "source document", 0, "source_doc")
struct tree_args { TREE_ARGS(AS_MEMBER) };
#define OWNER struct tree_args
SHARED_SHAPE_OF(item_tree, TREE_ARGS);
#undef OWNER

const struct stmt TREE_OF_GOAL = {
    "plan.tree_of_goal",
    "SELECT g.item_id FROM goal_item AS g WHERE g.district_id = $1 AND g.goal_id = $2 ORDER BY g.item_id"
    " LIMIT 2000"};
const struct stmt TREE_OF_DOCUMENT = {
    "plan.tree_of_document",
    "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.source_doc_id = $2"
    " UNION SELECT l.item_id FROM clause_item AS l JOIN clause AS c ON c.district_id = $1 AND c.id = l.clause_id"
    " WHERE l.district_id = $1 AND c.source_doc_id = $2 ORDER BY 1 LIMIT 2000"};
// The tops of the plan: thoughts and plans, wherever they stand.
const struct stmt TREE_TOPS = {
    "plan.tree_tops",
    "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.level IN ('idea', 'plan') ORDER BY i.code"
    " LIMIT 500"};

static bool roots_of(struct call *k, const struct tree_args *a, struct list *out)
{
    struct db_rows r;
    VEC(int64_t) ids = {0};
    bool ok = true;
    if (a->item) VEC_ADD(k->c->a, &ids, a->item);
    else if (a->goal) ok = DB_QUERY(k->c, k->db, &r, &TREE_OF_GOAL, ARG(k->district), ARG(a->goal));
    else if (a->document) ok = DB_QUERY(k->c, k->db, &r, &TREE_OF_DOCUMENT, ARG(k->district), ARG(a->document));
    else ok = DB_QUERY(k->c, k->db, &r, &TREE_TOPS, ARG(k->district));
    if (!ok) return false;
    while (!a->item && db_next(&r)) VEC_ADD(k->c->a, &ids, db_int(&r, 0));
    *out = (struct list){ids.at, ids.n};
    return a->item || db_done(&r);
}

bool item_tree_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct tree_args *a = args;
    struct list roots;
    struct tree t;
    (void)given;
    if (!!a->item + !!a->goal + !!a->document > 1) return fail(k->c, ERR_INVALID, "plan.one_root");
    if (!roots_of(k, a, &roots) || !tree_load(k, roots.at, roots.n, &t)) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < t.rows.n; i++) tree_row_json(k, &t, i, out);
    jw_end(out);
    jw_put_bool(out, "more", t.more);
    jw_end(out);
    return true;
}

/* --- what may stand below what --- */

bool item_levels_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args;
    (void)given;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < ITEM_LEVELS.n; i++) {
        const struct enum_value *v = &ITEM_LEVELS.at[i];
        jw_object(out);
        jw_put_text(out, "level", str_of(v->code));
        jw_put_text(out, "name", str_of(k->c->lang == LANG_EN ? v->en : v->zh));
        jw_key(out, "below");
        jw_array(out);
        for (size_t n = 0; n < ITEM_LEVELS.n; n++)
            if (level_allows(str_of(v->code), str_of(ITEM_LEVELS.at[n].code)))
                jw_text(out, str_of(ITEM_LEVELS.at[n].code));
        jw_end(out);
        jw_end(out);
    }
    jw_end(out);
    jw_put_int(out, "depth", TREE_DEPTH_MAX);
    jw_end(out);
    return true;
}
