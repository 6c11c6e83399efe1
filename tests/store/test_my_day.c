/*
 * My day: what each role owes and waits for, over the worked example and through one item's life.
 */
#include "house.h"

#include <string.h>

// The entry about an item in a list of my day, or NULL.
static const json_t *entry(const json_t *answer, const char *list, const char *item)
{
    const json_t *one;
    size_t i;
    json_array_foreach (house_at(answer, list), i, one)
        if (strcmp(house_text(one, "item.id"), item) == 0) return one;
    return NULL;
}

static const char *act(struct house *h, const char *login, const char *list, const char *item)
{
    json_t *answer = house_must(h, house_ask(h, login, "my_day", ""));
    const json_t *one = entry(answer, list, item);
    return one ? house_text(one, strcmp(list, "owe") == 0 ? "act" : "for") : "nothing";
}

static void step(struct house *h, const char *login, const char *command, const char *item, const char *more)
{
    char body[900];
    snprintf(body, sizeof body, "{\"item\":\"%s\"%s%s}", item, more[0] ? "," : "", more);
    house_must(h, house_do(h, login, command, body));
}

static void test_the_day_follows_the_loop(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(
        h, house_do(h, "ducha", "item.draft",
                    "{\"register\":\"ZDRW\",\"line\":\"L04\",\"title\":\"我的一天测试事项\","
                    "\"standard\":\"办成一件事\","
                    "\"lead\":\"SWJ\",\"person\":\"SWJ-1\",\"deputy\":\"SWJ-2\",\"leader\":"
                    "\"FQZ3\",\"due\":\"2023-12-29\","
                    "\"assists\":[{\"unit\":\"ZJW\"}],\"cycle\":\"month\",\"cycle_day\":25}"));
    const char *item = house_text(r, "item");
    assert_string_equal(act(h, "minsheng", "owe", item), "approve");
    assert_string_equal(act(h, "chengjian", "owe", item), "nothing"); // another leader's
    step(h, "minsheng", "item.approve", item,
         "\"authority_kind\":\"meeting\",\"authority_ref\":\"第12次常务会\",\"authority_day\":"
         "\"2023-06-29\",\"duplicates_seen\":true");
    assert_string_equal(act(h, "ducha", "owe", item), "issue");
    step(h, "ducha", "item.issue", item, "");
    assert_string_equal(act(h, "swj", "owe", item), "accept");
    assert_string_equal(act(h, "zjw", "owe", item), "nothing");
    assert_string_equal(act(h, "ducha", "waits", item), "accept");
    step(h, "swj", "item.accept", item, "\"commitment\":\"按期完成\"");
    assert_string_equal(act(h, "swj", "owe", item), "report");
    assert_string_equal(act(h, "zjw", "waits", item), "report"); // it assists
    step(h, "swj", "item.ask_change", item,
         "\"kind\":\"due\",\"wish\":\"延至年末\",\"reason\":\"场地移交推迟\",\"new_due\":\"2023-12-31\"");
    assert_string_equal(act(h, "minsheng", "owe", item), "decide_change");
    json_t *one, *answer = house_must(h, house_ask(h, "swj", "my_day", ""));
    size_t i, asked = 0;
    json_array_foreach((json_t *)(uintptr_t)house_at(answer, "waits"), i, one) asked +=
        strcmp(house_text(one, "item.id"), item) == 0 &&
        strcmp(house_text(one, "for"), "decide_change") == 0 && strlen(house_text(one, "who")) > 0;
    assert_int_equal(asked, 1);
    char params[64], answers[400], body[600];
    snprintf(params, sizeof params, "item=%s", item);
    json_t *page = house_must(h, house_ask(h, "swj", "item", params));
    snprintf(body, sizeof body, "{\"change\":\"%s\",\"approve\":false,\"opinion\":\"按原时限\"}",
             house_text(page, "changes.0.id"));
    house_must(h, house_do(h, "minsheng", "item.decide_change", body));
    snprintf(answers, sizeof answers,
             "\"narrative\":\"已完成\",\"answers\":[{\"part\":\"%s\",\"answer\":\"已办成\"}]",
             house_text(page, "parts.0.id"));
    step(h, "swj", "item.finish", item, answers);
    assert_string_equal(act(h, "ducha", "owe", item), "verify");
    assert_string_equal(act(h, "swj", "owe", item), "nothing");
    assert_string_equal(act(h, "swj", "waits", item), "verify");
    step(h, "ducha", "item.return", item, "\"reasons\":\"佐证不足\",\"rework_due\":\"2023-07-10\"");
    assert_string_equal(act(h, "swj", "owe", item), "rework");
}

static void test_counts_and_overdue(void **state)
{
    static const char *const logins[] = {"ducha", "quzhang", "swj", "zjw", "fenxi", "shenji"};
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(logins); i++) {
        json_t *answer = house_must(h, house_ask(h, logins[i], "my_day", ""));
        int64_t owe = (int64_t)json_array_size(house_at(answer, "owe")), late = 0, acts = 0;
        const json_t *one;
        const char *name, *before = "";
        json_t *n;
        size_t k;
        assert_string_equal(house_text(answer, "today"), "2023-06-30");
        assert_true(json_is_true(house_at(answer, "is_working_day")));
        assert_string_equal(house_text(answer, "next_working_day"), "2023-07-03");
        json_array_foreach (house_at(answer, "owe"), k, one) {
            const char *due = house_text(one, "due_at");
            bool overdue = json_is_true(house_at(one, "overdue"));
            late += overdue;
            if (due[0]) assert_true(strcmp(before, due) <= 0); // the soonest first
            if (due[0]) before = due;
            if (overdue) assert_true(house_int(one, "left_days") <= 0);
        }
        json_object_foreach((json_t *)(uintptr_t)house_at(answer, "counts.by_act"), name, n) acts +=
            json_integer_value(n);
        assert_int_equal(house_int(answer, "counts.owe"), owe);
        assert_int_equal(house_int(answer, "counts.owe_overdue"), late);
        assert_int_equal(acts, owe);
    }
    json_t *nothing = house_must(h, house_ask(h, "fenxi", "my_day", ""));
    assert_int_equal(json_array_size(house_at(nothing, "owe")), 0);
    json_t *mine = house_must(h, house_ask(h, "swj", "items_counts", "view=mine"));
    json_t *answer = house_must(h, house_ask(h, "swj", "my_day", ""));
    assert_int_equal(house_int(mine, "total"), house_int(answer, "counts.owe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_day_follows_the_loop),
        cmocka_unit_test(test_counts_and_overdue),
    };
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
