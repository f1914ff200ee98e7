/* tile.c - the geometry of a cut product: what tiling chooses and lowering writes out.
 *
 *   a 19x19 separable, 728 channels, tiles of 8 rows, 23 at a time   ->   184 rows of 752 floats
 *
 * Both sides ask here, so that scratch is exactly as large as the kernels use.
 */
#include "tile.h"

enum { LINE_BYTES = 64 };

Element left_element(const Node *node, const Target *target) {
    if (centers(node, target)) {
        return ELEMENT_s8;
    }
    if (takes_apart(node, target)) {
        return ELEMENT_f32;
    }
    return widens_pairs(node, target) ? ELEMENT_s16 : operand_element(node);
}

bool centers(const Node *node, const Target *target) {
    return product_element(node) == ELEMENT_s8 && target->spelling[KOP_dot_signed];
}

bool takes_apart(const Node *node, const Target *target) {
    return product_element(node) == ELEMENT_bf16 && !target->spelling[KOP_dot];
}

bool has_small_dots(const Node *node, const Target *target) {
    return weights_together(node->weight) > 0 && target->spelling[KOP_dot_small];
}

/* A line of several is a chain of its own, and has to be whole steps too. */
bool adds_small_pairs(const Node *node, const Target *target) {
    int64_t line = is_pointwise(node) ? packed_depth(node, target)
                                      : node->window.kernel[1] * channels_of(node->in[0]);
    return weights_together(node->weight) == 4 && target->spelling[KOP_more_small_pairs] &&
           line % (2 * QUAD) == 0;
}

/* Whole words of input channels, which can be widened. */
static bool has_whole_words(const Node *node) {
    return product_element(node) == ELEMENT_s8 && channels_of(node->in[0]) % QUAD == 0;
}

bool widens_pairs(const Node *node, const Target *target) {
    return target->spelling[KOP_dot_halves] && !has_small_dots(node, target) &&
           has_whole_words(node);
}

bool widens_singly(const Node *node, const Target *target) {
    return target->spelling[KOP_mul_add] && has_whole_words(node);
}

bool widens(const Node *node, const Target *target) {
    return widens_pairs(node, target) || widens_singly(node, target);
}

int64_t wide_bytes(const Node *node, const Target *target) {
    int64_t vectors = node->tile.vectors + (node->tile.wide_rows > 0);
    int64_t width = vectors * target->lanes;
    return widens(node, target) ? packed_depth(node, target) * width * element_bytes(ELEMENT_s16)
                                : 0;
}

bool uses_matrices(const Node *node, const Target *target) {
    return product_element(node) == ELEMENT_s8 && target->matrix;
}

bool has_blocks(const Node *node, const Target *target) {
    return uses_matrices(node, target) && target->shape.blocks;
}

int64_t matrix_count(int64_t rows, const Target *target) {
    return (rows + target->shape.rows - 1) / target->shape.rows;
}

int64_t sums_bytes(const Node *node, const Target *target) {
    int64_t rows = matrix_count(node->tile.rows, target) * target->shape.rows;
    return rows * tile_width(&node->tile, target) * element_bytes(ELEMENT_s32);
}

/* An odd number of 64-byte lines, so that neighbours fall on different sets of the cache. */
static int64_t odd_lines(int64_t bytes) {
    int64_t lines = (bytes + LINE_BYTES - 1) / LINE_BYTES;
    return (lines + (lines % 2 == 0)) * LINE_BYTES;
}

/* Copied are two steps at a time. */
int64_t blocks_pitch(const Node *node, const Target *target) {
    int64_t depth = round_up(packed_depth(node, target), 2 * target->shape.depth);
    return odd_lines(target->shape.rows * depth);
}

int64_t blocks_bytes(const Node *node, const Target *target) {
    int64_t registers = node->tile.block_tiles * matrix_count(node->tile.rows, target);
    return has_blocks(node, target) ? registers * blocks_pitch(node, target) : 0;
}

int64_t matrix_bytes(const Node *node, int64_t row_bytes, const Target *target) {
    if (!uses_matrices(node, target)) {
        return 0;
    }
    int64_t loaded = matrix_count(node->tile.rows, target) * target->shape.rows;
    int64_t beyond = (loaded - (node->tile.rows - 1)) * row_bytes;
    return round_up(beyond, LINE_BYTES) + blocks_bytes(node, target) + sums_bytes(node, target);
}

bool takes_lanes(const Target *target) {
    return target->spelling[KOP_fma_lane] != NULL;
}

int64_t step_inputs(const Node *node, const Target *target) {
    switch (product_element(node)) {
    case ELEMENT_bf16:
        return 2;
    case ELEMENT_s8:
        return has_blocks(node, target) ? target->shape.depth : QUAD;
    default:
        return 1;
    }
}

int64_t chain_inputs(const Node *node, const Target *target) {
    if (adds_small_pairs(node, target)) {
        return 2 * QUAD;
    }
    return widens(node, target) ? 2 : step_inputs(node, target);
}

int64_t line_steps(const Node *node, const Target *target) {
    return LINE_BYTES / element_bytes(product_element(node)) / step_inputs(node, target);
}

int64_t packed_depth(const Node *node, const Target *target) {
    return round_up(node_depth(node), step_inputs(node, target));
}

ExprKind packing_of(const Node *node, const Target *target) {
    switch (product_element(node)) {
    case ELEMENT_bf16:
        return EXPR_pack_pairs;
    case ELEMENT_s8:
        return has_blocks(node, target) ? EXPR_pack_eights : EXPR_pack_quads;
    default:
        return EXPR_pack_panels;
    }
}

Feed product_feed(const Node *node) {
    if (node_has(node, DW_STAGE)) {
        return FEED_DEPTHWISE;
    }
    if (!node->in[0]->def) {
        return FEED_CALLER;
    }
    bool as_they_are = node->prologue == ACT_none && operand_element(node) == ELEMENT_f32;
    return as_they_are && is_pointwise(node) ? FEED_DIRECT : FEED_PATCH;
}

int64_t height_of(const Value *value) {
    return value->shape.rank == 4 ? value->shape.dim[2] : 1;
}

int64_t width_of(const Value *value) {
    return value->shape.rank == 4 ? value->shape.dim[3] : 1;
}

int64_t pixel_count(const Value *value) {
    return value->shape.dim[0] * height_of(value) * width_of(value);
}

int64_t whole_lines(int64_t channels) {
    return round_up(channels, PITCH_UNIT);
}

int64_t line_pixels(const Node *node) {
    const Window *window = &node->window;
    return (width_of(node->out[0]) - 1) * window->stride[1] + window->kernel[1];
}

/* An odd number of 64-byte lines that hold so many elements of the product's left operands. The
 * last copy of a whole vector of channels goes beyond the last pixel's channels. */
static int64_t odd_pitch(const Node *node, const Target *target, int64_t elements) {
    int64_t channels = channels_of(node->in[0]);
    int64_t unit = LINE_BYTES / element_bytes(left_element(node, target));
    int64_t pitch = round_up(elements - channels + whole_lines(channels), unit);
    bool is_even = pitch / unit % 2 == 0;
    return is_even ? pitch + unit : pitch;
}

int64_t scratch_pitch(const Node *node, const Target *target) {
    return odd_pitch(node, target, node_depth(node));
}

int64_t line_pitch(const Node *node, const Target *target) {
    return odd_pitch(node, target, line_pixels(node) * channels_of(node->in[0]));
}

int64_t lines_bytes(const Node *node, const Target *target) {
    return node->window.kernel[0] * line_pitch(node, target) *
           element_bytes(left_element(node, target));
}

/* Neighbouring pixels share inputs only where the window is larger than its step. The inputs of a
 * kernel row lie side by side when it is not dilated, and are whole steps of the product's loop.
 * Every panel of weights passes over all lines, so they have to stay in the second-level cache. */
bool feeds_lines(const Node *node, bool by_rows, const Target *target) {
    const Window *window = &node->window;
    Feed feed = product_feed(node);
    bool is_copied = feed == FEED_PATCH || feed == FEED_CALLER;
    return by_rows && is_copied && !is_pointwise(node) && window->dilation[1] == 1 &&
           window->stride[1] <= window->kernel[1] &&
           window->kernel[1] * channels_of(node->in[0]) % step_inputs(node, target) == 0 &&
           lines_bytes(node, target) <= target->tune.l2_bytes / 2;
}

int64_t window_reach(const Node *node) {
    const Window *window = &node->window;
    return (node->tile.columns - 1) * window->stride[1] +
           (window->kernel[1] - 1) * window->dilation[1] + 1;
}

bool has_spread_taps(const Node *node) {
    return node->window.kernel[1] * node->tile.columns < window_reach(node);
}

int64_t group_taps(const Node *node) {
    const Window *window = &node->window;
    return window->kernel[0] * smaller(window->kernel[1] * node->tile.columns, window_reach(node));
}

int64_t block_taps(const Node *node) {
    int64_t width = width_of(node->out[0]), columns = node->tile.columns;
    int64_t groups = (block_pixels(&node->tile) / width + 2) * ((width + columns - 1) / columns);
    return groups * group_taps(node);
}

bool weights_stay(const Node *node, const Target *target) {
    int64_t weights =
        node_depth(node) * channels_of(node->out[0]) * element_bytes(product_element(node));
    return weights <= target->tune.l2_bytes / 2;
}

int64_t pixels_of(const Tile *tile, int64_t tiles) {
    return tiles * (tile->rows - 1) + smaller(tiles, tile->full_tiles);
}

int64_t block_pixels(const Tile *tile) {
    return pixels_of(tile, tile->block_tiles);
}

static void visit_list(const NodeList *list, bool rows, const Target *target, TiledVisitor *visit) {
    for (int i = 0; i < list->count; i++) {
        if (node_has(list->at[i], BODY)) {
            visit_list(&list->at[i]->body, true, target, visit);
        } else {
            visit(list->at[i], rows, target);
        }
    }
}

void tile_each(const Unit *unit, TiledVisitor *visit) {
    visit_list(&unit->graph->nodes, false, unit->target, visit);
}

/* Where pairs of weights are taken apart, both the pairs and their halves are there, and a mask;
 * products of small pairs are added up with a constant. Where two such products are added first,
 * two words of inputs and of weights are there at once. */
static int64_t further_registers(const Node *node, const Target *target) {
    if (takes_apart(node, target)) {
        return 2;
    }
    return adds_small_pairs(node, target) ? 5 : has_small_dots(node, target) ? 1 : 0;
}

/* Registers hold rows * vectors accumulators, the weights of a step (vectors), the broadcast input,
 * and some weights of the next step, which compilers load early. Leaving 2 * vectors registers
 * beside the accumulators turned out to be enough. A tile of a single row needs no weights in
 * advance. A target that multiplies by a lane keeps a vector of inputs of each row. */
int64_t most_rows(const Target *target, int64_t vectors, int64_t further) {
    int64_t left = target->registers - further;
    int64_t each = vectors + (takes_lanes(target) ? 1 : 0);
    int64_t rows = (left - 2 * vectors) / each;
    return rows > 0 ? rows : left >= 2 * vectors + 2;
}

/* A tile of matrices has as many sums as there are registers for them, a few side by side. */
int64_t tile_rows(const Node *node, const Target *target, int64_t vectors) {
    if (uses_matrices(node, target)) {
        const MatrixShape *shape = &target->shape;
        int64_t columns = vectors * target->lanes / shape->columns;
        return vectors <= shape->across ? shape->sums / columns * shape->rows : 0;
    }
    int64_t spared = widens_singly(node, target) ? vectors : 0; /* their weights fill halves */
    return most_rows(target, vectors, further_registers(node, target) - spared);
}

int64_t tile_width(const Tile *tile, const Target *target) {
    return tile->vectors * target->lanes;
}

int64_t panel_width(const Tile *tile, const Target *target) {
    return tile->panel ? tile->panel : tile_width(tile, target);
}

int64_t panel_unit(const Tile *tile, const Target *target) {
    return tile->panel && target->layout ? target->layout->lanes : target->lanes;
}

static bool cut_node(Panels *panels, const Node *node, const Target *target) {
    return cut_panels(panels, channels_of(node->out[0]), panel_width(&node->tile, target),
                      panel_unit(&node->tile, target));
}

/* The tiles were chosen so that the channels divide into panels, and texts are checked
 * (passes/registry/ready.c).
 */
Panels panels_of(const Node *node, const Target *target) {
    Panels panels;
    if (!cut_node(&panels, node, target)) {
        internal_error("tile_products", "%s: the panels do not come out", node->name);
    }
    return panels;
}

/* Panels of another target's layout are cut into tiles of this one's width. The target's own are as
 * wide as its tiles, and wide ones have tiles of wide_rows pixels. */
bool panels_come_out(const Node *node, const Target *target) {
    Panels panels;
    int64_t step = tile_width(&node->tile, target);
    if (!cut_node(&panels, node, target) || panels.usual_width % step != 0) {
        return false;
    }
    const Tile *tile = &node->tile;
    if (panels.wide == 0) {
        return tile->wide_rows == 0;
    }
    if (tile->panel) {
        return tile->wide_rows == 0 && panels.wide_width % step == 0;
    }
    return tile->wide_rows > 0 && tile->wide_rows <= tile->rows;
}
