#include "ledger/ledger.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "engine/engine.h"
#include "exchange/messages.h"
#include "ledger/delegation/delegation.h"
#include "ledger/journal/journal.h"
#include "ledger/org/districts.h"
#include "ledger/state.h"
#include "ledger/subjects.h"
#include "store/copy.h"

struct ledger {
    struct store *store;
    struct states *states;
    char *files_dir;
};

static const struct message LEDGER_MESSAGES[] = {
#include "ledger/messages.def"
};

static void register_all(void)
{
    store_messages();
    messages_register(LEDGER_MESSAGES, COUNT_OF(LEDGER_MESSAGES));
    engine_messages_register();
    exchange_messages_register();
    entities_prepare();
    copy_register();
    statements_register(DISTRICT_STATEMENTS, N_DISTRICT_STATEMENTS);
    statements_register(JOURNAL_STATEMENTS, N_JOURNAL_STATEMENTS);
    for (size_t i = 0; i < N_SUBJECTS; i++) {
        statements_register(SUBJECTS[i]->statements, SUBJECTS[i]->n_statements);
        records_register(SUBJECTS[i]->records, SUBJECTS[i]->n_records);
        if (SUBJECTS[i]->register_lists) SUBJECTS[i]->register_lists();
    }
}

void ledger_setup(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_all);
}

bool ledger_open(struct ctx *c, const struct ledger_options *o, struct ledger **out)
{
    ledger_setup();
    struct ledger *l = calloc(1, sizeof *l);
    struct store_options so = {
        .read_only = o->read_only, .create = o->create, .still = o->still, .readers = o->readers};
    if (!l) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    l->states = states_new();
    l->files_dir = strndup(o->files_dir.p, o->files_dir.n);
    bool ok = (l->states && l->files_dir) || fail(c, ERR_NO_MEMORY, "base.no_memory");
    // The folder's own parent holds the database and is the caller's to make.
    if (ok && o->create && o->files_dir.n && mkdir(l->files_dir, 0700) != 0 && errno != EEXIST)
        ok = fail(c, ERR_STORE, "store.cannot_open", o->files_dir);
    ok = ok && store_open(c, o->store_url, &so, &l->store);
    if (!ok) {
        ledger_close(l);
        return false;
    }
    *out = l;
    return true;
}

void ledger_close(struct ledger *l)
{
    if (!l) return;
    store_close(l->store);
    states_free(l->states);
    free(l->files_dir);
    free(l);
}

struct store *ledger_store(struct ledger *l)
{
    return l->store;
}

struct states *ledger_states(struct ledger *l)
{
    return l->states;
}

str ledger_files_dir(const struct ledger *l)
{
    return str_of(l->files_dir);
}

// Reads the head before anything else. lock: nothing of the district changes from here on.
static bool begin_call(struct ctx *c, struct ledger *l, struct db *db, const struct request *r, bool lock,
                       struct call *k)
{
    *k = (struct call){.c = c, .db = db, .ledger = l, .district = r->district, .actor = r->actor, .now = r->now};
    k->today = instant_day(r->now, 0);
    return journal_head_load(k, lock, &k->head);
}

static bool acting(struct call *k, const struct request *r)
{
    return !r->acting_for || delegation_assume(k, r->acting_for);
}

// own: where the writing transaction keeps its snapshot.
static bool writing_call(struct ctx *c, struct ledger *l, struct db *db, const struct request *r, struct state **own,
                         struct call *k)
{
    if (!begin_call(c, l, db, r, true, k)) return false;
    // A district that is only being created has no state to attach.
    if (str_is(r->name, "district.create")) return true;
    return states_attach(l->states, k, own) && acting(k, r);
}

bool ledger_call(struct ctx *c, struct ledger *l, struct db *db, const struct request *r, struct call *k)
{
    return begin_call(c, l, db, r, false, k) && states_attach(l->states, k, NULL) && acting(k, r);
}

bool ledger_lock(struct ctx *c, struct ledger *l, struct db *db, const struct request *r, struct call *k)
{
    k->writable = begin_call(c, l, db, r, true, k);
    return k->writable;
}

/* --- commands --- */

struct ledger_job {
    struct write_job job; // first: the store hands this back
    struct ctx *c;
    struct ledger *ledger;
    const struct request *request;
    ledger_done *done;
    void *arg;
    str result;
    bool dry; // a preview: refused to the store, an answer to the caller
    struct arena_mark begin;
    struct state *own;
};

static bool job_run(struct write_job *base, struct db *db)
{
    struct ledger_job *j = (struct ledger_job *)base;
    struct call k;
    bool repeated;
    // A turn before this one left nothing in the store, and leaves nothing here.
    arena_reset_to(j->c->a, j->begin);
    error_clear(j->c);
    states_drop(&j->own);
    j->result = STR_EMPTY;
    j->dry = false;
    bool ok = writing_call(j->c, j->ledger, db, j->request, &j->own, &k) &&
              command_run(&k, j->request->name, j->request->body, j->request->idem_key, &j->result, &repeated);
    if (!ok) return ctx_failed(j->c);
    j->dry = k.dry;
    return !k.dry;
}

static void job_done(struct write_job *base, enum write_outcome outcome)
{
    struct ledger_job *j = (struct ledger_job *)base;
    bool shown = j->dry && outcome == WRITE_REFUSED && !base->why;
    if (outcome == WRITE_DONE) states_keep(j->ledger->states, &j->own);
    states_drop(&j->own);
    // What the store found (full, damaged, a broken key) says more than that nothing was stored.
    if (outcome != WRITE_DONE && base->why) fail(j->c, base->code, base->why);
    if (outcome == WRITE_FAILED) fail(j->c, ERR_STORE, "store.not_stored");
    if (outcome == WRITE_UNKNOWN) {
        error_clear(j->c);
        fail(j->c, ERR_UNKNOWN, "store.unknown");
    }
    j->done(j->arg, outcome == WRITE_DONE || shown, j->result);
}

bool ledger_submit(struct ctx *c, struct ledger *l, const struct request *r, ledger_done *done, void *arg)
{
    struct ledger_job *j = ARENA_NEW(c->a, struct ledger_job);
    *j = (struct ledger_job){.job = {.district = r->district, .again = true, .run = job_run, .done = job_done},
                             .c = c,
                             .ledger = l,
                             .request = r,
                             .done = done,
                             .arg = arg,
                             .result = STR_EMPTY};
    j->begin = arena_mark(c->a);
    return store_submit(c, l->store, &j->job);
}

struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t arrived;
    bool over, ok;
    str result;
};

static void wake(void *arg, bool ok, str result)
{
    struct waiter *w = arg;
    pthread_mutex_lock(&w->mutex);
    w->over = true;
    w->ok = ok;
    w->result = result;
    pthread_cond_signal(&w->arrived);
    pthread_mutex_unlock(&w->mutex);
}

bool ledger_do(struct ctx *c, struct ledger *l, const struct request *r, str *result)
{
    struct waiter w = {.mutex = PTHREAD_MUTEX_INITIALIZER, .arrived = PTHREAD_COND_INITIALIZER};
    if (!ledger_submit(c, l, r, wake, &w)) return false;
    pthread_mutex_lock(&w.mutex);
    while (!w.over) pthread_cond_wait(&w.arrived, &w.mutex);
    pthread_mutex_unlock(&w.mutex);
    *result = w.result;
    return w.ok || ctx_failed(c);
}

/* --- batches --- */

struct ledger_batch {
    struct ctx *c;
    struct ledger *ledger;
    struct db *db;
    ledger_batch_fn *fn;
    void *arg;
    struct state *own;
};

bool ledger_batch_do(struct ledger_batch *b, struct ctx *c, const struct request *r, str *result)
{
    struct call k;
    bool repeated;
    if (!db_savepoint(c, b->db)) return false;
    bool ok = writing_call(c, b->ledger, b->db, r, &b->own, &k) &&
              command_run(&k, r->name, r->body, r->idem_key, result, &repeated);
    if (!ok || k.dry) {
        db_rollback_to(b->db);
        return ok || ctx_failed(c);
    }
    return db_release(c, b->db);
}

bool ledger_batch_call(struct ledger_batch *b, struct ctx *c, const struct request *r, struct call *k)
{
    return writing_call(c, b->ledger, b->db, r, &b->own, k);
}

struct db *ledger_batch_db(struct ledger_batch *b)
{
    return b->db;
}

static bool run_batch(struct ctx *c, struct db *db, void *arg)
{
    struct ledger_batch *b = arg;
    (void)c;
    b->db = db;
    return b->fn(b, b->arg) || ctx_failed(b->c);
}

bool ledger_batch(struct ctx *c, struct ledger *l, ledger_batch_fn *fn, void *arg)
{
    struct ledger_batch b = {.c = c, .ledger = l, .fn = fn, .arg = arg};
    bool ok = store_write(c, l->store, run_batch, &b);
    if (ok) states_keep(l->states, &b.own);
    states_drop(&b.own);
    return ok;
}

/* --- queries --- */

struct asking {
    struct ledger *ledger;
    const struct request *request;
    struct buf *out;
};

static bool ask(struct ctx *c, struct db *db, void *arg)
{
    struct asking *q = arg;
    struct call k;
    return ledger_call(c, q->ledger, db, q->request, &k) &&
           query_run(&k, q->request->name, q->request->params, q->request->n_params, q->out);
}

bool ledger_ask(struct ctx *c, struct ledger *l, const struct request *r, struct buf *out)
{
    struct asking q = {l, r, out};
    return store_read(c, l->store, ask, &q);
}
