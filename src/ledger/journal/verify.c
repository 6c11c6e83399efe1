#include "ledger/journal/verify.h"

enum { PAGE = 500 };

static const struct stmt ROWS_FROM = {
    "journal.rows_from",
    "SELECT " JOURNAL_COLUMNS " FROM journal WHERE district_id = $1 AND seq >= $2 ORDER BY seq LIMIT 500"};
static const struct stmt *const STATEMENTS[] = {&ROWS_FROM};

void verify_register(void)
{
    statements_register(STATEMENTS, COUNT_OF(STATEMENTS));
}

void findings_init(struct findings *f, struct arena *a, enum lang lang)
{
    *f = (struct findings){.a = a, .lang = lang};
}

void finding(struct findings *f, const char *message_id, str a, str b, str c)
{
    if (f->lines.n >= FINDINGS_MAX) {
        f->more++;
        return;
    }
    str args[] = {a, b, c};
    str text = message_text(f->a, f->lang, message_id, args, COUNT_OF(args));
    VEC_ADD(f->a, &f->lines, text);
}

static str number(struct findings *f, int64_t n)
{
    return str_printf(f->a, "%" PRId64, n);
}

// Rows of one page; the scratch memory of a page is given back before the next.
bool journal_page(struct call *k, int64_t from, struct journal_row *rows, size_t *n)
{
    struct db_rows r;
    *n = 0;
    if (!DB_QUERY(k->c, k->db, &r, &ROWS_FROM, ARG(k->district), ARG(from))) return false;
    while (*n < PAGE && db_next(&r)) journal_read(&r, 0, &rows[(*n)++]);
    return db_done(&r);
}

struct chain {
    int64_t expected;
    char prev[65];
};

static bool check_row(struct call *k, const struct journal_row *row, struct chain *chain, struct findings *f)
{
    char hex[65];
    if (row->seq != chain->expected)
        finding(f, "verify.gap", number(f, chain->expected), number(f, row->seq), STR_EMPTY);
    if (!journal_hash(k->c, k->district, row, hex)) return false;
    if (!str_is(row->hash, hex)) finding(f, "verify.altered", number(f, row->seq), row->command, STR_EMPTY);
    else if (chain->prev[0] && !str_is(row->prev_hash, chain->prev))
        finding(f, "verify.broken_link", number(f, row->seq), STR_EMPTY, STR_EMPTY);
    chain->expected = row->seq + 1;
    memcpy(chain->prev, hex, sizeof hex);
    return true;
}

static bool check_head(struct call *k, const struct chain *chain, struct findings *f)
{
    struct journal_head head;
    if (!journal_head_load(k, &head)) return false;
    if (head.seq != chain->expected - 1)
        finding(f, "verify.head_seq", number(f, head.seq), number(f, chain->expected - 1), STR_EMPTY);
    else if (head.seq && !str_is(head.hash, chain->prev))
        finding(f, "verify.head_hash", number(f, head.seq), STR_EMPTY, STR_EMPTY);
    return true;
}

bool journal_verify(struct call *k, struct journal_range *range, struct findings *f)
{
    struct chain chain = {.expected = range->from > 0 ? range->from : 1};
    if (chain.expected == 1) memset(chain.prev, '0', 64); // the first row's predecessor
    range->checked = range->next = 0;
    for (;;) {
        struct arena_mark mark = arena_mark(k->c->a);
        struct journal_row *rows = arena_alloc(k->c->a, PAGE * sizeof *rows);
        size_t n = 0;
        if (!journal_page(k, chain.expected, rows, &n)) return false;
        size_t take = n;
        if (range->count && (int64_t)take > range->count - range->checked)
            take = (size_t)(range->count - range->checked);
        for (size_t i = 0; i < take; i++)
            if (!check_row(k, &rows[i], &chain, f)) return false;
        range->checked += (int64_t)take;
        bool over = n < PAGE && take == n;
        if (f->a != k->c->a) arena_reset_to(k->c->a, mark);
        if (over) return check_head(k, &chain, f);
        if (range->count && range->checked >= range->count) {
            range->next = chain.expected;
            return true;
        }
    }
}
