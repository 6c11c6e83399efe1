/*
 * Care of a database on PostgreSQL: the lock and the scripts of migrations, integrity.
 *
 * The server keeps its own files in shape; what we can add is to read everything once, which makes it
 * verify its checksums, and to compare what the indexes know with what the tables hold.
 */
#include "store/postgres_internal.h"

#include "base/vec.h"

#include <stdio.h>
#include <stdlib.h>

/* --- migrations --- */

// One lock for each schema; the first number is ours, "BHUN".
bool postgres_lock_schema(struct ctx *c, struct db *db, bool lock)
{
    static const char LOCK[] = "SELECT set_config('lock_timeout', $1, false),"
                               " pg_advisory_lock(1112036686, hashtext(current_schema()))";
    static const char UNLOCK[] = "SELECT set_config('lock_timeout', $1, false),"
                                 " pg_advisory_unlock(1112036686, hashtext(current_schema()))";
    struct pg_db *d = (struct pg_db *)db;
    char ms[16];
    if (lock) d->patience_ms = 2 * SCHEMA_LOCK_MS; // longer than the server waits
    snprintf(ms, sizeof ms, "%d", lock ? SCHEMA_LOCK_MS : postgres_lock_ms(d));
    const char *const values[] = {ms};
    bool ok = wire_ask(c, d, "lock_schema", lock ? LOCK : UNLOCK, 1, values) != NULL;
    if (!lock || !ok) d->patience_ms = d->shared->statement_ms;
    return ok;
}

bool postgres_script(struct ctx *c, struct db *db, const char *sql)
{
    return wire_script(c, (struct pg_db *)db, sql);
}

static const struct stmt HAS_TABLE = {
    "store.has_table", "SELECT 1 FROM pg_catalog.pg_class AS t"
                       " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace"
                       " WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p') AND t.relname = $1"};

bool postgres_has_table(struct ctx *c, struct db *db, const char *name, bool *has)
{
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &HAS_TABLE, ARG(str_of(name)))) return false;
    *has = db_next(&r);
    return db_done(&r);
}

// The planner has autovacuum's figures; all we look for is whether anything waits for the commit.
bool postgres_plan(struct ctx *c, struct db *db)
{
    static const char DEFERRABLE[] = "SELECT count(*) FROM pg_constraint AS k"
                                     " JOIN pg_namespace AS n ON n.oid = k.connamespace"
                                     " WHERE n.nspname = current_schema() AND k.condeferrable";
    struct pg_db *d = (struct pg_db *)db;
    const PGresult *r = wire_ask(c, d, "plan", DEFERRABLE, 0, NULL);
    if (!r) return false;
    atomic_store(&d->shared->never_deferred, strcmp(PQgetvalue(r, 0, 0), "0") == 0);
    return true;
}

/* --- integrity --- */

static const char STATE[] =
    "SELECT 'the server keeps no data checksums, so damage on its disk may go unnoticed (pg_checksums --enable)'"
    " WHERE current_setting('data_checksums') <> 'on'"
    " UNION ALL SELECT 'index ' || t.relname || ' is not valid' FROM pg_index AS i"
    " JOIN pg_class AS t ON t.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace"
    " WHERE n.nspname = current_schema() AND NOT i.indisvalid"
    " UNION ALL SELECT 'constraint ' || k.conname || ' was never checked' FROM pg_constraint AS k"
    " JOIN pg_namespace AS n ON n.oid = k.connamespace"
    " WHERE n.nspname = current_schema() AND NOT k.convalidated";

// A table's name, and the statement that reads all of it, long values included.
static const char TABLES[] =
    "SELECT t.relname, format('SELECT sum(octet_length(CAST(read_row AS text))) FROM %I.%I AS read_row',"
    " n.nspname, t.relname) FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace"
    " WHERE n.nspname = current_schema() AND t.relkind = 'r' ORDER BY 1";

// An index's name, the rows it should have counted in the table, and those it has.
static const char INDEXES[] =
    "SELECT x.relname, format('SELECT count(*) FROM %s%s', CAST(i.indrelid AS regclass), p.pred),"
    " format('SELECT count(*) FROM (SELECT %s FROM %s%s ORDER BY %1$s) AS x', k.list,"
    " CAST(i.indrelid AS regclass), p.pred)"
    " FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid"
    " JOIN pg_namespace AS n ON n.oid = x.relnamespace JOIN pg_am AS a ON a.oid = x.relam,"
    " LATERAL (SELECT coalesce(' WHERE ' || pg_get_expr(i.indpred, i.indrelid), '') AS pred) AS p,"
    " LATERAL (SELECT string_agg(pg_get_indexdef(i.indexrelid, g, false), ', ' ORDER BY g) AS list"
    "  FROM generate_series(1, i.indnkeyatts) AS g) AS k"
    " WHERE n.nspname = current_schema() AND a.amname = 'btree' AND x.relkind = 'i' AND i.indisvalid"
    " ORDER BY 1";

// An index's name, and amcheck's look at it; no rows where amcheck is not installed or not ours to use.
static const char AMCHECK[] =
    "SELECT x.relname, format('SELECT %I.bt_index_check(%L::regclass, true)', s.nspname,"
    " CAST(i.indexrelid AS regclass)) FROM pg_extension AS e JOIN pg_namespace AS s ON s.oid = e.extnamespace,"
    " pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid"
    " JOIN pg_namespace AS n ON n.oid = x.relnamespace JOIN pg_am AS a ON a.oid = x.relam"
    " WHERE e.extname = 'amcheck' AND n.nspname = current_schema() AND a.amname = 'btree'"
    " AND x.relkind = 'i' AND i.indisvalid"
    " AND has_function_privilege(to_regprocedure(format('%I.bt_index_check(regclass, boolean)', s.nspname)),"
    "  'EXECUTE')"
    " ORDER BY 1";

static const char BY_TABLE[] = "SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = off;"
                               "SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off";
static const char BY_INDEX[] = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off;"
                               "SET LOCAL enable_indexscan = on; SET LOCAL enable_indexonlyscan = on";

struct probe {
    str name, sql[2];
    str counted; // by the table
};

typedef VEC(struct probe) probes;

static bool list(struct ctx *c, struct pg_db *d, const char *sql, probes *out)
{
    const PGresult *r = wire_ask(c, d, "integrity", sql, 0, NULL);
    if (!r) return false;
    for (int i = 0; i < PQntuples(r); i++) {
        struct probe *p = VEC_PUSH(c->a, out);
        p->name = str_dup(c->a, str_of(PQgetvalue(r, i, 0)));
        for (int k = 1; k < PQnfields(r); k++) p->sql[k - 1] = str_dup(c->a, str_of(PQgetvalue(r, i, k)));
    }
    return ctx_ok(c);
}

// Runs one look; damage that stops it is a finding, not an error. *answer is "" then.
static bool look(struct ctx *c, struct pg_db *d, str name, str sql, struct buf *found, str *answer)
{
    *answer = STR_EMPTY;
    if (!postgres_savepoint(c, &d->base, SAVEPOINT_SET, LEVEL_PART)) return false;
    const PGresult *r = wire_ask(c, d, "integrity", str_z(c->a, sql), 0, NULL);
    if (r) {
        *answer = str_dup(c->a, str_of(PQgetvalue(r, 0, 0)));
        return postgres_savepoint(c, &d->base, SAVEPOINT_RELEASE, LEVEL_PART);
    }
    bool damaged = d->conn && c->err.id && strcmp(c->err.id, "store.damaged") == 0;
    if (!damaged) return false;
    buf_printf(found, "%.*s: %s\n", STR_FMT(name), d->why);
    error_clear(c);
    d->base.fault = ERR_NONE;
    d->base.fault_id = NULL;
    return postgres_savepoint(c, &d->base, SAVEPOINT_ROLLBACK, LEVEL_PART);
}

static bool look_each(struct ctx *c, struct pg_db *d, const char *sql, struct buf *found)
{
    probes all = {0};
    str answer;
    if (!list(c, d, sql, &all)) return false;
    for (size_t i = 0; i < all.n; i++)
        if (!look(c, d, all.at[i].name, all.at[i].sql[0], found, &answer)) return false;
    return true;
}

static bool compare(struct ctx *c, struct pg_db *d, struct buf *found)
{
    probes all = {0};
    str indexed;
    if (!list(c, d, INDEXES, &all) || !wire_script(c, d, BY_TABLE)) return false;
    for (size_t i = 0; i < all.n; i++)
        if (!look(c, d, all.at[i].name, all.at[i].sql[0], found, &all.at[i].counted)) return false;
    if (!wire_script(c, d, BY_INDEX)) return false;
    for (size_t i = 0; i < all.n; i++) {
        const struct probe *p = &all.at[i];
        if (!look(c, d, p->name, p->sql[1], found, &indexed)) return false;
        if (p->counted.n > 0 && indexed.n > 0 && !str_eq(p->counted, indexed))
            buf_printf(found, "index %.*s finds %.*s rows of %.*s\n", STR_FMT(p->name), STR_FMT(indexed),
                       STR_FMT(p->counted));
    }
    return true;
}

static bool check_all(struct ctx *c, struct pg_db *d, struct buf *found)
{
    const PGresult *r = wire_ask(c, d, "integrity", STATE, 0, NULL);
    if (!r) return false;
    for (int i = 0; i < PQntuples(r); i++) buf_printf(found, "%s\n", PQgetvalue(r, i, 0));
    return look_each(c, d, TABLES, found) && look_each(c, d, AMCHECK, found) && compare(c, d, found);
}

bool postgres_integrity(struct ctx *c, struct db *db, struct buf *found)
{
    struct pg_db *d = (struct pg_db *)db;
    d->patience_ms = INTEGRITY_MS;
    bool ok = wire_control(c, d, "SET LOCAL statement_timeout = 0", "integrity") && check_all(c, d, found);
    d->patience_ms = d->shared->statement_ms;
    return ok;
}
