/* What several commands of an item's life do alike: baselines, pending requests, the period last
 * told. */
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/org/period.h"

static const struct stmt PERIODS_TOLD = {"report.periods",
                                         "SELECT DISTINCT period_code FROM report WHERE "
                                         "district_id = $1 AND item_id = $2 AND kind = 'progress'"
                                         " ORDER BY period_code DESC"};
const struct stmt *const ITEM_STATEMENTS[] = {&PERIODS_TOLD};
const size_t N_ITEM_STATEMENTS = COUNT_OF(ITEM_STATEMENTS);

bool tell_item(struct json *out, const struct item *it)
{
    jw_put_id(out, "item", it->id);
    jw_put_text(out, "state", it->state);
    jw_put_int(out, "version", it->version);
    return true;
}

bool last_period(struct call *k, const struct item *it, str *period)
{
    struct db_rows r;
    struct period p;
    enum cycle cycle;
    *period = STR_EMPTY;
    if (!cycle_of(it->report_cycle, &cycle) || cycle == CYCLE_NONE) return true;
    if (!DB_QUERY(k->c, k->db, &r, &PERIODS_TOLD, ARG(k->district), ARG(it->id))) return false;
    // Names of one cycle sort as their periods do; those of an earlier cycle of the item are passed
    // over.
    while (period->n == 0 && db_next(&r)) {
        str name = db_text(&r, 0);
        if (period_parse(name, &p) && p.cycle == cycle) *period = name;
    }
    return db_done(&r);
}

static bool put_rows(struct call *k, struct json *j, const char *name, const struct records *q,
                     int64_t item)
{
    struct list rows;
    const struct shape *s = q->entity->shape;
    if (!record_list(k, q, &rows, ARG(k->district), ARG(item))) return false;
    jw_key(j, name);
    jw_array(j);
    for (size_t i = 0; i < rows.n; i++)
        record_json(j, k->c->a, s, (char *)rows.at + i * s->size, k->zone_min);
    jw_end(j);
    return true;
}

bool contract_text(struct call *k, const struct item *it, str *out)
{
    struct buf text;
    struct json j;
    buf_init(&text, k->c->a, 4 * 1024 * 1024); // a hundred parts with their answers fit
    jw_init(&j, &text);
    jw_object(&j);
    jw_key(&j, "item");
    record_json(&j, k->c->a, ITEM.shape, it, k->zone_min);
    if (!put_rows(k, &j, "parts", &PARTS_OF_ITEM, it->id) ||
        !put_rows(k, &j, "assists", &ASSISTS_OF_ITEM, it->id))
        return false;
    jw_end(&j);
    if (!buf_ok(&text)) return ctx_ok(k->c) && fail(k->c, ERR_TOO_LARGE, "journal.too_large");
    *out = buf_str(&text);
    return true;
}

bool baseline_set(struct call *k, struct item *it, int64_t change, str reason, int64_t for_id)
{
    struct baseline b;
    str text;
    if (!contract_text(k, it, &text)) return false;
    it->baseline++;
    shape_init(BASELINE.shape, &b);
    b.item_id = it->id;
    b.ordinal = it->baseline;
    b.due_day = it->due_day;
    b.contract = text;
    b.reason = reason;
    b.change_id = change;
    b.set_at = k->now;
    b.account_id = k->actor.account_id;
    b.acting_for_id = for_id;
    return record_insert(k, &BASELINE, &b);
}

bool changes_withdraw(struct call *k, int64_t item, str opinion)
{
    struct list rows;
    if (!record_list(k, &CHANGES_OF_ITEM, &rows, ARG(k->district), ARG(item))) return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct change_request before = ((struct change_request *)rows.at)[i], after = before;
        if (!str_is(before.state, "pending")) continue;
        after.state = STR("withdrawn");
        after.opinion = opinion;
        after.decided_at = k->now;
        if (!record_update(k, &CHANGE_REQUEST, &before, &after)) return false;
    }
    return true;
}

int64_t acting_for(const struct call *k, const struct item *it)
{
    int64_t me = k->actor.person_id;
    return me && me == it->deputy_id && me != it->person_id ? it->person_id : 0;
}

bool assist_add(struct call *k, const struct item *it, int64_t unit, str duty)
{
    struct list assists;
    struct item_unit u;
    if (unit == it->lead_unit_id) return true;
    if (!record_list(k, &ASSISTS_OF_ITEM, &assists, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < assists.n; i++)
        if (((struct item_unit *)assists.at)[i].unit_id == unit) return true;
    shape_init(ITEM_UNIT.shape, &u);
    u.item_id = it->id;
    u.unit_id = unit;
    u.duty = duty;
    return record_insert(k, &ITEM_UNIT, &u);
}
