#include "exchange/division/labels.h"

enum part_kind { P_NEUTRAL, P_LEAD, P_ASSIST, P_RESP, P_FINISH, P_START };

static const struct {
    const char *word;
    enum part_kind kind;
} PARTS[] = {{"总牵头", P_LEAD},  {"牵头", P_LEAD},    {"主责", P_LEAD},    {"主办", P_LEAD},
             {"主要", P_LEAD},    {"第一", P_LEAD},    {"主抓", P_LEAD},    {"首要", P_LEAD},
             {"汇总", P_LEAD},    {"主管", P_LEAD},    {"主体", P_LEAD},    {"配合", P_ASSIST},
             {"协同", P_ASSIST},  {"协办", P_ASSIST},  {"协助", P_ASSIST},  {"协作", P_ASSIST},
             {"参与", P_ASSIST},  {"参加", P_ASSIST},  {"支持", P_ASSIST},  {"会办", P_ASSIST},
             {"联办", P_ASSIST},  {"共同", P_ASSIST},  {"协调", P_ASSIST},  {"相关", P_ASSIST},
             {"有关", P_ASSIST},  {"责任", P_RESP},    {"承办", P_RESP},    {"承担", P_RESP},
             {"实施", P_RESP},    {"落实", P_RESP},    {"负责", P_RESP},    {"执行", P_RESP},
             {"建设", P_RESP},    {"组织", P_RESP},    {"领办", P_RESP},    {"具体", P_RESP},
             {"包保", P_RESP},    {"包联", P_RESP},    {"包抓", P_RESP},    {"挂钩", P_RESP},
             {"挂联", P_RESP},    {"联系", P_RESP},    {"分管", P_RESP},    {"督办", P_RESP},
             {"直接", P_RESP},    {"推进", P_RESP},    {"推动", P_RESP},    {"监管", P_RESP},
             {"行业", P_RESP},    {"属地", P_RESP},    {"部门", P_NEUTRAL}, {"项目", P_NEUTRAL},
             {"工作", P_NEUTRAL}, {"任务", P_NEUTRAL}, {"计划", P_FINISH},  {"预计", P_FINISH},
             {"完成", P_FINISH},  {"办结", P_FINISH},  {"办理", P_FINISH},  {"竣工", P_FINISH},  {"完工", P_FINISH},
             {"整改", P_FINISH},  {"目标", P_NEUTRAL}, {"年度", P_NEUTRAL}, {"拟", P_FINISH},
             {"时间", P_FINISH},  {"进度", P_FINISH},  {"节点", P_FINISH},  {"时限", P_FINISH},
             {"要求", P_NEUTRAL}, {"安排", P_NEUTRAL}, {"开工", P_START},   {"启动", P_START},
             {"开始", P_START},   {"实现", P_FINISH},  {"单位", P_NEUTRAL}, {"区级", P_NEUTRAL},
             {"市级", P_NEUTRAL}, {"县级", P_NEUTRAL}, {"省级", P_NEUTRAL}, {"区直", P_NEUTRAL},
             {"市直", P_NEUTRAL}, {"县直", P_NEUTRAL}, {"区", P_NEUTRAL},   {"市", P_NEUTRAL},
             {"县", P_NEUTRAL},   {"州", P_NEUTRAL},   {"省", P_NEUTRAL},   {"旗", P_NEUTRAL},
             {"镇", P_NEUTRAL},   {"和", P_NEUTRAL},   {"及", P_NEUTRAL},   {"与", P_NEUTRAL},
             {"/", P_NEUTRAL},    {"、", P_NEUTRAL},   {"政府", P_NEUTRAL}, {"主", P_LEAD},
             {"党政", P_NEUTRAL}, {"或", P_NEUTRAL},   {"交付", P_FINISH},  {"最终", P_FINISH},
             {"总", P_LEAD}};

enum head_kind { H_UNIT, H_LEADER, H_PERSON, H_TIME };

static const struct {
    const char *word;
    enum head_kind kind;
} HEADS[] = {
    {"责任领导", H_LEADER}, {"领导同志", H_LEADER}, {"领导", H_LEADER},     {"分管区长", H_LEADER},
    {"副区长", H_LEADER},   {"副市长", H_LEADER},   {"副县长", H_LEADER},   {"领衔人", H_LEADER},
    {"区长", H_LEADER},     {"市长", H_LEADER},     {"县长", H_LEADER},     {"责任人", H_PERSON},
    {"负责人", H_PERSON},   {"牵头人", H_PERSON},   {"责任同志", H_PERSON}, {"负责同志", H_PERSON},
    {"联络员", H_PERSON},   {"联系人", H_PERSON},   {"责任科室", H_UNIT},   {"单位名称", H_UNIT},
    {"单位", H_UNIT},       {"部门", H_UNIT},       {"机构", H_UNIT},       {"主体", H_UNIT},
    {"科室", H_UNIT},       {"处室", H_UNIT},       {"企业", H_UNIT},       {"时间节点", H_TIME},
    {"时间要求", H_TIME},   {"时限要求", H_TIME},   {"时间安排", H_TIME},   {"时限", H_TIME},
    {"时间", H_TIME},       {"期限", H_TIME},       {"节点", H_TIME},       {"日期", H_TIME},
    {"进度要求", H_TIME},   {"进度安排", H_TIME},   {"节点要求", H_TIME},   {"进度", H_TIME},
    {"时序", H_TIME}};

// Words that look like labels and speak of the paper, not of the work.
static const char *const FOREIGN[] = {"发布", "发文", "成文",     "印发", "制发", "来源", "抄送",
                                      "主送", "公开", "生成",     "索引", "评分", "考核", "评价",
                                      "报送", "填报", "联系电话", "施行", "废止", "各",   "编制",
                                      "签发", "审核", "上报",     "更新", "县直有关", "区直有关",
                                      "市直有关", "县直相关", "区直相关", "市直相关"};

static enum label label_of(enum head_kind head, bool lead, bool assist, bool resp, bool start)
{
    switch (head) {
    case H_LEADER: return LABEL_LEADER;
    case H_PERSON: return LABEL_PERSON;
    case H_TIME: return start ? LABEL_START : LABEL_DUE;
    default: break;
    }
    if (lead) return LABEL_LEAD;
    if (assist) return LABEL_ASSIST;
    return resp ? LABEL_RESP : LABEL_NONE;
}

// A bracketed remark inside a label: 责任单位(部门), 牵头(主责)单位.
static size_t remark_at(const struct runes *r, size_t i)
{
    if (i >= r->n || !rune_open(r->at[i])) return 0;
    size_t close = runes_close(r, i, i + 16);
    return close == SIZE_MAX ? 0 : close + 1 - i;
}

struct label_state {
    bool lead, assist, resp, start;
};

// 单位 or 时间 alone say too little; 时限 and 责任人 are enough.
static bool bare_head(const struct runes *r, size_t k, enum head_kind kind)
{
    static const char *const whole[] = {"时间节点", "时间要求", "时间安排", "进度要求", "进度安排"},
                             *const vague[] = {"时间", "日期", "进度", "联系", "期限"};
    for (size_t w = 0; w < COUNT_OF(whole); w++)
        if (runes_is(r, k, whole[w])) return false;
    for (size_t w = 0; w < COUNT_OF(vague); w++)
        if (runes_is(r, k, vague[w])) return true;
    return kind == H_UNIT;
}

// The head word at k, if any: its length, and the label the parts before it make of it.
static size_t head_at(const struct runes *r, size_t k, bool alone, const struct label_state *s,
                      enum label *label)
{
    for (size_t h = 0; h < COUNT_OF(HEADS); h++) {
        size_t n = runes_lit(r, k, HEADS[h].word);
        if (!n) continue;
        *label = alone && bare_head(r, k, HEADS[h].kind)
                     ? LABEL_NONE
                     : label_of(HEADS[h].kind, s->lead, s->assist, s->resp, s->start);
        return n;
    }
    return 0;
}

static size_t part_at(const struct runes *r, size_t k, struct label_state *s)
{
    for (size_t p = 0; p < COUNT_OF(PARTS); p++) {
        size_t n = runes_lit(r, k, PARTS[p].word);
        if (!n) continue;
        s->lead |= PARTS[p].kind == P_LEAD;
        s->assist |= PARTS[p].kind == P_ASSIST;
        s->resp |= PARTS[p].kind == P_RESP;
        s->start |= PARTS[p].kind == P_START;
        return n;
    }
    return remark_at(r, k);
}

size_t label_word(const struct runes *r, size_t i, enum label *label)
{
    enum { MOST_PARTS = 8 };
    struct label_state s = {0};
    size_t k = i, best = 0;
    for (size_t f = 0; f < COUNT_OF(FOREIGN); f++)
        if (runes_is(r, i, FOREIGN[f])) return 0;
    for (int parts = 0; parts < MOST_PARTS && k < r->n; parts++) {
        enum label l = LABEL_NONE;
        size_t n = head_at(r, k, k == i, &s, &l);
        if (n && l != LABEL_NONE) {
            if (!best || !label_is_unit(*label)) *label = l; // 责任单位及责任人 names units first
            best = k + n - i;
        }
        size_t step = part_at(r, k, &s);
        if (!step && n && k + n - i == best) step = n;
        if (!step) break;
        k = runes_skip(r, k + step);
    }
    return best ? best + remark_at(r, i + best) : 0;
}

// 牵头： 配合： 时限： without a head.
static size_t short_label(const struct runes *r, size_t i, enum label *label)
{
    static const struct {
        const char *word;
        enum label label;
    } words[] = {{"牵头", LABEL_LEAD},     {"主责", LABEL_LEAD},     {"主办", LABEL_LEAD},
                 {"责任", LABEL_RESP},     {"配合", LABEL_ASSIST},   {"协办", LABEL_ASSIST},
                 {"参与", LABEL_ASSIST},   {"负责", LABEL_RESP},     {"承办", LABEL_RESP},
                 {"协助", LABEL_ASSIST},   {"责任分工", LABEL_RESP}, {"任务分工", LABEL_RESP},
                 {"部门分工", LABEL_RESP}, {"职责分工", LABEL_RESP}, {"工作分工", LABEL_RESP},
                 {"分工", LABEL_RESP},     {"协同", LABEL_ASSIST}};
    for (size_t k = 0; k < COUNT_OF(words); k++) {
        size_t n = runes_lit(r, i, words[k].word);
        if (!n || r->at[runes_skip(r, i + n)] != ':') continue;
        *label = words[k].label;
        return n;
    }
    return 0;
}

// Labels of documents that write each task as a card: 项目名称：…  建设内容：…  责任单位：…
static const struct {
    const char *word;
    enum label label;
} CARD[] = {{"项目名称", LABEL_TASK},    {"任务名称", LABEL_TASK},    {"工作任务", LABEL_TASK},
            {"主要任务", LABEL_TASK},    {"重点任务", LABEL_TASK},    {"任务内容", LABEL_TASK},
            {"工作内容", LABEL_TASK},    {"目标任务", LABEL_TASK},    {"任务目标", LABEL_TASK},
            {"工作目标", LABEL_TASK},    {"年度目标", LABEL_TASK},    {"具体任务", LABEL_TASK},
            {"建设内容", LABEL_TASK},    {"主要内容", LABEL_TASK},    {"实事项目", LABEL_TASK},
            {"实事内容", LABEL_TASK},    {"项目内容", LABEL_TASK},    {"具体内容", LABEL_TASK},
            {"建设规模", LABEL_TASK},    {"年度任务", LABEL_TASK},    {"目标要求", LABEL_TASK},
            {"任务", LABEL_TASK},        {"事项", LABEL_TASK},        {"工作标准", LABEL_TASK},
            {"任务标准", LABEL_TASK},    {"工作措施", LABEL_MEASURE}, {"主要措施", LABEL_MEASURE},
            {"具体措施", LABEL_MEASURE}, {"推进措施", LABEL_MEASURE}, {"工作举措", LABEL_MEASURE},
            {"具体举措", LABEL_MEASURE}, {"落实措施", LABEL_MEASURE}, {"重点举措", LABEL_MEASURE},
            {"主要举措", LABEL_MEASURE}, {"备注", LABEL_REMARK},      {"任务来源", LABEL_REMARK},
            {"总投资", LABEL_REMARK},    {"投资", LABEL_REMARK},      {"资金来源", LABEL_REMARK},
            {"建设地点", LABEL_REMARK},  {"整改措施", LABEL_MEASURE}, {"整改举措", LABEL_MEASURE},
            {"整改目标", LABEL_MEASURE}, {"内容", LABEL_TASK},        {"督导单位", LABEL_REMARK},
            {"督查单位", LABEL_REMARK},  {"监督单位", LABEL_REMARK},  {"指导单位", LABEL_REMARK},
            {"验收单位", LABEL_REMARK}};

bool label_at(const struct runes *r, size_t i, enum label *label, size_t *end)
{
    size_t n = label_word(r, i, label);
    if (!n) n = short_label(r, i, label);
    for (size_t k = 0; k < COUNT_OF(CARD) && !n; k++) {
        n = runes_lit(r, i, CARD[k].word);
        if (n && r->at[runes_skip(r, i + n)] != ':') n = 0;
        if (n) *label = CARD[k].label;
    }
    if (!n) return false;
    size_t k = runes_skip(r, i + n);
    bool stated = label_is_unit(*label) && n >= 4 && runes_is(r, k, "为"); // 责任单位为区教委
    enum label other; // 第一责任单位为牵头单位 explains a list
    if (stated && label_word(r, k + 1, &other)) stated = false;
    if (k >= r->n || (r->at[k] != ':' && !stated)) return false;
    *end = k + 1;
    return true;
}

static const struct {
    const char *word;
    enum label label;
} HEADERS[] = {{"序号", LABEL_SERIAL},
               {"编号", LABEL_SERIAL},
               {"任务序号", LABEL_SERIAL},
               {"任务编号", LABEL_SERIAL},
               {"项目序号", LABEL_SERIAL},
               {"序", LABEL_SERIAL},
               {"总序号", LABEL_SERIAL},
               {"号", LABEL_SERIAL},
               {"分序号", LABEL_SERIAL},
               {"No.", LABEL_SERIAL},
               {"NO", LABEL_SERIAL},
               {"No", LABEL_SERIAL},
               {"任务分解", LABEL_TASK},
               {"责任分解", LABEL_RESP},
               {"任务清单", LABEL_TASK},
               {"主要目标任务", LABEL_TASK},
               {"重点工作任务", LABEL_TASK},
               {"重点工作", LABEL_TASK},
               {"工作事项", LABEL_TASK},
               {"重点任务内容", LABEL_TASK},
               {"任务事项", LABEL_TASK},
               {"工作项目", LABEL_TASK},
               {"内容", LABEL_TASK},
               {"重点事项", LABEL_TASK},
               {"项目", LABEL_TASK},
               {"主要工作", LABEL_TASK},
               {"主要工作任务", LABEL_TASK},
               {"工作任务内容", LABEL_TASK},
               {"具体工作任务", LABEL_TASK},
               {"具体工作", LABEL_TASK},
               {"具体事项", LABEL_TASK},
               {"指标名称", LABEL_TASK},
               {"指标", LABEL_TASK},
               {"任务要求", LABEL_TASK},
               {"具体要求", LABEL_TASK},
               {"考核内容", LABEL_TASK},
               {"考核指标", LABEL_TASK},
               {"工作要求", LABEL_TASK},
               {"工作", LABEL_TASK},
               {"民生实事", LABEL_TASK},
               {"实事名称", LABEL_TASK},
               {"政府工作报告任务", LABEL_TASK},
               {"报告内容", LABEL_TASK},
               {"改革任务", LABEL_TASK},
               {"改革事项", LABEL_TASK},
               {"二级任务", LABEL_TASK},
               {"督办事项", LABEL_TASK},
               {"督查事项", LABEL_TASK},
               {"量化指标", LABEL_TASK},
               {"问题", LABEL_TASK},
               {"年度重点任务", LABEL_TASK},
               {"年度工作任务", LABEL_TASK},
               {"年度目标任务", LABEL_TASK},
               {"年度主要任务", LABEL_TASK},
               {"项目建设内容", LABEL_TASK},
               {"建设内容及规模", LABEL_TASK},
               {"措施", LABEL_MEASURE},
               {"举措", LABEL_MEASURE},
               {"工作措施及要求", LABEL_MEASURE},
               {"推进举措", LABEL_MEASURE},
               {"实施路径", LABEL_MEASURE},
               {"工作路径", LABEL_MEASURE},
               {"细化措施", LABEL_MEASURE},
               {"落实举措", LABEL_MEASURE},
               {"整改措施", LABEL_MEASURE},
               {"目标值", LABEL_TARGET},
               {"目标", LABEL_TARGET},
               {"全年目标", LABEL_TARGET},
               {"计划数", LABEL_TARGET},
               {"年度目标值", LABEL_TARGET},
               {"指标值", LABEL_TARGET},
               {"预期目标", LABEL_TARGET},
               {"全年目标值", LABEL_TARGET},
               {"年度计划", LABEL_TARGET},
               {"量化目标", LABEL_TARGET},
               {"年度目标", LABEL_TARGET},
               {"工作目标", LABEL_TARGET},
               {"任务目标", LABEL_TARGET},
               {"绩效目标", LABEL_TARGET},
               {"成果形式", LABEL_TARGET},
               {"工作标准", LABEL_TARGET},
               {"任务标准", LABEL_TARGET},
               {"目标要求", LABEL_TARGET},
               {"年度工作目标", LABEL_TARGET},
               {"类别", LABEL_CATEGORY},
               {"分类", LABEL_CATEGORY},
               {"领域", LABEL_CATEGORY},
               {"板块", LABEL_CATEGORY},
               {"方面", LABEL_CATEGORY},
               {"工作类别", LABEL_CATEGORY},
               {"考核项目", LABEL_CATEGORY},
               {"任务类别", LABEL_CATEGORY},
               {"项目类别", LABEL_CATEGORY},
               {"所属板块", LABEL_CATEGORY},
               {"所属领域", LABEL_CATEGORY},
               {"一级任务", LABEL_CATEGORY},
               {"大类", LABEL_CATEGORY},
               {"工程", LABEL_CATEGORY},
               {"类型", LABEL_CATEGORY},
               {"工作领域", LABEL_CATEGORY},
               {"重点领域", LABEL_CATEGORY},
               {"任务分类", LABEL_CATEGORY},
               {"指标类别", LABEL_CATEGORY},
               {"任务类型", LABEL_CATEGORY},
               {"项目类型", LABEL_CATEGORY},
               {"工作板块", LABEL_CATEGORY},
               {"行动", LABEL_CATEGORY},
               {"重点方向", LABEL_CATEGORY},
               {"牵头", LABEL_LEAD},
               {"主责", LABEL_LEAD},
               {"配合", LABEL_ASSIST},
               {"协办", LABEL_ASSIST},
               {"责任", LABEL_RESP},
               {"完成情况", LABEL_REMARK},
               {"进展情况", LABEL_REMARK},
               {"备注", LABEL_REMARK},
               {"责任分工", LABEL_RESP},
               {"任务分工", LABEL_RESP},
               {"部门分工", LABEL_RESP},
               {"职责分工", LABEL_RESP},
               {"工作分工", LABEL_RESP},
               {"分工", LABEL_RESP},
               {"单位", LABEL_RESP},
               {"部门", LABEL_RESP},
               {"责任落实", LABEL_RESP},
               {"完成", LABEL_DUE},
               {"时间", LABEL_DUE},
               {"期限", LABEL_DUE},
               {"进度", LABEL_DUE},
               {"时间进度", LABEL_DUE},
               {"进度安排", LABEL_DUE},
               {"完成年限", LABEL_DUE},
               {"完成日期", LABEL_DUE},
               {"计量单位", LABEL_REMARK},
               {"说明", LABEL_REMARK},
               {"任务来源", LABEL_REMARK},
               {"来源", LABEL_REMARK},
               {"进展", LABEL_REMARK},
               {"目前进展", LABEL_REMARK},
               {"联系电话", LABEL_REMARK},
               {"总投资", LABEL_REMARK},
               {"投资", LABEL_REMARK},
               {"建设地点", LABEL_REMARK},
               {"资金来源", LABEL_REMARK},
               {"建设性质", LABEL_REMARK},
               {"联系方式", LABEL_REMARK},
               {"签字", LABEL_REMARK},
               {"权重", LABEL_REMARK},
               {"分值", LABEL_REMARK},
               {"任务出处", LABEL_REMARK},
               {"建设年限", LABEL_REMARK},
               {"起止年限", LABEL_REMARK},
               {"存在问题", LABEL_REMARK},
               {"下一步措施", LABEL_REMARK},
               {"亮灯", LABEL_REMARK},
               {"工作进展", LABEL_REMARK},
               {"文件依据", LABEL_REMARK}};

// 一季度目标, 上半年, 1月, 第一季度工作进度
static bool period_header(const struct runes *r)
{
    static const char *const words[] = {"一季度", "二季度", "三季度", "四季度", "1季度",
                                        "2季度",  "3季度",  "4季度",  "上半年", "下半年",
                                        "第一季", "第二季", "第三季", "第四季"};
    size_t i = runes_skip(r, 0);
    if (r->n > 16) return false;
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (runes_is(r, i, words[k]) || runes_is(r, i + 1, words[k])) return true;
    int month;
    size_t n = runes_int(r, i, &month);
    return n && n <= 2 && month >= 1 && month <= 12 && runes_is(r, i + n, "月") &&
           r->n <= i + n + 5;
}

// 1-10月推进情况, 是否达序: what has become of a task, not what is to be done.
static bool progress_header(const struct runes *r)
{
    static const char *const ends[] = {"情况", "进展", "说明", "得分"};
    size_t n = r->n;
    while (n && rune_blank(r->at[n - 1])) n--;
    if (n < 4 || n > 12) return false;
    if (runes_is(r, runes_skip(r, 0), "是否")) return true;
    for (size_t k = 0; k < COUNT_OF(ends); k++)
        if (runes_is(r, n - 2, ends[k])) return true;
    return false;
}

static bool rest_is_remark(const struct runes *r, size_t i)
{
    i = runes_skip(r, i);
    if (i >= r->n) return true;
    if (!rune_open(r->at[i])) return false;
    size_t close = runes_close(r, i, r->n);
    return close != SIZE_MAX && runes_skip(r, close + 1) >= r->n;
}

// A heading made of general words: 主要工作举措, 重点任务及要求. What it ends in decides.
static enum label composed_header(const struct runes *r, size_t i)
{
    static const char *const words[] = {
        "年度", "主要", "重点", "具体", "工作", "任务", "目标", "项目", "事项", "内容",
        "举措", "措施", "要求", "建设", "改革", "分解", "推进", "落实", "细化", "及",
        "和",   "名称", "实事", "民生", "政府", "报告", "指标", "标准", "实施", "阶段",
        "全年", "、",   "与",   "区",   "市",   "县",   "成果", "明细", "量化", "计划",
        "清单", "攻坚", "节点", "重大", "本年", "安排", "描述", "概况"};
    bool target = false, measure = false, task = false;
    size_t n_words = 0;
    while ((i = runes_skip(r, i)) < r->n) {
        size_t n = 0;
        for (size_t k = 0; k < COUNT_OF(words) && !n; k++) n = runes_lit(r, i, words[k]);
        if (!n)
            return rest_is_remark(r, i) && n_words >= 2 ? (measure ? LABEL_MEASURE
                                                           : task  ? LABEL_TASK
                                                                   : LABEL_NONE)
                                                        : LABEL_NONE;
        target |= runes_is(r, i, "目标") || runes_is(r, i, "指标") || runes_is(r, i, "标准") ||
                  runes_is(r, i, "成果");
        measure |= runes_is(r, i, "举措") || runes_is(r, i, "措施");
        task |= runes_is(r, i, "任务") || runes_is(r, i, "工作") || runes_is(r, i, "事项") ||
                runes_is(r, i, "内容") || runes_is(r, i, "项目") || runes_is(r, i, "实事");
        n_words++;
        i += n;
    }
    if (n_words < 2) return LABEL_NONE;
    return measure           ? LABEL_MEASURE
           : target && !task ? LABEL_TARGET
           : task            ? LABEL_TASK
                             : LABEL_NONE;
}

// "2023年重点任务": what stands before the known word is a year or a place.
static size_t header_prefix(const struct runes *r)
{
    size_t i = runes_skip(r, 0);
    int year;
    size_t n = runes_int(r, i, &year);
    if (n == 4 && runes_is(r, i + n, "年")) {
        i += n + 1;
        i += runes_lit(r, i, "度");
    }
    return runes_skip(r, i);
}

// 评分部门 gives marks, it does no work.
static enum label watch_header(const struct runes *r, size_t i)
{
    static const char *const words[] = {"评分", "考核", "评价", "验收", "督查", "督导"};
    for (size_t k = 0; k < COUNT_OF(words) && r->n <= 8; k++)
        if (runes_is(r, i, words[k]))
            return runes_has(r, "部门") || runes_has(r, "单位") ? LABEL_WATCH : LABEL_REMARK;
    return LABEL_NONE;
}

enum label label_header(const struct runes *r)
{
    if (r->n == 0 || r->n > 40) return LABEL_NONE;
    if (period_header(r)) return LABEL_PERIOD;
    if (progress_header(r)) return LABEL_REMARK;
    size_t i = header_prefix(r);
    for (size_t k = 0; k < COUNT_OF(HEADERS); k++) {
        size_t n = runes_lit(r, i, HEADERS[k].word);
        if (n && rest_is_remark(r, i + n)) return HEADERS[k].label;
    }
    for (size_t k = 0; k < COUNT_OF(CARD); k++) {
        size_t n = runes_lit(r, i, CARD[k].word);
        if (n && rest_is_remark(r, i + n)) return CARD[k].label;
    }
    enum label watch = watch_header(r, i);
    if (watch != LABEL_NONE) return watch;
    enum label label;
    size_t n = label_word(r, i, &label);
    if (n && rest_is_remark(r, i + n)) return label;
    // 工作任务及措施, 目标任务和要求: two known words
    for (size_t k = 0; k < COUNT_OF(HEADERS); k++) {
        n = runes_lit(r, i, HEADERS[k].word);
        if (n &&
            (runes_is(r, i + n, "及") || runes_is(r, i + n, "和") || runes_is(r, i + n, "与") ||
             runes_is(r, i + n, "/") || runes_is(r, i + n, "、")) &&
            r->n < 14)
            return HEADERS[k].label;
    }
    return r->n <= 16 ? composed_header(r, i) : LABEL_NONE;
}

bool label_is_unit(enum label l)
{
    return l == LABEL_LEAD || l == LABEL_RESP || l == LABEL_ASSIST;
}

bool label_is_who(enum label l)
{
    return label_is_unit(l) || l == LABEL_LEADER || l == LABEL_PERSON;
}

bool label_is_field(enum label l)
{
    return label_is_who(l) || l == LABEL_DUE || l == LABEL_START;
}
