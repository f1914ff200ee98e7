/* classify.c - one picture through a compiled network, in plain C.
 *
 *   classify WEIGHTS PICTURE [LABELS]
 *
 *   $ ./classify xnc/xception_mini/xception_mini.weights photo.jpg
 *      93.41 %  class 4
 *       5.02 %  class 7
 *
 * Open the weights, get an arena, fill the input, run, rank, close: that is the whole interface.
 */
#include <stdio.h>
#include <stdlib.h>

#include "labels.h"
#include "picture.h"
#include "xception_mini.h"
#include "xnc_top.h"

enum { TOP = 5, MOST_PIXELS = 100000000 };

static const xnc_model *const model = &xception_mini_model;

/* Resizes, crops and normalizes the picture as the network's training did. */
static xnc_status prepare(const xnc_image *picture, float *input) {
    const xnc_preprocess *how = xnc_model_preprocess(model);
    int channels = (int)xnc_tensor_channels(xnc_model_input(model));
    size_t bytes = xnc_image_scratch_bytes(how, channels, picture);
    void *scratch = malloc(bytes + 1);
    xnc_status status =
        scratch ? xnc_image_input(how, channels, picture, scratch, bytes, input) : XNC_E_MEMORY;
    free(scratch);
    return status;
}

/* One run on this thread: logits for a prepared input. */
static xnc_status run(const char *weights_path, const float *input, float *logits) {
    xnc_weights *weights;
    xnc_status status = xnc_weights_open(&weights, model, weights_path, XNC_MAP);
    if (status != XNC_OK) {
        return status;
    }
    size_t bytes = xnc_arena_bytes(model, 1);
    void *arena = xnc_arena_create(bytes);
    float *const outputs[] = {logits};
    status = arena ? xnc_run(model, weights, arena, bytes, input, outputs, NULL) : XNC_E_MEMORY;
    xnc_arena_destroy(arena);
    xnc_weights_close(weights);
    return status;
}

static void print_top(float *logits, int classes, const labels *names) {
    xnc_ranked best[TOP];
    xnc_scores_of(xnc_model_scores(model), logits, logits, classes);
    int count = xnc_top(logits, classes, best, TOP);
    for (int i = 0; i < count; i++) {
        printf("  %6.2f %%  class %d%s%s\n", 100.0 * (double)best[i].value, best[i].index,
               names->count ? "  " : "", names->count ? names->names[best[i].index] : "");
    }
}

static int complain(const char *about, const char *why) {
    fprintf(stderr, "classify: %s: %s\n", about, why);
    return EXIT_FAILURE;
}

static int classify(const char *weights_path, const char *path, const labels *names) {
    static float input[XCEPTION_MINI_INPUT_ELEMENTS], logits[XCEPTION_MINI_CLASSES];
    xnc_image picture;
    picture_status decoded = picture_read(path, MOST_PIXELS, &picture);
    if (decoded != PICTURE_OK) {
        return complain(path, picture_text(decoded));
    }
    xnc_status status = prepare(&picture, input);
    picture_free(&picture);
    if (status != XNC_OK) {
        return complain(path, xnc_status_text(status));
    }
    status = run(weights_path, input, logits);
    if (status != XNC_OK) {
        return complain(weights_path, xnc_status_text(status));
    }
    print_top(logits, XCEPTION_MINI_CLASSES, names);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    labels names = {0};
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: classify WEIGHTS PICTURE [LABELS]\n");
        return EXIT_FAILURE;
    }
    const char *wrong = argc == 4 ? labels_read(&names, argv[3], XCEPTION_MINI_CLASSES) : NULL;
    if (wrong) {
        return complain(argv[3], wrong);
    }
    int code = classify(argv[1], argv[2], &names);
    labels_free(&names);
    return code;
}
