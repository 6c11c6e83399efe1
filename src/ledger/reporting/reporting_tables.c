/* The tables of reporting.h: lists of codes, entities with their fields. */
#include "ledger/reporting/reporting.h"

static const struct enum_value element_kinds[] = {
    {"number", "数值", "number"}, {"amount", "金额", "amount of money"}, {"percent", "百分数", "percent"},
    {"text", "文字", "text"},     {"day", "日期", "day"},
};
ENUM_TABLE(ELEMENT_KINDS, element_kinds);

// What a fact is about: two facts of one name about different things are two facts.
static const struct enum_value element_subjects[] = {
    {"unit", "本单位（辖区）", "the unit itself"}, {"item", "事项", "item"},      {"place", "点位", "place"},
    {"enterprise", "企业", "enterprise"},        {"project", "项目", "project"}, {"person", "人员", "person"},
};
ENUM_TABLE(ELEMENT_SUBJECTS, element_subjects);

static const struct enum_value aggregations[] = {
    {"none", "不汇总", "none"}, {"sum", "合计", "sum"}, {"mean", "平均", "mean"}, {"last", "期末值", "last"}};
ENUM_TABLE(AGGREGATIONS, aggregations);

static const struct enum_value item_members[] = {
    {"none", "无", "none"},           {"progress", "进度%", "progress"},    {"narrative", "进展情况", "progress told"},
    {"problems", "存在问题", "problems"}, {"next_step", "下一步", "next step"},
};
ENUM_TABLE(ITEM_MEMBERS, item_members);

static const struct enum_value collection_rows[] = {
    {"unit", "单位一行", "one row a unit"},
    {"fixed", "固定行", "fixed rows"},
    {"items", "单位的事项", "the unit's items"},
    {"progress", "事项进展", "progress of the unit's items"},
};
ENUM_TABLE(COLLECTION_ROWS, collection_rows);

static const struct enum_value due_counts[] = {{"day", "自然日", "days"}, {"working_day", "工作日", "working days"}};
ENUM_TABLE(DUE_COUNTS, due_counts);

static const struct enum_value submission_states[] = {
    {"drafted", "填写中", "being filled in"},
    {"submitted", "已报送", "submitted"},
    {"returned", "已退回", "returned"},
    {"accepted", "已接收", "accepted"},
};
ENUM_TABLE(SUBMISSION_STATES, submission_states);

static const struct enum_value revision_outcomes[] = {
    {"open", "填写中", "open"},     {"submitted", "待审核", "submitted"},      {"returned", "退回", "returned"},
    {"accepted", "接收", "accepted"}, {"replaced", "已被更正版取代", "replaced"},
};
ENUM_TABLE(REVISION_OUTCOMES, revision_outcomes);

#define OWNER struct data_element
SHAPE_OF(data_element, ELEMENT_FIELDS);
#undef OWNER
#define OWNER struct collection
SHAPE_OF(collection, COLLECTION_FIELDS);
#undef OWNER
#define OWNER struct collection_column
SHAPE_OF(collection_column, COLLECTION_COLUMN_FIELDS);
#undef OWNER
#define OWNER struct collection_line
SHAPE_OF(collection_line, COLLECTION_LINE_FIELDS);
#undef OWNER
#define OWNER struct collection_unit
SHAPE_OF(collection_unit, COLLECTION_UNIT_FIELDS);
#undef OWNER
#define OWNER struct submission
SHAPE_OF(submission, SUBMISSION_FIELDS);
#undef OWNER
#define OWNER struct submission_revision
SHAPE_OF(submission_revision, REVISION_FIELDS);
#undef OWNER
#define OWNER struct submission_row
SHAPE_OF(submission_row, SUBMISSION_ROW_FIELDS);
#undef OWNER
#define OWNER struct submission_mark
SHAPE_OF(submission_mark, SUBMISSION_MARK_FIELDS);
#undef OWNER
#define OWNER struct burden_cap
SHAPE_OF(burden_cap, BURDEN_CAP_FIELDS);
#undef OWNER
#define OWNER struct community_form
SHAPE_OF(community_form, COMMUNITY_FORM_FIELDS);
#undef OWNER

struct entity DATA_ELEMENT = ENTITY_OF(data_element, "数据元", "data element", "code", ENTITY_VERSIONED);
struct entity COLLECTION = ENTITY_OF(collection, "报送任务", "collection", "code", ENTITY_VERSIONED);
struct entity COLLECTION_COLUMN = ENTITY_OF(collection_column, "报送栏目", "column of a collection", NULL, 0);
struct entity COLLECTION_LINE = ENTITY_OF(collection_line, "报送行", "row of a collection", NULL, 0);
struct entity COLLECTION_UNIT = ENTITY_OF(collection_unit, "报送单位", "unit of a collection", NULL, 0);
struct entity SUBMISSION = ENTITY_OF(submission, "报送", "submission", NULL, ENTITY_VERSIONED);
struct entity SUBMISSION_REVISION =
    ENTITY_OF(submission_revision, "报送版次", "version of a submission", NULL, ENTITY_VERSIONED);
struct entity SUBMISSION_ROW = ENTITY_OF(submission_row, "报送内容", "row of a submission", NULL, ENTITY_VERSIONED);
struct entity SUBMISSION_MARK = ENTITY_OF(submission_mark, "退回标记", "returned cell", NULL, 0);
struct entity BURDEN_CAP = ENTITY_OF(burden_cap, "填报上限", "cap of burden", NULL, ENTITY_VERSIONED);
struct entity COMMUNITY_FORM = ENTITY_OF(community_form, "社区表格目录", "form of the communities' list", "code",
                                         ENTITY_VERSIONED);
