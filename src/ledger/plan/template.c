/* Templates: the nodes of a kind of task, declared in packs or by commands, and their list. */
#include "ledger/names.h"
#include "ledger/plan/dates.h"
#include "ledger/plan/plan_internal.h"

#define TEMPLATE_DECLARE_ARGS(X)                                                        \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                            \
    X(name, str, F_TEXT, 120, "模板名称", "name", REQUIRED, NULL)                       \
    X(name_en, str, F_TEXT, 120, "英文名称", "English name", 0, NULL)                   \
    X(fits, str, F_TEXT, 120, "适用任务", "kind of task", 0, NULL)                      \
    X(register_, int64_t, F_REF, 0, "适用台账", "register", 0, "register_def")          \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)                       \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)
struct template_declare_args { TEMPLATE_DECLARE_ARGS(AS_MEMBER) };
#define OWNER struct template_declare_args
static const struct field template_declare_fields[] = {
    AS_FIELD(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)
    AS_FIELD(name, str, F_TEXT, 120, "模板名称", "name", REQUIRED, NULL)
    AS_FIELD(name_en, str, F_TEXT, 120, "英文名称", "English name", 0, NULL)
    AS_FIELD(fits, str, F_TEXT, 120, "适用任务", "kind of task", 0, NULL)
    // "register" is a word of the language; in JSON the member has its proper name.
    {"register", F_REF, offsetof(OWNER, register_), 0, "适用台账", "register", 0, "register_def"},
    AS_FIELD(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
    AS_FIELD(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)};
#undef OWNER
const struct shape template_declare_shape = {"template_declare", template_declare_fields,
                                             COUNT_OF(template_declare_fields), sizeof(struct template_declare_args)};

#define TEMPLATE_NODE_ARGS(X)                                                           \
    X(template, int64_t, F_REF, 0, "模板", "template", REQUIRED, "node_template")       \
    X(code, str, F_TEXT, 20, "节点代码", "code", REQUIRED, NULL)                        \
    X(ordinal, int64_t, F_INT, 0, "序号", "number", REQUIRED, NULL)                     \
    X(name, str, F_TEXT, 160, "节点名称", "name", REQUIRED, NULL)                       \
    X(anchor, str, F_ENUM, 0, "计算方向", "counted from", REQUIRED, &NODE_ANCHORS)      \
    X(offset_days, int64_t, F_INT, 0, "偏移工作日", "offset in working days", 0, NULL)  \
    X(duration, int64_t, F_INT, 0, "工期", "duration", REQUIRED, NULL)                  \
    X(duration_unit, str, F_ENUM, 0, "工期单位", "unit", REQUIRED, &DURATION_UNITS)     \
    X(duration_class, str, F_ENUM, 0, "工期类别", "class", REQUIRED, &DURATION_CLASSES) \
    X(after, str, F_TEXT, 200, "前置节点", "predecessors", 0, NULL)                     \
    X(standard, str, F_TEXT, 1000, "节点标准", "standard", REQUIRED, NULL)              \
    X(evidence, str, F_TEXT, 400, "佐证要求", "evidence asked for", 0, NULL)            \
    X(weight, int64_t, F_INT, 0, "权重", "weight", 0, NULL)                             \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct template_node_args { TEMPLATE_NODE_ARGS(AS_MEMBER) };
#define OWNER struct template_node_args
static const struct field template_node_fields[] = {TEMPLATE_NODE_ARGS(AS_FIELD)};
const struct shape template_node_shape = {"template_node_args", template_node_fields, COUNT_OF(template_node_fields),
                                          sizeof(OWNER)};
#undef OWNER

struct records TEMPLATES_ALL =
    RECORDS("node_template.all", &NODE_TEMPLATE, "WHERE district_id = $1 ORDER BY code LIMIT 500");
struct records NODES_OF_TEMPLATE =
    RECORDS("template_node.of_template", &TEMPLATE_NODE,
            "WHERE district_id = $1 AND template_id = $2 ORDER BY ordinal, id LIMIT 200");

// Declared again it is changed.
bool template_declare_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct template_declare_args *a = args;
    struct node_template before, t;
    bool found;
    (void)given;
    if (!plan_code(k, a->code) || !record_by_code(k, &NODE_TEMPLATE, a->code, &before, &found)) return false;
    if (found) t = before;
    else shape_init(NODE_TEMPLATE.shape, &t);
    t.code = a->code;
    t.name = a->name;
    t.name_en = a->name_en;
    t.fits = a->fits;
    t.register_id = a->register_;
    t.source = a->source;
    t.basis = a->basis;
    t.ended_at = 0;
    t.end_reason = STR_EMPTY;
    if (!(found ? record_update(k, &NODE_TEMPLATE, &before, &t) : record_insert(k, &NODE_TEMPLATE, &t))) return false;
    plan_done(k, &NODE_TEMPLATE, t.id, out);
    return true;
}

static const struct template_node *node_called(const struct list *nodes, str code)
{
    const struct template_node *at = nodes->at;
    for (size_t i = 0; i < nodes->n; i++)
        if (str_eq(at[i].code, code)) return &at[i];
    return NULL;
}

bool template_waits(str list, str code)
{
    while (list.n)
        if (str_eq(str_trim(str_cut(&list, STR("|"))), code)) return true;
    return false;
}

// What a node waits for stands before it: so no circle can be declared.
static bool check_after(struct call *k, const struct template_node_args *a, const struct list *nodes)
{
    const struct template_node *at = nodes->at;
    str rest = a->after;
    while (rest.n) {
        str code = str_trim(str_cut(&rest, STR("|")));
        const struct template_node *before = node_called(nodes, code);
        if (!before || before->ordinal >= a->ordinal)
            return fail_field(k->c, ERR_INVALID, "template.no_such_node", STR("after"), a->code, code);
    }
    for (size_t i = 0; i < nodes->n; i++)
        if (template_waits(at[i].after, a->code) && at[i].ordinal <= a->ordinal)
            return fail_field(k->c, ERR_INVALID, "template.no_such_node", STR("ordinal"), at[i].code, a->code);
    return true;
}

static bool check_node(struct call *k, const struct template_node_args *a, const struct list *nodes)
{
    const struct template_node *same = node_called(nodes, a->code), *at = nodes->at;
    if (!same && nodes->n >= PLAN_NODES_MAX) return fail(k->c, ERR_INVALID, "template.too_many");
    if (a->duration < 0 || a->duration > 2000)
        return fail_field(k->c, ERR_INVALID, "template.bad_days", STR("duration"));
    if (a->offset_days < 0 || a->offset_days > 2000)
        return fail_field(k->c, ERR_INVALID, "template.bad_days", STR("offset_days"));
    if (a->weight < 0 || a->weight > 1000) return fail_field(k->c, ERR_INVALID, "item.bad_weight", STR("weight"));
    for (size_t i = 0; i < nodes->n; i++)
        if (at[i].ordinal == a->ordinal && !str_eq(at[i].code, a->code))
            return fail_field(k->c, ERR_INVALID, "template.same_ordinal", STR("ordinal"), at[i].name);
    return check_after(k, a, nodes);
}

bool template_node_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct template_node_args *a = args;
    struct list nodes;
    struct template_node n;
    (void)given;
    if (!plan_code(k, a->code)) return false;
    if (!record_list(k, &NODES_OF_TEMPLATE, &nodes, ARG(k->district), ARG(a->template))) return false;
    if (!check_node(k, a, &nodes)) return false;
    const struct template_node *before = node_called(&nodes, a->code);
    if (before) n = *before;
    else shape_init(TEMPLATE_NODE.shape, &n);
    n.template_id = a->template;
    n.code = a->code;
    n.ordinal = a->ordinal;
    n.name = a->name;
    n.anchor = a->anchor;
    n.offset_days = a->offset_days;
    n.duration = a->duration;
    n.duration_unit = a->duration_unit;
    n.duration_class = a->duration_class;
    n.after = a->after;
    n.standard = a->standard;
    n.evidence = a->evidence;
    n.weight = a->weight;
    n.source = a->source;
    if (!(before ? record_update(k, &TEMPLATE_NODE, before, &n) : record_insert(k, &TEMPLATE_NODE, &n))) return false;
    plan_done(k, &NODE_TEMPLATE, a->template, out);
    jw_put_id(out, "node", n.id);
    return true;
}

/* --- the list --- */

bool templates_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct list all;
    struct names names_;
    (void)args;
    (void)given;
    names_init(&names_, k);
    if (!record_list(k, &TEMPLATES_ALL, &all, ARG(k->district))) return false;
    const struct node_template *at = all.at;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < all.n; i++) {
        struct list nodes;
        if (!record_list(k, &NODES_OF_TEMPLATE, &nodes, ARG(k->district), ARG(at[i].id))) return false;
        record_json_open(out, k->c->a, NODE_TEMPLATE.shape, &at[i], k->zone_min);
        if (!names_members(&names_, NODE_TEMPLATE.shape, &at[i], out)) return false;
        jw_key(out, "nodes");
        jw_array(out);
        for (size_t n = 0; n < nodes.n; n++)
            record_json(out, k->c->a, TEMPLATE_NODE.shape, (const struct template_node *)nodes.at + n, k->zone_min);
        jw_end(out);
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}
