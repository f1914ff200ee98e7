/* classifier.c - see classifier.h. */
#include "classifier.h"

#include <stdio.h>
#include <stdlib.h>

#include <microhttpd.h>

#include "xception_mini.h"
#include "xnc_top.h"

struct classifier {
    const network *shared;
    void *arena;
    size_t arena_bytes;
    float *input, *logits;
};

/* ---- What all threads share ---- */

static int complain(const char *about, const char *why) {
    fprintf(stderr, "service: %s: %s\n", about, why);
    return 0;
}

int network_open(network *opened, const char *weights_path, const char *labels_path) {
    opened->model = &xception_mini_model;
    /* Read, not mapped: a deployment that replaces the file must not disturb a running service. */
    xnc_status status = xnc_weights_open(&opened->weights, opened->model, weights_path, 0);
    if (status != XNC_OK) {
        return complain(weights_path, xnc_status_text(status));
    }
    const char *wrong =
        labels_path ? labels_read(&opened->names, labels_path, XCEPTION_MINI_CLASSES) : NULL;
    if (wrong) {
        xnc_weights_close(opened->weights);
        return complain(labels_path, wrong);
    }
    return 1;
}

void network_close(network *opened) {
    labels_free(&opened->names);
    xnc_weights_close(opened->weights);
}

/* ---- One thread ---- */

classifier *classifier_create(const network *shared) {
    classifier *made = calloc(1, sizeof *made);
    if (!made) {
        return NULL;
    }
    made->shared = shared;
    made->arena_bytes = xnc_arena_bytes(shared->model, 1);
    made->arena = xnc_arena_create(made->arena_bytes);
    made->input = malloc(sizeof(float) * XCEPTION_MINI_INPUT_ELEMENTS);
    made->logits = malloc(sizeof(float) * XCEPTION_MINI_CLASSES);
    if (!made->arena || !made->input || !made->logits) {
        classifier_destroy(made);
        return NULL;
    }
    return made;
}

void classifier_destroy(classifier *destroyed) {
    if (destroyed) {
        xnc_arena_destroy(destroyed->arena);
        free(destroyed->input);
        free(destroyed->logits);
        free(destroyed);
    }
}

json_t *error_body(const char *text) {
    return json_pack("{s:s}", "error", text);
}

static unsigned http_status(picture_status status) {
    switch (status) {
    case PICTURE_UNKNOWN:
        return MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
    case PICTURE_TOO_LARGE:
        return MHD_HTTP_CONTENT_TOO_LARGE;
    case PICTURE_DAMAGED:
        return MHD_HTTP_UNPROCESSABLE_CONTENT;
    default:
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
}

static xnc_status run_network(classifier *on, const xnc_image *picture) {
    const network *shared = on->shared;
    const xnc_preprocess *how = xnc_model_preprocess(shared->model);
    size_t bytes = xnc_image_scratch_bytes(how, 3, picture);
    void *scratch = malloc(bytes + 1);
    if (!scratch) {
        return XNC_E_MEMORY;
    }
    xnc_status status = xnc_image_input(how, 3, picture, scratch, bytes, on->input);
    free(scratch);
    float *const outputs[] = {on->logits};
    return status != XNC_OK ? status
                            : xnc_run(shared->model, shared->weights, on->arena, on->arena_bytes,
                                      on->input, outputs, NULL);
}

static json_t *ranking(classifier *on) {
    xnc_ranked best[XCEPTION_MINI_CLASSES];
    const labels *names = &on->shared->names;
    json_t *list = json_array();
    xnc_softmax(on->logits, on->logits, XCEPTION_MINI_CLASSES);
    int count = xnc_top(on->logits, XCEPTION_MINI_CLASSES, best, XCEPTION_MINI_CLASSES);
    for (int i = 0; i < count && i < on->shared->top; i++) {
        const char *name = names->count ? names->names[best[i].index] : "";
        json_array_append_new(list, json_pack("{s:i, s:f, s:s}", "class", best[i].index,
                                              "probability", (double)best[i].value, "label", name));
    }
    return list;
}

unsigned classifier_run(classifier *on, const void *data, size_t bytes, json_t **answer) {
    xnc_image picture;
    picture_status decoded = picture_decode(data, bytes, on->shared->most_pixels, &picture);
    if (decoded != PICTURE_OK) {
        *answer = error_body(picture_text(decoded));
        return http_status(decoded);
    }
    xnc_status status = run_network(on, &picture);
    if (status != XNC_OK) {
        picture_free(&picture);
        *answer = error_body(xnc_status_text(status));
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
    *answer = json_pack("{s:s, s:i, s:i, s:o}", "model", xnc_model_name(on->shared->model), "width",
                        picture.width, "height", picture.height, "top", ranking(on));
    picture_free(&picture);
    return MHD_HTTP_OK;
}
