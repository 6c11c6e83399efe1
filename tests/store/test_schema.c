/*
 * The catalogue read from the migrations against what the engine says it has: every table, every
 * column with its type, whether it may be NULL, and its place in the key.
 */
#include "fixture.h"

#include "base/log.h"
#include "store/schema.h"

static const struct migration ODD[] = {
    {1, "0001_odd", "1",
     "-- CREATE TABLE in_a_comment(x @I64 NOT NULL PRIMARY KEY) @END;\n"
     "CREATE TABLE plain(code @TXT NOT NULL PRIMARY KEY, note @TXT NOT NULL DEFAULT 'a;b, (c''d)', n @I64) @END;\n"
     "INSERT INTO plain(code, note) VALUES('x', 'CREATE TABLE in_a_text(y @I64 NOT NULL PRIMARY KEY) @END;');\n"
     "CREATE TABLE tenant(district_id @I64 NOT NULL, -- one, (two\n"
     "  id @I64 NOT NULL, part @TXT NOT NULL, share @F64, seal @BIN, size_ok @I64 CHECK (size_ok IN (0, 1)),\n"
     "  CHECK (id > 0), UNIQUE (district_id, part), PRIMARY KEY (district_id, part, id),\n"
     "  FOREIGN KEY (district_id, part) REFERENCES tenant(district_id, part)) @END;\n"
     "CREATE TABLE passing(x @I64 NOT NULL PRIMARY KEY) @END;\n"
     "CREATE UNIQUE INDEX tenant_ux ON tenant(district_id, id);\n"},
    {2, "0002_odd", "2",
     "ALTER TABLE tenant ADD COLUMN late @TXT NOT NULL DEFAULT 'it''s, (late)';\n"
     "ALTER TABLE tenant RENAME COLUMN seal TO stamp;\n"
     "ALTER TABLE tenant DROP COLUMN share;\n"
     "DROP TABLE IF EXISTS passing;\nDROP TABLE IF EXISTS never_was;\n"
     "ALTER TABLE plain RENAME TO renamed;\nUPDATE renamed SET n = 1;\nDELETE FROM renamed;\n"},
};
static const struct migration_set ODD_SET = {ODD, COUNT_OF(ODD)};
static const struct store_testing ODD_TESTING = {.migrations = &ODD_SET};

static void open_set(struct fixture *f, const struct store_testing *t)
{
    struct store_options o = {.create = true, .testing = t};
    store_close(f->s);
    f->s = NULL;
    assert_true(store_open(&f->c, str_of(f->ground.url), &o, &f->s));
}

/* --- what the engine says --- */

struct said {
    str table, column, type;
    bool null;
    size_t key; // its place, from 1; 0 none
};

struct saying {
    VEC(struct said) at;
};

static const struct stmt ENGINES_SAY[] = {{
    "test.sqlite_says", "SELECT m.name, i.name, i.type, i.\"notnull\", i.pk FROM sqlite_schema AS m"
                        " JOIN pragma_table_info(m.name) AS i WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
                        " ORDER BY m.rowid, i.cid"},
    {"test.postgres_says",
     "SELECT c.table_name, c.column_name, CASE c.data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT'"
     " WHEN 'bytea' THEN 'BLOB' WHEN 'double precision' THEN 'REAL' ELSE c.data_type END,"
     " CASE c.is_nullable WHEN 'NO' THEN 1 ELSE 0 END, CAST(coalesce(k.ordinal_position, 0) AS BIGINT)"
     " FROM information_schema.columns AS c"
     " LEFT JOIN information_schema.table_constraints AS p ON p.table_schema = c.table_schema"
     " AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY'"
     " LEFT JOIN information_schema.key_column_usage AS k ON k.constraint_schema = p.constraint_schema"
     " AND k.constraint_name = p.constraint_name AND k.column_name = c.column_name"
     " WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position"}};

static bool ask(struct ctx *c, struct db *db, void *arg)
{
    struct saying *s = arg;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &ENGINES_SAY[db->engine->server])) return false;
    while (db_next(&r))
        VEC_ADD(c->a, &s->at, ((struct said){db_text(&r, 0), db_text(&r, 1), db_text(&r, 2), !db_int(&r, 3),
                                             (size_t)db_int(&r, 4)}));
    return db_done(&r);
}

static const char *type_name(enum column_type type)
{
    static const char *const NAMES[] = {"INTEGER", "REAL", "TEXT", "BLOB"};
    return NAMES[type];
}

static size_t place_in_key(const struct schema_table *t, size_t column)
{
    for (size_t i = 0; i < t->key.n; i++)
        if (t->key.at[i] == column) return i + 1;
    return 0;
}

// Both sides in full: nothing more and nothing less on either.
static void compare_with_engine(struct fixture *f, const struct schema *s)
{
    struct saying engine = {0};
    size_t columns = 0;
    assert_true(store_read(&f->c, f->s, ask, &engine));
    for (size_t i = 0; i < engine.at.n; i++) {
        const struct said *e = &engine.at.at[i];
        const struct schema_table *t = schema_table(s, e->table);
        if (!t) print_error("the catalogue lacks %.*s\n", STR_FMT(e->table));
        assert_non_null(t);
        size_t at = schema_column(t, e->column);
        bool same = at < t->columns.n && t->columns.at[at].null == e->null && place_in_key(t, at) == e->key &&
                    str_is(e->type, type_name(t->columns.at[at].type));
        if (!same) print_error("%.*s.%.*s differs\n", STR_FMT(e->table), STR_FMT(e->column));
        assert_true(same);
    }
    for (size_t i = 0; i < s->tables.n; i++) columns += s->tables.at[i].columns.n;
    assert_int_equal(columns, engine.at.n);
}

/* --- the tests --- */

static void test_shipped_schema(void **state)
{
    struct fixture *f = *state;
    struct schema s;
    open_set(f, NULL);
    assert_true(schema_read(&f->c, f->s, &s));
    assert_int_equal(s.version, store_schema_latest());
    compare_with_engine(f, &s);
    assert_true(s.tables.n > 30);
    assert_true(schema_table(&s, STR("item"))->tenant && !schema_table(&s, STR("item"))->own);
    assert_true(schema_table(&s, STR("schema_version"))->own && !schema_table(&s, STR("schema_version"))->tenant);
    assert_true(schema_table(&s, STR("copy_progress"))->own);
    assert_null(schema_table(&s, STR("items")));
    assert_int_equal(schema_column(schema_table(&s, STR("item")), STR("absent")), SIZE_MAX);
}

static void test_odd_texts(void **state)
{
    struct fixture *f = *state;
    struct schema s;
    open_set(f, &ODD_TESTING);
    assert_true(schema_read(&f->c, f->s, &s));
    compare_with_engine(f, &s);
    assert_int_equal(s.tables.n, 3); // schema_version, renamed, tenant
    const struct schema_table *t = schema_table(&s, STR("tenant"));
    assert_string_equal(t->insert.sql, "INSERT INTO tenant(district_id, id, part, stamp, size_ok, late)"
                                       " VALUES($1, $2, $3, $4, $5, $6)");
    assert_string_equal(t->next_rows.sql,
                        "SELECT district_id, id, part, stamp, size_ok, late FROM tenant WHERE district_id = $1"
                        " AND (part, id) > ($2, $3) ORDER BY district_id, part, id LIMIT $4");
    assert_string_equal(t->last_key.sql, "SELECT district_id, part, id FROM tenant WHERE district_id = $1"
                                         " ORDER BY district_id DESC, part DESC, id DESC LIMIT 1");
    assert_string_equal(schema_table(&s, STR("renamed"))->next_rows.sql,
                        "SELECT code, note, n FROM renamed WHERE (code) > ($1) ORDER BY code LIMIT $2");
}

static void test_older_store_has_its_own_tables(void **state)
{
    struct fixture *f = *state;
    static const struct migration_set FIRST = {ODD, 1};
    static const struct store_testing FIRST_TESTING = {.migrations = &FIRST};
    struct store_options o = {.read_only = true, .testing = &ODD_TESTING};
    struct schema s;
    open_set(f, &FIRST_TESTING);
    store_close(f->s);
    f->s = NULL;
    assert_true(store_open(&f->c, str_of(f->ground.url), &o, &f->s)); // by a program that knows both
    assert_true(schema_read(&f->c, f->s, &s));
    assert_int_equal(s.version, 1);
    compare_with_engine(f, &s);
    assert_non_null(schema_table(&s, STR("passing")));
}

static bool prepare(struct ctx *c, struct db *db, void *arg)
{
    const struct schema *s = arg;
    for (size_t i = 0; i < s->tables.n; i++) {
        const struct schema_table *t = &s->tables.at[i];
        const struct stmt *all[] = {&t->first_rows, &t->next_rows, &t->last_key, &t->insert, &t->any};
        for (size_t k = 0; k < COUNT_OF(all); k++)
            if (!db_prepare_only(c, db, all[k])) return false;
        if (t->tenant && !db_prepare_only(c, db, &t->next_district)) return false;
    }
    return true;
}

static void test_every_statement_prepares(void **state)
{
    struct fixture *f = *state;
    const struct store_testing *const sets[] = {NULL, &ODD_TESTING};
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        struct schema s;
        if (i) ground_drop(&f->ground);
        if (i) ground_make(&f->ground, fixture_file(f, "second"));
        open_set(f, sets[i]);
        assert_true(schema_read(&f->c, f->s, &s));
        assert_true(store_read(&f->c, f->s, prepare, &s));
        store_close(f->s);
        f->s = NULL;
    }
}

static void test_text_that_is_no_migration(void **state)
{
    struct fixture *f = *state;
    static const char *const WRONG[] = {"CREATE TABLE t(x INTEGER NOT NULL PRIMARY KEY) @END",
                                        "CREATE TABLE t(x @I64 NOT NULL) @END",
                                        "CREATE TABLE t(x @I64 NOT NULL, PRIMARY KEY (y)) @END",
                                        "CREATE TABLE t",
                                        "ALTER TABLE absent ADD COLUMN x @I64",
                                        "ALTER TABLE schema_version ALTER COLUMN version TYPE BIGINT",
                                        "ALTER TABLE schema_version DROP COLUMN version",
                                        "ALTER TABLE schema_version RENAME COLUMN absent TO x",
                                        "DROP INDEX x"};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        struct migration one = {1, "0001_wrong", "1", WRONG[i]};
        struct migration_set set = {&one, 1};
        struct store s = {.migrations = &set, .schema_version = 1};
        struct schema schema;
        assert_false(schema_read(&f->c, &s, &schema));
        check_error(f, ERR_INTERNAL, "store.schema");
    }
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t) cmocka_unit_test_setup_teardown(t, fixture_make, fixture_drop)
    const struct CMUnitTest tests[] = {
        T(test_shipped_schema),           T(test_odd_texts),
        T(test_older_store_has_its_own_tables), T(test_every_statement_prepares),
        T(test_text_that_is_no_migration),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
