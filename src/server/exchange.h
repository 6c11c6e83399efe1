#pragma once
/*
 * One request and its answer on their way through the server.
 *
 * Life: made at the first call of libmicrohttpd (the whole header is there), filled while the body
 * comes, dispatched by routes.c, freed when the answer is sent. All its memory is one arena. While
 * work is done elsewhere the connection is suspended; exchange_finish resumes it, from any thread,
 * and nobody but the event thread touches the exchange after that.
 */
#include <microhttpd.h>

#include "ledger/ledger.h"
#include "ledger/org/session.h"
#include "server/guard.h"
#include "server/metrics.h"
#include "server/server.h"
#include "server/watch.h"
#include "server/workers.h"

struct route;
struct sessions;
struct events;
struct homes;
struct district_ref;
struct timers;
struct courier;
struct upload;
struct arenas;

struct server {
    struct server_options o;
    struct ledger *ledger;
    struct MHD_Daemon *daemon;
    struct watch *watch;
    struct workers *readers, *slow;
    struct sessions *sessions;
    struct events *events;
    struct arenas *arenas;
    struct timers *timers; // NULL: switched off
    struct courier *courier; // the same
    struct metrics metrics;
    atomic_int in_flight; // requests not yet answered
    atomic_int working;   // of these, suspended: some thread holds them
    atomic_bool stopping;
    struct homes *homes;
    bool https; // public_url says so
    instant started_at;
    str local_token, data_dir;
    const char *address; // "http://127.0.0.1:8023"
};

enum stage { STAGE_BODY, STAGE_WORKING, STAGE_READY, STAGE_SENT };
enum { HEADERS_EXTRA = 8 };

struct answer {
    int status;
    const char *type;
    str body;
    struct MHD_Response *response; // instead of body: a file
    bool close;                    // the connection ends with this answer
    bool cached;                   // the route set its own Cache-Control
    const char *csp;               // NULL: that of data
    struct header extra[HEADERS_EXTRA];
    size_t n_extra;
};

struct exchange {
    struct task task; // first: a worker's task is its exchange
    struct server *server;
    struct MHD_Connection *connection;
    struct conn *conn;
    struct arena *a;
    struct ctx c;
    enum stage stage;
    const struct route *route;
    str method, target, path, query; // path decoded, query as sent
    str tail;                        // of the path, after the route's
    struct header headers[GUARD_FIELDS];
    size_t n_headers;
    char id[17]; // request id
    str address;
    bool https, loopback;
    int64_t from_us;
    bool suspended;

    int64_t body_limit, received;
    bool body_too_large;
    struct buf body;
    struct upload *upload;

    str token; // of the cookie
    struct session_state session;
    bool signed_in, local;
    const struct district_ref *home; // district.h; NULL: none
    int zone_min;                    // of the district, once it is known

    struct request request;
    struct answer answer;
};

str exchange_header(const struct exchange *x, const char *lower); // STR_EMPTY when absent
// A decoded parameter of the query; STR_EMPTY when absent.
str exchange_param(struct exchange *x, const char *name);
// All parameters, decoded. ERR_MALFORMED http.bad_target.
MUST_CHECK bool exchange_params(struct exchange *x, const struct param **out, size_t *n);
instant exchange_now(const struct exchange *x);

// Takes the connection off the event loop until exchange_finish; once.
void exchange_suspend(struct exchange *x);
// The answer is complete.
void exchange_finish(struct exchange *x);

// Filling the answer.
void answer_json(struct exchange *x, int status, str body);
void answer_text(struct exchange *x, int status, const char *type, str body);
void answer_error(struct exchange *x); // from x->c.err
void answer_header(struct exchange *x, const char *name, str value);
// Sends it; event thread.
enum MHD_Result answer_send(struct exchange *x);

// libmicrohttpd's callbacks.
enum MHD_Result exchange_on_request(void *server, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *data,
                                    size_t *data_bytes, void **exchange);
void exchange_on_completed(void *server, struct MHD_Connection *connection, void **exchange,
                           enum MHD_RequestTerminationCode why);
void *exchange_on_target(void *server, const char *target, struct MHD_Connection *connection);

// Spare arenas, so that a warm server does not ask the system for memory at each request.
MUST_CHECK struct arenas *arenas_new(void);
void arenas_free(struct arenas *p);
