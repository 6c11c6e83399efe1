/*
 * Documents and their clauses: kept as printed, linked to the tasks that answer for them, many to many.
 * Clauses come with the import of a document (clause_import.c) or are added by hand.
 */
#include "ledger/item/draft.h"
#include "ledger/item/guard.h"
#include "ledger/item/loop.h"
#include "ledger/plan/clause_import.h"
#include "ledger/plan/plan_internal.h"

#define DOCUMENT_ADD_ARGS(X)                                                            \
    X(code, str, F_TEXT, 40, "代码", "code", REQUIRED, NULL)                            \
    X(title, str, F_TEXT, 200, "文件名称", "title", REQUIRED, NULL)                     \
    X(doc_no, str, F_TEXT, 60, "文号", "document number", 0, NULL)                      \
    X(file_hash, str, F_TEXT, 64, "内容哈希", "content hash", REQUIRED, NULL)           \
    X(file_name, str, F_TEXT, 200, "文件名", "file name", REQUIRED, NULL)               \
    X(media_type, str, F_TEXT, 100, "类型", "media type", REQUIRED, NULL)               \
    X(bytes, int64_t, F_INT, 0, "字节", "bytes", REQUIRED, NULL)
struct document_add_args { DOCUMENT_ADD_ARGS(AS_MEMBER) };
#define OWNER struct document_add_args
SHARED_SHAPE_OF(document_add, DOCUMENT_ADD_ARGS);
#undef OWNER

#define CLAUSE_TEXT_ARGS(X)                                                             \
    X(number, str, F_TEXT, 60, "条款号", "number as printed", 0, NULL)                  \
    X(section, str, F_TEXT, 400, "章节", "section", 0, NULL)                            \
    X(page, str, F_TEXT, 20, "页码", "page", 0, NULL)                                   \
    X(place, str, F_TEXT, 80, "原文位置", "place in the source", 0, NULL)
#define CLAUSE_ADD_ARGS(X)                                                              \
    X(source_doc, int64_t, F_REF, 0, "来源文件", "source document", REQUIRED, "source_doc") \
    X(body, str, F_TEXT, 8000, "条款内容", "text", REQUIRED | MULTILINE, NULL)          \
    X(code, str, F_TEXT, 60, "代码", "code", 0, NULL)                                   \
    X(ordinal, int64_t, F_INT, 0, "顺序", "position", 0, NULL)                          \
    X(basis, str, F_ENUM, 0, "依据", "basis", 0, &BASES)                                \
    CLAUSE_TEXT_ARGS(X)
struct clause_add_args { CLAUSE_ADD_ARGS(AS_MEMBER) };
#define OWNER struct clause_add_args
SHARED_SHAPE_OF(clause_add, CLAUSE_ADD_ARGS);
#undef OWNER

#define CLAUSE_EDIT_ARGS(X)                                                             \
    X(clause, int64_t, F_REF, 0, "条款", "clause", REQUIRED, "clause")                  \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED, NULL)                    \
    X(body, str, F_TEXT, 8000, "条款内容", "text", MULTILINE, NULL)                     \
    X(ordinal, int64_t, F_INT, 0, "顺序", "position", 0, NULL)                          \
    X(no_task, str, F_TEXT, 400, "无需任务的理由", "why no task is needed", 0, NULL)    \
    CLAUSE_TEXT_ARGS(X)
struct clause_edit_args { CLAUSE_EDIT_ARGS(AS_MEMBER) };
#define OWNER struct clause_edit_args
SHARED_SHAPE_OF(clause_edit, CLAUSE_EDIT_ARGS);
#undef OWNER

#define CLAUSE_REMOVE_ARGS(X) X(clause, int64_t, F_REF, 0, "条款", "clause", REQUIRED, "clause")
struct clause_remove_args { CLAUSE_REMOVE_ARGS(AS_MEMBER) };
#define OWNER struct clause_remove_args
SHARED_SHAPE_OF(clause_remove, CLAUSE_REMOVE_ARGS);
#undef OWNER

#define CLAUSE_LINK_ARGS(X)                                                             \
    X(clause, int64_t, F_REF, 0, "条款", "clause", REQUIRED, "clause")                  \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(note, str, F_TEXT, 400, "说明", "note", 0, NULL)
struct clause_link_args { CLAUSE_LINK_ARGS(AS_MEMBER) };
#define OWNER struct clause_link_args
SHARED_SHAPE_OF(clause_link, CLAUSE_LINK_ARGS);
#undef OWNER

#define CLAUSE_UNLINK_ARGS(X)                                                           \
    X(clause, int64_t, F_REF, 0, "条款", "clause", REQUIRED, "clause")                  \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")
struct clause_unlink_args { CLAUSE_UNLINK_ARGS(AS_MEMBER) };
#define OWNER struct clause_unlink_args
SHARED_SHAPE_OF(clause_unlink, CLAUSE_UNLINK_ARGS);
#undef OWNER

#define CLAUSE_DRAFT_ARGS(X)                                                            \
    X(clause, int64_t, F_REF, 0, "条款", "clause", REQUIRED, "clause")                  \
    X(register_, int64_t, F_REF, 0, "台账", "register", REQUIRED, "register_def")       \
    X(title, str, F_TEXT, 200, "任务名称", "title", REQUIRED, NULL)                     \
    X(line, int64_t, F_REF, 0, "工作线", "line", 0, "work_line")                        \
    X(lead, int64_t, F_REF, 0, "牵头单位", "lead unit", 0, "unit")                      \
    X(due, int64_t, F_DAY, 0, "完成时限", "due", 0, NULL)
struct clause_draft_args { CLAUSE_DRAFT_ARGS(AS_MEMBER) };
#define OWNER struct clause_draft_args
static const struct field clause_draft_fields[] = {
    AS_FIELD(clause, int64_t, F_REF, 0, "条款", "clause", REQUIRED, "clause")
    // "register" is a word of the language; in JSON the member has its proper name.
    {"register", F_REF, offsetof(OWNER, register_), 0, "台账", "register", REQUIRED, "register_def"},
    AS_FIELD(title, str, F_TEXT, 200, "任务名称", "title", REQUIRED, NULL)
    AS_FIELD(line, int64_t, F_REF, 0, "工作线", "line", 0, "work_line")
    AS_FIELD(lead, int64_t, F_REF, 0, "牵头单位", "lead unit", 0, "unit")
    AS_FIELD(due, int64_t, F_DAY, 0, "完成时限", "due", 0, NULL)};
#undef OWNER
const struct shape clause_draft_shape = {"clause_draft", clause_draft_fields, COUNT_OF(clause_draft_fields),
                                         sizeof(struct clause_draft_args)};

struct records CLAUSES_OF_DOC = RECORDS(
    "clause.of_document", &CLAUSE, "WHERE district_id = $1 AND source_doc_id = $2 ORDER BY ordinal, id LIMIT 5000");
struct records LINKS_OF_CLAUSE = RECORDS("clause_item.of_clause", &CLAUSE_ITEM,
                                         "WHERE district_id = $1 AND clause_id = $2 ORDER BY id LIMIT 500");
struct records LINKS_OF_ITEM = RECORDS("clause_item.of_item", &CLAUSE_ITEM,
                                       "WHERE district_id = $1 AND item_id = $2 ORDER BY id");
const struct stmt CLAUSE_LAST = {
    "clause.last", "SELECT max(c.ordinal) FROM clause AS c WHERE c.district_id = $1 AND c.source_doc_id = $2"};

/* --- shared by the folder --- */

void plan_done(struct call *k, const struct entity *e, int64_t id, struct json *out)
{
    k->object_kind = e->name;
    k->object_id = id;
    jw_put_id(out, e->name, id);
}

bool plan_code(struct call *k, str code)
{
    for (size_t i = 0; i < code.n; i++) {
        char ch = code.p[i];
        bool word = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (!word && ch != '-' && ch != '_' && ch != '.')
            return fail_field(k->c, ERR_INVALID, "org.bad_code", STR("code"), code);
    }
    return true;
}

static bool code_free(struct call *k, struct entity *e, str code)
{
    bool found = false;
    void *other = arena_alloc(k->c->a, e->shape->size);
    if (!plan_code(k, code) || (code.n && !record_by_code(k, e, code, other, &found))) return false;
    return !found || fail_field(k->c, ERR_CONFLICT, "org.code_taken", STR("code"), code);
}

/* --- documents and clauses --- */

bool document_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct document_add_args *a = args;
    struct source_doc d;
    (void)given;
    if (!guard_secrecy(k, &document_add_shape, a) || !code_free(k, &SOURCE_DOC, a->code)) return false;
    shape_init(SOURCE_DOC.shape, &d);
    d.code = a->code;
    d.title = a->title;
    d.doc_no = a->doc_no;
    d.file_hash = a->file_hash;
    d.file_name = a->file_name;
    d.media_type = a->media_type;
    d.bytes = a->bytes;
    d.account_id = k->actor.account_id;
    d.added_at = k->now;
    if (!record_insert(k, &SOURCE_DOC, &d)) return false;
    plan_done(k, &SOURCE_DOC, d.id, out);
    return true;
}

static bool last_ordinal(struct call *k, int64_t doc, int64_t *last)
{
    struct db_rows r;
    *last = 0;
    if (!DB_QUERY(k->c, k->db, &r, &CLAUSE_LAST, ARG(k->district), ARG(doc))) return false;
    if (db_next(&r)) *last = db_int(&r, 0);
    return db_done(&r);
}

static bool check_ordinal(struct call *k, int64_t ordinal)
{
    if (ordinal >= 0 && ordinal <= 1000000) return true;
    return fail_field(k->c, ERR_INVALID, "clause.bad_ordinal", STR("ordinal"));
}

bool clause_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct clause_add_args *a = args;
    struct clause c;
    int64_t last;
    (void)given;
    if (!guard_secrecy(k, &clause_add_shape, a) || !code_free(k, &CLAUSE, a->code)) return false;
    if (!check_ordinal(k, a->ordinal) || !last_ordinal(k, a->source_doc, &last)) return false;
    shape_init(CLAUSE.shape, &c);
    c.code = a->code;
    c.source_doc_id = a->source_doc;
    c.ordinal = a->ordinal ? a->ordinal : last + 1;
    c.number = a->number;
    c.section = a->section;
    c.body = a->body;
    c.page = a->page;
    c.place = a->place;
    c.basis = a->basis.n ? a->basis : STR("local");
    if (!record_insert(k, &CLAUSE, &c)) return false;
    plan_done(k, &CLAUSE, c.id, out);
    return true;
}

bool clause_edit_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct clause_edit_args *a = args;
    struct clause before, c;
    if (!record_load(k, &CLAUSE, a->clause, &before)) return false;
    if (a->version != before.version) return fail(k->c, ERR_STALE, "record.stale");
    if (!guard_secrecy(k, &clause_edit_shape, a) || !check_ordinal(k, a->ordinal)) return false;
    c = before;
#define TAKE(name) \
    if (args_given(&clause_edit_shape, given, #name)) c.name = a->name
    TAKE(body);
    TAKE(ordinal);
    TAKE(no_task);
    TAKE(number);
    TAKE(section);
    TAKE(page);
    TAKE(place);
#undef TAKE
    if (c.body.n == 0) return fail_field(k->c, ERR_INVALID, "field.required", STR("body"), STR("body"));
    if (!record_update(k, &CLAUSE, &before, &c)) return false;
    plan_done(k, &CLAUSE, c.id, out);
    return true;
}

bool clause_remove_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct clause_remove_args *a = args;
    struct clause c;
    struct list links;
    (void)given;
    if (!record_load(k, &CLAUSE, a->clause, &c)) return false;
    if (!record_list(k, &LINKS_OF_CLAUSE, &links, ARG(k->district), ARG(c.id))) return false;
    if (links.n)
        return fail(k->c, ERR_CONFLICT, "clause.linked", c.number.n ? c.number : utf8_head(c.body, 20),
                    str_printf(k->c->a, "%zu", links.n));
    plan_done(k, &CLAUSE, c.id, out);
    return record_remove(k, &CLAUSE, &c);
}

/* --- clauses and items --- */

static bool find_link(struct call *k, int64_t clause, int64_t item, struct clause_item *link, bool *found)
{
    struct list links;
    if (!record_list(k, &LINKS_OF_ITEM, &links, ARG(k->district), ARG(item))) return false;
    const struct clause_item *at = links.at;
    *found = false;
    for (size_t i = 0; i < links.n && !*found; i++) {
        *found = at[i].clause_id == clause;
        if (*found) *link = at[i];
    }
    return true;
}

bool clause_attach(struct call *k, int64_t clause, int64_t item, str note)
{
    struct clause_item link, before;
    bool found;
    if (!find_link(k, clause, item, &link, &found)) return false;
    if (!found) {
        shape_init(CLAUSE_ITEM.shape, &link);
        link.clause_id = clause;
        link.item_id = item;
        link.linked_at = k->now;
    }
    before = link;
    link.note = note;
    return found ? record_update(k, &CLAUSE_ITEM, &before, &link) : record_insert(k, &CLAUSE_ITEM, &link);
}

// Linking again changes the note only.
bool clause_link_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct clause_link_args *a = args;
    (void)given;
    if (!guard_secrecy(k, &clause_link_shape, a) || !clause_attach(k, a->clause, a->item, a->note)) return false;
    plan_done(k, &ITEM, a->item, out);
    jw_put_id(out, "clause", a->clause);
    return true;
}

bool clause_unlink_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct clause_unlink_args *a = args;
    struct clause_item link;
    bool found;
    (void)given;
    if (!find_link(k, a->clause, a->item, &link, &found)) return false;
    if (!found) return fail_field(k->c, ERR_INVALID, "clause.not_linked", STR("item"));
    plan_done(k, &ITEM, a->item, out);
    return record_remove(k, &CLAUSE_ITEM, &link);
}

// A promise of the document becomes somebody's task: drafted from the clause's words and linked to it.
bool clause_draft_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct clause_draft_args *a = args;
    struct clause c;
    struct item_draft d;
    struct item it;
    (void)given;
    if (!record_load(k, &CLAUSE, a->clause, &c)) return false;
    item_draft_init(&d);
    d.register_ = a->register_;
    d.title = a->title;
    d.content = utf8_head(c.body, 4000);
    d.line = a->line;
    d.lead = a->lead;
    d.due = a->due;
    d.basis = c.basis;
    d.source_doc = c.source_doc_id;
    d.source_clause = utf8_head(c.number.n ? c.number : c.section, 200);
    d.source_place = c.place;
    if (!item_make(k, &d, &it) || !clause_attach(k, c.id, it.id, STR_EMPTY)) return false;
    plan_done(k, &ITEM, it.id, out);
    jw_put_text(out, "code", it.code);
    jw_put_int(out, "version", it.version);
    return true;
}
