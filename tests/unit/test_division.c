#include "check.h"

#include "exchange/division/division.h"
#include "exchange/division/due.h"
#include "exchange/division/duties.h"
#include "exchange/division/fields.h"
#include "exchange/division/labels.h"
#include "exchange/division/names.h"
#include "exchange/division/numbering.h"
#include "exchange/division/targets.h"

static void deadlines(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *day;
        enum division_due_kind kind;
    } rows[] = {
        {"2023年底前", "2023-12-31", DUE_FINISH},
        {"年底前", "2023-12-31", DUE_FINISH},
        {"12月底前", "2023-12-31", DUE_FINISH},
        {"6月30日前", "2023-06-30", DUE_FINISH},
        {"一季度", "2023-03-31", DUE_FINISH},
        {"一季度末", "2023-03-31", DUE_FINISH},
        {"二季度前", "2023-06-30", DUE_FINISH},
        {"第三季度", "2023-09-30", DUE_FINISH},
        {"上半年", "2023-06-30", DUE_FINISH},
        {"下半年", "2023-12-31", DUE_FINISH},
        {"全年", "2023-12-31", DUE_FINISH},
        {"年内", "2023-12-31", DUE_FINISH},
        {"长期坚持", "", DUE_RECURRING},
        {"持续推进", "", DUE_RECURRING},
        {"常年", "", DUE_RECURRING},
        {"每月25日前", "", DUE_RECURRING},
        {"每季度末", "", DUE_RECURRING},
        {"每半年", "", DUE_RECURRING},
        {"年内持续推进", "2023-12-31", DUE_RECURRING},
        {"立即", "", DUE_NONE},
        {"适时", "", DUE_NONE},
        {"按节点", "", DUE_NONE},
        {"2023年6月", "2023-06-30", DUE_FINISH},
        {"2023年3月-12月", "2023-12-31", DUE_FINISH},
        {"2023年3-11月", "2023-11-30", DUE_FINISH},
        {"3月—10月", "2023-10-31", DUE_FINISH},
        {"1-6月", "2023-06-30", DUE_FINISH},
        {"2025年", "2025-12-31", DUE_FINISH},
        {"10月中旬", "2023-10-20", DUE_FINISH},
        {"10月上旬", "2023-10-10", DUE_FINISH},
        {"2月下旬", "2023-02-28", DUE_FINISH},
        {"3月开工", "2023-03-31", DUE_START},
        {"6月底前启动", "2023-06-30", DUE_START},
        {"3月开工，10月底完工", "2023-10-31", DUE_FINISH},
        {"2023-12-31", "2023-12-31", DUE_FINISH},
        {"2023.6.30", "2023-06-30", DUE_FINISH},
        {"2023/11", "2023-11-30", DUE_FINISH},
        {"6.30", "2023-06-30", DUE_FINISH},
        {"20231130", "2023-11-30", DUE_FINISH},
        {"2023", "2023-12-31", DUE_FINISH},
        {"２０２３年９月底前", "2023-09-30", DUE_FINISH},
        {"二〇二三年六月底", "2023-06-30", DUE_FINISH},
        {"2023 年 12 月 底前", "2023-12-31", DUE_FINISH},
        {"十一月底前", "2023-11-30", DUE_FINISH},
        {"Q3", "2023-09-30", DUE_FINISH},
        {"2022年12月-2023年10月", "2023-10-31", DUE_FINISH},
        {"6月底前完成，持续推进", "2023-06-30", DUE_FINISH},
        {"3月底前完成方案，6月底前开工，11月底前完工", "2023-11-30", DUE_FINISH},
        {"2024年2月29日", "2024-02-29", DUE_FINISH},
        {"明年6月底", "2024-06-30", DUE_FINISH},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].text);
        struct runes r = runes_of(f->a, str_of(rows[i].text));
        struct division_due due;
        check(due_field(&r, 0, r.n, 2023, &due));
        check_day(due.day, rows[i].day);
        check_int(due.kind, rows[i].kind);
    }
}

static void deadlines_without_year_or_day(void **state)
{
    struct fixture *f = *state;
    struct division_due due;
    struct runes r = runes_of(f->a, STR("6月底前"));
    check(due_field(&r, 0, r.n, 0, &due));
    check(due.year_missing && due.day == DAY_NONE);
    r = runes_of(f->a, STR("2024年6月底前"));
    check(due_field(&r, 0, r.n, 0, &due));
    check(!due.year_missing);
    r = runes_of(f->a, STR("春节前"));
    check(due_field(&r, 0, r.n, 2023, &due));
    check(due.vague);
    r = runes_of(f->a, STR("区财政局"));
    check(!due_field(&r, 0, r.n, 2023, &due));
}

static void deadlines_in_running_text(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *day;
    } rows[] = {
        {"6月底前完成方案，12月底前全部完工。", "2023-12-31"},
        {"建成厂房0.95万平方米，6月底前投入使用", "2023-06-30"},
        {"年内建成投用", "2023-12-31"},
        {"二期工程2024年6月竣工", "2024-06-30"},
        {"推进智慧渔港建设，5月启动二期工程", "2023-05-31"},
        {"全年新增就业1.2万人", ""},
        {"落实2022年度审计整改", ""},
        {"目前完成80%", ""},
        {"每月25日前报送进展", ""},
        {"3月10日前将方案报送区政府办公室", ""},
        {"新建5G基站300个", ""},
        {"6月份的安全生产月活动", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].text);
        struct runes r = runes_of(f->a, str_of(rows[i].text));
        struct division_due due;
        bool found = due_in_text(&r, 0, r.n, 2023, &due);
        check_int(found, rows[i].day[0] != 0);
        if (found) check_day(due.day, rows[i].day);
    }
}

static void numbering(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        int rank, value;
    } rows[] = {
        {"一、经济", 30, 1},     {"十二、经济", 30, 12},   {"二十三、经济", 30, 23},
        {"（一）经济", 40, 1},   {"(十)经济", 40, 10},     {"㈡经济", 40, 2},
        {"1.经济", 50, 1},       {"12、经济", 50, 12},     {"１．经济", 50, 1},
        {"3 经济", 50, 3},       {"（1）经济", 60, 1},     {"2）经济", 60, 2},
        {"⑴经济", 60, 1},        {"①经济", 70, 1},         {"⑳经济", 70, 20},
        {"一是经济", 70, 1},     {"▲经济", 80, 0},         {"——经济", 80, 0},
        {"第一章 总则", 10, 1},  {"第三部分 民生", 10, 3}, {"第二节 民生", 20, 2},
        {"第五条 民生", 50, 5},  {"1.1 道路", 52, 1},      {"2.3.4 道路", 54, 4},
        {"项目三：道路", 50, 3}, {"1.5亿元", 0, 0},        {"2023年", 0, 0},
        {"（2023）3号", 0, 0},   {"3个项目", 0, 0},        {"12 个项目", 0, 0},
        {"一季度", 0, 0},        {"三眼井", 0, 0},         {"第一项目部", 0, 0},
        {"1.5万套", 0, 0},       {"（一期）工程", 0, 0},   {"5G基站", 0, 0},
        {"2.3月底前", 50, 2},    {"3.12345热线", 50, 3},   {"4.20家企业", 50, 4},
        {"2.2023年", 50, 2},     {"12.5公里", 0, 0},       {"6.5%以上", 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].text);
        struct runes r = runes_of(f->a, str_of(rows[i].text));
        struct numbering n = {0};
        bool found = numbering_at(&r, 0, &n);
        check_int(found ? n.rank : 0, rows[i].rank);
        if (found) check_int(n.value, rows[i].value);
    }
}

static void labels(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        enum label label;
    } rows[] = {
        {"责任单位：", LABEL_RESP},     {"牵头单位:", LABEL_LEAD},
        {"主责单位：", LABEL_LEAD},     {"主要责任单位:", LABEL_LEAD},
        {"牵头责任单位：", LABEL_LEAD}, {"协同责任单位：", LABEL_ASSIST},
        {"配合单位：", LABEL_ASSIST},   {"协办单位：", LABEL_ASSIST},
        {"参与单位：", LABEL_ASSIST},   {"责任部门：", LABEL_RESP},
        {"承办单位：", LABEL_RESP},     {"主办单位：", LABEL_LEAD},
        {"实施单位：", LABEL_RESP},     {"责任领导：", LABEL_LEADER},
        {"牵头区领导：", LABEL_LEADER}, {"牵头负责领导：", LABEL_LEADER},
        {"分管领导：", LABEL_LEADER},   {"责任人：", LABEL_PERSON},
        {"完成时限：", LABEL_DUE},      {"时间节点：", LABEL_DUE},
        {"时限要求：", LABEL_DUE},      {"进度要求：", LABEL_DUE},
        {"计划完成时间：", LABEL_DUE},  {"开工时间：", LABEL_START},
        {"责 任 单 位 ：", LABEL_RESP}, {"责任单位（部门）：", LABEL_RESP},
        {"牵头：", LABEL_LEAD},         {"责任单位及责任人：", LABEL_RESP},
        {"工作任务：", LABEL_TASK},     {"各责任单位：", LABEL_NONE},
        {"发布时间：", LABEL_NONE},     {"成文日期：", LABEL_NONE},
        {"区政府各部门：", LABEL_NONE}, {"市直各有关单位：", LABEL_NONE},
        {"责任重大：", LABEL_NONE},     {"单位：", LABEL_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].text);
        struct runes r = runes_of(f->a, str_of(rows[i].text));
        enum label label = LABEL_NONE;
        size_t end;
        bool found = label_at(&r, 0, &label, &end);
        check_int(found ? label : LABEL_NONE, rows[i].label);
        if (found) check_int(end, r.n);
    }
}

// Names separated by '|', those with a leading role marked * (lead) and + (assisting).
static void names(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *names;
    } rows[] = {
        {"区发展和改革委员会、区文化和旅游局", "区发展和改革委员会|区文化和旅游局"},
        {"甲局牵头，乙局、丙局按职责分工负责", "*甲局|乙局|丙局"},
        {"区住建局牵头，区财政局、各街道配合", "*区住建局|+区财政局|+各街道"},
        {"区财政局和区审计局", "区财政局|区审计局"},
        {"区住建委及各街道", "区住建委|各街道"},
        {"区发改委（牵头）、区财政局", "*区发改委|区财政局"},
        {"县渔业局〔牵头〕、县林业局", "*县渔业局|县林业局"},
        {"区委宣传部（区文明办）、区教委", "区委宣传部（区文明办）|区教委"},
        {"市经信局、滨海经开区管委会等，各县、市、区政府",
         "市经信局|滨海经开区管委会|各县、市、区政府"},
        {"各县(市、区)人民政府,各开发区管委会", "各县(市、区)人民政府|各开发区管委会"},
        {"各镇、街道", "各镇、街道"},
        {"区 发 改 局", "区发改局"},
        {"区发改局 区财政局", "区发改局|区财政局"},
        {"区住房城乡\n建设委", "区住房城乡建设委"},
        {"区住房城乡建设委\n区市场监管局", "区住房城乡建设委|区市场监管局"},
        {"国务院各部门分别负责", "国务院各部门"},
        {"县财政局等部门；各乡镇", "县财政局|各乡镇"},
        {"市农业局（列第一位者为牵头单位，下同）", "市农业局"},
        {"区城管委会同区生态环境局", "区城管委|区生态环境局"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].text);
        struct runes r = runes_of(f->a, str_of(rows[i].text));
        struct name_list list = {0};
        names_read(f->a, &r, 0, r.n, NAME_PLAIN, &list);
        struct buf b;
        buf_init(&b, f->a, 4096);
        for (size_t k = 0; k < list.n; k++) {
            if (k) buf_addc(&b, '|');
            if (list.at[k].role == NAME_LEAD) buf_addc(&b, '*');
            if (list.at[k].role == NAME_ASSIST) buf_addc(&b, '+');
            buf_add(&b, list.at[k].text);
        }
        check_str(buf_str(&b), rows[i].names);
    }
}

static void targets(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *found;
    } rows[] = {
        {"地区生产总值增长7%以上", "+>= 7 %"},
        {"满意度不低于60分", ">= 60 分"},
        {"完成32个项目", "= 32 个"},
        {"筹集住房0.95万套", "= 0.95 万套"},
        {"网办率达到98%以上", ">= 98 %"},
        {"失业率控制在5.5%以内", "<= 5.5 %"},
        {"涨幅3%左右", "~ 3 %"},
        {"单位能耗下降3.2%", "-= 3.2 %"},
        {"提高到3%", "= 3 %"},
        {"产值突破1,200亿元", "> 1200 亿元"},
        {"投资超400亿元", "> 400 亿元"},
        {"PM2.5浓度控制在30微克/立方米以内", "<= 30 微克/立方米"},
        {"2023年6月30日前完成", ""},
        {"新建5G基站300个", "= 300 个"},
        {"国发〔2022〕18号", ""},
        {"增长５％左右", "+~ 5 ％"},
        {"新增学位1200个、床位80张", "= 1200 个;= 80 张"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].text);
        struct division_task t = {0};
        targets_find(f->a, str_of(rows[i].text), &t);
        struct buf b;
        buf_init(&b, f->a, 4096);
        for (size_t k = 0; k < t.targets.n; k++)
            buf_printf(&b, "%s%.*s %.*s %.*s", k ? ";" : "", STR_FMT(t.targets.at[k].comparator),
                       STR_FMT(t.targets.at[k].quantity), STR_FMT(t.targets.at[k].unit));
        check_str(buf_str(&b), rows[i].found);
    }
}

static void read_text(struct fixture *f, const char *text, const struct division_options *o,
                      struct division_result *r)
{
    check(division_read(&f->c, str_of(text), STR("test.txt"), o, r));
    check_int(r->unaccounted.n, 0);
}

static void roster_resolves_and_asks(void **state)
{
    struct fixture *f = *state;
    static const struct division_unit units[] = {
        {STR("FGW"), STR("区发展和改革委员会"), STR("区发改委|发改委"), STR("department")},
        {STR("CZJ"), STR("区财政局"), STR("财政局"), STR("department")},
        {STR("GX1"), STR("区工业促进局"), STR("工信"), STR("department")},
        {STR("GX2"), STR("区科技局"), STR("工信"), STR("department")},
    };
    struct division_options o = {.roster = units, .n_roster = COUNT_OF(units)};
    struct division_result r;
    read_text(f,
              "2023年重点工作分工\n1.完成投资。\n责任单位：区发改委、区财政局、工信、区财政\n2."
              "抓绿化。\n责任单位：各街道\n",
              &o, &r);
    check_int(r.tasks.n, 2);
    check_str(r.tasks.at[0].lead.written, "区发改委");
    check_str(r.tasks.at[0].lead.code, "FGW");
    check_str(r.tasks.at[0].assist.at[0].code, "CZJ");
    check_str(r.tasks.at[0].assist.at[1].code, ""); // two units bear the alias
    check_int(r.to_confirm.n, 3);
    check_str(r.to_confirm.at[0].what, "工信");
    check_str(r.to_confirm.at[0].why, "division.unit_unknown");
    check_int(r.to_confirm.at[0].candidates.n, 2);
    check_str(r.to_confirm.at[1].what, "区财政");
    check_str(r.to_confirm.at[1].candidates.at[0], "区财政局");
    check_str(r.to_confirm.at[2].why, "division.unit_set");
}

static void year_comes_from_the_document(void **state)
{
    struct fixture *f = *state;
    struct division_options o = {.year = 2031};
    struct division_result r;
    read_text(f, "2023年重点工作分工\n1.完成投资。（区财政局，6月底前）\n", &o, &r);
    check_int(r.year, 2023);
    read_text(f, "重点工作分工\n1.完成投资。（区财政局，6月底前）\n", &o, &r);
    check_int(r.year, 2031);
    o.year = 0;
    read_text(f, "重点工作分工\n1.完成投资。（区财政局，6月底前）\n", &o, &r);
    check_int(r.to_confirm.n, 1);
    check_str(r.to_confirm.at[0].why, "division.no_year");
    o.year = 2031, o.year_wins = true;
    read_text(f, "2023年重点工作分工\n1.完成投资。（区财政局，6月底前）\n", &o, &r);
    check_day(r.tasks.at[0].due.day, "2031-06-30");
}

static void lead_by_order_or_by_word(void **state)
{
    struct fixture *f = *state;
    struct division_options o = {0};
    struct division_result r;
    read_text(f,
              "1.甲。\n责任单位：区教委、区财政局\n2."
              "乙。\n牵头单位：区住建委\n责任单位：区教委、区财政局\n"
              "3.丙。\n配合单位：区教委\n牵头单位：区水务局\n",
              &o, &r);
    check_int(r.tasks.n, 3);
    check_str(r.tasks.at[0].lead.written, "区教委");
    check_int(r.tasks.at[0].assist.n, 1);
    check_str(r.tasks.at[1].lead.written, "区住建委");
    check_int(r.tasks.at[1].assist.n, 2);
    check_str(r.tasks.at[2].lead.written, "区水务局");
    check_str(r.tasks.at[2].assist.at[0].written, "区教委");
}

// Who does it stands in front of what is to be done; lead "" means nobody is read.
static void duties_in_front(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *lead, *assist;
        enum said said;
    } rows[] = {
        {"县公安局负责校园周边巡逻。", "县公安局", "", SAID_FIRMLY},
        {"由县水利局会同云溪镇、县财政局研究提出方案。", "县水利局", "云溪镇", SAID_FIRMLY},
        {"区住房城乡建设委要加快改造25个小区。", "区住房城乡建设委", "", SAID_LOOSELY},
        {"请县住建局于5月10日前核查。", "县住建局", "", SAID_FIRMLY},
        {"县交通运输局牵头，县公安局配合，做好警示。", "县交通运输局", "县公安局", SAID_FIRMLY},
        {"关于停车难问题，由县城管局牵头，新增泊位800个。", "县城管局", "", SAID_FIRMLY},
        {"攻坚难题。区民政局负责解决。", "区民政局", "", SAID_FIRMLY},
        {"市生态环境局平山分局：负责火点监测。", "市生态环境局平山分局", "", SAID_FIRMLY},
        {"县委宣传部、县融媒体中心负责宣传。", "县委宣传部", "县融媒体中心", SAID_FIRMLY},
        {"由县乡村振兴局牵头，水利、交通等部门配合。", "县乡村振兴局", "水利", SAID_FIRMLY},
        {"县财政局会同人力资源和社会保障局核定。", "县财政局", "人力资源和社会保障局", SAID_FIRMLY},
        {"督考专员负责通报。", "督考专员", "", SAID_FIRMLY}, // only the roster knows it
        {"各部门要高度重视。", "", "", SAID_NOT},
        {"各单位负责人要带头。", "", "", SAID_NOT},
        {"请各部门高度重视。", "", "", SAID_NOT},
        {"建设项目要严格执行制度。", "", "", SAID_NOT},
        {"县住建局局长负责的专班要会商。", "", "", SAID_NOT},
        {"由于历史原因，由点到面推进。", "", "", SAID_NOT},
        {"其中，由县民政局负责的第1件进展滞后。", "", "", SAID_NOT},
        {"请抓紧组织实施。", "", "", SAID_NOT},
    };
    static const struct division_unit units[] = {
        {STR("DK"), STR("区督查考核办公室"), STR("督考专员"), STR("department")}};
    struct roster ro;
    roster_build(f->a, &ro, units, COUNT_OF(units));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].text);
        struct runes r = runes_of(f->a, str_of(rows[i].text));
        struct fields got = {0};
        size_t from = 0;
        check_int(duty_read(f->a, &ro, &r, &from, r.n, true, &got), rows[i].lead[0] != 0);
        check_int(got.said, rows[i].said);
        if (!rows[i].lead[0]) continue;
        check_str(got.units.at[0].text, rows[i].lead);
        check_int(got.units.n > 1, rows[i].assist[0] != 0);
        if (got.units.n > 1) check_str(got.units.at[1].text, rows[i].assist);
    }
}

// Nothing that names a unit and its duty ends as a silent notice, and no unit is guessed.
static void said_units_are_asked_about(void **state)
{
    struct fixture *f = *state;
    static const struct division_unit units[] = {
        {STR("GA"), STR("县公安局"), STR(""), STR("department")},
        {STR("CG"), STR("县城市管理局"), STR("县城管局"), STR("department")}};
    struct division_options o = {.roster = units, .n_roster = COUNT_OF(units)};
    struct division_result r;
    read_text(f,
              "2023年分工\n各镇人民政府：\n县公安局要做好督办。\n县政府办公室\n2023年3月1日\n"
              "重点任务清单\n1.县城管局负责拆除违建。\n2.县城市局负责清运。\n二、工作要求\n"
              "县公安局要定期通报。\n",
              &o, &r);
    check_int(r.tasks.n, 2);
    check_str(r.tasks.at[0].lead.code, "CG");
    check_str(r.tasks.at[1].lead.code, "");
    size_t said = 0, unknown = 0;
    for (size_t i = 0; i < r.to_confirm.n; i++) {
        said += str_is(r.to_confirm.at[i].why, "division.said_unit");
        unknown += str_is(r.to_confirm.at[i].why, "division.unit_unknown");
        check(r.to_confirm.at[i].candidates.n > 0);
    }
    check_int(said, 2);
    check_int(unknown, 1);
    check_int(r.unaccounted.n, 0);
}

static void foreign_files_are_refused(void **state)
{
    struct fixture *f = *state;
    struct division_options o = {0};
    struct division_result r;
    check_error(division_read(&f->c, STR("%PDF-1.7 …"), STR("a.pdf"), &o, &r), &f->c,
                "division.unsupported");
    check_error(division_read(&f->c, STR("\xd0\xcf\x11\xe0\xa1"), STR("a.xls"), &o, &r), &f->c,
                "division.unsupported");
    check_error(division_read(&f->c, STR(" \n\n"), STR("a.txt"), &o, &r), &f->c, "division.empty");
    check_error(division_read(&f->c, STR("PK\x03\x04 no zip, whatever it says"), STR("a.docx"), &o, &r), &f->c,
                "office.not_zip");
    check_error(division_read(&f->c, STR("PK\x03\x04 no zip at all, whatever it says"),
                              STR("a.xlsx"), &o, &r),
                &f->c, "office.not_zip");
}

int main(void)
{
    return CHECK_RUN(
        UNIT(deadlines), UNIT(deadlines_without_year_or_day), UNIT(deadlines_in_running_text),
        UNIT(numbering), UNIT(labels), UNIT(names), UNIT(targets), UNIT(roster_resolves_and_asks),
        UNIT(year_comes_from_the_document), UNIT(lead_by_order_or_by_word), UNIT(duties_in_front),
        UNIT(said_units_are_asked_about), UNIT(foreign_files_are_refused));
}
