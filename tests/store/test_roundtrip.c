/*
 * A register as XLSX and back over the worked example: what was not touched changes nothing whatever it holds; faults
 * are told by cell; what somebody changed since is a conflict; all or nothing; rows that lack stay.
 */
#include "house.h"

#include <string.h>

#include "base/base64.h"
#include "exchange/xlsx/xlsx.h"
#include "exchange/xlsx/xlsx_write.h"
#include "ledger/files.h"

#define TABLES                                                                                                    \
    "code,name,code_pattern,official_order,legal_basis,report_minutes,loop\\n"                                     \
    "DT,加装电梯,DT-{year}-{seq3},30,综合整治工作手册,3,short\\n"                                                   \
    "\\n"                                                                                                          \
    "register,code,name,name_en,kind,required_at,choices,unit_name,decimals,visible_to,official_order,basis,"       \
    "frequency,minutes\\n"                                                                                        \
    "DT,estate,小区名称,Estate,text,draft,,,,,10,手册,once,0.5\\n"                                                  \
    "DT,stage,加装阶段,Stage,choice,draft,ask=征求意见=asked|build=施工=being built,,,,20,手册,month,0.5\\n"         \
    "DT,homes,受益户数,Households,integer,never,,户,,,30,手册,once,0.5\\n"                                          \
    "DT,height,高差,Height,decimal,never,,米,3,,40,手册,once,0.5\\n"                                                \
    "DT,opened,启用日期,Opened,day,never,,,,,50,手册,once,0.5\\n"                                                   \
    "DT,story,情况说明,Story,long_text,never,,,,,60,手册,once,0.5\\n"                                               \
    "DT,safe,已验收,Checked,bool,never,,,,,70,手册,once,0.5\\n"                                                     \
    "DT,budget,预算金额,Budget,money,never,,万元,,leader|analyst,80,手册,once,0.5\\n"

static str body_of(struct house *h, const char *more, const char *hash)
{
    return str_printf(h->c.a, "{\"register\":\"DT\",\"file_hash\":\"%s\"%s}", hash, more);
}

static const json_t *rows_of(struct house *h, const char *login, const char *where)
{
    str params = str_printf(h->c.a, "register=DT&%s", where);
    return house_at(house_must(h, house_ask(h, login, "items", str_z(h->c.a, params))), "rows");
}

static const json_t *first_of(struct house *h, const char *where)
{
    return json_array_get(rows_of(h, "ducha", where), 0);
}

static json_t *import(struct house *h, const char *login, const char *command, const char *more, const char *hash)
{
    return house_do(h, login, command, str_z(h->c.a, body_of(h, more, hash)));
}

static const char *keep(struct house *h, str bytes)
{
    str hash;
    assert_true(file_store(&h->c, h->l, bytes, &hash));
    return str_z(h->c.a, hash);
}

static str export(struct house *h, const char *login)
{
    str bytes;
    json_t *r = house_must(h, house_ask(h, login, "register_file", "register=DT"));
    assert_true(base64url_read(h->c.a, str_of(house_text(r, "content")), &bytes));
    return bytes;
}

static void draft(struct house *h, const char *title, json_t *fields)
{
    json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "register", "DT", "title", title, "lead",
                          "ZJW", "person", "ZJW-1", "deputy", "ZJW-2", "standard", "装好", "due", "2023-12-31", "fields",
                          fields);
    char *text = json_dumps(o, 0);
    (void)house_must(h, house_do(h, "ducha", "item.draft", text));
    free(text);
    json_decref(o);
}

static void put(json_t *fields, const char *field, const char *value)
{
    json_array_append_new(fields, json_pack("{s:s,s:s}", "field", field, "value", value));
}

/* --- a table that a test edits as a person would --- */

struct table {
    struct workbook wb;
    str *at; // rows × cols of the first sheet
    int rows, cols;
};

static struct table open_table(struct house *h, str bytes)
{
    struct table t = {0};
    assert_true(xlsx_read(&h->c, bytes, &t.wb));
    const struct sheet *s = &t.wb.sheets.at[0];
    t.rows = s->rows + 5;
    t.cols = s->cols + 1;
    t.at = arena_alloc(h->c.a, (size_t)(t.rows * t.cols) * sizeof *t.at);
    for (size_t i = 0; i < s->cells.n; i++)
        t.at[(s->cells.at[i].row - 1) * t.cols + s->cells.at[i].col - 1] = s->cells.at[i].text;
    return t;
}

static int column(const struct table *t, const char *heading)
{
    for (int c = 0; c < t->cols; c++)
        if (str_is(t->at[c], heading)) return c;
    END_TEST(heading);
    return 0;
}

static void set(struct table *t, int row, const char *heading, const char *text)
{
    t->at[(row - 1) * t->cols + column(t, heading)] = str_of(text);
}

static const char *cell_name(struct house *h, const struct table *t, int row, const char *heading)
{
    return str_z(h->c.a, sheet_ref(h->c.a, row, column(t, heading) + 1));
}

// Saved again, everything as text: as a spreadsheet would that knows no better.
static const char *save(struct house *h, const struct table *t)
{
    str bytes;
    struct xlsx_column *x = arena_alloc(h->c.a, (size_t)t->cols * sizeof *x);
    struct xlsx_cell *cells = arena_alloc(h->c.a, (size_t)(t->rows * t->cols) * sizeof *cells);
    struct xlsx_fact *facts = NULL;
    size_t n = 0;
    for (size_t i = 1; i < t->wb.sheets.n; i++) {
        const struct sheet *s = &t->wb.sheets.at[i];
        if (!str_is(s->name, "_bihuan")) continue;
        n = (size_t)s->rows;
        facts = arena_alloc(h->c.a, n * sizeof *facts);
        for (int r = 1; r <= s->rows; r++) {
            const struct cell *name = sheet_at(s, r, 1), *value = sheet_at(s, r, 2);
            facts[r - 1] = (struct xlsx_fact){name ? name->text : STR_EMPTY, value ? value->text : STR_EMPTY};
        }
    }
    for (int c = 0; c < t->cols; c++) x[c] = (struct xlsx_column){.heading = t->at[c], .width = 10};
    for (int i = t->cols; i < t->rows * t->cols; i++) cells[i - t->cols].text = t->at[i];
    struct xlsx_pages p = {.sheet = STR("台账"), .facts_sheet = STR("_bihuan"), .lists_sheet = STR("_lists"),
                           .columns = x, .n_columns = (size_t)t->cols, .cells = cells, .n_rows = (size_t)t->rows - 1,
                           .facts = facts, .n_facts = n, .made = h->now};
    assert_true(xlsx_write(&h->c, &p, &bytes));
    return keep(h, bytes);
}

/* --- the tests --- */

static int64_t head_of(struct house *h)
{
    return house_int(house_must(h, house_ask(h, "shenji", "journal_head", "")), "seq");
}

static void test_the_ground(void **state)
{
    struct house *h = *state;
    size_t n = strlen(TABLES) + 100;
    char *body = arena_alloc(h->c.a, n);
    (void)snprintf(body, n, "{\"tables\":[{\"name\":\"t.csv\",\"text\":\"%s\"}]}", TABLES);
    (void)house_must(h, house_do(h, "xitong", "register.apply", body));
    for (int i = 0; i < 4; i++) {
        char title[40];
        json_t *f = json_array();
        (void)snprintf(title, sizeof title, "第%d栋", i + 1);
        put(f, "estate", i == 0 ? "007号院" : "甲小区");
        put(f, "stage", "ask");
        put(f, "homes", "24");
        draft(h, title, f);
    }
}

// The text of a random value: what people keep in such fields, and what they should not.
static const char *random_text(struct house *h, unsigned *seed, size_t most)
{
    static const char *const PIECES[] = {"小区", "007", "一", "\\n", "\\n\\n", "  ", "=1+1", "'", "\"", "&<>", "😀", "é",
                                         "，", "_x0041_", "-", "1e5", "@", "\\t", "👨‍👩‍👧", "２", "100%"};
    struct buf b;
    size_t n = 1 + (size_t)rand_r(seed) % most;
    buf_init(&b, h->c.a, 4000);
    for (size_t i = 0; i < n; i++) {
        const char *piece = PIECES[(size_t)rand_r(seed) % COUNT_OF(PIECES)];
        if (strcmp(piece, "\\n") == 0) buf_addc(&b, '\n');
        else if (strcmp(piece, "\\n\\n") == 0) buf_addz(&b, "\n\n");
        else if (strcmp(piece, "\\t") == 0) buf_addc(&b, ' ');
        else buf_addz(&b, piece);
    }
    buf_addz(&b, "末");
    return str_z(h->c.a, buf_str(&b));
}

static void test_what_was_not_touched_changes_nothing(void **state)
{
    struct house *h = *state;
    unsigned seed = 20230630;
    for (int i = 0; i < 60; i++) {
        json_t *f = json_array();
        char number[40];
        put(f, "estate", random_text(h, &seed, 6));
        put(f, "stage", i % 2 ? "ask" : "build");
        (void)snprintf(number, sizeof number, "%d", rand_r(&seed) % 2000000 - 1000000);
        put(f, "homes", number);
        (void)snprintf(number, sizeof number, "%s%d.%03d", i % 3 ? "-" : "", rand_r(&seed) % 1000000,
                       rand_r(&seed) % 1000);
        put(f, "height", i == 0 ? "0.001" : i == 1 ? "-0.01" : i == 2 ? "9123456789012.125" : number);
        (void)snprintf(number, sizeof number, "%04d-%02d-%02d", 1900 + rand_r(&seed) % 200, 1 + rand_r(&seed) % 12,
                       1 + rand_r(&seed) % 28);
        put(f, "opened", i == 0 ? "1900-02-28" : i == 1 ? "1900-03-01" : number);
        put(f, "story", random_text(h, &seed, 400));
        if (i % 3) put(f, "safe", i % 2 ? "true" : "false");
        draft(h, random_text(h, &seed, 4), f);
    }
    str bytes = export(h, "ducha");
    const char *straight = keep(h, bytes);
    struct table t = open_table(h, bytes);
    const char *saved = save(h, &t); // numbers and days as text
    int64_t head = head_of(h);
    const char *const files[] = {straight, saved};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        json_t *p = house_must(h, import(h, "ducha", "register.import_preview", "", files[i]));
        assert_int_equal(house_int(p, "counts.rows"), 64);
        assert_int_equal(json_array_size(house_at(p, "rows")), 0);
        assert_int_equal(house_int(p, "counts.same"), 64);
        assert_int_equal(json_array_size(house_at(p, "unread")), 0);
        house_refused(h, import(h, "ducha", "register.import_apply", "", files[i]), ERR_CONFLICT, "roundtrip.nothing");
    }
    assert_int_equal(head_of(h), head);
}

static const json_t *row_at(const json_t *p, int row)
{
    size_t i;
    json_t *r;
    json_array_foreach(house_at(p, "rows"), i, r) if (house_int(r, "row") == row) return r;
    return NULL;
}

// The refused cell of this name, or the row's own refusal at it.
static bool named(const json_t *p, int row, const char *cell)
{
    size_t i;
    json_t *c;
    const json_t *r = row_at(p, row);
    if (!r || strcmp(house_text(r, "verdict"), "refused") != 0) return false;
    json_array_foreach(house_at(r, "cells"), i, c)
        if (strcmp(house_text(c, "cell"), cell) == 0 && json_is_true(house_at(c, "refused")) && *house_text(c, "why") &&
            *house_text(c, "right"))
            return true;
    return strcmp(house_text(r, "cell"), cell) == 0 && *house_text(r, "why");
}

static void test_faults_are_named_by_cell(void **state)
{
    struct house *h = *state;
    static const struct {
        const char *heading, *text;
    } faults[] = {{"完成时限", "2023-02-30"}, {"受益户数", "二十四"}, {"受益户数", "2.5"},      {"高差", "1.2345"},
                  {"加装阶段", "拆除"},       {"牵头单位", "没有的局"}, {"责任人", "查无此人"},  {"任务名称", ""},
                  {"已验收", "也许"},         {"状态", "已办结"},     {"开始时间", "2024-06-01"}, {"情况说明", "绝密★"}};
    struct table t = open_table(h, export(h, "ducha"));
    for (size_t i = 0; i < COUNT_OF(faults); i++) set(&t, (int)i + 2, faults[i].heading, faults[i].text);
    set(&t, 15, "行标识（请勿改动）", "123@1");                      // none of this file
    t.at[15 * t.cols] = t.at[16 * t.cols];                           // row 16 takes the key of row 17, not its code
    const char *hash = save(h, &t);
    int64_t head = head_of(h);
    json_t *p = house_must(h, import(h, "ducha", "register.import_preview", ",\"marked\":true", hash));
    assert_int_equal(house_int(p, "counts.refused"), COUNT_OF(faults) + 3);
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        if (!named(p, (int)i + 2, cell_name(h, &t, (int)i + 2, faults[i].heading))) END_TEST(faults[i].text);
    assert_true(named(p, 15, "B15"));
    assert_true(named(p, 17, "B17"));
    // The file with its results written in: the same faults again, and no column that is not known.
    str marked;
    assert_true(base64url_read(h->c.a, str_of(house_text(p, "content")), &marked));
    p = house_must(h, import(h, "ducha", "register.import_preview", "", keep(h, marked)));
    assert_int_equal(house_int(p, "counts.refused"), COUNT_OF(faults) + 3);
    assert_int_equal(json_array_size(house_at(p, "unread")), 0);
    struct table m = open_table(h, marked);
    str said = m.at[m.cols + column(&m, "导入结果")];
    assert_true(str_has(said, str_of(cell_name(h, &t, 2, "完成时限"))));
    house_refused(h, import(h, "ducha", "register.import_apply", "", hash), ERR_REFUSED, "roundtrip.refused");
    assert_int_equal(head_of(h), head);
}

static void test_rows_change_come_and_stay(void **state)
{
    struct house *h = *state;
    struct table t = open_table(h, export(h, "ducha"));
    int last = t.rows - 4;
    set(&t, 2, "受益户数", "36");
    set(&t, 2, "完成时限", "2023年11月30日");
    set(&t, 3, "加装阶段", "being built"); // a word of the other language
    set(&t, 4, "受益户数", "");
    for (int c = 0; c < t.cols; c++) t.at[4 * t.cols + c] = STR_EMPTY; // row 5 is taken out
    set(&t, last, "任务名称", "新的一栋");
    set(&t, last, "小区名称", "丙小区");
    set(&t, last, "加装阶段", "施工");
    t.at[t.cols - 1] = STR("备注");
    t.at[t.cols + t.cols - 1] = STR("看看");
    const char *hash = save(h, &t);
    json_t *p = house_must(h, import(h, "ducha", "register.import_preview", "", hash));
    assert_int_equal(house_int(p, "counts.changed"), 3);
    assert_int_equal(house_int(p, "counts.new"), 1);
    assert_int_equal(house_int(p, "counts.refused"), 0);
    assert_int_equal(house_int(p, "counts.missing"), 1);
    assert_int_equal(json_array_size(house_at(p, "unread")), 2);
    assert_string_equal(house_text(json_array_get(house_at(row_at(p, 2), "cells"), 0), "old"), "2023-12-31");
    (void)house_must(h, import(h, "ducha", "register.import_apply", "", hash));
    json_t *one = house_must(h, house_ask(h, "ducha", "items", "register=DT&where=受益户数=36"));
    assert_int_equal(house_int(one, "total"), 1);
    assert_string_equal(house_text(json_array_get(house_at(one, "rows"), 0), "due_day"), "2023-11-30");
    assert_int_equal(json_array_size(rows_of(h, "ducha", "q=新的一栋")), 1);
    assert_int_equal(house_int(house_must(h, house_ask(h, "ducha", "items", "register=DT")), "total"), 65);
    // The same file again: what it changed has moved on, the new row would come twice and is told as new.
    p = house_must(h, import(h, "ducha", "register.import_preview", "", hash));
    assert_int_equal(house_int(p, "counts.changed"), 0);
    assert_int_equal(house_int(p, "counts.new"), 1);
}

static void test_what_moved_since_is_a_conflict(void **state)
{
    struct house *h = *state;
    struct table t = open_table(h, export(h, "ducha"));
    const json_t *now = first_of(h, "q=第1栋");
    str body = str_printf(h->c.a, "{\"item\":\"%s\",\"version\":%d,\"place\":\"东四\"}", house_text(now, "id"),
                          (int)house_int(now, "version"));
    (void)house_must(h, house_do(h, "ducha", "item.edit", str_z(h->c.a, body)));
    set(&t, 2, "地点", "朝阳门");
    set(&t, 3, "地点", "建国门");
    // A declared value that moved is one, too, though the item's version has not.
    now = first_of(h, "q=第3栋");
    body = str_printf(h->c.a, "{\"item\":\"%s\",\"fields\":[{\"field\":\"homes\",\"value\":\"77\"}]}",
                      house_text(now, "id"));
    (void)house_must(h, house_do(h, "ducha", "item.fill", str_z(h->c.a, body)));
    set(&t, 4, "受益户数", "78");
    const char *hash = save(h, &t);
    json_t *p = house_must(h, import(h, "ducha", "register.import_preview", "", hash));
    assert_int_equal(house_int(p, "counts.conflict"), 2);
    assert_string_equal(house_text(row_at(p, 4), "verdict"), "conflict");
    const json_t *cell = json_array_get(house_at(row_at(p, 2), "cells"), 0);
    assert_string_equal(house_text(cell, "old"), "东四");
    assert_string_equal(house_text(cell, "new"), "朝阳门");
    house_refused(h, import(h, "ducha", "register.import_apply", "", hash), ERR_REFUSED, "roundtrip.refused");
    json_t *done = house_must(h, import(h, "ducha", "register.import_apply", ",\"clean_only\":true", hash));
    assert_int_equal(house_int(done, "counts.changed"), 1);
    assert_int_equal(json_array_size(rows_of(h, "ducha", "where=地点=\"建国门\"")), 1);
    assert_int_equal(json_array_size(rows_of(h, "ducha", "where=地点=\"东四\"")), 1);
}

static void test_other_peoples_files(void **state)
{
    struct house *h = *state;
    str bytes = export(h, "ducha");
    str other = str_printf(h->c.a, "{\"register\":\"YH\",\"file_hash\":\"%s\"}", keep(h, bytes));
    house_refused(h, house_do(h, "ducha", "register.import_preview", str_z(h->c.a, other)), ERR_REFUSED,
                  "roundtrip.other_register");
    struct table t = open_table(h, bytes);
    for (size_t i = 1; i < t.wb.sheets.n; i++)
        if (str_is(t.wb.sheets.at[i].name, "_bihuan"))
            t.wb.sheets.at[i].cells.at[t.wb.sheets.at[i].cells.n - 1].text = STR("408063836160000999");
    house_refused(h, import(h, "ducha", "register.import_preview", "", save(h, &t)), ERR_REFUSED, "roundtrip.foreign");
    t.wb.sheets.n = 1;
    house_refused(h, import(h, "ducha", "register.import_preview", "", save(h, &t)), ERR_REFUSED, "roundtrip.foreign");
    // The supervisor's file has no budget; the leader's has, and the supervisor cannot read it in.
    struct table l = open_table(h, export(h, "changwu"));
    set(&l, 2, "预算金额", "12");
    json_t *p = house_must(h, import(h, "ducha", "register.import_preview", "", save(h, &l)));
    assert_string_equal(house_text(json_array_get(house_at(p, "unread"), 0), "text"), "预算金额");
    for (int c = 0; c < t.cols; c++) assert_false(str_is(t.at[c], "预算金额"));
    house_refused(h, import(h, "ducha", "register.import_preview", "", keep(h, STR("PK nothing"))), ERR_MALFORMED,
                  "office.not_zip");
}

// A unit's officer gets the rows of his unit and writes fields of what is issued to it; nothing else.
static void test_an_officer_sees_and_writes_his_own(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "fgw", "register_file", "register=DT"));
    assert_int_equal(house_int(r, "rows"), 0);
    const json_t *now = first_of(h, "q=第2栋");
    str body = str_printf(h->c.a, "{\"item\":\"%s\"}", house_text(now, "id"));
    (void)house_must(h, house_do(h, "ducha", "item.issue", str_z(h->c.a, body)));
    struct table t = open_table(h, export(h, "zjw"));
    int row = 0;
    for (int i = 2; i < t.rows - 4; i++)
        if (str_is(t.at[(i - 1) * t.cols + column(&t, "任务名称")], "第2栋")) row = i;
    assert_true(row > 0);
    set(&t, row, "受益户数", "48");
    (void)house_must(h, import(h, "zjw", "register.import_apply", "", save(h, &t)));
    assert_int_equal(json_array_size(rows_of(h, "zjw", "where=受益户数=48")), 1);
    t = open_table(h, export(h, "zjw"));
    set(&t, row, "完成时限", "2024-12-31");
    json_t *p = house_must(h, import(h, "zjw", "register.import_preview", "", save(h, &t)));
    assert_true(named(p, row, cell_name(h, &t, row, "完成时限")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_ground),
        cmocka_unit_test(test_what_was_not_touched_changes_nothing),
        cmocka_unit_test(test_faults_are_named_by_cell),
        cmocka_unit_test(test_rows_change_come_and_stay),
        cmocka_unit_test(test_what_moved_since_is_a_conflict),
        cmocka_unit_test(test_other_peoples_files),
        cmocka_unit_test(test_an_officer_sees_and_writes_his_own),
    };
    ledger_setup();
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
