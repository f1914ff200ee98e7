/* infer_shapes.c - gives every value its shape, from the input's shape onwards.
 *
 *   input %x : f32[1,3,299,299]
 *
 *   before  %c = conv2d(%x) kernel=3x3 stride=2x2 pad=1x1 weight=@w
 *   after   %c = conv2d(%x) kernel=3x3 stride=2x2 pad=1x1 weight=@w : f32[1,32,150,150]
 *
 * One walk in order is enough, because each operation's rule (infer_NAME in ir/graph/infer.c) reads
 * the shapes of operands, which earlier nodes define. An impossible shape (a map that shrinks to
 * nothing) is a mistake of the user: a diagnostic at the line of the description that asked for the
 * node.
 */
#include "pass.h"

bool pass_infer_shapes(Unit *unit) {
    return infer_graph(unit->diag, unit->graph);
}
