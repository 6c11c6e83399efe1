/*
 * A person leaves, or goes to another unit: everything the person answers for goes to others in the same
 * act. Whoever takes over is in post and belongs to the unit that leads the item; nobody is person and
 * deputy of one item; what nobody was named for is refused by its number.
 */
#include "ledger/item/loop.h"
#include "ledger/names.h"
#include "ledger/org/session.h"
#include "ledger/reorg/reorg_internal.h"

#define TAKEN_FIELDS(X)                                                                     \
    X(item, str, F_TEXT, 40, "事项编号", "item number", REQUIRED, NULL)                     \
    X(person, int64_t, F_REF, 0, "责任人", "person", 0, "person")                           \
    X(deputy, int64_t, F_REF, 0, "副责任人", "deputy", 0, "person")                         \
    X(leader, int64_t, F_REF, 0, "牵头领导", "leader", 0, "person")
struct taken { TAKEN_FIELDS(AS_MEMBER) };
#define OWNER struct taken
SHAPE_OF(taken, TAKEN_FIELDS);
#undef OWNER

#define HANDOVER_ARGS(X)                                                                    \
    X(person, int64_t, F_REF, 0, "人员", "person", REQUIRED, "person")                      \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)                               \
    X(day, int64_t, F_DAY, 0, "日期", "day", REQUIRED, NULL)                                \
    X(reason, str, F_TEXT, 400, "缘由", "reason", REQUIRED, NULL)                           \
    X(successor, int64_t, F_REF, 0, "接手责任人", "successor", 0, "person")                 \
    X(deputy, int64_t, F_REF, 0, "接手副责任人", "successor as deputy", 0, "person")        \
    X(leader, int64_t, F_REF, 0, "接手牵头领导", "successor as leader", 0, "person")        \
    X(items, struct list, F_OBJECTS, 2000, "单独移交", "handed to others", 0, &taken_shape)
#define LEAVE_ARGS(X) HANDOVER_ARGS(X)
#define TRANSFER_ARGS(X) \
    HANDOVER_ARGS(X)     \
    X(unit, int64_t, F_REF, 0, "新单位", "new unit", REQUIRED, "unit")
struct person_transfer_args { TRANSFER_ARGS(AS_MEMBER) }; // those of leaving are its beginning
struct person_leave_args { LEAVE_ARGS(AS_MEMBER) };
#define OWNER struct person_transfer_args
ARGS_SHAPE(person_transfer, TRANSFER_ARGS);
ARGS_SHAPE(person_leave, LEAVE_ARGS);
#undef OWNER

struct handover {
    struct call *k;
    const struct person_transfer_args *a;
    struct person who;
    bool leaves;
    struct map people; // id → struct person *
    int64_t items, requests, accounts;
};

static bool person_of(struct handover *h, int64_t id, struct person **p)
{
    *p = map_get_int(&h->people, id);
    if (*p) return true;
    *p = ARENA_NEW(h->k->c->a, struct person);
    if (!record_load(h->k, &PERSON, id, *p)) return false;
    (void)map_put_int(h->k->c->a, &h->people, id, *p);
    return true;
}

// Takes over as member: in post, not the one who goes.
static bool takes(struct handover *h, int64_t id, const char *member)
{
    struct person *p;
    if (!id) return true;
    if (id == h->who.id) return fail_field(h->k->c, ERR_INVALID, "person.own_successor", str_of(member), h->who.name);
    if (!person_of(h, id, &p)) return false;
    return p->active || fail_field(h->k->c, ERR_INVALID, "item.person_left", str_of(member), p->name);
}

static const struct taken *taken_of(const struct handover *h, const struct item *it)
{
    const struct taken *t = h->a->items.at;
    for (size_t i = 0; i < h->a->items.n; i++)
        if (str_eq(t[i].item, it->code)) return &t[i];
    return NULL;
}

// A changed unit keeps what the new unit leads as well (a unit and one above it).
static bool stays_with(const struct handover *h, const struct item *it)
{
    return !h->leaves && unit_tree_covers(h->k->units, it->lead_unit_id, h->a->unit);
}

static bool owed(const struct item *it)
{
    return (state_bit(it->state) & (IN_ISSUED | IN_ACCEPTED | IN_REPORTED | IN_SUSPENDED)) != 0;
}

// A duty of somebody who goes: *at becomes the one who takes it; what is owed needs somebody.
static bool pass_duty(struct handover *h, const struct item *it, int64_t *at, int64_t own, int64_t general,
                      const char *member)
{
    struct call *k = h->k;
    struct person *p;
    int64_t to = own ? own : general;
    if (!to && owed(it))
        return fail_field(k->c, ERR_REFUSED, "person.left_ownerless", str_of(member), it->code, h->who.name);
    *at = to;
    if (!to || !it->lead_unit_id || strcmp(member, "leader") == 0) return true;
    if (!person_of(h, to, &p)) return false;
    if (unit_tree_covers(k->units, it->lead_unit_id, p->unit_id)) return true;
    return fail_field(k->c, ERR_INVALID, "person.takes_elsewhere", str_of(member), p->name, it->code,
                      unit_tree_by_id(k->units, it->lead_unit_id)->unit.name);
}

static bool hand_item(struct handover *h, const struct item *it)
{
    struct call *k = h->k;
    const struct taken *t = taken_of(h, it);
    struct item after = *it;
    bool stays = stays_with(h, it);
    if (it->person_id == h->who.id && !stays &&
        !pass_duty(h, it, &after.person_id, t ? t->person : 0, h->a->successor, "successor"))
        return false;
    if (it->deputy_id == h->who.id && !stays &&
        !pass_duty(h, it, &after.deputy_id, t ? t->deputy : 0, h->a->deputy ? h->a->deputy : h->a->successor, "deputy"))
        return false;
    // A leader who goes to another unit may go on leading; only who leaves must be replaced.
    if (it->leader_id == h->who.id && (h->leaves || h->a->leader || (t && t->leader)) &&
        !pass_duty(h, it, &after.leader_id, t ? t->leader : 0, h->a->leader ? h->a->leader : h->a->successor, "leader"))
        return false;
    if (after.person_id && after.person_id == after.deputy_id)
        return fail_field(k->c, ERR_REFUSED, "item.same_person", STR("deputy"), it->code);
    if (after.person_id == it->person_id && after.deputy_id == it->deputy_id && after.leader_id == it->leader_id)
        return true;
    h->items++;
    return record_update(k, &ITEM, it, &after);
}

static bool hand_items(struct handover *h)
{
    struct call *k = h->k;
    struct list rows;
    struct map codes = {0};
    const struct taken *t = h->a->items.at;
    if (!record_list(k, &ANSWERED_OPEN, &rows, ARG(k->district), ARG(h->who.id))) return false;
    const struct item *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) (void)map_put(k->c->a, &codes, at[i].code, h);
    for (size_t i = 0; i < h->a->items.n; i++) {
        const char *place = str_z(k->c->a, str_printf(k->c->a, "items[%zu].item", i));
        if (!map_get(&codes, t[i].item))
            return fail_field(k->c, ERR_INVALID, "person.not_answered", str_of(place), t[i].item, h->who.name);
        if (!takes(h, t[i].person, place) || !takes(h, t[i].deputy, place) || !takes(h, t[i].leader, place))
            return false;
    }
    for (size_t i = 0; i < rows.n && ctx_ok(k->c); i++)
        if (!hand_item(h, &at[i])) return false;
    return true;
}

// Who leaves cannot sign in any more; an account of who goes to another unit goes along.
static bool hand_accounts(struct handover *h)
{
    struct call *k = h->k;
    struct list rows;
    if (!record_list(k, &PERSONS_ACCOUNTS, &rows, ARG(k->district), ARG(h->who.id))) return false;
    const struct account *n = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct account after = n[i];
        if (h->leaves) after.disabled = true;
        else if (n[i].unit_id == h->who.unit_id) after.unit_id = h->a->unit;
        if (h->leaves && n[i].id == k->actor.account_id) return fail(k->c, ERR_REFUSED, "account.disable_self");
        if (after.disabled == n[i].disabled && after.unit_id == n[i].unit_id) continue;
        if (!record_update(k, &ACCOUNT, &n[i], &after) || !session_end_all(k, n[i].id)) return false;
        h->accounts++;
    }
    return true;
}

static bool note_handover(struct handover *h)
{
    struct call *k = h->k;
    struct person_handover row;
    struct person after = h->who;
    shape_init(PERSON_HANDOVER.shape, &row);
    row.person_id = h->who.id;
    row.kind = h->leaves ? STR("leave") : STR("transfer");
    row.from_unit_id = h->who.unit_id;
    row.to_unit_id = h->leaves ? 0 : h->a->unit;
    row.on_day = h->a->day;
    row.successor_id = h->a->successor;
    row.items = h->items;
    row.reason = h->a->reason;
    row.account_id = k->actor.account_id;
    row.noted_at = k->now;
    if (h->leaves) after.active = false, after.left_day = h->a->day;
    else after.unit_id = h->a->unit;
    return record_insert(k, &PERSON_HANDOVER, &row) && record_update(k, &PERSON, &h->who, &after);
}

static bool hand_over(struct handover *h, struct json *out)
{
    struct call *k = h->k;
    const struct person_transfer_args *a = h->a;
    if (!record_load(k, &PERSON, a->person, &h->who)) return false;
    if (a->version && a->version != h->who.version) return fail(k->c, ERR_STALE, "record.stale");
    if (!h->who.active) return fail_field(k->c, ERR_REFUSED, "item.person_left", STR("person"), h->who.name);
    if (day_from_ymd((int32_t)a->day) > k->today)
        return fail_field(k->c, ERR_INVALID, "person.day_ahead", STR("day"), h->who.name);
    if (!takes(h, a->successor, "successor") || !takes(h, a->deputy, "deputy") || !takes(h, a->leader, "leader") ||
        !hand_items(h) || !reorg_follow_person(k, h->who.id, a->leader ? a->leader : a->successor, &h->requests) ||
        (h->leaves && !reorg_end_delegations(k, h->who.id)) || !hand_accounts(h) || !note_handover(h))
        return false;
    org_done(k, &PERSON, h->who.id, out);
    jw_put_int(out, "items", h->items);
    jw_put_int(out, "requests", h->requests);
    jw_put_int(out, "accounts", h->accounts);
    return ctx_ok(k->c);
}

bool person_leave_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct handover h = {.k = k, .a = args, .leaves = true};
    (void)given;
    return hand_over(&h, out);
}

bool person_transfer_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct handover h = {.k = k, .a = args};
    const struct unit_node *to = unit_tree_by_id(k->units, h.a->unit);
    struct person who;
    (void)given;
    if (!unit_can_take(k, to, "unit", k->today) || !record_load(k, &PERSON, h.a->person, &who)) return false;
    if (who.unit_id == h.a->unit)
        return fail_field(k->c, ERR_INVALID, "person.same_unit", STR("unit"), who.name, to->unit.name);
    return hand_over(&h, out);
}

/* --- what a person would leave behind --- */

#define LEAVING_ARGS(X) X(person, int64_t, F_REF, 0, "人员", "person", REQUIRED, "person")
struct person_leaving_args { LEAVING_ARGS(AS_MEMBER) };
#define OWNER struct person_leaving_args
ARGS_SHAPE(person_leaving, LEAVING_ARGS);
#undef OWNER

static void put_duty(struct call *k, const struct item *it, int64_t person, struct json *out)
{
    jw_object(out);
    jw_put_text(out, "code", it->code);
    jw_key(out, "title");
    if (actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM)) jw_text(out, it->title);
    else jw_null(out);
    jw_put_text(out, "state", it->state);
    jw_put_id(out, "unit_id", it->lead_unit_id);
    const struct unit_node *u = unit_tree_by_id(k->units, it->lead_unit_id);
    jw_put_text(out, "unit_name", u ? u->unit.name : STR_EMPTY);
    jw_key(out, "as");
    jw_array(out);
    if (it->person_id == person) jw_text(out, STR("person"));
    if (it->deputy_id == person) jw_text(out, STR("deputy"));
    if (it->leader_id == person) jw_text(out, STR("leader"));
    jw_end(out);
    jw_end(out);
}

static bool put_accounts(struct call *k, int64_t person, struct json *out)
{
    struct list rows, grants;
    if (!record_list(k, &PERSONS_ACCOUNTS, &rows, ARG(k->district), ARG(person))) return false;
    jw_key(out, "accounts");
    jw_array(out);
    for (size_t i = 0; i < rows.n; i++) {
        const struct account *n = &((const struct account *)rows.at)[i];
        if (n->disabled) continue;
        if (!record_list(k, &GRANTS_OF_ACCOUNT, &grants, ARG(k->district), ARG(n->id))) return false;
        jw_object(out);
        jw_put_id(out, "id", n->id);
        jw_put_text(out, "login", n->login);
        jw_key(out, "roles");
        jw_array(out);
        for (size_t j = 0; j < grants.n; j++) jw_text(out, ((const struct role_grant *)grants.at)[j].role);
        jw_end(out);
        jw_end(out);
    }
    jw_end(out);
    return true;
}

bool person_leaving_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct person_leaving_args *a = args;
    struct person p;
    struct list items, past;
    int64_t over, requests;
    (void)given;
    if (!record_load(k, &PERSON, a->person, &p) ||
        !record_list(k, &ANSWERED_OPEN, &items, ARG(k->district), ARG(p.id)) ||
        !record_list(k, &HANDOVERS_OF_PERSON, &past, ARG(k->district), ARG(p.id)) ||
        !items_over(k, &PERSON_ITEMS_OVER, p.id, &over) || !reorg_waiting_for(k, p.id, &requests))
        return false;
    jw_object(out);
    jw_key(out, "person");
    record_json(out, k->c->a, PERSON.shape, &p, k->zone_min);
    jw_key(out, "items");
    jw_array(out);
    for (size_t i = 0; i < items.n && ctx_ok(k->c); i++)
        put_duty(k, &((const struct item *)items.at)[i], p.id, out);
    jw_end(out);
    jw_put_int(out, "over", over);
    jw_put_int(out, "requests", requests);
    if (!put_accounts(k, p.id, out)) return false;
    jw_key(out, "handovers");
    jw_array(out);
    for (size_t i = 0; i < past.n; i++)
        record_json(out, k->c->a, PERSON_HANDOVER.shape, (const struct person_handover *)past.at + i, k->zone_min);
    jw_end(out);
    jw_end(out);
    return ctx_ok(k->c);
}
