/* test_golden.c - digests of values, the inputs that are made, and what a golden run reports: with
 * the model written by hand and a table of its digests. Built with the plain runtime, which
 * compares outputs, and with the hook (XNC_PROFILE), which compares each layer.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xxhash.h>

#include "tiny_model.h"
#include "xnc_golden.h"

#ifdef XNC_PROFILE
enum { COMPARED = 3 };
#else
enum { COMPARED = 2 };
#endif

/* ---- Digests ---- */

/* The definition of xnc_golden.h by another implementation of XXH64. */
static uint64_t digest_by_library(const float *elements, size_t count) {
    unsigned char bytes[4 * 1000];
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &elements[i], sizeof bits);
        bits = isnan(elements[i]) ? 0x7FC00000u : bits;
        for (int j = 0; j < 4; j++) {
            bytes[4 * i + (size_t)j] = (unsigned char)(bits >> 8 * j);
        }
    }
    return XXH64(bytes, 4 * count, 0);
}

static void test_a_digest_is_xxh64_of_little_endian_floats(void **state) {
    (void)state;
    static float elements[1000];
    for (int i = 0; i < 1000; i++) {
        elements[i] = (float)i - 3.25f;
    }
    for (size_t count = 0; count <= 1000; count += count < 40 ? 1 : 37) {
        assert_true(xnc_golden_digest(elements, count) == digest_by_library(elements, count));
    }
}

static float with_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void test_all_nan_are_one_but_zeros_have_signs(void **state) {
    (void)state;
    static const uint32_t nans[] = {0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFFFFFFF};
    for (int i = 0; i < 4; i++) {
        float one = with_bits(nans[i]), two = with_bits(nans[0]);
        assert_true(xnc_golden_digest(&one, 1) == xnc_golden_digest(&two, 1));
    }
    float zero = 0.0f, negative = -0.0f, infinite = INFINITY;
    assert_true(xnc_golden_digest(&zero, 1) != xnc_golden_digest(&negative, 1));
    assert_true(xnc_golden_digest(&infinite, 1) == digest_by_library(&infinite, 1));
}

/* ---- Inputs ---- */

static const xnc_tensor_info shape = {.name = "x", .rank = 4, .shape = {2, 3, 7, 8}};
enum { ELEMENTS = 2 * 3 * 7 * 8 };

static void test_noise_is_multiples_of_a_power_of_two(void **state) {
    (void)state;
    float noise[ELEMENTS];
    int negative = 0;
    xnc_golden_noise(noise, &shape);
    for (int i = 0; i < ELEMENTS; i++) {
        double integer = (double)noise[i] * (1 << 22);
        assert_true(integer == floor(integer) && noise[i] >= -2.0f && noise[i] < 2.0f);
        negative += noise[i] < 0;
    }
    assert_in_range(negative, ELEMENTS / 3, 2 * ELEMENTS / 3);
    /* Published digests stand and fall with it. */
    assert_true(xnc_golden_digest(noise, ELEMENTS) == 0xeb1c471091d52c8c);
}

/* Each element has the number that it has in the other layout. */
static void test_layouts_have_the_same_numbers(void **state) {
    (void)state;
    static const xnc_tensor_info last = {
        .name = "x", .rank = 4, .shape = {2, 7, 8, 3}, .channels_last = 1};
    xnc_golden_maker *const makers[] = {xnc_golden_noise, xnc_golden_extremes};
    for (size_t m = 0; m < sizeof makers / sizeof *makers; m++) {
        float first[ELEMENTS], turned[ELEMENTS];
        makers[m](first, &shape);
        makers[m](turned, &last);
        for (int i = 0; i < ELEMENTS; i++) {
            int n = i / 168, c = i / 56 % 3, pixel = i % 56;
            assert_memory_equal(&turned[(n * 56 + pixel) * 3 + c], &first[i], sizeof *first);
        }
    }
}

static void test_zeros_are_positive(void **state) {
    (void)state;
    float zeros[ELEMENTS];
    static const float expected[ELEMENTS];
    memset(zeros, 0xFF, sizeof zeros);
    xnc_golden_zeros(zeros, &shape);
    assert_memory_equal(zeros, expected, sizeof zeros);
}

static void test_extremes_are_of_every_kind_in_the_left_half(void **state) {
    (void)state;
    float extremes[ELEMENTS], noise[ELEMENTS];
    int kinds[FP_NAN + FP_INFINITE + FP_ZERO + FP_SUBNORMAL + FP_NORMAL + 1] = {0}, largest = 0;
    xnc_golden_extremes(extremes, &shape);
    xnc_golden_noise(noise, &shape);
    for (int i = 0; i < ELEMENTS; i++) {
        int right = i % 8 >= 4;
        assert_true(!right || extremes[i] == noise[i]);
        kinds[fpclassify(extremes[i])]++;
        largest += fabsf(extremes[i]) == 0x1.fffffep127f;
    }
    assert_true(kinds[FP_NAN] && kinds[FP_INFINITE] && kinds[FP_SUBNORMAL] && kinds[FP_ZERO]);
    assert_true(largest > 0 && kinds[FP_NORMAL] > ELEMENTS / 2);
}

/* ---- Runs ---- */

/* The table of tiny_model on its own input, and what a run reported. */
typedef struct bench {
    tiny_blob blob;
    uint32_t bits[TINY_ELEMENTS];
    xnc_golden_input inputs[2];
    xnc_golden_value values[3];
    xnc_golden golden;
    xnc_weights *weights;
    void *memory;
    size_t bytes;
    int checks, wrong;
    xnc_golden_check first; /* that was wrong */
} bench;

/* Layer "double" writes dense elements to the arena; to the table they are pixels of one channel.
 */
static void fill_table(bench *on) {
    float input[TINY_ELEMENTS], sum[TINY_ELEMENTS], copy[TINY_ELEMENTS];
    make_input(input);
    memcpy(on->bits, input, sizeof on->bits);
    for (int i = 0; i < TINY_ELEMENTS; i++) {
        sum[i] = expected_sum(i);
        copy[i] = expected_copy(i);
    }
    uint64_t of_sum = xnc_golden_digest(sum, TINY_ELEMENTS),
             of_copy = xnc_golden_digest(copy, TINY_ELEMENTS);
    on->values[0] = (xnc_golden_value){"double", 1, 1, TINY_ELEMENTS, 1, 4, {of_copy, of_copy}};
    on->values[1] = (xnc_golden_value){"sum", 2, 3, 20, 0, 4, {of_sum, of_sum}};
    on->values[2] = (xnc_golden_value){"copy", 2, 60, 1, 0, 4, {of_copy, of_copy}};
    on->inputs[0] = (xnc_golden_input){"one", NULL, on->bits};
    on->inputs[1] = (xnc_golden_input){"again", NULL, on->bits};
}

static bench *new_bench(void) {
    bench *on = aligned_alloc(64, (sizeof *on + 63) / 64 * 64);
    assert_non_null(on);
    memset(on, 0, sizeof *on);
    make_blob(&on->blob);
    fill_table(on);
    on->golden = (xnc_golden){.model = &tiny_model,
                              .compiler = XNC_GOLDEN_COMPILER,
                              .inputs = on->inputs,
                              .n_inputs = 2,
                              .values = on->values,
                              .n_values = 3,
                              .weights = blob_header(&on->blob).content_digest};
    on->bytes = xnc_golden_bytes(&on->golden, 1);
    on->memory = xnc_arena_create(on->bytes);
    assert_non_null(on->memory);
    assert_int_equal(xnc_weights_attach(&on->weights, &tiny_model, on->blob.data, TINY_BYTES),
                     XNC_OK);
    return on;
}

static void free_bench(bench *on) {
    xnc_weights_close(on->weights);
    xnc_arena_destroy(on->memory);
    free(on);
}

static void note(void *context, const xnc_golden_check *check) {
    bench *on = context;
    on->checks++;
    if (check->got != check->expected && on->wrong++ == 0) {
        on->first = *check;
    }
}

static xnc_status run(bench *on) {
    return xnc_golden_run(&on->golden, on->weights, NULL, on->memory, on->bytes, note, on);
}

static void test_equal(void **state) {
    (void)state;
    bench *on = new_bench();
    assert_int_equal(run(on), XNC_OK);
    assert_int_equal(on->checks, 2 * COMPARED);
    assert_int_equal(on->wrong, 0);
    assert_int_equal(
        xnc_golden_run(&on->golden, on->weights, NULL, on->memory, on->bytes, NULL, NULL), XNC_OK);
    assert_true(xnc_golden_same_weights(&on->golden, on->weights));
    on->golden.weights++;
    assert_false(xnc_golden_same_weights(&on->golden, on->weights));
    free_bench(on);
}

/* A variant may execute its layers in another order than the model of the table. */
static void test_values_are_found_by_name(void **state) {
    (void)state;
    bench *on = new_bench();
    xnc_golden_value first = on->values[0];
    on->values[0] = on->values[2];
    on->values[2] = first;
    assert_int_equal(run(on), XNC_OK);
    assert_int_equal(on->checks, 2 * COMPARED);
    on->values[1].name = "another";
    assert_int_equal(run(on), XNC_E_MISMATCH);
    free_bench(on);
}

static void test_a_wrong_output_on_the_second_input(void **state) {
    (void)state;
    bench *on = new_bench();
    on->values[2].digests[1] ^= 1;
    assert_int_equal(run(on), XNC_E_DIFFERENT);
    assert_int_equal(on->wrong, 1);
    assert_string_equal(on->first.value, "copy");
    assert_string_equal(on->first.input->name, "again");
    assert_string_equal(xnc_layer_op(on->golden.model, on->first.layer), "to_nchw");
    assert_true(on->first.is_output && on->first.got == (on->first.expected ^ 1));
    free_bench(on);
}

static void test_a_wrong_layer_is_seen_by_the_hook(void **state) {
    (void)state;
    bench *on = new_bench();
    on->values[0].digests[0] ^= 1;
    assert_int_equal(run(on), COMPARED == 3 ? XNC_E_DIFFERENT : XNC_OK);
    if (COMPARED == 3) {
        assert_string_equal(on->first.value, "double");
        assert_int_equal(on->first.is_output, 0);
    }
    free_bench(on);
}

static void test_what_a_run_refuses(void **state) {
    (void)state;
    bench *on = new_bench();
    on->bytes -= 64;
    assert_int_equal(run(on), XNC_E_ARENA);
    on->bytes = 100;
    assert_int_equal(run(on), XNC_E_ARENA);
    on->bytes = xnc_golden_bytes(&on->golden, 1);
    on->golden.n_values = 2;
    assert_int_equal(run(on), XNC_E_MISMATCH);
    on->golden.n_values = 3;
    on->golden.model = &other_model;
    assert_int_equal(run(on), XNC_E_MISMATCH);
    assert_int_equal(xnc_golden_run(&on->golden, NULL, NULL, on->memory, on->bytes, note, on),
                     XNC_E_ARGUMENT);
    assert_int_equal(on->checks, 0);
    assert_int_equal(xnc_golden_bytes(&on->golden, 0), 0);
    free_bench(on);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_digest_is_xxh64_of_little_endian_floats),
        cmocka_unit_test(test_all_nan_are_one_but_zeros_have_signs),
        cmocka_unit_test(test_noise_is_multiples_of_a_power_of_two),
        cmocka_unit_test(test_layouts_have_the_same_numbers),
        cmocka_unit_test(test_zeros_are_positive),
        cmocka_unit_test(test_extremes_are_of_every_kind_in_the_left_half),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_values_are_found_by_name),
        cmocka_unit_test(test_a_wrong_output_on_the_second_input),
        cmocka_unit_test(test_a_wrong_layer_is_seen_by_the_hook),
        cmocka_unit_test(test_what_a_run_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
