/*
 * Giving and ending a delegation. Nobody makes himself a delegate, nobody hands on what he has not got
 * himself, and administrators neither hand on nor take over.
 */
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/delegation/delegation.h"
#include "ledger/org/session.h"
#include "ledger/sight.h"

#define GIVE_FIELDS(X)                                                                        \
    X(from, int64_t, F_REF, 0, "缺勤人（不填为本人）", "absent person (oneself when not given)", 0, "person") \
    X(to, int64_t, F_REF, 0, "代行人", "delegate", REQUIRED, "person")                        \
    X(first_day, int64_t, F_DAY, 0, "起", "first day", REQUIRED, NULL)                        \
    X(last_day, int64_t, F_DAY, 0, "止", "last day", REQUIRED, NULL)                          \
    X(scope, str, F_ENUM, 0, "范围", "scope", REQUIRED, &DELEGATION_SCOPES)                   \
    X(role, str, F_ENUM, 0, "角色", "role", 0, &ROLE_TABLE)                                   \
    X(items, struct list, F_IDS, 200, "事项", "items", 0, "item")                             \
    X(reason, str, F_TEXT, 400, "缘由", "reason", REQUIRED, NULL)
struct give {
    GIVE_FIELDS(AS_MEMBER)
};
#define OWNER struct give
static const struct field give_fields[] = {GIVE_FIELDS(AS_FIELD)};
const struct shape delegation_give_shape = {"delegation_give", give_fields, COUNT_OF(give_fields), sizeof(OWNER)};
#undef OWNER

#define END_FIELDS(X) X(delegation, int64_t, F_REF, 0, "代行授权", "delegation", REQUIRED, "delegation")
struct end {
    END_FIELDS(AS_MEMBER)
};
#define OWNER struct end
static const struct field end_fields[] = {END_FIELDS(AS_FIELD)};
const struct shape delegation_end_shape = {"delegation_end", end_fields, COUNT_OF(end_fields), sizeof(OWNER)};
#undef OWNER

struct records DELEGATES_ACCOUNTS =
    RECORDS("delegation.accounts", &ACCOUNT, "WHERE district_id = $1 AND person_id = $2 ORDER BY id LIMIT 20");

// The person's account that holds one of the roles, and all roles of all his accounts.
static bool account_with(struct call *k, int64_t person, unsigned wanted, int64_t *account, unsigned *roles)
{
    struct list rows;
    *account = 0;
    *roles = 0;
    if (!record_list(k, &DELEGATES_ACCOUNTS, &rows, ARG(k->district), ARG(person))) return false;
    const struct account *a = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct actor who;
        if (a[i].disabled) continue;
        if (!session_actor(k, a[i].login, &who)) return false;
        *roles |= who.roles;
        if ((who.roles & wanted) && !*account) *account = a[i].id;
    }
    return true;
}

static bool check_days(struct call *k, const struct give *g)
{
    if (day_from_ymd((int32_t)g->first_day) < k->today)
        return fail_field(k->c, ERR_INVALID, "delegation.past", STR("first_day"));
    return g->last_day >= g->first_day || fail_field(k->c, ERR_INVALID, "delegation.days", STR("last_day"));
}

static bool check_people(struct call *k, const struct give *g, const struct person *from, const struct person *to,
                         int64_t *account)
{
    unsigned wanted = str_is(g->scope, "role") ? role_bit(g->role) & DELEGATED_ROLES : DELEGATED_ROLES, roles;
    int64_t delegate;
    bool own = from->id == k->actor.person_id;
    if (k->actor.delegation_id) return fail(k->c, ERR_REFUSED, "delegation.again");
    if (!own && !actor_has(k, ROLE_SUPERVISOR | ROLE_SECADMIN | ROLE_SYSTEM))
        return fail_field(k->c, ERR_FORBIDDEN, "delegation.not_yours", STR("from"), from->name);
    if (to->id == from->id || to->id == k->actor.person_id)
        return fail_field(k->c, ERR_REFUSED, "delegation.to_self", STR("to"));
    if (!account_with(k, from->id, wanted, account, &roles)) return false;
    if (!*account) return fail_field(k->c, ERR_REFUSED, "delegation.nothing", STR("from"), from->name);
    if (!account_with(k, to->id, ROLES_BUSINESS, &delegate, &roles)) return false;
    if (roles & (ROLE_SYSADMIN | ROLE_SECADMIN | ROLE_AUDITOR))
        return fail_field(k->c, ERR_REFUSED, "delegation.administrator", STR("to"), to->name);
    return delegate || fail_field(k->c, ERR_REFUSED, "delegation.no_account", STR("to"), to->name);
}

static bool add_items(struct call *k, int64_t delegation, const struct list *items)
{
    const int64_t *at = items->at;
    for (size_t i = 0; i < items->n; i++) {
        struct delegation_item row;
        shape_init(DELEGATION_ITEM.shape, &row);
        row.delegation_id = delegation;
        row.item_id = at[i];
        if (!record_insert(k, &DELEGATION_ITEM, &row)) return false;
    }
    return true;
}

bool delegation_give_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct give *g = args;
    struct person from, to;
    struct delegation d;
    bool listed = str_is(g->scope, "items");
    (void)given;
    int64_t absent = g->from ? g->from : k->actor.person_id;
    if (!record_load_seen(k, &PERSON, absent, &from) || !record_load_seen(k, &PERSON, g->to, &to)) return false;
    if (!check_days(k, g)) return false;
    if (str_is(g->scope, "role") && g->role.n == 0)
        return fail_field(k->c, ERR_INVALID, "delegation.no_role", STR("role"));
    if (listed && g->items.n == 0) return fail_field(k->c, ERR_INVALID, "delegation.no_items", STR("items"));
    shape_init(DELEGATION.shape, &d);
    if (!check_people(k, g, &from, &to, &d.from_account_id)) return false;
    d.from_person_id = from.id;
    d.to_person_id = to.id;
    d.first_day = g->first_day;
    d.last_day = g->last_day;
    d.scope = g->scope;
    d.role = str_is(g->scope, "role") ? g->role : STR_EMPTY;
    d.reason = g->reason;
    d.granted_by = k->actor.account_id;
    d.granted_at = k->now;
    if (!record_insert(k, &DELEGATION, &d) || (listed && !add_items(k, d.id, &g->items))) return false;
    k->object_kind = DELEGATION.name;
    k->object_id = d.id;
    jw_put_id(out, "delegation", d.id);
    return true;
}

bool delegation_end_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct delegation before, after;
    (void)given;
    if (k->actor.delegation_id) return fail(k->c, ERR_REFUSED, "delegation.again");
    if (!record_load_seen(k, &DELEGATION, ((const struct end *)args)->delegation, &before)) return false;
    if (before.ended_at || day_from_ymd((int32_t)before.last_day) < k->today)
        return fail(k->c, ERR_CONFLICT, "delegation.over");
    after = before;
    after.ended_at = k->now;
    after.ended_by = k->actor.account_id;
    if (!record_update(k, &DELEGATION, &before, &after)) return false;
    k->object_kind = DELEGATION.name;
    k->object_id = after.id;
    jw_put_id(out, "delegation", after.id);
    return true;
}
