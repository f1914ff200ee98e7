/* xnc_half.h - what generated code needs of half precision in plain C. Not for users.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XNC_HALF_H
#define XNC_HALF_H

#include "xnc_bf16.h"

/* The float that a half is. Its exponent counts from 2^-15, that of a float from 2^-127; a
 * subnormal half gets the exponent of the normal ones next to it, whose leading 1 is then taken
 * away. */
XNC_INLINE float xnc_from_half(uint16_t half) {
    const uint32_t sign = (half & 0x8000u) << 16, rest = (half & 0x7fffu) << 13;
    uint32_t bits = rest + 0x38000000u;
    if (rest >= 0x0f800000u) { /* an infinity or a NaN */
        bits = rest | 0x7f800000u;
    } else if (rest < 0x00800000u) {
        const float least = 0x1p-14f, number = xnc_from_bits(rest | 0x38800000u) - least;
        memcpy(&bits, &number, sizeof bits);
    }
    return xnc_from_bits(bits | sign);
}

#endif
