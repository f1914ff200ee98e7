/* lower.c - writes each node as a kernel of loops, and the table that calls them in order.
 *
 *   %p = separable(%x) ... offset=4096      ->   kernel $separable_19x19_728_728 { ... }
 *                                                constant "p" weight at 0 = pack_panels(...)
 *                                                layer "p" kernel $separable_19x19_728_728
 *                                                  in arena ..., out arena 4096, weights 0 ...
 *
 * Nodes stay in the planned order; a region is one kernel. Constants get their
 * place in the blob here, in the order of first use, on 64-byte lines. Files by operation:
 * lower_product.c, lower_window.c, lower_patch.c, lower_pool.c, lower_pointwise.c; lower_rows.c,
 * lower_region.c for what runs row by row.
 */
#include <string.h>

#include "lowering.h"

/* A node that fold_bn should not have left, or a region inside a region. */
static const char *lower_none(Lowering *lowering, const Node *node) {
    (void)lowering;
    internal_error("lower", "%s: no kernel for %s", node->name, op_info(node->op)->name);
}

static LowerNode *const kernels[OP_COUNT] = {
#define OP(name, lo, hi, first, last, kernel, ...) lower_##kernel,
#include "ops.def"
#undef OP
};

/* Gives the node's constant of a slot its place, if there is one. */
static void add_constant(Lowering *lowering, Layer *layer, const Node *node, WeightSlot slot) {
    const Expr *expr = slot_constant(node, slot);
    Module *module = lowering->module;
    layer->weights[slot] = -1;
    if (!expr) {
        return;
    }
    int64_t bytes = shape_elements(&expr->shape) * (int64_t)sizeof(float);
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
