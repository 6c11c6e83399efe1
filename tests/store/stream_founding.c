/* What a district begins with: units, people, accounts, rules, calendar, registers, lines. */
#include "exchange/xlsx/xlsx_write.h"
#include "stream.h"

#include <stdarg.h>
#include <stdio.h>

const char *const TOWN_UNIT_NAMES[TOWN_UNITS] = {
    "区人民政府", "区政府督查室", "区商务局", "区教育委员会", "区卫生健康委", "区城市管理委", "区文化和旅游局",
    "区民政局",   "区财政局",     "区体育局", "区科学技术局", "区园林绿化局", "区税务局"};

static void say(struct town *t, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
static void say(struct town *t, const char *name, const char *format, ...)
{
    char text[16384];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    INVARIANT(n > 0 && (size_t)n < sizeof text);
    VEC_ADD(t->a, &t->script, step_of(t, town_actor(t, "system"), name, str_of(text)));
}

static void units(struct town *t)
{
    for (int i = 0; i < TOWN_UNITS; i++) {
        const char *kind = i == 0 ? "government" : i == 1 ? "office" : "department";
        say(t, "unit.add", "{'code':'U%02d','name':'%s','kind':'%s'%s%s%s,'basis':'example'}", i,
            TOWN_UNIT_NAMES[i], kind, i ? ",'parent':'U00'" : "", i == 1 ? ",'supervising':true" : "",
            i == TOWN_UNITS - 1 ? ",'collecting':true" : "");
        for (int n = 1; n <= 2; n++)
            say(t, "person.add", "{'code':'U%02d-%d','name':'%s人员%d','unit':'U%02d','basis':'example'}", i, n,
                TOWN_UNIT_NAMES[i], n, i);
    }
}

static void account(struct town *t, const char *login, const char *person, const char *role)
{
    say(t, "account.add", "{'login':'%s','person':'%s'}", login, person);
    say(t, "role.grant", "{'account':'%s','role':'%s'}", login, role);
}

static void accounts(struct town *t)
{
    static const struct {
        const char *login, *person, *role;
    } rows[] = {{"leader", "U00-1", "leader"},    {"leader2", "U00-2", "leader"},     {"sup", "U01-1", "supervisor"},
                {"sup2", "U01-2", "supervisor"},  {"analyst", "U02-2", "analyst"},    {"auditor", "U03-2", "auditor"},
                {"sysadmin", "U04-2", "sysadmin"}, {"secadmin", "U05-2", "secadmin"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) account(t, rows[i].login, rows[i].person, rows[i].role);
    for (int i = 2; i < TOWN_UNITS; i++) {
        char login[8], person[8];
        snprintf(login, sizeof login, "u%02d", i);
        snprintf(person, sizeof person, "U%02d-1", i);
        account(t, login, person, "unit");
    }
}

static void rules(struct town *t)
{
    static const char *const clocks[][4] = {
        {"issue", "5", "working_day", "none"},  {"reissue", "5", "working_day", "none"},
        {"accept", "2", "working_day", "none"}, {"report", "5", "month_day", "next"},
        {"decide", "3", "working_day", "none"}, {"verify", "5", "working_day", "none"},
        {"rework", "10", "working_day", "none"}, {"review", "30", "day", "next"},
        {"object", "30", "day", "next"}};
    static const char *const lights[][2] = {{"red", "0"}, {"yellow", "4"}, {"green", "36600"}};
    static const char *const words[][2] = {{"secrecy", "机密★"}, {"quota", "税收任务"}};
    for (int weekday = 1; weekday <= 5; weekday++)
        say(t, "week.set", "{'weekday':%d,'intervals':'09:00-12:00,13:00-18:00','source':'example'}", weekday);
    for (size_t i = 0; i < COUNT_OF(clocks); i++)
        say(t, "rule.set_clock",
            "{'kind':'%s','amount':%s,'unit':'%s','roll':'%s','rule_version':'t-1','source':'example'}",
            clocks[i][0], clocks[i][1], clocks[i][2], clocks[i][3]);
    for (size_t i = 0; i < COUNT_OF(lights); i++)
        say(t, "rule.set_light", "{'light':'%s','below_days':%s,'rule_version':'t-1','source':'example'}",
            lights[i][0], lights[i][1]);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        say(t, "rule.add_word", "{'kind':'%s','word':'%s','source':'example'}", words[i][0], words[i][1]);
}

// Made-up holidays: the first three days of every other month are off.
static void year(struct town *t, int n)
{
    char days[4096];
    int at = 0;
    for (int month = 1; month <= 12; month += 2)
        for (int dom = 1; dom <= 3; dom++)
            at += snprintf(days + at, sizeof days - (size_t)at, "%s{'day':'%d-%02d-%02d','kind':'off'}",
                           at ? "," : "", n, month, dom);
    say(t, "calendar.add_year", "{'year':%d,'days':[%s]}", n, days);
}

void town_script(struct town *t)
{
    say(t, "district.create",
        "{'code':'T%d','name':'试验%d区','zone_min':480,'pack':'test','pack_version':'1','plan_year':2023}",
        (int)t->district, (int)t->district);
    units(t);
    accounts(t);
    rules(t);
    year(t, 2023);
    year(t, 2024);
    say(t, "line.add", "{'code':'L01','name':'产业','official_order':1,'basis':'example'}");
    say(t, "line.add", "{'code':'L02','name':'项目','official_order':2,'basis':'example'}");
    say(t, "register.declare", "{'code':'ZDRW','name':'重点任务','code_pattern':'{year}-{line}-{seq4}'}");
    say(t, "register.declare", "{'code':'ZDXM','name':'重大项目','code_pattern':'XM-{year}-{seq4}'}");
}

str stream_file(struct arena *a, int n)
{
    struct buf b;
    buf_init(&b, a, 64 * 1024);
    if (n >= TOWN_FILES / 2) { // evidence: any bytes
        buf_printf(&b, "佐证材料第%d份\n", n);
        return buf_str(&b);
    }
    buf_addz(&b, "东城区2023年重点任务分工方案\n一、主要任务\n");
    for (int i = 0; i < 6 + n; i++)
        buf_printf(&b, "（%d）推进第%d类工程建设。年内完成%d个项目。\n责任单位：%s\n完成时限：2023年%d月底前\n", i + 1,
                   10 * n + i, i + 2, i == 4 && n ? "区不存在的局" : TOWN_UNIT_NAMES[2 + (i + n) % (TOWN_UNITS - 3)],
                   7 + i % 6);
    return buf_str(&b);
}

str stream_list(struct ctx *c)
{
    static const char *const headings[] = {"任务名称", "工作线", "牵头单位", "责任人", "副责任人", "任务标准", "完成时限"};
    static const char *const rows[][COUNT_OF(headings)] = {
        {"推进第一类清单工程", "产业", "区商务局", "区商务局人员1", "区商务局人员2", "建成三处", "2023-10-31"},
        {"推进第二类清单工程", "项目", "区教育委员会", "区教育委员会人员1", "区教育委员会人员2", "开学两所", "2023-11-30"},
        {"单位写错的一行", "项目", "区不存在的局", "区教育委员会人员1", "区教育委员会人员2", "开学两所", "2023-11-30"}};
    struct xlsx_column columns[COUNT_OF(headings)] = {0};
    struct xlsx_cell cells[COUNT_OF(rows) * COUNT_OF(headings)] = {0};
    str bytes = STR_EMPTY;
    for (size_t i = 0; i < COUNT_OF(headings); i++) {
        columns[i] = (struct xlsx_column){.heading = str_of(headings[i]), .width = 20};
        for (size_t r = 0; r < COUNT_OF(rows); r++) cells[r * COUNT_OF(headings) + i].text = str_of(rows[r][i]);
    }
    struct xlsx_pages pages = {.sheet = STR("台账"), .facts_sheet = STR("f"), .lists_sheet = STR("l"),
                               .columns = columns, .n_columns = COUNT_OF(columns), .cells = cells,
                               .n_rows = COUNT_OF(rows)};
    return xlsx_write(c, &pages, &bytes) ? bytes : STR_EMPTY;
}
