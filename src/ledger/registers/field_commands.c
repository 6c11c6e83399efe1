/*
 * Declaring: fields of a register, variants of the loop, clocks of one register; and filling declared
 * fields in between reports.
 */
#include "ledger/item/loop.h"
#include "ledger/item/item_commands.h"
#include "ledger/org/org_internal.h"
#include "ledger/org/rules.h"
#include "ledger/registers/declare.h"
#include "ledger/registers/loop_variant.h"
#include "ledger/registers/registers_internal.h"
#include "ledger/registers/registers_subject.h"
#include "ledger/registers/values.h"
#include "ledger/reporting/burden.h"
#include "ledger/item/guard.h"
#include "ledger/sight.h"

#define REGISTER_FIELD_ARGS(X)                                                                     \
    X(register_, int64_t, F_REF, 0, "台账", "register", REQUIRED, "register_def")                  \
    FIELD_MEMBERS(X)
#define FIELD_MEMBERS(X)                                                                           \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                                       \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED, NULL)                                       \
    X(name_en, str, F_TEXT, 60, "英文名称", "English name", 0, NULL)                               \
    X(section, str, F_TEXT, 60, "分组", "section", 0, NULL)                                        \
    X(kind, str, F_ENUM, 0, "类型", "kind", REQUIRED, &FIELD_KINDS)                                \
    X(max_length, int64_t, F_INT, 0, "最多字数", "most characters", 0, NULL)                       \
    X(required_at, str, F_ENUM, 0, "必填环节", "required at", REQUIRED, &REQUIRED_AT)              \
    X(choices, str, F_TEXT, 8000, "选项", "choices", 0, NULL)                                      \
    X(unit_name, str, F_TEXT, 20, "计量单位", "unit of measure", 0, NULL)                          \
    X(decimals, int64_t, F_INT, 0, "小数位", "decimals", 0, NULL)                                  \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)                        \
    X(listed, int64_t, F_BOOL, 0, "列表显示", "in lists", 0, NULL)                                 \
    X(filtered, int64_t, F_BOOL, 0, "可筛选", "may be filtered", 0, NULL)                          \
    X(visible_to, str, F_TEXT, 120, "可见角色", "roles that may read it", 0, NULL)                 \
    X(help, str, F_TEXT, 400, "填写说明", "help", 0, NULL)                                         \
    X(help_en, str, F_TEXT, 400, "英文说明", "English help", 0, NULL)                              \
    X(basis, str, F_TEXT, 400, "依据", "legal basis", REQUIRED, NULL)                              \
    X(owner_unit, int64_t, F_REF, 0, "归口单位", "owner", 0, "unit")                               \
    X(frequency, str, F_ENUM, 0, "填报频次", "frequency", REQUIRED, &FREQUENCIES)                  \
    X(minutes, dec, F_DEC, 0, "填报分钟", "minutes to fill", REQUIRED, NULL)                       \
    X(element, str, F_TEXT, 40, "数据元", "data element", 0, NULL)
struct register_field_args { REGISTER_FIELD_ARGS(AS_MEMBER) };
#define OWNER struct register_field_args
static const struct field register_field_fields[] = {
    {"register", F_REF, offsetof(OWNER, register_), 0, "台账", "register", REQUIRED, "register_def"},
    FIELD_MEMBERS(AS_FIELD)};
#undef OWNER
const struct shape register_field_args_shape = {"register_field_args", register_field_fields,
                                                COUNT_OF(register_field_fields), sizeof(struct register_field_args)};

#define FIELD_REMOVE_ARGS(X)                                                      \
    X(register_, int64_t, F_REF, 0, "台账", "register", REQUIRED, "register_def") \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)
struct field_remove_args { FIELD_REMOVE_ARGS(AS_MEMBER) };
#define OWNER struct field_remove_args
static const struct field field_remove_fields[] = {
    {"register", F_REF, offsetof(OWNER, register_), 0, "台账", "register", REQUIRED, "register_def"},
    AS_FIELD(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)};
#undef OWNER
const struct shape field_remove_args_shape = {"field_remove_args", field_remove_fields, COUNT_OF(field_remove_fields),
                                              sizeof(struct field_remove_args)};

#define LOOP_DECLARE_ARGS(X)                                                          \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                          \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED, NULL)                          \
    X(name_en, str, F_TEXT, 60, "英文名称", "English name", 0, NULL)                  \
    X(steps, str, F_TEXT, 2000, "环节", "steps", REQUIRED, NULL)                      \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct loop_declare_args { LOOP_DECLARE_ARGS(AS_MEMBER) };
#define OWNER struct loop_declare_args
ARGS_SHAPE(loop_declare, LOOP_DECLARE_ARGS);
#undef OWNER

#define REGISTER_CLOCK_ARGS(X)                                                        \
    X(kind, str, F_ENUM, 0, "时钟", "clock", REQUIRED, &CLOCK_KINDS)                  \
    X(amount, int64_t, F_INT, 0, "时长", "amount", REQUIRED, NULL)                    \
    X(unit, str, F_ENUM, 0, "单位", "unit", REQUIRED, &CLOCK_UNITS)                   \
    X(roll, str, F_ENUM, 0, "遇休", "roll", REQUIRED, &ROLLS)                         \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED, NULL)      \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct register_clock_args {
    int64_t register_;
    REGISTER_CLOCK_ARGS(AS_MEMBER)
};
#define OWNER struct register_clock_args
static const struct field register_clock_fields_[] = {
    {"register", F_REF, offsetof(OWNER, register_), 0, "台账", "register", REQUIRED, "register_def"},
    REGISTER_CLOCK_ARGS(AS_FIELD)};
#undef OWNER
const struct shape register_clock_args_shape = {"register_clock_args", register_clock_fields_,
                                                COUNT_OF(register_clock_fields_), sizeof(struct register_clock_args)};

struct records FIELD_OF_CODE = RECORDS(
    "register_field.of_code", &REGISTER_FIELD, "WHERE district_id = $1 AND register_id = $2 AND code = $3 ORDER BY id");
struct records FIELDS_OF_REGISTER = RECORDS("register_field.of_register", &REGISTER_FIELD,
                                            "WHERE district_id = $1 AND register_id = $2 ORDER BY official_order, id");
struct records REGISTER_CLOCK_OF = RECORDS("register_clock.of_kind", &REGISTER_CLOCK,
                                           "WHERE district_id = $1 AND register_id = $2 AND kind = $3 ORDER BY id");

/* --- fields --- */

// A small letter, then small letters, digits and _: what the expression language reads as one name.
static bool code_valid(str code)
{
    for (size_t i = 0; i < code.n; i++) {
        char ch = code.p[i];
        bool letter = ch >= 'a' && ch <= 'z';
        if (!letter && (i == 0 || !((ch >= '0' && ch <= '9') || ch == '_'))) return false;
    }
    return code.n > 0;
}

// A name that items have anyway would mean two things in a filter.
static bool name_free(struct call *k, const char *member, str name)
{
    str folded = str_fold(k->c->a, name);
    for (size_t i = 0; folded.n && i < ITEM.shape->n; i++) {
        const struct field *f = &ITEM.shape->fields[i];
        if (f->flags & HIDDEN) continue;
        if (str_eq(folded, str_fold(k->c->a, str_of(f->name))) || str_eq(folded, str_fold(k->c->a, str_of(f->zh))) ||
            str_eq(folded, str_fold(k->c->a, str_of(f->en))))
            return fail_field(k->c, ERR_INVALID, "register.name_of_item", str_of(member), name);
    }
    return true;
}

// Nor may two fields of one register bear one name.
static bool name_alone(struct call *k, const struct register_field *f)
{
    struct list rows;
    if (!record_list(k, &FIELDS_OF_REGISTER, &rows, ARG(k->district), ARG(f->register_id))) return false;
    const struct register_field *at = rows.at;
    str mine[] = {str_fold(k->c->a, f->name), str_fold(k->c->a, f->name_en)};
    for (size_t i = 0; i < rows.n; i++) {
        if (at[i].id == f->id || at[i].removed) continue;
        str other[] = {str_fold(k->c->a, at[i].name), str_fold(k->c->a, at[i].name_en), at[i].code};
        for (size_t m = 0; m < 2; m++)
            for (size_t n = 0; n < 3; n++)
                if (mine[m].n && str_eq(mine[m], other[n]))
                    return fail_field(k->c, ERR_INVALID, "register.name_twice", m ? STR("name_en") : STR("name"),
                                      m ? f->name_en : f->name, at[i].code);
    }
    return true;
}

static bool check_choices(struct call *k, struct register_field *f)
{
    const struct field_choice *at;
    size_t n;
    bool choice = str_is(f->kind, "choice");
    if (choice != (f->choices.n > 0))
        return fail_field(k->c, ERR_INVALID, choice ? "register.no_choices" : "register.odd_choices", STR("choices"),
                          f->name);
    if (!choice) return true;
    if (!choices_parse(k->c->a, f->choices, &at, &n))
        return fail_field(k->c, ERR_INVALID, "register.bad_choices", STR("choices"), f->choices);
    f->choices = choices_json(k->c->a, at, n);
    return true;
}

static bool check_roles(struct call *k, str roles)
{
    while (roles.n) {
        str role = str_trim(str_cut(&roles, STR("|")));
        if (!(role_bit(role) & ROLES_BUSINESS))
            return fail_field(k->c, ERR_INVALID, "register.bad_role", STR("visible_to"), role);
    }
    return true;
}

static bool check_numbers(struct call *k, const struct register_field *f)
{
    if (f->max_length < 0 || f->max_length > 4000)
        return fail_field(k->c, ERR_INVALID, "register.bad_length", STR("max_length"));
    if (f->decimals < 0 || f->decimals > 6)
        return fail_field(k->c, ERR_INVALID, "register.bad_decimals", STR("decimals"));
    if (!dec_is_none(f->minutes) && (f->minutes.millionths < 0 || f->minutes.millionths > 480 * (int64_t)DEC_ONE))
        return fail_field(k->c, ERR_INVALID, "register.bad_minutes", STR("minutes"));
    return true;
}

// Values stay where they are: a kind that keeps them elsewhere is another field.
static bool check_kind(struct call *k, const struct register_field *before, const struct register_field *after)
{
    struct declared was, is;
    int64_t n;
    if (!declared_make(k->c->a, before, &was) || !declared_make(k->c->a, after, &is)) return true;
    bool place = declared_column(was.kind) == declared_column(is.kind);
    bool like = was.kind == is.kind || (place && was.kind != KIND_CHOICE && was.kind != KIND_BOOL &&
                                        is.kind != KIND_BOOL && was.kind != KIND_UNIT && was.kind != KIND_PERSON);
    if (like) return true;
    if (!values_count(k, before->id, &n)) return false;
    return n == 0 || fail_field(k->c, ERR_CONFLICT, "register.kind_in_use", STR("kind"), before->name,
                                str_printf(k->c->a, "%" PRId64, n));
}

static bool check_field(struct call *k, struct register_field *f)
{
    if (!code_valid(f->code)) return fail_field(k->c, ERR_INVALID, "register.bad_code", STR("code"), f->code);
    return name_free(k, "code", f->code) && name_free(k, "name", f->name) && name_free(k, "name_en", f->name_en) &&
           name_alone(k, f) && check_choices(k, f) && check_roles(k, f->visible_to) && check_numbers(k, f);
}

bool register_field_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct register_field_args *a = args;
    struct register_field before, after;
    struct list rows;
    if (!record_list(k, &FIELD_OF_CODE, &rows, ARG(k->district), ARG(a->register_), ARG(a->code))) return false;
    bool found = rows.n > 0;
    if (found) before = after = *(struct register_field *)rows.at;
    else shape_init(REGISTER_FIELD.shape, &after);
    org_take(&register_field_args_shape, args, given, &REGISTER_FIELD, &after);
    after.register_id = a->register_;
    after.owner_unit_id = a->owner_unit ? a->owner_unit : after.owner_unit_id;
    after.removed = 0;
    if (!found && !args_given(&register_field_args_shape, given, "listed")) after.listed = 1;
    if (!found && !args_given(&register_field_args_shape, given, "filtered")) after.filtered = 1;
    if (!check_field(k, &after) || (found && !check_kind(k, &before, &after)) || !burden_guard_field(k, &after))
        return false;
    bool ok = found ? record_update(k, &REGISTER_FIELD, &before, &after) : record_insert(k, &REGISTER_FIELD, &after);
    if (!ok) return false;
    org_done(k, &REGISTER_FIELD, after.id, out);
    return true;
}

bool field_remove_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct field_remove_args *a = args;
    struct list rows;
    (void)given;
    if (!record_list(k, &FIELD_OF_CODE, &rows, ARG(k->district), ARG(a->register_), ARG(a->code))) return false;
    if (rows.n == 0)
        return fail_field(k->c, ERR_INVALID, "register.no_field", STR("code"), STR_EMPTY, a->code);
    struct register_field before = *(struct register_field *)rows.at, after = before;
    after.removed = 1;
    if (!record_update(k, &REGISTER_FIELD, &before, &after)) return false;
    org_done(k, &REGISTER_FIELD, after.id, out);
    return true;
}

/* --- loops and clocks --- */

bool loop_declare_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct loop_declare_args *a = args;
    struct loop_variant before, after;
    struct loop_shape shape;
    bool found;
    if (str_is(a->code, "full")) return fail_field(k->c, ERR_INVALID, "loop.full", STR("code"));
    if (!loop_variant_parse(k->c, a->steps, &shape)) return false;
    if (!record_by_code(k, &LOOP_VARIANT, a->code, &before, &found)) return false;
    if (!found && !org_check_code(k, &LOOP_VARIANT, "code", a->code)) return false;
    if (found) after = before;
    else shape_init(LOOP_VARIANT.shape, &after);
    org_take(&loop_declare_shape, args, given, &LOOP_VARIANT, &after);
    bool ok = found ? record_update(k, &LOOP_VARIANT, &before, &after) : record_insert(k, &LOOP_VARIANT, &after);
    if (!ok) return false;
    org_done(k, &LOOP_VARIANT, after.id, out);
    return true;
}

bool register_clock_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct register_clock_args *a = args;
    struct register_clock after;
    struct list rows;
    if (a->amount < 0 || a->amount > 5270400)
        return fail_field(k->c, ERR_INVALID, "rule.bad_amount", STR("amount"),
                          str_printf(k->c->a, "%" PRId64, a->amount));
    if (!record_list(k, &REGISTER_CLOCK_OF, &rows, ARG(k->district), ARG(a->register_), ARG(a->kind))) return false;
    if (rows.n) after = *(struct register_clock *)rows.at;
    else shape_init(REGISTER_CLOCK.shape, &after);
    org_take(&register_clock_args_shape, args, given, &REGISTER_CLOCK, &after);
    after.register_id = a->register_;
    bool ok = rows.n ? record_update(k, &REGISTER_CLOCK, rows.at, &after) : record_insert(k, &REGISTER_CLOCK, &after);
    if (!ok) return false;
    org_done(k, &REGISTER_CLOCK, after.id, out);
    return org_recompute(k, out);
}

/* --- filling in between --- */

#define FILL_ARGS(X)    \
    ITEM_AND_VERSION(X) \
    FIELDS_ARGUMENT(X)
struct fill_args { FILL_ARGS(AS_MEMBER) };
#define OWNER struct fill_args
ARGS_SHAPE(item_fill, FILL_ARGS);
#undef OWNER

// The unit that answers for it while it works on it; the office while it prepares it.
bool item_fill_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct fill_args *a = args;
    struct item it;
    (void)given;
    k->object_kind = "item";
    k->object_id = a->item;
    if (!item_load_seen(k, a->item, &it)) return false;
    if (a->version && a->version != it.version) return fail(k->c, ERR_STALE, "record.stale");
    unsigned state = state_bit(it.state);
    bool office = actor_has(k, ROLE_SUPERVISOR | ROLE_LEADER | ROLE_SYSTEM);
    if (!(state & (IN_DRAFTED | IN_ISSUED | IN_ACCEPTED)))
        return fail(k->c, ERR_CONFLICT, "register.not_now", item_label(k, &it));
    if (!(office && (state & IN_DRAFTED)) && !item_by_lead(k, &it)) return false;
    if (!values_set(k, &it, &a->fields) || !guard_revenue_quota(k, &it)) return false;
    return tell_item(out, &it);
}
