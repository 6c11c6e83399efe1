#pragma once
/*
 * Calendar feeds (日历订阅): what a person or a unit owes, as an iCalendar file that calendars fetch by
 * themselves. The address holds a secret token of 256 bits instead of a session; the store keeps its SM3
 * hash. It shows what its owner may see at that moment, and nothing once it was revoked, the account was
 * disabled or the unit is no longer his.
 */
#include "ledger/ledger.h"
#include "ledger/org/org.h"

extern const struct enum_table FEED_KINDS;     // person unit
extern const struct enum_table FEED_LANGUAGES; // zh en

#define FEED_TOKEN_FIELDS(X)                                                                     \
    ENTITY_KEY(X)                                                                                \
    X(account_id, int64_t, F_REF, 0, "账号", "account", REQUIRED, "account")                     \
    X(kind, str, F_ENUM, 0, "对象", "of", REQUIRED, &FEED_KINDS)                                 \
    X(unit_id, int64_t, F_REF, 0, "单位", "unit", 0, "unit")                                     \
    X(language, str, F_ENUM, 0, "语言", "language", REQUIRED, &FEED_LANGUAGES)                   \
    X(token_hash, str, F_SECRET, 128, "令牌", "token", REQUIRED | COMPUTED, NULL)                \
    X(created_at, int64_t, F_INSTANT, 0, "建立时间", "created", REQUIRED, NULL)                  \
    X(revoked_at, int64_t, F_INSTANT, 0, "停用时间", "revoked", AUDITED, NULL)
struct feed_token { FEED_TOKEN_FIELDS(AS_MEMBER) };

// When it was fetched last, by the hour. Its id is the feed's. Not journaled, like sessions.
#define FEED_USE_FIELDS(X) \
    ENTITY_KEY(X)          \
    X(used_at, int64_t, F_INSTANT, 0, "最近使用", "last used", REQUIRED, NULL)
struct feed_use { FEED_USE_FIELDS(AS_MEMBER) };

extern struct entity FEED_TOKEN, FEED_USE;
extern const struct subject FEED_SUBJECT;
bool feed_use_may_see(struct call *k, const void *record, bool *may); // for sight.h

// The district that a token names; false when it has not the form of one.
bool feed_token_district(str token, int64_t *district);

struct feed_found {
    struct feed_token feed;
    struct actor actor; // whose eyes it has
    int zone_min;
};
// One answer for every token that opens nothing: ERR_NOT_FOUND feed.none. ERR_TOO_MANY feed.locked for an
// address that tried too many of them. at: the real time.
MUST_CHECK bool feed_find(struct ctx *c, struct ledger *l, str token, str address, instant at, struct feed_found *out);
// Counts a refused one, as a refused sign-in is counted.
MUST_CHECK bool feed_refused(struct ctx *c, struct ledger *l, str token, str address, instant at);
// Notes its use, at most once an hour.
MUST_CHECK bool feed_used(struct ctx *c, struct ledger *l, const struct feed_found *f, instant at);
// The file. now: of the ledger; base: "https://bihuan.example.gov.cn" for links.
MUST_CHECK bool feed_write(struct ctx *c, struct ledger *l, const struct feed_found *f, instant now, str base,
                           struct buf *out);
