/* description_build.h - what the files that build the graph share: the place where the network has
 * arrived, and the steps that append one layer to it.
 */
#ifndef XNC_COMPILER_DESCRIPTION_BUILD_H
#define XNC_COMPILER_DESCRIPTION_BUILD_H

#include "description_spec.h"

/* A network under construction. */
struct Draft {
    Arena *arena;
    Diag *diag;
    const Description *description;
    const NetworkSpec *network;
    ModelOptions options; /* complete: nothing is "as described" */
    Graph *graph;
    int param_capacity;
    /* Where the network has arrived. */
    Value *at;
    int64_t channels;    /* of at */
    int64_t reduction;   /* product of the strides on the way to at */
    int64_t *reductions; /* of each node's result, in order of the nodes */
    int reduction_capacity;
    Loc loc;   /* the line that asks for what comes next */
    int block; /* index, -1 outside blocks */
};

/* What stands for the marks of a pattern. */
typedef struct Marks {
    int64_t i, j, n;
} Marks;

/* The constants of a batch norm. */
typedef struct NormTensors {
    const Expr *weight, *bias, *mean, *var;
} NormTensors;

/* The pattern with numbers for its marks. */
const char *fill_pattern(Arena *arena, const char *pattern, Marks marks);
/* The same below a module: "blocks.3" + "." + "stack.act1". */
const char *fill_below(Arena *arena, const char *module, const char *pattern, Marks marks);

/* Registers a tensor of the checkpoint and gives the constant that stands for it. */
const Expr *build_param(Draft *draft, const char *module, const char *tensor, Shape shape);
/* A square or rectangular window with timm's symmetric padding. */
Window build_window(const int64_t kernel[2], int64_t stride, int64_t dilation);

/* Each appends one node behind draft->at and moves there. */
void build_conv(Draft *draft, const char *name, const Expr *weight, Window window);
void build_depthwise(Draft *draft, const char *name, const Expr *weight, Window window);
void build_norm(Draft *draft, const char *name);
void build_norm_of(Draft *draft, const char *name, const NormTensors *tensors);
void build_act(Draft *draft, const char *name, Act act); /* none: nothing is appended */
Node *build_node(Draft *draft, Op op, const char *name, int n_in, Value *const in[]);
/* The tensors of a norm, for one that is appended later than its place in the state_dict. */
NormTensors norm_tensors(Draft *draft, const char *name, int64_t channels);
/* Weight tensors "NAME.weight" of a convolution and of a depthwise convolution of at's channels. */
const Expr *conv_weight(Draft *draft, const char *name, int64_t width, const int64_t kernel[2]);
const Expr *depthwise_weight(Draft *draft, const char *name, const int64_t kernel[2]);

/* ---- description_block.c ---- */
/* Appends one block; index counts blocks from 0. */
void build_block(Draft *draft, const BlockSpec *block, int index);
/* Appends one layer of the exit; number stands for {i}. */
void build_exit(Draft *draft, const ExitSpec *exit, int64_t number);

/* ---- description_finish.c ---- */
/* Names that a description's patterns gave twice; false after diagnostics. */
bool check_names(Draft *draft);
/* Finds the taps of features among the nodes before the head; false after diagnostics. */
bool find_taps(Draft *draft, int nodes_before_head);
/* Sizes that no machine can hold; false after a diagnostic. */
bool check_cost(Draft *draft);

#endif
