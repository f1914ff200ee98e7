/* cost.c - see cost.h.
 *
 *   separable, 361 pixels, 728 channels, 16 lanes, 2 units:  361 * 46 * 728 / 2 multiply-adds,
 *                                            361 * 46 vectors through the depthwise stage,
 *                                            2.1 MB of weights that are read from memory
 *
 * Three terms are enough: multiply-adds of vectors, as many in a cycle as the core has units; the
 * vectors of left operands, which a depthwise stage makes or a patch gathers, and which are rounded
 * on the way; the bytes of weights. The numbers of the last two were fitted to the layers of four
 * networks in f32 and int8, whose sums they meet within 5 %. Matrix registers multiply so fast that
 * nothing of the weights' way from memory hides behind them, and sums leave them through memory:
 * these two were fitted to the layers of six networks on an Emerald Rapids. tile_cost.c, which
 * compares ways of cutting one product, has finer terms that matter there and cancel here.
 */
#include "cost.h"

#include "tile.h"

enum {
    CYCLE = 100,   /* the unit of what follows */
    OPERAND = 180, /* a vector of left operands */
    TAP = 120,     /* each tap of it */
    ROUND = 400,   /* likewise, where it becomes integers, and sums of integers become floats */
    ELEMENT = 200, /* a vector of a node that is no product, likewise for each tap */
    WEIGHT_BYTE = 16,
    MATRIX_WEIGHT_BYTE = 34,
    MATRIX_SUMS = 700 /* a vector of sums that matrix registers leave in scratch */
};

static int64_t taps_of(const Node *node) {
    return node->window.kernel[0] * node->window.kernel[1];
}

/* Vectors of so many channels for each pixel of the node's result. */
static int64_t vectors_of(const Node *node, int64_t channels, const Target *target) {
    return pixel_count(node->out[0]) * ((channels + target->lanes - 1) / target->lanes);
}

/* Whether it is multiplied in registers for matrices, which are none of the vectors' own. */
static bool has_own_registers(const Node *node, const Target *target) {
    return uses_matrices(node, target) && !has_blocks(node, target);
}

/* A row of a matrix of weights, four inputs of a vector of channels, takes a cycle for all rows of
 * a matrix of pixels. */
static int64_t matrices_cost(const Node *node, const Target *target) {
    int64_t vectors = (channels_of(node->out[0]) + target->lanes - 1) / target->lanes;
    int64_t steps = packed_depth(node, target) / step_inputs(node, target);
    return matrix_count(pixel_count(node->out[0]), target) * vectors * steps * CYCLE +
           vectors_of(node, channels_of(node->out[0]), target) * MATRIX_SUMS;
}

/* A step of one chain: one operation that multiplies and adds, or some that multiply on as many
 * units, and some in all, which add on further ones. */
static int64_t step_cost(const Node *node, const Target *target) {
    int64_t multiplies = 1, all = 1;
    if (adds_small_pairs(node, target)) {
        multiplies = 3;
        all = 5;
    } else if (has_small_dots(node, target)) {
        multiplies = 2;
        all = 3;
    } else if (widens_pairs(node, target)) {
        all = 2;
    }
    const Machine *machine = &target->machine;
    int64_t units = larger(machine->fmas, machine->integer_units);
    return larger(CYCLE * multiplies / machine->fmas, CYCLE * all / units);
}

/* Pairs that are taken apart are two steps each, and one more operation for every tile's
 * rows. */
static int64_t chains_cost(const Node *node, const Target *target) {
    bool apart = takes_apart(node, target);
    int64_t steps = packed_depth(node, target) / chain_inputs(node, target) * (apart ? 2 : 1);
    int64_t cost =
        vectors_of(node, channels_of(node->out[0]), target) * steps * step_cost(node, target);
    return cost + (apart ? cost / node->tile.rows : 0);
}

static int64_t operands_cost(const Node *node, const Target *target) {
    bool direct = product_feed(node) == FEED_DIRECT;
    int64_t vectors = vectors_of(node, channels_of(node->in[0]), target);
    int64_t each = OPERAND + TAP * taps_of(node) + (is_quantized(node) ? ROUND : 0);
    return direct ? 0 : vectors * each;
}

static int64_t weights_cost(const Node *node, const Target *target) {
    return packed_depth(node, target) * channels_of(node->out[0]) *
           element_bytes(product_element(node)) *
           (has_own_registers(node, target) ? MATRIX_WEIGHT_BYTE : WEIGHT_BYTE);
}

static int64_t body_cycles(const Node *node, const Target *target) {
    int64_t sum = 0;
    for (int i = 0; i < node->body.count; i++) {
        sum += node_cycles(node->body.at[i], target);
    }
    return sum;
}

int64_t node_cycles(const Node *node, const Target *target) {
    if (node_has(node, BODY)) {
        return body_cycles(node, target);
    }
    if (!node_has(node, PRODUCT)) {
        int64_t read = node->op == OP_global_pool ? pixel_count(node->in[0]) : 1;
        return vectors_of(node, channels_of(node->out[0]), target) * read * taps_of(node) *
               ELEMENT / CYCLE;
    }
    int64_t sums =
        has_own_registers(node, target) ? matrices_cost(node, target) : chains_cost(node, target);
    return (sums + operands_cost(node, target) + weights_cost(node, target)) / CYCLE;
}

int64_t unit_cycles(const Unit *unit) {
    int64_t sum = 0;
    for (int i = 0; i < unit->graph->nodes.count; i++) {
        sum += node_cycles(unit->graph->nodes.at[i], unit->target);
    }
    return sum;
}
