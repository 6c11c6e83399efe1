#include "engine/expr/expr.h"

str expr_pattern(struct arena *a, str text, bool contains)
{
    struct buf b;
    str s = str_fold(a, text);
    buf_init(&b, a, 2 * s.n + 2);
    if (contains) buf_addc(&b, '%');
    for (size_t i = 0; i < s.n; i++) {
        char next = i + 1 < s.n ? s.p[i + 1] : '\0';
        bool sign = s.p[i] == '%' || s.p[i] == '_' || s.p[i] == '\\';
        bool escapes = s.p[i] == '\\' && (next == '%' || next == '_' || next == '\\');
        if (contains ? sign : s.p[i] == '\\' && !escapes) buf_addc(&b, '\\');
        buf_addc(&b, s.p[i]);
        if (!contains && escapes) buf_addc(&b, s.p[++i]);
    }
    if (contains) buf_addc(&b, '%');
    return buf_str(&b);
}

// True when the characters at *t and *p are equal; both places move behind them then.
static bool same_char(str text, size_t *t, str pattern, size_t *p)
{
    size_t i = *t, j = *p;
    if (pattern.p[j] == '\\' && j + 1 < pattern.n) j++;
    if (utf8_next(text, &i) != utf8_next(pattern, &j)) return false;
    *t = i;
    *p = j;
    return true;
}

/*
 * Two pointers and the place of the last %: when a later piece does not fit, that % swallows one
 * character more. Earlier ones need no second try, so it costs at most text × pattern.
 */
bool expr_like(str text, str pattern)
{
    size_t t = 0, p = 0, star = SIZE_MAX, swallowed = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '%') {
            star = ++p;
            swallowed = t;
        } else if (p < pattern.n && pattern.p[p] == '_') {
            p++;
            (void)utf8_next(text, &t);
        } else if (p < pattern.n && same_char(text, &t, pattern, &p)) {
            continue;
        } else if (star != SIZE_MAX) {
            (void)utf8_next(text, &swallowed);
            t = swallowed;
            p = star;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '%') p++;
    return p == pattern.n;
}
