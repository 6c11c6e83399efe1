/* Goals by horizon, and how much of each item serves which. */
#include "ledger/item/guard.h"
#include "ledger/item/loop.h"
#include "ledger/plan/plan_internal.h"

enum { GOAL_DEPTH_MAX = 8 };

#define GOAL_BODY_ARGS(X, NEEDED)                                                       \
    X(name, str, F_TEXT, 200, "目标名称", "name", NEEDED, NULL)                         \
    X(horizon, str, F_ENUM, 0, "期限类别", "horizon", NEEDED, &GOAL_HORIZONS)           \
    X(kind, str, F_ENUM, 0, "性质", "kind", NEEDED, &GOAL_KINDS)                        \
    X(first_day, int64_t, F_DAY, 0, "起", "from", NEEDED, NULL)                         \
    X(last_day, int64_t, F_DAY, 0, "止", "until", NEEDED, NULL)                         \
    X(comparator, str, F_ENUM, 0, "比较", "comparator", 0, &COMPARATORS)                \
    X(target, dec, F_DEC, 0, "目标值", "target", 0, NULL)                               \
    X(target_unit, str, F_TEXT, 20, "计量单位", "unit of the target", 0, NULL)          \
    X(parent, int64_t, F_REF, 0, "上级目标", "parent goal", 0, "goal")                  \
    X(unit, int64_t, F_REF, 0, "责任单位", "owner", 0, "unit")                          \
    X(clause, int64_t, F_REF, 0, "来源条款", "source clause", 0, "clause")              \
    X(weight, int64_t, F_INT, 0, "权重", "weight", 0, NULL)                             \
    X(source, str, F_TEXT, 300, "来源", "source", 0, NULL)                              \
    X(basis, str, F_ENUM, 0, "依据", "basis", 0, &BASES)                                \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)
#define GOAL_ADD_ARGS(X)                                                                \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                            \
    GOAL_BODY_ARGS(X, REQUIRED)
struct goal_add_args { GOAL_ADD_ARGS(AS_MEMBER) };
#define OWNER struct goal_add_args
SHARED_SHAPE_OF(goal_add, GOAL_ADD_ARGS);
#undef OWNER

#define GOAL_EDIT_ARGS(X)                                                               \
    X(goal, int64_t, F_REF, 0, "目标", "goal", REQUIRED, "goal")                        \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED, NULL)                    \
    GOAL_BODY_ARGS(X, 0)
struct goal_edit_args { GOAL_EDIT_ARGS(AS_MEMBER) };
#define OWNER struct goal_edit_args
SHARED_SHAPE_OF(goal_edit, GOAL_EDIT_ARGS);
#undef OWNER

#define GOAL_REMOVE_ARGS(X) X(goal, int64_t, F_REF, 0, "目标", "goal", REQUIRED, "goal")
struct goal_remove_args { GOAL_REMOVE_ARGS(AS_MEMBER) };
#define OWNER struct goal_remove_args
SHARED_SHAPE_OF(goal_remove, GOAL_REMOVE_ARGS);
#undef OWNER

#define SHARE_ARGS(X)                                                                   \
    X(goal, int64_t, F_REF, 0, "目标", "goal", REQUIRED, "goal")                        \
    X(share, int64_t, F_INT, 0, "份额%", "share %", REQUIRED, NULL)                     \
    X(note, str, F_TEXT, 400, "说明", "note", 0, NULL)
struct share_args { SHARE_ARGS(AS_MEMBER) };
#define OWNER struct share_args
SHAPE_OF(goal_part, SHARE_ARGS);
#undef OWNER

#define GOAL_SHARE_ARGS(X)                                                              \
    X(goal, int64_t, F_REF, 0, "目标", "goal", REQUIRED, "goal")                        \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(share, int64_t, F_INT, 0, "份额%", "share %", REQUIRED, NULL)                     \
    X(note, str, F_TEXT, 400, "说明", "note", 0, NULL)
struct goal_share_args { GOAL_SHARE_ARGS(AS_MEMBER) };
#define OWNER struct goal_share_args
SHARED_SHAPE_OF(goal_share, GOAL_SHARE_ARGS);
#undef OWNER

#define SET_GOALS_ARGS(X)                                                               \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(goals, struct list, F_OBJECTS, 20, "目标与份额", "goals and shares", 0, &goal_part_shape)
struct set_goals_args { SET_GOALS_ARGS(AS_MEMBER) };
#define OWNER struct set_goals_args
SHARED_SHAPE_OF(item_set_goals, SET_GOALS_ARGS);
#undef OWNER

struct records GOALS_ALL =
    RECORDS("goal.all", &GOAL, "WHERE district_id = $1 ORDER BY official_order, code LIMIT 2000");
struct records CHILD_GOALS = RECORDS(
    "goal.of_goal", &GOAL, "WHERE district_id = $1 AND parent_id = $2 ORDER BY official_order, code LIMIT 500");
struct records SHARES_OF_ITEM =
    RECORDS("goal_item.of_item", &GOAL_ITEM, "WHERE district_id = $1 AND item_id = $2 ORDER BY id");
struct records SHARES_OF_GOAL =
    RECORDS("goal_item.of_goal", &GOAL_ITEM, "WHERE district_id = $1 AND goal_id = $2 ORDER BY id LIMIT 2000");

/* --- goals --- */

static int horizon_rank(str horizon)
{
    int at = 0;
    for (size_t i = 0; i < GOAL_HORIZONS.n; i++)
        if (str_is(horizon, GOAL_HORIZONS.at[i].code)) at = (int)i;
    return at;
}

// A goal lies within the one above it: a shorter horizon, and not below itself.
static bool check_parent(struct call *k, const struct goal *g)
{
    struct goal above;
    int depth = 0;
    for (int64_t id = g->parent_id; id; id = above.parent_id) {
        if (id == g->id || ++depth > GOAL_DEPTH_MAX)
            return fail_field(k->c, ERR_INVALID, "goal.own_parent", STR("parent"), g->name);
        if (!record_load(k, &GOAL, id, &above)) return false;
        if (depth == 1 && horizon_rank(above.horizon) > horizon_rank(g->horizon))
            return fail_field(k->c, ERR_INVALID, "goal.longer_than_parent", STR("horizon"), g->name, above.name);
    }
    return true;
}

static bool check_goal(struct call *k, const struct goal *g)
{
    if (g->first_day > g->last_day) return fail_field(k->c, ERR_INVALID, "goal.bad_days", STR("first_day"), g->name);
    if (g->weight < 0 || g->weight > 1000) return fail_field(k->c, ERR_INVALID, "item.bad_weight", STR("weight"));
    // What binds is measured: without a figure nobody can say that it was kept.
    if (str_is(g->kind, "binding") && dec_is_none(g->target))
        return fail_field(k->c, ERR_INVALID, "goal.binding_without_target", STR("target"), g->name);
    if (!dec_is_none(g->target) && g->target_unit.n == 0)
        return fail_field(k->c, ERR_INVALID, "goal.target_without_unit", STR("target_unit"), g->name);
    return check_parent(k, g);
}

#define TAKE_GOAL(shape, a, given, g)                                       \
    do {                                                                    \
        TAKE(shape, name, name), TAKE(shape, horizon, horizon);             \
        TAKE(shape, kind, kind), TAKE(shape, first_day, first_day);         \
        TAKE(shape, last_day, last_day), TAKE(shape, comparator, comparator); \
        TAKE(shape, target, target), TAKE(shape, target_unit, target_unit); \
        TAKE(shape, parent, parent_id), TAKE(shape, unit, unit_id);         \
        TAKE(shape, clause, clause_id), TAKE(shape, weight, weight);        \
        TAKE(shape, source, source), TAKE(shape, basis, basis);             \
        TAKE(shape, official_order, official_order);                        \
    } while (0)
#define TAKE(shape, member, column) (args_given(&shape, given, #member) ? (void)(g.column = a->member) : (void)0)

bool goal_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct goal_add_args *a = args;
    struct goal g, other;
    bool found;
    if (!guard_secrecy(k, &goal_add_shape, a) || !plan_code(k, a->code)) return false;
    if (!record_by_code(k, &GOAL, a->code, &other, &found)) return false;
    if (found) return fail_field(k->c, ERR_CONFLICT, "org.code_taken", STR("code"), a->code);
    shape_init(GOAL.shape, &g);
    g.code = a->code;
    TAKE_GOAL(goal_add_shape, a, given, g);
    if (g.basis.n == 0) g.basis = STR("local");
    if (!check_goal(k, &g) || !record_insert(k, &GOAL, &g)) return false;
    plan_done(k, &GOAL, g.id, out);
    jw_put_int(out, "version", g.version);
    return true;
}

bool goal_edit_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct goal_edit_args *a = args;
    struct goal before, g;
    if (!record_load(k, &GOAL, a->goal, &before)) return false;
    if (a->version != before.version) return fail(k->c, ERR_STALE, "record.stale");
    if (!guard_secrecy(k, &goal_edit_shape, a)) return false;
    g = before;
    TAKE_GOAL(goal_edit_shape, a, given, g);
    if (g.name.n == 0) return fail_field(k->c, ERR_INVALID, "field.required", STR("name"), STR("name"));
    if (!check_goal(k, &g) || !record_update(k, &GOAL, &before, &g)) return false;
    plan_done(k, &GOAL, g.id, out);
    jw_put_int(out, "version", g.version);
    return true;
}
#undef TAKE

bool goal_remove_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct goal_remove_args *a = args;
    struct goal g;
    struct list shares, below;
    (void)given;
    if (!record_load(k, &GOAL, a->goal, &g)) return false;
    if (!record_list(k, &SHARES_OF_GOAL, &shares, ARG(k->district), ARG(g.id))) return false;
    if (!record_list(k, &CHILD_GOALS, &below, ARG(k->district), ARG(g.id))) return false;
    if (shares.n || below.n)
        return fail(k->c, ERR_CONFLICT, "goal.in_use", g.name, str_printf(k->c->a, "%zu", shares.n),
                    str_printf(k->c->a, "%zu", below.n));
    plan_done(k, &GOAL, g.id, out);
    return record_remove(k, &GOAL, &g);
}

/* --- shares --- */

static bool check_share(struct call *k, int64_t share, str field)
{
    return (share >= 1 && share <= 100) || fail_field(k->c, ERR_INVALID, "goal.bad_share", field);
}

static bool put_share(struct call *k, const struct goal_item *before, int64_t goal, int64_t item, int64_t share,
                      str note)
{
    struct goal_item g;
    shape_init(GOAL_ITEM.shape, &g);
    if (before) g = *before;
    g.goal_id = goal;
    g.item_id = item;
    g.share_pct = share;
    g.note = note;
    return before ? record_update(k, &GOAL_ITEM, before, &g) : record_insert(k, &GOAL_ITEM, &g);
}

static const struct goal_item *share_of(const struct list *shares, int64_t goal)
{
    const struct goal_item *at = shares->at;
    for (size_t i = 0; i < shares->n; i++)
        if (at[i].goal_id == goal) return &at[i];
    return NULL;
}

static bool check_sum(struct call *k, const struct item *it, int64_t sum)
{
    return sum <= 100 || fail_field(k->c, ERR_INVALID, "goal.shares_over", STR("share"), item_label(k, it),
                                    str_printf(k->c->a, "%" PRId64, sum));
}

// One item's share in one goal; the others stay.
bool goal_share_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct goal_share_args *a = args;
    struct item it;
    struct list shares;
    int64_t sum = a->share;
    (void)given;
    if (!guard_secrecy(k, &goal_share_shape, a) || !check_share(k, a->share, STR("share"))) return false;
    if (!record_load(k, &ITEM, a->item, &it)) return false;
    if (!record_list(k, &SHARES_OF_ITEM, &shares, ARG(k->district), ARG(it.id))) return false;
    const struct goal_item *at = shares.at;
    for (size_t i = 0; i < shares.n; i++)
        if (at[i].goal_id != a->goal) sum += at[i].share_pct;
    if (!check_sum(k, &it, sum)) return false;
    if (!put_share(k, share_of(&shares, a->goal), a->goal, it.id, a->share, a->note)) return false;
    plan_done(k, &ITEM, it.id, out);
    jw_put_int(out, "shares", sum);
    return true;
}

static bool check_parts(struct call *k, const struct item *it, const struct list *parts)
{
    const struct share_args *at = parts->at;
    int64_t sum = 0;
    for (size_t i = 0; i < parts->n; i++) {
        if (!check_share(k, at[i].share, str_printf(k->c->a, "goals[%zu].share", i))) return false;
        for (size_t j = 0; j < i; j++)
            if (at[j].goal == at[i].goal)
                return fail_field(k->c, ERR_INVALID, "goal.twice", str_printf(k->c->a, "goals[%zu]", i));
        sum += at[i].share;
    }
    if (sum < 100 && parts->n)
        return fail_field(k->c, ERR_INVALID, "goal.shares_under", STR("goals"), item_label(k, it),
                          str_printf(k->c->a, "%" PRId64, sum));
    return check_sum(k, it, sum);
}

// The item's whole list of goals, so its shares are the whole: what is not in it is taken away.
bool item_set_goals_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct set_goals_args *a = args;
    const struct share_args *parts = a->goals.at;
    struct item it;
    struct list shares;
    (void)given;
    if (!record_load(k, &ITEM, a->item, &it) || !check_parts(k, &it, &a->goals)) return false;
    if (!record_list(k, &SHARES_OF_ITEM, &shares, ARG(k->district), ARG(it.id))) return false;
    const struct goal_item *old = shares.at;
    for (size_t i = 0; i < shares.n; i++) {
        bool stays = false;
        for (size_t j = 0; j < a->goals.n; j++) stays = stays || parts[j].goal == old[i].goal_id;
        if (!stays && !record_remove(k, &GOAL_ITEM, &old[i])) return false;
    }
    for (size_t i = 0; i < a->goals.n; i++) {
        if (!guard_secrecy(k, &goal_part_shape, &parts[i])) return false;
        if (!put_share(k, share_of(&shares, parts[i].goal), parts[i].goal, it.id, parts[i].share, parts[i].note))
            return false;
    }
    plan_done(k, &ITEM, it.id, out);
    return true;
}
