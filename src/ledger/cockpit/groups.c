#include "ledger/cockpit/groups.h"

#include "base/map.h"
#include "ledger/filter.h"

enum { BY_LINE, BY_UNIT, BY_LEADER, KEYS, ITEMS = KEYS, PROGRESS, WORST, FIRST_FIGURE };

struct counting {
    struct call *k;
    size_t n;
    struct groups *out;
    struct map of[KEYS];
};

// "count(*) FILTER (WHERE …)" of a figure, or "count(*)" when it counts everything.
static bool add_figure(struct call *k, const struct filter *f, struct figure *x, struct sqltext *q)
{
    const struct expr *e;
    sqltext_add(q, ", count(*)");
    if (!x->where.n) return true;
    if (!filter_parse(k, f, x->where, &e)) return false;
    x->sentence = expr_sentence(k->c->a, e, k->c->lang);
    sqltext_add(q, " FILTER (WHERE ");
    filter_sql(k, f, "i", e, q);
    sqltext_add(q, ")");
    return true;
}

static bool add_select(struct call *k, struct figure *figures, size_t n, struct sqltext *q)
{
    struct filter f;
    if (!filter_load(k, &ITEM, &f)) return false;
    sqltext_add(q, "SELECT i.line_id, i.lead_unit_id, i.leader_id, count(*), CAST(sum(i.progress) AS BIGINT), "
                   "min(CASE WHEN i.due_day < ");
    sqltext_arg(q, db_arg_int(day_to_ymd(k->today)));
    sqltext_add(q, " AND i.state IN ('issued', 'accepted', 'reported') THEN i.due_day END)");
    for (size_t i = 0; i < n; i++)
        if (!add_figure(k, &f, &figures[i], q)) return false;
    sqltext_add(q, " FROM item AS i WHERE ");
    return true;
}

static void add_row(struct group *g, struct db_rows *r, size_t n)
{
    int64_t worst = db_int(r, WORST);
    g->items += db_int(r, ITEMS);
    g->progress += db_int(r, PROGRESS);
    if (worst && (!g->worst_day || worst < g->worst_day)) g->worst_day = worst;
    for (size_t i = 0; i < n; i++) g->n[i] += db_int(r, FIRST_FIGURE + (int)i);
}

static struct group *group_of(struct counting *c, int key, int64_t id)
{
    struct group *g = map_get_int(&c->of[key], id);
    if (g) return g;
    g = ARENA_NEW(c->k->c->a, struct group);
    g->id = id;
    (void)map_put_int(c->k->c->a, &c->of[key], id, g);
    switch (key) {
    case BY_LINE: VEC_ADD(c->k->c->a, &c->out->lines, g); break;
    case BY_UNIT: VEC_ADD(c->k->c->a, &c->out->units, g); break;
    default: VEC_ADD(c->k->c->a, &c->out->leaders, g);
    }
    return g;
}

bool groups_count(struct call *k, const struct item_ask *base, struct figure *f, size_t n, struct groups *out)
{
    struct counting c = {.k = k, .n = n, .out = out};
    struct sqltext q;
    struct db_rows r;
    *out = (struct groups){0};
    sqltext_init(&q, k);
    if (!add_select(k, f, n, &q) || !item_condition(k, base, false, &q, NULL)) return false;
    sqltext_add(&q, " GROUP BY i.line_id, i.lead_unit_id, i.leader_id");
    if (!sqltext_query(k, &q, "cockpit.groups", &r)) return false;
    while (db_next(&r)) {
        add_row(&out->all, &r, n);
        for (int key = 0; key < KEYS; key++) add_row(group_of(&c, key, db_int(&r, key)), &r, n);
    }
    return db_done(&r);
}
