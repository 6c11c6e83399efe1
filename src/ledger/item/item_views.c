/*
 * The views that ship with the program: filters with a name. Most are expressions that a user could
 * have written and can open and change; three depend on the reader's roles or on other tables.
 */
#include "ledger/filter.h"
#include "ledger/item/item_find.h"

// What waits for the reader's own act, by role and relation: my_day.c lists the same.
static void mine(struct call *k, struct sqltext *q)
{
    sqltext_add(q, "(1 = 0");
    if (actor_has(k, ROLE_UNIT)) {
        sqltext_add(q, " OR (i.state IN ('issued', 'accepted') AND i.lead_unit_id");
        filter_subtree(k, q, k->actor.unit_id);
        sqltext_add(q, ")");
    }
    if (actor_has(k, ROLE_SUPERVISOR)) sqltext_add(q, " OR i.state IN ('approved', 'reported')");
    if (actor_has(k, ROLE_LEADER)) {
        sqltext_add(q, " OR (i.state = 'drafted' AND (i.leader_id IS NULL OR i.leader_id = ");
        sqltext_arg(q, db_arg_int(actor_person(k)));
        sqltext_add(q, ")) OR i.id IN (SELECT r.item_id FROM change_request AS r"
                       " WHERE r.district_id = $1 AND r.state = 'pending')");
    }
    sqltext_add(q, ")");
}

static void watched(struct call *k, struct sqltext *q)
{
    sqltext_add(q, "i.id IN (SELECT w.item_id FROM item_watch AS w WHERE w.district_id = $1 AND w.account_id = ");
    sqltext_arg(q, db_arg_int(k->actor.account_id));
    sqltext_add(q, ")");
}

static void change_asked(struct call *k, struct sqltext *q)
{
    (void)k;
    sqltext_add(q, "i.id IN (SELECT r.item_id FROM change_request AS r"
                   " WHERE r.district_id = $1 AND r.state = 'pending')");
}

#define OWED "state in (issued, accepted, reported)"

// {monday} and {sunday} stand for days of this week, counted from today.
const struct item_view ITEM_VIEWS[] = {
    {"mine", "我的待办", "Waiting for me", NULL, mine},
    {"to_accept", "待签收", "To be accepted", "state = issued", NULL},
    {"due_week", "本周到期", "Due this week", "due_day >= {monday} and due_day <= {sunday} and " OWED, NULL},
    {"due_month", "本月到期", "Due this month", "due_day >= month_start and due_day <= month_end and " OWED, NULL},
    {"to_verify", "待核验", "To be verified", "state = reported", NULL},
    {"silent", "无进展超30天", "No progress for 30 days",
     "state = accepted and clock_from_at < today-30 and (last_report_at is null or last_report_at < today-30)", NULL},
    {"rework", "退回重办", "Sent back", "state = accepted and clock_kind = rework", NULL},
    {"change_asked", "申请调整", "Change asked for", NULL, change_asked},
    {"watched", "我关注的", "Watched by me", NULL, watched},
    {"overdue", "已逾期", "Overdue", "due_day < today and " OWED, NULL},
    {"example", "示例", "Examples", "basis = example", NULL},
    {"all", "全部", "All", "", NULL},
    {"archive", "归档", "Archive", "state = archived", NULL},
};
const size_t N_ITEM_VIEWS = COUNT_OF(ITEM_VIEWS);

const struct item_view *item_view_find(str code)
{
    for (size_t i = 0; i < N_ITEM_VIEWS; i++)
        if (str_is(code, ITEM_VIEWS[i].code)) return &ITEM_VIEWS[i];
    return NULL;
}

str item_view_where(struct call *k, const struct item_view *v)
{
    if (!v->where) return STR_EMPTY;
    int weekday = day_weekday(k->today);
    str monday = str_printf(k->c->a, "today-%d", weekday - 1), sunday = str_printf(k->c->a, "today+%d", 7 - weekday);
    str text = str_replace(k->c->a, str_of(v->where), STR("{monday}"), monday);
    return str_replace(k->c->a, text, STR("{sunday}"), sunday);
}
