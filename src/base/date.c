#include "base/date.h"

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool civil_valid(struct civil c)
{
    return c.year >= 1900 && c.year <= 2999 && c.month >= 1 && c.month <= 12 && c.day >= 1 &&
           c.day <= month_days(c.year, c.month);
}

// Days from civil and back after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms":
// the year begins in March, so the leap day is its last.
day day_of(int year, int month, int dom)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dom - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct civil day_civil(day d)
{
    int z = d + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp < 10 ? mp + 3 : mp - 9;
    return (struct civil){yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}

int day_weekday(day d)
{
    int w = (d + 3) % 7; // 1970-01-01 was a Thursday
    return (w < 0 ? w + 7 : w) + 1;
}

day day_add_months(day d, int months)
{
    struct civil c = day_civil(d);
    int m = c.year * 12 + (c.month - 1) + months;
    int year = m / 12, month = m % 12 + 1;
    int last = month_days(year, month);
    return day_of(year, month, c.day < last ? c.day : last);
}

day month_end(int year, int month)
{
    return day_of(year, month, month_days(year, month));
}

int32_t day_to_ymd(day d)
{
    if (d == DAY_NONE) return 0;
    struct civil c = day_civil(d);
    return c.year * 10000 + c.month * 100 + c.day;
}

day day_from_ymd(int32_t ymd)
{
    struct civil c = {ymd / 10000, ymd / 100 % 100, ymd % 100};
    return civil_valid(c) ? day_of(c.year, c.month, c.day) : DAY_NONE;
}

// Reads exactly n digits at s[at].
static bool digits(str s, size_t at, size_t n, int *out)
{
    if (at + n > s.n) return false;
    *out = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

bool day_parse(str s, day *out)
{
    struct civil c;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') return false;
    if (!digits(s, 0, 4, &c.year) || !digits(s, 5, 2, &c.month) || !digits(s, 8, 2, &c.day))
        return false;
    if (!civil_valid(c)) return false;
    *out = day_of(c.year, c.month, c.day);
    return true;
}

str day_text(struct arena *a, day d)
{
    if (d == DAY_NONE) return STR_EMPTY;
    struct civil c = day_civil(d);
    return str_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static int64_t floor_div(int64_t x, int64_t y)
{
    return x / y - (x % y < 0);
}

day instant_day(instant t, int zone_min)
{
    return (day)floor_div(t + zone_min * US_PER_MINUTE, US_PER_DAY);
}

int instant_minute(instant t, int zone_min)
{
    int64_t local = t + zone_min * US_PER_MINUTE;
    return (int)((local - floor_div(local, US_PER_DAY) * US_PER_DAY) / US_PER_MINUTE);
}

instant instant_at(day d, int minute, int zone_min)
{
    return (int64_t)d * US_PER_DAY + (int64_t)(minute - zone_min) * US_PER_MINUTE;
}

static bool parse_offset(str s, size_t at, int zone_min, int *offset)
{
    int h, m;
    *offset = zone_min;
    if (at == s.n) return true;
    *offset = 0;
    if (s.p[at] == 'Z') return at + 1 == s.n;
    if ((s.p[at] != '+' && s.p[at] != '-') || at + 6 != s.n || s.p[at + 3] != ':') return false;
    if (!digits(s, at + 1, 2, &h) || !digits(s, at + 4, 2, &m) || h > 14 || m > 59) return false;
    *offset = (s.p[at] == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

bool instant_parse(str s, int zone_min, instant *out)
{
    day d;
    int h, m, sec = 0, offset;
    if (!day_parse(str_sub(s, 0, 10), &d)) return false;
    if (s.n == 10) {
        *out = instant_at(d, 0, zone_min);
        return true;
    }
    if (s.p[10] != 'T' && s.p[10] != ' ') return false;
    if (!digits(s, 11, 2, &h) || s.n < 16 || s.p[13] != ':' || !digits(s, 14, 2, &m)) return false;
    size_t at = 16;
    if (at < s.n && s.p[at] == ':') {
        if (!digits(s, 17, 2, &sec)) return false;
        at = 19;
    }
    int64_t fraction = 0, place = US_PER_SECOND;
    if (at == 19 && at < s.n && s.p[at] == '.') {
        for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++)
            fraction += (s.p[at] - '0') * (place /= 10);
        if (at == 20) return false;
    }
    if (h > 23 || m > 59 || sec > 59 || !parse_offset(s, at, zone_min, &offset)) return false;
    *out = instant_at(d, h * 60 + m, offset) + sec * US_PER_SECOND + fraction;
    return true;
}

str instant_text(struct arena *a, instant t, int zone_min)
{
    if (t == INSTANT_NONE) return STR_EMPTY;
    struct civil c = day_civil(instant_day(t, zone_min));
    int minute = instant_minute(t, zone_min);
    int64_t second = floor_div(t, US_PER_SECOND);
    int sec = (int)(second - floor_div(second, 60) * 60);
    int zone = zone_min < 0 ? -zone_min : zone_min;
    char sign = zone_min < 0 ? '-' : '+';
    return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day,
                      minute / 60, minute % 60, sec, sign, zone / 60, zone % 60);
}
