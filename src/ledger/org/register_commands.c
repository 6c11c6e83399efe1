/*
 * What a district is made of before any work begins: itself, its lines of work, its registers.
 */
#include "ledger/org/districts.h"
#include "ledger/org/org_internal.h"
#include "ledger/registers/loop_variant.h"

#define DISTRICT_CREATE_ARGS(X)                                                       \
    X(code, str, F_TEXT, 32, "代码", "code", REQUIRED, NULL)                          \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED, NULL)                         \
    X(name_en, str, F_TEXT, 120, "英文名称", "English name", 0, NULL)                 \
    X(zone_min, int64_t, F_INT, 0, "时区（分钟）", "zone in minutes", REQUIRED, NULL) \
    X(pack, str, F_TEXT, 64, "配置包", "pack", REQUIRED, NULL)                        \
    X(pack_version, str, F_TEXT, 32, "配置包版本", "pack version", REQUIRED, NULL)    \
    X(plan_year, int64_t, F_INT, 0, "年度", "year", REQUIRED, NULL)                   \
    X(example_day, int64_t, F_DAY, 0, "示例日期", "example date", 0, NULL)
struct district_create_args {
    DISTRICT_CREATE_ARGS(AS_MEMBER)
};
#define OWNER struct district_create_args
ARGS_SHAPE(district_create, DISTRICT_CREATE_ARGS);
#undef OWNER

#define LINE_ADD_ARGS(X)                                                           \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                       \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED, NULL)                      \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", REQUIRED, NULL) \
    X(basis, str, F_ENUM, 0, "依据", "basis", REQUIRED, &BASES)
struct line_add_args {
    LINE_ADD_ARGS(AS_MEMBER)
};
#define OWNER struct line_add_args
ARGS_SHAPE(line_add, LINE_ADD_ARGS);
#undef OWNER

#define REGISTER_DECLARE_ARGS(X)                                                           \
    X(code, str, F_TEXT, 32, "编码", "code", REQUIRED, NULL)                               \
    X(name, str, F_TEXT, 60, "名称", "name", REQUIRED, NULL)                               \
    X(name_en, str, F_TEXT, 60, "英文名称", "English name", 0, NULL)                       \
    X(code_pattern, str, F_TEXT, 60, "编号规则", "code pattern", REQUIRED, NULL)           \
    X(official_order, int64_t, F_INT, 0, "排序", "official order", 0, NULL)                \
    X(quota_kind, int64_t, F_BOOL, 0, "可含收入指标", "may carry revenue quotas", 0, NULL) \
    X(legal_basis, str, F_TEXT, 400, "依据", "legal basis", 0, NULL)                       \
    X(report_minutes, int64_t, F_INT, 0, "填报分钟", "minutes to report", 0, NULL)         \
    X(progress_method, str, F_ENUM, 0, "进度口径", "progress from", 0, &PROGRESS_METHODS)  \
    X(loop, str, F_TEXT, 32, "办理流程", "loop variant", 0, NULL)
struct register_declare_args {
    REGISTER_DECLARE_ARGS(AS_MEMBER)
};
#define OWNER struct register_declare_args
ARGS_SHAPE(register_declare, REGISTER_DECLARE_ARGS);
#undef OWNER

/*
 * No other district of the store may have the code. The loader reads the highest number before it comes
 * here, and takes the next: of two processes at it at once both take the same, one waits at its key for
 * the other's commit and is refused. So no code can be taken between the look and the commit.
 */
static bool code_is_free(struct call *k, str code)
{
    struct district_ref other;
    if (district_find(k->c, k->db, code, &other) || k->c->err.code == ERR_INVALID) {
        error_clear(k->c);
        return fail_field(k->c, ERR_CONFLICT, "district.code_taken", STR("code"), code);
    }
    if (k->c->err.code != ERR_NOT_FOUND) return false;
    error_clear(k->c);
    return true;
}

bool district_create_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct district_create_args *a = args;
    struct district d;
    if (a->zone_min < -720 || a->zone_min > 840)
        return fail_field(k->c, ERR_INVALID, "district.bad_zone", STR("zone_min"));
    if (a->plan_year < 1949 || a->plan_year > 2999) {
        return fail_field(k->c, ERR_INVALID, "district.bad_year", STR("plan_year"));
    }
    if (record_load(k, &DISTRICT, k->district, &d))
        return fail(k->c, ERR_CONFLICT, "district.exists", d.name);
    if (k->c->err.code != ERR_NOT_FOUND) return false;
    error_clear(k->c);
    if (!org_check_code(k, &DISTRICT, "code", a->code) || !code_is_free(k, a->code)) return false;
    shape_init(DISTRICT.shape, &d);
    org_take(&district_create_shape, args, given, &DISTRICT, &d);
    d.district_id = d.id = k->district; // the loader chose a number that was free
    if (!record_insert(k, &DISTRICT, &d)) return false;
    org_done(k, &DISTRICT, d.id, out);
    return true;
}

bool line_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct line_add_args *a = args;
    struct work_line l;
    if (!org_check_code(k, &WORK_LINE, "code", a->code)) return false;
    shape_init(WORK_LINE.shape, &l);
    org_take(&line_add_shape, args, given, &WORK_LINE, &l);
    l.district_id = k->district;
    if (!record_insert(k, &WORK_LINE, &l)) return false;
    org_done(k, &WORK_LINE, l.id, out);
    return true;
}

// {year} and {line} may stand in a pattern; it ends with the running number {seq2}: its digits.
static bool pattern_valid(str p)
{
    bool number = false;
    for (size_t i = 0; i < p.n && !number;) {
        if (p.p[i] == '}') return false;
        if (p.p[i] != '{') {
            i++;
            continue;
        }
        size_t end = str_find(p, STR("}"), i);
        if (end == SIZE_MAX) return false;
        str name = str_sub(p, i + 1, end - i - 1);
        number = name.n == 4 && str_starts(name, STR("seq")) && name.p[3] >= '1' &&
                 name.p[3] <= '9' && end + 1 == p.n;
        if (!number && !str_is(name, "year") && !str_is(name, "line")) return false;
        i = end + 1;
    }
    return number;
}

// A register is declared; declaring it again changes it.
bool register_declare_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct register_declare_args *a = args;
    struct register_def before, after;
    bool found;
    if (!pattern_valid(a->code_pattern)) {
        return fail_field(k->c, ERR_INVALID, "register.bad_pattern", STR("code_pattern"),
                          a->code_pattern);
    }
    if (a->report_minutes < 0)
        return fail_field(k->c, ERR_INVALID, "register.bad_minutes", STR("report_minutes"));
    if (!record_by_code(k, &REGISTER, a->code, &before, &found)) return false;
    if (!found && !org_check_code(k, &REGISTER, "code", a->code)) return false;
    if (found) after = before;
    else shape_init(REGISTER.shape, &after);
    org_take(&register_declare_shape, args, given, &REGISTER, &after);
    after.district_id = k->district;
    if (!loop_fits(k, &after)) return false;
    bool ok =
        found ? record_update(k, &REGISTER, &before, &after) : record_insert(k, &REGISTER, &after);
    if (!ok) return false;
    org_done(k, &REGISTER, after.id, out);
    return true;
}
