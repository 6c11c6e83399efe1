/* Migrations and the registry of statements. */
#include "fixture.h"

#include "base/log.h"

static struct migration set_at[3];
static struct migration_set set = {set_at, 2};
static struct store_testing testing = {.migrations = &set};

static int set_reset(void **state)
{
    set_at[0] = FIXTURE_MIGRATIONS.at[0];
    set_at[1] = FIXTURE_MIGRATIONS.at[1];
    set_at[2] = (struct migration){3, "0003_more", "3333",
                                   "ALTER TABLE item ADD COLUMN note @TXT NOT NULL DEFAULT '';"
                                   "CREATE TABLE more(x @I64 NOT NULL PRIMARY KEY) @END"};
    set.n = 2;
    return fixture_make(state);
}

static bool reopen(struct fixture *f, bool read_only)
{
    store_close(f->s);
    f->s = NULL;
    struct store_options o = {.create = true, .read_only = read_only, .testing = &testing};
    return store_open(&f->c, str_of(f->ground.url), &o, &f->s);
}

static void test_in_order_once(void **state)
{
    struct fixture *f = *state;
    set.n = 0;
    assert_true(reopen(f, false));
    assert_int_equal(store_schema_version(f->s), 0);
    for (size_t n = 1; n <= 3; n++) {
        set.n = n;
        assert_true(reopen(f, false));
        assert_int_equal(store_schema_version(f->s), n);
        assert_int_equal(fixture_count(f, "schema_version"), n);
    }
    assert_true(reopen(f, false)); // nothing to do
    assert_int_equal(fixture_count(f, "district"), 1);
    assert_int_equal(fixture_count(f, "more"), 0);
}

static void test_changed_text_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_true(reopen(f, false));
    set_at[1].hash = "2223";
    assert_false(reopen(f, false));
    assert_true(str_is(f->c.err.args[0], "0002_events"));
    check_error(f, ERR_STORE, "store.migration_changed");
    assert_false(reopen(f, true));
    check_error(f, ERR_STORE, "store.migration_changed");
    set_at[1].hash = "2222";
    set_at[0].name = "0001_renamed";
    assert_false(reopen(f, false));
    check_error(f, ERR_STORE, "store.migration_changed");
    set_at[0].name = "0001_items";
    assert_true(reopen(f, false));
}

static void test_newer_is_refused(void **state)
{
    struct fixture *f = *state;
    set.n = 3;
    assert_true(reopen(f, false));
    set.n = 2;
    assert_false(reopen(f, false));
    assert_true(str_is(f->c.err.args[0], "3") && str_is(f->c.err.args[1], "2"));
    check_error(f, ERR_STORE, "store.newer");
    assert_false(reopen(f, true));
    check_error(f, ERR_STORE, "store.newer");
}

static void test_gap_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct stmt DROP = {"test.drop", "DELETE FROM schema_version WHERE version = $1"};
    assert_true(reopen(f, false));
    assert_true(RUN(f, &DROP, ID(1)));
    assert_false(reopen(f, false));
    check_error(f, ERR_STORE, "store.migration_changed");
}

static void test_failed_one_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    static const char *const WRONG[] = {
        "CREATE TABLE half(x @I64 NOT NULL PRIMARY KEY) @END; CREATE TABL oops(x);",
        "CREATE TABLE half(x @I64 NOT NULL PRIMARY KEY) @END;"
        "INSERT INTO half(x) VALUES(1); INSERT INTO half(x) VALUES(1);"};
    const char *right = set_at[2].sql;
    set.n = 3;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        set_at[2].sql = WRONG[i];
        assert_false(reopen(f, false));
        assert_true(str_is(f->c.err.args[0], "0003_more"));
        check_error(f, ERR_STORE, "store.migration_failed");
        set.n = 2;
        assert_true(reopen(f, false)); // 1 and 2 stand, nothing of 3
        assert_int_equal(store_schema_version(f->s), 2);
        set.n = 3;
    }
    set_at[2].sql = right;
    assert_true(reopen(f, false));
}

static void test_read_only_does_not_migrate(void **state)
{
    struct fixture *f = *state;
    set.n = 1;
    assert_true(reopen(f, false));
    set.n = 2;
    assert_true(reopen(f, true));
    assert_int_equal(store_schema_version(f->s), 1);
}

static void test_shipped_set(void **state)
{
    struct fixture *f = *state;
    struct store_options o = {.create = true};
    assert_true(store_open(&f->c, str_of(f->ground.url), &o, &f->s));
    assert_int_equal(store_schema_version(f->s), store_schema_latest());
    struct buf problems;
    buf_init(&problems, f->c.a, 64 * 1024);
    assert_true(store_integrity(&f->c, f->s, &problems));
    assert_int_equal(problems.n, 0);
    for (size_t i = 0; i < STORE_MIGRATIONS.n; i++)
        assert_int_equal(strlen(STORE_MIGRATIONS.at[i].hash), 64);
}

/* --- the registry --- */

static const struct stmt WRONG_ONE = {"test.wrong", "SELECT absent FROM item"};

static void test_registry(void **state)
{
    struct fixture *f = *state;
    static const struct stmt *const GOOD[] = {&ITEM_ADD, &EVENT_ADD};
    static const struct stmt *const BAD[] = {&WRONG_ONE};
    assert_true(reopen(f, false));
    size_t before = statements_count();
    statements_register(GOOD, 2);
    statements_register(GOOD, 2); // once is enough
    assert_int_equal(statements_count(), before + 2);
    assert_ptr_equal(statements_at(before + 1), &EVENT_ADD);
    assert_null(statements_at(before + 2));
    struct buf problems;
    buf_init(&problems, f->c.a, 64 * 1024);
    assert_true(statements_prepare_all(&f->c, f->s, &problems));
    assert_int_equal(problems.n, 0);
    statements_register(BAD, 1);
    assert_true(statements_prepare_all(&f->c, f->s, &problems));
    str told = buf_str(&problems); // in the words of the engine
    assert_true(str_starts(told, STR("test.wrong: ")) && str_has(told, STR("absent")) && str_ends(told, STR("\n")));
}

static void test_every_message_is_whole(void **state)
{
    (void)state;
    store_messages();
    store_messages();
    for (size_t i = 0; i < messages_count(); i++) {
        assert_true(messages_at(i)->zh[0] && messages_at(i)->en[0]);
        assert_ptr_equal(message_find(messages_at(i)->id), messages_at(i)); // no id twice
    }
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t) cmocka_unit_test_setup_teardown(t, set_reset, fixture_drop)
    const struct CMUnitTest tests[] = {
        T(test_in_order_once),
        T(test_changed_text_is_refused),
        T(test_newer_is_refused),
        T(test_gap_is_refused),
        T(test_failed_one_leaves_nothing),
        T(test_read_only_does_not_migrate),
        T(test_shipped_set),
        T(test_registry),
        T(test_every_message_is_whole),
    };
    return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}
