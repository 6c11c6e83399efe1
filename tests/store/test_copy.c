/*
 * Copying a store into another: whole, resumable after a kill at any page, refusing what is not
 * empty, noticing what does not belong together. Every type, keys of texts and of several columns,
 * districts that no table of districts knows. Where the ground is a server: into it, out of it, and
 * within it.
 */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "store/copy.h"

enum { PAGE = 3, DISTRICTS = 3 };

static const int64_t DISTRICT[DISTRICTS] = {-5, 3, INT64_MAX};

static struct migration set_at[2];
static const struct migration_set SET = {set_at, COUNT_OF(set_at)};
static const struct store_testing TESTING = {.migrations = &SET};

static void make_set(void)
{
    set_at[0] = (struct migration){
        1, "0001_test", "1",
        "CREATE TABLE place(code @TXT NOT NULL, kind @TXT NOT NULL, n @I64, PRIMARY KEY (code, kind)) @END;\n"
        "CREATE TABLE head(district_id @I64 NOT NULL, seq @I64 NOT NULL, PRIMARY KEY (district_id)) @END;\n"
        "CREATE TABLE item(district_id @I64 NOT NULL, id @I64 NOT NULL, title @TXT, share @F64, seal @BIN,\n"
        "  PRIMARY KEY (district_id, id)) @END;\n"
        "CREATE TABLE word(district_id @I64 NOT NULL, word @TXT NOT NULL, part @I64 NOT NULL, n @I64 NOT NULL,\n"
        "  PRIMARY KEY (district_id, word, part),\n"
        "  FOREIGN KEY (district_id, n) REFERENCES item(district_id, id)) @END;\n"};
    for (size_t i = 0; i < STORE_MIGRATIONS.n; i++)
        if (str_ends(str_of(STORE_MIGRATIONS.at[i].name), STR("_copy_progress"))) set_at[1] = STORE_MIGRATIONS.at[i];
    assert_non_null(set_at[1].sql);
    set_at[1].version = 2;
}

// Where the two stores of a test stand.
static struct ground grounds[2];

static str url_of(struct fixture *f, const char *name)
{
    (void)f;
    return str_of(grounds[strcmp(name, "to") == 0].url);
}

static struct store *open_store(struct fixture *f, const char *name, bool unfinished)
{
    struct store_options o = {.create = true, .unfinished = unfinished, .testing = &TESTING};
    struct store *s = NULL;
    if (!store_open(&f->c, url_of(f, name), &o, &s)) print_error("%s: %s\n", name, f->c.err.id);
    assert_non_null(s);
    return s;
}

/* --- a source --- */

static struct db_arg value(struct random *r, enum column_type type, bool null)
{
    static const char *const TEXTS[] = {"", "a", "督办", "it's", "两个", "tab\tand\nline", "𠮷野家", "\x01"};
    static const double REALS[] = {0.0, -0.0, 0.1, -1e300, 5e-324, 1.0 / 3};
    if (null && random_below(r, 4) == 0) return db_arg_null();
    switch (type) {
    case COLUMN_INT: return db_arg_int((int64_t)random_next(r));
    case COLUMN_REAL: return db_arg_real(REALS[random_below(r, COUNT_OF(REALS))]);
    case COLUMN_TEXT: return db_arg_text(str_of(TEXTS[random_below(r, COUNT_OF(TEXTS))]));
    default: return db_arg_bytes(str_sub((str){"\0\xff\x80 bytes", 9}, 0, random_below(r, 10)));
    }
}

struct filling {
    struct fixture *f;
    struct schema schema;
    struct random r;
};

static bool fill_table(struct ctx *c, struct db *db, struct filling *x, const struct schema_table *t, int64_t district)
{
    size_t n = t->key.n == 1 && t->tenant ? 1 : 10;
    for (size_t row = 0; row < n; row++) {
        struct db_arg cells[8];
        for (size_t i = 0; i < t->columns.n; i++)
            cells[i] = value(&x->r, t->columns.at[i].type, t->columns.at[i].null);
        if (t->tenant) cells[0] = db_arg_int(district);
        if (str_is(t->name, "item")) cells[1] = db_arg_int(row == 0 ? INT64_MIN : (int64_t)row); // the least key too
        if (str_is(t->name, "word")) cells[2] = cells[3] = db_arg_int((int64_t)row % 9 + 1); // refers to an item
        int64_t added = 0;
        if (!db_savepoint(c, db)) return false;
        if (db_run_args(c, db, &t->insert, &added, cells, t->columns.n)) {
            if (!db_release(c, db)) return false;
        } else { // the same text twice: one row less
            db_rollback_to(db);
            if (c->err.code != ERR_CONFLICT) return false;
            error_clear(c);
        }
    }
    return true;
}

static bool fill(struct ctx *c, struct db *db, void *arg)
{
    struct filling *x = arg;
    for (size_t i = 0; i < x->schema.tables.n; i++) {
        const struct schema_table *t = &x->schema.tables.at[i];
        for (size_t d = 0; !t->own && d < (t->tenant ? DISTRICTS : 1); d++)
            if (!fill_table(c, db, x, t, DISTRICT[d])) return false;
    }
    return true;
}

static void make_source(struct fixture *f)
{
    struct store *s = open_store(f, "from", false);
    struct filling x = {.f = f};
    random_init(&x.r, 20230201);
    assert_true(schema_read(&f->c, s, &x.schema));
    assert_true(store_write(&f->c, s, fill, &x));
    store_close(s);
}

/* --- what a store holds, as one text --- */

static bool add_row(struct ctx *c, const struct schema_table *t, const struct db_arg *row, void *arg)
{
    struct buf *out = arg;
    (void)c;
    buf_add(out, t->name);
    for (size_t i = 0; i < t->columns.n; i++) {
        const struct db_arg *a = &row[i];
        uint64_t bits;
        double f = a->f + 0.0; // the two zeros are one value, and not every engine keeps them apart
        memcpy(&bits, &f, sizeof bits);
        buf_printf(out, " %d:%" PRId64 ":%" PRIx64 ":%zu:", (int)a->type, a->i, bits, a->s.n);
        buf_add(out, a->s);
    }
    buf_addc(out, '\n');
    return true;
}

static bool add_table(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district, void *arg)
{
    return rows_each(c, db, t, district, add_row, arg);
}

struct dumping {
    struct schema schema;
    struct buf out;
};

static bool dump_all(struct ctx *c, struct db *db, void *arg)
{
    struct dumping *d = arg;
    return tables_walk(c, db, &d->schema, EVERY_DISTRICT, add_table, &d->out);
}

static str dump(struct fixture *f, struct arena *a, const char *name)
{
    struct dumping d;
    struct store *s = open_store(f, name, true);
    buf_init(&d.out, a, SIZE_MAX);
    assert_true(schema_read(&f->c, s, &d.schema));
    assert_true(store_read(&f->c, s, dump_all, &d));
    store_close(s);
    return buf_str(&d.out);
}

/* --- copying --- */

struct job {
    struct schema schema;
    struct store *to;
    struct copy_options o;
    struct copy_result r;
};

static bool run_copy(struct ctx *c, struct db *db, void *arg)
{
    struct job *j = arg;
    return copy_run(c, db, &j->schema, j->to, &j->o, &j->r);
}

static bool copy(struct fixture *f, const char *source, struct job *j)
{
    struct store_options o = {.testing = &TESTING};
    struct store *from = open_store(f, "from", false);
    j->o.source = str_of(source);
    j->o.page_rows = PAGE;
    assert_true(schema_read(&f->c, from, &j->schema));
    bool ok = copy_target_open(&f->c, url_of(f, "to"), &o, &j->to) && store_read(&f->c, from, run_copy, j);
    store_close(from);
    if (!ok) store_close(j->to);
    if (!ok) j->to = NULL;
    return ok;
}

static void finish(struct fixture *f, const char *source, struct job *j)
{
    assert_true(copy_finish(&f->c, j->to, str_of(source)));
    store_close(j->to);
}

static void check_same(struct fixture *f)
{
    struct arena *a = arena_new(SIZE_MAX);
    str from = dump(f, a, "from"), to = dump(f, a, "to");
    assert_true(from.n > 2000);
    if (!str_eq(from, to)) print_error("from\n%.*s\nto\n%.*s\n", STR_FMT(from), STR_FMT(to));
    assert_true(str_eq(from, to));
    arena_free(a);
}

static void test_whole(void **state)
{
    struct fixture *f = *state;
    struct job j = {0};
    make_source(f);
    assert_true(copy(f, "one", &j));
    assert_true(j.r.rows > 60 && j.r.pages > 20 && j.r.before == 0);
    finish(f, "one", &j);
    check_same(f);
}

// A store in which a copy is unfinished is nobody else's; a finished one is everybody's.
static void test_unfinished_is_not_opened(void **state)
{
    struct fixture *f = *state;
    struct store_options o = {.testing = &TESTING}, reading = {.testing = &TESTING, .read_only = true};
    struct store *s = NULL;
    struct job j = {0};
    make_source(f);
    assert_true(copy(f, "one", &j));
    store_close(j.to);
    assert_false(store_open(&f->c, url_of(f, "to"), &o, &s));
    check_error(f, ERR_STORE, "store.unfinished");
    assert_false(store_open(&f->c, url_of(f, "to"), &reading, &s));
    check_error(f, ERR_STORE, "store.unfinished");
    assert_true(copy(f, "one", &j)); // everything is there already
    assert_int_equal(j.r.before, j.r.rows);
    assert_false(copy_finish(&f->c, j.to, STR("another")));
    check_error(f, ERR_CONFLICT, "copy.elsewhere");
    finish(f, "one", &j);
    s = open_store(f, "to", false);
    store_close(s);
    check_same(f);
}

/* --- kills --- */

struct killing {
    int64_t at; // pages until the kill
    bool inside;
    int64_t pages;
};

static void kill_after(void *arg, const struct copy_told *t)
{
    struct killing *k = arg;
    (void)t;
    if (!k->inside && ++k->pages == k->at) kill(getpid(), SIGKILL);
}

static void kill_within(void *arg)
{
    struct killing *k = arg;
    if (k->inside && ++k->pages == k->at) kill(getpid(), SIGKILL);
}

// Copies in a child that kills itself; true when it came to its end first.
static bool copy_in_child(struct fixture *f, struct killing k)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct job j = {.o = {.told = kill_after, .inside = kill_within, .arg = &k}};
        bool ok = copy(f, "one", &j);
        store_close(j.to);
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) assert_int_equal(WTERMSIG(status), SIGKILL);
    else assert_int_equal(WEXITSTATUS(status), 0);
    return !WIFSIGNALED(status);
}

static void test_killed_after_every_page(void **state)
{
    struct fixture *f = *state;
    struct job j = {0};
    int kills = 0;
    make_source(f);
    // After one page is stored, or before the page in hand is: both leave whole pages only.
    while (!copy_in_child(f, (struct killing){.at = kills % 2 ? 2 : 1, .inside = kills % 2})) kills++;
    assert_true(kills > 20);
    assert_true(copy(f, "one", &j));
    assert_true(j.r.before == j.r.rows && j.r.pages >= kills);
    finish(f, "one", &j);
    check_same(f);
}

/* --- refusals --- */

static void run_on(struct fixture *f, const char *name, const char *sql)
{
    struct store *s = open_store(f, name, true), *kept = f->s;
    f->s = s;
    struct stmt st = {"test.run_on", sql};
    assert_true(fixture_run(f, &st, NULL, 0));
    f->s = kept;
    store_close(s);
}

static void check_refused(struct fixture *f, const char *source, const char *id)
{
    struct job j = {0};
    struct arena *a = arena_new(SIZE_MAX);
    str before = dump(f, a, "to");
    assert_false(copy(f, source, &j));
    check_error(f, ERR_CONFLICT, id);
    assert_true(str_eq(before, dump(f, a, "to")));
    arena_free(a);
}

static void test_nothing_is_overwritten(void **state)
{
    struct fixture *f = *state;
    static const char *const ROWS[][2] = {
        {"INSERT INTO place(code, kind, n) VALUES('a', 'b', 1)", "DELETE FROM place"},
        {"INSERT INTO head(district_id, seq) VALUES(8, 1)", "DELETE FROM head"},
        {"INSERT INTO word(district_id, word, part, n) SELECT 8, 'x', 1, 1 FROM place", NULL}};
    struct job j = {0};
    make_source(f);
    store_close(open_store(f, "to", false)); // made, and empty
    for (size_t i = 0; ROWS[i][1]; i++) {
        run_on(f, "to", ROWS[i][0]);
        check_refused(f, "one", "copy.not_empty");
        run_on(f, "to", ROWS[i][1]);
    }
    assert_true(copy(f, "one", &j));
    finish(f, "one", &j);
    check_refused(f, "one", "copy.not_empty"); // a finished copy is a store like any other
    check_same(f);
}

static void test_another_source_does_not_go_on(void **state)
{
    struct fixture *f = *state;
    make_source(f);
    assert_false(copy_in_child(f, (struct killing){.at = 5}));
    check_refused(f, "two", "copy.other_source");
    assert_true(copy_in_child(f, (struct killing){.at = INT64_MAX}));
}

// Somebody else's page in between: the count of pages has moved, and nothing of ours is stored.
static void step_elsewhere(void *arg, const struct copy_told *t)
{
    struct job *j = arg;
    static const struct stmt STEP = {"test.step", "UPDATE copy_progress SET pages = pages + 1 WHERE id = 1"};
    struct fixture own = {.s = j->to, .c = {.a = arena_new(1 << 20)}};
    if (t->pages == 4) assert_true(fixture_run(&own, &STEP, NULL, 0));
    arena_free(own.c.a);
}

static void test_two_copies_into_one(void **state)
{
    struct fixture *f = *state;
    struct job j = {.o = {.told = step_elsewhere, .arg = &j}};
    make_source(f);
    assert_false(copy(f, "one", &j));
    check_error(f, ERR_CONFLICT, "copy.elsewhere");
    assert_int_equal(j.r.pages, 4); // and no more
}

static void test_another_schema(void **state)
{
    struct fixture *f = *state;
    struct job j = {0};
    struct store_options o = {.testing = &TESTING};
    struct store *from = open_store(f, "from", false);
    assert_true(schema_read(&f->c, from, &j.schema));
    j.schema.version = 1;
    j.o.source = STR("one");
    assert_true(copy_target_open(&f->c, url_of(f, "to"), &o, &j.to));
    assert_false(store_read(&f->c, from, run_copy, &j));
    check_error(f, ERR_CONFLICT, "copy.schema");
    store_close(j.to);
    store_close(from);
}

static void test_target_that_cannot_be(void **state)
{
    struct fixture *f = *state;
    struct job j = {0};
    struct store_options o = {.testing = &TESTING};
    assert_false(copy_target_open(&f->c, str_of(fixture_file(f, "no/folder.db")), &o, &j.to));
    check_error(f, ERR_STORE, "store.cannot_open");
    assert_null(j.to);
}

/* --- into a file --- */

static bool count_also(struct ctx *c, struct db *db, void *arg)
{
    int *times = arg;
    (void)c;
    (void)db;
    ++*times;
    return *times < 2 || fail(c, ERR_INVALID, "store.check");
}

static void test_into_a_file(void **state)
{
    struct fixture *f = *state;
    int times = 0;
    make_source(f);
    struct store *from = open_store(f, "from", false);
    const char *to = fixture_file(f, "to");
    assert_true(copy_to_file(&f->c, from, to, count_also, &times));
    assert_int_equal(times, 1);
    assert_int_equal(access(fixture_file(f, "to.lock"), F_OK), -1);
    assert_int_equal(access(fixture_file(f, "to-wal"), F_OK), -1);
    assert_false(copy_to_file(&f->c, from, to, NULL, NULL));
    check_error(f, ERR_CONFLICT, "store.target_exists");
    assert_false(copy_to_file(&f->c, from, fixture_file(f, "second"), count_also, &times));
    check_error(f, ERR_INVALID, "store.check");
    assert_int_equal(access(fixture_file(f, "second"), F_OK), -1); // nothing half is left
    store_close(from);
    check_same(f);
}

// Read as something that never changes: nothing is put beside it.
static void test_still(void **state)
{
    struct fixture *f = *state;
    struct store_options o = {.testing = &TESTING, .read_only = true, .still = true};
    struct job j = {0};
    make_source(f);
    assert_true(store_open(&f->c, str_of(fixture_file(f, "from")), &o, &f->s));
    assert_true(schema_read(&f->c, f->s, &j.schema));
    assert_int_equal(fixture_count(f, "item"), 30);
    assert_int_equal(access(fixture_file(f, "from-shm"), F_OK), -1);
    assert_int_equal(access(fixture_file(f, "from-wal"), F_OK), -1);
}

/* --- grounds --- */

static void make_ground(struct fixture *f, struct ground *g, const char *name, bool file)
{
    const char *path = fixture_file(f, name);
    if (!file) ground_make(g, path);
    else *g = (struct ground){.database = ""};
    if (file) snprintf(g->url, sizeof g->url, "sqlite:%s", path);
}

static int setup(void **state, bool from_file, bool to_file)
{
    store_messages();
    make_set();
    if (fixture_make(state) != 0) return -1;
    make_ground(*state, &grounds[0], "from", from_file);
    make_ground(*state, &grounds[1], "to", to_file);
    return 0;
}

static int as_told(void **state)
{
    return setup(state, false, false);
}

static int out_of_it(void **state)
{
    return setup(state, false, true);
}

static int into_it(void **state)
{
    return setup(state, true, false);
}

static int files_only(void **state)
{
    return setup(state, true, true);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    store_close(f->s);
    f->s = NULL;
    for (size_t i = 0; i < COUNT_OF(grounds); i++) ground_drop(&grounds[i]);
    return fixture_drop(state);
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t, where) {#t ": " #where, t, where, teardown, NULL}
    const struct CMUnitTest tests[] = {
        T(test_whole, as_told),
        T(test_whole, into_it),
        T(test_whole, out_of_it),
        T(test_unfinished_is_not_opened, as_told),
        T(test_killed_after_every_page, as_told),
        T(test_killed_after_every_page, into_it),
        T(test_killed_after_every_page, out_of_it),
        T(test_nothing_is_overwritten, as_told),
        T(test_another_source_does_not_go_on, as_told),
        T(test_two_copies_into_one, as_told),
        T(test_another_schema, as_told),
        T(test_target_that_cannot_be, files_only),
        T(test_into_a_file, out_of_it),
        T(test_still, files_only),
    };
    // Over files alone the three ways are one.
    const char *engine = getenv("BIHUAN_TEST_STORE");
    if (!engine || strcmp(engine, "postgresql") != 0)
        cmocka_set_skip_filter("*: into_it");
    return cmocka_run_group_tests_name("copy", tests, NULL, NULL);
}
