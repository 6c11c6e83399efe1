#include "house.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "ledger/files.h"
#include "ledger/org/password.h"
#include "ledger/org/session.h"
#include "ledger/pack/pack.h"

static json_t *answers; // all that were given out, freed together

static bool load_example(struct house *h)
{
    struct pack_report report = {0};
    str dir;
    const char *packs = getenv("BIHUAN_PACKS");
    struct pack_options o = {.now = h->now};
    if (!pack_find(&h->c, str_of(packs ? packs : ""), STR("dongcheng-2023"), &dir)) return false;
    o.dir = dir;
    bool ok = pack_load(&h->c, h->l, &o, &report);
    for (size_t i = 0; i < report.problems.n && i < 5; i++) {
        str text = pack_problem_text(&h->c, &report.problems.at[i]);
        print_error("%.*s\n", STR_FMT(text));
    }
    return ok && ledger_district(&h->c, h->l, STR_EMPTY, &h->district);
}

int house_build(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    if (!h) return -1;
    *state = h;
    log_open("/dev/null", LOG_ERROR);
    password_cost(8, 1);
    answers = json_array();
    h->c.a = arena_new((size_t)1 << 32);
    error_clear(&h->c);
    h->now = instant_at(day_of(2023, 6, 30), 600, 480);
    strcpy(h->folder, "/tmp/bihuan_house_XXXXXX");
    if (!mkdtemp(h->folder)) return -1;
    ground_make(&h->ground, str_z(h->c.a, str_printf(h->c.a, "%s/bihuan.db", h->folder)));
    struct ledger_options o = {.store_url = str_of(h->ground.url),
                               .files_dir = str_printf(h->c.a, "%s/files", h->folder),
                               .create = true};
    if (ledger_open(&h->c, &o, &h->l) && load_example(h)) return 0;
    str why = error_text(h->c.a, LANG_EN, &h->c.err);
    print_error("the example does not load: %.*s\n", STR_FMT(why));
    return -1;
}

int house_drop(void **state)
{
    struct house *h = *state;
    char command[128];
    ledger_close(h->l);
    ground_drop(&h->ground);
    json_decref(answers);
    snprintf(command, sizeof command, "rm -rf '%s'", h->folder);
    int rc = system(command);
    arena_free(h->c.a);
    free(h);
    return rc;
}

struct actor_search {
    struct house *h;
    str login;
    struct request *r;
};

static bool find_actor(struct ctx *c, struct db *db, void *arg)
{
    struct actor_search *s = arg;
    struct call k;
    return ledger_call(c, s->h->l, db, s->r, &k) && session_actor(&k, s->login, &s->r->actor);
}

static struct request request_of(struct house *h, const char *login)
{
    struct request r = {.district = h->district, .now = h->now, .idem_key = STR_EMPTY};
    struct actor_search s = {h, str_of(login), &r};
    error_clear(&h->c);
    r.actor = (struct actor){.roles = ROLE_SYSTEM, .login = STR("system"), .name = STR("system")};
    if (strcmp(login, "system") == 0) return r;
    if (!store_read(&h->c, ledger_store(h->l), find_actor, &s)) {
        str why = error_text(h->c.a, LANG_EN, &h->c.err);
        print_error("no account %s: %.*s\n", login, STR_FMT(why));
        END_TEST("no such account");
    }
    return r;
}

static json_t *parsed(str text)
{
    json_error_t e;
    json_t *v = json_loadb(text.p, text.n, 0, &e);
    if (!v)
        print_error("not JSON: %s at %d in %.*s\n", e.text, e.position,
                    (int)(text.n < 400 ? text.n : 400), text.p);
    assert_non_null(v);
    json_array_append_new(answers, v);
    return v;
}

json_t *house_do(struct house *h, const char *login, const char *command, const char *body)
{
    struct request r = request_of(h, login);
    str result = STR_EMPTY;
    r.name = str_of(command);
    r.body = str_of(body);
    return ledger_do(&h->c, h->l, &r, &result) ? parsed(result) : NULL;
}

json_t *house_ask(struct house *h, const char *login, const char *query, const char *params)
{
    struct request r = request_of(h, login);
    struct param list[16];
    struct buf out;
    str rest = str_of(params);
    r.name = str_of(query);
    r.params = list;
    while (rest.n && r.n_params < COUNT_OF(list)) {
        str value = str_cut(&rest, STR("&")), name = str_cut(&value, STR("="));
        list[r.n_params++] = (struct param){name, value};
    }
    buf_init(&out, h->c.a, 64 * 1024 * 1024);
    return ledger_ask(&h->c, h->l, &r, &out) ? parsed(buf_str(&out)) : NULL;
}

json_t *house_must(struct house *h, json_t *answer)
{
    if (answer) return answer;
    str why = error_text(h->c.a, LANG_EN, &h->c.err);
    print_error("refused: %.*s (%s, field %.*s)\n", STR_FMT(why), h->c.err.id ? h->c.err.id : "?",
                STR_FMT(h->c.err.field));
    END_TEST("refused");
    return NULL;
}

void house_refused(struct house *h, json_t *answer, enum error_code code, const char *id)
{
    assert_null(answer);
    assert_string_equal(h->c.err.id ? h->c.err.id : "", id);
    assert_string_equal(error_code_name(h->c.err.code), error_code_name(code));
    error_clear(&h->c);
}

const json_t *house_at(const json_t *object, const char *path)
{
    char name[64];
    while (object && *path) {
        size_t n = strcspn(path, ".");
        assert_true(n < sizeof name);
        memcpy(name, path, n);
        name[n] = 0;
        bool index = name[0] >= '0' && name[0] <= '9';
        object = index ? json_array_get(object, (size_t)atoi(name)) : json_object_get(object, name);
        path += n + (path[n] == '.');
    }
    return object;
}

const char *house_text(const json_t *object, const char *path)
{
    const char *s = json_string_value(house_at(object, path));
    return s ? s : "";
}

int64_t house_int(const json_t *object, const char *path)
{
    const json_t *v = house_at(object, path);
    return json_is_string(v) ? atoll(json_string_value(v)) : json_integer_value(v);
}

struct running {
    struct house *h;
    struct request r;
    house_fn *fn;
    void *arg;
    bool writing;
};

static bool run(struct ctx *c, struct db *db, void *arg)
{
    struct running *j = arg;
    struct call k;
    if (!ledger_call(c, j->h->l, db, &j->r, &k)) return false;
    k.writable = j->writing;
    return j->fn(&k, j->arg);
}

static void run_or_end(struct house *h, const char *login, bool writing, house_fn *fn, void *arg)
{
    struct running j = {h, request_of(h, login), fn, arg, writing};
    struct store *s = ledger_store(h->l);
    bool ok = writing ? store_write(&h->c, s, run, &j) : store_read(&h->c, s, run, &j);
    if (ok) return;
    str why = error_text(h->c.a, LANG_EN, &h->c.err);
    print_error("%.*s (%s)\n", STR_FMT(why), h->c.err.id ? h->c.err.id : "?");
    END_TEST("the job failed");
}

void house_write(struct house *h, house_fn *fn, void *arg)
{
    run_or_end(h, "system", true, fn, arg);
}

void house_read(struct house *h, const char *login, house_fn *fn, void *arg)
{
    run_or_end(h, login, false, fn, arg);
}

const char *house_file(struct house *h, const char *path, size_t *bytes)
{
    const char *root = getenv("BIHUAN_FIXTURES");
    str name = str_printf(h->c.a, "%s/%s", root ? root : "tests/fixtures", path), hash;
    FILE *f = fopen(str_z(h->c.a, name), "rb");
    if (!f) print_error("no file %.*s\n", STR_FMT(name));
    assert_non_null(f);
    char *p = arena_alloc(h->c.a, 1 << 20);
    *bytes = fread(p, 1, 1 << 20, f);
    fclose(f);
    assert_true(file_store(&h->c, h->l, (str){p, *bytes}, &hash));
    return str_z(h->c.a, hash);
}
