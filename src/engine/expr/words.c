#include "engine/expr/words.h"

static const struct {
    const char *text;
    enum place place;
    enum word word;
} WORDS[] = {
    {"and", PLACE_LINK, WORD_AND},
    {"并且", PLACE_LINK, WORD_AND},
    {"且", PLACE_LINK, WORD_AND},
    {"or", PLACE_LINK, WORD_OR},
    {"或者", PLACE_LINK, WORD_OR},
    {"或", PLACE_LINK, WORD_OR},
    {"not", PLACE_LINK, WORD_NOT},
    {"非", PLACE_LINK, WORD_NOT},

    {"not", PLACE_OPERATOR, WORD_NOT},
    {"is", PLACE_OPERATOR, WORD_IS},
    {"为", PLACE_OPERATOR, WORD_IS},
    {"是", PLACE_OPERATOR, WORD_IS},
    {"等于", PLACE_OPERATOR, WORD_EQ},
    {"不为", PLACE_OPERATOR, WORD_NE},
    {"不是", PLACE_OPERATOR, WORD_NE},
    {"不等于", PLACE_OPERATOR, WORD_NE},
    {"before", PLACE_OPERATOR, WORD_LT},
    {"早于", PLACE_OPERATOR, WORD_LT},
    {"小于", PLACE_OPERATOR, WORD_LT},
    {"不晚于", PLACE_OPERATOR, WORD_LE},
    {"不大于", PLACE_OPERATOR, WORD_LE},
    {"不超过", PLACE_OPERATOR, WORD_LE},
    {"after", PLACE_OPERATOR, WORD_GT},
    {"晚于", PLACE_OPERATOR, WORD_GT},
    {"大于", PLACE_OPERATOR, WORD_GT},
    {"不早于", PLACE_OPERATOR, WORD_GE},
    {"不小于", PLACE_OPERATOR, WORD_GE},
    {"不低于", PLACE_OPERATOR, WORD_GE},
    {"in", PLACE_OPERATOR, WORD_IN},
    {"属于", PLACE_OPERATOR, WORD_IN},
    {"不属于", PLACE_OPERATOR, WORD_NOT_IN},
    {"like", PLACE_OPERATOR, WORD_LIKE},
    {"形如", PLACE_OPERATOR, WORD_LIKE},
    {"不形如", PLACE_OPERATOR, WORD_NOT_LIKE},
    {"contains", PLACE_OPERATOR, WORD_CONTAINS},
    {"包含", PLACE_OPERATOR, WORD_CONTAINS},
    {"不包含", PLACE_OPERATOR, WORD_NOT_CONTAINS},
    {"between", PLACE_OPERATOR, WORD_BETWEEN},
    {"介于", PLACE_OPERATOR, WORD_BETWEEN},
    {"不介于", PLACE_OPERATOR, WORD_NOT_BETWEEN},
    {"为空", PLACE_OPERATOR, WORD_IS_NULL},
    {"不为空", PLACE_OPERATOR, WORD_IS_NOT_NULL},

    {"null", PLACE_VALUE, WORD_NULL},
    {"空", PLACE_VALUE, WORD_NULL},
    {"true", PLACE_VALUE, WORD_TRUE},
    {"是", PLACE_VALUE, WORD_TRUE},
    {"false", PLACE_VALUE, WORD_FALSE},
    {"否", PLACE_VALUE, WORD_FALSE},
    {"me", PLACE_VALUE, WORD_ME},
    {"我", PLACE_VALUE, WORD_ME},
    {"my_unit", PLACE_VALUE, WORD_MY_UNIT},
    {"本单位", PLACE_VALUE, WORD_MY_UNIT},
    {"subtree", PLACE_VALUE, WORD_SUBTREE},
    {"下级", PLACE_VALUE, WORD_SUBTREE},
    {"today", PLACE_VALUE, WORD_TODAY},
    {"今天", PLACE_VALUE, WORD_TODAY},
    {"今日", PLACE_VALUE, WORD_TODAY},
    {"month_start", PLACE_VALUE, WORD_MONTH_START},
    {"本月初", PLACE_VALUE, WORD_MONTH_START},
    {"month_end", PLACE_VALUE, WORD_MONTH_END},
    {"本月末", PLACE_VALUE, WORD_MONTH_END},
    {"本月底", PLACE_VALUE, WORD_MONTH_END},
    {"quarter_start", PLACE_VALUE, WORD_QUARTER_START},
    {"本季初", PLACE_VALUE, WORD_QUARTER_START},
    {"quarter_end", PLACE_VALUE, WORD_QUARTER_END},
    {"本季末", PLACE_VALUE, WORD_QUARTER_END},
    {"year_start", PLACE_VALUE, WORD_YEAR_START},
    {"本年初", PLACE_VALUE, WORD_YEAR_START},
    {"年初", PLACE_VALUE, WORD_YEAR_START},
    {"year_end", PLACE_VALUE, WORD_YEAR_END},
    {"本年末", PLACE_VALUE, WORD_YEAR_END},
    {"年底", PLACE_VALUE, WORD_YEAR_END},

    {"and", PLACE_RANGE, WORD_AND},
    {"和", PLACE_RANGE, WORD_AND},
    {"与", PLACE_RANGE, WORD_AND},
    {"至", PLACE_RANGE, WORD_AND},
    {"到", PLACE_RANGE, WORD_AND},

    {"d", PLACE_UNIT, WORD_DAYS},
    {"天", PLACE_UNIT, WORD_DAYS},
    {"日", PLACE_UNIT, WORD_DAYS},
    {"w", PLACE_UNIT, WORD_WORKING_DAYS},
    {"工作日", PLACE_UNIT, WORD_WORKING_DAYS},
    {"个工作日", PLACE_UNIT, WORD_WORKING_DAYS},
};

enum word word_find(str text, enum place place)
{
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (WORDS[i].place == place && name_same(text, str_of(WORDS[i].text))) return WORDS[i].word;
    return WORD_NONE;
}

enum expr_anchor word_anchor(enum word w)
{
    switch (w) {
    case WORD_TODAY: return EXPR_TODAY;
    case WORD_MONTH_START: return EXPR_MONTH_START;
    case WORD_MONTH_END: return EXPR_MONTH_END;
    case WORD_QUARTER_START: return EXPR_QUARTER_START;
    case WORD_QUARTER_END: return EXPR_QUARTER_END;
    case WORD_YEAR_START: return EXPR_YEAR_START;
    case WORD_YEAR_END: return EXPR_YEAR_END;
    default: return EXPR_FIXED;
    }
}

const char *word_of_anchor(enum expr_anchor anchor)
{
    static const char *const names[] = {
        [EXPR_FIXED] = "",
        [EXPR_TODAY] = "today",
        [EXPR_MONTH_START] = "month_start",
        [EXPR_MONTH_END] = "month_end",
        [EXPR_QUARTER_START] = "quarter_start",
        [EXPR_QUARTER_END] = "quarter_end",
        [EXPR_YEAR_START] = "year_start",
        [EXPR_YEAR_END] = "year_end",
    };
    return names[anchor];
}

// The next code point that counts, folded as str_fold does; 0 at the end.
static uint32_t next_folded(str s, size_t *at)
{
    while (*at < s.n) {
        uint32_t u = utf8_next(s, at);
        if (u >= 0xff01 && u <= 0xff5e) u -= 0xfee0;
        if (u == ' ' || u == 0x3000 || u == 0xa0 || u == 0xfeff || (u >= '\t' && u <= '\r'))
            continue;
        return u >= 'A' && u <= 'Z' ? u + ('a' - 'A') : u;
    }
    return 0;
}

bool name_same(str x, str y)
{
    size_t i = 0, j = 0;
    uint32_t u;
    do {
        u = next_folded(x, &i);
        if (u != next_folded(y, &j)) return false;
    } while (u != 0);
    return true;
}

const struct expr_symbol *symbol_find(const struct expr_symbols *symbols, str name)
{
    for (size_t i = 0; i < symbols->n; i++)
        if (str_eq(symbols->at[i].name, name)) return &symbols->at[i];
    for (size_t i = 0; i < symbols->n; i++) {
        const struct expr_symbol *s = &symbols->at[i];
        if (name_same(s->name, name)) return s;
        if ((s->zh.n && name_same(s->zh, name)) || (s->en.n && name_same(s->en, name))) return s;
    }
    return NULL;
}

const struct expr_choice *choice_find(const struct expr_symbol *field, str name)
{
    for (size_t i = 0; i < field->n_choices; i++)
        if (str_eq(field->choices[i].code, name)) return &field->choices[i];
    for (size_t i = 0; i < field->n_choices; i++) {
        const struct expr_choice *k = &field->choices[i];
        if (name_same(k->code, name)) return k;
        if ((k->zh.n && name_same(k->zh, name)) || (k->en.n && name_same(k->en, name))) return k;
    }
    return NULL;
}

/* --- near names --- */

enum { NEAR_CHARS = 40, NEAR_NAMES = 3 };

static size_t unfold(str s, uint32_t out[NEAR_CHARS])
{
    size_t n = 0, at = 0;
    uint32_t u;
    while (n < NEAR_CHARS && (u = next_folded(s, &at)) != 0) out[n++] = u;
    return n;
}

// Damerau and Levenshtein's distance between the beginnings of two names: characters added, left
// out, changed, or swapped with their neighbour.
static size_t distance(str x, str y)
{
    uint32_t p[NEAR_CHARS], q[NEAR_CHARS];
    size_t n = unfold(x, p), m = unfold(y, q), d[NEAR_CHARS + 1][NEAR_CHARS + 1];
    for (size_t i = 0; i <= n; i++) {
        for (size_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            size_t best = d[i - 1][j - 1] + (p[i - 1] != q[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            bool swapped = i > 1 && j > 1 && p[i - 1] == q[j - 2] && p[i - 2] == q[j - 1];
            if (swapped && d[i - 2][j - 2] + 1 < best) best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[n][m];
}

// How far a candidate is from what was typed; SIZE_MAX when too far to be meant.
static size_t farness(str typed, str candidate)
{
    if (candidate.n == 0) return SIZE_MAX;
    size_t n = utf8_count(typed);
    if (n >= 2 && (str_has(candidate, typed) || str_has(typed, candidate))) return 1;
    size_t far = distance(typed, candidate);
    return far <= (n + 1) / 3 ? far : SIZE_MAX;
}

str symbols_near(struct arena *a, const struct expr_symbols *symbols, str name)
{
    struct {
        size_t far;
        str name;
    } best[NEAR_NAMES] = {{SIZE_MAX, STR_EMPTY}, {SIZE_MAX, STR_EMPTY}, {SIZE_MAX, STR_EMPTY}};
    for (size_t i = 0; i < symbols->n; i++) {
        const str names[] = {symbols->at[i].name, symbols->at[i].zh, symbols->at[i].en};
        size_t far = SIZE_MAX, which = 0;
        for (size_t k = 0; k < COUNT_OF(names); k++) {
            size_t f = farness(name, names[k]);
            if (f < far) far = f, which = k;
        }
        size_t slot = NEAR_NAMES;
        while (slot > 0 && far < best[slot - 1].far) slot--;
        if (slot == NEAR_NAMES) continue;
        for (size_t k = NEAR_NAMES - 1; k > slot; k--) best[k] = best[k - 1];
        best[slot].far = far;
        best[slot].name = names[which];
    }
    struct buf b;
    buf_init(&b, a, 1024);
    for (size_t i = 0; i < NEAR_NAMES && best[i].far != SIZE_MAX; i++) {
        if (i) buf_addz(&b, ", ");
        buf_add(&b, best[i].name);
    }
    return buf_str(&b);
}
