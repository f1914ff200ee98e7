/* description_build.h - what the files that build the graph share: the network under construction,
 * and functions that append one layer to it.
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
    HeadLayers layers;    /* of the head, at least one with a linear layer */
    int64_t classes;      /* of the described head; 0: it has none */
    ModelOptions options; /* complete: nothing is "as described" */
    Graph *graph;
    int param_capacity;     /* elements that graph->params has memory for */
    Value *at;              /* the result of the last layer: operand of the next one */
    int64_t channels;       /* of at */
    int64_t map_channels;   /* of the last map, which the pooling reads */
    int64_t reduction;      /* product of the strides from the input to at */
    int64_t *reductions;    /* of each node's result, by index of the node */
    int reduction_capacity; /* elements that reductions has memory for */
    Loc loc;                /* line of the description for the layers that are appended next */
    int block;              /* index of their block, -1 outside blocks */
};

/* Numbers for the marks {i}, {j} and {n} of a pattern (NamesSpec). */
typedef struct Marks {
    int64_t i, j, n;
} Marks;

/* The constants of a batch norm. */
typedef struct NormTensors {
    const Expr *weight, *bias, *mean, *var;
} NormTensors;

/* The pattern with numbers for its marks: "stem.{i}.conv" -> "stem.0.conv". */
const char *fill_pattern(Arena *arena, const char *pattern, Marks marks);
/* The same below a module: "blocks.3" + "." + "stack.act1". */
const char *fill_below(Arena *arena, const char *module, const char *pattern, Marks marks);

/* Registers the tensor "MODULE.TENSOR" of the checkpoint in graph->params and returns an expression
 * for it. The order of calls is the order of timm's state_dict. */
const Expr *build_param(Draft *draft, const char *module, const char *tensor, Shape shape);
/* A window with that padding, of which symmetric is timm's (timm.layers.get_padding): ((stride - 1)
 * + dilation * (kernel - 1)) / 2, rounded down, on each side. kernel is height, width. */
Window build_window(const int64_t kernel[2], int64_t stride, int64_t dilation, Padding padding);

/* Each appends one node that reads draft->at, and makes its result draft->at. */
void build_conv(Draft *draft, const char *name, const Expr *weight, Window window);
void build_depthwise(Draft *draft, const char *name, const Expr *weight, Window window);
void build_norm(Draft *draft, const char *name);
void build_norm_of(Draft *draft, const char *name, const NormTensors *tensors);
void build_act(Draft *draft, const char *name, Act act); /* none: nothing is appended */
Node *build_node(Draft *draft, Op op, const char *name, int n_in, Value *const in[]);
/* Registers the tensors of a norm whose node is appended later than its place in the state_dict. */
NormTensors norm_tensors(Draft *draft, const char *name, int64_t channels);
/* Register the tensor "NAME.weight": [width, channels, kh, kw] of a convolution, [channels, 1, kh,
 * kw] of a depthwise one; channels are those of draft->at. */
const Expr *conv_weight(Draft *draft, const char *name, int64_t width, const int64_t kernel[2]);
const Expr *depthwise_weight(Draft *draft, const char *name, const int64_t kernel[2]);

/* ---- description_block.c ---- */
/* Appends one block; index counts blocks from 0. */
void build_block(Draft *draft, const BlockSpec *block, int index);
/* Appends one layer of the exit; number replaces {i}. */
void build_exit(Draft *draft, const ExitSpec *exit, int64_t number);

/* ---- description_head.c ---- */
/* Chooses the layers of the head, as asked for, described, or one linear layer; sets the classes of
 * the options by them. False after a diagnostic. */
bool choose_head(Draft *draft, const ModelOptions *asked);
/* Activation and pooling. */
void build_pool(Draft *draft);
/* The layers behind the pooling. False after a diagnostic. */
bool build_head(Draft *draft, const CheckpointEnds *ends);
bool head_is(const Draft *draft, const bool *norms, int count); /* see draft_head_is() */
bool head_is_sequence(const Draft *draft);                      /* see draft_has_sequence() */
bool head_states_classes(const Draft *draft);                   /* see draft_states_classes() */

/* ---- description_finish.c ---- */
/* Whether all values and all tensors have different names, which depends on the description's
 * patterns; false after a diagnostic. */
bool check_names(Draft *draft);
/* Finds the taps of features among the nodes before the head; false after a diagnostic. */
bool find_taps(Draft *draft, int nodes_before_head);
/* Whether values and parameters are of a size that later stages can count; false after a
 * diagnostic. */
bool check_cost(Draft *draft);

#endif
