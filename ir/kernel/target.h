/* target.h - an instruction set as data: how wide its vectors are, how each operation is written in
 * C, and the numbers that passes tune with.
 *
 * Each target is a row in a file of its own (ir/target/NAME.def). Passes and the emitter ask for
 * facts, never for a target's name, so a further target needs no change of code.
 */
#ifndef XNC_IR_TARGET_H
#define XNC_IR_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel.h"

/* What a core can do, for the cost models (passes/common). */
typedef struct Machine {
    int fmas, loads;   /* of vectors, per cycle */
    int latency;       /* cycles from a multiply-add to the next one of its chain */
    int integer_units; /* that add vectors of integers, where they are more than those of fmas */
    bool bare_loads;   /* loads of vectors take no offset, so their addresses take an instruction */
} Machine;

/* Registers of whole matrices, for the instructions of matrix.def. One matrix_dot() adds the
 * products of depth inputs to all sums of a register. */
typedef struct MatrixShape {
    int registers;
    int sums;          /* registers for sums, from 0 on; the one behind them is for left operands */
    int weights;       /* registers for weights, behind that one */
    int tail;          /* register for the left operands of the last inputs of a chain, which are
                          fewer; the one behind it is for their weights. 0: there is none, and
                          depths are filled up with zeros */
    int rows, columns; /* of a register of sums */
    int depth;
    int across; /* most vectors of channels side by side in a tile */
    /* Whether operands lie in blocks: of left operands so many inputs of each of rows pixels side
     * by side, of weights those of each of columns channels; both are s8. Else left operands are
     * u8, pixel by pixel, and weights words of four, as vectors have them. */
    bool blocks;
} MatrixShape;

/* Numbers that passes ask for. A row holds those of usual machines; xnc compile --tune measures
 * better ones for the machine at hand (compiler/session/tuning.h). */
typedef struct Tuning {
    int pw_rows;     /* most pixels of a register tile; 0: the cost model chooses */
    int pw_vectors;  /* vectors of output channels of a register tile; 0: likewise */
    int pw_unroll;   /* steps of depth that a product's loop has written out; 1: one */
    int pw_near;     /* steps between prefetching weights into L1 and their use, a value that --tune
                        tries; 0: no such prefetch */
    int dw_columns;  /* pixels side by side in a depthwise stage */
    int block_bytes; /* most scratch of one block; a single tile of deep pixels may exceed it */
    int l1_bytes, l2_bytes; /* data caches of one core */
} Tuning;

typedef struct Target {
    /* The target whose panels the weights are packed in, where code for several targets shares one
     * blob; its lanes are a multiple of this one's. NULL: the target's own, as in all rows of the
     * table. Set by target_in_layout(). */
    const struct Target *layout;
    const char *name;      /* "x86-64-v3" */
    const char *line;      /* for people */
    const char *family;    /* of processors with the instructions, as in machines.def; "": all */
    int lanes;             /* f32 per vector: 1, or more that divide a line of PITCH_UNIT */
    int registers;         /* vector registers */
    const char *vec_type;  /* C spelling of a vector */
    const char *word_type; /* of a vector of words: two bf16 or s16, or four u8 or s8, in each */
    const char *sum_type;  /* of a vector of s32; a type of such lanes, as gcc 12 keeps sums of
                              another one on the stack */
    const char *include;   /* C text, "#include <immintrin.h>" */
    const char *sleef;     /* C text that declares what exp and erf call */
    const char *cc_flags;  /* compiler flags that enable the instructions */
    const char *compiler;  /* the one that can compile the code; NULL: clang and gcc */
    int compiler_from;     /* the first version of it that can */
    const char *features;  /* space-separated names that runtime/cpu.c knows: "avx2 fma" */
    /* C text behind these, a string: features that flags beyond cc_flags let the compiler use, in
     * place of others that then give wrong results; NULL: none. */
    const char *built_for;
    /* For qemu's -cpu, whose usual one lacks the features; NULL: it has them. */
    const char *emulator_cpu;
    /* Features of the CPUs on which the target is faster than the one in front of it; NULL: all
     * that run it. Where there is a choice, other CPUs are given the one in front. */
    const char *faster;
    /* The features that a module needs when it calls exp or erf; NULL: the same as features. */
    const char *sleef_features;
    const char *guard; /* C preprocessor condition that is true without cc_flags; "" for none */
    /* How each operation is written in C: {0} {1} {2} are operands, {p} an address, {m} the float
     * at it, {n} a number, for an operation of one lane that of the lane. NULL for silu, gelu and
     * sigmoid, which the emitter composes of other operations, and for rows with MAY_LACK.
     * What bf16, f16 and u8 need of plain C is in runtime/xnc_bf16.h, xnc_half.h and xnc_int8.h. */
    const char *spelling[KOP_COUNT];
    const char *helper[KOP_COUNT]; /* C text of a function that the spelling calls; NULL: none */
    const char *store;             /* {p} or {m}, {0} vector */
    const char *store_first;       /* {p} or {m}, {0} vector, {n} number of lanes */
    const char *first_lanes;       /* C text of a helper that store_first calls, or "" */
    /* By type, a vector stored as elements of it: {p} or {m}, {0} vector; and C text of a helper
     * that this calls, or NULL. For u8 and s16 the numbers are from 0 to 255 and are rounded
     * half-even; for s8, where left operands are signed (the row dot_signed), they are any, and
     * stored is the nearest integer from 0 to 255, 0 of a NaN, less 128; words of s16 are stored as
     * u32. NULL where no operation reads such elements. */
    const char *store_as[ELEMENT_COUNT], *store_as_helper[ELEMENT_COUNT];
    /* C text of functions or macros for the rows of matrix.def; NULL: the target has no matrix
     * registers. A vector has a multiple of the columns of sums. */
    const char *matrix;
    MatrixShape shape;
    /* The precision that this row has instructions for beyond those of the plainer one in front of
     * it; f32 where it is faster in all of them. */
    Precision precision;
    /* C text that defines what store_first and prefetch call, for tests on machines without these
     * instructions: they run the emitted text on a header of the operations' scalar meanings. */
    const char *half_shim, *shim, *int8_shim; /* in this order; the first and last may be NULL */
    const char *prefetch[4];                  /* by level 1..3; NULL: no statement is emitted */
    /* In assembly, for tests of what compilers make of the hot loops: how the instructions begin
     * that are to stand there (fma, or dot), and the names of whole vector registers; "": no such
     * test. dot_name: those of integers where fma_name are those of floats; NULL: no such test. */
    const char *fma_name, *register_name, *dot_name;
    Machine machine;
    Tuning tune;
} Target;

/* Another machine that code is built for here: a row of ir/target/machines.def. */
typedef struct OtherMachine {
    const char *name; /* of its family of processors */
    const char *cc, *emulator;
} OtherMachine;

/* NULL when no row has that family. */
const OtherMachine *machine_of_family(const char *family);
/* The family whose code an emulator runs, by a program's name without a folder: qemu-aarch64, as
 * machines.def has it, qemu-aarch64-static, and the one of the machine that this runs on. NULL when
 * it is none of these. */
const char *family_of_emulator(Arena *arena, const char *program);

/* What compilers call it; NULL when it is the one that this runs on. */
const char *machine_to_build_for(const OtherMachine *machine);

/* The table's rows, in the order of ir/target/targets.def; they live as long as the program. */
size_t target_count(void);
const Target *target_at(size_t index);
/* What compilers call the machine that a target is for, where it is not the one that this runs on;
 * NULL where it is, and for a target of all machines. */
const char *target_machine(Arena *arena, const Target *target);
/* C spelling of a vector whose lanes are of that type. */
const char *target_vector(const Target *target, Element element);
/* The row of a store of such elements; NULL: there is none. */
const char *target_store(const Target *target, Element element);
/* NULL when there is none of that name. */
const Target *target_by_name(const char *name);
/* The target with another one's layout of weights: a copy in the arena, or the target itself when
 * both are the same. The layout must fit (internal error). */
const Target *target_in_layout(Arena *arena, const Target *target, const Target *layout);
/* Whether the layout's panels can be cut into whole vectors of the target. */
bool target_fits_layout(const Target *target, const Target *layout);

#endif
