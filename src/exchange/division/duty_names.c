/*
 * The form of a unit's name in running text, where no separator tells where it ends.
 */
#include "exchange/division/duties.h"

enum { LONGEST_NAME = 22, LONGEST_BRACKET = 16 };

#define ONE_OF(r, i, to, words) duty_word((r), (i), (to), (words), COUNT_OF(words))

size_t duty_word(const struct runes *r, size_t i, size_t to, const char *const *words, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t len = runes_lit(r, i, words[k]);
        if (len && i + len <= to) return len;
    }
    return 0;
}

// What begins here is no part of a name: what units do, and words that join a sentence.
static bool breaks_name(const struct runes *r, size_t i)
{
    static const char *const words[] = {
        "负责", "牵头", "会同", "配合", "协助",   "开展",   "研究", "制定", "提出", "完成", "做好",
        "推进", "加强", "落实", "实施", "督促",   "参与",   "确保", "建立", "健全", "召开", "要求",
        "按照", "根据", "同意", "的",   "将",     "把",     "并",   "了",   "已",   "抓好", "加快",
        "共同", "分别", "具体", "尽快", "统筹",   "提供",   "支持", "争取", "以及", "各",   "请",
        "等",   "負責", "牽頭", "會同", "綜合後", "综合后", "聯合", "抓紧", "审核", "指导"};
    static const char *const parts[] = {"将军",   "支持中心", "统筹发展", "研究院",
                                        "研究所", "研究室",   "研究中心"};
    size_t n = ONE_OF(r, i, r->n, words);
    return n && !ONE_OF(r, i, r->n, parts);
}

static bool ends_in(const struct runes *r, size_t start, size_t end, const char *word)
{
    size_t n = utf8_count(str_of(word));
    return end - start >= n && runes_is(r, end - n, word);
}

// 各部|门, 居委会组|织, 县信访局处|理: the ending is only the beginning of another word.
static bool word_goes_on(const struct runes *r, size_t end)
{
    static const char *const words[] = {"部门", "部門", "组织", "处理", "处置", "处罚",
                                        "处于", "所属", "所有", "所在", "会议", "会商",
                                        "会后", "办理", "办好", "办结", "科技", "科学",
                                        "站点", "队伍", "院内", "室内", "委托"};
    return end > 0 && ONE_OF(r, end - 1, r->n, words) > 0;
}

// Endings that make a name by themselves, and those that need a beginning such as 县 or 市.
static size_t plain_ending(const struct runes *r, size_t start, size_t end)
{
    static const char *const clear[] = {
        "局",       "厅",     "委员会", "办公室",     "办事处",     "管委会", "人民政府",
        "法院",     "检察院", "支队",   "大队",       "总队",       "分局",   "专班",
        "指挥部",   "总工会", "妇联",   "残联",       "团委",       "科协",   "工商联",
        "红十字会", "银行",   "分行",   "支行",       "海关",       "派出所", "宣传部",
        "组织部",   "统战部", "武装部", "政法委",     "供销社",     "农商行", "农发行",
        "信用社",   "文联",   "管理处", "發展改革委", "发展改革委", "改革委", "督查室"};
    static const char *const clear_traditional[] = {"廳",       "委員會", "辦公室", "辦事處",
                                                    "人民政府", "分局",   "支隊",   "大隊"};
    static const char *const bounded[] = {
        "委",   "办", "部", "院", "站",   "所",   "队", "镇", "乡", "政府", "街道", "公司", "集团",
        "中心", "会", "处", "村", "社区", "学校", "科", "室", "组", "辦",   "鎮",   "鄉",   "會"};
    for (size_t k = 0; k < COUNT_OF(clear); k++) {
        size_t n = utf8_count(str_of(clear[k]));
        if (end - start >= n + (n < 3) && runes_is(r, end - n, clear[k])) return 2;
    }
    for (size_t k = 0; k < COUNT_OF(clear_traditional); k++) {
        size_t n = utf8_count(str_of(clear_traditional[k]));
        if (end - start > n && runes_is(r, end - n, clear_traditional[k])) return 2;
    }
    for (size_t k = 0; k < COUNT_OF(bounded); k++) {
        size_t n = utf8_count(str_of(bounded[k]));
        if (end - start > n && runes_is(r, end - n, bounded[k]))
            return word_goes_on(r, end) ? 0 : 1;
    }
    return 0;
}

bool duty_begins_unit(const struct runes *r, size_t i)
{
    static const char *const starts[] = {"区",   "市",   "县", "省", "州", "旗", "镇", "乡",
                                         "街道", "国家", "各", "區", "縣", "國", "鎮", "中央"};
    if (ONE_OF(r, i, r->n, starts)) {
        static const char *const others[] = {"市场", "区域", "市民", "县域", "市政", "区位",
                                             "乡村", "市容", "各项", "各类", "各种"};
        return !ONE_OF(r, i, r->n, others);
    }
    return false;
}

// 各部门, 各责任单位, 各级各部门: everybody is addressed and nobody named.
bool duty_addresses_all(str name)
{
    static const char *const words[] = {"部门", "单位", "各级", "部門", "單位", "各地"};
    return name_is_set(name) && str_has_any(name, words, COUNT_OF(words));
}

// 县公安局 + 交警大队, 县委 + 宣传部, 市发展改革委 + 员会: a part of the unit, not another word.
static bool extends_name(const struct runes *r, size_t end, size_t to)
{
    enum { LONGEST = 12, SHORT = 6 };
    static const char *const others[] = {"区政府", "县政府", "市政府", "区委", "县委", "市委"},
                             *const verbs[] = {"要", "应", "须", "于", "在", "为", "对"},
                             *const above[] = {"委", "府", "處", "处", "办"};
    static const char *const parts[] = {"办公室", "分局",   "大队", "支队", "中队",
                                        "总队",   "委员会", "员会", "中心", "工委",
                                        "办事处", "督查室", "社区"},
                             *const brief[] = {"局", "所", "站", "队", "处", "公司", "政府", "院"},
                             *const inner[] = {"部", "办", "室", "局", "会"};
    if (to - end > LONGEST || duty_begins_unit(r, end) || ONE_OF(r, end, to, verbs)) return false;
    if (word_goes_on(r, to) || name_starts_verb(runes_slice(r, end, to))) return false;
    for (size_t i = end; i < to; i++)
        if (ONE_OF(r, i, to, others)) return false;
    bool committee = ONE_OF(r, end - 1, to, above) > 0;
    for (size_t k = 0; k < COUNT_OF(parts); k++)
        if (ends_in(r, end, to, parts[k])) return true;
    for (size_t k = 0; k < COUNT_OF(brief); k++)
        if (to - end <= SHORT && ends_in(r, end, to, brief[k])) return true;
    for (size_t k = 0; k < COUNT_OF(inner); k++)
        if (committee && to - end <= SHORT && ends_in(r, end, to, inner[k])) return true;
    return false;
}

// 各村（社区）, 各县（市、区）政府, 区委宣传部（区文明办）
static size_t with_bracket(const struct runes *r, size_t start, size_t end, size_t to)
{
    if (end >= to || !rune_open(r->at[end])) return end;
    size_t close = runes_close(r, end, to);
    if (close == SIZE_MAX || close - end > LONGEST_BRACKET) return end;
    static const char *const rest[] = {"人民政府", "政府", "管委会", "办事处", "党委"};
    size_t n = runes_is(r, start, "各") ? ONE_OF(r, close + 1, to, rest) : 0;
    return close + 1 + n;
}

static size_t roster_at(struct arena *a, const struct roster *ro, const struct runes *r, size_t i,
                        size_t to)
{
    if (ro->n == 0) return 0;
    size_t most = i + LONGEST_NAME < to ? i + LONGEST_NAME : to;
    struct arena_mark m = arena_mark(a);
    size_t found = 0;
    for (size_t end = most; end >= i + 2 && !found; end--)
        if (roster_find(a, ro, runes_slice(r, i, end))) found = end;
    arena_reset_to(a, m);
    return found;
}

size_t duty_unit_at(struct arena *a, const struct roster *ro, const struct runes *r, size_t i,
                    size_t to, bool first)
{
    size_t known = roster_at(a, ro, r, i, to), best = 0, best_kind = 0;
    bool begun = duty_begins_unit(r, i) || !first, set = runes_is(r, i, "各");
    if (name_starts_verb(runes_slice(r, i, i + 4 < to ? i + 4 : to))) return known;
    for (size_t k = i + 1; k <= to && k - i <= LONGEST_NAME; k++) {
        if (!rune_han(r->at[k - 1]) || (k - 1 > i && breaks_name(r, k - 1))) break;
        size_t kind = plain_ending(r, i, k);
        bool enough = kind == 2 || (kind == 1 && begun);
        if (set && !enough) {
            static const char *const places[] = {"区",   "县",   "市",   "旗",   "园区",
                                                 "乡镇", "单位", "部门", "林场", "农场"};
            for (size_t w = 0; w < COUNT_OF(places); w++)
                enough |= k > i + 1 && runes_is(r, k - utf8_count(str_of(places[w])), places[w]);
        }
        // 区住房城乡|建设委: an ending that may stand inside a name gives way to a longer one.
        bool inside = best_kind == 1 && k - best <= 8 && (set || !duty_begins_unit(r, best));
        if (enough && (!best || inside || extends_name(r, best, k))) best = k, best_kind = kind;
    }
    if (known > best) best = known;
    return best ? with_bracket(r, i, best, to) : 0;
}
