#include "ledger/care/export.h"

#include "base/base64.h"
#include "ledger/sm3.h"

struct exporting {
    struct schema schema;
    int64_t district;
    put_fn *put;
    void *arg;
    int64_t rows;
    struct arena *a; // of one line
    bool *secret;    // of the columns of the table at hand
};

static void put_cell(struct exporting *x, struct json *j, const struct db_arg *cell, bool secret)
{
    switch (cell->type) {
    case ARG_INT: jw_int(j, cell->i); break;
    case ARG_REAL: jw_double(j, cell->f); break;
    case ARG_TEXT: jw_text(j, secret ? str_cat(x->a, STR("sm3:"), sm3_of(x->a, cell->s)) : cell->s); break;
    case ARG_BYTES: jw_text(j, base64url(x->a, cell->s)); break;
    default: jw_null(j);
    }
}

static bool put_row(struct ctx *c, const struct schema_table *t, const struct db_arg *row, void *arg)
{
    struct exporting *x = arg;
    struct buf b;
    struct json j;
    arena_reset(x->a);
    buf_init(&b, x->a, SIZE_MAX);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "table", t->name);
    jw_key(&j, "row");
    jw_object(&j);
    for (size_t i = 0; i < t->columns.n; i++) {
        jw_key_str(&j, t->columns.at[i].name);
        put_cell(x, &j, &row[i], x->secret[i]);
    }
    jw_end(&j);
    jw_end(&j);
    buf_addc(&b, '\n');
    x->rows++;
    if (!arena_ok(x->a)) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    return x->put(c, buf_str(&b), x->arg);
}

static bool put_table(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district, void *arg)
{
    struct exporting *x = arg;
    const struct entity *e = entity_find(t->name);
    if (!t->tenant) return true;
    struct arena_mark mark = arena_mark(c->a);
    x->secret = arena_alloc(c->a, t->columns.n * sizeof *x->secret);
    for (size_t i = 0; e && i < t->columns.n; i++) {
        const struct field *f = shape_field(e->shape, t->columns.at[i].name);
        x->secret[i] = f && f->type == F_SECRET;
    }
    if (!rows_each(c, db, t, district, put_row, x)) return false;
    arena_reset_to(c->a, mark);
    return true;
}

static bool walk(struct ctx *c, struct db *db, void *arg)
{
    struct exporting *x = arg;
    return tables_walk(c, db, &x->schema, x->district, put_table, x);
}

bool ledger_export(struct ctx *c, struct ledger *l, int64_t district, put_fn *put, void *arg, int64_t *rows)
{
    struct exporting x = {.district = district, .put = put, .arg = arg, .a = arena_new(SIZE_MAX)};
    if (!x.a) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    bool ok = schema_read(c, ledger_store(l), &x.schema) && store_read(c, ledger_store(l), walk, &x);
    *rows = x.rows;
    arena_free(x.a);
    return ok;
}
