/* The tables of plan.h: lists of codes and the entities with their fields. */
#include "ledger/plan/plan.h"

static const struct enum_value goal_horizons[] = {
    {"long_term", "中长期", "long term"},
    {"five_year", "五年", "five years"},
    {"year", "年度", "year"},
    {"quarter", "季度", "quarter"},
};
ENUM_TABLE(GOAL_HORIZONS, goal_horizons);

// A binding goal is assigned, an expected one is followed (国家五年规划目标任务分工通例).
static const struct enum_value goal_kinds[] = {{"binding", "约束性", "binding"}, {"expected", "预期性", "expected"}};
ENUM_TABLE(GOAL_KINDS, goal_kinds);

static const struct enum_value node_anchors[] = {
    {"start", "自开始顺排", "forward from the start"}, {"due", "自时限倒排", "backward from the due date"}};
ENUM_TABLE(NODE_ANCHORS, node_anchors);

static const struct enum_value duration_units[] = {{"working_day", "工作日", "working days"}, {"day", "日", "days"}};
ENUM_TABLE(DURATION_UNITS, duration_units);

// 北京市建设工程质量条例 art. 61: only what was negotiated may be agreed shorter.
static const struct enum_value duration_classes[] = {
    {"statutory", "法定时限", "statutory maximum"},
    {"quota", "定额工期", "quota"},
    {"negotiated", "协商工期", "negotiated"},
    {"excluded", "不计入工期", "not part of the construction period"},
};
ENUM_TABLE(DURATION_CLASSES, duration_classes);

static const struct enum_value recur_every[] = {
    {"month", "每月", "every month"},
    {"quarter", "每季", "every quarter"},
    {"half", "每半年", "every half-year"},
    {"year", "每年", "every year"},
};
ENUM_TABLE(RECUR_EVERY, recur_every);

static const struct enum_value recur_on[] = {
    {"day", "第几日", "a day of the period"}, {"last_working_day", "最后一个工作日", "the last working day"}};
ENUM_TABLE(RECUR_ON, recur_on);

static const struct enum_value recur_places[] = {
    {"child", "下级事项", "below the pattern"}, {"sibling", "同级事项", "beside the pattern"}};
ENUM_TABLE(RECUR_PLACES, recur_places);

#define OWNER struct clause
SHAPE_OF(clause, CLAUSE_FIELDS);
#undef OWNER
#define OWNER struct clause_item
SHAPE_OF(clause_item, CLAUSE_ITEM_FIELDS);
#undef OWNER
#define OWNER struct goal
SHAPE_OF(goal, GOAL_FIELDS);
#undef OWNER
#define OWNER struct goal_item
SHAPE_OF(goal_item, GOAL_ITEM_FIELDS);
#undef OWNER
#define OWNER struct node_template
SHAPE_OF(node_template, NODE_TEMPLATE_FIELDS);
#undef OWNER
#define OWNER struct template_node
SHAPE_OF(template_node, TEMPLATE_NODE_FIELDS);
#undef OWNER
#define OWNER struct item_node
SHAPE_OF(item_node, ITEM_NODE_FIELDS);
#undef OWNER
#define OWNER struct recurrence
SHAPE_OF(recurrence, RECURRENCE_FIELDS);
#undef OWNER
#define OWNER struct occurrence
SHAPE_OF(occurrence, OCCURRENCE_FIELDS);
#undef OWNER

struct entity CLAUSE = ENTITY_OF(clause, "条款", "clause", "code", ENTITY_VERSIONED);
struct entity CLAUSE_ITEM = ENTITY_OF(clause_item, "条款与事项", "clause of an item", NULL, 0);
struct entity GOAL = ENTITY_OF(goal, "目标", "goal", "code", ENTITY_VERSIONED);
struct entity GOAL_ITEM = ENTITY_OF(goal_item, "目标份额", "share in a goal", NULL, 0);
struct entity NODE_TEMPLATE = ENTITY_OF(node_template, "节点模板", "template", "code", ENTITY_VERSIONED);
struct entity TEMPLATE_NODE = ENTITY_OF(template_node, "模板节点", "node of a template", NULL, 0);
struct entity ITEM_NODE = ENTITY_OF(item_node, "套用的节点", "applied node", NULL, 0);
struct entity RECURRENCE = ENTITY_OF(recurrence, "周期规则", "recurrence", NULL, ENTITY_VERSIONED);
struct entity OCCURRENCE = ENTITY_OF(occurrence, "周期事项", "occurrence", NULL, 0);
