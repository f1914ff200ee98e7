/* peak.c - how many fused multiply-adds this core can do: the roof that bench/compare names.
 *
 * Enough independent chains to hide the latency of the unit, all in registers. Built at the time
 * of measuring with -march=native -ffp-contract=fast -O3.
 */
#include <time.h>

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, CHAINS = 24 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32, CHAINS = 12 };
#else
enum { VECTOR_BYTES = 16, CHAINS = 12 };
#endif
enum { ROUNDS = 1 << 20 };

typedef float Vector __attribute__((vector_size(VECTOR_BYTES)));

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* GFLOP/s of one thread; the sum goes out, so that nothing is optimised away. */
double peak_gflops(float start, float *sum) {
    Vector chain[CHAINS], factor, term;
    for (int i = 0; i < VECTOR_BYTES / 4; i++) {
        factor[i] = start;
        term[i] = 1 - start;
    }
    for (int j = 0; j < CHAINS; j++) {
        chain[j] = factor + (float)j;
    }
    double begin = seconds();
    for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 24
        for (int j = 0; j < CHAINS; j++) {
            chain[j] = chain[j] * factor + term;
        }
    }
    double taken = seconds() - begin;
    for (int j = 0; j < CHAINS; j++) {
        *sum += chain[j][0];
    }
    return 2.0 * ROUNDS * CHAINS * (VECTOR_BYTES / 4) / taken * 1e-9;
}
