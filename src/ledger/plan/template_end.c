/* The end of a template, and of a node of one that nothing was made of yet. */
#include "ledger/plan/plan_internal.h"

#define TEMPLATE_END_ARGS(X)                                                            \
    X(template, int64_t, F_REF, 0, "模板", "template", REQUIRED, "node_template")       \
    X(reason, str, F_TEXT, 400, "理由", "reason", REQUIRED, NULL)
struct template_end_args { TEMPLATE_END_ARGS(AS_MEMBER) };
#define OWNER struct template_end_args
SHARED_SHAPE_OF(template_end, TEMPLATE_END_ARGS);
#undef OWNER

#define TEMPLATE_DROP_ARGS(X)                                                           \
    X(template, int64_t, F_REF, 0, "模板", "template", REQUIRED, "node_template")       \
    X(code, str, F_TEXT, 20, "节点代码", "code", REQUIRED, NULL)
struct template_drop_args { TEMPLATE_DROP_ARGS(AS_MEMBER) };
#define OWNER struct template_drop_args
SHARED_SHAPE_OF(template_drop_node, TEMPLATE_DROP_ARGS);
#undef OWNER

struct records USES_OF_NODE =
    RECORDS("item_node.of_node", &ITEM_NODE,
            "WHERE district_id = $1 AND template_id = $2 AND template_node_id = $3 ORDER BY id LIMIT 1");

// It is no longer offered; what was made of it stays. Declared again it is offered again.
bool template_end_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct template_end_args *a = args;
    struct node_template before, t;
    (void)given;
    if (!record_load(k, &NODE_TEMPLATE, a->template, &before)) return false;
    if (before.ended_at) return fail(k->c, ERR_CONFLICT, "template.ended", before.name);
    t = before;
    t.ended_at = k->now;
    t.end_reason = a->reason;
    plan_done(k, &NODE_TEMPLATE, t.id, out);
    return record_update(k, &NODE_TEMPLATE, &before, &t);
}

bool template_drop_node_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct template_drop_args *a = args;
    struct list nodes, uses;
    const struct template_node *node = NULL;
    (void)given;
    if (!record_list(k, &NODES_OF_TEMPLATE, &nodes, ARG(k->district), ARG(a->template))) return false;
    const struct template_node *at = nodes.at;
    for (size_t i = 0; i < nodes.n; i++)
        if (str_eq(at[i].code, a->code)) node = &at[i];
    if (!node) return fail_field(k->c, ERR_INVALID, "template.unknown_node", STR("code"), a->code);
    for (size_t i = 0; i < nodes.n; i++)
        if (template_waits(at[i].after, a->code))
            return fail_field(k->c, ERR_CONFLICT, "template.waited_for", STR("code"), at[i].name, node->name);
    if (!record_list(k, &USES_OF_NODE, &uses, ARG(k->district), ARG(a->template), ARG(node->id))) return false;
    if (uses.n) return fail_field(k->c, ERR_CONFLICT, "template.node_used", STR("code"), node->name);
    plan_done(k, &NODE_TEMPLATE, a->template, out);
    return record_remove(k, &TEMPLATE_NODE, node);
}
