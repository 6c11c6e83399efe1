/* Commands that end units: several into one, one into several, one for good. */
#include "ledger/reorg/reorg_internal.h"

#define NEW_UNIT(X)                                                               \
    X(code, str, F_TEXT, 32, "新单位编码", "code of a new unit", 0, NULL)         \
    X(name, str, F_TEXT, 120, "新单位名称", "name of a new unit", 0, NULL)        \
    X(short_name, str, F_TEXT, 60, "新单位简称", "its short name", 0, NULL)       \
    X(kind, str, F_ENUM, 0, "类别", "kind", 0, &UNIT_KINDS)                       \
    X(parent, int64_t, F_REF, 0, "上级", "parent", 0, "unit")
#define DAY_AND_DOCUMENT(X)                                                          \
    X(day, int64_t, F_DAY, 0, "生效日期", "from day", REQUIRED, NULL)                \
    X(document, str, F_TEXT, 200, "文件依据", "document that orders it", REQUIRED, NULL)
#define ANSWERERS(X)                                                                  \
    X(person, int64_t, F_REF, 0, "接手责任人", "person who takes over", 0, "person") \
    X(deputy, int64_t, F_REF, 0, "接手副责任人", "deputy who takes over", 0, "person")

#define SENT_ITEM_FIELDS(X)                                              \
    X(item, str, F_TEXT, 40, "事项编号", "item number", REQUIRED, NULL) \
    X(to, str, F_TEXT, 32, "承接单位编码", "code of the successor", REQUIRED, NULL)
#define OWNER struct sent_item
ARGS_SHAPE(sent_item, SENT_ITEM_FIELDS);
#undef OWNER
#define SENT_PERSON_FIELDS(X)                                                \
    X(person, int64_t, F_REF, 0, "人员", "person", REQUIRED, "person")       \
    X(to, str, F_TEXT, 32, "承接单位编码", "code of the successor", REQUIRED, NULL)
#define OWNER struct sent_person
ARGS_SHAPE(sent_person, SENT_PERSON_FIELDS);
#undef OWNER
#define SENT_CHILD_FIELDS(X)                                           \
    X(unit, int64_t, F_REF, 0, "下属单位", "unit below", REQUIRED, "unit") \
    X(to, str, F_TEXT, 32, "承接单位编码", "code of the successor", REQUIRED, NULL)
#define OWNER struct sent_child
ARGS_SHAPE(sent_child, SENT_CHILD_FIELDS);
#undef OWNER

#define MERGE_ARGS(X)                                                              \
    X(units, struct list, F_IDS, 50, "并入的单位", "units that end", REQUIRED, "unit") \
    X(into, int64_t, F_REF, 0, "并入单位", "existing unit that takes over", 0, "unit") \
    NEW_UNIT(X)                                                                    \
    ANSWERERS(X)                                                                   \
    DAY_AND_DOCUMENT(X)
struct unit_merge_args { MERGE_ARGS(AS_MEMBER) };
#define OWNER struct unit_merge_args
ARGS_SHAPE(unit_merge, MERGE_ARGS);
#undef OWNER

#define PART_FIELDS(X)                                                       \
    X(unit, int64_t, F_REF, 0, "承接单位", "existing unit", 0, "unit")       \
    NEW_UNIT(X)                                                              \
    X(share, int64_t, F_INT, 0, "份额‰", "share in thousandths", REQUIRED, NULL) \
    ANSWERERS(X)
struct split_part { PART_FIELDS(AS_MEMBER) };
#define OWNER struct split_part
SHAPE_OF(split_part, PART_FIELDS);
#undef OWNER

#define SPLIT_ARGS(X)                                                                            \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")                                 \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)                                    \
    X(parts, struct list, F_OBJECTS, 12, "承接单位", "successors", REQUIRED, &split_part_shape)  \
    X(rest, str, F_TEXT, 32, "其余归", "code of the successor that gets the rest", 0, NULL)      \
    X(items, struct list, F_OBJECTS, 5000, "事项去向", "where items go", 0, &sent_item_shape)    \
    X(people, struct list, F_OBJECTS, 2000, "人员去向", "where people go", 0, &sent_person_shape) \
    X(children, struct list, F_OBJECTS, 200, "下属单位去向", "where units below go", 0, &sent_child_shape) \
    DAY_AND_DOCUMENT(X)
struct unit_split_args { SPLIT_ARGS(AS_MEMBER) };
#define OWNER struct unit_split_args
ARGS_SHAPE(unit_split, SPLIT_ARGS);
#undef OWNER

#define CLOSE_ARGS(X)                                                      \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")           \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)              \
    X(successor, int64_t, F_REF, 0, "承接单位", "successor", 0, "unit")    \
    ANSWERERS(X)                                                           \
    DAY_AND_DOCUMENT(X)
struct unit_close_args { CLOSE_ARGS(AS_MEMBER) };
#define OWNER struct unit_close_args
ARGS_SHAPE(unit_close, CLOSE_ARGS);
#undef OWNER

static struct heir heir_of_unit(const struct unit *u, int permille)
{
    return (struct heir){u->id, u->code, u->name, permille, 0, 0};
}

// A unit made by the command: what is not said it has from the one (the first) it comes from.
static bool new_unit(struct call *k, struct unit *u, const struct unit *like, int64_t on, str document)
{
    if (u->code.n == 0) return fail_field(k->c, ERR_INVALID, "unit.which_successor", STR("code"), like->name);
    if (u->name.n == 0) return fail_field(k->c, ERR_INVALID, "unit.blank_name", STR("name"));
    if (u->kind.n == 0) u->kind = like->kind;
    if (!u->parent_id) u->parent_id = like->parent_id;
    u->basis = STR("local");
    u->collecting = like->collecting;
    u->supervising = like->supervising;
    u->official_order = like->official_order;
    u->opens_day = u->since_day = on;
    u->opened_by = document;
    return unit_insert(k, u, true);
}

// Who takes over is somebody in post.
static bool check_answerers(struct call *k, const struct heir *h, const char *person, const char *deputy)
{
    const int64_t who[] = {h->person, h->deputy};
    for (size_t i = 0; i < COUNT_OF(who); i++) {
        struct person p;
        str field = str_of(i ? deputy : person);
        if (!who[i]) continue;
        if (!record_load(k, &PERSON, who[i], &p)) return false;
        if (!p.active) return fail_field(k->c, ERR_INVALID, "item.person_left", field, p.name);
    }
    if (h->person && h->person == h->deputy)
        return fail_field(k->c, ERR_INVALID, "reorg.same_person", str_of(deputy));
    return true;
}

/* --- merge --- */

static bool merge_into(struct call *k, const struct unit_merge_args *a, const struct unit_node *first, struct heir *to)
{
    struct unit u;
    if (a->into) {
        const struct unit_node *n = unit_tree_by_id(k->units, a->into);
        if (!unit_can_take(k, n, "into", day_from_ymd((int32_t)a->day))) return false;
        *to = heir_of_unit(&n->unit, SHARE_WHOLE);
    } else {
        shape_init(UNIT.shape, &u);
        u.code = a->code;
        u.name = a->name;
        u.short_name = a->short_name;
        u.kind = a->kind;
        u.parent_id = a->parent;
        if (!new_unit(k, &u, &first->unit, a->day, a->document)) return false;
        *to = heir_of_unit(&u, SHARE_WHOLE);
    }
    to->person = a->person;
    to->deputy = a->deputy;
    return check_answerers(k, to, "person", "deputy");
}

bool unit_merge_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_merge_args *a = args;
    const int64_t *ids = a->units.at;
    const struct unit_node *first;
    struct heir to;
    (void)given;
    for (size_t i = 0; i < a->units.n; i++) {
        if (!unit_to_change(k, ids[i], "units", a->day, &first)) return false;
        for (size_t j = 0; j < i; j++)
            if (ids[j] == ids[i]) return fail_field(k->c, ERR_INVALID, "unit.twice", STR("units"), first->unit.name);
        if (ids[i] == a->into)
            return fail_field(k->c, ERR_INVALID, "unit.own_successor", STR("into"), first->unit.name);
    }
    first = unit_tree_by_id(k->units, ids[0]);
    // The parent of a new unit may not be one that ends.
    for (size_t i = 0; i < a->units.n; i++)
        if (!a->into && unit_tree_stands_below(k->units, ids[i], a->parent ? a->parent : first->unit.parent_id))
            return fail_field(k->c, ERR_INVALID, "unit.parent_ends", STR("parent"), first->unit.name);
    if (!merge_into(k, a, first, &to)) return false;
    struct ending sum = {0};
    for (size_t i = 0; i < a->units.n; i++) {
        struct ending e = {.k = k, .of = unit_tree_by_id(k->units, ids[i]), .on = day_from_ymd((int32_t)a->day),
                           .cause = "merge", .document = a->document, .heirs = &to, .n = 1, .together = a->units};
        if (!unit_end(&e)) return false;
        sum.moved_leads += e.moved_leads, sum.moved_assists += e.moved_assists, sum.moved_people += e.moved_people;
        sum.moved_accounts += e.moved_accounts, sum.moved_children += e.moved_children,
            sum.moved_duties += e.moved_duties;
    }
    org_done(k, &UNIT, to.unit, out);
    ending_counts(&sum, out);
    return true;
}

/* --- split --- */

static const char *part_field(struct call *k, size_t i, const char *member)
{
    return str_z(k->c->a, str_printf(k->c->a, "parts[%zu].%s", i, member));
}

static bool split_part_heir(struct call *k, const struct unit_split_args *a, const struct unit_node *of, size_t i,
                            struct heir *h)
{
    const struct split_part *p = &((const struct split_part *)a->parts.at)[i];
    struct unit u;
    if (p->unit) {
        const struct unit_node *n = unit_tree_by_id(k->units, p->unit);
        if (!unit_can_take(k, n, part_field(k, i, "unit"), day_from_ymd((int32_t)a->day))) return false;
        *h = heir_of_unit(&n->unit, (int)p->share);
    } else {
        shape_init(UNIT.shape, &u);
        u.code = p->code;
        u.name = p->name;
        u.short_name = p->short_name;
        u.kind = p->kind;
        u.parent_id = p->parent;
        if (u.parent_id && unit_tree_stands_below(k->units, of->unit.id, u.parent_id))
            return fail_field(k->c, ERR_INVALID, "unit.parent_ends", str_of(part_field(k, i, "parent")), of->unit.name);
        if (!new_unit(k, &u, &of->unit, a->day, a->document)) return false;
        *h = heir_of_unit(&u, (int)p->share);
    }
    h->person = p->person;
    h->deputy = p->deputy;
    return check_answerers(k, h, part_field(k, i, "person"), part_field(k, i, "deputy"));
}

static bool split_heirs(struct call *k, const struct unit_split_args *a, struct ending *e)
{
    const struct split_part *p = a->parts.at;
    int64_t sum = 0;
    e->heirs = arena_alloc(k->c->a, a->parts.n * sizeof *e->heirs);
    e->n = a->parts.n;
    for (size_t i = 0; i < a->parts.n; i++) {
        if (p[i].share < 1 || p[i].share > SHARE_WHOLE)
            return fail_field(k->c, ERR_INVALID, "unit.share_range", str_of(part_field(k, i, "share")),
                              e->of->unit.name);
        sum += p[i].share;
        for (size_t j = 0; j < i; j++)
            if ((p[i].unit && p[i].unit == p[j].unit) || (!p[i].unit && !p[j].unit && str_eq(p[i].name, p[j].name)))
                return fail_field(k->c, ERR_INVALID, "unit.twice", str_of(part_field(k, i, "unit")), p[i].name);
        if (p[i].unit == e->of->unit.id) e->lives_on = true;
    }
    if (sum != SHARE_WHOLE || a->parts.n < 2)
        return fail_field(k->c, ERR_INVALID, a->parts.n < 2 ? "unit.one_part" : "unit.shares", STR("parts"),
                          e->of->unit.name);
    for (size_t i = 0; i < a->parts.n; i++)
        if (!split_part_heir(k, a, e->of, i, &e->heirs[i])) return false;
    return true;
}

// Who gets what nobody was named for: the one said, or the unit itself when it lives on.
static bool split_rest(struct call *k, const struct unit_split_args *a, struct ending *e)
{
    str rest = a->rest.n || !e->lives_on ? a->rest : e->of->unit.code;
    for (e->fallback = 0; e->fallback < e->n; e->fallback++)
        if (str_eq(e->heirs[e->fallback].code, rest)) return true;
    if (rest.n == 0) return fail_field(k->c, ERR_INVALID, "unit.no_rest", STR("rest"), e->of->unit.name);
    return fail_field(k->c, ERR_INVALID, "unit.not_a_successor", STR("rest"), rest, e->of->unit.name);
}

bool unit_split_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_split_args *a = args;
    struct ending e = {.k = k, .on = day_from_ymd((int32_t)a->day), .document = a->document, .items = a->items,
                       .people = a->people, .children = a->children};
    (void)given;
    if (!unit_to_change(k, a->unit, "unit", a->day, &e.of)) return false;
    if (a->version && a->version != e.of->unit.version) return fail(k->c, ERR_STALE, "record.stale");
    if (!split_heirs(k, a, &e) || !split_rest(k, a, &e)) return false;
    e.cause = e.lives_on ? "transfer" : "split";
    if (!unit_end(&e)) return false;
    org_done(k, &UNIT, a->unit, out);
    ending_counts(&e, out);
    jw_key(out, "successors");
    jw_array(out);
    for (size_t i = 0; i < e.n; i++) jw_id(out, e.heirs[i].unit);
    jw_end(out);
    return true;
}

/* --- close --- */

bool unit_close_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_close_args *a = args;
    struct heir to;
    struct ending e = {.k = k, .on = day_from_ymd((int32_t)a->day), .cause = "abolish", .document = a->document,
                       .heirs = &to};
    (void)given;
    if (!unit_to_change(k, a->unit, "unit", a->day, &e.of)) return false;
    if (a->version && a->version != e.of->unit.version) return fail(k->c, ERR_STALE, "record.stale");
    if (a->successor) {
        const struct unit_node *n = unit_tree_by_id(k->units, a->successor);
        if (a->successor == a->unit)
            return fail_field(k->c, ERR_INVALID, "unit.own_successor", STR("successor"), e.of->unit.name);
        if (!unit_can_take(k, n, "successor", e.on)) return false;
        to = heir_of_unit(&n->unit, SHARE_WHOLE);
        to.person = a->person;
        to.deputy = a->deputy;
        e.n = 1;
        if (!check_answerers(k, &to, "person", "deputy")) return false;
    }
    if (!unit_end(&e)) return false;
    org_done(k, &UNIT, a->unit, out);
    ending_counts(&e, out);
    return true;
}
