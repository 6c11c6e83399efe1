/*
 * What the courier asks of the ledger. Under the district's lock (ledger_lock), as a command is, so that
 * of several processes one claims a webhook; between taking and settling nothing is locked.
 */
#include "ledger/hooks/hooks_internal.h"
#include "ledger/journal/journal.h"

// Over all districts: which have something to send at all.
const struct stmt HOOK_DISTRICT_LIST = {
    "hook.districts", "SELECT DISTINCT d.district_id, d.zone_min FROM district AS d JOIN webhook AS w "
                      "ON w.district_id = d.district_id AND w.active = 1 WHERE d.district_id > $1 "
                      "ORDER BY d.district_id LIMIT 500"};
const struct stmt HOOK_FIRST_OPEN = {
    "hook_delivery.first_open", "SELECT COALESCE(next_at, 0) FROM hook_delivery WHERE district_id = $1 AND "
                                "webhook_id = $2 AND state IN ('pending', 'failed') ORDER BY seq, id LIMIT 1"};
const struct stmt HOOK_FIRST_TEST = {
    "hook_delivery.first_test",
    "SELECT COALESCE(next_at, 0) FROM hook_delivery WHERE district_id = $1 AND webhook_id = $2 AND "
    "state IN ('pending', 'failed') AND event = '" HOOK_TEST "' ORDER BY seq, id LIMIT 1"};
const struct stmt HOOK_DROP = {
    "hook_delivery.drop", "DELETE FROM hook_delivery WHERE district_id = $1 AND webhook_id = $2"};
const struct stmt HOOK_DROP_CURSOR = {"hook_cursor.drop", "DELETE FROM hook_cursor WHERE district_id = $1 AND id = $2"};
const struct stmt HOOK_OLD = {"hook_delivery.old",
                              "SELECT id FROM hook_delivery WHERE district_id = $1 AND tried_at < $2 LIMIT 1"};
const struct stmt HOOK_SWEEP = {"hook_delivery.sweep", "DELETE FROM hook_delivery WHERE district_id = $1 AND "
                                                       "tried_at < $2 AND state IN ('done', 'given_up')"};

struct listing {
    int64_t after;
    struct hook_district *out;
    size_t *n;
};

static bool list(struct ctx *c, struct db *db, void *arg)
{
    struct listing *l = arg;
    struct db_rows r;
    *l->n = 0;
    if (!DB_QUERY(c, db, &r, &HOOK_DISTRICT_LIST, ARG(l->after))) return false;
    while (db_next(&r) && *l->n < HOOK_DISTRICTS)
        l->out[(*l->n)++] = (struct hook_district){db_int(&r, 0), (int)db_int(&r, 1)};
    return db_done(&r);
}

bool hook_districts(struct ctx *c, struct ledger *l, int64_t after, struct hook_district *out, size_t *n)
{
    struct listing q = {after, out, n};
    return store_read(c, ledger_store(l), list, &q);
}

static bool cursor_load(struct call *k, const struct webhook *w, struct hook_cursor *cursor, bool *found)
{
    struct db_rows r;
    shape_init(HOOK_CURSOR.shape, cursor);
    if (!DB_QUERY(k->c, k->db, &r, &HOOK_CURSOR.by_id, ARG(k->district), ARG(w->id))) return false;
    *found = db_next(&r);
    if (*found) record_read(&HOOK_CURSOR, &r, 0, cursor);
    if (!db_done(&r)) return false;
    cursor->id = w->id;
    return true;
}

/* --- is there anything to do --- */

struct wanting {
    struct ledger *ledger;
    const struct hook_turn *turn;
    bool *wanted;
};

static bool hook_wants_turn(struct call *k, const struct webhook *w, instant now, bool *wanted)
{
    struct hook_cursor cursor;
    struct db_rows r;
    bool found, stands;
    if (!cursor_load(k, w, &cursor, &found) || !hook_approved(k, w, &stands)) return false;
    *wanted = stands && k->head.seq > (cursor.seq > w->from_seq ? cursor.seq : w->from_seq);
    if (*wanted) return true;
    if (!DB_QUERY(k->c, k->db, &r, stands ? &HOOK_FIRST_OPEN : &HOOK_FIRST_TEST, ARG(k->district), ARG(w->id)))
        return false;
    *wanted = db_next(&r) && db_int(&r, 0) <= now;
    return db_done(&r);
}

static bool look(struct ctx *c, struct db *db, void *arg)
{
    struct wanting *q = arg;
    struct call k = {.c = c, .db = db, .ledger = q->ledger, .district = q->turn->district.id,
                     .zone_min = q->turn->district.zone_min, .actor = {.roles = ROLE_SYSTEM}, .now = q->turn->now};
    struct list hooks;
    *q->wanted = false;
    if (!journal_head_load(&k, false, &k.head) || !record_list(&k, &WEBHOOKS_ACTIVE, &hooks, ARG(k.district)))
        return false;
    const struct webhook *at = hooks.at;
    for (size_t i = 0; i < hooks.n && !*q->wanted; i++)
        if (!hook_wants_turn(&k, &at[i], q->turn->now, q->wanted)) return false;
    return true;
}

bool hook_wanted(struct ctx *c, struct ledger *l, const struct hook_turn *t, bool *wanted)
{
    struct wanting q = {l, t, wanted};
    return store_read(c, ledger_store(l), look, &q);
}

/* --- taking --- */

struct turn {
    struct ledger *ledger;
    const struct hook_turn *turn;
    VEC(struct hook_job) jobs;
    const struct hook_patience *patience;
    const struct hook_outcome *outcomes;
    size_t n;
    int64_t given_up;
};

static bool locked_call(struct ctx *c, struct db *db, const struct turn *t, struct call *k)
{
    struct request r = {.district = t->turn->district.id, .now = t->turn->now, .name = STR("hook.turn"),
                        .actor = {.roles = ROLE_SYSTEM, .login = STR("courier")}};
    if (!ledger_lock(c, t->ledger, db, &r, k)) return false;
    k->zone_min = t->turn->district.zone_min;
    return true;
}

static bool claim_of_another(const struct hook_cursor *cursor, const struct hook_turn *t)
{
    return cursor->claimed_until > t->now && !str_eq(cursor->claimed_by, t->me);
}

// Those that are due, up to the first that is not: what comes later waits for it.
static bool choose(struct call *k, const struct webhook *w, bool stands, struct turn *t, size_t *chosen)
{
    struct list open;
    *chosen = 0;
    if (!record_list(k, &DELIVERIES_OPEN, &open, ARG(k->district), ARG(w->id))) return false;
    const struct hook_delivery *d = open.at;
    for (size_t i = 0; i < open.n; i++) {
        if (!stands && !str_is(d[i].event, HOOK_TEST)) continue;
        if (d[i].next_at > t->turn->now) break;
        struct hook_job job = {.webhook = w->id, .delivery = d[i].id, .id = hook_delivery_id(k->c->a, &d[i]),
                               .event = d[i].event, .url = w->url, .secret = w->secret, .algorithm = w->algorithm,
                               .body = d[i].body};
        VEC_ADD(k->c->a, &t->jobs, job);
        ++*chosen;
    }
    return true;
}

static bool take_one(struct call *k, const struct webhook *w, struct turn *t)
{
    struct hook_cursor before, cursor;
    bool found, stands;
    size_t chosen;
    if (!cursor_load(k, w, &before, &found) || !hook_approved(k, w, &stands)) return false;
    cursor = before;
    if (claim_of_another(&cursor, t->turn)) return true;
    if (cursor.seq < w->from_seq) cursor.seq = w->from_seq;
    if (stands) {
        struct hook_span span = {.after = cursor.seq};
        if (!hook_derive(k, w, &span)) return false;
        cursor.seq = span.seen;
    }
    if (!choose(k, w, stands, t, &chosen)) return false;
    cursor.claimed_by = chosen ? t->turn->me : STR_EMPTY;
    cursor.claimed_until = chosen ? t->turn->now + t->turn->lease_us : 0;
    return found ? record_update(k, &HOOK_CURSOR, &before, &cursor) : record_insert(k, &HOOK_CURSOR, &cursor);
}

static bool take(struct ctx *c, struct db *db, void *arg)
{
    struct turn *t = arg;
    struct call k;
    struct list hooks;
    t->jobs.n = 0;
    if (!locked_call(c, db, t, &k) || !record_list(&k, &WEBHOOKS_ACTIVE, &hooks, ARG(k.district))) return false;
    const struct webhook *at = hooks.at;
    for (size_t i = 0; i < hooks.n; i++)
        if (!take_one(&k, &at[i], t)) return false;
    return ctx_ok(c);
}

bool hook_take(struct ctx *c, struct ledger *l, const struct hook_turn *turn, struct list *jobs)
{
    struct turn t = {.ledger = l, .turn = turn};
    if (!store_write(c, ledger_store(l), take, &t)) return false;
    *jobs = (struct list){t.jobs.at, t.jobs.n};
    return true;
}

/* --- settling --- */

static int64_t wait_us(const struct hook_patience *p, int64_t attempts)
{
    int64_t us = p->first_us;
    while (--attempts > 0 && us < p->most_us) us *= 2;
    return us < p->most_us ? us : p->most_us;
}

static bool settle_one(struct call *k, struct turn *t, const struct hook_outcome *o)
{
    struct hook_delivery before, d;
    struct db_rows r;
    if (!o->tried) return true;
    if (!DB_QUERY(k->c, k->db, &r, &HOOK_DELIVERY.by_id, ARG(k->district), ARG(o->delivery))) return false;
    bool found = db_next(&r);
    if (found) record_read(&HOOK_DELIVERY, &r, 0, &before);
    if (!db_done(&r)) return false;
    // Removed with its webhook meanwhile; its id may even be another one's by now.
    if (!found || before.webhook_id != o->webhook) return true;
    d = before;
    d.attempts++;
    d.tried_at = t->turn->now;
    d.last_status = o->status;
    d.last_error = str_of(o->error);
    bool last = d.attempts >= t->patience->attempts;
    d.state = o->delivered ? STR("done") : last ? STR("given_up") : STR("failed");
    d.next_at = o->delivered || last ? 0 : t->turn->now + wait_us(t->patience, d.attempts);
    if (last && !o->delivered) t->given_up++;
    return record_update(k, &HOOK_DELIVERY, &before, &d);
}

static bool release(struct call *k, struct turn *t, int64_t webhook)
{
    struct webhook w = {.id = webhook};
    struct hook_cursor before, cursor;
    bool found;
    if (!cursor_load(k, &w, &before, &found)) return false;
    if (!found || !str_eq(before.claimed_by, t->turn->me)) return true;
    cursor = before;
    cursor.claimed_by = STR_EMPTY;
    cursor.claimed_until = 0;
    return record_update(k, &HOOK_CURSOR, &before, &cursor);
}

static bool settle(struct ctx *c, struct db *db, void *arg)
{
    struct turn *t = arg;
    struct call k;
    t->given_up = 0;
    if (!locked_call(c, db, t, &k)) return false;
    for (size_t i = 0; i < t->n; i++) {
        if (!settle_one(&k, t, &t->outcomes[i])) return false;
        bool end = i + 1 == t->n || t->outcomes[i + 1].webhook != t->outcomes[i].webhook;
        if (end && !release(&k, t, t->outcomes[i].webhook)) return false;
    }
    return ctx_ok(c);
}

bool hook_settle(struct ctx *c, struct ledger *l, const struct hook_turn *turn, const struct hook_patience *p,
                 const struct hook_outcome *at, size_t n, int64_t *given_up)
{
    struct turn t = {.ledger = l, .turn = turn, .patience = p, .outcomes = at, .n = n};
    if (!store_write(c, ledger_store(l), settle, &t)) return false;
    *given_up = t.given_up;
    return true;
}

/* --- what is long over --- */

bool hook_sweep_wanted(struct call *k, instant due, bool *would)
{
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &HOOK_OLD, ARG(k->district), ARG(due - HOOK_KEEP_DAYS * US_PER_DAY))) return false;
    *would = db_next(&r);
    return db_done(&r);
}

bool hook_sweep(struct call *k, instant due, struct json *out)
{
    int64_t n = 0;
    if (!DB_RUN(k->c, k->db, &HOOK_SWEEP, &n, ARG(k->district), ARG(due - HOOK_KEEP_DAYS * US_PER_DAY))) return false;
    jw_put_int(out, "deliveries", n);
    return true;
}
