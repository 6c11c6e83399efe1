#include "exchange/division/runes.h"

uint32_t rune_fold(uint32_t cp)
{
    if (cp >= 0xFF01 && cp <= 0xFF5E) cp -= 0xFEE0;
    switch (cp) {
    case 0x3010: // 【
    case 0x3014: // 〔
    case 0x3016: // 〖
    case '{': return '[';
    case 0x3011:
    case 0x3015:
    case 0x3017:
    case '}': return ']';
    case 0x2236: // ∶
    case 0xFE30:
    case 0xFE55: return ':';
    case 0xFE54: return ';';
    case 0xFE50: return ',';
    case 0xFF61: return 0x3002;
    case 0xFF64: return 0x3001;
    case 0x3000:
    case 0x00A0:
    case '\t':
    case '\n': return ' ';
    default: return cp;
    }
}

bool rune_blank(uint32_t cp)
{
    return cp == ' ';
}

bool rune_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

bool rune_han(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

int rune_numeral(uint32_t cp)
{
    static const uint32_t digits[] = {0x96F6, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94,
                                      0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341};
    if (cp == 0x3007 || cp == 0x25CB || cp == 0x25EF) return 0; // 〇 and the circles used for it
    for (size_t i = 0; i < COUNT_OF(digits); i++)
        if (digits[i] == cp) return (int)i;
    return -1;
}

bool rune_open(uint32_t cp)
{
    return cp == '(' || cp == '[';
}

bool rune_close(uint32_t cp)
{
    return cp == ')' || cp == ']';
}

struct runes runes_of(struct arena *a, str s)
{
    struct runes r = {.src = s};
    static uint32_t nothing[1];
    r.at = arena_try(a, (s.n + 1) * sizeof *r.at);
    r.off = arena_try(a, (s.n + 1) * sizeof *r.off);
    if (!r.at || !r.off) return (struct runes){.src = STR_EMPTY, .at = nothing, .off = nothing};
    for (size_t i = 0; i < s.n;) {
        r.off[r.n] = (uint32_t)i;
        r.at[r.n++] = rune_fold(utf8_next(s, &i));
    }
    r.at[r.n] = 0;
    r.off[r.n] = (uint32_t)s.n;
    return r;
}

str runes_slice(const struct runes *r, size_t from, size_t to)
{
    if (to > r->n) to = r->n;
    if (from >= to) return STR_EMPTY;
    return str_trim(str_sub(r->src, r->off[from], r->off[to] - r->off[from]));
}

size_t runes_skip(const struct runes *r, size_t i)
{
    while (i < r->n && rune_blank(r->at[i])) i++;
    return i;
}

size_t runes_lit(const struct runes *r, size_t i, const char *literal)
{
    // Nearly every question is answered by the first character; Chinese ones are never folded.
    const unsigned char *z = (const unsigned char *)literal;
    if (z[0] >= 0xE4 && z[0] <= 0xE9 && z[1] && z[2] &&
        (i >= r->n ||
         r->at[i] != ((uint32_t)(z[0] & 15) << 12 | (uint32_t)(z[1] & 63) << 6 | (z[2] & 63U))))
        return 0;
    str want = str_of(literal);
    size_t at = i, k = 0;
    while (k < want.n) {
        uint32_t cp = rune_fold(utf8_next(want, &k));
        if (at > i) at = runes_skip(r, at);
        if (at >= r->n || r->at[at] != cp) return 0;
        at++;
    }
    return at - i;
}

bool runes_is(const struct runes *r, size_t i, const char *literal)
{
    return runes_lit(r, i, literal) > 0;
}

size_t runes_find(const struct runes *r, size_t from, size_t to, const char *literal)
{
    size_t k = 0;
    uint32_t first = rune_fold(utf8_next(str_of(literal), &k));
    for (size_t i = from; i < to && i < r->n; i++) {
        if (r->at[i] != first) continue;
        size_t n = runes_lit(r, i, literal);
        if (n && i + n <= to) return i;
    }
    return SIZE_MAX;
}

bool runes_has(const struct runes *r, const char *literal)
{
    return runes_find(r, 0, r->n, literal) != SIZE_MAX;
}

bool str_has_any(str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_has(s, str_of(words[i]))) return true;
    return false;
}

size_t runes_int(const struct runes *r, size_t i, int *out)
{
    int value = 0;
    size_t n = 0;
    while (i + n < r->n && rune_digit(r->at[i + n])) {
        if (n == 6) return 0;
        value = value * 10 + (int)(r->at[i + n] - '0');
        n++;
    }
    *out = value;
    return n;
}

size_t runes_cn_int(const struct runes *r, size_t i, int *out)
{
    int value = 0, digit = -1;
    size_t n = 0;
    for (; i + n < r->n && n < 4; n++) {
        int d = rune_numeral(r->at[i + n]);
        if (d < 0) break;
        if (d == 10) value += (digit < 0 ? 1 : digit) * 10;
        else if (digit >= 0 && value == 0) break; // 二三 is two numbers
        if (d != 10 && digit >= 0 && value > 0 && rune_numeral(r->at[i + n - 1]) != 10) break;
        digit = d == 10 ? -1 : d;
    }
    if (digit > 0) value += digit;
    *out = value;
    return value > 0 ? n : 0;
}

size_t runes_close(const struct runes *r, size_t i, size_t to)
{
    enum { LONGEST = 4000 }; // no bracket of a document is longer; keeps hostile text linear
    int depth = 0;
    if (to > i + LONGEST) to = i + LONGEST;
    uint32_t open = r->at[i], close = open == '(' ? ')' : ']';
    for (size_t k = i; k < to && k < r->n; k++) {
        if (r->at[k] == open) depth++;
        if (r->at[k] == close && --depth == 0) return k;
    }
    return SIZE_MAX;
}
