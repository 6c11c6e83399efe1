/*
 * A quantity is a number, an optional 万/亿 and a unit of measure. Around it stand words that make
 * it a comparison; the comparator is written in ASCII so that programs can use it:
 *
 *   >= 以上, 不低于, 不少于, 达到…以上, 超过     <= 以内, 以下, 不超过, 控制在…以内, 低于
 *   =  达到, 完成, 新增 … and nothing             ~  左右, 约
 *   a leading + (增长, 提高) or - (下降, 降低, 压减) makes the quantity a change: 增长7%以上 is
 * "+>=" 7 %
 *
 * Not quantities: dates, document numbers, numbers of clauses, ranges of years, numbers glued to
 * Latin letters (5G, PM2.5) and whatever has no unit of measure.
 */
#include "exchange/division/targets.h"

#include "exchange/division/runes.h"

static const char *const UNITS[] = {
    "个百分点", "百分点",   "%",      "‰",      "亿元", "万元", "亿美元", "万美元", "美元",
    "平方公里", "平方千米", "平方米", "立方米", "万亩", "亩",   "公顷",   "公里",   "千米",
    "米",       "吨标准煤", "吨",     "千瓦时", "千瓦", "兆瓦", "人次",   "人",     "户",
    "套",       "家",       "个",     "项",     "件",   "所",   "处",     "座",     "条",
    "辆",       "台",       "张",     "场次",   "场",   "期",   "批",     "名",     "位",
    "间",       "栋",       "幢",     "部",     "次",   "分",   "倍",     "元",     "平米",
    "㎡",       "天",       "小时",   "册",     "篇",   "只",   "头",     "棵",     "株",
    "床",       "门",       "片",     "块",     "支",   "组",   "届",     "例",     "微克/立方米",
    "微克",     "公斤",     "架",     "宗",     "对",   "类",   "万",     "亿",     "盏",
    "桩",       "枪",       "对外",   "升",     "千克", "课时", "学位",   "床位",   "车位"};

static size_t number_at(const struct runes *r, size_t i, str *digits, struct arena *a)
{
    size_t n = 0;
    bool dot = false;
    char text[32];
    size_t len = 0;
    while (i + n < r->n && len + 1 < sizeof text) {
        uint32_t cp = r->at[i + n];
        bool thousands = cp == ',' && len && rune_digit(r->at[i + n + 1]) &&
                         rune_digit(r->at[i + n + 2]) && rune_digit(r->at[i + n + 3]) &&
                         !rune_digit(r->at[i + n + 4]);
        if (thousands) {
            n++;
            continue;
        }
        if (cp == '.' && !dot && len && rune_digit(r->at[i + n + 1])) dot = true;
        else if (!rune_digit(cp)) break;
        text[len++] = (char)cp;
        n++;
    }
    *digits = str_dup(a, (str){text, len});
    return len ? n : 0;
}

static size_t unit_at(const struct runes *r, size_t i)
{
    size_t at = runes_skip(r, i), n = 0;
    if (runes_is(r, at, "余")) at++;
    size_t start = at;
    if (runes_is(r, at, "万亿")) at += 2;
    else if (runes_is(r, at, "万") || runes_is(r, at, "亿") || runes_is(r, at, "千") ||
             runes_is(r, at, "百"))
        at++;
    if (runes_is(r, at, "余")) at++;
    for (size_t k = 0; k < COUNT_OF(UNITS) && !n; k++) n = runes_lit(r, at, UNITS[k]);
    bool great = at > start && (runes_is(r, start, "万") || runes_is(r, start, "亿"));
    if (!n && !great) return 0; // 220千伏 is no quantity of thousands
    // 2023年, 6月, 3号: dates are no quantities; 年 and 月 are not in the table, 分 must not be
    // 分钟's cousin 分类
    if (n == 1 && (runes_is(r, at, "分类") || runes_is(r, at, "分工") || runes_is(r, at, "分别") ||
                   runes_is(r, at, "部门") || runes_is(r, at, "条例") || runes_is(r, at, "期间") ||
                   runes_is(r, at, "次会") || runes_is(r, at, "届")))
        return 0;
    return at + n - i;
}

struct comparison {
    char change; // '+', '-' or 0
    const char *op;
};

static const struct word_before {
    const char *word;
    char change;
    const char *op;
} BEFORE[] = {{"不低于", 0, ">="}, {"不少于", 0, ">="}, {"不小于", 0, ">="}, {"至少", 0, ">="},
              {"不高于", 0, "<="}, {"不超过", 0, "<="}, {"不大于", 0, "<="}, {"低于", 0, "<"},
              {"超过", 0, ">"},    {"突破", 0, ">"},    {"超", 0, ">"},      {"高于", 0, ">"},
              {"大于", 0, ">"},    {"控制在", 0, "<="}, {"约", 0, "~"},      {"增长", '+', NULL},
              {"提高", '+', NULL}, {"提升", '+', NULL}, {"增加", '+', NULL}, {"增幅", '+', NULL},
              {"下降", '-', NULL}, {"降低", '-', NULL}, {"减少", '-', NULL}, {"压减", '-', NULL},
              {"降幅", '-', NULL}, {"达到", 0, NULL},   {"达", 0, NULL},     {"完成", 0, NULL},
              {"新增", 0, NULL},   {"实现", 0, NULL},   {"力争", 0, NULL},   {"保持在", 0, NULL},
              {"稳定在", 0, NULL}};

// What the word of n runes at k says of the number at i.
static void weigh(const struct runes *r, const struct word_before *w, size_t k, size_t n, size_t i,
                  struct comparison *cmp, size_t *start)
{
    size_t gap = i - (k + n);
    bool level = runes_is(r, k + n, "到") ||
                 runes_is(r, k + n, "至"); // 提高到3% states a level, 提高3% a change
    bool about = w->op && w->op[0] == '~';
    if (about && gap > 0) return; // 签约项目30个 is not about 30
    if (w->change) {
        if (level || cmp->change || gap > 4) return;
        cmp->change = w->change;
        *start = k;
    } else if (w->op) {
        if (cmp->op || gap > 2) return;
        cmp->op = w->op;
        *start = k;
    } else if (gap <= 2 && k < *start) {
        *start = k;
    }
}

// The words before the number, nearest first, within the clause.
static void before(const struct runes *r, size_t from, size_t i, struct comparison *cmp,
                   size_t *start)
{
    enum { REACH = 10 };
    size_t low = i > from + REACH ? i - REACH : from;
    for (size_t k = i; k-- > low;) {
        uint32_t cp = r->at[k];
        if (cp == ',' || cp == 0x3002 || cp == ';' || cp == 0x3001) break;
        bool negated = k > 0 && r->at[k - 1] == 0x4E0D; // 低于 inside 不低于
        for (size_t w = 0; w < COUNT_OF(BEFORE) && !negated; w++) {
            size_t n = runes_lit(r, k, BEFORE[w].word);
            if (!n || k + n > i) continue;
            weigh(r, &BEFORE[w], k, n, i, cmp, start);
            break;
        }
    }
}

static size_t after(const struct runes *r, size_t i, struct comparison *cmp)
{
    static const struct {
        const char *word, *op;
    } words[] = {{"及以上", ">="}, {"以上", ">="}, {"以内", "<="}, {"之内", "<="},
                 {"及以下", "<="}, {"以下", "<="}, {"左右", "~"},  {"上下", "~"}};
    size_t at = runes_skip(r, i);
    for (size_t k = 0; k < COUNT_OF(words); k++) {
        size_t n = runes_lit(r, at, words[k].word);
        if (!n) continue;
        // 控制在5%左右 stays about, not at most
        if (!cmp->op || words[k].op[0] == '~' || words[k].op[0] == '<') cmp->op = words[k].op;
        return at + n - i;
    }
    return 0;
}

// Glued to Latin letters (PM2.5, 5G, A3), part of a date or of a document number.
static bool not_a_quantity(const struct runes *r, size_t i, size_t n)
{
    uint32_t prev = i ? r->at[i - 1] : 0, next = r->at[i + n];
    bool latin = (prev >= 'A' && prev <= 'z' && prev != '[' && prev != ']') ||
                 (next >= 'A' && next <= 'z' && next != '[');
    return latin || prev == '.' || prev == 0x7B2C || prev == '-' || prev == 0x2014 ||
           next == 0x5E74 || next == 0x6708 || next == 0x65E5 || next == 0x53F7;
}

void targets_find(struct arena *a, str text, struct division_task *t)
{
    enum { MOST = 40 };
    struct runes r = runes_of(a, text);
    size_t clause = 0;
    for (size_t i = 0; i < r.n && t->targets.n < MOST && arena_ok(a);) {
        str digits;
        size_t n = rune_digit(r.at[i]) ? number_at(&r, i, &digits, a) : 0;
        if (!n) {
            i++;
            continue;
        }
        size_t unit = unit_at(&r, i + n);
        if (!unit || not_a_quantity(&r, i, n)) {
            i += n;
            continue;
        }
        struct comparison cmp = {0, NULL};
        size_t start = i;
        before(&r, clause, i, &cmp, &start);
        size_t end = i + n + unit;
        end += after(&r, end, &cmp);
        struct division_target *g = VEC_PUSH(a, &t->targets);
        const char *op = cmp.op ? cmp.op : "=";
        g->comparator = cmp.change ? str_printf(a, "%c%s", cmp.change, op) : str_of(op);
        g->quantity = digits;
        g->unit = runes_slice(&r, i + n, i + n + unit);
        g->text = runes_slice(&r, start, end);
        clause = i = end;
    }
}
