#include "base/calendar_impl.h"

// 1969-12-29, the Monday from which whole weeks are counted.
enum { MONDAY = -3 };

static int64_t floor_div(int64_t x, int64_t y)
{
    return x / y - (x % y < 0);
}

static day day_clamp(int64_t d)
{
    day first = calendar_first(), last = calendar_end() - 1;
    return d < first ? first : d > last ? last : (day)d;
}

static const struct covered *covered_at(const struct calendar *k, day d)
{
    INVARIANT(k->frozen);
    return d >= k->lo && d < k->lo + k->n_covered ? &k->covered[d - k->lo] : NULL;
}

/* --- tallies --- */

// Amount from MONDAY to d if every day followed the week.
static int64_t week_before(const struct tally *t, int64_t d)
{
    int64_t weeks = floor_div(d - MONDAY, 7);
    return weeks * t->in_week[7] + t->in_week[d - MONDAY - weeks * 7];
}

static int64_t tally_before(const struct calendar *k, const struct tally *t, day d)
{
    INVARIANT(k->frozen);
    day hi = k->lo + k->n_covered;
    if (d < k->lo) return week_before(t, d) - week_before(t, k->lo);
    if (d < hi) return t->before[d - k->lo];
    return t->before[k->n_covered] + week_before(t, d) - week_before(t, hi);
}

// The day of a plain week that holds unit number x: week_before(d) ≤ x < week_before(d + 1).
static int64_t week_find(const struct tally *t, int64_t x)
{
    int64_t weeks = floor_div(x, t->in_week[7]);
    int64_t rest = x - weeks * t->in_week[7];
    int slot = 0;
    while (t->in_week[slot + 1] <= rest) slot++;
    return MONDAY + weeks * 7 + slot;
}

// The day that holds unit number x: before(d) ≤ x < before(d + 1). Clamped to the calendar's span.
static day tally_find(const struct calendar *k, const struct tally *t, int64_t x)
{
    INVARIANT(k->frozen);
    day hi = k->lo + k->n_covered;
    int64_t inside = t->before[k->n_covered];
    if (x < 0) return day_clamp(week_find(t, x + week_before(t, k->lo)));
    if (x >= inside) return day_clamp(week_find(t, x - inside + week_before(t, hi)));
    int low = 0, high = k->n_covered; // before[low] ≤ x < before[high]
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (t->before[middle] <= x) low = middle;
        else high = middle;
    }
    return k->lo + low;
}

/* --- days --- */

int calendar_zone(const struct calendar *k)
{
    return k->zone_min;
}

str calendar_version(const struct calendar *k)
{
    return k->version;
}

bool calendar_known_year(const struct calendar *k, int year)
{
    return year >= YEAR_FIRST && year <= YEAR_LAST && k->known[year - YEAR_FIRST];
}

str calendar_day_name(const struct calendar *k, day d)
{
    const struct covered *x = covered_at(k, d);
    return x ? x->name : STR_EMPTY;
}

static const struct day_pattern *pattern_of(const struct calendar *k, day d)
{
    const struct covered *x = covered_at(k, d);
    if (d == DAY_NONE) return &k->patterns.at[PATTERN_OFF];
    return &k->patterns.at[x ? x->pattern : week_slot(d)];
}

struct day_pattern calendar_pattern(const struct calendar *k, day d)
{
    return *pattern_of(k, d);
}

bool calendar_is_working_day(const struct calendar *k, day d)
{
    return pattern_of(k, d)->n > 0;
}

day calendar_add_days(const struct calendar *k, day d, int n)
{
    if (d == DAY_NONE || n == 0) return d;
    d = day_clamp(d);
    // Working days are numbered; the n-th after d has the number of the first one after d, plus n
    // − 1.
    int64_t number = n > 0 ? tally_before(k, &k->days, d + 1) - 1 : tally_before(k, &k->days, d);
    return tally_find(k, &k->days, number + n);
}

int calendar_days_between(const struct calendar *k, day from, day to)
{
    if (from == DAY_NONE || to == DAY_NONE) return 0;
    return (int)(tally_before(k, &k->days, day_clamp(to) + 1) -
                 tally_before(k, &k->days, day_clamp(from) + 1));
}

day calendar_roll(const struct calendar *k, day d, enum roll r)
{
    if (r == ROLL_NONE || d == DAY_NONE || calendar_is_working_day(k, d)) return d;
    return calendar_add_days(k, d, r == ROLL_NEXT ? 1 : -1);
}

/* --- instants --- */

// Where an instant lies: its day and the microseconds passed of it.
struct place {
    day d;
    int64_t us;
};

static struct place place_of(const struct calendar *k, instant t)
{
    instant first = instant_at(calendar_first(), 0, k->zone_min);
    instant end = instant_at(calendar_end(), 0, k->zone_min);
    if (t < first) t = first;
    if (t > end) t = end;
    day d = instant_day(t, k->zone_min);
    return (struct place){d, t - instant_at(d, 0, k->zone_min)};
}

static instant at_minute(const struct calendar *k, day d, int minute)
{
    return instant_at(d, minute, k->zone_min);
}

// Working microseconds before t, counted from the first covered day.
static int64_t worked(const struct calendar *k, instant t)
{
    struct place here = place_of(k, t);
    const struct day_pattern *p = pattern_of(k, here.d);
    int64_t sum = tally_before(k, &k->minutes, here.d) * US_PER_MINUTE;
    for (int i = 0; i < p->n; i++) {
        int64_t from = p->at[i].from * US_PER_MINUTE, to = p->at[i].to * US_PER_MINUTE;
        if (here.us > from) sum += (here.us < to ? here.us : to) - from;
    }
    return sum;
}

// The earliest instant (latest, when backward) before which exactly this much was worked. They
// differ where the amount is reached at the end of an interval.
static instant instant_worked(const struct calendar *k, int64_t amount, bool backward)
{
    // The unit of time that ends (begins) at the instant sought lies inside an interval.
    int64_t unit = backward ? amount : amount - 1;
    day d = tally_find(k, &k->minutes, floor_div(unit, US_PER_MINUTE));
    const struct day_pattern *p = pattern_of(k, d);
    int64_t left = unit - tally_before(k, &k->minutes, d) * US_PER_MINUTE;
    if (left < 0) return at_minute(k, d, 0); // clamped at the first day
    for (int i = 0; i < p->n; i++) {
        int64_t length = (p->at[i].to - p->at[i].from) * US_PER_MINUTE;
        if (left < length) return at_minute(k, d, p->at[i].from) + left + !backward;
        left -= length;
    }
    return at_minute(k, calendar_end(), 0); // clamped at the last
}

bool calendar_is_working(const struct calendar *k, instant t)
{
    if (t == INSTANT_NONE) return false;
    struct place here = place_of(k, t);
    const struct day_pattern *p = pattern_of(k, here.d);
    for (int i = 0; i < p->n; i++)
        if (here.us >= p->at[i].from * US_PER_MINUTE && here.us < p->at[i].to * US_PER_MINUTE)
            return true;
    return false;
}

instant calendar_add_minutes(const struct calendar *k, instant t, int64_t minutes)
{
    const int64_t most = INT64_C(1100) * 366 * 1440; // more than the calendar's whole span
    if (t == INSTANT_NONE || minutes == 0) return t;
    if (minutes > most) minutes = most;
    if (minutes < -most) minutes = -most;
    return instant_worked(k, worked(k, t) + minutes * US_PER_MINUTE, minutes < 0);
}

int64_t calendar_minutes_between(const struct calendar *k, instant from, instant to)
{
    if (from == INSTANT_NONE || to == INSTANT_NONE) return 0;
    // Intervals begin and end on whole minutes, so dropping the seconds of each end is one
    // division.
    return floor_div(worked(k, to), US_PER_MINUTE) - floor_div(worked(k, from), US_PER_MINUTE);
}

instant calendar_next(const struct calendar *k, instant t)
{
    if (t == INSTANT_NONE || calendar_is_working(k, t)) return t;
    return instant_worked(k, worked(k, t), true);
}

instant calendar_previous(const struct calendar *k, instant t)
{
    if (t == INSTANT_NONE || calendar_is_working(k, t)) return t;
    return instant_worked(k, worked(k, t), false);
}

instant calendar_day_start(const struct calendar *k, day d)
{
    d = calendar_roll(k, d, ROLL_NEXT);
    if (d == DAY_NONE) return INSTANT_NONE;
    const struct day_pattern *p = pattern_of(k, d);
    return at_minute(k, d, p->n ? p->at[0].from : 0);
}

instant calendar_day_end(const struct calendar *k, day d)
{
    d = calendar_roll(k, d, ROLL_NEXT);
    if (d == DAY_NONE) return INSTANT_NONE;
    const struct day_pattern *p = pattern_of(k, d);
    return at_minute(k, d, p->n ? p->at[p->n - 1].to : 0);
}
