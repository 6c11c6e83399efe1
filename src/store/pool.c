/* The readers: a few connections, lent for the length of one function. */
#include "store/store_internal.h"

#include "base/log.h"

#include <errno.h>

bool pool_start(struct ctx *c, struct store *s, int readers, int wait_ms)
{
    struct pool *p = &s->pool;
    p->wait_ms = wait_ms;
    p->made = true;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->returned, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (; p->n < readers; p->n++) {
        if (!s->engine->connect(c, s->shared, false, &p->all[p->n])) return false;
        p->free_list[p->n_free++] = p->all[p->n];
    }
    return true;
}

void pool_stop(struct pool *p)
{
    for (int i = 0; i < p->n; i++) p->all[i]->engine->disconnect(p->all[i], false);
    pthread_cond_destroy(&p->returned);
    pthread_mutex_destroy(&p->mutex);
}

static struct db *lend(struct pool *p)
{
    struct timespec until = monotonic_in(p->wait_ms);
    struct db *db = NULL;
    pthread_mutex_lock(&p->mutex);
    int rc = 0;
    while (p->n_free == 0 && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&p->returned, &p->mutex, &until);
    if (p->n_free > 0) db = p->free_list[--p->n_free];
    pthread_mutex_unlock(&p->mutex);
    return db;
}

static void give_back(struct pool *p, struct db *db)
{
    pthread_mutex_lock(&p->mutex);
    p->free_list[p->n_free++] = db;
    pthread_cond_signal(&p->returned);
    pthread_mutex_unlock(&p->mutex);
}

static bool read_with(struct ctx *c, struct store *s, struct db *db, db_fn *fn, void *arg)
{
    const struct engine *e = db->engine;
    db->passing = false;
    bool begun = e->begin(c, db, false);
    atomic_store(&s->reachable, begun || !db->passing);
    if (!begun) return false;
    bool ok = fn(c, db, arg) && ctx_ok(c) && e->settled(c, db);
    if (db->open_rows > 0) {
        // A cursor left open would hold its snapshot, and with it the log, for ever.
        log_line(LOG_ERROR, "store.rows_left_open", LOG_INT("open", db->open_rows));
        e->finish_all(db);
        db->open_rows = 0;
    }
    e->rollback(db); // nothing to keep; also ends what an error has broken
    db->fault = ERR_NONE;
    return ok;
}

bool store_read(struct ctx *c, struct store *s, db_fn *fn, void *arg)
{
    struct db *db = lend(&s->pool);
    if (!db) return fail(c, ERR_BUSY, "store.busy");
    bool ok = read_with(c, s, db, fn, arg);
    give_back(&s->pool, db);
    // fn said no without saying why: that is its bug, but the edge must have something to show.
    return ok || (c->err.code == ERR_NONE ? fail(c, ERR_INTERNAL, "store.statement", STR("read"))
                                          : false);
}
