/*
 * The queries item_history and item_origin: what happened to an item, and where it comes from.
 */
#include "ledger/item/item_find.h"
#include "ledger/item/item_queries.h"
#include "ledger/journal/journal_queries.h"
#include "ledger/names.h"

struct history_ask {
    int64_t item, limit;
    str cursor;
};
#define AT(member) offsetof(struct history_ask, member)
static const struct field history_fields[] = {
    {"item", F_REF, AT(item), 0, "事项", "item", REQUIRED, "item"},
    {"cursor", F_TEXT, AT(cursor), 20, "游标", "cursor", 0, NULL},
    {"limit", F_INT, AT(limit), 0, "条数", "rows", 0, NULL},
};
const struct shape ITEM_HISTORY_ASK = {"item_history", history_fields, COUNT_OF(history_fields),
                                       sizeof(struct history_ask)};

bool query_item_history(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct history_ask *a = args;
    struct item it;
    struct journal_ask page = {.limit = a->limit, .object_id = a->item};
    if (!item_visible(k, a->item, &it)) return false;
    if (a->cursor.n && (!str_int(a->cursor, &page.before) || page.before < 1))
        return fail_field(k->c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    jw_object(out);
    if (!journal_page_json(k, &page, out)) return false;
    jw_end(out);
    return true;
}

/* --- origin --- */

const struct stmt ORIGIN_ROW = {
    "origin.row", "SELECT r.batch_id, r.body, r.place FROM import_row AS r WHERE r.district_id = $1"
                  " AND r.item_id = $2 ORDER BY r.id LIMIT 1"};
// The first and the last record of the journal about the item.
const struct stmt ORIGIN_RECORDS = {
    "origin.records", "SELECT j.seq, j.happened_at, j.account_id, j.login, j.hash FROM journal AS j"
                      " WHERE j.district_id = $1 AND j.seq IN ("
                      "SELECT min(o.seq) FROM journal_object AS o WHERE o.district_id = $1 AND o.object_id = $2"
                      " UNION SELECT max(o.seq) FROM journal_object AS o WHERE o.district_id = $1 AND o.object_id = $2)"
                      " ORDER BY j.seq"};

static void put_text_or_null(struct json *j, const char *member, str s)
{
    jw_key(j, member);
    if (s.n) jw_text(j, s);
    else jw_null(j);
}

// The passage as it stands in the document: of an imported item the paragraph that was read, else
// what the drafter copied.
static bool put_passage(struct call *k, const struct item *it, struct json *j)
{
    struct db_rows r;
    int64_t batch = 0;
    str passage = it->content, place = it->source_place;
    if (!DB_QUERY(k->c, k->db, &r, &ORIGIN_ROW, ARG(k->district), ARG(it->id))) return false;
    if (db_next(&r)) {
        batch = db_int(&r, 0);
        passage = db_text(&r, 1);
        if (place.n == 0) place = db_text(&r, 2);
    }
    if (!db_done(&r)) return false;
    put_text_or_null(j, "passage", passage);
    put_text_or_null(j, "place", place);
    put_text_or_null(j, "clause", it->source_clause);
    jw_put_id(j, "batch_id", batch);
    return true;
}

static bool put_document(struct names *n, int64_t id, struct json *j)
{
    struct source_doc d;
    str by;
    jw_key(j, "document");
    if (id == 0) {
        jw_null(j);
        return true;
    }
    if (!record_load(n->k, &SOURCE_DOC, id, &d) || !names_of(n, "account", d.account_id, &by)) return false;
    jw_object(j);
    jw_put_id(j, "id", d.id);
    jw_put_text(j, "title", d.title);
    put_text_or_null(j, "doc_no", d.doc_no);
    jw_put_text(j, "file_name", d.file_name);
    jw_put_text(j, "file_hash", d.file_hash);
    jw_put_text(j, "imported_by", by);
    jw_put_text(j, "imported_at", instant_text(n->k->c->a, d.added_at, n->k->zone_min));
    jw_end(j);
    return true;
}

static void put_authority(struct call *k, const struct item *it, struct json *j)
{
    jw_key(j, "authority");
    if (it->authority_kind.n == 0) {
        jw_null(j);
        return;
    }
    jw_object(j);
    jw_put_text(j, "kind", it->authority_kind);
    jw_put_text(j, "ref", it->authority_ref);
    put_text_or_null(j, "by", it->authority_by);
    jw_key(j, "day");
    if (it->authority_day) jw_text(j, day_text(k->c->a, day_from_ymd((int32_t)it->authority_day)));
    else jw_null(j);
    jw_end(j);
}

static bool put_drafted(struct names *n, struct db_rows *r, struct json *j)
{
    str by, login = db_text(r, 3);
    if (!names_of(n, "account", db_int(r, 2), &by)) return false;
    jw_key(j, "drafted");
    jw_object(j);
    jw_put_id(j, "seq", db_int(r, 0));
    jw_put_text(j, "at", instant_text(n->k->c->a, db_int(r, 1), n->k->zone_min));
    jw_put_text(j, "by", by.n ? by : login);
    jw_end(j);
    return true;
}

static bool put_records(struct names *n, int64_t item, struct json *j)
{
    struct call *k = n->k;
    struct db_rows r;
    int64_t seq = 0;
    str hash = STR_EMPTY;
    bool ok = true;
    if (!DB_QUERY(k->c, k->db, &r, &ORIGIN_RECORDS, ARG(k->district), ARG(item))) return false;
    while (ok && db_next(&r)) {
        if (seq == 0) ok = put_drafted(n, &r, j);
        seq = db_int(&r, 0);
        hash = db_text(&r, 4);
    }
    if (!db_done(&r) || !ok) return false;
    jw_key(j, "chain");
    jw_object(j);
    jw_put_id(j, "seq", seq);
    jw_put_text(j, "hash", hash);
    jw_end(j);
    return true;
}

bool query_item_origin(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    struct item it;
    struct names names;
    if (!item_visible(k, ((const struct item_one_ask *)args)->item, &it)) return false;
    names_init(&names, k);
    jw_object(out);
    if (!put_passage(k, &it, out) || !put_document(&names, it.source_doc_id, out)) return false;
    put_authority(k, &it, out);
    if (!put_records(&names, it.id, out)) return false;
    jw_end(out);
    return true;
}
