/*
 * Tables whose rows are lines of cells parted by blanks, as copying from a page leaves them. Blanks
 * also stand inside cells (完成 县医院 新院区 | 县卫健局 | 9月底), so each line is laid out as a
 * whole: every run of pieces may be one cell, a cell's content speaks for its column (look.h),
 * joining over a wide gap and cutting at a narrow one have their price. Where single blanks part
 * the cells a wider gap tells how many empty cells it stands for. A line without a number goes on
 * with the row above it.
 */
#include "exchange/division/rows.h"

#include "exchange/division/drawn.h"
#include "exchange/division/look.h"
#include "exchange/division/table.h"
#include "exchange/division/tree.h"

enum { MOST_PIECES = 20, LONGEST_RUN = 8, MOST_LINES = 600 };
static const float NEVER = -1e9f;

struct piece {
    size_t from, to;
    int gap; // width of the blanks before it
};
struct pieces {
    struct piece at[MOST_PIECES];
    int n;
};

struct rows {
    struct emitter *e;
    struct table t;
    struct table_row row;
    struct table_row before; // categories of the row before
    bool open, serial;
    bool single;  // single blanks part the cells
    int last_col; // column filled last
    struct pieces line;
    bool names[MOST_PIECES]; // the piece alone is a list of units
    float fit[MOST_PIECES][LONGEST_RUN + 1][TABLE_MAX_COLS];
};

static bool split(const struct runes *r, struct pieces *out)
{
    *out = (struct pieces){0};
    int gap = 0;
    for (size_t i = 0; i < r->n;) {
        if (rune_blank(r->at[i])) {
            gap += r->at[i] == 0x3000 ? 2 : 1;
            i++;
            continue;
        }
        if (out->n == MOST_PIECES) return false;
        size_t from = i;
        while (i < r->n && !rune_blank(r->at[i])) i++;
        out->at[out->n++] = (struct piece){from, i, gap};
        gap = 0;
    }
    return true;
}

// The number stands in front, or behind as many cells as columns precede it (类别 序号 …).
static bool starts_row(struct rows *w, const struct runes *r, const struct pieces *p)
{
    int value, last = 0;
    while (last < w->t.n && w->t.cols[last] != LABEL_SERIAL) last++;
    for (int k = 0; k <= last && k + 1 < p->n; k++) {
        struct arena_mark m = arena_mark(w->e->c->a);
        struct runes piece = runes_of(w->e->c->a, runes_slice(r, p->at[k].from, p->at[k].to));
        bool serial = numbering_serial(&piece, &value);
        arena_reset_to(w->e->c->a, m);
        if (serial) return true;
    }
    return false;
}

// ---- laying a line out --------------------------------------------------------------------------

// A task may stand in the line above.
static float skip_price(enum label col)
{
    return col == LABEL_TASK ? 2.5f : look_skip(col);
}

// How well pieces [from, from + n) suit each column as one cell.
static void measure_run(struct rows *w, const struct runes *r, int from, int n)
{
    const struct piece *p = w->line.at;
    float joins = 0;
    for (int k = from + 1; k < from + n; k++) joins += p[k].gap > 1 && !w->single ? 2.0f : 0.5f;
    // A single character is the rest of a word that a narrow column broke.
    float broken = p[from].to - p[from].from == 1 && n > 1 ? 1.5f : 0;
    struct arena_mark m = arena_mark(w->e->c->a);
    str text = runes_slice(r, p[from].from, p[from + n - 1].to);
    struct runes cell = runes_of(w->e->c->a, text);
    struct look l = look_at(w->e->c->a, text, &cell);
    // A whole name followed by other words is no longer one name.
    w->names[from] = n == 1 ? l.units == 100 : w->names[from];
    float mixed = 0;
    for (int k = from + 1; k < from + n; k++)
        if (w->names[from] && !w->names[k]) mixed = 2.5f;
    for (int c = 0; c < w->t.n; c++) {
        enum label col = w->t.cols[c];
        // 城区供热 | 新增 供热面积: what is to be done begins with its verb.
        float begins = l.verb && (col == LABEL_TASK || col == LABEL_MEASURE) ? 1 : 0;
        w->fit[from][n][c] = begins + look_fit(w->serial, &l, w->t.cols[c]) - joins - broken -
                             (label_is_unit(w->t.cols[c]) ? mixed : 0);
    }
    arena_reset_to(w->e->c->a, m);
}

static bool wide_gaps(const struct pieces *p)
{
    for (int k = 1; k < p->n; k++)
        if (p->at[k].gap > 1) return true;
    return false;
}

// A layout in the making: best[i][j] for the first i pieces in the first j columns, and how many
// pieces column j - 1 takes then.
struct layout {
    float best[MOST_PIECES + 1][TABLE_MAX_COLS + 1];
    int run[MOST_PIECES + 1][TABLE_MAX_COLS + 1];
    bool go_on; // the row is open: nothing is missing from the columns before
    bool mixed; // wide and narrow gaps stand in the line
};

// Column j takes the last len of the first i pieces.
static float taken(const struct rows *w, const struct layout *d, int i, int j, int len)
{
    float score = d->best[i - len][j - 1] + w->fit[i - len][len][j - 1];
    int gap = w->line.at[i - len].gap;
    if (d->mixed && i > len && gap <= 1) score -= 1;
    // Two blanks beyond the first part stand for two cells left empty.
    if (w->single && i > len && gap > 1 && j > gap && d->run[i - len][j - gap]) score += 2;
    if (!d->go_on) return score;
    if (i == len && j - 1 == w->last_col) score += 2; // goes on with the cell filled last
    return w->t.cols[j - 1] == LABEL_SERIAL ? score - 20 : score;
}

static void consider_cell(const struct rows *w, struct layout *d, int i, int j)
{
    float skip = d->go_on ? 0.05f : skip_price(w->t.cols[j - 1]), *best = &d->best[i][j];
    if (d->best[i][j - 1] > NEVER / 2) *best = d->best[i][j - 1] - skip;
    for (int len = 1; len <= LONGEST_RUN && len <= i; len++) {
        if (d->best[i - len][j - 1] < NEVER / 2) continue;
        float score = taken(w, d, i, j, len);
        if (score <= *best) continue;
        *best = score;
        d->run[i][j] = len;
    }
}

// The best columns for the line's pieces: col[k] of each piece. False when there are none.
static bool lay_out(struct rows *w, const struct runes *r, bool go_on, int *col)
{
    int n = w->line.n, cols = w->t.n;
    struct layout *d = arena_try(w->e->c->a, sizeof *d);
    if (!d) return false;
    d->go_on = go_on;
    d->mixed = !w->single && wide_gaps(&w->line);
    for (int len = 1; len <= LONGEST_RUN; len++)
        for (int k = 0; k + len <= n; k++) measure_run(w, r, k, len);
    for (int i = 0; i <= n; i++)
        for (int j = 0; j <= cols; j++) {
            d->best[i][j] = i == 0 && j == 0 ? 0 : NEVER;
            d->run[i][j] = 0;
            if (j > 0) consider_cell(w, d, i, j);
        }
    if (d->best[n][cols] < NEVER / 2) return false;
    for (int i = n, j = cols; j > 0; j--) {
        int len = d->run[i][j];
        for (int k = i - len; k < i; k++) col[k] = j - 1;
        i -= len;
    }
    return true;
}

// ---- rows ---------------------------------------------------------------------------------------

static void flush(struct rows *w)
{
    if (!w->open) return;
    int task = -1, measure = -1;
    for (int c = 0; c < w->t.n; c++) {
        struct table_cell *cell = &w->row.cell[c];
        if (w->t.cols[c] == LABEL_TASK && (task < 0 || cell->text.n)) task = c;
        if (w->t.cols[c] == LABEL_MEASURE && cell->text.n && measure < 0) measure = c;
        if (w->t.cols[c] != LABEL_CATEGORY) continue;
        if (cell->text.n) w->before.cell[c] = *cell;
        else *cell = w->before.cell[c], cell->inherited = cell->text.n > 0;
    }
    // 主要任务 merged over several rows: what is to be done stands in the next column.
    if (task >= 0 && measure >= 0 && w->row.cell[task].text.n == 0) {
        w->row.cell[task] = w->row.cell[measure];
        w->row.cell[measure] = (struct table_cell){0};
    }
    table_row_emit(w->e, &w->t, &w->row);
    w->row = (struct table_row){0};
    w->open = false;
}

static const char *glue_for(enum label label, str before)
{
    if (label_is_unit(label)) return name_is_unit(before) ? " " : "";
    if (label != LABEL_TASK && label != LABEL_MEASURE) return "";
    return str_ends(before, STR("。")) ? "\n" : "";
}

static void fill(struct rows *w, const struct para *p, const int *col)
{
    for (int k = 0; k < w->line.n;) {
        int end = k + 1;
        while (end < w->line.n && col[end] == col[k]) end++;
        struct table_cell *cell = &w->row.cell[col[k]];
        str text = runes_slice(&p->r, w->line.at[k].from, w->line.at[end - 1].to);
        table_row_append(w->e, cell, text, p->blocks.at[0],
                         glue_for(w->t.cols[col[k]], cell->text));
        w->last_col = col[k];
        k = end;
    }
    w->open = true;
}

static void take_apart(struct rows *w, const struct para *p, bool note)
{
    struct block_list one = {0};
    VEC_ADD(w->e->c->a, &one, p->blocks.at[0]);
    flush(w);
    if (note) emit_notice(w->e, p->text, &one);
    else table_heading(w->e, &w->t, p->text, &one);
    w->before = (struct table_row){0};
}

// Without a column of numbers a line is a row when its cells fill most of the columns.
static bool fills_row(const struct rows *w, const int *col)
{
    int filled = 0, needed = 0;
    for (int k = 0; k < w->line.n; k++) filled += k == 0 || col[k] != col[k - 1];
    for (int c = 0; c < w->t.n; c++)
        needed += w->t.cols[c] != LABEL_REMARK && w->t.cols[c] != LABEL_CATEGORY &&
                  w->t.cols[c] != LABEL_ASSIST;
    return filled * 3 >= needed * 2;
}

static void take_line(struct rows *w, const struct para *p)
{
    int col[MOST_PIECES];
    struct look l = look_at(w->e->c->a, p->text, &p->r);
    if (!split(&p->r, &w->line) || w->line.n == 0) return;
    bool fresh = w->serial && starts_row(w, &p->r, &w->line);
    bool apart = !fresh && (l.note || (l.heading && w->line.n <= 3));
    if (apart || (w->serial && !fresh && !w->open)) {
        take_apart(w, p, l.note);
        return;
    }
    struct arena_mark m = arena_mark(w->e->c->a);
    bool go_on = w->serial && !fresh, laid = lay_out(w, &p->r, go_on, col);
    if (laid && !w->serial && w->open && !fills_row(w, col)) {
        go_on = true;
        laid = lay_out(w, &p->r, go_on, col);
    }
    arena_reset_to(w->e->c->a, m);
    if (!laid) {
        take_apart(w, p, false);
        return;
    }
    if (!go_on) flush(w);
    fill(w, p, col);
}

// ---- the table ----------------------------------------------------------------------------------

static bool repeats_header(struct rows *w, const struct para *p)
{
    struct table *again = ARENA_NEW(w->e->c->a, struct table);
    bool same = table_header_words(w->e->c->a, &p->r, again) == (size_t)w->t.n;
    for (int k = 0; same && k < w->t.n; k++) same = str_eq(again->heads[k], w->t.heads[k]);
    return same;
}

// Do the lines look like rows: with numbers that rise, or with several cells each?
static bool suits(struct rows *w, const struct paras *ps, size_t i, size_t end)
{
    size_t lines = 0, rows = 0, several = 0, gaps = 0, narrow = 0;
    for (size_t k = i + 1; k < end; k++) {
        const struct para *p = &ps->at[k];
        if (p->kind != PARA_TABLE) continue;
        if (++lines > MOST_LINES || str_has(p->r.src, STR("|")) || str_has(p->r.src, STR("\t")) ||
            !split(&p->r, &w->line))
            return false;
        rows += starts_row(w, &p->r, &w->line);
        several += w->line.n >= 3;
        for (int g = 1; g < w->line.n; g++) gaps++, narrow += w->line.at[g].gap == 1;
    }
    w->single = narrow * 10 >= gaps * 7;
    return lines > 0 && (w->serial ? rows * 3 >= lines : several * 3 >= lines * 2);
}

size_t rows_table(struct emitter *e, struct paras *ps, size_t i)
{
    const struct para *head = &ps->at[i];
    struct rows *w = ARENA_NEW(e->c->a, struct rows);
    w->e = e;
    if (str_has(head->r.src, STR("|")) || str_has(head->r.src, STR("\t")) ||
        table_header_words(e->c->a, &head->r, &w->t) < 3)
        return 0;
    table_settle(&w->t);
    for (int k = 0; k < w->t.n; k++) w->serial |= w->t.cols[k] == LABEL_SERIAL;
    size_t end = table_lines_end(ps, i);
    if (!suits(w, ps, i, end)) return 0;
    emit_heading(e, STR_EMPTY, head->text, RANK_BULLET,
                 (const struct block_list *)(const void *)&head->blocks);
    for (size_t k = i + 1; k < end && arena_ok(e->c->a); k++) {
        const struct para *p = &ps->at[k];
        if (p->kind == PARA_FURNITURE || repeats_header(w, p))
            emit_notice(e, p->text, (const struct block_list *)(const void *)&p->blocks);
        else take_line(w, p);
    }
    flush(w);
    return end;
}
