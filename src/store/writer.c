/*
 * The writer: one thread, one connection, a bounded queue.
 *
 * It takes what is queued, at most one group, and runs it as one transaction: each job under its
 * own savepoint, one COMMIT, then the jobs are told. While a commit is being flushed the next group
 * gathers, so the size of a group follows the load by itself and a lone job never waits for
 * company.
 *
 * Three things can end a job without its doing:
 *   - an error that makes the engine drop the whole transaction (disk full, I/O, memory): every job
 *     that ran in it has FAILED; those that had not run yet go into the next transaction;
 *   - a commit that fails: all have FAILED, or are UNKNOWN when a flush failed;
 *   - a flush that fails anywhere: the store is unhealthy for good, and what is queued FAILS unrun.
 */
#include "store/store_internal.h"

#include "base/log.h"

#include <errno.h>

enum { WRITER_ARENA_BYTES = 1024 * 1024 };

static void judge(struct write_job *j, enum write_outcome outcome, enum error_code code,
                  const char *why)
{
    j->outcome = outcome;
    j->code = code;
    j->why = why;
}

// Those that were accepted so far share the transaction's fate.
static void judge_accepted(struct write_job *from, const struct write_job *end,
                           enum write_outcome outcome, enum error_code code, const char *why)
{
    for (struct write_job *j = from; j != end; j = j->next)
        if (j->outcome == WRITE_DONE) judge(j, outcome, code, why);
}

static void tell(struct write_job *from, const struct write_job *end)
{
    for (struct write_job *next; from != end; from = next) {
        next = from->next; // the job is its owner's again as soon as it knows
        from->done(from, from->outcome);
    }
}

// Why the engine gave up, for jobs that cannot know.
static void reason(const struct db *db, const struct ctx *c, enum error_code *code,
                   const char **why)
{
    *code = db->fault != ERR_NONE ? db->fault : c->err.code != ERR_NONE ? c->err.code : ERR_STORE;
    *why = db->fault_id ? db->fault_id : c->err.id ? c->err.id : "store.io";
}

// Runs one job under its savepoint and judges it. False when the transaction is lost.
static bool run_job(struct writer *w, struct ctx *c, struct write_job *job)
{
    struct db *db = w->db;
    const struct engine *e = db->engine;
    judge(job, WRITE_REFUSED, ERR_NONE, NULL);
    db->fault = ERR_NONE;
    db->fault_id = NULL;
    if (!e->savepoint(c, db, SAVEPOINT_SET, LEVEL_JOB)) {
        judge(job, WRITE_FAILED, ERR_NONE, NULL);
        reason(db, c, &job->code, &job->why);
        return false;
    }
    bool yes = job->run(job, db);
    if (db->open_rows > 0) {
        log_line(LOG_ERROR, "store.rows_left_open", LOG_INT("open", db->open_rows));
        e->finish_all(db);
        db->open_rows = 0;
    }
    bool lost = db->sick || !e->in_transaction(db);
    if (yes && !lost && db->fault == ERR_NONE && e->settled(c, db) &&
        e->savepoint(c, db, SAVEPOINT_RELEASE, LEVEL_JOB)) {
        judge(job, WRITE_DONE, ERR_NONE, NULL);
        return true;
    }
    // It said yes over an error it had not noticed, or over a broken deferred key.
    if (yes) reason(db, c, &job->code, &job->why);
    error_clear(c);
    return !lost && e->in_transaction(db) && e->savepoint(c, db, SAVEPOINT_ROLLBACK, LEVEL_JOB);
}

static void commit(struct writer *w, struct ctx *c, struct write_job *from, struct write_job *end)
{
    bool any = false;
    for (const struct write_job *j = from; j != end; j = j->next) any |= j->outcome == WRITE_DONE;
    if (!any) {
        w->db->engine->rollback(w->db);
        return;
    }
    w->db->fault = ERR_NONE;
    w->db->fault_id = NULL;
    switch (w->db->engine->commit(c, w->db)) {
    case COMMIT_DONE: atomic_fetch_add(&w->commits, 1); return;
    case COMMIT_FAILED: judge_accepted(from, end, WRITE_FAILED, c->err.code, c->err.id); return;
    case COMMIT_UNKNOWN:
        judge_accepted(from, end, WRITE_UNKNOWN, ERR_UNKNOWN, "store.unknown");
        return;
    }
}

static void check_health(struct writer *w)
{
    if (!w->db->sick || !atomic_load(&w->healthy)) return;
    atomic_store(&w->healthy, false);
    log_line(LOG_ERROR, "store.unhealthy");
}

static void fail_all(struct write_job *from, enum error_code code, const char *why)
{
    for (struct write_job *j = from; j; j = j->next) judge(j, WRITE_FAILED, code, why);
    tell(from, NULL);
}

// Runs jobs from the list in one transaction; returns those that are still to be run.
static struct write_job *run_transaction(struct writer *w, struct write_job *list)
{
    struct ctx c = {.a = w->a};
    error_clear(&c);
    w->db->fault = ERR_NONE;
    w->db->fault_id = NULL;
    if (!w->db->engine->begin(&c, w->db, true)) {
        w->db->engine->rollback(w->db);
        check_health(w);
        fail_all(list, c.err.code, c.err.id);
        arena_reset(w->a);
        return NULL;
    }
    struct write_job *j = list;
    bool alive = true;
    while (j && alive) {
        alive = run_job(w, &c, j);
        j = j->next;
    }
    if (alive) {
        commit(w, &c, list, j);
    } else {
        enum error_code code;
        const char *why;
        reason(w->db, &c, &code, &why);
        w->db->engine->rollback(w->db);
        judge_accepted(list, j, WRITE_FAILED, code, why);
    }
    check_health(w); // before anybody is told, so that store_healthy() is true to what he learns
    tell(list, j);
    arena_reset(w->a);
    return j;
}

static void run_group(struct writer *w, struct write_job *list)
{
    while (list && atomic_load(&w->healthy)) list = run_transaction(w, list);
    if (list) fail_all(list, ERR_STORE, "store.unhealthy");
}

// Takes at most one group off the queue; NULL when the writer is to end.
static struct write_job *take_group(struct writer *w)
{
    pthread_mutex_lock(&w->mutex);
    while (!w->first && !w->stopping) pthread_cond_wait(&w->wake, &w->mutex);
    struct write_job *list = w->first, *last = list;
    for (int n = 1; last && n < w->group && last->next; n++, w->queued--) last = last->next;
    if (last) {
        w->queued--;
        w->first = last->next;
        if (!w->first) w->last = NULL;
        last->next = NULL;
    }
    pthread_mutex_unlock(&w->mutex);
    return list;
}

static bool idle(struct writer *w)
{
    pthread_mutex_lock(&w->mutex);
    bool empty = w->first == NULL;
    pthread_mutex_unlock(&w->mutex);
    return empty;
}

static void *work(void *p)
{
    struct writer *w = p;
    for (struct write_job *list; (list = take_group(w)) != NULL;) {
        run_group(w, list);
        if (!atomic_load(&w->healthy)) continue;
        w->db->engine->care(w->db, idle(w));
        check_health(w);
    }
    return NULL;
}

bool writer_start(struct ctx *c, struct writer *w, int group, int limit)
{
    w->group = group;
    w->limit = limit;
    w->made = true;
    atomic_store(&w->healthy, !w->db->sick);
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->wake, NULL);
    w->a = arena_new(WRITER_ARENA_BYTES);
    if (!w->a) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    w->running = pthread_create(&w->thread, NULL, work, w) == 0;
    return w->running || fail(c, ERR_NO_MEMORY, "store.no_memory");
}

void writer_stop(struct writer *w)
{
    if (w->running) {
        pthread_mutex_lock(&w->mutex);
        w->stopping = true;
        pthread_cond_signal(&w->wake);
        pthread_mutex_unlock(&w->mutex);
        pthread_join(w->thread, NULL);
        w->running = false;
    }
    arena_free(w->a);
    w->a = NULL;
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->mutex);
}

bool store_submit(struct ctx *c, struct store *s, struct write_job *job)
{
    struct writer *w = &s->writer;
    if (s->read_only) return fail(c, ERR_STORE, "store.not_writable");
    if (!atomic_load(&w->healthy)) return fail(c, ERR_STORE, "store.unhealthy");
    job->next = NULL;
    pthread_mutex_lock(&w->mutex);
    bool room = w->queued < w->limit && !w->stopping;
    if (room) {
        *(w->last ? &w->last->next : &w->first) = job;
        w->last = job;
        w->queued++;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->mutex);
    return room || fail(c, ERR_BUSY, "store.busy");
}

int64_t store_commits(const struct store *s)
{
    return atomic_load(&s->writer.commits);
}

bool store_healthy(const struct store *s)
{
    return s->read_only || atomic_load(&s->writer.healthy);
}

/* --- a write that waits --- */

struct waiting {
    struct write_job job;
    struct ctx *c;
    db_fn *fn;
    void *arg;
    pthread_mutex_t mutex;
    pthread_cond_t told;
    bool known;
};

static bool waiting_run(struct write_job *job, struct db *db)
{
    struct waiting *m = (struct waiting *)job;
    return m->fn(m->c, db, m->arg) && ctx_ok(m->c);
}

static void waiting_done(struct write_job *job, enum write_outcome outcome)
{
    (void)outcome;
    struct waiting *m = (struct waiting *)job;
    pthread_mutex_lock(&m->mutex);
    m->known = true;
    pthread_cond_signal(&m->told); // under the mutex: the waiter's stack lives until it is released
    pthread_mutex_unlock(&m->mutex);
}

bool store_write(struct ctx *c, struct store *s, db_fn *fn, void *arg)
{
    // A job that waits for a job would wait for itself.
    INVARIANT(!s->writer.running || !pthread_equal(pthread_self(), s->writer.thread));
    struct waiting m = {
        .job = {.run = waiting_run, .done = waiting_done}, .c = c, .fn = fn, .arg = arg};
    pthread_mutex_init(&m.mutex, NULL);
    pthread_cond_init(&m.told, NULL);
    bool queued = store_submit(c, s, &m.job);
    if (queued) {
        pthread_mutex_lock(&m.mutex);
        while (!m.known) pthread_cond_wait(&m.told, &m.mutex);
        pthread_mutex_unlock(&m.mutex);
    }
    pthread_cond_destroy(&m.told);
    pthread_mutex_destroy(&m.mutex);
    if (!queued) return false;
    if (m.job.outcome == WRITE_DONE) return true;
    if (m.job.why) return fail(c, m.job.code, m.job.why);
    return fail(c, ERR_INTERNAL, "store.statement", STR("write")); // unless fn has told already
}
