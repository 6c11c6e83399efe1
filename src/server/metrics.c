#include "server/metrics.h"

#include <stdio.h>
#include <unistd.h>

static const char *const CLASS[METRIC_CLASSES] = {"command", "query", "session", "file", "static", "stream", "other"};
static const int64_t EDGE_US[METRIC_BUCKETS] = {1000, 2500, 5000, 10000, 25000, 50000, 100000, 500000, 2500000};
static const char *const EDGE_S[METRIC_BUCKETS] = {"0.001", "0.0025", "0.005", "0.01", "0.025",
                                                    "0.05",  "0.1",    "0.5",   "2.5"};

void metrics_answer(struct metrics *m, enum metric_class class, int status, int64_t took_us)
{
    int hundred = status / 100;
    size_t b = 0;
    while (b < METRIC_BUCKETS && took_us > EDGE_US[b]) b++;
    atomic_fetch_add(&m->answers[class][hundred >= 1 && hundred <= 5 ? hundred : 0], 1);
    atomic_fetch_add(&m->bucket[class][b], 1);
    atomic_fetch_add(&m->sum_us[class], took_us);
}

static int64_t resident_bytes(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f) return 0;
    if (fscanf(f, "%*s %ld", &pages) != 1) pages = 0;
    fclose(f);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_printf(b, "# HELP bihuan_%s %s\n# TYPE bihuan_%s %s\n", name, help, name, type);
}

static void gauge(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
    head(b, name, type, help);
    buf_printf(b, "bihuan_%s %" PRId64 "\n", name, value);
}

static void histogram(struct metrics *m, int class, struct buf *b)
{
    int64_t n = 0;
    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        n += atomic_load(&m->bucket[class][i]);
        buf_printf(b, "bihuan_answer_seconds_bucket{class=\"%s\",le=\"%s\"} %" PRId64 "\n", CLASS[class], EDGE_S[i], n);
    }
    n += atomic_load(&m->bucket[class][METRIC_BUCKETS]);
    buf_printf(b, "bihuan_answer_seconds_bucket{class=\"%s\",le=\"+Inf\"} %" PRId64 "\n", CLASS[class], n);
    buf_printf(b, "bihuan_answer_seconds_sum{class=\"%s\"} %.6f\n", CLASS[class],
               (double)atomic_load(&m->sum_us[class]) / 1e6);
    buf_printf(b, "bihuan_answer_seconds_count{class=\"%s\"} %" PRId64 "\n", CLASS[class], n);
}

void metrics_text(struct metrics *m, const struct metrics_gauges *g, struct buf *b)
{
    head(b, "answers_total", "counter", "Answers by class of route and hundred of the status.");
    for (int c = 0; c < METRIC_CLASSES; c++)
        for (int h = 1; h <= 5; h++)
            buf_printf(b, "bihuan_answers_total{class=\"%s\",status=\"%dxx\"} %lld\n", CLASS[c], h,
                       atomic_load(&m->answers[c][h]));
    head(b, "answer_seconds", "histogram", "From the header to the end of the answer.");
    for (int c = 0; c < METRIC_CLASSES; c++) histogram(m, c, b);
    gauge(b, "commits_total", "counter", "Commands acknowledged as durable.", atomic_load(&m->committed));
    gauge(b, "store_commits_total", "counter", "Durable commits of the store: groups of commands.", g->commits);
    gauge(b, "refused_at_door_total", "counter", "Requests the guard refused.", atomic_load(&m->refused_at_door));
    gauge(b, "busy_total", "counter", "Requests told that a queue is full.", atomic_load(&m->busy));
    gauge(b, "timers_fired_total", "counter", "Timers that were fired by this process.", atomic_load(&m->timers_fired));
    gauge(b, "timers_failed_total", "counter", "Timers that could not be fired at that moment.",
          atomic_load(&m->timers_failed));
    gauge(b, "cut_connections_total", "counter", "Connections cut for being too slow.", g->cut);
    gauge(b, "connections", "gauge", "Open connections.", g->connections);
    gauge(b, "in_flight", "gauge", "Requests being worked on.", g->in_flight);
    gauge(b, "event_streams", "gauge", "Open streams of live events.", g->streams);
    gauge(b, "queue_waiting", "gauge", "Queries waiting for a reader.", g->queued);
    gauge(b, "slow_queue_waiting", "gauge", "Sign-ins and file stores waiting.", g->slow_queued);
    gauge(b, "store_healthy", "gauge", "1 while the store takes writes.", g->healthy);
    gauge(b, "store_reachable", "gauge", "1 while the store's server answers.", g->reachable);
    gauge(b, "district_snapshots", "gauge", "Districts whose calendar, rules and units are kept.", g->snapshots);
    gauge(b, "start_time_seconds", "gauge", "When the server started, Unix time.", g->started_at);
    gauge(b, "resident_bytes", "gauge", "Resident memory.", resident_bytes());
}
