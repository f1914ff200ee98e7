/* interp_chain.c - many chains of fused multiply-adds side by side: the one loop that decides how
 * long interpreting takes.
 *
 * Every element has its own chain, k ascending, and fmaf rounds once however it is computed, so
 * taking four steps of the chain while the elements are at hand changes no bit. The file is
 * compiled a second time, as CHAIN, for machines where fmaf is one instruction (CMakeLists.txt).
 */
#include "interp.h"

#include <math.h>

#ifndef CHAIN
#define CHAIN chain_anywhere
#endif

Chain CHAIN;

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
