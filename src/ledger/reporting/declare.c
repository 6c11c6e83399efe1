/*
 * Declaring what is collected. A declaration is written first and then judged as it would stand, with all
 * the others: a duplicate, a cap that would be passed, a form that communities may not be asked for
 * undo the command (burden.c).
 */
#include "ledger/filter.h"
#include "ledger/item/item_find.h"
#include "ledger/org/org_internal.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/burden.h"
#include "ledger/reporting/reporting_internal.h"

#define ELEMENT_DECLARE_ARGS(X)                                                           \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                              \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED, NULL)                              \
    X(also_called, struct list, F_TEXTS, 20, "别名", "also called", 0, NULL)              \
    X(subject, str, F_ENUM, 0, "对象", "about", REQUIRED, &ELEMENT_SUBJECTS)              \
    X(kind, str, F_ENUM, 0, "类型", "kind", REQUIRED, &ELEMENT_KINDS)                     \
    X(measure, str, F_TEXT, 20, "计量单位", "unit of measure", 0, NULL)                   \
    X(decimals, int64_t, F_INT, 0, "小数位", "decimals", 0, NULL)                         \
    X(lowest, dec, F_DEC, 0, "最小值", "lowest", 0, NULL)                                 \
    X(highest, dec, F_DEC, 0, "最大值", "highest", 0, NULL)                               \
    X(aggregation, str, F_ENUM, 0, "汇总方式", "aggregation", 0, &AGGREGATIONS)           \
    X(item_member, str, F_ENUM, 0, "事项字段", "member of an item", 0, &ITEM_MEMBERS)     \
    X(legal_basis, str, F_TEXT, 400, "依据", "legal basis", REQUIRED, NULL)               \
    X(owner_unit, int64_t, F_REF, 0, "归口单位", "owner", REQUIRED, "unit")               \
    X(minutes, dec, F_DEC, 0, "每格分钟", "minutes a cell", REQUIRED, NULL)               \
    X(basis, str, F_ENUM, 0, "出处", "origin", REQUIRED, &BASES)
struct element_declare_args { ELEMENT_DECLARE_ARGS(AS_MEMBER) };
#define OWNER struct element_declare_args
ARGS_SHAPE(element_declare, ELEMENT_DECLARE_ARGS);
#undef OWNER

#define COLLECTION_DECLARE_ARGS(X)                                                        \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                              \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED, NULL)                              \
    X(row_kind, str, F_ENUM, 0, "行", "rows", REQUIRED, &COLLECTION_ROWS)                 \
    X(in_register, int64_t, F_REF, 0, "台账", "register", 0, "register_def")              \
    X(row_filter, str, F_TEXT, 1000, "事项范围", "which items", 0, NULL)                  \
    X(lines, struct list, F_TEXTS, 200, "固定行", "fixed rows", 0, NULL) /* 编码=名称 */  \
    X(columns, struct list, F_IDS, 60, "栏目", "columns", REQUIRED, "data_element")       \
    X(must, struct list, F_IDS, 60, "必填栏目", "required columns", 0, "data_element")    \
    X(cycle, str, F_ENUM, 0, "频次", "cycle", REQUIRED, &CYCLES)                          \
    X(due_count, int64_t, F_INT, 0, "期后第几日", "days after the period", REQUIRED, NULL)\
    X(due_in, str, F_ENUM, 0, "日的算法", "counted in", REQUIRED, &DUE_COUNTS)            \
    X(roll, str, F_ENUM, 0, "遇休", "roll", REQUIRED, &ROLLS)                             \
    X(due_source, str, F_TEXT, 300, "时限出处", "source of the due day", REQUIRED, NULL)  \
    X(first_period, str, F_TEXT, 16, "首期", "first period", REQUIRED, NULL)              \
    X(last_period, str, F_TEXT, 16, "末期", "last period", 0, NULL)                       \
    X(units, struct list, F_IDS, 500, "报送单位", "units", 0, "unit")                     \
    X(unit_kinds, struct list, F_TEXTS, 10, "报送单位类别", "kinds of units", 0, NULL)    \
    X(owner_unit, int64_t, F_REF, 0, "汇总单位", "collected by", REQUIRED, "unit")        \
    X(legal_basis, str, F_TEXT, 400, "依据", "legal basis", REQUIRED, NULL)               \
    X(form, int64_t, F_REF, 0, "社区表格目录", "entry of the communities' list", 0, "community_form") \
    X(basis, str, F_ENUM, 0, "出处", "origin", REQUIRED, &BASES)
struct collection_declare_args { COLLECTION_DECLARE_ARGS(AS_MEMBER) };
#define OWNER struct collection_declare_args
ARGS_SHAPE(collection_declare, COLLECTION_DECLARE_ARGS);
#undef OWNER

#define CAP_SET_ARGS(X)                                                                   \
    X(unit_kind, str, F_ENUM, 0, "单位类别", "kind of unit", REQUIRED, &UNIT_KINDS)       \
    X(minutes, int64_t, F_INT, 0, "每月分钟上限", "minutes a month", REQUIRED, NULL)      \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct cap_set_args { CAP_SET_ARGS(AS_MEMBER) };
#define OWNER struct cap_set_args
ARGS_SHAPE(cap_set, CAP_SET_ARGS);
#undef OWNER

#define FORM_ALLOW_ARGS(X)                                                                \
    X(code, str, F_TEXT, 40, "编码", "code", REQUIRED, NULL)                              \
    X(name, str, F_TEXT, 120, "表格名称", "form", REQUIRED, NULL)                         \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct form_allow_args { FORM_ALLOW_ARGS(AS_MEMBER) };
#define OWNER struct form_allow_args
ARGS_SHAPE(form_allow, FORM_ALLOW_ARGS);
#undef OWNER

static str joined(struct call *k, const struct list *texts)
{
    const str *at = texts->at;
    struct buf b;
    buf_init(&b, k->c->a, 100000);
    for (size_t i = 0; i < texts->n; i++) {
        if (i) buf_addc(&b, '|');
        buf_add(&b, str_trim(at[i]));
    }
    return buf_str(&b);
}

/* --- elements --- */

static bool numeric(str kind)
{
    return str_is(kind, "number") || str_is(kind, "amount") || str_is(kind, "percent");
}

static bool check_element(struct call *k, const struct data_element *e)
{
    if (e->decimals < 0 || e->decimals > 6)
        return fail_field(k->c, ERR_INVALID, "element.bad_decimals", STR("decimals"));
    if (e->minutes.millionths < 0 || dec_cmp(e->minutes, (dec){480 * (int64_t)DEC_ONE}) > 0)
        return fail_field(k->c, ERR_INVALID, "element.bad_minutes", STR("minutes"), e->name);
    if (str_is(e->kind, "amount") && !str_is(e->measure, "元") && !str_is(e->measure, "万元") && !str_is(e->measure, "亿元"))
        return fail_field(k->c, ERR_INVALID, "element.bad_money", STR("measure"), e->name);
    if (!numeric(e->kind) && !str_is(e->aggregation, "none") && !str_is(e->aggregation, "last"))
        return fail_field(k->c, ERR_INVALID, "element.no_sum", STR("aggregation"), e->name);
    if (!dec_is_none(e->lowest) && !dec_is_none(e->highest) && dec_cmp(e->lowest, e->highest) > 0)
        return fail_field(k->c, ERR_INVALID, "element.bad_bounds", STR("highest"), e->name);
    return true;
}

// A changed definition is judged in every collection that asks it.
static bool guard_users(struct call *k, int64_t element)
{
    struct reporting *r;
    if (!reporting_load(k, &r)) return false;
    for (size_t i = 0; i < r->at.n; i++)
        for (size_t j = 0; j < r->at.at[i]->columns.n; j++)
            if (r->at.at[i]->columns.at[j].element->id == element && !burden_guard(k, r, r->at.at[i])) return false;
    return true;
}

bool run_element_declare(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct element_declare_args *a = args;
    struct data_element before, after;
    bool found;
    if (!record_by_code(k, &DATA_ELEMENT, a->code, &before, &found)) return false;
    if (!found && !org_check_code(k, &DATA_ELEMENT, "code", a->code)) return false;
    if (found) after = before;
    else shape_init(DATA_ELEMENT.shape, &after);
    org_take(&element_declare_shape, args, given, &DATA_ELEMENT, &after);
    if (args_given(&element_declare_shape, given, "also_called")) after.aliases = joined(k, &a->also_called);
    if (after.aggregation.n == 0) after.aggregation = STR("none");
    if (after.item_member.n == 0) after.item_member = STR("none");
    after.district_id = k->district;
    if (!check_element(k, &after)) return false;
    bool ok = found ? record_update(k, &DATA_ELEMENT, &before, &after) : record_insert(k, &DATA_ELEMENT, &after);
    if (!ok || !burden_guard_element(k, &after) || (found && !guard_users(k, after.id))) return false;
    org_done(k, &DATA_ELEMENT, after.id, out);
    return true;
}

/* --- collections --- */

static bool check_periods(struct call *k, const struct collection *c)
{
    struct period first, last;
    enum cycle cycle;
    if (!cycle_of(c->cycle, &cycle) || cycle == CYCLE_NONE)
        return fail_field(k->c, ERR_INVALID, "collection.no_cycle", STR("cycle"), c->name);
    if (!period_parse(c->first_period, &first) || first.cycle != cycle)
        return fail_field(k->c, ERR_INVALID, "collection.bad_period", STR("first_period"), c->first_period);
    if (c->last_period.n && (!period_parse(c->last_period, &last) || last.cycle != cycle || last.last < first.last))
        return fail_field(k->c, ERR_INVALID, "collection.bad_period", STR("last_period"), c->last_period);
    if (c->due_count < 0 || c->due_count > 60)
        return fail_field(k->c, ERR_INVALID, "collection.bad_due", STR("due_count"));
    return true;
}

static bool check_rows(struct call *k, const struct collection *c, const struct collection_declare_args *a)
{
    bool items = str_is(c->row_kind, "items") || str_is(c->row_kind, "progress");
    if (str_is(c->row_kind, "fixed") != (a->lines.n > 0))
        return fail_field(k->c, ERR_INVALID, "collection.lines", STR("lines"), c->name);
    if (!items && (c->row_filter.n || c->register_id))
        return fail_field(k->c, ERR_INVALID, "collection.no_items", STR("row_filter"), c->name);
    if (c->row_filter.n) {
        struct filter f;
        const struct expr *e;
        if (!filter_load(k, &ITEM, &f) || !filter_parse(k, &f, c->row_filter, &e)) return false;
    }
    if (a->units.n == 0 && a->unit_kinds.n == 0)
        return fail_field(k->c, ERR_INVALID, "collection.no_units", STR("units"), c->name);
    const str *kinds = a->unit_kinds.at;
    for (size_t i = 0; i < a->unit_kinds.n; i++)
        if (!enum_find(&UNIT_KINDS, str_trim(kinds[i])))
            return fail_field(k->c, ERR_INVALID, "collection.bad_kind", STR("unit_kinds"), kinds[i]);
    return true;
}

static bool remove_all(struct call *k, struct records *q, struct entity *e, int64_t collection)
{
    struct list rows;
    if (!record_list(k, q, &rows, ARG(k->district))) return false;
    const struct field *of = shape_field(e->shape, STR("collection_id"));
    for (size_t i = 0; i < rows.n; i++) {
        char *row = (char *)rows.at + i * e->shape->size;
        if (*field_int(of, row) == collection && !record_remove(k, e, row)) return false;
    }
    return true;
}

static bool in_ids(const struct list *ids, int64_t id)
{
    const int64_t *at = ids->at;
    for (size_t i = 0; i < ids->n; i++)
        if (at[i] == id) return true;
    return false;
}

// progress rows become reports of items: each column is a member of the report, the two that a report
// must have among them; elsewhere such a column is filled from the item.
static bool check_column(struct call *k, const struct collection *c, const struct data_element *e)
{
    bool member = !str_is(e->item_member, "none");
    if (str_is(c->row_kind, "progress") && !member)
        return fail_field(k->c, ERR_INVALID, "collection.not_a_member", STR("columns"), e->name, c->name);
    if (member && !str_is(c->row_kind, "progress") && !str_is(c->row_kind, "items"))
        return fail_field(k->c, ERR_INVALID, "collection.member_elsewhere", STR("columns"), e->name, c->name);
    return true;
}

static bool put_columns(struct call *k, const struct collection *c, const struct collection_declare_args *a)
{
    const int64_t *ids = a->columns.at, *must = a->must.at;
    bool progress = false, narrative = false;
    for (size_t i = 0; i < a->columns.n; i++) {
        struct data_element e;
        struct collection_column col;
        if (!record_load(k, &DATA_ELEMENT, ids[i], &e) || !check_column(k, c, &e)) return false;
        progress |= str_is(e.item_member, "progress");
        narrative |= str_is(e.item_member, "narrative");
        shape_init(COLLECTION_COLUMN.shape, &col);
        col.collection_id = c->id;
        col.element_id = ids[i];
        col.ordinal = (int64_t)i + 1;
        col.must = in_ids(&a->must, ids[i]);
        if (!record_insert(k, &COLLECTION_COLUMN, &col)) return false;
    }
    for (size_t i = 0; i < a->must.n; i++)
        if (!in_ids(&a->columns, must[i])) return fail_field(k->c, ERR_INVALID, "collection.must_elsewhere",
                                                             STR("must"));
    if (str_is(c->row_kind, "progress") && !(progress && narrative))
        return fail_field(k->c, ERR_INVALID, "collection.report_needs", STR("columns"), c->name);
    return true;
}

static bool put_lines(struct call *k, const struct collection *c, const struct list *lines)
{
    const str *at = lines->at;
    for (size_t i = 0; i < lines->n; i++) {
        struct collection_line l;
        str name = at[i];
        shape_init(COLLECTION_LINE.shape, &l);
        l.code = str_trim(str_cut(&name, STR("=")));
        l.name = str_trim(name);
        if (l.code.n == 0 || l.name.n == 0 || l.code.n > 30)
            return fail_field(k->c, ERR_INVALID, "collection.bad_line", str_printf(k->c->a, "lines[%zu]", i), at[i]);
        l.collection_id = c->id;
        l.ordinal = (int64_t)i + 1;
        if (!record_insert(k, &COLLECTION_LINE, &l)) return false;
    }
    return true;
}

static bool put_units(struct call *k, const struct collection *c, const struct list *units)
{
    const int64_t *at = units->at;
    for (size_t i = 0; i < units->n; i++) {
        struct collection_unit u;
        shape_init(COLLECTION_UNIT.shape, &u);
        u.collection_id = c->id;
        u.unit_id = at[i];
        if (!record_insert(k, &COLLECTION_UNIT, &u)) return false;
    }
    return true;
}

// Asked by name: the entry of the communities' list that bears the collection's own name.
static bool find_form(struct call *k, struct collection *c)
{
    struct list rows;
    if (c->form_id) return true;
    if (!record_list(k, &FORMS_ALL, &rows, ARG(k->district))) return false;
    const struct community_form *f = rows.at;
    str name = str_fold(k->c->a, c->name);
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(str_fold(k->c->a, f[i].name), name)) c->form_id = f[i].id;
    return true;
}

bool run_collection_declare(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct collection_declare_args *a = args;
    struct collection before, after;
    struct reporting *r;
    bool found;
    if (!record_by_code(k, &COLLECTION, a->code, &before, &found)) return false;
    if (!found && !org_check_code(k, &COLLECTION, "code", a->code)) return false;
    if (found) after = before;
    else shape_init(COLLECTION.shape, &after);
    org_take(&collection_declare_shape, args, given, &COLLECTION, &after);
    after.register_id = a->in_register;
    after.row_filter = a->row_filter;
    after.last_period = a->last_period;
    after.unit_kinds = joined(k, &a->unit_kinds);
    after.district_id = k->district;
    if (!check_periods(k, &after) || !check_rows(k, &after, a) || !find_form(k, &after)) return false;
    bool ok = found ? record_update(k, &COLLECTION, &before, &after) : record_insert(k, &COLLECTION, &after);
    if (!ok) return false;
    if (found && (!remove_all(k, &COLUMNS_ALL, &COLLECTION_COLUMN, after.id) ||
                  !remove_all(k, &LINES_OF_ALL, &COLLECTION_LINE, after.id) ||
                  !remove_all(k, &UNITS_OF_ALL, &COLLECTION_UNIT, after.id)))
        return false;
    if (!put_columns(k, &after, a) || !put_lines(k, &after, &a->lines) || !put_units(k, &after,
                                                                                     &a->units)) return false;
    if (!reporting_load(k, &r) || !burden_guard(k, r, reporting_find(r, after.id))) return false;
    org_done(k, &COLLECTION, after.id, out);
    return true;
}

/* --- caps and the communities' list --- */

bool run_cap_set(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct cap_set_args *a = args;
    struct burden_cap before, after;
    struct list rows;
    bool found = false;
    if (a->minutes < 1) return fail_field(k->c, ERR_INVALID, "burden.bad_cap", STR("minutes"));
    if (!record_list(k, &CAPS_ALL, &rows, ARG(k->district))) return false;
    const struct burden_cap *at = rows.at;
    for (size_t i = 0; i < rows.n && !found; i++)
        if ((found = str_eq(at[i].unit_kind, a->unit_kind))) before = at[i];
    if (found) after = before;
    else shape_init(BURDEN_CAP.shape, &after);
    org_take(&cap_set_shape, args, given, &BURDEN_CAP, &after);
    after.district_id = k->district;
    bool ok = found ? record_update(k, &BURDEN_CAP, &before, &after) : record_insert(k, &BURDEN_CAP, &after);
    if (!ok) return false;
    org_done(k, &BURDEN_CAP, after.id, out);
    return true;
}

bool run_form_allow(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct form_allow_args *a = args;
    struct community_form before, after;
    bool found;
    if (!record_by_code(k, &COMMUNITY_FORM, a->code, &before, &found)) return false;
    if (!found && !org_check_code(k, &COMMUNITY_FORM, "code", a->code)) return false;
    if (found) after = before;
    else shape_init(COMMUNITY_FORM.shape, &after);
    org_take(&form_allow_shape, args, given, &COMMUNITY_FORM, &after);
    after.district_id = k->district;
    bool ok = found ? record_update(k, &COMMUNITY_FORM, &before, &after) : record_insert(k, &COMMUNITY_FORM, &after);
    if (!ok) return false;
    org_done(k, &COMMUNITY_FORM, after.id, out);
    return true;
}
