/* cost.h - how long a planned network takes, as a model of a core tells it and never a clock.
 *
 *   separable of 361 pixels, 728 channels, f32, 16 lanes   ->   7.3 million cycles
 *   the same in int8                                        ->   2.0 million cycles
 *
 * So every machine that compiles finds the same numbers. Cycles of one thread; how long a cycle is
 * depends on the clock that a core keeps with such instructions.
 */
#ifndef XNC_PASSES_COST_H
#define XNC_PASSES_COST_H

#include "pass.h"

/* Of a node whose product is tiled, or of no product; a region's is that of its body. */
int64_t node_cycles(const Node *node, const Target *target);
/* Of all nodes of a unit that has passed tile_depthwise. */
int64_t unit_cycles(const Unit *unit);

#endif
