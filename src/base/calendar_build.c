#include "base/calendar_impl.h"

day calendar_first(void)
{
    return day_of(YEAR_FIRST, 1, 1);
}

day calendar_end(void)
{
    return day_of(YEAR_LAST + 1, 1, 1);
}

struct calendar *calendar_new(struct arena *a, int zone_min, str version)
{
    struct calendar *k = ARENA_NEW(a, struct calendar);
    k->a = a;
    k->zone_min = zone_min;
    k->version = str_dup(a, version);
    for (int i = 0; i < PATTERN_OWN; i++) (void)VEC_PUSH(a, &k->patterns);
    return k;
}

int pattern_minutes(const struct day_pattern *p)
{
    int sum = 0;
    for (int i = 0; i < p->n; i++) sum += p->at[i].to - p->at[i].from;
    return sum;
}

static bool pattern_check(struct ctx *c, const struct day_pattern *p)
{
    bool good = p->n >= 0 && p->n <= CALENDAR_INTERVALS;
    for (int i = 0; good && i < p->n; i++) {
        int after = i ? p->at[i - 1].to + 1 : 0;
        good = p->at[i].from >= after && p->at[i].from < p->at[i].to && p->at[i].to <= 1440;
    }
    return good || fail(c, ERR_INVALID, "calendar.bad_interval");
}

static bool day_check(struct ctx *c, day d)
{
    if (d >= calendar_first() && d < calendar_end()) return true;
    return fail(c, ERR_INVALID, "calendar.bad_day");
}

bool calendar_set_weekday(struct ctx *c, struct calendar *k, int weekday,
                          const struct day_pattern *p)
{
    INVARIANT(!k->frozen && weekday >= 1 && weekday <= 7);
    if (!pattern_check(c, p)) return false;
    k->patterns.at[weekday - 1] = *p;
    return true;
}

static bool set_day(struct ctx *c, struct calendar *k, day d, int pattern, str name)
{
    INVARIANT(!k->frozen);
    if (!day_check(c, d)) return false;
    VEC_ADD(k->a, &k->dated, ((struct dated_day){d, pattern, str_dup(k->a, name)}));
    return ctx_ok(c);
}

bool calendar_set_day_off(struct ctx *c, struct calendar *k, day d, str name)
{
    return set_day(c, k, d, PATTERN_OFF, name);
}

bool calendar_set_make_up(struct ctx *c, struct calendar *k, day d, str name)
{
    return set_day(c, k, d, PATTERN_MAKE_UP, name);
}

bool calendar_set_day(struct ctx *c, struct calendar *k, day d, const struct day_pattern *p,
                      str name)
{
    INVARIANT(!k->frozen);
    if (!pattern_check(c, p)) return false;
    VEC_ADD(k->a, &k->patterns, *p);
    return set_day(c, k, d, (int)k->patterns.n - 1, name);
}

void calendar_add_year(struct calendar *k, int year)
{
    INVARIANT(!k->frozen);
    if (year >= YEAR_FIRST && year <= YEAR_LAST) k->known[year - YEAR_FIRST] = true;
}

bool calendar_add_stop(struct ctx *c, struct calendar *k, day first, day last, str name)
{
    INVARIANT(!k->frozen);
    if (!day_check(c, first) || !day_check(c, last)) return false;
    if (last < first) return fail(c, ERR_INVALID, "calendar.bad_stop", name);
    VEC_ADD(k->a, &k->stops, ((struct stop){first, last, str_dup(k->a, name)}));
    return ctx_ok(c);
}

static bool read_line(struct ctx *c, struct calendar *k, str line)
{
    str rest = line;
    str date = str_cut(&rest, STR(",")), kind = str_cut(&rest, STR(","));
    str name = str_cut(&rest, STR(","));
    day d;
    if (rest.n == 0 || name.n == 0 || str_has(rest, STR(",")) || !day_parse(date, &d)) return false;
    if (str_is(kind, "off")) return calendar_set_day_off(c, k, d, name);
    if (str_is(kind, "work")) return calendar_set_make_up(c, k, d, name);
    return false;
}

bool calendar_read_year(struct ctx *c, struct calendar *k, int year, str csv)
{
    str rest = csv;
    if (str_starts(rest, STR("\ufeff"))) rest = str_from(rest, 3);
    for (int number = 1; rest.n; number++) {
        str line = str_cut(&rest, STR("\n"));
        if (str_ends(line, STR("\r"))) line.n--;
        bool good = number == 1 ? str_is(line, "date,kind,name,source")
                                : line.n == 0 || read_line(c, k, line);
        if (!good)
            return fail_at(c, ERR_INVALID, "calendar.bad_line", line.p - csv.p,
                           str_printf(c->a, "%d", number), line);
    }
    calendar_add_year(k, year);
    return ctx_ok(c);
}

// The span of days that differ from the week, empty when there are none.
static void find_span(struct calendar *k)
{
    day lo = calendar_end(), last = calendar_first();
    for (size_t i = 0; i < k->dated.n; i++) {
        if (k->dated.at[i].d < lo) lo = k->dated.at[i].d;
        if (k->dated.at[i].d > last) last = k->dated.at[i].d;
    }
    for (size_t i = 0; i < k->stops.n; i++) {
        if (k->stops.at[i].first < lo) lo = k->stops.at[i].first;
        if (k->stops.at[i].last > last) last = k->stops.at[i].last;
    }
    k->lo = lo;
    k->n_covered = last < lo ? 0 : last - lo + 1;
}

// A make-up day works like Monday, or like the first weekday that works. −1: none does.
static int make_up_pattern(const struct calendar *k)
{
    for (int i = 0; i < PATTERN_OFF; i++)
        if (k->patterns.at[i].n) return i;
    return -1;
}

// Lays the week, the dated days in the order in which they were stated, and the stops over each
// other.
static void cover(struct calendar *k, int make_up)
{
    for (int i = 0; i < k->n_covered; i++)
        k->covered[i] = (struct covered){week_slot(k->lo + i), STR_EMPTY};
    for (size_t i = 0; i < k->dated.n; i++) {
        const struct dated_day *x = &k->dated.at[i];
        int pattern = x->pattern == PATTERN_MAKE_UP ? make_up : x->pattern;
        k->covered[x->d - k->lo] = (struct covered){pattern, x->name};
    }
    for (size_t i = 0; i < k->stops.n; i++)
        for (day d = k->stops.at[i].first; d <= k->stops.at[i].last; d++)
            k->covered[d - k->lo] = (struct covered){PATTERN_OFF, k->stops.at[i].name};
}

static void sum_up(struct calendar *k)
{
    for (int i = 0; i < 7; i++) {
        int minutes = pattern_minutes(&k->patterns.at[i]);
        k->minutes.in_week[i + 1] = k->minutes.in_week[i] + minutes;
        k->days.in_week[i + 1] = k->days.in_week[i] + (minutes > 0);
    }
    for (int i = 0; i < k->n_covered; i++) {
        int minutes = pattern_minutes(&k->patterns.at[k->covered[i].pattern]);
        k->minutes.before[i + 1] = k->minutes.before[i] + minutes;
        k->days.before[i + 1] = k->days.before[i] + (minutes > 0);
    }
}

bool calendar_freeze(struct ctx *c, struct calendar *k)
{
    INVARIANT(!k->frozen);
    if (!ctx_ok(c)) return false;
    int make_up = make_up_pattern(k);
    if (make_up < 0) return fail(c, ERR_INVALID, "calendar.no_weekday");
    find_span(k);
    size_t n = (size_t)k->n_covered;
    k->covered = arena_try(k->a, n * sizeof *k->covered);
    k->minutes.before = arena_try(k->a, (n + 1) * sizeof *k->minutes.before);
    k->days.before = arena_try(k->a, (n + 1) * sizeof *k->days.before);
    if (!k->covered || !k->minutes.before || !k->days.before)
        return fail(c, ERR_NO_MEMORY, "base.no_memory");
    cover(k, make_up);
    sum_up(k);
    k->frozen = true;
    return true;
}
