/* lower_matrix.c - the register tile of a product of integers on a target with matrix registers
 * (ir/kernel/matrix.def).
 *
 *   30 pixels x 32 channels   ->   sums 0 and 1 of the first 16 pixels, 2 and 3 of the others,
 * which start from start[o] for k, 64 inputs at a time: each part of the sums += left * weights the
 * same for the tail, the last inputs if they are fewer store them in scratch; for r: results as in
 * other tiles
 *
 * A tile loads MATRIX_ROWS pixels at a time, also those behind its own last one, whose sums nobody
 * reads. All sums have their registers; left operands and weights share one each, so that the tail,
 * whose matrices have another size, has two of its own. The order of the four parts is such that
 * one of both stays. Integers add up to the same sum in any order.
 */
#include <inttypes.h>

#include "kmatrix.h"
#include "lowering.h"

/* Inputs of a tile's chain, or of one line of it. */
static int64_t chain_depth(const Lowering *lowering, const Node *node) {
    bool lines = has_lines(lowering, node);
    return lines ? node->window.kernel[1] * channels_of(node->in[0]) : packed_depth(node);
}

static int64_t tail_of(const Lowering *lowering, const Node *node) {
    return chain_depth(lowering, node) % MATRIX_DEPTH;
}

void matrix_begin(const Lowering *lowering, Text *text, const Node *node) {
    if (uses_matrices(node, lowering->target)) {
        text_add(text, "call $matrix_configure(%" PRId64 ")\n", tail_of(lowering, node));
    }
}

void matrix_end(const Lowering *lowering, Text *text, const Node *node) {
    if (uses_matrices(node, lowering->target)) {
        text_add(text, "call $matrix_release()\n");
    }
}

/* The matrices of a tile: rows and columns of sums. */
typedef struct Parts {
    int64_t rows, columns, panel;
} Parts;

static void start_sums(Text *text, const Parts *parts) {
    for (int64_t i = 0; i < parts->rows * parts->columns; i++) {
        text_add(text, "call $matrix_start(%" PRId64 ", &start[%" PRId64 "])\n", i,
                 i % parts->columns * MATRIX_ROWS);
    }
}

/* To scratch, where a tile's rows are as wide as the tile. */
static void store_sums(Text *text, const Parts *parts) {
    int64_t width = parts->columns * MATRIX_ROWS;
    for (int64_t i = 0; i < parts->rows * parts->columns; i++) {
        int64_t row = i / parts->columns, column = i % parts->columns;
        text_add(text, "call $matrix_store(%" PRId64 ", &sums[%" PRId64 "], %" PRId64 ")\n", i,
                 row * MATRIX_ROWS * width + column * MATRIX_ROWS, width);
    }
}

/* Adds the products of the inputs from k on. reg is the register of the left operands. Rows with an
 * odd number are taken from right to left, with the weights that are there. */
static void step(Text *text, const Parts *parts, int reg) {
    int64_t there = -1; /* column whose weights are in their register */
    for (int64_t row = 0; row < parts->rows; row++) {
        text_add(text, "call $matrix_left(%d, &a[%" PRId64 " * a_pitch + k], a_pitch)\n", reg,
                 row * MATRIX_ROWS);
        for (int64_t i = 0; i < parts->columns; i++) {
            int64_t column = row % 2 ? parts->columns - 1 - i : i;
            if (column != there) {
                text_add(text,
                         "call $matrix_weights(%d, &w[k * %" PRId64 " + %" PRId64 "], %" PRId64
                         ")\n",
                         reg + 1, parts->panel, column * MATRIX_ROWS * QUAD, parts->panel * QUAD);
                there = column;
            }
            text_add(text, "call $matrix_dot(%" PRId64 ", %d, %d)\n", row * parts->columns + column,
                     reg, reg + 1);
        }
    }
}

static void chain(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                  const Parts *parts) {
    int64_t tail = tail_of(lowering, node);
    tile_lines(lowering, text, node, shape);
    if (tail < chain_depth(lowering, node)) {
        text_add(text, "for k = 0 to depth - %" PRId64 " step %d {\n", tail, MATRIX_DEPTH);
        tile_prefetch(lowering, text, node, shape, MATRIX_DEPTH);
        step(text, parts, MATRIX_LEFT);
        text_add(text, "}\n");
    }
    if (tail > 0) {
        text_add(text, "int k = depth - %" PRId64 "\n", tail);
        tile_prefetch(lowering, text, node, shape, tail);
        step(text, parts, MATRIX_TAIL);
    }
    text_add(text, has_lines(lowering, node) ? "}\n" : "");
}

/* Vectors of constants for all rows, then row by row what other tiles do with their registers. */
static void end_rows(const Lowering *lowering, Text *text, const Node *node,
                     const TileShape *shape) {
    act_constants(text, &node->epilogue, 1);
    end_constants(text, node);
    text_add(text, "for o = 0 to %" PRId64 " step 1 vector unroll {\n", shape->width);
    sum_constants(text);
    end_channels(text, node);
    text_add(text,
             "}\nfor r = 0 to %" PRId64 " step 1 {\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec sum[o] = load_sums sums[r * %" PRId64 " + o]\n",
             shape->rows, shape->width, shape->width);
    sum_end(text, "[o]");
    accumulator_end(lowering, text, node, shape, "[o]");
    text_add(text, "}\n}\n");
}

void matrix_tile(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape) {
    const Parts parts = {matrix_count(shape->rows), shape->width / MATRIX_ROWS, shape->panel};
    start_sums(text, &parts);
    chain(lowering, text, node, shape, &parts);
    store_sums(text, &parts);
    end_rows(lowering, text, node, shape);
}
