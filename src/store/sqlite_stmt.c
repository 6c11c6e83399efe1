/*
 * Prepared statements on SQLite: a cache per connection, binding by name, stepping, reading
 * columns.
 *
 * The cache is keyed by the statement's text. Static statements are found by the address of their
 * text (a hint, verified by comparing), others by hash; the 256 last used are kept. A statement
 * that is asked for while it is still running (a loop inside a loop over the same text) gets a
 * temporary twin.
 */
#include "store/sqlite_internal.h"

#include "base/log.h"

#include <stdlib.h>

static uint32_t hash_text(const char *z)
{
    uint32_t h = 2166136261u; // FNV-1a: keys are our own texts, nobody chooses them against us
    for (; *z; z++) h = (h ^ (unsigned char)*z) * 16777619u;
    return h;
}

static size_t hint_of(const char *text)
{
    return ((uintptr_t)text >> 3) % CACHE_HINTS;
}

static void unlink_use(struct cache *k, struct cached *e)
{
    *(e->newer ? &e->newer->older : &k->newest) = e->older;
    *(e->older ? &e->older->newer : &k->oldest) = e->newer;
}

static void link_newest(struct cache *k, struct cached *e)
{
    e->newer = NULL;
    e->older = k->newest;
    *(k->newest ? &k->newest->newer : &k->oldest) = e;
    k->newest = e;
}

static void entry_free(struct cached *e)
{
    sqlite3_finalize(e->st);
    free(e);
}

static void evict(struct cache *k)
{
    struct cached *e = k->oldest;
    while (e && e->busy) e = e->newer;
    if (!e) return;
    unlink_use(k, e);
    struct cached **at = &k->buckets[e->hash % CACHE_BUCKETS];
    while (*at != e) at = &(*at)->chain;
    *at = e->chain;
    for (size_t i = 0; i < CACHE_HINTS; i++)
        if (k->hints[i].entry == e) k->hints[i].entry = NULL;
    k->n--;
    entry_free(e);
}

void sqlite_cache_drop(struct sqlite_db *d)
{
    struct cache *k = &d->cache;
    while (k->newest) {
        struct cached *e = k->newest;
        unlink_use(k, e);
        entry_free(e);
    }
    memset(k, 0, sizeof *k);
}

static struct cached *lookup(struct cache *k, const char *sql, uint32_t *hash)
{
    size_t hint = hint_of(sql);
    struct cached *e = k->hints[hint].entry;
    if (e && k->hints[hint].text == sql && strcmp(sqlite3_sql(e->st), sql) == 0) return e;
    *hash = hash_text(sql);
    for (e = k->buckets[*hash % CACHE_BUCKETS]; e; e = e->chain)
        if (e->hash == *hash && strcmp(sqlite3_sql(e->st), sql) == 0) break;
    if (e) {
        k->hints[hint].text = sql;
        k->hints[hint].entry = e;
    }
    return e;
}

// Fills position[]; false when the text's parameters are not exactly $1…$n.
static bool map_parameters(struct cached *e)
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

static bool statement_bug(struct ctx *c, const char *name, const char *what)
{
    log_line(LOG_ERROR, "store.statement", LOG_STR("statement", str_of(name)),
             LOG_STR("detail", str_of(what)));
    return fail(c, ERR_INTERNAL, "store.statement", str_of(name), str_of(what));
}

static bool entry_new(struct ctx *c, struct sqlite_db *d, const struct stmt *st,
                      struct cached **out)
{
    sqlite3_stmt *s = NULL;
    const char *tail = "";
    int rc = sqlite3_prepare_v3(d->h, st->sql, -1, SQLITE_PREPARE_PERSISTENT, &s, &tail);
    if (rc != SQLITE_OK) return sqlite_fail(c, d, rc, st->name);
    int n = s ? sqlite3_bind_parameter_count(s) : 0;
    struct cached *e = s ? calloc(1, sizeof *e + (size_t)n * sizeof e->position[0]) : NULL;
    if (!e) {
        sqlite3_finalize(s);
        if (!s) return statement_bug(c, st->name, "empty text");
        return sqlite_fail(c, d, SQLITE_NOMEM, st->name);
    }
    e->st = s;
    e->n = n;
    if (!map_parameters(e) || str_trim(str_of(tail)).n > 0) {
        entry_free(e);
        return statement_bug(c, st->name, "parameters are not $1..$n, or more than one statement");
    }
    *out = e;
    return true;
}

static void insert(struct cache *k, struct cached *e, const char *sql, uint32_t hash)
{
    if (k->n >= CACHE_MAX) evict(k);
    e->hash = hash;
    e->chain = k->buckets[hash % CACHE_BUCKETS];
    k->buckets[hash % CACHE_BUCKETS] = e;
    k->hints[hint_of(sql)].text = sql;
    k->hints[hint_of(sql)].entry = e;
    link_newest(k, e);
    k->n++;
}

bool sqlite_prepare(struct ctx *c, struct db *db, const struct stmt *st, void **handle)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    struct cache *k = &d->cache;
    uint32_t hash = 0;
    struct cached *e = lookup(k, st->sql, &hash);
    if (e && !e->busy) {
        unlink_use(k, e);
        link_newest(k, e);
    } else {
        bool temporary = e != NULL;
        if (!entry_new(c, d, st, &e)) return false;
        e->temporary = temporary;
        if (!temporary) insert(k, e, st->sql, hash);
    }
    e->name = st->name;
    e->busy = true;
    *handle = e;
    return true;
}

void sqlite_finish(struct db *db, void *handle)
{
    (void)db;
    struct cached *e = handle;
    sqlite3_reset(e->st); // repeats the step's result, which was told already
    if (e->temporary) {
        entry_free(e);
        return;
    }
    sqlite3_clear_bindings(e->st);
    e->busy = false;
}

void sqlite_finish_all(struct db *db)
{
    struct sqlite_db *d = (struct sqlite_db *)db;
    for (struct cached *e = d->cache.newest; e; e = e->older)
        if (e->busy) sqlite_finish(db, e);
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
    struct cached *e = handle;
    if (n != (size_t)e->n) return statement_bug(c, e->name, "wrong number of arguments");
    for (size_t i = 0; i < n; i++) {
        int rc = bind_one(e->st, e->position[i], &args[i], copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
        if (rc != SQLITE_OK) return sqlite_fail(c, (struct sqlite_db *)db, rc, e->name);
    }
    return true;
}

bool sqlite_step(struct ctx *c, struct db *db, void *handle, bool *row)
{
    struct cached *e = handle;
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
    return sqlite3_column_count(((struct cached *)handle)->st);
}

bool sqlite_is_null(void *handle, int col)
{
    return sqlite3_column_type(((struct cached *)handle)->st, col) == SQLITE_NULL;
}

int64_t sqlite_column_integer(void *handle, int col)
{
    return sqlite3_column_int64(((struct cached *)handle)->st, col);
}

double sqlite_column_real(void *handle, int col)
{
    return sqlite3_column_double(((struct cached *)handle)->st, col);
}

bool sqlite_column_bytes(void *handle, int col, bool bytes, str *out)
{
    sqlite3_stmt *st = ((struct cached *)handle)->st;
    *out = STR_EMPTY;
    if (sqlite3_column_type(st, col) == SQLITE_NULL) return true;
    const char *p =
        bytes ? sqlite3_column_blob(st, col) : (const char *)sqlite3_column_text(st, col);
    int n = sqlite3_column_bytes(st, col);
    if (p) *out = (str){p, (size_t)n};
    return p || sqlite3_errcode(sqlite3_db_handle(st)) != SQLITE_NOMEM;
}
