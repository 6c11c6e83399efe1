#pragma once
/*
 * The dates of a template's nodes between a start and a due date. Pure: arrays and a calendar in, dates
 * out.
 *
 * A node begins after all it waits for have finished. One counted from the due date is laid as late as
 * the nodes after it and the due date allow (倒排工期), one counted from the start as early as possible.
 * Durations in working days follow the calendar; those in days (statutory limits that say 日) run
 * through weekends. A duration of 0 is an event, on the day its predecessors finish.
 *
 * Nothing is ever shortened, but what was negotiated, and only when the caller asked: a statutory
 * maximum, a quota and what is not part of the construction period stay as they are (L7).
 */
#include "base/calendar.h"

enum { PLAN_NODES_MAX = 100 };
enum duration_class { CLASS_STATUTORY, CLASS_QUOTA, CLASS_NEGOTIATED, CLASS_EXCLUDED }; // order of DURATION_CLASSES

struct plan_node {
    int duration, offset;        // offset: working days after the start or before the due date
    bool natural_days, from_start;
    enum duration_class class;
    uint64_t after[2];           // bit i: node i comes first; only earlier nodes
    // Made by plan_dates:
    day start, finish;
    day early_start, late_start; // what is possible, what the due date allows
    int cut;                     // by how much a negotiated duration was shortened
};

struct plan_span {
    bool feasible;
    int shortfall;  // working days that are missing on the tightest chain
    uint64_t tight[2]; // the nodes of that chain
};

void plan_after(struct plan_node *n, size_t earlier); // n waits for that node
bool plan_waits(const struct plan_node *n, size_t earlier);
// negotiate: negotiated durations may shrink, to one day at least, as far as is needed.
struct plan_span plan_dates(const struct calendar *k, day start, day due, bool negotiate, struct plan_node *nodes,
                            size_t n);
