#pragma once
/*
 * What unit tests are written with: cmocka, a context with an arena for each test, and the few
 * comparisons this project needs. A table-driven test names the row it is at with check_row(), so
 * that a failure says which row it was.
 *
 *     static void trims(void **state)
 *     {
 *         struct fixture *f = *state;
 *         for (…) { check_row(row.in); check_str(str_trim(str_of(row.in)), row.out); }
 *     }
 *     int main(void) { return CHECK_RUN(UNIT(trims), UNIT(folds)); }
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#undef fail // cmocka's; ours is in base/error.h

#include "base/date.h"
#include "base/error.h"

struct fixture {
    struct ctx c;
    struct arena *a; // the same as c.a
};

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    f->a = f->c.a = arena_new((size_t)1 << 30);
    error_clear(&f->c);
    *state = f;
    return f->a ? 0 : -1;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    arena_free(f->a);
    free(f);
    return 0;
}

#define UNIT(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)
#define CHECK_RUN(...)                                                          \
    _cmocka_run_group_tests(__FILE__, (const struct CMUnitTest[]){__VA_ARGS__}, \
                            COUNT_OF(((const struct CMUnitTest[]){__VA_ARGS__})), NULL, NULL)

// The row of a table that is being checked; shown when a check fails.
static char check_row_text[240];

PRINTF_LIKE(1, 2) static inline void check_row(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(check_row_text, sizeof check_row_text, format, ap);
    va_end(ap);
}

static inline void check_fail(const char *file, int line, const char *what)
{
    print_error("check failed: %s\n", what);
    if (check_row_text[0]) print_error("at row: %s\n", check_row_text);
    _fail(file, line);
}

static inline void check_at(const char *file, int line, bool good, const char *what)
{
    if (!good) check_fail(file, line, what);
}

static inline void check_int_at(const char *file, int line, const char *what, int64_t got,
                                int64_t want)
{
    if (got == want) return;
    print_error("got %" PRId64 ", want %" PRId64 "\n", got, want);
    check_fail(file, line, what);
}

static inline void check_str_at(const char *file, int line, const char *what, str got,
                                const char *want)
{
    if (str_is(got, want)) return;
    print_error("got \"%.*s\", want \"%s\"\n", (int)got.n, got.p ? got.p : "", want);
    check_fail(file, line, what);
}

static inline void check_day_at(const char *file, int line, const char *what, day got,
                                const char *want)
{
    int32_t ymd = day_to_ymd(got);
    char text[40];
    snprintf(text, sizeof text, "%04d-%02d-%02d", ymd / 10000, ymd / 100 % 100, ymd % 100);
    check_str_at(file, line, what, str_of(got == DAY_NONE ? "" : text), want);
}

static inline void check_error_at(const char *file, int line, const char *what, bool result,
                                  struct ctx *c, const char *id)
{
    if (result) check_fail(file, line, what);
    check_str_at(file, line, what, str_of(c->err.id), id);
    error_clear(c);
}

#define check(condition) check_at(__FILE__, __LINE__, (condition), #condition)
#define check_int(got, want) check_int_at(__FILE__, __LINE__, #got, (int64_t)(got), (int64_t)(want))
#define check_str(got, want) check_str_at(__FILE__, __LINE__, #got, (got), (want))
#define check_day(got, want) check_day_at(__FILE__, __LINE__, #got, (got), (want)) // "2023-02-01"
// The call is refused with this message id; the context is clean afterwards.
#define check_error(call, c, id) check_error_at(__FILE__, __LINE__, #call, (call), (c), (id))
