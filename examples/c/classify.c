/* classify.c - one picture through a compiled network, in plain C.
 *
 * Build (examples/CMakeLists.txt does the same):
 *   xnc compile xception_mini --weights FILE -o out --with-runtime
 *   cd out && cc -O3 -march=native -I. ../examples/c/classify.c *.c -lsleef -lm -lpthread
 * Run:
 *   ./a.out xception_mini.weights
 */
#include <stdio.h>
#include <stdlib.h>

#include "xception_mini.h"

enum { PIXELS = 64 * 64 };

/* A picture to classify: a bright disc, normalized as the network was trained: (value - mean) /
 * std, with mean and std 0.5 here. NCHW: all of red, then green, then blue. */
static void draw(float *image) {
    for (int pixel = 0; pixel < PIXELS; pixel++) {
        int dx = pixel % 64 - 32, dy = pixel / 64 - 32;
        float value = dx * dx + dy * dy < 400 ? 0.9f : 0.2f;
        for (int channel = 0; channel < 3; channel++) {
            image[channel * PIXELS + pixel] = (value - 0.5f) / 0.5f;
        }
    }
}

static int best_of(const float *logits) {
    int best = 0;
    for (int i = 1; i < XCEPTION_MINI_CLASSES; i++) {
        best = logits[i] > logits[best] ? i : best;
    }
    return best;
}

static xnc_status classify(const char *path, const float *image, float *logits) {
    xnc_weights *weights;
    xnc_status status = xnc_weights_open(&weights, &xception_mini_model, path, XNC_MAP);
    if (status != XNC_OK) {
        return status;
    }
    size_t bytes = xnc_arena_bytes(&xception_mini_model, 1);
    void *arena = xnc_arena_create(bytes);
    float *const outputs[] = {logits};
    status = arena ? xnc_run(&xception_mini_model, weights, arena, bytes, image, outputs, NULL)
                   : XNC_E_MEMORY;
    xnc_arena_destroy(arena);
    xnc_weights_close(weights);
    return status;
}

int main(int argc, char **argv) {
    static float image[3 * PIXELS];
    float logits[XCEPTION_MINI_CLASSES];
    if (argc != 2) {
        fprintf(stderr, "usage: classify xception_mini.weights\n");
        return EXIT_FAILURE;
    }
    draw(image);
    xnc_status status = classify(argv[1], image, logits);
    if (status != XNC_OK) {
        fprintf(stderr, "classify: %s: %s\n", argv[1], xnc_status_text(status));
        return EXIT_FAILURE;
    }
    int best = best_of(logits);
    printf("class %d with logit %.6f\n", best, (double)logits[best]);
    return EXIT_SUCCESS;
}
