#pragma once
/*
 * From the bytes of a text file to clean UTF-8 and to lines.
 *
 * Recognised: UTF-8 with or without byte order mark, UTF-16 with one (either order), GB 18030 (and
 * so GBK and GB 2312). A byte order mark decides; without one valid UTF-8 wins, because GB 18030
 * text is practically never valid UTF-8, while nearly every UTF-8 text could be read as GB 18030.
 * Bytes that hold control characters (a binary file) or fit none of these are refused: a guess that
 * turns names into rubbish is worse than a question.
 */
#include "base/error.h"
#include "base/vec.h"

enum text_encoding { TEXT_UTF8, TEXT_UTF8_BOM, TEXT_UTF16LE, TEXT_UTF16BE, TEXT_GB18030 };

enum {
    TEXT_MAX_BYTES = 16 * 1024 * 1024,
    TEXT_MAX_LINE = 1024 * 1024, // a paragraph of a document has some hundred characters
};

const char *text_encoding_name(enum text_encoding e); // "UTF-8", "GB18030", …

// Decodes and checks. Fails with text.too_large, text.encoding (neither fits), text.binary. The
// result is valid UTF-8 without byte order mark, in the arena or in bytes itself.
MUST_CHECK bool text_decode(struct ctx *c, str bytes, str *out, enum text_encoding *encoding);

// One source line without its end; no is the 1-based number that an editor shows.
struct text_line {
    str text;
    int no;
};
struct text_lines {
    struct text_line *at;
    size_t n, cap;
};
// Splits at LF, CRLF, CR, U+2028, U+2029, U+0085 and form feed. Fails with text.long_line.
MUST_CHECK bool text_split(struct ctx *c, str text, struct text_lines *out);

// Removes what nobody sees (zero-width characters, direction marks, soft hyphens, inner byte order
// marks), turns tabs and exotic blanks into one ASCII blank each, and trims. U+3000 inside stays.
str text_clean(struct arena *a, str line);
