/* test_element.c - numbers in memory as each type holds them.
 *
 * Purpose: rounding to bf16 and f16 half-even, their borders, the order of bf16 within a word; all
 * halves as floats; integers that round
 * and stay within their type. Input: numbers on both sides of ties and borders. Expectation: the
 * number, by the definition in element.h.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "element.h"
#include "xnc_half.h"

typedef struct Rounded {
    double from, to;
} Rounded;

static const Rounded cases[] = {
    {0.0, 0.0},
    {1.0, 1.0},
    {257.0, 256.0},               /* a tie goes to the even mantissa */
    {259.0, 260.0},               /* likewise, upwards */
    {257.0 + 0x1p-40, 258.0},     /* f32 would see a tie here */
    {-259.0, -260.0},             /* signs do not matter */
    {0x1.ffp0, 0x1p1},            /* up into the next exponent */
    {0x1p-50, 0x1p-50},           /* the smallest number but zero */
    {0x1.fffffffp-51, 0.0},       /* below it: not rounded up */
    {0x1.fep127, 0x1.fep127},     /* the largest */
    {0x1.fefffep127, 0x1.fep127}, /* next to the tie above it */
    {0x1.ffp127, INFINITY},       /* that tie */
    {-1e300, -INFINITY},
    {INFINITY, INFINITY},
};

static void test_rounding(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t word = 0xffffffffu;
        element_put(ELEMENT_bf16, &word, 0, cases[i].from);
        assert_true(element_rounded(ELEMENT_bf16, cases[i].from) == cases[i].to);
        assert_true(element_get(ELEMENT_bf16, &word, 0) == cases[i].to);
        assert_int_equal(word & 0xffffu, 0xffffu);
    }
}

static void test_zero_has_no_sign(void **state) {
    (void)state;
    assert_false(signbit(element_rounded(ELEMENT_bf16, -0.0)));
    assert_false(signbit(element_rounded(ELEMENT_bf16, -0x1p-60)));
}

/* Borders of half precision: ties, subnormal numbers, the largest. */
static void test_halves(void **state) {
    static const Rounded halves[] = {
        {1.0, 1.0},
        {2049.0, 2048.0},           /* a tie goes to the even mantissa */
        {2051.0, 2052.0},           /* likewise, upwards */
        {2049.0 + 0x1p-40, 2050.0}, /* f32 would see a tie here */
        {-2051.0, -2052.0},         /* signs do not matter */
        {0x1.ffcp0, 0x1.ffcp0},     /* all bits of a mantissa */
        {0x1.fffp0, 0x1p1},         /* up into the next exponent */
        {0x1p-14, 0x1p-14},         /* the smallest normal number */
        {0x1.ff4p-15, 0x1.ffp-15},  /* subnormal, with a tie */
        {0x1.fffp-15, 0x1p-14},     /* up to a normal one */
        {0x1p-24, 0x1p-24},         /* the smallest but zero */
        {0x1.8p-24, 0x1p-23},       /* a tie between it and the next */
        {0x1p-25, 0.0},             /* a tie between it and zero */
        {0x1.0000001p-25, 0x1p-24}, /* next to that tie */
        {65504.0, 65504.0},         /* the largest */
        {65519.99999999, 65504.0},  /* f32 would see a tie here */
        {65520.0, INFINITY},        /* that tie */
        {-1e300, -INFINITY},
        {INFINITY, INFINITY},
    };
    (void)state;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        uint16_t pair[2] = {0xffff, 0xffff};
        element_put(ELEMENT_f16, pair, 1, halves[i].from);
        assert_true(element_rounded(ELEMENT_f16, halves[i].from) == halves[i].to);
        assert_true(element_get(ELEMENT_f16, pair, 1) == halves[i].to);
        assert_int_equal(pair[0], 0xffff);
    }
    assert_true(signbit(element_rounded(ELEMENT_f16, -0x1p-30)));
}

/* What a half is, it becomes again; a NaN becomes one. And plain C of the runtime agrees. */
static void test_every_half(void **state) {
    (void)state;
    for (uint32_t bits = 0; bits < 65536; bits++) {
        uint16_t half = (uint16_t)bits, again = 0;
        double number = element_get(ELEMENT_f16, &half, 0);
        float converted = xnc_from_half(half);
        element_put(ELEMENT_f16, &again, 0, number);
        if (isnan(number)) {
            assert_true(isnan(converted) && isnan(element_get(ELEMENT_f16, &again, 0)));
            continue;
        }
        assert_int_equal(again, half);
        assert_true(converted == number && !signbit(converted) == !signbit(number));
    }
}

static void test_integers(void **state) {
    static const struct {
        Element element;
        double from, to;
    } rows[] = {
        {ELEMENT_u8, 2.5, 2},
        {ELEMENT_u8, 3.5, 4},
        {ELEMENT_u8, 254.6, 255},
        {ELEMENT_u8, 255.6, 255},
        {ELEMENT_u8, -3, 0},
        {ELEMENT_u8, NAN, 0},
        {ELEMENT_s8, -2.5, -2},
        {ELEMENT_s8, -200, -128},
        {ELEMENT_s8, 127.5, 127},
        {ELEMENT_s16, 1e6, INT16_MAX},
        {ELEMENT_s16, -0.5, 0},
        {ELEMENT_i16, -1e6, INT16_MIN},
        {ELEMENT_i16, 2.5, 2},
        {ELEMENT_u32, 5e9, UINT32_MAX},
        {ELEMENT_s32, -1e10, INT32_MIN},
        {ELEMENT_s32, 16777217, 16777217},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t words[2] = {0xffffffffu, 0xffffffffu};
        element_put(rows[i].element, words, 1, rows[i].from);
        assert_true(element_get(rows[i].element, words, 1) == rows[i].to);
        assert_true(element_rounded(rows[i].element, rows[i].from) == rows[i].to);
        assert_int_equal(((const unsigned char *)words)[0], 0xff);
    }
}

/* Elements 0 and 2 share a word of memory, 1 and 3 the next. */
static void test_s16_change_places(void **state) {
    int16_t memory[8];
    static const int16_t expected[] = {0, 2, 1, 3, 4, 6, 5, 7};
    (void)state;
    for (int i = 0; i < 8; i++) {
        element_put(ELEMENT_s16, memory, i, i);
        assert_true(element_get(ELEMENT_s16, memory, i) == i);
    }
    assert_memory_equal(memory, expected, sizeof memory);
}

static void test_precisions_have_names(void **state) {
    (void)state;
    assert_string_equal(precision_name(PRECISION_int8), "int8");
    assert_int_equal(precision_by_name("bf16"), PRECISION_bf16);
    assert_int_equal(precision_by_name("s8"), -1);
}

static void test_nan_stays(void **state) {
    (void)state;
    uint32_t word = 0;
    element_put(ELEMENT_bf16, &word, 1, NAN);
    assert_true(isnan(element_get(ELEMENT_bf16, &word, 1)));
    assert_true(isnan(element_rounded(ELEMENT_bf16, NAN)));
}

/* The even element is the upper half of a word, whatever the byte order of the machine. */
static void test_order_of_a_pair(void **state) {
    (void)state;
    uint32_t words[2] = {0, 0};
    for (int i = 0; i < 4; i++) {
        element_put(ELEMENT_bf16, words, i, 1 << i);
    }
    assert_int_equal(words[0], 0x3f804000u);
    assert_int_equal(words[1], 0x40804100u);
}

static void test_f32(void **state) {
    (void)state;
    float data[2] = {0};
    element_put(ELEMENT_f32, data, 1, 0.1);
    assert_true(data[1] == 0.1f);
    assert_true(element_get(ELEMENT_f32, data, 1) == (double)0.1f);
    assert_true(element_rounded(ELEMENT_f32, 0.1) == (double)0.1f);
}

static void test_names(void **state) {
    (void)state;
    assert_int_equal(element_by_name("bf16"), ELEMENT_bf16);
    assert_int_equal(element_by_name("f64"), -1);
    assert_int_equal(element_bytes(ELEMENT_bf16), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_zero_has_no_sign),
        cmocka_unit_test(test_nan_stays),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_every_half),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_s16_change_places),
        cmocka_unit_test(test_precisions_have_names),
        cmocka_unit_test(test_order_of_a_pair),
        cmocka_unit_test(test_f32),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
