#pragma once
/*
 * The reporting calendar (报送) and its burden: what is collected regularly, from whom, by when; what
 * each unit told for each period, in which version; and how many minutes a month that costs it.
 *
 * A *data element* (数据元) is one fact that is asked: what it is about, unit of measure, legal basis,
 * who answers for its definition, minutes to fill it. A *collection* (报送任务) asks elements as columns
 * of a grid: of the unit itself, of fixed rows, of the unit's items that match a filter, or of its open
 * items as their progress report. A *submission* is one unit's grid of one period:
 *
 *     (owed) → drafted → submitted → accepted
 *                  ↑         ↓          ↓ corrected, with reason: a new version
 *                  └──── returned ←── submitted
 *
 * "Owed" has no row: who has not begun is found by comparing the calendar with what is there. Versions
 * (vintages) are kept: once submitted, the rows of a version never change.
 */
#include "ledger/item/item.h"
#include "ledger/org/org.h"

extern const struct enum_table ELEMENT_KINDS;     // number amount percent text day
extern const struct enum_table ELEMENT_SUBJECTS;  // unit item place enterprise project person
extern const struct enum_table AGGREGATIONS;      // none sum mean last
extern const struct enum_table ITEM_MEMBERS;      // none progress narrative problems next_step
extern const struct enum_table COLLECTION_ROWS;   // unit fixed items progress
extern const struct enum_table DUE_COUNTS;        // day working_day
extern const struct enum_table SUBMISSION_STATES; // drafted submitted returned accepted
extern const struct enum_table REVISION_OUTCOMES; // open submitted returned accepted replaced

#define ELEMENT_FIELDS(X)                                                                            \
    ENTITY_KEY(X)                                                                                    \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                                         \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED | AUDITED, NULL)                               \
    X(aliases, str, F_TEXT, 400, "别名", "aliases", AUDITED, NULL) /* separated by | */              \
    X(subject, str, F_ENUM, 0, "对象", "about", REQUIRED | AUDITED, &ELEMENT_SUBJECTS)               \
    X(kind, str, F_ENUM, 0, "类型", "kind", REQUIRED | AUDITED, &ELEMENT_KINDS)                      \
    X(measure, str, F_TEXT, 20, "计量单位", "unit of measure", AUDITED, NULL)                        \
    X(decimals, int64_t, F_INT, 0, "小数位", "decimals", AUDITED, NULL)                              \
    X(lowest, dec, F_DEC, 0, "最小值", "lowest", AUDITED, NULL)                                      \
    X(highest, dec, F_DEC, 0, "最大值", "highest", AUDITED, NULL)                                    \
    X(aggregation, str, F_ENUM, 0, "汇总方式", "aggregation", REQUIRED | AUDITED, &AGGREGATIONS)     \
    X(item_member, str, F_ENUM, 0, "事项字段", "member of an item", REQUIRED | AUDITED, &ITEM_MEMBERS) \
    X(legal_basis, str, F_TEXT, 400, "依据", "legal basis", REQUIRED | AUDITED, NULL)                \
    X(owner_unit_id, int64_t, F_REF, 0, "归口单位", "owner", REQUIRED | AUDITED, "unit")             \
    X(minutes, dec, F_DEC, 0, "每格分钟", "minutes a cell", REQUIRED | AUDITED, NULL)                \
    X(basis, str, F_ENUM, 0, "出处", "origin", REQUIRED, &BASES)                                     \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct data_element { ELEMENT_FIELDS(AS_MEMBER) };

#define COLLECTION_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                    \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                                         \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED | AUDITED, NULL)                               \
    X(row_kind, str, F_ENUM, 0, "行", "rows", REQUIRED | AUDITED, &COLLECTION_ROWS)                  \
    X(register_id, int64_t, F_REF, 0, "台账", "register", AUDITED, "register_def")                   \
    X(row_filter, str, F_TEXT, 1000, "事项范围", "which items", AUDITED, NULL)                       \
    X(cycle, str, F_ENUM, 0, "频次", "cycle", REQUIRED | AUDITED, &CYCLES)                           \
    X(due_count, int64_t, F_INT, 0, "期后第几日", "days after the period", REQUIRED | AUDITED, NULL) \
    X(due_in, str, F_ENUM, 0, "日的算法", "counted in", REQUIRED | AUDITED, &DUE_COUNTS)             \
    X(roll, str, F_ENUM, 0, "遇休", "roll", REQUIRED | AUDITED, &ROLLS)                              \
    X(due_source, str, F_TEXT, 300, "时限出处", "source of the due day", REQUIRED | AUDITED, NULL)   \
    X(first_period, str, F_TEXT, 16, "首期", "first period", REQUIRED | AUDITED, NULL)               \
    X(last_period, str, F_TEXT, 16, "末期", "last period", AUDITED, NULL)                            \
    X(unit_kinds, str, F_TEXT, 200, "报送单位类别", "kinds of units", AUDITED, NULL) /* separated by | */ \
    X(owner_unit_id, int64_t, F_REF, 0, "汇总单位", "collected by", REQUIRED | AUDITED, "unit")      \
    X(legal_basis, str, F_TEXT, 400, "依据", "legal basis", REQUIRED | AUDITED, NULL)                \
    X(form_id, int64_t, F_REF, 0, "社区表格目录", "entry of the communities' list", AUDITED, "community_form") \
    X(basis, str, F_ENUM, 0, "出处", "origin", REQUIRED, &BASES)                                     \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct collection { COLLECTION_FIELDS(AS_MEMBER) };

#define COLLECTION_COLUMN_FIELDS(X)                                                                  \
    ENTITY_KEY(X)                                                                                    \
    X(collection_id, int64_t, F_REF, 0, "报送任务", "collection", REQUIRED, "collection")            \
    X(element_id, int64_t, F_REF, 0, "数据元", "element", REQUIRED, "data_element")                  \
    X(ordinal, int64_t, F_INT, 0, "序号", "number", REQUIRED | AUDITED, NULL)                        \
    X(must, int64_t, F_BOOL, 0, "必填", "required", REQUIRED | AUDITED, NULL)
struct collection_column { COLLECTION_COLUMN_FIELDS(AS_MEMBER) };

#define COLLECTION_LINE_FIELDS(X)                                                                    \
    ENTITY_KEY(X)                                                                                    \
    X(collection_id, int64_t, F_REF, 0, "报送任务", "collection", REQUIRED, "collection")            \
    X(ordinal, int64_t, F_INT, 0, "序号", "number", REQUIRED, NULL)                                  \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                                         \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED | AUDITED, NULL)
struct collection_line { COLLECTION_LINE_FIELDS(AS_MEMBER) };

#define COLLECTION_UNIT_FIELDS(X)                                                                    \
    ENTITY_KEY(X)                                                                                    \
    X(collection_id, int64_t, F_REF, 0, "报送任务", "collection", REQUIRED, "collection")            \
    X(unit_id, int64_t, F_REF, 0, "报送单位", "unit", REQUIRED, "unit")
struct collection_unit { COLLECTION_UNIT_FIELDS(AS_MEMBER) };

#define SUBMISSION_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                    \
    X(collection_id, int64_t, F_REF, 0, "报送任务", "collection", REQUIRED, "collection")            \
    X(unit_id, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")                                  \
    X(period_code, str, F_TEXT, 16, "期间", "period", REQUIRED, NULL)                                \
    X(period_day, int64_t, F_DAY, 0, "期间首日", "first day", REQUIRED, NULL)                        \
    X(state, str, F_ENUM, 0, "状态", "state", REQUIRED | AUDITED, &SUBMISSION_STATES)                \
    X(due_day, int64_t, F_DAY, 0, "应报日", "due", REQUIRED | AUDITED, NULL)                         \
    X(first_at, int64_t, F_INSTANT, 0, "首次报送", "first submitted", AUDITED, NULL)                 \
    X(first_day, int64_t, F_DAY, 0, "首次报送日", "day first submitted", 0, NULL)                    \
    X(first_due_day, int64_t, F_DAY, 0, "原应报日", "first due", REQUIRED, NULL)                     \
    X(revision, int64_t, F_INT, 0, "当前版次", "present version", REQUIRED | AUDITED, NULL)          \
    X(accepted_revision, int64_t, F_INT, 0, "接收版次", "accepted version", AUDITED, NULL)           \
    X(returned, int64_t, F_INT, 0, "退回次数", "times returned", AUDITED, NULL)                      \
    X(saved_at, int64_t, F_INSTANT, 0, "最近保存", "last saved", 0, NULL)                            \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct submission { SUBMISSION_FIELDS(AS_MEMBER) };

// A version of a submission: who sent it when and why, what was decided.
#define REVISION_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                    \
    X(submission_id, int64_t, F_REF, 0, "报送", "submission", REQUIRED, "submission")                \
    X(ordinal, int64_t, F_INT, 0, "版次", "version", REQUIRED, NULL)                                 \
    X(outcome, str, F_ENUM, 0, "结果", "outcome", REQUIRED | AUDITED, &REVISION_OUTCOMES)            \
    X(reason, str, F_TEXT, 1000, "更正理由", "why corrected", AUDITED, NULL)                         \
    X(sent_by, int64_t, F_REF, 0, "报送人", "sent by", AUDITED, "account")                           \
    X(sent_at, int64_t, F_INSTANT, 0, "报送时间", "sent", AUDITED, NULL)                             \
    X(decided_by, int64_t, F_REF, 0, "审核人", "decided by", AUDITED, "account")                     \
    X(decided_at, int64_t, F_INSTANT, 0, "审核时间", "decided", AUDITED, NULL)                       \
    X(opinion, str, F_TEXT, 1000, "审核意见", "opinion", AUDITED | MULTILINE, NULL)                  \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct submission_revision { REVISION_FIELDS(AS_MEMBER) };

// One row of one version. cells: {"ELEMENT":{"v":"12.5"},…}, as it was typed while drafted.
#define SUBMISSION_ROW_FIELDS(X)                                                                     \
    ENTITY_KEY(X)                                                                                    \
    X(submission_id, int64_t, F_REF, 0, "报送", "submission", REQUIRED, "submission")                \
    X(revision, int64_t, F_INT, 0, "版次", "version", REQUIRED, NULL)                                \
    X(row_key, str, F_TEXT, 40, "行", "row", REQUIRED, NULL)                                         \
    X(cells, str, F_JSON, 200000, "内容", "cells", REQUIRED | AUDITED, NULL)                         \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct submission_row { SUBMISSION_ROW_FIELDS(AS_MEMBER) };

// Why a cell was sent back.
#define SUBMISSION_MARK_FIELDS(X)                                                                    \
    ENTITY_KEY(X)                                                                                    \
    X(submission_id, int64_t, F_REF, 0, "报送", "submission", REQUIRED, "submission")                \
    X(revision, int64_t, F_INT, 0, "版次", "version", REQUIRED, NULL)                                \
    X(row_key, str, F_TEXT, 40, "行", "row", REQUIRED, NULL)                                         \
    X(element_code, str, F_TEXT, 40, "数据元", "element", REQUIRED, NULL)                            \
    X(reason, str, F_TEXT, 400, "退回理由", "reason", REQUIRED, NULL)
struct submission_mark { SUBMISSION_MARK_FIELDS(AS_MEMBER) };

// How many minutes a month a kind of unit may be asked for (减负).
#define BURDEN_CAP_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                    \
    X(unit_kind, str, F_ENUM, 0, "单位类别", "kind of unit", REQUIRED, &UNIT_KINDS)                  \
    X(minutes, int64_t, F_INT, 0, "每月分钟上限", "minutes a month", REQUIRED | AUDITED, NULL)       \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED | AUDITED, NULL)                          \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct burden_cap { BURDEN_CAP_FIELDS(AS_MEMBER) };

// An entry of the published list of forms that communities may be asked to fill (L8).
#define COMMUNITY_FORM_FIELDS(X)                                                                     \
    ENTITY_KEY(X)                                                                                    \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                                         \
    X(name, str, F_TEXT, 120, "表格名称", "form", REQUIRED | AUDITED, NULL)                          \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED | AUDITED, NULL)                          \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct community_form { COMMUNITY_FORM_FIELDS(AS_MEMBER) };

extern struct entity DATA_ELEMENT, COLLECTION, COLLECTION_COLUMN, COLLECTION_LINE, COLLECTION_UNIT, SUBMISSION,
    SUBMISSION_REVISION, SUBMISSION_ROW, SUBMISSION_MARK, BURDEN_CAP, COMMUNITY_FORM;
