#include "ledger/hooks/hooks_internal.h"
#include "ledger/names.h"
#include "ledger/sight.h"

const struct stmt HOOK_COUNTS = {
    "hook_delivery.counts", "SELECT CAST(SUM(CASE WHEN state IN ('pending', 'failed') THEN 1 ELSE 0 END) AS BIGINT), "
                            "CAST(SUM(CASE WHEN state = 'given_up' THEN 1 ELSE 0 END) AS BIGINT), "
                            "CAST(SUM(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS BIGINT) "
                            "FROM hook_delivery WHERE district_id = $1 AND webhook_id = $2"};

#define DELIVERIES_FIELDS(X)                                                  \
    X(webhook, int64_t, F_REF, 0, "推送", "webhook", REQUIRED, "webhook")     \
    X(state, str, F_ENUM, 0, "状态", "state", 0, &HOOK_STATES)
struct deliveries { DELIVERIES_FIELDS(AS_MEMBER) };
#define OWNER struct deliveries
SHARED_SHAPE_OF(webhook_deliveries, DELIVERIES_FIELDS);
#undef OWNER

static bool put_counts(struct call *k, const struct webhook *w, struct json *out)
{
    struct db_rows r;
    int64_t n[3] = {0};
    if (!DB_QUERY(k->c, k->db, &r, &HOOK_COUNTS, ARG(k->district), ARG(w->id))) return false;
    if (db_next(&r))
        for (int i = 0; i < 3; i++) n[i] = db_int(&r, i);
    if (!db_done(&r)) return false;
    jw_put_int(out, "waiting", n[0]);
    jw_put_int(out, "given_up", n[1]);
    jw_put_int(out, "delivered", n[2]);
    return true;
}

// Why nothing is sent, or that it is.
static bool put_standing(struct call *k, const struct webhook *w, struct json *out)
{
    bool stands;
    if (!hook_approved(k, w, &stands)) return false;
    jw_put_text(out, "standing", !w->active ? STR("paused")
                                 : stands   ? STR("sending")
                                 : w->approved_by ? STR("approver_gone")
                                                  : STR("to_approve"));
    return true;
}

bool webhooks_query(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct list rows;
    struct names names;
    (void)args;
    (void)given;
    if (!record_list(k, &WEBHOOKS_ALL, &rows, ARG(k->district))) return false;
    const struct webhook *w = rows.at;
    names_init(&names, k);
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < rows.n; i++) {
        record_json_open(out, k->c->a, WEBHOOK.shape, &w[i], k->zone_min);
        if (!names_members(&names, WEBHOOK.shape, &w[i], out) || !put_standing(k, &w[i], out) ||
            !put_counts(k, &w[i], out))
            return false;
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}

bool webhook_deliveries_query(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct deliveries *a = args;
    struct webhook w;
    struct list rows;
    (void)given;
    if (!record_load_seen(k, &WEBHOOK, a->webhook, &w)) return false;
    bool read = a->state.n ? record_list(k, &DELIVERIES_IN_STATE, &rows, ARG(k->district), ARG(w.id), ARG(a->state))
                           : record_list(k, &DELIVERIES_LATEST, &rows, ARG(k->district), ARG(w.id));
    if (!read) return false;
    const struct hook_delivery *d = rows.at;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < rows.n; i++) {
        record_json_open(out, k->c->a, HOOK_DELIVERY.shape, &d[i], k->zone_min);
        jw_put_text(out, "delivery", hook_delivery_id(k->c->a, &d[i]));
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}
