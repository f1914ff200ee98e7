/* element.c - the types of elements: the rows of elements.def as a table, and numbers in memory.
 *
 *   element_put(ELEMENT_f32, data, 2, 0.1)   ->   the third float of data is 0.1f
 *
 * get_NAME(), put_NAME() and round_NAME() belong to row NAME: a missing one does not compile. They
 * are the meaning of a type, the rounding included.
 */
#include "element.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const ElementInfo elements[ELEMENT_COUNT] = {
#define ELEMENT(name, bytes, c_type, line) {#name, bytes, c_type, line},
#include "elements.def"
#undef ELEMENT
};

const ElementInfo *element_info(Element element) {
    return &elements[element];
}

int element_by_name(const char *name) {
    for (int element = 0; element < ELEMENT_COUNT; element++) {
        if (strcmp(elements[element].name, name) == 0) {
            return element;
        }
    }
    return -1;
}

static const char *const precisions[PRECISION_COUNT] = {
#define PRECISION(name) #name,
#include "precisions.def"
#undef PRECISION
};

const char *precision_name(Precision precision) {
    return precisions[precision];
}

int precision_by_name(const char *name) {
    for (int i = 0; i < PRECISION_COUNT; i++) {
        if (strcmp(precisions[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

int64_t element_bytes(Element element) {
    return elements[element].bytes;
}

static double get_f32(const void *data, int64_t index) {
    return ((const float *)data)[index];
}

static void put_f32(void *data, int64_t index, double number) {
    ((float *)data)[index] = (float)number;
}

static double round_f32(double number) {
    return (float)number;
}

static float float_of(uint32_t bits) {
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* Eight bits of mantissa: a mantissa of frexp() times 2^8 is rounded to an integer, half-even. What
 * is beyond the largest number becomes an infinity, as in every format of IEEE. */
static double round_bf16(double number) {
    int exponent;
    if (isnan(number) || isinf(number)) {
        return number;
    }
    if (fabs(number) < 0x1p-50) {
        return 0.0;
    }
    double mantissa = frexp(number, &exponent);
    double rounded = ldexp(rint(ldexp(mantissa, 8)), exponent - 8);
    return fabs(rounded) < 0x1p128 ? rounded : copysign(INFINITY, number);
}

static int shift_of(int64_t index) {
    return index % 2 == 0 ? 16 : 0;
}

static double get_bf16(const void *data, int64_t index) {
    uint32_t word = ((const uint32_t *)data)[index / 2];
    return float_of(word >> shift_of(index) << 16);
}

/* Of a NaN the lower half may hold all that is not zero, so the quiet bit is set. */
static void put_bf16(void *data, int64_t index, double number) {
    uint32_t *word = (uint32_t *)data + index / 2, bits;
    float rounded = (float)round_bf16(number);
    memcpy(&bits, &rounded, sizeof bits);
    bits = (bits >> 16) | (isnan(number) ? 0x40u : 0u);
    *word = (*word & ~(0xffffu << shift_of(index))) | bits << shift_of(index);
}

enum {
    HALF_DIGITS = 11,   /* of the significand */
    HALF_LEAST = -14,   /* exponent of the smallest normal number */
    HALF_QUANTUM = -24, /* of the subnormal ones */
    HALF_INFINITY = 0x7c00
};

static bool is_small_half(double number) {
    return fabs(number) < ldexp(1.0, HALF_LEAST);
}

static double round_f16(double number) {
    int exponent;
    if (isnan(number) || isinf(number)) {
        return number;
    }
    if (is_small_half(number)) {
        return ldexp(rint(ldexp(number, -HALF_QUANTUM)), HALF_QUANTUM);
    }
    double mantissa = frexp(number, &exponent);
    double rounded = ldexp(rint(ldexp(mantissa, HALF_DIGITS)), exponent - HALF_DIGITS);
    return fabs(rounded) < 0x1p16 ? rounded : copysign(INFINITY, number);
}

static double get_f16(const void *data, int64_t index) {
    uint16_t bits = ((const uint16_t *)data)[index];
    int exponent = bits >> 10 & 0x1f, mantissa = bits & 0x3ff;
    double magnitude = exponent == 0 ? ldexp(mantissa, HALF_QUANTUM)
                                     : ldexp(mantissa + 0x400, exponent - 1 + HALF_QUANTUM);
    if (exponent == 0x1f) {
        magnitude = mantissa == 0 ? (double)INFINITY : (double)NAN;
    }
    return bits & 0x8000 ? -magnitude : magnitude;
}

/* Bits of exponent and mantissa. */
static uint16_t half_magnitude(double rounded) {
    int exponent;
    if (isnan(rounded) || isinf(rounded)) {
        return isnan(rounded) ? HALF_INFINITY | 0x200 : HALF_INFINITY;
    }
    if (is_small_half(rounded)) {
        return (uint16_t)ldexp(rounded, -HALF_QUANTUM);
    }
    double mantissa = frexp(rounded, &exponent);
    return (uint16_t)(((exponent - HALF_LEAST) << 10) + (int)ldexp(mantissa, HALF_DIGITS) - 0x400);
}

static void put_f16(void *data, int64_t index, double number) {
    uint16_t sign = signbit(number) ? 0x8000 : 0;
    ((uint16_t *)data)[index] = sign | half_magnitude(fabs(round_f16(number)));
}

/* To the nearest integer, half-even, and the nearest one that the type has; a NaN becomes 0. */
static double round_within(double number, double lo, double hi) {
    double rounded = rint(number);
    return isnan(number) ? 0.0 : rounded < lo ? lo : rounded > hi ? hi : rounded + 0.0;
}

static double round_u8(double number) {
    return round_within(number, 0, UINT8_MAX);
}

static double round_s8(double number) {
    return round_within(number, INT8_MIN, INT8_MAX);
}

static double round_s16(double number) {
    return round_within(number, INT16_MIN, INT16_MAX);
}

static double round_i16(double number) {
    return round_s16(number);
}

static double round_u32(double number) {
    return round_within(number, 0, UINT32_MAX);
}

static double round_s32(double number) {
    return round_within(number, INT32_MIN, INT32_MAX);
}

/* Numbers of a C type that the type itself rounds to; of s16 elements 0 and 2, 1 and 3 of four are
 * neighbours in memory. */
#define ACCESS_INTEGERS(name, type, place)                                                         \
    static double get_##name(const void *data, int64_t index) {                                    \
        return ((const type *)data)[place];                                                        \
    }                                                                                              \
    static void put_##name(void *data, int64_t index, double number) {                             \
        ((type *)data)[place] = (type)round_##name(number);                                        \
    }
ACCESS_INTEGERS(u8, uint8_t, index)
ACCESS_INTEGERS(s8, int8_t, index)
ACCESS_INTEGERS(s16, int16_t, index / 4 * 4 + index % 2 * 2 + index % 4 / 2)
ACCESS_INTEGERS(i16, int16_t, index)
ACCESS_INTEGERS(u32, uint32_t, index)
ACCESS_INTEGERS(s32, int32_t, index)

typedef struct Access {
    double (*get)(const void *data, int64_t index);
    void (*put)(void *data, int64_t index, double number);
    double (*round)(double number);
} Access;

static const Access accesses[ELEMENT_COUNT] = {
#define ELEMENT(name, ...) {get_##name, put_##name, round_##name},
#include "elements.def"
#undef ELEMENT
};

double element_get(Element element, const void *data, int64_t index) {
    return accesses[element].get(data, index);
}

double element_rounded(Element element, double number) {
    return accesses[element].round(number);
}

void element_put(Element element, void *data, int64_t index, double number) {
    accesses[element].put(data, index, number);
}
