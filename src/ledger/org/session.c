#include "ledger/org/session.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/base64.h"
#include "ledger/command.h"
#include "ledger/org/password.h"
#include "ledger/org/session_news.h"
#include "ledger/org/session_view.h"
#include "ledger/sm3.h"

/* The limits and their sources: what an auditor asks for first. */
static const struct {
    int64_t idle_us, life_us, seen_us;
    int64_t account_failures, address_failures, window_us;
    int64_t lock_us, lock_most_us;
} LIMIT = {
    .idle_us = 30 * US_PER_MINUTE,          // GB/T 22239-2019 8.1.4.1 b; OWASP ASVS 5.0 7.3.1
    .life_us = 12 * 60 * US_PER_MINUTE,     // OWASP ASVS 5.0 7.3.2
    .seen_us = US_PER_MINUTE,               // ours: at most one write a minute and session
    .account_failures = 5,                  // GB/T 22239-2019 8.1.4.1 b
    .address_failures = 30,                 // ours: a whole office may share one address
    .window_us = 10 * US_PER_MINUTE,        // ours, with the failures above
    .lock_us = 15 * US_PER_MINUTE,          // ours: first lock; doubles each time
    .lock_most_us = US_PER_DAY,             // ours: longest lock
};

enum { TOKEN_BYTES = 32, LOGIN_CHARS = 64, AGENT_CHARS = 200 };

static struct records BY_TOKEN = RECORDS("session.by_token", &SESSION,
                                         "WHERE district_id = $1 AND token_hash = $2");
static struct records OF_ACCOUNT = RECORDS("session.of_account", &SESSION,
                                           "WHERE district_id = $1 AND account_id = $2 ORDER BY id");
static struct records GUARD_OF = RECORDS("login_guard.of_subject", &LOGIN_GUARD,
                                         "WHERE district_id = $1 AND subject = $2");
static struct records SESSION_BY_ID = RECORDS("session.with_id", &SESSION, "WHERE district_id = $1 AND id = $2");
static struct records ROLES_OF = RECORDS("role_grant.of_session", &ROLE_GRANT,
                                         "WHERE district_id = $1 AND account_id = $2 ORDER BY id");

/* --- tokens --- */

str session_random(struct arena *a)
{
    unsigned char raw[TOKEN_BYTES];
    if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw) return STR_EMPTY;
    str text = base64url(a, (str){(const char *)raw, sizeof raw});
    explicit_bzero(raw, sizeof raw);
    return text;
}

str session_csrf(struct arena *a, str token)
{
    static const char what[] = "bihuan csrf";
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    if (!HMAC(EVP_sm3(), token.p, (int)token.n, (const unsigned char *)what, sizeof what - 1, mac, &n))
        return STR_EMPTY;
    return base64url(a, (str){(const char *)mac, n});
}

bool session_same(str a, str b)
{
    unsigned char differs = a.n != b.n;
    for (size_t i = 0; i < a.n && i < b.n; i++) differs |= (unsigned char)(a.p[i] ^ b.p[i]);
    return !differs && a.n > 0;
}

static bool token_district(str token, int64_t *district)
{
    str rest = token;
    str head = str_cut(&rest, STR("."));
    return rest.n >= 40 && rest.n <= 64 && str_int(head, district) && *district > 0;
}

/* --- actors --- */

static bool actor_fill(struct call *k, const struct account *account, struct actor *out)
{
    struct person person = {0};
    struct unit unit = {0};
    struct list grants;
    if (!record_load(k, &PERSON, account->person_id, &person)) return false;
    if (!record_load(k, &UNIT, account->unit_id, &unit)) return false;
    if (!record_list(k, &ROLES_OF, &grants, ARG(k->district), ARG(account->id))) return false;
    *out = (struct actor){.account_id = account->id, .person_id = account->person_id,
                          .unit_id = account->unit_id, .must_change = account->must_change != 0,
                          .login = account->login};
    const struct role_grant *grant = grants.at;
    for (size_t i = 0; i < grants.n; i++) out->roles |= role_bit(grant[i].role);
    str of = unit.short_name.n ? unit.short_name : unit.name;
    out->name = str_starts(person.name, of)
                    ? person.name
                    : str_printf(k->c->a, "%.*s %.*s", STR_FMT(of), STR_FMT(person.name));
    return ctx_ok(k->c);
}

bool session_actor(struct call *k, str login, struct actor *out)
{
    struct account account = {0};
    bool found;
    if (!record_by_code(k, &ACCOUNT, login, &account, &found)) return false;
    if (!found || account.disabled) return fail(k->c, ERR_NOT_FOUND, "session.no_account", login);
    return actor_fill(k, &account, out);
}

/* --- failures and locks --- */

static str guard_subject(struct arena *a, const char *kind, str of)
{
    return str_printf(a, "%s:%.*s", kind, STR_FMT(of));
}

// *found false: a clean slate in *out.
static bool guard_load(struct call *k, str subject, struct login_guard *out, bool *found)
{
    struct list rows;
    if (!record_list(k, &GUARD_OF, &rows, ARG(k->district), ARG(subject))) return false;
    *found = rows.n > 0;
    shape_init(LOGIN_GUARD.shape, out);
    out->district_id = k->district;
    out->subject = subject;
    if (rows.n) *out = *(struct login_guard *)rows.at;
    return true;
}

static bool fail_locked(struct ctx *c, int64_t until, instant at)
{
    int64_t minutes = (until - at + US_PER_MINUTE - 1) / US_PER_MINUTE;
    return fail(c, ERR_TOO_MANY, "session.locked", str_printf(c->a, "%" PRId64, minutes));
}

static bool guards_open(struct call *k, str login, str address, instant at)
{
    str subjects[] = {guard_subject(k->c->a, "account", login), guard_subject(k->c->a, "address", address)};
    for (size_t i = 0; i < COUNT_OF(subjects); i++) {
        struct login_guard guard;
        bool found;
        if (!guard_load(k, subjects[i], &guard, &found)) return false;
        if (guard.locked_until > at) return fail_locked(k->c, guard.locked_until, at);
    }
    return true;
}

static int64_t lock_length(int64_t locks_before)
{
    int64_t length = LIMIT.lock_us;
    while (locks_before-- > 0 && length < LIMIT.lock_most_us) length *= 2;
    return length < LIMIT.lock_most_us ? length : LIMIT.lock_most_us;
}

static bool guard_count(struct call *k, str subject, int64_t limit, instant at)
{
    struct login_guard guard;
    bool found;
    if (!guard_load(k, subject, &guard, &found)) return false;
    struct login_guard before = guard;
    if (at - guard.window_from > LIMIT.window_us || at < guard.window_from) {
        if (at - guard.window_from > LIMIT.lock_most_us && at > guard.locked_until) guard.locks = 0;
        guard.window_from = at;
        guard.failures = 0;
    }
    if (++guard.failures >= limit) {
        guard.locked_until = at + lock_length(guard.locks++);
        guard.failures = 0;
        guard.window_from = at;
    }
    return found ? record_update(k, &LOGIN_GUARD, &before, &guard) : record_insert(k, &LOGIN_GUARD, &guard);
}

static bool guard_clear(struct call *k, str subject)
{
    struct login_guard guard;
    bool found;
    if (!guard_load(k, subject, &guard, &found)) return false;
    return !found || record_remove(k, &LOGIN_GUARD, &guard);
}

bool session_guard_open(struct call *k, str subject, instant at)
{
    struct login_guard guard;
    bool found;
    if (!guard_load(k, subject, &guard, &found)) return false;
    return guard.locked_until <= at || fail_locked(k->c, guard.locked_until, at);
}

bool session_guard_count(struct call *k, str subject, instant at)
{
    return guard_count(k, subject, LIMIT.address_failures, at);
}

/* --- what is long over --- */

// Neither is journaled, so rows may go without being read. Until then they do no harm: a session that is over
// opens nothing, a count that is old starts anew.
static const struct stmt SESSION_OLD = {
    "session.old", "SELECT id FROM login_session WHERE district_id = $1 AND seen_at < $2 LIMIT 1"};
static const struct stmt SESSIONS_SWEEP = {
    "session.sweep", "DELETE FROM login_session WHERE district_id = $1 AND seen_at < $2"};
static const struct stmt GUARD_OLD = {
    "login_guard.old", "SELECT id FROM login_guard WHERE district_id = $1 AND window_from < $2 "
                       "AND COALESCE(locked_until, 0) < $2 LIMIT 1"};
static const struct stmt GUARDS_SWEEP = {
    "login_guard.sweep", "DELETE FROM login_guard WHERE district_id = $1 AND window_from < $2 "
                         "AND COALESCE(locked_until, 0) < $2"};

// A day more than it takes to be over, so that clocks of several servers need not agree to the minute. One that
// reached its longest life is seen no more, so it is found by when it was seen like any other.
struct horizon {
    int64_t seen, guard;
};

static struct horizon horizon_of(instant at)
{
    return (struct horizon){at - LIMIT.idle_us - US_PER_DAY, at - 2 * LIMIT.lock_most_us};
}

static bool any_row(struct call *k, const struct stmt *st, const struct db_arg *args, size_t n, bool *any)
{
    struct db_rows r;
    if (!db_query_args(k->c, k->db, &r, st, args, n)) return false;
    *any = db_next(&r);
    return db_done(&r);
}

bool session_sweep_wanted(struct call *k, instant due, bool *would)
{
    struct horizon h = horizon_of(due);
    const struct db_arg session[] = {ARG(k->district), ARG(h.seen)};
    const struct db_arg guard[] = {ARG(k->district), ARG(h.guard)};
    return any_row(k, &SESSION_OLD, session, COUNT_OF(session), would) &&
           (*would || any_row(k, &GUARD_OLD, guard, COUNT_OF(guard), would));
}

bool session_sweep(struct call *k, instant due, struct json *out)
{
    struct horizon h = horizon_of(due);
    int64_t sessions = 0, guards = 0;
    if (!DB_RUN(k->c, k->db, &SESSIONS_SWEEP, &sessions, ARG(k->district), ARG(h.seen)) ||
        !DB_RUN(k->c, k->db, &GUARDS_SWEEP, &guards, ARG(k->district), ARG(h.guard)))
        return false;
    jw_put_int(out, "sessions", sessions);
    jw_put_int(out, "guards", guards);
    return true;
}

/* --- the commands --- */

void session_limits(instant at, instant *seen_at, instant *opened_at)
{
    *seen_at = at - LIMIT.idle_us;
    *opened_at = at - LIMIT.life_us;
}

static bool over(const struct session *s, instant at)
{
    instant seen_at, opened_at;
    session_limits(at, &seen_at, &opened_at);
    return s->seen_at < seen_at || s->opened_at < opened_at;
}

#define OPEN_ARGS(X)                                                                               \
    X(account, int64_t, F_REF, 0, "账号", "account", REQUIRED, "account")                          \
    X(login, str, F_TEXT, 64, "登录名", "login", REQUIRED, NULL)                                   \
    X(token_hash, str, F_SECRET, 128, "令牌", "token", REQUIRED, NULL)                             \
    X(address, str, F_TEXT, 64, "地址", "address", REQUIRED, NULL)                                 \
    X(agent, str, F_TEXT, 200, "客户端", "agent", 0, NULL)                                         \
    X(at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct open_args { OPEN_ARGS(AS_MEMBER) };
#define OWNER struct open_args
static const struct field open_fields[] = {OPEN_ARGS(AS_FIELD)};
#undef OWNER
static const struct shape OPEN_SHAPE = {"session.open", open_fields, COUNT_OF(open_fields), sizeof(struct open_args)};

static bool drop_expired(struct call *k, int64_t account_id, instant at)
{
    struct list rows;
    if (!record_list(k, &OF_ACCOUNT, &rows, ARG(k->district), ARG(account_id))) return false;
    const struct session *s = rows.at;
    for (size_t i = 0; i < rows.n; i++)
        if (over(&s[i], at) && !record_remove(k, &SESSION, &s[i])) return false;
    return true;
}

static bool open_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct open_args *a = args;
    (void)given;
    if (!guards_open(k, a->login, a->address, a->at)) return false;
    if (!guard_clear(k, guard_subject(k->c->a, "account", a->login))) return false;
    if (!drop_expired(k, a->account, a->at)) return false;
    struct session s;
    shape_init(SESSION.shape, &s);
    s.district_id = k->district;
    s.token_hash = a->token_hash;
    s.account_id = a->account;
    s.opened_at = s.seen_at = a->at;
    s.address = a->address;
    s.agent = a->agent;
    if (!record_insert(k, &SESSION, &s)) return false;
    k->object_kind = ACCOUNT.name;
    k->object_id = a->account;
    jw_put_id(out, "session", s.id);
    return true;
}

#define REFUSE_ARGS(X)                                                                             \
    X(login, str, F_TEXT, 64, "登录名", "login", 0, NULL)                                          \
    X(address, str, F_TEXT, 64, "地址", "address", REQUIRED, NULL)                                 \
    X(at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct refuse_args { REFUSE_ARGS(AS_MEMBER) };
#define OWNER struct refuse_args
static const struct field refuse_fields[] = {REFUSE_ARGS(AS_FIELD)};
#undef OWNER
static const struct shape REFUSE_SHAPE = {"session.refuse", refuse_fields, COUNT_OF(refuse_fields),
                                          sizeof(struct refuse_args)};

static bool refuse_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct refuse_args *a = args;
    (void)given;
    (void)out;
    // A guess that was already under way when the lock fell is told so, and counted no further.
    if (!guards_open(k, a->login, a->address, a->at)) return false;
    if (!guard_count(k, guard_subject(k->c->a, "account", a->login), LIMIT.account_failures, a->at)) return false;
    return guard_count(k, guard_subject(k->c->a, "address", a->address), LIMIT.address_failures, a->at);
}

#define CLOSE_ARGS(X) X(session, int64_t, F_ID, 0, "会话", "session", REQUIRED, NULL)
struct close_args { CLOSE_ARGS(AS_MEMBER) };
#define OWNER struct close_args
static const struct field close_fields[] = {CLOSE_ARGS(AS_FIELD)};
#undef OWNER
static const struct shape CLOSE_SHAPE = {"session.close", close_fields, COUNT_OF(close_fields),
                                         sizeof(struct close_args)};

static bool close_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct close_args *a = args;
    struct list rows;
    (void)given;
    (void)out;
    if (!record_list(k, &SESSION_BY_ID, &rows, ARG(k->district), ARG(a->session))) return false;
    if (!rows.n) return true; // signed out twice
    const struct session *s = rows.at;
    k->object_kind = ACCOUNT.name;
    k->object_id = s->account_id;
    return record_remove(k, &SESSION, s);
}

bool session_end_all(struct call *k, int64_t account_id)
{
    struct list rows;
    if (!record_list(k, &OF_ACCOUNT, &rows, ARG(k->district), ARG(account_id))) return false;
    const struct session *s = rows.at;
    for (size_t i = 0; i < rows.n; i++)
        if (!record_remove(k, &SESSION, &s[i])) return false;
    return true;
}

/* --- signing in --- */

struct look_up {
    struct ledger *ledger;
    const struct sign_in *in;
    struct request request;
    struct account account; // id 0: no such, or disabled
    struct actor actor;
};

static bool look_up(struct ctx *c, struct db *db, void *arg)
{
    struct look_up *u = arg;
    struct call k;
    bool found;
    if (!ledger_call(c, u->ledger, db, &u->request, &k)) return false;
    if (!guards_open(&k, u->in->login, u->in->address, u->in->at)) return false;
    if (!record_by_code(&k, &ACCOUNT, u->in->login, &u->account, &found)) return false;
    if (!found || u->account.disabled) {
        u->account = (struct account){0};
        return true;
    }
    return actor_fill(&k, &u->account, &u->actor);
}

static struct request system_request(const struct sign_in *in, str name)
{
    return (struct request){.district = in->district, .now = in->now, .name = name,
                            .actor = {.roles = ROLE_SYSTEM, .login = STR("system"), .name = STR("system")}};
}

static bool refuse(struct ctx *c, struct ledger *l, const struct sign_in *in)
{
    struct buf body;
    struct json j;
    str result;
    buf_init(&body, c->a, 4096);
    jw_init(&j, &body);
    jw_object(&j);
    jw_put_text(&j, "login", in->login);
    jw_put_text(&j, "address", in->address);
    jw_put_text(&j, "at", instant_text(c->a, in->at, 0));
    jw_end(&j);
    struct request r = system_request(in, STR("session.refuse"));
    r.body = buf_str(&body);
    return ledger_do(c, l, &r, &result) && fail(c, ERR_UNAUTHENTICATED, "session.wrong");
}

// The session's id out of {"seq":…,"session":"123"}: our own writer's form.
static int64_t result_session(str result)
{
    static const str key = {"\"session\":\"", 11};
    int64_t id = 0;
    size_t at = str_find(result, key, 0);
    if (at == SIZE_MAX) return 0;
    str rest = str_from(result, at + key.n);
    return str_int(str_cut(&rest, STR("\"")), &id) ? id : 0;
}

static bool admit(struct ctx *c, struct ledger *l, const struct look_up *u, struct session_grant *out)
{
    str random = session_random(c->a);
    if (!random.n) return fail(c, ERR_INTERNAL, "password.failed");
    out->token = str_printf(c->a, "%" PRId64 ".%.*s", u->in->district, STR_FMT(random));
    struct buf body;
    struct json j;
    buf_init(&body, c->a, 4096);
    jw_init(&j, &body);
    jw_object(&j);
    jw_put_id(&j, "account", u->account.id);
    jw_put_text(&j, "login", u->in->login);
    jw_put_text(&j, "token_hash", sm3_of(c->a, out->token));
    jw_put_text(&j, "address", u->in->address);
    jw_put_text(&j, "agent", utf8_head(u->in->agent, AGENT_CHARS));
    jw_put_text(&j, "at", instant_text(c->a, u->in->at, 0));
    jw_end(&j);
    struct request r = system_request(u->in, STR("session.open"));
    r.actor = u->actor;
    r.actor.roles = ROLE_SYSTEM; // in the journal: this account, by the system's command
    r.body = buf_str(&body);
    str result;
    if (!ctx_ok(c) || !ledger_do(c, l, &r, &result)) return false;
    out->session_id = result_session(result);
    out->actor = u->actor;
    out->actor.session_id = out->session_id;
    return true;
}

bool session_open(struct ctx *c, struct ledger *l, const struct sign_in *in, struct session_grant *out)
{
    struct look_up u = {.ledger = l, .in = in, .request = system_request(in, STR("session.open"))};
    bool right;
    if (utf8_count(in->login) > LOGIN_CHARS || !in->login.n) return fail(c, ERR_UNAUTHENTICATED, "session.wrong");
    if (!store_read(c, ledger_store(l), look_up, &u)) return false;
    if (!password_check(c, in->password, u.account.password, &right)) return false;
    return right && u.account.id ? admit(c, l, &u, out) : refuse(c, l, in);
}

/* --- being signed in --- */

struct find {
    struct ledger *ledger;
    struct request request;
    str hash;
    instant at;
    struct session_state *out;
};

static bool find(struct ctx *c, struct db *db, void *arg)
{
    struct find *f = arg;
    struct call k;
    struct list rows;
    struct account account;
    if (!ledger_call(c, f->ledger, db, &f->request, &k)) return false;
    if (!record_list(&k, &BY_TOKEN, &rows, ARG(k.district), ARG(f->hash))) return false;
    const struct session *s = rows.at;
    if (!rows.n || over(s, f->at)) return fail(c, ERR_UNAUTHENTICATED, "session.none");
    if (!record_load(&k, &ACCOUNT, s->account_id, &account)) return false;
    if (account.disabled) return fail(c, ERR_UNAUTHENTICATED, "session.none");
    if (!actor_fill(&k, &account, &f->out->actor)) return false;
    f->out->actor.session_id = s->id;
    f->out->opened_at = s->opened_at;
    f->out->seen_at = s->seen_at;
    f->out->district = k.district;
    f->out->zone_min = k.zone_min;
    return true;
}

bool session_find(struct ctx *c, struct ledger *l, str token, instant at, struct session_state *out)
{
    int64_t district;
    if (!token_district(token, &district)) return fail(c, ERR_UNAUTHENTICATED, "session.none");
    struct find f = {.ledger = l, .hash = sm3_of(c->a, token), .at = at, .out = out};
    f.request = (struct request){.district = district, .now = at, .name = STR("session.find"),
                                 .actor = {.roles = ROLE_SYSTEM}};
    return store_read(c, ledger_store(l), find, &f);
}

struct touch {
    struct write_job job;
    struct ctx c;
    struct ledger *ledger;
    int64_t district, session_id;
    instant at;
};

static bool touch_run(struct write_job *job, struct db *db)
{
    struct touch *t = (struct touch *)job;
    struct request r = {.district = t->district, .now = t->at, .name = STR("session.touch"),
                        .actor = {.roles = ROLE_SYSTEM}};
    struct call k;
    struct list rows;
    arena_reset(t->c.a);
    error_clear(&t->c);
    // Locks as a command does: two orders of locks could wait for each other.
    if (!ledger_lock(&t->c, t->ledger, db, &r, &k)) return false;
    if (!record_list(&k, &SESSION_BY_ID, &rows, ARG(k.district), ARG(t->session_id))) return false;
    if (!rows.n) return true;
    struct session s = *(struct session *)rows.at, before = s;
    s.seen_at = t->at;
    return record_update(&k, &SESSION, &before, &s);
}

static void touch_free(struct touch *t)
{
    arena_free(t->c.a);
    free(t);
}

static void touch_done(struct write_job *job, enum write_outcome outcome)
{
    (void)outcome;
    touch_free((struct touch *)job);
}

void session_touch(struct ledger *l, const struct session_state *s, instant at)
{
    if (at - s->seen_at < LIMIT.seen_us) return;
    struct touch *t = calloc(1, sizeof *t);
    if (!t) return;
    t->c.a = arena_new((size_t)1 << 20);
    if (!t->c.a) {
        free(t);
        return;
    }
    t->job = (struct write_job){.district = s->district, .again = true, .run = touch_run, .done = touch_done};
    t->ledger = l;
    t->district = s->district;
    t->session_id = s->actor.session_id;
    t->at = at;
    if (!store_submit(&t->c, ledger_store(l), &t->job)) touch_free(t);
}

bool session_close(struct ctx *c, struct ledger *l, const struct session_state *s, instant now)
{
    struct request r = {.district = s->district, .actor = s->actor, .now = now, .name = STR("session.close"),
                        .body = str_printf(c->a, "{\"session\":\"%" PRId64 "\"}", s->actor.session_id)};
    str result;
    r.actor.roles = ROLE_SYSTEM;
    return ledger_do(c, l, &r, &result);
}

static const struct command COMMANDS[] = {
    {"session.open", "登录", "sign in", "记录一次登录", "Records a sign-in", ROLE_SYSTEM, &OPEN_SHAPE, open_run},
    {"session.refuse", "登录失败", "refused sign-in", "记录一次失败的登录并计数", "Records and counts a refused sign-in",
     ROLE_SYSTEM, &REFUSE_SHAPE, refuse_run},
    {"session.close", "退出", "sign out", "记录一次退出", "Records a sign-out", ROLE_SYSTEM, &CLOSE_SHAPE, close_run},
};

static struct records *const RECORD_LISTS[] = {&BY_TOKEN, &OF_ACCOUNT, &GUARD_OF, &SESSION_BY_ID,
                                               &ROLES_OF,        &DEMO_ACCOUNTS};

static void register_lists(void)
{
    statements_register(SESSION_NEWS_STATEMENTS, N_SESSION_NEWS_STATEMENTS);
}

static const struct stmt *const STATEMENTS[] = {&SESSION_OLD, &SESSIONS_SWEEP, &GUARD_OLD, &GUARDS_SWEEP};

const struct subject SESSION_SUBJECT = {.name = "session", .commands = COMMANDS, .n_commands = COUNT_OF(COMMANDS),
                                        .records = RECORD_LISTS, .n_records = COUNT_OF(RECORD_LISTS),
                                        .statements = STATEMENTS, .n_statements = COUNT_OF(STATEMENTS),
                                        .register_lists = register_lists};
