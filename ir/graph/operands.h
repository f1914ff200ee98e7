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
/* How many weights of a quantized product are restricted together: 0, 2 or 4 (s8 in exprs.def). */
int64_t weights_together(const Expr *weight);
/* The numbers of a sum that are restricted together: number k, the other of its pair, and those of
 * the pair that stands four apart. Some may be beyond the depth. */
void weights_group(int64_t k, int64_t group[4]);
/* Where the numbers of an output channel stand in what a pack_... of weights makes. */
typedef struct PackedColumn {
    int64_t first;       /* number 0 of the channel */
    int64_t word, pitch; /* so many numbers side by side, and from the first of these to the next */
} PackedColumn;
PackedColumn packed_column(const Expr *expr, int64_t o);
/* Number row of a sum: its order is window row, column, input channel. */
int64_t packed_at(const PackedColumn *column, int64_t row);
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
