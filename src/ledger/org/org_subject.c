/* The commands and queries of org/, in two subjects: who is who, and the rules with the calendar. */
#include "ledger/org/org_internal.h"
#include "ledger/subjects.h"
#include "ledger/registers/register_queries.h"

enum {
    MAY_ORGANISE = ROLE_SYSADMIN, // 系统管理
    MAY_ADMIT = ROLE_SECADMIN,    // 安全管理
    EVERYBODY = ROLES_BUSINESS | ROLE_SYSADMIN | ROLE_SECADMIN
};

static const struct command org_commands[] = {
    {"district.create", "建立地区", "Create a district", "装入配置包时建立地区；只由系统执行。",
     "Creates the district when its pack is loaded; done by the system only.", ROLE_SYSTEM, &district_create_shape,
     district_create_run},
    {"unit.add", "增加单位", "Add a unit", "增加一个单位；名称、简称、编码与别名在本地区内不得指向两个单位。",
     "Adds a unit; no name, short name, code or alias may lead to two units of a district.", MAY_ORGANISE,
     &unit_add_shape, unit_add_run},
    {"unit.edit", "修改单位", "Edit a unit", "修改单位的名称、简称、类别、上级、排序，以及是否为征收机关、督查机构。",
     "Changes a unit's names, kind, parent, order, and whether it collects revenue or supervises.", MAY_ORGANISE,
     &unit_edit_shape, unit_edit_run},
    {"unit.alias", "增加别名", "Add an alias", "增加单位在文件中的另一种叫法；已为其他单位所用的名称不予接受。",
     "Adds another name a unit has in documents; a name of another unit is refused.", MAY_ORGANISE, &unit_alias_shape,
     unit_alias_run},
    {"person.add", "增加人员", "Add a person", "增加一名可以承担责任的人员。",
     "Adds a person who can answer for items.", MAY_ORGANISE, &person_add_shape, person_add_run},
    {"person.edit", "修改人员", "Edit a person", "修改人员的姓名、职务、单位和在岗状态。",
     "Changes a person's name, title, unit, and whether in post.", MAY_ORGANISE, &person_edit_shape, person_edit_run},
    {"account.add", "增加账号", "Add an account", "为一名人员增加账号；未设口令的账号不能登录。",
     "Adds an account for a person; without a password it cannot sign in.", MAY_ADMIT, &account_add_shape,
     account_add_run},
    {"account.disable", "停用或启用账号", "Disable or enable an account", "停用账号并结束其全部会话，或重新启用。",
     "Disables an account and ends its sessions, or enables it again.", MAY_ADMIT, &account_disable_shape,
     account_disable_run},
    {"account.password", "设置口令", "Set a password", "修改自己的口令；安全管理员可为他人重设，其首次登录后须修改。",
     "Changes one's own password; a security administrator may reset another's, who must then change it.", EVERYBODY,
     &account_password_shape, account_password_run},
    {"role.grant", "授予角色", "Grant a role", "授予账号一个角色；系统、安全、审计管理与其他角色互不兼任。",
     "Grants an account a role; system, security and audit duties are each held alone.", MAY_ADMIT, &role_grant_shape,
     role_grant_run},
    {"role.revoke", "收回角色", "Revoke a role", "收回账号的一个角色并结束其会话。",
     "Takes a role from an account and ends its sessions.", MAY_ADMIT, &role_grant_shape, role_revoke_run},
    {"line.add", "增加工作线", "Add a line of work", "增加一条工作线，作为事项的顶层分类。",
     "Adds a line of work, the top division of items.", MAY_ORGANISE, &line_add_shape, line_add_run},
    {"register.declare", "设立台账", "Declare a register", "设立或修改一种台账及其编号规则，如 {year}-{line}-{seq2}。",
     "Declares or changes a register and its code pattern, such as {year}-{line}-{seq2}.", MAY_ORGANISE,
     &register_declare_shape, register_declare_run},
};

static const struct query org_queries[] = {
    {"units", "单位", "Units", "今天或某一天的单位及别名，按机构序列排列；也可包括已撤销的。",
     "The units of today or of another day with their aliases, in official order; closed ones on request.", EVERYBODY,
     &units_query_shape, units_query_run},
    {"people", "人员", "People", "全部或一个单位的人员，按机构序列排列。",
     "The people of all units or of one, in official order.", EVERYBODY, &people_query_shape, people_query_run},
    {"accounts", "账号", "Accounts", "全部账号及其角色，供管理员和审计查看。",
     "All accounts with their roles, for administrators and auditors.", ROLE_SYSADMIN | ROLE_SECADMIN | ROLE_AUDITOR,
     NULL, accounts_query_run},
    {"lines", "工作线", "Lines of work", "全部工作线，按排序。", "All lines of work, in order.", EVERYBODY, NULL,
     lines_query_run},
    {"registers", "台账种类", "Registers", "全部台账种类，按排序；指定一种时附其字段、列、表单分组、办理流程和时限。",
     "All registers, in order; of one its fields, columns, sections of its form, loop and clocks.", EVERYBODY,
     &registers_args_shape, registers_query_run},
};

// Of pack/, which runs commands and has none of its own.
extern const struct stmt PACK_LAST_DISTRICT, PACK_PART_AT;
static const struct stmt *const org_statements[] = {&PERSON_ANSWERS, &PACK_LAST_DISTRICT, &PACK_PART_AT};

static struct records *const org_records[] = {
    &UNITS_ALL,    &ALIASES_ALL, &PERIODS_ALL,       &SUCCESSIONS_ALL, &PEOPLE_ALL,
    &ACCOUNTS_ALL, &GRANTS_ALL,  &GRANTS_OF_ACCOUNT, &LINES_ALL,       &REGISTERS_ALL,
};

const struct subject ORG_SUBJECT = {
    .name = "org",
    .commands = org_commands,
    .n_commands = COUNT_OF(org_commands),
    .queries = org_queries,
    .n_queries = COUNT_OF(org_queries),
    .statements = org_statements,
    .n_statements = COUNT_OF(org_statements),
    .records = org_records,
    .n_records = COUNT_OF(org_records),
};

static const struct command rule_commands[] = {
    {"rule.set_clock", "设定时限", "Set a clock", "设定闭环中一个时钟的时长、单位和遇休顺延办法，并注明来源。",
     "Sets how long a clock of the loop runs, in which unit, how it rolls over days off, and by which source.",
     MAY_ORGANISE, &rule_set_clock_shape, rule_set_clock_run},
    {"rule.set_light", "设定亮灯", "Set a light", "设定剩余天数少于多少时亮此灯，并注明来源。",
     "Sets below how many days left this light shows, and by which source.", MAY_ORGANISE, &rule_set_light_shape,
     rule_set_light_run},
    {"rule.add_word", "增加词语规则", "Add a word rule",
     "增加不得出现在内容中的词：涉密标志，或向征收机关下达的收入指标。",
     "Adds a word that may not stand in a text: a secrecy marking, or a revenue quota for a collecting organ.",
     ROLE_SYSADMIN | ROLE_SECADMIN, &rule_add_word_shape, rule_add_word_run},
    {"week.set", "设定作息时间", "Set office hours",
     "设定星期几（1 至 7，0 为半天）的工作时段，如 09:00-12:00,13:00-18:00；off 为不工作。",
     "Sets the working intervals of a weekday (1 to 7, 0 a half day), such as "
     "09:00-12:00,13:00-18:00; off for a day without work.",
     MAY_ORGANISE, &week_set_shape, week_set_run},
    {"calendar.add_year", "录入节假日", "Add a year of holidays",
     "按国务院办公厅通知录入一年的放假和调休上班日期；再次录入即替换。",
     "Enters a year's days off and make-up working days as notified; entering it again replaces it.", MAY_ORGANISE,
     &calendar_add_year_shape, calendar_add_year_run},
    {"calendar.add_stop", "增加停工时段", "Add a stop period", "增加本地区全部停止工作的时段，并注明来源。",
     "Adds a period in which the whole district does not work, with its source.", MAY_ORGANISE,
     &calendar_stop_add_shape, calendar_stop_add_run},
};

static const struct query rule_queries[] = {
    {"rules", "规则", "Rules", "时限、亮灯、词语和作息规则及其来源。",
     "The rules of clocks, lights, words and office hours, with their sources.", EVERYBODY, NULL, rules_query_run},
    {"calendar", "工作日历", "Working calendar", "一年的放假、调休和停工时段；数据不全时给出提示。",
     "A year's days off, make-up days and stop periods, with a warning when the year is not complete.", EVERYBODY,
     &calendar_query_shape, calendar_query_run},
};

static struct records *const rule_records[] = {
    &CLOCK_RULES, &LIGHT_RULES, &WORD_RULES, &CALENDAR_DAYS, &CALENDAR_STOPS,  &WEEK_PATTERNS,
    &CLOCK_OF,    &LIGHT_OF,    &WORD_OF,    &WEEKDAY_OF,    &CALENDAR_DAY_OF, &CALENDAR_DAYS_OF_YEAR,
};

const struct subject RULE_SUBJECT = {
    .name = "rule",
    .commands = rule_commands,
    .n_commands = COUNT_OF(rule_commands),
    .queries = rule_queries,
    .n_queries = COUNT_OF(rule_queries),
    .records = rule_records,
    .n_records = COUNT_OF(rule_records),
};
