/* element.c - the types of elements: the rows of elements.def as a table, and numbers in memory.
 *
 *   element_put(ELEMENT_f32, data, 2, 0.1)   ->   the third float of data is 0.1f
 *
 * get_NAME() and put_NAME() belong to row NAME: a missing one does not compile. They are the
 * meaning of a type, the rounding included.
 */
#include "element.h"

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

int64_t element_bytes(Element element) {
    return elements[element].bytes;
}

static double get_f32(const void *data, int64_t index) {
    return ((const float *)data)[index];
}

static void put_f32(void *data, int64_t index, double number) {
    ((float *)data)[index] = (float)number;
}

typedef struct Access {
    double (*get)(const void *data, int64_t index);
    void (*put)(void *data, int64_t index, double number);
} Access;

static const Access accesses[ELEMENT_COUNT] = {
#define ELEMENT(name, ...) {get_##name, put_##name},
#include "elements.def"
#undef ELEMENT
};

double element_get(Element element, const void *data, int64_t index) {
    return accesses[element].get(data, index);
}

void element_put(Element element, void *data, int64_t index, double number) {
    accesses[element].put(data, index, number);
}
