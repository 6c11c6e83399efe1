/*
 * What is done at certain times: when a timer is due, that it fires once over all processes, and what the
 * two timers do: figures of a district for the report over districts, the sweep of sessions.
 */
#include "ledger_fixture.h"

#include "ledger/rollup/rollup.h"
#include "ledger/timer.h"

enum { DISTRICTS = 2844, ZONE = 480 };

static instant at(const char *text)
{
    instant t;
    check(instant_parse(str_of(text), ZONE, &t));
    return t;
}

/* --- when --- */

static void due_is_the_last_one_and_never_later(void **state)
{
    (void)state;
    const int zones[] = {480, 0, -300, 345};
    for (size_t i = 0; i < N_TIMERS; i++)
        for (size_t z = 0; z < COUNT_OF(zones); z++)
            for (int64_t district = 1; district < 40; district++) {
                const struct timer *t = &TIMERS[i];
                instant now = at("2023-06-30T00:00:00+08:00") + district * 977 * US_PER_SECOND;
                instant due = timer_due(t, district, zones[z], now);
                check_row("%s %" PRId64 " zone %d", t->name, district, zones[z]);
                check(due <= now && now - due < timer_period_us(t));
                check_int(timer_due(t, district, zones[z], due), due);
                check_int(timer_due(t, district, zones[z], due - 1), due - timer_period_us(t));
                check_int(timer_due(t, district, zones[z], due + timer_period_us(t)), due + timer_period_us(t));
                int minute = (int)(instant_minute(due, zones[z]) % (timer_period_us(t) / US_PER_MINUTE));
                check(minute >= t->from_min && minute < t->from_min + t->spread_min);
                check_int(due % US_PER_MINUTE, 0);
            }
}

// The country's districts, numbered from one, spread over the minutes: no minute has twice its share.
static void districts_are_spread(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_TIMERS; i++) {
        const struct timer *t = &TIMERS[i];
        int in_minute[1440] = {0};
        for (int64_t d = 1; d <= DISTRICTS; d++)
            in_minute[instant_minute(timer_due(t, d, ZONE, at("2023-06-30T12:00:00+08:00")), ZONE) %
                      (t->every == EVERY_HOUR ? 60 : 1440)]++;
        for (int m = t->from_min; m < t->from_min + t->spread_min; m++) {
            check_row("%s minute %d: %d", t->name, m, in_minute[m]);
            check(in_minute[m] < 2 * DISTRICTS / t->spread_min + 5);
        }
    }
}

/* --- once --- */

static bool fire(struct fx *fx, struct ledger *l, const char *name, instant due)
{
    struct request r = timer_request(fx->a, timer_find(str_of(name)), fx->district, due, fx->now);
    arena_reset(fx->c.a);
    error_clear(&fx->c);
    bool ok = ledger_do(&fx->c, l, &r, &fx->result);
    fx->result = str_dup(fx->a, fx->result);
    return ok;
}

static instant due_now(struct fx *fx, const char *name)
{
    return timer_due(timer_find(str_of(name)), fx->district, ZONE, fx->now);
}

static bool wanted(struct fx *fx, const char *name)
{
    const struct timer *t = timer_find(str_of(name));
    bool would = false;
    struct ctx c = {.a = fx->a};
    struct timer_district d = {fx->district, ZONE};
    check(timer_wanted(&c, fx->l, t, d, due_now(fx, name), fx->now, &would));
    return would;
}

static str head(struct fx *fx)
{
    return fx_ask(fx, "auditor", "journal_head", NULL, NULL);
}

static void one_instant_fires_once(void **state)
{
    struct fx *fx = *state;
    fx_item(fx, "定时");
    instant due = due_now(fx, "rollup.refresh");
    check(fire(fx, fx->l, "rollup.refresh", due));
    str first = fx->result, after = str_dup(fx->a, head(fx));
    // Again by this process, later, and by another one: the first answer, and no record.
    fx->now += 20 * US_PER_MINUTE;
    check(fire(fx, fx->l, "rollup.refresh", due));
    check(str_eq(fx->result, first));
    bool writes;
    struct ledger *second = fx_second(fx, &writes);
    if (writes) {
        check(fire(fx, second, "rollup.refresh", due));
        check(str_eq(fx->result, first));
    }
    ledger_close(second);
    check(str_eq(head(fx), after));
    // The next hour is another instant.
    fx->now += 60 * US_PER_MINUTE;
    check(due_now(fx, "rollup.refresh") > due);
    check(fire(fx, fx->l, "rollup.refresh", due_now(fx, "rollup.refresh")));
    check(!str_eq(fx->result, first));
    check_int(fx_findings(fx), 0);
}

static void only_the_system_and_only_when_due(void **state)
{
    struct fx *fx = *state;
    str due = instant_text(fx->a, due_now(fx, "rollup.refresh"), 0);
    str odd = instant_text(fx->a, due_now(fx, "rollup.refresh") - 1, 0);
    str early = instant_text(fx->a, due_now(fx, "rollup.refresh") + 60 * US_PER_MINUTE, 0);
    fx_refused(fx, "command.forbidden", "sysadmin", "timer.fire", "{'timer':'rollup.refresh','due':'%.*s'}",
               STR_FMT(due));
    fx_refused(fx, "timer.unknown", "system", "timer.fire", "{'timer':'rollup','due':'%.*s'}", STR_FMT(due));
    fx_refused(fx, "timer.not_due", "system", "timer.fire", "{'timer':'rollup.refresh','due':'%.*s'}", STR_FMT(odd));
    fx_refused(fx, "timer.not_due", "system", "timer.fire", "{'timer':'rollup.refresh','due':'%.*s'}", STR_FMT(early));
    fx_do(fx, "system", "timer.fire", "{'timer':'rollup.refresh','due':'%.*s'}", STR_FMT(due));
}

/* --- the roll-up --- */

static struct rollup_count count_of(struct fx *fx, const char *state)
{
    struct list rows = fx_rows(fx, &ROLLUP_COUNT);
    const struct rollup_count *r = rows.at;
    struct rollup_count sum = {0};
    for (size_t i = 0; i < rows.n; i++) {
        if (!str_is(r[i].state, state)) continue;
        check_str(r[i].register_code, "ZDRW");
        sum.items += r[i].items;
        sum.overdue += r[i].overdue;
        sum.due_soon += r[i].due_soon;
    }
    return sum;
}

static void refresh(struct fx *fx)
{
    check(wanted(fx, "rollup.refresh"));
    check(fire(fx, fx->l, "rollup.refresh", due_now(fx, "rollup.refresh")));
    check(!wanted(fx, "rollup.refresh"));
    check_int(fx_findings(fx), 0);
}

static void figures_follow_the_items(void **state)
{
    struct fx *fx = *state;
    int64_t first = fx_item(fx, "一"), second = fx_item(fx, "二");
    refresh(fx);
    check_int(count_of(fx, "drafted").items, 2);
    fx_walk(fx, first, "accepted");
    fx->now += 60 * US_PER_MINUTE;
    refresh(fx);
    check_int(count_of(fx, "drafted").items, 1);
    check_int(count_of(fx, "accepted").items, 1);
    check_int(count_of(fx, "accepted").overdue + count_of(fx, "accepted").due_soon, 0);
    // A row whose last item left goes, and a draft past its day is nobody's debt.
    fx_walk(fx, second, "accepted");
    fx_at(fx, "2023-12-26T09:00:00+08:00"); // due on 31 December
    refresh(fx);
    check_int((int64_t)fx_rows(fx, &ROLLUP_COUNT).n, 1);
    check_int(count_of(fx, "accepted").due_soon, 2);
    fx_at(fx, "2024-01-02T09:00:00+08:00");
    refresh(fx);
    check_int(count_of(fx, "accepted").overdue, 2);
    check_int(count_of(fx, "accepted").due_soon, 0);
}

static void nothing_is_fired_for_nothing(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "静");
    refresh(fx);
    str after = str_dup(fx->a, head(fx));
    fx->now += 60 * US_PER_MINUTE;
    check(!wanted(fx, "rollup.refresh"));
    check(str_eq(head(fx), after)); // asking writes nothing
    // A record that moves no figure is looked at, and that is all.
    fx_do(fx, "sup", "item.edit", "{'item':'%" PRId64 "','version':1,'weight':5}", item);
    check(!wanted(fx, "rollup.refresh"));
    // Once a day it says that the figures still hold.
    fx->now += US_PER_DAY;
    struct rollup_head before = *(struct rollup_head *)fx_rows(fx, &ROLLUP_HEAD).at;
    refresh(fx);
    struct rollup_head now = *(struct rollup_head *)fx_rows(fx, &ROLLUP_HEAD).at;
    check_int(now.id, before.id);
    check(now.as_of_day > before.as_of_day && now.covered_seq > before.covered_seq);
}

static void report_says_how_fresh_and_how_complete(void **state)
{
    struct fx *fx = *state;
    struct ctx c = {.a = fx->a};
    struct rollup_report report;
    struct request r = {.district = fx->district + 7, .now = fx->now, .name = STR("district.create"),
                        .actor = fx_actor(fx, "system")};
    r.body = fx_json(fx, "{'code':'second','name':'乙区','zone_min':480,'pack':'p','pack_version':'1','plan_year':2023}");
    check(ledger_do(&c, fx->l, &r, &fx->result));
    check(rollup_report(&c, fx->l, &report));
    check_int((int64_t)report.rows.n, 2);
    check_int(report.covered, 0);
    check(!report.rows.at[0].covered && !report.total.covered);

    fx_item(fx, "甲");
    refresh(fx);
    instant oldest = fx->now;
    check(rollup_report(&c, fx->l, &report));
    check_int(report.covered, 1);
    check_int(report.total.items, 1);

    // The other one, an hour later: nothing to count there, but that is now known.
    int64_t own = fx->district;
    fx->district = r.district;
    fx->now += 60 * US_PER_MINUTE;
    check(fire(fx, fx->l, "rollup.refresh", due_now(fx, "rollup.refresh")));
    fx->district = own;
    check(rollup_report(&c, fx->l, &report));
    check_int(report.covered, 2);
    check_str(report.rows.at[1].code, "second");
    check_int(report.rows.at[1].items, 0);
    check_int(report.rows.at[1].as_of_at, fx->now);
    check_int(report.rows.at[0].items, 1);
    check_int(report.rows.at[0].states[0], 1); // drafted
    check_int(report.total.as_of_at, oldest);
}

/* --- the sweep --- */

static void open_session(struct fx *fx, const char *when)
{
    fx_do(fx, "system", "session.open",
          "{'account':'sup','login':'sup','token_hash':'%s','address':'10.0.0.1','at':'%s'}", when, when);
}

static void old_sessions_and_counts_go(void **state)
{
    struct fx *fx = *state;
    fx_at(fx, "2023-03-10T10:00:00+08:00");
    check(!wanted(fx, "session.sweep"));
    fx_do(fx, "system", "session.refuse", "{'login':'nobody','address':'10.0.0.9','at':'2023-03-01T09:00:00+08:00'}");
    fx_do(fx, "system", "session.refuse", "{'login':'other','address':'10.0.0.8','at':'2023-03-09T09:00:00+08:00'}");
    fx_do(fx, "system", "session.open",
          "{'account':'leader','login':'leader','token_hash':'x','address':'10.0.0.1',"
          "'at':'2023-03-08T09:00:00+08:00'}");
    open_session(fx, "2023-03-10T00:50:00+08:00");
    check_int((int64_t)fx_rows(fx, &SESSION).n, 2);
    check_int((int64_t)fx_rows(fx, &LOGIN_GUARD).n, 4);
    check(wanted(fx, "session.sweep"));
    check(fire(fx, fx->l, "session.sweep", due_now(fx, "session.sweep")));
    check(str_has(fx->result, STR("\"sessions\":1,\"guards\":2")));
    check_int((int64_t)fx_rows(fx, &SESSION).n, 1);
    check_int((int64_t)fx_rows(fx, &LOGIN_GUARD).n, 2);
    check(!wanted(fx, "session.sweep"));
    check_int(fx_findings(fx), 0);
}

int main(void)
{
    return CHECK_RUN(cmocka_unit_test(due_is_the_last_one_and_never_later), cmocka_unit_test(districts_are_spread),
                     FX(one_instant_fires_once), FX(only_the_system_and_only_when_due), FX(figures_follow_the_items),
                     FX(nothing_is_fired_for_nothing), FX(report_says_how_fresh_and_how_complete),
                     FX(old_sessions_and_counts_go));
}
