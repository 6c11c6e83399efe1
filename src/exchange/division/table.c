#include "exchange/division/table.h"

#include "exchange/division/numbering.h"
#include "exchange/division/targets.h"
#include "exchange/division/tree.h"

static int count_label(const struct table *t, enum label l)
{
    int n = 0;
    for (int i = 0; i < t->n; i++) n += t->cols[i] == l;
    return n;
}

static void relabel(struct table *t, enum label from, enum label to)
{
    for (int i = 0; i < t->n; i++)
        if (t->cols[i] == from) {
            t->cols[i] = to;
            return;
        }
}

// 工作任务 | 具体要求: the first names the group, the second what is to be done.
static void settle_requirement(struct table *t)
{
    int last = -1;
    for (int i = 0; i < t->n; i++)
        if (t->cols[i] == LABEL_TASK && str_is(t->heads[i], "具体要求")) last = i;
    for (int i = 0; i < last; i++)
        if (t->cols[i] == LABEL_TASK && str_has(t->heads[i], STR("任务")))
            t->cols[i] = LABEL_CATEGORY;
}

// 单位 beside 责任单位 is the unit of measure.
static void settle_measure(struct table *t)
{
    int units = count_label(t, LABEL_LEAD) + count_label(t, LABEL_RESP);
    for (int i = 0; i < t->n && units > 1; i++)
        if (t->cols[i] == LABEL_RESP && str_is(t->heads[i], "单位")) t->cols[i] = LABEL_REMARK;
}

void table_settle(struct table *t)
{
    settle_requirement(t);
    settle_measure(t);
    if (count_label(t, LABEL_TASK)) return;
    for (int i = 0; i < t->n; i++)
        if (t->cols[i] == LABEL_TARGET || t->cols[i] == LABEL_MEASURE) {
            t->cols[i] = LABEL_TASK;
            return;
        }
    relabel(t, LABEL_CATEGORY, LABEL_TASK);
}

bool table_usable(const struct table *t)
{
    bool who = count_label(t, LABEL_LEAD) || count_label(t, LABEL_RESP) ||
               count_label(t, LABEL_ASSIST) || count_label(t, LABEL_LEADER) ||
               count_label(t, LABEL_DUE) || count_label(t, LABEL_PERSON);
    bool what =
        count_label(t, LABEL_TASK) || count_label(t, LABEL_TARGET) || count_label(t, LABEL_MEASURE);
    return who && what;
}

static bool add_column(struct arena *a, struct table *t, str word)
{
    struct runes r = runes_of(a, word);
    enum label l = label_header(&r);
    if (l == LABEL_NONE || t->n >= TABLE_MAX_COLS) return false;
    t->heads[t->n] = word;
    t->cols[t->n++] = l;
    return true;
}

// A run of single characters set wide: the longest beginnings that name columns, one after another.
static bool add_spaced(struct arena *a, struct table *t, str word)
{
    if (add_column(a, t, word)) return true;
    while (word.n) {
        size_t n = utf8_count(word);
        str head = word;
        for (; n >= 2; n--) {
            head = utf8_head(word, n);
            if (add_column(a, t, head)) break;
        }
        if (n < 2) return false;
        word = str_from(word, head.n);
    }
    return true;
}

// 序号 | 任 务 名 称 | 目标类型 | 责任单位: cells by bars or tabs; a word that names no column is kept.
static size_t barred_header(struct arena *a, const struct runes *r, str mark, struct table *t)
{
    size_t known = 0;
    for (str rest = r->src; rest.n && t->n < TABLE_MAX_COLS;) {
        str word = str_trim(str_cut(&rest, mark));
        if (word.n == 0) continue;
        if (utf8_count(word) > 24) return 0;
        struct runes w = runes_of(a, word);
        t->heads[t->n] = word;
        t->cols[t->n] = label_header(&w);
        known += t->cols[t->n++] != LABEL_NONE;
    }
    bool enough = known >= 3 ? known * 2 > (size_t)t->n : known == 2 && t->n <= 3;
    return enough ? (size_t)t->n : 0;
}

size_t table_header_words(struct arena *a, const struct runes *r, struct table *t)
{
    enum { LONGEST = 200 };
    t->n = 0;
    if (r->n > LONGEST) return 0;
    if (str_has(r->src, STR("|"))) return barred_header(a, r, STR("|"), t);
    if (str_has(r->src, STR("\t")) && barred_header(a, r, STR("\t"), t) >= 3) return (size_t)t->n;
    t->n = 0;
    str spaced = STR_EMPTY;
    for (size_t i = 0; i <= r->n;) {
        size_t end = i;
        while (end < r->n && !rune_blank(r->at[end]) && r->at[end] != '|') end++;
        str token = runes_slice(r, i, end);
        if (end - i == 1) {
            spaced = str_cat(a, spaced, token);
        } else if (end > i || end == r->n) {
            if (spaced.n && !add_spaced(a, t, spaced)) return 0;
            spaced = STR_EMPTY;
            if (token.n && !add_column(a, t, token)) return 0;
        }
        i = end + 1;
    }
    if (spaced.n && !add_spaced(a, t, spaced)) return 0;
    return (size_t)t->n;
}

bool table_is_note(str text)
{
    static const char *const words[] = {"合计",   "总计",   "小计",   "注：",  "注:",   "备注：",
                                        "备注:",  "说明：", "说明:",  "填表",  "制表",  "填报",
                                        "审核",   "联系人", "（此件", "(此件", "合 计", "总 计",
                                        "单位：", "单位:",  "注 ：",  "共计",  "附注"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_starts(text, str_of(words[i]))) return true;
    return false;
}

void table_row_append(struct emitter *e, struct table_cell *to, str text, size_t block,
                      const char *glue)
{
    to->text = to->text.n
                   ? str_printf(e->c->a, "%.*s%s%.*s", STR_FMT(to->text), glue, STR_FMT(text))
                   : text;
    for (size_t i = 0; i < to->blocks.n; i++)
        if (to->blocks.at[i] == block) return;
    VEC_ADD(e->c->a, &to->blocks, block);
}

bool table_row_empty(const struct table *t, const struct table_row *row)
{
    for (int i = 0; i < t->n; i++)
        if (row->cell[i].text.n && !row->cell[i].inherited) return false;
    return true;
}

bool table_row_has(const struct table *t, const struct table_row *row, enum label label)
{
    for (int i = 0; i < t->n; i++)
        if (t->cols[i] == label && row->cell[i].text.n && !row->cell[i].inherited) return true;
    return false;
}

void table_heading(struct emitter *e, struct table *t, str text, const struct block_list *blocks)
{
    struct runes r = runes_of(e->c->a, text);
    struct numbering num = {.rank = RANK_CHINESE};
    bool numbered = numbering_at(&r, 0, &num);
    if (!numbered) num = (struct numbering){.rank = RANK_PART};
    while (t->levels.n && t->levels.at[t->levels.n - 1] >= num.rank) t->levels.n--, t->section.n--;
    size_t from = numbered ? num.end : 0;
    struct segments segs = {0};
    fields_split(e->c->a, &r, from, e->year, &segs);
    str name = segs.n ? runes_slice(&r, segs.at[0].text.from, segs.at[0].text.to)
                      : runes_slice(&r, from, r.n);
    if (name.n == 0) name = text;
    if (segs.n && fields_any(&segs.at[0].f)) t->above = segs.at[0].f;
    else if (num.rank <= RANK_CHINESE || !numbered) t->above = t->sheet_above;
    VEC_ADD(e->c->a, &t->section, name);
    VEC_ADD(e->c->a, &t->levels, num.rank);
    emit_heading(e, numbered ? runes_slice(&r, 0, num.end) : STR_EMPTY, name, num.rank, blocks);
}

static void take_blocks(struct emitter *e, size_t task, const struct table *t,
                        const struct table_row *row)
{
    for (int i = 0; i < t->n; i++) {
        if (row->cell[i].inherited) continue;
        for (size_t k = 0; k < row->cell[i].blocks.n; k++)
            emit_task_block(e, task, row->cell[i].blocks.at[k]);
    }
}

static bool blank_mark(str s)
{
    static const char *const marks[] = {"/", "—", "——", "-", "无", "－", "\\", "--"};
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (str_is(s, marks[i])) return true;
    return false;
}

// A task cell may itself say who and when in a tail, and carries its own numbering.
static void task_text(struct emitter *e, struct task_draft *d, str cell)
{
    struct arena *a = e->c->a;
    struct runes r = runes_of(a, cell);
    struct numbering num;
    size_t from = 0;
    bool list = str_has(cell, STR("\n")); // 1.… 2.… in one cell: the numbers are part of the text
    if (!list && numbering_at(&r, 0, &num) && num.rank <= RANK_CIRCLED &&
        num.rank != RANK_ARABIC_BRACKET && num.rank != RANK_CIRCLED) {
        from = num.end;
        if (d->number.n == 0) d->number = runes_slice(&r, 0, num.end);
    }
    struct segments segs = {0};
    fields_split(a, &r, from, e->year, &segs);
    if (segs.n == 1 && segs.at[0].tail && segs.at[0].text.to > segs.at[0].text.from) {
        cell = runes_slice(&r, segs.at[0].text.from, segs.at[0].text.to);
        fields_merge(a, &d->own, &segs.at[0].f);
    } else {
        cell = runes_slice(&r, from, r.n);
    }
    d->text = d->text.n ? str_printf(a, "%.*s\n%.*s", STR_FMT(d->text), STR_FMT(cell)) : cell;
}

static void take_field(struct emitter *e, struct task_draft *d, enum label label, str text)
{
    if (blank_mark(text)) return;
    struct runes r = runes_of(e->c->a, text);
    fields_set(e->c->a, &d->own, label, &r, 0, r.n, e->year);
}

// Every line of a measure cell is a measure; what a quarter's column holds is led by its heading.
static void take_measures(struct emitter *e, struct division_task *made, const struct table *t,
                          int col, str text)
{
    for (str rest = text; rest.n;) {
        str line = str_trim(str_cut(&rest, STR("\n")));
        if (line.n == 0 || blank_mark(line)) continue;
        if (t->cols[col] == LABEL_PERIOD)
            line = str_printf(e->c->a, "%.*s：%.*s", STR_FMT(t->heads[col]), STR_FMT(line));
        VEC_ADD(e->c->a, &made->measures, line);
    }
}

static void draft_row(struct emitter *e, const struct table *t, const struct table_row *row,
                      struct task_draft *d)
{
    // Cells that were stated for this row come before those that a merge carries down.
    for (int i = 0; i < t->n; i++) {
        str text = row->cell[i].text;
        if (text.n == 0) continue;
        switch (t->cols[i]) {
        case LABEL_SERIAL: d->number = text; break;
        case LABEL_TASK: task_text(e, d, text); break;
        case LABEL_LEAD:
        case LABEL_RESP:
        case LABEL_ASSIST:
        case LABEL_LEADER:
        case LABEL_PERSON:
        case LABEL_DUE:
        case LABEL_START: take_field(e, d, t->cols[i], text); break;
        default: break;
        }
    }
}

// A merged cell that lost its merge leaves the next rows empty: ask, and offer the unit above.
static void offer_lead(struct emitter *e, struct table *t, size_t task)
{
    str lead = e->r->tasks.at[task].lead.written;
    if (lead.n) {
        t->last_lead = lead;
        return;
    }
    for (size_t i = e->r->to_confirm.n; i-- > 0 && t->last_lead.n;) {
        struct division_doubt *q = &e->r->to_confirm.at[i];
        if (q->task != task || !str_is(q->why, "division.no_lead")) continue;
        VEC_ADD(e->c->a, &q->candidates, t->last_lead);
        return;
    }
}

void table_row_emit(struct emitter *e, struct table *t, const struct table_row *row)
{
    if (table_row_empty(t, row)) return;
    struct task_draft d = {
        .own_from = FROM_COLUMN, .inherited_from = FROM_SECTION, .inherited = &t->above};
    draft_row(e, t, row, &d);
    if (d.text.n == 0) {
        for (int i = 0; i < t->n; i++) {
            const struct table_cell *cell = &row->cell[i];
            if (cell->inherited || cell->text.n == 0) continue;
            if (table_is_note(cell->text)) emit_notice(e, cell->text, &cell->blocks);
            else emit_doubt(e, cell->text, "division.row_without_task", &cell->blocks);
        }
        return;
    }
    size_t task = e->r->tasks.n;
    struct division_task *made = emit_task(e, &d);
    for (size_t i = 0; i < t->section.n; i++) VEC_ADD(e->c->a, &made->section, t->section.at[i]);
    for (int i = 0; i < t->n; i++) {
        str text = row->cell[i].text;
        enum label l = t->cols[i];
        if (text.n == 0) continue;
        if (l == LABEL_CATEGORY) VEC_ADD(e->c->a, &made->section, text);
        if (l == LABEL_MEASURE || l == LABEL_TARGET || l == LABEL_PERIOD)
            take_measures(e, made, t, i, text);
    }
    take_blocks(e, task, t, row);
    emit_task_done(e, task);
    offer_lead(e, t, task);
    for (int i = 0; i < t->n; i++)
        if (t->cols[i] == LABEL_TARGET)
            targets_find(e->c->a, row->cell[i].text, &e->r->tasks.at[task]);
}
