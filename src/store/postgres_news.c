/*
 * News between processes: NOTIFY on one channel of the database, with "SCHEMA DISTRICT DISTRICT…",
 * because several stores may live in one database. It is sent after the commit it tells of, on a
 * connection of its own: inside it would make all commits of the database wait for each other.
 */
#include "store/postgres_internal.h"

#include <errno.h>
#include <poll.h>

enum { QUIET_US = 10 * 1000 * 1000 }; // after so long the server is asked whether it is there

bool postgres_announce(struct ctx *c, struct db *db, const int64_t *districts, size_t n)
{
    static const char NOTIFY[] = "SELECT pg_notify('bihuan', current_schema() || ' ' || $1)";
    struct pg_db *d = (struct pg_db *)db;
    struct buf b;
    buf_init(&b, c->a, 4096);
    for (size_t i = 0; i < n; i++) buf_printf(&b, "%s%" PRId64, i ? " " : "", districts[i]);
    const char *const values[] = {str_z(c->a, buf_str(&b))};
    if (!ctx_ok(c) || !postgres_ready(c, d)) return false;
    return wire_ask(c, d, "announce", NOTIFY, 1, values) != NULL;
}

static void tell(str districts, store_changed_fn *fn, void *arg)
{
    int64_t district;
    while (districts.n > 0)
        if (str_int(str_cut(&districts, STR(" ")), &district)) fn(arg, district);
}

// Tells what has come; true when anything was told.
static bool take(struct pg_db *d, store_changed_fn *fn, void *arg)
{
    bool told = false;
    for (PGnotify *n; (n = PQnotifies(d->conn)) != NULL; PQfreemem(n)) {
        str rest = str_of(n->extra), schema = str_of(d->schema);
        if (n->be_pid == PQbackendPID(d->conn)) continue; // our own announcement
        if (!str_starts(rest, schema) || rest.n <= schema.n || rest.p[schema.n] != ' ') continue;
        tell(str_from(rest, schema.n + 1), fn, arg);
        told = true;
    }
    return told;
}

static bool listen_here(struct ctx *c, struct pg_db *d, store_changed_fn *fn, void *arg)
{
    if (d->listening) return true;
    if (!wire_ask(c, d, "listen", "LISTEN bihuan", 0, NULL)) return false;
    const PGresult *r = wire_ask(c, d, "listen", "SELECT current_schema()", 0, NULL);
    if (!r) return false;
    str schema = str_of(PQgetvalue(r, 0, 0));
    if (schema.n >= sizeof d->schema) return statement_bug(c, "listen", "a schema's name too long");
    memcpy(d->schema, schema.p, schema.n + 1);
    d->listening = true;
    if (d->missed) fn(arg, 0);
    d->missed = false;
    return true;
}

bool postgres_hear(struct ctx *c, struct db *db, int ms, int wake_fd, store_changed_fn *fn, void *arg)
{
    struct pg_db *d = (struct pg_db *)db;
    if (!postgres_ready(c, d) || !listen_here(c, d, fn, arg)) return false;
    // A server that was frozen or replaced keeps silent for ever.
    bool quiet = monotonic_us() - d->answered_us > QUIET_US;
    if (quiet && !wire_ask(c, d, "listen", "SELECT 1", 0, NULL)) return false;
    int64_t until_us = monotonic_us() + (int64_t)ms * 1000;
    while (!take(d, fn, arg)) {
        struct pollfd p[2] = {{.fd = PQsocket(d->conn), .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
        int64_t left_us = until_us - monotonic_us();
        int rc = left_us > 0 ? poll(p, 2, (int)(left_us / 1000) + 1) : 0;
        if (rc == 0 || (rc > 0 && p[1].revents)) return true;
        if (rc < 0 && errno != EINTR) return true;
        if (rc > 0 && !PQconsumeInput(d->conn)) return postgres_lost(c, d, PQerrorMessage(d->conn));
    }
    return true;
}
