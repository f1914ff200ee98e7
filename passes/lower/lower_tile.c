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
 * Accumulators start from the bias, take all K products in ascending order, then residual and
 * activation, and each result is stored once. That is the chain of ir/graph/ir.h for every element.
 * All accumulators of the tile stay in registers, so that a weight loaded serves all rows and an
 * input loaded serves all channels.
 */
#include <inttypes.h>

#include "lowering.h"

bool tiles_look_ahead(const Lowering *lowering) {
    return lowering->target->prefetch[AHEAD_LEVEL] != NULL;
}

/* A tile of one row steps over no pitch, so it has none among its parameters. */
static const char *tile_head(const Lowering *lowering, const Node *node, const TileShape *shape) {
    bool one = shape->rows == 1;
    const char *residual = one ? "ptr residual, " : "ptr residual, int residual_pitch, ";
    const char *type = type_word(lowering, product_element(node));
    const char *next = arena_printf(lowering->arena, "int ahead, ptr %snext, ", type);
    return arena_printf(
        lowering->arena, "(int depth, ptr %sa, %sptr %sw, ptr bias, %s%s%sptr mut out%s) inline",
        type_word(lowering, left_element(node, lowering->target)), one ? "" : "int a_pitch, ", type,
        tiles_look_ahead(lowering) ? next : "", node->has_residual ? residual : "",
        node->residual_scale ? "ptr scale, " : "", one ? "" : ", int out_pitch");
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
    for (int64_t o = 0; o < shape->width; o += PITCH_UNIT) {
        text_add(text, "prefetch residual[%s%" PRId64 "] level 1\n",
                 one ? "" : "r * residual_pitch + ", o);
    }
    if (!one) {
        text_add(text, "}\n");
    }
}

static void tile_start(Text *text, const TileShape *shape) {
    text_add(text, "for o = 0 to %" PRId64 " step 1 vector unroll {\n", shape->width);
    text_add(text, "for r = 0 to %" PRId64 " step 1 unroll {\n", shape->rows);
    text_add(text, "vec acc[r][o] = load bias[o]\n}\n}\n");
}

/* Prefetches, in each step of k, this tile's part of the next panel into the second-level cache,
 * and the weights of this panel that are needed in a few steps into the first. Prefetches are hints
 * that need no valid address, so they may go beyond the blob. */
static void tile_prefetch(const Lowering *lowering, Text *text, const Node *node,
                          const TileShape *shape) {
    int near = lowering->target->tune.pw_near;
    int64_t each = step_inputs(node);
    if (!tiles_look_ahead(lowering)) {
        return;
    }
    text_add(text,
             "for i = 0 to ahead * %" PRId64 " step %" PRId64 " {\n"
             "prefetch next[k * ahead + i] level %d\n}\n",
             each, PITCH_UNIT * each, AHEAD_LEVEL);
    for (int64_t o = 0; near > 0 && o < shape->width; o += PITCH_UNIT) {
        text_add(text, "prefetch w[(k + %" PRId64 ") * %" PRId64 " + %" PRId64 "] level 1\n",
                 near * each, shape->panel, o * each);
    }
}

/* Loads a vector of weights for each vector of channels; those of a pair of inputs side by side. */
static void load_weights(Text *text, const TileShape *shape, bool pairs) {
    text_add(text,
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec b[o] = %s w[k * %" PRId64 " + o%s]\n}\n",
             shape->width, pairs ? "load_pairs" : "load", shape->panel, pairs ? " * 2" : "");
}

/* One input, or a pair of them at once: each weight loaded serves all rows. */
static void step_whole(Text *text, const TileShape *shape, bool pairs) {
    load_weights(text, shape, pairs);
    text_add(text,
             "for r = 0 to %" PRId64 " step 1 unroll {\n"
             "vec x[r] = %s a[%sk]\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "acc[r][o] = %s x[r], b[o], acc[r][o]\n}\n}\n",
             shape->rows, pairs ? "broadcast_pair" : "broadcast",
             shape->rows == 1 ? "" : "r * a_pitch + ", shape->width, pairs ? "dot" : "fma");
}

/* One half of a pair after the other. */
static void step_halves(Text *text, const TileShape *shape) {
    static const char *const halves[] = {"upper", "lower"};
    load_weights(text, shape, true);
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

static void tile_chain(const Lowering *lowering, Text *text, const Node *node,
                       const TileShape *shape) {
    bool apart = takes_apart(node, lowering->target);
    int unroll = apart ? 1 : lowering->target->tune.pw_unroll; /* both halves fill the registers */
    text_add(text, "for k = 0 to depth step %" PRId64 "%s {\n", step_inputs(node),
             unroll > 1 ? arena_printf(lowering->arena, " unroll by %d", unroll) : "");
    tile_prefetch(lowering, text, node, shape);
    bool pairs = product_element(node) != ELEMENT_f32;
    if (apart) {
        step_halves(text, shape);
    } else {
        step_whole(text, shape, pairs);
    }
    text_add(text, "}\n");
}

/* Residual, activation and store, in that order. */
static void tile_end(Text *text, const Node *node, const TileShape *shape) {
    act_constants(text, &node->epilogue, 1);
    text_add(text, "for o = 0 to %" PRId64 " step 1 vector unroll {\n", shape->width);
    if (node->residual_scale) {
        text_add(text, "vec factor[o] = load scale[o]\n");
    }
    text_add(text, "for r = 0 to %" PRId64 " step 1 unroll {\n", shape->rows);
    if (node->has_residual) {
        text_add(text, "vec rest[r][o] = load residual[%so]\n",
                 shape->rows == 1 ? "" : "r * residual_pitch + ");
    }
    if (node->residual_scale) {
        text_add(text, "acc[r][o] = fma factor[o], rest[r][o], acc[r][o]\n");
    } else if (node->has_residual) {
        text_add(text, "acc[r][o] = add acc[r][o], rest[r][o]\n");
    }
    act_apply(text, node->epilogue, "acc", "[r][o]");
    text_add(text, "store out[%so] = acc[r][o]\n}\n}\n",
             shape->rows == 1 ? "" : "r * out_pitch + ");
}

const char *tile_function(Lowering *lowering, const Node *node, const TileShape *shape) {
    Text text = {.arena = lowering->arena};
    text_add(&text,
             "doc \"A register tile: %" PRId64 " pixels x %" PRId64
             " output channels of a product over depth.\"\n",
             shape->rows, shape->width);
    tile_fetch(lowering, &text, node, shape);
    tile_start(&text, shape);
    tile_chain(lowering, &text, node, shape);
    tile_end(&text, node, shape);
    const char *partial = shape->width == shape->panel
                              ? ""
                              : arena_printf(lowering->arena, "of%" PRId64, shape->panel);
    const char *name = arena_printf(lowering->arena, "product_%" PRId64 "x%" PRId64 "%s%s%s%s",
                                    shape->rows, shape->width, partial, residual_suffix(node),
                                    act_suffix(lowering, node->epilogue),
                                    product_element(node) == ELEMENT_bf16 ? "_bf16" : "");
    return share_function(lowering, name, tile_head(lowering, node, shape), text_done(&text));
}
