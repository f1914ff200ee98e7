/* lower_node.c - lowers one node: finds the function that writes its loops.
 *
 *   %p = separable(%x) ...      ->   kernel $separable_19x19_728_728 { ... }
 *
 * The rows of ops.def name the function of each operation; they are in lower_product.c (with
 * lower_tile.c and lower_patch.c), lower_window.c, lower_pool.c and lower_pointwise.c. lower_rows.c
 * and lower_region.c are for what runs row by row.
 */
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

const char *lower_node(Lowering *lowering, const Node *node) {
    return kernels[node->op](lowering, node);
}
