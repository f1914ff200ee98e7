/* peak.c - a target's row of fma, or of dot -> C with twelve chains of it -> GFLOP/s.
 *
 *   acc3 = _mm256_fmadd_ps(acc3, x, x);      for acc0 to acc11, steps times
 *
 * Twelve independent chains hide the latency of the operation (4 or 5 cycles, two a cycle, so 8 to
 * 10 chains) and fit with the operand into sixteen registers. The operation is the target's own
 * spelling, so a compiler takes one instruction of full width for each, and nothing is spilled.
 * With x = 0.5 each chain converges to 1 (acc * 0.5 + 0.5), so nothing overflows or becomes
 * denormal, which would be slow on some machines. Chains of dot go up by 0.5, the least, in each
 * step, until they are so large that they stay.
 */
#include "peak.h"

#include <string.h>
#include <time.h>

enum { CHAINS = 12, FIRST_STEPS = 2000, TEXT_BYTES = 8192 };

/* A spelling of the target with its holes {0} {1} {2} {p} {m} filled. The rows used here (fma,
 * broadcast, store) have no {n}. */
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

/* "acc0" to "acc11". */
static const char *chain_name(Arena *arena, int chain) {
    return arena_printf(arena, "acc%d", chain);
}

/* Whether the chains are of dot, which does two multiply-adds for each lane. */
static bool takes_pairs(const Peak *peak) {
    return peak->precision == ELEMENT_bf16 && peak->target->spelling[KOP_dot];
}

static int operations_per_lane(const Peak *peak) {
    return takes_pairs(peak) ? 4 : 2;
}

/* The timed loop: one operation of each chain in each step. */
static void print_chains(FILE *out, Arena *arena, const Peak *peak) {
    bool pairs = takes_pairs(peak);
    const char *row = peak->target->spelling[pairs ? KOP_dot : KOP_fma];
    fprintf(out, "    for (long i = 0; i < steps; i++) {\n");
    for (int i = 0; i < CHAINS; i++) {
        const char *name = chain_name(arena, i);
        const char *const fma[3] = {name, "x", "x"}, *const dot[3] = {"x", "x", name};
        fprintf(out, "        %s = %s;\n", name, fill(arena, row, pairs ? dot : fma, ""));
    }
    fprintf(out, "    }\n");
}

/* The operand of all chains: the factor, or a pair of it, which is exact in bf16 too. */
static void print_operand(FILE *out, Arena *arena, const Peak *peak) {
    static const char *const none[3] = {"", "", ""};
    const Target *target = peak->target;
    if (takes_pairs(peak)) {
        fprintf(out, "    const uint16_t pair[2] = {xnc_upper_half(*factor), "
                     "xnc_upper_half(*factor)};\n");
        fprintf(out, "    %s x = %s;\n", target->word_type,
                fill(arena, target->spelling[KOP_broadcast_pair], none, "pair"));
    } else {
        fprintf(out, "    %s x = %s;\n", target->vec_type,
                fill(arena, target->spelling[KOP_broadcast], none, "factor"));
    }
}

/* The chains start from different numbers, else a compiler could compute one for all; and each is
 * stored and summed at the end, else it could leave them out. */
static void print_body(FILE *out, Arena *arena, const Peak *peak) {
    static const char *const none[3] = {"", "", ""};
    const Target *target = peak->target;
    const char *broadcast = target->spelling[KOP_broadcast];
    print_operand(out, arena, peak);
    for (int i = 0; i < CHAINS; i++) {
        const char *from = arena_printf(arena, "starts + %d", i);
        fprintf(out, "    %s %s = %s;\n", target->vec_type, chain_name(arena, i),
                fill(arena, broadcast, none, from));
    }
    print_chains(out, arena, peak);
    for (int i = 0; i < CHAINS; i++) {
        const char *const operands[3] = {chain_name(arena, i), "", ""};
        const char *to = arena_printf(arena, "result + %d", i * target->lanes);
        fprintf(out, "    %s;\n", fill(arena, target->store, operands, to));
    }
}

/* The file stands alone, so it has no header of the runtime. */
static const char pair_helpers[] =
    "#include <stdint.h>\n#include <string.h>\n\n"
    "static uint16_t xnc_upper_half(float x) {\n"
    "    uint32_t bits;\n    memcpy(&bits, &x, sizeof bits);\n    return (uint16_t)(bits >> 16);\n"
    "}\n"
    "static uint32_t xnc_pair(const uint16_t *at) {\n"
    "    uint32_t pair;\n    memcpy(&pair, at, sizeof pair);\n    return pair;\n"
    "}\n\n";

/* Start values and factor pass through a volatile and an array, so that nothing is computed by the
 * C compiler; the sum goes back into the volatile, so that nothing is left out. */
void peak_print(FILE *out, Arena *arena, const Peak *peak) {
    const Target *target = peak->target;
    int floats = CHAINS * target->lanes;
    fprintf(out, "/* Chains of fused multiply-adds that wait for nothing but each other.\n");
    fprintf(out, " * Compile with: -O3 %s */\n%s\n", target->cc_flags, target->include);
    if (takes_pairs(peak)) {
        fprintf(out, "%s", pair_helpers);
    }
    fprintf(out, "static void run(const float *factor, const float *starts, float *result,\n"
                 "                long steps) {\n");
    print_body(out, arena, peak);
    fprintf(out, "}\n\n/* Gives how many operations that was. */\n");
    fprintf(out, "double xnc_peak(long steps);\ndouble xnc_peak(long steps) {\n");
    fprintf(out, "    volatile float start = 0.5f;\n");
    fprintf(out, "    float factor = start, starts[%d], result[%d], sum = 0;\n", CHAINS, floats);
    fprintf(out, "    for (int i = 0; i < %d; i++)\n        starts[i] = start + (float)i;\n",
            CHAINS);
    fprintf(out, "    run(&factor, starts, result, steps);\n");
    fprintf(out, "    for (int i = 0; i < %d; i++)\n        sum += result[i];\n", floats);
    fprintf(out, "    start = sum;\n    return %d.0 * (double)steps;\n}\n",
            operations_per_lane(peak) * floats);
}

/* dlsym() gives an object pointer, which C does not convert to a function pointer: copied. */
bool peak_build(Peak *peak, Build *build, Arena *arena) {
    char *text = arena_alloc(arena, TEXT_BYTES);
    FILE *out = fmemopen(text, TEXT_BYTES, "w");
    if (!out) {
        arena_fail(arena);
    }
    peak_print(out, arena, peak);
    fclose(out);
    const char *library = arena_printf(arena, "%s/peak.so", build_folder(build));
    const char *object =
        build_add(build, "peak.c", text, strlen(text)) ? build_object(build, "peak.c") : NULL;
    if (!object || !build_shared(build, library, &object, 1, false)) {
        return false;
    }
    void *symbol = build_load(build, library, "xnc_peak");
    /* POSIX: both are pointers of one size. */
    memcpy(&peak->function, &symbol, sizeof peak->function);
    return symbol != NULL;
}

static void run_chains(void *arg, int index) {
    const Peak *peak = arg;
    (void)index; /* every thread does the same */
    (void)peak->function(peak->steps);
}

/* Milliseconds that one burst takes. */
static double burst_ms(Peak *peak, xnc_pool *pool) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (pool) {
        xnc_pool_parallel(pool, xnc_pool_threads(pool), run_chains, peak);
    } else {
        run_chains(peak, 0);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

/* Keeps the rate of the fastest burst, from which the steps of later ones are computed. */
static void note_rate(Peak *peak, double taken) {
    double rate = (double)peak->steps / taken;
    peak->steps_per_ms = rate > peak->steps_per_ms ? rate : peak->steps_per_ms;
}

/* Doubles the steps until a burst takes a millisecond, long enough for the clock's resolution. */
static void calibrate(Peak *peak, xnc_pool *pool) {
    double taken = 0;
    for (peak->steps = FIRST_STEPS; taken < 1; peak->steps *= 2) {
        taken = burst_ms(peak, pool);
        note_rate(peak, taken);
    }
}

double peak_burst(Peak *peak, xnc_pool *pool, double ms) {
    if (peak->steps_per_ms <= 0) {
        calibrate(peak, pool);
    }
    peak->steps = (long)(ms * peak->steps_per_ms) + 1;
    double taken = burst_ms(peak, pool);
    note_rate(peak, taken);
    int threads = pool ? xnc_pool_threads(pool) : 1;
    double operations = (double)operations_per_lane(peak) * CHAINS * peak->target->lanes;
    return operations * (double)peak->steps * threads / taken / 1e6;
}
