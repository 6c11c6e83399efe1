#include "ledger/org/unit_tree.h"
#include "ledger/org/org_internal.h"
#include "ledger/org/pinyin.h"

#include <stdlib.h>

struct records UNITS_ALL = RECORDS(
    "unit.all", &UNIT, "WHERE district_id = $1 ORDER BY official_order, sort_key NULLS FIRST, id");
struct records ALIASES_ALL =
    RECORDS("unit_alias.all", &UNIT_ALIAS, "WHERE district_id = $1 ORDER BY unit_id, id");
struct records PERIODS_ALL =
    RECORDS("unit_period.all", &UNIT_PERIOD, "WHERE district_id = $1 ORDER BY unit_id, to_day, id");
struct records SUCCESSIONS_ALL =
    RECORDS("unit_succession.all", &UNIT_SUCCESSION, "WHERE district_id = $1 ORDER BY on_day, id");

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

// Past names lead to the unit as well; periods come oldest first.
static bool load_past(struct call *k, struct unit_tree *t)
{
    struct list rows;
    if (!record_list(k, &PERIODS_ALL, &rows, ARG(k->district))) return false;
    const struct unit_period *p = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct unit_node *u = map_get_int(&t->by_id, p[i].unit_id);
        if (!u) continue;
        VEC_ADD(t->a, &u->past, p[i]);
        add_name(t, u, p[i].name);
        add_name(t, u, p[i].short_name);
    }
    return true;
}

static bool load_successions(struct call *k, struct unit_tree *t)
{
    if (!record_list(k, &SUCCESSIONS_ALL, &t->successions, ARG(k->district))) return false;
    const struct unit_succession *s = t->successions.at;
    size_t n = t->successions.n;
    struct succession_row *rows = arena_try(t->a, (n + 1) * sizeof *rows);
    if (!rows) return ctx_ok(k->c);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct succession_row){s[i].id, s[i].predecessor_id, s[i].successor_id,
                                          day_from_ymd((int32_t)s[i].on_day), (int)s[i].permille,
                                          !str_is(s[i].cause, "transfer")};
    t->succession = succession_of(rows, n);
    for (size_t i = 0; i < n; i++) {
        struct unit_node *u = map_get_int(&t->by_id, rows[i].from);
        if (u && rows[i].closing && u->heirs.of.n == 0)
            succession_forward(t->a, &t->succession, rows[i].from, DAY_NONE, INT32_MAX, SUCCESSION_CLOSING, &u->heirs);
    }
    return true;
}

// Hangs n nodes, which stand in sibling order, and walks the tree; by_id is filled.
static bool grow(struct unit_tree *t, struct unit_node *nodes, size_t n)
{
    struct unit_node *top = NULL;
    struct map last_child = {0};
    t->at = arena_try(t->a, (n + 1) * sizeof(struct unit_node *));
    if (!t->at) return false;
    for (size_t i = 0; i < n; i++)
        (void)map_put_int(t->a, &last_child, nodes[i].unit.id, ARENA_NEW(t->a, struct unit_node *));
    (void)map_put_int(t->a, &last_child, 0, ARENA_NEW(t->a, struct unit_node *));
    for (size_t i = 0; i < n; i++) {
        nodes[i].parent = map_get_int(&t->by_id, nodes[i].unit.parent_id);
        hang(&nodes[i], &top, &last_child);
    }
    walk(t, top, 0);
    return true;
}

bool unit_tree_load(struct call *k, struct unit_tree **out)
{
    struct list rows;
    if (!record_list(k, &UNITS_ALL, &rows, ARG(k->district))) return false;
    struct unit_tree *t = ARENA_NEW(k->c->a, struct unit_tree);
    t->a = k->c->a;
    struct unit_node *nodes = arena_try(t->a, (rows.n + 1) * sizeof *nodes);
    if (!nodes) return ctx_ok(k->c);
    for (size_t i = 0; i < rows.n; i++) {
        nodes[i].unit = ((const struct unit *)rows.at)[i];
        (void)map_put_int(t->a, &t->by_id, nodes[i].unit.id, &nodes[i]);
        add_name(t, &nodes[i], nodes[i].unit.code);
        add_name(t, &nodes[i], nodes[i].unit.name);
        add_name(t, &nodes[i], nodes[i].unit.short_name);
    }
    if (!grow(t, nodes, rows.n)) return ctx_ok(k->c);
    if (!load_aliases(k, t) || !load_past(k, t) || !load_successions(k, t)) return false;
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

void unit_tree_below(struct arena *a, const struct unit_tree *t, int64_t id, struct list *ids)
{
    const struct unit_node *top = unit_tree_by_id(t, id);
    *ids = id_list(a, t->n);
    if (!top || t->at[top->position] != top) return;
    add_id(ids, id);
    // Official order is depth first, so what is below follows without a gap.
    for (size_t i = top->position + 1; i < t->n && t->at[i]->depth > top->depth; i++)
        add_id(ids, t->at[i]->unit.id);
}

bool unit_tree_stands_below(const struct unit_tree *t, int64_t top, int64_t unit)
{
    const struct unit_node *u = unit_tree_by_id(t, unit);
    for (int guard = 0; u && guard < 64; u = u->parent, guard++) {
        if (u->unit.id == top) return true;
    }
    return false;
}

// Up from a unit to its parent or, when it was taken over, to who has its things now.
static bool covers(const struct unit_tree *t, int64_t top, const struct unit_node *u, int guard)
{
    for (; u && guard; u = u->parent, guard--) {
        if (u->unit.id == top) return true;
        for (size_t i = 0; i < u->heirs.of.n; i++)
            if (covers(t, top, unit_tree_by_id(t, u->heirs.of.at[i].unit), guard - 1)) return true;
        if (u->heirs.of.n) return false;
    }
    return false;
}

bool unit_tree_covers(const struct unit_tree *t, int64_t top, int64_t unit)
{
    return covers(t, top, unit_tree_by_id(t, unit), 64);
}

void unit_tree_subtree(struct arena *a, const struct unit_tree *t, int64_t id, struct list *ids)
{
    if (t->succession.n == 0) {
        unit_tree_below(a, t, id, ids);
        return;
    }
    *ids = id_list(a, t->n);
    for (size_t i = 0; i < t->n; i++)
        if (covers(t, id, t->at[i], 64)) add_id(ids, t->at[i]->unit.id);
}

/* --- other days --- */

static bool day_passed(int64_t ymd, day on)
{
    return ymd && day_from_ymd((int32_t)ymd) <= on;
}

bool unit_alive(const struct unit *u, day on)
{
    return (!u->opens_day || day_passed(u->opens_day, on)) && !day_passed(u->closes_day, on);
}

bool unit_tree_alive(const struct unit_tree *t, int64_t id, day on)
{
    const struct unit_node *u = unit_tree_by_id(t, id);
    return u && unit_alive(&u->unit, on);
}

// What held of it on the day; NULL: what holds now.
static const struct unit_period *period_on(const struct unit_node *u, day on)
{
    for (size_t i = 0; i < u->past.n; i++)
        if (!day_passed(u->past.at[i].to_day, on)) return &u->past.at[i];
    return NULL;
}

str unit_tree_name_on(const struct unit_tree *t, int64_t id, day on)
{
    const struct unit_node *u = unit_tree_by_id(t, id);
    if (!u) return STR_EMPTY;
    const struct unit_period *p = period_on(u, on);
    return p ? p->name : u->unit.name;
}

static int by_order(const void *x, const void *y)
{
    const struct unit *a = &((const struct unit_node *)x)->unit, *b = &((const struct unit_node *)y)->unit;
    if (a->official_order != b->official_order) return a->official_order < b->official_order ? -1 : 1;
    int c = str_cmp(a->sort_key, b->sort_key);
    return c ? c : (a->id > b->id) - (a->id < b->id);
}

// A node of its own: its links are those of another tree.
static void put_on(struct unit_tree *to, struct unit_node *n, const struct unit_node *u, day on)
{
    const struct unit_period *p = period_on(u, on);
    *n = (struct unit_node){.unit = u->unit};
    n->past.at = u->past.at, n->past.n = u->past.n;
    n->aliases.at = u->aliases.at, n->aliases.n = u->aliases.n;
    n->heirs = u->heirs;
    if (!p) return;
    n->unit.name = p->name;
    n->unit.short_name = p->short_name;
    n->unit.kind = p->kind;
    n->unit.parent_id = p->parent_id;
    n->unit.official_order = p->official_order;
    n->unit.sort_key = pinyin_key(to->a, p->name);
}

bool unit_tree_on(struct call *k, const struct unit_tree *t, day on, struct unit_tree **out)
{
    struct unit_tree *then = ARENA_NEW(k->c->a, struct unit_tree);
    then->a = k->c->a;
    struct unit_node *nodes = arena_try(then->a, (t->n + 1) * sizeof *nodes);
    size_t n = 0;
    *out = then;
    if (!nodes) return ctx_ok(k->c);
    for (size_t i = 0; i < t->n; i++)
        if (unit_alive(&t->at[i]->unit, on)) put_on(then, &nodes[n++], t->at[i], on);
    qsort(nodes, n, sizeof *nodes, by_order);
    for (size_t i = 0; i < n; i++) (void)map_put_int(then->a, &then->by_id, nodes[i].unit.id, &nodes[i]);
    return (grow(then, nodes, n) && ctx_ok(k->c)) || ctx_ok(k->c);
}

void unit_tree_ends(struct arena *a, const struct unit_tree *t, int64_t id, day on, struct unit_shares *out)
{
    succession_forward(a, &t->succession, id, DAY_NONE, on, SUCCESSION_CLOSING, out);
}

// Up through the tree of that day; a unit that is not in it ends where it stood last.
static bool led_on(struct arena *a, const struct unit_tree *t, const struct unit_tree *then, int64_t top, int64_t unit,
                   day on)
{
    struct unit_shares ends;
    unit_tree_ends(a, t, unit, on, &ends);
    for (size_t i = 0; i < ends.of.n; i++) {
        int64_t id = ends.of.at[i].unit;
        const struct unit_node *u = unit_tree_by_id(t, id);
        if (id == top || unit_tree_stands_below(then, top, id)) return true;
        // Closed without a successor by then: its last parent, or who has that parent's things.
        if (u && !unit_tree_by_id(then, id) && u->unit.closes_day && day_passed(u->unit.closes_day, on) &&
            u->unit.parent_id && led_on(a, t, then, top, u->unit.parent_id, on))
            return true;
    }
    return false;
}

void unit_tree_led_on(struct arena *a, const struct unit_tree *t, const struct unit_tree *then, int64_t id, day on,
                      struct list *ids)
{
    *ids = id_list(a, t->n);
    for (size_t i = 0; i < t->n; i++)
        if (led_on(a, t, then, id, t->at[i]->unit.id, on)) add_id(ids, t->at[i]->unit.id);
}

void unit_tree_of_kind(struct arena *a, const struct unit_tree *t, const char *kind,
                       struct list *ids)
{
    *ids = id_list(a, t->n);
    for (size_t i = 0; i < t->n; i++) {
        if (str_is(t->at[i]->unit.kind, kind) && !t->at[i]->unit.closes_day) add_id(ids, t->at[i]->unit.id);
    }
}

// Those of one name that are (or are not) there on the day; DAY_NONE asks for now.
static void find_of(const struct bearers *b, day on, bool there, struct list *ids)
{
    for (size_t i = 0; i < b->units.n; i++) {
        const struct unit *u = &b->units.at[i]->unit;
        bool is = on == DAY_NONE ? !u->closes_day : unit_alive(u, on);
        if (is == there) add_id(ids, u->id);
    }
}

void unit_tree_find_on(struct arena *a, const struct unit_tree *t, str name, day on, struct list *ids)
{
    const struct bearers *b = map_get(&t->by_name, str_fold(a, name));
    *ids = id_list(a, b ? b->units.n : 0);
    if (!b) return;
    find_of(b, on, true, ids);
    if (ids->n == 0) find_of(b, on, false, ids);
}

void unit_tree_find(struct arena *a, const struct unit_tree *t, str name, struct list *ids)
{
    unit_tree_find_on(a, t, name, DAY_NONE, ids);
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
        int f = t->at[i]->unit.closes_day ? 0 : best_fit(a, t->at[i], asked);
        if (f > 0) all[n++] = (struct candidate){t->at[i], f};
    }
    qsort(all, n, sizeof *all, by_fit);
    for (size_t i = 0; i < n && i < max; i++) add_id(ids, all[i].unit->unit.id);
}
