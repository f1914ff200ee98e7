/* hdf5_types.c - messages about elements -> their type and the dimensions of their array.
 *
 *   class 1, 4 bytes, exponent of 8 bits at 23, bias 127   ->   HDF5_F32
 *   version 1, 4 dimensions: 3, 3, 32, 64                  ->   rank 4
 */
#include "hdf5_parts.h"

#include <string.h>

enum { TYPE_BYTES = 8, SPACE_BYTES = 8, VARIABLE_BYTES = 16, VARIABLE_TEXT = 1 };
enum { FIRST_VERSION = 1, LAST_VERSION = 3 }; /* of types: alike for the classes that are read */

/* Floats: what follows the size in a message of their type, and the bits that say how the parts of
 * a number are ordered (little-endian, the first bit of the fraction implied, the sign on top). */
static const struct FloatRow {
    Hdf5Type type;
    uint32_t size;
    uint8_t sign, parts[12];
} floats[] = {{HDF5_F16, 2, 15, {0, 0, 16, 0, 10, 5, 0, 10, 15}},
              {HDF5_F32, 4, 31, {0, 0, 32, 0, 23, 8, 0, 23, 127}},
              {HDF5_F64, 8, 63, {0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3}}};

enum { FLOAT_ORDER = 0x01, FLOAT_VAX = 0x40, FLOAT_NORM = 0x30, FLOAT_IMPLIED = 0x20 };

static bool read_float(Hdf5 *file, const Hdf5Object *object, const uint8_t *type, uint64_t size,
                       Hdf5Layout *layout) {
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        const struct FloatRow *row = &floats[i];
        if (size >= TYPE_BYTES + sizeof row->parts && layout->size == row->size &&
            !(type[1] & (FLOAT_ORDER | FLOAT_VAX)) && (type[1] & FLOAT_NORM) == FLOAT_IMPLIED &&
            type[2] == row->sign && memcmp(type + TYPE_BYTES, row->parts, sizeof row->parts) == 0) {
            layout->type = row->type;
            return true;
        }
    }
    return hdf5_beyond(file, object,
                       type[1] & (FLOAT_ORDER | FLOAT_VAX)
                           ? "big-endian numbers"
                           : "a float that is not IEEE's of 16, 32 or 64 bits");
}

static bool read_integer(Hdf5 *file, const Hdf5Object *object, const uint8_t *type,
                         Hdf5Layout *layout) {
    layout->type = HDF5_INTEGER;
    return !(type[1] & 1) || hdf5_beyond(file, object, "big-endian numbers");
}

/* Of those of variable length only texts. */
static bool read_variable(Hdf5 *file, const Hdf5Object *object, const uint8_t *type,
                          Hdf5Layout *layout) {
    bool is_text = (type[1] & 15) == VARIABLE_TEXT && layout->size == VARIABLE_BYTES;
    return is_text || hdf5_beyond(file, object, "sequences of variable length");
}

bool hdf5_read_type(Hdf5 *file, const Hdf5Object *object, Hdf5Message message, Hdf5Layout *layout) {
    const uint8_t *type = file->reading->data + message.at;
    if (message.size < TYPE_BYTES) {
        return hdf5_broken(file, message.at, "a type is too short");
    }
    *layout = (Hdf5Layout){.class = type[0] & 15, .size = hdf5_u32(type + 4)};
    if (layout->size == 0 || type[0] >> 4 < FIRST_VERSION || type[0] >> 4 > LAST_VERSION) {
        return hdf5_broken(file, message.at, "a type has an unknown version or no bytes");
    }
    switch (layout->class) {
    case HDF5_CLASS_INTEGER:
        return read_integer(file, object, type, layout);
    case HDF5_CLASS_FLOAT:
        return read_float(file, object, type, message.size, layout);
    case HDF5_CLASS_TEXT:
        return true;
    case HDF5_CLASS_OPAQUE:
        layout->type = HDF5_BYTES;
        return true;
    case HDF5_CLASS_VARIABLE:
        return read_variable(file, object, type, layout);
    }
    return hdf5_beyond(file, object, "elements that are neither numbers nor texts");
}

/* Dimensions below 2^53, as all their products; the caller multiplies them. */
static bool read_dimension(Hdf5 *file, const uint8_t *at, uint64_t where, int64_t *dim) {
    uint64_t value = hdf5_u64(at);
    *dim = (int64_t)value;
    return value < (uint64_t)1 << 53 || hdf5_broken(file, where, "a dimension is 2^53 or more");
}

bool hdf5_read_space(Hdf5 *file, const Hdf5Object *object, Hdf5Message message, int64_t *dim,
                     int *rank) {
    const uint8_t *space = file->reading->data + message.at;
    if (message.size < 4) {
        return hdf5_broken(file, message.at, "a dataspace is too short");
    }
    if (space[0] != 1) {
        return hdf5_beyond(file, object, "dimensions of a newer kind");
    }
    if (space[1] > LIMIT_TENSOR_RANK) {
        return hdf5_fail(file, object, NULL, "has %d dimensions, more than %d", space[1],
                         LIMIT_TENSOR_RANK);
    }
    *rank = space[1];
    if (message.size < SPACE_BYTES + 8 * (uint64_t)*rank) {
        return hdf5_broken(file, message.at, "a dataspace is too short for its dimensions");
    }
    for (int i = 0; i < *rank; i++) {
        if (!read_dimension(file, space + SPACE_BYTES + 8 * i, message.at, &dim[i])) {
            return false;
        }
    }
    return true;
}
