/* The writer and the readers: groups, outcomes, the queue's bound, snapshots, closing. */
#include "fixture.h"

#include "base/log.h"

#include <semaphore.h>

enum { JOBS = 10 };

/* A job that inserts one item, then answers as told; notes when it ran and when it was told. */
struct item_job {
    struct write_job job;
    struct fixture *f;
    int64_t id;
    bool answer;
    const struct stmt *extra; // run as well, its failure swallowed
    struct arena *a;
    enum write_outcome outcome;
    int ran, told;
    sem_t *told_sem;
};

static atomic_int moment; // one counter over runs and tellings

static bool item_run(struct write_job *job, struct db *db)
{
    struct item_job *j = (struct item_job *)job;
    struct ctx c = {.a = j->a};
    error_clear(&c);
    j->ran = ++moment;
    char code[24];
    snprintf(code, sizeof code, "c%" PRId64, j->id);
    if (!DB_RUN(&c, db, &ITEM_ADD, NULL, ID(1), ID(j->id), TEXT(code), TEXT("t"))) return false;
    if (!j->extra) return j->answer;
    int64_t affected; // who answers an error himself asks for it, behind a savepoint
    if (!db_savepoint(&c, db) || DB_RUN(&c, db, j->extra, &affected)) return false; // meant to fail
    db_rollback_to(db);
    return j->answer;
}

static void item_done(struct write_job *job, enum write_outcome outcome)
{
    struct item_job *j = (struct item_job *)job;
    j->outcome = outcome;
    j->told = ++moment;
    sem_post(j->told_sem);
}

/* A job that holds the writer until it is let go. */
struct gate {
    struct write_job job;
    sem_t entered, open, gone;
};

static bool gate_run(struct write_job *job, struct db *db)
{
    (void)db;
    struct gate *g = (struct gate *)job;
    sem_post(&g->entered);
    sem_wait(&g->open);
    return false;
}

static void gate_done(struct write_job *job, enum write_outcome outcome)
{
    struct gate *g = (struct gate *)job;
    assert_int_equal(outcome, WRITE_REFUSED);
    sem_post(&g->gone);
}

static void gate_close(struct gate *g, struct fixture *f)
{
    g->job = (struct write_job){.district = 1, .run = gate_run, .done = gate_done};
    sem_init(&g->entered, 0, 0);
    sem_init(&g->open, 0, 0);
    sem_init(&g->gone, 0, 0);
    assert_true(store_submit(&f->c, f->s, &g->job));
    sem_wait(&g->entered);
}

static void gate_open(struct gate *g)
{
    sem_post(&g->open);
    sem_wait(&g->gone);
}

static void jobs_make(struct item_job *jobs, int n, struct fixture *f, sem_t *sem)
{
    sem_init(sem, 0, 0);
    moment = 0;
    for (int i = 0; i < n; i++)
        jobs[i] = (struct item_job){.job = {.district = 1, .run = item_run, .done = item_done},
                                    .f = f,
                                    .id = i + 1,
                                    .answer = true,
                                    .a = f->c.a,
                                    .told_sem = sem};
}

static void test_group(void **state)
{
    struct fixture *f = *state;
    struct gate g;
    struct item_job jobs[JOBS];
    sem_t sem;
    static const struct stmt BROKEN = {"test.broken", "SELEKT"};
    static const struct stmt CONFLICT = {
        "test.conflict", "INSERT INTO district(district_id, title) VALUES(1, 'again')"};
    gate_close(&g, f);
    jobs_make(jobs, JOBS, f, &sem);
    jobs[3].answer = false;
    jobs[5].extra = &BROKEN;   // swallowed a fault: may not commit
    jobs[6].extra = &CONFLICT; // swallowed an answer: that is its right
    for (int i = 0; i < JOBS; i++) assert_true(store_submit(&f->c, f->s, &jobs[i].job));
    gate_open(&g);
    for (int i = 0; i < JOBS; i++) sem_wait(&sem);
    for (int i = 0; i < JOBS; i++) {
        bool refused = i == 3 || i == 5;
        assert_int_equal(jobs[i].outcome, refused ? WRITE_REFUSED : WRITE_DONE);
        assert_int_equal(jobs[i].ran, i + 1); // in order, all before the first is told
        assert_int_equal(jobs[i].told, JOBS + i + 1);
    }
    assert_null(jobs[3].job.why);
    assert_string_equal(jobs[5].job.why, "store.statement");
    assert_int_equal(fixture_count(f, "item"), JOBS - 2);
}

static void test_groups_are_bounded(void **state)
{
    struct fixture *f = *state;
    struct store_options o = fixture_options();
    o.group_jobs = 4;
    fixture_reopen(f, &o);
    struct gate g;
    struct item_job jobs[JOBS];
    sem_t sem;
    gate_close(&g, f);
    jobs_make(jobs, JOBS, f, &sem);
    for (int i = 0; i < JOBS; i++) assert_true(store_submit(&f->c, f->s, &jobs[i].job));
    gate_open(&g);
    for (int i = 0; i < JOBS; i++) sem_wait(&sem);
    assert_true(jobs[0].told < jobs[4].ran);
    assert_true(jobs[3].told < jobs[4].ran && jobs[3].ran < jobs[0].told);
    assert_true(jobs[7].told < jobs[8].ran);
}

static void test_queue_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct store_testing t = FIXTURE_TESTING;
    struct store_options o = fixture_options();
    t.queue_jobs = 4;
    o.testing = &t;
    fixture_reopen(f, &o);
    struct gate g;
    struct item_job jobs[JOBS];
    sem_t sem;
    gate_close(&g, f);
    jobs_make(jobs, JOBS, f, &sem);
    for (int i = 0; i < 4; i++) assert_true(store_submit(&f->c, f->s, &jobs[i].job));
    assert_false(store_submit(&f->c, f->s, &jobs[4].job));
    check_error(f, ERR_BUSY, "store.busy");
    gate_open(&g);
    for (int i = 0; i < 4; i++) sem_wait(&sem);
    assert_int_equal(jobs[4].ran, 0);
    assert_true(store_submit(&f->c, f->s, &jobs[4].job)); // room again
    sem_wait(&sem);
    assert_int_equal(fixture_count(f, "item"), 5);
}

static void test_close_runs_what_is_queued(void **state)
{
    struct fixture *f = *state;
    struct gate g;
    struct item_job jobs[JOBS];
    sem_t sem;
    gate_close(&g, f);
    jobs_make(jobs, JOBS, f, &sem);
    for (int i = 0; i < JOBS; i++) assert_true(store_submit(&f->c, f->s, &jobs[i].job));
    sem_post(&g.open);
    struct store_options o = fixture_options();
    fixture_reopen(f, &o);
    for (int i = 0; i < JOBS; i++) assert_int_equal(jobs[i].outcome, WRITE_DONE);
    assert_int_equal(fixture_count(f, "item"), JOBS);
}

/* --- store_write --- */

static bool refuse(struct ctx *c, struct db *db, void *arg)
{
    (void)arg;
    return DB_RUN(c, db, &ITEM_ADD, NULL, ID(1), ID(1), TEXT("a"), TEXT("t")) &&
           fail(c, ERR_REFUSED, "store.check");
}

static bool refuse_silently(struct ctx *c, struct db *db, void *arg)
{
    (void)arg;
    if (!DB_RUN(c, db, &ITEM_ADD, NULL, ID(1), ID(1), TEXT("a"), TEXT("t"))) return true;
    return false;
}

static bool forget_memory(struct ctx *c, struct db *db, void *arg)
{
    (void)arg;
    if (!DB_RUN(c, db, &ITEM_ADD, NULL, ID(1), ID(1), TEXT("a"), TEXT("t"))) return false;
    return arena_try(c->a, (size_t)1 << 40) == NULL; // and says yes
}

static void test_refused_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    assert_false(store_write(&f->c, f->s, refuse, NULL));
    check_error(f, ERR_REFUSED, "store.check");
    assert_false(store_write(&f->c, f->s, refuse_silently, NULL));
    check_error(f, ERR_INTERNAL, "store.statement");
    struct ctx c = {.a = arena_new(1024 * 1024)};
    error_clear(&c);
    assert_false(store_write(&c, f->s, forget_memory, NULL));
    assert_int_equal(c.err.code, ERR_NO_MEMORY);
    arena_free(c.a);
    assert_int_equal(fixture_count(f, "item"), 0);
}

/* --- readers --- */

static bool count_twice(struct ctx *c, struct db *db, void *arg)
{
    static const struct stmt COUNT = {"test.count", "SELECT count(*) FROM item"};
    struct fixture *f = arg;
    for (int turn = 0; turn < 2; turn++) {
        struct db_rows r;
        if (!DB_QUERY(c, db, &r, &COUNT)) return false;
        assert_true(db_next(&r));
        assert_int_equal(db_int(&r, 0), 0);
        if (!db_done(&r)) return false;
        if (turn == 0) assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    }
    return true;
}

static void test_read_sees_one_snapshot(void **state)
{
    struct fixture *f = *state;
    assert_true(store_read(&f->c, f->s, count_twice, f));
    assert_int_equal(fixture_count(f, "item"), 1);
}

static bool read_again(struct ctx *c, struct db *db, void *arg)
{
    (void)db;
    struct fixture *f = arg;
    return store_read(c, f->s, read_again, f);
}

static void test_readers_run_out(void **state)
{
    struct fixture *f = *state;
    assert_false(store_read(&f->c, f->s, read_again, f)); // two readers, the third waits 100 ms
    check_error(f, ERR_BUSY, "store.busy");
    assert_int_equal(fixture_count(f, "item"), 0); // all are back
}

static bool read_fails(struct ctx *c, struct db *db, void *arg)
{
    (void)c, (void)db, (void)arg;
    return false;
}

static void test_read_that_fails_is_told(void **state)
{
    struct fixture *f = *state;
    assert_false(store_read(&f->c, f->s, read_fails, NULL));
    check_error(f, ERR_INTERNAL, "store.statement");
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t) cmocka_unit_test_setup_teardown(t, fixture_open, fixture_drop)
    const struct CMUnitTest tests[] = {
        T(test_group),
        T(test_groups_are_bounded),
        T(test_queue_is_bounded),
        T(test_close_runs_what_is_queued),
        T(test_refused_leaves_nothing),
        T(test_read_sees_one_snapshot),
        T(test_readers_run_out),
        T(test_read_that_fails_is_told),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
