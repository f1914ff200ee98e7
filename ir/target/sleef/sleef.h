/* sleef.h - exp and erf as SLEEF 3.5.1 computes them: a float -> the same bits.
 * SPDX-License-Identifier: BSL-1.0
 * Derived from SLEEF, Copyright Naoki Shibata and contributors 2010 - 2021, distributed under the
 * Boost Software License, Version 1.0: LICENSE.txt beside this file.
 *
 *   x = n ln 2 + s   ->   exp(x) = 2^n (1 + s + s^2 p(s))
 *
 * Stands in for SLEEF's header where that is not installed: in wheels, whose tool has it inside,
 * and in what the tool builds there. Of SLEEF's several hundred functions it has those that the
 * tool and the rows of ir/target call, in plain C11 and without a library. Each operation and its
 * order is SLEEF's; tests/ir/target/test_sleef.c compares both. Compiled with -ffp-contract=off.
 */
#ifndef XNC_SLEEF_H
#define XNC_SLEEF_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

/* ln 2 in two parts, the first with few bits, and 1 / ln 2. */
#define XNC_LN2_HIGH 0.693145751953125f
#define XNC_LN2_LOW 1.428606765330187045e-06f
#define XNC_PER_LN2 1.442695040888963407359924681001892137426645954152985934135449406931f

/* Outside of these exp is 0 or infinite. */
#define XNC_EXP_LEAST (-104.0f)
#define XNC_EXP_MOST 100.0f

typedef float xnc_multiply_add(float a, float b, float c);

static inline float xnc_sleef_plain(float a, float b, float c) {
    return a * b + c;
}

/* 2^power for power within -126..127. */
static inline float xnc_sleef_power(int power) {
    uint32_t bits = (uint32_t)(power + 127) << 23;
    float result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

/* x 2^power in two steps, so that the result may be subnormal. */
static inline float xnc_sleef_scaled(float x, int power) {
    int half = (power >= 0 ? power : power - 1) / 2;
    return x * xnc_sleef_power(half) * xnc_sleef_power(power - half);
}

static inline float xnc_sleef_exp(xnc_multiply_add *fused, float x) {
    if (!(x >= XNC_EXP_LEAST && x <= XNC_EXP_MOST)) {
        return isnan(x) ? x + x : x < XNC_EXP_LEAST ? 0.0f : INFINITY;
    }
    float power = rintf(x * XNC_PER_LN2);
    float s = fused(power, -XNC_LN2_HIGH, x);
    s = fused(power, -XNC_LN2_LOW, s);
    float p = 0.000198527617612853646278381f;
    p = fused(p, s, 0.00139304355252534151077271f);
    p = fused(p, s, 0.00833336077630519866943359f);
    p = fused(p, s, 0.0416664853692054748535156f);
    p = fused(p, s, 0.166666671633720397949219f);
    p = fused(p, s, 0.5f);
    return xnc_sleef_scaled(1.0f + fused(s * s, p, s), (int)power);
}

static inline float Sleef_finz_expf1_u10purecfma(float x) {
    return xnc_sleef_exp(fmaf, x);
}

static inline float Sleef_cinz_expf1_u10purec(float x) {
    return xnc_sleef_exp(xnc_sleef_plain, x);
}

/* An unevaluated sum of two floats, the second much the smaller. */
typedef struct xnc_sleef_pair {
    float high, low;
} xnc_sleef_pair;

/* The pair nearest to a double. */
static inline xnc_sleef_pair xnc_sleef_split(double x) {
    float high = (float)x;
    return (xnc_sleef_pair){high, (float)(x - (double)high)};
}

static inline xnc_sleef_pair xnc_sleef_add(xnc_sleef_pair a, xnc_sleef_pair b) {
    float sum = a.high + b.high;
    float part = sum - a.high;
    float rest = (a.high - (sum - part)) + (b.high - part);
    return (xnc_sleef_pair){sum, rest + (a.low + b.low)};
}

static inline xnc_sleef_pair xnc_sleef_add_one(xnc_sleef_pair a, float b) {
    float sum = a.high + b;
    float part = sum - a.high;
    float rest = (a.high - (sum - part)) + (b - part);
    return (xnc_sleef_pair){sum, rest + a.low};
}

/* 1 + b for a |b.high| not above 1. */
static inline xnc_sleef_pair xnc_sleef_one_plus(xnc_sleef_pair b) {
    float sum = 1.0f + b.high;
    return (xnc_sleef_pair){sum, 1.0f - sum + b.high + b.low};
}

static inline xnc_sleef_pair xnc_sleef_times(xnc_sleef_pair a, xnc_sleef_pair b) {
    float product = a.high * b.high;
    float rest = fmaf(a.low, b.high, fmaf(a.high, b.high, -product));
    return (xnc_sleef_pair){product, fmaf(a.high, b.low, rest)};
}

static inline xnc_sleef_pair xnc_sleef_times_one(xnc_sleef_pair a, float b) {
    float product = a.high * b;
    return (xnc_sleef_pair){product, fmaf(a.low, b, fmaf(a.high, b, -product))};
}

static inline xnc_sleef_pair xnc_sleef_square(xnc_sleef_pair a) {
    float product = a.high * a.high;
    return (xnc_sleef_pair){product, fmaf(a.high + a.high, a.low, fmaf(a.high, a.high, -product))};
}

/* exp of a pair. */
static inline xnc_sleef_pair xnc_sleef_exp_pair(xnc_sleef_pair x) {
    if (x.high < XNC_EXP_LEAST) {
        return (xnc_sleef_pair){0.0f, 0.0f};
    }
    float power = rintf((x.high + x.low) * XNC_PER_LN2);
    xnc_sleef_pair s = xnc_sleef_add_one(x, power * -XNC_LN2_HIGH);
    s = xnc_sleef_add_one(s, power * -XNC_LN2_LOW);
    float p = 0.1980960224e-3f;
    p = fmaf(p, s.high, 0.1394256484e-2f);
    p = fmaf(p, s.high, 0.8333456703e-2f);
    p = fmaf(p, s.high, 0.4166637361e-1f);
    xnc_sleef_pair t =
        xnc_sleef_add_one(xnc_sleef_times_one(s, p), 0.166666659414234244790680580464f);
    t = xnc_sleef_add_one(xnc_sleef_times(s, t), 0.5f);
    t = xnc_sleef_one_plus(xnc_sleef_add(s, xnc_sleef_times(xnc_sleef_square(s), t)));
    return (xnc_sleef_pair){xnc_sleef_scaled(t.high, (int)power),
                            xnc_sleef_scaled(t.low, (int)power)};
}

/* Coefficients of the polynomials for |x| below 1.1 (in x^2), 2.4 and 4. */
enum { XNC_SLEEF_RANGES = 3, XNC_SLEEF_SINGLE = 5, XNC_SLEEF_PAIRS = 2 };
static const float xnc_sleef_singles[XNC_SLEEF_RANGES][XNC_SLEEF_SINGLE] = {
    {0.7089292194e-4f, -0.7768311189e-3f, 0.5159463733e-2f, -0.2683781274e-1f, 0.1128318012f},
    {-0.1792667899e-4f, 0.3937633010e-3f, -0.3949181177e-2f, 0.2445474640e-1f, -0.1070996150f},
    {-0.9495757695e-5f, 0.2481465926e-3f, -0.2918176819e-2f, 0.2059706673e-1f, -0.9901899844e-1f}};
static const double xnc_sleef_pairs[XNC_SLEEF_RANGES][XNC_SLEEF_PAIRS] = {
    {-0.376125876000657465175213237214, 1.12837916021059138255978217023},
    {-0.634588905908410389971210809210, -1.12879855826694507209862753992},
    {-0.643598050547891613081201721633, -1.12461487742845562801052956293}};

/* The polynomial of |x| below 4: erf itself in the first range, the logarithm of 1 - erf behind. */
static inline xnc_sleef_pair xnc_sleef_erf_polynomial(float x, int range) {
    float at = range == 0 ? x * x : x;
    float p = xnc_sleef_singles[range][0];
    for (int i = 1; i < XNC_SLEEF_SINGLE; i++) {
        p = fmaf(p, at, xnc_sleef_singles[range][i]);
    }
    float product = p * at;
    xnc_sleef_pair d = {product, fmaf(p, at, -product)};
    d = xnc_sleef_times_one(xnc_sleef_add(d, xnc_sleef_split(xnc_sleef_pairs[range][0])), at);
    return xnc_sleef_times_one(xnc_sleef_add(d, xnc_sleef_split(xnc_sleef_pairs[range][1])), x);
}

static inline float Sleef_finz_erff1_u10purecfma(float x) {
    float size = fabsf(x);
    if (!(size < 4.0f)) {
        return isnan(x) ? NAN : copysignf(1.0f, x);
    }
    int range = size < 1.1f ? 0 : size < 2.4f ? 1 : 2;
    xnc_sleef_pair d = xnc_sleef_erf_polynomial(size, range);
    if (range > 0) {
        xnc_sleef_pair power = xnc_sleef_exp_pair(d);
        d = xnc_sleef_one_plus((xnc_sleef_pair){-power.high, -power.low});
    }
    return copysignf(1.0f, x) * (d.high + d.low);
}

/* A vector function, lane by lane: compilers make vectors of it again. */
#define XNC_SLEEF_LANES(name, vector, lanes, one)                                                  \
    static inline vector name(vector x) {                                                          \
        float lane[lanes];                                                                         \
        memcpy(lane, &x, sizeof x);                                                                \
        for (int i = 0; i < (lanes); i++) {                                                        \
            lane[i] = one(lane[i]);                                                                \
        }                                                                                          \
        memcpy(&x, lane, sizeof x);                                                                \
        return x;                                                                                  \
    }

#ifdef __AVX2__
#include <immintrin.h>
XNC_SLEEF_LANES(Sleef_finz_expf8_u10avx2, __m256, 8, Sleef_finz_expf1_u10purecfma)
XNC_SLEEF_LANES(Sleef_finz_erff8_u10avx2, __m256, 8, Sleef_finz_erff1_u10purecfma)
#endif
#ifdef __AVX512F__
XNC_SLEEF_LANES(Sleef_finz_expf16_u10avx512f, __m512, 16, Sleef_finz_expf1_u10purecfma)
XNC_SLEEF_LANES(Sleef_finz_erff16_u10avx512f, __m512, 16, Sleef_finz_erff1_u10purecfma)
#endif
#if defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
XNC_SLEEF_LANES(Sleef_finz_expf4_u10advsimd, float32x4_t, 4, Sleef_finz_expf1_u10purecfma)
XNC_SLEEF_LANES(Sleef_finz_erff4_u10advsimd, float32x4_t, 4, Sleef_finz_erff1_u10purecfma)
#endif

#endif
