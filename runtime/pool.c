/* pool.c - worker threads for the loops of a run.
 * SPDX-License-Identifier: MIT-0
 *
 * A loop is published by counting up a generation. A thread that waits spins for some microseconds
 * first, because the next layer of a run follows at once, and then sleeps. Indices are dealt out in
 * a fixed way: worker w takes w, w + crew, w + 2 * crew, ... The thread that asks is worker 0.
 *
 * Why no wake-up is lost: a worker counts itself as asleep before it looks at the generation for
 * the last time (both under the mutex), the publisher counts up the generation before it looks for
 * sleepers; of two sequentially consistent pairs one sees the other. The same holds the other way
 * for the publisher that waits for the last worker.
 *
 * A pool has no more workers than CPUs to run them on. Spinning is of use while those who are
 * waited for have a CPU, and does harm when they wait for this one. Quotas of containers, threads
 * that are pinned later and the load of the machine decide that, and change at any time, so
 * spinning has a budget: a spin in vain is paid from it, and an eighth of the CPU time of loops
 * comes in. Where spinning works it costs nothing; where it never works, that share is what it can
 * waste.
 *
 * After fork() the child has the memory of a pool, none of its workers, and perhaps mutexes that
 * nobody will unlock. A pool knows the process whose workers it has; the first thread that uses it
 * in another one makes all of it anew.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* sched_getaffinity() */
#endif
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "xnc_internal.h"

enum {
    SPIN_NANOSECONDS = 50000,
    SPIN_STEPS = 32, /* of xnc_cpu_relax() between two looks at the clock */
    MOST_BUDGET = 4 * SPIN_NANOSECONDS,
    LINE = 64 /* bytes that one core owns while it writes */
};

typedef struct worker {
    xnc_pool *pool;
    pthread_t thread;
    int index;
} worker;

struct xnc_pool {
    int threads;          /* that were asked for */
    int crew;             /* that there are, the caller included */
    atomic_int owner;     /* process of the workers; negative while it starts them */
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
    atomic_uint pending; /* workers that have not finished the loop */
    atomic_int caller_sleeps;
    atomic_int runs;   /* a caller is within its loop */
    atomic_int budget; /* nanoseconds of spinning in vain */
    worker workers[];  /* threads - 1 */
};

static uint64_t read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t xnc_nanoseconds(void) {
    return read_clock(CLOCK_MONOTONIC);
}

/* Spins until a word is the value, or is no longer; 0 when that took too long. */
static int spin(const atomic_uint *word, unsigned value, int wanted) {
    for (uint64_t end = 0, now = 0; end == 0 || now < end; now = xnc_nanoseconds()) {
        for (int i = 0; i < SPIN_STEPS; i++) {
            if ((atomic_load_explicit(word, memory_order_acquire) == value) == wanted) {
                return 1;
            }
            xnc_cpu_relax();
        }
        end = end == 0 ? xnc_nanoseconds() + SPIN_NANOSECONDS : end;
    }
    return 0;
}

static int budget_of(const xnc_pool *pool) {
    return atomic_load_explicit(&pool->budget, memory_order_relaxed);
}

/* For one of so many who may have spun in vain at once. */
static void pay(xnc_pool *pool, int shares) {
    atomic_fetch_sub_explicit(&pool->budget, SPIN_NANOSECONDS / shares, memory_order_relaxed);
}

/* Only callers earn, one at a time. */
static void earn(xnc_pool *pool, uint64_t cpu_nanoseconds) {
    uint64_t room = (uint64_t)((int64_t)MOST_BUDGET - budget_of(pool)),
             income = cpu_nanoseconds / 8;
    income = income < room ? income : room;
    atomic_fetch_add_explicit(&pool->budget, (int)income, memory_order_relaxed);
}

static void run_share(const xnc_pool *pool, int first) {
    for (int i = first; i < pool->count; i += pool->crew) {
        pool->task(pool->arg, i);
    }
}

/* Waits until the generation is no longer the one seen last; returns the new one. */
static unsigned wait_for_work(xnc_pool *pool, unsigned seen) {
    if (budget_of(pool) > 0) {
        if (spin(&pool->generation, seen, 0)) {
            return atomic_load(&pool->generation);
        }
        if (atomic_load_explicit(&pool->runs, memory_order_acquire)) { /* else it is idle */
            pay(pool, pool->crew - 1);
        }
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
    if (budget_of(pool) > 0) {
        if (spin(&pool->pending, 0, 1)) {
            return;
        }
        pay(pool, 1);
    }
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->caller_sleeps, 1);
    while (atomic_load(&pool->pending) != 0) {
        pthread_cond_wait(&pool->done, &pool->lock);
    }
    atomic_store(&pool->caller_sleeps, 0);
    pthread_mutex_unlock(&pool->lock);
}

/* A loop in which the workers take part. */
static void loop_together(xnc_pool *pool) {
    int lacks = budget_of(pool) < MOST_BUDGET; /* else the clock is of no interest */
    uint64_t start = lacks ? read_clock(CLOCK_THREAD_CPUTIME_ID) : 0;
    atomic_store_explicit(&pool->runs, 1, memory_order_release);
    atomic_store(&pool->pending, (unsigned)pool->crew - 1);
    publish(pool);
    run_share(pool, 0);
    wait_for_workers(pool);
    atomic_store_explicit(&pool->runs, 0, memory_order_release);
    if (lacks) {
        earn(pool, read_clock(CLOCK_THREAD_CPUTIME_ID) - start);
    }
}

void xnc_pool_loop(xnc_pool *pool, int count, xnc_task *task, void *arg) {
    pthread_mutex_lock(&pool->turn);
    pool->task = task;
    pool->arg = arg;
    pool->count = count;
    if (pool->crew > 1) {
        loop_together(pool);
    } else {
        run_share(pool, 0);
    }
    pthread_mutex_unlock(&pool->turn);
}

/* Ends and joins the workers. */
static void stop_workers(xnc_pool *pool) {
    pool->stop = 1;
    publish(pool);
    for (int i = 1; i < pool->crew; i++) {
        pthread_join(pool->workers[i - 1].thread, NULL);
    }
}

/* CPUs that this thread may run on, and so may those that it starts. */
static int count_cpus(void) {
#ifdef CPU_COUNT
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        return CPU_COUNT(&allowed);
    }
#endif
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

/* A pool before its first loop, whatever its memory held. */
static void reset(xnc_pool *pool) {
    pool->crew = 1;
    pool->stop = 0;
    pthread_mutex_init(&pool->turn, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    atomic_store(&pool->generation, 0);
    atomic_store(&pool->sleepers, 0);
    atomic_store(&pool->pending, 0);
    atomic_store(&pool->caller_sleeps, 0);
    atomic_store(&pool->runs, 0);
    atomic_store(&pool->budget, MOST_BUDGET);
}

/* Makes a crew of so many; 0 when there are not enough threads to be had, which fewer do the work
 * of. Workers look at nothing before the first loop. */
static int start_workers(xnc_pool *pool, int wanted) {
    int started = 1;
    for (; started < wanted; started++) {
        worker *one = &pool->workers[started - 1];
        *one = (worker){.pool = pool, .index = started};
        if (pthread_create(&one->thread, NULL, worker_main, one) != 0) {
            break;
        }
    }
    pool->crew = started;
    return started == wanted;
}

static int begin(xnc_pool *pool, int cpus) {
    reset(pool);
    return start_workers(pool, pool->threads < cpus ? pool->threads : cpus);
}

void xnc_pool_adopt(xnc_pool *pool) {
    int self = (int)getpid(), owner = atomic_load(&pool->owner);
    if (owner == self) {
        return;
    }
    if (owner != -self && atomic_compare_exchange_strong(&pool->owner, &owner, -self)) {
        (void)begin(pool, count_cpus());
        atomic_store(&pool->owner, self);
    }
    while (atomic_load(&pool->owner) != self) { /* another thread of this process is at it */
        sched_yield();
    }
}

void xnc_pool_parallel(void *pool, int count, xnc_task *task, void *arg) {
    xnc_pool_adopt(pool);
    xnc_pool_loop(pool, count, task, arg);
}

static void free_pool(xnc_pool *pool) {
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->turn);
    free(pool);
}

xnc_status xnc_pool_create_for(xnc_pool **pool, int threads, int cpus) {
    xnc_pool *made = calloc(1, sizeof *made + (size_t)(threads - 1) * sizeof made->workers[0]);
    if (!made) {
        return XNC_E_MEMORY;
    }
    made->threads = threads;
    atomic_store(&made->owner, (int)getpid());
    if (!begin(made, cpus)) {
        xnc_pool_destroy(made);
        return XNC_E_MEMORY;
    }
    *pool = made;
    return XNC_OK;
}

xnc_status xnc_pool_create(xnc_pool **pool, int threads) {
    if (!pool) {
        return XNC_E_ARGUMENT;
    }
    *pool = NULL;
    if (threads < 1 || threads > XNC_MAX_THREADS) {
        return XNC_E_ARGUMENT;
    }
    return xnc_pool_create_for(pool, threads, count_cpus());
}

void xnc_pool_destroy(xnc_pool *pool) {
    if (!pool) {
        return;
    }
    if (atomic_load(&pool->owner) == (int)getpid()) {
        stop_workers(pool);
        free_pool(pool);
    } else { /* of the workers nothing but memory came along; what waits for them would hang */
        free(pool);
    }
}

int xnc_pool_threads(const xnc_pool *pool) {
    return pool->threads;
}
