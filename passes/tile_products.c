/* tile_products.c - cuts each product into register tiles for the target.
 *
 *   before  %p = separable(%x) ...              361 pixels, target with 32 registers
 *   after   %p = separable(%x) ... tile rows=14 full=23 tiles=26 vectors=2 ...
 *
 * A tile keeps rows * vectors accumulators in registers beside one panel row of weights and one
 * broadcast input. Tiles have rows or rows - 1 pixels, as many of each as makes the sum exact, so
 * that no tile is left over: 361 = 23 * 14 + 3 * 13. In a region they cut one row of the map. Where
 * pixels are few (a classifier has one), more vectors keep enough independent chains in flight.
 * Only how work is cut changes, never the chain of one element, so bits stay the same.
 *
 * Where several targets share their weights (target->layout), panels are as wide as that target's
 * tiles, and the tiles here are as wide as fits them evenly.
 */
#include "tile.h"

enum {
    CHAINS = 8,            /* two units with a latency of four: chains that must be in flight */
    FEW_TILES = 4,         /* below this, threads share panels instead of pixels */
    RESERVED_REGISTERS = 1 /* the broadcast input */
};

/* Cuts pixels into tiles of rows, at least one, and rows - 1; false when that does not come out
 * even. */
static bool cut(Tile *tile, int64_t pixels, int64_t rows) {
    int64_t tiles = (pixels + rows - 1) / rows;
    tile->rows = rows;
    tile->tiles = tiles;
    tile->full_tiles = pixels - tiles * (rows - 1);
    return tile->full_tiles > 0;
}

/* As many vectors as the target likes, more for tiles of few rows while registers last. */
static int64_t vectors_for(const Target *target, int64_t rows, int64_t channels) {
    int64_t vectors = target->tune.pw_vectors;
    int64_t needed = (channels + lanes_of(target) - 1) / lanes_of(target);
    while (rows * vectors < CHAINS && vectors < needed &&
           (rows + 1) * (vectors + 1) + RESERVED_REGISTERS <= target->registers)
        vectors++;
    return vectors < needed ? vectors : needed;
}

static void cut_product(Tile *tile, const Node *node, bool by_rows, const Target *target) {
    int64_t pixels = by_rows ? width_of(node->out[0]) : pixel_count(node->out[0]);
    int64_t rows = target->tune.pw_rows < pixels ? target->tune.pw_rows : pixels;
    while (!cut(tile, pixels, rows))
        rows--;
    tile->vectors = vectors_for(target, rows, channels_of(node->out[0]));
    tile->split_panels = !by_rows && product_feed(node) == FEED_DIRECT && tile->tiles < FEW_TILES;
    tile->columns = 1;
}

static void share_panels(Tile *tile, const Node *node, bool by_rows, const Target *target) {
    Tile wide = {0};
    cut_product(&wide, node, by_rows, target->layout);
    tile->panel = tile_width(&wide, target->layout);
    while (tile->vectors > 1 && tile->panel % tile_width(tile, target) != 0)
        tile->vectors--;
}

static void tile_node(Node *node, bool by_rows, const Target *target) {
    if (!is_product(node))
        return;
    cut_product(&node->tile, node, by_rows, target);
    if (target->layout)
        share_panels(&node->tile, node, by_rows, target);
}

bool pass_tile_products(Unit *unit) {
    unit->graph->target = unit->target->name;
    tile_each(unit, tile_node);
    return true;
}
