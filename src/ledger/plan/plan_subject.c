/* The tables of commands and queries of the plan objects. */
#include "ledger/plan/plan_internal.h"
#include "ledger/subjects.h"

#define OFFICE (ROLE_SUPERVISOR | ROLE_LEADER)

static const struct command COMMANDS[] = {
    {"document.add", "登记来源文件", "Add a document", "登记一份来源文件，其条款随后录入",
     "Adds a source document whose clauses are entered afterwards", OFFICE, &document_add_shape, document_add_run},
    {"clause.add", "录入条款", "Add a clause", "为来源文件录入一条条款", "Adds a clause of a source document",
     OFFICE, &clause_add_shape, clause_add_run},
    {"clause.edit", "修改条款", "Edit a clause", "修改条款的文字、顺序，或说明无需任务的理由",
     "Changes a clause's text or position, or says why it needs no task", OFFICE, &clause_edit_shape,
     clause_edit_run},
    {"clause.remove", "删除条款", "Remove a clause", "删除没有关联任务的条款",
     "Removes a clause that no item is linked to", OFFICE, &clause_remove_shape, clause_remove_run},
    {"clause.link", "关联任务", "Link an item", "把条款与落实它的事项关联，多对多",
     "Links a clause with an item that carries it out; many to many", OFFICE, &clause_link_shape, clause_link_run},
    {"clause.unlink", "取消关联", "Unlink an item", "取消条款与事项的关联", "Takes an item off a clause", OFFICE,
     &clause_unlink_shape, clause_unlink_run},
    {"clause.draft", "由条款拟办", "Draft from a clause", "由条款拟一件事项并与之关联",
     "Drafts an item from a clause and links the two", OFFICE, &clause_draft_shape, clause_draft_run},
    {"goal.add", "设立目标", "Add a goal", "设立一个目标：期限、约束性或预期性、目标值",
     "Adds a goal: horizon, binding or expected, target", OFFICE, &goal_add_shape, goal_add_run},
    {"goal.edit", "修改目标", "Edit a goal", "修改目标", "Changes a goal", OFFICE, &goal_edit_shape, goal_edit_run},
    {"goal.remove", "删除目标", "Remove a goal", "删除没有事项和下级目标的目标",
     "Removes a goal that nothing hangs on", OFFICE, &goal_remove_shape, goal_remove_run},
    {"goal.share", "设定份额", "Set a share", "设定一件事项服务于一个目标的份额",
     "Sets which share of an item serves a goal", OFFICE, &goal_share_shape, goal_share_run},
    {"item.set_goals", "设定目标", "Set goals", "设定事项服务的全部目标及份额，合计不超过100%",
     "Sets all goals an item serves, with shares of at most 100 % together", OFFICE, &item_set_goals_shape,
     item_set_goals_run},
    {"item.place", "调整位置与权重", "Place in the tree", "调整事项的上级、层级和权重；交办后须说明理由",
     "Sets an item's parent, level and weight; once issued with a reason", OFFICE, &item_place_shape,
     item_place_run},
    {"template.declare", "声明节点模板", "Declare a template", "声明一类任务的节点模板",
     "Declares the template of a kind of task", OFFICE, &template_declare_shape, template_declare_run},
    {"template.node", "声明模板节点", "Declare a node", "声明或修改模板的一个节点",
     "Declares or changes a node of a template", OFFICE, &template_node_shape, template_node_run},
    {"item.apply_template", "套用模板", "Apply a template", "按工作日历在事项下生成模板的节点；法定时限不够时拒绝",
     "Makes a template's nodes below an item by the working calendar; refused when a statutory duration would be "
     "cut",
     OFFICE | ROLE_UNIT, &item_apply_template_shape, item_apply_template_run},
    {"item.recur", "设为周期事项", "Make it recur", "把事项设为样板，每期按规则拟办一件",
     "Makes the item a pattern from which each period's item is drafted", OFFICE, &item_recur_shape,
     item_recur_run},
    {"item.recur_skip", "跳过一期", "Skip a period", "说明理由，跳过一期", "Leaves out one period, with a reason",
     OFFICE, &item_recur_skip_shape, item_recur_skip_run},
    {"item.recur_stop", "停止周期", "Stop recurring", "说明理由，不再拟办后续各期",
     "Drafts no further periods, with a reason", OFFICE, &item_recur_stop_shape, item_recur_stop_run},
};

static const struct query QUERIES[] = {
    {"documents", "来源文件", "Source documents", "来源文件及其条款落实情况",
     "Source documents and how their clauses are covered", ROLES_ALL_DATA, NULL, documents_run},
    {"clauses", "条款", "Clauses", "一份来源文件的条款，及落实各条款的事项",
     "Clauses of a document and the items that carry them out", ROLES_BUSINESS, &clauses_shape, clauses_run},
    {"uncovered_items", "未关联条款的事项", "Items without a clause", "没有关联任何条款的事项",
     "Items that no clause asks for", ROLES_ALL_DATA, &uncovered_items_shape, uncovered_items_run},
    {"item_tree", "事项树", "Tree of items", "事项、目标或文件之下的整棵树，含状态、灯、进度和权重",
     "The whole tree below an item, a goal or a document, with state, light, progress and weight", ROLES_BUSINESS,
     &item_tree_shape, item_tree_run},
    {"item_levels", "事项层级", "Levels of items", "各层级之下可以设什么层级", "Which level may stand below which",
     ROLES_BUSINESS, NULL, item_levels_run},
    {"goals", "目标", "Goals", "目标及其进度", "Goals and how far they are", ROLES_BUSINESS, &goals_shape,
     goals_run},
    {"goal", "一个目标", "A goal", "一个目标的进度由哪些事项和下级目标构成", "What a goal's progress is made of",
     ROLES_BUSINESS, &goal_one_shape, goal_one_run},
    {"templates", "节点模板", "Templates", "节点模板及其节点", "Templates and their nodes", ROLES_BUSINESS, NULL,
     templates_run},
    {"template_preview", "套用模板预览", "Preview of a template", "套用后的日期、冲突，以及缺少的工作日",
     "The dates that would come out, what collides, and the working days that are missing", ROLES_BUSINESS,
     &template_preview_shape, template_preview_run},
    {"item_plan", "事项的方案", "An item's plan", "事项在树中的位置、目标与份额、条款、模板、周期和豁免",
     "Where an item stands, its goals with shares, clauses, templates, recurrence and waivers", ROLES_BUSINESS,
     &item_plan_shape, item_plan_run},
    {"waivers", "豁免", "Waivers", "已批准的子事项豁免", "Waivers given for open children", ROLES_BUSINESS,
     &waivers_shape, waivers_run},
};

static struct records *const RECORD_LISTS[] = {
    &CLAUSES_OF_DOC, &LINKS_OF_CLAUSE, &LINKS_OF_ITEM,     &LINKS_OF_DOC,    &GOALS_ALL,     &CHILD_GOALS,
    &SHARES_OF_ITEM, &SHARES_OF_GOAL,  &SHARES_ALL,        &TEMPLATES_ALL,   &NODES_OF_TEMPLATE, &APPLIED_TO_ITEM,
    &RECUR_OF_ITEM,  &RECUR_LIVE,      &OCCURRENCES_OF,    &PLAN_REGISTERS,  &WAIVERS_ALL,
};
static const struct stmt *const STATEMENTS[] = {&CHILD_LEVELS, &CLAUSE_LAST, &DOCUMENT_COUNTS, &TREE_OF_GOAL,
                                                &TREE_OF_DOCUMENT, &TREE_TOPS};

const struct subject PLAN_SUBJECT = {
    .name = "plan",
    .commands = COMMANDS,
    .n_commands = COUNT_OF(COMMANDS),
    .queries = QUERIES,
    .n_queries = COUNT_OF(QUERIES),
    .records = RECORD_LISTS,
    .n_records = COUNT_OF(RECORD_LISTS),
    .statements = STATEMENTS,
    .n_statements = COUNT_OF(STATEMENTS),
};
