#include "asking.h"

#include <stdlib.h>

double clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

bool ask_text(struct ctx *c, struct ledger *l, struct request r, const char *query, const char *params, struct buf *out)
{
    struct param list[8];
    str rest = str_of(params);
    r.name = str_of(query);
    r.params = list;
    r.n_params = 0;
    while (rest.n && r.n_params < COUNT_OF(list)) {
        str value = str_cut(&rest, STR("&")), name = str_cut(&value, STR("="));
        list[r.n_params++] = (struct param){name, value};
    }
    return ledger_ask(c, l, &r, out);
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

void sort_times(double *ms, size_t n)
{
    qsort(ms, n, sizeof *ms, by_value);
}

double percentile(const double *sorted, size_t n, double p)
{
    return n ? sorted[(size_t)(p * (double)(n - 1) + 0.5)] : 0;
}
