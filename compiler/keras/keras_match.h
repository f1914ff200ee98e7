/* keras_match.h - what the files share that walk along the graph of layers and write a description.
 * Private to compiler/keras.
 *
 *   keras_describe.c  input and scaling, then all of the others; the text as a whole
 *   keras_body.c      dense convolutions of the stem, separable ones of the exit, blocks
 *   keras_head.c      pooling, flattening, linear layers
 *   keras_walk.c      the next layer; settings of layers; parameters and their variables
 */
#ifndef XNC_COMPILER_KERAS_MATCH_H
#define XNC_COMPILER_KERAS_MATCH_H

#include "keras_network.h"
#include "keras_nodes.h"

enum { NOWHERE = -1 };

/* A walk from the input to the output. */
typedef struct KerasWalk {
    KerasGraph *graph;
    const TensorFile *file;
    KerasNetwork *network;
    int at;     /* the node whose result is read next */
    int branch; /* which of the readers is followed next, where at has two; NOWHERE elsewhere */
    int64_t channels, size[2]; /* of that result; size 0: not known */
    bool vector;               /* it is no map any more */
    double eps;                /* of the norms so far; 0: there was none */
    int stems, exits, blocks;  /* so far */
    const char *text;          /* the sections so far */
    const char *item;          /* the last item of a list, not yet in the text; NULL */
    int repeat;                /* how often it stands there */
} KerasWalk;

/* ---- keras_walk.c ---- */
/* The layer that alone reads the current result, or that of the branch; NULL: none, or a fork. */
const KerasNode *walk_peek(const KerasWalk *walk);
/* Moves behind the next layer if it is of that class, and returns it; else NULL. */
const KerasNode *walk_take(KerasWalk *walk, const char *kind);
/* Whether several layers read the current result. */
bool walk_is_fork(const KerasWalk *walk);

/* How a layer moves over its input. */
typedef struct Sliding {
    int64_t kernel[2], stride, dilation;
    bool same; /* padding */
} Sliding;
/* The settings of a convolution or pooling (its key of the kernel is given); false after a
 * diagnostic: they are out of the language's range, or channels come first. */
bool walk_sliding(const KerasWalk *walk, const KerasNode *node, const char *kernel,
                  Sliding *sliding);
/* The size of the result; false after a diagnostic: the window does not fit. */
bool walk_slide(KerasWalk *walk, const KerasNode *node, const Sliding *sliding);
/* An integer of the config in that range; 0 after a diagnostic. */
int64_t walk_integer(const KerasWalk *walk, const KerasNode *node, const char *key, int64_t most);
/* A flag of the config; standard where there is none. */
bool walk_flag(const KerasNode *node, const char *key, bool standard);
/* The padding, stride and so on as a description writes them, what is usual left out. */
const char *walk_sliding_text(const KerasWalk *walk, const Sliding *sliding);

/* The layer of the file that has its variables; NOWHERE: none. */
int walk_layer(const KerasWalk *walk, const KerasNode *node);
/* Parameter PREFIX.weight is a variable of the layer; false after a diagnostic. */
bool walk_bind(KerasWalk *walk, const char *prefix, const char *tensor, const KerasNode *node,
               int variable, KerasLayout layout);
/* The four tensors of a norm; false after a diagnostic. */
bool walk_bind_norm(KerasWalk *walk, const char *prefix, const KerasNode *node);
/* The same for a norm in front of the head: they all have one eps. */
bool walk_bind_body_norm(KerasWalk *walk, const char *prefix, const KerasNode *node);
/* The eps of a norm; 0 after a diagnostic. */
double walk_eps(const KerasWalk *walk, const KerasNode *node);
/* The number as a text that reads back as the same number. */
const char *walk_number(const KerasWalk *walk, double number);

/* Appends an item to the list that the text ends with; equal ones in a row become one. */
void walk_add_item(KerasWalk *walk, const char *item);
/* Ends a list. */
void walk_end_items(KerasWalk *walk);

/* ---- keras_body.c, keras_head.c: sections; false after a diagnostic ---- */
bool walk_stem(KerasWalk *walk);
bool walk_blocks(KerasWalk *walk);
bool walk_exits(KerasWalk *walk);
bool walk_head(KerasWalk *walk);

#endif
