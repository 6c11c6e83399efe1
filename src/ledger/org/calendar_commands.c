/*
 * The calendar's data: a year's holiday notice, and periods in which a district does not work.
 */
#include "ledger/org/org_internal.h"

#define YEAR_DAY_ARGS(X)                                          \
    X(day, int64_t, F_DAY, 0, "日期", "day", REQUIRED, NULL)      \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED, &DAY_KINDS) \
    X(name, str, F_TEXT, 60, "名称", "name", 0, NULL)             \
    X(source, str, F_TEXT, 300, "来源", "source", 0, NULL)
struct year_day {
    YEAR_DAY_ARGS(AS_MEMBER)
};
#define OWNER struct year_day
static const struct field year_day_fields[] = {YEAR_DAY_ARGS(AS_FIELD)};
static const struct shape year_day_shape = {"year_day", year_day_fields, COUNT_OF(year_day_fields),
                                            sizeof(OWNER)};
#undef OWNER

#define ADD_YEAR_ARGS(X)                                       \
    X(year, int64_t, F_INT, 0, "年份", "year", REQUIRED, NULL) \
    X(days, struct list, F_OBJECTS, 200, "日期", "days", REQUIRED, &year_day_shape)
struct add_year_args {
    ADD_YEAR_ARGS(AS_MEMBER)
};
#define OWNER struct add_year_args
ARGS_SHAPE(calendar_add_year, ADD_YEAR_ARGS);
#undef OWNER

#define ADD_STOP_ARGS(X)                                           \
    X(first, int64_t, F_DAY, 0, "起", "first day", REQUIRED, NULL) \
    X(last, int64_t, F_DAY, 0, "止", "last day", REQUIRED, NULL)   \
    X(name, str, F_TEXT, 120, "名称", "name", REQUIRED, NULL)      \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct add_stop_args {
    ADD_STOP_ARGS(AS_MEMBER)
};
#define OWNER struct add_stop_args
ARGS_SHAPE(calendar_stop_add, ADD_STOP_ARGS);
#undef OWNER

struct records CALENDAR_DAY_OF = RECORDS("calendar_day.of_day", &CALENDAR_DAY,
                                         "WHERE district_id = $1 AND civil_day = $2 ORDER BY id");
struct records CALENDAR_DAYS_OF_YEAR = RECORDS(
    "calendar_day.of_year", &CALENDAR_DAY,
    "WHERE district_id = $1 AND civil_day >= $2 AND civil_day <= $3 ORDER BY civil_day, id");

// A notice may date the last days of the year before and the first of the year after.
static bool check_days(struct call *k, const struct add_year_args *a)
{
    const struct year_day *d = a->days.at;
    bool first = false;
    for (size_t i = 0; i < a->days.n; i++) {
        int64_t year = d[i].day / 10000;
        if (year < a->year - 1 || year > a->year + 1) {
            return fail_field(k->c, ERR_INVALID, "calendar.other_year",
                              str_printf(k->c->a, "days[%zu].day", i),
                              day_text(k->c->a, day_from_ymd((int32_t)d[i].day)),
                              str_printf(k->c->a, "%" PRId64, a->year));
        }
        for (size_t j = 0; j < i; j++) {
            if (d[j].day != d[i].day) continue;
            return fail_field(k->c, ERR_INVALID, "calendar.day_twice",
                              str_printf(k->c->a, "days[%zu].day", i),
                              day_text(k->c->a, day_from_ymd((int32_t)d[i].day)));
        }
        first = first || d[i].day == a->year * 10000 + 101;
    }
    if (first) return true;
    // New Year's Day is a holiday in every notice; a list without it is not the year's list.
    return fail_field(k->c, ERR_INVALID, "calendar.no_new_year", STR("days"),
                      str_printf(k->c->a, "%" PRId64, a->year));
}

static bool put_day(struct call *k, const struct year_day *d)
{
    struct list found;
    struct calendar_day n;
    if (!record_list(k, &CALENDAR_DAY_OF, &found, ARG(k->district), ARG(d->day))) return false;
    if (found.n > 0) n = *(const struct calendar_day *)found.at;
    else shape_init(CALENDAR_DAY.shape, &n);
    n.district_id = k->district;
    n.civil_day = d->day;
    n.kind = d->kind;
    n.name = d->name;
    n.source = d->source;
    return found.n > 0 ? record_update(k, &CALENDAR_DAY, found.at, &n)
                       : record_insert(k, &CALENDAR_DAY, &n);
}

// Days of the year that an earlier notice dated and this one does not name any more.
static bool drop_days(struct call *k, const struct add_year_args *a)
{
    struct list old;
    const struct year_day *d = a->days.at;
    if (!record_list(k, &CALENDAR_DAYS_OF_YEAR, &old, ARG(k->district), ARG(a->year * 10000),
                     ARG(a->year * 10000 + 9999))) {
        return false;
    }
    for (size_t i = 0; i < old.n; i++) {
        const struct calendar_day *was = &((const struct calendar_day *)old.at)[i];
        bool kept = was->civil_day % 10000 >= 1225; // the next year's notice may have dated it
        for (size_t j = 0; j < a->days.n && !kept; j++) kept = d[j].day == was->civil_day;
        if (!kept && !record_remove(k, &CALENDAR_DAY, was)) return false;
    }
    return true;
}

bool calendar_add_year_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct add_year_args *a = args;
    if (a->year < 1949 || a->year > 2999)
        return fail_field(k->c, ERR_INVALID, "district.bad_year", STR("year"));
    if (!check_days(k, a) || !drop_days(k, a)) return false;
    for (size_t i = 0; i < a->days.n; i++) {
        if (!put_day(k, &((const struct year_day *)a->days.at)[i])) return false;
    }
    jw_put_int(out, "days", (int64_t)a->days.n);
    return org_recompute(k, out);
}

bool calendar_stop_add_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct add_stop_args *a = args;
    struct calendar_stop s;
    if (a->last < a->first)
        return fail_field(k->c, ERR_INVALID, "calendar.bad_stop", STR("last"), a->name);
    shape_init(CALENDAR_STOP.shape, &s);
    s.district_id = k->district;
    s.first_day = a->first;
    s.last_day = a->last;
    s.name = a->name;
    s.source = a->source;
    if (!record_insert(k, &CALENDAR_STOP, &s)) return false;
    org_done(k, &CALENDAR_STOP, s.id, out);
    return org_recompute(k, out);
}
