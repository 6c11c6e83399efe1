#include "ledger/item/clock.h"

#include "ledger/item/item_commands.h"
#include "ledger/org/rules.h"

static struct records RUNNING =
    RECORDS("clock.running", &CLOCK,
            "WHERE district_id = $1 AND item_id = $2 AND stopped_at IS NULL ORDER BY id");
static struct records ALL_RUNNING =
    RECORDS("clock.all_running", &CLOCK,
            "WHERE district_id = $1 AND stopped_at IS NULL AND id > $2 ORDER BY id LIMIT 1000");
static struct records BEFORE =
    RECORDS("clock.before", &CLOCK,
            "WHERE district_id = $1 AND item_id = $2 AND id < $3 ORDER BY id DESC LIMIT 1");
static struct records CHANGES_PENDING =
    RECORDS("change_request.pending", &CHANGE_REQUEST,
            "WHERE district_id = $1 AND state = 'pending' ORDER BY id");
static struct records OBJECTIONS_PENDING =
    RECORDS("objection.all_pending", &OBJECTION,
            "WHERE district_id = $1 AND state = 'pending' ORDER BY id");
struct records *const CLOCK_RECORDS[] = {&RUNNING, &ALL_RUNNING, &BEFORE, &CHANGES_PENDING,
                                         &OBJECTIONS_PENDING};
const size_t N_CLOCK_RECORDS = COUNT_OF(CLOCK_RECORDS);

static day day_or_none(int64_t ymd)
{
    return ymd ? day_from_ymd((int32_t)ymd) : DAY_NONE;
}

static struct clock_ask ask_for(const struct item *it, const char *kind, instant from,
                                const struct clock_choice *choice)
{
    return (struct clock_ask){.kind = kind,
                              .register_id = it->register_id,
                              .from = from,
                              .until = choice ? choice->until : DAY_NONE,
                              .item_due = day_or_none(it->due_day),
                              .cycle = it->report_cycle,
                              .cycle_day = it->cycle_day,
                              .last_period = choice ? choice->last_period : STR_EMPTY};
}

bool clock_stop(struct call *k, struct item *it)
{
    struct list rows;
    if (!record_list(k, &RUNNING, &rows, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct clock_run before = ((struct clock_run *)rows.at)[i], after = before;
        after.stopped_at = k->now;
        after.met = before.due_at == 0 || k->now <= before.due_at;
        if (!record_update(k, &CLOCK, &before, &after)) return false;
    }
    it->clock_kind = STR_EMPTY;
    it->clock_due_at = it->clock_from_at = 0;
    return true;
}

bool clock_start(struct call *k, struct item *it, const char *kind,
                 const struct clock_choice *choice)
{
    struct clock_ask ask = ask_for(it, kind, k->now, choice);
    struct clock_answer end;
    ask.fresh = !str_is(it->clock_kind, "report"); // no report was owed until now
    if (!clock_due(k->c, k->rules, k->calendar, &ask, &end) || !clock_stop(k, it)) return false;
    struct clock_run run;
    shape_init(CLOCK.shape, &run);
    run.item_id = it->id;
    run.kind = str_of(kind);
    run.from_at = k->now;
    run.due_at = end.due_at;
    run.rule_version = end.rule_version;
    run.calendar_version = calendar_version(k->calendar);
    it->clock_kind = run.kind;
    it->clock_from_at = run.from_at;
    it->clock_due_at = run.due_at;
    return record_insert(k, &CLOCK, &run);
}

bool clock_end_of(struct call *k, const struct item *it, const char *kind, instant from,
                  instant *due_at)
{
    struct clock_ask ask = ask_for(it, kind, from, NULL);
    struct clock_answer end;
    if (!clock_due(k->c, k->rules, k->calendar, &ask, &end)) return false;
    *due_at = end.due_at;
    return true;
}

static void tell_moved(struct call *k, const struct item *it, str kind, instant before,
                       instant after, struct json *moved)
{
    jw_object(moved);
    jw_put_id(moved, "item", it->id);
    jw_put_text(moved, "code", it->code);
    jw_put_text(moved, "kind", kind);
    jw_put_text(moved, "before", instant_text(k->c->a, before, k->zone_min));
    jw_put_text(moved, "after", instant_text(k->c->a, after, k->zone_min));
    jw_end(moved);
}

// The same for a clock that runs already: no report clock ran before it.
static bool was_fresh(struct call *k, const struct clock_run *run, bool *fresh)
{
    struct list rows;
    if (!record_list(k, &BEFORE, &rows, ARG(k->district), ARG(run->item_id), ARG(run->id)))
        return false;
    *fresh = rows.n == 0 || !str_is(((struct clock_run *)rows.at)->kind, "report");
    return true;
}

static bool recompute_one(struct call *k, const struct clock_run *run, struct json *moved)
{
    struct item before, it;
    // A day that a person set does not move with the calendar; its clock ends as it was given.
    if (str_is(run->kind, "rework") || str_is(run->kind, "review")) return true;
    if (!record_load(k, &ITEM, run->item_id, &before)) return false;
    struct clock_choice choice = NO_CHOICE;
    if (str_is(run->kind, "report") && !last_period(k, &before, &choice.last_period)) return false;
    struct clock_ask ask = ask_for(&before, str_z(k->c->a, run->kind), run->from_at, &choice);
    struct clock_answer end;
    if (!was_fresh(k, run, &ask.fresh) || !clock_due(k->c, k->rules, k->calendar, &ask, &end))
        return false;
    if (end.due_at == run->due_at) return true;
    struct clock_run after = *run;
    after.due_at = end.due_at;
    after.rule_version = end.rule_version;
    after.calendar_version = calendar_version(k->calendar);
    it = before;
    it.clock_due_at = end.due_at;
    tell_moved(k, &it, run->kind, run->due_at, end.due_at, moved);
    return record_update(k, &CLOCK, run, &after) && record_update(k, &ITEM, &before, &it);
}

// A pending request has a clock of its own: from when it was asked to when it must be decided.
static bool recompute_asked(struct call *k, int64_t item, const char *kind, instant asked,
                            int64_t *due_at, struct json *moved)
{
    struct item it;
    instant end, was = *due_at;
    if (!record_load(k, &ITEM, item, &it) || !clock_end_of(k, &it, kind, asked, &end)) return false;
    *due_at = end;
    if (end != was) tell_moved(k, &it, str_of(kind), was, end, moved);
    return true;
}

static bool recompute_requests(struct call *k, struct json *moved)
{
    struct list rows;
    if (!record_list(k, &CHANGES_PENDING, &rows, ARG(k->district))) return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct change_request before = ((struct change_request *)rows.at)[i], after = before;
        if (!recompute_asked(k, before.item_id, "decide", before.asked_at, &after.clock_due_at,
                             moved) ||
            !record_update(k, &CHANGE_REQUEST, &before, &after))
            return false;
    }
    if (!record_list(k, &OBJECTIONS_PENDING, &rows, ARG(k->district))) return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct objection before = ((struct objection *)rows.at)[i], after = before;
        if (!recompute_asked(k, before.item_id, "objection", before.asked_at, &after.clock_due_at,
                             moved) ||
            !record_update(k, &OBJECTION, &before, &after))
            return false;
    }
    return true;
}

static bool recompute_running(struct call *k, struct json *moved)
{
    int64_t after = 0;
    for (;;) {
        struct list rows;
        if (!record_list(k, &ALL_RUNNING, &rows, ARG(k->district), ARG(after))) return false;
        struct clock_run *run = rows.at;
        for (size_t i = 0; i < rows.n; i++)
            if (!recompute_one(k, &run[i], moved) || !ctx_ok(k->c)) return false;
        if (rows.n < 1000) return true;
        after = run[rows.n - 1].id;
    }
}

bool clocks_recompute(struct call *k, struct json *moved)
{
    return recompute_running(k, moved) && recompute_requests(k, moved);
}
