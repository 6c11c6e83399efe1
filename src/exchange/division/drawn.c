/*
 * Tables drawn with box characters, as old law collections keep them:
 *
 *   ┌────────┬───┬──────┐     A line of rules from edge to edge ends a row. A line that rules only
 *   │工作任务│领导│牵头单位│     some columns ends the cells of those columns; the others go on and
 *   ├────────┼───┼──────┤     so hold for several rows, like vertically merged cells. Text broken
 *   │修建道路│张某│市交通局│     inside a cell is joined again.
 *   ├────────┤   │      │
 *   │改造管网│   │      │
 *   └────────┴───┴──────┘
 */
#include "exchange/division/drawn.h"

#include "exchange/division/table.h"
#include "exchange/division/tree.h"

struct piece { // one cell of one column: lines first … last of the group
    str text;
    size_t first, last;
    struct block_list blocks;
    bool used;
};

struct column {
    VEC(struct piece) pieces;
    bool open;
};

struct drawn {
    struct emitter *e;
    struct table t;
    int n;
    bool has_head;
    struct column cols[TABLE_MAX_COLS];
    size_t line;
    struct block_list rules, group; // lines of nothing but rules; all lines of the group
};

static bool horizontal(uint32_t cp)
{
    return cp == 0x2500 || cp == 0x2501 || (cp >= 0x2504 && cp <= 0x2505) ||
           (cp >= 0x2508 && cp <= 0x2509) || cp == 0x254C || cp == 0x254D || cp == 0x2550;
}

static bool edge(uint32_t cp)
{
    return cp >= 0x2500 && cp <= 0x257F && !horizontal(cp);
}

bool drawn_line(const struct runes *r)
{
    size_t edges = 0, i = runes_skip(r, 0);
    if (i >= r->n || !edge(r->at[i])) return false;
    for (; i < r->n; i++) edges += edge(r->at[i]);
    return edges >= 3;
}

size_t table_lines_end(const struct paras *ps, size_t i)
{
    size_t end = i + 1;
    while (end < ps->n && !drawn_line(&ps->at[end].r) &&
           ((ps->at[end].kind == PARA_TABLE && !ps->at[end].table_head) ||
            ps->at[end].kind == PARA_FURNITURE))
        end++;
    return end;
}

// Does a cell's new line begin something of its own?
static const char *glue_for(str before, str line)
{
    static const char *const marks[] = {"△", "▲", "★", "●", "◆", "■"};
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (str_starts(line, str_of(marks[i]))) return "\n";
    return str_ends(before, STR("。")) ? "\n" : "";
}

static void add_text(struct drawn *d, int k, str text, size_t block)
{
    struct column *col = &d->cols[k];
    struct arena *a = d->e->c->a;
    if (!col->open) {
        struct piece *p = VEC_PUSH(a, &col->pieces);
        p->first = d->line;
        p->text = STR_EMPTY;
        col->open = true;
    }
    struct piece *p = &col->pieces.at[col->pieces.n - 1];
    p->last = d->line;
    if (text.n == 0) return;
    p->text = p->text.n ? str_printf(a, "%.*s%s%.*s", STR_FMT(p->text), glue_for(p->text, text),
                                     STR_FMT(text))
                        : text;
    VEC_ADD(a, &p->blocks, block);
}

static bool read_head(struct drawn *d)
{
    struct table t = {.n = d->n};
    for (int k = 0; k < d->n; k++) {
        if (d->cols[k].pieces.n == 0) continue;
        t.heads[k] = d->cols[k].pieces.at[0].text;
        struct runes r = runes_of(d->e->c->a, t.heads[k]);
        t.cols[k] = label_header(&r);
    }
    if (!table_usable(&t)) return false;
    d->t = t;
    table_settle(&d->t);
    d->has_head = true;
    return true;
}

// The piece of a column that stands beside a line; its text is carried down once it has been used.
static struct table_cell cell_beside(struct drawn *d, int k, size_t line)
{
    struct column *col = &d->cols[k];
    for (size_t i = 0; i < col->pieces.n; i++) {
        struct piece *p = &col->pieces.at[i];
        if (line < p->first || line > p->last) continue;
        struct table_cell cell = {.text = p->text, .blocks = p->blocks, .inherited = p->used};
        p->used = true;
        return cell;
    }
    return (struct table_cell){0};
}

static void emit_group(struct drawn *d)
{
    int lead = 0; // the column with most pieces sets the rows
    for (int k = 1; k < d->n; k++)
        if (d->cols[k].pieces.n > d->cols[lead].pieces.n) lead = k;
    struct table_row *row = ARENA_NEW(d->e->c->a, struct table_row);
    for (size_t i = 0; i < d->cols[lead].pieces.n && arena_ok(d->e->c->a); i++) {
        size_t line = d->cols[lead].pieces.at[i].first;
        for (int k = 0; k < d->n; k++) row->cell[k] = cell_beside(d, k, line);
        table_row_emit(d->e, &d->t, row);
    }
    // Pieces no row touched, and lines that hold only a part of a used piece, still need a place.
    struct block_list left = {0};
    for (size_t i = 0; i < d->group.n; i++)
        if (d->e->r->blocks.at[d->group.at[i]].marks == 0)
            VEC_ADD(d->e->c->a, &left, d->group.at[i]);
    for (size_t i = 0; i < left.n; i++) {
        struct block_list one = {0};
        VEC_ADD(d->e->c->a, &one, left.at[i]);
        emit_doubt(d->e, d->e->r->blocks.at[left.at[i]].text, "division.row_without_task", &one);
    }
}

static void end_group(struct drawn *d)
{
    size_t pieces = 0;
    for (int k = 0; k < d->n; k++) pieces += d->cols[k].pieces.n;
    if (pieces) {
        bool had = d->has_head;
        struct table before = d->t;
        if (read_head(d)) {
            emit_heading(d->e, STR_EMPTY, d->e->r->blocks.at[d->group.at[0]].text, RANK_BULLET,
                         &d->group);
            d->t.section = before.section;
        } else if (had) {
            emit_group(d);
        } else {
            emit_doubt(d->e, d->e->r->blocks.at[d->group.at[0]].text, "division.row_without_task",
                       &d->group);
        }
    }
    for (int k = 0; k < d->n; k++) d->cols[k] = (struct column){0};
    d->group = (struct block_list){0};
}

static void take_line(struct drawn *d, const struct para *p)
{
    const struct runes *r = &p->r;
    size_t start = runes_skip(r, 0) + 1, block = p->blocks.at[0];
    int k = 0;
    bool all = true, any = false;
    for (size_t i = start; i <= r->n && k < TABLE_MAX_COLS; i++) {
        if (i < r->n && !edge(r->at[i])) continue;
        if (i == r->n && runes_slice(r, start, i).n == 0) break;
        bool rule = i > start;
        for (size_t c = start; c < i; c++)
            rule = rule && (horizontal(r->at[c]) || rune_blank(r->at[c]));
        rule = rule && runes_slice(r, start, i).n > 0;
        if (rule) d->cols[k].open = false;
        else add_text(d, k, runes_slice(r, start, i), block);
        all = all && rule;
        any = any || !rule;
        start = i + 1;
        k++;
    }
    if (k > d->n) d->n = k;
    if (any) VEC_ADD(d->e->c->a, &d->group, block);
    if (!all) return;
    VEC_ADD(d->e->c->a, &d->rules, block);
    end_group(d);
}

size_t drawn_table(struct emitter *e, struct paras *ps, size_t i)
{
    struct drawn *d = ARENA_NEW(e->c->a, struct drawn);
    d->e = e;
    for (;
         i < ps->n && ps->at[i].kind == PARA_TABLE && drawn_line(&ps->at[i].r) && arena_ok(e->c->a);
         i++) {
        take_line(d, &ps->at[i]);
        d->line++;
    }
    end_group(d);
    if (d->rules.n) emit_notice(e, e->r->blocks.at[d->rules.at[0]].text, &d->rules);
    return i;
}
