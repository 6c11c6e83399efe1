/*
 * Change requests: objects of their own, with their own decider and clock. What is wished stands in
 * fields, so that what is approved is exactly what was asked, and every approval is a new baseline.
 */
#include "ledger/args.h"
#include "ledger/item/clock.h"
#include "ledger/item/draft.h"
#include "ledger/item/extension.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/sight.h"
#include "ledger/sight.h"

#define ASK_FIELDS(X)                                                                   \
    ITEM_AND_VERSION(X)                                                                 \
    X(kind, str, F_ENUM, 0, "调整内容", "what", REQUIRED, &CHANGE_KINDS)                \
    X(wish, str, F_TEXT, 1000, "申请事项", "what is asked", REQUIRED | MULTILINE, NULL) \
    X(reason, str, F_TEXT, 2000, "理由", "reason", REQUIRED | MULTILINE, NULL)          \
    X(new_due, int64_t, F_DAY, 0, "拟定时限", "new due", 0, NULL)                       \
    X(new_standard, str, F_TEXT, 2000, "拟定标准", "new standard", MULTILINE, NULL)     \
    X(new_content, str, F_TEXT, 4000, "拟定内容", "new content", MULTILINE, NULL)       \
    X(new_quantity, dec, F_DEC, 0, "拟定目标值", "new target", 0, NULL)                 \
    X(new_challenge, dec, F_DEC, 0, "拟定挑战值", "new challenge", 0, NULL)             \
    X(new_quantity_unit, str, F_TEXT, 20, "拟定计量单位", "new unit of quantity", 0, NULL) \
    X(assists, struct list, F_OBJECTS, 100, "拟定配合单位", "assisting units wanted", 0, &draft_assist_shape)
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

#define WITHDRAW_FIELDS(X)                                                                 \
    X(change, int64_t, F_REF, 0, "调整申请", "change request", REQUIRED, "change_request") \
    X(reason, str, F_TEXT, 1000, "理由", "reason", REQUIRED | MULTILINE, NULL)
struct withdraw_change {
    WITHDRAW_FIELDS(AS_MEMBER)
};
#define OWNER struct withdraw_change
SHARED_SHAPE_OF(withdraw_change, WITHDRAW_FIELDS);
#undef OWNER

// What a kind of change has to say in its own fields.
static bool wish_is_whole(struct call *k, const struct ask_change *a, bool assists, const struct item *it)
{
    const struct {
        const char *kind;
        bool said;
        const char *field, *id;
    } needs[] = {
        {"due", a->new_due != 0, "new_due", "change.no_date"},
        {"standard", a->new_standard.n > 0, "new_standard", "change.no_standard"},
        {"target", !dec_is_none(a->new_quantity) || !dec_is_none(a->new_challenge), "new_quantity", "change.no_target"},
        {"scope", a->new_content.n > 0 || assists, "new_content", "change.no_scope"},
    };
    for (size_t i = 0; i < COUNT_OF(needs); i++)
        if (str_is(a->kind, needs[i].kind) && !needs[i].said)
            return fail_field(k->c, ERR_INVALID, needs[i].id, str_of(needs[i].field), item_label(k, it));
    return true;
}

static bool check_wish(struct call *k, const struct ask_change *a, bool assists, const struct item *it)
{
    if (!wish_is_whole(k, a, assists, it)) return false;
    if (a->new_due && (day_from_ymd((int32_t)a->new_due) < k->today || a->new_due == it->due_day))
        return fail_field(k->c, ERR_INVALID, "change.bad_date", STR("new_due"), item_label(k, it));
    if (a->new_due && it->start_day > a->new_due)
        return fail_field(k->c, ERR_INVALID, "item.start_after_due", STR("new_due"), item_label(k, it));
    const struct draft_assist *at = a->assists.at;
    for (size_t i = 0; i < a->assists.n; i++)
        if (!guard_secrecy(k, &draft_assist_shape, &at[i])) return false;
    return item_assists_check(k, it, &a->assists) && guard_secrecy(k, &ask_change_shape, a);
}

static bool keep_assists(struct call *k, int64_t change, const struct list *assists)
{
    const struct draft_assist *at = assists->at;
    for (size_t i = 0; i < assists->n; i++) {
        struct change_unit u;
        shape_init(CHANGE_UNIT.shape, &u);
        u.change_id = change;
        u.unit_id = at[i].unit;
        u.share_pct = at[i].share;
        u.duty = at[i].duty;
        if (!record_insert(k, &CHANGE_UNIT, &u)) return false;
    }
    return true;
}

bool run_ask_change(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct ask_change *a = args;
    const struct transition *t;
    struct item before, it;
    struct change_request r;
    bool assists = args_given(&ask_change_shape, given, "assists");
    if (!loop_begin(k, "item.ask_change", a->item, a->version, &t, &before, &it) ||
        !check_wish(k, a, assists, &it))
        return false;
    shape_init(CHANGE_REQUEST.shape, &r);
    r.item_id = it.id;
    r.kind = a->kind;
    r.wish = a->wish;
    r.reason = a->reason;
    r.new_due_day = a->new_due;
    r.new_standard = a->new_standard;
    r.new_content = a->new_content;
    r.new_quantity = a->new_quantity;
    r.new_challenge = a->new_challenge;
    r.new_quantity_unit = a->new_quantity_unit;
    r.new_assists = assists;
    r.state = STR("pending");
    r.account_id = k->actor.account_id;
    r.acting_for_id = acting_for(k, &it);
    r.asked_at = k->now;
    if (!extension_rule_apply(k, &it, &r) || !clock_end_of(k, &it, "decide", k->now, &r.clock_due_at) ||
        !record_insert(k, &CHANGE_REQUEST, &r) || !keep_assists(k, r.id, &a->assists))
        return false;
    jw_put_id(out, "change", r.id);
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

/* --- the decision --- */

// The standard is replaced part by part: what was agreed before stays in the baseline.
static bool new_standard(struct call *k, struct item *it, str text)
{
    struct list rows;
    if (!record_list(k, &PARTS_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    struct item_part *at = rows.at;
    int64_t last = 0;
    for (size_t i = 0; i < rows.n; i++) {
        if (at[i].ordinal > last) last = at[i].ordinal;
        if (str_is(at[i].kind, "standard") && !record_remove(k, &ITEM_PART, &at[i])) return false;
    }
    it->standard = text;
    return item_standard_add(k, it->id, text, last + 1);
}

static bool new_assists(struct call *k, const struct item *it, int64_t change)
{
    struct list rows, wanted = {0};
    size_t cap = 0;
    if (!record_list(k, &UNITS_OF_CHANGE, &rows, ARG(k->district), ARG(change))) return false;
    const struct change_unit *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct draft_assist *d = vec_slot(k->c->a, &wanted.at, &wanted.n, &cap, sizeof *d);
        *d = (struct draft_assist){.unit = at[i].unit_id, .share = at[i].share_pct, .duty = at[i].duty};
    }
    return item_assists_replace(k, it, &wanted);
}

void change_wish_take(struct item *it, const struct change_request *r)
{
    if (r->new_due_day) {
        it->due_day = r->new_due_day;
        if (it->due_kind.n == 0 || str_is(it->due_kind, "none")) it->due_kind = STR("finish");
    }
    if (r->new_standard.n) it->standard = r->new_standard;
    if (r->new_content.n) it->content = r->new_content;
    if (!dec_is_none(r->new_quantity)) it->quantity = r->new_quantity;
    if (!dec_is_none(r->new_challenge)) it->challenge = r->new_challenge;
    if (r->new_quantity_unit.n) it->quantity_unit = r->new_quantity_unit;
}

static bool apply_change(struct call *k, struct item *it, const struct change_request *r)
{
    if (r->new_due_day && day_from_ymd((int32_t)r->new_due_day) < k->today)
        return fail(k->c, ERR_REFUSED, "change.date_passed", item_label(k, it),
                    day_text(k->c->a, day_from_ymd((int32_t)r->new_due_day)));
    bool later = it->due_day && r->new_due_day > it->due_day;
    change_wish_take(it, r);
    if (later) it->extensions++;
    if (r->new_standard.n && !new_standard(k, it, r->new_standard)) return false;
    if (r->new_assists && !new_assists(k, it, r->id)) return false;
    if (!guard_revenue_quota(k, it) || !baseline_set(k, it, r->id, r->wish, r->acting_for_id)) return false;
    // The report clock may end on the due day, so a new due day starts it again.
    if (!str_is(it->clock_kind, "report")) return true;
    struct clock_choice choice = NO_CHOICE;
    return last_period(k, it, &choice.last_period) && clock_start(k, it, "report", &choice);
}

bool guard_decide_change(struct call *k, const struct item *it)
{
    struct list rows;
    const struct change_request *r = NULL;
    if (!record_list(k, &CHANGES_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < rows.n && !r; i++)
        if (str_is(((struct change_request *)rows.at)[i].state, "pending")) r = (struct change_request *)rows.at + i;
    if (!r) return fail(k->c, ERR_CONFLICT, "change.decided", item_label(k, it));
    if (actor_is(k, r->account_id)) return fail(k->c, ERR_REFUSED, "change.own", item_label(k, it));
    return extension_decider(k, it, r);
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

bool run_withdraw_change(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct withdraw_change *a = args;
    const struct transition *t;
    struct change_request before_r, r;
    struct item before, it;
    (void)given;
    if (!record_load_seen(k, &CHANGE_REQUEST, a->change, &before_r)) return false;
    if (!loop_begin(k, "item.withdraw_change", before_r.item_id, 0, &t, &before, &it)) return false;
    if (!str_is(before_r.state, "pending"))
        return fail(k->c, ERR_CONFLICT, "change.decided", item_label(k, &it));
    r = before_r;
    r.state = STR("withdrawn");
    r.opinion = a->reason;
    r.decided_by = k->actor.account_id;
    r.decided_at = k->now;
    return guard_secrecy(k, &withdraw_change_shape, a) && record_update(k, &CHANGE_REQUEST, &before_r, &r) &&
           loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}
