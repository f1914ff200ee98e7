/* lower_tile.c - the register tile of a product: a helper function that kernels of products call.
 *
 *   8 pixels x 48 channels   ->   function $product_8x48(int depth, ptr a, ...) inline {
 *                                   acc[r][o] = bias[o]
 *                                   for k: acc[r][o] = fma a[r][k], w[k][o], acc[r][o]
 *                                   residual, activation, store
 *                                 }
 *
 * Operands of bf16 come in pairs. A step takes two inputs: with one operation where the target has
 * it, which adds the products of the first inputs before those of the second; else with two fmas on
 * the halves of the weights, while the left operands are f32 that were rounded.
 *
 * Where the block holds lines (feeds_lines), the depth is that of one line, and the loop over k is
 * in a loop over lines.
 *
 * Operands of 8 bits come in fours: a step adds four products of integers to each accumulator,
 * which starts from integers too and becomes a float before the residual. Where there is no
 * instruction for four, the tile reads weights that were widened to 16 bits: two in a word, or one
 * by one where a vector of them is multiplied by a number that all lanes share. Or it multiplies
 * pairs of small weights, whose sums of products have 16 bits, and adds two such sums first where
 * the weights are so small together.
 *
 * Accumulators start from the bias, take all K products in ascending order, then residual and
 * activation, and each result is stored once. That is the chain of ir/graph/ir.h for every element.
 * All accumulators of the tile stay in registers, so that a weight loaded serves all rows and an
 * input loaded serves all channels.
 */
#include <inttypes.h>

#include "lowering.h"

/* The pointers that begin with first_ are those of the first line. Steps of single inputs load from
 * many addresses: clang 19 keeps one for each row where the pitch is a variable, but up to 18 in a
 * loop, some of them on the stack, where it is a number. */
static const char *tile_head(const Lowering *lowering, const Node *node, const TileShape *shape) {
    bool one = !has_pitches(lowering, node, shape);
    const char *first = tile_has_lines(lowering, node) ? "first_" : "";
    const char *residual = node->has_residual
                               ? arena_printf(lowering->arena, "ptr %sresidual%s, ",
                                              type_word(lowering, node_residual(node)->element),
                                              one ? "" : ", int residual_pitch")
                               : "";
    const char *type = type_word(lowering, product_element(node));
    const char *next = arena_printf(lowering->arena, "int ahead, ptr %s%snext, ", type, first);
    return arena_printf(
        lowering->arena,
        "(int depth, %sptr %s%sa, %sptr %s%sw, ptr bias, %s%s%s%s%s%sptr mut %sout%s) %s",
        *first ? "int lines, int line_pitch, " : "",
        type_word(lowering, left_element(node, lowering->target)), first,
        one ? "" : "int a_pitch, ", type_word(lowering, tile_element(node, lowering->target)),
        first, is_quantized(node) ? "ptr s32 start, ptr out_scale, " : "",
        uses_matrices(node, lowering->target) ? "ptr mut s32 sums, " : "",
        tiles_look_ahead(lowering) ? next : "", residual, node->residual_scale ? "ptr scale, " : "",
        end_params(lowering, node), type_word(lowering, node->out[0]->element),
        one ? "" : ", int out_pitch",
        widens_singly(node, lowering->target) ? "noinline" : "inline");
}

/* Prefetches the residual, which the end of the tile reads, before the chains start. */
static void tile_fetch(const Lowering *lowering, Text *text, const Node *node,
                       const TileShape *shape) {
    if (!node->has_residual || !lowering->target->prefetch[1]) {
        return;
    }
    bool one = shape->rows == 1;
    if (!one) {
        text_add(text, "for r = 0 to %" PRId64 " step 1 {\n", shape->rows);
    }
    int64_t line =
        PITCH_UNIT * element_bytes(ELEMENT_f32) / element_bytes(node_residual(node)->element);
    for (int64_t o = 0; o < shape->width; o += line) {
        text_add(text, "prefetch residual[%s%" PRId64 "] level 1\n",
                 one ? "" : "r * residual_pitch + ", o);
    }
    if (!one) {
        text_add(text, "}\n");
    }
}

static void tile_start(Text *text, const Node *node, const TileShape *shape) {
    text_add(text, "for o = 0 to %" PRId64 " step 1 vector unroll {\n", shape->width);
    text_add(text, "for r = 0 to %" PRId64 " step 1 unroll {\n", shape->rows);
    text_add(text, is_quantized(node) ? "vec sum[r][o] = load_sums start[o]\n}\n}\n"
                                      : "vec acc[r][o] = load bias[o]\n}\n}\n");
}

/* The operations of a step, which takes one input or a word of several at once, and the name of its
 * accumulators. */
typedef struct StepWords {
    const char *load, *broadcast, *multiply, *acc;
} StepWords;

static StepWords step_words(const Lowering *lowering, const Node *node) {
    switch (product_element(node)) {
    case ELEMENT_bf16:
        return (StepWords){"load_pairs", "broadcast_pair", "dot", "acc"};
    case ELEMENT_s8: {
        if (centers(node, lowering->target)) {
            return (StepWords){"load_quads", "broadcast_signed", "dot_signed", "sum"};
        }
        bool small = has_small_dots(node, lowering->target);
        return (StepWords){"load_quads", "broadcast_quad", small ? "dot_small" : "dot_quads",
                           "sum"};
    }
    default: {
        const char *load = product_element(node) == ELEMENT_f16 ? "load_halves" : "load";
        return (StepWords){load, "broadcast", "fma", "acc"};
    }
    }
}

/* Loads a vector of weights for each vector of channels; those of a word side by side. */
static void load_weights(Text *text, const TileShape *shape, const char *load, int64_t each) {
    const char *factor = each == 1 ? "" : arena_printf(text->arena, " * %" PRId64, each);
    text_add(text,
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec b[o] = %s w[k * %" PRId64 " + o%s]\n}\n",
             shape->width, load, shape->panel, factor);
}

/* Each weight loaded serves all rows. */
static void step_whole(Text *text, const TileShape *shape, const StepWords *words, int64_t each) {
    load_weights(text, shape, words->load, each);
    text_add(text,
             "for r = 0 to %" PRId64 " step 1 unroll {\n"
             "vec x[r] = %s a[%sk]\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "%s[r][o] = %s x[r], b[o], %s[r][o]\n}\n}\n",
             shape->rows, words->broadcast, shape->rows == 1 ? "" : "r * a_pitch + ", shape->width,
             words->acc, words->multiply, words->acc);
}

/* One half of a pair after the other. */
static void step_halves(Text *text, const TileShape *shape) {
    static const char *const halves[] = {"upper", "lower"};
    load_weights(text, shape, "load_pairs", 2);
    for (int i = 0; i < 2; i++) {
        text_add(text,
                 "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
                 "vec %s_b[o] = %s b[o]\n}\n"
                 "for r = 0 to %" PRId64 " step 1 unroll {\n"
                 "vec %s_x[r] = broadcast a[%sk + %d]\n"
                 "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
                 "acc[r][o] = fma %s_x[r], %s_b[o], acc[r][o]\n}\n}\n",
                 shape->width, halves[i], halves[i], shape->rows, halves[i],
                 shape->rows == 1 ? "" : "r * a_pitch + ", i, shape->width, halves[i], halves[i]);
    }
}

/* Weights that were widened: two inputs of 16 bits a step. */
static void step_pairs(Text *text, const TileShape *shape) {
    text_add(text,
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec b[o] = load_wide w[k * %" PRId64 " + o]\n}\n"
             "for r = 0 to %" PRId64 " step 1 unroll {\n"
             "vec x[r] = broadcast_halves a[%sk]\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "sum[r][o] = dot_halves x[r], b[o], sum[r][o]\n}\n}\n",
             shape->width, shape->panel / 2, shape->rows, shape->rows == 1 ? "" : "r * a_pitch + ",
             shape->width);
}

/* The same, one by one: four inputs a step, each of which is a step of its own. */
static void step_singly(Text *text, const TileShape *shape) {
    text_add(text,
             "for i = 0 to %d step 1 unroll {\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec b[i][o] = load_shorts w[(k + i) * %" PRId64 " + o]\n}\n"
             "for r = 0 to %" PRId64 " step 1 unroll {\n"
             "vec x[i][r] = broadcast_byte a[%sk + i]\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "sum[r][o] = mul_add x[i][r], b[i][o], sum[r][o]\n}\n}\n}\n",
             QUAD, shape->width, shape->panel, shape->rows,
             shape->rows == 1 ? "" : "r * a_pitch + ", shape->width);
}

/* Two words of small pairs a step: sums of four products have 16 bits until they join a sum. */
static void step_fours(Text *text, const TileShape *shape) {
    const char *row = shape->rows == 1 ? "" : "r * a_pitch + ";
    text_add(text,
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec b[o] = load_quads w[k * %" PRId64 " + o * 4]\n"
             "vec more_b[o] = load_quads w[k * %" PRId64 " + %" PRId64 " + o * 4]\n}\n",
             shape->width, shape->panel, shape->panel, QUAD * shape->panel);
    text_add(text,
             "for r = 0 to %" PRId64 " step 1 unroll {\n"
             "vec x[r] = broadcast_quad a[%sk]\nvec more_x[r] = broadcast_quad a[%sk + 4]\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec four[r][o] = small_pairs x[r], b[o]\n"
             "four[r][o] = more_small_pairs more_x[r], more_b[o], four[r][o]\n"
             "sum[r][o] = add_pairs four[r][o], sum[r][o]\n}\n}\n",
             shape->rows, row, row, shape->width);
}

static void tile_chain(const Lowering *lowering, Text *text, const Node *node,
                       const TileShape *shape) {
    tile_lines(lowering, text, node, shape);
    bool apart = takes_apart(node, lowering->target);
    /* Both halves fill the registers, and so do compilers with two steps of integers. */
    int unroll = apart || is_quantized(node) ? 1 : lowering->target->tune.pw_unroll;
    bool singly = widens_singly(node, lowering->target);
    int64_t inputs = singly ? QUAD : chain_inputs(node, lowering->target);
    text_add(text, "for k = 0 to depth step %" PRId64 "%s {\n", inputs,
             unroll > 1 ? arena_printf(lowering->arena, " unroll by %d", unroll) : "");
    tile_prefetch(lowering, text, node, shape, inputs);
    if (singly) {
        step_singly(text, shape);
    } else if (widens_pairs(node, lowering->target)) {
        step_pairs(text, shape);
    } else if (adds_small_pairs(node, lowering->target)) {
        step_fours(text, shape);
    } else if (apart) {
        step_halves(text, shape);
    } else {
        StepWords words = step_words(lowering, node);
        step_whole(text, shape, &words, step_inputs(node, lowering->target));
    }
    text_add(text, tile_has_lines(lowering, node) ? "}\n}\n" : "}\n");
}

/* Sums of integers become floats. */
static void end_sums(Text *text, const TileShape *shape) {
    text_add(text, "for o = 0 to %" PRId64 " step 1 vector unroll {\n", shape->width);
    sum_constants(text);
    text_add(text, "for r = 0 to %" PRId64 " step 1 unroll {\n", shape->rows);
    sum_end(text, "[r][o]");
    text_add(text, "}\n}\n");
}

/* Residual, activation and store, in that order. */
static void tile_end(const Lowering *lowering, Text *text, const Node *node,
                     const TileShape *shape) {
    if (is_quantized(node)) {
        end_sums(text, shape);
    }
    act_constants(text, &node->epilogue, 1);
    end_constants(text, node);
    text_add(text, "for o = 0 to %" PRId64 " step 1 vector unroll {\n", shape->width);
    end_channels(text, node);
    text_add(text, "for r = 0 to %" PRId64 " step 1 unroll {\n", shape->rows);
    accumulator_end(lowering, text, node, shape, "[r][o]");
    text_add(text, "}\n}\n");
}

const char *tile_function(Lowering *lowering, const Node *node, const TileShape *shape) {
    Text text = {.arena = lowering->arena};
    text_add(&text, "doc \"A register tile: %s x %s of a product over depth%s.\"\n",
             counted(lowering, shape->rows, "pixel"),
             counted(lowering, shape->width, "output channel"),
             tile_has_lines(lowering, node) ? " of each line" : "");
    tile_fetch(lowering, &text, node, shape);
    if (uses_matrices(node, lowering->target)) {
        matrix_tile(lowering, &text, node, shape);
    } else {
        tile_start(&text, node, shape);
        tile_chain(lowering, &text, node, shape);
        tile_end(lowering, &text, node, shape);
    }
    const char *partial = shape->width == shape->panel
                              ? ""
                              : arena_printf(lowering->arena, "of%" PRId64, shape->panel);
    const char *name = arena_printf(
        lowering->arena, "product_%" PRId64 "x%" PRId64 "%s%s%s%s%s%s", shape->rows, shape->width,
        partial, tile_has_lines(lowering, node) ? "_lines" : "", residual_suffix(node),
        act_suffix(lowering, node->epilogue), precision_suffix(node), bytes_suffix(node));
    return share_function(lowering, name, tile_head(lowering, node, shape), text_done(&text));
}
