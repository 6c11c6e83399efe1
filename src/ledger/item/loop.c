#include "ledger/item/loop.h"

#include "ledger/command.h"
#include "ledger/item/clock.h"
#include "ledger/item/guard.h"
#include "ledger/org/unit_tree.h"
#include "ledger/registers/loop_variant.h"
#include "ledger/sight.h"

#define SUP ROLE_SUPERVISOR
#define LED ROLE_LEADER
#define OWN ROLE_UNIT

const struct transition LOOP[] = {
    {"item.approve", IN_DRAFTED, "approved", LED | SUP, "issue", "批准依据（会议、批示或批准人）；已看过可能重复的事项",
     "an authority record (meeting, instruction or head); possible duplicates seen", guard_approve},
    {"item.issue", IN_APPROVED, "issued", SUP, "accept", "牵头单位、责任人、副责任人、任务标准、完成时限",
     "lead unit, person, deputy, standard, due date", guard_issue},
    {"item.accept", IN_ISSUED, "accepted", OWN, "report", "承诺", "commitment", guard_accept},
    {"item.decline", IN_ISSUED, "approved", OWN, "reissue", "理由", "reason", item_by_lead},
    {"item.transfer", IN_ISSUED | IN_ACCEPTED, "issued", SUP, "accept", "新的牵头单位、理由", "new lead unit, reason", NULL},
    {"item.report", IN_ACCEPTED, NULL, OWN, "report", "本期进展", "the period's report", item_by_lead},
    {"item.ask_change", IN_ACCEPTED, NULL, OWN, NULL, "在时限之前提出，写明事项、理由", "before the due date, with reason",
     guard_ask_change},
    {"item.withdraw_change", IN_ACCEPTED, NULL, OWN, NULL, "申请尚未决定；理由", "a request not decided yet; reason",
     guard_withdraw_change},
    {"item.decide_change", IN_ACCEPTED, NULL, LED, NULL, "意见；延期由规则指定的领导决定",
     "opinion; an extension by whom the rule names", guard_decide_change},
    {"item.finish", IN_ACCEPTED, "reported", OWN, "verify", "逐条答复任务标准", "each part of the standard answered",
     item_by_lead},
    {"item.pass", IN_REPORTED, "closed", SUP, "", "核查情况；核验单位不是牵头单位", "findings; another unit than the lead",
     guard_pass},
    {"item.return", IN_REPORTED, "accepted", SUP, "rework", "理由、整改时限", "reasons, rework due", guard_verify},
    {"item.suspend", IN_ACCEPTED | IN_REPORTED, "suspended", LED, "review", "客观原因、复查日期",
     "objective reason, review date", NULL},
    {"item.resume", IN_SUSPENDED, "accepted", LED, "report", NULL, NULL, NULL},
    {"item.cancel", IN_DRAFTED | IN_OPEN, "cancelled", LED, "", "理由", "reason", NULL},
    {"item.merge", IN_DRAFTED | IN_OPEN, "cancelled", LED, "", "并入的事项、理由", "the heir, reason", NULL},
    {"item.split", IN_APPROVED | IN_ISSUED | IN_ACCEPTED, NULL, LED | SUP, NULL,
     "两个以上部分，各有牵头单位、标准、时限（不晚于原时限）；理由",
     "two parts or more, each with lead, standard and a due date not after the whole's; reason", NULL, "approved"},
    {"item.reopen", IN_CLOSED, "accepted", SUP, "report", "理由（计次）；没有未决的复核，上级事项未办结",
     "reason (counted); no objection pending, the parent not over", guard_reopen},
    {"item.object", IN_CLOSED, NULL, OWN, NULL, "收到结论后三十日内，写明理由", "within 30 days, with grounds", guard_object},
    {"item.decide_objection", IN_CLOSED, "accepted", LED | SUP, "report",
     "复核成立时重新办理，维持则不动；由未参与人员决定；上级事项未办结",
     "worked on again when upheld, left when dismissed; by somebody who took no part; the parent not over",
     guard_decide_objection},
    {"item.archive", IN_CLOSED | IN_CANCELLED, "archived", SUP, NULL, "没有未决的复核", "no objection pending",
     guard_archive},
};
const size_t N_LOOP = COUNT_OF(LOOP);

unsigned state_bit(str state)
{
    for (size_t i = 0; i < ITEM_STATES.n; i++)
        if (str_is(state, ITEM_STATES.at[i].code)) return 1u << i;
    return 0;
}

const struct transition *loop_find(const char *command)
{
    for (size_t i = 0; i < N_LOOP; i++)
        if (strcmp(command, LOOP[i].command) == 0) return &LOOP[i];
    return NULL;
}

static str enum_name(const struct call *k, const struct enum_table *t, str code)
{
    const struct enum_value *v = enum_find(t, code);
    return v ? str_of(k->c->lang == LANG_EN ? v->en : v->zh) : code;
}

str item_label(struct call *k, const struct item *it)
{
    return str_printf(k->c->a, "%.*s %.*s", STR_FMT(it->code), STR_FMT(utf8_head(it->title, 30)));
}

static bool may_take(struct call *k, const struct transition *t, const struct item *it)
{
    const struct command *cmd = command_find(str_of(t->command));
    INVARIANT(cmd != NULL);
    str name = str_of(k->c->lang == LANG_EN ? cmd->en : cmd->zh);
    if (!(loop_from(k, it, t) & state_bit(it->state)))
        return fail(k->c, ERR_CONFLICT, "item.wrong_state", item_label(k, it), enum_name(k, &ITEM_STATES, it->state),
                    name);
    if (!actor_has(k, t->by | ROLE_SYSTEM))
        return fail(k->c, ERR_FORBIDDEN, "command.forbidden", name, roles_text(k, t->by));
    return !t->guard || t->guard(k, it);
}

bool loop_begin(struct call *k, const char *command, int64_t id, int64_t version, const struct transition **t,
                struct item *before, struct item *item)
{
    *t = loop_find(command);
    INVARIANT(*t != NULL);
    k->object_kind = "item";
    k->object_id = id;
    if (!item_load_seen(k, id, before)) return false;
    if (version && version != before->version) return fail(k->c, ERR_STALE, "record.stale");
    *item = *before;
    return may_take(k, *t, before);
}

bool loop_end(struct call *k, const struct transition *t, const struct item *before, struct item *item,
              const struct clock_choice *choice)
{
    if (t->to) item->state = str_of(t->to);
    // A report made while a rework runs does not set the rework's date aside.
    bool keep = t->clock && strcmp(t->clock, "report") == 0 && !t->to && str_is(item->clock_kind, "rework");
    if (t->clock && !keep) {
        bool ok = t->clock[0] ? clock_start(k, item, t->clock, choice) : clock_stop(k, item);
        if (!ok) return false;
    }
    return record_update(k, &ITEM, before, item);
}

bool loop_steps(struct call *k, const struct item *it, struct list *steps)
{
    size_t cap = 0;
    *steps = (struct list){0};
    for (size_t i = 0; i < N_LOOP; i++) {
        if (!(loop_from(k, it, &LOOP[i]) & state_bit(it->state))) continue;
        struct loop_step *s = vec_slot(k->c->a, &steps->at, &steps->n, &cap, sizeof *s);
        struct ctx own = {.a = k->c->a, .lang = k->c->lang, .err = {.position = -1}};
        struct call asking = *k;
        asking.c = &own;
        s->t = &LOOP[i];
        s->allowed = may_take(&asking, &LOOP[i], it);
        s->why = s->allowed ? STR_EMPTY : error_text(k->c->a, k->c->lang, &own.err);
        if (own.err.code == ERR_STORE || own.err.code == ERR_NO_MEMORY)
            return fail_with(k->c, own.err.code, own.err.id, STR_EMPTY, -1, own.err.args, own.err.n_args);
    }
    return ctx_ok(k->c);
}
