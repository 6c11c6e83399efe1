#include "cli/grid.h"

#include <stdlib.h>

#include "exchange/csv/csv.h"

enum { CELL_WIDTH = 44 };

static str cell_text(struct arena *a, const json_t *v)
{
    if (json_is_string(v)) return str_dup(a, str_of(json_string_value(v)));
    if (!v || json_is_null(v)) return STR_EMPTY;
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
    str s = text ? str_dup(a, str_of(text)) : STR_EMPTY;
    free(text);
    return s;
}

void grid_add(struct grid *g, const json_t *row)
{
    const char *name;
    json_t *value;
    if (g->columns.n == 0)
        json_object_foreach((json_t *)(uintptr_t)row, name, value)
            VEC_ADD(g->a, &g->columns, str_dup(g->a, str_of(name)));
    str *cells = arena_alloc(g->a, (g->columns.n + 1) * sizeof *cells);
    for (size_t i = 0; i < g->columns.n; i++)
        cells[i] = cell_text(g->a, json_object_get(row, str_z(g->a, g->columns.at[i])));
    VEC_ADD(g->a, &g->rows, cells);
}

// Columns of a terminal: wide characters take two.
static int width_of(str s)
{
    int w = 0;
    for (size_t at = 0; at < s.n;) w += utf8_next(s, &at) >= 0x1100 ? 2 : 1;
    return w;
}

static str clipped(struct arena *a, str s)
{
    s = str_replace(a, s, STR("\n"), STR(" "));
    if (width_of(s) <= CELL_WIDTH) return s;
    size_t n = utf8_count(s);
    while (n > 0 && width_of(utf8_head(s, n)) >= CELL_WIDTH) n--;
    return str_cat(a, utf8_head(s, n), STR("…"));
}

static void put_padded(struct buf *out, str s, int width)
{
    buf_add(out, s);
    for (int w = width_of(s); w < width + 2; w++) buf_addc(out, ' ');
}

void grid_table(struct grid *g, struct buf *out)
{
    int *width = arena_alloc(g->a, (g->columns.n + 1) * sizeof *width);
    for (size_t i = 0; i < g->columns.n; i++) {
        width[i] = width_of(g->columns.at[i]);
        for (size_t r = 0; r < g->rows.n; r++) {
            int w = width_of(clipped(g->a, g->rows.at[r][i]));
            if (w > width[i]) width[i] = w;
        }
    }
    for (size_t i = 0; i < g->columns.n; i++) put_padded(out, g->columns.at[i], width[i]);
    buf_addc(out, '\n');
    for (size_t r = 0; r < g->rows.n; r++) {
        for (size_t i = 0; i < g->columns.n; i++)
            put_padded(out, clipped(g->a, g->rows.at[r][i]), width[i]);
        buf_addc(out, '\n');
    }
}

void grid_csv(struct grid *g, struct buf *out)
{
    for (size_t i = 0; i < g->columns.n; i++) csv_write_text(out, g->columns.at[i], i == 0);
    csv_write_end(out);
    for (size_t r = 0; r < g->rows.n; r++) {
        for (size_t i = 0; i < g->columns.n; i++) csv_write_text(out, g->rows.at[r][i], i == 0);
        csv_write_end(out);
    }
}
