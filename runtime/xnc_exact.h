/* xnc_exact.h - what code whose bits are promised needs of the C compiler, asked while it compiles.
 * Generated code and the runtime include it; programs that use them need not.
 * SPDX-License-Identifier: MIT-0
 *
 * Flags that allow other results than the written arithmetic gives are refused where they can be
 * known by a macro. Clang has macros for few of them, but lets a file take the permissions back.
 * What is set at run time (rounding, subnormals) is xnc_float_internal.h's subject.
 */
#ifndef XNC_EXACT_H
#define XNC_EXACT_H

#include <float.h>

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) ||     \
    defined(__NO_SIGNED_ZEROS__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "the bits of this code are promised: compile it without -ffast-math, -Ofast, \
-funsafe-math-optimizations and their kind, or add -fno-fast-math behind them"
#elif FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16 /* 16: only _Float16 is kept narrow */
#error "the bits of this code are promised, and floats are computed as another type here: \
on 32-bit x86 compile it with -msse2 -mfpmath=sse"
#endif

/* Stands in front of all code and of every header with arithmetic in it. Where a clang knows
 * float_control for its machine it takes back all permissions, else reassociation alone. */
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wignored-pragmas"
#pragma float_control(precise, on)
#pragma clang diagnostic pop
#pragma clang fp reassociate(off) contract(off)
#endif

#endif
