/*
 * Where an item stands in the tree and what it weighs there. Its contract (what, by when, by whom) is not
 * touched, so it may be moved after issue as well; then a reason is asked for.
 */
#include "ledger/item/guard.h"
#include "ledger/item/loop.h"
#include "ledger/plan/plan_internal.h"

#define PLACE_ARGS(X)                                                                   \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED, NULL)                    \
    X(parent, int64_t, F_REF, 0, "上级事项", "parent", 0, "item")                       \
    X(level, str, F_ENUM, 0, "层级", "level", 0, &ITEM_LEVELS)                          \
    X(weight, int64_t, F_INT, 0, "权重", "weight", 0, NULL)                             \
    X(reason, str, F_TEXT, 400, "理由", "reason", 0, NULL)
struct place_args { PLACE_ARGS(AS_MEMBER) };
#define OWNER struct place_args
SHARED_SHAPE_OF(item_place, PLACE_ARGS);
#undef OWNER

bool item_place_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct place_args *a = args;
    struct item before, it;
    if (!record_load(k, &ITEM, a->item, &before)) return false;
    if (a->version != before.version) return fail(k->c, ERR_STALE, "record.stale");
    unsigned state = state_bit(before.state);
    if (!(state & (IN_DRAFTED | IN_OPEN))) return fail(k->c, ERR_CONFLICT, "plan.place_over", item_label(k, &before));
    if (!(state & (IN_DRAFTED | IN_APPROVED)) && a->reason.n == 0)
        return fail_field(k->c, ERR_INVALID, "plan.place_reason", STR("reason"), item_label(k, &before));
    if (!guard_secrecy(k, &item_place_shape, a)) return false;
    it = before;
    if (args_given(&item_place_shape, given, "parent")) it.parent_id = a->parent;
    if (args_given(&item_place_shape, given, "level")) it.level = a->level;
    if (args_given(&item_place_shape, given, "weight")) it.weight = a->weight;
    if (it.weight < 0 || it.weight > 1000) return fail_field(k->c, ERR_INVALID, "item.bad_weight", STR("weight"));
    if (!record_update(k, &ITEM, &before, &it) || !tree_place_check(k, &it) || !guard_parent_open(k, &it))
        return false;
    plan_done(k, &ITEM, it.id, out);
    jw_put_int(out, "version", it.version);
    return true;
}
