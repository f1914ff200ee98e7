/* kinterp.h - the machine that interprets kernel IR: memory with bounds, variables, a call stack.
 *
 * kinterp_run.c runs the layers of a module, kinterp_stmt.c the statements of a kernel, and
 * kinterp_machine.c holds variables and memory. Not for users of the IR: kernel.h has
 * interp_module().
 */
#ifndef XNC_IR_KINTERP_H
#define XNC_IR_KINTERP_H

#include "kmatrix.h"
#include "map.h"

enum { KLANES = 64 /* most lanes of a target that can be interpreted */ };

/* A piece of memory: what one parameter of a kernel may reach. */
typedef struct KRegion {
    const char *what;  /* for messages */
    unsigned char *at; /* NULL: nothing may be accessed */
    int64_t bytes;     /* its length */
    bool writable;
} KRegion;

/* To the element that lies so many elements behind byte start of the region. */
typedef struct KPointer {
    const KRegion *region; /* NULL: points to nothing */
    int64_t start;         /* where the origin of its first pointer to this type of elements lies */
    int64_t offset;        /* in elements; may lie outside until it is used */
    Element element;
} KPointer;

typedef enum KVariableKind { KVARIABLE_INT, KVARIABLE_PTR, KVARIABLE_PTRS, KVARIABLE_VEC } KVarKind;

/* A hash table of the variables of one name, by their indices: an unrolled loop may define
 * thousands.
 */
enum { KCHAINS = 256 };
typedef struct KName {
    int newest[KCHAINS]; /* index into variables of each chain's newest; -1: the chain is empty */
} KName;

/* An entry of the cache that finds a name by the address of its text. */
enum { KRECENT = 1024 /* entries */ };
typedef struct KRecent {
    const char *text; /* compared as an address; NULL: the entry is empty */
    KName *name;
} KRecent;

/* A lane of a vector; which it is follows from the operation that made it. */
typedef union KLane {
    float number;
    uint32_t pair; /* two bf16, as in memory */
    uint8_t u8[4];
    int8_t s8[4];
    int16_t s16[2];
    int32_t sum; /* s32 */
} KLane;

/* A variable with the values of its indices. */
typedef struct KVariable {
    int *chain; /* the entry of KName.newest for the chain it is in */
    int older;  /* index of the next older variable of the chain, -1: none */
    int n_index;
    int64_t index[2];
    KVarKind kind;
    int64_t number;     /* KVARIABLE_INT: its value; KVARIABLE_PTRS: number of elements */
    KPointer pointer;   /* KVARIABLE_PTR */
    KPointer *elements; /* KVARIABLE_PTRS */
    KLane lane[KLANES]; /* KVARIABLE_VEC: as many as the machine has lanes */
} KVariable;

/* A matrix register: so many rows of so many words are in use. */
typedef struct KMatrix {
    int rows, words;
    KLane at[MATRIX_ROWS][MATRIX_WORDS];
} KMatrix;

typedef struct KMachine {
    Arena *arena; /* of names, variables and arrays; ends with the run */
    FILE *errors;
    const Module *module;
    const char *layer;       /* that runs, for messages */
    int lanes;               /* of a vector */
    Map *by_text;            /* from a name in the IR to its KName */
    KRecent recent[KRECENT]; /* by a hash of the address */
    KVariable *variables;    /* a stack: the innermost scope of the running function is on top */
    int count, capacity;     /* of variables */
    int globals;             /* variables at the bottom that every function sees */
    int frame;               /* index of the first variable of the function that runs */
    int task, tasks;         /* which share of the work this run does, and how many there are */
    KMatrix matrix[MATRIX_REGISTERS]; /* without rows before matrix_configure() */
    bool failed;                      /* a mistake was reported: nothing runs any more */
} KMachine;

/* ---- kinterp_machine.c ---- */
/* Reports a mistake and stops the machine; later calls report nothing. */
void kmachine_fail(KMachine *machine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A variable on top of the stack, with the current values of the reg's indices. It is zero but for
 * its lanes. The address is good until the next variable is defined, which may move all of them. */
KVariable *kmachine_define(KMachine *machine, const Reg *reg, KVarKind kind);
/* Removes variables from the top until count are left. */
void kmachine_leave(KMachine *machine, int count);
/* The array of pointers of that name in the running function, or NULL. */
KVariable *kmachine_array(KMachine *machine, const char *name);
/* The variable of the running function or a global one; NULL after a report when there is none of
 * this kind. */
KVariable *kmachine_find(KMachine *machine, const Reg *reg, KVarKind kind);
/* The result of an operation; fails when it has none (int_fold). */
int64_t kmachine_fold(KMachine *machine, IntKind kind, int64_t a, int64_t b);
/* The value of an int expression; fails when an operation has no result. */
int64_t kmachine_int(KMachine *machine, const IntExpr *expr);
/* The pointer variable, or element of an array, that reg names, moved by offset elements. */
KPointer kmachine_pointer(KMachine *machine, const Reg *reg, const IntExpr *offset);
/* The pointer to the same place that counts other elements. */
KPointer kmachine_cast(KMachine *machine, KPointer pointer, Element element);
/* The address of so many elements at a pointer; NULL after a report when they are not all in its
 * region, or may not be written. */
void *kmachine_access(KMachine *machine, KPointer pointer, int64_t count, bool writes);

/* ---- kinterp_matrix.c ---- */
/* What an argument is, evaluated in the caller. */
typedef struct KPassed {
    KVarKind kind;
    int64_t number;     /* an int; KVARIABLE_PTRS: number of elements */
    KPointer pointer;   /* KVARIABLE_PTR */
    KPointer *elements; /* KVARIABLE_PTRS: shared with the caller, not copied */
} KPassed;
/* Runs a row of matrix.def with its arguments. */
void kmachine_matrix(KMachine *machine, Matrix matrix, const KPassed *passed);

/* ---- kinterp_integers.c ---- */
/* One lane of what an operation that takes integers makes of its operands. */
KLane kinterp_integers(KOp op, KLane a, KLane b, KLane c);

/* ---- kinterp_stmt.c ---- */
/* Runs statements in order until the machine has failed. */
void kmachine_run(KMachine *machine, const StmtList *list);

#endif
