/* keras_describe.c - a file of Keras -> the text of a description, and where its parameters lie.
 *
 *   InputLayer [null, 299, 299, 3], Rescaling 1/127.5 -1, Conv2D ...
 *   ->   input: {size: [299, 299], channels: 3, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], ...}
 *
 * What scales the input in front of the first convolution (Rescaling, Normalization, the operations
 * of preprocess_input) becomes mean and std: y = factor * x + shift of a pixel x in 0..255 is
 * (x / 255 - mean) / std with std = 1 / (255 * factor) and mean = -shift * std. One layer that
 * multiplies and adds is `scaling: multiply`, which rounds as it does.
 */
#include "keras_network.h"

#include <math.h>
#include <string.h>

#include "keras_match.h"
#include "limit.h"

enum { MOST_CHANNELS = 4 /* with numbers of their own, as descriptions have them */ };

/* What the layers so far make of a pixel, per channel. */
typedef struct InputScaling {
    double factor[MOST_CHANNELS], shift[MOST_CHANNELS];
    int steps;
    bool multiplies; /* in no other step than x * factor + shift */
} InputScaling;

/* A number for all channels, or a list with one each; which may be nested. False: it is neither. */
static bool read_numbers(const json_t *value, int64_t channels, double numbers[MOST_CHANNELS]) {
    while (json_is_array(value) && json_is_array(json_array_get(value, 0))) {
        value = json_array_get(value, 0);
    }
    size_t count = json_array_size(value);
    bool each = json_is_array(value) && (int64_t)count == channels && channels <= MOST_CHANNELS;
    for (int64_t i = 0; i < MOST_CHANNELS; i++) {
        const json_t *one = each ? json_array_get(value, (size_t)(i < channels ? i : 0)) : value;
        if (!json_is_number(one)) {
            return false;
        }
        numbers[i] = json_number_value(one);
    }
    return true;
}

/* y becomes y * factor + shift; exactly so, or by other operations. */
static void scale_by(InputScaling *scaling, const double *factor, const double *shift,
                     bool exactly) {
    for (int i = 0; i < MOST_CHANNELS; i++) {
        scaling->factor[i] *= factor[i];
        scaling->shift[i] = scaling->shift[i] * factor[i] + shift[i];
    }
    scaling->multiplies = exactly && scaling->steps == 0;
    scaling->steps++;
}

static bool rescaling(KerasWalk *walk, const KerasNode *node, InputScaling *scaling) {
    double factor[MOST_CHANNELS], shift[MOST_CHANNELS] = {0};
    const json_t *offset = json_object_get(node->config, "offset");
    if (!read_numbers(json_object_get(node->config, "scale"), walk->channels, factor) ||
        (offset && !read_numbers(offset, walk->channels, shift))) {
        return KERAS_WRONG(walk->graph, node->name, NULL, "its scale or offset is no number");
    }
    scale_by(scaling, factor, shift, true);
    return true;
}

/* Mean and variance are in the config, or were learnt: then they are variables 0 and 1. */
static bool learnt(KerasWalk *walk, const KerasNode *node, int variable, double *numbers) {
    int layer = walk_layer(walk, node);
    if (walk->channels > MOST_CHANNELS ||
        !keras_values(walk->file, layer, variable, walk->channels, numbers)) {
        return false;
    }
    for (int64_t i = walk->channels; i < MOST_CHANNELS; i++) {
        numbers[i] = numbers[0];
    }
    return true;
}

static bool normalization(KerasWalk *walk, const KerasNode *node, InputScaling *scaling) {
    double mean[MOST_CHANNELS], variance[MOST_CHANNELS];
    double factor[MOST_CHANNELS], shift[MOST_CHANNELS];
    const json_t *given = json_object_get(node->config, "mean");
    bool read =
        given && !json_is_null(given)
            ? read_numbers(given, walk->channels, mean) &&
                  read_numbers(json_object_get(node->config, "variance"), walk->channels, variance)
            : learnt(walk, node, 0, mean) && learnt(walk, node, 1, variance);
    for (int i = 0; i < MOST_CHANNELS && read; i++) {
        read = variance[i] > 0;
        factor[i] = 1 / sqrt(variance[i]);
        shift[i] = -mean[i] * factor[i];
    }
    if (!read || walk_flag(node, "invert", false)) {
        return KERAS_WRONG(walk->graph, node->name, NULL,
                           "its mean and variance are no numbers for the channels of the input");
    }
    scale_by(scaling, factor, shift, false);
    return true;
}

/* An operation on the tensor and a number; Keras 2 has its name in the config. */
static bool operation(KerasWalk *walk, const KerasNode *node, InputScaling *scaling) {
    double number[MOST_CHANNELS], factor[MOST_CHANNELS], shift[MOST_CHANNELS];
    const char *function = keras_text(node->config, "function");
    const char *name = function ? function : node->kind;
    if (!read_numbers(node->constant, walk->channels, number)) {
        return KERAS_WRONG(walk->graph, node->name, NULL, "%s of something else than a number",
                           name);
    }
    bool divides = strcmp(name, "TrueDivide") == 0 || strcmp(name, "math.truediv") == 0;
    bool subtracts = strcmp(name, "Subtract") == 0 || strcmp(name, "math.subtract") == 0;
    bool multiplies = strcmp(name, "Multiply") == 0 || strcmp(name, "math.multiply") == 0;
    bool adds = strcmp(name, "Add") == 0 || strcmp(name, "math.add") == 0 ||
                strcmp(name, "__operators__.add") == 0;
    if (!divides && !subtracts && !multiplies && !adds) {
        return KERAS_WRONG(walk->graph, node->name, NULL, "the operation '%s' is not known", name);
    }
    for (int i = 0; i < MOST_CHANNELS; i++) {
        factor[i] = divides ? 1 / number[i] : multiplies ? number[i] : 1;
        shift[i] = subtracts ? -number[i] : adds ? number[i] : 0;
    }
    scale_by(scaling, factor, shift, false);
    return true;
}

/* Layers that scale the input. */
static const struct ScalingRow {
    const char *name;
    bool (*read)(KerasWalk *walk, const KerasNode *node, InputScaling *scaling);
} scaling_kinds[] = {{"Rescaling", rescaling},  {"Normalization", normalization},
                     {"TrueDivide", operation}, {"Subtract", operation},
                     {"Multiply", operation},   {"Add", operation},
                     {"TFOpLambda", operation}};

/* The row of the layer that is next; NULL: it scales nothing, or there is none. */
static const struct ScalingRow *next_scaling(const KerasWalk *walk) {
    const KerasNode *node = walk_peek(walk);
    for (size_t i = 0; node && i < sizeof scaling_kinds / sizeof *scaling_kinds; i++) {
        if (strcmp(scaling_kinds[i].name, node->kind) == 0) {
            return &scaling_kinds[i];
        }
    }
    return NULL;
}

/* All layers in front of the first convolution. */
static bool read_scaling(KerasWalk *walk, InputScaling *scaling) {
    for (const struct ScalingRow *row = next_scaling(walk); row; row = next_scaling(walk)) {
        if (!row->read(walk, walk_take(walk, row->name), scaling)) {
            return false;
        }
    }
    return true;
}

/* ---- the text ---- */

/* The file's word with letters, digits and underscores alone, a letter first. */
static const char *network_name(Arena *arena, const char *name) {
    enum { MOST = 60 };
    char *text = NEW_ARRAY(arena, char, MOST + 8), *to = text;
    bool begins = name && ((*name | 32) >= 'a' && (*name | 32) <= 'z');
    if (!begins) {
        memcpy(text, "keras_", strlen("keras_"));
        to += strlen("keras_");
    }
    for (const char *at = name ? name : "model"; *at && to - text < MOST; at++) {
        bool letter = (*at | 32) >= 'a' && (*at | 32) <= 'z';
        *to++ = letter || (*at >= '0' && *at <= '9') ? *at : '_';
    }
    return text;
}

static const char *list_of(const KerasWalk *walk, const double *numbers) {
    const char *text = "";
    for (int64_t i = 0; i < walk->channels && i < MOST_CHANNELS; i++) {
        text = arena_printf(walk->graph->arena, "%s%s%s", text, i ? ", " : "",
                            walk_number(walk, numbers[i]));
    }
    return text;
}

/* mean and std of the input, those of preprocess_input where the network does not scale. */
static bool input_section(KerasWalk *walk, const InputScaling *scaling, const char **section) {
    Arena *arena = walk->graph->arena;
    double mean[MOST_CHANNELS], std[MOST_CHANNELS];
    for (int i = 0; i < MOST_CHANNELS; i++) {
        std[i] = scaling->steps ? 1 / (255 * scaling->factor[i]) : 0.5;
        mean[i] = scaling->steps ? 0 - scaling->shift[i] * std[i] : 0.5;
        if (!(std[i] >= 1e-6 && std[i] <= 1e6 && fabs(mean[i]) <= 1e6)) {
            return KERAS_WRONG(walk->graph, NULL, NULL,
                               "what scales its input is no mean and positive deviation");
        }
    }
    *section = arena_printf(
        arena,
        "input: {size: [%lld, %lld], channels: %lld, crop_mode: squash, interpolation: nearest,\n"
        "        mean: [%s], std: [%s]%s}\n",
        (long long)walk->size[0], (long long)walk->size[1], (long long)walk->channels,
        list_of(walk, mean), list_of(walk, std), scaling->multiplies ? ", scaling: multiply" : "");
    return true;
}

/* [null, height, width, channels]; a size may be null. */
static bool read_shape(KerasWalk *walk) {
    const KerasNode *input = &walk->graph->nodes[0];
    const json_t *shape = json_object_get(input->config, "batch_shape");
    shape = shape ? shape : json_object_get(input->config, "batch_input_shape");
    walk->channels = json_integer_value(json_array_get(shape, 3));
    if (json_array_size(shape) != 4 || walk->channels < 1 || walk->channels > 1024) {
        return KERAS_WRONG(walk->graph, input->name, NULL,
                           "the input is no map of 1 to 1024 channels, which come last");
    }
    for (int i = 0; i < 2; i++) {
        const json_t *side = json_array_get(shape, (size_t)i + 1);
        walk->size[i] = json_integer_value(side);
        if (!json_is_null(side) && (walk->size[i] < 1 || walk->size[i] > LIMIT_SIDE)) {
            return KERAS_WRONG(walk->graph, input->name, NULL,
                               "a side of the input is beyond 1 to %d", LIMIT_SIDE);
        }
    }
    return true;
}

/* A network of any size is described at that of the published one. */
static void assume_size(KerasWalk *walk) {
    if (!walk->size[0] || !walk->size[1]) {
        walk->size[0] = walk->size[1] = 299;
        diag_note(walk->graph->diag,
                  "%s states no size of its input: 299x299 is assumed, --size says otherwise",
                  walk->graph->path);
    }
}

static bool read_body(KerasWalk *walk, const char **input) {
    InputScaling scaling = {{1, 1, 1, 1}, {0, 0, 0, 0}, 0, false};
    if (!read_shape(walk) || !read_scaling(walk, &scaling)) {
        return false;
    }
    assume_size(walk);
    walk->network->scales_input = scaling.steps > 0;
    return input_section(walk, &scaling, input) && walk_stem(walk) && walk_blocks(walk) &&
           walk_exits(walk) && walk_head(walk);
}

KerasNetwork *keras_network(Arena *arena, Diag *diag, const TensorFile *file) {
    KerasNetwork *network = NEW(arena, KerasNetwork);
    KerasGraph graph = {.arena = arena, .diag = diag, .path = file->path};
    KerasWalk walk = {
        .graph = &graph, .file = file, .network = network, .branch = NOWHERE, .text = ""};
    const char *input = "";
    if (!keras_graph_read(&graph, file->keras->config, file->keras->config_bytes) ||
        !read_body(&walk, &input)) {
        return NULL;
    }
    if (walk.eps == 0) {
        walk.eps = 0.001; /* there is no norm to have it */
    }
    const char *name = network_name(arena, graph.name);
    const char *text = arena_printf(arena,
                                    "# What the model of Keras in this file is.\n"
                                    "name: %s\ntitle: %s, a model of Keras\n%snorm_eps: %s\n%s",
                                    name, name, input, walk_number(&walk, walk.eps), walk.text);
    Source *source = NEW(arena, Source);
    *source = (Source){file->path, text, strlen(text)};
    network->source = source;
    return network;
}
