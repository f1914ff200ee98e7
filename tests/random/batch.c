/* batch.c - runs one of the compiled networks that are linked into this program:
 *
 *   batch INDEX WEIGHTS INPUT OUTPUT THREADS FILL
 *
 * INDEX is the place in ENTRIES, a header that compiled.py writes. WEIGHTS is a file, or "-" for
 * the weights in the program. THREADS is a number of threads of a pool; a negative one is the
 * number of pieces that a loop of the application runs, the last piece first. FILL is what arena
 * and outputs hold before each run. OUTPUT receives the outputs of every variant that this CPU
 * runs, of two runs each, of which the second finds the arena as the first one left it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xnc_model.h"

typedef struct Entry {
    const xnc_model *model;
    const unsigned char *weights; /* NULL: in a file */
} Entry;
#include ENTRIES

typedef struct Job {
    const Entry *entry;
    const char *weights_path;
    const float *input;
    FILE *output;
    int threads;
    unsigned fill;
} Job;

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "batch: %s\n", what);
    exit(1);
}

static void require(xnc_status status) {
    if (status != XNC_OK) {
        fail(xnc_status_text(status));
    }
}

/* Exactly so many bytes, so that a sanitizer sees a step beyond them. */
static void *filled(size_t bytes, unsigned fill) {
    unsigned *memory = aligned_alloc(XNC_ARENA_ALIGN, bytes);
    if (!memory) {
        fail("out of memory");
    }
    for (size_t i = 0; i < bytes / sizeof *memory; i++) {
        memory[i] = fill;
    }
    return memory;
}

static float *read_input(const char *path, size_t count) {
    FILE *file = fopen(path, "rb");
    float *values = malloc(count * sizeof *values);
    if (!file || !values || fread(values, sizeof *values, count, file) != count) {
        fail("the input cannot be read");
    }
    fclose(file);
    return values;
}

static void last_first(void *context, int count, xnc_task *task, void *arg) {
    (void)context;
    for (int i = count - 1; i >= 0; i--) {
        task(arg, i);
    }
}

static void run_once(const Job *job, const xnc_model *model, const xnc_weights *weights,
                     void *arena, size_t bytes, const xnc_exec *exec) {
    enum { MOST_OUTPUTS = 16 };
    float *outputs[MOST_OUTPUTS];
    int count = xnc_model_outputs(model);
    for (int i = 0; i < count && i < MOST_OUTPUTS; i++) {
        size_t size = xnc_tensor_elements(xnc_model_output(model, i)) * sizeof(float);
        outputs[i] = malloc(size);
        memset(outputs[i], (int)(job->fill & 0xff), size);
    }
    require(xnc_run(model, weights, arena, bytes, job->input, outputs, exec));
    for (int i = 0; i < count && i < MOST_OUTPUTS; i++) {
        size_t elements = xnc_tensor_elements(xnc_model_output(model, i));
        if (fwrite(outputs[i], sizeof(float), elements, job->output) != elements) {
            fail("the output cannot be written");
        }
        free(outputs[i]);
    }
}

static void run_variant(const Job *job, const xnc_model *model) {
    xnc_weights *weights;
    xnc_pool *pool = NULL;
    int threads = abs(job->threads);
    size_t bytes = xnc_arena_bytes(model, threads);
    if (job->entry->weights) {
        require(xnc_weights_attach(&weights, model, job->entry->weights,
                                   xnc_model_weights_bytes(model)));
    } else {
        require(xnc_weights_open(&weights, model, job->weights_path, 0));
    }
    if (job->threads > 1) {
        require(xnc_pool_create(&pool, threads));
    }
    xnc_exec exec = {.pool = pool};
    if (job->threads < 0) {
        exec.parallel = last_first;
        exec.threads = threads;
    }
    void *arena = filled(bytes, job->fill);
    run_once(job, model, weights, arena, bytes, &exec);
    run_once(job, model, weights, arena, bytes, &exec);
    free(arena);
    xnc_pool_destroy(pool);
    xnc_weights_close(weights);
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fail("usage: batch INDEX WEIGHTS INPUT OUTPUT THREADS FILL");
    }
    Job job = {.entry = &entries[atoi(argv[1])], .weights_path = argv[2]};
    const xnc_model *model = job.entry->model;
    float *input = read_input(argv[3], xnc_tensor_elements(xnc_model_input(model)));
    job.input = input;
    job.output = fopen(argv[4], "wb");
    job.threads = atoi(argv[5]);
    job.fill = (unsigned)strtoul(argv[6], NULL, 16);
    if (!job.output) {
        fail("the output cannot be opened");
    }
    int count = model->n_variants ? model->n_variants : 1;
    for (int i = 0; i < count; i++) {
        const xnc_model *variant = model->n_variants ? model->variants[i] : model;
        if (xnc_cpu_has(variant->features)) {
            run_variant(&job, variant);
        }
    }
    free(input);
    return fclose(job.output) == 0 ? 0 : 1;
}
