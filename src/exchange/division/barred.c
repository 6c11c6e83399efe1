/*
 * Tables whose rows are lines of cells parted by bars or tabs. Web pages and office programs drop
 * the cells that a merge covers, so a row may be shorter than the header, and pad it with empty
 * cells at its end. Such a row is laid on the columns that its content suits best, and the columns
 * it leaves out hold what the merge carries down.
 */
#include "exchange/division/barred.h"

#include "exchange/division/drawn.h"
#include "exchange/division/grid.h"
#include "exchange/division/look.h"
#include "exchange/division/table.h"

struct piece {
    str text;
    struct look look;
};

struct barred {
    struct emitter *e;
    struct sheet s;
    struct table head;
    size_t *block_of;
    char mark;
    bool serial;
    bool opens, closes;          // the header line begins or ends with a bar
    int own_row[TABLE_MAX_COLS]; // last row with a cell of its own
    size_t merge[TABLE_MAX_COLS];
};

static size_t marks_in(str s, char mark)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += s.p[i] == mark;
    return n;
}

// Bars at the ends of a line were cut off for reading; here they tell how many cells there are.
static str line_of(const struct barred *b, const struct para *p)
{
    return b->mark == '|' ? b->e->r->blocks.at[p->blocks.at[0]].text : p->r.src;
}

static int split(struct barred *b, const struct para *p, struct piece *out)
{
    str rest = line_of(b, p), sep = {&b->mark, 1};
    if (b->opens && str_starts(rest, sep)) rest = str_from(rest, 1);
    if (b->closes && str_ends(rest, sep)) rest.n--;
    int n = 0;
    for (bool more = true; more && n < TABLE_MAX_COLS; n++) {
        more = str_has(rest, sep);
        str text = text_clean(b->e->c->a, str_cut(&rest, sep));
        if (str_starts(text, STR("---")) || str_starts(text, STR(":--"))) text = STR_EMPTY;
        struct runes r = runes_of(b->e->c->a, text);
        out[n] = (struct piece){text, look_at(b->e->c->a, text, &r)};
    }
    return n;
}

// The best columns for the cells [0, n), in order; returns how well they suit.
static float lay(const struct barred *b, const struct piece *cells, int n, int *col)
{
    enum { COLS = TABLE_MAX_COLS };
    static const float NEVER = -1e9f, SKIP = 0.1f;
    int cols = b->head.n;
    float(*best)[COLS + 1] = arena_try(b->e->c->a, (size_t)(n + 1) * sizeof *best);
    if (!best || n > cols) return NEVER;
    for (int j = 0; j <= cols; j++) best[0][j] = 0;
    for (int i = 1; i <= n; i++) {
        for (int j = 0; j <= cols; j++) {
            best[i][j] = NEVER;
            if (j < i) continue;
            float fit = cells[i - 1].text.n
                            ? look_fit(b->serial, &cells[i - 1].look, b->head.cols[j - 1])
                            : 0;
            best[i][j] = best[i - 1][j - 1] + fit;
            // A gap inside the row is less likely than one at its ends.
            float skipped = best[i][j - 1] - (i < n ? SKIP : 0);
            if (skipped > best[i][j]) best[i][j] = skipped;
        }
    }
    for (int i = n, j = cols; i > 0; j--) {
        float skipped = j > i ? best[i][j - 1] - (i < n ? SKIP : 0) : NEVER;
        if (skipped >= best[i][j]) continue;
        col[--i] = j - 1;
    }
    return best[n][cols];
}

// Columns of a row's cells: as they stand, unless other columns suit its content plainly better.
static bool shifted(const struct barred *b, const struct piece *cells, int n, int *col)
{
    static const float PLAINLY = 3;
    float here = 0;
    if (n < b->head.n) {
        struct arena_mark m = arena_mark(b->e->c->a);
        for (int k = 0; k < n; k++)
            if (cells[k].text.n) here += look_fit(b->serial, &cells[k].look, b->head.cols[k]);
        bool moved = lay(b, cells, n, col) >= here + PLAINLY;
        arena_reset_to(b->e->c->a, m);
        if (moved) return true;
    }
    for (int k = 0; k < n; k++) col[k] = k;
    return false;
}

// The cell that column k had above reaches down to this row.
static void carry_down(struct barred *b, int k, int row)
{
    if (!b->own_row[k]) return;
    if (b->merge[k] == SIZE_MAX) {
        b->merge[k] = b->s.merges.n;
        VEC_ADD(b->e->c->a, &b->s.merges, ((struct merge){b->own_row[k], k + 1, row, k + 1}));
    }
    b->s.merges.at[b->merge[k]].last_row = row;
}

// One cell, or 二 | 民生保障: a heading, whose cells stand where they are.
static bool is_section(const struct barred *b, const struct piece *cells, int total)
{
    struct runes r = runes_of(b->e->c->a, cells[0].text);
    int value;
    size_t n = runes_cn_int(&r, 0, &value);
    return total == 1 || (total == 2 && n && n == r.n);
}

static void take_row(struct barred *b, const struct para *p, int row, bool header)
{
    struct piece cells[TABLE_MAX_COLS];
    int col[TABLE_MAX_COLS];
    bool own[TABLE_MAX_COLS] = {0};
    int total = split(b, p, cells), n = total;
    while (n && cells[n - 1].text.n == 0) n--;
    if (n == 0) return;
    bool lone = is_section(b, cells, total);
    bool moved = !header && !lone && shifted(b, cells, n, col);
    for (int k = 0; k < n; k++) {
        int at = moved ? col[k] : k;
        own[at] = true;
        if (cells[k].text.n == 0) continue;
        b->block_of[b->s.cells.n] = p->blocks.at[0];
        VEC_ADD(b->e->c->a, &b->s.cells, ((struct cell){row, at + 1, cells[k].text}));
        b->s.rows = row;
        if (at + 1 > b->s.cols) b->s.cols = at + 1;
        if (!header) b->own_row[at] = row;
        b->merge[at] = SIZE_MAX;
    }
    if (header || lone || (!moved && total >= b->head.n)) return;
    for (int k = 0; k < b->head.n; k++)
        if (!own[k]) carry_down(b, k, row);
}

static bool open_table(struct barred *b, const struct para *p)
{
    str bar = STR("|");
    b->mark = str_has(p->r.src, STR("\t")) ? '\t' : '|';
    if (marks_in(p->r.src, b->mark) < 1) return false;
    b->opens = b->mark == '|' && str_starts(line_of(b, p), bar);
    b->closes = b->mark == '|' && str_ends(line_of(b, p), bar);
    struct piece cells[TABLE_MAX_COLS];
    b->head.n = split(b, p, cells);
    for (int k = 0; k < b->head.n; k++) {
        struct runes r = runes_of(b->e->c->a, cells[k].text);
        b->head.heads[k] = cells[k].text;
        b->head.cols[k] = label_header(&r);
        b->merge[k] = SIZE_MAX;
    }
    table_settle(&b->head);
    for (int k = 0; k < b->head.n; k++) b->serial |= b->head.cols[k] == LABEL_SERIAL;
    return b->head.n >= 2;
}

size_t barred_table(struct emitter *e, struct paras *ps, size_t i)
{
    struct barred *b = ARENA_NEW(e->c->a, struct barred);
    b->e = e;
    if (!open_table(b, &ps->at[i])) return 0;
    size_t end = table_lines_end(ps, i), same = 0, lines = 0, marks = 0;
    for (size_t k = i; k < end; k++) {
        size_t n = marks_in(line_of(b, &ps->at[k]), b->mark);
        same += n >= 1 && n <= (size_t)b->head.n + 1;
        lines += ps->at[k].kind == PARA_TABLE;
        marks += n + 1;
    }
    if (same * 10 < lines * 7) return 0;
    b->block_of = arena_try(e->c->a, (marks + 1) * sizeof *b->block_of);
    if (!b->block_of) return 0;
    struct block_list rest = {0};
    for (size_t k = i; k < end; k++) {
        size_t before = b->s.cells.n;
        if (ps->at[k].kind == PARA_TABLE) take_row(b, &ps->at[k], (int)(k - i) + 1, k == i);
        if (b->s.cells.n == before) VEC_ADD(e->c->a, &rest, ps->at[k].blocks.at[0]);
    }
    if (!grid_rows(e, &b->s, b->block_of)) return 0;
    if (rest.n) emit_notice(e, e->r->blocks.at[rest.at[0]].text, &rest);
    return end;
}
