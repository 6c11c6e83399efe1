#include "ledger/feed/feed_internal.h"
#include "ledger/sight.h"

static const struct enum_value kinds[] = {{"person", "本人", "person"}, {"unit", "单位", "unit"}};
ENUM_TABLE(FEED_KINDS, kinds);
static const struct enum_value languages[] = {{"zh", "中文", "Chinese"}, {"en", "英文", "English"}};
ENUM_TABLE(FEED_LANGUAGES, languages);

#define OWNER struct feed_token
SHAPE_OF(feed_token, FEED_TOKEN_FIELDS);
#undef OWNER
#define OWNER struct feed_use
SHAPE_OF(feed_use, FEED_USE_FIELDS);
#undef OWNER

struct entity FEED_TOKEN = ENTITY_OF(feed_token, "日历订阅", "calendar feed", NULL, 0);
struct entity FEED_USE = ENTITY_OF(feed_use, "订阅使用", "use of a feed", NULL, ENTITY_EPHEMERAL);

struct records FEEDS_OF_ACCOUNT =
    RECORDS("feed_token.of_owner", &FEED_TOKEN, "WHERE district_id = $1 AND account_id = $2 ORDER BY id DESC LIMIT 50");
struct records FEEDS_ALL =
    RECORDS("feed_token.newest", &FEED_TOKEN, "WHERE district_id = $1 ORDER BY id DESC LIMIT 500");
struct records FEED_BY_TOKEN =
    RECORDS("feed_token.by_token", &FEED_TOKEN, "WHERE district_id = $1 AND token_hash = $2 ORDER BY id LIMIT 1");

// A use is seen with its feed, whose id it has.
bool feed_use_may_see(struct call *k, const void *record, bool *may)
{
    struct feed_token feed;
    struct db_rows r;
    *may = false;
    if (!DB_QUERY(k->c, k->db, &r, &FEED_TOKEN.by_id, ARG(k->district), ARG(((const struct feed_use *)record)->id)))
        return false;
    bool found = db_next(&r);
    if (found) record_read(&FEED_TOKEN, &r, 0, &feed);
    if (!db_done(&r)) return false;
    return !found || sight_may(k, &FEED_TOKEN, &feed, may);
}

static const struct command commands[] = {
    {"feed.create", "建立日历订阅", "Create a feed", "建立本人或单位的日历订阅；地址只显示这一次",
     "Makes a calendar feed of oneself or of a unit; its address is told this once", FEED_ROLES, &feed_create_shape,
     feed_create_run},
    {"feed.revoke", "停用日历订阅", "Revoke a feed", "停用一个日历订阅", "Revokes a calendar feed", FEED_ROLES | ROLE_SECADMIN,
     &feed_revoke_shape, feed_revoke_run},
};
static const struct query queries[] = {
    {"feeds", "日历订阅", "Calendar feeds", "本人的日历订阅；安全管理员可见全部",
     "One's own calendar feeds; all of them for the security administrator",
     FEED_ROLES | ROLE_SECADMIN, NULL, feeds_query},
};
static struct records *const records[] = {&FEEDS_OF_ACCOUNT, &FEEDS_ALL, &FEED_BY_TOKEN};
static const struct stmt *const statements[] = {&FEED_CHANGED};

const struct subject FEED_SUBJECT = {.name = "feed",
                                     .commands = commands,
                                     .n_commands = COUNT_OF(commands),
                                     .queries = queries,
                                     .n_queries = COUNT_OF(queries),
                                     .records = records,
                                     .n_records = COUNT_OF(records),
                                     .statements = statements,
                                     .n_statements = COUNT_OF(statements)};
