#include "ledger/item/item_organised.h"

#include "ledger/item/item_rows.h"
#include "ledger/org/unit_tree.h"

static const struct enum_value organised_values[] = {
    {"now", "按现行机构", "as organised now"},
    {"then", "按当时机构", "as organised then"},
};
ENUM_TABLE(ORGANISED, organised_values);

void item_lead_sql(struct sqltext *q, const struct organised *o)
{
    if (!o->tree) {
        sqltext_add(q, "i.lead_unit_id");
        return;
    }
    sqltext_add(q, "COALESCE((SELECT m.from_unit_id FROM item_move AS m WHERE m.district_id = $1 AND m.item_id = i.id"
                   " AND m.part = 'lead' AND m.on_day > ");
    sqltext_arg(q, db_arg_int(day_to_ymd(o->on)));
    sqltext_add(q, " ORDER BY m.on_day, m.id LIMIT 1), i.lead_unit_id)");
}

bool item_organised(struct call *k, const struct item_ask *ask, struct organised *o)
{
    struct unit_tree *tree;
    *o = (struct organised){.then = str_is(ask->organised, "then") || ask->on, .on = k->today};
    if (!ask->on) return true;
    if (str_is(ask->organised, "now"))
        return fail_field(k->c, ERR_INVALID, "item.day_of_then", STR("on"));
    o->on = day_from_ymd((int32_t)ask->on);
    if (!unit_tree_on(k, k->units, o->on, &tree)) return false;
    o->tree = tree;
    o->lead = item_lead_sql;
    return true;
}

/* --- totals by unit --- */

struct unit_count {
    int64_t whole, shared; // shared in millionths
    VEC(str) of;           // names of closed units whose items are among them
};

static struct unit_count *count_of(struct call *k, struct map *m, int64_t id)
{
    struct unit_count *c = map_get_int(m, id);
    if (c) return c;
    c = ARENA_NEW(k->c->a, struct unit_count);
    (void)map_put_int(k->c->a, m, id, c);
    return c;
}

static void ends_of(struct call *k, const struct organised *o, int64_t unit, struct unit_shares *ends)
{
    if (o->then && !o->tree) {
        *ends = (struct unit_shares){0};
        VEC_ADD(k->c->a, &ends->of, ((struct unit_share){unit, SHARE_ONE}));
        return;
    }
    unit_tree_ends(k->c->a, k->units, unit, o->on, ends);
}

static void count_unit(struct call *k, const struct organised *o, struct map *m, int64_t unit, int64_t n)
{
    struct unit_shares ends;
    const struct unit_node *was = unit_tree_by_id(k->units, unit);
    ends_of(k, o, unit, &ends);
    for (size_t i = 0; i < ends.of.n; i++) {
        struct unit_count *c = count_of(k, m, ends.of.at[i].unit);
        if (ends.of.n == 1) c->whole += n;
        else c->shared += share_millionths(n, ends.of.at[i].share);
        if (ends.of.at[i].unit != unit && was) VEC_ADD(k->c->a, &c->of, was->unit.name);
    }
}

static void put_unit(struct call *k, const struct organised *o, const struct unit *u, const struct unit_count *c,
                     struct json *j)
{
    jw_object(j);
    jw_put_id(j, "id", u ? u->id : 0);
    jw_put_text(j, "code", u ? u->code : STR_EMPTY);
    jw_put_text(j, "name", !u ? STR_EMPTY : o->tree ? unit_tree_name_on(k->units, u->id, o->on) : u->name);
    jw_put_int(j, "n", c->whole);
    jw_key(j, "shared");
    if (c->shared) jw_text(j, dec_text(k->c->a, (dec){c->shared}));
    else jw_null(j);
    jw_key(j, "of");
    jw_array(j);
    for (size_t i = 0; i < c->of.n; i++) jw_text(j, c->of.at[i]);
    jw_end(j);
    jw_end(j);
}

bool item_units_json(struct call *k, const struct organised *o, const struct map *counted, struct json *j)
{
    struct map m = {0};
    for (const struct map_entry *e = counted->first; e; e = e->next)
        count_unit(k, o, &m, e->number, *(const int64_t *)e->value);
    jw_key(j, "by_unit");
    jw_array(j);
    // In the order of that day, then what was not there then; what belongs to none comes last.
    const struct unit_tree *order = o->tree ? o->tree : k->units;
    for (size_t i = 0; i < order->n; i++) {
        const struct unit_count *c = map_get_int(&m, order->at[i]->unit.id);
        if (c) put_unit(k, o, &order->at[i]->unit, c, j);
    }
    for (size_t i = 0; o->tree && i < k->units->n; i++) {
        const struct unit *u = &k->units->at[i]->unit;
        const struct unit_count *c = map_get_int(&m, u->id);
        if (c && !unit_tree_by_id(o->tree, u->id)) put_unit(k, o, u, c, j);
    }
    const struct unit_count *none = map_get_int(&m, 0);
    if (none) put_unit(k, o, NULL, none, j);
    jw_end(j);
    return ctx_ok(k->c);
}

/* --- names in a row --- */

static str heirs_text(struct call *k, const struct unit_shares *heirs)
{
    struct buf b;
    buf_init(&b, k->c->a, 4000);
    for (size_t i = 0; i < heirs->of.n; i++) {
        const struct unit_node *u = unit_tree_by_id(k->units, heirs->of.at[i].unit);
        if (i) buf_addz(&b, k->c->lang == LANG_EN ? ", " : "、");
        if (u) buf_add(&b, u->unit.name);
    }
    return buf_str(&b);
}

void item_lead_names(struct call *k, const struct item *it, struct json *j)
{
    const struct unit_node *u = unit_tree_by_id(k->units, it->lead_unit_id);
    str then = STR_EMPTY;
    if (u && it->closed_at)
        then = unit_tree_name_on(k->units, it->lead_unit_id, instant_day(it->closed_at, k->zone_min));
    jw_key(j, "lead_unit_then_name");
    if (then.n && !str_eq(then, u->unit.name)) jw_text(j, then);
    else jw_null(j);
    jw_key(j, "lead_unit_now_name");
    if (u && u->heirs.of.n) jw_text(j, heirs_text(k, &u->heirs));
    else jw_null(j);
}
