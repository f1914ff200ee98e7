/* origins.h - pairs nodes of the graph as described with nodes of the fused graph.
 *
 * described: the graph as built from the description, with outputs selected; fused: the same graph
 * after all passes. Both stay unchanged, and results point into them.
 */
#ifndef XNC_COMPILER_ORIGINS_H
#define XNC_COMPILER_ORIGINS_H

#include "ir.h"

/* The described node whose result equals, but for rounding, that of a fused node (not a region):
 * the last of the norm, sum and activation that were fused into it. NULL when there is none: where
 * a norm follows a sum, folding scales both operands of the sum, and the scaled operand that does
 * not compute the sum itself equals no described value. */
const Node *origin_of_result(const Graph *described, const Graph *fused, const Node *node);
/* The fused node that does the work of a described one; NULL when no node is left that does, as no
 * output depends on it. */
const Node *origin_taken_by(const Graph *described, const Graph *fused, const Node *node);

#endif
