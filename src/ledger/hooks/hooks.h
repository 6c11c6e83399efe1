#pragma once
/*
 * Webhooks (推送): what happens to items is told to another system by a signed HTTP request. The system
 * administrator declares a webhook and gets its secret once; a supervisor, who sees the data, approves it,
 * and any change of where or what it sends withdraws the approval. Nothing leaves without one.
 *
 * Deliveries are derived from the journal: a cursor a webhook says up to which record that was done, so a
 * crash loses nothing. They go out one after the other in the order of the journal; what failed is tried
 * again after a growing while and holds back what comes later, until it is given up. A delivery is told
 * at least once: the same one again has the same id and the same bytes.
 *
 * Webhooks are journaled. Cursors and deliveries are not: they only say what was sent, move every second,
 * and live in real time, which commands do not know. Their ids are their own (the webhook's, 1, 2, 3 …).
 *
 * The courier of the server (server/courier.h) takes and settles. Several processes on one store: the
 * district's lock is held while a webhook is claimed for some time, and only its claimant sends.
 */
#include "ledger/ledger.h"
#include "ledger/org/org.h"

extern const struct enum_table HOOK_ALGORITHMS; // sha256 sm3
extern const struct enum_table HOOK_STATES;     // pending failed done given_up
extern const struct enum_table HOOK_ERRORS;     // why a request came to nothing

#define WEBHOOK_FIELDS(X)                                                                              \
    ENTITY_KEY(X)                                                                                      \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED | AUDITED, NULL)                                 \
    X(url, str, F_TEXT, 500, "接收地址", "address", REQUIRED | AUDITED, NULL)                          \
    X(secret, str, F_SECRET, 128, "签名密钥", "secret", REQUIRED | COMPUTED, NULL)                     \
    X(algorithm, str, F_ENUM, 0, "签名算法", "signature", REQUIRED | AUDITED, &HOOK_ALGORITHMS)        \
    X(events, str, F_TEXT, 2000, "事件", "events", REQUIRED | AUDITED, NULL)                           \
    X(register_id, int64_t, F_REF, 0, "台账", "register", AUDITED, "register_def")                     \
    X(active, int64_t, F_BOOL, 0, "启用", "active", AUDITED, NULL)                                     \
    X(owner_id, int64_t, F_REF, 0, "登记人", "declared by", REQUIRED, "account")                       \
    X(added_at, int64_t, F_INSTANT, 0, "登记时间", "declared", REQUIRED, NULL)                         \
    X(approved_by, int64_t, F_REF, 0, "核准人", "approved by", AUDITED, "account")                     \
    X(approved_at, int64_t, F_INSTANT, 0, "核准时间", "approved", AUDITED, NULL)                       \
    X(from_seq, int64_t, F_INT, 0, "自日志序号", "from journal record", REQUIRED, NULL)                \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct webhook { WEBHOOK_FIELDS(AS_MEMBER) };

// Its id is the webhook's.
#define HOOK_CURSOR_FIELDS(X)                                                                          \
    ENTITY_KEY(X)                                                                                      \
    X(seq, int64_t, F_INT, 0, "日志序号", "journal record", REQUIRED, NULL)                            \
    X(claimed_by, str, F_TEXT, 64, "发送进程", "claimed by", 0, NULL)                                  \
    X(claimed_until, int64_t, F_INSTANT, 0, "占用至", "claimed until", 0, NULL)
struct hook_cursor { HOOK_CURSOR_FIELDS(AS_MEMBER) };

#define HOOK_DELIVERY_FIELDS(X)                                                                        \
    ENTITY_KEY(X)                                                                                      \
    X(webhook_id, int64_t, F_REF, 0, "推送", "webhook", REQUIRED, "webhook")                           \
    X(seq, int64_t, F_INT, 0, "日志序号", "journal record", REQUIRED, NULL)                            \
    X(item_id, int64_t, F_REF, 0, "事项", "item", 0, "item")                                           \
    X(event, str, F_TEXT, 60, "事件", "event", REQUIRED, NULL)                                         \
    X(happened_at, int64_t, F_INSTANT, 0, "发生时间", "happened", REQUIRED, NULL)                      \
    X(body, str, F_JSON, 8000, "内容", "body", REQUIRED | HIDDEN, NULL)                                \
    X(state, str, F_ENUM, 0, "状态", "state", REQUIRED, &HOOK_STATES)                                  \
    X(attempts, int64_t, F_INT, 0, "次数", "attempts", REQUIRED, NULL)                                 \
    X(next_at, int64_t, F_INSTANT, 0, "下次发送", "next try", 0, NULL)                                 \
    X(tried_at, int64_t, F_INSTANT, 0, "最近发送", "last try", 0, NULL)                                \
    X(last_status, int64_t, F_INT, 0, "应答状态", "answer status", 0, NULL)                            \
    X(last_error, str, F_ENUM, 0, "失败原因", "error", 0, &HOOK_ERRORS)
struct hook_delivery { HOOK_DELIVERY_FIELDS(AS_MEMBER) };

extern struct entity WEBHOOK, HOOK_CURSOR, HOOK_DELIVERY;
extern const struct subject HOOKS_SUBJECT;

/* --- for the courier; now is the real time, and takes from 1 on up --- */

struct hook_district {
    int64_t id;
    int zone_min;
};
enum { HOOK_DISTRICTS = 500, HOOK_TAKE = 20, HOOK_SECRET_CHARS = 64, HOOK_ID_CHARS = 80 };
// The next districts that have an active webhook, at most HOOK_DISTRICTS.
MUST_CHECK bool hook_districts(struct ctx *c, struct ledger *l, int64_t after, struct hook_district *out, size_t *n);

struct hook_turn {
    struct hook_district district;
    instant now;
    str me;           // this process, the same as long as it lives
    int64_t lease_us; // how long a claim lasts when its process dies
};
struct hook_job {
    int64_t webhook, delivery;
    str id, event, url, secret, algorithm, body;
};
// Is there a record after a cursor, or something to send? Reads only.
MUST_CHECK bool hook_wanted(struct ctx *c, struct ledger *l, const struct hook_turn *t, bool *wanted);
// Derives deliveries, claims webhooks and gives what is to be sent now: struct hook_job, of each webhook
// the next ones in their order, at most HOOK_TAKE.
MUST_CHECK bool hook_take(struct ctx *c, struct ledger *l, const struct hook_turn *t, struct list *jobs);

struct hook_outcome {
    int64_t webhook, delivery;
    bool tried, delivered;
    int64_t status;    // of the answer; 0 none
    const char *error; // a code of HOOK_ERRORS; NULL when delivered
};
struct hook_patience {
    int64_t attempts;            // then it is given up
    int64_t first_us, most_us;   // waits: first, doubled each time, at most
};
// Writes what became of them and gives the webhooks free. *given_up: how many were given up now.
MUST_CHECK bool hook_settle(struct ctx *c, struct ledger *l, const struct hook_turn *t, const struct hook_patience *p,
                            const struct hook_outcome *at, size_t n, int64_t *given_up);

// Timer: deliveries that were done or given up long ago.
MUST_CHECK bool hook_sweep_wanted(struct call *k, instant due, bool *would);
MUST_CHECK bool hook_sweep(struct call *k, instant due, struct json *out);
