/*
 * The rules a district declares: clocks, lights, words, office hours. Setting a rule again replaces
 * it; what it was stands in the journal.
 */
#include "ledger/item/item.h"
#include "ledger/org/org_internal.h"
#include "ledger/org/rules.h"

#define SET_CLOCK_ARGS(X)                                                        \
    X(kind, str, F_ENUM, 0, "时钟", "clock", REQUIRED, &CLOCK_KINDS)             \
    X(amount, int64_t, F_INT, 0, "时长", "amount", REQUIRED, NULL)               \
    X(unit, str, F_ENUM, 0, "单位", "unit", REQUIRED, &CLOCK_UNITS)              \
    X(roll, str, F_ENUM, 0, "遇休", "roll", REQUIRED, &ROLLS)                    \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED, NULL) \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct set_clock_args {
    SET_CLOCK_ARGS(AS_MEMBER)
};
#define OWNER struct set_clock_args
ARGS_SHAPE(rule_set_clock, SET_CLOCK_ARGS);
#undef OWNER

#define SET_LIGHT_ARGS(X)                                                               \
    X(light, str, F_ENUM, 0, "灯", "light", REQUIRED, &LIGHTS)                          \
    X(below_days, int64_t, F_INT, 0, "剩余天数少于", "days left below", REQUIRED, NULL) \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED, NULL)        \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct set_light_args {
    SET_LIGHT_ARGS(AS_MEMBER)
};
#define OWNER struct set_light_args
ARGS_SHAPE(rule_set_light, SET_LIGHT_ARGS);
#undef OWNER

#define ADD_WORD_ARGS(X)                                           \
    X(kind, str, F_ENUM, 0, "用途", "kind", REQUIRED, &WORD_KINDS) \
    X(word, str, F_TEXT, 60, "词", "word", REQUIRED, NULL)         \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct add_word_args {
    ADD_WORD_ARGS(AS_MEMBER)
};
#define OWNER struct add_word_args
ARGS_SHAPE(rule_add_word, ADD_WORD_ARGS);
#undef OWNER

#define WEEK_SET_ARGS(X)                                                \
    X(weekday, int64_t, F_INT, 0, "星期", "weekday", REQUIRED, NULL)    \
    X(intervals, str, F_TEXT, 120, "时段", "intervals", REQUIRED, NULL) \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct week_set_args {
    WEEK_SET_ARGS(AS_MEMBER)
};
#define OWNER struct week_set_args
ARGS_SHAPE(week_set, WEEK_SET_ARGS);
#undef OWNER

struct records CLOCK_OF =
    RECORDS("clock_rule.of_kind", &CLOCK_RULE, "WHERE district_id = $1 AND kind = $2 ORDER BY id");
struct records LIGHT_OF = RECORDS("light_rule.of_light", &LIGHT_RULE,
                                  "WHERE district_id = $1 AND light = $2 ORDER BY id");
struct records WORD_OF = RECORDS("word_rule.of_word", &WORD_RULE,
                                 "WHERE district_id = $1 AND kind = $2 AND word = $3 ORDER BY id");
struct records WEEKDAY_OF = RECORDS("week_pattern.of_day", &WEEK_PATTERN,
                                    "WHERE district_id = $1 AND weekday = $2 ORDER BY id");

// Puts the arguments over the first of the records found, or into a new one.
static bool set(struct call *k, const struct entity *e, const struct list *found,
                const struct shape *s, const void *args, uint64_t given, struct json *out)
{
    void *after = arena_alloc(k->c->a, e->shape->size);
    if (found->n > 0) memcpy(after, found->at, e->shape->size);
    else shape_init(e->shape, after);
    org_take(s, args, given, e, after);
    *field_int(&e->shape->fields[0], after) = k->district;
    bool ok = found->n > 0 ? record_update(k, e, found->at, after) : record_insert(k, e, after);
    if (!ok) return false;
    org_done(k, e, *field_int(&e->shape->fields[1], after), out);
    return true;
}

// The greatest amounts that make sense: ten years. A month has 31 days.
static bool amount_valid(const struct set_clock_args *a)
{
    if (str_is(a->unit, "month_day")) return a->amount >= 0 && a->amount <= 31;
    return a->amount >= 0 &&
           a->amount <= (str_is(a->unit, "working_minute") ? 10 * 366 * 24 * 60 : 3660);
}

bool rule_set_clock_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct set_clock_args *a = args;
    struct list found;
    if (!amount_valid(a)) {
        return fail_field(k->c, ERR_INVALID, "rule.bad_amount", STR("amount"),
                          str_printf(k->c->a, "%" PRId64, a->amount));
    }
    if (!record_list(k, &CLOCK_OF, &found, ARG(k->district), ARG(a->kind))) return false;
    return set(k, &CLOCK_RULE, &found, &rule_set_clock_shape, args, given, out) &&
           org_recompute(k, out);
}

bool rule_set_light_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct set_light_args *a = args;
    struct list found;
    if (str_is(a->light, "grey") || str_is(a->light, "none")) {
        return fail_field(k->c, ERR_INVALID, "rule.fixed_light", STR("light"), a->light);
    }
    if (a->below_days < -36600 || a->below_days > 36600) {
        return fail_field(k->c, ERR_INVALID, "rule.bad_amount", STR("below_days"),
                          str_printf(k->c->a, "%" PRId64, a->below_days));
    }
    if (!record_list(k, &LIGHT_OF, &found, ARG(k->district), ARG(a->light))) return false;
    return set(k, &LIGHT_RULE, &found, &rule_set_light_shape, args, given, out);
}

bool rule_add_word_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct add_word_args *a = args;
    struct list found;
    if (str_fold(k->c->a, a->word).n == 0)
        return fail_field(k->c, ERR_INVALID, "rule.blank_word", STR("word"));
    if (!record_list(k, &WORD_OF, &found, ARG(k->district), ARG(a->kind), ARG(a->word)))
        return false;
    return set(k, &WORD_RULE, &found, &rule_add_word_shape, args, given, out);
}

bool week_set_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct week_set_args *a = args;
    struct day_pattern p;
    struct list found;
    if (a->weekday < 0 || a->weekday > 7)
        return fail_field(k->c, ERR_INVALID, "week.bad_weekday", STR("weekday"));
    if (!week_parse(a->intervals, &p)) {
        return fail_field(k->c, ERR_INVALID, "week.bad_intervals", STR("intervals"), a->intervals);
    }
    if (!record_list(k, &WEEKDAY_OF, &found, ARG(k->district), ARG(a->weekday))) return false;
    return set(k, &WEEK_PATTERN, &found, &week_set_shape, args, given, out) &&
           org_recompute(k, out);
}
