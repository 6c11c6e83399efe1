#include "ledger/delegation/delegation.h"
#include "ledger/subjects.h"

static const struct enum_value scopes[] = {
    {"all", "全部职责", "all duties"}, {"items", "指定事项", "the items listed"}, {"role", "一种角色的职责", "one role's duties"}};
ENUM_TABLE(DELEGATION_SCOPES, scopes);

#define OWNER struct delegation
SHAPE_OF(delegation, DELEGATION_FIELDS);
#undef OWNER
#define OWNER struct delegation_item
SHAPE_OF(delegation_item, DELEGATION_ITEM_FIELDS);
#undef OWNER
#define OWNER struct delegation_act
SHAPE_OF(delegation_act, DELEGATION_ACT_FIELDS);
#undef OWNER

struct entity DELEGATION = ENTITY_OF(delegation, "代行授权", "delegation", NULL, ENTITY_VERSIONED);
struct entity DELEGATION_ITEM = ENTITY_OF(delegation_item, "代行事项", "delegated item", NULL, 0);
struct entity DELEGATION_ACT = ENTITY_OF(delegation_act, "代行记录", "act for somebody", NULL, 0);

// One's own days off; the supervisor and the security administrator for somebody who is ill.
enum { MAY_GIVE = DELEGATED_ROLES | ROLE_SECADMIN, MAY_LOOK = ROLES_BUSINESS | ROLE_SYSADMIN | ROLE_SECADMIN };

static const struct command commands[] = {
    {"delegation.give", "委托代行", "Delegate", "缺勤期间委托他人代行职责；督查或安全管理员可为因病等缺勤者办理",
     "Lets somebody act for an absent person; the supervisor or the security administrator for one who is ill",
     MAY_GIVE, &delegation_give_shape, delegation_give_run},
    {"delegation.end", "终止代行", "End a delegation", "提前终止代行", "Ends a delegation before its last day", MAY_GIVE,
     &delegation_end_shape, delegation_end_run},
};
static const struct query queries[] = {
    {"delegations", "代行授权", "Delegations", "委托与受托的代行；督查和管理员可见全部",
     "Delegations from and to the reader; all of them for the supervisor and administrators", MAY_LOOK, NULL,
     delegations_query_run},
};
static struct records *const records[] = {&DELEGATIONS_TO, &DELEGATIONS_ALL, &DELEGATIONS_OF, &ITEMS_OF_DELEGATION,
                                          &DELEGATES_ACCOUNTS};

const struct subject DELEGATION_SUBJECT = {.name = "delegation",
                                           .commands = commands,
                                           .n_commands = COUNT_OF(commands),
                                           .queries = queries,
                                           .n_queries = COUNT_OF(queries),
                                           .records = records,
                                           .n_records = COUNT_OF(records)};
