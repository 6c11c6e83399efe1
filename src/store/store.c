/* The store: opening and closing, and what is done to the database as a whole. */
#include "store/copy.h"
#include "store/store_internal.h"

#include <stdlib.h>

enum {
    READERS = 2,
    WRITERS = 4,
    GROUP_JOBS = 64,
    QUEUE_JOBS = 4096,
    READER_WAIT_MS = 2000,
    STATEMENT_MS = 3000,
    AWAY_MS = 5000,
    CHECKPOINT_BYTES = 4 * 1024 * 1024,
    TRUNCATE_BYTES = 64 * 1024 * 1024,
};

static const struct engine *const ENGINES[] = {&SQLITE_ENGINE, &POSTGRES_ENGINE};

// Splits "sqlite:PATH"; a bare path is SQLite's. A server's engine takes the whole address.
static const struct engine *engine_of(str url, str *path)
{
    *path = url;
    for (size_t i = 0; i < COUNT_OF(ENGINES); i++) {
        const struct engine *e = ENGINES[i];
        str rest = url, scheme = str_cut(&rest, STR(":"));
        bool named = str_is(scheme, e->scheme) || (e->alias && str_is(scheme, e->alias));
        if (!named || scheme.n == url.n) continue;
        if (!e->server) *path = rest;
        return e;
    }
    return str_has(url, STR("://")) ? NULL : &SQLITE_ENGINE;
}

str store_url_file(str url)
{
    str path;
    const struct engine *e = engine_of(url, &path);
    return e && !e->server ? path : STR_EMPTY;
}

static bool options_valid(const struct store_options *o)
{
    static const char *const MODES[] = {"FULL", "EXTRA", "NORMAL", "OFF"};
    if (o->readers < 0 || o->readers > MAX_READERS || o->group_jobs < 0) return false;
    if (o->writers < 0 || o->writers > MAX_WRITERS || o->statement_ms < 0) return false;
    if (!o->synchronous) return true;
    for (size_t i = 0; i < COUNT_OF(MODES); i++)
        if (strcmp(o->synchronous, MODES[i]) == 0) return true;
    return false;
}

static int or_shipped(int given, int shipped)
{
    return given ? given : shipped;
}

static bool connect_writers(struct ctx *c, struct store *s, const struct store_options *o,
                            const struct store_testing *t)
{
    int n = s->engine->server ? or_shipped(o->writers, WRITERS) : 1;
    for (; s->n_writers < n; s->n_writers++) {
        struct writer *w = &s->writers[s->n_writers];
        *w = (struct writer){.store = s,
                             .group = or_shipped(o->group_jobs, GROUP_JOBS),
                             .limit = or_shipped(t->queue_jobs, QUEUE_JOBS),
                             .away_ms = or_shipped(t->away_ms, AWAY_MS)};
        if (!s->engine->connect(c, s->shared, true, &w->db)) return false;
    }
    return true;
}

// Half a store is nobody's but the copy's that is filling it.
static bool whole(struct ctx *c, struct db *db, const struct store_options *o)
{
    bool unfinished = false;
    if (o->unfinished) return true;
    if (!copy_unfinished(c, db, &unfinished)) return false;
    return !unfinished || fail(c, ERR_STORE, "store.unfinished");
}

static bool start(struct ctx *c, struct store *s, const struct store_options *o,
                  const struct store_testing *t)
{
    const struct migration_set *set = t->migrations ? t->migrations : &STORE_MIGRATIONS;
    s->migrations = set;
    if (!s->read_only) {
        // The writers come first: the first recovers the log, and readers may then start beside it.
        if (!connect_writers(c, s, o, t)) return false;
        struct db *db = s->writers[0].db;
        if (!migrate(c, db, set, true, &s->schema_version) || !whole(c, db, o)) return false;
        if (s->engine->plan && !s->engine->plan(c, db)) return false;
    }
    if (!pool_start(c, s, or_shipped(o->readers, READERS),
                    or_shipped(t->reader_wait_ms, READER_WAIT_MS)))
        return false;
    if (s->read_only)
        return migrate(c, s->pool.all[0], set, false, &s->schema_version) && whole(c, s->pool.all[0], o);
    for (int i = 0; i < s->n_writers; i++)
        if (!writer_start(c, &s->writers[i])) return false;
    return !s->engine->announce || news_start(c, s);
}

bool store_open(struct ctx *c, str url, const struct store_options *o, struct store **out)
{
    static const struct store_testing SHIPPED = {0};
    const struct store_testing *t = o->testing ? o->testing : &SHIPPED;
    store_messages();
    *out = NULL;
    INVARIANT(options_valid(o));
    str path;
    const struct engine *e = engine_of(url, &path);
    if (!e) return fail(c, ERR_STORE, "store.engine", url);
    if (path.n == 0 || memchr(path.p, '\0', path.n))
        return fail(c, ERR_STORE, "store.cannot_open", path);
    struct store *s = calloc(1, sizeof *s);
    char *z = str_z(c->a, path);
    if (!s || !arena_ok(c->a)) {
        free(s);
        return fail(c, ERR_NO_MEMORY, "store.no_memory");
    }
    s->engine = e;
    s->read_only = o->read_only;
    atomic_store(&s->healthy, true);
    atomic_store(&s->reachable, true);
    struct engine_options eo = {
        .path = z,
        .read_only = o->read_only,
        .create = o->create,
        .still = o->still,
        .statement_ms = or_shipped(o->statement_ms, STATEMENT_MS),
        .vfs = o->vfs,
        .synchronous = o->synchronous,
        .checkpoint_bytes = t->checkpoint_bytes ? t->checkpoint_bytes : CHECKPOINT_BYTES,
        .truncate_bytes = t->truncate_bytes ? t->truncate_bytes : TRUNCATE_BYTES};
    if (e->open(c, &eo, &s->shared) && start(c, s, o, t)) {
        *out = s;
        return true;
    }
    store_close(s);
    return c->err.code == ERR_NONE ? fail(c, ERR_STORE, "store.cannot_open", path) : false;
}

void store_close(struct store *s)
{
    if (!s) return;
    for (int i = 0; i < s->n_writers; i++)
        if (s->writers[i].made) writer_stop(&s->writers[i]);
    news_stop(&s->news); // after the writers: it tells of their last commits
    if (s->pool.made) pool_stop(&s->pool);
    // After the readers: the last one to leave brings the file to rest.
    for (int i = 0; i < s->n_writers; i++)
        s->engine->disconnect(s->writers[i].db, !s->writers[i].db->sick);
    if (s->shared) s->engine->close(s->shared);
    free(s);
}

str store_engine(const struct store *s)
{
    return s->engine->version(s->shared);
}

bool store_is_server(const struct store *s)
{
    return s->engine->server;
}

int store_schema_version(const struct store *s)
{
    return s->schema_version;
}

struct backup {
    void *shared;
    const char *target;
};

static bool backup(struct ctx *c, struct db *db, void *arg)
{
    const struct backup *b = arg;
    return db->engine->backup(c, db, b->shared, b->target);
}

bool store_backup(struct ctx *c, struct store *s, const char *target)
{
    if (!s->engine->backup) return copy_to_file(c, s, target, NULL, NULL);
    return store_read(c, s, backup, &(struct backup){s->shared, target});
}

static bool integrity(struct ctx *c, struct db *db, void *arg)
{
    return db->engine->integrity(c, db, arg);
}

bool store_integrity(struct ctx *c, struct store *s, struct buf *found)
{
    return store_read(c, s, integrity, found);
}
