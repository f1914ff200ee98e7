/* infer_shapes.c - gives every value its shape, from the input's shape onwards.
 *
 *   before  %input : f32[1,3,299,299]        %stem.0.conv = conv2d(%input) kernel 3x3 stride 2 pad
 * 1 after   the same text with               %stem.0.conv : f32[1,32,150,150]
 *
 * Safe because each operation's rule (infer_NAME in ir/infer.c) only looks at operands that stand
 * before it. A shape that cannot be (a map that shrinks to nothing) is the person's mistake: a
 * diagnostic at the line of the description that asked for the node.
 */
#include "pass.h"

bool pass_infer_shapes(Unit *unit) {
    return infer_graph(unit->diag, unit->graph);
}
