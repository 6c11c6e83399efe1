#pragma once
/*
 * Registers as data (台账): what a district declares about a kind of list beyond what every item has.
 *
 * A *declared field* is a column of a register: kind, choices, when it must be answered, who may read
 * it, and what it costs (basis, owner, frequency, minutes, shared data element). The *value* of an item
 * in a field is one row of item_value, written through record_* like everything else, so that history,
 * journal and rebuild know it. No value is no row, or one that
 * holds nothing when there was one. A field that was taken back (removed) is hidden and
 * keeps its values.
 *
 * A *loop variant* is a named part of the one loop (item/loop.h): which steps there are, and which early
 * states are skipped. What may be left out is the code's business (loop_variant.h), not the pack's.
 *
 * All of it stands in the snapshot of the district's rules: k->rules->registers.
 */
#include "base/map.h"
#include "ledger/item/item.h"
#include "ledger/org/org.h"

struct loop_shape;

extern const struct enum_table FIELD_KINDS;  // text long_text integer decimal money day bool choice unit person place
extern const struct enum_table REQUIRED_AT;  // draft report finish never
extern const struct enum_table FREQUENCIES;  // once tenday month quarter half year

#define REGISTER_FIELD_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                        \
    X(register_id, int64_t, F_REF, 0, "台账", "register", REQUIRED, "register_def")                      \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                                             \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED | AUDITED, NULL)                                   \
    X(name_en, str, F_TEXT, 60, "英文名称", "English name", AUDITED, NULL)                               \
    X(section, str, F_TEXT, 60, "分组", "section", AUDITED, NULL)                                        \
    X(kind, str, F_ENUM, 0, "类型", "kind", REQUIRED | AUDITED, &FIELD_KINDS)                            \
    X(max_length, int64_t, F_INT, 0, "最多字数", "most characters", AUDITED, NULL)                       \
    X(required_at, str, F_ENUM, 0, "必填环节", "required at", REQUIRED | AUDITED, &REQUIRED_AT)          \
    X(choices, str, F_JSON, 8000, "选项", "choices", AUDITED, NULL) /* [{code,zh,en}] */                 \
    X(unit_name, str, F_TEXT, 20, "计量单位", "unit of measure", AUDITED, NULL)                          \
    X(decimals, int64_t, F_INT, 0, "小数位", "decimals", AUDITED, NULL)                                  \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", AUDITED, NULL)                        \
    X(listed, int64_t, F_BOOL, 0, "列表显示", "in lists", AUDITED, NULL)                                 \
    X(filtered, int64_t, F_BOOL, 0, "可筛选", "may be filtered", AUDITED, NULL)                          \
    X(visible_to, str, F_TEXT, 120, "可见角色", "roles that may read it", AUDITED, NULL) /* a|b; none: all */ \
    X(help, str, F_TEXT, 400, "填写说明", "help", AUDITED, NULL)                                         \
    X(help_en, str, F_TEXT, 400, "英文说明", "English help", AUDITED, NULL)                              \
    X(basis, str, F_TEXT, 400, "依据", "legal basis", AUDITED, NULL)                                     \
    X(owner_unit_id, int64_t, F_REF, 0, "归口单位", "owner", AUDITED, "unit")                            \
    X(frequency, str, F_ENUM, 0, "填报频次", "frequency", AUDITED, &FREQUENCIES)                         \
    X(minutes, dec, F_DEC, 0, "填报分钟", "minutes to fill", AUDITED, NULL)                              \
    X(element, str, F_TEXT, 40, "数据元", "data element", AUDITED, NULL)                                 \
    X(removed, int64_t, F_BOOL, 0, "已停用", "removed", COMPUTED | AUDITED, NULL)                        \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct register_field { REGISTER_FIELD_FIELDS(AS_MEMBER) };

// Which of the four holds the value follows from the field's kind (cell.h).
#define ITEM_VALUE_FIELDS(X)                                                                             \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(field_id, int64_t, F_REF, 0, "字段", "field", REQUIRED, "register_field")                          \
    X(text_value, str, F_TEXT, 4000, "内容", "text", AUDITED, NULL)                                      \
    X(text_folded, str, F_TEXT, 4000, "归一内容", "folded text", COMPUTED | HIDDEN, NULL)                \
    X(number_value, dec, F_DEC, 0, "数值", "number", AUDITED, NULL)                                      \
    X(day_value, int64_t, F_DAY, 0, "日期", "day", AUDITED, NULL)                                        \
    X(ref_id, int64_t, F_ID, 0, "单位或人员", "unit or person", AUDITED, NULL)
struct item_value { ITEM_VALUE_FIELDS(AS_MEMBER) };

// steps: "item.issue=drafted+approved|item.accept|…"; a step without states has those of the full loop.
#define LOOP_VARIANT_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                        \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                                             \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED | AUDITED, NULL)                                   \
    X(name_en, str, F_TEXT, 60, "英文名称", "English name", AUDITED, NULL)                               \
    X(steps, str, F_TEXT, 2000, "环节", "steps", REQUIRED | AUDITED, NULL)                               \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED | AUDITED, NULL)                              \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct loop_variant { LOOP_VARIANT_FIELDS(AS_MEMBER) };

// How long a clock of the loop runs in one register, where it differs from the district's rule.
#define REGISTER_CLOCK_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                        \
    X(register_id, int64_t, F_REF, 0, "台账", "register", REQUIRED, "register_def")                      \
    X(kind, str, F_TEXT, 32, "时钟", "clock", REQUIRED, NULL)                                            \
    X(amount, int64_t, F_INT, 0, "时长", "amount", REQUIRED | AUDITED, NULL)                             \
    X(unit, str, F_ENUM, 0, "单位", "unit", REQUIRED | AUDITED, &CLOCK_UNITS)                            \
    X(roll, str, F_ENUM, 0, "遇休", "roll", REQUIRED | AUDITED, &ROLLS)                                  \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED | AUDITED, NULL)               \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct register_clock { REGISTER_CLOCK_FIELDS(AS_MEMBER) };

extern struct entity REGISTER_FIELD, ITEM_VALUE, LOOP_VARIANT, REGISTER_CLOCK;

enum field_kind { // in the order of FIELD_KINDS
    KIND_TEXT, KIND_LONG_TEXT, KIND_INTEGER, KIND_DECIMAL, KIND_MONEY, KIND_DAY, KIND_BOOL, KIND_CHOICE,
    KIND_UNIT, KIND_PERSON, KIND_PLACE
};

struct field_choice {
    str code, zh, en;
};

// A declared field, ready for use.
struct declared {
    struct register_field f;
    const struct register_info *reg;
    enum field_kind kind;
    const struct field_choice *choices;
    size_t n_choices;
    unsigned visible_to; // role bits; 0 everybody
    bool alone;          // no other register has a field of its code or one of its names
};

struct register_info {
    struct register_def def;
    const struct loop_shape *loop; // NULL: the full loop
    const struct declared **fields; // in order, without removed ones
    size_t n;
};

// A clock of one register.
struct register_rule {
    int64_t register_id;
    struct clock_rule rule;
};

struct register_set {
    size_t n, n_loops, n_clocks;
    const struct register_info *at; // in official order
    const struct loop_shape *loops;
    const struct register_rule *clocks;
    struct map by_id;     // register id → register_info
    struct map fields;    // field id → declared, removed ones included
};

// Reads all of it into the arena of k->c; part of rules_load.
MUST_CHECK bool registers_load(struct call *k, const struct register_set **out);
// NULL when there is none.
const struct register_info *register_of(const struct call *k, int64_t register_id);
const struct register_info *register_by_code(const struct call *k, str code);
const struct declared *declared_by_id(const struct call *k, int64_t field_id);
// By code, Chinese or English name (folded); only what the actor may read. NULL when there is none.
const struct declared *declared_find(const struct call *k, const struct register_info *reg, str name);
bool declared_visible(const struct call *k, const struct declared *d);
// Whether a value may be read: by the item's visibility and by the field's roles.
MUST_CHECK bool value_may_see(struct call *k, const void *record, bool *may);
str declared_name(const struct call *k, const struct declared *d); // in the call's language

// "code=中文=English|…" or JSON [{code,zh,en}] into choices; false: not of this form, or a code twice.
MUST_CHECK bool choices_parse(struct arena *a, str text, const struct field_choice **out, size_t *n);
str choices_json(struct arena *a, const struct field_choice *at, size_t n);
