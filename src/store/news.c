/*
 * News: which districts were touched by commits, told to one watcher in this process and, where
 * several processes share a database, announced to the others.
 *
 * A commit only leaves its district in a small set and wakes this thread: it never waits for a
 * network. What is announced is announced after the commit, on a connection of its own, many commits
 * as one; an announcement that is lost costs a delay, because nothing is decided from news.
 */
#include "store/store_internal.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

enum { HEAR_MS = 5000, GATHER_MS = 20, AWAY_MS = 200, ARENA_BYTES = 1024 * 1024 };

void news_of_commit(struct store *s, int64_t district)
{
    struct news *n = &s->news;
    if (!n->running) return;
    bool known = false;
    pthread_mutex_lock(&n->mutex);
    for (size_t i = 0; i < n->n && !known; i++) known = n->districts[i] == district;
    bool first = n->n == 0 && !n->overflow;
    if (!known && n->n < NEWS_MOST) n->districts[n->n++] = district;
    else if (!known) n->overflow = true;
    pthread_mutex_unlock(&n->mutex);
    // A full pipe wakes as well as one more byte in it would.
    if (first && write(n->wake[1], "", 1) < 0 && errno != EAGAIN)
        log_line(LOG_WARN, "store.news", LOG_STR("detail", str_of(strerror(errno))));
}

static void drain(int fd)
{
    char bytes[64];
    while (read(fd, bytes, sizeof bytes) > 0) continue;
}

// Takes what was gathered; 0 stands for "anything" when there were too many.
static size_t take(struct news *n, int64_t *districts, bool *stopping)
{
    pthread_mutex_lock(&n->mutex);
    size_t count = n->overflow ? 1 : n->n;
    if (n->overflow) districts[0] = 0;
    else memcpy(districts, n->districts, n->n * sizeof districts[0]);
    n->n = 0;
    n->overflow = false;
    *stopping = n->stopping;
    pthread_mutex_unlock(&n->mutex);
    return count;
}

static void tell(struct store *s, struct ctx *c)
{
    struct news *n = &s->news;
    int64_t districts[NEWS_MOST];
    bool stopping;
    size_t count = take(n, districts, &stopping);
    for (size_t i = 0; i < count && n->fn; i++) n->fn(n->arg, districts[i]);
    if (!count || !s->engine->announce) return;
    bool connected = n->db || s->engine->connect(c, s->shared, false, &n->db);
    if (connected && s->engine->announce(c, n->db, districts, count)) return;
    // The others look by themselves now and then; what is lost is only their early notice.
    log_line(LOG_WARN, "store.news", LOG_STR("detail", str_of(c->err.id ? c->err.id : "")));
    error_clear(c);
}

// Until a commit here or news from elsewhere.
static void wait_for_news(struct store *s, struct ctx *c)
{
    struct news *n = &s->news;
    struct pollfd wake = {.fd = n->wake[0], .events = POLLIN};
    bool listens = n->fn && s->engine->hear;
    if (!listens) {
        poll(&wake, 1, -1);
        return;
    }
    bool connected = n->db || s->engine->connect(c, s->shared, false, &n->db);
    if (connected && s->engine->hear(c, n->db, HEAR_MS, n->wake[0], n->fn, n->arg)) return;
    error_clear(c);
    poll(&wake, 1, AWAY_MS); // the server is away; begin anew in a moment
}

static bool stopping(struct news *n)
{
    pthread_mutex_lock(&n->mutex);
    bool yes = n->stopping;
    pthread_mutex_unlock(&n->mutex);
    return yes;
}

static void *work(void *p)
{
    struct store *s = p;
    struct news *n = &s->news;
    struct ctx c = {.a = n->a};
    while (!stopping(n)) {
        error_clear(&c);
        wait_for_news(s, &c);
        // Commits come in swarms: those of the next moment are told together.
        if (s->engine->announce) poll(NULL, 0, GATHER_MS);
        drain(n->wake[0]);
        tell(s, &c);
        arena_reset(c.a);
    }
    tell(s, &c); // what the last commits left
    return NULL;
}

bool news_start(struct ctx *c, struct store *s)
{
    struct news *n = &s->news;
    n->store = s;
    n->a = arena_new(ARENA_BYTES);
    if (!n->a) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    if (pipe2(n->wake, O_CLOEXEC | O_NONBLOCK) != 0) {
        arena_free(n->a);
        return fail(c, ERR_BUSY, "store.busy");
    }
    pthread_mutex_init(&n->mutex, NULL);
    n->made = true;
    n->running = pthread_create(&n->thread, NULL, work, s) == 0;
    return n->running || fail(c, ERR_NO_MEMORY, "store.no_memory");
}

void news_stop(struct news *n)
{
    if (!n->made) return;
    if (n->running) {
        pthread_mutex_lock(&n->mutex);
        n->stopping = true;
        pthread_mutex_unlock(&n->mutex);
        while (write(n->wake[1], "", 1) < 0 && errno == EINTR) continue;
        pthread_join(n->thread, NULL);
    }
    close(n->wake[0]);
    close(n->wake[1]);
    if (n->db) n->db->engine->disconnect(n->db, false);
    arena_free(n->a);
    pthread_mutex_destroy(&n->mutex);
    *n = (struct news){0};
}

bool store_watch(struct ctx *c, struct store *s, store_changed_fn *fn, void *arg)
{
    news_stop(&s->news); // one that only announces may be running
    s->news.fn = fn;
    s->news.arg = arg;
    return news_start(c, s);
}
