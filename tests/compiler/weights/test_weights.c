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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_half_is_exact),
        cmocka_unit_test(every_bfloat16_is_the_upper_half_of_a_float),
        cmocka_unit_test(strides_are_followed_in_c_order),
        cmocka_unit_test(the_first_bad_element_is_named_in_c_order),
        cmocka_unit_test(bytes_of_a_shape_are_checked_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
