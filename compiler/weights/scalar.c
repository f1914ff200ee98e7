/* scalar.c - elements of a tensor, whatever their type and strides -> doubles in C order.
 *
 *   F16 [2, 3] with strides [1, 2]   ->   6 doubles: (0,0) (0,1) (0,2) (1,0) (1,1) (1,2)
 *
 * Every value of the four types is exactly a double, so nothing is rounded. Elements are copied by
 * memcpy(), as they may be unaligned. A tensor is walked as runs along its last dimension, or as a
 * single run when it is contiguous.
 */
#include "container.h"

#include <math.h>
#include <string.h>

static inline double from_f32(const uint8_t *at) {
    float value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline double from_f64(const uint8_t *at) {
    double value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* A BF16 is the upper half of an F32. */
static inline double from_bf16(const uint8_t *at) {
    uint32_t bits = (uint32_t)(at[0] | at[1] << 8) << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* 1 sign, 5 exponent (bias 15), 10 fraction bits; exponent 0 is subnormal: fraction * 2^-24. */
static inline double from_f16(const uint8_t *at) {
    unsigned bits = (unsigned)(at[0] | at[1] << 8);
    int exponent = (int)(bits >> 10 & 31);
    double fraction = bits & 1023;
    double value = exponent == 31  ? (fraction > 0 ? NAN : INFINITY)
                   : exponent == 0 ? ldexp(fraction, -24)
                                   : ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -value : value;
}

typedef void ConvertRun(const uint8_t *at, int64_t count, int64_t step, double *values);
#define CONVERT_RUN(type)                                                                          \
    static void run_##type(const uint8_t *at, int64_t count, int64_t step, double *values) {       \
        for (int64_t i = 0; i < count; i++)                                                        \
            values[i] = from_##type(at + i * step);                                                \
    }
CONVERT_RUN(f32)
CONVERT_RUN(f16)
CONVERT_RUN(bf16)
CONVERT_RUN(f64)

static const struct ScalarRow {
    int64_t bytes;   /* of an element; 0: not known */
    ConvertRun *run; /* NULL: not read as weights */
} scalar_rows[] = {
    [SCALAR_F32] = {4, run_f32}, [SCALAR_F16] = {2, run_f16}, [SCALAR_BF16] = {2, run_bf16},
    [SCALAR_F64] = {8, run_f64}, [SCALAR_I64] = {8, NULL},    [SCALAR_OTHER] = {0, NULL}};

int64_t tensor_elements(const Tensor *tensor) {
    int64_t count = 1;
    for (int i = 0; i < tensor->rank; i++) {
        count *= tensor->dim[i];
    }
    return count;
}

int64_t tensor_bytes(const Tensor *tensor) {
    return tensor_elements(tensor) * scalar_rows[tensor->type].bytes;
}

void tensor_set_dense(Tensor *tensor) {
    int64_t stride = 1;
    for (int i = tensor->rank - 1; i >= 0; i--) {
        tensor->stride[i] = stride;
        stride *= tensor->dim[i] > 0 ? tensor->dim[i] : 1;
    }
}

bool tensor_is_contiguous(const Tensor *tensor) {
    int64_t expected = 1;
    for (int i = tensor->rank - 1; i >= 0; i--) {
        if (tensor->dim[i] != 1 && tensor->stride[i] != expected) {
            return false;
        }
        expected *= tensor->dim[i];
    }
    return true;
}

/* Is called for runs of count elements, step bytes apart, in C order; first is the index of the
 * first one. Returns false to end the walk. */
typedef bool RunVisitor(void *context, const uint8_t *at, int64_t first, int64_t count,
                        int64_t step);

/* Offset in elements of the element with this index in C order. */
static int64_t element_offset(const Tensor *tensor, int64_t index) {
    int64_t offset = 0;
    for (int i = tensor->rank - 1; i >= 0; i--) {
        offset += index % tensor->dim[i] * tensor->stride[i];
        index /= tensor->dim[i];
    }
    return offset;
}

/* Rank 0 and other contiguous tensors are one run; else the last dimension is. */
static void each_run(const Tensor *tensor, RunVisitor *visit, void *context) {
    int64_t bytes = scalar_rows[tensor->type].bytes, total = tensor_elements(tensor);
    bool contiguous = tensor_is_contiguous(tensor);
    int64_t length = contiguous ? total : tensor->dim[tensor->rank - 1];
    int64_t step = contiguous ? bytes : tensor->stride[tensor->rank - 1] * bytes;
    for (int64_t first = 0; first < total; first += length) {
        const uint8_t *at = tensor->data + element_offset(tensor, first) * bytes;
        if (!visit(context, at, first, length, step)) {
            return;
        }
    }
}

typedef struct Conversion {
    ConvertRun *run;
    double *values;
} Conversion;

static bool copy_run(void *context, const uint8_t *at, int64_t first, int64_t count, int64_t step) {
    Conversion *conversion = context;
    conversion->run(at, count, step, conversion->values + first);
    return true;
}

void tensor_values(const Tensor *tensor, double *values) {
    Conversion conversion = {scalar_rows[tensor->type].run, values};
    each_run(tensor, copy_run, &conversion);
}

/* A search for the first element that is below least, infinite or NaN. */
typedef struct FirstBad {
    ConvertRun *run;
    double least;
    int64_t found; /* its index in C order; -1: none so far */
} FirstBad;

/* In parts of 256, so that a tensor of any size needs no memory. */
static bool search_run(void *context, const uint8_t *at, int64_t first, int64_t count,
                       int64_t step) {
    FirstBad *first_bad = context;
    double values[256];
    for (int64_t done = 0; done < count; done += 256) {
        int64_t part = count - done < 256 ? count - done : 256;
        first_bad->run(at + done * step, part, step, values);
        for (int64_t i = 0; i < part; i++) {
            /* Written so that a NaN fails the comparison. */
            if (!(values[i] >= first_bad->least && values[i] < INFINITY)) {
                first_bad->found = first + done + i;
                return false;
            }
        }
    }
    return true;
}

int64_t tensor_first_bad(const Tensor *tensor, bool no_negatives) {
    double least = no_negatives ? 0 : nextafter(-INFINITY, 0);
    FirstBad first_bad = {scalar_rows[tensor->type].run, least, -1};
    each_run(tensor, search_run, &first_bad);
    return first_bad.found;
}

double tensor_value_at(const Tensor *tensor, int64_t index) {
    const struct ScalarRow *row = &scalar_rows[tensor->type];
    double value;
    row->run(tensor->data + element_offset(tensor, index) * row->bytes, 1, 0, &value);
    return value;
}
