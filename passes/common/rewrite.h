/* rewrite.h - questions about values, and changes of nodes, that most rewriting passes share.
 */
#ifndef XNC_PASSES_REWRITE_H
#define XNC_PASSES_REWRITE_H

#include "pass.h"

/* The last operand if it is a residual, else NULL. */
Value *node_residual(const Node *node);
/* Gives an anchor a residual operand. */
void node_add_residual(Node *node, Value *residual);
/* A product that reads one whole pixel for each that it writes: 1x1, stride 1, no padding. */
bool is_pointwise(const Node *node);
/* Whether what a node reads, adds or makes is u8. */
bool reads_bytes(const Node *node);
bool adds_bytes(const Node *node);
bool makes_bytes(const Node *node);
/* The parameter of a map that is u8: "map_scale" or "map_zero", of each channel. Maxima have those
 * of the map that they are of. */
const Expr *map_number(Arena *arena, const Value *map, const char *what);
/* An operation on two constants; b may be NULL for an operation on one. */
const Expr *expr_of_two(const Unit *unit, ExprKind kind, const Expr *a, const Expr *b);
int64_t channels_of(const Value *value);
int64_t round_up(int64_t number, int64_t unit);
int64_t larger(int64_t a, int64_t b);
int64_t smaller(int64_t a, int64_t b);

#endif
