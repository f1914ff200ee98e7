/* peak.c - a target's row of fma -> C with twelve chains of it -> GFLOP/s.
 *
 *   acc3 = _mm256_fmadd_ps(acc3, x, y);      for acc0 to acc11, steps times
 *
 * Twelve independent chains hide the latency of the operation on every machine known, and fit into
 * sixteen registers with the two operands. 0.5 * x + 0.5 goes to one, so nothing overflows and
 * nothing becomes denormal.
 */
#include "peak.h"

#include <string.h>
#include <time.h>

enum { STEPS = 1000000, BURSTS = 7, TEXT_BYTES = 8192 };

/* A spelling of the target with its holes {0} {1} {2} {p} {m} {n} filled. */
static const char *fill(Arena *arena, const char *spelling, const char *const operands[3],
                        const char *pointer) {
    const char *text = "";
    for (const char *at = spelling; *at; at++) {
        if (at[0] != '{' || !at[1] || at[2] != '}') {
            text = arena_printf(arena, "%s%c", text, *at);
            continue;
        }
        char hole = at[1];
        if (hole >= '0' && hole <= '2') {
            text = arena_printf(arena, "%s%s", text, operands[hole - '0']);
        } else {
            text = arena_printf(arena, hole == 'm' ? "%s*(%s)" : "%s%s", text, pointer);
        }
        at += 2;
    }
    return text;
}

static void print_chains(FILE *out, Arena *arena, const Target *target) {
    for (int i = 0; i < PEAK_CHAINS; i++) {
        const char *name = arena_printf(arena, "acc%d", i);
        const char *const operands[3] = {name, "x", "y"};
        fprintf(out, "        %s = %s;\n", name,
                fill(arena, target->spelling[KOP_fma], operands, ""));
    }
}

static void print_peak(FILE *out, Arena *arena, const Target *target) {
    static const char *const none[3] = {"", "", ""};
    const char *broadcast = target->spelling[KOP_broadcast];
    fprintf(out, "%s\nvoid xnc_peak(const float *factors, float *result, long steps);\n",
            target->include);
    fprintf(out, "void xnc_peak(const float *factors, float *result, long steps) {\n");
    fprintf(out, "    %s x = %s, y = %s;\n", target->vec_type,
            fill(arena, broadcast, none, "factors"), fill(arena, broadcast, none, "factors + 1"));
    for (int i = 0; i < PEAK_CHAINS; i++) {
        const char *from = arena_printf(arena, "factors + %d", 2 + i);
        fprintf(out, "    %s acc%d = %s;\n", target->vec_type, i,
                fill(arena, broadcast, none, from));
    }
    fprintf(out, "    for (long i = 0; i < steps; i++) {\n");
    print_chains(out, arena, target);
    fprintf(out, "    }\n");
    for (int i = 0; i < PEAK_CHAINS; i++) {
        const char *const operands[3] = {arena_printf(arena, "acc%d", i), "", ""};
        const char *to = arena_printf(arena, "result + %d", i * target->lanes);
        fprintf(out, "    %s;\n", fill(arena, target->store, operands, to));
    }
    fprintf(out, "}\n");
}

PeakFunction *peak_build(Build *build, Arena *arena, const Target *target) {
    char *text = arena_alloc(arena, TEXT_BYTES);
    FILE *out = fmemopen(text, TEXT_BYTES, "w");
    if (!out) {
        arena_fail(arena);
    }
    print_peak(out, arena, target);
    fclose(out);
    const char *library = arena_printf(arena, "%s/peak.so", build_folder(build));
    const char *object =
        build_add(build, "peak.c", text, strlen(text)) ? build_object(build, "peak.c") : NULL;
    if (!object || !build_shared(build, library, &object, 1, false)) {
        return NULL;
    }
    PeakFunction *function = NULL;
    void *symbol = build_load(build, library, "xnc_peak");
    memcpy(&function, &symbol, sizeof function); /* POSIX: both are pointers of one size */
    return function;
}

typedef struct Burst {
    PeakFunction *function;
    long steps;
} Burst;

static void run_burst(void *arg, int index) {
    enum { MOST_LANES = 64 };
    const Burst *burst = arg;
    float factors[2 + PEAK_CHAINS] = {0.5f, 0.5f}, result[PEAK_CHAINS * MOST_LANES];
    for (int i = 0; i < PEAK_CHAINS; i++) {
        factors[2 + i] = (float)(i + index);
    }
    burst->function(factors, result, burst->steps);
}

static double burst_seconds(Burst *burst, xnc_pool *pool) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (pool) {
        xnc_pool_parallel(pool, xnc_pool_threads(pool), run_burst, burst);
    } else {
        run_burst(burst, 0);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

double peak_measure(PeakFunction *function, const Target *target, xnc_pool *pool) {
    Burst burst = {function, STEPS};
    double best = 0;
    int threads = pool ? xnc_pool_threads(pool) : 1;
    for (int i = 0; i < BURSTS; i++) {
        double operations = 2.0 * target->lanes * PEAK_CHAINS * STEPS * threads;
        double speed = operations / burst_seconds(&burst, pool) / 1e9;
        best = speed > best ? speed : best;
    }
    return best;
}
