/*
 * The queries imports and import: what was imported, and one import with its whole document.
 */
#include "ledger/item/import.h"

#include <jansson.h>
#include <stdlib.h>

#include "ledger/names.h"


struct records BATCHES = RECORDS("import.batches", &IMPORT_BATCH, "WHERE district_id = $1 ORDER BY id DESC LIMIT 200");

static const struct field ask_fields[] = {
    {"batch", F_REF, 0, 0, "导入批次", "import", REQUIRED, "import_batch"},
};
const struct shape IMPORT_ASK = {"import", ask_fields, COUNT_OF(ask_fields), sizeof(struct import_batch_args)};

static bool put_document(struct names *n, int64_t id, struct json *j)
{
    struct source_doc d;
    if (!record_load(n->k, &SOURCE_DOC, id, &d)) return false;
    jw_key(j, "document");
    record_json_open(j, n->k->c->a, SOURCE_DOC.shape, &d, n->k->zone_min);
    if (!names_members(n, SOURCE_DOC.shape, &d, j)) return false;
    jw_end(j);
    return true;
}

// The members of a batch; the object stays open. counts stands beside it as an object of its own.
static bool put_batch(struct names *n, const struct import_batch *b, struct json *j)
{
    record_json_open(j, n->k->c->a, IMPORT_BATCH.shape, b, n->k->zone_min);
    return names_members(n, IMPORT_BATCH.shape, b, j);
}

bool query_imports(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args;
    (void)given;
    struct list batches;
    struct names names;
    names_init(&names, k);
    if (!record_list(k, &BATCHES, &batches, ARG(k->district))) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < batches.n; i++) {
        const struct import_batch *b = (const struct import_batch *)batches.at + i;
        if (!put_batch(&names, b, out) || !put_document(&names, b->source_doc_id, out)) return false;
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}

/* --- differences --- */

struct showing {
    struct names names;
    struct matcher m;
    struct json *j;
};

static void put_pair(struct json *j, const char *field, str before, str after)
{
    jw_object(j);
    jw_put_text(j, "field", str_of(field));
    jw_put_text(j, "before", before);
    jw_put_text(j, "after", after);
    jw_end(j);
}

static str unit_name(struct showing *s, int64_t id)
{
    const struct unit_node *u = unit_tree_by_id(s->names.k->units, id);
    return u ? u->unit.name : STR_EMPTY;
}

static str unit_names(struct showing *s, const int64_t *ids, size_t n)
{
    struct buf b;
    buf_init(&b, s->names.k->c->a, 16 * 1024);
    for (size_t i = 0; i < n; i++) {
        if (ids[i] == 0) continue;
        if (b.n) buf_addz(&b, "、");
        buf_add(&b, unit_name(s, ids[i]));
    }
    return buf_str(&b);
}

static str due_text(struct showing *s, int64_t ymd, str kind)
{
    struct call *k = s->names.k;
    if (ymd) return day_text(k->c->a, day_from_ymd((int32_t)ymd));
    const struct enum_value *v = enum_find(&DUE_KINDS, kind);
    return v ? str_of(k->c->lang == LANG_EN ? v->en : v->zh) : STR_EMPTY;
}

static bool put_differences(struct showing *s, const struct import_row *row, const struct row_detail *d)
{
    struct json *j = s->j;
    struct call *k = s->names.k;
    const struct existing *e = row->item_id ? map_get_int(&s->m.by_id, row->item_id) : NULL;
    unsigned diff = e ? row_differences(k->c->a, row, d, e) : 0;
    str before, after;
    jw_put_text(j, "item_code", e ? e->item.code : STR_EMPTY);
    jw_key(j, "differences");
    jw_array(j);
    if (diff & ROW_TITLE) put_pair(j, "title", e->item.title, row->title);
    if (diff & ROW_CONTENT) put_pair(j, "content", e->item.content, d->content);
    if (diff & ROW_LEAD) put_pair(j, "lead", unit_name(s, e->item.lead_unit_id), unit_name(s, row->lead_unit_id));
    if (diff & ROW_ASSISTS)
        put_pair(j, "assists", unit_names(s, e->assists.at, e->assists.n),
                 unit_names(s, d->assist_ids.at, d->assist_ids.n));
    if (diff & ROW_LEADER) {
        if (!names_of(&s->names, "person", e->item.leader_id, &before)) return false;
        if (!names_of(&s->names, "person", d->leader_id, &after)) return false;
        put_pair(j, "leader", before, after);
    }
    if (diff & ROW_DUE)
        put_pair(j, "due", due_text(s, e->item.due_day, e->item.due_kind), due_text(s, row->due_day, row->due_kind));
    jw_end(j);
    return true;
}

/* --- rows --- */

static void put_candidate(struct showing *s, str code_or_name)
{
    struct call *k = s->names.k;
    struct list ids = {0};
    unit_tree_find(k->c->a, k->units, code_or_name, &ids);
    const struct unit_node *u = ids.n ? unit_tree_by_id(k->units, *(int64_t *)ids.at) : NULL;
    jw_object(s->j);
    jw_put_id(s->j, "id", u ? u->unit.id : 0);
    jw_put_text(s->j, "code", u ? u->unit.code : STR_EMPTY);
    jw_put_text(s->j, "name", u ? u->unit.name : code_or_name);
    jw_end(s->j);
}

// Inside its row, or apart as an entry of to_confirm, which names the row.
static void put_doubt(struct showing *s, const struct import_row *row, const struct row_doubt *q, bool apart)
{
    struct call *k = s->names.k;
    jw_object(s->j);
    if (apart) {
        jw_put_id(s->j, "row", row->id);
        jw_put_int(s->j, "ordinal", row->ordinal);
        jw_put_text(s->j, "place", row->place);
    }
    jw_put_text(s->j, "field", q->field);
    jw_put_text(s->j, "why_id", q->why);
    jw_put_text(s->j, "why", message_text(k->c->a, k->c->lang, str_z(k->c->a, q->why), &q->text, 1));
    jw_put_text(s->j, "text", q->text);
    jw_put_bool(s->j, "hard", q->hard);
    jw_key(s->j, "candidates");
    jw_array(s->j);
    for (size_t i = 0; i < q->candidates.n; i++) put_candidate(s, q->candidates.at[i]);
    jw_end(s->j);
    jw_end(s->j);
}

static void put_assists(struct showing *s, const struct row_detail *d)
{
    jw_key(s->j, "assist_units");
    jw_array(s->j);
    for (size_t i = 0; i < d->assist_ids.n; i++) {
        jw_object(s->j);
        jw_put_text(s->j, "text", d->assist_texts.at[i]);
        jw_put_id(s->j, "unit_id", d->assist_ids.at[i]);
        jw_put_text(s->j, "unit_name", unit_name(s, d->assist_ids.at[i]));
        jw_end(s->j);
    }
    jw_end(s->j);
}

static bool put_row(struct showing *s, const struct import_row *row)
{
    // Its JSON columns are told apart, as members of their own.
    struct row_detail d;
    struct import_row plain = *row;
    str leader;
    if (!row_detail_read(s->names.k->c, row, &d)) return false;
    plain.assists = plain.parts = plain.doubts = STR_EMPTY;
    record_json_open(s->j, s->names.k->c->a, IMPORT_ROW.shape, &plain, s->names.k->zone_min);
    if (!names_members(&s->names, IMPORT_ROW.shape, &plain, s->j)) return false;
    if (!names_of(&s->names, "person", d.leader_id, &leader)) return false;
    jw_put_text(s->j, "number", d.number);
    jw_put_text(s->j, "content", d.content);
    jw_put_int(s->j, "blocks", d.blocks);
    jw_put_id(s->j, "leader_id", d.leader_id);
    jw_put_text(s->j, "leader_name", leader);
    put_assists(s, &d);
    jw_key(s->j, "details");
    if (row->parts.n) jw_raw(s->j, row->parts);
    else jw_null(s->j);
    jw_key(s->j, "questions");
    jw_array(s->j);
    for (size_t i = 0; i < d.doubts.n; i++) put_doubt(s, row, &d.doubts.at[i], false);
    jw_end(s->j);
    bool ok = put_differences(s, row, &d);
    jw_end(s->j);
    return ok;
}

static bool put_rows(struct showing *s, const struct list *rows)
{
    const struct import_row *at = rows->at;
    jw_key(s->j, "rows");
    jw_array(s->j);
    for (size_t i = 0; i < rows->n; i++)
        if (!put_row(s, &at[i])) return false;
    jw_end(s->j);
    jw_key(s->j, "to_confirm");
    jw_array(s->j);
    for (size_t i = 0; i < rows->n; i++) {
        struct row_detail d;
        if (!row_detail_read(s->names.k->c, &at[i], &d)) return false;
        for (size_t n = 0; n < d.doubts.n; n++) put_doubt(s, &at[i], &d.doubts.at[n], true);
    }
    jw_end(s->j);
    return true;
}

// Members of the remainder as they were written.
static bool put_remainder(struct showing *s, const struct import_batch *b)
{
    static const char *const MEMBERS[] = {"blocks", "headings", "notices", "reporting", "missing"};
    struct ctx *c = s->names.k->c;
    json_t *root = json_loadb(b->remainder.p, b->remainder.n, 0, NULL);
    if (!root) return fail(c, ERR_STORE, "import.damaged_row", STR("0"));
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++) {
        char *text = json_dumps(json_object_get(root, MEMBERS[i]), JSON_COMPACT | JSON_ENCODE_ANY);
        jw_key(s->j, MEMBERS[i]);
        if (text) jw_raw(s->j, str_dup(c->a, str_of(text)));
        else jw_null(s->j);
        free(text);
    }
    json_decref(root);
    return true;
}

bool query_import(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    struct import_batch b;
    struct list rows;
    struct showing s = {.j = out};
    names_init(&s.names, k);
    if (!record_load(k, &IMPORT_BATCH, ((const struct import_batch_args *)args)->batch, &b) ||
        !import_rows_of(k, b.id, &rows))
        return false;
    if (!matcher_load(k, b.register_id, b.plan_year, &s.m)) return false;
    jw_object(out);
    jw_key(out, "batch");
    if (!put_batch(&s.names, &b, out)) return false;
    jw_end(out);
    if (!put_document(&s.names, b.source_doc_id, out)) return false;
    jw_key(out, "counts");
    jw_raw(out, b.counts);
    if (!put_rows(&s, &rows) || !put_remainder(&s, &b)) return false;
    jw_end(out);
    return true;
}
