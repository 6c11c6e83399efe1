/* The query item_plan: where an item stands, which goals and clauses it serves, what was laid below it. */
#include "ledger/item/item_find.h"
#include "ledger/item/item_records.h"
#include "ledger/item/loop.h"
#include "ledger/names.h"
#include "ledger/plan/plan_internal.h"
#include "ledger/plan/recur.h"
#include "ledger/plan/tree.h"
#include "ledger/sight.h"

#define ITEM_PLAN_ARGS(X) X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")
struct item_plan_args { ITEM_PLAN_ARGS(AS_MEMBER) };
#define OWNER struct item_plan_args
SHARED_SHAPE_OF(item_plan, ITEM_PLAN_ARGS);
#undef OWNER

static bool put_above(struct call *k, const struct item *it, struct json *j)
{
    int64_t id = it->parent_id;
    jw_key(j, "above");
    jw_array(j);
    for (int depth = 0; id && depth < TREE_DEPTH_MAX; depth++) {
        struct item up;
        bool may;
        if (!record_load(k, &ITEM, id, &up) || !item_may_see(k, &up, &may)) return false;
        id = up.parent_id;
        if (!may) continue;
        jw_object(j);
        jw_put_id(j, "id", up.id);
        jw_put_text(j, "code", up.code);
        jw_put_text(j, "title", up.title);
        jw_put_text(j, "level", item_level(&up));
        jw_end(j);
    }
    jw_end(j);
    return true;
}

static bool put_goals(struct call *k, const struct item *it, struct json *j)
{
    struct list shares;
    int64_t sum = 0;
    if (!record_list(k, &SHARES_OF_ITEM, &shares, ARG(k->district), ARG(it->id))) return false;
    const struct goal_item *at = shares.at;
    jw_key(j, "goals");
    jw_array(j);
    for (size_t i = 0; i < shares.n; i++) {
        struct goal g;
        if (!record_load(k, &GOAL, at[i].goal_id, &g)) return false;
        sum += at[i].share_pct;
        jw_object(j);
        jw_put_id(j, "goal", g.id);
        jw_put_text(j, "code", g.code);
        jw_put_text(j, "name", g.name);
        jw_put_text(j, "horizon", g.horizon);
        jw_put_text(j, "kind", g.kind);
        jw_put_int(j, "share", at[i].share_pct);
        jw_put_text(j, "note", at[i].note);
        jw_end(j);
    }
    jw_end(j);
    jw_put_int(j, "shares", sum);
    return true;
}

static bool put_clauses(struct call *k, struct names *names, const struct item *it, struct json *j)
{
    struct list links;
    if (!record_list(k, &LINKS_OF_ITEM, &links, ARG(k->district), ARG(it->id))) return false;
    const struct clause_item *at = links.at;
    jw_key(j, "clauses");
    jw_array(j);
    for (size_t i = 0; i < links.n; i++) {
        struct clause c;
        if (!record_load(k, &CLAUSE, at[i].clause_id, &c)) return false;
        record_json_open(j, k->c->a, CLAUSE.shape, &c, k->zone_min);
        if (!names_members(names, CLAUSE.shape, &c, j)) return false;
        jw_put_text(j, "note", at[i].note);
        jw_end(j);
    }
    jw_end(j);
    return true;
}

// The templates that were applied, each with how many of its nodes the reader sees.
static bool put_templates(struct call *k, const struct item *it, const struct tree *t, struct json *j)
{
    struct list applied;
    int64_t last = 0, n = 0;
    if (!record_list(k, &APPLIED_TO_ITEM, &applied, ARG(k->district), ARG(it->id))) return false;
    const struct item_node *at = applied.at;
    jw_key(j, "templates");
    jw_array(j);
    for (size_t i = 0; i <= applied.n; i++) {
        bool same = i < applied.n && at[i].template_id == last;
        if (!same && n) {
            struct node_template nt;
            if (!record_load(k, &NODE_TEMPLATE, last, &nt)) return false;
            jw_object(j);
            jw_put_id(j, "template", nt.id);
            jw_put_text(j, "name", nt.name);
            jw_put_int(j, "nodes", n);
            jw_end(j);
        }
        if (!same) n = 0;
        if (i == applied.n) break;
        last = at[i].template_id;
        n += tree_find(t, at[i].node_item_id) != SIZE_MAX;
    }
    jw_end(j);
    return true;
}

static bool put_occurrence(struct call *k, const struct occurrence *o, struct json *j)
{
    struct item it;
    bool may = false;
    if (o->occurrence_item_id &&
        (!record_load(k, &ITEM, o->occurrence_item_id, &it) || !item_may_see(k, &it, &may)))
        return false;
    if (o->occurrence_item_id && !may) return true;
    jw_object(j);
    jw_put_text(j, "period", o->period_code);
    jw_put_text(j, "due", day_text(k->c->a, day_from_ymd((int32_t)o->due_day)));
    jw_put_text(j, "skipped", o->skipped);
    jw_put_id(j, "item", o->occurrence_item_id);
    jw_put_text(j, "code", o->occurrence_item_id ? it.code : STR_EMPTY);
    jw_put_text(j, "state", o->occurrence_item_id ? it.state : STR_EMPTY);
    jw_end(j);
    return true;
}

static bool put_recurrence(struct call *k, const struct item *it, struct json *j)
{
    struct list rules, all;
    if (!record_list(k, &RECUR_OF_ITEM, &rules, ARG(k->district), ARG(it->id))) return false;
    jw_key(j, "recurrence");
    if (rules.n == 0) {
        jw_null(j);
        return true;
    }
    const struct recurrence *r = rules.at;
    if (!record_list(k, &OCCURRENCES_OF, &all, ARG(k->district), ARG(r->id))) return false;
    record_json_open(j, k->c->a, RECURRENCE.shape, r, k->zone_min);
    recur_next_json(k, r, j);
    jw_key(j, "occurrences");
    jw_array(j);
    for (size_t i = 0; i < all.n; i++)
        if (!put_occurrence(k, (const struct occurrence *)all.at + i, j)) return false;
    jw_end(j);
    jw_end(j);
    return true;
}

static bool put_waivers(struct call *k, struct names *names, const struct item *it, const struct tree *t,
                        struct json *j)
{
    struct list all;
    if (!record_list(k, &WAIVERS_OF_ITEM, &all, ARG(k->district), ARG(it->id))) return false;
    const struct waiver *w = all.at;
    jw_key(j, "waivers");
    jw_array(j);
    for (size_t i = 0; i < all.n; i++) {
        if (tree_find(t, w[i].child_id) == SIZE_MAX) continue;
        record_json_open(j, k->c->a, WAIVER.shape, &w[i], k->zone_min);
        if (!names_members(names, WAIVER.shape, &w[i], j)) return false;
        jw_end(j);
    }
    jw_end(j);
    return true;
}

bool item_plan_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct item_plan_args *a = args;
    struct item it;
    struct tree t;
    struct names names;
    (void)given;
    names_init(&names, k);
    if (!item_visible(k, a->item, &it) || !tree_load(k, &it.id, 1, &t)) return false;
    jw_object(out);
    jw_put_id(out, "item", it.id);
    if (!put_above(k, &it, out)) return false;
    jw_key(out, "tree");
    jw_array(out);
    for (size_t i = 0; i < t.rows.n; i++) tree_row_json(k, &t, i, out);
    jw_end(out);
    if (!put_goals(k, &it, out) || !put_clauses(k, &names, &it, out) || !put_templates(k, &it, &t, out)) return false;
    if (!put_recurrence(k, &it, out) || !put_waivers(k, &names, &it, &t, out)) return false;
    jw_end(out);
    return true;
}
