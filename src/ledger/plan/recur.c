#include "ledger/plan/recur.h"

#include "ledger/grid/grid.h"
#include "ledger/item/draft.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_records.h"
#include "ledger/item/loop.h"
#include "ledger/plan/plan_internal.h"

#define RECUR_ARGS(X)                                                                   \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(every, str, F_ENUM, 0, "周期", "every", REQUIRED, &RECUR_EVERY)                   \
    X(due_on, str, F_ENUM, 0, "时限", "due on", REQUIRED, &RECUR_ON)                    \
    X(due_nth, int64_t, F_INT, 0, "第几日", "day of the period", 0, NULL)               \
    X(first_day, int64_t, F_DAY, 0, "起", "from", REQUIRED, NULL)                       \
    X(last_day, int64_t, F_DAY, 0, "止", "until", 0, NULL)                              \
    X(ahead, int64_t, F_INT, 0, "提前期数", "periods ahead", 0, NULL)                   \
    X(stands, str, F_ENUM, 0, "位置", "stands", 0, &RECUR_PLACES)
struct recur_args { RECUR_ARGS(AS_MEMBER) };
#define OWNER struct recur_args
SHARED_SHAPE_OF(item_recur, RECUR_ARGS);
#undef OWNER

#define RECUR_SKIP_ARGS(X)                                                              \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(period, str, F_TEXT, 16, "期间", "period", REQUIRED, NULL)                        \
    X(reason, str, F_TEXT, 400, "理由", "reason", REQUIRED, NULL)
struct recur_skip_args { RECUR_SKIP_ARGS(AS_MEMBER) };
#define OWNER struct recur_skip_args
SHARED_SHAPE_OF(item_recur_skip, RECUR_SKIP_ARGS);
#undef OWNER

#define RECUR_STOP_ARGS(X)                                                              \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(reason, str, F_TEXT, 400, "理由", "reason", REQUIRED, NULL)
struct recur_stop_args { RECUR_STOP_ARGS(AS_MEMBER) };
#define OWNER struct recur_stop_args
SHARED_SHAPE_OF(item_recur_stop, RECUR_STOP_ARGS);
#undef OWNER

struct records RECUR_OF_ITEM = RECORDS("recurrence.of_item", &RECURRENCE, "WHERE district_id = $1 AND item_id = $2");
struct records RECUR_LIVE =
    RECORDS("recurrence.live", &RECURRENCE, "WHERE district_id = $1 AND stopped_at IS NULL ORDER BY id LIMIT 2000");
struct records OCCURRENCES_OF =
    RECORDS("occurrence.of_recurrence", &OCCURRENCE,
            "WHERE district_id = $1 AND recurrence_id = $2 ORDER BY due_day DESC, id LIMIT 200");

/* --- periods --- */

static int months_of(str every)
{
    return str_is(every, "month") ? 1 : str_is(every, "quarter") ? 3 : str_is(every, "half") ? 6 : 12;
}

static str period_text(struct arena *a, int months, struct civil first)
{
    if (months == 1) return str_printf(a, "%d-%02d", first.year, first.month);
    if (months == 12) return str_printf(a, "%d", first.year);
    return str_printf(a, "%d%c%d", first.year, months == 3 ? 'Q' : 'H', (first.month - 1) / months + 1);
}

// due_nth 0 is the last day; a day the period does not have is its last day.
static day due_of(const struct calendar *k, const struct recurrence *r, day first, day last)
{
    if (str_is(r->due_on, "last_working_day")) return k ? calendar_roll(k, last, ROLL_PREVIOUS) : last;
    day due = r->due_nth ? first + (day)r->due_nth - 1 : last;
    return due > last ? last : due;
}

struct recur_period recur_period_of(struct arena *a, const struct calendar *k, const struct recurrence *r, day d,
                                    int n)
{
    int months = months_of(r->every);
    struct civil c = day_civil(d);
    int from = (c.month - 1) / months * months + 1;
    day first = day_add_months(day_of(c.year, from, 1), n * months);
    day last = day_add_months(first, months) - 1;
    return (struct recur_period){period_text(a, months, day_civil(first)), first, last, due_of(k, r, first, last)};
}

/* --- the rule --- */

static bool check_rule(struct call *k, const struct recurrence *r)
{
    if (r->due_nth < 0 || r->due_nth > 366) return fail_field(k->c, ERR_INVALID, "recur.bad_day", STR("due_nth"));
    if (r->ahead < 0 || r->ahead > RECUR_AHEAD_MAX)
        return fail_field(k->c, ERR_INVALID, "recur.bad_ahead", STR("ahead"));
    if (r->last_day && r->last_day < r->first_day)
        return fail_field(k->c, ERR_INVALID, "recur.bad_days", STR("last_day"));
    return true;
}

static void forgive(struct recurrence *r)
{
    r->refused_at = 0;
    r->refused_period = r->refused_why = r->refused_why_en = STR_EMPTY;
}

static bool rule_of(struct call *k, int64_t item, struct recurrence *r, bool *found)
{
    struct list rules;
    if (!record_list(k, &RECUR_OF_ITEM, &rules, ARG(k->district), ARG(item))) return false;
    *found = rules.n > 0;
    if (*found) *r = *(const struct recurrence *)rules.at;
    return true;
}

static bool live_rule(struct call *k, int64_t item, struct recurrence *r)
{
    bool found;
    struct item it;
    if (!record_load(k, &ITEM, item, &it) || !rule_of(k, item, r, &found)) return false;
    return (found && !r->stopped_at) || fail(k->c, ERR_CONFLICT, "recur.none", item_label(k, &it));
}

// Said again, the rule changes, and a stopped one runs again.
bool item_recur_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct recur_args *a = args;
    struct recurrence before, r;
    struct item it;
    bool found;
    (void)given;
    if (!record_load(k, &ITEM, a->item, &it) || !rule_of(k, a->item, &before, &found)) return false;
    if (!(state_bit(it.state) & (IN_DRAFTED | IN_OPEN)))
        return fail(k->c, ERR_CONFLICT, "plan.place_over", item_label(k, &it));
    if (found) r = before;
    else shape_init(RECURRENCE.shape, &r);
    r.item_id = a->item;
    r.every = a->every;
    r.due_on = a->due_on;
    r.due_nth = a->due_nth;
    r.first_day = a->first_day;
    r.last_day = a->last_day;
    r.ahead = a->ahead;
    r.stands = a->stands.n ? a->stands : STR("child");
    r.stopped_at = 0;
    r.stop_reason = STR_EMPTY;
    forgive(&r);
    if (!check_rule(k, &r)) return false;
    if (!(found ? record_update(k, &RECURRENCE, &before, &r) : record_insert(k, &RECURRENCE, &r))) return false;
    plan_done(k, &ITEM, it.id, out);
    jw_put_id(out, "recurrence", r.id);
    return true;
}

static const struct occurrence *occurrence_of(const struct list *all, str period)
{
    const struct occurrence *at = all->at;
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(at[i].period_code, period)) return &at[i];
    return NULL;
}

static bool add_occurrence(struct call *k, const struct recurrence *r, const struct recur_period *p, int64_t item,
                           str skipped)
{
    struct occurrence o;
    shape_init(OCCURRENCE.shape, &o);
    o.recurrence_id = r->id;
    o.period_code = p->name;
    o.due_day = day_to_ymd(p->due);
    o.occurrence_item_id = item;
    o.skipped = skipped;
    o.made_at = k->now;
    return record_insert(k, &OCCURRENCE, &o);
}

// The period by name, among those from the first one to as far ahead as can be asked about.
static bool find_period(struct call *k, const struct recurrence *r, str name, struct recur_period *p)
{
    for (int n = 0; n <= 2 * RECUR_AHEAD_MAX; n++) {
        *p = recur_period_of(k->c->a, k->calendar, r, k->today, n);
        if (str_eq(p->name, name)) return true;
    }
    return false;
}

bool item_recur_skip_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct recur_skip_args *a = args;
    struct recurrence r;
    struct recur_period p;
    struct list all;
    (void)given;
    if (!live_rule(k, a->item, &r) || !guard_secrecy(k, &item_recur_skip_shape, a)) return false;
    if (!find_period(k, &r, a->period, &p))
        return fail_field(k->c, ERR_INVALID, "recur.no_period", STR("period"), a->period);
    if (!record_list(k, &OCCURRENCES_OF, &all, ARG(k->district), ARG(r.id))) return false;
    if (occurrence_of(&all, p.name)) return fail_field(k->c, ERR_CONFLICT, "recur.made", STR("period"), p.name);
    plan_done(k, &ITEM, a->item, out);
    return add_occurrence(k, &r, &p, 0, a->reason);
}

bool item_recur_stop_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct recur_stop_args *a = args;
    struct recurrence before, r;
    (void)given;
    if (!live_rule(k, a->item, &before) || !guard_secrecy(k, &item_recur_stop_shape, a)) return false;
    r = before;
    r.stopped_at = k->now;
    r.stop_reason = a->reason;
    plan_done(k, &ITEM, a->item, out);
    return record_update(k, &RECURRENCE, &before, &r);
}

/* --- drafting what is next --- */

// Periods that are to be drafted now and are not.
struct due_list {
    VEC(struct recur_period) at;
};

static bool missing(struct call *k, const struct recurrence *r, struct due_list *out)
{
    struct list all;
    struct item it;
    *out = (struct due_list){0};
    if (!record_load(k, &ITEM, r->item_id, &it)) return false;
    if (!(state_bit(it.state) & (IN_DRAFTED | IN_OPEN))) return true;
    if (!record_list(k, &OCCURRENCES_OF, &all, ARG(k->district), ARG(r->id))) return false;
    day from = day_from_ymd((int32_t)r->first_day),
        until = r->last_day ? day_from_ymd((int32_t)r->last_day) : INT32_MAX;
    for (int n = 0; n <= (int)r->ahead; n++) {
        struct recur_period p = recur_period_of(k->c->a, k->calendar, r, k->today, n);
        if (p.due < k->today || p.last < from || p.due < from || p.first > until || p.due > until) continue;
        if (!occurrence_of(&all, p.name)) VEC_ADD(k->c->a, &out->at, p);
    }
    return true;
}

bool recur_wanted(struct call *k, instant due, bool *would)
{
    struct list rules;
    (void)due;
    *would = false;
    if (!record_list(k, &RECUR_LIVE, &rules, ARG(k->district))) return false;
    for (size_t i = 0; i < rules.n && !*would; i++) {
        struct due_list d;
        if (!missing(k, (const struct recurrence *)rules.at + i, &d)) return false;
        *would = d.at.n > 0;
    }
    return true;
}

// Those who have left do not get new work; the draft then asks for somebody.
static bool still_there(struct call *k, int64_t person, int64_t *out)
{
    struct person p;
    *out = 0;
    if (!person) return true;
    if (!record_load(k, &PERSON, person, &p)) return false;
    if (p.active) *out = person;
    return true;
}

static bool standards(struct call *k, int64_t item, struct list *out)
{
    struct list parts;
    VEC(struct draft_part) copy = {0};
    if (!record_list(k, &PARTS_OF_ITEM, &parts, ARG(k->district), ARG(item))) return false;
    const struct item_part *at = parts.at;
    for (size_t i = 0; i < parts.n; i++) {
        struct draft_part *p = VEC_PUSH(k->c->a, &copy);
        shape_init(&draft_part_shape, p);
        p->kind = at[i].kind;
        p->body = at[i].body;
        p->comparator = at[i].comparator;
        p->quantity = at[i].quantity;
        p->quantity_unit = at[i].quantity_unit;
    }
    *out = (struct list){copy.at, copy.n};
    return true;
}

static bool draft_period(struct call *k, const struct recurrence *r, const struct item *of,
                         const struct recur_period *p)
{
    struct item_draft d;
    struct item it;
    bool below = str_is(r->stands, "child");
    item_draft_init(&d);
    if (!still_there(k, of->person_id, &d.person) || !still_there(k, of->deputy_id, &d.deputy)) return false;
    if (!standards(k, of->id, &d.parts)) return false;
    d.register_ = of->register_id;
    d.line = of->line_id;
    d.parent = below ? of->id : of->parent_id;
    d.level = below ? (level_allows(item_level(of), STR("task")) ? STR("task") : STR("node")) : item_level(of);
    d.code = str_printf(k->c->a, "%.*s-%.*s", STR_FMT(of->code), STR_FMT(p->name));
    d.title = str_printf(k->c->a, "%.*s（%.*s）", STR_FMT(utf8_head(of->title, 180)), STR_FMT(p->name));
    d.content = of->content;
    d.standard = of->standard;
    d.lead = of->lead_unit_id;
    d.leader = of->leader_id;
    d.start = day_to_ymd(p->first);
    d.due = day_to_ymd(p->due);
    d.due_kind = STR("finish");
    d.weight = below ? 0 : of->weight;
    d.place = of->place;
    d.secrecy = of->secrecy;
    d.basis = of->basis;
    d.source_doc = of->source_doc_id;
    d.source_clause = of->source_clause;
    return item_make(k, &d, &it) && add_occurrence(k, r, p, it.id, STR_EMPTY);
}

struct drafting {
    const struct recurrence *rule;
    const struct item *of;
    const struct recur_period *period;
};

static bool draft_one(struct call *k, void *arg)
{
    const struct drafting *d = arg;
    return draft_period(k, d->rule, d->of, d->period);
}

// The rule remembers the first period that could not be drafted, in both languages; said the same the next day,
// nothing is written again.
static bool remember(struct call *k, const struct recurrence *r, const struct recur_period *p, const struct error *e)
{
    struct recurrence after = *r;
    after.refused_period = p->name;
    after.refused_why = utf8_head(error_text(k->c->a, LANG_ZH, e), 1000);
    after.refused_why_en = utf8_head(error_text(k->c->a, LANG_EN, e), 1000);
    if (str_eq(after.refused_period, r->refused_period) && str_eq(after.refused_why, r->refused_why)) return true;
    after.refused_at = k->now;
    return record_update(k, &RECURRENCE, r, &after);
}

// The rule's periods, each by itself: one that is refused holds up neither the next nor other rules.
static bool draft_rule(struct call *k, const struct recurrence *r, int64_t *drafted, int64_t *refused)
{
    struct due_list due;
    struct item of;
    struct error why, first;
    const struct recur_period *fault = NULL;
    struct recurrence after = *r;
    if (!missing(k, r, &due) || !record_load(k, &ITEM, r->item_id, &of)) return false;
    for (size_t n = 0; n < due.at.n; n++) {
        struct drafting d = {r, &of, &due.at.at[n]};
        bool done;
        if (!attempt_error(k, draft_one, &d, &done, &why)) return false;
        *(done ? drafted : refused) += 1;
        if (done || fault) continue;
        first = why;
        fault = d.period;
    }
    if (fault) return remember(k, r, fault, &first);
    if (!r->refused_at || due.at.n == 0) return true;
    forgive(&after);
    return record_update(k, &RECURRENCE, r, &after);
}

bool recur_draft(struct call *k, instant due, struct json *out)
{
    struct list rules;
    int64_t drafted = 0, refused = 0;
    (void)due;
    if (!record_list(k, &RECUR_LIVE, &rules, ARG(k->district))) return false;
    for (size_t i = 0; i < rules.n; i++)
        if (!draft_rule(k, (const struct recurrence *)rules.at + i, &drafted, &refused)) return false;
    jw_put_int(out, "drafted", drafted);
    jw_put_int(out, "refused", refused);
    return true;
}
