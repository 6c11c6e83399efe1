#include "ledger/cockpit/figures.h"

#include "ledger/item/item.h"
#include "ledger/org/rules.h"

#define OWED "state in (issued, accepted, reported)"
#define IN_TERM "state not in (drafted, cancelled)"
#define DONE "state in (closed, archived)"

// {since}, {year_first}, {q1_last}, {q_first}, {q_last}, {monday}, {sunday} stand for days.
static const struct {
    const char *code, *zh, *en, *group, *where;
} TABLE[] = {
    {"total", "全部", "All", "all", ""},
    {"open", "在办", "Open", "all", "state in (approved, issued, accepted, reported, suspended)"},
    {"to_accept", "待签收", "To be accepted", "all", "state = issued"},
    {"to_verify", "待核验", "To be verified", "all", "state = reported"},
    {"overdue", "已逾期", "Overdue", "all", OWED " and due_day < today"},
    {"silent", "无进展超30天", "No progress for 30 days", "all",
     "state = accepted and clock_from_at < today-30 and (last_report_at is null or last_report_at < today-30)"},
    {"closed", "已办结", "Closed", "all", DONE},
    {"new_closed", "办结", "Closed", "change", DONE " and closed_at >= {since}"},
    {"new_late", "新逾期", "Newly overdue", "change", OWED " and due_day >= {since} and due_day < today"},
    {"returned", "退回整改", "Sent back", "change",
     "state = accepted and clock_kind = rework and clock_from_at >= {since}"},
    {"asked", "申请办结", "Asked to close", "change", "state = reported and clock_from_at >= {since}"},
    {"told", "有新进展", "Reported on", "change", "last_report_at >= {since}"},
    {"due_week", "本周到期", "Due this week", "due", OWED " and due_day between {monday} and {sunday}"},
    {"due_month", "本月到期", "Due this month", "due", OWED " and due_day between month_start and month_end"},
    {"due_next", "30天内到期", "Due within 30 days", "due", OWED " and due_day between today and today+30"},
    {"q1_due", "一季度应完成", "Due by 31 March", "quarter",
     IN_TERM " and due_day between {year_first} and {q1_last}"},
    {"q1_done", "一季度已完成", "Of these done", "quarter",
     DONE " and due_day between {year_first} and {q1_last}"},
    {"q_due", "本季度应完成", "Due this quarter", "quarter", IN_TERM " and due_day between {q_first} and {q_last}"},
    {"q_done", "本季度已完成", "Of these done", "quarter", DONE " and due_day between {q_first} and {q_last}"},
};

struct figure_days figure_days(day today, int days)
{
    struct civil c = day_civil(today);
    int first = (c.month - 1) / 3 * 3 + 1;
    int next_year = first == 10 ? c.year + 1 : c.year, next = first == 10 ? 1 : first + 3;
    return (struct figure_days){today - days, day_of(c.year, 1, 1), day_of(c.year, 3, 31), day_of(c.year, first, 1),
                                day_of(next_year, next, 1) - 1};
}

static str filled(struct call *k, str text, const struct figure_days *d)
{
    day monday = k->today - (day_weekday(k->today) - 1);
    const struct {
        const char *name;
        day at;
    } days[] = {{"{since}", d->since},           {"{year_first}", d->year_first}, {"{q1_last}", d->q1_last},
                {"{q_first}", d->quarter_first}, {"{q_last}", d->quarter_last},   {"{monday}", monday},
                {"{sunday}", monday + 6}};
    for (size_t i = 0; i < COUNT_OF(days); i++)
        text = str_replace(k->c->a, text, str_of(days[i].name), day_text(k->c->a, days[i].at));
    return text;
}

// The outermost bounds are open: what lies beyond the calendar is no date.
static str days_of(struct call *k, const struct light_bound *b)
{
    day first = day_from_ymd((int32_t)b->first_ymd), last = day_from_ymd((int32_t)b->last_ymd);
    str from = day_text(k->c->a, first), to = day_text(k->c->a, last);
    if (first == DAY_NONE && last == DAY_NONE) return STR("due_day is not null");
    if (first == DAY_NONE) return str_printf(k->c->a, "due_day <= %.*s", STR_FMT(to));
    if (last == DAY_NONE) return str_printf(k->c->a, "due_day >= %.*s", STR_FMT(from));
    return str_printf(k->c->a, "due_day between %.*s and %.*s", STR_FMT(from), STR_FMT(to));
}

// One figure a colour that the district's rules have; a colour may have several bounds.
static void add_lights(struct call *k, struct figure *out, size_t *n)
{
    struct light_bound bounds[16];
    size_t n_bounds = light_bounds(k->rules, k->today, bounds, COUNT_OF(bounds));
    for (size_t i = 0; i < LIGHTS.n; i++) {
        str where = STR_EMPTY;
        for (size_t b = 0; b < n_bounds; b++) {
            if (!str_is(bounds[b].light, LIGHTS.at[i].code)) continue;
            where = str_printf(k->c->a, "%.*s%s%.*s", STR_FMT(where), where.n ? " or " : "",
                               STR_FMT(days_of(k, &bounds[b])));
        }
        if (!where.n || *n == FIGURES_MAX) continue;
        where = str_printf(k->c->a, OWED " and (%.*s)", STR_FMT(where));
        out[(*n)++] = (struct figure){LIGHTS.at[i].code, LIGHTS.at[i].zh, LIGHTS.at[i].en, "light", where, STR_EMPTY};
    }
}

struct figure *figures(struct call *k, const struct figure_days *d, size_t *n)
{
    struct figure *out = arena_alloc(k->c->a, FIGURES_MAX * sizeof *out);
    *n = 0;
    for (size_t i = 0; i < COUNT_OF(TABLE); i++) {
        str where = filled(k, str_of(TABLE[i].where), d);
        out[(*n)++] = (struct figure){TABLE[i].code, TABLE[i].zh, TABLE[i].en, TABLE[i].group, where, STR_EMPTY};
    }
    add_lights(k, out, n);
    return out;
}
