/* How the bursts are made: commands by the state of the things they are about, and commands gone wrong. */
#include "stream.h"

#include <stdio.h>

#include "ledger/timer.h"

// Texts as they stand inside a JSON string: quotes, escapes, four-byte characters, blanks at the ends.
static const char *const TEXTS[] = {
    "本月完成方案修改，征求了八个部门的意见，下一步提交常务会审议",
    "开工3个项目；完成2个；\\n其余按期推进",
    "ASCII only, with \\\"quotes\\\", a back\\\\slash and a tab\\tinside",
    "𠮷野家路段整治🏗️完成80%",
    " 前后有空格 ",
    "需协调：\\u0041区电力迁改、管线入廊",
    "ﬁﾞＡＢＣ１２３　全角",
    "é ñ ü — naïve café",
    "含机密★字样",
    "完成税收任务"};

const struct kind *town_kind(size_t n)
{
    if (n < N_FIRST_KINDS) return &FIRST_KINDS[n];
    n -= N_FIRST_KINDS;
    if (n < N_PLAN_KINDS) return &PLAN_KINDS[n];
    n -= N_PLAN_KINDS;
    return n < N_AREA_KINDS ? &AREA_KINDS[n] : NULL;
}

static str pick_text(struct town *t)
{
    enum { REFUSED = 2 }; // the last two, for words that the rules forbid
    size_t n = COUNT_OF(TEXTS) - REFUSED;
    return str_of(TEXTS[random_below(&t->rnd, 16) ? random_below(&t->rnd, n) : n + random_below(&t->rnd, REFUSED)]);
}

static day today(const struct town *t)
{
    return instant_day(t->now, 480);
}

static int number(struct town *t, int from, int to)
{
    return (int)random_between(&t->rnd, from, to);
}

static bool one_in(struct town *t, unsigned n)
{
    return random_below(&t->rnd, n) == 0;
}

/* --- placeholders --- */

struct filling {
    struct town *t;
    const struct thing *thing; // NULL: none yet
    int unit, file;
    struct buf out;
};

static void put_id(struct filling *f, int64_t id)
{
    buf_printf(&f->out, "%" PRId64, id ? id : INT64_C(999999999999999));
}

static void put_day(struct filling *f, int from, int to)
{
    buf_add(&f->out, day_text(f->t->a, today(f->t) + number(f->t, from, to)));
}

static const struct thing *any_thing(const struct filling *f)
{
    return f->t->things.n ? &f->t->things.at[random_below(&f->t->rnd, f->t->things.n)] : NULL;
}

static void put_answers(struct filling *f)
{
    for (size_t i = 0; f->thing && i < f->thing->n_parts; i++)
        buf_printf(&f->out, "%s{'part':'%" PRId64 "','answer':'%.*s'}", i ? "," : "", f->thing->parts[i],
                   STR_FMT(pick_text(f->t)));
}

static bool put_of_item(struct filling *f, str name)
{
    const struct thing *th = f->thing;
    if (str_is(name, "item")) put_id(f, th ? th->id : 0);
    else if (str_is(name, "v")) buf_int(&f->out, th ? th->version : 1);
    else if (str_is(name, "change")) put_id(f, th ? th->change : 0);
    else if (str_is(name, "objection")) put_id(f, th ? th->objection : 0);
    else if (str_is(name, "child")) put_id(f, th ? th->child : 0);
    else if (str_is(name, "linked")) buf_add(&f->out, th && th->linked.n ? th->linked : STR("C0"));
    else if (str_is(name, "answers")) put_answers(f);
    else if (str_is(name, "version")) {
        if (th && one_in(f->t, 2)) buf_printf(&f->out, ",'version':%" PRId64, th->version - one_in(f->t, 8));
    } else if (str_is(name, "evidence")) {
        if (th && th->evidence && one_in(f->t, 2)) buf_printf(&f->out, ",'evidence':['%" PRId64 "']", th->evidence);
    } else if (str_is(name, "other")) {
        const struct thing *o = any_thing(f);
        put_id(f, o ? o->id : 0);
    } else {
        return false;
    }
    return true;
}

static void put_pooled(struct filling *f, const struct pool *p)
{
    size_t n = p->n < POOL ? p->n : POOL;
    put_id(f, n ? p->ids[random_below(&f->t->rnd, n)] : 0);
}

static bool put_of_town(struct filling *f, str name)
{
    struct town *t = f->t;
    if (str_is(name, "batch")) put_id(f, t->batch);
    else if (str_is(name, "batchv")) buf_int(&f->out, t->batch_version);
    else if (str_is(name, "row")) put_id(f, t->rows.n ? t->rows.at[random_below(&t->rnd, t->rows.n)] : 0);
    else if (str_is(name, "session")) put_id(f, t->session);
    else if (str_is(name, "seq")) buf_int(&f->out, t->seq);
    else if (town_pool(t, name)) put_pooled(f, town_pool(t, name));
    else if (str_is(name, "unit")) buf_printf(&f->out, "U%02d", f->unit);
    else if (str_is(name, "line")) buf_addz(&f->out, one_in(t, 2) ? "L01" : "L02");
    else if (str_starts(name, STR("new"))) buf_int(&f->out, ++t->fresh[name.p[3] - 'a']);
    else if (str_starts(name, STR("old"))) buf_int(&f->out, number(t, 1, t->fresh[name.p[3] - 'a'] + 1));
    else if (str_is(name, "number")) buf_int(&f->out, ++t->serial);
    else if (str_is(name, "doc")) buf_add(&f->out, t->files[f->file % (TOWN_FILES / 2)].hash);
    else if (str_is(name, "list")) buf_add(&f->out, t->files[TOWN_LIST].hash);
    else if (str_is(name, "proof")) buf_add(&f->out, t->files[f->file].hash);
    else if (str_is(name, "bytes")) buf_printf(&f->out, "%zu", t->files[f->file].bytes);
    else if (str_is(name, "login")) buf_add(&f->out, t->actors.at[random_below(&t->rnd, t->actors.n)].login);
    else return false;
    return true;
}

static void put_due(struct filling *f, const char *timer)
{
    instant due = timer_due(timer_find(str_of(timer)), f->t->district, 480, f->t->now);
    buf_add(&f->out, instant_text(f->t->a, due, 480));
}

static void put_plain(struct filling *f, str name)
{
    struct town *t = f->t;
    static const char *const ROLES[] = {"leader", "supervisor", "unit", "analyst", "auditor", "sysadmin"};
    if (str_is(name, "text")) buf_add(&f->out, pick_text(t));
    else if (str_is(name, "title"))
        buf_printf(&f->out, "%s%s第%d项", one_in(t, 2) ? "推进" : "完成", one_in(t, 3) ? "老旧小区改造" : "重大项目开工",
                   one_in(t, 12) ? 1 : ++t->serial);
    else if (str_is(name, "place")) buf_addz(&f->out, one_in(t, 2) ? "王府井" : "东四十条");
    else if (str_is(name, "percent")) buf_int(&f->out, number(t, 0, 104));
    else if (str_is(name, "digits")) buf_int(&f->out, number(t, 10, 99));
    else if (str_is(name, "small")) buf_int(&f->out, number(t, 1, 3));
    else if (str_is(name, "bool")) buf_addz(&f->out, one_in(t, 3) ? "false" : "true");
    else if (str_is(name, "role")) buf_addz(&f->out, ROLES[random_below(&t->rnd, COUNT_OF(ROLES))]);
    else if (str_is(name, "past")) put_day(f, -20, one_in(t, 20) ? 3 : 0);
    else if (str_is(name, "soon")) put_day(f, one_in(t, 20) ? -3 : 1, 60);
    else if (str_is(name, "late")) put_day(f, 61, 240);
    else if (str_is(name, "today")) put_day(f, 0, 0);
    else if (str_is(name, "month")) buf_add(&f->out, str_sub(day_text(t->a, today(t)), 0, 7));
    else if (str_is(name, "hour")) put_due(f, "rollup.refresh");
    else if (str_is(name, "drafting")) put_due(f, "recur.draft");
    else if (str_is(name, "night")) put_due(f, "session.sweep");
    else if (str_is(name, "at")) buf_add(&f->out, instant_text(t->a, t->now, 480));
    else BUG("a placeholder that nobody fills");
}

static str expand(struct filling *f, const char *text)
{
    buf_init(&f->out, f->t->a, 64 * 1024);
    while (*text) {
        if (*text != '$') {
            buf_addc(&f->out, *text++);
            continue;
        }
        const char *end = ++text;
        while (*end >= 'a' && *end <= 'z') end++;
        str name = {text, (size_t)(end - text)};
        if (!put_of_item(f, name) && !put_of_town(f, name)) put_plain(f, name);
        text = end;
    }
    return buf_str(&f->out);
}

/* --- steps --- */

struct step step_of(struct town *t, struct actor who, const char *name, str body)
{
    char *text = str_z(t->a, body);
    for (char *p = text; *p; p++)
        if (*p == '\'') *p = '"';
    return (struct step){.request = {.district = t->district, .actor = who, .now = t->now, .name = str_of(name),
                                     .body = {text, body.n}},
                         .thing = NO_THING};
}

struct actor town_actor(const struct town *t, const char *login)
{
    for (size_t i = 0; i < t->actors.n; i++)
        if (str_is(t->actors.at[i].login, login)) return t->actors.at[i];
    return (struct actor){.roles = ROLE_SYSTEM, .login = STR("system"), .name = STR("system")};
}

static struct actor actor_for(struct town *t, const struct kind *k, const struct thing *th)
{
    if (one_in(t, 40)) return t->actors.at[random_below(&t->rnd, t->actors.n)];
    if (strcmp(k->actor, "lead") != 0) return town_actor(t, k->actor);
    char login[8];
    snprintf(login, sizeof login, "u%02d", th && !one_in(t, 15) ? th->lead : number(t, 2, TOWN_UNITS - 1));
    return town_actor(t, login);
}

static struct step make(struct town *t, const struct kind *k, int thing)
{
    const struct thing *th = thing >= 0 ? &t->things.at[thing] : NULL;
    bool import = strncmp(k->command, "import.", 7) == 0;
    struct filling f = {.t = t, .thing = th, .unit = number(t, 2, TOWN_UNITS - 1),
                        .file = number(t, import ? 0 : TOWN_FILES / 2, import ? TOWN_FILES / 2 - 1 : TOWN_FILES - 1)};
    struct step s = step_of(t, actor_for(t, k, th), k->command, expand(&f, k->body));
    s.thing = thing;
    return s;
}

// How likely the n-th kind is for an item in this state, or for none.
static int weight_of(const struct town *t, size_t n, unsigned state)
{
    const struct kind *k = town_kind(n);
    bool fits = state ? (k->from & state) != 0 : k->from == 0;
    return fits && (k->most == 0 || t->used[n] < k->most) ? k->weight : 0;
}

// The number of a kind, or SIZE_MAX.
static size_t pick(struct town *t, unsigned state)
{
    int all = 0;
    for (size_t i = 0; town_kind(i); i++) all += weight_of(t, i, state);
    if (all == 0) return SIZE_MAX;
    int at = number(t, 0, all - 1);
    for (size_t i = 0; town_kind(i); i++)
        if ((at -= weight_of(t, i, state)) < 0) return i;
    return SIZE_MAX;
}

// An item that something can still be done with, mostly one that this burst has not touched yet.
static int pick_thing(struct town *t)
{
    for (int tries = 0; t->things.n && tries < 40; tries++) {
        size_t i = random_below(&t->rnd, t->things.n);
        struct thing *th = &t->things.at[i];
        if (th->state == IN_ARCHIVED && !one_in(t, 100)) continue;
        if (th->burst == t->bursts.n && !one_in(t, 8)) continue;
        th->burst = t->bursts.n;
        return (int)i;
    }
    return NO_THING;
}

static struct step ordinary(struct town *t)
{
    int thing = one_in(t, 3) ? NO_THING : pick_thing(t);
    unsigned state = thing >= 0 && !one_in(t, 30) ? t->things.at[thing].state : 0;
    size_t n = state ? pick(t, state) : SIZE_MAX;
    if (n == SIZE_MAX && thing >= 0) n = random_below(&t->rnd, N_FIRST_KINDS); // whatever its state
    if (n == SIZE_MAX) n = pick(t, 0);
    t->used[n]++;
    return make(t, town_kind(n), town_kind(n)->from ? thing : NO_THING);
}

// The same key again: with the same body, with another one, or by somebody else.
static struct step again(struct town *t)
{
    struct step s = t->keyed.at[t->keyed.n - 1 - random_below(&t->rnd, t->keyed.n < 60 ? t->keyed.n : 60)];
    if (one_in(t, 4)) s.request.body = str_cat(t->a, s.request.body, STR(" "));
    if (one_in(t, 6)) s.request.actor = t->actors.at[random_below(&t->rnd, t->actors.n)];
    s.ok = false;
    s.answer = STR_EMPTY;
    return s;
}

static void spoil(struct town *t, struct step *s)
{
    str body = s->request.body;
    switch (random_below(&t->rnd, 7)) {
    case 0: s->request.name = STR("item.unheard_of"); break;
    case 1: s->request.body = str_sub(body, 0, body.n - 1); break;
    case 2: s->request.body = str_cat(t->a, str_sub(body, 0, body.n - 1), STR(",\"extra\":1}")); break;
    case 3: s->request.body = STR("{}"); break;
    case 4: s->request.idem_key = STR("a key with blanks"); break;
    case 5: s->request.actor.roles = ROLE_ANALYST; break;
    default: s->request.actor.must_change = true;
    }
}

static struct step next_step(struct town *t)
{
    t->now += number(t, 0, 6 * 3600) * US_PER_SECOND;
    if (one_in(t, 50)) t->now -= 3600 * US_PER_SECOND;
    if (t->keyed.n && one_in(t, 33)) return again(t);
    struct step s = ordinary(t);
    if (one_in(t, 40)) spoil(t, &s);
    else if (!one_in(t, 3)) {
        s.request.idem_key = str_printf(t->a, "key-%d", t->made);
        VEC_ADD(t->a, &t->keyed, s);
    }
    return s;
}

struct burst *town_burst(struct town *t)
{
    if (t->made >= t->commands) return NULL;
    struct burst *b = ARENA_NEW(t->a, struct burst);
    b->client = (int)random_below(&t->rnd, (uint64_t)t->clients);
    int n = number(t, 1, STREAM_BURST);
    bool founding = t->script_done < t->script.n;
    for (int i = 0; i < n && t->made < t->commands; i++, t->made++) {
        if (founding && t->script_done == t->script.n) break; // the accounts are not known yet
        struct step s = founding ? t->script.at[t->script_done++] : next_step(t);
        VEC_ADD(t->a, &b->steps, s);
    }
    VEC_ADD(t->a, &t->bursts, b);
    return b;
}

void town_found(struct town *t, uint64_t seed, int64_t district, int clients, int commands,
                const struct town_file *files)
{
    *t = (struct town){.a = arena_new(SIZE_MAX), .district = district, .clients = clients, .commands = commands,
                       .files = files, .batch_version = 1};
    INVARIANT(!town_kind(TOWN_KINDS));
    INVARIANT(t->a && instant_parse(STR("2023-01-03T09:00:00+08:00"), 480, &t->now));
    random_init(&t->rnd, seed * 1000 + (uint64_t)district);
    town_script(t);
}
