#pragma once
/*
 * A paragraph as code points, folded for reading: full-width ASCII becomes half-width, every kind
 * of square bracket becomes [ or ], every colon ':'. Each code point knows its byte offset, so that
 * a slice gives back the original characters untouched. All scanners of the importer work on this.
 *
 * Positions run from 0 to n; at(n) is 0, so a scanner may look one past the end.
 */
#include "base/text.h"
#include "base/vec.h"

struct runes {
    str src;
    uint32_t *at;  // n + 1 entries, the last 0
    uint32_t *off; // n + 1 entries, the last src.n
    size_t n;
};

struct span { // [from, to) in runes
    size_t from, to;
};

struct runes runes_of(struct arena *a, str s);                  // n = 0 when memory ran out
str runes_slice(const struct runes *r, size_t from, size_t to); // original text, trimmed
uint32_t rune_fold(uint32_t cp);
bool rune_blank(uint32_t cp);
bool rune_digit(uint32_t cp); // ASCII after folding
bool rune_han(uint32_t cp);
// Value of 〇零一二…九十, or -1; "十" is 10.
int rune_numeral(uint32_t cp);

size_t runes_skip(const struct runes *r, size_t i); // past blanks
// Length in runes of the literal at i, blanks inside the text skipped; 0 when it is not there.
size_t runes_lit(const struct runes *r, size_t i, const char *literal);
bool runes_is(const struct runes *r, size_t i, const char *literal);
// First position ≥ from and < to of the literal, or SIZE_MAX.
size_t runes_find(const struct runes *r, size_t from, size_t to, const char *literal);
bool runes_has(const struct runes *r, const char *literal);
bool str_has_any(str s, const char *const *words, size_t n);
// A decimal number of ASCII digits at i: its value and length; 0 when none or longer than 6 digits.
size_t runes_int(const struct runes *r, size_t i, int *out);
// A Chinese numeral up to 99 (十二, 二十三, 三十) at i: length, 0 when none.
size_t runes_cn_int(const struct runes *r, size_t i, int *out);
// The closing bracket that matches the opening one at i, within to and 4000 runes; SIZE_MAX when
// there is none.
size_t runes_close(const struct runes *r, size_t i, size_t to);
bool rune_open(uint32_t cp);
bool rune_close(uint32_t cp);
