#include "ledger/item/duplicate.h"

#include <stdlib.h>

// Looked for in the indexes of lists first: most items are archived, and of those none is a candidate.
#define ALIVE "('drafted', 'approved', 'issued', 'accepted', 'reported', 'suspended', 'closed')"
static const struct stmt CANDIDATES = {
    "item.duplicate_candidates",
    "SELECT i.id, i.code, i.title, i.state, i.title_folded, i.content FROM item AS i WHERE i.district_id = $1"
    " AND i.id <> $2 AND i.id IN (SELECT d.id FROM item AS d WHERE d.district_id = $1 AND d.state IN " ALIVE
    " AND (d.lead_unit_id = $4 OR d.line_id = $5) UNION SELECT t.id FROM item AS t WHERE t.district_id = $1"
    " AND t.state IN " ALIVE " AND t.title_folded = $3) ORDER BY i.id DESC LIMIT 2000"};
const struct stmt *const DUPLICATE_STATEMENTS[] = {&CANDIDATES};
const size_t N_DUPLICATE_STATEMENTS = COUNT_OF(DUPLICATE_STATEMENTS);

static int by_value(const void *x, const void *y)
{
    const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

// The sorted bigrams of a text, each two code points in one number.
static uint64_t *bigrams(struct arena *a, str s, size_t *n)
{
    uint64_t *out = arena_try(a, (s.n + 1) * sizeof *out);
    *n = 0;
    if (!out || s.n == 0) return out;
    size_t at = 0;
    uint64_t before = utf8_next(s, &at);
    while (at < s.n) {
        uint64_t u = utf8_next(s, &at);
        out[(*n)++] = before << 32 | u;
        before = u;
    }
    qsort(out, *n, sizeof *out, by_value);
    return out;
}

int title_likeness(struct arena *a, str x, str y)
{
    size_t n, m, shared = 0;
    if (str_eq(x, y)) return 100;
    uint64_t *p = bigrams(a, x, &n), *q = bigrams(a, y, &m);
    if (!p || !q || n + m == 0) return 0;
    for (size_t i = 0, j = 0; i < n && j < m;) {
        if (p[i] == q[j]) {
            shared++;
            i++;
            j++;
        } else if (p[i] < q[j]) {
            i++;
        } else {
            j++;
        }
    }
    return (int)(200 * shared / (n + m));
}

bool item_duplicates(struct call *k, const struct item *it, struct list *out)
{
    struct db_rows r;
    size_t cap = 0;
    *out = (struct list){0};
    if (!DB_QUERY(k->c, k->db, &r, &CANDIDATES, ARG(k->district), ARG(it->id), ARG(it->title_folded),
                  ARG(it->lead_unit_id ? it->lead_unit_id : INT64_C(-1)), ARG(it->line_id ? it->line_id : INT64_C(-1))))
        return false;
    while (out->n < DUPLICATES_SHOWN && db_next(&r)) {
        str content = db_text(&r, 5);
        bool same_passage = it->content.n && str_eq(content, it->content);
        int likeness = same_passage ? 100 : title_likeness(k->c->a, it->title_folded, db_text(&r, 4));
        if (likeness < DUPLICATE_LIKENESS) continue;
        struct duplicate *d = vec_slot(k->c->a, &out->at, &out->n, &cap, sizeof *d);
        *d = (struct duplicate){db_int(&r, 0), db_text(&r, 1), db_text(&r, 2), db_text(&r, 3), likeness};
    }
    return db_done(&r);
}
