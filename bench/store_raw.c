/*
 * The limit beside which durable commands per second are measured: a bare SQLite loop that writes
 * the rows of a command in groups of 64 (one durable commit each), and the same rows through
 * store_submit() from one thread with 64 … 256 jobs in flight. Prints both and the ratio.
 *
 *     store_raw [FOLDER [JOBS]]        FOLDER on the disk to be measured, default "."
 *
 * A command's rows are those of the ledger: one journal row of 400 bytes, one event row, one update
 * of an item under its version. The two runs take turns, three times; the best of each is compared,
 * because other work on the machine only ever slows down.
 */
#include "store/store_internal.h"

#include "base/log.h"

#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { GROUP = 64, IN_FLIGHT = 256, ITEMS = 2000, BODY = 400, TURNS = 3 };

static const char CREATE[] =
    "CREATE TABLE journal(district_id @I64 NOT NULL, seq @I64 NOT NULL, body @TXT NOT NULL, "
    "PRIMARY KEY (district_id, seq)) @END;"
    "CREATE TABLE item_event(district_id @I64 NOT NULL, id @I64 NOT NULL, item_id @I64 NOT NULL, "
    "kind @TXT NOT NULL, PRIMARY KEY (district_id, id)) @END;"
    "CREATE TABLE item(district_id @I64 NOT NULL, id @I64 NOT NULL, version @I64 NOT NULL, "
    "PRIMARY KEY (district_id, id)) @END;"
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000) "
    "INSERT INTO item(district_id, id, version) SELECT 1, x, 1 FROM n;";

static const struct migration SCHEMA[] = {{1, "0001_bench", "bench", CREATE}};
static const struct migration_set SET = {SCHEMA, 1};
static const struct store_testing TESTING = {.migrations = &SET};

static const struct stmt ROWS[] = {
    {"bench.journal", "INSERT INTO journal(district_id, seq, body) VALUES($1, $2, $3)"},
    {"bench.event",
     "INSERT INTO item_event(district_id, id, item_id, kind) VALUES($1, $2, $3, $4)"},
    {"bench.item", "UPDATE item SET version = version + 1 WHERE district_id = $1 AND id = $2"}};

static char body[BODY + 1];

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "store_raw: %s failed\n", what);
    exit(1);
}

static void remove_store(const char *path)
{
    static const char *const ENDS[] = {"", "-wal", "-shm", ".lock"};
    char name[4200];
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        snprintf(name, sizeof name, "%s%s", path, ENDS[i]);
        unlink(name);
    }
}

/* --- bare SQLite --- */

static void step(sqlite3_stmt *st)
{
    must(sqlite3_step(st) == SQLITE_DONE, "step");
    sqlite3_reset(st);
}

static void raw_rows(sqlite3_stmt *const *st, int64_t id)
{
    sqlite3_bind_int64(st[0], 2, id);
    sqlite3_bind_int64(st[1], 2, id);
    sqlite3_bind_int64(st[1], 3, id % ITEMS + 1);
    sqlite3_bind_int64(st[2], 2, id % ITEMS + 1);
    for (int i = 0; i < 3; i++) step(st[i]);
}

static double raw_run(const char *path, int jobs)
{
    struct ctx c = {.a = arena_new(1024 * 1024)};
    struct store *s;
    sqlite3 *h;
    sqlite3_stmt *st[3];
    error_clear(&c);
    remove_store(path);
    must(store_open(&c, str_of(path), &(struct store_options){.create = true, .testing = &TESTING},
                    &s),
         "open"); // the same schema
    store_close(s);
    arena_free(c.a);
    must(sqlite3_open(path, &h) == SQLITE_OK, "open");
    must(sqlite3_exec(h,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192",
                      NULL, NULL, NULL) == SQLITE_OK,
         "pragma");
    for (int i = 0; i < 3; i++) {
        must(sqlite3_prepare_v2(h, ROWS[i].sql, -1, &st[i], NULL) == SQLITE_OK, "prepare");
        sqlite3_bind_int64(st[i], 1, 1);
    }
    sqlite3_bind_text(st[0], 3, body, BODY, SQLITE_STATIC);
    sqlite3_bind_text(st[1], 4, "report", -1, SQLITE_STATIC);
    double start = now_s();
    for (int id = 1; id <= jobs;) {
        must(sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "begin");
        for (int k = 0; k < GROUP && id <= jobs; k++) raw_rows(st, id++);
        must(sqlite3_exec(h, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
    }
    double spent = now_s() - start;
    for (int i = 0; i < 3; i++) sqlite3_finalize(st[i]);
    sqlite3_close(h);
    return (double)jobs / spent;
}

/* --- through the store --- */

struct bench_job {
    struct write_job job;
    int64_t id;
    sem_t *free_slots;
    struct bench_job **free_list;
    int *n_free;
    pthread_mutex_t *mutex;
    struct ctx *c; // the writer's
};

static bool bench_run(struct write_job *job, struct db *db)
{
    struct bench_job *j = (struct bench_job *)job;
    int64_t item = j->id % ITEMS + 1;
    return DB_RUN(j->c, db, &ROWS[0], NULL, ARG((int64_t)1), ARG(j->id),
                  ARG(((str){body, BODY}))) &&
           DB_RUN(j->c, db, &ROWS[1], NULL, ARG((int64_t)1), ARG(j->id), ARG(item),
                  ARG(STR("report"))) &&
           DB_RUN(j->c, db, &ROWS[2], NULL, ARG((int64_t)1), ARG(item));
}

static void bench_done(struct write_job *job, enum write_outcome outcome)
{
    struct bench_job *j = (struct bench_job *)job;
    must(outcome == WRITE_DONE, "job");
    pthread_mutex_lock(j->mutex);
    j->free_list[(*j->n_free)++] = j;
    pthread_mutex_unlock(j->mutex);
    sem_post(j->free_slots);
}

static double store_run(const char *path, int jobs)
{
    static struct bench_job all[IN_FLIGHT];
    static struct bench_job *free_list[IN_FLIGHT];
    struct ctx c = {.a = arena_new(1024 * 1024)}, writer = {.a = arena_new(1024 * 1024)};
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    sem_t free_slots;
    int n_free = 0;
    struct store *s;
    error_clear(&c);
    error_clear(&writer);
    remove_store(path);
    must(store_open(&c, str_of(path), &(struct store_options){.create = true, .testing = &TESTING},
                    &s),
         "open");
    sem_init(&free_slots, 0, IN_FLIGHT);
    for (int i = 0; i < IN_FLIGHT; i++) {
        all[i] = (struct bench_job){.job = {.run = bench_run, .done = bench_done},
                                    .free_slots = &free_slots,
                                    .free_list = free_list,
                                    .n_free = &n_free,
                                    .mutex = &mutex,
                                    .c = &writer};
        free_list[n_free++] = &all[i];
    }
    double start = now_s();
    for (int id = 1; id <= jobs; id++) {
        sem_wait(&free_slots);
        pthread_mutex_lock(&mutex);
        struct bench_job *j = free_list[--n_free];
        pthread_mutex_unlock(&mutex);
        j->id = id;
        must(store_submit(&c, s, &j->job), "submit");
    }
    for (int i = 0; i < IN_FLIGHT; i++) sem_wait(&free_slots);
    double spent = now_s() - start;
    store_close(s);
    sem_destroy(&free_slots);
    arena_free(c.a);
    arena_free(writer.a);
    return (double)jobs / spent;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    int jobs = argc > 2 ? atoi(argv[2]) : 60000;
    char path[4100];
    double raw = 0, store = 0;
    log_open("/dev/null", LOG_ERROR);
    memset(body, 'b', BODY);
    must(jobs > 0, "number of jobs");
    snprintf(path, sizeof path, "%s/bihuan-bench.db", folder);
    for (int turn = 0; turn < TURNS; turn++) {
        double r = raw_run(path, jobs), t = store_run(path, jobs);
        printf("turn %d: raw %.0f jobs/s, store %.0f jobs/s\n", turn + 1, r, t);
        if (r > raw) raw = r;
        if (t > store) store = t;
    }
    remove_store(path);
    printf("raw SQLite, groups of %d: %.0f jobs/s\n", GROUP, raw);
    printf("store, %d in flight:      %.0f jobs/s\n", IN_FLIGHT, store);
    printf("ratio: %.2f\n", store / raw);
    return 0;
}
