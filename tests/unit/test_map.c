#include "check.h"

#include "base/map.h"
#include "base/random.h"

static void puts_and_gets(void **state)
{
    struct fixture *f = *state;
    struct map m = {0};
    int one = 1, two = 2;
    check(map_get(&m, STR("a")) == NULL);
    check(map_put(f->a, &m, STR("a"), &one) == NULL);
    check(map_get(&m, STR("a")) == &one);
    check(map_get(&m, STR("ab")) == NULL);
    check(map_put(f->a, &m, STR("a"), &two) == &one); // what stood there
    check(map_get(&m, STR("a")) == &two);
    check_int(m.n, 1);
    check(map_put(f->a, &m, STR_EMPTY, &one) == NULL); // the empty text is a key too
    check(map_get(&m, (str){0}) == &one);
    check(map_put(f->a, &m, STR("a\0b"), &one) == NULL);
    check(map_get(&m, STR("a\0c")) == NULL);
}

static void numbers_are_keys(void **state)
{
    static const int64_t keys[] = {0, 1, -1, INT64_MAX, INT64_MIN, 1 << 20};
    struct fixture *f = *state;
    struct map m = {0};
    int values[COUNT_OF(keys)] = {0};
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        check(map_put_int(f->a, &m, keys[i], &values[i]) == NULL);
    for (size_t i = 0; i < COUNT_OF(keys); i++) check(map_get_int(&m, keys[i]) == &values[i]);
    check(map_get_int(&m, 2) == NULL);
}

// Thousands of keys: all found, none invented, iteration in the order of insertion.
static void many_keys_keep_their_order(void **state)
{
    enum { N = 20000 };
    struct fixture *f = *state;
    struct map m = {0};
    for (int i = 0; i < N; i++)
        check(map_put(f->a, &m, str_printf(f->a, "单位%d", i * 7919 % N), f) == NULL);
    check_int(m.n, N);
    int i = 0;
    for (struct map_entry *e = m.first; e; e = e->next, i++)
        check(str_eq(e->text, str_printf(f->a, "单位%d", i * 7919 % N)));
    check_int(i, N);
    for (i = 0; i < N; i++) check(map_get(&m, str_printf(f->a, "单位%d", i)) == f);
    check(map_get(&m, str_printf(f->a, "单位%d", N)) == NULL);
    size_t longest = 0;
    for (size_t b = 0; b < m.n_buckets; b++) {
        size_t length = 0;
        for (struct map_entry *e = m.buckets[b]; e; e = e->chain) length++;
        if (length > longest) longest = length;
    }
    check(longest < 20); // spread: O(1) on average
}

static void exhausted_memory_keeps_what_was_held(void **state)
{
    (void)state;
    struct arena *a = arena_new(4000);
    struct map m = {0};
    int value = 0;
    int64_t n = 0;
    while (arena_ok(a)) map_put_int(a, &m, n++, &value);
    check(n > 16);
    for (int64_t i = 0; i < n; i++) check(map_get_int(&m, i) == &value);
    arena_free(a);
}

// The generator tests and simulations share: the published sequence, and fair bounds.
static void random_replays_and_is_fair(void **state)
{
    (void)state;
    struct random r, same;
    // First outputs of xoshiro256** from the state 1, 2, 3, 4 of the reference implementation.
    struct random known = {{1, 2, 3, 4}};
    check_int(random_next(&known), 11520);
    check_int(random_next(&known), 0);
    check_int(random_next(&known), 1509978240);
    check_int(random_next(&known), INT64_C(1215971899390074240));
    random_init(&r, 42);
    random_init(&same, 42);
    int count[6] = {0};
    for (int i = 0; i < 60000; i++) {
        check(random_next(&r) == random_next(&same));
        count[random_below(&r, 6)]++;
        (void)random_below(&same, 6);
        double x = random_unit(&r);
        check(x >= 0 && x < 1 && x == random_unit(&same));
    }
    for (int i = 0; i < 6; i++) check(count[i] > 9600 && count[i] < 10400); // ±4.4 deviations
    for (int i = 0; i < 1000; i++) {
        int64_t x = random_between(&r, -3, 3);
        check(x >= -3 && x <= 3);
        check_int(random_between(&r, 5, 5), 5);
        (void)random_between(&r, INT64_MIN, INT64_MAX);
    }
}

int main(void)
{
    return CHECK_RUN(UNIT(puts_and_gets), UNIT(numbers_are_keys), UNIT(many_keys_keep_their_order),
                     UNIT(exhausted_memory_keeps_what_was_held), UNIT(random_replays_and_is_fair));
}
