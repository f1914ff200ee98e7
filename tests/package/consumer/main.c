/* main.c - two networks in one program: consumer MINI.weights X.raw Y.raw, raw files of floats. Y
 * receives the logits of the first and of the second for the same input. "consumer targets" says
 * which code of each this CPU runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mini.h"
#include "own.h"

static int fail(const char *what) {
    fprintf(stderr, "consumer: %s\n", what);
    return EXIT_FAILURE;
}

static xnc_status run(const xnc_model *model, xnc_weights *weights, const float *input,
                      float *logits) {
    size_t bytes = xnc_arena_bytes(model, 1);
    void *arena = xnc_arena_create(bytes);
    float *const outputs[] = {logits};
    xnc_status status = xnc_run(model, weights, arena, bytes, input, outputs, NULL);
    xnc_arena_destroy(arena);
    xnc_weights_close(weights);
    return status;
}

static xnc_status run_both(const char *path, const float *input, float *logits) {
    xnc_weights *weights;
    xnc_status status = xnc_weights_open(&weights, &mini_model, path, XNC_MAP);
    if (status == XNC_OK) {
        status = run(&mini_model, weights, input, logits);
    }
    if (status == XNC_OK) {
        status = xnc_weights_attach(&weights, &own_model, own_weights, OWN_WEIGHTS_BYTES);
    }
    if (status == XNC_OK) {
        status = run(&own_model, weights, input, logits + MINI_CLASSES);
    }
    return status;
}

int main(int argc, char **argv) {
    static float input[MINI_INPUT_ELEMENTS], logits[MINI_CLASSES + OWN_CLASSES];
    if (argc == 2 && strcmp(argv[1], "targets") == 0) {
        printf("mini for %s\n", xnc_model_target(&mini_model));
        printf("own for %s\n", xnc_model_target(&own_model));
        return EXIT_SUCCESS;
    }
    FILE *file = argc == 4 ? fopen(argv[2], "rb") : NULL;
    if (!file || fread(input, sizeof input, 1, file) != 1) {
        return fail("usage: consumer MINI.weights X.raw Y.raw");
    }
    fclose(file);
    xnc_status status = run_both(argv[1], input, logits);
    file = status == XNC_OK ? fopen(argv[3], "wb") : NULL;
    if (!file || fwrite(logits, sizeof logits, 1, file) != 1 || fclose(file) != 0) {
        return fail(xnc_status_text(status));
    }
    return EXIT_SUCCESS;
}
