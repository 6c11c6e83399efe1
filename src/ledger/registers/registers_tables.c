/* The tables of registers.h. Order of the codes is the order in which forms show them. */
#include "ledger/registers/registers.h"

static const struct enum_value field_kinds[] = {
    {"text", "文本", "text"},           {"long_text", "长文本", "long text"}, {"integer", "整数", "whole number"},
    {"decimal", "小数", "decimal"},     {"money", "金额", "money"},           {"day", "日期", "date"},
    {"bool", "是否", "yes or no"},      {"choice", "选项", "choice"},         {"unit", "单位", "unit"},
    {"person", "人员", "person"},       {"place", "地点", "place"},
};
ENUM_TABLE(FIELD_KINDS, field_kinds);

static const struct enum_value required_at[] = {
    {"draft", "拟办时", "when drafted"},
    {"report", "报进展时", "when reported"},
    {"finish", "办结时", "when finished"},
    {"never", "选填", "optional"},
};
ENUM_TABLE(REQUIRED_AT, required_at);

static const struct enum_value frequencies[] = {
    {"once", "一次", "once"},         {"tenday", "每旬", "every ten days"}, {"month", "每月", "monthly"},
    {"quarter", "每季", "quarterly"}, {"half", "每半年", "half-yearly"},    {"year", "每年", "yearly"},
};
ENUM_TABLE(FREQUENCIES, frequencies);

#define OWNER struct register_field
SHAPE_OF(register_field, REGISTER_FIELD_FIELDS);
#undef OWNER
#define OWNER struct item_value
SHAPE_OF(item_value, ITEM_VALUE_FIELDS);
#undef OWNER
#define OWNER struct loop_variant
SHAPE_OF(loop_variant, LOOP_VARIANT_FIELDS);
#undef OWNER
#define OWNER struct register_clock
SHAPE_OF(register_clock, REGISTER_CLOCK_FIELDS);
#undef OWNER

struct entity REGISTER_FIELD =
    ENTITY_OF(register_field, "台账字段", "register field", NULL, ENTITY_VERSIONED);
struct entity ITEM_VALUE = ENTITY_OF(item_value, "台账内容", "declared value", NULL, 0);
struct entity LOOP_VARIANT = ENTITY_OF(loop_variant, "办理流程", "loop variant", "code", ENTITY_VERSIONED);
struct entity REGISTER_CLOCK = ENTITY_OF(register_clock, "台账时限", "clock of a register", NULL, 0);
