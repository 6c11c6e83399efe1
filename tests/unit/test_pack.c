// The worked example and the blank pack are loaded into a store of their own, through the same door
// as everything else; broken packs are refused with the place of every fault.
#include "check.h"

#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../store/ground.h"
#include "ledger/check.h"
#include "ledger/item/loop.h"
#include "ledger/ledger.h"
#include "ledger/org/password.h"
#include "ledger/pack/pack.h"

struct pack_fixture {
    struct fixture f;
    struct ledger *l;
    char dir[64];
    struct ground ground;
};

static int pack_setup(void **state)
{
    struct pack_fixture *p = calloc(1, sizeof *p);
    if (!p) return -1;
    ledger_setup();
    p->f.a = p->f.c.a = arena_new((size_t)1 << 30);
    error_clear(&p->f.c);
    strcpy(p->dir, "/tmp/bihuan-pack-XXXXXX");
    if (!p->f.a || !mkdtemp(p->dir)) return -1;
    ground_make(&p->ground, str_z(p->f.a, str_printf(p->f.a, "%s/bihuan.db", p->dir)));
    struct ledger_options o = {.store_url = str_of(p->ground.url),
                               .files_dir = str_printf(p->f.a, "%s/files", p->dir),
                               .create = true,
                               .readers = 2};
    *state = p;
    return ledger_open(&p->f.c, &o, &p->l) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int pack_teardown(void **state)
{
    struct pack_fixture *p = *state;
    ledger_close(p->l);
    ground_drop(&p->ground);
    arena_free(p->f.a);
    nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(p);
    return 0;
}
#define PACK(fn) cmocka_unit_test_setup_teardown(fn, pack_setup, pack_teardown)

static str shipped(struct pack_fixture *p, const char *name)
{
    const char *packs = getenv("BIHUAN_PACKS");
    str dir;
    check(pack_find(&p->f.c, str_of(packs ? packs : "packs"), str_of(name), &dir));
    return dir;
}

// All faults are shown when a load that must succeed does not.
static void must_load(struct pack_fixture *p, const struct pack_options *o, struct pack_report *r)
{
    if (pack_load(&p->f.c, p->l, o, r)) return;
    p->f.c.lang = LANG_EN;
    print_error("%.*s\n", STR_FMT(error_text(p->f.a, LANG_EN, &p->f.c.err)));
    for (size_t i = 0; i < r->problems.n; i++) {
        print_error("%.*s\n", STR_FMT(pack_problem_text(&p->f.c, &r->problems.at[i])));
    }
    check_fail(__FILE__, __LINE__, "the pack does not load");
}

static str ask(struct pack_fixture *p, int64_t district, const char *query,
               const struct param *params, size_t n)
{
    struct buf b;
    instant now = INSTANT_NONE;
    check(instant_parse(STR("2023-06-30T10:00:00+08:00"), 480, &now));
    buf_init(&b, p->f.a, 8 << 20);
    struct request r = {.district = district,
                        .actor = {.roles = ROLE_SYSTEM, .login = STR("test"), .name = STR("test")},
                        .now = now,
                        .name = str_of(query),
                        .body = STR_EMPTY,
                        .idem_key = STR_EMPTY,
                        .params = params,
                        .n_params = n};
    if (!ledger_ask(&p->f.c, p->l, &r, &b)) {
        print_error("%.*s\n", STR_FMT(error_text(p->f.a, LANG_EN, &p->f.c.err)));
        check_fail(__FILE__, __LINE__, query);
    }
    return buf_str(&b);
}

// The journal's chain, state against journal, the loop's invariants, the stored files.
static void check_everything(struct pack_fixture *p, int64_t district)
{
    struct findings found;
    struct check_result result;
    findings_init(&found, p->f.a, LANG_EN);
    check(ledger_check(&p->f.c, p->l, district, &found, &result));
    for (size_t i = 0; i < found.lines.n; i++) print_error("%.*s\n", STR_FMT(found.lines.at[i]));
    check_int(found.lines.n, 0);
    check(result.journal_rows > 700 && result.items > 50 && result.files >= 6);
}

static void worked_example(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct timespec from, to;
    struct pack_options o = {.dir = shipped(p, "dongcheng-2023"), .now = 0};
    clock_gettime(CLOCK_MONOTONIC, &from);
    must_load(p, &o, &r);
    clock_gettime(CLOCK_MONOTONIC, &to);
    check(to.tv_sec - from.tv_sec < 10);
    check(r.commands > 700);
    check_str(r.name, "dongcheng-2023");
    check_int(r.secrets.n, 0);
    // every state of the loop, every light that the rules know
    str counts = ask(p, r.district, "items_counts", NULL, 0);
    static const char *const states[] = {"drafted",  "approved",  "issued", "accepted",
                                         "reported", "suspended", "closed", "cancelled",
                                         "archived", "green",     "blue",   "yellow",
                                         "red",      "grey",      "none"};
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        str key = str_printf(p->f.a, "\"%s\":", states[i]);
        size_t at = str_find(counts, key, 0);
        check_row("%s in %.*s", states[i], STR_FMT(counts));
        check(at != SIZE_MAX && counts.p[at + key.n] != '0');
    }
    check_everything(p, r.district);
    // every step of the loop was taken, and every outcome of what can be decided is there
    for (size_t i = 0; i < N_LOOP; i++) {
        struct param command = {STR("command"), str_of(LOOP[i].command)};
        check_row("%s", LOOP[i].command);
        check(str_has(ask(p, r.district, "journal", &command, 1), STR("\"seq\":")));
    }
    static const struct {
        const char *item, *shows;
    } decided[] = {
        {"2023-02-01", "\"state\":\"approved\""},
        {"2023-06-01", "\"state\":\"refused\""},
        {"2023-08-03", "\"state\":\"pending\""},
        {"2023-13-01", "\"state\":\"dismissed\""},
        {"2023-13-02", "\"state\":\"pending\""},
        {"2023-11-02", "\"outcome\":\"return\""},
        {"2023-11-03", "\"reason\":\"（示例）该工地"},
        {"2023-12-02", "\"reopened\":1"},
        {"XM-2023-007", "\"heir_id\":\""},
    };
    for (size_t i = 0; i < COUNT_OF(decided); i++) {
        struct param item = {STR("item"), str_of(decided[i].item)};
        check_row("%s shows %s", decided[i].item, decided[i].shows);
        check(str_has(ask(p, r.district, "item", &item, 1), str_of(decided[i].shows)));
    }
    // the second load is refused and changes nothing
    str head = ask(p, r.district, "journal_head", NULL, 0);
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.district_exists");
    int64_t district;
    check(ledger_district(&p->f.c, p->l, STR("dongcheng"), &district));
    check(str_eq(ask(p, district, "journal_head", NULL, 0), head));
}

static void blank_pack(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct pack_options o = {.dir = shipped(p, "blank"),
                             .now = 1700000000 * US_PER_SECOND,
                             .name = STR("某区"),
                             .code = STR("mouqu"),
                             .hours = STR("08:30-12:00,14:00-17:30"),
                             .login = STR("admin"),
                             .year = 2024};
    must_load(p, &o, &r);
    check_int(r.secrets.n, 3);
    check_str(r.secrets.at[0].login, "admin");
    check_int(r.secrets.at[0].password.n, 20);
    check(!str_eq(r.secrets.at[0].password, r.secrets.at[1].password));
    str units = ask(p, r.district, "units", NULL, 0);
    check(str_has(units, STR("某区人民政府")));
    str rules = ask(p, r.district, "rules", NULL, 0);
    check(str_has(rules, STR("08:30-12:00,14:00-17:30")));
    struct param year = {STR("year"), STR("2024")}, unknown = {STR("year"), STR("2030")};
    check(
        str_has(ask(p, r.district, "calendar", &year, 1), STR("\"known\":true,\"warning\":null")));
    check(str_has(ask(p, r.district, "calendar", &unknown, 1),
                  STR("\"known\":false,\"warning\":\"")));
    // another district in the same store
    o.code = STR("linqu");
    must_load(p, &o, &r);
    check_int(r.district, 2);
    check_error(ledger_district(&p->f.c, p->l, STR_EMPTY, &r.district), &p->f.c, "district.choose");
}

/* --- broken packs --- */

static const char INI[] = "[pack]\nname = broken\nversion = 1\n[district]\ncode = broken\nname = "
                          "坏区\nzone_min = 480\nplan_year = 2023\n";

static void put(struct pack_fixture *p, const char *name, const char *text)
{
    const char *path = str_z(p->f.a, str_printf(p->f.a, "%s/pack/%s", p->dir, name));
    mkdir(str_z(p->f.a, str_printf(p->f.a, "%s/pack", p->dir)), 0700);
    FILE *f = fopen(path, "wb");
    if (!f) check_fail(__FILE__, __LINE__, path);
    fputs(text, f);
    fclose(f);
}

static struct pack_options broken(struct pack_fixture *p)
{
    return (struct pack_options){.dir = str_printf(p->f.a, "%s/pack", p->dir),
                                 .now = 1700000000 * US_PER_SECOND};
}

static void check_problem(struct pack_fixture *p, const struct pack_report *r, size_t i,
                          const char *place, const char *id)
{
    check_row("fault %zu of %zu: %s", i, r->problems.n, place);
    check(i < r->problems.n);
    const struct pack_problem *x = &r->problems.at[i];
    str got = str_printf(p->f.a, "%.*s:%d:%.*s", STR_FMT(x->file), x->line, STR_FMT(x->column));
    check_str(got, place);
    check_str(str_of(x->error.id), id);
}

static void faults_are_all_told(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct pack_options o = broken(p);
    put(p, "pack.ini", INI);
    put(p, "units.csv",
        "code,name,kind,parent,official_order,collecting,basis\n"
        "A,甲局,department,,1,1,local\n"
        "B,乙局,bureau,,2,0,local\n"           // no such kind
        "C,丙局,department,NOWHERE,3,,local\n" // no such parent
        "D,甲 局,department,,4,,local\n"       // the name of another unit
        "E,戊局,department,,fifth,maybe,local\n"
        "F f,己局,department,,6,,local\n"
        "A,庚局,department,,7,,local\n"
        "G,,department,,8,,local\n");
    put(p, "lines.csv", "code,name,official_order,basis,colour\nL1,一,1,local,red\n");
    put(p, "week.csv", "weekday,intervals,source,#note\n1,9-12,test,x\n9,09:00-12:00,test,\n");
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
    check_problem(p, &r, 0, "lines.csv:1:colour", "pack.unknown_column");
    check_problem(p, &r, 1, "units.csv:3:kind", "field.not_in_list");
    check_problem(p, &r, 2, "units.csv:4:parent", "field.no_such_reference");
    check_problem(p, &r, 3, "units.csv:5:name", "unit.name_taken");
    check_problem(p, &r, 4, "units.csv:6:official_order", "pack.bad_cell");
    check_problem(p, &r, 5, "units.csv:6:collecting", "pack.bad_cell");
    check_problem(p, &r, 6, "units.csv:7:code", "org.bad_code");
    check_problem(p, &r, 7, "units.csv:8:code", "org.code_taken");
    check_problem(p, &r, 8, "units.csv:9:name", "field.required");
    check_problem(p, &r, 9, "week.csv:2:intervals", "week.bad_intervals");
    check_problem(p, &r, 10, "week.csv:3:weekday", "week.bad_weekday");
    check_int(r.problems.n, 11);
    p->f.c.lang = LANG_EN;
    str text = pack_problem_text(&p->f.c, &r.problems.at[3]);
    check_str(text, "units.csv:5: name: “甲 局” is already a name or an alias of “甲局”");
    // nothing was stored
    int64_t district;
    check_error(ledger_district(&p->f.c, p->l, STR("broken"), &district), &p->f.c,
                "district.not_found");
}

static void bad_ini(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct pack_options o = broken(p);
    o.dir = str_printf(p->f.a, "%s/none", p->dir);
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.not_a_pack");
    o = broken(p);
    put(p, "pack.ini",
        "[pack]\nname = x\ncolour = red\n[district]\ncode = x\nname = y\nzone_min = 480\nplan_year "
        "= 2023\n");
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
    check_problem(p, &r, 0, "pack.ini:3:pack.colour", "pack.unknown_key");
    check_problem(p, &r, 1, "pack.ini:0:pack.version", "pack.missing_key");
    put(p, "pack.ini",
        "[pack]\nname = x\nversion = 1\n[district]\ncode = x\nname = y\nzone_min = far\nplan_year "
        "= soon\n");
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
    check_problem(p, &r, 0, "pack.ini:0:district.zone_min", "pack.bad_value");
    check_problem(p, &r, 1, "pack.ini:0:district.plan_year", "pack.bad_value");
}

static void bad_history(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct pack_options o = broken(p);
    put(p, "pack.ini", INI);
    put(p, "history.csv",
        "at,actor,command,args,as\n"
        "2024-02-01T09:00,system,line.add,\"{\"\"code\"\":\"\"L1\"\",\"\"name\"\":\"\"一\"\","
        "\"\"official_order\"\":1,\"\"basis\"\":\"\"local\"\"}\",l1:id\n"
        "2024-02-01T08:00,system,line.add,{},\n" // before the row above, and nothing given
        "yesterday,system,line.add,{},\n"
        "2024-02-02T08:00,nobody,line.add,{},\n"
        "2024-02-02T08:00,system,no.such,{},\n"
        "2024-02-02T08:00,system,line.add,{,\n"
        "2024-02-02T08:00,system,person.edit,\"{\"\"person\"\":\"\"@gone\"\"}\",\n"
        "2024-02-02T08:00,system,evidence.add,\"{\"\"file\"\":\"\"no.txt\"\"}\",\n");
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
    check_problem(p, &r, 0, "history.csv:3:at", "pack.backwards");
    check_problem(p, &r, 1, "history.csv:3:code", "field.required");
    check_problem(p, &r, 2, "history.csv:4:at", "pack.bad_instant");
    check_problem(p, &r, 3, "history.csv:5:actor", "session.no_account");
    check_problem(p, &r, 4, "history.csv:6:", "command.unknown");
    check_problem(p, &r, 5, "history.csv:7:args", "pack.bad_json");
    check_problem(p, &r, 6, "history.csv:8:args", "pack.bad_reference");
    check_problem(p, &r, 7, "history.csv:9:args", "pack.no_file");
    check_int(r.problems.n, 8);
}

static void odd_files(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct pack_options o = broken(p);
    static const struct {
        const char *file, *text, *place, *id;
    } rows[] = {
        {"pack.ini", "[pack]\nname\n", "pack.ini:2:", "pack.bad_line"},
        {"pack.ini", "[pack]\nname = \xff\n", "pack.ini:0:", "pack.not_utf8"},
        {"pack.ini", "[pack]\nname = a\n[pack]\nname = b\n", "pack.ini:2:pack.name",
         "pack.key_twice"},
        {"lines.csv", "code,name\nL1,\xff\n", "lines.csv:0:", "pack.not_utf8"},
        {"lines.csv", "code,name\nL1,\"never closed\n", "lines.csv:2:", "csv.quote"},
        {"lines.csv", "code,code,name\nL1,L1,x\n", "lines.csv:1:code", "pack.column_twice"},
        {"accounts.csv", "login,person,password\na,P,@demo\n", "accounts.csv:2:password",
         "pack.no_demo"},
        {"units.csv",
         "code,name,kind,basis,aliases\nA,甲局,other,local,乙局|丙局\nB,丁局,other,local,丙局\n",
         "units.csv:3:aliases", "unit.name_taken"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        put(p, "pack.ini", INI);
        put(p, "lines.csv", "");
        put(p, "accounts.csv", "");
        put(p, "units.csv", "");
        put(p, rows[i].file, rows[i].text);
        check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
        check_problem(p, &r, 0, rows[i].place, rows[i].id);
    }
}

static void odd_settings(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct pack_options o = broken(p);
    static const struct {
        const char *more, *place, *id;
    } rows[] = {
        {"[calendar]\ndir = nowhere\nfirst = 2023\nlast = 2023\n", "pack.ini:0:calendar.dir",
         "pack.no_file"},
        {"[calendar]\ndir = nowhere\nfirst = 2024\nlast = 2023\n", "pack.ini:0:calendar.first",
         "pack.bad_value"},
        {"[setup]\nat = soon\n", "pack.ini:0:setup.at", "pack.bad_value"},
        {"[items]\nat = soon\n", "pack.ini:0:items.at", "pack.bad_value"},
        {"[items]\nby = nobody\n", "pack.ini:0:items.by", "session.no_account"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        put(p, "pack.ini", str_z(p->f.a, str_printf(p->f.a, "%s%s", INI, rows[i].more)));
        check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
        check_problem(p, &r, 0, rows[i].place, rows[i].id);
    }
    put(p, "pack.ini",
        "[pack]\nname = x\nversion = 1\n[district]\ncode = x\nname = y\nzone_min = 480\nplan_year "
        "= 2023\nexample_day = 30 June\n");
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
    check_problem(p, &r, 0, "pack.ini:0:district.example_day", "pack.bad_value");
}

static void packs_are_found(void **state)
{
    struct pack_fixture *p = *state;
    struct ctx *c = &p->f.c;
    str dir, packs = str_of(p->dir);
    check_error(pack_find(c, packs, STR("pack"), &dir), c, "pack.not_found");
    put(p, "pack.ini", INI);
    check(pack_find(c, packs, STR("pack"), &dir));
    check(str_ends(dir, STR("/pack")));
    check(pack_find(c, STR_EMPTY, dir, &dir)); // a folder by its path
    check_error(pack_find(c, STR_EMPTY, STR("./none"), &dir), c, "pack.not_found");
    check_error(pack_find(c, STR_EMPTY, STR("no-such-pack"), &dir), c, "pack.not_found");
}

// A pack gives only files of its own folder.
static void files_stay_inside(void **state)
{
    struct pack_fixture *p = *state;
    struct pack_report r;
    struct pack_options o = broken(p);
    put(p, "pack.ini", INI);
    put(p, "note.txt", "evidence");
    put(p, "history.csv",
        "at,actor,command,args,as\n"
        "2024-02-01T09:00,system,evidence.add,\"{\"\"file\"\":\"\"note.txt\"\"}\",\n"
        "2024-02-01T09:00,system,evidence.add,\"{\"\"file\"\":\"\"../secret\"\"}\",\n");
    check_error(pack_load(&p->f.c, p->l, &o, &r), &p->f.c, "pack.faults");
    check_problem(p, &r, 0, "history.csv:2:item", "field.required");
    check_problem(p, &r, 1, "history.csv:3:args", "pack.no_file");
}

int main(void)
{
    password_cost(8, 1);
    return CHECK_RUN(PACK(worked_example), PACK(blank_pack), PACK(faults_are_all_told),
                     PACK(bad_ini), PACK(bad_history), PACK(odd_files), PACK(odd_settings),
                     PACK(packs_are_found), PACK(files_stay_inside));
}
