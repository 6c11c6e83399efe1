#include "exchange/division/due.h"

enum { YEAR_MIN = 1990, YEAR_MAX = 2099 };

// "2023年", "2023-", "二〇二三年", "今年"; sets *year and returns the length, 0 when none.
static size_t year_at(const struct runes *r, size_t i, size_t to, int context, int *year)
{
    int value;
    size_t n = runes_int(r, i, &value);
    if (n == 4 && value >= YEAR_MIN && value <= YEAR_MAX) {
        size_t k = runes_skip(r, i + n);
        if (k < to && (r->at[k] == 0x5E74)) { // 年
            *year = value;
            size_t extra = runes_lit(r, k + 1, "度");
            if (extra && !runes_is(r, k + 1, "度第")) k += extra;
            return k + 1 - i;
        }
        return 0;
    }
    if (rune_numeral(r->at[i]) == 2 && i + 4 < to && r->at[i + 4] == 0x5E74) {
        value = 0;
        for (size_t k = 0; k < 4; k++) {
            int d = rune_numeral(r->at[i + k]);
            if (d < 0 || d > 9) return 0;
            value = value * 10 + d;
        }
        if (value < YEAR_MIN || value > YEAR_MAX) return 0;
        *year = value;
        return 5;
    }
    static const struct {
        const char *word;
        int add;
    } words[] = {{"今年", 0}, {"本年度", 0}, {"本年", 0}, {"当年", 0}, {"明年", 1}, {"次年", 1}};
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if ((n = runes_lit(r, i, words[k].word)) != 0) {
            *year = context ? context + words[k].add : 0;
            return n;
        }
    return 0;
}

// Month and day as 12月, 12月31日, 12月中旬, 十二月; month alone gives dom 0 (its end).
static size_t month_at(const struct runes *r, size_t i, size_t to, int *month, int *dom)
{
    int value;
    size_t n = runes_int(r, i, &value);
    if (!n || n > 2) n = runes_cn_int(r, i, &value);
    if (!n || value < 1 || value > 12) return 0;
    size_t k = runes_skip(r, i + n);
    if (k >= to || r->at[k] != 0x6708) return 0; // 月
    *month = value;
    *dom = 0;
    k++;
    size_t extra = runes_lit(r, k, "份");
    k += extra;
    size_t d = runes_skip(r, k);
    int dom_value;
    n = runes_int(r, d, &dom_value);
    if (!n) n = runes_cn_int(r, d, &dom_value);
    size_t mark = runes_skip(r, d + n);
    bool day_mark = mark < to && (r->at[mark] == 0x65E5 || r->at[mark] == 0x53F7); // 日, 号
    bool bare_limit = mark < to && r->at[mark] == 0x524D;                          // 12月31前
    if (n && n <= 3 && (day_mark || bare_limit) && dom_value >= 1 && dom_value <= 31) {
        *dom = dom_value;
        return mark + day_mark - i;
    }
    static const struct {
        const char *word;
        int dom;
    } parts[] = {{"上旬", 10}, {"中旬", 20}, {"下旬", 0}, {"初", 10}, {"中", 20}};
    for (size_t p = 0; p < COUNT_OF(parts); p++)
        if ((n = runes_lit(r, k, parts[p].word)) != 0) {
            if (parts[p].dom == 20 && n == 1 && !runes_is(r, k, "中旬") &&
                !runes_is(r, k + 1, "前"))
                continue; // 6月中 only as 6月中前
            *dom = parts[p].dom;
            return k + n - i;
        }
    return k - i;
}

// 一季度, 第2季度, Q3, 上半年, 下半年: gives the last month.
static size_t period_at(const struct runes *r, size_t i, int *month)
{
    size_t n;
    if ((n = runes_lit(r, i, "上半年")) != 0) return *month = 6, n;
    if ((n = runes_lit(r, i, "下半年")) != 0) return *month = 12, n;
    size_t k = i + runes_lit(r, i, "第");
    int value;
    n = runes_int(r, k, &value);
    if (!n) n = runes_cn_int(r, k, &value);
    if (n && n <= 2 && value >= 1 && value <= 4) {
        size_t head = runes_skip(r, k + n);
        size_t tail = runes_lit(r, head, "季度");
        if (!tail) tail = runes_lit(r, head, "季");
        if (tail && !runes_is(r, head, "季报")) return *month = value * 3, head + tail - i;
    }
    if ((r->at[i] == 'Q' || r->at[i] == 'q') && i + 1 < r->n && r->at[i + 1] >= '1' &&
        r->at[i + 1] <= '4' && !rune_digit(r->at[i + 2]))
        return *month = (int)(r->at[i + 1] - '0') * 3, 2;
    return 0;
}

// 年底, 年末, 年内, 全年, 年中 – after a year the 年 is already consumed.
static size_t year_part(const struct runes *r, size_t i, bool after_year, int *month, bool *before)
{
    static const struct {
        const char *word;
        int month;
        bool before;
    } bare[] = {{"年底", 12, true},  {"年末", 12, true}, {"年内", 12, true},   {"年终", 12, true},
                {"全年", 12, false}, {"年中", 6, true},  {"年度内", 12, true}, {"岁末", 12, true}},
      after[] = {{"底", 12, true},   {"末", 12, true},   {"内", 12, true},    {"年底", 12, true},
                 {"年末", 12, true}, {"年内", 12, true}, {"全年", 12, false}, {"中", 6, true},
                 {"以内", 12, true}, {"终", 12, true}};
    for (size_t k = 0; k < (after_year ? COUNT_OF(after) : COUNT_OF(bare)); k++) {
        const char *word = after_year ? after[k].word : bare[k].word;
        size_t n = runes_lit(r, i, word);
        if (!n) continue;
        *month = after_year ? after[k].month : bare[k].month;
        *before = after_year ? after[k].before : bare[k].before;
        if (*month == 6 && !runes_is(r, i + n, "前") && !runes_is(r, i + n, "完")) continue;
        return n;
    }
    return 0;
}

// 2023-12-31, 2023.12.31, 2023/12, 20231231, with separators of one kind.
static size_t numeric_at(const struct runes *r, size_t i, size_t to, day *out)
{
    int y, m, d = 0;
    size_t n = runes_int(r, i, &y);
    if (n != 4 || y < YEAR_MIN || y > YEAR_MAX || i + 5 >= to) return 0;
    uint32_t sep = r->at[i + 4];
    if (sep != '-' && sep != '.' && sep != '/') return 0;
    size_t k = i + 5, len = runes_int(r, k, &m);
    if (!len || len > 2 || m < 1 || m > 12) return 0;
    k += len;
    if (k < to && r->at[k] == sep) {
        len = runes_int(r, k + 1, &d);
        if (len && len <= 2 && d >= 1 && d <= month_days(y, m)) k += 1 + len;
        else d = 0;
    }
    *out = d ? day_of(y, m, d) : month_end(y, m);
    return k - i;
}

static day day_clamped(int year, int month, int dom)
{
    if (!dom || dom > month_days(year, month)) dom = month_days(year, month);
    return day_of(year, month, dom);
}

struct point {
    int year, month, dom;
    bool has_year, before, year_only;
    day day; // set for numeric dates
};

// One end of a phrase: year and part, either may be missing. Returns its length.
static size_t point_at(const struct runes *r, size_t i, size_t to, int context, struct point *p)
{
    *p = (struct point){.day = DAY_NONE};
    size_t n = numeric_at(r, i, to, &p->day);
    if (n) {
        p->has_year = true;
        p->year = day_civil(p->day).year;
        return n;
    }
    size_t y = year_at(r, i, to, context, &p->year);
    p->has_year = y > 0;
    size_t k = y ? runes_skip(r, i + y) : i;
    if (k < to) {
        n = month_at(r, k, to, &p->month, &p->dom);
        if (!n) n = period_at(r, k, &p->month);
        if (!n) n = year_part(r, k, y > 0, &p->month, &p->before);
    }
    if (n) return k + n - i;
    if (!y) return 0;
    p->month = 12;
    p->year_only = true;
    return y;
}

static size_t range_mark(const struct runes *r, size_t i, size_t to)
{
    size_t k = runes_skip(r, i);
    if (k >= to) return 0;
    uint32_t cp = r->at[k];
    bool dash = cp == '-' || cp == 0x2014 || cp == 0x2013 || cp == '~' || cp == 0x81F3 ||
                cp == 0x5230 || cp == 0x2015 || cp == 0x2500 || cp == 0x301C || cp == 0x223C;
    if (!dash) return 0;
    k++;
    while (k < to && (r->at[k] == 0x2014 || r->at[k] == '-' || r->at[k] == 0x2500)) k++;
    return runes_skip(r, k) - i;
}

// 末, 底, 前, 之前, 以前, 内 after a point.
static size_t limit_at(const struct runes *r, size_t i, bool *before)
{
    static const char *const words[] = {"底之前", "底以前", "末之前", "底前", "末前", "之前",
                                        "以前",   "份前",   "前",     "底",   "末"};
    for (size_t k = 0; k < COUNT_OF(words); k++) {
        size_t n = runes_lit(r, i, words[k]);
        if (!n || runes_is(r, i, "前三") || runes_is(r, i, "前期") || runes_is(r, i, "前列"))
            continue;
        *before = true;
        return n;
    }
    return 0;
}

// 3-12月, 1—6月份: a bare number before the dash of a month range.
static size_t bare_month_range(const struct runes *r, size_t i, size_t to)
{
    int value;
    size_t n = runes_int(r, i, &value);
    if (!n || n > 2 || value < 1 || value > 12) return 0;
    size_t mark = range_mark(r, i + n, to);
    if (!mark) return 0;
    int month, dom;
    return month_at(r, i + n + mark, to, &month, &dom) ? n + mark : 0;
}

bool due_at(const struct runes *r, size_t i, size_t to, int year, struct due_hit *hit)
{
    struct point p, q;
    if (i >= to ||
        (rune_digit(r->at[i]) && i > 0 && (rune_digit(r->at[i - 1]) || r->at[i - 1] == '.')))
        return false;
    size_t lead = bare_month_range(r, i, to);
    size_t n = point_at(r, i + lead, to, year, &p);
    if (!n) {
        // 2023年3-12月: the year stands before a bare range
        return false;
    }
    n += lead;
    if (p.year_only && (lead = bare_month_range(r, i + n, to)) != 0) {
        size_t m = point_at(r, i + n + lead, to, p.year, &q);
        q.year = p.year, q.has_year = p.has_year;
        p = q;
        n += lead + m;
    }
    bool before = p.before;
    n += limit_at(r, i + n, &before);
    size_t mark = range_mark(r, i + n, to);
    size_t second = mark ? point_at(r, i + n + mark, to, year, &q) : 0;
    if (second) {
        if (!q.has_year && p.has_year) q.year = p.year, q.has_year = true;
        p = q;
        n += mark + second;
        before = p.before;
        n += limit_at(r, i + n, &before);
    }
    *hit = (struct due_hit){.at = {i, i + n}, .before = before, .has_year = p.has_year};
    int y = p.has_year ? p.year : year;
    hit->kind = DUE_FINISH;
    hit->year_missing = p.day == DAY_NONE && y == 0;
    hit->day = p.day != DAY_NONE ? p.day : y ? day_clamped(y, p.month, p.dom) : DAY_NONE;
    return true;
}

static bool any_at(const struct runes *r, size_t i, const char *const *words, size_t n_words,
                   size_t *len)
{
    for (size_t k = 0; k < n_words; k++)
        if ((*len = runes_lit(r, i, words[k])) != 0) return true;
    return false;
}

static const char *const START_WORDS[] = {"开工", "启动", "动工", "开建", "进场", "开始"};
static const char *const FINISH_WORDS[] = {
    "完成", "建成", "竣工", "投用", "投入使用", "投入运营", "交付", "通车", "开通", "实现",
    "达到", "启用", "出台", "印发", "落地",     "办结",     "到位", "形成", "完工", "运营",
    "开业", "验收", "全部", "基本", "力争",     "制定",     "取得", "见效", "投产", "封顶",
    "开园", "开放", "挂牌", "完善", "建立",     "销号",     "结束", "主体", "达产"};

// Start or finish, by the first such word in the clause after the phrase.
static enum division_due_kind kind_after(const struct runes *r, size_t i, size_t to, bool *named)
{
    size_t len;
    *named = false;
    for (size_t k = i; k < to && k < i + 24; k++) {
        uint32_t cp = r->at[k];
        if (cp == 0x3002 || cp == ';' || cp == ',' || cp == 0x3001) break; // 。；，、
        if (any_at(r, k, FINISH_WORDS, COUNT_OF(FINISH_WORDS), &len)) {
            *named = k <= i + 4;
            return DUE_FINISH;
        }
        if (any_at(r, k, START_WORDS, COUNT_OF(START_WORDS), &len)) {
            *named = k <= i + 4;
            return DUE_START;
        }
    }
    return DUE_FINISH;
}

static bool recurring_in(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {
        "长期",   "持续", "常年",   "常态",   "经常性",   "日常",     "每月",
        "每季",   "每周", "每半年", "每年",   "每日",     "每天",     "每旬",
        "每双月", "按月", "按季",   "逐月",   "逐季",     "贯穿全年", "全年推进",
        "随时",   "滚动", "每半月", "每两月", "每两个月", "不间断",   "动态"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_find(r, from, to, words[i]) != SIZE_MAX) return true;
    return false;
}

static bool vague_in(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {"春节", "国庆", "元旦",   "五一",   "中秋", "汛期", "入冬",
                                        "供暖", "开学", "两会",   "元宵",   "端午", "清明", "主汛",
                                        "雨季", "入汛", "十四五", "十五五", "放假"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_find(r, from, to, words[i]) != SIZE_MAX) return true;
    return false;
}

static bool unfixed_in(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {"立即",   "适时",     "按节点", "按照节点", "尽快",
                                        "即时",   "按时序",   "按序时", "按上级",   "按要求",
                                        "按进度", "立行立改", "待定",   "按市",     "按省",
                                        "按计划", "按照",     "根据",   "视情"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_find(r, from, to, words[i]) != SIZE_MAX) return true;
    return false;
}

// 6.30 or 12/31 as a whole cell, and a bare 2023 or 20231231.
static bool bare_date(const struct runes *r, size_t from, size_t to, int year,
                      struct division_due *out)
{
    from = runes_skip(r, from);
    while (to > from && rune_blank(r->at[to - 1])) to--;
    int a, b;
    size_t n = runes_int(r, from, &a);
    if (n == 4 && from + n == to && a >= YEAR_MIN && a <= YEAR_MAX) {
        out->day = day_of(a, 12, 31), out->kind = DUE_FINISH;
        return true;
    }
    if (to - from == 8) {
        int64_t ymd;
        if (str_int(runes_slice(r, from, to), &ymd) && ymd > 19000000 && ymd < 30000000 &&
            day_from_ymd((int32_t)ymd) != DAY_NONE) {
            out->day = day_from_ymd((int32_t)ymd), out->kind = DUE_FINISH;
            return true;
        }
    }
    if (!n || n > 2 || a < 1 || a > 12 || (r->at[from + n] != '.' && r->at[from + n] != '/'))
        return false;
    size_t m = runes_int(r, from + n + 1, &b);
    if (!m || m > 2 || from + n + 1 + m != to || b < 1 || b > month_days(2024, a)) return false;
    out->kind = DUE_FINISH;
    out->year_missing = year == 0;
    out->day = year ? day_clamped(year, a, b) : DAY_NONE;
    return true;
}

// "每月25日前" holds a day of the month, not a date: such hits do not count as dates.
static bool inside_recurring(const struct runes *r, size_t i)
{
    for (size_t k = i; k-- > 0 && k + 4 >= i;) {
        if (r->at[k] == 0x6BCF) return true; // 每, as in 每年12月底前
        if (!rune_han(r->at[k])) return false;
    }
    return false;
}

// 年内持续推进 says how long, not by when.
static bool goes_on(const struct runes *r, const struct due_hit *h)
{
    if (h->at.to - h->at.from > 4) return false;
    static const char *const words[] = {"持续", "长期", "滚动", "常态", "推进", "坚持"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_is(r, h->at.to, words[i])) return true;
    return false;
}

// The days a field names: when the work ends (the last), when it starts (the first), how long it
// goes on.
struct due_days {
    bool finish, start, year_missing;
    day last, first_start, going_on;
};

static struct due_days days_in(const struct runes *r, size_t from, size_t to, int year)
{
    struct due_days d = {.last = DAY_NONE, .first_start = DAY_NONE, .going_on = DAY_NONE};
    int context = year;
    for (size_t i = from; i < to;) {
        struct due_hit h;
        bool named;
        if (inside_recurring(r, i) || !due_at(r, i, to, context, &h)) {
            i++;
            continue;
        }
        i = h.at.to;
        d.year_missing |= h.year_missing;
        if (h.has_year && year == 0 && h.day != DAY_NONE) context = day_civil(h.day).year;
        if (goes_on(r, &h)) {
            d.going_on = h.day;
        } else if (kind_after(r, h.at.to, to, &named) == DUE_START) {
            d.start = true;
            if (d.first_start == DAY_NONE || h.day < d.first_start) d.first_start = h.day;
        } else {
            d.finish = true;
            if (h.day != DAY_NONE && (d.last == DAY_NONE || h.day > d.last)) d.last = h.day;
        }
    }
    if (!d.finish && !d.start && d.going_on != DAY_NONE) d.finish = true, d.last = d.going_on;
    return d;
}

bool due_field(const struct runes *r, size_t from, size_t to, int year, struct division_due *out)
{
    *out = (struct division_due){.day = DAY_NONE, .text = runes_slice(r, from, to)};
    struct due_days d = days_in(r, from, to, year);
    bool again = recurring_in(r, from, to);
    if (d.finish || d.start) {
        out->day = d.finish ? d.last : d.first_start;
        out->kind = d.finish ? DUE_FINISH : DUE_START;
        out->year_missing = d.year_missing && out->day == DAY_NONE;
        // 年内持续推进 goes on until the year ends; 6月底前完成，持续推进 has its day all the same.
        bool limit = runes_find(r, from, to, "完成") != SIZE_MAX ||
                     runes_find(r, from, to, "前") != SIZE_MAX;
        if (again && !limit) out->kind = DUE_RECURRING;
        return true;
    }
    if (bare_date(r, from, to, year, out)) return true;
    if (again) {
        out->kind = DUE_RECURRING;
        return true;
    }
    out->vague = vague_in(r, from, to);
    return out->vague || unfixed_in(r, from, to);
}

// 其中6月底前开工50个 speaks of a part of the work.
static bool of_a_part(const struct runes *r, size_t from, size_t i)
{
    for (size_t k = i; k-- > from && k + 12 > i;) {
        if (r->at[k] == ',' || r->at[k] == 0x3002 || r->at[k] == ';')
            return runes_is(r, k + 1, "其中");
    }
    return false;
}

// A limit in running text that is no deadline: 目前, reports to be sent in, a period that is past.
static bool not_a_deadline(const struct runes *r, const struct due_hit *h, size_t to)
{
    size_t len;
    static const char *const after[] = {"的",   "以来", "已",   "发生", "比",
                                        "同期", "累计", "以后", "起",   "开始执行"};
    if (any_at(r, h->at.to, after, COUNT_OF(after), &len)) return true;
    for (size_t k = h->at.to; k < to && k < h->at.to + 16; k++) {
        if (r->at[k] == 0x3002) break;
        if (runes_is(r, k, "报送") || runes_is(r, k, "上报") || runes_is(r, k, "报区") ||
            runes_is(r, k, "报市") || runes_is(r, k, "报县"))
            return true;
    }
    return false;
}

bool due_in_text(const struct runes *r, size_t from, size_t to, int year, struct division_due *out)
{
    *out = (struct division_due){.day = DAY_NONE};
    bool found = false;
    for (size_t i = from; i < to;) {
        struct due_hit h;
        if (inside_recurring(r, i) || !due_at(r, i, to, year, &h)) {
            i++;
            continue;
        }
        i = h.at.to;
        bool named;
        enum division_due_kind kind = kind_after(r, h.at.to, to, &named);
        if (!h.before && !named) continue;
        if (kind == DUE_START && !named) kind = DUE_FINISH;
        if (not_a_deadline(r, &h, to) || of_a_part(r, from, h.at.from) || h.day == DAY_NONE)
            continue;
        // Start dates count only when nothing says when the work ends.
        bool better = !found || (kind == DUE_FINISH && out->kind == DUE_START) ||
                      (kind == out->kind && h.day > out->day);
        if (!better) continue;
        found = true;
        out->day = h.day;
        out->kind = kind;
        out->text = runes_slice(r, h.at.from, h.at.to);
    }
    return found;
}

bool due_only(const struct runes *r, size_t from, size_t to)
{
    struct division_due due;
    if (to - from > 40 || !due_field(r, from, to, 2000, &due)) return false;
    size_t covered = 0, n = 0, len;
    static const char *const glue[] = {
        "动工", "完工",       "投用",     "开建",     "进场",   "见效", "验收",   "通车",
        "完成", "持续推进",   "推进",     "长期坚持", "长期",   "坚持", "启动",   "开工",
        "竣工", "建成",       "全面",     "力争",     "基本",   "常年", "年内",   "前",
        "并",   "每月",       "每季度",   "每季",     "每半年", "每周", "末",     "日",
        "立即", "适时",       "按节点",   "春节",     "实施",   "取得", "阶段性", "成效",
        "开展", "工作",       "投入使用", "整改",     "常态化", "全年", "底",     "持续",
        "任务", "按时序进度", "贯穿",     "每年",     "月",     "年",   "交付"};
    for (size_t i = from; i < to;) {
        struct due_hit h;
        if (due_at(r, i, to, 2000, &h)) {
            covered += h.at.to - i, n += h.at.to - i, i = h.at.to;
        } else if (any_at(r, i, glue, COUNT_OF(glue), &len)) {
            covered += len, n += len, i += len;
        } else {
            bool mark = rune_blank(r->at[i]) || rune_open(r->at[i]) || rune_close(r->at[i]) ||
                        r->at[i] == 0x3002 || r->at[i] == 0x3001 || r->at[i] == ',' ||
                        r->at[i] == ';' || r->at[i] == '.' || r->at[i] == '/' ||
                        rune_digit(r->at[i]);
            if (mark) covered++;
            n++, i++;
        }
    }
    return n > 0 && covered * 10 >= n * 9;
}

int due_year_in(const struct runes *r, bool document_number)
{
    for (size_t i = 0; i + 4 < r->n; i++) {
        int value;
        size_t n = rune_digit(r->at[i]) && (i == 0 || !rune_digit(r->at[i - 1]))
                       ? runes_int(r, i, &value)
                       : 0;
        if (n != 4 || value < YEAR_MIN || value > YEAR_MAX) continue;
        if (document_number) {
            if (i > 0 && rune_open(r->at[i - 1]) && rune_close(r->at[i + 4])) return value;
            continue;
        }
        size_t k = runes_skip(r, i + 4);
        if (r->at[k] == 0x5E74) return value;
    }
    return 0;
}
