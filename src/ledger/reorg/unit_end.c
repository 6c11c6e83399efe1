/*
 * A unit ends: what it leads and assists, its people and accounts, and the units below it go to its
 * successors; the shares are written down; the unit closes. Order matters: people are placed first,
 * because an item keeps its people only where they go to the same successor.
 */
#include "ledger/item/draft.h"
#include "ledger/item/item_records.h"
#include "ledger/item/loop.h"
#include "ledger/org/session.h"
#include "ledger/reorg/reorg_internal.h"

static struct heir *heir_of_code(struct ending *e, str code)
{
    for (size_t i = 0; i < e->n; i++)
        if (str_eq(e->heirs[i].code, code)) return &e->heirs[i];
    return NULL;
}

// The successor that arguments name; what names none of them is refused, with the place.
static bool named_heir(struct ending *e, const char *list, size_t i, str code, struct heir **to)
{
    *to = heir_of_code(e, code);
    if (*to) return true;
    return fail_field(e->k->c, ERR_INVALID, "unit.not_a_successor",
                      str_printf(e->k->c->a, "%s[%zu].to", list, i), code, e->of->unit.name);
}

/* --- people --- */

static bool place_people(struct ending *e, struct list *people)
{
    struct call *k = e->k;
    if (!record_list(k, &PEOPLE_OF_UNIT, people, ARG(k->district), ARG(e->of->unit.id))) return false;
    const struct person *p = people->at;
    for (size_t i = 0; i < people->n; i++)
        (void)map_put_int(k->c->a, &e->where, p[i].id, &e->heirs[e->fallback]);
    const struct sent_person *sent = e->people.at;
    for (size_t i = 0; i < e->people.n; i++) {
        struct heir *to;
        if (!named_heir(e, "people", i, sent[i].to, &to)) return false;
        if (!map_get_int(&e->where, sent[i].person))
            return fail_field(k->c, ERR_INVALID, "unit.not_its_person", str_printf(k->c->a, "people[%zu].person", i),
                              e->of->unit.name);
        (void)map_put_int(k->c->a, &e->where, sent[i].person, to);
    }
    return true;
}

// Who is named to take over works at the successor, or goes there.
static bool answerers_there(struct ending *e)
{
    struct call *k = e->k;
    for (size_t i = 0; i < e->n; i++) {
        const int64_t who[] = {e->heirs[i].person, e->heirs[i].deputy};
        for (size_t j = 0; j < COUNT_OF(who); j++) {
            struct person p;
            const struct heir *goes = map_get_int(&e->where, who[j]);
            if (!who[j] || goes == &e->heirs[i]) continue;
            if (!record_load(k, &PERSON, who[j], &p)) return false;
            if (goes || !unit_tree_stands_below(k->units, e->heirs[i].unit, p.unit_id))
                return fail_field(k->c, ERR_INVALID, "item.person_elsewhere", j ? STR("deputy") : STR("person"), p.name,
                                  e->heirs[i].name);
        }
    }
    return true;
}

static bool move_people(struct ending *e, const struct list *people)
{
    struct call *k = e->k;
    const struct person *p = people->at;
    for (size_t i = 0; i < people->n; i++) {
        const struct heir *to = map_get_int(&e->where, p[i].id);
        struct person after = p[i];
        if (to->unit == p[i].unit_id) continue;
        after.unit_id = to->unit;
        if (!record_update(k, &PERSON, &p[i], &after)) return false;
        e->moved_people++;
    }
    return true;
}

// An account goes with its person; one of somebody from another unit goes to the fallback.
static bool move_accounts(struct ending *e)
{
    struct call *k = e->k;
    struct list rows;
    if (!record_list(k, &ACCOUNTS_OF_UNIT, &rows, ARG(k->district), ARG(e->of->unit.id))) return false;
    const struct account *n = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        const struct heir *to = map_get_int(&e->where, n[i].person_id);
        struct account after = n[i];
        after.unit_id = to ? to->unit : e->heirs[e->fallback].unit;
        if (after.unit_id == n[i].unit_id) continue;
        if (!record_update(k, &ACCOUNT, &n[i], &after)) return false;
        e->moved_accounts++;
    }
    return true;
}

/* --- units below --- */

// Ends by the same command, in its own turn.
static bool ends_too(const struct ending *e, int64_t unit)
{
    for (size_t i = 0; i < e->together.n; i++)
        if (((const int64_t *)e->together.at)[i] == unit) return true;
    return false;
}

static bool move_children(struct ending *e)
{
    struct call *k = e->k;
    const struct sent_child *sent = e->children.at;
    for (size_t i = 0; i < e->children.n; i++) {
        const struct unit_node *c = unit_tree_by_id(k->units, sent[i].unit);
        struct heir *to;
        if (!named_heir(e, "children", i, sent[i].to, &to)) return false;
        if (c->unit.parent_id != e->of->unit.id || c->unit.closes_day)
            return fail_field(k->c, ERR_INVALID, "unit.not_its_child", str_printf(k->c->a, "children[%zu].unit", i),
                              c->unit.name, e->of->unit.name);
    }
    for (const struct unit_node *c = e->of->child; c; c = c->next) {
        struct heir *to = &e->heirs[e->fallback];
        if (c->unit.closes_day) continue;
        for (size_t i = 0; i < e->children.n; i++)
            if (sent[i].unit == c->unit.id) to = heir_of_code(e, sent[i].to);
        if (to->unit == e->of->unit.id || ends_too(e, c->unit.id)) continue;
        struct unit after = c->unit;
        // A unit that goes up into one of those below it leaves that one in its own place.
        after.parent_id = to->unit == c->unit.id ? e->of->unit.parent_id : to->unit;
        if (!unit_change(k, c, &after, day_to_ymd(e->on), "move", e->document)) return false;
        e->moved_children++;
    }
    return true;
}

/* --- items --- */

static bool note_move(struct ending *e, const struct item *it, const char *part, int64_t to)
{
    struct item_move m;
    shape_init(ITEM_MOVE.shape, &m);
    m.item_id = it->id;
    m.part = str_of(part);
    m.from_unit_id = e->of->unit.id;
    m.to_unit_id = to;
    m.on_day = day_to_ymd(e->on);
    m.cause = str_of(e->cause);
    m.document = e->document;
    m.moved_at = e->k->now;
    return record_insert(e->k, &ITEM_MOVE, &m);
}

static struct heir *heir_of_item(struct ending *e, const struct item *it)
{
    const struct sent_item *sent = e->items.at;
    for (size_t i = 0; i < e->items.n; i++)
        if (str_eq(sent[i].item, it->code)) return heir_of_code(e, sent[i].to);
    return &e->heirs[e->fallback];
}

// Does somebody who answers for an item go on answering for it at its new lead?
static bool stays(struct ending *e, int64_t person, const struct heir *to, bool *keeps)
{
    struct person p;
    const struct heir *goes = map_get_int(&e->where, person);
    *keeps = false;
    if (!person || !record_load(e->k, &PERSON, person, &p)) return !person;
    // Somebody of a unit below, or of another one: as before, if the person is still there.
    *keeps = p.active && (!goes || goes->unit == to->unit);
    return true;
}

static bool people_of_item(struct ending *e, struct item *it, const struct heir *to)
{
    struct call *k = e->k;
    bool person, deputy;
    bool owed = (state_bit(it->state) & (IN_ISSUED | IN_ACCEPTED | IN_REPORTED | IN_SUSPENDED)) != 0;
    if (!stays(e, it->person_id, to, &person) || !stays(e, it->deputy_id, to, &deputy)) return false;
    if (!person && (it->person_id || owed)) it->person_id = to->person;
    if (!deputy && (it->deputy_id || owed)) it->deputy_id = to->deputy;
    if (it->deputy_id && it->deputy_id == it->person_id) it->deputy_id = person ? to->deputy : 0;
    if (it->deputy_id == it->person_id) it->deputy_id = 0;
    if (owed && !it->person_id)
        return fail_field(k->c, ERR_REFUSED, "unit.item_without_person", STR("person"), it->code, to->name);
    if (owed && !it->deputy_id)
        return fail_field(k->c, ERR_REFUSED, "unit.item_without_deputy", STR("deputy"), it->code, to->name);
    return true;
}

static bool move_leads(struct ending *e)
{
    struct call *k = e->k;
    struct list rows;
    if (!record_list(k, &LED_OPEN, &rows, ARG(k->district), ARG(e->of->unit.id))) return false;
    const struct item *at = rows.at;
    for (size_t i = 0; i < rows.n && ctx_ok(k->c); i++) {
        const struct heir *to = heir_of_item(e, &at[i]);
        struct item after = at[i];
        after.lead_unit_id = to->unit;
        if (!people_of_item(e, &after, to) || !record_update(k, &ITEM, &at[i], &after)) return false;
        if (to->unit == e->of->unit.id) continue;
        if (!lead_assists_not(k, &after) || !note_move(e, &after, "lead", to->unit)) return false;
        e->moved_leads++;
    }
    return true;
}

// Two duties of one item that meet at one unit become one.
static bool join_assists(struct call *k, const struct item_unit *from, const struct item_unit *to)
{
    struct item_unit both = *to;
    both.share_pct = from->share_pct + to->share_pct > 100 ? 100 : from->share_pct + to->share_pct;
    if (both.duty.n == 0) both.duty = from->duty;
    else if (from->duty.n && !str_eq(from->duty, to->duty))
        both.duty = utf8_head(str_cat(k->c->a, str_cat(k->c->a, to->duty, STR("；")), from->duty), 400);
    return record_remove(k, &ITEM_UNIT, from) && record_update(k, &ITEM_UNIT, to, &both);
}

static bool move_assist(struct ending *e, const struct item_unit *row, const struct item *it, const struct heir *to)
{
    struct call *k = e->k;
    struct list assists;
    struct item_unit after = *row;
    if (it->lead_unit_id == to->unit) return record_remove(k, &ITEM_UNIT, row);
    if (!record_list(k, &ASSISTS_OF_ITEM, &assists, ARG(k->district), ARG(it->id))) return false;
    const struct item_unit *at = assists.at;
    for (size_t i = 0; i < assists.n; i++)
        if (at[i].unit_id == to->unit) return join_assists(k, row, &at[i]);
    after.unit_id = to->unit;
    return record_update(k, &ITEM_UNIT, row, &after);
}

static bool move_assists(struct ending *e)
{
    struct call *k = e->k;
    struct list rows;
    if (!record_list(k, &ASSIST_ROWS_OPEN, &rows, ARG(k->district), ARG(e->of->unit.id))) return false;
    const struct item_unit *at = rows.at;
    for (size_t i = 0; i < rows.n && ctx_ok(k->c); i++) {
        struct item it;
        if (!record_load(k, &ITEM, at[i].item_id, &it)) return false;
        const struct heir *to = heir_of_item(e, &it);
        if (to->unit == e->of->unit.id) continue;
        if (!move_assist(e, &at[i], &it, to) || !note_move(e, &it, "assist", to->unit)) return false;
        e->moved_assists++;
    }
    return true;
}

// Every number in the arguments is one of the unit's open items, and every successor one of those named.
static bool check_items(struct ending *e)
{
    struct call *k = e->k;
    struct list led, assisted;
    struct map codes = {0};
    const struct sent_item *sent = e->items.at;
    if (e->items.n == 0) return true;
    if (!record_list(k, &LED_OPEN, &led, ARG(k->district), ARG(e->of->unit.id)) ||
        !record_list(k, &ASSISTED_OPEN, &assisted, ARG(k->district), ARG(e->of->unit.id)))
        return false;
    for (size_t i = 0; i < led.n; i++) (void)map_put(k->c->a, &codes, ((struct item *)led.at)[i].code, e);
    for (size_t i = 0; i < assisted.n; i++) (void)map_put(k->c->a, &codes, ((struct item *)assisted.at)[i].code, e);
    for (size_t i = 0; i < e->items.n; i++) {
        struct heir *to;
        if (!named_heir(e, "items", i, sent[i].to, &to)) return false;
        if (!map_get(&codes, sent[i].item))
            return fail_field(k->c, ERR_INVALID, "unit.not_its_item", str_printf(k->c->a, "items[%zu].item", i),
                              sent[i].item, e->of->unit.name);
    }
    return true;
}

/* --- the end --- */

// Without a successor nothing may be owed. The counts say how much, not what: numbers and titles are
// for those who may read them.
static bool owes_nothing(struct ending *e)
{
    struct call *k = e->k;
    struct list led, assisted, people;
    size_t active = 0, below = 0;
    int64_t duties;
    if (!reorg_standing_duties(k, e->of->unit.id, &duties) ||
        !record_list(k, &LED_OPEN, &led, ARG(k->district), ARG(e->of->unit.id)) ||
        !record_list(k, &ASSIST_ROWS_OPEN, &assisted, ARG(k->district), ARG(e->of->unit.id)) ||
        !record_list(k, &PEOPLE_OF_UNIT, &people, ARG(k->district), ARG(e->of->unit.id)))
        return false;
    for (size_t i = 0; i < people.n; i++) active += ((struct person *)people.at)[i].active != 0;
    for (const struct unit_node *c = e->of->child; c; c = c->next) below += c->unit.closes_day == 0;
    if (led.n + assisted.n + active + below + (size_t)duties == 0) return true;
    str owed =
        str_printf(k->c->a,
                   k->c->lang == LANG_EN
                       ? "%zu led, %zu assisted, %zu people, %zu units below, %zu standing duties"
                       : "牵头未办结 %zu 项，配合未办结 %zu 项，在岗 %zu 人，下属单位 %zu 个，报送等责任 %zu 项",
                   led.n, assisted.n, active, below, (size_t)duties);
    return fail_field(k->c, ERR_REFUSED, "unit.still_owes", STR("successor"), e->of->unit.name, owed);
}

static bool write_successions(struct ending *e)
{
    struct call *k = e->k;
    const struct succession *s = &k->units->succession;
    struct succession_row *all = arena_alloc(k->c->a, (s->n + e->n + 1) * sizeof *all);
    size_t n = s->n;
    if (n) memcpy(all, s->at, n * sizeof *all);
    for (size_t i = 0; i < e->n; i++) {
        struct unit_succession row;
        if (e->heirs[i].unit == e->of->unit.id) continue;
        shape_init(UNIT_SUCCESSION.shape, &row);
        row.predecessor_id = e->of->unit.id;
        row.successor_id = e->heirs[i].unit;
        row.permille = e->heirs[i].permille;
        row.on_day = day_to_ymd(e->on);
        row.cause = str_of(e->cause);
        row.document = e->document;
        row.account_id = k->actor.account_id;
        row.noted_at = k->now;
        if (!record_insert(k, &UNIT_SUCCESSION, &row)) return false;
        all[n++] = (struct succession_row){row.id, row.predecessor_id, row.successor_id, e->on, (int)row.permille,
                                           !e->lives_on};
    }
    struct succession whole = succession_of(all, n);
    const char *fault = succession_fault(k->c->a, &whole);
    return !fault || fail_field(k->c, ERR_REFUSED, fault, STR("parts"), e->of->unit.name);
}

// Standing duties of a unit that lives on stay with it.
static bool move_duties(struct ending *e)
{
    return e->lives_on || reorg_follow_unit(e->k, e->of->unit.id, e->heirs[e->fallback].unit, &e->moved_duties);
}

static bool close_unit(struct ending *e)
{
    struct unit after = e->of->unit;
    if (e->lives_on) return true;
    after.closes_day = day_to_ymd(e->on);
    after.closed_by = e->document;
    return record_update(e->k, &UNIT, &e->of->unit, &after);
}

bool unit_end(struct ending *e)
{
    struct list people = {0};
    if (e->n == 0) return owes_nothing(e) && close_unit(e);
    INVARIANT(e->fallback < e->n);
    return check_items(e) && place_people(e, &people) && answerers_there(e) && move_leads(e) && move_assists(e) &&
           move_people(e, &people) && move_accounts(e) && move_children(e) && move_duties(e) &&
           write_successions(e) && close_unit(e) && ctx_ok(e->k->c);
}

void ending_counts(const struct ending *e, struct json *out)
{
    jw_put_int(out, "leads", e->moved_leads);
    jw_put_int(out, "assists", e->moved_assists);
    jw_put_int(out, "people", e->moved_people);
    jw_put_int(out, "accounts", e->moved_accounts);
    jw_put_int(out, "children", e->moved_children);
    jw_put_int(out, "duties", e->moved_duties);
}
