/* xnc_float_internal.h - the floating-point state that equal bits need, for the length of a
 * computation: rounding to nearest, subnormals as they are, no traps. Not for users.
 * SPDX-License-Identifier: MIT-0
 *
 * A thread may come with any state: a caller rounds upwards, or a part of the program that was
 * linked with -ffast-math has subnormals flushed to zero in every thread. What was found is put
 * back afterwards, flags of exceptions included. Reading the state takes about a nanosecond, and it
 * is written only where it differs.
 *
 * The compiler keeps arithmetic between enter and leave, because both are barriers for memory,
 * which the operands come from and the results go to.
 */
#ifndef XNC_FLOAT_INTERNAL_H
#define XNC_FLOAT_INTERNAL_H

/* First, so that a refusal is the first error, whatever headers the compiler lacks besides. */
#include "xnc_exact.h"

#include <stdint.h>

#if !defined(XNC_FLOAT_OF_C) && (defined(__x86_64__) || defined(__SSE__))
/* MXCSR; bits 0..5 are flags, 6 and 15 flush subnormals, 7..12 mask traps, 13..14 round. */
typedef uint32_t xnc_float;

static inline xnc_float xnc_float_read(void) {
    xnc_float state;
    __asm__ volatile("stmxcsr %0" : "=m"(state) : : "memory");
    return state;
}

static inline void xnc_float_write(xnc_float state) {
    __asm__ volatile("ldmxcsr %0" : : "m"(state) : "memory");
}

static inline xnc_float xnc_float_exact(xnc_float state) {
    return (state & ~(xnc_float)0xFFC0) | 0x1F80;
}

#elif !defined(XNC_FLOAT_OF_C) && defined(__aarch64__)
/* The low half is FPSR, flags alone; the high half is FPCR, where zeros are what is wanted. */
typedef uint64_t xnc_float;

static inline xnc_float xnc_float_read(void) {
    uint64_t control, flags;
    __asm__ volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(control), "=r"(flags) : : "memory");
    return control << 32 | (flags & 0xFFFFFFFF);
}

static inline void xnc_float_write(xnc_float state) {
    __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, %1"
                     :
                     : "r"(state >> 32), "r"(state & 0xFFFFFFFF)
                     : "memory");
}

static inline xnc_float xnc_float_exact(xnc_float state) {
    return state & 0xFFFFFFFF;
}

#elif !defined(XNC_FLOAT_OF_C) && defined(__riscv_flen)
/* fcsr; bits 0..4 are flags, 5..7 round. Subnormals are never flushed, and nothing traps. */
typedef unsigned long xnc_float;

static inline xnc_float xnc_float_read(void) {
    xnc_float state;
    __asm__ volatile("frcsr %0" : "=r"(state) : : "memory");
    return state;
}

static inline void xnc_float_write(xnc_float state) {
    __asm__ volatile("fscsr %0" : : "r"(state) : "memory");
}

static inline xnc_float xnc_float_exact(xnc_float state) {
    return state & 0x1F;
}

#else
#ifndef XNC_FLOAT_OF_C
#define XNC_FLOAT_OF_C /* may be asked for on any machine, as a test does */
#endif
#include <fenv.h>
/* What C says; its default environment rounds to nearest and does not trap. */
typedef fenv_t xnc_float;

static inline xnc_float xnc_float_enter(void) {
    xnc_float had;
    fegetenv(&had);
    fesetenv(FE_DFL_ENV);
    return had;
}

static inline void xnc_float_leave(xnc_float had) {
    fesetenv(&had);
}
#endif

#ifndef XNC_FLOAT_OF_C
/* Makes the state of this thread exact; gives what it was. */
static inline xnc_float xnc_float_enter(void) {
    xnc_float had = xnc_float_read();
    if (xnc_float_exact(had) != had) {
        xnc_float_write(xnc_float_exact(had));
    }
    return had;
}

/* Puts back what enter found. */
static inline void xnc_float_leave(xnc_float had) {
    if (xnc_float_read() != had) {
        xnc_float_write(had);
    }
}
#endif

#endif
