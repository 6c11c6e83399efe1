#pragma once
/*
 * What every file of Bihuan may assume: the C library's usual headers, the compiler attributes we
 * use, and how a broken invariant ends the process. Nothing here allocates.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

// Ends the process with a backtrace. For our own mistakes only: no input may ever reach it.
_Noreturn void bug_at(const char *file, int line, const char *what);
#define BUG(what) bug_at(__FILE__, __LINE__, (what))
#define INVARIANT(condition) ((condition) ? (void)0 : BUG("invariant: " #condition))
