/* emit_composed.c - activations that need exp or erf, as steps of operations that targets spell.
 *
 *   sigmoid   =   1 / (1 + exp(-x)), step by step
 *
 * The steps are those of interp_act() (ir/graph/interp_act.c) in the same order, each rounded to
 * f32, so every target gives the same bits. No result of a mul is an operand of an add or sub, so a
 * C compiler finds nothing to contract into a fused multiply-add. 0.707106769 is sqrt(1/2) in f32.
 */
#include "emit_internal.h"

const Composed emit_composed_rows[COMPOSED_ROWS] = {
    {KOP_sigmoid, "1 / (1 + exp(-x))",
     "vec zero_lanes = zero\n"
     "vec one = constant 1\n"
     "vec minus_x = sub zero_lanes, x\n"
     "vec power = exp minus_x\n"
     "vec sum = add one, power\n"
     "vec result = div one, sum\n"},
    {KOP_silu, "x * sigmoid(x)",
     "vec gate = sigmoid x\n"
     "vec result = mul x, gate\n"},
    {KOP_gelu, "x / 2 * (1 + erf(x / sqrt(2)))",
     "vec half = constant 0.5\n"
     "vec one = constant 1\n"
     "vec root_half = constant 0.707106769\n"
     "vec scaled = mul x, root_half\n"
     "vec error = erf scaled\n"
     "vec sum = add one, error\n"
     "vec half_x = mul half, x\n"
     "vec result = mul half_x, sum\n"},
};
