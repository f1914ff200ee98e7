/* kinterp_weights.c - the content of the blob in memory, for whoever runs a module without a file.
 *
 *   constant "conv1.bias" at 64 bytes 64 = pad(@conv1.bias[8], 16)   ->   16 floats at 64
 *
 * The same values at the same offsets as blob_write() puts into a file; what is between is 0.
 */
#include <string.h>

#include "kernel.h"

/* What evaluation needs on its way goes with the constant. */
static bool evaluate(Arena *arena, unsigned char *weights, const Constant *constant,
                     ParamReader *read, void *context) {
    Arena *part = arena_child(arena);
    const float *values = expr_eval_f32(part, constant->expr, read, context);
    if (values) {
        memcpy(weights + constant->offset, values,
               (size_t)shape_elements(&constant->expr->shape) * sizeof *values);
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
