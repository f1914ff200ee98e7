/* test_tally.c - how values are counted, and the range that loses least.
 *
 * Purpose: counts do not depend on the order of the values, and the range is the one that can be
 * worked out by hand. Input: a few values; tallies that are filled in by hand. Expectation: bins,
 * widths and ends as written here.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tally.h"

static void add_all(Tally *tally, const float *values, int count) {
    for (int i = 0; i < count; i++) {
        assert_true(tally_add(tally, values[i]));
    }
}

/* 0.7 has a bin of width 1/128, 2.5 needs one of 1/32. */
static void test_bins(void **state) {
    Tally tally = {.zeros = 0};
    const float values[] = {0.3f, 0, 0.7f, -2.5f, -0.0f};
    (void)state;
    add_all(&tally, values, 5);
    assert_int_equal(tally.zeros, 2);
    assert_int_equal(tally.above.exponent, -7);
    assert_int_equal(tally.above.count[38], 1); /* 0.3 * 128 = 38.4 */
    assert_int_equal(tally.above.count[89], 1); /* 0.7 * 128 = 89.6 */
    assert_int_equal(tally.below.exponent, -5);
    assert_int_equal(tally.below.count[80], 1); /* 2.5 * 32 = 80 */
    assert_true(tally.below.most == 2.5f);
}

static void test_order_does_not_matter(void **state) {
    const float up[] = {1e-3f, 0.5f, 0.25f, 1, 7, 127.9f, 128, 1000};
    const float down[] = {1000, 128, 127.9f, 7, 1, 0.25f, 0.5f, 1e-3f};
    Tally first = {.zeros = 0}, second = {.zeros = 0};
    (void)state;
    add_all(&first, up, 8);
    add_all(&second, down, 8);
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(first.above.exponent, 3); /* 1000 < 128 * 8 */
    assert_int_equal(first.above.count[15], 1);
    assert_int_equal(first.above.count[16], 1);
}

/* Of the largest --pictures, 1,048,576 maps of 299x299 pixels: more than 32 bits count. */
static void test_counts_do_not_overflow(void **state) {
    const uint64_t most = UINT64_C(1048576) * 299 * 299;
    Tally tally = {.zeros = 0};
    (void)state;
    add_all(&tally, (const float[]){1, 1, -1}, 3);
    tally.above.count[64] = UINT32_MAX;
    add_all(&tally, (const float[]){1}, 1);
    assert_true(tally.above.count[64] == UINT64_C(1) << 32);
    tally.above.count[0] = tally.above.count[1] = most;
    add_all(&tally, (const float[]){2}, 1); /* doubles the width */
    assert_true(tally.above.count[0] == 2 * most);
    assert_true(tally.above.count[32] == UINT64_C(1) << 32);
}

static void test_extremes(void **state) {
    Tally tally = {.zeros = 0}, before;
    (void)state;
    assert_true(tally_add(&tally, 3.4e38f));
    assert_true(tally_add(&tally, 1e-45f));
    assert_int_equal(tally.above.count[0], 1);
    before = tally;
    assert_false(tally_add(&tally, NAN));
    assert_false(tally_add(&tally, INFINITY));
    assert_false(tally_add(&tally, -INFINITY));
    assert_memory_equal(&tally, &before, sizeof tally);
}

/* A million values below 1 and one of 4. With the end h the million lose h^2 / 255^2 / 12 each and
 * the one, which counts as the middle of its bin, (4.03125 - h)^2: least at 1.767. Ends are tried
 * every 1/16, and 1.75 is the nearest. */
static void test_a_lone_value_is_cut_off(void **state) {
    Tally tally = {.zeros = 0};
    (void)state;
    add_all(&tally, (const float[]){4}, 1);
    tally.above.count[0] = 1000000;
    ValueRange range = tally_range(&tally);
    assert_true(range.lo == 0);
    assert_true(range.hi == 1.75);
}

/* 256 values from 0 to 255: no end but the last keeps them all whole. */
static void test_even_values_are_kept(void **state) {
    Tally tally = {.zeros = 0};
    (void)state;
    for (int i = 0; i < 256; i++) {
        assert_true(tally_add(&tally, (float)i));
        assert_true(tally_add(&tally, (float)-i));
    }
    ValueRange range = tally_range(&tally);
    assert_true(range.lo == -255);
    assert_true(range.hi == 255);
}

/* Of 16 images both ends are moved out by a quarter, of one they are twice as far. */
static void test_other_images_go_beyond(void **state) {
    Tally tally = {.zeros = 0};
    (void)state;
    add_all(&tally, (const float[]){4, -8}, 2);
    ValueRange range = tally_range_beyond(&tally, 16);
    assert_true(range.lo == -10 && range.hi == 5);
    range = tally_range_beyond(&tally, 1);
    assert_true(range.lo == -16 && range.hi == 8);
}

static void test_nothing_but_zeros(void **state) {
    Tally tally = {.zeros = 5};
    (void)state;
    ValueRange range = tally_range(&tally);
    assert_true(range.lo == 0 && range.hi == 0);
}

/* Ranges of 255 and 765 have steps of 1 and 3, zeros alone the mean of them. */
static void test_zeros_take_the_mean_step(void **state) {
    const ValueRange ranges[] = {{-255, 0}, {0, 0}, {-365, 400}};
    double steps[3];
    (void)state;
    range_steps(ranges, 3, steps);
    assert_true(steps[0] == 1 && steps[1] == 2 && steps[2] == 3);
    range_steps(ranges + 1, 1, steps);
    assert_true(steps[0] == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bins),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_counts_do_not_overflow),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_a_lone_value_is_cut_off),
        cmocka_unit_test(test_even_values_are_kept),
        cmocka_unit_test(test_other_images_go_beyond),
        cmocka_unit_test(test_nothing_but_zeros),
        cmocka_unit_test(test_zeros_take_the_mean_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
