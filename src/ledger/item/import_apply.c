/*
 * The command import.apply: every row becomes an item, changes one, or is seen to be there already,
 * through the functions behind item.draft and item.edit, in one transaction.
 */
#include "ledger/item/import.h"
#include "ledger/item/loop.h"
#include "ledger/plan/clause_import.h"

#include <jansson.h>

struct applying {
    struct call *k;
    struct import_batch *batch;
    struct matcher m;
    struct clause_book clauses;
    struct list lines; // struct work_line
    int64_t line_id;
    size_t drafted, edited, same, notices;
    struct buf kept; // JSON: rows whose items may no longer be changed by an import
    struct json kept_json;
};

struct records IMPORT_LINES = RECORDS("import.lines", &WORK_LINE, "WHERE district_id = $1 ORDER BY official_order, id");

static bool no_doubts(struct call *k, const struct import_row *rows, size_t n)
{
    struct buf b;
    size_t doubtful = 0;
    buf_init(&b, k->c->a, 2000);
    for (size_t i = 0; i < n; i++) {
        if (!str_is(rows[i].verdict, "doubtful")) continue;
        if (doubtful++ >= 20) continue;
        if (b.n) buf_addz(&b, "、");
        buf_int(&b, rows[i].ordinal);
    }
    return doubtful == 0 || fail(k->c, ERR_REFUSED, "import.doubtful",
                                 str_printf(k->c->a, "%zu", doubtful), buf_str(&b));
}

// The line the user chose, else the one whose name stands in the section's headings.
static int64_t line_of(struct applying *p, const struct import_row *row)
{
    struct arena *a = p->k->c->a;
    const struct work_line *at = p->lines.at;
    str section = str_fold(a, row->section);
    for (size_t i = 0; !p->line_id && i < p->lines.n; i++)
        if (str_has(section, str_fold(a, at[i].name))) return at[i].id;
    return p->line_id;
}

static bool is_measured(const struct row_detail *d, str sentence)
{
    for (size_t i = 0; i < d->parts.n; i++)
        if (str_is(d->parts.at[i].kind, "target") && str_has(sentence, d->parts.at[i].body)) return true;
    return false;
}

// The sentences that measure something are the standard, each a part of its own; where none does, the
// document's own words are.
static str standard_of(struct arena *a, const struct row_detail *d)
{
    struct buf b;
    buf_init(&b, a, 8000);
    str rest = str_replace(a, str_replace(a, d->content, STR("。"), STR("\n")), STR("；"), STR("\n"));
    while (rest.n) {
        str sentence = str_trim(str_cut(&rest, STR("\n")));
        if (!is_measured(d, sentence)) continue;
        if (b.n) buf_addz(&b, "；");
        buf_add(&b, sentence);
    }
    return utf8_head(b.n ? buf_str(&b) : d->content, 2000);
}

static struct list assists_of(struct arena *a, const struct import_row *row, const struct row_detail *d)
{
    VEC(struct draft_assist) out = {0};
    for (size_t i = 0; i < d->assist_ids.n; i++) {
        int64_t unit = d->assist_ids.at[i];
        bool again = unit == 0 || unit == row->lead_unit_id;
        for (size_t n = 0; n < out.n; n++) again = again || out.at[n].unit == unit;
        if (again) continue;
        struct draft_assist *to = VEC_PUSH(a, &out);
        shape_init(&draft_assist_shape, to);
        to->unit = unit;
    }
    return (struct list){out.at, out.n};
}

static bool draft(struct applying *p, struct import_row *row, const struct row_detail *d)
{
    struct arena *a = p->k->c->a;
    struct item_draft draft;
    struct item it;
    item_draft_init(&draft);
    draft.register_ = p->batch->register_id;
    draft.title = row->title;
    draft.content = utf8_head(d->content, 4000);
    draft.standard = standard_of(a, d);
    draft.line = line_of(p, row);
    draft.lead = row->lead_unit_id;
    draft.leader = d->leader_id;
    draft.assists = assists_of(a, row, d);
    draft.parts = (struct list){d->parts.at, d->parts.n};
    draft.due = row->due_day;
    draft.due_kind = row->due_kind;
    draft.cycle = d->cycle;
    draft.cycle_day = d->cycle_day;
    draft.source_doc = p->batch->source_doc_id;
    draft.source_clause = utf8_head(d->number.n ? str_printf(a, "%.*s %.*s", STR_FMT(row->section), STR_FMT(d->number))
                                                : row->section, 200);
    draft.source_place = row->place;
    if (!item_make(p->k, &draft, &it)) return false;
    row->item_id = it.id;
    p->drafted++;
    return true;
}

#define GIVE(name) \
    given |= UINT64_C(1) << (shape_field(&item_edit_shape, STR(name)) - item_edit_shape.fields)

static bool edit(struct applying *p, const struct import_row *row, const struct row_detail *d, unsigned diff)
{
    struct arena *a = p->k->c->a;
    struct item_edit e;
    struct item it;
    uint64_t given = 0;
    shape_init(&item_edit_shape, &e);
    e.item = row->item_id;
    GIVE("item");
    e.title = row->title;
    e.content = utf8_head(d->content, 4000);
    e.lead = row->lead_unit_id;
    e.assists = assists_of(a, row, d);
    e.leader = d->leader_id;
    e.due = row->due_day;
    e.due_kind = row->due_kind;
    if (diff & ROW_TITLE) GIVE("title");
    if (diff & ROW_CONTENT) GIVE("content");
    if (diff & ROW_LEAD) GIVE("lead");
    if (diff & ROW_ASSISTS) GIVE("assists");
    if (diff & ROW_LEADER) GIVE("leader");
    if (diff & ROW_DUE) {
        if (e.due) GIVE("due");
        GIVE("due_kind");
    }
    p->edited++;
    return item_change(p->k, &e, given, &it);
}

// What an approval was given for, and what was issued, moves by decided change requests, not by a file.
static bool may_edit(const struct existing *e, unsigned diff)
{
    unsigned state = state_bit(e->item.state);
    return state == IN_DRAFTED || (state == IN_APPROVED && !(diff & (ROW_TITLE | ROW_CONTENT)));
}

static void keep(struct applying *p, const struct import_row *row, const struct existing *e)
{
    jw_object(&p->kept_json);
    jw_put_int(&p->kept_json, "ordinal", row->ordinal);
    jw_put_id(&p->kept_json, "item", e->item.id);
    jw_put_text(&p->kept_json, "code", e->item.code);
    jw_put_text(&p->kept_json, "state", e->item.state);
    jw_end(&p->kept_json);
}

static bool apply_row(struct applying *p, struct import_row *row)
{
    struct row_detail d;
    struct import_row before = *row;
    if (!row_detail_read(p->k->c, row, &d) || !matcher_row(&p->m, row, &d)) return false;
    if (str_is(row->verdict, "notice")) {
        p->notices++;
    } else if (row->item_id == 0) {
        if (!draft(p, row, &d)) return false;
    } else {
        const struct existing *e = map_get_int(&p->m.by_id, row->item_id);
        unsigned diff = row_differences(p->k->c->a, row, &d, e);
        if (diff == 0) p->same++;
        else if (!may_edit(e, diff)) keep(p, row, e);
        else if (!edit(p, row, &d, diff)) return false;
    }
    import_row_columns(p->k, row, &d);
    return clause_book_row(&p->clauses, row, d.number) && record_update(p->k, &IMPORT_ROW, &before, row);
}

static int64_t line_of_batch(const struct import_batch *b)
{
    json_t *root = json_loadb(b->remainder.p, b->remainder.n, 0, NULL);
    const char *text = json_string_value(json_object_get(root, "line"));
    int64_t id = 0;
    if (text && !str_int(str_of(text), &id)) id = 0;
    json_decref(root);
    return id;
}

static void tell_applied(struct applying *p, struct json *out)
{
    jw_put_id(out, "batch", p->batch->id);
    jw_put_int(out, "version", p->batch->version);
    jw_put_int(out, "drafted", (int64_t)p->drafted);
    jw_put_int(out, "edited", (int64_t)p->edited);
    jw_put_int(out, "same", (int64_t)p->same);
    jw_put_int(out, "notices", (int64_t)p->notices);
    jw_key(out, "kept");
    jw_raw(out, buf_str(&p->kept));
}

bool run_import_apply(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct import_batch_args *a = args;
    struct import_batch before, b;
    struct list rows;
    struct applying p = {.k = k, .batch = &b};
    if (!import_open(k, a->batch, a->version, &b) || !import_rows_of(k, b.id, &rows)) return false;
    before = b;
    if (!no_doubts(k, rows.at, rows.n) || !matcher_load(k, b.register_id, b.plan_year, &p.m)) return false;
    p.m.earlier = (struct map){0}; // this batch has been decided
    p.line_id = line_of_batch(&b);
    if (!record_list(k, &IMPORT_LINES, &p.lines, ARG(k->district))) return false;
    if (!clause_book_open(k, b.source_doc_id, &p.clauses)) return false;
    buf_init(&p.kept, k->c->a, 512 * 1024);
    jw_init(&p.kept_json, &p.kept);
    jw_array(&p.kept_json);
    for (size_t i = 0; i < rows.n; i++)
        if (!apply_row(&p, (struct import_row *)rows.at + i) || !ctx_ok(k->c)) return false;
    jw_end(&p.kept_json);
    b.state = STR("applied");
    k->object_kind = "import_batch"; // item_change names its item
    k->object_id = b.id;
    if (!import_counts(k, rows.at, rows.n, b.remainder, &b.counts) || !record_update(k, &IMPORT_BATCH, &before, &b))
        return false;
    tell_applied(&p, out);
    return true;
}
