// Expressions: what is read, refused, printed and said. What a filter selects stands in
// tests/golden/expr.gold.
#include "check.h"

#include "../fixtures/expr_fixture.h"
#include "engine/engine.h"

static const struct expr *parse(struct fixture *f, str text)
{
    const struct expr *e = NULL;
    if (!expr_parse(&f->c, text, &EXPR_SYMBOLS, &e)) {
        print_error("%s at %" PRId64 "\n", f->c.err.id, f->c.err.position);
        check_fail(__FILE__, __LINE__, "parses");
    }
    return e;
}

/* --- canonical text: one row a spelling --- */

static void spellings_have_one_canonical_text(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"due<today", "due < today"},
        {"完成时限 早于 今天", "due < today"},
        {"Due BEFORE Today", "due < today"},
        {"today > due", "due < today"},
        {"2023-03-31 <= due", "due >= 2023-03-31"},
        {"due ＜＝ ２０２３－０３－３１", "due <= 2023-03-31"},
        {"due ≤ 2023-3-1", "due <= 2023-03-01"},
        {"due ≠ '2023-03-31'", "due != 2023-03-31"},
        {"due <> 2023-03-31", "due != 2023-03-31"},
        {"due == 2023-03-31+1", "due = 2023-04-01"},
        {"due=today + 7d", "due = today+7"},
        {"due = 今天+7天", "due = today+7"},
        {"due = 今天 - 30日", "due = today-30"},
        {"due = today+5w", "due = today+5w"},
        {"due = today+0w", "due = today"},
        {"due = 今天+5个工作日", "due = today+5w"},
        {"due = 2023-01-20+5工作日", "due = 2023-01-20+5w"},
        {"due 不晚于 本月底", "due <= month_end"},
        {"due in (month_start, quarter_start, quarter_end, year_start, year_end)",
         "due in (month_start, quarter_start, quarter_end, year_start, year_end)"},
        {"due = null", "due is null"},
        {"null != due", "due is not null"},
        {"due 为空", "due is null"},
        {"due 为 空", "due is null"},
        {"due 不为空", "due is not null"},
        {"due is not null", "due is not null"},
        {"[完成时限（调整后）] < today", "[due-2] < today"},
        {"【完成时限(调整后)】＜今天", "[due-2] < today"},
        {"[not] = 1", "[not] = 1"},
        {"not [否] = 1", "not [not] = 1"},
        {"state = 承接", "state = accepted"},
        {"状态 为 '承接'", "state = accepted"},
        {"state is not Accepted", "state != accepted"},
        {"state = 'on hold'", "state = 'on-hold'"},
        {"state = 'null'", "state = 'null'"},
        {"state = null", "state is null"},
        {"状态 属于 (承接、办结，'已报')", "state in (accepted, closed, reported)"},
        {"状态 不属于 (承接)", "state not in (accepted)"},
        {"state not in (accepted)", "state not in (accepted)"},
        {"weight = -5", "weight = -5"},
        {"weight between 1 和 10", "weight between 1 and 10"},
        {"权重 介于 1 至 10", "weight between 1 and 10"},
        {"weight not between 1 and 10", "weight not between 1 and 10"},
        {"progress >= 0.950", "progress >= 0.95"},
        {"progress > -12.000001", "progress > -12.000001"},
        {"public", "public"},
        {"公开 为 是", "public"},
        {"public = false", "public = false"},
        {"public is not true", "public != true"},
        {"!public", "not public"},
        {"非 非 public", "not not public"},
        {"lead = 'FGW'", "lead = 'FGW'"},
        {"牵头单位 = 区发改委", "lead = '区发改委'"},
        {"lead = 本单位", "lead = my_unit"},
        {"lead = 12", "lead = 12"},
        {"lead in subtree('QZF')", "lead in subtree('QZF')"},
        {"牵头单位 属于 下级（“区政府”）", "lead in subtree('区政府')"},
        {"lead not in subtree(my_unit)", "lead not in subtree(my_unit)"},
        {"owner = me", "owner = me"},
        {"责任人 为 我", "owner = me"},
        {"title like '%养老%'", "title like '%养老%'"},
        {"title 不包含 \"a\"\"b'c\"", "title not contains 'a\"b''c'"},
        {"note = ‘它’", "note = '它'"},
        {"note = ”反“", "note = '反'"},
        {"note = ''", "note = ''"},
        {"note = 'a＇＇b'", "note = 'a'＇b'"},
        {"created >= 2023-01-20T09:00", "created >= 2023-01-20T09:00:00+08:00"},
        {"created >= 2023-01-20T01:00:00Z", "created >= 2023-01-20T09:00:00+08:00"},
        {"created = '2023-01-20T04:00:30+03:00'", "created = 2023-01-20T09:00:30+08:00"},
        {"created 早于 today-7", "created < today-7"},
        {"public and (due is null and weight = 1)", "public and due is null and weight = 1"},
        {"(public or due is null) and (weight = 1)", "(public or due is null) and weight = 1"},
        {"public or due is null and weight = 1", "public or due is null and weight = 1"},
        {"public && due 为空 || ！(weight=1)", "public and due is null or not weight = 1"},
        {"public 并且 due 为空 或者 非（weight=1 或 weight=2）",
         "public and due is null or not (weight = 1 or weight = 2)"},
        {"due\v<\ftoday\r", "due < today"},
        {"due ≦﻿today", "due <= today"},
        {"due≧today", "due >= today"},
        {"[完成 时　限﻿] < today", "due < today"},
        {"[DUE\t\r] < today", "due < today"},
        {"[Lead unit] = 今天", "lead = '今天'"},
        {"lead = 1 and lead != 2", "lead = 1 and lead != 2"},
        {"closed_at = '2023-01-20'", "closed_at = 2023-01-20"},
        {"created < 2023-01-20T09:00-05:30", "created < 2023-01-20T22:30:00+08:00"},
        {"created < 2023-01-20T09:00:00+00:00", "created < 2023-01-20T17:00:00+08:00"},
        {"created between 2023-01-20T09:00 and 2023-01-20T10:00",
         "created between 2023-01-20T09:00:00+08:00 and 2023-01-20T10:00:00+08:00"},
        {"due > 2023-03-31-31", "due > 2023-02-28"},
        {"due > 2023-03-31 -1w", "due > 2023-03-31-1w"},
        {"weight in(0,00,-0)", "weight in (0, 0, 0)"},
        {"weight 等于 1 or weight 不等于 2", "weight = 1 or weight != 2"},
        {"title 形如 'a]' or title 不形如 '［'", "title like 'a]' or title not like '［'"},
        {"weight 不介于 1 与 2", "weight not between 1 and 2"},
        {"weight between 1 && 2", "weight between 1 and 2"},
        {"weight 不大于 1 or weight 大于 2 or due after today",
         "weight <= 1 or weight > 2 or due > today"},
        {"false = public", "public = false"},
        {"true", "true"},
        {"否", "false"},
        {"\t true\nor　public ", "true or public"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].in);
        const struct expr *e = parse(f, str_of(rows[i].in));
        check_str(expr_text(f->a, e), rows[i].out);
        check(expr_same(e, parse(f, expr_text(f->a, e))));
    }
}

/* --- errors: position in bytes, column in characters, id --- */

static void errors_say_where_and_what(void **state)
{
    static const struct {
        const char *in;
        int position, column;
        const char *id;
    } rows[] = {
        {"", 0, 1, "expr.empty"},
        {" \n　", 0, 1, "expr.empty"},
        {"due < 'abc'", 6, 7, "expr.need_date"},
        {"完成时限 < 'abc'", 15, 8, "expr.need_date"},
        {"due < 2023-02-30", 6, 7, "expr.bad_date"},
        {"due < 1899-12-31", 6, 7, "expr.bad_date"},
        {"due < 2023-03-03111111111111", 6, 7, "expr.bad_date"},
        {"due < 2023-03-31T09:00", 6, 7, "expr.need_date"},
        {"due < 5", 6, 7, "expr.need_date"},
        {"due < today+x", 12, 13, "expr.offset_expected"},
        {"due < today+1.5", 12, 13, "expr.offset_expected"},
        {"due < today+36501", 12, 13, "expr.offset_range"},
        {"due < today+99999999999999999999", 12, 13, "expr.offset_range"},
        {"due < 2999-12-31+1", 6, 7, "expr.date_range"},
        {"created < 2023-03-31T25:00", 10, 11, "expr.bad_instant"},
        {"created < 5", 10, 11, "expr.need_instant"},
        {"created < '2023-01-01T00:00:00.5'", 10, 11, "expr.need_instant"},
        {"created < '1900-01-01T00:00:00+14:00'", 10, 11, "expr.need_instant"},
        {"deu < today", 0, 1, "expr.unknown_field_near"},
        {"quux < today", 0, 1, "expr.unknown_field"},
        {"public and quux", 11, 12, "expr.unknown_field"},
        {"due", 3, 4, "expr.operator_expected"},
        {"due due", 4, 5, "expr.operator_expected"},
        {"due not 5", 8, 9, "expr.operator_expected"},
        {"due <", 5, 6, "expr.value_expected"},
        {"due < )", 6, 7, "expr.value_expected"},
        {"due < - 'x'", 8, 9, "expr.value_expected"},
        {"due < lead", 6, 7, "expr.field_on_right"},
        {"due < null", 4, 5, "expr.null_order"},
        {"due in (null)", 8, 9, "expr.null_in_list"},
        {"due between null and today", 12, 13, "expr.null_in_list"},
        {"due between today or today", 18, 19, "expr.and_expected"},
        {"due in today", 7, 8, "expr.open_expected"},
        {"due in ()", 8, 9, "expr.value_expected"},
        {"due in (today today)", 14, 15, "expr.close_expected"},
        {"(public", 7, 8, "expr.close_expected"},
        {"public)", 6, 7, "expr.end_expected"},
        {"public public", 7, 8, "expr.end_expected"},
        {"weight = 5abc", 10, 11, "expr.end_expected"},
        {"and public", 0, 1, "expr.unknown_field"},
        {"5 and public", 0, 1, "expr.field_expected"},
        {"5 < 6", 4, 5, "expr.field_expected"},
        {"public and", 10, 11, "expr.field_expected"},
        {"= 5", 0, 1, "expr.field_expected"},
        {"title like 5", 11, 12, "expr.text_expected"},
        {"due like '2023%'", 4, 5, "expr.like_text"},
        {"state 包含 '承'", 6, 7, "expr.like_text"},
        {"title = abc", 8, 9, "expr.need_text"},
        {"title = 5", 8, 9, "expr.need_text"},
        {"state = opened", 8, 9, "expr.unknown_choice"},
        {"state = 5", 8, 9, "expr.unknown_choice"},
        {"state < accepted", 6, 7, "expr.no_order"},
        {"lead > 'FGW'", 5, 6, "expr.no_order"},
        {"public < true", 7, 8, "expr.no_order"},
        {"owner between me and me", 6, 7, "expr.no_order"},
        {"weight = 1.5", 9, 10, "expr.need_integer"},
        {"weight = '1'", 9, 10, "expr.need_integer"},
        {"weight = 9223372036854775808", 9, 10, "expr.number_range"},
        {"progress = 'x'", 11, 12, "expr.need_number"},
        {"progress = 0.1234567", 11, 12, "expr.number_range"},
        {"progress = 99999999999999", 11, 12, "expr.number_range"},
        {"public = 1", 9, 10, "expr.need_bool"},
        {"lead = me", 7, 8, "expr.need_unit"},
        {"lead = 0", 7, 8, "expr.need_unit"},
        {"lead = '　'", 7, 8, "expr.need_unit"},
        {"owner = my_unit", 8, 9, "expr.need_person"},
        {"owner = 1.5", 8, 9, "expr.need_person"},
        {"owner in subtree('QZF')", 9, 10, "expr.subtree_unit"},
        {"lead in subtree 'QZF'", 16, 17, "expr.open_expected"},
        {"lead in subtree('QZF'", 21, 22, "expr.close_expected"},
        {"title = 'abc", 8, 9, "expr.unclosed_text"},
        {"title = “abc\"", 8, 9, "expr.unclosed_text"},
        {"[due < today", 0, 1, "expr.unclosed_name"},
        {"due < today;", 11, 12, "expr.unexpected_character"},
        {"public & public", 7, 8, "expr.unexpected_character"},
        {"状态。", 6, 3, "expr.unexpected_character"},
        {"due < 《today》", 6, 7, "expr.unexpected_character"},
        {"due < 2023-01", 6, 7, "expr.need_date"},
        {"due < 2023-123-01", 6, 7, "expr.need_date"},
        {"due < 12023-01-01", 6, 7, "expr.need_date"},
        {"due < 2023-03-x", 6, 7, "expr.need_date"},
        {"due < 2023-0301", 6, 7, "expr.need_date"},
        {"due < 2023-03-31T", 16, 17, "expr.end_expected"},
        {"due < 5.", 7, 8, "expr.unexpected_character"},
        {"due < 2023-03-31+5 w", 19, 20, "expr.end_expected"},
        {"due < 2023-03-31+5x", 18, 19, "expr.end_expected"},
        {"created < 2023-03-31T09:", 10, 11, "expr.bad_instant"},
        {"created < 2023-03-31T09:00+8", 26, 27, "expr.end_expected"},
        {"created < 2023-03-31T09:00+08", 26, 27, "expr.end_expected"},
        {"created < 2023-03-31T09:00+99:99", 10, 11, "expr.bad_instant"},
        {"created = lead", 10, 11, "expr.field_on_right"},
        {"created in (today, abc)", 19, 20, "expr.need_instant"},
        {"state = 2023-01-01", 8, 9, "expr.unknown_choice"},
        {"state = today+1", 8, 9, "expr.unknown_choice"},
        {"lead = today+1", 7, 8, "expr.need_unit"},
        {"lead = 2023-01-01", 7, 8, "expr.need_unit"},
        {"lead = -1", 7, 8, "expr.need_unit"},
        {"owner = 99999999999999999999", 8, 9, "expr.need_person"},
        {"public = abc", 9, 10, "expr.need_bool"},
        {"public = 'true'", 9, 10, "expr.need_bool"},
        {"weight = today", 9, 10, "expr.need_integer"},
        {"progress = today", 11, 12, "expr.need_number"},
        {"title = me", 8, 9, "expr.need_text"},
        {"title = 2023-01-01", 8, 9, "expr.need_text"},
        {"due is not", 10, 11, "expr.value_expected"},
        {"due not not in (today)", 8, 9, "expr.operator_expected"},
        {"due not =", 8, 9, "expr.operator_expected"},
        {"due 不 in (today)", 4, 5, "expr.operator_expected"},
        {"public not", 10, 11, "expr.operator_expected"},
        {"lead in subtree(null)", 16, 17, "expr.null_in_list"},
        {"lead in subtree()", 16, 17, "expr.value_expected"},
        {"title like", 10, 11, "expr.text_expected"},
        {"today < quux", 8, 9, "expr.unknown_field"},
        {"today in (due)", 0, 1, "expr.field_expected"},
        {"today+ < due", 7, 8, "expr.offset_expected"},
        {"'x' < due", 0, 1, "expr.need_date"},
        {"null < due", 5, 6, "expr.null_order"},
        {"subtree('x') = lead", 0, 1, "expr.unknown_field"},
        {"not", 3, 4, "expr.field_expected"},
        {"true true", 5, 6, "expr.end_expected"},
        {"[]", 0, 1, "expr.unknown_field"},
        {"due between today", 17, 18, "expr.and_expected"},
        {"due between today and", 21, 22, "expr.value_expected"},
        {"due \xff", 4, 5, "expr.encoding"},
        {"状\xe7\x8a", 3, 2, "expr.encoding"},
    };
    struct fixture *f = *state;
    const struct expr *e;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].in);
        bool result = expr_parse(&f->c, str_of(rows[i].in), &EXPR_SYMBOLS, &e);
        check_int(f->c.err.position, rows[i].position);
        check_int(expr_column(str_of(rows[i].in), f->c.err.position), rows[i].column);
        check(message_find(f->c.err.id) != NULL);
        check_error(result, &f->c, rows[i].id);
    }
    check_int(expr_column(STR("abc"), -1), 1);
}

static void messages_name_what_was_meant(void **state)
{
    static const struct {
        enum lang lang;
        const char *in, *out;
    } rows[] = {
        {LANG_EN, "deu < today", "There is no field \"deu\"; near to it: due"},
        {LANG_EN, "leed = 1", "There is no field \"leed\"; near to it: lead"},
        {LANG_ZH, "时限 < today", "没有名为“时限”的字段，相近的有：完成时限, 完成时限（调整后）"},
        {LANG_ZH, "状况 = 承接", "没有名为“状况”的字段，相近的有：状态"},
        {LANG_ZH, "due < 'abc'", "“完成时限”是日期，“abc”不是日期"},
        {LANG_EN, "due < 'abc'", "\"Due\" is a date; \"abc\" is not"},
        {LANG_EN, "due < today+",
         "After + or - stands a number of days (such as 7, or 5w for working "
         "days), not \"the end\""},
        {LANG_ZH, "state = 开放", "“开放”不是“状态”的取值，可用：交办, 承接, 已报, 办结, 中止, 无"},
        {LANG_EN, "[due-2] < today+1w-1", "\"and\", \"or\" or the end is expected here, not \"-\""},
        {LANG_EN, "title = today+7",
         "\"Task\" is text and compares with text in quotation marks, not "
         "with \"today+7\""},
        {LANG_ZH, "due", "字段“完成时限”之后应为比较（如 =、<、in、包含、为空），不是“结束”"},
    };
    struct fixture *f = *state;
    const struct expr *e;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].in);
        f->c.lang = rows[i].lang;
        check(!expr_parse(&f->c, str_of(rows[i].in), &EXPR_SYMBOLS, &e));
        check_str(error_text(f->a, rows[i].lang, &f->c.err), rows[i].out);
        error_clear(&f->c);
    }
}

// A table of many: at most three names and a dozen choices are offered, the nearest first.
static void only_the_nearest_are_offered(void **state)
{
    struct expr_choice many[20];
    struct expr_symbol s[7] = {{.id = 0,
                                .type = EXPR_ENUM,
                                .name = STR("level"),
                                .zh = STR("级别"),
                                .choices = many,
                                .n_choices = COUNT_OF(many)}};
    static const char *const names[] = {"abcdzz", "abcdef9", "bacdef", "abcdefgh", "abcdef", "x"};
    struct fixture *f = *state;
    const struct expr *e;
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = (struct expr_choice){.code = str_printf(f->a, "c%02zu", i), .zh = STR_EMPTY};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        s[i + 1] =
            (struct expr_symbol){.id = (int)i + 1, .type = EXPR_INT, .name = str_of(names[i])};
    struct expr_symbols symbols = {s, COUNT_OF(s), 480};
    check(!expr_parse(&f->c, STR("abcdeg = 1"), &symbols, &e));
    check_str(f->c.err.args[1], "abcdef, abcdzz, abcdef9");
    error_clear(&f->c);
    check(!expr_parse(&f->c, STR("级 = c01"), &symbols, &e));
    check_error(false, &f->c, "expr.unknown_field");
    check(!expr_parse(&f->c, STR("级别 = x"), &symbols, &e));
    check_str(f->c.err.args[2], "c00, c01, c02, c03, c04, c05, c06, c07, c08, c09, c10, c11 …");
    error_clear(&f->c);
    f->c.lang = LANG_EN;
    check(!expr_parse(&f->c, STR("级别 = x"), &symbols, &e));
    check_str(f->c.err.args[0], "level");
    error_clear(&f->c);
    check(expr_parse(&f->c, STR("级别 = C11 or abcdef = 1"), &symbols, &e));
    check_str(expr_sentence(f->a, e, LANG_EN), "level is c11 or abcdef is 1");
    // A name longer than what is compared is compared by its beginning.
    str typed = str_of("abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdef = 1");
    check_error(expr_parse(&f->c, typed, &symbols, &e), &f->c, "expr.unknown_field_near");
}

/* --- limits --- */

static str repeated(struct fixture *f, const char *head, const char *piece, int n, const char *tail)
{
    struct buf b;
    buf_init(&b, f->a, 1 << 20);
    buf_addz(&b, head);
    for (int i = 0; i < n; i++) buf_addz(&b, piece);
    buf_addz(&b, tail);
    return buf_str(&b);
}

static void limits_are_exact(void **state)
{
    struct fixture *f = *state;
    const struct expr *e;
    parse(f, repeated(f, "", "(", EXPR_MAX_DEPTH,
                      "public"
                      "))))))))))))))))))))))))))))))))"
                      "))))))))))))))))))))))))))))))))"));
    parse(f, repeated(f, "", "!", EXPR_MAX_DEPTH, "public"));
    check_error(
        expr_parse(&f->c, repeated(f, "", "!", EXPR_MAX_DEPTH + 1, "public"), &EXPR_SYMBOLS, &e),
        &f->c, "expr.too_deep");
    parse(f, repeated(f, "", "(public) and !public and ", 2 * EXPR_MAX_DEPTH, "public"));
    check_error(expr_parse(&f->c, repeated(f, "", "(", 4000, ""), &EXPR_SYMBOLS, &e), &f->c,
                "expr.too_many_tokens");
    check_error(expr_parse(&f->c, repeated(f, "", "(", 1999, ""), &EXPR_SYMBOLS, &e), &f->c,
                "expr.too_deep");
    // "weight in (1" is four tokens, each ",1" two, ")" one
    str most = repeated(f, "weight in (1", ",1", 997, ")");
    check_int(parse(f, most)->list.n, 998);
    check_error(expr_parse(&f->c, repeated(f, "weight in (1", ",1", 998, ")"), &EXPR_SYMBOLS, &e),
                &f->c, "expr.too_many_tokens");
    str longest = repeated(f, "note = '", "x", EXPR_MAX_BYTES - 9, "'");
    check_int(longest.n, EXPR_MAX_BYTES);
    check_int(parse(f, longest)->compare.value.text.n, EXPR_MAX_BYTES - 9);
    check_error(expr_parse(&f->c, str_cat(f->a, longest, STR(" ")), &EXPR_SYMBOLS, &e), &f->c,
                "expr.too_long");
}

static void memory_that_ends_is_an_error(void **state)
{
    struct fixture *f = *state;
    str text = repeated(f, "weight = 1 and created in (today", ",today", 600, ") and not public");
    struct expr_env env = expr_env_of(&f->c);
    const struct expr *whole = parse(f, text);
    int refused = 0, done = 0;
    for (size_t max = 1000; max < 4 * 1000 * 1000; max += max / 7) {
        struct arena *a = arena_new(max);
        struct ctx c = {.a = a};
        const struct expr *e;
        error_clear(&c);
        bool good = expr_parse(&c, text, &EXPR_SYMBOLS, &e) && expr_resolve(&c, e, &env, &e);
        if (!good) check(c.err.code == ERR_NO_MEMORY);
        good ? done++ : refused++;
        arena_reset(a);
        error_clear(&c);
        if (!expr_resolve(&c, whole, &env, &e)) check(c.err.code == ERR_NO_MEMORY);
        arena_free(a);
    }
    check(refused > 5);
    check(done > 5);
}

/* --- patterns --- */

static void patterns_are_folded_and_escaped(void **state)
{
    static const struct {
        const char *in, *pattern;
    } rows[] = {
        {"title like 'ABC％x_'", "abc%x_"}, {"title like 'a b'", "ab"},
        {"title like '50\\%'", "50\\%"},    {"title like 'a\\b\\'", "a\\\\b\\\\"},
        {"title like 'a\\\\%'", "a\\\\%"},  {"title contains '50%_\\x'", "%50\\%\\_\\\\x%"},
        {"title contains ''", "%%"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].in);
        check_str(parse(f, str_of(rows[i].in))->like.pattern, rows[i].pattern);
    }
}

static void like_matches_as_sql_does(void **state)
{
    static const struct {
        const char *text, *pattern;
        bool match;
    } rows[] = {
        {"", "", true},
        {"", "%", true},
        {"a", "", false},
        {"abc", "abc", true},
        {"abc", "ab", false},
        {"ab", "abc", false},
        {"abc", "a%", true},
        {"abc", "%c", true},
        {"abc", "%b%", true},
        {"abc", "a_c", true},
        {"ac", "a_c", false},
        {"养老服务", "养_服务", true},
        {"养老服务", "养__服务", false},
        {"养老服务", "%务", true},
        {"a%c", "a\\%c", true},
        {"abc", "a\\%c", false},
        {"a_c", "a\\_c", true},
        {"a\\c", "a\\\\c", true},
        {"mississippi", "%iss%ip%", true},
        {"mississippi", "%iss%is%pp", false},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "%a%a%a%a%a%a%a%a%c", false},
        {"中", "%�", false},
        {"aab", "%ab", true},
        {"abab", "%ab", true},
        {"abc", "%%%", true},
        {"a\\", "a\\", true},
        {"ab", "a\\", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s like %s", rows[i].text, rows[i].pattern);
        check_int(expr_like(str_of(rows[i].text), str_of(rows[i].pattern)), rows[i].match);
    }
}

/* --- resolution --- */

static void moments_become_dates_and_ids(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"due < today", "due < 2023-01-20"},
        {"due < today+7", "due < 2023-01-27"},
        {"due < today-30", "due < 2022-12-21"},
        {"due < today+5w", "due < 2023-02-01"},
        {"due < today-1w", "due < 2023-01-19"},
        {"due < 2023-01-22+1w", "due < 2023-01-28"},
        {"due in (month_start, month_end)", "due in (2023-01-01, 2023-01-31)"},
        {"due between quarter_start and quarter_end", "due between 2023-01-01 and 2023-03-31"},
        {"due between year_start and year_end-1", "due between 2023-01-01 and 2023-12-30"},
        {"lead = 区财政局 or lead = my_unit", "lead = 3 or lead = 2"},
        {"lead in (FGW, 'CZJ', 9)", "lead in (2, 3, 9)"},
        {"lead in subtree(QZF)", "lead in subtree(1)"},
        {"owner != me and owner = '张三'", "owner != 11 and owner = 11"},
        {"not (title like 'x' or public or state = issued)",
         "not (title like 'x' or public or state = issued)"},
        {"created < today", "created < 2023-01-20T00:00:00+08:00"},
        {"created <= today", "created < 2023-01-21T00:00:00+08:00"},
        {"created > today", "created >= 2023-01-21T00:00:00+08:00"},
        {"created >= today", "created >= 2023-01-20T00:00:00+08:00"},
        {"public and created = today",
         "public and created >= 2023-01-20T00:00:00+08:00 and created < 2023-01-21T00:00:00+08:00"},
        {"public and created != today", "public and (created < 2023-01-20T00:00:00+08:00 or "
                                        "created >= 2023-01-21T00:00:00+08:00)"},
        {"created between today-1 and today",
         "created >= 2023-01-19T00:00:00+08:00 and created < 2023-01-21T00:00:00+08:00"},
        {"created not between today-1 and 2023-01-20T09:00",
         "created < 2023-01-19T00:00:00+08:00 or created > 2023-01-20T09:00:00+08:00"},
        {"created in (2023-01-20T09:00)", "created = 2023-01-20T09:00:00+08:00"},
        {"created not in (today, 2023-01-20T09:00)",
         "(created < 2023-01-20T00:00:00+08:00 or created >= 2023-01-21T00:00:00+08:00) and "
         "created != 2023-01-20T09:00:00+08:00"},
        {"closed_at is null", "closed_at is null"},
        {"true", "true"},
    };
    struct fixture *f = *state;
    struct expr_env env = expr_env_of(&f->c);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct expr *e;
        check_row("%s", rows[i].in);
        check(expr_resolve(&f->c, parse(f, str_of(rows[i].in)), &env, &e));
        check_str(expr_text(f->a, e), rows[i].out);
        const struct expr *again;
        check(expr_resolve(&f->c, e, &env, &again));
        check(expr_same(e, again));
    }
}

static void anchors_at_the_edges_of_the_year(void **state)
{
    static const struct {
        const char *today, *in, *out;
    } rows[] = {
        {"2024-02-29", "due = month_end", "2024-02-29"},
        {"2023-04-01", "due = quarter_start", "2023-04-01"},
        {"2023-06-30", "due = quarter_end", "2023-06-30"},
        {"2023-07-01", "due = quarter_end", "2023-09-30"},
        {"2023-12-31", "due = quarter_start", "2023-10-01"},
        {"2023-12-31", "due = year_end+1", "2024-01-01"},
    };
    struct fixture *f = *state;
    struct expr_env env = expr_env_of(&f->c);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct expr *e;
        check_row("%s on %s", rows[i].in, rows[i].today);
        check(day_parse(str_of(rows[i].today), &env.today));
        check(expr_resolve(&f->c, parse(f, str_of(rows[i].in)), &env, &e));
        check_day((day)e->compare.value.number, rows[i].out);
    }
}

static void what_cannot_be_resolved(void **state)
{
    static const struct {
        const char *in;
        int position;
        const char *id;
    } rows[] = {
        {"public and lead = 无此局", 18, "expr.unknown_unit"},
        {"lead in (QZF, 办公室)", 14, "expr.ambiguous_unit"},
        {"not owner = 王五", 12, "expr.unknown_person"},
        {"owner = 李四", 8, "expr.ambiguous_person"},
        {"lead in subtree(无此局)", 16, "expr.unknown_unit"},
        {"due between 2999-12-31-36500 and year_start-36500", 33, "expr.date_range"},
        {"owner = me", 8, "expr.no_me"},
        {"lead = my_unit", 7, "expr.no_my_unit"},
        {"due < today+1w", 6, "expr.no_calendar"},
    };
    struct fixture *f = *state;
    struct expr_env env = expr_env_of(&f->c);
    env.me = env.my_unit = 0;
    env.cal = NULL;
    env.today = day_of(1950, 5, 5);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct expr *e;
        check_row("%s", rows[i].in);
        bool result = expr_resolve(&f->c, parse(f, str_of(rows[i].in)), &env, &e);
        check_int(f->c.err.position, rows[i].position);
        check(message_find(f->c.err.id) != NULL);
        check_error(result, &f->c, rows[i].id);
    }
    env.find_unit = NULL;
    const struct expr *e;
    check_error(expr_resolve(&f->c, parse(f, STR("lead = QZF")), &env, &e), &f->c,
                "expr.unknown_unit");
}

/* --- sameness and sentences --- */

static void different_trees_differ(void **state)
{
    static const char *const rows[] = {
        "true",
        "false",
        "public",
        "public != true",
        "public = false",
        "not public",
        "due is null",
        "due is not null",
        "closed_at is null",
        "due = today",
        "due = today+1",
        "due = today+1w",
        "due < today",
        "due = month_end",
        "due = 2023-01-20",
        "due in (today)",
        "due in (today, today)",
        "due in (today, month_end)",
        "due not in (today)",
        "due between today and month_end",
        "due between today and today",
        "due not between today and today",
        "lead = 1",
        "lead = '1'",
        "lead = my_unit",
        "lead in subtree(1)",
        "lead not in subtree(1)",
        "lead in subtree(2)",
        "title like 'x'",
        "title contains 'x'",
        "title like 'X'",
        "title = 'x'",
        "title not like 'x'",
        "public and due is null",
        "public or due is null",
        "due is null and public",
        "public and due is null and due is null",
        "created = 2023-01-20T09:00",
        "created = 2023-01-20",
        "weight = 1",
        "progress = 1",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t k = 0; k < COUNT_OF(rows); k++) {
            check_row("%s / %s", rows[i], rows[k]);
            check_int(expr_same(parse(f, str_of(rows[i])), parse(f, str_of(rows[k]))), i == k);
        }
}

static void sentences(void **state)
{
    static const struct {
        const char *in, *zh, *en;
    } rows[] = {
        {"due < 2023-03-31 and state = accepted", "完成时限 早于 2023-03-31 且 状态 为 承接",
         "Due before 2023-03-31 and State is Accepted"},
        {"due <= today+7 or due >= month_end-1",
         "完成时限 不晚于 今天后 7 天 或 完成时限 不早于 本月末前 1 天",
         "Due not after 7 days after today or Due not before 1 days before the end of this month"},
        {"due > 2023-01-20+5w or due != today-1w",
         "完成时限 晚于 2023-01-20后 5 个工作日 或 完成时限 不为 今天前 1 个工作日",
         "Due after 5 working days after 2023-01-20 or Due is not 1 working days before today"},
        {"weight < 5 and weight <= 5 and progress > 0.5 and progress >= 1",
         "权重 小于 5 且 权重 不超过 5 且 进度 大于 0.5 且 进度 不低于 1",
         "Weight less than 5 and Weight at most 5 and Progress more than 0.5 and Progress at least "
         "1"},
        {"(public or public = false) and not (due is null and note is not null)",
         "（公开 为 是 或 公开 为 否） 且 非（完成时限 为空 且 备注 不为空）",
         "(Public is yes or Public is no) and not (Due is empty and Note is not empty)"},
        {"true or public and due is null", "全部 或 （公开 为 是 且 完成时限 为空）",
         "everything or (Public is yes and Due is empty)"},
        {"state in (accepted, 'on-hold') and state not in (closed)",
         "状态 属于（承接、中止） 且 状态 不属于（办结）",
         "State is one of (Accepted, On hold) and State is none of (Closed)"},
        {"title contains '养老' and title not like 'a%'",
         "任务名称 包含 “养老” 且 任务名称 不形如 “a%”",
         "Task contains “养老” and Task not like “a%”"},
        {"lead in subtree('区政府') or lead not in subtree(my_unit)",
         "牵头单位 属于 区政府及其下级 或 牵头单位 不属于 本单位及其下级",
         "Lead unit is 区政府 or below it or Lead unit is neither my unit nor below it"},
        {"owner = me and lead = 12", "责任人 为 我 且 牵头单位 为 第 12 号",
         "Owner is me and Lead unit is no. 12"},
        {"created between 2023-01-20T09:00 and year_end",
         "创建时刻 介于 2023-01-20T09:00:00+08:00 和 本年末",
         "Created between 2023-01-20T09:00:00+08:00 and the end of this year"},
        {"[due-2] not between quarter_start and quarter_end or note = 'x' or false",
         "完成时限（调整后） 不介于 本季初 和 本季末 或 备注 为 “x” 或 无",
         "due-2 not between the start of this quarter and the end of this quarter or Note is “x” "
         "or nothing"},
        {"due in (month_start, year_start)", "完成时限 属于（本月初、本年初）",
         "Due is one of (the start of this month, the start of this year)"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].in);
        const struct expr *e = parse(f, str_of(rows[i].in));
        check_str(expr_sentence(f->a, e, LANG_ZH), rows[i].zh);
        check_str(expr_sentence(f->a, e, LANG_EN), rows[i].en);
    }
}

int main(void)
{
    engine_messages_register();
    engine_messages_register();
    return CHECK_RUN(UNIT(spellings_have_one_canonical_text), UNIT(errors_say_where_and_what),
                     UNIT(messages_name_what_was_meant), UNIT(only_the_nearest_are_offered),
                     UNIT(limits_are_exact), UNIT(memory_that_ends_is_an_error),
                     UNIT(patterns_are_folded_and_escaped), UNIT(like_matches_as_sql_does),
                     UNIT(moments_become_dates_and_ids), UNIT(anchors_at_the_edges_of_the_year),
                     UNIT(what_cannot_be_resolved), UNIT(different_trees_differ), UNIT(sentences));
}
