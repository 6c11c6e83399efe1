/*
 * Many threads at once: eight submit, four read, one makes backups, one watches. Built with the
 * thread sanitizer as well; either way each job must be told exactly once, the readers must see
 * whole snapshots, and what is stored must agree with what was told.
 */
#include "place.h"

#include "base/log.h"

#include <semaphore.h>
#include <unistd.h>

enum { SUBMITTERS = 8, READERS = 4, ROUNDS = 40, BURST = 10, COPIES = 4 };

static const struct migration SCHEMA[] = {
    {1, "0001_pairs", "pairs",
     "CREATE TABLE pair(district_id @I64 NOT NULL, id @I64 NOT NULL, PRIMARY KEY (district_id, "
     "id)) "
     "@END; CREATE TABLE twin(district_id @I64 NOT NULL, id @I64 NOT NULL, "
     "PRIMARY KEY (district_id, id)) @END"}};
static const struct migration_set SET = {SCHEMA, 1};
static const struct store_testing TESTING = {.migrations = &SET,
                                             .checkpoint_bytes = 16 * 4096,
                                             .truncate_bytes = 48 * 4096,
                                             .queue_jobs = 64};

static const struct stmt PAIR_ADD = {"threads.pair_add",
                                     "INSERT INTO pair(district_id, id) VALUES(1, $1)"};
static const struct stmt TWIN_ADD = {"threads.twin_add",
                                     "INSERT INTO twin(district_id, id) VALUES(1, $1)"};
static const struct stmt PAIR_COUNT = {"threads.pair_count",
                                       "SELECT count(*) FROM pair WHERE district_id = 1"};
static const struct stmt TWIN_COUNT = {"threads.twin_count",
                                       "SELECT count(*) FROM twin WHERE district_id = 1"};

static struct store *store;
static atomic_int told_done, told_refused, busy, snapshots, half_seen, copies;
static atomic_bool over;

struct pair_job {
    struct write_job job;
    struct arena *a;
    sem_t *told;
    int64_t id;
    int n_told;
};

static bool pair_run(struct write_job *job, struct db *db)
{
    struct pair_job *j = (struct pair_job *)job;
    struct ctx c = {.a = j->a};
    error_clear(&c);
    return DB_RUN(&c, db, &PAIR_ADD, NULL, ARG(j->id)) &&
           DB_RUN(&c, db, &TWIN_ADD, NULL, ARG(j->id)) && j->id % 5 != 0;
}

static void pair_done(struct write_job *job, enum write_outcome outcome)
{
    struct pair_job *j = (struct pair_job *)job;
    j->n_told++;
    atomic_fetch_add(outcome == WRITE_DONE ? &told_done : &told_refused, 1);
    sem_post(j->told);
}

static void *submit(void *p)
{
    int64_t first = (int64_t)(intptr_t)p * 100000;
    struct arena *a = arena_new(4 * 1024 * 1024);
    struct pair_job jobs[BURST];
    sem_t told;
    sem_init(&told, 0, 0);
    for (int round = 0; round < ROUNDS; round++) {
        struct ctx c = {.a = a};
        for (int i = 0; i < BURST; i++) {
            jobs[i] = (struct pair_job){.job = {.run = pair_run, .done = pair_done},
                                        .a = arena_new(256 * 1024),
                                        .told = &told,
                                        .id = first + round * BURST + i};
            error_clear(&c);
            while (!store_submit(&c, store, &jobs[i].job)) { // the queue is full: come again
                INVARIANT(c.err.code == ERR_BUSY);
                error_clear(&c);
                atomic_fetch_add(&busy, 1);
                usleep(200);
            }
        }
        for (int i = 0; i < BURST; i++) sem_wait(&told);
        for (int i = 0; i < BURST; i++) {
            INVARIANT(jobs[i].n_told == 1);
            arena_free(jobs[i].a);
        }
    }
    sem_destroy(&told);
    arena_free(a);
    return NULL;
}

static int64_t count(struct ctx *c, struct db *db, const struct stmt *st)
{
    struct db_rows r;
    int64_t n = -1;
    if (!DB_QUERY(c, db, &r, st)) return -1;
    if (db_next(&r)) n = db_int(&r, 0);
    return db_done(&r) ? n : -1;
}

static bool look(struct ctx *c, struct db *db, void *arg)
{
    (void)arg;
    int64_t pairs = count(c, db, &PAIR_COUNT);
    usleep(100); // time for a commit in between
    if (pairs < 0 || count(c, db, &TWIN_COUNT) != pairs) atomic_fetch_add(&half_seen, 1);
    atomic_fetch_add(&snapshots, 1);
    return true;
}

static void *read_on(void *p)
{
    (void)p;
    struct ctx c = {.a = arena_new(1024 * 1024)};
    while (!atomic_load(&over)) {
        error_clear(&c);
        arena_reset(c.a);
        if (!store_read(&c, store, look, NULL)) INVARIANT(c.err.code == ERR_BUSY);
        INVARIANT(store_healthy(store));
    }
    arena_free(c.a);
    return NULL;
}

static void *copy_on(void *p)
{
    (void)p;
    struct ctx c = {.a = arena_new(1024 * 1024)};
    char name[32], path[160];
    for (int i = 0; i < COPIES; i++) {
        error_clear(&c);
        snprintf(name, sizeof name, "copy%d.db", i);
        place_path(path, sizeof path, name);
        bool ok = store_backup(&c, store, path);
        INVARIANT(ok || c.err.code == ERR_BUSY);
        atomic_fetch_add(&copies, ok);
        usleep(3000);
    }
    arena_free(c.a);
    return NULL;
}

static void check_whole(struct ctx *c)
{
    struct buf found;
    buf_init(&found, c->a, 4096);
    assert_true(store_integrity(c, store, &found));
    assert_int_equal(found.n, 0);
    assert_true(store_read(c, store, look, NULL));
    assert_int_equal(atomic_load(&half_seen), 0);
}

static bool count_pairs(struct ctx *c, struct db *db, void *arg)
{
    *(int64_t *)arg = count(c, db, &PAIR_COUNT);
    return true;
}

static void open_named(struct ctx *c, const char *name)
{
    char path[160];
    struct store_options o = {.create = true, .readers = 2, .testing = &TESTING};
    place_path(path, sizeof path, name);
    bool ok = store_open(c, str_of(path), &o, &store);
    INVARIANT(ok);
}

static void run_threads(void)
{
    pthread_t submitters[SUBMITTERS], readers[READERS], copier;
    for (int i = 0; i < SUBMITTERS; i++)
        INVARIANT(pthread_create(&submitters[i], NULL, submit, (void *)(intptr_t)(i + 1)) == 0);
    for (int i = 0; i < READERS; i++)
        INVARIANT(pthread_create(&readers[i], NULL, read_on, NULL) == 0);
    INVARIANT(pthread_create(&copier, NULL, copy_on, NULL) == 0);
    for (int i = 0; i < SUBMITTERS; i++) pthread_join(submitters[i], NULL);
    pthread_join(copier, NULL);
    atomic_store(&over, true);
    for (int i = 0; i < READERS; i++) pthread_join(readers[i], NULL);
}

static void test_threads(void **state)
{
    (void)state;
    struct ctx c = {.a = arena_new(4 * 1024 * 1024)};
    error_clear(&c);
    open_named(&c, "threads.db");
    run_threads();
    int64_t n = 0;
    check_whole(&c);
    assert_true(store_read(&c, store, count_pairs, &n));
    print_message("# threads: done=%d refused=%d queue_full=%d snapshots=%d copies=%d stored=%d\n",
                  atomic_load(&told_done), atomic_load(&told_refused), atomic_load(&busy),
                  atomic_load(&snapshots), atomic_load(&copies), (int)n);
    assert_int_equal(n, atomic_load(&told_done));
    assert_int_equal(atomic_load(&told_done) + atomic_load(&told_refused),
                     SUBMITTERS * ROUNDS * BURST);
    assert_int_equal(atomic_load(&half_seen), 0);
    store_close(store);
    for (int i = 0; i < COPIES; i++) { // each copy is a whole store of one moment
        char name[32];
        snprintf(name, sizeof name, "copy%d.db", i);
        open_named(&c, name);
        check_whole(&c);
        store_close(store);
    }
    arena_free(c.a);
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
    place_make();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads)};
    int failed = cmocka_run_group_tests_name("threads", tests, NULL, NULL);
    place_drop();
    return failed;
}
