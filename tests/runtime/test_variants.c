/* test_variants.c - a model for several targets: the runtime chooses the code that this CPU runs.
 *
 * Input: models made of tiny_model's tables. "fast" and "middle" need what a CPU may lack, "plain"
 * nothing; the one for all of them has no layers of its own. Expectation: the first whose features
 * the CPU has answers the queries and runs; its weights are opened, checked and used as ever.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tiny_model.h"

typedef struct Models {
    xnc_model fast, middle, plain, all;
    const xnc_model *variants[3];
} Models;

static xnc_model variant(const char *target, const char *features) {
    xnc_model model = tiny_model;
    model.target = target;
    model.features = features;
    return model;
}

static void make_models(Models *models, const char *fast, const char *middle, const char *plain) {
    models->fast = variant("fast", fast);
    models->middle = variant("middle", middle);
    models->plain = variant("plain", plain);
    models->variants[0] = &models->fast;
    models->variants[1] = &models->middle;
    models->variants[2] = &models->plain;
    models->all = tiny_model;
    models->all.target = models->all.features = "";
    models->all.layers = NULL;
    models->all.n_layers = 0;
    models->all.variants = models->variants;
    models->all.n_variants = 3;
}

static void test_the_fastest_that_the_cpu_has_is_chosen(void **state) {
    (void)state;
    Models models;
    make_models(&models, "no_such_feature", "", "");
    assert_ptr_equal(xnc_model_variant(&models.all), &models.middle);
    assert_string_equal(xnc_model_target(&models.all), "middle");
    make_models(&models, "", "no_such_feature", "");
    assert_ptr_equal(xnc_model_variant(&models.all), &models.fast);
    make_models(&models, "no_such_feature", "no_such_feature", "");
    assert_ptr_equal(xnc_model_variant(&models.all), &models.plain);
    assert_string_equal(xnc_model_features(&models.all), "");
    assert_ptr_equal(xnc_model_variant(&tiny_model), &tiny_model);
}

static void test_its_layers_are_those_of_each_target(void **state) {
    (void)state;
    Models models;
    make_models(&models, "no_such_feature", "", "");
    assert_int_equal(xnc_model_layers(&models.all), 3);
    assert_string_equal(xnc_layer_name(&models.all, 2), "copy");
    assert_int_equal(xnc_layer_macs(&models.all, 0), TINY_ELEMENTS);
    assert_null(xnc_layer_name(&models.all, 3));
}

static void test_it_runs_the_chosen_code(void **state) {
    (void)state;
    Models models;
    tiny_blob blob;
    xnc_weights *weights;
    _Alignas(64) unsigned char arena[1024];
    float input[TINY_ELEMENTS], sum[TINY_ELEMENTS], copy[TINY_ELEMENTS];
    float *const outputs[] = {sum, copy};
    make_blob(&blob);
    make_input(input);
    make_models(&models, "no_such_feature", "", "");
    models.fast.n_layers = models.plain.n_layers = 0; /* running them would leave the outputs */
    assert_int_equal(xnc_weights_attach(&weights, &models.all, blob.data, TINY_BYTES), XNC_OK);
    size_t bytes = xnc_arena_bytes(&models.all, 1);
    assert_int_equal(xnc_run(&models.all, weights, arena, bytes, input, outputs, NULL), XNC_OK);
    for (int i = 0; i < TINY_ELEMENTS; i++) {
        assert_true(sum[i] == expected_sum(i) && copy[i] == expected_copy(i));
    }
    assert_int_equal(xnc_run(&tiny_model, weights, arena, bytes, input, outputs, NULL),
                     XNC_E_MISMATCH);
    xnc_weights_close(weights);
}

static void test_a_cpu_that_runs_none_is_an_error(void **state) {
    (void)state;
    Models models;
    tiny_blob blob;
    xnc_weights *weights;
    make_blob(&blob);
    make_models(&models, "no_such_feature", "no_such_feature", "no_such_feature");
    assert_int_equal(xnc_weights_attach(&weights, &models.all, blob.data, TINY_BYTES), XNC_E_CPU);
    assert_null(weights);
    assert_string_equal(xnc_model_target(&models.all), "plain");
}

static void test_code_for_another_runtime_is_not_run(void **state) {
    (void)state;
    Models models;
    tiny_blob blob;
    xnc_weights *weights;
    make_blob(&blob);
    make_models(&models, "no_such_feature", "", "");
    models.middle.abi = XNC_ABI - 1;
    assert_int_equal(xnc_weights_attach(&weights, &models.all, blob.data, TINY_BYTES),
                     XNC_E_VERSION);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fastest_that_the_cpu_has_is_chosen),
        cmocka_unit_test(test_its_layers_are_those_of_each_target),
        cmocka_unit_test(test_it_runs_the_chosen_code),
        cmocka_unit_test(test_a_cpu_that_runs_none_is_an_error),
        cmocka_unit_test(test_code_for_another_runtime_is_not_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
