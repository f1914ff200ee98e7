/* calibrate_correct.c - what integers shift the results of a product by, on average, and the bias
 * that takes it back.
 *
 * A product is linear, so the mean of its results follows from the means of its operand. One batch
 * runs twice: in f32, for the means that should be; and with each product's results replaced by
 * those of its integers as soon as it has run, so that each product sees what the integers before
 * it, already corrected, have left.
 *
 *   correction of o  =  sum over k of  w[o][k] * mean of x[k]  -  step[o] * w8[o][k] * mean of q[k]
 */
#include "calibrate.h"

#include <math.h>
#include <string.h>

#include "compare.h"

enum { TASKS = 16 /* that the rows of a product are cut into */ };

typedef struct Correcting {
    Calibration *calibration;
    Arena *part;                 /* of all that follows */
    int64_t images;              /* of the batch */
    double **means;              /* of each product's operand in f32, depth numbers */
    float *kept;                 /* the residual of the product in turn, which may take its place */
    bool failed;                 /* after a diagnostic */
    void *arena;                 /* of the run */
    Observed *observed;          /* the product in turn; the rest is about it */
    float *floats;               /* a row for each task */
    int16_t *integers;           /* likewise */
    int64_t *sums;               /* likewise, of q - zero */
    const float *bias;           /* corrected */
    const float *residual_scale; /* NULL: a plain sum */
} Correcting;

static int64_t rows_of(const Correcting *run, const Operand *operand) {
    return run->images * operand->pixels;
}

/* An xnc_profile of the run in f32. */
static void see_means(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    Correcting *run = context;
    const Observed *observed = calibrate_observed(run->calibration, layer);
    (void)nanoseconds;
    if (!observed) {
        return;
    }
    const Operand *operand = &observed->operand;
    double *means = run->means[observed - run->calibration->at];
    int64_t rows = rows_of(run, operand);
    for (int64_t r = 0; r < rows; r++) {
        operand_row(operand, arena, r, run->floats);
        for (int64_t k = 0; k < operand->depth; k++) {
            means[k] += (double)run->floats[k];
        }
    }
    for (int64_t k = 0; k < operand->depth; k++) {
        means[k] /= (double)rows;
    }
}

/* The rows of a task. */
typedef struct RowSpan {
    int64_t first, end;
} RowSpan;

static RowSpan rows_of_task(const Correcting *run, int index) {
    int64_t rows = rows_of(run, &run->observed->operand);
    return (RowSpan){rows * index / TASKS, rows * (index + 1) / TASKS};
}

/* Row r in integers, in the memory of the task. */
static const int16_t *integer_row(const Correcting *run, int index, int64_t r) {
    const Operand *operand = &run->observed->operand;
    float *floats = run->floats + index * operand->depth;
    int16_t *integers = run->integers + index * operand->depth;
    operand_row(operand, run->arena, r, floats);
    integers_row(run->observed->integers, floats, integers);
    return integers;
}

/* A task: sums its rows, number by number. */
static void sum_rows(void *arg, int index) {
    const Correcting *run = arg;
    int64_t depth = run->observed->operand.depth;
    int64_t *sums = run->sums + index * depth;
    RowSpan span = rows_of_task(run, index);
    memset(sums, 0, (size_t)depth * sizeof *sums);
    for (int64_t r = span.first; r < span.end; r++) {
        const int16_t *row = integer_row(run, index, r);
        for (int64_t k = 0; k < depth; k++) {
            sums[k] += row[k];
        }
    }
}

/* Of the sums of all tasks; they are whole numbers, so their order does not matter. */
static double mean_of(const Correcting *run, int64_t k) {
    int64_t depth = run->observed->operand.depth, sum = 0;
    for (int i = 0; i < TASKS; i++) {
        sum += run->sums[i * depth + k];
    }
    return (double)sum / (double)rows_of(run, &run->observed->operand);
}

/* The formula at the head of the file. */
static void find_corrections(const Correcting *run, const double *weights) {
    Observed *observed = run->observed;
    int64_t depth = observed->operand.depth;
    const double *means = run->means[observed - run->calibration->at];
    double *integer_means = NEW_ARRAY(run->part, double, depth);
    for (int64_t k = 0; k < depth; k++) {
        integer_means[k] = mean_of(run, k);
    }
    for (int64_t o = 0; o < observed->operand.outputs; o++) {
        const int16_t *integers = observed->integers->weights + o * depth;
        double wanted = 0, found = 0;
        for (int64_t k = 0; k < depth; k++) {
            wanted += weights[o * depth + k] * means[k];
            found += integers[k] * integer_means[k];
        }
        observed->correction[o] = (float)(wanted - (double)observed->integers->step[o] * found);
    }
}

/* The bias with its corrections, rounded once; NULL when the reader failed. */
static const float *corrected_bias(Correcting *run, Arena *arena) {
    const Observed *observed = run->observed;
    const Expr *expr = expr_logical(observed->operand.node->bias);
    const double *bias = NULL;
    if (expr) {
        bias = expr_eval_f64(arena, expr, param_source_read, run->calibration->source);
        if (!bias) {
            return NULL;
        }
    }
    float *corrected = NEW_ARRAY(arena, float, observed->operand.outputs);
    for (int64_t o = 0; o < observed->operand.outputs; o++) {
        corrected[o] = (float)((bias ? bias[o] : 0) + (double)observed->correction[o]);
    }
    return corrected;
}

/* What follows the chain of a result: residual, then activation. */
static float finish(const Correcting *run, int64_t pixel, int64_t o, float result) {
    const Node *node = run->observed->operand.node;
    if (node->has_residual) {
        float residual = run->kept[pixel * node->in[node->n_in - 1]->pitch + o];
        result = run->residual_scale ? fmaf(run->residual_scale[o], residual, result)
                                     : result + residual;
    }
    return interp_act(node->epilogue, result);
}

/* A task: its rows' results, in the place of those in f32. */
static void replace_rows(void *arg, int index) {
    const Correcting *run = arg;
    const Observed *observed = run->observed;
    const Value *value = observed->operand.node->out[0];
    const float *step = observed->integers->step;
    RowSpan span = rows_of_task(run, index);
    for (int64_t r = span.first; r < span.end; r++) {
        const int16_t *row = integer_row(run, index, r);
        float *to =
            (float *)(void *)((unsigned char *)run->arena + value->offset) + r * value->pitch;
        for (int64_t o = 0; o < observed->operand.outputs; o++) {
            int32_t sums[4];
            if (o % 4 == 0) {
                integers_sums(observed->integers, row, o, sums);
            }
            to[o] = finish(run, r, o, fmaf((float)sums[o % 4], step[o], run->bias[o]));
        }
    }
}

/* The residual of the product that runs next. */
static void keep_residual(Correcting *run, const Observed *next) {
    const Node *node = next ? next->operand.node : NULL;
    if (node && node->has_residual) {
        const Value *value = node->in[node->n_in - 1];
        memcpy(run->kept, value_pixels(value, run->arena), (size_t)value_bytes(value));
    }
}

static bool correct_product(Correcting *run) {
    const Calibration *calibration = run->calibration;
    const Operand *operand = &run->observed->operand;
    Arena *arena = arena_child(run->part);
    const double *weights = operand_weights(arena, operand, param_source_read, calibration->source);
    bool fits = false;
    if (weights) {
        calibrate_parallel(calibration, TASKS, sum_rows, run);
        find_corrections(run, weights);
        fits = calibrate_product_fits(calibration, run->observed, weights);
        run->bias = fits ? corrected_bias(run, arena) : NULL;
    }
    const Expr *scale = operand->node->residual_scale;
    run->residual_scale =
        scale ? expr_eval_f32(arena, expr_logical(scale), param_source_read, calibration->source)
              : NULL;
    bool good = fits && run->bias && (!scale || run->residual_scale);
    if (good && operand->node->out[0]->offset >= 0) {
        calibrate_parallel(calibration, TASKS, replace_rows, run);
    }
    param_source_forget(calibration->source);
    arena_destroy(arena);
    return good;
}

/* An xnc_profile of the run in integers. The arena is the product's, which is the calibration's:
 * the runtime does not read it between two layers. */
static void see_integers(void *context, int layer, uint64_t nanoseconds, const void *arena) {
    Correcting *run = context;
    (void)nanoseconds;
    (void)arena;
    run->observed = calibrate_observed(run->calibration, layer);
    bool planned = run->observed && run->observed->precision == PRECISION_int8;
    if (planned && !run->failed) {
        run->failed = !correct_product(run);
        progress_count(run->calibration->work->progress, run->observed - run->calibration->at + 1,
                       run->calibration->count);
    }
    const ObservedMap *map = calibrate_observed_map(run->calibration, layer);
    if (map && calibrate_map_is_kept(run->calibration, map)) {
        calibrate_round_map(map, run->arena, run->images);
    }
    keep_residual(run, calibrate_observed(run->calibration, layer + 1));
}

/* Room for the largest of each. */
static void make_room(Correcting *run) {
    const Calibration *calibration = run->calibration;
    int64_t depth = 1, bytes = 1;
    run->means = NEW_ARRAY(run->part, double *, calibration->count + 1);
    for (int i = 0; i < calibration->count; i++) {
        const Operand *operand = &calibration->at[i].operand;
        run->means[i] = NEW_ARRAY(run->part, double, operand->depth);
        depth = operand->depth > depth ? operand->depth : depth;
        if (operand->node->has_residual) {
            int64_t size = value_bytes(operand->node->in[operand->node->n_in - 1]);
            bytes = size > bytes ? size : bytes;
        }
    }
    run->kept = arena_alloc(run->part, (size_t)bytes);
    run->floats = NEW_ARRAY(run->part, float, TASKS *depth);
    run->integers = NEW_ARRAY(run->part, int16_t, TASKS * depth);
    run->sums = NEW_ARRAY(run->part, int64_t, TASKS * depth);
}

/* Images from the first to the last, as many as a run takes. */
static int64_t fill_batch(Calibration *calibration, float *input) {
    const ImageChoice *taken = &calibration->taken;
    int64_t batch = calibration->unit.graph->input->shape.dim[0];
    int64_t count = taken->count < batch ? taken->count : batch;
    int64_t index[LIMIT_BATCH];
    for (int64_t i = 0; i < count; i++) {
        index[i] = taken->index[i * taken->count / count];
    }
    return calibrate_fill(calibration, index, count, input);
}

/* How far the outputs of the images are from those that should be. */
static double distance_of(const Correcting *run, float *const found[], float *const wanted[]) {
    const Graph *graph = run->calibration->unit.graph;
    Moved moved = {0, 0};
    for (int i = 0; i < graph->n_outputs; i++) {
        const Shape *shape = &graph->outputs[i]->shape;
        int64_t count = shape_elements(shape) / shape->dim[0] * run->images;
        moved_add(&moved, found[i], wanted[i], count);
    }
    return moved_part(&moved);
}

bool calibrate_correct(Calibration *calibration) {
    Arena *part = arena_child(calibration->work->arena);
    Correcting run = {
        .calibration = calibration, .part = part, .arena = calibration->product->arena};
    float *input = NEW_ARRAY(part, float, shape_elements(&calibration->unit.graph->input->shape));
    progress_step(calibration->work->progress, "correcting the biases");
    make_room(&run);
    run.images = fill_batch(calibration, input);
    float **wanted =
        run.images > 0 ? calibrate_run(part, calibration, input, see_means, &run) : NULL;
    float **found = wanted ? calibrate_run(part, calibration, input, see_integers, &run) : NULL;
    bool good = found && !run.failed;
    if (good) {
        calibration->moved = distance_of(&run, found, wanted);
    }
    arena_destroy(part);
    return good;
}
