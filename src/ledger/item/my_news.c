#include "ledger/item/my_news.h"

#include "ledger/command.h"
#include "ledger/filter.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_rows.h"
#include "ledger/names.h"

struct teller {
    struct call *k;
    struct names names;
    struct json *j;
};

// After what was seen of all and of this item; both columns are constants of ours.
static void unseen(struct teller *t, struct sqltext *q, const char *after, const char *same_item)
{
    sqltext_add(q, " AND ");
    sqltext_add(q, after);
    sqltext_arg(q, db_arg_int(instant_at(t->k->today - NEWS_DAYS, 0, t->k->zone_min)));
    sqltext_add(q, " AND NOT EXISTS (SELECT 1 FROM news_seen AS s WHERE s.district_id = $1 AND s.account_id = ");
    sqltext_arg(q, db_arg_int(t->k->actor.account_id));
    sqltext_add(q, same_item);
}

static void put_time(struct teller *t, const char *name, instant at)
{
    jw_put_text(t->j, name, instant_text(t->k->c->a, at, t->k->zone_min));
}

// A row of a source: item id, code, title, instant, account, a number, then one to three texts.
struct news_row {
    int64_t item, at, account, number;
    str code, title, texts[3];
};
typedef bool row_fn(struct teller *t, const struct news_row *r);

static bool put_row(struct teller *t, const struct news_row *r, row_fn *rest)
{
    str by;
    if (!names_of(&t->names, "account", r->account, &by)) return false;
    jw_object(t->j);
    jw_put_id(t->j, "item", r->item);
    jw_put_text(t->j, "code", r->code);
    jw_put_text(t->j, "title", r->title);
    put_time(t, "at", r->at);
    jw_put_text(t->j, "by", by);
    bool ok = rest(t, r);
    jw_end(t->j);
    return ok;
}

// member NULL: into the array that is open.
static bool put_source(struct teller *t, struct sqltext *q, int texts, const char *member, row_fn *rest)
{
    struct db_rows r;
    VEC(struct news_row) rows = {0};
    sqltext_add(q, " ORDER BY 4 DESC, 1, 6 LIMIT ");
    sqltext_arg(q, db_arg_int(NEWS_MOST));
    if (!sqltext_query(t->k, q, "my_news.source", &r)) return false;
    while (db_next(&r)) {
        struct news_row *x = VEC_PUSH(t->k->c->a, &rows);
        *x = (struct news_row){.item = db_int(&r, 0), .code = db_text(&r, 1), .title = db_text(&r, 2),
                               .at = db_int(&r, 3), .account = db_int(&r, 4), .number = db_int(&r, 5)};
        for (int i = 0; i < texts; i++) x->texts[i] = db_text(&r, 6 + i);
    }
    if (!db_done(&r)) return false;
    if (member) jw_key(t->j, member);
    if (member) jw_array(t->j);
    for (size_t i = 0; i < rows.n; i++)
        if (!put_row(t, &rows.at[i], rest)) return false;
    return ctx_ok(t->k->c);
}

static bool put_mention(struct teller *t, const struct news_row *r)
{
    jw_put_id(t->j, "note", r->number);
    jw_put_text(t->j, "body", r->texts[0]);
    return true;
}

static bool mentions(struct teller *t)
{
    struct sqltext q;
    sqltext_init(&q, t->k);
    sqltext_add(&q, "SELECT i.id, i.code, i.title, m.sent_at, n.account_id, n.id, n.body FROM mention AS m"
                    " JOIN note AS n ON n.district_id = $1 AND n.id = m.note_id"
                    " JOIN item AS i ON i.district_id = $1 AND i.id = m.item_id"
                    " WHERE m.district_id = $1 AND n.struck_at IS NULL AND m.person_id = ");
    sqltext_arg(&q, db_arg_int(t->k->actor.person_id));
    unseen(t, &q, "m.sent_at >= ", " AND (s.item_id IS NULL OR s.item_id = m.item_id) AND s.seen_at >= m.sent_at)");
    if (!item_visibility(t->k, &q) || !put_source(t, &q, 1, "mentions", put_mention)) return false;
    jw_end(t->j);
    return true;
}

static bool put_decided(struct teller *t, const struct news_row *r)
{
    jw_put_text(t->j, "what", str_printf(t->k->c->a, "%.*s_%.*s", STR_FMT(r->texts[0]), STR_FMT(r->texts[1])));
    jw_put_text(t->j, "words", r->texts[2]);
    return true;
}

// Decisions on what the reader asked, or on what his unit leads.
static bool decided(struct teller *t, const char *select, const char *member)
{
    struct sqltext q;
    sqltext_init(&q, t->k);
    sqltext_add(&q, select);
    sqltext_add(&q, " AND (d.account_id = ");
    sqltext_arg(&q, db_arg_int(t->k->actor.account_id));
    if (actor_has(t->k, ROLE_UNIT)) {
        sqltext_add(&q, " OR i.lead_unit_id");
        filter_subtree(t->k, &q, t->k->actor.unit_id);
    }
    sqltext_add(&q, ") AND d.decided_by <> ");
    sqltext_arg(&q, db_arg_int(t->k->actor.account_id));
    unseen(t, &q, "d.decided_at >= ",
           " AND (s.item_id IS NULL OR s.item_id = d.item_id) AND s.seen_at >= d.decided_at)");
    return item_visibility(t->k, &q) && put_source(t, &q, 3, member, put_decided);
}

static bool told(struct teller *t)
{
    bool ok = decided(t,
                      "SELECT i.id, i.code, i.title, d.decided_at, d.decided_by, d.id, 'change', d.state, d.opinion"
                      " FROM change_request AS d JOIN item AS i ON i.district_id = $1 AND i.id = d.item_id"
                      " WHERE d.district_id = $1 AND d.state IN ('approved', 'refused')",
                      "told") &&
              decided(t,
                      "SELECT i.id, i.code, i.title, d.decided_at, d.decided_by, d.id, 'objection', d.state, d.decision"
                      " FROM objection AS d JOIN item AS i ON i.district_id = $1 AND i.id = d.item_id"
                      " WHERE d.district_id = $1 AND d.state IN ('upheld', 'dismissed')",
                      NULL);
    if (ok) jw_end(t->j);
    return ok;
}

static bool put_act(struct teller *t, const struct news_row *r)
{
    const struct command *c = command_find(r->texts[0]);
    jw_put_text(t->j, "command", r->texts[0]);
    jw_put_text(t->j, "name", c ? str_of(t->k->c->lang == LANG_EN ? c->en : c->zh) : r->texts[0]);
    return true;
}

// Since when an item is watched, what others did to it.
static bool watched_news(struct teller *t)
{
    struct sqltext q;
    sqltext_init(&q, t->k);
    sqltext_add(&q, "SELECT i.id, i.code, i.title, j.happened_at, j.account_id, j.seq, j.command FROM item_watch AS w"
                    " JOIN item AS i ON i.district_id = $1 AND i.id = w.item_id"
                    " JOIN journal_object AS o ON o.district_id = $1 AND o.object_id = w.item_id"
                    " JOIN journal AS j ON j.district_id = $1 AND j.seq = o.seq"
                    " WHERE w.district_id = $1 AND j.happened_at >= w.from_at AND w.account_id = ");
    sqltext_arg(&q, db_arg_int(t->k->actor.account_id));
    sqltext_add(&q, " AND j.account_id <> ");
    sqltext_arg(&q, db_arg_int(t->k->actor.account_id));
    sqltext_add(&q, " AND j.command NOT IN ('item.watch', 'item.unwatch', 'news.seen')");
    unseen(t, &q, "j.happened_at >= ",
           " AND (s.item_id IS NULL OR s.item_id = w.item_id) AND s.seen_at >= j.happened_at)");
    if (!item_visibility(t->k, &q) || !put_source(t, &q, 1, "news", put_act)) return false;
    jw_end(t->j);
    return true;
}

bool my_news(struct call *k, struct json *j)
{
    struct teller t = {.k = k, .j = j};
    if (!actor_has(k, ROLES_BUSINESS)) return true;
    names_init(&t.names, k);
    put_time(&t, "news_until", k->now);
    return mentions(&t) && told(&t) && watched_news(&t);
}

/* --- what I watch --- */

enum { WATCHED_MOST = 200 };

bool query_watched(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct sqltext q;
    struct db_rows r;
    int64_t ids[WATCHED_MOST];
    struct item_row *rows[WATCHED_MOST];
    size_t n = 0;
    (void)args;
    (void)given;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT w.item_id FROM item_watch AS w WHERE w.district_id = $1 AND w.account_id = ");
    sqltext_arg(&q, db_arg_int(k->actor.account_id));
    if (!item_visibility_of(k, &q, "w.item_id")) return false;
    sqltext_add(&q, " ORDER BY w.id DESC LIMIT ");
    sqltext_arg(&q, db_arg_int(WATCHED_MOST));
    if (!sqltext_query(k, &q, "watched.page", &r)) return false;
    while (n < WATCHED_MOST && db_next(&r)) ids[n++] = db_int(&r, 0);
    if (!db_done(&r) || !item_rows_load(k, ids, n, rows)) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < n; i++)
        if (rows[i]) item_row_json(k, rows[i], out);
    jw_end(out);
    jw_end(out);
    return true;
}
