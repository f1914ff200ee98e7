/* eval.c - paths of pictures -> a letter for each: right, among the best five, wrong, outputs kept,
 * unreadable.
 *
 * Each thread takes the next batch of pending pictures, decodes it, runs the network on it alone
 * and notes the results. Work is split by pictures rather than within layers: pictures are
 * independent, so decoding is parallel too and threads need not wait for each other after each
 * layer. A run gives the same bits on one thread as on many, so results do not depend on the number
 * of threads. Shared data is under one lock, which is held for a moment per batch.
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

/* One thread's own. Arrays have room for a whole batch. */
typedef struct Worker {
    Workers *all;
    void *arena;      /* of xnc_run(): Workers.arena_bytes */
    float *input;     /* NCHW, normalized; zeros where a picture is missing or unreadable */
    float *logits;    /* batch * classes */
    int64_t *indexes; /* of the pictures of the current batch, in the set */
    int64_t count;    /* of these; less than a batch at the end of the set */
    bool *readable;   /* for each of these, once decoded */
} Worker;

struct Workers {
    Eval *eval;
    Worker *at; /* one for each thread */
    xnc_preprocess how;
    int64_t batch, channels, elements, classes; /* of a run; elements of one picture's input */
    size_t arena_bytes;
    pthread_mutex_t lock;
    /* What follows is under the lock, as are eval->results and eval->work->progress. */
    int64_t next;      /* index in the set from which on pictures are not given out yet */
    int64_t done;      /* pictures with a result, earlier evaluations included */
    int64_t shown;     /* messages about unreadable pictures, those above the limit included */
    time_t saved;      /* when the state was written last */
    bool failed;       /* a thread gave up; the others end after their batch */
    xnc_status status; /* why, once all have ended; XNC_OK: a diagnostic has said it */
};

/* The next pending pictures become the worker's; false when there are none or a thread failed. */
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

static void fail(Workers *all, xnc_status status) {
    pthread_mutex_lock(&all->lock);
    all->failed = true;
    all->status = status;
    pthread_mutex_unlock(&all->lock);
}

/* Messages about unreadable pictures are shown at once, up to the limit of all diagnostics. */
static void show(Workers *all, const char *text) {
    pthread_mutex_lock(&all->lock);
    if (all->shown++ < DIAG_SHOWN) {
        progress_hide(all->eval->work->progress);
        fputs(text, stderr);
    }
    pthread_mutex_unlock(&all->lock);
}

/* Decodes and preprocesses a picture into its part of the input; false after a message. */
static bool decode(const Worker *worker, Arena *arena, FILE *messages, int64_t slot) {
    const Workers *all = worker->all;
    const char *path = all->eval->set->at[worker->indexes[slot]].path;
    Diag *diag = diag_create(arena, messages);
    return picture_load(arena, diag, path, &all->how, all->eval->boxes, (int)all->channels,
                        worker->input + slot * all->elements);
}

/* Decodes in an arena of its own, as arenas belong to one thread and running out of memory jumps to
 * a mark that must be on this thread's stack. False when memory fails; an unreadable picture is a
 * result (readable[slot] false), not a failure. */
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
    good = messages && fclose(messages) == 0 && text && good; /* NULL: no memory for the text */
    if (good && !worker->readable[slot]) {
        show(worker->all, text);
    }
    free(text);
    return good;
}

/* Slots without a readable picture stay zeros; their logits are never looked at. */
static xnc_status compute(Worker *worker) {
    Workers *all = worker->all;
    const Product *product = all->eval->product;
    float *const outputs[] = {worker->logits};
    memset(worker->input, 0, (size_t)(all->batch * all->elements) * sizeof *worker->input);
    for (int64_t i = 0; i < worker->count; i++) {
        if (!load_picture(worker, i)) {
            return XNC_E_MEMORY;
        }
    }
    return xnc_run(product->model, product->weights, worker->arena, all->arena_bytes, worker->input,
                   outputs, NULL);
}

/* The letter for a picture of the batch, whose outputs are kept where labels are told. */
static char judge(const Worker *worker, int64_t slot) {
    const Workers *all = worker->all;
    const Eval *eval = all->eval;
    int64_t index = worker->indexes[slot], class = eval->set->at[index].class;
    xnc_ranked best[TOP];
    if (!worker->readable[slot]) {
        return RESULT_UNREADABLE;
    }
    if (eval->outputs) {
        memcpy(eval->outputs + index * eval->labels, worker->logits + slot * all->classes,
               (size_t)eval->labels * sizeof *eval->outputs);
        return RESULT_KEPT;
    }
    int count = xnc_top(worker->logits + slot * all->classes, (int)all->classes, best, TOP);
    for (int i = 0; i < count; i++) {
        if (best[i].index == class) {
            return i == 0 ? RESULT_TOP1 : RESULT_TOP5;
        }
    }
    return RESULT_WRONG;
}

/* Writes the state in an arena of its own, as any thread may do it and the arena of the work
 * belongs to the first one. Under the lock, or after all threads have ended. */
static bool save(Workers *all) {
    const Eval *eval = all->eval;
    Arena *arena = arena_create();
    volatile bool good = false;
    all->status = arena ? all->status : XNC_E_MEMORY;
    if (arena && !arena_protect(arena)) {
        EvalKept kept = eval_kept(eval);
        good = !eval->state || eval_state_write(arena, diag_create(arena, stderr), eval->state,
                                                &eval->subject, &kept);
    }
    arena_destroy(arena);
    return good;
}

/* Notes the results of the worker's batch, and saves the state when it is time. */
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
        all->failed = !save(all) || all->failed;
        all->saved = time(NULL);
    }
    pthread_mutex_unlock(&all->lock);
}

/* The task of a thread: batch after batch. */
static void evaluate(void *arg, int index) {
    Worker *worker = &((Workers *)arg)->at[index];
    while (take_batch(worker)) {
        xnc_status status = compute(worker);
        if (status != XNC_OK) {
            fail(worker->all, status);
            return;
        }
        give_back(worker);
    }
}

static void free_arena(void *arena) {
    xnc_arena_destroy(arena);
}

/* All memory is taken before the threads start, so that running out of it is still the work's. */
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

/* The tool's own threads come from the runtime's pool; each calls xnc_run() with one thread. */
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
    bool good = !all->failed && save(all);
    if (!good && all->status != XNC_OK) {
        product_complain(work->diag, eval->product, all->status);
    }
    return good;
}

EvalKept eval_kept(const Eval *eval) {
    return (EvalKept){eval->results, eval->set->count, eval->outputs, eval->labels};
}

EvalCounts eval_count(const Eval *eval) {
    EvalCounts counts = {0};
    for (int64_t i = 0; i < eval->set->count; i++) {
        char result = eval->results[i];
        counts.pending += result == RESULT_PENDING;
        counts.top1 += result == RESULT_TOP1;
        counts.top5 += result == RESULT_TOP5;
        counts.wrong += result == RESULT_WRONG;
        counts.kept += result == RESULT_KEPT;
        counts.unreadable += result == RESULT_UNREADABLE;
    }
    return counts;
}
