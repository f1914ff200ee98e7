/* lower_node.c - lowers one node: finds the function that writes its loops, and gives its constants
 * their places in the blob.
 *
 *   %p = separable(%x) ... offset=4096      ->   kernel $separable_19x19_728_728 { ... }
 *                                                constant "p" weight at 0 = pack_panels(...)
 *                                                layer "p" kernel $separable_19x19_728_728
 *                                                  in arena ..., out arena 4096, weights 0 ...
 *
 * Constants follow each other in the blob in the order of the nodes that read them, each from a
 * 64-byte line on. The rows of ops.def name the function of each operation; they are in
 * lower_product.c (with lower_tile.c and lower_patch.c), lower_window.c, lower_pool.c and
 * lower_pointwise.c. lower_rows.c and lower_region.c are for what runs row by row.
 */
#include <string.h>

#include "lowering.h"

/* For operations without a kernel: a batch_norm, which fold_bn removes, or a region in a region. */
static const char *lower_none(Lowering *lowering, const Node *node) {
    (void)lowering;
    internal_error("lower", "%s: no kernel for %s", node->name, op_info(node->op)->name);
}

static LowerNode *const kernels[OP_COUNT] = {
#define OP(name, lo, hi, first, last, kernel, ...) lower_##kernel,
#include "ops.def"
#undef OP
};

/* Gives the node's constant of a slot its place in the blob; -1 in the layer when it has none. */
static void add_constant(Lowering *lowering, Layer *layer, const Node *node, WeightSlot slot) {
    const Expr *expr = slot_constant(node, slot);
    Module *module = lowering->module;
    layer->weights[slot] = -1;
    if (!expr) {
        return;
    }
    int64_t bytes = shape_elements(&expr->shape) * element_bytes(expr->element);
    size_t count = (size_t)module->n_constants;
    if ((count & (count - 1)) == 0) {
        module->constants = arena_grow(lowering->arena, module->constants, count,
                                       count ? 2 * count : 1, sizeof *module->constants);
    }
    layer->weights[slot] = module->weights_bytes;
    layer->n_weights = slot + 1;
    module->constants[module->n_constants++] = (Constant){.node = node->name,
                                                          .slot = slot,
                                                          .expr = expr,
                                                          .offset = module->weights_bytes,
                                                          .bytes = bytes};
    module->weights_bytes = round_up(module->weights_bytes + bytes, 64);
}

void add_constants(Lowering *lowering, Layer *layer, const Node *node) {
    for (WeightSlot slot = 0; slot < SLOT_COUNT; slot++) {
        add_constant(lowering, layer, node, slot);
    }
}

const char *lower_node(Lowering *lowering, const Node *node) {
    return kernels[node->op](lowering, node);
}
