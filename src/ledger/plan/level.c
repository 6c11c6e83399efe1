#include "ledger/plan/level.h"

#include "ledger/item/loop.h"
#include "ledger/sqltext.h"

/*
 * One row a level: what may stand below it. A cluster's plan (一组团一方案) holds measures and projects; a
 * project is divided into sub-projects and nodes; a node is the end of the tree and is only divided into
 * nodes. A task may hold what people hang below it: projects, nodes, further tasks.
 */
static const struct {
    const char *parent, *below;
} RULES[] = {
    {"idea", "plan measure task"},
    {"plan", "measure project task node"},
    {"measure", "project task node"},
    {"project", "project task node"},
    {"node", "node"},
    {"task", "measure project task node"},
};

str item_level(const struct item *it)
{
    return it->level.n ? it->level : STR("task");
}

bool level_allows(str parent, str child)
{
    for (size_t i = 0; i < COUNT_OF(RULES); i++) {
        if (!str_is(parent, RULES[i].parent)) continue;
        str rest = str_of(RULES[i].below);
        while (rest.n)
            if (str_eq(str_cut(&rest, STR(" ")), child)) return true;
    }
    return false;
}

static str level_name(const struct call *k, str code)
{
    const struct enum_value *v = enum_find(&ITEM_LEVELS, code);
    return v ? str_of(k->c->lang == LANG_EN ? v->en : v->zh) : code;
}

static bool wrong_level(struct call *k, str parent, str child)
{
    return fail_field(k->c, ERR_INVALID, "plan.level_below", STR("level"), level_name(k, child),
                      level_name(k, parent));
}

const struct stmt CHILD_LEVELS = {
    "plan.child_levels",
    "SELECT i.level FROM item AS i WHERE i.district_id = $1 AND i.parent_id = $2 GROUP BY i.level"
    " ORDER BY i.level NULLS FIRST LIMIT 20"};

static bool children_fit(struct call *k, const struct item *it)
{
    struct db_rows r;
    str odd = STR_EMPTY;
    if (!DB_QUERY(k->c, k->db, &r, &CHILD_LEVELS, ARG(k->district), ARG(it->id))) return false;
    while (db_next(&r)) {
        str level = db_text(&r, 0);
        if (level.n == 0) level = STR("task");
        if (!odd.n && !level_allows(item_level(it), level)) odd = level;
    }
    if (!db_done(&r)) return false;
    return odd.n == 0 || wrong_level(k, item_level(it), odd);
}

// One step down: the ids below ids, at most a page of them each turn. A tree is as deep as its deepest line.
static bool below(struct call *k, const int64_t *ids, size_t n, struct list *out)
{
    VEC(int64_t) found = {0};
    for (size_t from = 0; from < n; from += SQLTEXT_LIST) {
        struct sqltext q;
        struct db_rows r;
        size_t some = n - from < SQLTEXT_LIST ? n - from : SQLTEXT_LIST;
        sqltext_init(&q, k);
        sqltext_add(&q, "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND ");
        sqltext_ids(&q, "i.parent_id", ids + from, some);
        sqltext_add(&q, " ORDER BY i.id LIMIT 5000");
        if (!sqltext_query(k, &q, "plan.below", &r)) return false;
        while (db_next(&r)) VEC_ADD(k->c->a, &found, db_int(&r, 0));
        if (!db_done(&r)) return false;
    }
    *out = (struct list){found.at, found.n};
    return true;
}

static bool height(struct call *k, int64_t id, int limit, int *out)
{
    struct list at = {&id, 1};
    for (*out = 1; *out <= limit; (*out)++) {
        struct list next;
        if (!below(k, at.at, at.n, &next)) return false;
        if (next.n == 0) return true;
        at = next;
    }
    return true;
}

bool tree_place_check(struct call *k, const struct item *it)
{
    struct item above;
    int depth = 0, high = 1;
    bool stored = it->version > 1;
    for (int64_t id = it->parent_id; id; id = above.parent_id) {
        if (id == it->id || ++depth > 4 * TREE_DEPTH_MAX)
            return fail_field(k->c, ERR_INVALID, "item.own_parent", STR("parent"));
        if (!record_load(k, &ITEM, id, &above)) return false;
        if (depth == 1 && !level_allows(item_level(&above), item_level(it)))
            return wrong_level(k, item_level(&above), item_level(it));
    }
    if (!stored) return depth < TREE_DEPTH_MAX || fail_field(k->c, ERR_INVALID, "plan.too_deep", STR("parent"));
    if (!children_fit(k, it)) return false;
    if (it->parent_id && !height(k, it->id, TREE_DEPTH_MAX, &high)) return false;
    return depth + high <= TREE_DEPTH_MAX || fail_field(k->c, ERR_INVALID, "plan.too_deep", STR("parent"));
}
