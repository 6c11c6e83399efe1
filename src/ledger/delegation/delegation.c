#include "ledger/delegation/delegation.h"

#include "ledger/org/session.h"
#include "ledger/sqltext.h"

struct records DELEGATIONS_TO = RECORDS(
    "delegation.to", &DELEGATION,
    "WHERE district_id = $1 AND to_person_id = $2 AND last_day >= $3 ORDER BY last_day, id LIMIT 100");

bool delegation_runs(const struct call *k, const struct delegation *d)
{
    int64_t today = day_to_ymd(k->today);
    return d->ended_at == 0 && d->first_day <= today && today <= d->last_day;
}

bool delegations_to(struct call *k, int64_t person, struct list *out)
{
    struct list rows;
    size_t cap = 0;
    *out = (struct list){0};
    if (!person) return true;
    if (!record_list(k, &DELEGATIONS_TO, &rows, ARG(k->district), ARG(person), ARG((int64_t)day_to_ymd(k->today))))
        return false;
    const struct delegation *d = rows.at;
    for (size_t i = 0; i < rows.n; i++)
        if (delegation_runs(k, &d[i])) {
            struct delegation *slot = vec_slot(k->c->a, &out->at, &out->n, &cap, sizeof *d);
            *slot = d[i];
        }
    return ctx_ok(k->c);
}

static bool none(struct call *k)
{
    return fail(k->c, ERR_FORBIDDEN, "delegation.none");
}

bool delegation_assume_as(struct call *k, const struct delegation *d)
{
    struct account from;
    struct actor absent, *own = &k->actor;
    if (own->delegation_id || d->to_person_id != own->person_id || !delegation_runs(k, d)) return none(k);
    if (!record_load(k, &ACCOUNT, d->from_account_id, &from)) return false;
    // An account that was closed in the meantime has nothing to hand on.
    if (from.disabled) return none(k);
    if (!session_actor(k, from.login, &absent)) return false;
    absent.roles &= DELEGATED_ROLES;
    if (str_is(d->scope, "role")) absent.roles &= role_bit(d->role);
    if (!absent.roles) return none(k);
    own->delegation_id = d->id;
    own->items_only = str_is(d->scope, "items");
    own->own_unit_id = own->unit_id;
    own->for_account_id = absent.account_id;
    own->for_person_id = absent.person_id;
    own->unit_id = absent.unit_id;
    own->roles = absent.roles;
    return ctx_ok(k->c);
}

bool delegation_assume(struct call *k, int64_t id)
{
    struct list running;
    if (!delegations_to(k, k->actor.person_id, &running)) return false;
    const struct delegation *d = running.at;
    for (size_t i = 0; i < running.n; i++)
        if (d[i].id == id) return delegation_assume_as(k, &d[i]);
    return none(k);
}

bool delegation_note(struct call *k)
{
    struct delegation_act act;
    if (!k->actor.delegation_id) return true;
    shape_init(DELEGATION_ACT.shape, &act);
    act.delegation_id = k->actor.delegation_id;
    act.for_person_id = k->actor.for_person_id;
    act.seq = k->head.seq + 1;
    act.acted_at = k->now;
    return record_insert(k, &DELEGATION_ACT, &act);
}

bool delegation_covers(struct call *k, int64_t item, bool *covers)
{
    struct sqltext q;
    struct db_rows r;
    *covers = true;
    if (!k->actor.items_only) return true;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT d.id FROM delegation_item AS d WHERE d.district_id = $1 AND d.delegation_id = ");
    sqltext_arg(&q, db_arg_int(k->actor.delegation_id));
    sqltext_add(&q, " AND d.item_id = ");
    sqltext_arg(&q, db_arg_int(item));
    sqltext_add(&q, " LIMIT 1");
    if (!sqltext_query(k, &q, "delegation.covers", &r)) return false;
    *covers = db_next(&r);
    return db_done(&r);
}

bool delegation_may_see(struct call *k, const void *record, bool *may)
{
    const struct delegation *d = record;
    *may = actor_has(k, ROLE_SUPERVISOR | ROLE_SYSADMIN | ROLE_SECADMIN | ROLE_AUDITOR) ||
           (k->actor.person_id && (d->from_person_id == k->actor.person_id || d->to_person_id == k->actor.person_id));
    return true;
}
