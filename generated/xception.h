/* xception.h - the network xception, compiled for x86-64-v3.
 *
 * Written by xnc 0.1.0 from the description of xception. Digest of the network: 13c891f8649de589.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XCEPTION_H
#define XCEPTION_H

#include "xnc.h"

/* Dimensions in the order that the layout says; all elements are float. */
#define XCEPTION_INPUT_SHAPE                                                                       \
    { 1, 3, 299, 299 }
#define XCEPTION_INPUT_LAYOUT "NCHW"
#define XCEPTION_INPUT_ELEMENTS 268203
#define XCEPTION_OUTPUT_0_SHAPE                                                                    \
    { 1, 1000 }
#define XCEPTION_OUTPUT_0_LAYOUT "NC"
#define XCEPTION_OUTPUT_0_ELEMENTS 1000
#define XCEPTION_OUTPUTS 1
#define XCEPTION_CLASSES 1000

/* Multiply-adds of one run, and bytes of its weights. */
#define XCEPTION_MACS INT64_C(8357403496)
#define XCEPTION_WEIGHTS_BYTES INT64_C(92012288)

/* Bytes of the arena for a run in so many threads. */
#define XCEPTION_LARGER(a, b) ((a) > (b) ? (a) : (b))
#define XCEPTION_ARENA_0(threads) (9123456 + INT64_C(180480) * (threads))
#define XCEPTION_ARENA_1(threads)                                                                  \
    XCEPTION_LARGER(XCEPTION_ARENA_0(threads), (5910144 + INT64_C(582144) * (threads)))
#define XCEPTION_ARENA_BYTES(threads)                                                              \
    XCEPTION_LARGER(XCEPTION_ARENA_1(threads), (2803712 + INT64_C(848960) * (threads)))

#ifdef __cplusplus
extern "C" {
#endif

extern const xnc_model xception_model;

#ifdef __cplusplus
}
#endif

#endif
