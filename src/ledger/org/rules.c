#include "ledger/org/rules.h"
#include "ledger/org/org_internal.h"
#include "ledger/org/period.h"
#include "ledger/registers/registers.h"

static const struct enum_value word_kinds[] = {
    {"secrecy", "涉密标志", "secrecy marking"},
    {"quota", "收入指标", "revenue quota"},
};
const struct enum_table WORD_KINDS = {"WORD_KINDS", word_kinds, COUNT_OF(word_kinds)};

/* --- clocks --- */

// End of a limit that ends with a day.
static instant day_over(const struct calendar *k, day d)
{
    if (calendar_is_working_day(k, d)) return calendar_day_end(k, d);
    return instant_at(d + 1, 0, calendar_zone(k));
}

static day rolled(const struct calendar *k, const struct clock_rule *r, day d)
{
    if (str_is(r->roll, "next")) return calendar_roll(k, d, ROLL_NEXT);
    if (str_is(r->roll, "previous")) return calendar_roll(k, d, ROLL_PREVIOUS);
    return d;
}

// The register's own rule, or else the district's.
static const struct clock_rule *rule_of(const struct rules *r, const char *kind, int64_t register_id)
{
    const struct register_set *s = register_id ? r->registers : NULL;
    for (size_t i = 0; s && i < s->n_clocks; i++)
        if (s->clocks[i].register_id == register_id && str_is(s->clocks[i].rule.kind, kind)) return &s->clocks[i].rule;
    for (size_t i = 0; i < r->n_clocks; i++) {
        if (str_is(r->clocks[i].kind, kind)) return &r->clocks[i];
    }
    return NULL;
}

// The first n-th day of a month after d.
static day next_month_day(day d, int64_t n)
{
    struct civil x = day_civil(d);
    day first = day_of(x.year, x.month, 1);
    for (int i = 0;; i++) {
        struct civil m = day_civil(day_add_months(first, i));
        int length = month_days(m.year, m.month);
        day at = day_of(m.year, m.month, n < 1 || n > length ? length : (int)n);
        if (at > d) return at;
    }
}

// By the rule's own amount.
static instant counted(const struct calendar *k, const struct clock_rule *r, instant from)
{
    day d = instant_day(from, calendar_zone(k));
    if (str_is(r->unit, "working_minute")) return calendar_add_minutes(k, from, r->amount);
    if (str_is(r->unit, "working_day"))
        return calendar_day_end(k, calendar_add_days(k, d, (int)r->amount));
    if (str_is(r->unit, "month_day"))
        return day_over(k, rolled(k, r, next_month_day(d, r->amount)));
    return day_over(k, rolled(k, r, d + (day)r->amount));
}

static struct period owed(const struct clock_ask *ask, enum cycle cycle, day from)
{
    struct period last, p = period_owed(cycle, ask->cycle_day, from);
    if (!period_parse(ask->last_period, &last) || last.cycle != cycle) return p;
    last = period_next(last);
    return ask->fresh && p.first > last.first ? p : last;
}

static void report_due(struct ctx *c, const struct calendar *k, const struct clock_rule *r,
                       const struct clock_ask *ask, struct clock_answer *out)
{
    enum cycle cycle;
    day from = instant_day(ask->from, calendar_zone(k));
    bool due_ahead = ask->item_due != DAY_NONE && ask->item_due >= from;
    if (!cycle_of(ask->cycle, &cycle) || cycle == CYCLE_NONE) {
        out->due_at =
            due_ahead ? day_over(k, rolled(k, r, ask->item_due)) : counted(k, r, ask->from);
        return;
    }
    struct period p = owed(ask, cycle, from);
    day due = period_due(p, ask->cycle_day);
    out->period = period_name(c->a, p);
    if (due_ahead && ask->item_due < due) due = ask->item_due;
    out->due_at = day_over(k, rolled(k, r, due));
}

bool clock_due(struct ctx *c, const struct rules *r, const struct calendar *k,
               const struct clock_ask *ask, struct clock_answer *out)
{
    *out = (struct clock_answer){0};
    const struct clock_rule *rule = r ? rule_of(r, ask->kind, ask->register_id) : NULL;
    // A district that declared one term for the whole review meant both: to ask for it and to decide it.
    if (r && !rule && strcmp(ask->kind, "objection") == 0) rule = rule_of(r, "object", ask->register_id);
    if (!rule) return fail(c, ERR_REFUSED, "clock.no_rule", str_of(ask->kind));
    if (!k) return fail(c, ERR_REFUSED, "clock.no_calendar");
    out->rule_version = rule->rule_version;
    if (ask->until != DAY_NONE) out->due_at = day_over(k, rolled(k, rule, ask->until));
    else if (strcmp(ask->kind, "report") == 0) report_due(c, k, rule, ask, out);
    else out->due_at = counted(k, rule, ask->from);
    return true;
}

/* --- lights --- */

bool light_counts(str state)
{
    return str_is(state, "issued") || str_is(state, "accepted") || str_is(state, "reported");
}

str light_of(const struct rules *r, str state, day due, day today)
{
    if (str_is(state, "closed") || str_is(state, "cancelled") || str_is(state, "archived"))
        return STR("grey");
    if (!light_counts(state) || due == DAY_NONE || !r) return STR("none");
    for (size_t i = 0; i < r->n_lights; i++) {
        if ((int64_t)due - today < r->lights[i].below_days) return r->lights[i].light;
    }
    return r->n_lights ? r->lights[r->n_lights - 1].light : STR("none"); // beyond the last bound
}

size_t light_bounds(const struct rules *r, day today, struct light_bound *out, size_t max)
{
    enum { FIRST_YMD = 1, LAST_YMD = 99991230 }; // 99991231 stands for "no due day"
    day far = day_of(2999, 12, 31);
    size_t n = 0;
    int64_t from = FIRST_YMD;
    for (size_t i = 0; r && i < r->n_lights && n < max; i++) {
        bool last = i + 1 == r->n_lights;
        int64_t end = (int64_t)today + r->lights[i].below_days - 1;
        int64_t to = last || end > far ? LAST_YMD : day_to_ymd((day)end);
        if (to < from) continue; // two rules with one bound: the first wins, as in light_of
        out[n++] = (struct light_bound){r->lights[i].light, from, to};
        if (to == LAST_YMD) break;
        from = day_to_ymd((day)end + 1);
    }
    return n;
}

/* --- words --- */

str rules_word(struct arena *a, const struct rules *r, const char *kind, str text)
{
    str folded = str_fold(a, text);
    for (size_t i = 0; r && i < r->n_words; i++) {
        const struct word_rule *w = &r->words[i];
        if (str_is(w->kind, kind) && str_has(folded, str_fold(a, w->word))) return w->word;
    }
    return STR_EMPTY;
}

/* --- loading --- */

struct records CLOCK_RULES =
    RECORDS("clock_rule.all", &CLOCK_RULE, "WHERE district_id = $1 ORDER BY kind, id");
struct records LIGHT_RULES =
    RECORDS("light_rule.all", &LIGHT_RULE, "WHERE district_id = $1 ORDER BY below_days, id");
struct records WORD_RULES =
    RECORDS("word_rule.all", &WORD_RULE, "WHERE district_id = $1 ORDER BY kind, id");
struct records CALENDAR_DAYS =
    RECORDS("calendar_day.all", &CALENDAR_DAY, "WHERE district_id = $1 ORDER BY civil_day, id");
struct records CALENDAR_STOPS =
    RECORDS("calendar_stop.all", &CALENDAR_STOP, "WHERE district_id = $1 ORDER BY first_day, id");
struct records WEEK_PATTERNS =
    RECORDS("week_pattern.all", &WEEK_PATTERN, "WHERE district_id = $1 ORDER BY weekday, id");

bool rules_load(struct call *k, const struct rules **out)
{
    struct list clocks, lights, words;
    if (!record_list(k, &CLOCK_RULES, &clocks, ARG(k->district))) return false;
    if (!record_list(k, &LIGHT_RULES, &lights, ARG(k->district))) return false;
    if (!record_list(k, &WORD_RULES, &words, ARG(k->district))) return false;
    struct rules *r = ARENA_NEW(k->c->a, struct rules);
    *r = (struct rules){clocks.n, lights.n, words.n, clocks.at, lights.at, words.at, NULL};
    *out = r;
    return registers_load(k, &r->registers);
}

static bool parse_minute(str s, int *out)
{
    int64_t h, m;
    str hours = str_cut(&s, STR(":"));
    if (hours.n != 2 || s.n != 2 || !str_int(hours, &h) || !str_int(s, &m)) return false;
    if (h < 0 || h > 24 || m < 0 || m > 59 || (h == 24 && m > 0)) return false;
    *out = (int)(60 * h + m);
    return true;
}

bool week_parse(str s, struct day_pattern *out)
{
    *out = (struct day_pattern){0};
    s = str_trim(s);
    if (str_is(s, "off")) return true;
    while (s.n > 0) {
        str one = str_trim(str_cut(&s, STR(",")));
        str from = str_trim(str_cut(&one, STR("-")));
        if (out->n == CALENDAR_INTERVALS) return false;
        struct interval *i = &out->at[out->n++];
        if (!parse_minute(from, &i->from) || !parse_minute(str_trim(one), &i->to) ||
            i->from >= i->to)
            return false;
        if (out->n > 1 && i[-1].to >= i->from) return false;
    }
    return true;
}

// FNV-1a over what the calendar is made of: two calendars of one content have one version.
static uint64_t digest(uint64_t h, str s)
{
    for (size_t i = 0; i < s.n; i++) h = (h ^ (uint8_t)s.p[i]) * UINT64_C(1099511628211);
    return (h ^ 0xff) * UINT64_C(1099511628211);
}

static uint64_t digest_int(uint64_t h, int64_t n)
{
    return digest(h, (str){(const char *)&n, sizeof n});
}

static str version_of(struct arena *a, const struct list *week, const struct list *days,
                      const struct list *stops)
{
    uint64_t h = UINT64_C(14695981039346656037);
    const struct week_pattern *w = week->at;
    const struct calendar_day *d = days->at;
    const struct calendar_stop *s = stops->at;
    for (size_t i = 0; i < week->n; i++) h = digest(digest_int(h, w[i].weekday), w[i].intervals);
    for (size_t i = 0; i < days->n; i++) h = digest(digest_int(h, d[i].civil_day), d[i].kind);
    for (size_t i = 0; i < stops->n; i++)
        h = digest_int(digest_int(h, s[i].first_day), s[i].last_day);
    return str_printf(a, "cal-%016" PRIx64, h);
}

static bool set_days(struct call *k, struct calendar *cal, const struct list *days,
                     const struct day_pattern *half)
{
    const struct calendar_day *d = days->at;
    for (size_t i = 0; i < days->n; i++) {
        day at = day_from_ymd((int32_t)d[i].civil_day);
        bool ok = str_is(d[i].kind, "off")    ? calendar_set_day_off(k->c, cal, at, d[i].name)
                  : str_is(d[i].kind, "work") ? calendar_set_make_up(k->c, cal, at, d[i].name)
                                              : calendar_set_day(k->c, cal, at, half, d[i].name);
        if (!ok) return false;
        // A year's notice also dates days of its neighbours; a year counts as known by its own
        // first day, which is a holiday in every notice.
        struct civil x = day_civil(at);
        if (x.month == 1 && x.day == 1) calendar_add_year(cal, x.year);
    }
    return true;
}

static bool set_week(struct call *k, struct calendar *cal, const struct list *week,
                     struct day_pattern *half)
{
    const struct week_pattern *w = week->at;
    for (size_t i = 0; i < week->n; i++) {
        struct day_pattern p;
        if (!week_parse(w[i].intervals, &p)) {
            return fail_field(k->c, ERR_INVALID, "week.bad_intervals", STR("intervals"),
                              w[i].intervals);
        }
        if (w[i].weekday == 0) *half = p;
        else if (!calendar_set_weekday(k->c, cal, (int)w[i].weekday, &p)) return false;
    }
    return true;
}

bool calendar_load(struct call *k, const struct calendar **out)
{
    struct list week, days, stops;
    *out = NULL;
    if (!record_list(k, &WEEK_PATTERNS, &week, ARG(k->district))) return false;
    if (week.n == 0) return true; // nothing declared yet
    if (!record_list(k, &CALENDAR_DAYS, &days, ARG(k->district))) return false;
    if (!record_list(k, &CALENDAR_STOPS, &stops, ARG(k->district))) return false;
    struct calendar *cal =
        calendar_new(k->c->a, k->zone_min, version_of(k->c->a, &week, &days, &stops));
    struct day_pattern half = {0};
    if (!set_week(k, cal, &week, &half) || !set_days(k, cal, &days, &half)) return false;
    const struct calendar_stop *s = stops.at;
    for (size_t i = 0; i < stops.n; i++) {
        if (!calendar_add_stop(k->c, cal, day_from_ymd((int32_t)s[i].first_day),
                               day_from_ymd((int32_t)s[i].last_day), s[i].name)) {
            return false;
        }
    }
    if (!calendar_freeze(k->c, cal)) return false;
    *out = cal;
    return true;
}
