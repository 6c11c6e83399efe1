/*
 * Who told what by when: the calendar of one collection (units × periods), what a person's unit owes, the
 * rates of completeness and timeliness of each collection. All of it is about what was due; nothing here
 * counts how anybody uses the system (L9).
 */
#include "ledger/reporting/reporting_internal.h"

enum { PERIODS_SHOWN = 6, PERIODS_MAX = 40, OWED_BACK_DAYS = 400 };

#define CALENDAR_ASK_FIELDS(X)                                                         \
    X(collection, int64_t, F_REF, 0, "报送任务", "collection", REQUIRED, "collection") \
    X(from, str, F_TEXT, 16, "起始期", "from", 0, NULL)                                \
    X(to, str, F_TEXT, 16, "截止期", "to", 0, NULL)
struct calendar_ask { CALENDAR_ASK_FIELDS(AS_MEMBER) };
#define OWNER struct calendar_ask
SHARED_SHAPE_OF(calendar_ask, CALENDAR_ASK_FIELDS);
#undef OWNER

#define RATES_ASK_FIELDS(X)                             \
    X(from, int64_t, F_DAY, 0, "起", "from", 0, NULL)   \
    X(to, int64_t, F_DAY, 0, "止", "to", 0, NULL)
struct rates_ask { RATES_ASK_FIELDS(AS_MEMBER) };
#define OWNER struct rates_ask
SHARED_SHAPE_OF(rates_ask, RATES_ASK_FIELDS);
#undef OWNER

/* --- the state of one unit and period --- */

struct standing {
    const char *state; // ahead owed drafted submitted returned accepted missing
    day due;
    int late_days;     // of what is still owed; of what was told late: by how much
    bool told, in_time;
};

static bool owed_state(str state)
{
    return str_is(state, "drafted") || str_is(state, "returned");
}

static struct standing standing_of(const struct call *k, const struct collected *c, struct period p,
                                   const struct submission *s)
{
    struct standing out = {.state = "owed", .due = s ? day_from_ymd((int32_t)s->due_day) : collected_due(k, c, p)};
    out.told = s && s->first_at != 0;
    out.in_time = out.told && s->first_day <= s->first_due_day;
    if (s)
        for (size_t i = 0; i < SUBMISSION_STATES.n; i++)
            if (str_is(s->state, SUBMISSION_STATES.at[i].code)) out.state = SUBMISSION_STATES.at[i].code;
    if (!s && p.last >= k->today) out.state = "ahead";
    bool open = !s || owed_state(s->state);
    if (open && k->today > out.due) out.late_days = k->today - out.due;
    if (open && k->today > out.due && !out.told) out.state = "missing";
    if (!open && !out.in_time)
        out.late_days = day_from_ymd((int32_t)s->first_day) - day_from_ymd((int32_t)s->first_due_day);
    return out;
}

static const struct submission *find(const struct list *rows, int64_t unit, str period)
{
    const struct submission *at = rows->at;
    for (size_t i = 0; i < rows->n; i++)
        if (at[i].unit_id == unit && str_eq(at[i].period_code, period)) return &at[i];
    return NULL;
}

static void put_standing(struct call *k, struct json *j, struct period p, const struct submission *s, struct standing x)
{
    jw_object(j);
    jw_put_text(j, "period", period_name(k->c->a, p));
    jw_put_text(j, "state", str_of(x.state));
    jw_put_text(j, "due", day_text(k->c->a, x.due));
    jw_put_int(j, "late_days", x.late_days);
    jw_put_int(j, "returned", s ? s->returned : 0);
    jw_put_int(j, "revision", s ? s->revision : 0);
    jw_put_bool(j, "correcting", s && s->accepted_revision && !str_is(s->state, "accepted"));
    jw_key(j, "told_at");
    if (s && s->first_at) jw_text(j, instant_text(k->c->a, s->first_at, k->zone_min));
    else jw_null(j);
    jw_end(j);
}

/* --- the calendar of one collection --- */

struct span {
    struct period from, to;
};

static bool read_span(struct call *k, const struct collected *c, const struct calendar_ask *a, struct span *out)
{
    if (!collected_latest(c, k->today, &out->to)) out->to = collected_first(c);
    if (a->to.n && (!period_parse(a->to, &out->to) || !collected_has(c, out->to)))
        return fail_field(k->c, ERR_INVALID, "report_grid.bad_period", STR("to"), a->to, c->of.name);
    out->from = out->to;
    for (int i = 1; i < PERIODS_SHOWN && collected_has(c, period_previous(out->from)); i++)
        out->from = period_previous(out->from);
    if (a->from.n && (!period_parse(a->from, &out->from) || !collected_has(c, out->from)))
        return fail_field(k->c, ERR_INVALID, "report_grid.bad_period", STR("from"), a->from, c->of.name);
    if (out->from.first > out->to.first || periods_between(out->from, out->to) >= PERIODS_MAX)
        return fail_field(k->c, ERR_INVALID, "report_grid.bad_period", STR("from"), a->from, c->of.name);
    return true;
}

// How many periods that are due went by since the last one that was told.
static int stale(struct call *k, const struct collected *c, struct span s, const struct list *rows, int64_t unit)
{
    int n = 0;
    for (struct period p = s.from; p.first <= s.to.first; p = period_next(p)) {
        const struct submission *x = find(rows, unit, period_name(k->c->a, p));
        if (x && submission_counts(x)) n = 0;
        else if (collected_due(k, c, p) < k->today) n++;
    }
    return n;
}

static void put_unit(struct call *k, const struct collected *c, struct span s, const struct list *rows, int64_t unit,
                     struct json *j)
{
    jw_object(j);
    jw_put_id(j, "unit", unit);
    jw_put_text(j, "name", unit_title(k, unit));
    jw_put_int(j, "stale_periods", stale(k, c, s, rows, unit));
    jw_key(j, "cells");
    jw_array(j);
    for (struct period p = s.from; p.first <= s.to.first; p = period_next(p)) {
        const struct submission *x = find(rows, unit, period_name(k->c->a, p));
        put_standing(k, j, p, x, standing_of(k, c, p, x));
    }
    jw_end(j);
    jw_end(j);
}

static void put_periods(struct call *k, const struct collected *c, struct span s, struct json *j)
{
    jw_key(j, "periods");
    jw_array(j);
    for (struct period p = s.from; p.first <= s.to.first; p = period_next(p)) {
        jw_object(j);
        jw_put_text(j, "period", period_name(k->c->a, p));
        jw_put_text(j, "title", period_title(k->c->a, k->c->lang, p));
        jw_put_text(j, "due", day_text(k->c->a, collected_due(k, c, p)));
        jw_end(j);
    }
    jw_end(j);
}

bool query_reporting_calendar(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct calendar_ask *a = args;
    struct reporting *r;
    struct list rows, units;
    struct span s;
    (void)given;
    if (!reporting_load(k, &r)) return false;
    const struct collected *c = reporting_find(r, a->collection);
    if (!c) return record_load(k, &COLLECTION, a->collection, &(struct collection){0});
    if (!read_span(k, c, a, &s)) return false;
    int64_t from = day_to_ymd(s.from.first), to = day_to_ymd(s.to.first);
    if (!record_list(k, &SUBMISSIONS_BETWEEN, &rows, ARG(k->district), ARG(c->of.id), ARG(from), ARG(to))) return false;
    collected_units(k, c, &units);
    jw_object(out);
    jw_put_text(out, "collection", c->of.code);
    jw_put_text(out, "name", c->of.name);
    put_periods(k, c, s, out);
    jw_key(out, "units");
    jw_array(out);
    const int64_t *at = units.at;
    for (size_t i = 0; i < units.n; i++)
        if (reporting_sees(k, at[i])) put_unit(k, c, s, &rows, at[i], out);
    jw_end(out);
    jw_end(out);
    return true;
}

/* --- what is owed, for my day --- */

struct owing {
    struct call *k;
    struct json *j;
    int64_t owed, late, to_decide;
};

static void put_owed(struct owing *o, const struct collected *c, int64_t unit, struct period p,
                     const struct standing *x)
{
    struct call *k = o->k;
    jw_object(o->j);
    jw_put_text(o->j, "collection", c->of.code);
    jw_put_text(o->j, "name", c->of.name);
    jw_put_id(o->j, "unit", unit);
    jw_put_text(o->j, "unit_name", unit_title(k, unit));
    jw_put_text(o->j, "period", period_name(k->c->a, p));
    jw_put_text(o->j, "period_title", period_title(k->c->a, k->c->lang, p));
    jw_put_text(o->j, "state", str_of(x->state));
    jw_put_text(o->j, "due", day_text(k->c->a, x->due));
    jw_put_int(o->j, "late_days", x->late_days);
    jw_end(o->j);
}

// The unit's own: begun periods that were not told yet, and what was sent back.
static bool owed_by(struct owing *o, const struct reporting *r, int64_t unit)
{
    struct call *k = o->k;
    struct list rows;
    int64_t since = day_to_ymd(k->today - OWED_BACK_DAYS);
    if (!record_list(k, &SUBMISSIONS_OF_UNIT, &rows, ARG(k->district), ARG(unit), ARG(since))) return false;
    for (size_t i = 0; i < r->at.n; i++) {
        const struct collected *c = r->at.at[i];
        struct period p;
        if (!collected_owes(k, c, unit) || !collected_latest(c, k->today, &p)) continue;
        for (; collected_has(c, p) && p.first > k->today - OWED_BACK_DAYS; p = period_previous(p)) {
            const struct submission *s = NULL, *at = rows.at;
            for (size_t n = 0; n < rows.n && !s; n++)
                if (at[n].collection_id == c->of.id && str_eq(at[n].period_code, period_name(k->c->a, p))) s = &at[n];
            struct standing x = standing_of(k, c, p, s);
            if (s && !owed_state(s->state)) continue;
            o->owed++;
            o->late += x.late_days > 0;
            put_owed(o, c, unit, p, &x);
        }
    }
    return true;
}

// Those who decide see how many wait for them, and which are missing, by collection.
static bool to_decide(struct owing *o, const struct reporting *r)
{
    struct call *k = o->k;
    for (size_t i = 0; i < r->at.n; i++) {
        const struct collected *c = r->at.at[i];
        struct list rows, units;
        struct period p;
        int64_t waits = 0, missing = 0, from, to;
        if (!collected_latest(c, k->today, &p)) continue;
        to = day_to_ymd(p.first);
        for (int n = 1; n < PERIODS_SHOWN && collected_has(c, period_previous(p)); n++) p = period_previous(p);
        from = day_to_ymd(p.first);
        if (!record_list(k, &SUBMISSIONS_BETWEEN, &rows, ARG(k->district), ARG(c->of.id), ARG(from),
                         ARG(to))) return false;
        collected_units(k, c, &units);
        const int64_t *unit = units.at;
        for (; collected_has(c, p) && p.first <= k->today; p = period_next(p)) {
            for (size_t u = 0; u < units.n; u++) {
                const struct submission *s = find(&rows, unit[u], period_name(k->c->a, p));
                struct standing x = standing_of(k, c, p, s);
                waits += strcmp(x.state, "submitted") == 0;
                missing += strcmp(x.state, "missing") == 0;
            }
        }
        o->to_decide += waits;
        jw_object(o->j);
        jw_put_text(o->j, "collection", c->of.code);
        jw_put_text(o->j, "name", c->of.name);
        jw_put_int(o->j, "waits", waits);
        jw_put_int(o->j, "missing", missing);
        jw_end(o->j);
    }
    return true;
}

bool query_owed(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct reporting *r;
    struct owing o = {.k = k, .j = out};
    (void)args;
    (void)given;
    if (!reporting_load(k, &r)) return false;
    jw_object(out);
    jw_key(out, "owed");
    jw_array(out);
    if (actor_has(k, ROLE_UNIT) && !owed_by(&o, r, k->actor.unit_id)) return false;
    jw_end(out);
    jw_key(out, "collections");
    jw_array(out);
    if (actor_has(k, ROLES_ALL_DATA) && !to_decide(&o, r)) return false;
    jw_end(out);
    jw_key(out, "counts");
    jw_object(out);
    jw_put_int(out, "owed", o.owed);
    jw_put_int(out, "late", o.late);
    jw_put_int(out, "to_decide", o.to_decide);
    jw_end(out);
    jw_end(out);
    return true;
}

/* --- rates --- */

struct rate {
    int64_t due, told, in_time, accepted, returned;
};

static bool count_rate(struct call *k, const struct collected *c, day from, day to, struct rate *out)
{
    struct list rows, units;
    struct period p = period_of(c->cycle, from - 100);
    int64_t first = day_to_ymd(p.first), last = day_to_ymd(to);
    if (!record_list(k, &SUBMISSIONS_BETWEEN, &rows, ARG(k->district), ARG(c->of.id), ARG(first),
                     ARG(last))) return false;
    collected_units(k, c, &units);
    const int64_t *unit = units.at;
    for (; p.last <= to; p = period_next(p)) {
        day due = collected_due(k, c, p);
        if (!collected_has(c, p) || due < from || due > to || due >= k->today) continue;
        for (size_t u = 0; u < units.n; u++) {
            if (!reporting_sees(k, unit[u])) continue;
            const struct submission *s = find(&rows, unit[u], period_name(k->c->a, p));
            struct standing x = standing_of(k, c, p, s);
            out->due++;
            out->told += x.told;
            out->in_time += x.in_time;
            out->accepted += s && s->accepted_revision;
            out->returned += s && s->returned;
        }
    }
    return true;
}

static void put_share(struct json *j, const char *name, int64_t part, int64_t whole)
{
    jw_key(j, name);
    if (!whole) jw_null(j);
    else jw_int(j, (1000 * part + whole / 2) / whole); // per mille: a percentage with one decimal
}

bool query_rates(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct rates_ask *a = args;
    struct reporting *r;
    struct civil today = day_civil(k->today);
    day from = a->from ? day_from_ymd((int32_t)a->from) : day_of(today.year, 1, 1);
    day to = a->to ? day_from_ymd((int32_t)a->to) : k->today;
    (void)given;
    if (to < from || to - from > 3700) return fail_field(k->c, ERR_INVALID, "rates.bad_span", STR("from"));
    if (!reporting_load(k, &r)) return false;
    jw_object(out);
    jw_put_text(out, "from", day_text(k->c->a, from));
    jw_put_text(out, "to", day_text(k->c->a, to));
    jw_key(out, "collections");
    jw_array(out);
    for (size_t i = 0; i < r->at.n; i++) {
        struct rate x = {0};
        if (!count_rate(k, r->at.at[i], from, to, &x)) return false;
        jw_object(out);
        jw_put_text(out, "collection", r->at.at[i]->of.code);
        jw_put_text(out, "name", r->at.at[i]->of.name);
        jw_put_int(out, "due", x.due);
        jw_put_int(out, "told", x.told);
        jw_put_int(out, "in_time", x.in_time);
        jw_put_int(out, "accepted", x.accepted);
        jw_put_int(out, "returned", x.returned);
        put_share(out, "complete_permille", x.told, x.due);
        put_share(out, "in_time_permille", x.in_time, x.due);
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}
