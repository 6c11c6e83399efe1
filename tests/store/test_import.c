/*
 * From a division document to items: preview, decisions, one command that applies, the same again
 * without a change, a new version of the document, and what is refused.
 */
#include "house.h"

#include <string.h>

#include "ledger/files.h"

static const char PLAN[] = "东城区2023年重点工作任务分工方案\n"
                           "一、产业组团建设\n"
                           "（一）推进重点楼宇改造。完成楼宇改造32个。\n"
                           "牵头单位：区住房和城市建设委员会\n"
                           "责任单位：区发展和改革委员会、区财政局\n"
                           "责任领导：常务副区长\n"
                           "完成时限：2023年9月底前\n"
                           "（二）举办消费季活动12场。\n"
                           "责任单位：区商务局\n"
                           "责任领导：没有这个人\n"
                           "完成时限：2023年12月底前\n"
                           "（三）优化服务企业流程。\n"
                           "责任单位：区不存在的局\n"
                           "完成时限：2023年11月底前\n"
                           "二、有关要求\n"
                           "各单位要高度重视，抓好落实。\n"
                           "各单位于每季度末月28日前将进展情况报送区政府督查室。\n";

static const char *store_text(struct house *h, const char *text, size_t *bytes)
{
    str hash;
    *bytes = strlen(text);
    assert_true(file_store(&h->c, h->l, str_of(text), &hash));
    return str_z(h->c.a, hash);
}

static json_t *preview_hash(struct house *h, const char *login, const char *hash, size_t bytes, const char *name)
{
    char body[700];
    snprintf(body, sizeof body,
             "{\"file_hash\":\"%s\",\"file_name\":\"%s\",\"media_type\":\"text/"
             "plain\",\"bytes\":%zu,\"register\":\"GGRW\"}",
             hash, name, bytes);
    return house_do(h, login, "import.preview", body);
}

static json_t *preview(struct house *h, const char *text)
{
    size_t bytes;
    const char *hash = store_text(h, text, &bytes);
    return preview_hash(h, "ducha", hash, bytes, "plan.txt");
}

static json_t *with_batch(struct house *h, const char *command, const char *batch, const char *more)
{
    char body[600];
    snprintf(body, sizeof body, "{\"batch\":\"%s\"%s}", batch, more);
    return house_do(h, "ducha", command, body);
}

static json_t *show(struct house *h, const char *batch)
{
    char params[80];
    snprintf(params, sizeof params, "batch=%s", batch);
    return house_must(h, house_ask(h, "ducha", "import", params));
}

static void check_counts(const json_t *counts, int64_t fresh, int64_t changed, int64_t same, int64_t doubtful)
{
    assert_int_equal(house_int(counts, "new"), fresh);
    assert_int_equal(house_int(counts, "changed"), changed);
    assert_int_equal(house_int(counts, "same"), same);
    assert_int_equal(house_int(counts, "doubtful"), doubtful);
}

static int64_t items(struct house *h)
{
    return house_int(house_must(h, house_ask(h, "ducha", "items_counts", "register=GGRW")), "total");
}

// Each block of the document stands in exactly one row or entry.
static void check_conservation(const json_t *import)
{
    static const char *const lists[] = {"rows", "headings", "notices", "reporting"};
    int64_t sum = 0;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const json_t *one;
        size_t k;
        json_array_foreach (house_at(import, lists[i]), k, one) {
            assert_true(house_int(one, "blocks") > 0 || i == 0);
            sum += house_int(one, "blocks");
        }
    }
    assert_true(sum > 0);
    assert_int_equal(sum, house_int(import, "blocks"));
}

static const json_t *row_titled(const json_t *import, const char *part)
{
    const json_t *row;
    size_t i;
    json_array_foreach (house_at(import, "rows"), i, row)
        if (strstr(house_text(row, "body"), part)) return row;
    print_error("no row with %s\n", part);
    END_TEST("no such row");
    return NULL;
}

static void test_a_document_becomes_items(void **state)
{
    struct house *h = *state;
    int64_t before = items(h);
    json_t *p = house_must(h, preview(h, PLAN));
    const char *batch = house_text(p, "batch");
    check_counts(house_at(p, "counts"), 2, 0, 0, 1);
    json_t *shown = show(h, batch);
    check_conservation(shown);
    assert_int_equal(json_array_size(house_at(shown, "headings")) + json_array_size(house_at(shown, "notices")) +
                         json_array_size(house_at(shown, "reporting")),
                     house_int(shown, "counts.headings") + house_int(shown, "counts.notices") +
                         house_int(shown, "counts.reporting"));
    assert_true(json_array_size(house_at(shown, "reporting")) == 1);

    const json_t *first = row_titled(shown, "楼宇改造");
    assert_string_equal(house_text(first, "lead_unit_name"), "区住房和城市建设委员会");
    assert_string_equal(house_text(first, "leader_name"), "常务副区长");
    assert_string_equal(house_text(first, "due_day"), "2023-09-30");
    assert_int_equal(json_array_size(house_at(first, "assist_units")), 2);
    const json_t *second = row_titled(shown, "消费季");
    assert_string_equal(house_text(second, "verdict"), "new"); // an unknown leader is asked about, no more
    assert_string_equal(house_text(second, "questions.0.field"), "leader");
    const json_t *doubtful = row_titled(shown, "服务企业");
    assert_string_equal(house_text(doubtful, "verdict"), "doubtful");
    assert_string_equal(house_text(doubtful, "questions.0.field"), "lead");

    house_refused(h, with_batch(h, "import.apply", batch, ""), ERR_REFUSED, "import.doubtful");
    assert_int_equal(items(h), before);
    json_t *again = house_must(h, preview(h, PLAN)); // still open: the same preview
    assert_string_equal(house_text(again, "batch"), batch);

    char more[300];
    snprintf(more, sizeof more,
             ",\"row\":\"%s\",\"as\":\"task\",\"lead\":\"YQG\",\"assists\":[\"SWJ\"],\"due\":"
             "\"2023-10-31\"",
             house_text(doubtful, "id"));
    json_t *d = house_must(h, with_batch(h, "import.decide", batch, more));
    assert_string_equal(house_text(d, "verdict"), "new");
    assert_int_equal(house_int(d, "doubtful"), 0);
    house_refused(h, with_batch(h, "import.apply", batch, ",\"version\":1"), ERR_STALE, "record.stale");
    json_t *r = house_must(h, with_batch(h, "import.apply", batch, ""));
    assert_int_equal(house_int(r, "drafted"), 3);
    assert_int_equal(items(h), before + 3);
    house_refused(h, with_batch(h, "import.apply", batch, ""), ERR_CONFLICT, "import.not_open");
}

static void test_the_item_knows_where_it_comes_from(void **state)
{
    struct house *h = *state;
    char params[80];
    json_t *list = house_must(h, house_ask(h, "ducha", "items", "register=GGRW&q=服务企业流程"));
    assert_int_equal(house_int(list, "total"), 1);
    snprintf(params, sizeof params, "item=%s", house_text(list, "rows.0.id"));
    json_t *one = house_must(h, house_ask(h, "ducha", "item", params));
    assert_string_equal(house_text(one, "item.state"), "drafted");
    assert_string_equal(house_text(one, "item.lead_unit_name"), "中关村科技园区东城园管理委员会");
    assert_string_equal(house_text(one, "item.due_day"), "2023-10-31");
    assert_string_equal(house_text(one, "assists.0.unit_name"), "区商务局");
    assert_string_equal(house_text(one, "item.line_name"), "产业组团建设"); // the section's heading
    assert_string_equal(house_text(one, "source.file_name"), "plan.txt");
    json_t *o = house_must(h, house_ask(h, "ducha", "item_origin", params));
    assert_non_null(strstr(house_text(o, "passage"), "责任单位：区不存在的局"));
    assert_true(strlen(house_text(o, "place")) > 0);
    assert_int_equal(strlen(house_text(o, "document.file_hash")), 64);
    assert_true(house_int(o, "drafted.seq") > 0);
    json_t *history = house_must(h, house_ask(h, "ducha", "item_history", params));
    assert_string_equal(house_text(history, "rows.0.command"), "import.apply");
    const json_t *change; // of a command about many items only this item's changes
    size_t i;
    json_array_foreach (house_at(history, "rows.0.changes"), i, change)
        if (strcmp(house_text(change, "entity"), "item") == 0)
            assert_string_equal(house_text(change, "id"), house_text(list, "rows.0.id"));
}

static void test_the_same_file_again_changes_nothing(void **state)
{
    struct house *h = *state;
    int64_t before = items(h);
    json_t *p = house_must(h, preview(h, PLAN));
    check_counts(house_at(p, "counts"), 0, 0, 3, 0);
    assert_int_equal(house_int(p, "counts.missing"), 0);
    json_t *r = house_must(h, with_batch(h, "import.apply", house_text(p, "batch"), ""));
    assert_int_equal(house_int(r, "drafted"), 0);
    assert_int_equal(house_int(r, "edited"), 0);
    assert_int_equal(house_int(r, "same"), 3);
    assert_int_equal(items(h), before);
}

static void test_a_new_version_is_a_difference(void **state)
{
    struct house *h = *state;
    int64_t before = items(h);
    str text = str_of(PLAN);
    text = str_replace(h->c.a, text, STR("举办消费季活动12场。\n责任单位：区商务局\n责任领导：没有这个人\n完成时限：2023年12月底前"),
                       STR("举办消费季活动12场。\n责任单位：区商务局\n完成时限：2023年11月底前"));
    text = str_replace(h->c.a, text, STR("（三）优化服务企业流程。\n责任单位：区不存在的局\n完成时限：2023年11月底前\n"),
                       STR("（三）建设口袋公园5个。\n责任单位：区园林绿化局\n完成时限：2023年10月底前\n"));
    json_t *p = house_must(h, preview(h, str_z(h->c.a, text)));
    check_counts(house_at(p, "counts"), 1, 1, 1, 0);
    assert_int_equal(house_int(p, "counts.missing"), 1);
    json_t *shown = show(h, house_text(p, "batch"));
    check_conservation(shown);
    assert_non_null(strstr(house_text(shown, "missing.0.title"), "服务企业"));
    const json_t *row = row_titled(shown, "消费季");
    assert_string_equal(house_text(row, "differences.0.field"), "due");
    assert_string_equal(house_text(row, "differences.0.before"), "2023-12-31");
    assert_string_equal(house_text(row, "differences.0.after"), "2023-11-30");
    json_t *r = house_must(h, with_batch(h, "import.apply", house_text(p, "batch"), ""));
    assert_int_equal(house_int(r, "drafted"), 1);
    assert_int_equal(house_int(r, "edited"), 1);
    assert_int_equal(house_int(r, "same"), 1);
    assert_int_equal(items(h), before + 1); // what is missing stays, a person decides about it
    json_t *list = house_must(h, house_ask(h, "ducha", "items", "register=GGRW&q=消费季"));
    assert_string_equal(house_text(list, "rows.0.due_day"), "2023-11-30");
}

static void test_what_is_approved_moves_by_decision_only(void **state)
{
    struct house *h = *state;
    char body[300];
    json_t *list = house_must(h, house_ask(h, "ducha", "items", "register=GGRW&q=口袋公园"));
    snprintf(body, sizeof body,
             "{\"item\":\"%s\",\"authority_kind\":\"meeting\",\"authority_ref\":\"第10次常务会\","
             "\"authority_day\":\"2023-06-01\"}",
             house_text(list, "rows.0.id"));
    house_must(h, house_do(h, "ducha", "item.approve", body));
    const char *text = "东城区2023年重点工作任务分工方案\n一、产业组团建设\n（三）建设口袋公园5个，改造公园2个。\n"
                       "责任单位：区园林绿化局\n完成时限：2023年10月底前\n";
    json_t *p = house_must(h, preview(h, text));
    json_t *shown = show(h, house_text(p, "batch"));
    const json_t *row = row_titled(shown, "口袋公园");
    assert_string_equal(house_text(row, "verdict"), "changed");
    assert_string_equal(house_text(row, "differences.0.field"), "content");
    json_t *r = house_must(h, with_batch(h, "import.apply", house_text(p, "batch"), ""));
    assert_int_equal(house_int(r, "edited"), 0);
    assert_int_equal(json_array_size(house_at(r, "kept")), 1);
}

static void test_a_passage_can_be_a_notice(void **state)
{
    struct house *h = *state;
    int64_t before = items(h);
    const char *text = "东城区专项工作分工方案\n（一）开展甲项工作。\n责任单位：区不存在的局\n完成时限：2023年8月底前\n";
    json_t *p = house_must(h, preview(h, text));
    json_t *shown = show(h, house_text(p, "batch"));
    const json_t *row = row_titled(shown, "甲项工作");
    char more[200];
    snprintf(more, sizeof more, ",\"row\":\"%s\",\"as\":\"notice\"", house_text(row, "id"));
    json_t *d = house_must(h, with_batch(h, "import.decide", house_text(p, "batch"), more));
    assert_string_equal(house_text(d, "verdict"), "notice");
    json_t *r = house_must(h, with_batch(h, "import.apply", house_text(p, "batch"), ""));
    assert_int_equal(house_int(r, "notices"), 1);
    assert_int_equal(items(h), before);
    p = house_must(h, preview(h, text)); // decided once
    assert_int_equal(house_int(p, "counts.notice"), 1);
    assert_int_equal(house_int(p, "counts.doubtful"), 0);
    house_must(h, with_batch(h, "import.discard", house_text(p, "batch"), ""));
    house_refused(h, with_batch(h, "import.apply", house_text(p, "batch"), ""), ERR_CONFLICT, "import.not_open");
}

static void test_every_fixture_is_conserved(void **state)
{
    static const char *const files[] = {
        "bracket_tails.txt",      "cards.txt",          "field_lines.txt",
        "flattened_table.txt",    "group_measures.txt", "hard_wrapped.txt",
        "inherited_units.txt",    "leader_due.txt",     "ledger_quarters.csv",
        "livelihood_gb18030.txt", "table.xlsx",         "two_flat_tables.txt",
        "unit_sections.txt",      "web_page.txt"};
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        size_t bytes;
        char path[80];
        snprintf(path, sizeof path, "division/%s", files[i]);
        const char *hash = house_file(h, path, &bytes);
        json_t *p = house_must(h, preview_hash(h, "ducha", hash, bytes, files[i]));
        assert_true(house_int(p, "counts.rows") > 0);
        check_conservation(show(h, house_text(p, "batch")));
        house_must(h, with_batch(h, "import.discard", house_text(p, "batch"), ""));
    }
    json_t *all = house_must(h, house_ask(h, "fenxi", "imports", ""));
    assert_true(json_array_size(house_at(all, "rows")) >= COUNT_OF(files));
}

static void test_what_is_refused(void **state)
{
    struct house *h = *state;
    size_t bytes;
    const char *hash = store_text(h, PLAN, &bytes);
    const char *none = "0000000000000000000000000000000000000000000000000000000000000000";
    house_refused(h, preview_hash(h, "swj", hash, bytes, "plan.txt"), ERR_FORBIDDEN, "command.forbidden");
    house_refused(h, preview_hash(h, "ducha", none, 1, "plan.txt"), ERR_NOT_FOUND, "file.none");
    house_refused(h, preview_hash(h, "ducha", "../../etc/passwd", 1, "plan.txt"), ERR_NOT_FOUND, "file.none");
    house_refused(h, preview(h, "东城区分工方案\n（一）落实机密级文件要求。\n责任单位：区商务局\n"), ERR_REFUSED, "import.secret");
    house_refused(h, preview(h, ""), ERR_INVALID, "division.empty");
    house_refused(h, house_ask(h, "swj", "import", "batch=1"), ERR_FORBIDDEN, "query.forbidden");
    assert_int_equal(house_int(house_must(h, preview(h, "甲\n（一）征收工作。完成税收任务10亿元。\n"
                                                        "责任单位：国家税务总局北京市东城区税务局\n完成时限：2023年8月底前\n")),
                               "counts.doubtful"),
                     1); // L5 is asked about before anything is applied
}

static void test_a_file_is_reached_through_its_items(void **state)
{
    struct house *h = *state;
    size_t bytes;
    char params[100];
    snprintf(params, sizeof params, "hash=%s", store_text(h, PLAN, &bytes));
    json_t *f = house_must(h, house_ask(h, "fenxi", "file", params));
    assert_string_equal(house_text(f, "name"), "plan.txt");
    assert_int_equal(house_int(f, "bytes"), bytes);
    house_must(h, house_ask(h, "yqg", "file", params)); // leads an item that came from it
    house_refused(h, house_ask(h, "wjw", "file", params), ERR_NOT_FOUND, "file.none");
    house_refused(h, house_ask(h, "xitong", "file", params), ERR_FORBIDDEN, "query.forbidden");
    snprintf(params, sizeof params, "hash=%s", store_text(h, "belongs to nothing", &bytes));
    house_refused(h, house_ask(h, "ducha", "file", params), ERR_NOT_FOUND, "file.none");
}

static void test_a_damaged_file_is_told(void **state)
{
    struct house *h = *state;
    size_t bytes;
    const char *hash = store_text(h, "东城区分工方案\n（一）做事。\n责任单位：区商务局\n", &bytes);
    str path = file_path(h->c.a, h->l, str_of(hash));
    FILE *f = fopen(str_z(h->c.a, path), "r+b");
    assert_non_null(f);
    assert_int_equal(fputc('X', f), 'X');
    fclose(f);
    house_refused(h, preview_hash(h, "ducha", hash, bytes, "plan.txt"), ERR_STORE, "file.damaged");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_document_becomes_items),
        cmocka_unit_test(test_the_item_knows_where_it_comes_from),
        cmocka_unit_test(test_the_same_file_again_changes_nothing),
        cmocka_unit_test(test_a_new_version_is_a_difference),
        cmocka_unit_test(test_what_is_approved_moves_by_decision_only),
        cmocka_unit_test(test_a_passage_can_be_a_notice),
        cmocka_unit_test(test_every_fixture_is_conserved),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_a_file_is_reached_through_its_items),
        cmocka_unit_test(test_a_damaged_file_is_told),
    };
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
