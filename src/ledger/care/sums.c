#include "ledger/care/sums.h"

#include "ledger/sm3.h"

struct taking {
    const struct schema *schema;
    struct arena *a;
    struct sums *out;
    struct sm3 **running; // one for each table of the schema; NULL: its rows are not hashed
    int64_t *rows;
    struct buf row;
};

/* --- rows --- */

static void add_u64(struct buf *b, uint64_t n)
{
    for (int i = 0; i < 8; i++) buf_addc(b, (char)(n >> (8 * i)));
}

static void add_cell(struct buf *b, const struct db_arg *cell)
{
    double real = cell->f + 0.0; // makes +0 of -0
    uint64_t bits;
    buf_addc(b, "irtbn"[cell->type]);
    switch (cell->type) {
    case ARG_INT: add_u64(b, (uint64_t)cell->i); break;
    case ARG_REAL:
        memcpy(&bits, &real, sizeof bits);
        add_u64(b, bits);
        break;
    case ARG_NULL: break;
    default: add_u64(b, cell->s.n); buf_add(b, cell->s);
    }
}

static struct position *position_of(struct taking *k, int64_t district)
{
    struct sums *s = k->out;
    if (s->districts.n && s->districts.at[s->districts.n - 1].district == district)
        return &s->districts.at[s->districts.n - 1];
    struct position *p = VEC_PUSH(k->a, &s->districts);
    *p = (struct position){.district = district, .code = STR_EMPTY, .hash = STR_EMPTY};
    return p;
}

// The two tables that say where a district stands.
static void note_position(struct taking *k, const struct schema_table *t, const struct db_arg *row)
{
    size_t code = schema_column(t, STR("code")), seq = schema_column(t, STR("seq")),
           hash = schema_column(t, STR("hash"));
    struct position *p = position_of(k, row[0].i);
    if (str_is(t->name, "district") && code != SIZE_MAX && !p->code.n) p->code = str_dup(k->a, row[code].s);
    if (str_is(t->name, "journal_head") && seq != SIZE_MAX && hash != SIZE_MAX) {
        p->seq = row[seq].i;
        p->hash = str_dup(k->a, row[hash].s);
    }
}

static bool tells_position(const struct schema_table *t)
{
    return t->tenant && (str_is(t->name, "district") || str_is(t->name, "journal_head"));
}

static bool add_row(struct ctx *c, const struct schema_table *t, const struct db_arg *row, void *arg)
{
    struct taking *k = arg;
    size_t at = (size_t)(t - k->schema->tables.at);
    if (tells_position(t)) note_position(k, t, row);
    if (!k->running) return true;
    buf_cut(&k->row, 0);
    for (size_t i = 0; i < t->columns.n; i++) add_cell(&k->row, &row[i]);
    if (!buf_ok(&k->row)) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    sm3_field(k->running[at], buf_str(&k->row));
    k->rows[at]++;
    return true;
}

static bool add_table(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district, void *arg)
{
    const struct taking *k = arg;
    if (!k->running && !tells_position(t)) return true;
    return rows_each(c, db, t, district, add_row, arg);
}

/* --- all tables --- */

static bool begin(struct ctx *c, struct taking *k)
{
    size_t n = k->schema->tables.n;
    k->running = arena_alloc(c->a, n * sizeof *k->running);
    k->rows = arena_alloc(c->a, n * sizeof *k->rows);
    for (size_t i = 0; i < n; i++) {
        const struct schema_table *t = &k->schema->tables.at[i];
        if (t->own) continue;
        k->running[i] = sm3_begin();
        if (!k->running[i]) return fail(c, ERR_NO_MEMORY, "base.no_memory");
        sm3_field(k->running[i], t->name);
        for (size_t col = 0; col < t->columns.n; col++) sm3_field(k->running[i], t->columns.at[col].name);
    }
    return true;
}

// Ends every hash, those of a walk that failed too.
static bool end(struct ctx *c, struct taking *k, bool ok)
{
    for (size_t i = 0; k->running && i < k->schema->tables.n; i++) {
        char hex[SM3_HEX + 1];
        if (!k->running[i]) continue;
        if (!ok) {
            sm3_drop(k->running[i]);
            continue;
        }
        ok = sm3_end(k->running[i], hex) || fail(c, ERR_NO_MEMORY, "base.no_memory");
        if (ok)
            VEC_ADD(k->a, &k->out->tables,
                    ((struct table_sum){str_dup(k->a, k->schema->tables.at[i].name), k->rows[i],
                                        str_dup(k->a, str_of(hex))}));
    }
    return ok && (arena_ok(k->a) || fail(c, ERR_NO_MEMORY, "base.no_memory"));
}

bool sums_take(struct ctx *c, struct db *db, const struct schema *s, struct arena *a, struct sums *out)
{
    struct taking k = {.schema = s, .a = a, .out = out};
    struct arena *row = arena_new(SIZE_MAX);
    *out = (struct sums){.schema = s->version};
    if (!row) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    buf_init(&k.row, row, SIZE_MAX);
    bool ok = begin(c, &k) && tables_walk(c, db, s, EVERY_DISTRICT, add_table, &k);
    ok = end(c, &k, ok);
    arena_free(row);
    return ok;
}

bool positions_take(struct ctx *c, struct db *db, const struct schema *s, struct arena *a, struct sums *out)
{
    struct schema two = {.version = s->version};
    struct taking k = {.schema = &two, .a = a, .out = out};
    *out = (struct sums){.schema = s->version};
    for (size_t i = 0; i < s->tables.n; i++)
        if (tells_position(&s->tables.at[i])) VEC_ADD(c->a, &two.tables, s->tables.at[i]);
    return tables_walk(c, db, &two, EVERY_DISTRICT, add_table, &k);
}

/* --- comparing --- */

str sums_identity(struct arena *a, const struct sums *s)
{
    struct buf b;
    buf_init(&b, a, SIZE_MAX);
    buf_printf(&b, "schema %d\n", s->schema);
    for (size_t i = 0; i < s->districts.n; i++) {
        const struct position *p = &s->districts.at[i];
        buf_printf(&b, "%" PRId64 " %" PRId64 " %.*s\n", p->district, p->seq, STR_FMT(p->hash));
    }
    return sm3_of(a, buf_str(&b));
}

static const struct table_sum *sum_of(const struct sums *s, str name)
{
    for (size_t i = 0; i < s->tables.n; i++)
        if (str_eq(s->tables.at[i].name, name)) return &s->tables.at[i];
    return NULL;
}

static void table_differs(struct findings *f, str name, const struct table_sum *want, const struct table_sum *got)
{
    finding(f, "care.table_differs", name, str_printf(f->a, "%" PRId64, want ? want->rows : -1),
            str_printf(f->a, "%" PRId64, got ? got->rows : -1));
}

static bool position_same(const struct position *x, const struct position *y)
{
    return x->district == y->district && x->seq == y->seq && str_eq(x->code, y->code) && str_eq(x->hash, y->hash);
}

static void compare_positions(const struct sums *want, const struct sums *got, struct findings *f)
{
    size_t i = 0, k = 0;
    while (i < want->districts.n || k < got->districts.n) {
        const struct position *w = i < want->districts.n ? &want->districts.at[i] : NULL;
        const struct position *g = k < got->districts.n ? &got->districts.at[k] : NULL;
        bool first = w && (!g || w->district <= g->district), second = g && (!w || g->district <= w->district);
        i += first;
        k += second;
        if (first && second && position_same(w, g)) continue;
        const struct position *named = first ? w : g;
        finding(f, "care.district_differs", str_printf(f->a, "%" PRId64, named->district),
                str_printf(f->a, "%" PRId64, first ? w->seq : -1), str_printf(f->a, "%" PRId64, second ? g->seq : -1));
    }
}

void sums_compare(const struct sums *want, const struct sums *got, struct findings *f)
{
    compare_positions(want, got, f);
    for (size_t i = 0; i < want->tables.n; i++) {
        const struct table_sum *w = &want->tables.at[i], *g = sum_of(got, w->name);
        if (!g || w->rows != g->rows || !str_eq(w->hash, g->hash)) table_differs(f, w->name, w, g);
    }
    for (size_t i = 0; i < got->tables.n; i++)
        if (!sum_of(want, got->tables.at[i].name))
            table_differs(f, got->tables.at[i].name, NULL, &got->tables.at[i]);
}

bool positions_same(const struct sums *x, const struct sums *y)
{
    if (x->schema != y->schema || x->districts.n != y->districts.n) return false;
    for (size_t i = 0; i < x->districts.n; i++)
        if (!position_same(&x->districts.at[i], &y->districts.at[i])) return false;
    return true;
}

int64_t sums_rows(const struct sums *s)
{
    int64_t rows = 0;
    for (size_t i = 0; i < s->tables.n; i++) rows += s->tables.at[i].rows;
    return rows;
}

bool chains_verify(struct ctx *c, struct db *db, const struct sums *s, struct findings *f, int64_t *records)
{
    *records = 0;
    for (size_t i = 0; i < s->districts.n; i++) {
        struct journal_range range = {0};
        struct call k = {.c = c, .db = db, .district = s->districts.at[i].district};
        if (!journal_verify(&k, &range, f)) return false;
        *records += range.checked;
    }
    return true;
}
