#pragma once
/* Rows of JSON objects as a table for the eye or as CSV; the first row's members are the columns. */
#include <jansson.h>

#include "base/vec.h"
#include "cli/cli.h"

struct grid {
    struct arena *a;
    VEC(str) columns;
    VEC(str *) rows; // each as many cells as there are columns
};

void grid_add(struct grid *g, const json_t *row);
void grid_table(struct grid *g, struct buf *out);
void grid_csv(struct grid *g, struct buf *out);
