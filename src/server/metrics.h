#pragma once
/* Counters for /metrics (Prometheus text format 0.0.4). All atomics; reading them is not one moment. */
#include "base/text.h"

#include <stdatomic.h>

enum metric_class {
    METRIC_COMMAND,
    METRIC_QUERY,
    METRIC_SESSION,
    METRIC_FILE,
    METRIC_STATIC,
    METRIC_STREAM, // its time is how long it lasted
    METRIC_OTHER,
    METRIC_CLASSES
};
enum { METRIC_BUCKETS = 9 };

struct metrics {
    atomic_llong answers[METRIC_CLASSES][6]; // by hundreds of the status: 1 … 5
    atomic_llong bucket[METRIC_CLASSES][METRIC_BUCKETS + 1]; // not cumulated; the last: slower
    atomic_llong sum_us[METRIC_CLASSES];
    atomic_llong committed, refused_at_door, busy;
    atomic_llong timers_fired, timers_failed;
};

void metrics_answer(struct metrics *m, enum metric_class class, int status, int64_t took_us);

struct metrics_gauges {
    int64_t connections, cut, queued, slow_queued, in_flight, streams, healthy, reachable;
    int64_t snapshots, commits, started_at;
};
void metrics_text(struct metrics *m, const struct metrics_gauges *g, struct buf *out);
