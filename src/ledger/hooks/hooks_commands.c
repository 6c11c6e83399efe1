/*
 * Declaring, approving and replaying webhooks. The administrator who declares one sees no business data
 * and so cannot decide that it leaves: a supervisor approves address, events and register together.
 */
#include "ledger/args.h"
#include "ledger/hooks/hooks_internal.h"
#include "ledger/org/session.h"
#include "ledger/sight.h"

#define ADD_FIELDS(X)                                                                                  \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED, NULL)                                           \
    X(url, str, F_TEXT, 500, "接收地址", "address", REQUIRED, NULL)                                    \
    X(events, struct list, F_TEXTS, HOOK_EVENTS_MOST, "事件", "events", REQUIRED, NULL)                \
    X(register_id, int64_t, F_REF, 0, "台账", "register", 0, "register_def")                           \
    X(algorithm, str, F_ENUM, 0, "签名算法", "signature", 0, &HOOK_ALGORITHMS)
struct add { ADD_FIELDS(AS_MEMBER) };
#define OWNER struct add
SHARED_SHAPE_OF(webhook_add, ADD_FIELDS);
#undef OWNER

#define EDIT_FIELDS(X)                                                                                 \
    X(webhook, int64_t, F_REF, 0, "推送", "webhook", REQUIRED, "webhook")                              \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED, NULL)                                   \
    X(name, str, F_TEXT, 60, "名称", "name", 0, NULL)                                                  \
    X(url, str, F_TEXT, 500, "接收地址", "address", 0, NULL)                                           \
    X(events, struct list, F_TEXTS, HOOK_EVENTS_MOST, "事件", "events", 0, NULL)                       \
    X(register_id, int64_t, F_REF, 0, "台账", "register", 0, "register_def")                           \
    X(algorithm, str, F_ENUM, 0, "签名算法", "signature", 0, &HOOK_ALGORITHMS)                         \
    X(active, int64_t, F_BOOL, 0, "启用", "active", 0, NULL)                                           \
    X(new_secret, int64_t, F_BOOL, 0, "换新密钥", "new secret", 0, NULL)
struct edit { EDIT_FIELDS(AS_MEMBER) };
#define OWNER struct edit
SHARED_SHAPE_OF(webhook_edit, EDIT_FIELDS);
#undef OWNER

#define ONE_FIELDS(X)                                                        \
    X(webhook, int64_t, F_REF, 0, "推送", "webhook", REQUIRED, "webhook")    \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)
struct one { ONE_FIELDS(AS_MEMBER) };
#define OWNER struct one
SHARED_SHAPE_OF(webhook_one, ONE_FIELDS);
#undef OWNER

#define REPLAY_FIELDS(X)                                                              \
    X(webhook, int64_t, F_REF, 0, "推送", "webhook", REQUIRED, "webhook")             \
    X(from, int64_t, F_INT, 0, "自日志序号", "from journal record", REQUIRED, NULL)   \
    X(to, int64_t, F_INT, 0, "至日志序号", "to journal record", REQUIRED, NULL)
struct replay { REPLAY_FIELDS(AS_MEMBER) };
#define OWNER struct replay
SHARED_SHAPE_OF(webhook_replay, REPLAY_FIELDS);
#undef OWNER

static bool done(struct call *k, const struct webhook *w, struct json *out)
{
    k->object_kind = WEBHOOK.name;
    k->object_id = w->id;
    jw_put_id(out, "webhook", w->id);
    return true;
}

// The secret leaves in the answer to this one call and stands in no record of it.
static bool new_secret(struct call *k, struct webhook *w)
{
    w->secret = session_random(k->c->a);
    if (w->secret.n == 0) return fail(k->c, ERR_INTERNAL, "password.failed");
    k->once = str_printf(k->c->a, "\"secret\":\"%.*s\"", STR_FMT(w->secret));
    return true;
}

static bool load(struct call *k, int64_t id, int64_t version, struct webhook *w)
{
    return record_load_seen(k, &WEBHOOK, id, w) &&
           (version == 0 || version == w->version || fail(k->c, ERR_STALE, "record.stale"));
}

bool webhook_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct add *a = args;
    struct webhook w;
    (void)given;
    shape_init(WEBHOOK.shape, &w);
    if (!hook_url_check(k, a->url) || !hook_events_check(k, &a->events, &w.events)) return false;
    w.name = a->name;
    w.url = a->url;
    w.register_id = a->register_id;
    w.algorithm = a->algorithm.n ? a->algorithm : STR("sha256");
    w.active = 1;
    w.owner_id = k->actor.account_id;
    w.added_at = k->now;
    w.from_seq = k->head.seq + 1;
    return new_secret(k, &w) && record_insert(k, &WEBHOOK, &w) && done(k, &w, out);
}

static bool other_terms(const struct webhook *x, const struct webhook *y)
{
    return !str_eq(x->url, y->url) || !str_eq(x->events, y->events) || x->register_id != y->register_id ||
           !str_eq(x->secret, y->secret);
}

bool webhook_edit_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct edit *a = args;
    struct webhook before, after;
    const struct shape *s = &webhook_edit_shape;
    if (!load(k, a->webhook, a->version, &before)) return false;
    after = before;
    if (a->name.n) after.name = a->name;
    if (a->url.n) {
        if (!hook_url_check(k, a->url)) return false;
        after.url = a->url;
    }
    if (a->events.n && !hook_events_check(k, &a->events, &after.events)) return false;
    if (args_given(s, given, "register_id")) after.register_id = a->register_id;
    if (a->algorithm.n) after.algorithm = a->algorithm;
    if (args_given(s, given, "active")) after.active = a->active;
    if (a->new_secret && !new_secret(k, &after)) return false;
    if (other_terms(&before, &after)) after.approved_by = after.approved_at = 0;
    return record_update(k, &WEBHOOK, &before, &after) && done(k, &after, out);
}

bool webhook_approve_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct one *a = args;
    struct webhook before, after;
    bool stands;
    (void)given;
    if (!load(k, a->webhook, a->version, &before) || !hook_approved(k, &before, &stands)) return false;
    if (stands) return fail(k->c, ERR_CONFLICT, "hook.approved", before.name);
    if (before.owner_id == k->actor.account_id) return fail(k->c, ERR_REFUSED, "hook.own");
    after = before;
    after.approved_by = k->actor.account_id;
    after.approved_at = k->now;
    after.from_seq = k->head.seq + 1; // what happens from here on
    return record_update(k, &WEBHOOK, &before, &after) && done(k, &after, out);
}

bool webhook_withdraw_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct one *a = args;
    struct webhook before, after;
    (void)given;
    if (!load(k, a->webhook, a->version, &before)) return false;
    if (!before.approved_by) return fail(k->c, ERR_CONFLICT, "hook.not_approved", before.name);
    after = before;
    after.approved_by = after.approved_at = 0;
    return record_update(k, &WEBHOOK, &before, &after) && done(k, &after, out);
}

bool webhook_remove_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct one *a = args;
    struct webhook w;
    (void)given;
    return load(k, a->webhook, a->version, &w) &&
           DB_RUN(k->c, k->db, &HOOK_DROP, NULL, ARG(k->district), ARG(w.id)) &&
           DB_RUN(k->c, k->db, &HOOK_DROP_CURSOR, NULL, ARG(k->district), ARG(w.id)) &&
           record_remove(k, &WEBHOOK, &w) && done(k, &w, out);
}

bool webhook_test_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct one *a = args;
    struct webhook w;
    struct hook_delivery d;
    struct district district;
    struct buf b;
    struct json j;
    (void)given;
    if (!load(k, a->webhook, a->version, &w) || !record_load(k, &DISTRICT, k->district, &district)) return false;
    if (!w.active) return fail(k->c, ERR_CONFLICT, "hook.paused", w.name);
    shape_init(HOOK_DELIVERY.shape, &d);
    d.webhook_id = w.id;
    d.seq = k->head.seq + 1;
    d.event = STR(HOOK_TEST);
    d.happened_at = k->now;
    buf_init(&b, k->c->a, 8000);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "id", hook_delivery_id(k->c->a, &d));
    jw_put_text(&j, "event", d.event);
    jw_put_text(&j, "at", instant_text(k->c->a, k->now, k->zone_min));
    jw_put_text(&j, "district", district.code);
    jw_put_int(&j, "seq", d.seq);
    jw_key(&j, "item");
    jw_null(&j);
    jw_end(&j);
    d.body = buf_str(&b);
    return hook_delivery_add(k, &d) && done(k, &w, out);
}

bool webhook_replay_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct replay *a = args;
    struct webhook w;
    bool stands;
    struct arena *m = k->c->a;
    (void)given;
    if (!load(k, a->webhook, 0, &w) || !hook_approved(k, &w, &stands)) return false;
    if (!stands) return fail(k->c, ERR_CONFLICT, "hook.not_approved", w.name);
    if (a->from <= w.from_seq)
        return fail_field(k->c, ERR_INVALID, "hook.before_start", STR("from"),
                          str_printf(m, "%" PRId64, w.from_seq + 1));
    if (a->to < a->from || a->to > k->head.seq || a->to - a->from >= HOOK_REPLAY_MOST)
        return fail_field(k->c, ERR_INVALID, "hook.span", STR("to"), str_printf(m, "%" PRId64, a->from),
                          str_printf(m, "%" PRId64, k->head.seq), str_printf(m, "%d", HOOK_REPLAY_MOST));
    struct hook_span span = {.after = a->from - 1, .upto = a->to, .again = true};
    do {
        if (!hook_derive(k, &w, &span)) return false;
        span.after = span.seen;
    } while (span.seen < a->to);
    jw_put_int(out, "deliveries", span.made);
    return done(k, &w, out);
}
