/* element.h - the type of a value's elements: values, constants, pointers and vectors carry one.
 *
 * The types are the rows of elements.def. Whoever needs a size, a spelling in C or a name asks for
 * the row, so a further type is a further row.
 */
#ifndef XNC_IR_ELEMENT_H
#define XNC_IR_ELEMENT_H

#include <stdint.h>

/* ELEMENT_f32 is 0: what says nothing is f32. */
typedef enum Element {
#define ELEMENT(name, ...) ELEMENT_##name,
#include "elements.def"
#undef ELEMENT
    ELEMENT_COUNT,
    ELEMENT_none = ELEMENT_COUNT /* where a row has no element */
} Element;

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
/* Puts a number there, rounded once as the type says. */
void element_put(Element element, void *data, int64_t index, double number);

#endif
