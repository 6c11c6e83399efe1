/*
 * What only a server can do to a store: go away, hang, wait for a lock, answer late. On PostgreSQL
 * alone; connections are used below the store where the moment matters.
 */
#include "fixture.h"

#include "base/log.h"
#include "store/postgres_internal.h"

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

static const struct engine *const E = &POSTGRES_ENGINE;

static const struct stmt COUNT = {"test.count", "SELECT count(*) FROM item"};
static const struct stmt LOCK_DISTRICT = {
    "test.lock", "SELECT title FROM district WHERE district_id = $1", true};
static const struct stmt SLEEP = {"test.sleep", "SELECT pg_sleep($1)"};
static const struct stmt BROKEN = {"test.broken", "SELECT 1 FROM nowhere WHERE 1 = $1"};
static const struct stmt PREPARED = {"test.prepared", "SELECT count(*) FROM pg_prepared_statements"};

static const char CUT[] = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                          " WHERE datname = current_database() AND pid <> pg_backend_pid()";

static struct fixture *fixture_of(void **state)
{
    return *state;
}

// All connections of the store, by another program; returns when they are gone.
static void cut(struct fixture *f)
{
    struct raw *r = raw_open(&f->ground);
    raw_run(r, CUT);
    raw_close(r);
}

static struct pg_db *writer_of(struct fixture *f)
{
    struct db *db;
    assert_true(E->connect(&f->c, f->s->shared, true, &db));
    return (struct pg_db *)db;
}

static bool one(struct fixture *f, struct db *db, const struct stmt *st, int64_t *out)
{
    struct db_rows r;
    if (!DB_QUERY(&f->c, db, &r, st)) return false;
    if (db_next(&r)) *out = db_int(&r, 0);
    return db_done(&r);
}

static bool add(struct fixture *f, struct db *db, int64_t id, int64_t *affected)
{
    str code = str_printf(f->c.a, "c%d", (int)id);
    return DB_RUN(&f->c, db, &ITEM_ADD, affected, ARG((int64_t)1), ARG(id), ARG(code), ARG(STR("t")));
}

static double seconds_since(int64_t us)
{
    return (double)(monotonic_us() - us) / 1e6;
}

static void reopen_with(struct fixture *f, int statement_ms)
{
    struct store_options o = fixture_options();
    o.statement_ms = statement_ms;
    fixture_reopen(f, &o);
}

/* --- connections that are lost --- */

static void test_idle_connections_are_replaced(void **state)
{
    struct fixture *f = fixture_of(state);
    for (int64_t id = 1; id <= 3; id++) {
        cut(f);
        assert_true(RUN(f, &ITEM_ADD, ID(1), ID(id), TEXT(id == 1 ? "a" : id == 2 ? "b" : "c"), TEXT("t")));
        cut(f);
        assert_int_equal(fixture_count(f, "item"), id); // statements are prepared again
    }
    assert_true(store_reachable(f->s));
}

struct again_job {
    struct write_job job;
    struct fixture *f;
    int runs;
    enum write_outcome outcome;
    sem_t told;
};

static bool again_run(struct write_job *job, struct db *db)
{
    struct again_job *j = (struct again_job *)job;
    struct ctx c = {.a = j->f->c.a};
    int64_t affected = 0;
    error_clear(&c);
    if (!DB_RUN(&c, db, &ITEM_ADD, NULL, ID(1), ID(1), TEXT("a"), TEXT("t"))) return false;
    if (++j->runs == 1) cut(j->f);
    bool ok = DB_RUN(&c, db, &ITEM_ADD, &affected, ID(1), ID(2), TEXT("b"), TEXT("t"));
    if (!ok) {
        assert_string_equal(c.err.id, "store.away");
        assert_true(db->passing);
        assert_false(E->in_transaction(db));
        error_clear(&c);
        struct db_rows r;
        assert_false(DB_QUERY(&c, db, &r, &COUNT)); // nothing runs outside of what was begun
    }
    return ok;
}

static void again_done(struct write_job *job, enum write_outcome outcome)
{
    struct again_job *j = (struct again_job *)job;
    j->outcome = outcome;
    sem_post(&j->told);
}

static void run_again_job(struct fixture *f, struct again_job *j, bool again)
{
    *j = (struct again_job){.job = {.district = 1, .again = again, .run = again_run, .done = again_done}, .f = f};
    sem_init(&j->told, 0, 0);
    assert_true(store_submit(&f->c, f->s, &j->job));
    while (sem_wait(&j->told) != 0) continue;
    sem_destroy(&j->told);
}

static void test_cut_in_the_midst(void **state)
{
    struct fixture *f = fixture_of(state);
    struct again_job j;
    run_again_job(f, &j, false);
    assert_int_equal(j.runs, 1);
    assert_true(j.outcome == WRITE_REFUSED || j.outcome == WRITE_FAILED);
    assert_string_equal(j.job.why ? j.job.why : "store.away", "store.away");
    assert_int_equal(fixture_count(f, "item"), 0);
    run_again_job(f, &j, true);
    assert_int_equal(j.runs, 2);
    assert_int_equal(j.outcome, WRITE_DONE);
    assert_int_equal(fixture_count(f, "item"), 2);
}

static void test_deadline(void **state)
{
    struct fixture *f = fixture_of(state);
    reopen_with(f, 300);
    struct pg_db *d = writer_of(f);
    struct db_rows r;
    int64_t began = monotonic_us();
    assert_true(E->begin(&f->c, &d->base, true));
    assert_true(DB_QUERY(&f->c, &d->base, &r, &SLEEP, ARG(20.0)));
    assert_false(db_next(&r));
    assert_false(db_done(&r));
    assert_true(seconds_since(began) < 2);
    assert_null(d->conn);
    assert_true(d->base.passing);
    check_error(f, ERR_BUSY, "store.away");
    assert_false(E->in_transaction(&d->base));
    E->rollback(&d->base);
    assert_true(E->begin(&f->c, &d->base, true)); // and it is there again
    E->disconnect(&d->base, true);
}

/* --- COMMIT --- */

// The commit itself runs this: a deferred trigger that does what a test wants to meet there.
static void at_commit(struct fixture *f, const char *what)
{
    struct raw *r = raw_open(&f->ground);
    raw_run(r, "DROP TRIGGER IF EXISTS late ON item");
    char sql[400];
    snprintf(sql, sizeof sql,
             "CREATE OR REPLACE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS "
             "$x$ BEGIN %s; RETURN NULL; END $x$",
             what);
    raw_run(r, sql);
    raw_run(r, "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED "
               "FOR EACH ROW EXECUTE FUNCTION late()");
    raw_close(r);
}

static enum commit_outcome commit_one(struct fixture *f, struct pg_db *d, int64_t id)
{
    int64_t affected;
    d->base.fault = ERR_NONE;
    d->base.passing = false;
    assert_true(E->begin(&f->c, &d->base, true));
    assert_true(add(f, &d->base, id, &affected));
    assert_int_equal(affected, 1);
    return E->commit(&f->c, &d->base);
}

static void test_commit_outcomes(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    assert_int_equal(commit_one(f, d, 1), COMMIT_DONE);
    at_commit(f, "RAISE EXCEPTION USING errcode = '40001'");
    assert_int_equal(commit_one(f, d, 2), COMMIT_FAILED);
    assert_true(d->base.passing);
    check_error(f, ERR_BUSY, "store.busy");
    at_commit(f, "RAISE EXCEPTION USING errcode = '53100'");
    assert_int_equal(commit_one(f, d, 2), COMMIT_FAILED);
    assert_false(d->base.passing);
    check_error(f, ERR_STORE, "store.full");
    at_commit(f, "RAISE EXCEPTION USING errcode = '23503'");
    assert_int_equal(commit_one(f, d, 2), COMMIT_FAILED);
    check_error(f, ERR_CONFLICT, "store.reference");
    assert_false(E->in_transaction(&d->base));
    // As the server warns when it gives up waiting for its standby.
    at_commit(f, "RAISE WARNING 'canceling wait for synchronous replication'");
    assert_int_equal(commit_one(f, d, 2), COMMIT_UNKNOWN);
    check_error(f, ERR_UNKNOWN, "store.unknown");
    at_commit(f, "RAISE NOTICE 'nothing'");
    assert_int_equal(commit_one(f, d, 3), COMMIT_DONE);
    assert_int_equal(fixture_count(f, "item"), 3);
    E->disconnect(&d->base, true);
}

static void test_cut_before_commit(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    int64_t affected;
    assert_true(E->begin(&f->c, &d->base, true));
    assert_true(add(f, &d->base, 1, &affected));
    cut(f);
    assert_int_equal(E->commit(&f->c, &d->base), COMMIT_FAILED); // COMMIT was never sent
    assert_true(d->base.passing);
    check_error(f, ERR_BUSY, "store.away");
    assert_int_equal(fixture_count(f, "item"), 0);
    assert_int_equal(commit_one(f, d, 1), COMMIT_DONE);
    E->disconnect(&d->base, true);
}

static void *cut_a_little_later(void *p)
{
    usleep(200 * 1000);
    cut(p);
    return NULL;
}

static void test_cut_inside_commit(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    pthread_t thread;
    at_commit(f, "PERFORM pg_sleep(2)");
    assert_int_equal(pthread_create(&thread, NULL, cut_a_little_later, f), 0);
    assert_int_equal(commit_one(f, d, 1), COMMIT_UNKNOWN);
    assert_false(d->base.passing);
    assert_null(d->conn);
    pthread_join(thread, NULL);
    error_clear(&f->c);
    E->disconnect(&d->base, true);
}

static void test_commit_without_answer(void **state)
{
    struct fixture *f = fixture_of(state);
    reopen_with(f, 300);
    struct pg_db *d = writer_of(f);
    at_commit(f, "PERFORM pg_sleep(1)");
    int64_t began = monotonic_us();
    assert_int_equal(commit_one(f, d, 1), COMMIT_UNKNOWN);
    assert_true(seconds_since(began) < 0.9);
    assert_false(d->base.passing);
    assert_null(d->conn);
    error_clear(&f->c);
    E->disconnect(&d->base, true);
}

/* --- what nobody waited for --- */

static void test_pending_errors_have_their_name(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    int64_t n;
    assert_true(E->begin(&f->c, &d->base, true));
    assert_true(E->savepoint(&f->c, &d->base, SAVEPOINT_SET, LEVEL_JOB));
    assert_true(add(f, &d->base, 1, NULL));
    assert_true(DB_RUN(&f->c, &d->base, &BROKEN, NULL, ID(1)));
    assert_true(add(f, &d->base, 2, NULL));
    assert_false(one(f, &d->base, &COUNT, &n));
    assert_true(str_is(f->c.err.args[0], "test.broken"));
    assert_int_equal(d->base.fault, ERR_INTERNAL);
    check_error(f, ERR_INTERNAL, "store.statement");
    assert_true(E->in_transaction(&d->base)); // the savepoint can revive it
    assert_false(E->settled(&f->c, &d->base));
    error_clear(&f->c);
    assert_true(E->savepoint(&f->c, &d->base, SAVEPOINT_ROLLBACK, LEVEL_JOB));
    assert_true(one(f, &d->base, &COUNT, &n));
    assert_int_equal(n, 0);
    assert_true(add(f, &d->base, 1, NULL));
    assert_true(add(f, &d->base, 1, NULL));
    assert_false(E->settled(&f->c, &d->base));
    assert_true(str_is(f->c.err.args[0], "item.district_id, item.id"));
    check_error(f, ERR_CONFLICT, "store.duplicate");
    E->rollback(&d->base);
    assert_true(add(f, &d->base, 7, NULL)); // outside of a transaction nothing is left pending
    assert_int_equal(commit_one(f, d, 8), COMMIT_DONE);
    assert_int_equal(fixture_count(f, "item"), 2);
    E->disconnect(&d->base, true);
}

static void test_an_error_passed_over_refuses_its_job(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    int64_t affected;
    atomic_store(&d->shared->never_deferred, true); // settled() has nothing of its own to ask
    assert_int_equal(commit_one(f, d, 1), COMMIT_DONE);
    assert_true(E->begin(&f->c, &d->base, true));
    assert_false(add(f, &d->base, 1, &affected));
    check_error(f, ERR_CONFLICT, "store.duplicate");
    assert_int_equal(d->base.fault, ERR_NONE); // an answer, no fault
    assert_false(E->settled(&f->c, &d->base));
    check_error(f, ERR_INTERNAL, "store.statement");
    assert_int_equal(E->commit(&f->c, &d->base), COMMIT_FAILED);
    error_clear(&f->c);
    E->disconnect(&d->base, true);
}

static void test_many_pending(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    assert_true(E->begin(&f->c, &d->base, true));
    for (int64_t id = 1; id <= 1000; id++) assert_true(add(f, &d->base, id, NULL));
    assert_int_equal(E->commit(&f->c, &d->base), COMMIT_DONE);
    assert_int_equal(fixture_count(f, "item"), 1000);
    assert_true(E->begin(&f->c, &d->base, true));
    int64_t id = 2000; // the error comes while the ring is emptied to make room
    assert_true(add(f, &d->base, 1, NULL));
    while (id < 3000 && add(f, &d->base, id, NULL)) id++;
    assert_true(id < 2100);
    check_error(f, ERR_CONFLICT, "store.duplicate");
    assert_int_equal(E->commit(&f->c, &d->base), COMMIT_FAILED);
    error_clear(&f->c);
    assert_int_equal(fixture_count(f, "item"), 1000);
    E->disconnect(&d->base, true);
}

static void test_rollback_of_what_was_not_answered(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    for (int i = 0; i < 200; i++) {
        assert_true(E->begin(&f->c, &d->base, i % 2 == 0));
        if (i % 2 == 0) assert_true(DB_RUN(&f->c, &d->base, &BROKEN, NULL, ID(1)));
        E->rollback(&d->base);
        assert_false(E->in_transaction(&d->base));
        assert_int_equal(d->base.fault, ERR_NONE);
    }
    assert_int_equal(commit_one(f, d, 1), COMMIT_DONE);
    E->disconnect(&d->base, true);
}

/* --- prepared statements --- */

static void test_evicted_statements_leave_the_server(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    int64_t n = 0;
    char sql[64];
    assert_true(E->begin(&f->c, &d->base, false));
    for (int64_t i = 0; i < 700; i++) {
        snprintf(sql, sizeof sql, "SELECT %d + CAST($1 AS BIGINT)", (int)i);
        struct db_rows r;
        assert_true(DB_QUERY(&f->c, &d->base, &r, (&(struct stmt){"test.many", sql}), ARG((int64_t)1)));
        assert_true(db_next(&r));
        assert_int_equal(db_int(&r, 0), i + 1);
        assert_true(db_done(&r));
    }
    assert_true(one(f, &d->base, &PREPARED, &n));
    assert_int_equal(n, CACHE_MAX);
    E->disconnect(&d->base, true);
}

static void test_lock_is_another_statement(void **state)
{
    struct fixture *f = fixture_of(state);
    reopen_with(f, 900);
    struct pg_db *a = writer_of(f), *b = writer_of(f);
    struct stmt plain = LOCK_DISTRICT;
    struct db_rows r;
    plain.lock = false;
    assert_true(E->begin(&f->c, &a->base, true));
    assert_true(DB_QUERY(&f->c, &a->base, &r, &LOCK_DISTRICT, ID(1)));
    assert_true(db_next(&r));
    assert_true(db_done(&r));
    assert_true(E->begin(&f->c, &b->base, true));
    assert_true(DB_QUERY(&f->c, &b->base, &r, &plain, ID(1)));
    assert_true(db_next(&r)); // who only reads does not wait
    assert_true(db_done(&r));
    int64_t began = monotonic_us();
    assert_true(DB_QUERY(&f->c, &b->base, &r, &LOCK_DISTRICT, ID(1)));
    assert_false(db_next(&r));
    assert_false(db_done(&r));
    assert_true(seconds_since(began) > 0.3 && seconds_since(began) < 0.9);
    check_error(f, ERR_BUSY, "store.busy");
    assert_true(b->base.passing);
    assert_non_null(b->conn);
    E->rollback(&b->base);
    assert_int_equal(E->commit(&f->c, &a->base), COMMIT_DONE);
    E->disconnect(&a->base, true);
    E->disconnect(&b->base, true);
}

struct waiting {
    struct fixture *f;
    struct pg_db *d;
    pthread_t thread;
    struct ctx c;
    bool passing;
};

static void *wait_for_lock(void *p)
{
    struct waiting *w = p;
    struct db_rows r;
    if (E->begin(&w->c, &w->d->base, true) && DB_QUERY(&w->c, &w->d->base, &r, &LOCK_DISTRICT, ID(1))) {
        (void)!db_next(&r);
        (void)!db_done(&r);
    }
    w->passing = w->d->base.passing;
    E->rollback(&w->d->base);
    return NULL;
}

// The second in line waits for the first, and then for the row.
static void test_a_line_for_one_lock(void **state)
{
    enum { MANY = 4 };
    struct fixture *f = fixture_of(state);
    reopen_with(f, 900);
    struct raw *r = raw_open(&f->ground);
    struct waiting all[MANY];
    raw_run(r, "BEGIN; SELECT 1 FROM district WHERE district_id = 1 FOR UPDATE");
    for (int i = 0; i < MANY; i++) {
        all[i] = (struct waiting){.f = f, .d = writer_of(f), .c = {.a = arena_new(1024 * 1024)}};
        error_clear(&all[i].c);
        assert_int_equal(pthread_create(&all[i].thread, NULL, wait_for_lock, &all[i]), 0);
    }
    for (int i = 0; i < MANY; i++) {
        pthread_join(all[i].thread, NULL);
        assert_string_equal(all[i].c.err.id, "store.busy");
        assert_true(all[i].passing);
        arena_free(all[i].c.a);
        E->disconnect(&all[i].d->base, true);
    }
    raw_close(r);
}

/* --- values --- */

static const struct stmt ECHO = {
    "test.echo", "SELECT CAST($1 AS BIGINT), CAST($2 AS DOUBLE PRECISION), CAST($3 AS TEXT), CAST($4 AS BYTEA), 1 = 1"};

static void echo(struct fixture *f, struct db *db, int64_t i, double x, str text, str bytes)
{
    struct db_rows r;
    assert_true(DB_QUERY(&f->c, db, &r, &ECHO, ARG(i), ARG(x), ARG(text), db_arg_bytes(bytes)));
    assert_true(db_next(&r));
    assert_true(db_int(&r, 0) == i);
    assert_true(db_real(&r, 1) == x);
    assert_true(str_eq(db_text(&r, 2), text));
    assert_true(str_eq(db_bytes(&r, 3), bytes));
    assert_false(db_is_null(&r, 2) || db_is_null(&r, 3));
    assert_int_equal(db_int(&r, 4), 1);
    assert_true(db_done(&r));
}

static void test_values_come_back(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *d = writer_of(f);
    char all[256 * 16];
    for (size_t i = 0; i < sizeof all; i++) all[i] = (char)(i * 7);
    assert_true(E->begin(&f->c, &d->base, false));
    echo(f, &d->base, INT64_MIN, 0.1, STR("闭环 '; -- \\ \" 😀\n"), (str){all, sizeof all});
    echo(f, &d->base, INT64_MAX, -1.7976931348623157e308, STR(""), STR(""));
    echo(f, &d->base, 0, 5e-324, (str){NULL, 0}, (str){NULL, 0});
    struct db_rows r;
    assert_false(DB_QUERY(&f->c, &d->base, &r, &ECHO, ID(1), ARG(1.0), db_arg_text((str){"a\0b", 3}), TEXT("")));
    check_error(f, ERR_INVALID, "store.check");
    assert_true(DB_QUERY(&f->c, &d->base, &r, &ECHO, ID(1), ARG(__builtin_nan("")), db_arg_null(), db_arg_null()));
    assert_true(db_next(&r));
    assert_true(db_is_null(&r, 1)); // as on SQLite
    assert_true(db_is_null(&r, 2));
    assert_true(db_done(&r));
    E->disconnect(&d->base, true);
}

/* --- news --- */

struct heard {
    int64_t district[8];
    int n;
};

static void hear_one(void *arg, int64_t district)
{
    struct heard *h = arg;
    if (h->n < 8) h->district[h->n++] = district;
}

static void test_news(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_db *a = writer_of(f), *b = writer_of(f);
    struct heard h = {.n = 0};
    int wake[2];
    assert_int_equal(pipe(wake), 0);
    assert_true(E->hear(&f->c, &a->base, 0, wake[0], hear_one, &h));
    assert_true(E->announce(&f->c, &a->base, (int64_t[]){9}, 1)); // its own
    struct raw *r = raw_open(&f->ground);
    raw_run(r, "SELECT pg_notify('bihuan', 'elsewhere 4')");
    raw_close(r);
    assert_true(E->announce(&f->c, &b->base, (int64_t[]){5, 7}, 2));
    for (int i = 0; i < 20 && h.n < 2; i++) assert_true(E->hear(&f->c, &a->base, 200, wake[0], hear_one, &h));
    assert_int_equal(h.n, 2);
    assert_int_equal(h.district[0] + 10 * h.district[1], 75);
    int64_t began = monotonic_us();
    assert_int_equal(write(wake[1], "", 1), 1);
    assert_true(E->hear(&f->c, &a->base, 5000, wake[0], hear_one, &h));
    assert_true(seconds_since(began) < 2);
    cut(f);
    assert_true(E->hear(&f->c, &a->base, 0, wake[0], hear_one, &h));
    assert_int_equal(h.n, 3);
    assert_int_equal(h.district[2], 0); // something may have been missed
    assert_true(E->announce(&f->c, &b->base, (int64_t[]){INT64_MAX}, 1));
    char byte;
    assert_int_equal(read(wake[0], &byte, 1), 1);
    for (int i = 0; i < 20 && h.n < 4; i++) assert_true(E->hear(&f->c, &a->base, 200, wake[0], hear_one, &h));
    assert_true(h.n == 4 && h.district[3] == INT64_MAX);
    close(wake[0]);
    close(wake[1]);
    E->disconnect(&a->base, true);
    E->disconnect(&b->base, true);
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t) cmocka_unit_test_setup_teardown(t, fixture_open, fixture_drop)
    const struct CMUnitTest tests[] = {
        T(test_idle_connections_are_replaced),
        T(test_cut_in_the_midst),
        T(test_deadline),
        T(test_commit_outcomes),
        T(test_cut_before_commit),
        T(test_cut_inside_commit),
        T(test_commit_without_answer),
        T(test_pending_errors_have_their_name),
        T(test_an_error_passed_over_refuses_its_job),
        T(test_many_pending),
        T(test_rollback_of_what_was_not_answered),
        T(test_evicted_statements_leave_the_server),
        T(test_lock_is_another_statement),
        T(test_a_line_for_one_lock),
        T(test_values_come_back),
        T(test_news),
    };
    return cmocka_run_group_tests_name("postgres", tests, NULL, NULL);
}
