#include "exchange/division/runes.h"

// Traditional characters of labels, header words, deadlines and units' names; mirrors of official
// sites publish in them.
static uint32_t simplified(uint32_t cp)
{
    static const uint32_t pairs[][2] = {
        // sorted
        {0x500B, 0x4E2A}, {0x5011, 0x4EEC}, {0x5104, 0x4EBF}, {0x512A, 0x4F18}, // 個們億優
        {0x5167, 0x5185}, {0x5275, 0x521B}, {0x5283, 0x5212}, {0x52D5, 0x52A8}, // 內創劃動
        {0x52D9, 0x52A1}, {0x52F5, 0x52B1}, {0x5340, 0x533A}, {0x5354, 0x534F}, // 務勵區協
        {0x53C3, 0x53C2}, {0x54E1, 0x5458}, {0x5553, 0x542F}, {0x555F, 0x542F}, // 參員啓啟
        {0x55AE, 0x5355}, {0x5712, 0x56ED}, {0x5713, 0x5706}, {0x5718, 0x56E2}, // 單園圓團
        {0x57F7, 0x6267}, {0x58D3, 0x538B}, {0x5B78, 0x5B66}, {0x5BE6, 0x5B9E}, // 執壓學實
        {0x5C08, 0x4E13}, {0x5C0E, 0x5BFC}, {0x5C46, 0x5C4A}, {0x5C6C, 0x5C5E}, // 專導屆屬
        {0x5EF3, 0x5385}, {0x614B, 0x6001}, {0x6230, 0x6218}, {0x6236, 0x6237}, // 廳態戰戶
        {0x64D4, 0x62C5}, {0x64DA, 0x636E}, {0x6642, 0x65F6}, {0x66F8, 0x4E66}, // 擔據時書
        {0x6703, 0x4F1A}, {0x689D, 0x6761}, {0x696D, 0x4E1A}, {0x69CB, 0x6784}, // 會條業構
        {0x6A19, 0x6807}, {0x6A5F, 0x673A}, {0x6B72, 0x5C81}, {0x6E96, 0x51C6}, // 標機歲準
        {0x70BA, 0x4E3A}, {0x722D, 0x4E89}, {0x7232, 0x4E3A}, {0x727D, 0x7275}, // 為爭爲牽
        {0x74B0, 0x73AF}, {0x7522, 0x4EA7}, {0x767C, 0x53D1}, {0x76E3, 0x76D1}, // 環產發監
        {0x78BA, 0x786E}, {0x7D05, 0x7EA2}, {0x7D1A, 0x7EA7}, {0x7D44, 0x7EC4}, // 確紅級組
        {0x7D66, 0x7ED9}, {0x7D71, 0x7EDF}, {0x7DA0, 0x7EFF}, {0x7E23, 0x53BF}, // 給統綠縣
        {0x7E3D, 0x603B}, {0x7E54, 0x7EC7}, {0x7E8C, 0x7EED}, {0x806F, 0x8054}, // 總織續聯
        {0x8077, 0x804C}, {0x8207, 0x4E0E}, {0x842C, 0x4E07}, {0x8655, 0x5904}, // 職與萬處
        {0x865F, 0x53F7}, {0x88DC, 0x8865}, {0x898B, 0x89C1}, {0x8A08, 0x8BA1}, // 號補見計
        {0x8A0A, 0x8BAF}, {0x8A18, 0x8BB0}, {0x8A2D, 0x8BBE}, {0x8A8D, 0x8BA4}, // 訊記設認
        {0x8ACB, 0x8BF7}, {0x8CA0, 0x8D1F}, {0x8CA1, 0x8D22}, {0x8CAB, 0x8D2F}, // 請負財貫
        {0x8CAC, 0x8D23}, {0x8CC7, 0x8D44}, {0x8CEA, 0x8D28}, {0x8F2A, 0x8F6E}, // 責資質輪
        {0x8FA6, 0x529E}, {0x8FB2, 0x519C}, {0x9032, 0x8FDB}, {0x9078, 0x9009}, // 辦農進選
        {0x9109, 0x4E61}, {0x9304, 0x5F55}, {0x93AE, 0x9547}, {0x9577, 0x957F}, // 鄉錄鎮長
        {0x9580, 0x95E8}, {0x958B, 0x5F00}, {0x9593, 0x95F4}, {0x95DC, 0x5173}, // 門開間關
        {0x968A, 0x961F}, {0x96D9, 0x53CC}, {0x9801, 0x9875}, {0x9805, 0x9879}, // 隊雙頁項
        {0x9810, 0x9884}, {0x9818, 0x9886}, {0x982D, 0x5934}, {0x985E, 0x7C7B}, // 預領頭類
        {0x9928, 0x9986}, {0x9A57, 0x9A8C}, {0x9F8D, 0x9F99}};                  // 館驗龍
    size_t low = 0, high = COUNT_OF(pairs);
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (pairs[mid][0] < cp) low = mid + 1;
        else high = mid;
    }
    return low < COUNT_OF(pairs) && pairs[low][0] == cp ? pairs[low][1] : cp;
}

uint32_t rune_fold(uint32_t cp)
{
    if (cp >= 0xFF01 && cp <= 0xFF5E) cp -= 0xFEE0;
    switch (cp) {
    case 0x3010: // 【
    case 0x3014: // 〔
    case 0x3016: // 〖
    case '{': return '[';
    case 0x3011:
    case 0x3015:
    case 0x3017:
    case '}': return ']';
    case 0x2236: // ∶
    case 0xFE30:
    case 0xFE55: return ':';
    case 0xFE54: return ';';
    case 0xFE50: return ',';
    case 0xFF61: return 0x3002;
    case 0xFF64: return 0x3001;
    case 0x3000:
    case 0x00A0:
    case '\t':
    case '\n': return ' ';
    default: return cp >= 0x4E00 && cp <= 0x9FFF ? simplified(cp) : cp;
    }
}

bool rune_blank(uint32_t cp)
{
    return cp == ' ';
}

bool rune_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

bool rune_han(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

int rune_numeral(uint32_t cp)
{
    static const uint32_t digits[] = {0x96F6, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94,
                                      0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341};
    if (cp == 0x3007 || cp == 0x25CB || cp == 0x25EF) return 0; // 〇 and the circles used for it
    for (size_t i = 0; i < COUNT_OF(digits); i++)
        if (digits[i] == cp) return (int)i;
    return -1;
}

bool rune_open(uint32_t cp)
{
    return cp == '(' || cp == '[';
}

bool rune_close(uint32_t cp)
{
    return cp == ')' || cp == ']';
}

struct runes runes_of(struct arena *a, str s)
{
    struct runes r = {.src = s};
    static uint32_t nothing[1];
    r.at = arena_try(a, (s.n + 1) * sizeof *r.at);
    r.off = arena_try(a, (s.n + 1) * sizeof *r.off);
    if (!r.at || !r.off) return (struct runes){.src = STR_EMPTY, .at = nothing, .off = nothing};
    for (size_t i = 0; i < s.n;) {
        r.off[r.n] = (uint32_t)i;
        r.at[r.n++] = rune_fold(utf8_next(s, &i));
    }
    r.at[r.n] = 0;
    r.off[r.n] = (uint32_t)s.n;
    return r;
}

str runes_slice(const struct runes *r, size_t from, size_t to)
{
    if (to > r->n) to = r->n;
    if (from >= to) return STR_EMPTY;
    return str_trim(str_sub(r->src, r->off[from], r->off[to] - r->off[from]));
}

size_t runes_skip(const struct runes *r, size_t i)
{
    while (i < r->n && rune_blank(r->at[i])) i++;
    return i;
}

size_t runes_lit(const struct runes *r, size_t i, const char *literal)
{
    // Nearly every question is answered by the first character; Chinese ones are never folded.
    const unsigned char *z = (const unsigned char *)literal;
    if (z[0] >= 0xE4 && z[0] <= 0xE9 && z[1] && z[2] &&
        (i >= r->n ||
         r->at[i] != ((uint32_t)(z[0] & 15) << 12 | (uint32_t)(z[1] & 63) << 6 | (z[2] & 63U))))
        return 0;
    str want = str_of(literal);
    size_t at = i, k = 0;
    while (k < want.n) {
        uint32_t cp = rune_fold(utf8_next(want, &k));
        if (at > i) at = runes_skip(r, at);
        if (at >= r->n || r->at[at] != cp) return 0;
        at++;
    }
    return at - i;
}

bool runes_is(const struct runes *r, size_t i, const char *literal)
{
    return runes_lit(r, i, literal) > 0;
}

size_t runes_find(const struct runes *r, size_t from, size_t to, const char *literal)
{
    size_t k = 0;
    uint32_t first = rune_fold(utf8_next(str_of(literal), &k));
    for (size_t i = from; i < to && i < r->n; i++) {
        if (r->at[i] != first) continue;
        size_t n = runes_lit(r, i, literal);
        if (n && i + n <= to) return i;
    }
    return SIZE_MAX;
}

bool runes_has(const struct runes *r, const char *literal)
{
    return runes_find(r, 0, r->n, literal) != SIZE_MAX;
}

bool str_has_any(str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_has(s, str_of(words[i]))) return true;
    return false;
}

size_t runes_int(const struct runes *r, size_t i, int *out)
{
    int value = 0;
    size_t n = 0;
    while (i + n < r->n && rune_digit(r->at[i + n])) {
        if (n == 6) return 0;
        value = value * 10 + (int)(r->at[i + n] - '0');
        n++;
    }
    *out = value;
    return n;
}

size_t runes_cn_int(const struct runes *r, size_t i, int *out)
{
    int value = 0, digit = -1;
    size_t n = 0;
    for (; i + n < r->n && n < 4; n++) {
        int d = rune_numeral(r->at[i + n]);
        if (d < 0) break;
        if (d == 10) value += (digit < 0 ? 1 : digit) * 10;
        else if (digit >= 0 && value == 0) break; // 二三 is two numbers
        if (d != 10 && digit >= 0 && value > 0 && rune_numeral(r->at[i + n - 1]) != 10) break;
        digit = d == 10 ? -1 : d;
    }
    if (digit > 0) value += digit;
    *out = value;
    return value > 0 ? n : 0;
}

size_t runes_close(const struct runes *r, size_t i, size_t to)
{
    enum { LONGEST = 4000 }; // no bracket of a document is longer; keeps hostile text linear
    int depth = 0;
    if (to > i + LONGEST) to = i + LONGEST;
    uint32_t open = r->at[i], close = open == '(' ? ')' : ']';
    for (size_t k = i; k < to && k < r->n; k++) {
        if (r->at[k] == open) depth++;
        if (r->at[k] == close && --depth == 0) return k;
    }
    return SIZE_MAX;
}
