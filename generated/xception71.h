/* xception71.h - the network xception71, compiled for x86-64-v3.
 *
 * Written by xnc 0.1.0 from the description of xception71. Digest of the network: 9dbfc6b19ec37395.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XCEPTION71_H
#define XCEPTION71_H

#include "xnc.h"

/* Dimensions in the order that the layout says; all elements are float. */
#define XCEPTION71_INPUT_SHAPE                                                                     \
    { 1, 3, 299, 299 }
#define XCEPTION71_INPUT_LAYOUT "NCHW"
#define XCEPTION71_INPUT_ELEMENTS 268203
#define XCEPTION71_OUTPUT_0_SHAPE                                                                  \
    { 1, 1000 }
#define XCEPTION71_OUTPUT_0_LAYOUT "NC"
#define XCEPTION71_OUTPUT_0_ELEMENTS 1000
#define XCEPTION71_OUTPUTS 1
#define XCEPTION71_CLASSES 1000

/* Multiply-adds of one run, and bytes of its weights. */
#define XCEPTION71_MACS INT64_C(17946553928)
#define XCEPTION71_WEIGHTS_BYTES INT64_C(170168256)

/* Bytes of the arena for a run in so many threads. */
#define XCEPTION71_LARGER(a, b) ((a) > (b) ? (a) : (b))
#define XCEPTION71_ARENA_0(threads) (9980928 + INT64_C(180480) * (threads))
#define XCEPTION71_ARENA_BYTES(threads)                                                            \
    XCEPTION71_LARGER(XCEPTION71_ARENA_0(threads), (4358656 + INT64_C(1665536) * (threads)))

#ifdef __cplusplus
extern "C" {
#endif

extern const xnc_model xception71_model;

#ifdef __cplusplus
}
#endif

#endif
