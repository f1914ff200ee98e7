/* interp_chain.c - computes many chains of fused multiply-adds side by side. Interpreting spends
 * nearly all its time in this loop.
 *
 *   acc[p] = fma(w[k], x[k][p], acc[p])    for each p, k = 0, 1, ... depth - 1
 *
 * Only the order of k within one element decides the result, and it stays ascending. So the loop
 * may run over elements inside and take four k at a time, which loads and stores acc a quarter as
 * often, without changing a bit.
 *
 * The build compiles the file twice (wide.cmake): as chain_anywhere for every machine, and with
 * CHAIN=chain_wide for processors where fmaf is one instruction. fmaf is exact up to its one
 * rounding in either form, so both give the same bits.
 */
#include "interp.h"

#include <math.h>

#ifndef CHAIN
#define CHAIN chain_anywhere
#endif

Chain CHAIN;

/* Four consecutive k for all elements. */
static void four_steps(float *restrict acc, int64_t count, const float *w, const float *const *x) {
    const float *restrict a = x[0], *restrict b = x[1], *restrict c = x[2], *restrict t = x[3];
    float first = w[0], second = w[1], third = w[2], fourth = w[3];
    for (int64_t p = 0; p < count; p++) {
        float sum = fmaf(first, a[p], acc[p]);
        sum = fmaf(second, b[p], sum);
        sum = fmaf(third, c[p], sum);
        acc[p] = fmaf(fourth, t[p], sum);
    }
}

void CHAIN(float *acc, int64_t count, int64_t depth, const float *w, const float *const *x) {
    int64_t k = 0;
    for (; k + 4 <= depth; k += 4) {
        four_steps(acc, count, w + k, x + k);
    }
    for (; k < depth; k++) {
        const float *row = x[k];
        for (int64_t p = 0; p < count; p++) {
            acc[p] = fmaf(w[k], row[p], acc[p]);
        }
    }
}
