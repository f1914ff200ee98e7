/* lowering.h - what the files of the lower pass share: building kernel text, and sharing functions.
 *
 * Kernels are written as text of kernel IR (ir/kernel/kernel.h), piece by piece, from top to
 * bottom. When the text of a function is complete, share_function() gives it a name, or returns the
 * function that has the same text already. The same code lowers a node as a kernel of its own,
 * which tasks share, and as a function of a region, which makes rows (by_rows); lower_rows.c has
 * what differs.
 */
#ifndef XNC_PASSES_LOWERING_H
#define XNC_PASSES_LOWERING_H

#include "stream.h"

/* A text that grows. */
typedef struct Text {
    Arena *arena;
    char *at;                /* ends with a NUL; NULL while empty */
    size_t length, capacity; /* bytes without and with the NUL and spare room */
} Text;

/* A function that exists already, by the text that it was made from. */
typedef struct Written {
    const char *name;
    const struct Written *before; /* another one with this text */
} Written;

/* Byte offsets of a node's constants in the blob by slot, -1: none. */
typedef struct NodeWeights {
    int64_t at[SLOT_COUNT];
    int slots; /* up to the last one with a constant */
} NodeWeights;

typedef struct Lowering {
    Arena *arena;
    const Graph *graph;
    const Target *target;
    Module *module;
    Map *written; /* from a text to the last Written with it */
    Map *weights; /* from a node to its NodeWeights */
    bool by_rows; /* the node is in a region: its function makes rows of its result */
} Lowering;

/* The level of cache that prefetches of later data go to: the first level is too small. */
enum { AHEAD_LEVEL = 2 };

/* ---- lower_text.c ---- */
/* Appends a formatted piece. */
void text_add(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "1 pixel", "2 pixels". */
const char *counted(const Lowering *lowering, int64_t count, const char *noun);
/* The text so far; "" while empty. */
const char *text_done(const Text *text);
/* Adds the function to the module unless one with the same text is there. head is the text between
 * name and body: parameters in parentheses for a helper, "" for a kernel. Returns the function's
 * name: the given one, or with _v2, _v3, ... after it when another text has that. */
const char *share_function(Lowering *lowering, const char *name, const char *head,
                           const char *body);
/* A type in front of a pointer's name: "bf16 ", nothing for f32. */
const char *type_word(const Lowering *lowering, Element element);
/* Makes the module's array of zeros at least so long. */
void need_zeros(Lowering *lowering, int64_t floats);
/* Height and width of a value, "299x299"; "1x1" for rank 2. */
const char *map_size(const Lowering *lowering, const Value *value);

/* ---- lower_act.c: activations of registers, and parts of functions' names ---- */
/* Writes definitions of the vectors that these activations need, each once. */
void act_constants(Text *text, const Act *acts, int count);
/* Writes an activation of a register; index is what follows its name, "[r][o]" or "". */
void act_apply(Text *text, Act act, const char *name, const char *index);
/* Part of a function's name for an activation at the end: "_relu", or "" for none. */
const char *act_suffix(const Lowering *lowering, Act act);
/* Part of a function's name for an activation on load: "relu_", or "" for none. */
const char *act_prefix(const Lowering *lowering, Act act);
/* Part of a function's name for the precision of a product: "_bf16", "_f16", "_int8", or "" for
 * f32.
 */
const char *precision_suffix(const Node *node);
/* Part of a function's name for what it makes where that is u8: "_u8", or "". */
const char *bytes_suffix(const Node *node);
/* Part of a function's name for the residual: "_add", "_add_u8", "_scaled" or "". */
const char *residual_suffix(const Node *node);

/* ---- lower_window.c: depthwise, max_pool and the first stage of separable ---- */
/* Writes the loop over the pixels lo <= pixel < hi of the node's window. It stores the result of
 * pixel p at to + (p - origin) * pitch; that of a depthwise stage as the product takes it. */
void window_loop(Lowering *lowering, Text *text, const Node *node, const char *to,
                 const char *origin, int64_t pitch);

/* What one register tile looks like. */
typedef struct TileShape {
    int64_t rows, width; /* width in channels, a multiple of the lanes */
    int64_t panel;       /* channels from one k to the next in the packed weights */
} TileShape;

/* ---- lower_chain.c: what register tiles of vectors and of matrices have in common ---- */
/* Whether the node's block holds lines: see feeds_lines(). */
bool has_lines(const Lowering *lowering, const Node *node);
/* Whether tiles read lines: not where these become blocks first. */
bool tile_has_lines(const Lowering *lowering, const Node *node);
/* Elements from pixel to pixel of the product's inputs, and of what tiles read: of blocks from
 * register to register. */
int64_t input_pitch(const Lowering *lowering, const Node *node);
int64_t tile_pitch(const Lowering *lowering, const Node *node);
/* Whether tiles prefetch the next panel, and so have the parameters for it. */
bool tiles_look_ahead(const Lowering *lowering);
/* The type of the weights that a tile reads. */
Element tile_element(const Node *node, const Target *target);
/* Whether a tile has pitches among its parameters: over one row it steps over none, unless it loads
 * whole matrices. */
bool has_pitches(const Lowering *lowering, const Node *node, const TileShape *shape);
/* Opens the loop over the lines of a block; nothing where it holds none. */
void tile_lines(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape);
/* Writes, for the step of a chain that takes so many inputs from k on, the prefetches of this
 * tile's part of the next panel to the second-level cache, and of the weights of this panel that
 * are needed in a few steps to the first. */
void tile_prefetch(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                   int64_t inputs);
/* Writes what makes results of sums of integers: by[o] and plus[o] for its vectors, then the float
 * of one; index is what follows the names of sum and acc, "[r][o]" or "[o]". */
void sum_constants(Text *text);
void sum_end(Text *text, const char *index);
/* Writes, within loops over the vectors and rows of a tile, residual, activation and store of acc.
 */
void accumulator_end(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                     const char *index);

/* ---- lower_tile.c: the register tiles of products ---- */
/* Adds the helper for one register tile unless it is there; returns its name. */
const char *tile_function(Lowering *lowering, const Node *node, const TileShape *shape);

/* ---- lower_matrix.c: the same of matrices ---- */
/* Writes the body of a tile. */
void matrix_tile(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape);
/* Writes the instruction that sets the registers up, at the beginning of a product, and the one
 * that gives them free at its end; nothing where there are no matrices, or where each tile does
 * that for itself, as those of blocks do. */
void matrix_begin(const Lowering *lowering, Text *text, const Node *node);
void matrix_end(const Lowering *lowering, Text *text, const Node *node);
/* Writes the loop that copies the left operands of the tiles first .. last to blocks; pixel is the
 * first pixel of tile t. */
void copy_blocks(const Lowering *lowering, Text *text, const Node *node, const char *pixel);

/* ---- lower_lines.c: copies of the rows of the input that a product reads ---- */
/* Writes the loops that copy the lines which row y of the result reads to scratch. */
void copy_lines(Lowering *lowering, Text *text, const Node *node);

/* ---- lower_patch.c: copies of a product's inputs ---- */
/* Writes the copy of the input's pixel at row, column, or of +0 outside, to where the text to says
 * that channel c goes, in the type that the product takes it in. */
void copy_pixel(Lowering *lowering, Text *text, const Node *node, const char *to);
/* Writes the constants that copy_pixel() needs. */
void copy_constants(const Lowering *lowering, Text *text, const Node *node);
/* Writes the loop that copies the inputs of pixels lo .. hi to scratch, pitch elements per pixel.
 */
void patch_loop(Lowering *lowering, Text *text, const Node *node, int64_t pitch);

/* ---- lower_quantize.c: numbers on their way to a quantized product ---- */
/* Parameters for the constants that quantize_apply() reads, each followed by a comma; and the
 * arguments for them. */
const char *quantize_params(const Lowering *lowering, const Node *node);
const char *quantize_arguments(const Lowering *lowering, const Node *node);
/* The activation in front of the integers, for act_constants(); none where it is a bound of them.
 */
Act unbound_act(const Node *node);
/* Writes definitions of the vectors that are the same for all channels. */
void quantize_constants(const Lowering *lowering, Text *text, const Node *node);
/* Writes definitions of the vectors for channels c .., and what makes of the registers name and
 * index numbers that are only to be rounded. Definitions come once for all registers. */
void quantize_channels(Text *text, const Node *node);
void quantize_apply(const Lowering *lowering, Text *text, const Node *node, const char *name,
                    const char *index);

/* ---- lower_bytes.c: values that are u8 ---- */
/* The pointer to an operand, "in", "residual" or "out": "bytes_in" where the value is u8. */
const char *operand_pointer(const Lowering *lowering, const char *operand, const Value *value);
/* Names the operands of a kernel that are u8, "ptr u8 bytes_in = in". */
void name_operands(const Lowering *lowering, Text *text, const Node *node);
/* Whether the activation on load is a bound of the u8 that are read. */
bool raises_bytes(const Node *node);
/* Loads what a node reads, as floats, into the register name and index, and applies the activation
 * on load; before, what channels c .. need for that. */
void load_channels(Text *text, const Node *node);
void load_operand(Text *text, const Node *node, const char *name, const char *index,
                  const char *from);
/* The end of a register tile: parameters and arguments, each followed by a comma; what is the same
 * for all channels, and what is of channels o ..; the sum of acc and the residual from an address;
 * the store. index is what follows the names of registers, "[r][o]", or "[o]" in a loop over rows.
 */
const char *end_params(const Lowering *lowering, const Node *node);
const char *end_arguments(const Lowering *lowering, const Node *node);
void end_constants(Text *text, const Node *node);
void end_channels(Text *text, const Node *node);
void end_residual(Text *text, const Node *node, const char *index, const char *from);
void end_store(Text *text, const Node *node, const char *index, const char *to);

/* ---- lower_rows.c: what differs for a node of a region ---- */
/* The pointer to a product's block in scratch, which is of left_element(): "scratch", or "block" of
 * another type. */
const char *block_pointer(const Lowering *lowering, const Node *node);
/* The pointer that pixels of an operand are counted from: operand_pointer(), or by rows "in_row".
 */
const char *row_pointer(const Lowering *lowering, const char *operand, const Value *value);
/* By rows: opens the loop over rows and defines the pointers to the current row of the result, the
 * residual and, with reads_row, the input. Writes nothing for a kernel. */
void rows_begin(const Lowering *lowering, Text *text, const Node *node, bool reads_row);
/* Closes that loop and shares the function, whose name gets "_rows" by rows; returns its name. */
const char *rows_end(Lowering *lowering, Text *text, const Node *node, const char *name);
/* Names a node's constants in a kernel, "ptr weight = w0"; by rows they are parameters already. */
void name_constants(const Lowering *lowering, Text *text, const Node *node);
/* Names the block in scratch of a kernel, "ptr mut bf16 block = scratch", where it is not f32, and
 * the room behind it for widened weights, or for blocks and sums of matrices. */
void name_block(const Lowering *lowering, Text *text, const Node *node);
/* Writes "int y = ..., int x = ..." of the output pixel that the variable pixel counts, and "int
 * image = ..." when there are several. By rows, pixel is the column and y is defined already. */
void pixel_place(const Lowering *lowering, Text *text, const Node *node);
/* An expression for the index of the input's pixel at row, column (and image, if there are several)
 * in memory: in a ring, row modulo its rows. */
const char *input_pixel(const Lowering *lowering, const Node *node);
/* A condition: whether row and column lie in the input. */
const char *is_inside(const Lowering *lowering, const Node *node);
/* The node's constant in a slot, or NULL. */
const Expr *slot_constant(const Node *node, WeightSlot slot);

/* ---- lower_widen.c ---- */
/* Writes the loop that widens the weights of a tile's channels, which begin at element from of the
 * product's, if they are to be. From there on these are the tile's panel. */
void widen_weights(const Lowering *lowering, Text *text, const Node *node, TileShape *shape,
                   const char *from);

/* ---- lower_weights.c ---- */
/* Gives all constants of the graph their places in the blob. */
void place_weights(Lowering *lowering);
/* The places of a node's constants; the node is no region. */
const NodeWeights *weights_of(const Lowering *lowering, const Node *node);

/* ---- lower_node.c ---- */
/* Lowers the node with the function of its operation; returns the name of its kernel, or by rows of
 * its function. */
const char *lower_node(Lowering *lowering, const Node *node);

/* ---- lower_region.c ---- */
/* Lowers a region and returns the name of its kernel; its constants are noted in the layer. */
const char *lower_region(Lowering *lowering, const Node *region, Layer *layer);

/* ---- one function per operation; each returns the name of its kernel ---- */
typedef const char *LowerNode(Lowering *lowering, const Node *node);
LowerNode lower_product;     /* lower_product.c */
LowerNode lower_depthwise;   /* lower_window.c */
LowerNode lower_max_pool;    /* lower_window.c */
LowerNode lower_global_pool; /* lower_pool.c */
LowerNode lower_softmax;
LowerNode lower_affine; /* lower_pointwise.c */
LowerNode lower_activation;
LowerNode lower_add;
LowerNode lower_to_nchw; /* lower_pool.c */
LowerNode lower_to_nhwc;

#endif
