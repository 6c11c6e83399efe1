#include "server/watch.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "server/clock.h"

enum { TICK_MS = 100, BUCKETS = 1024 };

// Connections by address: a fixed table of counts. Two addresses in one bucket share their allowance,
// which can only be too strict, and no attacker can make it grow.
struct watch {
    pthread_mutex_t mutex; // guards all below
    pthread_cond_t stop;
    struct conn *first;
    int n, per_address;
    int by_address[BUCKETS];
    bool stopping;
    int64_t cut, header_us;
    uint64_t seed;
    pthread_t thread;
};

void address_text(const struct sockaddr *from, char out[ADDRESS_CHARS])
{
    out[0] = 0;
    if (from->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)from;
        inet_ntop(AF_INET, &v4->sin_addr, out, ADDRESS_CHARS);
    } else if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)from;
        if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
            inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], out, ADDRESS_CHARS);
        else
            inet_ntop(AF_INET6, &v6->sin6_addr, out, ADDRESS_CHARS);
    }
}

static size_t bucket(const struct watch *w, const char *address)
{
    uint64_t h = w->seed;
    for (const char *p = address; *p; p++) h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    return (size_t)((h >> 20) % BUCKETS);
}

static void *watch_loop(void *arg)
{
    struct watch *w = arg;
    pthread_mutex_lock(&w->mutex);
    while (!w->stopping) {
        int64_t now = clock_monotonic_us();
        for (struct conn *conn = w->first; conn; conn = conn->next) {
            if (now <= atomic_load(&conn->deadline_us)) continue;
            // The descriptor is closed only after watch_remove, so it is still this connection's.
            shutdown(conn->fd, SHUT_RDWR);
            atomic_store(&conn->deadline_us, INT64_MAX);
            w->cut++;
        }
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_nsec -= 1000000000L;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&w->stop, &w->mutex, &until);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

struct watch *watch_new(int64_t header_us, int per_address)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->header_us = header_us;
    w->per_address = per_address;
    w->seed = (uint64_t)clock_real() | 1;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->stop, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&w->thread, NULL, watch_loop, w) == 0) return w;
    pthread_cond_destroy(&w->stop);
    pthread_mutex_destroy(&w->mutex);
    free(w);
    return NULL;
}

void watch_free(struct watch *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_signal(&w->stop);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    INVARIANT(!w->first);
    pthread_cond_destroy(&w->stop);
    pthread_mutex_destroy(&w->mutex);
    free(w);
}

bool watch_admits(struct watch *w, const struct sockaddr *from, bool exempt)
{
    char address[ADDRESS_CHARS];
    if (exempt) return true;
    address_text(from, address);
    pthread_mutex_lock(&w->mutex);
    bool room = w->by_address[bucket(w, address)] < w->per_address;
    pthread_mutex_unlock(&w->mutex);
    return room;
}

struct conn *watch_add(struct watch *w, int fd, const struct sockaddr *from, bool exempt)
{
    struct conn *conn = calloc(1, sizeof *conn);
    if (!conn) return NULL;
    conn->fd = fd;
    conn->exempt = exempt;
    conn->counted = !exempt;
    conn->phase_from_us = clock_monotonic_us();
    atomic_init(&conn->deadline_us, conn->phase_from_us + w->header_us);
    address_text(from, conn->address);
    pthread_mutex_lock(&w->mutex);
    conn->next = w->first;
    if (w->first) w->first->previous = conn;
    w->first = conn;
    w->n++;
    // Two event threads may have admitted the last one at the same moment: the later one goes.
    if (!exempt && ++w->by_address[bucket(w, conn->address)] > w->per_address) shutdown(fd, SHUT_RDWR);
    pthread_mutex_unlock(&w->mutex);
    return conn;
}

void watch_remove(struct watch *w, struct conn *conn)
{
    pthread_mutex_lock(&w->mutex);
    if (conn->next) conn->next->previous = conn->previous;
    if (conn->previous) conn->previous->next = conn->next;
    if (w->first == conn) w->first = conn->next;
    w->n--;
    if (conn->counted) w->by_address[bucket(w, conn->address)]--;
    pthread_mutex_unlock(&w->mutex);
    free(conn->target);
    free(conn);
}

void watch_uncount(struct watch *w, struct conn *conn)
{
    pthread_mutex_lock(&w->mutex);
    if (conn->counted) w->by_address[bucket(w, conn->address)]--;
    conn->counted = false;
    pthread_mutex_unlock(&w->mutex);
}

void watch_deadline(struct conn *conn, int64_t at_us)
{
    atomic_store(&conn->deadline_us, at_us);
}

int watch_count(struct watch *w)
{
    pthread_mutex_lock(&w->mutex);
    int n = w->n;
    pthread_mutex_unlock(&w->mutex);
    return n;
}

int64_t watch_cut(struct watch *w)
{
    pthread_mutex_lock(&w->mutex);
    int64_t n = w->cut;
    pthread_mutex_unlock(&w->mutex);
    return n;
}
