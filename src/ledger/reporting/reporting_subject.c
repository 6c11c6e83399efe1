/* The commands and queries of the reporting calendar and of burden. */
#include "ledger/reporting/burden.h"
#include "ledger/subjects.h"

enum {
    MAY_COLLECT = ROLE_SUPERVISOR | ROLE_ANALYST, // who declares what is collected, takes and returns it
    MAY_CAP = ROLE_LEADER                         // whoever collects does not set its own limit
};

static const struct command commands[] = {
    {"element.declare", "设立数据元", "Declare a data element",
     "设立或修改一个数据元：名称、口径、依据、归口单位和填报所需分钟。",
     "Declares or changes a data element: its names, meaning, legal basis, owner, and the minutes it takes.",
     MAY_COLLECT, &element_declare_shape, run_element_declare},
    {"collection.declare", "设立报送任务", "Declare a collection",
     "设立或修改一项报送任务；同一事项重复要、超过填报上限、社区表格不在目录内的不予设立。",
     "Declares or changes a collection; what is asked already, passes a cap, or is not on"
     " the communities' list is refused.",
     MAY_COLLECT, &collection_declare_shape, run_collection_declare},
    {"burden.set_cap", "设定填报上限", "Set a cap of burden",
     "设定一类单位每月可被要求填报的分钟上限，并注明来源。",
     "Sets how many minutes a month a kind of unit may be asked for, and by which source.",
     MAY_CAP, &cap_set_shape, run_cap_set},
    {"burden.allow_form", "列入社区表格目录", "List a communities' form",
     "把一张表格列入社区可填报的表格目录，并注明公布的来源。",
     "Puts a form on the list of those that communities may be asked to fill, with the published source.",
     MAY_CAP, &form_allow_shape, run_form_allow},
    {"report_grid.save", "保存填报草稿", "Save a draft of a grid",
     "保存本期表格的部分单元格；填错的也保存并指出，不会丢失。",
     "Saves cells of the period's grid; wrong ones are kept and named, nothing is lost.",
     ROLE_UNIT, &grid_save_shape, run_grid_save},
    {"report_grid.submit", "报送表格", "Submit a grid",
     "报送本期表格：全部单元格正确才会报出；进展月报同时写入每个事项的进展。",
     "Submits the period's grid, whole or not at all; a progress grid also writes the report of each item.",
     ROLE_UNIT, &grid_submit_shape, run_grid_submit},
    {"report_grid.return", "退回表格", "Return a grid",
     "把报送的表格退回，整体或逐格写明理由，并给出重报期限。",
     "Sends a submission back with reasons, as a whole or cell by cell, and a new due day.",
     MAY_COLLECT, &grid_return_shape, run_grid_return},
    {"report_grid.accept", "接收表格", "Accept a grid",
     "接收报送的表格；本单位及上级单位的不得自行接收。",
     "Takes a submission; nobody takes that of its own unit or of one above it.",
     MAY_COLLECT, &grid_accept_shape, run_grid_accept},
    {"report_grid.correct", "更正表格", "Correct a grid",
     "对已接收的表格写明理由后更正；原版次保留。",
     "Begins a correction of an accepted submission, with the reason; earlier versions are kept.",
     ROLE_UNIT, &grid_correct_shape, run_grid_correct},
};

static const struct query queries[] = {
    {"elements", "数据元", "Data elements", "全部数据元及其依据、归口单位、分钟。",
     "All data elements with basis, owner and minutes.", ROLES_BUSINESS, NULL, query_elements},
    {"collections", "报送任务", "Collections", "全部报送任务及其栏目。", "All collections with their columns.",
     ROLES_BUSINESS, NULL, query_collections},
    {"reporting_calendar", "报送日历", "Reporting calendar", "一项报送任务按单位和期间的状态；没报也是一种状态。",
     "The state of a collection by unit and period; not having told is a state, too.",
     ROLES_BUSINESS, &calendar_ask_shape, query_reporting_calendar},
    {"reporting_grid", "填报表格", "Reporting grid", "一个单位一期的表格：本期、上期、已知数据及其来源、不可填的理由。",
     "One unit's grid of one period: values, previous ones, what is known elsewhere, what is locked and why.",
     ROLES_BUSINESS, &grid_ask_shape, query_grid},
    {"reporting_owed", "待报送", "Reports owed", "本单位应报未报和被退回的；审核人看到待审核和缺报的数目。",
     "What one's unit owes; for those who decide, how many wait and how many are missing.",
     ROLES_BUSINESS, NULL, query_owed},
    {"reporting_rates", "报送率", "Reporting rates", "每项报送任务的报全率和按时率；不统计系统使用情况。",
     "Completeness and timeliness of each collection; never how the system is used.",
     ROLES_BUSINESS, &rates_ask_shape, query_rates},
    {"burden", "填报负担", "Burden", "各单位每月填报分钟与上限、每个栏目的依据和归口、重复的栏目。",
     "Minutes a unit is asked for each month against its cap, basis and owner of each field, duplicates.",
     ROLES_BUSINESS, &burden_ask_shape, query_burden},
};

static const struct stmt *const statements[] = {&BURDEN_REPORTERS};

static void register_lists(void)
{
    records_register(REPORTING_RECORDS, N_REPORTING_RECORDS);
    records_register(BURDEN_RECORDS, 1);
}

const struct subject REPORTING_SUBJECT = {
    .name = "reporting",
    .commands = commands,
    .n_commands = COUNT_OF(commands),
    .queries = queries,
    .n_queries = COUNT_OF(queries),
    .statements = statements,
    .n_statements = COUNT_OF(statements),
    .register_lists = register_lists,
};
