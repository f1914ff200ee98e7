/* calibrate_open.c - what the steps of a calibration share: images, threads, runs. */
#include "calibrate.h"

#include <string.h>
#include <xxhash.h>

#include "map_file.h"

const char *const calibrate_without[] = {"fuse_separable", "form_regions", NULL};

bool calibrate_take(const Work *work, const Graph *graph, const char *const paths[], int count,
                    int64_t most, ImageChoice *taken) {
    taken->batches = batches_find(work, graph, paths, count);
    if (!taken->batches) {
        return false;
    }
    int64_t images = taken->batches->images;
    taken->count = images < most ? images : most;
    int64_t *index = NEW_ARRAY(work->arena, int64_t, taken->count);
    for (int64_t i = 0; i < taken->count; i++) {
        index[i] = i * images / taken->count;
    }
    taken->index = index;
    return true;
}

ImageChoice calibrate_made_up(Arena *arena, int64_t count) {
    int64_t *index = NEW_ARRAY(arena, int64_t, count);
    for (int64_t i = 0; i < count; i++) {
        index[i] = i;
    }
    return (ImageChoice){NULL, index, count};
}

/* The file of image number index of the sequence; *index becomes its index in that file. */
static const InputFile *file_of(const Batches *batches, int64_t *index) {
    const InputFile *file = batches->files;
    while (*index >= file->images) {
        *index -= file->images;
        file++;
    }
    return file;
}

/* The digest of each image is the seed of the next. */
bool calibrate_digest(const Work *work, const ImageChoice *taken, uint64_t *digest) {
    *digest = 0;
    if (!taken->batches) {
        return true;
    }
    const Shape *shape = &taken->batches->graph->input->shape;
    size_t elements = (size_t)(shape_elements(shape) / shape->dim[0]);
    for (int64_t i = 0; i < taken->count; i++) {
        int64_t index = taken->index[i];
        const InputFile *file = file_of(taken->batches, &index);
        Arena *part = arena_child(work->arena); /* unmaps the file */
        const uint8_t *data = NULL;
        size_t size = elements * sizeof(float);
        bool good = file->values || map_file(part, work->diag, file->path, &data, &size);
        if (good) {
            *digest =
                XXH64(file->values ? (const void *)(file->values + (size_t)index * elements) : data,
                      size, *digest);
        }
        arena_destroy(part);
        if (!good) {
            return false;
        }
    }
    return true;
}

static void free_pool(void *pool) {
    xnc_pool_destroy(pool);
}

void calibrate_open(Calibration *calibration) {
    Arena *arena = calibration->work->arena;
    Operands operands = operands_of(&calibration->unit);
    calibration->count = operands.count;
    calibration->at = NEW_ARRAY(arena, Observed, operands.count + 1);
    for (int i = 0; i < operands.count; i++) {
        Observed *observed = &calibration->at[i];
        observed->operand = operands.at[i];
        observed->precision = PRECISION_int8;
        observed->tallies = NEW_ARRAY(arena, Tally, observed->operand.channels);
        observed->rows = NEW_ARRAY(arena, float, SAMPLED_ROWS * observed->operand.depth);
        if (calibration->second_order && observed->operand.depth <= MOMENT_DEPTH) {
            observed->moments = moments_create(arena, observed->operand.depth);
        }
        observed->correction = NEW_ARRAY(arena, float, observed->operand.outputs);
    }
    calibrate_open_maps(calibration);
    if (calibration->threads > 1 &&
        xnc_pool_create(&calibration->pool, calibration->threads) == XNC_OK) {
        arena_defer(arena, free_pool, calibration->pool);
    }
}

Observed *calibrate_observed(const Calibration *calibration, int layer) {
    for (int i = 0; i < calibration->count; i++) {
        if (calibration->at[i].operand.layer == layer) {
            return &calibration->at[i];
        }
    }
    return NULL;
}

void calibrate_parallel(const Calibration *calibration, int count, xnc_task *task, void *arg) {
    if (calibration->pool) {
        xnc_pool_parallel(calibration->pool, count, task, arg);
        return;
    }
    for (int i = 0; i < count; i++) {
        task(arg, i);
    }
}

int64_t calibrate_fill(Calibration *calibration, const int64_t *index, int64_t count,
                       float *input) {
    const Shape *shape = &calibration->unit.graph->input->shape;
    int64_t size = shape_elements(shape) / shape->dim[0];
    count = count < shape->dim[0] ? count : shape->dim[0];
    memset(input, 0, (size_t)shape_elements(shape) * sizeof *input);
    for (int64_t i = 0; i < count; i++) {
        float *to = input + i * size;
        Batches *batches = calibration->taken.batches;
        if (!batches) {
            calibrate_make(calibration->unit.graph, index[i], to);
        } else if (!batches_image(calibration->work, batches, index[i], to)) {
            return -1;
        }
    }
    return count;
}

float **calibrate_run(Arena *arena, Calibration *calibration, const float *input,
                      xnc_profile *profile, void *context) {
    const Graph *graph = calibration->unit.graph;
    Product *product = calibration->product;
    float **outputs = NEW_ARRAY(arena, float *, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        outputs[i] = NEW_ARRAY(arena, float, shape_elements(&graph->outputs[i]->shape));
    }
    product->exec.profile = profile;
    product->exec.profile_context = context;
    return product_run(calibration->work->diag, product, input, outputs) ? outputs : NULL;
}

enum { HOLD_OUT = 4 /* the last of so many images */ };

bool calibrate_holds_out(int64_t image) {
    return image % HOLD_OUT == HOLD_OUT - 1;
}

/* How many of the first images are not held out. */
static int64_t images_seen(int64_t images) {
    return images - images / HOLD_OUT;
}

static int64_t all_rows(const Calibration *calibration, const Observed *observed) {
    int64_t rows = images_seen(calibration->taken.count) * observed->operand.pixels;
    return rows < MOMENT_ROWS ? rows : MOMENT_ROWS;
}

/* As many of each image as can be equal. */
int64_t calibrate_moment_rows(const Calibration *calibration, const Observed *observed,
                              int64_t images) {
    int64_t seen = images_seen(calibration->taken.count);
    return (images_seen(images) * all_rows(calibration, observed) + seen - 1) / seen;
}

int64_t calibrate_moment_image(const Calibration *calibration, const Observed *observed,
                               int64_t row) {
    int64_t seen = images_seen(calibration->taken.count);
    int64_t image = row * seen / all_rows(calibration, observed);
    return image + image / (HOLD_OUT - 1);
}
