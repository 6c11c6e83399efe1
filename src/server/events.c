#include "server/events.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "ledger/org/session_news.h"
#include "server/clock.h"

enum { GAP_US = 1000000, LOOK_GAP_US = 200000, RETRY_MS = 3000 };
enum { TEXT_BYTES = 320, READY_MOST = 64, NEWS_ARENA_BYTES = 48 * 1024 * 1024 };

struct stream {
    struct stream *next, *previous;
    struct events *hub;
    struct MHD_Connection *connection;
    struct conn *conn; // not after the connection's end
    uint64_t number;   // rises; 0 no stream
    int64_t district, session;
    // The hub's mutex guards these.
    bool listed, ready; // ready: it knows where the journal stood when it began
    bool asleep;        // suspended, nothing to send
    bool hello, comment;
    const char *end;    // why it ends
    int64_t told;       // sequence of the last event
    bool owed;          // an event with the district's head
    int64_t owed_from_us; // a second after the last one
    int64_t began_at;   // sequence of hello
    // The event thread's alone.
    char text[TEXT_BYTES];
    size_t n, sent;
    bool over;
};

/* A district that somebody follows. Made with its first stream, freed by the hub's thread alone. */
struct place {
    struct place *next;
    int64_t district;
    int64_t head, moved;
    bool marked;        // there was news, or it is time
    int64_t look_us;    // no look earlier
};

struct events {
    struct server *server;
    int epoll, wake;
    int64_t keep_us;
    pthread_t thread;
    bool running, watching;
    pthread_mutex_t mutex; // guards all below
    struct stream *first, *last;
    int n, most;
    struct place *places;
    uint64_t numbers;
    bool stopping;
};

/* --- waking --- */

static void nudge(struct events *e)
{
    uint64_t one = 1;
    // A full counter wakes as well as one more would.
    if (write(e->wake, &one, sizeof one) < 0 && errno != EAGAIN)
        log_line(LOG_WARN, "events.wake", LOG_STR("detail", str_of(strerror(errno))));
}

// Under the mutex: the stream has something to say.
static void stream_wake(struct stream *st)
{
    if (!st->asleep) return;
    st->asleep = false;
    MHD_resume_connection(st->connection);
}

static void stream_end(struct stream *st, const char *why)
{
    if (!st->end) st->end = why;
    stream_wake(st);
}

static void on_news(void *arg, int64_t district)
{
    struct events *e = arg;
    bool any = false;
    pthread_mutex_lock(&e->mutex);
    for (struct place *p = e->places; p; p = p->next)
        if (!district || p->district == district) any = p->marked = true;
    pthread_mutex_unlock(&e->mutex);
    if (any) nudge(e);
}

/* --- what is sent --- */

static void put(struct stream *st, const char *event, int64_t seq)
{
    int n = snprintf(st->text + st->n, sizeof st->text - st->n,
                     "event: %s\nid: %" PRId64 "\ndata: {\"seq\":\"%" PRId64 "\"}\n\n", event, seq, seq);
    if (n > 0) st->n += (size_t)n;
    INVARIANT(st->n < sizeof st->text);
}

static const struct place *place_of(const struct events *e, int64_t district)
{
    const struct place *p = e->places;
    while (p && p->district != district) p = p->next;
    return p;
}

// Under the mutex: the next words. False: there are none.
static bool compose(struct stream *st)
{
    st->n = st->sent = 0;
    if (st->hello) {
        st->n = (size_t)snprintf(st->text, sizeof st->text, "retry: %d\n", RETRY_MS);
        put(st, "hello", st->began_at);
    }
    int64_t now = clock_monotonic_us();
    if (st->owed && now >= st->owed_from_us) {
        const struct place *p = place_of(st->hub, st->district);
        st->told = p && p->head > st->began_at ? p->head : st->began_at;
        put(st, "changed", st->told);
        st->owed = false;
        st->owed_from_us = now + GAP_US;
    }
    if (st->end) {
        st->n += (size_t)snprintf(st->text + st->n, sizeof st->text - st->n,
                                  "event: end\ndata: {\"why\":\"%s\"}\n\n", st->end);
        st->over = true;
    } else if (!st->n && st->comment) {
        st->n = (size_t)snprintf(st->text, sizeof st->text, ":\n\n");
    }
    st->hello = st->comment = false;
    return st->n > 0;
}

static ssize_t give(void *arg, uint64_t position, char *out, size_t most)
{
    struct stream *st = arg;
    (void)position;
    if (st->sent == st->n) {
        if (st->over) return MHD_CONTENT_READER_END_OF_STREAM;
        pthread_mutex_lock(&st->hub->mutex);
        if (!compose(st)) {
            // All was taken, so nothing is late; from the resumption on the peer has to take again.
            watch_deadline(st->conn, INT64_MAX);
            st->asleep = true;
            MHD_suspend_connection(st->connection);
            pthread_mutex_unlock(&st->hub->mutex);
            return 0;
        }
        pthread_mutex_unlock(&st->hub->mutex);
        watch_deadline(st->conn, clock_monotonic_us() + st->hub->server->o.form_ms * 1000);
    }
    size_t n = st->n - st->sent < most ? st->n - st->sent : most;
    memcpy(out, st->text + st->sent, n);
    st->sent += n;
    return (ssize_t)n;
}

/* --- streams --- */

static void unlink_stream(struct events *e, struct stream *st)
{
    if (st->previous) st->previous->next = st->next;
    else e->first = st->next;
    if (st->next) st->next->previous = st->previous;
    else e->last = st->previous;
    st->listed = false;
    e->n--;
}

// The answer is gone, and with it the stream.
static void release_stream(void *arg)
{
    struct stream *st = arg;
    struct events *e = st->hub;
    pthread_mutex_lock(&e->mutex);
    if (st->listed) unlink_stream(e, st);
    pthread_mutex_unlock(&e->mutex);
    free(st);
}

// Under the mutex: makes room among the streams of one session, the oldest first.
static void end_older(struct events *e, const struct stream *newest)
{
    int same = 0;
    for (struct stream *st = e->last; st; st = st->previous)
        if (st->session == newest->session && st->district == newest->district && !st->end && ++same > EVENTS_EACH)
            stream_end(st, "newer");
}

static bool place_add(struct events *e, int64_t district)
{
    if (place_of(e, district)) return true;
    struct place *p = calloc(1, sizeof *p);
    if (!p) return false;
    p->district = district;
    p->next = e->places;
    e->places = p;
    return true;
}

static bool admit(struct exchange *x, struct events *e, struct stream *st)
{
    bool room = false, placed = false;
    pthread_mutex_lock(&e->mutex);
    if (e->n < e->most && !e->stopping) {
        room = true;
        placed = place_add(e, st->district);
    }
    if (placed) {
        st->number = ++e->numbers;
        st->previous = e->last;
        if (e->last) e->last->next = st;
        else e->first = st;
        e->last = st;
        st->listed = true;
        e->n++;
        end_older(e, st);
    }
    pthread_mutex_unlock(&e->mutex);
    if (!room) return fail(&x->c, ERR_BUSY, "events.many");
    return placed || fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
}

// From here on commits are noticed; where the journal stands is read after that, so that none slips
// between.
static bool begin(struct exchange *x, struct stream *st)
{
    struct events *e = st->hub;
    int64_t last;
    str last_id = exchange_header(x, "last-event-id");
    bool follows = str_int(last_id, &last) && last >= 0;
    struct session_news n = {.district = st->district, .at = clock_real(), .since = follows ? last : INT64_MAX,
                             .first_session = st->session};
    if (!session_news(&x->c, x->server->ledger, &n)) return false;
    struct epoll_event gone = {.events = EPOLLRDHUP | EPOLLET, .data.u64 = st->number};
    if (epoll_ctl(e->epoll, EPOLL_CTL_ADD, x->conn->fd, &gone) != 0) return fail(&x->c, ERR_BUSY, "http.busy");
    // A peer that vanished without a word is given up by the kernel when nothing was acknowledged.
    unsigned patience_ms = (unsigned)(2 * x->server->o.event_keepalive_ms);
    setsockopt(x->conn->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
    pthread_mutex_lock(&e->mutex);
    st->began_at = st->told = n.head;
    st->hello = st->ready = true;
    st->owed = follows && n.moved != last;
    for (struct place *p = e->places; p; p = p->next) {
        if (p->district != st->district) continue;
        if (!p->head) p->head = p->moved = n.head;
        if (p->moved > n.head) st->owed = true;
    }
    pthread_mutex_unlock(&e->mutex);
    return true;
}

static bool permitted(struct exchange *x)
{
    if (x->local || !x->session.actor.session_id) return fail(&x->c, ERR_FORBIDDEN, "events.session");
    return !x->session.actor.must_change || fail(&x->c, ERR_FORBIDDEN, "account.must_change");
}

static struct stream *stream_new(struct exchange *x)
{
    struct stream *st = calloc(1, sizeof *st);
    if (!st) return NULL;
    st->hub = x->server->events;
    st->connection = x->connection;
    st->conn = x->conn;
    st->district = x->session.district;
    st->session = x->session.actor.session_id;
    // Owns the stream from here on.
    x->answer.response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, TEXT_BYTES, give, st, release_stream);
    if (x->answer.response) return st;
    free(st);
    return NULL;
}

void events_get(struct exchange *x)
{
    static const char type[] = "text/event-stream; charset=utf-8";
    struct stream *st = NULL;
    bool good = permitted(x);
    if (good && str_is(x->method, "HEAD")) {
        answer_text(x, 200, type, STR_EMPTY);
        return;
    }
    if (good && !(st = stream_new(x))) good = fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
    good = good && admit(x, x->server->events, st) && begin(x, st);
    if (!good) {
        if (st) MHD_destroy_response(x->answer.response);
        answer_error(x);
        return;
    }
    watch_uncount(x->server->watch, x->conn);
    x->answer.status = 200;
    x->answer.type = type;
    x->answer.close = true; // the connection was let off the count of its address for this alone
    answer_header(x, "X-Accel-Buffering", STR("no"));
}

/* --- the thread --- */

// One event to each stream that has not heard of the newest, and the end of those whose session is over.
static void deliver(struct events *e, struct place *p, const struct session_news *n, uint64_t upto)
{
    bool back = n->head < p->head; // the store is not the one that was
    p->head = n->head;
    if (n->moved != n->since) p->moved = n->moved; // else sign-ins alone moved the head
    for (struct stream *st = e->first; st; st = st->next) {
        if (st->district != p->district || !st->ready) continue;
        // A stream that came during the look, or its session, may not have been seen by it.
        if (st->number <= upto && !session_is_alive(n, st->session)) {
            stream_end(st, "session");
        } else if (p->moved > st->told || back) {
            if (back) st->began_at = n->head;
            st->owed = true;
            if (st->owed_from_us <= clock_monotonic_us()) stream_wake(st);
        }
    }
}

static void look(struct events *e, struct place *p, struct ctx *c)
{
    struct session_news n = {.district = p->district, .at = clock_real(), .first_session = INT64_MAX};
    pthread_mutex_lock(&e->mutex);
    p->marked = false;
    n.since = p->head;
    uint64_t upto = e->numbers;
    for (const struct stream *st = e->first; st; st = st->next)
        if (st->district == p->district && st->session < n.first_session) n.first_session = st->session;
    pthread_mutex_unlock(&e->mutex);
    bool good = session_news(c, e->server->ledger, &n);
    pthread_mutex_lock(&e->mutex);
    p->look_us = clock_monotonic_us() + LOOK_GAP_US;
    if (good) deliver(e, p, &n, upto);
    else p->marked = true; // the store is busy or away: again in a moment
    pthread_mutex_unlock(&e->mutex);
    error_clear(c);
    arena_reset(c->a);
}

static bool followed(const struct events *e, int64_t district)
{
    const struct stream *st = e->first;
    while (st && st->district != district) st = st->next;
    return st != NULL;
}

// The next district whose time has come; NULL: none. Those that nobody follows any more are dropped.
static struct place *next_place(struct events *e, int64_t now)
{
    struct place **at = &e->places, *found = NULL;
    pthread_mutex_lock(&e->mutex);
    while (*at && !found) {
        struct place *p = *at;
        bool due = p->marked && p->look_us <= now;
        if (due && !followed(e, p->district)) {
            *at = p->next;
            free(p);
            continue;
        }
        if (due) found = p;
        at = &p->next;
    }
    pthread_mutex_unlock(&e->mutex);
    return found;
}

static void sooner(int64_t *a, int64_t b)
{
    if (b < *a) *a = b;
}

// Wakes streams whose second is over; returns when something is next to be done.
static int64_t next_due(struct events *e, int64_t now, int64_t keep_at)
{
    int64_t due = keep_at;
    pthread_mutex_lock(&e->mutex);
    for (const struct place *p = e->places; p; p = p->next)
        if (p->marked) sooner(&due, p->look_us);
    for (struct stream *st = e->first; st; st = st->next) {
        if (!st->owed || !st->ready) continue;
        if (st->owed_from_us <= now) stream_wake(st);
        else sooner(&due, st->owed_from_us);
    }
    pthread_mutex_unlock(&e->mutex);
    return due;
}

static void keep_alive(struct events *e)
{
    pthread_mutex_lock(&e->mutex);
    for (struct stream *st = e->first; st; st = st->next) {
        st->comment = true;
        stream_wake(st);
    }
    for (struct place *p = e->places; p; p = p->next) p->marked = true;
    pthread_mutex_unlock(&e->mutex);
}

// The peer closed, or the kernel gave it up: the stream ends, and with it the connection.
static void hung_up(struct events *e, uint64_t number)
{
    pthread_mutex_lock(&e->mutex);
    struct stream *st = e->first;
    while (st && st->number != number) st = st->next;
    if (st) stream_end(st, "gone");
    pthread_mutex_unlock(&e->mutex);
}

static void wait_until(struct events *e, int64_t due)
{
    struct epoll_event ready[READY_MOST];
    int64_t ms = (due - clock_monotonic_us() + 999) / 1000;
    int n = epoll_wait(e->epoll, ready, READY_MOST, ms > 0 ? (int)ms : 0);
    for (int i = 0; i < n; i++) {
        uint64_t count;
        if (ready[i].data.u64) hung_up(e, ready[i].data.u64);
        else if (read(e->wake, &count, sizeof count) < 0) continue;
    }
}

static bool is_stopping(struct events *e)
{
    pthread_mutex_lock(&e->mutex);
    bool yes = e->stopping;
    pthread_mutex_unlock(&e->mutex);
    return yes;
}

static void *run(void *arg)
{
    struct events *e = arg;
    struct ctx c = {.a = arena_new(NEWS_ARENA_BYTES)};
    int64_t keep_at = clock_monotonic_us() + e->keep_us;
    while (c.a && !is_stopping(e)) {
        int64_t now = clock_monotonic_us();
        struct place *p;
        if (now >= keep_at) {
            keep_alive(e);
            keep_at = now + e->keep_us;
        }
        while ((p = next_place(e, now)) && !is_stopping(e)) look(e, p, &c);
        wait_until(e, next_due(e, clock_monotonic_us(), keep_at));
    }
    arena_free(c.a);
    return NULL;
}

/* --- life --- */

static bool start(struct ctx *c, struct events *e)
{
    struct epoll_event wake = {.events = EPOLLIN, .data.u64 = 0};
    e->epoll = epoll_create1(EPOLL_CLOEXEC);
    e->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (e->epoll < 0 || e->wake < 0 || epoll_ctl(e->epoll, EPOLL_CTL_ADD, e->wake, &wake) != 0)
        return fail(c, ERR_BUSY, "server.cannot_start", STR("epoll"));
    e->running = pthread_create(&e->thread, NULL, run, e) == 0;
    if (!e->running) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    e->watching = store_watch(c, ledger_store(e->server->ledger), on_news, e);
    return e->watching;
}

bool events_new(struct ctx *c, struct server *s, struct events **out)
{
    struct events *e = calloc(1, sizeof *e);
    if (!e) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    e->server = s;
    e->most = s->o.event_streams;
    e->keep_us = s->o.event_keepalive_ms * 1000;
    pthread_mutex_init(&e->mutex, NULL);
    if (start(c, e)) {
        *out = e;
        return true;
    }
    events_free(e);
    return false;
}

int events_count(struct events *e)
{
    pthread_mutex_lock(&e->mutex);
    int n = e->n;
    pthread_mutex_unlock(&e->mutex);
    return n;
}

void events_stop(struct events *e)
{
    pthread_mutex_lock(&e->mutex);
    e->stopping = true;
    for (struct stream *st = e->first; st; st = st->next) stream_end(st, "stopping");
    pthread_mutex_unlock(&e->mutex);
    nudge(e);
    if (e->running) pthread_join(e->thread, NULL);
    e->running = false;
}

// The store outlives us, and so would its news.
static void unwatch(struct events *e)
{
    struct ctx c = {.a = arena_new(NEWS_ARENA_BYTES)};
    if (!c.a || !store_watch(&c, ledger_store(e->server->ledger), NULL, NULL))
        log_line(LOG_WARN, "events.unwatch", LOG_STR("why", str_of(c.err.id ? c.err.id : "base.no_memory")));
    arena_free(c.a);
}

void events_free(struct events *e)
{
    if (!e) return;
    events_stop(e);
    if (e->watching) unwatch(e);
    INVARIANT(!e->first);
    while (e->places) {
        struct place *p = e->places;
        e->places = p->next;
        free(p);
    }
    if (e->epoll >= 0) close(e->epoll);
    if (e->wake >= 0) close(e->wake);
    pthread_mutex_destroy(&e->mutex);
    free(e);
}
