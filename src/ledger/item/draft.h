#pragma once
/*
 * Drafting and editing items: the commands item.draft and item.edit, and the functions behind them
 * that the import of documents uses too, so that there is one way to make an item.
 */
#include "ledger/item/item.h"
#include "ledger/registers/values.h"

#define DRAFT_PART_FIELDS(X)                                                                        \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED, &PART_KINDS)                                  \
    X(body, str, F_TEXT, 2000, "内容", "text", REQUIRED, NULL)                                      \
    X(comparator, str, F_ENUM, 0, "比较", "comparator", 0, &COMPARATORS)                            \
    X(quantity, dec, F_DEC, 0, "数量", "quantity", 0, NULL)                                         \
    X(quantity_unit, str, F_TEXT, 20, "计量单位", "unit of quantity", 0, NULL)
struct draft_part { DRAFT_PART_FIELDS(AS_MEMBER) };

#define DRAFT_ASSIST_FIELDS(X)                                                                      \
    X(unit, int64_t, F_REF, 0, "配合单位", "assisting unit", REQUIRED, "unit")                      \
    X(share, int64_t, F_INT, 0, "份额%", "share %", 0, NULL)                                        \
    X(duty, str, F_TEXT, 400, "分工", "duty", 0, NULL)
struct draft_assist { DRAFT_ASSIST_FIELDS(AS_MEMBER) };

extern const struct shape draft_part_shape, draft_assist_shape;

// What item.draft and item.edit have in common.
#define DRAFT_COMMON_FIELDS(X)                                                                      \
    X(content, str, F_TEXT, 4000, "任务内容", "content", MULTILINE, NULL)                           \
    X(standard, str, F_TEXT, 2000, "任务标准", "standard", MULTILINE, NULL)                         \
    X(line, int64_t, F_REF, 0, "工作线", "line", 0, "work_line")                                    \
    X(parent, int64_t, F_REF, 0, "上级事项", "parent", 0, "item")                                   \
    X(level, str, F_ENUM, 0, "层级", "level", 0, &ITEM_LEVELS)                                      \
    X(lead, int64_t, F_REF, 0, "牵头单位", "lead unit", 0, "unit")                                  \
    X(person, int64_t, F_REF, 0, "责任人", "person", 0, "person")                                   \
    X(deputy, int64_t, F_REF, 0, "副责任人", "deputy", 0, "person")                                 \
    X(leader, int64_t, F_REF, 0, "牵头领导", "leader", 0, "person")                                 \
    X(assists, struct list, F_OBJECTS, 100, "配合单位", "assisting units", 0, &draft_assist_shape)  \
    X(parts, struct list, F_OBJECTS, 100, "标准与措施", "parts", 0, &draft_part_shape)              \
    X(start, int64_t, F_DAY, 0, "开始时间", "start", 0, NULL)                                       \
    X(due, int64_t, F_DAY, 0, "完成时限", "due", 0, NULL)                                           \
    X(due_kind, str, F_ENUM, 0, "时限类别", "due kind", 0, &DUE_KINDS)                              \
    X(cycle, str, F_ENUM, 0, "报送频次", "reporting cycle", 0, &CYCLES)                             \
    X(cycle_day, int64_t, F_INT, 0, "报送日", "reporting day", 0, NULL)                             \
    X(quantity, dec, F_DEC, 0, "目标值", "target", 0, NULL)                                         \
    X(challenge, dec, F_DEC, 0, "挑战值", "challenge", 0, NULL)                                     \
    X(quantity_unit, str, F_TEXT, 20, "计量单位", "unit of quantity", 0, NULL)                      \
    X(weight, int64_t, F_INT, 0, "权重", "weight", 0, NULL)                                         \
    X(place, str, F_TEXT, 120, "地点", "place", 0, NULL)                                            \
    X(secrecy, str, F_TEXT, 20, "公开属性", "secrecy", 0, NULL)                                     \
    X(basis, str, F_ENUM, 0, "依据", "basis", 0, &BASES)                                            \
    X(source_doc, int64_t, F_REF, 0, "来源文件", "source document", 0, "source_doc")                \
    X(source_clause, str, F_TEXT, 200, "来源条目", "source clause", 0, NULL)                        \
    X(source_place, str, F_TEXT, 80, "原文位置", "place in the source", 0, NULL)                      \
    FIELDS_ARGUMENT(X)

#define DRAFT_FIELDS(X)                                                                             \
    X(register_, int64_t, F_REF, 0, "台账", "register", REQUIRED, "register_def")                   \
    X(title, str, F_TEXT, 200, "任务名称", "title", REQUIRED, NULL)                                 \
    X(code, str, F_TEXT, 40, "编号", "code", 0, NULL)                                               \
    DRAFT_COMMON_FIELDS(X)
struct item_draft { DRAFT_FIELDS(AS_MEMBER) };

#define EDIT_FIELDS(X)                                                                              \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                    \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED, NULL)                                \
    X(title, str, F_TEXT, 200, "任务名称", "title", 0, NULL)                                        \
    X(code, str, F_TEXT, 40, "编号", "code", 0, NULL)                                               \
    DRAFT_COMMON_FIELDS(X)
struct item_edit { EDIT_FIELDS(AS_MEMBER) };

extern const struct shape item_draft_shape, item_edit_shape;

// A draft with nothing given: begin with this, set members, call item_make.
void item_draft_init(struct item_draft *d);
// Makes a drafted item with its parts and assisting units. Without a code the register's pattern gives
// one: {year}, {line} (digits of the line's code), {seq2} {seq3} {seq4} (next free number).
MUST_CHECK bool item_make(struct call *k, const struct item_draft *d, struct item *out);
// Changes a drafted item (or the assignment of an approved one); given tells which members count.
MUST_CHECK bool item_change(struct call *k, const struct item_edit *e, uint64_t given, struct item *out);

// A standard given as one text becomes parts that can be checked, numbered from ordinal.
MUST_CHECK bool item_standard_add(struct call *k, int64_t item, str standard, int64_t ordinal);
// The assisting units wanted (struct draft_assist): none twice, not the lead, shares in percent.
MUST_CHECK bool item_assists_check(struct call *k, const struct item *it, const struct list *assists);
MUST_CHECK bool item_assists_replace(struct call *k, const struct item *it, const struct list *assists);
// Takes the lead unit off the assisting units.
MUST_CHECK bool lead_assists_not(struct call *k, const struct item *it);

bool run_item_draft(struct call *k, const void *args, uint64_t given, struct json *out);
bool run_item_edit(struct call *k, const void *args, uint64_t given, struct json *out);
extern const struct stmt *const DRAFT_STATEMENTS[];
extern const size_t N_DRAFT_STATEMENTS;
