#include "server/exchange.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/log.h"
#include "server/auth.h"
#include "server/clock.h"
#include "server/district.h"
#include "server/files.h"
#include "server/routes.h"

enum { SPARE = 64, DROP_BYTES = 8 * 1024 * 1024, BODY_FIRST = 4096, PARAMS = 40 };
#define ARENA_BYTES ((size_t)48 * 1024 * 1024)

/* --- spare arenas --- */

struct arenas {
    pthread_mutex_t mutex; // guards spare and n
    struct arena *spare[SPARE];
    int n;
};

struct arenas *arenas_new(void)
{
    struct arenas *p = calloc(1, sizeof *p);
    if (p) pthread_mutex_init(&p->mutex, NULL);
    return p;
}

void arenas_free(struct arenas *p)
{
    if (!p) return;
    while (p->n) arena_free(p->spare[--p->n]);
    pthread_mutex_destroy(&p->mutex);
    free(p);
}

static struct arena *arenas_take(struct arenas *p)
{
    pthread_mutex_lock(&p->mutex);
    struct arena *a = p->n ? p->spare[--p->n] : NULL;
    pthread_mutex_unlock(&p->mutex);
    return a ? a : arena_new(ARENA_BYTES);
}

static void arenas_give(struct arenas *p, struct arena *a)
{
    arena_reset(a);
    pthread_mutex_lock(&p->mutex);
    if (p->n < SPARE) {
        p->spare[p->n++] = a;
        a = NULL;
    }
    pthread_mutex_unlock(&p->mutex);
    arena_free(a);
}

/* --- what the request says --- */

str exchange_header(const struct exchange *x, const char *lower)
{
    for (size_t i = 0; i < x->n_headers; i++)
        if (header_is(x->headers[i].name, lower)) return x->headers[i].value;
    return STR_EMPTY;
}

instant exchange_now(const struct exchange *x)
{
    return clock_now(x->server->o.as_of, x->zone_min);
}

bool exchange_params(struct exchange *x, const struct param **out, size_t *n)
{
    struct param *params = arena_alloc(x->a, PARAMS * sizeof *params);
    str rest = x->query;
    *n = 0;
    while (rest.n) {
        str value = str_cut(&rest, STR("&")), name = str_cut(&value, STR("="));
        if (!name.n && !value.n) continue;
        if (*n == PARAMS) return fail(&x->c, ERR_MALFORMED, "http.bad_target");
        struct param *p = &params[(*n)++];
        if (!guard_decode(x->a, name, true, &p->name) || !guard_decode(x->a, value, true, &p->value))
            return fail(&x->c, ERR_MALFORMED, "http.bad_target");
    }
    *out = params;
    return true;
}

str exchange_param(struct exchange *x, const char *name)
{
    const struct param *params;
    size_t n;
    if (!exchange_params(x, &params, &n)) return STR_EMPTY;
    for (size_t i = 0; i < n; i++)
        if (str_is(params[i].name, name)) return params[i].value;
    return STR_EMPTY;
}

// The first of zh and en in the order of the list; weights are rarely sent against it.
static enum lang language(str accept)
{
    while (accept.n) {
        str tag = str_trim(str_cut(&accept, STR(",")));
        if (tag.n >= 2 && (tag.p[0] | 32) == 'z' && (tag.p[1] | 32) == 'h') return LANG_ZH;
        if (tag.n >= 2 && (tag.p[0] | 32) == 'e' && (tag.p[1] | 32) == 'n') return LANG_EN;
    }
    return LANG_ZH;
}

static bool listed(str list, str address)
{
    while (list.n)
        if (str_eq(str_trim(str_cut(&list, STR(","))), address)) return true;
    return false;
}

// The last address before the trusted fronts; what stands left of it was said by the client itself.
static str client_of(const struct exchange *x, str forwarded)
{
    str found = x->address;
    while (forwarded.n) {
        size_t comma = forwarded.n;
        while (comma > 0 && forwarded.p[comma - 1] != ',') comma--;
        str last = str_trim(str_from(forwarded, comma));
        forwarded = str_sub(forwarded, 0, comma ? comma - 1 : 0);
        if (!last.n || last.n >= ADDRESS_CHARS) break;
        found = last;
        if (!listed(x->server->o.trusted_proxies, last)) break;
    }
    return found;
}

static void read_origin(struct exchange *x)
{
    const struct server_options *o = &x->server->o;
    x->address = str_of(x->conn->address);
    x->https = str_starts(o->public_url, STR("https://"));
    x->loopback = str_starts(x->address, STR("127.")) || str_is(x->address, "::1");
    if (x->conn->exempt) {
        x->https = x->https || str_is(exchange_header(x, "x-forwarded-proto"), "https");
        x->address = client_of(x, exchange_header(x, "x-forwarded-for"));
    }
    x->c.lang = language(exchange_header(x, "accept-language"));
    x->home = home_of(x);
    if (x->home) x->zone_min = x->home->zone_min;
}

static enum MHD_Result take_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
                                   const char *value, size_t value_bytes)
{
    struct exchange *x = arg;
    (void)kind;
    if (x->n_headers < GUARD_FIELDS)
        x->headers[x->n_headers] = (struct header){{name, name_bytes}, {value ? value : "", value ? value_bytes : 0}};
    x->n_headers++;
    return MHD_YES;
}

static void request_id(char id[17])
{
    uint64_t r = 0;
    if (getrandom(&r, sizeof r, 0) != (ssize_t)sizeof r) r = (uint64_t)clock_monotonic_us();
    for (int i = 0; i < 16; i++) id[i] = "0123456789abcdef"[r >> (4 * i) & 15];
    id[16] = 0;
}

/* --- life --- */

static struct exchange *exchange_new(struct server *s, struct MHD_Connection *connection, struct conn *conn)
{
    struct arena *a = arenas_take(s->arenas);
    if (!a) return NULL;
    struct exchange *x = ARENA_NEW(a, struct exchange);
    x->a = x->c.a = a;
    error_clear(&x->c);
    x->server = s;
    x->connection = connection;
    x->conn = conn;
    x->from_us = clock_monotonic_us();
    x->tail = x->query = x->token = STR_EMPTY;
    request_id(x->id);
    atomic_fetch_add(&s->in_flight, 1);
    return x;
}

void exchange_on_completed(void *server, struct MHD_Connection *connection, void **exchange,
                           enum MHD_RequestTerminationCode why)
{
    struct server *s = server;
    struct exchange *x = *exchange;
    (void)connection;
    (void)why;
    *exchange = NULL;
    if (!x) return;
    int64_t now = clock_monotonic_us();
    if (x->answer.status)
        metrics_answer(&s->metrics, x->route ? x->route->metric : METRIC_OTHER, x->answer.status, now - x->from_us);
    upload_drop(x);
    x->conn->served++;
    watch_deadline(x->conn, now + s->o.idle_ms * 1000);
    arenas_give(s->arenas, x->a);
    atomic_fetch_sub(&s->in_flight, 1);
}

void *exchange_on_target(void *server, const char *target, struct MHD_Connection *connection)
{
    struct server *s = server;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct conn *conn = info ? info->socket_context : NULL;
    if (!conn) return NULL;
    free(conn->target);
    conn->target = strdup(target);
    // Later requests of a connection: the time for the header runs from their first line.
    if (conn->served) watch_deadline(conn, clock_monotonic_us() + s->o.header_ms * 1000);
    return NULL;
}

void exchange_suspend(struct exchange *x)
{
    x->stage = STAGE_WORKING;
    x->suspended = true;
    atomic_fetch_add(&x->server->working, 1);
    MHD_suspend_connection(x->connection);
}

void exchange_finish(struct exchange *x)
{
    bool suspended = x->suspended;
    struct MHD_Connection *connection = x->connection;
    struct server *s = x->server;
    x->stage = STAGE_READY;
    if (!suspended) return;
    // From here on the event thread may send the answer and free the exchange.
    MHD_resume_connection(connection);
    atomic_fetch_sub(&s->working, 1);
}

/* --- the body --- */

static void body_deadline(struct exchange *x)
{
    const struct server_options *o = &x->server->o;
    int64_t allowed = o->body_grace_ms * 1000 + x->received * US_PER_SECOND / o->body_bytes_per_second;
    if (x->route->body != BODY_FILE && allowed > o->form_ms * 1000) allowed = o->form_ms * 1000;
    watch_deadline(x->conn, x->from_us + allowed);
}

static enum MHD_Result body_take(struct exchange *x, str data)
{
    x->received += (int64_t)data.n;
    if (x->received > x->body_limit) {
        x->body_too_large = true;
        upload_drop(x); // at once: what is too large must not fill the disk meanwhile
        return x->received > x->body_limit + DROP_BYTES ? MHD_NO : MHD_YES;
    }
    if (x->route->body == BODY_FILE)
        upload_take(x, data);
    else
        buf_add(&x->body, data);
    body_deadline(x);
    return MHD_YES;
}

// The length the client announces; -1 when it is chunked.
static int64_t announced(const struct exchange *x)
{
    int64_t n = 0;
    str length = exchange_header(x, "content-length");
    if (exchange_header(x, "transfer-encoding").n) return -1;
    return length.n && str_int(length, &n) ? n : 0;
}

static bool body_begin(struct exchange *x)
{
    const struct server_options *o = &x->server->o;
    static const char *const json = "application/json";
    x->body_limit = x->route->body == BODY_JSON ? o->json_bytes : x->route->body == BODY_FILE ? o->upload_bytes : 0;
    int64_t n = announced(x);
    if (n > x->body_limit + DROP_BYTES) return fail(&x->c, ERR_TOO_LARGE, "http.too_large");
    if (x->route->body == BODY_JSON) {
        str type = exchange_header(x, "content-type"), head = str_trim(str_cut(&type, STR(";")));
        if (!header_is(head, json)) return fail(&x->c, ERR_MALFORMED, "http.not_json");
    }
    buf_init(&x->body, x->a, (size_t)o->json_bytes + BODY_FIRST);
    body_deadline(x);
    return true;
}

/* --- the callback --- */

static enum MHD_Result turn_away(struct exchange *x)
{
    x->answer.close = true;
    answer_error(x);
    return answer_send(x);
}

static enum error_code code_of(int status)
{
    return status == 405 ? ERR_CONFLICT : ERR_MALFORMED;
}

static bool guarded(struct exchange *x, const char *version)
{
    static const struct guard_refusal bad_target = {400, "http.bad_target"};
    struct guard_request r = {x->method, x->target, str_of(version), x->headers, x->n_headers};
    const struct guard_refusal *no = guard_check(&r);
    if (!no) {
        str rest = x->target, raw = str_cut(&rest, STR("?"));
        x->query = rest;
        if (guard_decode(x->a, raw, false, &x->path)) return true;
        no = &bad_target;
    }
    atomic_fetch_add(&x->server->metrics.refused_at_door, 1);
    if (x->n_headers > GUARD_FIELDS) x->n_headers = GUARD_FIELDS;
    log_line(LOG_WARN, "http.refused", LOG_STR("address", str_of(x->conn->address)), LOG_STR("why", str_of(no->id)));
    x->answer.status = no->status;
    return fail(&x->c, code_of(no->status), no->id);
}

static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
    str allow = STR_EMPTY;
    x->method = str_dup(x->a, str_of(method));
    x->target = str_dup(x->a, str_of(x->conn->target));
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, take_header, x);
    if (!guarded(x, version)) {
        x->answer.close = true;
        if (x->answer.status == 405) answer_header(x, "Allow", STR("GET, HEAD, POST, DELETE"));
        answer_error(x);
        return answer_send(x);
    }
    read_origin(x);
    if (atomic_load(&x->server->stopping) && !fail(&x->c, ERR_BUSY, "server.stopping")) return turn_away(x);
    if (!route_find(x, &allow)) {
        if (allow.n) {
            x->answer.status = 405;
            answer_header(x, "Allow", allow);
        }
        // A body that nobody asked for is not read: the connection ends instead.
        if (announced(x) != 0) x->answer.close = true;
        answer_error(x);
        return answer_send(x);
    }
    return body_begin(x) ? MHD_YES : turn_away(x);
}

enum MHD_Result exchange_on_request(void *server, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *data,
                                    size_t *data_bytes, void **exchange)
{
    struct server *s = server;
    struct exchange *x = *exchange;
    (void)url;
    if (!x) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        struct conn *conn = info ? info->socket_context : NULL;
        if (!conn || !conn->target || !(x = exchange_new(s, connection, conn))) return MHD_NO;
        *exchange = x;
        return begin(x, method, version);
    }
    if (*data_bytes) {
        str chunk = {data, *data_bytes};
        *data_bytes = 0;
        return x->stage == STAGE_BODY ? body_take(x, chunk) : MHD_YES;
    }
    if (x->stage == STAGE_BODY) {
        watch_deadline(x->conn, INT64_MAX);
        if (x->body_too_large) {
            (void)fail(&x->c, ERR_TOO_LARGE, "http.too_large");
            answer_error(x);
            x->stage = STAGE_READY;
        } else {
            route_dispatch(x);
        }
        if (x->suspended) return MHD_YES; // somebody else's from here
    }
    return x->stage == STAGE_READY ? answer_send(x) : MHD_YES;
}
