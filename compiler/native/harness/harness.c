/* harness.c - a compiled network as a program that an emulator starts: arrays in, arrays out.
 *
 *   harness WEIGHTS INPUT RESULTS THREADS [layers]
 *
 * INPUT holds the floats of the input. RESULTS gets those of each output, and with "layers" in
 * front of them what each layer wrote, as it stands in memory. Another file says which network it
 * is. Exit code 0, or 1 after a line on standard output that says what failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xnc_model.h"

extern const xnc_model *const xnc_harness_model;
/* Of what each layer writes, its padding included. */
extern const size_t xnc_harness_bytes[];

enum { MOST_OUTPUTS = 64 };

/* What the layers of a run are written with. */
typedef struct harness_run {
    float *outputs[MOST_OUTPUTS];
    FILE *results;
    int failed; /* writing did */
} harness_run;

/* An xnc_profile: what a layer wrote is there until a later one needs the place. */
static void write_layer(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    harness_run *run = context;
    int64_t place = xnc_harness_model->layers[layer].out;
    const void *from = place >= 0 ? (const void *)((const unsigned char *)arena + place)
                                  : run->outputs[XNC_AT_OUTPUT(0) - place];
    size_t bytes = xnc_harness_bytes[layer];
    (void)nanoseconds;
    run->failed |= fwrite(from, 1, bytes, run->results) != bytes;
}

static float *read_input(const char *path) {
    size_t count = xnc_tensor_elements(xnc_model_input(xnc_harness_model));
    float *input = malloc(count * sizeof *input);
    FILE *file = fopen(path, "rb");
    int good = input && file && fread(input, sizeof *input, count, file) == count;
    if (file) {
        fclose(file);
    }
    if (!good) {
        free(input);
    }
    return good ? input : NULL;
}

static size_t output_elements(int index) {
    return xnc_tensor_elements(xnc_model_output(xnc_harness_model, index));
}

static int make_outputs(harness_run *run) {
    int good = 1;
    for (int i = 0; i < xnc_model_outputs(xnc_harness_model); i++) {
        run->outputs[i] = calloc(output_elements(i), sizeof **run->outputs);
        good = good && run->outputs[i];
    }
    return good;
}

static void write_outputs(harness_run *run) {
    for (int i = 0; i < xnc_model_outputs(xnc_harness_model); i++) {
        size_t count = output_elements(i);
        run->failed |= fwrite(run->outputs[i], sizeof(float), count, run->results) != count;
    }
}

static void free_outputs(harness_run *run) {
    for (int i = 0; i < xnc_model_outputs(xnc_harness_model); i++) {
        free(run->outputs[i]);
    }
}

static xnc_status run_threads(harness_run *run, const xnc_weights *weights, const float *input,
                              int threads, int layers) {
    xnc_pool *pool = NULL;
    size_t bytes = xnc_arena_bytes(xnc_harness_model, threads);
    void *arena = bytes > 0 ? xnc_arena_create(bytes) : NULL;
    xnc_status status = !bytes ? XNC_E_ARGUMENT : !arena ? XNC_E_MEMORY : XNC_OK;
    if (status == XNC_OK && threads > 1) {
        status = xnc_pool_create(&pool, threads);
    }
    if (status == XNC_OK) {
        const xnc_exec exec = {
            .pool = pool, .profile = layers ? write_layer : NULL, .profile_context = run};
        status = xnc_run(xnc_harness_model, weights, arena, bytes, input, run->outputs, &exec);
    }
    xnc_pool_destroy(pool);
    xnc_arena_destroy(arena);
    return status;
}

/* The line of a failure; "" when there is none. */
static const char *run_network(harness_run *run, char **words, int layers) {
    xnc_weights *weights;
    float *input = read_input(words[2]);
    if (!input || !make_outputs(run)) {
        return input ? "out of memory" : "the input cannot be read";
    }
    xnc_status status = xnc_weights_open(&weights, xnc_harness_model, words[1], 0);
    if (status == XNC_OK) {
        status = run_threads(run, weights, input, atoi(words[4]), layers);
        xnc_weights_close(weights);
    }
    write_outputs(run);
    free_outputs(run);
    free(input);
    return status != XNC_OK ? xnc_status_text(status) : run->failed ? "cannot write" : "";
}

int main(int argc, char **argv) {
    static harness_run run;
    run.results = argc >= 5 ? fopen(argv[3], "wb") : NULL;
    const char *why = "cannot write";
    if (run.results) {
        why = run_network(&run, argv, argc > 5 && strcmp(argv[5], "layers") == 0);
        why = fclose(run.results) != 0 && !*why ? "cannot write" : why;
    }
    if (*why) {
        puts(why);
    }
    return *why != 0;
}
