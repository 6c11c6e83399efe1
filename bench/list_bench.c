/*
 * How fast lists and counts are over 100,000 items: the worked example plus generated items, in one
 * store; queries through ledger_ask in this process. Prints the 50th, 99th and 100th percentile of
 * each question.
 *
 *     list_bench [--items N] [--rounds N] [--packs DIR] [--folder DIR]
 *
 * With --folder the store is kept there and used again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asking.h"
#include "base/random.h"
#include "ledger/files.h"
#include "ledger/item/item.h"
#include "ledger/org/password.h"
#include "ledger/org/session.h"
#include "ledger/org/unit_tree.h"
#include "ledger/pack/pack.h"

struct bench {
    struct ctx c;
    struct ledger *l;
    int64_t district;
    instant now;
    int items, rounds;
    bool search;
    const char *packs, *folder;
    struct random rnd;
};

static struct request request_of(struct bench *b)
{
    return (struct request){.district = b->district,
                            .now = b->now,
                            .actor = {.roles = ROLE_SUPERVISOR, .login = STR("bench"), .name = STR("bench")}};
}

/* --- the store --- */

struct generating {
    struct bench *b;
    struct item like;
    struct list units;
    int from, to;
};

static void fill_item(struct generating *g, struct call *k, struct item *it, int n)
{
    // Ten years: nine of them archived, the last alive; due days rise with the number.
    static const char *const VERBS[] = {"推进", "完成", "加快", "落实", "启动", "保障"};
    static const char *const NOUNS[] = {"老旧小区改造", "重大项目开工", "营商环境优化", "养老服务设施", "学位供给", "河道治理",
                                        "安全生产整治", "税源企业走访"};
    static const char *const LIVE[] = {"drafted", "approved", "issued", "accepted", "accepted", "accepted", "reported",
                                       "closed"};
    struct random *r = &g->b->rnd;
    bool live = n > g->b->items - g->b->items / 10;
    *it = g->like;
    it->id = 0;
    it->code = str_printf(k->c->a, "B-%06d", n);
    it->title = str_printf(k->c->a, "%s%s第%d项", VERBS[random_below(r, COUNT_OF(VERBS))],
                           NOUNS[random_below(r, COUNT_OF(NOUNS))], n);
    it->content = str_printf(k->c->a, "%.*s。各责任单位按职责分工，细化措施，明确时限，确保按期完成，并于每月底前报送进展。",
                             STR_FMT(it->title));
    it->code_folded = str_fold(k->c->a, it->code);
    it->title_folded = str_fold(k->c->a, it->title);
    it->state = live ? str_of(LIVE[random_below(r, COUNT_OF(LIVE))]) : STR("archived");
    it->lead_unit_id = ((const int64_t *)g->units.at)[random_below(r, g->units.n)];
    it->due_day = random_below(r, 20) == 0
                      ? 0
                      : day_to_ymd(day_of(2014, 1, 1) + (day)((int64_t)n * 3650 / g->b->items));
    it->progress = live ? random_between(r, 0, 100) : 100;
    it->last_report_at = live && random_below(r, 3) == 0 ? 0 : g->b->now - random_between(r, 1, 120) * US_PER_DAY;
    it->clock_due_at = live ? g->b->now + random_between(r, -20, 60) * US_PER_DAY : 0;
    it->clock_kind = live ? STR("report") : STR_EMPTY;
}

static bool generate(struct call *k, struct generating *g)
{
    bool found;
    if (!record_by_code(k, &ITEM, STR("2023-11-04"), &g->like, &found) || !found) return false;
    unit_tree_subtree(k->c->a, k->units, k->units->at[0]->unit.id, &g->units);
    if (g->units.n < 2) {
        g->units.at = arena_alloc(k->c->a, k->units->n * sizeof(int64_t));
        g->units.n = k->units->n;
        for (size_t i = 0; i < g->units.n; i++) ((int64_t *)g->units.at)[i] = k->units->at[i]->unit.id;
    }
    for (int n = g->from; n < g->to; n++) {
        struct arena_mark mark = arena_mark(k->c->a);
        struct item it;
        fill_item(g, k, &it, n);
        if (!record_insert(k, &ITEM, &it)) return false;
        k->changes.n = 0; // generated rows are no commands: nothing is kept of them but the row
        k->changes.at = NULL;
        k->changes.cap = 0;
        arena_reset_to(k->c->a, mark);
    }
    return true;
}

static bool generate_job(struct ctx *c, struct db *db, void *arg)
{
    struct generating *g = arg;
    struct request r = request_of(g->b);
    struct call k;
    if (!ledger_call(c, g->b->l, db, &r, &k)) return false;
    k.writable = true;
    k.last_id = INT64_C(500000000000000000);
    return generate(&k, g);
}

static bool load(struct bench *b)
{
    struct pack_report report = {0};
    struct pack_options o = {.now = b->now};
    if (!pack_find(&b->c, str_of(b->packs), STR("dongcheng-2023"), &o.dir)) return false;
    if (!pack_load(&b->c, b->l, &o, &report) || !ledger_district(&b->c, b->l, STR_EMPTY, &b->district)) return false;
    double start = clock_ms(CLOCK_MONOTONIC);
    struct generating g = {.b = b, .from = 1, .to = b->items + 1};
    if (!store_write(&b->c, ledger_store(b->l), generate_job, &g)) return false;
    printf("%d items made in %.1f s\n", b->items, (clock_ms(CLOCK_MONOTONIC) - start) / 1e3);
    return true;
}

/* --- questions --- */

static bool ask(struct bench *b, const char *query, const char *params, size_t *bytes)
{
    struct buf out;
    buf_init(&out, b->c.a, 64 * 1024 * 1024);
    bool ok = ask_text(&b->c, b->l, request_of(b), query, params, &out);
    *bytes = out.n;
    return ok;
}

static bool measure(struct bench *b, const char *query, const char *params)
{
    double *ms = calloc((size_t)b->rounds, sizeof *ms), *cpu = calloc((size_t)b->rounds, sizeof *cpu);
    size_t bytes = 0;
    bool ok = ms && cpu;
    for (int i = 0; ok && i < b->rounds + 3; i++) {
        struct arena_mark mark = arena_mark(b->c.a);
        double start = clock_ms(CLOCK_MONOTONIC), busy = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
        ok = ask(b, query, params, &bytes);
        if (i >= 3) { // the first three prepare and warm
            ms[i - 3] = clock_ms(CLOCK_MONOTONIC) - start;
            cpu[i - 3] = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - busy;
        }
        arena_reset_to(b->c.a, mark);
    }
    if (ok) {
        size_t n = (size_t)b->rounds;
        sort_times(ms, n);
        sort_times(cpu, n);
        printf("%8.2f %8.2f %8.2f %8.2f  %7zu  %s %s\n", percentile(cpu, n, 0.5), percentile(ms, n, 0.5),
               percentile(ms, n, 0.99), ms[n - 1], bytes, query, params);
    }
    free(ms);
    free(cpu);
    return ok;
}

static bool measure_all(struct bench *b)
{
    static const char *const QUESTIONS[][2] = {
        {"items", ""},
        {"items", "sort=-due_day"},
        {"items", "sort=title"},
        {"items", "sort=state"},
        {"items", "sort=-progress"},
        {"items", "sort=clock_due_at"},
        {"items", "sort=-last_report_at"},
        {"items", "sort=lead_unit_id"},
        {"items", "state=accepted"},
        {"items", "state=accepted&sort=title"},
        {"items", "state=accepted&sort=-last_report_at"},
        {"items", "state=accepted,issued&unit=SWJ&sort=-due_day"},
        {"items", "unit=SWJ&sort=title"},
        {"items", "light=red&sort=lead_unit_id"},
        {"items", "where=due_day < today and state in (issued, accepted)"},
        {"items", "where=progress < 50 and lead_unit_id in subtree(SWJ) and due_day >= today"},
        {"items", "where=progress = 97 and state = accepted&sort=title"},
        {"items", "where=title contains '河道'&sort=due_day"},
        {"items", "q=第99999项"},
        {"items", "q=河道治理&state=accepted"},
        {"items", "view=silent"},
        {"items_counts", ""},
        {"items_counts", "state=accepted"},
        {"items_counts", "unit=SWJ"},
        {"items_counts", "where=progress < 50"},
        {"items_counts", "q=河道"},
        {"item", "item=2023-11-04"},
        {"item", "item=B-099999"},
        {"my_day", ""},
    };
    printf(" cpu p50      p50      p99      max    bytes  question (ms, %d rounds)\n", b->rounds);
    for (size_t i = 0; i < COUNT_OF(QUESTIONS); i++)
        if (!measure(b, QUESTIONS[i][0], QUESTIONS[i][1])) return false;
    return true;
}

/* --- search: the same words before and after the items are in the search --- */

static bool fill_search(struct bench *b)
{
    double start = clock_ms(CLOCK_MONOTONIC), longest = 0;
    str result = STR_EMPTY;
    int turns = 0;
    for (; !str_has(result, STR("\"ready\":true")); turns++) {
        struct request r = request_of(b);
        double from = clock_ms(CLOCK_MONOTONIC);
        r.name = STR("search.fill");
        r.body = STR("{}");
        r.actor.roles = ROLE_SYSTEM;
        if (!ledger_do(&b->c, b->l, &r, &result)) return false;
        double took = clock_ms(CLOCK_MONOTONIC) - from;
        if (took > longest) longest = took;
    }
    printf("filled in %.1f s, %d turns, the longest %.0f ms\n", (clock_ms(CLOCK_MONOTONIC) - start) / 1e3, turns,
           longest);
    return true;
}

static bool measure_search(struct bench *b)
{
    static const char *const LISTS[] = {"q=第99999项", "q=河道治理", "q=河道", "q=职责分工", "q=河道&state=accepted"};
    static const char *const WORDS[] = {"q=河道", "q=河道治理", "q=第99999项", "q=hdzl", "q=hedao", "q=B-0999", "q=工作",
                                        "q=职责", "q=河道 职责", "q=区发改委", "q=没有的词"};
    struct request r = request_of(b);
    str result;
    r.name = STR("search.fill");
    r.body = STR("{\"again\":true}");
    r.actor.roles = ROLE_SYSTEM;
    if (!ledger_do(&b->c, b->l, &r, &result)) return false;
    printf("through the titles:\n");
    for (size_t i = 0; i < COUNT_OF(LISTS); i++)
        if (!measure(b, "items", LISTS[i])) return false;
    if (!fill_search(b)) return false;
    printf("through the search:\n");
    for (size_t i = 0; i < COUNT_OF(LISTS); i++)
        if (!measure(b, "items", LISTS[i])) return false;
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (!measure(b, "search", WORDS[i])) return false;
    return true;
}

static bool options(struct bench *b, int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--items") == 0) b->items = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--rounds") == 0) b->rounds = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--packs") == 0) b->packs = argv[i + 1];
        else if (strcmp(argv[i], "--folder") == 0) b->folder = argv[i + 1];
        else if (strcmp(argv[i], "--only") == 0) b->search = strcmp(argv[i + 1], "search") == 0;
        else return false;
    }
    return argc % 2 == 1 && b->items > 0 && b->rounds > 0;
}

static bool run(struct bench *b)
{
    char made[] = "/tmp/bihuan_list_XXXXXX";
    const char *folder = b->folder ? b->folder : mkdtemp(made);
    struct stat st;
    if (!folder) return fail(&b->c, ERR_STORE, "store.io");
    str path = str_printf(b->c.a, "%s/bihuan.db", folder);
    bool there = stat(str_z(b->c.a, path), &st) == 0;
    struct ledger_options o = {.store_url = str_cat(b->c.a, STR("sqlite:"), path),
                               .files_dir = str_printf(b->c.a, "%s/files", folder),
                               .create = !there};
    bool ok = ledger_open(&b->c, &o, &b->l);
    ok = ok && (there ? ledger_district(&b->c, b->l, STR_EMPTY, &b->district) : load(b));
    ok = ok && (b->search || measure_all(b)) && measure_search(b);
    ledger_close(b->l);
    if (!b->folder) {
        str command = str_printf(b->c.a, "rm -rf '%s'", folder);
        if (system(str_z(b->c.a, command)) != 0) fputs("list_bench: could not remove its folder\n", stderr);
    }
    return ok;
}

int main(int argc, char **argv)
{
    struct bench b = {.items = 100000, .rounds = 200, .packs = ""};
    b.c.a = arena_new((size_t)1 << 32);
    if (!b.c.a) return 1;
    error_clear(&b.c);
    b.now = instant_at(day_of(2023, 6, 30), 600, 480);
    random_init(&b.rnd, 20230630);
    password_cost(8, 1);
    bool ok = options(&b, argc, argv);
    if (!ok) fputs("usage: list_bench [--items N] [--rounds N] [--packs DIR] [--folder DIR] [--only search]\n", stderr);
    else if (!(ok = run(&b))) {
        str why = error_text(b.c.a, LANG_EN, &b.c.err);
        fprintf(stderr, "list_bench: %.*s (%s)\n", STR_FMT(why), b.c.err.id ? b.c.err.id : "?");
    }
    arena_free(b.c.a);
    return ok ? 0 : 1;
}
