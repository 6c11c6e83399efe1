#pragma once
/*
 * Static typing: what was written beside a field becomes a value of the field's type, or an error
 * at the place where it was written.
 */
#include "engine/expr/lex.h"
#include "engine/expr/words.h"

enum operand_kind { OPERAND_TEXT, OPERAND_WORD, OPERAND_NUMBER, OPERAND_DATE, OPERAND_INSTANT };

// A value as written, before its type is known.
struct operand {
    enum operand_kind kind;
    size_t pos;
    str text; // content of TEXT, the word, the number with its sign; as written for the others
    enum word
        word;   // of a WORD or of a DATE's anchor: what it means as a value, WORD_NONE otherwise
    bool plain; // a DATE that is one word without offset, so it may be a name after all
    int64_t number; // DATE with a fixed day, INSTANT
    int offset;
    bool working;
};

bool operand_is_null(const struct operand *o);
MUST_CHECK bool operand_typed(struct ctx *c, const struct expr_symbols *symbols,
                              const struct expr_symbol *field, const struct operand *o,
                              struct expr_value *out);
MUST_CHECK bool check_order(struct ctx *c, const struct expr_symbol *field, size_t pos);
// The name of a field in the reader's language.
str symbol_title(const struct expr_symbol *field, enum lang lang);
