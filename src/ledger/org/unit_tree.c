#include "ledger/org/unit_tree.h"
#include "ledger/org/org_internal.h"

#include <stdlib.h>

struct records UNITS_ALL = RECORDS(
    "unit.all", &UNIT, "WHERE district_id = $1 ORDER BY official_order, sort_key NULLS FIRST, id");
struct records ALIASES_ALL =
    RECORDS("unit_alias.all", &UNIT_ALIAS, "WHERE district_id = $1 ORDER BY unit_id, id");

// The units that bear one folded name.
struct bearers {
    VEC(struct unit_node *) units;
};

static void add_name(struct unit_tree *t, struct unit_node *u, str name)
{
    str folded = str_fold(t->a, name);
    if (folded.n == 0) return;
    struct bearers *b = map_get(&t->by_name, folded);
    if (!b) {
        b = ARENA_NEW(t->a, struct bearers);
        (void)map_put(t->a, &t->by_name, folded, b);
    }
    for (size_t i = 0; i < b->units.n; i++) {
        if (b->units.at[i] == u) return;
    }
    VEC_ADD(t->a, &b->units, u);
}

// Appends to the children of its parent, or to the top; rows come in sibling order.
static void hang(struct unit_node *u, struct unit_node **top, struct map *last_child)
{
    struct unit_node **last = map_get_int(last_child, u->parent ? u->parent->unit.id : 0);
    if (*last) (*last)->next = u;
    else if (u->parent) u->parent->child = u;
    else *top = u;
    *last = u;
}

// Depth first: each unit, then what is below it. A unit that could not be reached (a loop of
// parents cannot be made by commands, but a damaged store may hold one) is left out and so is seen
// as missing.
static void walk(struct unit_tree *t, struct unit_node *u, int depth)
{
    for (; u && depth < 64; u = u->next) {
        u->depth = depth;
        u->position = t->n;
        t->at[t->n++] = u;
        walk(t, u->child, depth + 1);
    }
}

static bool load_aliases(struct call *k, struct unit_tree *t)
{
    struct list rows;
    if (!record_list(k, &ALIASES_ALL, &rows, ARG(k->district))) return false;
    const struct unit_alias *alias = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct unit_node *u = map_get_int(&t->by_id, alias[i].unit_id);
        if (!u) continue;
        VEC_ADD(t->a, &u->aliases, alias[i].alias);
        add_name(t, u, alias[i].alias);
    }
    return true;
}

bool unit_tree_load(struct call *k, struct unit_tree **out)
{
    struct list rows;
    if (!record_list(k, &UNITS_ALL, &rows, ARG(k->district))) return false;
    struct unit_tree *t = ARENA_NEW(k->c->a, struct unit_tree);
    t->a = k->c->a;
    struct unit_node *nodes = arena_try(t->a, (rows.n + 1) * sizeof *nodes);
    t->at = arena_try(t->a, (rows.n + 1) * sizeof(struct unit_node *));
    if (!nodes || !t->at) return ctx_ok(k->c);
    struct unit_node *top = NULL;
    struct map last_child = {0};
    for (size_t i = 0; i < rows.n; i++) {
        nodes[i].unit = ((const struct unit *)rows.at)[i];
        (void)map_put_int(t->a, &t->by_id, nodes[i].unit.id, &nodes[i]);
        (void)map_put_int(t->a, &last_child, nodes[i].unit.id, ARENA_NEW(t->a, struct unit_node *));
        add_name(t, &nodes[i], nodes[i].unit.code);
        add_name(t, &nodes[i], nodes[i].unit.name);
        add_name(t, &nodes[i], nodes[i].unit.short_name);
    }
    (void)map_put_int(t->a, &last_child, 0, ARENA_NEW(t->a, struct unit_node *));
    for (size_t i = 0; i < rows.n; i++) {
        nodes[i].parent = map_get_int(&t->by_id, nodes[i].unit.parent_id);
        hang(&nodes[i], &top, &last_child);
    }
    walk(t, top, 0);
    if (!load_aliases(k, t)) return false;
    *out = t;
    return ctx_ok(k->c);
}

const struct unit_node *unit_tree_by_id(const struct unit_tree *t, int64_t id)
{
    return map_get_int(&t->by_id, id);
}

const struct unit_node *unit_tree_by_code(const struct unit_tree *t, str code)
{
    for (size_t i = 0; i < t->n; i++) {
        if (str_eq(t->at[i]->unit.code, code)) return t->at[i];
    }
    return NULL;
}

static struct list id_list(struct arena *a, size_t max)
{
    void *at = arena_try(a, (max + 1) * sizeof(int64_t));
    return (struct list){at, 0};
}

static void add_id(struct list *ids, int64_t id)
{
    if (ids->at) ((int64_t *)ids->at)[ids->n++] = id;
}

void unit_tree_subtree(struct arena *a, const struct unit_tree *t, int64_t id, struct list *ids)
{
    const struct unit_node *top = unit_tree_by_id(t, id);
    *ids = id_list(a, t->n);
    if (!top || t->at[top->position] != top) return;
    add_id(ids, id);
    // Official order is depth first, so what is below follows without a gap.
    for (size_t i = top->position + 1; i < t->n && t->at[i]->depth > top->depth; i++)
        add_id(ids, t->at[i]->unit.id);
}

bool unit_tree_covers(const struct unit_tree *t, int64_t top, int64_t unit)
{
    const struct unit_node *u = unit_tree_by_id(t, unit);
    for (int guard = 0; u && guard < 64; u = u->parent, guard++) {
        if (u->unit.id == top) return true;
    }
    return false;
}

void unit_tree_of_kind(struct arena *a, const struct unit_tree *t, const char *kind,
                       struct list *ids)
{
    *ids = id_list(a, t->n);
    for (size_t i = 0; i < t->n; i++) {
        if (str_is(t->at[i]->unit.kind, kind)) add_id(ids, t->at[i]->unit.id);
    }
}

void unit_tree_find(struct arena *a, const struct unit_tree *t, str name, struct list *ids)
{
    const struct bearers *b = map_get(&t->by_name, str_fold(a, name));
    *ids = id_list(a, b ? b->units.n : 0);
    for (size_t i = 0; b && i < b->units.n; i++) add_id(ids, b->units.at[i]->unit.id);
}

/* --- suggestions --- */

// How well a name fits one bearer's name; 0 not at all. Characters in order count, and among fits
// the shorter name wins: what remains unexplained is a doubt.
static int fit(str asked, str name)
{
    if (asked.n == 0 || name.n == 0) return 0;
    int length = (int)utf8_count(name), n = (int)utf8_count(asked);
    if (str_has(asked, name)) return length < 2 ? 0 : 200 + 10 * length - n;
    size_t at = 0;
    for (size_t pos = 0; pos < asked.n;) {
        size_t from = pos;
        (void)utf8_next(asked, &pos);
        at = str_find(name, str_sub(asked, from, pos - from), at);
        if (at == SIZE_MAX) return 0;
        at += pos - from;
    }
    return n < 2 ? 0 : 100 + 10 * n - length;
}

struct candidate {
    const struct unit_node *unit;
    int fit;
};

static int by_fit(const void *x, const void *y)
{
    const struct candidate *p = x, *q = y;
    if (p->fit != q->fit) return p->fit > q->fit ? -1 : 1;
    return p->unit->position < q->unit->position ? -1 : p->unit->position > q->unit->position;
}

static int best_fit(struct arena *a, const struct unit_node *u, str asked)
{
    int best = fit(asked, str_fold(a, u->unit.name));
    int other = fit(asked, str_fold(a, u->unit.short_name));
    if (other > best) best = other;
    for (size_t i = 0; i < u->aliases.n; i++) {
        other = fit(asked, str_fold(a, u->aliases.at[i]));
        if (other > best) best = other;
    }
    return best;
}

void unit_tree_suggest(struct arena *a, const struct unit_tree *t, str name, size_t max,
                       struct list *ids)
{
    str asked = str_fold(a, name);
    struct candidate *all = arena_try(a, (t->n + 1) * sizeof *all);
    size_t n = 0;
    *ids = id_list(a, max);
    if (!all) return;
    for (size_t i = 0; i < t->n; i++) {
        int f = best_fit(a, t->at[i], asked);
        if (f > 0) all[n++] = (struct candidate){t->at[i], f};
    }
    qsort(all, n, sizeof *all, by_fit);
    for (size_t i = 0; i < n && i < max; i++) add_id(ids, all[i].unit->unit.id);
}
