/*
 * Tables that lost their grid: web pages and PDF text give one cell per line, empty cells vanish
 * and long cells break into several lines. The header words name the columns; which column each
 * line fills is the most likely path through (columns × lines): a line's content speaks for a
 * column (a bare number for 序号, a list of public bodies for 责任单位, a deadline phrase for
 * 完成时限, prose for the task), and moving along the row, skipping cells or staying for a second
 * line has its price.
 */
#include <float.h>

#include "exchange/division/barred.h"
#include "exchange/division/drawn.h"
#include "exchange/division/grid.h"
#include "exchange/division/look.h"
#include "exchange/division/rows.h"
#include "exchange/division/table.h"
#include "exchange/division/tree.h"

struct flat_cell {
    str text;
    struct runes r;
    size_t block, extra; // extra: a second line that was joined to it, or SIZE_MAX
    bool same_line;      // as the cell before it
};
struct flat_cells {
    struct flat_cell *at;
    size_t n, cap;
};

enum move { MOVE_STAY, MOVE_ON, MOVE_ROW };

struct step {
    float score;
    int16_t from; // column of the cell before; n is the heading state
    int8_t move;
};

struct flat {
    struct emitter *e;
    struct table t;
    struct flat_cells cells;
    struct block_list borders; // page numbers, bars alone
    str units[TABLE_MAX_COLS]; // and categories of the row before
    bool serial, one_line;
};

static void split_line(struct arena *a, struct flat *f, const struct para *p, bool by_blank)
{
    const struct runes *r = &p->r;
    size_t start = 0;
    bool bars = str_has(r->src, STR("|")) || str_has(r->src, STR("\t"));
    bool first = true;
    for (size_t i = 0; i <= r->n; i++) {
        bool cut = i == r->n;
        if (!cut && bars) {
            char byte = r->src.p[r->off[i]];
            cut = byte == '|' || byte == '\t';
        } else if (!cut && by_blank) {
            cut = rune_blank(r->at[i]);
        }
        if (!cut) continue;
        str text = runes_slice(r, start, i);
        start = i + 1;
        if (text.n == 0 || str_starts(text, STR("---"))) continue;
        struct flat_cell *cell = VEC_PUSH(a, &f->cells);
        *cell = (struct flat_cell){text, runes_of(a, text), p->blocks.at[0], SIZE_MAX, !first};
        first = false;
    }
}

// The header: one line with several words, or one word a line. Returns paragraphs taken.
static size_t read_header(struct flat *f, const struct paras *ps, size_t i)
{
    struct arena *a = f->e->c->a;
    struct block_list blocks = {0};
    size_t n = 0;
    if (table_header_words(a, &ps->at[i].r, &f->t) >= 3) {
        VEC_ADD(a, &blocks, ps->at[i].blocks.at[0]);
        n = 1;
    } else {
        f->t.n = 0;
        for (; i + n < ps->n && ps->at[i + n].table_column && f->t.n < TABLE_MAX_COLS; n++) {
            if (ps->at[i + n].kind == PARA_FURNITURE) {
                VEC_ADD(a, &f->borders, ps->at[i + n].blocks.at[0]);
                continue;
            }
            f->t.heads[f->t.n] = ps->at[i + n].text;
            f->t.cols[f->t.n++] = label_header(&ps->at[i + n].r);
            VEC_ADD(a, &blocks, ps->at[i + n].blocks.at[0]);
        }
    }
    struct buf b;
    buf_init(&b, a, 4096);
    for (int k = 0; k < f->t.n; k++) {
        if (k) buf_addc(&b, ' ');
        buf_add(&b, f->t.heads[k]);
    }
    emit_heading(f->e, STR_EMPTY, buf_str(&b), RANK_BULLET, &blocks);
    return n;
}

// 序号 任务 责任单位 完成时限 / 牵头单位 配合单位: the second header line stands below 责任单位.
static void settle_two_lines(struct table *t)
{
    int resp = -1;
    for (int i = 0; i < t->n; i++)
        if (t->cols[i] == LABEL_RESP && resp < 0) resp = i;
    if (resp < 0 || t->n < 5 || resp >= t->n - 3 || t->cols[t->n - 2] != LABEL_LEAD ||
        t->cols[t->n - 1] != LABEL_ASSIST)
        return;
    str lead = t->heads[t->n - 2], assist = t->heads[t->n - 1];
    for (int i = t->n - 2; i > resp + 1; i--)
        t->cols[i] = t->cols[i - 1], t->heads[i] = t->heads[i - 1];
    t->cols[resp] = LABEL_LEAD, t->heads[resp] = lead;
    t->cols[resp + 1] = LABEL_ASSIST, t->heads[resp + 1] = assist;
    t->n--;
}

static float skipped(const struct table *t, int from, int to)
{
    float cost = 0;
    int last_task = -1;
    for (int i = 0; i < t->n; i++)
        if (t->cols[i] == LABEL_TASK) last_task = i;
    // 任务 | 主要内容: the first may be merged over several rows, the last is never empty.
    for (int i = from; i < to; i++)
        cost += t->cols[i] == LABEL_TASK && i != last_task ? 0.8f : look_skip(t->cols[i]);
    return cost;
}

static bool cell_unfinished(const struct flat_cell *c)
{
    return str_ends(c->text, STR("、")) || str_ends(c->text, STR("，")) ||
           str_ends(c->text, STR(","));
}

static float stay_cost(const struct flat *f, size_t i, int col)
{
    if (f->t.cols[col] == LABEL_SERIAL) return 9;
    if (f->t.cols[col] == LABEL_WATCH) return 2.5f;
    bool prose = f->t.cols[col] == LABEL_TASK || f->t.cols[col] == LABEL_MEASURE;
    if (cell_unfinished(&f->cells.at[i - 1])) return 0;
    // Rows of one line each: a further line goes on with a cell, blanks inside a line part cells.
    if (f->one_line && !f->cells.at[i].same_line) return 0.4f;
    return !prose ? 2.0f : f->cells.at[i].same_line ? 0.5f : 1.0f;
}

// Price of starting a row at column j after the row before ended in column i (or -1: after a
// heading).
static float row_cost(const struct flat *f, int i, int j)
{
    float cost = 0.5f + skipped(&f->t, 0, j);
    if (i >= 0) cost += skipped(&f->t, i + 1, f->t.n);
    if (f->serial && f->t.cols[j] != LABEL_SERIAL && f->t.cols[j] != LABEL_CATEGORY) cost += 2;
    return cost;
}

static void consider(struct step *s, float score, int from, enum move move)
{
    if (score <= s->score) return;
    *s = (struct step){score, (int16_t)from, (int8_t)move};
}

static struct step *solve(struct flat *f)
{
    int n = f->t.n, states = n + 1;
    struct step *all = arena_try(f->e->c->a, f->cells.n * (size_t)states * sizeof *all);
    if (!all) return NULL;
    for (size_t i = 0; i < f->cells.n && arena_ok(f->e->c->a); i++) {
        struct look l = look_at(f->e->c->a, f->cells.at[i].text, &f->cells.at[i].r);
        struct step *now = all + i * (size_t)states, *was = now - states;
        for (int j = 0; j < n; j++) {
            now[j] = (struct step){-FLT_MAX, 0, MOVE_ROW};
            if (i == 0) {
                now[j].score = -row_cost(f, -1, j);
            } else {
                consider(&now[j], was[j].score - stay_cost(f, i, j), j, MOVE_STAY);
                for (int k = 0; k < n; k++) {
                    if (k < j)
                        consider(&now[j], was[k].score - skipped(&f->t, k + 1, j), k, MOVE_ON);
                    if (!f->cells.at[i].same_line)
                        consider(&now[j], was[k].score - row_cost(f, k, j), k, MOVE_ROW);
                }
                consider(&now[j], was[n].score - row_cost(f, -1, j), n, MOVE_ROW);
            }
            now[j].score += look_fit(f->serial, &l, f->t.cols[j]);
        }
        now[n] = (struct step){i ? -FLT_MAX : 0, 0, MOVE_ROW};
        for (int k = 0; i && k < n; k++)
            consider(&now[n], was[k].score - 0.5f - skipped(&f->t, k + 1, n), k, MOVE_ROW);
        if (i) consider(&now[n], was[n].score - 0.5f, n, MOVE_ROW);
        now[n].score += l.heading ? 5 : l.note ? 4 : -4;
        if (i && f->cells.at[i].same_line) now[n].score -= 20;
    }
    return all;
}

static float best_score(const struct flat *f, const struct step *all)
{
    const struct step *end = all + (f->cells.n - 1) * (size_t)(f->t.n + 1);
    float best = end[0].score;
    for (int j = 1; j <= f->t.n; j++)
        if (end[j].score > best) best = end[j].score;
    return best;
}

// Bare numbers that count the rows although no column is headed 序号.
static bool rows_counted(const struct flat *f)
{
    int last = 0, value;
    size_t rising = 0, others = 0;
    for (size_t i = 0; i < f->cells.n; i++) {
        if (!numbering_serial(&f->cells.at[i].r, &value)) continue;
        if (value == last + 1) rising++;
        else others++;
        last = value;
    }
    return rising >= 3 && others * 4 <= rising;
}

static void insert_column(struct table *t, int at, enum label label)
{
    for (int k = t->n++; k > at; k--) t->cols[k] = t->cols[k - 1], t->heads[k] = t->heads[k - 1];
    t->cols[at] = label;
    t->heads[at] = STR_EMPTY;
}

// The most likely paths; a column of numbers without a head may stand first or second.
static struct step *solve_best(struct flat *f)
{
    if (f->serial || f->t.n + 1 >= TABLE_MAX_COLS || !rows_counted(f)) return solve(f);
    struct table plain = f->t;
    f->serial = true;
    insert_column(&f->t, 0, LABEL_SERIAL);
    struct table first = f->t;
    struct step *all = solve(f);
    float score = all ? best_score(f, all) : 0;
    f->t = plain;
    insert_column(&f->t, 1, LABEL_SERIAL);
    struct step *second = solve(f);
    if (second && (!all || best_score(f, second) > score)) return second;
    f->t = first;
    return all;
}

// Of several task columns those that only a part of the rows fills name groups.
static void sparse_tasks(struct flat *f, const struct step *all, const int *path)
{
    size_t own[TABLE_MAX_COLS] = {0}, most = 0;
    int before = -1, states = f->t.n + 1;
    for (size_t i = 0; i < f->cells.n; i++) {
        int k = path[i];
        bool fresh = all[i * (size_t)states + (size_t)k].move == MOVE_ROW || k != before;
        if (k < f->t.n && f->t.cols[k] == LABEL_TASK && fresh && ++own[k] > most) most = own[k];
        before = k;
    }
    for (int k = 0; k < f->t.n; k++)
        if (f->t.cols[k] == LABEL_TASK && own[k] < most && own[k] * 10 < most * 7)
            f->t.cols[k] = LABEL_CATEGORY;
}

// A second task under one number, with a deadline of its own: the number and the units were merged
// cells.
static void carry_units(struct flat *f, struct table_row *row)
{
    bool whole = table_row_has(&f->t, row, LABEL_SERIAL), units = false;
    for (int k = 0; k < f->t.n; k++)
        units |= label_is_unit(f->t.cols[k]) && row->cell[k].text.n > 0;
    bool second = f->serial && !whole && !units && table_row_has(&f->t, row, LABEL_TASK) &&
                  table_row_has(&f->t, row, LABEL_DUE);
    for (int k = 0; k < f->t.n; k++) {
        if (second && label_is_who(f->t.cols[k]) && row->cell[k].text.n == 0) {
            row->cell[k].text = f->units[k];
            row->cell[k].inherited = true;
        } else if (f->t.cols[k] == LABEL_CATEGORY && row->cell[k].text.n == 0 &&
                   table_row_has(&f->t, row, LABEL_TASK)) {
            row->cell[k].text = f->units[k]; // merged over several rows
            row->cell[k].inherited = true;
        } else if (whole || units) {
            f->units[k] = row->cell[k].text;
        }
    }
}

static void flush(struct flat *f, struct table_row *row)
{
    carry_units(f, row);
    table_row_emit(f->e, &f->t, row);
    *row = (struct table_row){0};
}

static void heading_cell(struct flat *f, const struct flat_cell *c)
{
    struct block_list one = {0};
    VEC_ADD(f->e->c->a, &one, c->block);
    if (c->extra != SIZE_MAX) VEC_ADD(f->e->c->a, &one, c->extra);
    if (table_is_note(c->text)) emit_notice(f->e, c->text, &one);
    else table_heading(f->e, &f->t, c->text, &one);
    for (int k = 0; k < f->t.n; k++) f->units[k] = STR_EMPTY;
}

// A second line of a cell goes on without a break when the first one stopped in mid-sentence.
static const char *glue_for(const struct flat_cell *before, const struct flat_cell *c,
                            enum label label)
{
    if (c->same_line) return " ";
    if (label != LABEL_TASK && label != LABEL_MEASURE)
        return label_is_unit(label) && !cell_unfinished(before) ? " " : "";
    uint32_t last = before->r.n ? before->r.at[before->r.n - 1] : 0;
    struct numbering num;
    if (numbering_at(&c->r, 0, &num)) return "\n";
    return last == 0x3002 || last == ';' || last == ':' ? "\n" : "";
}

static void emit_rows(struct flat *f, const struct step *all, size_t n_cells)
{
    int states = f->t.n + 1;
    int *path = arena_try(f->e->c->a, n_cells * sizeof *path);
    if (!path || n_cells == 0) return;
    const struct step *end = all + (n_cells - 1) * (size_t)states;
    int at = 0;
    for (int j = 1; j < states; j++)
        if (end[j].score > end[at].score) at = j;
    for (size_t i = n_cells; i-- > 0;) {
        path[i] = at;
        at = all[i * (size_t)states + (size_t)at].from;
    }
    sparse_tasks(f, all, path);
    struct table_row *row = ARENA_NEW(f->e->c->a, struct table_row);
    for (size_t i = 0; i < n_cells && arena_ok(f->e->c->a); i++) {
        const struct flat_cell *c = &f->cells.at[i];
        const struct step *s = &all[i * (size_t)states + (size_t)path[i]];
        if (s->move == MOVE_ROW) flush(f, row);
        if (path[i] == f->t.n) {
            heading_cell(f, c);
            continue;
        }
        const char *glue = i ? glue_for(&f->cells.at[i - 1], c, f->t.cols[path[i]]) : "";
        table_row_append(f->e, &row->cell[path[i]], c->text, c->block, glue);
        if (c->extra != SIZE_MAX) VEC_ADD(f->e->c->a, &row->cell[path[i]].blocks, c->extra);
    }
    flush(f, row);
}

// 一 / 经济发展 on two lines is one heading.
static void join_numerals(struct flat *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->cells.n; i++) {
        struct flat_cell c = f->cells.at[i];
        int value;
        size_t len = runes_cn_int(&c.r, 0, &value);
        if (len && len == c.r.n && i + 1 < f->cells.n && f->cells.at[i + 1].r.n > 1) {
            const struct flat_cell *next = &f->cells.at[++i];
            c.text = str_printf(f->e->c->a, "%.*s、%.*s", STR_FMT(c.text), STR_FMT(next->text));
            c.r = runes_of(f->e->c->a, c.text);
            if (next->block != c.block) c.extra = next->block;
        }
        f->cells.at[n++] = c;
    }
    f->cells.n = n;
}

static bool repeats_header(const struct flat *f, const struct paras *ps, size_t i, size_t n_head)
{
    if (n_head == 1 && f->t.n > 1) {
        struct table *again = ARENA_NEW(f->e->c->a, struct table);
        bool same = table_header_words(f->e->c->a, &ps->at[i].r, again) == (size_t)f->t.n;
        for (int k = 0; same && k < f->t.n; k++) same = str_eq(again->heads[k], f->t.heads[k]);
        return same;
    }
    for (size_t k = 0; k < n_head; k++)
        if (i + k >= ps->n || !str_eq(ps->at[i + k].text, f->t.heads[k])) return false;
    return true;
}

static void skip_header(struct flat *f, struct paras *ps, size_t i, size_t n)
{
    struct block_list blocks = {0};
    for (size_t k = 0; k < n; k++) VEC_ADD(f->e->c->a, &blocks, ps->at[i + k].blocks.at[0]);
    emit_notice(f->e, ps->at[i].text, &blocks);
}

// Page numbers are notices one by one, the bars between cells are one notice together.
static void emit_borders(struct flat *f)
{
    struct block_list bars = {0};
    for (size_t k = 0; k < f->borders.n; k++) {
        str text = f->e->r->blocks.at[f->borders.at[k]].text;
        struct block_list one = {0};
        bool bar = str_starts(text, STR("|"));
        VEC_ADD(f->e->c->a, bar ? &bars : &one, f->borders.at[k]);
        if (one.n) emit_notice(f->e, text, &one);
    }
    if (bars.n) emit_notice(f->e, STR("|"), &bars);
}

size_t flat_table(struct emitter *e, struct paras *ps, size_t i)
{
    const struct para_grid *whole = ps->at[i].grid;
    if (whole && grid_rows_under(e, whole->sheet, whole->block_of, whole->heading, whole->heading_blocks)) return i + 1;
    size_t behind = barred_table(e, ps, i);
    if (!behind) behind = rows_table(e, ps, i);
    if (behind) return behind;
    struct flat *f = ARENA_NEW(e->c->a, struct flat);
    f->e = e;
    size_t head = read_header(f, ps, i);
    size_t at = i + head;
    bool one_line = f->one_line = head == 1;
    table_settle(&f->t);
    for (; at < ps->n && arena_ok(e->c->a); at++) {
        struct para *p = &ps->at[at];
        if (p->kind == PARA_FURNITURE) {
            VEC_ADD(e->c->a, &f->borders, p->blocks.at[0]);
            continue;
        }
        if (p->kind != PARA_TABLE || p->table_head || drawn_line(&p->r)) break;
        if (head && repeats_header(f, ps, at, head)) {
            skip_header(f, ps, at, head);
            at += head - 1;
            continue;
        }
        size_t before = f->cells.n;
        split_line(e->c->a, f, p, one_line);
        if (f->cells.n == before) skip_header(f, ps, at, 1); // | --- | --- |
    }
    settle_two_lines(&f->t);
    join_numerals(f);
    for (int k = 0; k < f->t.n; k++) f->serial |= f->t.cols[k] == LABEL_SERIAL;
    struct step *all = f->cells.n ? solve_best(f) : NULL;
    if (all) emit_rows(f, all, f->cells.n);
    emit_borders(f);
    return at;
}
