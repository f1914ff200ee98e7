/* hdf5.h - the part of HDF5 that Keras writes, in a file in memory: groups, attributes that are
 * texts, and datasets that stand in one piece.
 *
 *   /                       group: attribute "keras_version" = "2.15.0"
 *   /model_weights/dense    group: attribute "weight_names" = ["dense/kernel:0", "dense/bias:0"]
 *   .../dense/kernel:0      dataset: f32 [64, 10], the bytes from 4096 on
 *
 * The reader is our own because files may be hostile. It follows hard links inside of the file and
 * nothing else: no soft or external link, no external storage, no virtual dataset; it runs no
 * filter. Each number is checked before it is used, and the bytes of structures that are read are
 * counted, those read twice twice: LIMIT_HDF5_BYTES bounds the work whatever a file holds. What a
 * file has beyond this part is an error that names it. Names and numbers of sections are those of
 * the HDF5 File Format Specification 3.0.
 */
#ifndef XNC_COMPILER_HDF5_H
#define XNC_COMPILER_HDF5_H

#include "limit.h"
#include "map.h"
#include "reading.h"

/* An open file. Its reading must outlive it, and all that it gives lives in the reading's arena. */
typedef struct Hdf5 {
    const Reading *reading;
    const char *advice; /* what to do about a file that is whole and beyond this part: a hint */
    uint64_t root;      /* the object header of the root group */
    uint64_t end;       /* of the file's bytes */
    uint64_t spent;     /* bytes of structures read so far */
    Map *groups;        /* from object headers to what was listed of them */
} Hdf5;

/* Where a message of an object header has its content; at 0: there is none. */
typedef struct Hdf5Message {
    uint64_t at, size;
} Hdf5Message;

/* How an object was reached; NULL: it is the root. Texts are made of it for messages alone. */
typedef struct Hdf5Path {
    const struct Hdf5Path *above; /* of the group that it is in */
    const char *name;             /* of the link; any bytes without NUL */
} Hdf5Path;

/* A group or a dataset. */
typedef struct Hdf5Object {
    const Hdf5Path *path;
    uint64_t address; /* of its header */
    Hdf5Message space, type, layout, table;
    Hdf5Message *attributes;
    int attribute_count;
} Hdf5Object;

/* A hard link. */
typedef struct Hdf5Link {
    const char *name; /* any bytes without NUL */
    uint64_t address; /* of an object header */
} Hdf5Link;

typedef struct Hdf5Group {
    Hdf5Link *links; /* in the order of their names' bytes; no name comes twice */
    int count;
} Hdf5Group;

/* A list of texts; one for a scalar. */
typedef struct Hdf5Texts {
    struct Hdf5Text {
        const char *bytes; /* of the file, not terminated */
        size_t length;
    } * at;
    int count;
} Hdf5Texts;

typedef enum Hdf5Type {
    HDF5_F16,
    HDF5_F32,
    HDF5_F64,
    HDF5_BYTES,   /* opaque */
    HDF5_INTEGER, /* of any size, signed or not */
} Hdf5Type;

typedef struct Hdf5Dataset {
    Hdf5Type type; /* little-endian */
    int size;      /* bytes of an element */
    int rank;      /* 0: a scalar */
    int64_t dim[LIMIT_TENSOR_RANK];
    uint64_t offset; /* byte of the file where the elements begin, in C order and without gaps */
} Hdf5Dataset;

/* Whether bytes begin as an HDF5 file without a user block does. */
bool hdf5_begins(const uint8_t *data, size_t size);
/* Checks the superblock. False after a diagnostic, as everywhere below. */
bool hdf5_open(const Reading *reading, const char *advice, Hdf5 *file);
/* Reads the header of an object, and that it is of the part that is read. */
bool hdf5_object(Hdf5 *file, uint64_t address, const Hdf5Path *path, Hdf5Object *object);
/* "layers/dense/vars/0"; "/" for the root. */
const char *hdf5_place(const Hdf5 *file, const Hdf5Path *path);
/* A mistake at an object; hint may be NULL. Always false. */
bool hdf5_fail(const Hdf5 *file, const Hdf5Object *object, const char *hint, const char *format,
               ...) __attribute__((format(printf, 4, 5)));

/* ---- hdf5_group.c ---- */
/* What a group has; each group is listed once. NULL after a diagnostic: it is no group, too. */
const Hdf5Group *hdf5_group(Hdf5 *file, const Hdf5Object *object);
/* The link of a name of length bytes; NULL: there is none. */
const Hdf5Link *hdf5_find(const Hdf5Group *group, const char *name, size_t length);
/* Opens a link of a group. */
bool hdf5_follow(Hdf5 *file, const Hdf5Object *group, const Hdf5Link *link, Hdf5Object *object);

/* ---- hdf5_attribute.c ---- */
/* Sets *texts to those of an attribute, count 0 where the object has none of that name or it is
 * empty; *found (unless NULL) says which. */
bool hdf5_texts(Hdf5 *file, const Hdf5Object *object, const char *name, Hdf5Texts *texts,
                bool *found);

/* ---- hdf5_dataset.c ---- */
bool hdf5_dataset(Hdf5 *file, const Hdf5Object *object, Hdf5Dataset *dataset);

#endif
