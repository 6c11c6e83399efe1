/*
 * Filters compiled to SQL: what each leaf becomes, what is bound, and that names are told apart.
 */
#include "house.h"

#include <string.h>

#include "ledger/filter.h"
#include "ledger/item/item.h"

struct compiled {
    const char *text;
    str sql;
    size_t args;
    bool ok;
    struct error err;
};

static bool compile(struct call *k, void *arg)
{
    struct compiled *t = arg;
    struct filter f;
    const struct expr *e;
    struct sqltext q;
    if (!filter_load(k, &ITEM, &f)) return false;
    t->ok = filter_parse(k, &f, str_of(t->text), &e);
    t->err = k->c->err;
    error_clear(k->c);
    if (!t->ok) return true;
    sqltext_init(&q, k);
    filter_sql(k, &f, "i", e, &q);
    t->sql = buf_str(&q.text);
    t->args = q.args.n - 1; // without the district
    return ctx_ok(k->c);
}

static void test_leaves_become_bound_conditions(void **state)
{
    static const struct {
        const char *text, *sql;
        size_t args;
    } rows[] = {
        {"progress = 50", "(i.progress = $2)", 1},
        {"title = 'x'' OR 1=1'", "(i.title = $2)", 1},
        {"due_day < 2023-07-01", "(i.due_day < $2)", 1},
        {"due_day > 2023-07-01", "(i.due_day < $2 AND i.due_day > $3)", 2},
        {"due_day != 2023-07-01", "(i.due_day < $2 AND i.due_day <> $3)", 2},
        {"due_day is null", "(i.due_day = $2)", 1},
        {"due_day is not null", "(i.due_day < $2)", 1},
        {"last_report_at is null", "(i.last_report_at IS NULL)", 0},
        {"title is null", "(1 = 0)", 0},
        {"title is not null", "(1 = 1)", 0},
        {"state = issued", "(i.state = $2)", 1},
        {"state in (issued, accepted)", "((i.state IN ($2, $3, $4, $5)))", 4},
        {"state not in (issued)", "(NOT (i.state IN ($2)))", 1},
        {"place = 'x'", "(i.place IS NOT NULL AND i.place = $2)", 1},
        {"title like 'a%'", "(i.title_folded LIKE $2 ESCAPE '\\')", 1},
        {"title not contains 'a'", "(i.title_folded NOT LIKE $2 ESCAPE '\\')", 1},
        {"progress between 10 and 20", "(i.progress BETWEEN $2 AND $3)", 2},
        {"not (progress = 1 or progress = 2)", "(NOT ((i.progress = $2) OR (i.progress = $3)))", 2},
        {"line = '重大项目建设'", "(i.line_id IS NOT NULL AND i.line_id = $2)", 1},
        {"register = ZDRW", "(i.register_id = $2)", 1},
        {"lead_unit_id = 区商务局", "(i.lead_unit_id IS NOT NULL AND i.lead_unit_id = $2)", 1},
        {"person_id is null", "(i.person_id IS NULL)", 0},
    };
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct compiled t = {.text = rows[i].text};
        house_read(h, "ducha", compile, &t);
        if (!t.ok) {
            str why = error_text(h->c.a, LANG_EN, &t.err);
            print_error("%s: %.*s\n", t.text, STR_FMT(why));
        }
        assert_true(t.ok);
        assert_string_equal(str_z(h->c.a, t.sql), rows[i].sql);
        assert_int_equal(t.args, rows[i].args);
    }
}

static void test_text_of_the_user_never_enters_the_sql(void **state)
{
    static const char *const rows[] = {"title = 'zzz'", "place contains 'zzz'", "code like 'zzz%'",
                                       "title in ('zzz','b')"};
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct compiled t = {.text = rows[i]};
        house_read(h, "ducha", compile, &t);
        assert_true(t.ok);
        assert_false(str_has(t.sql, STR("zzz")));
    }
}

static void test_lists_are_padded(void **state)
{
    static const size_t sizes[][2] = {{1, 1}, {2, 4}, {5, 16}, {17, 64}, {65, 256}, {257, 257}, {300, 320}};
    struct house *h = *state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct buf b;
        struct compiled t = {0};
        buf_init(&b, h->c.a, 8192);
        buf_addz(&b, "progress in (");
        for (size_t n = 0; n < sizes[i][0]; n++) buf_printf(&b, "%s%zu", n ? "," : "", n);
        buf_addc(&b, ')');
        t.text = str_z(h->c.a, buf_str(&b));
        house_read(h, "ducha", compile, &t);
        assert_true(t.ok);
        assert_int_equal(t.args, sizes[i][1]);
    }
}

static void refused(struct house *h, const char *text, const char *id, const char *in_detail, int64_t position)
{
    struct compiled t = {.text = text};
    house_read(h, "ducha", compile, &t);
    assert_false(t.ok);
    assert_string_equal(t.err.id, id);
    str detail = error_text(h->c.a, LANG_ZH, &t.err);
    if (!str_has(detail, str_of(in_detail))) print_error("%.*s\n", STR_FMT(detail));
    assert_true(str_has(detail, str_of(in_detail)));
    assert_int_equal(t.err.position, position);
}

static void test_names_that_mean_nothing_or_several_things(void **state)
{
    struct house *h = *state;
    refused(h, "lead_unit_id = 商务", "filter.near_unit", "区商务局 (SWJ)", 15);
    refused(h, "lead_unit_id = 没有这个局", "expr.unknown_unit", "没有这个局", 15);
    refused(h, "person_id = 无此人", "expr.unknown_person", "无此人", 12);
    refused(h, "line = 'L99'", "expr.unknown_choice", "L99", 7);
    refused(h, "standard = 'x'", "expr.unknown_field", "standard", 0);
}

static void test_depth_has_a_limit_that_the_store_can_bear(void **state)
{
    struct house *h = *state;
    for (int depth = 20; depth <= 30; depth++) {
        struct buf b;
        char params[2400];
        buf_init(&b, h->c.a, 2000);
        for (int i = 0; i < depth; i++) buf_addz(&b, i % 2 ? "returned = 1 and (" : "returned = 0 or (");
        buf_addz(&b, "progress > 1 and place contains 'x'");
        for (int i = 0; i < depth; i++) buf_addc(&b, ')');
        snprintf(params, sizeof params, "where=%s", str_z(h->c.a, buf_str(&b)));
        json_t *r = house_ask(h, "swj", "items", params);
        if (depth <= FILTER_MAX_DEPTH) house_must(h, r);
        else house_refused(h, r, ERR_INVALID, "filter.too_deep");
    }
}

// Whatever may be searched has a folded column.
static void test_searched_texts_are_kept_folded(void **state)
{
    (void)state;
    for (size_t i = 0; i < ITEM.shape->n; i++) {
        const struct field *f = &ITEM.shape->fields[i];
        char name[80];
        if (f->type != F_TEXT || !(f->flags & FILTERED)) continue;
        snprintf(name, sizeof name, "%s_folded", f->name);
        assert_non_null(shape_field(ITEM.shape, str_of(name)));
    }
}

static bool add_twins(struct call *k, void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        struct person p;
        shape_init(PERSON.shape, &p);
        p.code = i ? STR("TWIN-B") : STR("TWIN-A");
        p.name = STR("同名人");
        p.unit_id = *(int64_t *)arg;
        p.active = 1;
        p.basis = STR("example");
        if (!record_insert(k, &PERSON, &p)) return false;
    }
    return true;
}

static void test_people_of_one_name_are_told_apart(void **state)
{
    struct house *h = *state;
    json_t *r = house_must(h, house_ask(h, "ducha", "items", "limit=1"));
    int64_t unit = house_int(r, "rows.0.lead_unit_id");
    house_write(h, add_twins, &unit);
    refused(h, "person_id = 同名人", "filter.ambiguous_person", "TWIN-A、TWIN-B", 12);
    struct compiled t = {.text = "person_id = 'TWIN-B'"};
    house_read(h, "ducha", compile, &t);
    assert_true(t.ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leaves_become_bound_conditions),
        cmocka_unit_test(test_text_of_the_user_never_enters_the_sql),
        cmocka_unit_test(test_lists_are_padded),
        cmocka_unit_test(test_names_that_mean_nothing_or_several_things),
        cmocka_unit_test(test_depth_has_a_limit_that_the_store_can_bear),
        cmocka_unit_test(test_searched_texts_are_kept_folded),
        cmocka_unit_test(test_people_of_one_name_are_told_apart),
    };
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
