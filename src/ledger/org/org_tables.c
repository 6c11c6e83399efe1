/*
 * The tables of org.h: lists of codes and the entities with their fields. Order of the codes is the
 * order in which forms show them.
 */
#include "ledger/org/org.h"

static const struct enum_value unit_kinds[] = {
    {"government", "政府", "government"},
    {"department", "部门", "department"},
    {"office", "内设机构", "office"},
    {"committee", "管委会", "management committee"},
    {"taskforce", "专班", "task force"},
    {"company", "区属国企", "state company"},
    {"subdistrict", "街道", "sub-district"},
    {"community", "社区", "community"},
    {"other", "其他", "other"},
};
ENUM_TABLE(UNIT_KINDS, unit_kinds);

static const struct enum_value unit_causes[] = {
    {"rename", "更名", "renamed"},
    {"move", "调整隶属", "moved"},
    {"merge", "合并", "merged"},
    {"split", "拆分", "split"},
    {"transfer", "划出职能", "part handed over"},
    {"abolish", "撤销", "abolished"},
};
ENUM_TABLE(UNIT_CAUSES, unit_causes);

static const struct enum_value bases[] = {
    {"report", "报告", "report"},   // the government's own report
    {"public", "公开", "public"},   // another public document, named in the source
    {"example", "示例", "example"}, // made up to show how things work
    {"local", "本地", "local"},     // entered by the district itself
};
ENUM_TABLE(BASES, bases);

// Where an item's progress comes from once it has children: what its unit reports, or theirs by weight.
static const struct enum_value progress_methods[] = {
    {"manual", "按填报", "as reported"},
    {"children", "按下级加权", "from its children by weight"},
};
ENUM_TABLE(PROGRESS_METHODS, progress_methods);

static const struct enum_value day_kinds[] = {
    {"off", "放假", "day off"},
    {"work", "调休上班", "make-up working day"},
    {"half", "半天", "half day"},
};
ENUM_TABLE(DAY_KINDS, day_kinds);

static const struct enum_value clock_units[] = {
    {"working_day", "工作日", "working days"},
    {"day", "自然日", "days"},
    {"working_minute", "工作分钟", "working minutes"},
    {"month_day", "每期第几日", "day of the period"},
};
ENUM_TABLE(CLOCK_UNITS, clock_units);

static const struct enum_value rolls[] = {
    {"none", "不顺延", "stays"},
    {"next", "顺延至下一工作日", "next working day"},
    {"previous", "提前至上一工作日", "previous working day"},
};
ENUM_TABLE(ROLLS, rolls);

#define OWNER struct district
SHAPE_OF(district, DISTRICT_FIELDS);
#undef OWNER
#define OWNER struct unit
SHAPE_OF(unit, UNIT_FIELDS);
#undef OWNER
#define OWNER struct unit_alias
SHAPE_OF(unit_alias, UNIT_ALIAS_FIELDS);
#undef OWNER
#define OWNER struct unit_period
SHAPE_OF(unit_period, UNIT_PERIOD_FIELDS);
#undef OWNER
#define OWNER struct unit_succession
SHAPE_OF(unit_succession, UNIT_SUCCESSION_FIELDS);
#undef OWNER
#define OWNER struct person
SHAPE_OF(person, PERSON_FIELDS);
#undef OWNER
#define OWNER struct account
SHAPE_OF(account, ACCOUNT_FIELDS);
#undef OWNER
#define OWNER struct role_grant
SHAPE_OF(role_grant, ROLE_GRANT_FIELDS);
#undef OWNER
#define OWNER struct register_def
SHAPE_OF(register_def, REGISTER_FIELDS);
#undef OWNER
#define OWNER struct work_line
SHAPE_OF(work_line, WORK_LINE_FIELDS);
#undef OWNER
#define OWNER struct calendar_day
SHAPE_OF(calendar_day, CALENDAR_DAY_FIELDS);
#undef OWNER
#define OWNER struct calendar_stop
SHAPE_OF(calendar_stop, CALENDAR_STOP_FIELDS);
#undef OWNER
#define OWNER struct week_pattern
SHAPE_OF(week_pattern, WEEK_PATTERN_FIELDS);
#undef OWNER
#define OWNER struct clock_rule
SHAPE_OF(clock_rule, CLOCK_RULE_FIELDS);
#undef OWNER
#define OWNER struct light_rule
SHAPE_OF(light_rule, LIGHT_RULE_FIELDS);
#undef OWNER
#define OWNER struct word_rule
SHAPE_OF(word_rule, WORD_RULE_FIELDS);
#undef OWNER
#define OWNER struct session
SHAPE_OF(session, SESSION_FIELDS);
#undef OWNER
#define OWNER struct login_guard
SHAPE_OF(login_guard, LOGIN_GUARD_FIELDS);
#undef OWNER

struct entity DISTRICT = ENTITY_OF(district, "地区", "district", "code", ENTITY_VERSIONED);
struct entity UNIT = ENTITY_OF(unit, "单位", "unit", "code", ENTITY_VERSIONED);
struct entity UNIT_ALIAS = ENTITY_OF(unit_alias, "单位别名", "unit alias", NULL, 0);
struct entity UNIT_PERIOD = ENTITY_OF(unit_period, "单位沿革", "past of a unit", NULL, 0);
struct entity UNIT_SUCCESSION = ENTITY_OF(unit_succession, "单位承接", "succession of units", NULL, 0);
struct entity PERSON = ENTITY_OF(person, "人员", "person", "code", ENTITY_VERSIONED);
struct entity ACCOUNT = ENTITY_OF(account, "账号", "account", "login", ENTITY_VERSIONED);
struct entity ROLE_GRANT = ENTITY_OF(role_grant, "角色授权", "role grant", NULL, 0);
struct entity REGISTER = ENTITY_OF(register_def, "台账", "register", "code", ENTITY_VERSIONED);
struct entity WORK_LINE = ENTITY_OF(work_line, "工作线", "line of work", "code", ENTITY_VERSIONED);
struct entity CALENDAR_DAY = ENTITY_OF(calendar_day, "日历日", "calendar day", NULL, 0);
struct entity CALENDAR_STOP = ENTITY_OF(calendar_stop, "停工时段", "stop period", NULL, 0);
struct entity WEEK_PATTERN = ENTITY_OF(week_pattern, "作息时间", "office hours", NULL, 0);
struct entity CLOCK_RULE = ENTITY_OF(clock_rule, "时限规则", "clock rule", NULL, 0);
struct entity LIGHT_RULE = ENTITY_OF(light_rule, "亮灯规则", "light rule", NULL, 0);
struct entity WORD_RULE = ENTITY_OF(word_rule, "词语规则", "word rule", NULL, 0);
struct entity SESSION = {.name = "login_session", // session is a reserved word elsewhere
                        .zh = "会话",
                        .en = "session",
                        .shape = &session_shape,
                        .flags = ENTITY_EPHEMERAL};
struct entity LOGIN_GUARD = ENTITY_OF(login_guard, "登录防护", "sign-in guard", NULL, ENTITY_EPHEMERAL);
