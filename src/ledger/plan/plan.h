#pragma once
/*
 * Plan objects: what stands above, beside and below the item. Documents have numbered clauses, and a
 * clause is somebody's task or it is not; goals have a horizon and are served by items with shares;
 * templates hold the nodes of a kind of task; a recurrence drafts the same work for each period.
 *
 * The tree itself is item.parent_id; item.level says what a thing is in it:
 *
 *     idea 思路 → plan 方案 (一组团一方案) → measure 举措 → project 项目 → node 节点      task 任务 anywhere
 *
 * What may stand below what is the table in level.c. Every figure about a tree, a goal or a document is
 * made of the items the reader may see, and of nothing else.
 */
#include "ledger/item/item.h"

// ITEM_LEVELS: item.h
extern const struct enum_table GOAL_HORIZONS;     // long_term five_year year quarter
extern const struct enum_table GOAL_KINDS;        // binding expected
extern const struct enum_table NODE_ANCHORS;      // start due
extern const struct enum_table DURATION_UNITS;    // working_day day
extern const struct enum_table DURATION_CLASSES;  // statutory quota negotiated excluded
extern const struct enum_table RECUR_EVERY;       // month quarter half year
extern const struct enum_table RECUR_ON;          // day last_working_day
extern const struct enum_table RECUR_PLACES;      // child sibling

#define CLAUSE_FIELDS(X)                                                                              \
    ENTITY_KEY(X)                                                                                     \
    X(code, str, F_TEXT, 60, "代码", "code", 0, NULL)                                                 \
    X(source_doc_id, int64_t, F_REF, 0, "来源文件", "source document", REQUIRED, "source_doc")        \
    X(ordinal, int64_t, F_INT, 0, "顺序", "position", REQUIRED | AUDITED, NULL)                       \
    X(number, str, F_TEXT, 60, "条款号", "number as printed", AUDITED, NULL)                          \
    X(section, str, F_TEXT, 400, "章节", "section", AUDITED, NULL)                                    \
    X(body, str, F_TEXT, 8000, "条款内容", "text", REQUIRED | AUDITED | MULTILINE, NULL)              \
    X(page, str, F_TEXT, 20, "页码", "page", AUDITED, NULL)                                           \
    X(place, str, F_TEXT, 80, "原文位置", "place in the source", 0, NULL)                             \
    X(no_task, str, F_TEXT, 400, "无需任务的理由", "why no task is needed", AUDITED, NULL)            \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)                                       \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct clause { CLAUSE_FIELDS(AS_MEMBER) };

#define CLAUSE_ITEM_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                     \
    X(clause_id, int64_t, F_REF, 0, "条款", "clause", REQUIRED, "clause")                             \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                   \
    X(note, str, F_TEXT, 400, "说明", "note", AUDITED, NULL)                                          \
    X(linked_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct clause_item { CLAUSE_ITEM_FIELDS(AS_MEMBER) };

#define GOAL_FIELDS(X)                                                                                \
    ENTITY_KEY(X)                                                                                     \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                                          \
    X(name, str, F_TEXT, 200, "目标名称", "name", REQUIRED | AUDITED, NULL)                           \
    X(horizon, str, F_ENUM, 0, "期限类别", "horizon", REQUIRED | AUDITED, &GOAL_HORIZONS)             \
    X(kind, str, F_ENUM, 0, "性质", "kind", REQUIRED | AUDITED, &GOAL_KINDS)                          \
    X(first_day, int64_t, F_DAY, 0, "起", "from", REQUIRED | AUDITED, NULL)                           \
    X(last_day, int64_t, F_DAY, 0, "止", "until", REQUIRED | AUDITED, NULL)                           \
    X(comparator, str, F_ENUM, 0, "比较", "comparator", AUDITED, &COMPARATORS)                        \
    X(target, dec, F_DEC, 0, "目标值", "target", AUDITED, NULL)                                       \
    X(target_unit, str, F_TEXT, 20, "计量单位", "unit of the target", AUDITED, NULL)                  \
    X(parent_id, int64_t, F_REF, 0, "上级目标", "parent goal", AUDITED, "goal")                       \
    X(unit_id, int64_t, F_REF, 0, "责任单位", "owner", AUDITED, "unit")                               \
    X(clause_id, int64_t, F_REF, 0, "来源条款", "source clause", AUDITED, "clause")                   \
    X(weight, int64_t, F_INT, 0, "权重", "weight", AUDITED, NULL)                                     \
    X(source, str, F_TEXT, 300, "来源", "source", AUDITED, NULL)                                      \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)                                       \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", AUDITED, NULL)                     \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct goal { GOAL_FIELDS(AS_MEMBER) };

// How much of an item serves a goal. The shares of one item come to at most a hundred.
#define GOAL_ITEM_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                     \
    X(goal_id, int64_t, F_REF, 0, "目标", "goal", REQUIRED, "goal")                                   \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                   \
    X(share_pct, int64_t, F_INT, 0, "份额%", "share %", REQUIRED | AUDITED, NULL)                     \
    X(note, str, F_TEXT, 400, "说明", "note", AUDITED, NULL)
struct goal_item { GOAL_ITEM_FIELDS(AS_MEMBER) };

#define NODE_TEMPLATE_FIELDS(X)                                                                       \
    ENTITY_KEY(X)                                                                                     \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                                          \
    X(name, str, F_TEXT, 120, "模板名称", "name", REQUIRED | AUDITED, NULL)                           \
    X(name_en, str, F_TEXT, 120, "英文名称", "English name", AUDITED, NULL)                           \
    X(fits, str, F_TEXT, 120, "适用任务", "kind of task", AUDITED, NULL)                              \
    X(register_id, int64_t, F_REF, 0, "适用台账", "register", AUDITED, "register_def")                \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED | AUDITED, NULL)                           \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)                                       \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)                       \
    X(ended_at, int64_t, F_INSTANT, 0, "停用时间", "ended", AUDITED, NULL)                            \
    X(end_reason, str, F_TEXT, 400, "停用理由", "why ended", AUDITED, NULL)
struct node_template { NODE_TEMPLATE_FIELDS(AS_MEMBER) };

#define TEMPLATE_NODE_FIELDS(X)                                                                       \
    ENTITY_KEY(X)                                                                                     \
    X(template_id, int64_t, F_REF, 0, "模板", "template", REQUIRED, "node_template")                  \
    X(ordinal, int64_t, F_INT, 0, "序号", "number", REQUIRED | AUDITED, NULL)                         \
    X(code, str, F_TEXT, 20, "节点代码", "code", REQUIRED, NULL)                                      \
    X(name, str, F_TEXT, 160, "节点名称", "name", REQUIRED | AUDITED, NULL)                           \
    X(anchor, str, F_ENUM, 0, "计算方向", "counted from", REQUIRED | AUDITED, &NODE_ANCHORS)          \
    X(offset_days, int64_t, F_INT, 0, "偏移工作日", "offset in working days", REQUIRED | AUDITED, NULL) \
    X(duration, int64_t, F_INT, 0, "工期", "duration", REQUIRED | AUDITED, NULL)                      \
    X(duration_unit, str, F_ENUM, 0, "工期单位", "unit", REQUIRED | AUDITED, &DURATION_UNITS)         \
    X(duration_class, str, F_ENUM, 0, "工期类别", "class", REQUIRED | AUDITED, &DURATION_CLASSES)     \
    X(after, str, F_TEXT, 200, "前置节点", "predecessors", AUDITED, NULL) /* codes, separated by | */ \
    X(standard, str, F_TEXT, 1000, "节点标准", "standard", REQUIRED | AUDITED, NULL)                  \
    X(evidence, str, F_TEXT, 400, "佐证要求", "evidence asked for", AUDITED, NULL)                    \
    X(weight, int64_t, F_INT, 0, "权重", "weight", AUDITED, NULL)                                     \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED | AUDITED, NULL)
struct template_node { TEMPLATE_NODE_FIELDS(AS_MEMBER) };

// A node of a template that became an item: applied twice, it is found here and not made again.
#define ITEM_NODE_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                     \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                   \
    X(template_id, int64_t, F_REF, 0, "模板", "template", REQUIRED, "node_template")                  \
    X(template_node_id, int64_t, F_REF, 0, "模板节点", "template's node", REQUIRED, "template_node")  \
    X(node_item_id, int64_t, F_REF, 0, "节点事项", "the node", REQUIRED, "item")                      \
    X(template_version, int64_t, F_INT, 0, "模板版本", "template version", REQUIRED, NULL)
struct item_node { ITEM_NODE_FIELDS(AS_MEMBER) };

// The item is the pattern; each period's work is an item of its own.
#define RECURRENCE_FIELDS(X)                                                                          \
    ENTITY_KEY(X)                                                                                     \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                   \
    X(every, str, F_ENUM, 0, "周期", "every", REQUIRED | AUDITED, &RECUR_EVERY)                       \
    X(due_on, str, F_ENUM, 0, "时限", "due on", REQUIRED | AUDITED, &RECUR_ON)                        \
    X(due_nth, int64_t, F_INT, 0, "第几日", "day of the period", AUDITED, NULL)                       \
    X(first_day, int64_t, F_DAY, 0, "起", "from", REQUIRED | AUDITED, NULL)                           \
    X(last_day, int64_t, F_DAY, 0, "止", "until", LAST | AUDITED, NULL)                               \
    X(ahead, int64_t, F_INT, 0, "提前期数", "periods ahead", REQUIRED | AUDITED, NULL)                \
    X(stands, str, F_ENUM, 0, "位置", "stands", REQUIRED | AUDITED, &RECUR_PLACES)                    \
    X(stopped_at, int64_t, F_INSTANT, 0, "停止时间", "stopped", AUDITED, NULL)                        \
    X(stop_reason, str, F_TEXT, 400, "停止理由", "why stopped", AUDITED, NULL)                        \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)                        \
    /* A period that could not be drafted, since when and why, until one is drafted again. */         \
    X(refused_at, int64_t, F_INSTANT, 0, "未能拟办时间", "not drafted since", AUDITED, NULL)          \
    X(refused_period, str, F_TEXT, 16, "未能拟办的期间", "period not drafted", AUDITED, NULL)         \
    X(refused_why, str, F_TEXT, 1000, "未能拟办的原因", "why not drafted", AUDITED, NULL)             \
    X(refused_why_en, str, F_TEXT, 1000, "未能拟办的原因（英文）", "why not drafted, in English", AUDITED, NULL)
struct recurrence { RECURRENCE_FIELDS(AS_MEMBER) };

// One period of a recurrence: drafted once, or skipped with a reason.
#define OCCURRENCE_FIELDS(X)                                                                          \
    ENTITY_KEY(X)                                                                                     \
    X(recurrence_id, int64_t, F_REF, 0, "周期规则", "recurrence", REQUIRED, "recurrence")             \
    X(period_code, str, F_TEXT, 16, "期间", "period", REQUIRED, NULL)                                 \
    X(due_day, int64_t, F_DAY, 0, "时限", "due", REQUIRED, NULL)                                      \
    X(occurrence_item_id, int64_t, F_REF, 0, "本期事项", "the period's item", 0, "item")              \
    X(skipped, str, F_TEXT, 400, "跳过理由", "why skipped", AUDITED, NULL)                            \
    X(made_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct occurrence { OCCURRENCE_FIELDS(AS_MEMBER) };

extern struct entity CLAUSE, CLAUSE_ITEM, GOAL, GOAL_ITEM, NODE_TEMPLATE, TEMPLATE_NODE, ITEM_NODE, RECURRENCE,
    OCCURRENCE;
extern const struct subject PLAN_SUBJECT;
