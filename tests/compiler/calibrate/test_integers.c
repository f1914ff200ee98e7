/* test_integers.c - rows and weights in integers, and the scales of a product, by hand.
 *
 * Purpose: what is written at the head of integers.h and calibrate_scale.c, in numbers that a
 * person can check: ties, bounds, pairs, and a product whose integers are exact. Input: products of
 * one or two channels, made here. Expectation: the integers, steps and scales in the tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate.h"

static int start(void **state) {
    *state = arena_create();
    return *state ? 0 : -1;
}

static int stop(void **state) {
    arena_destroy(*state);
    return 0;
}

static Integers *product(Arena *arena, int64_t channels, int64_t depth, int64_t outputs) {
    Operand *operand = NEW(arena, Operand);
    *operand = (Operand){.channels = channels, .depth = depth, .outputs = outputs};
    return integers_create(arena, operand);
}

/* x / 0.5 + 10, half-even, within 0 to 255, less 10. */
static void test_rows(void **state) {
    Integers *integers = product(*state, 1, 6, 1);
    const float row[] = {0.25f, 0.75f, -0.25f, 3, -100, 1000};
    int16_t found[6];
    integers->scale[0] = 0.5f;
    integers->zero[0] = 10;
    integers_row(integers, row, found);
    const int16_t wanted[] = {0, 2, 0, 6, -10, 245};
    assert_memory_equal(found, wanted, sizeof wanted);
}

/* The channels of each tap have their own scales. */
static void test_rows_of_two_taps(void **state) {
    Integers *integers = product(*state, 2, 4, 1);
    const float row[] = {4, 4, 8, 8};
    int16_t found[4];
    integers->scale[1] = 4;
    integers_row(integers, row, found);
    const int16_t wanted[] = {4, 1, 8, 2};
    assert_memory_equal(found, wanted, sizeof wanted);
}

/* The largest weight is 127, so the step is 1: 2.5 and 3.5 go to even numbers. */
static void test_weights(void **state) {
    Integers *integers = product(*state, 4, 4, 1);
    integers_weigh(integers, 0, (const double[]){-127, 2.5, 3.5, 0.4}, 0);
    const int16_t wanted[] = {-127, 2, 4, 0};
    assert_true(integers->step[0] == 1);
    assert_memory_equal(integers->weights, wanted, sizeof wanted);
}

/* 100 + 100 has to become 128: the step is 200 / 128. Signs that differ do not add up. */
static void test_pairs(void **state) {
    Integers *integers = product(*state, 4, 4, 1);
    integers_weigh(integers, 0, (const double[]){100, 100, -100, 50}, 2);
    const int16_t wanted[] = {64, 64, -64, 32};
    assert_true(integers->step[0] == 1.5625f);
    assert_memory_equal(integers->weights, wanted, sizeof wanted);
    integers_weigh(integers, 0, (const double[]){127, -127, 1, 0}, 2);
    assert_true(integers->step[0] == 1);
    integers_weigh(integers, 0, (const double[]){127, 1, 0, 0}, 2);
    assert_true(integers->step[0] == 1);
    integers_weigh(integers, 0, (const double[]){0, 127, 127, 0}, 2);
    assert_true(integers->step[0] == 1); /* neighbours, but of two pairs */
}

/* Whatever the weights are, the restriction holds, and hardly any step is larger than it has to be:
 * the largest pair or the largest weight is at its bound. */
static void test_pairs_always_hold(void **state) {
    enum { DEPTH = 9 };
    Integers *integers = product(*state, DEPTH, DEPTH, 1);
    uint32_t bits = 7;
    for (int i = 0; i < 20000; i++) {
        double weights[DEPTH];
        int largest = 0, largest_pair = 0;
        for (int k = 0; k < DEPTH; k++) {
            bits = bits * 1664525u + 1013904223u;
            weights[k] = ((double)bits / 4294967296.0 - 0.5) * (i % 7 + 0.01);
        }
        integers_weigh(integers, 0, weights, 2);
        for (int k = 0; k < DEPTH; k++) {
            int weight = integers->weights[k], next = k % 2 ? 0 : integers->weights[k + 1];
            next = k + 1 < DEPTH ? next : 0;
            int sum = weight > 0 && next > 0   ? weight + next
                      : weight < 0 && next < 0 ? -weight - next
                                               : 0;
            largest = abs(weight) > largest ? abs(weight) : largest;
            largest_pair = sum > largest_pair ? sum : largest_pair;
        }
        assert_true(largest_pair <= 128);
        assert_true(largest == 127 || largest_pair == 128);
    }
}

/* Of eight weights 0, 1, 4 and 5 have to become 128 together, 50 each: the step is 200 / 128. The
 * others may be larger. */
static void test_fours(void **state) {
    Integers *integers = product(*state, 8, 8, 1);
    integers_weigh(integers, 0, (const double[]){50, 50, 0, 75, 50, 50, 0, -100}, 4);
    const int16_t wanted[] = {32, 32, 0, 48, 32, 32, 0, -64};
    assert_true(integers->step[0] == 1.5625f);
    assert_memory_equal(integers->weights, wanted, sizeof wanted);
    integers_weigh(integers, 0, (const double[]){127, 0, 127, 0, 0, 0, 0, 0}, 4);
    assert_true(integers->step[0] == 1); /* of two fours */
}

/* Four roundings may make a sum of 128 larger, and then the step grows a little: the restriction
 * holds, and the largest sum is near to its bound. */
static void test_fours_always_hold(void **state) {
    enum { DEPTH = 13 };
    Integers *integers = product(*state, DEPTH, DEPTH, 1);
    uint32_t bits = 7;
    for (int i = 0; i < 20000; i++) {
        double weights[DEPTH];
        int most = 0;
        for (int k = 0; k < DEPTH; k++) {
            bits = bits * 1664525u + 1013904223u;
            weights[k] = ((double)bits / 4294967296.0 - 0.5) * (i % 7 + 0.01);
        }
        integers_weigh(integers, 0, weights, 4);
        for (int k = 0; k < DEPTH; k++) {
            int above = 0, below = 0;
            for (int j = 0; j < DEPTH; j++) {
                int weight = (j / 8 == k / 8 && j / 2 % 2 == k / 2 % 2) ? integers->weights[j] : 0;
                above += weight > 0 ? weight : 0;
                below -= weight < 0 ? weight : 0;
            }
            most = above > most ? above : most;
            most = below > most ? below : most;
        }
        assert_in_range(most, 125, 128);
    }
}

/* Without weights there is a step all the same. */
static void test_no_weights(void **state) {
    Integers *integers = product(*state, 2, 2, 1);
    integers_weigh(integers, 0, (const double[]){0, 0}, 2);
    assert_true(integers->step[0] == 1);
    assert_int_equal(integers->weights[0], 0);
}

static void test_sums(void **state) {
    enum { OUTPUTS = 6 };
    Integers *integers = product(*state, 2, 2, OUTPUTS);
    const int16_t row[] = {255, -3};
    int32_t sums[4];
    for (int o = 0; o < OUTPUTS; o++) {
        integers->weights[2 * o] = 127;
        integers->weights[2 * o + 1] = (int16_t)o;
    }
    integers_sums(integers, row, 0, sums);
    assert_int_equal(sums[3], 255 * 127 - 9);
    integers_sums(integers, row, 4, sums);
    assert_int_equal(sums[0], 255 * 127 - 12);
    assert_int_equal(sums[1], 255 * 127 - 15);
}

/* Channel 0 had values from 0 to 127.5 in one image, so it has room for twice as large ones;
 * channel 1 is always 0. Rows are 0 to 255. With scale 1 and steps 1 and 2 the integers are the
 * numbers themselves, and nothing is lost. */
static void test_exact_product(void **state) {
    Arena *arena = *state;
    Work work = {arena, diag_create(arena, stderr), NULL};
    Calibration calibration = {.work = &work, .threads = 1, .together = 2, .taken = {.count = 1}};
    Observed observed = {.operand = {.channels = 2, .depth = 2, .outputs = 2, .pixels = 1},
                         .tallies = NEW_ARRAY(arena, Tally, 2),
                         .rows = NEW_ARRAY(arena, float, 2 * SAMPLED_ROWS)};
    for (int i = 0; i < SAMPLED_ROWS; i++) {
        tally_add(&observed.tallies[0], (float)i / 2);
        tally_add(&observed.tallies[1], 0);
        observed.rows[2 * observed.n_rows++] = (float)i;
    }
    calibrate_product(&calibration, &observed, (const double[]){127, 0, 254, 0});
    assert_true(observed.integers->scale[0] == 1 && observed.integers->scale[1] == 1);
    assert_int_equal(observed.integers->zero[0], 0);
    assert_true(observed.integers->step[0] == 1 && observed.integers->step[1] == 2);
    assert_true(observed.error == 0);
}

/* Values from -51 to 204, twice those of one image, have the zero point 51. */
static void test_zero_point(void **state) {
    Arena *arena = *state;
    Work work = {arena, diag_create(arena, stderr), NULL};
    Calibration calibration = {.work = &work, .threads = 1, .taken = {.count = 1}};
    Observed observed = {.operand = {.channels = 1, .depth = 1, .outputs = 1, .pixels = 1},
                         .tallies = NEW_ARRAY(arena, Tally, 1),
                         .rows = NEW_ARRAY(arena, float, SAMPLED_ROWS)};
    for (int i = 0; i < SAMPLED_ROWS; i++) {
        tally_add(&observed.tallies[0], (float)(i - 51) / 2);
        observed.rows[observed.n_rows++] = (float)(i - 51);
    }
    calibrate_product(&calibration, &observed, (const double[]){-127});
    assert_true(observed.integers->scale[0] == 1);
    assert_int_equal(observed.integers->zero[0], 51);
    assert_true(observed.error == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_rows_of_two_taps),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_pairs_always_hold),
        cmocka_unit_test(test_fours),
        cmocka_unit_test(test_fours_always_hold),
        cmocka_unit_test(test_no_weights),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_exact_product),
        cmocka_unit_test(test_zero_point),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
