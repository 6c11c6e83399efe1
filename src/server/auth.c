#include "server/auth.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/sm3.h"
#include "server/clock.h"
#include "server/district.h"

/* --- the cache --- */

enum { SLOTS = 1024, NAME_BYTES = 192, FRESH_US = 1000000 };

struct slot {
    bool used;
    char hash[SM3_HEX];
    struct session_state state; // its texts point into the slot
    char login[NAME_BYTES], name[NAME_BYTES];
    int64_t at_us;
};

struct sessions {
    pthread_mutex_t mutex; // guards slot
    struct slot slot[SLOTS];
};

struct sessions *sessions_new(void)
{
    struct sessions *s = calloc(1, sizeof *s);
    if (s) pthread_mutex_init(&s->mutex, NULL);
    return s;
}

void sessions_free(struct sessions *s)
{
    if (!s) return;
    pthread_mutex_destroy(&s->mutex);
    free(s);
}

static struct slot *slot_of(struct sessions *s, str hash)
{
    unsigned v = 0;
    for (size_t i = 0; i < 8; i++) v = v * 31 + (unsigned char)hash.p[i];
    return &s->slot[v % SLOTS];
}

static bool cache_get(struct exchange *x, str hash)
{
    struct sessions *s = x->server->sessions;
    struct slot *slot = slot_of(s, hash);
    pthread_mutex_lock(&s->mutex);
    bool hit = slot->used && memcmp(slot->hash, hash.p, SM3_HEX) == 0 &&
               clock_monotonic_us() - slot->at_us < FRESH_US;
    if (hit) {
        x->session = slot->state;
        x->session.actor.login = str_dup(x->a, slot->state.actor.login);
        x->session.actor.name = str_dup(x->a, slot->state.actor.name);
    }
    pthread_mutex_unlock(&s->mutex);
    return hit;
}

static void cache_put(struct exchange *x, str hash)
{
    struct sessions *s = x->server->sessions;
    const struct session_state *state = &x->session;
    struct slot *slot = slot_of(s, hash);
    if (state->actor.login.n > NAME_BYTES || state->actor.name.n > NAME_BYTES) return;
    pthread_mutex_lock(&s->mutex);
    slot->used = true;
    memcpy(slot->hash, hash.p, SM3_HEX);
    slot->state = *state;
    memcpy(slot->login, state->actor.login.p, state->actor.login.n);
    memcpy(slot->name, state->actor.name.p, state->actor.name.n);
    slot->state.actor.login = (str){slot->login, state->actor.login.n};
    slot->state.actor.name = (str){slot->name, state->actor.name.n};
    slot->at_us = clock_monotonic_us();
    pthread_mutex_unlock(&s->mutex);
}

void auth_forget(struct server *server, str token)
{
    struct sessions *s = server->sessions;
    struct arena *a = arena_new(4096);
    if (!a) return;
    str hash = sm3_of(a, token);
    if (hash.n == SM3_HEX) {
        pthread_mutex_lock(&s->mutex);
        slot_of(s, hash)->used = false;
        pthread_mutex_unlock(&s->mutex);
    }
    arena_free(a);
}

/* --- who asks --- */

static const char *cookie_name(const struct exchange *x)
{
    return x->https ? "__Host-sid" : "sid";
}

static str cookie_value(str cookies, const char *name)
{
    while (cookies.n) {
        str pair = str_trim(str_cut(&cookies, STR(";")));
        str value = pair, key = str_cut(&value, STR("="));
        if (str_is(key, name)) return value;
    }
    return STR_EMPTY;
}

int64_t auth_acting_for(const struct exchange *x)
{
    int64_t id;
    str given = exchange_header(x, "x-acting-for");
    if (!given.n) given = cookie_value(exchange_header(x, "cookie"), "acting");
    if (!given.n) return 0;
    return str_int(given, &id) && id > 0 ? id : -1;
}

static bool bearer_valid(const struct exchange *x, str credentials)
{
    static const str scheme = {"Bearer ", 7};
    // A front's clients are not local, whatever address the front has.
    bool fronted = exchange_header(x, "x-forwarded-for").n || exchange_header(x, "forwarded").n ||
                   exchange_header(x, "x-real-ip").n;
    return x->loopback && !fronted && str_starts(credentials, scheme) &&
           session_same(str_from(credentials, scheme.n), x->server->local_token);
}

// A session of another district than the request's home is none here.
static bool at_home(struct exchange *x)
{
    if (x->home && x->home->id != x->session.district) return fail(&x->c, ERR_UNAUTHENTICATED, "session.none");
    district_enter(x, x->session.district, x->session.zone_min);
    x->signed_in = true;
    return true;
}

bool auth_quick(struct exchange *x)
{
    str credentials = exchange_header(x, "authorization");
    if (credentials.n) {
        x->local = bearer_valid(x, credentials);
        if (!x->local) (void)fail(&x->c, ERR_UNAUTHENTICATED, "session.none");
        return !x->local; // else its district, and the account it acts as, must be looked up
    }
    x->token = cookie_value(exchange_header(x, "cookie"), cookie_name(x));
    if (!x->token.n) {
        (void)fail(&x->c, ERR_UNAUTHENTICATED, "session.none");
        return true;
    }
    str hash = sm3_of(x->a, x->token);
    if (hash.n != SM3_HEX || !cache_get(x, hash)) return false;
    (void)at_home(x); // decided either way
    return true;
}

struct act_as {
    struct exchange *x;
    str login;
};

static bool act_as(struct ctx *c, struct db *db, void *arg)
{
    struct act_as *u = arg;
    struct exchange *x = u->x;
    struct request r = {.district = x->session.district, .now = exchange_now(x), .name = STR("session.find"),
                        .actor = {.roles = ROLE_SYSTEM}};
    struct call k;
    return ledger_call(c, x->server->ledger, db, &r, &k) && session_actor(&k, u->login, &x->session.actor);
}

// The command line: the system itself, or an account, of the district it names.
static bool wait_local(struct exchange *x)
{
    struct district_ref d;
    struct act_as u = {x, exchange_header(x, "x-act-as")};
    if (!district_meant(x, exchange_header(x, "x-district"), &d)) return false;
    district_enter(x, d.id, d.zone_min);
    x->session.actor = (struct actor){.roles = ROLE_SYSTEM, .login = STR("system"), .name = STR("system")};
    x->signed_in = !u.login.n || store_read(&x->c, ledger_store(x->server->ledger), act_as, &u);
    return x->signed_in;
}

bool auth_wait(struct exchange *x)
{
    struct server *s = x->server;
    if (x->local) return wait_local(x);
    str hash = sm3_of(x->a, x->token);
    if (hash.n != SM3_HEX) return fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
    instant at = clock_real();
    if (!session_find(&x->c, s->ledger, x->token, at, &x->session)) return false;
    // What a screen asks by itself is no activity of the person before it.
    if (!exchange_header(x, "x-background").n) session_touch(s->ledger, &x->session, at);
    cache_put(x, hash);
    return at_home(x);
}

/* --- forged requests --- */

static bool origin_ours(const struct exchange *x, str origin)
{
    str host = exchange_header(x, "host");
    if (x->server->o.public_url.n && str_eq(origin, x->server->o.public_url)) return true;
    str expected = str_printf(x->a, "%s://%.*s", x->https ? "https" : "http", STR_FMT(host));
    return str_eq(origin, expected);
}

bool auth_same_site(struct exchange *x, bool with_token)
{
    if (x->local) return true; // no browser holds that token
    str site = exchange_header(x, "sec-fetch-site"), origin = exchange_header(x, "origin");
    if (site.n && !str_is(site, "same-origin") && !str_is(site, "none"))
        return fail(&x->c, ERR_FORBIDDEN, "http.csrf");
    if (origin.n && !origin_ours(x, origin)) return fail(&x->c, ERR_FORBIDDEN, "http.csrf");
    if (!with_token) return true;
    str given = exchange_header(x, "x-csrf-token"), wanted = session_csrf(x->a, x->token);
    if (!wanted.n) return fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
    return session_same(given, wanted) || fail(&x->c, ERR_FORBIDDEN, "http.csrf");
}

void auth_set_cookie(struct exchange *x, str token)
{
    str value = str_printf(x->a, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s", cookie_name(x), STR_FMT(token),
                           x->https ? "; Secure" : "", token.n ? "" : "; Max-Age=0");
    answer_header(x, "Set-Cookie", value);
}

/* --- the command line --- */

static str local_path(struct arena *a, const struct server *s, const char *end)
{
    return str_printf(a, "%.*s/server.json%s", STR_FMT(s->data_dir), end);
}

static bool write_all(int fd, str text)
{
    while (text.n) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text = str_from(text, (size_t)n);
    }
    return true;
}

bool local_open(struct ctx *c, struct server *s)
{
    struct buf b;
    struct json j;
    s->local_token = session_random(c->a);
    if (!s->local_token.n) return fail(c, ERR_INTERNAL, "server.no_random");
    buf_init(&b, c->a, 4096);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "address", str_of(s->address + strlen("http://"))); // host:port
    jw_put_text(&j, "token", s->local_token);
    jw_put_int(&j, "pid", getpid());
    jw_end(&j);
    const char *part = str_z(c->a, local_path(c->a, s, ".part")), *path = str_z(c->a, local_path(c->a, s, ""));
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = fd >= 0 && fchmod(fd, 0600) == 0 && write_all(fd, buf_str(&b));
    if (fd >= 0) close(fd);
    if (good && rename(part, path) == 0) return true;
    return fail(c, ERR_STORE, "server.no_local", str_of(path));
}

void local_close(struct server *s)
{
    struct arena *a = arena_new((size_t)1 << 16);
    if (!a) return;
    unlink(str_z(a, local_path(a, s, "")));
    arena_free(a);
}
