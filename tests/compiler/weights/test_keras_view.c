/* Purpose: a variable of Keras is seen as the parameter that it is, whatever order its axes have,
 * and one that cannot be it is refused. Input: a file of one layer whose values count from 0, in
 * each layout, and each of them with one thing wrong. Expectation: shapes and values written out
 * here; the text of each refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "container.h"
#include "keras.h"
#include "text_stream.h"

#include <string.h>

enum { MOST = 64 };

/* A file with one layer of one variable. */
typedef struct OneVariable {
    Arena *arena;
    TextStream *told;
    Diag *diag;
    float values[MOST];
    Tensor tensor;
    KerasLayer layer;
    int variables[1];
    KerasModel model;
    TensorFile file;
} OneVariable;

static void begin(OneVariable *one, int rank, const int64_t *dim) {
    memset(one, 0, sizeof *one);
    one->arena = arena_create();
    one->told = text_stream_open(one->arena);
    one->diag = diag_create(one->arena, text_stream_file(one->told));
    for (int i = 0; i < MOST; i++) {
        one->values[i] = (float)i;
    }
    one->tensor = (Tensor){.name = "dense.kernel", .rank = rank, .type_name = "float32"};
    memcpy(one->tensor.dim, dim, (size_t)rank * sizeof *dim);
    tensor_set_dense(&one->tensor);
    one->tensor.data = (const uint8_t *)one->values;
    one->layer = (KerasLayer){.group = "dense", .name = "dense", .count = 1};
    one->model = (KerasModel){.layers = &one->layer, .layer_count = 1, .variables = one->variables};
    one->file =
        (TensorFile){.path = "net.h5", .tensors = &one->tensor, .count = 1, .keras = &one->model};
}

static void sees(KerasTaken taken, int rank, const int64_t *dim, int like, const int64_t *shape,
                 const double *values) {
    OneVariable one;
    double found[MOST];
    begin(&one, rank, dim);
    taken.param = "fc.weight";
    const TensorFile *view = keras_view(one.arena, one.diag, &one.file, &taken, 1);
    assert_non_null(view);
    const Tensor *tensor = &view->tensors[0];
    assert_string_equal(tensor->name, "fc.weight");
    assert_int_equal(tensor->rank, like);
    assert_memory_equal(tensor->dim, shape, (size_t)like * sizeof *shape);
    tensor_values(tensor, found);
    assert_memory_equal(found, values, (size_t)tensor_elements(tensor) * sizeof *values);
    arena_destroy(one.arena);
}

static void refuses(KerasTaken taken, int rank, const int64_t *dim, const char *says) {
    OneVariable one;
    begin(&one, rank, dim);
    taken.param = "fc.weight";
    assert_null(keras_view(one.arena, one.diag, &one.file, &taken, 1));
    assert_string_equal(text_stream_close(one.told, NULL), says);
    arena_destroy(one.arena);
}

#define DIMS(...) ((const int64_t[]){__VA_ARGS__})
#define VALUES(...) ((const double[]){__VA_ARGS__})

static void layouts_are_seen(void **state) {
    (void)state;
    sees((KerasTaken){.layout = KERAS_VECTOR}, 1, DIMS(3), 1, DIMS(3), VALUES(0, 1, 2));
    /* [h, w, i, o] of 1, 2, 2, 2 as [o, i, h, w]. */
    sees((KerasTaken){.layout = KERAS_CONV}, 4, DIMS(1, 2, 2, 2), 4, DIMS(2, 2, 1, 2),
         VALUES(0, 4, 2, 6, 1, 5, 3, 7));
    /* [h, w, i, 1] of 2, 1, 3 as [i, 1, h, w]. */
    sees((KerasTaken){.layout = KERAS_DEPTHWISE}, 4, DIMS(2, 1, 3, 1), 4, DIMS(3, 1, 2, 1),
         VALUES(0, 3, 1, 4, 2, 5));
    sees((KerasTaken){.layout = KERAS_DENSE}, 2, DIMS(3, 2), 2, DIMS(2, 3),
         VALUES(0, 2, 4, 1, 3, 5));
    /* Inputs of a flattened map of 1x2 pixels and 3 channels, two outputs, as [o, c, h, w]. */
    sees((KerasTaken){.layout = KERAS_DENSE_MAP, .size = {1, 2}}, 2, DIMS(6, 2), 4,
         DIMS(2, 3, 1, 2), VALUES(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11));
}

static void constants_need_no_variable(void **state) {
    (void)state;
    sees((KerasTaken){.layout = KERAS_ONES, .layer = -1, .size = {3}}, 1, DIMS(1), 1, DIMS(3),
         VALUES(1, 1, 1));
    sees((KerasTaken){.layout = KERAS_ZEROS, .layer = -1, .size = {2}}, 1, DIMS(1), 1, DIMS(2),
         VALUES(0, 0));
}

static void other_variables_are_refused(void **state) {
    (void)state;
    refuses((KerasTaken){.layout = KERAS_DENSE}, 1, DIMS(3),
            "net.h5: dense.kernel: error: has 1 dimensions, fc.weight needs 2\n"
            "hint: is the file of another network?\n");
    refuses((KerasTaken){.layout = KERAS_DEPTHWISE}, 4, DIMS(1, 1, 2, 2),
            "net.h5: dense.kernel: error: [1, 1, 2, 2]: a depthwise kernel has one multiplier, not"
            " 2\n");
    refuses((KerasTaken){.layout = KERAS_DENSE_MAP, .size = {2, 2}}, 2, DIMS(6, 2),
            "net.h5: dense.kernel: error: [6, 2] does not read a flattened map of 2x2 pixels\n");
    refuses((KerasTaken){.layout = KERAS_DENSE, .variable = 1}, 2, DIMS(3, 2),
            "net.h5: fc.weight: error: is variable 1 of 'dense', which has 1\n"
            "hint: is the file of another network?\n");
    refuses((KerasTaken){.layout = KERAS_DENSE, .layer = -1}, 2, DIMS(3, 2),
            "net.h5: fc.weight: error: the file has no layer for it\n"
            "hint: is the file of another network?\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(layouts_are_seen),
                                       cmocka_unit_test(constants_need_no_variable),
                                       cmocka_unit_test(other_variables_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
