/* test_floats.c - the decimals of a .quant file.
 *
 * Purpose: each float is printed with as few digits as tell it from its neighbours, and comes back
 * as it was. Input: numbers with known texts, then floats of all sizes. Expectation: the texts; the
 * same bits after strtof().
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "quant.h"

static void print(float number, char *text, size_t size) {
    FILE *out = fmemopen(text, size, "w");
    assert_non_null(out);
    quant_print_float(out, number);
    assert_int_equal(fclose(out), 0);
}

static void test_shortest(void **state) {
    static const struct {
        float number;
        const char *text;
    } rows[] = {{0, "0"},
                {1, "1"},
                {0.1F, "0.1"},
                {-0.25F, "-0.25"},
                {1e-30F, "1e-30"},
                {16777216.0F, "16777216"},
                {1.0F / 3, "0.33333334"},
                {0x1.000002p0F, "1.0000001"}};
    char text[40];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print(rows[i].number, text, sizeof text);
        assert_string_equal(text, rows[i].text);
    }
}

/* 100,000 floats whose bits come from a generator, of which those that are finite count. */
static void test_comes_back(void **state) {
    uint32_t bits = 1;
    char text[40];
    (void)state;
    for (int i = 0; i < 100000; i++) {
        float number;
        bits = bits * 1664525u + 1013904223u;
        memcpy(&number, &bits, sizeof number);
        if (isfinite(number)) {
            print(number, text, sizeof text);
            assert_true(strtof(text, NULL) == number);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
