#pragma once
/*
 * From texts to terms and back: what of a text can be looked up, and which terms a typed word asks for.
 * Pure.
 *
 * A text is folded to letters, digits and Chinese characters: half-width, lower case, simplified, without
 * blanks and punctuation. A term is one 64-bit number, exact and never a hash, whose upper bits say what
 * it is:
 *
 *     pair      two neighbours of the folded text; (nothing, first) marks how a name begins
 *     initials  the pinyin initials from a character of a name on, 8 letters, 5 bits each
 *     pinyin    the pinyin from a character of a name on, 12 letters, 5 bits each
 *     code      a code from one of its parts on without separators, 10 signs, 6 bits each
 *
 * The letters stand from the left, so that what begins with "jzdt" is one range of numbers. A pair and
 * so many letters are all there is to see in them; a longer word is found by what it has of these and then
 * compared with the text itself (match_word).
 *
 * 加装电梯 in 老旧小区加装电梯: pairs 加装, 装电, 电梯. "jzdt": initials jzdt…, which is the range from
 * "jzdt" to "jzdtzzzz". "02-02" in 2023-02-02: code 0202….
 */
#include "base/text.h"
#include "base/vec.h"

enum { INITIALS_LETTERS = 8, PINYIN_LETTERS = 12, CODE_SIGNS = 10, FOLDED_MOST = 8192 };

// Where in a record a term stands; the higher, the more it says. Each belongs to one kind of record.
enum search_place {
    PLACE_NOTE = 1,
    PLACE_REPORT,
    PLACE_PART,
    PLACE_CONTENT,
    PLACE_PINYIN,
    PLACE_ALIAS,
    PLACE_TITLE,
    PLACE_START, // the name begins with it
    PLACE_CODE,
    PLACES
};

struct folded {
    const uint32_t *at;   // code points
    const uint32_t *from; // where each stood in the text, in UTF-16 units, as a browser counts
    const uint32_t *to;
    size_t n;
};
void search_fold(struct arena *a, str text, struct folded *out); // at most FOLDED_MOST characters

struct term {
    int64_t term;
    int place;
};
struct terms {
    VEC(struct term) list;
};
enum text_kind { TEXT_NAME, TEXT_LONG, TEXT_CODE }; // names have pinyin, too
// Adds the terms of a text; place of a name is PLACE_TITLE or PLACE_ALIAS.
void terms_of(struct arena *a, str text, enum text_kind kind, int place, struct terms *out);
// Sorts by term and keeps of each term the best place.
void terms_settle(struct terms *t);

// One way to find a word: all pairs, or one range.
struct way {
    int64_t first, last; // one term when they are the same
    VEC(int64_t) more;   // further terms, all of the same record
};
struct word {
    str typed;
    struct folded folded;
    str letters; // the folded word when it is ASCII letters and digits only; else ""
    VEC(struct way) ways;
};
// "" words (punctuation only) have no ways.
void word_of(struct arena *a, str typed, struct word *out);

struct match {
    int place;         // 0: not here
    uint32_t from, to; // UTF-16 units of the text
};
// Does the word stand in a text? The reference that terms only narrow down to.
struct match match_word(struct arena *a, const struct word *w, str text, enum text_kind kind, int place);
