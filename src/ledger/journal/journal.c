#include "ledger/journal/journal.h"

#include "ledger/sm3.h"
#include "ledger/state.h"

static const struct stmt HEAD = {
    "journal.head", "SELECT seq, hash, last_id, rules_seq FROM journal_head WHERE district_id = $1"};
// One writer of a district after the other, over all processes.
static const struct stmt HEAD_LOCK = {
    "journal.head_lock", "SELECT seq, hash, last_id, rules_seq FROM journal_head WHERE district_id = $1", .lock = true};
static const struct stmt HEAD_INSERT = {
    "journal.head_insert",
    "INSERT INTO journal_head(district_id, seq, hash, last_id, rules_seq) VALUES($1, $2, $3, $4, $5)"};
// The old sequence in the condition: two writers can never both append record n.
static const struct stmt HEAD_UPDATE = {"journal.head_update",
                                        "UPDATE journal_head SET seq = $2, hash = $3, last_id = $4, "
                                        "rules_seq = $5 WHERE district_id = $1 AND seq = $6"};
static const struct stmt APPEND = {
    "journal.append",
    "INSERT INTO journal(district_id, " JOURNAL_COLUMNS
    ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"};
static const struct stmt OBJECT = {
    "journal.object", "INSERT INTO journal_object(district_id, object_id, seq) VALUES($1, $2, $3) "
                      "ON CONFLICT(district_id, object_id, seq) DO NOTHING"};
static const struct stmt BY_KEY = {"journal.by_key",
                                   "SELECT " JOURNAL_COLUMNS
                                   " FROM journal WHERE district_id = $1 AND idem_key = $2"};

const struct stmt *const JOURNAL_STATEMENTS[] = {&HEAD,   &HEAD_LOCK, &HEAD_INSERT, &HEAD_UPDATE,
                                                 &APPEND, &OBJECT,    &BY_KEY};
const size_t N_JOURNAL_STATEMENTS = COUNT_OF(JOURNAL_STATEMENTS);

#define ZERO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

bool journal_head_load(struct call *k, bool lock, struct journal_head *h)
{
    *h = (struct journal_head){0, STR(ZERO_HASH), 0, 0};
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, lock ? &HEAD_LOCK : &HEAD, ARG(k->district))) return false;
    if (db_next(&r))
        *h = (struct journal_head){db_int(&r, 0), db_text(&r, 1), db_int(&r, 2), db_int(&r, 3)};
    return db_done(&r);
}

void journal_read(struct db_rows *r, int first, struct journal_row *row)
{
    int64_t *ints[] = {&row->seq,        &row->at,        &row->account_id,
                       &row->session_id, &row->object_id, &row->last_id};
    str *texts[] = {&row->login,  &row->command,  &row->args,      &row->object_kind, &row->changes,
                    &row->result, &row->idem_key, &row->body_hash, &row->prev_hash,   &row->hash};
    for (size_t i = 0; i < COUNT_OF(ints); i++) *ints[i] = db_int(r, first + (int)i);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = db_text(r, first + (int)(COUNT_OF(ints) + i));
}

bool journal_by_key(struct call *k, str idem_key, struct journal_row *row, bool *found)
{
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &BY_KEY, ARG(k->district), ARG(idem_key))) return false;
    *found = db_next(&r);
    if (*found) journal_read(&r, 0, row);
    return db_done(&r);
}

bool journal_hash(struct ctx *c, int64_t district, const struct journal_row *row, char hex[65])
{
    struct sm3 *h = sm3_begin();
    if (!h) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    sm3_field(h, STR("bihuan.journal.1"));
    const int64_t ints[] = {district,        row->seq,        row->at,
                            row->account_id, row->session_id, row->object_id};
    const str texts[] = {row->login,  row->command,  row->args,      row->object_kind, row->changes,
                         row->result, row->idem_key, row->body_hash, row->prev_hash};
    for (size_t i = 0; i < COUNT_OF(ints); i++) sm3_field_int(h, ints[i]);
    for (size_t i = 0; i < COUNT_OF(texts); i++) sm3_field(h, texts[i]);
    sm3_field_int(h, row->last_id);
    return sm3_end(h, hex) || fail(c, ERR_NO_MEMORY, "base.no_memory");
}

/* --- changes --- */

static void json_stored(struct json *j, struct arena *a, const struct field *f, const void *record)
{
    struct db_arg v = field_bind(f, record);
    if (v.type == ARG_NULL) jw_null(j);
    else if (v.type == ARG_INT) jw_int(j, v.i);
    else if (f->type == F_SECRET) jw_text(j, str_cat(a, STR("sm3:"), sm3_of(a, v.s)));
    else jw_text(j, v.s);
}

static void json_change(struct json *j, struct arena *a, const struct change *ch)
{
    jw_object(j);
    jw_put_text(j, "e", str_of(ch->entity->name));
    jw_put_int(j, "id", ch->id);
    jw_put_text(j, "op", !ch->before ? STR("insert") : !ch->after ? STR("remove") : STR("update"));
    jw_key(j, "f");
    jw_object(j);
    for (size_t i = 2; i < ch->entity->shape->n; i++) { // the key says district and id
        const struct field *f = &ch->entity->shape->fields[i];
        if (ch->before && ch->after && field_same(f, ch->before, ch->after)) continue;
        jw_key(j, f->name);
        jw_array(j);
        if (ch->before) json_stored(j, a, f, ch->before);
        else jw_null(j);
        if (ch->after) json_stored(j, a, f, ch->after);
        else jw_null(j);
        jw_end(j);
    }
    jw_end(j);
    jw_end(j);
}

static str changes_text(struct call *k)
{
    struct buf b;
    struct json j;
    buf_init(&b, k->c->a, 16 * 1024 * 1024);
    jw_init(&j, &b);
    jw_array(&j);
    for (size_t i = 0; i < k->changes.n; i++) json_change(&j, k->c->a, &k->changes.at[i]);
    jw_end(&j);
    return buf_ok(&b) ? buf_str(&b) : STR_EMPTY;
}

int64_t journal_object_of(const struct entity *e, const void *record)
{
    void *r = (void *)(uintptr_t)record; // field_int serves reading and writing
    const struct field *item = shape_field(e->shape, STR("item_id"));
    return item && *field_int(item, r) ? *field_int(item, r) : *field_int(&e->shape->fields[1], r);
}

static bool note_object(struct call *k, int64_t object, int64_t seq)
{
    return !object || DB_RUN(k->c, k->db, &OBJECT, NULL, ARG(k->district), ARG(object), ARG(seq));
}

static bool note_objects(struct call *k, int64_t seq)
{
    if (!note_object(k, k->object_id, seq)) return false;
    int64_t last = k->object_id;
    for (size_t i = 0; i < k->changes.n; i++) {
        const struct change *ch = &k->changes.at[i];
        int64_t object = journal_object_of(ch->entity, ch->after ? ch->after : ch->before);
        if (object == last) continue;
        if (!note_object(k, object, seq)) return false;
        last = object;
    }
    return true;
}

// The answer is waited for: two processes may create one district, and one of them must be told.
static bool move_head(struct call *k, const struct journal_row *row)
{
    const struct journal_head *h = &k->head;
    int64_t affected = 0, rules_seq = states_concern(k) ? row->seq : h->rules_seq;
    bool ok = h->seq == 0 ? DB_RUN(k->c, k->db, &HEAD_INSERT, &affected, ARG(k->district), ARG(row->seq),
                                   ARG(row->hash), ARG(k->last_id), ARG(rules_seq))
                          : DB_RUN(k->c, k->db, &HEAD_UPDATE, &affected, ARG(k->district), ARG(row->seq),
                                   ARG(row->hash), ARG(k->last_id), ARG(rules_seq), ARG(h->seq));
    if (!ok) return false;
    return affected == 1 || fail(k->c, ERR_STALE, "record.stale");
}

bool journal_append(struct call *k, struct journal_row *row)
{
    char hex[SM3_HEX + 1];
    row->seq = k->head.seq + 1;
    row->prev_hash = k->head.hash;
    row->last_id = k->last_id;
    row->changes = changes_text(k);
    if (!ctx_ok(k->c)) return false;
    if (row->changes.n == 0) return fail(k->c, ERR_TOO_LARGE, "journal.too_large");
    if (!journal_hash(k->c, k->district, row, hex)) return false;
    row->hash = str_dup(k->c->a, str_of(hex));
    struct db_arg key = row->idem_key.n ? db_arg_text(row->idem_key) : db_arg_null();
    bool ok = DB_RUN(k->c, k->db, &APPEND, NULL, ARG(k->district), ARG(row->seq), ARG(row->at),
                     ARG(row->account_id), ARG(row->session_id), ARG(row->object_id),
                     ARG(row->last_id), ARG(row->login), ARG(row->command), ARG(row->args),
                     ARG(row->object_kind), ARG(row->changes), ARG(row->result), key,
                     ARG(row->body_hash), ARG(row->prev_hash), ARG(row->hash));
    return ok && note_objects(k, row->seq) && move_head(k, row);
}
