#include "ledger/registers/registers_subject.h"

#include "ledger/registers/loop_variant.h"
#include "ledger/registers/registers_internal.h"
#include "ledger/subjects.h"

#define MAY_DECLARE ROLE_SYSADMIN

static const struct command commands[] = {
    {"register.field", "设立字段", "Declare a field",
     "在台账中设立或修改一个字段：类型、选项、必填环节、可见角色，以及依据、频次和填报分钟。",
     "Declares or changes a field of a register: kind, choices, when it is required, who may read it, and its basis, "
     "frequency and minutes.",
     MAY_DECLARE, &register_field_args_shape, register_field_run},
    {"register.remove_field", "停用字段", "Take a field back", "停用台账的一个字段：不再显示，已填内容保留。",
     "Takes a field of a register back: hidden from now on, what was filled in is kept.", MAY_DECLARE,
     &field_remove_args_shape, field_remove_run},
    {"loop.declare", "设立办理流程", "Declare a loop",
     "设立或修改一种办理流程：闭环中有哪些环节、各从何状态开始；不得省去核验、复核和责任主体。",
     "Declares or changes a variant of the loop: which steps there are and from which states; verification, review and "
     "the accountable party can not be left out.",
     MAY_DECLARE, &loop_declare_shape, loop_declare_run},
    {"register.clock", "设定台账时限", "Set a register's clock",
     "为一种台账单设时限，优先于全区时限，并注明来源。",
     "Sets a clock for one register, before the district's, and by which source.", MAY_DECLARE,
     &register_clock_args_shape, register_clock_run},
    {"register.preview", "预览登记表", "Try declarations",
     "试行台账、字段、流程和时限的登记表（CSV），逐行逐列指出错误，列出会有什么变化，不写入。",
     "Tries tables (CSV) of registers, fields, loops and clocks: every fault by line and column, what would change; "
     "nothing is stored.",
     MAY_DECLARE, &declare_shape, declare_preview_run},
    {"register.apply", "应用登记表", "Apply declarations",
     "按登记表（CSV）设立或修改台账、字段、流程和时限，全部写入或全不写入。",
     "Declares registers, fields, loops and clocks by tables (CSV), all of it or nothing.", MAY_DECLARE,
     &declare_shape, declare_apply_run},
    {"item.fill", "填台账", "Fill in fields", "在办理中补充或更新台账字段。",
     "Fills in or updates the declared fields of an item while it is worked on.",
     ROLE_UNIT | ROLE_SUPERVISOR | ROLE_LEADER, &item_fill_shape, item_fill_run},
};

static struct records *const records[] = {
    &REGISTER_FIELDS_ALL, &LOOP_VARIANTS_ALL, &REGISTER_CLOCKS_ALL, &VALUES_OF_ITEM,
    &FIELD_OF_CODE,       &FIELDS_OF_REGISTER, &REGISTER_CLOCK_OF,  &VALUES_OF_FIELD,
};
static const struct stmt *const statements[] = {&VALUES_COUNT, &LOOP_STATES_OF_REGISTER};

const struct subject REGISTERS_SUBJECT = {
    .name = "registers",
    .commands = commands,
    .n_commands = COUNT_OF(commands),
    .records = records,
    .n_records = COUNT_OF(records),
    .statements = statements,
    .n_statements = COUNT_OF(statements),
};
