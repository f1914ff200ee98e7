/* layer_value.h - what a layer has written, as the interpreter shows it.
 */
#ifndef XNC_COMPILER_LAYER_VALUE_H
#define XNC_COMPILER_LAYER_VALUE_H

#include "kernel.h"

/* The elements of a layer's result, NCHW or NC, dense: a copy in the arena, or the output itself.
 * values is the arena of the run, as the profile callback gets it. */
const float *layer_value(Arena *arena, const Module *module, const Layer *layer, const void *values,
                         float *const *outputs);

#endif
