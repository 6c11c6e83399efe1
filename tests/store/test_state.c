/*
 * The snapshots of calendar, rules and units that calls share: many threads ask while one changes
 * what stands behind them. Who was told "done" sees it in the next answer; meant for the thread
 * sanitizer too.
 */
#include "ledger_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

enum { READERS = 4, CHANGES = 40 };

struct reader {
    pthread_t thread;
    struct fx *fx;
    struct request r;
    atomic_bool *over;
    size_t asked, failed;
    const char *why;
};

static void *ask(void *p)
{
    struct reader *x = p;
    struct ctx c = {.a = arena_new((size_t)1 << 26)};
    while (!atomic_load(x->over)) {
        struct buf out;
        arena_reset(c.a);
        error_clear(&c);
        buf_init(&out, c.a, 1 << 24);
        x->asked++;
        if (ledger_ask(&c, x->fx->l, &x->r, &out)) continue;
        x->failed++;
        x->why = c.err.id;
    }
    arena_free(c.a);
    return NULL;
}

static void readers_ask_while_rules_change(void **state)
{
    static const char *const queries[READERS] = {"items", "my_day", "units", "rules"};
    struct fx *fx = *state;
    struct reader at[READERS];
    atomic_bool over = false;
    int64_t item = fx_item(fx, "并发");
    fx_walk(fx, item, "accepted");
    for (size_t i = 0; i < READERS; i++) {
        at[i] = (struct reader){
            .fx = fx, .r = fx_request(fx, "sup", queries[i], STR_EMPTY), .over = &over};
        check(pthread_create(&at[i].thread, NULL, ask, &at[i]) == 0);
    }
    for (int i = 0; i < CHANGES; i++) {
        char word[40];
        snprintf(word, sizeof word, "新词%d号", i);
        fx_do(fx, "sysadmin", "rule.add_word", "{'kind':'secrecy','word':'%s','source':'x'}", word);
        // The writer's own snapshot and the readers' both know it at once.
        fx_refused(fx, "item.secret", "sup", "item.draft", "{'register':'ZDRW','title':'%s'}",
                   word);
        check(str_has(fx_ask(fx, "sup", "rules", NULL, NULL), str_of(word)));
        fx_do(fx, "sysadmin", "calendar.add_stop",
              "{'first':'2024-01-%02d','last':'2024-01-%02d','name':'停','source':'x'}", i % 28 + 1,
              i % 28 + 1);
        fx_do(fx, "sysadmin", "unit.alias", "{'unit':'J02','alias':'别名%d'}", i);
        check(str_has(fx_ask(fx, "sup", "units", NULL, NULL), fx_json(fx, "别名%d", i)));
    }
    atomic_store(&over, true);
    for (size_t i = 0; i < READERS; i++) {
        pthread_join(at[i].thread, NULL);
        check_row("%s: %zu asked, %zu failed, %s", queries[i], at[i].asked, at[i].failed,
                  at[i].why ? at[i].why : "");
        check(at[i].asked > 0 && at[i].failed == 0);
    }
    check_int(fx_findings(fx), 0);
}

// A command that ran out of memory after it had written its row: no snapshot remembers the row.
static void a_change_taken_back_is_not_remembered(void **state)
{
    struct fx *fx = *state;
    size_t taken_back = 0;
    fx_walk(fx, fx_item(fx, "有时钟"), "accepted");
    for (size_t max = 256; max < 512 * 1024; max = max * 9 / 8) {
        struct ctx c = {.a = arena_new(max)};
        str result;
        error_clear(&c);
        struct request r =
            fx_request(fx, "sysadmin", "rule.add_word",
                       fx_json(fx, "{'kind':'secrecy','word':'限%zu字','source':'x'}", max));
        bool done = ledger_do(&c, fx->l, &r, &result);
        if (!done) check_int(c.err.code, ERR_NO_MEMORY);
        arena_free(c.a);
        taken_back += !done;
        check_row("%zu bytes", max);
        // The writer's snapshot: the word is refused in a text exactly when the rule was stored.
        bool drafted = fx_try(fx, "sup", "item.draft",
                              fx_json(fx, "{'register':'ZDRW','title':'限%zu字'}", max), "");
        check_int(drafted, !done);
        check_int(str_has(fx_ask(fx, "sup", "rules", NULL, NULL), fx_json(fx, "限%zu字", max)),
                  done);
    }
    check(taken_back > 5);
    check_int(fx_findings(fx), 0);
}

int main(void)
{
    return CHECK_RUN(FX(readers_ask_while_rules_change), FX(a_change_taken_back_is_not_remembered));
}
