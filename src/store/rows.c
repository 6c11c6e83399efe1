#include "store/rows.h"

enum { PAGE_BYTES = 4 * 1024 * 1024 };

static struct db_arg cell_of(struct db_rows *r, int col, enum column_type type)
{
    if (db_is_null(r, col)) return db_arg_null();
    switch (type) {
    case COLUMN_INT: return db_arg_int(db_int(r, col));
    case COLUMN_REAL: return db_arg_real(db_real(r, col));
    case COLUMN_TEXT: return db_arg_text(db_text(r, col));
    default: return db_arg_bytes(db_bytes(r, col));
    }
}

// How many of the key's columns a statement is told: the district's stands apart.
static size_t first_of_key(const struct schema_table *t)
{
    return t->tenant ? 1 : 0;
}

static bool query(struct ctx *c, struct db *db, struct db_rows *r, const struct schema_table *t,
                  int64_t district, const struct db_arg *after, size_t limit)
{
    size_t n = 0;
    struct db_arg *args = arena_alloc(c->a, (t->key.n + 2) * sizeof *args);
    if (t->tenant) args[n++] = db_arg_int(district);
    for (size_t i = first_of_key(t); after && i < t->key.n; i++) args[n++] = after[i];
    args[n++] = db_arg_int((int64_t)limit);
    return db_query_args(c, db, r, after ? &t->next_rows : &t->first_rows, args, n);
}

bool rows_page(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district,
               const struct db_arg *after, size_t limit, struct row_page *page)
{
    struct db_rows r;
    void *rows = NULL;
    size_t columns = t->columns.n, bytes = 0, room = 0;
    *page = (struct row_page){.cells = NULL};
    // A key that is the district alone has one row, and nothing after it.
    if (after && t->key.n == first_of_key(t)) return true;
    if (!query(c, db, &r, t, district, after, limit)) return false;
    while (page->rows < limit && bytes < PAGE_BYTES && db_next(&r)) {
        struct db_arg *row =
            vec_slot(c->a, &rows, &page->rows, &room, columns * sizeof *row);
        for (size_t i = 0; i < columns; i++) {
            row[i] = cell_of(&r, (int)i, t->columns.at[i].type);
            bytes += row[i].s.n + sizeof row[i];
        }
    }
    page->cells = rows;
    page->more = page->rows == limit || bytes >= PAGE_BYTES;
    return db_done(&r);
}

struct db_arg *row_key(struct arena *a, const struct schema_table *t, const struct db_arg *row)
{
    struct db_arg *key = arena_alloc(a, t->key.n * sizeof *key);
    for (size_t i = 0; i < t->key.n; i++) {
        key[i] = row[t->key.at[i]];
        key[i].s = str_dup(a, key[i].s);
    }
    return key;
}

bool rows_last_key(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district,
                   struct db_arg **key, bool *found)
{
    struct db_rows r;
    struct db_arg of = db_arg_int(district);
    *key = arena_alloc(c->a, t->key.n * sizeof **key);
    if (!db_query_args(c, db, &r, &t->last_key, &of, t->tenant ? 1 : 0)) return false;
    *found = db_next(&r);
    for (size_t i = 0; *found && i < t->key.n; i++)
        (*key)[i] = cell_of(&r, (int)i, t->columns.at[t->key.at[i]].type);
    return db_done(&r);
}

bool rows_each(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district,
               row_fn *fn, void *arg)
{
    struct arena *keys = NULL; // most tables of a district are one page and need none
    struct db_arg *after = NULL;
    struct row_page page = {.more = true};
    bool ok = true;
    while (ok && page.more) {
        struct arena_mark mark = arena_mark(c->a);
        ok = rows_page(c, db, t, district, after, ROWS_PAGE, &page);
        for (size_t i = 0; ok && i < page.rows; i++)
            ok = fn(c, t, &page.cells[i * t->columns.n], arg);
        if (ok && page.more) {
            if (keys) arena_reset(keys);
            else keys = arena_new(SIZE_MAX);
            ok = keys || fail(c, ERR_NO_MEMORY, "store.no_memory");
            if (ok) after = row_key(keys, t, &page.cells[(page.rows - 1) * t->columns.n]);
        }
        if (ok) arena_reset_to(c->a, mark); // an error's text may stand after the mark
    }
    arena_free(keys);
    return ok;
}

/* --- all tables --- */

/* Where each tenant table has its next rows. */
struct walk {
    const struct schema *schema;
    int64_t *next;
    bool *left;
};

static bool look_ahead(struct ctx *c, struct db *db, struct walk *w, size_t table, int64_t after)
{
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &w->schema->tables.at[table].next_district, ARG(after))) return false;
    w->left[table] = db_next(&r);
    if (w->left[table]) w->next[table] = db_int(&r, 0);
    return db_done(&r);
}

static bool walked(const struct schema_table *t, bool tenant)
{
    return t->tenant == tenant && !t->own;
}

// The least district that any table has left.
static bool next_district(const struct walk *w, int64_t *district)
{
    bool found = false;
    for (size_t i = 0; i < w->schema->tables.n; i++) {
        if (!w->left[i] || (found && w->next[i] >= *district)) continue;
        *district = w->next[i];
        found = true;
    }
    return found;
}

static bool walk_district(struct ctx *c, struct db *db, struct walk *w, int64_t district,
                          table_fn *fn, void *arg)
{
    for (size_t i = 0; i < w->schema->tables.n; i++) {
        if (!w->left[i] || w->next[i] != district) continue;
        if (!fn(c, db, &w->schema->tables.at[i], district, arg)) return false;
        if (!look_ahead(c, db, w, i, district)) return false;
    }
    return true;
}

static bool walk_one(struct ctx *c, struct db *db, const struct schema *s, int64_t district,
                     table_fn *fn, void *arg)
{
    for (size_t i = 0; i < s->tables.n; i++)
        if (walked(&s->tables.at[i], true) && !fn(c, db, &s->tables.at[i], district, arg))
            return false;
    return true;
}

bool tables_walk(struct ctx *c, struct db *db, const struct schema *s, int64_t only, table_fn *fn,
                 void *arg)
{
    if (only != EVERY_DISTRICT) return walk_one(c, db, s, only, fn, arg);
    struct walk w = {s, arena_alloc(c->a, s->tables.n * sizeof *w.next),
                     arena_alloc(c->a, s->tables.n * sizeof *w.left)};
    int64_t district = 0;
    for (size_t i = 0; i < s->tables.n; i++) {
        const struct schema_table *t = &s->tables.at[i];
        if (walked(t, false) && !fn(c, db, t, 0, arg)) return false;
        if (walked(t, true) && !look_ahead(c, db, &w, i, INT64_MIN)) return false;
    }
    while (next_district(&w, &district))
        if (!walk_district(c, db, &w, district, fn, arg)) return false;
    return true;
}

bool tables_empty(struct ctx *c, struct db *db, const struct schema *s, bool *empty)
{
    *empty = true;
    for (size_t i = 0; *empty && i < s->tables.n; i++) {
        struct db_rows r;
        if (s->tables.at[i].own) continue;
        if (!DB_QUERY(c, db, &r, &s->tables.at[i].any)) return false;
        *empty = !db_next(&r);
        if (!db_done(&r)) return false;
    }
    return true;
}
