/* target.h - an instruction set is a data file (ir/target/NAME.def); code asks facts, never names.
 */
#ifndef XNC_IR_TARGET_H
#define XNC_IR_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel.h"

/* What a core of this kind does in a cycle, for the cost model of tiles
 * (passes/common/tile_cost.c). */
typedef struct Machine {
    int fmas, loads; /* vectors a cycle */
    int latency;     /* cycles from a multiply-add to the next of its chain */
} Machine;

/* Numbers that passes ask for. A row holds those of usual machines; xnc compile --tune measures
 * better ones for the machine at hand (compiler/session/tuning.h). */
typedef struct Tuning {
    int pw_rows;     /* most pixels of a register tile; 0: the cost model chooses */
    int pw_vectors;  /* vectors of output channels of a register tile; 0: likewise */
    int pw_unroll;   /* steps of depth that a product's loop has written out; 1: one */
    int pw_near;     /* steps between fetching weights into L1 and use, which --tune tries; 0: no */
    int dw_columns;  /* pixels side by side in a depthwise stage */
    int block_bytes; /* what scratch of one block should not exceed, unless pixels are deep */
    int l1_bytes, l2_bytes;
} Tuning;

typedef struct Target {
    /* Where code for several targets shares its weights: the target whose panels they are packed
     * in, with lanes that are a multiple of this one's. NULL in the table: its own. */
    const struct Target *layout;
    const char *name;     /* "x86-64-v3" */
    const char *line;     /* for people */
    int lanes;            /* f32 per vector: 1, or more that divide a line of PITCH_UNIT */
    int registers;        /* vector registers */
    const char *vec_type; /* C spelling of a vector */
    const char *include;  /* C text, "#include <immintrin.h>" */
    const char *sleef;    /* C text that declares what exp and erf call */
    const char *cc_flags; /* for clang and gcc */
    const char *features; /* space-separated names that runtime/cpu.c knows: "avx2 fma" */
    /* C text of the features that a module needs which calls exp or erf; NULL: features */
    const char *sleef_features;
    const char *guard; /* C condition that holds when cc_flags were forgotten, or "" */
    /* C of each operation: {0} {1} {2} operands, {p} address, {m} the float there, {n} number. NULL
     * for silu, gelu, sigmoid, which the emitter composes of the other rows. */
    const char *spelling[KOP_COUNT];
    const char *store;       /* {p} or {m}, {0} vector */
    const char *store_first; /* {p} or {m}, {0} vector, {n} number of lanes */
    const char *first_lanes; /* C text of a helper that store_first calls, or "" */
    /* C text of what store_first and prefetch call besides the rows, for machines without these
     * instructions: tests run the emitted text on a header made of the rows' scalar meanings. */
    const char *shim;
    const char *prefetch[4]; /* by level 1..3; NULL: no statement is emitted */
    Machine machine;
    Tuning tune;
} Target;

size_t target_count(void);
const Target *target_at(size_t index);
/* NULL when there is none of that name. */
const Target *target_by_name(const char *name);
/* The target with another one's layout of weights; the target itself when they are the same. */
const Target *target_in_layout(Arena *arena, const Target *target, const Target *layout);
/* Whether that layout's panels can be cut into whole vectors of the target. */
bool target_fits_layout(const Target *target, const Target *layout);

#endif
