#include "exchange/docx/numerals.h"

#include "base/arena.h"

static const char *const DIGITS[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const LEGAL[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

// 1 to 9999: 十一, 一百零一, 一千零一十. first_one: 一十一 instead of 十一.
static str chinese(struct arena *a, const char *const *digits, const char *const *places, const char *zero, int n,
                   bool first_one)
{
    str out = STR_EMPTY;
    bool gap = false;
    for (int place = 3, unit = 1000; place >= 0; place--, unit /= 10) {
        int d = n / unit % 10;
        if (d == 0) {
            gap = out.n > 0;
            continue;
        }
        if (gap) out = str_cat(a, out, str_of(zero));
        gap = false;
        bool bare = place == 1 && d == 1 && out.n == 0 && !first_one;
        if (!bare) out = str_cat(a, out, str_of(digits[d]));
        out = str_cat(a, out, str_of(places[place]));
    }
    return out;
}

static str roman(struct arena *a, int n, bool upper)
{
    static const struct {
        int value;
        const char *upper, *lower;
    } PARTS[] = {{1000, "M", "m"}, {900, "CM", "cm"}, {500, "D", "d"},  {400, "CD", "cd"}, {100, "C", "c"},
                 {90, "XC", "xc"}, {50, "L", "l"},    {40, "XL", "xl"}, {10, "X", "x"},    {9, "IX", "ix"},
                 {5, "V", "v"},    {4, "IV", "iv"},   {1, "I", "i"}};
    str out = STR_EMPTY;
    for (size_t i = 0; i < COUNT_OF(PARTS); i++)
        for (; n >= PARTS[i].value; n -= PARTS[i].value)
            out = str_cat(a, out, str_of(upper ? PARTS[i].upper : PARTS[i].lower));
    return out;
}

// a … z, aa, bb …: the letter repeated, as word processors do.
static str letters(struct arena *a, int n, char first)
{
    str out = STR_EMPTY;
    char letter = (char)(first + (n - 1) % 26);
    for (int i = 0; i <= (n - 1) / 26; i++) out = str_cat(a, out, (str){&letter, 1});
    return str_dup(a, out);
}

// One character of a row that stands in Unicode one behind the other.
static str character(struct arena *a, uint32_t first, int n)
{
    char bytes[4];
    return str_dup(a, (str){bytes, utf8_put(bytes, first + (uint32_t)n - 1)});
}

static str each_digit(struct arena *a, int n, const char *const *digits)
{
    str plain = str_printf(a, "%d", n), out = STR_EMPTY;
    for (size_t i = 0; i < plain.n; i++) out = str_cat(a, out, str_of(digits[plain.p[i] - '0']));
    return out;
}

static str one_of(struct arena *a, const char *const *words, int n_words, int n)
{
    return n <= n_words ? str_of(words[n - 1]) : str_printf(a, "%d", n);
}

static bool enclosed(struct arena *a, str format, int n, str *out)
{
    static const struct {
        const char *format;
        uint32_t first;
        int most;
    } ROWS[] = {{"decimalEnclosedCircle", 0x2460, 20},
                {"decimalEnclosedCircleChinese", 0x2460, 20},
                {"decimalEnclosedParen", 0x2474, 20},
                {"decimalEnclosedFullstop", 0x2488, 20},
                {"ideographEnclosedCircle", 0x3280, 10}};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        if (!str_is(format, ROWS[i].format)) continue;
        *out = n <= ROWS[i].most ? character(a, ROWS[i].first, n) : str_printf(a, "%d", n);
        return true;
    }
    return false;
}

static bool ideographs(struct arena *a, str format, int n, str *out)
{
    static const char *const PLACES[] = {"", "十", "百", "千"}, *const LEGAL_PLACES[] = {"", "拾", "佰", "仟"};
    static const char *const STEMS[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    static const char *const BRANCHES[] = {"子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉", "戌", "亥"};
    static const char *const FULL[] = {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
    if (n > 9999) return false;
    if (str_is(format, "chineseCounting") || str_is(format, "chineseCountingThousand") ||
        str_is(format, "japaneseCounting") || str_is(format, "taiwaneseCounting") ||
        str_is(format, "taiwaneseCountingThousand"))
        *out = chinese(a, DIGITS, PLACES, "零", n, false);
    else if (str_is(format, "chineseLegalSimplified")) *out = chinese(a, LEGAL, LEGAL_PLACES, "零", n, true);
    else if (str_is(format, "ideographDigital") || str_is(format, "taiwaneseDigital") ||
             str_is(format, "japaneseDigitalTenThousand"))
        *out = each_digit(a, n, DIGITS);
    else if (str_is(format, "ideographTraditional")) *out = one_of(a, STEMS, COUNT_OF(STEMS), n);
    else if (str_is(format, "ideographZodiac")) *out = one_of(a, BRANCHES, COUNT_OF(BRANCHES), n);
    else if (str_is(format, "decimalFullWidth") || str_is(format, "decimalFullWidth2")) *out = each_digit(a, n, FULL);
    else return false;
    return true;
}

str numeral(struct arena *a, str format, int n)
{
    str out;
    if (str_is(format, "none")) return STR_EMPTY;
    if (n < 1) return str_printf(a, "%d", n);
    if (enclosed(a, format, n, &out) || ideographs(a, format, n, &out)) return out;
    if (str_is(format, "decimalZero")) return str_printf(a, "%02d", n);
    if (str_is(format, "upperRoman") && n < 4000) return roman(a, n, true);
    if (str_is(format, "lowerRoman") && n < 4000) return roman(a, n, false);
    if (str_is(format, "upperLetter")) return letters(a, n, 'A');
    if (str_is(format, "lowerLetter")) return letters(a, n, 'a');
    return str_printf(a, "%d", n);
}
