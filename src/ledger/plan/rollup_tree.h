#pragma once
/*
 * Progress of a tree from its leaves: pure, arrays in and out.
 *
 * An item that is over counts as done. One whose register takes progress from its children has their
 * mean, weighted when each of them has a weight and plain when one has none; any other has what was
 * reported. What stands outside (proposed and not approved, or cancelled) counts nowhere. Figures are
 * hundredths of a percent, so that several levels of rounding do not add up to a percent.
 */
#include "base/text.h"

enum { DONE = 10000 };

struct roll_node {
    size_t parent;      // index of a node before it; SIZE_MAX at a top
    int64_t weight;
    int64_t reported;   // percent
    bool by_children, done, outside;
    // Made by roll_up:
    int64_t progress;   // hundredths of a percent
    size_t counted;     // children that count
    int64_t weights;    // their sum
    bool weighted;      // all that count have a weight
    // Scratch:
    int64_t plain_sum, weighted_sum;
    size_t without;
};

void roll_up(struct roll_node *nodes, size_t n);
// Hundredths to whole percents; 100 only when all is done.
int64_t roll_percent(int64_t progress);
// Σ weight·progress / Σ weight, rounded; plain when some weight is 0. n > 0.
int64_t roll_mean(const int64_t *weights, const int64_t *progress, size_t n);
