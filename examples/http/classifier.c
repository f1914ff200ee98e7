/* classifier.c - see classifier.h.
 *
 * Weights are read-only and shared. What a run writes to (arena, input, logits) is a seat: a thread
 * takes a free one, classifies, and gives it back. A picture is decoded by the thread that has a
 * seat, so memory for pixels is bounded by the number of seats.
 */
#include "classifier.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "picture.h"
#include "xception_mini.h"
#include "xnc_top.h"

enum { TOP = 5, MOST_PIXELS = 1 << 25, MOST_WAITING = 32 };

static const xnc_model *const model = &xception_mini_model;

typedef struct seat {
    struct seat *next;
    void *arena;
    float input[XCEPTION_MINI_INPUT_ELEMENTS], logits[XCEPTION_MINI_CLASSES];
} seat;

struct classifier {
    xnc_weights *weights;
    size_t arena_bytes;
    pthread_mutex_t lock;  /* for what follows */
    pthread_cond_t vacant; /* a seat was given back */
    seat *free;
    int waiting;
};

/* ---- Seats ---- */

/* Waits for a free seat; NULL when too many threads wait already. */
static seat *take_seat(classifier *from) {
    seat *taken = NULL;
    pthread_mutex_lock(&from->lock);
    if (from->free || from->waiting < MOST_WAITING) {
        from->waiting++;
        while (!from->free) {
            pthread_cond_wait(&from->vacant, &from->lock);
        }
        from->waiting--;
        taken = from->free;
        from->free = taken->next;
    }
    pthread_mutex_unlock(&from->lock);
    return taken;
}

static void give_seat(classifier *to, seat *given) {
    pthread_mutex_lock(&to->lock);
    given->next = to->free;
    to->free = given;
    pthread_cond_signal(&to->vacant);
    pthread_mutex_unlock(&to->lock);
}

static int add_seat(classifier *to) {
    seat *added = calloc(1, sizeof *added);
    if (!added || !(added->arena = xnc_arena_create(to->arena_bytes))) {
        free(added);
        return 0;
    }
    give_seat(to, added);
    return 1;
}

classifier *classifier_open(const char *weights_path, int at_a_time) {
    classifier *opened = calloc(1, sizeof *opened);
    if (!opened) {
        return NULL;
    }
    pthread_mutex_init(&opened->lock, NULL);
    pthread_cond_init(&opened->vacant, NULL);
    opened->arena_bytes = xnc_arena_bytes(model, 1);
    /* Read, not mapped: a deployment that replaces the file must not disturb a running service. */
    xnc_status status = xnc_weights_open(&opened->weights, model, weights_path, 0);
    for (int i = 0; i < at_a_time && status == XNC_OK; i++) {
        status = add_seat(opened) ? XNC_OK : XNC_E_MEMORY;
    }
    if (status != XNC_OK) {
        fprintf(stderr, "service: %s: %s\n", weights_path, xnc_status_text(status));
        classifier_close(opened);
        return NULL;
    }
    return opened;
}

void classifier_close(classifier *closed) {
    for (seat *each; (each = closed->free);) {
        closed->free = each->next;
        xnc_arena_destroy(each->arena);
        free(each);
    }
    xnc_weights_close(closed->weights);
    pthread_cond_destroy(&closed->vacant);
    pthread_mutex_destroy(&closed->lock);
    free(closed);
}

/* ---- A picture ---- */

unsigned classifier_refuse(unsigned status, const char *text, char answer[ANSWER_BYTES]) {
    snprintf(answer, ANSWER_BYTES, "{\"error\":\"%s\"}", text);
    return status;
}

/* Resizes, crops and normalizes as the network's training did, and runs the network. */
static xnc_status run_network(const classifier *on, seat *in, const xnc_image *picture) {
    const xnc_preprocess *how = xnc_model_preprocess(model);
    size_t bytes = xnc_image_scratch_bytes(how, 3, picture);
    void *scratch = malloc(bytes + 1);
    xnc_status status =
        scratch ? xnc_image_input(how, 3, picture, scratch, bytes, in->input) : XNC_E_MEMORY;
    free(scratch);
    float *const outputs[] = {in->logits};
    return status != XNC_OK
               ? status
               : xnc_run(model, on->weights, in->arena, on->arena_bytes, in->input, outputs, NULL);
}

static void write_best(float *logits, const xnc_image *picture, char answer[ANSWER_BYTES]) {
    xnc_ranked best[TOP];
    xnc_scores_of(xnc_model_scores(model), logits, logits, XCEPTION_MINI_CLASSES);
    int count = xnc_top(logits, XCEPTION_MINI_CLASSES, best, TOP);
    int used = snprintf(answer, ANSWER_BYTES, "{\"width\":%d,\"height\":%d,\"top\":[",
                        picture->width, picture->height);
    for (int i = 0; i < count; i++) {
        used += snprintf(answer + used, ANSWER_BYTES - (size_t)used,
                         "%s{\"class\":%d,\"probability\":%.9g}", i ? "," : "", best[i].index,
                         (double)best[i].value);
    }
    snprintf(answer + used, ANSWER_BYTES - (size_t)used, "]}");
}

static unsigned run_in(const classifier *on, seat *in, const void *data, size_t bytes,
                       char answer[ANSWER_BYTES]) {
    static const unsigned refusals[] = {[PICTURE_UNKNOWN] = 415,
                                        [PICTURE_DAMAGED] = 422,
                                        [PICTURE_TOO_LARGE] = 413,
                                        [PICTURE_NO_MEMORY] = 500};
    xnc_image picture;
    picture_status decoded = picture_decode(data, bytes, MOST_PIXELS, &picture);
    if (decoded != PICTURE_OK) {
        return classifier_refuse(refusals[decoded], picture_text(decoded), answer);
    }
    xnc_status status = run_network(on, in, &picture);
    if (status == XNC_OK) {
        write_best(in->logits, &picture, answer);
    }
    picture_free(&picture);
    return status == XNC_OK ? 200 : classifier_refuse(500, xnc_status_text(status), answer);
}

unsigned classifier_run(classifier *on, const void *data, size_t bytes, char answer[ANSWER_BYTES]) {
    seat *in = take_seat(on);
    if (!in) {
        return classifier_refuse(503, "too many pictures are waiting", answer);
    }
    unsigned status = run_in(on, in, data, bytes, answer);
    give_seat(on, in);
    return status;
}
