#pragma once
/*
 * What need not be asked: the same data element, of the same rows, reported by another collection, or
 * standing in the item already. Which of two collections asks and which is filled is settled by a fixed
 * order, so that no two ever wait for each other: the one with the finer cycle asks (its figures are
 * summed, averaged or taken as of the end, as the element says); of equal cycles, the one declared first.
 */
#include "ledger/reporting/reporting_internal.h"

// The collection that asks column e of c for this unit and period, or NULL: c itself asks.
const struct collected *column_source(struct call *k, const struct reporting *r, const struct collected *c,
                                      const struct data_element *e, int64_t unit, struct period p);
// Its value stands in the item of the row: nobody asks.
bool column_of_item(const struct collected *c, const struct data_element *e);
// Fills known of every row of the grid.
MUST_CHECK bool known_load(struct grid *g);
