/*
 * The query my_day: what I owe and what I wait for, by role and by relation to the item.
 *
 *   role        owes                                       waits for
 *   unit        accept, report, rework, finish of what     verification of what it finished, decisions on
 *               its unit or one below leads                its requests, the lead's report where it assists
 *   supervisor  issue of what is approved, verification    acceptance; what is due within SOON_DAYS or late
 *               of what others reported
 *   leader      approval of drafts, decisions on           what it leads and is due within SOON_DAYS or late
 *               requests and objections
 *
 * An item that is accepted is owed a report until the running clock ends with the item's own due day:
 * then its end is owed.
 */
#include "ledger/item/my_day.h"

#include "ledger/delegation/delegation.h"
#include "ledger/filter.h"
#include "ledger/item/item_queries.h"
#include "ledger/item/item_rows.h"
#include "ledger/item/my_news.h"
#include "ledger/names.h"
#include "ledger/org/unit_tree.h"
#include "ledger/plan/recur.h"

#include <stdlib.h>

enum { SOON_DAYS = 7, SOURCE_MAX = 100, SHOWN_MAX = 200 };
#define NEVER INT64_C(253402300799999999)

struct my_day {
    struct call *k;
    VEC(struct duty) owe, waits;
    bool more; // a source had more than SOURCE_MAX
    bool failed;
};

static const char *next_act(str state, str clock, int64_t clock_due, int64_t due_day, int zone_min)
{
    if (str_is(state, "drafted")) return "approve";
    if (str_is(state, "approved")) return "issue";
    if (str_is(state, "issued")) return "accept";
    if (str_is(state, "reported")) return "verify";
    if (str_is(clock, "rework")) return "rework";
    bool ends = clock_due < NEVER && day_to_ymd(instant_day(clock_due, zone_min)) >= due_day;
    return ends ? "finish" : "report";
}

// The beginning of every source: what a duty needs. due is a constant column.
static void begin(struct my_day *d, struct sqltext *q, const char *due, const char *from)
{
    sqltext_init(q, d->k);
    sqltext_add(q, "SELECT i.id, i.state, i.clock_kind, i.clock_due_at, i.due_day, ");
    sqltext_add(q, due);
    sqltext_add(q, " FROM ");
    sqltext_add(q, from);
    sqltext_add(q, " WHERE i.district_id = $1 AND ");
    if (!d->k->actor.items_only) return;
    sqltext_add(q,
                "i.id IN (SELECT d.item_id FROM delegation_item AS d WHERE d.district_id = $1 AND d.delegation_id = ");
    sqltext_arg(q, db_arg_int(d->k->actor.delegation_id));
    sqltext_add(q, ") AND ");
}

static void add_duty(struct my_day *d, bool wait, struct duty x)
{
    struct arena *a = d->k->c->a;
    struct duty *at = wait ? d->waits.at : d->owe.at;
    size_t n = wait ? d->waits.n : d->owe.n;
    for (size_t i = 0; i < n; i++) // somebody with two roles owes once
        if (at[i].item == x.item && strcmp(at[i].act, x.act) == 0) return;
    if (wait) VEC_ADD(a, &d->waits, x);
    else VEC_ADD(a, &d->owe, x);
}

// act NULL: what the item's state and clock ask for.
static void collect(struct my_day *d, struct sqltext *q, bool wait, const char *act)
{
    struct db_rows r;
    int64_t n = 0;
    if (d->failed) return;
    sqltext_add(q, " ORDER BY 6, 1 LIMIT ");
    sqltext_arg(q, db_arg_int(SOURCE_MAX + 1));
    if (!sqltext_query(d->k, q, "my_day.source", &r)) {
        d->failed = true;
        return;
    }
    while (db_next(&r)) {
        if (++n > SOURCE_MAX) {
            d->more = true;
            break;
        }
        const char *what =
            act ? act : next_act(db_text(&r, 1), db_text(&r, 2), db_int(&r, 3), db_int(&r, 4), d->k->zone_min);
        add_duty(d, wait, (struct duty){what, db_int(&r, 0), db_is_null(&r, 5) ? NEVER : db_int(&r, 5)});
    }
    if (!db_done(&r)) d->failed = true;
}

#define ITEM_FROM "item AS i"
#define CHANGE_FROM "item AS i JOIN change_request AS r ON r.district_id = $1 AND r.item_id = i.id"
#define OBJECTION_FROM "item AS i JOIN objection AS r ON r.district_id = $1 AND r.item_id = i.id"

static void of_unit(struct my_day *d)
{
    struct sqltext q;
    int64_t unit = d->k->actor.unit_id;
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state IN ('issued', 'accepted') AND i.lead_unit_id");
    filter_subtree(d->k, &q, unit);
    collect(d, &q, false, NULL);
    begin(d, &q, "i.clock_due_at", ITEM_FROM); // also from a unit below the lead
    sqltext_add(&q, "i.state IN ('issued', 'accepted') AND (i.person_id = ");
    sqltext_arg(&q, db_arg_int(d->k->actor.person_id));
    sqltext_add(&q, " OR i.deputy_id = ");
    sqltext_arg(&q, db_arg_int(d->k->actor.person_id));
    sqltext_add(&q, ")");
    collect(d, &q, false, NULL);
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state = 'reported' AND i.lead_unit_id");
    filter_subtree(d->k, &q, unit);
    collect(d, &q, true, NULL);
    begin(d, &q, "r.clock_due_at", CHANGE_FROM);
    sqltext_add(&q, "r.state = 'pending' AND i.lead_unit_id");
    filter_subtree(d->k, &q, unit);
    collect(d, &q, true, "decide_change");
    begin(d, &q, "r.clock_due_at", OBJECTION_FROM);
    sqltext_add(&q, "r.state = 'pending' AND i.lead_unit_id");
    filter_subtree(d->k, &q, unit);
    collect(d, &q, true, "decide_objection");
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state = 'accepted' AND i.id IN (SELECT a.item_id FROM item_unit AS a"
                    " WHERE a.district_id = $1 AND a.unit_id");
    filter_subtree(d->k, &q, unit);
    sqltext_add(&q, ")");
    collect(d, &q, true, NULL);
}

static void soon(struct my_day *d, struct sqltext *q)
{
    sqltext_add(q, " AND i.clock_due_at < ");
    sqltext_arg(q, db_arg_int(instant_at(d->k->today + SOON_DAYS + 1, 0, d->k->zone_min)));
}

// Nobody verifies what its own unit, or one above it, leads (guard_verify).
static void not_led_above(struct my_day *d, struct sqltext *q)
{
    const struct unit_node *u = unit_tree_by_id(d->k->units, d->k->actor.unit_id);
    for (; u; u = u->parent) {
        sqltext_add(q, " AND i.lead_unit_id <> ");
        sqltext_arg(q, db_arg_int(u->unit.id));
    }
}

static void of_supervisor(struct my_day *d)
{
    struct sqltext q;
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state = 'approved'");
    collect(d, &q, false, NULL);
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state = 'reported'");
    not_led_above(d, &q);
    collect(d, &q, false, NULL);
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state = 'issued'");
    collect(d, &q, true, NULL);
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state = 'accepted'");
    soon(d, &q);
    collect(d, &q, true, NULL);
}

static void mine_or_nobodys(struct my_day *d, struct sqltext *q)
{
    sqltext_add(q, " AND (i.leader_id IS NULL OR i.leader_id = ");
    sqltext_arg(q, db_arg_int(actor_person(d->k)));
    sqltext_add(q, ")");
}

static void of_leader(struct my_day *d)
{
    struct sqltext q;
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state = 'drafted'");
    mine_or_nobodys(d, &q);
    collect(d, &q, false, NULL);
    begin(d, &q, "r.clock_due_at", CHANGE_FROM);
    sqltext_add(&q, "r.state = 'pending' AND (r.decider_id = ");
    sqltext_arg(&q, db_arg_int(d->k->actor.person_id));
    sqltext_add(&q, " OR (r.decider_id IS NULL");
    mine_or_nobodys(d, &q);
    sqltext_add(&q, "))");
    collect(d, &q, false, "decide_change");
    begin(d, &q, "r.clock_due_at", OBJECTION_FROM);
    sqltext_add(&q, "r.state = 'pending'");
    collect(d, &q, false, "decide_objection");
    begin(d, &q, "i.clock_due_at", ITEM_FROM);
    sqltext_add(&q, "i.state IN ('issued', 'accepted', 'reported') AND i.leader_id = ");
    sqltext_arg(&q, db_arg_int(actor_person(d->k)));
    soon(d, &q);
    collect(d, &q, true, NULL);
}

/* --- the answer --- */

static int by_due(const void *x, const void *y)
{
    const struct duty *a = x, *b = y;
    if (a->due_at != b->due_at) return a->due_at < b->due_at ? -1 : 1;
    return (a->item > b->item) - (a->item < b->item);
}

static str supervising_unit(const struct call *k)
{
    for (size_t i = 0; i < k->units->n; i++)
        if (k->units->at[i]->unit.supervising) return k->units->at[i]->unit.name;
    return STR_EMPTY;
}

// Who has to act, as the reader of a waiting list wants to see it.
static str who(struct my_day *d, const char *act, const struct item_row *row)
{
    if (strcmp(act, "verify") == 0 || strcmp(act, "issue") == 0) return supervising_unit(d->k);
    if (strncmp(act, "decide_", 7) == 0 || strcmp(act, "approve") == 0) return row->leader_name;
    return row->lead_unit_name;
}

static void put_duty(struct my_day *d, bool wait, const struct duty *x, const struct item_row *row, struct json *j)
{
    int days;
    jw_object(j);
    jw_put_text(j, wait ? "for" : "act", str_of(x->act));
    jw_key(j, "item");
    item_row_json(d->k, row, j);
    if (wait) {
        str name = who(d, x->act, row);
        jw_key(j, "who");
        if (name.n) jw_text(j, name);
        else jw_null(j);
    }
    jw_key(j, "due_at");
    if (x->due_at < NEVER) jw_text(j, instant_text(d->k->c->a, x->due_at, d->k->zone_min));
    else jw_null(j);
    jw_key(j, "left_days");
    if (x->due_at < NEVER && working_days_left(d->k, x->due_at, &days)) jw_int(j, days);
    else jw_null(j);
    jw_put_bool(j, "overdue", x->due_at < d->k->now);
    jw_end(j);
}

static bool put_duties(struct my_day *d, bool wait, struct json *j)
{
    struct duty *at = wait ? d->waits.at : d->owe.at;
    size_t n = wait ? d->waits.n : d->owe.n;
    int64_t ids[SHOWN_MAX];
    struct item_row *rows[SHOWN_MAX];
    if (n) qsort(at, n, sizeof *at, by_due);
    if (n > SHOWN_MAX) d->more = true;
    if (n > SHOWN_MAX) n = SHOWN_MAX;
    for (size_t i = 0; i < n; i++) ids[i] = at[i].item;
    if (!item_rows_load(d->k, ids, n, rows)) return false;
    jw_key(j, wait ? "waits" : "owe");
    jw_array(j);
    for (size_t i = 0; i < n; i++)
        if (rows[i]) put_duty(d, wait, &at[i], rows[i], j);
    jw_end(j);
    return true;
}

static int64_t overdue(const struct my_day *d, const struct duty *at, size_t n)
{
    int64_t late = 0;
    for (size_t i = 0; i < n; i++) late += at[i].due_at < d->k->now;
    return late;
}

static void put_counts(struct my_day *d, struct json *j)
{
    static const char *const ACTS[] = {"approve", "issue",  "accept",        "report",          "rework",
                                       "finish",  "verify", "decide_change", "decide_objection"};
    jw_key(j, "counts");
    jw_object(j);
    jw_put_int(j, "owe", (int64_t)d->owe.n);
    jw_put_int(j, "owe_overdue", overdue(d, d->owe.at, d->owe.n));
    jw_put_int(j, "waits", (int64_t)d->waits.n);
    jw_put_int(j, "waits_overdue", overdue(d, d->waits.at, d->waits.n));
    jw_key(j, "by_act");
    jw_object(j);
    for (size_t a = 0; a < COUNT_OF(ACTS); a++) {
        int64_t n = 0;
        for (size_t i = 0; i < d->owe.n; i++) n += strcmp(d->owe.at[i].act, ACTS[a]) == 0;
        jw_put_int(j, ACTS[a], n);
    }
    jw_end(j);
    jw_put_bool(j, "more", d->more);
    jw_end(j);
}

static void put_today(const struct call *k, struct json *j)
{
    jw_put_text(j, "today", day_text(k->c->a, k->today));
    jw_key(j, "is_working_day");
    if (k->calendar) jw_bool(j, calendar_is_working_day(k->calendar, k->today));
    else jw_null(j);
    jw_key(j, "next_working_day");
    if (k->calendar) jw_text(j, day_text(k->c->a, calendar_add_days(k->calendar, k->today, 1)));
    else jw_null(j);
}

static bool gather(struct my_day *d)
{
    if (actor_has(d->k, ROLE_UNIT)) of_unit(d);
    if (actor_has(d->k, ROLE_SUPERVISOR)) of_supervisor(d);
    if (actor_has(d->k, ROLE_LEADER)) of_leader(d);
    return !d->failed;
}

bool duty_has_due(const struct duty *d)
{
    return d->due_at < NEVER;
}

bool my_day_owed(struct call *k, struct list *out)
{
    struct my_day d = {.k = k};
    if (!gather(&d)) return false;
    if (d.owe.n) qsort(d.owe.at, d.owe.n, sizeof *d.owe.at, by_due);
    *out = (struct list){d.owe.at, d.owe.n < SHOWN_MAX ? d.owe.n : SHOWN_MAX};
    return true;
}

// What those owe for whom the reader may act today, marked with the name; found as he would see it.
static bool put_delegated(struct call *k, struct json *j)
{
    struct list running;
    struct names names;
    names_init(&names, k);
    if (!delegations_to(k, k->actor.delegation_id ? 0 : k->actor.person_id, &running)) return false;
    const struct delegation *at = running.at;
    jw_key(j, "delegated");
    jw_array(j);
    for (size_t i = 0; i < running.n; i++) {
        struct call acting = *k;
        struct my_day d = {.k = &acting};
        str name;
        if (!names_of(&names, "person", at[i].from_person_id, &name)) return false;
        if (!delegation_assume_as(&acting, &at[i])) {
            // The absent's account holds nothing any more: nothing is owed for him.
            if (!k->c->err.id || strcmp(k->c->err.id, "delegation.none") != 0) return false;
            error_clear(k->c);
            continue;
        }
        if (!gather(&d)) return false;
        jw_object(j);
        jw_put_id(j, "delegation", at[i].id);
        jw_put_text(j, "name", name);
        jw_put_text(j, "last_day", day_text(k->c->a, day_from_ymd((int32_t)at[i].last_day)));
        if (!put_duties(&d, false, j)) return false;
        jw_end(j);
    }
    jw_end(j);
    return true;
}

bool query_my_day(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args;
    (void)given;
    struct my_day d = {.k = k};
    if (!gather(&d)) return false;
    jw_object(out);
    put_today(k, out);
    if (!put_duties(&d, false, out) || !put_duties(&d, true, out)) return false;
    put_counts(&d, out);
    if (!put_delegated(k, out) || !my_news(k, out) || !recur_refused_json(k, out)) return false;
    jw_end(out);
    return true;
}
