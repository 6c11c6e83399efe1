#include "ledger/feed/feed_internal.h"
#include "ledger/names.h"
#include "ledger/org/session.h"
#include "ledger/sight.h"
#include "ledger/sm3.h"

#define CREATE_FIELDS(X)                                                      \
    X(kind, str, F_ENUM, 0, "对象", "of", REQUIRED, &FEED_KINDS)              \
    X(unit, int64_t, F_REF, 0, "单位", "unit", 0, "unit")                     \
    X(language, str, F_ENUM, 0, "语言", "language", 0, &FEED_LANGUAGES)
struct create { CREATE_FIELDS(AS_MEMBER) };
#define OWNER struct create
SHARED_SHAPE_OF(feed_create, CREATE_FIELDS);
#undef OWNER

#define REVOKE_FIELDS(X) X(feed, int64_t, F_REF, 0, "订阅", "feed", REQUIRED, "feed_token")
struct revoke { REVOKE_FIELDS(AS_MEMBER) };
#define OWNER struct revoke
SHARED_SHAPE_OF(feed_revoke, REVOKE_FIELDS);
#undef OWNER

bool feed_may_show(struct call *k, int64_t unit_id)
{
    return actor_has(k, ROLES_ALL_DATA) || (actor_has(k, ROLE_UNIT) && actor_covers(k, unit_id));
}

static bool check(struct call *k, const struct create *a)
{
    struct list mine;
    size_t used = 0;
    bool unit = str_is(a->kind, "unit");
    if (k->actor.delegation_id) return fail(k->c, ERR_REFUSED, "delegation.again");
    if (unit && !a->unit) return fail_field(k->c, ERR_INVALID, "feed.no_unit", STR("unit"));
    if (unit && !feed_may_show(k, a->unit)) return fail_field(k->c, ERR_FORBIDDEN, "feed.not_yours", STR("unit"));
    if (!record_list(k, &FEEDS_OF_ACCOUNT, &mine, ARG(k->district), ARG(k->actor.account_id))) return false;
    const struct feed_token *f = mine.at;
    for (size_t i = 0; i < mine.n; i++) used += f[i].revoked_at == 0;
    return used < FEEDS_MOST || fail(k->c, ERR_REFUSED, "feed.many", str_printf(k->c->a, "%d", FEEDS_MOST));
}

bool feed_create_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct create *a = args;
    struct feed_token f;
    (void)given;
    if (!check(k, a)) return false;
    str random = session_random(k->c->a);
    if (random.n == 0) return fail(k->c, ERR_INTERNAL, "password.failed");
    str token = str_printf(k->c->a, "%" PRId64 ".%.*s", k->district, STR_FMT(random));
    shape_init(FEED_TOKEN.shape, &f);
    f.account_id = k->actor.account_id;
    f.kind = a->kind;
    f.unit_id = str_is(a->kind, "unit") ? a->unit : 0;
    f.language = a->language.n ? a->language : k->c->lang == LANG_EN ? STR("en") : STR("zh");
    f.token_hash = sm3_of(k->c->a, token);
    f.created_at = k->now;
    if (!record_insert(k, &FEED_TOKEN, &f)) return false;
    k->once = str_printf(k->c->a, "\"token\":\"%.*s\",\"path\":\"/feed/%.*s.ics\"", STR_FMT(token), STR_FMT(token));
    k->object_kind = FEED_TOKEN.name;
    k->object_id = f.id;
    jw_put_id(out, "feed", f.id);
    return true;
}

bool feed_revoke_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct feed_token before, after;
    (void)given;
    if (!record_load_seen(k, &FEED_TOKEN, ((const struct revoke *)args)->feed, &before)) return false;
    if (before.revoked_at) return fail(k->c, ERR_CONFLICT, "feed.revoked");
    after = before;
    after.revoked_at = k->now;
    if (!record_update(k, &FEED_TOKEN, &before, &after)) return false;
    k->object_kind = FEED_TOKEN.name;
    k->object_id = after.id;
    jw_put_id(out, "feed", after.id);
    return true;
}

static bool put_use(struct call *k, const struct feed_token *f, struct json *out)
{
    struct feed_use use = {0};
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &FEED_USE.by_id, ARG(k->district), ARG(f->id))) return false;
    if (db_next(&r)) record_read(&FEED_USE, &r, 0, &use);
    if (!db_done(&r)) return false;
    jw_key(out, "used_at");
    if (use.used_at) jw_text(out, instant_text(k->c->a, use.used_at, k->zone_min));
    else jw_null(out);
    return true;
}

bool feeds_query(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct list rows;
    struct names names;
    (void)args;
    (void)given;
    bool all = actor_has(k, ROLE_SECADMIN);
    bool read = all ? record_list(k, &FEEDS_ALL, &rows, ARG(k->district))
                    : record_list(k, &FEEDS_OF_ACCOUNT, &rows, ARG(k->district), ARG(k->actor.account_id));
    if (!read) return false;
    const struct feed_token *f = rows.at;
    names_init(&names, k);
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < rows.n; i++) {
        record_json_open(out, k->c->a, FEED_TOKEN.shape, &f[i], k->zone_min);
        if (!names_members(&names, FEED_TOKEN.shape, &f[i], out) || !put_use(k, &f[i], out)) return false;
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}
