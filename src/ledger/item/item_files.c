/*
 * The query file: what a stored file is called and whether the reader may have it. A file is reached
 * through what it belongs to: evidence through its item, a source document through an item that came
 * from it. The server asks before it gives the bytes.
 */
#include "ledger/item/item_find.h"
#include "ledger/item/item_queries.h"

static const struct field file_fields[] = {
    {"hash", F_TEXT, 0, 64, "内容哈希", "content hash", REQUIRED, NULL},
};
const struct shape FILE_ASK = {"file", file_fields, COUNT_OF(file_fields), sizeof(str)};

struct stored_file {
    bool found;
    str name, media_type;
    int64_t bytes;
};

// from: a constant that joins the file's rows as f to item AS i; readers of all need no item.
static bool find(struct call *k, str hash, const char *from, const char *joined, struct stored_file *out)
{
    struct sqltext q;
    struct db_rows r;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT f.file_name, f.media_type, f.bytes FROM ");
    sqltext_add(&q, from);
    if (!actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM)) sqltext_add(&q, joined);
    sqltext_add(&q, " WHERE f.district_id = $1 AND f.file_hash = ");
    sqltext_arg(&q, db_arg_text(hash));
    if (!item_visibility(k, &q)) return false;
    sqltext_add(&q, " LIMIT 1");
    if (!sqltext_query(k, &q, "file.find", &r)) return false;
    if (db_next(&r)) *out = (struct stored_file){true, db_text(&r, 0), db_text(&r, 1), db_int(&r, 2)};
    return db_done(&r);
}

bool query_file(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    str hash = *(const str *)args;
    struct stored_file f = {0};
    if (!find(k, hash, "evidence AS f", " JOIN item AS i ON i.district_id = $1 AND i.id = f.item_id", &f)) return false;
    if (!f.found &&
        !find(k, hash, "source_doc AS f", " JOIN item AS i ON i.district_id = $1 AND i.source_doc_id = f.id", &f))
        return false;
    if (!f.found) return fail(k->c, ERR_NOT_FOUND, "file.none");
    jw_object(out);
    jw_put_text(out, "hash", hash);
    jw_put_text(out, "name", f.name);
    jw_put_text(out, "media_type", f.media_type);
    jw_put_int(out, "bytes", f.bytes);
    jw_end(out);
    return true;
}
