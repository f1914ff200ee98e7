/* weights.h - reading checkpoints: containers first, then what their tensors mean.
 *
 *   bytes of w.pth   ->   TensorFile: names, types, shapes, places   ->   Checkpoint: f64 by
 * parameter
 *
 * A container reader turns bytes into a tree of dicts and lists all tensors in it (name, type,
 * shape, strides, where the data is). It chooses nothing: checkpoint.c finds the set of tensors
 * that fills the network, whatever dicts and prefixes it stands under, and reports what is missing,
 * unexpected or misshapen. Nothing is copied or converted until a tensor is read. Files may be
 * hostile: every size is checked before use.
 */
#ifndef XNC_COMPILER_WEIGHTS_H
#define XNC_COMPILER_WEIGHTS_H

#include "ir.h"
#include "limit.h"

/* Types of elements, little-endian in all containers. The first four can be read as weights. */
typedef enum ScalarType {
    SCALAR_F32,
    SCALAR_F16,  /* IEEE 754 binary16 */
    SCALAR_BF16, /* the upper half of an F32 */
    SCALAR_F64,
    SCALAR_I64,
    SCALAR_OTHER /* known to the container; allowed only for tensors that nothing reads */
} ScalarType;

/* A piece of the file with a checksum of its own (an entry of a zip archive), shared by the tensors
 * whose data is in it. */
typedef struct Chunk {
    const char *name; /* of the entry */
    const uint8_t *data;
    uint64_t size, offset; /* bytes; offset: of data in the file */
    uint32_t crc;          /* CRC-32 that the archive states */
    bool verified;         /* set by tensor_verified(), so that each chunk is summed once; also for
                              chunks without a checksum */
} Chunk;

typedef struct Tensor {
    const char *name; /* in its dict: "conv1.weight" */
    int dict;         /* index of that dict in the file's */
    ScalarType type;
    const char *type_name; /* as the container spells it, for messages */
    int rank;
    int64_t dim[LIMIT_TENSOR_RANK], stride[LIMIT_TENSOR_RANK]; /* strides in elements */
    const uint8_t *data; /* the first element; may be unaligned */
    uint64_t offset;     /* of data in the file, for diagnostics */
    Chunk *chunk;        /* NULL where the container has no checksums */
    const char *foreign; /* set when this entry is no tensor: what it is; nothing may read it */
} Tensor;

/* Names of the classes that stand beside the weights; any bytes without NUL. */
typedef struct ClassNames {
    const char *key; /* under which they stand: "class_to_idx" */
    const char **at; /* by class, none is missing */
    int64_t count;
} ClassNames;

/* A dict, a list or an object of the file that has tensors in it, or other dicts. */
typedef struct TensorDict {
    const char *path; /* keys from the root, joined by dots: "model.state_dict"; "": the root */
    int parent;       /* index of the dict that it is a value of; -1: the root has none */
} TensorDict;

/* What a container holds. Entries stand in the order of the file; those of nested dicts may stand
 * between those of the dict around. */
typedef struct TensorFile {
    const char *path;
    const char **parts; /* paths of the files that the one at path lists; NULL: it lists none */
    int part_count;
    TensorDict *dicts; /* the first is the root; each stands behind its parent */
    Tensor *tensors;
    int dict_count, count;
    const ClassNames *class_names; /* NULL: the file has none */
} TensorFile;

/* Each takes the whole file's bytes (which must outlive the result) and a path for messages. NULL
 * after a diagnostic. */
TensorFile *read_safetensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                             size_t size);
TensorFile *read_torch_zip(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                           size_t size);
TensorFile *read_torch_legacy(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                              size_t size);
/* Chooses the reader by the file's first bytes, never by its name. */
TensorFile *read_tensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                         size_t size);
/* The same from a path: the file is mapped read-only until the arena ends. */
TensorFile *tensors_open(Arena *arena, Diag *diag, const char *path);
/* Compares the checksum of the tensor's chunk, if it has one; false after a diagnostic. */
bool tensor_verified(Diag *diag, const char *path, const Tensor *tensor);

typedef struct Checkpoint Checkpoint;

/* Matches a file's tensors with the graph's parameters; the file outlives the result.
 * needed(context, name) says which parameters the compiled graph uses; the graph's other params are
 * allowed, anything else is unexpected. All problems are listed together, those of values (not a
 * number, infinite, a negative variance) included; NULL if there was one. */
typedef bool ParamNeeded(void *context, const char *name);
Checkpoint *checkpoint_open(Arena *arena, Diag *diag, TensorFile *file, const Graph *graph,
                            ParamNeeded *needed, void *context);
/* False when checkpoint_open() would certainly fail, as there are more tensors than parameters. */
bool checkpoint_may_fit(const TensorFile *file, const Graph *graph);
/* A ParamReader (ir.h): context is the Checkpoint. Values as f64, kept until checkpoint_forget or
 * the end of the arena that the checkpoint was opened with. Applies nothing but conversion;
 * count must be that of the file's tensor. */
const double *checkpoint_read(void *checkpoint, const char *name, int64_t count);
/* Frees all values read so far: a caller that writes one constant after the other stays small. */
void checkpoint_forget(Checkpoint *checkpoint);
/* The shape that a parameter has in the file: how class count and input channels are learnt, with
 * the draft of a graph, which has the names of the parameters. Returns false when the file has two
 * such networks (after a diagnostic) or no such tensor under any accepted spelling (without one).
 */
bool checkpoint_peek(Arena *arena, Diag *diag, const TensorFile *file, const Graph *graph,
                     const char *name, Shape *shape);

#endif
