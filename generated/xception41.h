/* xception41.h - the network xception41, compiled for x86-64-v3.
 *
 * Written by xnc 0.1.0 from the description of xception41. Digest of the network: 956d33a851df9659.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XCEPTION41_H
#define XCEPTION41_H

#include "xnc.h"

/* Dimensions in the order that the layout says; all elements are float. */
#define XCEPTION41_INPUT_SHAPE                                                                     \
    { 1, 3, 299, 299 }
#define XCEPTION41_INPUT_LAYOUT "NCHW"
#define XCEPTION41_INPUT_ELEMENTS 268203
#define XCEPTION41_OUTPUT_0_SHAPE                                                                  \
    { 1, 1000 }
#define XCEPTION41_OUTPUT_0_LAYOUT "NC"
#define XCEPTION41_OUTPUT_0_ELEMENTS 1000
#define XCEPTION41_OUTPUTS 1
#define XCEPTION41_CLASSES 1000

/* Multiply-adds of one run, and bytes of its weights. */
#define XCEPTION41_MACS INT64_C(9204134312)
#define XCEPTION41_WEIGHTS_BYTES INT64_C(108279616)

/* Bytes of the arena for a run in so many threads. */
#define XCEPTION41_LARGER(a, b) ((a) > (b) ? (a) : (b))
#define XCEPTION41_ARENA_0(threads) (9565056 + INT64_C(180480) * (threads))
#define XCEPTION41_ARENA_BYTES(threads)                                                            \
    XCEPTION41_LARGER(XCEPTION41_ARENA_0(threads), (2880000 + INT64_C(864960) * (threads)))

#ifdef __cplusplus
extern "C" {
#endif

extern const xnc_model xception41_model;

#ifdef __cplusplus
}
#endif

#endif
