/*
 * Plan objects over a small district: levels, shares, clauses, templates that are refused when a statutory
 * duration has no time, periods that are drafted once; and two properties of the pure parts.
 */
#include "ledger_fixture.h"

#include "ledger/plan/dates.h"
#include "ledger/plan/plan.h"
#include "ledger/plan/rollup_tree.h"
#include "ledger/timer.h"

#include <string.h>

#define GOAL                                                                                                          \
    "{'code':'%s','name':'目标%s','horizon':'%s','kind':'expected','first_day':'2023-01-01','last_day':'2023-12-31'%s}"
#define APPLY "{'item':'%" PRId64 "','template':'T','start':'2023-03-01','due':'%s','negotiate':%s}"

static int64_t node_of(struct fx *fx, const char *code)
{
    struct list all = fx_rows(fx, &ITEM);
    for (size_t i = 0; i < all.n; i++)
        if (str_is(((struct item *)all.at)[i].code, code)) return ((struct item *)all.at)[i].id;
    return 0;
}

static void place(struct fx *fx, int64_t item, int64_t parent, const char *level, int weight)
{
    struct item it = fx_load(fx, item);
    fx_do(fx, "sup", "item.place",
          "{'item':'%" PRId64 "','version':%" PRId64 ",'parent':'%" PRId64 "','level':'%s','weight':%d}", item,
          it.version, parent, level, weight);
}

static void levels_stand_in_order(void **state)
{
    struct fx *fx = *state;
    int64_t idea = fx_item(fx, "思路"), plan = fx_item(fx, "方案"), node = fx_item(fx, "节点");
    fx_do(fx, "sup", "item.place", "{'item':'%" PRId64 "','version':1,'level':'idea'}", idea);
    place(fx, plan, idea, "plan", 10);
    fx_refused(fx, "plan.level_below", "sup", "item.place",
               "{'item':'%" PRId64 "','version':1,'parent':'%" PRId64 "','level':'node'}", node, idea);
    place(fx, node, plan, "node", 5);
    // The one above may not become what its children cannot stand below, nor stand below them.
    fx_refused(fx, "plan.level_below", "sup", "item.place",
               "{'item':'%" PRId64 "','version':%" PRId64 ",'level':'idea'}", plan, fx_load(fx, plan).version);
    fx_refused(fx, "item.own_parent", "sup", "item.place",
               "{'item':'%" PRId64 "','version':%" PRId64 ",'parent':'%" PRId64 "','level':'node'}", plan,
               fx_load(fx, plan).version, node);
    fx_refused(fx, "command.forbidden", "fgw", "item.place", "{'item':'%" PRId64 "','version':1,'weight':3}", node);
}

static void a_tree_is_not_deeper_than_eight(void **state)
{
    struct fx *fx = *state;
    int64_t above = fx_item(fx, "一");
    for (int i = 2; i <= 8; i++) {
        int64_t below = fx_item(fx, "下一级");
        place(fx, below, above, "task", 1);
        above = below;
    }
    int64_t ninth = fx_item(fx, "第九级");
    fx_refused(fx, "plan.too_deep", "sup", "item.place",
               "{'item':'%" PRId64 "','version':1,'parent':'%" PRId64 "','level':'task'}", ninth, above);
}

static void shares_come_to_a_hundred(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "服务两个目标");
    fx_do(fx, "sup", "goal.add", GOAL, "G1", "一", "year", "");
    fx_do(fx, "sup", "goal.add", GOAL, "G2", "二", "quarter", ",'parent':'G1'");
    fx_refused(fx, "goal.longer_than_parent", "sup", "goal.add", GOAL, "G3", "三", "five_year", ",'parent':'G1'");
    fx_refused(fx, "goal.binding_without_target", "sup", "goal.add",
               "{'code':'G4','name':'约束','horizon':'year','kind':'binding','first_day':'2023-01-01','last_day':'"
               "2023-12-31'}");
    fx_do(fx, "sup", "goal.share", "{'goal':'G1','item':'%" PRId64 "','share':60}", item);
    fx_refused(fx, "goal.shares_over", "sup", "goal.share", "{'goal':'G2','item':'%" PRId64 "','share':41}", item);
    fx_do(fx, "sup", "goal.share", "{'goal':'G2','item':'%" PRId64 "','share':40}", item);
    fx_refused(fx, "goal.in_use", "sup", "goal.remove", "{'goal':'G2'}");
    fx_refused(fx, "goal.shares_under", "sup", "item.set_goals",
               "{'item':'%" PRId64 "','goals':[{'goal':'G1','share':50},{'goal':'G2','share':40}]}", item);
    fx_refused(fx, "goal.twice", "sup", "item.set_goals",
               "{'item':'%" PRId64 "','goals':[{'goal':'G1','share':50},{'goal':'G1','share':50}]}", item);
    fx_do(fx, "sup", "item.set_goals", "{'item':'%" PRId64 "','goals':[{'goal':'G1','share':100}]}", item);
    assert_int_equal(fx_rows(fx, &GOAL_ITEM).n, 1);
    fx_do(fx, "sup", "goal.remove", "{'goal':'G2'}");
}

static void a_clause_has_many_items_and_an_item_many_clauses(void **state)
{
    struct fx *fx = *state;
    int64_t one = fx_item(fx, "一"), two = fx_item(fx, "二");
    fx_do(fx, "sup", "document.add",
          "{'code':'D','title':'报告','file_hash':'0','file_name':'a.txt','media_type':'text/plain','bytes':1}");
    fx_do(fx, "sup", "clause.add", "{'source_doc':'D','code':'C1','number':'二、（三）12','body':'第一条'}");
    fx_do(fx, "sup", "clause.add", "{'source_doc':'D','code':'C2','body':'第二条'}");
    fx_do(fx, "sup", "clause.link", "{'clause':'C1','item':'%" PRId64 "'}", one);
    fx_do(fx, "sup", "clause.link", "{'clause':'C1','item':'%" PRId64 "'}", two);
    fx_do(fx, "sup", "clause.link", "{'clause':'C2','item':'%" PRId64 "'}", one);
    fx_do(fx, "sup", "clause.link", "{'clause':'C2','item':'%" PRId64 "','note':'一半'}", one); // again: the note only
    assert_int_equal(fx_rows(fx, &CLAUSE_ITEM).n, 3);
    fx_refused(fx, "clause.linked", "sup", "clause.remove", "{'clause':'C2'}");
    fx_do(fx, "sup", "clause.unlink", "{'clause':'C2','item':'%" PRId64 "'}", one);
    fx_refused(fx, "clause.not_linked", "sup", "clause.unlink", "{'clause':'C2','item':'%" PRId64 "'}", one);
    struct clause *c = fx_rows(fx, &CLAUSE).at;
    assert_int_equal(c[1].ordinal, 2);
    assert_true(
        str_has(fx_ask(fx, "sup", "clauses", "document", "D"), STR("\"covered\":1,\"no_task\":0,\"uncovered\":1")));
}

static void node(struct fx *fx, const char *code, int n, const char *class, int days, const char *after)
{
    fx_do(fx, "sup", "template.node",
          "{'template':'T','code':'%s','ordinal':%d,'name':'节点%s','anchor':'due','duration':%d,'duration_unit':'"
          "working_day',"
          "'duration_class':'%s','after':'%s','standard':'做完','source':'例'}",
          code, n, code, days, class, after);
}

static void a_template_is_applied_once_and_never_cuts_the_law(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "套用模板");
    fx_do(fx, "sup", "template.declare", "{'code':'T','name':'模板','source':'例','basis':'example'}");
    node(fx, "a", 10, "statutory", 20, "");
    node(fx, "b", 20, "negotiated", 10, "a");
    fx_refused(fx, "template.no_such_node", "sup", "template.node",
               "{'template':'T','code':'c','ordinal':15,'name':'早','anchor':'due','duration':1,'duration_unit':'day',"
               "'duration_class':'quota','after':'b','standard':'x','source':'例'}");
    // 30 working days are needed; to 2023-04-07 there are 27 (5 April is 清明), to 2023-03-24 only 18.
    fx_refused(fx, "template.no_time", "sup", "item.apply_template", APPLY, item, "2023-04-07", "false");
    fx_refused(fx, "template.no_time", "sup", "item.apply_template", APPLY, item, "2023-03-24", "true");
    fx_do(fx, "sup", "item.apply_template", APPLY, item, "2023-04-07", "true");
    struct item it = fx_load(fx, item), a, b;
    size_t before = fx_rows(fx, &ITEM).n;
    a = fx_load(fx, node_of(fx, str_z(fx->a, str_cat(fx->a, it.code, STR(".a")))));
    b = fx_load(fx, node_of(fx, str_z(fx->a, str_cat(fx->a, it.code, STR(".b")))));
    assert_int_equal(a.start_day, 20230301);
    assert_int_equal(a.due_day, 20230328); // the twentieth working day: not one was cut
    assert_int_equal(b.due_day, 20230407);
    assert_true(str_is(a.level, "node") && a.parent_id == item);
    fx_do(fx, "sup", "item.apply_template", APPLY, item, "2023-04-07", "true");
    assert_int_equal(fx_rows(fx, &ITEM).n, before);
}

// The day's run of the timer, as often as it is asked: the second time as another day's.
static void draft_periods(struct fx *fx)
{
    const struct timer *t = timer_find(STR("recur.draft"));
    instant due = timer_due(t, fx->district, 480, fx->now);
    str at = instant_text(fx->a, due, 0);
    fx_do(fx, "system", "timer.fire", "{'timer':'recur.draft','due':'%.*s'}", STR_FMT(at));
}

static void a_period_is_drafted_once(void **state)
{
    struct fx *fx = *state;
    fx_at(fx, "2023-03-10T09:00:00+08:00");
    int64_t item = fx_item(fx, "每月调度");
    fx_do(
        fx, "sup", "item.recur",
        "{'item':'%" PRId64
        "','every':'month','due_on':'last_working_day','first_day':'2023-01-01','last_day':'2023-05-31','ahead':2}",
        item);
    fx_do(fx, "sup", "item.recur_skip", "{'item':'%" PRId64 "','period':'2023-04','reason':'与季度会合并'}", item);
    fx_refused(fx, "recur.made", "sup", "item.recur_skip",
               "{'item':'%" PRId64 "','period':'2023-04','reason':'再次'}", item);
    draft_periods(fx);
    draft_periods(fx);
    struct list all = fx_rows(fx, &OCCURRENCE);
    struct occurrence *o = all.at;
    assert_int_equal(all.n, 3); // March, April skipped, May; nothing for January and February, which are over
    assert_true(str_is(o[1].period_code, "2023-03"));
    assert_int_equal(o[1].due_day, 20230331);
    assert_int_equal(o[2].due_day, 20230531);
    assert_true(fx_load(fx, o[1].occurrence_item_id).parent_id == item);
    fx_at(fx, "2023-06-10T09:00:00+08:00"); // past the end
    draft_periods(fx);
    assert_int_equal(fx_rows(fx, &OCCURRENCE).n, 3);
    fx_do(fx, "sup", "item.recur_stop", "{'item':'%" PRId64 "','reason':'完成'}", item);
    fx_refused(fx, "recur.none", "sup", "item.recur_stop", "{'item':'%" PRId64 "','reason':'再停'}", item);
}

static struct recurrence rule(struct fx *fx, int64_t item)
{
    struct list all = fx_rows(fx, &RECURRENCE);
    for (size_t i = 0; i < all.n; i++)
        if (((struct recurrence *)all.at)[i].item_id == item) return ((struct recurrence *)all.at)[i];
    return (struct recurrence){.refused_at = -1};
}

static void recur_monthly(struct fx *fx, int64_t item)
{
    fx_do(fx, "sup", "item.recur",
          "{'item':'%" PRId64 "',"
          "'every':'month','due_on':'last_working_day','first_day':'2023-01-01','ahead':1}", item);
}

static void a_refused_draft_holds_up_nobody(void **state)
{
    struct fx *fx = *state;
    fx_at(fx, "2023-03-10T09:00:00+08:00");
    int64_t first = fx_item(fx, "编号被占"), second = fx_item(fx, "每月调度"), taken;
    struct item it = fx_load(fx, first);
    fx_do(fx, "sup", "item.draft", "{'register':'ZDRW','title':'占了编号','code':'%.*s-2023-03'}", STR_FMT(it.code));
    taken = fx_id(fx, "item");
    recur_monthly(fx, first);
    recur_monthly(fx, second);
    draft_periods(fx);
    assert_true(str_has(fx->result, STR("\"drafted\":3,\"refused\":1")));
    struct recurrence r = rule(fx, first);
    assert_int_equal(r.refused_at, fx->now);
    assert_true(str_is(r.refused_period, "2023-03"));
    assert_true(r.refused_why.n && r.refused_why_en.n && !str_eq(r.refused_why, r.refused_why_en));
    assert_int_equal(rule(fx, second).refused_at, 0);
    assert_int_equal(fx_rows(fx, &OCCURRENCE).n, 3); // April of the first, March and April of the second
    // The office sees it on its day; the unit does not see what is not its business.
    assert_true(str_has(fx_ask(fx, "sup", "my_day", NULL, NULL), r.refused_why));
    assert_true(str_has(fx_ask(fx, "sup", "recurrences", NULL, NULL), r.refused_why));
    assert_false(str_has(fx_ask(fx, "fgw", "my_day", NULL, NULL), r.refused_why));
    // Tried again the next day: the same refusal is the same; once the code is free, the period is drafted.
    fx_at(fx, "2023-03-11T09:00:00+08:00");
    draft_periods(fx);
    assert_int_equal(rule(fx, first).version, r.version);
    it = fx_load(fx, taken);
    fx_do(fx, "sup", "item.edit", "{'item':'%" PRId64 "','version':%" PRId64 ",'code':'别的编号'}", taken, it.version);
    fx_at(fx, "2023-03-12T09:00:00+08:00");
    draft_periods(fx);
    assert_int_equal(rule(fx, first).refused_at, 0);
    assert_int_equal(fx_rows(fx, &OCCURRENCE).n, 4);
    assert_false(str_has(fx_ask(fx, "sup", "my_day", NULL, NULL), STR("2023-03\"")));
}

static void a_template_ends_and_its_nodes_go_while_nothing_was_made(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "套用");
    fx_do(fx, "sup", "template.declare", "{'code':'T','name':'模板','source':'例','basis':'example'}");
    node(fx, "a", 10, "negotiated", 2, "");
    node(fx, "b", 20, "negotiated", 2, "a");
    node(fx, "c", 30, "negotiated", 2, "");
    fx_refused(fx, "template.waited_for", "sup", "template.drop_node", "{'template':'T','code':'a'}");
    fx_refused(fx, "template.unknown_node", "sup", "template.drop_node", "{'template':'T','code':'z'}");
    fx_do(fx, "sup", "template.drop_node", "{'template':'T','code':'c'}");
    assert_int_equal(fx_rows(fx, &TEMPLATE_NODE).n, 2);
    fx_do(fx, "sup", "item.apply_template", APPLY, item, "2023-04-07", "false");
    fx_refused(fx, "template.node_used", "sup", "template.drop_node", "{'template':'T','code':'b'}");
    fx_do(fx, "sup", "template.end", "{'template':'T','reason':'有了新模板'}");
    fx_refused(fx, "template.ended", "sup", "template.end", "{'template':'T','reason':'再停'}");
    fx_refused(fx, "template.ended", "sup", "item.apply_template", APPLY, item, "2023-04-07", "false");
    fx_do(fx, "sup", "template.declare", "{'code':'T','name':'模板','source':'例','basis':'example'}");
    fx_do(fx, "sup", "item.apply_template", APPLY, item, "2023-04-07", "false");
}

static void a_waiver_ends_while_the_parent_is_open(void **state)
{
    struct fx *fx = *state;
    int64_t parent = fx_item(fx, "上级"), child = fx_item(fx, "子事项");
    place(fx, child, parent, "task", 1);
    fx_walk(fx, parent, "accepted");
    fx_refused(fx, "item.not_waived", "leader", "item.end_waiver",
               "{'item':'%" PRId64 "','child':'%" PRId64 "','reason':'无'}", parent, child);
    for (int i = 0; i < 2; i++) // again: the reason is the new one, and there is one waiver
        fx_do(fx, "leader", "item.waive", "{'item':'%" PRId64 "','child':'%" PRId64 "','reason':'跨年%d'}", parent,
              child, i);
    struct list all = fx_rows(fx, &WAIVER);
    assert_int_equal(all.n, 1);
    assert_true(str_is(((struct waiver *)all.at)->reason, "跨年1"));
    fx_do(fx, "leader", "item.end_waiver", "{'item':'%" PRId64 "','child':'%" PRId64 "','reason':'又能办了'}", parent,
          child);
    assert_int_equal(fx_rows(fx, &WAIVER).n, 0);
    fx_refused(fx, "command.forbidden", "sup", "item.end_waiver",
               "{'item':'%" PRId64 "','child':'%" PRId64 "','reason':'无'}", parent, child);
}

/* --- properties --- */

static uint64_t next(uint64_t *s)
{
    *s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *s >> 33;
}

// A parent's progress lies between the least and the greatest of what counts below it, is 100 only when all
// is, and does not depend on the order of siblings.
static void progress_rolls_up(void **state)
{
    uint64_t s = 7;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct roll_node n[12] = {{.parent = SIZE_MAX, .by_children = true}}, m[12];
        size_t count = 2 + next(&s) % 11;
        int64_t least = DONE, most = 0;
        for (size_t i = 1; i < count; i++)
            n[i] = (struct roll_node){.parent = 0,
                                      .weight = (int64_t)(next(&s) % 4),
                                      .reported = (int64_t)(next(&s) % 101),
                                      .done = next(&s) % 5 == 0,
                                      .outside = next(&s) % 6 == 0};
        memcpy(m, n, sizeof m);
        for (size_t i = 1; i < count; i++) m[i] = n[count - i];
        roll_up(n, count);
        roll_up(m, count);
        for (size_t i = 1; i < count; i++) {
            if (n[i].outside) continue;
            if (n[i].progress < least) least = n[i].progress;
            if (n[i].progress > most) most = n[i].progress;
        }
        assert_int_equal(n[0].progress, m[0].progress);
        if (n[0].counted == 0) continue;
        assert_true(n[0].progress >= least && n[0].progress <= most);
        if (roll_percent(n[0].progress) == 100) assert_int_equal(most, DONE);
    }
    assert_int_equal(roll_percent(9999), 99);
}

// Where it says that there is time, every node begins after what it waits for, ends by the due date and has
// its whole duration, but for negotiated ones that were asked to give.
static void dates_keep_what_they_say(void **state)
{
    struct fx *fx = *state;
    struct day_pattern week = {.at = {{540, 1080}}, .n = 1};
    struct calendar *k = calendar_new(fx->a, 480, STR("test"));
    uint64_t s = 11;
    int laid = 0, refused = 0;
    for (int d = 1; d <= 5; d++) assert_true(calendar_set_weekday(&fx->c, k, d, &week));
    assert_true(calendar_freeze(&fx->c, k));
    for (int round = 0; round < 3000; round++) {
        struct plan_node n[8] = {0};
        size_t count = 1 + next(&s) % 8;
        day start = day_of(2023, 2, 1) + (day)(next(&s) % 7), due = start + 5 + (day)(next(&s) % 120);
        bool negotiate = next(&s) % 2;
        for (size_t i = 0; i < count; i++) {
            n[i] = (struct plan_node){.duration = (int)(next(&s) % 15), .offset = (int)(next(&s) % 4),
                                      .natural_days = next(&s) % 3 == 0, .from_start = next(&s) % 2,
                                      .class = (enum duration_class)(next(&s) % 4)};
            for (size_t p = 0; p < i; p++)
                if (next(&s) % 3 == 0) plan_after(&n[i], p);
        }
        struct plan_span span = plan_dates(k, start, due, negotiate, n, count);
        refused += !span.feasible;
        for (size_t i = 0; i < count; i++) {
            assert_true(n[i].cut == 0 || (negotiate && n[i].class == CLASS_NEGOTIATED && n[i].cut < n[i].duration));
            if (!span.feasible) continue;
            assert_true(n[i].start >= start && n[i].finish <= due);
            int has = n[i].natural_days ? n[i].finish - n[i].start + 1
                                        : calendar_days_between(k, n[i].start - 1, n[i].finish);
            if (n[i].duration > n[i].cut) assert_int_equal(has, n[i].duration - n[i].cut);
            for (size_t p = 0; p < i; p++)
                if (plan_waits(&n[i], p))
                    assert_true(n[i].start > n[p].finish ||
                                (n[i].duration == n[i].cut && n[i].start >= n[p].finish));
        }
        if (!span.feasible) assert_true(span.shortfall > 0);
        laid += span.feasible;
    }
    assert_true(laid > 300 && refused > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FX(levels_stand_in_order),
        FX(a_tree_is_not_deeper_than_eight),
        FX(shares_come_to_a_hundred),
        FX(a_clause_has_many_items_and_an_item_many_clauses),
        FX(a_template_is_applied_once_and_never_cuts_the_law),
        FX(a_period_is_drafted_once),
        FX(a_refused_draft_holds_up_nobody),
        FX(a_template_ends_and_its_nodes_go_while_nothing_was_made),
        FX(a_waiver_ends_while_the_parent_is_open),
        cmocka_unit_test(progress_rolls_up),
        FX(dates_keep_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
