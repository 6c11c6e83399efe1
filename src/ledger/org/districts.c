#include "ledger/org/districts.h"

#include <stdlib.h>

enum { PAGE = 500 };

#define COLUMNS "district_id, zone_min, code, name, name_en"

// Named reports over districts: which there are.
static const struct stmt BY_CODE = {
    "district.coded",
    "SELECT " COLUMNS " FROM district WHERE district_id > $1 AND code = $2 ORDER BY district_id LIMIT 2"};
static const struct stmt FIRST_TWO = {
    "district.first_two", "SELECT " COLUMNS " FROM district WHERE district_id > $1 ORDER BY district_id LIMIT 2"};
static const struct stmt NEXT_PAGE = {
    "district.page", "SELECT " COLUMNS " FROM district WHERE district_id > $1 ORDER BY district_id LIMIT 500"};
const struct stmt *const DISTRICT_STATEMENTS[] = {&BY_CODE, &FIRST_TWO, &NEXT_PAGE};
const size_t N_DISTRICT_STATEMENTS = COUNT_OF(DISTRICT_STATEMENTS);

static struct district_ref read_ref(struct db_rows *r)
{
    return (struct district_ref){.id = db_int(r, 0), .zone_min = (int)db_int(r, 1), .code = db_text(r, 2),
                                 .name = db_text(r, 3), .name_en = db_text(r, 4)};
}

bool district_find(struct ctx *c, struct db *db, str code, struct district_ref *out)
{
    struct db_rows r;
    size_t n = 0;
    const int64_t all = 0;
    bool begun = code.n ? DB_QUERY(c, db, &r, &BY_CODE, ARG(all), ARG(code))
                        : DB_QUERY(c, db, &r, &FIRST_TWO, ARG(all));
    if (!begun) return false;
    while (db_next(&r))
        if (n++ == 0) *out = read_ref(&r);
    if (!db_done(&r)) return false;
    if (n == 0) return fail(c, ERR_NOT_FOUND, "district.not_found", code);
    return n == 1 || fail(c, ERR_INVALID, "district.choose");
}

static bool fits(struct arena *a, const struct district_ref *d, str folded)
{
    return folded.n == 0 || str_starts(str_fold(a, d->code), folded) || str_has(str_fold(a, d->name), folded) ||
           str_has(str_fold(a, d->name_en), folded);
}

static int by_code(const void *x, const void *y)
{
    const struct district_ref *a = x, *b = y;
    size_t n = a->code.n < b->code.n ? a->code.n : b->code.n;
    int order = memcmp(a->code.p, b->code.p, n);
    return order ? order : (a->code.n > b->code.n) - (a->code.n < b->code.n);
}

// Compared here, because names have no folded column; a page's memory is small change.
bool district_search(struct ctx *c, struct db *db, str text, struct district_list *out)
{
    str folded = str_fold(c->a, str_trim(text));
    int64_t after = 0;
    *out = (struct district_list){.more = false};
    for (size_t n = PAGE; n == PAGE && !out->more;) {
        struct db_rows r;
        if (!DB_QUERY(c, db, &r, &NEXT_PAGE, ARG(after))) return false;
        for (n = 0; db_next(&r); n++) {
            struct district_ref d = read_ref(&r);
            after = d.id;
            if (!fits(c->a, &d, folded)) continue;
            if (out->rows.n == DISTRICTS_SHOWN) out->more = true;
            else VEC_ADD(c->a, &out->rows, d);
        }
        if (!db_done(&r)) return false;
    }
    if (out->rows.n) qsort(out->rows.at, out->rows.n, sizeof *out->rows.at, by_code);
    return ctx_ok(c);
}

/* --- on a reader of their own --- */

struct asked {
    str text;
    struct district_ref *one;
    struct district_list *list;
};

static bool look(struct ctx *c, struct db *db, void *arg)
{
    struct asked *a = arg;
    return a->one ? district_find(c, db, a->text, a->one) : district_search(c, db, a->text, a->list);
}

bool ledger_district_find(struct ctx *c, struct ledger *l, str code, struct district_ref *out)
{
    return store_read(c, ledger_store(l), look, &(struct asked){.text = code, .one = out});
}

bool ledger_district_search(struct ctx *c, struct ledger *l, str text, struct district_list *out)
{
    return store_read(c, ledger_store(l), look, &(struct asked){.text = text, .list = out});
}

bool ledger_district(struct ctx *c, struct ledger *l, str code, int64_t *id)
{
    struct district_ref d;
    if (!ledger_district_find(c, l, code, &d)) return false;
    *id = d.id;
    return true;
}
