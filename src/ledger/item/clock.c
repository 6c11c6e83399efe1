#include "ledger/item/clock.h"

#include "ledger/org/rules.h"

static struct records RUNNING = RECORDS("clock.running", &CLOCK,
                                        "WHERE district_id = $1 AND item_id = $2 AND stopped_at IS NULL ORDER BY id");
static struct records ALL_RUNNING = RECORDS("clock.all_running", &CLOCK,
                                            "WHERE district_id = $1 AND stopped_at IS NULL AND id > $2 ORDER BY id LIMIT 1000");
struct records *const CLOCK_RECORDS[] = {&RUNNING, &ALL_RUNNING};
const size_t N_CLOCK_RECORDS = COUNT_OF(CLOCK_RECORDS);

static day day_or_none(int64_t ymd)
{
    return ymd ? day_from_ymd((int32_t)ymd) : DAY_NONE;
}

static struct clock_ask ask_for(const struct item *it, const char *kind, instant from,
                                const struct clock_choice *choice)
{
    return (struct clock_ask){.kind = kind,
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

bool clock_start(struct call *k, struct item *it, const char *kind, const struct clock_choice *choice)
{
    struct clock_ask ask = ask_for(it, kind, k->now, choice);
    struct clock_answer end;
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

bool clock_end_of(struct call *k, const struct item *it, const char *kind, instant from, instant *due_at)
{
    struct clock_ask ask = ask_for(it, kind, from, NULL);
    struct clock_answer end;
    if (!clock_due(k->c, k->rules, k->calendar, &ask, &end)) return false;
    *due_at = end.due_at;
    return true;
}

static bool recompute_one(struct call *k, const struct clock_run *run, struct json *moved)
{
    struct item before, it;
    // A day that a person set does not move with the calendar; its clock ends as it was given.
    if (str_is(run->kind, "rework") || str_is(run->kind, "review")) return true;
    if (!record_load(k, &ITEM, run->item_id, &before)) return false;
    struct clock_ask ask = ask_for(&before, str_z(k->c->a, run->kind), run->from_at, NULL);
    struct clock_answer end;
    if (!clock_due(k->c, k->rules, k->calendar, &ask, &end)) return false;
    if (end.due_at == run->due_at) return true;
    struct clock_run after = *run;
    after.due_at = end.due_at;
    after.rule_version = end.rule_version;
    after.calendar_version = calendar_version(k->calendar);
    it = before;
    it.clock_due_at = end.due_at;
    jw_object(moved);
    jw_put_id(moved, "item", it.id);
    jw_put_text(moved, "code", it.code);
    jw_put_text(moved, "kind", run->kind);
    jw_put_text(moved, "before", instant_text(k->c->a, run->due_at, k->zone_min));
    jw_put_text(moved, "after", instant_text(k->c->a, end.due_at, k->zone_min));
    jw_end(moved);
    return record_update(k, &CLOCK, run, &after) && record_update(k, &ITEM, &before, &it);
}

bool clocks_recompute(struct call *k, struct json *moved)
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
