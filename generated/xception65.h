/* xception65.h - the network xception65, compiled for x86-64-v3.
 *
 * Written by xnc 0.1.0 from the description of xception65. Digest of the network: e233719c4c229c77.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XCEPTION65_H
#define XCEPTION65_H

#include "xnc.h"

/* Dimensions in the order that the layout says; all elements are float. */
#define XCEPTION65_INPUT_SHAPE                                                                     \
    { 1, 3, 299, 299 }
#define XCEPTION65_INPUT_LAYOUT "NCHW"
#define XCEPTION65_INPUT_ELEMENTS 268203
#define XCEPTION65_OUTPUT_0_SHAPE                                                                  \
    { 1, 1000 }
#define XCEPTION65_OUTPUT_0_LAYOUT "NC"
#define XCEPTION65_OUTPUT_0_ELEMENTS 1000
#define XCEPTION65_OUTPUTS 1
#define XCEPTION65_CLASSES 1000

/* Multiply-adds of one run, and bytes of its weights. */
#define XCEPTION65_MACS INT64_C(13852682216)
#define XCEPTION65_WEIGHTS_BYTES INT64_C(160423744)

/* Bytes of the arena for a run in so many threads. */
#define XCEPTION65_LARGER(a, b) ((a) > (b) ? (a) : (b))
#define XCEPTION65_ARENA_0(threads) (9565056 + INT64_C(180480) * (threads))
#define XCEPTION65_ARENA_BYTES(threads)                                                            \
    XCEPTION65_LARGER(XCEPTION65_ARENA_0(threads), (2880000 + INT64_C(864960) * (threads)))

#ifdef __cplusplus
extern "C" {
#endif

extern const xnc_model xception65_model;

#ifdef __cplusplus
}
#endif

#endif
