/* channel_order.h - images between the two orders of a caller: N, C, H, W and N, H, W, C. */
#ifndef XNC_COMPILER_CHANNEL_ORDER_H
#define XNC_COMPILER_CHANNEL_ORDER_H

#include "ir.h"

/* The shape, N, C, H, W, as an array in N, H, W, C has it; any other rank stays as it is. */
Shape shape_last(const Shape *shape);
/* The shape of an input or output as the caller of the graph has it. */
Shape callers_shape(const Graph *graph, const Shape *shape);
/* Copies dense images of shape N, C, H, W into the other order. Other ranks have one order only and
 * are copied. from and to do not overlap. */
void channels_to_last(const float *from, const Shape *shape, float *to);
void channels_to_first(const float *from, const Shape *shape, float *to);

#endif
