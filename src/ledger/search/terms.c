#include "ledger/search/terms.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "ledger/search/readings.h"

enum { TAG_PAIR, TAG_INITIALS, TAG_PINYIN, TAG_CODE };
enum { TAG_SHIFT = 60, PAIR_SHIFT = 21, LETTER_BITS = 5, SIGN_BITS = 6, WINDOWS_MOST = 32, WORD_MOST = 60 };

/* --- folding --- */

static bool is_word(uint32_t u)
{
    if (u < 0x80) return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z');
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)u);
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) ||
           (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

static uint32_t fold_one(uint32_t u)
{
    if (u >= 0xff01 && u <= 0xff5e) u -= 0xfee0;
    if (u >= 'A' && u <= 'Z') return u + 'a' - 'A';
    return u < 0x80 ? u : simplified_of((uint32_t)utf8proc_tolower((utf8proc_int32_t)u));
}

void search_fold(struct arena *a, str text, struct folded *out)
{
    size_t room = text.n < FOLDED_MOST ? text.n : FOLDED_MOST, n = 0;
    uint32_t *all = arena_try(a, (room * 3 + 1) * sizeof *all), unit = 0;
    *out = (struct folded){0};
    if (!all) return;
    for (size_t pos = 0; pos < text.n && n < room;) {
        uint32_t u = utf8_next(text, &pos), width = u > 0xffff ? 2 : 1, f = fold_one(u);
        if (is_word(f)) {
            all[n] = f;
            all[room + n] = unit;
            all[2 * room + n++] = unit + width;
        }
        unit += width;
    }
    *out = (struct folded){all, all + room, all + 2 * room, n};
}

/* --- packing --- */

static int64_t tagged(int tag, uint64_t bits)
{
    return (int64_t)((uint64_t)tag << TAG_SHIFT | bits);
}

static int64_t pair(uint32_t x, uint32_t y)
{
    return tagged(TAG_PAIR, (uint64_t)x << PAIR_SHIFT | y);
}

static unsigned letter_number(char c, int bits)
{
    if (bits == LETTER_BITS) return (unsigned)(c - 'a') + 1;
    return c <= '9' ? (unsigned)(c - '0') + 1 : (unsigned)(c - 'a') + 11;
}

// The letters from the left in room for most of them.
static int64_t packed(int tag, str letters, int bits, size_t most)
{
    uint64_t v = 0;
    for (size_t i = 0; i < most; i++) v = v << bits | (i < letters.n ? letter_number(letters.p[i], bits) : 0);
    return tagged(tag, v);
}

static void range(int tag, str letters, int bits, size_t most, struct way *w)
{
    size_t n = letters.n < most ? letters.n : most;
    w->first = packed(tag, letters, bits, most);
    w->last = w->first | (int64_t)((UINT64_C(1) << ((most - n) * (size_t)bits)) - 1);
}

/* --- pinyin of a stretch of a name --- */

struct spelling {
    const struct folded *f;
    bool initials;
    size_t most;
    char letters[PINYIN_LETTERS + 8];
    int left; // how many more variants may be told
    void (*told)(void *arg, str letters, size_t end);
    void *arg;
};

static bool letter_of(uint32_t u, char *c)
{
    *c = (char)u;
    return u >= 'a' && u <= 'z';
}

// Every way to spell the name from character at on, with n letters so far. A digit ends it.
static void spell(struct spelling *s, size_t at, size_t n)
{
    str readings[READINGS_MOST];
    char own;
    size_t k = n < s->most && at < s->f->n ? readings_of(s->f->at[at], readings) : 0;
    if (k == 0 && n < s->most && at < s->f->n && letter_of(s->f->at[at], &own)) {
        readings[0] = (str){&own, 1};
        k = 1;
    }
    if (k == 0) {
        if (n && s->left-- > 0) s->told(s->arg, (str){s->letters, n < s->most ? n : s->most}, at);
        return;
    }
    for (size_t i = 0; i < k && s->left > 0; i++) {
        size_t m = s->initials ? 1 : readings[i].n;
        bool again = false; // initials of several readings are often the same
        for (size_t j = 0; j < i && s->initials; j++) again |= readings[j].p[0] == readings[i].p[0];
        if (again) continue;
        memcpy(s->letters + n, readings[i].p, m);
        spell(s, at + 1, n + m);
    }
}

struct adding {
    struct arena *a;
    struct terms *out;
    int place;
    bool initials;
};

static void add(struct adding *w, int64_t term, int place)
{
    VEC_ADD(w->a, &w->out->list, ((struct term){term, place}));
}

static void add_spelled(void *arg, str letters, size_t end)
{
    struct adding *w = arg;
    (void)end;
    int64_t term = w->initials ? packed(TAG_INITIALS, letters, LETTER_BITS, INITIALS_LETTERS)
                               : packed(TAG_PINYIN, letters, LETTER_BITS, PINYIN_LETTERS);
    add(w, term, w->place);
}

static void add_pinyin(struct adding *w, const struct folded *f)
{
    for (size_t i = 0; i < f->n; i++) {
        str readings[READINGS_MOST];
        size_t k = readings_of(f->at[i], readings);
        for (size_t j = 0; j < k && i == 0; j++) add(w, pair(0, (uint32_t)readings[j].p[0]), w->place);
        for (int initials = 0; initials < 2 && k; initials++) {
            struct spelling s = {.f = f, .initials = initials != 0,
                                 .most = initials ? INITIALS_LETTERS : PINYIN_LETTERS, .left = WINDOWS_MOST,
                                 .told = add_spelled, .arg = w};
            w->initials = s.initials;
            spell(&s, i, 0);
        }
    }
}

/* --- the terms of a text --- */

// From each part of a code on: "2023-02-02" is found by 2023, 02-02, 02.
static void add_code(struct adding *w, str text)
{
    struct arena *a = w->a;
    struct folded f;
    search_fold(a, text, &f);
    char *signs = arena_alloc(a, f.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < f.n; i++)
        if (f.at[i] < 0x80) signs[n++] = (char)f.at[i];
    for (size_t i = 0, k = 0; i < f.n; i++) {
        if (f.at[i] >= 0x80) continue;
        bool part = i == 0 || f.from[i] != f.to[i - 1] || f.at[i - 1] >= 0x80;
        if (part) add(w, packed(TAG_CODE, (str){signs + k, n - k}, SIGN_BITS, CODE_SIGNS), w->place);
        k++;
    }
}

void terms_of(struct arena *a, str text, enum text_kind kind, int place, struct terms *out)
{
    struct adding w = {.a = a, .out = out, .place = place};
    struct folded f;
    if (text.n == 0) return;
    search_fold(a, text, &f);
    if (kind == TEXT_CODE) add_code(&w, text);
    bool title = kind == TEXT_NAME && place == PLACE_TITLE;
    if (kind == TEXT_NAME && f.n) add(&w, pair(0, f.at[0]), title ? PLACE_START : place);
    for (size_t i = 0; i + 1 < f.n; i++) add(&w, pair(f.at[i], f.at[i + 1]), title && i == 0 ? PLACE_START : place);
    if (kind != TEXT_NAME) return;
    if (title) w.place = PLACE_PINYIN;
    add_pinyin(&w, &f);
}

static int by_term(const void *x, const void *y)
{
    const struct term *a = x, *b = y;
    if (a->term != b->term) return a->term < b->term ? -1 : 1;
    return b->place - a->place;
}

void terms_settle(struct terms *t)
{
    size_t n = 0;
    if (t->list.n) qsort(t->list.at, t->list.n, sizeof *t->list.at, by_term);
    for (size_t i = 0; i < t->list.n; i++)
        if (n == 0 || t->list.at[n - 1].term != t->list.at[i].term) t->list.at[n++] = t->list.at[i];
    t->list.n = n;
}

/* --- a typed word --- */

static void add_pairs(struct arena *a, const struct folded *f, struct word *w)
{
    struct way *way = VEC_PUSH(a, &w->ways);
    way->first = way->last = f->n == 1 ? pair(0, f->at[0]) : pair(f->at[0], f->at[1]);
    for (size_t i = 1; i + 1 < f->n; i++) VEC_ADD(a, &way->more, pair(f->at[i], f->at[i + 1]));
}

void word_of(struct arena *a, str typed, struct word *out)
{
    *out = (struct word){.typed = typed, .letters = STR_EMPTY};
    search_fold(a, utf8_head(typed, WORD_MOST), &out->folded);
    const struct folded *f = &out->folded;
    if (f->n == 0) return;
    add_pairs(a, f, out);
    char *signs = arena_alloc(a, f->n + 1);
    bool ascii = true, letters = true;
    for (size_t i = 0; i < f->n; i++) {
        ascii = ascii && f->at[i] < 0x80;
        letters = letters && f->at[i] >= 'a' && f->at[i] <= 'z';
        signs[i] = (char)f->at[i];
    }
    if (!ascii || f->n < 2) return;
    out->letters = (str){signs, f->n};
    range(TAG_CODE, out->letters, SIGN_BITS, CODE_SIGNS, VEC_PUSH(a, &out->ways));
    if (!letters) return;
    range(TAG_INITIALS, out->letters, LETTER_BITS, INITIALS_LETTERS, VEC_PUSH(a, &out->ways));
    range(TAG_PINYIN, out->letters, LETTER_BITS, PINYIN_LETTERS, VEC_PUSH(a, &out->ways));
}

/* --- a word in a text --- */

static size_t find_literal(const struct folded *f, const struct folded *w)
{
    for (size_t i = 0; w->n && i + w->n <= f->n; i++)
        if (memcmp(f->at + i, w->at, w->n * sizeof *w->at) == 0) return i;
    return SIZE_MAX;
}

// How many characters from at on the letters spell; 0 when they do not.
static size_t spelled(const struct folded *f, size_t at, str letters, bool initials)
{
    str readings[READINGS_MOST];
    char own;
    if (letters.n == 0) return 0;
    size_t k = at < f->n ? readings_of(f->at[at], readings) : 0;
    if (k == 0 && at < f->n && letter_of(f->at[at], &own)) {
        readings[0] = (str){&own, 1};
        k = 1;
    }
    for (size_t i = 0; i < k; i++) {
        size_t m = initials ? 1 : readings[i].n;
        if (m >= letters.n) {
            if (memcmp(readings[i].p, letters.p, letters.n) == 0) return 1;
            continue;
        }
        if (memcmp(readings[i].p, letters.p, m) != 0) continue;
        size_t rest = spelled(f, at + 1, str_from(letters, m), initials);
        if (rest) return rest + 1;
    }
    return 0;
}

static struct match match_pinyin(const struct word *w, const struct folded *f, int place)
{
    for (int initials = 1; initials >= 0; initials--)
        for (size_t i = 0; i < f->n; i++) {
            str one[READINGS_MOST];
            size_t n = readings_of(f->at[i], one) ? spelled(f, i, w->letters, initials != 0) : 0;
            if (n) return (struct match){place, f->from[i], f->to[i + n - 1]};
        }
    return (struct match){0};
}

// A code from one of its parts on.
static struct match match_code(const struct word *w, const struct folded *f, int place)
{
    for (size_t i = 0; i < f->n; i++) {
        size_t n = 0;
        bool part = i == 0 || f->from[i] != f->to[i - 1] || f->at[i - 1] >= 0x80;
        for (size_t j = i; part && j < f->n && n < w->letters.n; j++) {
            if (f->at[j] >= 0x80) continue;
            if (f->at[j] != (unsigned char)w->letters.p[n]) break;
            if (++n == w->letters.n) return (struct match){place, f->from[i], f->to[j]};
        }
    }
    return (struct match){0};
}

static struct match match_first(const struct word *w, const struct folded *f, bool name, int place)
{
    str readings[READINGS_MOST];
    if (!name || f->n == 0) return (struct match){0};
    bool hit = f->at[0] == w->folded.at[0];
    bool title = place == PLACE_TITLE;
    if (hit) return (struct match){title ? PLACE_START : place, f->from[0], f->to[0]};
    size_t k = readings_of(f->at[0], readings);
    for (size_t i = 0; i < k && !hit; i++) hit = (unsigned char)readings[i].p[0] == w->folded.at[0];
    return hit ? (struct match){title ? PLACE_PINYIN : place, f->from[0], f->to[0]} : (struct match){0};
}

struct match match_word(struct arena *a, const struct word *w, str text, enum text_kind kind, int place)
{
    struct folded f;
    struct match m = {0};
    if (w->folded.n == 0 || text.n == 0) return m;
    search_fold(a, text, &f);
    bool name = kind == TEXT_NAME;
    if (w->folded.n == 1) return match_first(w, &f, name, place);
    size_t at = find_literal(&f, &w->folded);
    if (at != SIZE_MAX) {
        bool start = at == 0 && name && place == PLACE_TITLE;
        return (struct match){start ? PLACE_START : place, f.from[at], f.to[at + w->folded.n - 1]};
    }
    if (w->letters.n && kind == TEXT_CODE) return match_code(w, &f, place);
    if (w->letters.n && name) m = match_pinyin(w, &f, place == PLACE_TITLE ? PLACE_PINYIN : place);
    return m;
}
