#pragma once
/*
 * Exact decimals for audited figures: quantities, shares, percentages. A dec is a count of
 * millionths, so it holds ±9.2 × 10^12 with six decimals; money is integer fen and not a dec.
 * Floating point lives in the engines only.
 */
#include "base/text.h"

typedef struct {
    int64_t millionths;
} dec;

enum { DEC_ONE = 1000000 };

// "No figure given", which is not zero: stored as NULL, written as null.
#define DEC_NONE ((dec){INT64_MIN})
bool dec_is_none(dec d);

// Reads "12", "-0.95", "1,234.5" (ASCII digits; commas between thousands). More than six decimals,
// overflow and anything else give false.
MUST_CHECK bool dec_parse(str s, dec *out);
// The shortest form: "0.95", "12", "-3.5"; "" for DEC_NONE.
str dec_text(struct arena *a, dec d);
// False on overflow, and when a figure is missing.
MUST_CHECK bool dec_add(dec x, dec y, dec *out);
MUST_CHECK bool dec_mul_int(dec x, int64_t k, dec *out);
int dec_cmp(dec x, dec y);
