/*
 * Objections (L3, 政府督查工作条例 art. 16, 17): asked for within thirty days of the conclusion, decided
 * within thirty days by somebody who took no part. One that is upheld overturns the conclusion: the
 * verdict is marked, the item is worked on again, and that counts as overturned, not as reopened.
 */
#include "ledger/command.h"
#include "ledger/item/clock.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reorg/reorg.h"
#include "ledger/sight.h"

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

// What the actor's person did about an item that bears on its conclusion: the newest act. One account
// more does not make another person.
static const struct stmt PART_TAKEN = {
    "objection.part_taken",
    "SELECT j.command, j.happened_at FROM journal_object AS o"
    " JOIN journal AS j ON j.district_id = $1 AND j.seq = o.seq"
    " WHERE o.district_id = $1 AND o.object_id = $2 AND j.command IN ('items.step_many', 'item.issue',"
    " 'item.transfer', 'item.split',"
    " 'item.accept', 'item.report', 'item.finish', 'evidence.add', 'item.ask_change', 'item.decide_change',"
    " 'item.pass', 'item.return', 'item.reopen', 'item.object')"
    " AND j.account_id IN (SELECT a.id FROM account AS a WHERE a.district_id = $1 AND a.person_id = $3)"
    " ORDER BY j.seq DESC LIMIT 1"};
const struct stmt *const OBJECTION_STATEMENTS[] = {&PART_TAKEN};
const size_t N_OBJECTION_STATEMENTS = COUNT_OF(OBJECTION_STATEMENTS);

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
    o.acting_for_id = acting_for(k, &it);
    o.asked_at = k->now;
    if (!clock_end_of(k, &it, "objection", k->now, &o.clock_due_at) ||
        !record_insert(k, &OBJECTION, &o))
        return false;
    jw_put_id(out, "objection", o.id);
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

static bool took_part(struct call *k, const struct item *it, int64_t person, str *command, instant *at)
{
    struct db_rows r;
    if (!person || command->n) return true;
    if (!DB_QUERY(k->c, k->db, &r, &PART_TAKEN, ARG(k->district), ARG(it->id), ARG(person))) return false;
    if (db_next(&r)) {
        *command = db_text(&r, 0);
        *at = db_int(&r, 1);
    }
    return db_done(&r);
}

static bool answers_for(const struct item *it, int64_t person)
{
    return person && (person == it->person_id || person == it->deputy_id);
}

// Nobody of the lead unit, nobody answerable for the item, nobody who took part in it; neither who acts
// nor for whom he acts.
static bool recused(struct call *k, const struct item *it)
{
    str command = STR_EMPTY;
    instant at = 0;
    const int64_t who[] = {k->actor.person_id, k->actor.for_person_id};
    if (actor_belongs(k, it->lead_unit_id) || answers_for(it, who[0]) || answers_for(it, who[1]))
        return fail(k->c, ERR_REFUSED, "objection.recusal", item_label(k, it));
    if (!took_part(k, it, who[0], &command, &at) || !took_part(k, it, who[1], &command, &at)) return false;
    if (command.n == 0) return true;
    const struct command *c = command_find(command);
    return fail(k->c, ERR_REFUSED, "objection.took_part", item_label(k, it),
                c ? str_of(k->c->lang == LANG_EN ? c->en : c->zh) : command,
                day_text(k->c->a, instant_day(at, k->zone_min)));
}

bool guard_decide_objection(struct call *k, const struct item *it)
{
    bool pending;
    if (!item_objection_pending(k, it->id, &pending)) return false;
    if (!pending) return fail(k->c, ERR_CONFLICT, "objection.decided", item_label(k, it));
    return actor_has(k, ROLE_SYSTEM) || recused(k, it);
}

static bool overturn(struct call *k, const struct objection *o)
{
    struct verdict before, v;
    if (!o->verdict_id) return true;
    if (!record_load(k, &VERDICT, o->verdict_id, &before)) return false;
    v = before;
    v.overturned_at = k->now;
    v.overturned_by = o->id;
    return record_update(k, &VERDICT, &before, &v);
}

bool run_decide_objection(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct decide_objection *a = args;
    const struct transition *t;
    struct clock_choice choice = NO_CHOICE;
    struct objection before_o, o;
    struct item before, it;
    (void)given;
    if (!record_load_seen(k, &OBJECTION, a->objection, &before_o)) return false;
    k->object_kind = "item";
    k->object_id = before_o.item_id;
    if (!str_is(before_o.state, "pending")) {
        if (!item_load_seen(k, before_o.item_id, &it)) return false;
        return fail(k->c, ERR_CONFLICT, "objection.decided", item_label(k, &it));
    }
    if (!loop_begin(k, "item.decide_objection", before_o.item_id, 0, &t, &before, &it)) return false;
    if (!guard_secrecy(k, &decide_objection_shape, a)) return false;
    o = before_o;
    o.state = a->uphold ? STR("upheld") : STR("dismissed");
    o.decision = a->decision;
    o.decided_by = k->actor.account_id;
    o.decided_at = k->now;
    if (!record_update(k, &OBJECTION, &before_o, &o)) return false;
    if (!a->uphold) return tell_item(out, &it);
    it.overturned++;
    it.closed_at = 0;
    return guard_parent_open(k, &it) && overturn(k, &o) && reorg_revive(k, &it) &&
           last_period(k, &it, &choice.last_period) && loop_end(k, t, &before, &it, &choice) && tell_item(out, &it);
}
