#include "ledger/care/move.h"

enum { STATEMENT_MS = 60000 }; // nobody waits for a move

struct sides {
    const struct move_copy *m;
    struct schema schema;
    struct copy_options copy;
    struct arena *a; // keeps the sums
    struct sums positions, want, got;
    str source;
};

/* --- sums of one store --- */

struct summing {
    struct schema schema;
    struct arena *a;
    struct sums *out;
};

static bool take(struct ctx *c, struct db *db, void *arg)
{
    struct summing *s = arg;
    return sums_take(c, db, &s->schema, s->a, s->out);
}

bool store_sums(struct ctx *c, struct store *s, struct arena *a, struct sums *out)
{
    struct summing k = {.a = a, .out = out};
    return schema_read(c, s, &k.schema) && store_read(c, s, take, &k);
}

/* --- both sides --- */

// One snapshot of the source from its positions to its sums.
static bool copy_side(struct ctx *c, struct db *db, void *arg)
{
    struct sides *s = arg;
    struct move_report *r = s->m->report;
    if (!positions_take(c, db, &s->schema, s->a, &s->positions)) return false;
    s->copy.source = s->source = s->m->source.n ? s->m->source : sums_identity(s->a, &s->positions);
    if (!copy_run(c, db, &s->schema, s->m->to, &s->copy, &r->copied)) return false;
    if (s->m->want) s->want = *s->m->want;
    else if (!sums_take(c, db, &s->schema, s->a, &s->want)) return false;
    return true;
}

static bool check_side(struct ctx *c, struct db *db, void *arg)
{
    struct sides *s = arg;
    return sums_take(c, db, &s->schema, s->a, &s->got) &&
           chains_verify(c, db, &s->got, s->m->findings, &s->m->report->journal_rows);
}

static bool look_again(struct ctx *c, struct db *db, void *arg)
{
    struct sides *s = arg;
    struct sums now;
    if (!positions_take(c, db, &s->schema, s->a, &now)) return false;
    return positions_same(&s->positions, &now) || fail(c, ERR_CONFLICT, "care.source_moved");
}

bool move_copy(struct ctx *c, const struct move_copy *m)
{
    struct sides s = {.m = m, .copy = m->copy, .a = m->findings->a};
    INVARIANT(s.a != c->a);
    if (!schema_read(c, m->from, &s.schema)) return false;
    if (!store_read(c, m->from, copy_side, &s) || !store_read(c, m->to, check_side, &s)) return false;
    m->report->sums = s.got;
    sums_compare(&s.want, &s.got, m->findings);
    if (m->findings->lines.n) return true;
    return store_read(c, m->from, look_again, &s) && copy_finish(c, m->to, s.source);
}

bool ledger_move(struct ctx *c, const struct move_options *o, struct findings *f, struct move_report *r)
{
    struct store_options so = {.readers = 1, .statement_ms = STATEMENT_MS};
    struct move_copy m = {.copy = {.page_rows = o->page_rows, .told = o->told, .arg = o->arg},
                          .findings = f,
                          .report = r};
    *r = (struct move_report){.from_engine = STR_EMPTY, .to_engine = STR_EMPTY};
    bool ok = copy_source_open(c, o->from, &so, &m.from) && copy_target_open(c, o->to, &so, &m.to);
    if (ok) {
        r->from_engine = str_dup(f->a, store_engine(m.from));
        r->to_engine = str_dup(f->a, store_engine(m.to));
        ok = move_copy(c, &m);
    }
    store_close(m.to);
    store_close(m.from);
    return ok;
}
