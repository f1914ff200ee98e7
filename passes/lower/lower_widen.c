/* lower_widen.c - weights of 8 bits become 16 bits in scratch, for targets without instructions for
 * words of four (widens() in passes/common/tile.h).
 *
 *   for k: for o: vec word[o] = load_quads weight[... + k * panel + o * 4]
 *                 store i16 wide[(k + 0) * width + o] = part0[o]
 *                 ...
 *
 * It is done once for all tiles of a block over the same channels.
 */
#include <inttypes.h>

#include "lowering.h"

/* Four inputs of a vector of channels: words of the even ones, then of the odd ones. */
static void store_pairs(Text *text, const TileShape *shape) {
    text_add(text,
             "vec even_part[o] = even word[o]\nvec odd_part[o] = odd word[o]\n"
             "store u32 wide[k * %" PRId64 " + o] = even_part[o]\n"
             "store u32 wide[k * %" PRId64 " + %" PRId64 " + o] = odd_part[o]\n",
             shape->width / 2, shape->width / 2, shape->width);
}

/* The same, one after the other. */
static void store_singly(Text *text, const TileShape *shape) {
    for (int i = 0; i < QUAD; i++) {
        text_add(text,
                 "vec part%d[o] = byte%d word[o]\n"
                 "store i16 wide[(k + %d) * %" PRId64 " + o] = part%d[o]\n",
                 i, i, i, shape->width, i);
    }
}

void widen_weights(const Lowering *lowering, Text *text, const Node *node, TileShape *shape,
                   const char *from) {
    if (!widens(node, lowering->target)) {
        return;
    }
    text_add(text,
             "for k = 0 to depth step %d {\n"
             "for o = 0 to %" PRId64 " step 1 vector unroll {\n"
             "vec word[o] = load_quads weight[%s + k * %" PRId64 " + o * %d]\n",
             QUAD, shape->width, from, shape->panel, QUAD);
    if (widens_singly(node, lowering->target)) {
        store_singly(text, shape);
    } else {
        store_pairs(text, shape);
    }
    text_add(text, "}\n}\n");
    shape->panel = shape->width;
}
