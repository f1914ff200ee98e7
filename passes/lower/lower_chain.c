/* lower_chain.c - what register tiles have in common, whether of vectors (lower_tile.c) or of
 * matrices (lower_matrix.c): loops over lines, prefetches, and what becomes of a chain's end.
 *
 *   vec acc[o] = to_f32 sum[o]
 *   acc[o] = fma acc[o], by[o], plus[o]              of integers
 *   acc[o] = add acc[o], rest[o]                     residual
 *   acc[o] = max acc[o], zeros                       activation
 *   store out[r * out_pitch + o] = acc[o]
 */
#include <inttypes.h>

#include "lowering.h"

bool has_lines(const Lowering *lowering, const Node *node) {
    return feeds_lines(node, lowering->by_rows, lowering->target);
}

bool tile_has_lines(const Lowering *lowering, const Node *node) {
    return has_lines(lowering, node) && !has_blocks(node, lowering->target);
}

int64_t input_pitch(const Lowering *lowering, const Node *node) {
    if (product_feed(node) == FEED_DIRECT) {
        return node->in[0]->pitch;
    }
    return has_lines(lowering, node) ? node->window.stride[1] * channels_of(node->in[0])
                                     : scratch_pitch(node, lowering->target);
}

int64_t tile_pitch(const Lowering *lowering, const Node *node) {
    return has_blocks(node, lowering->target) ? blocks_pitch(node, lowering->target)
                                              : input_pitch(lowering, node);
}

bool tiles_look_ahead(const Lowering *lowering) {
    return lowering->target->prefetch[AHEAD_LEVEL] != NULL;
}

Element tile_element(const Node *node, const Target *target) {
    return widens_pairs(node, target)    ? ELEMENT_u32
           : widens_singly(node, target) ? ELEMENT_i16
                                         : product_element(node);
}

bool has_pitches(const Lowering *lowering, const Node *node, const TileShape *shape) {
    return shape->rows > 1 || uses_matrices(node, lowering->target);
}

/* Prefetches are hints that need no valid address, so they may go beyond the blob. */
void tile_prefetch(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                   int64_t inputs) {
    int near = lowering->target->tune.pw_near;
    int64_t each = step_inputs(node, lowering->target), line = line_steps(node, lowering->target);
    if (!tiles_look_ahead(lowering)) {
        return;
    }
    text_add(text,
             "for i = 0 to ahead * %" PRId64 " step %" PRId64 " {\n"
             "prefetch next[k * ahead + i] level %d\n}\n",
             inputs, line * each, AHEAD_LEVEL);
    for (int64_t o = 0; near > 0 && o < shape->width; o += line) {
        text_add(text, "prefetch w[(k + %" PRId64 ") * %" PRId64 " + %" PRId64 "] level 1\n",
                 near * each, shape->panel, o * each);
    }
}

void tile_lines(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape) {
    if (!tile_has_lines(lowering, node)) {
        return;
    }
    const char *type = type_word(lowering, product_element(node));
    bool words = widens_pairs(node, lowering->target);
    text_add(text,
             "for line = 0 to lines step 1 {\n"
             "ptr %sa = first_a + line * line_pitch\n"
             "ptr %sw = first_w + line * depth * %" PRId64 "\n",
             type_word(lowering, left_element(node, lowering->target)),
             type_word(lowering, tile_element(node, lowering->target)),
             words ? shape->panel / 2 : shape->panel);
    if (tiles_look_ahead(lowering)) {
        text_add(text, "ptr %snext = first_next + line * depth * ahead\n", type);
    }
}

void sum_constants(Text *text) {
    text_add(text, "vec by[o] = load out_scale[o]\nvec plus[o] = load bias[o]\n");
}

void sum_end(Text *text, const char *index) {
    text_add(text, "vec acc%s = to_f32 sum%s\nacc%s = fma acc%s, by[o], plus[o]\n", index, index,
             index, index);
}

void accumulator_end(const Lowering *lowering, Text *text, const Node *node, const TileShape *shape,
                     const char *index) {
    bool one = !has_pitches(lowering, node, shape);
    end_residual(text, node, index, one ? "residual[o]" : "residual[r * residual_pitch + o]");
    act_apply(text, node->epilogue, "acc", index);
    end_store(text, node, index, one ? "out[o]" : "out[r * out_pitch + o]");
}
