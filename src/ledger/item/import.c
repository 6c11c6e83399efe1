/*
 * The commands import.preview, import.decide and import.discard, and the table of the subject.
 */
#include "ledger/item/import.h"

#include "ledger/args.h"
#include "ledger/files.h"
#include "ledger/item/guard.h"
#include "ledger/subjects.h"

#include <jansson.h>

enum { COUNTS_MAX = 2000 };

struct records ROWS_OF_BATCH =
    RECORDS("import.rows", &IMPORT_ROW, "WHERE district_id = $1 AND batch_id = $2 ORDER BY ordinal, id");
static struct records DOC_BY_HASH =
    RECORDS("import.doc_by_hash", &SOURCE_DOC, "WHERE district_id = $1 AND file_hash = $2 ORDER BY id LIMIT 1");
static struct records OPEN_BATCH = RECORDS(
    "import.open_batch", &IMPORT_BATCH,
    "WHERE district_id = $1 AND source_doc_id = $2 AND register_id = $3 AND plan_year = $4 AND state = 'previewed'"
    " ORDER BY id LIMIT 1");

bool import_rows_of(struct call *k, int64_t batch, struct list *rows)
{
    return record_list(k, &ROWS_OF_BATCH, rows, ARG(k->district), ARG(batch));
}

/* --- arguments --- */

struct preview_args {
    str file_hash, file_name, media_type, title, doc_no;
    int64_t bytes, register_id, year, line;
};
#define AT(member) offsetof(struct preview_args, member)
static const struct field preview_fields[] = {
    {"file_hash", F_TEXT, AT(file_hash), 64, "内容哈希", "content hash", REQUIRED, NULL},
    {"file_name", F_TEXT, AT(file_name), 200, "文件名", "file name", REQUIRED, NULL},
    {"media_type", F_TEXT, AT(media_type), 100, "类型", "media type", REQUIRED, NULL},
    {"bytes", F_INT, AT(bytes), 0, "字节", "bytes", REQUIRED, NULL},
    {"title", F_TEXT, AT(title), 200, "文件名称", "title", 0, NULL},
    {"doc_no", F_TEXT, AT(doc_no), 60, "文号", "document number", 0, NULL},
    {"register", F_REF, AT(register_id), 0, "台账", "register", REQUIRED, "register_def"},
    {"year", F_INT, AT(year), 0, "年度", "year", 0, NULL},
    {"line", F_REF, AT(line), 0, "工作线", "line", 0, "work_line"},
};
#undef AT
static const struct shape preview_shape = {"import_preview", preview_fields, COUNT_OF(preview_fields),
                                           sizeof(struct preview_args)};

static const struct enum_value decided_as[] = {{"task", "任务", "task"}, {"notice", "说明文字", "notice"}};
static const struct enum_table DECIDED_AS = {"DECIDED_AS", decided_as, COUNT_OF(decided_as)};

struct decide_args {
    int64_t batch, row, lead, due;
    str as, title, due_kind;
    struct list assists;
};
#define AT(member) offsetof(struct decide_args, member)
static const struct field decide_fields[] = {
    {"batch", F_REF, AT(batch), 0, "导入批次", "import", REQUIRED, "import_batch"},
    {"row", F_REF, AT(row), 0, "导入行", "row", REQUIRED, "import_row"},
    {"as", F_ENUM, AT(as), 0, "作为", "as", REQUIRED, &DECIDED_AS},
    {"title", F_TEXT, AT(title), 200, "任务名称", "title", 0, NULL},
    {"lead", F_REF, AT(lead), 0, "牵头单位", "lead unit", 0, "unit"},
    {"assists", F_IDS, AT(assists), 100, "配合单位", "assisting units", 0, "unit"},
    {"due", F_DAY, AT(due), 0, "完成时限", "due", 0, NULL},
    {"due_kind", F_ENUM, AT(due_kind), 0, "时限类别", "due kind", 0, &DUE_KINDS},
};
#undef AT
static const struct shape decide_shape = {"import_decide", decide_fields, COUNT_OF(decide_fields),
                                          sizeof(struct decide_args)};

#define AT(member) offsetof(struct import_batch_args, member)
static const struct field batch_fields[] = {
    {"batch", F_REF, AT(batch), 0, "导入批次", "import", REQUIRED, "import_batch"},
    {"version", F_INT, AT(version), 0, "版本", "version", 0, NULL},
};
#undef AT
static const struct shape batch_shape = {"import_batch_args", batch_fields, COUNT_OF(batch_fields),
                                         sizeof(struct import_batch_args)};

/* --- counts --- */

static int64_t array_size(str json, const char *member)
{
    json_t *root = json_loadb(json.p, json.n, 0, NULL);
    int64_t n = (int64_t)json_array_size(json_object_get(root, member));
    json_decref(root);
    return n;
}

bool import_counts(struct call *k, const struct import_row *rows, size_t n, str remainder, str *counts)
{
    static const char *const VERDICT_CODES[] = {"new", "changed", "same", "doubtful", "notice"};
    static const char *const LISTS[] = {"headings", "notices", "reporting", "missing"};
    struct buf b;
    struct json j;
    buf_init(&b, k->c->a, COUNTS_MAX);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_int(&j, "rows", (int64_t)n);
    for (size_t v = 0; v < COUNT_OF(VERDICT_CODES); v++) {
        int64_t found = 0;
        for (size_t i = 0; i < n; i++) found += str_is(rows[i].verdict, VERDICT_CODES[v]);
        jw_put_int(&j, VERDICT_CODES[v], found);
    }
    for (size_t i = 0; i < COUNT_OF(LISTS); i++) jw_put_int(&j, LISTS[i], array_size(remainder, LISTS[i]));
    jw_end(&j);
    *counts = buf_str(&b);
    return ctx_ok(k->c);
}

/* --- preview --- */

static bool find_document(struct call *k, const struct preview_args *a, struct source_doc *doc, bool *found)
{
    struct list docs;
    if (!record_list(k, &DOC_BY_HASH, &docs, ARG(k->district), ARG(a->file_hash))) return false;
    *found = docs.n > 0;
    if (*found) *doc = *(struct source_doc *)docs.at;
    return true;
}

static bool make_document(struct call *k, const struct preview_args *a, str own_title, struct source_doc *doc)
{
    shape_init(SOURCE_DOC.shape, doc);
    doc->title = a->title.n ? a->title : utf8_head(own_title.n ? own_title : a->file_name, 200);
    doc->doc_no = a->doc_no;
    doc->file_hash = a->file_hash;
    doc->file_name = a->file_name;
    doc->media_type = a->media_type;
    doc->bytes = a->bytes;
    doc->account_id = k->actor.account_id;
    doc->added_at = k->now;
    return record_insert(k, &SOURCE_DOC, doc);
}

// Items of the same document, or of an earlier version of it (the same title), that no row is about.
static bool add_missing(struct import_reading *r, const struct matcher *m, const struct source_doc *doc)
{
    jw_key(&r->json, "missing");
    jw_array(&r->json);
    for (size_t i = 0; i < m->items.n; i++) {
        const struct existing *e = m->items.at[i];
        struct source_doc from;
        if (e->used || e->item.source_doc_id == 0) continue;
        if (!record_load(r->k, &SOURCE_DOC, e->item.source_doc_id, &from)) return false;
        if (from.id != doc->id && !str_eq(str_fold(r->k->c->a, from.title), str_fold(r->k->c->a, doc->title))) continue;
        jw_object(&r->json);
        jw_put_id(&r->json, "item", e->item.id);
        jw_put_text(&r->json, "code", e->item.code);
        jw_put_text(&r->json, "title", e->item.title);
        jw_end(&r->json);
    }
    jw_end(&r->json);
    return true;
}

void import_row_columns(struct call *k, struct import_row *row, const struct row_detail *d)
{
    row->assists = row_assists_json(k->c->a, d);
    row->parts = row_parts_json(k->c->a, d);
    row->doubts = row_doubts_json(k->c->a, d);
}

static bool compare_all(struct import_reading *r, struct matcher *m, const struct source_doc *doc)
{
    for (size_t i = 0; i < r->rows.n; i++) {
        if (!matcher_row(m, &r->rows.at[i], &r->details.at[i])) return false;
        import_row_columns(r->k, &r->rows.at[i], &r->details.at[i]);
    }
    if (!add_missing(r, m, doc)) return false;
    import_remainder_end(r);
    if (!buf_ok(&r->remainder)) return fail(r->k->c, ERR_TOO_LARGE, "division.too_large");
    return ctx_ok(r->k->c);
}

static bool insert_batch(struct import_reading *r, const struct preview_args *a, const struct source_doc *doc,
                         struct import_batch *b)
{
    struct call *k = r->k;
    shape_init(IMPORT_BATCH.shape, b);
    b->source_doc_id = doc->id;
    b->kind = STR("division");
    b->register_id = a->register_id;
    b->plan_year = r->year;
    b->state = STR("previewed");
    b->remainder = buf_str(&r->remainder);
    b->account_id = k->actor.account_id;
    b->read_at = k->now;
    if (!import_counts(k, r->rows.at, r->rows.n, b->remainder, &b->counts) || !record_insert(k, &IMPORT_BATCH, b))
        return false;
    for (size_t i = 0; i < r->rows.n; i++) {
        r->rows.at[i].batch_id = b->id;
        if (!record_insert(k, &IMPORT_ROW, &r->rows.at[i])) return false;
    }
    return true;
}

static void tell_batch(struct json *out, const struct import_batch *b, bool again)
{
    jw_put_id(out, "batch", b->id);
    jw_put_int(out, "version", b->version);
    jw_put_text(out, "state", b->state);
    jw_put_bool(out, "again", again);
    jw_key(out, "counts");
    jw_raw(out, b->counts);
}

static bool plan_year(struct call *k, int64_t given, int64_t *year)
{
    struct district d;
    if (given && (given < 1949 || given > 2999)) return fail_field(k->c, ERR_INVALID, "import.bad_year", STR("year"));
    if (!given && !record_load(k, &DISTRICT, k->district, &d)) return false;
    *year = given ? given : d.plan_year;
    return true;
}

// A preview that is still open is shown again with what was decided so far.
static bool open_preview(struct call *k, const struct preview_args *a, const struct source_doc *doc, int64_t year,
                         struct import_batch *b, bool *found)
{
    struct list batches;
    if (!record_list(k, &OPEN_BATCH, &batches, ARG(k->district), ARG(doc->id), ARG(a->register_id), ARG(year)))
        return false;
    *found = batches.n > 0;
    if (*found) *b = *(struct import_batch *)batches.at;
    return true;
}

static bool run_preview(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct preview_args *a = args;
    struct source_doc doc;
    struct import_batch b;
    struct matcher m;
    struct import_reading r = {.k = k, .file_name = a->file_name, .line_id = a->line, .year_given = a->year != 0};
    bool known, open = false;
    k->object_kind = "import_batch";
    if (!guard_secrecy(k, &preview_shape, a) || !plan_year(k, a->year, &r.year)) return false;
    if (!find_document(k, a, &doc, &known)) return false;
    if (known && !open_preview(k, a, &doc, r.year, &b, &open)) return false;
    if (!open) {
        if (!file_read(k->c, k->ledger, a->file_hash, IMPORT_FILE_MAX, &r.bytes) || !import_read(&r)) return false;
        if (!known && !make_document(k, a, r.title, &doc)) return false;
        if (!matcher_load(k, a->register_id, r.year, &m) || !compare_all(&r, &m, &doc)) return false;
        if (!insert_batch(&r, a, &doc, &b)) return false;
    }
    k->object_id = b.id;
    tell_batch(out, &b, open);
    return true;
}

/* --- decide --- */

bool import_open(struct call *k, int64_t id, int64_t version, struct import_batch *b)
{
    k->object_kind = "import_batch";
    k->object_id = id;
    if (!record_load(k, &IMPORT_BATCH, id, b)) return false;
    if (!str_is(b->state, "previewed")) return fail(k->c, ERR_CONFLICT, "import.not_open");
    return !version || version == b->version || fail(k->c, ERR_STALE, "record.stale");
}

static void take_decision(struct call *k, const struct decide_args *a, uint64_t given, struct import_row *row,
                          struct row_detail *d)
{
    if (a->title.n) row->title = a->title;
    if (args_given(&decide_shape, given, "lead")) row->lead_unit_id = a->lead;
    if (args_given(&decide_shape, given, "due")) row->due_day = a->due;
    if (a->due_kind.n) row->due_kind = a->due_kind;
    else if (a->due && str_is(row->due_kind, "none")) row->due_kind = STR("finish");
    if (args_given(&decide_shape, given, "assists")) {
        d->assist_texts.n = d->assist_ids.n = 0;
        for (size_t i = 0; i < a->assists.n; i++) {
            int64_t unit = ((const int64_t *)a->assists.at)[i];
            VEC_ADD(k->c->a, &d->assist_ids, unit);
            VEC_ADD(k->c->a, &d->assist_texts, unit_tree_by_id(k->units, unit)->unit.name);
        }
    }
    d->doubts.n = 0;
}

// All rows again against the items: a decision may set an item free for another row.
static bool verdict_of(struct call *k, const struct import_batch *b, struct import_row *row, struct row_detail *d)
{
    struct matcher m;
    struct list rows;
    if (!matcher_load(k, b->register_id, b->plan_year, &m) || !import_rows_of(k, b->id, &rows)) return false;
    struct import_row *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct existing *e = at[i].id == row->id ? NULL : map_get_int(&m.by_id, at[i].item_id);
        if (e) e->used = true;
    }
    m.earlier = (struct map){0}; // this decision counts, not the one before
    return matcher_row(&m, row, d);
}

static bool count_again(struct call *k, struct import_batch *b, size_t *doubtful)
{
    struct list rows;
    struct import_batch before = *b;
    if (!import_rows_of(k, b->id, &rows)) return false;
    const struct import_row *at = rows.at;
    *doubtful = 0;
    for (size_t i = 0; i < rows.n; i++) *doubtful += str_is(at[i].verdict, "doubtful");
    return import_counts(k, at, rows.n, b->remainder, &b->counts) && record_update(k, &IMPORT_BATCH, &before, b);
}

static bool run_decide(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct decide_args *a = args;
    struct import_batch b;
    struct import_row before, row;
    struct row_detail d;
    size_t doubtful;
    if (!import_open(k, a->batch, 0, &b) || !guard_secrecy(k, &decide_shape, a)) return false;
    if (!record_load(k, &IMPORT_ROW, a->row, &before) || !row_detail_read(k->c, &before, &d)) return false;
    if (before.batch_id != b.id) return fail_field(k->c, ERR_INVALID, "import.other_batch", STR("row"));
    row = before;
    row.verdict = str_is(a->as, "notice") ? STR("notice") : STR_EMPTY;
    take_decision(k, a, given, &row, &d);
    if (!verdict_of(k, &b, &row, &d)) return false;
    import_row_columns(k, &row, &d);
    if (!record_update(k, &IMPORT_ROW, &before, &row) || !count_again(k, &b, &doubtful)) return false;
    jw_put_id(out, "row", row.id);
    jw_put_text(out, "verdict", row.verdict);
    jw_put_int(out, "doubtful", (int64_t)doubtful);
    jw_put_int(out, "version", b.version);
    return true;
}

/* --- discard --- */

static bool run_discard(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    struct import_batch before, b;
    if (!import_open(k, ((const struct import_batch_args *)args)->batch, 0, &b)) return false;
    before = b;
    b.state = STR("discarded");
    if (!record_update(k, &IMPORT_BATCH, &before, &b)) return false;
    jw_put_id(out, "batch", b.id);
    return true;
}

/* --- the subject --- */

static const struct command COMMANDS[] = {
    {"import.preview", "导入预览", "Preview an import",
     "读取分工文件，与台账比较，列出新增、变化、待确认",
     "Reads a division document and shows what is new, changed or doubtful", ROLE_SUPERVISOR,
     &preview_shape, run_preview},
    {"import.decide", "确认导入行", "Decide a row", "确认一行是任务还是说明文字，并补正单位与时限",
     "Says whether a row is a task, and mends its units and due day", ROLE_SUPERVISOR,
     &decide_shape, run_decide},
    {"import.apply", "应用导入", "Apply an import", "一次写入全部任务；有待确认的行时不能应用",
     "Drafts and edits all tasks at once; refused while rows are doubtful", ROLE_SUPERVISOR,
     &batch_shape, run_import_apply},
    {"import.discard", "放弃导入", "Discard an import", "放弃一次导入预览", "Drops a preview",
     ROLE_SUPERVISOR, &batch_shape, run_discard},
};

static const struct query QUERIES[] = {
    {"imports", "导入记录", "Imports", "全部导入批次，新的在前", "All imports, newest first", ROLES_ALL_DATA, NULL,
     query_imports},
    {"import", "导入批次", "Import", "一次导入的差异、待确认与原文", "The difference, the doubts and the text of an import",
     ROLES_ALL_DATA, &IMPORT_ASK, query_import},
};

static struct records *const RECORD_LISTS[] = {&ROWS_OF_BATCH, &DOC_BY_HASH, &OPEN_BATCH,     &IMPORT_LINES,
                                               &EARLIER_ROWS,  &BATCHES,     &IMPORT_PEOPLE};
static const struct stmt *const STATEMENTS[] = {&IMPORT_ITEMS, &IMPORT_ASSISTS};

const struct subject IMPORT_SUBJECT = {
    .name = "import",
    .commands = COMMANDS,
    .n_commands = COUNT_OF(COMMANDS),
    .queries = QUERIES,
    .n_queries = COUNT_OF(QUERIES),
    .records = RECORD_LISTS,
    .n_records = COUNT_OF(RECORD_LISTS),
    .statements = STATEMENTS,
    .n_statements = COUNT_OF(STATEMENTS),
};
