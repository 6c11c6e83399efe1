/*
 * Care of a SQLite file: checkpoints, backup, integrity.
 *
 * Only the writer's connection checkpoints, from the writer's thread, between groups: SQLite before
 * 3.51.3 can lose a commit when one connection checkpoints while another commits. Readers never do,
 * not even when they close.
 */
#include "store/sqlite_internal.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { BUSY_MS = 5000, BUSY_TRUNCATE_MS = 200, BUSY_FACTOR = 4 };

static void checkpoint(struct sqlite_db *d, int mode)
{
    int in_log = 0, copied = 0;
    sqlite3_busy_timeout(d->h, BUSY_TRUNCATE_MS);
    int rc = sqlite3_wal_checkpoint_v2(d->h, "main", mode, &in_log, &copied);
    sqlite3_busy_timeout(d->h, BUSY_MS);
    // A reader that still needs the log's end is no fault; what is left comes with the next
    // attempt.
    bool busy = (rc & 0xff) == SQLITE_BUSY;
    if (rc == SQLITE_OK && mode == SQLITE_CHECKPOINT_TRUNCATE) d->wal_pages = 0;
    if (rc != SQLITE_OK && !busy) sqlite_fail(NULL, d, rc, "checkpoint");
    d->next_attempt = d->wal_pages + d->checkpoint_pages;
}

// Small steps when nobody waits; under steady load one when the log is four times as long, and a
// truncating one when it has grown past its limit because readers kept it from starting over.
void sqlite_care(struct db *db, bool idle)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    if (d->wal_pages < d->next_attempt) return;
    if (d->wal_pages >= d->truncate_pages) checkpoint(d, SQLITE_CHECKPOINT_TRUNCATE);
    else if (idle || d->wal_pages >= BUSY_FACTOR * d->checkpoint_pages)
        checkpoint(d, SQLITE_CHECKPOINT_PASSIVE);
}

void sqlite_rest(struct sqlite_db *d)
{
    checkpoint(d, SQLITE_CHECKPOINT_TRUNCATE);
    int off = d->base.sick || d->wal_pages > 0;
    sqlite3_db_config(d->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, off, NULL);
}

/* --- backup --- */

static bool copy_pages(struct ctx *c, struct sqlite_db *d, const struct sqlite_shared *shared,
                       const char *target)
{
    sqlite3 *to = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(target, &to, flags, shared->vfs);
    if (rc == SQLITE_OK) {
        // One step under one read transaction: the copy is of one moment, the writer goes on.
        sqlite3_backup *b = sqlite3_backup_init(to, "main", d->h, "main");
        if (b) sqlite3_backup_step(b, -1);
        rc = b ? sqlite3_backup_finish(b) : sqlite3_extended_errcode(to);
    }
    int closed = sqlite3_close(to);
    if (rc == SQLITE_OK) rc = closed;
    if (rc == SQLITE_OK) return true;
    str why = str_of(sqlite3_errstr(rc));
    log_line(LOG_ERROR, "store.backup", LOG_INT("code", rc), LOG_STR("detail", why));
    if ((rc & 0xff) == SQLITE_FULL) return fail(c, ERR_STORE, "store.full", str_of(target));
    if ((rc & 0xff) == SQLITE_NOMEM) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    return fail(c, ERR_STORE, "store.backup_failed", str_of(target), why);
}

static bool flush_file(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

bool sqlite_flush_directory(struct ctx *c, const char *path)
{
    char *slash, *folder = str_z(c->a, str_of(path));
    if (!arena_ok(c->a)) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = '\0';
    return flush_file(slash ? folder : ".", O_RDONLY | O_DIRECTORY) ||
           fail(c, ERR_STORE, "store.io", str_of(path));
}

bool sqlite_backup(struct ctx *c, struct db *db, void *shared, const char *target)
{
    // "file:" would be read as an address by SQLite, not as a name.
    const char *path =
        target[0] == '/' ? target : str_z(c->a, str_cat(c->a, STR("./"), str_of(target)));
    if (!arena_ok(c->a)) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return fail(c, ERR_CONFLICT, "store.target_exists", str_of(target));
    if (fd < 0)
        return fail(c, ERR_STORE, "store.backup_failed", str_of(target), str_of(strerror(errno)));
    close(fd);
    bool ok = copy_pages(c, (struct sqlite_db *)db, shared, path);
    if (ok && !flush_file(path, O_RDWR))
        ok = fail(c, ERR_STORE, "store.backup_failed", str_of(target), str_of(strerror(errno)));
    ok = ok && sqlite_flush_directory(c, path);
    if (!ok) unlink(path);
    return ok;
}

/* --- integrity --- */

// Adds what the check reports; damage that stops the check itself is a finding, not an error.
static bool report(struct ctx *c, struct sqlite_db *d, const char *sql, struct buf *found)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(d->h, sql, -1, &st, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        const char *first = (const char *)sqlite3_column_text(st, 0);
        rc = SQLITE_OK;
        if (!first || strcmp(first, "ok") == 0) continue;
        buf_addz(found, first);
        if (sqlite3_column_count(st) >= 3) {
            const char *parent = (const char *)sqlite3_column_text(st, 2);
            buf_printf(found, ": a row refers to a missing row of %s", parent ? parent : "?");
        }
        buf_addc(found, '\n');
    }
    sqlite3_finalize(st);
    if (rc == SQLITE_DONE) return true;
    int primary = rc & 0xff;
    if (primary != SQLITE_CORRUPT && primary != SQLITE_NOTADB) return sqlite_fail(c, d, rc, sql);
    buf_printf(found, "%s: %s\n", sql, sqlite3_errmsg(d->h));
    return true;
}

bool sqlite_integrity(struct ctx *c, struct db *db, struct buf *found)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    return report(c, d, "PRAGMA integrity_check(100)", found) &&
           report(c, d, "PRAGMA foreign_key_check", found);
}
