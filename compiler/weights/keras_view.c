/* keras_view.c - a file of Keras and which variable is which parameter -> a file of the parameters.
 *
 *   conv2d.kernel [3, 3, 3, 32], strides 288, 96, 32, 1
 *   ->   conv1.weight [32, 3, 3, 3], strides 1, 32, 288, 96
 *
 * Kernels are seen in the other order of their axes; nothing is copied. So what reads checkpoints
 * needs to know nothing of Keras, and messages about values name the parameter.
 */
#include "keras.h"

#include <string.h>

#include "container.h"
#include "tensor_tree.h"

/* For each layout the rank of Keras' variable, and which of its axes each of ours is. */
static const struct LayoutRow {
    int rank, axes[4]; /* rank 0: there is no variable */
} layouts[] = {[KERAS_VECTOR] = {1, {0}},
               [KERAS_CONV] = {4, {3, 2, 0, 1}},
               [KERAS_DEPTHWISE] = {4, {2, 3, 0, 1}},
               [KERAS_DENSE] = {2, {1, 0}},
               [KERAS_DENSE_MAP] = {2, {1, 0}},
               [KERAS_ZEROS] = {0, {0}},
               [KERAS_ONES] = {0, {0}}};

/* Elements without a variable: one value with strides of 0. */
static const float zero = 0, one = 1;

static void set_constant(const KerasTaken *taken, Tensor *tensor) {
    tensor->type = SCALAR_F32;
    tensor->type_name = "float32";
    tensor->rank = 1;
    tensor->dim[0] = taken->size[0];
    tensor->data = (const uint8_t *)(taken->layout == KERAS_ONES ? &one : &zero);
}

static void permute(const Tensor *from, const struct LayoutRow *row, Tensor *tensor) {
    for (int i = 0; i < row->rank; i++) {
        tensor->dim[i] = from->dim[row->axes[i]];
        tensor->stride[i] = from->stride[row->axes[i]];
    }
}

/* [h * w * c, o] as [o, c, h, w]: an input of the layer is pixel times channels plus channel. */
static bool unflatten(const Reading *reading, const KerasTaken *taken, const Tensor *from,
                      Tensor *tensor) {
    int64_t h = taken->size[0], w = taken->size[1], c = from->dim[0] / (h * w);
    int64_t step = from->stride[0];
    if (c * h * w != from->dim[0]) {
        return fail_in(
            reading, from->name, NULL, "%s does not read a flattened map of %lldx%lld pixels",
            dims_text(reading->arena, from->dim, from->rank), (long long)h, (long long)w);
    }
    tensor->rank = 4;
    memcpy(tensor->dim, (int64_t[]){from->dim[1], c, h, w}, 4 * sizeof *tensor->dim);
    memcpy(tensor->stride, (int64_t[]){from->stride[1], step, step * c * w, step * c},
           4 * sizeof *tensor->stride);
    return true;
}

/* The variable of a row; NULL after a diagnostic. */
static const Tensor *variable_of(const Reading *reading, const TensorFile *file,
                                 const KerasTaken *taken) {
    const KerasLayer *layer = taken->layer < 0 ? NULL : &file->keras->layers[taken->layer];
    const Tensor *from = layer ? keras_tensor(file, layer, taken->variable) : NULL;
    if (!from) {
        fail_in(reading, taken->param, "is the file of another network?",
                layer ? "is variable %d of '%s', which has %d" : "the file has no layer for it",
                taken->variable, layer ? layer->group : "", layer ? layer->count : 0);
        return NULL;
    }
    int rank = layouts[taken->layout].rank;
    if (from->rank != rank) {
        fail_in(reading, from->name, "is the file of another network?",
                "has %d dimensions, %s needs %d", from->rank, taken->param, rank);
        return NULL;
    }
    if (taken->layout == KERAS_DEPTHWISE && from->dim[3] != 1) {
        fail_in(reading, from->name, NULL, "%s: a depthwise kernel has one multiplier, not %lld",
                dims_text(reading->arena, from->dim, from->rank), (long long)from->dim[3]);
        return NULL;
    }
    return from;
}

static bool view_one(const Reading *reading, const TensorFile *file, const KerasTaken *taken,
                     Tensor *tensor) {
    const struct LayoutRow *row = &layouts[taken->layout];
    if (row->rank == 0) {
        set_constant(taken, tensor);
        return true;
    }
    const Tensor *from = variable_of(reading, file, taken);
    if (!from) {
        return false;
    }
    const char *name = tensor->name;
    *tensor = *from;
    tensor->name = name;
    if (taken->layout == KERAS_DENSE_MAP) {
        return unflatten(reading, taken, from, tensor);
    }
    permute(from, row, tensor);
    return true;
}

TensorFile *keras_view(Arena *arena, Diag *diag, const TensorFile *file, const KerasTaken *taken,
                       int count) {
    Reading reading = {.arena = arena, .diag = diag, .path = file->path};
    TensorFile *view = tensor_tree_create(&reading);
    view->container = file->container;
    view->writer = file->writer;
    for (int i = 0; i < count; i++) {
        const char *name = taken[i].param;
        Tensor *tensor = tensor_tree_add(&reading, view, 0, name, strlen(name));
        if (!tensor || !view_one(&reading, file, &taken[i], tensor)) {
            return NULL;
        }
    }
    return view;
}
