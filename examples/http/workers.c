/* workers.c - see workers.h. */
#include "workers.h"

#include <stdlib.h>
#include <time.h>

#include <pthread.h>

enum { MOST_THREADS = 64 };

typedef struct worker {
    pthread_t thread;
    classifier *with;
    struct workers *all;
} worker;

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a job came, or stopping was set */
    job *first, **last;
    int waiting, most_waiting;
    int stopping;
    worker each[MOST_THREADS];
    int threads;
};

double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The next job, waiting for it; NULL when there will be none. */
static job *take(workers *from) {
    pthread_mutex_lock(&from->lock);
    while (!from->first && !from->stopping) {
        pthread_cond_wait(&from->changed, &from->lock);
    }
    job *taken = from->first;
    if (taken) {
        from->first = taken->next;
        from->last = from->first ? from->last : &from->first;
        from->waiting--;
    }
    pthread_mutex_unlock(&from->lock);
    return taken;
}

/* Once the connection is resumed the job may be freed at any moment. */
static void finish(job *finished) {
    finished->done = seconds();
    MHD_resume_connection(finished->connection);
}

static void *work(void *arg) {
    worker *self = arg;
    for (job *taken; (taken = take(self->all));) {
        taken->started = seconds();
        taken->status = classifier_run(self->with, taken->data, taken->bytes, &taken->answer);
        finish(taken);
    }
    return NULL;
}

static int start(workers *all, const network *shared) {
    worker *one = &all->each[all->threads];
    *one = (worker){.with = classifier_create(shared), .all = all};
    if (!one->with || pthread_create(&one->thread, NULL, work, one) != 0) {
        classifier_destroy(one->with);
        return 0;
    }
    all->threads++;
    return 1;
}

workers *workers_create(const network *shared, int threads, int queue) {
    workers *made = calloc(1, sizeof *made);
    if (!made) {
        return NULL;
    }
    made->last = &made->first;
    made->most_waiting = queue;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->changed, NULL);
    for (int i = 0; i < threads && i < MOST_THREADS; i++) {
        if (!start(made, shared)) {
            workers_destroy(made);
            return NULL;
        }
    }
    return made;
}

int workers_submit(workers *to, job *submitted) {
    pthread_mutex_lock(&to->lock);
    int fits = to->waiting < to->most_waiting && !to->stopping;
    if (fits) {
        /* Suspended under the lock: no worker can resume it before. */
        MHD_suspend_connection(submitted->connection);
        submitted->next = NULL;
        submitted->queued = seconds();
        *to->last = submitted;
        to->last = &submitted->next;
        to->waiting++;
        pthread_cond_signal(&to->changed);
    }
    pthread_mutex_unlock(&to->lock);
    return fits;
}

int workers_waiting(workers *of) {
    pthread_mutex_lock(&of->lock);
    int waiting = of->waiting;
    pthread_mutex_unlock(&of->lock);
    return waiting;
}

void workers_stop(workers *stopped) {
    pthread_mutex_lock(&stopped->lock);
    stopped->stopping = 1;
    pthread_cond_broadcast(&stopped->changed);
    pthread_mutex_unlock(&stopped->lock);
    for (; stopped->threads > 0; stopped->threads--) {
        worker *last = &stopped->each[stopped->threads - 1];
        pthread_join(last->thread, NULL);
        classifier_destroy(last->with);
    }
}

void workers_destroy(workers *destroyed) {
    workers_stop(destroyed);
    pthread_cond_destroy(&destroyed->changed);
    pthread_mutex_destroy(&destroyed->lock);
    free(destroyed);
}
