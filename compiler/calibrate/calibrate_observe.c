/* calibrate_observe.c - runs all images and counts the values of each operand.
 *
 * Threads share the channels of an operand, so each tally has one thread. Rows are taken at pixels
 * that follow from the operand and the image: SAMPLED_ROWS of them spread over all images.
 */
#include "calibrate.h"

#include <stdatomic.h>

enum { CHANNELS_OF_TASK = 32 };

/* One run of a batch. */
typedef struct Observing {
    Calibration *calibration;
    int64_t first, images; /* of the batch */
    const void *arena;     /* of the run */
    Observed *observed;    /* the operand in turn, for its rows */
    const Value *value;    /* what is tallied in turn, behind an activation */
    Act act;
    Tally *tallies;
    atomic_bool finite; /* all values were */
} Observing;

/* Tallies some channels of all pixels of the operand's map. */
static void tally_channels(void *arg, int index) {
    Observing *run = arg;
    const Value *value = run->value;
    int64_t pixels = run->images * value->shape.dim[2] * value->shape.dim[3];
    int64_t first = (int64_t)index * CHANNELS_OF_TASK;
    int64_t rest = value->shape.dim[1] - first;
    int64_t count = rest < CHANNELS_OF_TASK ? rest : CHANNELS_OF_TASK;
    const float *from = value_pixels(value, run->arena) + first;
    Tally *tallies = run->tallies + first;
    Act act = run->act;
    bool finite = true;
    for (int64_t p = 0; p < pixels; p++, from += value->pitch) {
        for (int64_t c = 0; c < count; c++) {
            finite = tally_add(&tallies[c], act ? interp_act(act, from[c]) : from[c]) && finite;
        }
    }
    if (!finite) {
        run->finite = false;
    }
}

/* Row number r of the sample is of image r * images / SAMPLED_ROWS. */
static void sample_rows(const Observing *run) {
    Observed *observed = run->observed;
    const Operand *operand = &observed->operand;
    int64_t all = run->calibration->taken.count;
    for (; observed->n_rows < SAMPLED_ROWS; observed->n_rows++) {
        int64_t image = observed->n_rows * all / SAMPLED_ROWS - run->first;
        if (image >= run->images) {
            return;
        }
        uint64_t chosen =
            calibrate_mixed(calibrate_mixed((uint64_t)operand->layer) + (uint64_t)observed->n_rows);
        int64_t pixel = image * operand->pixels + (int64_t)(chosen % (uint64_t)operand->pixels);
        operand_row(operand, run->arena, pixel, observed->rows + observed->n_rows * operand->depth);
    }
}

static void tally_value(Observing *run, const Value *value, Act act, Tally *tallies) {
    int tasks = (int)((value->shape.dim[1] + CHANNELS_OF_TASK - 1) / CHANNELS_OF_TASK);
    run->value = value;
    run->act = act;
    run->tallies = tallies;
    calibrate_parallel(run->calibration, tasks, tally_channels, run);
}

/* An xnc_profile: the operand of the layer that has run is still in its place. */
static void see_layer(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    Observing *run = context;
    const Calibration *calibration = run->calibration;
    (void)nanoseconds;
    run->arena = arena;
    run->observed = calibrate_observed(calibration, layer);
    if (run->observed) {
        const Node *node = run->observed->operand.node;
        tally_value(run, node->in[0], node->prologue, run->observed->tallies);
        sample_rows(run);
    }
    ObservedMap *map = calibrate_observed_map(calibration, layer);
    if (map) {
        tally_value(run, map->node->out[0], ACT_none, map->tallies);
    }
}

static bool not_finite(const Calibration *calibration, int64_t image) {
    return diag_in(calibration->work->diag, DIAG_VALUE, calibration->source->path, NULL,
                   "are these the weights, the mean and the deviation of this network?",
                   "make values that are not finite, in image %lld or one of the next",
                   (long long)image);
}

bool calibrate_observe(Calibration *calibration) {
    const ImageChoice *taken = &calibration->taken;
    Arena *part = arena_child(calibration->work->arena);
    float *input = NEW_ARRAY(part, float, shape_elements(&calibration->unit.graph->input->shape));
    Progress *progress = calibration->work->progress;
    bool good = true;
    progress_step(progress, "running the network on %lld images", (long long)taken->count);
    for (int64_t first = calibrate_state_read(calibration); good && first < taken->count;) {
        Arena *outputs = arena_child(part);
        Observing run = {.calibration = calibration, .first = first, .finite = true};
        run.images = calibrate_fill(calibration, taken->index + first, taken->count - first, input);
        good = run.images > 0 && calibrate_run(outputs, calibration, input, see_layer, &run) &&
               (run.finite || not_finite(calibration, first));
        arena_destroy(outputs);
        first += run.images;
        if (good) {
            calibrate_state_keep(calibration, first);
        }
        progress_count(progress, first, taken->count);
    }
    arena_destroy(part);
    return good;
}
