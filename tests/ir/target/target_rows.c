/* target_rows.c - writes C from a target's rows, for run_target.py to compile and run.
 *
 *   target_rows TARGET rows   a program that runs each row against its scalar meaning in kops.def;
 *                             with WITHOUT_SLEEF defined those alone that do not call SLEEF
 *   target_rows TARGET shim   a header in place of the target's own: each intrinsic that a row
 *                             names, as a loop over the row's scalar meaning
 *   target_rows TARGET facts  precision, lanes, registers, family, compiler, flags, features and
 * the macros that the guard asks for
 */
#include <stdio.h>
#include <string.h>

#include "matrix_test.h"
#include "target_facts.h"

/* Prints a row with its holes filled: operands a, b, c; address p; a number. */
static void print_row_of(const char *row, const char *number) {
    static const char *const operand[] = {"a", "b", "c"};
    for (; *row; row++) {
        if (*row != '{') {
            putchar(*row);
            continue;
        }
        char hole = row[1];
        if (hole >= '0' && hole <= '2') {
            fputs(operand[hole - '0'], stdout);
        } else {
            fputs(hole == 'p' ? "p" : hole == 'm' ? "p[0]" : number, stdout);
        }
        row += 2;
    }
}

static void print_row(const char *row) {
    print_row_of(row, "number");
}

/* ---- the program ---- */

static const char program_head[] =
    "#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n#include <math.h>\n"
    "static float as_float(uint32_t bits) { float x; memcpy(&x, &bits, 4); return x; }\n"
    "static uint32_t as_bits(float x) { uint32_t bits; memcpy(&bits, &x, 4); return bits; }\n"
    "static int same(float x, float y) { return (x != x && y != y) || as_bits(x) == as_bits(y); }\n"
    "static const uint32_t special[] = {0x00000000u, 0x80000000u, 0x3f800000u, 0xbf800000u,\n"
    "    0x00000001u, 0x807fffffu, 0x00800000u, 0x7f7fffffu, 0xff7fffffu, 0x7f800000u,\n"
    "    0xff800000u, 0x7fc00000u, 0x40c00000u, 0x3f000001u, 0xc2aeac50u, 0x42b17218u};\n"
    "enum { SPECIALS = sizeof special / sizeof *special, SAMPLES = 1 << 18 };\n"
    "/* All triples of the special values first, then spread over all bit patterns. */\n"
    "static float sample(uint32_t i, uint32_t operand) {\n"
    "    if (i < SPECIALS * SPECIALS * SPECIALS) {\n"
    "        for (uint32_t j = 0; j < operand; j++) i /= SPECIALS;\n"
    "        return as_float(special[i % SPECIALS]);\n"
    "    }\n"
    "    return as_float((i * 2654435761u + operand * 40503u) * 2246822519u);\n"
    "}\n"
    "/* Of pairs, as the rows of bf16 mean them; element.c rounds. */\n"
    "static uint32_t pair(const uint16_t *p) { uint32_t word; memcpy(&word, p, 4); return word; }\n"
    "static float upper(uint32_t word) { return as_float(word & 0xffff0000u); }\n"
    "static float lower(uint32_t word) { return as_float(word << 16); }\n"
    "static float half(uint16_t bits) { return (float)element_get(ELEMENT_f16, &bits, 0); }\n"
    "/* Of words of four elements. */\n"
    "static uint32_t quad(const void *p) { uint32_t word; memcpy(&word, p, 4); return word; }\n"
    "static int u8(uint32_t word, int i) { uint8_t at[4]; memcpy(at, &word, 4); return at[i]; }\n"
    "static int s8(uint32_t word, int i) { int8_t at[4]; memcpy(at, &word, 4); return at[i]; }\n"
    "static int s16(uint32_t word, int i) { int16_t at[2]; memcpy(at, &word, 4); return at[i]; }\n"
    "static uint32_t pair16(int first, int second) {\n"
    "    int16_t at[] = {(int16_t)first, (int16_t)second};\n"
    "    return quad(at);\n"
    "}\n"
    "static int within_16_bits(int x) { return x < -32768 ? -32768 : x > 32767 ? 32767 : x; }\n"
    "static int failed;\n"
    "static void fail(const char *row, int lane, float got, float expected) {\n"
    "    if (failed++ < 20) printf(\"%s lane %d: %a, expected %a\\n\", row, lane, got, expected);\n"
    "}\n";

/* How samples of a type of lanes are written in the program. */
typedef struct SampleWords {
    const char *load;   /* a vector of them, without the number of the operand */
    const char *lane;   /* one lane: C type, name, numbers of the operand and of the lane */
    const char *memory; /* C type of elements and the array, for rows that read */
} SampleWords;

static const SampleWords samples[ELEMENT_COUNT] = {
    [ELEMENT_f32] = {"load(x", "const float %s = x%d[%s]", "float *p = x0"},
    [ELEMENT_bf16] = {"load_pairs(p", "const uint32_t %s = pair(p%d + 2 * %s)", "uint16_t *p = p0"},
    [ELEMENT_f16] = {NULL, NULL, "uint16_t *p = (const void *)q0"}, /* lanes of it are f32 */
    [ELEMENT_u8] = {"broadcast_words(q", "const uint32_t %s = q%d[0 * %s]",
                    "uint8_t *p = (const void *)q0"}, /* the same in all lanes */
    [ELEMENT_s8] = {"load_words(q", "const uint32_t %s = q%d[%s]", "int8_t *p = (const void *)q0"},
    [ELEMENT_s16] = {"load_words(q", "const uint32_t %s = q%d[%s]",
                     "int16_t *p = (const void *)q0"},
    [ELEMENT_i16] = {NULL, NULL, "int16_t *p = (const void *)q0"}, /* lanes of it are s32 */
    [ELEMENT_u32] = {NULL, NULL, "uint32_t *p = q0"},              /* lanes of it are s16 */
    [ELEMENT_s32] = {"load_sums(q", "const int32_t %s = (int32_t)q%d[%s]",
                     "int32_t *p = (const void *)q0"},
};

/* The type of an operand's lanes; those that a row does not have count as f32. */
static Element taken(KOp op, int operand) {
    return operand < kop_info(op)->operands ? kop_info(op)->takes[operand] : ELEMENT_f32;
}

/* Vectors of the samples: x0 of f32, p0 of bf16 that they were rounded to, q0 of words. */
static void print_operands(const Target *target, KOp op) {
    for (int i = 0; i < 3; i++) {
        printf("    %s %c = %s%d);\n", target_vector(target, taken(op, i)), "abc"[i],
               samples[taken(op, i)].load, i);
    }
}

/* An operand's lane of that number. */
static void print_lane_of(KOp op, const char *name, int operand, const char *number) {
    printf(samples[taken(op, operand)].lane, name, operand, number);
    printf(";\n");
}

/* The same for one lane. */
static void print_lanes(KOp op) {
    static const char *const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        printf("        ");
        print_lane_of(op, names[i], i, "i");
    }
}

static void print_test_head(const char *name) {
    printf("static void test_%s(const float *x0, const float *x1, const float *x2,\n"
           "    const uint16_t *p0, const uint16_t *p1, const uint16_t *p2,\n"
           "    const uint32_t *q0, const uint32_t *q1, const uint32_t *q2) {\n"
           "    (void)x0, (void)x1, (void)x2, (void)p0, (void)p1, (void)p2;\n"
           "    (void)q0, (void)q1, (void)q2;\n",
           name);
}

/* Each lane in turn, which C has to know. */
static void print_lane_test(const Target *target, KOp op) {
    const KOpInfo *info = kop_info(op);
    bool floats = info->gives == ELEMENT_f32;
    print_test_head(info->name);
    print_operands(target, op);
    for (int lane = 0; lane < target->lanes; lane++) {
        char number[16];
        snprintf(number, sizeof number, "%d", lane);
        printf("    {\n    %s got[LANES];\n    %s result = ", floats ? "float" : "int32_t",
               target_vector(target, info->gives));
        print_row_of(target->spelling[op], number);
        printf(";\n    %s;\n    for (int i = 0; i < LANES; i++) {\n",
               floats ? "store(got, result)" : "memcpy(got, &result, sizeof got)");
        print_lanes(op);
        printf("        (void)a;\n        ");
        print_lane_of(op, "a_lane", 0, number);
        printf("        const %s expected = %s;\n"
               "        if (%s) fail(\"%s\", i, (float)got[i], (float)expected);\n    }\n    }\n",
               floats ? "float" : "int32_t", info->meaning,
               floats ? "!same(got[i], expected)" : "got[i] != expected", info->name);
    }
    printf("}\n");
}

/* Lanes of words, which are compared as bits. */
static void print_words_test(KOp op, const KOpInfo *info) {
    printf(";\n    uint32_t got[LANES];\n    memcpy(got, &result, sizeof got);\n"
           "    for (int i = 0; i < LANES; i++) {\n");
    print_lanes(op);
    printf("        (void)a, (void)b, (void)c;\n"
           "        const uint32_t expected = (uint32_t)(%s);\n"
           "        if (got[i] != expected) fail(\"%s\", i, (float)got[i], (float)expected);\n"
           "    }\n}\n",
           info->meaning, info->name);
}

static void print_test(const Target *target, KOp op) {
    if (kop_is(op, OF_LANE)) {
        print_lane_test(target, op);
        return;
    }
    const KOpInfo *info = kop_info(op);
    Element reads = info->reads == ELEMENT_none ? ELEMENT_f32 : info->reads;
    print_test_head(info->name);
    printf("    const float number = x0[0]; const %s; (void)number, (void)p;\n",
           samples[reads].memory);
    print_operands(target, op);
    printf("    (void)a, (void)b, (void)c;\n    %s result = ", target_vector(target, info->gives));
    print_row(target->spelling[op]);
    if (info->gives != ELEMENT_f32) {
        print_words_test(op, info);
        return;
    }
    printf(";\n    float got[LANES];\n    store(got, result);\n"
           "    for (int i = 0; i < LANES; i++) {\n");
    print_lanes(op);
    printf("        (void)a, (void)b, (void)c;\n"
           "        const float expected = %s;\n"
           "        if (!same(got[i], expected)) fail(\"%s\", i, got[i], expected);\n"
           "    }\n}\n",
           info->meaning, info->name);
}

/* A store of bf16 against element_put(). */
static void print_store_pairs_test(const Target *target) {
    printf("static void test_store_bf16(const float *x0) {\n"
           "    uint16_t *p, got[LANES]; uint32_t expected[LANES / 2 + 1];\n"
           "    %s a = load(x0);\n    p = got;\n    ",
           target->vec_type);
    print_row(target->store_as[ELEMENT_bf16]);
    printf(";\n    for (int i = 0; i < LANES; i++) {\n"
           "        element_put(ELEMENT_bf16, expected, i, x0[i]);\n"
           "        float was = (float)element_get(ELEMENT_bf16, expected, i);\n"
           "        uint32_t word = pair(got + i / 2 * 2);\n"
           "        float is = i %% 2 ? lower(word) : upper(word);\n"
           "        if (!same(is, was)) fail(\"store_bf16\", i, is, was);\n"
           "    }\n}\n");
}

/* Numbers of u8, ties among them, as elements of a type; any as s8, stored as u8 less 128. */
static void print_store_integers_test(const Target *target, Element element) {
    const ElementInfo *info = element_info(element);
    const bool less = element == ELEMENT_s8;
    printf("static void test_store_%s(const uint32_t *q0) {\n    %s p[LANES]; float x[LANES];\n"
           "    for (int i = 0; i < LANES; i++)\n        x[i] = %s;\n"
           "    %s a = load(x);\n    ",
           info->name, info->c_type,
           less ? "q0[i] % 3 ? (float)(q0[i] % 1021) * 0.5f - 100.0f : as_float(q0[i])"
                : "q0[i] % 2 ? q0[i] % 511 * 0.5f : q0[i] % 65536 / 257.0f",
           target->vec_type);
    print_row(target->store_as[element]);
    printf(";\n    for (int i = 0; i < LANES; i++) {\n"
           "        float stored = (float)element_get(ELEMENT_%s, p, i);\n"
           "        if (stored != element_rounded(ELEMENT_%s, x[i])%s)\n"
           "            fail(\"store_%s\", i, stored, x[i]);\n    }\n}\n",
           info->name, less ? "u8" : info->name, less ? " - 128" : "", info->name);
}

/* Words as they are, and sums of 16 bits. */
static void print_store_words_test(const Target *target, Element element) {
    const ElementInfo *info = element_info(element);
    const bool sums = element == ELEMENT_i16;
    printf(
        "static void test_store_%s(const uint32_t *q0) {\n"
        "    %s p[LANES]; uint32_t x[LANES];\n"
        "    for (int i = 0; i < LANES; i++) x[i] = (uint32_t)(%s)q0[i];\n    %s a = %s(x);\n    ",
        info->name, info->c_type, info->c_type, sums ? target->sum_type : target->word_type,
        sums ? "load_sums" : "load_words");
    print_row(target->store_as[element]);
    printf(";\n    for (int i = 0; i < LANES; i++)\n"
           "        if (p[i] != (%s)x[i]) fail(\"store_%s\", i, (float)p[i], (float)q0[i]);\n}\n",
           info->c_type, info->name);
}

/* All numbers of half precision, from every alignment. */
static void print_halves_test(const Target *target) {
    printf("static void test_every_half(void) {\n"
           "    static uint16_t all[65536 + LANES];\n"
           "    for (int i = 0; i < 65536 + LANES; i++) all[i] = (uint16_t)i;\n"
           "    for (int at = 0; at < 65536; at++) {\n"
           "        const uint16_t *p = all + at;\n        float got[LANES];\n"
           "        %s a = ",
           target->vec_type);
    print_row(target->spelling[KOP_load_halves]);
    printf(";\n        store(got, a);\n        for (int i = 0; i < LANES; i++) {\n"
           "            if (!same(got[i], half(p[i])))\n"
           "                fail(\"load_halves\", i, got[i], half(p[i]));\n"
           "        }\n    }\n}\n");
}

static void print_store_test(const Target *target) {
    printf("static void test_stores(void) {\n"
           "    float x[LANES], p[LANES + 2];\n"
           "    for (int i = 0; i < LANES; i++) x[i] = (float)(i + 1);\n"
           "    for (int number = 0; number <= LANES; number++) {\n"
           "        for (int i = 0; i < LANES + 2; i++) p[i] = -1.0f;\n"
           "        %s a = load(x);\n        ",
           target->vec_type);
    print_row(target->store_first);
    printf(";\n        for (int i = 0; i < LANES + 2; i++) {\n"
           "            float expected = i < number ? x[i] : -1.0f;\n"
           "            if (!same(p[i], expected)) fail(\"store_first\", i, p[i], expected);\n"
           "        }\n    }\n");
    for (int level = 1; level <= 3; level++) {
        if (!target->prefetch[level]) {
            continue;
        }
        printf("    ");
        print_row(target->prefetch[level]);
        printf(";\n");
    }
    printf("}\n");
}

/* In front of a part of the program and behind it: SLEEF, which some call, a machine may not have.
 */
static void print_part(KOp op, const char *line) {
    fputs(op == KOP_exp || op == KOP_erf ? line : "", stdout);
}

/* At every alignment: the samples of a block begin at any float. */
static void print_main(const Target *target) {
    printf(
        "int main(void) {\n    static float x[3][SAMPLES + 2 * LANES];\n"
        "    for (uint32_t j = 0; j < 3; j++)\n"
        "        for (uint32_t i = 0; i < SAMPLES; i++) x[j][i] = sample(i, j);\n"
        "    static uint32_t pairs[3][SAMPLES + 2 * LANES];\n"
        "    for (uint32_t j = 0; j < 3; j++)\n"
        "        for (int i = 0; i < SAMPLES; i++)\n"
        "            element_put(ELEMENT_bf16, pairs[j], i, sample((uint32_t)i * 7 + j, j));\n"
        "    static float sums[SAMPLES + 2 * LANES]; /* as large as a bias at least */\n"
        "    for (int i = 0; i < SAMPLES; i++) sums[i] = fabsf(x[2][i]) < 0x1p-90f ? 0 : x[2][i];\n"
        "    static uint32_t words[3][SAMPLES + 2 * LANES]; /* the third far from overflows */\n"
        "    for (uint32_t j = 0; j < 3; j++)\n"
        "        for (uint32_t i = 0; i < SAMPLES; i++) {\n"
        "            uint32_t bits = as_bits(sample(i * 13 + j, j)) * 2654435761u;\n"
        "            words[j][i] = j < 2 ? bits : (uint32_t)((int32_t)bits / 2);\n"
        "        }\n"
        "    for (int i = 0; i + LANES < SAMPLES; i += LANES) {\n"
        "        const int at = i + i / LANES %% LANES;\n"
        "        const uint16_t *p[3];\n"
        "        for (int j = 0; j < 3; j++)\n"
        "            p[j] = (const void *)(pairs[j] + at / 2);\n");
    for (int op = 0; op < KOP_COUNT; op++) {
        if (target->spelling[op]) {
            print_part((KOp)op, "#ifndef WITHOUT_SLEEF\n");
            printf("        test_%s(x[0] + at, x[1] + at, %s + at, p[0], p[1], p[2], "
                   "words[0] + at, words[1] + at, words[2] + at);\n",
                   kop_info((KOp)op)->name, op == KOP_dot ? "sums" : "x[2]");
            print_part((KOp)op, "#endif\n");
        }
    }
    if (target->store_as[ELEMENT_bf16]) {
        printf("        test_store_bf16(x[0] + at);\n");
    }
    for (Element element = ELEMENT_u8; element < ELEMENT_COUNT; element++) {
        if (target->store_as[element]) {
            printf("        test_store_%s(words[0] + at);\n", element_info(element)->name);
        }
    }
    printf("    }\n    test_stores();\n    test_every_half();\n    test_matrices();\n"
           "    if (failed) printf(\"%%d wrong\\n\", failed);\n"
           "    return failed != 0;\n}\n");
}

/* A function that makes a vector of samples, whatever type C says they have. */
static void print_reader(const Target *target, KOp op, const char *name) {
    const KOpInfo *info = kop_info(op);
    if (target->spelling[op]) {
        printf("static %s %s(const void *from) { const %s *p = from; return ",
               target_vector(target, info->gives), name, element_info(info->reads)->c_type);
        print_row(target->spelling[op]);
        printf("; }\n");
    }
}

static void print_program(const Target *target) {
    printf("%s\n#ifndef WITHOUT_SLEEF\n%s\n#endif\n#include \"element.h\"\n#include "
           "\"xnc_half.h\"\n#include \"xnc_int8.h\"\n%senum { LANES = %d };\n",
           target->include, target->sleef, program_head, target->lanes);
    printf("%s", target->first_lanes);
    for (int op = 0; op < KOP_COUNT; op++) {
        printf("%s", target->helper[op] ? target->helper[op] : "");
    }
    for (int element = 0; element < ELEMENT_COUNT; element++) {
        const char *helper = target->store_as_helper[element];
        printf("%s", helper ? helper : "");
    }
    print_reader(target, KOP_load_pairs, "load_pairs");
    print_reader(target, KOP_load_quads, "load_words");
    print_reader(target, KOP_broadcast_quad, "broadcast_words");
    print_reader(target, KOP_load_sums, "load_sums");
    print_reader(target, KOP_load, "load");
    printf("static void store(float *p, %s a) { ", target->vec_type);
    print_row(target->store);
    printf("; }\n");
    for (int op = 0; op < KOP_COUNT; op++) {
        if (target->spelling[op]) {
            print_part((KOp)op, "#ifndef WITHOUT_SLEEF\n");
            print_test(target, (KOp)op);
            print_part((KOp)op, "#endif\n");
        }
    }
    print_store_test(target);
    print_halves_test(target);
    for (Element element = ELEMENT_u8; element < ELEMENT_COUNT; element++) {
        if (target->store_as[element] && (element == ELEMENT_u32 || element == ELEMENT_i16)) {
            print_store_words_test(target, element);
        } else if (target->store_as[element]) {
            print_store_integers_test(target, element);
        }
    }
    if (target->store_as[ELEMENT_bf16]) {
        print_store_pairs_test(target);
    }
    printf("%s", matrix_test_of(target));
    print_main(target);
}

/* ---- the shim ---- */

/* Whether a row is one intrinsic of floats, whose shim is made from its meaning; those of bf16 are
 * several, which Target.shim defines. */
static bool is_plain(KOp op) {
    const KOpInfo *info = kop_info(op);
    bool reads = info->reads == ELEMENT_none || info->reads == ELEMENT_f32;
    bool typed =
        info->gives != ELEMENT_f32 || !reads || (info->operands && info->takes[0] != ELEMENT_f32);
    return !typed && op != KOP_round;
}

/* Whether an earlier row names the same function: set1 is broadcast and constant. */
static bool is_repeated(const Target *target, int op, size_t length) {
    for (int i = 0; i < op; i++) {
        if (target->spelling[i] &&
            strncmp(target->spelling[i], target->spelling[op], length) == 0) {
            return true;
        }
    }
    return false;
}

static void print_shim_params(const Target *target, KOp op) {
    int operands = kop_info(op)->operands;
    if (op == KOP_load) {
        printf("const float *p");
    } else if (op == KOP_constant) {
        printf("float number");
    } else if (operands == 0) {
        printf("void");
    }
    for (int i = 0; i < operands; i++) {
        printf("%s%s x%d", i ? ", " : "", target->vec_type, i);
    }
}

static void print_shim_function(const Target *target, KOp op) {
    size_t length = strcspn(target->spelling[op], "(") + 1;
    if (is_repeated(target, op, length)) {
        return;
    }
    printf("static inline %s %.*s", target->vec_type, (int)length, target->spelling[op]);
    print_shim_params(target, op);
    printf(") {\n    %s result;\n    for (int i = 0; i < %d; i++) {\n", target->vec_type,
           target->lanes);
    for (int i = 0; i < kop_info(op)->operands; i++) {
        printf("        const float %c = x%d.lane[i];\n", "abc"[i], i);
    }
    printf("        result.lane[i] = %s;\n    }\n    return result;\n}\n", kop_info(op)->meaning);
}

static void print_shim(const Target *target) {
    printf("/* Made of the rows of %s: every function is its scalar meaning, lane by lane. */\n"
           "#include <math.h>\n"
           "typedef struct { float lane[%d]; } %s;\n"
           "float Sleef_finz_expf1_u10purecfma(float);\n"
           "float Sleef_finz_erff1_u10purecfma(float);\n",
           target->name, target->lanes, target->vec_type);
    for (int op = 0; op < KOP_COUNT; op++) {
        if (target->spelling[op] && is_plain((KOp)op)) {
            print_shim_function(target, (KOp)op);
        }
    }
    printf("static inline void %.*s(float *p, %s a) {\n"
           "    for (int i = 0; i < %d; i++)\n        p[i] = a.lane[i];\n}\n",
           (int)strcspn(target->store, "("), target->store, target->vec_type, target->lanes);
    printf("%s%s%s", target->half_shim ? target->half_shim : "", target->shim,
           target->int8_shim ? target->int8_shim : "");
}

int main(int argc, char **argv) {
    const Target *target = argc == 3 ? target_by_name(argv[1]) : NULL;
    if (!target || missing_rows(target)) {
        return 2;
    }
    if (strcmp(argv[2], "rows") == 0) {
        print_program(target);
    } else if (strcmp(argv[2], "shim") == 0) {
        print_shim(target);
    } else {
        print_facts(target);
    }
    return 0;
}
