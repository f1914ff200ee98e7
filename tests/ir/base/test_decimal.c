/* test_decimal.c - doubles as decimals.
 *
 * Purpose: the text is the shortest that reads back as the same double. Input: short and long
 * fractions, integers, the largest and the smallest number, both zeros. Expectation: the text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decimal.h"

static const struct {
    double number;
    const char *text;
} cases[] = {
    {0, "0"},
    {-0.0, "-0"},
    {3, "3"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"}, /* needs all 17 digits */
    {-1.0 / 3, "-0.3333333333333333"},
    {1e20, "1e+20"},
    {0x1.fffffffffffffp1023, "1.7976931348623157e+308"},
    {-0x1p-1074, "-5e-324"},
};

static void test_shortest(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[DECIMAL_BYTES];
        decimal_put(cases[i].number, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shortest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
