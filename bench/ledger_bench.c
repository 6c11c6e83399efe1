/*
 * Durable commands per second through the ledger's one door, beside a bare SQLite loop that writes
 * the same rows in groups of the same size. 64 clients wait for their answer and send the next
 * report at once, each on items of its own; the bare loop then replays, on a copy of the store as
 * it was before, exactly the rows that the commands wrote: journal, index of objects, head, report,
 * clocks, item.
 *
 *     ledger_bench PACK [FOLDER [COMMANDS]]       prints both figures and the ratio
 */
#include "base/log.h"
#include "ledger/ledger.h"
#include "ledger/pack/pack.h"

#include <jansson.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 64, TURNS = 3, ITEMS = 256, CLOCK_STOPPED = 6 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "ledger_bench: %s failed\n", what);
    exit(1);
}

static void must_ctx(bool ok, const struct ctx *c)
{
    must(ok, c->err.id ? c->err.id : "?");
}

static void copy_file(const char *from, const char *to)
{
    char text[9000];
    snprintf(text, sizeof text, "cp '%s' '%s'", from, to);
    must(system(text) == 0, text);
}

static void remove_store(const char *path)
{
    static const char *const ENDS[] = {"", "-wal", "-shm", ".lock"};
    char name[4200];
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        snprintf(name, sizeof name, "%s%s", path, ENDS[i]);
        unlink(name);
    }
}

/* --- items that can be reported on --- */

struct world {
    struct ledger *l;
    struct arena *a;
    int64_t district, items[ITEMS];
    instant now;
    int64_t unit_id, account_id;
    struct actor actor;
};

static str ask_json(struct world *w, const char *login_role, const char *command, str body)
{
    struct ctx c = {.a = w->a};
    str result;
    (void)login_role;
    error_clear(&c);
    struct request r = {
        .district = w->district,
        .actor = {.roles = ROLE_SYSTEM, .login = STR("bench"), .name = STR("bench")},
        .now = w->now,
        .name = str_of(command),
        .body = body};
    must_ctx(ledger_do(&c, w->l, &r, &result), &c);
    return result;
}

static int64_t member(str json, const char *name)
{
    json_t *root = json_loadb(json.p, json.n, 0, NULL);
    int64_t id = 0;
    must(str_int(str_of(json_string_value(json_object_get(root, name))), &id), name);
    json_decref(root);
    return id;
}

static void prepare(struct world *w)
{
    for (int i = 0; i < ITEMS; i++) {
        w->items[i] = member(
            ask_json(w, "", "item.draft",
                     str_printf(w->a,
                                "{\"register\":\"ZDRW\",\"line\":\"L01\",\"code\":\"B-%d\","
                                "\"title\":\"测速事项 %d\",\"standard\":\"完成\",\"lead\":\"FGW\","
                                "\"person\":\"FGW-1\",\"deputy\":\"FGW-2\",\"due\":\"2023-12-31\","
                                "\"cycle\":\"month\",\"cycle_day\":5}",
                                i, i)),
            "item");
        const struct {
            const char *command, *more;
        } steps[] = {{"item.approve", ",\"authority_kind\":\"meeting\",\"authority_ref\":\"会议\","
                                      "\"authority_day\":\"2023-02-01\",\"duplicates_seen\":true"},
                     {"item.issue", ""},
                     {"item.accept", ",\"commitment\":\"按期\""}};
        for (size_t s = 0; s < COUNT_OF(steps); s++)
            ask_json(w, "", steps[s].command,
                     str_printf(w->a, "{\"item\":\"%" PRId64 "\"%s}", w->items[i], steps[s].more));
    }
}

/* --- through the door --- */

struct client {
    struct world *w;
    struct ctx c;
    struct request r;
    sem_t *idle;
    struct client **idle_list;
    int *n_idle;
    pthread_mutex_t *mutex;
};

static void answered(void *arg, bool ok, str result)
{
    struct client *x = arg;
    (void)result;
    must_ctx(ok, &x->c);
    pthread_mutex_lock(x->mutex);
    x->idle_list[(*x->n_idle)++] = x;
    pthread_mutex_unlock(x->mutex);
    sem_post(x->idle);
}

static double commands_run(struct world *w, int commands)
{
    static struct client all[CLIENTS];
    struct client *idle_list[CLIENTS];
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    sem_t idle;
    int n_idle = 0;
    static int turn;
    turn++; // a key used again would only be answered again
    sem_init(&idle, 0, CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
        if (!all[i].c.a) all[i].c.a = arena_new((size_t)1 << 24);
        all[i] = (struct client){.w = w,
                                 .c = all[i].c,
                                 .idle = &idle,
                                 .idle_list = idle_list,
                                 .n_idle = &n_idle,
                                 .mutex = &mutex};
        idle_list[n_idle++] = &all[i];
    }
    double start = now_s();
    for (int i = 0; i < commands; i++) {
        sem_wait(&idle);
        pthread_mutex_lock(&mutex);
        struct client *x = idle_list[--n_idle];
        pthread_mutex_unlock(&mutex);
        arena_reset(x->c.a);
        error_clear(&x->c);
        x->r = (struct request){
            .district = w->district,
            .actor = w->actor,
            .now = w->now + i * INT64_C(1000),
            .name = STR("item.report"),
            .idem_key = str_printf(x->c.a, "bench-%d-%d", turn, i),
            .body = str_printf(
                x->c.a,
                "{\"item\":\"%" PRId64 "\",\"period\":\"2023-02\",\"progress\":%d,"
                "\"narrative\":\"本月完成方案修改，征求了八个部门的意见，下一步提交常务会审议。\"}",
                w->items[i % ITEMS], i % 100)};
        must_ctx(ledger_submit(&x->c, w->l, &x->r, answered, x), &x->c);
    }
    for (int i = 0; i < CLIENTS; i++) sem_wait(&idle);
    sem_destroy(&idle);
    return commands / (now_s() - start);
}

/* --- the same rows without the ledger --- */

enum kind { INSERTED, UPDATED, KINDS };
struct table {
    const char *name, *order; // rows are taken over in this order
    enum kind kind;
};

static const struct table TABLES[] = {{"journal", "seq", INSERTED},
                                      {"journal_object", "seq, object_id", INSERTED},
                                      {"report", "id", INSERTED},
                                      {"clock_run", "id", INSERTED}};

struct replay {
    sqlite3 *to;
    sqlite3_stmt *read[COUNT_OF(TABLES)], *write[COUNT_OF(TABLES)], *head, *item, *clock;
};

static sqlite3_stmt *prepared(sqlite3 *h, const char *sql)
{
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(h, sql, -1, &st, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(h));
        exit(1);
    }
    return st;
}

// Values of all rows that the commands wrote, read before the clock starts.
struct value_rows {
    sqlite3_value **at;
    size_t n, width;
};

static struct value_rows read_all(sqlite3 *from, const struct table *t, const char *old)
{
    char sql[5000];
    struct value_rows v = {0};
    size_t cap = 0;
    const char *key = strcmp(t->name, "journal_object") == 0 ? "(object_id, seq)"
                      : strcmp(t->name, "journal") == 0      ? "seq"
                                                             : "id";
    const char *columns = key[0] == '(' ? "object_id, seq" : key;
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE %s NOT IN (SELECT %s FROM %s.%s) ORDER BY %s",
             t->name, key, columns, old, t->name, t->order);
    sqlite3_stmt *st = prepared(from, sql);
    v.width = (size_t)sqlite3_column_count(st);
    while (sqlite3_step(st) == SQLITE_ROW) {
        if ((v.n + 1) * v.width > cap)
            v.at = realloc(v.at, (cap = 2 * cap + 64 * v.width) * sizeof *v.at);
        for (size_t i = 0; i < v.width; i++)
            v.at[v.n * v.width + i] = sqlite3_value_dup(sqlite3_column_value(st, (int)i));
        v.n++;
    }
    sqlite3_finalize(st);
    return v;
}

// open: 1 + the column that stood empty when the row was written (a clock's end), or 0.
static void write_row(sqlite3_stmt *st, const struct value_rows *v, size_t row, int open)
{
    for (size_t i = 0; i < v->width; i++)
        sqlite3_bind_value(st, (int)i + 1, v->at[row * v->width + i]);
    if (open) sqlite3_bind_null(st, open);
    must(sqlite3_step(st) == SQLITE_DONE, "row");
    sqlite3_reset(st);
}

static double raw_run(const char *before, const char *after, const char *copy, int commands,
                      int group)
{
    struct value_rows rows[COUNT_OF(TABLES)];
    sqlite3_stmt *write[COUNT_OF(TABLES)];
    sqlite3 *from, *to;
    char sql[5000];
    remove_store(copy);
    copy_file(before, copy);
    must(sqlite3_open(after, &from) == SQLITE_OK && sqlite3_open(copy, &to) == SQLITE_OK, "open");
    snprintf(sql, sizeof sql, "ATTACH '%s' AS old", before);
    must(sqlite3_exec(from, sql, NULL, NULL, NULL) == SQLITE_OK, "attach");
    must(sqlite3_exec(to,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192",
                      NULL, NULL, NULL) == SQLITE_OK,
         "pragma");
    for (size_t t = 0; t < COUNT_OF(TABLES); t++) {
        rows[t] = read_all(from, &TABLES[t], "old");
        int n = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES(?1", TABLES[t].name);
        for (size_t i = 2; i <= rows[t].width; i++)
            n += snprintf(sql + n, sizeof sql - (size_t)n, ", ?%zu", i);
        snprintf(sql + n, sizeof sql - (size_t)n, ")");
        write[t] = prepared(to, sql);
    }
    // The rows that are updated: the head, the clock that stops, the item; the values differ, the
    // work does not.
    sqlite3_stmt *head = prepared(
        to, "UPDATE journal_head SET seq = ?1, hash = ?2, last_id = ?3 WHERE district_id = 1");
    sqlite3_stmt *clock = prepared(to, "UPDATE clock_run SET stopped_at = ?1, met = 1, version = "
                                       "version + 1 WHERE district_id = 1 AND id ="
                                       " (SELECT id FROM clock_run WHERE district_id = 1 AND "
                                       "item_id = ?2 AND stopped_at IS NULL)");
    sqlite3_stmt *item = prepared(to, "UPDATE item SET progress = ?1, last_report_at = ?2, "
                                      "clock_due_at = ?3, clock_from_at = ?2, version = version + 1"
                                      " WHERE district_id = 1 AND id = ?4");
    size_t objects = rows[1].n / rows[0].n;
    must(rows[0].n == (size_t)commands && rows[2].n == rows[0].n && rows[3].n == rows[0].n,
         "rows of the commands");
    double start = now_s();
    for (size_t i = 0; i < (size_t)commands;) {
        must(sqlite3_exec(to, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK, "begin");
        for (int k = 0; k < group && i < (size_t)commands; k++, i++) {
            sqlite3_bind_value(clock, 1, rows[3].at[i * rows[3].width + 4]);
            sqlite3_bind_value(clock, 2, rows[3].at[i * rows[3].width + 2]);
            must(sqlite3_step(clock) == SQLITE_DONE && sqlite3_changes(to) == 1, "clock");
            sqlite3_reset(clock);
            write_row(write[2], &rows[2], i, 0);
            write_row(write[3], &rows[3], i, CLOCK_STOPPED + 1);
            sqlite3_bind_int64(item, 1, (sqlite3_int64)i % 100);
            sqlite3_bind_value(item, 2, rows[3].at[i * rows[3].width + 4]);
            sqlite3_bind_value(item, 3, rows[3].at[i * rows[3].width + 5]);
            sqlite3_bind_value(item, 4, rows[3].at[i * rows[3].width + 2]);
            must(sqlite3_step(item) == SQLITE_DONE && sqlite3_changes(to) == 1, "item");
            sqlite3_reset(item);
            write_row(write[0], &rows[0], i, 0);
            for (size_t o = 0; o < objects; o++) write_row(write[1], &rows[1], i * objects + o, 0);
            sqlite3_bind_value(head, 1, rows[0].at[i * rows[0].width + 1]);
            sqlite3_bind_value(head, 2, rows[0].at[i * rows[0].width + rows[0].width - 1]);
            sqlite3_bind_int64(head, 3, 1);
            must(sqlite3_step(head) == SQLITE_DONE, "head");
            sqlite3_reset(head);
        }
        must(sqlite3_exec(to, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
    }
    double spent = now_s() - start;
    for (size_t t = 0; t < COUNT_OF(TABLES); t++) {
        for (size_t i = 0; i < rows[t].n * rows[t].width; i++) sqlite3_value_free(rows[t].at[i]);
        free(rows[t].at);
        sqlite3_finalize(write[t]);
    }
    sqlite3_finalize(head);
    sqlite3_finalize(clock);
    sqlite3_finalize(item);
    sqlite3_close(from);
    sqlite3_close(to);
    return commands / spent;
}

static struct ledger *open_at(struct ctx *c, const char *path, bool create)
{
    struct ledger *l;
    struct ledger_options o = {
        .store_url = str_of(path), .files_dir = str_printf(c->a, "%s.files", path), .create = create};
    must_ctx(ledger_open(c, &o, &l), c);
    return l;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 2 ? argv[2] : ".";
    int commands = argc > 3 ? atoi(argv[3]) : 6400;
    char path[4096], before[4096], copy[4096];
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    struct pack_report report;
    double best = 0, best_raw = 0;
    must(argc > 1 && commands >= CLIENTS,
         "usage: ledger_bench PACK [FOLDER [COMMANDS]]: arguments");
    log_open("/dev/null", LOG_ERROR);
    error_clear(&c);
    snprintf(path, sizeof path, "%s/ledger_bench.db", folder);
    snprintf(before, sizeof before, "%s/ledger_bench.before.db", folder);
    snprintf(copy, sizeof copy, "%s/ledger_bench.raw.db", folder);
    remove_store(path);
    remove_store(before);
    struct world w = {.a = c.a, .district = 1};
    must(instant_parse(STR("2023-07-03T09:00:00+08:00"), 480, &w.now), "time");
    w.l = open_at(&c, path, true);
    must_ctx(
        pack_load(&c, w.l, &(struct pack_options){.dir = str_of(argv[1]), .now = w.now}, &report),
        &c);
    prepare(&w);
    w.actor = (struct actor){.roles = ROLE_SYSTEM, .login = STR("bench"), .name = STR("bench")};
    for (int turn = 0; turn < TURNS; turn++) {
        ledger_close(w.l);
        copy_file(path, before);
        w.l = open_at(&c, path, false);
        double rate = commands_run(&w, commands);
        ledger_close(w.l);
        double raw = raw_run(before, path, copy, commands, CLIENTS);
        w.l = open_at(&c, path, false);
        w.now += US_PER_DAY;
        printf("turn %d: %.0f commands/s, raw %.0f/s\n", turn + 1, rate, raw);
        fflush(stdout);
        if (rate > best) best = rate;
        if (raw > best_raw) best_raw = raw;
    }
    ledger_close(w.l);
    remove_store(path);
    remove_store(before);
    remove_store(copy);
    printf("ledger %.0f commands/s, raw SQLite with the same rows %.0f/s: %.0f %%\n", best,
           best_raw, 100 * best / best_raw);
    return 0;
}
