/*
 * Accounts and their roles. Duties are separated: nobody administers the system, its security and
 * its audit with one account, an administrator's account decides nothing in business, and nobody
 * gives a role to himself.
 */
#include "ledger/org/org_internal.h"
#include "ledger/org/password.h"
#include "ledger/org/session.h"
#include "ledger/sight.h"

#define ACCOUNT_ADD_ARGS(X)                                            \
    X(login, str, F_TEXT, 64, "账号", "login", REQUIRED, NULL)         \
    X(person, int64_t, F_REF, 0, "人员", "person", REQUIRED, "person") \
    X(unit, int64_t, F_REF, 0, "单位", "unit", 0, "unit")              \
    X(password, str, F_SECRET, 512, "口令", "password", 0, NULL)       \
    X(demo, int64_t, F_BOOL, 0, "演示账号", "demo account", 0, NULL)
struct account_add_args {
    ACCOUNT_ADD_ARGS(AS_MEMBER)
};
#define OWNER struct account_add_args
ARGS_SHAPE(account_add, ACCOUNT_ADD_ARGS);
#undef OWNER

#define ACCOUNT_DISABLE_ARGS(X)                                           \
    X(account, int64_t, F_REF, 0, "账号", "account", REQUIRED, "account") \
    X(disabled, int64_t, F_BOOL, 0, "停用", "disabled", REQUIRED, NULL)
struct account_disable_args {
    ACCOUNT_DISABLE_ARGS(AS_MEMBER)
};
#define OWNER struct account_disable_args
ARGS_SHAPE(account_disable, ACCOUNT_DISABLE_ARGS);
#undef OWNER

#define ACCOUNT_PASSWORD_ARGS(X)                                          \
    X(account, int64_t, F_REF, 0, "账号", "account", REQUIRED, "account") \
    X(password, str, F_SECRET, 512, "口令", "password", REQUIRED, NULL)
struct account_password_args {
    ACCOUNT_PASSWORD_ARGS(AS_MEMBER)
};
#define OWNER struct account_password_args
ARGS_SHAPE(account_password, ACCOUNT_PASSWORD_ARGS);
#undef OWNER

#define ROLE_ARGS(X)                                                      \
    X(account, int64_t, F_REF, 0, "账号", "account", REQUIRED, "account") \
    X(role, str, F_ENUM, 0, "角色", "role", REQUIRED, &ROLE_TABLE)
struct role_args {
    ROLE_ARGS(AS_MEMBER)
};
#define OWNER struct role_args
ARGS_SHAPE(role_grant, ROLE_ARGS);
#undef OWNER

struct records GRANTS_OF_ACCOUNT = RECORDS(
    "role_grant.of_account", &ROLE_GRANT, "WHERE district_id = $1 AND account_id = $2 ORDER BY id");

enum { PASSWORD_MIN = 8 };

// The stored form of a new password; short ones and the login itself are refused.
static bool new_password(struct call *k, str login, str password, str *phc)
{
    if (utf8_count(password) < PASSWORD_MIN) {
        return fail_field(k->c, ERR_INVALID, "account.short_password", STR("password"),
                          str_printf(k->c->a, "%d", PASSWORD_MIN));
    }
    if (str_eq(str_fold(k->c->a, password), str_fold(k->c->a, login))) {
        return fail_field(k->c, ERR_INVALID, "account.password_is_login", STR("password"));
    }
    return password_hash(k->c, password, phc);
}

bool account_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct account_add_args *a = args;
    struct account n;
    struct person p;
    if (!org_check_code(k, &ACCOUNT, "login", a->login) || !record_load(k, &PERSON, a->person, &p))
        return false;
    shape_init(ACCOUNT.shape, &n);
    org_take(&account_add_shape, args, given, &ACCOUNT, &n);
    n.district_id = k->district;
    if (n.unit_id == 0) n.unit_id = p.unit_id;
    if (args_given(&account_add_shape, given, "password")) {
        if (!new_password(k, a->login, a->password, &n.password)) return false;
        n.password_at = k->now;
        // Only demonstration passwords are meant to be known to others.
        n.must_change = !a->demo;
    }
    if (!record_insert(k, &ACCOUNT, &n)) return false;
    org_done(k, &ACCOUNT, n.id, out);
    return true;
}

bool account_disable_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct account_disable_args *a = args;
    struct account before, after;
    if (!record_load(k, &ACCOUNT, a->account, &before)) return false;
    if (a->disabled && before.id == k->actor.account_id)
        return fail(k->c, ERR_REFUSED, "account.disable_self");
    after = before;
    after.disabled = a->disabled;
    if (!record_update(k, &ACCOUNT, &before, &after)) return false;
    if (a->disabled && !session_end_all(k, after.id)) return false;
    org_done(k, &ACCOUNT, after.id, out);
    return true;
}

bool account_password_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct account_password_args *a = args;
    struct account before, after;
    if (!record_load(k, &ACCOUNT, a->account, &before)) return false;
    bool own = before.id == k->actor.account_id;
    if (!own && !actor_has(k, ROLE_SECADMIN | ROLE_SYSTEM))
        return fail(k->c, ERR_FORBIDDEN, "account.not_yours");
    after = before;
    if (!new_password(k, before.login, a->password, &after.password)) return false;
    after.password_at = k->now;
    after.must_change = !own;
    if (!record_update(k, &ACCOUNT, &before, &after) || !session_end_all(k, after.id)) return false;
    org_done(k, &ACCOUNT, after.id, out);
    return true;
}

/* --- roles --- */

static str role_name(const struct call *k, unsigned bit)
{
    for (size_t i = 0; i < ROLE_TABLE.n; i++) {
        const struct enum_value *v = &ROLE_TABLE.at[i];
        if (role_bit(str_of(v->code)) == bit) return str_of(k->c->lang == LANG_EN ? v->en : v->zh);
    }
    return STR_EMPTY;
}

// May an account that holds one role be given the other?
static bool separated(unsigned held, unsigned asked)
{
    const unsigned admins = ROLE_SYSADMIN | ROLE_SECADMIN | ROLE_AUDITOR;
    return held != asked && ((held | asked) & admins) != 0;
}

bool role_grant_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct role_args *a = args;
    struct list held;
    struct role_grant n;
    unsigned asked = role_bit(a->role);
    if (asked == ROLE_SYSTEM) return fail_field(k->c, ERR_REFUSED, "role.system", STR("role"));
    struct account to;
    if (!record_load_seen(k, &ACCOUNT, a->account, &to)) return false;
    // A second account of the same person is the same person.
    if (to.id == k->actor.account_id || (to.person_id && to.person_id == k->actor.person_id))
        return fail(k->c, ERR_REFUSED, "role.self");
    if (!record_list(k, &GRANTS_OF_ACCOUNT, &held, ARG(k->district), ARG(a->account))) return false;
    org_done(k, &ACCOUNT, a->account, out);
    for (size_t i = 0; i < held.n; i++) {
        unsigned bit = role_bit(((const struct role_grant *)held.at)[i].role);
        if (bit == asked) return true; // held already
        if (separated(bit, asked)) {
            return fail_field(k->c, ERR_REFUSED, "role.separated", STR("role"), role_name(k, bit),
                              role_name(k, asked));
        }
    }
    shape_init(ROLE_GRANT.shape, &n);
    n.district_id = k->district;
    n.account_id = a->account;
    n.role = a->role;
    return record_insert(k, &ROLE_GRANT, &n);
}

bool role_revoke_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct role_args *a = args;
    struct list held;
    if (!record_list(k, &GRANTS_OF_ACCOUNT, &held, ARG(k->district), ARG(a->account))) return false;
    for (size_t i = 0; i < held.n; i++) {
        const struct role_grant *g = &((const struct role_grant *)held.at)[i];
        if (!str_eq(g->role, a->role)) continue;
        if (!record_remove(k, &ROLE_GRANT, g) || !session_end_all(k, a->account)) return false;
        org_done(k, &ACCOUNT, a->account, out);
        return true;
    }
    return fail_field(k->c, ERR_CONFLICT, "role.not_held", STR("role"),
                      role_name(k, role_bit(a->role)));
}
