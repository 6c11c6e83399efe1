/* Statements: binding by name, types, rows, errors, the cache, savepoints. */
#include "fixture.h"

#include "base/log.h"

typedef bool test_fn(struct ctx *c, struct db *db, struct fixture *f);

struct call {
    test_fn *fn;
    struct fixture *f;
};

static bool call(struct ctx *c, struct db *db, void *arg)
{
    struct call *k = arg;
    return k->fn(c, db, k->f);
}

static bool write_with(struct fixture *f, test_fn *fn)
{
    return store_write(&f->c, f->s, call, &(struct call){fn, f});
}

static bool read_with(struct fixture *f, test_fn *fn)
{
    return store_read(&f->c, f->s, call, &(struct call){fn, f});
}

/* --- types --- */

static const struct stmt ITEM_FULL = {
    "test.item_full", "INSERT INTO item(district_id, id, code, title, share, seal, parent_id) "
                      "VALUES($1, $2, $3, $4, $5, $6, $7)"};
static const struct stmt ITEM_READ = {
    "test.item_read",
    "SELECT id, title, share, seal, parent_id FROM item WHERE district_id = $1 AND id = $2"};

static bool types_write(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    int64_t affected = 0;
    str bytes = {"a\0b", 3};
    bool ok = DB_RUN(c, db, &ITEM_FULL, &affected, ARG((int64_t)1), ARG(INT64_MIN), ARG(STR("a")),
                     ARG(STR("闭环 'quoted'")), ARG(0.1), db_arg_bytes(bytes), db_arg_id(0));
    assert_int_equal(affected, 1);
    return ok;
}

static bool types_read(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &ITEM_READ, ARG((int32_t)1), ARG(INT64_MIN))) return false;
    assert_true(db_next(&r));
    assert_int_equal(db_columns(&r), 5);
    assert_true(db_int(&r, 0) == INT64_MIN);
    assert_true(str_is(db_text(&r, 1), "闭环 'quoted'"));
    assert_true(db_real(&r, 2) == 0.1);
    assert_true(str_eq(db_bytes(&r, 3), (str){"a\0b", 3}));
    assert_true(db_is_null(&r, 4));
    assert_int_equal(db_int(&r, 4), 0);
    assert_true(str_is(db_text(&r, 4), ""));
    assert_false(db_next(&r));
    assert_false(db_next(&r));
    return db_done(&r);
}

static void test_types(void **state)
{
    struct fixture *f = *state;
    assert_true(write_with(f, types_write));
    assert_true(read_with(f, types_read));
}

static void test_empty_text_is_not_null(void **state)
{
    struct fixture *f = *state;
    struct db_arg nothing = db_arg_text((str){NULL, 0});
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), nothing));
}

/* --- parameters --- */

static const struct stmt SWAPPED = {"test.swapped",
                                    "SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT), $2 - $1"};

static bool swapped(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &SWAPPED, ARG((int64_t)7), ARG((int64_t)8))) return false;
    assert_true(db_next(&r));
    assert_int_equal(db_int(&r, 0), 8); // SQLite alone would number $2 first
    assert_int_equal(db_int(&r, 1), 7);
    assert_int_equal(db_int(&r, 2), 1);
    return db_done(&r);
}

static void test_parameters_bind_by_name(void **state)
{
    assert_true(read_with(*state, swapped));
}

static const struct {
    struct stmt st;
    int64_t n_args;
} WRONG[] = {
    {{"test.few", "SELECT $1, $2"}, 1},      {{"test.many", "SELECT $1"}, 2},
    {{"test.gap", "SELECT $1, $3"}, 2},      {{"test.question", "SELECT ?"}, 1},
    {{"test.zero", "SELECT $0"}, 1},         {{"test.named", "SELECT $a"}, 1},
    {{"test.two", "SELECT 1; SELECT 2"}, 0}, {{"test.empty", "  -- nothing\n"}, 0},
    {{"test.syntax", "SELEKT 1"}, 0},        {{"test.table", "SELECT 1 FROM nowhere"}, 0},
    {{"test.quoted", "SELECT \"text\""}, 0},
};
static size_t wrong_at;

static bool wrong(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_arg args[2] = {ID(1), ID(2)};
    struct db_rows r;
    if (!db_query_args(c, db, &r, &WRONG[wrong_at].st, args, (size_t)WRONG[wrong_at].n_args)) return false;
    (void)db_next(&r); // a server is asked here
    return db_done(&r);
}

static void test_wrong_statements_are_told(void **state)
{
    struct fixture *f = *state;
    for (wrong_at = 0; wrong_at < COUNT_OF(WRONG); wrong_at++) {
        if (read_with(f, wrong)) print_error("%s was taken\n", WRONG[wrong_at].st.name);
        assert_false(read_with(f, wrong));
        assert_true(str_is(f->c.err.args[0], WRONG[wrong_at].st.name));
        check_error(f, ERR_INTERNAL, "store.statement");
    }
    assert_int_equal(fixture_count(f, "district"), 1); // the reader is still good
}

/* --- answers of the schema --- */

static void test_constraints(void **state)
{
    struct fixture *f = *state;
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("b"), TEXT("t")));
    assert_true(str_is(f->c.err.args[0], "item.district_id, item.id"));
    check_error(f, ERR_CONFLICT, "store.duplicate");
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(2), TEXT("a"), TEXT("t")));
    check_error(f, ERR_CONFLICT, "store.duplicate");
    assert_false(RUN(f, &EVENT_ADD, ID(1), ID(1), ID(99)));
    check_error(f, ERR_CONFLICT, "store.reference");
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(3), TEXT("c"), TEXT("bad")));
    check_error(f, ERR_INVALID, "store.check");
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(3), TEXT("c"), db_arg_null()));
    check_error(f, ERR_INVALID, "store.check");
    assert_false(RUN(f, &ITEM_ADD, ID(1), TEXT("x"), TEXT("c"), TEXT("t"))); // STRICT
    check_error(f, ERR_INVALID, "store.check");
    assert_int_equal(fixture_count(f, "item"), 1);
    assert_true(store_healthy(f->s));
}

static const struct stmt CHILD_ADD = {"test.child_add",
                                      "INSERT INTO item(district_id, id, code, title, parent_id) "
                                      "VALUES($1, $2, $3, 't', $4)"};

static void test_deferred_key_refuses_only_its_job(void **state)
{
    struct fixture *f = *state;
    assert_false(RUN(f, &CHILD_ADD, ID(1), ID(1), TEXT("a"), ID(99)));
    check_error(f, ERR_CONFLICT, "store.reference");
    assert_true(RUN(f, &CHILD_ADD, ID(1), ID(2), TEXT("b"), ID(2)));
    assert_int_equal(fixture_count(f, "item"), 1);
}

static void test_too_large(void **state)
{
    struct fixture *f = *state;
    size_t n = 65 * 1024 * 1024;
    char *big = test_malloc(n);
    memset(big, 'x', n);
    struct db_arg text = db_arg_text((str){big, n});
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), text));
    check_error(f, ERR_TOO_LARGE, "store.too_big");
    test_free(big);
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
}

static const struct stmt READER_WRITES = {"test.reader_writes", "DELETE FROM item"};

static bool write_by_reader(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    return DB_RUN(c, db, &READER_WRITES, NULL);
}

static void test_readers_cannot_write(void **state)
{
    struct fixture *f = *state;
    assert_false(read_with(f, write_by_reader));
    check_error(f, ERR_STORE, "store.read_only");
}

/* --- texts --- */

static const struct stmt LIKE = {"test.like", "SELECT 'T1' LIKE 't%', 'T1' LIKE 'T%'"};

static bool like(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &LIKE)) return false;
    assert_true(db_next(&r));
    assert_int_equal(db_int(&r, 0), 0);
    assert_int_equal(db_int(&r, 1), 1);
    return db_done(&r);
}

static void test_like_sees_case(void **state)
{
    assert_true(read_with(*state, like));
}

/* --- the cache --- */

static const struct stmt NUMBERS = {"test.numbers",
                                    "WITH RECURSIVE n(x) AS (SELECT CAST($1 AS BIGINT) UNION ALL "
                                    "SELECT x + 1 FROM n WHERE x < $1 + 3) SELECT x FROM n"};

static bool nested(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_rows outer, inner;
    int64_t sum = 0;
    if (!DB_QUERY(c, db, &outer, &NUMBERS, ARG((int64_t)0))) return false;
    while (db_next(&outer)) {
        if (!DB_QUERY(c, db, &inner, &NUMBERS, ARG(db_int(&outer, 0) * 10))) return false;
        while (db_next(&inner)) sum += db_int(&inner, 0);
        if (!db_done(&inner)) return false;
    }
    assert_int_equal(sum, 4 * (0 + 10 + 20 + 30) + 4 * (0 + 1 + 2 + 3));
    return db_done(&outer);
}

static void test_one_text_twice_at_once(void **state)
{
    assert_true(read_with(*state, nested));
    assert_true(write_with(*state, nested));
}

static bool many_texts(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    char sql[64]; // one address, many texts: the hint must not be believed
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 700; i++) {
            snprintf(sql, sizeof sql, "SELECT %d + $1", i);
            struct db_rows r;
            if (!DB_QUERY(c, db, &r, (&(struct stmt){"test.many_texts", sql}), ARG((int64_t)1)))
                return false;
            assert_true(db_next(&r));
            assert_int_equal(db_int(&r, 0), i + 1);
            if (!db_done(&r)) return false;
        }
    return true;
}

static void test_cache_is_bounded_and_right(void **state)
{
    assert_true(read_with(*state, many_texts));
    assert_true(write_with(*state, many_texts));
}

/* --- rows and memory --- */

static bool leave_early(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &NUMBERS, ARG((int64_t)0))) return false;
    assert_true(db_next(&r));
    return db_done(&r);
}

static bool leave_open(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_rows r;
    return DB_QUERY(c, db, &r, &NUMBERS, ARG((int64_t)0)) && db_next(&r);
}

static void test_rows_left_early_or_open(void **state)
{
    struct fixture *f = *state;
    assert_true(read_with(f, leave_early));
    for (int i = 0; i < 4; i++) {
        assert_true(read_with(f, leave_open));
        assert_true(write_with(f, leave_open));
    }
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
}

static const struct stmt LONG_ROWS = {
    "test.long_rows",
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE "
    "x < 1000) SELECT 'a text that is copied into the arena of the request' FROM n"};

static bool eat_memory(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &LONG_ROWS)) return false;
    int n = 0;
    for (; db_next(&r); n++)
        if (db_text(&r, 0).n == 0) break;
    assert_true(n > 0 && n < 1000);
    return db_done(&r);
}

static void test_memory_out_while_reading(void **state)
{
    struct fixture *f = *state;
    struct ctx small = {.a = arena_new(16 * 1024)};
    error_clear(&small);
    assert_false(store_read(&small, f->s, call, &(struct call){eat_memory, f}));
    assert_int_equal(small.err.code, ERR_NO_MEMORY);
    arena_free(small.a);
}

/* --- savepoints inside a job --- */

static bool parts(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)f;
    int64_t affected;
    if (!DB_RUN(c, db, &ITEM_ADD, NULL, ID(1), ID(1), TEXT("a"), TEXT("t"))) return false;
    if (!db_savepoint(c, db)) return false;
    if (!DB_RUN(c, db, &ITEM_ADD, NULL, ID(1), ID(2), TEXT("b"), TEXT("t"))) return false;
    if (!db_savepoint(c, db)) return false;
    if (DB_RUN(c, db, &ITEM_ADD, &affected, ID(1), ID(3), TEXT("b"), TEXT("t"))) return false;
    error_clear(c);
    db_rollback_to(db);
    if (!db_release(c, db)) return false;
    if (!db_savepoint(c, db)) return false;
    if (!DB_RUN(c, db, &ITEM_ADD, NULL, ID(1), ID(4), TEXT("d"), TEXT("t"))) return false;
    db_rollback_to(db);
    return true;
}

static void test_parts(void **state)
{
    struct fixture *f = *state;
    assert_true(write_with(f, parts));
    assert_int_equal(fixture_count(f, "item"), 2);
}

static bool rollback_of_nothing(struct ctx *c, struct db *db, struct fixture *f)
{
    (void)c, (void)f;
    db_rollback_to(db); // a mistake: it must not be possible to commit over it
    return true;
}

static void test_rollback_without_savepoint(void **state)
{
    struct fixture *f = *state;
    assert_false(write_with(f, rollback_of_nothing));
    check_error(f, ERR_INTERNAL, "store.statement");
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t) cmocka_unit_test_setup_teardown(t, fixture_open, fixture_drop)
    const struct CMUnitTest tests[] = {
        T(test_types),
        T(test_empty_text_is_not_null),
        T(test_parameters_bind_by_name),
        T(test_wrong_statements_are_told),
        T(test_constraints),
        T(test_deferred_key_refuses_only_its_job),
        T(test_too_large),
        T(test_readers_cannot_write),
        T(test_like_sees_case),
        T(test_one_text_twice_at_once),
        T(test_cache_is_bounded_and_right),
        T(test_rows_left_early_or_open),
        T(test_memory_out_while_reading),
        T(test_parts),
        T(test_rollback_without_savepoint),
    };
    return cmocka_run_group_tests_name("statement", tests, NULL, NULL);
}
