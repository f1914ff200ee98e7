/* description_layer.c - appends one layer to the graph and registers the tensors that it reads.
 *
 *   build_norm(draft, "bn1")  gives  %bn1 = batch_norm(%conv1) with @bn1.weight, @bn1.bias,
 *                                      @bn1.running_mean, @bn1.running_var
 *
 * Tensors are registered in the order in which timm's constructors create the modules, which is the
 * order of torch's state_dict.
 */
#include "description_build.h"

#include <string.h>

/* Marks have been checked by the schema: each brace is part of one. */
const char *fill_pattern(Arena *arena, const char *pattern, Marks marks) {
    const char *name = "";
    for (;;) {
        size_t plain = strcspn(pattern, "{");
        name = arena_printf(arena, "%s%.*s", name, (int)plain, pattern);
        pattern += plain;
        if (!*pattern) {
            return name;
        }
        int64_t number = pattern[1] == 'i' ? marks.i : pattern[1] == 'j' ? marks.j : marks.n;
        name = arena_printf(arena, "%s%lld", name, (long long)number);
        pattern += strlen("{i}");
    }
}

const char *fill_below(Arena *arena, const char *module, const char *pattern, Marks marks) {
    return arena_printf(arena, "%s.%s", module, fill_pattern(arena, pattern, marks));
}

const Expr *build_param(Draft *draft, const char *module, const char *tensor, Shape shape) {
    Graph *graph = draft->graph;
    if (graph->n_params == draft->param_capacity) {
        int capacity = draft->param_capacity ? 2 * draft->param_capacity : 256;
        graph->params = arena_grow(draft->arena, graph->params, (size_t)graph->n_params,
                                   (size_t)capacity, sizeof *graph->params);
        draft->param_capacity = capacity;
    }
    const char *name = arena_printf(draft->arena, "%s.%s", module, tensor);
    graph->params[graph->n_params++] = (Param){.name = name, .shape = shape, .loc = draft->loc};
    return expr_param(draft->arena, name, &shape);
}

Window build_window(const int64_t kernel[2], int64_t stride, int64_t dilation, Padding padding) {
    Window window = {.kernel = {kernel[0], kernel[1]},
                     .stride = {stride, stride},
                     .dilation = {dilation, dilation},
                     .same = padding == PADDING_SAME};
    for (int i = 0; i < 2 && padding == PADDING_SYMMETRIC; i++) {
        window.pad[i] = ((stride - 1) + dilation * (kernel[i] - 1)) / 2;
    }
    return window;
}

/* Keeps the reduction of the node that was just appended, for the taps of features. */
static void note_reduction(Draft *draft) {
    int count = draft->graph->nodes.count;
    if (count > draft->reduction_capacity) {
        int capacity = 2 * count;
        draft->reductions =
            arena_grow(draft->arena, draft->reductions, (size_t)draft->reduction_capacity,
                       (size_t)capacity, sizeof(int64_t));
        draft->reduction_capacity = capacity;
    }
    draft->reductions[count - 1] = draft->reduction;
}

/* Every node is appended here, so each has its line, its block and its reduction. */
Node *build_node(Draft *draft, Op op, const char *name, int n_in, Value *const in[]) {
    Node *node = graph_add(draft->graph, op, name, draft->loc, n_in, in);
    node->block = draft->block;
    draft->at = node->out[0];
    note_reduction(draft);
    return node;
}

const Expr *conv_weight(Draft *draft, const char *name, int64_t width, const int64_t kernel[2]) {
    Shape shape = {4, {width, draft->channels, kernel[0], kernel[1]}};
    return build_param(draft, name, "weight", shape);
}

const Expr *depthwise_weight(Draft *draft, const char *name, const int64_t kernel[2]) {
    Shape shape = {4, {draft->channels, 1, kernel[0], kernel[1]}};
    return build_param(draft, name, "weight", shape);
}

/* The stride counts once for both directions: blocks and stems have square strides. */
void build_conv(Draft *draft, const char *name, const Expr *weight, Window window) {
    draft->reduction = reduction_behind(draft->reduction, window.stride[0]);
    Node *node = build_node(draft, OP_conv2d, name, 1, &draft->at);
    node->weight = weight;
    node->window = window;
    draft->channels = weight->shape.dim[0];
}

void build_depthwise(Draft *draft, const char *name, const Expr *weight, Window window) {
    draft->reduction = reduction_behind(draft->reduction, window.stride[0]);
    Node *node = build_node(draft, OP_depthwise, name, 1, &draft->at);
    node->weight = weight;
    node->window = window;
}

NormTensors norm_tensors(Draft *draft, const char *name, int64_t channels) {
    Shape shape = {1, {channels}};
    NormTensors tensors;
    tensors.weight = build_param(draft, name, "weight", shape);
    tensors.bias = build_param(draft, name, "bias", shape);
    tensors.mean = build_param(draft, name, "running_mean", shape);
    tensors.var = build_param(draft, name, "running_var", shape);
    return tensors;
}

/* eps is a number of the network, not of the checkpoint. */
void build_norm_of(Draft *draft, const char *name, const NormTensors *tensors) {
    Node *node = build_node(draft, OP_batch_norm, name, 1, &draft->at);
    node->weight = tensors->weight;
    node->bias = tensors->bias;
    node->mean = tensors->mean;
    node->var = tensors->var;
    node->eps = draft->network->norm_eps;
}

/* Registers the tensors and appends the node in one step. */
void build_norm(Draft *draft, const char *name) {
    NormTensors tensors = norm_tensors(draft, name, draft->channels);
    build_norm_of(draft, name, &tensors);
}

void build_act(Draft *draft, const char *name, Act act) {
    if (act != ACT_none) {
        build_node(draft, OP_activation, name, 1, &draft->at)->act = act;
    }
}
