#include "ground.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <sqlite3.h>

struct raw {
    sqlite3 *file; // one of the two
    PGconn *server;
    int64_t changed;
    char *value;
};

static void stop(const char *what, const char *why)
{
    print_error("%s: %s\n", what, why);
    _fail(__FILE__, __LINE__);
}

/* --- the server --- */

static const char *server_url(void)
{
    const char *url = getenv("BIHUAN_TEST_PG");
    if (!url) stop("BIHUAN_TEST_PG is not set", "run this test under tools/with_postgres.py");
    return url;
}

static PGconn *connect_to(const char *url)
{
    PGconn *h = PQconnectdb(url);
    if (PQstatus(h) != CONNECTION_OK) stop(url, PQerrorMessage(h));
    return h;
}

static void on_server(const char *verb, const char *database, const char *how)
{
    char sql[160];
    PGconn *h = connect_to(server_url());
    snprintf(sql, sizeof sql, "%s DATABASE %s %s", verb, database, how);
    PGresult *r = PQexec(h, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK) stop(sql, PQerrorMessage(h));
    PQclear(r);
    PQfinish(h);
}

void ground_make(struct ground *g, const char *path)
{
    static int made;
    const char *engine = getenv("BIHUAN_TEST_STORE");
    *g = (struct ground){.database = ""};
    if (!engine || strcmp(engine, "sqlite") == 0) {
        snprintf(g->url, sizeof g->url, "sqlite:%s", path);
        return;
    }
    if (strcmp(engine, "postgresql") != 0) stop("BIHUAN_TEST_STORE", engine);
    const char *url = server_url(), *slash = strrchr(url, '/');
    snprintf(g->database, sizeof g->database, "t_%d_%d", (int)getpid(), ++made);
    snprintf(g->url, sizeof g->url, "%.*s/%s", (int)(slash - url), url, g->database);
    on_server("CREATE", g->database, "LOCALE 'C.UTF-8' TEMPLATE template0");
}

void ground_drop(struct ground *g)
{
    if (g->database[0]) on_server("DROP", g->database, "WITH (FORCE)");
    g->database[0] = '\0';
}

/* --- another program's connection --- */

struct raw *raw_open(const struct ground *g)
{
    struct raw *r = calloc(1, sizeof *r);
    if (!r) stop("raw_open", "no memory");
    if (g->database[0]) {
        r->server = connect_to(g->url);
        raw_run(r, "SET session_replication_role = replica; SET client_min_messages = warning");
        return r;
    }
    if (sqlite3_open(g->url + strlen("sqlite:"), &r->file) != SQLITE_OK)
        stop(g->url, sqlite3_errmsg(r->file));
    sqlite3_busy_timeout(r->file, 5000);
    raw_run(r, "PRAGMA journal_mode = WAL"); // as ours leaves it while it is open
    return r;
}

void raw_close(struct raw *r)
{
    sqlite3_close(r->file);
    PQfinish(r->server);
    free(r->value);
    free(r);
}

static int keep_first(void *arg, int columns, char **values, char **names)
{
    char **kept = arg;
    (void)names;
    if (!*kept && columns > 0 && values[0]) *kept = strdup(values[0]);
    return 0;
}

static void run_on_server(struct raw *r, const char *sql)
{
    PGresult *p = PQexec(r->server, sql);
    ExecStatusType status = PQresultStatus(p);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        stop(sql, PQerrorMessage(r->server));
    r->changed = atoll(PQcmdTuples(p));
    if (PQntuples(p) > 0 && !PQgetisnull(p, 0, 0)) r->value = strdup(PQgetvalue(p, 0, 0));
    PQclear(p);
}

void raw_run(struct raw *r, const char *sql)
{
    free(r->value);
    r->value = NULL;
    if (r->server) {
        run_on_server(r, sql);
        return;
    }
    if (sqlite3_exec(r->file, sql, keep_first, &r->value, NULL) != SQLITE_OK)
        stop(sql, sqlite3_errmsg(r->file));
    r->changed = sqlite3_changes(r->file);
}

int64_t raw_changed(const struct raw *r)
{
    return r->changed;
}

const char *raw_value(struct raw *r, const char *sql)
{
    raw_run(r, sql);
    return r->value ? r->value : "";
}

int64_t raw_int(struct raw *r, const char *sql)
{
    return atoll(raw_value(r, sql));
}

const char *raw_column(struct raw *r, const char *table, int at)
{
    char sql[600];
    if (r->server)
        snprintf(sql, sizeof sql,
                 "SELECT attname || CASE WHEN atttypid = 'bigint'::regtype THEN ' INTEGER ' ELSE ' TEXT ' "
                 "END || attnotnull::int || ' ' || (EXISTS (SELECT 1 FROM pg_index WHERE indrelid = "
                 "attrelid AND indisprimary AND attnum = ANY(indkey)))::int FROM pg_attribute WHERE NOT "
                 "attisdropped AND attrelid = '%s'::regclass AND attnum = %d + 1",
                 table, at);
    else
        snprintf(sql, sizeof sql,
                 "SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || (pk > 0) FROM "
                 "pragma_table_info('%s') WHERE cid = %d",
                 table, at);
    return raw_value(r, sql);
}

static bool in_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0) stop(path, "cannot be read");
    size_t n = (size_t)ftell(f);
    char *bytes = malloc(n);
    rewind(f);
    if (!bytes || fread(bytes, 1, n, f) != n) stop(path, "cannot be read");
    bool found = memmem(bytes, n, text, strlen(text)) != NULL;
    fclose(f);
    free(bytes);
    return found;
}

bool ground_holds(const struct ground *g, const char *text)
{
    if (!g->database[0]) return in_file(g->url + strlen("sqlite:"), text);
    char sql[400];
    struct raw *r = raw_open(g);
    snprintf(sql, sizeof sql,
             "SELECT 'SELECT sum(n) FROM (' || string_agg(format('SELECT count(*) AS n FROM %%I AS t "
             "WHERE t::text LIKE %%L', tablename, '%%%s%%'), ' UNION ALL ') || ') AS every' "
             "FROM pg_tables WHERE schemaname = 'public'",
             text);
    char *all = strdup(raw_value(r, sql));
    if (!all || !*all) stop("ground_holds", "no tables");
    bool found = raw_int(r, all) > 0;
    free(all);
    raw_close(r);
    return found;
}
