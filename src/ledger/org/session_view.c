#include "ledger/org/session_view.h"

#include "ledger/delegation/delegation.h"
#include "ledger/names.h"

#include "ledger/subjects.h"
#include "ledger/org/districts.h"
#include "ledger/org/org.h"
#include "ledger/org/session.h"

struct view_call {
    struct ledger *ledger;
    const struct session_view *view;
    const struct actor *actor;
    struct buf *out;
};

static void put_day(struct json *j, const char *name, struct arena *a, day d)
{
    jw_key(j, name);
    if (d == DAY_NONE) jw_null(j);
    else jw_text(j, day_text(a, d));
}

static bool put_district(struct call *k, struct json *j)
{
    struct district d;
    if (!record_load(k, &DISTRICT, k->district, &d)) return false;
    jw_key(j, "district");
    jw_object(j);
    jw_put_id(j, "id", d.id);
    jw_put_text(j, "code", d.code);
    jw_put_text(j, "name", d.name);
    jw_put_text(j, "name_en", d.name_en);
    jw_put_int(j, "year", d.plan_year);
    jw_put_text(j, "pack", d.pack);
    put_day(j, "example_day", k->c->a, d.example_day ? day_from_ymd((int32_t)d.example_day) : DAY_NONE);
    jw_end(j);
    return true;
}

static void put_roles(struct json *j, unsigned roles)
{
    jw_key(j, "roles");
    jw_array(j);
    for (size_t i = 0; i < ROLE_TABLE.n; i++) {
        str code = str_of(ROLE_TABLE.at[i].code);
        if (roles & role_bit(code)) jw_text(j, code);
    }
    jw_end(j);
}

static bool put_account(struct call *k, struct json *j)
{
    const struct actor *who = &k->actor;
    struct unit unit = {.name = STR_EMPTY};
    if (who->unit_id && !record_load(k, &UNIT, who->unit_id, &unit)) return false;
    jw_key(j, "account");
    jw_object(j);
    jw_put_id(j, "id", who->account_id);
    jw_put_text(j, "login", who->login);
    jw_put_text(j, "name", who->name);
    put_roles(j, who->roles);
    jw_put_id(j, "unit_id", who->unit_id);
    jw_put_text(j, "unit_name", unit.name);
    jw_put_id(j, "person_id", who->person_id);
    jw_end(j);
    return true;
}

// Who acts for whom in this session, and for whom he may today.
static bool put_delegations(struct call *k, struct json *j)
{
    struct list running;
    struct names names;
    str name;
    names_init(&names, k);
    jw_key(j, "acting");
    if (k->actor.delegation_id) {
        if (!names_of(&names, "person", k->actor.for_person_id, &name)) return false;
        jw_object(j);
        jw_put_id(j, "delegation", k->actor.delegation_id);
        jw_put_text(j, "name", name);
        jw_end(j);
    } else {
        jw_null(j);
    }
    if (!delegations_to(k, k->actor.person_id, &running)) return false;
    const struct delegation *d = running.at;
    jw_key(j, "delegations");
    jw_array(j);
    for (size_t i = 0; i < running.n; i++) {
        if (!names_of(&names, "person", d[i].from_person_id, &name)) return false;
        jw_object(j);
        jw_put_id(j, "delegation", d[i].id);
        jw_put_text(j, "name", name);
        jw_put_text(j, "last_day", day_text(k->c->a, day_from_ymd((int32_t)d[i].last_day)));
        jw_end(j);
    }
    jw_end(j);
    return true;
}

static void put_may(struct call *k, struct json *j)
{
    jw_key(j, "may");
    jw_array(j);
    for (size_t s = 0; s < N_SUBJECTS; s++)
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++)
            if (actor_has(k, SUBJECTS[s]->commands[i].roles | ROLE_SYSTEM))
                jw_text(j, str_of(SUBJECTS[s]->commands[i].name));
    jw_end(j);
}

static void put_warnings(struct call *k, struct json *j)
{
    int year = day_civil(k->today).year;
    jw_key(j, "warnings");
    jw_array(j);
    if (k->calendar && !calendar_known_year(k->calendar, year)) {
        str arg = str_printf(k->c->a, "%d", year);
        jw_object(j);
        jw_put_text(j, "id", STR("calendar.unknown_year"));
        jw_put_text(j, "text", message_text(k->c->a, k->c->lang, "calendar.unknown_year", &arg, 1));
        jw_end(j);
    }
    jw_end(j);
}

static bool describe(struct ctx *c, struct db *db, void *arg)
{
    struct view_call *u = arg;
    struct request r = {.district = u->view->district, .actor = *u->actor, .now = u->view->now,
                        .acting_for = u->view->acting_for, .name = STR("session.describe")};
    struct call k;
    struct json j;
    bool ok = ledger_call(c, u->ledger, db, &r, &k);
    if (!ok && r.acting_for && c->err.id && strcmp(c->err.id, "delegation.none") == 0) {
        error_clear(c);
        r.acting_for = 0;
        ok = ledger_call(c, u->ledger, db, &r, &k);
    }
    if (!ok) return false;
    jw_init(&j, u->out);
    jw_object(&j);
    if (!put_account(&k, &j) || !put_district(&k, &j)) return false;
    jw_put_text(&j, "now", instant_text(c->a, k.now, k.zone_min));
    put_day(&j, "today", c->a, k.today);
    put_day(&j, "as_of", c->a, u->view->as_of);
    jw_put_text(&j, "csrf", u->view->csrf);
    jw_put_bool(&j, "must_change", u->actor->must_change);
    put_may(&k, &j);
    if (!put_delegations(&k, &j)) return false;
    put_warnings(&k, &j);
    jw_end(&j);
    return ctx_ok(c);
}

bool session_describe(struct ctx *c, struct ledger *l, const struct session_view *v, const struct actor *actor,
                      struct buf *out)
{
    struct view_call u = {l, v, actor, out};
    return store_read(c, ledger_store(l), describe, &u);
}

struct records DEMO_ACCOUNTS = RECORDS("account.demo", &ACCOUNT,
    "WHERE district_id = $1 AND demo = 1 AND disabled = 0 ORDER BY id LIMIT 50");

static bool put_demo(struct call *k, struct json *j, str password)
{
    struct list rows;
    if (!record_list(k, &DEMO_ACCOUNTS, &rows, ARG(k->district))) return false;
    const struct account *account = rows.at;
    jw_key(j, "demo_accounts");
    if (!rows.n) jw_null(j);
    else jw_array(j);
    for (size_t i = 0; i < rows.n; i++) {
        struct actor who;
        struct unit unit;
        if (!session_actor(k, account[i].login, &who) || !record_load(k, &UNIT, who.unit_id, &unit)) return false;
        jw_object(j);
        jw_put_text(j, "login", who.login);
        jw_put_text(j, "name", who.name);
        put_roles(j, who.roles);
        jw_put_text(j, "unit_name", unit.name);
        jw_end(j);
    }
    if (rows.n) jw_end(j);
    jw_key(j, "demo_password");
    if (rows.n && password.n) jw_text(j, password);
    else jw_null(j);
    return true;
}

static void put_choice(struct json *j, const struct district_list *choice)
{
    jw_key(j, "districts");
    if (!choice) jw_null(j);
    else jw_array(j);
    for (size_t i = 0; choice && i < choice->rows.n; i++) {
        const struct district_ref *d = &choice->rows.at[i];
        jw_object(j);
        jw_put_text(j, "code", d->code);
        jw_put_text(j, "name", d->name);
        jw_put_text(j, "name_en", d->name_en);
        jw_end(j);
    }
    if (choice) jw_end(j);
    jw_put_bool(j, "more_districts", choice && choice->more);
}

static void put_null(struct json *j, const char *name)
{
    jw_key(j, name);
    jw_null(j);
}

// What is only known of a chosen district; its day is its zone's.
static bool put_chosen(struct call *k, const struct session_view *v, struct json *j)
{
    if (!put_district(k, j)) return false;
    put_day(j, "today", k->c->a, k->today);
    return put_demo(k, j, v->demo_password);
}

static bool welcome(struct ctx *c, struct db *db, void *arg)
{
    static const char *const of_district[] = {"district", "today", "demo_accounts", "demo_password"};
    struct view_call *u = arg;
    struct request r = {.district = u->view->district, .actor = {.roles = ROLE_SYSTEM}, .now = u->view->now,
                        .name = STR("session.welcome")};
    struct call k;
    struct json j;
    jw_init(&j, u->out);
    jw_object(&j);
    if (r.district) {
        if (!ledger_call(c, u->ledger, db, &r, &k) || !put_chosen(&k, u->view, &j)) return false;
    } else {
        for (size_t i = 0; i < COUNT_OF(of_district); i++) put_null(&j, of_district[i]);
    }
    put_day(&j, "as_of", c->a, u->view->as_of);
    put_choice(&j, u->view->choice);
    jw_put_text(&j, "version", STR(BIHUAN_VERSION));
    jw_end(&j);
    return ctx_ok(c);
}

bool session_welcome(struct ctx *c, struct ledger *l, const struct session_view *v, struct buf *out)
{
    struct view_call u = {l, v, NULL, out};
    return store_read(c, ledger_store(l), welcome, &u);
}
