#pragma once
/*
 * What the benches that ask have in common: one query by text, its time, percentiles.
 */
#include "ledger/ledger.h"

#include <time.h>

double clock_ms(clockid_t clock);
// "items" with "state=accepted&sort=title"; the answer is appended to out. r brings who asks, where, when.
MUST_CHECK bool ask_text(struct ctx *c, struct ledger *l, struct request r, const char *query, const char *params,
                         struct buf *out);
void sort_times(double *ms, size_t n);
double percentile(const double *sorted, size_t n, double p); // 0.5, 0.99 …
