#include "ledger/delegation/delegation.h"

#include "ledger/names.h"
#include "ledger/query.h"
#include "ledger/sight.h"

struct records DELEGATIONS_ALL =
    RECORDS("delegation.newest", &DELEGATION, "WHERE district_id = $1 ORDER BY id DESC LIMIT 500");
struct records DELEGATIONS_OF = RECORDS(
    "delegation.of_person", &DELEGATION,
    "WHERE district_id = $1 AND (from_person_id = $2 OR to_person_id = $2) ORDER BY id DESC LIMIT 200");
struct records ITEMS_OF_DELEGATION = RECORDS(
    "delegation_item.of", &DELEGATION_ITEM, "WHERE district_id = $1 AND delegation_id = $2 ORDER BY id LIMIT 200");

// The items of the list as far as the reader sees them: a delegation tells no title to an administrator.
static bool put_items(struct names *n, const struct delegation *d, struct json *j)
{
    struct list rows;
    if (!record_list(n->k, &ITEMS_OF_DELEGATION, &rows, ARG(n->k->district), ARG(d->id))) return false;
    const struct delegation_item *at = rows.at;
    jw_key(j, "items");
    jw_array(j);
    for (size_t i = 0; i < rows.n; i++) {
        str name;
        if (!names_of(n, "item", at[i].item_id, &name)) return false;
        if (name.n == 0) continue;
        jw_object(j);
        jw_put_id(j, "id", at[i].item_id);
        jw_put_text(j, "name", name);
        jw_end(j);
    }
    jw_end(j);
    return true;
}

static str standing(const struct call *k, const struct delegation *d)
{
    if (d->ended_at) return STR("ended");
    if (delegation_runs(k, d)) return STR("running");
    return day_from_ymd((int32_t)d->first_day) > k->today ? STR("coming") : STR("over");
}

bool delegations_query_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct list rows;
    struct names names;
    (void)args;
    (void)given;
    bool all = actor_has(k, ROLE_SUPERVISOR | ROLE_SYSADMIN | ROLE_SECADMIN | ROLE_AUDITOR);
    bool read = all ? record_list(k, &DELEGATIONS_ALL, &rows, ARG(k->district))
                    : record_list(k, &DELEGATIONS_OF, &rows, ARG(k->district), ARG(k->actor.person_id));
    if (!read) return false;
    const struct delegation *d = rows.at;
    names_init(&names, k);
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < rows.n; i++) {
        bool may;
        if (!sight_may(k, &DELEGATION, &d[i], &may)) return false;
        if (!may) continue;
        record_json_open(out, k->c->a, DELEGATION.shape, &d[i], k->zone_min);
        if (!names_members(&names, DELEGATION.shape, &d[i], out) || !put_items(&names, &d[i], out)) return false;
        jw_put_text(out, "standing", standing(k, &d[i]));
        jw_put_bool(out, "to_me", d[i].to_person_id == k->actor.person_id && d[i].to_person_id);
        jw_put_bool(out, "from_me", d[i].from_person_id == k->actor.person_id && d[i].from_person_id);
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}
