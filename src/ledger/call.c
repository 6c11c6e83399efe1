#include "ledger/call.h"

#include "ledger/org/unit_tree.h"

bool actor_has(const struct call *k, unsigned roles)
{
    return (k->actor.roles & roles) != 0;
}

bool actor_covers(struct call *k, int64_t unit_id)
{
    return unit_id && unit_tree_covers(k->units, k->actor.unit_id, unit_id);
}

int64_t actor_person(const struct call *k)
{
    return k->actor.delegation_id ? k->actor.for_person_id : k->actor.person_id;
}

bool actor_is(const struct call *k, int64_t account_id)
{
    return account_id && (account_id == k->actor.account_id || account_id == k->actor.for_account_id);
}

bool actor_belongs(const struct call *k, int64_t top)
{
    return unit_tree_covers(k->units, top, k->actor.unit_id) ||
           (k->actor.delegation_id && unit_tree_covers(k->units, top, k->actor.own_unit_id));
}

str roles_text(struct call *k, unsigned roles)
{
    struct buf b;
    buf_init(&b, k->c->a, 400);
    for (size_t i = 0; i < ROLE_TABLE.n; i++) {
        if (!(roles >> i & 1)) continue;
        if (b.n) buf_addz(&b, k->c->lang == LANG_EN ? ", " : "、");
        buf_addz(&b, k->c->lang == LANG_EN ? ROLE_TABLE.at[i].en : ROLE_TABLE.at[i].zh);
    }
    return buf_str(&b);
}

// Milliseconds since 2020-01-01 above, a counter below; never below an id already given out, so that
// a clock set back (or an example's fixed day) cannot make an id twice. An id has ten digits at least,
// which tells it from a code; days after 2089 do not fit the milliseconds and only count on.
int64_t id_new(struct call *k)
{
    const int64_t epoch = INT64_C(1577836800000), least = INT64_C(1) << 40;
    int64_t ms = k->now / 1000 - epoch;
    int64_t id = ms > 0 && ms >> 41 == 0 ? ms << 22 : 0;
    if (id < least) id = least;
    if (id <= k->last_id) id = k->last_id + 1;
    k->last_id = id;
    return id;
}
