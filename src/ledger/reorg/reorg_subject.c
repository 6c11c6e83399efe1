/* The commands and queries of reorganisation. */
#include "ledger/reorg/reorg_internal.h"
#include "ledger/subjects.h"

enum { MAY_LOOK = ROLE_SYSADMIN | ROLE_SUPERVISOR | ROLE_LEADER | ROLE_AUDITOR,
       EVERYBODY = ROLES_BUSINESS | ROLE_SYSADMIN | ROLE_SECADMIN };

static const struct command commands[] = {
    {"unit.open", "设立单位", "Open a unit", "按文件自某日起设立一个单位。",
     "Opens a unit from a day on, by the document that orders it.", ROLE_SYSADMIN, &unit_open_shape, unit_open_run},
    {"unit.rename", "单位更名", "Rename a unit",
     "自某日起改用新名称；原名称仍可识别，此前的事项仍显示原名称。",
     "Gives a unit a new name from a day on; the old one still leads to it.", ROLE_SYSADMIN, &unit_rename_shape,
     unit_rename_run},
    {"unit.move", "调整隶属", "Move a unit", "自某日起改属另一上级单位。", "Puts a unit below another from a day on.",
     ROLE_SYSADMIN, &unit_move_shape, unit_move_run},
    {"unit.merge", "合并单位", "Merge units",
     "几个单位自某日起并入一个新设或现有单位；未办结事项、人员、账号和下属单位一并转入，已办结的仍归当时单位。",
     "Merges units into a new or existing one from a day on; what is open, people, accounts and units below go along.",
     ROLE_SYSADMIN, &unit_merge_shape, unit_merge_run},
    {"unit.split", "拆分单位", "Split a unit",
     "自某日起把一个单位按份额拆分为几个单位，或划出一部分；逐项写明去向，其余归指定的单位。",
     "Splits a unit into several by shares, or hands part of it over; what is not sent anywhere goes to one named.",
     ROLE_SYSADMIN, &unit_split_shape, unit_split_run},
    {"unit.close", "撤销单位", "Close a unit",
     "自某日起撤销单位；还有未办结事项、在岗人员或下属单位时，须指定承接单位。",
     "Closes a unit from a day on; while anything is owed, a successor must be named.", ROLE_SYSADMIN,
     &unit_close_shape, unit_close_run},
    {"person.leave", "人员离岗", "A person leaves",
     "一次办清离岗人员的全部移交：所负责的事项、待决定的申请、账号；有一项无人接手即不予办理。",
     "Hands over everything a person answers for in one act; refused while anything would be left to nobody.",
     ROLE_SYSADMIN, &person_leave_shape, person_leave_run},
    {"person.transfer", "人员调动", "A person changes unit",
     "人员调往另一单位，留在原单位的事项同时移交。", "Moves a person to another unit; what stays behind is handed over.",
     ROLE_SYSADMIN, &person_transfer_shape, person_transfer_run},
};

static const struct query queries[] = {
    {"unit_change_preview", "机构变动预览", "Before a unit changes",
     "单位变动前：未办结和已办结的事项、人员、账号、下属单位。",
     "What a change of a unit would move: items, people, accounts, units below.", MAY_LOOK,
     &unit_change_preview_shape, unit_change_preview_run},
    {"unit_history", "单位沿革", "History of a unit", "单位历次名称、隶属，由谁而来、归于何处，及其份额和文件。",
     "A unit's names and parents over time, where it came from and where it went, with shares and documents.",
     EVERYBODY, &unit_history_shape, unit_history_run},
    {"person_leaving", "离岗清单", "What a person answers for",
     "人员负责的全部事项、待其决定的申请、账号和历次移交。",
     "Everything a person answers for, what waits for a decision, accounts, earlier handovers.",
     MAY_LOOK | ROLE_SECADMIN, &person_leaving_shape, person_leaving_run},
};

static struct records *const records[] = {
    &LED_OPEN,         &ASSISTED_OPEN,      &ASSIST_ROWS_OPEN,    &PEOPLE_OF_UNIT,   &ACCOUNTS_OF_UNIT, &ANSWERED_OPEN,
    &PERSONS_ACCOUNTS, &HANDOVERS_OF_PERSON, &MOVES_OF_ITEM, &WAITING_REQUESTS, &DECIDING_RULES, &DELEGATIONS_ALIVE,
};
static const struct stmt *const statements[] = {&UNIT_ITEMS_OVER, &PERSON_ITEMS_OVER};

static void register_lists(void)
{
    records_register(FOLLOW_RECORDS, N_FOLLOW_RECORDS);
}

const struct subject REORG_SUBJECT = {
    .name = "reorg",
    .commands = commands,
    .n_commands = COUNT_OF(commands),
    .queries = queries,
    .n_queries = COUNT_OF(queries),
    .records = records,
    .n_records = COUNT_OF(records),
    .statements = statements,
    .n_statements = COUNT_OF(statements),
    .register_lists = register_lists,
};
