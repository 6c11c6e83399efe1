/*
 * Opening a store on a server: addresses, servers that are no good, databases that are not ours or
 * sort otherwise, two at once, integrity. On PostgreSQL alone.
 */
#include "fixture.h"

#include "base/log.h"
#include "store/postgres_internal.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static struct fixture *fixture_of(void **state)
{
    return *state;
}

// The fixture's address with another part before its database: "USER[:PASSWORD]@HOST…".
static const char *url_with(struct fixture *f, const char *before, const char *database)
{
    return str_z(f->c.a, str_printf(f->c.a, "postgresql://%s/%s", before, database));
}

// "127.0.0.1:PORT" of the test's server.
static const char *server_of(struct fixture *f)
{
    str rest = str_of(f->ground.url);
    str_cut(&rest, STR("@"));
    return str_z(f->c.a, str_cut(&rest, STR("/")));
}

static void sql(struct fixture *f, const char *text)
{
    struct raw *r = raw_open(&f->ground);
    raw_run(r, text);
    raw_close(r);
}

// As the fixture's own user.
static const char *url_to(struct fixture *f, const char *database)
{
    return url_with(f, str_z(f->c.a, str_printf(f->c.a, "postgres@%s", server_of(f))), database);
}

// A second database beside the fixture's, gone before the test ends.
static const char *database_made(struct fixture *f, const char *how)
{
    const char *name = str_z(f->c.a, str_printf(f->c.a, "%s_b", f->ground.database));
    sql(f, str_z(f->c.a, str_printf(f->c.a, "CREATE DATABASE %s %s", name, how)));
    return name;
}

static void database_drop(struct fixture *f, const char *name)
{
    sql(f, str_z(f->c.a, str_printf(f->c.a, "DROP DATABASE %s WITH (FORCE)", name)));
}

/* --- servers --- */

static void test_version(void **state)
{
    struct fixture *f = fixture_of(state);
    struct raw *r = raw_open(&f->ground);
    str rest = str_of(raw_value(r, "SHOW server_version")), number = str_cut(&rest, STR(" "));
    assert_true(str_eq(store_engine(f->s), str_cat(f->c.a, STR("PostgreSQL "), number)));
    raw_close(r);
}

static void test_hosts_are_tried_in_turn(void **state)
{
    struct fixture *f = fixture_of(state);
    struct store_options o = fixture_options();
    str two = str_printf(f->c.a, "postgres@127.0.0.1:1,%s", server_of(f));
    assert_true(fixture_opens(f, url_with(f, str_z(f->c.a, two), f->ground.database), &o));
    str alias = str_printf(f->c.a, "postgres://postgres@%s/%s", server_of(f), f->ground.database);
    assert_true(fixture_opens(f, str_z(f->c.a, alias), &o));
    int64_t began = monotonic_us();
    assert_false(fixture_opens(f, "postgresql://postgres@127.0.0.1:1/nowhere", &o));
    assert_true(monotonic_us() - began < 1000000);
    check_error(f, ERR_BUSY, "store.away");
}

// A server that takes the connection and says nothing, as a frozen one does.
static void test_a_silent_host_is_passed_over(void **state)
{
    struct fixture *f = fixture_of(state);
    struct store_options o = fixture_options();
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    str two = str_printf(f->c.a, "postgres@127.0.0.1:%d,%s", ntohs(at.sin_port), server_of(f));
    int64_t began = monotonic_us();
    assert_true(fixture_opens(f, url_with(f, str_z(f->c.a, two), f->ground.database), &o));
    int64_t took = monotonic_us() - began;
    assert_true(took > 1900000 && took < 4000000); // once: the good one is asked first from then on
    close(fd);
}

static void test_a_server_for_reading_is_refused(void **state)
{
    struct fixture *f = fixture_of(state);
    struct store_options o = fixture_options();
    sql(f, str_z(f->c.a, str_printf(f->c.a, "ALTER DATABASE %s SET default_transaction_read_only = on",
                                    f->ground.database)));
    assert_false(fixture_opens(f, f->ground.url, &o));
    check_error(f, ERR_BUSY, "store.away");
    o.read_only = true;
    assert_true(fixture_opens(f, f->ground.url, &o));
}

static void test_a_server_left_behind_is_refused(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_shared *s = f->s->shared;
    unsigned timeline = atomic_load(&s->timeline);
    assert_true(timeline >= 1);
    atomic_store(&s->timeline, timeline + 1); // another one was promoted and seen
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    check_error(f, ERR_BUSY, "store.away");
    assert_false(store_reachable(f->s));
    struct db *db;
    assert_false(POSTGRES_ENGINE.connect(&f->c, s, false, &db)); // a reader neither
    check_error(f, ERR_BUSY, "store.away");
    atomic_store(&s->timeline, timeline);
    usleep(2 * AWAY_MS * 1000);
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    assert_true(store_reachable(f->s));
    assert_int_equal(fixture_count(f, "item"), 1);
}

static void test_failures_are_remembered_for_a_moment(void **state)
{
    struct fixture *f = fixture_of(state);
    struct pg_shared *s = f->s->shared;
    struct db *db;
    atomic_store(&s->away_until_us, monotonic_us() + 100000000);
    assert_false(POSTGRES_ENGINE.connect(&f->c, s, true, &db));
    check_error(f, ERR_BUSY, "store.away");
    atomic_store(&s->away_until_us, 0);
    assert_true(POSTGRES_ENGINE.connect(&f->c, s, true, &db));
    POSTGRES_ENGINE.disconnect(db, true);
}

static bool holds(const char *path, const char *word)
{
    char text[8192];
    FILE *r = fopen(path, "rb");
    assert_non_null(r);
    size_t n = fread(text, 1, sizeof text - 1, r);
    fclose(r);
    text[n] = '\0';
    assert_true(n > 0);
    return strstr(text, word) != NULL;
}

static void test_refusals_say_why_and_no_password(void **state)
{
    struct fixture *f = fixture_of(state);
    struct store_options o = fixture_options();
    const char *log = fixture_file(f, "log");
    str user = str_printf(f->c.a, "nobody_here:s3cret@%s", server_of(f));
    static const char *const NO_ADDRESSES[] = {"postgresql://u:s3cret@[::1/x", "postgresql://u:s3cret@h/x?bad=1"};
    log_open(log, LOG_DEBUG);
    assert_false(fixture_opens(f, url_with(f, str_z(f->c.a, user), f->ground.database), &o));
    str why = error_text(f->c.a, LANG_EN, &f->c.err);
    assert_true(str_has(why, STR("nobody_here")));
    assert_false(str_has(why, STR("s3cret")));
    check_error(f, ERR_STORE, "store.cannot_open");
    user = str_printf(f->c.a, "postgres:s3cret@%s", server_of(f));
    assert_false(fixture_opens(f, url_with(f, str_z(f->c.a, user), "none"), &o));
    assert_true(str_has(f->c.err.args[0], STR("\"none\"")));
    check_error(f, ERR_STORE, "store.cannot_open");
    for (size_t i = 0; i < COUNT_OF(NO_ADDRESSES); i++) {
        assert_false(fixture_opens(f, NO_ADDRESSES[i], &o));
        assert_false(str_has(error_text(f->c.a, LANG_ZH, &f->c.err), STR("s3cret")));
        check_error(f, ERR_STORE, "store.cannot_open");
    }
    log_open("/dev/null", LOG_ERROR);
    assert_true(holds(log, "nobody_here"));
    assert_false(holds(log, "s3cret"));
}

/* --- databases --- */

static void test_other_orders_are_refused(void **state)
{
    struct fixture *f = fixture_of(state);
    struct store_options o = fixture_options();
    static const char *const OTHERS[][2] = {
        {"ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0", "SQL_ASCII"},
        {"LOCALE_PROVIDER icu ICU_LOCALE 'und' LOCALE 'C.UTF-8' TEMPLATE template0", "C.UTF-8"}};
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        const char *name = database_made(f, OTHERS[i][0]);
        assert_false(fixture_opens(f, url_to(f, name), &o));
        assert_true(str_is(f->c.err.args[1], OTHERS[i][1]));
        check_error(f, ERR_STORE, "store.locale");
        database_drop(f, name);
    }
    const char *plain = database_made(f, "LOCALE 'C' ENCODING 'UTF8' TEMPLATE template0");
    assert_true(fixture_opens(f, url_to(f, plain), &o));
    database_drop(f, plain);
}

static void test_not_found_and_foreign(void **state)
{
    struct fixture *f = fixture_of(state);
    struct store_options o = fixture_options();
    o.create = false;
    assert_false(fixture_opens(f, f->ground.url, &o));
    check_error(f, ERR_STORE, "store.not_found");
    o.create = o.read_only = true;
    assert_false(fixture_opens(f, f->ground.url, &o));
    check_error(f, ERR_STORE, "store.not_found");
    o = fixture_options();
    sql(f, "CREATE TABLE schema_version(version varchar(50), script text)"); // another program's
    assert_false(fixture_opens(f, f->ground.url, &o));
    check_error(f, ERR_STORE, "store.foreign");
    // Beside it, in a schema of its own, there is room.
    sql(f, "CREATE SCHEMA ours");
    str own = str_cat(f->c.a, str_of(f->ground.url), STR("?options=-csearch_path%3Dours"));
    assert_true(fixture_opens(f, str_z(f->c.a, own), &o));
    o.create = false;
    assert_true(fixture_opens(f, str_z(f->c.a, own), &o));
    own = str_cat(f->c.a, str_of(f->ground.url), STR("?options=-csearch_path%3Dmissing"));
    assert_false(fixture_opens(f, str_z(f->c.a, own), &o));
    check_error(f, ERR_STORE, "store.cannot_open");
}

struct opening {
    pthread_t thread;
    pthread_barrier_t *start;
    const char *url;
    struct ctx c;
    bool ok;
};

static void *open_and_close(void *p)
{
    struct opening *o = p;
    struct store_options options = fixture_options();
    struct store *s;
    pthread_barrier_wait(o->start);
    o->ok = store_open(&o->c, str_of(o->url), &options, &s);
    store_close(s);
    return NULL;
}

static void test_several_opens_at_once_migrate_once(void **state)
{
    enum { MANY = 6 };
    struct fixture *f = fixture_of(state);
    struct opening all[MANY];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, MANY);
    store_messages();
    for (int i = 0; i < MANY; i++) {
        all[i] = (struct opening){.start = &start, .url = f->ground.url, .c = {.a = arena_new(1024 * 1024)}};
        error_clear(&all[i].c);
        assert_int_equal(pthread_create(&all[i].thread, NULL, open_and_close, &all[i]), 0);
    }
    for (int i = 0; i < MANY; i++) {
        pthread_join(all[i].thread, NULL);
        if (!all[i].ok) print_error("%s\n", all[i].c.err.id);
        assert_true(all[i].ok);
        arena_free(all[i].c.a);
    }
    pthread_barrier_destroy(&start);
    struct raw *r = raw_open(&f->ground);
    assert_int_equal(raw_int(r, "SELECT count(*) FROM schema_version"), FIXTURE_MIGRATIONS.n);
    raw_close(r);
}

/* --- integrity --- */

static str found_by_integrity(struct fixture *f, struct store *s)
{
    struct buf found;
    buf_init(&found, f->c.a, 64 * 1024);
    assert_true(store_integrity(&f->c, s, &found));
    return buf_str(&found);
}

static void test_integrity_finds_a_lame_index(void **state)
{
    struct fixture *f = fixture_of(state);
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    assert_true(str_is(found_by_integrity(f, f->s), ""));
    // Between the two updates the index is not kept: it misses a row and does not know.
    sql(f, "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'item_code_ux'::regclass");
    assert_true(str_has(found_by_integrity(f, f->s), STR("index item_code_ux is not valid\n")));
    sql(f, "INSERT INTO item(district_id, id, code, title) VALUES(1, 2, 'b', 't')");
    sql(f, "UPDATE pg_index SET indisready = true, indisvalid = true WHERE indexrelid = 'item_code_ux'::regclass");
    assert_true(str_is(found_by_integrity(f, f->s), "index item_code_ux finds 1 rows of 2\n"));
    sql(f, "CREATE EXTENSION amcheck");
    assert_true(str_has(found_by_integrity(f, f->s), STR("item_code_ux: heap tuple (0,2) from table \"item\" lacks")));
}

// Overwrites the middle of the table's first page, in a copy that the server has not in its memory.
static const char *damaged_copy(struct fixture *f)
{
    struct raw *r = raw_open(&f->ground);
    str folder = str_dup(f->c.a, str_of(raw_value(r, "SHOW data_directory")));
    str file = str_dup(f->c.a, str_of(raw_value(r, "SELECT pg_relation_filepath('item')")));
    raw_run(r, "CHECKPOINT");
    raw_close(r);
    int fd = open(str_z(f->c.a, str_printf(f->c.a, "%.*s/%.*s", STR_FMT(folder), STR_FMT(file))), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return NULL; // a server of somebody else
    assert_int_equal(pwrite(fd, "damage", 6, 8000), 6);
    close(fd);
    struct ground other = f->ground; // a template must have no connections
    char *end = strrchr(other.url, '/');
    snprintf(end, sizeof other.url - (size_t)(end - other.url), "/postgres");
    const char *name = str_z(f->c.a, str_printf(f->c.a, "%s_b", f->ground.database));
    r = raw_open(&other);
    raw_run(r, str_z(f->c.a, str_printf(f->c.a, "CREATE DATABASE %s STRATEGY file_copy TEMPLATE %s", name,
                                        f->ground.database)));
    raw_close(r);
    return name;
}

static void test_integrity_finds_a_damaged_page(void **state)
{
    struct fixture *f = fixture_of(state);
    struct store_options o = fixture_options();
    struct store *s;
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    store_close(f->s);
    f->s = NULL;
    const char *name = damaged_copy(f);
    if (!name) skip();
    const char *url = url_to(f, name);
    assert_true(store_open(&f->c, str_of(url), &o, &s));
    str found = found_by_integrity(f, s);
    store_close(s);
    database_drop(f, name);
    assert_true(str_has(found, STR("item: invalid page in block 0")));
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t) cmocka_unit_test_setup_teardown(t, fixture_open, fixture_drop)
#define M(t) cmocka_unit_test_setup_teardown(t, fixture_make, fixture_drop)
    const struct CMUnitTest tests[] = {
        T(test_version),
        T(test_hosts_are_tried_in_turn),
        T(test_a_silent_host_is_passed_over),
        T(test_a_server_for_reading_is_refused),
        T(test_a_server_left_behind_is_refused),
        T(test_failures_are_remembered_for_a_moment),
        T(test_refusals_say_why_and_no_password),
        M(test_other_orders_are_refused),
        M(test_not_found_and_foreign),
        M(test_several_opens_at_once_migrate_once),
        T(test_integrity_finds_a_lame_index),
        T(test_integrity_finds_a_damaged_page),
    };
    return cmocka_run_group_tests_name("postgres_open", tests, NULL, NULL);
}
