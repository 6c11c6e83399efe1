// The commands of org/ through the one door, each in a store of its own: names that must stay
// unambiguous, duties that must stay separate, rules that replace each other, clocks that follow.
#include "check.h"

#include <ftw.h>

#include "../store/ground.h"
#include "ledger/ledger.h"
#include "ledger/org/password.h"
#include "ledger/org/pinyin.h"
#include "ledger/org/unit_tree.h"

struct org {
    struct fixture f;
    struct ledger *l;
    instant now;
    struct actor actor;
    char dir[64];
    struct ground ground;
};

static const struct actor SYSTEM = {
    .roles = ROLE_SYSTEM, .login = {"test", 4}, .name = {"test", 4}};

// "" when the command is done, else the id of the error.
static const char *run(struct org *o, const char *command, const char *body, str *result)
{
    str answer;
    struct request r = {.district = 1,
                        .actor = o->actor,
                        .now = o->now,
                        .name = str_of(command),
                        .body = str_of(body),
                        .idem_key = STR_EMPTY};
    error_clear(&o->f.c);
    o->now += US_PER_SECOND;
    if (!ledger_do(&o->f.c, o->l, &r, result ? result : &answer)) return o->f.c.err.id;
    return "";
}

#define check_run(o, command, body) check_str(str_of(run((o), (command), (body), NULL)), "")
// Refused with this id about this field, and nothing changed.
#define check_refused(o, command, body, id, field_)                 \
    do {                                                            \
        check_row("%s %s", (command), (body));                      \
        check_str(str_of(run((o), (command), (body), NULL)), (id)); \
        check_str((o)->f.c.err.field, (field_));                    \
    } while (0)

static str ask(struct org *o, const char *query, const struct param *params, size_t n)
{
    struct buf b;
    buf_init(&b, o->f.a, 4 << 20);
    struct request r = {.district = 1,
                        .actor = o->actor,
                        .now = o->now,
                        .name = str_of(query),
                        .body = STR_EMPTY,
                        .idem_key = STR_EMPTY,
                        .params = params,
                        .n_params = n};
    error_clear(&o->f.c);
    check_row("%s", query);
    if (!ledger_ask(&o->f.c, o->l, &r, &b)) print_error("%s\n", o->f.c.err.id);
    check(o->f.c.err.code == ERR_NONE);
    return buf_str(&b);
}

static int org_setup(void **state)
{
    struct org *o = calloc(1, sizeof *o);
    if (!o) return -1;
    ledger_setup();
    o->f.a = o->f.c.a = arena_new((size_t)1 << 30);
    error_clear(&o->f.c);
    strcpy(o->dir, "/tmp/bihuan-org-XXXXXX");
    if (!o->f.a || !mkdtemp(o->dir)) return -1;
    ground_make(&o->ground, str_z(o->f.a, str_printf(o->f.a, "%s/b.db", o->dir)));
    struct ledger_options lo = {.store_url = str_of(o->ground.url),
                                .files_dir = str_printf(o->f.a, "%s/files", o->dir),
                                .create = true};
    *state = o;
    o->actor = SYSTEM;
    if (!ledger_open(&o->f.c, &lo, &o->l) ||
        !instant_parse(STR("2023-02-01T09:00:00+08:00"), 480, &o->now))
        return -1;
    check_run(o, "district.create",
              "{\"code\":\"d\",\"name\":\"某区\",\"zone_min\":480,\"pack\":\"t\",\"pack_version\":"
              "\"1\",\"plan_year\":2023}");
    check_run(o, "unit.add",
              "{\"code\":\"QZF\",\"name\":\"某区人民政府\",\"short_name\":\"区政府\",\"kind\":"
              "\"government\",\"basis\":\"local\"}");
    check_run(o, "unit.add",
              "{\"code\":\"FGW\",\"name\":\"区发展和改革委员会\",\"short_name\":\"区发改委\","
              "\"kind\":\"department\",\"parent\":\"QZF\",\"basis\":\"local\"}");
    check_run(o, "unit.add",
              "{\"code\":\"ZJW\",\"name\":\"区住房和城乡建设委员会\",\"kind\":\"department\","
              "\"parent\":\"QZF\",\"basis\":\"local\"}");
    check_run(o, "unit.add",
              "{\"code\":\"FGX\",\"name\":\"投资科\",\"kind\":\"office\",\"parent\":\"FGW\","
              "\"basis\":\"local\"}");
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int org_teardown(void **state)
{
    struct org *o = *state;
    ledger_close(o->l);
    ground_drop(&o->ground);
    arena_free(o->f.a);
    nftw(o->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(o);
    return 0;
}
#define ORG(fn) cmocka_unit_test_setup_teardown(fn, org_setup, org_teardown)

static void names_lead_to_one_unit(void **state)
{
    struct org *o = *state;
    check_run(o, "unit.alias", "{\"unit\":\"FGW\",\"alias\":\"发改委\"}");
    check_run(o, "unit.alias",
              "{\"unit\":\"FGW\",\"alias\":\"发 改 委\"}"); // folded the same: nothing to add
    check(str_has(ask(o, "units", NULL, 0), STR("\"aliases\":[\"发改委\"]")));
    check_refused(o, "unit.alias", "{\"unit\":\"ZJW\",\"alias\":\"发改委\"}", "unit.name_taken",
                  "alias");
    check_str(o->f.c.err.args[1], "区发展和改革委员会"); // the error names the other unit
    check_refused(o, "unit.alias", "{\"unit\":\"ZJW\",\"alias\":\"区发改委\"}", "unit.name_taken",
                  "alias");
    check_refused(o, "unit.alias", "{\"unit\":\"ZJW\",\"alias\":\"ＦＧＷ\"}", "unit.name_taken",
                  "alias"); // another's code, full-width
    check_refused(o, "unit.add",
                  "{\"code\":\"X1\",\"name\":\"发改委\",\"kind\":\"other\",\"basis\":\"local\"}",
                  "unit.name_taken", "name");
    check_refused(o, "unit.add",
                  "{\"code\":\"X1\",\"name\":\"甲\",\"short_name\":\"投资科\",\"kind\":\"other\","
                  "\"basis\":\"local\"}",
                  "unit.name_taken", "short_name");
    check_refused(o, "unit.edit", "{\"unit\":\"ZJW\",\"version\":1,\"name\":\"区发改委\"}",
                  "unit.name_taken", "name");
    check_refused(o, "unit.add",
                  "{\"code\":\"FGW\",\"name\":\"乙\",\"kind\":\"other\",\"basis\":\"local\"}",
                  "org.code_taken", "code");
    check_refused(o, "unit.add",
                  "{\"code\":\"发改\",\"name\":\"乙\",\"kind\":\"other\",\"basis\":\"local\"}",
                  "org.bad_code", "code");
    check_refused(
        o, "unit.add",
        "{\"code\":\"1234567890\",\"name\":\"乙\",\"kind\":\"other\",\"basis\":\"local\"}",
        "org.code_like_id", "code");
}

static void one_district_a_number(void **state)
{
    struct org *o = *state;
    check_refused(o, "district.create",
                  "{\"code\":\"e\",\"name\":\"别区\",\"zone_min\":480,\"pack\":\"t\",\"pack_"
                  "version\":\"1\",\"plan_year\":2023}",
                  "district.exists", "");
}

static void the_tree_stays_a_tree(void **state)
{
    struct org *o = *state;
    check_refused(o, "unit.edit", "{\"unit\":\"QZF\",\"version\":1,\"parent\":\"FGX\"}",
                  "unit.parent_below", "parent");
    check_refused(o, "unit.edit", "{\"unit\":\"FGW\",\"version\":1,\"parent\":\"FGW\"}",
                  "unit.parent_below", "parent");
    check_refused(o, "unit.edit", "{\"unit\":\"FGW\",\"version\":7,\"official_order\":9}",
                  "record.stale", "");
    check_run(o, "unit.edit", "{\"unit\":\"FGX\",\"version\":1,\"parent\":\"ZJW\"}");
    check_run(o, "unit.edit", "{\"unit\":\"FGW\",\"version\":1,\"official_order\":9}");
    // official order: the government, then ZJW (2) with FGX below it, then FGW (9)
    str units = ask(o, "units", NULL, 0);
    size_t qzf = str_find(units, STR("\"QZF\""), 0), zjw = str_find(units, STR("\"ZJW\""), 0),
           fgx = str_find(units, STR("\"FGX\""), 0), fgw = str_find(units, STR("\"FGW\""), 0);
    check(qzf < zjw && zjw < fgx && fgx < fgw && fgw != SIZE_MAX);
    check(str_has(units, STR("\"parent_name\":\"区住房和城乡建设委员会\"")));
}

static bool with_tree(struct ctx *c, struct db *db, void *arg)
{
    struct org *o = arg;
    struct call k;
    struct list ids;
    struct request r = {.district = 1, .actor = SYSTEM, .now = o->now};
    check(ledger_call(c, o->l, db, &r, &k));
    const struct unit_tree *t = k.units;
    check_int(t->n, 4);
    const struct unit_node *fgw = unit_tree_by_code(t, STR("FGW")),
                           *qzf = unit_tree_by_code(t, STR("QZF")),
                           *fgx = unit_tree_by_code(t, STR("FGX"));
    check(fgw && qzf && fgx);
    unit_tree_subtree(c->a, t, qzf->unit.id, &ids);
    check_int(ids.n, 4);
    check_int(((int64_t *)ids.at)[0], qzf->unit.id);
    unit_tree_subtree(c->a, t, fgw->unit.id, &ids);
    check_int(ids.n, 2);
    unit_tree_subtree(c->a, t, 12345, &ids);
    check_int(ids.n, 0);
    check(unit_tree_covers(t, qzf->unit.id, fgx->unit.id) &&
          !unit_tree_covers(t, fgx->unit.id, qzf->unit.id));
    unit_tree_of_kind(c->a, t, "department", &ids);
    check_int(ids.n, 2);
    unit_tree_find(c->a, t, STR("区 发改委"), &ids);
    check_int(ids.n, 1);
    check_int(((int64_t *)ids.at)[0], fgw->unit.id);
    unit_tree_find(c->a, t, STR("发改"), &ids);
    check_int(ids.n, 0);
    unit_tree_suggest(c->a, t, STR("区住建委"), 3, &ids); // all its characters in order
    check(ids.n >= 1);
    check(((int64_t *)ids.at)[0] == unit_tree_by_code(t, STR("ZJW"))->unit.id);
    unit_tree_suggest(c->a, t, STR("海关"), 3, &ids);
    check_int(ids.n, 0);
    return true;
}

static void the_tree_answers(void **state)
{
    struct org *o = *state;
    check(store_read(&o->f.c, ledger_store(o->l), with_tree, o));
}

static void pinyin_orders_names(void **state)
{
    struct fixture *f = *state;
    // cáizhèng < fāgǎi < fǎyuàn < jiāotōng < zhùjiàn; 重庆 is Chóngqìng only by dictionary, so it
    // is left out
    static const char *const names[] = {"财政局", "发改委", "法院", "交通局", "住建委"};
    for (size_t i = 1; i < COUNT_OF(names); i++) {
        check_row("%s %s", names[i - 1], names[i]);
        check(str_cmp(pinyin_key(f->a, str_of(names[i - 1])), pinyin_key(f->a, str_of(names[i]))) <
              0);
    }
    check_int(pinyin_key(f->a, STR("")).n, 0);
    char longest[721] = "";
    for (int i = 0; i < 120; i++) strcat(longest, "政");
    check(pinyin_key(f->a, str_of(longest)).n <= 400);
}

static void people_and_accounts(struct org *o)
{
    check_run(o, "person.add",
              "{\"code\":\"P1\",\"name\":\"甲\",\"unit\":\"FGW\",\"basis\":\"local\"}");
    check_run(o, "person.add",
              "{\"code\":\"P2\",\"name\":\"乙\",\"unit\":\"ZJW\",\"basis\":\"local\"}");
    check_run(o, "account.add",
              "{\"login\":\"jia\",\"person\":\"P1\",\"password\":\"correct horse\"}");
    check_run(o, "account.add", "{\"login\":\"yi\",\"person\":\"P2\"}");
}

static void duties_are_separate(void **state)
{
    struct org *o = *state;
    people_and_accounts(o);
    check_run(o, "role.grant", "{\"account\":\"jia\",\"role\":\"secadmin\"}");
    check_run(o, "role.grant",
              "{\"account\":\"jia\",\"role\":\"secadmin\"}"); // again: nothing to do
    check_refused(o, "role.grant", "{\"account\":\"jia\",\"role\":\"sysadmin\"}", "role.separated",
                  "role");
    check_refused(o, "role.grant", "{\"account\":\"jia\",\"role\":\"auditor\"}", "role.separated",
                  "role");
    check_refused(o, "role.grant", "{\"account\":\"jia\",\"role\":\"unit\"}", "role.separated",
                  "role");
    check_refused(o, "role.grant", "{\"account\":\"yi\",\"role\":\"system\"}", "role.system",
                  "role");
    check_run(o, "role.grant", "{\"account\":\"yi\",\"role\":\"unit\"}");
    check_run(o, "role.grant", "{\"account\":\"yi\",\"role\":\"supervisor\"}");
    check_refused(o, "role.grant", "{\"account\":\"yi\",\"role\":\"auditor\"}", "role.separated",
                  "role");
    check_run(o, "role.revoke", "{\"account\":\"yi\",\"role\":\"unit\"}");
    check_refused(o, "role.revoke", "{\"account\":\"yi\",\"role\":\"unit\"}", "role.not_held",
                  "role");
    str accounts = ask(o, "accounts", NULL, 0);
    check(str_has(accounts, STR("\"roles\":[\"secadmin\"]")) &&
          str_has(accounts, STR("\"roles\":[\"supervisor\"]")));
    check(!str_has(accounts, STR("argon2")) && !str_has(accounts, STR("\"password\"")));
}

static void accounts_are_guarded(void **state)
{
    struct org *o = *state;
    str result;
    people_and_accounts(o);
    check_refused(o, "account.add", "{\"login\":\"bing\",\"person\":\"P1\",\"password\":\"short\"}",
                  "account.short_password", "password");
    check_refused(o, "account.add",
                  "{\"login\":\"bingbingbing\",\"person\":\"P1\",\"password\":\"BingBingBing\"}",
                  "account.password_is_login", "password");
    check_refused(o, "account.add", "{\"login\":\"jia\",\"person\":\"P2\"}", "org.code_taken",
                  "login");
    check_refused(o, "account.add", "{\"login\":\"ding\",\"person\":\"P9\"}",
                  "field.no_such_reference", "person");
    check_str(str_of(run(o, "account.password", "{\"account\":\"yi\",\"password\":\"another one\"}",
                         &result)),
              "");
    check(!str_has(result, STR("another one")));
    // as the account itself
    int64_t id = 0;
    size_t at = str_find(result, STR("\"id\":\""), 0);
    check(at != SIZE_MAX);
    str rest = str_from(result, at + 6);
    check(str_int(str_cut(&rest, STR("\"")), &id));
    o->actor =
        (struct actor){.account_id = id, .roles = ROLE_UNIT, .login = STR("yi"), .name = STR("乙")};
    check_run(o, "account.password", "{\"account\":\"yi\",\"password\":\"my own word\"}");
    check_refused(o, "account.password", "{\"account\":\"jia\",\"password\":\"not my own\"}",
                  "record.not_found", "");
    check_refused(o, "unit.alias", "{\"unit\":\"FGW\",\"alias\":\"发改\"}", "command.forbidden",
                  "");
    o->actor.roles = ROLE_SECADMIN;
    check_refused(o, "account.disable", "{\"account\":\"yi\",\"disabled\":true}",
                  "account.disable_self", "");
    check_refused(o, "role.grant", "{\"account\":\"yi\",\"role\":\"leader\"}", "role.self", "");
    check_run(o, "account.disable", "{\"account\":\"jia\",\"disabled\":true}");
    // no secret stands in the journal
    o->actor = SYSTEM;
    str journal = ask(o, "journal", NULL, 0);
    check(!str_has(journal, STR("correct horse")) && !str_has(journal, STR("argon2")));
}

static void registers_are_declared(void **state)
{
    struct org *o = *state;
    check_run(o, "register.declare",
              "{\"code\":\"R\",\"name\":\"台账\",\"code_pattern\":\"{year}-{line}-{seq2}\"}");
    check_run(
        o, "register.declare",
        "{\"code\":\"R\",\"name\":\"新台账\",\"code_pattern\":\"R-{seq4}\",\"report_minutes\":5}");
    str rows = ask(o, "registers", NULL, 0);
    check(str_has(rows, STR("新台账")) && !str_has(rows, STR("{year}")));
    static const char *const bad[] = {
        "R", "{seq}", "{seq0}", "{seq2}-x", "{yeer}-{seq2}", "{year-{seq2}", "year}-{seq2}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const char *body = str_z(
            o->f.a,
            str_printf(o->f.a, "{\"code\":\"S\",\"name\":\"一\",\"code_pattern\":\"%s\"}", bad[i]));
        check_refused(o, "register.declare", body, "register.bad_pattern", "code_pattern");
    }
}

static void rules_replace(void **state)
{
    struct org *o = *state;
#define CLOCK(amount, unit)                                       \
    "{\"kind\":\"verify\",\"amount\":" amount ",\"unit\":\"" unit \
    "\",\"roll\":\"none\",\"rule_version\":\"1\",\"source\":\"t\"}"
    check_run(o, "rule.set_clock", CLOCK("5", "working_day"));
    check_run(o, "rule.set_clock", CLOCK("9", "day"));
    check_refused(o, "rule.set_clock", CLOCK("32", "month_day"), "rule.bad_amount", "amount");
    check_refused(o, "rule.set_clock", CLOCK("-1", "day"), "rule.bad_amount", "amount");
    check_refused(o, "rule.set_clock", CLOCK("1", "fortnight"), "field.not_in_list", "unit");
    check_refused(o, "rule.set_light",
                  "{\"light\":\"grey\",\"below_days\":3,\"rule_version\":\"1\",\"source\":\"t\"}",
                  "rule.fixed_light", "light");
    check_run(o, "rule.set_light",
              "{\"light\":\"red\",\"below_days\":0,\"rule_version\":\"1\",\"source\":\"t\"}");
    check_run(o, "rule.add_word", "{\"kind\":\"secrecy\",\"word\":\"绝密级\",\"source\":\"t\"}");
    check_run(o, "rule.add_word", "{\"kind\":\"secrecy\",\"word\":\"绝密级\",\"source\":\"u\"}");
    check_refused(o, "week.set", "{\"weekday\":8,\"intervals\":\"09:00-12:00\",\"source\":\"t\"}",
                  "week.bad_weekday", "weekday");
    check_refused(o, "week.set", "{\"weekday\":1,\"intervals\":\"9-12\",\"source\":\"t\"}",
                  "week.bad_intervals", "intervals");
    check_run(o, "week.set", "{\"weekday\":1,\"intervals\":\"09:00-12:00\",\"source\":\"t\"}");
    str rows = ask(o, "rules", NULL, 0);
    check(str_has(rows, STR("\"amount\":9")) && !str_has(rows, STR("\"amount\":5")));
    size_t first = str_find(rows, STR("绝密级"), 0);
    check(first != SIZE_MAX && str_find(rows, STR("绝密级"), first + 1) == SIZE_MAX);
}

static void years_and_stops(void **state)
{
    struct org *o = *state;
    check_refused(o, "calendar.add_year",
                  "{\"year\":2023,\"days\":[{\"day\":\"2023-04-05\",\"kind\":\"off\"}]}",
                  "calendar.no_new_year", "days");
    check_refused(o, "calendar.add_year",
                  "{\"year\":2023,\"days\":[{\"day\":\"2021-04-05\",\"kind\":\"off\"}]}",
                  "calendar.other_year", "days[0].day");
    check_refused(o, "calendar.add_year",
                  "{\"year\":2023,\"days\":[{\"day\":\"2023-01-01\",\"kind\":\"off\"},{\"day\":"
                  "\"2023-01-01\",\"kind\":\"work\"}]}",
                  "calendar.day_twice", "days[1].day");
    check_run(o, "calendar.add_year",
              "{\"year\":2023,\"days\":[{\"day\":\"2022-12-31\",\"kind\":\"off\",\"name\":\"元旦\"}"
              ",{\"day\":\"2023-01-01\",\"kind\":\"off\",\"name\":\"元旦\"},"
              "{\"day\":\"2023-04-05\",\"kind\":\"off\",\"name\":\"清明节\"}]}");
    // entered again without Qingming: the day is gone, the others stand
    check_run(
        o, "calendar.add_year",
        "{\"year\":2023,\"days\":[{\"day\":\"2023-01-01\",\"kind\":\"off\",\"name\":\"元旦\"}]}");
    str rows = ask(o, "calendar", NULL, 0);
    check(str_has(rows, STR("2023-01-01")) && !str_has(rows, STR("清明节")));
    check_refused(
        o, "calendar.add_stop",
        "{\"first\":\"2023-03-05\",\"last\":\"2023-03-01\",\"name\":\"停\",\"source\":\"t\"}",
        "calendar.bad_stop", "last");
    check_run(
        o, "calendar.add_stop",
        "{\"first\":\"2023-03-01\",\"last\":\"2023-03-05\",\"name\":\"停\",\"source\":\"t\"}");
    check(str_has(ask(o, "calendar", NULL, 0), STR("\"first_day\":\"2023-03-01\"")));
}

// A holiday that is announced later moves the clocks that run, and the answer says which.
static void clocks_follow_the_calendar(void **state)
{
    struct org *o = *state;
    str result;
    for (int w = 1; w <= 5; w++) {
        check_run(
            o, "week.set",
            str_z(o->f.a,
                  str_printf(
                      o->f.a,
                      "{\"weekday\":%d,\"intervals\":\"09:00-12:00,13:00-18:00\",\"source\":\"t\"}",
                      w)));
    }
    check_run(o, "rule.set_clock",
              "{\"kind\":\"issue\",\"amount\":5,\"unit\":\"working_day\",\"roll\":\"none\",\"rule_"
              "version\":\"1\",\"source\":\"t\"}");
    check_run(o, "register.declare",
              "{\"code\":\"R\",\"name\":\"台账\",\"code_pattern\":\"R-{seq2}\"}");
    check_run(o, "item.draft",
              "{\"register\":\"R\",\"code\":\"R-01\",\"title\":\"某事项\",\"lead\":\"FGW\","
              "\"basis\":\"local\"}");
    check_run(o, "item.approve",
              "{\"item\":\"R-01\",\"authority_kind\":\"meeting\",\"authority_ref\":\"某会议\","
              "\"authority_day\":\"2023-02-01\"}");
    struct param item = {STR("item"), STR("R-01")};
    // Wednesday 1 February and five working days: Wednesday 8 February
    check(str_has(ask(o, "item", &item, 1), STR("2023-02-08T18:00:00+08:00")));
    check_str(
        str_of(run(
            o, "calendar.add_stop",
            "{\"first\":\"2023-02-06\",\"last\":\"2023-02-07\",\"name\":\"停\",\"source\":\"t\"}",
            &result)),
        "");
    check(str_has(result, STR("\"R-01\"")));
    check(str_has(ask(o, "item", &item, 1), STR("2023-02-10T18:00:00+08:00")));
    check_str(str_of(run(o, "rule.set_clock",
                         "{\"kind\":\"issue\",\"amount\":1,\"unit\":\"working_day\",\"roll\":"
                         "\"none\",\"rule_version\":\"2\",\"source\":\"t\"}",
                         &result)),
              "");
    check(str_has(ask(o, "item", &item, 1), STR("2023-02-02T18:00:00+08:00")));
    // a Thursday without work moves it to Friday
    check_run(o, "week.set", "{\"weekday\":4,\"intervals\":\"off\",\"source\":\"t\"}");
    check(str_has(ask(o, "item", &item, 1), STR("2023-02-03T18:00:00+08:00")));
    // an earlier holiday leaves it where it is: nothing moved
    check_str(
        str_of(run(
            o, "calendar.add_stop",
            "{\"first\":\"2023-01-02\",\"last\":\"2023-01-02\",\"name\":\"早\",\"source\":\"t\"}",
            &result)),
        "");
    check(str_has(result, STR("\"moved\":[]")));
}

static void lists(void **state)
{
    struct org *o = *state;
    people_and_accounts(o);
    check_run(o, "line.add",
              "{\"code\":\"L2\",\"name\":\"二\",\"official_order\":2,\"basis\":\"local\"}");
    check_run(o, "line.add",
              "{\"code\":\"L1\",\"name\":\"一\",\"official_order\":1,\"basis\":\"local\"}");
    str lines = ask(o, "lines", NULL, 0);
    check(str_find(lines, STR("\"L1\""), 0) < str_find(lines, STR("\"L2\""), 0));
    check_run(o, "person.edit",
              "{\"person\":\"P1\",\"version\":1,\"title\":\"主任\",\"active\":false}");
    check_refused(o, "person.edit", "{\"person\":\"P1\",\"version\":1,\"title\":\"副主任\"}",
                  "record.stale", "");
    struct param unit = {STR("unit"), STR("FGW")};
    str people = ask(o, "people", &unit, 1);
    check(str_has(people, STR("\"P1\"")) && !str_has(people, STR("\"P2\"")) &&
          str_has(people, STR("\"active\":false")));
    check(str_has(ask(o, "people", NULL, 0), STR("\"P2\"")));
}

int main(void)
{
    password_cost(8, 1);
    return CHECK_RUN(ORG(names_lead_to_one_unit), ORG(one_district_a_number),
                     ORG(the_tree_stays_a_tree), ORG(the_tree_answers), UNIT(pinyin_orders_names),
                     ORG(duties_are_separate), ORG(accounts_are_guarded),
                     ORG(registers_are_declared), ORG(rules_replace), ORG(years_and_stops),
                     ORG(clocks_follow_the_calendar), ORG(lists));
}
