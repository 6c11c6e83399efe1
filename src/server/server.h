#pragma once
/*
 * The HTTP face of a ledger: commands, queries, sessions, files, the web interface. One process, one
 * ledger. It holds no rule of the domain: routes come from the command and query tables.
 *
 * Threads: `threads` event threads (libmicrohttpd, epoll) that never wait; `workers` readers that run
 * queries; two slow threads for sign-ins and file stores; one watcher of deadlines; one thread of live
 * events; and the store's own. Shared mutable state stands in six places, each with one mutex: the
 * connection table (watch.h), the two queues (workers.h), the session cache (auth.h), the streams
 * (events.h), the list of spare arenas (exchange.c). Counters (metrics.h) are atomics.
 */
#include "base/vec.h"
#include "ledger/ledger.h"

struct server_host {
    str name, code; // who comes by this host name is in this district
};

struct server_options {
    str listen;          // "127.0.0.1:8023", "[::1]:8023"; port 0 takes a free one
    str data_dir;        // server.json and uploads under way
    str district;        // code: this one alone; "" all of the store
    VEC(struct server_host) hosts;
    day as_of;           // DAY_NONE: the day of the system's clock
    str public_url;      // "https://bihuan.example.gov.cn" when a front serves it; "" none
    str trusted_proxies; // addresses whose X-Forwarded-For and -Proto are believed, comma-separated
    str demo_password;   // shown by welcome beside demo accounts; "" none
    int threads, workers, queue;
    int connections, per_address, requests_per_connection;
    int64_t json_bytes, upload_bytes;
    int64_t header_ms, idle_ms, form_ms, body_grace_ms, body_bytes_per_second;
    int timers;          // 0: this process fires none
    int hooks;           // 0: this process delivers no webhooks
    str hook_allow;      // hosts that may be reached by http or at private addresses, comma-separated
    str hook_ca;         // file of certificates that webhooks are verified by; "" the system's
    int64_t hook_poll_ms, hook_timeout_ms, hook_retry_ms, hook_attempts;
    int event_streams;   // live events: streams at once
    int64_t event_keepalive_ms;
    int64_t stop_ms;     // how long a stop waits for requests under way
    // Told once it answers, with its address; NULL prints the address alone.
    void (*started)(struct ctx *c, struct ledger *l, const struct server_options *o, const char *address);
};

// The shipped values, which docs/security.md lists.
void server_options_init(struct server_options *o);
// Before any thread starts: signals of stopping are blocked (server_run waits for them), SIGPIPE is
// ignored, the limit of descriptors is raised to what the system allows.
void server_prepare(void);
// Serves until SIGTERM or SIGINT, then finishes what is under way. False: it could not start, or
// the store can no longer be written safely (ERR_STORE server.unhealthy): leave with a failure, so
// that the supervisor starts afresh and recovery decides.
MUST_CHECK bool server_run(struct ctx *c, struct ledger *l, const struct server_options *o);

void server_messages(void); // idempotent, before threads
