/* Suspending and resuming, cancelling and merging, reopening, archiving, waiving. */
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/reorg/reorg.h"
#include "ledger/sight.h"

#define SUSPEND_FIELDS(X)                                                          \
    ITEM_AND_VERSION(X)                                                            \
    X(reason, str, F_TEXT, 1000, "客观原因", "reason", REQUIRED | MULTILINE, NULL) \
    X(review_day, int64_t, F_DAY, 0, "复查日期", "review date", REQUIRED, NULL)
struct suspend {
    SUSPEND_FIELDS(AS_MEMBER)
};
#define OWNER struct suspend
SHARED_SHAPE_OF(suspend, SUSPEND_FIELDS);
#undef OWNER

struct plain {
    ITEM_AND_VERSION(AS_MEMBER)
};
#define OWNER struct plain
SHARED_SHAPE_OF(plain, ITEM_AND_VERSION);
#undef OWNER

#define WAIVE_FIELDS(X)                                              \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")     \
    X(child, int64_t, F_REF, 0, "子事项", "child", REQUIRED, "item") \
    X(reason, str, F_TEXT, 1000, "理由", "reason", REQUIRED | MULTILINE, NULL)
struct waive {
    WAIVE_FIELDS(AS_MEMBER)
};
#define OWNER struct waive
SHARED_SHAPE_OF(waive, WAIVE_FIELDS);
#undef OWNER

bool run_suspend(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct suspend *a = args;
    const struct transition *t;
    struct item before, it;
    day until = day_from_ymd((int32_t)a->review_day);
    (void)given;
    if (!loop_begin(k, "item.suspend", a->item, a->version, &t, &before, &it)) return false;
    if (until <= k->today)
        return fail_field(k->c, ERR_INVALID, "item.review_past", STR("review_day"));
    struct clock_choice choice = {.until = until, .last_period = STR_EMPTY};
    return guard_secrecy(k, &suspend_shape, a) && changes_withdraw(k, it.id, a->reason) &&
           loop_end(k, t, &before, &it, &choice) && tell_item(out, &it);
}

bool run_resume(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct plain *a = args;
    const struct transition *t;
    struct item before, it;
    struct clock_choice choice = NO_CHOICE;
    (void)given;
    return loop_begin(k, "item.resume", a->item, a->version, &t, &before, &it) &&
           last_period(k, &it, &choice.last_period) && loop_end(k, t, &before, &it, &choice) &&
           tell_item(out, &it);
}

bool run_cancel(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct reason *a = args;
    const struct transition *t;
    struct item before, it;
    (void)given;
    return loop_begin(k, "item.cancel", a->item, a->version, &t, &before, &it) &&
           guard_secrecy(k, &reason_shape, a) && changes_withdraw(k, it.id, a->reason) &&
           loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

bool run_reopen(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct reason *a = args;
    const struct transition *t;
    struct item before, it;
    struct clock_choice choice = NO_CHOICE;
    (void)given;
    if (!loop_begin(k, "item.reopen", a->item, a->version, &t, &before, &it)) return false;
    it.reopened++;
    it.closed_at = 0;
    return guard_secrecy(k, &reason_shape, a) && reorg_revive(k, &it) && last_period(k, &it, &choice.last_period) &&
           loop_end(k, t, &before, &it, &choice) && tell_item(out, &it);
}

bool run_archive(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct plain *a = args;
    const struct transition *t;
    struct item before, it;
    (void)given;
    return loop_begin(k, "item.archive", a->item, a->version, &t, &before, &it) &&
           loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

static bool waiver_of(struct call *k, int64_t item, int64_t child, struct waiver *w, bool *found)
{
    struct list all;
    *found = false;
    if (!record_list(k, &WAIVERS_OF_ITEM, &all, ARG(k->district), ARG(item))) return false;
    const struct waiver *at = all.at;
    for (size_t i = 0; i < all.n; i++) {
        if (at[i].child_id != child) continue;
        *w = at[i];
        *found = true;
    }
    return true;
}

// Said again, the reason is the new one.
bool run_waive(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct waive *a = args;
    struct item it, child;
    struct waiver before, w;
    bool again;
    (void)given;
    k->object_kind = "item";
    k->object_id = a->item;
    if (!item_load_seen(k, a->item, &it) || !item_load_seen(k, a->child, &child)) return false;
    if (child.parent_id != it.id)
        return fail_field(k->c, ERR_INVALID, "item.not_child", STR("child"), item_label(k, &child));
    if (!(state_bit(it.state) & (IN_ACCEPTED | IN_REPORTED)))
        return fail(k->c, ERR_CONFLICT, "item.nothing_to_waive", item_label(k, &it));
    if (!waiver_of(k, it.id, child.id, &before, &again)) return false;
    if (again) w = before;
    else shape_init(WAIVER.shape, &w);
    w.item_id = it.id;
    w.child_id = child.id;
    w.reason = a->reason;
    w.account_id = k->actor.account_id;
    w.given_at = k->now;
    if (!guard_secrecy(k, &waive_shape, a)) return false;
    if (!(again ? record_update(k, &WAIVER, &before, &w) : record_insert(k, &WAIVER, &w))) return false;
    jw_put_id(out, "waiver", w.id);
    return true;
}

// A waiver counts until the parent is over; what was closed over an open child stays closed.
bool run_end_waiver(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct waive *a = args;
    struct item it, child;
    struct waiver w;
    bool found;
    (void)given;
    k->object_kind = "item";
    k->object_id = a->item;
    if (!item_load_seen(k, a->item, &it) || !item_load_seen(k, a->child, &child)) return false;
    if (!waiver_of(k, it.id, child.id, &w, &found)) return false;
    if (!found) return fail_field(k->c, ERR_CONFLICT, "item.not_waived", STR("child"), item_label(k, &child));
    if (!(state_bit(it.state) & IN_OPEN)) return fail(k->c, ERR_CONFLICT, "item.waiver_used", item_label(k, &it));
    if (!guard_secrecy(k, &waive_shape, a) || !record_remove(k, &WAIVER, &w)) return false;
    jw_put_id(out, "item", it.id);
    return true;
}
