/*
 * The wire: what is on its way to the server and back.
 *
 * libpq runs in pipeline mode and never blocks. What nobody waits for is only put on the wire and
 * noted in a ring; what needs an answer sends a sync after it and takes the answers of all that is
 * in the ring, up to that sync. After a failure the server skips everything up to the next sync, so
 * the first error is the one that counts, and the ring tells whose it is.
 *
 * Every wait is a poll() with a deadline of our own, anew for each statement: a server that was
 * frozen, or a machine that went away without a word, would otherwise hold a thread for as long as
 * it likes. When the deadline passes we close the connection. We never cancel: a cancel that meets a
 * COMMIT in its wait for the standby would leave a commit on one machine only.
 */
#include "store/postgres_internal.h"

#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static void push(struct pg_db *d, struct sent s)
{
    INVARIANT(d->n_sent < RING);
    d->ring[(d->first + d->n_sent) % RING] = s;
    d->n_sent++;
    d->unsynced = s.kind == SENT_SYNC ? 0 : d->unsynced + 1;
    if (s.kind == SENT_PREPARE) s.e->base.busy++; // stays in the cache until it is answered
}

static struct sent pop(struct pg_db *d)
{
    struct sent s = d->ring[d->first];
    d->first = (d->first + 1) % RING;
    d->n_sent--;
    if (s.kind == SENT_PREPARE) s.e->base.busy--;
    return s;
}

void postgres_drop(struct pg_db *d)
{
    while (d->n_sent > 0) pop(d);
    PQfinish(d->conn);
    d->conn = NULL;
    PQclear(d->last);
    d->last = NULL;
    d->first = d->unsynced = d->n_doomed = 0;
    d->in_tx = d->aborted = false;
    d->missed |= d->listening;
    d->listening = false;
    for (struct cached *e = d->cache.newest; e; e = e->older) ((struct prepared *)e)->state = UNSENT;
}

/* --- waiting --- */

// Until the socket has something for us, or has room for what is left to send.
static bool wait_for(struct pg_db *d, int64_t until_us, bool unsent)
{
    struct pollfd p = {.fd = PQsocket(d->conn), .events = POLLIN};
    if (unsent) p.events |= POLLOUT;
    int64_t left_us = until_us - monotonic_us();
    int rc = left_us > 0 ? poll(&p, 1, (int)(left_us / 1000) + 1) : 0;
    return rc > 0 || (rc < 0 && errno == EINTR);
}

// The next result of what was sent, NULL at a statement's end. False: no answer in time, or no
// memory to read it; a connection that breaks gives a result that says so.
static bool next_result(struct pg_db *d, int64_t until_us, PGresult **r)
{
    while (PQisBusy(d->conn)) {
        bool unsent = PQflush(d->conn) == 1;
        if (PQstatus(d->conn) == CONNECTION_BAD) break;
        if (!wait_for(d, until_us, unsent)) return false;
        if (!PQconsumeInput(d->conn) && PQstatus(d->conn) != CONNECTION_BAD) return false;
    }
    *r = PQgetResult(d->conn);
    return true;
}

static bool no_answer(struct ctx *c, struct pg_db *d)
{
    return postgres_lost(c, d, "no answer in time");
}

static bool broken(struct ctx *c, struct pg_db *d)
{
    return postgres_lost(c, d, PQerrorMessage(d->conn));
}

bool wire_alive(struct pg_db *d)
{
    // What an idle server sends is news, notices, or its last words followed by the end.
    for (int i = 0; i < 3; i++) {
        struct pollfd p = {.fd = PQsocket(d->conn), .events = POLLIN | POLLRDHUP};
        if (poll(&p, 1, 0) <= 0) return true;
        if (!PQconsumeInput(d->conn) || PQisBusy(d->conn)) return false;
    }
    return true;
}

/* --- sending --- */

static bool sync(struct pg_db *d)
{
    if (PQpipelineSync(d->conn) != 1) return false;
    push(d, (struct sent){.kind = SENT_SYNC});
    return true;
}

// Room for one more statement with its PREPARE.
static bool room(struct ctx *c, struct pg_db *d)
{
    if (!d->conn) return postgres_away(c, d);
    return d->n_sent < PENDING_MOST || wire_drain(c, d);
}

static bool control(struct ctx *c, struct pg_db *d, const char *sql, struct sent s)
{
    if (PQsendQueryParams(d->conn, sql, 0, NULL, NULL, NULL, NULL, 0) != 1) return broken(c, d);
    push(d, s);
    return true;
}

bool wire_control(struct ctx *c, struct pg_db *d, const char *sql, const char *name)
{
    return room(c, d) && control(c, d, sql, (struct sent){.kind = SENT_CONTROL, .name = name});
}

bool wire_commit(struct ctx *c, struct pg_db *d)
{
    return control(c, d, "COMMIT", (struct sent){.kind = SENT_COMMIT, .name = "commit"});
}

bool wire_deallocate(struct ctx *c, struct pg_db *d, uint64_t number)
{
    char sql[48];
    snprintf(sql, sizeof sql, "DEALLOCATE b%" PRIu64, number);
    struct sent s = {.kind = SENT_DEALLOCATE, .name = "deallocate", .number = number};
    return room(c, d) && control(c, d, sql, s);
}

static void name_of(const struct prepared *e, char out[24])
{
    snprintf(out, 24, "b%" PRIu64, e->number);
}

// The text as the server gets it; PQsendPrepare copies it.
static bool send_text(struct pg_db *d, const struct prepared *e, const char *name)
{
    static const char LOCK[] = " FOR UPDATE"; // hook H4 of docs/sql.md
    if (!e->base.lock) return PQsendPrepare(d->conn, name, e->sql, 0, NULL) == 1;
    size_t n = strlen(e->sql);
    char *text = malloc(n + sizeof LOCK);
    if (!text) return false;
    memcpy(text, e->sql, n);
    memcpy(text + n, LOCK, sizeof LOCK);
    bool ok = PQsendPrepare(d->conn, name, text, 0, NULL) == 1;
    free(text);
    return ok;
}

bool wire_prepare(struct ctx *c, struct pg_db *d, struct prepared *e, const char *name)
{
    char id[24];
    if (!room(c, d)) return false;
    e->number = ++d->numbers;
    name_of(e, id);
    if (!send_text(d, e, id)) return broken(c, d);
    e->state = SENT;
    push(d, (struct sent){.kind = SENT_PREPARE, .name = name, .e = e, .number = e->number});
    return true;
}

bool wire_run(struct ctx *c, struct pg_db *d, const struct call *k)
{
    char id[24];
    if (!room(c, d)) return false;
    name_of(k->e, id);
    if (PQsendQueryPrepared(d->conn, id, k->e->n, k->values, k->lengths, k->formats, 0) != 1)
        return broken(c, d);
    push(d, (struct sent){.kind = SENT_RUN, .name = k->name});
    return true;
}

void wire_rollback(struct pg_db *d)
{
    // What is not synced yet may fail, and then the server would skip the ROLLBACK with the rest.
    if (d->unsynced > 0 && !sync(d)) postgres_lost(NULL, d, PQerrorMessage(d->conn));
    if (d->conn && control(NULL, d, "ROLLBACK", (struct sent){.kind = SENT_CONTROL, .name = "rollback"}) &&
        !sync(d))
        postgres_lost(NULL, d, PQerrorMessage(d->conn));
}

/* --- receiving --- */

static void undo(struct pg_db *d, const struct sent *s)
{
    if (s->kind == SENT_PREPARE) s->e->state = UNSENT;
    if (s->kind == SENT_DEALLOCATE && d->n_doomed < RING) d->doomed[d->n_doomed++] = s->number;
}

static bool judge(struct ctx *c, struct pg_db *d, const struct sent *s, const PGresult *r)
{
    switch (PQresultStatus(r)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        if (s->kind == SENT_PREPARE) s->e->state = READY;
        if (s->kind == SENT_COMMIT)
            d->end = strcmp(PQcmdStatus((PGresult *)(uintptr_t)r), "COMMIT") == 0 ? COMMITTED : ROLLED_BACK;
        return true;
    case PGRES_PIPELINE_ABORTED: undo(d, s); return false; // why was told before
    default: undo(d, s); return postgres_fail(c, d, r, s->name);
    }
}

static bool receive_sync(struct ctx *c, struct pg_db *d, int64_t until_us)
{
    PGresult *r;
    for (int ends = 0; ends < 4; ends++) {
        if (!next_result(d, until_us, &r)) return no_answer(c, d);
        ExecStatusType status = r ? PQresultStatus(r) : PGRES_EMPTY_QUERY;
        PQclear(r);
        if (PQstatus(d->conn) == CONNECTION_BAD) return broken(c, d);
        if (status == PGRES_PIPELINE_SYNC) {
            pop(d);
            d->answered_us = monotonic_us();
            return true;
        }
    }
    return postgres_lost(c, d, "an answer that does not belong to any question");
}

// The answer of what was sent first. It ends with NULL; a broken connection never ends.
static bool receive_one(struct ctx *c, struct pg_db *d)
{
    int64_t until_us = monotonic_us() + (int64_t)d->patience_ms * 1000;
    if (d->ring[d->first].kind == SENT_SYNC) return receive_sync(c, d, until_us);
    PGresult *first = NULL, *r;
    do {
        if (!next_result(d, until_us, &r)) {
            PQclear(first);
            return no_answer(c, d);
        }
        if (first) PQclear(r);
        else first = r;
    } while (r && PQstatus(d->conn) != CONNECTION_BAD);
    if (!first) return broken(c, d);
    struct sent s = pop(d);
    PQclear(d->last);
    d->last = first;
    return judge(c, d, &s, first);
}

static void take_status(struct pg_db *d)
{
    PGTransactionStatusType status = PQtransactionStatus(d->conn);
    d->in_tx = status != PQTRANS_IDLE;
    d->aborted = status == PQTRANS_INERROR;
}

bool wire_drain(struct ctx *c, struct pg_db *d)
{
    if (!d->conn) return postgres_away(c, d);
    if (d->n_sent == 0) return true;
    if (d->unsynced > 0 && !sync(d)) return broken(c, d);
    bool ok = true;
    while (d->conn && d->n_sent > 0) ok = receive_one(c, d) && ok;
    if (!d->conn) return false;
    take_status(d);
    return ok;
}

/* --- asking --- */

const PGresult *wire_ask(struct ctx *c, struct pg_db *d, const char *name, const char *sql, int n,
                         const char *const *values)
{
    if (!room(c, d)) return NULL;
    if (PQsendQueryParams(d->conn, sql, n, NULL, values, NULL, NULL, 0) != 1) {
        broken(c, d);
        return NULL;
    }
    push(d, (struct sent){.kind = SENT_RUN, .name = name});
    return wire_drain(c, d) ? d->last : NULL;
}

// Several statements in one text go by the simple protocol, which no pipeline takes.
bool wire_script(struct ctx *c, struct pg_db *d, const char *sql)
{
    if (!wire_drain(c, d)) return false;
    if (PQexitPipelineMode(d->conn) != 1 || PQsendQuery(d->conn, sql) != 1) return broken(c, d);
    int64_t until_us = monotonic_us() + (int64_t)SCRIPT_MS * 1000;
    PGresult *wrong = NULL, *r;
    bool bad;
    do {
        if (!next_result(d, until_us, &r)) {
            PQclear(wrong);
            return no_answer(c, d);
        }
        bad = PQstatus(d->conn) == CONNECTION_BAD;
        if (!wrong && r && PQresultStatus(r) == PGRES_FATAL_ERROR) wrong = r;
        else PQclear(r);
    } while (r && !bad);
    bool ok = !wrong && !bad;
    if (wrong) postgres_fail(c, d, wrong, "script");
    PQclear(wrong);
    if (!d->conn) return false;
    if (bad || PQenterPipelineMode(d->conn) != 1) return broken(c, d);
    take_status(d);
    return ok;
}
