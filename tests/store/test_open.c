/* Opening and care: modes, the lock, wrong and damaged files, read-only, backup, integrity. */
#include "fixture.h"

#include "base/log.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(const char *path, const void *data, size_t n)
{
    FILE *w = fopen(path, "wb");
    assert_non_null(w);
    assert_int_equal(fwrite(data, 1, n, w), n);
    fclose(w);
}

static void test_files_are_private(void **state)
{
    struct fixture *f = *state;
    static const char *const ENDS[] = {"", "-wal", "-shm", ".lock"};
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        struct stat st;
        char path[128];
        snprintf(path, sizeof path, "%s%s", f->path, ENDS[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    assert_true(str_starts(store_engine(f->s), STR("SQLite 3.")));
}

static void test_second_writer_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store_options o = fixture_options();
    assert_false(fixture_opens(f, f->path, &o));
    check_error(f, ERR_STORE, "store.locked");
    const char *link = fixture_file(f, "link.db");
    assert_int_equal(symlink(f->path, link), 0);
    assert_false(fixture_opens(f, link, &o));
    check_error(f, ERR_STORE, "store.locked");
    pid_t child = fork();
    if (child == 0) {
        struct store *s;
        bool opened = store_open(&f->c, str_of(f->path), &o, &s);
        _exit(!opened && strcmp(f->c.err.id, "store.locked") == 0 ? 7 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    fixture_reopen(f, &o); // and the lock goes with the store
}

static void test_what_cannot_be_opened(void **state)
{
    struct fixture *f = *state;
    struct store_options o = fixture_options(), existing = o;
    existing.create = false;
    const char *folder = fixture_file(f, ""), *missing = fixture_file(f, "missing.db");
    assert_false(fixture_opens(f, missing, &existing));
    check_error(f, ERR_STORE, "store.not_found");
    assert_int_equal(access(fixture_file(f, "missing.db.lock"), F_OK), -1); // leaves no trace
    assert_false(fixture_opens(f, folder, &o));
    check_error(f, ERR_STORE, "store.cannot_open");
    assert_false(fixture_opens(f, fixture_file(f, "no/such/folder.db"), &o));
    check_error(f, ERR_STORE, "store.cannot_open");
    assert_false(fixture_opens(f, fixture_file(f, "s.db/under-a-file"), &o));
    check_error(f, ERR_STORE, "store.cannot_open");
    assert_false(fixture_opens(f, "", &o));
    check_error(f, ERR_STORE, "store.cannot_open");
    assert_false(fixture_opens(f, "sqlite:", &o));
    check_error(f, ERR_STORE, "store.cannot_open");
    assert_false(fixture_opens(f, "mysql://localhost/x", &o));
    check_error(f, ERR_STORE, "store.engine");
    struct store *s;
    assert_false(store_open(&f->c, (str){"/tmp/a\0b", 8}, &o, &s));
    check_error(f, ERR_STORE, "store.cannot_open");
    store_close(NULL);
}

static void test_odd_names_are_names(void **state)
{
    struct fixture *f = *state;
    struct store_options o = fixture_options();
    static const char *const NAMES[] = {"file:x.db?mode=memory", ":memory:", "50%25 #1?.db",
                                        "闭环.db"};
    assert_int_equal(chdir(f->folder), 0);
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        assert_true(fixture_opens(f, NAMES[i], &o));
        assert_int_equal(access(NAMES[i], F_OK), 0);
    }
    assert_true(fixture_opens(f, "sqlite:with_scheme.db", &o));
    assert_int_equal(access("with_scheme.db", F_OK), 0);
    assert_int_equal(chdir("/"), 0);
}

static void test_files_of_others(void **state)
{
    struct fixture *f = *state;
    struct store_options o = fixture_options();
    const char *garbage = fixture_file(f, "garbage.db"), *other = fixture_file(f, "other.db");
    char noise[8192];
    memset(noise, 'n', sizeof noise);
    write_file(garbage, noise, sizeof noise);
    assert_false(fixture_opens(f, garbage, &o));
    check_error(f, ERR_STORE, "store.damaged");
    sqlite3 *h;
    assert_int_equal(sqlite3_open(other, &h), SQLITE_OK);
    assert_int_equal(sqlite3_exec(h, "CREATE TABLE t(x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(h);
    assert_false(fixture_opens(f, other, &o));
    check_error(f, ERR_STORE, "store.foreign");
    o.read_only = true;
    assert_false(fixture_opens(f, other, &o));
    check_error(f, ERR_STORE, "store.foreign");
}

static void test_empty_file_is_a_new_store(void **state)
{
    struct fixture *f = *state;
    const char *path = fixture_file(f, "empty.db");
    write_file(path, "", 0); // what a crash right after creation leaves
    struct store_options o = fixture_options();
    assert_true(fixture_opens(f, path, &o));
}

static void test_read_only_beside_the_writer(void **state)
{
    struct fixture *f = *state;
    struct store *writer = f->s, *reader;
    struct store_options o = fixture_options();
    o.read_only = true;
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    assert_true(store_open(&f->c, str_of(f->path), &o, &reader));
    assert_int_equal(store_schema_version(reader), 2);
    assert_true(store_healthy(reader));
    f->s = reader;
    assert_int_equal(fixture_count(f, "item"), 1);
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(2), TEXT("b"), TEXT("t")));
    check_error(f, ERR_STORE, "store.not_writable");
    f->s = writer;
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(2), TEXT("b"), TEXT("t")));
    f->s = reader;
    assert_int_equal(fixture_count(f, "item"), 2);
    store_close(reader);
    f->s = writer;
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(3), TEXT("c"), TEXT("t")));
    fixture_reopen(f, &o);
    assert_int_equal(fixture_count(f, "item"), 3);
}

// A process that dies with its log unmerged; then a reader comes and goes, then a writer.
static void test_reader_leaves_the_log_alone(void **state)
{
    struct fixture *f = *state;
    struct store_options o = fixture_options();
    pid_t child = fork(); // no thread runs yet
    if (child == 0) {
        bool ok = store_open(&f->c, str_of(f->path), &o, &f->s) &&
                  RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t"));
        _exit(ok ? 7 : 1); // as a kill would: nothing is closed
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 7);
    struct stat before, after;
    const char *log = fixture_file(f, "s.db-wal");
    assert_int_equal(stat(log, &before), 0);
    assert_true(before.st_size > 0);
    o.read_only = true;
    assert_true(store_open(&f->c, str_of(f->path), &o, &f->s));
    assert_int_equal(fixture_count(f, "item"), 1);
    store_close(f->s);
    f->s = NULL;
    assert_int_equal(stat(log, &after), 0); // the last to close, and yet no checkpoint
    assert_int_equal(after.st_size, before.st_size);
    o.read_only = false;
    fixture_reopen(f, &o);
    assert_int_equal(fixture_count(f, "item"), 1);
    store_close(f->s);
    f->s = NULL;
    assert_int_equal(stat(log, &after), -1); // the writer brought the file to rest
}

/* --- backup --- */

static void test_backup(void **state)
{
    struct fixture *f = *state;
    const char *copy = fixture_file(f, "copy.db");
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    assert_true(store_backup(&f->c, f->s, copy));
    struct stat st;
    assert_int_equal(stat(copy, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(2), TEXT("b"), TEXT("t")));
    assert_false(store_backup(&f->c, f->s, copy));
    check_error(f, ERR_CONFLICT, "store.target_exists");
    assert_false(store_backup(&f->c, f->s, fixture_file(f, "no/folder.db")));
    check_error(f, ERR_STORE, "store.backup_failed");
    struct store *s = f->s;
    struct store_options o = fixture_options();
    o.create = false;
    assert_true(store_open(&f->c, str_of(copy), &o, &f->s));
    assert_int_equal(fixture_count(f, "item"), 1);
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(9), TEXT("z"), TEXT("t"))); // a full store of its own
    store_close(f->s);
    f->s = s;
    assert_int_equal(fixture_count(f, "item"), 2);
    assert_int_equal(chdir(f->folder), 0);
    assert_true(store_backup(&f->c, f->s, "file:relative?.db"));
    assert_int_equal(access("file:relative?.db", F_OK), 0);
    assert_int_equal(chdir("/"), 0);
}

/* --- integrity --- */

static str integrity(struct fixture *f)
{
    struct buf found;
    buf_init(&found, f->c.a, 64 * 1024);
    assert_true(store_integrity(&f->c, f->s, &found));
    return buf_str(&found);
}

static void test_integrity_of_a_good_store(void **state)
{
    struct fixture *f = *state;
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    assert_int_equal(integrity(f).n, 0);
}

static void test_integrity_finds_a_missing_parent(void **state)
{
    struct fixture *f = *state;
    assert_true(RUN(f, &ITEM_ADD, ID(1), ID(1), TEXT("a"), TEXT("t")));
    assert_true(RUN(f, &EVENT_ADD, ID(1), ID(1), ID(1)));
    sqlite3 *h; // another program, without our prologue
    assert_int_equal(sqlite3_open(f->path, &h), SQLITE_OK);
    assert_int_equal(sqlite3_exec(h, "DELETE FROM item", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(h);
    str found = integrity(f);
    assert_true(str_has(found, STR("item_event: a row refers to a missing row of item")));
}

static off_t size_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_size;
}

static void test_integrity_finds_a_damaged_page(void **state)
{
    struct fixture *f = *state;
    struct store_options o = fixture_options();
    char code[24];
    store_close(f->s); // everything so far is in the file: tables, indexes, their description
    f->s = NULL;
    off_t schema = size_of(f->path);
    fixture_reopen(f, &o);
    for (int i = 0; i < 400; i++) {
        snprintf(code, sizeof code, "code-%d", i);
        assert_true(RUN(f, &ITEM_ADD, ID(1), ID(i), TEXT(code), TEXT("title")));
    }
    store_close(f->s);
    int fd = open(f->path, O_RDWR);
    char noise[512];
    memset(noise, 0x5a, sizeof noise);
    off_t size = lseek(fd, 0, SEEK_END);
    assert_true(size > schema + 3 * 4096);
    for (off_t at = schema; at < size; at += 4096) // the schema stays readable
        assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
    close(fd);
    f->s = NULL;
    fixture_reopen(f, &o);
    assert_true(integrity(f).n > 0);
}

static void test_damage_met_by_a_job(void **state)
{
    struct fixture *f = *state;
    test_integrity_finds_a_damaged_page(state);
    assert_false(RUN(f, &ITEM_ADD, ID(1), ID(1000), TEXT("new"), TEXT("t")));
    check_error(f, ERR_STORE, "store.damaged");
}

/* --- hardening --- */

static const struct stmt HARD[] = {
    {"test.attach", "ATTACH ':memory:' AS other"},
    {"test.extension", "SELECT load_extension('x')"},
    {"test.schema", "DELETE FROM sqlite_schema"},
};
static size_t hard_at;

static bool hard(struct ctx *c, struct db *db, void *arg)
{
    (void)arg;
    return DB_RUN(c, db, &HARD[hard_at], NULL);
}

static void test_hardening(void **state)
{
    struct fixture *f = *state;
    for (hard_at = 0; hard_at < COUNT_OF(HARD); hard_at++) {
        assert_false(store_write(&f->c, f->s, hard, NULL));
        check_error(f, ERR_INTERNAL, "store.statement");
    }
}

/* --- the log is kept short --- */

static void test_log_is_checkpointed(void **state)
{
    struct fixture *f = *state;
    struct store_testing t = FIXTURE_TESTING;
    t.checkpoint_bytes = 16 * 4096;
    t.truncate_bytes = 64 * 4096;
    struct store_options o = fixture_options();
    o.testing = &t;
    fixture_reopen(f, &o);
    char title[2000], code[24];
    memset(title, 'x', sizeof title - 1);
    title[sizeof title - 1] = '\0';
    for (int i = 0; i < 600; i++) {
        snprintf(code, sizeof code, "c%d", i);
        assert_true(RUN(f, &ITEM_ADD, ID(1), ID(i), TEXT(code), TEXT(title)));
    }
    char wal[120];
    snprintf(wal, sizeof wal, "%s-wal", f->path);
    FILE *w = fopen(wal, "rb");
    assert_non_null(w);
    fseek(w, 0, SEEK_END);
    long bytes = ftell(w); // 600 commits of several pages would be over 7 MB
    fclose(w);
    assert_true(bytes <= 72 * 4096);
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
#define T(t) cmocka_unit_test_setup_teardown(t, fixture_open, fixture_drop)
    const struct CMUnitTest tests[] = {
        T(test_files_are_private),
        T(test_second_writer_is_refused),
        T(test_what_cannot_be_opened),
        T(test_odd_names_are_names),
        T(test_files_of_others),
        T(test_empty_file_is_a_new_store),
        T(test_read_only_beside_the_writer),
        cmocka_unit_test_setup_teardown(test_reader_leaves_the_log_alone, fixture_make,
                                        fixture_drop),
        T(test_backup),
        T(test_hardening),
        T(test_log_is_checkpointed),
        T(test_integrity_of_a_good_store),
        T(test_integrity_finds_a_missing_parent),
        T(test_integrity_finds_a_damaged_page),
        T(test_damage_met_by_a_job),
    };
    return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
