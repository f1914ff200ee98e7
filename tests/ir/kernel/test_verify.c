/* test_verify.c - each invariant of kernel.h is broken once, and the verifier says which.
 *
 * The statements stand in a kernel beside the helpers $helper(int n, ptr a, ptr mut b) and
 * $pick(ptrs tap, ptr mut b).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "text_stream.h"

typedef struct {
    const char *stage, *statements, *message; /* message "" where all is well */
} Case;

static const Case cases[] = {
    {"loops", "for r = 0 to 4 step 1 unroll {\nvec x[r] = zero\n}\nstore out[0] = x[3]\n", ""},
    {"unrolled", "vec x[0] = zero\nvec x[1] = zero\nstore out[0] = x[1]\n", ""},
    {"unrolled", "for r = 0 to 4 step 1 {\nint y = r\n}\nfor r = 0 to 4 step 1 {\nint y = 1\n}\n",
     ""},
    {"unrolled", "call $helper(3, &in[0], &out[16])\n", ""},
    /* 1. defined once, before it is read, no other variable's name */
    {"loops", "store out[0] = x\n", "x is used before it is defined"},
    {"loops", "int y = z\n", "z is read before it is defined"},
    {"loops", "int y = 1\nint y = 2\n", "y is defined twice"},
    {"loops", "int in = 1\n", "in is defined twice"},
    {"loops", "for r = 0 to 4 step 1 {\nint y = r\n}\nint z = y\n", "y is read before"},
    {"unrolled", "vec x[0] = zero\nvec x[0] = zero\n", "x is defined twice"},
    {"unrolled", "vec x[0] = zero\nstore out[0] = x[1]\n", "x is used before it is defined"},
    /* 8. no product in a sum */
    {"unrolled", "vec x = load in[0]\nvec y = mul x, x\ny = add x, y\n", "y is a product in a sum"},
    {"unrolled", "vec x = load in[0]\nx = silu x\nvec y = sub x, x\n", "x is a product in a sum"},
    {"unrolled", "vec x = load in[0]\nvec y = mul x, x\ny = add x, x\nx = add y, x\n", ""},
    /* 2. what may change */
    {"loops", "for r = 0 to 4 step 1 {\nr = 3\n}\n", "r is an int that does not change"},
    {"loops", "dim width = 4\nwidth = 3\n", "width is an int that does not change"},
    {"loops", "in = 3\n", "in is a pointer"},
    {"loops", "int y = 1\nvec x = zero\ny = add x, x\n", "y is an int, not a vector"},
    /* 3. calls */
    {"loops", "call $nobody(1)\n", "$nobody is no function defined above"},
    {"loops", "call $top()\n", "$top is no function defined above"},
    {"loops", "call $helper(1)\n", "$helper has 3 parameters, not 1"},
    {"loops", "call $helper(&in[0], &in[0], &out[0])\n", "a pointer is passed for n"},
    {"loops", "call $helper(1, 2, &out[0])\n", "an int is passed for a"},
    {"loops", "call $pick(&in[2], &out[0])\n", "in is a pointer, passed for tap"},
    {"loops", "ptrs tap[4]\ncall $pick(&tap, &out[0])\ncall $pick(&tap[2], &out[0])\n", ""},
    /* 4. pointers */
    {"loops", "vec x = zero\nstore in[0] = x\n", "in is a pointer, not a pointer to store"},
    {"loops", "call $helper(1, &in[0], &in[0])\n", "in is a pointer, not a pointer to store"},
    {"loops", "ptr mut row = in\n", "in is a pointer, not a pointer to store"},
    {"loops", "int y = 1\nvec x = load y[0]\n", "y is an int, not a pointer"},
    {"loops", "ptrs tap[2]\nptr mut tap[0] = out\n", "its elements have one index"},
    /* 5. stages */
    {"vector", "for r = 0 to 4 step 1 vector {\ncopy out[r] = in[r]\n}\n", "still marked"},
    {"unrolled", "for r = 0 to 4 step 1 unroll {\ncopy out[r] = in[r]\n}\n", "still marked"},
    {"unrolled", "for r = 0 to 4 step 1 {\nvec x[r] = zero\n}\n", "index that is not constant"},
    {"loops", "vec x = zero\nstore out[0] = x below 3\n", ""},
    {"vector", "vec x = zero\nstore out[0] = x below 3\n", "a store still says below"},
    {"loops", "vec x = zero\nstore out[0] = x first 1 below 3\n", "or first as well"},
    {"unrolled", "ptrs tap[9]\nfor r = 0 to 9 step 1 {\nptr tap[r] = in\n}\n", ""},
    /* types of elements */
    {"loops", "ptr bf16 b = w0\nvec p = load_pairs b[0]\nvec x = upper p\nx = round x\n", ""},
    {"loops", "ptr bf16 b = in\nvec x = load b[0]\n", "b is of bf16, not of f32"},
    {"loops", "vec p = load_pairs in[0]\n", "in is of f32, not of bf16"},
    {"loops", "vec x = zero\nvec y = lower x\n", "x is of f32, not of bf16"},
    {"loops", "ptr bf16 b = in\nvec p = load_pairs b[0]\nstore out[0] = p\n", "p is of bf16, not"},
    {"loops", "ptr bf16 b = in\ncall $helper(1, &b[0], &out[0])\n", "b is of bf16, not of f32"},
    {"loops", "vec x = zero\nstore bf16 out[0] = x\n", "out is of f32, not of bf16"},
    {"loops", "ptrs bf16 tap[2]\ncall $pick(&tap, &out[0])\n", "tap is of bf16, not of f32"},
    {"loops", "ptrs tap[2]\nptr bf16 tap[0] = in\n", "tap is of f32, not of bf16"},
    {"loops", "ptr mut bf16 b = out\nvec x = zero\nstore bf16 b[0] = x\n",
     "the target stores no such elements"},
    {"loops", "ptr bf16 b = in\nvec p = load_pairs b[0]\nvec x = zero\nx = dot p, p, x\n",
     "the target has no such operation"},
    {"loops", "ptr s8 b = in\nvec w = load_quads b[0]\nvec x = broadcast_quad b[0]\n",
     "b is of s8, not of u8"},
    {"loops", "ptr mut u8 b = out\nvec x = zero\nstore u8 b[0] = x first 1\n",
     "says first or below"},
    {"vector", "vec x = zero\nx = fma_lane x, x, x, 0\n", "the target has no such operation"},
    {"loops", "call $matrix_release()\n", "the target has no such instruction"},
};

/* The same for a target that multiplies by lanes, of which it has four. */
static const Case lane_cases[] = {
    {"vector", "vec x = zero\nx = fma_lane x, x, x, 3\n", ""},
    {"vector", "vec x = zero\nfor i = 0 to 9 step 1 {\nx = fma_lane x, x, x, i\n}\n", ""},
    {"vector", "vec x = zero\nx = fma_lane x, x, x, 4\n", "there is no such lane"},
    {"vector", "ptr mut s16 b = out\nvec x = zero\nstore s16 b[0] = x\n",
     "stores no such elements"},
    {"vector", "ptr mut s8 b = out\nvec x = zero\nstore s8 b[0] = x\n", ""},
    {"vector", "ptr u8 b = in\nvec x = broadcast_quad b[0]\n", "the target has no such operation"},
    {"vector", "vec x = zero\nx = fma_lane x, x, x, j\n", "j is read before it is defined"},
    {"loops", "vec x = zero\nx = fma_lane x, x, x, 1\n", "there is no such lane"},
    {"unrolled", "vec x = zero\nfor i = 0 to 2 step 1 {\nx = fma_lane x, x, x, i\n}\n",
     "a lane is not constant"},
};

/* The same for one with matrix registers. */
static const Case matrix_cases[] = {
    {"loops", "for r = 0 to 2 step 1 unroll {\ncall $matrix_dot(r, 4, 5)\n}\n", ""},
    {"unrolled", "call $matrix_dot(3, 4, 7)\ncall $matrix_release()\n", ""},
    {"unrolled", "for r = 0 to 2 step 1 {\ncall $matrix_dot(r, 4, 5)\n}\n",
     "no register of that number"},
    {"loops", "call $matrix_dot(0, 8, 5)\n", "no register of that number"},
    {"loops", "call $matrix_dot(0, 4)\n", "$matrix_dot has 3 parameters, not 2"},
    {"loops", "call $matrix_left(4, &in[0], 64)\n", "in is of f32, not of u8"},
    {"loops", "ptr s32 sums = in\ncall $matrix_store(0, &sums[0], 16)\n", "sums is a pointer, not"},
    {"loops", "ptr s8 a = in\ncall $matrix_left_signed(4, &a[0], 64)\n",
     "the target has no such instruction"},
};

/* The same for one whose matrices take operands in blocks. */
static const Case block_cases[] = {
    {"unrolled", "call $matrix_configure(0)\ncall $matrix_dot(23, 24, 30)\n", ""},
    {"unrolled", "call $matrix_dot(31, 24, 30)\n", "no register of that number"},
    {"unrolled", "ptr u8 a = in\ncall $matrix_left(24, &a[0], 8)\n",
     "the target has no such instruction"},
    {"unrolled",
     "ptr s8 a = in\nptr mut s8 b = out\ncall $matrix_left_signed(24, &a[0], 8)\n"
     "call $matrix_block(&b[0], &a[0], 64)\n",
     ""},
};

/* A module of 0 zeros has no such pointer. */
static void zeros_are_the_modules(void **state) {
    (void)state;
    for (int floats = 0; floats <= 16; floats += 16) {
        Arena *arena = arena_create();
        char *messages;
        Module *module = module_around(arena, "loops", "ptr row = zeros\n", &messages);
        TextStream *out = text_stream_open(arena);
        module->zeros_floats = floats;
        assert_int_equal(verify_module(text_stream_file(out), module), floats > 0);
        const char *found = text_stream_close(out, NULL);
        assert_int_equal(strstr(found, "zeros is used before") == NULL, floats > 0);
        arena_destroy(arena);
    }
}

/* target: NULL for that of the module. */
static void check_case(const Case *one, const char *target) {
    Arena *arena = arena_create();
    char *messages;
    Module *module = module_around(arena, one->stage, one->statements, &messages);
    assert_non_null(module);
    module->target = target ? target : module->target;
    TextStream *out = text_stream_open(arena);
    bool good = verify_module(text_stream_file(out), module);
    const char *found = text_stream_close(out, NULL);
    if (good != !*one->message || !strstr(found, one->message)) {
        fail_msg("%s gives:\n%s", one->statements, found);
    }
    arena_destroy(arena);
}

static void invariants(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_case(&cases[i], NULL);
    }
    for (size_t i = 0; i < sizeof lane_cases / sizeof *lane_cases; i++) {
        check_case(&lane_cases[i], "aarch64");
    }
    for (size_t i = 0; i < sizeof matrix_cases / sizeof *matrix_cases; i++) {
        check_case(&matrix_cases[i], "x86-64-v4-amx");
    }
    for (size_t i = 0; i < sizeof block_cases / sizeof *block_cases; i++) {
        check_case(&block_cases[i], "aarch64-i8mm");
    }
}

/* 6 and 7: layers, constants and places */
static void tables(void **state) {
    (void)state;
    Arena *arena = arena_create();
    char *messages;
    Module *module = module_around(arena, "loops", "", &messages);
    module->layers[0].kernel = "helper";
    module->layers[0].weights[0] = 32;
    module->layers[0].scratch_bytes = 60;
    module->layers[0].in = (Place){SPACE_OUTPUT, 1};
    module->layers[0].residual = (Place){SPACE_ARENA, 4};
    module->layers[0].out = (Place){SPACE_INPUT, 0};
    module->layers[0].out_pixels = (int64_t)1 << 62;
    module->constants[0].bytes = 65;
    TextStream *out = text_stream_open(arena);
    assert_false(verify_module(text_stream_file(out), module));
    assert_string_equal(text_stream_close(out, NULL),
                        "layer l: there is no kernel $helper\n"
                        "layer l: there is no place 1\n"
                        "layer l: there is no place 4\n"
                        "layer l writes the input\n"
                        "layer l: the size of its result makes no sense\n"
                        "layer l: weights at 32\n"
                        "layer l: scratch is not in lines of 64 bytes\n"
                        "constant c.weight lies outside the blob or between lines\n");
    arena_destroy(arena);
}

/* Rows at the end of the module of module_around(), whose arena has 64 bytes of scratch. */
#define CONSTANT "constant \"d\" bias at "
#define LAYER "layer \"m\" op \"conv2d\" line 1 kernel $top in "
#define RESULT                                                                                     \
    " out output 0 elements 32 pixels 2 channels 16 pitch 16 scratch 0 bytes 64 weights 0 macs "   \
    "1\n"
static const struct {
    const char *rows, *message; /* message "" where all is well */
} table_cases[] = {
    {CONSTANT "0 bytes 64\n", "constant d.bias lies at 0, the one before it ends at 64\n"},
    {CONSTANT "64 bytes 64\n" CONSTANT "192 bytes 64 = @a[16]\n", ""},
    {CONSTANT "192 bytes 64\n" CONSTANT "64 bytes 64\n",
     "constant d.bias lies at 64, the one before it ends at 256\n"},
    {CONSTANT "64 bytes 64 = @a[17]\n", "constant d.bias has more values than its 64 bytes hold\n"},
    {LAYER "arena 64 residual none" RESULT, "layer m reads at 64, the arena has 64 bytes\n"},
    {LAYER "arena 0 residual arena 128" RESULT, "layer m reads at 128, the arena has 64 bytes\n"},
    {LAYER "arena 0 residual arena 0" RESULT, ""},
};

static void rows_of_tables(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof table_cases / sizeof *table_cases; i++) {
        Arena *arena = arena_create();
        char *messages;
        Module *module = module_with(arena, "loops", "", table_cases[i].rows, &messages);
        assert_non_null(module);
        TextStream *out = text_stream_open(arena);
        module->weights_bytes = 256;
        assert_int_equal(verify_module(text_stream_file(out), module), !*table_cases[i].message);
        assert_string_equal(text_stream_close(out, NULL), table_cases[i].message);
        arena_destroy(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(invariants),
                                       cmocka_unit_test(zeros_are_the_modules),
                                       cmocka_unit_test(tables), cmocka_unit_test(rows_of_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
