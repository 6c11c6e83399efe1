/*
 * Lists, counts, views, one item, history and origin, over the worked example.
 */
#include "house.h"

#include <string.h>

/* --- pages --- */

// All ids of a list, page by page; each id once. Returns how many.
static size_t walk(struct house *h, const char *params, size_t limit, const char **ids, size_t max)
{
    char text[2600], cursor[1700] = "";
    size_t n = 0;
    for (int page = 0; page < 200; page++) {
        snprintf(text, sizeof text, "%s&limit=%zu%s%s", params, limit, cursor[0] ? "&cursor=" : "",
                 cursor);
        json_t *r = house_must(h, house_ask(h, "ducha", "items", text));
        const json_t *rows = house_at(r, "rows"), *row;
        size_t i;
        json_array_foreach(rows, i, row)
        {
            const char *id = house_text(row, "id");
            for (size_t k = 0; k < n; k++) assert_string_not_equal(ids[k], id);
            assert_true(n < max);
            ids[n++] = id;
        }
        if (house_text(r, "next")[0] == 0) return n;
        snprintf(cursor, sizeof cursor, "%s", house_text(r, "next"));
    }
    END_TEST("the pages never end");
    return 0;
}

static void test_pages_hold_every_item_once_in_every_order(void **state)
{
    static const char *const orders[] = {
        "due_day",      "-due_day",      "code",           "-code",
        "title",        "-title",        "lead_unit_id",   "-lead_unit_id",
        "state",        "-state",        "progress",       "-progress",
        "clock_due_at", "-clock_due_at", "last_report_at", "-last_report_at"};
    struct house *h = *state;
    const char *ids[2000], *all[2000];
    size_t total =
        (size_t)house_int(house_must(h, house_ask(h, "ducha", "items_counts", "")), "total");
    assert_true(total > 50);
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        char params[64];
        snprintf(params, sizeof params, "sort=%s", orders[i]);
        assert_int_equal(walk(h, params, 200, all, COUNT_OF(all)), total);
        assert_int_equal(walk(h, params, 7, ids, COUNT_OF(ids)), total);
        for (size_t k = 0; k < total; k++) assert_string_equal(ids[k], all[k]);
    }
}

static void test_order_puts_nothing_last(void **state)
{
    struct house *h = *state;
    static const char *const orders[] = {"due_day", "-due_day"};
    for (size_t o = 0; o < COUNT_OF(orders); o++) {
        char params[64];
        const char *before = "";
        bool none = false;
        snprintf(params, sizeof params, "sort=%s&limit=200", orders[o]);
        json_t *r = house_must(h, house_ask(h, "ducha", "items", params));
        const json_t *row;
        size_t i;
        json_array_foreach(house_at(r, "rows"), i, row)
        {
            const char *due = house_text(row, "due_day");
            if (!due[0]) none = true;
            else assert_false(none);
            if (due[0] && before[0])
                assert_true(o ? strcmp(before, due) >= 0 : strcmp(before, due) <= 0);
            if (due[0]) before = due;
        }
        assert_true(i > 50);
    }
}

static void test_a_cursor_belongs_to_its_list(void **state)
{
    struct house *h = *state;
    char params[2000];
    json_t *r = house_must(h, house_ask(h, "ducha", "items", "limit=5&sort=code"));
    const char *next = house_text(r, "next");
    snprintf(params, sizeof params, "limit=5&sort=title&cursor=%s", next);
    house_refused(h, house_ask(h, "ducha", "items", params), ERR_INVALID, "cursor.other_list");
    snprintf(params, sizeof params, "limit=5&sort=code&state=closed&cursor=%s", next);
    house_refused(h, house_ask(h, "ducha", "items", params), ERR_INVALID, "cursor.other_list");
    house_refused(h, house_ask(h, "ducha", "items", "cursor=AAAA"), ERR_INVALID,
                  "cursor.unreadable");
    house_refused(h, house_ask(h, "ducha", "items", "cursor=%25"), ERR_INVALID,
                  "cursor.unreadable");
    snprintf(params, sizeof params, "limit=50&sort=code&cursor=%s", next);
    house_must(h, house_ask(h, "ducha", "items", params)); // the number of rows may change
}

static void test_bad_parameters_are_told(void **state)
{
    struct house *h = *state;
    house_refused(h, house_ask(h, "ducha", "items", "limit=0"), ERR_INVALID, "item.bad_limit");
    house_refused(h, house_ask(h, "ducha", "items", "limit=201"), ERR_INVALID, "item.bad_limit");
    house_refused(h, house_ask(h, "ducha", "items", "sort=colour"), ERR_INVALID, "item.no_order");
    house_refused(h, house_ask(h, "ducha", "items", "state=open"), ERR_INVALID,
                  "field.not_in_list");
    house_refused(h, house_ask(h, "ducha", "items", "light=pink"), ERR_INVALID,
                  "field.not_in_list");
    house_refused(h, house_ask(h, "ducha", "items", "view=none"), ERR_INVALID, "item.no_view");
    house_refused(h, house_ask(h, "ducha", "items", "colour=red"), ERR_MALFORMED, "param.unknown");
    house_refused(h, house_ask(h, "ducha", "items", "unit=NOBODY"), ERR_INVALID,
                  "field.no_such_reference");
    house_refused(h, house_ask(h, "ducha", "items", "where=due_day <"), ERR_MALFORMED,
                  "expr.value_expected");
    house_refused(h, house_ask(h, "ducha", "items", "where=content contains 'x'"), ERR_INVALID,
                  "expr.unknown_field");
}

/* --- filters, lights, counts --- */

static int64_t total(struct house *h, const char *login, const char *params)
{
    json_t *list = house_must(h, house_ask(h, login, "items", params));
    json_t *counts = house_must(h, house_ask(h, login, "items_counts", params));
    assert_int_equal(house_int(list, "total"), house_int(counts, "total"));
    return house_int(list, "total");
}

static void test_counts_add_up(void **state)
{
    static const char *const lists[] = {"",       "unit=SWJ",     "where=due_day < today",
                                        "q=项目", "view=overdue", "line=L02"};
    static const char *const groups[] = {"by_state", "by_light"};
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        json_t *r = house_must(h, house_ask(h, "ducha", "items_counts", lists[i]));
        int64_t all = house_int(r, "total");
        assert_true(all > 0);
        for (size_t g = 0; g < COUNT_OF(groups); g++) {
            int64_t sum = 0;
            const char *code;
            json_t *n;
            json_object_foreach((json_t *)(uintptr_t)house_at(r, groups[g]), code, n)
            {
                char params[200];
                sum += json_integer_value(n);
                snprintf(params, sizeof params, "%s%s%s=%s", lists[i], lists[i][0] ? "&" : "",
                         groups[g] + 3, code);
                assert_int_equal(total(h, "ducha", params), json_integer_value(n));
            }
            assert_int_equal(sum, all);
        }
        int64_t lines = 0, units = 0;
        const json_t *one;
        size_t k;
        json_array_foreach(house_at(r, "by_line"), k, one) lines += house_int(one, "n");
        json_array_foreach(house_at(r, "by_unit"), k, one) units += house_int(one, "n");
        assert_int_equal(lines, all);
        assert_int_equal(units, all);
    }
}

static void test_light_of_a_row_is_the_light_asked_for(void **state)
{
    static const char *const lights[] = {"green", "blue", "yellow", "orange",
                                         "red",   "grey", "none"};
    struct house *h = *state;
    int64_t seen = 0;
    for (size_t i = 0; i < COUNT_OF(lights); i++) {
        char params[64];
        const json_t *row;
        size_t k;
        snprintf(params, sizeof params, "light=%s&limit=200", lights[i]);
        json_t *r = house_must(h, house_ask(h, "ducha", "items", params));
        json_array_foreach(house_at(r, "rows"), k, row)
            assert_string_equal(house_text(row, "light"), lights[i]);
        seen += house_int(r, "total");
    }
    assert_int_equal(seen, total(h, "ducha", ""));
}

static void test_every_view_opens_for_every_reader(void **state)
{
    static const char *const logins[] = {"ducha", "quzhang", "swj", "fenxi", "shenji"};
    struct house *h = *state;
    json_t *views = house_must(h, house_ask(h, "ducha", "views", ""));
    assert_int_equal(json_array_size(house_at(views, "rows")), 13);
    for (size_t u = 0; u < COUNT_OF(logins); u++) {
        const json_t *v;
        size_t i;
        json_array_foreach(house_at(views, "rows"), i, v)
        {
            char params[600];
            snprintf(params, sizeof params, "view=%s", house_text(v, "code"));
            int64_t by_view = total(h, logins[u], params);
            if (json_is_null(house_at(v, "where"))) continue;
            snprintf(params, sizeof params, "where=%s", house_text(v, "where"));
            assert_int_equal(total(h, logins[u], params), by_view);
        }
    }
    assert_true(total(h, "ducha", "view=overdue") > 0);
    assert_true(total(h, "ducha", "view=mine") > 0);
}

static void test_words_find_title_and_code(void **state)
{
    struct house *h = *state;
    assert_int_equal(total(h, "ducha", "q=元宵节促消费"), 1);
    assert_int_equal(total(h, "ducha", "q=消费 元宵"), 1);
    assert_int_equal(total(h, "ducha", "q=2023-11-04"), 1);
    assert_int_equal(total(h, "ducha", "q=yh-2023-0001"), 1);
    assert_int_equal(total(h, "ducha", "q=%_"), 0); // no pattern, plain text
}

/* --- who sees what --- */

static void test_a_unit_sees_what_it_leads_or_assists(void **state)
{
    struct house *h = *state;
    int64_t all = total(h, "ducha", ""), own = total(h, "swj", "");
    assert_true(own > 0 && own < all);
    json_t *r = house_must(h, house_ask(h, "swj", "items", "limit=200"));
    const json_t *row;
    size_t i;
    json_array_foreach(house_at(r, "rows"), i, row)
    {
        char params[64];
        bool involved = strcmp(house_text(row, "lead_unit_name"), "区商务局") == 0;
        snprintf(params, sizeof params, "item=%s", house_text(row, "id"));
        json_t *one = house_must(h, house_ask(h, "swj", "item", params));
        const json_t *assist;
        size_t k;
        json_array_foreach(house_at(one, "assists"), k, assist) involved =
            involved || strcmp(house_text(assist, "unit_name"), "区商务局") == 0;
        assert_true(involved);
    }
    assert_int_equal(total(h, "quzhang", ""), all);
    assert_int_equal(total(h, "fenxi", ""), all);
    assert_int_equal(total(h, "shenji", ""), all);
}

static void test_another_units_item_is_refused(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "ducha", "items", "unit=ZJW&limit=200"));
    json_t *seen = house_must(h, house_ask(h, "swj", "items", "unit=ZJW&limit=200"));
    char params[64];
    for (size_t i = 0; i < json_array_size(house_at(r, "rows")); i++) {
        const char *id = house_text(json_array_get(house_at(r, "rows"), i), "id");
        bool may = false;
        for (size_t k = 0; k < json_array_size(house_at(seen, "rows")); k++)
            may =
                may || strcmp(id, house_text(json_array_get(house_at(seen, "rows"), k), "id")) == 0;
        if (may) continue;
        snprintf(params, sizeof params, "item=%s", id);
        house_refused(h, house_ask(h, "swj", "item", params), ERR_NOT_FOUND, "record.not_found");
        house_refused(h, house_ask(h, "swj", "item_history", params), ERR_NOT_FOUND,
                      "record.not_found");
        house_refused(h, house_ask(h, "swj", "item_origin", params), ERR_NOT_FOUND,
                      "record.not_found");
        return;
    }
    END_TEST("the example has no item that only others see");
}

static void test_administrators_see_no_business(void **state)
{
    static const char *const queries[] = {"items", "items_counts", "views", "my_day", "journal"};
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        house_refused(h, house_ask(h, "xitong", queries[i], ""), ERR_FORBIDDEN, "query.forbidden");
        house_refused(h, house_ask(h, "anquan", queries[i], ""), ERR_FORBIDDEN, "query.forbidden");
    }
}

/* --- one item --- */

static void test_one_item_tells_everything(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "ducha", "item", "item=2023-11-04"));
    assert_string_equal(house_text(r, "item.title"), "元宵节促消费活动");
    assert_string_equal(house_text(r, "item.lead_unit_name"), "区商务局");
    assert_string_equal(house_text(r, "item.light"), "grey");
    assert_true(json_array_size(house_at(r, "parts")) > 0);
    assert_true(json_array_size(house_at(r, "baselines")) > 0);
    assert_true(json_array_size(house_at(r, "reports")) > 0);
    assert_true(json_array_size(house_at(r, "verdicts")) > 0);
    assert_true(json_array_size(house_at(r, "clocks")) > 2);
    assert_true(strlen(house_text(r, "reports.0.account_name")) > 0);
    const json_t *state_row;
    size_t i, current = 0;
    json_array_foreach(house_at(r, "loop.states"), i,
                       state_row) if (json_is_true(house_at(state_row, "current")))
    {
        assert_string_equal(house_text(state_row, "code"), "closed");
        current++;
    }
    assert_int_equal(current, 1);
    const json_t *step;
    json_array_foreach(house_at(r, "loop.steps"), i, step)
    {
        bool allowed = json_is_true(house_at(step, "allowed"));
        assert_true(allowed == json_is_null(house_at(step, "why")));
        if (strcmp(house_text(step, "command"), "item.reopen") == 0) assert_true(allowed);
        if (strcmp(house_text(step, "command"), "item.object") == 0) assert_false(allowed);
    }
    house_refused(h, house_ask(h, "ducha", "item", "item=9999999999999"), ERR_NOT_FOUND,
                  "record.not_found");
}

static void test_history_and_origin(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "ducha", "item_history", "item=2023-11-04&limit=200"));
    const json_t *rows = house_at(r, "rows"), *row;
    size_t i, n = json_array_size(rows);
    int64_t before = INT64_MAX;
    assert_true(n >= 6);
    json_array_foreach(rows, i, row)
    {
        assert_true(house_int(row, "seq") < before);
        before = house_int(row, "seq");
        assert_true(strlen(house_text(row, "command_name")) > 0);
        assert_int_equal(strlen(house_text(row, "hash")), 64);
    }
    assert_string_equal(house_text(json_array_get(rows, n - 1), "command"), "item.draft");
    json_t *half = house_must(h, house_ask(h, "ducha", "item_history", "item=2023-11-04&limit=2"));
    char params[80];
    snprintf(params, sizeof params, "item=2023-11-04&limit=200&cursor=%s",
             house_text(half, "next"));
    json_t *rest = house_must(h, house_ask(h, "ducha", "item_history", params));
    assert_int_equal(json_array_size(house_at(rest, "rows")), n - 2);
    json_t *o = house_must(h, house_ask(h, "ducha", "item_origin", "item=2023-11-04"));
    assert_int_equal(house_int(o, "drafted.seq"), house_int(json_array_get(rows, n - 1), "seq"));
    assert_string_equal(house_text(o, "chain.hash"), house_text(json_array_get(rows, 0), "hash"));
    assert_true(strlen(house_text(o, "authority.ref")) > 0);
}

static void test_the_journal_by_command_actor_and_object(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "shenji", "journal", "command=item.accept&limit=200"));
    const json_t *row;
    size_t i;
    json_array_foreach(house_at(r, "rows"), i, row)
        assert_string_equal(house_text(row, "command"), "item.accept");
    assert_true(i > 0);
    r = house_must(h, house_ask(h, "shenji", "journal", "actor=swj"));
    assert_true(json_array_size(house_at(r, "rows")) > 0);
    assert_string_equal(house_text(r, "rows.0.unit_name"), "区商务局");
    r = house_must(h, house_ask(h, "shenji", "journal", "object=2023-11-04"));
    assert_string_equal(house_text(r, "rows.0.object_code"), "2023-11-04");
    json_t *head = house_must(h, house_ask(h, "xitong", "journal_head", ""));
    r = house_must(h, house_ask(h, "shenji", "journal", "limit=1"));
    assert_string_equal(house_text(r, "rows.0.hash"), house_text(head, "hash"));
    house_refused(h, house_ask(h, "swj", "journal", ""), ERR_FORBIDDEN, "query.forbidden");
    house_refused(h, house_ask(h, "shenji", "journal", "cursor=x"), ERR_INVALID,
                  "cursor.unreadable");
}

static void test_loop_and_commands_are_drawn_from_the_tables(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "swj", "loop", ""));
    assert_int_equal(json_array_size(house_at(r, "states")), 9);
    const json_t *t;
    size_t i;
    bool accept = false;
    json_array_foreach(house_at(r, "transitions"), i, t) accept =
        accept || (strcmp(house_text(t, "command"), "item.accept") == 0 &&
                   strcmp(house_text(t, "from"), "issued") == 0 &&
                   strcmp(house_text(t, "to"), "accepted") == 0);
    assert_true(accept);
    r = house_must(h, house_ask(h, "swj", "commands", ""));
    assert_true(json_array_size(house_at(r, "rows")) > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_hold_every_item_once_in_every_order),
        cmocka_unit_test(test_order_puts_nothing_last),
        cmocka_unit_test(test_a_cursor_belongs_to_its_list),
        cmocka_unit_test(test_bad_parameters_are_told),
        cmocka_unit_test(test_counts_add_up),
        cmocka_unit_test(test_light_of_a_row_is_the_light_asked_for),
        cmocka_unit_test(test_every_view_opens_for_every_reader),
        cmocka_unit_test(test_words_find_title_and_code),
        cmocka_unit_test(test_a_unit_sees_what_it_leads_or_assists),
        cmocka_unit_test(test_another_units_item_is_refused),
        cmocka_unit_test(test_administrators_see_no_business),
        cmocka_unit_test(test_one_item_tells_everything),
        cmocka_unit_test(test_history_and_origin),
        cmocka_unit_test(test_the_journal_by_command_actor_and_object),
        cmocka_unit_test(test_loop_and_commands_are_drawn_from_the_tables),
    };
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
