#include "ledger/item/extension.h"

#include "ledger/item/item_commands.h"
#include "ledger/item/loop.h"

struct records EXTENSION_RULES =
    RECORDS("extension_rule.all", &EXTENSION_RULE, "WHERE district_id = $1 ORDER BY nth LIMIT 20");

bool extension_rule_apply(struct call *k, const struct item *it, struct change_request *r)
{
    struct list rows;
    const struct extension_rule *rule = NULL;
    if (!it->due_day || r->new_due_day <= it->due_day) return true;
    r->extension = it->extensions + 1;
    if (!record_list(k, &EXTENSION_RULES, &rows, ARG(k->district))) return false;
    const struct extension_rule *at = rows.at;
    if (rows.n == 0) return true;
    for (size_t i = 0; i < rows.n; i++)
        if (at[i].nth == r->extension) rule = &at[i];
    if (!rule)
        return fail_field(k->c, ERR_REFUSED, "change.no_more_extensions", STR("new_due"), item_label(k, it),
                          str_printf(k->c->a, "%" PRId64, it->extensions), at[rows.n - 1].source);
    int64_t days = day_from_ymd((int32_t)r->new_due_day) - day_from_ymd((int32_t)it->due_day);
    if (rule->most_days && days > rule->most_days)
        return fail_field(k->c, ERR_REFUSED, "change.too_long", STR("new_due"), item_label(k, it),
                          str_printf(k->c->a, "%" PRId64, days), str_printf(k->c->a, "%" PRId64, rule->most_days),
                          rule->source);
    r->rule_version = rule->rule_version;
    if (str_is(rule->decider, "item_leader")) r->decider_id = it->leader_id;
    if (str_is(rule->decider, "person")) r->decider_id = rule->person_id;
    return true;
}

bool extension_decider(struct call *k, const struct item *it, const struct change_request *r)
{
    struct person p;
    if (!r->decider_id || r->decider_id == actor_person(k) || actor_has(k, ROLE_SYSTEM)) return true;
    if (!record_load(k, &PERSON, r->decider_id, &p)) return false;
    return !p.active || fail(k->c, ERR_REFUSED, "change.other_decider", item_label(k, it), p.name);
}

#define SET_EXTENSION_FIELDS(X)                                                      \
    X(nth, int64_t, F_INT, 0, "第几次", "which time", REQUIRED, NULL)                \
    X(decider, str, F_ENUM, 0, "由谁决定", "who decides", REQUIRED, &DECIDERS)       \
    X(person, int64_t, F_REF, 0, "决定人", "deciding person", 0, "person")           \
    X(most_days, int64_t, F_INT, 0, "最多延长天数", "most days", 0, NULL)            \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED, NULL)     \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct set_extension {
    SET_EXTENSION_FIELDS(AS_MEMBER)
};
#define OWNER struct set_extension
SHARED_SHAPE_OF(set_extension, SET_EXTENSION_FIELDS);
#undef OWNER

bool run_set_extension(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct set_extension *a = args;
    struct extension_rule before, r;
    struct list rows;
    bool found = false;
    (void)given;
    if (a->nth < 1 || a->nth > 20)
        return fail_field(k->c, ERR_INVALID, "rule.bad_amount", STR("nth"), str_printf(k->c->a, "%" PRId64, a->nth));
    if (a->most_days < 0 || a->most_days > 3660)
        return fail_field(k->c, ERR_INVALID, "rule.bad_amount", STR("most_days"),
                          str_printf(k->c->a, "%" PRId64, a->most_days));
    if (str_is(a->decider, "person") && !a->person)
        return fail_field(k->c, ERR_INVALID, "field.required", STR("person"), STR("person"));
    if (!record_list(k, &EXTENSION_RULES, &rows, ARG(k->district))) return false;
    shape_init(EXTENSION_RULE.shape, &before);
    for (size_t i = 0; i < rows.n && !found; i++) {
        before = ((struct extension_rule *)rows.at)[i];
        found = before.nth == a->nth;
    }
    if (!found) shape_init(EXTENSION_RULE.shape, &before);
    r = before;
    r.nth = a->nth;
    r.decider = a->decider;
    r.person_id = str_is(a->decider, "person") ? a->person : 0;
    r.most_days = a->most_days;
    r.rule_version = a->rule_version;
    r.source = a->source;
    if (!(found ? record_update(k, &EXTENSION_RULE, &before, &r) : record_insert(k, &EXTENSION_RULE, &r))) return false;
    k->object_kind = "extension_rule";
    k->object_id = r.id;
    jw_put_id(out, "extension_rule", r.id);
    return true;
}
