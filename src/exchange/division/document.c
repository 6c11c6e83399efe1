#include "exchange/division/document.h"

#include "exchange/division/grid.h"

enum { HEADING_LONG = 60 };

// Lines that wait to be read together, and where each stands.
struct stretch {
    struct text_lines lines;
    VEC(struct division_place) places;
};

struct document {
    struct emitter *e;
    struct paras *out;
    struct stretch now;
};

static void add_line(struct document *d, str text, struct division_place at)
{
    str line = text_clean(d->e->c->a, text);
    if (!line.n) return;
    VEC_ADD(d->e->c->a, &d->now.lines, ((struct text_line){line, (int)d->now.lines.n + 1}));
    VEC_ADD(d->e->c->a, &d->now.places, at);
}

static void add_lines(struct document *d, str text, struct division_place at)
{
    while (text.n) add_line(d, str_cut(&text, STR("\n")), at);
}

static bool read_segment(struct document *d)
{
    size_t first = d->e->r->blocks.n;
    if (d->now.lines.n && !paras_read(d->e->c, d->e->r, &d->now.lines, d->out)) return false;
    // Each line that is not empty has become one block, in their order.
    INVARIANT(d->e->r->blocks.n == first + d->now.lines.n);
    for (size_t i = 0; i < d->now.places.n; i++) d->e->r->blocks.at[first + i].at = d->now.places.at[i];
    d->now = (struct stretch){0};
    return true;
}

// 一、重大项目（牵头领导：…） right above a table holds for its rows.
static bool heads_table(struct document *d, str *text, struct division_place *at)
{
    struct numbering num;
    if (!d->now.lines.n) return false;
    str last = d->now.lines.at[d->now.lines.n - 1].text;
    struct runes r = runes_of(d->e->c->a, last);
    if (!numbering_at(&r, 0, &num) || num.rank > RANK_CHINESE_BRACKET || r.n > HEADING_LONG) return false;
    if (r.n && rune_sentence_end(r.at[r.n - 1])) return false;
    *text = last;
    *at = d->now.places.at[d->now.places.n - 1];
    d->now.lines.n--;
    d->now.places.n--;
    return true;
}

static bool read_table(struct document *d, const struct docx_block *b)
{
    struct arena *a = d->e->c->a;
    struct division_result *r = d->e->r;
    const struct sheet *s = b->table;
    struct division_place heading_at;
    str heading;
    bool headed = heads_table(d, &heading, &heading_at);
    if (!read_segment(d)) return false;
    if (r->blocks.n + s->cells.n + 1 > DIVISION_MAX_BLOCKS)
        return fail(d->e->c, ERR_TOO_LARGE, "division.too_many_blocks");
    struct para_grid *g = ARENA_NEW(a, struct para_grid);
    size_t *block_of = arena_try(a, (s->cells.n + 1) * sizeof *block_of);
    if (!block_of) return fail(d->e->c, ERR_NO_MEMORY, "base.no_memory");
    *g = (struct para_grid){.sheet = s, .block_of = block_of};
    if (headed) {
        g->heading = heading;
        struct block_list *above = ARENA_NEW(a, struct block_list);
        VEC_ADD(a, above, r->blocks.n);
        g->heading_blocks = above;
        *VEC_PUSH(a, &r->blocks) = (struct division_block){.text = heading, .at = heading_at};
    }
    for (size_t i = 0; i < s->cells.n; i++) {
        const struct cell *cell = &s->cells.at[i];
        block_of[i] = r->blocks.n;
        *VEC_PUSH(a, &r->blocks) = (struct division_block){.text = cell->text, .at = {0, b->no, cell->row, cell->col}};
    }
    struct para *p = VEC_PUSH(a, d->out);
    p->kind = PARA_TABLE;
    p->table_head = true;
    p->r = runes_of(a, STR_EMPTY);
    p->grid = g;
    return true;
}

bool document_paras(struct emitter *e, const struct docx *docx, struct paras *out)
{
    struct document d = {.e = e, .out = out};
    for (size_t i = 0; i < docx->blocks.n && arena_ok(e->c->a); i++) {
        const struct docx_block *b = &docx->blocks.at[i];
        if (!b->table) {
            add_lines(&d, b->text, (struct division_place){.line = b->no});
            continue;
        }
        VEC_ADD(e->c->a, &e->r->sheets, str_printf(e->c->a, "表%d", b->no));
        if (grid_has_header(e, b->table)) {
            if (!read_table(&d, b)) return false;
            continue;
        }
        for (size_t k = 0; k < b->table->cells.n; k++) {
            const struct cell *cell = &b->table->cells.at[k];
            add_lines(&d, cell->text, (struct division_place){0, b->no, cell->row, cell->col});
        }
    }
    return read_segment(&d) && ctx_ok(e->c);
}
