#pragma once
/*
 * Text to tokens. Full-width letters, digits and signs count as their ASCII twins, U+3000 as a
 * blank, 、 as a comma, 【】 as [ ]. Quotes: '…', "…", “…”, ‘…’, the closing one doubled to stand
 * for itself.
 */
#include "engine/expr/expr.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,    // a bare name: text as written
    TOKEN_NAME,    // [a name in brackets]: text inside
    TOKEN_TEXT,    // text without quotes
    TOKEN_NUMBER,  // digits, a point at most: text in ASCII
    TOKEN_DATE,    // number is the day
    TOKEN_INSTANT, // number is the instant
    TOKEN_COMPARE, // op
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_PLUS,
    TOKEN_MINUS
};

struct token {
    enum token_kind kind;
    enum expr_op op;
    size_t pos, end; // bytes of the source
    str text;
    int64_t number;
};

// The tokens of the source, the last one TOKEN_END.
MUST_CHECK bool expr_lex(struct ctx *c, str source, int zone_min, const struct token **out);
// True when a name can stand without brackets or quotes.
bool name_is_bare(str name);
