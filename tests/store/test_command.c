/*
 * The one door: what arguments may be, versions, idempotency keys, permissions, secrets, memory;
 * and that what is printed from the tables (OpenAPI, columns) is what they say.
 */
#include "ledger_fixture.h"

#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <unistd.h>

#include "ledger/sight.h"
#include "ledger/subjects.h"

#define DRAFT "{'register':'ZDRW','title':'任务'"

/* --- arguments --- */

static void arguments_are_read_strictly(void **state)
{
    static const struct {
        const char *command, *body, *id, *field;
    } rows[] = {
        {"item.draft", "{'register':'ZDRW'}", "field.required", "title"},
        {"item.draft", "{'register':'ZDRW','title':null}", "field.required", "title"},
        {"item.draft", "{'register':'ZDRW','title':''}", "field.required", "title"},
        {"item.draft", "{'register':'ZDRW','title':'  　 '}", "field.required", "title"},
        {"item.draft", "{'register':'','title':'x'}", "field.required", "register"},
        {"item.draft", DRAFT ",'colour':'red'}", "field.unknown", "colour"},
        {"item.draft", DRAFT ",'state':'closed'}", "field.unknown", "state"},
        {"item.draft", DRAFT ",'title':'again'}", "json.malformed", ""},
        {"item.draft", "[1]", "field.object_expected", ""},
        {"item.draft", "{'register':'ZDRW'", "json.malformed", ""},
        {"item.draft", "{'register':'ZDRW','title':'x'} y", "json.malformed", ""},
        {"item.draft", "{'register':'ZDRW','title':7}", "field.wrong_type", "title"},
        {"item.draft", "{'register':'ZDRW','title':['x']}", "field.wrong_type", "title"},
        {"item.draft", DRAFT ",'weight':'ten'}", "field.not_a_number", "weight"},
        {"item.draft", DRAFT ",'weight':1.5}", "field.wrong_type", "weight"},
        {"item.draft", DRAFT ",'weight':99999999999999999999}", "json.malformed", ""},
        {"item.draft", DRAFT ",'weight':'99999999999999999999'}", "field.not_a_number", "weight"},
        {"item.draft", DRAFT ",'weight':1001}", "item.bad_weight", "weight"},
        {"item.draft", DRAFT ",'due':'2023-02-29'}", "field.not_a_date", "due"},
        {"item.draft", DRAFT ",'due':'2023-2-3'}", "field.not_a_date", "due"},
        {"item.draft", DRAFT ",'due':20230203}", "field.wrong_type", "due"},
        {"item.draft", DRAFT ",'due':'2023-02-03T09:00'}", "field.not_a_date", "due"},
        {"item.draft", DRAFT ",'start':'2023-05-01','due':'2023-04-01'}", "item.start_after_due", "start"},
        {"item.draft", DRAFT ",'due_kind':'soon'}", "field.not_in_list", "due_kind"},
        {"item.draft", DRAFT ",'quantity':'1e5'}", "field.not_a_decimal", "quantity"},
        {"item.draft", DRAFT ",'quantity':'1.2345678'}", "field.not_a_decimal", "quantity"},
        {"item.draft", DRAFT ",'quantity':true}", "field.wrong_type", "quantity"},
        {"item.draft", DRAFT ",'lead':'NOSUCH'}", "field.no_such_reference", "lead"},
        {"item.draft", DRAFT ",'lead':'12345678901234567'}", "field.no_such_reference", "lead"},
        {"item.draft", DRAFT ",'lead':12345678901234567}", "field.wrong_type", "lead"},
        {"item.draft", DRAFT ",'lead':'QZF-1'}", "field.no_such_reference", "lead"},
        {"item.draft", DRAFT ",'content':'a\\u0000b'}", "json.malformed", ""},
        {"item.draft", DRAFT ",'content':'a\\u0007b'}", "field.control_character", "content"},
        {"item.draft", DRAFT ",'content':'a\\u007fb'}", "field.control_character", "content"},
        {"item.draft", DRAFT ",'content':'a\\u0085b'}", "field.control_character", "content"},
        {"item.draft", DRAFT ",'parts':{}}", "field.wrong_type", "parts"},
        {"item.draft", DRAFT ",'parts':[{'kind':'standard','body':'x'},{'kind':'odd','body':'y'}]}",
         "field.not_in_list", "parts[1].kind"},
        {"item.draft", DRAFT ",'parts':[{'kind':'standard'}]}", "field.required", "parts[0].body"},
        {"item.draft", DRAFT ",'parts':[{'kind':'standard','body':'x','size':1}]}", "field.unknown", "parts[0].size"},
        {"item.draft", DRAFT ",'parts':['x']}", "field.object_expected", "parts[0]"},
        {"item.draft", DRAFT ",'assists':[{'unit':'FGW'},{'unit':'XX'}]}", "field.no_such_reference",
         "assists[1].unit"},
        {"item.draft", DRAFT ",'assists':[{'unit':'FGW','share':101}]}", "item.bad_share", "assists[0].share"},
        {"item.no_such", "{}", "command.unknown", ""},
    };
    struct fx *fx = *state;
    str before = fx_digest(fx);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].body);
        check(!fx_try(fx, "sup", rows[i].command, fx_json(fx, "%s", rows[i].body), ""));
        check_str(str_of(fx->c.err.id), rows[i].id);
        check_str(fx->c.err.field, rows[i].field);
        check(message_find(rows[i].id) != NULL);
    }
    check(str_eq(before, fx_digest(fx)));
}

static void text_has_a_maximum_and_one_form(void **state)
{
    struct fx *fx = *state;
    struct buf b;
    buf_init(&b, fx->a, 4096);
    for (int i = 0; i < 200; i++) buf_addz(&b, "东");
    fx_do(fx, "sup", "item.draft", "{'register':'ZDRW','title':'%.*s'}", STR_FMT(buf_str(&b)));
    fx_refused(fx, "field.too_long", "sup", "item.draft", "{'register':'ZDRW','title':'%.*s东'}", STR_FMT(buf_str(&b)));
    // e and a combining acute become one letter; blanks around go; line ends inside stay.
    fx_do(fx, "sup", "item.draft", "{'register':'ZDRW','title':' cafe\\u0301　','content':'一\\n二'}");
    struct item it = fx_load(fx, fx_id(fx, "item"));
    check_str(it.title, "caf\u00e9");
    check_str(it.content, "一\n二");
    check(!fx_try(fx, "sup", "item.draft", (str){"{\"register\":\"ZDRW\",\"title\":\"\xff\"}", 33}, ""));
    check_str(str_of(fx->c.err.id), "json.malformed");
}

static void references_by_id_and_by_code(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "引用");
    struct item it = fx_load(fx, item);
    fx_do(fx, "sup", "item.edit", "{'item':'%.*s','version':1,'lead':'%" PRId64 "','weight':5}", STR_FMT(it.code),
          it.lead_unit_id);
    // A code of digits alone is found as well as an id.
    fx_do(fx, "sup", "item.draft", "{'register':'ZDRW','title':'数字编号','code':'202300000001'}");
    fx_do(fx, "sup", "item.edit", "{'item':'202300000001','version':1,'weight':5}");
    // "" and null clear what is optional.
    fx_do(fx, "sup", "item.edit", "{'item':'%" PRId64 "','version':2,'line':null,'due':''}", item);
    it = fx_load(fx, item);
    check_int(it.line_id + it.due_day, 0);
}

static void a_stale_version_is_a_conflict(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "版本");
    fx_refused(fx, "field.required", "sup", "item.edit", "{'item':'%" PRId64 "','weight':1}", item);
    fx_do(fx, "sup", "item.edit", "{'item':'%" PRId64 "','version':1,'weight':1}", item);
    fx_refused(fx, "record.stale", "sup", "item.edit", "{'item':'%" PRId64 "','version':1,'weight':2}", item);
    fx_refused(fx, "record.stale", "sup", "item.edit", "{'item':'%" PRId64 "','version':0,'weight':2}", item);
    fx_refused(fx, "record.stale", "leader", "item.cancel", "{'item':'%" PRId64 "','version':1,'reason':'x'}", item);
    check_int(fx->c.err.code, ERR_STALE);
    fx_do(fx, "leader", "item.cancel", "{'item':'%" PRId64 "','version':2,'reason':'x'}", item);
}

/* --- idempotency --- */

static void a_key_gives_the_first_answer_again(void **state)
{
    struct fx *fx = *state;
    str body = fx_json(fx, DRAFT "}");
    check(fx_try(fx, "sup", "item.draft", body, "key-1"));
    str first = str_dup(fx->a, fx->result), digest = fx_digest(fx);
    check(fx_try(fx, "sup", "item.draft", body, "key-1"));
    check(str_eq(first, fx->result) && str_eq(digest, fx_digest(fx)));
    check(!fx_try(fx, "sup", "item.draft", fx_json(fx, "{'register':'ZDRW','title':'另一件'}"), "key-1"));
    check_str(str_of(fx->c.err.id), "idem.other_body");
    check_int(fx->c.err.code, ERR_CONFLICT);
    check(!fx_try(fx, "sup2", "item.draft", body, "key-1"));
    check_str(str_of(fx->c.err.id), "idem.other_body");
    check(!fx_try(fx, "sup", "item.edit", body, "key-1"));
    check_str(str_of(fx->c.err.id), "idem.other_body");
    check(!fx_try(fx, "fgw", "item.draft", body, "key-1"));
    check_str(str_of(fx->c.err.id), "command.forbidden");
    check(str_eq(digest, fx_digest(fx)));
    // What was refused left no key behind.
    check(!fx_try(fx, "sup", "item.draft", fx_json(fx, "{'register':'ZDRW'}"), "key-2"));
    check(fx_try(fx, "sup", "item.draft", body, "key-2"));
    static const char *const bad[] = {
        "with blank", "tab\t", "中文",
        "123456789012345678901234567890123456789012345678901234567890123456789012345678901"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        check(!fx_try(fx, "sup", "item.draft", body, bad[i]));
        check_str(str_of(fx->c.err.id), "idem.bad_key");
    }
    fx_reopen(fx);
    check(fx_try(fx, "sup", "item.draft", body, "key-1"));
    check(str_eq(first, fx->result));
}

struct racer {
    pthread_t thread;
    struct fx *fx;
    struct request r;
    char answer[256];
    bool ok;
};

static void *race(void *p)
{
    struct racer *x = p;
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    str result = STR_EMPTY;
    error_clear(&c);
    x->ok = ledger_do(&c, x->fx->l, &x->r, &result);
    snprintf(x->answer, sizeof x->answer, "%.*s", STR_FMT(result));
    arena_free(c.a);
    return NULL;
}

static void duplicates_at_once_have_one_effect(void **state)
{
    struct fx *fx = *state;
    size_t before = fx_rows(fx, &ITEM).n;
    for (int round = 0; round < 20; round++) {
        struct racer at[8];
        for (size_t i = 0; i < COUNT_OF(at); i++) {
            at[i] = (struct racer){.fx = fx, .r = fx_request(fx, "sup", "item.draft", fx_json(fx, DRAFT "}"))};
            at[i].r.idem_key = str_printf(fx->a, "race-%d", round);
        }
        for (size_t i = 0; i < COUNT_OF(at); i++) check(pthread_create(&at[i].thread, NULL, race, &at[i]) == 0);
        for (size_t i = 0; i < COUNT_OF(at); i++) pthread_join(at[i].thread, NULL);
        for (size_t i = 0; i < COUNT_OF(at); i++) {
            check(at[i].ok);
            check(strcmp(at[i].answer, at[0].answer) == 0);
        }
    }
    check_int(fx_rows(fx, &ITEM).n - before, 20);
    check_int(fx_findings(fx), 0);
}

/* --- permissions --- */

static const struct {
    const char *login;
    unsigned role;
} ACTORS[] = {{"leader", ROLE_LEADER},    {"sup", ROLE_SUPERVISOR},  {"fgw", ROLE_UNIT},
              {"analyst", ROLE_ANALYST},  {"auditor", ROLE_AUDITOR}, {"sysadmin", ROLE_SYSADMIN},
              {"secadmin", ROLE_SECADMIN}};

static void a_role_opens_what_the_tables_say(void **state)
{
    struct fx *fx = *state;
    for (size_t s = 0; s < N_SUBJECTS; s++)
        for (size_t a = 0; a < COUNT_OF(ACTORS); a++) {
            for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++) {
                const struct command *c = &SUBJECTS[s]->commands[i];
                bool done = fx_try(fx, ACTORS[a].login, c->name, STR("{}"), "");
                bool forbidden = !done && strcmp(fx->c.err.id, "command.forbidden") == 0;
                check_row("%s by %s", c->name, ACTORS[a].login);
                check(c->roles != 0);
                check(forbidden == !(c->roles & ACTORS[a].role));
            }
            for (size_t i = 0; i < SUBJECTS[s]->n_queries; i++) {
                const struct query *q = &SUBJECTS[s]->queries[i];
                struct request r = fx_request(fx, ACTORS[a].login, q->name, STR_EMPTY);
                struct ctx c = {.a = arena_new(SIZE_MAX)};
                struct buf out;
                error_clear(&c);
                buf_init(&out, c.a, 1 << 24);
                bool done = ledger_ask(&c, fx->l, &r, &out);
                bool forbidden = !done && strcmp(c.err.id, "query.forbidden") == 0;
                check_row("query %s by %s", q->name, ACTORS[a].login);
                check(forbidden == !(q->roles & ACTORS[a].role));
                arena_free(c.a);
            }
        }
}

static void every_entity_says_who_sees_it(void **state)
{
    int missing = 0;
    (void)state;
    for (size_t i = 0; i < N_ENTITIES; i++)
        if (!sight_of(ENTITIES[i])) {
            print_error("%s: add it to SIGHTS in src/ledger/sight.c\n", ENTITIES[i]->name);
            missing++;
        }
    assert_int_equal(missing, 0);
    for (size_t i = 0; i < N_SIGHTS; i++) {
        const struct sight *s = &SIGHTS[i];
        assert_ptr_equal(sight_of(s->entity), s); // once only
        if (s->field) assert_non_null(shape_field(s->entity->shape, str_of(s->field)));
        assert_true((s->kind == SIGHT_FUNCTION) == (s->may != NULL));
    }
}

static void administrators_see_no_business_data(void **state)
{
    struct fx *fx = *state;
    fx_item(fx, "业务数据");
    static const char *const admins[] = {"sysadmin", "secadmin"};
    for (size_t i = 0; i < COUNT_OF(admins); i++)
        for (size_t s = 0; s < N_SUBJECTS; s++)
            for (size_t n = 0; n < SUBJECTS[s]->n_queries; n++) {
                struct request r = fx_request(fx, admins[i], SUBJECTS[s]->queries[n].name, STR_EMPTY);
                struct ctx c = {.a = arena_new(SIZE_MAX)};
                struct buf out;
                error_clear(&c);
                buf_init(&out, c.a, 1 << 24);
                if (ledger_ask(&c, fx->l, &r, &out)) {
                    check_row("%s by %s", SUBJECTS[s]->queries[n].name, admins[i]);
                    check(!str_has(buf_str(&out), STR("业务数据")));
                }
                arena_free(c.a);
            }
}

/* --- secrets --- */

static void secrets_are_nowhere_in_clear(void **state)
{
    static const char first[] = "Zq7-first-password", second[] = "Zq7-second-password";
    struct fx *fx = *state;
    check(fx_try(fx, "system", "account.add", fx_json(fx, "{'login':'neu','person':'J01-2','password':'%s'}", first),
                 "k1"));
    check(!str_has(fx->result, STR("Zq7")));
    check(fx_try(fx, "secadmin", "account.password", fx_json(fx, "{'account':'neu','password':'%s'}", second), "k2"));
    check(!fx_try(fx, "secadmin", "account.password", fx_json(fx, "{'account':'neu','password':'short'}"), ""));
    str accounts = fx_ask(fx, "auditor", "accounts", NULL, NULL),
        journal = fx_ask(fx, "auditor", "journal", NULL, NULL);
    check(str_has(accounts, STR("neu")) && str_has(journal, STR("account.password")));
    check(!str_has(accounts, STR("argon2")) && !str_has(journal, STR("argon2")));
    check(!str_has(accounts, STR("Zq7")) && !str_has(journal, STR("Zq7")));
    struct list rows = fx_rows(fx, &ACCOUNT);
    str kept = ((struct account *)rows.at)[rows.n - 1].password;
    check(str_has(kept, STR("argon2id")));
    fx_close(fx);
    // Nor anywhere in the store; the hash stands once, in its row, not in the journal.
    check(!ground_holds(&fx->ground, "Zq7-"));
    check(ground_holds(&fx->ground, "argon2id"));
    struct raw *r = raw_open(&fx->ground);
    static const char seen[] =
        "SELECT count(*) FROM journal WHERE (changes LIKE '%argon2%' OR args LIKE '%Zq7%' OR answer LIKE "
        "'%argon2%' OR command LIKE 'account.%' AND args LIKE '%password%')";
    check_int(raw_int(r, seen), 2);
    check_int(raw_int(r, str_z(fx->a, str_cat(fx->a, str_of(seen), STR(" AND args LIKE '%***%'")))), 2);
    raw_close(r);
    fx_reopen(fx);
    check_int(fx_findings(fx), 0);
}

/* --- memory --- */

// Whatever the maximum of the call's memory: done, or refused for want of memory and nothing
// changed.
static void a_command_without_memory_stores_nothing(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "内存");
    fx_walk(fx, item, "accepted");
    size_t short_of = 0;
    for (size_t max = 256; max < 96 * 1024; max = max * 9 / 8) {
        struct ctx c = {.a = arena_new(max)};
        str digest = fx_digest(fx), result;
        error_clear(&c);
        struct request r =
            fx_request(fx, "fgw", "item.report",
                       fx_json(fx, "{'item':'%" PRId64 "','period':'2023-01','progress':1,'narrative':'进展'}", item));
        r.idem_key = str_printf(fx->a, "memory-%zu", max);
        check_row("%zu bytes", max);
        if (!ledger_do(&c, fx->l, &r, &result)) {
            short_of++;
            check_int(c.err.code, ERR_NO_MEMORY);
            check(str_eq(digest, fx_digest(fx)));
        }
        arena_free(c.a);
    }
    print_message("%zu sizes were too small\n", short_of);
    check(short_of > 5);
    check(fx_rows(fx, &REPORT).n > 0);
    check_int(fx_findings(fx), 0);
}

/* --- what is printed from the tables --- */

static void openapi_holds_every_command_and_query(void **state)
{
    struct fx *fx = *state;
    struct buf out;
    buf_init(&out, fx->a, 1 << 24);
    check(ledger_openapi(&fx->c, &out));
    json_error_t e;
    str text = buf_str(&out);
    json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &e);
    check_row("%s at %d", e.text, e.position);
    check(root != NULL);
    const json_t *paths = json_object_get(root, "paths"),
                 *schemas = json_object_get(json_object_get(root, "components"), "schemas");
    for (size_t s = 0; s < N_SUBJECTS; s++) {
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++) {
            const struct command *c = &SUBJECTS[s]->commands[i];
            const json_t *path = json_object_get(paths, str_z(fx->a, fx_json(fx, "/api/v1/do/%s", c->name)));
            const json_t *body = json_object_get(json_object_get(path, "post"), "requestBody");
            const json_t *schema =
                json_object_get(json_object_get(json_object_get(body, "content"), "application/json"), "schema");
            check_row("%s", c->name);
            check((path != NULL) == (c->roles != ROLE_SYSTEM));
            for (size_t f = 0; path && c->args && f < c->args->n; f++)
                check((json_object_get(json_object_get(schema, "properties"), c->args->fields[f].name) != NULL) ==
                      !(c->args->fields[f].flags & COMPUTED));
        }
        for (size_t i = 0; i < SUBJECTS[s]->n_queries; i++) {
            check_row("%s", SUBJECTS[s]->queries[i].name);
            check(json_object_get(paths, str_z(fx->a, fx_json(fx, "/api/v1/%s", SUBJECTS[s]->queries[i].name))) !=
                  NULL);
        }
    }
    for (size_t i = 0; i < N_ENTITIES; i++)
        check((json_object_get(schemas, ENTITIES[i]->name) != NULL) == !(ENTITIES[i]->flags & ENTITY_EPHEMERAL));
    check(json_object_get(json_object_get(json_object_get(schemas, "account"), "properties"), "password") == NULL);
    json_decref(root);
}

static void tables_have_the_columns_of_the_fields(void **state)
{
    struct fx *fx = *state;
    struct raw *r = raw_open(&fx->ground);
    for (size_t i = 0; i < N_ENTITIES; i++) {
        const struct shape *s = ENTITIES[i]->shape;
        for (size_t f = 0; f < s->n; f++) {
            const struct field *field = &s->fields[f];
            bool integer = field_is_int(field) || field->type == F_DEC;
            bool always = (field->flags & (REQUIRED | LAST)) || field->type == F_INT || field->type == F_BOOL;
            str want = str_printf(fx->a, "%s %s %d %d", field->name, integer ? "INTEGER" : "TEXT", always, f < 2);
            check_row("%s.%s", ENTITIES[i]->name, field->name);
            check_str(str_of(raw_column(r, ENTITIES[i]->name, (int)f)), str_z(fx->a, want));
        }
        check_row("%s", ENTITIES[i]->name);
        check_str(str_of(raw_column(r, ENTITIES[i]->name, (int)s->n)), "");
    }
    raw_close(r);
}

static void ids_rise_when_the_clock_is_set_back(void **state)
{
    static const char *const clocks[] = {"2023-02-01T09:00:00+08:00", "2023-01-01T09:00:00+08:00",
                                         "2010-01-01T00:00:00Z",      "2089-12-31T00:00:00Z",
                                         "2500-01-01T00:00:00Z",      "2023-02-01T09:00:00+08:00"};
    struct fx *fx = *state;
    int64_t last = 0;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        fx_at(fx, clocks[i]);
        for (int n = 0; n < 3; n++) {
            int64_t id = fx_item(fx, "编号随时间上升");
            check_row("%s", clocks[i]);
            check(id > last && id >= INT64_C(1000000000));
            last = id;
        }
    }
    fx_reopen(fx);
    check(fx_item(fx, "重开之后") > last);
    check_int(fx_findings(fx), 0);
    // A store whose clock stood before ids begin.
    struct call k = {.now = 0};
    int64_t first = id_new(&k);
    check(first >= INT64_C(1000000000));
    check_int(id_new(&k), first + 1);
}

int main(void)
{
    return CHECK_RUN(FX(arguments_are_read_strictly), FX(text_has_a_maximum_and_one_form),
                     FX(references_by_id_and_by_code), FX(a_stale_version_is_a_conflict),
                     FX(a_key_gives_the_first_answer_again), FX(duplicates_at_once_have_one_effect),
                     FX(a_role_opens_what_the_tables_say), FX(administrators_see_no_business_data),
                     FX(every_entity_says_who_sees_it), FX(secrets_are_nowhere_in_clear),
                     FX(a_command_without_memory_stores_nothing), FX(openapi_holds_every_command_and_query),
                     FX(tables_have_the_columns_of_the_fields), FX(ids_rise_when_the_clock_is_set_back));
}
