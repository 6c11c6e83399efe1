#pragma once
/*
 * One pass over the items of a reader, counted for every figure and added up by line of work, lead
 * unit and leader.
 */
#include "ledger/cockpit/figures.h"
#include "ledger/item/item_find.h"

struct group {
    int64_t id; // of the line, unit or person; 0 none
    int64_t n[FIGURES_MAX];
    int64_t items, progress; // progress: sum of percents over the items
    int64_t worst_day;       // yyyymmdd, the earliest due day among the overdue; 0 none
};

struct groups {
    struct group all;
    VEC(struct group *) lines, units, leaders;
};

/*
 * base: whose items (item_find.h). Sets the figures' sentences. Errors: those of the expressions,
 * which are ours, and of base.
 */
MUST_CHECK bool groups_count(struct call *k, const struct item_ask *base, struct figure *f, size_t n,
                             struct groups *out);
