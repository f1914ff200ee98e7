/* head.h - the layers between pooling and output, and the text that names them.
 *
 *   "linear 512, relu, norm, linear 2"   ->   four HeadLayers
 *
 * One grammar for descriptions (`head: {layers: [linear 512, relu, norm, linear 2]}`) and the
 * command line (`--head='linear 512, relu, norm, linear 2'`): layers separated by commas; a layer
 * is a word, for some a number, then settings. Dropout does nothing here and is not written.
 *
 *   linear [N] [bias=false]   a matrix and a bias; without N the checkpoint says how many outputs
 *   norm [eps=E]              BatchNorm1d, of which eps is not in the checkpoint: 1e-5, as torch
 * has it relu, silu, ...           an activation of acts.def flatten                   what pooling
 * has done already
 */
#ifndef XNC_COMPILER_HEAD_H
#define XNC_COMPILER_HEAD_H

#include "ir.h"
#include "limit.h"

typedef enum HeadKind { HEAD_LINEAR, HEAD_NORM, HEAD_FLATTEN, HEAD_ACTIVATION } HeadKind;

typedef struct HeadLayer {
    HeadKind kind;
    Loc loc;
    int64_t width; /* linear: outputs; 0: as the checkpoint has them */
    int bias;      /* linear: 1, 0, or -1: as the checkpoint has it, else 1 */
    double eps;    /* norm */
    Act act;       /* activation */
} HeadLayer;

typedef struct HeadLayers {
    HeadLayer at[LIMIT_HEAD_LAYERS];
    int count;
} HeadLayers;

/* Appends a layer, whose text stands at loc (a plain text, so that columns count on). False after a
 * diagnostic. */
bool head_add(Arena *arena, Diag *diag, Loc loc, const char *text, HeadLayers *layers);
/* Reads a whole text, which comes from an option of that name. False after diagnostics. */
bool head_parse(Arena *arena, Diag *diag, const char *option, const char *text, HeadLayers *layers);
/* Index of the last linear layer; -1: there is none. */
int head_last_linear(const HeadLayers *layers);
/* Layers that have tensors: linear ones and norms. */
int head_tensors(const HeadLayers *layers);

#endif
