/* Purpose: elements of every type become exactly the doubles that their bits mean, through any
 * strides. Input: all 65,536 half-precision numbers, all upper halves of floats, and small views.
 * Expectation: the formulas of IEEE 754, written out here another way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "container.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Tensor vector_of(ScalarType type, const void *data, int64_t count) {
    return (Tensor){.type = type, .rank = 1, .dim = {count}, .stride = {1}, .data = data};
}

/* (-1)^sign * fraction * 2^exponent, by repeated exact doubling and halving. */
static double scaled(int negative, double fraction, int exponent) {
    for (; exponent > 0; exponent--) {
        fraction *= 2;
    }
    for (; exponent < 0; exponent++) {
        fraction /= 2;
    }
    return negative ? -fraction : fraction;
}

static void every_half_is_exact(void **state) {
    (void)state;
    for (uint32_t bits = 0; bits < 65536; bits++) {
        uint8_t bytes[3] = {0, (uint8_t)bits, (uint8_t)(bits >> 8)};
        Tensor tensor = vector_of(SCALAR_F16, bytes + 1, 1);
        int exponent = bits >> 10 & 31, fraction = bits & 1023;
        double value;
        tensor_values(&tensor, &value);
        if (exponent == 31) {
            assert_true(fraction ? isnan(value) : isinf(value));
            assert_int_equal(tensor_first_bad(&tensor, false), 0);
            continue;
        }
        double expected = exponent ? scaled(bits >> 15, 1024 + fraction, exponent - 25)
                                   : scaled(bits >> 15, fraction, -24);
        assert_memory_equal(&value, &expected, sizeof value);
        assert_int_equal(tensor_first_bad(&tensor, false), -1);
    }
}

static void every_bfloat16_is_the_upper_half_of_a_float(void **state) {
    (void)state;
    for (uint32_t bits = 0; bits < 65536; bits++) {
        uint8_t bytes[2] = {(uint8_t)bits, (uint8_t)(bits >> 8)};
        uint32_t wide = bits << 16;
        float expected;
        double value;
        memcpy(&expected, &wide, sizeof expected);
        Tensor tensor = vector_of(SCALAR_BF16, bytes, 1);
        tensor_values(&tensor, &value);
        assert_true(isnan(expected) ? isnan(value) : value == expected);
        assert_int_equal(tensor_first_bad(&tensor, false), isfinite(expected) ? -1 : 0);
    }
}

static void strides_are_followed_in_c_order(void **state) {
    (void)state;
    const double stored[6] = {0, 1, 2, 3, 4, 5};
    Tensor tensor = {.type = SCALAR_F64,
                     .rank = 2,
                     .dim = {3, 2},
                     .stride = {1, 3},
                     .data = (const uint8_t *)stored};
    const double expected[6] = {0, 3, 1, 4, 2, 5};
    double values[6];
    tensor_values(&tensor, values);
    assert_memory_equal(values, expected, sizeof values);
    for (int i = 0; i < 6; i++) {
        assert_true(tensor_value_at(&tensor, i) == expected[i]);
    }
}

static void the_first_bad_element_is_named_in_c_order(void **state) {
    (void)state;
    const float stored[6] = {0, 1, -2, (float)INFINITY, 4, (float)NAN};
    Tensor tensor = {.type = SCALAR_F32,
                     .rank = 2,
                     .dim = {3, 2},
                     .stride = {1, 3},
                     .data = (const uint8_t *)stored};
    assert_int_equal(tensor_first_bad(&tensor, false), 1);
    tensor.dim[1] = 1;
    assert_int_equal(tensor_first_bad(&tensor, false), -1);
    assert_int_equal(tensor_first_bad(&tensor, true), 2);
}

static void bytes_of_a_shape_are_checked_in_any_order(void **state) {
    (void)state;
    const int64_t large[3] = {(int64_t)1 << 26, (int64_t)1 << 26, 0};
    const int64_t other[3] = {0, (int64_t)1 << 26, (int64_t)1 << 26};
    const int64_t negative[1] = {-1};
    int64_t bytes = -1;
    assert_true(checked_bytes(large, 2, 1, &bytes));
    assert_true(bytes == (int64_t)1 << 52);
    assert_false(checked_bytes(large, 2, 2, &bytes));
    assert_true(checked_bytes(large, 3, 1, &bytes));
    assert_true(bytes == 0);
    assert_false(checked_bytes(large, 3, 2, &bytes));
    assert_false(checked_bytes(other, 3, 2, &bytes));
    assert_false(checked_bytes(negative, 1, 1, &bytes));
    assert_true(checked_bytes(NULL, 0, 8, &bytes));
    assert_int_equal(bytes, 8);
}

/* Bytes of the arena that a header of so many tensors takes to read; each is 64 bytes of text. */
static size_t bytes_of_header(int count) {
    Arena *arena = arena_create();
    Diag *diag = diag_create(arena, stderr);
    char *file = NEW_ARRAY(arena, char, 128 * count + 64), *end = file + 8;
    *end++ = '{';
    for (int i = 0; i < count; i++) {
        end += sprintf(end, "%s\"%08d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}",
                       i ? "," : "", i);
    }
    *end++ = '}';
    uint64_t length = (uint64_t)(end - file - 8);
    memcpy(file, &length, sizeof length);
    size_t before = arena_bytes(arena);
    TensorFile *read =
        read_safetensors(arena, diag, "input", (const uint8_t *)file, (size_t)(end - file));
    assert_non_null(read);
    assert_int_equal(read->count, count);
    size_t bytes = arena_bytes(arena) - before;
    arena_destroy(arena);
    return bytes;
}

/* Beside what Jansson builds: a tensor, its place, and blocks of a megabyte. */
static void memory_is_linear_in_the_tensors(void **state) {
    (void)state;
    size_t few = bytes_of_header(4096), many = bytes_of_header(16384);
    assert_true(few < 4096 * 512 + (1 << 20));
    assert_true(many < 4 * few + (1 << 20));
}

static bool is_needed(void *context, const char *name) {
    return context == name || name;
}

/* The message about a tensor that stands in a storage of so many bytes; "" when it is taken. */
static char *message_of_storage(uint64_t bytes) {
    static const uint8_t data[8] = {0};
    Arena *arena = arena_create();
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    Chunk chunk = {.name = "x/data/0", .data = data, .size = bytes, .verified = bytes == 8};
    Tensor tensor = {.name = "fc.bias",
                     .type = SCALAR_F32,
                     .type_name = "F32",
                     .rank = 1,
                     .dim = {2},
                     .stride = {1},
                     .data = data,
                     .chunk = &chunk};
    TensorDict root = {"", -1};
    TensorFile file = {
        .path = "input", .dicts = &root, .tensors = &tensor, .dict_count = 1, .count = 1};
    Param param = {.name = "fc.bias", .shape = {1, {2}}};
    Graph graph = {.params = &param, .n_params = 1};
    Checkpoint *checkpoint =
        checkpoint_open(arena, diag_create(arena, stream), &file, NULL, &graph, is_needed, NULL);
    fclose(stream);
    assert_true((checkpoint != NULL) == (length == 0));
    arena_destroy(arena);
    return text;
}

/* What nobody needs would be summed all the same, from a file that may be sparse. */
static void a_storage_far_larger_than_its_tensors_is_refused(void **state) {
    (void)state;
    char *taken = message_of_storage(8), *refused = message_of_storage((uint64_t)513 << 20);
    assert_string_equal(taken, "");
    assert_non_null(strstr(refused, "more than 512 MB beside the tensors"));
    free(taken);
    free(refused);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_half_is_exact),
        cmocka_unit_test(every_bfloat16_is_the_upper_half_of_a_float),
        cmocka_unit_test(strides_are_followed_in_c_order),
        cmocka_unit_test(the_first_bad_element_is_named_in_c_order),
        cmocka_unit_test(bytes_of_a_shape_are_checked_in_any_order),
        cmocka_unit_test(memory_is_linear_in_the_tensors),
        cmocka_unit_test(a_storage_far_larger_than_its_tensors_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
