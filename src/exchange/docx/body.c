/*
 * One pass over the XML with a stack of what is open: stories (the body, a cell, a text box) collect
 * blocks; a paragraph collects text, and behind it what its text boxes hold; a table collects cells.
 */
#include "exchange/docx/body.h"

#include "exchange/office/xml.h"
#include "exchange/text/decode.h"

enum open { OPEN_STORY, OPEN_CELL, OPEN_BOX, OPEN_PARAGRAPH, OPEN_TABLE };

struct frame {
    enum open kind;
    struct frame *up;
    VEC(struct docx_block) blocks; // of a story; of a paragraph: what its boxes hold
    str carried;                   // text of a paragraph whose mark was deleted
    // of a paragraph
    struct buf text;
    str style, label;
    int64_t num;
    int level;
    bool mark_deleted, contents; // contents: held lines of a table of contents
    // of a table
    struct sheet *sheet;
    int row, col;
    size_t row_cells, row_merges;
    bool row_deleted;
    // of a cell
    int span;
    bool goes_on, begins; // vertical merge
};

struct body {
    struct ctx *c;
    struct docx *out;
    struct labels *labels;
    struct frame *top;
    int skip;            // inside something that is not read
    int run, properties; // open runs, open paragraph properties
    bool in_text, in_instruction, hidden;
    struct buf instruction;
    int fields, contents; // open complex fields; from which on the table of contents runs, 0 none
    bool notes, separator;
};

static struct frame *push(struct body *b, enum open kind)
{
    struct frame *f = ARENA_NEW(b->c->a, struct frame);
    f->kind = kind;
    f->up = b->top;
    f->num = -1;
    f->level = -1;
    f->span = 1;
    b->top = f;
    return f;
}

static struct frame *open_paragraph(struct body *b)
{
    return b->top && b->top->kind == OPEN_PARAGRAPH ? b->top : NULL;
}

static struct frame *open_table(struct body *b)
{
    return b->top && b->top->kind == OPEN_TABLE ? b->top : NULL;
}

/* --- paragraphs --- */

static void add_block(struct body *b, struct frame *to, struct docx_block block)
{
    if (to->blocks.n >= DOCX_MAX_PARAGRAPHS) (void)fail(b->c, ERR_TOO_LARGE, "docx.paragraphs");
    else VEC_ADD(b->c->a, &to->blocks, block);
}

static void end_paragraph(struct body *b)
{
    struct frame *p = b->top, *story = p->up;
    b->top = story;
    str label = labels_next(b->labels, p->num, p->level, p->style);
    str text = str_cat(b->c->a, story->carried, buf_str(&p->text));
    story->carried = STR_EMPTY;
    if (p->mark_deleted) {
        story->carried = label.n ? str_cat(b->c->a, label, text) : text;
    } else if (str_trim(text).n && !b->separator) {
        add_block(b, story, (struct docx_block){.text = str_cat(b->c->a, label, text)});
    } else if (p->contents) b->out->contents++;
    for (size_t i = 0; i < p->blocks.n; i++) add_block(b, story, p->blocks.at[i]);
}

// Blocks as lines of text: a cell of a sheet holds no more.
static str flat(struct arena *a, const struct frame *f)
{
    struct buf out;
    buf_init(&out, a, OFFICE_MAX_ENTRY);
    for (size_t i = 0; i < f->blocks.n; i++) {
        const struct docx_block *x = &f->blocks.at[i];
        if (out.n) buf_addz(&out, "\n");
        buf_add(&out, x->text);
        for (size_t k = 0; x->table && k < x->table->cells.n; k++) {
            const struct cell *cell = &x->table->cells.at[k];
            if (k) buf_addz(&out, cell->row == x->table->cells.at[k - 1].row ? " " : "\n");
            buf_add(&out, cell->text);
        }
    }
    if (f->carried.n) {
        if (out.n) buf_addz(&out, "\n");
        buf_add(&out, f->carried);
    }
    return buf_str(&out);
}

/* --- tables --- */

static void start_row(struct frame *t)
{
    t->row++;
    t->col = 0;
    t->row_deleted = false;
    t->row_cells = t->sheet->cells.n;
    t->row_merges = t->sheet->merges.n;
}

static void end_row(struct frame *t)
{
    if (!t->row_deleted) return;
    t->sheet->cells.n = t->row_cells;
    t->sheet->merges.n = t->row_merges;
    t->row--;
}

static struct merge *reaching(struct sheet *s, int row, int col)
{
    for (size_t i = s->merges.n; i-- > 0;)
        if (s->merges.at[i].col == col && s->merges.at[i].last_row == row) return &s->merges.at[i];
    return NULL;
}

static void end_cell(struct body *b)
{
    struct frame *cell = b->top, *t = cell->up;
    struct sheet *s = t->sheet;
    b->top = t;
    int row = t->row, col = t->col + 1;
    t->col += cell->span;
    if (t->col > s->cols) s->cols = t->col;
    struct merge *above = cell->goes_on ? reaching(s, row - 1, col) : NULL;
    if (above) {
        above->last_row = row;
        return;
    }
    str text = text_clean(b->c->a, flat(b->c->a, cell));
    if (s->cells.n >= DOCX_MAX_CELLS) {
        (void)fail(b->c, ERR_TOO_LARGE, "docx.cells");
        return;
    }
    if (text.n) {
        VEC_ADD(b->c->a, &s->cells, ((struct cell){row, col, text}));
        s->rows = row;
    }
    if (cell->begins || cell->span > 1) VEC_ADD(b->c->a, &s->merges, ((struct merge){row, col, row, t->col}));
}

static void end_table(struct body *b)
{
    struct frame *t = b->top;
    struct sheet *s = t->sheet;
    size_t n = 0;
    b->top = t->up;
    for (size_t i = 0; i < s->merges.n; i++) {
        const struct merge *m = &s->merges.at[i];
        if (m->last_row > m->row || m->last_col > m->col) s->merges.at[n++] = *m;
    }
    s->merges.n = n;
    if (s->cells.n) add_block(b, b->top, (struct docx_block){.table = s});
}

/* --- fields --- */

static void begin_field(struct body *b)
{
    b->fields++;
    buf_cut(&b->instruction, 0);
}

static bool named(str instruction, const char *name)
{
    str rest = str_trim(instruction);
    return str_starts(rest, str_of(name)) &&
           (rest.n == strlen(name) || rest.p[strlen(name)] == ' ' || rest.p[strlen(name)] == '\\');
}

// What a field shows that keeps no result.
static void field_without_result(struct body *b, str instruction)
{
    struct frame *p = open_paragraph(b);
    if (!p) return;
    if (named(instruction, "LISTNUM")) buf_printf(&p->text, "%d)", ++b->labels->auto_number);
    else if (named(instruction, "AUTONUM") || named(instruction, "AUTONUMLGL") || named(instruction, "AUTONUMOUT"))
        buf_printf(&p->text, "%d.", ++b->labels->auto_number);
}

static void separate_field(struct body *b)
{
    if (named(buf_str(&b->instruction), "TOC") && !b->contents) b->contents = b->fields;
    buf_cut(&b->instruction, 0);
}

static void end_field(struct body *b)
{
    field_without_result(b, buf_str(&b->instruction));
    buf_cut(&b->instruction, 0);
    if (b->contents == b->fields) b->contents = 0;
    if (b->fields) b->fields--;
}

static void field_char(struct body *b, const char **at)
{
    const char *type = xml_attribute(at, "fldCharType");
    if (!type) return;
    if (strcmp(type, "begin") == 0) begin_field(b);
    else if (strcmp(type, "separate") == 0) separate_field(b);
    else if (strcmp(type, "end") == 0) end_field(b);
}

/* --- the handlers --- */

static bool on(const char **at)
{
    const char *v = xml_attribute(at, "val");
    return !v || !(strcmp(v, "0") == 0 || strcmp(v, "false") == 0 || strcmp(v, "off") == 0 || strcmp(v, "none") == 0);
}

static int64_t number(const char **at, int64_t otherwise)
{
    int64_t n;
    const char *v = xml_attribute(at, "val");
    return v && str_int(str_of(v), &n) && n >= 0 && n < INT32_MAX ? n : otherwise;
}

static bool is_any(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}

// Older properties, the second reading of the same drawing, what was moved away, the small signs above a word.
static bool left_out(const char *name)
{
    static const char *const NAMES[] = {"Fallback",   "moveFrom",   "rPrChange",    "pPrChange", "tblPrChange",
                                        "tcPrChange", "trPrChange", "sectPrChange", "rt",        "tblGridChange"};
    return is_any(name, NAMES, COUNT_OF(NAMES));
}

static bool open_part(struct body *b, const char *name)
{
    if (strcmp(name, "p") == 0) {
        struct frame *story = b->top;
        if (!story || story->kind == OPEN_PARAGRAPH || story->kind == OPEN_TABLE) return true;
        struct frame *p = push(b, OPEN_PARAGRAPH);
        buf_init(&p->text, b->c->a, OFFICE_MAX_ENTRY);
    } else if (strcmp(name, "tbl") == 0) {
        if (!b->top || b->top->kind == OPEN_PARAGRAPH || b->top->kind == OPEN_TABLE) return true;
        push(b, OPEN_TABLE)->sheet = ARENA_NEW(b->c->a, struct sheet);
    } else if (strcmp(name, "tr") == 0 && open_table(b)) start_row(b->top);
    else if (strcmp(name, "tc") == 0 && open_table(b)) push(b, OPEN_CELL);
    else if (strcmp(name, "txbxContent") == 0 && open_paragraph(b)) push(b, OPEN_BOX);
    else return false;
    return true;
}

static void paragraph_property(struct body *b, struct frame *p, const char *name, const char **at)
{
    if (strcmp(name, "pStyle") == 0) p->style = str_dup(b->c->a, str_of(xml_attribute(at, "val")));
    else if (strcmp(name, "numId") == 0) p->num = number(at, 0);
    else if (strcmp(name, "ilvl") == 0) p->level = (int)number(at, 0);
    else if (strcmp(name, "del") == 0) p->mark_deleted = true;
}

static void in_run(struct body *b, struct frame *p, const char *name, const char **at)
{
    if (strcmp(name, "t") == 0) b->in_text = true;
    else if (strcmp(name, "delText") == 0) b->out->deleted++;
    else if (strcmp(name, "instrText") == 0) b->in_instruction = true;
    else if (strcmp(name, "tab") == 0 || strcmp(name, "ptab") == 0) buf_addz(&p->text, "\t");
    else if (strcmp(name, "br") == 0 || strcmp(name, "cr") == 0) buf_addz(&p->text, "\n");
    else if (strcmp(name, "noBreakHyphen") == 0) buf_addz(&p->text, "-");
    else if (strcmp(name, "fldChar") == 0) field_char(b, at);
    else if (strcmp(name, "vanish") == 0 && on(at)) {
        b->hidden = true;
        b->out->hidden++;
    }
}

static void cell_property(struct frame *cell, const char *name, const char **at)
{
    if (strcmp(name, "gridSpan") == 0) {
        int64_t n = number(at, 1);
        cell->span = n >= 1 && n <= 1000 ? (int)n : 1;
    } else if (strcmp(name, "vMerge") == 0) {
        const char *v = xml_attribute(at, "val");
        cell->begins = v && strcmp(v, "restart") == 0;
        cell->goes_on = !cell->begins;
    }
}

static void on_start(void *self, const char *name, const char **at)
{
    struct body *b = self;
    if (b->skip || left_out(name)) {
        if (strcmp(name, "moveFrom") == 0 && !b->skip) b->out->deleted++;
        b->skip++;
        return;
    }
    if (b->notes && (strcmp(name, "footnote") == 0 || strcmp(name, "endnote") == 0))
        b->separator = xml_attribute(at, "type") != NULL;
    if (open_part(b, name)) return;
    struct frame *p = open_paragraph(b);
    if (strcmp(name, "pPr") == 0) b->properties++;
    else if (strcmp(name, "r") == 0) {
        b->run++;
        b->hidden = false;
    } else if (strcmp(name, "fldSimple") == 0) {
        const char *v = xml_attribute(at, "instr");
        if (v) field_without_result(b, str_of(v));
    } else if (p && b->properties) paragraph_property(b, p, name, at);
    else if (p && b->run) in_run(b, p, name, at);
    else if (b->top && b->top->kind == OPEN_CELL) cell_property(b->top, name, at);
    else if (b->top && b->top->kind == OPEN_TABLE) {
        if (strcmp(name, "del") == 0) b->top->row_deleted = true;
        else if (strcmp(name, "gridBefore") == 0) b->top->col = (int)number(at, 0);
    }
}

static void close_part(struct body *b, const char *name)
{
    enum open kind = b->top->kind;
    if (strcmp(name, "p") == 0 && kind == OPEN_PARAGRAPH) end_paragraph(b);
    else if (strcmp(name, "tr") == 0 && kind == OPEN_TABLE) end_row(b->top);
    else if (strcmp(name, "tc") == 0 && kind == OPEN_CELL) end_cell(b);
    else if (strcmp(name, "tbl") == 0 && kind == OPEN_TABLE) end_table(b);
    else if (strcmp(name, "txbxContent") == 0 && kind == OPEN_BOX) {
        struct frame *box = b->top;
        b->top = box->up;
        for (size_t i = 0; i < box->blocks.n; i++) add_block(b, b->top, box->blocks.at[i]);
    }
}

static void on_end(void *self, const char *name)
{
    struct body *b = self;
    if (b->skip) {
        b->skip--;
        return;
    }
    if (strcmp(name, "t") == 0) b->in_text = false;
    else if (strcmp(name, "instrText") == 0) b->in_instruction = false;
    else if (strcmp(name, "pPr") == 0) b->properties--;
    else if (strcmp(name, "r") == 0) b->run--;
    else if (b->top) close_part(b, name);
}

static void on_text(void *self, str s)
{
    struct body *b = self;
    struct frame *p = open_paragraph(b);
    if (b->skip) return;
    if (b->in_instruction) buf_add(&b->instruction, s);
    else if (p && b->in_text && b->contents) p->contents = true;
    else if (p && b->in_text && !b->hidden) buf_add(&p->text, s);
}

bool body_read(struct archive *ar, const char *part, struct labels *labels, bool notes, struct docx *out)
{
    struct body b = {.c = ar->c, .out = out, .labels = labels, .notes = notes};
    struct xml_handler h = {on_start, on_end, on_text, &b};
    buf_init(&b.instruction, ar->c->a, OFFICE_MAX_ENTRY);
    struct frame *story = push(&b, OPEN_STORY);
    if (!xml_read(ar, part, &h)) return false;
    if (story->carried.n) add_block(&b, story, (struct docx_block){.text = story->carried});
    for (size_t i = 0; i < story->blocks.n; i++) VEC_ADD(ar->c->a, &out->blocks, story->blocks.at[i]);
    return ctx_ok(ar->c);
}
