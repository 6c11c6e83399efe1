/*
 * Is every promise of the document somebody's task? Documents with their coverage, clauses with the items
 * that carry them out, items that no clause asks for; and the waivers that were given.
 */
#include "base/map.h"
#include "engine/expr/expr.h"
#include "ledger/item/item_find.h"
#include "ledger/names.h"
#include "ledger/plan/plan_internal.h"
#include "ledger/plan/tree.h"
#include "ledger/sqltext.h"

// Counts a document's clauses; for those who see all items.
const struct stmt DOCUMENT_COUNTS = {
    "plan.documents",
    "SELECT d.id, d.title, d.doc_no, d.added_at,"
    " (SELECT count(*) FROM clause AS c WHERE c.district_id = $1 AND c.source_doc_id = d.id),"
    " (SELECT count(*) FROM clause AS c WHERE c.district_id = $1 AND c.source_doc_id = d.id AND EXISTS"
    " (SELECT 1 FROM clause_item AS l WHERE l.district_id = $1 AND l.clause_id = c.id)),"
    " (SELECT count(*) FROM clause AS c WHERE c.district_id = $1 AND c.source_doc_id = d.id AND c.no_task IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM clause_item AS l WHERE l.district_id = $1 AND l.clause_id = c.id)),"
    " (SELECT count(*) FROM item AS i WHERE i.district_id = $1 AND i.source_doc_id = d.id)"
    " FROM source_doc AS d WHERE d.district_id = $1 ORDER BY d.added_at DESC, d.id DESC LIMIT 200"};

bool documents_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct db_rows r;
    (void)args;
    (void)given;
    if (!DB_QUERY(k->c, k->db, &r, &DOCUMENT_COUNTS, ARG(k->district))) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    while (db_next(&r)) {
        int64_t clauses = db_int(&r, 4), covered = db_int(&r, 5), none = db_int(&r, 6);
        jw_object(out);
        jw_put_id(out, "id", db_int(&r, 0));
        jw_put_text(out, "title", db_text(&r, 1));
        jw_put_text(out, "doc_no", db_text(&r, 2));
        jw_put_text(out, "added_at", instant_text(k->c->a, db_int(&r, 3), k->zone_min));
        jw_put_int(out, "clauses", clauses);
        jw_put_int(out, "covered", covered);
        jw_put_int(out, "no_task", none);
        jw_put_int(out, "uncovered", clauses - covered - none);
        jw_put_int(out, "items", db_int(&r, 7));
        jw_end(out);
    }
    if (!db_done(&r)) return false;
    jw_end(out);
    jw_end(out);
    return true;
}

/* --- clauses of a document --- */

#define CLAUSES_ARGS(X) X(document, int64_t, F_REF, 0, "来源文件", "source document", REQUIRED, "source_doc")
struct clauses_args { CLAUSES_ARGS(AS_MEMBER) };
#define OWNER struct clauses_args
SHARED_SHAPE_OF(clauses, CLAUSES_ARGS);
#undef OWNER

struct records LINKS_OF_DOC = RECORDS("clause_item.of_document", &CLAUSE_ITEM,
                                      "WHERE district_id = $1 AND clause_id IN (SELECT c.id FROM clause AS c WHERE "
                                      "c.district_id = $1 AND c.source_doc_id = $2)"
                                      " ORDER BY id LIMIT 20000");

struct linked {
    VEC(const struct clause_item *) at;
};

static void put_linked(struct call *k, const struct tree *t, const struct linked *of, struct json *j)
{
    jw_key(j, "items");
    jw_array(j);
    for (size_t i = 0; of && i < of->at.n; i++) {
        size_t row = tree_find(t, of->at.at[i]->item_id);
        jw_object(j);
        jw_put_text(j, "note", of->at.at[i]->note);
        jw_key(j, "item");
        tree_row_json(k, t, row, j);
        jw_end(j);
    }
    jw_end(j);
}

// The links whose item the reader sees, by clause.
static bool seen_links(struct call *k, const struct list *links, struct tree *t, struct map *by_clause)
{
    VEC(int64_t) ids = {0};
    const struct clause_item *at = links->at;
    for (size_t i = 0; i < links->n; i++) VEC_ADD(k->c->a, &ids, at[i].item_id);
    if (!tree_load(k, ids.at, ids.n, t)) return false;
    for (size_t i = 0; i < links->n; i++) {
        if (tree_find(t, at[i].item_id) == SIZE_MAX) continue;
        struct linked *l = map_get_int(by_clause, at[i].clause_id);
        if (!l) {
            l = ARENA_NEW(k->c->a, struct linked);
            (void)map_put_int(k->c->a, by_clause, at[i].clause_id, l);
        }
        VEC_ADD(k->c->a, &l->at, &at[i]);
    }
    return true;
}

bool clauses_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct clauses_args *a = args;
    struct list all, links;
    struct tree t;
    struct map by_clause = {0};
    struct source_doc d;
    bool sees_all = actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM);
    int64_t n[3] = {0}; // covered, without need, uncovered
    (void)given;
    if (!record_load(k, &SOURCE_DOC, a->document, &d)) return false;
    if (!record_list(k, &CLAUSES_OF_DOC, &all, ARG(k->district), ARG(d.id))) return false;
    if (!record_list(k, &LINKS_OF_DOC, &links, ARG(k->district), ARG(d.id))) return false;
    if (!seen_links(k, &links, &t, &by_clause)) return false;
    jw_object(out);
    jw_put_id(out, "document", d.id);
    jw_put_text(out, "title", d.title);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < all.n; i++) {
        const struct clause *c = (const struct clause *)all.at + i;
        const struct linked *l = map_get_int(&by_clause, c->id);
        if (!l && !sees_all) continue; // an officer sees the clauses that are theirs
        n[l ? 0 : c->no_task.n ? 1 : 2]++;
        record_json_open(out, k->c->a, CLAUSE.shape, c, k->zone_min);
        put_linked(k, &t, l, out);
        jw_end(out);
    }
    jw_end(out);
    jw_put_int(out, "covered", n[0]);
    jw_put_int(out, "no_task", n[1]);
    jw_put_int(out, "uncovered", n[2]);
    jw_end(out);
    return true;
}

/* --- items that no clause asks for --- */

#define UNCOVERED_ARGS(X)                                                               \
    X(q, str, F_TEXT, 60, "查找", "search", 0, NULL)                                    \
    X(linked, int64_t, F_BOOL, 0, "含已关联", "also linked ones", 0, NULL)
struct uncovered_args { UNCOVERED_ARGS(AS_MEMBER) };
#define OWNER struct uncovered_args
SHARED_SHAPE_OF(uncovered_items, UNCOVERED_ARGS);
#undef OWNER

enum { UNCOVERED_MAX = 200 };

// Tops of the tree: what stands below a task that a clause asks for is asked for with it.
bool uncovered_items_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct uncovered_args *a = args;
    struct sqltext q;
    struct db_rows r;
    int64_t ids[UNCOVERED_MAX];
    struct item_row *rows[UNCOVERED_MAX];
    size_t n = 0;
    (void)given;
    sqltext_init(&q, k);
    sqltext_add(&q,
                "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.state NOT IN ('cancelled', 'archived')");
    if (!a->linked)
        sqltext_add(
            &q, " AND i.parent_id IS NULL AND NOT EXISTS (SELECT 1 FROM clause_item AS l WHERE l.district_id = $1"
                " AND l.item_id = i.id)");
    if (a->q.n) {
        str like = expr_pattern(k->c->a, str_fold(k->c->a, a->q), true);
        sqltext_add(&q, " AND (i.title_folded LIKE ");
        sqltext_arg(&q, db_arg_text(like));
        sqltext_add(&q, " ESCAPE '\\' OR i.code_folded LIKE ");
        sqltext_arg(&q, db_arg_text(like));
        sqltext_add(&q, " ESCAPE '\\')");
    }
    if (!item_visibility(k, &q)) return false;
    sqltext_add(&q, " ORDER BY i.code LIMIT 200");
    if (!sqltext_query(k, &q, "plan.uncovered", &r)) return false;
    while (db_next(&r) && n < UNCOVERED_MAX) ids[n++] = db_int(&r, 0);
    if (!db_done(&r) || !item_rows_load(k, ids, n, rows)) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < n; i++)
        if (rows[i]) item_row_json(k, rows[i], out);
    jw_end(out);
    jw_put_bool(out, "more", n == UNCOVERED_MAX);
    jw_end(out);
    return true;
}

/* --- waivers --- */

struct records WAIVERS_ALL = RECORDS("waiver.all", &WAIVER, "WHERE district_id = $1 ORDER BY id DESC LIMIT 500");

#define WAIVERS_ARGS(X) X(item, int64_t, F_REF, 0, "事项", "item", 0, "item")
struct waivers_args { WAIVERS_ARGS(AS_MEMBER) };
#define OWNER struct waivers_args
SHARED_SHAPE_OF(waivers, WAIVERS_ARGS);
#undef OWNER

// Those whose parent and child the reader both sees.
bool waivers_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct waivers_args *a = args;
    struct list all;
    struct tree t;
    struct names names;
    int64_t n = 0;
    VEC(int64_t) ids = {0};
    (void)given;
    names_init(&names, k);
    if (!record_list(k, &WAIVERS_ALL, &all, ARG(k->district))) return false;
    const struct waiver *w = all.at;
    for (size_t i = 0; i < all.n; i++) {
        VEC_ADD(k->c->a, &ids, w[i].item_id);
        VEC_ADD(k->c->a, &ids, w[i].child_id);
    }
    if (!tree_load(k, ids.at, ids.n, &t)) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < all.n; i++) {
        size_t parent = tree_find(&t, w[i].item_id), child = tree_find(&t, w[i].child_id);
        if (parent == SIZE_MAX || child == SIZE_MAX || (a->item && a->item != w[i].item_id)) continue;
        n++;
        record_json_open(out, k->c->a, WAIVER.shape, &w[i], k->zone_min);
        if (!names_members(&names, WAIVER.shape, &w[i], out)) return false;
        jw_key(out, "parent");
        tree_row_json(k, &t, parent, out);
        jw_key(out, "child");
        tree_row_json(k, &t, child, out);
        jw_end(out);
    }
    jw_end(out);
    jw_put_int(out, "n", n);
    jw_end(out);
    return true;
}
