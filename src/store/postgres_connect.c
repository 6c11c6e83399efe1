/*
 * Finding the server.
 *
 * An address may name several hosts. They are tried one after the other by us, the one that answered
 * last first, each with a deadline of its own; libpq's way would wait for a frozen host as long as
 * for all of them. A host is taken when it is no standby and, for a store opened for writing, takes
 * writes.
 *
 * The fence: each promotion of a standby gives the cluster a higher timeline. The highest seen by
 * this process is kept, and a server with a lower one is refused: it is the old primary, which was
 * frozen or cut off, woke up and does not know yet that it has been replaced.
 *
 * Nothing here may tell or log a password: libpq's messages about a connection have none, those
 * about an address that cannot be read quote it and are not used.
 */
#include "store/postgres_internal.h"

#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTIONS_MOST = 96 };

/* --- the address --- */

// Cuts text at its commas, in place.
static int split(char *text, const char *out[HOSTS_MOST])
{
    int n = 0;
    for (char *p = text; p && n < HOSTS_MOST;) {
        char *comma = strchr(p, ',');
        if (comma) *comma++ = '\0';
        out[n++] = *p ? p : NULL;
        p = comma;
    }
    return n;
}

static char **place_of(struct pg_shared *s, const char *keyword)
{
    if (strcmp(keyword, "host") == 0) return &s->host_text;
    if (strcmp(keyword, "hostaddr") == 0) return &s->hostaddr_text;
    return strcmp(keyword, "port") == 0 ? &s->port_text : NULL;
}

static const char *option(const struct pg_shared *s, const char *keyword)
{
    for (const PQconninfoOption *o = s->options; o->keyword; o++)
        if (strcmp(o->keyword, keyword) == 0) return o->val;
    return NULL;
}

static const char *host_name(const struct pg_host *h)
{
    return h->host ? h->host : h->hostaddr ? h->hostaddr : "localhost";
}

static void make_label(struct pg_shared *s)
{
    const char *database = option(s, "dbname"), *user = option(s, "user");
    int n = snprintf(s->label, sizeof s->label, "postgresql://%s", host_name(&s->hosts[0]));
    for (int i = 0; i < s->n_hosts && n < (int)sizeof s->label; i++) {
        const struct pg_host *h = &s->hosts[i];
        size_t left = sizeof s->label - (size_t)n;
        if (i > 0) n += snprintf(s->label + n, left, ",%s", host_name(h));
        left = n < (int)sizeof s->label ? sizeof s->label - (size_t)n : 0;
        if (left && h->port) n += snprintf(s->label + n, left, ":%s", h->port);
    }
    if (n < (int)sizeof s->label)
        snprintf(s->label + n, sizeof s->label - (size_t)n, "/%s", database ? database : user ? user : "");
}

bool postgres_address(struct ctx *c, const char *url, struct pg_shared *s)
{
    const char *names[HOSTS_MOST] = {0}, *addresses[HOSTS_MOST] = {0}, *ports[HOSTS_MOST] = {0};
    char *quoted = NULL;
    s->options = PQconninfoParse(url, &quoted);
    PQfreemem(quoted); // it may quote the password
    if (!s->options) return fail(c, ERR_STORE, "store.cannot_open", STR("postgresql://"));
    for (const PQconninfoOption *o = s->options; o->keyword; o++) {
        char **place = place_of(s, o->keyword);
        if (place && o->val && !(*place = strdup(o->val))) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    }
    int n = split(s->host_text, names), m = split(s->hostaddr_text, addresses);
    int p = split(s->port_text, ports);
    s->n_hosts = n > m ? n : m;
    if (s->n_hosts == 0) s->n_hosts = 1;
    for (int i = 0; i < s->n_hosts; i++)
        s->hosts[i] = (struct pg_host){names[i], addresses[i], p > 1 ? ports[i] : ports[0]};
    make_label(s);
    return true;
}

void postgres_address_free(struct pg_shared *s)
{
    PQconninfoFree(s->options);
    free(s->host_text);
    free(s->hostaddr_text);
    free(s->port_text);
}

/* --- one connection --- */

enum attempt { ATTEMPT_OK, ATTEMPT_AWAY, ATTEMPT_REFUSED };

struct words {
    const char *keyword[OPTIONS_MOST], *value[OPTIONS_MOST];
    int n;
};

static void add(struct words *w, const char *keyword, const char *value)
{
    INVARIANT(w->n + 1 < OPTIONS_MOST);
    w->keyword[w->n] = keyword;
    w->value[w->n++] = value;
}

static void words_for(struct words *w, const struct pg_shared *s, const struct pg_host *h)
{
    static const char *const OURS[][2] = {
        {"client_encoding", "UTF8"}, {"target_session_attrs", "any"}, {"connect_timeout", NULL},
        {"host", NULL},              {"hostaddr", NULL},              {"port", NULL}};
    static const char *const DEFAULTS[][2] = {{"application_name", "bihuan"},
                                              {"keepalives_idle", "5"},
                                              {"keepalives_interval", "2"},
                                              {"keepalives_count", "3"},
                                              {"tcp_user_timeout", "3000"}};
    for (const PQconninfoOption *o = s->options; o->keyword; o++) {
        bool ours = false;
        for (size_t i = 0; i < COUNT_OF(OURS); i++) ours |= strcmp(o->keyword, OURS[i][0]) == 0;
        if (o->val && !ours) add(w, o->keyword, o->val);
    }
    for (size_t i = 0; i < COUNT_OF(OURS); i++)
        if (OURS[i][1]) add(w, OURS[i][0], OURS[i][1]);
    for (size_t i = 0; i < COUNT_OF(DEFAULTS); i++)
        if (!option(s, DEFAULTS[i][0])) add(w, DEFAULTS[i][0], DEFAULTS[i][1]);
    if (h->host) add(w, "host", h->host);
    if (h->hostaddr) add(w, "hostaddr", h->hostaddr);
    if (h->port) add(w, "port", h->port);
    w->keyword[w->n] = w->value[w->n] = NULL;
}

static void on_notice(void *p, const PGresult *r)
{
    struct pg_db *d = p;
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && (strcmp(severity, "NOTICE") == 0 || strcmp(severity, "INFO") == 0)) return;
    d->warned = true;
    log_line(LOG_WARN, "store.notice", LOG_STR("state", str_of(PQresultErrorField(r, PG_DIAG_SQLSTATE))),
             LOG_STR("detail", str_of(PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY))));
}

static bool handshake(PGconn *conn)
{
    int64_t until_us = monotonic_us() + (int64_t)CONNECT_MS * 1000;
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
    while (wants != PGRES_POLLING_OK) {
        struct pollfd p = {.fd = PQsocket(conn), .events = POLLIN};
        if (wants == PGRES_POLLING_WRITING) p.events = POLLOUT;
        int64_t left_us = until_us - monotonic_us();
        int rc = left_us > 0 && p.fd >= 0 ? poll(&p, 1, (int)(left_us / 1000) + 1) : 0;
        if (rc == 0 || (rc < 0 && errno != EINTR)) return false;
        wants = PQconnectPoll(conn);
        if (wants == PGRES_POLLING_FAILED) return false;
    }
    return true;
}

// "FATAL:  28P01: password authentication failed": libpq has the SQLSTATE of a refused connection only
// in its verbose text. Copies the sentence without it and returns where the state stands, or NULL.
static const char *sentence(struct pg_db *d, const char *text)
{
    const char *state = NULL;
    for (const char *p = text; !state && (p = strstr(p, ":  ")) != NULL; p += 3)
        if (strspn(p + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && p[8] == ':') state = p + 3;
    str first = str_of(state ? state + 6 : text);
    first = str_trim(str_cut(&first, STR("\n")));
    snprintf(d->why, sizeof d->why, "%.*s", STR_FMT(first));
    return state;
}

// A server that refuses us for good, against one that cannot be reached or is not ready yet.
static enum attempt why_not(struct pg_db *d)
{
    const char *state = sentence(d, PQerrorMessage(d->conn));
    if (!d->why[0]) snprintf(d->why, sizeof d->why, "no answer in time");
    static const char *const REFUSALS[] = {"28", "3D", "42", "22", "55000"};
    bool refused = PQconnectionNeedsPassword(d->conn) == 1;
    for (size_t i = 0; i < COUNT_OF(REFUSALS) && state; i++)
        refused |= strncmp(state, REFUSALS[i], strlen(REFUSALS[i])) == 0;
    return refused ? ATTEMPT_REFUSED : ATTEMPT_AWAY;
}

/*
 * statement_timeout is the server's own deadline, a little before ours, for readers: a writer's would cut
 * the wait for the synchronous standby inside COMMIT. idle_in_transaction_session_timeout frees a district's lock
 * when we hang, client_connection_check_interval when we are gone; the latter not every system has.
 *
 * Readers plan every statement for the values it comes with. Districts differ a thousandfold in size, and
 * a plan that is kept is one for the mean: in the largest of a country it read the whole district where
 * an index holds the few rows, and ran into its deadline (bench/country.py). Writers look up single rows by
 * key, for which any size has the same plan, and save the planning.
 * $1 statement_timeout, $2 lock_timeout, $3 idle_in_transaction_session_timeout, $4 plan_cache_mode
 */
static const char PROLOGUE[] =
    "SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,"
    " current_setting('default_transaction_read_only'),"
    " set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),"
    " set_config('idle_in_transaction_session_timeout', $3, false), set_config('idle_session_timeout', '0', false),"
    " set_config('TimeZone', 'UTC', false), set_config('standard_conforming_strings', 'on', false),"
    " set_config('default_transaction_isolation', 'read committed', false),"
    " set_config('bytea_output', 'hex', false), set_config('client_min_messages', 'warning', false),"
    " set_config('jit', 'off', false), set_config('plan_cache_mode', $4, false),"
    " CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')"
    "  THEN set_config('synchronous_commit', 'on', false) END,"
    " CASE WHEN version() LIKE '%linux%'"
    "  THEN set_config('client_connection_check_interval', '1s', false) END";

// Before the statement's deadline, so that it is told as what it is, and twice before it: who is second
// in line waits once for the first in line and once for the row.
int postgres_lock_ms(const struct pg_db *d)
{
    int ms = d->shared->statement_ms * 2 / 5 + 1;
    return ms < LOCK_MS ? ms : LOCK_MS;
}

static enum attempt not_this(struct pg_db *d, const char *why)
{
    snprintf(d->why, sizeof d->why, "%s", why);
    return ATTEMPT_AWAY;
}

static enum attempt prologue(struct pg_db *d)
{
    struct pg_shared *s = d->shared;
    char statement[16], lock[16], idle[16];
    snprintf(statement, sizeof statement, "%d", d->writer ? 0 : s->statement_ms * 9 / 10 + 1);
    snprintf(lock, sizeof lock, "%d", postgres_lock_ms(d));
    snprintf(idle, sizeof idle, "%d", s->statement_ms > 10000 ? s->statement_ms : 10000);
    const char *const values[] = {statement, lock, idle, d->writer ? "auto" : "force_custom_plan"};
    const PGresult *r = wire_ask(NULL, d, "prologue", PROLOGUE, 4, values);
    if (!r) return d->conn ? ATTEMPT_REFUSED : ATTEMPT_AWAY;
    const char *timeline = PQgetvalue(r, 0, 0);
    if (!*timeline) return not_this(d, "it is a standby");
    if (!s->read_only && strcmp(PQgetvalue(r, 0, 1), "off") != 0) return not_this(d, "it takes no writes");
    d->base.epoch = (uint32_t)strtoul(timeline, NULL, 16);
    unsigned highest = atomic_load(&s->timeline);
    while (highest < d->base.epoch && !atomic_compare_exchange_weak(&s->timeline, &highest, d->base.epoch)) continue;
    if (postgres_fenced(d)) return not_this(d, "it was replaced by another server and does not know it");
    return ATTEMPT_OK;
}

bool postgres_fenced(const struct pg_db *d)
{
    return d->base.epoch < atomic_load(&d->shared->timeline);
}

static enum attempt attempt(struct pg_db *d, const struct pg_host *h)
{
    struct words w = {.n = 0};
    words_for(&w, d->shared, h);
    d->why[0] = '\0';
    d->conn = PQconnectStartParams(w.keyword, w.value, 0);
    if (!d->conn) return not_this(d, "no memory");
    PQsetNoticeReceiver(d->conn, on_notice, d);
    PQsetErrorVerbosity(d->conn, PQERRORS_VERBOSE);
    if (PQstatus(d->conn) == CONNECTION_BAD || !handshake(d->conn)) return why_not(d);
    PQsetErrorVerbosity(d->conn, PQERRORS_DEFAULT);
    if (PQserverVersion(d->conn) < OLDEST_SERVER) return ATTEMPT_OK; // open() says it is too old
    if (PQsetnonblocking(d->conn, 1) != 0 || PQenterPipelineMode(d->conn) != 1) return why_not(d);
    d->patience_ms = d->shared->statement_ms;
    return prologue(d);
}

/* --- all of them --- */

// An attempt's faults are not the caller's.
static enum attempt attempt_quietly(struct pg_db *d, const struct pg_host *h)
{
    struct db before = d->base;
    enum attempt got = attempt(d, h);
    d->base.fault = before.fault;
    d->base.fault_id = before.fault_id;
    d->base.passing = before.passing;
    if (got != ATTEMPT_OK) postgres_drop(d);
    return got;
}

static void log_attempt(const struct pg_db *d, const struct pg_host *h)
{
    if (atomic_load(&d->shared->away_logged)) return; // once, not with every try
    log_line(LOG_WARN, "store.no_connection", LOG_STR("host", str_of(host_name(h))),
             LOG_STR("port", str_of(h->port)), LOG_STR("detail", str_of(d->why)));
}

static bool refused(struct ctx *c, struct pg_db *d)
{
    if (d->base.fault == ERR_NONE) {
        d->base.fault = ERR_STORE;
        d->base.fault_id = "store.cannot_open";
        d->base.passing = false;
    }
    return c && fail(c, ERR_STORE, "store.cannot_open", str_of(d->why));
}

// A process that has seen no server yet cannot tell one that was replaced: it looks at all of them first,
// and the fence refuses those with a lower timeline than the highest there is.
static void look_around(struct pg_db *d)
{
    struct pg_shared *s = d->shared;
    for (int i = 0; i < s->n_hosts; i++) {
        if (attempt_quietly(d, &s->hosts[i]) != ATTEMPT_OK) continue;
        atomic_store(&s->good, i);
        postgres_drop(d);
    }
}

bool postgres_reconnect(struct ctx *c, struct pg_db *d)
{
    struct pg_shared *s = d->shared;
    bool all_refused = true;
    if (monotonic_us() < atomic_load(&s->away_until_us)) return postgres_away(c, d);
    if (s->n_hosts > 1 && atomic_load(&s->timeline) == 0) look_around(d);
    int from = atomic_load(&s->good);
    for (int i = 0; i < s->n_hosts; i++) {
        int at = (from + i) % s->n_hosts;
        enum attempt got = attempt_quietly(d, &s->hosts[at]);
        if (got == ATTEMPT_OK) {
            atomic_store(&s->good, at);
            if (atomic_exchange(&s->away_logged, false))
                log_line(LOG_INFO, "store.connected", LOG_STR("host", str_of(host_name(&s->hosts[at]))),
                         LOG_INT("timeline", d->base.epoch));
            return true;
        }
        log_attempt(d, &s->hosts[at]);
        all_refused &= got == ATTEMPT_REFUSED;
    }
    atomic_store(&s->away_until_us, monotonic_us() + AWAY_MS * 1000);
    atomic_store(&s->away_logged, true);
    return all_refused ? refused(c, d) : postgres_away(c, d);
}
