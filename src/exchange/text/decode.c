#include "exchange/text/decode.h"

#include <errno.h>
#include <iconv.h>

const char *text_encoding_name(enum text_encoding e)
{
    static const char *const names[] = {"UTF-8", "UTF-8 BOM", "UTF-16LE", "UTF-16BE", "GB18030"};
    return names[e];
}

// Runs iconv over all of it; false on the first byte sequence the encoding does not have.
static bool convert(struct ctx *c, str bytes, const char *from, str *out, bool *bad)
{
    *bad = false;
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1) {
        *bad = true;
        return true;
    }
    // Two bytes of GB 18030 become three of UTF-8, one stays one: twice the size always suffices.
    size_t room = bytes.n * 2 + 16;
    char *p = arena_try(c->a, room);
    if (!p) {
        iconv_close(cd);
        return fail(c, ERR_NO_MEMORY, "base.no_memory");
    }
    char *in = (char *)(uintptr_t)bytes.p, *to = p; // iconv's prototype lacks the const it keeps
    size_t in_left = bytes.n, out_left = room;
    *bad = iconv(cd, &in, &in_left, &to, &out_left) == (size_t)-1 || in_left > 0;
    iconv_close(cd);
    *out = (str){p, room - out_left};
    return true;
}

// Control characters other than blanks and line ends mean a binary file.
static bool has_control(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch < 0x20 && ch != '\t' && ch != '\n' && ch != '\r' && ch != '\f' && ch != '\v')
            return true;
    }
    return false;
}

// A text in another double-byte encoding decodes to code points hardly any document uses: private
// use, or hardly any of the common marks. GB 18030 maps every pair, so ask for plausibility.
static bool plausible(str s)
{
    size_t n = 0, strange = 0, i = 0;
    while (i < s.n) {
        uint32_t cp = utf8_next(s, &i);
        n++;
        if ((cp >= 0xE000 && cp <= 0xF8FF) || cp == 0xFFFD || (cp >= 0x80 && cp < 0xA0)) strange++;
    }
    return strange * 20 <= n;
}

static bool decode_as(struct ctx *c, str bytes, const char *name, str *out)
{
    bool bad;
    if (!convert(c, bytes, name, out, &bad)) return false;
    if (bad || !utf8_valid(*out)) return fail(c, ERR_MALFORMED, "text.encoding");
    if (has_control(*out)) return fail(c, ERR_MALFORMED, "text.binary");
    return true;
}

bool text_decode(struct ctx *c, str bytes, str *out, enum text_encoding *encoding)
{
    if (bytes.n > TEXT_MAX_BYTES) return fail(c, ERR_TOO_LARGE, "text.too_large");
    if (str_starts(bytes, STR("\xff\xfe"))) {
        *encoding = TEXT_UTF16LE;
        return decode_as(c, str_from(bytes, 2), "UTF-16LE", out);
    }
    if (str_starts(bytes, STR("\xfe\xff"))) {
        *encoding = TEXT_UTF16BE;
        return decode_as(c, str_from(bytes, 2), "UTF-16BE", out);
    }
    if (has_control(bytes)) return fail(c, ERR_MALFORMED, "text.binary");
    *encoding = TEXT_UTF8;
    if (str_starts(bytes, STR("\xef\xbb\xbf"))) {
        *encoding = TEXT_UTF8_BOM;
        bytes = str_from(bytes, 3);
    }
    if (utf8_valid(bytes)) {
        *out = bytes;
        return true;
    }
    if (*encoding == TEXT_UTF8_BOM) return fail(c, ERR_MALFORMED, "text.encoding");
    *encoding = TEXT_GB18030;
    if (!decode_as(c, bytes, "GB18030", out)) return false;
    if (!plausible(*out)) return fail(c, ERR_MALFORMED, "text.encoding");
    return true;
}

// Length in bytes of the line end at i, 0 when there is none.
static size_t line_end(str s, size_t i)
{
    static const str wide[] = {STR("\u2028"), STR("\u2029"), STR("\xc2\x85")};
    char ch = s.p[i];
    if (ch == '\r') return i + 1 < s.n && s.p[i + 1] == '\n' ? 2 : 1;
    if (ch == '\n' || ch == '\f') return 1;
    if ((unsigned char)ch != 0xE2 && (unsigned char)ch != 0xC2) return 0;
    for (size_t k = 0; k < COUNT_OF(wide); k++)
        if (str_starts(str_from(s, i), wide[k])) return wide[k].n;
    return 0;
}

bool text_split(struct ctx *c, str text, struct text_lines *out)
{
    size_t start = 0;
    int no = 1;
    for (size_t i = 0; i <= text.n && arena_ok(c->a);) {
        size_t end = i < text.n ? line_end(text, i) : 1;
        if (end == 0) {
            i++;
            continue;
        }
        if (i - start > TEXT_MAX_LINE)
            return fail(c, ERR_TOO_LARGE, "text.long_line", str_printf(c->a, "%d", no));
        if (i > start || i < text.n)
            VEC_ADD(c->a, out, ((struct text_line){str_sub(text, start, i - start), no}));
        no++;
        i += end;
        start = i;
    }
    return ctx_ok(c);
}

static bool invisible(uint32_t cp)
{
    return (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) || cp == 0x00AD ||
           (cp >= 0x2060 && cp <= 0x2069) || cp == 0xFEFF || (cp >= 0xFE00 && cp <= 0xFE0F);
}

static bool exotic_blank(uint32_t cp)
{
    return cp == '\t' || cp == '\v' || cp == '\f' || cp == 0x00A0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F || cp == 0x205F;
}

str text_clean(struct arena *a, str line)
{
    bool dirty = false;
    for (size_t i = 0; i < line.n && !dirty;) {
        uint32_t cp = utf8_next(line, &i);
        dirty = invisible(cp) || exotic_blank(cp);
    }
    if (!dirty) return str_trim(line);
    char *p = arena_try(a, line.n + 1);
    if (!p) return STR_EMPTY;
    size_t n = 0;
    for (size_t i = 0; i < line.n;) {
        size_t from = i;
        uint32_t cp = utf8_next(line, &i);
        if (invisible(cp)) continue;
        if (exotic_blank(cp)) {
            p[n++] = ' ';
            continue;
        }
        memcpy(p + n, line.p + from, i - from);
        n += i - from;
    }
    return str_trim((str){p, n});
}
