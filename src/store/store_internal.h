#pragma once
/*
 * What the files of the store share and nobody else sees: the small table of functions behind which
 * an engine hides, the connection's common head, the store itself, migrations, test knobs.
 *
 * Vendor-neutral: store.c (open, close, care), writer.c (queue, group commit), pool.c (readers),
 * statement.c (the db_ functions), migrate.c, registry.c. Everything that names SQLite stands in
 * sqlite*.c. A second engine is a second struct engine and one line in store.c.
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

/* Knobs for tests; zero or NULL takes the shipped value. */
struct store_testing {
    const struct migration_set *migrations;
    int64_t checkpoint_bytes, truncate_bytes; // 4 MiB, 64 MiB
    int queue_jobs;                           // 4096
    int reader_wait_ms;                       // 2000
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
    bool sick;                   // durability cannot be promised any more: a flush failed
};

struct engine_options {
    const char *path;
    bool read_only, create;
    const char *vfs, *synchronous;
    int64_t checkpoint_bytes, truncate_bytes;
};

struct engine {
    const char *scheme; // "sqlite"
    str (*version)(void);

    // What the connections of one store share: the writer's lock, the file.
    bool (*open)(struct ctx *c, const struct engine_options *o, void **shared);
    void (*close)(void *shared);
    bool (*connect)(struct ctx *c, void *shared, bool writer, struct db **out);
    // tidy: nothing is queued and the store is healthy, so the file may be brought to rest.
    void (*disconnect)(struct db *db, bool tidy);

    bool (*begin)(struct ctx *c, struct db *db, bool write);
    // On COMMIT_FAILED and COMMIT_UNKNOWN the transaction is over and c->err says why.
    enum commit_outcome (*commit)(struct ctx *c, struct db *db);
    void (*rollback)(struct db *db);
    bool (*in_transaction)(const struct db *db); // false when an error ended it by itself
    // False when a constraint that is checked at the commit only would break it.
    bool (*settled)(struct ctx *c, struct db *db);
    bool (*savepoint)(struct ctx *c, struct db *db, enum savepoint_verb verb,
                      enum savepoint_level level);
    // After a group, on the writer: what keeps the engine's files in shape.
    void (*care)(struct db *db, bool idle);

    bool (*prepare)(struct ctx *c, struct db *db, const struct stmt *st, void **handle);
    // copy: the arguments may go before the statement ends.
    bool (*bind)(struct ctx *c, struct db *db, void *handle, const struct db_arg *args, size_t n,
                 bool copy);
    // One step; *row tells whether a row stands ready.
    bool (*step)(struct ctx *c, struct db *db, void *handle, bool *row);
    int64_t (*affected)(struct db *db);
    void (*finish)(struct db *db, void *handle); // back into the cache
    void (*finish_all)(struct db *db);           // those left open by mistake
    int (*columns)(void *handle);
    bool (*is_null)(void *handle, int col);
    int64_t (*column_int)(void *handle, int col);
    double (*column_real)(void *handle, int col);
    // A view that lives until the next step; false when memory is out.
    bool (*column_text)(void *handle, int col, bool bytes, str *out);

    bool (*script)(struct ctx *c, struct db *db, const char *sql); // several statements, no rows
    bool (*has_table)(struct ctx *c, struct db *db, const char *name, bool *has);
    const char *(*token)(const char *name); // what @I64 … stand for
    // After migrations: what the engine's planner has to know about the tables. Cheap when it does.
    bool (*plan)(struct ctx *c, struct db *db);
    bool (*backup)(struct ctx *c, struct db *db, void *shared, const char *target);
    bool (*integrity)(struct ctx *c, struct db *db, struct buf *found);
};

extern const struct engine SQLITE_ENGINE;

/* --- the store --- */

struct writer {
    struct db *db;
    struct arena *a; // for the writer's own errors
    pthread_t thread;
    bool made, running;
    pthread_mutex_t mutex; // guards the queue and stopping
    pthread_cond_t wake;
    struct write_job *first, *last;
    int queued, limit, group;
    bool stopping;
    atomic_bool healthy;
    atomic_llong commits;
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
    struct writer writer;
    struct pool pool;
    int schema_version;
    bool read_only;
};

MUST_CHECK bool writer_start(struct ctx *c, struct writer *w, int group, int limit);
void writer_stop(struct writer *w); // runs what is queued, ends the thread

MUST_CHECK bool pool_start(struct ctx *c, struct store *s, int readers, int wait_ms);
void pool_stop(struct pool *p);

extern const struct stmt *const STORE_STATEMENTS[];
extern const size_t STORE_STATEMENTS_N;

// Compares what is applied with the set, then applies what is missing. *version: where it stands.
MUST_CHECK bool migrate(struct ctx *c, struct db *db, const struct migration_set *set, bool apply,
                        int *version);
