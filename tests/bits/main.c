/* main.c - runs a compiled network once: main WEIGHTS INPUT OUTPUT THREADS, raw f32 files. OUTPUT
 * receives all outputs of the model, one after the other. Built by bits.py with MODEL_HEADER and
 * MODEL of the network at hand, by whatever compiler and flags are being compared. With ANY_CPU the
 * model's claim on the CPU is dropped: its instructions were replaced by their scalar meanings.
 */
#include MODEL_HEADER

#include <stdio.h>
#include <stdlib.h>

#ifdef ANY_CPU
#include "xnc_model.h"
#endif

static int fail(const char *what) {
    fprintf(stderr, "bits: %s\n", what);
    return 1;
}

static float *read_input(const char *path, size_t count) {
    FILE *file = fopen(path, "rb");
    float *values = malloc(count * sizeof *values);
    size_t got = file && values ? fread(values, sizeof *values, count, file) : 0;
    if (file) {
        fclose(file);
    }
    return got == count ? values : NULL;
}

static int write_outputs(const char *path, const xnc_model *model, float *const outputs[]) {
    FILE *file = fopen(path, "wb");
    if (!file) {
        return fail("the output cannot be written");
    }
    for (int i = 0; i < xnc_model_outputs(model); i++) {
        fwrite(outputs[i], sizeof(float), xnc_tensor_elements(xnc_model_output(model, i)), file);
    }
    return fclose(file) == 0 ? 0 : fail("the output cannot be written");
}

static xnc_status run(const xnc_model *model, const char *weights_path, const float *input,
                      float *const outputs[], int threads) {
    xnc_weights *weights;
    xnc_pool *pool = NULL;
    xnc_status status = xnc_weights_open(&weights, model, weights_path, 0);
    if (status == XNC_OK && threads > 1) {
        status = xnc_pool_create(&pool, threads);
    }
    size_t bytes = xnc_arena_bytes(model, threads);
    void *arena = xnc_arena_create(bytes);
    xnc_exec exec = {.pool = pool};
    if (status == XNC_OK) {
        status = xnc_run(model, weights, arena, bytes, input, outputs, &exec);
    }
    xnc_arena_destroy(arena);
    xnc_pool_destroy(pool);
    xnc_weights_close(weights);
    return status;
}

int main(int argc, char **argv) {
    enum { MOST_OUTPUTS = 16 };
    const xnc_model *model = &MODEL;
#ifdef ANY_CPU
    xnc_model undemanding = MODEL;
    undemanding.features = "";
    model = &undemanding;
#endif
    if (argc != 5 || xnc_model_outputs(model) > MOST_OUTPUTS) {
        return fail("usage: main WEIGHTS INPUT OUTPUT THREADS");
    }
    float *input = read_input(argv[2], xnc_tensor_elements(xnc_model_input(model)));
    if (!input) {
        return fail("the input cannot be read");
    }
    float *outputs[MOST_OUTPUTS];
    for (int i = 0; i < xnc_model_outputs(model); i++) {
        outputs[i] = malloc(xnc_tensor_elements(xnc_model_output(model, i)) * sizeof(float));
    }
    xnc_status status = run(model, argv[1], input, outputs, atoi(argv[4]));
    int code =
        status == XNC_OK ? write_outputs(argv[3], model, outputs) : fail(xnc_status_text(status));
    for (int i = 0; i < xnc_model_outputs(model); i++) {
        free(outputs[i]);
    }
    free(input);
    return code;
}
