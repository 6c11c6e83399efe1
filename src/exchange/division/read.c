#include "exchange/csv/csv.h"
#include "exchange/division/division.h"
#include "exchange/division/document.h"
#include "exchange/division/emit.h"
#include "exchange/division/grid.h"
#include "exchange/division/para.h"
#include "exchange/division/tree.h"
#include "exchange/xlsx/xlsx.h"

static void settle_year(struct emitter *e, const struct division_block *blocks, size_t n,
                        const struct division_options *o)
{
    bool weak;
    int year = document_year(blocks, n, e->c->a, &weak);
    if (o->year && (o->year_wins || weak || !year)) year = o->year;
    e->year = e->r->year = year;
}

static bool read_text(struct emitter *e, str bytes, const struct division_options *o)
{
    struct ctx *c = e->c;
    enum text_encoding encoding;
    str text;
    struct text_lines lines = {0};
    struct paras ps = {0};
    if (!text_decode(c, bytes, &text, &encoding) || !text_split(c, text, &lines)) return false;
    e->r->encoding = str_of(text_encoding_name(encoding));
    if (!paras_read(c, e->r, &lines, &ps)) return false;
    settle_year(e, e->r->blocks.at, e->r->blocks.n, o);
    paras_analyse(c->a, &e->roster, &ps, e->year);
    tree_build(e, &ps);
    return ctx_ok(c);
}

// The year may stand in the file's name, a sheet's name or a title row.
static void sheet_year(struct emitter *e, const struct workbook *wb,
                       const struct division_options *o)
{
    VEC(struct division_block) probe = {0};
    VEC_PUSH(e->c->a, &probe)->text = e->r->name;
    for (size_t i = 0; i < wb->sheets.n; i++) {
        VEC_PUSH(e->c->a, &probe)->text = wb->sheets.at[i].name;
        for (size_t k = 0; k < wb->sheets.at[i].cells.n && k < 60; k++)
            VEC_PUSH(e->c->a, &probe)->text = wb->sheets.at[i].cells.at[k].text;
    }
    settle_year(e, probe.at, probe.n, o);
}

// A sheet whose name or title rows say a year is read in that year.
static int own_year(struct emitter *e, const struct sheet *s)
{
    enum { TITLES = 3 };
    VEC(struct division_block) probe = {0};
    VEC_PUSH(e->c->a, &probe)->text = s->name;
    for (size_t k = 0; k < s->cells.n && s->cells.at[k].row <= TITLES; k++)
        VEC_PUSH(e->c->a, &probe)->text = s->cells.at[k].text;
    bool weak;
    int year = document_year(probe.at, probe.n, e->c->a, &weak);
    return weak ? 0 : year;
}

static bool read_workbook(struct emitter *e, const struct workbook *wb,
                          const struct division_options *o)
{
    sheet_year(e, wb, o);
    for (size_t i = 0; i < wb->sheets.n; i++) {
        const struct sheet *s = &wb->sheets.at[i];
        str name = s->hidden ? str_cat(e->c->a, s->name, STR(" (hidden)")) : s->name;
        VEC_ADD(e->c->a, &e->r->sheets, name);
        int own = o->year && o->year_wins ? 0 : own_year(e, s);
        e->year = own ? own : e->r->year;
        if (!grid_read(e, s, (int)i + 1)) return false;
    }
    return ctx_ok(e->c);
}

static bool read_csv(struct emitter *e, str bytes, const struct division_options *o)
{
    enum text_encoding encoding;
    str text;
    struct workbook wb = {0};
    if (!text_decode(e->c, bytes, &text, &encoding)) return false;
    e->r->encoding = str_of(text_encoding_name(encoding));
    if (!csv_read(e->c, text, VEC_PUSH(e->c->a, &wb.sheets))) return false;
    return read_workbook(e, &wb, o);
}

static bool read_docx(struct emitter *e, str bytes, const struct division_options *o)
{
    struct docx d;
    struct paras ps = {0};
    if (!docx_read(e->c, bytes, &d) || !document_paras(e, &d, &ps)) return false;
    e->r->deleted = d.deleted;
    e->r->hidden = d.hidden;
    e->r->contents = d.contents;
    settle_year(e, e->r->blocks.at, e->r->blocks.n, o);
    paras_analyse(e->c->a, &e->roster, &ps, e->year);
    tree_build(e, &ps);
    return ctx_ok(e->c);
}

static bool ends_fold(struct arena *a, str name, const char *suffix)
{
    return str_ends(str_fold(a, name), str_of(suffix));
}

static bool refuse_foreign(struct ctx *c, str bytes)
{
    static const struct {
        const char *magic, *what;
    } kinds[] = {{"%PDF", "PDF"},
                 {"\xd0\xcf\x11\xe0", "DOC/XLS"},
                 {"{\\rtf", "RTF"},
                 {"\x89PNG", "PNG"},
                 {"Rar!", "RAR"}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_starts(bytes, str_of(kinds[i].magic)))
            return fail(c, ERR_REFUSED, "division.unsupported", str_of(kinds[i].what));
    return true;
}

bool division_read(struct ctx *c, str bytes, str file_name, const struct division_options *o,
                   struct division_result *r)
{
    *r = (struct division_result){.name = file_name, .size = bytes.n};
    if (bytes.n > DIVISION_MAX_BYTES) return fail(c, ERR_TOO_LARGE, "division.too_large");
    if (!refuse_foreign(c, bytes)) return false;
    struct emitter e = {.c = c, .r = r, .has_roster = o->n_roster > 0};
    roster_build(c->a, &e.roster, o->roster, o->n_roster);
    bool ok;
    if (str_starts(bytes, STR("PK\x03\x04")) || str_starts(bytes, STR("PK\x05\x06"))) {
        struct workbook wb;
        bool docx = docx_is(c, bytes) || ends_fold(c->a, file_name, ".docx");
        r->format = docx ? DIVISION_DOCX : DIVISION_XLSX;
        ok = docx ? read_docx(&e, bytes, o) : xlsx_read(c, bytes, &wb) && read_workbook(&e, &wb, o);
    } else if (ends_fold(c->a, file_name, ".csv") || ends_fold(c->a, file_name, ".tsv")) {
        r->format = DIVISION_CSV;
        ok = read_csv(&e, bytes, o);
    } else {
        r->format = DIVISION_TEXT;
        ok = read_text(&e, bytes, o);
    }
    if (!ok) return false;
    if (r->blocks.n == 0) return fail(c, ERR_INVALID, "division.empty");
    const struct division_heading *first = r->headings.at; // level 80 is a row of column heads
    if (r->title.n == 0 && r->headings.n && first->number.n == 0 && first->level != 80)
        r->title = first->text;
    emit_account(&e);
    return ctx_ok(c);
}
