#include "base/base.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void bug_at(const char *file, int line, const char *what)
{
    void *frames[48];
    int n = backtrace(frames, (int)COUNT_OF(frames));
    fprintf(stderr, "bug: %s:%d: %s\n", file, line, what);
    backtrace_symbols_fd(frames, n, STDERR_FILENO);
    abort();
}
