#include "ledger/timer.h"

#include "ledger/hooks/hooks.h"
#include "ledger/journal/journal.h"
#include "ledger/org/session.h"
#include "ledger/plan/recur.h"
#include "ledger/rollup/rollup.h"
#include "ledger/search/search.h"
#include "ledger/subjects.h"

const struct timer TIMERS[] = {
    {"rollup.refresh", "重新汇总本地区各台账的事项数", "counts the district's items anew for reports over districts",
     EVERY_HOUR, 0, 60, false, rollup_wanted, rollup_refresh},
    // A store from before the search, or from before its present rules: a page at a time.
    {"search.fill", "为检索编入已有的记录", "takes the records that there already are into the search", EVERY_MINUTE, 0, 1,
     true, search_wanted, search_fill},
    {"recur.draft", "拟办周期事项的下一期", "drafts the next period of recurring items", EVERY_DAY, 60, 60, false,
     recur_wanted, recur_draft},
    // Sessions live in real time, so their sweep does.
    {"session.sweep", "清除早已失效的会话和登录计数", "removes sessions and sign-in counts that are long over",
     EVERY_DAY, 2 * 60, 180, true, session_sweep_wanted, session_sweep},
    {"hook.sweep", "清除三十天前的推送记录", "removes deliveries of webhooks that are thirty days old", EVERY_DAY, 2 * 60,
     180, true, hook_sweep_wanted, hook_sweep},
};
const size_t N_TIMERS = COUNT_OF(TIMERS);

const struct timer *timer_find(str name)
{
    for (size_t i = 0; i < N_TIMERS; i++)
        if (str_is(name, TIMERS[i].name)) return &TIMERS[i];
    return NULL;
}

int64_t timer_period_us(const struct timer *t)
{
    if (t->every == EVERY_MINUTE) return US_PER_MINUTE;
    return t->every == EVERY_HOUR ? 60 * US_PER_MINUTE : US_PER_DAY;
}

// FNV-1a over name and district, then mixed: ids that differ in few bits must not fall together.
static uint64_t hash_of(const char *name, int64_t district)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (const char *p = name; *p; p++) h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
    h ^= (uint64_t)district;
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

instant timer_due(const struct timer *t, int64_t district, int zone_min, instant now)
{
    int64_t period = timer_period_us(t);
    int64_t minute = t->from_min + (int64_t)(hash_of(t->name, district) % (uint64_t)t->spread_min);
    int64_t since = now + zone_min * US_PER_MINUTE - minute * US_PER_MINUTE;
    int64_t into = since % period;
    return now - (into < 0 ? into + period : into);
}

struct request timer_request(struct arena *a, const struct timer *t, int64_t district, instant due, instant now)
{
    str at = instant_text(a, due, 0);
    return (struct request){
        .district = district,
        .actor = {.roles = ROLE_SYSTEM, .login = STR("timer"), .name = STR("timer")},
        .now = now,
        .name = STR("timer.fire"),
        // Byte for byte the same wherever it is made: a key stands for one body.
        .body = str_printf(a, "{\"timer\":\"%s\",\"due\":\"%.*s\"}", t->name, STR_FMT(at)),
        .idem_key = str_printf(a, "timer/%s/%.*s", t->name, STR_FMT(at)),
    };
}

struct asking {
    struct ledger *ledger;
    const struct timer *timer;
    struct timer_district district;
    instant due, now;
    bool *would;
};

static bool ask(struct ctx *c, struct db *db, void *arg)
{
    struct asking *q = arg;
    struct call k = {.c = c,
                     .db = db,
                     .ledger = q->ledger,
                     .district = q->district.id,
                     .zone_min = q->district.zone_min,
                     .actor = {.roles = ROLE_SYSTEM},
                     .now = q->now,
                     .today = instant_day(q->now, q->district.zone_min)};
    return journal_head_load(&k, false, &k.head) && q->timer->wanted(&k, q->due, q->would);
}

bool timer_wanted(struct ctx *c, struct ledger *l, const struct timer *t, struct timer_district d, instant due,
                  instant now, bool *would)
{
    struct asking q = {l, t, d, due, now, would};
    *would = false;
    return store_read(c, ledger_store(l), ask, &q);
}

/* --- which districts there are --- */

// One of the named statements over districts: it reads what they are called and where they lie.
static const struct stmt DISTRICTS = {
    "timer.districts",
    "SELECT district_id, zone_min FROM district WHERE district_id > $1 ORDER BY district_id LIMIT 500"};

struct listing {
    int64_t after;
    struct timer_district *out;
    size_t *n;
};

static bool list(struct ctx *c, struct db *db, void *arg)
{
    struct listing *l = arg;
    struct db_rows r;
    *l->n = 0;
    if (!DB_QUERY(c, db, &r, &DISTRICTS, ARG(l->after))) return false;
    while (db_next(&r) && *l->n < TIMER_DISTRICTS)
        l->out[(*l->n)++] = (struct timer_district){db_int(&r, 0), (int)db_int(&r, 1)};
    return db_done(&r);
}

bool timer_districts(struct ctx *c, struct ledger *l, int64_t after, struct timer_district *out, size_t *n)
{
    struct listing q = {after, out, n};
    return store_read(c, ledger_store(l), list, &q);
}

/* --- the command --- */

#define FIRE_ARGS(X)                                                      \
    X(timer, str, F_TEXT, 40, "定时任务", "timer", REQUIRED, NULL)        \
    X(due, int64_t, F_INSTANT, 0, "应执行时间", "due", REQUIRED, NULL)
struct fire_args { FIRE_ARGS(AS_MEMBER) };
#define OWNER struct fire_args
SHAPE_OF(timer_fire, FIRE_ARGS);
#undef OWNER

static bool fire_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct fire_args *a = args;
    const struct timer *t = timer_find(a->timer);
    (void)given;
    if (!t) return fail_field(k->c, ERR_INVALID, "timer.unknown", STR("timer"), a->timer);
    bool early = !t->real && a->due > k->now;
    if (early || timer_due(t, k->district, k->zone_min, a->due) != a->due)
        return fail_field(k->c, ERR_INVALID, "timer.not_due", STR("due"), a->timer,
                          instant_text(k->c->a, a->due, k->zone_min));
    jw_put_text(out, "timer", a->timer);
    return t->run(k, a->due, out);
}

static const struct command COMMANDS[] = {
    {"timer.fire", "定时任务", "timer", "在应执行的时间执行一项定时任务，每个时间只执行一次",
     "Does what a timer is for, once for each instant at which it is due", ROLE_SYSTEM, &timer_fire_shape, fire_run},
};

static const struct stmt *const STATEMENTS[] = {&DISTRICTS};

const struct subject TIMER_SUBJECT = {
    .name = "timer",
    .commands = COMMANDS,
    .n_commands = COUNT_OF(COMMANDS),
    .statements = STATEMENTS,
    .n_statements = COUNT_OF(STATEMENTS),
};
