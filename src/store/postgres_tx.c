/*
 * Transactions on PostgreSQL.
 *
 * What begins, nests and ends a transaction goes on the wire without waiting, together with the
 * statement that follows. Only settled() and commit() ask for all answers.
 *
 * What a COMMIT's outcome is:
 *   - answered COMMIT: done, unless a warning came with it. The server warns when it gave up waiting
 *     for the synchronous standby: the commit then stands on one machine only and a fail-over would
 *     lose it, so it is unknown;
 *   - answered ROLLBACK, or an error on a connection that lives on: nothing was stored;
 *   - anything else once COMMIT is on the wire (no answer in time, a connection that broke, a server
 *     that shuts down): unknown. It is never sent again.
 */
#include "store/postgres_internal.h"

#include "base/log.h"

static const char BEGIN_READ[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

static const char *const SAVEPOINT_SQL[SAVEPOINT_LEVELS][3] = {
    [LEVEL_JOB] = {"SAVEPOINT job", "RELEASE job", "ROLLBACK TO job"},
    [LEVEL_PART] = {"SAVEPOINT part", "RELEASE part", "ROLLBACK TO part"},
};

// The answers to what an earlier transaction left on the wire; nobody asks for them any more.
static void drain_quietly(struct pg_db *d)
{
    struct db before = d->base;
    (void)!wire_drain(NULL, d);
    d->base.fault = before.fault;
    d->base.fault_id = before.fault_id;
    d->base.passing = before.passing;
}

bool postgres_ready(struct ctx *c, struct pg_db *d)
{
    if (d->conn && d->n_sent > 0) drain_quietly(d);
    // A connection that idled through a restart of the server is no reason to fail a request.
    if (d->conn && (postgres_fenced(d) || !wire_alive(d))) {
        log_line(LOG_INFO, "store.reconnect", LOG_STR("store", str_of(d->shared->label)));
        postgres_drop(d);
    }
    return d->conn || postgres_reconnect(c, d);
}

bool postgres_begin(struct ctx *c, struct db *db, bool write)
{
    struct pg_db *d = (struct pg_db *)db;
    postgres_rollback(db); // one left open
    if (!postgres_ready(c, d)) return false;
    d->reading = !write;
    if (!wire_control(c, d, write ? "BEGIN" : BEGIN_READ, "begin")) return false;
    d->in_tx = true;
    return true;
}

bool postgres_in_transaction(const struct db *db)
{
    return ((const struct pg_db *)db)->in_tx;
}

void postgres_rollback(struct db *db)
{
    struct pg_db *d = (struct pg_db *)db;
    if (d->conn && d->in_tx) wire_rollback(d);
    d->in_tx = d->aborted = d->reading = false;
}

static enum commit_outcome failed(struct pg_db *d)
{
    postgres_rollback(&d->base); // where an error left it open
    return COMMIT_FAILED;
}

static enum commit_outcome unknown(struct ctx *c, struct pg_db *d)
{
    postgres_rollback(&d->base);
    d->base.passing = false;
    (void)!fail(c, ERR_UNKNOWN, "store.unknown");
    return COMMIT_UNKNOWN;
}

enum commit_outcome postgres_commit(struct ctx *c, struct db *db)
{
    struct pg_db *d = (struct pg_db *)db;
    if (!d->conn || !d->in_tx || postgres_fenced(d) || !wire_alive(d)) {
        if (d->conn) postgres_lost(c, d, "closed before COMMIT was sent");
        else postgres_away(c, d);
        return COMMIT_FAILED;
    }
    if (d->n_sent >= PENDING_MOST && !wire_drain(c, d)) return failed(d);
    d->warned = false;
    d->end = NOT_ENDED;
    bool ok = wire_commit(c, d) && wire_drain(c, d);
    if (d->end == COMMITTED) return d->warned ? unknown(c, d) : COMMIT_DONE;
    if (!d->conn) return unknown(c, d);
    if (ok) (void)!statement_bug(c, "commit", "the server answered with ROLLBACK");
    return failed(d);
}

// Somebody took an error for an answer and went on (R41): here the transaction is broken until the
// savepoint is rolled back.
static bool passed_over(struct ctx *c, struct pg_db *d)
{
    if (d->base.fault == ERR_NONE) {
        d->base.fault = ERR_INTERNAL;
        d->base.fault_id = "store.statement";
    }
    return statement_bug(c, "settled", "an error was passed over");
}

bool postgres_settled(struct ctx *c, struct db *db)
{
    struct pg_db *d = (struct pg_db *)db;
    if (d->aborted) return passed_over(c, d);
    bool may_wait = d->in_tx && !d->reading && !atomic_load(&d->shared->never_deferred);
    if (may_wait && !(wire_control(c, d, "SET CONSTRAINTS ALL IMMEDIATE", "settled") &&
                      wire_control(c, d, "SET CONSTRAINTS ALL DEFERRED", "settled")))
        return false;
    return wire_drain(c, d);
}

bool postgres_savepoint(struct ctx *c, struct db *db, enum savepoint_verb verb,
                        enum savepoint_level level)
{
    struct pg_db *d = (struct pg_db *)db;
    const char *const *sql = SAVEPOINT_SQL[level];
    if (verb != SAVEPOINT_ROLLBACK) return wire_control(c, d, sql[verb], sql[verb]);
    // What is on the wire may fail, and the server would skip the ROLLBACK TO with it. Its error is
    // rolled back; a fault stays noted in the connection's head.
    (void)!wire_drain(NULL, d);
    if (!d->conn) return postgres_away(c, d);
    d->aborted = false;
    // ROLLBACK TO leaves the savepoint standing; ours is meant to be gone.
    return wire_control(c, d, sql[SAVEPOINT_ROLLBACK], sql[SAVEPOINT_ROLLBACK]) &&
           wire_control(c, d, sql[SAVEPOINT_RELEASE], sql[SAVEPOINT_ROLLBACK]);
}
