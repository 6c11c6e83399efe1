#include "ledger/subjects.h"

#include "ledger/cockpit/cockpit.h"
#include "ledger/delegation/delegation.h"
#include "ledger/feed/feed.h"
#include "ledger/grid/grid.h"
#include "ledger/hooks/hooks.h"
#include "ledger/item/item.h"
#include "ledger/org/org.h"
#include "ledger/org/session.h"
#include "ledger/plan/plan.h"
#include "ledger/registers/registers.h"
#include "ledger/reorg/reorg.h"
#include "ledger/reporting/reporting.h"
#include "ledger/rollup/rollup.h"
#include "ledger/roundtrip/roundtrip.h"

const struct subject *const SUBJECTS[] = {
    &ITEM_SUBJECT, &ITEM_QUERIES,    &IMPORT_SUBJECT,  &ORG_SUBJECT,
    &RULE_SUBJECT, &SESSION_SUBJECT, &JOURNAL_SUBJECT, &TIMER_SUBJECT,
    &REGISTERS_SUBJECT, &ROLLUP_SUBJECT, &REORG_SUBJECT, &SEARCH_SUBJECT, &PLAN_SUBJECT, &COCKPIT_SUBJECT,
    &GRID_SUBJECT,
    &REPORTING_SUBJECT,
    &DELEGATION_SUBJECT,
    &FEED_SUBJECT, &HOOKS_SUBJECT,
    &ROUNDTRIP_SUBJECT,
};
const size_t N_SUBJECTS = COUNT_OF(SUBJECTS);

struct entity *const ENTITIES[] = {
    &DISTRICT,   &UNIT,      &UNIT_ALIAS,   &PERSON,        &ACCOUNT,        &ROLE_GRANT,
    &REGISTER,   &WORK_LINE, &CALENDAR_DAY, &CALENDAR_STOP, &WEEK_PATTERN,   &CLOCK_RULE,
    &LIGHT_RULE, &WORD_RULE, &SESSION,      &LOGIN_GUARD,   &ITEM,           &ITEM_UNIT,
    &ITEM_PART,  &BASELINE,  &REPORT,       &EVIDENCE,      &CHANGE_REQUEST, &VERDICT,
    &OBJECTION,  &CLOCK,     &WAIVER,       &NOTE,          &SOURCE_DOC,     &IMPORT_BATCH,
    &IMPORT_ROW, &ROLLUP_HEAD, &ROLLUP_COUNT,
    &UNIT_PERIOD, &UNIT_SUCCESSION, &ITEM_MOVE, &PERSON_HANDOVER,
    &CLAUSE,     &CLAUSE_ITEM, &GOAL,        &GOAL_ITEM,     &NODE_TEMPLATE,  &TEMPLATE_NODE,
    &ITEM_NODE,  &RECURRENCE, &OCCURRENCE,
    &DATA_ELEMENT, &COLLECTION, &COLLECTION_COLUMN, &COLLECTION_LINE, &COLLECTION_UNIT, &SUBMISSION,
    &SUBMISSION_REVISION, &SUBMISSION_ROW, &SUBMISSION_MARK, &BURDEN_CAP, &COMMUNITY_FORM,
    &REGISTER_FIELD, &ITEM_VALUE, &LOOP_VARIANT, &REGISTER_CLOCK,
    &SAVED_VIEW, &CHANGE_UNIT, &MENTION,  &ITEM_WATCH,   &NEWS_SEEN,     &EXTENSION_RULE,
    &DELEGATION, &DELEGATION_ITEM, &DELEGATION_ACT,
    &FEED_TOKEN, &FEED_USE, &WEBHOOK, &HOOK_CURSOR, &HOOK_DELIVERY,
};
const size_t N_ENTITIES = COUNT_OF(ENTITIES);

static const struct enum_value roles[] = {
    {"leader", "领导", "leader"},
    {"supervisor", "督查", "supervisor"},
    {"unit", "承办", "unit officer"},
    {"analyst", "分析", "analyst"},
    {"auditor", "审计", "auditor"},
    {"sysadmin", "系统管理", "system administrator"},
    {"secadmin", "安全管理", "security administrator"},
    {"system", "系统", "system"},
};
const struct enum_table ROLE_TABLE = {"ROLE_TABLE", roles, COUNT_OF(roles)};

unsigned role_bit(str code)
{
    for (size_t i = 0; i < ROLE_TABLE.n; i++)
        if (str_is(code, ROLE_TABLE.at[i].code)) return 1u << i;
    return 0;
}
