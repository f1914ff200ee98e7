/* kinterp.h - the machine that runs kernel IR: memory with bounds, variables, a call stack.
 *
 * Not for users of the IR: kernel.h has interp_module().
 */
#ifndef XNC_IR_KINTERP_H
#define XNC_IR_KINTERP_H

#include "kernel.h"
#include "map.h"

enum { KLANES = 64 /* most lanes of a target that can be interpreted */ };

/* A piece of memory that pointers move in. */
typedef struct KRegion {
    const char *what; /* for messages */
    float *at;
    int64_t floats;
    bool writable;
} KRegion;

typedef struct KPointer {
    const KRegion *region; /* NULL: points to nothing */
    int64_t offset;        /* in floats; may lie outside until it is used */
} KPointer;

typedef enum KVariableKind { KVARIABLE_INT, KVARIABLE_PTR, KVARIABLE_PTRS, KVARIABLE_VEC } KVarKind;

/* The variables of one name, by their indices: an unrolled loop may define thousands. */
enum { KCHAINS = 256 };
typedef struct KName {
    int newest[KCHAINS]; /* variable of each chain, -1: none */
} KName;

/* Where a name of the IR was looked up last. */
enum { KRECENT = 1024 };
typedef struct KRecent {
    const char *text; /* the address, not the letters */
    KName *name;
} KRecent;

/* A variable with the values of its indices. */
typedef struct KVariable {
    int *chain; /* where the newest one stands */
    int older;  /* variable of the chain, -1: none */
    int n_index;
    int64_t index[2];
    KVarKind kind;
    int64_t number;
    KPointer pointer;
    KPointer *elements; /* KVARIABLE_PTRS */
    float lane[KLANES];
} KVariable;

typedef struct KMachine {
    Arena *arena;
    FILE *errors;
    const Module *module;
    const char *layer; /* for messages */
    int lanes;
    Map *by_text; /* from a name in the IR to its KName */
    KRecent recent[KRECENT];
    KVariable *variables;
    int count, capacity;
    int globals;     /* so many at the bottom are seen by every function */
    int frame;       /* first variable of the function that runs */
    int task, tasks; /* whose share of the work it is */
    bool failed;
} KMachine;

/* ---- kinterp_machine.c ---- */
/* Reports the first mistake; the machine stops. */
void kmachine_fail(KMachine *machine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A new variable on top; the reg's indices are evaluated. Valid until the next is defined. */
KVariable *kmachine_define(KMachine *machine, const Reg *reg, KVarKind kind);
/* Forgets all variables but the first so many. */
void kmachine_leave(KMachine *machine, int count);
/* The array of pointers of that name in the running function, or NULL. */
KVariable *kmachine_array(KMachine *machine, const char *name);
/* The variable of the running function; NULL and failed when there is none of this kind. */
KVariable *kmachine_find(KMachine *machine, const Reg *reg, KVarKind kind);
int64_t kmachine_int(KMachine *machine, const IntExpr *expr);
/* reg's pointer moved by offset. */
KPointer kmachine_pointer(KMachine *machine, const Reg *reg, const IntExpr *offset);
/* The floats at a pointer; NULL and failed when they are not all inside. */
float *kmachine_access(KMachine *machine, KPointer pointer, int64_t floats, bool writes);

/* ---- kinterp_stmt.c ---- */
void kmachine_run(KMachine *machine, const StmtList *list);

#endif
