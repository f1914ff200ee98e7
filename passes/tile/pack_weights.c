/* pack_weights.c - reorders weights into the order in which kernels read them, padded to whole
 * vectors.
 *
 *   before  %p = separable(%x) dw_weight=@d weight=@p bias=@b tile.vectors=3      (of 16 lanes)
 *   after   %p = separable(%x) dw_weight=pack_depthwise(@d, 736) weight=pack_panels(@p, 48, 16) \
 *                    bias=pad(@b, 736) tile.vectors=3
 *
 * A panel holds the weights of as many output channels as a register tile has, for the whole depth,
 * so a kernel reads it from start to end. Padding is zero, so the chains of padded channels give
 * +0. Panels have one width, except that the last ones may be a vector wider, so that together they
 * are whole lines of 64 bytes. The bias of a product is padded to the same length; all vectors
 * along the channels of a value are padded to its pitch. Weights of bf16 become pack_pairs(), the
 * same panels with two inputs side by side, those of s8 pack_quads() with four, or pack_eights()
 * where the target's matrices take blocks. Only the order and padding of constants change, and sums
 * of integers whose left operands are stored less 128 start from what that takes from them.
 *
 * The nodes are numbered, so that constants come into the blob in the description's order: the one
 * in which they are executed depends on how large the maps are, and a blob should not. For the same
 * reason what the network computes is hashed here, before sums change sides.
 */
#include "tile.h"

static const Expr *pad_to(const Unit *unit, const Expr *vector, int64_t count) {
    return vector ? expr_new(unit->arena, EXPR_pad, vector, NULL, NULL, count, 0, 0) : NULL;
}

static const Expr *zeros(const Unit *unit, int64_t count) {
    return expr_new(unit->arena, EXPR_zeros, NULL, NULL, NULL, count, 0, 0);
}

static const Expr *pack_taps(const Unit *unit, const Expr *weight, int64_t pitch) {
    return expr_new(unit->arena, EXPR_pack_depthwise, weight, NULL, NULL, pitch, 0, 0);
}

/* The chain of a product always starts from a vector of biases. */
static void pack_product(const Unit *unit, Node *node) {
    int64_t channels = channels_of(node->out[0]);
    const Expr *bias = node->bias ? node->bias : zeros(unit, channels);
    const ExprKind kind = packing_of(node, unit->target);
    if (node->start && centers(node, unit->target)) {
        node->start =
            expr_new(unit->arena, EXPR_centered, node->start, node->weight, NULL, 0, 0, 0);
    }
    node->weight =
        expr_new(unit->arena, kind, node->weight, NULL, NULL,
                 panel_width(&node->tile, unit->target), panel_unit(&node->tile, unit->target), 0);
    node->bias = pad_to(unit, bias, whole_lines(channels));
    node->start = pad_to(unit, node->start, whole_lines(channels));
    node->out_scale = pad_to(unit, node->out_scale, whole_lines(channels));
}

/* Of the inputs of a quantized product. */
static void pack_inputs(const Unit *unit, Node *node) {
    int64_t pitch = node->in[0]->pitch;
    node->in_factor = pad_to(unit, node->in_factor, pitch);
    node->zero_point = pad_to(unit, node->zero_point, pitch);
    node->highest = pad_to(unit, node->highest, pitch);
}

/* Numbers of values that are u8. */
static void pack_bytes(const Unit *unit, Node *node) {
    int64_t pitch = node->out[0]->pitch;
    node->in_zero = pad_to(unit, node->in_zero, node->in[0]->pitch);
    node->rest_scale = pad_to(unit, node->rest_scale, pitch);
    node->map_factor = pad_to(unit, node->map_factor, pitch);
    node->map_zero = pad_to(unit, node->map_zero, pitch);
}

static void pack_stage(const Unit *unit, Node *node) {
    int64_t pitch = node->in[0]->pitch;
    node->dw_weight = pack_taps(unit, node->dw_weight, pitch);
    node->dw_bias = pad_to(unit, node->dw_bias, pitch);
}

/* Operations that do not mix channels have the taps of a window, or one factor for each channel. */
static void pack_channels(const Unit *unit, Node *node) {
    if (node_has(node, CHANNELWISE)) {
        node->weight = pack_taps(unit, node->weight, node->in[0]->pitch);
        node->bias = pad_to(unit, node->bias, node->in[0]->pitch);
    } else {
        node->weight = pad_to(unit, node->weight, node->out[0]->pitch);
        node->bias = pad_to(unit, node->bias, node->out[0]->pitch);
    }
}

static void pack_node(Node *node, void *context) {
    const Unit *unit = context;
    node->residual_scale = pad_to(unit, node->residual_scale, node->out[0]->pitch);
    pack_bytes(unit, node);
    if (node_has(node, DW_STAGE)) {
        pack_stage(unit, node);
    }
    if (node_has(node, PRODUCT)) {
        pack_product(unit, node);
        pack_inputs(unit, node);
    } else if (node_has(node, WEIGHTS)) {
        pack_channels(unit, node);
    }
}

/* The order of execution is chosen later, by sizes of maps. */
static void number_node(Node *node, void *context) {
    int64_t *last = context;
    node->place = ++*last;
}

bool pass_pack_weights(Unit *unit) {
    int64_t last = 0;
    graph_each(unit->graph, pack_node, unit);
    graph_each(unit->graph, number_node, &last);
    unit->graph->network = network_digest(unit->arena, unit->graph);
    return true;
}
