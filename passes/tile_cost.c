/* tile_cost.c - what a way of cutting a product costs, in hundredths of a cycle.
 *
 *   361 pixels, 728 channels, depth 728, 16 lanes, 32 registers:
 *     14 x 2 vectors   23 panels of 26 tiles, each 728 steps of 16.1 cycles: the cheapest
 *      9 x 3 vectors   15 panels of 41 tiles with steps of 15.7 cycles, and a panel of one vector
 *
 * A step of depth takes as long as the scarcest of its multiply-adds, its loads (one for each row
 * and each vector) and the latency of a chain. Two smaller terms decide between shapes that are
 * equal in that: loads take slots from multiply-adds (on a core with two units for vectors of 16
 * lanes, tiles of 10x2, 14x2, 6x4 and 9x3 were measured at 91, 93, 97 and 97 % of the peak from the
 * first-level cache), and a panel that the first level does not hold comes from the second again
 * for every tile, which makes 14x2 and 9x3 equal for deep products.
 * Whole numbers only, so that each machine chooses alike.
 */
#include "tile.h"

enum {
    CYCLE = 100,             /* the unit of what follows */
    LOAD_SHARE = 8,          /* of a load, in slots of multiply-adds */
    LINE_FROM_L2 = 40,       /* for a line of weights */
    TILE_START = 40 * CYCLE, /* filling and draining the units, the call, a loop left */
    LINE_BYTES = 64
};

static int64_t step_cost(const Target *target, int64_t rows, int64_t vectors, int64_t depth) {
    const Machine *machine = &target->machine;
    int64_t width = vectors * lanes_of(target) * (int64_t)sizeof(float);
    int64_t fmas = CYCLE * rows * vectors / machine->fmas;
    int64_t loads = CYCLE * (rows + vectors) / machine->loads;
    int64_t cost = larger(larger(fmas, loads), (int64_t)CYCLE * machine->latency);
    bool stays = width * depth <= target->tune.l1_bytes / 2;
    return cost + LOAD_SHARE * (rows + vectors) + (stays ? 0 : LINE_FROM_L2 * width / LINE_BYTES);
}

static int64_t panel_cost(const Target *target, const Tile *tile, int64_t vectors, int64_t depth) {
    int64_t cost = 0;
    for (int64_t less = 0; less < 2; less++) {
        int64_t tiles = less ? tile->tiles - tile->full_tiles : tile->full_tiles;
        int64_t rows = tile->rows - less;
        if (tiles > 0)
            cost += tiles * (depth * step_cost(target, rows, vectors, depth) + TILE_START +
                             CYCLE * rows * vectors);
    }
    return cost;
}

int64_t tile_cost(const Target *target, const Tile *tile, int64_t channels, int64_t depth) {
    int64_t stored = (whole_lines(channels) + lanes_of(target) - 1) / lanes_of(target);
    int64_t whole = stored / tile->vectors, rest = stored % tile->vectors;
    int64_t cost = whole * panel_cost(target, tile, tile->vectors, depth);
    return rest ? cost + panel_cost(target, tile, rest, depth) : cost;
}
