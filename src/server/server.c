#include "server/server.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "ledger/org/session_view.h"
#include "server/auth.h"
#include "server/clock.h"
#include "server/courier.h"
#include "server/district.h"
#include "server/events.h"
#include "server/exchange.h"
#include "server/files.h"
#include "server/static.h"
#include "server/timers.h"

enum { BACKLOG = 511, TICK_MS = 200, CONNECTION_BYTES = 32 * 1024 };
enum { SLOW_THREADS = 2, SLOW_QUEUE = 32, SPARE_FILES = 64, FAREWELL_US = 500000 };

void server_options_init(struct server_options *o)
{
    *o = (struct server_options){
        .listen = STR("127.0.0.1:8023"),
        .data_dir = STR("data"),
        .district = STR_EMPTY,
        .as_of = DAY_NONE,
        .public_url = STR_EMPTY,
        .trusted_proxies = STR_EMPTY,
        .demo_password = STR_EMPTY,
        .threads = 2,
        .workers = 2,
        .queue = 256,
        .connections = 2000,
        .per_address = 50,
        .requests_per_connection = 1000,
        .json_bytes = 1024 * 1024,
        .upload_bytes = 50 * 1024 * 1024,
        .header_ms = 5000,
        .idle_ms = 15000,
        .form_ms = 30000,
        .body_grace_ms = 5000,
        .body_bytes_per_second = 1024,
        .timers = 1,
        .hooks = 1,
        .hook_allow = STR_EMPTY,
        .hook_ca = STR_EMPTY,
        .hook_poll_ms = 1000,
        .hook_timeout_ms = 10000,
        .hook_retry_ms = 5000,
        .hook_attempts = 12,
        .event_streams = 500,
        .event_keepalive_ms = 20000,
        .stop_ms = 10000,
    };
}

static void stop_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
}

void server_prepare(void)
{
    sigset_t set;
    struct rlimit files;
    stop_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN); // a peer that went away is an error of write()
    signal(SIGXFSZ, SIG_IGN); // and so is a file at its limit
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* --- the socket --- */

static bool split_listen(struct ctx *c, str listen, str *host, str *port)
{
    size_t colon = listen.n;
    while (colon > 0 && listen.p[colon - 1] != ':') colon--;
    if (colon < 2) return fail(c, ERR_INVALID, "server.bad_listen", listen);
    *host = str_sub(listen, 0, colon - 1);
    *port = str_from(listen, colon);
    if (host->p[0] == '[' && str_ends(*host, STR("]"))) *host = str_sub(*host, 1, host->n - 2);
    int64_t number;
    return (str_int(*port, &number) && number >= 0 && number <= 65535) ||
           fail(c, ERR_INVALID, "server.bad_listen", listen);
}

static int open_socket(const struct addrinfo *at)
{
    int one = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static const char *bound_address(struct arena *a, int fd)
{
    struct sockaddr_storage at = {0};
    socklen_t n = sizeof at;
    char text[ADDRESS_CHARS];
    getsockname(fd, (struct sockaddr *)&at, &n);
    address_text((struct sockaddr *)&at, text);
    bool v6 = strchr(text, ':') != NULL;
    in_port_t port = at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                              : ((struct sockaddr_in *)&at)->sin_port;
    return str_z(a, str_printf(a, "http://%s%s%s:%u", v6 ? "[" : "", text, v6 ? "]" : "", ntohs(port)));
}

static bool listen_on(struct ctx *c, str where, int *fd)
{
    str host, port;
    if (!split_listen(c, where, &host, &port)) return false;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
    int rc = getaddrinfo(str_z(c->a, host), str_z(c->a, port), &hints, &found);
    if (rc != 0) return fail(c, ERR_INVALID, "server.cannot_listen", where, str_of(gai_strerror(rc)));
    *fd = open_socket(found);
    int why = errno;
    freeaddrinfo(found);
    return *fd >= 0 || fail(c, ERR_INVALID, "server.cannot_listen", where, str_of(strerror(why)));
}

/* --- libmicrohttpd --- */

static bool is_proxy(const struct server *s, const struct sockaddr *from)
{
    char text[ADDRESS_CHARS];
    str list = s->o.trusted_proxies;
    address_text(from, text);
    while (list.n)
        if (str_is(str_trim(str_cut(&list, STR(","))), text)) return true;
    return false;
}

static enum MHD_Result admit(void *server, const struct sockaddr *from, socklen_t bytes)
{
    struct server *s = server;
    (void)bytes;
    return watch_admits(s->watch, from, is_proxy(s, from)) ? MHD_YES : MHD_NO;
}

static void on_connection(void *server, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server *s = server;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context) watch_remove(s->watch, *context);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *from = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!fd || !from) return;
    *context = watch_add(s->watch, fd->connect_fd, from->client_addr, is_proxy(s, from->client_addr));
}

// The target is decoded by us, once, from what was sent; see exchange_on_target.
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

// libmicrohttpd reports what peers do wrong; that is no news.
static void quiet(void *cls, const char *format, va_list args)
{
    (void)cls;
    (void)format;
    (void)args;
}

static bool start_daemon(struct ctx *c, struct server *s, int fd)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    s->daemon = MHD_start_daemon(
        flags, 0, admit, s, exchange_on_request, s,
        MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)s->o.threads,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->o.connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        // Only a net under the watcher, which has the exact deadlines.
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(s->o.form_ms / 1000 + 30),
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, exchange_on_target, s,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_NOTIFY_COMPLETED, exchange_on_completed, s,
        MHD_OPTION_END);
    return s->daemon || fail(c, ERR_INTERNAL, "server.cannot_start", STR("libmicrohttpd"));
}

/* --- life --- */

static bool prepare(struct ctx *c, struct server *s)
{
    // The table of connections must never want more descriptors than there are.
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < (rlim_t)s->o.connections + SPARE_FILES)
        s->o.connections = files.rlim_cur > 2 * SPARE_FILES ? (int)files.rlim_cur - SPARE_FILES : SPARE_FILES / 2;
    s->started_at = clock_real();
    s->data_dir = s->o.data_dir;
    s->https = str_starts(s->o.public_url, STR("https://"));
    struct district_ref any;
    // Several are fine; a store without one is not ready to be served.
    if (!ledger_district_find(c, s->ledger, s->o.district, &any) && c->err.code != ERR_INVALID) return false;
    error_clear(c);
    if (!homes_new(c, s, &s->homes)) return false;
    uploads_sweep(c->a, ledger_files_dir(s->ledger));
    s->watch = watch_new(s->o.header_ms * 1000, s->o.per_address);
    s->readers = workers_new(s->o.workers, s->o.queue);
    s->slow = workers_new(SLOW_THREADS, SLOW_QUEUE);
    s->sessions = sessions_new();
    s->arenas = arenas_new();
    if (!s->watch || !s->readers || !s->slow || !s->sessions || !s->arenas)
        return fail(c, ERR_NO_MEMORY, "base.no_memory");
    // Streams stay, so they may not take all connections.
    if (s->o.event_streams > s->o.connections / 2) s->o.event_streams = s->o.connections / 2;
    return events_new(c, s, &s->events);
}

// No new connections, then the requests under way, then the threads.
static void stop_daemon(struct server *s)
{
    if (!s->daemon) return;
    atomic_store(&s->stopping, true);
    int fd = MHD_quiesce_daemon(s->daemon);
    if (fd >= 0) close(fd);
    events_stop(s->events);
    // Streams get the time to say so; one whose peer takes nothing is not waited for.
    int64_t now = clock_monotonic_us(), until = now + s->o.stop_ms * 1000, farewell = now + FAREWELL_US;
    while (atomic_load(&s->in_flight) > 0 && (now = clock_monotonic_us()) < until &&
           (now < farewell || atomic_load(&s->in_flight) > events_count(s->events)))
        usleep(5000);
    // Bodies that still come in are cut with their connections; what a thread holds must come back.
    workers_stop(s->slow);
    workers_stop(s->readers);
    while (atomic_load(&s->working) > 0) usleep(1000);
    MHD_stop_daemon(s->daemon);
    s->daemon = NULL;
}

static void release(struct server *s)
{
    timers_free(s->timers);
    courier_free(s->courier);
    stop_daemon(s);
    events_free(s->events);
    workers_free(s->slow);
    workers_free(s->readers);
    watch_free(s->watch);
    sessions_free(s->sessions);
    homes_free(s->homes);
    arenas_free(s->arenas);
}

// True: told to stop. False: the store must not be written any more.
static bool wait_for_end(struct server *s)
{
    sigset_t set;
    stop_signals(&set);
    for (;;) {
        struct timespec tick = {0, TICK_MS * 1000000L};
        int got = sigtimedwait(&set, NULL, &tick);
        if (got > 0) return true;
        if (!store_healthy(ledger_store(s->ledger))) return false;
    }
}

static bool serve(struct ctx *c, struct server *s, int fd)
{
    s->address = bound_address(c->a, fd);
    if (!start_daemon(c, s, fd)) {
        close(fd);
        return false;
    }
    if (!local_open(c, s)) return false;
    if (s->o.timers) s->timers = timers_new(s->ledger, s->o.as_of, &s->metrics);
    if (s->o.timers && !s->timers) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    if (s->o.hooks) s->courier = courier_new(s->ledger, &s->o);
    if (s->o.hooks && !s->courier) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    log_line(LOG_INFO, "server.started", LOG_STR("address", str_of(s->address)),
             LOG_INT("web_files", (int64_t)N_WEB_FILES),
             LOG_STR("store", store_engine(ledger_store(s->ledger))));
    if (s->o.started) s->o.started(c, s->ledger, &s->o, s->address);
    else printf("%s\n", s->address);
    fflush(stdout);
    bool told = wait_for_end(s);
    log_line(told ? LOG_INFO : LOG_ERROR, told ? "server.stopping" : "server.unhealthy",
             LOG_INT("in_flight", atomic_load(&s->in_flight)));
    timers_free(s->timers);
    s->timers = NULL;
    courier_free(s->courier);
    s->courier = NULL;
    stop_daemon(s);
    local_close(s);
    return told || fail(c, ERR_STORE, "server.unhealthy");
}

bool server_run(struct ctx *c, struct ledger *l, const struct server_options *o)
{
    int fd = -1;
    server_messages();
    struct server *s = calloc(1, sizeof *s);
    if (!s) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    s->o = *o;
    s->ledger = l;
    bool good = prepare(c, s) && listen_on(c, o->listen, &fd) && serve(c, s, fd);
    release(s);
    free(s);
    return good;
}
