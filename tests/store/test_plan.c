/*
 * How SQLite finds what the program's statements ask for. A statement that reads a whole district
 * where an index would find a few rows is slow only when the store is large, so it is looked for
 * here: each registered statement is explained, and those that go through a whole table must be
 * named below, because they want the whole table or the table is small.
 */
#include "house.h"

#include <string.h>

static const char *const WHOLE[] = {
    // one row
    "journal.head", "journal.head_lock", "journal.head_update", "rollup.head", "rollup_head.by_id",
    "rollup_head.remove",
    "rollup.count", "rollup.registers", "login_guard.sweep",
    "change_request.pending", "objection.all_pending", "login_guard.old",
    "filter.person_by_name", "items.lines", "account.demo",
    // declared once for a district: some tens of rows, read when a unit ends or a decider leaves
    "follow.extension_rule", "follow.data_element", "follow.collection", "follow.goal", "follow.register_field",
    "follow.saved_view",
    // names to choose from: all people in order, cut at 501
    "roundtrip.people",
    "import.lines", "import.earlier_rows", "import.batches", "import.people",
    // a row for each state, when the loop of a register changes
    "loop.states_of_register",
    // the names offered in a file that goes out, at most 501 of them
    "roundtrip.people",
    // set up once for a district, some tens of rows; the newest or last one of a table by its key
    "plan.documents", "recurrence.live", "cockpit.lines", "saved_view.shared", "grid.line_named", "burden.registers",
    "delegation.newest", "feed_token.newest", "hook_delivery.last_id", "webhook.newest",
};

static bool may_read_whole(const char *name)
{
    str s = str_of(name);
    for (size_t i = 0; i < COUNT_OF(WHOLE); i++)
        if (strcmp(name, WHOLE[i]) == 0) return true;
    return str_ends(s, STR(".all")) || str_ends(s, STR(".whole")) || str_starts(s, STR("store."));
}

static size_t parameters(const char *sql)
{
    size_t n = 0;
    for (const char *p = sql; (p = strchr(p, '$')) != NULL;) {
        size_t number = (size_t)atoi(++p);
        if (number > n) n = number;
    }
    return n;
}

static bool explain_all(struct call *k, void *arg)
{
    size_t *wrong = arg;
    for (size_t i = 0; i < statements_count(); i++) {
        const struct stmt *st = statements_at(i);
        struct stmt explain = {st->name, str_z(k->c->a, str_cat(k->c->a, STR("EXPLAIN QUERY PLAN "), str_of(st->sql)))};
        struct db_arg args[256];
        struct db_rows r;
        size_t n = parameters(st->sql);
        assert_true(n <= COUNT_OF(args));
        for (size_t a = 0; a < n; a++) args[a] = db_arg_null();
        if (!db_query_args(k->c, k->db, &r, &explain, args, n)) return false;
        while (db_next(&r)) {
            str step = db_text(&r, 3);
            bool whole = str_ends(step, STR("(district_id=?)")) || str_starts(step, STR("SCAN item"));
            if (!whole || may_read_whole(st->name)) continue;
            print_error("%s: %.*s\n", st->name, STR_FMT(step));
            ++*wrong;
        }
        if (!db_done(&r)) return false;
    }
    return true;
}

static void test_statements_find_their_rows_by_index(void **state)
{
    size_t wrong = 0;
    house_read(*state, "ducha", explain_all, &wrong);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_statements_find_their_rows_by_index)};
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
