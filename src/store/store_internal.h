#pragma once
/*
 * What the files of the store share and nobody else sees: the small table of functions behind which
 * an engine hides, the connection's common head, the store itself, migrations, test knobs.
 *
 * Vendor-neutral: store.c (open, close, care), writer.c (queues, group commit), pool.c (readers),
 * news.c (who changed what), statement.c (the db_ functions), migrate.c, registry.c. Everything that
 * names SQLite stands in sqlite*.c, everything that names PostgreSQL in postgres*.c. Another engine
 * is another struct engine and one line in store.c.
 */
#include "store/db.h"

#include <pthread.h>
#include <stdatomic.h>

/* --- migrations --- */

struct migration {
    int version; // 1, 2, 3 … without gaps
    const char *name; // "0001_ledger"
    const char *hash; // SHA-256 of the file's text, in hexadecimal
    const char *sql;  // the file's text with its tokens
};

struct migration_set {
    const struct migration *at;
    size_t n;
};

extern const struct migration_set STORE_MIGRATIONS; // made from migrations/ by tools/embed_sql.py
extern const char CREATE_VERSION[]; // the table that stands before all of them

/* Knobs for tests; zero or NULL takes the shipped value. */
struct store_testing {
    const struct migration_set *migrations;
    int64_t checkpoint_bytes, truncate_bytes; // 4 MiB, 64 MiB
    int queue_jobs;                           // 4096, for each writer
    int reader_wait_ms;                       // 2000
    int away_ms;                              // 5000
};

/* --- an engine --- */

enum commit_outcome { COMMIT_DONE, COMMIT_FAILED, COMMIT_UNKNOWN };
enum savepoint_verb { SAVEPOINT_SET, SAVEPOINT_RELEASE, SAVEPOINT_ROLLBACK };
enum savepoint_level { LEVEL_JOB, LEVEL_PART, SAVEPOINT_LEVELS };

/* The head of every connection. */
struct db {
    const struct engine *engine;
    int open_rows;               // queries begun and not yet done
    enum error_code fault;       // a statement failed for a reason that is not the caller's data
    const char *fault_id;        // its message id
    bool passing;                // the fault is one that may be gone at the next try, and the
                                 // transaction it broke has certainly left nothing
    bool sick;                   // durability cannot be promised any more: a flush failed
    uint32_t epoch;              // db_epoch()
};

struct engine_options {
    const char *path; // or the whole address, where the engine takes one
    bool read_only, create, still;
    int statement_ms;
    const char *vfs, *synchronous;
    int64_t checkpoint_bytes, truncate_bytes;
};

struct engine {
    const char *scheme, *alias; // "postgresql", "postgres"; alias NULL: there is none
    // A server: the whole URL is its address, several writers and processes may share a database, each
    // transaction writes one district's rows alone, and it may go away and come back.
    bool server;
    str (*version)(const void *shared);

    // What the connections of one store share: the writer's lock, the file.
    bool (*open)(struct ctx *c, const struct engine_options *o, void **shared);
    void (*close)(void *shared);
    bool (*connect)(struct ctx *c, void *shared, bool writer, struct db **out);
    // tidy: nothing is queued and the store is healthy, so the file may be brought to rest.
    void (*disconnect)(struct db *db, bool tidy);

    // A server's connection that was lost is made anew here. Writing: begins what locks; reading: one
    // snapshot.
    bool (*begin)(struct ctx *c, struct db *db, bool write);
    // On COMMIT_FAILED and COMMIT_UNKNOWN the transaction is over and c->err says why. FAILED with
    // db->passing: what was tried may be tried again.
    enum commit_outcome (*commit)(struct ctx *c, struct db *db);
    void (*rollback)(struct db *db);
    bool (*in_transaction)(const struct db *db); // false when an error ended it by itself
    // True when all that was sent so far has been answered well, and no constraint that is checked at
    // the commit only would break it.
    bool (*settled)(struct ctx *c, struct db *db);
    bool (*savepoint)(struct ctx *c, struct db *db, enum savepoint_verb verb,
                      enum savepoint_level level);
    // After a group, on the writer: what keeps the engine's files in shape. May be NULL.
    void (*care)(struct db *db, bool idle);

    bool (*prepare)(struct ctx *c, struct db *db, const struct stmt *st, void **handle);
    // copy: the arguments may go before the statement ends.
    bool (*bind)(struct ctx *c, struct db *db, void *handle, const struct db_arg *args, size_t n,
                 bool copy);
    // To its end, without rows. affected NULL: it may be sent along with what follows.
    bool (*run)(struct ctx *c, struct db *db, void *handle, int64_t *affected);
    // One step; *row tells whether a row stands ready.
    bool (*step)(struct ctx *c, struct db *db, void *handle, bool *row);
    void (*finish)(struct db *db, void *handle); // back into the cache
    void (*finish_all)(struct db *db);           // those left open by mistake
    int (*columns)(void *handle);
    bool (*is_null)(void *handle, int col);
    int64_t (*column_int)(void *handle, int col);
    double (*column_real)(void *handle, int col);
    // A view that lives until the next step; false when memory is out.
    bool (*column_text)(void *handle, int col, bool bytes, str *out);

    // Held while migrations run, so that two processes starting at once do not both run them. A
    // file's engine, whose writer is alone anyhow, has NULL.
    bool (*lock_schema)(struct ctx *c, struct db *db, bool lock);
    bool (*script)(struct ctx *c, struct db *db, const char *sql); // several statements, no rows
    bool (*has_table)(struct ctx *c, struct db *db, const char *name, bool *has);
    const char *(*token)(const char *name); // what @I64 … stand for
    // After migrations: what the engine's planner has to know about the tables. Cheap when it does.
    // May be NULL.
    bool (*plan)(struct ctx *c, struct db *db);
    // NULL where a copy is made table by table.
    bool (*backup)(struct ctx *c, struct db *db, void *shared, const char *target);
    bool (*integrity)(struct ctx *c, struct db *db, struct buf *found);

    // News between processes, on a connection of its own that is in no transaction; all NULL where one
    // process is alone. They make a lost connection anew; hear() then reports district 0 once.
    bool (*announce)(struct ctx *c, struct db *db, const int64_t *districts, size_t n);
    // Waits up to ms for news, or until something is to be read from wake_fd; own announcements are
    // left out.
    bool (*hear)(struct ctx *c, struct db *db, int ms, int wake_fd, store_changed_fn *fn, void *arg);
};

extern const struct engine SQLITE_ENGINE, POSTGRES_ENGINE;

// A statement that can never work, our own mistake: logged and told as ERR_INTERNAL.
bool statement_bug(struct ctx *c, const char *name, const char *what);

/* --- the bounds of a wait: nothing else in the store asks what time it is --- */

int64_t monotonic_us(void);
struct timespec monotonic_in(int ms); // on CLOCK_MONOTONIC

/* --- the store --- */

enum { MAX_WRITERS = 16 };

struct store;

struct writer {
    struct store *store;
    struct db *db;
    struct arena *a; // for the writer's own errors
    pthread_t thread;
    bool made, running;
    pthread_mutex_t mutex; // guards the queue and stopping
    pthread_cond_t wake;
    struct write_job *first, *last;
    int queued, limit, group, away_ms;
    bool stopping;
    int tries;         // of the group that runs now
    int64_t failed_us; // monotonic: since when every try has failed; 0 the last one did not
};

/* The districts of recent commits, on their way to the watcher and to other processes. */
enum { NEWS_MOST = 64 };

struct news {
    struct store *store;
    store_changed_fn *fn; // NULL: it only announces
    void *arg;
    struct arena *a;
    struct db *db;        // NULL where one process is alone, or nothing was said yet
    int wake[2];          // a pipe: commits wake the thread
    pthread_t thread;
    bool made, running;
    pthread_mutex_t mutex;        // guards what follows
    int64_t districts[NEWS_MOST]; // of commits not yet told
    size_t n;
    bool overflow, stopping;
};

enum { MAX_READERS = 16 };

struct pool {
    pthread_mutex_t mutex; // guards free_list and n_free
    pthread_cond_t returned;
    struct db *all[MAX_READERS], *free_list[MAX_READERS];
    int n, n_free, wait_ms;
    bool made;
};

struct store {
    const struct engine *engine;
    void *shared;
    struct writer writers[MAX_WRITERS]; // a district's jobs always take the same
    int n_writers;
    struct pool pool;
    struct news news;
    atomic_bool healthy, reachable;
    atomic_llong commits;
    const struct migration_set *migrations;
    int schema_version;
    bool read_only;
};

MUST_CHECK bool writer_start(struct ctx *c, struct writer *w);
void writer_stop(struct writer *w); // runs what is queued, ends the thread

MUST_CHECK bool news_start(struct ctx *c, struct store *s);
void news_stop(struct news *n);
void news_of_commit(struct store *s, int64_t district); // any writer; never waits

MUST_CHECK bool pool_start(struct ctx *c, struct store *s, int readers, int wait_ms);
void pool_stop(struct pool *p);

// Where the environment's BIHUAN_SQL_LOG names a file, each text that is run is added to it once,
// "name<TAB>lock<TAB>text" a line: tests lint what is put together at run time.
void statement_seen(const struct stmt *st);

extern const struct stmt *const STORE_STATEMENTS[];
extern const size_t STORE_STATEMENTS_N;

// Compares what is applied with the set, then applies what is missing. *version: where it stands.
MUST_CHECK bool migrate(struct ctx *c, struct db *db, const struct migration_set *set, bool apply,
                        int *version);
