#pragma once
/*
 * What the files of org/ share among themselves: the arguments and functions of their commands and
 * queries, which org_subject.c and rule_subject.c put into tables.
 */
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/org/org.h"
#include "ledger/query.h"

// The shape of an arguments struct; needs OWNER as AS_FIELD does.
#define ARGS_SHAPE(name, FIELDS)                                    \
    static const struct field name##_fields[] = {FIELDS(AS_FIELD)}; \
    const struct shape name##_shape = {#name, name##_fields, COUNT_OF(name##_fields), sizeof(OWNER)}

// Declares a command's or a query's function and the shape of its arguments.
#define ORG_ACT(name)                       \
    extern const struct shape name##_shape; \
    bool name##_run(struct call *k, const void *args, uint64_t given, struct json *out)

ORG_ACT(district_create);
ORG_ACT(unit_add);
ORG_ACT(unit_edit);
ORG_ACT(unit_alias);
ORG_ACT(person_add);
ORG_ACT(person_edit);
ORG_ACT(account_add);
ORG_ACT(account_disable);
ORG_ACT(account_password);
ORG_ACT(role_grant);
ORG_ACT(role_revoke);
ORG_ACT(line_add);
ORG_ACT(register_declare);
ORG_ACT(people_query);
ORG_ACT(units_query);
bool accounts_query_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool lines_query_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool registers_query_run(struct call *k, const void *args, uint64_t given, struct json *out);

ORG_ACT(rule_set_clock);
ORG_ACT(rule_set_light);
ORG_ACT(rule_add_word);
ORG_ACT(week_set);
ORG_ACT(calendar_add_year);
ORG_ACT(calendar_stop_add);
ORG_ACT(calendar_query);
bool rules_query_run(struct call *k, const void *args, uint64_t given, struct json *out);

// Statements that more than one file of org/ uses, or that the tables of subjects list.
extern struct records UNITS_ALL, ALIASES_ALL, PERIODS_ALL, SUCCESSIONS_ALL, PEOPLE_ALL, ACCOUNTS_ALL, GRANTS_ALL,
    GRANTS_OF_ACCOUNT, LINES_ALL, REGISTERS_ALL;
extern struct records CLOCK_RULES, LIGHT_RULES, WORD_RULES, CALENDAR_DAYS, CALENDAR_STOPS,
    WEEK_PATTERNS, CLOCK_OF, LIGHT_OF, WORD_OF, WEEKDAY_OF, CALENDAR_DAY_OF, CALENDAR_DAYS_OF_YEAR;

extern const struct stmt PERSON_ANSWERS;

// Copies every argument that was given into the field of the same name in record ("parent" also
// into "parent_id"); arguments without such a field are left to the command.
void org_take(const struct shape *args_shape, const void *args, uint64_t given,
              const struct entity *e, void *record);
// ERR_INVALID org.bad_code unless the code has letters, digits, "-", "_" and "." only; ERR_CONFLICT
// org.code_taken when another record of the entity bears it.
MUST_CHECK bool org_check_code(struct call *k, const struct entity *e, const char *field, str code);
// After a change of calendar or rules: the call sees the new ones, and every running clock is
// computed again; those that moved stand in the answer as "moved".
MUST_CHECK bool org_recompute(struct call *k, struct json *out);
// Refused (ERR_CONFLICT unit.name_taken) when a unit that exists is called so; own: not this one.
MUST_CHECK bool unit_check_name(struct call *k, int64_t own, const char *field, str name);
// Checks code, names and parent and inserts; not ordered: after the last of its siblings.
MUST_CHECK bool unit_insert(struct call *k, struct unit *u, bool ordered);
// Notes what the command is about and answers {"id": …}.
void org_done(struct call *k, const struct entity *e, int64_t id, struct json *out);
