/* calibrate_scale.c - the tallies and rows of each operand -> scales, integer weights, an error.
 *
 * Let r be what a channel's range takes as a step of its own: range / 255. With such steps inputs
 * lose least, but a channel of small values then has small weights, which share one step with all
 * others of their output. So a channel's step may be larger than r, up to the largest of all:
 *
 *   r^e * largest^(1 - e)             e = 1, 3/4, 1/2, 1/4, 0
 *   (B / A)^(1/4), at least r         what inputs lose, s^2 A, as much as weights lose, B / s^2
 *
 * Each is tried on the sampled rows, and the one whose results are nearest is taken. The mean error
 * of an output does not count, as the bias takes it (calibrate_correct.c).
 */
#include "calibrate.h"

#include <math.h>
#include <string.h>

enum {
    EXPONENTS = 5,
    BALANCED = 2,
    OUTPUTS_OF_TASK = 16,
    ROWS_OF_TASK = 16,
    ROUNDING_TASKS = 16,
    STEPS = 255
};

/* The work on one product. */
typedef struct Scaling {
    const Calibration *calibration;
    Observed *observed;
    const double *weights; /* of each output, as operand_weights() has them */
    double *exact;         /* results of the rows: [outputs][rows] */
    double *base;          /* r, of each channel */
    double *low;           /* the range's lower end */
    double *size;          /* mean square of each channel in the rows */
    Integers *integers;    /* in turn */
    int16_t *rows;         /* in integers */
    double *loss;          /* of each output, in turn */
    double least;          /* the smallest sum of them so far */
    bool held_out;         /* they are of rows of images that the moments have not seen */
    const Debts *debts;    /* by the moments */
    double *room;          /* of each task that rounds by them */
} Scaling;

static double square(double number) {
    return number * number;
}

/* Of the ranges of all channels. */
static void find_bases(Scaling *scaling, Arena *part) {
    const Observed *observed = scaling->observed;
    int64_t channels = observed->operand.channels;
    ValueRange *ranges = NEW_ARRAY(part, ValueRange, channels);
    for (int64_t c = 0; c < channels; c++) {
        ranges[c] = observed->ranges ? observed->ranges[c]
                                     : tally_range_beyond(&observed->tallies[c],
                                                          scaling->calibration->taken.count);
        scaling->low[c] = ranges[c].lo;
    }
    range_steps(ranges, channels, scaling->base);
}

/* Mean squares of the channels, over rows and taps. */
static void find_sizes(Scaling *scaling) {
    const Observed *observed = scaling->observed;
    int64_t channels = observed->operand.channels, depth = observed->operand.depth;
    for (int64_t r = 0; r < observed->n_rows; r++) {
        const float *row = observed->rows + r * depth;
        for (int64_t k = 0; k < depth; k++) {
            scaling->size[k % channels] += square((double)row[k]);
        }
    }
    for (int64_t c = 0; c < channels; c++) {
        scaling->size[c] /= (double)(observed->n_rows * (depth / channels));
    }
}

/* A task: the results of some outputs for all rows. */
static void find_exact(void *arg, int index) {
    Scaling *scaling = arg;
    const Observed *observed = scaling->observed;
    int64_t depth = observed->operand.depth, rows = observed->n_rows;
    int64_t end = (int64_t)(index + 1) * OUTPUTS_OF_TASK;
    end = end < observed->operand.outputs ? end : observed->operand.outputs;
    for (int64_t o = (int64_t)index * OUTPUTS_OF_TASK; o < end; o++) {
        const double *weights = scaling->weights + o * depth;
        for (int64_t r = 0; r < rows; r++) {
            const float *row = observed->rows + r * depth;
            double sum = 0;
            for (int64_t k = 0; k < depth; k++) {
                sum += weights[k] * (double)row[k];
            }
            scaling->exact[o * rows + r] = sum;
        }
    }
}

static void round_rows(void *arg, int index) {
    Scaling *scaling = arg;
    const Observed *observed = scaling->observed;
    int64_t depth = observed->operand.depth, end = (int64_t)(index + 1) * ROWS_OF_TASK;
    end = end < observed->n_rows ? end : observed->n_rows;
    for (int64_t r = (int64_t)index * ROWS_OF_TASK; r < end; r++) {
        integers_row(scaling->integers, observed->rows + r * depth, scaling->rows + r * depth);
    }
}

/* Whether a row is judged by. */
static bool counts(const Scaling *scaling, int64_t row) {
    return !scaling->held_out ||
           calibrate_holds_out(row * scaling->calibration->taken.count / SAMPLED_ROWS);
}

/* The squared distances of an output's results, without their mean. */
static double loss_of(const Scaling *scaling, int64_t o, const int32_t *sums) {
    int64_t rows = scaling->observed->n_rows, count = 0;
    double step = (double)scaling->integers->step[o], sum = 0, squares = 0;
    for (int64_t r = 0; r < rows; r++) {
        if (counts(scaling, r)) {
            double far = step * sums[4 * r] - scaling->exact[o * rows + r];
            sum += far;
            squares += far * far;
            count++;
        }
    }
    return count > 0 ? fmax(squares - sum * sum / (double)count, 0) : 0;
}

/* A task: weighs some outputs. */
static void weigh_outputs(void *arg, int index) {
    Scaling *scaling = arg;
    const Operand *operand = &scaling->observed->operand;
    int64_t first = (int64_t)index * OUTPUTS_OF_TASK, end = first + OUTPUTS_OF_TASK;
    end = end < operand->outputs ? end : operand->outputs;
    for (int64_t o = first; o < end; o++) {
        integers_weigh(scaling->integers, o, scaling->weights + o * operand->depth,
                       scaling->calibration->together);
    }
}

/* A task: finds what the results of some outputs lose. */
static void lose_outputs(void *arg, int index) {
    Scaling *scaling = arg;
    const Observed *observed = scaling->observed;
    int64_t depth = observed->operand.depth, outputs = observed->operand.outputs;
    int64_t first = (int64_t)index * OUTPUTS_OF_TASK, end = first + OUTPUTS_OF_TASK;
    int32_t sums[4 * SAMPLED_ROWS];
    end = end < outputs ? end : outputs;
    for (int64_t o = first; o < end; o += 4) {
        for (int64_t r = 0; r < observed->n_rows; r++) {
            integers_sums(scaling->integers, scaling->rows + r * depth, o, sums + 4 * r);
        }
        for (int64_t i = o; i < end && i < o + 4; i++) {
            scaling->loss[i] = loss_of(scaling, i, sums + (i - o));
        }
    }
}

static int tasks_of(int64_t count, int64_t each) {
    return (int)((count + each - 1) / each);
}

/* Zero points follow from the steps, which are the floats that the file has. */
static void set_scale(Scaling *scaling, int64_t c, double scale) {
    Integers *integers = scaling->integers;
    double bounded = fmin(fmax(scale, (double)QUANT_LEAST_SCALE), (double)QUANT_MOST_SCALE);
    integers->scale[c] = (float)bounded;
    double zero = nearbyint(-scaling->low[c] / (double)integers->scale[c]);
    integers->zero[c] = (int)fmin(fmax(zero, 0), STEPS);
}

/* Does a task for all outputs. */
static void each_output(Scaling *scaling, xnc_task *task) {
    int count = tasks_of(scaling->observed->operand.outputs, OUTPUTS_OF_TASK);
    calibrate_parallel(scaling->calibration, count, task, scaling);
}

/* What all results lose with the integers in turn. */
static double total_loss(Scaling *scaling) {
    const Observed *observed = scaling->observed;
    double loss = 0;
    calibrate_parallel(scaling->calibration, tasks_of(observed->n_rows, ROWS_OF_TASK), round_rows,
                       scaling);
    each_output(scaling, lose_outputs);
    for (int64_t o = 0; o < observed->operand.outputs; o++) {
        loss += scaling->loss[o];
    }
    return loss;
}

/* A task: rounds some groups of outputs by what they owe. */
static void round_outputs(void *arg, int index) {
    const Scaling *scaling = arg;
    const Debts *debts = scaling->debts;
    double *room = scaling->room + index * debts->depth * ROUNDED_TOGETHER;
    int64_t outputs = scaling->observed->operand.outputs;
    for (int64_t o = (int64_t)index * ROUNDED_TOGETHER; o < outputs;
         o += ROUNDING_TASKS * ROUNDED_TOGETHER) {
        debts_round(debts, scaling->integers, o, scaling->weights, scaling->calibration->together,
                    room);
    }
}

/* Rounds the weights in view of how inputs go together. */
static void round_again(Scaling *scaling, Arena *part) {
    const Observed *observed = scaling->observed;
    scaling->debts = moments_debts(part, observed->moments);
    if (scaling->debts) {
        scaling->room =
            NEW_ARRAY(part, double, ROUNDING_TASKS * observed->operand.depth * ROUNDED_TOGETHER);
        calibrate_parallel(scaling->calibration, ROUNDING_TASKS, round_outputs, scaling);
    }
}

/* Keeps the integers in turn if their results are the nearest so far; those before are in turn
 * then. */
static void keep_nearest(Scaling *scaling) {
    double loss = total_loss(scaling);
    if (loss < scaling->least) {
        Integers *best = scaling->integers;
        scaling->integers = scaling->observed->integers;
        scaling->observed->integers = best;
        scaling->least = loss;
    }
}

static void try_scales(Scaling *scaling) {
    each_output(scaling, weigh_outputs);
    keep_nearest(scaling);
}

/* base^(n/4) * largest^(1 - n/4) for n = exponent. */
static void try_exponent(Scaling *scaling, int exponent) {
    int64_t channels = scaling->observed->operand.channels;
    double largest = 0;
    for (int64_t c = 0; c < channels; c++) {
        largest = fmax(largest, scaling->base[c]);
    }
    for (int64_t c = 0; c < channels; c++) {
        double quarter = sqrt(sqrt(scaling->base[c] / largest)), part = 1;
        for (int i = 0; i < exponent; i++) {
            part *= quarter;
        }
        set_scale(scaling, c, exponent == 4 ? scaling->base[c] : largest * part);
    }
    try_scales(scaling);
}

/* With the steps of outputs that the best scales so far have. */
static void try_balance(Scaling *scaling) {
    const Operand *operand = &scaling->observed->operand;
    double steps = 0;
    for (int64_t o = 0; o < operand->outputs; o++) {
        steps += square((double)scaling->observed->integers->step[o]);
    }
    int64_t taps = operand->depth / operand->channels;
    for (int64_t c = 0; c < operand->channels; c++) {
        double weights = 0;
        for (int64_t o = 0; o < operand->outputs; o++) {
            for (int64_t t = 0; t < taps; t++) {
                weights += square(scaling->weights[o * operand->depth + t * operand->channels + c]);
            }
        }
        double balance =
            weights > 0 ? sqrt(sqrt(steps * (double)taps * scaling->size[c] / weights)) : 0;
        set_scale(scaling, c, fmax(balance, scaling->base[c]));
    }
    try_scales(scaling);
}

/* The root mean square of the distances, as a part of that of the results. */
static double error_of(const Scaling *scaling) {
    int64_t count = scaling->observed->operand.outputs * scaling->observed->n_rows;
    double squares = 0;
    for (int64_t i = 0; i < count; i++) {
        squares += square(scaling->exact[i]);
    }
    return squares > 0 ? sqrt(scaling->least / squares) : 0;
}

/* For the work on a product, with the results that should be. */
static void make_room(Arena *part, Scaling *scaling) {
    const Operand *operand = &scaling->observed->operand;
    int64_t rows = scaling->observed->n_rows;
    scaling->integers = integers_create(scaling->calibration->work->arena, operand);
    scaling->exact = NEW_ARRAY(part, double, operand->outputs *rows);
    scaling->base = NEW_ARRAY(part, double, operand->channels);
    scaling->low = NEW_ARRAY(part, double, operand->channels);
    scaling->size = NEW_ARRAY(part, double, operand->channels);
    scaling->rows = NEW_ARRAY(part, int16_t, rows * operand->depth);
    scaling->loss = NEW_ARRAY(part, double, operand->outputs);
    each_output(scaling, find_exact);
}

/* Those of a map, which are not this product's alone. */
static void try_map(Scaling *scaling, const ObservedMap *map) {
    Integers *integers = scaling->integers;
    memcpy(integers->scale, map->scale, (size_t)map->channels * sizeof *map->scale);
    memcpy(integers->zero, map->zero, (size_t)map->channels * sizeof *map->zero);
    try_scales(scaling);
}

void calibrate_product(const Calibration *calibration, Observed *observed, const double *weights) {
    Arena *part = arena_child(calibration->work->arena);
    Scaling scaling = {
        .calibration = calibration, .observed = observed, .weights = weights, .least = INFINITY};
    observed->integers = integers_create(calibration->work->arena, &observed->operand);
    make_room(part, &scaling);
    find_bases(&scaling, part);
    find_sizes(&scaling);
    const ObservedMap *map = calibrate_map_of(calibration, &observed->operand);
    if (map) {
        try_map(&scaling, map);
    }
    for (int exponent = EXPONENTS - 1; !map && exponent >= 0; exponent--) {
        try_exponent(&scaling, exponent);
    }
    for (int i = 0; !map && i < BALANCED; i++) {
        try_balance(&scaling);
    }
    observed->error = error_of(&scaling);
    arena_destroy(part);
}

/* The integers in turn become those of the product. */
static void copy_integers(Scaling *scaling) {
    const Operand *operand = &scaling->observed->operand;
    const Integers *from = scaling->observed->integers;
    Integers *to = scaling->integers;
    size_t channels = (size_t)operand->channels, outputs = (size_t)operand->outputs;
    memcpy(to->scale, from->scale, channels * sizeof *to->scale);
    memcpy(to->zero, from->zero, channels * sizeof *to->zero);
    memcpy(to->step, from->step, outputs * sizeof *to->step);
    memcpy(to->weights, from->weights, outputs * (size_t)operand->depth * sizeof *to->weights);
}

/* With finer scales the pictures that are held out would lose less by and large, as weights make up
 * for more. But finer scales of small channels end where the largest value was that these pictures
 * have: others go beyond, and lose more than is won (docs/quant.md). */
bool calibrate_product_again(const Calibration *calibration, Observed *observed,
                             const double *weights) {
    Arena *part = arena_child(calibration->work->arena);
    Scaling scaling = {
        .calibration = calibration, .observed = observed, .weights = weights, .held_out = true};
    make_room(part, &scaling);
    copy_integers(&scaling);
    double plain = total_loss(&scaling);
    scaling.least = plain;
    round_again(&scaling, part);
    keep_nearest(&scaling);
    bool nearer = scaling.least < plain;
    if (nearer) {
        observed->error *= sqrt(scaling.least / plain);
    }
    arena_destroy(part);
    return nearer;
}

bool calibrate_scale(Calibration *calibration) {
    const Work *work = calibration->work;
    progress_step(work->progress, "choosing the scales of %d products", calibration->count);
    bool good = calibrate_scale_maps(calibration);
    for (int i = 0; good && i < calibration->count; i++) {
        Arena *part = arena_child(work->arena);
        Observed *observed = &calibration->at[i];
        const double *weights =
            operand_weights(part, &observed->operand, param_source_read, calibration->source);
        good = weights != NULL;
        if (good) {
            calibrate_product(calibration, observed, weights);
            good = calibrate_product_fits(calibration, observed, weights);
        }
        param_source_forget(calibration->source);
        arena_destroy(part);
        progress_count(work->progress, i + 1, calibration->count);
    }
    return good;
}
