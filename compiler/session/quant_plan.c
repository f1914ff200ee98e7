/* quant_plan.c - nodes of a file of --quant -> marks at the nodes of a graph; names of parameters
 * -> their numbers.
 *
 *   node block1.conv int8 inputs 2 outputs 1     ->   %block1.conv = conv2d(...) ... int8
 *   map block1.conv channels 1                   ->   bytes
 *   @quant.block1.conv.scale[2]                  ->   0.0235, 0.011
 */
#include "quant_plan.h"

#include <inttypes.h>
#include <string.h>

#include "operands.h"

static bool wrong_node(const Work *work, const QuantNode *node, const char *hint,
                       const char *message) {
    return diag_at(work->diag, DIAG_VALUE, node->loc, hint, "%s", message);
}

/* How many weights an output of a convolution has; shapes of values are inferred later. */
static int64_t weights_of_output(const Node *node) {
    const int64_t *dim = node->weight->shape.dim;
    return dim[1] * dim[2] * dim[3];
}

/* Whether the product may be in integers, as can_be_quantized() says once shapes are known: others
 * are no part of the plan, and quant_curve() has no time of them in int8. */
static bool may_be_planned(const Work *work, const QuantNode *planned, const Graph *graph,
                           const Node *node) {
    static const char leave_out[] = "leave out the node with all its lines";
    if (!node_has(node, WINDOW) || node->in[0] == graph->input) {
        return wrong_node(work, planned, leave_out,
                          "the first convolution and classifiers stay f32 and are not planned");
    }
    int64_t depth = weights_of_output(node);
    return depth <= MOST_QUANTIZED_DEPTH ||
           wrong_node(work, planned, leave_out,
                      arena_printf(work->arena,
                                   "an output of the convolution has %" PRId64
                                   " weights: with more than %d it stays f32 and is not planned",
                                   depth, MOST_QUANTIZED_DEPTH));
}

static bool fits_weight(const Work *work, const QuantNode *planned, const Node *node) {
    static const char other[] = "the file is of another network";
    const int64_t *dim = node->weight->shape.dim;
    if (dim[1] != planned->inputs || dim[0] != planned->outputs) {
        return wrong_node(work, planned, other,
                          arena_printf(work->arena,
                                       "the convolution has %" PRId64 " inputs and %" PRId64
                                       " outputs",
                                       dim[1], dim[0]));
    }
    int64_t depth = weights_of_output(node);
    return planned->depth == 0 || planned->depth == depth ||
           wrong_node(work, planned, other,
                      arena_printf(work->arena,
                                   "an output of the convolution has %" PRId64 " weights", depth));
}

static bool plan_node(const Work *work, const Quant *quant, const QuantNode *planned,
                      const Graph *graph) {
    static const char other[] = "the file is of another network";
    Node *node = graph_node(graph, planned->name);
    if (!node || !node_has(node, PRODUCT)) {
        return wrong_node(work, planned, other, "the network has no convolution of this name");
    }
    if (!may_be_planned(work, planned, graph, node)) {
        return false;
    }
    if (planned->precision == PRECISION_f32) {
        return true;
    }
    if (planned->precision == PRECISION_bf16) {
        node->bf16 = can_be_bf16(graph, node);
        return node->bf16 ||
               wrong_node(work, planned, NULL, "a product of an odd number of channels stays f32");
    }
    node->int8 = fits_weight(work, planned, node);
    node->together = node->int8 ? quant->together : 0;
    return node->int8;
}

/* A map of the network whose result is a convolution's. */
static bool plan_map(const Work *work, const QuantMap *map, const Graph *graph) {
    static const char other[] = "the file is of another network";
    Node *node = graph_node(graph, map->name);
    if (!node || !may_be_bytes(node)) {
        return diag_at(work->diag, DIAG_VALUE, map->loc, other,
                       "the network has no convolution of this name");
    }
    int64_t channels = node->weight->shape.dim[0];
    if (channels != map->channels) {
        return diag_at(work->diag, DIAG_VALUE, map->loc, other,
                       "the convolution has %" PRId64 " outputs", channels);
    }
    node->bytes = true;
    return true;
}

bool quant_plan(const Work *work, const Quant *quant, Graph *graph) {
    bool good = true;
    for (int i = 0; i < quant->count; i++) {
        good = plan_node(work, quant, &quant->nodes[i], graph) && good;
    }
    for (int i = 0; i < quant->map_count; i++) {
        good = plan_map(work, &quant->maps[i], graph) && good;
    }
    return good;
}

static const char prefix[] = "quant.";

/* NODE of "quant.NODE.what"; *what is the last word. NULL: it has another form. */
static const char *owner_of(Arena *arena, const char *name, const char **what) {
    const char *dot = strrchr(name, '.');
    size_t skipped = sizeof prefix - 1;
    if (strncmp(name, prefix, skipped) != 0 || dot < name + skipped) {
        return NULL;
    }
    *what = dot + 1;
    return arena_strndup(arena, name + skipped, (size_t)(dot - name) - skipped);
}

static const double *widened(Arena *arena, const float *numbers, int64_t count) {
    double *wide = NEW_ARRAY(arena, double, count);
    for (int64_t i = 0; i < count; i++) {
        wide[i] = numbers[i];
    }
    return wide;
}

static const double *zero_points(Arena *arena, const int *zero, int64_t count) {
    double *wide = NEW_ARRAY(arena, double, count);
    for (int64_t i = 0; i < count; i++) {
        wide[i] = zero[i];
    }
    return wide;
}

/* Of all weights, [O, I, kh, kw]; zeros where there are none. */
static const double *deltas(Arena *arena, const QuantNode *node, int64_t count) {
    if (node->depth > 0 && count != node->outputs * node->depth) {
        return NULL;
    }
    double *wide = NEW_ARRAY(arena, double, count);
    int64_t inputs = node->inputs, taps = count / (node->outputs * inputs);
    for (int64_t i = 0; node->depth > 0 && i < count; i++) {
        int64_t channel = i / taps % inputs;
        wide[i] = quant_delta(node, i / (taps * inputs), i % taps * inputs + channel);
    }
    return wide;
}

static const double *map_numbers(Arena *arena, const QuantMap *map, const char *what,
                                 int64_t count) {
    if (count != map->channels) {
        return NULL;
    }
    return strcmp(what, "map_zero") == 0    ? zero_points(arena, map->zero, count)
           : strcmp(what, "map_scale") == 0 ? widened(arena, map->scale, count)
                                            : NULL;
}

const double *quant_numbers(Arena *arena, const Quant *quant, const char *name, int64_t count) {
    const char *what = "";
    const char *owner = owner_of(arena, name, &what);
    const QuantNode *node = owner ? quant_node(quant, owner) : NULL;
    const QuantMap *map = owner ? quant_map(quant, owner) : NULL;
    if (map && strncmp(what, "map_", strlen("map_")) == 0) {
        return map_numbers(arena, map, what, count);
    }
    if (!node || node->precision != PRECISION_int8) {
        return NULL;
    }
    if (strcmp(what, "delta") == 0) {
        return deltas(arena, node, count);
    }
    bool of_inputs = strcmp(what, "scale") == 0 || strcmp(what, "zero_point") == 0;
    if (count != (of_inputs ? node->inputs : node->outputs)) {
        return NULL;
    }
    if (strcmp(what, "zero_point") == 0) {
        return zero_points(arena, node->zero, node->inputs);
    }
    const float *numbers = strcmp(what, "scale") == 0        ? node->scale
                           : strcmp(what, "out_scale") == 0  ? node->step
                           : strcmp(what, "correction") == 0 ? node->correction
                                                             : NULL;
    return numbers ? widened(arena, numbers, count) : NULL;
}
