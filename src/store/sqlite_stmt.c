/*
 * Prepared statements on SQLite: through the cache of the connection, binding by name, stepping,
 * reading columns.
 *
 * A statement that is asked for while it is still running (a loop inside a loop over the same text)
 * gets a temporary twin.
 */
#include "store/sqlite_internal.h"

#include <stdlib.h>

static void entry_free(struct prepared *e)
{
    sqlite3_finalize(e->st);
    free(e);
}

void sqlite_cache_drop(struct sqlite_db *d)
{
    for (struct cached *e; (e = cache_take(&d->cache)) != NULL;) entry_free((struct prepared *)e);
}

// Fills position[]; false when the text's parameters are not exactly $1…$n.
static bool map_parameters(struct prepared *e)
{
    for (int k = 1; k <= e->n; k++) {
        const char *name = sqlite3_bind_parameter_name(e->st, k);
        int64_t number;
        if (!name || name[0] != '$' || !str_int(str_of(name + 1), &number)) return false;
        if (number < 1 || number > e->n || e->position[number - 1]) return false;
        e->position[number - 1] = (uint16_t)k;
    }
    return true;
}

static bool entry_new(struct ctx *c, struct sqlite_db *d, const struct stmt *st,
                      struct prepared **out)
{
    sqlite3_stmt *s = NULL;
    const char *tail = "";
    int rc = sqlite3_prepare_v3(d->h, st->sql, -1, SQLITE_PREPARE_PERSISTENT, &s, &tail);
    if (rc != SQLITE_OK) return sqlite_fail(c, d, rc, st->name);
    int n = s ? sqlite3_bind_parameter_count(s) : 0;
    struct prepared *e = s ? calloc(1, sizeof *e + (size_t)n * sizeof e->position[0]) : NULL;
    if (!e) {
        sqlite3_finalize(s);
        if (!s) return statement_bug(c, st->name, "empty text");
        return sqlite_fail(c, d, SQLITE_NOMEM, st->name);
    }
    e->st = s;
    e->base.text = sqlite3_sql(s);
    e->n = n;
    if (!map_parameters(e) || str_trim(str_of(tail)).n > 0) {
        entry_free(e);
        return statement_bug(c, st->name, "parameters are not $1..$n, or more than one statement");
    }
    *out = e;
    return true;
}

static void keep(struct cache *k, struct prepared *e, const char *sql)
{
    struct prepared *out = (struct prepared *)cache_evict(k);
    if (out) entry_free(out);
    cache_add(k, &e->base, sql);
}

bool sqlite_prepare(struct ctx *c, struct db *db, const struct stmt *st, void **handle)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    struct prepared *e = (struct prepared *)cache_find(&d->cache, st->sql, false);
    if (e && !e->base.busy) {
        cache_use(&d->cache, &e->base);
    } else {
        bool temporary = e != NULL;
        if (!entry_new(c, d, st, &e)) return false;
        e->temporary = temporary;
        if (!temporary) keep(&d->cache, e, st->sql);
    }
    e->name = st->name;
    e->base.busy = 1;
    *handle = e;
    return true;
}

void sqlite_finish(struct db *db, void *handle)
{
    (void)db;
    struct prepared *e = handle;
    sqlite3_reset(e->st); // repeats the step's result, which was told already
    if (e->temporary) {
        entry_free(e);
        return;
    }
    sqlite3_clear_bindings(e->st);
    e->base.busy = 0;
}

void sqlite_finish_all(struct db *db)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    for (struct cached *e = d->cache.newest; e; e = e->older)
        if (e->busy > 0) sqlite_finish(db, e);
    // Temporary twins are reset, and go with their connection.
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(d->h, s)) != NULL;) sqlite3_reset(s);
}

static int bind_one(sqlite3_stmt *st, int at, const struct db_arg *a, sqlite3_destructor_type how)
{
    const char *p = a->s.p ? a->s.p : ""; // a NULL pointer would bind NULL instead of ''
    switch (a->type) {
    case ARG_INT: return sqlite3_bind_int64(st, at, a->i);
    case ARG_REAL: return sqlite3_bind_double(st, at, a->f);
    case ARG_TEXT: return sqlite3_bind_text64(st, at, p, a->s.n, how, SQLITE_UTF8);
    case ARG_BYTES: return sqlite3_bind_blob64(st, at, p, a->s.n, how);
    case ARG_NULL: return sqlite3_bind_null(st, at);
    }
    return SQLITE_MISUSE;
}

bool sqlite_bind(struct ctx *c, struct db *db, void *handle, const struct db_arg *args, size_t n,
                 bool copy)
{
    struct prepared *e = handle;
    if (n != (size_t)e->n) return statement_bug(c, e->name, "wrong number of arguments");
    for (size_t i = 0; i < n; i++) {
        int rc = bind_one(e->st, e->position[i], &args[i], copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
        if (rc != SQLITE_OK) return sqlite_fail(c, (struct sqlite_db *)db, rc, e->name);
    }
    return true;
}

bool sqlite_step(struct ctx *c, struct db *db, void *handle, bool *row)
{
    struct prepared *e = handle;
    int rc = sqlite3_step(e->st);
    *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW || rc == SQLITE_DONE) return true;
    return sqlite_fail(c, (struct sqlite_db *)db, rc, e->name);
}

bool sqlite_run(struct ctx *c, struct db *db, void *handle, int64_t *affected)
{
    for (bool row = true; row;)
        if (!sqlite_step(c, db, handle, &row)) return false;
    if (affected) *affected = sqlite3_changes64(((struct sqlite_db *)db)->h);
    return true;
}

int sqlite_columns(void *handle)
{
    return sqlite3_column_count(((struct prepared *)handle)->st);
}

bool sqlite_is_null(void *handle, int col)
{
    return sqlite3_column_type(((struct prepared *)handle)->st, col) == SQLITE_NULL;
}

int64_t sqlite_column_integer(void *handle, int col)
{
    return sqlite3_column_int64(((struct prepared *)handle)->st, col);
}

double sqlite_column_real(void *handle, int col)
{
    return sqlite3_column_double(((struct prepared *)handle)->st, col);
}

bool sqlite_column_bytes(void *handle, int col, bool bytes, str *out)
{
    sqlite3_stmt *st = ((struct prepared *)handle)->st;
    *out = STR_EMPTY;
    if (sqlite3_column_type(st, col) == SQLITE_NULL) return true;
    const char *p =
        bytes ? sqlite3_column_blob(st, col) : (const char *)sqlite3_column_text(st, col);
    int n = sqlite3_column_bytes(st, col);
    if (p) *out = (str){p, (size_t)n};
    return p || sqlite3_errcode(sqlite3_db_handle(st)) != SQLITE_NOMEM;
}
