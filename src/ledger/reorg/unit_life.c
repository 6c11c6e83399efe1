/* A unit opens, is called otherwise, stands below another: what changes one unit and moves nothing. */
#include "ledger/org/pinyin.h"
#include "ledger/reorg/reorg_internal.h"

#define DAY_AND_DOCUMENT(X)                                                          \
    X(day, int64_t, F_DAY, 0, "生效日期", "from day", REQUIRED, NULL)                \
    X(document, str, F_TEXT, 200, "文件依据", "document that orders it", REQUIRED, NULL)

#define OPEN_ARGS(X)                                                              \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                      \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED, NULL)                     \
    X(short_name, str, F_TEXT, 60, "简称", "short name", 0, NULL)                 \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED, &UNIT_KINDS)                \
    X(parent, int64_t, F_REF, 0, "上级", "parent", 0, "unit")                     \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)       \
    X(collecting, int64_t, F_BOOL, 0, "征收机关", "collecting organ", 0, NULL)    \
    X(supervising, int64_t, F_BOOL, 0, "督查机构", "supervision office", 0, NULL) \
    X(basis, str, F_ENUM, 0, "依据", "basis", 0, &BASES)                          \
    DAY_AND_DOCUMENT(X)
struct unit_open_args { OPEN_ARGS(AS_MEMBER) };
#define OWNER struct unit_open_args
ARGS_SHAPE(unit_open, OPEN_ARGS);
#undef OWNER

#define RENAME_ARGS(X)                                              \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")    \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)       \
    X(name, str, F_TEXT, 120, "新名称", "new name", REQUIRED, NULL) \
    X(short_name, str, F_TEXT, 60, "新简称", "new short name", 0, NULL) \
    DAY_AND_DOCUMENT(X)
struct unit_rename_args { RENAME_ARGS(AS_MEMBER) };
#define OWNER struct unit_rename_args
ARGS_SHAPE(unit_rename, RENAME_ARGS);
#undef OWNER

#define MOVE_ARGS(X)                                                       \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")           \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)              \
    X(parent, int64_t, F_REF, 0, "新上级", "new parent", REQUIRED, "unit") \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL) \
    DAY_AND_DOCUMENT(X)
struct unit_move_args { MOVE_ARGS(AS_MEMBER) };
#define OWNER struct unit_move_args
ARGS_SHAPE(unit_move, MOVE_ARGS);
#undef OWNER

static str ymd_text(struct call *k, int64_t ymd)
{
    return day_text(k->c->a, day_from_ymd((int32_t)ymd));
}

bool unit_to_change(struct call *k, int64_t unit, const char *field, int64_t day_ymd, const struct unit_node **node)
{
    const struct unit_node *u = *node = unit_tree_by_id(k->units, unit);
    INVARIANT(u != NULL); // a reference that args.c resolved
    day on = day_from_ymd((int32_t)day_ymd);
    if (u->unit.closes_day)
        return fail_field(k->c, ERR_REFUSED, "unit.closed", str_of(field), u->unit.name);
    if (on > k->today) return fail_field(k->c, ERR_INVALID, "unit.day_ahead", STR("day"), u->unit.name);
    int64_t last = u->unit.since_day > u->unit.opens_day ? u->unit.since_day : u->unit.opens_day;
    for (size_t i = 0; i < k->units->successions.n; i++) {
        const struct unit_succession *s = &((const struct unit_succession *)k->units->successions.at)[i];
        if ((s->predecessor_id == unit || s->successor_id == unit) && s->on_day > last) last = s->on_day;
    }
    if (last > day_ymd)
        return fail_field(k->c, ERR_REFUSED, "unit.day_before", STR("day"), u->unit.name, ymd_text(k, last));
    return true;
}

bool unit_can_take(struct call *k, const struct unit_node *u, const char *field, day on)
{
    if (u->unit.closes_day)
        return fail_field(k->c, ERR_REFUSED, "unit.closed", str_of(field), u->unit.name);
    if (!unit_alive(&u->unit, on))
        return fail_field(k->c, ERR_REFUSED, "unit.not_yet_open", str_of(field), u->unit.name,
                          ymd_text(k, u->unit.opens_day));
    return true;
}

bool unit_change(struct call *k, const struct unit_node *node, struct unit *after, int64_t day_ymd, const char *cause,
                 str document)
{
    const struct unit *was = &node->unit;
    struct unit_period p;
    shape_init(UNIT_PERIOD.shape, &p);
    p.unit_id = was->id;
    p.from_day = was->since_day ? was->since_day : was->opens_day;
    p.to_day = day_ymd;
    p.name = was->name;
    p.short_name = was->short_name;
    p.kind = was->kind;
    p.parent_id = was->parent_id;
    p.official_order = was->official_order;
    p.cause = str_of(cause);
    p.document = document;
    p.account_id = k->actor.account_id;
    p.noted_at = k->now;
    after->since_day = day_ymd;
    return record_insert(k, &UNIT_PERIOD, &p) && record_update(k, &UNIT, was, after);
}

static bool fresh(struct call *k, const struct unit_node *u, int64_t version)
{
    return !version || version == u->unit.version || fail(k->c, ERR_STALE, "record.stale");
}

bool unit_open_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_open_args *a = args;
    struct unit u;
    shape_init(UNIT.shape, &u);
    org_take(&unit_open_shape, args, given, &UNIT, &u);
    if (u.basis.n == 0) u.basis = STR("local");
    if (day_from_ymd((int32_t)a->day) > k->today)
        return fail_field(k->c, ERR_INVALID, "unit.day_ahead", STR("day"), u.name);
    u.opens_day = u.since_day = a->day;
    u.opened_by = a->document;
    if (!unit_insert(k, &u, args_given(&unit_open_shape, given, "official_order"))) return false;
    org_done(k, &UNIT, u.id, out);
    return true;
}

bool unit_rename_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_rename_args *a = args;
    const struct unit_node *u;
    if (!unit_to_change(k, a->unit, "unit", a->day, &u) || !fresh(k, u, a->version)) return false;
    struct unit after = u->unit;
    after.name = a->name;
    if (args_given(&unit_rename_shape, given, "short_name")) after.short_name = a->short_name;
    if (str_eq(after.name, u->unit.name) && str_eq(after.short_name, u->unit.short_name))
        return fail_field(k->c, ERR_INVALID, "unit.same_name", STR("name"), u->unit.name);
    if (!unit_check_name(k, a->unit, "name", after.name) ||
        !unit_check_name(k, a->unit, "short_name", after.short_name))
        return false;
    after.sort_key = pinyin_key(k->c->a, after.name);
    org_done(k, &UNIT, a->unit, out);
    return unit_change(k, u, &after, a->day, "rename", a->document);
}

bool unit_move_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_move_args *a = args;
    const struct unit_node *u, *parent = unit_tree_by_id(k->units, a->parent);
    if (!unit_to_change(k, a->unit, "unit", a->day, &u) || !fresh(k, u, a->version) ||
        !unit_can_take(k, parent, "parent", day_from_ymd((int32_t)a->day)))
        return false;
    if (unit_tree_stands_below(k->units, a->unit, a->parent))
        return fail_field(k->c, ERR_INVALID, "unit.parent_below", STR("parent"), u->unit.name);
    if (u->unit.parent_id == a->parent)
        return fail_field(k->c, ERR_INVALID, "unit.same_parent", STR("parent"), u->unit.name, parent->unit.name);
    struct unit after = u->unit;
    after.parent_id = a->parent;
    if (args_given(&unit_move_shape, given, "official_order")) after.official_order = a->official_order;
    org_done(k, &UNIT, a->unit, out);
    return unit_change(k, u, &after, a->day, "move", a->document);
}
