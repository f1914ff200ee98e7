/* test_table.c - what passes and the emitter rely on in each row of the table of targets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "target.h"

/* Vectors must come out even in a line, over which lowering lets loops run. */
static void lanes_divide_a_line(void **state) {
    (void)state;
    for (size_t i = 0; i < target_count(); i++) {
        assert_true(target_at(i)->lanes >= 1);
        assert_int_equal(PITCH_UNIT % target_at(i)->lanes, 0);
    }
}

static void rows_are_found_by_name(void **state) {
    (void)state;
    for (size_t i = 0; i < target_count(); i++) {
        assert_ptr_equal(target_by_name(target_at(i)->name), target_at(i));
    }
    assert_null(target_by_name("pdp-11"));
}

/* A register tile has a vector each of accumulators, weights and input at least. */
static void numbers_allow_a_tile(void **state) {
    (void)state;
    for (size_t i = 0; i < target_count(); i++) {
        const Target *target = target_at(i);
        assert_true(target->registers >= 3 && target->machine.fmas > 0 &&
                    target->machine.loads > 0);
        assert_true(target->tune.dw_columns > 0 && target->tune.block_bytes > 0);
        assert_true(target->tune.l1_bytes > 0 && target->tune.l2_bytes > target->tune.l1_bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_divide_a_line),
        cmocka_unit_test(rows_are_found_by_name),
        cmocka_unit_test(numbers_allow_a_tile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
