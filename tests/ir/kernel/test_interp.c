/* test_interp.c - the interpreter of kernel IR: values, shares of tasks, bounds of every access.
 *
 * The kernel reads 32 floats 0, 1, 2, ... of input, has 16 floats of scratch and of weights (all
 * 2), and writes an output of 32 floats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"

enum { FLOATS = 32 };
#define LARGEST "9223372036854775807" /* INT64_MAX */

/* Runs the statements; false after a message. */
static bool run(const char *stage, const char *statements, int tasks, float *output,
                char **message) {
    Arena *arena = arena_create();
    float input[FLOATS], weights[16];
    float *outputs[] = {output};
    char *messages;
    size_t size;
    for (int i = 0; i < FLOATS; i++) {
        input[i] = (float)i, output[i] = -1.0f;
    }
    for (int i = 0; i < 16; i++) {
        weights[i] = 2.0f;
    }
    Module *module = module_around(arena, stage, statements, &messages);
    assert_non_null(module);
    KBuffers buffers = {.input = input,
                        .outputs = outputs,
                        .arena = arena_alloc(arena, (size_t)module_arena_bytes(module, tasks)),
                        .weights = (const unsigned char *)weights};
    FILE *out = open_memstream(message, &size);
    bool good = interp_module(out, module, &buffers, tasks);
    fclose(out);
    arena_destroy(arena);
    return good;
}

/* A step that no int can hold is beyond the end. */
static void steps_end_at_the_largest_int(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("unrolled",
                    "int n = 0\nfor i = " LARGEST " - 9 to " LARGEST " step 7 {\nn = n + 1\n}\n"
                    "copy out[0] = in[n]\n",
                    1, output, &message));
    assert_true(output[0] == 2.0f);
    free(message);
}

/* Each task doubles its share, eight lanes at a time; any number of tasks gives the same. */
static void shares_cover_all(void **state) {
    (void)state;
    for (int tasks = 1; tasks <= 7; tasks++) {
        float output[FLOATS];
        char *message;
        bool good = run("unrolled",
                        "vec two = broadcast w0[3]\n"
                        "split begin, end of 4\n"
                        "for i = begin to end step 1 {\n"
                        "vec x = load in[i * 8]\nvec sum = zero\nsum = fma x, two, sum\n"
                        "store scratch[8] = sum\nvec y = load scratch[8]\nstore out[i * 8] = y\n"
                        "}\n",
                        tasks, output, &message);
        assert_string_equal(message, "");
        assert_true(good);
        for (int i = 0; i < FLOATS; i++) {
            assert_true(output[i] == 2.0f * (float)i);
        }
        free(message);
    }
}

/* Before vectors are made, a vector is one float; unrolled loops keep what they define. */
static void loops_have_one_lane(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("loops",
                    "for c = 0 to 4 step 1 unroll {\nvec x[c] = load in[c]\n}\n"
                    "for c = 0 to 4 step 1 unroll {\nstore out[3 - c] = x[c]\n}\n",
                    1, output, &message));
    const float expected[] = {3, 2, 1, 0, -1};
    assert_memory_equal(output, expected, sizeof expected);
    free(message);
}

/* "below" takes any number: those of one lane that there are. */
static void stores_are_clamped(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("loops",
                    "for c = 0 to 4 step 1 vector {\nvec x = load in[c]\n"
                    "store out[c] = x below 3 - c\nstore out[8 + c] = x below c - 2\n}\n",
                    1, output, &message));
    const float expected[] = {0, 1, 2, -1, -1, -1, -1, -1, -1, -1, -1, 3};
    assert_memory_equal(output, expected, sizeof expected);
    free(message);
}

/* Pointers choose, arrays of pointers hold, partial stores stop, calls have variables of their
 * own. */
static void pointers_and_calls(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("unrolled",
                    "ptrs tap[2]\n"
                    "for i = 0 to 2 step 1 {\nptr tap[i] = i == 0 ? in + 8 : zeros\n}\n"
                    "vec a = load tap[0][1]\nvec b = load tap[1][8]\n"
                    "store out[0] = a first 3\nstore out[8] = b\nstore out[99] = a first 0\n"
                    "int n = 5\ncall $helper(n + 1, &in[0], &out[20])\n"
                    "ptrs many[3]\n"
                    "for i = 0 to 3 step 1 {\nptr many[i] = in + i\n}\n"
                    "call $pick(&many, &out[28])\ncall $pick(&many[1], &out[29])\n",
                    1, output, &message));
    assert_true(output[0] == 9 && output[2] == 11 && output[3] == -1);
    assert_true(output[8] == 0 && output[15] == 0 && output[16] == -1);
    assert_true(output[26] == 6);
    assert_true(output[28] == 1 && output[29] == 2);
    free(message);
}

/* The second argument reads the caller's n, although the callee's first parameter has that name. */
static void arguments_are_the_callers(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(
        run("unrolled", "int n = 3\ncall $helper(0, &in[n], &out[n + 1])\n", 1, output, &message));
    assert_true(output[4] == 3.0f);
    free(message);
}

/* Elements 2 and 3 of what was stored as bf16 are a pair: 3 + 3 * 3 + 4 * 4. */
static void pairs_are_words_of_two_elements(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("unrolled",
                    "ptr mut bf16 b = scratch\nvec x = load in[1]\nstore bf16 b[0] = x\n"
                    "vec p = broadcast_pair b[2]\nvec u = upper p\nvec l = lower p\n"
                    "vec s = dot p, p, u\n"
                    "store out[0] = u\nstore out[8] = l\nstore out[16] = s\n",
                    1, output, &message));
    assert_true(output[0] == 3.0f && output[8] == 4.0f && output[16] == 28.0f);
    free(message);
}

/* Lane 2 of 0, 1, 2, ... times each lane of 8, 9, ...; a lane that is not there is no number. */
static void a_lane_is_one_factor_for_all(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    const char *text = "vec x = load in[0]\nvec y = load in[8]\nfor i = 2 to %s step 1 {\n"
                       "x = fma_lane x, y, x, i\n}\nstore out[0] = x\n";
    char statements[256];
    snprintf(statements, sizeof statements, text, "3");
    assert_true(run("vector", statements, 1, output, &message));
    assert_true(output[0] == 16.0f && output[3] == 25.0f);
    free(message);
    snprintf(statements, sizeof statements, text, "9");
    assert_false(run("vector", statements, 1, output, &message));
    assert_non_null(strstr(message, "there is no lane 8"));
    free(message);
}

/* Before vectors have lanes an element is stored alone, into its half of a word. */
static void one_lane_stores_half_a_word(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("loops",
                    "ptr mut bf16 b = scratch\nfor c = 0 to 4 step 1 vector {\n"
                    "vec x = load in[c + 1]\nstore bf16 b[c] = x\n}\n"
                    "vec p = load_pairs b[2]\nvec l = lower p\nstore out[0] = l\n",
                    1, output, &message));
    assert_true(output[0] == 4.0f);
    free(message);
}

/* The weights are 2.0f, bytes 0 0 0 64 in memory: 0.5, 1.5, 2.5, 3.5 are stored as 0, 2, 2, 4, of
 * which the last meets the 64. */
static void quads_are_words_of_four_elements(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("unrolled",
                    "ptr mut u8 q = scratch\nvec half = constant 0.5\nvec x = load in[0]\n"
                    "x = add x, half\nstore u8 q[0] = x\n"
                    "ptr s8 w = w0\nptr s32 s = w0\n"
                    "vec a = broadcast_quad q[0]\nvec b = load_quads w[0]\n"
                    "vec c = load_sums s[0]\nvec before = to_f32 c\nc = dot_quads a, b, c\n"
                    "vec y = to_f32 c\ny = sub y, before\nstore out[0] = y\n"
                    "c = load_sums s[0]\nc = dot_small a, b, c\ny = to_f32 c\n"
                    "y = sub y, before\nstore out[8] = y\n"
                    "vec p = small_pairs a, b\np = more_small_pairs a, b, p\n"
                    "c = load_sums s[0]\nc = add_pairs p, c\ny = to_f32 c\n"
                    "y = sub y, before\nstore out[16] = y\n",
                    1, output, &message));
    assert_true(output[0] == 256.0f && output[7] == 256.0f && output[8] == 256.0f);
    assert_true(output[16] == 512.0f);
    free(message);
}

/* The same product from parts: 0 and 2 meet 0 and 0, 2 and 4 meet 0 and 64. */
static void words_are_widened_to_two(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("unrolled",
                    "ptr mut s16 q = scratch\nvec half = constant 0.5\nvec x = load in[0]\n"
                    "x = add x, half\nstore s16 q[0] = x\n"
                    "ptr s8 w = w0\nptr s32 s = w0\nptr mut u32 wide = out\n"
                    "vec b = load_quads w[0]\nvec e = even b\nvec d = odd b\n"
                    "store u32 wide[0] = e\nstore u32 wide[8] = d\n"
                    "e = load_wide wide[0]\nd = load_wide wide[8]\n"
                    "vec even_x = broadcast_halves q[0]\nvec odd_x = broadcast_halves q[2]\n"
                    "vec c = load_sums s[0]\nvec before = to_f32 c\n"
                    "c = dot_halves even_x, e, c\nvec y = to_f32 c\ny = sub y, before\n"
                    "store out[0] = y\n"
                    "c = dot_halves odd_x, d, c\ny = to_f32 c\ny = sub y, before\n"
                    "store out[8] = y\n",
                    1, output, &message));
    assert_true(output[0] == 0.0f && output[7] == 0.0f && output[8] == 256.0f);
    free(message);
}

/* The same product one by one: 3.5 is stored as 4, which meets 64, while 0 meets 0. */
static void words_are_widened_singly(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("unrolled",
                    "ptr mut u8 q = scratch\nvec half = constant 0.5\nvec x = load in[0]\n"
                    "x = add x, half\nstore u8 q[0] = x\n"
                    "ptr s8 w = w0\nptr s32 s = w0\nptr mut i16 wide = out\n"
                    "vec b = load_quads w[0]\nvec b0 = byte0 b\nvec b3 = byte3 b\n"
                    "store i16 wide[0] = b0\nstore i16 wide[8] = b3\n"
                    "b0 = load_shorts wide[0]\nb3 = load_shorts wide[8]\n"
                    "vec x0 = broadcast_byte q[0]\nvec x3 = broadcast_byte q[3]\n"
                    "vec c = load_sums s[0]\nvec before = to_f32 c\n"
                    "c = mul_add x0, b0, c\nvec y = to_f32 c\ny = sub y, before\n"
                    "store out[0] = y\n"
                    "c = mul_add x3, b3, c\ny = to_f32 c\ny = sub y, before\n"
                    "store out[8] = y\n",
                    1, output, &message));
    assert_true(output[0] == 0.0f && output[7] == 0.0f && output[8] == 256.0f);
    free(message);
}

/* 300 and 200.5 are stored as 127 and, half-even, 72, which meets the 64 of the weights 0 0 0 64:
 * as a word in all lanes, and as lane 2 of a vector, which begins at element 8. */
static void centered_numbers_are_signed(void **state) {
    (void)state;
    float output[FLOATS];
    char *message;
    assert_true(run("unrolled",
                    "ptr mut s8 q = scratch\nvec x = constant 300\n"
                    "vec y = constant 200.5\nstore s8 q[0] = x\n"
                    "store s8 q[8] = y\nstore s8 q[16] = x\nstore s8 q[24] = x\n"
                    "ptr s8 w = w0\nptr s32 s = w0\nvec b = load_quads w[0]\n"
                    "vec c = load_sums s[0]\nvec before = to_f32 c\n"
                    "vec one = broadcast_signed q[8]\nc = dot_signed one, b, c\n"
                    "vec all = load_quads q[0]\nc = dot_signed_lane all, b, c, 2\n"
                    "vec z = to_f32 c\nz = sub z, before\nstore out[0] = z\n"
                    "store out[8] = x\n",
                    1, output, &message));
    assert_true(output[0] == 2 * 72 * 64.0f && output[7] == output[0] && output[8] == 300.0f);
    free(message);
}

static const struct {
    const char *statements, *message;
} strays[] = {
    {"ptr s16 b = w0\nvec p = broadcast_halves b[1]\n", "a load at 1 begins within two"},
    {"ptr mut s16 b = out\nvec x = zero\nstore s16 b[2] = x\n", "begins within a word"},
    {"ptr bf16 b = w0\nvec p = load_pairs b[18]\n", "weights at 18 .. 34 of 32 bf16"},
    {"ptr bf16 b = w0\nvec p = broadcast_pair b[1]\n", "a load at 1 begins within a word"},
    {"ptr mut bf16 b = out\nvec x = zero\nstore bf16 b[3] = x\n", "begins within a word"},
    {"vec x = load in[25]\n", "access to the input at 25 .. 33 of 32 f32"},
    {"vec x = load in[-1]\n", "access to the input at -1 .. 7 of 32 f32"},
    {"vec x = load w0[9]\n", "access to weights at 9 .. 17 of 16 f32"},
    {"vec x = load w1[0]\n", "access through a pointer to nothing"},
    {"vec x = load zeros[9]\n", "access to zeros at 9 .. 17 of 16 f32"},
    {"vec x = zero\nstore scratch[9] = x\n", "access to scratch at 9 .. 17 of 16 f32"},
    {"vec x = zero\nstore out[30] = x first 3\n", "access to out at 30 .. 33 of 32 f32"},
    {"vec x = zero\nstore out[0] = x first 9\n", "a store of 9 lanes"},
    {"copy out[0] = in[32]\n", "access to the input at 32 .. 33 of 32 f32"},
    {"int y = 5 / (task - tasks + 1)\n", "has no result"},
    {"ptrs tap[2]\nvec x = load tap[2][0]\n", "tap[2] is outside its array"},
    {"ptrs tap[2]\ncall $pick(&tap[3], &out[0])\n", "tap[3] is outside its array"},
    {"ptrs tap[2]\nptr tap[1] = in\ncall $pick(&tap[1], &out[0])\n", "tap[1] is outside its"},
    {"vec x = load residual[0]\n", "access through a pointer to nothing"},
    {"vec x = load in[" LARGEST "]\n", "at " LARGEST " .. " LARGEST " of 32 f32"},
    {"ptr far = in + " LARGEST "\nvec x = load far[1]\n",
     "an operation on " LARGEST " and 1 has no result"},
    {"split begin, end of " LARGEST "\n", "an operation on " LARGEST " and 2 has no result"},
};

static void strays_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof strays / sizeof *strays; i++) {
        float output[FLOATS];
        char *message;
        assert_false(run("unrolled", strays[i].statements, 2, output, &message));
        if (!strstr(message, strays[i].message)) {
            fail_msg("%s gives:\n%s", strays[i].statements, message);
        }
        free(message);
    }
}

/* Left operands: 16 rows of 8 bytes 1, of which a row's number stands in the first. Weights: 2
 * words for each of 16 columns, each byte 2 but for the first of all. A tail of 8 inputs. */
static const char matrices[] =
    "module m target \"x86-64-v4-amx\" stage unrolled\nzeros 0\nweights 1024\n"
    "input \"x\" [1,64]\noutput \"y\" [1,256]\n"
    "kernel $top {\nptr u8 a = in\nptr s8 w = w0\nptr s32 start = w0 + 32\n"
    "ptr mut s32 sums = scratch\n%s"
    "for r = 0 to 16 step 1 {\nvec sum = load_sums sums[r * 16]\nvec x = to_f32 sum\n"
    "store out[r * 16] = x\n}\n}\n"
    "constant \"c\" weight at 0 bytes 1024\n"
    "layer \"l\" op \"conv2d\" line 1 kernel $top in input residual none out output 0 "
    "elements 256 pixels 1 channels 256 pitch 256 scratch 0 bytes 1024 weights 0 macs 1\n";

/* False after a message. */
static bool run_matrices(const char *statements, float output[256], char **message) {
    Arena *arena = arena_create();
    unsigned char input[256], weights[1024] = {0};
    int32_t start[16];
    float *outputs[] = {output};
    char *messages;
    size_t size;
    memset(input, 1, sizeof input), memset(weights, 2, 128);
    for (int i = 0; i < 16; i++) {
        input[i * 8] = (unsigned char)i, start[i] = 100 * i;
    }
    weights[0] = (unsigned char)-3;
    memcpy(weights + 128, start, sizeof start);
    Module *module = module_from(arena, arena_printf(arena, matrices, statements), &messages);
    assert_string_equal(messages, "");
    assert_non_null(module);
    assert_true(verify_module(stderr, module));
    KBuffers buffers = {.input = (const float *)(const void *)input,
                        .outputs = outputs,
                        .arena = arena_alloc(arena, (size_t)module_arena_bytes(module, 1)),
                        .weights = weights};
    FILE *out = open_memstream(message, &size);
    bool good = interp_module(out, module, &buffers, 1);
    fclose(out);
    arena_destroy(arena);
    return good;
}

/* Row r, column c: 100 c + r times the first weight + 7 * 2; the first weight is 2, or -3 in column
 * 0.
 */
static void matrices_are_multiplied(void **state) {
    (void)state;
    float output[256];
    char *message;
    bool good = run_matrices("call $matrix_configure(8)\ncall $matrix_start(2, &start[0])\n"
                             "call $matrix_left(6, &a[0], 8)\ncall $matrix_weights(7, &w[0], 64)\n"
                             "call $matrix_dot(2, 6, 7)\ncall $matrix_store(2, &sums[0], 16)\n"
                             "call $matrix_release()\n",
                             output, &message);
    assert_string_equal(message, "");
    assert_true(good);
    for (int i = 0; i < 256; i++) {
        int row = i / 16, column = i % 16;
        assert_true(output[i] == (float)(100 * column + row * (column == 0 ? -3 : 2) + 14));
    }
    free(message);
}

static const struct {
    const char *statements, *message;
} matrix_mistakes[] = {
    {"call $matrix_start(0, &start[0])\n", "register 0 holds no matrix"},
    {"call $matrix_configure(6)\n", "a tail of 6 inputs"},
    {"call $matrix_configure(64)\n", "a tail of 64 inputs"},
    {"call $matrix_configure(0)\ncall $matrix_left(6, &a[0], 8)\n", "register 6 holds no matrix"},
    {"call $matrix_configure(8)\ncall $matrix_release()\ncall $matrix_dot(0, 4, 5)\n",
     "register 0 holds no matrix"},
    {"call $matrix_configure(8)\ncall $matrix_dot(0, 4, 7)\n", "of these sizes"},
    {"call $matrix_configure(8)\ncall $matrix_left(6, &a[0], 17)\n", "access to the input at 255"},
    {"call $matrix_configure(8)\ncall $matrix_store(0, &sums[0], 17)\n", "access to scratch"},
};

/* Two rows, 1 to 16 and -1 to -16, become two blocks of eight inputs each; the weights are 2 in one
 * column and 1 in the other. The sums start from 100 and 200. */
static void blocks_are_multiplied(void **state) {
    (void)state;
    static const char blocks[] =
        "module m target \"aarch64-i8mm\" stage unrolled\nzeros 0\nweights 64\n"
        "input \"x\" [1,8]\noutput \"y\" [1,4]\n"
        "kernel $top {\nptr s8 a = in\nptr s8 w = w0\nptr s32 start = w0 + 8\n"
        "ptr mut s8 block = scratch\nptr mut s32 sums = scratch + 8\n"
        "call $matrix_block(&block[0], &a[0], 16)\n"
        "call $matrix_configure(0)\ncall $matrix_start(5, &start[0])\n"
        "call $matrix_left_signed(24, &block[0], 8)\ncall $matrix_weights(25, &w[0], 8)\n"
        "call $matrix_dot(5, 24, 25)\ncall $matrix_left_signed(24, &block[16], 8)\n"
        "call $matrix_dot(5, 24, 25)\ncall $matrix_store(5, &sums[0], 2)\n"
        "call $matrix_release()\n"
        "vec sum = load_sums sums[0]\nvec x = to_f32 sum\nstore out[0] = x\n}\n"
        "constant \"c\" weight at 0 bytes 64\n"
        "layer \"l\" op \"conv2d\" line 1 kernel $top in input residual none out output 0 "
        "elements 4 pixels 1 channels 4 pitch 4 scratch 0 bytes 64 weights 0 macs 1\n";
    Arena *arena = arena_create();
    signed char input[32];
    unsigned char weights[64] = {0};
    const int32_t start[] = {100, 200};
    float output[4], *outputs[] = {output};
    char *messages;
    for (int i = 0; i < 16; i++) {
        input[i] = (signed char)(i + 1), input[16 + i] = (signed char)(-i - 1);
    }
    memset(weights, 2, 8), memset(weights + 8, 1, 8);
    memcpy(weights + 32, start, sizeof start);
    Module *module = module_from(arena, blocks, &messages);
    assert_string_equal(messages, "");
    assert_true(verify_module(stderr, module));
    KBuffers buffers = {.input = (const float *)(const void *)input,
                        .outputs = outputs,
                        .arena = arena_alloc(arena, (size_t)module_arena_bytes(module, 1)),
                        .weights = weights};
    assert_true(interp_module(stderr, module, &buffers, 1));
    const float expected[] = {100 + 2 * 136, 200 + 136, 100 - 2 * 136, 200 - 136};
    for (int i = 0; i < 4; i++) {
        assert_true(output[i] == expected[i]);
    }
    arena_destroy(arena);
}

static void mistakes_with_matrices_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof matrix_mistakes / sizeof *matrix_mistakes; i++) {
        float output[256];
        char *message;
        assert_false(run_matrices(matrix_mistakes[i].statements, output, &message));
        if (!strstr(message, matrix_mistakes[i].message)) {
            fail_msg("%s gives:\n%s", matrix_mistakes[i].statements, message);
        }
        free(message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrices_are_multiplied),
        cmocka_unit_test(blocks_are_multiplied),
        cmocka_unit_test(mistakes_with_matrices_are_found),
        cmocka_unit_test(pairs_are_words_of_two_elements),
        cmocka_unit_test(a_lane_is_one_factor_for_all),
        cmocka_unit_test(centered_numbers_are_signed),
        cmocka_unit_test(one_lane_stores_half_a_word),
        cmocka_unit_test(quads_are_words_of_four_elements),
        cmocka_unit_test(words_are_widened_to_two),
        cmocka_unit_test(words_are_widened_singly),
        cmocka_unit_test(shares_cover_all),
        cmocka_unit_test(loops_have_one_lane),
        cmocka_unit_test(stores_are_clamped),
        cmocka_unit_test(pointers_and_calls),
        cmocka_unit_test(strays_are_found),
        cmocka_unit_test(arguments_are_the_callers),
        cmocka_unit_test(steps_end_at_the_largest_int),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
