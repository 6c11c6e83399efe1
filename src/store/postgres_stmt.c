/*
 * Prepared statements on PostgreSQL: a cache per connection, arguments, rows.
 *
 * A statement is prepared on the server when it is first used, on the wire together with that use.
 * What was evicted is deallocated the same way. A handle is one use of a statement with a result of
 * its own, so one statement may be used in a loop over itself.
 *
 * Arguments go as text, whose types the server finds out from the statement, but bytes as they are.
 * The whole result of a query is fetched by its first step (R43: results are bounded).
 */
#include "store/postgres_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BOOL_TYPE = 16, BYTES_TYPE = 17, KEPT_BYTES = 64 * 1024, NUMBER_CHARS = 32 };

/* --- the text's parameters --- */

static const char *skip_text(const char *p)
{
    do p++;
    while (*p && *p != '\'');
    return *p ? p + 1 : p;
}

static const char *skip_comment(const char *p)
{
    while (*p && *p != '\n') p++;
    return p;
}

// How many parameters the text has; -1: they are not exactly $1…$n, or there is no text, or more than
// one statement.
static int count_parameters(const char *p)
{
    uint8_t seen[MAX_PARAMETERS + 1] = {0};
    int highest = 0, different = 0;
    bool any = false, ended = false;
    while (*p) {
        if (p[0] == '-' && p[1] == '-') {
            p = skip_comment(p);
            continue;
        }
        if (*p == ';') ended = true;
        else if (*p != ' ' && *p != '\n' && *p != '\t') {
            if (ended || *p == '?') return -1;
            any = true;
        }
        if (*p == '\'') {
            p = skip_text(p);
        } else if (*p++ == '$') {
            char *end;
            long k = *p >= '1' && *p <= '9' ? strtol(p, &end, 10) : 0;
            if (k < 1 || k > MAX_PARAMETERS) return -1;
            different += !seen[k];
            seen[k] = 1;
            if (k > highest) highest = (int)k;
            p = end;
        }
    }
    return any && highest == different ? highest : -1;
}

/* --- the cache --- */

static bool make_room(struct ctx *c, struct pg_db *d)
{
    struct prepared *e = (struct prepared *)cache_evict(&d->cache);
    uint64_t number = e && e->state == READY ? e->number : 0;
    free(e);
    if (number && d->n_doomed < RING) d->doomed[d->n_doomed++] = number;
    while (d->n_doomed > 0 && !d->aborted)
        if (!wire_deallocate(c, d, d->doomed[--d->n_doomed])) return false;
    return true;
}

static struct prepared *entry_new(struct ctx *c, const struct stmt *st, bool lock)
{
    size_t room = strlen(st->sql) + 1;
    int n = count_parameters(st->sql);
    if (n < 0) {
        statement_bug(c, st->name, "parameters are not $1..$n, or not one statement");
        return NULL;
    }
    struct prepared *e = calloc(1, sizeof *e + room);
    if (!e) {
        (void)!fail(c, ERR_NO_MEMORY, "store.no_memory");
        return NULL;
    }
    memcpy(e->sql, st->sql, room);
    e->base.text = e->sql;
    e->base.lock = lock;
    e->n = n;
    return e;
}

static struct call *call_new(struct pg_db *d)
{
    struct call *k = d->idle;
    if (k) d->idle = k->next;
    else k = calloc(1, sizeof *k);
    if (!k) return NULL;
    k->next = d->open;
    d->open = k;
    k->row = -1;
    return k;
}

bool postgres_prepare(struct ctx *c, struct db *db, const struct stmt *st, void **handle)
{
    struct pg_db *d = (struct pg_db *)db;
    if (!d->conn) return postgres_away(c, d);
    bool lock = st->lock && !d->reading;
    struct prepared *e = (struct prepared *)cache_find(&d->cache, st->sql, lock);
    if (e) {
        cache_use(&d->cache, &e->base);
    } else {
        if (!make_room(c, d) || !(e = entry_new(c, st, lock))) return false;
        cache_add(&d->cache, &e->base, st->sql);
    }
    if (e->state == UNSENT && !wire_prepare(c, d, e, st->name)) return false;
    struct call *k = call_new(d);
    if (!k) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    k->e = e;
    k->name = st->name;
    e->base.busy++;
    *handle = k;
    return true;
}

static void close_call(struct pg_db *d, struct call *k)
{
    PQclear(k->result);
    k->result = NULL;
    k->e->base.busy--;
    if (k->cap > KEPT_BYTES) {
        free(k->bytes);
        k->bytes = NULL;
        k->cap = 0;
    }
    k->next = d->idle;
    d->idle = k;
}

void postgres_finish(struct db *db, void *handle)
{
    struct pg_db *d = (struct pg_db *)db;
    struct call **at = &d->open;
    while (*at != handle) at = &(*at)->next;
    *at = (*at)->next;
    close_call(d, handle);
}

void postgres_finish_all(struct db *db)
{
    struct pg_db *d = (struct pg_db *)db;
    for (struct call *k; (k = d->open) != NULL;) {
        d->open = k->next;
        close_call(d, k);
    }
}

void postgres_calls_drop(struct pg_db *d)
{
    postgres_finish_all(&d->base);
    for (struct call *k; (k = d->idle) != NULL;) {
        d->idle = k->next;
        free(k->values);
        free(k->lengths);
        free(k->formats);
        free(k->bytes);
        free(k);
    }
    for (struct cached *e; (e = cache_take(&d->cache)) != NULL;) free(e);
}

/* --- arguments --- */

static bool make_places(struct call *k, size_t n, size_t bytes)
{
    if (n > (size_t)k->room) {
        const char **values = realloc(k->values, n * sizeof *values);
        if (values) k->values = values;
        int *lengths = realloc(k->lengths, n * sizeof *lengths);
        if (lengths) k->lengths = lengths;
        int *formats = realloc(k->formats, n * sizeof *formats);
        if (formats) k->formats = formats;
        if (!values || !lengths || !formats) return false;
        k->room = (int)n;
    }
    if (bytes > k->cap) {
        char *p = realloc(k->bytes, bytes);
        if (!p) return false;
        k->bytes = p;
        k->cap = bytes;
    }
    return true;
}

// Writes the argument at p and returns how many bytes it took.
static size_t put_argument(struct call *k, size_t i, const struct db_arg *a, char *p)
{
    k->values[i] = p;
    k->formats[i] = a->type == ARG_BYTES;
    k->lengths[i] = 0;
    switch (a->type) {
    case ARG_INT: return (size_t)snprintf(p, NUMBER_CHARS, "%" PRId64, a->i) + 1;
    case ARG_REAL:
        if (isnan(a->f)) k->values[i] = NULL; // as on SQLite
        return (size_t)snprintf(p, NUMBER_CHARS, "%.17g", a->f) + 1;
    case ARG_TEXT:
    case ARG_BYTES:
        if (a->s.n > 0) memcpy(p, a->s.p, a->s.n);
        p[a->s.n] = '\0';
        k->lengths[i] = (int)a->s.n;
        return a->s.n + 1;
    case ARG_NULL: k->values[i] = NULL; return 0;
    }
    return 0;
}

bool postgres_bind(struct ctx *c, struct db *db, void *handle, const struct db_arg *args, size_t n,
                   bool copy)
{
    (void)db, (void)copy; // arguments are always copied
    struct call *k = handle;
    size_t bytes = 1;
    if (n != (size_t)k->e->n) return statement_bug(c, k->name, "wrong number of arguments");
    for (size_t i = 0; i < n; i++) {
        bool text = args[i].type == ARG_TEXT;
        bool sized = text || args[i].type == ARG_BYTES;
        if (sized && args[i].s.n > VALUE_MAX) return fail(c, ERR_TOO_LARGE, "store.too_big");
        // The one character that no text of PostgreSQL holds.
        if (text && args[i].s.n > 0 && memchr(args[i].s.p, '\0', args[i].s.n))
            return fail(c, ERR_INVALID, "store.check", STR("U+0000"));
        bytes += sized ? args[i].s.n + 1 : NUMBER_CHARS;
    }
    if (!make_places(k, n, bytes)) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    char *p = k->bytes;
    for (size_t i = 0; i < n; i++) p += put_argument(k, i, &args[i], p);
    return true;
}

/* --- running --- */

bool postgres_run(struct ctx *c, struct db *db, void *handle, int64_t *affected)
{
    struct pg_db *d = (struct pg_db *)db;
    if (!wire_run(c, d, handle)) return false;
    if (!affected && d->in_tx && !d->reading) return true; // settled() or what follows asks for the answer
    if (!wire_drain(c, d)) return false;
    if (affected) *affected = strtoll(PQcmdTuples(d->last), NULL, 10);
    return true;
}

bool postgres_step(struct ctx *c, struct db *db, void *handle, bool *row)
{
    struct pg_db *d = (struct pg_db *)db;
    struct call *k = handle;
    *row = false;
    if (!k->result) {
        if (!wire_run(c, d, k) || !wire_drain(c, d)) return false;
        k->result = d->last;
        d->last = NULL;
    }
    *row = ++k->row < PQntuples(k->result);
    return true;
}

/* --- columns --- */

int postgres_columns(void *handle)
{
    const struct call *k = handle;
    return k->result ? PQnfields(k->result) : 0;
}

bool postgres_is_null(void *handle, int col)
{
    const struct call *k = handle;
    return PQgetisnull(k->result, k->row, col) == 1;
}

int64_t postgres_column_int(void *handle, int col)
{
    const struct call *k = handle;
    const char *z = PQgetvalue(k->result, k->row, col);
    if (PQftype(k->result, col) == BOOL_TYPE) return *z == 't';
    return strtoll(z, NULL, 10); // NULL is an empty text here
}

double postgres_column_real(void *handle, int col)
{
    const struct call *k = handle;
    return strtod(PQgetvalue(k->result, k->row, col), NULL);
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

// "\x6162" as bytes_output = hex writes it; the copy lives as long as the result.
static bool bytes_of(PGresult *r, str hex, str *out)
{
    size_t n = hex.n < 2 ? 0 : (hex.n - 2) / 2;
    char *p = PQresultAlloc(r, n + 1);
    if (!p) return false;
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(nibble(hex.p[2 + 2 * i]) << 4 | nibble(hex.p[3 + 2 * i]));
    *out = (str){p, n};
    return true;
}

bool postgres_column_text(void *handle, int col, bool bytes, str *out)
{
    (void)bytes; // the column's own type decides
    const struct call *k = handle;
    *out = STR_EMPTY;
    if (PQgetisnull(k->result, k->row, col)) return true;
    str text = {PQgetvalue(k->result, k->row, col), (size_t)PQgetlength(k->result, k->row, col)};
    if (PQftype(k->result, col) == BYTES_TYPE) return bytes_of(k->result, text, out);
    *out = text;
    return true;
}
