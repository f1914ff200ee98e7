/* lower_product.c - lowers convolutions, separables and classifiers, which are all matrix products:
 * pixels x depth times depth x output channels.
 *
 *   %p = separable(%x) 19x19, 728 -> 728, tile.rows=8 tile.full_tiles=39 tile.tiles=46
 *                      tile.vectors=3 tile.wide_rows=6 tile.block_tiles=23
 *   ->
 *   for each block of tiles of this task's share:
 *     fill scratch with the K floats of each of its pixels      (depthwise stage, or a copy)
 *     for each panel of 48 output channels:
 *       widen its weights in scratch                                    (where the target needs it)
 *       for each tile of the block: $product_8x48 or $product_7x48
 *     for each panel of 64 output channels:
 *       for every 6 pixels of the block: $product_6x64; $product_1x64 for each that is left
 *
 * A convolution in a region has lines in scratch instead, rows of its input: see lower_lines.c.
 *
 * Where panels are wider than tiles (another target's layout), a loop over the columns of the panel
 * is between panel and tile. Tiles are compiled into their kernels (inline), where the pitches of
 * their rows are constants, so that one pointer and constant offsets reach all rows. While a tile
 * runs it prefetches its part of the next panel.
 *
 * A tile computes whole chains as ir/graph/ir.h defines them (lower_tile.c). So an element has the
 * same bits whatever tile, block, panel or task it belongs to.
 */
#include <inttypes.h>

#include "lowering.h"

enum { FMAS_PER_PREFETCH = 8 /* at least so many multiply-adds of vectors for each prefetch */ };

static int64_t panel_count(const Lowering *lowering, const Node *node) {
    Panels panels = panels_of(node, lowering->target);
    return panels.usual + panels.wide;
}

/* Tiles side by side in a usual panel: more than one where panels are another target's. */
static int64_t tiles_across(const Lowering *lowering, const Node *node) {
    int64_t width = tile_width(&node->tile, lowering->target);
    return panel_width(&node->tile, lowering->target) / width;
}

/* Elements of the next panel that one tile prefetches for each k; 0: none,
 * because the weights stay in the cache or the target has no prefetch. The tiles that pass over a
 * panel share the next one equally: more than its part would push out of the cache what is needed
 * sooner. The part is limited so that prefetches are few beside the tile's multiply-adds (of
 * vectors, in each step). */
static int64_t ahead_of(const Lowering *lowering, const Node *node, int64_t tiles, int64_t fmas) {
    int64_t part = (panel_width(&node->tile, lowering->target) + tiles - 1) / tiles;
    if (!tiles_look_ahead(lowering) || weights_stay(node, lowering->target)) {
        return 0;
    }
    return smaller(part, fmas * line_steps(node, lowering->target) / FMAS_PER_PREFETCH);
}

/* Number of tiles that pass over a panel before the next panel: those of a block, or of a whole row
 * when nothing is copied to scratch. */
static int64_t tiles_at_a_time(const Lowering *lowering, const Node *node) {
    bool whole = lowering->by_rows && product_feed(node) == FEED_DIRECT;
    return whole ? node->tile.tiles : node->tile.block_tiles;
}

/* Elements that a tile of a usual panel prefetches for each k. */
static int64_t usual_ahead(const Lowering *lowering, const Node *node) {
    const Tile *tile = &node->tile;
    int64_t tiles = tiles_at_a_time(lowering, node) * tiles_across(lowering, node);
    return ahead_of(lowering, node, tiles, tile->rows * tile->vectors);
}

/* The same for a tile of a wide panel; the panel after it is usually of usual width. */
static int64_t wide_ahead(const Lowering *lowering, const Node *node) {
    const Tile *tile = &node->tile;
    int64_t pixels = pixels_of(tile, tiles_at_a_time(lowering, node));
    int64_t tiles = larger(pixels / tile->wide_rows, 1);
    return ahead_of(lowering, node, tiles, tile->wide_rows * (tile->vectors + 1));
}

/* The last arguments of a tile's call: residual, scale, result. A tile of one row has no pitches.
 */
static const char *call_tail(const Lowering *lowering, const Node *node, bool one) {
    const char *residual = one ? "&rest[0], " : "&rest[0], residual_pitch, ";
    return arena_printf(
        lowering->arena, "%s%s%s&%s[p * out_pitch + channel]%s", node->has_residual ? residual : "",
        node->residual_scale ? "&residual_scale[channel], " : "", end_arguments(lowering, node),
        row_pointer(lowering, "out", node->out[0]), one ? "" : ", out_pitch");
}

/* An expression that counts, from 0, the tiles of a block that pass over a panel: it says which
 * part of the next panel the tile prefetches. */
static const char *tile_index(const Lowering *lowering, const Node *node) {
    int64_t across = tiles_across(lowering, node);
    if (across == 1) {
        return "(t - first)";
    }
    return arena_printf(lowering->arena, "((t - first) * %" PRId64 " + column / %" PRId64 ")",
                        across, tile_width(&node->tile, lowering->target));
}

/* Where a tile's weights begin. */
static const char *tile_weights(const Lowering *lowering, const Node *node,
                                const TileShape *shape) {
    if (shape->width == shape->panel) {
        return "channel * depth";
    }
    const char *each =
        step_inputs(node, lowering->target) == 1
            ? ""
            : arena_printf(lowering->arena, " * %" PRId64, step_inputs(node, lowering->target));
    return arena_printf(lowering->arena, "first_channel * depth + column%s", each);
}

/* Where the inputs of pixel p begin, as far as a bracket to which its pitch is added. */
static const char *tile_input(const Lowering *lowering, const Node *node) {
    if (product_feed(node) == FEED_DIRECT) {
        return arena_printf(lowering->arena, "%s[p", row_pointer(lowering, "in", node->in[0]));
    }
    if (has_blocks(node, lowering->target)) {
        return arena_printf(lowering->arena, "blocks[(t - first) * %" PRId64,
                            matrix_count(node->tile.rows, lowering->target));
    }
    return arena_printf(lowering->arena, has_lines(lowering, node) ? "%s[p" : "%s[(p - lo)",
                        block_pointer(lowering, node));
}

/* Writes the call of a register tile whose first pixel is p. place is its tile_index(), or NULL for
 * a tile that prefetches nothing. */
static void call_tile(Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                      const char *place) {
    const char *function = tile_function(lowering, node, shape);
    bool one = !has_pitches(lowering, node, shape);
    bool fetches = place && usual_ahead(lowering, node) > 0;
    bool is_wide = shape->width > tile_width(&node->tile, lowering->target);
    const char *ahead = is_wide ? "wide_ahead" : "ahead";
    if (fetches) {
        text_add(text, "ptr %sfetched = next + %s * %s * depth\n",
                 type_word(lowering, product_element(node)), place, ahead);
    }
    if (node->has_residual) {
        const Value *residual = node_residual(node);
        text_add(text, "ptr %srest = %s + p * residual_pitch + channel\n",
                 type_word(lowering, residual->element),
                 row_pointer(lowering, "residual", residual));
    }
    text_add(text, "call $%s(%s, &%s * a_pitch], %s", function,
             tile_has_lines(lowering, node) ? "line_depth, lines, line_pitch" : "depth",
             tile_input(lowering, node), one ? "" : "a_pitch, ");
    const char *weights =
        arena_printf(text->arena, "weight[%s]", tile_weights(lowering, node, shape));
    text_add(text, "&%s, &bias[channel], %s", widens(node, lowering->target) ? "wide[0]" : weights,
             is_quantized(node) ? "&start[channel], &out_scale[channel], " : "");
    text_add(text, uses_matrices(node, lowering->target) ? "&sums[0], " : "");
    if (tiles_look_ahead(lowering)) {
        text_add(text, "%s, %s, ", fetches ? ahead : "0", fetches ? "&fetched[0]" : "&weight[0]");
    }
    text_add(text, "%s)\n", call_tail(lowering, node, one));
}

/* Writes the loop over tiles from .. to, each of shape's rows; pixel is the first pixel of tile t.
 */
static void call_tiles(Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                       const char *from, const char *to, const char *pixel) {
    text_add(text, "for t = %s to %s step 1 {\nint p = %s\n", from, to, pixel);
    call_tile(lowering, text, node, shape, tile_index(lowering, node));
    text_add(text, "}\n");
}

/* Writes the tiles of a block: first those with all rows, then those with one row less; either part
 * may be empty at run time. */
static void call_both(Lowering *lowering, Text *text, const Node *node, TileShape shape) {
    const Tile *tile = &node->tile;
    bool all_tall = tile->full_tiles == tile->tiles;
    const char *pixel = arena_printf(lowering->arena, "t * %" PRId64, shape.rows);
    call_tiles(lowering, text, node, &shape, "first", all_tall ? "last" : "min(last, tall_tiles)",
               pixel);
    if (all_tall) {
        return;
    }
    shape.rows--;
    pixel = arena_printf(lowering->arena, "t * %" PRId64 " + tall_tiles", shape.rows);
    call_tiles(lowering, text, node, &shape, "max(first, tall_tiles)", "last", pixel);
}

/* Writes the tiles of a block in a wide panel. They have rows of their own, which need not divide
 * the pixels of the block: the last few pixels are taken one by one. */
static void call_wide(Lowering *lowering, Text *text, const Node *node, TileShape shape) {
    int64_t rows = node->tile.wide_rows;
    const char *last = "hi";
    shape.rows = rows;
    if (rows > 1) {
        text_add(text, "int left = (hi - lo) %% %" PRId64 "\n", rows);
        last = "hi - left";
    }
    text_add(text, "for p = lo to %s step %" PRId64 " {\n", last, rows);
    call_tile(lowering, text, node, &shape,
              arena_printf(lowering->arena, "(p - lo) / %" PRId64, rows));
    text_add(text, "}\n");
    if (rows == 1) {
        return;
    }
    shape.rows = 1;
    text_add(text, "for p = hi - left to hi step 1 {\n");
    call_tile(lowering, text, node, &shape, NULL);
    text_add(text, "}\n");
}

/* An expression for the first channel of the panel whose number a variable holds. */
static const char *panel_channel(const Lowering *lowering, const Node *node, const char *panel) {
    Panels panels = panels_of(node, lowering->target);
    const char *usual = arena_printf(lowering->arena, "%s * panel_width", panel);
    if (panels.wide == 0) {
        return usual;
    }
    return arena_printf(lowering->arena, "%s + max(%s - %" PRId64 ", 0) * %" PRId64, usual, panel,
                        panels.usual, panels.wide_width - panels.usual_width);
}

/* The same for a panel that is known to be wide, which needs no max(). */
static const char *wide_channel(const Lowering *lowering, const Panels *panels) {
    if (panels->wide == 1) {
        return "panel * panel_width";
    }
    return arena_printf(lowering->arena, "panel * panel_width + (panel - %" PRId64 ") * %" PRId64,
                        panels->usual, panels->wide_width - panels->usual_width);
}

/* Writes which panel to prefetch: the next one; after the last one the first, for the next block or
 * row; after the last one of the last block what follows these weights in the blob, because the
 * next layer reads that. */
static void next_panel(const Lowering *lowering, Text *text, const Node *node) {
    const Tile *tile = &node->tile;
    int64_t panels = panel_count(lowering, node);
    const char *after = "panel + 1";
    if (!usual_ahead(lowering, node)) {
        return;
    }
    bool one_block = !lowering->by_rows && tile->block_tiles >= tile->tiles;
    if (tile->split_panels && !one_block) {
        after =
            arena_printf(lowering->arena,
                         "max(begin, (panel + 1) %% (end + (last == %" PRId64 ")))", tile->tiles);
    } else if (lowering->by_rows) {
        after = arena_printf(lowering->arena, "(panel + 1) %% %" PRId64, panels);
    } else if (!one_block) {
        after =
            arena_printf(lowering->arena, "(panel + 1) %% (%" PRId64 " + (last == end))", panels);
    }
    text_add(text, "int after = %s\nptr %snext = weight + (%s) * depth\n", after,
             type_word(lowering, product_element(node)), panel_channel(lowering, node, "after"));
}

/* Writes the loop over panels from .. to, all of one width: each at once, or a tile's width at a
 * time where the panels are another target's. */
static void panel_loop(Lowering *lowering, Text *text, const Node *node, bool wide,
                       const char *from, const char *to) {
    Panels panels = panels_of(node, lowering->target);
    int64_t step = tile_width(&node->tile, lowering->target);
    TileShape shape = {node->tile.rows, step, wide ? panels.wide_width : panels.usual_width};
    const char *channel = wide ? wide_channel(lowering, &panels) : "panel * panel_width";
    text_add(text, "for panel = %s to %s step 1 {\n", from, to);
    next_panel(lowering, text, node);
    if (node->tile.panel == 0) {
        shape.width = shape.panel;
        text_add(text, "int channel = %s\n", channel);
        widen_weights(lowering, text, node, &shape, tile_weights(lowering, node, &shape));
        if (wide) {
            call_wide(lowering, text, node, shape);
        } else {
            call_both(lowering, text, node, shape);
        }
    } else {
        text_add(text,
                 "int first_channel = %s\nfor column = 0 to %" PRId64 " step %" PRId64 " {\n"
                 "int channel = first_channel + column\n",
                 channel, shape.panel, step);
        widen_weights(lowering, text, node, &shape, tile_weights(lowering, node, &shape));
        call_both(lowering, text, node, shape);
        text_add(text, "}\n");
    }
    text_add(text, "}\n");
}

/* Panels from .. to: the usual ones, then the wide ones. */
static void panel_loops(Lowering *lowering, Text *text, const Node *node, const char *from,
                        const char *to) {
    Panels panels = panels_of(node, lowering->target);
    if (panels.wide == 0) {
        panel_loop(lowering, text, node, false, from, to);
        return;
    }
    panel_loop(lowering, text, node, false, from,
               arena_printf(lowering->arena, "min(%s, %" PRId64 ")", to, panels.usual));
    panel_loop(lowering, text, node, true,
               arena_printf(lowering->arena, "max(%s, %" PRId64 ")", from, panels.usual), to);
}

static void fill_scratch(Lowering *lowering, Text *text, const Node *node) {
    switch (product_feed(node)) {
    case FEED_DIRECT:
        return;
    case FEED_DEPTHWISE:
        window_loop(lowering, text, node, block_pointer(lowering, node), "lo",
                    scratch_pitch(node, lowering->target));
        return;
    default:
        patch_loop(lowering, text, node, scratch_pitch(node, lowering->target));
        return;
    }
}

/* Names the numbers that the rest of the kernel uses; the emitter turns them into one C enum. */
static void name_sizes(const Lowering *lowering, Text *text, const Node *node) {
    const Tile *tile = &node->tile;
    text_add(text, "dim depth = %" PRId64 "\n", packed_depth(node, lowering->target));
    if (has_lines(lowering, node)) {
        text_add(text,
                 "dim lines = %" PRId64 "\ndim line_depth = %" PRId64 "\ndim line_pitch = %" PRId64
                 "\n",
                 node->window.kernel[0], node->window.kernel[1] * channels_of(node->in[0]),
                 line_pitch(node, lowering->target));
    }
    if (has_blocks(node, lowering->target)) {
        text_add(text, "dim block_pitch = %" PRId64 "\n", input_pitch(lowering, node));
    }
    text_add(text, "dim a_pitch = %" PRId64 "\n", tile_pitch(lowering, node));
    text_add(text, "dim out_pitch = %" PRId64 "\n", node->out[0]->pitch);
    if (node->has_residual) {
        text_add(text, "dim residual_pitch = %" PRId64 "\n", node_residual(node)->pitch);
    }
    text_add(text, "dim panel_width = %" PRId64 "\n", panel_width(tile, lowering->target));
    if (usual_ahead(lowering, node)) {
        text_add(text, "dim ahead = %" PRId64 "\n", usual_ahead(lowering, node));
    }
    if (usual_ahead(lowering, node) && tile->wide_rows) {
        text_add(text, "dim wide_ahead = %" PRId64 "\n", wide_ahead(lowering, node));
    }
    if (tile->full_tiles < tile->tiles) {
        text_add(text, "dim tall_tiles = %" PRId64 "\n", tile->full_tiles);
    }
    name_constants(lowering, text, node);
    name_operands(lowering, text, node);
    name_block(lowering, text, node);
}

/* An expression for the first pixel of tile t: full tiles before it have one pixel more each. */
static const char *tile_pixel(const Lowering *lowering, const Tile *tile, const char *t) {
    if (tile->full_tiles == tile->tiles) {
        return arena_printf(lowering->arena, "%s * %" PRId64, t, tile->rows);
    }
    return arena_printf(lowering->arena, "%s * %" PRId64 " + min(%s, tall_tiles)", t,
                        tile->rows - 1, t);
}

/* Writes the loop over blocks of the tiles begin .. end; in each, the panels from .. to. */
static void block_loop(Lowering *lowering, Text *text, const Node *node, const char *begin,
                       const char *end, const char *from, const char *to) {
    const Tile *tile = &node->tile;
    text_add(text,
             "for first = %s to %s step %" PRId64 " {\n"
             "int last = min(first + %" PRId64 ", %s)\n",
             begin, end, tile->block_tiles, tile->block_tiles, end);
    if (product_feed(node) != FEED_DIRECT || tile->wide_rows > 0) {
        text_add(text, "int lo = %s\n", tile_pixel(lowering, tile, "first"));
        text_add(text, "int hi = %s\n", tile_pixel(lowering, tile, "last"));
    }
    fill_scratch(lowering, text, node);
    copy_blocks(lowering, text, node, tile_pixel(lowering, tile, "t"));
    panel_loops(lowering, text, node, from, to);
    text_add(text, "}\n");
}

/* Writes all tiles as one block, for inputs that need no scratch. */
static void tiles_at_once(Lowering *lowering, Text *text, const Node *node, const char *from,
                          const char *to) {
    text_add(text, "int first = 0\nint last = %" PRId64 "\n", node->tile.tiles);
    if (node->tile.wide_rows > 0) {
        text_add(text, "int lo = 0\nint hi = %" PRId64 "\n",
                 pixels_of(&node->tile, node->tile.tiles));
    }
    copy_blocks(lowering, text, node, tile_pixel(lowering, &node->tile, "t"));
    panel_loops(lowering, text, node, from, to);
}

/* Tasks share the tiles; in a region one task makes whole rows. */
static void split_over_tiles(Lowering *lowering, Text *text, const Node *node) {
    const char *tiles = arena_printf(lowering->arena, "%" PRId64, node->tile.tiles);
    const char *panels = arena_printf(lowering->arena, "%" PRId64, panel_count(lowering, node));
    if (has_lines(lowering, node)) {
        copy_lines(lowering, text, node);
        tiles_at_once(lowering, text, node, "0", panels);
    } else if (lowering->by_rows && product_feed(node) == FEED_DIRECT) {
        tiles_at_once(lowering, text, node, "0", panels);
    } else if (lowering->by_rows) {
        block_loop(lowering, text, node, "0", tiles, "0", panels);
    } else {
        text_add(text, "split begin, end of %s\n", tiles);
        block_loop(lowering, text, node, "begin", "end", "0", panels);
    }
}

/* Tasks share the panels. Each fills scratch with the inputs of all tiles for itself, which is
 * little work beside the panels (tile_products.c decides). */
static void split_over_panels(Lowering *lowering, Text *text, const Node *node) {
    const Tile *tile = &node->tile;
    text_add(text, "split begin, end of %" PRId64 "\n", panel_count(lowering, node));
    if (product_feed(node) == FEED_DIRECT && tile->block_tiles >= tile->tiles) {
        tiles_at_once(lowering, text, node, "begin", "end");
    } else {
        block_loop(lowering, text, node, "0",
                   arena_printf(lowering->arena, "%" PRId64, tile->tiles), "begin", "end");
    }
}

/* "linear", "separable", "conv_3x3". A separable names its kernel only when it is not 3x3. */
static const char *product_base(const Lowering *lowering, const Node *node) {
    const int64_t *kernel = node->window.kernel;
    bool has_stage = node_has(node, DW_STAGE), is_usual = kernel[0] == 3 && kernel[1] == 3;
    if (!node_has(node, WINDOW) || (has_stage && is_usual)) {
        return op_info(node->op)->name;
    }
    return arena_printf(lowering->arena, "%s_%" PRId64 "x%" PRId64,
                        has_stage ? op_info(node->op)->name : "conv", kernel[0], kernel[1]);
}

/* A name that says what the kernel computes, in order: relu_separable_19x19_728_728_add,
 * conv_3x3_149x149_32_64_relu. */
static const char *product_name(const Lowering *lowering, const Node *node) {
    const char *base = product_base(lowering, node), *stride = "";
    const char *middle = act_suffix(lowering, node->mid_act);
    if (node->window.stride[0] * node->window.stride[1] > 1) {
        stride = arena_printf(lowering->arena, "_stride%" PRId64, node->window.stride[0]);
    }
    const char *size = node_has(node, WINDOW) ? map_size(lowering, node->out[0]) : "";
    return arena_printf(lowering->arena, "%s%s%s%s%s%s_%" PRId64 "_%" PRId64 "%s%s%s%s",
                        act_prefix(lowering, node->prologue), base, stride, middle,
                        *size ? "_" : "", size, channels_of(node->in[0]), channels_of(node->out[0]),
                        residual_suffix(node), act_suffix(lowering, node->epilogue),
                        precision_suffix(node), bytes_suffix(node));
}

static void product_doc(const Lowering *lowering, Text *text, const Node *node) {
    const char *load = act_suffix(lowering, node->prologue);
    const char *mid = act_suffix(lowering, node->mid_act);
    text_add(text, "doc \"%s: %s of %s, each %" PRId64 " deep", op_info(node->op)->name,
             counted(lowering, pixel_count(node->out[0]), "pixel"),
             counted(lowering, channels_of(node->out[0]), "channel"), node_depth(node));
    if (*load) {
        text_add(text, "; %s on load", load + 1);
    }
    if (*mid) {
        text_add(text, "; %s between the stages", mid + 1);
    }
    if (product_element(node) == ELEMENT_bf16) {
        text_add(text, "; operands rounded to bf16");
    } else if (is_quantized(node)) {
        text_add(text, "; of integers of 8 bits%s",
                 weights_together(node->weight) == 4   ? ", weights in small fours"
                 : weights_together(node->weight) == 2 ? ", weights in small pairs"
                                                       : "");
    }
    text_add(text, ".\"\n");
}

const char *lower_product(Lowering *lowering, const Node *node) {
    Text text = {.arena = lowering->arena};
    product_doc(lowering, &text, node);
    name_sizes(lowering, &text, node);
    matrix_begin(lowering, &text, node);
    rows_begin(lowering, &text, node, product_feed(node) == FEED_DIRECT);
    if (node->tile.split_panels) {
        split_over_panels(lowering, &text, node);
    } else {
        split_over_tiles(lowering, &text, node);
    }
    return rows_end(lowering, &text, node, product_name(lowering, node));
}
