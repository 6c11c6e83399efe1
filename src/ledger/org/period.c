#include "ledger/org/period.h"

static const char *const CODES[] = {"none", "week", "tenday", "month", "quarter", "half"};

bool cycle_of(str code, enum cycle *out)
{
    *out = CYCLE_NONE;
    if (code.n == 0) return true;
    for (size_t i = 0; i < COUNT_OF(CODES); i++) {
        if (str_is(code, CODES[i])) {
            *out = (enum cycle)i;
            return true;
        }
    }
    return false;
}

static struct period months(enum cycle c, int year, int month, int n)
{
    return (struct period){c, day_of(year, month, 1), month_end(year, month + n - 1)};
}

// Which third of a month: 0, 1, 2.
static struct period third(int year, int month, int which)
{
    day first = day_of(year, month, 1 + 10 * which);
    return (struct period){CYCLE_TENDAY, first, which == 2 ? month_end(year, month) : first + 9};
}

struct period period_of(enum cycle c, day d)
{
    struct civil x = day_civil(d);
    switch (c) {
    case CYCLE_WEEK: {
        day monday = d - (day_weekday(d) - 1);
        return (struct period){c, monday, monday + 6};
    }
    case CYCLE_TENDAY: return third(x.year, x.month, x.day <= 10 ? 0 : x.day <= 20 ? 1 : 2);
    case CYCLE_QUARTER: return months(c, x.year, (x.month - 1) / 3 * 3 + 1, 3);
    case CYCLE_HALF: return months(c, x.year, x.month <= 6 ? 1 : 7, 6);
    case CYCLE_NONE:
    case CYCLE_MONTH: break;
    }
    return months(CYCLE_MONTH, x.year, x.month, 1);
}

struct period period_next(struct period p)
{
    return period_of(p.cycle, p.last + 1);
}

struct period period_previous(struct period p)
{
    return period_of(p.cycle, p.first - 1);
}

// ISO 8601: a week belongs to the year of its Thursday, and the week with 4 January is the first.
static int week_number(day monday, int *year)
{
    *year = day_civil(monday + 3).year;
    day fourth = day_of(*year, 1, 4);
    return (monday - (fourth - (day_weekday(fourth) - 1))) / 7 + 1;
}

str period_name(struct arena *a, struct period p)
{
    struct civil x = day_civil(p.first);
    switch (p.cycle) {
    case CYCLE_WEEK: {
        int year, week = week_number(p.first, &year);
        return str_printf(a, "%04dW%02d", year, week);
    }
    case CYCLE_TENDAY: return str_printf(a, "%04d-%02d%c", x.year, x.month, 'A' + x.day / 10);
    case CYCLE_QUARTER: return str_printf(a, "%04dQ%d", x.year, (x.month + 2) / 3);
    case CYCLE_HALF: return str_printf(a, "%04dH%d", x.year, x.month < 7 ? 1 : 2);
    case CYCLE_NONE:
    case CYCLE_MONTH: break;
    }
    return str_printf(a, "%04d-%02d", x.year, x.month);
}

str period_title(struct arena *a, enum lang lang, struct period p)
{
    static const char *const THIRDS[] = {"上旬", "中旬", "下旬"};
    static const char *const QUARTERS[] = {"一季度", "二季度", "三季度", "四季度"};
    if (lang == LANG_EN) return period_name(a, p);
    struct civil x = day_civil(p.first);
    switch (p.cycle) {
    case CYCLE_WEEK: {
        int year, week = week_number(p.first, &year);
        return str_printf(a, "%d年第%d周", year, week);
    }
    case CYCLE_TENDAY: return str_printf(a, "%d年%d月%s", x.year, x.month, THIRDS[x.day / 10]);
    case CYCLE_QUARTER: return str_printf(a, "%d年%s", x.year, QUARTERS[(x.month - 1) / 3]);
    case CYCLE_HALF: return str_printf(a, "%d年%s", x.year, x.month < 7 ? "上半年" : "下半年");
    case CYCLE_NONE:
    case CYCLE_MONTH: break;
    }
    return str_printf(a, "%d年%d月", x.year, x.month);
}

static bool digits(str s, int *out)
{
    int64_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    if (!str_int(s, &n) || n > 9999) return false;
    *out = (int)n;
    return true;
}

static bool parse_month(str s, int year, struct period *out)
{
    int month;
    if (s.n < 2 || s.n > 3 || !digits(str_sub(s, 0, 2), &month) || month < 1 || month > 12)
        return false;
    if (s.n == 2) {
        *out = months(CYCLE_MONTH, year, month, 1);
        return true;
    }
    if (s.p[2] < 'A' || s.p[2] > 'C') return false;
    *out = third(year, month, s.p[2] - 'A');
    return true;
}

static bool parse_week(str s, int year, struct period *out)
{
    int week;
    if (s.n != 2 || !digits(s, &week) || week < 1) return false;
    struct period w = period_of(CYCLE_WEEK, day_of(year, 1, 4) + 7 * (week - 1));
    int of_year;
    if (week_number(w.first, &of_year) != week || of_year != year)
        return false; // no week 53 this year
    *out = w;
    return true;
}

bool period_parse(str s, struct period *out)
{
    int year, n;
    if (s.n < 6 || !digits(str_sub(s, 0, 4), &year) || year < 1900 || year > 2999) return false;
    str rest = str_from(s, 5);
    switch (s.p[4]) {
    case '-': return parse_month(rest, year, out);
    case 'W': return parse_week(rest, year, out);
    case 'Q':
        if (rest.n != 1 || !digits(rest, &n) || n < 1 || n > 4) return false;
        *out = months(CYCLE_QUARTER, year, 3 * n - 2, 3);
        return true;
    case 'H':
        if (rest.n != 1 || !digits(rest, &n) || n < 1 || n > 2) return false;
        *out = months(CYCLE_HALF, year, 6 * n - 5, 6);
        return true;
    default: return false;
    }
}

static day nth_day(struct period p, int64_t n)
{
    int length = p.last - p.first + 1;
    return n <= 0 || n > length ? p.last : p.first + (day)n - 1;
}

day period_due(struct period p, int64_t n)
{
    // Half of a period by its usual length, so that no two periods ever share a due day.
    static const int HALVES[] = {15, 3, 5, 15, 45, 90};
    return n > 0 && n <= HALVES[p.cycle] ? nth_day(period_next(p), n) : nth_day(p, n);
}

struct period period_owed(enum cycle c, int64_t n, day d)
{
    struct period p = period_of(c, d);
    while (period_due(p, n) <= d) p = period_next(p);
    return p;
}
