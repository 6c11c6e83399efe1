#include "server/workers.h"

#include <pthread.h>
#include <stdlib.h>

struct workers {
    pthread_mutex_t mutex; // guards all below
    pthread_cond_t wake;
    struct task *first, **last;
    int queued, limit, threads;
    bool stopping;
    pthread_t thread[];
};

static void *work(void *arg)
{
    struct workers *w = arg;
    pthread_mutex_lock(&w->mutex);
    for (;;) {
        while (!w->first && !w->stopping) pthread_cond_wait(&w->wake, &w->mutex);
        struct task *t = w->first;
        if (!t) break;
        w->first = t->next;
        if (!w->first) w->last = &w->first;
        w->queued--;
        pthread_mutex_unlock(&w->mutex);
        t->run(t);
        pthread_mutex_lock(&w->mutex);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

struct workers *workers_new(int threads, int queue)
{
    struct workers *w = calloc(1, sizeof *w + (size_t)threads * sizeof w->thread[0]);
    if (!w) return NULL;
    w->last = &w->first;
    w->limit = queue;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->wake, NULL);
    while (w->threads < threads && pthread_create(&w->thread[w->threads], NULL, work, w) == 0) w->threads++;
    if (w->threads == threads) return w;
    workers_free(w);
    return NULL;
}

bool workers_add(struct workers *w, struct task *t)
{
    pthread_mutex_lock(&w->mutex);
    bool room = w->queued < w->limit && !w->stopping;
    if (room) {
        t->next = NULL;
        *w->last = t;
        w->last = &t->next;
        w->queued++;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->mutex);
    return room;
}

int workers_waiting(struct workers *w)
{
    pthread_mutex_lock(&w->mutex);
    int n = w->queued;
    pthread_mutex_unlock(&w->mutex);
    return n;
}

void workers_stop(struct workers *w)
{
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->mutex);
    while (w->threads > 0) pthread_join(w->thread[--w->threads], NULL);
}

void workers_free(struct workers *w)
{
    if (!w) return;
    workers_stop(w);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->mutex);
    free(w);
}
