#include "exchange/sheet.h"

const struct cell *sheet_at(const struct sheet *s, int row, int col)
{
    size_t lo = 0, hi = s->cells.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct cell *m = &s->cells.at[mid];
        if (m->row < row || (m->row == row && m->col < col)) lo = mid + 1;
        else hi = mid;
    }
    if (lo == s->cells.n || s->cells.at[lo].row != row || s->cells.at[lo].col != col) return NULL;
    return &s->cells.at[lo];
}

const struct merge *sheet_merge_at(const struct sheet *s, int row, int col)
{
    for (size_t i = 0; i < s->merges.n; i++) {
        const struct merge *m = &s->merges.at[i];
        if (row >= m->row && row <= m->last_row && col >= m->col && col <= m->last_col) return m;
    }
    return NULL;
}

str sheet_ref(struct arena *a, int row, int col)
{
    char letters[8];
    size_t n = 0;
    for (int k = col; k > 0 && n < sizeof letters; k = (k - 1) / 26)
        letters[n++] = (char)('A' + (k - 1) % 26);
    struct buf b;
    buf_init(&b, a, 32);
    while (n) buf_addc(&b, letters[--n]);
    buf_int(&b, row);
    return buf_str(&b);
}
