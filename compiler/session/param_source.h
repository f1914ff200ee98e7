/* param_source.h - where a command gets the values of a network's parameters: a checkpoint, or
 * seeded values when there is none. Both give f64 copies in C order (ParamReader).
 */
#ifndef XNC_COMPILER_PARAM_SOURCE_H
#define XNC_COMPILER_PARAM_SOURCE_H

#include "model.h"
#include "seed.h"
#include "weights.h"

typedef struct ParamSource {
    Checkpoint *checkpoint; /* NULL: seeded */
    const char *path;       /* of the checkpoint, or what stands for it in messages */
    SeedReader seeds;
    Arena *arena;
    const Quant *quant; /* whose numbers are parameters too; NULL: none */
    Arena *numbers;     /* of the quant that were read since param_source_forget(); or NULL */
} ParamSource;

/* The checkpoint of the model, whose tensors must fit what the graph uses; without one, values of
 * the model's seed. NULL after a diagnostic. */
ParamSource *param_source_open(const Work *work, const Model *model, const Graph *graph);
/* A ParamReader; the context is a ParamSource. */
const double *param_source_read(void *source, const char *name, int64_t count);
/* Its ParamForget: frees what was read so far. */
void param_source_forget(void *source);

#endif
