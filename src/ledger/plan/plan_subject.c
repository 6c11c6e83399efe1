/* The tables of commands and queries of the plan objects. */
#include "ledger/plan/plan_internal.h"
#include "ledger/subjects.h"

#define OFFICE (ROLE_SUPERVISOR | ROLE_LEADER)

static const struct command COMMANDS[] = {
    {"document.add", "登记来源文件", "Add a document", "登记一份来源文件，其条款随后录入",
     "Adds a source document whose clauses are entered afterwards", OFFICE, &document_add_shape, document_add_run},
    {"clause.add", "录入条款", "Add a clause", "为来源文件录入一条条款", "Adds a clause of a source document", OFFICE,
     &clause_add_shape, clause_add_run},
    {"clause.edit", "修改条款", "Edit a clause", "修改条款的文字、顺序，或说明无需任务的理由",
     "Changes a clause's text or position, or says why it needs no task", OFFICE, &clause_edit_shape, clause_edit_run},
    {"clause.remove", "删除条款", "Remove a clause", "删除没有关联任务的条款", "Removes a clause that no item is linked to",
     OFFICE, &clause_remove_shape, clause_remove_run},
    {"clause.link", "关联任务", "Link an item", "把条款与落实它的事项关联，多对多",
     "Links a clause with an item that carries it out; many to many", OFFICE, &clause_link_shape, clause_link_run},
    {"clause.unlink", "取消关联", "Unlink an item", "取消条款与事项的关联", "Takes an item off a clause", OFFICE,
     &clause_unlink_shape, clause_unlink_run},
    {"clause.draft", "由条款拟办", "Draft from a clause", "由条款拟一件事项并与之关联",
     "Drafts an item from a clause and links the two", OFFICE, &clause_draft_shape, clause_draft_run},
    {"goal.add", "设立目标", "Add a goal", "设立一个目标：期限、约束性或预期性、目标值",
     "Adds a goal: horizon, binding or expected, target", OFFICE, &goal_add_shape, goal_add_run},
    {"goal.edit", "修改目标", "Edit a goal", "修改目标", "Changes a goal", OFFICE, &goal_edit_shape, goal_edit_run},
    {"goal.remove", "删除目标", "Remove a goal", "删除没有事项和下级目标的目标", "Removes a goal that nothing hangs on",
     OFFICE, &goal_remove_shape, goal_remove_run},
    {"goal.share", "设定份额", "Set a share", "设定一件事项服务于一个目标的份额",
     "Sets which share of an item serves a goal", OFFICE, &goal_share_shape, goal_share_run},
    {"item.set_goals", "设定目标", "Set goals", "设定事项服务的全部目标及份额，合计不超过100%",
     "Sets all goals an item serves, with shares of at most 100 % together", OFFICE, &item_set_goals_shape,
     item_set_goals_run},
    {"item.place", "调整位置与权重", "Place in the tree", "调整事项的上级、层级和权重；交办后须说明理由",
     "Sets an item's parent, level and weight; once issued with a reason", OFFICE, &item_place_shape, item_place_run},
};

static struct records *const RECORD_LISTS[] = {
    &CLAUSES_OF_DOC, &LINKS_OF_CLAUSE, &LINKS_OF_ITEM, &GOALS_ALL, &CHILD_GOALS, &SHARES_OF_ITEM, &SHARES_OF_GOAL,
};
static const struct stmt *const STATEMENTS[] = {&CHILD_LEVELS, &CLAUSE_LAST};

const struct subject PLAN_SUBJECT = {
    .name = "plan",
    .commands = COMMANDS,
    .n_commands = COUNT_OF(COMMANDS),
    .records = RECORD_LISTS,
    .n_records = COUNT_OF(RECORD_LISTS),
    .statements = STATEMENTS,
    .n_statements = COUNT_OF(STATEMENTS),
};
