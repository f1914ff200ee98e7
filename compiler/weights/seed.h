/* seed.h - reproducible values for every parameter of a network, for tests and benchmarks.
 *
 * A value depends on the parameter's name, its shape and a seed, and on nothing else: options such
 * as --classes leave all other tensors as they are. Python computes the same bits with numpy
 * (tests/golden/seeded.py), so timm's outputs with these values serve as expected outputs of tests.
 * seed.c says how the values are made, and why activations stay of a moderate scale.
 */
#ifndef XNC_COMPILER_SEED_H
#define XNC_COMPILER_SEED_H

#include <stdint.h>

#include "ir.h"
#include "map.h"

enum { SEED_DEFAULT = 1 };

/* Fills out with the shape_elements(shape) values of the parameter called name (timm's key). */
void seed_tensor(float *out, const char *name, const Shape *shape, uint64_t seed);

/* Where a ParamReader gets seeded values without a file. */
typedef struct SeedReader {
    Arena *arena;       /* the values live in children of it */
    const Graph *graph; /* whose params give the shapes */
    uint64_t seed;
    Arena *values; /* of what was read since seed_forget(); NULL: nothing was */
    Map *params;   /* from a name to the Param of the graph; NULL until the first read */
} SeedReader;
/* A ParamReader (ir.h); the context is a SeedReader. Has every parameter of the graph. */
const double *seed_read(void *reader, const char *name, int64_t count);
/* Its ParamForget. */
void seed_forget(void *reader);

/* Writes all parameters of the graph as a .safetensors file with timm's keys, in F32. False after a
 * diagnostic; then the path is untouched. */
bool seed_weights_write(Arena *arena, Diag *diag, const Graph *graph, uint64_t seed,
                        const char *path);

#endif
