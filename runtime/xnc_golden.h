/* xnc_golden.h - proves a compiled network right on the machine that it runs on: what each layer
 * computes, as a digest, beside what the compiler's reference interpreter computed.
 * SPDX-License-Identifier: MIT-0
 *
 * NAME_golden.c, which xnc compile --with-golden writes, holds an xnc_golden: the inputs, and for
 * each of them a digest of every value. The functions here make the inputs, run the network and
 * compare. All machines compute the same bits, so nothing is tolerated.
 *
 * A digest is XXH64 with seed 0 over the elements of a value in the order N, C, H, W, each as f32
 * (integers too), little-endian, with every NaN as 0x7fc00000: a NaN's sign and payload are the
 * machine's. What stands in the arena between pixels does not enter.
 */
#ifndef XNC_GOLDEN_H
#define XNC_GOLDEN_H

#include "xnc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Most inputs of one table. */
#define XNC_GOLDEN_INPUTS 8

/* The C compiler that reads this header, for xnc_golden.compiler. */
#if defined(__clang__)
#define XNC_GOLDEN_COMPILER __VERSION__ /* which names it */
#elif defined(__GNUC__)
#define XNC_GOLDEN_COMPILER "gcc " __VERSION__
#else
#define XNC_GOLDEN_COMPILER "unknown compiler"
#endif

/* ---- Inputs ---- */

/* Fills an input of the model, whose shape is info's. */
typedef void xnc_golden_maker(float *input, const xnc_tensor_info *info);

/* Multiples of 2^-22 from -2 to 2. */
xnc_golden_maker xnc_golden_noise;
/* +0 everywhere: what is left are biases, and the edges of maps. */
xnc_golden_maker xnc_golden_zeros;
/* Noise, but in the left half of each row every fourth element is a largest or smallest normal
 * number, a subnormal, an infinity, a NaN or -0. The right half stays finite in the first layers.
 */
xnc_golden_maker xnc_golden_extremes;

/* Either made or embedded. */
typedef struct xnc_golden_input {
    const char *name;
    xnc_golden_maker *make; /* NULL: embedded */
    const uint32_t *bits;   /* the elements as IEEE 754 binary32 */
} xnc_golden_input;

/* ---- The table ---- */

/* The result of a layer. */
typedef struct xnc_golden_value {
    const char *name;                    /* of the layer */
    int64_t images, channels, pixels;    /* pixels of one image */
    int64_t pitch;                       /* elements from pixel to pixel in the arena; outputs: 0 */
    int bytes;                           /* of an element: 4, a float; 1, 0 to 255 */
    uint64_t digests[XNC_GOLDEN_INPUTS]; /* for each input, of what the interpreter computed */
} xnc_golden_value;

typedef struct xnc_golden {
    const xnc_model *model;
    const char *compiler; /* that built it: XNC_GOLDEN_COMPILER */
    const xnc_golden_input *inputs;
    int n_inputs;
    const xnc_golden_value *values; /* for each layer of the model, found by its name */
    int n_values;
    uint64_t weights; /* digest of the content of the blob that the interpreter computed with */
} xnc_golden;

/* ---- Comparing ---- */

/* One comparison. */
typedef struct xnc_golden_check {
    const xnc_golden_input *input; /* one of the table's */
    const char *value;             /* name of the layer */
    int layer;                     /* its index, for xnc_layer_op() and its like */
    int is_output;                 /* of the model, 0 or 1 */
    uint64_t expected, got;        /* digests; they differ where the value is wrong */
} xnc_golden_check;

/* Called for each comparison: in a run after each layer, then for each output. */
typedef void xnc_golden_report(void *context, const xnc_golden_check *check);

/* Digest of dense elements. */
uint64_t xnc_golden_digest(const float *elements, size_t count);

/* Bytes of memory that xnc_golden_run() needs with so many threads, or 0: see xnc_arena_bytes(). */
size_t xnc_golden_bytes(const xnc_golden *golden, int threads);

/* Runs the network on each input and compares. The weights are those of golden's model or of one of
 * its variants, which then is what runs. The memory is aligned as an arena and has
 * xnc_golden_bytes() or more. exec is that of xnc_run(), without its profile. Outputs are always
 * compared, layers where the runtime was compiled with XNC_PROFILE. report may be NULL. Allocates
 * nothing. XNC_OK when everything agrees, XNC_E_DIFFERENT when something does not; otherwise an
 * error of xnc_run(), or XNC_E_MISMATCH for a table of another network. */
xnc_status xnc_golden_run(const xnc_golden *golden, const xnc_weights *weights,
                          const xnc_exec *exec, void *memory, size_t bytes,
                          xnc_golden_report *report, void *context);

/* 1 when the weights are those that the interpreter computed with, 0 when they only fit the
 * network: after another training every digest is another one. */
int xnc_golden_same_weights(const xnc_golden *golden, const xnc_weights *weights);

/* ---- golden_main.c: a program ---- */

/* main() of a golden program: PROGRAM [WEIGHTS [THREADS [REPEATS]]]. Runs the code of each target
 * that this CPU has the features for, and says on standard output what ran on what, or for each
 * input which layer differs first. path and blob are where the weights are when WEIGHTS is not
 * given or "-": a file, or where blob is not NULL an array in the program. Returns 0 when all is
 * equal, 1 when something differs, 2 when it could not be run. */
int xnc_golden_main(const xnc_golden *golden, const char *path, const void *blob, int argc,
                    char **argv);

#ifdef __cplusplus
}
#endif

#endif
