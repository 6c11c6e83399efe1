#include "base/decimal.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool dec_parse(str s, dec *out)
{
    bool negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+')) s = str_from(s, 1);
    if (s.n == 0 || !digit(s.p[0]) || !digit(s.p[s.n - 1])) return false;
    int64_t value = 0;
    int decimals = -1;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ',' && decimals < 0 && i + 3 < s.n && digit(s.p[i + 1])) continue;
        if (s.p[i] == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (!digit(s.p[i]) || (decimals >= 0 && ++decimals > 6)) return false;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, s.p[i] - '0', &value)) return false;
    }
    for (int k = decimals < 0 ? 0 : decimals; k < 6; k++)
        if (__builtin_mul_overflow(value, 10, &value)) return false;
    out->millionths = negative ? -value : value;
    return true;
}

bool dec_is_none(dec d)
{
    return d.millionths == INT64_MIN;
}

str dec_text(struct arena *a, dec d)
{
    if (dec_is_none(d)) return STR_EMPTY;
    uint64_t v = d.millionths < 0 ? 0 - (uint64_t)d.millionths : (uint64_t)d.millionths;
    str s = str_printf(a, "%s%" PRIu64 ".%06" PRIu64, d.millionths < 0 ? "-" : "", v / DEC_ONE,
                       v % DEC_ONE);
    while (s.n && s.p[s.n - 1] == '0') s.n--;
    if (s.n && s.p[s.n - 1] == '.') s.n--;
    return s;
}

bool dec_add(dec x, dec y, dec *out)
{
    return !__builtin_add_overflow(x.millionths, y.millionths, &out->millionths);
}

bool dec_mul_int(dec x, int64_t k, dec *out)
{
    return !__builtin_mul_overflow(x.millionths, k, &out->millionths);
}

int dec_cmp(dec x, dec y)
{
    return x.millionths < y.millionths ? -1 : x.millionths > y.millionths;
}
