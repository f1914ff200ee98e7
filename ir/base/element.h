/* element.h - the type of a value's elements: values, constants, pointers and vectors carry one.
 *
 * The types are the rows of elements.def. Whoever needs a size, a spelling in C or a name asks for
 * the row, so a further type is a further row.
 */
#ifndef XNC_IR_ELEMENT_H
#define XNC_IR_ELEMENT_H

#include <stdint.h>

/* ELEMENT_f32 is 0: what says nothing is f32.
 *
 * bf16. A number is rounded half-even from whatever it is known as; a magnitude below 2^-50 becomes
 * +0, infinities stay, a NaN stays a NaN of some payload. With that, sums of products of bf16 never
 * come near the subnormal numbers of f32: a product is a multiple of 2^-114. In memory two elements
 * share an aligned word of 32 bits in the machine's byte order: the one of even index is its upper
 * half. Instructions that add the product of upper halves first then form ascending chains.
 *
 * f16. A number is rounded half-even from whatever it is known as, as IEEE has it: subnormal
 * numbers and the sign of zero stay, and what is beyond the largest number, 65504, becomes an
 * infinity.
 *
 * u8, s8, s16, i16, u32 and s32 hold integers: a number is rounded half-even and to the nearest one
 * that the type has; a NaN becomes 0. Of each four s16 the second and the third change places in
 * memory, so that elements of even index share a word, and those of odd index another: the even and
 * the odd bytes of a word of s8 are widened more easily than its halves. i16 lie as they are
 * counted. */
typedef enum Element {
#define ELEMENT(name, ...) ELEMENT_##name,
#include "elements.def"
#undef ELEMENT
    ELEMENT_COUNT,
    ELEMENT_none = ELEMENT_COUNT /* where a row has no element */
} Element;

/* In which arithmetic products are: the rows of precisions.def. PRECISION_f32 is 0. */
typedef enum Precision {
#define PRECISION(name) PRECISION_##name,
#include "precisions.def"
#undef PRECISION
    PRECISION_COUNT
} Precision;
const char *precision_name(Precision precision);
/* -1 when there is none of that name. */
int precision_by_name(const char *name);

/* A row of elements.def. */
typedef struct ElementInfo {
    const char *name;
    int64_t bytes;
    const char *c_type;
    const char *line; /* for people */
} ElementInfo;
const ElementInfo *element_info(Element element);
/* -1 when there is none of that name. */
int element_by_name(const char *name);
/* Bytes of one element. */
int64_t element_bytes(Element element);
/* The number that an element of a buffer holds. */
double element_get(Element element, const void *data, int64_t index);
/* The number that a number becomes in a type: rounded once. */
double element_rounded(Element element, double number);
/* Puts a number there, rounded. A buffer of bf16 is one of whole words. */
void element_put(Element element, void *data, int64_t index, double number);

#endif
