/*
 * The query items_grid: all rows of a list in one answer, column by column. Names and codes that repeat
 * stand once in a table and columns hold places in it (0: none); a column that is empty for all rows is
 * left out. The reader sorts, groups and nests: it has all rows. Over GRID_MAX it is told that there
 * are more, and pages through `items` or filters.
 */
#include "base/map.h"
#include "ledger/args.h"
#include "ledger/grid/grid.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_rows.h"
#include "ledger/names.h"
#include "ledger/org/rules.h"
#include "ledger/org/unit_tree.h"

enum { GRID_MAX = 10000 };

// Beside the LISTED ones, what a grid edits.
static bool in_grid(const struct field *f)
{
    if (strcmp(f->name, "id") == 0 || (f->flags & LISTED)) return true;
    for (size_t i = 0; i < N_GRID_MEMBERS; i++)
        if (strcmp(f->name, GRID_MEMBERS[i].column) == 0) return true;
    return false;
}

struct grid {
    struct call *k;
    struct entity e; // the item's shape with the grid's fields only
    struct shape s;
    VEC(struct item *) rows;
    bool more;
    struct json *j;
};

static void choose(struct grid *g)
{
    struct field *fields = arena_alloc(g->k->c->a, ITEM.shape->n * sizeof *fields);
    g->s = (struct shape){ITEM.shape->name, fields, 0, ITEM.shape->size};
    for (size_t i = 0; i < ITEM.shape->n; i++)
        if (in_grid(&ITEM.shape->fields[i])) fields[g->s.n++] = ITEM.shape->fields[i];
    g->e = (struct entity){.name = ITEM.name, .shape = &g->s};
}

static bool read_rows(struct grid *g, const struct item_ask *ask)
{
    struct sqltext q;
    struct db_rows r;
    sqltext_init(&q, g->k);
    sqltext_add(&q, "SELECT ");
    for (size_t i = 0; i < g->s.n; i++) {
        if (i) sqltext_add(&q, ", ");
        sqltext_field(&q, "i", &g->s.fields[i]);
    }
    sqltext_add(&q, " FROM item AS i WHERE ");
    if (!item_condition(g->k, ask, false, &q, NULL)) return false;
    sqltext_add(&q, " ORDER BY i.due_day, i.id LIMIT ");
    sqltext_arg(&q, db_arg_int(GRID_MAX + 1));
    if (!sqltext_query(g->k, &q, "items.grid", &r)) return false;
    while (db_next(&r)) {
        if (g->rows.n == GRID_MAX) {
            g->more = true;
            break;
        }
        struct item *it = ARENA_NEW(g->k->c->a, struct item);
        record_read(&g->e, &r, 0, it);
        VEC_ADD(g->k->c->a, &g->rows, it);
    }
    return db_done(&r);
}

static bool none(const struct field *f, void *record)
{
    if (f->type == F_DEC) return dec_is_none(*field_dec(f, record));
    if (field_is_int(f)) return *field_int(f, record) == 0;
    return field_str(f, record)->n == 0;
}

static bool empty_column(const struct grid *g, const struct field *f)
{
    for (size_t i = 0; i < g->rows.n; i++)
        if (!none(f, g->rows.at[i])) return false;
    return true;
}

/* --- columns that hold places in a table --- */

struct places {
    struct map by_id;
    VEC(int64_t) ids;
};

static int64_t place_of(struct grid *g, struct places *p, int64_t id)
{
    if (id == 0) return 0;
    const size_t *at = map_get_int(&p->by_id, id);
    if (at) return (int64_t)*at;
    VEC_ADD(g->k->c->a, &p->ids, id);
    size_t *n = ARENA_NEW(g->k->c->a, size_t);
    *n = p->ids.n;
    (void)map_put_int(g->k->c->a, &p->by_id, id, n);
    return (int64_t)*n;
}

static bool table_json(struct grid *g, struct names *names, const char *entity, const struct places *p)
{
    jw_key(g->j, "ids");
    jw_array(g->j);
    for (size_t i = 0; i < p->ids.n; i++) jw_id(g->j, p->ids.at[i]);
    jw_end(g->j);
    jw_key(g->j, "names");
    jw_array(g->j);
    for (size_t i = 0; i < p->ids.n; i++) {
        str name;
        if (!names_of(names, entity, p->ids.at[i], &name)) return false;
        jw_text(g->j, name);
    }
    jw_end(g->j);
    return true;
}

static bool reference_column(struct grid *g, struct names *names, const struct field *f)
{
    struct places p = {0};
    jw_object(g->j);
    jw_key(g->j, "at");
    jw_array(g->j);
    for (size_t i = 0; i < g->rows.n; i++) jw_int(g->j, place_of(g, &p, *field_int(f, g->rows.at[i])));
    jw_end(g->j);
    bool ok = table_json(g, names, f->extra, &p);
    jw_end(g->j);
    return ok;
}

static size_t enum_place(const struct enum_table *t, str code)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_is(code, t->at[i].code)) return i + 1;
    return 0;
}

static void enum_column(struct grid *g, const struct field *f)
{
    const struct enum_table *t = f->extra;
    jw_object(g->j);
    jw_key(g->j, "at");
    jw_array(g->j);
    for (size_t i = 0; i < g->rows.n; i++) jw_int(g->j, (int64_t)enum_place(t, *field_str(f, g->rows.at[i])));
    jw_end(g->j);
    jw_key(g->j, "codes");
    jw_array(g->j);
    for (size_t i = 0; i < t->n; i++) jw_text(g->j, str_of(t->at[i].code));
    jw_end(g->j);
    jw_end(g->j);
}

/* --- columns of values --- */

static void value(struct grid *g, const struct field *f, struct item *it)
{
    struct arena *a = g->k->c->a;
    if (none(f, it) && f->type != F_INT) jw_null(g->j);
    else if (f->type == F_DAY) jw_text(g->j, day_text(a, day_from_ymd((int32_t)*field_int(f, it))));
    else if (f->type == F_INSTANT) jw_text(g->j, instant_text(a, *field_int(f, it), g->k->zone_min));
    else if (f->type == F_DEC) jw_text(g->j, dec_text(a, *field_dec(f, it)));
    else if (f->type == F_JSON) jw_raw(g->j, *field_str(f, it));
    else if (f->type == F_ID || f->type == F_REF) jw_id(g->j, *field_int(f, it));
    else if (f->type == F_BOOL) jw_bool(g->j, *field_int(f, it) != 0);
    else if (field_is_int(f)) jw_int(g->j, *field_int(f, it));
    else jw_text(g->j, *field_str(f, it));
}

static void plain_column(struct grid *g, const struct field *f)
{
    jw_array(g->j);
    for (size_t i = 0; i < g->rows.n; i++) value(g, f, g->rows.at[i]);
    jw_end(g->j);
}

static bool columns_json(struct grid *g)
{
    struct names names;
    names_init(&names, g->k);
    for (size_t i = 0; i < g->s.n; i++) {
        const struct field *f = &g->s.fields[i];
        if (empty_column(g, f)) continue;
        jw_key(g->j, f->name);
        bool named = f->type == F_REF && strcmp(f->extra, "item") != 0 && strcmp(f->extra, "source_doc") != 0;
        if (named && !reference_column(g, &names, f)) return false;
        if (!named && f->type == F_ENUM) enum_column(g, f);
        else if (!named) plain_column(g, f);
        if (!ctx_ok(g->k->c)) return false;
    }
    return true;
}

/* --- what time makes of a row --- */

static day due_of(const struct item *it)
{
    return it->due_day ? day_from_ymd((int32_t)it->due_day) : DAY_NONE;
}

static void time_columns(struct grid *g)
{
    struct call *k = g->k;
    jw_key(g->j, "light");
    jw_object(g->j);
    jw_key(g->j, "at");
    jw_array(g->j);
    for (size_t i = 0; i < g->rows.n; i++) {
        const struct item *it = g->rows.at[i];
        jw_int(g->j, (int64_t)enum_place(&LIGHTS, light_of(k->rules, it->state, due_of(it), k->today)));
    }
    jw_end(g->j);
    jw_key(g->j, "codes");
    jw_array(g->j);
    for (size_t i = 0; i < LIGHTS.n; i++) jw_text(g->j, str_of(LIGHTS.at[i].code));
    jw_end(g->j);
    jw_end(g->j);
    jw_key(g->j, "days_left");
    jw_array(g->j);
    for (size_t i = 0; i < g->rows.n; i++) {
        const struct item *it = g->rows.at[i];
        if (due_of(it) != DAY_NONE && item_is_open(it->state)) jw_int(g->j, due_of(it) - k->today);
        else jw_null(g->j);
    }
    jw_end(g->j);
    jw_key(g->j, "clock_left_days");
    jw_array(g->j);
    for (size_t i = 0; i < g->rows.n; i++) {
        int days;
        const struct item *it = g->rows.at[i];
        if (it->clock_kind.n && working_days_left(k, it->clock_due_at, &days)) jw_int(g->j, days);
        else jw_null(g->j);
    }
    jw_end(g->j);
}

// Which cells the reader may edit, by state: members, and why not the others.
static void locks_json(struct grid *g)
{
    struct call *k = g->k;
    const str roles[] = {roles_text(k, command_find(STR("item.edit"))->roles)};
    jw_key(g->j, "locks");
    jw_object(g->j);
    for (size_t s = 0; s < ITEM_STATES.n; s++) {
        const char *why = NULL;
        jw_key(g->j, ITEM_STATES.at[s].code);
        jw_object(g->j);
        jw_key(g->j, "may");
        jw_array(g->j);
        for (size_t i = 0; i < N_GRID_MEMBERS; i++) {
            const char *locked = grid_locked(k, str_of(ITEM_STATES.at[s].code), &GRID_MEMBERS[i]);
            if (locked) why = locked;
            else jw_text(g->j, str_of(GRID_MEMBERS[i].edit));
        }
        jw_end(g->j);
        jw_put_text(g->j, "why", why ? message_text(k->c->a, k->c->lang, why, roles, 1) : STR_EMPTY);
        jw_end(g->j);
    }
    jw_end(g->j);
}

bool query_items_grid(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct grid g = {.k = k, .j = out};
    (void)given;
    choose(&g);
    if (!read_rows(&g, args)) return false;
    jw_object(out);
    jw_put_int(out, "n", (int64_t)g.rows.n);
    jw_put_bool(out, "more", g.more);
    jw_key(out, "columns");
    jw_object(out);
    if (!columns_json(&g)) return false;
    time_columns(&g);
    jw_end(out);
    locks_json(&g);
    jw_end(out);
    return ctx_ok(k->c);
}
