/* interp_act.c - defines the activations of acts.def bit by bit, NaN and -0 included.
 *
 *   silu(x) = x * (1 / (1 + exp(0 - x)))
 *
 * Each formula is a fixed sequence of f32 operations, and the emitter writes the same sequence with
 * vectors (compiler/emit/emit_composed.c). exp and erf are SLEEF's reproducible functions, whose
 * results do not depend on the vector length. So the interpreter and every target give equal bits.
 */
#include <math.h>
#ifndef FP_FAST_FMA
#define FP_FAST_FMA /* the header then declares the functions for machines with fma */
#endif
#include <sleef.h>

#include "ir.h"

/* max and min give b when a is NaN: relu(NaN) is +0 on every target. */
static float max_of(float a, float b) {
    return a > b ? a : b;
}

static float min_of(float a, float b) {
    return a < b ? a : b;
}

/* One function for each row of acts.def: a missing one does not compile. */

static float act_none(float x) {
    return x;
}

static float act_relu(float x) {
    return max_of(x, 0.0f);
}

static float act_relu6(float x) {
    return min_of(max_of(x, 0.0f), 6.0f);
}

float interp_exp(float x) {
    return Sleef_finz_expf1_u10purecfma(x);
}

/* 0 - x, not -x, as in the emitted code. */
static float act_sigmoid(float x) {
    float power = interp_exp(0.0f - x);
    return 1.0f / (1.0f + power);
}

static float act_silu(float x) {
    return x * act_sigmoid(x);
}

/* The exact form with erf, PyTorch's GELU(approximate='none'); the factor is 1 / sqrt(2). */
static float act_gelu(float x) {
    float error = Sleef_finz_erff1_u10purecfma(x * 0.707106769f);
    return (0.5f * x) * (1.0f + error);
}

/* The factor is 1 / 6 rounded to f32: a multiplication is cheaper than PyTorch's division. */
static float act_hard_swish(float x) {
    return (x * act_relu6(x + 3.0f)) * 0.166666672f;
}

static float (*const acts[])(float x) = {
#define ACT(name, zero, cheap, line) act_##name,
#include "acts.def"
#undef ACT
};

float interp_act(Act act, float x) {
    return acts[act](x);
}
