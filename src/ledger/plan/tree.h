#pragma once
/*
 * Items as a tree, of what the reader may see. What is hidden is neither counted nor named, and takes no
 * part in any progress; what stands below it is shown below the nearest thing above that is seen.
 */
#include "ledger/item/item_rows.h"
#include "ledger/plan/plan.h"
#include "ledger/plan/rollup_tree.h"

enum { TREE_MAX = 2000 };

struct tree_row {
    const struct item_row *row;
    size_t parent;  // index in rows, SIZE_MAX at a top
    int depth;
    int64_t weight;
    bool waived;    // the parent may close over it
    bool recurs;    // it is a pattern
    struct roll_node roll;
};
struct tree {
    VEC(struct tree_row) rows; // parents before children, siblings by code
    bool more;                 // there were more than TREE_MAX
};

// The trees below roots, roots included; a root that stands below another one stands there.
MUST_CHECK bool tree_load(struct call *k, const int64_t *roots, size_t n, struct tree *out);
// Index of an item, SIZE_MAX when it is not in the tree.
size_t tree_find(const struct tree *t, int64_t item);
void tree_row_json(struct call *k, const struct tree *t, size_t i, struct json *j);
