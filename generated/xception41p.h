/* xception41p.h - the network xception41p, compiled for x86-64-v3.
 *
 * Written by xnc 0.1.0 from the description of xception41p. Digest of the network:
 * 974c4c7335caccd1.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XCEPTION41P_H
#define XCEPTION41P_H

#include "xnc.h"

/* Dimensions in the order that the layout says; all elements are float. */
#define XCEPTION41P_INPUT_SHAPE                                                                    \
    { 1, 3, 299, 299 }
#define XCEPTION41P_INPUT_LAYOUT "NCHW"
#define XCEPTION41P_INPUT_ELEMENTS 268203
#define XCEPTION41P_OUTPUT_0_SHAPE                                                                 \
    { 1, 1000 }
#define XCEPTION41P_OUTPUT_0_LAYOUT "NC"
#define XCEPTION41P_OUTPUT_0_ELEMENTS 1000
#define XCEPTION41P_OUTPUTS 1
#define XCEPTION41P_CLASSES 1000

/* Multiply-adds of one run, and bytes of its weights. */
#define XCEPTION41P_MACS INT64_C(9204134312)
#define XCEPTION41P_WEIGHTS_BYTES INT64_C(108286592)

/* Bytes of the arena for a run in so many threads. */
#define XCEPTION41P_LARGER(a, b) ((a) > (b) ? (a) : (b))
#define XCEPTION41P_ARENA_0(threads) (9565056 + INT64_C(180480) * (threads))
#define XCEPTION41P_ARENA_BYTES(threads)                                                           \
    XCEPTION41P_LARGER(XCEPTION41P_ARENA_0(threads), (2880000 + INT64_C(864960) * (threads)))

#ifdef __cplusplus
extern "C" {
#endif

extern const xnc_model xception41p_model;

#ifdef __cplusplus
}
#endif

#endif
