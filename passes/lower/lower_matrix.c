/* lower_matrix.c - the register tile of a product of integers on a target with matrix registers
 * (ir/kernel/matrix.def).
 *
 *   30 pixels x 32 channels   ->   sums 0 and 1 of the first 16 pixels, 2 and 3 of the others,
 * which start from start[o] for k, 64 inputs at a time: each part of the sums += left * weights the
 * same for the tail, the last inputs if they are fewer store them in scratch; for r: results as in
 * other tiles
 *
 * A tile loads the pixels of whole registers, also those behind its own last one, whose sums nobody
 * reads. All sums have their registers; of left operands one is loaded at a time, and where weights
 * have but one register, the order is such that they stay for two matrices. The tail, whose
 * matrices have another size, has two registers of its own. Integers add up to the same sum in any
 * order.
 *
 * Where the target takes operands in blocks (MatrixShape), each tile's pixels are first copied to
 * these, at the beginning of a register whatever the number of pixels in the tiles before.
 */
#include <inttypes.h>

#include "lowering.h"

static const MatrixShape *shape_of(const Lowering *lowering) {
    return &lowering->target->shape;
}

/* Inputs of a tile's chain, or of one line of it. */
static int64_t chain_depth(const Lowering *lowering, const Node *node) {
    bool lines = tile_has_lines(lowering, node);
    return lines ? node->window.kernel[1] * channels_of(node->in[0])
                 : packed_depth(node, lowering->target);
}

static int64_t tail_of(const Lowering *lowering, const Node *node) {
    return chain_depth(lowering, node) % shape_of(lowering)->depth;
}

static void configure(const Lowering *lowering, Text *text, const Node *node) {
    text_add(text, "call $matrix_configure(%" PRId64 ")\n", tail_of(lowering, node));
}

static bool keeps_registers(const Lowering *lowering, const Node *node) {
    return uses_matrices(node, lowering->target) && !has_blocks(node, lowering->target);
}

void matrix_begin(const Lowering *lowering, Text *text, const Node *node) {
    if (keeps_registers(lowering, node)) {
        configure(lowering, text, node);
    }
}

void matrix_end(const Lowering *lowering, Text *text, const Node *node) {
    if (keeps_registers(lowering, node)) {
        text_add(text, "call $matrix_release()\n");
    }
}

/* Where lines are copied, each becomes a part of the blocks. */
void copy_blocks(const Lowering *lowering, Text *text, const Node *node, const char *pixel) {
    bool lines = has_lines(lowering, node);
    if (!has_blocks(node, lowering->target)) {
        return;
    }
    int64_t rows = shape_of(lowering)->rows;
    int64_t each = matrix_count(node->tile.rows, lowering->target);
    text_add(text,
             "for t = first to last step 1 {\n"
             "int p = %s\n"
             "for r = 0 to %" PRId64 " step 1 {\n"
             "ptr s8 from = block + (p%s + r * %" PRId64 ") * block_pitch\n"
             "ptr mut s8 to = blocks + ((t - first) * %" PRId64 " + r) * a_pitch\n",
             pixel, each, lines ? "" : " - lo", rows, each);
    text_add(text,
             lines ? "for line = 0 to lines step 1 {\n"
                     "for k = 0 to line_depth step %" PRId64 " {\n"
                     "call $matrix_block(&to[(line * line_depth + k) * %" PRId64
                     "], &from[line * line_pitch + k], block_pitch)\n}\n}\n}\n}\n"
                   : "for k = 0 to depth step %" PRId64 " {\n"
                     "call $matrix_block(&to[k * %" PRId64 "], &from[k], block_pitch)\n}\n}\n}\n",
             2 * (int64_t)shape_of(lowering)->depth, rows);
}

/* The matrices of a tile: rows and columns of sums. */
typedef struct Parts {
    const MatrixShape *shape;
    int64_t rows, columns, panel;
} Parts;

static void start_sums(Text *text, const Parts *parts) {
    for (int64_t i = 0; i < parts->rows * parts->columns; i++) {
        text_add(text, "call $matrix_start(%" PRId64 ", &start[%" PRId64 "])\n", i,
                 i % parts->columns * parts->shape->columns);
    }
}

/* To scratch, where a tile's rows are as wide as the tile. */
static void store_sums(Text *text, const Parts *parts) {
    int64_t width = parts->columns * parts->shape->columns;
    for (int64_t i = 0; i < parts->rows * parts->columns; i++) {
        int64_t row = i / parts->columns, column = i % parts->columns;
        text_add(text, "call $matrix_store(%" PRId64 ", &sums[%" PRId64 "], %" PRId64 ")\n", i,
                 row * parts->shape->rows * width + column * parts->shape->columns, width);
    }
}

static void load_left(Text *text, const Parts *parts, int reg, int64_t row) {
    const MatrixShape *shape = parts->shape;
    if (shape->blocks) {
        text_add(text, "call $matrix_left_signed(%d, &a[%" PRId64 " * a_pitch + k * %d], %d)\n",
                 reg, row, shape->rows, shape->depth);
    } else {
        text_add(text, "call $matrix_left(%d, &a[%" PRId64 " * a_pitch + k], a_pitch)\n", reg,
                 row * shape->rows);
    }
}

static void load_weights(Text *text, const Parts *parts, int64_t reg, int64_t column) {
    const MatrixShape *shape = parts->shape;
    int64_t together = shape->blocks ? shape->depth : QUAD;
    text_add(text,
             "call $matrix_weights(%" PRId64 ", &w[k * %" PRId64 " + %" PRId64 "], %" PRId64 ")\n",
             reg, parts->panel, column * shape->columns * together,
             shape->blocks ? together : parts->panel * together);
}

/* Adds the products of the inputs from k on. reg is the register of the left operands. Where there
 * are registers for the weights of all columns, each is loaded once. Else rows with an odd number
 * are taken from right to left, with the weights that are there. */
static void step(Text *text, const Parts *parts, int reg) {
    const bool all = parts->shape->weights >= parts->columns;
    for (int64_t column = 0; all && column < parts->columns; column++) {
        load_weights(text, parts, reg + 1 + column, column);
    }
    int64_t there = -1; /* column whose weights are in their only register */
    for (int64_t row = 0; row < parts->rows; row++) {
        load_left(text, parts, reg, row);
        for (int64_t i = 0; i < parts->columns; i++) {
            int64_t column = !all && row % 2 ? parts->columns - 1 - i : i;
            if (!all && column != there) {
                load_weights(text, parts, reg + 1, column);
                there = column;
            }
            text_add(text, "call $matrix_dot(%" PRId64 ", %d, %" PRId64 ")\n",
                     row * parts->columns + column, reg, reg + 1 + (all ? column : 0));
        }
    }
}

static void chain(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                  const Parts *parts) {
    int64_t tail = tail_of(lowering, node);
    tile_lines(lowering, text, node, shape);
    if (tail < chain_depth(lowering, node)) {
        text_add(text, "for k = 0 to depth%s step %d {\n",
                 parts->shape->tail ? arena_printf(text->arena, " - %" PRId64, tail) : "",
                 parts->shape->depth);
        tile_prefetch(lowering, text, node, shape, parts->shape->depth);
        step(text, parts, parts->shape->sums);
        text_add(text, "}\n");
    }
    if (tail > 0) {
        text_add(text, "int k = depth - %" PRId64 "\n", tail);
        tile_prefetch(lowering, text, node, shape, tail);
        step(text, parts, parts->shape->tail);
    }
    text_add(text, tile_has_lines(lowering, node) ? "}\n" : "");
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
    const MatrixShape *matrix = shape_of(lowering);
    const Parts parts = {matrix, matrix_count(shape->rows, lowering->target),
                         shape->width / matrix->columns, shape->panel};
    if (matrix->blocks) {
        configure(lowering, text, node);
    }
    start_sums(text, &parts);
    chain(lowering, text, node, shape, &parts);
    store_sums(text, &parts);
    text_add(text, matrix->blocks ? "call $matrix_release()\n" : "");
    end_rows(lowering, text, node, shape);
}
