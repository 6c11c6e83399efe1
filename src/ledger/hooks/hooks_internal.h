#pragma once
// Shared by the files of this folder.
#include "ledger/command.h"
#include "ledger/hooks/hooks.h"

#define HOOK_TEST "webhook.test"
enum { HOOK_EVENTS_MOST = 60, HOOK_REPLAY_MOST = 1000, HOOK_KEEP_DAYS = 30 };

extern const struct shape webhook_add_shape, webhook_edit_shape, webhook_one_shape, webhook_replay_shape,
    webhook_deliveries_shape;
bool webhook_add_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhook_edit_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhook_approve_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhook_withdraw_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhook_remove_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhook_test_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhook_replay_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhooks_query(struct call *k, const void *args, uint64_t given, struct json *out);
bool webhook_deliveries_query(struct call *k, const void *args, uint64_t given, struct json *out);

// Nothing but http and https with a host, no name and password in it, no fragment.
MUST_CHECK bool hook_url_check(struct call *k, str url);
// "item.*" or the name of a command; anything else is refused. *out: joined by commas.
MUST_CHECK bool hook_events_check(struct call *k, const struct list *given, str *out);
bool hook_wants(const struct webhook *w, str command);
// Does the one who approved it still hold the office that lets him?
MUST_CHECK bool hook_approved(struct call *k, const struct webhook *w, bool *approved);
// "webhook-seq-item": the same whenever it is sent.
str hook_delivery_id(struct arena *a, const struct hook_delivery *d);

/*
 * Makes the deliveries of the records after `after`, up to `upto` (0: as far as there are) and at most 200
 * of them; *seen is the last one looked at. again: what is there already is made pending anew.
 */
struct hook_span {
    int64_t after, upto, seen, made;
    bool again;
};
MUST_CHECK bool hook_derive(struct call *k, const struct webhook *w, struct hook_span *span);
MUST_CHECK bool hook_delivery_add(struct call *k, struct hook_delivery *d);

extern struct records WEBHOOKS_ALL, WEBHOOKS_ACTIVE, DELIVERIES_OPEN, DELIVERIES_LATEST, DELIVERIES_IN_STATE,
    DELIVERY_OF;
extern const struct stmt HOOK_LAST_ID, HOOK_RECORDS, HOOK_CHANGES, HOOK_COUNTS, HOOK_DROP, HOOK_DROP_CURSOR,
    HOOK_DISTRICT_LIST, HOOK_OLD, HOOK_SWEEP, HOOK_FIRST_OPEN, HOOK_FIRST_TEST;
