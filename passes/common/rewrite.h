/* rewrite.h - the few questions and moves that most rewriting passes share.
 */
#ifndef XNC_PASSES_REWRITE_H
#define XNC_PASSES_REWRITE_H

#include "pass.h"

/* Position of a node in a list, -1 when it is not there. */
int node_index(const NodeList *list, const Node *node);
/* True when the graph hands this value to the caller. */
bool is_handed_out(const Graph *graph, const Value *value);
/* The node that defines value if nothing but one operand slot reads it (no output either), else
 * NULL: what a node may fold itself into. */
Node *sole_source(const Graph *graph, const Value *value);
/* The one node that reads value in exactly one operand slot, else NULL: also when it is an output.
 * Only for graphs without regions. */
Node *sole_reader(const Graph *graph, const Value *value);
/* Takes the node out of a list; its value must have no reader left. */
void list_remove(NodeList *list, const Node *node);
/* Moves a node of the list to the given position (counted before the move). */
void list_move(NodeList *list, Node *node, int position);
/* The last operand if it is a residual, else NULL. */
Value *node_residual(const Node *node);
/* Gives an anchor a residual operand. */
void node_add_residual(Node *node, Value *residual);
/* A product that reads one whole pixel for each that it writes: 1x1, stride 1, no padding. */
bool is_pointwise(const Node *node);
int64_t channels_of(const Value *value);
int64_t round_up(int64_t number, int64_t unit);
int64_t larger(int64_t a, int64_t b);
int64_t smaller(int64_t a, int64_t b);

#endif
