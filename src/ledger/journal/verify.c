#include "ledger/journal/verify.h"

#include "ledger/sm3.h"

enum { PAGE = 500 };

static const struct stmt ROWS_FROM = {
    "journal.rows_from",
    "SELECT " JOURNAL_COLUMNS
    " FROM journal WHERE district_id = $1 AND seq >= $2 ORDER BY seq LIMIT 500"};
static const struct stmt BLANK_KEYS = {"journal.blank_keys",
                                       "SELECT seq, command FROM journal WHERE district_id = $1 "
                                       "AND idem_key = '' ORDER BY seq LIMIT 200"};
static const struct stmt *const STATEMENTS[] = {&ROWS_FROM, &BLANK_KEYS};

void verify_register(void)
{
    statements_register(STATEMENTS, COUNT_OF(STATEMENTS));
    statements_register(REBUILD_STATEMENTS, N_REBUILD_STATEMENTS);
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

// What is known of the record before. One whose hash does not match is named itself; the one after
// it is not named for its neighbour's fault, so it is asked only what follows from a good one.
struct chain {
    int64_t expected, last_id;
    char hash[SM3_HEX + 1];
    bool good;
};

static bool check_row(struct call *k, const struct journal_row *row, struct chain *chain,
                      struct findings *f)
{
    bool gap = row->seq != chain->expected;
    if (gap) finding(f, "verify.gap", number(f, chain->expected), number(f, row->seq), STR_EMPTY);
    bool linked = gap || !chain->good || str_is(row->prev_hash, chain->hash);
    if (!journal_hash(k->c, k->district, row, chain->hash)) return false;
    chain->good = str_is(row->hash, chain->hash);
    if (!chain->good) finding(f, "verify.altered", number(f, row->seq), row->command, STR_EMPTY);
    else if (!linked) finding(f, "verify.broken_link", number(f, row->seq), STR_EMPTY, STR_EMPTY);
    chain->expected = row->seq < INT64_MAX ? row->seq + 1 : row->seq;
    chain->last_id = row->last_id;
    return true;
}

static bool check_head(struct call *k, const struct chain *chain, struct findings *f)
{
    struct journal_head head;
    if (!journal_head_load(k, false, &head)) return false;
    if (head.seq != chain->expected - 1)
        finding(f, "verify.head_seq", number(f, head.seq), number(f, chain->expected - 1),
                STR_EMPTY);
    else if (head.seq && chain->good && !str_is(head.hash, chain->hash))
        finding(f, "verify.head_hash", number(f, head.seq), STR_EMPTY, STR_EMPTY);
    else if (chain->good && head.last_id != chain->last_id)
        finding(f, "verify.head_id", number(f, head.last_id), number(f, chain->last_id), STR_EMPTY);
    return true;
}

// A key of no characters is never written; NULL turned into it would leave the hash as it was.
static bool check_keys(struct call *k, struct findings *f)
{
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &BLANK_KEYS, ARG(k->district))) return false;
    while (db_next(&r))
        finding(f, "verify.altered", number(f, db_int(&r, 0)), db_text(&r, 1), STR_EMPTY);
    return db_done(&r);
}

static bool check_page(struct call *k, struct journal_range *range, int64_t *from,
                       struct chain *chain, struct findings *f, bool *over)
{
    struct journal_row *rows = arena_alloc(k->c->a, PAGE * sizeof *rows);
    size_t n = 0;
    if (!journal_page(k, *from, rows, &n)) return false;
    size_t take = n;
    if (range->count && (int64_t)take > range->count - range->checked)
        take = (size_t)(range->count - range->checked);
    for (size_t i = 0; i < take; i++)
        if (!check_row(k, &rows[i], chain, f)) return false;
    range->checked += (int64_t)take;
    *from = chain->expected;
    *over = n < PAGE && take == n;
    return true;
}

bool journal_verify(struct call *k, struct journal_range *range, struct findings *f)
{
    struct chain chain = {.expected = range->from > 0 ? range->from : 1};
    int64_t from = chain.expected;
    if (chain.expected == 1) {
        // Before the first record stand zeros; records numbered below it must be seen too.
        memset(chain.hash, '0', SM3_HEX);
        chain.good = true;
        from = INT64_MIN;
    }
    range->checked = range->next = 0;
    for (bool over = false; !over;) {
        struct arena_mark mark = arena_mark(k->c->a);
        if (!check_page(k, range, &from, &chain, f, &over)) return false;
        if (f->a != k->c->a)
            arena_reset_to(k->c->a, mark); // the memory of one page serves the next
        if (over || !range->count || range->checked < range->count) continue;
        range->next = chain.expected;
        return true;
    }
    return check_head(k, &chain, f) && check_keys(k, f);
}
