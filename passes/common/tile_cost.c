/* tile_cost.c - estimates what a way of cutting a product costs, in hundredths of a cycle.
 *
 *   361 pixels, 728 channels, depth 728, 16 lanes, 32 registers:
 *      8 x 3 vectors   14 panels of 46 tiles, 728 steps of 18.2 cycles, and a panel of 6 x 4
 *     14 x 2 vectors   23 panels of 26 tiles, 728 steps of 21.6 cycles: 2 % dearer in all
 *
 * A step of depth takes as long as the slowest of three: its multiply-adds, its loads (one for each
 * vector and each row, or for as many steps as a vector has lanes), the latency of a chain. Two
 * smaller terms decide between shapes that are equal in that:
 * - Loads. They compete with multiply-adds for issue slots, and always cost power: a core at its
 *   limit lowers its clock. In such a layer a core with two units for vectors of 16 lanes was 4 %
 *   faster with 11 loads for 24 multiply-adds (8x3) than with 16 for 28 (14x2): see bench/tiles.
 * - Weights. A panel that does not fit the first-level cache is read from the second again for
 * every tile, and the fewer rows tiles have, the more tiles there are. Two panels, this and the
 * next, should leave most of the second level to the inputs.
 *
 * Weights of f16 are cut like those of f32, with whose tiles they were measured: what loads and
 * cache win, the conversion takes.
 *
 * The numbers were fitted to the times of whole networks. The pixels that a wide panel takes one by
 * one are counted once, although each block has some, because blocks are chosen later. All
 * arithmetic is on integers, so that the choice is the same on every machine that compiles.
 */
#include "tile.h"

enum {
    CYCLE = 100,             /* the unit of what follows */
    LOAD_SHARE = 40,         /* of a load, in slots of multiply-adds */
    LINE_FROM_L2 = 60,       /* for a line of weights: see line_cost() */
    LINE_FROM_BEYOND = 80,   /* likewise */
    TILE_START = 40 * CYCLE, /* filling and draining the units, the call, a loop left */
    LINE_BYTES = 64
};

/* What it costs to bring a line of weights to the first-level cache: nothing for a panel that stays
 * there; more for a panel so large that this one and the next fill more than half of the second
 * level. */
static int64_t line_cost(const Target *target, int64_t panel_bytes) {
    if (panel_bytes <= target->tune.l1_bytes / 4 * 3) {
        return 0;
    }
    return panel_bytes <= target->tune.l2_bytes / 4 ? LINE_FROM_L2 : LINE_FROM_BEYOND;
}

/* What the chains of a product are made of. */
typedef struct Chain {
    const Target *target;
    int64_t depth; /* in steps: an instruction that takes two inputs at once costs what one takes */
    bool apart;    /* a step takes weights out of pairs first, one operation for each vector */
    bool singly;   /* a step is two of numbers of 16 bits, which take half the time each */
    bool matrices; /* a step is a row of the weights' matrix, which takes a cycle */
} Chain;

/* A step of blocks: registers are those of vectors, and all rows of one are computed. */
static int64_t blocks_cost(const Target *target, int64_t rows, int64_t vectors) {
    const MatrixShape *shape = &target->shape;
    int64_t left = matrix_count(rows, target);
    int64_t across = vectors * target->lanes / shape->columns;
    int64_t dots = CYCLE * left * across / target->machine.fmas;
    int64_t loads = CYCLE * (left + across) / target->machine.loads;
    int64_t least = (int64_t)CYCLE * target->machine.latency;
    return larger(larger(dots, loads), least) + LOAD_SHARE * (left + across);
}

/* One step of depth of one tile. */
static int64_t step_cost(const Chain *chain, int64_t rows, int64_t vectors) {
    const Target *target = chain->target;
    const Machine *machine = &target->machine;
    if (chain->matrices && target->shape.blocks) {
        return blocks_cost(target, rows, vectors);
    }
    if (chain->matrices) {
        int64_t left = matrix_count(rows, target), dots = left * vectors;
        return CYCLE * dots + LOAD_SHARE * (left + dots);
    }
    int64_t width = vectors * target->lanes * (int64_t)sizeof(float);
    int64_t operations = rows * vectors + (chain->apart ? vectors : 0);
    int64_t fmas = CYCLE * operations / machine->fmas;
    int64_t steps = takes_lanes(target) ? target->lanes : 1; /* that one load of inputs serves */
    int64_t times = chain->singly ? 2 : 1, slots = vectors * (machine->bare_loads ? 2 : 1);
    int64_t loads = times * CYCLE * (rows + steps * vectors) / steps / machine->loads;
    int64_t cost = larger(larger(fmas, loads), times * CYCLE * machine->latency);
    return cost + times * LOAD_SHARE * (rows + steps * slots) / steps +
           line_cost(target, width * chain->depth) * width / LINE_BYTES;
}

/* So many tiles over one panel: their chains, their start, and a store of each accumulator. */
static int64_t tiles_cost(const Chain *chain, int64_t tiles, int64_t rows, int64_t vectors) {
    if (tiles == 0) {
        return 0;
    }
    int64_t steps = chain->depth * step_cost(chain, rows, vectors);
    return tiles * (steps + TILE_START + CYCLE * rows * vectors);
}

int64_t tile_cost(const Node *node, const Target *target, const Tile *tile) {
    bool apart = takes_apart(node, target);
    int64_t steps = packed_depth(node, target) / chain_inputs(node, target);
    Chain chain = {target, apart ? 2 * steps : steps, apart, widens_singly(node, target),
                   uses_matrices(node, target)};
    Panels panels;
    cut_panels(&panels, channels_of(node->out[0]), tile_width(tile, target), target->lanes);
    int64_t cost =
        tiles_cost(&chain, tile->full_tiles, tile->rows, tile->vectors) +
        tiles_cost(&chain, tile->tiles - tile->full_tiles, tile->rows - 1, tile->vectors);
    cost *= panels.usual;
    if (panels.wide == 0) {
        return cost;
    }
    int64_t pixels = pixels_of(tile, tile->tiles), rows = tile->wide_rows;
    return cost + panels.wide * (tiles_cost(&chain, pixels / rows, rows, tile->vectors + 1) +
                                 tiles_cost(&chain, pixels % rows, 1, tile->vectors + 1));
}
