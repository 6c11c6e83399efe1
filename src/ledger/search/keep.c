/*
 * What a command changed, in terms. A record that is found itself (an item) loses the terms it had and has no
 * more, and gains the new ones. Of records that lead to another one (reports lead to their item) many share
 * one row a term: a term goes only when none of the others has it, and those are read again. That is rare:
 * reports are added.
 */
#include "ledger/search/search.h"

#include <stdlib.h>

#include "ledger/org/org.h"
#include "ledger/search/sources.h"

enum { ROWS_AT_ONCE = 64, PAGE = 1000, CLEAR_ROWS = 20000, CLEARING = -1 };

static const struct stmt FORGET = {
    "search.forget", "DELETE FROM search_term WHERE district_id = $1 AND term = $2 AND kind = $3 AND place = $4"
                     " AND object_id = $5"};
static const struct stmt STATE = {"search.state",
                                  "SELECT version, source, after_id FROM search_state"
                                  " WHERE district_id = $1 AND id = 1"};
static const struct stmt STATE_SET = {
    "search.state_set", "INSERT INTO search_state(district_id, id, version, source, after_id)"
                        " VALUES($1, 1, $2, $3, $4)"
                        " ON CONFLICT(district_id, id) DO UPDATE SET version = excluded.version,"
                        " source = excluded.source, after_id = excluded.after_id"};
static const struct stmt CLEAR_TO = {
    "search.clear_to", "SELECT term FROM search_term WHERE district_id = $1 AND term >= $2 ORDER BY term LIMIT 1"
                       " OFFSET 20000"};
static const struct stmt CLEAR = {"search.clear",
                                  "DELETE FROM search_term WHERE district_id = $1 AND term BETWEEN $2 AND $3"};
static const struct stmt ALL_TERMS = {
    "search.all_terms", "SELECT term, place, object_id FROM search_term WHERE district_id = $1 AND kind = $2"};

const struct stmt *const SEARCH_STATEMENTS[] = {
    &FORGET, &STATE, &STATE_SET, &CLEAR_TO, &CLEAR, &ALL_TERMS, &SEARCH_COUNT,
};

// One statement for 1, 8 and 64 rows: $1 district, $2 kind, then term, place and object of each.
static const size_t SIZES[] = {64, 8, 1};
static const char *const KEEP_NAMES[] = {"search.keep_64", "search.keep_8", "search.keep_1"};
static struct stmt KEEP[COUNT_OF(SIZES)];

void search_register(void)
{
    static struct arena *forever;
    static const struct stmt *all[COUNT_OF(SIZES)];
    if (!forever) forever = arena_new(SIZE_MAX);
    if (!forever) BUG("no memory at start");
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        struct buf b;
        buf_init(&b, forever, 16384);
        buf_addz(&b, "INSERT INTO search_term(district_id, kind, term, place, object_id) VALUES");
        for (size_t j = 0; j < SIZES[i]; j++)
            buf_printf(&b, "%s($1, $2, $%zu, $%zu, $%zu)", j ? ", " : "", 3 + 3 * j, 4 + 3 * j, 5 + 3 * j);
        buf_addz(&b, " ON CONFLICT(district_id, term, kind, place, object_id) DO NOTHING");
        KEEP[i] = (struct stmt){KEEP_NAMES[i], str_z(forever, buf_str(&b))};
        all[i] = &KEEP[i];
    }
    statements_register(all, COUNT_OF(all));
    records_register(SEARCH_RECORDS, N_SEARCH_RECORDS);
}

struct entry {
    struct term term;
    int64_t object;
};

static bool keep_entries(struct call *k, const struct search_source *s, const struct entry *at, size_t n)
{
    struct db_arg args[2 + 3 * ROWS_AT_ONCE] = {db_arg_int(k->district), db_arg_int(s->kind)};
    for (size_t i = 0, size = 0; i < n; i += SIZES[size]) {
        while (SIZES[size] > n - i) size++;
        for (size_t j = 0; j < SIZES[size]; j++) {
            args[2 + 3 * j] = db_arg_int(at[i + j].term.term);
            args[3 + 3 * j] = db_arg_int(at[i + j].term.place);
            args[4 + 3 * j] = db_arg_int(at[i + j].object);
        }
        if (!db_run_args(k->c, k->db, &KEEP[size], NULL, args, 2 + 3 * SIZES[size])) return false;
    }
    return true;
}

static bool keep(struct call *k, const struct search_source *s, int64_t object, const struct terms *t)
{
    struct entry *at = arena_alloc(k->c->a, (t->list.n + 1) * sizeof *at);
    for (size_t i = 0; i < t->list.n; i++) at[i] = (struct entry){t->list.at[i], object};
    return keep_entries(k, s, at, t->list.n);
}

static bool same_term(const struct term *x, const struct term *y)
{
    return x->term == y->term && x->place == y->place;
}

// What of x is not in y; both are settled.
static void without(struct arena *a, const struct terms *x, const struct terms *y, struct terms *out)
{
    for (size_t i = 0, j = 0; i < x->list.n; i++) {
        while (j < y->list.n && y->list.at[j].term < x->list.at[i].term) j++;
        if (j == y->list.n || !same_term(&x->list.at[i], &y->list.at[j])) VEC_ADD(a, &out->list, x->list.at[i]);
    }
}

static bool forget(struct call *k, const struct search_source *s, int64_t object, const struct terms *t)
{
    for (size_t i = 0; i < t->list.n; i++)
        if (!DB_RUN(k->c, k->db, &FORGET, NULL, ARG(k->district), ARG(t->list.at[i].term), ARG((int64_t)s->kind),
                    ARG((int64_t)t->list.at[i].place), ARG(object)))
            return false;
    return true;
}

static bool terms_of_owner(struct call *k, const struct search_source *s, int64_t owner, struct terms *out)
{
    struct list rows;
    if (!record_list(k, s->of_owner, &rows, ARG(k->district), ARG(owner))) return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct terms one = {0};
        search_terms(k->c->a, s, (const char *)rows.at + i * s->entity->shape->size, &one);
        for (size_t j = 0; j < one.list.n; j++) VEC_ADD(k->c->a, &out->list, one.list.at[j]);
    }
    terms_settle(out);
    return ctx_ok(k->c);
}

// Texts or owner differ?
static bool moved(const struct search_source *s, const void *before, const void *after)
{
    if (search_owner(s, before) != search_owner(s, after)) return true;
    for (const struct search_field *f = s->fields; f->name; f++)
        if (!field_same(shape_field(s->entity->shape, str_of(f->name)), before, after)) return true;
    return false;
}

static bool follow_change(struct call *k, const struct search_source *s, const struct change *ch)
{
    struct arena *a = k->c->a;
    struct terms before = {0}, after = {0}, gone = {0}, come = {0};
    if (ch->before && ch->after && !moved(s, ch->before, ch->after)) return true;
    if (ch->before) search_terms(a, s, ch->before, &before);
    if (ch->after) search_terms(a, s, ch->after, &after);
    int64_t was = ch->before ? search_owner(s, ch->before) : 0;
    int64_t is = ch->after ? search_owner(s, ch->after) : 0;
    if (was && s->of_owner) {
        struct terms others = {0};
        if (!terms_of_owner(k, s, was, &others)) return false;
        without(a, &before, &others, &gone);
        come = after;
    } else if (was == is) {
        without(a, &before, &after, &gone);
        without(a, &after, &before, &come);
    } else {
        gone = before;
        come = after;
    }
    return forget(k, s, was, &gone) && keep(k, s, is, &come) && ctx_ok(k->c);
}

static bool set_state(struct call *k, int64_t source, int64_t after)
{
    return DB_RUN(k->c, k->db, &STATE_SET, NULL, ARG(k->district), ARG(search_version()), ARG(source), ARG(after));
}

bool search_follow(struct call *k)
{
    for (size_t i = 0; i < k->changes.n; i++) {
        const struct change *ch = &k->changes.at[i];
        // A district that begins has nothing that would have to be filled in.
        bool begins = ch->entity == &DISTRICT && !ch->before;
        if (begins && !set_state(k, (int64_t)N_SEARCH_SOURCES, 0)) return false;
        for (size_t s = 0; s < N_SEARCH_SOURCES; s++)
            if (SEARCH_SOURCES[s].entity == ch->entity && !follow_change(k, &SEARCH_SOURCES[s], ch)) return false;
    }
    return true;
}

/* --- filling --- */

struct state_row {
    int64_t version, source, after;
};

static bool read_state(struct call *k, struct state_row *s)
{
    struct db_rows r;
    *s = (struct state_row){0};
    if (!DB_QUERY(k->c, k->db, &r, &STATE, ARG(k->district))) return false;
    if (db_next(&r)) *s = (struct state_row){db_int(&r, 0), db_int(&r, 1), db_int(&r, 2)};
    return db_done(&r);
}

static bool is_ready(const struct state_row *s)
{
    return s->version == search_version() && s->source == (int64_t)N_SEARCH_SOURCES;
}

bool search_ready(struct call *k, bool *ready)
{
    struct state_row s;
    if (!read_state(k, &s)) return false;
    *ready = is_ready(&s);
    return true;
}

bool search_wanted(struct call *k, instant due, bool *would)
{
    bool ready;
    (void)due;
    if (!search_ready(k, &ready)) return false;
    *would = !ready;
    return true;
}

// Takes away CLEAR_ROWS or some more; *after is where to go on, INT64_MAX at the end.
static bool clear_page(struct call *k, int64_t *after)
{
    struct db_rows r;
    int64_t to = INT64_MAX;
    if (!DB_QUERY(k->c, k->db, &r, &CLEAR_TO, ARG(k->district), ARG(*after))) return false;
    if (db_next(&r)) to = db_int(&r, 0);
    if (!db_done(&r) || !DB_RUN(k->c, k->db, &CLEAR, NULL, ARG(k->district), ARG(*after), ARG(to))) return false;
    *after = to;
    return true;
}

// In the order of the key.
static int by_key(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    if (a->term.term != b->term.term) return a->term.term < b->term.term ? -1 : 1;
    if (a->term.place != b->term.place) return a->term.place - b->term.place;
    return (a->object > b->object) - (a->object < b->object);
}

// A page of one source's records, all their terms in the order of the key, so that the table is gone through
// once: term by term as records come, each would be another page of the file. *n tells how many there were,
// *after the last.
static bool fill_page(struct call *k, const struct search_source *s, int64_t *after, size_t *n)
{
    size_t size = s->entity->shape->size;
    char *records = arena_alloc(k->c->a, PAGE * size);
    struct db_rows r;
    *n = 0;
    if (!DB_QUERY(k->c, k->db, &r, &s->entity->whole, ARG(k->district), ARG(*after))) return false;
    for (; *n < PAGE && db_next(&r); ++*n) record_read(s->entity, &r, 0, records + *n * size);
    if (!db_done(&r)) return false;
    VEC(struct entry) all = {0};
    for (size_t i = 0; i < *n && ctx_ok(k->c); i++) {
        void *record = records + i * size;
        struct terms t = {0};
        search_terms(k->c->a, s, record, &t);
        for (size_t j = 0; j < t.list.n; j++)
            VEC_ADD(k->c->a, &all, ((struct entry){t.list.at[j], search_owner(s, record)}));
        *after = *field_int(&s->entity->shape->fields[1], record);
    }
    if (!ctx_ok(k->c)) return false;
    if (all.n) qsort(all.at, all.n, sizeof *all.at, by_key);
    return keep_entries(k, s, all.at, all.n);
}

bool search_fill(struct call *k, instant due, struct json *out)
{
    struct state_row s;
    size_t done = 0;
    (void)due;
    if (!read_state(k, &s)) return false;
    if (s.version != search_version()) s = (struct state_row){search_version(), CLEARING, INT64_MIN};
    if (s.source == CLEARING) {
        if (!clear_page(k, &s.after)) return false;
        if (s.after == INT64_MAX) s = (struct state_row){s.version, 0, INT64_MIN};
    } else {
        while (s.source < (int64_t)N_SEARCH_SOURCES && done < PAGE) {
            size_t n;
            if (!fill_page(k, &SEARCH_SOURCES[s.source], &s.after, &n)) return false;
            done += n;
            if (n < PAGE) s = (struct state_row){s.version, s.source + 1, INT64_MIN};
        }
    }
    jw_put_int(out, "records", (int64_t)done);
    jw_put_bool(out, "ready", is_ready(&s));
    return set_state(k, s.source, s.after);
}

bool search_again(struct call *k)
{
    return set_state(k, CLEARING, INT64_MIN);
}

/* --- comparing --- */

// Order makes no difference: rows are mixed one by one and added up.
struct tally {
    int64_t rows;
    uint64_t sum;
};

static void tally_add(struct tally *t, int64_t term, int64_t place, int64_t object)
{
    uint64_t h = (uint64_t)term * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)place;
    h = (h ^ (h >> 32)) * UINT64_C(0xd6e8feb86659fd93) + (uint64_t)object;
    h = (h ^ (h >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    t->rows++;
    t->sum += h ^ (h >> 32);
}

static void tally_terms(struct tally *t, const struct terms *x, int64_t object)
{
    for (size_t i = 0; i < x->list.n; i++) tally_add(t, x->list.at[i].term, x->list.at[i].place, object);
}

// The owners of records that lead to another one, each once: those are the found records of the kind.
static bool tally_owner(struct call *k, enum search_kind kind, int64_t object, const void *own, struct tally *t)
{
    for (size_t i = 0; i < N_SEARCH_SOURCES; i++) {
        const struct search_source *s = &SEARCH_SOURCES[i];
        struct terms x = {0};
        if (s->kind != kind) continue;
        if (!s->of_owner) search_terms(k->c->a, s, own, &x);
        else if (!terms_of_owner(k, s, object, &x)) return false;
        tally_terms(t, &x, object);
    }
    return ctx_ok(k->c);
}

static bool tally_wanted(struct call *k, const struct search_source *s, struct tally *t)
{
    size_t size = s->entity->shape->size;
    int64_t after = INT64_MIN;
    for (size_t n = PAGE; n == PAGE;) {
        struct arena_mark mark = arena_mark(k->c->a);
        char *records = arena_alloc(k->c->a, PAGE * size);
        struct db_rows r;
        if (!DB_QUERY(k->c, k->db, &r, &s->entity->whole, ARG(k->district), ARG(after))) return false;
        for (n = 0; n < PAGE && db_next(&r); n++) record_read(s->entity, &r, 0, records + n * size);
        if (!db_done(&r)) return false;
        for (size_t i = 0; i < n; i++) {
            struct arena_mark one = arena_mark(k->c->a);
            after = *field_int(&s->entity->shape->fields[1], records + i * size);
            if (!tally_owner(k, s->kind, after, records + i * size, t)) return false;
            arena_reset_to(k->c->a, one);
        }
        arena_reset_to(k->c->a, mark);
    }
    return true;
}

static bool tally_stored(struct call *k, enum search_kind kind, struct tally *t)
{
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &ALL_TERMS, ARG(k->district), ARG((int64_t)kind))) return false;
    while (db_next(&r)) tally_add(t, db_int(&r, 0), db_int(&r, 1), db_int(&r, 2));
    return db_done(&r);
}

bool search_compare(struct call *k, struct findings *f)
{
    bool ready;
    if (!search_ready(k, &ready)) return false;
    for (size_t i = 0; ready && i < N_SEARCH_SOURCES; i++) {
        const struct search_source *s = &SEARCH_SOURCES[i];
        struct tally want = {0}, is = {0};
        if (s->of_owner) continue;
        if (!tally_wanted(k, s, &want) || !tally_stored(k, s->kind, &is)) return false;
        if (want.rows != is.rows || want.sum != is.sum)
            finding(f, "search.differs", str_of(f->lang == LANG_EN ? s->entity->en : s->entity->zh),
                    str_printf(f->a, "%" PRId64, want.rows), str_printf(f->a, "%" PRId64, is.rows));
    }
    return true;
}
