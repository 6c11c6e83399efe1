#pragma once
/*
 * What the postgres*.c files share. The engine's table is put together in postgres.c.
 *
 *   postgres.c          open, the first look, connections, the table of functions
 *   postgres_connect.c  addresses, one attempt after the other, the prologue, the fence
 *   postgres_wire.c     what is on its way to the server and back: pipeline, deadlines, loss
 *   postgres_stmt.c     prepared statements, arguments, rows
 *   postgres_tx.c       transactions, and what a COMMIT's outcome is
 *   postgres_error.c    SQLSTATEs and what they mean to us
 *   postgres_care.c     migrations' lock and scripts, integrity
 *   postgres_news.c     LISTEN and NOTIFY
 */
#include "store/cache.h"
#include "store/store_internal.h"

#include <libpq-fe.h>

enum {
    OLDEST_SERVER = 150000,
    HOSTS_MOST = 16,
    PENDING_MOST = 64,      // sent without asking for the answer
    RING = 2 * PENDING_MOST, // with what one more statement and a rollback add
    MAX_PARAMETERS = 4096,
    VALUE_MAX = 64 * 1024 * 1024, // as on SQLite
    CONNECT_MS = 2000,
    AWAY_MS = 200,                 // so long nobody tries again after all hosts have failed
    LOCK_MS = 2000,
    SCHEMA_LOCK_MS = 60 * 1000,
    SCRIPT_MS = 15 * 60 * 1000,    // an index over millions of rows takes its time
    INTEGRITY_MS = 60 * 60 * 1000, // for one table
};

/* What the connections of one store share. Nothing in it changes after open but the atomics. */
struct pg_shared {
    PQconninfoOption *options; // the address as libpq reads it
    char *host_text, *hostaddr_text, *port_text; // split below
    struct pg_host {
        const char *host, *hostaddr, *port; // NULL: libpq's default
    } hosts[HOSTS_MOST];
    int n_hosts;
    bool read_only;
    int statement_ms;
    char version[48]; // "PostgreSQL 15.18"
    char label[160];  // what messages call it: never with a password
    struct pg_db *spare; // the connection that open() looked through
    atomic_int good;          // the host that answered last
    atomic_uint timeline;     // the highest seen: a server on a lower one has been left behind
    atomic_llong away_until_us;
    atomic_bool away_logged;
    atomic_bool never_deferred; // the schema has no constraint that waits for the commit
};

/* One prepared statement; on the server its name is "b<number>", and numbers are never used again. */
struct prepared {
    struct cached base;
    enum { UNSENT, SENT, READY } state;
    uint64_t number;
    int n; // parameters
    char sql[]; // base.text
};

/* One use of a statement: its arguments, then its rows. */
struct call {
    struct call *next;
    struct prepared *e;
    const char *name;
    const char **values;
    int *lengths, *formats;
    int room;
    char *bytes; // what values point into
    size_t cap;
    PGresult *result; // NULL: not run yet
    int row;
};

/* What was sent and not yet answered, in order. */
struct sent {
    enum { SENT_CONTROL, SENT_COMMIT, SENT_PREPARE, SENT_RUN, SENT_DEALLOCATE, SENT_SYNC } kind;
    const char *name; // the statement's, for errors
    struct prepared *e;
    uint64_t number;
};

struct pg_db {
    struct db base;
    struct pg_shared *shared;
    PGconn *conn; // NULL: lost; begin, announce and hear make it anew
    bool writer;
    bool reading;  // the transaction was begun for reading
    bool in_tx;    // as far as is known before what is on its way is answered
    bool aborted;  // the server takes nothing but a ROLLBACK
    bool warned;   // a warning came since this was last cleared
    enum { NOT_ENDED, COMMITTED, ROLLED_BACK } end; // what the last COMMIT was answered
    int patience_ms; // the deadline of one statement
    char why[256];   // the last trouble in the server's words

    struct sent ring[RING];
    int first, n_sent;
    int unsynced;    // of them, sent after the last sync
    PGresult *last;  // of the last statement that was answered

    struct cache cache;
    uint64_t numbers;
    uint64_t doomed[RING]; // statements to be deallocated: their DEALLOCATE was skipped
    int n_doomed;
    struct call *open, *idle; // calls

    bool listening, missed; // missed: news may have been lost
    char schema[64];        // whose news are ours
    int64_t answered_us;    // when the server last said something
};

/* --- errors --- */

// Tells what the server answered (c may be NULL), keeps faults in the connection's head, closes the
// connection where the answer means that it is no good; returns false.
bool postgres_fail(struct ctx *c, struct pg_db *d, const PGresult *r, const char *name);
// Closes the connection and tells that it is gone. passing: nothing can have been committed.
bool postgres_lost(struct ctx *c, struct pg_db *d, const char *why);
// The connection is gone, which was told already; says it again to this caller.
bool postgres_away(struct ctx *c, struct pg_db *d);

/* --- connections --- */

MUST_CHECK bool postgres_address(struct ctx *c, const char *url, struct pg_shared *s);
void postgres_address_free(struct pg_shared *s);
// Tries all hosts; false: told, as ERR_BUSY store.away or ERR_STORE store.cannot_open.
MUST_CHECK bool postgres_reconnect(struct ctx *c, struct pg_db *d);
// A server with a higher timeline has been seen: this one was left behind.
bool postgres_fenced(const struct pg_db *d);
int postgres_lock_ms(const struct pg_db *d); // how long a statement waits for a lock
// Answered what was left over, alive, not fenced; otherwise connects anew.
MUST_CHECK bool postgres_ready(struct ctx *c, struct pg_db *d);
void postgres_drop(struct pg_db *d); // closes the connection; what was prepared on it is forgotten

/* --- on the wire: false means told, and where d->conn is NULL, lost --- */

bool wire_control(struct ctx *c, struct pg_db *d, const char *sql, const char *name);
bool wire_commit(struct ctx *c, struct pg_db *d);
bool wire_prepare(struct ctx *c, struct pg_db *d, struct prepared *e, const char *name);
bool wire_run(struct ctx *c, struct pg_db *d, const struct call *k);
bool wire_deallocate(struct ctx *c, struct pg_db *d, uint64_t number);
void wire_rollback(struct pg_db *d); // never waits
bool wire_drain(struct ctx *c, struct pg_db *d); // all that was sent is answered, and answered well
// Runs one statement with text arguments. The result lives until the next one; NULL: told.
const PGresult *wire_ask(struct ctx *c, struct pg_db *d, const char *name, const char *sql, int n,
                         const char *const *values);
bool wire_script(struct ctx *c, struct pg_db *d, const char *sql);
bool wire_alive(struct pg_db *d); // false: the other end has closed it

/* --- the engine's functions --- */

bool postgres_begin(struct ctx *c, struct db *db, bool write);
enum commit_outcome postgres_commit(struct ctx *c, struct db *db);
void postgres_rollback(struct db *db);
bool postgres_in_transaction(const struct db *db);
bool postgres_settled(struct ctx *c, struct db *db);
bool postgres_savepoint(struct ctx *c, struct db *db, enum savepoint_verb verb,
                        enum savepoint_level level);

bool postgres_prepare(struct ctx *c, struct db *db, const struct stmt *st, void **handle);
bool postgres_bind(struct ctx *c, struct db *db, void *handle, const struct db_arg *args, size_t n,
                   bool copy);
bool postgres_run(struct ctx *c, struct db *db, void *handle, int64_t *affected);
bool postgres_step(struct ctx *c, struct db *db, void *handle, bool *row);
void postgres_finish(struct db *db, void *handle);
void postgres_finish_all(struct db *db);
void postgres_calls_drop(struct pg_db *d); // calls and cache
int postgres_columns(void *handle);
bool postgres_is_null(void *handle, int col);
int64_t postgres_column_int(void *handle, int col);
double postgres_column_real(void *handle, int col);
bool postgres_column_text(void *handle, int col, bool bytes, str *out);

bool postgres_lock_schema(struct ctx *c, struct db *db, bool lock);
bool postgres_script(struct ctx *c, struct db *db, const char *sql);
bool postgres_has_table(struct ctx *c, struct db *db, const char *name, bool *has);
bool postgres_plan(struct ctx *c, struct db *db);
bool postgres_integrity(struct ctx *c, struct db *db, struct buf *found);

bool postgres_announce(struct ctx *c, struct db *db, const int64_t *districts, size_t n);
bool postgres_hear(struct ctx *c, struct db *db, int ms, int wake_fd, store_changed_fn *fn,
                   void *arg);
