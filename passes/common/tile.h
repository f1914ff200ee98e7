/* tile.h - the geometry of a cut product, shared by the passes that choose and that use it.
 */
#ifndef XNC_PASSES_TILE_H
#define XNC_PASSES_TILE_H

#include "rewrite.h"

/* How the inputs of a product come into the form that its kernel reads: for each pixel K
 * consecutive elements. */
typedef enum Feed {
    FEED_DIRECT, /* they lie so in the input already: 1x1, stride 1, nothing on load, f32 or f16 */
    FEED_DEPTHWISE, /* the depthwise stage of a separable writes them to scratch */
    FEED_PATCH,     /* copied to scratch: strides, an activation on load, windows */
    FEED_CALLER     /* copied to scratch from the caller's input, number by number */
} Feed;

/* The type of the left operands of a product as they lie in scratch: that of the operands, or s8
 * for u8 where the target multiplies signed numbers, or where weights are taken apart or widened,
 * what these are multiplied by: f32, though rounded, or s16. */
Element left_element(const Node *node, const Target *target);
/* Whether the left operands of a product of integers are stored less 128, as s8: where the target
 * multiplies signed numbers. */
bool centers(const Node *node, const Target *target);
/* Whether inputs are loaded as vectors, each of which serves as many steps as it has lanes; else
 * each is broadcast on its own. */
bool takes_lanes(const Target *target);
/* Inputs that one step of a product's loop over its depth takes: those that are one word of the
 * weights, two of bf16 and four of s8, or eight of s8 that lie in blocks. */
int64_t step_inputs(const Node *node, const Target *target);
/* Inputs that one turn of that loop takes on a target: two where weights are widened. */
int64_t chain_inputs(const Node *node, const Target *target);
/* Vector lanes' weights of such a step, for as many output channels, that are a 64-byte line. */
int64_t line_steps(const Node *node, const Target *target);
/* The depth of a product in whole steps: weights beyond its own depth are zero. */
int64_t packed_depth(const Node *node, const Target *target);
/* The feed of a PRODUCT; needs the layout of its input. */
Feed product_feed(const Node *node);
/* Whether scratch holds lines instead of the K inputs of each pixel: the rows of the input, with
 * their padding, that one row of the result reads. A pixel finds its inputs there, kernel row by
 * kernel row, each as consecutive elements. So every input is copied once for each kernel row that
 * reads it, and not for each column as well. Only in a region, which makes its rows one by one. */
bool feeds_lines(const Node *node, bool by_rows, const Target *target);
/* Bytes of all lines of a row of the result. */
int64_t lines_bytes(const Node *node, const Target *target);
/* Pixels of such a line. */
int64_t line_pixels(const Node *node);
/* Elements from line to line. */
int64_t line_pitch(const Node *node, const Target *target);
/* Pixels of all images, n * h * w; n for rank 2, whose height and width are 1. */
int64_t pixel_count(const Value *value);
int64_t height_of(const Value *value);
int64_t width_of(const Value *value);
/* Channels that vector loops run over: whole 64-byte lines, within the pitch. */
int64_t whole_lines(int64_t channels);
/* How the weights of a product are packed. */
ExprKind packing_of(const Node *node, const Target *target);
/* Elements from row to row of the block in scratch: an odd number of 64-byte lines, so that rows
 * fall on different sets of the cache, with room for the last copy of a whole vector. */
int64_t scratch_pitch(const Node *node, const Target *target);
/* Whether the product's weights are pairs that have to be taken apart: there is no instruction for
 * them. */
bool takes_apart(const Node *node, const Target *target);
/* Whether a tile's weights of s8 become 16 bits in scratch first, as there is no instruction for
 * their words of four: words of two s16, which left operands then are too, or i16, each of which is
 * multiplied by a u8; and the bytes for them, at the end of the node's scratch. */
bool widens_pairs(const Node *node, const Target *target);
bool widens_singly(const Node *node, const Target *target);
bool widens(const Node *node, const Target *target);
int64_t wide_bytes(const Node *node, const Target *target);
/* Whether a product of integers is made of matrices, as the target has registers for them; and the
 * bytes that this needs at the end of the node's scratch: sums of a tile, behind room for the rows
 * that the last tile reads beyond its own, as it loads the rows of a register at a time. */
bool uses_matrices(const Node *node, const Target *target);
int64_t matrix_bytes(const Node *node, int64_t row_bytes, const Target *target);
/* Registers for so many pixels. */
int64_t matrix_count(int64_t rows, const Target *target);
/* Whether operands lie in blocks (MatrixShape): then the block of pixels is copied to others behind
 * it, for each tile as many as its tallest one has registers for. Elements from one to the next of
 * these, and bytes of all. */
bool has_blocks(const Node *node, const Target *target);
int64_t blocks_pitch(const Node *node, const Target *target);
int64_t blocks_bytes(const Node *node, const Target *target);
/* Bytes of the sums alone, at the very end. */
int64_t sums_bytes(const Node *node, const Target *target);
/* Whether its weights are multiplied in small pairs; whether the products of two pairs are added in
 * 16 bits before they join a sum. */
bool has_small_dots(const Node *node, const Target *target);
bool adds_small_pairs(const Node *node, const Target *target);
/* Rows of the tallest register tile of so many vectors, with so many further registers. */
int64_t most_rows(const Target *target, int64_t vectors, int64_t further);
/* Rows of the product's tallest tile of so many vectors; 0: there is none. */
int64_t tile_rows(const Node *node, const Target *target, int64_t vectors);
/* Pixels of the first tiles of so many: the tall ones come first. */
int64_t pixels_of(const Tile *tile, int64_t tiles);
/* The panels of a product's weights. */
Panels panels_of(const Node *node, const Target *target);
/* Whether the channels divide into such panels, and the panels into tiles of this target. */
bool panels_come_out(const Node *node, const Target *target);
/* Channels by which wide panels are wider: the lanes of the target that the weights are packed for.
 */
int64_t panel_unit(const Tile *tile, const Target *target);
/* What a product costs when it is cut like this, in hundredths of a cycle (tile_cost.c). */
int64_t tile_cost(const Node *node, const Target *target, const Tile *tile);
/* Columns of the input from the first tap of a group's first pixel to the last tap of its last. */
int64_t window_reach(const Node *node);
/* Whether a group of pixels has a pointer for each tap of each pixel, row * kernel[1] * columns +
 * column of the kernel * columns + pixel, as most inputs within their reach are read by none; else
 * it has one for each column in their reach. */
bool has_spread_taps(const Node *node);
/* Pointers of a group of pixels. */
int64_t group_taps(const Node *node);
/* The most inputs that the groups of a block have; its pixels may begin and end within a row. */
int64_t block_taps(const Node *node);
/* Whether the weights of a product stay in the second-level cache: at most half of it, as other
 * data passes through it too. Larger ones come from memory, which prefetches hide. */
bool weights_stay(const Node *node, const Target *target);
/* The largest number of pixels that are in scratch at once. */
int64_t block_pixels(const Tile *tile);
/* Output channels of one register tile. */
int64_t tile_width(const Tile *tile, const Target *target);
/* Output channels of one usual panel of weights: of a tile, or of several side by side. */
int64_t panel_width(const Tile *tile, const Target *target);
/* Visits all nodes; rows is true for a node in a region, which works on one row at a time. */
typedef void TiledVisitor(Node *node, bool rows, const Target *target);
void tile_each(const Unit *unit, TiledVisitor *visit);

#endif
