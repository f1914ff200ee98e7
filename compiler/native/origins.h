/* origins.h - which nodes of the graph as described a node of the fused graph stands for.
 */
#ifndef XNC_COMPILER_ORIGINS_H
#define XNC_COMPILER_ORIGINS_H

#include "ir.h"

/* The described node whose result equals, but for rounding, that of a fused node (not a region):
 * behind the norm, the sum and the activation that the fused node took in. NULL when there is none,
 * as for one side of a sum that a norm scales. */
const Node *origin_of_result(const Graph *described, const Graph *fused, const Node *node);
/* The fused node that does the work of a described one; NULL when nobody needs it. */
const Node *origin_taken_by(const Graph *described, const Graph *fused, const Node *node);

#endif
