/*
 * Faults of memory. malloc, calloc and realloc of the whole process (SQLite's, our arenas', the C
 * library's) are taken over; the n-th call fails, once or from there on until the fault is lifted.
 *
 * Each time: an error is an answer, the process lives, acknowledged jobs are stored, failed and
 * refused ones are not, the store verifies, and it works again when memory is back.
 */
#include "load.h"
#include "place.h"
#include "shim.h"

#include "base/log.h"

#include <errno.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

static atomic_llong calls, fail_at; // fail_at 0: no fault
static atomic_bool lasting, hit;

static bool scarce(void)
{
    long long at = atomic_load(&fail_at);
    if (at == 0) return false;
    long long k = atomic_fetch_add(&calls, 1) + 1;
    if (k != at && !(k > at && atomic_load(&lasting))) return false;
    atomic_store(&hit, true);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return scarce() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return scarce() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return scarce() ? NULL : __libc_realloc(p, n);
}

static void memory_fails(long long at, bool from_there_on)
{
    atomic_store(&calls, 0);
    atomic_store(&lasting, from_there_on);
    atomic_store(&hit, false);
    atomic_store(&fail_at, at);
}

static void memory_is_back(void)
{
    atomic_store(&fail_at, 0);
}

struct sum {
    int points, not_opened, stopped;
    struct load_verdict all;
};

static const struct store_testing TESTING = {.migrations = &LOAD_MIGRATIONS,
                                             .checkpoint_bytes = 6 * 4096,
                                             .truncate_bytes = 12 * 4096,
                                             .reader_wait_ms = 100};

static bool open_store(struct ctx *c, struct store **s)
{
    char path[96];
    struct store_options o = {.create = true, .readers = 1, .vfs = SHIM_VFS, .testing = &TESTING};
    place_path(path, sizeof path, "m.db");
    return store_open(c, str_of(path), &o, s);
}

static void check_answer(struct ctx *c)
{
    assert_non_null(c->err.id);
    assert_non_null(message_find(c->err.id));
    assert_true(c->err.code == ERR_STORE || c->err.code == ERR_NO_MEMORY ||
                c->err.code == ERR_BUSY);
    error_clear(c);
}

static void live(struct ctx *c, struct load *l, struct sum *t)
{
    static struct load_view v;
    struct store *s;
    if (!open_store(c, &s)) {
        check_answer(c);
        t->not_opened++;
        return;
    }
    load_burst(l, s, 5);
    load_burst(l, s, 1);
    load_burst(l, s, 3);
    if (!load_look(c, s, &v)) check_answer(c);
    memory_is_back();
    arena_reset(c->a);
    error_clear(c);
    assert_true(load_look(c, s, &v)); // reads work again
    if (store_healthy(s)) assert_true(load_burst(l, s, 2) > 0);
    else t->stopped++;
    store_close(s);
}

static void verify(struct ctx *c, struct load *l, struct sum *t)
{
    static struct load_view v;
    struct store *s;
    arena_reset(c->a);
    error_clear(c);
    assert_true(open_store(c, &s));
    assert_true(load_look(c, s, &v));
    assert_int_equal(v.problems, 0);
    assert_false(v.chain_broken || v.half || v.twice);
    struct load_verdict d = load_judge(l, &v);
    assert_int_equal(d.lost, 0);
    assert_int_equal(d.doubled, 0);
    t->all.done += d.done, t->all.refused += d.refused, t->all.failed += d.failed;
    t->all.unknown += d.unknown, t->all.not_queued += d.not_queued;
    store_close(s);
}

static void sweep(bool from_there_on)
{
    struct ctx c = {.a = arena_new(16 * 1024 * 1024)};
    struct sum t = {0};
    bool met = true;
    for (int n = 1; met; n++) {
        arena_reset(c.a);
        error_clear(&c);
        place_remove_store("m.db");
        struct load *l = load_new();
        shim_pretend_to_flush(true);
        memory_fails(n, from_there_on);
        live(&c, l, &t);
        memory_is_back();
        met = atomic_load(&hit);
        verify(&c, l, &t);
        load_free(l);
        t.points += met;
    }
    print_message("# memory fails %s: points=%d not_opened=%d stopped=%d done=%d refused=%d "
                  "failed=%d unknown=%d not_queued=%d lost=0 doubled=0\n",
                  from_there_on ? "from the n-th on" : "at the n-th", t.points, t.not_opened,
                  t.stopped, t.all.done, t.all.refused, t.all.failed, t.all.unknown,
                  t.all.not_queued);
    assert_true(t.points > 1000);
    arena_free(c.a);
}

static void test_one_allocation_fails(void **state)
{
    (void)state;
    sweep(false);
}

static void test_all_allocations_fail(void **state)
{
    (void)state;
    sweep(true);
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
    place_make();
    shim_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_allocation_fails),
        cmocka_unit_test(test_all_allocations_fail),
    };
    int failed = cmocka_run_group_tests_name("alloc_faults", tests, NULL, NULL);
    place_drop();
    return failed;
}
