/* test_small.c - queries, CPU features, the digest against libxxhash, softmax and ranking. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <xxhash.h>

#include "tiny_model.h"
#include "xnc_internal.h"
#include "xnc_top.h"

static void test_the_digest_is_xxh64(void **state) {
    (void)state;
    enum { MOST = 2400 }; /* more than the digest looks ahead */
    unsigned char data[MOST + 1];
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (unsigned char)(i * 151 + 7);
    }
    for (size_t bytes = 0; bytes <= MOST; bytes++) { /* every tail, at an odd address */
        assert_true(xnc_xxh64(data + 1, bytes) == XXH64(data + 1, bytes, 0));
    }
}

static void test_queries(void **state) {
    (void)state;
    const xnc_model *model = &tiny_model;
    assert_string_equal(xnc_model_name(model), "tiny");
    assert_string_equal(xnc_model_version(model), "0.1.0");
    assert_string_equal(xnc_model_target(model), "scalar");
    assert_string_equal(xnc_model_features(model), "");
    assert_int_equal(xnc_model_outputs(model), 2);
    assert_null(xnc_model_output(model, 2));
    assert_null(xnc_model_output(model, -1));
    assert_string_equal(xnc_model_output(model, 1)->name, "copy");
    assert_string_equal(xnc_tensor_layout(xnc_model_input(model)), "NCHW");
    assert_string_equal(xnc_tensor_layout(xnc_model_output(model, 1)), "NC");
    assert_string_equal(xnc_tensor_type(xnc_model_input(model)), "f32");
    assert_int_equal(xnc_tensor_elements(xnc_model_input(model)), TINY_ELEMENTS);
    assert_int_equal(xnc_model_weights_bytes(model), TINY_BYTES);
    assert_int_equal(xnc_model_macs(model), TINY_ELEMENTS);
    assert_int_equal(xnc_model_preprocess(model)->height, 299);
    assert_int_equal(xnc_model_layers(model), 3);
    assert_string_equal(xnc_layer_name(model, 2), "copy");
    assert_string_equal(xnc_layer_op(model, 1), "add");
    assert_int_equal(xnc_layer_line(model, 0), 3);
    assert_int_equal(xnc_layer_macs(model, 0), TINY_ELEMENTS);
    assert_null(xnc_layer_name(model, 3));
    assert_null(xnc_layer_op(model, -1));
    assert_int_equal(xnc_layer_line(model, 3), 0);
    assert_int_equal(xnc_layer_macs(model, 3), 0);
}

static void test_features(void **state) {
    (void)state;
    assert_true(xnc_cpu_has(""));
    assert_true(xnc_cpu_has("  "));
    assert_false(xnc_cpu_has("no_such_feature"));
    assert_false(xnc_cpu_has("av"));
#if defined(__x86_64__) && defined(__GNUC__)
    assert_int_equal(xnc_cpu_has("avx2"), __builtin_cpu_supports("avx2") != 0);
    assert_int_equal(xnc_cpu_has("fma"), __builtin_cpu_supports("fma") != 0);
    assert_int_equal(xnc_cpu_has(" fma  avx512f "), __builtin_cpu_supports("avx512f") != 0);
    assert_false(xnc_cpu_has("sse3 no_such_feature"));
#endif
}

static void test_softmax(void **state) {
    (void)state;
    float values[] = {1000.0f, 1001.0f, -INFINITY, 999.0f};
    xnc_softmax(values, values, 4);
    assert_float_equal(values[0], 0.24472847, 1e-6);
    assert_float_equal(values[1], 0.66524096, 1e-6);
    assert_true(values[2] == 0.0f);
    assert_float_equal(values[0] + values[1] + values[2] + values[3], 1.0, 1e-6);
    float broken[] = {0.0f, NAN};
    xnc_softmax(broken, broken, 2);
    assert_true(isnan(broken[0]) && isnan(broken[1]));
}

/* Near 0 and 1 the result is the double quotient, rounded once: 1 - 2^-24 is 16.6 away from 0. */
static void test_sigmoid(void **state) {
    (void)state;
    float values[] = {0.0f, 2.0f, -2.0f, 1000.0f, -1000.0f, INFINITY, -INFINITY, NAN, -80.0f};
    xnc_sigmoid(values, values, 9);
    assert_true(values[0] == 0.5f);
    assert_float_equal(values[1], 0.88079708, 1e-7);
    assert_float_equal(values[2], 0.11920292, 1e-7);
    assert_true(values[3] == 1.0f && values[4] == 0.0f);
    assert_true(values[5] == 1.0f && values[6] == 0.0f);
    assert_true(isnan(values[7]));
    assert_true(values[8] > 1.8e-35f && values[8] < 1.81e-35f);
}

/* The model says what its outputs are: softmax unless its table says otherwise, nothing for maps.
 */
static void test_scores(void **state) {
    (void)state;
    const xnc_tensor_info vector = {.name = "y", .rank = 2, .shape = {1, 1}};
    const xnc_tensor_info map = {.name = "y", .rank = 4, .shape = {1, 2, 5, 7}, .channels_last = 1};
    assert_string_equal(xnc_tensor_layout(&map), "NHWC");
    assert_int_equal(xnc_tensor_channels(&map), 7);
    assert_int_equal(xnc_tensor_channels(&vector), 1);
    xnc_model model = {.outputs = &vector, .n_outputs = 1};
    float values[2] = {1.0f, 1.0f};
    assert_int_equal(xnc_model_scores(&model), XNC_SCORES_SOFTMAX);
    model.scores = XNC_SCORES_SIGMOID;
    assert_int_equal(xnc_model_scores(&model), XNC_SCORES_SIGMOID);
    model.outputs = &map;
    assert_int_equal(xnc_model_scores(&model), XNC_SCORES_NONE);
    xnc_scores_of(XNC_SCORES_SOFTMAX, values, values, 2);
    assert_true(values[0] == 0.5f && values[1] == 0.5f);
    xnc_scores_of(XNC_SCORES_NONE, values, values, 2);
    assert_true(values[0] == 0.5f && values[1] == 0.5f);
    values[0] = 0.0f;
    xnc_scores_of(XNC_SCORES_SIGMOID, values, values, 1);
    assert_true(values[0] == 0.5f);
}

static void expect_order(const float *values, int count, int k, const int *order, int kept) {
    xnc_ranked best[8];
    assert_int_equal(xnc_top(values, count, best, k), kept);
    for (int i = 0; i < kept; i++) {
        assert_int_equal(best[i].index, order[i]);
        assert_memory_equal(&best[i].value, &values[order[i]], sizeof(float));
    }
}

static void test_ranking(void **state) {
    (void)state;
    const float values[] = {2.0f, NAN, 5.0f, 2.0f, -1.0f, 5.0f, -INFINITY};
    expect_order(values, 7, 8, (const int[]){2, 5, 0, 3, 4, 6, 1}, 7);
    expect_order(values, 7, 3, (const int[]){2, 5, 0}, 3);
    expect_order(values, 7, 0, NULL, 0);
    expect_order(values, 0, 3, NULL, 0);
    expect_order(values, 2, 1, (const int[]){0}, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_digest_is_xxh64),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_softmax),
        cmocka_unit_test(test_sigmoid),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_ranking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
