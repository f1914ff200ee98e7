/* kernel.h - the second level: functions made of loops over named vectors.
 *
 * A module is what one compilation emits: helper functions (register tiles, depthwise groups), one
 * kernel per distinct (shape, computation) and the layer table that calls them in order. Lowering
 * writes scalar loops; the vectorize pass turns a loop marked vector into steps of the target's
 * lanes; the unroll pass writes out loops marked unroll, after which every register index is a
 * constant. The emitter then turns each statement into one C statement.
 *
 * Text form (ir/kprint.c, ir/kparse.c), exact round trip:
 *
 *   function $product_14x32(int k, ptr a, int a_pitch, ptr w, ptr bias, ptr out, int out_pitch) {
 *     for v = 0 to 2 step 1 unroll {
 *       for r = 0 to 14 step 1 unroll {
 *         vec acc[r][v] = load bias[v * 16]
 *       }
 *     }
 *     ...
 *   }
 *
 * Invariants, checked by verify_module() (ir/kverify.c):
 *   1. Names are unique among functions; a variable is defined once in a scope before it is read.
 *   2. Only set statements change a vector, only assign statements an int; pointers never change.
 *   3. Functions are called after they are defined, with arguments of the parameters' types.
 *   4. Loads and stores go through ptr variables; only ptr mut may be stored to.
 *   5. From KSTAGE_VECTOR on no loop is marked vector; from KSTAGE_UNROLLED on none is marked
 * unroll and all register indices are constants.
 */
#ifndef XNC_IR_KERNEL_H
#define XNC_IR_KERNEL_H

#include "ir.h"

typedef enum KOp {
#define KOP(name, operands, meaning, line) KOP_##name,
#include "kops.def"
#undef KOP
    KOP_COUNT
} KOp;

/* Integer expressions: sizes, indexes, conditions. Printed as C with the usual precedence. */
typedef enum IntKind {
    INT_CONST,
    INT_VAR,
    INT_ADD,
    INT_SUB,
    INT_MUL,
    INT_DIV, /* operands are never negative */
    INT_MOD,
    INT_MIN,
    INT_MAX,
    INT_LT,
    INT_LE,
    INT_EQ,
    INT_AND,
    INT_OR
} IntKind;

typedef struct IntExpr {
    IntKind kind;
    int64_t number;   /* INT_CONST */
    const char *name; /* INT_VAR */
    const struct IntExpr *a, *b;
} IntExpr;

/* A vector register: acc[r][v]; written acc_3_1 once the indices are constants. */
typedef struct Reg {
    const char *name;
    int n_index;
    const IntExpr *index[2];
} Reg;

typedef enum StmtKind {
    STMT_COMMENT,  /* text */
    STMT_INT,      /* int name = value */
    STMT_ASSIGN,   /* name = value */
    STMT_PTR,      /* ptr name = base + value, or: ptr name = cond ? base + value : other */
    STMT_VEC,      /* vec reg = op operands: defines */
    STMT_SET,      /* reg = op operands: changes */
    STMT_STORE,    /* store base[value] = operand 0 */
    STMT_PREFETCH, /* prefetch base[value]: a hint, level 1 to 3 in extent */
    STMT_FOR,      /* for name = lo to hi step extent { body } */
    STMT_SPLIT, /* split name, other of value { body }: this task's share [name, other) of value */
    STMT_WHILE, /* while cond { body } */
    STMT_IF,    /* if cond { body } else { orelse } */
    STMT_CALL   /* call $callee(args) */
} StmtKind;

typedef enum LoopMark { LOOP_PLAIN, LOOP_VECTOR, LOOP_UNROLL } LoopMark;

typedef struct Stmt Stmt;
typedef struct StmtList {
    Stmt **at;
    int count, capacity;
} StmtList;

/* An argument of a call: an int expression, or a pointer (base + value). */
typedef struct KArg {
    const char *base; /* NULL for an int argument */
    const IntExpr *value;
} KArg;

struct Stmt {
    StmtKind kind;
    const char *name;     /* variable, loop variable, callee, comment text */
    const char *base;     /* pointer read, stored to or offset */
    const char *other;    /* STMT_PTR: pointer when cond is false; STMT_SPLIT: end variable */
    const IntExpr *value; /* see StmtKind */
    const IntExpr *cond;
    const IntExpr *lo, *hi;
    int64_t extent; /* loop step, prefetch level */
    LoopMark mark;
    bool is_mutable; /* STMT_PTR: may be stored through */
    KOp op;
    Reg reg;
    Reg operand[3];
    double number; /* KOP_constant */
    KArg *args;
    int n_args;
    StmtList body, orelse;
};

typedef enum ParamKind { PARAM_INT, PARAM_PTR, PARAM_PTR_MUT, PARAM_PTR_ARRAY } ParamKind;
typedef struct KParam {
    ParamKind kind;
    const char *name;
} KParam;

enum { MAX_KPARAMS = 16 };

/* is_kernel: the parameters are xnc_args of the runtime: in, residual, out, w[0..3], scratch, and
 * the task's share; they are named in KERNEL_PARAMS and need no list. */
typedef struct Function {
    const char *name;
    const char *doc; /* one or two lines for the emitted comment: what it computes, shapes */
    bool is_kernel;
    KParam params[MAX_KPARAMS];
    int n_params;
    StmtList body;
} Function;

enum { MAX_LAYER_WEIGHTS = 4 };

/* One row of the layer table. Space: where an operand stands. */
typedef enum Space { SPACE_NONE, SPACE_ARENA, SPACE_INPUT, SPACE_OUTPUT } Space;
typedef struct Place {
    Space space;
    int64_t at; /* byte offset in the arena, or index of the output */
} Place;
typedef struct Layer {
    const char *name;   /* the node's */
    const char *op;     /* the node's operation */
    int line;           /* of the description, 0 if unknown */
    const char *kernel; /* a Function with is_kernel */
    Place in, residual, out;
    int64_t out_elements, out_pixels, out_channels, out_pitch; /* to compare with the interpreter */
    int64_t scratch_offset, scratch_bytes;                     /* per thread */
    int64_t weights[MAX_LAYER_WEIGHTS]; /* byte offsets in the blob, -1: none */
    int n_weights;
    int64_t macs;
} Layer;

/* One constant of the blob. */
typedef struct Constant {
    const char *name; /* node name and role: "block1.rep.0.dw_weight" */
    const Expr *expr;
    int64_t offset, bytes; /* in the blob's content, 64-byte aligned */
} Constant;

typedef enum KStage { KSTAGE_LOOPS, KSTAGE_VECTOR, KSTAGE_UNROLLED } KStage;

typedef struct Module {
    Arena *arena;
    const Graph *graph; /* the planned graph that it was lowered from */
    const char *name, *target;
    KStage stage;
    Function **functions;
    int n_functions;
    Layer *layers;
    int n_layers;
    Constant *constants;
    int n_constants;
    int64_t weights_bytes; /* content of the blob, without its header */
} Module;

/* ---- kbuild.c: writing kernel IR by hand ---- */
const IntExpr *int_const(Arena *arena, int64_t number);
const IntExpr *int_var(Arena *arena, const char *name);
/* Folds constants and drops + 0 and * 1, so that emitted text stays plain. */
const IntExpr *int_new(Arena *arena, IntKind kind, const IntExpr *a, const IntExpr *b);
/* Parses "p / 19 % 19 + min(a, 4)": the readable way to write index expressions in lowering. printf
 * arguments are allowed in the format (%d, %lld, %s). A syntax error is an internal error. */
const IntExpr *int_text(Arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const IntExpr *int_substitute(Arena *arena, const IntExpr *expr, const char *name,
                              const IntExpr *with);
Stmt *stmt_add(Arena *arena, StmtList *list, StmtKind kind, const char *name);
Module *module_create(Arena *arena, const Graph *graph);
Function *module_function(const Module *module, const char *name);
Function *module_add_function(Module *module, const char *name, bool is_kernel);
/* Appends statements written in the text form to a list: lowering may build from text with holes
 * (printf style), which reads like the code that comes out. An error is an internal error. */
void stmts_text(Arena *arena, StmtList *list, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- kprint.c, kparse.c ---- */
void print_module(FILE *out, const Module *module);
Module *parse_module(Arena *arena, Diag *diag, const Source *source);

/* ---- kverify.c ---- */
bool verify_module(FILE *out, const Module *module);

/* ---- kinterp.c: runs a module the naive way, for tests of lowering and rewrites ---- */
typedef struct KBuffers {
    const float *input;
    float *const *outputs;
    unsigned char *arena;
    const unsigned char *weights; /* content of the blob */
} KBuffers;
/* lanes: vector length that load, store and friends have (1 before KSTAGE_VECTOR). Checks every
 * access against the arena's, blob's and buffers' bounds; false with a message on the first miss.
 */
bool interp_module(FILE *errors, const Module *module, const KBuffers *buffers, int tasks);

#endif
