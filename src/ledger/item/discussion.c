/*
 * Talk about an item: comments with people named in them, replies, striking; and watching. A note is
 * never edited; one that is struck leaves the page and stays in the journal.
 */
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_people.h"
#include "ledger/item/item_records.h"
#include "ledger/sight.h"

#define COMMENT_FIELDS(X)                                                              \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                       \
    X(body, str, F_TEXT, 1000, "留言", "comment", REQUIRED | MULTILINE, NULL)          \
    X(reply_to, int64_t, F_REF, 0, "回复", "reply to", 0, "note")                      \
    X(mentions, struct list, F_IDS, 20, "提到的人", "people mentioned", 0, "person")
struct comment {
    COMMENT_FIELDS(AS_MEMBER)
};
#define OWNER struct comment
SHARED_SHAPE_OF(comment, COMMENT_FIELDS);
#undef OWNER

#define STRIKE_FIELDS(X)                                         \
    X(note, int64_t, F_REF, 0, "留言", "note", REQUIRED, "note") \
    X(reason, str, F_TEXT, 200, "理由", "reason", REQUIRED, NULL)
struct strike {
    STRIKE_FIELDS(AS_MEMBER)
};
#define OWNER struct strike
SHARED_SHAPE_OF(strike, STRIKE_FIELDS);
#undef OWNER

#define WATCH_FIELDS(X) X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")
struct watch {
    WATCH_FIELDS(AS_MEMBER)
};
#define OWNER struct watch
SHARED_SHAPE_OF(watch, WATCH_FIELDS);
#undef OWNER

#define SEEN_FIELDS(X)                                    \
    X(item, int64_t, F_REF, 0, "事项", "item", 0, "item") \
    X(until, int64_t, F_INSTANT, 0, "已阅至", "seen until", REQUIRED, NULL)
struct news_seen_args {
    SEEN_FIELDS(AS_MEMBER)
};
#define OWNER struct news_seen_args
static const struct field news_seen_args_fields[] = {SEEN_FIELDS(AS_FIELD)};
#undef OWNER
const struct shape news_seen_shape = {"news_seen_args", news_seen_args_fields, COUNT_OF(news_seen_args_fields),
                                      sizeof(struct news_seen_args)};

static struct records WATCH_OF = RECORDS(
    "item_watch.own", &ITEM_WATCH, "WHERE district_id = $1 AND account_id = $2 AND item_id = $3 ORDER BY id LIMIT 1");
static struct records SEEN_OF_ITEM = RECORDS(
    "news_seen.of_item", &NEWS_SEEN, "WHERE district_id = $1 AND account_id = $2 AND item_id = $3 ORDER BY id LIMIT 1");
static struct records SEEN_OF_ALL =
    RECORDS("news_seen.of_all", &NEWS_SEEN,
            "WHERE district_id = $1 AND account_id = $2 AND item_id IS NULL ORDER BY id LIMIT 1");
struct records *const DISCUSSION_RECORDS[] = {&WATCH_OF, &SEEN_OF_ITEM, &SEEN_OF_ALL};
const size_t N_DISCUSSION_RECORDS = COUNT_OF(DISCUSSION_RECORDS);

static bool mention_people(struct call *k, const struct item *it, const struct note *n, const struct list *people)
{
    const int64_t *at = people->at;
    for (size_t i = 0; i < people->n; i++) {
        struct mention m;
        struct person p;
        bool may, again = false;
        for (size_t j = 0; j < i; j++) again = again || at[j] == at[i];
        if (again) continue;
        if (!item_person_may(k, it, at[i], &may) || !record_load(k, &PERSON, at[i], &p)) return false;
        if (!may)
            return fail_field(k->c, ERR_INVALID, "note.not_of_item", str_printf(k->c->a, "mentions[%zu]", i), p.name,
                              item_label(k, it));
        shape_init(MENTION.shape, &m);
        m.note_id = n->id;
        m.item_id = it->id;
        m.person_id = at[i];
        m.sent_at = k->now;
        if (!record_insert(k, &MENTION, &m)) return false;
    }
    return true;
}

bool run_comment(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct comment *a = args;
    struct item it;
    struct note n, to;
    (void)given;
    k->object_kind = "item";
    k->object_id = a->item;
    if (!item_load_seen(k, a->item, &it) || !guard_secrecy(k, &comment_shape, a)) return false;
    if (a->reply_to) {
        if (!record_load(k, &NOTE, a->reply_to, &to)) return false;
        if (to.item_id != it.id || to.struck_at)
            return fail_field(k->c, ERR_INVALID, "note.no_reply", STR("reply_to"), item_label(k, &it));
    }
    shape_init(NOTE.shape, &n);
    n.item_id = it.id;
    n.kind = STR("comment");
    n.body = a->body;
    n.reply_to_id = a->reply_to;
    n.account_id = k->actor.account_id;
    n.sent_at = k->now;
    if (!record_insert(k, &NOTE, &n) || !mention_people(k, &it, &n, &a->mentions)) return false;
    jw_put_id(out, "note", n.id);
    return true;
}

// The text leaves the row too, so that no list, export or copy shows it; the journal has what it was.
bool run_strike(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct strike *a = args;
    struct note before, n;
    struct item it;
    (void)given;
    if (!record_load_seen(k, &NOTE, a->note, &before)) return false;
    k->object_kind = "item";
    k->object_id = before.item_id;
    if (!item_load_seen(k, before.item_id, &it)) return false;
    if (before.struck_at) return fail(k->c, ERR_CONFLICT, "note.struck", item_label(k, &it));
    if (!str_is(before.kind, "comment") ||
        (before.account_id != k->actor.account_id && !actor_has(k, ROLE_SUPERVISOR)))
        return fail(k->c, ERR_FORBIDDEN, "note.not_own", item_label(k, &it));
    n = before;
    n.body = STR("—");
    n.struck_at = k->now;
    n.struck_by = k->actor.account_id;
    n.struck_why = a->reason;
    if (!guard_secrecy(k, &strike_shape, a) || !record_update(k, &NOTE, &before, &n)) return false;
    jw_put_id(out, "note", n.id);
    return true;
}

static bool own_watch(struct call *k, int64_t item, struct item_watch *w, bool *found)
{
    struct list rows;
    if (!record_list(k, &WATCH_OF, &rows, ARG(k->district), ARG(k->actor.account_id), ARG(item))) return false;
    *found = rows.n > 0;
    if (*found) *w = *(const struct item_watch *)rows.at;
    return true;
}

bool run_watch(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct watch *a = args;
    struct item it;
    struct item_watch w;
    bool found;
    (void)given;
    if (!item_load_seen(k, a->item, &it) || !own_watch(k, it.id, &w, &found)) return false;
    jw_put_bool(out, "watched", true);
    if (found) return true;
    shape_init(ITEM_WATCH.shape, &w);
    w.item_id = it.id;
    w.account_id = k->actor.account_id;
    w.from_at = k->now;
    return record_insert(k, &ITEM_WATCH, &w);
}

bool run_unwatch(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct watch *a = args;
    struct item_watch w;
    bool found;
    (void)given;
    if (!own_watch(k, a->item, &w, &found)) return false;
    jw_put_bool(out, "watched", false);
    return !found || record_remove(k, &ITEM_WATCH, &w);
}

bool run_news_seen(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct news_seen_args *a = args;
    struct list rows;
    struct news_seen before, s;
    // An answer tells instants to the second: what happened within that second was shown.
    instant until = a->until + US_PER_SECOND - 1 < k->now ? a->until + US_PER_SECOND - 1 : k->now;
    int64_t me = k->actor.account_id;
    (void)given;
    bool ok = a->item ? record_list(k, &SEEN_OF_ITEM, &rows, ARG(k->district), ARG(me), ARG(a->item))
                      : record_list(k, &SEEN_OF_ALL, &rows, ARG(k->district), ARG(me));
    if (!ok) return false;
    jw_put_text(out, "until", instant_text(k->c->a, until, k->zone_min));
    if (rows.n) {
        s = before = *(const struct news_seen *)rows.at;
        if (until > s.seen_at) s.seen_at = until;
        return record_update(k, &NEWS_SEEN, &before, &s);
    }
    shape_init(NEWS_SEEN.shape, &s);
    s.account_id = me;
    s.item_id = a->item;
    s.seen_at = until;
    return record_insert(k, &NEWS_SEEN, &s);
}
