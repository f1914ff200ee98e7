/* run.c - one inference: walks the layer table and calls each layer's kernel.
 * SPDX-License-Identifier: MIT-0
 *
 * Places in the table become pointers: into the arena, or to the caller's input and outputs. A
 * layer is cut into as many tasks as there are threads; a kernel computes each element in the same
 * way whatever the number of tasks is, so every number gives the same bits.
 */
#include "xnc_float_internal.h"
#include "xnc_internal.h"

/* Everything that the tasks of one layer share. */
typedef struct layer_job {
    xnc_kernel *kernel;
    xnc_args args;
    unsigned char *scratch; /* of task 0 */
    int64_t scratch_bytes;
} layer_job;

typedef struct run_state {
    const xnc_weights *weights;
    unsigned char *arena;
    const float *input;
    float *const *outputs;
    const xnc_exec *exec;
    int threads;
} run_state;

/* The caller's input, as a place, is only ever read, though it shares the type of written places.
 */
static const void *place_to_read(const run_state *run, int64_t place) {
    if (place >= 0) {
        return run->arena + place;
    }
    if (place == XNC_AT_NOTHING) {
        return NULL;
    }
    return place == XNC_AT_INPUT ? run->input : run->outputs[XNC_AT_OUTPUT(0) - place];
}

static void *place_to_write(const run_state *run, int64_t place) {
    if (place >= 0) {
        return run->arena + place;
    }
    return run->outputs[XNC_AT_OUTPUT(0) - place];
}

static layer_job make_job(const run_state *run, const xnc_layer *layer) {
    layer_job job = {.kernel = layer->kernel,
                     .args = {.in = place_to_read(run, layer->in),
                              .residual = place_to_read(run, layer->residual),
                              .out = place_to_write(run, layer->out),
                              .tasks = run->threads},
                     .scratch = run->arena + layer->scratch_offset,
                     .scratch_bytes = layer->scratch_bytes};
    for (int i = 0; i < XNC_MAX_WEIGHTS; i++) {
        int64_t at = layer->weights[i];
        job.args.w[i] = at < 0 ? NULL : run->weights->content + at;
    }
    return job;
}

/* Tasks may run on threads of the application, so each of them sees to its own floating-point
 * state. */
static void run_task(void *arg, int index) {
    const layer_job *job = arg;
    xnc_args args = job->args;
    args.task = index;
    args.scratch = job->scratch + index * job->scratch_bytes;
    xnc_float had = xnc_float_enter();
    job->kernel(&args);
    xnc_float_leave(had);
}

static void run_layer(const run_state *run, const xnc_layer *layer) {
    layer_job job = make_job(run, layer);
    if (run->threads == 1) {
        run_task(&job, 0);
    } else if (run->exec->pool) {
        xnc_pool_loop(run->exec->pool, run->threads, run_task, &job);
    } else {
        run->exec->parallel(run->exec->context, run->threads, run_task, &job);
    }
}

#ifdef XNC_PROFILE
static void profile_layer(const run_state *run, const xnc_layer *layer, int index) {
    if (!run->exec || !run->exec->profile) {
        run_layer(run, layer);
        return;
    }
    uint64_t start = xnc_nanoseconds();
    run_layer(run, layer);
    uint64_t end = xnc_nanoseconds();
    run->exec->profile(run->exec->profile_context, index, end - start, run->arena);
}
#endif

static void run_layers(const run_state *run, const xnc_model *model) {
    for (int i = 0; i < model->n_layers; i++) {
#ifdef XNC_PROFILE
        profile_layer(run, &model->layers[i], i);
#else
        run_layer(run, &model->layers[i]);
#endif
    }
}

/* Number of tasks to cut a layer into; 0 when exec contradicts itself. */
static int exec_threads(const xnc_exec *exec) {
    if (!exec || (!exec->pool && !exec->parallel)) {
        return 1;
    }
    if (exec->pool) {
        return exec->parallel ? 0 : xnc_pool_threads(exec->pool);
    }
    return exec->threads >= 1 && exec->threads <= XNC_MAX_THREADS ? exec->threads : 0;
}

static int is_misaligned(const void *pointer, size_t bytes) {
    return !pointer || (uintptr_t)pointer % bytes != 0;
}

static xnc_status check_buffers(const xnc_model *model, const float *input,
                                float *const outputs[]) {
    if (is_misaligned(input, sizeof(float)) || !outputs) {
        return XNC_E_ARGUMENT;
    }
    for (int i = 0; i < model->n_outputs; i++) {
        if (is_misaligned(outputs[i], sizeof(float))) {
            return XNC_E_ARGUMENT;
        }
    }
    return XNC_OK;
}

xnc_status xnc_run(const xnc_model *model, const xnc_weights *weights, void *arena,
                   size_t arena_bytes, const float *input, float *const outputs[],
                   const xnc_exec *exec) {
    int threads = exec_threads(exec);
    if (!model || !weights || !arena || threads == 0) {
        return XNC_E_ARGUMENT;
    }
    xnc_status status = check_buffers(model, input, outputs);
    if (status != XNC_OK) {
        return status;
    }
    if (weights->model != model) {
        return XNC_E_MISMATCH;
    }
    if (is_misaligned(arena, XNC_ARENA_ALIGN) ||
        arena_bytes < xnc_arena_bytes(weights->runs, threads)) {
        return XNC_E_ARENA;
    }
    if (exec && exec->pool) {
        xnc_pool_adopt(exec->pool);
    }
    run_state run = {weights, arena, input, outputs, exec, threads};
    run_layers(&run, weights->runs);
    return XNC_OK;
}
