#include "exchange/xlsx/xlsx.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/map.h"
#include "exchange/text/decode.h"
#include "exchange/office/xml.h"

enum date_form { FORM_NONE, FORM_DATE, FORM_TIME };

struct sheet_entry {
    str name, rel;
    bool hidden;
};

struct rel {
    str id, target;
};

struct reader {
    struct ctx *c;
    struct archive ar;
    VEC(struct sheet_entry) entries;
    VEC(struct rel) rels;
    VEC(str) strings;
    VEC(uint8_t) xf_dates; // enum date_form of each cell format
    struct map custom;     // number format id → its code, folded to a form + 1
    bool date1904;
    // state while parsing
    struct sheet *sheet;
    struct buf text;
    int phonetic;
    bool in_text, in_item, in_xfs, in_value;
    int row, col, next_row, next_col;
    bool formula;
    char type; // n, s, i(nline), b, t(str), e
    int style;
};

// ---- workbook, relations, styles ----------------------------------------------------------------

static void workbook_start(void *self, const char *name, const char **at)
{
    struct reader *rd = self;
    if (strcmp(name, "workbookPr") == 0) {
        const char *v = xml_attribute(at, "date1904");
        rd->date1904 = v && (strcmp(v, "1") == 0 || strcmp(v, "true") == 0);
    }
    if (strcmp(name, "sheet") != 0) return;
    if (rd->entries.n >= XLSX_MAX_SHEETS) {
        (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.sheets");
        return;
    }
    const char *state = xml_attribute(at, "state");
    struct sheet_entry *e = VEC_PUSH(rd->c->a, &rd->entries);
    e->name = text_clean(rd->c->a, str_dup(rd->c->a, str_of(xml_attribute(at, "name"))));
    e->rel = str_dup(rd->c->a, str_of(xml_attribute(at, "id")));
    e->hidden = state && strcmp(state, "visible") != 0;
}

static void rels_start(void *self, const char *name, const char **at)
{
    struct reader *rd = self;
    if (strcmp(name, "Relationship") != 0 || rd->rels.n > 4 * XLSX_MAX_SHEETS) return;
    const char *mode = xml_attribute(at, "TargetMode");
    if (mode && strcmp(mode, "External") == 0) return;
    struct rel *r = VEC_PUSH(rd->c->a, &rd->rels);
    r->id = str_dup(rd->c->a, str_of(xml_attribute(at, "Id")));
    str target = str_of(xml_attribute(at, "Target"));
    r->target = str_starts(target, STR("/")) ? str_dup(rd->c->a, str_from(target, 1))
                                             : str_printf(rd->c->a, "xl/%.*s", STR_FMT(target));
}

// Past a quoted text, a bracket or an escaped character of a number format; NULL when it never
// ends.
static const char *skip_literal(const char *p, bool *time)
{
    if (*p == '"') return strchr(p + 1, '"');
    if (*p == '\\') return p[1] ? p + 1 : p;
    if (*p != '[') return p;
    if (p[1] == 'h' || p[1] == 'm' || p[1] == 's') *time = true; // [h]:mm
    return strchr(p, ']');
}

// Does a number format show a date? Letters y m d h s outside quotes and brackets say so.
static enum date_form format_form(const char *code)
{
    bool date = false, time = false;
    if (strncasecmp(code, "General", 7) == 0 || strstr(code, "E+") || strstr(code, "E-"))
        return FORM_NONE;
    for (const char *p = code; *p; p++) {
        if (strchr("\"[\\", *p)) {
            p = skip_literal(p, &time);
            if (!p) break;
            continue;
        }
        if (strchr("yYdDemM", *p)) date = true;
        if (strchr("hHsS", *p)) time = true;
    }
    return date ? FORM_DATE : time ? FORM_TIME : FORM_NONE;
}

static enum date_form builtin_form(int id)
{
    if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
        (id >= 50 && id <= 54) || id == 57 || id == 58)
        return FORM_DATE;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 ||
        id == 56)
        return FORM_TIME;
    return FORM_NONE;
}

static int attribute_int(const char **at, const char *name, int otherwise)
{
    int64_t v;
    const char *s = xml_attribute(at, name);
    return s && str_int(str_of(s), &v) && v >= 0 && v < INT32_MAX ? (int)v : otherwise;
}

static void styles_start(void *self, const char *name, const char **at)
{
    struct reader *rd = self;
    if (strcmp(name, "numFmt") == 0) {
        const char *code = xml_attribute(at, "formatCode");
        if (code)
            map_put_int(rd->c->a, &rd->custom, attribute_int(at, "numFmtId", 0),
                        (void *)(uintptr_t)(format_form(code) + 1));
    } else if (strcmp(name, "cellXfs") == 0) {
        rd->in_xfs = true;
    } else if (rd->in_xfs && strcmp(name, "xf") == 0 && rd->xf_dates.n < 65536) {
        int id = attribute_int(at, "numFmtId", 0);
        uintptr_t custom = (uintptr_t)map_get_int(&rd->custom, id);
        VEC_ADD(rd->c->a, &rd->xf_dates, (uint8_t)(custom ? custom - 1 : builtin_form(id)));
    }
}

static void styles_end(void *self, const char *name)
{
    struct reader *rd = self;
    if (strcmp(name, "cellXfs") == 0) rd->in_xfs = false;
}

// ---- strings ------------------------------------------------------------------------------------

static str clean_lines(struct arena *a, str s)
{
    struct buf b;
    buf_init(&b, a, s.n * 2 + 16);
    str rest = s;
    while (rest.n) {
        str line = text_clean(a, str_cut(&rest, STR("\n")));
        if (line.n == 0) continue;
        if (b.n) buf_addc(&b, '\n');
        buf_add(&b, line);
    }
    return buf_str(&b);
}

str xlsx_text(struct arena *a, str s)
{
    bool lines = str_has(s, STR("\n")) || str_has(s, STR("\r"));
    return lines ? clean_lines(a, str_replace(a, s, STR("\r"), STR("\n"))) : str_dup(a, text_clean(a, s));
}

static str finish_text(struct reader *rd)
{
    if (rd->text.failed && arena_ok(rd->c->a)) (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.cell_text");
    str out = xlsx_text(rd->c->a, buf_str(&rd->text));
    buf_cut(&rd->text, 0);
    return utf8_valid(out) ? out : STR_EMPTY;
}

static void strings_start(void *self, const char *name, const char **at)
{
    struct reader *rd = self;
    (void)at;
    if (strcmp(name, "si") == 0) rd->in_item = true;
    if (strcmp(name, "rPh") == 0) rd->phonetic++;
    rd->in_text = strcmp(name, "t") == 0 && rd->in_item && !rd->phonetic;
}

static void strings_end(void *self, const char *name)
{
    struct reader *rd = self;
    if (strcmp(name, "t") == 0) rd->in_text = false;
    if (strcmp(name, "rPh") == 0) rd->phonetic--;
    if (strcmp(name, "si") != 0) return;
    rd->in_item = false;
    if (rd->strings.n >= XLSX_MAX_STRINGS) (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.strings");
    else VEC_ADD(rd->c->a, &rd->strings, finish_text(rd));
}

static void take_text(void *self, str s)
{
    struct reader *rd = self;
    if (rd->in_text || rd->in_value) buf_add(&rd->text, s);
}

// ---- cells --------------------------------------------------------------------------------------

// "BC12": column and row, false when it is no reference or out of range.
static bool parse_ref(const char *s, int *row, int *col)
{
    int c = 0, r = 0;
    for (; *s >= 'A' && *s <= 'Z'; s++)
        if ((c = c * 26 + (*s - 'A' + 1)) > XLSX_MAX_COLS) return false;
    for (; *s >= '0' && *s <= '9'; s++)
        if ((r = r * 10 + (*s - '0')) > XLSX_MAX_ROWS) return false;
    *row = r;
    *col = c;
    return c > 0 && r > 0 && (*s == 0 || *s == ':');
}

static void add_merge(struct reader *rd, const char *ref)
{
    struct merge m;
    const char *colon = ref ? strchr(ref, ':') : NULL;
    if (!colon || !parse_ref(ref, &m.row, &m.col) ||
        !parse_ref(colon + 1, &m.last_row, &m.last_col))
        return;
    if (m.last_row < m.row || m.last_col < m.col) return;
    if (rd->sheet->merges.n >= XLSX_MAX_MERGES) (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.merges");
    else VEC_ADD(rd->c->a, &rd->sheet->merges, m);
}

static void cell_start(struct reader *rd, const char **at)
{
    const char *ref = xml_attribute(at, "r"), *type = xml_attribute(at, "t");
    rd->row = rd->next_row;
    rd->col = rd->next_col;
    if (ref && !parse_ref(ref, &rd->row, &rd->col)) {
        (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.columns", str_of(ref));
        return;
    }
    if (rd->col > XLSX_MAX_COLS) {
        (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.columns", STR(""));
        return;
    }
    rd->next_col = rd->col + 1;
    rd->style = attribute_int(at, "s", 0);
    rd->formula = false;
    rd->type = 'n';
    if (type)
        rd->type = strcmp(type, "inlineStr") == 0 ? 'i' : strcmp(type, "str") == 0 ? 't' : type[0];
    buf_cut(&rd->text, 0);
}

static void sheet_start(void *self, const char *name, const char **at)
{
    struct reader *rd = self;
    if (strcmp(name, "row") == 0) {
        int r = attribute_int(at, "r", rd->next_row + 1);
        if (r < 1 || r > XLSX_MAX_ROWS)
            (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.columns", STR("row"));
        rd->next_row = r;
        rd->next_col = 1;
    } else if (strcmp(name, "c") == 0) {
        cell_start(rd, at);
    } else if (strcmp(name, "v") == 0) {
        rd->in_value = true;
    } else if (strcmp(name, "f") == 0) {
        rd->formula = true;
    } else if (strcmp(name, "is") == 0) {
        rd->in_item = true;
    } else if (strcmp(name, "rPh") == 0) {
        rd->phonetic++;
    } else if (strcmp(name, "t") == 0) {
        rd->in_text = rd->in_item && !rd->phonetic;
    } else if (strcmp(name, "mergeCell") == 0) {
        add_merge(rd, xml_attribute(at, "ref"));
    }
}

// Serial day numbers: 1 is 1900-01-01, 60 the day that never was, 61 is 1900-03-01.
static str serial_date(struct reader *rd, str value)
{
    double x = strtod(str_z(rd->c->a, value), NULL);
    if (!isfinite(x) || x < 1 || x > 2958465) return value;
    int days = (int)floor(x);
    day base = rd->date1904 ? day_of(1904, 1, 1)
               : days >= 61 ? day_of(1899, 12, 30)
                            : day_of(1899, 12, 31);
    return day_text(rd->c->a, base + days);
}

static str serial_time(struct reader *rd, str value)
{
    double x = strtod(str_z(rd->c->a, value), NULL);
    if (!isfinite(x) || x < 0 || x > 2958465) return value;
    int minutes = (int)lround((x - floor(x)) * 1440) % 1440;
    return str_printf(rd->c->a, "%02d:%02d", minutes / 60, minutes % 60);
}

// 0.1 stored as 0.10000000000000001 shows as 0.1, 1E-06 as 0.000001.
static str number_text(struct reader *rd, str value)
{
    bool power = str_has(value, STR("E")) || str_has(value, STR("e"));
    if (value.n < 15 && !power) return value;
    double x = strtod(str_z(rd->c->a, value), NULL);
    char text[64];
    if (!isfinite(x) || (power && (fabs(x) >= 1e15 || fabs(x) < 1e-9))) return value;
    snprintf(text, sizeof text, power ? "%.15f" : "%.15g", x);
    size_t n = strlen(text);
    while (power && text[n - 1] == '0') n--;
    if (power && text[n - 1] == '.') n--;
    return str_dup(rd->c->a, (str){text, n});
}

static str cell_value(struct reader *rd)
{
    str s = finish_text(rd);
    int64_t i;
    switch (rd->type) {
    case 's':
        return str_int(s, &i) && i >= 0 && (size_t)i < rd->strings.n ? rd->strings.at[i]
                                                                     : STR_EMPTY;
    case 'b': return str_is(s, "1") ? STR("是") : STR("否");
    case 'n': {
        enum date_form f = (size_t)rd->style < rd->xf_dates.n
                               ? (enum date_form)rd->xf_dates.at[rd->style]
                               : FORM_NONE;
        if (s.n == 0 || f == FORM_NONE) return number_text(rd, s);
        return f == FORM_DATE ? serial_date(rd, s) : serial_time(rd, s);
    }
    default: return s;
    }
}

static void cell_end(struct reader *rd)
{
    struct sheet *s = rd->sheet;
    bool full = s->cells.n + s->hollow.n >= XLSX_MAX_CELLS;
    if (rd->text.n == 0 && rd->formula && !full) VEC_ADD(rd->c->a, &s->hollow, ((struct place){rd->row, rd->col}));
    if (rd->text.n == 0) return;
    str value = cell_value(rd);
    if (value.n == 0) return;
    if (full) {
        (void)fail(rd->c, ERR_TOO_LARGE, "xlsx.cells");
        return;
    }
    VEC_ADD(rd->c->a, &s->cells, ((struct cell){rd->row, rd->col, value, rd->formula, rd->type == 'e'}));
    if (rd->row > s->rows) s->rows = rd->row;
    if (rd->col > s->cols) s->cols = rd->col;
}

static void sheet_end(void *self, const char *name)
{
    struct reader *rd = self;
    if (strcmp(name, "v") == 0) rd->in_value = false;
    if (strcmp(name, "is") == 0) rd->in_item = false;
    if (strcmp(name, "rPh") == 0) rd->phonetic--;
    if (strcmp(name, "t") == 0) rd->in_text = false;
    if (strcmp(name, "c") == 0) cell_end(rd);
}

static int by_place(const void *x, const void *y)
{
    const struct cell *a = x, *b = y;
    if (a->row != b->row) return a->row < b->row ? -1 : 1;
    return a->col < b->col ? -1 : a->col > b->col;
}

// Writers keep the order; for a file that does not, sort, and keep the first of two equal places.
static void put_in_order(struct sheet *s)
{
    bool ordered = true;
    for (size_t i = 1; i < s->cells.n && ordered; i++)
        ordered = by_place(&s->cells.at[i - 1], &s->cells.at[i]) < 0;
    if (ordered) return;
    qsort(s->cells.at, s->cells.n, sizeof *s->cells.at, by_place);
    size_t n = 0;
    for (size_t i = 0; i < s->cells.n; i++)
        if (n == 0 || by_place(&s->cells.at[n - 1], &s->cells.at[i]) != 0)
            s->cells.at[n++] = s->cells.at[i];
    s->cells.n = n;
}

static bool read_sheet(struct reader *rd, const struct sheet_entry *e, struct workbook *out)
{
    str target = STR_EMPTY;
    for (size_t i = 0; i < rd->rels.n; i++)
        if (str_eq(rd->rels.at[i].id, e->rel)) target = rd->rels.at[i].target;
    if (target.n == 0 || !str_has(target, STR("worksheets/")))
        return true; // chart sheets hold no cells
    struct sheet *s = VEC_PUSH(rd->c->a, &out->sheets);
    s->name = e->name;
    s->hidden = e->hidden;
    rd->sheet = s;
    rd->next_row = 0;
    rd->next_col = 1;
    rd->in_text = rd->in_item = rd->in_value = false;
    rd->phonetic = 0;
    struct xml_handler h = {sheet_start, sheet_end, take_text, rd};
    if (!xml_read(&rd->ar, str_z(rd->c->a, target), &h)) return false;
    put_in_order(s);
    return true;
}

bool xlsx_read(struct ctx *c, str bytes, struct workbook *out)
{
    *out = (struct workbook){0};
    struct reader *rd = ARENA_NEW(c->a, struct reader);
    rd->c = c;
    buf_init(&rd->text, c->a, XLSX_MAX_CELL_TEXT);
    if (str_starts(bytes, STR("\xd0\xcf\x11\xe0"))) return fail(c, ERR_REFUSED, "office.ole");
    if (!archive_open(c, bytes, &rd->ar)) return false;
    if (!archive_has(&rd->ar, "[Content_Types].xml") || !archive_has(&rd->ar, "xl/workbook.xml"))
        return fail(c, ERR_MALFORMED, "office.missing", STR("xl/workbook.xml"));
    struct xml_handler workbook = {workbook_start, NULL, NULL, rd},
                       rels = {rels_start, NULL, NULL, rd},
                       styles = {styles_start, styles_end, NULL, rd},
                       strings = {strings_start, strings_end, take_text, rd};
    if (!xml_read(&rd->ar, "xl/workbook.xml", &workbook)) return false;
    if (!xml_read(&rd->ar, "xl/_rels/workbook.xml.rels", &rels)) return false;
    if (archive_has(&rd->ar, "xl/styles.xml") && !xml_read(&rd->ar, "xl/styles.xml", &styles))
        return false;
    if (archive_has(&rd->ar, "xl/sharedStrings.xml") &&
        !xml_read(&rd->ar, "xl/sharedStrings.xml", &strings))
        return false;
    size_t cells = 0;
    for (size_t i = 0; i < rd->entries.n; i++) {
        if (!read_sheet(rd, &rd->entries.at[i], out)) return false;
        if (out->sheets.n) cells += out->sheets.at[out->sheets.n - 1].cells.n;
        if (cells > XLSX_MAX_CELLS) return fail(c, ERR_TOO_LARGE, "xlsx.cells");
    }
    return ctx_ok(c);
}
