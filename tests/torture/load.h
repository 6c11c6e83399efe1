#pragma once
/*
 * A load as the ledger makes it, and the check of what became of it.
 *
 * Each job reads the head of a hash chain, appends a journal row to it and raises the version of one
 * item, all under one savepoint; every seventh job does its work and then says no. Afterwards the
 * store is asked what is there: the chain must be whole, each journal row must have raised its item
 * (never half), and each job's outcome must agree with what is stored.
 */
#include "store/store_internal.h"

#include <semaphore.h>

enum { LOAD_MAX = 1024, LOAD_ITEMS = 5 };

struct load_job {
    struct write_job job;
    struct load *load;
    int id; // 1 …
    bool refuse;
    bool queued, told;
    enum write_outcome outcome;
};

struct load {
    struct store *s;
    struct arena *a; // the writer thread's, reset for each job
    sem_t told;
    int n; // jobs made so far
    int body_max; // bytes of the largest journal row
    void (*on_done)(struct load_job *j); // may be NULL
    struct load_job jobs[LOAD_MAX];
};

struct load_view {
    int n;                     // journal rows
    bool stored[LOAD_MAX + 1]; // by job id
    bool chain_broken, half, twice;
    size_t problems;  // bytes the engine's own check had to say
    char example[200]; // their beginning
};

struct load_verdict {
    int lost;    // acknowledged and not there
    int doubled; // refused or failed and there
    int done, refused, failed, unknown, not_queued;
};

extern const struct migration_set LOAD_MIGRATIONS;

struct load *load_new(void);
void load_free(struct load *l);
// Submits n jobs at once and waits until each is told; returns how many are done.
int load_burst(struct load *l, struct store *s, int n);
// Reads everything back. False when the store cannot be read.
MUST_CHECK bool load_look(struct ctx *c, struct store *s, struct load_view *v);
struct load_verdict load_judge(const struct load *l, const struct load_view *v);
