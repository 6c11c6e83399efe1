#pragma once
/*
 * The courier: one thread that carries what webhooks (ledger/hooks/hooks.h) have to send. It looks once every
 * hook_poll_ms which districts have something, takes it, sends one request after the other, and writes what
 * became of it. Receivers get hook_timeout_ms; a slow one delays other webhooks and nothing else, since no
 * lock and no other thread waits for it. What is under way when the server stops is sent again by the next
 * start, with the same id. No shared state but the stop.
 *
 * Headers of a delivery: X-Bihuan-Delivery (its id), X-Bihuan-Event, X-Bihuan-Timestamp (seconds, real
 * time), X-Bihuan-Signature ("sha256=" or "sm3=" and the HMAC in hex over timestamp "." body).
 */
#include "ledger/hooks/hooks.h"
#include "server/server.h"

struct courier;

// Starts the thread; NULL when it cannot. The options must outlive it.
MUST_CHECK struct courier *courier_new(struct ledger *l, const struct server_options *o);
void courier_free(struct courier *w); // ends the thread after the request under way; NULL is fine

// The value of the header: "" when memory is out.
str courier_signature(struct arena *a, str algorithm, str secret, str timestamp, str body);
