#include "exchange/xlsx/xlsx_write.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/decimal.h"

enum { EXACT_DIGITS = 15, NOTE_MAX = 1000, VALIDATED_ROWS = 2000, COLOUR_LOCKED = 0xEDEDED, COLOUR_HEAD = 0xDCE6F1,
       COLOUR_WRONG = 0xFFC7CE };

struct writer {
    struct ctx *c;
    const struct xlsx_pages *p;
    lxw_workbook *book;
    lxw_worksheet *sheet, *facts, *lists;
    lxw_format *head;
    lxw_format *formats[3][3]; // by kind; plain, locked, wrong
    lxw_error error;           // the first one
};

static void keep(struct writer *w, lxw_error e)
{
    if (w->error == LXW_NO_ERROR) w->error = e;
}

static void make_formats(struct writer *w)
{
    static const char *const SHOWN[] = {[XLSX_TEXT] = "@", [XLSX_NUMBER] = "General", [XLSX_DAY] = "yyyy-mm-dd"};
    w->head = workbook_add_format(w->book);
    format_set_bold(w->head);
    format_set_text_wrap(w->head);
    format_set_bg_color(w->head, COLOUR_HEAD);
    format_set_align(w->head, LXW_ALIGN_VERTICAL_CENTER);
    for (size_t kind = 0; kind < COUNT_OF(w->formats); kind++)
        for (size_t look = 0; look < COUNT_OF(w->formats[kind]); look++) {
            lxw_format *f = workbook_add_format(w->book);
            format_set_num_format(f, SHOWN[kind]);
            format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
            if (kind == XLSX_TEXT) format_set_text_wrap(f);
            if (look == 1) format_set_bg_color(f, COLOUR_LOCKED);
            if (look == 2) format_set_bg_color(f, COLOUR_WRONG);
            w->formats[kind][look] = f;
        }
}

static bool exact_number(str text, double *x)
{
    dec d;
    size_t digits = 0;
    for (size_t i = 0; i < text.n; i++) digits += text.p[i] >= '0' && text.p[i] <= '9';
    if (digits > EXACT_DIGITS || !dec_parse(text, &d)) return false;
    *x = (double)d.millionths / DEC_ONE;
    return true;
}

static void put_note(struct writer *w, lxw_row_t row, lxw_col_t col, str note)
{
    lxw_comment_options look = {.width = 260, .height = 110};
    const char *text = str_z(w->c->a, utf8_head(note, NOTE_MAX));
    if (note.n) keep(w, worksheet_write_comment_opt(w->sheet, row, col, text, &look));
}

static void put_cell(struct writer *w, lxw_row_t row, lxw_col_t col, const struct xlsx_column *of,
                     const struct xlsx_cell *cell)
{
    int look = cell->wrong ? 2 : cell->locked || of->locked ? 1 : 0;
    lxw_format *f = w->formats[of->kind][look], *text = w->formats[XLSX_TEXT][look];
    double x;
    day d;
    if (cell->text.n == 0) {
        keep(w, worksheet_write_blank(w->sheet, row, col, f));
    } else if (of->kind == XLSX_NUMBER && exact_number(cell->text, &x)) {
        keep(w, worksheet_write_number(w->sheet, row, col, x, f));
    } else if (of->kind == XLSX_DAY && day_parse(cell->text, &d)) {
        struct civil v = day_civil(d);
        lxw_datetime at = {.year = v.year, .month = v.month, .day = v.day};
        keep(w, worksheet_write_datetime(w->sheet, row, col, &at, f));
    } else {
        keep(w, worksheet_write_string(w->sheet, row, col, str_z(w->c->a, cell->text), text));
    }
    put_note(w, row, col, cell->note);
}

// Lists stand in a sheet of their own: as part of the rule they would be limited to 255 characters.
static void put_choices(struct writer *w, lxw_col_t col, lxw_col_t place, const struct xlsx_column *of)
{
    char from[LXW_MAX_CELL_NAME_LENGTH], to[LXW_MAX_CELL_NAME_LENGTH];
    lxw_row_t last = (lxw_row_t)(w->p->n_rows > VALIDATED_ROWS ? w->p->n_rows : VALIDATED_ROWS);
    for (size_t i = 0; i < of->n_choices; i++)
        keep(w, worksheet_write_string(w->lists, (lxw_row_t)i, place, str_z(w->c->a, of->choices[i]), NULL));
    lxw_rowcol_to_cell_abs(from, 0, place, LXW_TRUE, LXW_TRUE);
    lxw_rowcol_to_cell_abs(to, (lxw_row_t)of->n_choices - 1, place, LXW_TRUE, LXW_TRUE);
    str formula = str_printf(w->c->a, "='%.*s'!%s:%s", STR_FMT(w->p->lists_sheet), from, to);
    lxw_data_validation v = {.validate = LXW_VALIDATION_TYPE_LIST_FORMULA, .value_formula = str_z(w->c->a, formula),
                             .ignore_blank = LXW_VALIDATION_ON, .dropdown = LXW_VALIDATION_ON,
                             .show_error = of->only ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF};
    keep(w, worksheet_data_validation_range(w->sheet, 1, col, last, col, &v));
}

static void put_columns(struct writer *w)
{
    lxw_col_t place = 0;
    for (size_t i = 0; i < w->p->n_columns; i++) {
        const struct xlsx_column *of = &w->p->columns[i];
        lxw_row_col_options hidden = {.hidden = LXW_TRUE};
        lxw_col_t col = (lxw_col_t)i;
        keep(w, worksheet_set_column_opt(w->sheet, col, col, of->width, w->formats[of->kind][of->locked],
                                         of->hidden ? &hidden : NULL));
        keep(w, worksheet_write_string(w->sheet, 0, col, str_z(w->c->a, of->heading), w->head));
        put_note(w, 0, col, of->note);
        if (of->n_choices) put_choices(w, col, place++, of);
    }
}

static void put_all(struct writer *w)
{
    const struct xlsx_pages *p = w->p;
    w->sheet = workbook_add_worksheet(w->book, str_z(w->c->a, p->sheet));
    w->facts = workbook_add_worksheet(w->book, str_z(w->c->a, p->facts_sheet));
    w->lists = workbook_add_worksheet(w->book, str_z(w->c->a, p->lists_sheet));
    if (!w->sheet || !w->facts || !w->lists) {
        keep(w, LXW_ERROR_PARAMETER_VALIDATION);
        return;
    }
    worksheet_hide(w->facts);
    worksheet_hide(w->lists);
    make_formats(w);
    put_columns(w);
    keep(w, worksheet_set_row(w->sheet, 0, 30, NULL));
    worksheet_freeze_panes(w->sheet, 1, 0);
    if (p->n_columns)
        keep(w, worksheet_autofilter(w->sheet, 0, 0, (lxw_row_t)p->n_rows, (lxw_col_t)(p->n_columns - 1)));
    for (size_t r = 0; r < p->n_rows; r++)
        for (size_t i = 0; i < p->n_columns; i++)
            put_cell(w, (lxw_row_t)r + 1, (lxw_col_t)i, &p->columns[i], &p->cells[r * p->n_columns + i]);
    for (size_t i = 0; i < p->n_facts; i++) {
        keep(w, worksheet_write_string(w->facts, (lxw_row_t)i, 0, str_z(w->c->a, p->facts[i].name), NULL));
        keep(w, worksheet_write_string(w->facts, (lxw_row_t)i, 1, str_z(w->c->a, p->facts[i].value), NULL));
    }
}

static bool read_back(struct ctx *c, int fd, str *bytes)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char *p = size > 0 ? arena_try(c->a, (size_t)size + 1) : NULL;
    size_t n = 0;
    while (p && n < (size_t)size) {
        ssize_t got = pread(fd, p + n, (size_t)size - n, (off_t)n);
        if (got <= 0) return fail(c, ERR_STORE, "xlsx.write", str_of(strerror(errno)));
        n += (size_t)got;
    }
    *bytes = (str){p, n};
    return ctx_ok(c) && (n > 0 || fail(c, ERR_STORE, "xlsx.write", STR("0")));
}

bool xlsx_write(struct ctx *c, const struct xlsx_pages *pages, str *bytes)
{
    struct writer w = {.c = c, .p = pages};
    // The library writes to a name only; this one is a file in memory.
    int fd = memfd_create("xlsx", MFD_CLOEXEC);
    if (fd < 0) return fail(c, ERR_STORE, "xlsx.write", str_of(strerror(errno)));
    w.book = workbook_new(str_z(c->a, str_printf(c->a, "/proc/self/fd/%d", fd)));
    lxw_error closed = LXW_ERROR_MEMORY_MALLOC_FAILED;
    if (w.book) {
        lxw_doc_properties about = {.created = (time_t)(pages->made / US_PER_SECOND)};
        keep(&w, workbook_set_properties(w.book, &about));
        put_all(&w);
        closed = workbook_close(w.book);
    }
    lxw_error e = w.error ? w.error : closed;
    bool ok = e == LXW_NO_ERROR ? read_back(c, fd, bytes) : fail(c, ERR_STORE, "xlsx.write", str_of(lxw_strerror(e)));
    close(fd);
    return ok;
}
