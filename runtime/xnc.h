/* xnc.h - the runtime of compiled Xception networks. The same for every model.
 * SPDX-License-Identifier: MIT-0
 *
 * Ten lines make a program:
 *
 *     #include "xception41.h"
 *     xnc_weights *weights;
 *     if (xnc_weights_open(&weights, &xception41_model, "xception41.weights", 0) != XNC_OK) ...
 *     size_t bytes = xnc_arena_bytes(&xception41_model, 1);
 *     void *arena = xnc_arena_create(bytes);
 *     float *outputs[] = {logits};
 *     xnc_status status =
 *         xnc_run(&xception41_model, weights, arena, bytes, image, outputs, NULL);
 *     xnc_arena_destroy(arena);
 *     xnc_weights_close(weights);
 *
 * Functions keep no state of their own and write nothing to any stream. What a function hands out
 * through a pointer is NULL after an error.
 */
#ifndef XNC_H
#define XNC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes to which an arena must be aligned. */
#define XNC_ARENA_ALIGN 64

/* Most threads of a pool or of one run. */
#define XNC_MAX_THREADS 1024

/* ---- Errors ---- */

typedef enum xnc_status {
    XNC_OK = 0,
    XNC_E_ARGUMENT,   /* a NULL, a count out of range, unknown flags, misaligned data */
    XNC_E_CPU,        /* this CPU lacks an instruction set that the model was compiled for */
    XNC_E_ARENA,      /* the arena is too small or not aligned to XNC_ARENA_ALIGN */
    XNC_E_IO,         /* no regular file, or one that cannot be opened or read */
    XNC_E_FORMAT,     /* not a weights blob at all */
    XNC_E_VERSION,    /* blob or model of another version of xnc */
    XNC_E_MISMATCH,   /* the weights of another network, or of other outputs of this one */
    XNC_E_CORRUPT,    /* the content does not have the digest that the header promises */
    XNC_E_MEMORY,     /* out of memory, or no more threads */
    XNC_E_BYTE_ORDER, /* a blob of a machine with the other byte order */
    XNC_E_SIZE,       /* the blob is cut short, or has more bytes than it says */
    XNC_E_PACKING,    /* the weights of this network, but packed for another target, or for a size
                         of input, or a batch, whose last maps have so few pixels that their weights
                         lie in another way */
    XNC_E_DIFFERENT   /* xnc_golden_run(): a value is not what the interpreter computed */
} xnc_status;

/* One line for people, without a full stop; a static string, also for numbers that are no status.
 */
const char *xnc_status_text(xnc_status status);

/* ---- What a model says of itself ---- */

/* A compiled network: constant, shared by all threads, lives as long as the program. NAME.h
 * declares it as NAME_model. */
typedef struct xnc_model xnc_model;

typedef struct xnc_tensor_info {
    const char *name;
    int rank;          /* 4, or 2 */
    int64_t shape[4];  /* as xnc_tensor_layout() says; the elements stand densely in C order */
    int channels_last; /* 1: N, H, W, C; 0: N, C, H, W, or N, C */
} xnc_tensor_info;

typedef struct xnc_preprocess {
    int height, width;         /* pixels of the published evaluation */
    double crop_pct;           /* the shorter edge is resized to floor(size / crop_pct) */
    float mean[4], std[4];     /* per channel of values in 0..1: (x - mean) / std */
    const char *interpolation; /* "bicubic", "bilinear", "nearest", "tf_bilinear" */
    const char *crop_mode;     /* "center", "squash", "border", "aspect" */
    double margin;     /* for xnc_image_box(), of boxes around faces; 0: boxes as they are */
    int exif;          /* 1: pictures are turned as EXIF says, xnc_image_turn() */
    int channels_last; /* 1: xnc_image_input() writes H, W, C, as the input of the model is */
    float scale[4], offset[4]; /* where scale[0] is not 0, in place of mean and std, which say the
                                  same: x * scale + offset of values in 0..255, in the roundings
                                  of Keras' Rescaling */
} xnc_preprocess;

/* What makes probabilities of a classifier's outputs, which xnc_run() leaves as they are. */
typedef enum xnc_scores {
    XNC_SCORES_SOFTMAX = 0, /* one class of several is right */
    XNC_SCORES_SIGMOID,     /* each output by itself: one logit, or several labels at once */
    XNC_SCORES_NONE         /* nothing: probabilities already, or no classes at all */
} xnc_scores;

const char *xnc_model_name(const xnc_model *model);
/* Version of the compiler that wrote the model. */
const char *xnc_model_version(const xnc_model *model);
/* The code of a model that was compiled for several targets which runs on this CPU: of the fastest
 * target whose features it has. A model for one target is its own only variant. When the CPU runs
 * none, the plainest, whose weights cannot be opened (XNC_E_CPU). */
const xnc_model *xnc_model_variant(const xnc_model *model);
/* Instruction set that its variant was compiled for, "x86-64-v3" or "scalar" for example. */
const char *xnc_model_target(const xnc_model *model);
/* Type that the operands of its products are rounded to: "f32", "bf16" or "int8". */
const char *xnc_model_precision(const xnc_model *model);
/* Type that the weights of its products are stored in: "f16", or what the precision says. */
const char *xnc_model_weights_type(const xnc_model *model);
/* CPU features that its variant needs, separated by spaces; XNC_E_CPU is decided by these. */
const char *xnc_model_features(const xnc_model *model);
/* The one input: f32, already normalized. */
const xnc_tensor_info *xnc_model_input(const xnc_model *model);
int xnc_model_outputs(const xnc_model *model);
/* NULL when index is not below xnc_model_outputs(). */
const xnc_tensor_info *xnc_model_output(const xnc_model *model, int index);
/* "NCHW" or, with channels_last, "NHWC"; "NC" for rank 2. */
const char *xnc_tensor_layout(const xnc_tensor_info *info);
/* "f32". */
const char *xnc_tensor_type(const xnc_tensor_info *info);
/* C, wherever the layout has it. */
int64_t xnc_tensor_channels(const xnc_tensor_info *info);
/* Product of the dimensions. */
size_t xnc_tensor_elements(const xnc_tensor_info *info);
/* Bytes of the whole blob: of the file, or of the array NAME_weights. */
size_t xnc_model_weights_bytes(const xnc_model *model);
/* Bytes that xnc_run() needs with so many threads, scratch included; 0 when threads is not within
 * 1..XNC_MAX_THREADS. */
size_t xnc_arena_bytes(const xnc_model *model, int threads);
/* Multiply-adds of one run (all images of the batch). */
uint64_t xnc_model_macs(const xnc_model *model);
const xnc_preprocess *xnc_model_preprocess(const xnc_model *model);
/* What xnc_scores_of() of xnc_top.h is to do with the output; XNC_SCORES_NONE for a model with
 * several outputs or maps. */
xnc_scores xnc_model_scores(const xnc_model *model);
/* Names of the classes in UTF-8, one for each, "" for those without; NULL when the model was
 * compiled without --with-labels. */
const char *const *xnc_model_labels(const xnc_model *model);
int xnc_model_layers(const xnc_model *model);
/* Of a layer, in order of execution; NULL or 0 when index is not below xnc_model_layers(). The line
 * is the one in the description that asked for it. */
const char *xnc_layer_name(const xnc_model *model, int index);
const char *xnc_layer_op(const xnc_model *model, int index);
int xnc_layer_line(const xnc_model *model, int index);
uint64_t xnc_layer_macs(const xnc_model *model, int index);

/* 1 when this CPU (and its operating system) has every feature of a list separated by spaces, such
 * as xnc_model_features() gives; 0 when it lacks one, or when a name is unknown. */
int xnc_cpu_has(const char *features);

/* ---- Weights ---- */

/* One read-only copy for any number of threads and runs. */
typedef struct xnc_weights xnc_weights;

/* Maps the file instead of reading it: starts faster and shares memory between processes, but when
 * somebody truncates the file while it is mapped, the next run dies of SIGBUS. */
#define XNC_MAP 1u

/* Opens a blob file, a regular one: pipes and devices are XNC_E_IO. The CPU is checked first, then
 * the header against the model, then the digest of the content. Reads into memory of its own by
 * default (flags 0). Thread-safe. */
xnc_status xnc_weights_open(xnc_weights **weights, const xnc_model *model, const char *path,
                            unsigned flags);
/* The same for a blob in memory (NAME_weights, for example). Copies nothing: data must be aligned
 * to XNC_ARENA_ALIGN, and stay unchanged until the weights are closed. */
xnc_status xnc_weights_attach(xnc_weights **weights, const xnc_model *model, const void *data,
                              size_t bytes);
/* No run may use the weights any more. NULL is allowed. */
void xnc_weights_close(xnc_weights *weights);

/* ---- Threads ---- */

/* One piece of a parallel loop. */
typedef void xnc_task(void *arg, int index);

/* The application's own parallel loop: calls task(arg, index) for each index below count, in any
 * order on any threads, and returns when all calls have returned. */
typedef void xnc_parallel(void *context, int count, xnc_task *task, void *arg);

/* Worker threads that spin for some microseconds between layers, where that is of use, and sleep
 * when idle. */
typedef struct xnc_pool xnc_pool;

/* A pool of threads - 1 workers; the thread that runs a model is the remaining one. threads is
 * within 1..XNC_MAX_THREADS. Where the calling thread may run on fewer CPUs there are fewer
 * workers, who do the same work. XNC_E_MEMORY when not all threads could be started. A child of
 * fork() may use its parent's pool: the first use starts workers of its own. Tasks must not fork.
 */
xnc_status xnc_pool_create(xnc_pool **pool, int threads);
/* Ends the workers. No run may use the pool any more. NULL is allowed. A child of fork() that has
 * not used its parent's pool gives memory back alone. */
void xnc_pool_destroy(xnc_pool *pool);
/* As many as were asked for: what xnc_arena_bytes() is asked with. */
int xnc_pool_threads(const xnc_pool *pool);
/* The pool's parallel loop, for the application's own work; its type with the context as a pool is
 * that of xnc_parallel. Tasks must not use the same pool. Callers in several threads take turns. */
void xnc_pool_parallel(void *pool, int count, xnc_task *task, void *arg);

/* ---- Running ---- */

/* Called after each layer when the runtime was compiled with XNC_PROFILE, otherwise never. The
 * arena holds what the layer has just written. */
typedef void xnc_profile(void *context, int layer, uint64_t nanoseconds, const void *arena);

/* How a run is executed; zeros (or a NULL pointer) mean: by the calling thread alone. Every choice
 * gives the same bits. */
typedef struct xnc_exec {
    xnc_pool *pool;         /* either a pool of the runtime ... */
    xnc_parallel *parallel; /* ... or a loop of the application, not both; with it: */
    void *context;          /*     handed to parallel */
    int threads;            /*     pieces to cut the work into, 1..XNC_MAX_THREADS */
    xnc_profile *profile;
    void *profile_context;
} xnc_exec;

/* Runs the network once. The input has the elements of xnc_model_input(), outputs one pointer for
 * each output with room for its elements; both belong to the caller and overlap nothing. The arena
 * has xnc_arena_bytes(model, threads) or more; what it holds before and after means nothing.
 * Allocates nothing. Rounding mode, flushing of subnormals and traps of the calling threads do not
 * matter, and are the same afterwards, flags included. Thread-safe for different arenas and
 * outputs. Errors: XNC_E_ARGUMENT, XNC_E_ARENA, XNC_E_MISMATCH (the weights were opened for another
 * model). */
xnc_status xnc_run(const xnc_model *model, const xnc_weights *weights, void *arena,
                   size_t arena_bytes, const float *input, float *const outputs[],
                   const xnc_exec *exec);

/* ---- A convenience ---- */

/* Memory for an arena, aligned, in large pages where the system has them; NULL when there is none.
 * Any other memory with the right alignment does as well. */
void *xnc_arena_create(size_t bytes);
void xnc_arena_destroy(void *arena);

#ifdef __cplusplus
}
#endif

#endif
