#include "exchange/division/emit.h"

#include <stdlib.h>

#include "exchange/division/targets.h"

static void mark(struct emitter *e, size_t block, enum division_role role, size_t index)
{
    struct division_block *b = &e->r->blocks.at[block];
    // One line may hold several tasks (甲。（甲局）乙。（乙局）): it is accounted for once, by the
    // first.
    if (b->marks) return;
    b->role = role;
    b->index = index;
    b->marks++;
}

#define MARK_ALL(e, entry, list, role, count)                 \
    for (size_t i_ = 0; i_ < (list)->n; i_++) {               \
        VEC_ADD((e)->c->a, &(entry)->blocks, (list)->at[i_]); \
        mark((e), (list)->at[i_], (role), (count)-1);         \
    }

str emit_title(struct arena *a, str text)
{
    struct runes r = runes_of(a, text);
    size_t end = 0;
    while (end < r.n && end < 60) {
        uint32_t cp = r.at[end];
        if (cp == 0x3002 || cp == ';' || cp == '!') break;
        if (end >= 8 && (cp == ',' || cp == ':')) break;
        end++;
    }
    return runes_slice(&r, 0, end);
}

static void take_name(struct emitter *e, struct division_name *out, str written)
{
    out->written = written;
    out->code = STR_EMPTY;
    if (!e->has_roster) return;
    const struct division_unit *u = roster_find(e->c->a, &e->roster, written);
    if (u) out->code = u->code;
}

static bool listed(const struct division_task *t, str name)
{
    if (str_eq(t->lead.written, name)) return true;
    for (size_t i = 0; i < t->assist.n; i++)
        if (str_eq(t->assist.at[i].written, name)) return true;
    return false;
}

// Where a lead is named the others assist; where none is, the first responsible unit leads.
static void take_units(struct emitter *e, struct division_task *t, const struct name_list *units)
{
    size_t lead = SIZE_MAX;
    for (size_t i = 0; i < units->n && lead == SIZE_MAX; i++)
        if (units->at[i].role == NAME_LEAD) lead = i;
    for (size_t i = 0; i < units->n && lead == SIZE_MAX; i++)
        if (units->at[i].role == NAME_PLAIN) lead = i;
    if (lead != SIZE_MAX) take_name(e, &t->lead, units->at[lead].text);
    for (size_t i = 0; i < units->n; i++) {
        if (i == lead || listed(t, units->at[i].text)) continue;
        take_name(e, VEC_PUSH(e->c->a, &t->assist), units->at[i].text);
    }
}

static void take_due(struct emitter *e, struct division_task *t, const struct task_draft *d)
{
    const struct fields *in = d->inherited;
    if (d->own.has_due) {
        t->due = d->own.due;
        t->due_from = d->own_from;
        return;
    }
    struct runes r = runes_of(e->c->a, t->text);
    if (!d->no_text_due && due_in_text(&r, 0, r.n, e->year, &t->due)) {
        t->due_from = FROM_TEXT;
    } else if (in && in->has_due) {
        t->due = in->due;
        t->due_from = d->inherited_from;
    } else {
        t->due = (struct division_due){.day = DAY_NONE};
    }
}

struct division_task *emit_task(struct emitter *e, const struct task_draft *d)
{
    struct division_task *t = VEC_PUSH(e->c->a, &e->r->tasks);
    t->number = d->number;
    t->text = d->text;
    t->title = d->title.n ? d->title : emit_title(e->c->a, d->text);
    const struct fields *in = d->inherited;
    if (fields_units(&d->own)) {
        take_units(e, t, &d->own.units);
        t->units_text = d->own.units_text;
        t->lead_from = d->own_from;
        // 配合单位 at the task, 牵头单位 at its heading
        if (t->lead.written.n == 0 && in && fields_units(in)) take_units(e, t, &in->units);
    } else if (in && fields_units(in)) {
        take_units(e, t, &in->units);
        t->units_text = in->units_text;
        t->lead_from = d->inherited_from;
    }
    t->leader = d->own.leader.n || !in ? d->own.leader : in->leader;
    t->person = d->own.person.n || !in ? d->own.person : in->person;
    take_due(e, t, d);
    return t;
}

void emit_task_block(struct emitter *e, size_t task, size_t block)
{
    struct division_task *t = &e->r->tasks.at[task];
    for (size_t i = 0; i < t->blocks.n; i++)
        if (t->blocks.at[i] == block) return;
    VEC_ADD(e->c->a, &t->blocks, block);
    mark(e, block, DIVISION_TASK, task);
}

void emit_question(struct emitter *e, size_t task, str what, const char *why)
{
    struct division_doubt *q = VEC_PUSH(e->c->a, &e->r->to_confirm);
    q->what = what;
    q->why = str_of(why);
    q->task = task;
}

static void ask_unit(struct emitter *e, size_t task, const struct division_name *name)
{
    if (!e->has_roster || name->written.n == 0 || name->code.n) return;
    bool set = name_is_set(name->written);
    emit_question(e, task, name->written, set ? "division.unit_set" : "division.unit_unknown");
    if (set) return;
    struct division_doubt *q = &e->r->to_confirm.at[e->r->to_confirm.n - 1];
    struct division_doubt *before = map_get(&e->asked, name->written);
    if (before) { // the same name again: the same candidates
        for (size_t i = 0; i < before->candidates.n; i++)
            VEC_ADD(e->c->a, &q->candidates, before->candidates.at[i]);
        return;
    }
    str found[5];
    size_t n;
    roster_candidates(e->c->a, &e->roster, name->written, found, &n);
    for (size_t i = 0; i < n; i++) VEC_ADD(e->c->a, &q->candidates, found[i]);
    struct division_doubt *kept = ARENA_NEW(e->c->a, struct division_doubt);
    *kept = *q;
    map_put(e->c->a, &e->asked, name->written, kept);
}

static str passage_of(struct emitter *e, const struct division_task *t)
{
    struct buf b;
    buf_init(&b, e->c->a, TEXT_PASSAGE_MAX);
    for (size_t i = 0; i < t->blocks.n; i++) {
        if (i) buf_addc(&b, '\n');
        buf_add(&b, e->r->blocks.at[t->blocks.at[i]].text);
    }
    return buf_str(&b);
}

static int by_number(const void *x, const void *y)
{
    const size_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

void emit_task_done(struct emitter *e, size_t task)
{
    struct division_task *t = &e->r->tasks.at[task];
    if (t->blocks.n) qsort(t->blocks.at, t->blocks.n, sizeof *t->blocks.at, by_number);
    t->passage = passage_of(e, t);
    targets_find(e->c->a, t->text, t);
    if (t->lead.written.n == 0) emit_question(e, task, t->title, "division.no_lead");
    ask_unit(e, task, &t->lead);
    for (size_t i = 0; i < e->r->tasks.at[task].assist.n; i++)
        ask_unit(e, task, &e->r->tasks.at[task].assist.at[i]);
    t = &e->r->tasks.at[task];
    if (t->due.year_missing) emit_question(e, task, t->due.text, "division.no_year");
    if (t->due.vague) emit_question(e, task, t->due.text, "division.vague_due");
    if (t->due_from == FROM_OWN && t->due.day == DAY_NONE && t->due.kind == DUE_NONE &&
        !t->due.vague && t->due.text.n && !t->due.year_missing) {
        struct runes r = runes_of(e->c->a, t->due.text);
        struct division_due again;
        if (!due_field(&r, 0, r.n, e->year, &again))
            emit_question(e, task, t->due.text, "division.unread_due");
    }
}

void emit_heading(struct emitter *e, str number, str text, int level,
                  const struct block_list *blocks)
{
    struct division_heading *h = VEC_PUSH(e->c->a, &e->r->headings);
    h->number = number;
    h->text = text;
    h->level = level;
    MARK_ALL(e, h, blocks, DIVISION_HEADING, e->r->headings.n);
}

static bool speaks_of_reporting(const struct runes *r)
{
    static const char *const words[] = {"报送",   "上报", "报区",   "报市",   "报县",     "报至",
                                        "报政府", "报我", "反馈",   "抄送",   "填报",     "书面报",
                                        "报告",   "汇报", "报给",   "报督查", "报办公室", "报镇",
                                        "报送至", "提交", "报牵头", "报主责"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        size_t at = runes_find(r, 0, r->n, words[i]);
        // 政府工作报告 is a paper, not an instruction
        while (at != SIZE_MAX && at >= 2 && runes_is(r, at - 2, "工作报告"))
            at = runes_find(r, at + 1, r->n, words[i]);
        if (at != SIZE_MAX) return true;
    }
    return false;
}

// 每月25日前, 每季度末月30日前: to the next 前 or mark. 0 when 每 begins something else.
static size_t rhythm_at(const struct runes *r, size_t i)
{
    static const char *const units[] = {"月", "季", "周", "半", "年", "旬", "双"};
    bool rhythm = false;
    for (size_t k = 0; k < COUNT_OF(units); k++) rhythm = rhythm || runes_is(r, i + 1, units[k]);
    if (!rhythm || r->at[i] != 0x6BCF) return 0;
    size_t to = i + 1;
    while (to < r->n && to < i + 20 && r->at[to] != ',' && r->at[to] != ';' &&
           r->at[to] != 0x3002 && r->at[to] != 0x524D)
        to++;
    return (to < r->n && r->at[to] == 0x524D ? to + 1 : to) - i;
}

// Asks for reports: a word of reporting to somebody and a date or a rhythm.
static bool asks_report(struct emitter *e, const struct runes *r, str *when,
                        struct division_due *due)
{
    *due = (struct division_due){.day = DAY_NONE};
    if (!speaks_of_reporting(r)) return false;
    struct buf b;
    buf_init(&b, e->c->a, 4096);
    for (size_t i = 0; i < r->n;) {
        struct due_hit h;
        size_t from = i, rhythm = rhythm_at(r, i);
        if (rhythm) {
            i += rhythm;
            due->kind = DUE_RECURRING;
        } else if (due_at(r, i, r->n, e->year, &h)) {
            i = h.at.to;
            if (!h.before) continue;
            if (due->kind == DUE_NONE) due->kind = DUE_FINISH, due->day = h.day;
        } else {
            i++;
            continue;
        }
        if (b.n) buf_addz(&b, "；");
        buf_add(&b, runes_slice(r, from, i));
    }
    *when = due->text = buf_str(&b);
    return b.n > 0;
}

void emit_notice(struct emitter *e, str text, const struct block_list *blocks)
{
    struct runes r = runes_of(e->c->a, text);
    str when;
    struct division_due due;
    if (asks_report(e, &r, &when, &due)) {
        struct division_reporting *p = VEC_PUSH(e->c->a, &e->r->reporting);
        p->text = text;
        p->when = when;
        p->due = due;
        MARK_ALL(e, p, blocks, DIVISION_REPORTING, e->r->reporting.n);
        return;
    }
    struct division_notice *n = VEC_PUSH(e->c->a, &e->r->notices);
    n->text = text;
    MARK_ALL(e, n, blocks, DIVISION_NOTICE, e->r->notices.n);
}

void emit_doubt(struct emitter *e, str what, const char *why, const struct block_list *blocks)
{
    struct division_doubt *d = VEC_PUSH(e->c->a, &e->r->to_confirm);
    d->what = what;
    d->why = str_of(why);
    d->task = SIZE_MAX;
    MARK_ALL(e, d, blocks, DIVISION_TO_CONFIRM, e->r->to_confirm.n);
}

void emit_doubt_units(struct emitter *e, str what, const char *why, const struct name_list *units,
                      const struct block_list *blocks)
{
    emit_doubt(e, what, why, blocks);
    struct division_doubt *d = &e->r->to_confirm.at[e->r->to_confirm.n - 1];
    for (size_t i = 0; i < units->n; i++) VEC_ADD(e->c->a, &d->candidates, units->at[i].text);
}

void emit_account(struct emitter *e)
{
    for (size_t i = 0; i < e->r->blocks.n; i++)
        if (e->r->blocks.at[i].marks != 1) VEC_ADD(e->c->a, &e->r->unaccounted, i);
}
