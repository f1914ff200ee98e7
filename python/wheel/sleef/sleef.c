/* sleef.c - exp and erf as SLEEF 3.5.1 computes them: a float -> the same bits.
 * SPDX-License-Identifier: BSL-1.0
 * Derived from SLEEF, Copyright Naoki Shibata and contributors 2010 - 2021, distributed under the
 * Boost Software License, Version 1.0: LICENSE.txt beside this file.
 *
 *   x = q ln 2 + s   ->   exp(x) = 2^q (1 + s + s^2 p(s))
 *
 * The interpreter needs three of SLEEF's several hundred functions, each for one float. They are
 * written here in plain C11, so that a wheel needs neither the library nor its generators. Each
 * operation and its order is SLEEF's; tests/python/test_sleef.c compares both. Compiled with
 * -ffp-contract=off, as all of the tool.
 */
#include "sleef.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts, the first with few bits, and 1 / ln 2. */
static const float LN2_HIGH = 0.693145751953125f;
static const float LN2_LOW = 1.428606765330187045e-06f;
static const float PER_LN2 = 1.442695040888963407359924681001892137426645954152985934135449406931f;

/* Outside of these exp is 0 or infinite. */
static const float LEAST = -104.0f, MOST = 100.0f;

typedef float MultiplyAdd(float a, float b, float c);

static float plain(float a, float b, float c) {
    return a * b + c;
}

/* 2^q for q within -126..127. */
static float power_of_two(int q) {
    uint32_t bits = (uint32_t)(q + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* x 2^q in two steps, so that the result may be subnormal. */
static float scaled(float x, int q) {
    int half = (q >= 0 ? q : q - 1) / 2;
    return x * power_of_two(half) * power_of_two(q - half);
}

static float exp_with(MultiplyAdd *fused, float x) {
    if (!(x >= LEAST && x <= MOST)) {
        return isnan(x) ? x + x : x < LEAST ? 0.0f : INFINITY;
    }
    float q = rintf(x * PER_LN2);
    float s = fused(q, -LN2_HIGH, x);
    s = fused(q, -LN2_LOW, s);
    float p = 0.000198527617612853646278381f;
    p = fused(p, s, 0.00139304355252534151077271f);
    p = fused(p, s, 0.00833336077630519866943359f);
    p = fused(p, s, 0.0416664853692054748535156f);
    p = fused(p, s, 0.166666671633720397949219f);
    p = fused(p, s, 0.5f);
    return scaled(1.0f + fused(s * s, p, s), (int)q);
}

float Sleef_finz_expf1_u10purecfma(float x) {
    return exp_with(fmaf, x);
}

float Sleef_cinz_expf1_u10purec(float x) {
    return exp_with(plain, x);
}

/* An unevaluated sum of two floats, the second much the smaller. */
typedef struct Pair {
    float high, low;
} Pair;

/* The pair nearest to a double. */
static Pair split(double x) {
    float high = (float)x;
    return (Pair){high, (float)(x - (double)high)};
}

static Pair add(Pair a, Pair b) {
    float sum = a.high + b.high;
    float part = sum - a.high;
    float rest = (a.high - (sum - part)) + (b.high - part);
    return (Pair){sum, rest + (a.low + b.low)};
}

static Pair add_one(Pair a, float b) {
    float sum = a.high + b;
    float part = sum - a.high;
    float rest = (a.high - (sum - part)) + (b - part);
    return (Pair){sum, rest + a.low};
}

/* 1 + b for a |b.high| not above 1. */
static Pair one_plus(Pair b) {
    float sum = 1.0f + b.high;
    return (Pair){sum, 1.0f - sum + b.high + b.low};
}

static Pair times(Pair a, Pair b) {
    float product = a.high * b.high;
    float rest = fmaf(a.low, b.high, fmaf(a.high, b.high, -product));
    return (Pair){product, fmaf(a.high, b.low, rest)};
}

static Pair times_one(Pair a, float b) {
    float product = a.high * b;
    return (Pair){product, fmaf(a.low, b, fmaf(a.high, b, -product))};
}

static Pair square(Pair a) {
    float product = a.high * a.high;
    return (Pair){product, fmaf(a.high + a.high, a.low, fmaf(a.high, a.high, -product))};
}

/* exp of a pair. */
static Pair exp_pair(Pair x) {
    if (x.high < LEAST) {
        return (Pair){0.0f, 0.0f};
    }
    float q = rintf((x.high + x.low) * PER_LN2);
    Pair s = add_one(x, q * -LN2_HIGH);
    s = add_one(s, q * -LN2_LOW);
    float p = 0.1980960224e-3f;
    p = fmaf(p, s.high, 0.1394256484e-2f);
    p = fmaf(p, s.high, 0.8333456703e-2f);
    p = fmaf(p, s.high, 0.4166637361e-1f);
    Pair t = add_one(times_one(s, p), 0.166666659414234244790680580464f);
    t = add_one(times(s, t), 0.5f);
    t = one_plus(add(s, times(square(s), t)));
    return (Pair){scaled(t.high, (int)q), scaled(t.low, (int)q)};
}

/* Coefficients of the polynomials for |x| below 1.1 (in x^2), 2.4 and 4. */
enum { RANGES = 3, SINGLE = 5, PAIRS = 2 };
static const float single_of[RANGES][SINGLE] = {
    {0.7089292194e-4f, -0.7768311189e-3f, 0.5159463733e-2f, -0.2683781274e-1f, 0.1128318012f},
    {-0.1792667899e-4f, 0.3937633010e-3f, -0.3949181177e-2f, 0.2445474640e-1f, -0.1070996150f},
    {-0.9495757695e-5f, 0.2481465926e-3f, -0.2918176819e-2f, 0.2059706673e-1f, -0.9901899844e-1f}};
static const double pairs_of[RANGES][PAIRS] = {
    {-0.376125876000657465175213237214, 1.12837916021059138255978217023},
    {-0.634588905908410389971210809210, -1.12879855826694507209862753992},
    {-0.643598050547891613081201721633, -1.12461487742845562801052956293}};

/* The polynomial of |x| below 4: erf itself in the first range, the logarithm of 1 - erf behind. */
static Pair erf_polynomial(float x, int range) {
    float u = range == 0 ? x * x : x;
    float p = single_of[range][0];
    for (int i = 1; i < SINGLE; i++) {
        p = fmaf(p, u, single_of[range][i]);
    }
    float product = p * u;
    Pair d = {product, fmaf(p, u, -product)};
    d = times_one(add(d, split(pairs_of[range][0])), u);
    return times_one(add(d, split(pairs_of[range][1])), x);
}

float Sleef_finz_erff1_u10purecfma(float x) {
    float size = fabsf(x);
    if (!(size < 4.0f)) {
        return isnan(x) ? NAN : copysignf(1.0f, x);
    }
    int range = size < 1.1f ? 0 : size < 2.4f ? 1 : 2;
    Pair d = erf_polynomial(size, range);
    if (range > 0) {
        Pair power = exp_pair(d);
        d = one_plus((Pair){-power.high, -power.low});
    }
    return copysignf(1.0f, x) * (d.high + d.low);
}
