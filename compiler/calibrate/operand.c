/* operand.c - see operand.h. */
#include "operand.h"

#include <string.h>

#include "operands.h"
#include "uses.h"

static bool is_candidate(const Graph *graph, const Node *node) {
    return node->op == OP_conv2d && can_be_quantized(graph, node);
}

int layer_of(const Module *module, const Node *node) {
    for (int i = 0; i < module->n_layers; i++) {
        if (strcmp(module->layers[i].name, node->name) == 0) {
            return i;
        }
    }
    internal_error("calibrate", "no layer computes %s", node->name);
}

/* As fuse_separable joins them. */
static bool reads_stage(const Uses *uses, const Node *node) {
    const Node *def = node->in[0]->def;
    return def && def->op == OP_depthwise && sole_reader(uses, node->in[0]) == node &&
           is_pointwise(node) && node->prologue == ACT_none && !def->has_residual;
}

Operands operands_of(const Unit *unit) {
    Graph *graph = unit->graph;
    Uses uses = uses_of(unit->arena, graph);
    Operands found = {NEW_ARRAY(unit->arena, Operand, graph->nodes.count + 1), 0};
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (is_candidate(graph, node)) {
            const Shape *shape = &node->out[0]->shape;
            found.at[found.count++] = (Operand){.node = node,
                                                .layer = layer_of(unit->module, node),
                                                .channels = node->in[0]->shape.dim[1],
                                                .depth = node_depth(node),
                                                .outputs = shape->dim[1],
                                                .pixels = shape->dim[2] * shape->dim[3],
                                                .stage = reads_stage(&uses, node)};
        }
    }
    return found;
}

const float *value_pixels(const Value *value, const void *arena) {
    return (const float *)(const void *)((const unsigned char *)arena + value->offset);
}

/* The channels of one tap. */
static void copy_tap(const Node *node, const float *from, int64_t channels, float *to) {
    if (node->prologue == ACT_none) {
        memcpy(to, from, (size_t)channels * sizeof *to);
        return;
    }
    for (int64_t c = 0; c < channels; c++) {
        to[c] = interp_act(node->prologue, from[c]);
    }
}

void operand_row(const Operand *operand, const void *arena, int64_t pixel, float *row) {
    const Node *node = operand->node;
    const Window *window = &node->window;
    const Value *value = node->in[0];
    int64_t height = value->shape.dim[2], width = value->shape.dim[3];
    int64_t image = pixel / operand->pixels, columns = node->out[0]->shape.dim[3];
    int64_t top = pixel % operand->pixels / columns * window->stride[0] - window->pad[0];
    int64_t left = pixel % operand->pixels % columns * window->stride[1] - window->pad[1];
    const float *pixels = value_pixels(value, arena);
    for (int64_t kh = 0; kh < window->kernel[0]; kh++) {
        for (int64_t kw = 0; kw < window->kernel[1]; kw++) {
            int64_t y = top + kh * window->dilation[0], x = left + kw * window->dilation[1];
            if (y < 0 || y >= height || x < 0 || x >= width) {
                memset(row, 0, (size_t)operand->channels * sizeof *row);
            } else {
                int64_t at = (image * height + y) * width + x;
                copy_tap(node, pixels + at * value->pitch, operand->channels, row);
            }
            row += operand->channels;
        }
    }
}

/* From [O, I, kh, kw]. */
double *operand_weights(Arena *arena, const Operand *operand, ParamReader *read, void *context) {
    const double *from = expr_eval_f64(arena, expr_logical(operand->node->weight), read, context);
    if (!from) {
        return NULL;
    }
    int64_t channels = operand->channels, depth = operand->depth, taps = depth / channels;
    double *to = NEW_ARRAY(arena, double, operand->outputs *depth);
    for (int64_t o = 0; o < operand->outputs; o++) {
        for (int64_t i = 0; i < channels; i++) {
            for (int64_t t = 0; t < taps; t++) {
                to[o * depth + t * channels + i] = from[(o * channels + i) * taps + t];
            }
        }
    }
    return to;
}
