/* test_dot.c - the instruction for pairs of bf16 against its definition, on the machine itself.
 *
 * Purpose: VDPBF16PS is documented as two fmas, the odd element first, with subnormal numbers taken
 * for zero; bits depend on it. Input: ten million random groups of operands as code in bf16 has
 * them (rounded, sums from 2^-90 on), numbers of all sizes, infinities and NaN among them.
 * Expectation: the row dot of ir/kernel/kops.def, bit by bit; a NaN equals a NaN. Skipped (77) on a
 * CPU without the instruction.
 */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "element.h"
#include "xnc.h"
#include "xnc_bf16.h"

enum { LANES = 16, ROUNDS = 625000, SKIPPED = 77 };

static uint64_t state = 1;

/* SplitMix64. */
static uint64_t next(void) {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Any bits in one of eight, else numbers around 1, whose sums cancel and round. */
static float number(void) {
    uint64_t bits = next();
    uint32_t low = (uint32_t)bits;
    uint32_t near = (low & 0x807fffffu) | (uint32_t)(115 + bits % 24) << 23;
    return xnc_from_bits(bits >> 61 ? near : low);
}

static int same(float a, float b) {
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

__attribute__((target("avx512f,avx512bf16"))) static void dot(const uint32_t *a, const uint32_t *b,
                                                              float *sum) {
    __m512bh pairs_a = (__m512bh)_mm512_loadu_si512(a), pairs_b = (__m512bh)_mm512_loadu_si512(b);
    _mm512_storeu_ps(sum, _mm512_dpbf16_ps(_mm512_loadu_ps(sum), pairs_a, pairs_b));
}

static int wrong_lanes(void) {
    uint32_t a[LANES], b[LANES];
    float sum[LANES], expected[LANES];
    int wrong = 0;
    for (int i = 0; i < LANES; i++) {
        for (int j = 0; j < 2; j++) {
            element_put(ELEMENT_bf16, a, 2 * i + j, number());
            element_put(ELEMENT_bf16, b, 2 * i + j, number());
        }
        sum[i] = number();
        sum[i] = fabsf(sum[i]) < 0x1p-90f ? 0.0f : sum[i];
        float first = fmaf(xnc_upper(a[i]), xnc_upper(b[i]), sum[i]);
        expected[i] = fmaf(xnc_lower(a[i]), xnc_lower(b[i]), first);
    }
    dot(a, b, sum);
    for (int i = 0; i < LANES; i++) {
        wrong += !same(sum[i], expected[i]);
    }
    return wrong;
}

int main(void) {
    int wrong = 0;
    if (!xnc_cpu_has("avx512f avx512bf16")) {
        puts("SKIPPED: this CPU has no AVX512_BF16");
        return SKIPPED;
    }
    for (int i = 0; i < ROUNDS; i++) {
        wrong += wrong_lanes();
    }
    printf("%d of %d groups differ from the definition\n", wrong, ROUNDS * LANES);
    return wrong != 0;
}
