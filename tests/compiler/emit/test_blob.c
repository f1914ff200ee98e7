/* test_blob.c - constants of a module become a blob that the runtime opens.
 *
 * Two constants: twice the vector "a" (3 floats at 0) and "b" (2 floats at 64). Expected content:
 * the values at their offsets, zeros between and behind them, 128 bytes in all.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "blob.h"
#include "digest.h"
#include "xnc_model.h"

typedef struct Values {
    double b;
    int forgotten, reads;
    bool broken;
} Values;

static const double *read_value(void *context, const char *name, int64_t count) {
    static const double a[3] = {1.0, -2.5, 1e-31};
    static double b[2];
    Values *values = context;
    values->reads++;
    assert_int_equal(count, name[0] == 'a' ? 3 : 2);
    b[0] = values->b;
    b[1] = 4.0;
    return values->broken ? NULL : name[0] == 'a' ? a : b;
}

static void forget(void *context) {
    ((Values *)context)->forgotten++;
}

static Module *make_module(Arena *arena) {
    Module *module = module_create(arena);
    module->name = "tiny";
    Shape three = {1, {3}}, two = {1, {2}};
    const Expr *a = expr_param(arena, "a", &three), *b = expr_param(arena, "b", &two);
    module->constants = NEW_ARRAY(arena, Constant, 2);
    const Expr *twice = expr_new(arena, EXPR_add, a, a, NULL, 0, 0, 0);
    module->constants[0] = (Constant){"twice", SLOT_WEIGHT, twice, 0, 64};
    module->constants[1] = (Constant){"once", SLOT_DW_BIAS, b, 64, 64};
    module->n_constants = 2;
    module->input = (Port){.name = "x", .shape = {4, {1, 3, 8, 8}}};
    module->outputs = NEW_ARRAY(arena, Port, 1);
    module->outputs[0] = (Port){.name = "y", .shape = {2, {1, 10}}};
    module->n_outputs = 1;
    module->weights_bytes = 128;
    return module;
}

typedef struct Work {
    Arena *arena;
    FILE *messages;
    Diag *diag;
    Module *module;
    Values values;
    char *bytes;
    size_t size;
    bool done;
} Work;

static void write_blob(Work *work, double b, bool broken) {
    *work = (Work){.arena = arena_create(), .messages = tmpfile(), .values = {.b = b}};
    work->diag = diag_create(work->arena, work->messages);
    work->module = make_module(work->arena);
    work->values.broken = broken;
    BlobSource source = {.read = read_value, .context = &work->values, .forget = forget};
    FILE *out = tmpfile();
    assert_non_null(out);
    work->done =
        blob_write(work->arena, work->diag, out, work->module, "tiny.weights", &source, NULL);
    fseek(out, 0, SEEK_END);
    work->size = (size_t)ftell(out);
    rewind(out);
    work->bytes = malloc(work->size);
    assert_int_equal(fread(work->bytes, 1, work->size, out), work->size);
    fclose(out);
}

static void end_work(Work *work) {
    free(work->bytes);
    arena_destroy(work->arena);
    fclose(work->messages);
}

static void test_the_content(void **state) {
    (void)state;
    Work work;
    write_blob(&work, 3.0, false);
    assert_true(work.done);
    assert_int_equal(work.size, 64 + 128);
    assert_int_equal(blob_bytes(work.module), work.size);
    float expected[32] = {2.0f, -5.0f, 0.0f}; /* 2e-31 is as good as 0 */
    expected[16] = 3.0f;
    expected[17] = 4.0f;
    assert_memory_equal(work.bytes + 64, expected, sizeof expected);
    assert_int_equal(work.values.forgotten, 2);
    end_work(&work);
}

static void test_the_runtime_opens_it(void **state) {
    (void)state;
    Work work;
    write_blob(&work, 3.0, false);
    const xnc_tensor_info output = {
        .name = "y", .rank = 2, .shape = {1, work.module->outputs[0].shape.dim[1], 0, 0}};
    const xnc_model model = {
        .abi = XNC_ABI,
        .input = {.name = "x", .rank = 4, .shape = {1, work.module->input.shape.dim[1], 0, 0}},
        .outputs = &output,
        .n_outputs = 1,
        .features = "",
        .digest = module_digest(work.module),
        .packing = module_packing(work.module),
        .weights_bytes = work.size};
    unsigned char *aligned = aligned_alloc(64, work.size);
    memcpy(aligned, work.bytes, work.size);
    xnc_weights *weights;
    assert_int_equal(xnc_weights_attach(&weights, &model, aligned, work.size), XNC_OK);
    xnc_weights_close(weights);
    free(aligned);
    end_work(&work);
}

static void expect_failure(double b, bool broken, int errors) {
    Work work;
    write_blob(&work, b, broken);
    assert_false(work.done);
    assert_int_equal(diag_errors(work.diag), errors);
    end_work(&work);
}

static void test_values_that_do_not_fit_f32(void **state) {
    (void)state;
    expect_failure(1e39, false, 1);
    expect_failure((double)NAN, false, 1);
    expect_failure((double)INFINITY, false, 1);
}

static void test_a_reader_that_fails(void **state) {
    (void)state;
    expect_failure(1.0, true, 0); /* it has said itself what is wrong */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_content),
        cmocka_unit_test(test_the_runtime_opens_it),
        cmocka_unit_test(test_values_that_do_not_fit_f32),
        cmocka_unit_test(test_a_reader_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
