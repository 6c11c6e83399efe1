#include "exchange/division/grid.h"

#include <stdlib.h>

#include "exchange/division/para.h"
#include "exchange/division/table.h"
#include "exchange/division/tree.h"

struct grid {
    struct emitter *e;
    const struct sheet *s;
    str above; // a heading under which the whole table stands, "" none
    const struct block_list *above_blocks;
    size_t block0;          // block of the first cell; cells and blocks run in step
    const size_t *block_of; // or the block of each cell, for tables inside a text
    struct table t;
    struct merge *merges; // sorted by first row
    size_t next_merge;
    VEC(struct merge) active; // merged areas that reach the row at hand
    bool serial;
    struct table_row row, pending; // pending: the row that a next one may continue
    bool has_pending;
    struct table_cell down[TABLE_MAX_COLS]; // last own cell of each column, for vertical merges
};

struct line { // the cells of one row
    size_t from, n;
    int row;
};

static int col_index(int col)
{
    return col <= TABLE_MAX_COLS ? col - 1 : TABLE_MAX_COLS - 1;
}

static const struct cell *cell_at(const struct grid *g, size_t i)
{
    return &g->s->cells.at[i];
}

static struct line line_at(const struct grid *g, size_t from)
{
    struct line l = {from, 0, cell_at(g, from)->row};
    while (from + l.n < g->s->cells.n && cell_at(g, from + l.n)->row == l.row) l.n++;
    return l;
}

static size_t block_at(const struct grid *g, size_t cell)
{
    return g->block_of ? g->block_of[cell] : g->block0 + cell;
}

static struct block_list line_blocks(struct grid *g, struct line l)
{
    struct block_list b = {0};
    for (size_t i = 0; i < l.n; i++) {
        size_t block = block_at(g, l.from + i);
        if (b.n == 0 || b.at[b.n - 1] != block) VEC_ADD(g->e->c->a, &b, block);
    }
    return b;
}

static str line_text(struct grid *g, struct line l)
{
    struct buf b;
    buf_init(&b, g->e->c->a, 1024 * 1024);
    for (size_t i = 0; i < l.n; i++) {
        if (i) buf_addc(&b, ' ');
        buf_add(&b, cell_at(g, l.from + i)->text);
    }
    return buf_str(&b);
}

static enum label header_label(struct grid *g, size_t i)
{
    str one_line = str_replace(g->e->c->a, cell_at(g, i)->text, STR("\n"), STR(""));
    struct runes r = runes_of(g->e->c->a, one_line);
    return label_header(&r);
}

// Reads a row as header into t; false when it is none.
static bool header_line(struct grid *g, struct line l, struct table *t)
{
    *t = (struct table){0};
    size_t named = 0;
    if (l.n < 2) return false;
    for (size_t i = 0; i < l.n; i++) {
        const struct cell *c = cell_at(g, l.from + i);
        int k = col_index(c->col);
        enum label label = header_label(g, l.from + i);
        t->cols[k] = label;
        t->heads[k] = str_replace(g->e->c->a, c->text, STR("\n"), STR(""));
        named += label != LABEL_NONE;
    }
    t->n = g->s->cols < TABLE_MAX_COLS ? g->s->cols : TABLE_MAX_COLS;
    return named >= 2 && named * 2 >= l.n && table_usable(t);
}

static const struct merge *merge_of(const struct grid *g, int row, int col)
{
    for (size_t i = 0; i < g->active.n; i++) {
        const struct merge *m = &g->active.at[i];
        if (row >= m->row && row <= m->last_row && col >= m->col && col <= m->last_col) return m;
    }
    return NULL;
}

static void reach_row(struct grid *g, int row)
{
    size_t n = 0;
    for (size_t i = 0; i < g->active.n; i++)
        if (g->active.at[i].last_row >= row) g->active.at[n++] = g->active.at[i];
    g->active.n = n;
    for (; g->next_merge < g->s->merges.n && g->merges[g->next_merge].row <= row; g->next_merge++)
        if (g->merges[g->next_merge].last_row >= row)
            VEC_ADD(g->e->c->a, &g->active, g->merges[g->next_merge]);
}

// The second header line stands below header cells that span several columns, or below empty ones.
static bool second_header(struct grid *g, struct line head, struct line l, struct table *t)
{
    size_t named = 0;
    for (size_t i = 0; i < l.n; i++) named += header_label(g, l.from + i) != LABEL_NONE;
    for (size_t i = 0; i < l.n; i++) {
        const struct cell *c = cell_at(g, l.from + i);
        const struct merge *m = merge_of(g, head.row, c->col);
        bool below_span =
            m && m->row == head.row && m->last_row == head.row && m->last_col > m->col;
        int k = col_index(c->col);
        bool below_empty = t->heads[k].n == 0;
        // Files without merges (CSV) leave the cells beside a spanning head empty.
        if (!below_empty && k + 1 < t->n && t->heads[k + 1].n == 0 &&
            (named >= 2 || header_label(g, l.from + i) != LABEL_NONE))
            below_empty = true;
        struct runes r = runes_of(g->e->c->a, c->text);
        int value;
        if ((!below_span && !below_empty) || r.n > 16 || numbering_serial(&r, &value)) return false;
    }
    for (size_t i = 0; i < l.n; i++) {
        const struct cell *c = cell_at(g, l.from + i);
        int k = col_index(c->col), parent = k;
        const struct merge *m = merge_of(g, head.row, c->col);
        if (m) parent = col_index(m->col);
        while (parent > 0 && t->heads[parent].n == 0) parent--;
        enum label own = header_label(g, l.from + i), above = t->cols[parent];
        str up = t->heads[parent];
        // 牵头 and 配合 below 责任单位; 姓名 below 责任领导 keeps the upper meaning
        t->cols[k] = own != LABEL_NONE ? own : above;
        t->heads[k] = k == parent || own != LABEL_NONE ? c->text : str_cat(g->e->c->a, up, c->text);
    }
    return true;
}

// ---- rows ---------------------------------------------------------------------------------------

static void flush(struct grid *g)
{
    if (g->has_pending) table_row_emit(g->e, &g->t, &g->pending);
    g->pending = (struct table_row){0};
    g->has_pending = false;
}

static int task_col(const struct grid *g)
{
    int at = -1;
    for (int i = 0; i < g->t.n; i++)
        if (g->t.cols[i] == LABEL_TASK) at = i;
    return at;
}

// Fills g->row from the line: own cells, and what vertical merges carry down.
static void fill_row(struct grid *g, struct line l)
{
    g->row = (struct table_row){0};
    for (size_t i = 0; i < l.n; i++) {
        const struct cell *c = cell_at(g, l.from + i);
        struct table_cell *cell = &g->row.cell[col_index(c->col)];
        table_row_append(g->e, cell, c->text, block_at(g, l.from + i), "\n");
    }
    for (size_t i = 0; i < g->active.n; i++) {
        const struct merge *m = &g->active.at[i];
        int k = col_index(m->col);
        if (m->row < l.row && m->last_row >= l.row && g->row.cell[k].text.n == 0 &&
            g->down[k].text.n) {
            g->row.cell[k].text = g->down[k].text;
            g->row.cell[k].inherited = true;
        }
    }
    // Files without merges leave the cells below a category empty.
    for (int k = 0; k < g->t.n; k++)
        if (g->t.cols[k] == LABEL_CATEGORY && g->row.cell[k].text.n == 0) {
            g->row.cell[k].text = g->down[k].text;
            g->row.cell[k].inherited = true;
        }
    // A cell that spans into the task column is the task.
    int task = task_col(g);
    if (task >= 0 && g->row.cell[task].text.n == 0) {
        for (size_t i = 0; i < l.n; i++) {
            const struct cell *c = cell_at(g, l.from + i);
            const struct merge *m = merge_of(g, l.row, c->col);
            int k = col_index(c->col);
            if (!m || k >= task || col_index(m->last_col) < task || g->t.cols[k] == LABEL_SERIAL)
                continue;
            g->row.cell[task] = g->row.cell[k];
            g->row.cell[k] = (struct table_cell){0};
        }
    }
    for (int k = 0; k < g->t.n; k++)
        if (g->row.cell[k].text.n && !g->row.cell[k].inherited) g->down[k] = g->row.cell[k];
}

static bool repeats_header(struct grid *g, struct line l)
{
    for (size_t i = 0; i < l.n; i++) {
        const struct cell *c = cell_at(g, l.from + i);
        str text = str_replace(g->e->c->a, c->text, STR("\n"), STR(""));
        if (!str_eq(text, g->t.heads[col_index(c->col)])) return false;
    }
    return l.n >= 2;
}

// One cell alone in its row: a section, a note, or a piece that continues the row before.
static bool lone_cell(struct grid *g, struct line l)
{
    const struct cell *c = cell_at(g, l.from);
    struct block_list b = line_blocks(g, l);
    if (table_is_note(c->text)) {
        flush(g);
        emit_notice(g->e, c->text, &b);
        return true;
    }
    struct runes r = runes_of(g->e->c->a, c->text);
    struct numbering num;
    bool numbered = numbering_at(&r, 0, &num) && num.rank <= RANK_CHINESE_BRACKET;
    const struct merge *m = merge_of(g, l.row, c->col);
    bool wide = m && m->last_col - m->col + 1 >= (g->s->cols + 1) / 2;
    bool deep = m && m->last_row > m->row && !wide; // a merged category whose rows follow
    int k = col_index(c->col), task = task_col(g);
    bool first = k == 0 || g->t.cols[k] == LABEL_SERIAL || g->t.cols[k] == LABEL_CATEGORY;
    int value;
    if (deep || numbering_serial(&r, &value)) return false;
    if (!wide && !numbered && !(first && k != task)) return false;
    if (numbered && !wide && k == task && r.n > 40) return false;
    flush(g);
    memset(g->down, 0, sizeof g->down);
    if (text_is_colophon(&r) || r.n > 120) emit_notice(g->e, c->text, &b);
    else table_heading(g->e, &g->t, c->text, &b);
    return true;
}

static bool any_own_units(const struct grid *g, const struct table_row *row)
{
    for (int i = 0; i < g->t.n; i++)
        if (label_is_unit(g->t.cols[i]) && row->cell[i].text.n) return true;
    return false;
}

// A further task under the number of the row before, with a deadline of its own while the row
// before has one as well: CSV files leave the cells empty that a merge covered.
static bool second_task(const struct grid *g)
{
    const struct table_row *row = &g->row;
    if (!g->serial || table_row_has(&g->t, row, LABEL_SERIAL)) return false;
    return table_row_has(&g->t, row, LABEL_TASK) && table_row_has(&g->t, row, LABEL_DUE) &&
           table_row_has(&g->t, &g->pending, LABEL_DUE) && !any_own_units(g, row);
}

static void carry_units(struct grid *g)
{
    for (int k = 0; k < g->t.n; k++) {
        if (!label_is_who(g->t.cols[k]) || g->row.cell[k].text.n) continue;
        g->row.cell[k].text = g->pending.cell[k].text;
        g->row.cell[k].inherited = true;
    }
}

// Does the row go on with the one before: no serial of its own and no task or no units?
static bool continues_row(const struct grid *g)
{
    if (!g->has_pending) return false;
    const struct table_row *row = &g->row;
    bool task = table_row_has(&g->t, row, LABEL_TASK);
    bool serial = table_row_has(&g->t, row, LABEL_SERIAL);
    if (serial) return false;
    if (!task) return true;
    if (second_task(g)) return false;
    bool serial_merged = false;
    for (int i = 0; i < g->t.n; i++)
        if (g->t.cols[i] == LABEL_SERIAL && row->cell[i].inherited) serial_merged = true;
    return g->serial && !serial_merged && !any_own_units(g, row);
}

static const char *glue_for(enum label label)
{
    return label_is_unit(label) ? "、" : "\n";
}

static void append_row(struct grid *g)
{
    for (int i = 0; i < g->t.n; i++) {
        struct table_cell *from = &g->row.cell[i], *to = &g->pending.cell[i];
        if (from->inherited || from->text.n == 0) continue;
        if (to->inherited) { // its own cell after all
            *to = *from;
            continue;
        }
        bool doubled = label_is_unit(g->t.cols[i]) && str_has(to->text, from->text);
        if (doubled) {
            for (size_t k = 0; k < from->blocks.n; k++)
                VEC_ADD(g->e->c->a, &to->blocks, from->blocks.at[k]);
            continue;
        }
        for (size_t k = 0; k < from->blocks.n; k++)
            table_row_append(g->e, to, k ? STR_EMPTY : from->text, from->blocks.at[k],
                             k ? "" : glue_for(g->t.cols[i]));
    }
}

static bool total_row(struct grid *g, struct line l)
{
    for (size_t i = 0; i < l.n; i++) {
        str text = cell_at(g, l.from + i)->text;
        if (str_is(text, "合计") || str_is(text, "总计") || str_is(text, "小计") ||
            str_is(text, "合 计"))
            return true;
    }
    return table_is_note(cell_at(g, l.from)->text);
}

// 一 | 经济发展: a Chinese number in front and nothing that a task would have.
static bool numeral_section(struct grid *g, struct line l)
{
    const struct cell *c = cell_at(g, l.from);
    struct runes r = runes_of(g->e->c->a, c->text);
    int value;
    size_t n = runes_cn_int(&r, 0, &value);
    if (l.n != 2 || !n || n != r.n || col_index(cell_at(g, l.from + 1)->col) > task_col(g))
        return false;
    struct block_list b = line_blocks(g, l);
    flush(g);
    str text = str_printf(g->e->c->a, "%.*s、%.*s", STR_FMT(c->text),
                          STR_FMT(cell_at(g, l.from + 1)->text));
    table_heading(g->e, &g->t, text, &b);
    return true;
}

static void data_line(struct grid *g, struct line l)
{
    struct block_list b = line_blocks(g, l);
    if (repeats_header(g, l) || total_row(g, l)) {
        flush(g);
        emit_notice(g->e, line_text(g, l), &b);
        return;
    }
    if ((l.n == 1 && lone_cell(g, l)) || numeral_section(g, l)) return;
    fill_row(g, l);
    if (g->has_pending && second_task(g)) carry_units(g);
    if (continues_row(g)) {
        append_row(g);
        return;
    }
    flush(g);
    g->pending = g->row;
    g->has_pending = true;
}

// Of several task columns those filled for a part of the rows only are categories.
static void sparse_tasks(struct grid *g, size_t first)
{
    size_t own[TABLE_MAX_COLS] = {0}, most = 0;
    for (size_t i = first; i < g->s->cells.n; i++) {
        int k = col_index(cell_at(g, i)->col);
        if (g->t.cols[k] == LABEL_TASK && ++own[k] > most) most = own[k];
    }
    int n = 0;
    for (int k = 0; k < g->t.n; k++) n += g->t.cols[k] == LABEL_TASK;
    for (int k = 0; k < g->t.n && n > 1; k++)
        if (g->t.cols[k] == LABEL_TASK && own[k] * 10 < most * 7) {
            g->t.cols[k] = LABEL_CATEGORY;
            n--;
        }
}

// 任务 over several rows of 举措 that name their own units: the measures are the tasks.
static void measures_as_tasks(struct grid *g, size_t first)
{
    size_t tasks = 0, measures = 0, units = 0;
    for (size_t i = first; i < g->s->cells.n;) {
        struct line l = line_at(g, i);
        bool has[LABELS] = {0};
        for (size_t k = 0; k < l.n; k++) has[g->t.cols[col_index(cell_at(g, i + k)->col)]] = true;
        bool unit = has[LABEL_LEAD] || has[LABEL_RESP];
        if (has[LABEL_MEASURE]) {
            tasks += has[LABEL_TASK];
            measures++;
            units += unit;
        }
        i += l.n;
    }
    if (measures < 3 || tasks * 10 >= measures * 7 || units * 10 < measures * 8) return;
    for (int k = 0; k < g->t.n; k++) {
        if (g->t.cols[k] == LABEL_TASK) g->t.cols[k] = LABEL_CATEGORY;
        else if (g->t.cols[k] == LABEL_MEASURE) g->t.cols[k] = LABEL_TASK;
    }
}

static void before_header(struct grid *g, struct line l)
{
    struct block_list b = line_blocks(g, l);
    str text = line_text(g, l);
    struct runes r = runes_of(g->e->c->a, text);
    if (l.n == 1 && !text_is_colophon(&r) && r.n <= 60) {
        if (g->e->r->title.n == 0 && text_is_title(&r)) g->e->r->title = text;
        emit_heading(g->e, STR_EMPTY, text, 0, &b);
    } else {
        emit_notice(g->e, text, &b);
    }
}

static bool take_header(struct grid *g, struct line l, size_t *next)
{
    struct table t;
    if (!header_line(g, l, &t)) return false;
    flush(g);
    struct block_list b = line_blocks(g, l);
    emit_heading(g->e, STR_EMPTY, line_text(g, l), RANK_BULLET, &b);
    size_t after = l.from + l.n;
    if (after < g->s->cells.n) {
        struct line second = line_at(g, after);
        if (second.row == l.row + 1 && second_header(g, l, second, &t)) {
            struct block_list b2 = line_blocks(g, second);
            emit_heading(g->e, STR_EMPTY, line_text(g, second), RANK_BULLET, &b2);
            after += second.n;
        }
    }
    g->t = t;
    table_settle(&g->t);
    sparse_tasks(g, after);
    measures_as_tasks(g, after);
    g->serial = false;
    for (int k = 0; k < g->t.n; k++) g->serial |= g->t.cols[k] == LABEL_SERIAL;
    memset(g->down, 0, sizeof g->down);
    *next = after;
    return true;
}

static int by_row(const void *x, const void *y)
{
    const struct merge *a = x, *b = y;
    return a->row < b->row ? -1 : a->row > b->row;
}

// No header anywhere: the cells are paragraphs.
static bool read_as_text(struct grid *g, int no)
{
    struct ctx *c = g->e->c;
    struct text_lines lines = {0};
    for (size_t i = 0; i < g->s->cells.n && arena_ok(c->a); i++)
        VEC_ADD(
            c->a, &lines,
            ((struct text_line){str_replace(c->a, cell_at(g, i)->text, STR("\n"), STR(" ")), 1}));
    struct paras ps = {0};
    if (!paras_read(c, g->e->r, &lines, &ps)) return false;
    for (size_t i = 0; i < g->s->cells.n; i++) {
        struct division_block *b = &g->e->r->blocks.at[g->block0 + i];
        b->at = (struct division_place){0, no, cell_at(g, i)->row, cell_at(g, i)->col};
        b->text = cell_at(g, i)->text;
    }
    paras_analyse(c->a, &g->e->roster, &ps, g->e->year);
    tree_build(g->e, &ps);
    return ctx_ok(c);
}

static bool find_header(struct grid *g)
{
    struct table t;
    for (size_t i = 0; i < g->s->cells.n;) {
        struct line l = line_at(g, i);
        if (header_line(g, l, &t)) return true;
        i += l.n;
    }
    return false;
}

static void read_rows(struct grid *g)
{
    bool started = false;
    for (size_t i = 0; i < g->s->cells.n && arena_ok(g->e->c->a);) {
        struct line l = line_at(g, i);
        reach_row(g, l.row);
        size_t next = i + l.n;
        if (started && repeats_header(g, l)) data_line(g, l);
        else if (take_header(g, l, &next)) {
            if (!started && g->above.n) table_heading(g->e, &g->t, g->above, g->above_blocks);
            started = true;
        }
        else if (!started) before_header(g, l);
        else data_line(g, l);
        i = next;
    }
    flush(g);
}

// False when memory ran out.
static bool take_merges(struct grid *g)
{
    const struct sheet *s = g->s;
    g->merges = arena_try(g->e->c->a, (s->merges.n + 1) * sizeof *g->merges);
    if (!g->merges) return false;
    if (s->merges.n) memcpy(g->merges, s->merges.at, s->merges.n * sizeof *g->merges);
    qsort(g->merges, s->merges.n, sizeof *g->merges, by_row);
    return true;
}

bool grid_rows(struct emitter *e, const struct sheet *s, const size_t *block_of)
{
    return grid_rows_under(e, s, block_of, STR_EMPTY, NULL);
}

bool grid_rows_under(struct emitter *e, const struct sheet *s, const size_t *block_of, str above,
                     const struct block_list *above_blocks)
{
    struct grid *g = ARENA_NEW(e->c->a, struct grid);
    g->e = e;
    g->s = s;
    g->block_of = block_of;
    g->above = above;
    g->above_blocks = above_blocks;
    if (s->cells.n == 0 || !find_header(g) || !take_merges(g)) return false;
    read_rows(g);
    return true;
}

bool grid_has_header(struct emitter *e, const struct sheet *s)
{
    struct grid *g = ARENA_NEW(e->c->a, struct grid);
    g->e = e;
    g->s = s;
    return s->cells.n > 0 && find_header(g);
}

bool grid_read(struct emitter *e, const struct sheet *s, int no)
{
    struct ctx *c = e->c;
    if (s->cells.n == 0) return true;
    if (e->r->blocks.n + s->cells.n > DIVISION_MAX_BLOCKS)
        return fail(c, ERR_TOO_LARGE, "division.too_many_blocks");
    struct grid *g = ARENA_NEW(c->a, struct grid);
    g->e = e;
    g->s = s;
    g->block0 = e->r->blocks.n;
    if (!find_header(g)) return read_as_text(g, no);
    for (size_t i = 0; i < s->cells.n; i++) {
        struct division_block *b = VEC_PUSH(c->a, &e->r->blocks);
        b->text = s->cells.at[i].text;
        b->at = (struct division_place){0, no, s->cells.at[i].row, s->cells.at[i].col};
    }
    if (!take_merges(g)) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    read_rows(g);
    return ctx_ok(c);
}
