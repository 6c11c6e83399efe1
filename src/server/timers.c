#include "server/timers.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "ledger/timer.h"
#include "server/clock.h"

enum {
    MOST_TIMERS = 8,
    PAUSE_MS = 50,        // between two looks
    LEAST_WAIT_MS = 1000, // between two rounds
    MOST_WAIT_MS = 60000, // new districts are found within a round
    AGAIN_US = 30000000,
    CALL_BYTES = 64 * 1024 * 1024,
};

struct seat {
    struct timer_district district;
    instant done[MOST_TIMERS];         // the due instant dealt with last
    int64_t not_before_us[MOST_TIMERS]; // monotonic: after a failure
};

struct timers {
    struct ledger *ledger;
    struct metrics *metrics;
    day as_of;
    struct arena *a;
    struct seat *seats; // by district id
    size_t n, cap;
    pthread_t thread;
    pthread_mutex_t mutex; // guards stopping
    pthread_cond_t stop;
    bool stopping;
};

// True when it is time to end.
static bool rest(struct timers *w, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&w->mutex);
    while (!w->stopping && pthread_cond_timedwait(&w->stop, &w->mutex, &until) != ETIMEDOUT) {}
    bool end = w->stopping;
    pthread_mutex_unlock(&w->mutex);
    return end;
}

static instant now_of(const struct timers *w, const struct timer *t, const struct timer_district *d)
{
    return t->real ? clock_real() : clock_now(w->as_of, d->zone_min);
}

/* --- which districts there are --- */

static bool seat_add(struct timers *w, const struct timer_district *d)
{
    if (w->n == w->cap) {
        size_t cap = w->cap ? 2 * w->cap : 16;
        struct seat *more = realloc(w->seats, cap * sizeof *more);
        if (!more) return false;
        w->seats = more;
        w->cap = cap;
    }
    struct seat *s = &w->seats[w->n++];
    *s = (struct seat){.district = *d};
    for (size_t i = 0; i < N_TIMERS; i++) s->done[i] = INSTANT_NONE;
    return true;
}

static int by_id(const void *x, const void *y)
{
    const struct seat *a = x, *b = y;
    return a->district.id < b->district.id ? -1 : a->district.id > b->district.id;
}

static struct seat *seat_of(const struct timers *w, size_t n, int64_t district)
{
    struct seat key = {.district = {.id = district}};
    return n ? bsearch(&key, w->seats, n, sizeof key, by_id) : NULL;
}

// New districts join behind and are sorted in at the end; what is known of the others stays.
static void find_districts(struct timers *w)
{
    struct timer_district page[TIMER_DISTRICTS];
    size_t known = w->n, n = TIMER_DISTRICTS;
    for (int64_t after = 0; n == TIMER_DISTRICTS;) {
        struct ctx c = {.a = w->a};
        arena_reset(w->a);
        if (!timer_districts(&c, w->ledger, after, page, &n)) {
            log_line(LOG_WARN, "timer.no_districts", LOG_STR("why", str_of(c.err.id)));
            break;
        }
        for (size_t i = 0; i < n; i++) {
            struct seat *s = seat_of(w, known, page[i].id);
            if (s) s->district = page[i];
            else if (!seat_add(w, &page[i])) break;
        }
        if (n) after = page[n - 1].id;
    }
    if (w->n > known) qsort(w->seats, w->n, sizeof *w->seats, by_id);
}

/* --- looking and firing --- */

// May the same be had by trying again? Else it is a mistake of ours or of the data, told once.
static bool passing(enum error_code code)
{
    return code == ERR_BUSY || code == ERR_STORE || code == ERR_UNKNOWN || code == ERR_NO_MEMORY;
}

static void look(struct timers *w, struct seat *s, size_t i, instant due)
{
    const struct timer *t = &TIMERS[i];
    struct ctx c = {.a = w->a};
    bool would = false;
    str result;
    arena_reset(w->a);
    instant now = clock_now(w->as_of, s->district.zone_min);
    struct request r = timer_request(c.a, t, s->district.id, due, now);
    bool ok = ctx_ok(&c) && timer_wanted(&c, w->ledger, t, s->district, due, now, &would) &&
              (!would || ledger_do(&c, w->ledger, &r, &result));
    if (ok && would) atomic_fetch_add(&w->metrics->timers_fired, 1);
    if (!ok) {
        atomic_fetch_add(&w->metrics->timers_failed, 1);
        log_line(LOG_WARN, "timer.failed", LOG_STR("timer", str_of(t->name)), LOG_INT("district", s->district.id),
                 LOG_STR("why", str_of(c.err.id)));
        if (passing(c.err.code)) {
            s->not_before_us[i] = clock_monotonic_us() + AGAIN_US;
            return;
        }
    }
    s->done[i] = due;
}

// Looks at what is due of one timer in one district; *wait_ms shrinks to when the next is. True: end.
static bool visit(struct timers *w, struct seat *s, size_t i, int64_t *wait_ms)
{
    const struct timer *t = &TIMERS[i];
    instant now = now_of(w, t, &s->district);
    instant due = timer_due(t, s->district.id, s->district.zone_min, now);
    int64_t next_ms = (due + timer_period_us(t) - now) / 1000 + 1;
    bool end = false;
    if (due != s->done[i]) {
        int64_t later_us = s->not_before_us[i] - clock_monotonic_us();
        if (later_us <= 0) {
            look(w, s, i, due);
            end = rest(w, PAUSE_MS);
        }
        if (due != s->done[i]) next_ms = later_us > 0 ? later_us / 1000 + 1 : AGAIN_US / 1000;
    }
    if (next_ms < *wait_ms) *wait_ms = next_ms;
    return end;
}

static void *work(void *arg)
{
    struct timers *w = arg;
    bool end = false;
    while (!end) {
        int64_t wait_ms = MOST_WAIT_MS;
        find_districts(w);
        for (size_t s = 0; s < w->n && !end; s++)
            for (size_t i = 0; i < N_TIMERS && !end; i++) end = visit(w, &w->seats[s], i, &wait_ms);
        end = end || rest(w, wait_ms > LEAST_WAIT_MS ? wait_ms : LEAST_WAIT_MS);
    }
    return NULL;
}

struct timers *timers_new(struct ledger *l, day as_of, struct metrics *m)
{
    INVARIANT(N_TIMERS <= MOST_TIMERS);
    struct timers *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    pthread_condattr_t attributes;
    w->ledger = l;
    w->as_of = as_of;
    w->metrics = m;
    w->a = arena_new(CALL_BYTES);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&w->stop, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&w->mutex, NULL);
    if (w->a && pthread_create(&w->thread, NULL, work, w) == 0) return w;
    pthread_cond_destroy(&w->stop);
    pthread_mutex_destroy(&w->mutex);
    arena_free(w->a);
    free(w);
    return NULL;
}

void timers_free(struct timers *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_signal(&w->stop);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->stop);
    pthread_mutex_destroy(&w->mutex);
    arena_free(w->a);
    free(w->seats);
    free(w);
}
