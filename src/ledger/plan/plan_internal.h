#pragma once
/* What the files of plan/ share among themselves; plan_subject.c puts the commands and queries into tables. */
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/plan/level.h"
#include "ledger/plan/plan.h"
#include "ledger/query.h"

#define PLAN_ACT(name)                       \
    extern const struct shape name##_shape; \
    bool name##_run(struct call *k, const void *args, uint64_t given, struct json *out)

// clause.c
PLAN_ACT(document_add);
PLAN_ACT(clause_add);
PLAN_ACT(clause_edit);
PLAN_ACT(clause_remove);
PLAN_ACT(clause_link);
PLAN_ACT(clause_unlink);
PLAN_ACT(clause_draft);
// goal.c
PLAN_ACT(goal_add);
PLAN_ACT(goal_edit);
PLAN_ACT(goal_remove);
PLAN_ACT(goal_share);
PLAN_ACT(item_set_goals);
// place.c
PLAN_ACT(item_place);
// template.c, template_apply.c
PLAN_ACT(template_declare);
PLAN_ACT(template_node);
PLAN_ACT(item_apply_template);
PLAN_ACT(template_preview);
bool templates_run(struct call *k, const void *args, uint64_t given, struct json *out);
// template_end.c
PLAN_ACT(template_end);
PLAN_ACT(template_drop_node);
// recur.c
PLAN_ACT(item_recur);
PLAN_ACT(item_recur_skip);
PLAN_ACT(item_recur_stop);
// queries: clause_query.c, tree.c, goal_query.c, item_plan.c
bool documents_run(struct call *k, const void *args, uint64_t given, struct json *out);
PLAN_ACT(clauses);
PLAN_ACT(uncovered_items);
PLAN_ACT(item_tree);
bool item_levels_run(struct call *k, const void *args, uint64_t given, struct json *out);
PLAN_ACT(goals);
PLAN_ACT(goal_one);
PLAN_ACT(item_plan);
PLAN_ACT(waivers);
bool recurrences_run(struct call *k, const void *args, uint64_t given, struct json *out);

extern struct records CLAUSES_OF_DOC, LINKS_OF_CLAUSE, LINKS_OF_ITEM, LINKS_OF_DOC, GOALS_ALL, CHILD_GOALS,
    SHARES_OF_ITEM, SHARES_OF_GOAL, SHARES_ALL, TEMPLATES_ALL, NODES_OF_TEMPLATE, APPLIED_TO_ITEM, RECUR_OF_ITEM,
    RECUR_LIVE, OCCURRENCES_OF, PLAN_REGISTERS, WAIVERS_ALL, RECUR_ALL, USES_OF_NODE;
extern const struct stmt CLAUSE_LAST, DOCUMENT_COUNTS, TREE_OF_GOAL, TREE_OF_DOCUMENT, TREE_TOPS;

// Answers {"<entity>": id}; the journal record is about that row.
void plan_done(struct call *k, const struct entity *e, int64_t id, struct json *out);
// ERR_INVALID org.bad_code unless the code has letters, digits, "-", "_" and "." only.
MUST_CHECK bool plan_code(struct call *k, str code);
// Is code among the predecessors "a|b|c"?
bool template_waits(str list, str code);
