/* calibrate_round.c - on request: weights rounded in view of how the inputs of their product go
 * together (moments.h), where that brings its results nearer.
 *
 * All images run once more, as the sums are of integers, whose scales are known by then. Rows are
 * spread over three of four images and, in each, over its pixels; which they are follows from the
 * operand and the image. Whether results are nearer is found on rows of the fourth, which the sums
 * have not seen: of few rows they say more than holds for others.
 */
#include "calibrate.h"

enum { TASKS = 16, INPUTS_OF_TASK = 8, PITCH = 16 };

/* One run of a batch. */
typedef struct Gathering {
    Calibration *calibration;
    int64_t first, images; /* of the batch */
    const void *arena;     /* of the run */
    Observed *observed;    /* the operand in turn; the rest is about it */
    int64_t first_row, rows;
    int64_t pitch;
    int16_t *columns;
    float *floats;     /* a row for each task */
    int16_t *integers; /* likewise */
} Gathering;

static int64_t first_row(const Gathering *run, int64_t image) {
    return calibrate_moment_rows(run->calibration, run->observed, image);
}

/* The pixel of a row, counted in the batch: of as many equal parts as the image has rows, one of
 * each. */
static int64_t pixel_of(const Gathering *run, int64_t row) {
    const Operand *operand = &run->observed->operand;
    int64_t image = calibrate_moment_image(run->calibration, run->observed, row);
    int64_t first = first_row(run, image);
    int64_t parts = first_row(run, image + 1) - first;
    uint64_t chosen = calibrate_mixed(calibrate_mixed((uint64_t)operand->layer) + (uint64_t)row);
    int64_t place = (int64_t)(chosen % (uint64_t)operand->pixels);
    int64_t pixel = ((row - first) * operand->pixels + place) / parts;
    return (image - run->first) * operand->pixels + pixel;
}

/* A task: some rows become columns of integers. */
static void fill_columns(void *arg, int index) {
    const Gathering *run = arg;
    const Operand *operand = &run->observed->operand;
    float *floats = run->floats + index * operand->depth;
    int16_t *integers = run->integers + index * operand->depth;
    for (int64_t r = run->rows * index / TASKS; r < run->rows * (index + 1) / TASKS; r++) {
        operand_row(operand, run->arena, pixel_of(run, run->first_row + r), floats);
        integers_row(run->observed->integers, floats, integers);
        for (int64_t k = 0; k < operand->depth; k++) {
            run->columns[k * run->pitch + r] = integers[k];
        }
    }
}

/* A task: adds the products of some inputs with all before them. */
static void add_inputs(void *arg, int index) {
    const Gathering *run = arg;
    int64_t first = (int64_t)index * INPUTS_OF_TASK, depth = run->observed->operand.depth;
    int64_t end = first + INPUTS_OF_TASK < depth ? first + INPUTS_OF_TASK : depth;
    moments_add(run->observed->moments, run->columns, run->pitch, first, end);
}

static void add_rows(Gathering *run) {
    const Calibration *calibration = run->calibration;
    int64_t depth = run->observed->operand.depth;
    Arena *part = arena_child(calibration->work->arena);
    run->pitch = (run->rows + PITCH - 1) / PITCH * PITCH;
    run->columns = NEW_ARRAY(part, int16_t, depth * run->pitch);
    run->floats = NEW_ARRAY(part, float, TASKS *depth);
    run->integers = NEW_ARRAY(part, int16_t, TASKS * depth);
    calibrate_parallel(calibration, TASKS, fill_columns, run);
    calibrate_parallel(calibration, (int)((depth + INPUTS_OF_TASK - 1) / INPUTS_OF_TASK),
                       add_inputs, run);
    run->observed->moments->rows += run->rows;
    arena_destroy(part);
}

/* An xnc_profile: the operand of the layer that has run is still in its place. */
static void see_layer(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    Gathering *run = context;
    (void)nanoseconds;
    run->arena = arena;
    run->observed = calibrate_observed(run->calibration, layer);
    if (run->observed && run->observed->moments) {
        run->first_row = first_row(run, run->first);
        run->rows = first_row(run, run->first + run->images) - run->first_row;
        add_rows(run);
    }
}

static bool gather(Calibration *calibration) {
    const ImageChoice *taken = &calibration->taken;
    Arena *part = arena_child(calibration->work->arena);
    float *input = NEW_ARRAY(part, float, shape_elements(&calibration->unit.graph->input->shape));
    bool good = true;
    progress_step(calibration->work->progress, "running %lld images for sums of products",
                  (long long)taken->count);
    for (int64_t first = calibration->gathered; good && first < taken->count;) {
        Arena *outputs = arena_child(part);
        Gathering run = {.calibration = calibration, .first = first};
        run.images = calibrate_fill(calibration, taken->index + first, taken->count - first, input);
        good =
            run.images > 0 && calibrate_run(outputs, calibration, input, see_layer, &run) != NULL;
        arena_destroy(outputs);
        first += run.images;
        if (good) {
            calibrate_state_keep(calibration, taken->count + first);
        }
        progress_count(calibration->work->progress, first, taken->count);
    }
    arena_destroy(part);
    return good;
}

/* The letters of an output: weights as they are now, less those of plain rounding. */
static const char *letters_of(Arena *arena, const int16_t *now, const int16_t *plain,
                              int64_t depth) {
    int64_t count = quant_letters(depth);
    char *letters = NEW_ARRAY(arena, char, count + 1);
    for (int64_t i = 0; i < count; i++) {
        int8_t deltas[DELTAS_OF_LETTER] = {0};
        for (int64_t k = 0; k < DELTAS_OF_LETTER && DELTAS_OF_LETTER * i + k < depth; k++) {
            deltas[k] = (int8_t)(now[DELTAS_OF_LETTER * i + k] - plain[DELTAS_OF_LETTER * i + k]);
        }
        letters[i] = quant_letter(deltas);
    }
    return letters;
}

static void round_product(const Calibration *calibration, Observed *observed,
                          const double *weights) {
    const Integers *plain = observed->integers;
    Arena *arena = calibration->work->arena;
    int64_t depth = observed->operand.depth, outputs = observed->operand.outputs;
    if (calibrate_product_again(calibration, observed, weights)) {
        observed->delta = NEW_ARRAY(arena, const char *, outputs);
        for (int64_t o = 0; o < outputs; o++) {
            observed->delta[o] = letters_of(arena, observed->integers->weights + o * depth,
                                            plain->weights + o * depth, depth);
        }
    }
}

bool calibrate_round(Calibration *calibration) {
    const Work *work = calibration->work;
    bool good = gather(calibration);
    progress_step(work->progress, "rounding the weights of %d products", calibration->count);
    for (int i = 0; good && i < calibration->count; i++) {
        Observed *observed = &calibration->at[i];
        Arena *part = arena_child(work->arena);
        const double *weights =
            observed->moments
                ? operand_weights(part, &observed->operand, param_source_read, calibration->source)
                : NULL;
        good = weights || !observed->moments;
        if (weights) {
            round_product(calibration, observed, weights);
        }
        param_source_forget(calibration->source);
        arena_destroy(part);
        progress_count(work->progress, i + 1, calibration->count);
    }
    return good;
}
