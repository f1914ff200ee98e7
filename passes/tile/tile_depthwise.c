/* tile_depthwise.c - chooses blocks of tiles, the scratch they need, and columns of windows.
 *
 *   before  %p = separable(%x) ... tile.rows=8 tile.full_tiles=39 tile.tiles=46 tile.vectors=3
 *   after   %p = separable(%x) ... tile.rows=8 tile.full_tiles=39 tile.tiles=46 tile.vectors=3
 *                    tile.block_tiles=23 tile.columns=5 tile.slice=160 scratch_bytes=553472
 *
 * The inputs of a product are in scratch for one block of tiles at a time, few enough to stay in
 * the second-level cache while every panel of weights passes over them. Blocks are of as equal size
 * as possible. A depthwise stage works on a few columns side by side, which share loaded inputs and
 * weights; where rows are too long for the first-level cache it takes them in slices of channels.
 * Only the order of work changes, never the chain of an element.
 */
#include "tile.h"

enum { LEAST_PIXELS = 48 /* of a block, where the cache allows: see block_limit() */ };

/* Things per block: the smallest number that needs no more blocks than the largest that fits. */
static int64_t even_blocks(int64_t things, int64_t fitting) {
    int64_t most = fitting < 1 ? 1 : smaller(fitting, things);
    int64_t blocks = (things + most - 1) / most;
    return (things + blocks - 1) / blocks;
}

/* The most tiles, counted from the first, that have no more pixels than these. Tiles of all rows
 * come before those with one row less. */
static int64_t fitting_tiles(const Tile *tile, int64_t pixels) {
    int64_t tall = pixels / tile->rows;
    if (tall <= tile->full_tiles || tile->rows == 1) {
        return tall;
    }
    return tile->full_tiles + (pixels - tile->full_tiles * tile->rows) / (tile->rows - 1);
}

/* How many pixels of scratch a block may have.
 *
 * Each block reads all weights once. When these come from memory, blocks should be large: there are
 * as many multiply-adds for each weight read as the block has pixels. So a block has at least
 * LEAST_PIXELS, even where deep pixels then take more of the second-level cache than block_bytes,
 * up to 3/4 of it. Weights that stay in the second-level cache may be read again for each tile;
 * then a block is what half of the first level holds, so that scratch stays near and small. But
 * large matrices multiply faster than weights come from the second level, from where the left
 * operands do come fast enough: so each panel of weights serves as many pixels as possible. */
static int64_t block_limit(const Node *node, const Target *target, int64_t pixel_bytes) {
    const Tuning *tune = &target->tune;
    bool whole = uses_matrices(node, target) && !has_blocks(node, target);
    if (weights_stay(node, target) && !whole) {
        return tune->l1_bytes / 2 / pixel_bytes;
    }
    int64_t deep = smaller(LEAST_PIXELS, tune->l2_bytes / 4 * 3 / pixel_bytes);
    return larger(tune->block_bytes / pixel_bytes, deep);
}

/* Lines are of a whole row of the result. */
static void block_of_lines(Node *node, const Target *target) {
    node->tile.block_tiles = node->tile.tiles;
    int64_t pixel = node->window.stride[1] * channels_of(node->in[0]);
    node->scratch_bytes =
        lines_bytes(node, target) + wide_bytes(node, target) + matrix_bytes(node, pixel, target);
}

/* Inputs that are read where they are need no scratch, but blocks all the same. */
static void block_product(Node *node, const Target *target) {
    Tile *tile = &node->tile;
    bool in_scratch = product_feed(node) != FEED_DIRECT;
    int64_t pitch = in_scratch ? scratch_pitch(node, target) : node->in[0]->pitch;
    int64_t pixel_bytes = pitch * element_bytes(left_element(node, target));
    int64_t fitting = block_limit(node, target, pixel_bytes);
    tile->block_tiles = even_blocks(tile->tiles, fitting_tiles(tile, fitting));
    if (in_scratch) {
        node->scratch_bytes = round_up(block_pixels(tile) * pixel_bytes, 64) +
                              wide_bytes(node, target) + matrix_bytes(node, pixel_bytes, target);
    }
}

/* Channels of a slice; 0: all at once. A depthwise stage reads each input again for the next output
 * row, after the other pixels of this row. With so few channels at a time that the window's rows
 * fit 3/4 of the first-level cache, all reads but the first hit it. This pays only in blocks of
 * several rows, and the taps of a whole block must fit an array of pointers. */
static int64_t slice_of(const Node *node, const Target *target) {
    int64_t rows = (node->window.kernel[0] - 1) * node->window.dilation[0] + 1;
    int64_t lines = whole_lines(channels_of(node->in[0])) / PITCH_UNIT;
    int64_t line_bytes =
        rows * width_of(node->in[0]) * PITCH_UNIT * element_bytes(node->in[0]->element);
    int64_t slice = even_blocks(lines, target->tune.l1_bytes / 4 * 3 / line_bytes);
    bool many_rows = block_pixels(&node->tile) > 2 * width_of(node->out[0]);
    bool fits = block_taps(node) <= MAX_POINTERS;
    return many_rows && fits && slice < lines ? slice * PITCH_UNIT : 0;
}

/* As many columns as the target likes, where there are pointers for all that they read. */
static int64_t columns_of(Node *node, const Target *target) {
    for (int64_t most = target->tune.dw_columns; most > 1; most--) {
        node->tile.columns = even_blocks(width_of(node->out[0]), most);
        if (group_taps(node) <= MAX_POINTERS) {
            return node->tile.columns;
        }
    }
    return 1;
}

static void tile_node(Node *node, bool by_rows, const Target *target) {
    if (node_has(node, CHANNELWISE)) {
        node->tile.columns = columns_of(node, target);
    }
    if (node_has(node, PRODUCT) && feeds_lines(node, by_rows, target)) {
        block_of_lines(node, target);
    } else if (node_has(node, PRODUCT)) {
        block_product(node, target);
    }
    if (node_has(node, DW_STAGE) && !by_rows) {
        node->tile.slice = slice_of(node, target);
    }
    /* The taps of a maximum that lie in the padding read one pixel of -inf (lower_window.c), or of
     * zeros, which are there already. */
    if (node->op == OP_max_pool && node->in[0]->element == ELEMENT_f32) {
        node->scratch_bytes = whole_lines(channels_of(node->in[0])) * element_bytes(ELEMENT_f32);
    }
}

bool pass_tile_depthwise(Unit *unit) {
    tile_each(unit, tile_node);
    unit->graph->stage = STAGE_TILED;
    return true;
}
