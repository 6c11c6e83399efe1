/*
 * Answers: the headers that stand on every one of them, problems as RFC 9457 JSON, and handing them
 * to libmicrohttpd. The values of the headers and why: docs/security.md.
 */
#include "base/log.h"
#include "server/auth.h"
#include "server/clock.h"
#include "server/routes.h"

static const char CSP_DATA[] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

static const struct {
    const char *name, *value;
} ALWAYS[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "geolocation=(), camera=(), microphone=()"},
};

void answer_text(struct exchange *x, int status, const char *type, str body)
{
    x->answer.status = status;
    x->answer.type = type;
    x->answer.body = body;
}

void answer_json(struct exchange *x, int status, str body)
{
    answer_text(x, status, "application/json; charset=utf-8", body);
}

void answer_header(struct exchange *x, const char *name, str value)
{
    INVARIANT(x->answer.n_extra < HEADERS_EXTRA);
    x->answer.extra[x->answer.n_extra++] = (struct header){str_of(name), value};
}

static void put_problem(struct exchange *x, struct json *j, int status)
{
    const struct error *e = &x->c.err;
    const char *id = e->id ? e->id : "http.internal";
    const char *code = error_code_name(e->code);
    jw_object(j);
    jw_put_text(j, "type", str_printf(x->a, "/problems/%s", id));
    jw_put_text(j, "title", str_of(code));
    jw_put_int(j, "status", status);
    jw_put_text(j, "code", str_of(code));
    jw_put_text(j, "id", str_of(id));
    jw_put_text(j, "detail", error_text(x->a, x->c.lang, e));
    jw_key(j, "field");
    if (e->field.n) jw_text(j, e->field);
    else jw_null(j);
    jw_key(j, "position");
    if (e->position >= 0) jw_int(j, e->position);
    else jw_null(j);
    jw_put_text(j, "request_id", str_of(x->id));
    jw_end(j);
}

void answer_error(struct exchange *x)
{
    static const char last_resort[] = "{\"type\":\"/problems/base.no_memory\",\"title\":\"no_memory\",\"status\":503,"
                                      "\"code\":\"no_memory\",\"id\":\"base.no_memory\",\"detail\":\"\"}";
    struct buf b;
    struct json j;
    if (x->c.err.code == ERR_NONE) (void)fail(&x->c, ERR_INTERNAL, "http.internal");
    int status = x->answer.status ? x->answer.status : error_http_status(x->c.err.code);
    if (!arena_ok(x->a)) status = 503;
    if (status == 503) {
        if (x->c.err.code == ERR_BUSY) atomic_fetch_add(&x->server->metrics.busy, 1);
        answer_header(x, "Retry-After", STR("1"));
    }
    buf_init(&b, x->a, 16 * 1024);
    jw_init(&j, &b);
    put_problem(x, &j, status);
    str body = buf_ok(&b) && arena_ok(x->a) ? buf_str(&b) : str_of(last_resort);
    x->answer.response = NULL;
    answer_text(x, status, "application/problem+json; charset=utf-8", body);
    log_line(status >= 500 ? LOG_ERROR : LOG_INFO, "http.problem", LOG_INT("status", status),
             LOG_STR("id", str_of(x->c.err.id)), LOG_STR("request", str_of(x->id)), LOG_STR("path", x->path),
             LOG_STR("address", x->address), LOG_STR("login", x->session.actor.login));
}

static bool put(struct MHD_Response *r, const char *name, const char *value)
{
    return MHD_add_response_header(r, name, value) == MHD_YES;
}

static bool put_headers(struct exchange *x, struct MHD_Response *r)
{
    struct answer *w = &x->answer;
    bool good = put(r, "Content-Security-Policy", w->csp ? w->csp : CSP_DATA) && put(r, "X-Request-Id", x->id);
    for (size_t i = 0; i < COUNT_OF(ALWAYS); i++) good = good && put(r, ALWAYS[i].name, ALWAYS[i].value);
    if (w->type) good = good && put(r, "Content-Type", w->type);
    if (!w->cached) good = good && put(r, "Cache-Control", "no-store");
    if (x->https) good = good && put(r, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    if (w->close || x->conn->served + 1 >= x->server->o.requests_per_connection || atomic_load(&x->server->stopping))
        good = good && put(r, "Connection", "close");
    for (size_t i = 0; i < w->n_extra; i++)
        good = good && put(r, w->extra[i].name.p, str_z(x->a, w->extra[i].value));
    return good;
}

enum MHD_Result answer_send(struct exchange *x)
{
    struct answer *w = &x->answer;
    const struct server_options *o = &x->server->o;
    int64_t bytes = (int64_t)w->body.n;
    x->stage = STAGE_SENT;
    struct MHD_Response *r = w->response;
    if (r)
        bytes = o->upload_bytes;
    else // the body lives in the exchange's arena or in the program, both longer than the answer
        r = MHD_create_response_from_buffer(w->body.n, (void *)(uintptr_t)w->body.p, MHD_RESPMEM_PERSISTENT);
    if (!r) return MHD_NO;
    int64_t time = o->form_ms * 1000 + bytes * US_PER_SECOND / o->body_bytes_per_second;
    watch_deadline(x->conn, clock_monotonic_us() + time);
    enum MHD_Result sent = put_headers(x, r) ? MHD_queue_response(x->connection, (unsigned)w->status, r) : MHD_NO;
    MHD_destroy_response(r);
    w->response = NULL;
    return sent;
}
