/* What the answers tell: ids, versions, states; and the questions that are asked between the bursts. */
#include "stream.h"

#include <jansson.h>

static int64_t id_in(const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    int64_t id = 0;
    if (json_is_integer(v)) return json_integer_value(v);
    return json_is_string(v) && str_int(str_of(json_string_value(v)), &id) ? id : 0;
}

static unsigned state_in(const json_t *o)
{
    return state_bit(str_of(json_string_value(json_object_get(o, "state"))));
}

static int lead_in(const json_t *o)
{
    const char *name = json_string_value(json_object_get(o, "lead_unit_name"));
    for (int i = 0; name && i < TOWN_UNITS; i++)
        if (strcmp(name, TOWN_UNIT_NAMES[i]) == 0) return i;
    return 2;
}

static json_t *parsed(const struct step *s)
{
    return json_loadb(s->answer.p, s->answer.n, 0, NULL);
}

/* --- questions --- */

static void ask(struct town *t, struct burst *b, const char *login, const char *query, const char *name, str value,
                int thing)
{
    struct step s = step_of(t, town_actor(t, login), query, STR_EMPTY);
    struct param *p = ARENA_NEW(t->a, struct param);
    *p = (struct param){str_of(name), value};
    s.request.params = p;
    s.request.n_params = name ? 1 : 0;
    s.thing = thing;
    VEC_ADD(t->a, &b->asks, s);
}

static str id_text(struct town *t, int64_t id)
{
    return str_printf(t->a, "%" PRId64, id);
}

// Queries whose answers nothing is learned from: they are there to be compared.
static void look(struct town *t, struct burst *b)
{
    static const char *const LOOKS[][4] = {
        {"sup", "items", NULL, NULL},           {"u03", "items", "sort", "title"},
        {"leader", "items_counts", NULL, NULL}, {"u04", "my_day", NULL, NULL},
        {"sup", "my_day", NULL, NULL},          {"analyst", "items", "where", "progress < 50 and due_day >= today"},
        {"auditor", "journal", NULL, NULL},     {"sysadmin", "rules", NULL, NULL},
        {"sup", "items", "q", "改造"},          {"auditor", "accounts", NULL, NULL},
        {"leader", "items", "light", "red"},    {"sup", "units", NULL, NULL},
        {"sup", "items_grid", NULL, NULL},      {"u02", "items_grid", "state", "accepted"},
        {"sup", "saved_views", NULL, NULL},     {"leader", "watched", NULL, NULL},
        {"sup", "goals", NULL, NULL},           {"sup", "documents", NULL, NULL},
        {"u03", "clauses", "document", "D1"},   {"sup", "templates", NULL, NULL},
        {"sup", "item_tree", NULL, NULL},       {"analyst", "reporting_calendar", "collection", "K1"},
        {"u02", "reporting_owed", NULL, NULL}, {"analyst", "burden", "year", "2023"},
        {"sup", "reporting_rates", NULL, NULL}, {"sup", "registers", NULL, NULL},
        {"sup", "search", "q", "改造"},         {"u04", "search", "q", "lxq"},
        {"sup", "units", "on", "2023-06-01"},   {"leader", "items_counts", "organised", "then"},
        {"sysadmin", "webhooks", NULL, NULL},   {"secadmin", "delegations", NULL, NULL},
        {"leader", "cockpit", NULL, NULL},      {"sup", "people", NULL, NULL},
        {"sup", "uncovered_items", NULL, NULL}, {"u02", "waivers", NULL, NULL},
        {"analyst", "recurrences", NULL, NULL}, {"analyst", "collections", NULL, NULL}, {"sup", "elements", NULL, NULL},
        {"sysadmin", "unit_history", "unit", "U11"}, {"sup", "unit_change_preview", "unit", "U10"}};
    const char *const *q = LOOKS[random_below(&t->rnd, COUNT_OF(LOOKS))];
    ask(t, b, q[0], q[1], q[2], str_of(q[3]), NO_THING);
}

void town_questions(struct town *t, struct burst *b)
{
    if (t->actors.n == 0) {
        if (t->script_done < t->script.n) return;
        ask(t, b, "system", "accounts", NULL, STR_EMPTY, NO_THING);
        return;
    }
    for (size_t i = 0; i < b->steps.n; i++) {
        const struct step *s = &b->steps.at[i];
        const struct thing *th = s->thing >= 0 ? &t->things.at[s->thing] : NULL;
        bool accepted = s->ok && str_is(s->request.name, "item.accept");
        bool many = s->ok && str_starts(s->request.name, STR("items.")); // tells no version
        if (th && ((accepted && !th->known) || many || (!s->ok && random_below(&t->rnd, 4) == 0)))
            ask(t, b, "sup", "item", "item", id_text(t, th->id), s->thing);
    }
    bool preview = false;
    for (size_t i = 0; i < b->steps.n; i++)
        preview |= b->steps.at[i].ok && str_starts(b->steps.at[i].request.name, STR("import."));
    if (preview && t->batch) ask(t, b, "sup", "import", "batch", id_text(t, t->batch), NO_THING);
    if (random_below(&t->rnd, 4) == 0) look(t, b);
}

/* --- learning --- */

static struct thing *new_thing(struct town *t, int64_t id)
{
    for (size_t i = 0; i < t->things.n; i++)
        if (t->things.at[i].id == id) return &t->things.at[i];
    struct thing *th = VEC_PUSH(t->a, &t->things);
    *th = (struct thing){.id = id, .version = 1, .state = IN_DRAFTED, .lead = 2};
    return th;
}

static void learn_item(struct thing *th, const json_t *page)
{
    const json_t *item = json_object_get(page, "item"), *parts = json_object_get(page, "parts");
    if (!item) return;
    th->state = state_in(item);
    th->version = id_in(item, "version");
    th->lead = lead_in(item);
    th->known = true;
    th->n_parts = 0;
    for (size_t i = 0; i < json_array_size(parts) && th->n_parts < COUNT_OF(th->parts); i++)
        th->parts[th->n_parts++] = id_in(json_array_get(parts, i), "id");
}

struct pool *town_pool(struct town *t, str name)
{
    static const char *const NAMES[] = {"note", "view", "delegation", "feed", "webhook", "clause", "goal", "template",
                                        "act",  "recurring"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        t->pools[i].name = NAMES[i];
        if (str_is(name, NAMES[i])) return &t->pools[i];
    }
    return NULL;
}

static void learn_done(struct town *t, const struct step *s)
{
    json_t *o = parsed(s);
    str name = s->request.name;
    int64_t item = id_in(o, "item");
    if (str_is(name, "item.draft") || (item && s->thing >= 0)) {
        struct thing *th = new_thing(t, item);
        th->version = id_in(o, "version");
        if (state_in(o)) th->state = state_in(o);
        if (str_is(name, "item.draft") && s->thing >= 0) t->things.at[s->thing].child = item;
        if (id_in(o, "change")) th->change = id_in(o, "change");
        if (id_in(o, "objection")) th->objection = id_in(o, "objection");
        size_t lead = str_find(s->request.body, STR("\"lead\":\"U"), 0);
        int64_t unit;
        if (lead != SIZE_MAX && str_int(str_sub(s->request.body, lead + 9, 2), &unit)) th->lead = (int)unit;
        if (str_is(name, "item.decide_change")) th->known = false, th->n_parts = 0;
    }
    if (str_is(name, "evidence.add") && s->thing >= 0) t->things.at[s->thing].evidence = id_in(o, "evidence");
    if (str_is(name, "clause.link") && s->thing >= 0) {
        size_t from = str_find(s->request.body, STR("\"C"), 0), to = str_find(s->request.body, STR("\","), from);
        if (to != SIZE_MAX) t->things.at[s->thing].linked = str_sub(s->request.body, from + 1, to - from - 1);
    }
    if (str_is(name, "session.open")) t->session = id_in(o, "session");
    t->seq = id_in(o, "seq") ? id_in(o, "seq") : t->seq;
    for (size_t i = 0; i < COUNT_OF(t->pools); i++)
        if (id_in(o, t->pools[i].name)) t->pools[i].ids[t->pools[i].n++ % POOL] = id_in(o, t->pools[i].name);
    // An act of many is taken back by its number.
    struct pool *acts = town_pool(t, STR("act"));
    if (str_is(name, "items.edit_many")) acts->ids[acts->n++ % POOL] = t->seq;
    struct pool *recurring = town_pool(t, STR("recurring"));
    if (str_is(name, "item.recur") && s->thing >= 0) recurring->ids[recurring->n++ % POOL] = t->things.at[s->thing].id;
    if (str_starts(name, STR("import.")) && id_in(o, "batch")) t->batch = id_in(o, "batch");
    if (str_starts(name, STR("import.")) && id_in(o, "version")) t->batch_version = id_in(o, "version");
    json_decref(o);
}

static void learn_import(struct town *t, const json_t *page)
{
    const json_t *rows = json_object_get(page, "rows"), *batch = json_object_get(page, "batch");
    t->rows.n = 0;
    if (batch) t->batch_version = id_in(batch, "version");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        VEC_ADD(t->a, &t->rows, id_in(row, "id"));
        if (id_in(row, "item_id")) new_thing(t, id_in(row, "item_id"));
    }
}

// The accounts of the founding.
static void learn_actors(struct town *t, const struct step *asked)
{
    json_t *accounts = parsed(asked);
    const json_t *rows = json_object_get(accounts, "rows");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *roles = json_object_get(row, "roles");
        struct actor who = {.account_id = id_in(row, "id"),
                            .person_id = id_in(row, "person_id"),
                            .unit_id = id_in(row, "unit_id"),
                            .login = str_dup(t->a, str_of(json_string_value(json_object_get(row, "login"))))};
        who.name = who.login;
        for (size_t r = 0; r < json_array_size(roles); r++)
            who.roles |= role_bit(str_of(json_string_value(json_array_get(roles, r))));
        INVARIANT(who.account_id && who.unit_id && who.roles);
        VEC_ADD(t->a, &t->actors, who);
    }
    INVARIANT(t->actors.n > 0);
    json_decref(accounts);
}

void town_learn(struct town *t, const struct burst *b)
{
    for (size_t i = 0; i < b->steps.n; i++)
        if (b->steps.at[i].ok) learn_done(t, &b->steps.at[i]);
    if (t->actors.n == 0) {
        if (b->asks.n) learn_actors(t, &b->asks.at[0]);
        return;
    }
    for (size_t i = 0; i < b->asks.n; i++) {
        const struct step *s = &b->asks.at[i];
        json_t *page = s->ok ? parsed(s) : NULL;
        if (page && s->thing >= 0) learn_item(&t->things.at[s->thing], page);
        if (page && str_is(s->request.name, "import")) learn_import(t, page);
        json_decref(page);
    }
}
