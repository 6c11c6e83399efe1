/*
 * The reporting calendar over the worked example (2023-06-30): drafts keep what is wrong, submissions are
 * whole, returned ones come back as a new version, figures told elsewhere are filled in, progress grids
 * write the reports of items; and what declarations are refused.
 */
#include "house.h"
#include "ledger/reporting/reporting_internal.h"

static struct house *h;

static int build(void **state)
{
    int rc = house_build(state);
    h = *state;
    return rc;
}

static json_t *grid(const char *login, const char *unit, const char *collection, const char *period)
{
    char params[200];
    snprintf(params, sizeof params, "collection=%s&unit=%s&period=%s", collection, unit, period);
    return house_ask(h, login, "reporting_grid", params);
}

static const json_t *cell(const json_t *g, size_t row, size_t column)
{
    return json_array_get(json_object_get(json_array_get(json_object_get(g, "rows"), row), "cells"), column);
}

static void check_calendar(void **state)
{
    (void)state;
    json_t *r = house_must(h, house_ask(h, "ducha", "reporting_calendar", "collection=JDYB"));
    assert_int_equal(json_array_size(house_at(r, "units")), 5);
    assert_int_equal(json_array_size(house_at(r, "periods")), 4); // March, the first one, to June
    const json_t *j08 = json_array_get(house_at(r, "units"), 1), *j11 = json_array_get(house_at(r, "units"), 3);
    const json_t *may = json_array_get(json_object_get(j08, "cells"), 2);
    assert_string_equal(house_text(may, "state"), "returned");
    may = json_array_get(json_object_get(j11, "cells"), 2);
    assert_string_equal(house_text(may, "state"), "missing");
    assert_int_equal(house_int(may, "late_days"), 25); // due on Monday 2023-06-05
    assert_int_equal(house_int(j11, "stale_periods"), 1);
    // An officer sees the line of the own unit alone.
    r = house_must(h, house_ask(h, "j08", "reporting_calendar", "collection=JDYB"));
    assert_int_equal(json_array_size(house_at(r, "units")), 1);
}

static void check_others_are_missing(void **state)
{
    (void)state;
    house_refused(h, grid("j08", "J17", "JDYB", "2023-05"), ERR_NOT_FOUND, "record.not_found");
    house_refused(h, grid("j08", "FGW", "JDYB", "2023-05"), ERR_NOT_FOUND, "record.not_found");
    house_refused(h, house_do(h, "j08", "report_grid.save",
                              "{\"collection\":\"JDYB\",\"unit\":\"J17\",\"period\":\"2023-05\"}"),
                  ERR_NOT_FOUND, "record.not_found");
    house_refused(h, house_ask(h, "xitong", "reporting_grid", "collection=JDYB&unit=J08&period=2023-05"), ERR_FORBIDDEN,
                  "query.forbidden");
}

#define JUNE "{\"collection\":\"JDYB\",\"unit\":\"J08\",\"period\":\"2023-06\",\"cells\":["
#define CELL(element, text) "{\"row\":\"unit\",\"element\":\"" element "\",\"text\":\"" text "\"}"

static void check_drafts_keep_wrong_cells(void **state)
{
    (void)state;
    json_t *r = house_must(h, house_do(h, "j08", "report_grid.save",
                                       JUNE CELL("JD-TT", "七户") "," CELL("JD-YH", "108") "," CELL("JD-ZC",
                                                                                                  "１,234") "]}"));
    assert_int_equal(json_array_size(house_at(r, "faults")), 2);
    assert_string_equal(house_text(json_array_get(house_at(r, "faults"), 0), "element"), "JD-TT");
    r = house_must(h, grid("j08", "J08", "JDYB", "2023-06"));
    assert_string_equal(house_text(r, "state"), "drafted");
    assert_string_equal(house_text(cell(r, 0, 0), "text"), "七户");
    assert_true(house_text(cell(r, 0, 0), "fault")[0] != 0);
    assert_string_equal(house_text(cell(r, 0, 2), "text"), "１,234");
    assert_string_equal(house_text(cell(r, 0, 2), "fault"), "");
    // May was sent back, so April is the last one with figures, two periods ago.
    assert_string_equal(house_text(cell(r, 0, 2), "previous"), "6410");
    assert_int_equal(house_int(json_array_get(house_at(r, "rows"), 0), "since"), 2);
    // Wrong or required and empty: nothing is sent, and the first place is named.
    json_t *refused = house_do(h, "j08", "report_grid.submit", JUNE "]}");
    assert_null(refused);
    assert_int_equal(str_is(h->c.err.field, "rows[unit].JD-TT"), 1);
    house_refused(h, refused, ERR_INVALID, "report_grid.faults");
}

static void check_round(void **state)
{
    (void)state;
    house_must(h, house_do(h, "j08", "report_grid.submit",
                           JUNE CELL("JD-TT", "7") "," CELL("JD-GZ", "6") "," CELL("JD-YH", "90.5%") "]}"));
    json_t *r = house_must(h, grid("ducha", "J08", "JDYB", "2023-06"));
    assert_string_equal(house_text(cell(r, 0, 2), "text"), "1234");
    assert_string_equal(house_text(cell(r, 0, 3), "text"), "90.5");
    house_refused(h, house_do(h, "j08", "report_grid.save", JUNE CELL("JD-TT", "9") "]}"), ERR_CONFLICT,
        "report_grid.locked");
#define J08_JUNE "{\"collection\":\"JDYB\",\"unit\":\"J08\",\"period\":\"2023-06\""
    house_refused(h, house_do(h, "ducha", "report_grid.return", J08_JUNE ",\"new_due\":\"2023-07-03\"}"), ERR_INVALID,
                  "report_grid.no_reason");
    house_refused(h, house_do(h, "ducha", "report_grid.return",
                              J08_JUNE ",\"reason\":\"x\",\"new_due\":\"2023-06-29\"}"),
                  ERR_INVALID, "report_grid.due_past");
    house_must(h, house_do(h, "ducha", "report_grid.return",
                           J08_JUNE ",\"new_due\":\"2023-07-03\",\"marks\":[{\"row\":\"unit\",\"element\":\"JD-GZ\","
                                    "\"reason\":\"与住建委台账不符\"}]}"));
    r = house_must(h, grid("j08", "J08", "JDYB", "2023-06"));
    assert_string_equal(house_text(r, "state"), "returned");
    assert_string_equal(house_text(r, "due"), "2023-07-03");
    assert_string_equal(house_text(cell(r, 0, 1), "mark"), "与住建委台账不符");
    house_must(h, house_do(h, "j08", "report_grid.submit", JUNE CELL("JD-GZ", "8") "]}"));
    house_must(h, house_do(h, "ducha", "report_grid.accept", J08_JUNE "}"));
    house_refused(h, house_do(h, "ducha", "report_grid.accept", J08_JUNE "}"), ERR_CONFLICT,
        "report_grid.not_submitted");
    // The version that was sent back still says what it said.
    r = house_must(h, house_ask(h, "ducha", "reporting_grid", "collection=JDYB&unit=J08&period=2023-06&revision=1"));
    assert_string_equal(house_text(cell(r, 0, 1), "text"), "6");
    r = house_must(h, grid("ducha", "J08", "JDYB", "2023-06"));
    assert_string_equal(house_text(cell(r, 0, 1), "text"), "8");
    assert_int_equal(house_int(r, "accepted_revision"), 2);
}

static void check_correction(void **state)
{
    (void)state;
    json_t *r = house_must(h, grid("ducha", "J17", "JDYB", "2023-04")); // corrected in the example
    assert_int_equal(house_int(r, "accepted_revision"), 2);
    assert_string_equal(house_text(cell(r, 0, 0), "text"), "22");
    assert_string_equal(house_text(json_array_get(house_at(r, "revisions"), 0), "outcome"), "replaced");
    assert_true(house_text(json_array_get(house_at(r, "revisions"), 1), "reason")[0] != 0);
    r = house_must(h, house_ask(h, "ducha", "reporting_grid", "collection=JDYB&unit=J17&period=2023-04&revision=1"));
    assert_string_equal(house_text(cell(r, 0, 0), "text"), "17");
    house_refused(h, house_do(h, "ducha", "report_grid.correct",
                              "{\"collection\":\"JDYB\",\"unit\":\"J17\",\"period\":\"2023-04\",\"reason\":\"x\"}"),
                  ERR_FORBIDDEN, "command.forbidden");
}

static void check_known_elsewhere(void **state)
{
    (void)state;
    // The month's investment is the sum of its three ten-day reports, and nobody asks it.
    json_t *r = house_must(h, grid("fgw", "FGW", "TZYB", "2023-05"));
    assert_string_equal(house_text(cell(r, 0, 0), "text"), "11780.2"); // 3650 + 3710.2 + 4420
    assert_true(house_text(cell(r, 0, 0), "source")[0] != 0);
    assert_string_equal(house_text(cell(r, 0, 1), "text"), "2");
    // Part of a sum is not the sum: the last ten days of June are not told.
    r = house_must(h, grid("fgw", "FGW", "TZYB", "2023-06"));
    assert_string_equal(house_text(cell(r, 0, 0), "text"), "");
    assert_true(house_text(cell(r, 0, 0), "locked")[0] != 0);
    house_refused(h, house_do(h, "fgw", "report_grid.save",
                              "{\"collection\":\"TZYB\",\"unit\":\"FGW\",\"period\":\"2023-06\",\"cells\":["
                              CELL("TZ-WC", "1") "]}"),
                  ERR_CONFLICT, "report_grid.cell_locked");
}

static void check_progress_writes_reports(void **state)
{
    (void)state;
    json_t *r = house_must(h, grid("zjw", "ZJW", "JZYB", "2023-06"));
    size_t n = json_array_size(house_at(r, "rows"));
    assert_true(n >= 2);
    char *body = NULL;
    size_t length = 0;
    FILE *f = open_memstream(&body, &length);
    fputs("{\"collection\":\"JZYB\",\"unit\":\"ZJW\",\"period\":\"2023-06\",\"cells\":[", f);
    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(house_at(r, "rows"), i);
        if (house_text(row, "locked")[0]) continue;
        fprintf(f, "%s{\"row\":\"%s\",\"element\":\"SX-JD\",\"text\":\"55%%\"},{\"row\":\"%s\",\"element\":\"SX-QK\","
                "\"text\":\"按节点推进\"}", i ? "," : "", house_text(row, "key"), house_text(row, "key"));
    }
    fputs("]}", f);
    fclose(f);
    house_must(h, house_do(h, "zjw", "report_grid.submit", body));
    free(body);
    char params[80];
    snprintf(params, sizeof params, "item=%s", house_text(json_array_get(house_at(r, "rows"), 0), "item"));
    json_t *item = house_must(h, house_ask(h, "zjw", "item", params));
    const json_t *report = json_array_get(house_at(item, "reports"), 0);
    assert_string_equal(house_text(report, "period_code"), "2023-06");
    assert_int_equal(house_int(report, "progress"), 55);
    assert_string_equal(house_text(report, "narrative"), "按节点推进");
}

#define ELEMENT(code, name, owner, minutes)                                                                       \
    "{\"code\":\"" code "\",\"name\":\"" name "\",\"subject\":\"unit\",\"kind\":\"number\",\"measure\":\"户\","   \
    "\"legal_basis\":\"示例\",\"owner_unit\":\"" owner "\",\"minutes\":\"" minutes "\",\"basis\":\"example\"}"
#define COLLECTION_OF(code, name, columns, who)                                                                   \
    "{\"code\":\"" code "\",\"name\":\"" name "\",\"row_kind\":\"unit\",\"columns\":[" columns "],"                \
    "\"cycle\":\"quarter\",\"due_count\":10,\"due_in\":\"day\",\"roll\":\"next\",\"due_source\":\"示例\","        \
    "\"first_period\":\"2023Q2\"," who ",\"owner_unit\":\"ZJW\",\"legal_basis\":\"示例\",\"basis\":\"example\"}"

#define FIELD_OF(reg, code, name)                                                                                  \
    "{\"register\":\"" reg "\",\"code\":\"" code "\",\"name\":\"" name "\",\"kind\":\"integer\","                     \
    "\"required_at\":\"never\",\"basis\":\"示例\",\"frequency\":\"quarter\",\"minutes\":\"1\"}"
#define ITEM_ELEMENT(code, name)                                                                                   \
    "{\"code\":\"" code "\",\"name\":\"" name "\",\"subject\":\"item\",\"kind\":\"number\",\"measure\":\"户\","    \
    "\"legal_basis\":\"示例\",\"owner_unit\":\"ZJW\",\"minutes\":\"1\",\"basis\":\"example\"}"
#define OF_ITEMS(code, columns)                                                                                    \
    "{\"code\":\"" code "\",\"name\":\"重点任务季报\",\"row_kind\":\"items\",\"in_register\":\"ZDRW\","                 \
    "\"columns\":[" columns "],\"cycle\":\"quarter\",\"due_count\":10,\"due_in\":\"day\",\"roll\":\"next\","          \
    "\"due_source\":\"示例\",\"first_period\":\"2023Q3\",\"units\":[\"CYZB\"],\"owner_unit\":\"ZJW\","                \
    "\"legal_basis\":\"示例\",\"basis\":\"example\"}"

// A field of a register asks no more what a report or a collection over its items asks, and the other way round.
static void check_fields_asked_twice(void **state)
{
    (void)state;
    house_refused(h, house_do(h, "xitong", "register.field", FIELD_OF("ZDRW", "main_problem", "主要　问题")), ERR_REFUSED,
                  "burden.field_in_report");
    house_must(h, house_do(h, "ducha", "element.declare", ITEM_ELEMENT("IT-HS", "惠及户数")));
    house_must(h, house_do(h, "ducha", "collection.declare", OF_ITEMS("ZDJB", "\"IT-HS\"")));
    house_refused(h, house_do(h, "xitong", "register.field", FIELD_OF("ZDRW", "served", "惠及 户数")), ERR_REFUSED,
                  "burden.field_twice");
    // Items of another register are not those of the collection.
    house_must(h, house_do(h, "xitong", "register.field", FIELD_OF("MSSS", "served", "惠及户数")));
    house_must(h, house_do(h, "xitong", "register.field", FIELD_OF("ZDRW", "estates", "覆盖小区数")));
    house_must(h, house_do(h, "ducha", "element.declare", ITEM_ELEMENT("IT-XQ", "覆盖小区数")));
    house_refused(h, house_do(h, "ducha", "collection.declare", OF_ITEMS("ZDJB", "\"IT-HS\",\"IT-XQ\"")), ERR_REFUSED,
                  "burden.field_twice");
    // Given up as a field, it may be collected.
    house_must(h, house_do(h, "xitong", "register.remove_field", "{\"register\":\"ZDRW\",\"code\":\"estates\"}"));
    house_must(h, house_do(h, "ducha", "collection.declare", OF_ITEMS("ZDJB", "\"IT-HS\",\"IT-XQ\"")));
    json_t *r = house_must(h, house_ask(h, "fenxi", "burden", "year=2023"));
    assert_int_equal(json_array_size(house_at(r, "duplicates")), 0);
}

static void check_burden(void **state)
{
    (void)state;
    json_t *r = house_must(h, house_ask(h, "fenxi", "burden", "year=2023"));
    assert_int_equal(json_array_size(house_at(r, "duplicates")), 0);
    // The same fact under another name, with full-width blanks, asked of a street that tells it already.
    house_must(h, house_do(h, "ducha", "element.declare", ELEMENT("ZF-TT", "腾退　户数", "ZJW", "2")));
    house_refused(h, house_do(h, "ducha", "collection.declare",
                              COLLECTION_OF("ZFJB", "住房季报", "\"ZF-TT\"", "\"units\":[\"J08\"]")),
                  ERR_REFUSED, "burden.duplicate");
    // The shared element is not asked, it is filled in.
    house_must(h, house_do(h, "ducha", "collection.declare",
                           COLLECTION_OF("ZFJB", "住房季报", "\"JD-TT\"", "\"units\":[\"J08\"]")));
    r = house_must(h, grid("j08", "J08", "ZFJB", "2023Q2"));
    assert_true(house_text(cell(r, 0, 0), "source")[0] != 0);
    // Too much for a street, with the numbers.
    house_must(h, house_do(h, "ducha", "element.declare", ELEMENT("ZF-DC", "逐户调查", "ZJW", "200")));
    house_refused(h, house_do(h, "ducha", "collection.declare",
                              COLLECTION_OF("DCJB", "调查季报", "\"ZF-DC\"", "\"units\":[\"J08\"]")),
                  ERR_REFUSED, "burden.over_cap");
    // Communities: only what stands on the published list.
    house_refused(h, house_do(h, "ducha", "collection.declare",
                              COLLECTION_OF("SQJB", "社区随手报", "\"ZF-DC\"", "\"unit_kinds\":[\"community\"]")),
                  ERR_REFUSED, "burden.not_on_list");
    house_must(h, house_do(h, "ducha", "collection.declare",
                           COLLECTION_OF("SQJB", "居民基本情况台账", "\"ZF-DC\"", "\"unit_kinds\":[\"community\"]")));
    house_refused(h, house_do(h, "ducha", "burden.set_cap",
                              "{\"unit_kind\":\"subdistrict\",\"minutes\":900,\"source\":\"x\"}"),
                  ERR_FORBIDDEN, "command.forbidden");
}

// Months add up to the year's total, and the lines of a month to the month.
static void check_totals(void **state)
{
    (void)state;
    json_t *r = house_must(h, house_ask(h, "fenxi", "burden", "year=2023"));
    size_t i, m;
    json_t *unit, *minutes;
    assert_true(json_array_size(house_at(r, "units")) > 8);
    json_array_foreach(json_object_get(r, "units"), i, unit) {
        dec sum = {0}, one, total;
        json_array_foreach(json_object_get(unit, "minutes"), m, minutes) {
            assert_true(dec_parse(str_of(json_string_value(minutes)), &one));
            assert_true(dec_add(sum, one, &sum));
        }
        assert_true(dec_parse(str_of(house_text(unit, "total")), &total));
        assert_int_equal(sum.millionths, total.millionths);
    }
    json_t *lines = house_must(h, house_ask(h, "fenxi", "burden", "year=2023&month=6&unit=FGW")), *line;
    dec sum = {0}, one, total;
    json_array_foreach(json_object_get(lines, "lines"), i, line) {
        assert_true(dec_parse(str_of(house_text(line, "minutes")), &one));
        assert_true(dec_add(sum, one, &sum));
    }
    assert_true(dec_parse(str_of(house_text(lines, "lines_total")), &total));
    assert_int_equal(sum.millionths, total.millionths);
    assert_true(total.millionths > 0);
}

// Periods tile the days, and a due day counted in working days, or rolled, is a working day.
static bool tiles(struct call *k, void *arg)
{
    static const enum cycle CYCLES_[] = {CYCLE_TENDAY, CYCLE_MONTH, CYCLE_QUARTER, CYCLE_HALF};
    (void)arg;
    for (size_t c = 0; c < COUNT_OF(CYCLES_); c++) {
        day expected = day_of(2022, 1, 1);
        struct collected in_days = {.of = {.due_count = 5, .due_in = STR("day"), .roll = STR("next")}};
        struct collected in_work = {.of = {.due_count = 2, .due_in = STR("working_day"), .roll = STR("none")}};
        for (struct period p = period_of(CYCLES_[c], expected); p.last < day_of(2026, 12, 1); p = period_next(p)) {
            assert_int_equal(p.first, expected);
            expected = p.last + 1;
            day due = collected_due(k, &in_days, p), work = collected_due(k, &in_work, p);
            assert_true(calendar_is_working_day(k->calendar, due) && due >= p.last + 5);
            assert_true(calendar_is_working_day(k->calendar, work));
            assert_int_equal(calendar_days_between(k->calendar, p.last, work), 2);
        }
    }
    return true;
}

static void check_schedule(void **state)
{
    (void)state;
    house_read(h, "ducha", tiles, NULL);
}

static void check_rates(void **state)
{
    (void)state;
    json_t *r = house_must(h, house_ask(h, "ducha", "reporting_rates", "from=2023-04-01&to=2023-06-30"));
    size_t i;
    json_t *c;
    json_array_foreach(json_object_get(r, "collections"), i, c) {
        if (strcmp(house_text(c, "collection"), "JDYB") != 0) continue;
        assert_int_equal(house_int(c, "due"), 15);     // five streets, March to May
        assert_int_equal(house_int(c, "told"), 14);    // J11 owes May
        assert_int_equal(house_int(c, "in_time"), 13); // J10 was late with April
        assert_int_equal(house_int(c, "complete_permille"), 933);
        return;
    }
    END_TEST("no such collection");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_calendar),         cmocka_unit_test(check_others_are_missing),
        cmocka_unit_test(check_rates),            cmocka_unit_test(check_drafts_keep_wrong_cells),
        cmocka_unit_test(check_round),            cmocka_unit_test(check_correction),
        cmocka_unit_test(check_known_elsewhere),  cmocka_unit_test(check_progress_writes_reports),
        cmocka_unit_test(check_burden),
        cmocka_unit_test(check_fields_asked_twice),
        cmocka_unit_test(check_totals),
        cmocka_unit_test(check_schedule),
    };
    return cmocka_run_group_tests(tests, build, house_drop);
}
