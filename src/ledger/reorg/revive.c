/*
 * A closed item keeps the unit and the people of its time. When it is opened again, those who answer for it
 * must be there: its duties go where the unit's other ones went, to people who are in post.
 */
#include "ledger/item/draft.h"
#include "ledger/item/item_records.h"
#include "ledger/reorg/reorg_internal.h"

// Who has most of what a closed unit had, and by which act; NULL when nobody took over.
static const struct unit_node *main_heir(const struct call *k, const struct unit_node *closed,
                                         const struct unit_succession **by)
{
    const struct unit_share *most = NULL;
    for (size_t i = 0; i < closed->heirs.of.n; i++)
        if (!most || closed->heirs.of.at[i].share > most->share) most = &closed->heirs.of.at[i];
    const struct unit_succession *rows = k->units->successions.at;
    *by = NULL;
    for (size_t i = 0; i < k->units->successions.n; i++)
        if (rows[i].predecessor_id == closed->unit.id) *by = &rows[i];
    return most && *by ? unit_tree_by_id(k->units, most->unit) : NULL;
}

static bool note_move(struct call *k, const struct item *it, const char *part, const struct unit_succession *by,
                      int64_t to)
{
    struct item_move m;
    shape_init(ITEM_MOVE.shape, &m);
    m.item_id = it->id;
    m.part = str_of(part);
    m.from_unit_id = by->predecessor_id;
    m.to_unit_id = to;
    m.on_day = by->on_day;
    m.cause = by->cause;
    m.document = by->document;
    m.moved_at = k->now;
    return record_insert(k, &ITEM_MOVE, &m);
}

static bool revive_lead(struct call *k, struct item *it)
{
    const struct unit_succession *by;
    const struct unit_node *lead = unit_tree_by_id(k->units, it->lead_unit_id);
    if (!lead || !lead->unit.closes_day) return true;
    const struct unit_node *heir = main_heir(k, lead, &by);
    if (!heir) return fail(k->c, ERR_REFUSED, "unit.closed", lead->unit.name);
    it->lead_unit_id = heir->unit.id;
    return lead_assists_not(k, it) && note_move(k, it, "lead", by, heir->unit.id);
}

static bool assists_already(const struct list *assists, int64_t unit)
{
    for (size_t i = 0; i < assists->n; i++)
        if (((const struct item_unit *)assists->at)[i].unit_id == unit) return true;
    return false;
}

// A duty to assist goes along, or ends with the unit when nobody took over or the heir has it already.
static bool revive_assists(struct call *k, const struct item *it)
{
    struct list rows;
    if (!record_list(k, &ASSISTS_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct item_unit *row = &((struct item_unit *)rows.at)[i], before = *row;
        const struct unit_node *unit = unit_tree_by_id(k->units, row->unit_id);
        const struct unit_succession *by;
        if (!unit || !unit->unit.closes_day) continue;
        const struct unit_node *heir = main_heir(k, unit, &by);
        if (!heir || heir->unit.id == it->lead_unit_id || assists_already(&rows, heir->unit.id)) {
            if (!record_remove(k, &ITEM_UNIT, row)) return false;
            continue;
        }
        row->unit_id = heir->unit.id; // in the list, too: the next one may have the same heir
        if (!record_update(k, &ITEM_UNIT, &before, row) || !note_move(k, it, "assist", by, heir->unit.id)) return false;
    }
    return true;
}

static bool in_post(struct call *k, const struct item *it, int64_t person, bool *there)
{
    struct person p;
    *there = false;
    if (!person) return true;
    if (!record_load(k, &PERSON, person, &p)) return false;
    *there = p.active && unit_tree_covers(k->units, it->lead_unit_id, p.unit_id);
    return true;
}

// Who stands first in the lead unit; whoever is to have the item instead gets it by a transfer.
static bool first_in_post(struct call *k, const struct item *it, int64_t *person)
{
    struct list rows;
    int64_t order = INT64_MAX;
    *person = 0;
    if (!record_list(k, &PEOPLE_OF_UNIT, &rows, ARG(k->district), ARG(it->lead_unit_id))) return false;
    const struct person *p = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        if (!p[i].active || p[i].official_order >= order) continue;
        *person = p[i].id;
        order = p[i].official_order;
    }
    return true;
}

static bool revive_people(struct call *k, struct item *it)
{
    bool person, deputy;
    if (!in_post(k, it, it->person_id, &person) || !in_post(k, it, it->deputy_id, &deputy)) return false;
    if (!person) it->person_id = deputy ? it->deputy_id : 0;
    if (!person && !deputy && !first_in_post(k, it, &it->person_id)) return false;
    if (!deputy || it->deputy_id == it->person_id) it->deputy_id = 0;
    if (it->person_id) return true;
    const struct unit_node *lead = unit_tree_by_id(k->units, it->lead_unit_id);
    return fail(k->c, ERR_REFUSED, "item.nobody_in_post", it->code, lead ? lead->unit.name : STR_EMPTY);
}

bool reorg_revive(struct call *k, struct item *it)
{
    return revive_lead(k, it) && revive_assists(k, it) && revive_people(k, it);
}
