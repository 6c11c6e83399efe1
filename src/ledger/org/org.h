#pragma once
/*
 * Who is who: districts, units with aliases and their official order, people, accounts, roles,
 * registers, lines of work, the calendar's data and the rules of clocks, as the pack declares them.
 */
#include "ledger/record.h"

// government department office committee taskforce company subdistrict community other
extern const struct enum_table UNIT_KINDS;
extern const struct enum_table UNIT_CAUSES; // rename move merge split transfer abolish
extern const struct enum_table BASES;       // report public example local
extern const struct enum_table PROGRESS_METHODS; // manual children
extern const struct enum_table DAY_KINDS;   // off work half
extern const struct enum_table CLOCK_UNITS; // working_day day working_minute month_day
extern const struct enum_table ROLLS;       // none next previous

#define DISTRICT_FIELDS(X)                                                                          \
    ENTITY_KEY(X)                                                                                   \
    X(code, str, F_TEXT, 32, "代码", "code", REQUIRED, NULL)                                        \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED | AUDITED, NULL)                             \
    X(name_en, str, F_TEXT, 120, "英文名称", "English name", 0, NULL)                               \
    X(zone_min, int64_t, F_INT, 0, "时区（分钟）", "zone in minutes", REQUIRED, NULL)               \
    X(pack, str, F_TEXT, 64, "配置包", "pack", REQUIRED, NULL)                                      \
    X(pack_version, str, F_TEXT, 32, "配置包版本", "pack version", REQUIRED, NULL)                  \
    X(plan_year, int64_t, F_INT, 0, "年度", "year", REQUIRED | AUDITED, NULL)                       \
    X(example_day, int64_t, F_DAY, 0, "示例日期", "example date", 0, NULL)                          \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct district { DISTRICT_FIELDS(AS_MEMBER) };

#define UNIT_FIELDS(X)                                                                              \
    ENTITY_KEY(X)                                                                                   \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED | FILTERED, NULL)                             \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED | AUDITED | FILTERED, NULL)                  \
    X(short_name, str, F_TEXT, 60, "简称", "short name", AUDITED, NULL)                             \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED | AUDITED | FILTERED, &UNIT_KINDS)             \
    X(parent_id, int64_t, F_REF, 0, "上级", "parent", AUDITED, "unit")                              \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", REQUIRED | AUDITED, NULL)        \
    X(sort_key, str, F_TEXT, 400, "拼音序", "sort key", COMPUTED | HIDDEN, NULL)                    \
    X(collecting, int64_t, F_BOOL, 0, "征收机关", "collecting organ", AUDITED, NULL)                \
    X(supervising, int64_t, F_BOOL, 0, "督查机构", "supervision office", AUDITED, NULL)             \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)                                     \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)                     \
    X(opens_day, int64_t, F_DAY, 0, "设立日期", "opens on", COMPUTED | AUDITED, NULL)               \
    X(closes_day, int64_t, F_DAY, 0, "撤销日期", "closes on", COMPUTED | AUDITED, NULL)             \
    X(since_day, int64_t, F_DAY, 0, "现状自", "as it is since", COMPUTED | AUDITED, NULL)           \
    X(opened_by, str, F_TEXT, 200, "设立文件", "document that opened it", COMPUTED | AUDITED, NULL) \
    X(closed_by, str, F_TEXT, 200, "撤销文件", "document that closed it", COMPUTED | AUDITED, NULL)
/* opens_day: the first day it exists, none: always; closes_day: the first day it exists no more. */
struct unit { UNIT_FIELDS(AS_MEMBER) };

// What a unit was called and where it stood before a change: one row a past period, from_day (none:
// since it opened) until the day before to_day. How it is since stands in the unit itself.
#define UNIT_PERIOD_FIELDS(X)                                                                       \
    ENTITY_KEY(X)                                                                                   \
    X(unit_id, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")                                 \
    X(from_day, int64_t, F_DAY, 0, "起", "from", 0, NULL)                                           \
    X(to_day, int64_t, F_DAY, 0, "止", "until", REQUIRED, NULL)                                     \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED, NULL)                                       \
    X(short_name, str, F_TEXT, 60, "简称", "short name", 0, NULL)                                   \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED, &UNIT_KINDS)                                  \
    X(parent_id, int64_t, F_REF, 0, "上级", "parent", 0, "unit")                                    \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", REQUIRED, NULL)                  \
    X(cause, str, F_ENUM, 0, "变动", "what changed", REQUIRED, &UNIT_CAUSES)                        \
    X(document, str, F_TEXT, 200, "文件依据", "document", REQUIRED, NULL)                           \
    X(account_id, int64_t, F_REF, 0, "登记人", "entered by", 0, "account")                          \
    X(noted_at, int64_t, F_INSTANT, 0, "登记时间", "entered", REQUIRED, NULL)
struct unit_period { UNIT_PERIOD_FIELDS(AS_MEMBER) };

// Who took over from whom, from a day on, with which share of it (permille; org/succession.h).
#define UNIT_SUCCESSION_FIELDS(X)                                                                   \
    ENTITY_KEY(X)                                                                                   \
    X(predecessor_id, int64_t, F_REF, 0, "原单位", "predecessor", REQUIRED, "unit")                 \
    X(successor_id, int64_t, F_REF, 0, "承接单位", "successor", REQUIRED, "unit")                   \
    X(permille, int64_t, F_INT, 0, "份额‰", "share in thousandths", REQUIRED, NULL)                 \
    X(on_day, int64_t, F_DAY, 0, "自", "from", REQUIRED, NULL)                                      \
    X(cause, str, F_ENUM, 0, "变动", "what changed", REQUIRED, &UNIT_CAUSES)                        \
    X(document, str, F_TEXT, 200, "文件依据", "document", REQUIRED, NULL)                           \
    X(account_id, int64_t, F_REF, 0, "登记人", "entered by", 0, "account")                          \
    X(noted_at, int64_t, F_INSTANT, 0, "登记时间", "entered", REQUIRED, NULL)
struct unit_succession { UNIT_SUCCESSION_FIELDS(AS_MEMBER) };

#define UNIT_ALIAS_FIELDS(X)                                                                        \
    ENTITY_KEY(X)                                                                                   \
    X(unit_id, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")                                 \
    X(alias, str, F_TEXT, 120, "别名", "alias", REQUIRED | AUDITED, NULL)                           \
    X(folded, str, F_TEXT, 120, "归一名", "folded", COMPUTED | HIDDEN, NULL)
struct unit_alias { UNIT_ALIAS_FIELDS(AS_MEMBER) };

#define PERSON_FIELDS(X)                                                                            \
    ENTITY_KEY(X)                                                                                   \
    X(code, str, F_TEXT, 64, "编码", "code", REQUIRED, NULL)                                        \
    X(name, str, F_TEXT, 60, "姓名", "name", REQUIRED | AUDITED, NULL)                              \
    X(title, str, F_TEXT, 120, "职务", "title", AUDITED, NULL)                                      \
    X(unit_id, int64_t, F_REF, 0, "单位", "unit", REQUIRED | AUDITED, "unit")                       \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)                         \
    X(active, int64_t, F_BOOL, 0, "在岗", "active", AUDITED, NULL)                                  \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)                                     \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)                     \
    X(left_day, int64_t, F_DAY, 0, "离岗日期", "left on", COMPUTED | AUDITED, NULL)
struct person { PERSON_FIELDS(AS_MEMBER) };

#define ACCOUNT_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                   \
    X(login, str, F_TEXT, 64, "账号", "login", REQUIRED, NULL)                                      \
    X(person_id, int64_t, F_REF, 0, "人员", "person", REQUIRED | AUDITED, "person")                 \
    X(unit_id, int64_t, F_REF, 0, "单位", "unit", REQUIRED | AUDITED, "unit")                       \
    X(disabled, int64_t, F_BOOL, 0, "停用", "disabled", AUDITED, NULL)                              \
    X(demo, int64_t, F_BOOL, 0, "演示账号", "demo account", 0, NULL)                                \
    X(must_change, int64_t, F_BOOL, 0, "须改密码", "must change password", 0, NULL)                 \
    X(password, str, F_SECRET, 200, "口令", "password", COMPUTED, NULL)                             \
    X(password_at, int64_t, F_INSTANT, 0, "口令更新", "password set", COMPUTED, NULL)               \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct account { ACCOUNT_FIELDS(AS_MEMBER) };

#define ROLE_GRANT_FIELDS(X)                                                                        \
    ENTITY_KEY(X)                                                                                   \
    X(account_id, int64_t, F_REF, 0, "账号", "account", REQUIRED | AUDITED, "account")              \
    X(role, str, F_ENUM, 0, "角色", "role", REQUIRED | AUDITED, &ROLE_TABLE)
struct role_grant { ROLE_GRANT_FIELDS(AS_MEMBER) };

// A register (台账): a declared kind of item.
#define REGISTER_FIELDS(X)                                                                          \
    ENTITY_KEY(X)                                                                                   \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                                        \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED | AUDITED, NULL)                              \
    X(name_en, str, F_TEXT, 60, "英文名称", "English name", 0, NULL)                                \
    X(code_pattern, str, F_TEXT, 60, "编号规则", "code pattern", REQUIRED, NULL)                    \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)                         \
    X(quota_kind, int64_t, F_BOOL, 0, "可含收入指标", "may carry revenue quotas", 0, NULL)          \
    X(legal_basis, str, F_TEXT, 400, "依据", "legal basis", 0, NULL)                                \
    X(report_minutes, int64_t, F_INT, 0, "填报分钟", "minutes to report", 0, NULL)                  \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)                     \
    X(progress_method, str, F_ENUM, 0, "进度口径", "progress from", AUDITED, &PROGRESS_METHODS)     \
    X(loop, str, F_TEXT, 32, "办理流程", "loop variant", AUDITED, NULL)
struct register_def { REGISTER_FIELDS(AS_MEMBER) };

#define WORK_LINE_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                   \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                                        \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED | AUDITED, NULL)                             \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", REQUIRED, NULL)                  \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)                                     \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct work_line { WORK_LINE_FIELDS(AS_MEMBER) };

#define CALENDAR_DAY_FIELDS(X)                                                                      \
    ENTITY_KEY(X)                                                                                   \
    X(civil_day, int64_t, F_DAY, 0, "日期", "day", REQUIRED | AUDITED, NULL)                        \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED | AUDITED, &DAY_KINDS)                         \
    X(name, str, F_TEXT, 60, "名称", "name", AUDITED, NULL)                                         \
    X(source, str, F_TEXT, 300, "来源", "source", AUDITED, NULL)
struct calendar_day { CALENDAR_DAY_FIELDS(AS_MEMBER) };

#define CALENDAR_STOP_FIELDS(X)                                                                     \
    ENTITY_KEY(X)                                                                                   \
    X(first_day, int64_t, F_DAY, 0, "起", "first day", REQUIRED | AUDITED, NULL)                    \
    X(last_day, int64_t, F_DAY, 0, "止", "last day", REQUIRED | AUDITED, NULL)                      \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED | AUDITED, NULL)                             \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED | AUDITED, NULL)
struct calendar_stop { CALENDAR_STOP_FIELDS(AS_MEMBER) };

// Working intervals of a weekday: "09:00-12:00,13:00-18:00" or "off"; weekday 1 Monday … 7 Sunday, 0 half
// day.
#define WEEK_PATTERN_FIELDS(X)                                                                      \
    ENTITY_KEY(X)                                                                                   \
    X(weekday, int64_t, F_INT, 0, "星期", "weekday", REQUIRED, NULL)                                \
    X(intervals, str, F_TEXT, 120, "时段", "intervals", REQUIRED | AUDITED, NULL)                   \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct week_pattern { WEEK_PATTERN_FIELDS(AS_MEMBER) };

// How long each clock of the loop runs, and how lights turn: data with a source, never constants.
#define CLOCK_RULE_FIELDS(X)                                                                        \
    ENTITY_KEY(X)                                                                                   \
    X(kind, str, F_TEXT, 32, "时钟", "clock", REQUIRED, NULL)                                       \
    X(amount, int64_t, F_INT, 0, "时长", "amount", REQUIRED | AUDITED, NULL)                        \
    X(unit, str, F_ENUM, 0, "单位", "unit", REQUIRED | AUDITED, &CLOCK_UNITS)                       \
    X(roll, str, F_ENUM, 0, "遇休", "roll", REQUIRED | AUDITED, &ROLLS)                             \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED | AUDITED, NULL)          \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct clock_rule { CLOCK_RULE_FIELDS(AS_MEMBER) };

#define LIGHT_RULE_FIELDS(X)                                                                        \
    ENTITY_KEY(X)                                                                                   \
    X(light, str, F_TEXT, 16, "灯", "light", REQUIRED, NULL)                                        \
    X(below_days, int64_t, F_INT, 0, "剩余天数少于", "days left below", REQUIRED | AUDITED, NULL)   \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED | AUDITED, NULL)          \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct light_rule { LIGHT_RULE_FIELDS(AS_MEMBER) };

// Words that show content above this system's classification (L10), or a revenue quota (L5).
#define WORD_RULE_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                   \
    X(kind, str, F_TEXT, 32, "用途", "kind", REQUIRED, NULL)                                        \
    X(word, str, F_TEXT, 60, "词", "word", REQUIRED | AUDITED, NULL)                                \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct word_rule { WORD_RULE_FIELDS(AS_MEMBER) };

// A signed-in browser or command line. Ephemeral.
#define SESSION_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                   \
    X(token_hash, str, F_SECRET, 128, "令牌", "token", REQUIRED, NULL)                              \
    X(account_id, int64_t, F_REF, 0, "账号", "account", REQUIRED, "account")                        \
    X(opened_at, int64_t, F_INSTANT, 0, "登录时间", "opened", REQUIRED, NULL)                       \
    X(seen_at, int64_t, F_INSTANT, 0, "最近活动", "seen", REQUIRED, NULL)                           \
    X(address, str, F_TEXT, 64, "地址", "address", 0, NULL)                                         \
    X(agent, str, F_TEXT, 200, "客户端", "agent", 0, NULL)
struct session { SESSION_FIELDS(AS_MEMBER) };

// Failed sign-ins by account and by address. Ephemeral, but in the store so that a restart keeps it.
#define LOGIN_GUARD_FIELDS(X)                                                                       \
    ENTITY_KEY(X)                                                                                   \
    X(subject, str, F_TEXT, 120, "对象", "subject", REQUIRED, NULL)                                 \
    X(failures, int64_t, F_INT, 0, "失败次数", "failures", REQUIRED, NULL)                          \
    X(window_from, int64_t, F_INSTANT, 0, "窗口起点", "window from", REQUIRED, NULL)                \
    X(locked_until, int64_t, F_INSTANT, 0, "锁定至", "locked until", 0, NULL)                       \
    X(locks, int64_t, F_INT, 0, "锁定次数", "locks", 0, NULL)
struct login_guard { LOGIN_GUARD_FIELDS(AS_MEMBER) };

extern struct entity DISTRICT, UNIT, UNIT_ALIAS, UNIT_PERIOD, UNIT_SUCCESSION, PERSON, ACCOUNT, ROLE_GRANT, REGISTER,
    WORK_LINE, CALENDAR_DAY, CALENDAR_STOP, WEEK_PATTERN, CLOCK_RULE, LIGHT_RULE, WORD_RULE, SESSION, LOGIN_GUARD;
