#include "exchange/division/names.h"

static const char *const SUFFIXES[] = {
    "局",     "委",   "办",     "部",   "院",   "会",     "所",     "站",     "队",     "厅",
    "署",     "校",   "处",     "科",   "室",   "组",     "社",     "街道",   "镇",     "乡",
    "街",     "地区", "中心",   "公司", "集团", "政府",   "办事处", "委员会", "管委会", "园区",
    "开发区", "支队", "大队",   "总队", "法院", "检察院", "分局",   "税务",   "银行",   "海关",
    "学校",   "大学", "医院",   "专班", "企业", "单位",   "部门",   "平台",   "联",     "协会",
    "党校",   "人行", "工会",   "妇联", "团委", "残联",   "科协",   "指挥部", "分公司", "林场",
    "农场",   "基地", "厂",     "馆",   "台",   "库",     "府",     "县",     "区",     "市",
    "州",     "村",   "社区",   "指",   "总指", "供电",   "文旅",   "城投",   "国投",   "办公厅",
    "行",     "商会", "署",     "机构", "团",   "省",     "旗",     "盟",     "业主",   "系统",
    "国资",   "兵团", "分行",   "主体", "公安", "消防",   "联社",   "文联",   "侨联",   "学院",
    "档案馆", "中队", "代建局", "事务", "會",   "區",     "縣",     "廳",     "處",     "辦",
    "鎮",     "鄉",   "隊",     "團",   "單位", "部門",   "聯",     "港",     "投",     "控股",
    "乡镇",   "镇街", "街镇",   "股"};

bool name_is_set(str name)
{
    static const char *const words[] = {"有关", "相关", "全体", "所有"};
    return str_starts(name, STR("各")) || str_starts(name, STR("全区")) ||
           str_starts(name, STR("全市")) || str_has(name, STR("各")) ||
           str_has_any(name, words, COUNT_OF(words));
}

// What follows the last bracket is not part of the test: 区委宣传部（区文明办）.
static str without_bracket(str name)
{
    static const struct {
        const char *open, *close;
    } marks[] = {{"（", "）"}, {"(", ")"}, {"〔", "〕"}, {"[", "]"}, {"【", "】"}};
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (!str_ends(name, str_of(marks[i].close))) continue;
        size_t at = str_find(name, str_of(marks[i].open), 0);
        if (at != SIZE_MAX && at > 0) return str_trim(str_sub(name, 0, at));
    }
    return name;
}

bool name_starts_verb(str name)
{
    static const char *const verbs[] = {
        "推进", "完成", "加快", "实施", "新建",   "改造", "深化", "开展", "落实", "持续",
        "推动", "加强", "打造", "提升", "优化",   "建立", "健全", "做好", "做强", "做优",
        "做大", "抓好", "强化", "完善", "创建",   "培育", "引进", "扩大", "支持", "加大",
        "启动", "迁建", "建成", "新增", "改扩建", "全面", "大力", "积极", "着力", "开工",
        "整治", "建成", "迁建", "组织", "申报",   "争创", "争取", "确保", "办好"};
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (str_starts(name, str_of(verbs[i]))) return !str_starts(name, STR("组织部"));
    return false;
}

bool name_is_unit(str name)
{
    name = without_bracket(name);
    size_t n = utf8_count(name);
    if (n < 2 || n > 30) return false;
    bool centre = n == 4 && str_ends(name, STR("中心")); // 新建学校 is work, 推进中心 a unit
    if (n >= 4 && !centre && name_starts_verb(name)) return false;
    if (str_has(name, STR("%")) || str_has(name, STR("％"))) return false;
    bool whole = str_starts(name, STR("全区")) || str_starts(name, STR("全市")); // 全市统筹
    if (name_is_set(name) && !whole) return n <= 20;
    for (size_t i = 0; i < COUNT_OF(SUFFIXES); i++)
        if (str_ends(name, str_of(SUFFIXES[i]))) return true;
    return false;
}

// Words that follow names and say what those do: 分别牵头落实, 按照各自职责分工负责, 具体实施. They
// are put together freely, so they are read one by one.
enum duty { DUTY_MANNER, DUTY_SHARE, DUTY_DO, DUTY_LEAD, DUTY_ASSIST };

static const struct {
    const char *word;
    enum duty duty;
} DUTIES[] = {{"为牵头单位", DUTY_LEAD}, {"牵头", DUTY_LEAD},     {"主责", DUTY_LEAD},
              {"主办", DUTY_LEAD},       {"总负责", DUTY_LEAD},   {"负责", DUTY_DO},
              {"抓落实", DUTY_DO},       {"落实", DUTY_DO},       {"实施", DUTY_DO},
              {"推进", DUTY_DO},         {"承办", DUTY_DO},       {"承担", DUTY_DO},
              {"办理", DUTY_DO},         {"配合", DUTY_ASSIST},   {"协办", DUTY_ASSIST},
              {"协助", DUTY_ASSIST},     {"协同", DUTY_ASSIST},   {"参与", DUTY_ASSIST},
              {"参加", DUTY_ASSIST},     {"支持", DUTY_ASSIST},   {"按照", DUTY_MANNER},
              {"按", DUTY_MANNER},       {"依照", DUTY_MANNER},   {"依据", DUTY_MANNER},
              {"依", DUTY_MANNER},       {"根据", DUTY_MANNER},   {"各自", DUTY_MANNER},
              {"任务分工", DUTY_SHARE},  {"职责", DUTY_SHARE},    {"职能", DUTY_SHARE},
              {"分工", DUTY_SHARE},      {"分别", DUTY_MANNER},   {"共同", DUTY_MANNER},
              {"具体", DUTY_MANNER},     {"积极", DUTY_MANNER},   {"组织", DUTY_MANNER},
              {"密切", DUTY_MANNER},     {"主动", DUTY_MANNER},   {"认真", DUTY_MANNER},
              {"抓好", DUTY_MANNER},     {"做好", DUTY_MANNER},   {"结合实际", DUTY_MANNER},
              {"工作", DUTY_MANNER},     {"结合职责", DUTY_SHARE}};

// A role phrase at i that ends a group: followed by a separator or the end. Sets *role and length.
static size_t phrase_at(const struct runes *r, size_t i, size_t to, enum name_role *role)
{
    bool said[DUTY_ASSIST + 1] = {0};
    size_t k = i;
    for (bool more = true; more && k < to;) {
        more = false;
        for (size_t d = 0; d < COUNT_OF(DUTIES) && !more; d++) {
            size_t n = runes_lit(r, k, DUTIES[d].word);
            if (!n || k + n > to || (k == i && str_is(str_of(DUTIES[d].word), "工作"))) continue;
            said[DUTIES[d].duty] = more = true;
            k += n;
        }
    }
    bool any = said[DUTY_SHARE] || said[DUTY_DO] || said[DUTY_LEAD] || said[DUTY_ASSIST];
    size_t after = runes_skip(r, k);
    uint32_t cp = after < to ? r->at[after] : 0;
    bool ends =
        cp == 0 || cp == ',' || cp == ';' || cp == 0x3001 || cp == 0x3002 || cp == ')' || cp == '.';
    if (!any || !ends) return 0;
    *role = said[DUTY_LEAD] ? NAME_LEAD : said[DUTY_ASSIST] ? NAME_ASSIST : NAME_PLAIN;
    return k - i;
}

static bool separator(uint32_t cp)
{
    return cp == 0x3001 || cp == ',' || cp == ';' || cp == '/' || cp == 0x3002 || cp == '|' ||
           cp == '\\' || cp == 0x00B7;
}

// 和, 及, 与, 以及, 会同 between two complete names.
static size_t joiner_at(const struct runes *r, size_t start, size_t i, size_t to)
{
    static const char *const words[] = {"以及", "会同", "联合", "和", "及", "与"};
    for (size_t k = 0; k < COUNT_OF(words); k++) {
        size_t n = runes_lit(r, i, words[k]);
        if (!n || i + n >= to) continue;
        str before = runes_slice(r, start, i);
        if (utf8_count(before) < 2 || !name_is_unit(before) || str_ends(before, STR("区")) ||
            str_ends(before, STR("市")) || str_ends(before, STR("社")))
            return 0;
        static const char *const starts[] = {"区",   "市",   "县",   "各",   "镇", "省",
                                             "相关", "有关", "其他", "街道", "国", "公安",
                                             "属地", "乡",   "州",   "财政"};
        for (size_t s = 0; s < COUNT_OF(starts); s++)
            if (runes_is(r, i + n, starts[s])) return n;
        // 发展和改革委: the first half alone is no unit; 甲局和乙局: both are.
        size_t end = i + n;
        while (end < to && !separator(r->at[end]) && !rune_open(r->at[end])) end++;
        return n >= 1 && str_ends(before, STR("局")) && name_is_unit(runes_slice(r, i + n, end))
                   ? n
                   : 0;
    }
    return 0;
}

// Endings that complete a name beyond doubt; 区住房城乡 is not complete though 乡 is an ending too.
static bool strong_ending(str name)
{
    static const char *const ends[] = {"局",   "委",   "办",     "部",     "院",     "中心", "公司",
                                       "街道", "政府", "办事处", "委员会", "管委会", "集团", "支队",
                                       "大队", "总队", "署",     "厅",     "银行",   "单位", "部门",
                                       "会",   "联",   "学校",   "大学",   "所",     "站",   "）",
                                       ")",    "镇",   "企业",   "社",     "队"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (str_ends(name, str_of(ends[i]))) return true;
    return false;
}

static bool begins_name(const struct runes *r, size_t i)
{
    static const char *const starts[] = {"区", "市", "县", "各",   "省",
                                         "国", "乡", "镇", "街道", "州"};
    for (size_t k = 0; k < COUNT_OF(starts); k++)
        if (runes_is(r, i, starts[k])) return true;
    return false;
}

// A blank or line end splits only between two complete names; inside "区 发 改 局" it is layout,
// and 区住房城乡 / 建设委 is one name broken by a narrow column.
static bool blank_splits(const struct runes *r, size_t start, size_t i, size_t to)
{
    if (!rune_blank(r->at[i])) return false;
    str before = runes_slice(r, start, i);
    size_t after = runes_skip(r, i);
    if (after >= to || utf8_count(before) < 3 || !name_is_unit(before)) return false;
    size_t end = after;
    while (end < to && !separator(r->at[end]) && !rune_blank(r->at[end])) end++;
    if (end - after < 2 || runes_is(r, after, "员会") || runes_is(r, after, "公室")) return false;
    return begins_name(r, after) ||
           (strong_ending(before) && name_is_unit(runes_slice(r, after, end)));
}

static str squeeze(struct arena *a, str s)
{
    // Blanks inside a name are layout; between Latin letters they are part of it.
    if (!str_has(s, STR(" ")) && !str_has(s, STR("\u3000")) && !str_has(s, STR("\n"))) return s;
    s = str_replace(a, str_replace(a, s, STR("\u3000"), STR("")), STR("\n"), STR(""));
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'A' && s.p[i] <= 'z') return s;
    return str_replace(a, s, STR(" "), STR(""));
}

static str strip_front(str s)
{
    static const char *const heads[] = {"由", "其中", "其他", "请"};
    for (size_t i = 0; i < COUNT_OF(heads); i++)
        if (str_starts(s, str_of(heads[i])) && utf8_count(s) > 3 && i < 1)
            s = str_trim(str_from(s, strlen(heads[i])));
    return s;
}

static str strip_back(str s)
{
    static const char *const tails[] = {"等相关部门", "等有关部门", "等部门和单位",
                                        "等部门单位", "等相关单位", "等有关单位",
                                        "等部门",     "等单位",     "等",
                                        "。",         "；",         "，",
                                        ".",          ";",          ",",
                                        ":",          "："};
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < COUNT_OF(tails) && !again; i++)
            if (str_ends(s, str_of(tails[i])) && s.n > strlen(tails[i])) {
                s.n -= strlen(tails[i]);
                s = str_trim(s);
                again = true;
            }
    }
    return s;
}

// （牵头）, (配合), (列第一位者为牵头单位，下同): what a trailing bracket says instead of naming a
// unit.
static str bracket_role(str name, enum name_role *role)
{
    str bare = without_bracket(name);
    if (bare.n == name.n) return name;
    str inside = str_from(name, bare.n);
    static const char *const leads[] = {"牵头", "主责", "主办", "组长"},
                             *const assists[] = {"配合", "协办", "参与"},
                             *const notes[] = {"下同",   "排名", "第一位",
                                               "列首位", "名单", "见附件"};
    bool note = str_has_any(inside, notes, COUNT_OF(notes));
    bool brief = utf8_count(inside) <= 8;
    if (!note && brief && str_has_any(inside, leads, COUNT_OF(leads))) *role = NAME_LEAD;
    else if (!note && brief && str_has_any(inside, assists, COUNT_OF(assists))) *role = NAME_ASSIST;
    else if (!note) return name;
    return bare;
}

// 各县、市、区政府 and 各镇、街道: the pieces after 各 that are no names of their own belong to it.
static bool continues_set(str previous, str piece)
{
    if (!str_starts(previous, STR("各"))) return false;
    static const char *const generic[] = {
        "市",         "区",         "县",        "区政府",     "市区政府", "街道",       "镇",
        "乡",         "街",         "园区",      "街道办事处", "管委会",   "乡镇",       "开发区",
        "功能区",     "街道办",     "部门",      "单位",       "直属机构", "区人民政府", "街镇",
        "社区",       "办事处",     "地区",      "市人民政府", "市政府",   "市政府",     "委",
        "办",         "局",         "乡镇政府",  "镇政府",     "旗",       "旗区政府",   "市区",
        "镇人民政府", "乡人民政府", "经济功能区"};
    for (size_t i = 0; i < COUNT_OF(generic); i++)
        if (str_is(piece, generic[i])) return true;
    return false;
}

struct reader {
    struct arena *a;
    const struct runes *r;
    struct name_list *out;
    size_t group; // first item whose role a later phrase may still set
    enum name_role role;
};

// （牵头单位负总责，责任单位按职责分工负责） speaks of roles and names nobody.
static bool names_a_role(str name)
{
    static const char *const roles[] = {"牵头单位", "责任单位", "配合单位", "牵头部门",
                                        "责任部门", "配合部门", "主办单位", "协办单位"};
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (str_starts(name, str_of(roles[i]))) return true;
    return false;
}

static void add_name(struct reader *rd, size_t from, size_t to, bool after_comma)
{
    str name = strip_front(strip_back(squeeze(rd->a, runes_slice(rd->r, from, to))));
    enum name_role role = NAME_PLAIN;
    name = strip_back(bracket_role(name, &role));
    if (name.n == 0 || names_a_role(name)) return;
    struct name_list *out = rd->out;
    if (out->n > rd->group && after_comma && continues_set(out->at[out->n - 1].text, name)) {
        struct name_item *last = &out->at[out->n - 1];
        // Both lie in the same source text, so the joined form is a slice of it when they touch.
        last->text = str_printf(rd->a, "%.*s、%.*s", STR_FMT(last->text), STR_FMT(name));
        return;
    }
    VEC_ADD(rd->a, out, ((struct name_item){name, role == NAME_PLAIN ? rd->role : role}));
}

// Gives the names since the last phrase the role that the phrase states.
static void close_group(struct reader *rd, enum name_role role)
{
    for (size_t i = rd->group; i < rd->out->n; i++)
        if (role != NAME_PLAIN) rd->out->at[i].role = role;
    rd->group = rd->out->n;
}

void names_read(struct arena *a, const struct runes *r, size_t from, size_t to, enum name_role role,
                struct name_list *out)
{
    struct reader rd = {a, r, out, out->n, role};
    size_t start = runes_skip(r, from);
    bool after_comma = false;
    for (size_t i = start; i < to;) {
        enum name_role phrase;
        size_t n;
        if (rune_open(r->at[i])) {
            size_t close = runes_close(r, i, to);
            i = close == SIZE_MAX ? i + 1 : close + 1;
        } else if (i > start && (n = phrase_at(r, i, to, &phrase)) != 0) {
            add_name(&rd, start, i, after_comma);
            close_group(&rd, phrase);
            start = i = i + n;
        } else if (separator(r->at[i]) || blank_splits(r, start, i, to)) {
            add_name(&rd, start, i, after_comma);
            after_comma = r->at[i] == 0x3001 || r->at[i] == ',';
            if (r->at[i] == ';') rd.group = out->n;
            start = ++i;
        } else if ((n = joiner_at(r, start, i, to)) != 0) {
            add_name(&rd, start, i, after_comma);
            start = i = i + n;
        } else {
            i++;
        }
    }
    add_name(&rd, start, to, after_comma);
}

int names_unit_percent(struct arena *a, const struct runes *r, size_t from, size_t to)
{
    struct name_list list = {0};
    names_read(a, r, from, to, NAME_PLAIN, &list);
    if (list.n == 0) return 0;
    size_t units = 0;
    for (size_t i = 0; i < list.n; i++)
        if (name_is_unit(list.at[i].text)) units++;
    return (int)(units * 100 / list.n);
}

static bool has_surname(str s)
{
    static const char SURNAMES[] = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭"
                                   "曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
                                   "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛"
                                   "郝龚邵万钱严覃武戴莫孔向汤柯成施牛洪欧梅颜倪祝甘阎"
                                   "常温季骆焦纪鲁葛岳齐庞樊兰殷章庄申耿祁路聂童翟左辛褚关俞詹柴管"
                                   "舒盛穆邢裴席卓晏包狄阮游艾涂车鲍裘凌屈荣项单娄冉蒲"
                                   "解苗费连明米喻伍符傅卞宫谷练窦巩乔桂佟杭简敖沙应柳冷宁鞠桑满古"
                                   "池巫国丛曲帅占楚甄厉尚房戚褟贝麦邬虞蔺糜郎粟隋苟云"
                                   "岑臧蓝司银查丘易闵阳娜计伏茅楼滕储花柏水翁强麻幸邝朴商植匡仲利"
                                   "缪晋旷原盖亓仇沃来战栾逯乐初底禹郗封腾甲乙丙戊己庚"
                                   "某";
    return str_has(str_of(SURNAMES), utf8_head(s, 1));
}

bool name_is_person(str s)
{
    static const char *const titles[] = {"区长", "市长",   "县长",   "书记", "主任",   "局长",
                                         "领导", "部长",   "主席",   "镇长", "秘书长", "常委",
                                         "同志", "总经理", "董事长", "院长", "科长"};
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        if (str_ends(s, str_of(titles[i]))) return true;
    size_t n = utf8_count(s);
    if (n < 2 || n > 4) return false;
    static const char *const trades[] = {
        "应急", "商务", "水务", "水利", "国资", "国土", "金融", "文旅", "教育", "民政",
        "司法", "财政", "人社", "住建", "交通", "农业", "卫健", "审计", "统计", "体育",
        "信访", "林业", "园林", "城管", "公安", "消防", "气象", "税务", "招商", "科技",
        "发改", "经信", "工信", "环保", "规划", "残联", "妇联", "工会", "团",   "街",
        "镇",   "全年", "年内", "季度", "项",   "目",   "万",   "完成", "推进", "建设"};
    if (str_has_any(s, trades, COUNT_OF(trades))) return false;
    return has_surname(s) && !name_is_unit(s);
}

// 陆 明俞 悦: two lines of a narrow cell run together; names of two characters are set wide.
static bool spaced_people(const struct runes *r, size_t from, size_t to)
{
    size_t blanks = 0;
    for (size_t i = from; i < to; i++) {
        if (!rune_han(r->at[i]) && !rune_blank(r->at[i])) return false;
        blanks += rune_blank(r->at[i]);
    }
    bool wide = to - from >= 3 && to - from <= 12 && rune_blank(r->at[from + 1]);
    return wide && blanks >= 2 && has_surname(runes_slice(r, from, to));
}

bool names_are_people(struct arena *a, const struct runes *r, size_t from, size_t to)
{
    if (spaced_people(r, from, to)) return true;
    // 张 伟 with a blank inside is one name; 张伟 李强 are two.
    struct name_list list = {0};
    size_t start = from;
    for (size_t i = from; i <= to; i++) {
        bool gap = i < to && rune_blank(r->at[i]) && i - start >= 2;
        if (i < to && !separator(r->at[i]) && !gap) continue;
        str piece = squeeze(a, runes_slice(r, start, i));
        if (piece.n) VEC_ADD(a, &list, ((struct name_item){piece, NAME_PLAIN}));
        start = i + 1;
    }
    for (size_t i = 0; i < list.n; i++)
        if (!name_is_person(list.at[i].text)) return false;
    return list.n > 0;
}
