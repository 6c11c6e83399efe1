#include "ledger/reporting/known.h"

// Periods of the finer cycle tile those of the coarser one; weeks tile nothing.
static bool nests(enum cycle fine, enum cycle coarse)
{
    return fine == coarse || (fine >= CYCLE_TENDAY && coarse > fine);
}

static bool has_column(const struct collected *c, int64_t element)
{
    for (size_t i = 0; i < c->columns.n; i++)
        if (c->columns.at[i].element->id == element) return true;
    return false;
}

static bool covers(const struct collected *d, struct period p)
{
    struct period at = period_of(d->cycle, p.first);
    for (; at.first <= p.last; at = period_next(at))
        if (!collected_has(d, at)) return false;
    return true;
}

static bool may_fill(const struct collected *c, const struct collected *d, const struct data_element *e)
{
    if (d == c || !str_eq(c->of.row_kind, d->of.row_kind) || str_is(c->of.row_kind, "progress")) return false;
    if (!nests(d->cycle, c->cycle) || !has_column(d, e->id)) return false;
    if (d->cycle == c->cycle) return d->of.id < c->of.id;
    return !str_is(e->aggregation, "none");
}

const struct collected *column_source(struct call *k, const struct reporting *r, const struct collected *c,
                                      const struct data_element *e, int64_t unit, struct period p)
{
    const struct collected *best = NULL;
    for (size_t i = 0; i < r->at.n; i++) {
        const struct collected *d = r->at.at[i];
        if (!may_fill(c, d, e) || !collected_owes(k, d, unit) || !covers(d, p)) continue;
        // The nearest cycle, then the first declared.
        if (!best || d->cycle > best->cycle || (d->cycle == best->cycle && d->of.id < best->of.id)) best = d;
    }
    return best;
}

bool column_of_item(const struct collected *c, const struct data_element *e)
{
    return str_is(c->of.row_kind, "items") && !str_is(e->item_member, "none");
}

/* --- values --- */

static str say(const struct call *k, const char *zh, const char *en)
{
    return str_of(k->c->lang == LANG_EN ? en : zh);
}

static str member_of(struct call *k, const struct report *r, str member)
{
    if (str_is(member, "progress")) return str_printf(k->c->a, "%" PRId64, r->progress);
    if (str_is(member, "narrative")) return r->narrative;
    if (str_is(member, "problems")) return r->problems;
    return r->next_step;
}

// From the item's latest report.
static bool of_item(struct grid *g, size_t column)
{
    const struct data_element *e = g->c->columns.at[column].element;
    for (size_t i = 0; i < g->rows.n; i++) {
        struct grid_row *row = &g->rows.at[i];
        struct list found;
        if (!row->item.id) continue;
        if (!record_list(g->k, &REPORT_BEFORE, &found, ARG(g->k->district), ARG(row->item.id),
                         ARG(STR("~")))) return false;
        const struct report *r = found.at;
        row->known[column].text = found.n ? member_of(g->k, r, e->item_member) : STR_EMPTY;
        row->known[column].source =
            found.n ? str_printf(g->k->c->a, "%.*s %.*s", STR_FMT(say(g->k, "事项进展", "item's report")),
                                 STR_FMT(r->period_code))
                    : say(g->k, "取自事项进展，尚未报告", "taken from the item, which has not reported yet");
    }
    return true;
}

struct source_rows { // one period of the source
    str period;
    struct map rows; // row key → json_t *
    bool told;
};

static bool read_source(struct grid *g, const struct collected *d, struct period p, struct source_rows *out)
{
    struct call *k = g->k;
    struct list subs, rows;
    out->period = period_name(k->c->a, p);
    if (!record_list(k, &SUBMISSION_OF, &subs, ARG(k->district), ARG(d->of.id), ARG(g->unit),
                     ARG(out->period))) return false;
    const struct submission *s = subs.at;
    int64_t revision = subs.n ? submission_counts(s) : 0;
    if (!revision) return true;
    out->told = true;
    if (!record_list(k, &ROWS_OF, &rows, ARG(k->district), ARG(s->id), ARG(revision))) return false;
    const struct submission_row *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        json_t *cells;
        if (!cells_parse(k, at[i].cells, &cells)) return false;
        map_put(k->c->a, &out->rows, at[i].row_key, cells);
    }
    return ctx_ok(k->c);
}

struct sum {
    dec total;
    int64_t n;
    str last;
    bool whole; // every period told a figure
};

static bool add_value(struct call *k, struct sum *s, str text)
{
    dec d;
    if (text.n == 0) s->whole = false;
    s->last = text;
    if (text.n == 0 || !dec_parse(text, &d)) return true;
    s->n++;
    return dec_add(s->total, d, &s->total) || fail(k->c, ERR_INVALID, "burden.overflow");
}

static str combined(struct call *k, const struct data_element *e, const struct sum *s, size_t periods)
{
    if (periods == 1 || str_is(e->aggregation, "last")) return s->last;
    if (!s->whole || s->n == 0) return STR_EMPTY; // part of a sum is not the sum
    dec d = s->total;
    if (str_is(e->aggregation, "mean")) {
        int64_t step = DEC_ONE;
        for (int64_t i = 0; i < e->decimals; i++) step /= 10;
        int64_t x = d.millionths / s->n, half = d.millionths < 0 ? -step / 2 : step / 2;
        d.millionths = (x + half) / step * step;
    }
    return dec_text(k->c->a, d);
}

static str source_title(struct grid *g, const struct collected *d, bool told)
{
    str name = str_printf(g->k->c->a, "《%.*s》%.*s", STR_FMT(d->of.name), STR_FMT(g->period_code));
    if (told) return name;
    return str_cat(g->k->c->a, name, say(g->k, "，尚未报全", ", not reported in full yet"));
}

static bool of_collection(struct grid *g, size_t column, const struct collected *d)
{
    struct call *k = g->k;
    const struct data_element *e = g->c->columns.at[column].element;
    VEC(struct source_rows) periods = {0};
    bool told = true;
    for (struct period p = period_of(d->cycle, g->period.first); p.first <= g->period.last; p = period_next(p)) {
        struct source_rows *s = VEC_PUSH(k->c->a, &periods);
        if (!read_source(g, d, p, s)) return false;
        told &= s->told;
    }
    for (size_t i = 0; i < g->rows.n; i++) {
        struct grid_row *row = &g->rows.at[i];
        struct sum sum = {.whole = true, .last = STR_EMPTY};
        for (size_t j = 0; j < periods.n; j++) {
            const json_t *cells = map_get(&periods.at[j].rows, row->key);
            if (!add_value(k, &sum, cells ? cells_get(k, cells, e->code) : STR_EMPTY)) return false;
        }
        row->known[column] = (struct known){combined(k, e, &sum, periods.n), source_title(g, d, told)};
    }
    return true;
}

bool known_load(struct grid *g)
{
    for (size_t i = 0; i < g->c->columns.n; i++) {
        const struct data_element *e = g->c->columns.at[i].element;
        const struct collected *d = column_source(g->k, g->all, g->c, e, g->unit, g->period);
        if (column_of_item(g->c, e) ? !of_item(g, i) : d && !of_collection(g, i, d)) return false;
    }
    return ctx_ok(g->k->c);
}
