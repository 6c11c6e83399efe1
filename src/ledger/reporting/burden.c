#include "ledger/reporting/burden.h"

#include "ledger/filter.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/known.h"

struct reporters { // items of a unit, register and cycle that report one by one
    int64_t unit, register_id, items;
    enum cycle cycle;
};

struct burden {
    struct call *k;
    const struct reporting *r;
    VEC(struct map) rows; // one map a collection: unit → int64_t *
    VEC(struct reporters) reporters;
    struct list caps, registers;
};

// Items in progress by who leads them, how often they report and in which register: some thousands at most.
const struct stmt BURDEN_REPORTERS = {
    "burden.reporters",
    "SELECT i.lead_unit_id, i.register_id, i.report_cycle, count(*) FROM item AS i WHERE i.district_id = $1 "
    "AND i.state = 'accepted' AND i.report_cycle IS NOT NULL AND i.report_cycle <> 'none' "
    "GROUP BY i.lead_unit_id, i.register_id, i.report_cycle ORDER BY i.lead_unit_id NULLS LAST, i.register_id, "
    "i.report_cycle NULLS LAST"};

static struct records REGISTERS = RECORDS("burden.registers", &REGISTER, "WHERE district_id = $1 ORDER BY id");
struct records *const BURDEN_RECORDS[] = {&REGISTERS};

static void add(struct call *k, struct map *m, int64_t unit, int64_t n)
{
    int64_t *at = map_get_int(m, unit);
    if (!at) map_put_int(k->c->a, m, unit, at = ARENA_NEW(k->c->a, int64_t));
    *at += n;
}

static bool load_reporters(struct burden *b)
{
    struct call *k = b->k;
    struct db_rows r;
    if (!DB_QUERY(k->c, k->db, &r, &BURDEN_REPORTERS, ARG(k->district))) return false;
    while (db_next(&r)) {
        struct reporters *x = VEC_PUSH(k->c->a, &b->reporters);
        *x = (struct reporters){.unit = db_int(&r, 0), .register_id = db_int(&r, 1), .items = db_int(&r, 3)};
        if (!cycle_of(db_text(&r, 2), &x->cycle)) x->cycle = CYCLE_NONE;
    }
    return db_done(&r);
}

// Rows of items of one collection, a unit each.
static bool count_items(struct burden *b, const struct collected *c, struct map *m)
{
    struct call *k = b->k;
    struct sqltext q;
    struct db_rows r;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT i.lead_unit_id, count(*) FROM item AS i WHERE i.district_id = $1"
                    " AND i.lead_unit_id IS NOT NULL AND i.state IN ('issued', 'accepted', 'reported')");
    if (c->of.register_id) {
        sqltext_add(&q, " AND i.register_id = ");
        sqltext_arg(&q, db_arg_int(c->of.register_id));
    }
    if (c->of.row_filter.n) {
        struct filter f;
        const struct expr *e;
        if (!filter_load(k, &ITEM, &f) || !filter_parse(k, &f, c->of.row_filter, &e)) return false;
        sqltext_add(&q, " AND ");
        filter_sql(k, &f, "i", e, &q);
    }
    sqltext_add(&q, " GROUP BY i.lead_unit_id");
    if (!sqltext_query(k, &q, "burden.items", &r)) return false;
    while (db_next(&r)) add(k, m, db_int(&r, 0), db_int(&r, 1));
    return db_done(&r);
}

static bool in_progress_grid(const struct collected *c, const struct reporters *x)
{
    return str_is(c->of.row_kind, "progress") && c->cycle == x->cycle &&
           (!c->of.register_id || c->of.register_id == x->register_id);
}

static bool count_rows(struct burden *b, const struct collected *c, struct map *m)
{
    if (str_is(c->of.row_kind, "items")) return count_items(b, c, m);
    if (str_is(c->of.row_kind, "progress"))
        for (size_t i = 0; i < b->reporters.n; i++)
            if (in_progress_grid(c, &b->reporters.at[i])) add(b->k, m, b->reporters.at[i].unit,
                                                              b->reporters.at[i].items);
    return true;
}

bool burden_open(struct call *k, const struct reporting *r, struct burden **out)
{
    struct burden *b = *out = ARENA_NEW(k->c->a, struct burden);
    b->k = k;
    b->r = r;
    if (!record_list(k, &CAPS_ALL, &b->caps, ARG(k->district)) || !record_list(k, &REGISTERS, &b->registers,
                                                                               ARG(k->district)) ||
        !load_reporters(b))
        return false;
    for (size_t i = 0; i < r->at.n; i++)
        if (!count_rows(b, r->at.at[i], VEC_PUSH(k->c->a, &b->rows))) return false;
    return ctx_ok(k->c);
}

static int64_t rows_of(const struct burden *b, size_t i, int64_t unit)
{
    const struct collected *c = b->r->at.at[i];
    if (str_is(c->of.row_kind, "unit")) return 1;
    if (str_is(c->of.row_kind, "fixed")) return (int64_t)c->lines.n;
    const int64_t *n = map_get_int(&b->rows.at[i], unit);
    return n ? *n : 0;
}

/* --- one unit, one month --- */

static bool add_product(struct call *k, dec *sum, dec minutes, int64_t times)
{
    dec product;
    if (dec_mul_int(minutes, times, &product) && dec_add(*sum, product, sum)) return true;
    return fail(k->c, ERR_INVALID, "burden.overflow");
}

// What one period asks of one row; adds to line's minutes.
static bool add_period(struct burden *b, struct burden_line *line, int64_t unit, struct period p)
{
    const struct collected *c = line->c;
    line->periods++;
    line->asked = line->filled = 0;
    for (size_t i = 0; i < c->columns.n; i++) {
        const struct data_element *e = c->columns.at[i].element;
        if (column_of_item(c, e) || column_source(b->k, b->r, c, e, unit, p)) {
            line->filled++;
            continue;
        }
        line->asked++;
        if (!add_product(b->k, &line->minutes, e->minutes, line->rows)) return false;
    }
    return true;
}

static void take(struct call *k, struct list *lines, size_t *cap, const struct burden_line *line)
{
    if (!lines || !line->periods || !line->rows) return;
    struct burden_line *slot = vec_slot(k->c->a, &lines->at, &lines->n, cap, sizeof *slot);
    *slot = *line;
}

// The period whose report could be due in a month that begins on that day, the earliest one: due days lie at
// most 60 days and a long holiday after the end.
enum { DUE_REACH_DAYS = 100 };

static bool of_collections(struct burden *b, int64_t unit, day first, day last, dec *sum, struct list *lines,
                           size_t *cap)
{
    for (size_t i = 0; i < b->r->at.n; i++) {
        struct burden_line line = {.c = b->r->at.at[i], .rows = rows_of(b, i, unit)};
        if (!line.rows || !collected_owes(b->k, line.c, unit)) continue;
        struct period p = period_of(line.c->cycle, first - DUE_REACH_DAYS);
        for (; p.last <= last; p = period_next(p)) {
            day due = collected_due(b->k, line.c, p);
            if (due < first || due > last || !collected_has(line.c, p)) continue;
            if (!add_period(b, &line, unit, p)) return false;
        }
        take(b->k, lines, cap, &line);
        if (!dec_add(*sum, line.minutes, sum)) return fail(b->k->c, ERR_INVALID, "burden.overflow");
    }
    return true;
}

static const struct register_def *register_named(const struct burden *b, int64_t id)
{
    const struct register_def *at = b->registers.at;
    for (size_t i = 0; i < b->registers.n; i++)
        if (at[i].id == id) return &at[i];
    return NULL;
}

static bool collected_elsewhere(const struct burden *b, const struct reporters *x)
{
    for (size_t i = 0; i < b->r->at.n; i++)
        if (in_progress_grid(b->r->at.at[i], x) && collected_owes(b->k, b->r->at.at[i], x->unit)) return true;
    return false;
}

static bool of_items(struct burden *b, int64_t unit, day first, day last, dec *sum, struct list *lines, size_t *cap)
{
    for (size_t i = 0; i < b->reporters.n; i++) {
        const struct reporters *x = &b->reporters.at[i];
        const struct register_def *reg = register_named(b, x->register_id);
        if (x->unit != unit || x->cycle == CYCLE_NONE || !reg || collected_elsewhere(b, x)) continue;
        struct burden_line line = {.register_name = reg->name, .rows = x->items, .asked = 1};
        for (struct period p = period_of(x->cycle, first); p.last <= last; p = period_next(p)) line.periods++;
        dec minutes = {reg->report_minutes * (int64_t)DEC_ONE};
        if (!add_product(b->k, &line.minutes, minutes, line.rows * line.periods)) return false;
        take(b->k, lines, cap, &line);
        if (!dec_add(*sum, line.minutes, sum)) return fail(b->k->c, ERR_INVALID, "burden.overflow");
    }
    return true;
}

bool burden_month(struct burden *b, int64_t unit, day first, dec *minutes, struct list *lines)
{
    struct civil c = day_civil(first);
    day last = month_end(c.year, c.month);
    size_t cap = 0;
    *minutes = (dec){0};
    if (lines) *lines = (struct list){0};
    return of_collections(b, unit, first, last, minutes, lines, &cap) && of_items(b, unit, first, last, minutes,
                                                                                  lines, &cap);
}

int64_t burden_cap_of(struct burden *b, str unit_kind, str *source)
{
    const struct burden_cap *at = b->caps.at;
    for (size_t i = 0; i < b->caps.n; i++) {
        if (!str_eq(at[i].unit_kind, unit_kind)) continue;
        if (source) *source = at[i].source;
        return at[i].minutes;
    }
    return 0;
}

/* --- duplicates --- */

bool element_named(struct call *k, const struct data_element *e, str folded)
{
    if (str_eq(str_fold(k->c->a, e->name), folded)) return true;
    str rest = e->aliases;
    while (rest.n)
        if (str_eq(str_fold(k->c->a, str_cut(&rest, STR("|"))), folded)) return true;
    return false;
}

// One fact under two elements: about the same kind of thing, and a name of the one is a name of the other.
static bool same_fact(struct call *k, const struct data_element *e, const struct data_element *f)
{
    if (e->id == f->id || !str_eq(e->subject, f->subject)) return false;
    if (element_named(k, f, str_fold(k->c->a, e->name))) return true;
    str rest = e->aliases;
    while (rest.n)
        if (element_named(k, f, str_fold(k->c->a, str_cut(&rest, STR("|"))))) return true;
    return false;
}

static bool overlap(const struct collected *c, const struct collected *d)
{
    struct period last;
    day from_c = collected_first(c).first, from_d = collected_first(d).first;
    day to_c = c->of.last_period.n && period_parse(c->of.last_period, &last) ? last.last : INT32_MAX;
    day to_d = d->of.last_period.n && period_parse(d->of.last_period, &last) ? last.last : INT32_MAX;
    return from_c <= to_d && from_d <= to_c;
}

static int64_t shared_unit(struct call *k, const struct collected *c, const struct collected *d)
{
    for (size_t i = 0; i < k->units->n; i++) {
        int64_t unit = k->units->at[i]->unit.id;
        if (collected_owes(k, c, unit) && collected_owes(k, d, unit)) return unit;
    }
    return 0;
}

static void compare(struct call *k, const struct collected *c, const struct collected *d, struct list *out, size_t *cap)
{
    int64_t unit = 0;
    for (size_t i = 0; i < c->columns.n; i++) {
        for (size_t j = c == d ? i + 1 : 0; j < d->columns.n; j++) {
            const struct data_element *e = c->columns.at[i].element, *f = d->columns.at[j].element;
            if (!same_fact(k, e, f)) continue;
            if (!unit && (!overlap(c, d) || !(unit = shared_unit(k, c, d)))) return;
            struct duplicate *slot = vec_slot(k->c->a, &out->at, &out->n, cap, sizeof *slot);
            *slot = (struct duplicate){c, d, e, f, unit};
        }
    }
}

bool burden_duplicates(struct call *k, const struct reporting *r, const struct collected *c, struct list *out)
{
    size_t cap = 0;
    *out = (struct list){0};
    for (size_t i = 0; i < r->at.n; i++)
        for (size_t j = c ? 0 : i; j < r->at.n; j++)
            if (!c || r->at.at[i] == c) compare(k, r->at.at[i], r->at.at[j], out, &cap);
    return ctx_ok(k->c);
}

/* --- what refuses a declaration --- */

static bool guard_duplicates(struct call *k, const struct reporting *r, const struct collected *c)
{
    struct list found;
    if (!burden_duplicates(k, r, c, &found)) return false;
    if (!found.n) return true;
    const struct duplicate *d = found.at;
    return fail_field(k->c, ERR_REFUSED, "burden.duplicate", STR("columns"), d->e->name, d->d->of.name,
                      str_printf(k->c->a, "%.*s（%.*s）", STR_FMT(d->f->name), STR_FMT(d->f->code)), unit_title(k,
                                                                                                              d->unit));
}

static bool guard_communities(struct call *k, const struct collected *c)
{
    struct list units;
    collected_units(k, c, &units);
    const int64_t *at = units.at;
    for (size_t i = 0; i < units.n && !c->of.form_id; i++) {
        const struct unit_node *u = unit_tree_by_id(k->units, at[i]);
        if (u && str_is(u->unit.kind, "community"))
            return fail_field(k->c, ERR_REFUSED, "burden.not_on_list", STR("form"), c->of.name, u->unit.name);
    }
    // A kind is asked even before the first community is in the district.
    for (size_t i = 0; i < c->kinds.n && !c->of.form_id; i++)
        if (str_is(c->kinds.at[i], "community"))
            return fail_field(k->c, ERR_REFUSED, "burden.not_on_list", STR("form"), c->of.name, STR("社区"));
    return true;
}

// A year from the month in which it is first due, or from this one when that is past.
static bool guard_unit(struct burden *b, const struct collected *c, const struct unit *u, int64_t cap)
{
    struct call *k = b->k;
    day from = collected_due(k, c, collected_first(c));
    struct civil at = day_civil(from > k->today ? from : k->today);
    day month = day_of(at.year, at.month, 1);
    for (int i = 0; i < 12; i++, month = day_add_months(month, 1)) {
        dec minutes;
        if (!burden_month(b, u->id, month, &minutes, NULL)) return false;
        if (minutes.millionths <= cap * (int64_t)DEC_ONE) continue;
        return fail_field(k->c, ERR_REFUSED, "burden.over_cap", STR("columns"), u->name,
                          str_sub(day_text(k->c->a, month), 0, 7), dec_text(k->c->a, minutes),
                          str_printf(k->c->a, "%" PRId64, cap));
    }
    return true;
}

static bool guard_caps(struct call *k, const struct reporting *r, const struct collected *c)
{
    struct burden *b;
    struct list units;
    if (!burden_open(k, r, &b)) return false;
    collected_units(k, c, &units);
    const int64_t *at = units.at;
    for (size_t i = 0; i < units.n; i++) {
        const struct unit_node *u = unit_tree_by_id(k->units, at[i]);
        int64_t cap = u ? burden_cap_of(b, u->unit.kind, NULL) : 0;
        if (cap && !guard_unit(b, c, &u->unit, cap)) return false;
    }
    return true;
}

bool burden_guard(struct call *k, const struct reporting *r, const struct collected *c)
{
    return guard_communities(k, c) && guard_duplicates(k, r, c) && burden_guard_fields(k, r, c) && guard_caps(k, r, c);
}
