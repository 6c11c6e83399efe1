/* The one place where SQLSTATEs become ours (https://www.postgresql.org/docs/15/errcodes-appendix.html). */
#include "store/postgres_internal.h"

#include "base/log.h"

#include <stdio.h>

enum kind {
    ANSWER,  // the caller's data broke a rule of the schema: an answer to him, no fault of the store
    FAULT,
    PASSING, // may be gone at the next try
    GONE     // this connection is of no more use; may be gone at the next try
};

struct meaning {
    const char *state; // five characters, or the two of a class
    enum error_code code;
    const char *id;
    enum kind kind;
};

static const struct meaning MEANINGS[] = {
    {"23505", ERR_CONFLICT, "store.duplicate", ANSWER},
    {"23503", ERR_CONFLICT, "store.reference", ANSWER},
    {"23502", ERR_INVALID, "store.check", ANSWER},
    {"23514", ERR_INVALID, "store.check", ANSWER},
    {"22001", ERR_INVALID, "store.check", ANSWER},
    {"22003", ERR_INVALID, "store.check", ANSWER},
    {"22021", ERR_INVALID, "store.check", ANSWER}, // a byte that is no UTF-8
    {"22P02", ERR_INVALID, "store.check", ANSWER}, // text that is no number
    {"22P03", ERR_INVALID, "store.check", ANSWER},
    {"54000", ERR_TOO_LARGE, "store.too_big", ANSWER}, // such as a key too long for an index
    {"53100", ERR_STORE, "store.full", FAULT},
    {"53200", ERR_NO_MEMORY, "store.no_memory", FAULT},
    {"40001", ERR_BUSY, "store.busy", PASSING},
    {"40P01", ERR_BUSY, "store.busy", PASSING}, // deadlock
    {"53300", ERR_BUSY, "store.busy", PASSING}, // too many connections
    {"55P03", ERR_BUSY, "store.busy", PASSING}, // a lock not granted in time
    {"57014", ERR_BUSY, "store.busy", PASSING}, // cancelled, or statement_timeout
    {"XX001", ERR_STORE, "store.damaged", FAULT},
    {"XX002", ERR_STORE, "store.damaged", FAULT},
    {"42501", ERR_STORE, "store.cannot_open", FAULT},
    {"58030", ERR_STORE, "store.io", FAULT},
    {"25006", ERR_BUSY, "store.away", GONE}, // it has become a standby
    {"26000", ERR_BUSY, "store.away", GONE}, // the session is not the one we prepared on
    {"57P", ERR_BUSY, "store.away", GONE},   // shutting down, starting up, terminated
    {"08", ERR_BUSY, "store.away", GONE},
};

static const struct meaning UNFORESEEN = {"", ERR_INTERNAL, "store.statement", FAULT};
static const struct meaning READING_ONLY = {"25006", ERR_STORE, "store.read_only", FAULT};
static const struct meaning NO_MEMORY = {"", ERR_NO_MEMORY, "store.no_memory", FAULT};
static const struct meaning LOST = {"", ERR_BUSY, "store.away", GONE};

static const struct meaning *meaning(const struct pg_db *d, const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    // libpq's own errors have no state: the connection broke, or there was no room for the result.
    if (!state) return PQstatus(d->conn) == CONNECTION_BAD ? &LOST : &NO_MEMORY;
    if (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0)) return &LOST;
    if (d->reading && strcmp(state, "25006") == 0) return &READING_ONLY;
    for (size_t i = 0; i < COUNT_OF(MEANINGS); i++)
        if (strncmp(state, MEANINGS[i].state, strlen(MEANINGS[i].state)) == 0) return &MEANINGS[i];
    return &UNFORESEEN;
}

static void remember_why(struct pg_db *d, str why)
{
    why = str_trim(why);
    snprintf(d->why, sizeof d->why, "%.*s", STR_FMT(why));
}

// "Key (district_id, code)=(1, a) already exists." of table item gives "item.district_id, item.code",
// as SQLite says it; the words around differ with the server's language.
static str columns_of(struct ctx *c, const PGresult *r)
{
    str detail = str_of(PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL));
    str table = str_of(PQresultErrorField(r, PG_DIAG_TABLE_NAME));
    size_t from = str_find(detail, STR("("), 0), to = str_find(detail, STR(")=("), 0);
    if (from == SIZE_MAX || to == SIZE_MAX || to < from)
        return str_of(PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME));
    str columns = str_sub(detail, from + 1, to - from - 1);
    struct buf b;
    buf_init(&b, c->a, 4096);
    while (columns.n > 0) {
        if (b.n > 0) buf_addz(&b, ", ");
        buf_add(&b, table);
        buf_addc(&b, '.');
        buf_add(&b, str_cut(&columns, STR(", ")));
    }
    return buf_str(&b);
}

static void keep_fault(struct pg_db *d, const struct meaning *m)
{
    if (d->base.fault != ERR_NONE) return;
    d->base.fault = m->code;
    d->base.fault_id = m->id;
    d->base.passing = m->kind >= PASSING;
}

bool postgres_fail(struct ctx *c, struct pg_db *d, const PGresult *r, const char *name)
{
    const struct meaning *m = meaning(d, r);
    const char *primary = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    remember_why(d, str_of(primary ? primary : PQresultErrorMessage(r)));
    if (m->kind != ANSWER) {
        keep_fault(d, m);
        log_line(m->kind == FAULT ? LOG_ERROR : LOG_WARN, "store.fault", LOG_STR("id", str_of(m->id)),
                 LOG_STR("statement", str_of(name)),
                 LOG_STR("state", str_of(PQresultErrorField(r, PG_DIAG_SQLSTATE))),
                 LOG_STR("detail", str_of(d->why)));
    }
    str why = m->code == ERR_CONFLICT && c ? columns_of(c, r) : str_of(d->why);
    if (m->kind == GONE) postgres_drop(d);
    if (!c) return false;
    if (m->code == ERR_INTERNAL) return fail(c, m->code, m->id, str_of(name), why);
    return fail(c, m->code, m->id, why);
}

bool postgres_lost(struct ctx *c, struct pg_db *d, const char *why)
{
    remember_why(d, str_of(why)); // a copy: the words are the connection's
    log_line(LOG_WARN, "store.lost", LOG_STR("store", str_of(d->shared->label)),
             LOG_STR("detail", str_of(d->why)));
    postgres_drop(d);
    return postgres_away(c, d);
}

bool postgres_away(struct ctx *c, struct pg_db *d)
{
    keep_fault(d, &LOST);
    return c && fail(c, LOST.code, "store.away");
}
