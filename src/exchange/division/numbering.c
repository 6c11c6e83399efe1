#include "exchange/division/numbering.h"

static bool part_at(const struct runes *r, size_t i, struct numbering *out)
{
    size_t k = i + runes_lit(r, i, "第");
    if (k == i) return false;
    k = runes_skip(r, k);
    int value;
    size_t n = runes_cn_int(r, k, &value);
    if (!n) n = runes_int(r, k, &value);
    if (!n) return false;
    k = runes_skip(r, k + n);
    static const struct {
        const char *word;
        int rank;
    } words[] = {{"部分", RANK_PART}, {"章", RANK_PART},    {"编", RANK_PART},
                 {"板块", RANK_PART}, {"节", RANK_SECTION}, {"条", RANK_ARABIC},
                 {"项", RANK_ARABIC}, {"件", RANK_ARABIC}};
    for (size_t w = 0; w < COUNT_OF(words); w++) {
        n = runes_lit(r, k, words[w].word);
        if (!n) continue;
        size_t end = k + n;
        // 第一条 is followed by a blank or a mark; 第一项目 is not numbering.
        bool blank = end >= r->n || rune_blank(r->at[end]) || r->at[end] == ':' ||
                     r->at[end] == 0x3001 || r->at[end] == ',' || r->at[end] == '.';
        if (!blank) return false;
        while (end < r->n && (rune_blank(r->at[end]) || r->at[end] == ':' || r->at[end] == 0x3001))
            end++;
        *out = (struct numbering){words[w].rank, value, end};
        return true;
    }
    return false;
}

static bool chinese_at(const struct runes *r, size_t i, struct numbering *out)
{
    int value;
    size_t n = runes_cn_int(r, i, &value);
    if (!n) return false;
    size_t k = runes_skip(r, i + n);
    if (k < r->n &&
        (r->at[k] == 0x3001 || r->at[k] == '.' || r->at[k] == ':' || r->at[k] == 0xFF0E)) {
        *out = (struct numbering){RANK_CHINESE, value, runes_skip(r, k + 1)};
        return true;
    }
    if (k < r->n && r->at[k] == 0x662F) { // 一是
        *out = (struct numbering){RANK_CIRCLED, value, runes_skip(r, k + 1)};
        return true;
    }
    // "一 坚持…": a blank alone separates
    if (k > i + n && k < r->n && rune_han(r->at[k])) {
        *out = (struct numbering){RANK_CHINESE, value, k};
        return true;
    }
    return false;
}

static bool bracket_at(const struct runes *r, size_t i, struct numbering *out)
{
    if (r->at[i] != '(' && r->at[i] != '[') return false;
    size_t k = runes_skip(r, i + 1);
    int value;
    size_t n = runes_cn_int(r, k, &value);
    bool chinese = n > 0;
    if (!n) n = runes_int(r, k, &value);
    if (!n || (!chinese && (n > 3 || value == 0))) return false;
    k = runes_skip(r, k + n);
    if (k >= r->n || !rune_close(r->at[k])) return false;
    k = runes_skip(r, k + 1);
    if (k < r->n && (r->at[k] == 0x3001 || r->at[k] == '.')) k = runes_skip(r, k + 1);
    *out = (struct numbering){chinese ? RANK_CHINESE_BRACKET : RANK_ARABIC_BRACKET, value, k};
    return true;
}

// Words that make "1.5" or "12 " a quantity rather than a number.
static bool counts(const struct runes *r, size_t i)
{
    static const char *const units[] = {
        "万", "亿", "个", "%",  "‰",  "公里", "平方", "倍",   "元", "千", "百", "吨", "家",
        "户", "人", "套", "年", "月", "日",   "号",   "米",   "名", "条", "件", "项", "亩",
        "所", "张", "辆", "处", "座", "场",   "次",   "小时", "分", "时", "天", "周", "岁",
        "楼", "栋", "批", "期", "级", "社区", "村",   "G",    "M",  "K",  "k"};
    i = runes_skip(r, i);
    for (size_t k = 0; k < COUNT_OF(units); k++)
        if (runes_is(r, i, units[k])) return true;
    return false;
}

// 1.1 and 1.1.1; k stands at the first dot.
static bool dotted_at(const struct runes *r, size_t k, struct numbering *out)
{
    int depth = 0, last = 0;
    while (r->at[k] == '.' && rune_digit(r->at[k + 1])) {
        size_t m = runes_int(r, k + 1, &last);
        if (!m || m > 2 || last == 0) return false;
        k += 1 + m;
        depth++;
    }
    if (counts(r, k) || r->at[k] == '-' || r->at[k] == '/') return false;
    while (k < r->n && (rune_blank(r->at[k]) || r->at[k] == '.' || r->at[k] == 0x3001)) k++;
    if (k < r->n && !rune_han(r->at[k]) && r->at[k] < 0x2000) return false;
    *out = (struct numbering){RANK_ARABIC_DOTTED + 2 * (depth < 4 ? depth - 1 : 3), last, k};
    return true;
}

// 2.3月底前, 3.12345热线, 4.20家企业: number, dot and a text that begins with digits. A count of
// things is whole, so 20家 cannot be part of 4.20; 1.5亿元 and 12.5公里 are quantities.
static bool dot_before_count(const struct runes *r, size_t k)
{
    int part;
    size_t n = runes_int(r, k + 1, &part);
    static const char *const whole[] = {"月", "日", "年", "号", "G",  "家", "户",
                                        "人", "个", "项", "所", "名", "条", "件",
                                        "张", "辆", "处", "座", "场", "次", "批"};
    if (n != 1 && n != 2) return r->at[k + 1 + n] != '.';
    if (runes_is(r, k + 1 + n, "个百分点")) return false;
    for (size_t i = 0; i < COUNT_OF(whole); i++)
        if (runes_is(r, k + 1 + n, whole[i])) return true;
    return false;
}

static bool number_mark(const struct runes *r, size_t k)
{
    uint32_t mark = r->at[k];
    return mark == '.' || mark == 0x3001 || mark == 0xFF0E || mark == 0x00B7 || mark == 0x2024 ||
           (mark == 0x3002 && k + 2 < r->n);
}

// 1. 1、 1） 1.1 1.1.1 and "1 text"
static bool arabic_at(const struct runes *r, size_t i, struct numbering *out)
{
    int value;
    size_t n = runes_int(r, i, &value);
    if (!n || n > 3 || value == 0) return false;
    size_t k = i + n, after = runes_skip(r, k);
    if (r->at[after] == '.' || r->at[after] == 0x3001) k = after;
    if (r->at[k] == ')') {
        *out = (struct numbering){RANK_ARABIC_BRACKET, value, runes_skip(r, k + 1)};
        return true;
    }
    bool dotted = r->at[k] == '.' && rune_digit(r->at[k + 1]);
    if (dotted && !dot_before_count(r, k)) return dotted_at(r, k, out);
    if (number_mark(r, k)) {
        *out = (struct numbering){RANK_ARABIC, value, runes_skip(r, k + 1)};
        return true;
    }
    bool text = after > k && after < r->n && (rune_han(r->at[after]) || r->at[after] >= 0x2000);
    if (!text || counts(r, after)) return false;
    *out = (struct numbering){RANK_ARABIC, value, after};
    return true;
}

static bool symbol_at(const struct runes *r, size_t i, struct numbering *out)
{
    uint32_t cp = r->at[i];
    static const struct {
        uint32_t first, last;
        int rank, base;
    } runs[] = {{0x2460, 0x2473, RANK_CIRCLED, 1}, // ①…⑳
                {0x3251, 0x325F, RANK_CIRCLED, 21},        {0x2776, 0x277F, RANK_CIRCLED, 1}, // ❶
                {0x2474, 0x2487, RANK_ARABIC_BRACKET, 1},                                     // ⑴
                {0x2488, 0x249B, RANK_ARABIC, 1},                                             // ⒈
                {0x3220, 0x3229, RANK_CHINESE_BRACKET, 1},                                    // ㈠
                {0x2160, 0x216B, RANK_CHINESE, 1}};                                           // Ⅰ
    for (size_t k = 0; k < COUNT_OF(runs); k++)
        if (cp >= runs[k].first && cp <= runs[k].last) {
            size_t end = runes_skip(r, i + 1);
            while (end < r->n && (r->at[end] == 0x3001 || r->at[end] == '.'))
                end = runes_skip(r, end + 1);
            *out = (struct numbering){runs[k].rank, (int)(cp - runs[k].first) + runs[k].base, end};
            return true;
        }
    static const uint32_t bullets[] = {0x25B2, 0x25B3, 0x2605, 0x2606, 0x25CF, 0x25C6,
                                       0x25C7, 0x25A0, 0x25A1, 0x25CB, 0x2022, 0x00B7,
                                       0x25B6, 0x25BA, 0x2756, 0x203B, 0x2713, 0x2714,
                                       0x30FB, 0xF06C, 0xF0B7, 0xF075, 0xF0D8};
    size_t end = i;
    for (size_t k = 0; k < COUNT_OF(bullets); k++)
        if (cp == bullets[k]) end = i + 1;
    if (cp == 0x2014 && r->at[i + 1] == 0x2014) end = i + 2; // ——
    if (cp == '-' && i + 1 < r->n && rune_han(r->at[runes_skip(r, i + 1)])) end = i + 1;
    if (end == i) return false;
    *out = (struct numbering){RANK_BULLET, 0, runes_skip(r, end)};
    return true;
}

// 任务1： 实事一： 项目3、
static bool worded_at(const struct runes *r, size_t i, struct numbering *out)
{
    // 任务编号：3 above a card
    static const char *const cards[] = {"任务编号:", "项目编号:", "任务序号:", "编号:", "序号:"};
    for (size_t k = 0; k < COUNT_OF(cards); k++) {
        int value;
        size_t n = runes_lit(r, i, cards[k]), at = runes_skip(r, i + n);
        size_t m = n ? runes_int(r, at, &value) : 0;
        if (!m || m > 3 || (at + m < r->n && !rune_blank(r->at[at + m]))) continue;
        *out = (struct numbering){RANK_ARABIC, value, runes_skip(r, at + m)};
        return true;
    }
    static const char *const words[] = {"任务",     "实事",     "项目",     "事项",    "专项",
                                        "督办事项", "督查事项", "交办事项", "议定事项"};
    for (size_t k = 0; k < COUNT_OF(words); k++) {
        size_t n = runes_lit(r, i, words[k]);
        if (!n) continue;
        int value;
        size_t at = runes_skip(r, i + n), m = runes_int(r, at, &value);
        if (!m) m = runes_cn_int(r, at, &value);
        size_t end = runes_skip(r, at + m);
        if (!m || end >= r->n || (r->at[end] != ':' && r->at[end] != 0x3001 && r->at[end] != '.'))
            return false;
        *out = (struct numbering){RANK_ARABIC, value, runes_skip(r, end + 1)};
        return true;
    }
    return false;
}

// ★3. and ▲（二）: the mark stresses, the number counts.
static bool marked_at(const struct runes *r, size_t i, struct numbering *out)
{
    struct numbering inner;
    if (!symbol_at(r, i, out)) return false;
    if (out->rank != RANK_BULLET) return true;
    if (bracket_at(r, out->end, &inner) || arabic_at(r, out->end, &inner)) *out = inner;
    return true;
}

bool numbering_at(const struct runes *r, size_t i, struct numbering *out)
{
    i = runes_skip(r, i);
    if (i >= r->n) return false;
    return part_at(r, i, out) || bracket_at(r, i, out) || chinese_at(r, i, out) ||
           arabic_at(r, i, out) || marked_at(r, i, out) || worded_at(r, i, out);
}

bool numbering_serial(const struct runes *r, int *value)
{
    size_t i = runes_skip(r, 0);
    bool open = i < r->n && r->at[i] == '(';
    if (open) i++;
    size_t n = runes_int(r, i, value);
    if (!n || n > 4) return false;
    i += n;
    for (int part; (r->at[i] == '.' || r->at[i] == '-') && (n = runes_int(r, i + 1, &part)) != 0 &&
                   n <= 2 && *value < 200;)
        i += 1 + n; // 1.1, 2-3
    if (open && r->at[i] == ')') i++;
    if (r->at[i] == '.' || r->at[i] == 0x3001) i++;
    return runes_skip(r, i) >= r->n && *value > 0;
}
