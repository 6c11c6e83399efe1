#include "store/copy.h"

#include "store/store_internal.h"

#include <stdio.h>
#include <unistd.h>

/* --- how far it has come --- */

struct progress {
    str source;
    int64_t phase, district, ordinal; // the last page's: 1 tenant tables; which table of the schema
    int64_t pages, rows;
};

static const struct stmt LOOK = {
    "copy.look", "SELECT source, phase, district, ordinal, pages, row_count FROM copy_progress WHERE id = 1"};
static const struct stmt BEGIN = {
    "copy.begin", "INSERT INTO copy_progress(id, source, phase, district, ordinal, pages, row_count)"
                  " VALUES(1, $1, 0, 0, 0, 0, 0)"};
static const struct stmt STEP = {
    "copy.step", "UPDATE copy_progress SET phase = $1, district = $2, ordinal = $3, pages = pages + 1,"
                 " row_count = row_count + $4 WHERE id = 1 AND source = $5 AND pages = $6"};
static const struct stmt END = {"copy.end", "DELETE FROM copy_progress WHERE id = 1 AND source = $1"};
static const struct stmt *const STATEMENTS[] = {&LOOK, &BEGIN, &STEP, &END};

void copy_register(void)
{
    statements_register(STATEMENTS, COUNT_OF(STATEMENTS));
}

static bool look(struct ctx *c, struct db *db, struct progress *p, bool *found)
{
    struct db_rows r;
    bool has = false;
    *found = false;
    if (!db->engine->has_table(c, db, "copy_progress", &has)) return false;
    if (!has) return true;
    if (!DB_QUERY(c, db, &r, &LOOK)) return false;
    *found = db_next(&r);
    if (*found)
        *p = (struct progress){.source = db_text(&r, 0),
                               .phase = db_int(&r, 1),
                               .district = db_int(&r, 2),
                               .ordinal = db_int(&r, 3),
                               .pages = db_int(&r, 4),
                               .rows = db_int(&r, 5)};
    return db_done(&r);
}

bool copy_unfinished(struct ctx *c, struct db *db, bool *unfinished)
{
    struct progress p;
    return look(c, db, &p, unfinished);
}

/* --- source and target --- */

static bool same_schema(struct ctx *c, int source, int target)
{
    return source == target || fail(c, ERR_CONFLICT, "copy.schema", str_printf(c->a, "%d", source),
                                    str_printf(c->a, "%d", target));
}

bool copy_source_open(struct ctx *c, str url, const struct store_options *o, struct store **out)
{
    struct store_options reading = *o, writing = *o;
    reading.read_only = true;
    *out = NULL;
    // Opening for writing would upgrade it: looked at first, it stays what it was when that is refused.
    bool ok = store_open(c, url, &reading, out) &&
              same_schema(c, (*out)->schema_version, (int)(*out)->migrations->n);
    if (ok && (*out)->engine->server) return true;
    store_close(*out);
    *out = NULL;
    return ok && store_open(c, url, &writing, out);
}

struct target_look {
    const struct schema *schema;
    struct progress progress;
    bool under_way, empty;
};

static bool look_at_target(struct ctx *c, struct db *db, void *arg)
{
    struct target_look *t = arg;
    return look(c, db, &t->progress, &t->under_way) && tables_empty(c, db, t->schema, &t->empty);
}

static bool look_before(struct ctx *c, str url, struct store *s)
{
    struct schema schema;
    struct target_look t = {.schema = &schema};
    if (!schema_read(c, s, &schema) || !store_read(c, s, look_at_target, &t)) return false;
    return t.under_way || t.empty || fail(c, ERR_CONFLICT, "copy.not_empty", url);
}

bool copy_target_open(struct ctx *c, str url, const struct store_options *o, struct store **out)
{
    struct store_options reading = *o, writing = *o;
    struct store *s = NULL;
    reading.read_only = true;
    reading.create = false;
    reading.unfinished = true;
    bool ok = store_open(c, url, &reading, &s);
    if (!ok && c->err.id && strcmp(c->err.id, "store.not_found") == 0) {
        error_clear(c);
        ok = true;
    }
    if (ok && s) ok = look_before(c, url, s);
    store_close(s);
    writing.create = true;
    writing.unfinished = true;
    return ok && store_open(c, url, &writing, out);
}

/* --- copying --- */

struct copying {
    const struct schema *schema;
    struct store *to;
    const struct copy_options *o;
    struct progress progress;
};

struct page_job {
    struct copying *k;
    const struct schema_table *t;
    int64_t district;
    struct row_page page;
};

static int64_t ordinal_of(const struct copying *k, const struct schema_table *t)
{
    return t - k->schema->tables.at;
}

static bool write_page(struct ctx *c, struct db *db, void *arg)
{
    const struct page_job *j = arg;
    const struct progress *p = &j->k->progress;
    size_t columns = j->t->columns.n;
    int64_t moved = 0;
    // Two processes that copy into one target: the second finds that the count has moved.
    if (!DB_RUN(c, db, &STEP, &moved, ARG(j->t->tenant), ARG(j->district), ARG(ordinal_of(j->k, j->t)),
                ARG((int64_t)j->page.rows), ARG(p->source), ARG(p->pages)))
        return false;
    if (moved != 1) return fail(c, ERR_CONFLICT, "copy.elsewhere");
    for (size_t i = 0; i < j->page.rows; i++)
        if (!db_run_args(c, db, &j->t->insert, NULL, &j->page.cells[i * columns], columns)) return false;
    if (j->k->o->inside) j->k->o->inside(j->k->o->arg);
    return true;
}

static bool store_page(struct ctx *c, struct page_job *j)
{
    struct progress *p = &j->k->progress;
    if (!store_write(c, j->k->to, write_page, j)) return false;
    p->phase = j->t->tenant;
    p->district = j->district;
    p->ordinal = ordinal_of(j->k, j->t);
    p->pages++;
    p->rows += (int64_t)j->page.rows;
    if (j->k->o->told)
        j->k->o->told(j->k->o->arg, &(struct copy_told){j->district, j->t->name, p->rows, p->pages});
    return true;
}

// Was the table copied before the page that was stored last (-1), with it (0), or not yet (1)?
static int place(const struct copying *k, const struct schema_table *t, int64_t district)
{
    const struct progress *p = &k->progress;
    int64_t ordinal = ordinal_of(k, t);
    if (t->tenant != p->phase) return t->tenant < p->phase ? -1 : 1;
    if (district != p->district) return district < p->district ? -1 : 1;
    return ordinal == p->ordinal ? 0 : ordinal < p->ordinal ? -1 : 1;
}

struct key_look {
    const struct schema_table *t;
    int64_t district;
    struct db_arg *key;
    bool found;
};

static bool look_for_key(struct ctx *c, struct db *db, void *arg)
{
    struct key_look *l = arg;
    return rows_last_key(c, db, l->t, l->district, &l->key, &l->found);
}

// after lives in the arena given, from page to page.
static bool copy_pages(struct ctx *c, struct db *from, struct page_job *j, struct arena *keys,
                       struct db_arg *after)
{
    size_t limit = j->k->o->page_rows ? j->k->o->page_rows : ROWS_PAGE;
    j->page.more = true;
    while (j->page.more) {
        struct arena_mark mark = arena_mark(c->a);
        if (!rows_page(c, from, j->t, j->district, after, limit, &j->page)) return false;
        if (j->page.rows && !store_page(c, j)) return false;
        if (j->page.more) {
            arena_reset(keys);
            after = row_key(keys, j->t, &j->page.cells[(j->page.rows - 1) * j->t->columns.n]);
            if (!arena_ok(keys)) return fail(c, ERR_NO_MEMORY, "store.no_memory");
        }
        arena_reset_to(c->a, mark);
    }
    return true;
}

static bool copy_table(struct ctx *c, struct db *from, const struct schema_table *t, int64_t district, void *arg)
{
    struct copying *k = arg;
    struct page_job j = {.k = k, .t = t, .district = district};
    struct key_look l = {.t = t, .district = district};
    int at = place(k, t, district);
    if (at < 0) return true;
    if (at == 0 && !store_read(c, k->to, look_for_key, &l)) return false;
    struct arena *keys = arena_new(SIZE_MAX);
    if (!keys) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    bool ok = copy_pages(c, from, &j, keys, l.found ? l.key : NULL);
    arena_free(keys);
    return ok;
}

static bool begin(struct ctx *c, struct db *db, void *arg)
{
    const struct copying *k = arg;
    return DB_RUN(c, db, &BEGIN, NULL, ARG(k->o->source));
}

// Goes on with what stands in the target, or begins.
static bool take_up(struct ctx *c, struct copying *k)
{
    struct target_look t = {.schema = k->schema};
    if (!same_schema(c, k->schema->version, store_schema_version(k->to))) return false;
    if (!store_read(c, k->to, look_at_target, &t)) return false;
    if (t.under_way) {
        k->progress = t.progress;
        return str_eq(t.progress.source, k->o->source) || fail(c, ERR_CONFLICT, "copy.other_source");
    }
    if (!t.empty) return fail(c, ERR_CONFLICT, "copy.not_empty", STR_EMPTY);
    k->progress = (struct progress){.source = k->o->source};
    return store_write(c, k->to, begin, k);
}

bool copy_run(struct ctx *c, struct db *from, const struct schema *schema, struct store *to,
              const struct copy_options *o, struct copy_result *r)
{
    struct copying k = {.schema = schema, .to = to, .o = o};
    if (!take_up(c, &k)) return false;
    r->before = k.progress.rows;
    bool ok = tables_walk(c, from, schema, EVERY_DISTRICT, copy_table, &k);
    r->rows = k.progress.rows;
    r->pages = k.progress.pages;
    return ok;
}

static bool finish(struct ctx *c, struct db *db, void *arg)
{
    const str *source = arg;
    int64_t removed = 0;
    return DB_RUN(c, db, &END, &removed, ARG(*source)) &&
           (removed == 1 || fail(c, ERR_CONFLICT, "copy.elsewhere"));
}

bool copy_finish(struct ctx *c, struct store *to, str source)
{
    return store_write(c, to, finish, &source);
}

/* --- into a file --- */

struct filing {
    struct schema schema;
    struct store *to;
    db_fn *also;
    void *arg;
};

static const str NEW_FILE = {"file", 4}; // nobody goes on with a file that was not finished

static bool fill(struct ctx *c, struct db *db, void *arg)
{
    struct filing *f = arg;
    struct copy_options o = {.source = NEW_FILE};
    struct copy_result r;
    return copy_run(c, db, &f->schema, f->to, &o, &r) && (!f->also || f->also(c, db, f->arg));
}

static void remove_with(struct ctx *c, const char *target, const char *suffix)
{
    unlink(str_z(c->a, str_cat(c->a, str_of(target), str_of(suffix))));
}

bool copy_to_file(struct ctx *c, struct store *s, const char *target, db_fn *also, void *arg)
{
    struct filing f = {.also = also, .arg = arg};
    struct store_options o = {.create = true, .unfinished = true, .readers = 1};
    struct store_testing t = {.migrations = s->migrations};
    o.testing = &t;
    if (access(target, F_OK) == 0) return fail(c, ERR_CONFLICT, "store.target_exists", str_of(target));
    if (!schema_read(c, s, &f.schema)) return false;
    str url = str_cat(c->a, STR("sqlite:"), str_of(target));
    bool ok = store_open(c, url, &o, &f.to) && store_read(c, s, fill, &f) && copy_finish(c, f.to, NEW_FILE);
    store_close(f.to);
    // Its writer is gone, and nobody else knew of the file.
    remove_with(c, target, ".lock");
    if (!ok)
        for (size_t i = 0; i < 3; i++) remove_with(c, target, ((const char *[]){"", "-wal", "-shm"})[i]);
    return ok;
}
