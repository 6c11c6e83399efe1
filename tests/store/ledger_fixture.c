#include "ledger_fixture.h"

#include <ftw.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/check.h"
#include "ledger/journal/journal.h"
#include "ledger/org/session.h"
#include "ledger/sm3.h"

enum { CALL_BYTES = 256 * 1024 * 1024 };

static void stop(const char *what, const struct ctx *c)
{
    print_error("%s: %s %.*s\n", what, c->err.id ? c->err.id : "?", STR_FMT(c->err.field));
    _fail(__FILE__, __LINE__);
}

static void fresh(struct fx *fx)
{
    arena_reset(fx->c.a);
    error_clear(&fx->c);
    fx->result = STR_EMPTY;
}

void fx_at(struct fx *fx, const char *text)
{
    if (!instant_parse(str_of(text), 480, &fx->now)) _fail(__FILE__, __LINE__);
}

__attribute__((format(printf, 2, 0))) static str quoted(struct arena *a, const char *format, va_list ap)
{
    char text[16384];
    int n = vsnprintf(text, sizeof text, format, ap);
    if (n < 0 || (size_t)n >= sizeof text) _fail(__FILE__, __LINE__);
    for (char *p = text; *p; p++)
        if (*p == '\'') *p = '"';
    return str_dup(a, str_of(text));
}

str fx_json(struct fx *fx, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    str s = quoted(fx->a, format, ap);
    va_end(ap);
    return s;
}

/* --- calls --- */

struct finding_actor {
    struct fx *fx;
    str login;
    struct actor actor;
};

static bool find_actor(struct ctx *c, struct db *db, void *arg)
{
    struct finding_actor *s = arg;
    struct call k;
    struct request r = {
        .district = s->fx->district, .actor = {.roles = ROLE_SYSTEM}, .now = s->fx->now};
    return ledger_call(c, s->fx->l, db, &r, &k) && session_actor(&k, s->login, &s->actor);
}

struct actor fx_actor(struct fx *fx, const char *login)
{
    if (strcmp(login, "system") == 0)
        return (struct actor){.roles = ROLE_SYSTEM, .login = STR("system"), .name = STR("system")};
    struct ctx c = {.a = fx->a};
    error_clear(&c);
    struct finding_actor s = {fx, str_of(login), {0}};
    if (!store_read(&c, ledger_store(fx->l), find_actor, &s)) stop(login, &c);
    return s.actor;
}

struct request fx_request(struct fx *fx, const char *login, const char *name, str body)
{
    return (struct request){.district = fx->district,
                            .actor = fx_actor(fx, login),
                            .now = fx->now,
                            .name = str_of(name),
                            .body = body};
}

bool fx_try(struct fx *fx, const char *login, const char *command, str body, const char *key)
{
    struct request r = fx_request(fx, login, command, body);
    r.idem_key = str_of(key);
    fresh(fx);
    return ledger_do(&fx->c, fx->l, &r, &fx->result);
}

void fx_do_at(const char *file, int line, struct fx *fx, const char *login, const char *command,
              const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    str body = quoted(fx->a, format, ap);
    va_end(ap);
    if (fx_try(fx, login, command, body, "")) return;
    print_error("%s by %s was refused: %s [%.*s]\n", command, login, fx->c.err.id,
                STR_FMT(fx->c.err.field));
    str text = error_text(fx->a, LANG_EN, &fx->c.err);
    print_error("%.*s\n%.*s\n", STR_FMT(text), STR_FMT(body));
    _fail(file, line);
}

void fx_refused_at(const char *file, int line, struct fx *fx, const char *id, const char *login,
                   const char *command, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    str body = quoted(fx->a, format, ap);
    va_end(ap);
    str before = fx_digest(fx);
    bool done = fx_try(fx, login, command, body, "");
    if (done) print_error("%s by %s was done\n", command, login);
    else if (strcmp(fx->c.err.id, id) != 0)
        print_error("%s: got %s, want %s\n", command, fx->c.err.id, id);
    else if (!message_find(id)) print_error("%s has no sentence\n", id);
    else if (!str_eq(before, fx_digest(fx)))
        print_error("%s was refused and changed something\n", command);
    else return;
    _fail(file, line);
}

int64_t fx_id(struct fx *fx, const char *member)
{
    json_t *root = json_loadb(fx->result.p, fx->result.n, 0, NULL);
    const json_t *v = json_object_get(root, member);
    int64_t id = json_integer_value(v);
    if (json_is_string(v) && !str_int(str_of(json_string_value(v)), &id)) id = 0;
    json_decref(root);
    if (!id) print_error("no %s in %.*s\n", member, STR_FMT(fx->result)), _fail(__FILE__, __LINE__);
    return id;
}

str fx_ask(struct fx *fx, const char *login, const char *query, const char *name, const char *value)
{
    struct buf out;
    struct param p = {str_of(name), str_of(value)};
    struct request r = fx_request(fx, login, query, STR_EMPTY);
    r.params = &p;
    r.n_params = name ? 1 : 0;
    fresh(fx);
    buf_init(&out, fx->c.a, 16 * 1024 * 1024);
    if (!ledger_ask(&fx->c, fx->l, &r, &out)) stop(query, &fx->c);
    return str_dup(fx->a, buf_str(&out));
}

/* --- the district --- */

static void units(struct fx *fx)
{
    static const char *const rows[] = {
        "'code':'QZF','name':'东城区人民政府','short_name':'区政府','kind':'government'",
        "'code':'QZFB','name':'区政府办公室','short_name':'区政府办','kind':'department','parent':'"
        "QZF'",
        "'code':'DCS','name':'区政府督查室','short_name':'督查室','kind':'office','parent':'QZFB','"
        "supervising':true",
        "'code':'FGW','name':'区发展和改革委员会','short_name':'区发改委','kind':'department','"
        "parent':'QZF'",
        "'code':'FGWK','name':'区发改委综合科','kind':'office','parent':'FGW'",
        "'code':'ZJW','name':'区住房和城市建设委员会','short_name':'区住建委','kind':'department','"
        "parent':'QZF'",
        "'code':'SWJ','name':'区税务局','kind':'department','parent':'QZF','collecting':true",
        "'code':'SWS','name':'第一税务所','kind':'office','parent':'SWJ'",
        "'code':'J01','name':'东华门街道办事处','short_name':'东华门街道','kind':'subdistrict','"
        "parent':'QZF'",
        "'code':'J02','name':'景山街道办事处','short_name':'景山街道','kind':'subdistrict','parent'"
        ":'QZF'",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        fx_do(fx, "system", "unit.add", "{%s,'basis':'example'}", rows[i]);
    fx_do(fx, "system", "unit.alias", "{'unit':'FGW','alias':'发展改革委'}");
    fx_do(fx, "system", "unit.alias", "{'unit':'ZJW','alias':'住建局'}");
}

static void people(struct fx *fx)
{
    static const char *const units_with_two[] = {"DCS", "FGW", "FGWK", "ZJW",
                                                 "SWJ", "SWS", "J01",  "QZF"};
    for (size_t i = 0; i < COUNT_OF(units_with_two); i++)
        for (int n = 1; n <= 2; n++)
            fx_do(fx, "system", "person.add",
                  "{'code':'%s-%d','name':'%s 人员%d','unit':'%s','basis':'example'}",
                  units_with_two[i], n, units_with_two[i], n, units_with_two[i]);
    static const struct {
        const char *login, *person, *role;
    } accounts[] = {
        {"leader", "QZF-1", "leader"},     {"leader2", "QZF-2", "leader"},
        {"sup", "DCS-1", "supervisor"},    {"sup2", "DCS-2", "supervisor"},
        {"fgw", "FGW-1", "unit"},          {"fgw2", "FGW-2", "unit"},
        {"fgwk", "FGWK-1", "unit"},        {"zjw", "ZJW-1", "unit"},
        {"swj", "SWJ-1", "unit"},          {"j01", "J01-1", "unit"},
        {"supfgw", "FGW-2", "supervisor"}, {"supfgwk", "FGWK-2", "supervisor"},
        {"analyst", "FGW-2", "analyst"},   {"auditor", "DCS-2", "auditor"},
        {"sysadmin", "DCS-2", "sysadmin"}, {"secadmin", "DCS-2", "secadmin"},
    };
    for (size_t i = 0; i < COUNT_OF(accounts); i++) {
        fx_do(fx, "system", "account.add", "{'login':'%s','person':'%s'}", accounts[i].login,
              accounts[i].person);
        fx_do(fx, "system", "role.grant", "{'account':'%s','role':'%s'}", accounts[i].login,
              accounts[i].role);
    }
}

static void rules(struct fx *fx)
{
    static const struct {
        const char *kind;
        int amount;
        const char *unit, *roll;
    } clocks[] = {{"issue", 5, "working_day", "none"},   {"reissue", 5, "working_day", "none"},
                  {"accept", 2, "working_day", "none"},  {"report", 5, "month_day", "next"},
                  {"decide", 3, "working_day", "none"},  {"verify", 5, "working_day", "none"},
                  {"rework", 10, "working_day", "none"}, {"review", 30, "day", "next"},
                  {"object", 30, "day", "next"}};
    for (int weekday = 1; weekday <= 5; weekday++)
        fx_do(fx, "system", "week.set",
              "{'weekday':%d,'intervals':'09:00-12:00,13:00-18:00','source':'example'}", weekday);
    for (size_t i = 0; i < COUNT_OF(clocks); i++)
        fx_do(fx, "system", "rule.set_clock",
              "{'kind':'%s','amount':%d,'unit':'%s','roll':'%s','rule_version':'t-1','source':'"
              "example'}",
              clocks[i].kind, clocks[i].amount, clocks[i].unit, clocks[i].roll);
    fx_do(fx, "system", "rule.set_light",
          "{'light':'red','below_days':0,'rule_version':'t-1','source':'example'}");
    fx_do(fx, "system", "rule.set_light",
          "{'light':'yellow','below_days':4,'rule_version':'t-1','source':'example'}");
    fx_do(fx, "system", "rule.set_light",
          "{'light':'green','below_days':36600,'rule_version':'t-1','source':'example'}");
    fx_do(fx, "system", "rule.add_word",
          "{'kind':'secrecy','word':'机密★','source':'保守国家秘密法'}");
    fx_do(fx, "system", "rule.add_word",
          "{'kind':'secrecy','word':'绝密级','source':'保守国家秘密法'}");
    fx_do(fx, "system", "rule.add_word",
          "{'kind':'quota','word':'税收任务','source':'预算法第五十五条'}");
    fx_do(fx, "system", "rule.add_word",
          "{'kind':'quota','word':'收入指标','source':'预算法第五十五条'}");
}

// The notice on the holidays of 2023 (国办发明电〔2022〕16号).
static void year(struct fx *fx)
{
    static const char *const off[] = {
        "2023-01-01", "2023-01-02", "2023-01-21", "2023-01-22", "2023-01-23", "2023-01-24",
        "2023-01-25", "2023-01-26", "2023-01-27", "2023-04-05", "2023-04-29", "2023-04-30",
        "2023-05-01", "2023-05-02", "2023-05-03", "2023-06-22", "2023-06-23", "2023-06-24",
        "2023-09-29", "2023-09-30", "2023-10-01", "2023-10-02", "2023-10-03", "2023-10-04",
        "2023-10-05", "2023-10-06"};
    static const char *const work[] = {"2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06",
                                       "2023-06-25", "2023-10-07", "2023-10-08"};
    struct buf b;
    buf_init(&b, fx->a, 8192);
    for (size_t i = 0; i < COUNT_OF(off); i++)
        buf_printf(&b, "%s{'day':'%s','kind':'off'}", i ? "," : "", off[i]);
    for (size_t i = 0; i < COUNT_OF(work); i++)
        buf_printf(&b, ",{'day':'%s','kind':'work'}", work[i]);
    fx_do(fx, "system", "calendar.add_year", "{'year':2023,'days':[%.*s]}", STR_FMT(buf_str(&b)));
}

static void open_ledger(struct fx *fx, bool create)
{
    str files = str_printf(fx->a, "%s/files", fx->folder);
    struct ledger_options o = {
        .store_url = str_of(fx->ground.url), .files_dir = files, .create = create, .readers = 4};
    if (!ledger_open(&fx->c, &o, &fx->l)) stop("open", &fx->c);
}

struct ledger *fx_second(struct fx *fx, bool *writes)
{
    struct ledger *l = NULL;
    struct ledger_options o = {.store_url = str_of(fx->ground.url),
                               .files_dir = str_printf(fx->a, "%s/files", fx->folder),
                               .readers = 2};
    *writes = ledger_open(&fx->c, &o, &l);
    if (*writes) return l;
    if (strcmp(fx->c.err.id, "store.locked") != 0) stop("second", &fx->c);
    error_clear(&fx->c);
    o.read_only = true;
    if (!ledger_open(&fx->c, &o, &l)) stop("second", &fx->c);
    return l;
}

int fx_setup(void **state)
{
    struct fx *fx = calloc(1, sizeof *fx);
    if (!fx) return -1;
    fx->a = arena_new(SIZE_MAX);
    fx->c.a = arena_new(CALL_BYTES);
    error_clear(&fx->c);
    strcpy(fx->folder, "/tmp/bihuan-ledger-XXXXXX");
    if (!mkdtemp(fx->folder)) return -1;
    ground_make(&fx->ground, str_z(fx->a, str_printf(fx->a, "%s/s.db", fx->folder)));
    mkdir(str_z(fx->a, str_printf(fx->a, "%s/files", fx->folder)), 0700);
    open_ledger(fx, true);
    fx->district = 1;
    fx_at(fx, "2023-01-03T09:00:00+08:00");
    fx_do(fx, "system", "district.create",
          "{'code':'T','name':'试验区','zone_min':480,'pack':'test','pack_version':'1','plan_year':"
          "2023}");
    units(fx);
    people(fx);
    rules(fx);
    year(fx);
    fx_do(fx, "system", "line.add",
          "{'code':'L01','name':'产业','official_order':1,'basis':'example'}");
    fx_do(fx, "system", "line.add",
          "{'code':'L02','name':'项目','official_order':2,'basis':'example'}");
    fx_do(fx, "system", "register.declare",
          "{'code':'ZDRW','name':'重点任务','code_pattern':'{year}-{line}-{seq2}'}");
    fx_do(fx, "system", "register.declare",
          "{'code':'ZDXM','name':'重大项目','code_pattern':'XM-{year}-{seq3}'}");
    *state = fx;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

void fx_close(struct fx *fx)
{
    ledger_close(fx->l);
    fx->l = NULL;
}

void fx_reopen(struct fx *fx)
{
    fx_close(fx);
    fresh(fx);
    open_ledger(fx, false);
}

int fx_teardown(void **state)
{
    struct fx *fx = *state;
    fx_close(fx);
    ground_drop(&fx->ground);
    nftw(fx->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(fx->c.a);
    arena_free(fx->a);
    free(fx);
    return 0;
}

/* --- items --- */

int64_t fx_item(struct fx *fx, const char *title)
{
    fx_do(fx, "sup", "item.draft",
          "{'register':'ZDRW','line':'L01','title':'%s','content':'%s的内容','standard':'"
          "方案印发；项目开工','lead':'FGW',"
          "'person':'FGW-1','deputy':'FGW-2','due':'2023-12-31','cycle':'month','cycle_day':5}",
          title, title);
    return fx_id(fx, "item");
}

static const char FINISH_ANSWER[] = "{'part':'%" PRId64 "','answer':'已完成'}";

static str answers(struct fx *fx, int64_t item)
{
    struct list parts = fx_rows(fx, &ITEM_PART);
    struct buf b;
    buf_init(&b, fx->a, 4096);
    for (size_t i = 0; i < parts.n; i++) {
        const struct item_part *p = &((struct item_part *)parts.at)[i];
        if (p->item_id != item) continue;
        if (b.n) buf_addc(&b, ',');
        buf_printf(&b, FINISH_ANSWER, p->id);
    }
    return buf_str(&b);
}

void fx_walk(struct fx *fx, int64_t id, const char *state)
{
    static const char *const way[] = {"drafted",  "approved", "issued",
                                      "accepted", "reported", "closed"};
    bool cancelled = strcmp(state, "cancelled") == 0, archived = strcmp(state, "archived") == 0;
    bool suspended = strcmp(state, "suspended") == 0;
    size_t to = 0;
    if (cancelled) {
        fx_do(fx, "leader", "item.cancel", "{'item':'%" PRId64 "','reason':'不再需要'}", id);
        return;
    }
    while (to + 1 < COUNT_OF(way) && strcmp(way[to], archived    ? "closed"
                                                     : suspended ? "accepted"
                                                                 : state) != 0)
        to++;
    if (to >= 1)
        fx_do(fx, "leader", "item.approve",
              "{'item':'%" PRId64 "','authority_kind':'meeting','authority_ref':'第3次常务会','"
                                  "authority_day':'2023-01-03',"
              "'duplicates_seen':true}",
              id);
    if (to >= 2) fx_do(fx, "sup", "item.issue", "{'item':'%" PRId64 "'}", id);
    if (to >= 3)
        fx_do(fx, "fgw", "item.accept", "{'item':'%" PRId64 "','commitment':'按期完成'}", id);
    if (to >= 4)
        fx_do(fx, "fgw", "item.finish",
              "{'item':'%" PRId64 "','narrative':'全部完成','answers':[%.*s]}", id,
              STR_FMT(answers(fx, id)));
    if (to >= 5) fx_do(fx, "sup", "item.pass", "{'item':'%" PRId64 "','findings':'属实'}", id);
    if (archived) fx_do(fx, "sup", "item.archive", "{'item':'%" PRId64 "'}", id);
    if (suspended)
        fx_do(fx, "leader", "item.suspend",
              "{'item':'%" PRId64 "','reason':'疫情','review_day':'2023-12-01'}", id);
}

/* --- looking --- */

struct reading {
    struct fx *fx;
    struct entity *e;
    struct list rows;
    struct sm3 *digest;
    size_t cap;
};

static bool read_rows(struct ctx *c, struct db *db, void *arg)
{
    struct reading *s = arg;
    int64_t after = INT64_MIN;
    for (size_t n = 1000; n == 1000;) {
        struct db_rows r;
        if (!DB_QUERY(c, db, &r, &s->e->whole, ARG(s->fx->district), ARG(after))) return false;
        for (n = 0; db_next(&r); n++) {
            record_read(s->e, &r, 0,
                        vec_slot(c->a, &s->rows.at, &s->rows.n, &s->cap, s->e->shape->size));
            after = db_int(&r, 1);
        }
        if (!db_done(&r)) return false;
    }
    return true;
}

struct list fx_rows(struct fx *fx, struct entity *e)
{
    struct ctx c = {.a = fx->a};
    error_clear(&c);
    struct reading s = {.fx = fx, .e = e};
    if (!store_read(&c, ledger_store(fx->l), read_rows, &s)) stop(e->name, &c);
    return s.rows;
}

struct item fx_load(struct fx *fx, int64_t id)
{
    struct list rows = fx_rows(fx, &ITEM);
    for (size_t i = 0; i < rows.n; i++)
        if (((struct item *)rows.at)[i].id == id) return ((struct item *)rows.at)[i];
    _fail(__FILE__, __LINE__);
    return (struct item){0};
}

static const struct stmt HEAD_OF = {
    "test.head", "SELECT seq, hash, last_id FROM journal_head WHERE district_id = $1"};
static const struct stmt LENGTH_OF = {
    "test.length", "SELECT count(*), max(seq), 0 FROM journal WHERE district_id = $1"};

static void add_columns(struct sm3 *h, struct db_rows *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sm3_field_int(h, db_is_null(r, (int)i));
        sm3_field(h, db_text(r, (int)i));
    }
}

static bool digest(struct ctx *c, struct db *db, void *arg)
{
    struct reading *s = arg;
    const struct stmt *heads[] = {&HEAD_OF, &LENGTH_OF};
    struct db_rows r;
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        if (!DB_QUERY(c, db, &r, heads[i], ARG(s->fx->district))) return false;
        while (db_next(&r)) add_columns(s->digest, &r, 3);
        if (!db_done(&r)) return false;
    }
    for (size_t e = 0; e < N_ENTITIES; e++) {
        int64_t after = INT64_MIN;
        for (size_t n = 1000; n == 1000;) {
            if (!DB_QUERY(c, db, &r, &ENTITIES[e]->whole, ARG(s->fx->district), ARG(after)))
                return false;
            for (n = 0; db_next(&r); n++) {
                add_columns(s->digest, &r, ENTITIES[e]->shape->n);
                after = db_int(&r, 1);
            }
            if (!db_done(&r)) return false;
        }
    }
    return true;
}

str fx_digest(struct fx *fx)
{
    char hex[SM3_HEX + 1];
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    error_clear(&c);
    struct reading s = {.fx = fx, .digest = sm3_begin()};
    if (!store_read(&c, ledger_store(fx->l), digest, &s)) stop("digest", &c);
    arena_free(c.a);
    if (!sm3_end(s.digest, hex)) _fail(__FILE__, __LINE__);
    return str_dup(fx->a, str_of(hex));
}

size_t fx_findings(struct fx *fx)
{
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    struct arena *kept = arena_new(SIZE_MAX);
    struct findings f;
    struct check_result result;
    error_clear(&c);
    findings_init(&f, kept, LANG_EN);
    if (!ledger_check(&c, fx->l, fx->district, &f, &result)) stop("check", &c);
    for (size_t i = 0; i < f.lines.n; i++) print_error("finding: %.*s\n", STR_FMT(f.lines.at[i]));
    size_t n = f.lines.n + f.more;
    arena_free(kept);
    arena_free(c.a);
    return n;
}
