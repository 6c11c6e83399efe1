/*
 * The registry of the whole program: every statement the ledger registers, written out or made from
 * the field tables, is prepared on a store with the shipped migrations. With --print it writes
 * them, one "name<TAB>lock<TAB>text" a line, for tools/sql_lint.py.
 */
#include "fixture.h"

#include "base/log.h"
#include "ledger/ledger.h"

static int shipped_store(void **state)
{
    if (fixture_make(state) != 0) return -1;
    struct fixture *f = *state;
    struct store_options o = {.create = true};
    ledger_setup();
    return store_open(&f->c, str_of(f->ground.url), &o, &f->s) ? 0 : -1;
}

static void test_every_statement_prepares(void **state)
{
    struct fixture *f = *state;
    struct buf problems;
    buf_init(&problems, f->c.a, 64 * 1024);
    assert_true(statements_prepare_all(&f->c, f->s, &problems));
    assert_string_equal(str_z(f->c.a, buf_str(&problems)), "");
    assert_true(statements_count() > 30);
}

static void test_every_name_stands_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < statements_count(); i++)
        for (size_t k = 0; k < i; k++) {
            bool twice = strcmp(statements_at(i)->name, statements_at(k)->name) == 0;
            if (twice) print_error("%s\n", statements_at(i)->name);
            assert_false(twice);
        }
}

static int print_all(void)
{
    ledger_setup();
    store_messages();
    for (size_t i = 0; i < statements_count(); i++) {
        printf("%s\t%s\t", statements_at(i)->name, statements_at(i)->lock ? "lock" : "");
        for (const char *p = statements_at(i)->sql; *p; p++) putchar(*p == '\n' ? ' ' : *p);
        putchar('\n');
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) return print_all();
    log_open("/dev/null", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_statement_prepares, shipped_store, fixture_drop),
        cmocka_unit_test_setup_teardown(test_every_name_stands_once, shipped_store, fixture_drop),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
