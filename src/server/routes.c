#include "server/routes.h"

#include <jansson.h>

#include "ledger/org/session_view.h"
#include "ledger/state.h"
#include "server/auth.h"
#include "server/clock.h"
#include "server/district.h"
#include "server/events.h"
#include "server/feed.h"
#include "server/files.h"
#include "server/static.h"

/* --- commands and queries --- */

static void command_done(void *arg, bool ok, str result)
{
    struct exchange *x = arg;
    if (ok) {
        atomic_fetch_add(&x->server->metrics.committed, 1);
        answer_json(x, 200, result);
    } else {
        answer_error(x);
    }
    exchange_finish(x);
}

static void request_fill(struct exchange *x)
{
    x->request = (struct request){.district = x->session.district, .actor = x->session.actor,
                                  .now = exchange_now(x), .name = x->tail, .body = STR_EMPTY, .idem_key = STR_EMPTY,
                                  .acting_for = auth_acting_for(x)};
}

static void run_command(struct exchange *x)
{
    str body = buf_str(&x->body);
    request_fill(x);
    x->request.body = body;
    x->request.idem_key = exchange_header(x, "idempotency-key");
    bool good = utf8_valid(body) || fail(&x->c, ERR_MALFORMED, "http.bad_encoding");
    if (good && ledger_submit(&x->c, x->server->ledger, &x->request, command_done, x)) return;
    answer_error(x);
    exchange_finish(x);
}

enum { QUERY_BYTES = 16 * 1024 * 1024 };

static void run_query(struct exchange *x)
{
    struct buf out;
    request_fill(x);
    buf_init(&out, x->a, QUERY_BYTES);
    bool good = exchange_params(x, &x->request.params, &x->request.n_params) &&
                ledger_ask(&x->c, x->server->ledger, &x->request, &out);
    if (good && !buf_ok(&out)) good = fail(&x->c, ERR_TOO_LARGE, "http.too_large");
    if (good) answer_json(x, 200, buf_str(&out));
    else answer_error(x);
}

static void run_openapi(struct exchange *x)
{
    struct buf out;
    buf_init(&out, x->a, QUERY_BYTES);
    if (ledger_openapi(&x->c, &out) && ctx_ok(&x->c)) answer_json(x, 200, buf_str(&out));
    else answer_error(x);
}

/* --- sessions --- */

static struct session_view view_of(struct exchange *x)
{
    return (struct session_view){.district = x->session.district, .now = exchange_now(x),
                                 .as_of = x->server->o.as_of, .acting_for = auth_acting_for(x),
                                 .demo_password = x->server->o.demo_password};
}

static void put_session(struct exchange *x)
{
    struct buf out;
    struct session_view v = view_of(x);
    buf_init(&out, x->a, QUERY_BYTES);
    v.csrf = x->token.n ? session_csrf(x->a, x->token) : STR_EMPTY;
    if (session_describe(&x->c, x->server->ledger, &v, &x->session.actor, &out)) answer_json(x, 200, buf_str(&out));
    else answer_error(x);
}

static void session_get(struct exchange *x)
{
    put_session(x);
}

static bool text_member(const json_t *object, const char *name, str *out)
{
    const json_t *v = json_object_get(object, name);
    if (!json_is_string(v)) return false;
    *out = (str){json_string_value(v), json_string_length(v)};
    return true;
}

// *district: the code given, or "".
static bool read_sign_in(struct exchange *x, struct sign_in *in, str *district)
{
    str body = buf_str(&x->body), login, password, code = STR_EMPTY;
    json_error_t e;
    json_t *o = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &e);
    if (!o && e.line < 0) return fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
    size_t members = 2 + text_member(o, "district", &code);
    bool good = json_is_object(o) && json_object_size(o) == members && text_member(o, "login", &login) &&
                text_member(o, "password", &password);
    if (good) {
        *district = str_dup(x->a, code);
        in->login = str_dup(x->a, str_trim(login));
        in->password = str_dup(x->a, password);
    }
    json_decref(o);
    return good || fail(&x->c, ERR_MALFORMED, "session.bad_body");
}

static void session_post(struct exchange *x)
{
    struct sign_in in = {.address = x->address, .at = clock_real()};
    struct session_grant grant;
    struct district_ref d;
    str agent = exchange_header(x, "user-agent"), code;
    in.agent = utf8_valid(agent) ? agent : STR_EMPTY;
    bool good = read_sign_in(x, &in, &code) && district_meant(x, code, &d);
    if (good) {
        district_enter(x, d.id, d.zone_min);
        in.district = d.id;
        in.now = exchange_now(x);
        good = session_open(&x->c, x->server->ledger, &in, &grant);
    }
    explicit_bzero(x->body.p, x->body.n);
    if (good) explicit_bzero((char *)(uintptr_t)in.password.p, in.password.n);
    if (!good) {
        answer_error(x);
        return;
    }
    x->token = grant.token;
    x->session.actor = grant.actor;
    auth_set_cookie(x, grant.token);
    put_session(x);
}

static void session_delete(struct exchange *x)
{
    if (!x->local && !session_close(&x->c, x->server->ledger, &x->session, exchange_now(x))) {
        answer_error(x);
        return;
    }
    auth_forget(x->server, x->token);
    auth_set_cookie(x, STR_EMPTY);
    answer_header(x, "Clear-Site-Data", STR("\"cache\", \"storage\""));
    answer_json(x, 200, STR("{}"));
}

// Of the district it is for, when that is known; else of those there are to choose from.
static void welcome(struct exchange *x)
{
    struct buf out;
    struct district_ref d;
    struct district_list list;
    str code = exchange_param(x, "district"), text = exchange_param(x, "q");
    bool known = district_meant(x, code, &d), several = !known && x->c.err.code == ERR_INVALID;
    if (several) error_clear(&x->c);
    if (known) district_enter(x, d.id, d.zone_min);
    struct session_view v = view_of(x);
    bool choice = several || (known && code.n && !x->home);
    if (choice) v.choice = &list;
    buf_init(&out, x->a, QUERY_BYTES);
    bool good = (known || several) && (!choice || ledger_district_search(&x->c, x->server->ledger, text, &list)) &&
                session_welcome(&x->c, x->server->ledger, &v, &out);
    if (good) answer_json(x, 200, buf_str(&out));
    else answer_error(x);
}

/* --- the machine's own questions --- */

// Can the store be read? With the journal's head where one district is served.
static bool readable(struct exchange *x, struct buf *head)
{
    struct district_ref d;
    if (!district_meant(x, STR_EMPTY, &d)) return x->c.err.code == ERR_INVALID;
    struct request r = {.district = d.id, .now = clock_real(), .name = STR("journal_head"),
                        .actor = {.roles = ROLE_SYSTEM}};
    return ledger_ask(&x->c, x->server->ledger, &r, head);
}

static void health(struct exchange *x)
{
    const struct store *store = ledger_store(x->server->ledger);
    struct buf head, out;
    bool writable = store_healthy(store) && store_reachable(store);
    buf_init(&head, x->a, 64 * 1024);
    // A store that is away is not waited for.
    bool ok = store_reachable(store) && readable(x, &head) && writable;
    buf_init(&out, x->a, 128 * 1024);
    struct json j;
    jw_init(&j, &out);
    jw_object(&j);
    jw_put_text(&j, "status", ok ? STR("ok") : STR("failing"));
    jw_put_bool(&j, "writable", writable);
    jw_put_text(&j, "version", STR(BIHUAN_VERSION));
    jw_key(&j, "journal");
    if (head.n) jw_raw(&j, buf_str(&head));
    else jw_null(&j);
    jw_end(&j);
    answer_json(x, ok ? 200 : 503, buf_str(&out));
}

static void metrics(struct exchange *x)
{
    struct server *s = x->server;
    struct buf out;
    if (!(x->session.actor.roles & (ROLE_SYSADMIN | ROLE_SYSTEM))) {
        (void)fail(&x->c, ERR_FORBIDDEN, "http.metrics");
        answer_error(x);
        return;
    }
    struct metrics_gauges g = {.connections = watch_count(s->watch),
                               .cut = watch_cut(s->watch),
                               .queued = workers_waiting(s->readers),
                               .slow_queued = workers_waiting(s->slow),
                               .in_flight = atomic_load(&s->in_flight) - events_count(s->events),
                               .streams = events_count(s->events),
                               .healthy = store_healthy(ledger_store(s->ledger)),
                               .reachable = store_reachable(ledger_store(s->ledger)),
                               .snapshots = (int64_t)states_use(ledger_states(s->ledger)).kept,
                               .commits = store_commits(ledger_store(s->ledger)),
                               .started_at = s->started_at / US_PER_SECOND};
    buf_init(&out, x->a, QUERY_BYTES);
    metrics_text(&s->metrics, &g, &out);
    answer_text(x, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&out));
}

/* --- the table --- */

// The first that fits by path and method; a path that fits by another method only is 405.
static const struct route ROUTES[] = {
    {"POST", "/api/v1/do/", ACCESS_SIGNED_IN, BODY_JSON, ON_WRITER, METRIC_COMMAND, run_command},
    {"GET", "/api/v1/welcome", ACCESS_OPEN, BODY_NONE, ON_READERS, METRIC_QUERY, welcome},
    {"GET", "/api/v1/session", ACCESS_SIGNED_IN, BODY_NONE, ON_READERS, METRIC_SESSION, session_get},
    {"POST", "/api/v1/session", ACCESS_OPEN, BODY_JSON, ON_SLOW, METRIC_SESSION, session_post},
    {"DELETE", "/api/v1/session", ACCESS_SIGNED_IN, BODY_NONE, ON_SLOW, METRIC_SESSION, session_delete},
    {"POST", "/api/v1/files", ACCESS_SIGNED_IN, BODY_FILE, ON_SLOW, METRIC_FILE, files_post},
    {"GET", "/api/v1/files/", ACCESS_SIGNED_IN, BODY_NONE, ON_READERS, METRIC_FILE, files_get},
    {"GET", "/api/v1/events", ACCESS_SIGNED_IN, BODY_NONE, ON_READERS, METRIC_STREAM, events_get},
    {"GET", "/api/v1/", ACCESS_SIGNED_IN, BODY_NONE, ON_READERS, METRIC_QUERY, run_query},
    {"GET", "/feed/", ACCESS_OPEN, BODY_NONE, ON_SLOW, METRIC_OTHER, feed_get},
    {"GET", "/openapi.json", ACCESS_SIGNED_IN, BODY_NONE, ON_READERS, METRIC_OTHER, run_openapi},
    {"GET", "/healthz", ACCESS_OPEN, BODY_NONE, ON_READERS, METRIC_OTHER, health},
    {"GET", "/metrics", ACCESS_SIGNED_IN, BODY_NONE, ON_READERS, METRIC_OTHER, metrics},
    {"GET", "/", ACCESS_OPEN, BODY_NONE, ON_EVENT, METRIC_STATIC, static_get},
};

static bool path_fits(const struct route *r, str path, str *tail)
{
    str own = str_of(r->path);
    bool below = own.p[own.n - 1] == '/';
    if (below ? !str_starts(path, own) : !str_eq(path, own)) return false;
    *tail = str_from(path, own.n);
    return true;
}

bool route_find(struct exchange *x, str *allow)
{
    bool head = str_is(x->method, "HEAD");
    const char *wanted = head ? "GET" : x->method.p;
    const struct route *first = NULL;
    for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
        const struct route *r = &ROUTES[i];
        str tail;
        // A longer path has been met already: what stands below is not this one's business.
        if (!path_fits(r, x->path, &tail) || (first && strcmp(first->path, r->path) != 0)) continue;
        first = first ? first : r;
        *allow = str_printf(x->a, "%.*s%s%s", STR_FMT(*allow), allow->n ? ", " : "",
                            strcmp(r->method, "GET") == 0 ? "GET, HEAD" : r->method);
        if (strcmp(r->method, wanted) != 0) continue;
        x->route = r;
        x->tail = tail;
        return true;
    }
    if (!first) return fail(&x->c, ERR_NOT_FOUND, "http.not_found");
    return fail(&x->c, ERR_CONFLICT, "http.method");
}

/* --- on its way --- */

static void finish_error(struct exchange *x)
{
    answer_error(x);
    exchange_finish(x);
}

static void run_here(struct exchange *x)
{
    const struct route *r = x->route;
    r->run(x);
    // What went to the writer may be answered and gone by now.
    if (r->place != ON_WRITER) exchange_finish(x);
}

static bool permitted(struct exchange *x)
{
    bool changes = !str_is(x->method, "GET") && !str_is(x->method, "HEAD");
    bool open = x->route->access == ACCESS_OPEN;
    if (!open && !x->signed_in) return fail(&x->c, ERR_UNAUTHENTICATED, "session.none");
    return !changes || auth_same_site(x, !open);
}

// On a worker: what could not be decided at once, then the work itself.
static void on_worker(struct task *t)
{
    struct exchange *x = (struct exchange *)t;
    bool known = x->route->access == ACCESS_OPEN || x->signed_in || auth_wait(x);
    if (known && permitted(x)) run_here(x);
    else finish_error(x);
}

void route_dispatch(struct exchange *x)
{
    struct server *s = x->server;
    const struct route *r = x->route;
    bool decided = r->access == ACCESS_OPEN || auth_quick(x);
    if (decided && !permitted(x)) {
        answer_error(x);
        x->stage = STAGE_READY;
        return;
    }
    if (decided && r->place == ON_EVENT) {
        run_here(x);
        return;
    }
    exchange_suspend(x);
    if (decided && r->place == ON_WRITER) {
        run_here(x);
        return;
    }
    x->task.run = on_worker;
    if (workers_add(r->place == ON_SLOW ? s->slow : s->readers, &x->task)) return;
    (void)fail(&x->c, ERR_BUSY, "http.busy");
    finish_error(x);
}
