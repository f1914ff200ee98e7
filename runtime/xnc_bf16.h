/* xnc_bf16.h - what generated code needs of bf16 in plain C. Not for users.
 * SPDX-License-Identifier: MIT-0
 *
 * Two bf16 share a word of 32 bits: the first is its upper half. A bf16 is the upper half of an
 * f32.
 */
#ifndef XNC_BF16_H
#define XNC_BF16_H

#include <stdint.h>
#include <string.h>

#include "xnc_model.h"

/* The word at an even element. */
XNC_INLINE uint32_t xnc_pair(const uint16_t *at) {
    uint32_t pair;
    memcpy(&pair, at, sizeof pair);
    return pair;
}

XNC_INLINE float xnc_from_bits(uint32_t bits) {
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

XNC_INLINE float xnc_upper(uint32_t pair) {
    return xnc_from_bits(pair & 0xffff0000u);
}

XNC_INLINE float xnc_lower(uint32_t pair) {
    return xnc_from_bits(pair << 16);
}

/* To the nearest bf16, half-even; magnitudes below 2^-50 become +0, a NaN stays one. */
XNC_INLINE float xnc_round_bf16(float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return number;
    }
    if (magnitude < 0x26800000u) { /* 2^-50 */
        return 0.0f;
    }
    return xnc_from_bits((bits + 0x7fffu + (bits >> 16 & 1)) & 0xffff0000u);
}

#endif
