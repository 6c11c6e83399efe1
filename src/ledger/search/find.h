#pragma once
/*
 * From words to candidates, in SQL and within what the actor may see. A word's ways (terms.h) are asked one by
 * one; the word with the fewest rows leads, the others are conditions on its records. Of each way the
 * SEARCH_FEW best by place and then the newest are taken; the caller compares them with the texts.
 */
#include "ledger/search/sources.h"
#include "ledger/search/terms.h"
#include "ledger/sqltext.h"

enum { SEARCH_FEW = 1000, SEARCH_WORDS = 8, SEARCH_UNITS = 16 };

struct search_word {
    struct word word;
    int64_t units[SEARCH_UNITS]; // units that the word names: their items are meant, too
    size_t n_units;
    int64_t rows; // how many there are at most, counted up to SEARCH_FEW + 1
};
struct search_words {
    struct search_word at[SEARCH_WORDS];
    size_t n;
};
// Splits at blanks; words without letters are left out, and those beyond SEARCH_WORDS.
void search_words_of(struct call *k, str text, struct search_words *out);
// Finds the units that each word names.
MUST_CHECK bool search_words_units(struct call *k, struct search_words *w);

struct candidate {
    int64_t id, order; // order: the official one
    int place;         // the best place of the leading word
    bool open;
};
struct candidates {
    VEC(struct candidate) list; // each record once, best first
    bool more;
};
// Nothing when the kind is not for the actor.
MUST_CHECK bool search_candidates(struct call *k, enum search_kind kind, struct search_words *w,
                                  struct candidates *out);
// True when the actor's roles may find records of the kind at all.
bool search_allowed(struct call *k, enum search_kind kind);
int candidate_compare(const void *x, const void *y);
