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
PLAN_ACT(templates);
// recur.c
PLAN_ACT(item_recur);
PLAN_ACT(item_recur_skip);
PLAN_ACT(item_recur_stop);
// queries: clause_query.c, tree.c, goal_query.c, item_plan.c
PLAN_ACT(documents);
PLAN_ACT(clauses);
PLAN_ACT(uncovered_items);
PLAN_ACT(item_tree);
PLAN_ACT(item_levels);
PLAN_ACT(goals);
PLAN_ACT(goal_one);
PLAN_ACT(item_plan);
PLAN_ACT(waivers);

extern struct records CLAUSES_OF_DOC, LINKS_OF_CLAUSE, LINKS_OF_ITEM, GOALS_ALL, SHARES_OF_ITEM, SHARES_OF_GOAL,
    CHILD_GOALS, TEMPLATES_ALL, NODES_OF_TEMPLATE, APPLIED_TO_ITEM, RECUR_OF_ITEM, OCCURRENCES_OF, RECUR_LIVE;
extern const struct stmt CLAUSE_LAST, CLAUSE_LINKED;

// The item with which plan_done answers and about which the journal record is.
void plan_done(struct call *k, const struct entity *e, int64_t id, struct json *out);
// ERR_INVALID org.bad_code unless the code has letters, digits, "-", "_" and "." only.
MUST_CHECK bool plan_code(struct call *k, str code);
// The label of an item the reader sees.
MUST_CHECK bool plan_item(struct call *k, int64_t id, struct item *it);
