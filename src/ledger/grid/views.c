/* Views that people keep: a filter with a name, its order, grouping and columns; for oneself, for a
 * unit and those below it, or for all. */
#include "ledger/args.h"
#include "ledger/filter.h"
#include "ledger/grid/grid.h"
#include "ledger/item/item_find.h"
#include "ledger/names.h"
#include "ledger/org/unit_tree.h"
#include "ledger/sight.h"

static const struct enum_value sharings[] = {
    {"me", "仅自己", "me"}, {"unit", "本单位", "my unit"}, {"all", "全部", "all"}};
ENUM_TABLE(SHARINGS, sharings);
static const struct enum_value groupings[] = {
    {"none", "不分组", "none"},    {"line", "工作线", "line"},       {"lead", "牵头单位", "lead unit"},
    {"leader", "牵头领导", "leader"}, {"register", "台账", "register"}, {"state", "状态", "state"}};
ENUM_TABLE(GROUPINGS, groupings);

#define OWNER struct saved_view
SHAPE_OF(saved_view, SAVED_VIEW_FIELDS);
#undef OWNER
struct entity SAVED_VIEW = ENTITY_OF(saved_view, "视图", "saved view", NULL, ENTITY_VERSIONED);

enum { VIEWS_MAX = 200, OWN_MAX = 60 };

static struct records OWN_VIEWS =
    RECORDS("saved_view.own", &SAVED_VIEW,
            "WHERE district_id = $1 AND account_id = $2 ORDER BY official_order, id LIMIT 200");
static struct records SHARED_VIEWS =
    RECORDS("saved_view.shared", &SAVED_VIEW,
            "WHERE district_id = $1 AND sharing <> 'me' ORDER BY official_order, id LIMIT 1000");
struct records *const GRID_RECORDS[] = {&OWN_VIEWS, &SHARED_VIEWS};
const size_t N_GRID_RECORDS = COUNT_OF(GRID_RECORDS);

bool saved_view_may_see(struct call *k, const void *record, bool *may)
{
    const struct saved_view *v = record;
    *may = v->account_id == k->actor.account_id || str_is(v->sharing, "all") ||
           (str_is(v->sharing, "unit") && k->units && unit_tree_covers(k->units, v->unit_id, k->actor.unit_id));
    return true;
}

/* --- view.save --- */

struct column_arg {
    str name;
    int64_t width, frozen, hidden;
};
#define AT(member) offsetof(struct column_arg, member)
static const struct field column_fields[] = {
    {"name", F_TEXT, AT(name), 40, "列", "column", REQUIRED, NULL},
    {"width", F_INT, AT(width), 0, "宽度", "width", REQUIRED, NULL},
    {"frozen", F_BOOL, AT(frozen), 0, "冻结", "frozen", 0, NULL},
    {"hidden", F_BOOL, AT(hidden), 0, "隐藏", "hidden", 0, NULL},
};
#undef AT
static const struct shape column_shape = {"view_column", column_fields, COUNT_OF(column_fields),
                                          sizeof(struct column_arg)};

struct view_save {
    int64_t view, version, register_id, line_id, lead_id, tree;
    str name, base_view, conditions, words, states, lights, sorting, grouping;
    struct list columns;
};
#define AT(member) offsetof(struct view_save, member)
static const struct field save_fields[] = {
    {"name", F_TEXT, AT(name), 60, "名称", "name", REQUIRED, NULL},
    {"view", F_REF, AT(view), 0, "视图", "view", 0, "saved_view"},
    {"version", F_INT, AT(version), 0, "版本", "version", 0, NULL},
    {"register", F_REF, AT(register_id), 0, "台账", "register", 0, "register_def"},
    {"base_view", F_TEXT, AT(base_view), 32, "预置视图", "shipped view", 0, NULL},
    {"conditions", F_TEXT, AT(conditions), 8192, "条件", "filter", 0, NULL},
    {"words", F_TEXT, AT(words), 100, "关键词", "words", 0, NULL},
    {"states", F_TEXT, AT(states), 160, "状态", "state", 0, NULL},
    {"lights", F_TEXT, AT(lights), 80, "灯", "light", 0, NULL},
    {"line", F_REF, AT(line_id), 0, "工作线", "line", 0, "work_line"},
    {"lead", F_REF, AT(lead_id), 0, "牵头单位（含下级）", "lead unit or below", 0, "unit"},
    {"sorting", F_TEXT, AT(sorting), 40, "排序", "order", 0, NULL},
    {"grouping", F_ENUM, AT(grouping), 0, "分组", "grouped by", 0, &GROUPINGS},
    {"tree", F_BOOL, AT(tree), 0, "层级显示", "as a tree", 0, NULL},
    {"columns", F_OBJECTS, AT(columns), 60, "列", "columns", 0, &column_shape},
};
#undef AT
const struct shape view_save_shape = {"view_save", save_fields, COUNT_OF(save_fields), sizeof(struct view_save)};

static str layout_text(struct call *k, const struct list *columns)
{
    struct buf b;
    struct json j;
    const struct column_arg *at = columns->at;
    if (columns->n == 0) return STR_EMPTY;
    buf_init(&b, k->c->a, 8000);
    jw_init(&j, &b);
    jw_array(&j);
    for (size_t i = 0; i < columns->n; i++) {
        jw_object(&j);
        jw_put_text(&j, "name", at[i].name);
        jw_put_int(&j, "width", at[i].width);
        jw_put_bool(&j, "frozen", at[i].frozen != 0);
        jw_put_bool(&j, "hidden", at[i].hidden != 0);
        jw_end(&j);
    }
    jw_end(&j);
    return buf_str(&b);
}

// A filter that cannot be asked is not kept: the same reading as the list's.
static bool check_filter(struct call *k, const struct view_save *a)
{
    struct sqltext q;
    const struct item_ask ask = {.where = a->conditions, .q = a->words, .view = a->base_view, .state = a->states,
                                 .light = a->lights, .sort = STR_EMPTY, .cursor = STR_EMPTY};
    sqltext_init(&q, k);
    return item_condition(k, &ask, false, &q, NULL);
}

static void take(struct call *k, const struct view_save *a, struct saved_view *v)
{
    v->name = a->name;
    v->register_id = a->register_id;
    v->base_view = a->base_view;
    v->conditions = a->conditions;
    v->words = a->words;
    v->states = a->states;
    v->lights = a->lights;
    v->line_id = a->line_id;
    v->lead_id = a->lead_id;
    v->sorting = a->sorting;
    v->grouping_by = a->grouping.n ? a->grouping : STR("none");
    v->tree = a->tree;
    v->layout = layout_text(k, &a->columns);
}

static bool own_view(struct call *k, int64_t id, int64_t version, struct saved_view *v)
{
    if (!record_load_seen(k, &SAVED_VIEW, id, v)) return false;
    if (version && version != v->version) return fail(k->c, ERR_STALE, "record.stale");
    return v->account_id == k->actor.account_id || fail(k->c, ERR_FORBIDDEN, "grid.view_not_yours", v->name);
}

static bool tell_view(struct call *k, const struct saved_view *v, struct json *out)
{
    k->object_kind = "saved_view";
    k->object_id = v->id;
    jw_put_id(out, "view", v->id);
    jw_put_int(out, "version", v->version);
    return true;
}

bool run_view_save(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct view_save *a = args;
    struct saved_view before, v;
    struct list own;
    (void)given;
    if (!check_filter(k, a)) return false;
    if (!record_list(k, &OWN_VIEWS, &own, ARG(k->district), ARG(k->actor.account_id))) return false;
    const struct saved_view *at = own.at;
    for (size_t i = 0; i < own.n; i++)
        if (str_eq(at[i].name, a->name) && at[i].id != a->view)
            return fail_field(k->c, ERR_CONFLICT, "grid.view_name_taken", STR("name"), a->name);
    if (a->view) {
        if (!own_view(k, a->view, a->version, &before)) return false;
        v = before;
        take(k, a, &v);
        return record_update(k, &SAVED_VIEW, &before, &v) && tell_view(k, &v, out);
    }
    if (own.n >= OWN_MAX)
        return fail(k->c, ERR_CONFLICT, "grid.too_many_views", str_printf(k->c->a, "%d", OWN_MAX));
    shape_init(SAVED_VIEW.shape, &v);
    take(k, a, &v);
    v.account_id = k->actor.account_id;
    v.unit_id = k->actor.unit_id;
    v.sharing = STR("me");
    v.official_order = (int64_t)own.n + 1;
    return record_insert(k, &SAVED_VIEW, &v) && tell_view(k, &v, out);
}

/* --- view.share, view.remove --- */

struct view_share {
    int64_t view, version, official_order;
    str sharing;
};
#define AT(member) offsetof(struct view_share, member)
static const struct field share_fields[] = {
    {"view", F_REF, AT(view), 0, "视图", "view", REQUIRED, "saved_view"},
    {"version", F_INT, AT(version), 0, "版本", "version", 0, NULL},
    {"sharing", F_ENUM, AT(sharing), 0, "共享范围", "shared with", REQUIRED, &SHARINGS},
    {"official_order", F_INT, AT(official_order), 0, "排序号", "official order", 0, NULL},
};
static const struct field remove_fields[] = {
    {"view", F_REF, AT(view), 0, "视图", "view", REQUIRED, "saved_view"},
};
#undef AT
const struct shape view_share_shape = {"view_share", share_fields, COUNT_OF(share_fields), sizeof(struct view_share)};
const struct shape view_remove_shape = {"view_remove", remove_fields, COUNT_OF(remove_fields),
                                        sizeof(struct view_share)};
const struct shape view_ask_shape = {"saved_view_ask", remove_fields, COUNT_OF(remove_fields),
                                     sizeof(struct view_share)};

bool run_view_share(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct view_share *a = args;
    struct saved_view before, v;
    if (!own_view(k, a->view, a->version, &before)) return false;
    if (str_is(a->sharing, "all") && !actor_has(k, ROLE_LEADER | ROLE_SUPERVISOR))
        return fail_field(k->c, ERR_FORBIDDEN, "grid.share_all", STR("sharing"),
                          roles_text(k, ROLE_LEADER | ROLE_SUPERVISOR));
    v = before;
    v.sharing = a->sharing;
    v.unit_id = k->actor.unit_id;
    if (args_given(&view_share_shape, given, "official_order")) v.official_order = a->official_order;
    return record_update(k, &SAVED_VIEW, &before, &v) && tell_view(k, &v, out);
}

bool run_view_remove(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct view_share *a = args;
    struct saved_view v;
    (void)given;
    return own_view(k, a->view, 0, &v) && tell_view(k, &v, out) && record_remove(k, &SAVED_VIEW, &v);
}

/* --- queries --- */

static bool view_json(struct names *names, const struct saved_view *v, struct json *j)
{
    struct call *k = names->k;
    record_json_open(j, k->c->a, SAVED_VIEW.shape, v, k->zone_min);
    if (!names_members(names, SAVED_VIEW.shape, v, j)) return false;
    jw_put_bool(j, "own", v->account_id == k->actor.account_id);
    jw_end(j);
    return true;
}

bool query_saved_views(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct names names;
    struct list lists[2];
    size_t told = 0;
    (void)args;
    (void)given;
    names_init(&names, k);
    if (!record_list(k, &OWN_VIEWS, &lists[0], ARG(k->district), ARG(k->actor.account_id)) ||
        !record_list(k, &SHARED_VIEWS, &lists[1], ARG(k->district)))
        return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t n = 0; n < COUNT_OF(lists); n++) {
        const struct saved_view *at = lists[n].at;
        for (size_t i = 0; i < lists[n].n && told < VIEWS_MAX; i++) {
            bool may, own = at[i].account_id == k->actor.account_id;
            if (!saved_view_may_see(k, &at[i], &may)) return false;
            if (!may || own != (n == 0)) continue;
            if (!view_json(&names, &at[i], out)) return false;
            told++;
        }
    }
    jw_end(out);
    jw_end(out);
    return true;
}

bool query_saved_view(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct view_share *a = args;
    struct saved_view v;
    struct names names;
    (void)given;
    names_init(&names, k);
    return record_load_seen(k, &SAVED_VIEW, a->view, &v) && view_json(&names, &v, out);
}
