/* pickle.h - a pickle read as data, without running it.
 *
 * Python's pickle is a program for a small stack machine that may call any function (PEP 307 and
 * Lib/pickletools.py describe protocol 2). This machine knows the opcodes that torch writes and no
 * callable: a global is a row of a table or opaque, and a call makes a dict, a list, a tensor, or
 * an object of which only the name of its class and its state are kept, as data. Anything else is
 * refused. Private to compiler/weights.
 */
#ifndef XNC_COMPILER_WEIGHTS_PICKLE_H
#define XNC_COMPILER_WEIGHTS_PICKLE_H

#include "container.h"

typedef enum PickleKind {
    PICKLE_NONE,
    PICKLE_BOOL,
    PICKLE_INT,
    PICKLE_FLOAT,
    PICKLE_STRING,
    PICKLE_TUPLE,
    PICKLE_LIST,
    PICKLE_DICT,
    PICKLE_GLOBAL,  /* a row of the table of globals */
    PICKLE_STORAGE, /* a persistent id */
    PICKLE_TENSOR,
    PICKLE_LARGE,  /* an integer of more than 64 bits: nothing of it is kept */
    PICKLE_OPAQUE, /* an unknown global, or a storage of one; text is its name */
    PICKLE_OBJECT  /* what calling an unknown global would give */
} PickleKind;

/* One block of elements, of which tensors are views. The container's reader finds its bytes. */
typedef struct PickleStorage {
    const char *key; /* not terminated */
    size_t key_length;
    const struct PickleGlobal *type;
    int64_t count; /* elements */
    uint32_t at;   /* byte of the pickle that first mentions it */
    Chunk chunk;   /* set by the container; data is NULL before */
} PickleStorage;

/* A view of a storage, checked to lie inside of it; strides in elements. */
typedef struct PickleTensor {
    PickleStorage *storage;
    int rank;
    int64_t first; /* element of the storage */
    int64_t dim[LIMIT_TENSOR_RANK], stride[LIMIT_TENSOR_RANK];
} PickleTensor;

/* Of a tuple, a list, or a dict (key, value, key, value, ...). */
typedef struct PickleItems {
    struct PickleValue *at;
    uint32_t count, capacity;
    uint32_t depth; /* 1 without containers inside */
    bool is_listed; /* by torch_dict.c */
} PickleItems;

/* Sixteen bytes, kept by value, so that millions of hostile ones stay small. */
typedef struct PickleValue {
    uint32_t kind : 4;    /* PickleKind */
    uint32_t length : 28; /* of text; LIMIT_PICKLE_BYTES is less */
    uint32_t at;          /* byte of the pickle that made it, for messages */
    union {
        int64_t integer; /* PICKLE_BOOL, PICKLE_INT */
        double real;
        const char *text; /* in the pickle's bytes, not terminated */
        PickleItems *items;
        const struct PickleGlobal *global;
        PickleStorage *storage;
        PickleTensor *tensor;
        struct PickleObject *object;
    };
} PickleValue;

/* An object of a class that the machine does not know. Its arguments are dropped. */
typedef struct PickleObject {
    PickleValue class;   /* PICKLE_OPAQUE */
    PickleValue state;   /* what BUILD gave it: usually the dict of its attributes; PICKLE_NONE
                            before */
    PickleItems *items;  /* keys and values that were set, as in a subclass of dict; NULL: none */
    PickleItems *module; /* its tensors as torch_module.c lists them; NULL before */
} PickleObject;

/* What calling a known global gives. */
typedef enum PickleCall {
    CALL_NOTHING,    /* a storage class: names a type, is never called */
    CALL_DICT,       /* an empty dict */
    CALL_TENSOR,     /* a view of a storage: _rebuild_tensor_v2 */
    CALL_TENSOR_OLD, /* the same with fewer arguments: _rebuild_tensor */
    CALL_PARAMETER,  /* its first argument, a tensor */
    CALL_TYPED,      /* what its first argument gives for its third: a tensor with attributes */
    CALL_LIST,       /* its argument, a list, or an empty one: a set */
    CALL_STATE       /* an object whose state is the first argument */
} PickleCall;

/* One global that the machine knows. */
typedef struct PickleGlobal {
    const char *module, *name;
    PickleCall call;
    ScalarType type; /* of a storage class */
    int bytes;       /* of one element */
} PickleGlobal;

/* The storages mentioned by the pickles of one file. */
typedef struct StorageTable {
    Map *names;          /* from keys to their storages */
    PickleStorage **at;  /* in the order of first mention */
    int count, capacity; /* capacity: elements that at has memory for */
} StorageTable;

StorageTable *storage_table_create(Arena *arena);

/* The machine's state: one pickle of a file. */
typedef struct Pickle {
    const Reading *reading;
    int64_t *steps;      /* that the pickles of the file have taken together */
    uint64_t base;       /* byte of the file at which the pickle starts */
    const uint8_t *data; /* of the pickle */
    size_t size, next;
    bool is_cut;            /* the limit on its size came before its end */
    bool old_strings;       /* the legacy stream of old releases has strings of Python 2 */
    StorageTable *storages; /* NULL where a persistent id is a mistake */
    uint32_t at;            /* of the opcode being run */
    PickleValue *stack;
    int height; /* values on the stack */
    int *marks; /* heights of the stack at the open marks */
    int mark_count;
    PickleValue *memo; /* by index: values that BINPUT stored, for BINGET */
    bool *memo_set;    /* by index: whether one was stored */
    size_t memo_size;  /* elements that both arrays have memory for */
    bool stopped;      /* by STOP */
} Pickle;

/* Runs one pickle that begins at byte base of the file, to its STOP; used receives its length.
 * False after a diagnostic. */
bool pickle_run(Pickle *pickle, PickleValue *result, size_t *used);

/* ---- pickle_stack.c: each fails with a diagnostic ---- */
const uint8_t *pickle_take(Pickle *pickle, size_t count);
/* Little-endian, 1 to 4 bytes. */
bool pickle_take_number(Pickle *pickle, size_t bytes, uint32_t *number);
/* A line of text; length is without its newline. */
bool pickle_take_line(Pickle *pickle, const char **line, size_t *length);
bool pickle_has_room(const Pickle *pickle);
bool pickle_push(Pickle *pickle, PickleValue value);
bool pickle_push_items(Pickle *pickle, PickleKind kind, const PickleValue *values, uint32_t count);
PickleValue *pickle_top(const Pickle *pickle);
/* The popped values in the order in which they were pushed, readable until the next push. */
const PickleValue *pickle_pop(Pickle *pickle, int count);
/* The same for all values above the innermost mark, and the mark. */
const PickleValue *pickle_pop_mark(Pickle *pickle, uint32_t *count);
/* Adds values to the container on top of the stack, which must be of this kind, opaque or an
 * object: an object keeps what is put into it as into a dict, and nothing else. */
bool pickle_add(Pickle *pickle, PickleKind kind, const PickleValue *values, uint32_t count);

/* ---- pickle_opcodes.c ---- */
typedef bool PickleOpcode(Pickle *pickle);
extern PickleOpcode *const pickle_opcodes[256];

/* ---- pickle_call.c: what globals mean ---- */
/* The row of a global, or NULL: then it is opaque. */
const PickleGlobal *pickle_global(const char *module, size_t module_length, const char *name,
                                  size_t name_length);
/* Pushes a new object of an opaque class, without state. */
bool pickle_push_object(Pickle *pickle, const PickleValue *class);
bool pickle_reduce(Pickle *pickle, const PickleValue *callable, const PickleValue *args,
                   PickleValue *result);
bool pickle_persistent(Pickle *pickle, const PickleValue *id, PickleValue *result);

/* ---- for both ---- */
/* A mistake at the opcode being run. Always false. */
bool pickle_fail(const Pickle *pickle, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "a tuple", "os.system", for messages. */
const char *pickle_spelling(Arena *arena, const PickleValue *value);
bool pickle_text_is(const PickleValue *value, const char *text);

/* ---- torch_module.c ---- */
/* Sets *entries to keys and values of what is in an object, or NULL when nothing is: of a module of
 * torch or TorchScript all its tensors under their names in the state_dict(), of another object
 * what was put into it as into a dict, else its attributes. *steps counts the work of all objects
 * of a file, from 0. False after a diagnostic. */
bool object_entries(const Reading *reading, int64_t *steps, PickleObject *object,
                    PickleItems **entries);
/* Whether an object is one of TorchScript. */
bool is_script(const PickleObject *object);

/* ---- torch_dict.c ---- */
/* All dicts under a checkpoint's root and their tensors, whose storages have data; NULL after a
 * diagnostic. */
TensorFile *torch_dict(const Reading *reading, const PickleValue *root);

/* ---- torch_class_names.c ---- */
/* The names of the classes beside the weights; NULL when there are none. */
const ClassNames *torch_class_names(Arena *arena, const PickleValue *root);

#endif
