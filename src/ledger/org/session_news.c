#include "ledger/org/session_news.h"

#include <stdlib.h>

#include "ledger/org/session.h"

// A journal that went further than this is not read back: something else than sign-ins will be there.
enum { READ_BACK = 500 };

static const struct stmt MOVED = {
    "session.news_moved",
    "SELECT COALESCE(MAX(j.seq), 0) FROM journal AS j WHERE j.district_id = $1 AND j.seq > $2 "
    "AND j.command NOT IN ('session.open', 'session.refuse', 'session.close')",
    false};
static const struct stmt ALIVE = {
    "session.news_alive",
    "SELECT s.id FROM login_session AS s WHERE s.district_id = $1 AND s.id >= $2 AND s.seen_at >= $3 "
    "AND s.opened_at >= $4 ORDER BY s.id",
    false};
const struct stmt *const SESSION_NEWS_STATEMENTS[] = {&MOVED, &ALIVE};
const size_t N_SESSION_NEWS_STATEMENTS = COUNT_OF(SESSION_NEWS_STATEMENTS);

struct news_look {
    struct ledger *ledger;
    struct session_news *news;
};

static bool look_moved(struct call *k, struct session_news *n)
{
    struct db_rows r;
    n->head = k->head.seq;
    n->moved = n->since;
    if (n->head == n->since) return true;
    if (n->head < n->since || n->head - n->since > READ_BACK) {
        n->moved = n->head;
        return true;
    }
    if (!DB_QUERY(k->c, k->db, &r, &MOVED, ARG(n->district), ARG(n->since))) return false;
    if (db_next(&r) && db_int(&r, 0) > 0) n->moved = db_int(&r, 0);
    return db_done(&r);
}

static bool look_alive(struct call *k, struct session_news *n)
{
    struct db_rows r;
    instant seen_at, opened_at;
    VEC(int64_t) alive = {0};
    session_limits(n->at, &seen_at, &opened_at);
    if (!DB_QUERY(k->c, k->db, &r, &ALIVE, ARG(n->district), ARG(n->first_session), ARG(seen_at), ARG(opened_at)))
        return false;
    while (db_next(&r)) VEC_ADD(k->c->a, &alive, db_int(&r, 0));
    if (!db_done(&r)) return false;
    n->alive = alive.at;
    n->n_alive = alive.n;
    return ctx_ok(k->c);
}

static bool look(struct ctx *c, struct db *db, void *arg)
{
    struct news_look *u = arg;
    struct request r = {.district = u->news->district, .now = u->news->at, .name = STR("session.news"),
                        .actor = {.roles = ROLE_SYSTEM}};
    struct call k;
    if (!ledger_call(c, u->ledger, db, &r, &k)) return false;
    return look_moved(&k, u->news) && look_alive(&k, u->news);
}

bool session_news(struct ctx *c, struct ledger *l, struct session_news *n)
{
    struct news_look u = {l, n};
    return store_read(c, ledger_store(l), look, &u);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool session_is_alive(const struct session_news *n, int64_t session)
{
    return n->n_alive && bsearch(&session, n->alive, n->n_alive, sizeof session, compare);
}
