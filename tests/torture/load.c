#include "load.h"

#include <stdio.h>
#include <stdlib.h>

static const struct migration SCHEMA[] = {
    {1, "0001_load", "load",
     "CREATE TABLE journal(district_id @I64 NOT NULL, seq @I64 NOT NULL, job @I64 NOT NULL,\n"
     "  item_id @I64 NOT NULL, prev @I64 NOT NULL, hash @I64 NOT NULL, body @TXT NOT NULL,\n"
     "  PRIMARY KEY (district_id, seq)) @END;\n"
     "CREATE INDEX journal_item_ix ON journal(district_id, item_id, seq);\n"
     "CREATE TABLE item(district_id @I64 NOT NULL, id @I64 NOT NULL, version @I64 NOT NULL,\n"
     "  PRIMARY KEY (district_id, id)) @END;\n"},
};
const struct migration_set LOAD_MIGRATIONS = {SCHEMA, 1};

static const struct stmt HEAD = {
    "load.head", "SELECT seq, hash FROM journal WHERE district_id = $1 ORDER BY seq DESC LIMIT 1"};
static const struct stmt APPEND = {
    "load.append", "INSERT INTO journal(district_id, seq, job, item_id, prev, hash, body) "
                   "VALUES($1, $2, $3, $4, $5, $6, $7)"};
static const struct stmt RAISE = {
    "load.raise", "INSERT INTO item(district_id, id, version) VALUES($1, $2, 1) "
                  "ON CONFLICT(district_id, id) DO UPDATE SET version = item.version + 1"};
static const struct stmt CHAIN = {
    "load.chain",
    "SELECT seq, job, prev, hash, body FROM journal WHERE district_id = $1 ORDER BY seq"};
static const struct stmt HALVES = {
    "load.halves", "SELECT count(*) FROM item AS i WHERE i.district_id = $1 AND i.version <> "
                   "(SELECT count(*) FROM journal AS j WHERE j.district_id = i.district_id "
                   "AND j.item_id = i.id)"};
static const struct stmt RAISED = {
    "load.raised",
    "SELECT CAST(coalesce(sum(version), 0) AS BIGINT) FROM item WHERE district_id = $1"};

// FNV-1a over the previous hash and the body: enough to see any mix-up of rows.
static int64_t chain_hash(int64_t prev, str body)
{
    uint64_t h = 1469598103934665603u ^ (uint64_t)prev;
    for (size_t i = 0; i < body.n; i++) h = (h ^ (unsigned char)body.p[i]) * 1099511628211u;
    return (int64_t)(h >> 1);
}

static bool append(struct ctx *c, struct db *db, const struct load_job *j)
{
    struct db_rows r;
    int64_t seq = 0, prev = 0;
    if (!DB_QUERY(c, db, &r, &HEAD, ARG((int64_t)1))) return false;
    if (db_next(&r)) {
        seq = db_int(&r, 0);
        prev = db_int(&r, 1);
    }
    if (!db_done(&r)) return false;
    struct buf body;
    buf_init(&body, c->a, 64 * 1024);
    int64_t n = 20 + (j->id * 7919) % j->load->body_max;
    for (int64_t i = 0; i < n; i++) buf_addc(&body, (char)('a' + (i * j->id) % 26));
    int64_t item = j->id % LOAD_ITEMS;
    return DB_RUN(c, db, &APPEND, NULL, ARG((int64_t)1), ARG(seq + 1), ARG((int64_t)j->id),
                  ARG(item), ARG(prev), ARG(chain_hash(prev, buf_str(&body))),
                  ARG(buf_str(&body))) &&
           DB_RUN(c, db, &RAISE, NULL, ARG((int64_t)1), ARG(item)) && ctx_ok(c);
}

static bool job_run(struct write_job *job, struct db *db)
{
    struct load_job *j = (struct load_job *)job;
    arena_reset(j->load->a);
    struct ctx c = {.a = j->load->a};
    error_clear(&c);
    return append(&c, db, j) && !j->refuse;
}

static void job_done(struct write_job *job, enum write_outcome outcome)
{
    struct load_job *j = (struct load_job *)job;
    j->outcome = outcome;
    j->told = true;
    if (j->load->on_done) j->load->on_done(j);
    sem_post(&j->load->told);
}

struct load *load_new(void)
{
    struct load *l = calloc(1, sizeof *l);
    INVARIANT(l);
    l->a = arena_new(4 * 1024 * 1024);
    INVARIANT(l->a);
    l->body_max = 1500;
    sem_init(&l->told, 0, 0);
    return l;
}

void load_free(struct load *l)
{
    sem_destroy(&l->told);
    arena_free(l->a);
    free(l);
}

int load_burst(struct load *l, struct store *s, int n)
{
    int first = l->n, waiting = 0, done = 0;
    struct arena *a = arena_new(64 * 1024);
    for (int i = 0; i < n; i++) {
        INVARIANT(l->n < LOAD_MAX);
        struct load_job *j = &l->jobs[l->n++];
        *j = (struct load_job){.job = {.run = job_run, .done = job_done},
                               .load = l,
                               .id = l->n,
                               .refuse = l->n % 7 == 0};
        struct ctx c = {.a = a};
        // Without an arena memory is out right now, and the job counts as never queued.
        if (!a) continue;
        error_clear(&c);
        j->queued = true; // before it is: it may be told at once
        if (store_submit(&c, s, &j->job)) waiting++;
        else j->queued = false;
    }
    while (waiting-- > 0) sem_wait(&l->told);
    arena_free(a);
    for (int i = first; i < l->n; i++) done += l->jobs[i].told && l->jobs[i].outcome == WRITE_DONE;
    return done;
}

static bool look_int(struct ctx *c, struct db *db, const struct stmt *st, int64_t *out)
{
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, st, ARG((int64_t)1))) return false;
    if (db_next(&r)) *out = db_int(&r, 0);
    return db_done(&r);
}

static bool look(struct ctx *c, struct db *db, void *arg)
{
    struct load_view *v = arg;
    struct db_rows r;
    int64_t prev = 0, halves = 0, raised = 0;
    if (!DB_QUERY(c, db, &r, &CHAIN, ARG((int64_t)1))) return false;
    while (db_next(&r)) {
        struct arena_mark m = arena_mark(c->a);
        int64_t job = db_int(&r, 1), hash = db_int(&r, 3);
        if (db_int(&r, 0) != ++v->n || db_int(&r, 2) != prev ||
            hash != chain_hash(prev, db_text(&r, 4)))
            v->chain_broken = true;
        prev = hash;
        arena_reset_to(c->a, m);
        if (job < 1 || job > LOAD_MAX) continue;
        v->twice |= v->stored[job];
        v->stored[job] = true;
    }
    if (!db_done(&r)) return false;
    if (!look_int(c, db, &HALVES, &halves) || !look_int(c, db, &RAISED, &raised)) return false;
    v->half = halves != 0 || raised != v->n;
    return true;
}

bool load_look(struct ctx *c, struct store *s, struct load_view *v)
{
    struct buf found;
    memset(v, 0, sizeof *v);
    buf_init(&found, c->a, 64 * 1024);
    if (!store_integrity(c, s, &found)) return false;
    v->problems = found.n;
    snprintf(v->example, sizeof v->example, "%.*s", STR_FMT(buf_str(&found)));
    return store_read(c, s, look, v);
}

struct load_verdict load_judge(const struct load *l, const struct load_view *v)
{
    struct load_verdict d = {0};
    for (int i = 0; i < l->n; i++) {
        const struct load_job *j = &l->jobs[i];
        bool there = v->stored[j->id];
        if (!j->told) {
            d.not_queued++;
            d.doubled += there;
            continue;
        }
        switch (j->outcome) {
        case WRITE_DONE: d.done++, d.lost += !there; break;
        case WRITE_REFUSED: d.refused++, d.doubled += there; break;
        case WRITE_FAILED: d.failed++, d.doubled += there; break;
        case WRITE_UNKNOWN: d.unknown++; break;
        }
    }
    return d;
}
