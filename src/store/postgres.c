/*
 * PostgreSQL: opening, the first look at the database, connections, and the engine's table.
 *
 * A store is one schema of one database: the first of search_path. Its text sorts by code point, as
 * on SQLite, or the same list would come in another order.
 */
#include "store/postgres_internal.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

static str version(const void *shared)
{
    return str_of(((const struct pg_shared *)shared)->version);
}

/* --- connections --- */

static struct pg_db *db_new(struct pg_shared *s, bool writer)
{
    struct pg_db *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->base.engine = &POSTGRES_ENGINE;
    d->shared = s;
    d->writer = writer;
    return d;
}

static void disconnect(struct db *db, bool tidy)
{
    (void)tidy;
    struct pg_db *d = (struct pg_db *)db;
    postgres_drop(d);
    postgres_calls_drop(d);
    free(d);
}

static bool connect_new(struct ctx *c, struct pg_shared *s, bool writer, struct pg_db **out)
{
    struct pg_db *d = db_new(s, writer);
    if (!d) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    if (postgres_reconnect(c, d)) {
        *out = d;
        return true;
    }
    disconnect(&d->base, false);
    return false;
}

static bool connect(struct ctx *c, void *shared, bool writer, struct db **out)
{
    struct pg_shared *s = shared;
    struct pg_db *d = s->spare;
    if (d && d->writer == writer) s->spare = NULL;
    else if (!connect_new(c, s, writer, &d)) return false;
    *out = &d->base;
    return true;
}

/* --- the first look --- */

/*
 * A table of an extension is nobody's; a partition belongs to its table. Ours is the schema that has a
 * schema_version as migrate.c makes it: other programs have tables of that name too.
 */
static const char LOOK[] =
    "SELECT current_setting('server_version'), current_setting('server_encoding'), b.datlocprovider,"
    " b.datcollate, current_schema(), current_setting('fsync'),"
    " (SELECT count(*) FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace"
    "   WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS"
    "   (SELECT 1 FROM pg_depend AS p WHERE p.classid = 'pg_class'::regclass AND p.objid = t.oid"
    "     AND p.deptype = 'e')),"
    " (SELECT count(*) FROM information_schema.columns AS i WHERE i.table_schema = current_schema()"
    "   AND i.table_name = 'schema_version' AND (i.column_name, i.data_type) IN"
    "   (('version', 'bigint'), ('name', 'text'), ('hash', 'text')))"
    " FROM pg_database AS b WHERE b.datname = current_database()";

enum look { VERSION, ENCODING, PROVIDER, COLLATION, SCHEMA, FSYNC, TABLES, MARKS };

static bool by_code_point(const char *provider, const char *collation)
{
    static const char *const NAMES[] = {"C", "POSIX", "C.UTF-8", "C.utf8", "C.UTF8"};
    if (*provider == 'b') return true; // PostgreSQL 17's own: all of them do
    for (size_t i = 0; i < COUNT_OF(NAMES) && *provider == 'c'; i++)
        if (strcmp(collation, NAMES[i]) == 0) return true;
    return false;
}

static bool fits(struct ctx *c, const struct pg_shared *s, bool create, const PGresult *r)
{
    str label = str_of(s->label);
    const char *collation = PQgetvalue(r, 0, COLLATION);
    if (strcmp(PQgetvalue(r, 0, ENCODING), "UTF8") != 0)
        return fail(c, ERR_STORE, "store.locale", label, str_of(PQgetvalue(r, 0, ENCODING)));
    if (!by_code_point(PQgetvalue(r, 0, PROVIDER), collation))
        return fail(c, ERR_STORE, "store.locale", label, str_of(collation));
    if (PQgetisnull(r, 0, SCHEMA))
        return fail(c, ERR_STORE, "store.cannot_open", str_cat(c->a, label, STR(" (search_path)")));
    bool ours = strcmp(PQgetvalue(r, 0, MARKS), "3") == 0;
    if (!ours && strcmp(PQgetvalue(r, 0, TABLES), "0") != 0)
        return fail(c, ERR_STORE, "store.foreign", label);
    if (!ours && (!create || s->read_only)) return fail(c, ERR_STORE, "store.not_found", label);
    return true;
}

static bool look_inside(struct ctx *c, struct pg_shared *s, struct pg_db *d, bool create)
{
    int number = PQserverVersion(d->conn);
    if (number < OLDEST_SERVER)
        return fail(c, ERR_STORE, "store.engine_old",
                    str_printf(c->a, "PostgreSQL %d.%d", number / 10000, number % 100));
    const PGresult *r = wire_ask(c, d, "open", LOOK, 0, NULL);
    if (!r) return false;
    str rest = str_of(PQgetvalue(r, 0, VERSION)), first = str_cut(&rest, STR(" "));
    snprintf(s->version, sizeof s->version, "PostgreSQL %.*s", STR_FMT(first));
    if (strcmp(PQgetvalue(r, 0, FSYNC), "on") != 0)
        log_line(LOG_WARN, "store.fsync_off", LOG_STR("store", str_of(s->label)));
    return fits(c, s, create, r);
}

static void close_shared(void *shared)
{
    struct pg_shared *s = shared;
    if (s->spare) disconnect(&s->spare->base, false);
    postgres_address_free(s);
    free(s);
}

static bool open_shared(struct ctx *c, const struct engine_options *o, void **shared)
{
    struct pg_shared *s = calloc(1, sizeof *s);
    if (!s) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    s->read_only = o->read_only;
    s->statement_ms = o->statement_ms;
    if (postgres_address(c, o->path, s) && connect_new(c, s, !o->read_only, &s->spare) &&
        look_inside(c, s, s->spare, o->create)) {
        *shared = s;
        return true;
    }
    close_shared(s);
    return false;
}

static const char *token(const char *name)
{
    static const char *const TOKENS[][2] = {
        {"I64", "BIGINT"}, {"F64", "DOUBLE PRECISION"}, {"TXT", "TEXT"}, {"BIN", "BYTEA"}, {"END", ""}};
    for (size_t i = 0; i < COUNT_OF(TOKENS); i++)
        if (strncmp(name, TOKENS[i][0], 3) == 0) return TOKENS[i][1];
    return NULL;
}

const struct engine POSTGRES_ENGINE = {
    .scheme = "postgresql",
    .alias = "postgres",
    .server = true,
    .version = version,
    .open = open_shared,
    .close = close_shared,
    .connect = connect,
    .disconnect = disconnect,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .in_transaction = postgres_in_transaction,
    .settled = postgres_settled,
    .savepoint = postgres_savepoint,
    .prepare = postgres_prepare,
    .bind = postgres_bind,
    .run = postgres_run,
    .step = postgres_step,
    .finish = postgres_finish,
    .finish_all = postgres_finish_all,
    .columns = postgres_columns,
    .is_null = postgres_is_null,
    .column_int = postgres_column_int,
    .column_real = postgres_column_real,
    .column_text = postgres_column_text,
    .lock_schema = postgres_lock_schema,
    .script = postgres_script,
    .has_table = postgres_has_table,
    .token = token,
    .plan = postgres_plan,
    .integrity = postgres_integrity,
    .announce = postgres_announce,
    .hear = postgres_hear,
};
