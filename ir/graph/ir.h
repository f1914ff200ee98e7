/* ir.h - the graph level of the IR: a network as nodes that compute values. The graph's structures
 * come first, then prototypes by file, with the types that only these need.
 *
 *   %c = conv2d(%x) kernel=3x3 weight=@c.weight     a Node with in[0] x, out[0] c, weight an Expr
 *
 * Glossary of short names, the only ones of one or two letters in this project:
 *   n batch or a count   c channel   h, w height, width (w also: a weight)   x, y column, row
 *   k position in a dot product (kernel row, kernel column, input channel)   o, i output, input
 *   kh, kw kernel size   p pixel   r, v row and vector inside a register tile   a, b operands
 *   j, t further indexes   s a short string   lo, hi bounds   id, op, in, to, at plain words
 *   ms milliseconds   cc the C compiler   w0, w1, w2, w3, w4, w5, w6, w7, w8, w9
 *   constants of a layer   u8, s8 types of elements
 *   z state of a generator   d the last register of CPUID
 *
 * Invariants, checked by verify_graph() (ir/graph/verify_graph.c):
 *   1. Names of values and nodes are unique in the graph; a node and its result share a name. Value
 *      names are the description's (timm's) names, [A-Za-z0-9_.]+.
 *   2. A node stands after the nodes that define its operands (regions included: the body sees
 *      outer values; outside sees only the region's results).
 *   3. Operand counts and stages fit ops.def; only WINDOW operations have a window.
 *   4. Shapes are set for every value, and so is the padding of windows that are 'same'; both equal
 *      what infer_NAME computes. Each dimension >= 1.
 *   5. Only ANCHOR operations carry prologue, residual, epilogue. in[0] is the data; with
 *      has_residual in[n_in - 1] is the residual, whose shape equals the result's.
 *   6. A prologue activation keeps zero at zero (acts.def: zero), as padding follows it.
 *   7. Constant expressions have the shapes that the operation expects for its stage; a residual
 *      scale needs a residual.
 *   8. From stage LAID_OUT on every value but the graph's input and outputs is NHWC with
 *      pitch >= channels and pitch % PITCH_UNIT == 0. The contents of padding channels are
 *      undefined: no dot product and no result of the graph reads them. Input and outputs are
 *      dense: NCHW, or NHWC with pitch == channels.
 *   9. From stage TILED on every anchor that computes a product has a tile, and its tiles have no
 *      more pixels than its result.
 *  10. From stage PLANNED on offsets are set, 64-byte aligned, and no two live values overlap,
 *      except a result that takes the place of its own residual. A region is one step: its inner
 *      values and their nodes' scratch have places in its scratch, apart from each other. A node's
 *      scratch lies above all that lives in its step: that of further threads follows it.
 *  11. Outputs of the graph are distinct values; each is defined by a node.
 *  12. Every value is f32 or u8; only the weight of a product may be bf16, f16 or s8. With bf16 its
 *      input channels are even, and its bias, where it has one, is flushed below 2^-90: then no sum
 *      of its chains is subnormal, which instructions for bf16 take for zero.
 *  13. Only a product whose weight is s8 (a quantized one) has start, out_scale and the constants
 *      of its inputs, and it has those that Numbers names. Its depth * 255 * 127 is below 2^31, so
 *      that no sum of integers overflows.
 *  14. A value is u8 only where may_be_bytes() and may_read_bytes() say so of the node that defines
 *      it and of all that read it. A node has map_factor and map_zero if it makes u8 (a max_pool:
 *      if it reads u8, without them), in_zero if in[0] is u8, rest_scale if the residual is.
 *
 * Numbers: every output element is one chain of fused multiply-adds that starts from the bias, k
 * ascending (kernel row, kernel column, input channel). A padded tap takes part as fma(weight, +0,
 * acc). Then residual (acc + residual, or fma(scale, residual, acc)), then activation. The
 * depthwise stage of a separable is such a chain rounded to f32 (bias, taps, mid_act), then the
 * product's chain. max(a, b) is (a > b ? a : b), so a NaN in a yields b; max_pool starts from -inf
 * and goes on with max(new, best), kernel row then column ascending, skipping padding. Global
 * average: pixels ascending from +0, then times (float)(1.0 / pixels); avgmax is 0.5f * fma(sum,
 * (float)(1.0 / pixels), max). softmax: the largest like a maximum over pixels, exp(x - largest)
 * each, their sum from +0 in ascending order, quotients. A product whose weight is bf16 rounds its
 * left operands to bf16 (element.h), those of a separable behind mid_act; its chain is the same, of
 * fmas in f32 on the rounded numbers. A product whose weight is f16 has the chain of f32 with the
 * rounded weight: its left operands stay as they are.
 *
 * A quantized product computes in integers. Each left operand is t = fma(x, in_factor[i],
 * zero_point[i]), or, where a depthwise stage has both in its constants, t = x, its result. The
 * activation on the way there (prologue, or mid_act of a separable) is none, relu or relu6 and
 * becomes bounds: lo is 0, of a ReLU zero_point[i]; hi is 255, of relu6 highest[i]. Any other is
 * applied to x, and the bounds are 0 and 255. q = rint(min(max(t, lo), hi)), half-even, so a NaN
 * gives lo. A padded tap is zero_point[i]. An element is fma((float)sum, out_scale[o], bias[o]),
 * where sum = start[o] + q * weight over k in 32 bits and the conversion is half-even; then
 * residual and epilogue.
 *
 * A value of u8 is integers q that stand for numbers: one scale and zero point for each channel,
 * whoever reads it. The element y that a node computes, behind its epilogue, becomes
 * q = rint(min(max(fma(y, map_factor[o], map_zero[o]), 0), 255)), half-even, so a NaN gives 0. A
 * depthwise stage takes the q as they are, its constants have scale and zero point in them; a
 * prologue of relu is max(q, in_zero[i]), and a padded tap is in_zero[i]. A quantized convolution
 * has them as its left operands: t = q, with the same bounds. A residual is added as
 * fma(rest_scale[o], q, acc); the bias has its zero point in it. A max_pool of u8 is the largest q.
 */
#ifndef XNC_IR_IR_H
#define XNC_IR_IR_H

#include "diag.h"
#include "element.h"

enum {
    MAX_RANK = 4,
    MAX_INPUTS = 8,
    MAX_RESULTS = 8,
    MAX_EXPR_ARGS = 3,
    PITCH_UNIT = 16 /* elements of f32: one 64-byte line */
};

/* How far the pipeline has come; a graph text names its stage. Each pass states what it gives. */
typedef enum Stage {
    STAGE_GRAPH,    /* as described: batch_norm, activation, add as nodes of their own */
    STAGE_FUSED,    /* anchors with prologue and epilogue, separable nodes, regions */
    STAGE_LAID_OUT, /* NHWC with pitch */
    STAGE_TILED,    /* tile shapes chosen for a target, weights packed for them */
    STAGE_PLANNED,  /* arena offsets and order of execution fixed */
    STAGE_COUNT
} Stage;

typedef enum Op {
#define OP(name, ...) OP_##name,
#include "ops.def"
#undef OP
    OP_COUNT
} Op;

typedef enum Act {
#define ACT(name, zero, cheap, line) ACT_##name,
#include "acts.def"
#undef ACT
    ACT_COUNT
} Act;

typedef enum ExprKind {
#define EXPR(name, tensors, integers, numbers, line) EXPR_##name,
#include "exprs.def"
#undef EXPR
    EXPR_COUNT
} ExprKind;

/* Order of a value's elements in memory. NCHW is dense; NHWC has pitch elements per pixel. */
typedef enum Layout { LAYOUT_NCHW, LAYOUT_NHWC } Layout;
/* Kinds of global pooling, named as in timm. AVGMAX is the mean of both, CATAVGMAX both side by
 * side, CATMAXAVG the same with the maxima first, as fastai has it; NONE means in a description
 * that nothing is pooled, and no node has it. */
typedef enum PoolKind {
    POOL_AVG,
    POOL_MAX,
    POOL_AVGMAX,
    POOL_CATAVGMAX,
    POOL_CATMAXAVG,
    POOL_NONE
} PoolKind;

/* What makes probabilities of the numbers that a classifier gives. Only the user's program and the
 * commands that show answers apply it: no node does, and outputs stay as the network gives them. */
typedef enum Scores {
    SCORES_SOFTMAX, /* one class of several is right; also where nothing is said */
    SCORES_SIGMOID, /* each number by itself: one logit, or several labels at once */
    SCORES_NONE     /* nothing: they are no logits (an output activation, features) */
} Scores;

/* Logical order is always N, C, H, W (rank 4) or N, C (rank 2), whatever the layout. Weight tensors
 * use ranks 1 to 4. */
typedef struct Shape {
    int rank; /* 0: not known yet */
    int64_t dim[MAX_RANK];
} Shape;

/* A constant: a tree over checkpoint tensors. It is never changed after construction, so several
 * nodes and trees may share it. */
typedef struct Expr {
    ExprKind kind;
    const struct Expr *arg[MAX_EXPR_ARGS]; /* NULL beyond those of its kind */
    const char *name;                      /* param: key in timm's state_dict */
    int64_t integer[2];                    /* zeros, adapt_in, pad, s8, pack_*: see exprs.def */
    double number;                         /* bn_scale: eps; flush: the bound */
    Shape shape;                           /* of the value of this expression */
    Element element; /* of that value, as expr_infer() finds it: the type of the checkpoint's own
                        tensors counts for nothing, they are f32 here */
} Expr;

/* How a convolution or pool moves over its input, as in PyTorch's Conv2d. pad counts rows above and
 * below, columns left and right, each side by itself; extra those more below and on the right. */
typedef struct Window {
    int64_t kernel[2], stride[2], dilation[2], pad[2], extra[2]; /* vertical, horizontal */
    bool same; /* TensorFlow's padding 'same': pad and extra follow from the size of the input, and
                  infer_NAME sets them */
} Window;

/* How the result of a product is cut into register tiles of pixels x output channels; chosen by
 * tile_products and tile_depthwise from the target's numbers. All zero before TILED. */
typedef struct Tile {
    int64_t rows;       /* pixels in registers: tiles of this many rows first ... */
    int64_t full_tiles; /* ... this many of them, then tiles of rows - 1 */
    int64_t tiles;   /* all tiles: full_tiles * rows + (tiles - full_tiles) * (rows - 1) pixels */
    int64_t vectors; /* vectors of output channels in registers, of a usual panel (cut_panels) */
    int64_t block_tiles; /* tiles whose inputs are in scratch at once */
    int64_t columns;     /* pixels side by side in a depthwise stage */
    int64_t slice;       /* channels of one pass of a depthwise stage over a block; 0: all */
    int64_t wide_rows;   /* pixels of a tile of a wide panel, which has vectors + 1; 0: no panel is
                            wide, or they are another target's */
    int64_t panel; /* panel width where it is not the tile's own: another target's, of which this
                      one's tiles take a part at a time; 0: vectors * lanes */
    bool split_panels; /* threads share panels instead of tiles (10x10 pixels, a classifier) */
} Tile;

typedef struct Node Node;

/* A tensor that flows through the graph: the input, or the result of one node. */
typedef struct Value {
    const char *name;
    Shape shape; /* set by infer_graph() */
    Element element;
    Layout layout;
    int64_t pitch;  /* elements from pixel to pixel, NHWC; 0 before LAID_OUT */
    int64_t rows;   /* row capacity inside a region, of one image; 0 means all rows */
    int64_t offset; /* bytes in the arena, of a region's inner value in the region's scratch; -1
                       before PLANNED and for the caller's buffers */
    Node *def;      /* NULL for the graph's input */
} Value;

typedef struct NodeList {
    Node **at;
    int count, capacity;
} NodeList;

/* One operation. Comments say which operations use a member; for all others it is zero (NULL,
 * none), and the window is 1x1 with stride 1. */
struct Node {
    Op op;
    const char *name; /* of the node and of its (first) result */
    Loc loc;          /* the line of the description that asked for it */
    int block;        /* index of the description's block, -1 outside blocks */
    Value *in[MAX_INPUTS];
    int n_in;
    Value *out[MAX_RESULTS];
    int n_out; /* 1, but for regions, whose results are values that the body defines */

    Window window;      /* conv2d, max_pool; depthwise and the depthwise stage of separable */
    Act act;            /* activation */
    PoolKind pool;      /* global_pool */
    const Expr *weight; /* conv2d, linear, affine (scale), batch_norm (gamma), separable: the 1x1 */
    const Expr *bias;   /* may be NULL: chain starts from +0. batch_norm: beta */
    const Expr *mean, *var; /* batch_norm */
    double eps;             /* batch_norm */
    const Expr *dw_weight;  /* separable: its depthwise stage */
    const Expr *dw_bias;    /* may be NULL */
    Act mid_act;            /* separable: between the stages */

    Act prologue; /* on each element loaded, before padding */
    bool has_residual;
    const Expr *residual_scale; /* per channel, or NULL for plain addition */
    Act epilogue;               /* after the residual */

    bool bf16, int8;  /* products, as planned until round_products, until quantize */
    int64_t together; /* until quantize: integer weights that are restricted together (s8) */
    /* Of a quantized product; see Numbers. */
    const Expr *start;      /* [O] s32 */
    const Expr *out_scale;  /* [O] */
    const Expr *in_factor;  /* [I]; NULL: the depthwise stage has it in its weights */
    const Expr *zero_point; /* [I]; NULL: the depthwise stage has it in its bias, and no ReLU ends
                               there */
    const Expr *highest;    /* [I] for relu6, else NULL */

    bool bytes; /* its result as u8, as planned; behind narrow_maps where it stays f32 */
    /* Of values that are u8; see Numbers. */
    const Expr *map_factor, *map_zero; /* [O] of the result */
    const Expr *in_zero;               /* [I] u8, of in[0] */
    const Expr *rest_scale;            /* [O] of the residual */

    Tile tile;     /* in a region: of one row */
    int64_t place; /* of its constants among those of the network, from 1 in the description's
                      order; 0 before pack_weights, and in texts: as executed */
    int64_t scratch_bytes;  /* per thread, a multiple of 64 */
    int64_t scratch_offset; /* PLANNED: where the first thread's scratch starts in the arena; of a
                               node in a region, in the region's scratch */
    NodeList body;          /* region */
};

/* How pictures become the network's input, as timm's pretrained_cfg says. It travels with the graph
 * to the generated code; no pass reads it. */
typedef struct Preprocess {
    int64_t test_size[2];      /* height, width of the input in pixels */
    double crop_pct;           /* side of the crop as a part of the resized picture's, above 0 */
    double mean[4], std[4];    /* per input channel; in_chans above 4 repeat the last */
    bool multiplies;           /* x * scale + offset in place of (x / 255 - mean) / std */
    const char *interpolation; /* "bicubic", "bilinear", "nearest", "tf_bilinear" */
    const char *crop_mode;     /* "center", "squash", "border", "aspect" */
    double margin;             /* a box becomes the square of its longer side times this; 0: none */
    bool exif;                 /* pictures are turned as EXIF says */
} Preprocess;

/* A tensor of the checkpoint that the description's full network has. */
typedef struct Param {
    const char *name;     /* key in timm's state_dict */
    Shape shape;          /* as the network needs it */
    Loc loc;              /* the line of the description that asked for it */
    int64_t adapted_from; /* of the first convolution, when the frontend decided to adapt its 3
                             input channels to another number: the channels in the file; else 0 */
    bool in_head; /* of a head of several layers: found in a file by the order of its modules */
} Param;

/* A value that features_only can hand out. */
typedef struct Tap {
    Value *value;
    int64_t reduction; /* input pixels per pixel of the value, in height; see reduction_behind() */
} Tap;

/* What the bias of a bf16 product is flushed below (invariant 12). */
#define LEAST_BIAS 0x1p-90

/* A map of one pixel can be strided again and again; beyond this no reduction means anything. */
#define MOST_REDUCTION ((int64_t)1 << 40)

typedef struct Graph {
    Arena *arena;
    const char *name; /* model name, a C identifier or close to it ("xception41") */
    Stage stage;
    bool from_text; /* locations point into an IR text that names no description: not printed */
    Value *input;
    NodeList nodes;  /* in execution order */
    Value **outputs; /* handed to the caller, in this order */
    int n_outputs;
    Tap *taps; /* from the input onwards; out_indices count them */
    int n_taps;
    Param *params; /* the full network's, whether used or not */
    int n_params;
    int64_t output_stride; /* what was asked for; 0: as described. Read by the dilate pass. */
    bool features_only;    /* read by select_features */
    int64_t out_indices[16];
    int n_out_indices;    /* 0 with features_only: all taps */
    Precision precision;  /* of products, as asked for; read by round_products, quantize */
    Element weights_type; /* of products' weights, f32 or f16, as asked for; read by
                             store_halves. f16 with precision f32 alone */
    bool channels_last;   /* the caller's input and maps are NHWC; read by assign_layout */
    const char *target;   /* that it is compiled for: set when passes run; NULL before */
    const char *layout;   /* the target whose panels weights are packed in; NULL: target's own */
    const char *network;  /* network_digest(), set by pack_weights; NULL before */
    int64_t arena_bytes;  /* PLANNED: for one thread */
    int64_t arena_bound;  /* PLANNED: the lower bound that the planner proved */
    Preprocess preprocess;
    Scores scores; /* of the one output, where it is a classifier's */
} Graph;

/* ---- graph.c, graph_edit.c, copy.c: building and walking ----
 * Everything that these make lives in the graph's arena; names are copied. */
/* A graph without input and nodes, at STAGE_GRAPH. */
Graph *graph_create(Arena *arena, const char *name);
/* Makes the graph's input (NCHW, no offset). */
Value *graph_add_input(Graph *graph, const char *name, const Shape *shape);
/* A value without a place, for nodes that are built by hand. */
Value *value_create(Arena *arena, const char *name);
/* Appends a node with one result of the same name; operands are copied. An add gets has_residual;
 * kernel, stride and dilation start as 1, pad as 0, block as -1. A region is finished by hand: its
 * out[] are values that its body defines, its in[] the outer values that the body reads, and its
 * name is that of out[0]. */
Node *graph_add(Graph *graph, Op op, const char *name, Loc loc, int n_in, Value *const in[]);
/* Finds a value or node by name, regions included; NULL if there is none. */
Value *graph_value(const Graph *graph, const char *name);
Node *graph_node(const Graph *graph, const char *name);
/* Appends a node to a list, which grows in the arena. */
void node_list_add(Arena *arena, NodeList *list, Node *node);
/* Visits all nodes in execution order, inner nodes in place of their region. */
typedef void NodeVisitor(Node *node, void *context);
void graph_each(const Graph *graph, NodeVisitor *visit, void *context);
/* Removes nodes whose results nothing reads. A tap does not count as a reader: it is removed with
 * its value. */
void graph_remove_dead(Graph *graph);
/* A deep copy in another (or the same) arena. */
Graph *graph_copy(Arena *arena, const Graph *graph);

/* ---- graph_tables.c: rows of tables, their names, and counts that follow from them ---- */
/* What a row of ops.def says about its operation. */
typedef enum OpFlag {
    ANCHOR = 1 << 0,      /* may carry prologue, residual and epilogue */
    WEIGHTS = 1 << 1,     /* has the constants weight and bias */
    SUM = 1 << 2,         /* its last operand is its residual, always */
    WINDOW = 1 << 3,      /* kernel, stride, dilation and pad of its window may be other than 1x1 */
    CHANNELWISE = 1 << 4, /* takes the window of each channel by itself; with WEIGHTS: multiplies */
    PRODUCT = 1 << 5,     /* dot products over channels: register tiles, weights in panels */
    DW_STAGE = 1 << 6,    /* a depthwise stage (dw_weight, dw_bias, mid_act) feeds its product */
    BY_ROWS = 1 << 7,     /* a row of its result needs a few rows only: it may stand in a region */
    BODY = 1 << 8,        /* stands for the nodes of its body; its results are values of theirs */
    HANDS_OUT = 1 << 9    /* copies a value to a buffer of the caller */
} OpFlag;
typedef struct OpInfo {
    const char *name;
    int lo, hi;        /* fewest and most operands */
    Stage first, last; /* between which it may stand, both included */
    unsigned flags;    /* of OpFlag */
    const char *line;  /* for people */
} OpInfo;
const OpInfo *op_info(Op op);
int op_by_name(const char *name); /* -1 if unknown */
/* Whether the node's operation has all of these flags. */
bool node_has(const Node *node, unsigned flags);
typedef struct ActInfo {
    const char *name;
    bool zero;  /* act(+0) is +0 */
    bool cheap; /* may be computed again for each tap */
    const char *line;
} ActInfo;
const ActInfo *act_info(Act act);
const char *scores_name(Scores scores); /* "softmax", "sigmoid", "none" */
int scores_by_name(const char *name);   /* -1 if unknown */
/* Of one that multiplies, in a channel: 1 / (255 std) and -mean / std. */
double preprocess_scale(const Preprocess *preprocess, int channel);
double preprocess_offset(const Preprocess *preprocess, int channel);
const char *pool_name(PoolKind kind); /* "avg", "max", "avgmax", "catavgmax", "catmaxavg", "none" */
int pool_by_name(const char *name);
bool pool_is_double(PoolKind kind);  /* two numbers for each channel */
const char *stage_name(Stage stage); /* "graph", "fused", "laid_out", "tiled", "planned" */
/* The product of the dimensions; INT64_MAX when it does not fit. */
int64_t shape_elements(const Shape *shape);
bool shape_equal(const Shape *a, const Shape *b);
/* Multiply-adds of a node for all images, counted as MACs usually are: convolutions and linear
 * layers only. A region's are those of its body. */
int64_t node_macs(const Node *node);
/* Depth of a product's dot products: kh * kw * C of a dense window, C of the others. */
int64_t node_depth(const Node *node);
/* The reduction behind a layer of that stride: the product, at most MOST_REDUCTION. */
int64_t reduction_behind(int64_t reduction, int64_t stride);
/* Bytes of a value: pixels that it holds * pitch * bytes of an element, rounded up to 64. */
int64_t value_bytes(const Value *value);

/* ---- expr.c, from ParamReader on expr_eval.c: constants ---- */
const Expr *expr_param(Arena *arena, const char *name, const Shape *shape);
/* The others compute their shape; a misfit is an internal error. Unused arguments are NULL or 0. */
const Expr *expr_new(Arena *arena, ExprKind kind, const Expr *a, const Expr *b, const Expr *c,
                     int64_t first, int64_t second, double number);
/* The tensor below pad, pack_* and centered: what the operation means. NULL for NULL. */
const Expr *expr_logical(const Expr *expr);
int expr_by_name(const char *name); /* -1 if unknown */
const char *expr_name(ExprKind kind);
/* How the output channels of a product are cut into panels: first panels of the usual width, then
 * some that are one unit wider, so that no narrow rest is left over. 46 units of 16 channels become
 * 14 panels of 48 and one of 64. Together they have round_up(channels, PITCH_UNIT) channels. */
typedef struct Panels {
    int64_t usual, wide;             /* how many */
    int64_t usual_width, wide_width; /* channels of each */
} Panels;
/* width is the usual one in channels; it and PITCH_UNIT are multiples of unit. False when the units
 * that are left over are more than the panels. */
bool cut_panels(Panels *panels, int64_t channels, int64_t width, int64_t unit);
/* Gives the count values of a checkpoint tensor as doubles in C order; the memory stays the
 * reader's and is not changed. NULL after a failure that the reader has reported. */
typedef const double *ParamReader(void *context, const char *name, int64_t count);
/* Tells a reader of that context that nothing it has given so far is used any more. */
typedef void ParamForget(void *context);
/* Evaluates in double, then rounds once to the expression's type; magnitudes below 1e-30 become +0.
 * The result, elements as they stand in memory, lives in the arena. NULL when the reader failed. */
const void *expr_eval(Arena *arena, const Expr *expr, ParamReader *read, void *context);
/* The numbers before they are rounded. They may be the reader's, and are not to be changed. */
const double *expr_eval_f64(Arena *arena, const Expr *expr, ParamReader *read, void *context);
/* The same numbers as f32, which holds those of every type. */
const float *expr_eval_f32(Arena *arena, const Expr *expr, ParamReader *read, void *context);

/* ---- network.c: what is computed, whatever the size of the input ---- */
/* 16 digits that two graphs have in common when they have the same nodes, names, channels, windows
 * and activations; sizes of maps, padding, the number of images and regions do not count. */
const char *network_digest(Arena *arena, const Graph *graph);

/* ---- infer.c: shapes ---- */
/* Sets the shape of a node's result from those of its operands and constants, and the padding of a
 * window that is 'same'; for a region those of all values inside. False after a diagnostic at the
 * node's place. */
bool infer_node(Diag *diag, Node *node);
/* The same for the input (which is only checked) and all nodes in order. */
bool infer_graph(Diag *diag, Graph *graph);

/* ---- print.c, parse.c (ir/text): the text form ---- */
void print_graph(FILE *out, const Graph *graph);
/* NULL when the text is wrong; the diagnostics say where. */
Graph *parse_graph(Arena *arena, Diag *diag, const Source *source);

/* ---- verify_graph.c ---- */
/* True when every invariant holds; else prints each broken one to out. */
bool verify_graph(FILE *out, const Graph *graph);

/* ---- interp.c, interp_act.c: the meaning of every operation ---- */
typedef struct InterpResult {
    const float *data; /* logical NCHW, without padding */
    Shape shape;
} InterpResult;
/* Told a node's result, of the node's name, as soon as it is computed and before the next node
 * begins: NCHW, without padding. The data is freed after its last reader, so who needs it later
 * copies it. */
typedef void InterpWatch(void *context, const Node *node, const float *data, const Shape *shape);
/* Calls task(arg, index) for each index below count, in any order on any threads, and returns when
 * all calls have returned: the runtime's xnc_parallel (runtime/xnc.h), which this room may not
 * include. */
typedef void InterpTask(void *arg, int index);
typedef void InterpParallel(void *context, int count, InterpTask *task, void *arg);
/* What a graph is run on. The calling thread alone reads parameters and tells the watch. */
typedef struct InterpRequest {
    const float *input;       /* NCHW, of the shape of the graph's input */
    ParamReader *read;        /* gives the checkpoint's tensors */
    void *read_context;       /* passed to read and forget */
    ParamForget *forget;      /* called after each node; NULL: what was read stays */
    InterpWatch *watch;       /* NULL: nobody is told */
    void *watch_context;      /* passed to watch */
    InterpParallel *parallel; /* NULL: the calling thread does all */
    void *parallel_context;   /* passed to parallel */
    int threads;              /* with parallel: tasks to cut a node's work into, 1 or more. Every
                                 number gives the same bits */
} InterpRequest;
/* Runs the graph at any stage. outputs has room for graph->n_outputs, whose data lives in the
 * arena; NULL: no result is kept, for those whom the watch tells enough. False when the reader
 * failed. */
bool interp_graph(Arena *arena, const Graph *graph, const InterpRequest *request,
                  InterpResult *outputs);
float interp_act(Act act, float x);
/* e to the x, with the bits of the emitted code's. */
float interp_exp(float x);

#endif
