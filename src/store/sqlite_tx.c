/*
 * Transactions on SQLite.
 *
 * What a failed COMMIT means. In the log (WAL) a transaction counts once its last frame, which
 * carries the commit mark, is complete. So
 *   - a failed write (no space, I/O error): the mark is not there, nothing was stored;
 *   - a failed flush: the mark is in the system's cache and may or may not reach the disk: unknown,
 * and the store is sick, because a second flush that succeeds would prove nothing;
 *   - anything later, such as no memory for the index of the log: the mark may be there although
 * SQLite has forgotten the transaction, and a crash now would bring it back. For the last kind we
 * seal: one small transaction of our own (PRAGMA user_version) is written and flushed over the same
 * place of the log. When that works, the failed one is gone for good. When it does not, the outcome
 * is unknown and the store sick.
 */
#include "store/sqlite_internal.h"

#include <stdio.h>

static const char *const CONTROL_SQL[CONTROLS] = {
    [CONTROL_READ] = "BEGIN",
    [CONTROL_WRITE] = "BEGIN IMMEDIATE",
    [CONTROL_COMMIT] = "COMMIT",
    [CONTROL_ROLLBACK] = "ROLLBACK",
    [CONTROL_SAVEPOINT + LEVEL_JOB * 3 + SAVEPOINT_SET] = "SAVEPOINT job",
    [CONTROL_SAVEPOINT + LEVEL_JOB * 3 + SAVEPOINT_RELEASE] = "RELEASE job",
    [CONTROL_SAVEPOINT + LEVEL_JOB * 3 + SAVEPOINT_ROLLBACK] = "ROLLBACK TO job",
    [CONTROL_SAVEPOINT + LEVEL_PART * 3 + SAVEPOINT_SET] = "SAVEPOINT part",
    [CONTROL_SAVEPOINT + LEVEL_PART * 3 + SAVEPOINT_RELEASE] = "RELEASE part",
    [CONTROL_SAVEPOINT + LEVEL_PART * 3 + SAVEPOINT_ROLLBACK] = "ROLLBACK TO part",
};

bool sqlite_controls_prepare(struct sqlite_db *d)
{
    for (int i = 0; i < CONTROLS; i++)
        if (sqlite3_prepare_v3(d->h, CONTROL_SQL[i], -1, SQLITE_PREPARE_PERSISTENT, &d->control[i],
                               NULL) != SQLITE_OK)
            return false;
    return true;
}

void sqlite_controls_drop(struct sqlite_db *d)
{
    for (int i = 0; i < CONTROLS; i++) sqlite3_finalize(d->control[i]);
}

static int control(struct sqlite_db *d, enum control which)
{
    int rc = sqlite3_step(d->control[which]);
    sqlite3_reset(d->control[which]);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

bool sqlite_begin(struct ctx *c, struct db *db, bool write)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    sqlite_rollback(db); // one that could not be ended before, see there
    if (sqlite_in_transaction(db)) return c && fail(c, db->fault, db->fault_id);
    int rc = control(d, write ? CONTROL_WRITE : CONTROL_READ);
    return rc == SQLITE_OK || sqlite_fail(c, d, rc, "begin");
}

bool sqlite_in_transaction(const struct db *db)
{
    return !sqlite3_get_autocommit(((const struct sqlite_db *)db)->h);
}

void sqlite_rollback(struct db *db)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    if (!sqlite_in_transaction(db)) return;
    int rc = control(d, CONTROL_ROLLBACK);
    // Without any memory even that may fail. The transaction stays open and uncommitted; the next
    // begin tries again and is refused as long as it stands.
    if (sqlite_in_transaction(db)) sqlite_fail(NULL, d, rc, "rollback");
}

// The write that carries the commit mark failed, so the mark is not in the log.
static bool fails_before_mark(int rc)
{
    return rc == SQLITE_IOERR_WRITE || (rc & 0xff) == SQLITE_FULL ||
           (rc & 0xff) == SQLITE_READONLY || (rc & 0xff) == SQLITE_BUSY ||
           (rc & 0xff) == SQLITE_CONSTRAINT;
}

static bool seal(struct sqlite_db *d)
{
    char sql[64];
    if (sqlite_in_transaction(&d->base)) return false;
    d->seals = d->seals == INT32_MAX ? 1 : d->seals + 1;
    snprintf(sql, sizeof sql, "PRAGMA user_version=%" PRId32, d->seals);
    int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || sqlite_fail(NULL, d, rc, "seal");
}

enum commit_outcome sqlite_commit(struct ctx *c, struct db *db)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    int rc = control(d, CONTROL_COMMIT);
    if (rc == SQLITE_OK) return COMMIT_DONE;
    sqlite_fail(c, d, rc, "commit");
    sqlite_rollback(db);
    if (db->sick) return COMMIT_UNKNOWN;
    if (seal(d) || fails_before_mark(rc)) return COMMIT_FAILED;
    db->sick = true;
    return COMMIT_UNKNOWN;
}

bool sqlite_settled(struct ctx *c, struct db *db)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    int open = 0, unused = 0;
    int rc = sqlite3_db_status(d->h, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &unused, 0);
    if (rc != SQLITE_OK) return sqlite_fail(c, d, rc, "settled");
    return !open || fail(c, ERR_CONFLICT, "store.reference");
}

bool sqlite_savepoint(struct ctx *c, struct db *db, enum savepoint_verb verb,
                      enum savepoint_level level)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    enum control which = CONTROL_SAVEPOINT + level * 3 + verb;
    int rc = control(d, which);
    // ROLLBACK TO leaves the savepoint standing; ours is meant to be gone.
    if (rc == SQLITE_OK && verb == SAVEPOINT_ROLLBACK)
        rc = control(d, CONTROL_SAVEPOINT + level * 3 + SAVEPOINT_RELEASE);
    return rc == SQLITE_OK || sqlite_fail(c, d, rc, CONTROL_SQL[which]);
}
