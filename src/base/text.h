#pragma once
/*
 * Text: borrowed slices (str), growing buffers with a maximum (buf), and UTF-8.
 *
 * A str never owns and need not end in NUL; it lives as long as what it points into; a zeroed one is
 * empty. A buf lives in an arena and stops growing at its maximum: what does not fit is dropped and
 * buf_ok() is false.
 * All text inside Bihuan is valid UTF-8 without U+0000; bytes from outside are checked with
 * utf8_valid() at the door.
 */
#include "base/arena.h"

typedef struct {
    const char *p;
    size_t n;
} str;

#define STR(literal) ((str){("" literal), sizeof(literal) - 1})
#define STR_ARRAY(chars) ((str){(chars), sizeof(chars) - 1}) // of a static char array
#define STR_EMPTY ((str){"", 0})
#define STR_FMT(s) (int)(s).n, (s).p ? (s).p : "" // for "%.*s"

str str_of(const char *z); // NULL gives the empty slice
bool str_eq(str a, str b);
bool str_is(str a, const char *z);
int str_cmp(str a, str b); // by bytes, which for UTF-8 is by code point
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
str str_sub(str s, size_t from, size_t len); // clamped to s
str str_from(str s, size_t from);
// Position of the first needle at or after from, or SIZE_MAX.
size_t str_find(str s, str needle, size_t from);
bool str_has(str s, str needle);
// Cuts ASCII blanks, U+3000, U+00A0, U+FEFF from both ends.
str str_trim(str s);
// Takes the text before sep off *rest and returns it; the whole rest when there is no sep.
str str_cut(str *rest, str sep);
bool str_int(str s, int64_t *out); // optional sign, decimal digits only; false on overflow or junk

// Copies; on exhausted memory the empty slice, and arena_ok(a) is false. z-forms end in NUL.
str str_dup(struct arena *a, str s);
char *str_z(struct arena *a, str s) __attribute__((returns_nonnull));
str str_cat(struct arena *a, str x, str y);
str str_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
str str_replace(struct arena *a, str s, str from, str to);
// Full-width ASCII to half-width, ASCII to lower case, blanks and marks without width removed: how names
// are compared.
str str_fold(struct arena *a, str s);

bool utf8_valid(str s); // strict: no overlong form, no surrogate, no U+0000
// The code point at *pos and its length added to *pos; U+FFFD and one byte on malformed input.
uint32_t utf8_next(str s, size_t *pos);
// Returns the number of bytes; what is no code point (a surrogate, above U+10FFFF) becomes U+FFFD.
size_t utf8_put(char out[4], uint32_t code_point);
size_t utf8_count(str s);                          // code points
str utf8_head(str s, size_t code_points);          // at most so many

struct buf {
    struct arena *a;
    char *p;
    size_t n, cap, max;
    bool failed;
};

void buf_init(struct buf *b, struct arena *a, size_t max);
bool buf_ok(const struct buf *b);
void buf_add(struct buf *b, str s);
void buf_addz(struct buf *b, const char *z);
void buf_addc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_int(struct buf *b, int64_t n);
str buf_str(const struct buf *b); // a view; valid until the next addition
void buf_cut(struct buf *b, size_t n); // shortens to n bytes
