#include "ledger/plan/rollup_tree.h"

static int64_t divide(int64_t sum, int64_t by)
{
    return (sum + by / 2) / by;
}

static void add_to(struct roll_node *parent, const struct roll_node *child)
{
    if (child->outside) return;
    parent->counted++;
    parent->weights += child->weight;
    parent->without += child->weight == 0;
    parent->plain_sum += child->progress;
    parent->weighted_sum += child->weight * child->progress;
}

static void settle(struct roll_node *n)
{
    n->weighted = n->counted > 0 && n->without == 0;
    if (n->done) n->progress = DONE;
    else if (n->by_children && n->counted > 0)
        n->progress = n->weighted ? divide(n->weighted_sum, n->weights) : divide(n->plain_sum, (int64_t)n->counted);
    else n->progress = n->reported * 100;
}

void roll_up(struct roll_node *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        nodes[i].counted = nodes[i].without = 0;
        nodes[i].weights = nodes[i].plain_sum = nodes[i].weighted_sum = 0;
    }
    for (size_t i = n; i-- > 0;) { // children stand after their parents
        settle(&nodes[i]);
        if (nodes[i].parent != SIZE_MAX) add_to(&nodes[nodes[i].parent], &nodes[i]);
    }
}

int64_t roll_percent(int64_t progress)
{
    int64_t whole = divide(progress, 100);
    return whole == 100 && progress < DONE ? 99 : whole;
}

int64_t roll_mean(const int64_t *weights, const int64_t *progress, size_t n)
{
    int64_t plain = 0, sum = 0, all = 0;
    bool weighted = true;
    for (size_t i = 0; i < n; i++) {
        plain += progress[i];
        sum += weights[i] * progress[i];
        all += weights[i];
        weighted = weighted && weights[i] > 0;
    }
    return weighted ? divide(sum, all) : divide(plain, (int64_t)n);
}
