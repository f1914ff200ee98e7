/* interp.h - what the files of the interpreter share: interp.c runs the nodes in order, the other
 * files hold the operations. Data is always NCHW (or NC) f32 without padding, one array per value.
 */
#ifndef XNC_IR_INTERP_H
#define XNC_IR_INTERP_H

#include "internal.h"

/* One run of a graph. */
typedef struct Interp {
    Arena *arena; /* of the results; the values are its children */
    Map *held;    /* from a value to the Held that has its data */
    const InterpRequest *request;
} Interp;

/* The data of one value. */
typedef struct Held {
    Arena *arena; /* of the data alone; NULL before it is computed and after its last reader */
    float *data;
    int readers; /* operand slots and outputs of the graph that still have to read it */
} Held;

/* What interp_NAME gets: one node and its data. */
typedef struct Step {
    const Interp *interp;
    const Node *node;
    Arena *scratch; /* temporary memory, freed after the node */
    /* in[0], with the prologue applied (of a quantized product: quantized_act()) */
    const float *in;
    float *out; /* to be filled; the caller then applies residual and epilogue to it */
} Step;

/* The constant without its packing, rounded to f32, in scratch; for expr NULL a vector of count
 * zeros, otherwise count is ignored. NULL when the reader failed. */
const float *step_constant(const Step *step, const Expr *expr, int64_t count);

/* Whether the step reads in[0] as u8; the zero points of its channels then, else NULL. False when
 * the reader failed. */
bool step_in_zero(const Step *step, const float **zero);

/* The number of tasks that each_piece() cuts work into. */
int step_tasks(const Step *step);
/* One piece of a node's work, done by the task of that index, which does one piece at a time. */
typedef void Piece(const void *work, int64_t piece, int task);
/* Does the pieces 0 to count - 1, in any order on the threads of the request. They must not read
 * what others write, so that the order does not matter. */
void each_piece(const Step *step, int64_t count, Piece *piece, const void *work);

/* count chains of fused multiply-adds side by side, each of the same depth:
 * acc[p] = fma(w[k], x[k][p], acc[p]) for k from 0 to depth - 1. acc and the rows x[k] hold count
 * floats and do not overlap. */
typedef void Chain(float *acc, int64_t count, int64_t depth, const float *w, const float *const *x);
/* The fastest form that this machine can run; all give the same bits. */
Chain *choose_chain(void);

/* ---- interp_quantized.c: products of integers. Their numbers are integers in floats. ---- */
/* What a quantized product needs beside weights and bias; start NULL: the reader failed. */
typedef struct SumConstants {
    const int32_t *start;   /* [outputs] */
    const float *out_scale; /* [outputs] */
    const float *padding;   /* [inputs]: what padded taps read; NULL where nothing is padded */
} SumConstants;
/* The constants of the step's node. */
SumConstants sum_constants_of(const Step *step);
/* The left operands of the product, made of its data ([N,C,H,W]; of a separable its depthwise
 * results); NULL when the reader failed. */
const float *quantized_operands(const Step *step, const float *data, const Shape *shape);
/* One channel o of the result for count pixels: acc[p] = fma(start + sum over k of w[k] * x[k][p],
 * out_scale, bias). sums has room for count. */
void integer_chain(const SumConstants *integers, int64_t o, float bias, float *acc, int32_t *sums,
                   int64_t count, int64_t depth, const float *w, const float *const *x);

/* One function per row of ops.def: fills step->out. False when the reader failed. */
#define OP(name, ...) bool interp_##name(const Step *step);
#include "ops.def"
#undef OP

#endif
