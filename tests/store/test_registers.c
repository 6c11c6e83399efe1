/*
 * Registers as data over the worked example: declaring by tables with faults by line and column, filling,
 * what is required when, who reads what, filters and orders, the loops that are shipped, clocks.
 */
#include "house.h"

#include <string.h>

#include "ledger/org/rules.h"
#include "ledger/registers/loop_variant.h"

#define LIFTS                                                                                                     \
    "code,name,code_pattern,official_order,legal_basis,report_minutes,loop\\n"                                     \
    "DT,加装电梯,DT-{year}-{seq3},30,综合整治工作手册,3,short\\n"                                                   \
    "\\n"                                                                                                          \
    "register,code,name,name_en,kind,required_at,choices,unit_name,visible_to,official_order,"                      \
    "basis,frequency,minutes\\n"                                                                                  \
    "DT,estate,小区名称,Estate,text,draft,,,,10,手册,once,0.5\\n"                                                   \
    "DT,stage,加装阶段,Stage,choice,draft,ask=征求意见=asked|build=施工=being built,,,20,手册,month,0.5\\n"          \
    "DT,homes,受益户数,Households,integer,finish,,户,,30,手册,once,0.5\\n"                                          \
    "DT,budget,预算金额,Budget,money,never,,万元,leader|analyst,40,手册,once,0.5\\n"

static json_t *declare(struct house *h, const char *command, const char *text)
{
    size_t n = strlen(text) + 100;
    char *body = arena_alloc(h->c.a, n);
    (void)snprintf(body, n, "{\"tables\":[{\"name\":\"t.csv\",\"text\":\"%s\"}]}", text);
    return house_do(h, "xitong", command, body);
}

static json_t *draft(struct house *h, const char *title, const char *fields)
{
    char body[800];
    (void)snprintf(body, sizeof body,
                   "{\"register\":\"DT\",\"title\":\"%s\",\"lead\":\"ZJW\",\"person\":\"ZJW-1\",\"deputy\":\"ZJW-2\","
                   "\"standard\":\"装好\",\"due\":\"2023-12-31\",\"fields\":%s}",
                   title, fields);
    return house_do(h, "ducha", "item.draft", body);
}

static void test_faults_are_told_by_line_and_column(void **state)
{
    struct house *h = *state;
    json_t *p = house_must(h, declare(h, "register.preview",
                                      "register,code,name,kind,required_at,basis,frequency,minutes\\n"
                                      "YH,a1,甲,text,never,依据,once,1\\n"
                                      "YH,a2,乙,colour,never,依据,once,1\\n"
                                      "YH,a3,完成时限,day,never,依据,once,1\\n"
                                      "XX,a4,丙,text,never,依据,once,1\\n"));
    const struct {
        int line;
        const char *column;
    } want[] = {{3, "kind"}, {4, "name"}, {5, "register"}};
    const json_t *faults = house_at(p, "faults");
    assert_int_equal(json_array_size(faults), COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_int_equal(house_int(json_array_get(faults, i), "line"), want[i].line);
        assert_string_equal(house_text(json_array_get(faults, i), "column"), want[i].column);
    }
    // Lines are counted over all tables of a text, empty ones and those inside quotes too.
    p = house_must(h, declare(h, "register.preview",
                              "code,name,code_pattern\\nD1,甲,D-{seq3}\\n\\n\\n"
                              "register,code,name,kind,required_at,basis,frequency,minutes\\n"
                              "YH,b1,\\\"子\\n一\\\",text,never,依据,once,1\\n"
                              "YH,b2,丑,colour,never,依据,once,1\\n"));
    assert_int_equal(house_int(json_array_get(house_at(p, "faults"), 0), "line"), 8);
    house_refused(h, declare(h, "register.apply", "register,code,name,kind,required_at,basis,frequency,minutes\\n"
                                                   "YH,a2,乙,colour,never,依据,once,1\\n"),
                  ERR_INVALID, "register.faults");
}

static void test_a_preview_stores_nothing_and_applying_all(void **state)
{
    struct house *h = *state;
    json_t *p = house_must(h, declare(h, "register.preview", LIFTS));
    assert_int_equal(json_array_size(house_at(p, "faults")), 0);
    assert_int_equal(house_int(p, "counts.new"), 5);
    assert_int_equal(json_array_size(house_at(house_must(h, house_ask(h, "xitong", "registers", "")), "rows")), 15);
    (void)house_must(h, declare(h, "register.apply", LIFTS));
    json_t *r = house_must(h, house_ask(h, "ducha", "registers", "register=DT"));
    assert_string_equal(house_text(json_array_get(house_at(r, "rows"), 0), "loop_name"), "免立项");
    // The supervisor does not read the budget.
    assert_int_equal(house_int(json_array_get(house_at(r, "rows"), 0), "n_fields"), 3);
    p = house_must(h, declare(h, "register.preview", LIFTS));
    assert_int_equal(house_int(p, "counts.same"), 5);
    assert_int_equal(json_array_size(house_at(p, "changes")), 0);
}

static void test_values_are_checked_by_their_field(void **state)
{
    struct house *h = *state;
    house_refused(h, draft(h, "甲楼", "[]"), ERR_INVALID, "register.field_missing");
    house_refused(h, draft(h, "甲楼", "[{\"field\":\"stage\",\"value\":\"拆除\"}]"),
                  ERR_INVALID, "field.not_in_list");
    house_refused(h, draft(h, "甲楼", "[{\"field\":\"homes\",\"value\":\"1.5\"}]"), ERR_INVALID, "field.not_a_number");
    house_refused(h, draft(h, "甲楼", "[{\"field\":\"estate\",\"value\":\"绝密★\"}]"), ERR_REFUSED, "item.secret");
    // One that the supervisor may not read is like one that is not there.
    house_refused(h, draft(h, "甲楼", "[{\"field\":\"budget\",\"value\":\"12\"}]"), ERR_INVALID, "register.no_field");
    house_refused(h, draft(h, "甲楼", "[{\"field\":\"nothing\",\"value\":\"12\"}]"), ERR_INVALID, "register.no_field");
}

static void test_a_register_runs_its_loop(void **state)
{
    struct house *h = *state;
    json_t *d = house_must(h, draft(h, "甲楼",
                                    "[{\"field\":\"小区名称\",\"value\":\"甲小区\"},"
                                    "{\"field\":\"stage\",\"value\":\"征求意见\"},"
                                    "{\"field\":\"homes\",\"value\":\"24\"}]"));
    (void)house_must(h, draft(h, "乙楼",
                              "[{\"field\":\"estate\",\"value\":\"乙小区\"},"
                              "{\"field\":\"stage\",\"value\":\"build\"}]"));
    assert_string_equal(house_text(d, "code"), "DT-2023-001");
    house_refused(h, house_do(h, "changwu", "item.approve",
                              "{\"item\":\"DT-2023-001\",\"authority_kind\":\"head\",\"authority_ref\":\"x\","
                              "\"authority_by\":\"y\",\"authority_day\":\"2023-06-30\",\"duplicates_seen\":true}"),
                  ERR_CONFLICT, "item.wrong_state");
    (void)house_must(h, house_do(h, "ducha", "item.issue", "{\"item\":\"DT-2023-001\"}"));
    json_t *one = house_must(h, house_ask(h, "ducha", "item", "item=DT-2023-001"));
    assert_string_equal(house_text(one, "item.authority_ref"), "综合整治工作手册");
    assert_int_equal(json_array_size(house_at(one, "fields")), 3);
    (void)house_must(h, house_do(h, "zjw", "item.accept", "{\"item\":\"DT-2023-001\",\"commitment\":\"按期\"}"));
    (void)house_must(h, house_do(h, "zjw", "item.fill",
                                 "{\"item\":\"DT-2023-001\",\"fields\":[{\"field\":\"homes\",\"value\":\"\"}]}"));
    house_refused(h, house_do(h, "zjw", "item.finish", "{\"item\":\"DT-2023-001\",\"narrative\":\"好\",\"answers\":[]}"),
                  ERR_INVALID, "item.part_unanswered");
}

static void test_declared_fields_filter_and_order(void **state)
{
    static const struct {
        const char *params;
        int total;
        const char *first;
    } rows[] = {
        {"register=DT&where=stage = build", 1, "DT-2023-002"},
        {"register=DT&where=加装阶段 = 施工", 1, "DT-2023-002"},
        {"where=小区名称 包含 '甲'", 1, "DT-2023-001"},
        {"register=DT&where=homes is null", 2, "DT-2023-001"},
        {"register=DT&where=not stage = build", 1, "DT-2023-001"},
        {"register=DT&sort=-estate", 2, NULL},
        {"register=DT&sort=stage", 2, "DT-2023-001"},
    };
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *r = house_must(h, house_ask(h, "ducha", "items", rows[i].params));
        const json_t *first = json_array_get(house_at(r, "rows"), 0);
        if (house_int(r, "total") != rows[i].total) print_error("%s\n", rows[i].params);
        assert_int_equal(house_int(r, "total"), rows[i].total);
        if (rows[i].first) assert_string_equal(house_text(first, "code"), rows[i].first);
    }
    json_t *r = house_must(h, house_ask(h, "ducha", "items", "register=DT&sort=code"));
    assert_string_equal(house_text(json_array_get(house_at(r, "rows"), 0), "fields.stage"), "ask");
    assert_string_equal(house_text(json_array_get(house_at(r, "rows"), 0), "fields_shown.stage"), "征求意见");
    house_refused(h, house_ask(h, "ducha", "items", "register=DT&where=budget > 1"), ERR_INVALID, "expr.unknown_field");
    (void)house_must(h, house_ask(h, "changwu", "items", "register=DT&where=budget > 1"));
    house_refused(h, house_ask(h, "ducha", "items", "register=DT&sort=budget"), ERR_INVALID, "item.no_order");
}

static void test_what_an_upgrade_means(void **state)
{
    struct house *h = *state;
    json_t *p = house_must(h, declare(h, "register.preview",
                                      "register,code,name,kind,required_at,choices,basis,frequency,minutes\\n"
                                      "DT,estate,小区名称,text,draft,,手册,once,0.5\\n"
                                      "DT,stage,加装阶段,choice,draft,build=施工,手册,month,0.5\\n"));
    int removed = 0, unfit = 0;
    size_t i;
    json_t *c;
    json_array_foreach (house_at(p, "changes"), i, c) {
        removed += strcmp(house_text(c, "verdict"), "removed") == 0;
        unfit += (int)house_int(c, "n_unfit");
    }
    assert_int_equal(removed, 2);
    assert_int_equal(unfit, 1);
    house_refused(h, declare(h, "register.apply", "register,code,name,kind,required_at,basis,frequency,minutes\\n"
                                                   "DT,estate,小区名称,integer,draft,手册,once,0.5\\n"),
                  ERR_INVALID, "register.faults");
}

static void test_history_names_the_field(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "ducha", "item_history", "item=DT-2023-001&limit=50"));
    char *text = json_dumps(r, 0);
    assert_non_null(strstr(text, "受益户数"));
    assert_non_null(strstr(text, "征求意见"));
    assert_null(strstr(text, "text_value"));
    free(text);
}

/* --- loops --- */

static bool shipped(struct call *k, void *arg)
{
    int *n = arg;
    *n = (int)k->rules->registers->n_loops;
    for (int i = 0; i < *n; i++)
        if (!loop_variant_check(k->c, &k->rules->registers->loops[i])) return false;
    return true;
}

static void test_shipped_loops_hold_what_must_hold(void **state)
{
    int n = 0;
    house_read(*state, "ducha", shipped, &n);
    assert_int_equal(n, 2);
}

static void test_broken_loops_are_refused(void **state)
{
#define BASE "item.issue|item.approve|item.accept|item.finish|item.object|item.cancel"
    static const struct {
        const char *steps, *id;
    } rows[] = {
        {BASE, "loop.step_missing"},                                             // nobody verifies
        {BASE "|item.pass", "loop.step_missing"},                                // and nothing is returned
        {BASE "|item.pass|item.return|item.suspend", "loop.no_party"},           // suspended for ever
        {BASE "|item.pass|item.return|item.fly", "loop.unknown_step"},
        {BASE "|item.pass=accepted|item.return", "loop.may_not_begin"},          // passed without a finish
        {"item.issue=closed|" BASE "|item.pass|item.return", "loop.may_not_begin"},
        {BASE "|item.pass|item.pass|item.return", "loop.step_twice"},
        {"item.approve|item.accept|item.finish|item.object|item.cancel|item.pass|item.return", "loop.no_party"},
    };
    struct house *h = *state;
    struct loop_shape s;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_false(loop_variant_parse(&h->c, str_of(rows[i].steps), &s));
        assert_string_equal(h->c.err.id, rows[i].id);
        error_clear(&h->c);
    }
    assert_true(loop_variant_parse(&h->c, STR(BASE "|item.pass|item.return"), &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped_loops_hold_what_must_hold),
        cmocka_unit_test(test_broken_loops_are_refused),
        cmocka_unit_test(test_faults_are_told_by_line_and_column),
        cmocka_unit_test(test_a_preview_stores_nothing_and_applying_all),
        cmocka_unit_test(test_values_are_checked_by_their_field),
        cmocka_unit_test(test_a_register_runs_its_loop),
        cmocka_unit_test(test_declared_fields_filter_and_order),
        cmocka_unit_test(test_what_an_upgrade_means),
        cmocka_unit_test(test_history_names_the_field),
    };
    ledger_setup();
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
