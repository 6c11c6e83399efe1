/*
 * A year of units: two sub-districts merge, a department splits, one is renamed, one moves, people leave.
 * After each: nothing open without a living unit and somebody in post, the same totals then and now.
 */
#include "house.h"

#include <string.h>

#include "ledger/check.h"

static json_t *admin(struct house *h, const char *command, const char *body)
{
    return house_must(h, house_do(h, "xitong", command, body));
}

static json_t *refused_of(struct house *h, const char *command, const char *body)
{
    return house_do(h, "xitong", command, body);
}

static int64_t n_of(const json_t *rows, const char *name, const char *member)
{
    const json_t *one;
    size_t i;
    json_array_foreach (rows, i, one)
        if (strcmp(house_text(one, "name"), name) == 0) return house_int(one, member);
    return -1;
}

static const json_t *row_of(const json_t *rows, const char *member, const char *value)
{
    const json_t *one;
    size_t i;
    json_array_foreach (rows, i, one)
        if (strcmp(house_text(one, member), value) == 0) return one;
    return NULL;
}

// All that units have, whole and shared, in thousandths.
static int64_t sum_of(const json_t *rows)
{
    const json_t *one;
    size_t i;
    double sum = 0;
    json_array_foreach (rows, i, one) {
        sum += (double)house_int(one, "n") * 1000;
        sum += atof(house_text(one, "shared")) * 1000;
    }
    return (int64_t)(sum + 0.5);
}

static json_t *counts(struct house *h, const char *params)
{
    return house_must(h, house_ask(h, "ducha", "items_counts", params));
}

static void totals_agree(struct house *h)
{
    const char *const asks[] = {"", "organised=then", "on=2023-03-01", "on=2023-06-15"};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        json_t *r = counts(h, asks[i]);
        assert_int_equal(sum_of(house_at(r, "by_unit")), house_int(r, "total") * 1000);
    }
}

// bihuan check's findings about units and people.
static bool look(struct call *k, void *arg)
{
    int64_t items;
    return items_check(k, arg, &items);
}

static void nothing_ownerless(struct house *h)
{
    struct findings f = {.a = h->c.a};
    house_read(h, "xitong", look, &f);
    for (size_t i = 0; i < f.lines.n; i++) print_error("%.*s\n", (int)f.lines.at[i].n, f.lines.at[i].p);
    assert_int_equal(f.lines.n, 0);
}

static json_t *issued(struct house *h, const char *title, const char *lead, const char *assist)
{
    char body[900];
    snprintf(body, sizeof body,
             "{\"register\":\"ZDRW\",\"line\":\"L04\",\"title\":\"%s\",\"standard\":\"办成一件事\",\"lead\":\"%s\","
             "\"person\":\"%s-1\",\"deputy\":\"%s-2\",\"leader\":\"FQZ3\",\"due\":\"2023-12-29\","
             "\"assists\":[{\"unit\":\"%s\",\"share\":20,\"duty\":\"配合\"}],\"cycle\":\"month\",\"cycle_day\":25}",
             title, lead, lead, lead, assist);
    json_t *r = house_must(h, house_do(h, "ducha", "item.draft", body));
    snprintf(body, sizeof body,
             "{\"item\":\"%s\",\"authority_kind\":\"meeting\",\"authority_ref\":\"第12次常务会\","
             "\"authority_day\":\"2023-02-01\",\"duplicates_seen\":true}",
             house_text(r, "item"));
    house_must(h, house_do(h, "minsheng", "item.approve", body));
    snprintf(body, sizeof body, "{\"item\":\"%s\"}", house_text(r, "item"));
    house_must(h, house_do(h, "ducha", "item.issue", body));
    return r;
}

static json_t *item(struct house *h, const json_t *made)
{
    char params[64];
    snprintf(params, sizeof params, "item=%s", house_text(made, "item"));
    return house_must(h, house_ask(h, "ducha", "item", params));
}

static void test_a_merge_takes_everything_along(void **state)
{
    struct house *h = *state;
    json_t *led = issued(h, "合并测试甲", "J10", "J11"), *other = issued(h, "合并测试乙", "J11", "ZJW");
    json_t *before = counts(h, "");
    int64_t j10 = n_of(house_at(before, "by_unit"), "和平里街道", "n");
    int64_t j11 = n_of(house_at(before, "by_unit"), "前门街道", "n");
    json_t *preview = house_must(h, house_ask(h, "xitong", "unit_change_preview", "unit=J10"));
    assert_true(house_int(preview, "led") >= 1);
    // Who may change units does not read items: a number, no title.
    assert_string_equal(house_text(preview, "items.0.title"), "");
    assert_true(strlen(house_text(preview, "items.0.code")) > 0);
    json_t *done = admin(h, "unit.merge",
                         "{\"units\":[\"J10\",\"J11\"],\"code\":\"JHP\",\"name\":\"和平前门街道\",\"day\":\"2023-06-20\","
                         "\"document\":\"示例〔2023〕1号\"}");
    assert_int_equal(house_int(done, "leads"),
                     house_int(house_must(h, house_ask(h, "xitong", "unit_change_preview", "unit=JHP")), "led"));
    assert_string_equal(house_text(item(h, led), "item.lead_unit_name"), "和平前门街道");
    assert_string_equal(house_text(item(h, other), "item.lead_unit_name"), "和平前门街道");
    // The assisting unit of the first was its own lead now, and is taken off.
    assert_int_equal(json_array_size(house_at(item(h, led), "assists")), 0);
    json_t *now = counts(h, ""), *then = counts(h, "on=2023-06-01");
    assert_int_equal(n_of(house_at(now, "by_unit"), "和平前门街道", "n"), j10 + j11);
    assert_int_equal(n_of(house_at(now, "by_unit"), "和平里街道", "n"), -1);
    assert_int_equal(n_of(house_at(then, "by_unit"), "和平里街道", "n"), j10);
    assert_int_equal(n_of(house_at(then, "by_unit"), "前门街道", "n"), j11);
    // A filter on the new unit finds what the old ones had; on a day before, the old ones find it.
    assert_int_equal(house_int(counts(h, "unit=JHP"), "total"), j10 + j11);
    assert_int_equal(house_int(counts(h, "unit=J10&on=2023-06-01"), "total"), j10);
    assert_int_equal(house_int(counts(h, "where=lead_unit_id in subtree('JHP')"), "total"), j10 + j11);
    // The officer of a unit that ended sees and reports what its successor has.
    char body[200];
    snprintf(body, sizeof body, "{\"item\":\"%s\",\"commitment\":\"按期完成\"}", house_text(other, "item"));
    house_must(h, house_do(h, "j10", "item.accept", body));
    totals_agree(h);
    nothing_ownerless(h);
}

static void test_the_history_says_why(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "ducha", "unit_history", "unit=JHP"));
    assert_int_equal(json_array_size(house_at(r, "predecessors")), 2);
    assert_string_equal(house_text(r, "predecessors.0.document"), "示例〔2023〕1号");
    r = house_must(h, house_ask(h, "ducha", "unit_history", "unit=J10"));
    assert_string_equal(house_text(r, "now.0.name"), "和平前门街道");
    assert_string_equal(house_text(r, "unit.closes_day"), "2023-06-20");
    assert_null(row_of(house_at(house_must(h, house_ask(h, "ducha", "units", "")), "rows"), "code", "J10"));
    assert_non_null(
        row_of(house_at(house_must(h, house_ask(h, "ducha", "units", "on=2023-06-19")), "rows"), "code", "J10"));
    assert_null(
        row_of(house_at(house_must(h, house_ask(h, "ducha", "units", "on=2023-06-19")), "rows"), "code", "JHP"));
    json_t *list = house_must(h, house_ask(h, "ducha", "items", "q=合并测试甲"));
    char params[80];
    snprintf(params, sizeof params, "item=%s", house_text(list, "rows.0.id"));
    json_t *past = house_must(h, house_ask(h, "ducha", "item_history", params));
    assert_non_null(row_of(house_at(past, "rows"), "command", "unit.merge"));
}

static void test_a_split_asks_for_everybody(void **state)
{
    struct house *h = *state;
    json_t *stay = issued(h, "拆分测试甲", "WLJ", "ZJW"), *go = issued(h, "拆分测试乙", "WLJ", "ZJW");
    char body[900];
    const char *code = house_text(item(h, go), "item.code");
    const char *const shape = "{\"unit\":\"WLJ\",\"day\":\"2023-06-21\",\"document\":\"示例〔2023〕2号\",\"rest\":\"WHJ\","
                              "\"parts\":[{\"code\":\"WHJ\",\"name\":\"区文化局\",\"share\":600},"
                              "{\"code\":\"LYJ\",\"name\":\"区旅游局\",\"share\":%d%s}],"
                              "\"items\":[{\"item\":\"%s\",\"to\":\"%s\"}]%s}";
    snprintf(body, sizeof body, shape, 300, "", code, "LYJ", "");
    house_refused(h, refused_of(h, "unit.split", body), ERR_INVALID, "unit.shares");
    snprintf(body, sizeof body, shape, 400, "", code, "ZZZ", "");
    house_refused(h, refused_of(h, "unit.split", body), ERR_INVALID, "unit.not_a_successor");
    snprintf(body, sizeof body, shape, 400, "", "2023-99-99", "LYJ", "");
    house_refused(h, refused_of(h, "unit.split", body), ERR_INVALID, "unit.not_its_item");
    snprintf(body, sizeof body, shape, 400, "", code, "LYJ", "");
    house_refused(h, refused_of(h, "unit.split", body), ERR_REFUSED, "unit.item_without_person");
    assert_string_equal(house_text(item(h, stay), "item.lead_unit_name"), "区文化和旅游局"); // refused as a whole
    admin(h, "person.add", "{\"code\":\"WLJ-8\",\"name\":\"旅游科长\",\"unit\":\"WLJ\",\"basis\":\"example\"}");
    admin(h, "person.add", "{\"code\":\"WLJ-9\",\"name\":\"旅游科员\",\"unit\":\"WLJ\",\"basis\":\"example\"}");
    snprintf(body, sizeof body, shape, 400, ",\"person\":\"WLJ-8\",\"deputy\":\"WLJ-9\"", code, "LYJ",
             ",\"people\":[{\"person\":\"WLJ-8\",\"to\":\"LYJ\"},{\"person\":\"WLJ-9\",\"to\":\"LYJ\"}]");
    admin(h, "unit.split", body);
    assert_string_equal(house_text(item(h, stay), "item.lead_unit_name"), "区文化局");
    assert_string_equal(house_text(item(h, go), "item.lead_unit_name"), "区旅游局");
    assert_string_equal(house_text(item(h, go), "item.person_name"), "旅游科长");
    json_t *r = house_must(h, house_ask(h, "ducha", "unit_history", "unit=WLJ"));
    assert_int_equal(json_array_size(house_at(r, "now")), 2);
    assert_string_equal(house_text(row_of(house_at(r, "now"), "name", "区旅游局"), "share"), "0.4");
    totals_agree(h);
    nothing_ownerless(h);
}

// What a divided unit had finished counts by shares, and is told apart from what its successors have.
static void test_finished_work_is_shared(void **state)
{
    struct house *h = *state;
    json_t *made = issued(h, "份额测试", "GZW", "ZJW");
    char body[300];
    int64_t had = n_of(house_at(counts(h, "state=cancelled&organised=then"), "by_unit"), "区国有资产监督管理委员会", "n");
    if (had < 0) had = 0;
    snprintf(body, sizeof body, "{\"item\":\"%s\",\"reason\":\"示例\"}", house_text(made, "item"));
    house_must(h, house_do(h, "minsheng", "item.cancel", body));
    admin(h, "unit.split",
          "{\"unit\":\"GZW\",\"day\":\"2023-06-22\",\"document\":\"示例〔2023〕3号\",\"rest\":\"GZ1\",\"parts\":["
          "{\"code\":\"GZ1\",\"name\":\"国资一局\",\"share\":750},{\"code\":\"GZ2\",\"name\":\"国资二局\",\"share\":250}]}");
    json_t *now = counts(h, "state=cancelled"), *then = counts(h, "state=cancelled&organised=then");
    const json_t *one = row_of(house_at(now, "by_unit"), "name", "国资二局");
    assert_non_null(one);
    assert_int_equal(house_int(one, "n"), 0);
    assert_int_equal((int64_t)(atof(house_text(one, "shared")) * 100 + 0.5), (had + 1) * 25);
    assert_int_equal(n_of(house_at(then, "by_unit"), "区国有资产监督管理委员会", "n"), had + 1);
    assert_int_equal(house_int(counts(h, "state=cancelled&unit=GZ2"), "total"), had + 1);
    // The list says who had it and who has its things now.
    json_t *list = house_must(h, house_ask(h, "ducha", "items", "state=cancelled&unit=GZ2"));
    assert_string_equal(house_text(list, "rows.0.lead_unit_now_name"), "国资一局、国资二局");
    totals_agree(h);
    nothing_ownerless(h);
}

static void test_names_and_places_over_time(void **state)
{
    struct house *h = *state;
    admin(h, "unit.rename", "{\"unit\":\"JRB\",\"name\":\"区委金融办\",\"short_name\":\"金融办新\",\"day\":\"2023-06-25\","
                            "\"document\":\"示例〔2023〕4号\"}");
    house_refused(h, refused_of(h, "unit.rename", "{\"unit\":\"JRB\",\"name\":\"金融局\",\"day\":\"2023-06-24\","
                                                  "\"document\":\"x\"}"), ERR_REFUSED, "unit.day_before");
    house_refused(h, refused_of(h, "unit.rename", "{\"unit\":\"JRB\",\"name\":\"金融局\",\"day\":\"2023-07-24\","
                                                  "\"document\":\"x\"}"), ERR_INVALID, "unit.day_ahead");
    json_t *then = house_must(h, house_ask(h, "ducha", "units", "on=2023-06-24"));
    assert_string_equal(house_text(row_of(house_at(then, "rows"), "code", "JRB"), "name"), "区金融服务办公室");
    // The old name still leads to it.
    json_t *all = counts(h, "where=lead_unit_id = '区金融服务办公室'");
    assert_int_equal(house_int(all, "total"), house_int(counts(h, "unit=JRB"), "total"));
    admin(h, "unit.move", "{\"unit\":\"DCS\",\"parent\":\"QZF\",\"day\":\"2023-06-26\",\"document\":\"示例〔2023〕5号\"}");
    then = house_must(h, house_ask(h, "ducha", "units", "on=2023-06-25"));
    assert_string_equal(house_text(row_of(house_at(then, "rows"), "code", "DCS"), "parent_name"), "区政府办公室");
    house_refused(h, refused_of(h, "unit.move", "{\"unit\":\"QZF\",\"parent\":\"DCS\",\"day\":\"2023-06-26\","
                                                "\"document\":\"x\"}"), ERR_INVALID, "unit.parent_below");
    totals_agree(h);
}

static void test_nothing_is_closed_over_what_it_owes(void **state)
{
    struct house *h = *state;
    house_refused(h, refused_of(h, "unit.close", "{\"unit\":\"CGW\",\"day\":\"2023-06-27\",\"document\":\"x\"}"),
                  ERR_REFUSED, "unit.still_owes");
    house_refused(h, refused_of(h, "unit.close", "{\"unit\":\"CGW\",\"successor\":\"J10\",\"day\":\"2023-06-27\","
                                                 "\"document\":\"x\"}"), ERR_REFUSED, "unit.closed");
    house_refused(h, refused_of(h, "unit.close", "{\"unit\":\"CGW\",\"successor\":\"CGW\",\"day\":\"2023-06-27\","
                                                 "\"document\":\"x\"}"), ERR_INVALID, "unit.own_successor");
    admin(h, "unit.close",
          "{\"unit\":\"CGW\",\"successor\":\"ZJW\",\"day\":\"2023-06-27\",\"document\":\"示例〔2023〕6号\"}");
    // An empty unit closes without a successor.
    admin(h, "unit.open", "{\"code\":\"LSZB\",\"name\":\"临时专班\",\"kind\":\"taskforce\",\"parent\":\"QZF\","
                          "\"day\":\"2023-06-01\",\"document\":\"示例〔2023〕7号\"}");
    admin(h, "unit.close", "{\"unit\":\"LSZB\",\"day\":\"2023-06-28\",\"document\":\"示例〔2023〕8号\"}");
    house_refused(h, house_do(h, "ducha", "item.draft",
                              "{\"register\":\"ZDRW\",\"line\":\"L04\",\"title\":\"交给已撤销单位\",\"lead\":\"LSZB\"}"),
                  ERR_REFUSED, "unit.closed");
    totals_agree(h);
    nothing_ownerless(h);
}

static void test_who_leaves_hands_everything_over(void **state)
{
    struct house *h = *state;
    json_t *made = issued(h, "离岗测试", "SWJ", "ZJW");
    json_t *list = house_must(h, house_ask(h, "ducha", "person_leaving", "person=SWJ-1"));
    assert_true(json_array_size(house_at(list, "items")) >= 1);
    assert_true(strlen(house_text(list, "items.0.title")) > 0);
    house_refused(h, refused_of(h, "person.leave", "{\"person\":\"SWJ-1\",\"day\":\"2023-06-30\",\"reason\":\"退休\"}"),
                  ERR_REFUSED, "person.left_ownerless");
    house_refused(h, refused_of(h, "person.leave", "{\"person\":\"SWJ-1\",\"day\":\"2023-06-30\",\"reason\":\"退休\","
                                                   "\"successor\":\"SWJ-2\"}"), ERR_REFUSED, "item.same_person");
    house_refused(h, refused_of(h, "person.leave", "{\"person\":\"SWJ-1\",\"day\":\"2023-06-30\",\"reason\":\"退休\","
                                                   "\"successor\":\"FGW-1\"}"), ERR_INVALID, "person.takes_elsewhere");
    json_t *people = house_must(h, house_ask(h, "xitong", "people", "unit=SWJ"));
    char body[300];
    snprintf(body, sizeof body, "{\"person\":\"SWJ-1\",\"version\":%d,\"active\":false}",
             (int)house_int(row_of(house_at(people, "rows"), "code", "SWJ-1"), "version"));
    house_refused(h, refused_of(h, "person.edit", body), ERR_REFUSED, "person.still_answers");
    json_t *done = admin(h, "person.leave", "{\"person\":\"SWJ-1\",\"day\":\"2023-06-30\",\"reason\":\"退休\","
                                            "\"successor\":\"SWJ-3\"}");
    assert_int_equal(house_int(done, "items"), (int64_t)json_array_size(house_at(list, "items")));
    assert_string_equal(house_text(item(h, made), "item.person_id"),
                        house_text(row_of(house_at(people, "rows"), "code", "SWJ-3"), "id"));
    list = house_must(h, house_ask(h, "ducha", "person_leaving", "person=SWJ-1"));
    assert_int_equal(json_array_size(house_at(list, "items")), 0);
    // A leader: what he leads goes to another.
    house_refused(h, refused_of(h, "person.leave", "{\"person\":\"FQZ3\",\"day\":\"2023-06-30\",\"reason\":\"调离\"}"),
                  ERR_REFUSED, "person.left_ownerless");
    admin(h, "person.leave", "{\"person\":\"FQZ3\",\"day\":\"2023-06-30\",\"reason\":\"调离\",\"leader\":\"FQZ1\"}");
    assert_string_equal(house_text(item(h, made), "item.leader_name"), "常务副区长");
    const json_t *accounts = house_must(h, house_ask(h, "anquan", "accounts", ""));
    assert_int_equal(json_is_true(house_at(row_of(house_at(accounts, "rows"), "login", "minsheng"), "disabled")), 1);
    admin(h, "person.add", "{\"code\":\"SWJ-8\",\"name\":\"新任分管\",\"unit\":\"SWJ\",\"basis\":\"example\"}");
    // To another unit: what stays behind is handed over, the account goes along.
    admin(h, "person.transfer", "{\"person\":\"SWJ-2\",\"unit\":\"FGW\",\"day\":\"2023-06-30\",\"reason\":\"交流任职\","
                                "\"successor\":\"SWJ-8\"}");
    nothing_ownerless(h);
}

// What was closed before the unit ended keeps its name; opened again, it needs somebody who is there.
static void test_what_is_opened_again_has_somebody(void **state)
{
    struct house *h = *state;
    json_t *made = issued(h, "重启测试", "WJW", "MZJ");
    char body[400];
    snprintf(body, sizeof body, "{\"item\":\"%s\",\"commitment\":\"按期完成\"}", house_text(made, "item"));
    house_must(h, house_do(h, "wjw", "item.accept", body));
    const char *part = house_text(item(h, made), "parts.0.id");
    snprintf(body, sizeof body, "{\"item\":\"%s\",\"narrative\":\"做完了\","
             "\"answers\":[{\"part\":\"%s\",\"answer\":\"是\"}]}",
             house_text(made, "item"), part);
    house_must(h, house_do(h, "wjw", "item.finish", body));
    snprintf(body, sizeof body, "{\"item\":\"%s\",\"findings\":\"属实\"}", house_text(made, "item"));
    house_must(h, house_do(h, "ducha", "item.pass", body));
    admin(h, "person.leave", "{\"person\":\"WJW-1\",\"day\":\"2023-06-30\",\"reason\":\"退休\",\"successor\":\"WJW-3\"}");
    admin(h, "unit.merge", "{\"units\":[\"WJW\",\"MZJ\"],\"code\":\"WMJ\",\"name\":\"卫健民政局\",\"day\":\"2023-06-30\","
                           "\"document\":\"示例〔2023〕9号\"}");
    assert_string_equal(house_text(item(h, made), "item.state"), "closed");
    assert_string_not_equal(house_text(item(h, made), "item.lead_unit_name"), "卫健民政局");
    snprintf(body, sizeof body, "{\"item\":\"%s\",\"reason\":\"未达标准\"}", house_text(made, "item"));
    house_must(h, house_do(h, "ducha", "item.reopen", body));
    assert_string_equal(house_text(item(h, made), "item.lead_unit_name"), "卫健民政局");
    assert_int_equal(json_array_size(house_at(item(h, made), "assists")), 0);
    nothing_ownerless(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_merge_takes_everything_along),
        cmocka_unit_test(test_the_history_says_why),
        cmocka_unit_test(test_a_split_asks_for_everybody),
        cmocka_unit_test(test_finished_work_is_shared),
        cmocka_unit_test(test_names_and_places_over_time),
        cmocka_unit_test(test_nothing_is_closed_over_what_it_owes),
        cmocka_unit_test(test_what_is_opened_again_has_somebody),
        cmocka_unit_test(test_who_leaves_hands_everything_over),
    };
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
