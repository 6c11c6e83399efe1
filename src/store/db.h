#pragma once
/*
 * The store: the only door to the database. Nothing above this header knows which engine is below.
 *
 * A store is one database with writers and readers: SQLite has one writer, PostgreSQL a few, and there
 * several processes may share one database. Writes are jobs: they queue, a writer runs the jobs of one
 * district in order, many jobs share one durable commit, each under its own savepoint, and a job is
 * told "done" only after that commit is on disk. Reads take a read-only connection for the length of
 * one function and see one snapshot.
 *
 * Two writers never work in one district at a time: the first statement of a job that decides anything
 * locks the district's row (stmt.lock). Where the engine is a server it may go away and come back; the
 * store finds it again by itself, repeats what is certain not to have been stored and says of the rest
 * that it failed or that nobody knows.
 *
 * SQL is the dialect of docs/sql.md (rules R1–R47): text with $1…$n, district_id in every statement,
 * no vendor's word. Static statements are struct stmt constants and stand in a registry that a test
 * prepares; statements built at run time (lists with filters) are assembled from constants and
 * bound parameters only.
 *
 * Types: 64-bit integers, doubles, UTF-8 text, bytes. Time is integer microseconds, a civil date is
 * the integer yyyymmdd, a truth value 0 or 1, no value is NULL.
 */
#include "base/error.h"

struct store;
struct db; // a connection while a job or a reader function uses it

struct stmt {
    const char *name; // stable, "item.by_id"
    const char *sql;
    bool lock; // the rows it reads stay this transaction's until it ends; one district, writers only
};

struct store_options {
    bool read_only;    // no writer, no lock: check, export while a server runs
    bool create;       // make the file when it is missing
    bool still;        // with read_only: nobody writes to the file, so nothing is put beside it (a backup)
    bool unfinished;   // opens even a store into which a copy has not come to its end (copy.h)
    int readers;       // read connections, 1…16; 0 takes 2
    int writers;       // write connections, 1…16; 0 takes 4; an engine with one writer has one
    int group_jobs;    // most jobs in one commit; 0 takes 64
    int statement_ms;  // how long one statement may take where the engine is a server; 0 takes 3000
    const char *vfs;   // SQLite only, tests: name of a registered VFS; NULL the default
    const char *synchronous; // SQLite only, tests: "OFF" shows that the power-cut test can fail
    const struct store_testing *testing; // tests: knobs of store_internal.h; NULL the shipped values
};

// Registers the store's messages and statements. store_open does it too; idempotent, before threads.
void store_messages(void);

/*
 * Opens "sqlite:PATH" (or a bare path), or "postgresql://USER@HOST[:PORT][,HOST[:PORT]…]/DATABASE" (every
 * form libpq takes). Fails with ERR_STORE: store.locked (another process writes here), store.not_found,
 * store.damaged, store.newer (made by a newer Bihuan), store.cannot_open, store.locale (a database
 * whose texts would sort otherwise), store.foreign; with ERR_BUSY store.away (no server answers).
 * Runs the missing migrations unless read_only. The caller closes it.
 */
MUST_CHECK bool store_open(struct ctx *c, str url, const struct store_options *o, struct store **out);
void store_close(struct store *s); // waits for queued jobs, checkpoints, closes; NULL is fine
// False once a commit's outcome could not be made sure (failed fsync): no more writes are taken, and
// the process should end so that recovery decides.
bool store_healthy(const struct store *s);
// False while the engine is a server that does not answer: requests fail, and it heals by itself.
bool store_reachable(const struct store *s);
int64_t store_commits(const struct store *s); // groups made durable since it was opened
str store_engine(const struct store *s); // "SQLite 3.40.1"
bool store_is_server(const struct store *s);
str store_url_file(str url);             // the path of a URL that names a file; "" of one that names a server

/* --- writing --- */

enum write_outcome {
    WRITE_DONE,    // committed and durable
    WRITE_REFUSED, // run() returned false, or it returned true over a fault of the store or a broken
                   // deferred key (then why is set): nothing of this job was stored
    WRITE_FAILED,  // the group's commit failed and was rolled back: nothing was stored
    WRITE_UNKNOWN  // the commit may or may not survive: repeat with the same idempotency key
};

struct write_job {
    int64_t district; // whose rows it writes; 0 not known yet: it has a commit of its own
    // run() may be called again after a transaction that is certain to have left nothing (a lock not
    // granted in time, a server that went away before COMMIT was sent): it keeps nothing from before.
    bool again;
    // Runs on a writer thread inside a savepoint; false rolls back to it. Must not block.
    bool (*run)(struct write_job *job, struct db *db);
    // Called on that thread once the outcome is known; must be short (resume a connection).
    void (*done)(struct write_job *job, enum write_outcome outcome);
    // Set by the store before done() when it was the store, not run(), that stopped the job, such as
    // ERR_STORE "store.full"; else ERR_NONE and NULL.
    enum error_code code;
    const char *why;
    struct write_job *next; // the store's
    enum write_outcome outcome; // the store's
};

// Queues a job; false when the queue is full (ERR_BUSY) or the store unhealthy (ERR_STORE): done is
// then not called. Callable from any thread. Jobs of one district run in the order they were queued.
MUST_CHECK bool store_submit(struct ctx *c, struct store *s, struct write_job *job);
// Runs fn as a job and waits. True: committed. False: c->err says why (ERR_UNKNOWN store.unknown when
// that is not known). Never from a job or from done(): the writer would wait for itself.
typedef bool db_fn(struct ctx *c, struct db *db, void *arg);
MUST_CHECK bool store_write(struct ctx *c, struct store *s, db_fn *fn, void *arg);

/* --- news --- */

/*
 * Tells about commits: fn runs on a thread of the store's, soon after a commit of this process or of
 * another one on the same database touched a district; several may be told as one. District 0: news
 * may have been missed (the server was away), so anything may have changed. One watcher; set it once,
 * before the first job. Nothing may be decided from it: it only saves looking. fn must be short.
 */
typedef void store_changed_fn(void *arg, int64_t district);
MUST_CHECK bool store_watch(struct ctx *c, struct store *s, store_changed_fn *fn, void *arg);

/* --- reading --- */

// Runs fn on a reader in one snapshot. Waits at most 2 s for a free reader (ERR_BUSY).
MUST_CHECK bool store_read(struct ctx *c, struct store *s, db_fn *fn, void *arg);

/* --- statements --- */

struct db_arg {
    enum { ARG_INT, ARG_REAL, ARG_TEXT, ARG_BYTES, ARG_NULL } type;
    int64_t i;
    double f;
    str s;
};

struct db_arg db_arg_int(int64_t i);
struct db_arg db_arg_real(double f);
struct db_arg db_arg_text(str s);
struct db_arg db_arg_bytes(str s);
struct db_arg db_arg_null(void);
struct db_arg db_arg_id(int64_t i); // 0 becomes NULL
#define ARG(x) \
    _Generic((x), int64_t: db_arg_int, int32_t: db_arg_int, bool: db_arg_int, \
             double: db_arg_real, str: db_arg_text)(x)

// Runs a statement without result rows. Fails with ERR_STORE, ERR_BUSY, ERR_NO_MEMORY, or ERR_CONFLICT
// store.duplicate (a unique key) and store.reference (a foreign key). With affected NULL an engine may
// send it together with what follows: the error then comes from a later statement of the job, or from
// its end. A caller that wants to answer an error itself and go on asks for affected, and does it
// between savepoints: on a server a failed statement ends the transaction.
MUST_CHECK bool db_run_args(struct ctx *c, struct db *db, const struct stmt *st, int64_t *affected,
                            const struct db_arg *args, size_t n);
#define DB_RUN(c, db, st, affected, ...)                                        \
    db_run_args((c), (db), (st), (affected), (struct db_arg[]){__VA_ARGS__},    \
                sizeof((struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg))

/*
 *     struct db_rows r;
 *     if (!DB_QUERY(c, db, &r, &ITEM_BY_ID, ARG(district), ARG(id))) return false;
 *     while (db_next(&r)) use(db_int(&r, 0), db_text(&r, 1));
 *     if (!db_done(&r)) return false;
 *
 * db_done must be called on every path (leaving the loop early included); it reports what ended it.
 */
struct db_rows {
    struct ctx *c;
    struct db *db;
    void *handle;
    bool failed, more;
};
MUST_CHECK bool db_query_args(struct ctx *c, struct db *db, struct db_rows *r, const struct stmt *st,
                              const struct db_arg *args, size_t n);
#define DB_QUERY(c, db, r, st, ...)                                          \
    db_query_args((c), (db), (r), (st), (struct db_arg[]){__VA_ARGS__},      \
                  sizeof((struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg))
bool db_next(struct db_rows *r); // false at the end, on error, or when memory is out
MUST_CHECK bool db_done(struct db_rows *r);
int db_columns(const struct db_rows *r);
bool db_is_null(const struct db_rows *r, int col);
int64_t db_int(const struct db_rows *r, int col);  // NULL gives 0
double db_real(const struct db_rows *r, int col);
str db_text(const struct db_rows *r, int col);     // copied into the context's arena; NULL gives ""
str db_bytes(const struct db_rows *r, int col);

// Rises when another server has taken over, which may have lost what the last one had not passed on:
// what was learned under one number proves nothing under another. Always 0 where that cannot be.
uint32_t db_epoch(const struct db *db);

// Nested savepoints inside a job: for trying something that may be refused.
MUST_CHECK bool db_savepoint(struct ctx *c, struct db *db);
MUST_CHECK bool db_release(struct ctx *c, struct db *db);
void db_rollback_to(struct db *db); // also releases it

/* --- the registry, for tests and lint --- */

// Lists are registered once at start and must outlive the process.
void statements_register(const struct stmt *const *list, size_t n);
size_t statements_count(void);
const struct stmt *statements_at(size_t i);
// Prepares one statement without running it.
MUST_CHECK bool db_prepare_only(struct ctx *c, struct db *db, const struct stmt *st);
// Prepares every registered statement; those that fail are added to *problems, one line each.
MUST_CHECK bool statements_prepare_all(struct ctx *c, struct store *s, struct buf *problems);

/* --- care --- */

// Online copy into a new SQLite file, at one moment; the target must not exist.
MUST_CHECK bool store_backup(struct ctx *c, struct store *s, const char *target);
// The engine's own integrity check; problems are added to *found, one line each.
MUST_CHECK bool store_integrity(struct ctx *c, struct store *s, struct buf *found);
int store_schema_version(const struct store *s); // 0 before the first migration
int store_schema_latest(void);                   // what this program would migrate to
