#include "ledger/item/guard.h"

#include "ledger/delegation/delegation.h"
#include "ledger/item/clock.h"
#include "ledger/item/duplicate.h"
#include "ledger/item/item_records.h"
#include "ledger/item/loop.h"
#include "ledger/org/rules.h"
#include "ledger/org/unit_tree.h"
#include "ledger/registers/loop_variant.h"
#include "ledger/registers/values.h"

static const struct stmt OPEN_CHILD = {
    "item.open_child",
    "SELECT i.code, i.title FROM item AS i WHERE i.district_id = $1 AND i.parent_id = $2"
    " AND i.state NOT IN ('closed', 'cancelled', 'archived') AND NOT EXISTS (SELECT 1 FROM waiver "
    "AS w"
    " WHERE w.district_id = $1 AND w.item_id = $2 AND w.child_id = i.id) ORDER BY i.code LIMIT 1"};
static const struct stmt PENDING_OBJECTION = {"objection.pending",
                                              "SELECT id FROM objection WHERE district_id = $1 AND "
                                              "item_id = $2 AND state = 'pending' LIMIT 1"};
static const struct stmt PENDING_CHANGE = {"change.pending",
                                           "SELECT id FROM change_request WHERE district_id = $1 "
                                           "AND item_id = $2 AND state = 'pending' LIMIT 1"};
const struct stmt *const GUARD_STATEMENTS[] = {&OPEN_CHILD, &PENDING_OBJECTION, &PENDING_CHANGE};
const size_t N_GUARD_STATEMENTS = COUNT_OF(GUARD_STATEMENTS);

bool item_may_see(struct call *k, const struct item *it, bool *may)
{
    struct list assists;
    if (!delegation_covers(k, it->id, may)) return false;
    if (!*may || actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM)) return true;
    *may = false;
    if (!actor_has(k, ROLE_UNIT)) return true;
    *may = actor_covers(k, it->lead_unit_id) ||
           (k->actor.person_id && (actor_person(k) == it->person_id || actor_person(k) == it->deputy_id));
    if (*may) return true;
    if (!record_list(k, &ASSISTS_OF_ITEM, &assists, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < assists.n && !*may; i++)
        *may = actor_covers(k, ((struct item_unit *)assists.at)[i].unit_id);
    return true;
}

bool item_by_lead(struct call *k, const struct item *it)
{
    if (actor_has(k, ROLE_SYSTEM) || actor_covers(k, it->lead_unit_id)) return true;
    // The deputy may do what the person responsible may, also when they belong to a unit below the lead.
    if (k->actor.person_id && (actor_person(k) == it->person_id || actor_person(k) == it->deputy_id)) return true;
    return fail(k->c, ERR_FORBIDDEN, "item.not_lead", item_label(k, it));
}

/* --- texts --- */

bool guard_secrecy(struct call *k, const struct shape *s, const void *args)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (f->type != F_TEXT) continue;
        str text = *field_str(f, (void *)(uintptr_t)args);
        str word = rules_word(k->c->a, k->rules, "secrecy", text);
        if (word.n)
            return fail_field(k->c, ERR_REFUSED, "item.secret", str_of(f->name),
                              str_of(k->c->lang == LANG_EN ? f->en : f->zh), word);
    }
    return true;
}

bool guard_declared(struct call *k, str *declared)
{
    if (declared->n == 0) *declared = STR("internal");
    if (enum_find(&SECRECY, *declared)) return true;
    return fail_field(k->c, ERR_REFUSED, "item.secret_declared", STR("secrecy"), *declared);
}

static bool collecting(const struct call *k, int64_t unit_id)
{
    const struct unit_node *u = unit_tree_by_id(k->units, unit_id);
    for (int guard = 0; u && guard < 64; u = u->parent, guard++)
        if (u->unit.collecting) return true;
    return false;
}

bool guard_revenue_quota(struct call *k, const struct item *it)
{
    struct list parts;
    if (!it->lead_unit_id || !collecting(k, it->lead_unit_id)) return true;
    if (!record_list(k, &PARTS_OF_ITEM, &parts, ARG(k->district), ARG(it->id))) return false;
    struct buf all;
    buf_init(&all, k->c->a, 64 * 1024);
    const str texts[] = {it->title, it->content, it->standard, it->quantity_unit};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        buf_add(&all, texts[i]);
        buf_addc(&all, '\n');
    }
    for (size_t i = 0; i < parts.n; i++) {
        buf_add(&all, ((struct item_part *)parts.at)[i].body);
        buf_addc(&all, '\n');
    }
    str word = rules_word(k->c->a, k->rules, "quota", buf_str(&all));
    if (word.n == 0 && !values_quota(k, it, &word)) return false;
    // A register of expectations about revenue holds no target for whoever collects it.
    const struct register_info *reg = register_of(k, it->register_id);
    bool figure = reg && reg->def.quota_kind && !(dec_is_none(it->quantity) && dec_is_none(it->challenge));
    if (word.n == 0 && figure) word = k->c->lang == LANG_EN ? STR("target") : STR("目标值");
    if (word.n == 0) return true;
    return fail_field(k->c, ERR_REFUSED, "item.revenue_quota", STR("lead"), item_label(k, it),
                      unit_tree_by_id(k->units, it->lead_unit_id)->unit.name, word);
}

/* --- people --- */

bool guard_people(struct call *k, const struct item *it)
{
    const int64_t who[] = {it->person_id, it->deputy_id};
    const struct unit_node *lead = unit_tree_by_id(k->units, it->lead_unit_id);
    if (lead && lead->unit.closes_day)
        return fail_field(k->c, ERR_REFUSED, "unit.closed", STR("lead"), lead->unit.name);
    if (it->person_id && it->person_id == it->deputy_id)
        return fail_field(k->c, ERR_INVALID, "item.same_person", STR("deputy"), item_label(k, it));
    for (size_t i = 0; i < COUNT_OF(who); i++) {
        struct person p;
        if (!who[i] || !it->lead_unit_id) continue;
        if (!record_load(k, &PERSON, who[i], &p)) return false;
        if (!p.active)
            return fail_field(k->c, ERR_INVALID, "item.person_left",
                              i ? STR("deputy") : STR("person"), p.name);
        if (!unit_tree_covers(k->units, it->lead_unit_id, p.unit_id))
            return fail_field(k->c, ERR_INVALID, "item.person_elsewhere",
                              i ? STR("deputy") : STR("person"), p.name,
                              unit_tree_by_id(k->units, it->lead_unit_id)->unit.name);
    }
    return true;
}

/* --- transitions --- */

bool guard_approve(struct call *k, const struct item *it)
{
    return values_required(k, it, "draft") && guard_revenue_quota(k, it) && guard_parent_open(k, it);
}

// Something that can be answered part by part when the item is finished.
static bool has_standard(struct call *k, const struct item *it, bool *has)
{
    struct list parts;
    if (!record_list(k, &PARTS_OF_ITEM, &parts, ARG(k->district), ARG(it->id))) return false;
    *has = false;
    for (size_t i = 0; i < parts.n && !*has; i++)
        *has = str_is(((struct item_part *)parts.at)[i].kind, "standard");
    return true;
}

bool guard_issue(struct call *k, const struct item *it)
{
    str label = item_label(k, it);
    str basis;
    bool standard, standing = loop_standing(k, it, &basis);
    if (!has_standard(k, it, &standard)) return false;
    const struct {
        bool missing;
        const char *id, *field;
    } needs[] = {
        {!standing && (it->authority_ref.n == 0 || it->authority_day == 0), "item.no_authority", "authority_ref"},
        {it->lead_unit_id == 0, "item.no_lead", "lead"},
        {it->person_id == 0, "item.no_person", "person"},
        {it->deputy_id == 0, "item.no_deputy", "deputy"},
        {!standard, "item.no_standard", "standard"},
        {it->due_day == 0 && !str_is(it->due_kind, "recurring"), "item.no_due", "due"},
        {it->due_day == 0 && str_is(it->due_kind, "recurring") &&
             (!it->report_cycle.n || str_is(it->report_cycle, "none")),
         "item.no_cycle", "cycle"},
    };
    for (size_t i = 0; i < COUNT_OF(needs); i++)
        if (needs[i].missing)
            return fail_field(k->c, ERR_REFUSED, needs[i].id, str_of(needs[i].field), label);
    return values_required(k, it, "draft") && guard_people(k, it) && guard_revenue_quota(k, it);
}

// Where the register's loop begins with acceptance, what would have been asked before is asked here.
bool guard_accept(struct call *k, const struct item *it)
{
    str basis;
    if (!item_by_lead(k, it)) return false;
    if (state_bit(it->state) & IN_ISSUED) return true;
    if (it->authority_ref.n == 0 && !loop_standing(k, it, &basis))
        return fail_field(k->c, ERR_REFUSED, "item.no_authority", STR("authority_ref"), item_label(k, it));
    return values_required(k, it, "draft") && guard_people(k, it) && guard_revenue_quota(k, it);
}

static bool change_pending(struct call *k, int64_t item, bool *pending)
{
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &PENDING_CHANGE, ARG(k->district), ARG(item))) return false;
    *pending = db_next(&r);
    return db_done(&r);
}

bool guard_withdraw_change(struct call *k, const struct item *it)
{
    bool pending;
    if (!item_by_lead(k, it) || !change_pending(k, it->id, &pending)) return false;
    return pending || fail(k->c, ERR_CONFLICT, "change.decided", item_label(k, it));
}

// An extension is asked for until the end of the due day in the district's zone, not after it.
bool guard_ask_change(struct call *k, const struct item *it)
{
    bool pending;
    if (!item_by_lead(k, it)) return false;
    if (it->due_day && k->today > day_from_ymd((int32_t)it->due_day))
        return fail(k->c, ERR_REFUSED, "item.due_past", item_label(k, it),
                    day_text(k->c->a, day_from_ymd((int32_t)it->due_day)));
    if (!change_pending(k, it->id, &pending)) return false;
    return !pending || fail(k->c, ERR_CONFLICT, "item.change_pending", item_label(k, it));
}

bool guard_verify(struct call *k, const struct item *it)
{
    if (actor_has(k, ROLE_SYSTEM)) return true;
    if (!actor_belongs(k, it->lead_unit_id)) return true;
    return fail(k->c, ERR_REFUSED, "item.own_verification", item_label(k, it));
}

bool guard_pass(struct call *k, const struct item *it)
{
    struct db_rows r;
    str code = STR_EMPTY, title = STR_EMPTY;
    if (!guard_verify(k, it)) return false;
    if (!DB_QUERY(k->c, k->db, &r, &OPEN_CHILD, ARG(k->district), ARG(it->id))) return false;
    if (db_next(&r)) {
        code = db_text(&r, 0);
        title = db_text(&r, 1);
    }
    if (!db_done(&r)) return false;
    return code.n == 0 ||
           fail(k->c, ERR_REFUSED, "item.open_child", item_label(k, it), code, title);
}

bool item_objection_pending(struct call *k, int64_t item_id, bool *pending)
{
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &PENDING_OBJECTION, ARG(k->district), ARG(item_id)))
        return false;
    *pending = db_next(&r);
    return db_done(&r);
}

// L3: within thirty days of the conclusion (政府督查工作条例 art. 16); the number is the pack's.
bool guard_object(struct call *k, const struct item *it)
{
    instant end;
    bool pending;
    if (!item_by_lead(k, it) || !clock_end_of(k, it, "object", it->closed_at, &end)) return false;
    if (k->now > end)
        return fail(k->c, ERR_REFUSED, "item.objection_late", item_label(k, it),
                    day_text(k->c->a, instant_day(end, k->zone_min)));
    if (!item_objection_pending(k, it->id, &pending)) return false;
    return !pending || fail(k->c, ERR_CONFLICT, "item.objection_pending", item_label(k, it));
}

bool guard_archive(struct call *k, const struct item *it)
{
    bool pending;
    if (!item_objection_pending(k, it->id, &pending)) return false;
    return !pending || fail(k->c, ERR_CONFLICT, "item.objection_pending", item_label(k, it));
}

bool guard_reopen(struct call *k, const struct item *it)
{
    return guard_archive(k, it) && guard_parent_open(k, it);
}

// A parent that is over has answered for its children: nothing may open below it, unless it was
// waived.
bool guard_parent_open(struct call *k, const struct item *it)
{
    struct item parent;
    struct list waivers;
    if (!it->parent_id) return true;
    if (!record_load(k, &ITEM, it->parent_id, &parent)) return false;
    unsigned state = state_bit(parent.state);
    if (!(state & IN_CLOSED) && !((state & IN_ARCHIVED) && parent.closed_at)) return true;
    if (!record_list(k, &WAIVERS_OF_ITEM, &waivers, ARG(k->district), ARG(parent.id))) return false;
    for (size_t i = 0; i < waivers.n; i++)
        if (((struct waiver *)waivers.at)[i].child_id == it->id) return true;
    return fail_field(k->c, ERR_CONFLICT, "item.parent_over", STR("parent"), item_label(k, it),
                      item_label(k, &parent));
}
