// The arena's promises, above all what happens when memory ends.
#include "check.h"

#include "base/text.h"
#include "base/vec.h"
#include "scarce.h"

// What malloc answers for a monstrous size without sanitizers: NULL.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    static const size_t sizes[] = {0, 1, 7, 16, 17, 1000, 16 * 1024, 16 * 1024 + 1, 100000};
    struct fixture *f = *state;
    for (int round = 0; round < 3; round++) {
        unsigned char *before = NULL;
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            check_row("size %zu round %d", sizes[i], round);
            unsigned char *p = arena_alloc(f->a, sizes[i]);
            check((uintptr_t)p % _Alignof(max_align_t) == 0);
            check(p != before);
            for (size_t k = 0; k < sizes[i]; k++)
                if (p[k]) check_fail(__FILE__, __LINE__, "not zeroed");
            if (sizes[i]) memset(p, 0xa5, sizes[i]); // dirties it for the next round
            before = p;
        }
        check(arena_used(f->a) >= 133000);
        arena_reset(f->a);
        check_int(arena_used(f->a), 0);
        check(arena_ok(f->a));
    }
}

static void maximum_is_kept(void **state)
{
    (void)state;
    struct arena *a = arena_new(1000);
    check(a != NULL);
    check(arena_try(a, 500) != NULL);
    check(arena_ok(a));
    check(arena_try(a, 501) == NULL);
    check(!arena_ok(a));
    check(arena_try(a, 1) == NULL); // for good
    check(arena_used(a) <= 1000);
    arena_reset(a);
    check(arena_ok(a));
    check(arena_try(a, 992) != NULL);
    check(arena_try(a, 16) == NULL);
    arena_free(a);
}

static void monstrous_sizes_fail_plainly(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 14, SIZE_MAX - 15, SIZE_MAX - 40,
                                   SIZE_MAX / 2};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        check_row("%zx", sizes[i]);
        struct arena *a = arena_new(SIZE_MAX);
        check(arena_try(a, sizes[i]) == NULL);
        check(!arena_ok(a));
        arena_free(a);
    }
}

static void no_memory_for_a_new_arena(void **state)
{
    (void)state;
    for (int n = 0; n < 2; n++) {
        scarce_after(n);
        struct arena *a = arena_new(1000);
        scarce_off();
        check(a == NULL);
    }
}

static void reserve_serves_after_a_failure(void **state)
{
    (void)state;
    struct arena *a = arena_new(SIZE_MAX);
    check(arena_alloc(a, 64) != NULL);
    scarce_after(0);
    char *big = arena_alloc(a, 100000); // no block to be had: from the reserve, zeroed all the same
    check(!arena_ok(a));
    check_int(big[0] | big[99999], 0);
    memset(big, 1, 100000);
    for (int i = 0; i < 100; i++) memset(arena_alloc(a, 64), 1, 64);
    check(arena_try(a, 64) == NULL);
    scarce_off();
    check(arena_try(a, 64) == NULL); // memory is back, but the request is lost
    arena_reset(a);
    check(arena_ok(a));
    check(arena_try(a, 64) != NULL);
    arena_free(a);
}

// The nth allocation fails, for every n: text, vectors and contexts end in an error, never in a
// crash.
static bool job(struct ctx *c)
{
    VEC(int) numbers = {0};
    struct buf b;
    buf_init(&b, c->a, SIZE_MAX);
    for (int i = 0; i < 20000; i++) {
        if (!arena_ok(c->a)) break;
        VEC_ADD(c->a, &numbers, i);
        buf_int(&b, i);
        (void)str_printf(c->a, "%d", i);
    }
    return ctx_ok(c);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    int64_t n = 0;
    for (bool good = false; !good; n++) {
        check_row("allocation %d", (int)n);
        struct ctx c = {.a = arena_new(SIZE_MAX)};
        error_clear(&c);
        scarce_after(n);
        good = job(&c);
        scarce_off();
        check_int(good, arena_ok(c.a));
        if (!good) check_str(str_of(c.err.id), "base.no_memory");
        if (!good) check_int(c.err.code, ERR_NO_MEMORY);
        arena_free(c.a);
    }
    check(n > 20);
}

static void warm_arena_does_not_call_malloc(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        arena_reset(f->a);
        if (i) scarce_after(INT64_MAX - 1);
        for (int k = 0; k < 100; k++) (void)arena_alloc(f->a, 100);
        if (i) check_int(scarce_asked, 0);
        scarce_off();
    }
}

static char order[16];

static void note(void *p)
{
    strncat(order, p, 1);
}

static void deferred_calls_run_newest_first(void **state)
{
    static char names[] = "abc";
    (void)state;
    struct arena *a = arena_new(1 << 20);
    order[0] = '\0';
    arena_defer(a, note, &names[0]);
    arena_defer(a, note, &names[1]);
    arena_reset(a);
    check_str(str_of(order), "ba");
    arena_reset(a); // once only
    check_str(str_of(order), "ba");
    arena_defer(a, note, &names[2]);
    arena_free(a);
    check_str(str_of(order), "bac");
    arena_free(NULL);
}

static void deferred_calls_survive_exhaustion(void **state)
{
    static char name[] = "x";
    (void)state;
    struct arena *a = arena_new(0); // nothing at all but the reserve
    order[0] = '\0';
    arena_defer(a, note, name);
    check(!arena_ok(a));
    arena_free(a);
    check_str(str_of(order), "x");
}

static void marks_give_scratch_back(void **state)
{
    static char names[] = "ab";
    struct fixture *f = *state;
    char *kept = arena_alloc(f->a, 10);
    order[0] = '\0';
    arena_defer(f->a, note, &names[0]);
    size_t used = arena_used(f->a);
    kept[0] = 'k';
    for (int i = 0; i < 1000; i++) {
        struct arena_mark m = arena_mark(f->a);
        memset(arena_alloc(f->a, 50000), 0xff, 50000);
        memset(arena_alloc(f->a, 100), 0xff, 100);
        if (i == 0) arena_defer(f->a, note, &names[1]);
        arena_reset_to(f->a, m);
        check_int(arena_used(f->a), used);
    }
    check_str(str_of(order), "b"); // what was deferred after the mark, and nothing else
    check_int(kept[0], 'k');
    char *again = arena_alloc(f->a, 100);
    check_int(again[0] | again[99], 0);
}

static void mark_of_an_empty_arena(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct arena_mark m = arena_mark(a);
    (void)arena_alloc(a, 100);
    arena_reset_to(a, m);
    check_int(arena_used(a), 0);
    check(arena_try(a, 100) != NULL);
    arena_free(a);
}

int main(void)
{
    return CHECK_RUN(UNIT(pieces_are_zeroed_aligned_and_apart), UNIT(maximum_is_kept),
                     UNIT(monstrous_sizes_fail_plainly), UNIT(no_memory_for_a_new_arena),
                     UNIT(reserve_serves_after_a_failure), UNIT(every_allocation_may_fail),
                     UNIT(warm_arena_does_not_call_malloc), UNIT(deferred_calls_run_newest_first),
                     UNIT(deferred_calls_survive_exhaustion), UNIT(marks_give_scratch_back),
                     UNIT(mark_of_an_empty_arena));
}
