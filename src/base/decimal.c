#include "base/decimal.h"

static bool push_digit(int64_t *value, char c)
{
    if (c < '0' || c > '9') return false;
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, c - '0', value);
}

// True when the commas of the whole part stand before every group of three digits, or nowhere.
static bool well_grouped(str whole)
{
    size_t first = str_find(whole, STR(","), 0);
    if (first == SIZE_MAX) return true;
    if (first == 0 || first > 3 || (whole.n - first) % 4 != 0) return false;
    for (size_t i = first; i < whole.n; i++)
        if ((whole.p[i] == ',') != ((i - first) % 4 == 0)) return false;
    return true;
}

bool dec_parse(str s, dec *out)
{
    bool negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+')) s = str_from(s, 1);
    str fraction = s, whole = str_cut(&fraction, STR("."));
    bool point = whole.n < s.n;
    if (whole.n == 0 || fraction.n > 6 || (point && fraction.n == 0) || !well_grouped(whole))
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < whole.n; i++)
        if (whole.p[i] != ',' && !push_digit(&value, whole.p[i])) return false;
    for (size_t i = 0; i < 6; i++)
        if (!push_digit(&value, i < fraction.n ? fraction.p[i] : '0')) return false;
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
    if (dec_is_none(x) || dec_is_none(y)) return false;
    return !__builtin_add_overflow(x.millionths, y.millionths, &out->millionths) &&
           !dec_is_none(*out);
}

bool dec_mul_int(dec x, int64_t k, dec *out)
{
    if (dec_is_none(x)) return false;
    return !__builtin_mul_overflow(x.millionths, k, &out->millionths) && !dec_is_none(*out);
}

int dec_cmp(dec x, dec y)
{
    return x.millionths < y.millionths ? -1 : x.millionths > y.millionths;
}
