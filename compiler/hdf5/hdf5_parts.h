/* hdf5_parts.h - what the files of this room share. Private to compiler/hdf5. */
#ifndef XNC_COMPILER_HDF5_PARTS_H
#define XNC_COMPILER_HDF5_PARTS_H

#include "hdf5.h"

/* An address or a size that is not set has all bits set. */
#define HDF5_UNDEFINED UINT64_MAX

/* The bytes of a structure, which are counted; NULL after a diagnostic when they leave the file or
 * the file has more structure than is read. what: "a local heap", for messages. */
const uint8_t *hdf5_take(Hdf5 *file, uint64_t at, uint64_t bytes, const char *what);
/* The same for a structure that begins with a signature of four bytes. */
const uint8_t *hdf5_take_signed(Hdf5 *file, uint64_t at, uint64_t bytes, const char *signature,
                                const char *what);
/* Little-endian numbers. */
uint16_t hdf5_u16(const uint8_t *at);
uint32_t hdf5_u32(const uint8_t *at);
uint64_t hdf5_u64(const uint8_t *at);
/* Bytes filled up to a multiple of eight; they are those of a part that is inside of the file. */
uint64_t hdf5_padded(uint64_t bytes);
/* A structure that contradicts itself or its version. Always false. */
bool hdf5_broken(const Hdf5 *file, uint64_t at, const char *what);
/* A feature that is not read, of an object. Always false. */
bool hdf5_beyond(const Hdf5 *file, const Hdf5Object *object, const char *what);

/* ---- hdf5_types.c ---- */
/* A type of elements (section IV.A.2.d) as far as texts and numbers have one. */
typedef struct Hdf5Layout {
    enum {
        HDF5_CLASS_INTEGER = 0,
        HDF5_CLASS_FLOAT = 1,
        HDF5_CLASS_TEXT = 3,
        HDF5_CLASS_OPAQUE = 5,
        HDF5_CLASS_VARIABLE = 9
    } class;
    uint64_t size; /* bytes of an element */
    Hdf5Type type; /* of numbers and opaque bytes */
} Hdf5Layout;

/* Reads a message of a type; an object's, for messages. */
bool hdf5_read_type(Hdf5 *file, const Hdf5Object *object, Hdf5Message message, Hdf5Layout *layout);
/* Reads a message of dimensions (section IV.A.2.b). */
bool hdf5_read_space(Hdf5 *file, const Hdf5Object *object, Hdf5Message message, int64_t *dim,
                     int *rank);

/* ---- hdf5_heap.c ---- */
/* An object of a collection of the global heap. */
bool hdf5_heap_object(Hdf5 *file, uint64_t collection, uint32_t index, struct Hdf5Text *text);

#endif
