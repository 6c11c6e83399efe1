/*
 * Units, their aliases, people. A name that a document may use must lead to one unit only, so
 * names, short names, codes and aliases share one space of folded names in a district.
 */
#include "ledger/org/org_internal.h"
#include "ledger/org/pinyin.h"
#include "ledger/org/unit_tree.h"

#define UNIT_ADD_ARGS(X)                                                          \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                      \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED, NULL)                     \
    X(short_name, str, F_TEXT, 60, "简称", "short name", 0, NULL)                 \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED, &UNIT_KINDS)                \
    X(parent, int64_t, F_REF, 0, "上级", "parent", 0, "unit")                     \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)       \
    X(collecting, int64_t, F_BOOL, 0, "征收机关", "collecting organ", 0, NULL)    \
    X(supervising, int64_t, F_BOOL, 0, "督查机构", "supervision office", 0, NULL) \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)                   \
    X(day, int64_t, F_DAY, 0, "设立日期", "opens on", 0, NULL)
struct unit_add_args {
    UNIT_ADD_ARGS(AS_MEMBER)
};
#define OWNER struct unit_add_args
ARGS_SHAPE(unit_add, UNIT_ADD_ARGS);
#undef OWNER

#define UNIT_EDIT_ARGS(X)                                                      \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")               \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED, NULL)           \
    X(name, str, F_TEXT, 120, "名称", "name", 0, NULL)                         \
    X(short_name, str, F_TEXT, 60, "简称", "short name", 0, NULL)              \
    X(kind, str, F_ENUM, 0, "类别", "kind", 0, &UNIT_KINDS)                    \
    X(parent, int64_t, F_REF, 0, "上级", "parent", 0, "unit")                  \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)    \
    X(collecting, int64_t, F_BOOL, 0, "征收机关", "collecting organ", 0, NULL) \
    X(supervising, int64_t, F_BOOL, 0, "督查机构", "supervision office", 0, NULL)
struct unit_edit_args {
    UNIT_EDIT_ARGS(AS_MEMBER)
};
#define OWNER struct unit_edit_args
ARGS_SHAPE(unit_edit, UNIT_EDIT_ARGS);
#undef OWNER

#define UNIT_ALIAS_ARGS(X)                                       \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit") \
    X(alias, str, F_TEXT, 120, "别名", "alias", REQUIRED, NULL)
struct unit_alias_args {
    UNIT_ALIAS_ARGS(AS_MEMBER)
};
#define OWNER struct unit_alias_args
ARGS_SHAPE(unit_alias, UNIT_ALIAS_ARGS);
#undef OWNER

#define PERSON_ADD_ARGS(X)                                                  \
    X(code, str, F_TEXT, 64, "编码", "code", REQUIRED, NULL)                \
    X(name, str, F_TEXT, 60, "姓名", "name", REQUIRED, NULL)                \
    X(title, str, F_TEXT, 120, "职务", "title", 0, NULL)                    \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")            \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL) \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)
struct person_add_args {
    PERSON_ADD_ARGS(AS_MEMBER)
};
#define OWNER struct person_add_args
ARGS_SHAPE(person_add, PERSON_ADD_ARGS);
#undef OWNER

#define PERSON_EDIT_ARGS(X)                                            \
    X(person, int64_t, F_REF, 0, "人员", "person", REQUIRED, "person") \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED, NULL)   \
    X(name, str, F_TEXT, 60, "姓名", "name", 0, NULL)                  \
    X(title, str, F_TEXT, 120, "职务", "title", 0, NULL)               \
    X(unit, int64_t, F_REF, 0, "单位", "unit", 0, "unit")              \
    X(active, int64_t, F_BOOL, 0, "在岗", "active", 0, NULL)
struct person_edit_args {
    PERSON_EDIT_ARGS(AS_MEMBER)
};
#define OWNER struct person_edit_args
ARGS_SHAPE(person_edit, PERSON_EDIT_ARGS);
#undef OWNER

bool unit_check_name(struct call *k, int64_t own, const char *field, str name)
{
    const struct unit_tree *t = k->units;
    struct list ids;
    if (name.n == 0) return true;
    if (str_fold(k->c->a, name).n == 0)
        return fail_field(k->c, ERR_INVALID, "unit.blank_name", str_of(field));
    unit_tree_find(k->c->a, t, name, &ids);
    for (size_t i = 0; i < ids.n; i++) {
        const struct unit_node *u = unit_tree_by_id(t, ((const int64_t *)ids.at)[i]);
        if (u->unit.id != own && !u->unit.closes_day) // the name of a closed unit may be given again
            return fail_field(k->c, ERR_CONFLICT, "unit.name_taken", str_of(field), name,
                              u->unit.name);
    }
    return true;
}

// After the last of its siblings, when the official order was not said.
static int64_t last_place(const struct unit_tree *t, int64_t parent)
{
    int64_t last = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct unit *u = &t->at[i]->unit;
        if (u->parent_id == parent && u->official_order > last) last = u->official_order;
    }
    return last + 1;
}

bool unit_insert(struct call *k, struct unit *u, bool ordered)
{
    const struct unit_node *parent = unit_tree_by_id(k->units, u->parent_id);
    if (!org_check_code(k, &UNIT, "code", u->code) || !unit_check_name(k, 0, "code", u->code) ||
        !unit_check_name(k, 0, "name", u->name) || !unit_check_name(k, 0, "short_name", u->short_name)) {
        return false;
    }
    if (parent && parent->unit.closes_day)
        return fail_field(k->c, ERR_REFUSED, "unit.closed", STR("parent"), parent->unit.name);
    u->district_id = k->district;
    u->sort_key = pinyin_key(k->c->a, u->name);
    if (!ordered) u->official_order = last_place(k->units, u->parent_id);
    return record_insert(k, &UNIT, u);
}

bool unit_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_add_args *a = args;
    struct unit u;
    shape_init(UNIT.shape, &u);
    org_take(&unit_add_shape, args, given, &UNIT, &u);
    u.opens_day = u.since_day = a->day;
    if (a->day && day_from_ymd((int32_t)a->day) > k->today)
        return fail_field(k->c, ERR_INVALID, "unit.day_ahead", STR("day"), u.name);
    if (!unit_insert(k, &u, args_given(&unit_add_shape, given, "official_order"))) return false;
    org_done(k, &UNIT, u.id, out);
    return true;
}

bool unit_edit_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct unit_edit_args *a = args;
    const struct unit_tree *t = k->units;
    struct unit before, after;
    if (!record_load(k, &UNIT, a->unit, &before)) return false;
    if (before.version != a->version) return fail(k->c, ERR_STALE, "record.stale");
    after = before;
    org_take(&unit_edit_shape, args, given, &UNIT, &after);
    if (after.name.n == 0) return fail_field(k->c, ERR_INVALID, "unit.blank_name", STR("name"));
    if (!unit_check_name(k, a->unit, "name", after.name) ||
        !unit_check_name(k, a->unit, "short_name", after.short_name)) {
        return false;
    }
    if (after.parent_id && unit_tree_stands_below(t, a->unit, after.parent_id)) {
        return fail_field(k->c, ERR_INVALID, "unit.parent_below", STR("parent"), before.name);
    }
    after.sort_key = pinyin_key(k->c->a, after.name);
    if (!record_update(k, &UNIT, &before, &after)) return false;
    org_done(k, &UNIT, after.id, out);
    return true;
}

bool unit_alias_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct unit_alias_args *a = args;
    const struct unit_tree *t = k->units;
    struct unit_alias alias;
    struct list ids;
    if (!unit_check_name(k, a->unit, "alias", a->alias)) return false;
    unit_tree_find(k->c->a, t, a->alias, &ids);
    k->object_id = a->unit;
    k->object_kind = UNIT.name;
    jw_put_id(out, "id", a->unit);
    if (ids.n > 0) return true; // the unit is called so already: nothing to add
    shape_init(UNIT_ALIAS.shape, &alias);
    alias.district_id = k->district;
    alias.unit_id = a->unit;
    alias.alias = a->alias;
    alias.folded = str_fold(k->c->a, a->alias);
    return record_insert(k, &UNIT_ALIAS, &alias);
}

bool person_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct person_add_args *a = args;
    struct person p;
    if (!org_check_code(k, &PERSON, "code", a->code)) return false;
    shape_init(PERSON.shape, &p);
    org_take(&person_add_shape, args, given, &PERSON, &p);
    p.district_id = k->district;
    p.active = true;
    if (!record_insert(k, &PERSON, &p)) return false;
    org_done(k, &PERSON, p.id, out);
    return true;
}

const struct stmt PERSON_ANSWERS = {
    "person.answers",
    "SELECT count(*) FROM item AS i WHERE i.district_id = $1 AND (i.person_id = $2 OR i.deputy_id = $2"
    " OR i.leader_id = $2) AND i.state NOT IN ('closed', 'cancelled', 'archived')"};

// Who answers for something open hands it over (person.leave, person.transfer); an edit corrects.
static bool answers_for_nothing(struct call *k, const struct person *before, const struct person *after)
{
    struct db_rows r;
    int64_t n = 0;
    if (!DB_QUERY(k->c, k->db, &r, &PERSON_ANSWERS, ARG(k->district), ARG(before->id))) return false;
    if (db_next(&r)) n = db_int(&r, 0);
    if (!db_done(&r)) return false;
    if (n == 0) return true;
    const struct command *use = command_find(after->active ? STR("person.transfer") : STR("person.leave"));
    return fail_field(k->c, ERR_REFUSED, "person.still_answers", after->active ? STR("unit") : STR("active"),
                      before->name, str_printf(k->c->a, "%" PRId64, n),
                      str_of(k->c->lang == LANG_EN ? use->en : use->zh));
}

bool person_edit_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct person_edit_args *a = args;
    struct person before, after;
    if (!record_load(k, &PERSON, a->person, &before)) return false;
    if (before.version != a->version) return fail(k->c, ERR_STALE, "record.stale");
    after = before;
    org_take(&person_edit_shape, args, given, &PERSON, &after);
    if (after.name.n == 0) return fail_field(k->c, ERR_INVALID, "person.blank_name", STR("name"));
    if (before.active && (!after.active || after.unit_id != before.unit_id) && !answers_for_nothing(k, &before, &after))
        return false;
    if (!record_update(k, &PERSON, &before, &after)) return false;
    org_done(k, &PERSON, after.id, out);
    return true;
}
