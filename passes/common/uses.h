/* uses.h - who reads each value of a graph, for passes that ask it of every node.
 *
 * Built by one walk and kept up to date by the changes below, so that a question costs the number
 * of readers of that value and not the size of the graph. Whoever changes operands in another way
 * says so with uses_add() and uses_drop().
 */
#ifndef XNC_PASSES_USES_H
#define XNC_PASSES_USES_H

#include "map.h"
#include "rewrite.h"

typedef struct Uses {
    Graph *graph;
    Arena *arena;
    Map *readers; /* from a value to a NodeList: its reader once for each operand slot */
    Map *outputs; /* the values that the graph hands out */
} Uses;

/* A region reads what the nodes of its body read, once for each of their slots. */
Uses uses_of(Arena *arena, Graph *graph);
/* The same with the nodes of regions as the readers of what they read, in place of the regions. */
Uses uses_of_nodes(Arena *arena, Graph *graph);
/* The readers, once for each operand slot; an empty list when there are none. */
const NodeList *uses_readers(const Uses *uses, const Value *value);
/* True when the graph hands this value to the caller. */
bool uses_handed_out(const Uses *uses, const Value *value);
/* The node that defines value if nothing but one operand slot reads it (no output either), else
 * NULL: what a node may fold itself into. */
Node *sole_source(const Uses *uses, const Value *value);
/* The one node that reads value in exactly one operand slot, else NULL: also when it is an output.
 */
Node *sole_reader(const Uses *uses, const Value *value);
/* The node reads value in one slot more. */
void uses_add(Uses *uses, Node *node, const Value *value);
/* The node reads nothing any more. */
void uses_drop(Uses *uses, const Node *node);
/* Makes every reader of from (outputs and taps included) read to. */
void uses_replace(Uses *uses, Value *from, Value *to);

#endif
