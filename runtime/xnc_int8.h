/* xnc_int8.h - what generated code needs of products of 8 bits in plain C. Not for users.
 * SPDX-License-Identifier: MIT-0
 *
 * Four u8 or s8 share a word of 32 bits, in which they lie as in memory.
 */
#ifndef XNC_INT8_H
#define XNC_INT8_H

#include <stdint.h>
#include <string.h>

#include "xnc_model.h"

/* The word that begins with an element. */
XNC_INLINE uint32_t xnc_quad(const void *at) {
    uint32_t quad;
    memcpy(&quad, at, sizeof quad);
    return quad;
}

/* sum + the four products of a word of u8 and a word of s8. */
XNC_INLINE int32_t xnc_dot_quads(uint32_t a, uint32_t b, int32_t sum) {
    uint8_t left[4];
    int8_t right[4];
    memcpy(left, &a, sizeof left);
    memcpy(right, &b, sizeof right);
    for (int i = 0; i < 4; i++) {
        sum += left[i] * right[i];
    }
    return sum;
}

/* A number from 0 to 255 to the nearest integer, half-even: with 1.5 * 2^23 added, the last bits of
 * a float count ones. */
XNC_INLINE uint8_t xnc_round_u8(float number) {
    uint32_t bits;
    number += 12582912.0f;
    memcpy(&bits, &number, sizeof bits);
    return (uint8_t)bits;
}

#endif
