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

/* Bytes of all elements (readers have checked that they are below 2^53); 0 where the type is
 * SCALAR_OTHER. */
int64_t tensor_bytes(const Tensor *tensor);

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

/* What a file of Keras holds beside its tensors: see keras.h. */
typedef struct KerasModel KerasModel;

/* What a container holds. Entries stand in the order of the file; those of nested dicts may stand
 * between those of the dict around. */
/* A file that was published, by one of its names. */
typedef struct PublishedFile {
    const char *name;
    int64_t bytes;
    const char *md5;
    const char *what; /* for people: "Xception of keras.applications, ImageNet" */
} PublishedFile;

typedef struct TensorFile {
    const char *path;
    const char *container; /* for people: "a safetensors file" */
    const char *writer;    /* that the file's metadata names, "pt" for torch; NULL: it names none */
    const char **parts;    /* paths of the files that the one at path lists; NULL: it lists none */
    int part_count;
    TensorDict *dicts; /* the first is the root; each stands behind its parent */
    Tensor *tensors;
    int dict_count, count;
    const ClassNames *class_names;  /* NULL: the file has none */
    const KerasModel *keras;        /* NULL: the file is none of Keras */
    const PublishedFile *published; /* NULL: none that is known */
} TensorFile;

/* Each takes the whole file's bytes (which must outlive the result) and a path for messages. NULL
 * after a diagnostic. */
TensorFile *read_safetensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                             size_t size);
/* A zip archive, of torch or of Keras. */
TensorFile *read_zip(Arena *arena, Diag *diag, const char *path, const uint8_t *data, size_t size);
/* A file of HDF5, as Keras writes. */
TensorFile *read_hdf5(Arena *arena, Diag *diag, const char *path, const uint8_t *data, size_t size);
TensorFile *read_torch_legacy(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                              size_t size);
/* Chooses the reader by the file's first bytes, never by its name. */
TensorFile *read_tensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                         size_t size);
/* The same from a path: the file is mapped read-only until the arena ends. */
TensorFile *tensors_open(Arena *arena, Diag *diag, const char *path);
/* Compares the checksum of the tensor's chunk, if it has one; false after a diagnostic. */
bool tensor_verified(Diag *diag, const char *path, const Tensor *tensor);

/* A name of the file's tensors and the one it means: see name_pattern.h. */
typedef struct NameRule {
    const char *from, *to;
    const char *whose; /* who writes such names, for people */
} NameRule;

/* "PATTERN OF THE FILE = pattern of the network", of length bytes. NULL, or what is wrong. */
const char *name_rule_parse(Arena *arena, const char *text, size_t length, NameRule *rule);
/* The rows of a file of --names, one a line, empty ones and those after # left out; they are added
 * to a list. False after a diagnostic. */
bool name_rules_read(Arena *arena, Diag *diag, const char *path, NameRule **rules, int *count);

/* How a person chooses among what a file holds. All zero: nothing is chosen. */
typedef struct CheckpointOptions {
    const char *dict;  /* keys from the root, joined by dots: weights are in there, or in a dict
                          below; ".": in the root */
    const char *under; /* the prefix of the network's names in their dict, with or without its last
                          dot; ".": none */
    const char *const *ignore; /* patterns of tensors that are as if they were not there */
    int ignore_count;
    const NameRule *rules; /* read before the network's own names */
    int rule_count;
    bool strict; /* every tensor of the chosen dict is one of the network */
} CheckpointOptions;

/* Whether the patterns to ignore are such; false after a diagnostic. */
bool checkpoint_options_check(Diag *diag, const CheckpointOptions *options);

/* A tensor that was taken for a parameter under another name than a prefix explains. */
typedef struct TakenName {
    const char *param, *tensor; /* the latter with its dict */
    const char *whose;          /* of a NameRule, or what the tensor was known by */
} TakenName;

/* Tensors of the file that are not the network's, by the child of its root or of the file's. */
typedef struct LeftOut {
    const char *name;
    int count; /* tensors */
} LeftOut;

/* What became of a file's tensors. */
typedef struct CheckpointRecord {
    const char *prefix; /* before each name, dicts included: "state_dict.module."; "": nothing */
    const char
        *instead; /* the prefix of the plain weights that averaged ones were taken for; NULL */
    TakenName *renamed;
    LeftOut *left_out;
    int renamed_count, left_out_count;
    int counters; /* tensors that only training needs */
} CheckpointRecord;

typedef struct Checkpoint Checkpoint;

/* Matches a file's tensors with the graph's parameters; the file outlives the result, as do the
 * options, where NULL chooses nothing. needed(context, name) says which parameters the compiled
 * graph uses; the graph's other params are allowed. Of the sets of tensors in the file, under any
 * dict and prefix, the one is taken that fills the graph; what else there is becomes notes, or
 * errors where it means another network. All problems are listed together, those of values (not a
 * number, infinite, a negative variance) included; NULL if there was one. */
typedef bool ParamNeeded(void *context, const char *name);
Checkpoint *checkpoint_open(Arena *arena, Diag *diag, const TensorFile *file,
                            const CheckpointOptions *options, const Graph *graph,
                            ParamNeeded *needed, void *context);
const CheckpointRecord *checkpoint_record(const Checkpoint *checkpoint);

/* How much of a network a file holds. */
typedef struct CheckpointFit {
    const char *prefix; /* where most of it is, dicts included */
    int found, needed;  /* tensors of the network that are there in the right shape; all */
} CheckpointFit;
/* Compares names and shapes; reads no values and reports nothing. */
CheckpointFit checkpoint_fit(Arena *arena, Diag *diag, const TensorFile *file,
                             const CheckpointOptions *options, const Graph *graph);
/* A ParamReader (ir.h): context is the Checkpoint. Values as f64, kept until checkpoint_forget or
 * the end of the arena that the checkpoint was opened with. Applies nothing but conversion;
 * count must be that of the file's tensor. */
const double *checkpoint_read(void *checkpoint, const char *name, int64_t count);
/* Frees all values read so far: a caller that writes one constant after the other stays small. */
void checkpoint_forget(Checkpoint *checkpoint);
/* A linear layer or a norm of a head in a file. */
typedef struct HeadModule {
    const char *name;            /* "classifier.4", without the network's prefix */
    bool norm;                   /* else linear */
    int64_t rows, columns;       /* outputs, inputs */
    int weight, bias, mean, var; /* indexes of its tensors in the file; -1: it has none */
} HeadModule;

typedef struct HeadModules {
    HeadModule at[LIMIT_HEAD_LAYERS]; /* in the order of the network */
    int count;
} HeadModules;

/* A shape that is looked up in the file. */
typedef struct PeekedShape {
    const char *name; /* of the parameter */
    Shape shape;
    bool found; /* the file has such a tensor, under any accepted name */
} PeekedShape;

/* What is looked for behind the blocks. */
typedef struct PeekedHead {
    PeekedShape classifier;
    int64_t columns;     /* of the classifier, which may have any name then; 0: only its own */
    bool of_map;         /* the classifier is a convolution or reads all pixels of a map */
    int64_t channels;    /* of the last map, which pooling may give twice */
    HeadModules modules; /* the linear layers and norms in their order; count 0: there is no such
                            sequence, or more than one */
} PeekedHead;

/* How class count, input channels and a head's layers are learnt, with the draft of a graph, which
 * has the names of the other parameters: shapes of the first convolution and of the head (NULL: it
 * does not matter). False after a diagnostic: it is not clear which tensors are the network. */
bool checkpoint_peek(Arena *arena, Diag *diag, const TensorFile *file,
                     const CheckpointOptions *options, const Graph *graph, PeekedShape *conv,
                     PeekedHead *head);

#endif
