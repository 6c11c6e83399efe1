#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

str str_of(const char *z)
{
    return z ? (str){z, strlen(z)} : STR_EMPTY;
}

bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(str a, const char *z)
{
    return str_eq(a, str_of(z));
}

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order) return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

str str_from(str s, size_t from)
{
    if (!s.p) return STR_EMPTY;
    if (from > s.n) from = s.n;
    return (str){s.p + from, s.n - from};
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && str_eq((str){s.p, prefix.n}, prefix);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

str str_sub(str s, size_t from, size_t len)
{
    s = str_from(s, from);
    if (len < s.n) s.n = len;
    return s;
}

size_t str_find(str s, str needle, size_t from)
{
    if (from > s.n) return SIZE_MAX;
    if (needle.n == 0 || needle.n > s.n - from) return needle.n == 0 ? from : SIZE_MAX;
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

bool str_has(str s, str needle)
{
    return str_find(s, needle, 0) != SIZE_MAX;
}

static size_t blank_at_start(str s)
{
    static const str wide[] = {STR("\u3000"), STR("\u00a0"), STR("\ufeff")};
    if (s.n && (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r'))) return 1;
    for (size_t i = 0; i < COUNT_OF(wide); i++)
        if (str_starts(s, wide[i])) return wide[i].n;
    return 0;
}

static size_t blank_at_end(str s)
{
    static const str wide[] = {STR("\u3000"), STR("\u00a0"), STR("\ufeff")};
    if (s.n && (s.p[s.n - 1] == ' ' || (s.p[s.n - 1] >= '\t' && s.p[s.n - 1] <= '\r'))) return 1;
    for (size_t i = 0; i < COUNT_OF(wide); i++)
        if (str_ends(s, wide[i])) return wide[i].n;
    return 0;
}

str str_trim(str s)
{
    size_t k;
    while ((k = blank_at_start(s)) != 0) s = str_from(s, k);
    while ((k = blank_at_end(s)) != 0) s.n -= k;
    return s;
}

str str_cut(str *rest, str sep)
{
    size_t at = str_find(*rest, sep, 0);
    str head = *rest;
    if (at == SIZE_MAX) {
        *rest = str_from(*rest, rest->n);
        return head;
    }
    head.n = at;
    *rest = str_from(*rest, at + sep.n);
    return head;
}

bool str_int(str s, int64_t *out)
{
    bool negative = s.n && s.p[0] == '-';
    if (s.n && (s.p[0] == '-' || s.p[0] == '+')) s = str_from(s, 1);
    if (s.n == 0) return false;
    int64_t value = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        // Counted down so that the smallest 64-bit number parses too.
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_sub_overflow(value, s.p[i] - '0', &value)) return false;
    }
    if (!negative && value == INT64_MIN) return false;
    *out = negative ? value : -value;
    return true;
}

char *str_z(struct arena *a, str s)
{
    char *p = arena_try(a, s.n + 1);
    if (!p) return arena_alloc(a, 1);
    if (s.n) memcpy(p, s.p, s.n);
    return p;
}

str str_dup(struct arena *a, str s)
{
    char *p = arena_try(a, s.n + 1);
    if (!p) return STR_EMPTY;
    if (s.n) memcpy(p, s.p, s.n);
    return (str){p, s.n};
}

str str_cat(struct arena *a, str x, str y)
{
    char *p = arena_try(a, x.n + y.n + 1);
    if (!p) return STR_EMPTY;
    if (x.n) memcpy(p, x.p, x.n);
    if (y.n) memcpy(p + x.n, y.p, y.n);
    return (str){p, x.n + y.n};
}

str str_printf(struct arena *a, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : arena_try(a, (size_t)n + 1);
    if (p) vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p ? (str){p, (size_t)n} : STR_EMPTY;
}

str str_replace(struct arena *a, str s, str from, str to)
{
    if (from.n == 0 || !str_has(s, from)) return s;
    struct buf b;
    buf_init(&b, a, SIZE_MAX);
    size_t at = 0, hit;
    while ((hit = str_find(s, from, at)) != SIZE_MAX) {
        buf_add(&b, str_sub(s, at, hit - at));
        buf_add(&b, to);
        at = hit + from.n;
    }
    buf_add(&b, str_from(s, at));
    return buf_str(&b);
}

str str_fold(struct arena *a, str s)
{
    struct buf b;
    buf_init(&b, a, SIZE_MAX);
    for (size_t at = 0; at < s.n;) {
        uint32_t u = utf8_next(s, &at);
        if (u >= 0xff01 && u <= 0xff5e) u -= 0xfee0;
        if (u == ' ' || (u >= '\t' && u <= '\r')) continue;
        if (u == 0x3000 || u == 0xa0 || u == 0xfeff || u == 0x2060 || (u >= 0x200b && u <= 0x200d)) continue;
        if (u >= 'A' && u <= 'Z') u += 'a' - 'A';
        char out[4];
        buf_add(&b, (str){out, utf8_put(out, u)});
    }
    return buf_str(&b);
}

// The length of the well-formed sequence at s[at], or 0 (Unicode 15, table 3-7).
static size_t sequence_length(str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    size_t left = s.n - at;
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4) return 0;
    size_t n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (n > left) return 0;
    unsigned char low = 0x80, high = 0xbf;
    if (p[0] == 0xe0) low = 0xa0;
    if (p[0] == 0xed) high = 0x9f;
    if (p[0] == 0xf0) low = 0x90;
    if (p[0] == 0xf4) high = 0x8f;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < n; i++)
        if (p[i] < 0x80 || p[i] > 0xbf) return 0;
    return n;
}

bool utf8_valid(str s)
{
    for (size_t at = 0; at < s.n;) {
        size_t n = sequence_length(s, at);
        if (n == 0 || s.p[at] == 0) return false;
        at += n;
    }
    return true;
}

uint32_t utf8_next(str s, size_t *pos)
{
    size_t n = sequence_length(s, *pos);
    const unsigned char *p = (const unsigned char *)s.p + *pos;
    *pos += n ? n : 1;
    switch (n) {
    case 1: return p[0];
    case 2: return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3: return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
               (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
    default: return 0xfffd;
    }
}

size_t utf8_put(char out[4], uint32_t u)
{
    if (u > 0x10ffff || (u >= 0xd800 && u <= 0xdfff)) u = 0xfffd;
    if (u < 0x80) {
        out[0] = (char)u;
        return 1;
    }
    if (u < 0x800) {
        out[0] = (char)(0xc0 | u >> 6);
        out[1] = (char)(0x80 | (u & 0x3f));
        return 2;
    }
    if (u < 0x10000) {
        out[0] = (char)(0xe0 | u >> 12);
        out[1] = (char)(0x80 | (u >> 6 & 0x3f));
        out[2] = (char)(0x80 | (u & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (u >> 18 & 0x07));
    out[1] = (char)(0x80 | (u >> 12 & 0x3f));
    out[2] = (char)(0x80 | (u >> 6 & 0x3f));
    out[3] = (char)(0x80 | (u & 0x3f));
    return 4;
}

size_t utf8_count(str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n; n++) (void)utf8_next(s, &at);
    return n;
}

str utf8_head(str s, size_t code_points)
{
    size_t at = 0;
    while (at < s.n && code_points-- > 0) (void)utf8_next(s, &at);
    return str_sub(s, 0, at);
}

void buf_init(struct buf *b, struct arena *a, size_t max)
{
    *b = (struct buf){.a = a, .p = "", .max = max};
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

// Makes room for n more bytes and the closing NUL, or marks the buffer as failed.
static bool buf_room(struct buf *b, size_t n)
{
    if (b->failed) return false;
    if (n > b->max || b->n > b->max - n) {
        b->failed = true;
        return false;
    }
    if (b->n + n < b->cap) return true;
    size_t cap = b->cap ? b->cap * 2 : 128;
    while (cap <= b->n + n) cap *= 2;
    char *p = arena_try(b->a, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    if (b->n) memcpy(p, b->p, b->n);
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, str s)
{
    if (s.n == 0 || !buf_room(b, s.n)) return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
}

void buf_addz(struct buf *b, const char *z)
{
    buf_add(b, str_of(z));
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, (str){&c, 1});
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n > 0 && buf_room(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_int(struct buf *b, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRId64, n);
    buf_add(b, (str){digits, (size_t)len});
}

str buf_str(const struct buf *b)
{
    return (str){b->p, b->n};
}

void buf_cut(struct buf *b, size_t n)
{
    if (n >= b->n) return;
    b->n = n;
    b->p[n] = '\0';
}
