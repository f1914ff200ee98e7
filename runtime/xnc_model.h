/* xnc_model.h - the tables that generated code fills and the runtime walks. Not for users: xnc.h
 * has the queries. SPDX-License-Identifier: MIT-0
 */
#ifndef XNC_MODEL_H
#define XNC_MODEL_H

#include "xnc_exact.h"

#include "xnc.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    XNC_ABI = 8,          /* layout of these structures */
    XNC_MAX_WEIGHTS = 14, /* constants of one layer */
    XNC_BLOB_HEADER = 64, /* bytes in front of a blob's content */
    XNC_BLOB_VERSION = 2
};

/* What xnc_blob_header.byte_order reads as here, and on a machine of the other byte order. */
#define XNC_BYTE_ORDER 0x01020304u
#define XNC_BYTE_ORDER_OTHER 0x04030201u

/* A function of generated code whose numeric arguments become numbers of its loops in each caller.
 * Without optimisation that would only cost stack. */
#if defined(__GNUC__) && defined(__OPTIMIZE__)
#define XNC_INLINE static inline __attribute__((always_inline))
#else
#define XNC_INLINE static inline
#endif

/* One whose arguments stay variables: some loops have fewer addresses then. */
#if defined(__GNUC__)
#define XNC_NOINLINE static __attribute__((noinline))
#else
#define XNC_NOINLINE static
#endif

/* Stands before a loop of generated code: the C compiler should write so many steps of it one after
 * another, which saves counting. A hint: the loop means the same without. */
#if defined(__clang__)
#define XNC_UNROLL(steps) XNC_PRAGMA(clang loop unroll_count(steps))
#elif defined(__GNUC__)
#define XNC_UNROLL(steps) XNC_PRAGMA(GCC unroll steps)
#else
#define XNC_UNROLL(steps)
#endif
#define XNC_PRAGMA(text) _Pragma(#text)

/* Operand places that are not offsets into the arena. XNC_AT_OUTPUT(i) is the caller's output i. */
#define XNC_AT_NOTHING (-1)
#define XNC_AT_INPUT (-2)
#define XNC_AT_OUTPUT(i) (-3 - (i))

/* What a kernel is called with. Task t of tasks computes its share of the work. What a pointer
 * points to is known to the kernel. */
typedef struct xnc_args {
    const void *in;
    const void *residual;
    void *out;
    const void *w[XNC_MAX_WEIGHTS];
    void *scratch; /* this task's own */
    int task;
    int tasks;
} xnc_args;

typedef void xnc_kernel(const xnc_args *args);

typedef struct xnc_layer {
    const char *name;
    const char *op;
    int line; /* of the description */
    xnc_kernel *kernel;
    int64_t in, residual, out;        /* bytes in the arena, or XNC_AT_... */
    int64_t weights[XNC_MAX_WEIGHTS]; /* bytes in the blob's content; -1: none */
    int64_t scratch_offset;           /* bytes in the arena, of task 0 */
    int64_t scratch_bytes;            /* of each task, a multiple of 64 */
    uint64_t macs;
} xnc_layer;

struct xnc_model {
    int abi; /* XNC_ABI */
    const char *name, *version, *target;
    const char *features;   /* CPU features needed, space separated */
    uint64_t digest;        /* of the network: what a blob must carry */
    uint64_t packing;       /* of how its constants are packed: likewise */
    uint64_t weights_bytes; /* of the whole blob, header included */
    /* arena(threads) = the largest of base + threads * per_thread over the terms */
    const struct xnc_arena_term { uint64_t base, per_thread; } * arena_terms;
    int n_arena_terms;
    xnc_tensor_info input;
    const xnc_tensor_info *outputs;
    int n_outputs;
    const xnc_layer *layers;
    int n_layers;
    uint64_t macs;
    xnc_preprocess preprocess;
    const char *const *labels; /* of the classes; NULL: not in the model */
    /* Of a model for several targets: its code for each, the fastest first. It has no layers of its
     * own, and its arena is large enough for each. */
    const xnc_model *const *variants;
    int n_variants;
    const char *precision;    /* of the products; NULL: "f32" */
    xnc_scores scores;        /* of the one output, if it has classes; XNC_SCORES_SOFTMAX is 0 */
    const char *weights_type; /* of the products' weights; NULL: what the precision says */
};

/* The blob: this header (little-endian, 64 bytes), then the content, 64-byte aligned in the file.
 */
typedef struct xnc_blob_header {
    char magic[8];           /* "XNCBLOB\n" */
    uint32_t version;        /* XNC_BLOB_VERSION */
    uint32_t byte_order;     /* XNC_BYTE_ORDER */
    uint64_t bytes;          /* of the whole blob */
    uint64_t model_digest;   /* xnc_model.digest */
    uint64_t content_digest; /* XXH64 of the content, seed 0 */
    uint64_t packing_digest; /* xnc_model.packing */
    uint32_t in_channels;    /* of the network's input */
    uint32_t out_channels;   /* of its first output: the classes of a classifier */
    char precision[4];       /* of the products: "bf16" or "int8" without a NUL; zeros for f32 */
    char weights_type[4];    /* of the products' weights: "f16"; zeros: what the precision says */
} xnc_blob_header;

#ifdef __cplusplus
}
#endif

#endif
