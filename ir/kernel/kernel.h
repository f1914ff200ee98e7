/* kernel.h - the second level: functions made of loops over named vectors.
 *
 * A module is what one compilation emits for one target: helper functions (register tiles,
 * depthwise groups), one kernel per distinct (shape, computation) and the layer table that calls
 * them in order. Lowering writes scalar loops; the vectorize pass turns a loop marked vector into
 * steps of the target's lanes; the unroll pass writes out loops marked unroll, after which every
 * index of a register is a constant. The emitter then turns each statement into one C statement.
 *
 * Text form (ir/text/kprint.c, ir/text/kparse.c), exact round trip; one statement per line:
 *
 *   module "xception41" target "x86-64-v3" layout "x86-64-v4" stage loops precision bf16
 *                                    the layout is left out where it is the target's own, the
 *                                    precision where it is f32; behind it weights_type f16 where
 *                                    weights of products are stored so
 *   zeros 736                        floats of +0 that the pointer zeros of every function points
 *                                    to; 0: there is no such pointer
 *   weights 91000064                 bytes of the blob's content
 *   input "x" [1,3,299,299]          the caller's floats, N, C, H, W without padding; with nhwc
 *                                    behind the shape they lie in the order N, H, W, C
 *   output "fc" [1,1000]             one line for each
 *   preprocess { test_size=299x299 crop_pct=0.94 mean=0.5,0.5,0.5,0.5 std=0.5,0.5,0.5,0.5
 *     interpolation=bicubic crop_mode=center }       as in a graph's text; may be left out
 *
 *   function $tile_14x32(int k, ptr a, int pitch, ptr w, ptr mut out) {
 *     doc "14 pixels x 32 channels of a product."
 *     ...
 *   }
 *   function $tile_6x16(int k, ptr a, int pitch, ptr w, ptr mut out) inline {
 *     ...                            compiled into each caller, so that arguments which are numbers
 *   }                                there (sizes, pitches) are numbers in its loops as well;
 *                                    noinline: compiled once, and these are its variables
 *   kernel $separable_19x19_728_728 {                         its parameters: see KERNEL_PARAMS
 *     ...
 *   }
 *   constant "conv1" weight at 0 bytes 3456 = pack_panels(...)
 *   layer "conv1" op "conv2d" line 12 kernel $stem in input residual none out arena 0 ...
 *
 * Statements. NAME may carry one or two indices, NAME[r][v]: one variable per pair of values,
 * written name_3_1 in C. E is an int expression: + - * / % min(a, b) max(a, b) < <= > >= == !=
 * && || with C's precedence. P is a pointer NAME.
 *
 *   // text                          a comment of the emitted code
 *   # text                           a comment of this text alone
 *   dim pitch = 736                  a named size, number only; neighbours become one C enum
 *   int y[r] = E                     defines an int, y[r] = E changes it
 *   ptr row = P + E                  defines; "+ E" may be left out; ptr mut: may be stored to
 *   ptr row[j] = E ? P + E : P + E   a choice, such as the row or zeros
 *   ptr f32 row = P + E              the type of the elements; left out, it is f32
 *   ptrs tap[9]                      an array of pointers (with a type as well), for helpers with
 *                                    a parameter "ptrs tap"
 *   ptr tap[E] = P + E               sets an element of it (or a choice); E need not be constant
 *   vec acc[r][v] = load P[E]        defines, from lanes floats at P + E: the last [] is the offset
 *   vec x[r] = broadcast P[E]        one float in all lanes
 *   vec x = zero                     all lanes +0
 *   vec six = constant 6             all lanes a number; -inf is one
 *   acc[r][v] = fma x[r], w[v], acc[r][v]     changes; operations are the rows of kops.def
 *   acc[r][v] = fma_lane x[r], w[v], acc[r][v], E        the lane E of x[r] in place of all lanes;
 *                                                        dot_signed_lane likewise
 *   store P[E] = acc[r][v]           lanes floats
 *   store bf16 P[E] = acc[r][v]      the same rounded to another type, that of the pointer; to u8
 *                                    only what is 0 to 255 rounded; s8: the nearest u8 less 128
 *   store P[E] = acc[r][v] first E   only the first E lanes, 0 <= E <= lanes
 *   store P[E] = acc[r][v] below E   only the lanes below E, any number; where none are stored,
 *                                    the address need not be valid
 *   copy P[E] = P[E]                 one float
 *   prefetch P[E] level 2            a hint: 1 is the nearest cache; need not be a valid address
 *   for r = E to E step 1 unroll {   from the first E while below the second; plain when unmarked,
 *   }                                else vector, unroll, or unroll by 4 (a hint to the compiler)
 *   split begin, end of E            defines this task's share [begin, end) of 0 .. E; in kernels
 *   while E {
 *   }
 *   if E {
 *   } else {                         also: } else if E {
 *   }
 *   call $tile_14x32(E, &P[E], 736, &w[0], &tap)     pointers as &P[E], arrays as &tap (or from
 *                                    element E on as &tap[E]), else ints
 *   call $matrix_dot(0, 4, 5)        an instruction on matrix registers, see kmatrix.h
 *
 * A body is a scope, except the body of a loop marked unroll (or vector unroll): what it defines
 * stays visible after the loop, because unrolling leaves neither loop nor braces. For each step to
 * define other variables, they are indexed by the loop's variable.
 *
 * Invariants, checked by verify_module() (ir/kernel/kverify.c):
 *   1. Names of functions are unique. A variable is defined once in a scope, before it is read, and
 *      does not have the name of another variable in scope.
 *   2. Only "changes" statements change a vector or int; loop variables, dims and pointers never
 *      change, elements of ptrs may.
 *   3. Functions are called after they are defined, with arguments of the parameters' kinds;
 *      kernels are never called. No function has the name of an instruction on matrices.
 *   4. Loads and stores go through pointers; only ptr mut may be stored to, or passed as ptr mut.
 *      The types of elements are those that the operation's row in kops.def says; only a statement
 *      "ptr" makes a pointer to other elements than those of its origin, whose offset counts the
 *      origin's.
 *   5. From KSTAGE_VECTOR on no loop is marked vector and no store says below; from
 *      KSTAGE_UNROLLED on no loop is marked unroll and all indices of variables are constants,
 *      except those into ptrs. A store does not say both first and below, one to another type than
 *      f32 neither; and only what the target spells is used: operations that it may lack
 *      (MAY_LACK), stores. A constant lane is one that the target has; from KSTAGE_UNROLLED
 *      on all are constants.
 *   6. A layer's kernel exists, and its constants lie in the blob, 64-byte aligned. The constants
 *      are in the order of their offsets, none overlaps the next, and each has room for its values.
 *   7. A layer reads and writes places that exist: outputs of the module (there is one at least),
 *      or the arena from a 64-byte line on; what it reads begins before the arena's end. It does
 *      not write the input, and its result has no more elements than a value may.
 *   8. From KSTAGE_UNROLLED on no operand of add or sub is the result of mul, or of an activation
 *      that ends with one: a C compiler may join both into one fma, which rounds once less.
 */
#ifndef XNC_IR_KERNEL_H
#define XNC_IR_KERNEL_H

#include "ir.h"
#include "map.h"

typedef enum KOp {
#define KOP(name, ...) KOP_##name,
#include "kops.def"
#undef KOP
    KOP_COUNT
} KOp;

/* Integer expressions: sizes, indices, conditions (0 is false, comparisons give 0 or 1). Values are
 * 64-bit and never overflow. */
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
    INT_GT,
    INT_GE,
    INT_EQ,
    INT_NE,
    INT_AND,
    INT_OR
} IntKind;

typedef struct IntExpr {
    IntKind kind;
    int64_t number;   /* INT_CONST */
    const char *name; /* INT_VAR */
    /* operands; of INT_VAR its indices, both NULL for a plain variable */
    const struct IntExpr *a, *b;
} IntExpr;

/* A variable with its indices, acc[r][v]; written acc_3_1 in C once they are constants. */
typedef struct Reg {
    const char *name;        /* NULL: no variable */
    int n_index;             /* 0 to 2 */
    const IntExpr *index[2]; /* NULL beyond n_index */
} Reg;

/* What a statement is, and which members of Stmt hold its parts; all others are zero. kstmt.c says
 * the same as a table. */
typedef enum StmtKind {
    STMT_COMMENT,  /* name: the text */
    STMT_DIM,      /* reg = value, a constant */
    STMT_INT,      /* int reg = value */
    STMT_ASSIGN,   /* reg = value, of an int */
    STMT_PTRS,     /* ptrs reg.name[extent]: an array of pointers */
    STMT_PTR,      /* ptr reg = base + value, or: cond ? base + value : other + other_value */
    STMT_VEC,      /* vec reg = op: defines; operands in operand[], load and broadcast: base[value],
                      of a lane: its number is value */
    STMT_SET,      /* reg = op: changes */
    STMT_STORE,    /* store base[value] = operand[0] first cond, or below below, or all lanes */
    STMT_COPY,     /* copy base[value] = other[other_value] */
    STMT_PREFETCH, /* prefetch base[value] level extent */
    STMT_FOR,      /* for name = lo to hi step extent { body } */
    STMT_SPLIT,    /* split name, other.name of value */
    STMT_WHILE,    /* while cond { body } */
    STMT_IF,       /* if cond { body } else { orelse } */
    STMT_CALL      /* call $name(args) */
} StmtKind;

/* What a pass or the C compiler is to do with a loop. */
typedef enum LoopMark {
    LOOP_PLAIN,  /* nothing */
    LOOP_VECTOR, /* "vector": vectorize makes each step handle the target's lanes at once */
    LOOP_UNROLL, /* "unroll": the unroll pass replaces it by copies of its body */
    /* "vector unroll": a loop over the channels of a register tile whose variable also indexes
     * registers. vectorize divides that index by the lanes and leaves a LOOP_UNROLL. */
    LOOP_VECTOR_UNROLL,
    LOOP_UNROLL_BY /* "unroll by 4": stays a loop; the C compiler may write out factor steps */
} LoopMark;

typedef struct Stmt Stmt;
typedef struct StmtList {
    Stmt **at;
    int count, capacity;
} StmtList;

/* An argument of a call: an int expression (value), a pointer (base + value), or an array of
 * pointers (base) as a whole or from element value on. */
typedef struct KArg {
    Reg base;             /* base.name is NULL for an int argument */
    const IntExpr *value; /* NULL for a whole array of pointers */
} KArg;

struct Stmt {
    StmtKind kind;
    const char *name;     /* loop variable, first of a split, callee, comment text */
    Reg reg;              /* what is defined or changed */
    Reg base;             /* pointer that is loaded from, stored to, or copied with an offset */
    const IntExpr *value; /* offset from base, the value of an int, or a lane: see StmtKind */
    Reg other;            /* second pointer; name NULL when there is none */
    const IntExpr *other_value;
    const IntExpr *cond;
    const IntExpr *below;   /* of a store: see the text form; the vectorize pass makes it a first */
    const IntExpr *lo, *hi; /* of a loop: from lo while below hi */
    int64_t extent; /* step of a loop, level of a prefetch, length of an array of pointers */
    int64_t factor; /* of LOOP_UNROLL_BY, from 2 to 64; else 0 */
    LoopMark mark;
    bool is_mutable; /* STMT_PTR: may be stored through */
    Element element; /* STMT_PTR, STMT_PTRS: what is pointed to; STMT_STORE: what is stored */
    KOp op;
    Reg operand[3];
    double number; /* KOP_constant; may be -inf (the text form says -inf) */
    KArg *args;
    int n_args;
    StmtList body, orelse;
};

typedef enum ParamKind { PARAM_INT, PARAM_PTR, PARAM_PTR_MUT, PARAM_PTRS } ParamKind;
typedef struct KParam {
    ParamKind kind;
    Element element; /* of a pointer or an array of pointers */
    const char *name;
} KParam;

enum {
    MAX_KPARAMS = 28,
    MAX_POINTERS = 2048 /* elements of one array of pointers, which is on the stack */
};

/* The parameters of every kernel, which it gets as one xnc_args (runtime/xnc_model.h): the layer's
 * operands, its constants by slot, the task's own scratch, and which of how many tasks it is.
 * Pointers are to f32; a statement "ptr" makes others of them.
 * KERNEL_PARAM(kind, name, spelling in C) */
#define KERNEL_PARAMS(KERNEL_PARAM)                                                                \
    KERNEL_PARAM(PARAM_PTR, in, "args->in")                                                        \
    KERNEL_PARAM(PARAM_PTR, residual, "args->residual")                                            \
    KERNEL_PARAM(PARAM_PTR_MUT, out, "args->out")                                                  \
    KERNEL_PARAM(PARAM_PTR, w0, "args->w[0]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w1, "args->w[1]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w2, "args->w[2]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w3, "args->w[3]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w4, "args->w[4]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w5, "args->w[5]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w6, "args->w[6]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w7, "args->w[7]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w8, "args->w[8]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w9, "args->w[9]")                                                      \
    KERNEL_PARAM(PARAM_PTR, w10, "args->w[10]")                                                    \
    KERNEL_PARAM(PARAM_PTR, w11, "args->w[11]")                                                    \
    KERNEL_PARAM(PARAM_PTR, w12, "args->w[12]")                                                    \
    KERNEL_PARAM(PARAM_PTR, w13, "args->w[13]")                                                    \
    KERNEL_PARAM(PARAM_PTR_MUT, scratch, "args->scratch")                                          \
    KERNEL_PARAM(PARAM_INT, task, "args->task")                                                    \
    KERNEL_PARAM(PARAM_INT, tasks, "args->tasks")

/* KPARAM_in, ... index kernel_params; weight slot i (below) is KPARAM_w0 + i. */
typedef enum KernelParamId {
#define KERNEL_PARAM(kind, name, spelling) KPARAM_##name,
    KERNEL_PARAMS(KERNEL_PARAM)
#undef KERNEL_PARAM
        KPARAM_COUNT
} KernelParamId;
typedef struct KernelParam {
    ParamKind kind;
    const char *name, *spelling;
} KernelParam;
extern const KernelParam kernel_params[KPARAM_COUNT];

/* The pointer to the module's array of +0, which all functions have where zeros_floats > 0. */
#define ZEROS_NAME "zeros"

/* A kernel has no params of its own; "ptr dw_weight = w0" gives one of KERNEL_PARAMS a better name.
 */
typedef struct Function {
    const char *name;
    const char *doc; /* lines for the emitted comment: what it computes, shapes; may be NULL */
    bool is_kernel;
    bool is_inline, is_noinline; /* the marks inline and noinline above */
    KParam params[MAX_KPARAMS];
    int n_params;
    StmtList body;
} Function;

/* The constants that a node may have, each in a slot of its layer. They are members of Node of the
 * same name. WEIGHT_SLOT(ID, name) */
#define WEIGHT_SLOTS(WEIGHT_SLOT)                                                                  \
    WEIGHT_SLOT(WEIGHT, weight)                                                                    \
    WEIGHT_SLOT(BIAS, bias)                                                                        \
    WEIGHT_SLOT(DW_WEIGHT, dw_weight)                                                              \
    WEIGHT_SLOT(DW_BIAS, dw_bias)                                                                  \
    WEIGHT_SLOT(RESIDUAL_SCALE, residual_scale)                                                    \
    WEIGHT_SLOT(START, start)                                                                      \
    WEIGHT_SLOT(OUT_SCALE, out_scale)                                                              \
    WEIGHT_SLOT(IN_FACTOR, in_factor)                                                              \
    WEIGHT_SLOT(ZERO_POINT, zero_point)                                                            \
    WEIGHT_SLOT(HIGHEST, highest)                                                                  \
    WEIGHT_SLOT(IN_ZERO, in_zero)                                                                  \
    WEIGHT_SLOT(REST_SCALE, rest_scale)                                                            \
    WEIGHT_SLOT(MAP_FACTOR, map_factor)                                                            \
    WEIGHT_SLOT(MAP_ZERO, map_zero)
typedef enum WeightSlot {
#define WEIGHT_SLOT(id, name) SLOT_##id,
    WEIGHT_SLOTS(WEIGHT_SLOT)
#undef WEIGHT_SLOT
        SLOT_COUNT
} WeightSlot;
const char *slot_name(WeightSlot slot); /* "weight", ... */

/* Where an operand is. */
typedef enum Space { SPACE_NONE, SPACE_ARENA, SPACE_INPUT, SPACE_OUTPUT } Space;
typedef struct Place {
    Space space;
    int64_t at; /* byte offset in the arena, or index of the output */
} Place;
/* Written by the lower pass, one for each node of the planned graph, in order of execution. */
typedef struct Layer {
    const char *name;        /* the node's */
    Op op;                   /* the node's */
    int line;                /* of the description, 0 if unknown */
    const char *kernel;      /* a Function with is_kernel */
    Place in, residual, out; /* residual: SPACE_NONE without one */
    /* The result, for comparing it with the interpreter's: elements without padding, pixels of all
     * images (1 each for rank 2), per pixel the channels and the elements with padding, and their
     * type. */
    int64_t out_elements, out_pixels, out_channels, out_pitch;
    Element out_element;
    /* Task t's scratch is scratch_bytes long and starts at scratch_offset + t * scratch_bytes. */
    int64_t scratch_offset, scratch_bytes;
    /* Byte offsets in the blob by slot, -1: none. A region's is the first constant of its body, in
     * slot 0; the others follow it. */
    int64_t weights[SLOT_COUNT];
    int n_weights; /* slots up to the last one with a constant */
    int64_t macs;  /* multiply-adds of all images: node_macs() */
} Layer;

/* One constant of the blob. */
typedef struct Constant {
    const char *node; /* name of the node that it belongs to, also in the body of a region */
    WeightSlot slot;
    const Expr *expr;      /* NULL in texts that do not say */
    int64_t offset, bytes; /* in the blob's content, 64-byte aligned */
} Constant;
/* "block1.rep.0.dw_weight", for people. */
const char *constant_name(Arena *arena, const Constant *constant);

/* How far the passes on kernels have come: after lower, vectorize, unroll. */
typedef enum KStage { KSTAGE_LOOPS, KSTAGE_VECTOR, KSTAGE_UNROLLED } KStage;

/* A buffer that the caller hands in or gets back: floats without padding in the order N, C, H, W or
 * N, H, W, C (or N, C). */
typedef struct Port {
    const char *name;
    Shape shape;        /* N, C, H, W in either order */
    bool channels_last; /* they lie in the order N, H, W, C */
} Port;

/* All that the emitter, the blob and the interpreter need: nothing of the graph is asked again. */
typedef struct Module {
    Arena *arena;
    const char *name;
    const char *target;  /* the row that spells its operations */
    const char *layout;  /* the target whose panels the weights are packed in; NULL: target's own */
    const char *network; /* network_digest() of the graph; NULL in texts that do not say */
    KStage stage;
    Precision precision;  /* of the products, as the caller asked for it: for people */
    Element weights_type; /* of products' weights, f32 or f16, likewise */
    Port input, *outputs;
    int n_outputs;
    Preprocess preprocess; /* for the user's program, as are scores; no kernel reads them */
    Scores scores;
    Function **functions;
    int n_functions;
    Map *by_name; /* of the functions; of two of one name the last */
    Layer *layers;
    int n_layers;
    Constant *constants;
    int n_constants;
    int64_t weights_bytes; /* content of the blob, without its header */
    int64_t zeros_floats;  /* length of the array of +0; 0: no function names it */
} Module;

/* ---- kbuild.c: writing kernel IR by hand ---- */
/* How an operator is written, in all texts and in C, and how tightly it binds: 1 to 6. What needs
 * no parentheses, such as a variable or min(a, b), has 9. */
typedef struct IntInfo {
    const char *text;
    int level;
} IntInfo;
const IntInfo *int_info(IntKind kind);
const IntExpr *int_const(Arena *arena, int64_t number); /* trees may share parts */
const IntExpr *int_var(Arena *arena, const char *name);
/* Folds constants and drops + 0 and * 1, so that emitted text stays plain. */
const IntExpr *int_new(Arena *arena, IntKind kind, const IntExpr *a, const IntExpr *b);
/* The value of an operation on constants; false when it has none (a division by 0, an overflow). */
bool int_fold(IntKind kind, int64_t a, int64_t b, int64_t *result);
/* The expression with the plain variable of that name replaced, folded again. */
const IntExpr *int_substitute(Arena *arena, const IntExpr *expr, const char *name,
                              const IntExpr *with);
bool int_equal(const IntExpr *a, const IntExpr *b); /* whether both are the same tree */
/* Appends a statement with this kind and name. */
Stmt *stmt_add(Arena *arena, StmtList *list, StmtKind kind, const char *name);
Module *module_create(Arena *arena); /* without functions, layers and ports */
/* The function or kernel of that name; NULL when there is none. */
Function *module_function(const Module *module, const char *name);
Function *module_add_function(Module *module, const char *name, bool is_kernel);
/* Appends a parameter; more than MAX_KPARAMS are an internal error. */
void function_param(Function *function, ParamKind kind, Element element, const char *name);
/* "loops", "vector", "unrolled" */
const char *kstage_name(KStage stage);
typedef enum KOpFlag {
    /* A target need not spell it. Of left operands of 8 bits it spells what u8 need, dot_quads and
     * broadcast_quad, or what signed ones need: see centers() in passes/common/tile.h. */
    MAY_LACK = 1 << 0,
    OF_LANE = 1 << 1 /* the number of a lane of its first operand stands behind its operands */
} KOpFlag;

/* A row of kops.def. */
typedef struct KOpInfo {
    const char *name;
    Element gives;       /* the type of its result */
    int operands;        /* vectors it takes */
    Element takes[3];    /* the types of these */
    Element reads;       /* of the elements that it loads; none: it has no address */
    unsigned flags;      /* of KOpFlag */
    const char *meaning; /* C expression for one lane */
    const char *line;    /* for people */
} KOpInfo;
const KOpInfo *kop_info(KOp op);
/* Whether its row has the flag. */
bool kop_is(KOp op, KOpFlag flag);

/* ---- kstmt.c ---- */
/* Appends deep copies of the statements with a plain int variable replaced in every expression and
 * index (name NULL: nothing is replaced): one step of an unrolled loop. */
void stmts_copy(Arena *arena, StmtList *to, const StmtList *from, const char *name,
                const IntExpr *with);

/* ---- kwrite.c, kprint.c, kparse.c (ir/text): the text form ---- */
/* Appends a function whose "function $name(...) { ... }" or "kernel $name { ... }" is written in
 * the text form, with printf's holes. */
Function *function_text(Module *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Appends statements to a list that are written in the text form, with a printf format: this is how
 * lowering writes code. A text that does not parse is an internal error. */
void stmts_text(Arena *arena, StmtList *list, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void print_module(FILE *out, const Module *module);
/* One line per statement, indented by so many blanks. */
void print_stmts(FILE *out, const StmtList *list, int indent);
void print_int(FILE *out, const IntExpr *expr);
/* NULL when the text does not parse; the diagnostics say where. Names, kinds and tables are not
 * checked: verify_module(). */
Module *parse_module(Arena *arena, Diag *diag, const Source *source);

/* ---- kverify.c ---- */
/* True when every invariant holds; else prints each broken one to out. */
bool verify_module(FILE *out, const Module *module);

/* ---- kinterp_run.c, kinterp_weights.c: interprets a module ----
 * Lowering and the passes after it are tested this way, on small networks: it takes about a
 * thousand times as long as compiled code, ten times more while vectors have one lane. */
typedef struct KBuffers {
    const float *input;           /* as Module.input says */
    float *const *outputs;        /* one buffer for each of Module.outputs */
    unsigned char *arena;         /* module_arena_bytes() for the tasks, 64-byte aligned */
    const unsigned char *weights; /* content of the blob: module_weights() */
} KBuffers;
/* Runs every layer, task after task. Vectors have one lane before KSTAGE_VECTOR, then the target's.
 * Checks every access: scratch against the task's own, out against the layer's result, weights
 * against their constant, all else against its buffer; and that variables were defined before they
 * are read. False after a message about the first mistake. */
bool interp_module(FILE *errors, const Module *module, const KBuffers *buffers, int tasks);

/* Evaluates all constants into what the blob would hold, in memory of the arena. NULL when the
 * reader failed. */
const unsigned char *module_weights(Arena *arena, const Module *module, ParamReader *read,
                                    void *context);

/* ---- arena_terms.c: the one place that knows how large the arena of a run is ---- */
/* base + threads * per_thread bytes: where the values, or the scratch of one layer, end. */
typedef struct ArenaTerm {
    int64_t base, per_thread;
} ArenaTerm;
/* The terms that are the largest for some number of threads and one of the modules, in order of
 * rising threads; returns how many. They live in the first module's arena. */
int modules_arena_terms(const Module *const modules[], int n_modules, ArenaTerm **terms);
/* Bytes of the arena for so many threads (tasks): the largest term. */
int64_t module_arena_bytes(const Module *module, int threads);

#endif
