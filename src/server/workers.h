#pragma once
/*
 * A few threads and a bounded queue of tasks in order of arrival. A full queue is told at once, so
 * that overload ends in a quick "busy" and not in a long wait. One mutex a pool.
 */
#include "base/base.h"

struct task {
    void (*run)(struct task *t); // on a worker thread; may free the task
    struct task *next;           // the pool's
};

struct workers;

MUST_CHECK struct workers *workers_new(int threads, int queue);
// False: the queue is full or the pool is stopping; run will not be called.
MUST_CHECK bool workers_add(struct workers *w, struct task *t);
int workers_waiting(struct workers *w);
void workers_stop(struct workers *w); // runs what is queued, takes no more, ends the threads
void workers_free(struct workers *w); // stops and frees; NULL is fine
