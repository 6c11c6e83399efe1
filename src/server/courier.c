#include "server/courier.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "ledger/org/session.h"
#include "server/clock.h"
#include "server/post.h"

enum { CALL_BYTES = 128 * 1024 * 1024 };
#define LONGEST_WAIT_US (60 * US_PER_MINUTE)

struct courier {
    struct ledger *ledger;
    const struct server_options *o;
    struct arena *a, *request; // of a turn; of one request in it
    char me[64];
    pthread_t thread;
    pthread_mutex_t mutex; // guards stopping
    pthread_cond_t stop;
    bool stopping;
};

static bool rest(struct courier *w, int64_t ms)
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
    while (!w->stopping && ms && pthread_cond_timedwait(&w->stop, &w->mutex, &until) != ETIMEDOUT) {}
    bool end = w->stopping;
    pthread_mutex_unlock(&w->mutex);
    return end;
}

/* --- one request --- */

str courier_signature(struct arena *a, str algorithm, str secret, str timestamp, str body)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    bool sm3 = str_is(algorithm, "sm3");
    str text = str_printf(a, "%.*s.%.*s", STR_FMT(timestamp), STR_FMT(body));
    struct buf b;
    if (!HMAC(sm3 ? EVP_sm3() : EVP_sha256(), secret.p, (int)secret.n, (const unsigned char *)text.p, text.n, mac, &n))
        return STR_EMPTY;
    buf_init(&b, a, 200);
    buf_addz(&b, sm3 ? "sm3=" : "sha256=");
    for (unsigned int i = 0; i < n; i++) buf_printf(&b, "%02x", mac[i]);
    return buf_ok(&b) ? buf_str(&b) : STR_EMPTY;
}

static void add_header(struct arena *a, struct post *p, const char *name, str value)
{
    p->headers[p->n_headers++] = str_z(a, str_printf(a, "%s: %.*s", name, STR_FMT(value)));
}

static void send_one(struct courier *w, const struct hook_job *job, struct hook_outcome *out)
{
    struct arena *a = w->request;
    arena_reset(a);
    str timestamp = str_printf(a, "%" PRId64, clock_real() / US_PER_SECOND);
    struct post p = {.url = job->url, .body = job->body, .allow = w->o->hook_allow, .ca_file = w->o->hook_ca,
                     .timeout_ms = w->o->hook_timeout_ms};
    add_header(a, &p, "Content-Type", STR("application/json"));
    add_header(a, &p, "User-Agent", STR("Bihuan/" BIHUAN_VERSION));
    add_header(a, &p, "Expect", STR_EMPTY); // no waiting for a 100
    add_header(a, &p, "X-Bihuan-Delivery", job->id);
    add_header(a, &p, "X-Bihuan-Event", job->event);
    add_header(a, &p, "X-Bihuan-Timestamp", timestamp);
    add_header(a, &p, "X-Bihuan-Signature", courier_signature(a, job->algorithm, job->secret, timestamp, job->body));
    out->tried = true;
    out->delivered = post_send(a, &p, &out->status, &out->error);
}

/* --- a district's turn --- */

// In their order; after a failure the later ones of the same webhook wait.
static void send_all(struct courier *w, const struct list *jobs, struct hook_outcome *out)
{
    const struct hook_job *job = jobs->at;
    int64_t held = 0;
    for (size_t i = 0; i < jobs->n; i++) {
        out[i] = (struct hook_outcome){.webhook = job[i].webhook, .delivery = job[i].delivery};
        if (job[i].webhook == held || rest(w, 0)) continue;
        send_one(w, &job[i], &out[i]);
        if (!out[i].delivered) held = job[i].webhook;
    }
}

static bool settle(struct courier *w, struct hook_turn *t, const struct hook_outcome *out, size_t n)
{
    struct hook_patience p = {w->o->hook_attempts, w->o->hook_retry_ms * 1000, LONGEST_WAIT_US};
    int64_t given_up = 0;
    t->now = clock_real();
    for (int again = 0; again < 3; again++) {
        struct ctx c = {.a = w->a};
        if (hook_settle(&c, w->ledger, t, &p, out, n, &given_up)) {
            if (given_up)
                log_line(LOG_WARN, "hook.given_up", LOG_INT("district", t->district.id),
                         LOG_INT("deliveries", given_up));
            return true;
        }
        log_line(LOG_WARN, "hook.not_settled", LOG_STR("why", str_of(c.err.id)));
        if (rest(w, 1000)) break;
    }
    return false; // its claim runs out and it is sent again
}

// *more: there was something, so there may be more.
static bool turn(struct courier *w, struct hook_district d, bool *more)
{
    struct ctx c = {.a = w->a};
    struct hook_turn t = {.district = d, .now = clock_real(), .me = str_of(w->me),
                          .lease_us = (HOOK_TAKE + 1) * w->o->hook_timeout_ms * 1000 + US_PER_MINUTE};
    struct list jobs;
    bool wanted = false;
    arena_reset(w->a);
    if (!hook_wanted(&c, w->ledger, &t, &wanted)) return false;
    if (!wanted) return true;
    if (!hook_take(&c, w->ledger, &t, &jobs)) return false;
    if (jobs.n == 0) return true;
    struct hook_outcome *out = arena_alloc(w->a, jobs.n * sizeof *out);
    if (!arena_ok(w->a)) return false;
    send_all(w, &jobs, out);
    *more = true;
    return settle(w, &t, out, jobs.n);
}

static bool round_of(struct courier *w, bool *more)
{
    struct hook_district page[HOOK_DISTRICTS];
    size_t n = HOOK_DISTRICTS;
    for (int64_t after = 0; n == HOOK_DISTRICTS;) {
        struct ctx c = {.a = w->a};
        arena_reset(w->a);
        if (!hook_districts(&c, w->ledger, after, page, &n)) return false;
        for (size_t i = 0; i < n; i++) {
            if (!turn(w, page[i], more)) log_line(LOG_WARN, "hook.turn_failed", LOG_INT("district", page[i].id));
            if (rest(w, 0)) return true;
        }
        if (n) after = page[n - 1].id;
    }
    return true;
}

static void *work(void *arg)
{
    struct courier *w = arg;
    bool end = false;
    while (!end) {
        bool more = false;
        if (!round_of(w, &more)) log_line(LOG_WARN, "hook.no_districts");
        end = rest(w, more ? 1 : w->o->hook_poll_ms);
    }
    return NULL;
}

struct courier *courier_new(struct ledger *l, const struct server_options *o)
{
    struct courier *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    pthread_condattr_t attributes;
    w->ledger = l;
    w->o = o;
    w->a = arena_new(CALL_BYTES);
    w->request = arena_new(CALL_BYTES);
    str me = w->a ? session_random(w->a) : STR_EMPTY;
    memcpy(w->me, me.p, me.n < sizeof w->me ? me.n : sizeof w->me - 1);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&w->stop, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&w->mutex, NULL);
    bool ready = w->a && w->request && me.n && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (ready && pthread_create(&w->thread, NULL, work, w) == 0) return w;
    pthread_cond_destroy(&w->stop);
    pthread_mutex_destroy(&w->mutex);
    arena_free(w->a);
    arena_free(w->request);
    free(w);
    return NULL;
}

void courier_free(struct courier *w)
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
    arena_free(w->request);
    free(w);
}
