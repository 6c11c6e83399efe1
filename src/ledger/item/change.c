/* Requests that are objects of their own, with their own decider and clock: changes and objections.
 */
#include "ledger/item/clock.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/org/unit_tree.h"
#include "ledger/sight.h"

#define ASK_FIELDS(X)                                                                   \
    ITEM_AND_VERSION(X)                                                                 \
    X(kind, str, F_ENUM, 0, "调整内容", "what", REQUIRED, &CHANGE_KINDS)                \
    X(wish, str, F_TEXT, 1000, "申请事项", "what is asked", REQUIRED | MULTILINE, NULL) \
    X(reason, str, F_TEXT, 2000, "理由", "reason", REQUIRED | MULTILINE, NULL)          \
    X(new_due, int64_t, F_DAY, 0, "拟定时限", "new due", 0, NULL)                       \
    X(new_standard, str, F_TEXT, 2000, "拟定标准", "new standard", MULTILINE, NULL)
struct ask_change {
    ASK_FIELDS(AS_MEMBER)
};
#define OWNER struct ask_change
SHARED_SHAPE_OF(ask_change, ASK_FIELDS);
#undef OWNER

#define DECIDE_FIELDS(X)                                                                   \
    X(change, int64_t, F_REF, 0, "调整申请", "change request", REQUIRED, "change_request") \
    X(approve, int64_t, F_BOOL, 0, "同意", "approve", REQUIRED, NULL)                      \
    X(opinion, str, F_TEXT, 1000, "意见", "opinion", REQUIRED | MULTILINE, NULL)
struct decide_change {
    DECIDE_FIELDS(AS_MEMBER)
};
#define OWNER struct decide_change
SHARED_SHAPE_OF(decide_change, DECIDE_FIELDS);
#undef OWNER

#define OBJECT_FIELDS(X)                                         \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item") \
    X(grounds, str, F_TEXT, 2000, "复核理由", "grounds", REQUIRED | MULTILINE, NULL)
struct object {
    OBJECT_FIELDS(AS_MEMBER)
};
#define OWNER struct object
SHARED_SHAPE_OF(object, OBJECT_FIELDS);
#undef OWNER

#define DECIDE_OBJECTION_FIELDS(X)                                                  \
    X(objection, int64_t, F_REF, 0, "复核申请", "objection", REQUIRED, "objection") \
    X(uphold, int64_t, F_BOOL, 0, "复核成立", "uphold", REQUIRED, NULL)             \
    X(decision, str, F_TEXT, 1000, "复核决定", "decision", REQUIRED | MULTILINE, NULL)
struct decide_objection {
    DECIDE_OBJECTION_FIELDS(AS_MEMBER)
};
#define OWNER struct decide_objection
SHARED_SHAPE_OF(decide_objection, DECIDE_OBJECTION_FIELDS);
#undef OWNER

static bool check_wish(struct call *k, const struct ask_change *a, const struct item *it)
{
    bool due = str_is(a->kind, "due"), standard = str_is(a->kind, "standard");
    if (due && !a->new_due)
        return fail_field(k->c, ERR_INVALID, "change.no_date", STR("new_due"), item_label(k, it));
    if (standard && !a->new_standard.n)
        return fail_field(k->c, ERR_INVALID, "change.no_standard", STR("new_standard"),
                          item_label(k, it));
    if (a->new_due && (day_from_ymd((int32_t)a->new_due) < k->today || a->new_due == it->due_day))
        return fail_field(k->c, ERR_INVALID, "change.bad_date", STR("new_due"), item_label(k, it));
    return guard_secrecy(k, &ask_change_shape, a);
}

bool run_ask_change(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct ask_change *a = args;
    const struct transition *t;
    struct item before, it;
    struct change_request r;
    (void)given;
    if (!loop_begin(k, "item.ask_change", a->item, a->version, &t, &before, &it) ||
        !check_wish(k, a, &it))
        return false;
    shape_init(CHANGE_REQUEST.shape, &r);
    r.item_id = it.id;
    r.kind = a->kind;
    r.wish = a->wish;
    r.reason = a->reason;
    r.new_due_day = a->new_due;
    r.new_standard = a->new_standard;
    r.state = STR("pending");
    r.account_id = k->actor.account_id;
    r.asked_at = k->now;
    if (!clock_end_of(k, &it, "decide", k->now, &r.clock_due_at) ||
        !record_insert(k, &CHANGE_REQUEST, &r))
        return false;
    jw_put_id(out, "change", r.id);
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

// The standard is replaced part by part: what was agreed before stays in the baseline.
static bool new_standard(struct call *k, struct item *it, str text)
{
    struct list rows;
    if (!record_list(k, &PARTS_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    struct item_part *at = rows.at;
    for (size_t i = 0; i < rows.n; i++)
        if (str_is(at[i].kind, "standard") && !record_remove(k, &ITEM_PART, &at[i])) return false;
    it->standard = text;
    struct item_part p;
    shape_init(ITEM_PART.shape, &p);
    p.item_id = it->id;
    p.kind = STR("standard");
    p.ordinal = (int64_t)rows.n + 1;
    p.body = text;
    return record_insert(k, &ITEM_PART, &p);
}

static bool apply_change(struct call *k, struct item *it, const struct change_request *r)
{
    if (r->new_due_day) {
        it->due_day = r->new_due_day;
        if (it->due_kind.n == 0 || str_is(it->due_kind, "none")) it->due_kind = STR("finish");
    }
    if (r->new_standard.n && !new_standard(k, it, r->new_standard)) return false;
    if (!baseline_set(k, it, r->id, r->wish)) return false;
    // The report clock may end on the due day, so a new due day starts it again.
    if (!str_is(it->clock_kind, "report")) return true;
    struct clock_choice choice = NO_CHOICE;
    return last_period(k, it, &choice.last_period) && clock_start(k, it, "report", &choice);
}

bool run_decide_change(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct decide_change *a = args;
    const struct transition *t;
    struct change_request before_r, r;
    struct item before, it;
    (void)given;
    if (!record_load_seen(k, &CHANGE_REQUEST, a->change, &before_r)) return false;
    if (!loop_begin(k, "item.decide_change", before_r.item_id, 0, &t, &before, &it)) return false;
    if (!str_is(before_r.state, "pending"))
        return fail(k->c, ERR_CONFLICT, "change.decided", item_label(k, &it));
    if (before_r.account_id == k->actor.account_id)
        return fail(k->c, ERR_REFUSED, "change.own", item_label(k, &it));
    r = before_r;
    r.state = a->approve ? STR("approved") : STR("refused");
    r.decided_by = k->actor.account_id;
    r.decided_at = k->now;
    r.opinion = a->opinion;
    if (!guard_secrecy(k, &decide_change_shape, a) ||
        !record_update(k, &CHANGE_REQUEST, &before_r, &r))
        return false;
    if (a->approve && !apply_change(k, &it, &r)) return false;
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

/* --- objections (L3) --- */

bool run_object(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct object *a = args;
    const struct transition *t;
    struct item before, it;
    struct list verdicts;
    struct objection o;
    (void)given;
    if (!loop_begin(k, "item.object", a->item, 0, &t, &before, &it) ||
        !guard_secrecy(k, &object_shape, a))
        return false;
    if (!record_list(k, &VERDICTS_OF_ITEM, &verdicts, ARG(k->district), ARG(it.id))) return false;
    shape_init(OBJECTION.shape, &o);
    o.item_id = it.id;
    o.verdict_id = verdicts.n ? ((struct verdict *)verdicts.at)[0].id : 0; // newest first
    o.grounds = a->grounds;
    o.state = STR("pending");
    o.account_id = k->actor.account_id;
    o.asked_at = k->now;
    if (!clock_end_of(k, &it, "object", k->now, &o.clock_due_at) ||
        !record_insert(k, &OBJECTION, &o))
        return false;
    jw_put_id(out, "objection", o.id);
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

// Who gave a verdict on the item, or belongs to its lead, took part and recuses himself.
static bool recused(struct call *k, const struct item *it)
{
    struct list verdicts;
    if (unit_tree_covers(k->units, it->lead_unit_id, k->actor.unit_id))
        return fail(k->c, ERR_REFUSED, "objection.recusal", item_label(k, it));
    if (!record_list(k, &VERDICTS_OF_ITEM, &verdicts, ARG(k->district), ARG(it->id))) return false;
    const struct verdict *v = verdicts.at;
    for (size_t i = 0; i < verdicts.n; i++)
        if (v[i].account_id == k->actor.account_id)
            return fail(k->c, ERR_REFUSED, "objection.recusal", item_label(k, it));
    return true;
}

bool run_decide_objection(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct decide_objection *a = args;
    struct objection before, o;
    struct item it;
    (void)given;
    if (!record_load_seen(k, &OBJECTION, a->objection, &before) ||
        !item_load_seen(k, before.item_id, &it))
        return false;
    k->object_kind = "item";
    k->object_id = it.id;
    if (!str_is(before.state, "pending"))
        return fail(k->c, ERR_CONFLICT, "objection.decided", item_label(k, &it));
    if (!recused(k, &it) || !guard_secrecy(k, &decide_objection_shape, a)) return false;
    o = before;
    o.state = a->uphold ? STR("upheld") : STR("dismissed");
    o.decision = a->decision;
    o.decided_by = k->actor.account_id;
    o.decided_at = k->now;
    return record_update(k, &OBJECTION, &before, &o) && tell_item(out, &it);
}
