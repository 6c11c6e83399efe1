/*
 * The snapshots of calendar, rules and units that calls share: many threads ask while one changes
 * what stands behind them. Who was told "done" sees it in the next answer; meant for the thread
 * sanitizer too. Two ledgers on one store stand for two processes, which tell each other nothing.
 */
#include "ledger_fixture.h"
#include "ledger/state.h"

#include <pthread.h>
#include <stdatomic.h>

enum { READERS = 4, CHANGES = 40, DISTRICTS = 300 };

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

static bool drafted(struct fx *fx, const char *title)
{
    return fx_try(fx, "sup", "item.draft", fx_json(fx, "{'register':'ZDRW','title':'%s'}", title), "");
}

static void add_word(struct fx *fx, const char *word)
{
    fx_do(fx, "sysadmin", "rule.add_word", "{'kind':'secrecy','word':'%s','source':'x'}", word);
}

struct half {
    struct fx *fx;
    bool word, refused;
};

static bool half_way(struct ledger_batch *b, void *arg)
{
    struct half *h = arg;
    str result;
    struct request word = fx_request(h->fx, "sysadmin", "rule.add_word",
                                     fx_json(h->fx, "{'kind':'secrecy','word':'甲甲','source':'x'}")),
                   draft = fx_request(h->fx, "sup", "item.draft",
                                      fx_json(h->fx, "{'register':'ZDRW','title':'甲甲'}"));
    struct ctx c = {.a = h->fx->a};
    error_clear(&c);
    h->word = ledger_batch_do(b, &c, &word, &result);
    h->refused = !ledger_batch_do(b, &c, &draft, &result) && strcmp(c.err.id, "item.secret") == 0;
    error_clear(&h->fx->c);
    return fail(&h->fx->c, ERR_REFUSED, "item.secret");
}

// A batch sees its own new rule, fails as a whole, and another command takes the number it had.
static void a_number_taken_twice_means_the_second(void **state)
{
    struct fx *fx = *state;
    for (int turn = 0; turn < 3; turn++) {
        char word[40];
        struct half h = {.fx = fx};
        snprintf(word, sizeof word, "乙%d", turn);
        fx_do(fx, "sysadmin", "unit.alias", "{'unit':'J02','alias':'又名%d'}", turn);
        check(!ledger_batch(&fx->c, fx->l, half_way, &h));
        check(h.word && h.refused);
        add_word(fx, word);
        check(!drafted(fx, word));
        check(drafted(fx, "甲甲"));
        check(!str_has(fx_ask(fx, "sup", "rules", NULL, NULL), STR("甲甲")));
    }
    check_int(fx_findings(fx), 0);
}

static void another_process_sees_a_change_at_once(void **state)
{
    struct fx *fx = *state;
    bool writes;
    struct ledger *a = fx->l, *b = fx_second(fx, &writes);
    for (int i = 0; i < 20; i++) {
        char word[40];
        struct ledger *by = writes && i % 2 ? b : a, *other = by == a ? b : a;
        snprintf(word, sizeof word, "彼此%d号", i);
        check_row("%s, change %d", writes ? "both write" : "one writes", i);
        fx->l = by;
        add_word(fx, word);
        fx_do(fx, "sysadmin", "unit.alias", "{'unit':'J02','alias':'名%d'}", i);
        fx->l = other;
        check(str_has(fx_ask(fx, "sup", "units", NULL, NULL), fx_json(fx, "名%d", i)));
        check(str_has(fx_ask(fx, "sup", "rules", NULL, NULL), str_of(word)));
        if (writes) check(!drafted(fx, word));
        fx->l = a;
        check(!drafted(fx, word));
    }
    fx->l = a;
    ledger_close(b);
    check_int(fx_findings(fx), 0);
}

static void a_key_counts_in_every_process(void **state)
{
    struct fx *fx = *state;
    bool writes;
    struct ledger *a = fx->l, *b = fx_second(fx, &writes);
    str body = fx_json(fx, "{'register':'ZDRW','title':'一次'}");
    check(fx_try(fx, "sup", "item.draft", body, "key-1"));
    str first = str_dup(fx->a, fx->result);
    fx->l = writes ? b : a;
    check(fx_try(fx, "sup", "item.draft", body, "key-1"));
    check(str_eq(fx->result, first));
    check(!fx_try(fx, "sup", "item.draft", fx_json(fx, "{'register':'ZDRW','title':'两次'}"), "key-1"));
    check_str(str_of(fx->c.err.id), "idem.other_body");
    fx->l = a;
    ledger_close(b);
}

static bool ask_units(struct fx *fx, int64_t district)
{
    struct buf out;
    struct request r = {.district = district, .now = fx->now, .name = STR("units"), .actor = {.roles = ROLE_SYSTEM}};
    arena_reset(fx->c.a);
    error_clear(&fx->c);
    buf_init(&out, fx->c.a, 1 << 20);
    return ledger_ask(&fx->c, fx->l, &r, &out);
}

// A city's process meets thousands of districts and keeps the last of them.
static void snapshots_are_few(void **state)
{
    struct fx *fx = *state;
    struct states *s = ledger_states(fx->l);
    struct request r = {.now = fx->now, .name = STR("district.create"), .actor = fx_actor(fx, "system")};
    str result;
    for (int64_t d = 2; d <= DISTRICTS; d++) {
        r.district = d;
        r.body = fx_json(fx,
                         "{'code':'T%" PRId64 "','name':'x','zone_min':480,'pack':'t','pack_version':'1',"
                         "'plan_year':2023}",
                         d);
        arena_reset(fx->c.a);
        check(ledger_do(&fx->c, fx->l, &r, &result));
    }
    for (int64_t d = 1; d <= DISTRICTS; d++) check(ask_units(fx, d));
    struct states_use use = states_use(s);
    check_int(use.kept, STATES_MOST);
    check(use.bytes <= STATES_BYTES);
    check(ask_units(fx, DISTRICTS) && ask_units(fx, DISTRICTS - STATES_MOST + 1));
    check_int(states_use(s).loaded, use.loaded);
    check(ask_units(fx, 1));
    check_int(states_use(s).loaded, use.loaded + 1);
    check_int(states_use(s).kept, STATES_MOST);
}

int main(void)
{
    return CHECK_RUN(FX(readers_ask_while_rules_change), FX(a_change_taken_back_is_not_remembered),
                     FX(a_number_taken_twice_means_the_second), FX(another_process_sees_a_change_at_once),
                     FX(a_key_counts_in_every_process), FX(snapshots_are_few));
}
