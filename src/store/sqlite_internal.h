#pragma once
/* What the sqlite*.c files share. The engine's table is put together in sqlite.c. */
#include "store/cache.h"
#include "store/store_internal.h"

#include <sqlite3.h>

enum {
    MAX_PARAMETERS = 4096,
};

enum control { // prepared with the connection, so that ending a transaction never allocates
    CONTROL_READ,
    CONTROL_WRITE,
    CONTROL_COMMIT,
    CONTROL_ROLLBACK,
    CONTROL_SAVEPOINT, // + level, verb: see sqlite_tx.c
    CONTROLS = CONTROL_SAVEPOINT + SAVEPOINT_LEVELS * 3
};

/* One prepared statement. SQLite numbers $n by first appearance, so position maps n to its index. */
struct prepared {
    struct cached base; // its text is SQLite's
    sqlite3_stmt *st;
    const char *name;
    bool temporary; // made beside a busy twin; not in the cache
    int n;
    uint16_t position[]; // [k] is SQLite's index of $k+1
};

struct sqlite_shared {
    char *path;
    int lock_fd;
    bool read_only, still;
    const char *vfs, *synchronous;
    int checkpoint_pages, truncate_pages;
};

struct sqlite_db {
    struct db base;
    sqlite3 *h;
    sqlite3_stmt *control[CONTROLS];
    struct cache cache;
    bool writer;
    bool fresh;         // the file is empty and not yet marked as ours
    int wal_pages;      // in the log after the last commit
    int next_attempt;   // try a checkpoint when wal_pages gets there
    int checkpoint_pages, truncate_pages;
    int32_t seals;      // PRAGMA user_version, see sqlite_commit
};

// Tells the error (c may be NULL) and keeps faults in the connection's head; returns false.
bool sqlite_fail(struct ctx *c, struct sqlite_db *d, int rc, const char *name);
bool sqlite_flush_failed(int rc); // an fsync: what it covered may or may not be on disk

bool sqlite_controls_prepare(struct sqlite_db *d); // false: no memory
void sqlite_controls_drop(struct sqlite_db *d);
bool sqlite_begin(struct ctx *c, struct db *db, bool write);
enum commit_outcome sqlite_commit(struct ctx *c, struct db *db);
void sqlite_rollback(struct db *db);
bool sqlite_in_transaction(const struct db *db);
bool sqlite_settled(struct ctx *c, struct db *db);
bool sqlite_savepoint(struct ctx *c, struct db *db, enum savepoint_verb verb,
                      enum savepoint_level level);

bool sqlite_prepare(struct ctx *c, struct db *db, const struct stmt *st, void **handle);
bool sqlite_bind(struct ctx *c, struct db *db, void *handle, const struct db_arg *args, size_t n,
                 bool copy);
bool sqlite_step(struct ctx *c, struct db *db, void *handle, bool *row);
bool sqlite_run(struct ctx *c, struct db *db, void *handle, int64_t *affected);
void sqlite_finish(struct db *db, void *handle);
void sqlite_finish_all(struct db *db);
void sqlite_cache_drop(struct sqlite_db *d);
int sqlite_columns(void *handle);
bool sqlite_is_null(void *handle, int col);
int64_t sqlite_column_integer(void *handle, int col);
double sqlite_column_real(void *handle, int col);
bool sqlite_column_bytes(void *handle, int col, bool bytes, str *out);

bool sqlite_plan(struct ctx *c, struct db *db);
void sqlite_care(struct db *db, bool idle);
void sqlite_rest(struct sqlite_db *d); // the last checkpoint, before closing
bool sqlite_backup(struct ctx *c, struct db *db, void *shared, const char *target);
bool sqlite_integrity(struct ctx *c, struct db *db, struct buf *found);
// Makes a new name in the folder of path durable.
bool sqlite_flush_directory(struct ctx *c, const char *path);
