/* lowering.h - what the files of the lower pass share: building kernel text, and sharing functions.
 *
 * Kernels are written as text of kernel IR (ir/kernel/kernel.h), piece by piece, in the order in
 * which they read. A function is shared by all that need the same text.
 */
#ifndef XNC_PASSES_LOWERING_H
#define XNC_PASSES_LOWERING_H

#include "stream.h"

/* A text that grows. */
typedef struct Text {
    Arena *arena;
    char *at; /* ends with a NUL; NULL while empty */
    size_t length, capacity;
} Text;

/* A function that exists already, by the text that it was made from. */
typedef struct Written {
    const char *name;
    const struct Written *before; /* another one with this text */
} Written;

typedef struct Lowering {
    Arena *arena;
    const Graph *graph;
    const Target *target;
    Module *module;
    Map *written; /* from a text to the last Written with it */
    bool by_rows; /* the node stands in a region: its function makes rows of its result */
} Lowering;

/* The cache that prefetches of what comes next fill: the first level is too small. */
enum { AHEAD_LEVEL = 2 };

/* ---- lower_text.c ---- */
void text_add(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text so far; "" while empty. */
const char *text_done(const Text *text);
/* Makes sure that the module has the function. head is what stands between the name and the body:
 * parameters in parentheses for a helper, "" for a kernel. Returns the name it goes by, which has a
 * number at its end when another text has taken the plain one. */
const char *share_function(Lowering *lowering, const char *name, const char *head,
                           const char *body);
/* Makes sure that the array of zeros is long enough. */
void need_zeros(Lowering *lowering, int64_t floats);
/* "299x299" or, for rank 2, "1x1". */
const char *map_size(const Lowering *lowering, const Value *value);

/* ---- lower_act.c: what happens in registers ---- */
/* Defines the constants that the activations need, each once. */
void act_constants(Text *text, const Act *acts, int count);
/* Applies an activation to a register; index is what follows its name, as "[r][o]" or "". */
void act_apply(Text *text, Act act, const char *name, const char *index);
/* "_relu", or "" for none: a part of a function's name. */
const char *act_suffix(const Lowering *lowering, Act act);
/* "relu_", or "" for none: likewise, for what happens on load. */
const char *act_prefix(const Lowering *lowering, Act act);
/* "_add", "_scaled" or "": likewise, for the residual. */
const char *residual_suffix(const Node *node);

/* ---- lower_window.c: depthwise, max_pool and the first stage of separable ---- */
/* Writes the loop over the pixels lo <= pixel < hi of the node's window. It stores pixel p at
 * target + (p - origin) * pitch. */
void window_loop(Lowering *lowering, Text *text, const Node *node, const char *to,
                 const char *origin, int64_t pitch);
/* "int y = ..., int x = ..." of the output's pixel, and of the image when there are several; of a
 * row, pixels are columns. */
void pixel_place(const Lowering *lowering, Text *text, const Node *node);
/* Index of the input's pixel at row, column, of the image if there are several; in a ring, of the
 * place where that row is. */
const char *input_pixel(const Lowering *lowering, const Node *node);
/* Whether row and column lie in the input, as an expression. */
const char *is_inside(const Lowering *lowering, const Node *node);

/* ---- lower_tile.c: the register tiles of products ---- */
/* What one register tile looks like. */
typedef struct TileShape {
    int64_t rows, width; /* width in channels, a multiple of the lanes */
    int64_t panel;       /* channels from one k to the next in the packed weights */
} TileShape;
/* Whether tiles ask for the panel that comes next, and so have the parameters for it. */
bool tiles_look_ahead(const Lowering *lowering);
/* Makes sure that the helper for one register tile exists; returns its name. */
const char *tile_function(Lowering *lowering, const Node *node, const TileShape *shape);

/* ---- lower_patch.c: copies of what a product reads ---- */
void patch_loop(Lowering *lowering, Text *text, const Node *node, int64_t pitch);

/* ---- lower_rows.c: what differs for a node of a region ---- */
/* "out", or "out_row" by rows: where results, operands of a pixel stand. */
const char *row_pointer(const Lowering *lowering, const char *operand);
/* Opens the loop over rows and defines the pointers to rows that the text names. */
void rows_begin(const Lowering *lowering, Text *text, const Node *node, bool reads_row);
/* Closes it, and shares the function: a kernel, or one for rows. */
const char *rows_end(Lowering *lowering, Text *text, const Node *node, const char *name);
/* The names of a node's constants in a kernel: "ptr weight = w0"; by rows they are parameters. */
void name_constants(const Lowering *lowering, Text *text, const Node *node);
/* The constant in a slot, or NULL. */
const Expr *slot_constant(const Node *node, WeightSlot slot);

/* ---- lower_node.c ---- */
/* Gives the node's constants their places in the blob, noted in the layer. */
void add_constants(Lowering *lowering, Layer *layer, const Node *node);
/* Lowers the node with the function of its operation. */
const char *lower_node(Lowering *lowering, const Node *node);

/* ---- lower_region.c ---- */
/* Returns the kernel of a region; its constants are noted in the layer. */
const char *lower_region(Lowering *lowering, const Node *region, Layer *layer);

/* ---- one function per operation; each returns the name of its kernel ---- */
typedef const char *LowerNode(Lowering *lowering, const Node *node);
LowerNode lower_product;     /* lower_product.c */
LowerNode lower_depthwise;   /* lower_window.c */
LowerNode lower_max_pool;    /* lower_window.c */
LowerNode lower_global_pool; /* lower_pool.c */
LowerNode lower_affine;      /* lower_pointwise.c */
LowerNode lower_activation;
LowerNode lower_add;
LowerNode lower_to_nchw; /* lower_pool.c */

#endif
