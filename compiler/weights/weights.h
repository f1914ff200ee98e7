/* weights.h - reading checkpoints: containers first, then what their tensors mean.
 *
 * A container reader turns bytes into a list of tensors (name, type, shape, strides, where the data
 * is). checkpoint.c strips prefixes, picks the dict, matches names with the description's
 * parameters and reports what is missing, unexpected or misshapen. Nothing is converted until a
 * tensor is read.
 */
#ifndef XNC_COMPILER_WEIGHTS_H
#define XNC_COMPILER_WEIGHTS_H

#include "diag.h"
#include "ir.h"

typedef enum ScalarType {
    SCALAR_F32,
    SCALAR_F16,
    SCALAR_BF16,
    SCALAR_F64,
    SCALAR_I64,
    SCALAR_OTHER /* known to the container; allowed only for tensors that nothing reads */
} ScalarType;

enum { MAX_TENSOR_RANK = 8 };

typedef struct Tensor {
    const char *name;
    ScalarType type;
    int rank;
    int64_t dim[MAX_TENSOR_RANK], stride[MAX_TENSOR_RANK]; /* strides in elements */
    const uint8_t *data;                                   /* the first element; may be unaligned */
    uint64_t offset; /* of data in the file, for diagnostics */
} Tensor;

/* One dict of tensors in a file, named by its path ("", "state_dict", "state_dict_ema"). */
typedef struct TensorDict {
    const char *path;
    Tensor *tensors;
    int count;
} TensorDict;

typedef struct TensorFile {
    const char *path;
    TensorDict *dicts;
    int count;
} TensorFile;

/* Each takes the whole file's bytes (which must outlive the result) and a path for messages. NULL
 * after a diagnostic. */
TensorFile *read_safetensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                             size_t size);
TensorFile *read_torch_zip(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                           size_t size);
TensorFile *read_torch_legacy(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                              size_t size);
/* Chooses the reader by the first bytes, never by the name. */
TensorFile *read_tensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                         size_t size);

typedef struct Checkpoint Checkpoint;

/* Opens a file (mapped read-only, closed with the arena) and matches it with the graph's
 * parameters. needed(context, name) says which parameters the compiled graph uses; the graph's
 * other params are allowed, anything else is unexpected. All problems are listed together; NULL if
 * there was one. */
typedef bool ParamNeeded(void *context, const char *name);
Checkpoint *checkpoint_open(Arena *arena, Diag *diag, const char *path, const Graph *graph,
                            ParamNeeded *needed, void *context);
/* The same from bytes in memory, for tests and fuzzing. */
Checkpoint *checkpoint_from_bytes(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                                  size_t size, const Graph *graph, ParamNeeded *needed,
                                  void *context);
/* A ParamReader (ir.h): context is the Checkpoint. Values as f64; the result lives in the arena
 * that the checkpoint was opened with. Applies nothing but conversion and reshaping of
 * two-dimensional pointwise weights. */
const double *checkpoint_read(void *checkpoint, const char *name, int64_t count);
/* The tensor's shape in the file: how the frontend learns class count and input channels before it
 * builds the graph. Returns false when the file has no such tensor under any accepted spelling. */
bool checkpoint_peek(Arena *arena, Diag *diag, const char *path, const char *name, Shape *shape);

#endif
