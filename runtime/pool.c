/* pool.c - worker threads for the loops of a run.
 * SPDX-License-Identifier: MIT-0
 *
 * A loop is published by counting up a generation. A worker that waits spins for some microseconds
 * first, because the next layer of a run follows at once, and then sleeps. Indices are dealt out in
 * a fixed way: worker w takes w, w + threads, w + 2 * threads, ... The thread that asks is worker
 * 0.
 *
 * Why no wake-up is lost: a worker counts itself as asleep before it looks at the generation for
 * the last time (both under the mutex), the publisher counts up the generation before it looks for
 * sleepers; of two sequentially consistent pairs one sees the other. The same holds the other way
 * for the publisher that waits for the last worker.
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1 /* _SC_NPROCESSORS_ONLN */
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "xnc_internal.h"

enum {
    SPINS = 2000, /* of xnc_cpu_relax(): tens of microseconds */
    LINE = 64     /* bytes that one core owns while it writes */
};

typedef struct worker {
    xnc_pool *pool;
    pthread_t thread;
    int index;
} worker;

struct xnc_pool {
    int threads;
    int spins;            /* 0 when there are more threads than CPUs */
    pthread_mutex_t turn; /* held by the caller whose loop runs */
    pthread_mutex_t lock; /* of the two conditions */
    pthread_cond_t work, done;
    xnc_task *task; /* the loop; changed only while all workers wait */
    void *arg;
    int count;
    int stop;
    char before_generation[LINE];
    atomic_uint generation;
    atomic_int sleepers;
    char before_pending[LINE];
    atomic_int pending; /* workers that have not finished the loop */
    atomic_int caller_sleeps;
    worker workers[]; /* threads - 1 */
};

static void run_share(const xnc_pool *pool, int first) {
    for (int i = first; i < pool->count; i += pool->threads) {
        pool->task(pool->arg, i);
    }
}

/* Waits until the generation is no longer the one seen last; returns the new one. */
static unsigned wait_for_work(xnc_pool *pool, unsigned seen) {
    for (int i = 0; i < pool->spins; i++) {
        unsigned now = atomic_load_explicit(&pool->generation, memory_order_acquire);
        if (now != seen) {
            return now;
        }
        xnc_cpu_relax();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(&pool->generation) == seen) {
        pthread_cond_wait(&pool->work, &pool->lock);
    }
    atomic_fetch_sub(&pool->sleepers, 1);
    pthread_mutex_unlock(&pool->lock);
    return atomic_load(&pool->generation);
}

static void *worker_main(void *arg) {
    const worker *self = arg;
    xnc_pool *pool = self->pool;
    unsigned seen = 0;
    for (;;) {
        seen = wait_for_work(pool, seen);
        if (pool->stop) {
            return NULL;
        }
        run_share(pool, self->index);
        if (atomic_fetch_sub(&pool->pending, 1) == 1 && atomic_load(&pool->caller_sleeps)) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
}

static void publish(xnc_pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) > 0) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_broadcast(&pool->work);
        pthread_mutex_unlock(&pool->lock);
    }
}

static void wait_for_workers(xnc_pool *pool) {
    for (int i = 0; i < pool->spins; i++) {
        if (atomic_load_explicit(&pool->pending, memory_order_acquire) == 0) {
            return;
        }
        xnc_cpu_relax();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->caller_sleeps, 1);
    while (atomic_load(&pool->pending) != 0) {
        pthread_cond_wait(&pool->done, &pool->lock);
    }
    atomic_store(&pool->caller_sleeps, 0);
    pthread_mutex_unlock(&pool->lock);
}

void xnc_pool_parallel(void *context, int count, xnc_task *task, void *arg) {
    xnc_pool *pool = context;
    pthread_mutex_lock(&pool->turn);
    pool->task = task;
    pool->arg = arg;
    pool->count = count;
    if (pool->threads > 1) {
        atomic_store(&pool->pending, pool->threads - 1);
        publish(pool);
    }
    run_share(pool, 0);
    if (pool->threads > 1) {
        wait_for_workers(pool);
    }
    pthread_mutex_unlock(&pool->turn);
}

/* Ends and joins the workers with an index up to last. */
static void stop_workers(xnc_pool *pool, int last) {
    pool->stop = 1;
    publish(pool);
    for (int i = 1; i <= last; i++) {
        pthread_join(pool->workers[i - 1].thread, NULL);
    }
}

static void free_pool(xnc_pool *pool) {
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->turn);
    free(pool);
}

static xnc_pool *new_pool(int threads) {
    xnc_pool *pool = calloc(1, sizeof *pool + (size_t)(threads - 1) * sizeof pool->workers[0]);
    if (pool) {
        pool->threads = threads;
        pool->spins = threads <= sysconf(_SC_NPROCESSORS_ONLN) ? SPINS : 0;
        pthread_mutex_init(&pool->turn, NULL);
        pthread_mutex_init(&pool->lock, NULL);
        pthread_cond_init(&pool->work, NULL);
        pthread_cond_init(&pool->done, NULL);
    }
    return pool;
}

xnc_status xnc_pool_create(xnc_pool **pool, int threads) {
    if (!pool) {
        return XNC_E_ARGUMENT;
    }
    *pool = NULL;
    if (threads < 1 || threads > XNC_MAX_THREADS) {
        return XNC_E_ARGUMENT;
    }
    xnc_pool *made = new_pool(threads);
    if (!made) {
        return XNC_E_MEMORY;
    }
    for (int i = 1; i < threads; i++) {
        worker *one = &made->workers[i - 1];
        *one = (worker){.pool = made, .index = i};
        if (pthread_create(&one->thread, NULL, worker_main, one) != 0) {
            stop_workers(made, i - 1);
            free_pool(made);
            return XNC_E_MEMORY;
        }
    }
    *pool = made;
    return XNC_OK;
}

void xnc_pool_destroy(xnc_pool *pool) {
    if (pool) {
        stop_workers(pool, pool->threads - 1);
        free_pool(pool);
    }
}

int xnc_pool_threads(const xnc_pool *pool) {
    return pool->threads;
}
