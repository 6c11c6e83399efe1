/*
 * From the journal's records to deliveries: one for each item that a record is about or changed. What the
 * body says of the item is what any reader of the register sees in a list, and of a sensitive one its
 * number only. What the record itself moved is taken from the record, so that an event that is derived
 * late still tells the state it led to.
 */
#include <jansson.h>

#include "ledger/hooks/hooks_internal.h"
#include "ledger/item/item.h"

enum { BODY_BYTES = 8000 };

const struct stmt HOOK_LAST_ID = {"hook_delivery.last_id",
                                  "SELECT COALESCE(MAX(id), 0) FROM hook_delivery WHERE district_id = $1"};
const struct stmt HOOK_RECORDS = {
    "hook.records", "SELECT seq, happened_at, command, object_kind, object_id FROM journal "
                    "WHERE district_id = $1 AND seq > $2 ORDER BY seq LIMIT 200"};
const struct stmt HOOK_CHANGES = {"hook.changes", "SELECT changes FROM journal WHERE district_id = $1 AND seq = $2"};

struct event {
    int64_t seq, at, object_id;
    str command, object_kind;
};

bool hook_delivery_add(struct call *k, struct hook_delivery *d)
{
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &HOOK_LAST_ID, ARG(k->district))) return false;
    if (db_next(&r)) d->id = db_int(&r, 0) + 1;
    if (!db_done(&r)) return false;
    d->state = STR("pending");
    return record_insert(k, &HOOK_DELIVERY, d);
}

// [before, after] of a field in the record's change of the item.
static const json_t *moved(const json_t *fields, const char *name)
{
    return json_array_get(json_object_get(fields, name), 1);
}

static void put_moved(struct json *j, const char *member, const json_t *fields, const char *name, str now)
{
    const json_t *v = moved(fields, name);
    jw_put_text(j, member, json_is_string(v) ? (str){json_string_value(v), json_string_length(v)} : now);
}

static void put_moved_int(struct json *j, const char *member, const json_t *fields, const char *name, int64_t now)
{
    const json_t *v = moved(fields, name);
    jw_put_int(j, member, json_is_integer(v) ? json_integer_value(v) : now);
}

static bool put_item(struct call *k, const struct item *it, const json_t *fields, struct json *j)
{
    struct register_def reg;
    struct unit unit;
    bool open = !str_is(it->secrecy, "sensitive");
    const json_t *due = moved(fields, "due_day");
    int64_t due_day = json_is_integer(due) ? json_integer_value(due) : it->due_day;
    shape_init(UNIT.shape, &unit);
    if (!record_load(k, &REGISTER, it->register_id, &reg)) return false;
    if (it->lead_unit_id && !record_load(k, &UNIT, it->lead_unit_id, &unit)) return false;
    jw_object(j);
    jw_put_id(j, "id", it->id);
    jw_put_text(j, "code", it->code);
    jw_put_bool(j, "sensitive", !open);
    put_moved(j, "state", fields, "state", it->state);
    put_moved_int(j, "version", fields, "version", it->version);
    if (open) {
        put_moved(j, "title", fields, "title", it->title);
        jw_put_text(j, "register", reg.code);
        jw_put_text(j, "lead_unit", unit.code);
        jw_put_text(j, "due_day", day_text(k->c->a, due_day == 99991231 ? DAY_NONE : day_from_ymd((int32_t)due_day)));
        put_moved_int(j, "progress", fields, "progress", it->progress);
    }
    jw_end(j);
    return true;
}

static bool body_of(struct call *k, const struct hook_delivery *d, const struct item *it,
                    const json_t *fields, str *body)
{
    struct district district;
    struct buf b;
    struct json j;
    if (!record_load(k, &DISTRICT, k->district, &district)) return false;
    buf_init(&b, k->c->a, BODY_BYTES);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "id", hook_delivery_id(k->c->a, d));
    jw_put_text(&j, "event", d->event);
    jw_put_text(&j, "at", instant_text(k->c->a, d->happened_at, (int)district.zone_min));
    jw_put_text(&j, "district", district.code);
    jw_put_int(&j, "seq", d->seq);
    jw_key(&j, "item");
    if (!put_item(k, it, fields, &j)) return false;
    jw_end(&j);
    *body = buf_str(&b);
    return buf_ok(&b) || fail(k->c, ERR_TOO_LARGE, "journal.too_large");
}

static bool deliver(struct call *k, const struct webhook *w, const struct event *e, int64_t item_id,
                    const json_t *fields, struct hook_span *span)
{
    struct item it;
    struct list there;
    struct hook_delivery d;
    struct db_rows r;
    if (!record_list(k, &DELIVERY_OF, &there, ARG(k->district), ARG(w->id), ARG(e->seq), ARG(item_id))) return false;
    if (there.n) {
        const struct hook_delivery *old = there.at;
        d = *old;
        if (!span->again) return true;
        d.state = STR("pending");
        d.attempts = d.next_at = 0;
        span->made++;
        return record_update(k, &HOOK_DELIVERY, old, &d);
    }
    if (!DB_QUERY(k->c, k->db, &r, &ITEM.by_id, ARG(k->district), ARG(item_id))) return false;
    bool found = db_next(&r);
    if (found) record_read(&ITEM, &r, 0, &it);
    if (!db_done(&r)) return false;
    if (!found || (w->register_id && w->register_id != it.register_id)) return true;
    shape_init(HOOK_DELIVERY.shape, &d);
    d.webhook_id = w->id;
    d.seq = e->seq;
    d.item_id = item_id;
    d.event = e->command;
    d.happened_at = e->at;
    span->made++;
    return body_of(k, &d, &it, fields, &d.body) && hook_delivery_add(k, &d);
}

// The items whose rows the record changed, and the one it is about.
static bool of_changes(struct call *k, const struct webhook *w, const struct event *e, const json_t *changes,
                       struct hook_span *span)
{
    bool about = strcmp(str_z(k->c->a, e->object_kind), ITEM.name) == 0 && e->object_id;
    size_t i;
    const json_t *one;
    json_array_foreach(changes, i, one) {
        const char *entity = json_string_value(json_object_get(one, "e"));
        int64_t id = json_integer_value(json_object_get(one, "id"));
        if (!entity || strcmp(entity, ITEM.name) != 0) continue;
        if (id == e->object_id) about = false;
        if (!deliver(k, w, e, id, json_object_get(one, "f"), span)) return false;
    }
    return !about || deliver(k, w, e, e->object_id, NULL, span);
}

static bool of_event(struct call *k, const struct webhook *w, const struct event *e, struct hook_span *span)
{
    struct db_rows r;
    str text = STR_EMPTY;
    if (!DB_QUERY(k->c, k->db, &r, &HOOK_CHANGES, ARG(k->district), ARG(e->seq))) return false;
    if (db_next(&r)) text = db_text(&r, 0);
    if (!db_done(&r)) return false;
    json_t *changes = json_loadb(text.p, text.n, 0, NULL);
    if (!changes) return fail(k->c, ERR_NO_MEMORY, "base.no_memory");
    bool good = of_changes(k, w, e, changes, span);
    json_decref(changes);
    return good;
}

bool hook_derive(struct call *k, const struct webhook *w, struct hook_span *span)
{
    struct db_rows r;
    VEC(struct event) events = {0};
    span->seen = span->after;
    if (!DB_QUERY(k->c, k->db, &r, &HOOK_RECORDS, ARG(k->district), ARG(span->after))) return false;
    while (db_next(&r)) {
        struct event e = {db_int(&r, 0), db_int(&r, 1), db_int(&r, 4), db_text(&r, 2), db_text(&r, 3)};
        if (span->upto && e.seq > span->upto) break;
        span->seen = e.seq;
        if (hook_wants(w, e.command)) VEC_ADD(k->c->a, &events, e);
    }
    if (!db_done(&r)) return false;
    for (size_t i = 0; i < events.n; i++)
        if (!of_event(k, w, &events.at[i], span)) return false;
    return true;
}
