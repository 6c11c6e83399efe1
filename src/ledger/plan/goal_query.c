/*
 * The goals and how far they are. A goal's progress is made of the items that serve it and the reader sees:
 *
 *     Σ share·weight·progress / Σ share·weight      when each of them has a weight
 *     Σ share·progress / Σ share                    when one has none
 *
 * A goal that no item serves has that of the goals below it, by their weights. The query goal opens the
 * figure into these parts.
 */
#include "base/map.h"
#include "ledger/names.h"
#include "ledger/plan/plan_internal.h"
#include "ledger/plan/tree.h"

struct goal_part {
    const struct goal_item *link;
    size_t row;      // in the tree
    int64_t weight;  // share, or share·weight
};
struct goal_at {
    struct goal goal;
    VEC(struct goal_part) parts;
    VEC(struct goal_at *) below;
    bool known, asked, weighted;
    int64_t progress;
};
struct goal_book {
    struct call *k;
    struct tree tree;
    struct map by_id;
    VEC(struct goal_at *) all;
};

struct records SHARES_ALL = RECORDS("goal_item.all", &GOAL_ITEM, "WHERE district_id = $1 ORDER BY id LIMIT 20000");

static bool load_goals(struct goal_book *b)
{
    struct list all;
    if (!record_list(b->k, &GOALS_ALL, &all, ARG(b->k->district))) return false;
    for (size_t i = 0; i < all.n; i++) {
        struct goal_at *g = ARENA_NEW(b->k->c->a, struct goal_at);
        g->goal = ((const struct goal *)all.at)[i];
        (void)map_put_int(b->k->c->a, &b->by_id, g->goal.id, g);
        VEC_ADD(b->k->c->a, &b->all, g);
    }
    for (size_t i = 0; i < b->all.n; i++) {
        struct goal_at *up = map_get_int(&b->by_id, b->all.at[i]->goal.parent_id);
        if (up) VEC_ADD(b->k->c->a, &up->below, b->all.at[i]);
    }
    return true;
}

// The items that serve goals, as one tree; links to what the reader does not see fall away.
static bool load_parts(struct goal_book *b)
{
    struct list all;
    struct call *k = b->k;
    VEC(int64_t) ids = {0};
    struct map rows = {0};
    if (!record_list(k, &SHARES_ALL, &all, ARG(k->district))) return false;
    const struct goal_item *at = all.at;
    for (size_t i = 0; i < all.n; i++) VEC_ADD(k->c->a, &ids, at[i].item_id);
    if (!tree_load(k, ids.at, ids.n, &b->tree)) return false;
    for (size_t i = 0; i < b->tree.rows.n; i++)
        (void)map_put_int(k->c->a, &rows, b->tree.rows.at[i].row->item.id, &b->tree.rows.at[i]);
    for (size_t i = 0; i < all.n; i++) {
        struct goal_at *g = map_get_int(&b->by_id, at[i].goal_id);
        const struct tree_row *row = map_get_int(&rows, at[i].item_id);
        if (g && row && !row->roll.outside)
            VEC_ADD(k->c->a, &g->parts, ((struct goal_part){&at[i], (size_t)(row - b->tree.rows.at), 0}));
    }
    return true;
}

static void from_items(struct goal_book *b, struct goal_at *g)
{
    int64_t *weights = arena_alloc(b->k->c->a, g->parts.n * sizeof *weights);
    int64_t *progress = arena_alloc(b->k->c->a, g->parts.n * sizeof *progress);
    g->weighted = true;
    for (size_t i = 0; i < g->parts.n; i++)
        g->weighted = g->weighted && b->tree.rows.at[g->parts.at[i].row].weight > 0;
    for (size_t i = 0; i < g->parts.n; i++) {
        struct goal_part *p = &g->parts.at[i];
        const struct tree_row *row = &b->tree.rows.at[p->row];
        p->weight = p->link->share_pct * (g->weighted ? row->weight : 1);
        weights[i] = p->weight;
        progress[i] = row->roll.progress;
    }
    g->progress = roll_mean(weights, progress, g->parts.n);
    g->known = true;
}

static void settle(struct goal_book *b, struct goal_at *g)
{
    VEC(int64_t) weights = {0}, progress = {0};
    if (g->asked) return;
    g->asked = true;
    for (size_t i = 0; i < g->below.n; i++) {
        settle(b, g->below.at[i]);
        if (!g->below.at[i]->known) continue;
        VEC_ADD(b->k->c->a, &weights, g->below.at[i]->goal.weight);
        VEC_ADD(b->k->c->a, &progress, g->below.at[i]->progress);
    }
    if (g->parts.n) {
        from_items(b, g);
    } else if (progress.n) {
        g->progress = roll_mean(weights.at, progress.at, progress.n);
        g->known = true;
    }
}

static bool load(struct call *k, struct goal_book *b)
{
    *b = (struct goal_book){.k = k};
    if (!load_goals(b) || !load_parts(b)) return false;
    for (size_t i = 0; i < b->all.n; i++) settle(b, b->all.at[i]);
    return ctx_ok(k->c);
}

/* --- JSON --- */

static bool put_clause(struct goal_book *b, const struct goal *g, struct json *j)
{
    struct clause c;
    jw_key(j, "clause");
    if (!g->clause_id) {
        jw_null(j);
        return true;
    }
    if (!record_load(b->k, &CLAUSE, g->clause_id, &c)) return false;
    jw_object(j);
    jw_put_id(j, "id", c.id);
    jw_put_text(j, "number", c.number);
    jw_put_text(j, "body", c.body);
    jw_put_id(j, "document", c.source_doc_id);
    jw_end(j);
    return true;
}

static bool put_goal(struct goal_book *b, struct names *names, const struct goal_at *g, struct json *j)
{
    record_json_open(j, b->k->c->a, GOAL.shape, &g->goal, b->k->zone_min);
    if (!names_members(names, GOAL.shape, &g->goal, j) || !put_clause(b, &g->goal, j)) return false;
    jw_key(j, "progress");
    if (g->known) jw_int(j, roll_percent(g->progress));
    else jw_null(j);
    jw_put_text(j, "from", str_of(!g->known ? "nothing" : g->parts.n ? "items" : "goals"));
    jw_put_bool(j, "weighted", g->weighted);
    jw_put_int(j, "items", (int64_t)g->parts.n);
    jw_put_int(j, "below", (int64_t)g->below.n);
    return true;
}

#define GOALS_ARGS(X) X(horizon, str, F_ENUM, 0, "期限类别", "horizon", 0, &GOAL_HORIZONS)
struct goals_args { GOALS_ARGS(AS_MEMBER) };
#define OWNER struct goals_args
SHARED_SHAPE_OF(goals, GOALS_ARGS);
#undef OWNER

bool goals_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct goals_args *a = args;
    struct goal_book b;
    struct names names;
    (void)given;
    names_init(&names, k);
    if (!load(k, &b)) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < b.all.n; i++) {
        if (a->horizon.n && !str_eq(a->horizon, b.all.at[i]->goal.horizon)) continue;
        if (!put_goal(&b, &names, b.all.at[i], out)) return false;
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}

#define GOAL_ONE_ARGS(X) X(goal, int64_t, F_REF, 0, "目标", "goal", REQUIRED, "goal")
struct goal_one_args { GOAL_ONE_ARGS(AS_MEMBER) };
#define OWNER struct goal_one_args
SHARED_SHAPE_OF(goal_one, GOAL_ONE_ARGS);
#undef OWNER

static void put_parts(struct goal_book *b, const struct goal_at *g, struct json *j)
{
    int64_t all = 0;
    for (size_t i = 0; i < g->parts.n; i++) all += g->parts.at[i].weight;
    jw_key(j, "parts");
    jw_array(j);
    for (size_t i = 0; i < g->parts.n; i++) {
        const struct goal_part *p = &g->parts.at[i];
        jw_object(j);
        jw_put_int(j, "share", p->link->share_pct);
        jw_put_text(j, "note", p->link->note);
        // Its part of the goal's figure, in whole percents.
        jw_put_int(j, "counts", all ? (p->weight * 200 + all) / (2 * all) : 0);
        jw_key(j, "item");
        tree_row_json(b->k, &b->tree, p->row, j);
        jw_end(j);
    }
    jw_end(j);
}

bool goal_one_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct goal_one_args *a = args;
    struct goal_book b;
    struct names names;
    (void)given;
    names_init(&names, k);
    if (!load(k, &b)) return false;
    const struct goal_at *g = map_get_int(&b.by_id, a->goal);
    if (!g) return fail(k->c, ERR_NOT_FOUND, "record.not_found", STR("goal"), STR_EMPTY);
    if (!put_goal(&b, &names, g, out)) return false;
    put_parts(&b, g, out);
    jw_key(out, "goals");
    jw_array(out);
    for (size_t i = 0; i < g->below.n; i++) {
        if (!put_goal(&b, &names, g->below.at[i], out)) return false;
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}
