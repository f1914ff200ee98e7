/* dilate.c - turns strides beyond output_stride into dilation, as timm's XceptionAligned does.
 *
 *   before  %d = depthwise(%x) block=2 kernel=3x3 stride=2x2 pad=1x1
 *           %s = conv2d(%x) block=2 stride=2x2
 *           %e = depthwise(%y) block=3 kernel=3x3 pad=1x1
 *           %f = depthwise(%z) kernel=3x3 dilation=3x3 pad=3x3
 *   after   %d = depthwise(%x) block=2 kernel=3x3 pad=1x1
 *           %s = conv2d(%x) block=2
 *           %e = depthwise(%y) block=3 kernel=3x3 dilation=2x2 pad=2x2
 *           %f = depthwise(%z) kernel=3x3 dilation=6x6 pad=6x6
 *
 * The block that loses its stride keeps the dilation so far; blocks after it and the exit get the
 * larger one, times what they have: their pixels now stand as many times closer as the stride was,
 * and each tap has to reach the same place of the picture. So the result holds the result of the
 * network with its strides, between further pixels. (timm overwrites a dilation, but none of its
 * networks has one.) As in timm, a shortcut convolution that neither strides nor changes the number
 * of channels any more is left out: the skip is the block's input itself, and features_only cannot
 * ask for it.
 *
 * This changes what the network computes, because the user asked for it with output_stride; shapes
 * are inferred again. Padding is timm's ((s - 1) + d (k - 1)) / 2, so that every map keeps the size
 * that its stride gives; inference sets that of a window whose padding is 'same'. Networks that
 * stride in max-pool blocks have no such option in timm, and none here.
 */
#include "uses.h"

/* Accumulated stride in front of and behind a block, before and after the change. */
typedef struct Reach {
    int64_t old_before, old_after, new_before, new_after;
    int64_t dilation; /* factor of this block's depthwise convolutions */
    bool drops;       /* the block loses its stride */
} Reach;

static bool is_strided(const Node *node) {
    return node->window.stride[0] > 1 || node->window.stride[1] > 1;
}

static int block_count(const Graph *graph) {
    int count = 0;
    for (int i = 0; i < graph->nodes.count; i++) {
        int block = graph->nodes.at[i]->block;
        count = block >= count ? block + 1 : count;
    }
    return count;
}

/* Product of the strides along each block's chain, and at index 0 along the stem's (block -1);
 * shortcuts run beside it. */
static int64_t *block_strides(Arena *arena, const Graph *graph) {
    int count = block_count(graph) + 1;
    int64_t *strides = NEW_ARRAY(arena, int64_t, count);
    for (int i = 0; i < count; i++) {
        strides[i] = 1;
    }
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        int at = node->block < 0 ? 0 : node->block + 1;
        if (node->op == OP_depthwise || (at == 0 && node->op == OP_conv2d)) {
            strides[at] = reduction_behind(strides[at], node->window.stride[0]);
        }
    }
    return strides;
}

static bool check_pools(Unit *unit) {
    for (int i = 0; i < unit->graph->nodes.count; i++) {
        const Node *node = unit->graph->nodes.at[i];
        if (node->op == OP_max_pool && is_strided(node)) {
            return diag_at(unit->diag, DIAG_VALUE, node->loc,
                           "use the network without output_stride",
                           "output_stride is not possible in a network that strides by max-pool");
        }
    }
    return true;
}

/* Walks the blocks in order and decides which of them drops its stride. What is behind the last one
 * has the row at count. */
static Reach *reach_blocks(Unit *unit, const int64_t *strides, int count) {
    Reach *reach = NEW_ARRAY(unit->arena, Reach, count + 1);
    int64_t old_stride = strides[0], new_stride = old_stride, dilation = 1;
    for (int b = 0; b < count; b++) {
        int64_t stride = strides[b + 1];
        Reach *at = &reach[b];
        at->old_before = old_stride;
        at->new_before = new_stride;
        at->dilation = dilation;
        at->drops = stride > 1 && new_stride * stride > unit->graph->output_stride;
        old_stride = reduction_behind(old_stride, stride);
        dilation = reduction_behind(dilation, at->drops ? stride : 1);
        new_stride *= at->drops ? 1 : stride;
        at->old_after = old_stride;
        at->new_after = new_stride;
    }
    reach[count].dilation = dilation;
    return reach;
}

static void set_window(Node *node, const Reach *reach) {
    Window *window = &node->window;
    bool depthwise = node->op == OP_depthwise;
    bool changes = (reach->drops && is_strided(node)) || (depthwise && reach->dilation > 1);
    if (!changes || (!depthwise && node->op != OP_conv2d)) {
        return;
    }
    for (int j = 0; j < 2; j++) {
        window->stride[j] = reach->drops ? 1 : window->stride[j];
        window->dilation[j] =
            reduction_behind(window->dilation[j], depthwise ? reach->dilation : 1);
        window->pad[j] =
            (window->stride[j] - 1 + window->dilation[j] * (window->kernel[j] - 1)) / 2;
    }
}

/* A feature that is no part of the network any more. */
static bool check_tap(Unit *unit, const Node *shortcut, const Value *value) {
    const Graph *graph = unit->graph;
    for (int i = 0; graph->features_only && i < graph->n_taps; i++) {
        if (graph->taps[i].value == value) {
            return diag_at(unit->diag, DIAG_VALUE, shortcut->loc, "leave it out of 'features'",
                           "the feature '%s' is no part of the network with output_stride %lld",
                           value->name, (long long)graph->output_stride);
        }
    }
    return true;
}

/* The shortcut %s = conv2d(%x) [+ batch_norm] gives way to %x. */
static bool drop_shortcut(Unit *unit, Uses *uses, Node *shortcut) {
    Value *result = shortcut->out[0];
    const Node *norm = sole_reader(uses, result);
    bool good = check_tap(unit, shortcut, result);
    if (norm && norm->op == OP_batch_norm) {
        result = norm->out[0];
        good = good && check_tap(unit, shortcut, result);
    }
    uses_replace(uses, result, shortcut->in[0]);
    return good;
}

static bool change_node(Unit *unit, Uses *uses, Node *node, const Reach *reach) {
    bool shortcut = reach->drops && node->op == OP_conv2d && is_strided(node);
    set_window(node, reach);
    bool drops =
        shortcut && is_pointwise(node) && node->weight->shape.dim[0] == channels_of(node->in[0]);
    return !drops || drop_shortcut(unit, uses, node);
}

static void change_taps(Graph *graph, const Reach *reach, int count) {
    for (int i = 0; i < graph->n_taps; i++) {
        Tap *tap = &graph->taps[i];
        int block = tap->value->def ? tap->value->def->block : -1;
        if (block >= 0) {
            bool inside = tap->reduction == reach[block].old_before;
            tap->reduction = inside ? reach[block].new_before : reach[block].new_after;
        } else if (count > 0 && tap->reduction == reach[count - 1].old_after) {
            tap->reduction = reach[count - 1].new_after; /* after the last block */
        }
    }
}

static bool check_stride(Unit *unit, int64_t stem) {
    int64_t asked = unit->graph->output_stride;
    Loc nowhere = {0};
    if (asked != 8 && asked != 16 && asked != 32) {
        return diag_at(unit->diag, DIAG_VALUE, nowhere, NULL,
                       "output_stride is %lld, expected 8, 16 or 32", (long long)asked);
    }
    if (!check_pools(unit)) {
        return false;
    }
    if (stem > asked) {
        return diag_at(unit->diag, DIAG_VALUE, nowhere, NULL,
                       "output_stride %lld is not possible, the stem alone strides by %lld",
                       (long long)asked, (long long)stem);
    }
    return true;
}

bool pass_dilate(Unit *unit) {
    Graph *graph = unit->graph;
    if (graph->output_stride == 0) {
        return true;
    }
    int count = block_count(graph);
    const int64_t *strides = block_strides(unit->arena, graph);
    if (!check_stride(unit, strides[0])) {
        return false;
    }
    const Reach *reach = reach_blocks(unit, strides, count);
    Uses uses = uses_of(unit->arena, graph);
    bool behind = false; /* the blocks, in the exit */
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        int at = node->block >= 0 ? node->block : count;
        behind = behind || node->block == count - 1;
        if ((at < count || behind) && !change_node(unit, &uses, node, &reach[at])) {
            return false;
        }
    }
    change_taps(graph, reach, count);
    graph_remove_dead(graph);
    return infer_graph(unit->diag, graph);
}
