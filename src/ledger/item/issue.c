/* From a draft to a task somebody has accepted: approve, issue, accept, decline, transfer. */
#include "ledger/item/draft.h"
#include "ledger/item/duplicate.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/registers/loop_variant.h"

#define APPROVE_FIELDS(X)                                                              \
    ITEM_AND_VERSION(X)                                                                \
    X(authority_kind, str, F_ENUM, 0, "批准方式", "authority", REQUIRED, &AUTHORITIES) \
    X(authority_ref, str, F_TEXT, 200, "批准依据", "authority record", REQUIRED, NULL) \
    X(authority_by, str, F_TEXT, 120, "批准人", "approved by", 0, NULL)                \
    X(authority_day, int64_t, F_DAY, 0, "批准日期", "approved on", REQUIRED, NULL)     \
    X(duplicates_seen, int64_t, F_BOOL, 0, "已看过可能重复的事项", "duplicates seen", 0, NULL)
struct approve {
    APPROVE_FIELDS(AS_MEMBER)
};
#define OWNER struct approve
SHARED_SHAPE_OF(approve, APPROVE_FIELDS);
#undef OWNER

#define ISSUE_FIELDS(X) ITEM_AND_VERSION(X)
struct issue {
    ISSUE_FIELDS(AS_MEMBER)
};
#define OWNER struct issue
SHARED_SHAPE_OF(issue, ISSUE_FIELDS);
#undef OWNER

#define ACCEPT_FIELDS(X) \
    ITEM_AND_VERSION(X)  \
    X(commitment, str, F_TEXT, 1000, "承诺", "commitment", REQUIRED | MULTILINE, NULL)
struct accept {
    ACCEPT_FIELDS(AS_MEMBER)
};
#define OWNER struct accept
SHARED_SHAPE_OF(accept, ACCEPT_FIELDS);
#undef OWNER

#define OWNER struct reason
SHARED_SHAPE_OF(reason, REASON_FIELDS);
#undef OWNER

#define TRANSFER_FIELDS(X)                                                      \
    ITEM_AND_VERSION(X)                                                         \
    X(lead, int64_t, F_REF, 0, "新牵头单位", "new lead unit", REQUIRED, "unit") \
    X(person, int64_t, F_REF, 0, "责任人", "person", REQUIRED, "person")        \
    X(deputy, int64_t, F_REF, 0, "副责任人", "deputy", REQUIRED, "person")      \
    X(reason, str, F_TEXT, 1000, "理由", "reason", REQUIRED | MULTILINE, NULL)
struct transfer {
    TRANSFER_FIELDS(AS_MEMBER)
};
#define OWNER struct transfer
SHARED_SHAPE_OF(transfer, TRANSFER_FIELDS);
#undef OWNER

// L2: who approves has seen what looks alike.
static bool duplicates_seen(struct call *k, const struct item *it, bool seen)
{
    struct list found;
    struct buf b;
    if (seen) return true;
    if (!item_duplicates(k, it, &found)) return false;
    if (found.n == 0) return true;
    buf_init(&b, k->c->a, 2000);
    const struct duplicate *d = found.at;
    for (size_t i = 0; i < found.n; i++)
        buf_printf(&b, "%s%.*s %.*s", i ? "；" : "", STR_FMT(d[i].code),
                   STR_FMT(utf8_head(d[i].title, 30)));
    return fail_field(k->c, ERR_REFUSED, "item.duplicates", STR("duplicates_seen"),
                      item_label(k, it), buf_str(&b));
}

bool run_approve(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct approve *a = args;
    const struct transition *t;
    struct item before, it;
    (void)given;
    if (!loop_begin(k, "item.approve", a->item, a->version, &t, &before, &it)) return false;
    // L1: the supervision office only proposes; by itself it may record what a meeting or a leader
    // decided, never decide in its own name (政府督查工作条例 art. 7, 11).
    if (!actor_has(k, ROLE_LEADER | ROLE_SYSTEM) && a->authority_by.n == 0 &&
        !str_is(a->authority_kind, "meeting"))
        return fail_field(k->c, ERR_REFUSED, "item.authority_by", STR("authority_by"),
                          item_label(k, &it));
    if (day_from_ymd((int32_t)a->authority_day) > k->today)
        return fail_field(k->c, ERR_INVALID, "item.authority_future", STR("authority_day"),
                          item_label(k, &it));
    if (!duplicates_seen(k, &it, a->duplicates_seen != 0) || !guard_secrecy(k, &approve_shape, a))
        return false;
    it.authority_kind = a->authority_kind;
    it.authority_ref = a->authority_ref;
    it.authority_by = a->authority_by.n ? a->authority_by : k->actor.name;
    it.authority_day = a->authority_day;
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

// L1: where a register has no approval of its own for each item, its legal basis is the authority.
static void take_standing(struct call *k, struct item *it)
{
    str basis;
    if (it->authority_ref.n || !loop_standing(k, it, &basis)) return;
    it->authority_ref = utf8_head(basis, 200);
    it->authority_day = day_to_ymd(k->today);
    it->authority_by = register_of(k, it->register_id)->def.name;
}

bool run_issue(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct issue *a = args;
    const struct transition *t;
    struct item before, it;
    (void)given;
    if (!loop_begin(k, "item.issue", a->item, a->version, &t, &before, &it)) return false;
    take_standing(k, &it);
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

/* --- acceptance --- */

bool run_accept(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct accept *a = args;
    const struct transition *t;
    struct item before, it;
    struct clock_choice choice = NO_CHOICE;
    (void)given;
    if (!loop_begin(k, "item.accept", a->item, a->version, &t, &before, &it)) return false;
    if (!guard_secrecy(k, &accept_shape, a)) return false;
    take_standing(k, &it);
    it.commitment = a->commitment;
    if (it.first_due_day == 0) it.first_due_day = it.due_day; // the first promise stays
    // A lead that takes over does not owe again what the one before it reported.
    return last_period(k, &it, &choice.last_period) &&
           baseline_set(k, &it, 0, a->commitment, acting_for(k, &it)) &&
           loop_end(k, t, &before, &it, &choice) && tell_item(out, &it);
}

bool run_decline(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct reason *a = args;
    const struct transition *t;
    struct item before, it;
    (void)given;
    return loop_begin(k, "item.decline", a->item, a->version, &t, &before, &it) &&
           guard_secrecy(k, &reason_shape, a) && loop_end(k, t, &before, &it, &NO_CHOICE) &&
           tell_item(out, &it);
}

// Who leads a part that was split off assists the whole, and so sees what was reported before the split.
static bool origin_sees(struct call *k, const struct item *it)
{
    struct item origin;
    if (!it->split_from_id) return true;
    return record_load(k, &ITEM, it->split_from_id, &origin) && assist_add(k, &origin, it->lead_unit_id, it->code);
}

bool run_transfer(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct transfer *a = args;
    const struct transition *t;
    struct item before, it;
    (void)given;
    if (!loop_begin(k, "item.transfer", a->item, a->version, &t, &before, &it)) return false;
    if (a->lead == before.lead_unit_id)
        return fail_field(k->c, ERR_INVALID, "item.same_lead", STR("lead"), item_label(k, &it));
    it.lead_unit_id = a->lead;
    it.person_id = a->person;
    it.deputy_id = a->deputy;
    if (!guard_secrecy(k, &transfer_shape, a) || !guard_people(k, &it) ||
        !guard_revenue_quota(k, &it))
        return false;
    return lead_assists_not(k, &it) && origin_sees(k, &it) && changes_withdraw(k, it.id, a->reason) &&
           loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}
