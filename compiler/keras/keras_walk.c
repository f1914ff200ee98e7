/* keras_walk.c - steps along the graph of layers, settings of layers, parameters.
 *
 *   {"kernel_size": [3, 3], "strides": [2, 2], "padding": "same"}   ->   "stride: 2, padding: same"
 */
#include "keras_match.h"

#include <string.h>

#include "decimal.h"
#include "limit.h"

bool walk_is_fork(const KerasWalk *walk) {
    return walk->graph->nodes[walk->at].readers > 1;
}

static int next_of(const KerasWalk *walk) {
    const KerasNode *node = &walk->graph->nodes[walk->at];
    return node->readers == 1  ? node->reader[0]
           : walk->branch >= 0 ? node->reader[walk->branch]
                               : NOWHERE;
}

const KerasNode *walk_peek(const KerasWalk *walk) {
    int next = next_of(walk);
    return next < 0 ? NULL : &walk->graph->nodes[next];
}

const KerasNode *walk_take(KerasWalk *walk, const char *kind) {
    const KerasNode *node = walk_peek(walk);
    if (!node || strcmp(node->kind, kind) != 0) {
        return NULL;
    }
    walk->at = next_of(walk);
    walk->branch = NOWHERE;
    return node;
}

/* ---- settings ---- */

int64_t walk_integer(const KerasWalk *walk, const KerasNode *node, const char *key, int64_t most) {
    const json_t *value = json_object_get(node->config, key);
    int64_t number = json_is_integer(value) ? json_integer_value(value) : 0;
    if (number < 1 || number > most) {
        KERAS_WRONG(walk->graph, node->name, NULL, "'%s' is no number from 1 to %lld", key,
                    (long long)most);
        return 0;
    }
    return number;
}

bool walk_flag(const KerasNode *node, const char *key, bool standard) {
    const json_t *value = json_object_get(node->config, key);
    return json_is_boolean(value) ? json_is_true(value) : standard;
}

/* One number for both directions, or a list of two; nothing means 1. */
static bool read_pair(const KerasWalk *walk, const KerasNode *node, const char *key, int64_t most,
                      int64_t pair[2]) {
    const json_t *value = json_object_get(node->config, key);
    for (int i = 0; i < 2; i++) {
        const json_t *one = json_is_array(value) ? json_array_get(value, (size_t)i) : value;
        pair[i] = !value || json_is_null(value) ? 1
                  : json_is_integer(one)        ? json_integer_value(one)
                                                : 0;
        if (pair[i] < 1 || pair[i] > most) {
            return KERAS_WRONG(walk->graph, node->name, NULL, "'%s' is beyond 1 to %lld", key,
                               (long long)most);
        }
    }
    return true;
}

/* One number, the same in both directions. */
static bool read_step(const KerasWalk *walk, const KerasNode *node, const char *key, int64_t most,
                      int64_t *step) {
    int64_t pair[2];
    if (!read_pair(walk, node, key, most, pair)) {
        return false;
    }
    *step = pair[0];
    return pair[0] == pair[1] ||
           KERAS_WRONG(walk->graph, node->name, NULL, "'%s' differs in the two directions", key);
}

static bool channels_are_last(const KerasWalk *walk, const KerasNode *node) {
    const char *format = keras_text(node->config, "data_format");
    return !format || strcmp(format, "channels_last") == 0 ||
           KERAS_WRONG(walk->graph, node->name, "a model with channels_last has the same weights",
                       "its channels come first");
}

bool walk_sliding(const KerasWalk *walk, const KerasNode *node, const char *kernel,
                  Sliding *sliding) {
    const char *padding = keras_text(node->config, "padding");
    sliding->same = padding && strcmp(padding, "same") == 0;
    if (!sliding->same && (!padding || strcmp(padding, "valid") != 0)) {
        return KERAS_WRONG(walk->graph, node->name, NULL, "its padding is neither same nor valid");
    }
    return channels_are_last(walk, node) && read_pair(walk, node, kernel, 15, sliding->kernel) &&
           read_step(walk, node, "strides", 4, &sliding->stride) &&
           read_step(walk, node, "dilation_rate", 64, &sliding->dilation);
}

bool walk_slide(KerasWalk *walk, const KerasNode *node, const Sliding *sliding) {
    for (int i = 0; i < 2; i++) {
        int64_t reach = sliding->dilation * (sliding->kernel[i] - 1) + 1;
        int64_t room = walk->size[i] - (sliding->same ? 1 : reach);
        if (walk->size[i] > 0 && room < 0) {
            return KERAS_WRONG(walk->graph, node->name, NULL,
                               "its window is larger than its input");
        }
        walk->size[i] = walk->size[i] > 0 ? room / sliding->stride + 1 : 0;
    }
    return true;
}

const char *walk_sliding_text(const KerasWalk *walk, const Sliding *sliding) {
    Arena *arena = walk->graph->arena;
    const char *text = "";
    long long height = sliding->kernel[0], width = sliding->kernel[1];
    if (height != width) {
        text = arena_printf(arena, ", kernel: [%lld, %lld]", height, width);
    } else if (height != 3) {
        text = arena_printf(arena, ", kernel: %lld", height);
    }
    if (sliding->stride != 1) {
        text = arena_printf(arena, "%s, stride: %lld", text, (long long)sliding->stride);
    }
    if (sliding->dilation != 1) {
        text = arena_printf(arena, "%s, dilation: %lld", text, (long long)sliding->dilation);
    }
    return text;
}

const char *walk_number(const KerasWalk *walk, double number) {
    char text[DECIMAL_BYTES];
    decimal_put(number, text);
    return arena_strdup(walk->graph->arena, text);
}

/* ---- parameters ---- */

static void add_taken(KerasWalk *walk, KerasTaken taken) {
    KerasNetwork *network = walk->network;
    network->taken = arena_room(walk->graph->arena, network->taken, network->taken_count,
                                sizeof *network->taken);
    network->taken[network->taken_count++] = taken;
}

int walk_layer(const KerasWalk *walk, const KerasNode *node) {
    const KerasModel *model = walk->file->keras;
    return model->layer_count == 0 ? NOWHERE
                                   : keras_layer_find(model, node->group, node->name, node->place);
}

/* A flattened map has the walk's size; constants have its channels. */
bool walk_bind(KerasWalk *walk, const char *prefix, const char *tensor, const KerasNode *node,
               int variable, KerasLayout layout) {
    KerasTaken taken = {.variable = variable, .layout = layout};
    bool constant = layout == KERAS_ZEROS || layout == KERAS_ONES;
    taken.param = arena_printf(walk->graph->arena, "%s.%s", prefix, tensor);
    taken.size[0] = constant ? walk->channels : walk->size[0];
    taken.size[1] = constant ? 0 : walk->size[1];
    taken.layer = walk_layer(walk, node);
    if (taken.layer < 0 && !constant && walk->file->keras->layer_count > 0) {
        return KERAS_WRONG(walk->graph, node->name, NULL, "the file has no weights of this layer");
    }
    add_taken(walk, taken);
    return true;
}

double walk_eps(const KerasWalk *walk, const KerasNode *node) {
    const json_t *value = json_object_get(node->config, "epsilon");
    double eps = json_is_number(value) ? json_number_value(value) : 0;
    if (!(eps >= 1e-12 && eps <= 1)) {
        KERAS_WRONG(walk->graph, node->name, NULL, "its epsilon is beyond 1e-12 to 1");
        return 0;
    }
    return eps;
}

/* The last axis of a map of rank 4 or of a vector; Keras 2 may write it as a list. */
static bool axis_is_last(const KerasWalk *walk, const KerasNode *node) {
    const json_t *axis = json_object_get(node->config, "axis");
    axis = json_is_array(axis) && json_array_size(axis) == 1 ? json_array_get(axis, 0) : axis;
    json_int_t number = json_is_integer(axis) ? json_integer_value(axis) : 0;
    return !axis || number == -1 || number == (walk->vector ? 1 : 3) ||
           KERAS_WRONG(walk->graph, node->name, NULL, "its axis is not that of the channels");
}

bool walk_bind_norm(KerasWalk *walk, const char *prefix, const KerasNode *node) {
    bool scale = walk_flag(node, "scale", true), center = walk_flag(node, "center", true);
    int mean = scale + center;
    return axis_is_last(walk, node) &&
           walk_bind(walk, prefix, "weight", node, 0, scale ? KERAS_VECTOR : KERAS_ONES) &&
           walk_bind(walk, prefix, "bias", node, scale, center ? KERAS_VECTOR : KERAS_ZEROS) &&
           walk_bind(walk, prefix, "running_mean", node, mean, KERAS_VECTOR) &&
           walk_bind(walk, prefix, "running_var", node, mean + 1, KERAS_VECTOR);
}

bool walk_bind_body_norm(KerasWalk *walk, const char *prefix, const KerasNode *node) {
    double eps = walk_eps(walk, node);
    if (eps == 0) {
        return false;
    }
    walk->eps = walk->eps == 0 ? eps : walk->eps;
    return (walk->eps == eps ||
            KERAS_WRONG(walk->graph, node->name, NULL,
                        "its epsilon is %g, that of the norms before is %g", eps, walk->eps)) &&
           walk_bind_norm(walk, prefix, node);
}

/* ---- lists ---- */

void walk_end_items(KerasWalk *walk) {
    Arena *arena = walk->graph->arena;
    if (walk->item) {
        const char *repeat =
            walk->repeat > 1 ? arena_printf(arena, ", repeat: %d", walk->repeat) : "";
        walk->text = arena_printf(arena, "%s  - {%s%s}\n", walk->text, walk->item, repeat);
    }
    walk->item = NULL;
    walk->repeat = 0;
}

/* Only blocks repeat: other lists end behind each item. */
void walk_add_item(KerasWalk *walk, const char *item) {
    if (!walk->item || strcmp(walk->item, item) != 0) {
        walk_end_items(walk);
        walk->item = item;
    }
    walk->repeat++;
}
