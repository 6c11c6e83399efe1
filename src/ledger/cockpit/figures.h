#pragma once
/*
 * The figures of the cockpit. A figure is a name and a filter expression (docs/expressions.md), and
 * nothing else decides what it counts: the number on the screen, the list that it opens and the words
 * that explain it are made from the one expression, so they cannot tell different things.
 */
#include "ledger/call.h"

struct figure {
    const char *code, *zh, *en;
    const char *group; // all, light, change, due, quarter: where the screen shows it
    str where;         // for the day of the call; "" counts everything
    str sentence;      // the same in words, once groups.h has read it
};

enum { FIGURES_MAX = 40 };

// The days that the expressions speak of.
struct figure_days {
    day since;                // beginning of what counts as changed
    day year_first, q1_last;  // 1 January, 31 March of the call's year
    day quarter_first, quarter_last;
};
struct figure_days figure_days(day today, int days);

// All figures of a call in the order of the screen; *n at most FIGURES_MAX. In the call's arena.
struct figure *figures(struct call *k, const struct figure_days *d, size_t *n);
