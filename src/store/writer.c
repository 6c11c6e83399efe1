/*
 * A writer: one thread, one connection, a bounded queue. A district's jobs always go to the same one,
 * so they run in the order in which they were queued.
 *
 * It takes what is queued, at most one group, and runs it as one transaction: each job under its
 * own savepoint, one COMMIT, then the jobs are told. While a commit is being flushed the next group
 * gathers, so the size of a group follows the load by itself and a lone job never waits for
 * company. On a server a group is of one district, because a transaction is.
 *
 * Four things can end a job without its doing:
 *   - an error that makes the engine drop the whole transaction (disk full, I/O, memory): every job
 *     that ran in it has FAILED; those that had not run yet go into the next transaction;
 *   - a commit that fails: all have FAILED, or are UNKNOWN when a flush failed or no answer came;
 *   - a flush that fails anywhere: the store is unhealthy for good, and what is queued FAILS unrun;
 *   - a server that is away, or a lock that is not granted in time: what certainly left nothing is
 *     tried again, for as long as a caller would wait; then it has FAILED.
 */
#include "store/store_internal.h"

#include "base/log.h"

#include <errno.h>
#include <poll.h>

enum { WRITER_ARENA_BYTES = 1024 * 1024, TRIES = 5, PAUSE_MS = 10, PAUSE_MOST_MS = 200 };

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

static void clear_fault(struct db *db)
{
    db->fault = ERR_NONE;
    db->fault_id = NULL;
    db->passing = false;
}

// Runs one job under its savepoint and judges it. False when the transaction is lost.
static bool run_job(struct writer *w, struct ctx *c, struct write_job *job)
{
    struct db *db = w->db;
    const struct engine *e = db->engine;
    judge(job, WRITE_REFUSED, ERR_NONE, NULL);
    clear_fault(db);
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
    bool whole = !db->sick && !db->passing && e->in_transaction(db);
    if (yes && whole && db->fault == ERR_NONE && e->settled(c, db) &&
        e->savepoint(c, db, SAVEPOINT_RELEASE, LEVEL_JOB)) {
        judge(job, WRITE_DONE, ERR_NONE, NULL);
        return true;
    }
    // It said yes over an error it had not noticed, or over a broken deferred key.
    if (yes) reason(db, c, &job->code, &job->why);
    error_clear(c);
    return whole && !db->passing && e->in_transaction(db) &&
           e->savepoint(c, db, SAVEPOINT_ROLLBACK, LEVEL_JOB);
}

/* --- trying again --- */

// The transaction broke for a reason that may pass, and left nothing. Jobs that have not run may always
// wait for another; those that have must say that they can run twice.
static bool may_repeat(struct writer *w, const struct write_job *from, const struct write_job *ran)
{
    if (!w->db->passing) return false;
    for (const struct write_job *j = from; j != ran; j = j->next)
        if (!j->again) return false;
    int64_t now = monotonic_us();
    if (!w->failed_us) w->failed_us = now;
    return now - w->failed_us < (int64_t)w->away_ms * 1000 && (from == ran || ++w->tries < TRIES);
}

// Longer each time, and never the same for two writers that wait for each other.
static void pause_before(const struct writer *w)
{
    int ms = PAUSE_MS << (w->tries < TRIES ? w->tries : TRIES);
    uint64_t spread = ((uint64_t)monotonic_us() ^ (uintptr_t)w) * UINT64_C(0x9E3779B97F4A7C15) >> 40;
    ms += (int)(spread % (uint64_t)ms);
    poll(NULL, 0, ms < PAUSE_MOST_MS ? ms : PAUSE_MOST_MS);
}

static void reached(struct writer *w, bool yes)
{
    if (yes && w->tries == 0) w->failed_us = 0;
    atomic_store(&w->store->reachable, yes);
}

/* --- a transaction --- */

static void commit(struct writer *w, struct ctx *c, struct write_job *from, struct write_job *end)
{
    bool any = false;
    for (const struct write_job *j = from; j != end; j = j->next) any |= j->outcome == WRITE_DONE;
    if (!any) {
        w->db->engine->rollback(w->db);
        return;
    }
    clear_fault(w->db);
    switch (w->db->engine->commit(c, w->db)) {
    case COMMIT_DONE:
        clear_fault(w->db); // what broke behind the answer takes nothing back
        atomic_fetch_add(&w->store->commits, 1);
        for (const struct write_job *j = from; j != end; j = j->next)
            if (j->outcome == WRITE_DONE) news_of_commit(w->store, j->district);
        return;
    case COMMIT_FAILED: judge_accepted(from, end, WRITE_FAILED, c->err.code, c->err.id); return;
    case COMMIT_UNKNOWN:
        w->db->passing = false;
        judge_accepted(from, end, WRITE_UNKNOWN, ERR_UNKNOWN, "store.unknown");
        return;
    }
}

static void check_health(struct writer *w)
{
    if (!w->db->sick || !atomic_load(&w->store->healthy)) return;
    atomic_store(&w->store->healthy, false);
    log_line(LOG_ERROR, "store.unhealthy");
}

static void fail_all(struct write_job *from, enum error_code code, const char *why)
{
    for (struct write_job *j = from; j; j = j->next) judge(j, WRITE_FAILED, code, why);
    tell(from, NULL);
}

// Begins; false: *list is what is still to be run, all of it or, when it was failed, nothing.
static bool begin(struct writer *w, struct ctx *c, struct write_job **list)
{
    clear_fault(w->db);
    bool ok = w->db->engine->begin(c, w->db, true);
    reached(w, ok || !w->db->passing);
    if (ok) return true;
    w->db->engine->rollback(w->db);
    check_health(w);
    if (may_repeat(w, *list, *list)) return false;
    fail_all(*list, c->err.code, c->err.id);
    *list = NULL;
    return false;
}

// Runs jobs in one transaction up to *end, and judges them. False: it is to be tried again.
static bool run_jobs(struct writer *w, struct ctx *c, struct write_job *list,
                     struct write_job **end)
{
    struct write_job *j = list;
    bool alive = true;
    while (j && alive) {
        alive = run_job(w, c, j);
        j = j->next;
    }
    *end = j;
    if (alive) {
        commit(w, c, list, j);
        return !may_repeat(w, list, j);
    }
    enum error_code code;
    const char *why;
    reason(w->db, c, &code, &why);
    w->db->engine->rollback(w->db);
    if (may_repeat(w, list, j)) return false;
    judge_accepted(list, j, WRITE_FAILED, code, why);
    return true;
}

// Runs jobs from the list in one transaction; returns those that are still to be run.
static struct write_job *run_transaction(struct writer *w, struct write_job *list)
{
    struct ctx c = {.a = w->a};
    struct write_job *end;
    error_clear(&c);
    bool begun = begin(w, &c, &list), judged = begun && run_jobs(w, &c, list, &end);
    if (judged) {
        check_health(w); // before anybody is told, so that store_healthy() is true to what he learns
        tell(list, end);
        w->tries = 0;
        list = end;
    } else if (list) {
        pause_before(w);
    }
    arena_reset(w->a);
    return list;
}

static void run_group(struct writer *w, struct write_job *list)
{
    while (list && atomic_load(&w->store->healthy)) list = run_transaction(w, list);
    if (list) fail_all(list, ERR_STORE, "store.unhealthy");
}

/* --- the queue --- */

// On a server only jobs of one district share a transaction, and one whose district is not known yet
// has one of its own.
static bool joins(const struct writer *w, const struct write_job *first, const struct write_job *j)
{
    if (!w->store->engine->server) return true;
    return first->district != 0 && j->district == first->district;
}

// Takes at most one group off the queue, in order; NULL when the writer is to end.
static struct write_job *take_group(struct writer *w)
{
    pthread_mutex_lock(&w->mutex);
    while (!w->first && !w->stopping) pthread_cond_wait(&w->wake, &w->mutex);
    struct write_job *group = NULL, **end = &group, *kept = NULL;
    int n = 0;
    for (struct write_job *j = w->first, *next; j && n < w->group; j = next) {
        next = j->next;
        if (n > 0 && !joins(w, group, j)) {
            kept = j;
            continue;
        }
        *(kept ? &kept->next : &w->first) = next;
        if (w->last == j) w->last = kept;
        j->next = NULL;
        *end = j;
        end = &j->next;
        n++;
    }
    w->queued -= n;
    pthread_mutex_unlock(&w->mutex);
    return group;
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
        if (!w->db->engine->care || !atomic_load(&w->store->healthy)) continue;
        w->db->engine->care(w->db, idle(w));
        check_health(w);
    }
    return NULL;
}

bool writer_start(struct ctx *c, struct writer *w)
{
    w->made = true;
    if (w->db->sick) atomic_store(&w->store->healthy, false);
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
    if (s->read_only) return fail(c, ERR_STORE, "store.not_writable");
    struct writer *w = &s->writers[(uint64_t)job->district % (uint64_t)s->n_writers];
    if (!atomic_load(&s->healthy)) return fail(c, ERR_STORE, "store.unhealthy");
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
    return atomic_load(&s->commits);
}

bool store_healthy(const struct store *s)
{
    return atomic_load(&s->healthy);
}

bool store_reachable(const struct store *s)
{
    return atomic_load(&s->reachable);
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
    for (int i = 0; i < s->n_writers; i++)
        INVARIANT(!s->writers[i].running || !pthread_equal(pthread_self(), s->writers[i].thread));
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
