#include "exchange/csv/csv.h"

#include "exchange/text/decode.h"

// Counts separators outside quotes in the first lines; the most regular one wins.
static char sniff(str text)
{
    static const char marks[] = {',', '\t', ';'};
    char best = ',';
    size_t best_score = 0;
    for (size_t m = 0; m < COUNT_OF(marks); m++) {
        size_t lines = 0, here = 0, previous = SIZE_MAX, same = 0, total = 0;
        bool quoted = false;
        for (size_t i = 0; i < text.n && lines < 50; i++) {
            char ch = text.p[i];
            if (ch == '"') quoted = !quoted;
            if (quoted) continue;
            if (ch == marks[m]) here++;
            if (ch != '\n') continue;
            if (here && here == previous) same++;
            total += here > 0;
            previous = here;
            here = 0;
            lines++;
        }
        if (here) total++;
        size_t score = same * 4 + total;
        if (score > best_score) best_score = score, best = marks[m];
    }
    return best;
}

struct csv_reader {
    struct ctx *c;
    str text;
    size_t i;
    char mark;
};

// A quoted field; *i stands behind the opening quote.
static bool quoted_field(struct csv_reader *rd, str *out)
{
    str t = rd->text;
    size_t start = rd->i;
    bool doubled = false;
    for (; rd->i < t.n; rd->i++) {
        if (t.p[rd->i] != '"') continue;
        if (rd->i + 1 < t.n && t.p[rd->i + 1] == '"') {
            doubled = true;
            rd->i++;
            continue;
        }
        *out = str_sub(t, start, rd->i - start);
        if (doubled) *out = str_replace(rd->c->a, *out, STR("\"\""), STR("\""));
        rd->i++;
        return true;
    }
    return fail_at(rd->c, ERR_MALFORMED, "csv.quote", start);
}

static bool field(struct csv_reader *rd, str *out)
{
    str t = rd->text;
    if (rd->i < t.n && t.p[rd->i] == '"') {
        rd->i++;
        if (!quoted_field(rd, out)) return false;
        // Anything between the closing quote and the separator is kept as plain text.
        size_t start = rd->i;
        while (rd->i < t.n && t.p[rd->i] != rd->mark && t.p[rd->i] != '\n' && t.p[rd->i] != '\r')
            rd->i++;
        if (rd->i > start) *out = str_cat(rd->c->a, *out, str_sub(t, start, rd->i - start));
        return true;
    }
    size_t start = rd->i;
    while (rd->i < t.n && t.p[rd->i] != rd->mark && t.p[rd->i] != '\n' && t.p[rd->i] != '\r')
        rd->i++;
    *out = str_sub(t, start, rd->i - start);
    return true;
}

// Lines inside a cell stay lines; every line is cleaned.
static str clean_cell(struct ctx *c, str s)
{
    if (!str_has(s, STR("\n")) && !str_has(s, STR("\r"))) return text_clean(c->a, s);
    struct buf b;
    buf_init(&b, c->a, s.n * 2 + 16);
    str rest = str_replace(c->a, s, STR("\r"), STR("\n"));
    while (rest.n) {
        str line = text_clean(c->a, str_cut(&rest, STR("\n")));
        if (line.n == 0) continue;
        if (b.n) buf_addc(&b, '\n');
        buf_add(&b, line);
    }
    return buf_str(&b);
}

bool csv_read(struct ctx *c, str text, struct sheet *out)
{
    *out = (struct sheet){.name = STR("CSV")};
    struct csv_reader rd = {c, text, 0, sniff(text)};
    int row = 1, col = 1;
    while (rd.i < text.n && arena_ok(c->a)) {
        str value;
        if (!field(&rd, &value)) return false;
        value = clean_cell(c, value);
        if (value.n) {
            if (out->cells.n >= CSV_MAX_CELLS) return fail(c, ERR_TOO_LARGE, "csv.too_many_cells");
            VEC_ADD(c->a, &out->cells, ((struct cell){row, col, value}));
            if (row > out->rows) out->rows = row;
            if (col > out->cols) out->cols = col;
        }
        if (rd.i >= text.n) break;
        char ch = text.p[rd.i++];
        if (ch == rd.mark) {
            if (++col > CSV_MAX_COLS) return fail(c, ERR_TOO_LARGE, "csv.too_many_columns");
            continue;
        }
        if (ch == '\r' && rd.i < text.n && text.p[rd.i] == '\n') rd.i++;
        row++;
        col = 1;
    }
    return ctx_ok(c);
}

static bool runs_as_formula(str s)
{
    static const str starts[] = {STR("="),  STR("+"),  STR("-"),  STR("@"),  STR("\t"), STR("\r"),
                                 STR("\n"), STR("＝"), STR("＋"), STR("－"), STR("＠")};
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (str_starts(s, starts[i])) return true;
    return false;
}

void csv_write_text(struct buf *b, str s, bool first_in_row)
{
    if (!first_in_row) buf_addc(b, ',');
    bool guard = runs_as_formula(s), quote = guard;
    for (size_t i = 0; i < s.n && !quote; i++)
        quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r' ||
                s.p[i] == ';' || s.p[i] == '\t';
    if (quote) buf_addc(b, '"');
    if (guard) buf_addc(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_addc(b, '"');
        buf_addc(b, s.p[i]);
    }
    if (quote) buf_addc(b, '"');
}

void csv_write_number(struct buf *b, str number, bool first_in_row)
{
    if (!first_in_row) buf_addc(b, ',');
    buf_add(b, number);
}

void csv_write_end(struct buf *b)
{
    buf_addz(b, "\r\n");
}
