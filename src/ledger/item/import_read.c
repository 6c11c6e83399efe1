#include "ledger/item/import.h"

#include <jansson.h>
#include <stdlib.h>

#include "exchange/division/division.h"
#include "ledger/org/rules.h"

enum { REMAINDER_MAX = 64 * 1024 * 1024, ROW_JSON_MAX = 1024 * 1024, SECTION_MAX = 400 };

/* --- JSON columns --- */

static void begin(struct arena *a, struct buf *b, struct json *j)
{
    buf_init(b, a, ROW_JSON_MAX);
    jw_init(j, b);
}

str row_assists_json(struct arena *a, const struct row_detail *d)
{
    struct buf b;
    struct json j;
    begin(a, &b, &j);
    jw_array(&j);
    for (size_t i = 0; i < d->assist_texts.n; i++) {
        jw_object(&j);
        jw_put_text(&j, "text", d->assist_texts.at[i]);
        jw_put_id(&j, "unit", d->assist_ids.at[i]);
        jw_end(&j);
    }
    jw_end(&j);
    return buf_str(&b);
}

str row_parts_json(struct arena *a, const struct row_detail *d)
{
    struct buf b;
    struct json j;
    begin(a, &b, &j);
    jw_object(&j);
    jw_put_text(&j, "number", d->number);
    jw_put_text(&j, "content", d->content);
    jw_put_int(&j, "blocks", d->blocks);
    jw_put_id(&j, "leader", d->leader_id);
    jw_put_text(&j, "cycle", d->cycle);
    jw_put_int(&j, "cycle_day", d->cycle_day);
    jw_key(&j, "parts");
    jw_array(&j);
    for (size_t i = 0; i < d->parts.n; i++) {
        const struct draft_part *p = &d->parts.at[i];
        jw_object(&j);
        jw_put_text(&j, "kind", p->kind);
        jw_put_text(&j, "body", p->body);
        jw_put_text(&j, "comparator", p->comparator);
        jw_put_text(&j, "quantity", dec_text(a, p->quantity));
        jw_put_text(&j, "unit", p->quantity_unit);
        jw_end(&j);
    }
    jw_end(&j);
    jw_end(&j);
    return buf_str(&b);
}

str row_doubts_json(struct arena *a, const struct row_detail *d)
{
    struct buf b;
    struct json j;
    begin(a, &b, &j);
    jw_array(&j);
    for (size_t i = 0; i < d->doubts.n; i++) {
        const struct row_doubt *q = &d->doubts.at[i];
        jw_object(&j);
        jw_put_text(&j, "field", q->field);
        jw_put_text(&j, "why", q->why);
        jw_put_text(&j, "text", q->text);
        jw_put_bool(&j, "hard", q->hard);
        jw_key(&j, "candidates");
        jw_array(&j);
        for (size_t n = 0; n < q->candidates.n; n++) jw_text(&j, q->candidates.at[n]);
        jw_end(&j);
        jw_end(&j);
    }
    jw_end(&j);
    return buf_str(&b);
}

static str member(struct ctx *c, const json_t *object, const char *name)
{
    const json_t *v = json_object_get(object, name);
    return v && json_is_string(v) ? str_dup(c->a, (str){json_string_value(v), json_string_length(v)}) : STR_EMPTY;
}

static int64_t member_id(struct ctx *c, const json_t *object, const char *name)
{
    int64_t id = 0;
    return str_int(member(c, object, name), &id) ? id : 0;
}

static void read_parts(struct ctx *c, const json_t *root, struct row_detail *d)
{
    const json_t *parts = json_object_get(root, "parts");
    d->number = member(c, root, "number");
    d->content = member(c, root, "content");
    d->cycle = member(c, root, "cycle");
    d->blocks = json_integer_value(json_object_get(root, "blocks"));
    d->cycle_day = json_integer_value(json_object_get(root, "cycle_day"));
    d->leader_id = member_id(c, root, "leader");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *one = json_array_get(parts, i);
        struct draft_part *p = VEC_PUSH(c->a, &d->parts);
        shape_init(&draft_part_shape, p);
        p->kind = member(c, one, "kind");
        p->body = member(c, one, "body");
        p->comparator = member(c, one, "comparator");
        p->quantity_unit = member(c, one, "unit");
        if (!dec_parse(member(c, one, "quantity"), &p->quantity)) p->quantity = DEC_NONE;
    }
}

static void read_assists(struct ctx *c, const json_t *root, struct row_detail *d)
{
    for (size_t i = 0; i < json_array_size(root); i++) {
        VEC_ADD(c->a, &d->assist_texts, member(c, json_array_get(root, i), "text"));
        VEC_ADD(c->a, &d->assist_ids, member_id(c, json_array_get(root, i), "unit"));
    }
}

static void read_doubts(struct ctx *c, const json_t *root, struct row_detail *d)
{
    for (size_t i = 0; i < json_array_size(root); i++) {
        const json_t *one = json_array_get(root, i), *candidates = json_object_get(one, "candidates");
        struct row_doubt *q = VEC_PUSH(c->a, &d->doubts);
        q->field = member(c, one, "field");
        q->why = member(c, one, "why");
        q->text = member(c, one, "text");
        q->hard = json_is_true(json_object_get(one, "hard"));
        for (size_t n = 0; n < json_array_size(candidates); n++) {
            const json_t *v = json_array_get(candidates, n);
            VEC_ADD(c->a, &q->candidates, str_dup(c->a, (str){json_string_value(v), json_string_length(v)}));
        }
    }
}

bool row_detail_read(struct ctx *c, const struct import_row *row, struct row_detail *d)
{
    static void (*const readers[])(struct ctx *, const json_t *, struct row_detail *) = {read_parts, read_assists,
                                                                                         read_doubts};
    const str columns[] = {row->parts, row->assists, row->doubts};
    *d = (struct row_detail){.number = STR_EMPTY};
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        if (columns[i].n == 0) continue;
        json_t *root = json_loadb(columns[i].p, columns[i].n, 0, NULL);
        if (!root) return fail(c, ERR_STORE, "import.damaged_row", str_printf(c->a, "%" PRId64, row->ordinal));
        readers[i](c, root, d);
        json_decref(root);
    }
    return ctx_ok(c);
}

bool row_is_doubtful(const struct row_detail *d)
{
    for (size_t i = 0; i < d->doubts.n; i++)
        if (d->doubts.at[i].hard) return true;
    return false;
}

/* --- places --- */

static str column_letters(struct arena *a, int col)
{
    char text[8];
    size_t at = sizeof text;
    for (; col > 0 && at > 0; col = (col - 1) / 26) text[--at] = (char)('A' + (col - 1) % 26);
    return str_dup(a, (str){text + at, sizeof text - at});
}

// 第12行, 第12段 of a document, or 任务清单!B7 as spreadsheets write it.
static str place_text(struct arena *a, const struct division_result *d, size_t block)
{
    const struct division_place *p = &d->blocks.at[block].at;
    if (p->sheet == 0 || (size_t)p->sheet > d->sheets.n)
        return str_printf(a, "第%d%s", p->line ? p->line : p->row, d->format == DIVISION_DOCX ? "段" : "行");
    str sheet = utf8_head(d->sheets.at[p->sheet - 1], 40), col = column_letters(a, p->col);
    return str_printf(a, "%.*s!%.*s%d", STR_FMT(sheet), STR_FMT(col), p->row);
}

/* --- the roster --- */

static void also_called(struct buf *b, str name)
{
    if (name.n == 0) return;
    if (b->n) buf_addc(b, '|');
    buf_add(b, name);
}

// A name of then leads to whoever bears it today; only when nobody does, to the successor.
static void old_name(const struct call *k, struct buf *b, str name)
{
    struct list bearers;
    unit_tree_find(k->c->a, k->units, name, &bearers);
    for (size_t i = 0; i < bearers.n; i++)
        if (!unit_tree_by_id(k->units, ((const int64_t *)bearers.at)[i])->unit.closes_day) return;
    also_called(b, name);
}

// What a document may call the unit: its names of now and of before, and those of the units it alone
// took over from. The name of a unit that went to several stays unknown, and so is asked.
static str names_in_documents(const struct call *k, const struct unit_node *n)
{
    struct buf b;
    buf_init(&b, k->c->a, 16 * 1024);
    also_called(&b, n->unit.short_name);
    for (size_t s = 0; s < n->aliases.n; s++) also_called(&b, n->aliases.at[s]);
    for (size_t s = 0; s < n->past.n; s++) {
        also_called(&b, n->past.at[s].name);
        also_called(&b, n->past.at[s].short_name);
    }
    for (size_t i = 0; k->units->succession.n && i < k->units->n; i++) {
        const struct unit_node *was = k->units->at[i];
        if (was->heirs.of.n != 1 || was->heirs.of.at[0].unit != n->unit.id) continue;
        old_name(k, &b, was->unit.name);
        old_name(k, &b, was->unit.short_name);
        for (size_t s = 0; s < was->aliases.n; s++) old_name(k, &b, was->aliases.at[s]);
    }
    return buf_str(&b);
}

// The units that can be given something: those that exist now.
static struct division_unit *roster_of(const struct call *k, size_t *n)
{
    struct division_unit *units = arena_alloc(k->c->a, (k->units->n + 1) * sizeof *units);
    *n = 0;
    for (size_t i = 0; i < k->units->n; i++) {
        const struct unit_node *u = k->units->at[i];
        if (u->unit.closes_day) continue;
        units[(*n)++] = (struct division_unit){u->unit.code, u->unit.name, names_in_documents(k, u), u->unit.kind};
    }
    return units;
}

static int64_t unit_of_code(const struct call *k, str code)
{
    const struct unit_node *n = code.n ? unit_tree_by_code(k->units, code) : NULL;
    return n ? n->unit.id : 0;
}

/* --- people --- */

static const char PERSON_SQL[] = "WHERE district_id = $1 AND active = 1 ORDER BY official_order, id LIMIT 20000";
struct records IMPORT_PEOPLE = RECORDS("import.people", &PERSON, PERSON_SQL);


// A leader is known when exactly one person bears that name or title; 区长张三 may be both together.
static int64_t person_called(const struct list *people, struct arena *a, str text)
{
    int64_t found = 0;
    str wanted = str_fold(a, text);
    const struct person *at = people->at;
    for (size_t i = 0; i < people->n && wanted.n; i++) {
        str name = str_fold(a, at[i].name), title = str_fold(a, at[i].title);
        bool same = str_eq(wanted, name) || (title.n && str_eq(wanted, title)) ||
                    str_eq(wanted, str_cat(a, title, name)) || str_eq(wanted, str_cat(a, name, title));
        if (!same) continue;
        if (found) return 0;
        found = at[i].id;
    }
    return found;
}

/* --- tasks --- */

static struct row_doubt *ask(struct import_reading *r, struct row_detail *d, const char *field, str why, str text,
                             bool hard)
{
    struct row_doubt *q = VEC_PUSH(r->k->c->a, &d->doubts);
    *q = (struct row_doubt){.field = str_of(field), .why = why, .text = text, .hard = hard};
    return q;
}

static const char *field_of_question(const struct division_task *t, const struct division_doubt *q)
{
    if (str_is(q->why, "division.no_lead")) return "lead";
    if (str_starts(q->why, STR("division.unit_"))) return str_eq(q->what, t->lead.written) ? "lead" : "assists";
    return "due";
}

static str comparator_code(str written)
{
    static const char *const CODES[][2] = {{">=", "ge"}, {"+>=", "ge"}, {"<=", "le"}, {"->=", "ge"}, {">", "gt"},
                                           {"<", "lt"},  {"=", "eq"},   {"~", "about"}, {"+~", "about"}};
    for (size_t i = 0; i < COUNT_OF(CODES); i++)
        if (str_is(written, CODES[i][0])) return str_of(CODES[i][1]);
    return STR("reach");
}

static void take_parts(struct import_reading *r, const struct division_task *t, struct row_detail *d)
{
    struct arena *a = r->k->c->a;
    for (size_t i = 0; i < t->measures.n; i++) {
        struct draft_part *p = VEC_PUSH(a, &d->parts);
        shape_init(&draft_part_shape, p);
        p->kind = STR("measure");
        p->body = utf8_head(t->measures.at[i], 2000);
    }
    for (size_t i = 0; i < t->targets.n; i++) {
        const struct division_target *g = &t->targets.at[i];
        struct draft_part *p = VEC_PUSH(a, &d->parts);
        shape_init(&draft_part_shape, p);
        p->kind = STR("target");
        p->body = utf8_head(g->text, 2000);
        p->comparator = comparator_code(g->comparator);
        p->quantity_unit = utf8_head(g->unit, 20);
        if (!dec_parse(g->quantity, &p->quantity)) p->quantity = DEC_NONE;
    }
}

// 每月25日前: a rhythm of reports; the day is the number before 日.
static void take_cycle(const struct division_task *t, struct row_detail *d)
{
    static const char *const CYCLES_BY_WORD[][2] = {
        {"每周", "week"}, {"每旬", "tenday"}, {"每月", "month"}, {"每季", "quarter"}, {"每半年", "half"}};
    if (t->due.kind != DUE_RECURRING) return;
    for (size_t i = 0; i < COUNT_OF(CYCLES_BY_WORD); i++)
        if (str_has(t->due.text, str_of(CYCLES_BY_WORD[i][0]))) d->cycle = str_of(CYCLES_BY_WORD[i][1]);
    size_t end = str_find(t->due.text, STR("日"), 0), from = end;
    if (!str_is(d->cycle, "month") || end == SIZE_MAX) return;
    while (from > 0 && t->due.text.p[from - 1] >= '0' && t->due.text.p[from - 1] <= '9') from--;
    if (!str_int(str_sub(t->due.text, from, end - from), &d->cycle_day)) d->cycle_day = 0;
}

static str joined(struct arena *a, const str *at, size_t n)
{
    struct buf b;
    buf_init(&b, a, 16 * 1024);
    for (size_t i = 0; i < n; i++) {
        if (i) buf_addz(&b, " / ");
        buf_add(&b, at[i]);
    }
    return utf8_head(buf_str(&b), SECTION_MAX);
}

static bool is_collecting(const struct call *k, int64_t unit)
{
    for (const struct unit_node *n = unit_tree_by_id(k->units, unit); n; n = n->parent)
        if (n->unit.collecting) return true;
    return false;
}

static void take_units(struct import_reading *r, const struct division_task *t, struct import_row *row,
                       struct row_detail *d)
{
    struct arena *a = r->k->c->a;
    row->lead_text = utf8_head(t->lead.written, 200);
    row->lead_unit_id = unit_of_code(r->k, t->lead.code);
    for (size_t i = 0; i < t->assist.n; i++) {
        VEC_ADD(a, &d->assist_texts, t->assist.at[i].written);
        VEC_ADD(a, &d->assist_ids, unit_of_code(r->k, t->assist.at[i].code));
    }
    // L5: asked about here, where it can be mended, instead of refused when all is applied.
    if (row->lead_unit_id && is_collecting(r->k, row->lead_unit_id) &&
        rules_word(a, r->k->rules, "quota", t->passage).n)
        (void)ask(r, d, "lead", STR("import.revenue_quota"), row->lead_text, true);
}

// A paragraph that holds two tasks is counted with the first of them.
static int64_t claim(struct import_reading *r, const size_t *blocks, size_t n)
{
    int64_t fresh = 0;
    for (size_t i = 0; i < n; i++) {
        fresh += !r->claimed[blocks[i]];
        r->claimed[blocks[i]] = true;
    }
    return fresh;
}

static void take_task(struct import_reading *r, const struct division_result *from, const struct division_task *t,
                      const struct list *people, struct import_row *row, struct row_detail *d)
{
    static const char *const KINDS[] = {
        [DUE_NONE] = "none", [DUE_FINISH] = "finish", [DUE_START] = "start", [DUE_RECURRING] = "recurring"};
    struct arena *a = r->k->c->a;
    row->place = utf8_head(place_text(a, from, t->blocks.n ? t->blocks.at[0] : 0), 80);
    row->section = joined(a, t->section.at, t->section.n);
    row->title = utf8_head(t->title, IMPORT_TITLE_MAX);
    row->body = t->passage;
    row->leader_text = utf8_head(t->leader, 200);
    row->due_day = t->due.day == DAY_NONE ? 0 : day_to_ymd(t->due.day);
    row->due_text = utf8_head(t->due.text, 120);
    row->due_kind = str_of(KINDS[t->due.kind]);
    d->number = t->number;
    d->content = t->text;
    d->blocks = claim(r, t->blocks.at, t->blocks.n);
    take_units(r, t, row, d);
    take_parts(r, t, d);
    take_cycle(t, d);
    d->leader_id = person_called(people, a, t->leader);
    if (t->leader.n && d->leader_id == 0)
        (void)ask(r, d, "leader", STR("import.unknown_leader"), row->leader_text, false);
}

// A passage that the reader could not place: a person says whether it is a task.
static void take_passage(struct import_reading *r, const struct division_result *from, const struct division_doubt *q,
                         struct import_row *row, struct row_detail *d)
{
    struct arena *a = r->k->c->a;
    struct buf b;
    buf_init(&b, a, REMAINDER_MAX);
    for (size_t i = 0; i < q->blocks.n; i++) {
        if (i) buf_addc(&b, '\n');
        buf_add(&b, from->blocks.at[q->blocks.at[i]].text);
    }
    row->place = utf8_head(place_text(a, from, q->blocks.n ? q->blocks.at[0] : 0), 80);
    row->body = buf_str(&b);
    row->title = utf8_head(str_replace(a, row->body, STR("\n"), STR(" ")), 60);
    row->due_kind = STR("none");
    d->content = row->body;
    d->blocks = claim(r, q->blocks.at, q->blocks.n);
    (void)ask(r, d, "passage", q->why, STR_EMPTY, true);
}

// Rows stand in the document's order, whatever order the reader found them in.
struct ordered {
    size_t block, row;
};

static int by_block(const void *x, const void *y)
{
    const struct ordered *a = x, *b = y;
    if (a->block != b->block) return a->block < b->block ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static void put_in_order(struct import_reading *r, struct ordered *order, size_t n)
{
    struct arena *a = r->k->c->a;
    struct import_row *rows = arena_alloc(a, (n + 1) * sizeof *rows);
    struct row_detail *details = arena_alloc(a, (n + 1) * sizeof *details);
    if (n) qsort(order, n, sizeof *order, by_block);
    for (size_t i = 0; i < n; i++) {
        rows[i] = r->rows.at[order[i].row];
        details[i] = r->details.at[order[i].row];
        rows[i].ordinal = (int64_t)i + 1;
    }
    r->rows.at = rows;
    r->details.at = details;
}

static void add_questions(struct import_reading *r, const struct division_result *from)
{
    for (size_t i = 0; i < from->to_confirm.n; i++) {
        const struct division_doubt *q = &from->to_confirm.at[i];
        if (q->task == SIZE_MAX || q->task >= from->tasks.n) continue;
        const char *field = field_of_question(&from->tasks.at[q->task], q);
        struct row_doubt *d = ask(r, &r->details.at[q->task], field, q->why, q->what, true);
        for (size_t n = 0; n < q->candidates.n; n++) VEC_ADD(r->k->c->a, &d->candidates, q->candidates.at[n]);
    }
}

static bool add_rows(struct import_reading *r, const struct division_result *from)
{
    struct arena *a = r->k->c->a;
    struct list people;
    VEC(struct ordered) order = {0};
    if (!record_list(r->k, &IMPORT_PEOPLE, &people, ARG(r->k->district))) return false;
    for (size_t i = 0; i < from->tasks.n && arena_ok(a); i++) {
        const struct division_task *t = &from->tasks.at[i];
        struct import_row *row = VEC_PUSH(a, &r->rows);
        shape_init(IMPORT_ROW.shape, row);
        take_task(r, from, t, &people, row, VEC_PUSH(a, &r->details));
        VEC_ADD(a, &order, ((struct ordered){t->blocks.n ? t->blocks.at[0] : 0, i}));
    }
    add_questions(r, from);
    for (size_t i = 0; i < from->to_confirm.n && arena_ok(a); i++) {
        const struct division_doubt *q = &from->to_confirm.at[i];
        if (q->task != SIZE_MAX) continue;
        struct import_row *row = VEC_PUSH(a, &r->rows);
        shape_init(IMPORT_ROW.shape, row);
        take_passage(r, from, q, row, VEC_PUSH(a, &r->details));
        VEC_ADD(a, &order, ((struct ordered){q->blocks.n ? q->blocks.at[0] : 0, r->rows.n - 1}));
    }
    put_in_order(r, order.at, order.n);
    return ctx_ok(r->k->c);
}

/* --- the remainder --- */

static void put_places(struct import_reading *r, const struct division_result *from, const size_t *blocks, size_t n)
{
    jw_key(&r->json, "places");
    jw_array(&r->json);
    for (size_t i = 0; i < n; i++) jw_text(&r->json, place_text(r->k->c->a, from, blocks[i]));
    jw_end(&r->json);
    jw_put_int(&r->json, "blocks", (int64_t)n);
    jw_end(&r->json);
}

static void open_entry(struct import_reading *r, str text)
{
    jw_object(&r->json);
    jw_put_text(&r->json, "text", text);
}

static void add_remainder(struct import_reading *r, const struct division_result *from)
{
    struct json *j = &r->json;
    buf_init(&r->remainder, r->k->c->a, REMAINDER_MAX);
    jw_init(j, &r->remainder);
    jw_object(j);
    jw_put_id(j, "line", r->line_id);
    jw_put_int(j, "blocks", r->blocks);
    jw_key(j, "headings");
    jw_array(j);
    for (size_t i = 0; i < from->headings.n; i++) {
        const struct division_heading *h = &from->headings.at[i];
        open_entry(r, h->text);
        jw_put_text(j, "number", h->number);
        jw_put_int(j, "level", h->level);
        put_places(r, from, h->blocks.at, h->blocks.n);
    }
    jw_end(j);
    jw_key(j, "notices");
    jw_array(j);
    for (size_t i = 0; i < from->notices.n; i++) {
        open_entry(r, from->notices.at[i].text);
        put_places(r, from, from->notices.at[i].blocks.at, from->notices.at[i].blocks.n);
    }
    jw_end(j);
    jw_key(j, "reporting");
    jw_array(j);
    for (size_t i = 0; i < from->reporting.n; i++) {
        const struct division_reporting *p = &from->reporting.at[i];
        open_entry(r, p->text);
        jw_put_text(j, "when", p->when);
        put_places(r, from, p->blocks.at, p->blocks.n);
    }
    jw_end(j);
}

void import_remainder_end(struct import_reading *r)
{
    jw_end(&r->json);
}

/* --- the document --- */

// L10: a document that bears a mark of state secrecy does not enter this system.
static bool no_secret(struct import_reading *r, const struct division_result *from)
{
    for (size_t i = 0; i < from->blocks.n; i++) {
        str word = rules_word(r->k->c->a, r->k->rules, "secrecy", from->blocks.at[i].text);
        if (word.n)
            return fail(r->k->c, ERR_REFUSED, "import.secret", place_text(r->k->c->a, from, i), word);
    }
    return true;
}

bool import_read(struct import_reading *r)
{
    struct division_result from;
    struct division_options o = {.year = (int)r->year, .year_wins = r->year_given};
    o.roster = roster_of(r->k, &o.n_roster);
    if (!division_read(r->k->c, r->bytes, r->file_name, &o, &from)) return false;
    if (!no_secret(r, &from)) return false;
    if (from.unaccounted.n)
        return fail(r->k->c, ERR_INTERNAL, "import.unaccounted", str_printf(r->k->c->a, "%zu", from.unaccounted.n));
    r->title = from.title;
    r->blocks = (int64_t)from.blocks.n;
    r->claimed = arena_try(r->k->c->a, from.blocks.n + 1);
    if (!r->claimed) return ctx_ok(r->k->c);
    if (!add_rows(r, &from)) return false;
    if (r->rows.n > IMPORT_ROWS_MAX)
        return fail(r->k->c, ERR_TOO_LARGE, "import.too_many_rows", str_printf(r->k->c->a, "%d", IMPORT_ROWS_MAX));
    add_remainder(r, &from);
    return ctx_ok(r->k->c);
}
