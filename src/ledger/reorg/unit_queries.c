/*
 * Before a unit changes: what would move. Afterwards: how it came to be what it is. Numbers of items are
 * shown to whoever may change units, their titles only to those who may read every item.
 */
#include "ledger/item/item_rows.h"
#include "ledger/names.h"
#include "ledger/reorg/reorg_internal.h"

#define PREVIEW_ARGS(X) X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")
struct unit_preview_args { PREVIEW_ARGS(AS_MEMBER) };
#define OWNER struct unit_preview_args
ARGS_SHAPE(unit_change_preview, PREVIEW_ARGS);
ARGS_SHAPE(unit_history, PREVIEW_ARGS);
#undef OWNER

static void put_day(struct call *k, struct json *out, const char *member, int64_t ymd)
{
    jw_key(out, member);
    if (ymd) jw_text(out, day_text(k->c->a, day_from_ymd((int32_t)ymd)));
    else jw_null(out);
}

static bool put_item(struct names *n, const struct item *it, const char *part, struct json *out)
{
    struct call *k = n->k;
    str person, deputy;
    if (!names_of(n, "person", it->person_id, &person) || !names_of(n, "person", it->deputy_id, &deputy)) return false;
    jw_object(out);
    jw_put_text(out, "code", it->code);
    jw_key(out, "title");
    if (actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM)) jw_text(out, it->title);
    else jw_null(out);
    jw_put_text(out, "state", it->state);
    jw_put_text(out, "part", str_of(part));
    jw_put_id(out, "person_id", it->person_id);
    jw_put_text(out, "person_name", person);
    jw_put_id(out, "deputy_id", it->deputy_id);
    jw_put_text(out, "deputy_name", deputy);
    put_day(k, out, "due_day", it->due_day);
    jw_end(out);
    return true;
}

static bool put_open_items(struct call *k, int64_t unit, struct json *out, size_t *n_led, size_t *n_assisted)
{
    struct list led, assisted;
    struct names n;
    names_init(&n, k);
    if (!record_list(k, &LED_OPEN, &led, ARG(k->district), ARG(unit)) ||
        !record_list(k, &ASSISTED_OPEN, &assisted, ARG(k->district), ARG(unit)))
        return false;
    jw_key(out, "items");
    jw_array(out);
    for (size_t i = 0; i < led.n && ctx_ok(k->c); i++)
        if (!put_item(&n, &((const struct item *)led.at)[i], "lead", out)) return false;
    for (size_t i = 0; i < assisted.n && ctx_ok(k->c); i++)
        if (!put_item(&n, &((const struct item *)assisted.at)[i], "assist", out)) return false;
    jw_end(out);
    *n_led = led.n, *n_assisted = assisted.n;
    return true;
}

static bool put_people(struct call *k, int64_t unit, struct json *out)
{
    struct list people, accounts;
    if (!record_list(k, &PEOPLE_OF_UNIT, &people, ARG(k->district), ARG(unit)) ||
        !record_list(k, &ACCOUNTS_OF_UNIT, &accounts, ARG(k->district), ARG(unit)))
        return false;
    jw_key(out, "people");
    jw_array(out);
    for (size_t i = 0; i < people.n; i++) {
        const struct person *p = &((const struct person *)people.at)[i];
        if (!p->active) continue;
        jw_object(out);
        jw_put_id(out, "id", p->id);
        jw_put_text(out, "code", p->code);
        jw_put_text(out, "name", p->name);
        jw_put_text(out, "title", p->title);
        jw_end(out);
    }
    jw_end(out);
    size_t enabled = 0;
    for (size_t i = 0; i < accounts.n; i++) enabled += !((const struct account *)accounts.at)[i].disabled;
    jw_put_int(out, "accounts", (int64_t)enabled);
    return true;
}

static void put_unit_ref(struct json *out, const struct unit *u)
{
    jw_object(out);
    jw_put_id(out, "id", u->id);
    jw_put_text(out, "code", u->code);
    jw_put_text(out, "name", u->name);
    jw_put_text(out, "kind", u->kind);
    jw_end(out);
}

bool unit_change_preview_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_preview_args *a = args;
    const struct unit_node *u = unit_tree_by_id(k->units, a->unit);
    size_t led = 0, assisted = 0;
    int64_t over;
    (void)given;
    INVARIANT(u != NULL);
    if (!items_over(k, &UNIT_ITEMS_OVER, a->unit, &over)) return false;
    jw_object(out);
    jw_key(out, "unit");
    record_json(out, k->c->a, UNIT.shape, &u->unit, k->zone_min);
    if (!put_open_items(k, a->unit, out, &led, &assisted)) return false;
    jw_put_int(out, "led", (int64_t)led);
    jw_put_int(out, "assisted", (int64_t)assisted);
    jw_put_int(out, "over", over);
    if (!put_people(k, a->unit, out)) return false;
    jw_key(out, "children");
    jw_array(out);
    for (const struct unit_node *c = u->child; c; c = c->next)
        if (!c->unit.closes_day) put_unit_ref(out, &c->unit);
    jw_end(out);
    jw_end(out);
    return ctx_ok(k->c);
}

/* --- history --- */

static str name_of_unit(const struct call *k, int64_t id)
{
    const struct unit_node *u = unit_tree_by_id(k->units, id);
    return u ? u->unit.name : STR_EMPTY;
}

static void put_period(struct call *k, struct json *out, int64_t from, int64_t to, str name, str short_name,
                       int64_t parent, str cause, str document)
{
    jw_object(out);
    put_day(k, out, "from_day", from);
    put_day(k, out, "to_day", to);
    jw_put_text(out, "name", name);
    jw_put_text(out, "short_name", short_name);
    jw_put_id(out, "parent_id", parent);
    jw_put_text(out, "parent_name",
                from ? unit_tree_name_on(k->units, parent, day_from_ymd((int32_t)from)) : name_of_unit(k, parent));
    jw_put_text(out, "ended_by", cause);
    jw_put_text(out, "document", document);
    jw_end(out);
}

static void put_periods(struct call *k, const struct unit_node *u, struct json *out)
{
    jw_key(out, "periods");
    jw_array(out);
    for (size_t i = 0; i < u->past.n; i++) {
        const struct unit_period *p = &u->past.at[i];
        put_period(k, out, p->from_day, p->to_day, p->name, p->short_name, p->parent_id, p->cause, p->document);
    }
    const struct unit *now = &u->unit;
    put_period(k, out, now->since_day ? now->since_day : now->opens_day, now->closes_day, now->name, now->short_name,
               now->parent_id, STR_EMPTY, now->closed_by);
    jw_end(out);
}

// Direct predecessors and successors as the documents ordered them.
static void put_steps(struct call *k, int64_t unit, bool before, struct json *out)
{
    const struct unit_succession *s = k->units->successions.at;
    jw_key(out, before ? "predecessors" : "successors");
    jw_array(out);
    for (size_t i = 0; i < k->units->successions.n; i++) {
        int64_t other = before ? s[i].predecessor_id : s[i].successor_id;
        if ((before ? s[i].successor_id : s[i].predecessor_id) != unit) continue;
        jw_object(out);
        jw_put_id(out, "unit_id", other);
        jw_put_text(out, "name", name_of_unit(k, other));
        jw_put_int(out, "permille", s[i].permille);
        put_day(k, out, "on_day", s[i].on_day);
        jw_put_text(out, "cause", s[i].cause);
        jw_put_text(out, "document", s[i].document);
        jw_end(out);
    }
    jw_end(out);
}

static void put_shares(struct call *k, const char *member, const struct unit_shares *s, struct json *out)
{
    jw_key(out, member);
    jw_array(out);
    for (size_t i = 0; i < s->of.n; i++) {
        jw_object(out);
        jw_put_id(out, "unit_id", s->of.at[i].unit);
        jw_put_text(out, "name", name_of_unit(k, s->of.at[i].unit));
        jw_put_text(out, "share", dec_text(k->c->a, (dec){share_millionths(1, s->of.at[i].share)}));
        jw_end(out);
    }
    jw_end(out);
}

bool unit_history_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_preview_args *a = args;
    const struct unit_node *u = unit_tree_by_id(k->units, a->unit);
    struct unit_shares now, then;
    (void)given;
    INVARIANT(u != NULL);
    succession_forward(k->c->a, &k->units->succession, a->unit, DAY_NONE, k->today, SUCCESSION_ALL, &now);
    succession_backward(k->c->a, &k->units->succession, a->unit, DAY_NONE, k->today, SUCCESSION_ALL, &then);
    jw_object(out);
    jw_key(out, "unit");
    record_json(out, k->c->a, UNIT.shape, &u->unit, k->zone_min);
    put_periods(k, u, out);
    put_steps(k, a->unit, true, out);
    put_steps(k, a->unit, false, out);
    put_shares(k, "now", &now, out);
    put_shares(k, "before", &then, out);
    jw_end(out);
    return ctx_ok(k->c);
}
