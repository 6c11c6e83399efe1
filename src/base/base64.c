#include "base/base64.h"

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

str base64url(struct arena *a, str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    struct buf b;
    buf_init(&b, a, SIZE_MAX);
    for (size_t i = 0; i < bytes.n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16;
        if (i + 1 < bytes.n) v |= (uint32_t)p[i + 1] << 8;
        if (i + 2 < bytes.n) v |= p[i + 2];
        size_t digits = bytes.n - i >= 3 ? 4 : bytes.n - i + 1;
        for (size_t d = 0; d < digits; d++) buf_addc(&b, DIGITS[v >> (18 - 6 * d) & 63]);
    }
    return buf_str(&b);
}

static int digit_of(char c)
{
    const char *at = c ? strchr(DIGITS, c) : NULL;
    return at ? (int)(at - DIGITS) : -1;
}

bool base64url_read(struct arena *a, str text, str *bytes)
{
    struct buf b;
    buf_init(&b, a, SIZE_MAX);
    if (text.n % 4 == 1) return false;
    for (size_t i = 0; i < text.n; i += 4) {
        size_t digits = text.n - i < 4 ? text.n - i : 4;
        uint32_t v = 0;
        for (size_t d = 0; d < digits; d++) {
            int digit = digit_of(text.p[i + d]);
            if (digit < 0) return false;
            v |= (uint32_t)digit << (18 - 6 * d);
        }
        if (digits < 4 && (v & (0xffffffu >> 8 * (digits - 1)))) return false;
        for (size_t d = 0; d + 1 < digits; d++) buf_addc(&b, (char)(v >> (16 - 8 * d) & 0xff));
    }
    *bytes = buf_str(&b);
    return buf_ok(&b);
}
