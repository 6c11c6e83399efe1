#include "exchange/division/tree.h"

bool text_is_requirement(str heading)
{
    static const char *const words[] = {
        "工作要求",     "有关要求", "相关要求", "保障措施", "组织领导", "组织保障", "实施保障",
        "指导思想",     "基本原则", "工作原则", "总体要求", "总体思路", "起草背景", "几点要求",
        "督查考核",     "督促检查", "推进机制", "工作机制", "工作步骤", "组织实施", "考核评价",
        "贯彻落实要求", "强化保障", "附则",     "落实要求", "督查督办", "工作保障", "推进要求",
        "编制依据",     "编制背景", "适用范围", "主要依据", "落实保障", "组织机构", "有关事项",
        "保障机制",     "保障举措", "工作纪律", "责任追究", "监督检查", "督导检查", "实施要求",
        "考核办法",     "督导考核", "考核奖惩", "监督考核", "工作机构", "领导机构", "机构设置",
        "信息报送",     "信息报告", "材料报送", "情况报送"};
    return str_has_any(heading, words, COUNT_OF(words));
}

bool text_is_account(str heading)
{
    enum { LONGEST = 12 };
    static const char *const ends[] = {"总体情况", "基本情况",   "完成情况", "办理情况", "进展情况",
                                       "存在问题", "存在的问题", "主要问题", "有关情况", "总体进展",
                                       "通报情况", "落实情况",   "取得成效", "主要成效", "整体情况",
                                       "突出问题", "工作成效"};
    while (str_ends(heading, STR("。"))) heading.n -= 3;
    if (utf8_count(heading) > LONGEST) return false;
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (str_ends(heading, str_of(ends[i]))) return true;
    return false;
}

static bool sentence_like(const struct runes *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i] == 0x3002 || r->at[i] == ';') return true;
    return false;
}

// Behind the last word of a title only closing marks and one bracketed remark may stand.
static bool ends_title(const struct runes *r, size_t i)
{
    for (i = runes_skip(r, i); i < r->n; i = runes_skip(r, i + 1)) {
        uint32_t cp = r->at[i];
        if (rune_open(cp)) {
            size_t close = runes_close(r, i, r->n);
            if (close == SIZE_MAX) return false;
            i = close;
        } else if (cp != 0x300B && cp != 0x201D && cp != 0x3009 && cp != '"') {
            return false;
        }
    }
    return true;
}

bool text_is_title(const struct runes *r)
{
    if (r->n < 4 || r->n > 70 || sentence_like(r)) return false;
    static const char *const words[] = {
        "方案",       "清单",     "分工",     "分解",     "台账",       "任务表",   "一览表",
        "工作要点",   "要点",     "计划",     "的通知",   "任务书",     "目标任务", "的意见",
        "责任表",     "实事",     "实事项目", "折子",     "分解表",     "项目表",   "重点任务",
        "督办事项",   "督查事项", "决定事项", "议定事项", "事项通知",   "会议纪要", "督办通知",
        "情况的通报", "重点工作", "分工表",   "汇总表",   "任务分解表", "进度表",   "明细表"};
    uint32_t last = r->at[r->n - 1];
    if (last == ':' || last == ',') return false;
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i] == ',') return false;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        for (size_t at = runes_find(r, 0, r->n, words[i]); at != SIZE_MAX;
             at = runes_find(r, at + 1, r->n, words[i]))
            if (ends_title(r, at + runes_lit(r, at, words[i]))) return true;
    return false;
}

bool text_is_colophon(const struct runes *r)
{
    static const char *const words[] = {
        "附件",     "抄送",     "(此件",    "此件",     "扫一扫",    "分享",     "打印",
        "关闭",     "责任编辑", "编辑:",    "来源:",    "信息来源",  "发布时间", "发布日期",
        "浏览次数", "点击",     "字号",     "字体",     "索引号",    "索 引",    "相关链接",
        "相关文档", "上一篇",   "下一篇",   "版权所有", "主办单位:", "网站",     "联系电话",
        "联系人",   "注:",      "(注",      "备注:",    "说明:",     "无障碍",   "首页",
        "当前位置", "您现在",   "公开方式", "有效性",   "有 效 性",  "文号",     "文 号",
        "发文",     "成文",     "主题分类", "发布机构", "信息名称",  "返回",     "下载",
        "(共",      "单位:",    "填报单位", "注明",     "政策解读",  "ICP",      "主送",
        "*注",      "※",        "出席:",    "列席:",    "参会:",     "参加人员", "参加会议",
        "主持:",    "记录:"};
    size_t i = runes_skip(r, 0);
    while (i < r->n && (r->at[i] == 0x2022 || r->at[i] == '[')) i = runes_skip(r, i + 1);
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (runes_is(r, i, words[k])) return true;
    return false;
}

static bool speaks_of_work(const struct runes *r)
{
    static const char *const words[] = {"任务", "工作", "实事", "分工", "分解", "清单", "台账",
                                        "要点", "方案", "项目", "目标", "计划", "折子", "事项"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_has(r, words[i])) return true;
    return false;
}

// 2023—2025年 names a span of years, not one.
static bool year_range(const struct runes *r)
{
    for (size_t i = 0; i + 9 <= r->n; i++) {
        int x, y;
        if (runes_int(r, i, &x) != 4) continue;
        size_t k = i + 4;
        k += runes_lit(r, k, "年");
        uint32_t cp = r->at[k];
        if (cp != '-' && cp != 0x2014 && cp != 0x2013 && cp != '~' && cp != 0x81F3) continue;
        while (r->at[k] == cp) k++;
        if (runes_int(r, k, &y) == 4 && x >= 1990 && y > x && y < 2100) return true;
    }
    return false;
}

// 现将《2023年任务分解表》印发给你们: the letter names the year of what it sends.
static bool sends_paper(const struct runes *r)
{
    size_t open = runes_find(r, 0, r->n, "《"), year_at = open == SIZE_MAX ? 0 : open + 1;
    int year;
    if (open == SIZE_MAX || (!runes_has(r, "印发") && !runes_has(r, "下发"))) return false;
    return runes_int(r, year_at, &year) == 4 && runes_is(r, year_at + 4, "年") &&
           due_year_in(r, false) == year && speaks_of_work(r);
}

struct years {
    struct {
        int year, votes;
    } at[8];
    size_t n;
};

static void vote(struct years *ys, int year)
{
    size_t k = 0;
    while (k < ys->n && ys->at[k].year != year) k++;
    if (k == COUNT_OF(ys->at)) return;
    if (k == ys->n) ys->at[ys->n++].year = year;
    ys->at[k].votes++;
}

// The year with most votes; 0 when none has at least `least`, or others have more than a third of
// them.
static int elected(const struct years *ys, int least, bool clear)
{
    int best = 0, votes = 0, total = 0;
    for (size_t k = 0; k < ys->n; k++) {
        total += ys->at[k].votes;
        if (ys->at[k].votes > votes) votes = ys->at[k].votes, best = ys->at[k].year;
    }
    return votes < least || (clear && votes * 3 < total * 2) ? 0 : best;
}

// 2024年3月18日下午，…召开会议: minutes say when they were taken.
static bool dated_meeting(const struct runes *r)
{
    struct due_hit h;
    return due_at(r, runes_skip(r, 0), r->n, 0, &h) && h.has_year && h.at.to - h.at.from >= 8 &&
           !h.before && (runes_has(r, "会议") || runes_has(r, "召开") || runes_has(r, "召集"));
}

static int run_on_title(struct arena *a, str text)
{
    enum { TITLE = 24 };
    struct arena_mark m = arena_mark(a);
    struct runes r = runes_of(a, utf8_head(text, TITLE));
    bool begins = r.n == TITLE && !sentence_like(&r) && speaks_of_work(&r) && !year_range(&r) &&
                  !runes_has(&r, "会议") && !runes_has(&r, "《");
    int year = begins ? due_year_in(&r, false) : 0;
    arena_reset_to(a, m);
    return year;
}

struct year_signs {
    int number, date; // of the document
    struct years titles, sent, all;
};

static bool titles_work(const struct runes *r)
{
    enum { TITLE = 70 };
    return r->n <= TITLE && !sentence_like(r) && speaks_of_work(r) && !year_range(r) &&
           !runes_has(r, "会议");
}

static void read_signs(struct year_signs *s, const struct runes *r)
{
    struct due_hit h;
    int y = due_year_in(r, false);
    if (!s->number) s->number = due_year_in(r, true);
    if (!y && due_at(r, 0, r->n, 0, &h) && h.has_year && h.day != DAY_NONE)
        y = day_civil(h.day).year;
    if (!y) return;
    if (titles_work(r)) vote(&s->titles, y);
    if (!s->date && (para_is_date(r) || dated_meeting(r))) s->date = y;
    if (sends_paper(r)) vote(&s->sent, y);
    vote(&s->all, y);
}

int document_year(const struct division_block *blocks, size_t n, struct arena *a, bool *weak)
{
    enum { LOOK = 400 };
    struct year_signs s = {0};
    *weak = false;
    for (size_t i = 0; i < n && i < LOOK; i++) {
        struct arena_mark m = arena_mark(a);
        struct runes r = runes_of(a, blocks[i].text);
        read_signs(&s, &r);
        arena_reset_to(a, m);
    }
    // A first line into which the whole paper has run begins with its title.
    int year = elected(&s.titles, 1, false);
    if (!year && n) year = run_on_title(a, blocks[0].text);
    if (!year) year = elected(&s.sent, 1, false);
    if (year) return year;
    *weak = true;
    return s.number ? s.number : s.date ? s.date : elected(&s.all, 2, true);
}

str text_unit_heading(struct arena *a, str heading)
{
    static const char *const tails[] = {"牵头负责的工作", "牵头的工作", "负责的工作", "牵头负责",
                                        "牵头任务",       "承担任务",   "承担的任务", "负责的任务",
                                        "牵头的任务",     "主责任务",   "重点任务",   "工作任务",
                                        "任务",           "牵头",       "负责",       "："};
    struct runes r = runes_of(a, heading);
    size_t end = r.n;
    for (size_t i = 1; i < r.n; i++)
        if (rune_open(r.at[i]) && runes_close(&r, i, r.n) + 1 == r.n && rune_close(r.at[r.n - 1])) {
            bool count = false;
            for (size_t k = i; k < r.n; k++)
                count |= rune_digit(r.at[k]) || r.at[k] == 0x9879; // 12项
            if (count) end = i;
            break;
        }
    str name = runes_slice(&r, 0, end);
    for (size_t i = 0; i < COUNT_OF(tails); i++)
        if (str_ends(name, str_of(tails[i])) && name.n > strlen(tails[i])) {
            name = str_trim(str_sub(name, 0, name.n - strlen(tails[i])));
            break;
        }
    static const char *const ends[] = {"局",     "委",   "办",     "委员会", "街道", "办事处",
                                       "管委会", "中心", "公司",   "政府",   "集团", "镇",
                                       "支队",   "大队", "办公室", "厅",     "部"};
    static const char *const starts[] = {"区", "市", "县", "省", "州", "国家", "各"};
    size_t n = utf8_count(name);
    bool ended = false, begun = false;
    for (size_t i = 0; i < COUNT_OF(ends); i++) ended |= str_ends(name, str_of(ends[i]));
    for (size_t i = 0; i < COUNT_OF(starts); i++) begun |= str_starts(name, str_of(starts[i]));
    bool short_name =
        n >= 3 && n <= 6 &&
        (str_ends(name, STR("局")) || str_ends(name, STR("街道")) || str_ends(name, STR("镇")));
    return n >= 3 && n <= 20 && ended && (begun || short_name) ? name : STR_EMPTY;
}

str text_leader_heading(struct arena *a, str heading)
{
    static const char *const verbs[] = {"牵头", "主抓", "领衔", "领办", "分管", "负责", "包抓"};
    struct runes r = runes_of(a, heading);
    if (r.n > 30 || sentence_like(&r)) return STR_EMPTY;
    for (size_t k = 0; k < COUNT_OF(verbs); k++) {
        size_t at = runes_find(&r, 0, r.n, verbs[k]);
        if (at == SIZE_MAX || at < 2 || at > 10) continue;
        str who = runes_slice(&r, 0, at);
        if (name_is_person(who)) return who;
    }
    return STR_EMPTY;
}
