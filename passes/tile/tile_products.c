/* tile_products.c - cuts each product into register tiles for the target.
 *
 *   before  %p = separable(%x) ...              361 pixels, 728 channels, target with 32 registers
 *   after   %p = separable(%x) ... tile.rows=8 tile.full_tiles=39 tile.tiles=46 tile.vectors=3
 *                                  tile.wide_rows=6 ...
 *
 * A tile keeps rows * vectors accumulators in registers, beside one row of a panel of weights and
 * one broadcast input. Tiles have rows or rows - 1 pixels, with the numbers of each chosen so that
 * no pixel is left over: 361 = 39 * 8 + 7 * 7. Panels have vectors or, at the end, vectors + 1
 * vectors: 46 = 14 * 3 + 1 * 4. Tiles of such a wide panel have fewer rows, wide_rows, to fit the
 * registers. In a region tiles cut one row of the map. Of all shapes that fit the registers the
 * cost model of tile_cost.c picks one. Only how work is cut changes, never the chain of one
 * element, so bits stay the same.
 *
 * Where several targets share their weights (target->layout), panels are as wide as that target's
 * tiles, and tiles of this target as wide as divides them evenly.
 */
#include "tile.h"

enum {
    MANY_PIXELS = 5040, /* so many that it hardly matters how they divide into rows */
    MOST_VECTORS = 8,   /* wider tiles leave too few panels for threads to share */
    FEW_TILES = 4,      /* with fewer tiles threads share the panels instead of the pixels */
    FEW_PIXELS = 128,   /* the same with so few pixels when weights come from memory: see below */
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

/* Cuts the channels into panels of vectors and vectors + 1; false when that does not come out even.
 */
static bool cut_channels(Tile *tile, const Node *node, const Target *target, int64_t vectors) {
    Panels panels;
    if (!cut_panels(&panels, channels_of(node->out[0]), vectors * target->lanes, target->lanes)) {
        return false;
    }
    if (panels.usual == 0) { /* the same as vectors + 1 */
        return false;
    }
    if (panels.wide &&
        has_blocks(node, target)) { /* which are as tiles of usual panels read them */
        return false;
    }
    tile->vectors = vectors;
    tile->wide_rows = panels.wide ? smaller(tile_rows(node, target, vectors + 1), tile->rows) : 0;
    return !panels.wide || tile->wide_rows > 0;
}

/* Vectors as the target's tuning prescribes. Tiles that have few rows, because there are few
 * pixels, get more: fewer than fmas * latency chains at a time leave the units idle. */
static int64_t told_vectors(const Node *node, const Target *target, int64_t rows) {
    const Machine *machine = &target->machine;
    int64_t vectors = target->tune.pw_vectors;
    while (rows * vectors < machine->fmas * machine->latency &&
           rows <= tile_rows(node, target, vectors + 1)) {
        vectors++;
    }
    return vectors;
}

/* Cuts into tiles of so many vectors, or fewer; 0: as many as the target's tuning prescribes. */
static void cut_as_told(Tile *tile, const Target *target, int64_t pixels, int64_t vectors,
                        const Node *node) {
    int64_t rows = smaller(target->tune.pw_rows, pixels);
    while (!cut(tile, pixels, rows)) {
        rows--;
    }
    vectors = vectors ? vectors : told_vectors(node, target, rows);
    while (!cut_channels(tile, node, target, vectors)) {
        vectors--;
    }
}

/* The cheapest shape of so many rows and lo to hi vectors, and its cost; the largest number when
 * none fits. */
static int64_t cheapest(Tile *tile, const Target *target, int64_t pixels, int64_t rows, int64_t lo,
                        int64_t hi, const Node *node) {
    int64_t best = INT64_MAX;
    Tile tried = {0};
    for (int64_t vectors = lo; vectors <= hi; vectors++) {
        if (rows > tile_rows(node, target, vectors) || !cut(&tried, pixels, rows) ||
            !cut_channels(&tried, node, target, vectors)) {
            continue;
        }
        int64_t cost = tile_cost(node, target, &tried);
        if (cost < best) {
            best = cost;
            *tile = tried;
        }
    }
    return best;
}

/* The cheapest shape of so many vectors, or of all (0); of equal ones that with most rows. */
static void cut_cheaply(Tile *tile, const Target *target, int64_t pixels, int64_t vectors,
                        const Node *node) {
    int64_t most = smaller(target->registers, pixels), best = INT64_MAX;
    int64_t lo = vectors ? vectors : 1, hi = vectors ? vectors : MOST_VECTORS;
    for (int64_t rows = most; rows > 0; rows--) {
        Tile tried = {0};
        int64_t cost = cheapest(&tried, target, pixels, rows, lo, hi, node);
        if (cost < best) {
            best = cost;
            *tile = tried;
        }
    }
}

/* Cuts into tiles of so many vectors; 0: as many as are best for so many pixels. */
static void cut_pixels(Tile *tile, const Target *target, int64_t pixels, int64_t vectors,
                       const Node *node) {
    if (target->tune.pw_rows) {
        cut_as_told(tile, target, pixels, vectors, node);
    } else {
        cut_cheaply(tile, target, pixels, vectors, node);
    }
}

/* Cuts such that the panels do not depend on the number of pixels, so that one blob serves inputs
 * of all sizes: their width is what is best for many pixels. Where there are fewer than a tile of
 * that width has rows, it is what is best for them: there more vectors make up for missing rows. */
static void cut_alike(Tile *tile, const Target *target, int64_t pixels, const Node *node) {
    Tile usual = {0};
    cut_pixels(&usual, target, MANY_PIXELS, 0, node);
    cut_pixels(tile, target, pixels, pixels >= usual.rows ? usual.vectors : 0, node);
}

/* Whether threads share the panels instead of the pixels. Threads that share pixels each read all
 * weights, so with few pixels they are memory-bound. Threads that share panels each compute the
 * inputs of the product (a depthwise stage) for themselves, which is little work for few pixels. */
static bool panels_are_shared(const Tile *tile, const Node *node, int64_t pixels,
                              const Target *target) {
    bool no_scratch = product_feed(node) == FEED_DIRECT;
    return (no_scratch && tile->tiles < FEW_TILES) ||
           (pixels <= FEW_PIXELS && !weights_stay(node, target));
}

static void cut_product(Tile *tile, const Node *node, bool by_rows, const Target *target) {
    int64_t pixels = by_rows ? width_of(node->out[0]) : pixel_count(node->out[0]);
    cut_alike(tile, target, pixels, node);
    tile->split_panels = !by_rows && panels_are_shared(tile, node, pixels, target);
    tile->columns = 1;
}

/* Takes the panels of the other target, and narrows the tiles until their width divides both the
 * usual and the wide panels; for small layers that may be less than the registers would allow. */
static void share_panels(Tile *tile, const Node *node, bool by_rows, const Target *target) {
    Tile other = {0};
    cut_product(&other, node, by_rows, target->layout);
    tile->panel = tile_width(&other, target->layout);
    tile->wide_rows = 0;
    int64_t wide_width = other.wide_rows ? tile->panel + target->layout->lanes : 0;
    while (tile->panel % tile_width(tile, target) != 0 ||
           wide_width % tile_width(tile, target) != 0) {
        tile->vectors--;
    }
}

static void tile_node(Node *node, bool by_rows, const Target *target) {
    if (!node_has(node, PRODUCT)) {
        return;
    }
    cut_product(&node->tile, node, by_rows, target);
    if (target->layout) {
        share_panels(&node->tile, node, by_rows, target);
    }
}

bool pass_tile_products(Unit *unit) {
    tile_each(unit, tile_node);
    return true;
}
