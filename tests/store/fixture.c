#include "fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct migration TWO[] = {
    {1, "0001_items", "1111",
     "-- a reference table\n"
     "CREATE TABLE district(district_id @I64 NOT NULL PRIMARY KEY, title @TXT NOT NULL) @END;\n"
     "INSERT INTO district(district_id, title) VALUES(1, '东城');\n"
     "CREATE TABLE item(district_id @I64 NOT NULL, id @I64 NOT NULL, code @TXT NOT NULL,\n"
     "  title @TXT NOT NULL CHECK (title <> 'bad'), share @F64, seal @BIN, parent_id @I64,\n"
     "  PRIMARY KEY (district_id, id),\n"
     "  FOREIGN KEY (district_id) REFERENCES district(district_id),\n"
     "  FOREIGN KEY (district_id, parent_id) REFERENCES item(district_id, id)\n"
     "    DEFERRABLE INITIALLY DEFERRED) @END;\n"
     "CREATE UNIQUE INDEX item_code_ux ON item(district_id, code);\n"},
    {2, "0002_events", "2222",
     "CREATE TABLE item_event(district_id @I64 NOT NULL, id @I64 NOT NULL, item_id @I64 NOT NULL,\n"
     "  PRIMARY KEY (district_id, id),\n"
     "  FOREIGN KEY (district_id, item_id) REFERENCES item(district_id, id)) @END;\n"},
};

const struct migration_set FIXTURE_MIGRATIONS = {TWO, COUNT_OF(TWO)};
const struct store_testing FIXTURE_TESTING = {.migrations = &FIXTURE_MIGRATIONS,
                                              .reader_wait_ms = 100};

const struct stmt ITEM_ADD = {
    "test.item_add", "INSERT INTO item(district_id, id, code, title) VALUES($1, $2, $3, $4)"};
const struct stmt EVENT_ADD = {
    "test.event_add", "INSERT INTO item_event(district_id, id, item_id) VALUES($1, $2, $3)"};

int fixture_make(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    f->c.a = arena_new(64 * 1024 * 1024);
    error_clear(&f->c);
    strcpy(f->folder, "/tmp/bihuan-store-XXXXXX");
    if (!mkdtemp(f->folder)) return -1;
    snprintf(f->path, sizeof f->path, "%s/s.db", f->folder);
    ground_make(&f->ground, f->path);
    *state = f;
    return 0;
}

struct store_options fixture_options(void)
{
    return (struct store_options){.create = true, .testing = &FIXTURE_TESTING};
}

int fixture_open(void **state)
{
    if (fixture_make(state) != 0) return -1;
    struct store_options o = fixture_options();
    struct fixture *f = *state;
    return store_open(&f->c, str_of(f->ground.url), &o, &f->s) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

int fixture_drop(void **state)
{
    struct fixture *f = *state;
    store_close(f->s);
    ground_drop(&f->ground);
    nftw(f->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(f->c.a);
    free(f);
    return 0;
}

bool fixture_opens(struct fixture *f, const char *url, const struct store_options *o)
{
    struct store *s;
    if (!store_open(&f->c, str_of(url), o, &s)) {
        assert_null(s);
        return false;
    }
    store_close(s);
    return true;
}

void fixture_reopen(struct fixture *f, const struct store_options *o)
{
    store_close(f->s);
    f->s = NULL;
    if (store_open(&f->c, str_of(f->ground.url), o, &f->s)) return;
    print_error("cannot reopen: %s\n", f->c.err.id);
    _fail(__FILE__, __LINE__);
}

struct one {
    const struct stmt *st;
    const struct db_arg *args;
    size_t n;
};

static bool run_one(struct ctx *c, struct db *db, void *arg)
{
    const struct one *o = arg;
    int64_t affected; // an error is this statement's, with its details
    return db_run_args(c, db, o->st, &affected, o->args, o->n);
}

bool fixture_run(struct fixture *f, const struct stmt *st, const struct db_arg *args, size_t n)
{
    return store_write(&f->c, f->s, run_one, &(struct one){st, args, n});
}

struct counting {
    struct stmt st;
    int64_t n;
};

static bool count(struct ctx *c, struct db *db, void *arg)
{
    struct counting *k = arg;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &k->st)) return false;
    if (db_next(&r)) k->n = db_int(&r, 0);
    return db_done(&r);
}

int64_t fixture_count(struct fixture *f, const char *table)
{
    struct counting k = {{"test.count", NULL}, -1};
    str sql = str_printf(f->c.a, "SELECT count(*) FROM %s", table);
    k.st.sql = str_z(f->c.a, sql);
    assert_true(store_read(&f->c, f->s, count, &k));
    return k.n;
}

const char *fixture_file(struct fixture *f, const char *name)
{
    return str_z(f->c.a, str_printf(f->c.a, "%s/%s", f->folder, name));
}

void check_error(struct fixture *f, enum error_code code, const char *id)
{
    assert_non_null(f->c.err.id);
    assert_string_equal(f->c.err.id, id);
    assert_int_equal(f->c.err.code, code);
    assert_non_null(message_find(id));
    error_clear(&f->c);
}
