/*
 * A feed that is fetched: who it speaks for, and what it says. Two events at most for an item: the day on
 * which it is due, and the next act that is owed (to accept, to report, to mend …) at the instant its clock
 * ends. Ids are stable, so a calendar moves an event instead of adding one.
 */
#include "exchange/ical/ical.h"
#include "ledger/feed/feed_internal.h"
#include "ledger/item/item_rows.h"
#include "ledger/item/my_day.h"
#include "ledger/names.h"
#include "ledger/org/session.h"
#include "ledger/sm3.h"

enum { TOKEN_LEAST = 40, TOKEN_MOST = 64 };
#define USE_GAP_US (60 * US_PER_MINUTE)

// The last record of an item: when it changed.
const struct stmt FEED_CHANGED = {
    "feed.changed", "SELECT j.happened_at FROM journal_object AS o JOIN journal AS j ON "
                    "j.district_id = $1 AND j.seq = o.seq "
                    "WHERE o.district_id = $1 AND o.object_id = $2 ORDER BY o.seq DESC LIMIT 1"};

bool feed_token_district(str token, int64_t *district)
{
    str rest = token, head = str_cut(&rest, STR("."));
    return rest.n >= TOKEN_LEAST && rest.n <= TOKEN_MOST && str_int(head, district) && *district > 0;
}

struct finding {
    struct ledger *ledger;
    struct request request;
    str token, subject;
    instant at;
    struct feed_found *out;
    bool counted;
};

static struct request system_request(int64_t district, instant at, const char *name)
{
    return (struct request){.district = district, .now = at, .name = str_of(name),
                            .actor = {.roles = ROLE_SYSTEM, .login = STR("system"), .name = STR("system")}};
}

static str subject_of(struct arena *a, str address)
{
    return str_printf(a, "feed:%.*s", STR_FMT(address));
}

// Whose eyes: the account's as it is now. Of a unit's feed, those of an officer of the unit.
static bool owner(struct call *k, const struct feed_token *f, struct actor *out)
{
    struct account account;
    if (!record_load(k, &ACCOUNT, f->account_id, &account)) return false;
    if (account.disabled) return fail(k->c, ERR_NOT_FOUND, "feed.none");
    if (!session_actor(k, account.login, out)) return false;
    k->actor = *out;
    if (!(out->roles & FEED_ROLES)) return fail(k->c, ERR_NOT_FOUND, "feed.none");
    if (!f->unit_id) return true;
    if (!feed_may_show(k, f->unit_id)) return fail(k->c, ERR_NOT_FOUND, "feed.none");
    out->unit_id = f->unit_id;
    out->person_id = 0;
    out->roles = ROLE_UNIT;
    return true;
}

static bool find(struct ctx *c, struct db *db, void *arg)
{
    struct finding *q = arg;
    struct call k;
    struct list rows;
    if (!ledger_call(c, q->ledger, db, &q->request, &k)) return false;
    if (!session_guard_open(&k, q->subject, q->at)) return false;
    if (!record_list(&k, &FEED_BY_TOKEN, &rows, ARG(k.district), ARG(sm3_of(c->a, q->token)))) return false;
    const struct feed_token *f = rows.at;
    if (!rows.n || f->revoked_at) return fail(c, ERR_NOT_FOUND, "feed.none");
    q->out->feed = *f;
    q->out->zone_min = k.zone_min;
    return owner(&k, f, &q->out->actor);
}

bool feed_find(struct ctx *c, struct ledger *l, str token, str address, instant at, struct feed_found *out)
{
    int64_t district;
    if (!feed_token_district(token, &district)) return fail(c, ERR_NOT_FOUND, "feed.none");
    struct finding q = {.ledger = l, .request = system_request(district, at, "feed.find"), .token = token,
                        .subject = subject_of(c->a, address), .at = at, .out = out};
    return store_read(c, ledger_store(l), find, &q);
}

static bool count(struct ctx *c, struct db *db, void *arg)
{
    struct finding *q = arg;
    struct call k;
    if (!ledger_lock(c, q->ledger, db, &q->request, &k)) return false;
    return k.head.seq == 0 || session_guard_count(&k, q->subject, q->at); // 0: there is no such district
}

bool feed_refused(struct ctx *c, struct ledger *l, str token, str address, instant at)
{
    int64_t district;
    if (!feed_token_district(token, &district)) return true;
    struct finding q = {.ledger = l, .request = system_request(district, at, "feed.refused"),
                        .subject = subject_of(c->a, address), .at = at};
    return store_write(c, ledger_store(l), count, &q);
}

/* --- its use --- */

struct using {
    struct ledger *ledger;
    struct request request;
    const struct feed_found *found;
    instant at;
    bool due;
};

static bool use_load(struct ctx *c, struct db *db, struct using *q, struct feed_use *use, bool *there)
{
    struct db_rows r;
    shape_init(FEED_USE.shape, use);
    if (!DB_QUERY(c, db, &r, &FEED_USE.by_id, ARG(q->request.district), ARG(q->found->feed.id))) return false;
    *there = db_next(&r);
    if (*there) record_read(&FEED_USE, &r, 0, use);
    return db_done(&r);
}

static bool use_look(struct ctx *c, struct db *db, void *arg)
{
    struct using *q = arg;
    struct feed_use use;
    bool there;
    if (!use_load(c, db, q, &use, &there)) return false;
    q->due = !there || q->at - use.used_at >= USE_GAP_US;
    return true;
}

static bool use_note(struct ctx *c, struct db *db, void *arg)
{
    struct using *q = arg;
    struct call k;
    struct feed_use before, use;
    bool there;
    if (!ledger_lock(c, q->ledger, db, &q->request, &k) || !use_load(c, db, q, &before, &there)) return false;
    use = before;
    use.id = q->found->feed.id;
    use.used_at = q->at;
    return there ? record_update(&k, &FEED_USE, &before, &use) : record_insert(&k, &FEED_USE, &use);
}

bool feed_used(struct ctx *c, struct ledger *l, const struct feed_found *f, instant at)
{
    struct using q = {.ledger = l,
                      .request = system_request(f->feed.district_id, at, "feed.used"),
                      .found = f,
                      .at = at};
    if (!store_read(c, ledger_store(l), use_look, &q)) return false;
    return !q.due || store_write(c, ledger_store(l), use_note, &q);
}

/* --- what it says --- */

struct writing {
    struct ledger *ledger;
    struct request request;
    const struct feed_found *found;
    str base, district;
    bool english;
    struct buf *out;
};

static const struct enum_value ACTS[] = {{"approve", "立项", "Approve"},
                                         {"issue", "交办", "Issue"},
                                         {"accept", "签收", "Accept"},
                                         {"report", "报进展", "Report"},
                                         {"rework", "整改", "Rework"},
                                         {"finish", "完成时限", "Due"},
                                         {"verify", "核验", "Verify"},
                                         {"decide_change", "决定调整申请", "Decide a change request"},
                                         {"decide_objection", "决定复核申请", "Decide an objection"}};

static const char *act_word(const struct writing *w, const char *act)
{
    for (size_t i = 0; i < COUNT_OF(ACTS); i++)
        if (strcmp(ACTS[i].code, act) == 0) return w->english ? ACTS[i].en : ACTS[i].zh;
    BUG("a duty that the feed has no word for");
}

static bool changed_at(struct call *k, int64_t item, instant *at)
{
    struct db_rows r;
    *at = 0;
    if (!DB_QUERY(k->c, k->db, &r, &FEED_CHANGED, ARG(k->district), ARG(item))) return false;
    if (db_next(&r)) *at = db_int(&r, 0);
    return db_done(&r);
}

static str summary(struct call *k, const struct writing *w, const char *act, const struct item *it,
                   const struct item_row *row)
{
    if (str_is(it->secrecy, "sensitive"))
        return str_printf(k->c->a, w->english ? "Sensitive item %.*s" : "敏感事项 %.*s", STR_FMT(row->item.code));
    return str_printf(k->c->a, w->english ? "%s: %.*s" : "%s：%.*s", act_word(w, act), STR_FMT(row->item.title));
}

static bool owed_by_lead(const char *act)
{
    return strcmp(act, "accept") == 0 || strcmp(act, "report") == 0 || strcmp(act, "rework") == 0 ||
           strcmp(act, "finish") == 0;
}

static bool put_duty(struct call *k, struct writing *w, const struct duty *d, const struct item_row *row)
{
    struct arena *a = k->c->a;
    struct item it;
    struct ical_event e = {.status = "CONFIRMED", .category = row->register_name, .sequence = row->item.version};
    if (!record_load(k, &ITEM, d->item, &it) || !changed_at(k, d->item, &e.changed_at)) return false;
    if (str_is(it.secrecy, "sensitive")) e.category = STR_EMPTY;
    e.url = str_printf(a, "%.*s/item/%.*s", STR_FMT(w->base), STR_FMT(it.code));
    e.description = str_printf(a, "%.*s %s", STR_FMT(it.code), act_word(w, d->act));
    day due = day_from_ymd((int32_t)it.due_day);
    if (owed_by_lead(d->act) && it.due_day && it.due_day < 99991231 && due != DAY_NONE) {
        e.uid = str_printf(a, "%" PRId64 "@%.*s", it.id, STR_FMT(w->district));
        e.on = due;
        e.summary = summary(k, w, "finish", &it, row);
        ical_event(w->out, &e);
    }
    if (strcmp(d->act, "finish") == 0 || !duty_has_due(d)) return true;
    e.uid = str_printf(a, "%" PRId64 "-%s@%.*s", it.id, d->act, STR_FMT(w->district));
    e.on = DAY_NONE;
    e.at = d->due_at;
    e.summary = summary(k, w, d->act, &it, row);
    ical_event(w->out, &e);
    return true;
}

static bool put_duties(struct call *k, struct writing *w)
{
    struct list duties;
    int64_t ids[ITEM_ROWS_MAX];
    struct item_row *rows[ITEM_ROWS_MAX];
    if (!my_day_owed(k, &duties)) return false;
    const struct duty *d = duties.at;
    for (size_t i = 0; i < duties.n; i++) ids[i] = d[i].item;
    if (!item_rows_load(k, ids, duties.n, rows)) return false;
    for (size_t i = 0; i < duties.n; i++)
        if (rows[i] && !put_duty(k, w, &d[i], rows[i])) return false;
    return true;
}

static bool write(struct ctx *c, struct db *db, void *arg)
{
    struct writing *w = arg;
    struct call k;
    struct district district;
    struct names names;
    str name = w->found->actor.name;
    if (!ledger_call(c, w->ledger, db, &w->request, &k)) return false;
    if (!record_load(&k, &DISTRICT, k.district, &district)) return false;
    names_init(&names, &k);
    if (w->found->feed.unit_id && !names_of(&names, "unit", w->found->feed.unit_id, &name)) return false;
    w->district = district.code;
    ical_begin(w->out, STR("Bihuan"), str_printf(c->a, "闭环 %.*s", STR_FMT(name)));
    if (!put_duties(&k, w)) return false;
    ical_end(w->out);
    return buf_ok(w->out) || fail(c, ERR_TOO_LARGE, "journal.too_large");
}

bool feed_write(struct ctx *c, struct ledger *l, const struct feed_found *f, instant now, str base, struct buf *out)
{
    struct writing w = {.ledger = l, .found = f, .base = base, .english = str_is(f->feed.language, "en"), .out = out};
    w.request = (struct request){
        .district = f->feed.district_id, .now = now, .name = STR("feed.write"), .actor = f->actor};
    return store_read(c, ledger_store(l), write, &w);
}
