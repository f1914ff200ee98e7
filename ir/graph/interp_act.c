/* interp_act.c - the activations of acts.def: their one meaning, NaN and -0 included.
 *
 *   silu(x) = x * (1 / (1 + exp(0 - x)))
 *
 * Each formula is a fixed sequence of f32 operations, the one that the emitter writes with vectors
 * (compiler/emit/emit_act.c), and exp and erf are SLEEF's reproducible functions, whose results do
 * not depend on the vector length. So the bits here are the bits of every target.
 */
#include <math.h>
#ifndef FP_FAST_FMA
#define FP_FAST_FMA /* the header then declares the functions for machines with fma */
#endif
#include <sleef.h>

#include "ir.h"

static float max_of(float a, float b) {
    return a > b ? a : b;
}

static float min_of(float a, float b) {
    return a < b ? a : b;
}

static float relu6(float x) {
    return min_of(max_of(x, 0.0f), 6.0f);
}

static float sigmoid(float x) {
    float power = Sleef_finz_expf1_u10purecfma(0.0f - x);
    return 1.0f / (1.0f + power);
}

static float gelu(float x) {
    float error = Sleef_finz_erff1_u10purecfma(x * 0.707106769f);
    return (0.5f * x) * (1.0f + error);
}

static float hard_swish(float x) {
    return (x * relu6(x + 3.0f)) * 0.166666672f;
}

float interp_act(Act act, float x) {
    switch (act) {
    case ACT_relu:
        return max_of(x, 0.0f);
    case ACT_relu6:
        return relu6(x);
    case ACT_silu:
        return x * sigmoid(x);
    case ACT_gelu:
        return gelu(x);
    case ACT_hard_swish:
        return hard_swish(x);
    case ACT_sigmoid:
        return sigmoid(x);
    default:
        return x;
    }
}
