/*
 * Many cells, many steps, steps back, kept views: a preview writes nothing and tells what the command
 * then does; all or nothing; what somebody changed since stays.
 */
#include "ledger_fixture.h"

#include "ledger/grid/grid.h"

#define ROW "{'item':'%" PRId64 "','version':%" PRId64 ",'cells':["
#define CELL(column, value) "{'column':'" column "','value':'" value "'}"

static int64_t version(struct fx *fx, int64_t item)
{
    return fx_load(fx, item).version;
}

static str body(struct fx *fx, int64_t item, const char *cells, bool preview)
{
    str head = fx_json(fx, "{'rows':[" ROW, item, version(fx, item));
    return str_printf(fx->a, "%.*s%.*s]}],\"preview\":%s}", STR_FMT(head), STR_FMT(fx_json(fx, "%s", cells)),
                      preview ? "true" : "false");
}

static int64_t told(struct fx *fx, const char *member)
{
    str key = str_printf(fx->a, "\"%s\":", member);
    size_t at = str_find(fx->result, key, 0);
    assert_true(at != SIZE_MAX);
    return strtoll(str_z(fx->a, str_sub(fx->result, at + key.n, 20)), NULL, 10);
}

static void a_preview_writes_nothing_and_is_the_effect(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "预览");
    const char *cells = CELL("title", "改后的名称") "," CELL("due", "2023/11/5") "," CELL("lead", "区住建委");
    str before = fx_digest(fx);
    // The people of the old lead do not answer for the new one: the lead falls, the others stand.
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, cells, true), ""));
    check_int(told(fx, "changed"), 2);
    check_int(told(fx, "refused"), 1);
    check_str(fx_digest(fx), str_z(fx->a, before));
    assert_false(fx_try(fx, "sup", "items.edit_many", body(fx, item, cells, false), ""));
    check_str(str_of(fx->c.err.id), "grid.refused");
    check_str(fx_digest(fx), str_z(fx->a, before));
    const char *rest = CELL("title", "改后的名称") "," CELL("due", "2023/11/5");
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, rest, false), ""));
    check_int(told(fx, "changed"), 2);
    struct item it = fx_load(fx, item);
    check_str(it.title, "改后的名称");
    check_int(it.due_day, 20231105);
    check_int((int64_t)fx_findings(fx), 0);
}

static void cells_read_what_people_write(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "写法");
    const char *cells = CELL("due", "2023年12月1日") "," CELL("cycle", "每季") "," CELL("weight", "12") ","
                        CELL("quantity", "1,200.5") "," CELL("place", "");
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, cells, true), ""));
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, CELL("due", "明天"), true), ""));
    check_int(told(fx, "refused"), 1);
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, CELL("lead", "没有这个单位"), true), ""));
    check_int(told(fx, "refused"), 1);
    assert_false(fx_try(fx, "sup", "items.edit_many", body(fx, item, CELL("state", "closed"), true), ""));
    check_str(str_of(fx->c.err.id), "grid.no_column");
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, CELL("due", "2023.12.01"), false), ""));
    check_int(fx_load(fx, item).due_day, 20231201);
    // Clearing is an edit, too.
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, CELL("deputy", ""), false), ""));
    check_int(fx_load(fx, item).deputy_id, 0);
    check_int(fx_load(fx, item).due_day, 20231201);
}

static void locked_cells_and_other_roles(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "锁定");
    fx_walk(fx, item, "approved");
    assert_true(fx_try(fx, "sup", "items.edit_many",
                       body(fx, item, CELL("title", "不许") "," CELL("due", "2023-10-31"), true), ""));
    check_int(told(fx, "changed"), 1);
    check_int(told(fx, "refused"), 1);
    assert_false(fx_try(fx, "fgw", "items.edit_many", body(fx, item, CELL("due", "2023-10-31"), true), ""));
    check_str(str_of(fx->c.err.id), "command.forbidden");
}

static void two_steps_back_and_again(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "原名");
    assert_true(fx_try(fx, "sup", "items.edit_many", body(fx, item, CELL("title", "一改"), false), ""));
    int64_t first = fx_id(fx, "seq");
    assert_true(fx_try(fx, "sup", "items.edit_many",
                       body(fx, item, CELL("title", "二改") "," CELL("weight", "7"), false), ""));
    int64_t second = fx_id(fx, "seq");
    str before = fx_digest(fx);
    assert_true(fx_try(fx, "sup", "items.undo", fx_json(fx, "{'seq':'%" PRId64 "','preview':true}", second), ""));
    check_int(told(fx, "changed"), 2);
    check_str(fx_digest(fx), str_z(fx->a, before));
    fx_do(fx, "sup", "items.undo", "{'seq':'%" PRId64 "'}", second);
    int64_t undone = fx_id(fx, "seq");
    check_str(fx_load(fx, item).title, "一改");
    check_int(fx_load(fx, item).weight, 0);
    fx_do(fx, "sup", "items.undo", "{'seq':'%" PRId64 "'}", first);
    check_str(fx_load(fx, item).title, "原名");
    // Again: undoing the undo of the first, then of the second.
    fx_do(fx, "sup", "items.undo", "{'seq':'%" PRId64 "'}", fx_id(fx, "seq"));
    check_str(fx_load(fx, item).title, "一改");
    fx_do(fx, "sup", "items.undo", "{'seq':'%" PRId64 "'}", undone);
    check_str(fx_load(fx, item).title, "二改");
    check_int(fx_load(fx, item).weight, 7);
    // Somebody else's change set is not there.
    fx_refused(fx, "record.not_found", "sup2", "items.undo", "{'seq':'%" PRId64 "'}", second);
    check_int((int64_t)fx_findings(fx), 0);
}

static void what_others_changed_since_stays(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "争改");
    assert_true(fx_try(fx, "sup", "items.edit_many",
                       body(fx, item, CELL("title", "甲") "," CELL("weight", "5"), false), ""));
    int64_t seq = fx_id(fx, "seq");
    assert_true(fx_try(fx, "sup2", "items.edit_many", body(fx, item, CELL("title", "乙"), false), ""));
    fx_refused(fx, "grid.refused", "sup", "items.undo", "{'seq':'%" PRId64 "'}", seq);
    fx_do(fx, "sup", "items.undo", "{'seq':'%" PRId64 "','partial':true}", seq);
    check_str(fx_load(fx, item).title, "乙");
    check_int(fx_load(fx, item).weight, 0);
}

static void many_steps_are_one_act(void **state)
{
    struct fx *fx = *state;
    int64_t a = fx_item(fx, "同办甲"), b = fx_item(fx, "同办乙");
    fx_walk(fx, a, "approved");
    str rows = fx_json(fx, "'rows':[{'item':'%" PRId64 "','version':%" PRId64 "},"
                           "{'item':'%" PRId64 "','version':%" PRId64 "}]", a, version(fx, a), b, version(fx, b));
    str before = fx_digest(fx);
    str ask = str_printf(fx->a, "{\"command\":\"item.issue\",%.*s,\"preview\":true}", STR_FMT(rows));
    assert_true(fx_try(fx, "sup", "items.step_many", ask, ""));
    check_int(told(fx, "refused"), 1);
    str go = str_printf(fx->a, "{\"command\":\"item.issue\",%.*s}", STR_FMT(rows));
    assert_false(fx_try(fx, "sup", "items.step_many", go, ""));
    check_str(str_of(fx->c.err.id), "grid.step_refused");
    check_str(fx_digest(fx), str_z(fx->a, before));
    fx_do(fx, "sup", "items.step_many",
          "{'command':'item.issue','rows':[{'item':'%" PRId64 "','version':%" PRId64 "}]}", a,
          version(fx, a));
    check_str(fx_load(fx, a).state, "issued");
    fx_refused(fx, "grid.no_step", "sup", "items.step_many",
               "{'command':'item.pass','rows':[{'item':'%" PRId64 "','version':1}]}", b);
    fx_refused(fx, "command.forbidden", "fgw", "items.step_many",
               "{'command':'item.issue','rows':[{'item':'%" PRId64 "','version':1}]}", a);
    check_int((int64_t)fx_findings(fx), 0);
}

static void views_are_kept_and_shared(void **state)
{
    struct fx *fx = *state;
    fx_do(fx, "fgw", "view.save", "{'name':'本月','conditions':'due_day <= month_end','grouping':'lead','tree':true,"
                                  "'columns':[{'name':'title','width':300,'frozen':true}]}");
    int64_t view = fx_id(fx, "view");
    fx_refused(fx, "record.not_found", "zjw", "view.remove", "{'view':'%" PRId64 "'}", view);
    fx_refused(fx, "grid.view_name_taken", "fgw", "view.save", "{'name':'本月'}");
    fx_refused(fx, "grid.share_all", "fgw", "view.share", "{'view':'%" PRId64 "','sharing':'all'}", view);
    fx_do(fx, "fgw", "view.share", "{'view':'%" PRId64 "','sharing':'unit'}", view);
    str seen = fx_ask(fx, "fgwk", "saved_views", NULL, NULL); // a section below the unit
    check(str_has(seen, STR("本月")));
    check(!str_has(fx_ask(fx, "zjw", "saved_views", NULL, NULL), STR("本月")));
    fx_refused(fx, "grid.view_not_yours", "fgwk", "view.remove", "{'view':'%" PRId64 "'}", view);
    fx_do(fx, "fgw", "view.remove", "{'view':'%" PRId64 "'}", view);
    check(!str_has(fx_ask(fx, "fgw", "saved_views", NULL, NULL), STR("本月")));
    check_int((int64_t)fx_findings(fx), 0);
}

static void a_grid_holds_what_one_may_see(void **state)
{
    struct fx *fx = *state;
    (void)fx_item(fx, "只给发改委看");
    check(str_has(fx_ask(fx, "fgw", "items_grid", NULL, NULL), STR("只给发改委看")));
    check(!str_has(fx_ask(fx, "zjw", "items_grid", NULL, NULL), STR("只给发改委看")));
    str drafted = fx_ask(fx, "sup", "items_grid", "state", "drafted");
    check(str_has(drafted, STR("\"drafted\":{\"may\":[\"title\"")));
    check(!str_has(fx_ask(fx, "fgw", "items_grid", NULL, NULL), STR("\"may\":[\"")));
}

int main(void)
{
    return CHECK_RUN(FX(a_preview_writes_nothing_and_is_the_effect), FX(cells_read_what_people_write),
                     FX(locked_cells_and_other_roles), FX(two_steps_back_and_again),
                     FX(what_others_changed_since_stays), FX(many_steps_are_one_act),
                     FX(views_are_kept_and_shared), FX(a_grid_holds_what_one_may_see));
}
