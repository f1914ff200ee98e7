/* head.h - the layers between the last map and the output, and the text that names them.
 *
 *   "linear 512, relu, norm, linear 2"   ->   four HeadLayers
 *
 * One grammar for descriptions (`head: {layers: [linear 512, relu, norm, linear 2]}`) and the
 * command line (`--head='linear 512, relu, norm, linear 2'`): layers separated by commas; a layer
 * is a word, for some a number, then settings. Dropout does nothing here and is not written.
 *
 *   linear [N] [bias=false]            a matrix and a bias; without N the checkpoint says how many
 *                                      outputs
 *   conv [N] [kernel=K] [bias=false]   a convolution of the map, K x K (3 x 3), padded to its size
 *   pool                               the pooling, where layers stand in front of it
 *   flatten                            all numbers of a map in a row; nothing behind the pooling
 *   norm [eps=E]                       BatchNorm, of which eps is not in the checkpoint: 1e-5, as
 *                                      torch has it
 *   softmax                            of all outputs
 *   relu, silu, ...                    an activation of acts.def
 *
 * A convolution stands in front of `pool` or `flatten`, a linear layer and a softmax behind. Where
 * neither is written, the pooling comes first.
 */
#ifndef XNC_COMPILER_HEAD_H
#define XNC_COMPILER_HEAD_H

#include "ir.h"
#include "limit.h"

typedef enum HeadKind {
    HEAD_LINEAR,
    HEAD_CONV,
    HEAD_NORM,
    HEAD_POOL,
    HEAD_FLATTEN,
    HEAD_SOFTMAX,
    HEAD_ACTIVATION
} HeadKind;

typedef struct HeadLayer {
    HeadKind kind;
    Loc loc;
    int64_t width;  /* linear, conv: outputs; 0: as the checkpoint has them */
    int64_t kernel; /* conv: height and width in pixels */
    int bias;       /* linear, conv: 1, 0, or -1: as the checkpoint has it, else 1 */
    double eps;     /* norm */
    Act act;        /* activation */
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
/* Whether a layer has outputs of its own: it is a linear one or a convolution. */
bool head_has_outputs(const HeadLayer *layer);
/* Whether a layer has tensors: it has outputs, or is a norm. */
bool head_has_tensors(const HeadLayer *layer);
/* Index of the last layer with outputs, which are the classes; -1: there is none. */
int head_classifier(const HeadLayers *layers);
/* How many layers have tensors. */
int head_tensors(const HeadLayers *layers);
/* Whether the layers begin with a map: one of them pools it, or pool is none. */
bool head_takes_map(const HeadLayers *layers, PoolKind pool);
/* Whether the layers make a vector of the map without pooling it. */
bool head_flattens(const HeadLayers *layers);
/* Whether the classifier's outputs are handed out as they are, at most pooled or flattened. */
bool head_ends_with_classifier(const HeadLayers *layers);
/* The rule that the layers break behind such a pooling, and in *at the index of the layer that
 * does; NULL: none. */
const char *head_mistake(const HeadLayers *layers, PoolKind pool, int *at);

#endif
