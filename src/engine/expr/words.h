#pragma once
/*
 * The language's own words in Chinese and English, and how names are compared. A word means
 * something only in its place, so a field may well be called "today" or "in".
 */
#include "engine/expr/expr.h"

enum word {
    WORD_NONE,
    // between comparisons
    WORD_AND,
    WORD_OR,
    WORD_NOT,
    // after a field
    WORD_IS,
    WORD_EQ,
    WORD_NE,
    WORD_LT,
    WORD_LE,
    WORD_GT,
    WORD_GE,
    WORD_IN,
    WORD_NOT_IN,
    WORD_LIKE,
    WORD_NOT_LIKE,
    WORD_CONTAINS,
    WORD_NOT_CONTAINS,
    WORD_BETWEEN,
    WORD_NOT_BETWEEN,
    WORD_IS_NULL,
    WORD_IS_NOT_NULL,
    // where a value stands
    WORD_NULL,
    WORD_TRUE,
    WORD_FALSE,
    WORD_ME,
    WORD_MY_UNIT,
    WORD_SUBTREE,
    WORD_TODAY,
    WORD_MONTH_START,
    WORD_MONTH_END,
    WORD_QUARTER_START,
    WORD_QUARTER_END,
    WORD_YEAR_START,
    WORD_YEAR_END,
    // after a number of days
    WORD_DAYS,
    WORD_WORKING_DAYS
};

enum place { PLACE_LINK, PLACE_OPERATOR, PLACE_VALUE, PLACE_RANGE, PLACE_UNIT };

enum word word_find(str text, enum place place);
// The anchor a word of a date means; EXPR_FIXED when it is none.
enum expr_anchor word_anchor(enum word w);
const char *word_of_anchor(enum expr_anchor anchor); // "today"

// Equal as str_fold has it: blanks, case and width do not count. Does not allocate.
bool name_same(str x, str y);
const struct expr_symbol *symbol_find(const struct expr_symbols *symbols, str name);
const struct expr_choice *choice_find(const struct expr_symbol *field, str name);
// Up to three names of fields near to a misspelt one, "due, lead"; "" when none is near.
str symbols_near(struct arena *a, const struct expr_symbols *symbols, str name);
