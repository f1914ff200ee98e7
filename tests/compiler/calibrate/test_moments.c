/* test_moments.c - a product of two inputs whose weights are rounded second-order, by hand.
 *
 * Purpose: what is written at the head of moments.h and calibrate_round.c, in numbers that a person
 * can check: sums, what an error owes, bounds, pairs. Input: rows made here. Expectation: the
 * integers in the tests.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "calibrate.h"

enum { PITCH = 16, INPUTS = 2 };

static int start(void **state) {
    *state = arena_create();
    return *state ? 0 : -1;
}

static int stop(void **state) {
    arena_destroy(*state);
    return 0;
}

/* Inputs that are 0 and 10 in turn, the second one as many times as big. */
static Moments *together(Arena *arena, int times) {
    Moments *moments = moments_create(arena, INPUTS);
    int16_t columns[INPUTS * PITCH] = {0};
    for (int r = 0; r < 4; r++) {
        columns[r] = (int16_t)(r % 2 * 10);
        columns[PITCH + r] = (int16_t)(r % 2 * 10 * times);
    }
    moments_add(moments, columns, PITCH, 0, 1);
    moments_add(moments, columns, PITCH, 1, INPUTS);
    moments->rows += 4;
    return moments;
}

static Integers *product(Arena *arena, int64_t outputs) {
    Operand *operand = NEW(arena, Operand);
    *operand = (Operand){.channels = INPUTS, .depth = INPUTS, .outputs = outputs};
    Integers *integers = integers_create(arena, operand);
    for (int64_t o = 0; o < outputs; o++) {
        integers->step[o] = 1;
    }
    return integers;
}

/* Plain rounding first, with steps of 1. */
static void round_all(Arena *arena, const Moments *moments, Integers *integers,
                      const double *weights, int restricted) {
    int64_t count = integers->operand->outputs;
    const Debts *debts = moments_debts(arena, moments);
    double *room = NEW_ARRAY(arena, double, INPUTS *ROUNDED_TOGETHER);
    for (int64_t i = 0; i < count * INPUTS; i++) {
        integers->weights[i] = (int16_t)lrint(weights[i]);
    }
    for (int64_t o = 0; o < count; o += ROUNDED_TOGETHER) {
        debts_round(debts, integers, o, weights, restricted, room);
    }
}

/* Two of four rows are 10 and 20. */
static void test_sums(void **state) {
    const Moments *moments = together(*state, 2);
    const int32_t products[] = {200, 400, 800};
    assert_int_equal(moments->sums[0], 20);
    assert_int_equal(moments->sums[1], 40);
    assert_memory_equal(moments->products, products, sizeof products);
}

/* Covariances, times 16: 400, 800, 1600, and on the diagonal a tenth of its mean of 1000. The
 * larger variance is first; what input 0 takes of the error of input 1 is 800 / 500. */
static void test_debts(void **state) {
    const Debts *debts = moments_debts(*state, together(*state, 2));
    assert_int_equal(debts->order[0], 1);
    assert_int_equal(debts->order[1], 0);
    assert_true(debts->factor[1][0] == 800.0 / 500.0);
}

/* Inputs are equal, so a sum of 0.4 + 0.4 is nearer to 0 + 1 than to the 0 + 0 of plain rounding:
 * the second takes 400 / 440 of the 0.4 that the first has lost, and 0.76 is 1. 19 outputs, as they
 * go in groups. */
static void test_errors_are_made_up_for(void **state) {
    enum { OUTPUTS = ROUNDED_TOGETHER + 3 };
    Integers *integers = product(*state, OUTPUTS);
    double weights[OUTPUTS * INPUTS];
    for (int i = 0; i < OUTPUTS * INPUTS; i++) {
        weights[i] = 0.4 + i / INPUTS;
    }
    round_all(*state, together(*state, 1), integers, weights, 0);
    for (int o = 0; o < OUTPUTS; o++) {
        assert_int_equal(integers->weights[INPUTS * o], o);
        assert_int_equal(integers->weights[INPUTS * o + 1], o + 1);
    }
}

/* 0.55 becomes 1, which is 0.45 too much; input 0 takes 800 / 500 of it, and 2.2 - 0.72 is 1. Where
 * it takes 1600 / 740 of 0.499, 1.51 - 1.08 would be 0: but one less than 2 is the most that it may
 * be moved by, and 127 the most that it may be. */
static void test_bounds(void **state) {
    Integers *integers = product(*state, 2);
    round_all(*state, together(*state, 2), integers, (const double[]){2.2, 0.55, 126.9, -0.45},
              false);
    assert_int_equal(integers->weights[0], 1);
    assert_int_equal(integers->weights[1], 1);
    assert_int_equal(integers->weights[2], 126);
    round_all(*state, together(*state, 4), integers, (const double[]){1.51, 0.501, 126.9, 0.45},
              false);
    assert_int_equal(integers->weights[0], 1);
    assert_int_equal(integers->weights[2], 127);
}

/* 64.4 becomes 64, and the second 64.4 would be 65: in a pair that is 129, so it stays. Of two
 * signs the second is 64 by itself. */
static void test_pairs(void **state) {
    const double weights[] = {64.4, 64.4, -64.4, -64.4, -64.4, 64.4};
    const int16_t wanted[] = {64, 64, -64, -64, -64, 64};
    const int16_t without[] = {64, 65, -64, -65, -64, 64};
    Integers *integers = product(*state, 3);
    round_all(*state, together(*state, 1), integers, weights, 2);
    assert_memory_equal(integers->weights, wanted, sizeof wanted);
    round_all(*state, together(*state, 1), integers, weights, 0);
    assert_memory_equal(integers->weights, without, sizeof without);
}

/* Inputs that are always the same number owe nothing, as the bias takes it all. */
static void test_constants(void **state) {
    Moments *moments = moments_create(*state, INPUTS);
    int16_t columns[INPUTS * PITCH];
    for (int i = 0; i < INPUTS * PITCH; i++) {
        columns[i] = 7;
    }
    moments_add(moments, columns, PITCH, 0, INPUTS);
    moments->rows = PITCH;
    assert_null(moments_debts(*state, moments));
}

/* The most that 8,192 rows can sum up to is exact: 255 in one half of them, -255 in the other. */
static void test_largest_sums(void **state) {
    Moments *moments = moments_create(*state, 1);
    int16_t *column = NEW_ARRAY(*state, int16_t, MOMENT_ROWS);
    for (int r = 0; r < MOMENT_ROWS; r++) {
        column[r] = (int16_t)(r % 2 ? 255 : -255);
    }
    moments_add(moments, column, MOMENT_ROWS, 0, 1);
    moments->rows = MOMENT_ROWS;
    assert_int_equal(moments->products[0], 532684800);
    assert_int_equal(moments->sums[0], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_debts),
        cmocka_unit_test(test_errors_are_made_up_for),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_largest_sums),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
