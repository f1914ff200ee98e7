/* emit_golden.h - writes NAME_golden.c and NAME_golden.h: digests of what a network computes, as a
 * program and a function that compare them with what a build of it computes.
 */
#ifndef XNC_COMPILER_EMIT_GOLDEN_H
#define XNC_COMPILER_EMIT_GOLDEN_H

#include "emit.h"

enum { MOST_GOLDEN_INPUTS = 8 /* XNC_GOLDEN_INPUTS of the runtime; the C does not compile else */ };

/* An input that the network is run on. */
typedef struct GoldenInput {
    const char *name;    /* for people; letters, digits, '.', '_' and '-' */
    const char *maker;   /* function of the runtime that makes it; NULL: it is embedded */
    const float *values; /* NCHW, dense */
} GoldenInput;

/* Digests (xnc_golden_digest()) of what the interpreter computed. */
typedef struct GoldenDigests {
    const GoldenInput *inputs;
    int n_inputs;        /* 1..MOST_GOLDEN_INPUTS */
    uint64_t *of_layers; /* layer i of the module, input j: element i * n_inputs + j */
    uint64_t weights;    /* content digest of the blob */
} GoldenDigests;

/* Both files go with the network that emit_header() and emit_source() write for the same module and
 * options. */
void emit_golden_header(FILE *out, const Module *module, const EmitOptions *options);
void emit_golden_source(FILE *out, const Module *module, const EmitOptions *options,
                        const GoldenDigests *digests);

#endif
