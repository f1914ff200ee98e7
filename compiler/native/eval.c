/* eval.c - see eval.h: each thread takes the next batch, decodes it, runs it and judges it.
 *
 * Whole pictures are what threads share, not layers: they need nothing of each other, decoding
 * included, and a run gives the same bits on one thread as on many. What threads share stands under
 * one lock, which is held for a moment per batch.
 */
#include "eval.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "picture.h"
#include "xnc_top.h"

enum { TOP = 5, SAVE_SECONDS = 5 };

typedef struct Workers Workers;

/* One thread's own. */
typedef struct Worker {
    Workers *all;
    void *arena; /* of xnc_run() */
    float *input, *logits;
    int64_t *indexes; /* of the pictures of the batch at hand */
    int64_t count;
    bool *readable;
} Worker;

struct Workers {
    Eval *eval;
    Worker *at;
    xnc_preprocess how;
    int64_t batch, channels, elements, classes; /* of a run; elements of one picture's input */
    size_t arena_bytes;
    pthread_mutex_t lock;
    /* What follows is under the lock. */
    int64_t next, done, shown;
    time_t saved;
    bool failed;
};

static bool take_batch(Worker *worker) {
    Workers *all = worker->all;
    const LabelledSet *set = all->eval->set;
    pthread_mutex_lock(&all->lock);
    worker->count = 0;
    for (; !all->failed && worker->count < all->batch && all->next < set->count; all->next++) {
        if (all->eval->results[all->next] == RESULT_PENDING) {
            worker->indexes[worker->count++] = all->next;
        }
    }
    pthread_mutex_unlock(&all->lock);
    return worker->count > 0;
}

static void fail(Workers *all) {
    pthread_mutex_lock(&all->lock);
    all->failed = true;
    pthread_mutex_unlock(&all->lock);
}

/* What is wrong with pictures is shown as it comes, up to the limit of all diagnostics. */
static void show(Workers *all, const char *text) {
    pthread_mutex_lock(&all->lock);
    if (all->shown++ < DIAG_SHOWN) {
        progress_hide(all->eval->work->progress);
        fputs(text, stderr);
    }
    pthread_mutex_unlock(&all->lock);
}

/* A picture becomes its part of the input, with memory that goes afterwards. */
static bool decode(const Worker *worker, Arena *arena, FILE *messages, int64_t slot) {
    const Workers *all = worker->all;
    const char *path = all->eval->set->at[worker->indexes[slot]].path;
    Diag *diag = diag_create(arena, messages);
    Picture picture;
    return picture_read(arena, diag, path, &picture) &&
           picture_input(arena, diag, path, &picture, &all->how, (int)all->channels,
                         worker->input + slot * all->elements);
}

/* In an arena of the thread's own, whose landing is on its own stack. False when the machine fails,
 * not the picture. */
static bool load_picture(Worker *worker, int64_t slot) {
    char *text = NULL;
    size_t length = 0;
    FILE *messages = open_memstream(&text, &length);
    Arena *arena = arena_create();
    volatile bool good = messages && arena;
    worker->readable[slot] = false;
    if (good && !arena_protect(arena)) {
        worker->readable[slot] = decode(worker, arena, messages, slot);
    } else {
        good = false;
    }
    arena_destroy(arena);
    if (messages && fclose(messages) == 0 && good && !worker->readable[slot]) {
        show(worker->all, text);
    }
    free(text);
    return good;
}

static bool compute(Worker *worker) {
    Workers *all = worker->all;
    const Product *product = all->eval->product;
    float *const outputs[] = {worker->logits};
    memset(worker->input, 0, (size_t)(all->batch * all->elements) * sizeof *worker->input);
    for (int64_t i = 0; i < worker->count; i++) {
        if (!load_picture(worker, i)) {
            return false;
        }
    }
    return xnc_run(product->model, product->weights, worker->arena, all->arena_bytes, worker->input,
                   outputs, NULL) == XNC_OK;
}

static char judge(const Worker *worker, int64_t slot) {
    const Workers *all = worker->all;
    int64_t class = all->eval->set->at[worker->indexes[slot]].class;
    xnc_ranked best[TOP];
    if (!worker->readable[slot]) {
        return RESULT_UNREADABLE;
    }
    int count = xnc_top(worker->logits + slot * all->classes, (int)all->classes, best, TOP);
    for (int i = 0; i < count; i++) {
        if (best[i].index == class) {
            return i == 0 ? RESULT_TOP1 : RESULT_TOP5;
        }
    }
    return RESULT_WRONG;
}

/* With memory of its own, as that of the work belongs to the first thread. */
static bool save(const Eval *eval) {
    Arena *arena = arena_create();
    volatile bool good = false;
    if (arena && !arena_protect(arena)) {
        good = !eval->state || eval_state_write(arena, diag_create(arena, stderr), eval->state,
                                                &eval->subject, eval->results);
    }
    arena_destroy(arena);
    return good;
}

static void give_back(Worker *worker) {
    Workers *all = worker->all;
    Eval *eval = all->eval;
    pthread_mutex_lock(&all->lock);
    for (int64_t i = 0; i < worker->count; i++) {
        eval->results[worker->indexes[i]] = judge(worker, i);
    }
    all->done += worker->count;
    progress_count(eval->work->progress, all->done, eval->set->count);
    if (time(NULL) - all->saved >= SAVE_SECONDS) {
        all->failed = !save(eval) || all->failed;
        all->saved = time(NULL);
    }
    pthread_mutex_unlock(&all->lock);
}

static void evaluate(void *arg, int index) {
    Worker *worker = &((Workers *)arg)->at[index];
    while (take_batch(worker)) {
        if (!compute(worker)) {
            fail(worker->all);
            return;
        }
        give_back(worker);
    }
}

static void free_arena(void *arena) {
    xnc_arena_destroy(arena);
}

static void create_workers(Arena *arena, Workers *all) {
    all->at = NEW_ARRAY(arena, Worker, all->eval->threads);
    for (int i = 0; i < all->eval->threads; i++) {
        Worker *worker = &all->at[i];
        worker->all = all;
        worker->arena = xnc_arena_create(all->arena_bytes);
        if (!worker->arena) {
            arena_fail(arena);
        }
        arena_defer(arena, free_arena, worker->arena);
        worker->input = NEW_ARRAY(arena, float, all->batch * all->elements);
        worker->logits = NEW_ARRAY(arena, float, all->batch * all->classes);
        worker->indexes = NEW_ARRAY(arena, int64_t, all->batch);
        worker->readable = NEW_ARRAY(arena, bool, all->batch);
    }
}

static void free_pool(void *pool) {
    xnc_pool_destroy(pool);
}

static Workers *open_workers(Eval *eval) {
    Arena *arena = eval->work->arena;
    const xnc_model *model = eval->product->model;
    const int64_t *input = xnc_model_input(model)->shape;
    Workers *all = NEW(arena, Workers);
    all->eval = eval;
    all->how = *xnc_model_preprocess(model);
    all->batch = input[0];
    all->channels = input[1];
    all->elements = input[1] * input[2] * input[3];
    all->classes = xnc_model_output(model, 0)->shape[1];
    all->arena_bytes = xnc_arena_bytes(model, 1);
    all->saved = time(NULL);
    all->done = eval->set->count - eval_count(eval).pending;
    create_workers(arena, all);
    return all;
}

bool eval_run(Eval *eval) {
    const Work *work = eval->work;
    Workers *all = open_workers(eval);
    xnc_pool *pool;
    if (xnc_pool_create(&pool, eval->threads) != XNC_OK) {
        arena_fail(work->arena);
    }
    arena_defer(work->arena, free_pool, pool);
    if (pthread_mutex_init(&all->lock, NULL) != 0) {
        arena_fail(work->arena);
    }
    progress_step(work->progress, "evaluating %lld pictures", (long long)eval->set->count);
    xnc_pool_parallel(pool, eval->threads, evaluate, all);
    pthread_mutex_destroy(&all->lock);
    progress_hide(work->progress);
    if (all->shown > DIAG_SHOWN) {
        fprintf(stderr, "and %lld more pictures that cannot be read\n",
                (long long)all->shown - DIAG_SHOWN);
    }
    return !all->failed && save(eval);
}

EvalCounts eval_count(const Eval *eval) {
    EvalCounts counts = {0};
    for (int64_t i = 0; i < eval->set->count; i++) {
        char result = eval->results[i];
        counts.pending += result == RESULT_PENDING;
        counts.top1 += result == RESULT_TOP1;
        counts.top5 += result == RESULT_TOP5;
        counts.wrong += result == RESULT_WRONG;
        counts.unreadable += result == RESULT_UNREADABLE;
    }
    return counts;
}
