#include "check.h"

#include "base/vec.h"

struct row {
    int64_t id;
    char text[24];
};

static void slots_are_zeroed_and_kept(void **state)
{
    struct fixture *f = *state;
    VEC(struct row) rows = {0};
    check_int(rows.n, 0);
    for (int i = 0; i < 5000; i++) {
        struct row *r = VEC_PUSH(f->a, &rows);
        check(r->id == 0 && r->text[0] == 0);
        r->id = i;
        r->text[0] = 'x';
    }
    check_int(rows.n, 5000);
    for (int i = 0; i < 5000; i++) check(rows.at[i].id == i && rows.at[i].text[0] == 'x');
    rows.n = 10; // shortening is allowed; a slot handed out again is the caller's to set
    VEC_ADD(f->a, &rows, ((struct row){.id = 77}));
    check_int(rows.at[10].id, 77);
    check_int(rows.at[10].text[0], 0);
}

static void exhausted_memory_hands_out_the_last_slot(void **state)
{
    (void)state;
    struct arena *a = arena_new(2000);
    VEC(struct row) rows = {0};
    struct row *last = NULL;
    while (arena_ok(a)) {
        last = VEC_PUSH(a, &rows);
        last->id = 1;
    }
    size_t n = rows.n;
    for (int i = 0; i < 100; i++) check(VEC_PUSH(a, &rows) == &rows.at[n - 1]);
    check_int(rows.n, n);
    check(last == &rows.at[n - 1]);
    VEC(int) fresh = {0}; // even a vector begun after the failure has a slot
    for (int i = 0; i < 100; i++) VEC_ADD(a, &fresh, i);
    check(fresh.n > 0 && fresh.at[fresh.n - 1] == 99);
    arena_free(a);
}

// A request that ran out of memory may still begin a few vectors of large rows before it looks.
static void large_rows_spare_the_reserve(void **state)
{
    struct large {
        char bytes[2000];
    };
    (void)state;
    struct arena *a = arena_new(0);
    for (int i = 0; i < 50; i++) {
        VEC(struct large) rows = {0};
        VEC_PUSH(a, &rows)->bytes[1999] = 'x';
        check(VEC_PUSH(a, &rows)->bytes[1999] == 'x'); // the same slot again
        check_int(rows.n, 1);
    }
    check(!arena_ok(a));
    arena_free(a);
}

int main(void)
{
    return CHECK_RUN(UNIT(slots_are_zeroed_and_kept),
                     UNIT(exhausted_memory_hands_out_the_last_slot),
                     UNIT(large_rows_spare_the_reserve));
}
