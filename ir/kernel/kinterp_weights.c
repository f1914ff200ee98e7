/* kinterp_weights.c - turns a module's constants and a checkpoint into the content of the blob in
 * memory, for running a module without a weights file.
 *
 *   constant "conv1" bias at 64 bytes 64 = pad(@conv1.bias[8], 16)   ->   16 floats at byte 64
 *
 * The values and offsets are those that blob_write() puts into a file; gaps between constants are
 * 0.
 */
#include <string.h>

#include "kernel.h"

/* Evaluates one constant into its place. The temporary memory of its evaluation is freed before the
 * next one starts; otherwise it would add up to several times the weights. */
static bool evaluate(Arena *arena, unsigned char *weights, const Constant *constant,
                     ParamReader *read, void *context) {
    Arena *part = arena_child(arena);
    const Expr *expr = constant->expr;
    const void *values = expr_eval(part, expr, read, context);
    if (values) {
        memcpy(weights + constant->offset, values,
               (size_t)(shape_elements(&expr->shape) * element_bytes(expr->element)));
    }
    arena_destroy(part);
    return values != NULL;
}

const unsigned char *module_weights(Arena *arena, const Module *module, ParamReader *read,
                                    void *context) {
    unsigned char *weights = arena_alloc(arena, (size_t)module->weights_bytes);
    for (int i = 0; i < module->n_constants; i++) {
        if (!evaluate(arena, weights, &module->constants[i], read, context)) {
            return NULL;
        }
    }
    return weights;
}
