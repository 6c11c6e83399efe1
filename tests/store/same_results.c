/*
 * The same stream of commands gives the same answers, the same rows and the same chain on both stores:
 * 20,000 commands of 16 clients over 8 districts, done once over a SQLite store and once over a
 * PostgreSQL database that two ledgers have open, as two processes would.
 *
 * The order of a district's commands is the same in both (stream.h tells how); districts run beside one
 * another. Clients take turns on the two ledgers, so that a district's commands come now from the one,
 * now from the other, and each must see at once what the other did: rows, rules, keys, numbers.
 *
 *     STREAM_SEED, STREAM_COMMANDS     another stream; the seed is printed
 *     STREAM_COUNTS=1                  tells how often each command was done, and refused for what
 *     STREAM_SWAP=1                    swaps two commands on the second store: the test must fail
 */
#include "../unit/check.h"
#include "ground.h"
#include "stream.h"

#include <ftw.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/map.h"
#include "ledger/check.h"
#include "ledger/files.h"
#include "ledger/org/password.h"
#include "ledger/subjects.h"
#include "store/rows.h"

enum { CLIENTS = 16, TOWNS = 8, COMMANDS = 20000, LEDGERS = 2, ANSWER_BYTES = 64 * 1024 * 1024, TOLD = 8 };

/* Salts are the one thing that is random in a command; here every one is the same. */
ssize_t getrandom(void *p, size_t n, unsigned flags)
{
    (void)flags;
    memset(p, 7, n);
    return (ssize_t)n;
}

struct world {
    struct arena *a;
    char folder[64];
    struct town towns[TOWNS];
    struct town_file files[TOWN_LIST + 1];
    struct ledger *sqlite, *others[LEDGERS];
    size_t n_others; // a file cannot be opened twice for writing, so there is one then
    struct ground ground;
    uint64_t seed;
    int commands;
};

static void stop_at(int line, const struct ctx *c, const char *what)
{
    print_error("%s: %s %.*s\n", what, c->err.id ? c->err.id : "?", STR_FMT(c->err.field));
    _fail(__FILE__, line);
}
#define MUST(ok, c, what) ((ok) ? (void)0 : stop_at(__LINE__, (c), (what)))

/* --- doing the stream --- */

struct run {
    struct town *towns;
    struct ledger *ledgers[LEDGERS];
    size_t n_ledgers;
    bool again; // the bursts are there; their answers are compared
    pthread_mutex_t mutex; // guards what follows
    pthread_cond_t passed;
    struct turn {
        struct burst *burst; // whose client may go on; NULL: the town is through
        size_t done;
        bool busy;
    } turns[TOWNS];
    size_t differences;
    char told[TOLD][1500];
};

struct client {
    struct run *run;
    struct ledger *ledger;
    int number;
    sem_t answered;
    struct slot {
        struct client *client;
        struct ctx c;
        bool ok;
        str result;
    } slots[STREAM_BURST];
};

static void on_answer(void *arg, bool ok, str result)
{
    struct slot *s = arg;
    s->ok = ok;
    s->result = result;
    sem_post(&s->client->answered);
}

static str error_told(struct arena *a, const struct error *e)
{
    struct buf b;
    buf_init(&b, a, 64 * 1024);
    str text = error_text(a, LANG_ZH, e);
    buf_printf(&b, "%s %s [%.*s] at %" PRId64 ": %.*s", error_code_name(e->code), e->id ? e->id : "?",
               STR_FMT(e->field), e->position, STR_FMT(text));
    return buf_str(&b);
}

// Keeps the answer of a first run; compares it with the one of a second.
static void take(struct client *x, struct town *t, struct step *s, struct slot *slot)
{
    str answer = slot->ok ? slot->result : error_told(slot->c.a, &slot->c.err);
    if (!x->run->again) {
        s->ok = slot->ok;
        s->answer = str_dup(t->a, answer);
        return;
    }
    if (s->ok == slot->ok && str_eq(s->answer, answer)) return;
    pthread_mutex_lock(&x->run->mutex);
    size_t n = x->run->differences++;
    if (n < TOLD)
        snprintf(x->run->told[n], sizeof x->run->told[n],
                 "district %d, %.*s by %.*s: %.300s\n#   first  %.400s\n#   second %.400s",
                 (int)t->district, STR_FMT(s->request.name), STR_FMT(s->request.actor.login), s->request.body.p,
                 s->answer.p, str_z(slot->c.a, answer));
    pthread_mutex_unlock(&x->run->mutex);
}

static void fresh(struct slot *slot)
{
    arena_reset(slot->c.a);
    error_clear(&slot->c);
    slot->result = STR_EMPTY;
}

static void do_steps(struct client *x, struct town *t, struct burst *b)
{
    size_t sent = 0;
    for (size_t i = 0; i < b->steps.n; i++) {
        struct slot *slot = &x->slots[i];
        fresh(slot);
        if (ledger_submit(&slot->c, x->ledger, &b->steps.at[i].request, on_answer, slot)) sent++;
        else slot->ok = false;
    }
    while (sent--) sem_wait(&x->answered);
    for (size_t i = 0; i < b->steps.n; i++) take(x, t, &b->steps.at[i], &x->slots[i]);
}

static void do_asks(struct client *x, struct town *t, struct burst *b)
{
    struct slot *slot = &x->slots[0];
    for (size_t i = 0; i < b->asks.n; i++) {
        struct buf out;
        fresh(slot);
        buf_init(&out, slot->c.a, ANSWER_BYTES);
        slot->ok = ledger_ask(&slot->c, x->ledger, &b->asks.at[i].request, &out);
        slot->result = buf_str(&out);
        take(x, t, &b->asks.at[i], slot);
    }
}

static struct burst *next_burst(struct run *r, struct town *t, struct turn *turn)
{
    turn->done++;
    if (!r->again) return town_burst(t);
    return turn->done < t->bursts.n ? t->bursts.at[turn->done] : NULL;
}

// A town whose turn is this client's; TOWNS when none is now, TOWNS + 1 when all are through.
static size_t my_town(const struct run *r, int client)
{
    bool over = true;
    for (size_t i = 0; i < TOWNS; i++) {
        const struct turn *turn = &r->turns[(i + (size_t)client) % TOWNS];
        if (!turn->burst) continue;
        over = false;
        if (!turn->busy && turn->burst->client == client) return (i + (size_t)client) % TOWNS;
    }
    return over ? TOWNS + 1 : TOWNS;
}

static void *client_main(void *arg)
{
    struct client *x = arg;
    struct run *r = x->run;
    pthread_mutex_lock(&r->mutex);
    for (size_t at; (at = my_town(r, x->number)) <= TOWNS;) {
        if (at == TOWNS) {
            pthread_cond_wait(&r->passed, &r->mutex);
            continue;
        }
        struct turn *turn = &r->turns[at];
        struct town *t = &r->towns[at];
        turn->busy = true;
        pthread_mutex_unlock(&r->mutex);
        do_steps(x, t, turn->burst);
        if (!r->again) town_questions(t, turn->burst);
        do_asks(x, t, turn->burst);
        if (!r->again) town_learn(t, turn->burst);
        struct burst *next = next_burst(r, t, turn);
        pthread_mutex_lock(&r->mutex);
        turn->burst = next;
        turn->busy = false;
        pthread_cond_broadcast(&r->passed);
    }
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

static void run_stream(struct run *r)
{
    static struct client clients[CLIENTS];
    pthread_t threads[CLIENTS];
    struct timespec from, to;
    size_t n = 0;
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->passed, NULL);
    for (size_t i = 0; i < TOWNS; i++)
        r->turns[i] = (struct turn){.burst = r->again ? r->towns[i].bursts.at[0] : town_burst(&r->towns[i])};
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < CLIENTS; i++) {
        struct client *x = &clients[i];
        *x = (struct client){.run = r, .ledger = r->ledgers[(size_t)i % r->n_ledgers], .number = i};
        sem_init(&x->answered, 0, 0);
        for (size_t s = 0; s < STREAM_BURST; s++)
            x->slots[s] = (struct slot){.client = x, .c = {.a = arena_new(2 * (size_t)ANSWER_BYTES)}};
        assert_int_equal(pthread_create(&threads[i], NULL, client_main, x), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        sem_destroy(&clients[i].answered);
        for (size_t s = 0; s < STREAM_BURST; s++) arena_free(clients[i].slots[s].c.a);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    for (size_t i = 0; i < TOWNS; i++) n += (size_t)r->towns[i].made;
    double s = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    print_message("# %zu commands in %.1f s, %.0f a second\n", n, s, (double)n / s);
    pthread_cond_destroy(&r->passed);
    pthread_mutex_destroy(&r->mutex);
}

static size_t again_on(struct world *w, struct ledger *const *ledgers, size_t n)
{
    struct run *r = ARENA_NEW(w->a, struct run);
    r->towns = w->towns;
    r->n_ledgers = n;
    r->again = true;
    memcpy(r->ledgers, ledgers, n * sizeof(*ledgers));
    run_stream(r);
    for (size_t i = 0; i < r->differences && i < TOLD; i++) print_message("# %s\n", r->told[i]);
    return r->differences;
}

/* --- the export --- */

struct exporting {
    int64_t district;
    const struct schema_table *table;
    struct buf out;
};

static bool put_row(struct ctx *c, const struct schema_table *t, const struct db_arg *row, void *arg)
{
    struct buf *out = &((struct exporting *)arg)->out;
    (void)c;
    for (size_t i = 0; i < t->columns.n; i++) {
        if (row[i].type == ARG_NULL) buf_addz(out, "|-");
        else if (row[i].type == ARG_INT) buf_printf(out, "|%" PRId64, row[i].i);
        else buf_printf(out, "|%.*s", STR_FMT(row[i].s));
    }
    buf_addc(out, '\n');
    return buf_ok(out);
}

static bool export_table(struct ctx *c, struct db *db, void *arg)
{
    struct exporting *x = arg;
    return rows_each(c, db, x->table, x->district, put_row, x);
}

static str exported(struct ctx *c, struct arena *kept, struct ledger *l, const struct schema_table *t, int64_t district)
{
    struct exporting x = {.district = district, .table = t};
    buf_init(&x.out, kept, (size_t)1 << 30);
    MUST(store_read(c, ledger_store(l), export_table, &x), c, "export");
    return buf_str(&x.out);
}

static void tell_first_difference(str a, str b)
{
    while (a.n || b.n) {
        str x = str_cut(&a, STR("\n")), y = str_cut(&b, STR("\n"));
        if (str_eq(x, y)) continue;
        print_message("#   first  %.*s\n#   second %.*s\n", STR_FMT(utf8_head(x, 300)), STR_FMT(utf8_head(y, 300)));
        return;
    }
}

static size_t compare_exports(struct ledger *one, struct ledger *other)
{
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    struct arena *kept = arena_new(SIZE_MAX);
    struct schema schema;
    size_t differences = 0, bytes = 0, tables = 0;
    error_clear(&c);
    MUST(schema_read(&c, ledger_store(one), &schema), &c, "schema");
    for (size_t i = 0; i < schema.tables.n; i++) {
        const struct schema_table *t = &schema.tables.at[i];
        if (!t->tenant || t->own) continue;
        tables++;
        for (int64_t district = 1; district <= TOWNS; district++) {
            str a = exported(&c, kept, one, t, district), b = exported(&c, kept, other, t, district);
            bytes += a.n;
            if (!str_eq(a, b)) {
                print_message("# district %d: %.*s differs\n", (int)district, STR_FMT(t->name));
                tell_first_difference(a, b);
                differences++;
            }
            arena_reset(kept);
        }
    }
    print_message("# %zu tables, %zu bytes\n", tables, bytes);
    assert_true(tables > N_ENTITIES && bytes > 0);
    arena_free(kept);
    arena_free(c.a);
    return differences;
}

static void must_be_sound(struct ledger *l, int64_t district)
{
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    struct arena *kept = arena_new(SIZE_MAX);
    struct findings f;
    struct check_result result;
    int64_t rows = 0, records = 0;
    error_clear(&c);
    findings_init(&f, kept, LANG_EN);
    MUST(ledger_verify(&c, l, district, &f, &rows), &c, "verify");
    MUST(ledger_compare(&c, l, district, &f, &records), &c, "compare");
    MUST(ledger_check(&c, l, district, &f, &result), &c, "check");
    for (size_t i = 0; i < f.lines.n; i++)
        print_message("# district %d: %.*s\n", (int)district, STR_FMT(f.lines.at[i]));
    assert_int_equal(f.lines.n + f.more, 0);
    assert_true(rows > 0 && records > 0 && result.items > 0);
    arena_free(kept);
    arena_free(c.a);
}

/* --- the tests, in this order --- */

static struct ledger *opened(struct world *w, str url)
{
    struct ctx c = {.a = w->a};
    struct ledger *l;
    error_clear(&c);
    struct ledger_options o = {
        .store_url = url, .files_dir = str_printf(w->a, "%s/files", w->folder), .create = true, .readers = 4};
    MUST(ledger_open(&c, &o, &l), &c, "open");
    return l;
}

static void first_run(void **state)
{
    struct world *w = *state;
    struct run *r = ARENA_NEW(w->a, struct run);
    for (int64_t i = 0; i < TOWNS; i++)
        town_found(&w->towns[i], w->seed, i + 1, CLIENTS, w->commands / TOWNS, w->files);
    r->towns = w->towns;
    r->ledgers[0] = w->sqlite;
    r->n_ledgers = 1;
    run_stream(r);
}

struct tally {
    struct map done, tried, refused; // by command, by command, by error id: int64_t *
};

static void count(struct arena *a, struct map *m, str key, int64_t n)
{
    int64_t *v = map_get(m, key);
    if (!v) {
        v = ARENA_NEW(a, int64_t);
        (void)map_put(a, m, key, v);
    }
    *v += n;
}

static void tally(struct world *w, struct tally *y)
{
    for (size_t t = 0; t < TOWNS; t++) {
        for (size_t b = 0; b < w->towns[t].bursts.n; b++) {
            const steps *list = &w->towns[t].bursts.at[b]->steps;
            for (size_t i = 0; i < list->n; i++) {
                const struct step *s = &list->at[i];
                str rest = s->answer;
                count(w->a, &y->tried, s->request.name, 1);
                count(w->a, &y->done, s->request.name, s->ok);
                if (!s->ok) count(w->a, &y->refused, str_cut(&rest, STR(" [")), 1);
            }
        }
    }
}

// For each command what it was refused for, most often first would be too much: as it comes, once each.
static void tell_refusals(struct world *w)
{
    struct map told = {0};
    for (size_t t = 0; t < TOWNS; t++) {
        for (size_t b = 0; b < w->towns[t].bursts.n; b++) {
            const steps *list = &w->towns[t].bursts.at[b]->steps;
            for (size_t i = 0; i < list->n; i++) {
                const struct step *s = &list->at[i];
                str rest = s->answer, id = str_cut(&rest, STR(" at "));
                str key = str_printf(w->a, "%.*s: %.*s", STR_FMT(s->request.name), STR_FMT(id));
                if (s->ok || map_get(&told, key)) continue;
                print_message("#   %.*s (%.*s)\n", STR_FMT(key), STR_FMT(utf8_head(rest, 100)));
                count(w->a, &told, key, 1);
            }
        }
    }
}

// Every command of the table was done, and much was refused for many reasons; else the stream proves
// little. A shorter one, asked for by hand, need not have it all.
static void the_stream_is_rich(void **state)
{
    struct world *w = *state;
    struct tally y = {0};
    int64_t all = 0, done_all = 0;
    size_t missing = 0;
    tally(w, &y);
    for (size_t s = 0; s < N_SUBJECTS; s++) {
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++) {
            str name = str_of(SUBJECTS[s]->commands[i].name);
            int64_t *tried = map_get(&y.tried, name), *done = map_get(&y.done, name);
            all += tried ? *tried : 0;
            done_all += done ? *done : 0;
            if (getenv("STREAM_COUNTS"))
                print_message("# %.*s: %d tried, %d done\n", STR_FMT(name), tried ? (int)*tried : 0,
                              done ? (int)*done : 0);
            if (done && *done) continue;
            print_message("# never done: %.*s\n", STR_FMT(name));
            missing++;
        }
    }
    if (getenv("STREAM_COUNTS")) tell_refusals(w);
    print_message("# seed %" PRIu64 ": %d commands, %d done, refused for %zu reasons\n", w->seed, (int)all,
                  (int)done_all, y.refused.n);
    assert_true(missing == 0 || w->commands < COMMANDS);
    assert_true(done_all * 2 > all && all - done_all > all / 20 && y.refused.n >= (w->commands < COMMANDS ? 15 : 35));
}

static void swap_two(struct world *w)
{
    struct town *t = &w->towns[TOWNS / 2];
    for (size_t b = t->bursts.n / 2; b < t->bursts.n; b++) {
        steps *s = &t->bursts.at[b]->steps;
        // Two drafts: their codes are counted, so each answers otherwise when it comes first.
        for (size_t i = 0; i + 1 < s->n; i++) {
            struct step *one = &s->at[i], *two = &s->at[i + 1];
            if (!one->ok || !two->ok || !str_is(one->request.name, "item.draft") ||
                !str_is(two->request.name, "item.draft"))
                continue;
            struct request first = one->request;
            one->request = two->request;
            two->request = first;
            return;
        }
    }
    _fail(__FILE__, __LINE__);
}

static void the_other_store_answers_alike(void **state)
{
    struct world *w = *state;
    if (getenv("STREAM_SWAP")) swap_two(w);
    assert_int_equal(again_on(w, w->others, w->n_others), 0);
}

static void the_exports_are_identical(void **state)
{
    struct world *w = *state;
    assert_int_equal(compare_exports(w->sqlite, w->others[0]), 0);
}

static void chains_and_records_are_sound(void **state)
{
    struct world *w = *state;
    for (int64_t district = 1; district <= TOWNS; district++) {
        must_be_sound(w->sqlite, district);
        must_be_sound(w->others[0], district);
    }
}

// Two commands of one district change places: answers and exports must both tell.
static void a_swap_is_found(void **state)
{
    struct world *w = *state;
    struct ledger *l = opened(w, str_printf(w->a, "sqlite:%s/swapped.db", w->folder));
    if (!getenv("STREAM_SWAP")) swap_two(w);
    assert_true(again_on(w, &l, 1) > 0);
    assert_true(compare_exports(w->sqlite, l) > 0);
    ledger_close(l);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct ctx c = {0};
    const char *seed = getenv("STREAM_SEED"), *commands = getenv("STREAM_COMMANDS");
    if (!w) return -1;
    w->a = c.a = arena_new(SIZE_MAX);
    error_clear(&c);
    w->seed = seed ? strtoull(seed, NULL, 10) : 20230201;
    w->commands = commands ? atoi(commands) : COMMANDS;
    strcpy(w->folder, "/tmp/bihuan-same-XXXXXX");
    if (!mkdtemp(w->folder)) return -1;
    password_cost(8, 1);
    w->sqlite = opened(w, str_printf(w->a, "sqlite:%s/s.db", w->folder));
    ground_make(&w->ground, str_z(w->a, str_printf(w->a, "%s/second.db", w->folder)));
    size_t n = w->ground.database[0] ? LEDGERS : 1;
    for (; w->n_others < n; w->n_others++) w->others[w->n_others] = opened(w, str_of(w->ground.url));
    print_message("# beside %.*s: %.*s, %zu ledger(s)\n", STR_FMT(store_engine(ledger_store(w->sqlite))),
                  STR_FMT(store_engine(ledger_store(w->others[0]))), n);
    for (int i = 0; i <= TOWN_LIST; i++) {
        str bytes = i == TOWN_LIST ? stream_list(&c) : stream_file(w->a, i);
        w->files[i].bytes = bytes.n;
        if (!file_store(&c, w->sqlite, bytes, &w->files[i].hash)) return -1;
    }
    *state = w;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static int teardown(void **state)
{
    struct world *w = *state;
    ledger_close(w->sqlite);
    for (size_t i = 0; i < w->n_others; i++) ledger_close(w->others[i]);
    ground_drop(&w->ground);
    for (size_t i = 0; i < TOWNS; i++) arena_free(w->towns[i].a);
    if (!getenv("STREAM_KEEP")) nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(w->a);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_run),
        cmocka_unit_test(the_stream_is_rich),
        cmocka_unit_test(the_other_store_answers_alike),
        cmocka_unit_test(the_exports_are_identical),
        cmocka_unit_test(chains_and_records_are_sound),
        cmocka_unit_test(a_swap_is_found),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
