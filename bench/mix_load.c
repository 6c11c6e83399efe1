/*
 * The command mix of bench/pg_bench.py through one process's ledger: three reports to one draft, each in a
 * district chosen by chance, so that clients seldom meet at one head.
 *
 *     mix_load --make URL PACK ITEMS                    founds district 1 with ITEMS accepted items; prints the
 *                                                       first id, the step to the next, and how many
 *     mix_load URL CLIENTS SECONDS DISTRICTS FIRST STEP ITEMS SEED
 *
 * Each client sends its next command when the last one is answered. Prints one line of figures, as
 * http_load does.
 */
#include <jansson.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "asking.h"
#include "base/log.h"
#include "base/random.h"
#include "ledger/org/password.h"
#include "ledger/pack/pack.h"

enum { MAX_CLIENTS = 256 };

static void must(bool ok, const struct ctx *c)
{
    if (ok) return;
    str why = error_text(c->a, LANG_EN, &c->err);
    fprintf(stderr, "mix_load: %s: %.*s\n", c->err.id ? c->err.id : "?", STR_FMT(why));
    exit(1);
}

static struct ledger *open_at(struct ctx *c, const char *url, bool create)
{
    struct ledger *l;
    struct ledger_options o = {.store_url = str_of(url), .files_dir = STR(""), .create = create};
    must(ledger_open(c, &o, &l), c);
    return l;
}

static struct request request_of(int64_t district, instant now, const char *name)
{
    return (struct request){.district = district,
                            .now = now,
                            .name = str_of(name),
                            .actor = {.roles = ROLE_SYSTEM, .login = STR("bench"), .name = STR("bench")}};
}

/* --- making --- */

static int64_t do_now(struct ctx *c, struct ledger *l, const char *name, str body)
{
    str result;
    int64_t id = 0;
    struct request r = request_of(1, INT64_C(1677632400000000), name); // 2023-03-01 09:00
    r.body = body;
    must(ledger_do(c, l, &r, &result), c);
    json_t *root = json_loadb(result.p, result.n, 0, NULL);
    const char *text = json_string_value(json_object_get(root, "item"));
    if (text) must(str_int(str_of(text), &id), c);
    json_decref(root);
    return id;
}

static int make(const char *url, const char *pack, int items)
{
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    struct pack_report report;
    int64_t first = 0, last = 0;
    error_clear(&c);
    password_cost(8, 1);
    struct ledger *l = open_at(&c, url, true);
    must(pack_load(&c, l, &(struct pack_options){.dir = str_of(pack), .now = INT64_C(1675040400000000)}, &report), &c);
    for (int i = 0; i < items; i++) {
        int64_t id = do_now(&c, l, "item.draft",
                            str_printf(c.a,
                                       "{\"register\":\"ZD\",\"code\":\"B-%d\",\"title\":\"测速事项 %d\",\"standard\":"
                                       "\"完成\",\"lead\":\"ZJW\",\"person\":\"P-ZJW\",\"deputy\":\"P-ZJW2\",\"due\":"
                                       "\"2023-12-31\",\"cycle\":\"month\",\"cycle_day\":5}",
                                       i, i));
        static const char *const steps[][2] = {
            {"item.approve", ",\"authority_kind\":\"meeting\",\"authority_ref\":\"会议\","
                             "\"authority_day\":\"2023-02-01\",\"duplicates_seen\":true"},
            {"item.issue", ""},
            {"item.accept", ",\"commitment\":\"按期\""}};
        for (size_t s = 0; s < COUNT_OF(steps); s++)
            do_now(&c, l, steps[s][0], str_printf(c.a, "{\"item\":\"%" PRId64 "\"%s}", id, steps[s][1]));
        if (i == 0) first = id;
        // The load finds items by counting, so they must stand in even steps.
        if (i > 1 && id - last != (id - first) / i) must(fail(&c, ERR_INTERNAL, "bench.uneven_ids"), &c);
        last = id;
    }
    printf("%" PRId64 " %" PRId64 " %d\n", first, (last - first) / (items - 1), items);
    ledger_close(l);
    arena_free(c.a);
    return 0;
}

/* --- the load --- */

struct load {
    struct ledger *l;
    int64_t districts, first, step, items;
    struct random rnd;
    instant now;
    int pid;
    double *ms;
    size_t n, cap;
    pthread_mutex_t mutex; // guards the list of idle clients
    sem_t idle;
    struct client *idle_list[MAX_CLIENTS];
    int n_idle;
};

struct client {
    struct load *load;
    struct ctx c;
    struct request r;
    double sent;
    bool ok;
};

static void answered(void *arg, bool ok, str result)
{
    struct client *x = arg;
    struct load *w = x->load;
    double now = clock_ms(CLOCK_MONOTONIC);
    (void)result;
    x->ok = ok;
    pthread_mutex_lock(&w->mutex);
    if (w->n < w->cap) w->ms[w->n] = now - x->sent;
    w->n++;
    w->idle_list[w->n_idle++] = x;
    pthread_mutex_unlock(&w->mutex);
    sem_post(&w->idle);
}

static struct client *next_idle(struct load *w)
{
    sem_wait(&w->idle);
    pthread_mutex_lock(&w->mutex);
    struct client *x = w->idle_list[--w->n_idle];
    pthread_mutex_unlock(&w->mutex);
    must(x->ok, &x->c);
    return x;
}

static void send_next(struct load *w, struct client *x, int number)
{
    struct random *r = &w->rnd;
    bool report = random_below(r, 4) != 0;
    arena_reset(x->c.a);
    error_clear(&x->c);
    x->r = request_of(1 + (int64_t)random_below(r, (uint64_t)w->districts), w->now + number * INT64_C(1000),
                      report ? "item.report" : "item.draft");
    x->r.idem_key = str_printf(x->c.a, "bench-%d-%d", w->pid, number);
    int64_t item = w->first + w->step * (int64_t)random_below(r, (uint64_t)w->items);
    if (report)
        x->r.body = str_printf(x->c.a,
                               "{\"item\":\"%" PRId64 "\",\"period\":\"2023-02\",\"progress\":%d,"
                               "\"narrative\":\"本月完成方案修改，征求了八个部门的意见，下一步提交常务会审议。\"}",
                               item, (int)random_below(r, 100));
    else
        x->r.body = str_printf(x->c.a, "{\"register\":\"ZD\",\"title\":\"压测任务第%d项，按时完成并报送进展\",\"lead\":\"ZJW\"}",
                               number);
    x->sent = clock_ms(CLOCK_MONOTONIC);
    must(ledger_submit(&x->c, w->l, &x->r, answered, x), &x->c);
}

static int run(char **argv)
{
    static struct load w = {.mutex = PTHREAD_MUTEX_INITIALIZER, .now = INT64_C(1677805200000000), .cap = 1 << 22};
    static struct client all[MAX_CLIENTS];
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    int clients = atoi(argv[2]), number = 0;
    error_clear(&c);
    w.districts = atol(argv[4]);
    w.first = atol(argv[5]);
    w.step = atol(argv[6]);
    w.items = atol(argv[7]);
    w.pid = (int)getpid();
    w.ms = malloc(w.cap * sizeof *w.ms);
    random_init(&w.rnd, (uint64_t)atol(argv[8]));
    if (clients < 1 || clients > MAX_CLIENTS || w.districts < 1 || w.items < 1 || !w.ms) return 2;
    w.l = open_at(&c, argv[1], false);
    sem_init(&w.idle, 0, (unsigned)clients);
    for (int i = 0; i < clients; i++) {
        all[i] = (struct client){.load = &w, .c = {.a = arena_new((size_t)1 << 24)}, .ok = true};
        w.idle_list[w.n_idle++] = &all[i];
    }
    double start = clock_ms(CLOCK_MONOTONIC), end = start + atof(argv[3]) * 1e3;
    while (clock_ms(CLOCK_MONOTONIC) < end) send_next(&w, next_idle(&w), number++);
    for (int i = 0; i < clients; i++) sem_wait(&w.idle);
    double spent = clock_ms(CLOCK_MONOTONIC) - start;
    for (int i = 0; i < clients; i++) must(all[i].ok, &all[i].c);
    size_t kept = w.n < w.cap ? w.n : w.cap;
    sort_times(w.ms, kept);
    printf("requests %zu failed 0 rate %.0f p50_ms %.2f p99_ms %.2f max_ms %.2f commits %" PRId64 "\n", w.n,
           (double)w.n / spent * 1e3, percentile(w.ms, kept, 0.5), percentile(w.ms, kept, 0.99),
           percentile(w.ms, kept, 1), store_commits(ledger_store(w.l)));
    ledger_close(w.l);
    for (int i = 0; i < clients; i++) arena_free(all[i].c.a);
    free(w.ms);
    arena_free(c.a);
    return 0;
}

int main(int argc, char **argv)
{
    log_open("/dev/null", LOG_ERROR);
    if (argc == 5 && strcmp(argv[1], "--make") == 0) return make(argv[2], argv[3], atoi(argv[4]));
    if (argc == 9) return run(argv);
    fputs("usage: mix_load --make URL PACK ITEMS | URL CLIENTS SECONDS DISTRICTS FIRST STEP ITEMS SEED\n", stderr);
    return 2;
}
