/* peak.c - a target's row of fma, dot or one for words of four -> C with twelve chains of it ->
 * GFLOP/s. Where products are made of matrices, all sums that there are registers for take the
 * place of the chains.
 *
 *   acc3 = _mm256_fmadd_ps(acc3, x, x);      for acc0 to acc11, steps times
 *
 * Twelve independent chains hide the latency of the operation (4 or 5 cycles, two a cycle, so 8 to
 * 10 chains) and fit with the operand into sixteen registers. The operation is the target's own
 * spelling, so a compiler takes one instruction of full width for each, and nothing is spilled.
 * With x = 0.5 each chain converges to 1 (acc * 0.5 + 0.5), so nothing overflows or becomes
 * denormal, which would be slow on some machines. Chains of dot go up by 0.5, the least, in each
 * step, until they are so large that they stay. Chains of integers go on as they like; they are a
 * factor too, as a compiler would multiply two constants once for all steps.
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

/* What the chains are of. */
typedef struct ChainKind {
    KOp op, broadcast;  /* the operation, and what makes its operand */
    const char *from;   /* the variable that the operand is made of */
    int operations;     /* in each lane: two for each multiply-add */
    const char *helper; /* C text in front of the function */
    const char *setup;  /* and at its beginning */
} ChainKind;

/* The file stands alone, so it has no header of the runtime. */
static const char pair_helpers[] =
    "#include <stdint.h>\n#include <string.h>\n\n"
    "static uint16_t xnc_upper_half(float x) {\n"
    "    uint32_t bits;\n    memcpy(&bits, &x, sizeof bits);\n    return (uint16_t)(bits >> 16);\n"
    "}\n"
    "static uint32_t xnc_pair(const uint16_t *at) {\n"
    "    uint32_t pair;\n    memcpy(&pair, at, sizeof pair);\n    return pair;\n"
    "}\n\n";

static const char quad_helpers[] =
    "#include <stdint.h>\n#include <string.h>\n\n#define XNC_INLINE static inline\n\n"
    "static uint32_t xnc_quad(const void *at) {\n"
    "    uint32_t quad;\n    memcpy(&quad, at, sizeof quad);\n    return quad;\n"
    "}\n"
    "XNC_INLINE int32_t xnc_dot_quads(uint32_t a, uint32_t b, int32_t sum) {\n"
    "    const uint8_t *left = (const void *)&a;\n"
    "    const int8_t *right = (const void *)&b;\n"
    "    for (int i = 0; i < 4; i++)\n        sum += left[i] * right[i];\n"
    "    return sum;\n"
    "}\n\n";

/* Where a target has no instruction for pairs, those of bf16 are multiplied in f32. */
static ChainKind kind_of(const Peak *peak) {
    if (peak->precision == PRECISION_bf16 && peak->target->spelling[KOP_dot]) {
        return (ChainKind){KOP_dot,
                           KOP_broadcast_pair,
                           "pair",
                           4,
                           pair_helpers,
                           "    const uint16_t pair[2] = {xnc_upper_half(*factor), "
                           "xnc_upper_half(*factor)};\n"};
    }
    if (peak->precision == PRECISION_int8) {
        const Target *target = peak->target;
        bool is_signed = target->spelling[KOP_dot_signed] != NULL;
        KOp unsigned_op = target->spelling[KOP_dot_small] ? KOP_dot_small : KOP_dot_quads;
        return (ChainKind){is_signed ? KOP_dot_signed : unsigned_op,
                           is_signed ? KOP_broadcast_signed : KOP_broadcast_quad,
                           "quad",
                           8,
                           quad_helpers,
                           "    const uint8_t first = (uint8_t)(*factor * 100);\n"
                           "    const uint8_t quad[4] = {first, first, first, first};\n"};
    }
    return (ChainKind){KOP_fma, KOP_broadcast, "factor", 2, "", ""};
}

static bool has_matrices(const Peak *peak) {
    return peak->precision == PRECISION_int8 && peak->target->matrix;
}

/* Operations of a step: a multiply-add is two. */
static double operations_of(const Peak *peak) {
    if (has_matrices(peak)) {
        const MatrixShape *shape = &peak->target->shape;
        return 2.0 * shape->sums * shape->rows * shape->columns * shape->depth;
    }
    return (double)kind_of(peak).operations * CHAINS * peak->target->lanes;
}

static bool adds_integers(const ChainKind *kind) {
    return kop_info(kind->op)->gives == ELEMENT_s32;
}

/* The timed loop: one operation of each chain in each step. */
static void print_chains(FILE *out, Arena *arena, const Target *target, const ChainKind *kind) {
    const char *row = target->spelling[kind->op];
    fprintf(out, "    for (long i = 0; i < steps; i++) {\n");
    for (int i = 0; i < CHAINS; i++) {
        const char *name = chain_name(arena, i);
        const char *factor =
            adds_integers(kind) ? arena_printf(arena, "(%s)%s", target->word_type, name) : "x";
        const char *const fma[3] = {name, "x", "x"}, *const dot[3] = {"x", factor, name};
        fprintf(out, "        %s = %s;\n", name,
                fill(arena, row, kind->op == KOP_fma ? fma : dot, ""));
    }
    fprintf(out, "    }\n");
}

/* The operand of all chains: the factor, or a word of it, which is exact in each type. */
static void print_operand(FILE *out, Arena *arena, const Target *target, const ChainKind *kind) {
    static const char *const none[3] = {"", "", ""};
    fprintf(out, "%s    %s x = %s;\n", kind->setup,
            target_vector(target, kop_info(kind->broadcast)->gives),
            fill(arena, target->spelling[kind->broadcast], none, kind->from));
}

/* Chains of integers start from the bits of floats. */
static const char *first_of(Arena *arena, const Target *target, const ChainKind *kind, int chain) {
    static const char *const none[3] = {"", "", ""};
    if (!adds_integers(kind)) {
        return fill(arena, target->spelling[KOP_broadcast], none,
                    arena_printf(arena, "starts + %d", chain));
    }
    return fill(
        arena, target->spelling[KOP_load_sums], none,
        arena_printf(arena, "(const int32_t *)(const void *)(starts + %d)", chain * target->lanes));
}

/* The end of a chain as floats. */
static const char *last_of(Arena *arena, const Target *target, const ChainKind *kind, int chain) {
    const char *const operands[3] = {chain_name(arena, chain), "", ""};
    return adds_integers(kind) ? fill(arena, target->spelling[KOP_to_f32], operands, "")
                               : operands[0];
}

/* The chains start from different numbers, else a compiler could compute one for all; and each is
 * stored and summed at the end, else it could leave them out. */
static void print_body(FILE *out, Arena *arena, const Target *target, const ChainKind *kind) {
    const char *type = target_vector(target, kop_info(kind->op)->gives);
    print_operand(out, arena, target, kind);
    for (int i = 0; i < CHAINS; i++) {
        fprintf(out, "    %s %s = %s;\n", type, chain_name(arena, i),
                first_of(arena, target, kind, i));
    }
    print_chains(out, arena, target, kind);
    for (int i = 0; i < CHAINS; i++) {
        const char *const operands[3] = {last_of(arena, target, kind, i), "", ""};
        const char *to = arena_printf(arena, "result + %d", i * target->lanes);
        fprintf(out, "    %s;\n", fill(arena, target->store, operands, to));
    }
}

/* Matrices: one operation of each register for sums in each step. What the registers hold does not
 * matter; sums are a part of the result, so that none is left out. */
static void print_matrices(FILE *out, const MatrixShape *shape) {
    fprintf(out,
            "double xnc_peak(long steps);\ndouble xnc_peak(long steps) {\n"
            "    static const int32_t start[%d];\n"
            "    static const %s left[%d];\n"
            "    static const int8_t weights[%d];\n"
            "    static int32_t sums[%d];\n"
            "    matrix_configure(0);\n",
            shape->columns, shape->blocks ? "int8_t" : "uint8_t", shape->rows * shape->depth,
            shape->columns * shape->depth, shape->rows * shape->columns);
    for (int i = 0; i < shape->sums; i++) {
        fprintf(out, "    matrix_start(%d, start);\n", i);
    }
    fprintf(out,
            "    matrix_left%s(%d, left, %d);\n    matrix_weights(%d, weights, %d);\n"
            "    for (long i = 0; i < steps; i++) {\n",
            shape->blocks ? "_signed" : "", shape->sums, shape->depth, shape->sums + 1,
            shape->depth);
    for (int i = 0; i < shape->sums; i++) {
        fprintf(out, "        matrix_dot(%d, %d, %d);\n", i, shape->sums, shape->sums + 1);
    }
    fprintf(out, "    }\n    double result = (double)steps;\n");
    for (int i = 0; i < shape->sums; i++) {
        fprintf(out, "    matrix_store(%d, sums, %d);\n    result += sums[0];\n", i,
                shape->columns);
    }
    fprintf(out, "    matrix_release();\n    return result;\n}\n");
}

/* Start values and factor pass through a volatile and an array, so that nothing is computed by the
 * C compiler; the sum goes back into the volatile, so that nothing is left out. */
void peak_print(FILE *out, Arena *arena, const Peak *peak) {
    const Target *target = peak->target;
    if (has_matrices(peak)) {
        fprintf(out, "/* Products of matrices.\n * Compile with: -O3 %s */\n%s\n%s%s\n",
                target->cc_flags, target->include, "#include <stdint.h>\n\n", target->matrix);
        print_matrices(out, &target->shape);
        return;
    }
    const ChainKind kind = kind_of(peak);
    int floats = CHAINS * target->lanes;
    fprintf(out, "/* Chains of fused multiply-adds that wait for nothing but each other.\n");
    fprintf(out, " * Compile with: -O3 %s */\n%s\n", target->cc_flags, target->include);
    fprintf(out, "%s", kind.helper);
    if (target->helper[kind.op]) {
        fprintf(out, "%s\n", target->helper[kind.op]);
    }
    fprintf(out, "static void run(const float *factor, const float *starts, float *result,\n"
                 "                long steps) {\n");
    print_body(out, arena, target, &kind);
    fprintf(out, "}\n\n/* Gives how many operations that was. */\n");
    fprintf(out, "double xnc_peak(long steps);\ndouble xnc_peak(long steps) {\n");
    fprintf(out, "    volatile float start = 0.5f;\n");
    fprintf(out, "    float factor = start, starts[%d], result[%d], sum = 0;\n", floats, floats);
    fprintf(out, "    for (int i = 0; i < %d; i++)\n        starts[i] = start + (float)i;\n",
            floats);
    fprintf(out, "    run(&factor, starts, result, steps);\n");
    fprintf(out, "    for (int i = 0; i < %d; i++)\n        sum += result[i];\n", floats);
    fprintf(out, "    start = sum;\n    return %d.0 * (double)steps;\n}\n",
            kind.operations * floats);
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
    return operations_of(peak) * (double)peak->steps * threads / taken / 1e6;
}
