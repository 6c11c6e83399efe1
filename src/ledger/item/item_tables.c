/*
 * The tables of item.h: lists of codes and the entities with their fields. Order of the codes is the
 * order in which forms and reports show them.
 */
#include "ledger/item/item.h"

static const struct enum_value item_states[] = {
    {"drafted", "拟办", "drafted"},      {"approved", "已立项", "approved"},   {"issued", "已交办", "issued"},
    {"accepted", "办理中", "accepted"},  {"reported", "待核验", "reported"},   {"suspended", "已中止", "suspended"},
    {"closed", "已办结", "closed"},      {"cancelled", "已撤销", "cancelled"}, {"archived", "已归档", "archived"},
};
ENUM_TABLE(ITEM_STATES, item_states);

static const struct enum_value due_kinds[] = {
    {"finish", "完成", "finish"},
    {"start", "启动", "start"},
    {"recurring", "长期", "recurring"},
    {"none", "未定", "none"},
};
ENUM_TABLE(DUE_KINDS, due_kinds);

static const struct enum_value cycles[] = {
    {"none", "不定期", "none"}, {"week", "每周", "weekly"},       {"tenday", "每旬", "every ten days"},
    {"month", "每月", "monthly"}, {"quarter", "每季", "quarterly"}, {"half", "每半年", "half-yearly"},
};
ENUM_TABLE(CYCLES, cycles);

// Nothing above 敏感: content that is a state secret may not enter this system (L10).
static const struct enum_value secrecy[] = {
    {"public", "公开", "public"}, {"internal", "内部", "internal"}, {"sensitive", "敏感", "sensitive"}};
ENUM_TABLE(SECRECY, secrecy);

static const struct enum_value authorities[] = {
    {"meeting", "会议决定", "meeting decision"},
    {"instruction", "领导批示", "leader's instruction"},
    {"head", "行政首长批准", "order of the head of government"},
};
ENUM_TABLE(AUTHORITIES, authorities);

static const struct enum_value part_kinds[] = {
    {"standard", "任务标准", "standard"}, {"measure", "工作措施", "measure"}, {"target", "量化指标", "target"}};
ENUM_TABLE(PART_KINDS, part_kinds);

static const struct enum_value comparators[] = {
    {"ge", "不低于", "at least"}, {"gt", "高于", "more than"}, {"le", "不高于", "at most"}, {"lt", "低于", "less than"},
    {"eq", "等于", "exactly"},    {"about", "左右", "about"},  {"reach", "达到", "reach"},
};
ENUM_TABLE(COMPARATORS, comparators);

static const struct enum_value clock_kinds[] = {
    {"issue", "待交办", "to be issued"},
    {"reissue", "待重新交办", "to be issued again"},
    {"accept", "待承接", "to be accepted"},
    {"report", "待报进展", "next report"},
    {"decide", "待决定", "to be decided"},
    {"verify", "待核验", "to be verified"},
    {"rework", "整改", "rework"},
    {"review", "待复查中止", "suspension to be reviewed"},
    {"object", "可申请复核", "time to object"},
    {"objection", "复核待决定", "objection to be decided"},
};
ENUM_TABLE(CLOCK_KINDS, clock_kinds);

static const struct enum_value change_kinds[] = {
    {"due", "调整时限", "due date"},     {"standard", "调整标准", "standard"}, {"target", "调整指标", "target"},
    {"scope", "调整内容", "scope"},      {"other", "其他", "other"},
};
ENUM_TABLE(CHANGE_KINDS, change_kinds);

static const struct enum_value change_states[] = {
    {"pending", "待决定", "pending"},
    {"approved", "已同意", "approved"},
    {"refused", "未同意", "refused"},
    {"withdrawn", "已撤回", "withdrawn"},
};
ENUM_TABLE(CHANGE_STATES, change_states);

static const struct enum_value verdicts[] = {{"pass", "核验通过", "passed"}, {"return", "退回整改", "returned"}};
ENUM_TABLE(VERDICTS, verdicts);

static const struct enum_value objection_states[] = {
    {"pending", "待决定", "pending"}, {"upheld", "复核成立", "upheld"}, {"dismissed", "维持原结论", "dismissed"}};
ENUM_TABLE(OBJECTION_STATES, objection_states);

static const struct enum_value lights[] = {
    {"green", "绿", "green"}, {"blue", "蓝", "blue"}, {"yellow", "黄", "yellow"}, {"orange", "橙", "orange"},
    {"red", "红", "red"},     {"grey", "灰", "grey"}, {"none", "未亮", "none"},
};
ENUM_TABLE(LIGHTS, lights);

// From the thought to the day's work; "task" is what a thing is when nothing was said.
static const struct enum_value item_levels[] = {
    {"idea", "思路", "idea"},       {"plan", "方案", "plan"}, {"measure", "举措", "measure"},
    {"project", "项目", "project"}, {"node", "节点", "node"}, {"task", "任务", "task"},
};
ENUM_TABLE(ITEM_LEVELS, item_levels);

static const struct enum_value note_kinds[] = {{"urge", "催办", "urging"}, {"comment", "留言", "comment"}};
ENUM_TABLE(NOTE_KINDS, note_kinds);

static const struct enum_value deciders[] = {
    {"leader", "任一领导", "any leader"},
    {"item_leader", "牵头领导", "the item's leader"},
    {"person", "指定领导", "a leader named"},
};
ENUM_TABLE(DECIDERS, deciders);

#define OWNER struct item
SHAPE_OF(item, ITEM_FIELDS);
#undef OWNER
#define OWNER struct item_unit
SHAPE_OF(item_unit, ITEM_UNIT_FIELDS);
#undef OWNER
#define OWNER struct item_part
SHAPE_OF(item_part, ITEM_PART_FIELDS);
#undef OWNER
#define OWNER struct baseline
SHAPE_OF(baseline, BASELINE_FIELDS);
#undef OWNER
#define OWNER struct report
SHAPE_OF(report, REPORT_FIELDS);
#undef OWNER
#define OWNER struct evidence
SHAPE_OF(evidence, EVIDENCE_FIELDS);
#undef OWNER
#define OWNER struct change_request
SHAPE_OF(change_request, CHANGE_REQUEST_FIELDS);
#undef OWNER
#define OWNER struct verdict
SHAPE_OF(verdict, VERDICT_FIELDS);
#undef OWNER
#define OWNER struct objection
SHAPE_OF(objection, OBJECTION_FIELDS);
#undef OWNER
#define OWNER struct clock_run
SHAPE_OF(clock_run, CLOCK_FIELDS);
#undef OWNER
#define OWNER struct waiver
SHAPE_OF(waiver, WAIVER_FIELDS);
#undef OWNER
#define OWNER struct note
SHAPE_OF(note, NOTE_FIELDS);
#undef OWNER
#define OWNER struct change_unit
SHAPE_OF(change_unit, CHANGE_UNIT_FIELDS);
#undef OWNER
#define OWNER struct mention
SHAPE_OF(mention, MENTION_FIELDS);
#undef OWNER
#define OWNER struct item_watch
SHAPE_OF(item_watch, ITEM_WATCH_FIELDS);
#undef OWNER
#define OWNER struct news_seen
SHAPE_OF(news_seen, NEWS_SEEN_FIELDS);
#undef OWNER
#define OWNER struct extension_rule
SHAPE_OF(extension_rule, EXTENSION_RULE_FIELDS);
#undef OWNER
#define OWNER struct source_doc
SHAPE_OF(source_doc, SOURCE_DOC_FIELDS);
#undef OWNER
#define OWNER struct import_batch
SHAPE_OF(import_batch, IMPORT_BATCH_FIELDS);
#undef OWNER
#define OWNER struct import_row
SHAPE_OF(import_row, IMPORT_ROW_FIELDS);
#undef OWNER

struct entity ITEM = ENTITY_OF(item, "事项", "item", "code", ENTITY_VERSIONED);
struct entity ITEM_UNIT = ENTITY_OF(item_unit, "配合单位", "assisting unit", NULL, 0);
struct entity ITEM_PART = ENTITY_OF(item_part, "标准与措施", "part", NULL, ENTITY_VERSIONED);
struct entity BASELINE = ENTITY_OF(baseline, "基线", "baseline", NULL, 0);
struct entity REPORT = ENTITY_OF(report, "进展", "report", NULL, 0);
struct entity EVIDENCE = ENTITY_OF(evidence, "佐证", "evidence", NULL, 0);
struct entity CHANGE_REQUEST = ENTITY_OF(change_request, "调整申请", "change request", NULL, ENTITY_VERSIONED);
struct entity VERDICT = ENTITY_OF(verdict, "核验结论", "verdict", NULL, 0);
struct entity OBJECTION = ENTITY_OF(objection, "复核申请", "objection", NULL, ENTITY_VERSIONED);
struct entity CLOCK = ENTITY_OF(clock_run, "时钟", "clock", NULL, ENTITY_VERSIONED);
struct entity WAIVER = ENTITY_OF(waiver, "豁免", "waiver", NULL, 0);
struct entity NOTE = ENTITY_OF(note, "催办与留言", "note", NULL, 0);
struct entity CHANGE_UNIT = ENTITY_OF(change_unit, "拟定配合单位", "assisting unit wanted", NULL, 0);
struct entity MENTION = ENTITY_OF(mention, "提到", "mention", NULL, 0);
struct entity ITEM_WATCH = ENTITY_OF(item_watch, "关注", "watch", NULL, 0);
struct entity NEWS_SEEN = ENTITY_OF(news_seen, "已阅", "seen", NULL, 0);
struct entity EXTENSION_RULE = ENTITY_OF(extension_rule, "延期规则", "extension rule", NULL, 0);
struct entity SOURCE_DOC = ENTITY_OF(source_doc, "来源文件", "source document", "code", 0);
struct entity IMPORT_BATCH = ENTITY_OF(import_batch, "导入批次", "import", NULL, ENTITY_VERSIONED);
struct entity IMPORT_ROW = ENTITY_OF(import_row, "导入行", "import row", NULL, ENTITY_VERSIONED);
