/* operands.h - questions about products in integers, and values that are integers (quantized.c),
 * and the types of a product's operands (expr.c).
 */
#ifndef XNC_IR_OPERANDS_H
#define XNC_IR_OPERANDS_H

#include "ir.h"

/* Inputs that a word of a packed s8 weight holds. */
enum { QUAD = 4 };
/* The deepest quantized product: its sums fit 32 bits. */
enum { MOST_QUANTIZED_DEPTH = INT32_MAX / (255 * 127) };
/* Whether a node may become a product of s8 or bf16: a convolution, separable or not, that does not
 * read the graph's input; of s8 not too deep, of bf16 with input channels in pairs. */
bool can_be_quantized(const Graph *graph, const Node *node);
bool can_be_bf16(const Graph *graph, const Node *node);
/* Whether the node is a quantized product. */
bool is_quantized(const Node *node);
/* Of a quantized product: the activation between the maps and its left operands. */
Act quantized_act(const Node *node);
/* Whether that activation becomes bounds of the integers; whether it raises the lower one. */
bool act_is_bound(Act act);
bool act_has_floor(Act act);
/* Whether the depthwise stage in front of it has the factor and zero point in its constants. */
bool stage_quantizes(const Node *node);
/* Whether the weights of a quantized product are planned as pairs. */
bool is_paired(const Expr *weight);
bool has_paired_weights(const Node *node);
/* Whether the result of a node may be u8: of a convolution, separable or not, and a map. */
bool may_be_bytes(const Node *node);
/* Whether a node makes u8 of u8, which stand for numbers in the same way: a pooling of maxima. */
bool keeps_bytes(const Node *node);
/* Whether a node can take an operand as u8, as many times as it reads it. */
bool may_read_bytes(const Node *node, const Value *value);
/* The types of a PRODUCT's weight, and of its left operands: f32 beside f16, u8 beside s8. */
Element product_element(const Node *node);
Element operand_element(const Node *node);

#endif
