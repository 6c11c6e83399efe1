/*
 * The db_ functions: arguments in, rows out. Nothing here knows an engine; each call goes through
 * the connection's table. Rules kept here for every engine: a statement is always finished (back in
 * the cache) before its function returns or at db_done, and an error is told once.
 */
#include "store/store_internal.h"

#include "base/log.h"

struct db_arg db_arg_int(int64_t i)
{
    return (struct db_arg){.type = ARG_INT, .i = i};
}

struct db_arg db_arg_real(double f)
{
    return (struct db_arg){.type = ARG_REAL, .f = f};
}

struct db_arg db_arg_text(str s)
{
    return (struct db_arg){.type = ARG_TEXT, .s = s};
}

struct db_arg db_arg_bytes(str s)
{
    return (struct db_arg){.type = ARG_BYTES, .s = s};
}

struct db_arg db_arg_null(void)
{
    return (struct db_arg){.type = ARG_NULL};
}

struct db_arg db_arg_id(int64_t i)
{
    return i ? db_arg_int(i) : db_arg_null();
}

bool statement_bug(struct ctx *c, const char *name, const char *what)
{
    log_line(LOG_ERROR, "store.statement", LOG_STR("statement", str_of(name)),
             LOG_STR("detail", str_of(what)));
    return fail(c, ERR_INTERNAL, "store.statement", str_of(name), str_of(what));
}

bool db_run_args(struct ctx *c, struct db *db, const struct stmt *st, int64_t *affected,
                 const struct db_arg *args, size_t n)
{
    const struct engine *e = db->engine;
    void *handle;
    if (affected) *affected = 0;
    statement_seen(st);
    if (!e->prepare(c, db, st, &handle)) return false;
    bool ok = e->bind(c, db, handle, args, n, false) && e->run(c, db, handle, affected);
    e->finish(db, handle);
    return ok;
}

bool db_query_args(struct ctx *c, struct db *db, struct db_rows *r, const struct stmt *st,
                   const struct db_arg *args, size_t n)
{
    const struct engine *e = db->engine;
    *r = (struct db_rows){.c = c, .db = db};
    statement_seen(st);
    if (!e->prepare(c, db, st, &r->handle)) return false;
    if (!e->bind(c, db, r->handle, args, n, true)) {
        e->finish(db, r->handle);
        r->handle = NULL;
        return false;
    }
    db->open_rows++;
    r->more = true;
    return true;
}

bool db_next(struct db_rows *r)
{
    if (!r->handle || !r->more) return false;
    if (!arena_ok(r->c->a)) {
        r->more = false;
        return false; // db_done tells it
    }
    if (!r->db->engine->step(r->c, r->db, r->handle, &r->more)) {
        r->failed = true;
        r->more = false;
    }
    return r->more;
}

bool db_done(struct db_rows *r)
{
    if (r->handle) {
        r->db->engine->finish(r->db, r->handle);
        r->db->open_rows--;
        r->handle = NULL;
    }
    return ctx_ok(r->c) && !r->failed;
}

int db_columns(const struct db_rows *r)
{
    return r->db->engine->columns(r->handle);
}

bool db_is_null(const struct db_rows *r, int col)
{
    return r->db->engine->is_null(r->handle, col);
}

int64_t db_int(const struct db_rows *r, int col)
{
    return r->db->engine->column_int(r->handle, col);
}

double db_real(const struct db_rows *r, int col)
{
    return r->db->engine->column_real(r->handle, col);
}

static str column(const struct db_rows *r, int col, bool bytes)
{
    str view;
    if (!r->db->engine->column_text(r->handle, col, bytes, &view)) {
        // The engine had no memory for it: let the arena's flag carry that to db_next and db_done.
        arena_exhaust(r->c->a);
        return STR_EMPTY;
    }
    return str_dup(r->c->a, view);
}

str db_text(const struct db_rows *r, int col)
{
    return column(r, col, false);
}

str db_bytes(const struct db_rows *r, int col)
{
    return column(r, col, true);
}

uint32_t db_epoch(const struct db *db)
{
    return db->epoch;
}

bool db_savepoint(struct ctx *c, struct db *db)
{
    return db->engine->savepoint(c, db, SAVEPOINT_SET, LEVEL_PART);
}

bool db_release(struct ctx *c, struct db *db)
{
    return db->engine->savepoint(c, db, SAVEPOINT_RELEASE, LEVEL_PART);
}

void db_rollback_to(struct db *db)
{
    // A failure here is kept in db->fault, which stops the whole job.
    db->engine->savepoint(NULL, db, SAVEPOINT_ROLLBACK, LEVEL_PART);
}

bool db_prepare_only(struct ctx *c, struct db *db, const struct stmt *st)
{
    void *handle;
    // What cannot be prepared may spoil the transaction it is tried in.
    if (!db_savepoint(c, db)) return false;
    bool ok = db->engine->prepare(c, db, st, &handle);
    if (ok) db->engine->finish(db, handle);
    ok = ok && db->engine->settled(c, db);
    db_rollback_to(db);
    return ok;
}
