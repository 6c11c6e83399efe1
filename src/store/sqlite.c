/*
 * SQLite: opening. The writer's lock, the file with mode 0600, connections with their prologue, and
 * the engine's table.
 *
 * The lock is flock() on PATH.lock, held as long as the store is open for writing; the file itself
 * is never opened beside SQLite, because closing any descriptor of it would drop SQLite's own
 * locks.
 */
#include "store/sqlite_internal.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 1112036686, // 0x4248554e, "BHUN", in the file's header
    SQL_MAX = 1000 * 1000,
    VALUE_MAX = 64 * 1024 * 1024,
};

static const char MARK[] = "PRAGMA application_id=1112036686";

static char version_text[32];

// What SQLite has to say by itself: which system call failed and why, which page is broken.
static void on_message(void *p, int code, const char *message)
{
    (void)p;
    int primary = code & 0xff;
    if (primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
        primary == SQLITE_FULL || primary == SQLITE_CANTOPEN)
        log_line(LOG_WARN, "store.sqlite", LOG_INT("code", code),
                 LOG_STR("detail", str_of(message)));
}

static void start_once(void)
{
    sqlite3_config(SQLITE_CONFIG_LOG, on_message, NULL);
    // Both are refused when SQLite runs already; then its words and a faster malloc are lost.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_snprintf(sizeof version_text, version_text, "SQLite %s", sqlite3_libversion());
}

static str version(const void *shared)
{
    (void)shared;
    // The library that is loaded counts, not the header we were built with; store_open fills it in.
    return str_of(version_text);
}

/* --- the file --- */

static bool take_lock(struct ctx *c, struct sqlite_shared *s)
{
    char *path = str_z(c->a, str_cat(c->a, str_of(s->path), STR(".lock")));
    if (!arena_ok(c->a)) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock_fd < 0 && errno == EROFS)
        return fail(c, ERR_STORE, "store.read_only", str_of(s->path));
    if (s->lock_fd < 0) return fail(c, ERR_STORE, "store.cannot_open", str_of(s->path));
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0) return true;
    return fail(c, ERR_STORE, errno == EWOULDBLOCK ? "store.locked" : "store.cannot_open",
                str_of(s->path));
}

// Made before SQLite sees it, so that no moment exists in which others may read it.
static bool make_file(struct ctx *c, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == ENOSPC) return fail(c, ERR_STORE, "store.full", str_of(path));
    if (fd < 0) return fail(c, ERR_STORE, "store.cannot_open", str_of(path));
    close(fd);
    return sqlite_flush_directory(c, path);
}

static bool find_file(struct ctx *c, const struct engine_options *o, struct sqlite_shared *s)
{
    struct stat st;
    bool exists = stat(s->path, &st) == 0;
    if (!exists && errno != ENOENT) return fail(c, ERR_STORE, "store.cannot_open", str_of(s->path));
    if (exists && !S_ISREG(st.st_mode))
        return fail(c, ERR_STORE, "store.cannot_open", str_of(s->path));
    if (!exists && (!o->create || o->read_only))
        return fail(c, ERR_STORE, "store.not_found", str_of(s->path));
    if (exists) { // links to one file must end at one lock
        char *real = realpath(s->path, NULL);
        if (!real) return fail(c, ERR_STORE, "store.cannot_open", str_of(s->path));
        free(s->path);
        s->path = real;
    }
    if (!o->read_only && !take_lock(c, s)) return false;
    return exists || make_file(c, s->path);
}

static void close_shared(void *shared)
{
    struct sqlite_shared *s = shared;
    if (s->lock_fd >= 0) close(s->lock_fd); // the lock file stays: removing it would be a race
    free(s->path);
    free(s);
}

static int pages(int64_t bytes)
{
    int64_t n = bytes / 4096;
    return n < 1 ? 1 : n > INT_MAX / 8 ? INT_MAX / 8 : (int)n;
}

static bool open_shared(struct ctx *c, const struct engine_options *o, void **shared)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_once);
    struct sqlite_shared *s = calloc(1, sizeof *s);
    bool absolute = o->path[0] == '/';
    // A name is a name: with "./" before it SQLite sees neither an address nor ":memory:".
    size_t room = strlen(o->path) + sizeof "./";
    char *path = malloc(room);
    if (!s || !path) {
        free(s);
        free(path);
        return fail(c, ERR_NO_MEMORY, "store.no_memory");
    }
    snprintf(path, room, "%s%s", absolute ? "" : "./", o->path);
    *s = (struct sqlite_shared){.path = path,
                                .lock_fd = -1,
                                .read_only = o->read_only,
                                .still = o->still,
                                .vfs = o->vfs,
                                .synchronous = o->synchronous ? o->synchronous : "FULL",
                                .checkpoint_pages = pages(o->checkpoint_bytes),
                                .truncate_pages = pages(o->truncate_bytes)};
    if (find_file(c, o, s)) {
        *shared = s;
        return true;
    }
    close_shared(s);
    return false;
}

/* --- a connection --- */

static bool open_fail(struct ctx *c, struct sqlite_db *d, const struct sqlite_shared *s, int rc)
{
    int primary = rc & 0xff;
    if (primary == SQLITE_CANTOPEN || primary == SQLITE_PERM)
        return fail(c, ERR_STORE, "store.cannot_open", str_of(s->path));
    if (primary == SQLITE_BUSY) return fail(c, ERR_STORE, "store.locked", str_of(s->path));
    return sqlite_fail(c, d, rc, "open");
}

static int set_limits(sqlite3 *h)
{
    sqlite3_extended_result_codes(h, 1);
    sqlite3_limit(h, SQLITE_LIMIT_SQL_LENGTH, SQL_MAX);
    sqlite3_limit(h, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(h, SQLITE_LIMIT_VARIABLE_NUMBER, MAX_PARAMETERS);
    static const struct {
        int what, on;
    } SWITCHES[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                    {SQLITE_DBCONFIG_DQS_DML, 0},
                    {SQLITE_DBCONFIG_DQS_DDL, 0},
                    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};
    int rc = SQLITE_OK;
    for (size_t i = 0; i < COUNT_OF(SWITCHES) && rc == SQLITE_OK; i++)
        rc = sqlite3_db_config(h, SWITCHES[i].what, SWITCHES[i].on, NULL);
    return rc;
}

// The first value of the first row.
static int ask_int(sqlite3 *h, const char *sql, int64_t *out)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(h, sql, -1, &st, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) *out = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

// The change of mode is a transaction of its own that ends after the row with the answer, so the
// statement is stepped to its end, and the mode asked for again.
static int enter_wal(sqlite3 *h, bool *entered)
{
    sqlite3_stmt *st = NULL;
    *entered = false;
    int rc = sqlite3_exec(h, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_prepare_v2(h, "PRAGMA journal_mode", -1, &st, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(st);
    const char *mode = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
    *entered = mode && strcmp(mode, "wal") == 0;
    sqlite3_finalize(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int on_commit(void *p, sqlite3 *h, const char *schema, int in_log)
{
    (void)h;
    (void)schema;
    struct sqlite_db *d = p;
    if (in_log < d->wal_pages) d->next_attempt = d->checkpoint_pages; // the log started over
    d->wal_pages = in_log;
    return SQLITE_OK;
}

// Reads the header and the schema: finds damage, and files that are not ours.
static bool look_inside(struct ctx *c, struct sqlite_db *d, const struct sqlite_shared *s)
{
    int64_t objects = 0, application = 0, seals = 0;
    int rc = ask_int(d->h, "SELECT count(*) FROM sqlite_schema", &objects);
    if (rc == SQLITE_OK) rc = ask_int(d->h, "PRAGMA application_id", &application);
    if (rc == SQLITE_OK) rc = ask_int(d->h, "PRAGMA user_version", &seals);
    if (rc != SQLITE_OK) return open_fail(c, d, s, rc);
    d->seals = (int32_t)seals;
    d->fresh = application == 0;
    if (application == APPLICATION_ID || (application == 0 && objects == 0)) return true;
    return fail(c, ERR_STORE, "store.foreign", str_of(s->path));
}

static bool prologue_writer(struct ctx *c, struct sqlite_db *d, const struct sqlite_shared *s)
{
    bool wal = false;
    int rc = enter_wal(d->h, &wal);
    if (rc == SQLITE_OK && !wal) return fail(c, ERR_STORE, "store.cannot_open", str_of(s->path));
    char *sql =
        sqlite3_mprintf("PRAGMA synchronous=%s; PRAGMA cache_size=-8192;"
                        "PRAGMA journal_size_limit=%lld; %s",
                        s->synchronous, (long long)s->truncate_pages * 4096, d->fresh ? MARK : "");
    if (rc == SQLITE_OK) rc = sql ? sqlite3_exec(d->h, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    if (rc != SQLITE_OK) return open_fail(c, d, s, rc);
    sqlite3_wal_hook(d->h, on_commit, d);
    return true;
}

static bool prologue(struct ctx *c, struct sqlite_db *d, const struct sqlite_shared *s)
{
    int rc = set_limits(d->h);
    if (rc == SQLITE_OK)
        rc =
            sqlite3_exec(d->h,
                         "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;"
                         "PRAGMA case_sensitive_like=ON; PRAGMA trusted_schema=OFF;"
                         "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;",
                         NULL, NULL, NULL);
    if (rc == SQLITE_OK && !d->writer)
        rc = sqlite3_exec(d->h, "PRAGMA query_only=ON; PRAGMA cache_size=-4096", NULL, NULL, NULL);
    if (rc != SQLITE_OK) return open_fail(c, d, s, rc);
    if (!look_inside(c, d, s)) return false;
    if (d->writer && !prologue_writer(c, d, s)) return false;
    return sqlite_controls_prepare(d) || sqlite_fail(c, d, sqlite3_extended_errcode(d->h), "open");
}

static void disconnect(struct db *db, bool tidy)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    sqlite_rollback(db);
    sqlite_finish_all(db);
    sqlite_cache_drop(d);
    sqlite_controls_drop(d);
    if (d->writer && tidy) sqlite_rest(d);
    for (sqlite3_stmt *st; (st = sqlite3_next_stmt(d->h, NULL)) != NULL;) sqlite3_finalize(st);
    sqlite3_close(d->h);
    free(d);
}

static bool connect_to(struct ctx *c, const struct sqlite_shared *s, const char *name, int flags,
                       struct db **out)
{
    struct sqlite_db *d = calloc(1, sizeof *d);
    if (!d) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    d->base.engine = &SQLITE_ENGINE;
    d->writer = (flags & SQLITE_OPEN_READWRITE) != 0;
    d->checkpoint_pages = d->next_attempt = s->checkpoint_pages;
    d->truncate_pages = s->truncate_pages;
    int rc = sqlite3_open_v2(name, &d->h, flags | SQLITE_OPEN_NOMUTEX, s->vfs);
    if (rc != SQLITE_OK ? open_fail(c, d, s, rc) : prologue(c, d, s)) {
        *out = &d->base;
        return true;
    }
    sqlite_controls_drop(d);
    sqlite3_close(d->h);
    free(d);
    return false;
}

// On a read-only disk SQLite cannot make the log and its index. Where neither exists nobody has the
// file open for writing and nothing is pending, so it may be read as one that never changes.
static bool connect_frozen(struct ctx *c, const struct sqlite_shared *s, struct db **out)
{
    char *wal = str_z(c->a, str_cat(c->a, str_of(s->path), STR("-wal")));
    char *index = str_z(c->a, str_cat(c->a, str_of(s->path), STR("-shm")));
    if (!arena_ok(c->a)) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    if (access(wal, F_OK) == 0 || access(index, F_OK) == 0) return false;
    struct buf uri;
    buf_init(&uri, c->a, 64 * 1024);
    buf_addz(&uri, "file:");
    for (const char *p = s->path; *p; p++) {
        bool plain = strchr("?#% ", *p) == NULL && (unsigned char)*p > ' ';
        if (plain) buf_addc(&uri, *p);
        else buf_printf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
    }
    buf_addz(&uri, "?immutable=1");
    char *name = str_z(c->a, buf_str(&uri));
    if (!arena_ok(c->a) || !buf_ok(&uri)) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    error_clear(c);
    return connect_to(c, s, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, out);
}

static bool connect(struct ctx *c, void *shared, bool writer, struct db **out)
{
    struct sqlite_shared *s = shared;
    if (s->still && !writer && connect_frozen(c, s, out)) return true;
    if (c->err.code != ERR_NONE) return false;
    int flags = writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (connect_to(c, s, s->path, flags, out)) return true;
    bool blocked =
        s->read_only && c->err.id &&
        (strcmp(c->err.id, "store.cannot_open") == 0 || strcmp(c->err.id, "store.read_only") == 0);
    return blocked && connect_frozen(c, s, out);
}

/* --- small things --- */

static bool script(struct ctx *c, struct db *db, const char *sql)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || sqlite_fail(c, d, rc, "script");
}

static const struct stmt HAS_TABLE = {
    "store.has_table", "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"};

static bool has_table(struct ctx *c, struct db *db, const char *name, bool *has)
{
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &HAS_TABLE, ARG(str_of(name)))) return false;
    *has = db_next(&r);
    return db_done(&r);
}

static const char *token(const char *name)
{
    static const char *const TOKENS[][2] = {{"I64", "INTEGER"},
                                            {"F64", "REAL"},
                                            {"TXT", "TEXT"},
                                            {"BIN", "BLOB"},
                                            {"END", "STRICT, WITHOUT ROWID"}};
    for (size_t i = 0; i < COUNT_OF(TOKENS); i++)
        if (strncmp(name, TOKENS[i][0], 3) == 0) return TOKENS[i][1];
    return NULL;
}

const struct engine SQLITE_ENGINE = {
    .scheme = "sqlite",
    .version = version,
    .open = open_shared,
    .close = close_shared,
    .connect = connect,
    .disconnect = disconnect,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction,
    .settled = sqlite_settled,
    .savepoint = sqlite_savepoint,
    .care = sqlite_care,
    .prepare = sqlite_prepare,
    .bind = sqlite_bind,
    .run = sqlite_run,
    .step = sqlite_step,
    .finish = sqlite_finish,
    .finish_all = sqlite_finish_all,
    .columns = sqlite_columns,
    .is_null = sqlite_is_null,
    .column_int = sqlite_column_integer,
    .column_real = sqlite_column_real,
    .column_text = sqlite_column_bytes,
    .script = script,
    .has_table = has_table,
    .token = token,
    .plan = sqlite_plan,
    .backup = sqlite_backup,
    .integrity = sqlite_integrity,
};
